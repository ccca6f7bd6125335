"""Receipts: signed by the key of the desk, after its passphrase; a showing gets one, a lone file none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.web.officer.office import Office
from vcwallet.sealed_file import UNSAFE_FOR_TESTS
from vcwallet.verifier.desk_key import DeskKey
from vcwallet.web.pages.officer import receipts

PASSPHRASE = "клубень вымысел 7 проба небылица"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    one = Office(tmp_path)
    one.opened()
    one.give(one.world.bundle().to_json())
    DeskKey.create(
        one.home / "стол.key",
        PASSPHRASE,
        name="Вымышленный университет",
        kdf=UNSAFE_FOR_TESTS,
        publish=(one.home / "стол.key.did.json").write_bytes,
    )
    yield one
    one.desk.session.end()


def key_page(office: Office) -> str:
    return f"receipts/1/{office.desk.session.choose(office.home / 'стол.key')}"


def test_a_receipt_is_signed_after_the_passphrase_was_given(office: Office, refused: list[str]) -> None:
    assert "Ключ комиссии не открыт" in office.get("answers/1/receipt").words
    assert office.post("answers/1/receipt").status == 422
    assert refused == ["receipt.no-key"]
    assert "Какой файл" in office.post("answers/1/receipt", {"choose": "1"}).words
    page = office.post(key_page(office), {"passphrase": PASSPHRASE})
    assert "Подписать расписку" in page.words
    assert office.post("answers/1/receipt").content.startswith(b"%PDF")


def test_the_list_of_today_outlives_a_lunch_and_the_key_does_not(office: Office, refused: list[str]) -> None:
    session, time = office.desk.session, office.desk.time
    office.post(key_page(office), {"passphrase": PASSPHRASE})
    time.now += timedelta(minutes=50)
    assert session.close_idle() == ()
    assert "Вернуться к столу" in office.desk.get(f"/{session.place}/closed").words
    assert "Сегодня: 1" in office.get("today").words
    assert office.post("answers/1/receipt").status == 422
    assert refused == ["receipt.no-key"]
    time.now += timedelta(hours=5)
    assert len(session.close_idle()) == 1
    assert "Вернуться к столу" not in office.desk.get(f"/{session.place}/closed").words


def test_a_desk_without_a_list_is_closed_when_nobody_is_there(office: Office) -> None:
    office.post("forget")
    assert office.get("today").words.count("Сегодня: 1") == 0
    office.desk.time.now += timedelta(minutes=11)
    assert len(office.desk.session.close_idle()) == 1


def test_a_key_is_made_on_the_page_and_signs(
    office: Office, refused: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receipts, "kdf", lambda: UNSAFE_FOR_TESTS)
    page = office.post("answers/1/receipt", {"new": "1"})
    assert "Где будет лежать ключ" in page.words
    place = office.home / "ключ комиссии.vck"
    address = f"receipts/1/new/{office.desk.session.choose(place)}"
    words = " ".join(re.findall("<li>([а-я]+)</li>", office.get(address).html))
    named = {"name": "Вымышленный университет", "passphrase": words, "again": words}
    for sent, code in (
        (named | {"name": ""}, "page.no-name"),
        (named | {"again": "иное"}, "passphrase.not-the-same"),
        (named | {"passphrase": "пароль", "again": "пароль"}, "passphrase.weak"),
        (named | {"site": "не сайт"}, "did.web-url"),
    ):
        answer = office.post(address, sent)
        assert (answer.status, refused.pop()) == (422, code)
        assert words not in answer.html
        assert not place.exists()
    page = office.post(address, named)
    assert "Ключ создан" in page.words
    assert office.post("answers/1/receipt").content.startswith(b"%PDF")
    key = DeskKey.open(place, words)
    assert place.with_name("ключ комиссии.vck.did.json").read_bytes() == key.published()


def test_a_wrong_passphrase_is_asked_again_and_is_nowhere_in_the_page(office: Office) -> None:
    page = office.post(key_page(office), {"passphrase": "не та фраза"})
    assert page.status == 422
    assert "не та фраза" not in page.html
    assert "Ключ комиссии не открыт" in office.get("answers/1/receipt").words


def test_a_lone_file_gets_no_receipt(office: Office, refused: list[str]) -> None:
    office.post(key_page(office), {"passphrase": PASSPHRASE})
    office.give(office.world.school.diploma(3))
    assert office.post("answers/2/receipt").status == 422
    assert refused == ["receipt.no-showing"]
