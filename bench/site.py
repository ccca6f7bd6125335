"""The page of a university's site in Chromium: cold and warm, on this processor and on one a fourth as fast.

The slower processor is the whole browser stopped for three quarters of the time, some ten milliseconds at
once: what the tools of Chromium offer for it slows a page's own thread, and the work is done in a worker. A
clock is read, so a busy machine shows in every figure: the best one is told too.
"""

from __future__ import annotations

import os
import signal
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from statistics import median
from typing import Final

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.browser import chromium
from tests.browser.test_a_site import Site, all_kept, put, served
from tests.browser.town import Town
from tests.unit.wallet.shared import NOW
from tools.page_runtime import FOLDER, PACKAGE
from vcwallet.page.runtime import Runtime

_STARTS: Final = 5
_SLOW_STARTS: Final = 3
_TEXTS: Final = 40
_RUNS, _STANDS = 0.004, 0.012
"""Seconds of the slower processor's turn."""

_TEXT: Final = """async (text) => {
  const by = (id) => document.getElementById(id);
  if (!by("answer").hidden) by("next").click();
  by("text").value = text;
  // Who pastes a text sees it first: the page is at rest again when the answer is asked for.
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  const begun = performance.now();
  const answered = new Promise((done) => {
    const watch = new MutationObserver(() => {
      if (!by("answer").hidden) { watch.disconnect(); done(); }
    });
    watch.observe(by("answer"), { attributes: true });
  });
  by("typed").requestSubmit();
  await answered;
  const took = performance.now() - begun;
  if (!document.querySelector("#answers .verdict.confirmed")) throw new Error(by("answers").innerText);
  return took;
}"""
_TODAY: Final = f"""
  const Real = Date;
  Date = class extends Real {{
    constructor(...given) {{ given.length ? super(...given) : super({NOW.timestamp() * 1000:.0f}); }}
  }};
"""
"""The day, and no other clock: the page's own is what is read."""
_MARKS: Final = """() => performance.getEntriesByType("mark").map((each) => [each.name, each.startTime])"""
_STEPS: Final = {
    "machine": "fetching, compiling and starting Python",
    "unpacked": "unpacking vcwallet and its words",
    "imported": "importing what a desk needs",
    "desk": "the trust list",
}
"""What ends at each mark of the worker."""


def main() -> str:
    rows = ["| what | bar | median | best |", "|---|--:|--:|--:|"]
    with tempfile.TemporaryDirectory() as place:
        home, folder = Path(place) / "home", Path(place) / "site"
        town = Town(home)
        put(folder, town, Runtime.ready(FOLDER, package=PACKAGE))
        shown = Path(place) / "shown.json"
        shown.write_bytes(town.showing())
        with served(folder) as site, sync_playwright() as playwright:
            browser = chromium.launch(playwright)
            cold = [_cold(browser, site, shown) for _ in range(_STARTS)]
            rows.append(_row("cold start to the first verdict", "3 s", [each for each, _ in cold], "s"))
            marks = min(cold)[1]
            with _window(browser) as context:
                page = context.new_page()
                _answer(page, site, shown)
                all_kept(page)
                texts = [page.evaluate(_TEXT, text) for text in _showings(town)]
                with _cut_off(context):
                    again = [_answer(context.new_page(), site, shown) for _ in range(_STARTS)]
            rows.append(_row("second visit to the first verdict, without a network", "", again, "s"))
            rows.append(_row("a pasted text to the verdict on an open page", "30 ms", texts, "ms"))
            slow = _slow(browser, site, shown)
            rows.append(_row("cold start, a processor a fourth as fast", "", slow, "s"))
            browser.close()
        rows += ["", _sizes(folder), "", _steps(marks)]
    return "\n".join(rows)


def _showings(town: Town) -> list[str]:
    """Each of another diploma, as of people who come one after the other."""
    olympiad, child = town.world.olympiad, town.world.child.id
    return [
        town.showing(olympiad.diploma(number, holder=child)).decode("utf-8")
        for number in range(10, 10 + _TEXTS)
    ]


def _row(name: str, bar: str, milliseconds: list[float], unit: str) -> str:
    divided = 1000 if unit == "s" else 1
    usual, best = (f"{each / divided:.1f} {unit}" for each in (median(milliseconds), min(milliseconds)))
    return f"| {name} | {bar or '-'} | {usual} | {best} |"


@contextmanager
def _window(browser: Browser) -> Iterator[BrowserContext]:
    """One that knows nothing yet, at the moment of the invented town."""
    context = browser.new_context()
    context.set_default_timeout(300_000)
    context.add_init_script(_TODAY)
    try:
        yield context
    finally:
        context.close()


@contextmanager
def _cut_off(context: BrowserContext) -> Iterator[None]:
    context.set_offline(True)
    yield
    context.set_offline(False)


def _cold(browser: Browser, site: Site, shown: Path) -> tuple[float, dict[str, float]]:
    """Milliseconds to the verdict, and when each step in the worker ended."""
    with _window(browser) as context:
        page = context.new_page()
        took = _answer(page, site, shown)
        return took, dict(page.workers[0].evaluate(_MARKS))


def _answer(page: Page, site: Site, shown: Path) -> float:
    """Open the page and give it a file at once; milliseconds until the answer stands there."""
    began = time.perf_counter()
    # Behind the page's own script, which waits for a file while the worker starts.
    page.goto(site.url, wait_until="domcontentloaded")
    page.set_input_files("#files", str(shown))
    page.locator("#answer").wait_for()
    took = time.perf_counter() - began
    if "verdict" not in page.locator("#answers").inner_html():
        raise AssertionError(page.locator("#answers").inner_text())
    return took * 1000


def _slow(browser: Browser, site: Site, shown: Path) -> list[float]:
    """Cold starts of a browser that has a fourth of the time."""
    took = []
    for _ in range(_SLOW_STARTS):
        with _window(browser) as context, _fourth_as_fast(browser):
            page = context.new_page()
            took.append(_answer(page, site, shown))
    return took


@contextmanager
def _fourth_as_fast(browser: Browser) -> Iterator[None]:
    """All processes of the browser stand still for three quarters of the time."""
    first, over = _process_of(browser), threading.Event()

    def slow() -> None:
        processes = [first]
        while not over.is_set():
            began = time.perf_counter()
            _tell(processes, signal.SIGSTOP)
            processes = _with_children(first)  # none is begun while those that begin them stand
            _tell(processes, signal.SIGSTOP)
            time.sleep(_STANDS)
            _tell(processes, signal.SIGCONT)
            # A late turn of ours is made up for: it runs a third as long as it stood.
            time.sleep((time.perf_counter() - began) * _RUNS / _STANDS)

    thread = threading.Thread(target=slow)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _process_of(browser: Browser) -> int:
    """The browser's own process, as it says itself."""
    session = browser.new_browser_cdp_session()
    processes = session.send("SystemInfo.getProcessInfo")["processInfo"]
    return next(int(each["id"]) for each in processes if each["type"] == "browser")


def _with_children(first: int) -> list[int]:
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # one that has just ended
            # The name, in brackets, may hold anything; behind it come the state and the parent.
            parents[int(stat.parent.name)] = int(stat.read_text("utf-8").rpartition(")")[2].split()[1])
    found = [first]
    for each in found:
        found += [child for child, parent in parents.items() if parent == each]
    return found


def _tell(processes: list[int], what: signal.Signals) -> None:
    for each in processes:
        with suppress(ProcessLookupError):
            os.kill(each, what)


def _sizes(folder: Path) -> str:
    files = [each for each in folder.rglob("*") if each.is_file()]
    reader = sum(each.stat().st_size for each in files if "zxing" in each.relative_to(folder).parts)
    whole = sum(each.stat().st_size for each in files)
    return (
        f"The folder: {whole / 1e6:.1f} MB in {len(files)} files, without the reader of codes"
        f" {(whole - reader) / 1e6:.1f} (bar: 12)."
    )


def _steps(marks: dict[str, float]) -> str:
    """Where the best cold start spent its time, in the worker."""
    began, told = 0.0, []
    for name, step in _STEPS.items():
        told.append(f"{step} {marks[name] - began:.0f} ms")
        began = marks[name]
    return "In the worker of the best cold start: " + ", ".join(told) + "."
