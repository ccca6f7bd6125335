"""What is not there is named: kits, parts of the program that were not installed, keys, values of cells."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from tests.unit.issuer.kits import GIVEN, HEADERS, OTHER, PUPIL, TODAY, template, xlsx
from tests.unit.issuer.offices import Office
from vcwallet.bundle import scanning
from vcwallet.errors import InputError, MachineError, UsageError
from vcwallet.identifiers.keys import KeyType
from vcwallet.issuer import folder, holder_ids, roster
from vcwallet.tables import spreadsheet


def test_a_vcwallet_without_kits_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder, "__file__", str(tmp_path / "site" / "vcwallet" / "issuer" / "folder.py"))
    with pytest.raises(MachineError) as caught:
        folder.kits()
    assert caught.value.code == "folder.no-kits"


def test_the_register_needs_a_part_that_may_not_be_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = Office.make(tmp_path / "olympiad")
    monkeypatch.setitem(sys.modules, "vcwallet.issuer.register", None)
    with pytest.raises(MachineError) as caught:
        office.folder.register()
    assert caught.value.code == "folder.extra-missing"
    assert "“issuer”" in caught.value.next_step


def test_workbooks_need_a_part_that_may_not_be_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "python_calamine", None)
    with pytest.raises(MachineError) as caught:
        spreadsheet.read_sheets(xlsx(HEADERS, PUPIL), choose=len)
    assert caught.value.code == "spreadsheet.extra-missing"
    assert "“tables”" in caught.value.next_step


def test_a_key_of_a_type_the_issuer_does_not_have_is_named(tmp_path: Path) -> None:
    office = Office.make(tmp_path / "olympiad")
    assert office.folder.verification_method(KeyType.P256).public_key.type is KeyType.P256
    with pytest.raises(UsageError) as caught:
        office.folder.verification_method(KeyType.P384)
    assert (caught.value.code, caught.value.evidence["type"]) == ("folder.no-key", KeyType.P384)


@pytest.mark.parametrize("full_name", [False, True])
def test_an_error_of_the_spreadsheet_program_is_no_value(full_name: bool) -> None:
    """``#N/A`` in a cell, as a formula over a missing sheet leaves it."""
    import openpyxl

    headers, row = list(HEADERS), list(PUPIL)
    if full_name:
        headers[:3], row[:3] = ["ФИО"], [" ".join(PUPIL[:3])]
    book = openpyxl.load_workbook(io.BytesIO(xlsx(headers, row, row)))
    assert book.active is not None
    book.active["A2"] = "#N/A"
    out = io.BytesIO()
    book.save(out)
    found = roster.read(out.getvalue(), template(), today=TODAY, given=GIVEN)
    problems = {problem.cell: problem.code for problem in found.problems}
    assert problems["A2"] == "roster.error-value"
    assert OTHER[0] not in str(found.rows)


def test_a_picture_of_something_else_is_no_childs_id() -> None:
    (found,) = scanning.read_inputs([b'{"type": "VerifiableCredential"}'])
    with pytest.raises(InputError) as caught:
        holder_ids.presented(found)
    assert caught.value.code == "holder-id.not-an-id"
