"""The ways of a secretary and of a family through their pages, each page looked at on the way."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.browser import chromium, people
from tests.browser.chromium import Person
from tests.unit.issuer.kits import GIVEN, OTHER, PUPIL, csv
from tests.web.serving import Served
from tests.world import UNIVERSITY

WRONG = ["Cказочный", "Иван", "", "31.02.2009", "10", "лауреат"]
"""A Latin letter, a day that is none, a word nobody knows."""
RIGHT = ["Сказочный", "Иван", "", "28.02.2009", "10", "II степени"]


def looked_at(person: Person) -> None:
    """Nothing is wrong with the page that is there."""
    if not person.looks:
        return
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
    for field in ("passphrase", "again"):
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


def first_child(person: Person) -> None:
    """After the first diploma was dropped: it begins a child, to whose page this goes."""
    looked_at(person)
    if person.page.locator("button[value=new]").count():
        people.press_it(person, "button[value=new]")
        looked_at(person)
        if person.page.locator("input[name=given]").count():
            people.press(person)
    person.page.goto(people.root(person))


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
