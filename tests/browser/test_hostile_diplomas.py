"""A diploma whose every word an attacker wrote is text on every page: nothing of it acts or hides."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, Page

from tests.browser import chromium, people
from tests.browser.chromium import Person
from tests.browser.town import Town
from tests.browser.walking import walk
from tests.unit.wallet.shared import MASHA
from tests.web.serving import Served
from vcwallet import strict_json
from vcwallet.strict_json import Json, JsonObject

DONE = "взломано"
WORDS = {
    "script": f"<script>document.title='{DONE}'</script>",
    "attribute": f"x\" onerror=\"document.title='{DONE}'\" autofocus onfocus='document.title=`{DONE}`' y='",
    "picture": f"<img src=x onerror=document.title='{DONE}'>",
    "address": f"javascript:document.title='{DONE}'",
    "template": "{{ 7 * 191 }}{% include 'base.html' %}${7 * 191}",
    "turned": "Победитель\u202eьлетидебоП\u2066\u200b\u00ad",
    "long": "Ъ" * 1500,
}
"""1,500 letters without a space are what fits into the ceilings of a name."""
KEPT = {"id", "type", "@context", "achievementType", "dateOfBirth", "validFrom", "schoolYear"}
PAGES_OF_A_FAMILY = 6
PAGES_OF_AN_OFFICE = 4


def poisoned(value: Json, words: str, name: str = "") -> Json:
    """The same with other words wherever somebody may write some."""
    if isinstance(value, dict):
        return {key: poisoned(each, words, key) for key, each in value.items()}
    if isinstance(value, list):
        return [poisoned(each, words, name) for each in value]
    if not isinstance(value, str) or name in KEPT or re.fullmatch(r"[\d./:TZ+-]+|did:.*|https?://.*", value):
        return value
    return words


def with_words(document: JsonObject, words: str) -> JsonObject:
    """An unsigned diploma: what is about the pupil and the name of the issuer say these words."""
    parts = {name: document[name] for name in ("credentialSubject", "issuer")}
    changed = poisoned(parts, words)
    assert isinstance(changed, dict)
    return {name: each for name, each in (document | changed).items() if name != "proof"}


def harmless(page: Page) -> None:
    assert DONE not in page.title()
    assert page.locator("[onerror], [onfocus], [onload], [onclick], script:not([src]), iframe").count() == 0
    assert page.locator("a[href^='javascript'], form[action^='javascript'], img[src='x']").count() == 0
    text = page.locator("body").inner_text()
    assert "1337" not in text
    assert not re.search("[\u202a-\u202e\u2066-\u2069\u200b]", text)


def walked(person: Person, root: str, begin: str = "") -> tuple[list[str], str]:
    kinds, text = [], ""
    for kind in walk(person.page, begin or root, root):
        harmless(person.page)
        chromium.fits(person.page, (360, 1280))
        kinds.append(kind)
        text += person.page.locator("body").inner_text()
    return kinds, text


def test_on_the_pages_of_a_family(browser: Browser, pages: Served, town: Town) -> None:
    wallet = town.family()
    files = []
    for number, words in enumerate(WORDS.values(), start=20):
        document = with_words(town.olympiad.diploma(number=number), words)
        # The child stays the same, so that its page has all of them.
        document["credentialSubject"] |= {  # type: ignore[operator]
            "familyName": MASHA.family_name,
            "givenName": MASHA.given_name,
            "patronymicName": MASHA.patronymic_name,
        }
        name = f"{words[:40]}.json".replace("/", "_")
        files.append((name, strict_json.dumps(town.olympiad.sign(document)).encode("utf-8")))
    stranger = with_words(town.olympiad.diploma(number=40), WORDS["script"])
    files.append(("чужой.json", strict_json.dumps(town.olympiad.sign(stranger)).encode("utf-8")))
    files.append((f"{WORDS['picture']}.txt", WORDS["attribute"].encode("utf-8")))
    with chromium.person(browser, pages.url) as person:
        root = people.open_wallet(person, pages, wallet)
        begin = person.page.url
        people.drop(person, *files)
        harmless(person.page)
        kinds, text = walked(person, root, begin)
    assert len(kinds) >= PAGES_OF_A_FAMILY
    assert WORDS["script"] in text
    assert "{{ 7 * 191 }}" in text
    assert "ЪЪЪЪЪЪЪЪ" in text


def test_on_the_pages_of_an_office(browser: Browser, pages: Served, town: Town) -> None:
    world = town.world
    shown = [
        (
            f"{words[:40]}.json".replace("/", "_"),
            town.showing(
                world.olympiad.sign(with_words(world.olympiad.unsigned(number, holder=world.child.id), words))
            ),
        )
        for number, words in enumerate(WORDS.values(), start=20)
    ]
    with chromium.person(browser, pages.url) as person:
        root = people.open_desk(person, pages, town.office())
        people.drop(person, *shown)
        harmless(person.page)
        kinds, text = walked(person, root)
    assert len(kinds) >= PAGES_OF_AN_OFFICE
    assert "document.title" in text
    assert "ЪЪЪЪЪЪЪЪ" in text
