"""A parent's first evening: a new wallet, diplomas dropped into it, and a sheet shown to one recipient.

Each journey is gone with a script and without one: forms alone must finish it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser import chromium, people
from tests.browser.chromium import PHONE, Person
from tests.browser.town import NOW, Town
from tests.unit.wallet.shared import MASHA
from tests.web.serving import Served, serving
from tests.world import UNIVERSITY
from vcwallet import strict_json
from vcwallet.bundle import scanning
from vcwallet.wallet import Wallet

SCRIPT = pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return Town(tmp_path / "home")


@pytest.fixture
def pages(tmp_path: Path) -> Iterator[Served]:
    with serving(tmp_path, now=NOW) as served:
        yield served


def looked_at(person: Person) -> None:
    """Nothing is wrong with the page that is there."""
    chromium.fits(person.page, (360, 1280))
    if person.script:
        assert chromium.violations(person.page) == [], person.page.url


def new_wallet(person: Person, pages: Served, name: str = "наша семья.vcw") -> str:
    """From the first page to an empty wallet; the six words."""
    page = person.page
    people.let_in(person, pages)
    looked_at(person)
    people.press_it(person, "a.door[href$='/family/']")
    looked_at(person)
    people.press_it(person, "button[name=new]")
    looked_at(person)
    page.locator("input[name=name]").fill(name)
    people.press_it(person, "button[name=here]")
    while not page.locator("ol.words").count():
        looked_at(person)
        people.press(person)
    looked_at(person)
    words = " ".join(page.locator("ol.words li").all_inner_texts())
    assert len(words.split()) == 6
    people.press_it(person, "a.main")
    looked_at(person)
    page.locator("input[type=password]").fill("не те слова, что на бумаге")
    people.press(person)
    assert page.locator("[role=alert]").count() == 1
    assert page.locator("input[type=password]").input_value() == ""
    looked_at(person)
    page.locator("input[type=password]").fill(words)
    people.press(person)
    return words


def show(person: Person, hidden: str) -> None:
    """The four steps of showing; one value is not shown."""
    page = person.page
    people.press_it(person, "a[href$='/show']")
    looked_at(person)
    page.locator("input[name=to]").fill(UNIVERSITY)
    page.locator("input[name=purpose]").fill("поступление 2026")
    with page.expect_navigation():
        page.locator("input[name=purpose]").locator("xpath=ancestor::form").locator("button.main").click()
    looked_at(person)
    page.locator("input[name=diploma]").first.check()
    people.press(person)
    looked_at(person)
    preview = page.locator("#preview")
    assert hidden in preview.inner_text()
    box = page.locator("label.tick", has_text=hidden).locator("input")
    box.uncheck()
    if person.script:
        page.locator("#preview dl", has_not_text=hidden).first.wait_for()
    else:
        people.press_it(person, "button[name=again]")
    assert hidden not in page.locator("#preview dl").first.inner_text()
    looked_at(person)
    people.press(person)
    looked_at(person)
    people.press(person)
    looked_at(person)


def saved(page: Page, link: str) -> bytes:
    with page.expect_download() as download:
        page.locator(f"a[href$='{link}']").first.click()
    return download.value.path().read_bytes()


@SCRIPT
def test_a_first_wallet_and_a_shown_sheet(browser: Browser, pages: Served, town: Town, script: bool) -> None:
    diploma = strict_json.dumps(town.diploma(1)).encode("utf-8")
    known = strict_json.dumps(town.olympiad.document.to_json()).encode("utf-8")
    with chromium.person(browser, pages.url, script=script, size=PHONE) as person:
        page = person.page
        words = new_wallet(person, pages)
        people.drop(person, ("диплом.json", diploma), ("issuer.json", known))
        looked_at(person)
        if page.locator("button[value=new]").count():
            people.press_it(person, "button[value=new]")
            looked_at(person)
            if page.locator("input[name=given]").count():
                people.press(person)
        page.goto(people.root(person))
        assert MASHA.given_name in page.locator("h1").inner_text()
        show(person, "Школа № 0")
        sheet = saved(page, "/sheet")
        assert sheet.startswith(b"%PDF")
        picture = saved(page, "/picture")
        assert picture.startswith(b"\x89PNG")
        page.goto(people.root(person))
        people.press_it(person, "a[href$='/history']")
        assert UNIVERSITY in page.locator("main").inner_text()
        looked_at(person)
        people.press_it(person, "form.close button")
        assert MASHA.given_name not in page.content()
    assert len(list(scanning.read_inputs([("снимок.png", picture)]))) == 1
    saved_wallet = Wallet.open(pages.home / "наша семья.vcw", words)
    assert [each.profile.given_name for each in saved_wallet.children] == [MASHA.given_name]
