"""Asking a family: the sheet, the picture and the file say what was chosen; checking by it is a choice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.web.officer.office import Office
from tests.world import UNIVERSITY
from vcwallet import strict_json
from vcwallet.bundle import scanning
from vcwallet.bundle.request import Request

ASKED: dict[str, object] = {
    "domain": UNIVERSITY,
    "purpose": "Поступление в 2026 году",
    "kind": ["olympiad-diploma"],
    "field": ["person", "result"],
    "many": "all",
    "since": "2023",
    "keep": "30",
    "days": "40",
}


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    one = Office(tmp_path)
    one.opened()
    yield one
    one.desk.session.end()


def test_the_form_knows_the_office_and_asks_for_little(office: Office) -> None:
    page = office.get("request")
    assert page.value("domain") == UNIVERSITY
    assert "не более" in page.words or "не просите больше" in page.words.lower()


def test_a_request_comes_as_a_sheet_a_picture_and_a_file(office: Office) -> None:
    page = office.post("request", ASKED)
    assert "Поступление в 2026 году" in page.words
    document = strict_json.loads_object(office.get("request/made/json").content)
    request = Request.parse(document)
    assert (request.domain, request.purpose) == (UNIVERSITY, ASKED["purpose"])
    assert request.challenge is not None
    (want,) = request.wants
    assert (want.kind, want.fields, want.everything, want.since) == (
        "olympiad-diploma",
        ("result", "person"),
        True,
        2023,
    )
    png = office.get("request/made/png").content
    (found,) = scanning.read_inputs([png])
    assert found.document == document
    assert office.get("request/made/pdf").content.startswith(b"%PDF")
    kept = page.address("kept/")
    assert office.desk.get(kept).headers["content-type"] == "image/png"


def test_a_sheet_for_the_wall_asks_no_question_of_its_own(office: Office) -> None:
    office.post("request", {**ASKED, "paper": "1"})
    assert "challenge" not in strict_json.loads_object(office.get("request/made/json").content)


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"purpose": ""}, "purpose", "request.no-purpose"),
        ({"days": "0"}, "days", "request.days"),
        ({"days": "-5"}, "days", "request.days"),
        ({"days": "сорок"}, "days", "request.days"),
        ({"days": "99999999"}, "days", "request.days"),
        ({"domain": "не адрес"}, "domain", "host-name.malformed"),
        ({"domain": ""}, "domain", "host-name.malformed"),
    ],
)
def test_a_form_that_cannot_be_meant_comes_back_as_it_was(
    office: Office, refused: list[str], change: dict[str, object], field: str, code: str
) -> None:
    page = office.post("request", {**ASKED, **change})
    assert page.status == 422
    assert f'href="#{field}"' in page.html
    assert page.value("since") == "2023"
    assert refused == [code]
    assert office.get("request/made").status == 422
    assert refused[-1] == "request.not-made"


def test_checking_by_a_request_is_chosen_and_undone(office: Office) -> None:
    office.post("request", ASKED)
    shown = office.world.bundle().to_json()
    assert "Подтверждено" in office.give(shown).words
    office.post("request/made", {"use": "yes"})
    assert "Поступление в 2026 году" in office.get().words
    assert "вопрос" in office.give(shown).words
    office.post("request/made", {"use": "no"})
    assert "Подтверждено" in office.give(shown).words
