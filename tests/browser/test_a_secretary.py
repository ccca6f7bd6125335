"""A secretary's day: from nothing to a folder, a sheet with three mistakes, and signed diplomas."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser import chromium, people
from tests.browser.chromium import Person
from tests.browser.town import NOW
from tests.unit.issuer.kits import GIVEN, HEADERS, OTHER, PUPIL, csv
from tests.web.serving import Served, serving

SCRIPT = pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
WRONG = ["Cказочный", "Иван", "", "31.02.2009", "10", "лауреат"]
"""A Latin letter, a day that is none, a word nobody knows."""
RIGHT = ["Сказочный", "Иван", "", "28.02.2009", "10", "II степени"]


@pytest.fixture
def pages(tmp_path: Path) -> Iterator[Served]:
    with serving(tmp_path, now=NOW) as served:
        yield served


def looked_at(person: Person) -> None:
    """Nothing is wrong with the page that is there."""
    chromium.fits(person.page, (360, 1280))
    if person.script:
        assert chromium.violations(person.page) == [], person.page.url


def new_folder(person: Person, pages: Served) -> str:
    """The wizard; the passphrase of the keys."""
    page = person.page
    people.let_in(person, pages)
    page.goto(f"{pages.url}{pages.place}secretary/new")
    looked_at(person)
    people.press_it(person, "button[name=kit][value=olympiad]")
    looked_at(person)
    page.locator("input[name=name]").fill("Олимпиада «Небылица»")
    people.press(person)
    looked_at(person)
    page.locator("input[name=has-site][value=yes]").check()
    page.locator("input[name=site]").fill("olymp.example")
    people.press(person)
    looked_at(person)
    for name, value in GIVEN.items():
        field = page.locator(f"[name=value-{name}]")
        if field.count():
            if field.evaluate("each => each.tagName") == "SELECT":
                field.select_option(label=value)
            else:
                field.fill(value)
    people.press(person)
    looked_at(person)
    if page.locator("input[name=name]").count():
        page.locator("input[name=name]").fill("олимпиада")
    people.press(person)
    looked_at(person)
    words = " ".join(page.locator("ol.words li").all_inner_texts())
    for field in ("passphrase", "once-more"):
        page.locator(f"input[name={field}]").fill(words)
    people.press(person)
    looked_at(person)
    return words


def sign(person: Person) -> None:
    """From the sheet to signed diplomas; the first sheet has three mistakes."""
    page = person.page
    page.goto(people.root(person) + "sheet")
    looked_at(person)
    people.drop(person, ("Итоги.csv", csv(PUPIL, WRONG, OTHER)), field="sheet")
    looked_at(person)
    people.press(person)
    looked_at(person)
    assert page.locator("td.bad").count() == 3
    assert page.locator("mark").first.inner_text() == "C"
    with page.expect_download() as marked:
        page.locator("a[href$='/marked']").click()
    assert marked.value.path().read_bytes().startswith(b"PK")
    people.drop(person, ("Итоги.csv", csv(PUPIL, RIGHT, OTHER)), field="sheet")
    for _ in range(4):
        looked_at(person)
        if page.url.endswith("/signed"):
            return
        people.press(person)
    assert page.url.endswith("/signed"), page.url


@SCRIPT
def test_from_nothing_to_signed_diplomas(browser: Browser, pages: Served, script: bool) -> None:
    assert len(HEADERS) == len(RIGHT)
    with chromium.person(browser, pages.url, script=script) as person:
        new_folder(person, pages)
        sign(person)
        looked_at(person)
        assert "3" in person.page.locator("h1").inner_text()
        people.press_it(person, "form.close button")
        assert "Сказочный" not in person.page.content()
    issued = list((pages.home / "олимпиада" / "issued").rglob("*.json"))
    assert len([each for each in issued if each.name.endswith(".vc.json")]) == 3
