"""A passphrase is in no log, no address and nothing that a program in trouble writes."""

from __future__ import annotations

import logging
import os
import signal
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest
import uvicorn

from tests.shared import HANG_SECONDS, need
from tests.unit.wallet.shared import MASHA, NOW, PASSPHRASE
from tests.web.serving import serving
from tests.web.threats.test_killed import Visitor, saved_wallet
from tests.web.threats.test_program import asked, opened, printed_link

WRONG = "КАНАРЕЙКА не те слова"


def forms(text: str) -> tuple[str, ...]:
    """A text as it would stand in a log: by itself, in an address, in a form, as Python writes bytes."""
    return text, quote(text), quote_plus(text), repr(text.encode("utf-8"))[2:-1], ascii(text)[1:-1]


def test_no_passphrase_is_logged_at_the_loudest_level(
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Also by a server that somebody told to log all it can."""
    path = saved_wallet(tmp_path / "home")
    configured = uvicorn.Config.__init__

    def loud(self: uvicorn.Config, *arguments: object, **options: object) -> None:
        configured(self, *arguments, **{**options, "log_level": "trace", "access_log": True})  # type: ignore[arg-type]

    monkeypatch.setattr(uvicorn.Config, "__init__", loud)
    caplog.set_level(1)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access", "uvicorn.asgi", "asyncio"):
        caplog.set_level(1, name)
    with serving(tmp_path, now=NOW) as pages:
        pages.let_in()
        address = f"family/open/{pages.session.choose(path)}"
        assert pages.post(address, {"passphrase": WRONG}).status == 422
        inside = pages.post(address, {"passphrase": PASSPHRASE}).headers["location"]
        assert pages.get(inside).status == 303
    said = "\n".join((caplog.text, *(repr(each.args) for each in caplog.records), *capfd.readouterr()))
    assert "/family/open/" in said, "requests are logged, so this would find a passphrase, too"
    assert not [
        each for canary in (PASSPHRASE, WRONG, MASHA.given_name) for each in forms(canary) if each in said
    ]
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access", "uvicorn.asgi"):
        logging.getLogger(name).setLevel(logging.NOTSET)


def test_a_program_that_falls_tells_no_passphrase(tmp_path: Path) -> None:
    """In the mode in which Python and asyncio write most, ended as a mistake in C would end it."""
    need(os.name != "nt", "Windows has no signal that ends a program so")
    home = tmp_path / "home"
    path = saved_wallet(home)
    with opened(home, str(path), "--no-browser", PYTHONDEVMODE="1", PYTHONASYNCIODEBUG="1") as program:
        visitor = Visitor(printed_link(program))
        visitor.go(visitor.url)
        assert visitor.go(visitor.url, {"passphrase": WRONG}) == 422
        assert visitor.go(visitor.url, {"passphrase": PASSPHRASE}) == 303
        assert MASHA.given_name in visitor.page
        assert asked(visitor.url, data=b"passphrase=%ff", cookie=visitor.cookie)[0] in (404, 422)
        seen = [path.name for path in tmp_path.rglob("*")]
        program.process.send_signal(signal.SIGABRT)
        out, err = program.process.communicate(timeout=HANG_SECONDS)
    assert "Fatal Python error: Aborted" in err, "it fell as it would by a mistake"
    assert sorted(path.name for path in tmp_path.rglob("*")) == sorted(seen), (
        "no memory was written to a file"
    )
    assert not [
        each
        for canary in (PASSPHRASE, WRONG, MASHA.given_name)
        for each in forms(canary)
        if each in out + err
    ]
