"""`vcwallet open`: the program, its one link, a second program, and its end."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.shared import HANG_SECONDS, ROOT
from vcwallet.cli.open import open_pages
from vcwallet.cli.speak import Speaker
from vcwallet.errors import MachineError
from vcwallet.locales import language
from vcwallet.sealed_file import UNSAFE_FOR_TESTS
from vcwallet.wallet import Wallet
from vcwallet.web.pages.places import of_this_computer


def environment(state: Path) -> dict[str, str]:
    paths = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    return {**os.environ, "PYTHONPATH": paths, "VCWALLET_STATE": str(state), "VCWALLET_LANG": "ru"}


@contextmanager
def opened(state: Path, *arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    command = [sys.executable, "-m", "vcwallet", "open", "--no-browser", *arguments]
    program = subprocess.Popen(
        command,
        env=environment(state),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    assert program.stdout is not None
    try:
        yield program, program.stdout.readline().strip()
    finally:
        program.kill()
        program.communicate()


class _Staying(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *arguments: object) -> None:
        return None


def ask(url: str, *, cookie: str = "", form: bytes | None = None) -> tuple[int, str, str]:
    """Status, where it leads, and the cookie."""
    origin = "/".join(url.split("/")[:3])
    headers = {"Sec-Fetch-Site": "same-origin", "Origin": origin, "Cookie": cookie}
    request = urllib.request.Request(url, data=form, headers=headers)
    try:
        with urllib.request.build_opener(_Staying).open(request, timeout=HANG_SECONDS) as answer:
            return answer.status, "", ""
    except urllib.error.HTTPError as answer:
        there = answer.headers.get("Location") or ""
        return answer.code, origin + there, (answer.headers.get("Set-Cookie") or "").partition(";")[0]


def test_a_wallet_is_opened_on_its_page_and_the_program_ends_on_the_page(tmp_path: Path) -> None:
    path = tmp_path / "семья.vcw"
    Wallet.create(path, "шесть слов и ещё одно", kdf=UNSAFE_FOR_TESTS)
    with opened(tmp_path / "state", str(path)) as (program, link):
        status, leads, cookie = ask(link)
        assert status == 303
        assert "/family/open/" in leads
        assert ask(link)[0] == 410
        # A second command finds the first, gets a link of its own, and is done.
        second = subprocess.run(
            [sys.executable, "-m", "vcwallet", "open", "--no-browser"],
            env=environment(tmp_path / "state"),
            capture_output=True,
            encoding="utf-8",
            timeout=HANG_SECONDS,
            check=True,
        )
        assert second.stdout.startswith(link.rpartition("/")[0])
        assert ask(second.stdout.strip())[0] == 303
        place = leads.partition("/family/")[0]
        assert ask(f"{place}/end", cookie=cookie, form=b"")[0] == 200
        assert program.wait(HANG_SECONDS) == 0
    assert not (tmp_path / "state" / "instance.json").exists()


def test_without_its_packages_the_command_names_the_part(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [each for each in sys.modules if each.startswith("vcwallet.web")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    callback = open_pages.callback
    assert callback is not None
    with pytest.raises(MachineError) as refused:
        callback.__wrapped__(Speaker(language("ru")), None, True, False)
    assert refused.value.code == "pages.extra-missing"


@pytest.mark.skipif(sys.platform == "win32", reason="drives are played")
def test_a_locked_drive_of_windows_is_not_offered_and_hinders_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = os.stat

    def drives(path: Any, *more: Any, **named: Any) -> os.stat_result:
        if str(path) == "E:\\":
            raise OSError(errno.EINVAL, "This drive is locked by BitLocker Drive Encryption")
        return asked("/" if str(path) == "F:\\" else path, *more, **named)

    monkeypatch.setattr(os, "stat", drives)
    monkeypatch.setattr(sys, "platform", "win32")
    assert of_this_computer(tmp_path).plugged() == [Path("F:\\")]
