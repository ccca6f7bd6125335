"""Workbooks as offices make them, built in memory: merged and hidden cells, formats, several sheets."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any

HEAD = ["Фамилия", "Имя", "Отчество", "Дата рождения", "Класс", "Школа", "Баллы", "Степень"]
ONE = ["Тестов", "Пробник", "Вымыслович", date(2009, 5, 17), "10 «А»", "Школа № 0", 97.5, "I степень"]
TWO = ["Примерова", "Выдумка", "Небылицыевна", date(2010, 11, 2), "9 «Б»", "Школа № 0", 88, "II степень"]
THREE = ["Макетов", "Захар", "Тестович", date(2008, 1, 30), "11", "Лицей № 00", 71, "III степень"]


def book(
    *rows: Sequence[Any],
    merged: Sequence[str] = (),
    hidden_rows: Sequence[int] = (),
    heights: Mapping[int, float] = MappingProxyType({}),
    hidden_columns: Sequence[str] = (),
    formats: Mapping[str, str] | None = None,
    inks: Mapping[str, tuple[str, str]] = MappingProxyType({}),
    more: Mapping[str, Sequence[Sequence[Any]]] | None = None,
    title: str = "Лист1",
) -> bytes:
    import openpyxl
    from openpyxl.styles import Color, Font, PatternFill

    def _colour(text: str) -> Color:
        kind, _, number = text.partition(" ")
        return Color(**{kind: int(number)}) if number else Color(rgb=text)

    made = openpyxl.Workbook()
    page = made.active
    assert page is not None
    page.title = title
    for at, row in enumerate(rows, start=1):
        for column, value in enumerate(row, start=1):
            if value not in ("", None):
                cell = page.cell(at, column, value)
                if isinstance(value, date):
                    cell.number_format = "dd.mm.yyyy"
    for place, code in (formats or {}).items():
        page[place].number_format = code
    for place, (ink, ground) in inks.items():
        page[place].font = Font(color=_colour(ink))
        if ground:
            page[place].fill = PatternFill("solid", fgColor=_colour(ground))
    for area in merged:
        page.merge_cells(area)
    for number in hidden_rows:
        page.row_dimensions[number].hidden = True
    for number, points in heights.items():
        page.row_dimensions[number].height = points
    for letter in hidden_columns:
        page.column_dimensions[letter].hidden = True
    for name, lines in (more or {}).items():
        other = made.create_sheet(name)
        for line in lines:
            other.append(list(line))
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def changed(row: Sequence[Any], **cells: Any) -> list[Any]:
    """A row of the table with some cells changed, named by their letters."""
    out = list(row)
    for letter, value in cells.items():
        out[ord(letter) - 65] = value
    return out
