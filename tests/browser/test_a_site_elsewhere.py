"""The page of a university's site in Debian's Firefox and WebKit: other engines under it.

Neither has a film for its camera. In Firefox a canvas stands in for what `getUserMedia` gives. WebKit streams
the first picture of a canvas alone: there its own invented camera runs, and the canvas stands in for what is
drawn of it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from typing import Final

import pytest
from playwright.sync_api import Browser, Playwright

from tests.browser import chromium, firefox, webkit
from tests.browser.chromium import PHONE
from tests.browser.test_a_site import (
    PROGRAM,
    Site,
    all_kept,
    demand_its_policy,
    give,
    moscow,
    ready,
    report,
    runtime,
    site,
    verdict,
    visitor,
)
from tests.browser.test_an_officer import five_codes
from tests.browser.test_opening_on_a_site import MOSAIC, one_code, png, said_here, webp_pictures
from tests.browser.town import NOW, Town
from tests.sameness.cases import files_shown
from tests.unit.bundle.test_opening import BOMBS, SLOW
from vcwallet.bundle import symbols
from vcwallet.page.desk import Desk

__all__ = ["runtime", "site"]

SHOWINGS: Final = 24
"""Each of the eight fates three times; Chromium compares more."""
HELD_UP: Final = """({ codes, streams }) => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 1280, height: 720 });
  const paper = canvas.getContext("2d");
  const sheets = codes.map(({ side, points }) => {
    const sheet = Object.assign(document.createElement("canvas"), { width: side, height: side });
    const drawing = sheet.getContext("2d");
    const shades = drawing.createImageData(side, side);
    const shade = (at) => points.charCodeAt(at);
    [...points].forEach((_, at) => shades.data.set([shade(at), shade(at), shade(at), 255], at * 4));
    drawing.putImageData(shades, 0, 0);
    return sheet;
  });
  let turn = 0;
  setInterval(() => {
    paper.fillStyle = "#999";
    paper.fillRect(0, 0, 1280, 720);
    paper.drawImage(sheets[Math.floor(turn++ / 8) % sheets.length], 290, 10, 700, 700);
  }, 60);
  if (streams) {
    MediaDevices.prototype.getUserMedia = async () => canvas.captureStream();
    return;
  }
  const { drawImage } = CanvasRenderingContext2D.prototype;
  CanvasRenderingContext2D.prototype.drawImage = function (what, ...place) {
    drawImage.call(this, what instanceof HTMLVideoElement ? canvas : what, ...place);
  };
}"""
HURRIES: Final = """(times) => {
  const { setTimeout } = window;
  window.setTimeout = (work, time) => setTimeout(work, time > 60_000 ? time : time / times);
}"""
"""Whatever has a minute or less; for its files a page waits longer."""


@pytest.fixture(scope="module", params=["firefox", "webkit"])
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def browser(engine: str, playwright: Playwright) -> Iterator[Browser]:
    with firefox.launched(playwright) if engine == "firefox" else webkit.launched() as launched:
        yield launched


def test_a_first_visit_answers_and_the_next_one_needs_no_network(
    browser: Browser, site: Site, town: Town
) -> None:
    with visitor(browser, site, size=PHONE) as person:
        page = person.page
        assert chromium.violations(page) == []
        chromium.fits(page)
        give(page, ("показ.json", town.showing()))
        assert verdict(page) == "Подтверждено"
        assert page.evaluate("document.activeElement.className") == "word"
        assert chromium.violations(page) == []
        chromium.fits(page)
        all_kept(page)
        site.stop()
        again = person.context.new_page()
        again.clock.set_fixed_time(NOW)
        again.goto(f"{site.url}en.html")
        ready(again)
        give(again, ("shown.json", town.showing()))
        assert verdict(again) == "Confirmed"


def test_five_codes_before_the_camera_become_an_answer(
    engine: str, browser: Browser, site: Site, town: Town
) -> None:
    codes = []
    for part in five_codes(town):
        picture = symbols.picture(part, scale=4).convert("L")
        codes.append({"side": picture.width, "points": picture.tobytes().decode("latin-1")})
    with visitor(browser, site) as person:
        page = person.page
        page.evaluate(HELD_UP, {"codes": codes, "streams": engine == "firefox"})
        page.get_by_role("button", name="Включить камеру").click()
        page.locator("#answer").wait_for()
        assert verdict(page) == "Подтверждено частично", "one of its diplomas is revoked"
        assert not page.locator("video").count()


def test_reports_are_those_of_this_computer_and_a_hostile_file_costs_itself(
    browser: Browser, site: Site, town: Town
) -> None:
    trust = (site.inside / "trust-list.json").read_bytes()
    here = Desk(trust, "ru", program=PROGRAM, status_days=14, old_days=None)
    nested = b'{"@context":' + b"[" * 6000 + b"]" * 6000 + b"}"
    with visitor(browser, site) as person:
        page = person.page
        give(page, ("вложенный.json", nested), ("показ.json", town.showing()))
        assert verdict(page) == "Подтверждено"
        told = page.locator("#answers .list li").all_inner_texts()
        assert [each.split("\n")[0] for each in told] == ["вложенный.json"]
        page.locator("#next").click()
        files = list(islice(files_shown(town.world), SHOWINGS))
        give(page, *files)
        expected = json.loads(here.files(files, now=moscow()))["answer"]
        assert report(page) == expected["json"]
        outcomes = {each["outcome"] for each in json.loads(expected["json"])["reports"]}
        assert outcomes >= {"confirmed", "refused", "unknown"}
        page.locator("#next").click()
        saved = webp_pictures(town)
        give(page, *saved)
        assert report(page) == said_here(site, saved)
        told = json.loads(report(page))
        assert [each["outcome"] for each in told["reports"]] == ["confirmed"] * 4
        assert [each["code"] for each in told["problems"]] == ["scan.no-code", "scan.avif", "scan.heic"]


def test_the_page_is_held_to_its_policy(browser: Browser, site: Site) -> None:
    with visitor(browser, site) as person:
        demand_its_policy(person.page)
        person.console.clear()
        person.errors.clear()


def test_a_changed_script_of_the_page_does_not_run(browser: Browser, site: Site) -> None:
    """Nor does anything that came with it: at a first visit the browser alone has compared it."""
    script = site.inside / "page.js"
    script.write_bytes(b"window.ran = true;" + script.read_bytes())
    with chromium.person(browser, site.url) as person:
        page = person.page
        page.goto(site.url)
        page.evaluate("document.getAnimations().forEach((each) => each.finish())")
        said = page.locator("#unstarted").inner_text().replace("\u00a0", " ")
        assert said.startswith("Страница не запустилась")
        assert page.evaluate("'ran' in window") is False
        person.console.clear()
        person.errors.clear()


def test_a_picture_and_a_pdf_that_would_never_end_cost_themselves(
    browser: Browser, site: Site, town: Town
) -> None:
    """A worker is ended in the midst of WebAssembly, and the page goes on."""
    with visitor(browser, site) as person:
        page = person.page
        bomb = next(iter(BOMBS.values()))
        give(page, ("код.png", png(one_code(town))), ("бомба.pdf", bomb))
        told = json.loads(report(page))
        assert [each["code"] for each in told["problems"]] == ["pdf.too-heavy"]
        assert [each["outcome"] for each in told["reports"]] == ["confirmed"]
        page.locator("#next").click()
        page.evaluate(HURRIES, 40)
        give(page, ("мозаика.png", MOSAIC), ("вечный.pdf", SLOW), ("показ.json", town.showing()))
        told = json.loads(report(page))
        assert [each["code"] for each in told["problems"]] == ["scan.too-slow", "pdf.too-slow"]
        assert [each["outcome"] for each in told["reports"]] == ["confirmed"]
