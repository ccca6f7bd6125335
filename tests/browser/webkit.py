"""Debian's WebKitGTK, as it is, driven by WebDriver.

Playwright drives a WebKit of its own making alone. This is the part of its `Browser` that
`test_a_site_elsewhere` uses; what that does not use is not here.
"""

from __future__ import annotations

import json
import os
import shlex
import shutil
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from types import SimpleNamespace
from typing import Any, Final, cast

from playwright.sync_api import Browser

from tests.shared import HANG_SECONDS, need, wait_until

_ELEMENT: Final = "element-6066-11e4-a52e-4f735466cecf"
"""By which WebDriver says that a value is an element."""
_SCREEN: Final = "3840x1200x24"
_BARS: Final = 36
"""Pixels above the page."""
_NARROW: Final = "* { font-size: 1px; margin: 0; padding: 0; border-width: 0; min-width: 0; }"
"""Without it the browser's own buttons are wider than a phone."""
_SWITCHES: Final = (
    "--automation",
    "--enable-media-stream=true",
    "--enable-mock-capture-devices=true",
    "--ignore-host=127.0.0.1",
)
_EVALUATED: Final = """const [given, done] = arguments;
const wrong = () => (window.wentWrong ?? []).splice(0);
(async () => {
  const made = (%s
  );
  return typeof made === "function" ? made(given) : made;
})().then(
  (value) => done({ value, wrong: wrong() }),
  (error) => done({ error: String(error), wrong: wrong() }),
);"""
_BEGUN: Final = """(now) => {
  window.wentWrong = [];
  addEventListener("error", (event) => window.wentWrong.push(event.message));
  addEventListener("unhandledrejection", (event) => window.wentWrong.push(String(event.reason)));
  if (now === null) return;
  window.Date = class extends Date {
    constructor(...given) { super(...(given.length ? given : [now])); }
    static now() { return now; }
  };
}"""
"""As soon as a page has come: what goes wrong from then on, and the moment that it is."""


@contextmanager
def launched() -> Iterator[Browser]:
    """Without it the test says so and does not run, and under CI fails."""
    driver, screen = shutil.which("WebKitWebDriver"), shutil.which("Xvfb")
    browsers = sorted(Path("/usr/lib").glob("*/webkit2gtk-4*/MiniBrowser"))
    need(
        None not in (driver, screen) and browsers != [], "no WebKit (apt-get install webkit2gtk-driver xvfb)"
    )
    assert driver is not None
    assert screen is not None
    with ExitStack() as ends:
        folder = Path(ends.enter_context(TemporaryDirectory()))
        style = folder / ".config" / "gtk-3.0" / "gtk.css"
        style.parent.mkdir(parents=True)
        style.write_text(_NARROW, "utf-8")
        environment = {
            **os.environ,
            "DISPLAY": ends.enter_context(_screen(screen)),
            "GDK_BACKEND": "x11",
            "HOME": str(folder),
            "LC_ALL": "C.UTF-8",
            "LIBGL_ALWAYS_SOFTWARE": "1",
            "NO_AT_BRIDGE": "1",
            "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS": "1",  # root has none
            "XDG_RUNTIME_DIR": str(folder),
        }
        environment.pop("XDG_CONFIG_HOME", None)
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        running = subprocess.Popen([driver, f"--port={port}"], env=environment, stderr=subprocess.DEVNULL)
        ends.callback(_end, running)
        browser = _Browser(port, browsers[-1], folder, ends.enter_context(_others()))
        wait_until(browser.is_ready)
        yield cast(Browser, browser)


@contextmanager
def _screen(program: str) -> Iterator[str]:
    """A screen in memory, by the number that it takes."""
    read, write = os.pipe()
    command = [program, "-displayfd", str(write), "-nolisten", "tcp", "-screen", "0", _SCREEN]
    running = subprocess.Popen(command, pass_fds=[write], stderr=subprocess.DEVNULL)
    os.close(write)
    try:
        with os.fdopen(read, encoding="ascii") as told:
            yield f":{told.readline().strip()}"
    finally:
        _end(running)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    process.wait(HANG_SECONDS)


@dataclass
class _Others:
    """All that is not this computer, which gives nothing; what was asked of it."""

    port: int
    asked: list[str] = field(default_factory=list)


@contextmanager
def _others() -> Iterator[_Others]:
    class Refuses(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            others.asked.append(self.path)
            self.send_error(503)

        do_CONNECT = do_GET  # noqa: N815 - as the library has it

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Refuses)
    others = _Others(server.server_address[1])
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield others
    finally:
        server.shutdown()
        server.server_close()


@dataclass
class _Browser:
    port: int
    program: Path
    home: Path
    others: _Others

    def is_ready(self) -> bool:
        try:
            return bool(self.ask("GET", "/status")["ready"])
        except OSError:
            return False

    def ask(self, method: str, path: str, body: object = None) -> Any:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=2 * HANG_SECONDS)
        connection.request(method, path, None if body is None else json.dumps(body))
        answer = connection.getresponse()
        value = json.loads(answer.read())["value"]
        connection.close()
        assert answer.status == 200, f"{path}: {value}"
        return value

    def new_context(self, *, timezone_id: str, viewport: Mapping[str, int], **options: object) -> _Context:
        assert options == {"locale": "ru-RU", "color_scheme": "light", "java_script_enabled": True}
        begin = self.home / "begin"
        command = ["env", f"TZ={timezone_id}", str(self.program), *_SWITCHES]
        command.append(f"--proxy=http://127.0.0.1:{self.others.port}")
        begin.write_text(f'#!/bin/sh\nexec {shlex.join(command)} "$@"\n', "utf-8")
        begin.chmod(0o700)
        milliseconds = HANG_SECONDS * 1000
        wanted = {
            "webkitgtk:browserOptions": {"binary": str(begin), "args": []},
            "timeouts": {"script": milliseconds, "pageLoad": milliseconds},
        }
        made = self.ask("POST", "/session", {"capabilities": {"alwaysMatch": wanted}})
        return _Context(self, f"/session/{made['sessionId']}", viewport)

    def close(self) -> None:
        pass


class _Context:
    """A session, in which nothing is left of an earlier one: the driver's are all private."""

    def __init__(self, browser: _Browser, session: str, size: Mapping[str, int]) -> None:
        self.browser, self.session, self.size = browser, session, size
        self.heard: dict[str, Callable[[Any], None]] = {}
        self.current = ""
        browser.others.asked.clear()

    def ask(self, method: str, path: str, body: object = None) -> Any:
        return self.browser.ask(method, self.session + path, body)

    def on(self, event: str, hear: Callable[[Any], None]) -> None:
        self.heard[event] = hear

    def hear(self, wrong: list[str]) -> None:
        for each in wrong:
            self.heard["weberror"](SimpleNamespace(error=each))
        while self.browser.others.asked:
            self.heard["request"](SimpleNamespace(url=self.browser.others.asked.pop()))

    def set_default_timeout(self, _: float) -> None:
        pass

    def new_page(self) -> _Page:
        first = not self.current
        handle = self.ask("GET", "/window") if first else self.ask("POST", "/window/new", {})["handle"]
        page = _Page(self, handle)
        page.set_viewport_size(dict(self.size))
        return page

    def close(self) -> None:
        self.ask("DELETE", "")


class _Page:
    def __init__(self, context: _Context, handle: str) -> None:
        self.context, self.handle = context, handle
        self.clock = SimpleNamespace(set_fixed_time=self._is)
        self.now: float | None = None
        self.viewport_size = dict(context.size)

    def _is(self, now: datetime) -> None:
        self.now = now.timestamp() * 1000

    def ask(self, method: str, path: str, body: object = None) -> Any:
        if self.context.current != self.handle:
            self.context.ask("POST", "/window", {"handle": self.handle})
            self.context.current = self.handle
        return self.context.ask(method, path, body)

    @property
    def url(self) -> str:
        return str(self.ask("GET", "/url"))

    def goto(self, address: str) -> None:
        self.ask("POST", "/url", {"url": address})
        self.evaluate(_BEGUN, self.now)

    def evaluate(self, script: str, given: object = None) -> Any:
        body = _EVALUATED % script.strip().removesuffix(";")
        told = self.ask("POST", "/execute/async", {"script": body, "args": [given]})
        self.context.hear(told["wrong"])
        assert "error" not in told, told["error"]
        return told.get("value")

    def set_viewport_size(self, size: dict[str, int]) -> None:
        self.ask("POST", "/window/rect", {"width": size["width"], "height": size["height"] + _BARS})
        wait_until(lambda: self.evaluate("innerWidth") == size["width"])
        self.viewport_size = size

    def wait_for_timeout(self, milliseconds: float) -> None:
        self.evaluate("(time) => new Promise((resolve) => setTimeout(resolve, time))", milliseconds)

    def locator(self, selector: str) -> _Locator:
        return _Locator(self, f"[...document.querySelectorAll({json.dumps(selector)})]")

    def get_by_role(self, role: str, *, name: str) -> _Locator:
        named = f"filter((each) => each.innerText.trim() === {json.dumps(name)})"
        return _Locator(self, f"[...document.querySelectorAll({json.dumps(role)})].{named}")

    @contextmanager
    def expect_download(self) -> Iterator[SimpleNamespace]:
        """What it saves lies in the person's home."""
        saved = SimpleNamespace(value=None)

        def found() -> list[Path]:
            return [each for each in self.context.browser.home.glob("*.json") if each.stat().st_size]

        yield saved
        wait_until(found)
        (file,) = found()
        kept = file.rename(Path(mkdtemp(dir=self.context.browser.home)) / file.name)
        saved.value = SimpleNamespace(path=lambda: kept)


@dataclass
class _Locator:
    page: _Page
    found: str
    """What gives the elements."""

    @property
    def first(self) -> _Locator:
        return _Locator(self.page, f"{self.found}.slice(0, 1)")

    def count(self) -> int:
        return int(self.page.evaluate(f"{self.found}.length"))

    def all_inner_texts(self) -> list[str]:
        texts: list[str] = self.page.evaluate(f"{self.found}.map((each) => each.innerText)")
        return texts

    def inner_text(self) -> str:
        (text,) = self.all_inner_texts()
        return text

    def wait_for(self) -> None:
        wait_until(lambda: self.page.evaluate(f"{self.found}.some((each) => each.checkVisibility())"))

    def click(self) -> None:
        self.wait_for()
        self.page.ask("POST", f"/element/{self._element()}/click", {})

    def set_input_files(self, files: list[dict[str, Any]]) -> None:
        folder = Path(mkdtemp(dir=self.page.context.browser.home))
        for each in files:
            (folder / each["name"]).write_bytes(each["buffer"])
        places = "\n".join(str(folder / each["name"]) for each in files)
        self.page.ask("POST", f"/element/{self._element()}/value", {"text": places})

    def _element(self) -> str:
        found = self.page.ask("POST", "/execute/sync", {"script": f"return {self.found}[0]", "args": []})
        return str(found[_ELEMENT])
