"""An officer at work: five codes before the camera, an answer, a protocol; without camera and script, too."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, expect

from tests.browser import camera, chromium, people
from tests.browser.chromium import PHONE
from tests.browser.town import NOW, Town
from tests.shared import HANG_SECONDS
from tests.web.serving import Served
from vcwallet.bundle import codec, symbols
from vcwallet.bundle.symbols import Symbol

PARTS = 5


def five_codes(town: Town) -> tuple[Symbol, ...]:
    """A showing of as many diplomas as make five codes."""
    world = town.world
    for diplomas in range(6, 40):
        shown = [world.olympiad.diploma(number, holder=world.child.id) for number in range(diplomas)]
        parts = symbols.lay_out(codec.encode(world.bundle(*shown, created=NOW)), parity=0)
        if len(parts) == PARTS:
            return parts
    raise AssertionError("no number of diplomas makes five codes")


def test_five_codes_before_the_camera_become_a_protocol(
    playwright: Playwright, pages: Served, town: Town, tmp_path: Path
) -> None:
    """Tilted, noisy and out of focus; the pictures go to this computer's server and to nobody else."""
    film = camera.write(
        tmp_path / "camera.y4m", (symbols.picture(part, scale=4).convert("L") for part in five_codes(town))
    )
    browser = chromium.launch(playwright, *camera.flags(film))
    with chromium.person(browser, pages.url, permissions=["camera"]) as person:
        people.open_desk(person, pages, town.office())
        page = person.page
        page.get_by_role("button", name="Включить камеру").click()
        page.wait_for_url("**/answers/1")
        assert page.locator("h1").inner_text() == "Подтверждено"
        assert page.evaluate("document.activeElement.tagName") == "H1", (
            "a screen reader begins with the answer"
        )
        assert town.world.child.name.split()[0] in page.locator("main").inner_text()
        assert chromium.violations(page) == []
        chromium.fits(page)
        page.locator("a[href$='/protocol']").click()
        page.get_by_label("Номер заявления").fill("№ 17")
        with page.expect_download() as saved:
            page.locator("main button.main").click()
        assert saved.value.path().read_bytes().startswith(b"%PDF")
        assert saved.value.suggested_filename.endswith(".pdf")
    browser.close()


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_file_becomes_an_answer_and_the_next_person_comes(
    browser: Browser, pages: Served, town: Town, script: bool
) -> None:
    with chromium.person(browser, pages.url, script=script, size=PHONE) as person:
        root = people.open_desk(person, pages, town.office())
        page = person.page
        people.drop(person, ("показ.json", town.showing()))
        assert page.locator("h1").inner_text() == "Подтверждено"
        people.press_it(person, "form[action$='/next'] button")
        assert town.world.child.name.split()[0] not in page.locator("main h1").inner_text()
        page.goto(root)
        people.drop(person, ("показ.json", town.showing()[:-9] + b'x"]}}'))
        assert page.locator("h1").inner_text() != "Подтверждено"
        page.goto(root + "today")
        assert chromium.violations(page) == [] if script else True
        people_named = page.locator("main").inner_text()
        assert town.world.child.name.split()[0] in people_named


def test_a_camera_that_is_not_allowed_leaves_a_way_on(browser: Browser, pages: Served, town: Town) -> None:
    """The button stays, the words say how to allow it, and files are beside it."""
    with chromium.person(browser, pages.url) as person:
        people.open_desk(person, pages, town.office())
        page = person.page
        before = page.locator("#camera-says").inner_text()
        page.get_by_role("button", name="Включить камеру").click()
        says = expect(page.locator("#camera-says"))
        says.not_to_have_text(before, use_inner_text=True, timeout=HANG_SECONDS * 1000)
        assert page.locator("#camera-says").inner_text()
        assert page.locator("#camera-on").is_visible()
        assert page.locator("input[type=file]").count() == 1
        assert chromium.violations(page) == []


def test_a_hand_scanner_types_codes(browser: Browser, pages: Served, town: Town) -> None:
    """It presses Enter after each code, as a keyboard does, and the field is there again for the next."""
    with chromium.person(browser, pages.url) as person:
        people.open_desk(person, pages, town.office())
        page = person.page
        for part in five_codes(town):
            page.get_by_label("Код с ручного сканера").fill(part.digits)
            with page.expect_navigation():
                page.keyboard.press("Enter")
        assert page.locator("h1").inner_text() == "Подтверждено"
