"""A workbook of results that no cell can turn into a formula, written row by row.

    book = ResultsBook(pages, made=now)
    book.add("summary", [Cell("27-000123"), Cell("✓ подтверждено", Tone.GOOD), Cell(5)])
    where = save(Path("results.xlsx"), book.content())

Every text is written as text, in a column whose format is text, and one that would be a formula when somebody
types it again is marked as a quotation: whatever a diploma or the name of a file says stays words. Rows go to
the disk as they come (XlsxWriter's constant memory), so ten thousand applicants take no more memory than ten.
Equal rows make equal bytes: the only moment in the file is the one that is given.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from vcwallet import files
from vcwallet.characters import begins_a_formula, visible
from vcwallet.errors import N_, Action, MachineError

__all__ = ["Cell", "Column", "Page", "ResultsBook", "Tone", "save"]

CELL_CHARACTERS: Final = 32_767
"""In units of UTF-16. More than that Excel does not open."""


class Tone(StrEnum):
    """How a cell is meant; its sign and its word say it too."""

    GOOD = "good"
    GREY = "grey"
    CAREFUL = "careful"
    BAD = "bad"
    PLAIN = "plain"


_COLOURS: Final[Mapping[Tone, Mapping[str, str]]] = {
    Tone.GOOD: {"bg_color": "#C6EFCE", "font_color": "#006100"},
    Tone.GREY: {"bg_color": "#E7E6E6", "font_color": "#3F3F3F"},
    Tone.CAREFUL: {"bg_color": "#FFEB9C", "font_color": "#7F4F00"},
    Tone.BAD: {"bg_color": "#FFC7CE", "font_color": "#9C0006"},
    Tone.PLAIN: {},
}


@dataclass(frozen=True, slots=True)
class Cell:
    """A text, perhaps of several lines, or a number of our own counting."""

    value: str | int | Decimal | Sequence[str]
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True, slots=True)
class Column:
    title: str
    width: int
    """In characters."""


@dataclass(frozen=True, slots=True)
class Page:
    key: str
    title: str
    """On its tab; at most 31 characters."""
    columns: tuple[Column, ...]
    frozen: int = 0
    """Columns that stay in sight."""


class ResultsBook:
    def __init__(self, pages: Sequence[Page], *, made: datetime) -> None:
        """Raises MachineError (``results.extra-missing``) without XlsxWriter."""
        try:
            import xlsxwriter
        except ImportError:
            raise MachineError(
                "results.extra-missing",
                N_("Writing results as a spreadsheet needs a part of vcwallet that is not installed."),
                next_step=Action.INSTALL_PART,
                part="queue",
            ) from None
        self._out = io.BytesIO()
        self._book: Any = xlsxwriter.Workbook(
            self._out,
            {
                "constant_memory": True,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
            },
        )
        self._book.set_properties({"created": made.replace(tzinfo=None)})
        self._formats: dict[tuple[Tone, bool, bool], Any] = {}
        self._pages: dict[str, tuple[Any, int]] = {}
        self._columns = {page.key: page.columns for page in pages}
        head = self._book.add_format(
            {
                "bold": True,
                "text_wrap": True,
                "valign": "top",
                "bg_color": "#D9E1F2",
                "border": 1,
                "num_format": "@",
            }
        )
        for page in pages:
            sheet = self._book.add_worksheet(page.title)
            for place, column in enumerate(page.columns):
                sheet.set_column(
                    place, place, column.width, self._format(Tone.PLAIN, number=False, quoted=False)
                )
            sheet.freeze_panes(1, page.frozen)
            sheet.set_landscape()
            sheet.set_paper(9)
            sheet.fit_to_pages(1, 0)
            sheet.repeat_rows(0)
            for place, column in enumerate(page.columns):
                sheet.write_string(0, place, column.title, head)
            self._pages[page.key] = (sheet, 1)

    def add(self, page: str, cells: Sequence[Cell]) -> None:
        """Write the next row of a page."""
        sheet, row = self._pages[page]
        for place, cell in enumerate(cells):
            self._write(sheet, row, place, cell)
        self._pages[page] = (sheet, row + 1)

    def content(self) -> bytes:
        """The finished workbook. Nothing can be added after it."""
        for key, (sheet, rows) in self._pages.items():
            sheet.autofilter(0, 0, rows - 1, len(self._columns[key]) - 1)
        self._book.close()
        return self._out.getvalue()

    def _write(self, sheet: Any, row: int, place: int, cell: Cell) -> None:
        value = cell.value
        if isinstance(value, int | Decimal):
            sheet.write_number(row, place, value, self._format(cell.tone, number=True, quoted=False))
            return
        lines = [value] if isinstance(value, str) else value
        text = "\n".join(visible(line) for line in lines)
        text = _fitting(text)
        form = self._format(cell.tone, number=False, quoted=begins_a_formula(text))
        if text:
            sheet.write_string(row, place, text, form)
        else:
            sheet.write_blank(row, place, None, form)

    def _format(self, tone: Tone, *, number: bool, quoted: bool) -> Any:
        key = (tone, number, quoted)
        if key not in self._formats:
            self._formats[key] = self._book.add_format(
                {
                    **_COLOURS[tone],
                    "num_format": "General" if number else "@",
                    "quote_prefix": quoted,
                    "text_wrap": True,
                    "valign": "top",
                }
            )
        return self._formats[key]


def _fitting(text: str) -> str:
    """The text, cut where Excel's ceiling is: it counts in units of UTF-16, of which some signs have two."""
    units = text.encode("utf-16-le")
    if len(units) <= 2 * CELL_CHARACTERS:
        return text
    return units[: 2 * (CELL_CHARACTERS - 1)].decode("utf-16-le", "ignore") + "…"


def save(path: Path, content: bytes) -> Path:
    """Write results whole or not at all; returns where.

    A file that is open in a spreadsheet program cannot be replaced: then the results stand beside it, as
    ``results (2).xlsx``. Raises what `files.replace_file` raises, for any other reason.
    """
    if not _is_open(path):
        try:
            files.replace_file(path, content)
        except PermissionError:
            if not path.exists():
                raise
        else:
            return path
    beside = files.free_name(path)
    files.replace_file(beside, content)
    return beside


def _is_open(path: Path) -> bool:
    """Whether LibreOffice or Excel left a sign that it has the file open."""
    return any(path.with_name(name).exists() for name in (f".~lock.{path.name}#", f"~${path.name}"))
