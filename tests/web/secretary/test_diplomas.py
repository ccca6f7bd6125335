"""Finding a diploma and what may become of it, by the pages."""

from __future__ import annotations

import pytest

from tests.unit.issuer.kits import PUPIL, csv
from tests.web.secretary.offices import FOLDER, PASSPHRASE, Office
from vcwallet.issuer import Issuer, State

REASON = "тайная причина отзыва"


def states(office: Office) -> list[State]:
    return [line.state for line in office.secretary.issuer.lines()]


def test_the_page_says_that_the_register_holds_no_names(opened: Office) -> None:
    page = opened.go("find")
    assert "В реестре нет имён" in page.words
    assert "Тестов Пробник Вымыслович, 17 мая 2009" in page.words.replace("\u00a0", " ")
    assert "2 марта 2026" in page.words.replace("\u00a0", " ")


@pytest.mark.parametrize("words", ["Примерова", "2", "№ 0002"])
def test_one_diploma_that_is_found_is_shown_at_once(opened: Office, words: str) -> None:
    page = opened.send("find", words=words)
    assert page.path.endswith("/diplomas/2")
    assert "Примерова Выдумка Небылицыевна" in page.words
    assert "Диплом II степени" in page.words


def test_several_are_listed_and_none_is_no_error(opened: Office) -> None:
    page = opened.send("find", words="")
    assert page.status == 200
    assert "Диплом не нашёлся" in page.words
    page = opened.send("find", words="нетакой")
    assert "Диплом не нашёлся" in page.words


def test_the_file_a_family_brings_is_dropped(opened: Office) -> None:
    (path,) = opened.secretary.issuer.issued_folder.glob("0001 *.vc.json")
    page = opened.send("find", ("file", "диплом.vc.json", path.read_bytes()))
    assert page.path.endswith("/diplomas/1")


def test_a_file_that_is_no_diploma_is_answered_with_a_reason(opened: Office) -> None:
    page = opened.send("find", ("file", "<b>письмо.txt", b"hello"))
    assert page.status == 200
    assert "<b>письмо" in page.words
    assert "<b>письмо" not in page.html


def test_a_sheet_needs_the_keys_and_the_page_says_so(office: Office) -> None:
    office.enter(office.home / FOLDER, passphrase=None)
    page = office.send("find", ("file", "строки.csv", csv(PUPIL)))
    assert "Откройте ключи" in page.words
    office.send("unlock", passphrase=PASSPHRASE)
    page = office.send("find", ("file", "строки.csv", csv(PUPIL)))
    assert page.path.endswith("/diplomas/1")


def test_a_misspelt_name_is_corrected_in_two_steps(opened: Office) -> None:
    page = opened.go("diplomas/1/correct")
    assert page.value("set-family") == "Тестов"
    assert page.value("set-birth_date") == "17 мая 2009"
    fields = {name: page.value(name) for name in ("set-given", "set-birth_date")} | {
        "set-family": "Тестовский"
    }
    page = opened.send("diplomas/1/correct", **fields)
    assert "Тестовский" in page.words
    assert "Было" in page.words
    assert states(opened) == [State.ISSUED, State.ISSUED], "nothing is signed yet"
    page = opened.post(page.path)
    assert page.path.endswith("/diplomas/3")
    assert "Тестовский Пробник" in page.words
    assert states(opened) == [State.REVOKED, State.ISSUED, State.ISSUED]
    page = opened.go("diplomas/1")
    assert "заменён исправленным" in page.words
    assert "действует исправленный диплом № 0003" in page.words.replace("\u00a0", " ")
    assert "ещё не опубликовано" in page.words


def test_what_is_not_changed_is_not_typed_anew(opened: Office) -> None:
    page = opened.go("diplomas/1/correct")
    names = ("set-family", "set-given", "set-patronymic", "set-birth_date", "set-class")
    page = opened.send("diplomas/1/correct", **{name: page.value(name) for name in names})
    assert page.status == 422
    assert "исправлять нечего" in page.words or "нечего исправлять" in page.words


def test_a_value_that_cannot_be_is_refused_with_what_was_typed(opened: Office) -> None:
    page = opened.send("diplomas/1/correct", **{"set-birth_date": "31.02.2009"})
    assert page.status == 422
    assert page.value("set-birth_date") == "31.02.2009"


def test_what_earns_no_diploma_is_not_offered_as_a_correction(opened: Office) -> None:
    page = opened.go("diplomas/1/correct")
    assert "Диплом II степени" in page.html
    assert "Участник" not in page.html
    page = opened.send("diplomas/1/correct", **{"set-degree": "Участник"})
    assert page.status == 422
    assert "отзовите" in page.words


def test_a_diploma_is_revoked_on_a_page_that_says_what_it_does(opened: Office) -> None:
    page = opened.go("diplomas/1/revoke")
    assert "Тестов Пробник Вымыслович, 17 мая 2009" in page.words.replace("\u00a0", " ")
    assert "Вернуть это нельзя" in page.words
    assert "После вашей публикации" in page.words
    assert states(opened)[0] is State.ISSUED
    page = opened.send("diplomas/1/revoke", reason=REASON)
    assert REASON in page.words
    assert states(opened)[0] is State.REVOKED
    assert "отозван" in opened.go("diplomas/1").words
    assert opened.go("diplomas/1").words.count("Отозвать") == 0


def test_a_diploma_is_suspended_and_reinstated(opened: Office) -> None:
    opened.send("diplomas/2/suspend", reason="")
    assert states(opened)[1] is State.SUSPENDED
    page = opened.go("diplomas/2")
    assert "приостановлен" in page.words
    opened.send("diplomas/2/reinstate")
    assert states(opened)[1] is State.ISSUED


def test_what_cannot_be_is_said_in_place(opened: Office) -> None:
    opened.send("diplomas/1/revoke")
    page = opened.send("diplomas/1/suspend")
    assert page.status == 422
    assert opened.go("diplomas/99").status == 422
    assert opened.go("diplomas/1/correct").status == 200


def test_its_files_are_downloaded(opened: Office) -> None:
    pdf = opened.send("diplomas/1/file", pdf="1")
    assert pdf.content.startswith(b"%PDF")
    assert "attachment" in pdf.headers["content-disposition"]
    assert opened.send("diplomas/1/file").content.startswith(b"{")


def test_a_diploma_without_its_file_says_what_is_known(opened: Office) -> None:
    (path,) = opened.secretary.issuer.issued_folder.glob("0001 *.vc.json")
    path.unlink()
    page = opened.go("diplomas/1")
    assert "в реестре нет имён" in page.words
    assert "Тестов" not in page.words
    assert opened.send("diplomas/1/file").status == 422


def test_a_reason_never_reaches_what_is_published(opened: Office) -> None:
    opened.send("diplomas/1/revoke", reason=REASON)
    site = opened.home / "сайт"
    with Issuer.open(opened.home / FOLDER, PASSPHRASE) as issuer:
        issuer.publish(site, now=opened.time.now)
    assert not [each for each in site.rglob("*") if each.is_file() and REASON.encode() in each.read_bytes()]
