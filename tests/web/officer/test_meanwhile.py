"""What another program writes while a desk is open: nothing is confirmed by what the files said before."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kits import Maintainer, paper_of
from tests.web.officer.office import Office, before_the_camera, codes
from tests.world import NOW
from vcwallet import strict_json
from vcwallet.verifier import TrustList
from vcwallet.verifier.kit import sources, updating
from vcwallet.verifier.trust_review import stolen, write
from vcwallet.web.pages.officer.opened import kits_place


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    one = Office(tmp_path)
    one.opened()
    yield one
    one.desk.session.end()


def withdraw(office: Office) -> None:
    """As `vcwallet trust` does: the key of the olympiad is stolen."""
    own = TrustList.parse(office.file.read_bytes())
    first = own.issuers[0]
    write(office.file, own.with_entry(first.with_key(stolen(first.keys[0], NOW))), before=own)


def shown(office: Office) -> str:
    return office.give(office.world.bundle().to_json()).words


CHANGED = "изменила другая программа"


def test_a_key_that_a_command_withdrew_confirms_nothing_at_an_open_desk(office: Office) -> None:
    page = office.give(office.world.bundle().to_json())
    assert "Подтверждено" in page.words
    assert CHANGED not in page.words
    withdraw(office)
    # What was answered before keeps what it was judged by.
    assert "Подтверждено" in office.desk.get(page.path).words
    after = office.give(office.world.bundle().to_json())
    assert "Подтверждено" not in after.words
    assert CHANGED in after.words
    assert "Подтверждено" in office.desk.get(page.path).words
    # It is said until the next person.
    assert CHANGED in office.get().words
    assert CHANGED not in office.post("next").words


def test_the_camera_and_the_desk_s_own_page_go_by_the_newer_list(office: Office) -> None:
    withdraw(office)
    (code,) = codes(office.world.bundle())
    answer = office.desk.get(office.frame(before_the_camera(code))["go"])
    assert "Подтверждено" not in answer.words
    assert CHANGED in answer.words


def test_whom_you_trust_shows_the_list_as_it_is(office: Office) -> None:
    withdraw(office)
    page = office.get("trust")
    assert CHANGED in page.words
    assert "похищен" in page.words


@pytest.mark.parametrize("how", ["gone", "broken"])
def test_a_list_that_cannot_be_read_any_more_confirms_nothing(office: Office, how: str) -> None:
    kept = office.file.read_bytes()
    if how == "gone":
        office.file.unlink()
    else:
        office.file.write_bytes(kept[:-20])
    page = office.give(office.world.bundle().to_json())
    assert page.code == "desk.trust-unreadable"
    assert "Подтверждено" not in page.words
    (code,) = codes(office.world.bundle())
    picture = before_the_camera(code)
    said = office.frame(picture)
    assert said["go"] == ""
    assert "приёмная.json" in said["said"]
    for address in ("", "trust"):
        assert office.get(address).code == "desk.trust-unreadable"
    # Put right, it goes on.
    office.file.write_bytes(kept)
    assert "Подтверждено" in office.desk.get(office.frame(picture)["go"]).words
    assert "Подтверждено" in shown(office)


def test_a_queue_that_goes_on_goes_by_the_newer_list(office: Office) -> None:
    folder = office.home / "Подано"
    (folder / "27-1").mkdir(parents=True)
    (folder / "27-1" / "показ.json").write_text(strict_json.dumps(office.world.bundle().to_json()), "utf-8")
    sheet = "Номер;Фамилия;Имя;Отчество;Дата рождения\n27-1;Тестов;Пробник;Вымыслович;17.05.2009\n"
    address = f"list/of/{office.desk.session.choose(folder)}"
    office.post(address, files=[("applicants", "список.csv", sheet.encode())])
    assert "27-1" in office.get("list/only/confirmed").words
    withdraw(office)
    office.post("list/go")
    assert "27-1" not in office.get("list/only/confirmed").words
    assert CHANGED in office.get("list").words
    office.file.unlink()
    assert office.post("list/go").code == "desk.trust-unreadable"


def test_a_kit_that_a_command_installed_is_gone_by_at_an_open_desk(tmp_path: Path) -> None:
    office = Office(tmp_path)
    w = office.world
    own = w.trust(w.trusted(w.olympiad), status_lists=(w.olympiad.status(),))
    office.file.write_text(strict_json.dumps(own.to_json()), "utf-8")
    office.open(office.file)
    assert "Школа № 0" not in office.get("trust").words
    maintainer, stick = Maintainer(), tmp_path / "Флешка"
    trust = w.trust(w.trusted(w.school), status_lists=())
    maintainer.make({"trust/national.json": strict_json.dumps(trust.to_json()).encode()}, NOW).write(stick)
    assert maintainer.kit is not None
    paper = paper_of(maintainer.kit)
    place = kits_place(office.desk.places)
    with (
        sources.open_source(stick) as source,
        updating.staged(place, source, now=NOW, paper=lambda: paper) as stage,
    ):
        stage.install(confirmed=lambda _: True)
    page = office.get("trust")
    assert "Школа № 0" in page.words
    assert CHANGED in page.words
    office.desk.session.end()
