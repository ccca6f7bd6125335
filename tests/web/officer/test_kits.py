"""Kits on a stick: compared with paper first, looked at as a whole, installed for the desk that is open."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.kits import Maintainer, paper_of
from tests.web.officer.office import Office
from tests.world import NOW, World
from vcwallet import strict_json

W = World()


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    one = Office(tmp_path, world=W)
    yield one
    one.desk.session.end()


@pytest.fixture
def maintainer() -> Maintainer:
    return Maintainer()


def stick(office: Office, maintainer: Maintainer) -> str:
    """A kit that believes the school, in a folder of a stick; the text that stands for it."""
    trust = W.trust(W.trusted(W.school), status_lists=())
    content = {"trust/national.json": strict_json.dumps(trust.to_json()).encode()}
    folder = office.home / "Флешка"
    maintainer.make(content, NOW).write(folder)
    return office.desk.session.choose(folder)


def alone(office: Office) -> None:
    """A desk whose own list has the olympiad only: an organisation belongs to one list."""
    trust = W.trust(W.trusted(W.olympiad), status_lists=(W.olympiad.status(),))
    office.file.write_text(strict_json.dumps(trust.to_json()), "utf-8")
    office.open(office.file)


def paper(maintainer: Maintainer) -> str:
    assert maintainer.kit is not None
    return " ".join(paper_of(maintainer.kit).split()[-4:])


def test_a_kit_is_installed_at_an_open_desk_after_its_paper_was_compared(
    office: Office, maintainer: Maintainer, refused: list[str]
) -> None:
    alone(office)
    address = f"kits/{stick(office, maintainer)}"
    assert "Сверьте комплект с бумагой" in office.get(address).words
    assert office.post(address, {"fingerprint": "0000 0000 0000 0000"}).status == 422
    assert refused == ["kit.fingerprint-differs"]
    page = office.post(address, {"fingerprint": paper(maintainer)})
    assert "Комплект «Вымысел»" in page.words
    assert "Школа № 0" not in office.get("trust").words
    asked = [page.value("yes", number=number) for number in range(page.html.count('name="yes"'))]
    page = office.post(address, {"yes": asked})
    assert "Комплект установлен" in page.words
    assert "Школа № 0" in page.words
    # The same state again is nothing new, and needs no paper.
    assert "Нового нет" in office.get(address).words


def test_of_an_organisation_of_a_kit_it_is_said_that_the_kit_has_its_list(
    office: Office, maintainer: Maintainer
) -> None:
    trust = W.trust(W.trusted(W.school), W.trusted(W.olympiad), status_lists=())
    content = {
        "trust/national.json": strict_json.dumps(trust.to_json()).encode(),
        "status/school/1.json": strict_json.dumps(W.school.status(NOW)).encode(),
    }
    folder = office.home / "Флешка"
    maintainer.make(content, NOW).write(folder)
    own = W.trust(status_lists=())
    office.file.write_text(strict_json.dumps(replace(own, issuers=()).to_json()), "utf-8")
    office.open(office.file)
    address = f"kits/{office.desk.session.choose(folder)}"
    page = office.post(address, {"fingerprint": paper(maintainer)})
    asked = [page.value("yes", number=number) for number in range(page.html.count('name="yes"'))]
    words = office.post(address, {"yes": asked}).words
    assert words.count("в комплекте «Комплект") == 1
    assert words.count("списка нет") == 1


def test_a_kit_alone_opens_a_desk(office: Office, maintainer: Maintainer) -> None:
    address = f"officer/kits/{stick(office, maintainer)}"
    assert "Установить комплект" in office.desk.get("officer/").words
    office.desk.post(address, {"fingerprint": paper(maintainer)})
    page = office.desk.get(address)
    asked = [page.value("yes", number=number) for number in range(page.html.count('name="yes"'))]
    page = office.desk.post(address, {"yes": asked})
    assert "Открыть проверку" in page.words
    page = office.desk.post(page.path)
    assert "Покажите код камере" in page.words
    # A desk of kits alone changes nothing of them.
    (opened,) = office.desk.session.opened.values()
    office.root = f"/{office.desk.session.place}/{opened.id}/"
    assert "Добавить издателя" not in office.get("trust").words


def test_a_kit_that_overlaps_with_the_own_list_is_not_installed(
    office: Office, maintainer: Maintainer, refused: list[str]
) -> None:
    office.opened()
    address = f"kits/{stick(office, maintainer)}"
    page = office.post(address, {"fingerprint": paper(maintainer)})
    asked = [page.value("yes", number=number) for number in range(page.html.count('name="yes"'))]
    assert office.post(address, {"yes": asked}).status == 422
    assert refused == ["trust.overlap"]
    # The list opens as before: nothing was installed beside it.
    office.post("close")
    assert "Покажите код камере" in office.open(office.file).words


def test_what_is_no_kit_is_told(office: Office) -> None:
    office.opened()
    folder = office.home / "Пусто"
    folder.mkdir()
    page = office.get(f"kits/{office.desk.session.choose(folder)}")
    assert page.status == 422


def test_where_a_kit_lies_is_chosen(office: Office) -> None:
    office.opened()
    assert "В какой папке комплект?" in office.post("kits", {"take": "folder"}).words
    assert "Какой файл — комплект?" in office.post("kits", {"take": "zip"}).words
    assert "В какой папке комплект?" in office.desk.post("officer/", {"wanted": "kit"}).words
