"""Pictures of every screen of the three people, for docs/images/pages: `python -m tests.browser.screens`.

Pages are those that links lead to and those that the journeys of the tests go through, of invented people at
one moment. A picture that is there already stays where a new one would differ little, so that a rerun changes
what was changed: codes and fingerprints are others each time.
"""

from __future__ import annotations

import io
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from PIL import Image, ImageChops
from playwright.sync_api import Browser, Page, Playwright, sync_playwright

from tests.browser import camera, chromium, journeys, people
from tests.browser.chromium import Person, person
from tests.browser.test_a_site import put, served
from tests.browser.test_a_site_in_every_state import not_whole, states
from tests.browser.test_every_screen import front, officer
from tests.browser.town import Town
from tests.browser.walking import UNGUESSABLE, walk
from tests.shared import ROOT
from tests.unit.wallet.shared import NOW
from tests.web.serving import Served, serving
from tools.page_runtime import FOLDER, PACKAGE
from vcwallet import strict_json
from vcwallet.page.runtime import Runtime
from vcwallet.web.pages.family import creating

KEY: Final = re.compile(r"key\W?[0-9a-f]{6,}")
"""What an organisation without a site is called by its key."""
PLACE: Final = ROOT / "docs" / "images" / "pages"
WIDE: Final = (1120, 760)
NARROW: Final = (360, 740)
TALLEST: Final = 2400
ALIKE: Final = 0.0002
"""The part of a picture's points in which a new one may differ from the one that is kept."""
HEADINGS: Final = {
    "front": ("The first page", "Первая страница"),
    "family": ("A family", "Семья"),
    "secretary": ("A school or an olympiad", "Школа или олимпиада"),
    "officer": ("An admission office", "Приёмная комиссия"),
    "site": ("The page on a university's site", "Страница на сайте вуза"),
}


DRAWN: Final = """async () => {
  for (const each of document.images) each.loading = "eager";
  await Promise.all([document.fonts.ready, ...[...document.images].map((each) => each.decode())]);
  scrollTo(0, 0);
}"""


@dataclass
class Album:
    """The pictures taken so far, each with what the screen calls itself in both languages."""

    place: Path
    taken: dict[str, dict[str, str]] = field(default_factory=dict)
    """By the name of the picture, the heading by language."""

    def take(
        self, page: Page, role: str, *, lang: str, kind: str = "", called: str = "", told: str = ""
    ) -> None:
        """Take a picture of a page, unless there is one of its kind in this look already."""
        name = f"{role}-{called or slug(page.url)}"
        heading = " ".join(page.locator("h1:visible").first.inner_text().split())
        heading = f"{heading}: {told}" if told else heading
        file = f"{name}{kind}.{lang}.png"
        number = 1
        while file in self.taken and self.taken[file]["h1"] != heading:
            number += 1
            file = f"{name}-{number}{kind}.{lang}.png"
        if file in self.taken:
            return
        self.taken[file] = {"h1": heading, "role": role, "lang": lang, "kind": kind}
        page.evaluate(DRAWN)
        size = page.viewport_size or {"width": 0, "height": 0}
        tall = min(TALLEST, int(page.evaluate("document.documentElement.scrollHeight")))
        clip = {"x": 0, "y": 0, "width": size["width"], "height": max(tall, 200)}
        shot = page.screenshot(full_page=True, clip=clip, animations="disabled", caret="hide")  # type: ignore[arg-type]
        keep(self.place / file, Image.open(io.BytesIO(shot)).convert("RGB"))


def keep(path: Path, picture: Image.Image) -> None:
    """Write a picture in few colours, unless the one that is there looks the same."""
    small = picture.quantize(48, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    if path.exists():
        with Image.open(path) as before:
            if before.size == small.size:
                differs = ImageChops.difference(before.convert("L"), small.convert("L"))
                changed = sum(differs.point(lambda value: 255 * (value > 24)).histogram()[1:])
                if changed <= ALIKE * small.width * small.height:
                    return
    small.save(path, optimize=True)


def slug(address: str) -> str:
    """What an address is about, without names and numbers in it."""
    parts = [part for part in urlsplit(address).path.split("/") if part and not KEY.fullmatch(part)]
    own = [part for part in parts if not UNGUESSABLE.fullmatch(part) and not part.isdigit()]
    if len(own) == 1 and own[0] in HEADINGS:
        return f"door-{own[0]}"
    own = own[1:] if own and own[0] in HEADINGS else own
    return "-".join(re.sub(r"[^\w]+", "", part) for part in own) or "home"


@contextmanager
def visiting(
    browser: Browser, lang: str, *, size: tuple[int, int] = WIDE, dark: bool = False
) -> Iterator[tuple[Person, Served, Town]]:
    """A window, and a town whose files it can open."""
    folder = Path(tempfile.mkdtemp())
    try:
        with (
            serving(folder, now=NOW, lang=lang) as pages,
            person(browser, pages.url, lang=lang, size=size, dark=dark) as somebody,
        ):
            yield somebody, pages, Town(pages.home)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _saved_then(path: Path) -> Path:
    """The same file, saved at the moment of which the pages are."""
    os.utime(path, (NOW.timestamp(), NOW.timestamp()))
    return path


Enter = Callable[[Person, Served, Town], str]
ENTER: Final[dict[str, Enter]] = {
    "front": front,
    "family": lambda somebody, pages, town: people.open_wallet(somebody, pages, _saved_then(town.family())),
    "secretary": lambda somebody, pages, town: people.open_folder(somebody, pages, town.secretary()),
    "officer": officer,
}
MAIN: Final = {
    "front": ("home",),
    "family": ("children", "children-kept", "children-show", "children-history", "safety"),
    "secretary": ("home", "diplomas", "hand-out", "publish", "keys"),
    "officer": ("home", "answers", "today", "trust"),
}
"""Screens that are shown in English, in the dark and on a telephone, too."""


def by_links(
    album: Album,
    browser: Browser,
    role: str,
    *,
    lang: str = "ru",
    kind: str = "",
    size: tuple[int, int] = WIDE,
    dark: bool = False,
    only: tuple[str, ...] = (),
) -> None:
    with visiting(browser, lang, size=size, dark=dark) as (somebody, pages, town):
        root = ENTER[role](somebody, pages, town)
        for _ in walk(somebody.page, root, root):
            if not only or slug(somebody.page.url) in only:
                album.take(somebody.page, role, lang=lang, kind=kind)


def by_journeys(album: Album, browser: Browser) -> None:
    """The pages behind buttons, as the journeys of the tests go through them."""
    for role, go in (("family", _family), ("secretary", _secretary), ("officer", _officer)):
        with visiting(browser, "ru") as (somebody, pages, town):
            journeys.looked_at = lambda who, role=role: album.take(who.page, role, lang="ru")  # type: ignore[misc]
            go(album, somebody, pages, town)


def _family(album: Album, somebody: Person, pages: Served, town: Town) -> None:
    words = journeys.new_wallet(somebody, pages)
    known = strict_json.dumps(town.olympiad.document.to_json()).encode("utf-8")
    files = [(f"диплом {n}.json", strict_json.dumps(town.diploma(n)).encode("utf-8")) for n in (1, 2)]
    broken = files[1][1].replace(b"2025", b"2024")
    people.drop(somebody, *files, ("issuer.json", known), ("изменённый.json", broken))
    journeys.first_child(somebody)
    journeys.looked_at(somebody)
    journeys.show(somebody, "Школа № 0")
    journeys.looked_at(somebody)
    page = somebody.page
    page.goto(people.root(somebody))
    people.press_it(somebody, "a[href$='/history']")
    album.take(page, "family", lang="ru", called="history-shown")
    people.press_it(somebody, "form.close button")
    album.take(page, "front", lang="ru", called="closed")
    assert words not in page.content()


def _secretary(album: Album, somebody: Person, pages: Served, town: Town) -> None:
    journeys.new_folder(somebody, pages)
    journeys.looked_at(somebody)
    journeys.sign(somebody)
    journeys.looked_at(somebody)


def _officer(album: Album, somebody: Person, pages: Served, town: Town) -> None:
    root = people.open_desk(somebody, pages, town.office())
    page = somebody.page
    copy = strict_json.dumps(town.diploma(1)).encode("utf-8")
    others = strict_json.dumps(town.world.bundle(to="other.example", created=NOW).to_json()).encode("utf-8")
    for called, content in (("accepted", town.showing()), ("refused", copy), ("for-others", others)):
        page.goto(root)
        people.drop(somebody, (f"{called}.json", content))
        album.take(page, "officer", lang="ru", called=f"answer-{called}")
    page.goto(root + "today")
    album.take(page, "officer", lang="ru", called="today-three")
    page.goto(root + "answers/1/receipt")
    people.press_it(somebody, "button[name=new]")
    people.press_it(somebody, "button[name=here]")
    album.take(page, "officer", lang="ru", called="key-new")


# --- what a camera may answer -----------------------------------------------------------------------------

REFUSING: Final = "navigator.mediaDevices.getUserMedia = async () => {{ throw new DOMException('', '{}'); }};"
FASTER: Final = "const began = performance.now.bind(performance); performance.now = () => began() * 60;"
CAMERA: Final = {
    "blocked": REFUSING.format("NotAllowedError"),
    "busy": REFUSING.format("NotReadableError"),
    "none": REFUSING.format("NotFoundError"),
    "minute": FASTER,
}


def camera_states(album: Album, playwright: Playwright) -> None:
    """Blocked, used by another program, not there, and a minute in which no code was seen."""
    with tempfile.TemporaryDirectory() as folder:
        film = camera.write(Path(folder) / "empty.y4m", [Image.new("L", (600, 600), 255)])
        browser = chromium.launch(playwright, *camera.flags(film))
        for state, script in CAMERA.items():
            with visiting(browser, "ru") as (somebody, pages, town):
                somebody.context.add_init_script(script)
                somebody.context.grant_permissions(["camera"])
                people.open_desk(somebody, pages, town.office())
                page = somebody.page
                before = page.locator("#camera-says").inner_text()
                page.locator("#camera-on").click()
                page.wait_for_timeout(2500 if state == "minute" else 300)
                assert page.locator("#camera-says").inner_text() != before
                album.take(page, "officer", lang="ru", called=f"camera-{state}")
        browser.close()


# --- the page on a site -----------------------------------------------------------------------------------


STATES: Final = {
    "nonsense": "набран не код",
    "parts": "прочитана часть кода",
    "several": "несколько показов",
    "problems": "не прочитано",
    "broken": "программа запускается заново",
    "failed": "не запустилась",
    "outdated": "список устарел",
    "clock": "часы вне календаря",
}
"""What tells the states of one page apart; they are pictured in Russian."""


def by_site(album: Album, browser: Browser) -> None:
    """Every state of a site's page, and what is met most in English and on a telephone."""
    looks = (
        ("ru", "", WIDE, ()),
        ("en", "", WIDE, ("asking", "answer")),
        ("ru", ".360", NARROW, ("asking", "answer", "not-whole")),
    )
    for lang, kind, size, only in looks:
        with tempfile.TemporaryDirectory() as folder:
            town = Town(Path(folder) / "home")
            put(Path(folder) / "site", town, Runtime.ready(FOLDER, package=PACKAGE))
            place = "" if lang == "ru" else "en.html"
            with served(Path(folder) / "site") as site:
                with person(browser, site.url, lang=lang, size=size) as somebody:
                    for state in states(somebody.page, site.url + place, town):
                        if not only or state in only:
                            told = STATES.get(state, "")
                            album.take(somebody.page, "site", lang=lang, kind=kind, called=state, told=told)
                        if only and state == "answer":
                            break
                with person(browser, site.url, lang=lang, size=size) as somebody:
                    state = not_whole(somebody.page, site, place)
                    if not only or state in only:
                        album.take(somebody.page, "site", lang=lang, kind=kind, called=state)
                    somebody.console.clear()
                    somebody.errors.clear()


# --- the index --------------------------------------------------------------------------------------------


def write_index(album: Album) -> None:
    kinds = {"": ("", ""), ".dark": (" (dark)", " (тёмная)"), ".360": (" (telephone)", " (телефон)")}
    for number, file in enumerate(("README.md", "README.ru.md")):
        if number:
            lines = ["# Все экраны страниц", "", "In English: [README.md](README.md).", ""]
            lines += ["Люди и организации выдуманы. Снимки делает `make screens`."]
        else:
            lines = ["# Every screen of the pages", "", "По-русски: [README.ru.md](README.ru.md).", ""]
            lines += ["People and organisations are invented. `make screens` takes the pictures."]
        for role, names in HEADINGS.items():
            lines += ["", f"## {names[number]}", ""]
            for name, told in sorted(album.taken.items()):
                if told["role"] == role:
                    lang = f", {told['lang']}" if told["lang"] == "en" else ""
                    lines.append(f"* [{told['h1']}]({name}){kinds[told['kind']][number]}{lang}")
        (album.place / file).write_text("\n".join(lines) + "\n", "utf-8")


def main() -> None:
    from vcwallet.sealed_file import UNSAFE_FOR_TESTS

    PLACE.mkdir(parents=True, exist_ok=True)
    album = Album(PLACE)
    creating.kdf = lambda: UNSAFE_FOR_TESTS
    with sync_playwright() as playwright:
        browser = chromium.launch(playwright)
        by_journeys(album, browser)
        for role in ENTER:
            by_links(album, browser, role)
            by_links(album, browser, role, lang="en", only=MAIN[role])
            by_links(album, browser, role, kind=".dark", dark=True, only=MAIN[role][:2])
            by_links(album, browser, role, kind=".360", size=NARROW, only=MAIN[role][:3])
        by_site(album, browser)
        browser.close()
        camera_states(album, playwright)
    for old in PLACE.glob("*.png"):
        if old.name not in album.taken:
            old.unlink()
    write_index(album)


if __name__ == "__main__":
    main()
