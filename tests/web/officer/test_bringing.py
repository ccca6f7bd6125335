"""What applicants bring from other programs, given to the officer: the page says what the role says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.bundle.test_others_files import ASSERTION, backup, chunk, itxt, png
from tests.web.officer.office import Office
from tests.world import NOW
from vcwallet.identifiers.keys import KeyType, SoftwareKey
from vcwallet.locales import language
from vcwallet.verifier import Verifier


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    one = Office(tmp_path)
    yield one
    one.desk.session.end()


def test_a_badge_in_a_picture_is_judged_like_the_file(office: Office) -> None:
    diploma = office.world.olympiad.diploma(1)
    picture = png(chunk(b"iTXt", itxt(json.dumps(diploma).encode())))
    office.opened()
    page = office.post("files", files=[("files", "значок.png", picture)])
    assert "Олимпиада" in page.words
    answers = Verifier(office.world.trust()).check_all([picture], now=NOW)
    assert [len(each.items) for each in answers.reports] == [1]


@pytest.mark.parametrize("kind", ["evidence", "a private key"])
def test_the_page_says_what_the_role_says_of_what_is_no_diploma(office: Office, kind: str) -> None:
    made = ASSERTION if kind == "evidence" else backup(SoftwareKey.generate(KeyType.ED25519))
    content = json.dumps(made).encode()
    office.opened()
    page = office.post("files", files=[("files", "принесли.json", content)])
    (problem,) = Verifier(office.world.trust()).check_all([content], now=NOW).problems
    said = language("ru").error(problem.error)
    assert " ".join(said.split()) in page.words
