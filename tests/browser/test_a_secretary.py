"""A secretary's day: from nothing to a folder, a sheet with three mistakes, and signed diplomas."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.browser import chromium, journeys, people
from tests.unit.issuer.kits import HEADERS
from tests.web.serving import Served

SCRIPT = pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])


@SCRIPT
def test_from_nothing_to_signed_diplomas(browser: Browser, pages: Served, script: bool) -> None:
    assert len(HEADERS) == len(journeys.RIGHT)
    with chromium.person(browser, pages.url, script=script) as person:
        journeys.new_folder(person, pages)
        journeys.sign(person)
        journeys.looked_at(person)
        assert "3" in person.page.locator("h1").inner_text()
        people.press_it(person, "form.close button")
        assert "Сказочный" not in person.page.content()
    issued = list((pages.home / "олимпиада" / "issued").rglob("*.json"))
    assert len([each for each in issued if each.name.endswith(".vc.json")]) == 3
