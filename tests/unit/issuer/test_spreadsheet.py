"""Spreadsheet files of every kind and encoding that offices send; hostile ones are refused in words."""

from __future__ import annotations

import csv as text_rows
import io
import itertools
import os
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.desk import sheets
from tests.unit.issuer.books import HEAD, ONE, book
from tests.unit.issuer.kits import GIVEN, HEADERS, OTHER, PUPIL, codes, csv, ods, read, template, xlsx
from vcwallet import limits
from vcwallet.errors import InputError, LimitExceeded, VcwalletError
from vcwallet.issuer import roster
from vcwallet.tables import spreadsheet, survey, survey_xls, survey_xlsx

XLS = Path(__file__).parent / "data" / "school-awards-97.xls"
"""Written with xlwt 1.3: a title row, real dates, a formula in F4, a second sheet."""

ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1251", "cp866", "koi8-r"]


def plain(rows: list[list[str]]) -> list[list[str]]:
    """cp866 and koi8-r have no «»."""
    return [[cell.replace("«", "").replace("»", "") for cell in row] for row in rows]


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_text_is_read_in_every_usual_encoding_and_delimiter(encoding: str, delimiter: str) -> None:
    found = read(csv(*plain([PUPIL, OTHER]), delimiter=delimiter, encoding=encoding))
    assert not found.problems
    assert [row.values[0] for row in found.rows] == ["Тестов", "Примерова"]
    assert found.understood.delimiter == delimiter
    assert found.understood.encoding == encoding


def test_a_decimal_comma_does_not_pass_for_a_delimiter() -> None:
    rows = [[*PUPIL, "97,5"], [*OTHER, "88,25"]]
    found = read(csv(*rows, headers=[*HEADERS, "Баллы"], encoding="cp1251"))
    assert found.understood.delimiter == ";"
    assert [row.values[-1] for row in found.rows] == ["97.5", "88.25"]


def test_excels_own_word_about_the_delimiter_is_not_a_row() -> None:
    found = read(b"sep=|\r\n" + csv(PUPIL, OTHER, delimiter="|"))
    assert found.understood.delimiter == "|"
    assert [row.number for row in found.rows] == [2, 3]


def test_quoted_cells_may_hold_delimiters_quotes_and_line_breaks() -> None:
    """Row numbers are those of the sheet, not lines of the file."""
    school = '"МБОУ ""Школа № 0"";\r\nкорпус 2"'
    found = read(csv([*PUPIL, school], [*OTHER, "Лицей"], headers=[*HEADERS, "Школа"]))
    assert [row.number for row in found.rows] == [2, 3]
    assert found.rows[0].values[4] == 'МБОУ "Школа № 0"; корпус 2'


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "spreadsheet.empty"),
        (b" \r\n \n", "spreadsheet.empty"),
        (b"\xef\xbb\xbf", "spreadsheet.empty"),
        (b"<html><table><tr><td>1</td></tr></table>", "spreadsheet.web-page"),
        (b"\xef\xbb\xbf <!DOCTYPE html>", "spreadsheet.web-page"),
        (b"<?xml version='1.0'?><Workbook/>", "spreadsheet.web-page"),
        (csv(PUPIL).replace(b"1\r\n", b'"1\r\n'), "spreadsheet.quotes"),
        (csv(PUPIL, OTHER).decode("cp1251", "replace").encode(), "spreadsheet.encoding-twice"),
        (b"\xff\xfe\x00", "spreadsheet.encoding"),
        (b"PK\x03\x04 and nothing else", "spreadsheet.unreadable"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "spreadsheet.unreadable"),
    ],
    ids=["empty", "blank", "mark", "html", "doctype", "xml", "quote", "mojibake", "utf-16", "zip", "ole"],
)  # fmt: skip
def test_what_is_no_sheet_is_said_to_be_none(data: bytes, code: str) -> None:
    with pytest.raises(InputError) as caught:
        read(data)
    assert caught.value.code == code


def test_a_workbook_that_was_cut_off_is_told_without_the_words_of_a_library() -> None:
    with pytest.raises(InputError) as caught:
        read(book(HEAD, ONE)[:-200])
    assert caught.value.code == "spreadsheet.unreadable"
    assert caught.value.evidence == {}


def test_a_file_over_the_ceiling_is_not_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "SHEET_BYTES", 100)
    with pytest.raises(LimitExceeded) as caught:
        read(csv(PUPIL, OTHER))
    assert caught.value.code == "spreadsheet.too-large"


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("SHEET_ROWS", 2, "spreadsheet.too-many-rows"),
        ("SHEET_COLUMNS", 3, "spreadsheet.too-many-cells"),
        ("SHEET_CELLS", 10, "spreadsheet.too-many-cells"),
    ],
)
def test_text_with_too_many_cells_is_refused(
    monkeypatch: pytest.MonkeyPatch, name: str, value: int, code: str
) -> None:
    data = csv(PUPIL, OTHER)
    monkeypatch.setattr(limits, name, value)
    with pytest.raises(LimitExceeded) as caught:
        spreadsheet.read_sheets(data, choose=len)
    assert caught.value.code == code


def test_only_visible_sheets_with_anything_in_them_are_read() -> None:
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(xlsx(HEADERS, PUPIL)))
    book.create_sheet("Пусто")
    hidden = book.create_sheet("Скрытый")
    hidden.sheet_state = "hidden"
    hidden.append(HEADERS)
    out = io.BytesIO()
    book.save(out)
    found = read(out.getvalue())
    assert (found.understood.sheet, found.understood.other_sheets) == ("Лист1", ())


def test_an_old_binary_workbook_is_read_with_its_formula() -> None:
    data = XLS.read_bytes()
    first, second = survey_xls.survey_xls(data)
    assert (first.rows, first.columns, first.formulas) == (4, 6, {(3, 5)})
    assert (second.rows, second.formulas) == (1, set())
    read_ = spreadsheet.read_sheets(data, choose=len)
    assert [(each.name, each.format) for each in read_] == [("Награждение", "xls"), ("Заметки", "xls")]


def test_an_old_binary_workbook_cut_or_changed_anywhere_never_ends_in_a_traceback() -> None:
    data = XLS.read_bytes()
    refused = 0
    positions = range(0, len(data), 37)
    for position in positions:
        for changed in (data[:position], data[:position] + b"\xff\xff\xff\xff" + data[position + 4 :]):
            try:
                read_ = spreadsheet.read_sheets(changed, choose=len)
            except VcwalletError as error:
                assert error.code.startswith("spreadsheet.")
                refused += 1
            else:
                assert all(each.format == "xls" for each in read_)
    assert len(positions) // 2 < refused < 2 * len(positions)


def cells(*values: str) -> str:
    return "".join(
        f'<table:table-cell office:value-type="string"><text:p>{value}</text:p></table:table-cell>'
        for value in values
    )


EMPTY_REST = '<table:table-row table:number-rows-repeated="1048000"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>'  # noqa: E501
FORMULA = '<table:table-cell table:formula="of:=1" office:value-type="float" office:value="1"/>'


def test_an_opendocument_sheet_is_read_with_its_formulas() -> None:
    rows = [HEADERS, PUPIL, OTHER]
    body = "".join(f"<table:table-row>{cells(*row)}</table:table-row>" for row in rows)
    formula = f"<table:table-row>{cells(*PUPIL[:-1])}{FORMULA}</table:table-row>"
    found = read(ods(f'<table:table table:name="Итоги">{body}{formula}{EMPTY_REST}</table:table>'))
    assert found.understood.format == "ods"
    assert [row.values[0] for row in found.rows] == ["Тестов", "Примерова"]
    assert [(problem.cell, problem.code) for problem in found.problems] == [("F4", "roster.formula")]


def repeated(rows: str, row: str = "") -> str:
    start = f'<table:table><table:table-row table:number-rows-repeated="{rows}">'
    return f"{start}{row}</table:table-row></table:table>"


BOMB = '<table:table-cell office:value-type="string" table:number-columns-repeated="16384"/>'


@pytest.mark.parametrize(
    ("table", "code"),
    [
        (repeated("1048576", BOMB), "spreadsheet.too-many-cells"),
        (repeated("99999999"), "spreadsheet.unreadable"),
        (repeated("-1"), "spreadsheet.unreadable"),
        ("<table:table><table:table-row>", "spreadsheet.unreadable"),
    ],
    ids=["a bomb of repeats", "repeats beyond counting", "negative repeats", "cut"],
)
def test_a_hostile_opendocument_sheet_is_refused(table: str, code: str) -> None:
    with pytest.raises(VcwalletError) as caught:
        spreadsheet.read_sheets(ods(table), choose=len)
    assert caught.value.code == code


def repacked(data: bytes, **parts: bytes) -> bytes:
    """A workbook with some parts replaced; names have _ for / and no extension."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            key = name.removeprefix("xl/").partition(".")[0].replace("/", "_")
            target.writestr(name, parts.get(key, source.read(name)))
    return out.getvalue()


SHEET = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>%s</sheetData></worksheet>'


@pytest.mark.parametrize(
    ("rows", "size", "found"),
    [
        (b'<row r="1"><c r="A1"><v>1</v></c></row>', (1, 1), set()),
        (b'<row r="1"><c r="A1"><v>1</v></c></row><row r="9"><c r="AB9"/></row>', (9, 28), set()),
        (b'<row r="2"><c r="C2" t="s"><f>1+1</f><v>2</v></c></row>', (2, 3), {(1, 2)}),
        (b"<row r='2'><c r='C2'><f/></c></row>", (2, 3), {(1, 2)}),
        (b'<x:row r="2"><x:c r="C2"><x:f t="shared" si="0"/></x:c></x:row>', (2, 3), {(1, 2)}),
        (b"<row><c/><c><f>1</f></c></row><row><c><f>2</f></c></row>", (2, 2), {(0, 1), (1, 0)}),
        (b'<row r="5"><c/><c r="D5"/><c><f>2</f></c></row>', (5, 5), {(4, 4)}),
    ],
    ids=["one", "two corners", "formula", "single quotes", "prefix", "no places", "some places"],
)
def test_a_survey_finds_formulas_and_the_last_cell(
    rows: bytes, size: tuple[int, int], found: set[tuple[int, int]]
) -> None:
    data = repacked(xlsx(["x"]), worksheets_sheet1=SHEET % rows)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        (survey,) = survey_xlsx.survey_xlsx(archive)
    assert (survey.rows, survey.columns) == size
    assert survey.formulas == found


def test_a_survey_in_pieces_finds_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """Formulas are found wherever the pieces of a large part happen to end."""
    import openpyxl

    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    for row in range(1, 60):
        page.append([f"Слово {row}", row, "=1+1" if row % 7 == 0 else row])
    out = io.BytesIO()
    book.save(out)
    surveys = []
    for size in (1 << 20, 700, 311):
        monkeypatch.setattr(survey, "CHUNK", size)
        with zipfile.ZipFile(io.BytesIO(out.getvalue())) as archive:
            surveys += survey_xlsx.survey_xlsx(archive)
    assert surveys[0] == surveys[1] == surveys[2]
    assert surveys[0].formulas == {(row - 1, 2) for row in range(7, 60, 7)}


def test_error_cells_are_told_from_empty_ones() -> None:
    data = repacked(
        xlsx(HEADERS, PUPIL),
        worksheets_sheet1=SHEET % b'<row r="1"><c r="A1" t="e"><v>#N/A</v></c><c r="B1"><v>1</v></c></row>',
    )
    (found,) = spreadsheet.read_sheets(data, choose=len)
    assert found.survey.errors == {(0, 0)}


CORNERS = SHEET % b'<row r="1"><c r="A1"/></row><row r="1048576"><c r="XFD1048576"/></row>'
IMPLICIT = SHEET % (b"<row>" + b"<c/>" * 3000 + b'</row><row r="1048576"><c/></row>')


@pytest.mark.parametrize(
    ("part", "content", "code"),
    [
        ("worksheets_sheet1", CORNERS, "spreadsheet.too-many-cells"),
        ("worksheets_sheet1", IMPLICIT, "spreadsheet.too-many-cells"),
        ("worksheets_sheet1", CORNERS.decode().encode("utf-16"), "spreadsheet.unreadable"),
        ("worksheets_sheet1", b"<worksheet" + b" " * (3 << 20), "spreadsheet.unreadable"),
        ("workbook", b'<!DOCTYPE x [<!ENTITY a "aaaa">]><workbook>&a;</workbook>', "spreadsheet.unreadable"),
        ("workbook", b"<workbook", "spreadsheet.unreadable"),
        ("_rels_workbook", b"<Relationships/>", "spreadsheet.unreadable"),
    ],
    ids=["two corners", "implicit corners", "utf-16", "endless tag", "entity", "cut", "no relations"],
)
def test_a_hostile_workbook_is_refused_before_it_is_opened(part: str, content: bytes, code: str) -> None:
    with pytest.raises(VcwalletError) as caught:
        spreadsheet.read_sheets(repacked(xlsx(HEADERS, PUPIL), **{part: content}), choose=len)
    assert caught.value.code == code


def test_a_workbook_that_unpacks_beyond_the_ceiling_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "SHEET_UNPACKED_BYTES", 10_000)
    with pytest.raises(LimitExceeded) as caught:
        spreadsheet.read_sheets(xlsx(*[PUPIL] * 2000), choose=len)
    assert caught.value.code == "spreadsheet.unpacks-too-large"


def test_a_workbook_changed_anywhere_never_ends_in_a_traceback() -> None:
    data = xlsx(HEADERS, PUPIL)
    for position in range(0, len(data), 61):
        for changed in (data[:position], data[:position] + b"\xff\x00\xff\x00" + data[position + 4 :]):
            try:
                read(changed)
            except VcwalletError:
                continue


def test_sheets_that_share_one_part_are_refused() -> None:
    """Many names for one large part would have it read many times."""
    data = repacked(
        xlsx(HEADERS, PUPIL),
        workbook=b'<workbook xmlns:r="r"><sheets>'
        + b'<sheet name="a" r:id="rId1"/>' * 2
        + b"</sheets></workbook>",
        _rels_workbook=b'<a><Relationship Id="rId1" Target="worksheets/sheet1.xml"/></a>',
    )
    with pytest.raises(InputError) as caught:
        spreadsheet.read_sheets(data, choose=len)
    assert caught.value.code == "spreadsheet.unreadable"


def test_more_sheets_than_anybody_has_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "SHEET_SHEETS", 1)
    for data in (XLS.read_bytes(), ods("<table:table/>" * 2)):
        with pytest.raises(LimitExceeded) as caught:
            spreadsheet.read_sheets(data, choose=len)
        assert caught.value.code == "sheet.too-many-sheets"


@given(
    st.sampled_from([b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\xff\xfe"]),
    st.binary(max_size=2000),
)
def test_any_bytes_are_read_or_refused_in_words(magic: bytes, rest: bytes) -> None:
    try:
        read(magic + rest)
    except VcwalletError:
        return


def test_a_protected_workbook_says_so() -> None:
    """An encrypted .xlsx is a compound file with a stream of that name."""
    data = bytearray(XLS.read_bytes())
    name = "Workbook".encode("utf-16-le")
    at = data.index(name)
    other = "EncryptedPackage".encode("utf-16-le")
    data[at : at + len(other)] = other
    data[at + 64 : at + 66] = (len(other) + 2).to_bytes(2, "little")
    with pytest.raises(InputError) as caught:
        spreadsheet.read_sheets(bytes(data), choose=len)
    assert caught.value.code == "spreadsheet.protected"


def test_an_archive_of_something_else_is_no_sheet() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    with pytest.raises(InputError) as caught:
        spreadsheet.read_sheets(out.getvalue(), choose=len)
    assert caught.value.code == "spreadsheet.format"


@pytest.mark.parametrize("data", [b'%PDF-1.7\n1 0 obj "', b"\x89PNG\r\n", b"\xff\xd8\xff\xe0", b"{\\rtf1 ;"])
def test_a_file_of_another_kind_is_not_read_as_text(data: bytes) -> None:
    """What is wrong with its quotation marks helps nobody who took the wrong file."""
    with pytest.raises(InputError) as caught:
        spreadsheet.read_sheets(data, choose=len)
    assert caught.value.code == "spreadsheet.format"
    assert caught.value.next_step


def test_codes_are_the_same_for_text_and_workbook() -> None:
    bad = [["Cказочный", *PUPIL[1:]], [PUPIL[0], PUPIL[1], "", "31.02.2026", "10", "4"]]
    assert codes(read(csv(*bad))) == codes(read(xlsx(HEADERS, *bad)))


def test_a_text_is_split_as_a_file_is() -> None:
    ends = ["\n", "\r\n", "\r"]
    inside = [
        "\x0b",
        "\x0c",
        "\x1c",
        "\x85",
        "\u2028",
        "",
        " ",
        '"две\nстроки"',
        '"две\r\nстроки"',
        '"две\rстроки"',
    ]
    lines = [f"{number};{text}{end}" for number, (text, end) in enumerate(itertools.product(inside, ends))]
    for text in ("".join(lines), "".join(lines) + "последняя;строка", "".join(lines) + "\n\r\r\n\n"):
        as_file = list(text_rows.reader(io.StringIO(text, newline=""), delimiter=";", strict=True))
        (sheet,) = spreadsheet.read_sheets(text.encode("utf-8"), choose=lambda rows: len(rows[0]))
        assert sheet.rows == as_file


@pytest.mark.parametrize("data", [sheets.csv(30), sheets.xlsx(30)], ids=["csv", "xlsx"])
def test_what_repeats_in_a_sheet_is_kept_once(data: bytes) -> None:
    (sheet,) = spreadsheet.read_sheets(data, choose=lambda rows: len(rows[0]))
    town = [row[5] for row in sheet.rows[1:]]
    assert town == ["Небывалинск"] * 30
    assert len({id(cell) for cell in town}) == 1


def test_a_byte_that_is_none_of_the_encoding_is_found_behind_a_megabyte() -> None:
    """A text is decoded in parts; one that ends inside a letter belongs to the next."""
    line = "Тестов;Пробник;Вымыслович;17.05.2009;10;1\r\n".encode()
    for shift in range(3):
        text = b"\xef\xbb\xbf" + b" " * shift + line * 20_000
        assert len(text) > 1 << 20
        (sheet,) = spreadsheet.read_sheets(text, choose=len)
        assert len(sheet.rows) == 20_000
        with pytest.raises(InputError) as caught:
            spreadsheet.read_sheets(text + b"\xff", choose=len)
        assert (caught.value.code, caught.value.evidence["offset"]) == ("spreadsheet.encoding", len(text))


@pytest.mark.parametrize("later", [b"\xff", "Примерова;Выдумка;;02.11.2010;9;1\n".encode()])
def test_a_text_that_is_written_into_while_it_is_read_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, later: bytes
) -> None:
    """Its columns may stand in another order by then."""
    path = tmp_path / "Итоги.csv"
    path.write_bytes(csv(PUPIL))
    row = roster._Page.row

    def written(page: Any, at: int, raw: Any) -> Any:
        if at == 1:
            with path.open("ab") as file:
                file.write(later)
        return row(page, at, raw)

    monkeypatch.setattr(roster._Page, "row", written)
    with pytest.raises(InputError) as caught:
        roster.read(path, template(), given=GIVEN)
    assert caught.value.code == "spreadsheet.changed"


def test_what_cannot_be_read_twice_is_read_once(tmp_path: Path) -> None:
    """A pipe (`... | vcwallet issuer check /dev/stdin`) is taken into memory."""
    ends = os.pipe()
    os.write(ends[1], csv(PUPIL))
    os.close(ends[1])
    try:
        assert len(roster.read(Path(f"/dev/fd/{ends[0]}"), template(), given=GIVEN).rows) == 1
    finally:
        os.close(ends[0])
