"""The sheets of `examples/` are read as a person reads them; every mistake of their bad twins is named."""

from __future__ import annotations

import importlib.util
import io
import zipfile
from datetime import date
from pathlib import Path
from types import ModuleType

import pytest

from tests.shared import ROOT
from vcwallet.credentials import template_file
from vcwallet.credentials.template import Template
from vcwallet.issuer import roster

TODAY = date(2026, 6, 1)
OLYMPIAD = {"olympiad": "Олимпиада «Вымысел»", "stage": "Финал", "year": "2025/2026", "awarded": "01.03.2026"}
SCHOOL = {"school": "Школа № 0", "year": "2025/26"}


@pytest.fixture(scope="module")
def maker() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_sheets", ROOT / "examples" / "make_sheets.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def sheet(name: str) -> Path:
    return ROOT / "examples" / "sheets" / name


def template(path: str) -> Template:
    return template_file.load(ROOT / "issuers" / path)


def olympiad(name: str) -> roster.Roster:
    return roster.read(
        sheet(name), template("olympiad/templates/olympiad-diploma.toml"), today=TODAY, given=OLYMPIAD
    )


def school(name: str) -> roster.Roster:
    return roster.read(sheet(name), template("school/templates/school-award.toml"), today=TODAY, given=SCHOOL)


def test_the_generator_writes_what_is_committed(maker: ModuleType) -> None:
    """Deflate may differ between zlib versions, so workbooks are compared part by part."""
    for name, content in maker.sheets().items():
        kept = sheet(name).read_bytes()
        if name.endswith(".csv"):
            assert content == kept
            continue
        with zipfile.ZipFile(io.BytesIO(content)) as made, zipfile.ZipFile(io.BytesIO(kept)) as old:
            assert {part: made.read(part) for part in made.namelist()} == {
                part: old.read(part) for part in old.namelist()
            }


def test_the_olympiad_sheet_is_120_good_rows() -> None:
    read = olympiad("olympiad-results.csv")
    assert not read.problems
    assert len(read.rows) == 120
    assert read.understood.encoding == "cp1251"
    assert read.understood.delimiter == ";"
    assert read.understood.ignored == ("№ п/п", "Шифр работы")
    assert len(read.understood.first_names) == 3
    names = {row.values[:3] for row in read.rows}
    assert any(family.count("-") for family, _, _ in names)
    assert any("ё" in given.casefold() for _, given, _ in names)
    assert any(not patronymic for _, _, patronymic in names)


def test_the_school_workbook_is_24_good_rows_and_one_note() -> None:
    read = school("school-awards.xlsx")
    assert len(read.rows) == 24
    assert [(problem.code, problem.blocking) for problem in read.problems] == [("roster.normalised", False)]
    assert read.understood.sheet == "Награждение"
    assert read.understood.other_sheets == ("Заметки",)
    assert read.understood.header_row == 3
    assert read.rows[0].number == 4
    assert read.rows[0].values[read.rows[0].values.index("0001")] == "0001"


def found(read: roster.Roster) -> list[tuple[int, str, str]]:
    return [(problem.row, problem.cell, problem.code) for problem in read.problems if problem.blocking]


def test_every_mistake_of_the_bad_olympiad_sheet_is_named_with_row_and_cell() -> None:
    read = olympiad("olympiad-results-bad.csv")
    assert found(read) == [
        (5, "B5", "roster.latin-letter"),
        (12, "E12", "roster.impossible-date"),
        (20, "L20", "roster.unknown-value"),
        (33, "K33", "roster.formula"),
        (47, "B47", "roster.empty"),
        (61, "F61", "roster.class"),
        (122, "", "roster.duplicate"),
    ]
    latin = read.problems[0]
    assert (latin.column, latin.value) == ("Фамилия", "Cказочный-Тестов")
    assert latin.evidence["word"] == "[C]казочный"
    assert read.problems[-1].evidence["row"] == 26
    assert len(read.rows) == 114


def test_every_mistake_of_the_bad_school_workbook_is_named_with_row_and_cell() -> None:
    assert found(school("school-awards-bad.xlsx")) == [
        (5, "B5", "roster.latin-letter"),
        (8, "C8", "roster.impossible-date"),
        (11, "E11", "roster.unknown-value"),
        (14, "H14", "roster.formula"),
        (17, "B17", "roster.empty"),
        (20, "D20", "roster.became-a-date"),
        (28, "", "roster.duplicate"),
    ]
