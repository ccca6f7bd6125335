"""What python-calamine does not tell of a workbook: which cells are formulas or errors, how far it reaches.

calamine hands out the value some program last computed and an empty text for ``#N/A``, and it allocates the
whole rectangle between the first and the last filled cell: two cells in opposite corners of an .xlsx would
end the process, not raise. So every workbook is surveyed first, without believing any size it states.

Office Open XML (ECMA-376 part 1, section 18.3.1.4), OpenDocument 1.3 part 3 (section 9.1), [MS-XLS] (2.4) and
[MS-CFB] (2.2 to 2.6): only what finding cells needs.
"""

from __future__ import annotations

import posixpath
import re
import struct
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final
from xml.parsers import expat

from vcwallet import limits
from vcwallet.errors import N_, InputError, LimitExceeded

_CHUNK: Final = 1 << 20
_INDEX_BYTES: Final = 4 << 20
"""Of the parts of a workbook that only list its sheets."""


@dataclass(slots=True)
class Survey:
    """One sheet: the size of the rectangle from its top left corner to the last cell, and marked cells."""

    rows: int = 0
    columns: int = 0
    formulas: set[tuple[int, int]] = field(default_factory=set)
    errors: set[tuple[int, int]] = field(default_factory=set)

    def reach(self, row: int, column: int) -> None:
        self.rows = max(self.rows, row + 1)
        self.columns = max(self.columns, column + 1)

    def mark(self, cells: set[tuple[int, int]], row: int, column: int) -> None:
        # Longer lists are not read by anybody, and the sheet is refused all the same.
        if len(cells) < limits.ROSTER_PROBLEMS:
            cells.add((row, column))


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


# --- Office Open XML -------------------------------------------------------------------------------


def survey_xlsx(archive: zipfile.ZipFile) -> list[Survey]:
    """The surveys of an .xlsx, in the order of its sheets."""
    targets: dict[str, str] = {}
    sheets: list[str] = []

    def relation(name: str, attributes: dict[str, str]) -> None:
        if name == "Relationship":
            targets[attributes.get("Id", "")] = attributes.get("Target", "")

    def sheet(name: str, attributes: dict[str, str]) -> None:
        if name == "sheet":
            sheets.append(next((v for k, v in attributes.items() if k.rpartition(":")[2] == "id"), ""))

    _parse(_part(archive, "xl/_rels/workbook.xml.rels"), relation)
    _parse(_part(archive, "xl/workbook.xml"), sheet)
    surveys: dict[str, Survey] = {}
    _check_count(len(sheets))
    for relation_id in sheets:
        target = targets.get(relation_id)
        if target is None:
            raise unreadable("a sheet without a part")
        path = target.lstrip("/") if target.startswith("/") else posixpath.normpath("xl/" + target)
        if path in surveys:
            # Many sheets of one large part would be read many times.
            raise unreadable("two sheets in one part")
        surveys[path] = _survey_cells(_chunks(archive, path))
    return list(surveys.values())


def _check_count(sheets: int) -> None:
    if sheets > limits.SHEET_SHEETS:
        raise LimitExceeded(
            "sheet.too-many-sheets",
            N_("The workbook has more than {limit} sheets."),
            limit=limits.SHEET_SHEETS,
        )


_TAG: Final = re.compile(rb"<(?:[\w.-]+:)?(row|c|f)(?=[\s/>])([^<>]*)")
_REFERENCE: Final = re.compile(rb'<c r="([A-Z]{1,3})([0-9]{1,7})"')
_UNUSUAL: Final = (b":c", b":f", b":r", b"<f", b'"e"', b"'")
"""What a piece without prefixes, formulas, errors and single quotes has nowhere, text included."""
_POSITION: Final = re.compile(rb"\sr\s*=\s*[\"']([A-Z]{0,3})([0-9]{1,7})[\"']")
_IS_ERROR: Final = re.compile(rb"\st\s*=\s*[\"']e[\"']")


def _survey_cells(chunks: Iterator[bytes]) -> Survey:
    survey = Survey()
    row = column = -1
    implicit = False
    for chunk in chunks:
        references = _REFERENCE.findall(chunk)
        if not (implicit or len(references) != chunk.count(b"<c") or any(sign in chunk for sign in _UNUSUAL)):
            # The common case, without looking at each tag.
            for letters in {reference[0] for reference in references}:
                survey.columns = max(survey.columns, _column(letters) + 1)
            if references:
                survey.rows = max(survey.rows, max(int(reference[1]) for reference in references))
                row, column = int(references[-1][1]) - 1, _column(references[-1][0])
            continue
        for tag in _TAG.finditer(chunk):
            name, attributes = tag[1], tag[2]
            place = _POSITION.search(attributes)
            if name == b"row":
                row, column = (int(place[2]) - 1 if place else row + 1), -1
            elif name == b"c":
                # A cell may leave its place out: it then follows the one before it.
                implicit = implicit or place is None
                if place is not None and place[1]:
                    row, column = int(place[2]) - 1, _column(place[1])
                else:
                    column += 1
                survey.reach(max(row, 0), column)
                if _IS_ERROR.search(attributes):
                    survey.mark(survey.errors, row, column)
            else:
                survey.mark(survey.formulas, row, column)
    return survey


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


def _part(archive: zipfile.ZipFile, path: str) -> bytes:
    return b"".join(_chunks(archive, path, ceiling=_INDEX_BYTES))


def _chunks(
    archive: zipfile.ZipFile, path: str, *, ceiling: int = limits.SHEET_UNPACKED_BYTES
) -> Iterator[bytes]:
    """A part in pieces that end before a tag begins. zipfile stops at the size the archive states."""
    try:
        part = archive.open(path)
    except KeyError:
        raise unreadable(f"no part {path[:60]}") from None
    with part:
        rest, total = b"", 0
        while piece := part.read(_CHUNK):
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
            if len(piece) - cut > _CHUNK:
                raise unreadable("a tag without an end")
            rest = piece[cut:]
            yield piece[:cut]
        yield rest


def _parse(data: bytes, started: Any) -> None:
    """Call `started(local name, attributes)` for every element."""
    parser = _parser()
    parser.StartElementHandler = lambda name, attributes: started(name.rpartition(":")[2], attributes)
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise unreadable(str(error)) from None


def _parser() -> expat.XMLParserType:
    """A parser that refuses declared entities: none is honest here."""
    parser = expat.ParserCreate()

    def refuse(*_: object) -> None:
        raise unreadable("it declares entities")

    parser.EntityDeclHandler = refuse
    return parser


# --- OpenDocument ----------------------------------------------------------------------------------


def survey_ods(archive: zipfile.ZipFile) -> list[Survey]:
    """The surveys of an .ods, in the order of its sheets."""
    surveys: list[Survey] = []
    row = height = column = 0

    def started(name: str, attributes: dict[str, str]) -> None:
        nonlocal row, height, column
        if name == "table:table":
            surveys.append(Survey())
            _check_count(len(surveys))
            row = height = 0
        elif name == "table:table-row":
            row += height
            height, column = _repeated(attributes, "table:number-rows-repeated"), 0
        elif name in ("table:table-cell", "table:covered-table-cell") and surveys:
            width = _repeated(attributes, "table:number-columns-repeated")
            formula = "table:formula" in attributes
            if formula or any(key.endswith("value-type") for key in attributes):
                survey = surveys[-1]
                survey.reach(row + height - 1, column + width - 1)
                for step in range(min(width, limits.SHEET_COLUMNS) if formula else 0):
                    survey.mark(survey.formulas, row, column + step)
            column += width

    parser = _parser()
    parser.StartElementHandler = started
    try:
        for chunk in _chunks(archive, "content.xml"):
            parser.Parse(chunk)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise unreadable(str(error)) from None
    return surveys


def _repeated(attributes: dict[str, str], name: str) -> int:
    text = attributes.get(name, "1")
    if not re.fullmatch(r"[1-9][0-9]{0,6}", text):
        raise unreadable(f"{name} is {text[:20]}")
    return int(text)


# --- the binary format of Excel 97-2003 ------------------------------------------------------------

_FREE: Final = 0xFFFFFFFA
"""Sector numbers from here on are not sectors."""


def survey_xls(data: bytes) -> list[Survey]:
    """The surveys of an .xls, in the order of its sheets."""
    try:
        return _survey_records(_workbook_stream(data))
    except (struct.error, IndexError):
        raise unreadable("it ends in the middle") from None


def _workbook_stream(data: bytes) -> bytes:
    """The stream of records inside the compound file."""
    sector_shift, mini_shift = struct.unpack_from("<HH", data, 30)
    if not 7 <= sector_shift <= 16 or not 3 <= mini_shift <= sector_shift:
        raise unreadable("its sectors have an impossible size")
    size, mini_size = 1 << sector_shift, 1 << mini_shift
    first_directory, _, cutoff, first_mini, _, first_more, more = struct.unpack_from("<IIIIIII", data, 48)
    count = len(data) // size + 1

    def sector(number: int) -> bytes:
        if number >= count:
            raise unreadable("it points outside itself")
        return data[(number + 1) * size : (number + 2) * size]

    tables = [number for number in struct.unpack_from("<109I", data, 76) if number < _FREE]
    for _ in range(min(more, count)):
        if first_more >= _FREE:
            break
        *numbers, first_more = struct.unpack(f"<{size // 4}I", sector(first_more))
        tables += [number for number in numbers if number < _FREE]
    if len(tables) > count:
        raise unreadable("it points at itself")
    fat = [
        number
        for table in tables
        for number in struct.unpack(f"<{size // 4}I", sector(table).ljust(size, b"\xff"))
    ]

    def chain(start: int, following: list[int]) -> Iterator[int]:
        for _ in range(len(following) + 1):
            if start >= _FREE:
                return
            yield start
            start = following[start]
        raise unreadable("it points at itself")

    def stream(start: int) -> bytes:
        return b"".join(sector(number) for number in chain(start, fat))

    directory = stream(first_directory)
    entries = {}
    for at in range(0, len(directory) - 127, 128):
        length = struct.unpack_from("<H", directory, at + 64)[0]
        name = directory[at : at + max(min(length, 64) - 2, 0)].decode("utf-16-le", "replace")
        entries[name] = struct.unpack_from("<II", directory, at + 116)
    if "EncryptedPackage" in entries:
        raise protected()
    entry = entries.get("Workbook") or entries.get("Book")
    if entry is None:
        raise unreadable("it holds no workbook")
    start, length = entry
    if length >= cutoff:
        return stream(start)[:length]
    minis = struct.unpack(f"<{len(stream(first_mini)) // 4}I", stream(first_mini))
    store = stream(entries["Root Entry"][0]) if "Root Entry" in entries else b""
    small = chain(start, list(minis))
    return b"".join(store[number * mini_size : (number + 1) * mini_size] for number in small)[:length]


_FORMULAS: Final = frozenset({0x0006, 0x0206, 0x0406})
_CELLS: Final = (
    frozenset({0x0203, 0x027E, 0x00FD, 0x0204, 0x0201, 0x0205, 0x00D6, 0x00BD, 0x00BE}) | _FORMULAS
)


def _survey_records(stream: bytes) -> list[Survey]:
    starts = []
    for kind, at, _ in _records(stream, 0):
        if kind == 0x002F:
            raise protected()
        if kind == 0x0085:
            starts.append(struct.unpack_from("<I", stream, at)[0])
            _check_count(len(starts))
    surveys = []
    read = 0
    for start in starts:
        survey, end = _survey_sheet(stream, start)
        surveys.append(survey)
        read += end - start
        if read > len(stream):
            raise unreadable("its sheets overlap")
    return surveys


def _survey_sheet(stream: bytes, start: int) -> tuple[Survey, int]:
    """The survey of a sheet's records and where they end."""
    survey = Survey()
    end = start
    for kind, at, length in _records(stream, start):
        end = at + length
        if kind not in _CELLS or length < 6:
            continue
        row, column = struct.unpack_from("<HH", stream, at)
        survey.reach(row, column)
        if kind in (0x00BD, 0x00BE):
            survey.reach(row, struct.unpack_from("<H", stream, at + length - 2)[0])
        elif kind in _FORMULAS:
            survey.mark(survey.formulas, row, column)
        elif kind == 0x0205 and stream[at + 7]:
            survey.mark(survey.errors, row, column)
    return survey, end


def _records(stream: bytes, at: int) -> Iterator[tuple[int, int, int]]:
    """(kind, where its content begins, its length) up to the end of the substream."""
    while True:
        kind, length = struct.unpack_from("<HH", stream, at)
        if kind == 0x000A:
            return
        yield kind, at + 4, length
        at += 4 + length
