"""Debian's Chromium, driven by playwright: contexts of invented people, and what they must never see.

Every `Person` writes down what a page asked of anybody else, what it wrote into the console and which errors
its script raised. All three must be empty when a test ends.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright, Request, WebError

from tests.shared import HANG_SECONDS, need

FLAGS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
"""Without those about networking Chromium asks for its maker's hosts at every start."""
RULES: Final = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
PHONE: Final = (390, 844)
OFFICE: Final = (1280, 800)
WIDTHS: Final = (360, 390, 1280, 3840)
_REFUSED: Final = re.compile(r"Failed to load resource: the server responded with a status of (\d+)")


def executable() -> str:
    """Where Chromium is; without it the test says so and does not run, and under CI fails."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    need(found is not None, "no Chromium here (apt-get install chromium)")
    assert found is not None
    return found


def launch(playwright: Playwright, *flags: str) -> Browser:
    return playwright.chromium.launch(
        executable_path=executable(), args=[*FLAGS, *flags], timeout=HANG_SECONDS * 1000
    )


def launch_with_profile(playwright: Playwright, profile: Path, *flags: str, **options: Any) -> BrowserContext:
    """A browser whose caches and history lie in a folder that a test can search."""
    return playwright.chromium.launch_persistent_context(
        profile,
        executable_path=executable(),
        args=[*FLAGS, *flags],
        timeout=HANG_SECONDS * 1000,
        **options,
    )


@dataclass
class Person:
    """One browser window of one person, and all that is written down about it."""

    context: BrowserContext
    page: Page
    ours: tuple[str, ...]
    """The beginnings of addresses that may be asked for."""
    script: bool = True
    """Whether pages may run scripts in this window."""
    looks: bool = True
    """Whether each page on the way is examined; a journey whose parts other tests go need not."""
    strangers: list[str] = field(default_factory=list)
    console: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    refusals: set[int] = field(default_factory=lambda: {422})
    """The statuses a test brings about on purpose; Chromium writes each into the console."""

    def watch(self) -> None:
        self.context.on("request", self._asked)
        self.context.on("console", self._wrote)
        self.context.on("weberror", self._failed)

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((*self.ours, "blob:" + self.ours[0])):
            self.strangers.append(request.url)

    def _wrote(self, message: ConsoleMessage) -> None:
        refused = _REFUSED.match(message.text)
        if refused is None or int(refused[1]) not in self.refusals:
            self.console.append(f"{message.type}: {message.text}")

    def _failed(self, error: WebError) -> None:
        self.errors.append(str(error.error))

    def saw_nothing_wrong(self) -> None:
        assert self.strangers == []
        assert self.console == []
        assert self.errors == []


@contextmanager
def person(
    browser: Browser,
    *ours: str,
    lang: str = "ru",
    dark: bool = False,
    size: tuple[int, int] = OFFICE,
    script: bool = True,
    looks: bool = True,
    refusals: set[int] | None = None,
    timezone: str = "Europe/Moscow",
    **options: Any,
) -> Iterator[Person]:
    """A window in a language, a scheme of colours and a size; it ends with nothing wrong seen."""
    context = browser.new_context(
        locale={"ru": "ru-RU", "en": "en-GB"}[lang],
        color_scheme="dark" if dark else "light",
        viewport={"width": size[0], "height": size[1]},
        java_script_enabled=script,
        timezone_id=timezone,
        **options,
    )
    context.set_default_timeout(HANG_SECONDS * 1000)
    somebody = Person(context, context.new_page(), ours, script, looks)
    if refusals is not None:
        somebody.refusals |= refusals
    somebody.watch()
    try:
        yield somebody
        somebody.saw_nothing_wrong()
    finally:
        context.close()


def violations(page: Page) -> list[str]:
    """What axe-core has against the page, with the element for each."""
    # Of the rules that found nothing it need not tell each element it looked at, nor how to select it.
    less = {"resultTypes": ["violations"], "selectors": False}
    result = Axe().run(page, options={"runOnly": {"type": "tag", "values": list(RULES)}, **less})
    return [
        f"{each['id']} ({each['impact']}): {node['html'][:160]}"
        for each in result.response["violations"]
        for node in each["nodes"]
    ]


def sideways(page: Page) -> int:
    """How many pixels of the page lie beyond the right edge of the window."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def too_wide(page: Page) -> list[str]:
    """The innermost elements that reach beyond the window's right edge."""
    found: list[str] = page.evaluate(
        """() => {
          const edge = document.documentElement.clientWidth;
          const beyond = [...document.querySelectorAll("main *, header *, footer *")].filter(
            (each) => each.getBoundingClientRect().right > edge + 1 && !each.closest(".scroll"));
          const holds = (each) => beyond.some((other) => other !== each && each.contains(other));
          const inner = beyond.filter((each) => !holds(each));
          return inner.slice(0, 4).map((each) => each.outerHTML.slice(0, 160));
        }"""
    )
    return found


def fits(page: Page, widths: tuple[int, ...] = WIDTHS) -> None:
    """No window is so narrow, or so wide, that the page has to be scrolled sideways."""
    before = page.viewport_size
    # Until its own letters are there a page is laid out with those of the system, which are wider.
    sideways(page)
    while page.evaluate("document.fonts.status") != "loaded":
        page.wait_for_timeout(20)
    for width in widths:
        page.set_viewport_size({"width": width, "height": 900 if width > 400 else 780})
        beyond = sideways(page)
        assert beyond <= 0, f"{page.url} at {width} pixels: {beyond} too wide: {too_wide(page)}"
    if before is not None:
        page.set_viewport_size(before)
