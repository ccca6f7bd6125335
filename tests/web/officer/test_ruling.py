"""The rules of a desk: chosen from a file, asked for one answer and for a whole list, and let go of."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.shared import ROOT
from tests.web.officer.office import Office
from tests.web.pages import Page

ADMISSION = ROOT / "examples" / "admission"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    one = Office(tmp_path)
    one.opened()
    yield one
    one.desk.session.end()


def go_by(office: Office) -> Page:
    (rules,) = ADMISSION.glob("*.toml")
    levels = [
        ("levels", each.name, each.read_bytes()) for each in sorted((ADMISSION / "levels").glob("*.json"))
    ]
    return office.post("rules", files=[("rules", rules.name, rules.read_bytes()), *levels])


def test_rules_of_a_file_are_said_in_words_and_let_go_of(office: Office) -> None:
    assert "Правила не выбраны" in office.get("rules").words
    page = go_by(office)
    assert "Считаем по этим правилам" in page.words
    office.post("rules", {"none": "1"})
    assert "Правила не выбраны" in office.get("rules").words


def test_an_answer_is_counted_for_a_programme_with_exams(office: Office) -> None:
    go_by(office)
    office.give(office.world.bundle().to_json())
    page = office.get("answers/1/points")
    programme = page.html.partition('<option value="')[2].partition('"')[0]
    page = office.post("answers/1/points", {"programme": programme, "exam-math": "82,5"})
    assert "По правилам" in page.words
    assert "Сколько это даёт" in office.get("answers/1").words


def test_rules_of_a_kit_that_is_gone_meanwhile_are_told(office: Office) -> None:
    page = office.post("rules", {"pack": "vymysel-2027"})
    assert (page.status, page.code) == (422, "page.forgotten")
    assert "Правила не выбраны" in page.words


@pytest.mark.parametrize("content", [b"", b"\xff", b"x = ", b"{}"])
def test_a_file_that_is_no_rules_is_told(office: Office, refused: list[str], content: bytes) -> None:
    page = office.post("rules", files=[("rules", "правила.toml", content)])
    assert page.status == 422
    assert refused


def test_what_cannot_be_counted_is_told(office: Office, refused: list[str]) -> None:
    office.give(office.world.bundle().to_json())
    office.get("answers/1/points")
    office.post("rules")
    go_by(office)
    office.post("answers/1/points", {"programme": "x", "exam-math": "пять"})
    assert refused == ["desk.no-rules", "desk.no-rules-given", "desk.exam-result"]
    assert office.post("answers/1/points", {"programme": "нет такой"}).status == 422
