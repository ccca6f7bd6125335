"""One story of three people at three computers: files alone go from one to the next.

A secretary signs a sheet and writes the folder to hand out; a family keeps what lay in its folder and shows
it; an office that compared the issuer's fingerprint reads the picture and writes a protocol.
"""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser

from tests.browser import chromium, journeys, people
from tests.browser.chromium import PHONE
from tests.browser.town import NOW
from tests.web.serving import serving
from tests.world import UNIVERSITY
from vcwallet import strict_json
from vcwallet.identifiers.controlled_identifier import ControlledIdentifierDocument
from vcwallet.verifier.trusted_issuer import signing_keys

Files = list[tuple[str, bytes]]


def in_folder(folder: Path, *ends: str) -> Files:
    return [
        (each.name, each.read_bytes()) for each in sorted(folder.iterdir()) if not ends or each.suffix in ends
    ]


def examined(person: chromium.Person) -> None:
    """The pages that no other journey comes to; the others are examined there."""
    chromium.fits(person.page, (360, 1280))
    assert chromium.violations(person.page) == [], person.page.url


def signed(browser: Browser, computer: Path) -> Path:
    """What a secretary hands out, as a folder of folders."""
    with serving(computer, now=NOW) as pages, chromium.person(browser, pages.url, looks=False) as person:
        page = person.page
        journeys.new_folder(person, pages)
        journeys.sign(person)
        page.goto(people.root(person) + "hand-out")
        people.press(person)
        page.locator("input[name=name]").fill("Раздать")
        people.press_it(person, "button[name=here]")
        people.press(person)
        assert "Сказочный Иван" in page.locator("main").inner_text()
        examined(person)
        (found,) = pages.home.rglob("Раздать")
        return found


def shown(browser: Browser, computer: Path, given: Files) -> bytes:
    """The picture a family makes for one recipient of what it was given."""
    with (
        serving(computer, now=NOW) as pages,
        chromium.person(browser, pages.url, size=PHONE, looks=False) as person,
    ):
        page = person.page
        journeys.new_wallet(person, pages)
        people.drop(person, *given)
        journeys.first_child(person)
        assert "Иван" in page.locator("h1").inner_text()
        journeys.show(person, "Класс")
        return journeys.saved(page, "/picture")


def believed(person: chromium.Person, given: Files) -> None:
    """An office takes in an issuer whose fingerprints somebody read out to it."""
    page = person.page
    document = next(strict_json.loads(content) for name, content in given if name == "issuer.json")
    people.drop(person, *(each for each in given if each[0] in ("issuer.json", "status-1.json")))
    examined(person)
    for number, key in enumerate(signing_keys(ControlledIdentifierDocument.parse(document))):
        page.locator(f"input[name=fingerprint-{number}]").fill(" ".join(key.fingerprint.split()[-2:]))
    page.locator("input[name=who]").fill("О. Вымыслова")
    page.locator("input[name=name]").fill("Олимпиада «Небылица»")
    page.locator("input[name=for]").check()
    people.press(person)
    examined(person)


def test_from_a_sheet_to_a_protocol(browser: Browser, tmp_path: Path) -> None:
    folder = signed(browser, tmp_path / "школа")
    (own,) = [each for each in folder.rglob("Сказочный Иван*") if each.is_dir()]
    given = in_folder(own)
    picture = shown(browser, tmp_path / "дом", given)
    with (
        serving(tmp_path / "вуз", now=NOW) as pages,
        chromium.person(browser, pages.url, looks=False) as person,
    ):
        page = person.page
        people.let_in(person, pages)
        people.press_it(person, "a.door[href$='/officer/']")
        people.press_it(person, "button[name=wanted][value=new]")
        page.locator("input[name=name]").fill("приёмная.json")
        people.press_it(person, "button[name=here]")
        page.locator("input[name=name]").fill("Приёмная комиссия")
        page.locator("input[name=domain]").fill(UNIVERSITY)
        people.press(person)
        believed(person, given)
        page.goto(people.root(person))
        people.drop(person, ("снимок.png", picture))
        assert page.locator("h1").inner_text() == "Подтверждено"
        words = page.locator("main").inner_text()
        assert "Сказочный" in words
        assert "28 февраля 2009" in words
        examined(person)
        page.locator("a[href$='/protocol']").click()
        page.get_by_label("Номер заявления").fill("№ 17")
        with page.expect_download() as saved:
            page.locator("main button.main").click()
        assert saved.value.path().read_bytes().startswith(b"%PDF")
