"""What three people saw in their browsers is nowhere on the disk after closing, in clear.

Searched are the browser's own folder (disk cache, history, a session to be restored) and the program's.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Playwright

from tests.browser import chromium, people
from tests.browser.chromium import Person
from tests.browser.test_after_closing import holding
from tests.browser.test_every_screen import ROLES
from tests.browser.town import NAMES, NOW, PASSPHRASE, Town
from tests.browser.walking import walk
from tests.unit.wallet.shared import MASHA
from tests.web.serving import serving


@pytest.mark.parametrize("role", ["family", "secretary", "officer"])
def test_no_name_and_no_passphrase(playwright: Playwright, tmp_path: Path, role: str) -> None:
    enter, _ = ROLES[role]
    town = Town(tmp_path / "home")
    names = {*NAMES, town.world.child.name.split()[0]}
    if role == "secretary":
        names.remove(MASHA.given_name)  # the olympiad is called so, too
    profile = tmp_path / "profile"
    with serving(tmp_path, now=NOW) as pages:
        context = chromium.launch_with_profile(playwright, profile, locale="ru-RU")
        person = Person(context, context.pages[0], (pages.url,))
        person.watch()
        root = enter(person, pages, town)
        seen, addresses = "", []
        for _kind in walk(person.page, root, root, of_a_kind=1):
            seen += person.page.content()
            addresses.append(person.page.url)
        people.press_it(person, "form.close button")
        person.saw_nothing_wrong()
        context.close()
        place = pages.session.place
    shown = [name for name in names if name in seen]
    assert shown, "somebody was named on the pages"
    assert PASSPHRASE not in seen
    assert not [each for each in addresses if "%D0" in each or not each.isascii()], "no address has words"
    assert holding(profile, place), "the history is kept, so this test would find a title, too"
    for canary in (PASSPHRASE, *shown):
        assert holding(profile, canary) == [], canary
        assert holding(pages.state, canary) == [], canary
