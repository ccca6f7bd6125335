"""An issuer's folder in a home folder, and the pages of it, as a test opens them."""

from __future__ import annotations

from pathlib import Path

from tests.unit.issuer.kits import OTHER, PUPIL, csv
from tests.web.pages import NOW, Desk, Page
from vcwallet.issuer import Issuer
from vcwallet.sealed_file import UNSAFE_FOR_TESTS
from vcwallet.web.pages.secretary.opened import Secretary

PASSPHRASE = "вымышленный пароль для тестов"
FOLDER = "школа"


def make(home: Path, *, site: str = "https://olymp.example", suspension: bool = False) -> Path:
    """A folder with two signed diplomas."""
    place = home / FOLDER
    with Issuer.create(
        place,
        PASSPHRASE,
        kit="olympiad",
        name="Олимпиада «Проба»",
        site=site,
        example=True,
        kdf=UNSAFE_FOR_TESTS,
    ) as issuer:
        settings = issuer.settings_file
    if suspension:
        text = settings.read_text("utf-8")
        settings.write_text(text.replace("valid_days = 180", "valid_days = 180\nsuspension = true"), "utf-8")
    with Issuer.open(place, PASSPHRASE) as issuer:
        issuer.issue(issuer.plan(issuer.read(csv(PUPIL, OTHER), now=NOW)), now=NOW)
    return place


class Office(Desk):
    """A desk at which an issuer's folder is open."""

    def enter(self, folder: Path, passphrase: str | None = PASSPHRASE) -> Page:
        address = f"secretary/open/{self.session.choose(folder)}"
        self.get(address)
        page = self.post(address, {"locked": "1"} if passphrase is None else {"passphrase": passphrase})
        for each in self.session.opened.values():
            assert isinstance(each, Secretary)
            each.show = self.shown.append
        return page

    @property
    def secretary(self) -> Secretary:
        (found,) = self.session.opened.values()
        assert isinstance(found, Secretary)
        return found

    @property
    def shown(self) -> list[Path]:
        """The folders that were shown in the system's own window."""
        return self.__dict__.setdefault("_shown", [])  # type: ignore[no-any-return]

    def to(self, address: str = "") -> str:
        return f"{self.secretary.id}/{address}"

    def go(self, address: str = "") -> Page:
        return self.get(self.to(address))

    def send(self, address: str, *files: tuple[str, str, bytes], **data: str) -> Page:
        return self.post(self.to(address), data, files=files)

    def choose(self, folder: Path, *, name: str = "", pick: str = "") -> Page:
        """In the chooser that is shown: go to a folder below the home folder, and choose there."""
        for part in folder.relative_to(self._chooser_folder()).parts:
            self.page = self.post(self.page.path, {"into": self._entry(part)})
        if pick:
            return self.post(self.page.path, {"pick": self._entry(pick)})
        return self.post(self.page.path, {"here": "1"} | ({"name": name} if name else {}))

    def _chooser_folder(self) -> Path:
        self.page = self.post(self.page.path, {"root": "0"})
        return self.home

    def _entry(self, name: str) -> str:
        task = self.session.task(self.page.path.rpartition("/")[2], object)
        return str([each.name for each in task.entries].index(name))  # type: ignore[attr-defined]
