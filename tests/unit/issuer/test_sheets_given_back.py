"""The sheet with its mistakes explained, and the empty one to fill in: both are read back."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import openpyxl
import pytest

from tests.unit.issuer.books import HEAD, ONE, THREE, TWO, book, changed
from tests.unit.issuer.kits import GIVEN, TODAY, codes, csv, template
from vcwallet import locales
from vcwallet.errors import MachineError
from vcwallet.issuer import blank_sheet, error_sheet, roster

RU = locales.language("ru")
BAD = book(
    ["Итоги", "", "", "", "", "", "", ""],
    HEAD,
    changed(ONE, A="Cказочный", D="31.02.2009"),
    changed(TWO, F=""),
    changed(THREE, H="=1"),
    ["ТЕСТОВ", *ONE[1:]],
    merged=["A1:H1"],
    hidden_columns=["C"],
    formats={"G3": "0.00"},
)


def read(data: bytes, **options: object) -> roster.Roster:
    return roster.read(data, template(), today=TODAY, given=GIVEN, **options)  # type: ignore[arg-type]


def opened(data: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(data))


def test_bad_cells_are_coloured_and_explained() -> None:
    found = read(BAD)
    made = opened(error_sheet.marked(BAD, found, RU))
    page = made.worksheets[0]
    assert page.title == "Лист1"
    for cell, colour in (
        ("A3", "F8C9C4"),
        ("D3", "F8C9C4"),
        ("H5", "F8C9C4"),
        ("A6", "FBEBB8"),
        ("B3", None),
    ):
        fill = page[cell].fill.fgColor.rgb if page[cell].fill.fill_type else None
        assert (fill or "")[2:] == (colour or "")
        assert (page[cell].comment is not None) == (colour is not None)
    assert "латинские" in page["A3"].comment.text
    assert page["I2"].value == "Что исправить"
    assert "D3" in page["I3"].value
    assert page.column_dimensions["C"].hidden
    assert "A1:H1" in {str(area) for area in page.merged_cells.ranges}
    last = made.worksheets[-1]
    assert last.title == "Что сделать"
    assert "проверьте" in str(last["A2"].value)


@pytest.mark.parametrize(
    "merged",
    [["A1:C1", "B1:D1"], ["A1:A1", "A1:B1"], ["J40:K41"]],
    ids=["overlapping", "one cell", "outside"],
)
def test_merged_areas_that_nobody_could_make_do_not_stop_the_explaining(merged: list[str]) -> None:
    """Each ended in a mistake of the program."""
    data = book(["Итоги"], HEAD, changed(ONE, D="31.02.2009"), merged=merged)
    page = opened(error_sheet.marked(data, read(data), RU)).worksheets[0]
    assert page["D3"].comment is not None
    assert page["A1"].value == "Итоги"


def test_a_sheet_whose_name_is_cut_at_an_apostrophe_is_given_back() -> None:
    data = book(HEAD, changed(ONE, D="31.02.2009"), title="Я" * 30)
    assert error_sheet._name("Я" * 30 + "'конец", set()) == "Я" * 30
    assert opened(error_sheet.marked(data, read(data), RU)).worksheets[0].title == "Я" * 30


def test_a_cell_of_somebody_else_does_not_become_a_formula_when_it_is_edited() -> None:
    """The sheet is given back to be edited: `=...` as a text is a formula after a key press."""
    text = csv(["=cmd|' /C calc'!A0", "Пробник", "1"], headers=["Фамилия", "Имя", "Степень"])
    page = opened(error_sheet.marked(text, read(text), RU)).worksheets[0]
    assert page["A2"].data_type == "s"
    assert page["A2"].quotePrefix
    assert not page["B2"].quotePrefix


def test_the_sheet_given_back_says_the_same_until_it_is_corrected() -> None:
    again = error_sheet.marked(BAD, read(BAD), RU)
    same = [(each.cell, each.code) for each in read(BAD).problems if each.code != "roster.formula"]
    assert [(each.cell, each.code) for each in read(again).problems if each.code != "roster.empty"] == same
    made = opened(again)
    page = made.worksheets[0]
    page["A3"], page["D3"], page["H5"], page["A6"] = "Сказочный", "28.02.2009", "III степень", "Тестов"
    out = io.BytesIO()
    made.save(out)
    found = read(out.getvalue())
    assert not found.problems
    assert len(found.rows) == 4
    assert "Что исправить" in found.understood.ignored


def test_every_word_that_is_no_value_is_named_on_the_page_of_what_to_do() -> None:
    sheet = book(HEAD, changed(ONE, H="Лучшему"), changed(TWO, H="Почти"), changed(THREE, H="Лучшему"))
    page = opened(error_sheet.marked(sheet, read(sheet), RU)).worksheets[-1]
    (told,) = (row for row in page.iter_rows(min_row=6, values_only=True) if row[0])
    assert told[0] == "H2, H3, H4"
    assert [line.count("«Лучшему»") for line in str(told[1]).splitlines()] == [1, 0]
    assert "«Почти»" in str(told[1])
    assert "«3 место»" in str(told[2])


def test_headers_in_two_rows_are_read_from_the_sheet_given_back() -> None:
    upper = ["Участник", "", "", *HEAD[3:6], "Баллы", "", HEAD[7]]
    lower = [*HEAD[:3], "", "", "", "Тур 1", "Итого", ""]
    row = [*TWO[:6], 40, 88, "II степень"]
    merged = ["A1:C1", "G1:H1", *(f"{letter}1:{letter}2" for letter in "DEFI")]
    sheet = book(upper, lower, changed(row, D="31.02.2010"), row, merged=merged)
    again = error_sheet.marked(sheet, read(sheet), RU)
    assert [(each.cell, each.code) for each in read(again).problems] == [("D3", "roster.impossible-date")]
    assert read(again).understood.header_row == 2


def test_a_comma_that_divided_a_number_stays_a_mistake_until_somebody_looked() -> None:
    """In the .xlsx it cannot be seen any more that a text had a cell too many."""
    text = csv(
        ["Тестов", "Пробник", "1", "97", "5"], headers=["Фамилия", "Имя", "Степень", "Баллы"], delimiter=","
    )
    assert codes(read(text)) == ["roster.row-too-long"]
    again = error_sheet.marked(text, read(text), RU)
    assert codes(read(again)) == ["roster.still-marked"]
    made = opened(again)
    page = made.worksheets[0]
    page["D2"], page["E2"], page["F2"] = 97.5, None, None
    out = io.BytesIO()
    made.save(out)
    assert [row.values[-1] for row in read(out.getvalue()).rows] == ["97.5"]


def test_no_cell_of_a_sheet_becomes_a_formula() -> None:
    evil = ['=HYPERLINK("http://evil.example")', "+1+cmd|' /C calc'!A0", "@SUM(1)", "-1+1"]
    data = csv(*[[each, "Пробник", each, "17.05.2009", "9", "1"] for each in evil])
    made = opened(error_sheet.marked(data, read(data), RU))
    kinds = {cell.data_type for page in made.worksheets for row in page.iter_rows() for cell in row}
    assert "f" not in kinds
    assert made.worksheets[0]["A2"].value == evil[0]


@pytest.mark.parametrize("name", ["a/b:c*?[d]", "x" * 40, "'", "Что сделать"])
def test_any_name_of_a_sheet_is_taken(name: str) -> None:
    taken: set[str] = set()
    for _ in range(3):
        made = error_sheet._name(name, taken)
        assert 0 < len(made) <= 31
        assert not set(made) & set("[]:*?/\\")
    assert len(taken) == 3


ALL = sorted(
    f"{path.parent.parent.name}/{path.stem}"
    for path in (Path(__file__).parents[3] / "issuers").glob("*/templates/*.toml")
)


@pytest.mark.parametrize("name", ALL)
def test_no_town_or_subject_is_called_a_school(name: str) -> None:
    for column in template(name).columns:
        assert ("Школа" in blank_sheet.example(column)) == (column.key == "school")


@pytest.mark.parametrize("name", ALL)
def test_an_empty_sheet_has_headers_lists_and_no_pupils(name: str) -> None:
    """Filled in with its own examples, it reads; as it is, nobody is signed."""
    kind = template(name)
    data = blank_sheet.blank(kind, RU, given={"year"})
    given = {"year": "2025/26"} if any(column.key == "year" for column in kind.columns) else {}
    empty = roster.read(data, kind, today=TODAY, given=given)
    assert not empty.rows
    assert not empty.problems
    assert not empty.understood.ignored
    made = opened(data)
    page = made.worksheets[0]
    headers = [cell.value for cell in page[1]]
    expected = [column.headers[0] for column in kind.columns if column.key not in given]
    assert sorted(headers) == sorted(expected)
    assert headers[0] == "Идентификатор кошелька", "asked for before the names are typed"
    assert headers[1:] == [each for each in expected if each != headers[0]]
    lists = [each for each in page.data_validations.dataValidation if each.type == "list"]
    assert len(lists) == sum(bool(column.choices) for column in kind.columns)
    assert page.max_row == 1
    for at, header in enumerate(headers, start=1):
        column = next(each for each in kind.columns if each.headers[0] == header)
        page.cell(2, at, "" if column.type.value == "did" else blank_sheet.example(column))
    out = io.BytesIO()
    made.save(out)
    filled = roster.read(out.getvalue(), kind, today=TODAY, given=given)
    assert [problem.code for problem in filled.problems] == []
    assert len(filled.rows) == 1


def test_without_the_part_that_writes_sheets_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    with pytest.raises(MachineError) as caught:
        blank_sheet.blank(template(), RU)
    assert caught.value.code == "error-sheet.extra-missing"
    assert caught.value.evidence["part"] == "issuer"
