"""Debian's Firefox, as it is, driven by playwright's channel for WebDriver BiDi.

Playwright's own protocol needs a Firefox of its making. By the standard's protocol it drives the one that
people have, but it counts on two things that the ESR of 2026 lacks: a command for a window's colour scheme,
and a name for each download. So it starts this module instead of Firefox, which hands on every message and
adds those two.
"""

from __future__ import annotations

import asyncio
import json
import re
import shlex
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from playwright.sync_api import Browser, Playwright
from websockets.asyncio.client import connect
from websockets.asyncio.server import ServerConnection, serve

from tests.shared import HANG_SECONDS, ROOT, need

_NOT_KNOWN: Final = "emulation.setMediaFeaturesOverride"
_DOWNLOAD: Final = '"method":"browsingContext.download'
_LISTENS: Final = re.compile(r"WebDriver BiDi listening on (ws://\S+)")


def executable() -> str:
    """Where Firefox is; without it the test says so and does not run, and under CI fails."""
    found = shutil.which("firefox-esr") or shutil.which("firefox")
    need(found is not None, "no Firefox here (apt-get install firefox-esr)")
    assert found is not None
    return found


@contextmanager
def launched(playwright: Playwright, **prefs: str | float | bool) -> Iterator[Browser]:
    command = [sys.executable, "-m", "tests.browser.firefox", executable()]
    with TemporaryDirectory() as folder:
        begin = Path(folder) / "firefox"
        begin.write_text(
            f'#!/bin/sh\ncd {shlex.quote(str(ROOT))}\nexec {shlex.join(command)} "$@"\n', "utf-8"
        )
        begin.chmod(0o700)
        browser = playwright.firefox.launch(
            channel="moz-firefox",
            executable_path=begin,
            firefox_user_prefs=dict(prefs),
            timeout=HANG_SECONDS * 1000,
        )
        try:
            yield browser
        finally:
            browser.close()


async def _relay(command: list[str]) -> None:
    firefox = await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.PIPE)
    assert firefox.stderr is not None
    while (listens := _LISTENS.search((await firefox.stderr.readline()).decode("utf-8", "replace"))) is None:
        if firefox.stderr.at_eof():
            sys.exit("Firefox has ended")

    async def between(playwright: ServerConnection) -> None:
        assert playwright.request is not None
        async with connect(listens[1] + playwright.request.path, max_size=None, proxy=None) as browser:

            async def commands() -> None:
                async for message in playwright:
                    asked = json.loads(message)
                    if asked["method"] == _NOT_KNOWN:
                        await playwright.send(
                            json.dumps({"type": "success", "id": asked["id"], "result": {}})
                        )
                    else:
                        await browser.send(message)

            async def events() -> None:
                async for message in browser:
                    if _DOWNLOAD in message:
                        told = json.loads(message)
                        told["params"]["download"] = told["params"]["url"]
                        message = json.dumps(told)
                    await playwright.send(message)

            both = asyncio.create_task(commands()), asyncio.create_task(events())
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)

    async with serve(between, "127.0.0.1", 0, max_size=None) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        sys.stderr.write(f"WebDriver BiDi listening on ws://127.0.0.1:{port}\n")
        sys.stderr.flush()
        while await firefox.stderr.readline():
            pass
        await firefox.wait()


if __name__ == "__main__":
    asyncio.run(_relay(sys.argv[1:]))
