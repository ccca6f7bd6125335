"""Every page that links lead to, in both languages, on a telephone and in an office: nothing is wrong.

No violation that axe-core finds, nothing to scroll sideways to, nothing asked of anybody else, no line in the
console. What is behind buttons is looked at on the journeys.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser import chromium, people
from tests.browser.chromium import OFFICE, PHONE, Person
from tests.browser.town import NOW, Town
from tests.browser.walking import walk
from tests.web.serving import Served, serving


def family(person: Person, pages: Served, town: Town) -> str:
    return people.open_wallet(person, pages, town.family())


def secretary(person: Person, pages: Served, town: Town) -> str:
    return people.open_folder(person, pages, town.secretary())


def officer(person: Person, pages: Served, town: Town) -> str:
    root = people.open_desk(person, pages, town.office())
    people.drop(person, ("показ.json", town.showing()))
    return root


def front(person: Person, pages: Served, town: Town) -> str:
    town.family()
    town.office()
    people.let_in(person, pages)
    return pages.url + pages.place


Entering = Callable[[Person, Served, Town], str]
ROLES: dict[str, tuple[Entering, int]] = {
    "front": (front, 4),
    "family": (family, 12),
    "officer": (officer, 5),
    "secretary": (secretary, 12),
}


@pytest.mark.parametrize(
    ("lang", "dark", "size"), [("ru", False, PHONE), ("en", True, OFFICE)], ids=["ru-phone", "en-office-dark"]
)
@pytest.mark.parametrize("role", ROLES)
def test_every_screen(
    browser: Browser, tmp_path: Path, town: Town, role: str, lang: str, dark: bool, size: tuple[int, int]
) -> None:
    enter, at_least = ROLES[role]
    found: list[str] = []
    kinds = []
    with (
        serving(tmp_path, now=NOW, lang=lang) as pages,
        chromium.person(browser, pages.url, lang=lang, dark=dark, size=size) as person,
    ):
        root = enter(person, pages, town)
        for kind in walk(person.page, root, root):
            kinds.append(kind)
            assert person.page.locator("html").get_attribute("lang") == lang
            assert person.page.locator("h1").count() == 1, kind
            found += [f"{kind}: {each}" for each in chromium.violations(person.page)]
            chromium.fits(person.page)
    assert not found, "\n".join(found)
    assert len(kinds) >= at_least, kinds
