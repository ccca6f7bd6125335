"""The page of a university's site: a visitor's first visit, one without a network, a camera, hostile files.

It is served by a plain server of files, as any site has one. Nothing else is ever asked for anything.
"""

from __future__ import annotations

import functools
import http.server
import json
import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import Any, Final, Literal, cast

import pytest
from playwright.sync_api import Browser, Page, Playwright

from tests import bbs, tokens
from tests.browser import camera, chromium
from tests.browser.chromium import PHONE, Person
from tests.browser.test_after_closing import holding
from tests.browser.test_an_officer import five_codes
from tests.browser.town import NOW, Town
from tests.sameness.cases import files_shown
from tests.shared import need, wait_until
from tests.unit.verifier.test_nothing_implied import two_keys
from tests.world import World
from tools.page_runtime import FOLDER, PACKAGE
from vcwallet import strict_json
from vcwallet.bundle import symbols
from vcwallet.errors import UsageError
from vcwallet.page.building import POLICY, Edition, build
from vcwallet.page.desk import Desk
from vcwallet.page.runtime import Runtime
from vcwallet.verifier.demands import Demands
from vcwallet.verifier.trust import TrustList

PROGRAM = "1.0"
SHOWINGS = 24
"""`tests/sameness` compares thousands under Node.js: here they pass through a browser's own doors."""
WORKERS = """const workers = (window.workers = []);
window.Worker = class extends window.Worker {
  constructor(name, ...given) {
    super(name, ...given);
    this.asked = [];
    if (String(name).includes("/worker.")) workers.push(this);
  }
  postMessage(message, ...given) {
    this.asked.push(message.ask);
    super.postMessage(message, ...given);
  }
};"""
"""A script before the page's own: which workers of Python it started, and what it asked each."""
HOLDS_FILES = """window.Worker = class extends window.Worker {
  postMessage(message, ...given) {
    if (message.ask !== "files") super.postMessage(message, ...given);
    else window.release = () => super.postMessage(message, ...given);
  }
};"""
"""A script before the page's own: files come to Python when the test says so."""
END_WORKER = "window.workers.at(-1).dispatchEvent(new ErrorEvent('error', { message: 'gone' }))"
MARKS = "performance.getEntriesByType('mark').map((each) => each.name)"
WORDS = """() => {
  const said = (part) => [...part.querySelectorAll("*")].flatMap((each) => [
    ...Object.values(each.dataset), each.ariaLabel,
    ...(each.content ? [each.content.textContent, ...said(each.content)] : []),
  ]);
  return said(document.body);
}"""
"""Every word that is in the page's data and templates, seen or not."""
DESK = "desk"
"""The mark of a worker that is ready to be asked."""
LARGEST_FOLDER = 12_000_000
"""Of the page as it lies on a disk, without the reader of codes."""


@dataclass
class Site:
    """A folder on a plain server of files."""

    folder: Path
    url: str
    server: FileServer

    @property
    def inside(self) -> Path:
        """The folder of the edition's own files."""
        (found,) = self.folder.glob("*/trust-list.json")
        return found.parent

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()


class Files(http.server.SimpleHTTPRequestHandler):
    """With the types that old servers give, which know neither WebAssembly nor modules by another name."""

    extensions_map = {  # noqa: RUF012 - as the library has it
        ".html": "text/html",
        ".js": "application/javascript",
        ".css": "text/css",
        ".json": "application/json",
        ".svg": "image/svg+xml",
        "": "application/octet-stream",
    }

    def end_headers(self) -> None:
        # How long a browser believes a file without asking depends on the file's age otherwise.
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()

    def do_GET(self) -> None:
        server = cast(FileServer, self.server)
        if (held := server.held.get(self.path)) is not None:
            held.wait()
        if self.path in server.moved:
            self.send_response(302)
            self.send_header("Location", server.moved[self.path])
            self.end_headers()
            return
        if self.path in server.lost:
            server.lost.remove(self.path)
            self.send_error(503)
            return
        super().do_GET()

    def log_message(self, *_: object) -> None:
        cast(FileServer, self.server).asked.append(self.path)


class FileServer(http.server.ThreadingHTTPServer):
    """Writes down what it was asked for."""

    def __init__(self, folder: Path) -> None:
        super().__init__(("127.0.0.1", 0), functools.partial(Files, directory=folder))
        self.asked: list[str] = []
        self.held: dict[str, threading.Event] = {}
        """Files that come only when something has happened."""
        self.lost: list[str] = []
        """Files that do not come at their next request."""
        self.moved: dict[str, str] = {}
        """Files that another address has."""


@contextmanager
def served(folder: Path) -> Iterator[Site]:
    server = FileServer(folder)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    site = Site(folder, f"http://127.0.0.1:{server.server_address[1]}/", server)
    try:
        yield site
    finally:
        site.stop()


@pytest.fixture(scope="module")
def runtime() -> Runtime:
    try:
        return Runtime.ready(FOLDER, package=PACKAGE)
    except UsageError:
        need(False, "what pages are made of is not fetched for this edition (make page)")
        raise


@pytest.fixture
def site(town: Town, runtime: Runtime, tmp_path: Path) -> Iterator[Site]:
    folder = tmp_path / "site"
    put(folder, town, runtime)
    with served(folder) as site:
        yield site


def put(folder: Path, town: Town, runtime: Runtime) -> None:
    town.world.olympiad.revoked.add(3)
    trust = TrustList.parse(
        town.office(bbs.believed(two_keys(town.world)), town.world.trusted(town.world.school)).read_bytes()
    )
    edition = Edition(trust, Demands(), PROGRAM, "ru", "Вымышленный университет")
    build(folder, edition, runtime, now=NOW)


@contextmanager
def visitor(browser: Browser, site: Site, **options: Any) -> Iterator[Person]:
    """At the moment of the invented town: what the page asks for the time says that."""
    with chromium.person(browser, site.url, **options) as person:
        person.page.clock.set_fixed_time(NOW)
        person.page.goto(site.url)
        ready(person.page)
        yield person


def ready(page: Page) -> None:
    wait_until(
        lambda: page.evaluate("document.body.dataset.state === 'ready' || !!document.body.dataset.why")
    )
    assert page.evaluate("document.body.dataset.why ?? ''") == ""


def all_kept(page: Page) -> None:
    """Wait until the browser keeps every file of the page."""
    everything = """async () => {
      const { files } = await (await fetch("manifest.json")).json();
      const here = new URL(".", location.href).href;
      const [name] = (await caches.keys()).filter((each) => each.includes(` ${here} `));
      const held = name ? await (await caches.open(name)).keys() : [];
      return held.length === Object.keys(files).length - 1;
    }"""
    wait_until(lambda: page.evaluate(everything))


def give(page: Page, *files: tuple[str, bytes]) -> None:
    """Files into the field, and wait for what is said of them."""
    page.locator("#files").set_input_files(
        [{"name": name, "mimeType": "application/octet-stream", "buffer": content} for name, content in files]
    )
    page.locator("#answer").wait_for()


def verdict(page: Page) -> str:
    return page.locator("#answers .verdict .word").first.inner_text()


def report(page: Page) -> str:
    with page.expect_download() as saved:
        page.locator("#save").click()
    return saved.value.path().read_text("utf-8")


def test_a_first_visit_answers_and_the_next_one_needs_no_network(
    browser: Browser, site: Site, town: Town
) -> None:
    with visitor(browser, site, size=PHONE) as person:
        page = person.page
        assert "Список доверия: 2 дня." in page.locator("#ages").inner_text()
        assert chromium.violations(page) == []
        chromium.fits(page)
        give(page, ("показ.json", town.showing()))
        assert verdict(page) == "Подтверждено"
        assert page.evaluate("document.activeElement.className") == "word"
        assert town.world.child.name.split()[0] in page.locator("#answers").inner_text()
        assert json.loads(report(page))["outcome"] == "confirmed"
        # Each finding stands where it belongs: those of the whole are not among those of a diploma.
        whole = page.locator("#answers .card", has=page.locator("[data-terms]")).locator(".checks")
        assert "Получатель." in (whole.text_content() or "")
        assert "Получатель." not in (page.locator("#answers article .checks").first.text_content() or "")
        assert chromium.violations(page) == []
        chromium.fits(page)
        assert page.evaluate("navigator.serviceWorker.ready.then((each) => each.active !== null)")
        all_kept(page)
        assert page.evaluate("caches.keys().then((names) => names.length)") == 1
        site.stop()
        again = person.context.new_page()
        again.clock.set_fixed_time(NOW)
        again.goto(site.url)
        ready(again)
        give(again, ("показ.json", town.showing()))
        assert verdict(again) == "Подтверждено"
        again.goto(f"{site.url}en.html")
        ready(again)
        give(again, ("shown.json", town.showing()))
        assert verdict(again) == "Confirmed"
        # What the browser keeps is the page and nothing that was shown.
        kept = again.evaluate(
            """async () => {
              const found = [];
              for (const name of await caches.keys())
                for (const request of await (await caches.open(name)).keys()) found.push(request.url);
              return [found, localStorage.length, sessionStorage.length, document.cookie,
                      (await indexedDB.databases()).length];
            }"""
        )
        listed = json.loads((site.folder / "manifest.json").read_text("utf-8"))["files"]
        assert set(kept[0]) == {site.url + name for name in listed if name != "service-worker.js"}
        assert kept[1:] == [0, 0, "", 0]


def test_what_stands_on_the_page_is_said_again_in_the_other_language(
    browser: Browser, site: Site, town: Town
) -> None:
    """As a visit in that language would have said it; and nothing goes to a disk, or is given again."""
    given = (("показ.json", town.showing()), ("документ.pdf", b"%PDF-1.7"))
    with visitor(browser, site, size=PHONE) as person:
        page = person.page
        page.locator("#text").fill(five_codes(town)[0].digits)
        page.locator("#text").press("Enter")
        page.locator("#parts", has_text="Прочитано 1 из 5").wait_for()
        page.locator("#languages a").click()
        page.locator("#parts", has_text="1 of 5 read").wait_for()
        page.locator("#languages a").click()
        page.locator("#parts", has_text="Прочитано 1 из 5").wait_for()
        page.locator("#anew").click()
        give(page, *given)
        russian = page.locator("body").inner_text()
        page.locator("#languages a").click()
        page.locator("#answers .verdict .word", has_text="Confirmed").wait_for()
        assert page.evaluate("document.activeElement.matches('#languages a')")
        assert (page.url, page.title()) == (site.url + "en.html", "Check diplomas — Вымышленный университет")
        assert chromium.violations(page) == []
        fresh = person.context.new_page()
        fresh.clock.set_fixed_time(NOW)
        fresh.goto(site.url + "en.html")
        ready(fresh)
        give(fresh, *given)
        for _ in range(2):
            assert page.locator("body").inner_text() == fresh.locator("body").inner_text()
            assert page.evaluate(WORDS) == fresh.evaluate(WORDS)
            for each in (page, fresh):
                each.locator("#next").click()
                each.locator("#state", has_text="Ready.").wait_for()
                give(each, *given)
        page.locator("#languages a").click()
        page.locator("#answers .verdict .word", has_text="Подтверждено").wait_for()
        assert page.locator("body").inner_text() == russian
        # Where nothing stands, the other page is opened as any is.
        page.locator("#next").click()
        page.locator("#state", has_text="Готово").wait_for()
        page.locator("#languages a").click()
        ready(page)
        assert page.url == site.url + "en.html"


def test_what_is_given_before_the_page_is_ready_is_answered_when_it_is(
    browser: Browser, site: Site, town: Town
) -> None:
    """A visitor on a slow line does not wait for the program to give a file."""
    with chromium.person(browser, site.url) as person:
        person.page.clock.set_fixed_time(NOW)
        person.page.goto(site.url, wait_until="domcontentloaded")
        assert person.page.evaluate("document.body.dataset.state ?? ''") == ""
        give(person.page, ("показ.json", town.showing()))
        assert verdict(person.page) == "Подтверждено"
        assert person.page.locator("#broken").is_hidden()


def test_an_open_page_takes_a_newer_list_and_leaves_its_neighbour_alone(
    browser: Browser, town: Town, runtime: Runtime, tmp_path: Path
) -> None:
    """Two pages of one site: each keeps its own edition, and a new one comes when nothing is being shown."""
    for name in ("one", "two"):
        put(tmp_path / name, town, runtime)
    with served(tmp_path) as site, chromium.person(browser, site.url) as person:
        person.refusals.add(404)
        pages = [person.page, person.context.new_page()]
        pages[0].add_init_script(WORKERS)
        for page, name in zip(pages, ("one", "two"), strict=True):
            page.clock.set_fixed_time(NOW)
            page.goto(f"{site.url}{name}/")
            ready(page)
            all_kept(page)
        first, second = pages
        give(first, ("показ.json", town.showing()))
        earlier = second.evaluate("caches.keys()")
        assert len(earlier) == 2
        build(
            tmp_path / "one",
            Edition(
                town.world.trust(issued_at=NOW - timedelta(days=1)), Demands(), PROGRAM, "ru", "Новое имя"
            ),
            runtime,
            now=NOW,
        )
        first.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        wait_until(lambda: second.evaluate("caches.keys()") != earlier)
        wait_until(lambda: len(second.evaluate("caches.keys()")) == 2)
        assert set(second.evaluate("caches.keys()")) & set(earlier) == {
            each for each in earlier if each.startswith(f"vcwallet-page {site.url}two/ ")
        }
        assert verdict(first) == "Подтверждено"
        # Its program ends now, and no script of the newer edition takes its place under the older page.
        first.evaluate(END_WORKER)
        wait_until(lambda: first.evaluate("state.textContent === state.dataset.failed"))
        assert first.evaluate("window.workers.length") == 2
        assert verdict(first) == "Подтверждено"
        first.locator("#next").click()
        first.get_by_text("Новое имя").wait_for()
        ready(first)
        assert "1 день" in first.locator("#ages").inner_text().replace("\u00a0", " ")
        site.stop()
        second.reload()
        ready(second)
        give(second, ("показ.json", town.showing()))
        assert verdict(second) == "Подтверждено"


@pytest.mark.parametrize("keeps", ["allow", "block"])
def test_a_first_visit_to_a_page_that_is_not_whole_is_told_so_and_answers_nothing(
    browser: Browser, site: Site, keeps: Literal["allow", "block"]
) -> None:
    """The browser takes each file by its digest; where it keeps nothing, the page itself compares."""
    mark = site.inside / "mark.svg"
    whole = mark.read_bytes()
    mark.write_text("<svg xmlns='http://www.w3.org/2000/svg'/>", "utf-8")
    with chromium.person(browser, site.url, service_workers=keeps) as person:
        page = person.page
        page.clock.set_fixed_time(NOW)
        page.goto(site.url)
        page.locator("#changed").wait_for()
        said = page.locator("#changed").inner_text().replace("\u00a0", " ")
        assert "Страница повреждена" in said
        assert f"{site.inside.name}/mark.svg" in said
        assert not page.locator("#asking").is_visible()
        assert not [each for each in site.server.asked if each.startswith(f"/{site.inside.name}/worker.js?")]
        mark.write_bytes(whole)
        page.reload()
        ready(page)
        assert page.evaluate("!!navigator.serviceWorker.controller") is (keeps == "allow")
        person.errors.clear()
        person.console.clear()


@pytest.mark.parametrize("keeps", ["allow", "block"])
def test_a_file_is_not_followed_to_another_site(
    browser: Browser, site: Site, keeps: Literal["allow", "block"]
) -> None:
    name = f"{site.inside.name}/trust-list.json"
    site.server.moved[f"/{name}"] = "https://example.invalid/trust-list.json"
    with chromium.person(browser, site.url, service_workers=keeps) as person:
        page = person.page
        page.goto(site.url)
        page.locator("#changed").wait_for()
        assert name in page.locator("#changed").inner_text()
        assert person.strangers == []
        person.console.clear()
        person.errors.clear()


def test_python_that_starts_before_every_file_has_come_says_nothing_until_then(
    browser: Browser, site: Site, town: Town
) -> None:
    """Neither where the last file is another than it was, nor before it is known to be the right one."""
    late = site.inside / "pdfium" / "LICENSE"
    whole = late.read_bytes()
    asked = f"/{site.inside.name}/pdfium/LICENSE"
    late.write_bytes(whole + b".")
    with chromium.person(browser, site.url) as person:
        page = person.page
        page.clock.set_fixed_time(NOW)
        page.add_init_script(WORKERS)
        for _ in ("damaged", "whole"):
            site.server.held[asked] = threading.Event()
            page.goto(site.url, wait_until="domcontentloaded")
            page.set_input_files("#files", {"name": "показ.json", "mimeType": "", "buffer": town.showing()})
            wait_until(lambda: page.evaluate("window.workers.length") and page.workers)
            wait_until(lambda: DESK in page.workers[0].evaluate(MARKS))
            assert page.evaluate("window.workers[0].asked") == []
            assert page.locator("#ages").text_content() == ""
            assert page.locator("#answer").is_hidden()
            site.server.held[asked].set()
            if late.read_bytes() == whole:
                break
            page.locator("#changed").wait_for()
            assert f"{site.inside.name}/pdfium/LICENSE" in page.locator("#changed").inner_text()
            assert page.evaluate("window.workers[0].asked") == []
            assert not page.workers
            assert page.locator("#answer").is_hidden()
            late.write_bytes(whole)
            site.server.asked.clear()
        page.locator("#answer").wait_for()
        assert verdict(page) == "Подтверждено"
        # What came rightly the first time is not asked for again, and from now on nothing is.
        assert {each for each in site.server.asked if site.inside.name in each} == {asked}
        all_kept(page)
        site.stop()
        page.reload()
        ready(page)
        person.console.clear()
        person.errors.clear()


def test_a_changed_script_of_the_program_never_runs(browser: Browser, site: Site) -> None:
    """Python starts with files that were compared already, each by itself."""
    script = site.inside / "primitives" / "primitives.js"
    whole = script.read_bytes()
    script.write_bytes(b"fetch(new URL('../ran', import.meta.url));" + whole)
    with chromium.person(browser, site.url) as person:
        person.page.goto(site.url)
        person.page.locator("#changed").wait_for()
        assert f"{site.inside.name}/primitives/primitives.js" in person.page.locator("#changed").inner_text()
        assert f"/{site.inside.name}/primitives/primitives.js" in site.server.asked
        assert f"/{site.inside.name}/ran" not in site.server.asked
        person.console.clear()
        person.errors.clear()


def test_files_that_are_lost_on_the_way_once_are_asked_for_again(browser: Browser, site: Site) -> None:
    names = ("worker.js", "vcwallet.zip.gz", "opening-worker.js")
    site.server.lost = [f"/{site.inside.name}/{name}" for name in names]
    with visitor(browser, site, refusals={503}):
        assert site.server.lost == []


def test_a_page_whose_own_script_is_missing_or_another_says_so_and_does_not_run_it(
    browser: Browser, site: Site
) -> None:
    """It comes before anything could compare it, but the browser itself."""

    def told() -> bool:
        page.evaluate("document.getAnimations().forEach((each) => each.finish())")
        return page.locator("#unstarted", has_text="Страница не запустилась").is_visible()

    script = site.inside / "page.js"
    whole = script.read_bytes()
    with chromium.person(browser, site.url, refusals={404}) as person:
        page = person.page
        script.unlink()
        page.goto(site.url)
        assert not page.locator("#unstarted").is_visible(), "the script may still come"
        assert told()
        script.write_bytes(b"window.ran = true;" + whole)
        # A server that tells files by seconds would say that it has not changed when it is whole again.
        os.utime(script, (0, 0))
        page.reload()
        assert told()
        assert page.evaluate("'ran' in window") is False
        script.write_bytes(whole)
        index = site.folder / "index.html"
        text = index.read_bytes()
        index.write_bytes(text[: len(text) // 2])
        # By another address, for the same reason.
        page.goto(f"{site.url}?cut")
        assert told()
        person.errors.clear()
        index.write_bytes(text)
        page.goto(site.url)
        ready(page)
        assert not page.locator("#unstarted").count()
        assert any("integrity" in each for each in person.console)
        person.console.clear()


def test_a_service_worker_that_is_ended_at_a_first_visit_is_asked_again(browser: Browser, site: Site) -> None:
    """A page that waits for long says so."""
    inside = f"/{site.inside.name}"
    held = site.server.held[f"{inside}/vcwallet.zip.gz"] = threading.Event()
    with chromium.person(browser, site.url) as person:
        page = person.page
        page.clock.install(time=NOW)
        page.goto(site.url, wait_until="domcontentloaded")
        wait_until(lambda: f"{inside}/pyodide/python.zip.gz" in site.server.asked)
        client = person.context.new_cdp_session(page)
        client.send("ServiceWorker.enable")
        client.send("ServiceWorker.stopAllWorkers")
        page.clock.fast_forward(60_000)
        wait_until(lambda: page.evaluate("state.textContent === state.dataset.slow"))
        held.set()
        ready(page)


def test_a_page_inside_another_is_given_nothing_by_the_service_worker_of_that(
    browser: Browser, site: Site, town: Town
) -> None:
    """Nor where it can have none of its own."""
    for name in ("inner", "other"):
        shutil.copytree(site.inside, site.folder / name / site.inside.name)
        for each in site.folder.glob("*.*"):
            shutil.copy(each, site.folder / name)
    with visitor(browser, site) as person:
        page = person.page
        page.goto(f"{site.url}inner/")
        ready(page)
        own = "navigator.serviceWorker.controller.scriptURL"
        assert page.evaluate(own) == f"{site.url}inner/service-worker.js"
        client = person.context.new_cdp_session(page)
        client.send("Storage.overrideQuotaForOrigin", {"origin": site.url[:-1], "quotaSize": 1000})
        page.goto(f"{site.url}other/")
        ready(page)
        assert page.evaluate(own) == f"{site.url}service-worker.js"
        give(page, ("показ.json", town.showing()))
        assert verdict(page) == "Подтверждено"
        person.console.clear()


def test_a_newer_edition_waits_for_the_answer_to_what_was_given(
    browser: Browser, site: Site, town: Town, runtime: Runtime
) -> None:
    with chromium.person(browser, site.url) as person:
        page = person.page
        page.clock.set_fixed_time(NOW)
        page.add_init_script(HOLDS_FILES)
        page.goto(site.url)
        ready(page)
        all_kept(page)
        page.set_input_files("#files", {"name": "показ.json", "mimeType": "", "buffer": town.showing()})
        wait_until(lambda: page.evaluate("'release' in window"))
        edition = Edition(
            town.world.trust(issued_at=NOW - timedelta(days=1)), Demands(), PROGRAM, "ru", "Новое имя"
        )
        build(site.folder, edition, runtime, now=NOW)
        page.evaluate(
            """async () => {
              const { serviceWorker } = navigator;
              const changed = new Promise((resolve) => (serviceWorker.oncontrollerchange = resolve));
              await (await serviceWorker.ready).update();
              await changed;
              window.release();
            }"""
        )
        page.locator("#answer").wait_for()
        assert verdict(page) == "Подтверждено"
        page.locator("#next").click()
        page.get_by_text("Новое имя").wait_for()
        ready(page)


def test_the_worker_has_the_policy_from_the_first_visit_on(browser: Browser, site: Site) -> None:
    """Though the server sends none."""
    with visitor(browser, site) as person:
        broken = person.page.workers[0].evaluate(
            """() => new Promise((resolve) => {
              addEventListener("securitypolicyviolation", (event) => resolve(event.effectiveDirective));
              fetch("https://example.invalid/").catch(() => null);
            })"""
        )
        assert broken == "connect-src"
        person.console.clear()
        person.strangers.clear()


def test_a_clock_outside_the_calendar_is_told_and_an_odd_zone_is_a_zone(
    browser: Browser, site: Site, town: Town
) -> None:
    trust = (site.inside / "trust-list.json").read_bytes()
    here = Desk(trust, "ru", program=PROGRAM, status_days=14, old_days=None)
    shown = ("показ.json", town.showing())
    with chromium.person(browser, site.url, timezone="Asia/Kathmandu") as person:
        page = person.page
        page.clock.set_fixed_time(datetime(9999, 12, 31, 23, tzinfo=UTC))
        page.goto(site.url)
        ready(page)
        assert "Часы этого компьютера" in page.locator("#state").inner_text().replace("\u00a0", " ")
        give(page, shown)
        assert page.locator("#answers .verdict").count() == 0
        assert "Часы этого компьютера" in page.locator("#answers").inner_text().replace("\u00a0", " ")
        page.locator("#next").click()
        page.clock.set_fixed_time(NOW)
        give(page, shown)
        assert verdict(page) == "Подтверждено"
        kathmandu = NOW.astimezone(timezone(timedelta(hours=5, minutes=45))).isoformat()
        assert report(page) == json.loads(here.files([shown], now=kathmandu))["answer"]["json"]


def test_five_codes_before_the_camera_become_an_answer(
    playwright: Playwright, site: Site, town: Town, tmp_path: Path
) -> None:
    film = camera.write(
        tmp_path / "camera.y4m", (symbols.picture(part, scale=4).convert("L") for part in five_codes(town))
    )
    browser = chromium.launch(playwright, *camera.flags(film))
    with visitor(browser, site, permissions=["camera"]) as person:
        page = person.page
        page.locator("#text").fill(five_codes(town)[0].digits)
        page.get_by_role("button", name="Прочитать").click()
        page.get_by_role("button", name="Начать сначала").click()
        page.locator("#parts").wait_for(state="hidden")
        page.locator("#state", has_text="Готово к проверке.").wait_for()
        page.get_by_role("button", name="Включить камеру").click()
        page.locator("#answer").wait_for()
        assert verdict(page) == "Подтверждено частично", "one of its diplomas is revoked"
        assert not page.locator("video").count()
        page.get_by_role("button", name="Следующий").click()
        assert page.locator("#asking").is_visible()
        assert page.locator("#answers").inner_text() == ""
        page.get_by_role("button", name="Включить камеру").click()
        page.locator("video").wait_for()
        give(page, ("показ.json", town.showing()))
        assert not page.locator("video").count(), "what is before it now is another person's"
    browser.close()


def test_a_browser_that_hides_pictures_is_told_of_before_the_camera_is_asked_for(
    browser: Browser, site: Site
) -> None:
    with chromium.person(browser, site.url) as person:
        page = person.page
        page.add_init_script(
            """CanvasRenderingContext2D.prototype.getImageData = (left, top, width, height) =>
              new ImageData(new Uint8ClampedArray(4 * width * height).fill(255), width, height);
            navigator.mediaDevices.getUserMedia = () => { throw new Error("asked"); };"""
        )
        page.goto(site.url)
        page.get_by_role("button", name="Включить камеру").click()
        page.locator("#camera-says", has_text="Браузер скрывает от страницы").wait_for()
        assert not page.locator("video").count()


def test_hostile_files_cost_themselves_and_nothing_else(browser: Browser, site: Site, town: Town) -> None:
    """Nesting that would end the interpreter, and more than the page reads; the page says so and goes on."""
    with visitor(browser, site) as person:
        page = person.page
        nested = b'{"@context":' + b"[" * 6000 + b"]" * 6000 + b"}"
        bomb = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + b"\0\0\xff\xff" * 2
        give(
            page,
            ("вложенный.json", nested),
            ("бомба.png", bomb),
            ("документ.pdf", b"%PDF-1.7"),
            ("показ.json", town.showing()),
        )
        assert verdict(page) == "Подтверждено"
        told = page.locator("#answers .list li").all_inner_texts()
        assert [each.split("\n")[0] for each in told] == ["вложенный.json", "бомба.png", "документ.pdf"]
        page.locator("#next").click()
        # 64 MiB: named, and not read.
        page.evaluate(
            """() => {
              const files = new DataTransfer();
              files.items.add(new File([new Uint8Array(64 * 2 ** 20)], "большой.json"));
              document.getElementById("files").files = files.files;
              document.getElementById("files").dispatchEvent(new Event("change"));
            }"""
        )
        page.locator("#answer").wait_for()
        assert "большой.json" in page.locator("#answers").inner_text()
        page.locator("#next").click()
        hostile = town.world.olympiad.diploma(3, holder=town.world.child.id)
        hostile["name"] = '<img src=x onerror="document.title=1"><script>document.title=2</script>'
        give(page, ("чужой.json", strict_json.dumps(hostile).encode()))
        assert verdict(page) == "Не принимать"
        assert not page.locator("#answers img, #answers script").count()
        assert page.title().startswith("Проверка дипломов")


def test_a_program_that_stops_is_started_again_and_the_page_says_so(
    browser: Browser, site: Site, town: Town
) -> None:
    """Whatever ends it: what was given last is not answered, and never half."""
    with chromium.person(browser, site.url) as person:
        page = person.page
        page.clock.set_fixed_time(NOW)
        page.add_init_script(WORKERS)
        page.goto(site.url)
        ready(page)
        page.evaluate("document.getElementById('text').value = '12345'")
        page.evaluate(f"document.getElementById('typed').requestSubmit(); {END_WORKER}")
        page.locator("#broken").wait_for()
        assert "ответа нет" in page.locator("#broken").inner_text().replace("\u00a0", " ")
        assert page.locator("#answer").is_hidden()
        give(page, ("показ.json", town.showing()))
        assert verdict(page) == "Подтверждено"
        assert page.evaluate("window.workers.length") == 2


FORBIDDEN: Final = """() => {
  const broken = (window.broken = []);
  document.addEventListener("securitypolicyviolation", (event) => broken.push(event.effectiveDirective));
  fetch("https://example.invalid/").catch(() => broken.push("no connection"));
  document.body.append(Object.assign(new Image(), { src: "https://example.invalid/x.png" }));
  // Later, because what a debugger runs itself may use eval.
  setTimeout(() => {
    try { broken.push(eval("'eval ran'")); } catch { broken.push("no eval"); }
  });
  try { new Worker("page.js"); } catch { broken.push("no worker"); }
  try { document.body.innerHTML = "<p>markup</p>"; } catch { broken.push("no markup"); }
}"""


def demand_its_policy(page: Page) -> None:
    """A script of the page may ask no other site, and run or write nothing that came as a text."""
    page.evaluate(FORBIDDEN)
    for each in ("connect-src", "no connection", "img-src", "no eval", "no worker", "no markup"):
        wait_until(lambda each=each: each in page.evaluate("window.broken"))  # type: ignore[misc]
    assert "eval ran" not in page.evaluate("window.broken")


def test_the_page_says_what_it_is_and_holds_itself_to_it(browser: Browser, site: Site) -> None:
    with visitor(browser, site) as person:
        page = person.page
        said = page.locator("aside").inner_text().replace("\u00a0", " ")
        for words in (
            "Ничего не хранится",
            "Вы доверяете тому, на чьём сайте",
            "Сюда не вводят ни фраз, ни ключей",
        ):
            assert words in said
        policy = page.locator("meta[http-equiv]").get_attribute("content")
        assert policy == POLICY
        demand_its_policy(page)
        person.console.clear()
        person.strangers.clear()


def test_the_folder_is_small(site: Site) -> None:
    files = [each for each in site.folder.rglob("*") if each.is_file()]
    reader = [each for each in files if "zxing" in each.relative_to(site.folder).parts]
    assert reader
    assert sum(each.stat().st_size for each in set(files) - set(reader)) < LARGEST_FOLDER


def test_what_bbs_needs_is_loaded_when_it_is_first_shown(browser: Browser, site: Site, town: Town) -> None:
    """Not before, and nothing else waits for it: where it does not come, that diploma alone is not known."""
    shown = [each for each in bbs.showings(town.world, now=NOW) if "good" in each[0]]
    part = site.inside / "primitives" / "bls.js"
    asked = f"/{site.inside.name}/primitives/bls.js"
    content = part.read_bytes()
    # Without what keeps the page, which takes all of it at the first visit.
    with visitor(browser, site, service_workers="block", refusals={404}) as person:
        page = person.page
        # The page has compared all its files by now.
        site.server.asked.clear()
        part.unlink()
        give(page, ("показ.json", town.showing()))
        assert verdict(page) == "Подтверждено"
        assert asked not in site.server.asked
        page.locator("#next").click()
        give(page, ("показ.json", town.showing()), shown[0])
        told = page.locator("#answers").inner_text().replace("\u00a0", " ")
        assert "которая проверяет подписи вида bbs-2023, не загрузилась" in told
        outcomes = [each["outcome"] for each in json.loads(report(page))["reports"]]
        assert sorted(outcomes) == ["confirmed", "unknown"]
        assert asked in site.server.asked
        part.write_bytes(content)
        page.reload()
        ready(page)
        site.server.asked.clear()
        for each in shown:
            give(page, each)
            assert verdict(page) == "Подтверждено"
            page.locator("#next").click()
            assert site.server.asked.count(asked) == 1
        assert all("blocked by Playwright" in each for each in person.console)
        person.console.clear()


def test_what_needs_no_reader_of_codes_does_not_wait_for_it(browser: Browser, site: Site, town: Town) -> None:
    """It is loaded last. A picture that is given before waits, and is read with all that came with it."""
    reader = f"/{site.inside.name}/zxing/zxing_reader.wasm"
    pictures = []
    for number, part in enumerate(five_codes(town)):
        symbols.picture(part, scale=4).save(content := BytesIO(), "PNG")
        pictures.append((f"код-{number}.png", content.getvalue()))
    # Without what keeps the page, which has all files before anything is answered.
    with chromium.person(browser, site.url, service_workers="block") as person:
        page = person.page
        page.clock.set_fixed_time(NOW)
        page.add_init_script(WORKERS)
        page.goto(site.url)
        wait_until(lambda: page.evaluate("window.workers.length"))
        site.server.held[reader] = threading.Event()
        ready(page)
        give(page, ("показ.json", town.showing()))
        assert verdict(page) == "Подтверждено"
        page.locator("#next").click()
        page.set_input_files(
            "#files",
            [{"name": name, "mimeType": "", "buffer": content} for name, content in pictures],
        )
        wait_until(lambda: page.evaluate("window.workers[0].asked.at(-1)") == "files")
        assert page.locator("#answer").is_hidden()
        site.server.held[reader].set()
        page.locator("#answer").wait_for()
        assert verdict(page) == "Подтверждено частично", "one of its diplomas is revoked"
        assert not page.locator("#answers .list li").count(), "every picture was read"
        person.console.clear()


def test_reports_are_those_of_this_computer_byte_for_byte(browser: Browser, site: Site, town: Town) -> None:
    """One verifier on two hosts: the same document for programs, whatever was shown."""
    trust = (site.inside / "trust-list.json").read_bytes()
    here = Desk(trust, "ru", program=PROGRAM, status_days=14, old_days=None)
    made = list(islice(files_shown(town.world), SHOWINGS))
    shown = [*tokens.showings(town.world, now=NOW), *islice(tokens.malformed(town.world, now=NOW), 8)]
    shown += bbs.showings(town.world, now=NOW)
    with visitor(browser, site) as person:
        for files in (made, shown):
            give(person.page, *files)
            expected = json.loads(here.files(files, now=moscow()))["answer"]
            assert report(person.page) == expected["json"]
            told = person.page.locator("#answers .verdict .word").all_inner_texts()
            assert told == [each["head"] for each in expected["reports"]]
            outcomes = {each["outcome"] for each in json.loads(expected["json"])["reports"]}
            assert outcomes >= {"confirmed", "refused", "unknown"}
            person.page.locator("#next").click()


def moscow() -> str:
    """The moment as a computer in Moscow says it."""
    return NOW.astimezone(timezone(timedelta(hours=3))).isoformat()


def test_a_page_that_stays_open_says_how_old_it_is_now(browser: Browser, site: Site, town: Town) -> None:
    """Whoever comes back to it, or goes on, does not read of the day on which it was loaded."""
    with visitor(browser, site) as person:
        page = person.page
        give(page, ("показ.json", town.showing()))
        page.clock.set_fixed_time(NOW + timedelta(days=7))
        page.locator("#next").click()
        page.locator("#ages", has_text="9 дней").wait_for()
        assert page.locator("#outdated").is_hidden()
        page.clock.set_fixed_time(NOW + timedelta(days=100))
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        page.locator("#outdated").wait_for()
        give(page, ("показ.json", town.showing()))
        assert verdict(page) != "Подтверждено"


def test_whoever_comes_back_to_a_page_that_was_left_sees_nothing_of_it(
    playwright: Playwright, site: Site, town: Town, tmp_path: Path
) -> None:
    """Chromium gives it back as it was, if it may; nor is anything of it on the disk."""
    name = town.world.child.name.split()[0]
    profile = tmp_path / "profile"
    context = chromium.launch_with_profile(
        playwright, profile, locale="ru-RU", ignore_default_args=["--disable-back-forward-cache"]
    )
    page = context.pages[0]
    page.clock.set_fixed_time(NOW)
    page.goto(site.url)
    ready(page)
    for step in ("answer", "text"):
        if step == "answer":
            give(page, ("показ.json", town.showing()))
            assert name in page.locator("#answers").inner_text()
        else:
            page.locator("#text").fill("вставлено-и-оставлено")
        page.evaluate("window.stayed = true")
        page.goto(f"{site.url}manifest.json")
        page.go_back(wait_until="commit")
        assert page.evaluate("window.stayed"), "Chromium kept the page as it was"
        page.locator("#asking").wait_for()
        assert name not in page.content()
        assert page.locator("#text").input_value() == ""
        ready(page)
    page.locator("#text").fill("вставлено-и-оставлено")
    page.reload()
    assert page.locator("#text").input_value() == ""
    page.locator("#text").fill("вставлено-и-оставлено")
    page.wait_for_timeout(500)
    context.close()
    assert holding(profile, site.url), "the history is kept"
    for canary in (name, "вставлено-и-оставлено"):
        assert holding(profile, canary) == [], canary


def test_what_another_page_of_the_same_site_puts_among_what_is_kept_is_never_used(
    browser: Browser, site: Site, town: Town
) -> None:
    """It may write there as the page may. The right file comes again, or nothing is answered."""
    forged = World().trust(issued_at=NOW)
    poison = """async ([name, text]) => {
      for (const each of await caches.keys())
        await (await caches.open(each)).put(new URL(name, location.href), new Response(text));
    }"""
    with visitor(browser, site) as person:
        page = person.page
        all_kept(page)
        inside = site.inside.name
        page.evaluate(poison, [f"{inside}/trust-list.json", strict_json.dumps(forged.to_json())])
        page.evaluate(poison, ["index.html", "<title>Подтверждено</title>"])
        page.reload()
        ready(page)
        give(page, ("показ.json", town.showing()))
        assert verdict(page) == "Подтверждено"
        all_kept(page)
        page.evaluate(poison, [f"{inside}/trust-list.json", strict_json.dumps(forged.to_json())])
        site.stop()
        page.reload()
        ended = "!changed.hidden || state.textContent === state.dataset.failed"
        wait_until(lambda: page.evaluate(ended))
        assert page.locator("#ages").text_content() == ""
        person.console.clear()
        person.errors.clear()


def test_an_older_edition_does_not_take_the_place_of_a_newer_one(
    browser: Browser, site: Site, town: Town, runtime: Runtime
) -> None:
    """As a mirror may still have it, with a list in which somebody is believed who is not any more."""
    today = datetime.now(UTC)  # by which a service worker goes
    trust = TrustList.parse((site.inside / "trust-list.json").read_bytes())
    build(site.folder, Edition(trust, Demands(), PROGRAM), runtime, now=today - timedelta(days=1))
    with visitor(browser, site) as person:
        page = person.page
        all_kept(page)
        kept = page.evaluate("caches.keys()")
        older = Edition(town.world.trust(issued_at=NOW), Demands(), PROGRAM, "ru", "Прежнее имя")
        build(site.folder, older, runtime, now=today - timedelta(days=2))
        site.server.asked.clear()
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        wait_until(lambda: "/service-worker.js" in site.server.asked)
        coming = (
            "navigator.serviceWorker.getRegistration().then((each) => !!(each.installing ?? each.waiting))"
        )
        wait_until(lambda: not page.evaluate(coming))
        page.reload()
        ready(page)
        assert page.evaluate("caches.keys()") == kept
        assert page.get_by_text("Прежнее имя").count() == 0
        give(page, ("показ.json", town.showing()))
        assert verdict(page) == "Подтверждено"
        person.console.clear()
        person.errors.clear()


def test_a_file_that_is_dropped_beside_its_place_is_not_opened_in_place_of_the_page(
    browser: Browser, site: Site, town: Town, tmp_path: Path
) -> None:
    """It may look like an answer, and on top of the page nobody reads its address."""
    (tmp_path / "diploma.html").write_text("<h1>Подтверждено</h1>", "utf-8")
    (tmp_path / "shown.json").write_bytes(town.showing())
    with visitor(browser, site) as person:
        page = person.page
        client = person.context.new_cdp_session(page)

        def drop(name: str, place: str) -> None:
            page.locator(place).scroll_into_view_if_needed()
            box = page.locator(place).bounding_box()
            assert box is not None
            data = {"items": [], "files": [str(tmp_path / name)], "dragOperationsMask": 1}
            for kind in ("dragEnter", "dragOver", "drop"):
                at = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
                client.send("Input.dispatchDragEvent", {"type": kind, "data": data, **at})

        for place in ("#show", "#text"):
            drop("diploma.html", place)
        drop("shown.json", "label[for=files]")
        page.locator("#answer").wait_for()
        assert verdict(page) == "Подтверждено"
        drop("diploma.html", "#answers .verdict .word")
        page.locator("#next").click()
        assert page.locator("#asking").is_visible()
        assert page.url == site.url
        assert len(person.context.pages) == 1
