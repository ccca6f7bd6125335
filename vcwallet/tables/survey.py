"""What python-calamine does not tell of a sheet: how far it reaches, and how its cells look to a person.

calamine hands out the value some program last computed, an empty text for ``#N/A``, the bare number of a cell
that shows ``0000007``, and nothing of what is merged or hidden. It also allocates the whole rectangle between
the first and the last filled cell: two cells in opposite corners of an .xlsx would end the process, not
raise. So every workbook is surveyed first (`survey_xlsx`, `survey_xls`, `survey_ods`), without believing any
size it states. openpyxl would tell the same of .xlsx alone, for many times the time and memory.
"""

from __future__ import annotations

import zlib
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile

from vcwallet import limits
from vcwallet.errors import N_, InputError, LimitExceeded

CHUNK: Final = 1 << 20

BROKEN_ARCHIVE: Final = (
    BadZipFile,
    zlib.error,
    KeyError,
    EOFError,
    NotImplementedError,
    RuntimeError,
    UnicodeDecodeError,
)
"""What `zipfile` raises of an archive that is cut, changed, locked or packed in a way it does not know."""


@dataclass(frozen=True, slots=True)
class Merged:
    """A rectangle of cells shown as one. Rows and columns from 0, the last ones included."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(slots=True)
class Survey:
    """One sheet: how far it reaches from its top left corner, and what is seen of its cells."""

    rows: int = 0
    columns: int = 0
    formulas: set[tuple[int, int]] = field(default_factory=set)
    errors: set[tuple[int, int]] = field(default_factory=set)
    merged: list[Merged] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    formats: dict[int, list[tuple[int, str]]] = field(default_factory=dict)
    """Number formats by column, as runs: (first row, code) until the next one; "" shows the plain value.

    Columns have one format or a few, so this stays small in a sheet of a million rows.
    """
    unseen: dict[int, list[tuple[int, bool]]] = field(default_factory=dict)
    """Where text has the colour of its cell, as runs by column like `formats`."""
    shown: dict[tuple[int, int], str] = field(default_factory=dict)
    """The text of cells that show something else than their value, where the file itself has that text."""

    def reach(self, row: int, column: int) -> None:
        self.rows = max(self.rows, row + 1)
        self.columns = max(self.columns, column + 1)

    def mark(self, cells: set[tuple[int, int]], row: int, column: int) -> None:
        # Longer lists are not read by anybody, and the sheet is refused all the same.
        if len(cells) < limits.ROSTER_PROBLEMS:
            cells.add((row, column))

    def merge(self, area: Merged) -> None:
        if area.bottom > area.top or area.right > area.left:
            if len(self.merged) >= limits.SHEET_MERGED:
                raise LimitExceeded(
                    "spreadsheet.too-many-merged",
                    N_("The sheet has more than {limit} merged cells."),
                    next_step=N_("Save only the table, without merged cells."),
                    limit=limits.SHEET_MERGED,
                )
            self.merged.append(area)

    def format(self, row: int, column: int, code: str) -> None:
        """Note the format of a cell. Cells come row by row."""
        runs = self.formats.setdefault(column, [])
        if (runs[-1][1] if runs else "") != code:
            runs.append((row, code))

    def ink(self, row: int, column: int, unseen: bool) -> None:
        """Note whether the text of a cell would be seen. Cells come row by row."""
        runs = self.unseen.setdefault(column, []) if unseen else self.unseen.get(column)
        if runs is not None and (runs[-1][1] if runs else False) != unseen:
            runs.append((row, unseen))

    def is_unseen(self, row: int, column: int) -> bool:
        """Whether the text of a cell has the colour of what is behind it."""
        runs = self.unseen.get(column)
        if not runs:
            return False
        at = bisect_right(runs, row, key=lambda run: run[0])
        return runs[at - 1][1] if at else False

    def format_of(self, row: int, column: int) -> str:
        """The number format of a cell; "" when it shows its plain value."""
        runs = self.formats.get(column)
        if not runs:
            return ""
        at = bisect_right(runs, row, key=lambda run: run[0])
        return runs[at - 1][1] if at else ""


def unreadable(reason: str) -> InputError:
    return InputError(
        "spreadsheet.unreadable",
        N_("The spreadsheet cannot be read: {reason}"),
        next_step=N_("Open it in a spreadsheet program and save it as .xlsx or CSV."),
        reason=reason[:120],
    )


def protected() -> InputError:
    return InputError(
        "spreadsheet.protected",
        N_("The workbook is protected with a password."),
        next_step=N_("Save a copy without the password."),
    )


def check_count(sheets: int) -> None:
    if sheets > limits.SHEET_SHEETS:
        raise LimitExceeded(
            "sheet.too-many-sheets",
            N_("The workbook has more than {limit} sheets."),
            limit=limits.SHEET_SHEETS,
        )


def pieces(archive: ZipFile, path: str, *, ceiling: int = limits.SHEET_UNPACKED_BYTES) -> Iterator[bytes]:
    """A part in pieces that end before a tag begins. zipfile stops at the size the archive states."""
    try:
        part = archive.open(path)
    except KeyError:
        raise unreadable(f"no part {path[:60]}") from None
    with part:
        rest, total = b"", 0
        while piece := part.read(CHUNK):
            total += len(piece)
            if total > ceiling:
                raise LimitExceeded(
                    "spreadsheet.unpacks-too-large",
                    N_("The file unpacks to more than {limit} bytes."),
                    limit=ceiling,
                )
            if total == len(piece) and b"\x00" in piece[:64]:
                raise unreadable("its XML is not UTF-8")
            piece = rest + piece
            cut = piece.rfind(b"<")
            if len(piece) - cut > CHUNK:
                raise unreadable("a tag without an end")
            rest = piece[cut:]
            yield piece[:cut]
        yield rest


def parser() -> expat.XMLParserType:
    """A parser that refuses declared entities: none is honest here."""
    # `pieces` gives UTF-8; a name of another encoding would have it read as other letters, or not at all.
    made = expat.ParserCreate("utf-8")

    def refuse(*_: object) -> None:
        raise unreadable("it declares entities")

    made.EntityDeclHandler = refuse
    return made
