"""Every state of the page of a university's site, in both languages: no violation, no scrolling sideways."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page

from tests.browser import chromium
from tests.browser.chromium import OFFICE, PHONE
from tests.browser.test_a_site import END_WORKER, WORKERS, give, ready, runtime, served, site
from tests.browser.test_a_site import Site as Site
from tests.browser.test_an_officer import five_codes
from tests.browser.town import NOW, Town
from tests.shared import wait_until
from tests.world import World
from vcwallet import strict_json

__all__ = ["runtime", "served", "site", "states"]


SAID = {"nothing": "#text-says", "nonsense": "#text-says", "parts": "#parts", "broken": "#broken"}
"""By the state where it is said what became of what was just given."""
IN_SIGHT = """(name) => {
  const { top, bottom, height } = document.querySelector(name).getBoundingClientRect();
  return height > 0 && top >= 0 && bottom <= innerHeight;
}"""


def states(page: Page, address: str, town: Town) -> Iterator[str]:
    """Go through them; the name of each is given when the page is in it."""
    page.add_init_script(WORKERS)
    page.clock.set_fixed_time(NOW)
    page.goto(address)
    ready(page)
    yield "asking"
    page.locator("#typed button").click()
    page.locator("#text-says", has_text=re.compile("пока пусто|Nothing stands here")).wait_for()
    yield "nothing"
    page.locator("#text").fill("не код")
    page.locator("#text").press("Enter")
    page.locator("#text-says", has_text=re.compile("не код|no code")).wait_for()
    yield "nonsense"
    page.locator("#text").fill("")
    page.locator("#text").fill(five_codes(town)[0].digits)
    page.locator("#text").press("Enter")
    page.locator("#parts").wait_for()
    yield "parts"
    page.locator("#anew").click()
    page.locator("#parts").wait_for(state="hidden")
    give(page, ("показ.json", town.showing()))
    yield "answer"
    page.locator("#next").click()
    give(page, *_several(town))
    # Before the first answer stands how many there are, with the word of each.
    assert page.evaluate("document.activeElement.parentElement.matches('[data-overview]')")
    heads = page.locator("#answers .verdict .word").all_inner_texts()
    assert page.locator("[data-overview] li b").all_inner_texts() == heads
    yield "several"
    page.locator("#next").click()
    give(page, ("документ.pdf", b"%PDF-1.7"), ("снимок.tiff", b"II*\0"))
    yield "problems"
    # At once, before Python has answered: “Next person” takes nobody away from what is said here.
    given = "document.forms.typed.text.value = '12345'; document.forms.typed.requestSubmit()"
    page.evaluate(f"document.getElementById('next').click(); {given}; {END_WORKER}")
    page.locator("#broken").wait_for()
    yield "broken"
    # The next one ends before it has begun.
    page.evaluate(f"{END_WORKER}; {END_WORKER}")
    wait_until(lambda: page.evaluate("state.textContent === state.dataset.failed"))
    yield "failed"
    page.clock.set_fixed_time(NOW + timedelta(days=100))
    page.reload()
    ready(page)
    page.locator("#outdated").wait_for()
    yield "outdated"
    page.clock.set_fixed_time(datetime(9999, 12, 31, 23, tzinfo=UTC))
    page.reload()
    ready(page)
    yield "clock"


def not_whole(page: Page, site: Site, place: str) -> str:
    """At a first visit a file is not the one that the page was built with."""
    with (site.inside / "mark.svg").open("ab") as mark:
        mark.write(b"<!-- served by a host that adds a line -->")
    page.goto(site.url + place)
    page.locator("#changed").wait_for()
    return "not-whole"


def _several(town: Town) -> list[tuple[str, bytes]]:
    """One of each answer, one of two diplomas in part, and a file that is not read."""
    child, olympiad, school = town.world.child, town.world.olympiad, town.world.school
    revoked = olympiad.diploma(3, holder=child.id)
    shown = {
        "показ.json": child.show([olympiad.diploma(7, holder=child.id), revoked], created=NOW),
        "отозван.json": child.show([revoked], created=NOW),
        "чужой.json": child.show([World().olympiad.diploma(1, holder=child.id)], created=NOW),
        "другим.json": child.show([school.diploma(2, holder=child.id)], created=NOW, to="another.example"),
        "копия.json": olympiad.diploma(8, holder=child.id),
    }
    files = [(name, strict_json.dumps(each).encode("utf-8")) for name, each in shown.items()]
    return [*files, ("документ.pdf", b"%PDF-1.7")]


@pytest.mark.parametrize(
    ("place", "lang", "dark", "size"),
    [("", "ru", False, PHONE), ("en.html", "en", True, OFFICE)],
    ids=["ru-phone", "en-office-dark"],
)
def test_every_state(
    browser: Browser, site: Site, town: Town, place: str, lang: str, dark: bool, size: tuple[int, int]
) -> None:
    found: list[str] = []
    seen = []

    def look(page: Page, state: str) -> None:
        seen.append(state)
        if state in SAID:
            assert page.evaluate(IN_SIGHT, SAID[state]), state
        found.extend(f"{state}: {each}" for each in chromium.violations(page))
        assert page.locator("h1:visible").count() == 1, state
        chromium.fits(page, (360, size[0]))

    with chromium.person(browser, site.url, lang=lang, dark=dark, size=size) as person:
        for state in states(person.page, site.url + place, town):
            look(person.page, state)
        assert person.page.locator("html").get_attribute("lang") == lang
    with chromium.person(browser, site.url, lang=lang, dark=dark, size=size) as person:
        look(person.page, not_whole(person.page, site, place))
        person.errors.clear()
        person.console.clear()
    assert not found, "\n".join(found)
    assert len(set(seen)) == len(seen) == 12
