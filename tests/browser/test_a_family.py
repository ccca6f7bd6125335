"""A parent's first evening: a new wallet, diplomas dropped into it, and a sheet shown to one recipient.

Each journey is gone with a script and without one: forms alone must finish it.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.browser import chromium, journeys, people
from tests.browser.chromium import PHONE
from tests.browser.town import Town
from tests.unit.wallet.shared import MASHA
from tests.web.serving import Served
from tests.world import UNIVERSITY
from vcwallet import strict_json
from vcwallet.bundle import scanning
from vcwallet.wallet import Wallet

SCRIPT = pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])


@SCRIPT
def test_a_first_wallet_and_a_shown_sheet(browser: Browser, pages: Served, town: Town, script: bool) -> None:
    diploma = strict_json.dumps(town.diploma(1)).encode("utf-8")
    known = strict_json.dumps(town.olympiad.document.to_json()).encode("utf-8")
    with chromium.person(browser, pages.url, script=script, size=PHONE) as person:
        page = person.page
        words = journeys.new_wallet(person, pages)
        people.drop(person, ("диплом.json", diploma), ("issuer.json", known))
        journeys.first_child(person)
        assert MASHA.given_name in page.locator("h1").inner_text()
        journeys.show(person, "Школа № 0")
        sheet = journeys.saved(page, "/sheet")
        assert sheet.startswith(b"%PDF")
        picture = journeys.saved(page, "/picture")
        assert picture.startswith(b"\x89PNG")
        page.goto(people.root(person))
        people.press_it(person, "a[href$='/history']")
        assert UNIVERSITY in page.locator("main").inner_text()
        journeys.looked_at(person)
        people.press_it(person, "form.close button")
        assert MASHA.given_name not in page.content()
    assert len(list(scanning.read_inputs([("снимок.png", picture)]))) == 1
    saved_wallet = Wallet.open(pages.home / "наша семья.vcw", words)
    assert [each.profile.given_name for each in saved_wallet.children] == [MASHA.given_name]
