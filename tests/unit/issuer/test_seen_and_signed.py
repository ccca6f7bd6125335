# ruff: noqa: E501
"""Property: what is signed can be read off the sheet as Excel shows it.

A reference reader with openpyxl, which shares no code with ours, applies formats, fills merged cells and leaves
hidden rows and columns out; every signed value must stand in its picture of the row.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Callable
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import openpyxl
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.issuer.books import book
from tests.unit.issuer.kits import GIVEN, TODAY, template
from vcwallet.issuer import roster
from vcwallet.tables import number_formats, survey_xls
from vcwallet.tables.survey import Merged


def _rounded(value: float, places: int) -> str:
    text = format(Decimal(repr(value)).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP), "f")
    return text.replace(".", ",")


def _grouped(text: str) -> str:
    whole, comma, rest = text.partition(",")
    return f"{int(whole):,}".replace(",", " ") + comma + rest


FORMATS: dict[str, Callable[[float], str]] = {
    "General": lambda value: format(Decimal(repr(value)).normalize(), "f").replace(".", ","),
    "0": lambda value: _rounded(value, 0),
    "0.0": lambda value: _rounded(value, 1),
    "0.00": lambda value: _rounded(value, 2),
    "0000": lambda value: _rounded(value, 0).rjust(4, "0"),
    "#,##0": lambda value: _grouped(_rounded(value, 0)),
    "0%": lambda value: _rounded(value * 100, 0) + "%",
    '"№ "0': lambda value: "№ " + _rounded(value, 0),
    '0" б."': lambda value: _rounded(value, 0) + " б.",
    ";;;": lambda value: "",
}
HEADERS = ["Фамилия", "Имя", "Дата рождения", "Рег. номер", "Школа", "Баллы", "Степень"]
FAMILIES = [f"Тестов{ending}" for ending in ("", "ский", "ов", "ин", "енко", "ич")]
NUMBERS = st.integers(0, 999).map(float) | st.integers(0, 9999).map(lambda each: each / 8)

CELLS = st.fixed_dictionaries(
    {
        "number": NUMBERS | st.sampled_from(["", "007", "АБ-1"]),
        "school": st.sampled_from(["", "Школа № 0", "Лицей № 00"]) | NUMBERS,
        "points": NUMBERS | st.just(""),
        "degree": st.sampled_from(["1", 2.0, "III степень", "Участник", "Победитель"]),
        "formats": st.tuples(*[st.sampled_from(list(FORMATS))] * 3),
    }
)


@st.composite
def sheets(draw: st.DrawFn) -> bytes:
    pupils = draw(st.lists(CELLS, min_size=1, max_size=6))
    rows, formats = [HEADERS], {}
    for at, pupil in enumerate(pupils, start=2):
        family = FAMILIES[at - 2]
        rows.append(
            [
                family,
                "Пробник",
                date(2009, 5, at),
                pupil["number"],
                pupil["school"],
                pupil["points"],
                pupil["degree"],
            ]
        )
        formats |= dict(zip((f"D{at}", f"E{at}", f"F{at}"), pupil["formats"], strict=True))
    last = len(pupils) + 1
    merged = []
    for column in "DEFG":
        if draw(st.booleans()):
            top = draw(st.integers(2, last))
            bottom = draw(st.integers(top, last))
            if bottom > top:
                merged.append(f"{column}{top}:{column}{bottom}")
    return book(
        *rows,
        formats=formats,
        merged=merged,
        hidden_rows=draw(st.lists(st.integers(2, last), max_size=2)),
        hidden_columns=draw(st.lists(st.sampled_from("DEF"), max_size=1)),
    )  # fmt: skip


def seen(data: bytes) -> dict[int, dict[str, str]]:
    """Row number -> header -> the text a person sees; rows and columns nobody sees are not there."""
    page = openpyxl.load_workbook(io.BytesIO(data)).active
    assert page is not None
    covering = {
        (row, column): (area.min_row, area.min_col)
        for area in page.merged_cells.ranges
        for row in range(area.min_row, area.max_row + 1)
        for column in range(area.min_col, area.max_col + 1)
    }
    picture: dict[int, dict[str, str]] = {}
    for row in range(2, page.max_row + 1):
        if page.row_dimensions[row].hidden:
            continue
        picture[row] = {}
        for column, header in enumerate(HEADERS, start=1):
            if page.column_dimensions[chr(64 + column)].hidden:
                continue
            cell = page.cell(*covering.get((row, column), (row, column)))
            value: Any = cell.value
            if isinstance(value, datetime):
                text = value.strftime("%d.%m.%Y")
            elif isinstance(value, int | float):
                text = FORMATS[cell.number_format](float(value))
            else:
                text = "" if value is None else str(value)
            picture[row][header] = text
    return picture


DEGREES = {
    "1": "Диплом I степени",
    "2": "Диплом II степени",
    "III степень": "Диплом III степени",
    "Победитель": "Диплом победителя",
}


@settings(max_examples=60)
@given(sheets())
def test_what_is_signed_can_be_read_off_the_sheet(data: bytes) -> None:
    found = roster.read(data, template(), today=TODAY, given=GIVEN)
    picture = seen(data)
    signed = {
        line.number: dict(zip([c.key for c in template().columns], line.values, strict=True))
        for line in found.rows
    }
    assert set(signed) <= set(picture)
    for row, values in signed.items():
        shown = picture[row]
        assert (values["family"], values["given"]) == (shown["Фамилия"], shown["Имя"])
        assert values["birth_date"] == "-".join(reversed(shown["Дата рождения"].split(".")))
        assert values["number"] == shown.get("Рег. номер", "").strip()
        assert values["school"] == shown.get("Школа", "").strip()
        points = shown.get("Баллы", "").replace(" ", "").replace(",", ".")
        assert (values["points"] or "") == (f"{Decimal(points).normalize():f}" if points else "")
        assert values["degree"] == DEGREES[shown["Степень"]]
    # What is seen and not signed is named, or earns nothing.
    said = {problem.row for problem in found.problems if problem.blocking}
    for row, shown in picture.items():
        assert row in signed or row in said or shown["Степень"] == "Участник"


@given(st.sampled_from(list(FORMATS)), NUMBERS)
def test_a_number_is_shown_as_the_reference_shows_it(code: str, value: float) -> None:
    assert number_formats.shown(code, value) == FORMATS[code](value)


@given(st.text(alphabet='0#?.,;%@"\\_*[]<>=$-+eEдмгdmyhsA№ /', max_size=24), NUMBERS)
def test_any_format_gives_a_text_or_says_that_it_cannot(code: str, value: float) -> None:
    assert isinstance(number_formats.shown(code, value), str | None)
    assert isinstance(number_formats.shown_text(code, "слово"), str | None)
    assert number_formats.date_parts(code) <= set("dmy")


def record(kind: int, content: bytes) -> bytes:
    return struct.pack("<HH", kind, len(content)) + content


def test_the_records_of_an_old_workbook_tell_what_is_seen() -> None:
    code = "0000"
    head = (
        record(0x041E, struct.pack("<HHB", 164, len(code), 0) + code.encode())
        + record(0x00E0, struct.pack("<HH", 0, 0) + bytes(16))
        + record(0x00E0, struct.pack("<HH", 0, 164) + bytes(16))
        + record(0x0085, struct.pack("<I", 0))
    )
    head = head[:-4] + struct.pack("<I", len(head) + 4) + record(0x000A, b"")
    page = (
        record(0x007D, struct.pack("<HHHHH", 2, 3, 2560, 0, 1) + b"\0\0")
        + record(0x0208, struct.pack("<HHHHHHHH", 4, 0, 5, 0, 0, 0, 0x20, 0))
        + record(0x0203, struct.pack("<HHH", 1, 0, 1) + struct.pack("<d", 7.0))
        + record(0x00BD, struct.pack("<HHHIHIH", 2, 0, 1, 0, 0, 0, 1))
        + record(0x00E5, struct.pack("<HHHHH", 1, 1, 3, 5, 5))
        + record(0x000A, b"")
    )
    (found,) = survey_xls._survey_records(head + page)
    assert found.hidden_columns == {2, 3}
    assert found.hidden_rows == {4}
    assert found.merged == [Merged(1, 5, 3, 5)]
    assert [found.format_of(row, 0) for row in (0, 1, 2)] == ["", "0000", "0000"]
    assert found.format_of(2, 1) == ""
