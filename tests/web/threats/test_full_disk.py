"""The disk is full while something is saved, exported, signed or handed out: it is said, and nothing is half.

Two ways of being full: the kernel refuses every byte of a file beyond a small ceiling, as at the end of a
quota, and the bytes are refused only when they are to be kept, as file systems that collect them do.
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from tests.shared import need
from tests.unit.issuer.kits import OTHER, PUPIL, csv
from tests.unit.issuer.offices import Office as Olympiad
from tests.unit.wallet.shared import OTHER_PASSPHRASE
from tests.web.family.family import Home, home
from tests.web.pages import NOW, Page
from tests.web.secretary.desks import SecretaryDesk
from tests.web.secretary.offices import FOLDER, Office, make
from vcwallet.issuer import Arrival, Issuer, State
from vcwallet.sealed_file import UNSAFE_FOR_TESTS
from vcwallet.web.pages.family import creating

Full = Callable[[], AbstractContextManager[None]]


@contextmanager
def at_the_end_of_a_quota() -> Iterator[None]:
    need(os.name != "nt", "only systems of the Unix family have a ceiling of one file's size")
    import resource

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (300, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@contextmanager
def when_it_is_to_be_kept() -> Iterator[None]:
    def refuse(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(os, "fsync", refuse)
        yield


@pytest.fixture(params=[at_the_end_of_a_quota, when_it_is_to_be_kept], ids=["quota", "collected"])
def full(request: pytest.FixtureRequest) -> Full:
    made: Full = request.param
    return made


def files(folder: Path) -> dict[str, bytes]:
    """Everything below a folder but locks, which hold nothing."""
    found = (each for each in folder.rglob("*") if each.is_file() and each.suffix != ".lock")
    return {str(each.relative_to(folder)): each.read_bytes() for each in found}


def in_words(page: Page) -> Page:
    """An answer that a person can read, and no mistake of the program."""
    assert page.status in (200, 422), page.words
    assert "Программа ошиблась" not in page.words
    assert "Traceback" not in page.html
    return page


# --- a family ---------------------------------------------------------------------------------------------


@pytest.fixture
def family(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setattr(creating, "kdf", lambda: UNSAFE_FOR_TESTS)
    made = home(tmp_path)
    made.open()
    return made


def test_what_was_typed_is_kept_in_memory_and_saved_when_there_is_room(family: Home, full: Full) -> None:
    before = files(family.file.parent)
    family.desk.get(family.desk.get(family.of("Проба")).address("/kept/"))
    with full():
        page = in_words(family.desk.post(family.page.address("/note"), {"note": "Не пропадёт"}))
        assert "Не сохранено на диск" in page.words
        assert "Не пропадёт" in page.words
        assert files(family.file.parent) == before
        assert "Не сохранено на диск" in in_words(family.desk.post(page.address("/save"))).words
    page = family.desk.post(family.page.address("/save"))
    assert "Не сохранено на диск" not in page.words
    notes = family.saved.child("Проба").notes().values()
    assert [note.words for each in notes for note in each] == ["Не пропадёт"]


def test_a_copy_is_whole_or_is_not_there(family: Home, full: Full) -> None:
    base = "/".join(family.page.path.split("/")[:3])
    family.desk.post(f"{base}/safety/backup")
    family.desk.post(family.page.path, {"here": "1"})
    question, before = family.page.path, files(family.file.parent)
    with full():
        page = in_words(family.desk.post(question))
        assert "На диске нет места" in page.words
        assert "Копия в порядке" not in page.words
    assert files(family.file.parent) == before
    assert "Копия в порядке" in family.desk.post(question).words


def test_a_childs_own_wallet_is_whole_or_the_family_keeps_the_keys(family: Home, full: Full) -> None:
    page = family.desk.get(family.of("Проба") + "/leaving")
    page = family.desk.post(page.address("/own"))
    page = family.desk.post(page.path, {"here": "1", "name": "Проба.vcw"})
    typed = {"passphrase": OTHER_PASSPHRASE, "again": OTHER_PASSPHRASE, "let_go": "1"}
    question, before = page.path, files(family.file.parent)
    with full():
        assert in_words(family.desk.post(question, typed)).status == 422
    assert files(family.file.parent) == before
    assert family.saved.child("Проба").handover is None
    assert "ключей больше нет" in family.desk.post(question, typed).words


# --- a secretary ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("made"))


@pytest.fixture
def office(folder: Path, tmp_path: Path) -> Office:
    place = tmp_path / FOLDER
    shutil.copytree(folder, place)
    with Issuer.open(place) as issuer:
        issuer.settle(Arrival.MOVED, now=NOW)
    office = Office(tmp_path)
    office.enter(place)
    return office


def test_a_handed_out_folder_is_whole_or_is_not_there(office: Office, full: Full) -> None:
    documents = office.home / "Документы"
    office.send("hand-out", by="pupil", archives="none")
    question = office.choose(documents, name="Раздать").path
    with full():
        page = in_words(office.post(question))
        assert "не хватает места" in page.words
    assert files(documents) == {}
    assert "Можно раздавать" in office.post(question).words


def test_a_revocation_that_found_no_room_is_not_said_to_be_done(office: Office) -> None:
    """The register is a database, which writes by itself."""
    with at_the_end_of_a_quota():
        page = in_words(office.send("diplomas/1/revoke", reason="По ошибке"))
        assert page.status == 422
        assert "Реестром выдачи нельзя воспользоваться" in page.words
    with Issuer.open(office.home / FOLDER) as issuer:
        assert State.REVOKED not in issuer.counts()
    office.send("diplomas/1/revoke", reason="По ошибке")
    with Issuer.open(office.home / FOLDER) as issuer:
        assert issuer.counts()[State.REVOKED] == 1


def looked_at(desk: SecretaryDesk) -> Page:
    """The page on which a sheet of two is seen before it is signed."""
    page = desk.give(csv(PUPIL, OTHER))
    while "Посмотрите, прежде чем подписывать" not in page.words:
        page = desk.send(page)
    return page


def test_a_signing_that_found_no_room_goes_on_when_there_is_some(tmp_path: Path, full: Full) -> None:
    desk = SecretaryDesk.of(tmp_path / "home", Olympiad.make(tmp_path / "olympiad"))
    page = looked_at(desk)
    with full():
        stopped = in_words(desk.send(page, "/sign"))
        assert "Подписано 2 диплома" not in stopped.words
        assert desk.office.files() == {}
    again = desk.send(looked_at(desk), "/sign")
    assert "Подписано 2 диплома" in again.words
    assert len(desk.office.files()) == 2
