"""The program itself, as a process: what it prints, leaves on the disk and gives to who looks at it."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import stat
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.shared import HANG_SECONDS, ROOT, wait_until

LINK = re.compile(r"http://127\.0\.0\.1:\d+/open/[\w-]+")
PASSPHRASE = "КАНАРЕЙКА пять слов и ещё одно"


@dataclass
class Program:
    process: subprocess.Popen[str]
    home: Path

    @property
    def note(self) -> Path:
        found = list(self.home.rglob("instance.json"))
        assert len(found) == 1
        return found[0]


def environment(home: Path, **more: str) -> dict[str, str]:
    own = {name: str(home) for name in ("HOME", "USERPROFILE", "APPDATA", "LOCALAPPDATA")}
    own |= {"VCWALLET_STATE": str(home / "state"), "VCWALLET_LANG": "en", "PYTHONPATH": str(ROOT)}
    return {**os.environ, **own, **more}


@contextlib.contextmanager
def opened(home: Path, *arguments: str, **more: str) -> Iterator[Program]:
    process = subprocess.Popen(
        [sys.executable, "-m", "vcwallet", "open", *arguments],
        env=environment(home, **more),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    try:
        yield Program(process, home)
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def printed_link(program: Program) -> str:
    assert program.process.stdout is not None
    for line in program.process.stdout:
        if found := LINK.search(line):
            return found[0]
    raise AssertionError(program.process.communicate()[1])


def asked(url: str, *, data: bytes | None = None, cookie: str = "") -> tuple[int, dict[str, str], bytes]:
    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_: object) -> None:
            return None

    parts = urlsplit(url)
    headers = {"Sec-Fetch-Site": "none" if data is None else "same-origin", "Cookie": cookie}
    if data is not None:
        headers["Origin"] = f"{parts.scheme}://{parts.netloc}"
    request = urllib.request.Request(url, data=data, headers=headers)
    try:
        with urllib.request.build_opener(Stay).open(request, timeout=HANG_SECONDS) as answer:
            return answer.status, dict(answer.headers), answer.read()
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, dict(refused.headers), refused.read()


def test_the_link_is_printed_only_where_there_is_no_browser(tmp_path: Path) -> None:
    """A terminal is read over the shoulder, copied into logs, and kept by programs that record it."""
    seen = tmp_path / "seen.txt"
    script = tmp_path / "browser.py"
    script.write_text(f"import sys, pathlib; pathlib.Path({str(seen)!r}).write_text(sys.argv[1])", "utf-8")
    with opened(tmp_path / "home", BROWSER=f"{sys.executable} {script} %s") as program:
        wait_until(lambda: program.process.poll() is not None or (seen.exists() and seen.read_text("utf-8")))
        assert program.process.poll() is None
        assert LINK.fullmatch(seen.read_text("utf-8"))
        program.process.send_signal(signal.SIGINT)
        out, err = program.process.communicate(timeout=HANG_SECONDS)
    assert "/open/" not in out + err
    assert "Traceback" not in err


def test_it_ends_by_ctrl_c_in_order_and_takes_its_note_away(tmp_path: Path) -> None:
    with opened(tmp_path, "--no-browser") as program:
        link = printed_link(program)
        note = program.note
        assert json.loads(note.read_text("utf-8"))["url"] == link.partition("/open/")[0]
        if os.name != "nt":
            assert stat.S_IMODE(note.stat().st_mode) == 0o600
            assert stat.S_IMODE(note.parent.stat().st_mode) == 0o700
        program.process.send_signal(signal.SIGINT)
        _, err = program.process.communicate(timeout=HANG_SECONDS)
        assert program.process.returncode in (0, 130)
        assert "Traceback" not in err
        assert not note.exists()


def test_a_second_one_hands_over_to_the_first(tmp_path: Path) -> None:
    """Two programs that hold one wallet would be two writers."""
    with opened(tmp_path, "--no-browser") as first:
        link = printed_link(first)
        with opened(tmp_path, "--no-browser") as second:
            other = printed_link(second)
            assert second.process.wait(HANG_SECONDS) == 0
        assert urlsplit(other).netloc == urlsplit(link).netloc
        assert other != link
        assert asked(other)[0] == 303


def test_a_note_of_a_program_that_is_gone_is_no_obstacle(tmp_path: Path) -> None:
    with opened(tmp_path, "--no-browser") as first:
        printed_link(first)
        first.process.kill()
        first.process.wait(HANG_SECONDS)
        assert first.note.exists()
    with opened(tmp_path, "--no-browser") as second:
        assert asked(printed_link(second))[0] == 303


@pytest.mark.skipif(not Path("/proc/self/limits").exists(), reason="only Linux tells the limits of a process")
def test_what_is_in_memory_is_not_written_to_the_disk_when_the_program_falls(tmp_path: Path) -> None:
    """A core dump is a file in clear of everything that was open."""
    with opened(tmp_path, "--no-browser") as program:
        printed_link(program)
        limits = Path(f"/proc/{program.process.pid}/limits").read_text("ascii")
        core = next(line for line in limits.splitlines() if line.startswith("Max core file size"))
        assert core.split()[4:6] == ["0", "0"]


def test_nothing_heavy_is_loaded_before_somebody_needs_it() -> None:
    """The first page is there within a second: what draws, reads sheets or keeps a register comes later."""
    heavy = {
        "typst",
        "sqlalchemy",
        "xlsxwriter",
        "pypdfium2",
        "zxingcpp",
        "tuf",
        "pyld",
        "python_calamine",
        "rapidfuzz",
    }
    told = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys, vcwallet.cli.open, vcwallet.web.pages.roles; print(*sys.modules)",
        ],
        env=environment(ROOT),
        capture_output=True,
        text=True,
        check=True,
    )
    assert not heavy & {name.partition(".")[0] for name in told.stdout.split()}
