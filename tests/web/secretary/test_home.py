"""Opening an issuer's folder, its overview, its keys, and saying what a folder is that was moved."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from tests.web.pages import NOW
from tests.web.secretary.offices import FOLDER, PASSPHRASE, Office
from vcwallet.issuer import Issuer


def folder(office: Office) -> Path:
    return office.home / FOLDER


def test_a_folder_is_found_by_the_chooser_and_opened(office: Office) -> None:
    page = office.get("secretary/")
    assert "Открыть папку" in page.words
    office.post("secretary/")
    page = office.choose(office.home, pick=FOLDER)
    assert page.status == 200
    assert "Олимпиада «Проба»" in page.words
    page = office.post(page.path, {"passphrase": PASSPHRASE})
    assert "Олимпиада «Проба»" in page.words
    assert office.secretary.unlocked


def test_a_wrong_passphrase_is_refused_in_place(office: Office) -> None:
    address = f"secretary/open/{office.session.choose(folder(office))}"
    page = office.post(address, {"passphrase": "совсем не та фраза"})
    assert page.status == 422
    assert not office.session.opened
    assert "совсем не та фраза" not in page.html


def test_the_overview_says_what_is_needed_with_the_most_urgent_first(office: Office) -> None:
    page = office.enter(folder(office))
    assert "2 диплома действуют" in page.words
    assert page.words.index("нет резервной копии") < page.words.index("Нет листа восстановления")
    for address in ("keys/backup", "publish", "keys/sheet", "keys/standby"):
        assert page.address(address)


def test_the_overview_says_days_as_people_write_them(office: Office) -> None:
    with Issuer.open(folder(office), PASSPHRASE) as issuer:
        issuer.publish(office.home / "сайт", now=NOW)
    page = office.enter(folder(office), passphrase=None)
    assert "2 марта 2026" in page.words.replace("\u00a0", " ")
    assert "2026-" not in page.words


def test_without_the_keys_one_may_look_and_is_asked_where_they_are_needed(office: Office) -> None:
    office.enter(folder(office), passphrase=None)
    assert office.go("find").status == 200
    page = office.go("hand-out")
    assert page.path.endswith("/unlock")
    assert office.send("unlock", passphrase="не та фраза").status == 422
    page = office.send("unlock", passphrase=PASSPHRASE)
    assert page.path.endswith("/hand-out")


def test_a_moved_folder_is_asked_about(office: Office) -> None:
    place = office.home / "другая"
    folder(office).rename(place)
    page = office.enter(place)
    assert "Раньше эта папка была здесь" in page.words
    page = office.go("settle")
    assert FOLDER in page.words
    assert office.send("settle").status == 422
    page = office.send("settle", arrival="moved")
    assert "Раньше эта папка была здесь" not in page.words
    assert page.status == 200
    assert "сказать нечего" in office.go("settle").words


def test_the_folder_is_closed_after_five_minutes_of_silence(office: Office) -> None:
    office.enter(folder(office))
    place = office.to()
    office.time.pass_by(timedelta(minutes=6))
    assert len(office.session.close_idle()) == 1
    page = office.get(place)
    assert "Проба" not in page.html
    assert not office.session.opened
