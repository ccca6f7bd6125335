"""The survey of an .xlsx: Office Open XML, ECMA-376 part 1, sections 18.3.1 and 18.8; only what is needed."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from typing import Final, NamedTuple
from xml.parsers import expat

from vcwallet import limits
from vcwallet.tables import inks, number_formats
from vcwallet.tables.survey import Merged, Survey, check_count, parser, pieces, unreadable

_INDEX_BYTES: Final = 4 << 20
"""Of the parts of a workbook that only list its sheets."""
_STYLES_BYTES: Final = 32 << 20
"""Workbooks that were copied from workbook to workbook for years carry many thousand styles."""


def survey_xlsx(archive: zipfile.ZipFile) -> list[Survey]:
    """The surveys of an .xlsx, in the order of its sheets."""
    targets: dict[str, str] = {}
    sheets: list[str] = []
    styles = "xl/styles.xml"

    def relation(name: str, attributes: dict[str, str]) -> None:
        nonlocal styles
        if name == "Relationship":
            targets[attributes.get("Id", "")] = attributes.get("Target", "")
            if attributes.get("Type", "").endswith("/styles"):
                styles = _place(attributes.get("Target", ""))

    def sheet(name: str, attributes: dict[str, str]) -> None:
        if name == "sheet":
            sheets.append(next((v for k, v in attributes.items() if k.rpartition(":")[2] == "id"), ""))

    _parse(_part(archive, "xl/_rels/workbook.xml.rels"), relation)
    _parse(_part(archive, "xl/workbook.xml"), sheet)
    surveys: dict[str, Survey] = {}
    check_count(len(sheets))
    looks = _looks(archive, styles) if styles in archive.namelist() else ()
    for relation_id in sheets:
        target = targets.get(relation_id)
        if target is None:
            raise unreadable("a sheet without a part")
        path = _place(target)
        if path in surveys:
            # Many sheets of one large part would be read many times.
            raise unreadable("two sheets in one part")
        surveys[path] = _survey_cells(pieces(archive, path), looks)
    return list(surveys.values())


def _place(target: str) -> str:
    return target.lstrip("/") if target.startswith("/") else posixpath.normpath("xl/" + target)


class _Look(NamedTuple):
    """What a cell's style does to what is seen of it."""

    code: str = ""
    """Of its number format."""
    unseen: bool = False
    """Whether text would have the colour of the cell."""


def _looks(archive: zipfile.ZipFile, path: str) -> Sequence[_Look]:
    """The look of each cell style, by its index."""
    codes = dict(number_formats.BUILT_IN)
    found: list[_Look] = []
    fonts: list[str] = []
    fills: list[str] = []
    part = ""

    def started(name: str, attributes: dict[str, str]) -> None:
        nonlocal part
        if name == "numFmt":
            codes[_number(attributes.get("numFmtId"))] = attributes.get("formatCode", "")
        elif name in ("fonts", "fills", "borders", "cellXfs", "cellStyleXfs", "cellStyles", "dxfs"):
            part = name
        elif part == "fonts":
            if name == "font":
                fonts.append(inks.BLACK)
            elif name == "color" and fonts:
                fonts[-1] = _colour(attributes) or fonts[-1]
        elif part == "fills":
            if name == "fill":
                fills.append(inks.WHITE)
            elif name == "patternFill" and attributes.get("patternType", "none") != "none" and fills:
                # Not told apart from what is written on it, unless it is of one colour.
                fills[-1] = "pattern"
            elif name == "fgColor" and fills and fills[-1] == "pattern":
                fills[-1] = _colour(attributes) or fills[-1]
        elif name == "xf" and part == "cellXfs":
            code = number_formats.plain(codes.get(_number(attributes.get("numFmtId")), ""))
            font, fill = _number(attributes.get("fontId")), _number(attributes.get("fillId"))
            ink = fonts[font] if font < len(fonts) else inks.BLACK
            found.append(_Look(code, inks.unseen(ink, fills[fill] if fill < len(fills) else inks.WHITE)))

    _parse(_part(archive, path, ceiling=_STYLES_BYTES), started)
    return found


def _colour(attributes: dict[str, str]) -> str:
    if "rgb" in attributes:
        return inks.named(attributes["rgb"])
    if "theme" in attributes:
        return inks.themed(_number(attributes["theme"]), attributes.get("tint", ""))
    return inks.indexed(_number(attributes["indexed"])) if "indexed" in attributes else ""


def _number(text: str | None) -> int:
    return int(text) if text is not None and re.fullmatch(r"[0-9]{1,9}", text) else 0


_TAG: Final = re.compile(rb"<(?:[\w.-]+:)?(row|c|f|col|mergeCell)(?=[\s/>])([^<>]*)")
_CELL: Final = re.compile(rb'<c r="([A-Z]{1,3})([0-9]{1,7})"(?: s="([0-9]{1,6})")?(?: t="[a-zA-Z]{1,9}")?/?>')
_UNUSUAL: Final = (
    *(b":c", b":f", b":r", b"<f", b'"e"', b"'", b"hidden", b"mergeCell"),
    *(b' ht="0', b' ht="1.', b' ht="1"', b' ht="2.', b' ht="2"'),
)
"""What a piece without prefixes, formulas, errors, single quotes, hidden rows and merged cells has nowhere,
text included."""
_POSITION: Final = re.compile(rb"\sr\s*=\s*[\"']([A-Z]{0,3})([0-9]{1,7})[\"']")
_STYLE: Final = re.compile(rb"\ss\s*=\s*[\"']([0-9]{1,6})[\"']")
_IS_ERROR: Final = re.compile(rb"\st\s*=\s*[\"']e[\"']")
_HIDDEN: Final = re.compile(
    rb"\shidden\s*=\s*[\"'](?:1|true)[\"']"
    rb"|\sht\s*=\s*[\"']0*[0-2]?(?:\.[0-9]*)?[\"']|\swidth\s*=\s*[\"']0*(?:\.[0-9]*)?[\"']"
)
"""Nobody sees a row under three points or a column under one character."""
_FIRST: Final = re.compile(rb"\smin\s*=\s*[\"']([0-9]{1,7})[\"']")
_LAST: Final = re.compile(rb"\smax\s*=\s*[\"']([0-9]{1,7})[\"']")
_AREA: Final = re.compile(
    rb"\sref\s*=\s*[\"']\$?([A-Z]{1,3})\$?([0-9]{1,7}):\$?([A-Z]{1,3})\$?([0-9]{1,7})[\"']"
)


def _survey_cells(chunks: Iterator[bytes], styles: Sequence[_Look]) -> Survey:
    survey = Survey()
    row = column = -1
    implicit = False

    def look(style: bytes) -> _Look:
        number = int(style) if style else 0
        return styles[number] if number < len(styles) else _Look()

    def note(row: int, column: int, style: bytes) -> None:
        code, unseen = look(style)
        survey.format(row, column, code)
        survey.ink(row, column, unseen)

    for chunk in chunks:
        cells = _CELL.findall(chunk)
        if not (implicit or len(cells) != chunk.count(b"<c") or any(sign in chunk for sign in _UNUSUAL)):
            # The common case, without looking at each tag.
            if not cells:
                continue
            looks = {(letters, look(style)) for letters, style in {(cell[0], cell[2]) for cell in cells}}
            columns = {letters: _column(letters) for letters, _ in looks}
            survey.columns = max(survey.columns, max(columns.values()) + 1)
            survey.rows = max(survey.rows, max(int(cell[1]) for cell in cells))
            first = int(cells[0][1]) - 1
            if any(
                survey.format_of(limits.SHEET_ROWS, columns[letters]) != each.code
                or survey.is_unseen(limits.SHEET_ROWS, columns[letters]) != each.unseen
                for letters, each in looks
            ):
                for letters, number, style in cells:
                    note(int(number) - 1, columns[letters], style)
            row, column = max(int(cells[-1][1]) - 1, first), columns[cells[-1][0]]
            continue
        for tag in _TAG.finditer(chunk):
            name, attributes = tag[1], tag[2]
            place = _POSITION.search(attributes)
            if name == b"row":
                row, column = (int(place[2]) - 1 if place else row + 1), -1
                if _HIDDEN.search(attributes):
                    survey.hidden_rows.add(row)
            elif name == b"c":
                # A cell may leave its place out: it then follows the one before it.
                implicit = implicit or place is None
                if place is not None and place[1]:
                    row, column = int(place[2]) - 1, _column(place[1])
                else:
                    column += 1
                survey.reach(max(row, 0), column)
                style = _STYLE.search(attributes)
                note(row, column, style[1] if style is not None else b"")
                if _IS_ERROR.search(attributes):
                    survey.mark(survey.errors, row, column)
            elif name == b"f":
                survey.mark(survey.formulas, row, column)
            elif name == b"col":
                first_column, last = _FIRST.search(attributes), _LAST.search(attributes)
                if first_column is not None and last is not None and _HIDDEN.search(attributes):
                    survey.hidden_columns.update(
                        range(int(first_column[1]) - 1, min(int(last[1]), limits.SHEET_COLUMNS))
                    )
            elif (area := _AREA.search(attributes)) is not None:
                survey.merge(Merged(int(area[2]) - 1, _column(area[1]), int(area[4]) - 1, _column(area[3])))
    return survey


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


def _part(archive: zipfile.ZipFile, path: str, *, ceiling: int = _INDEX_BYTES) -> bytes:
    return b"".join(pieces(archive, path, ceiling=ceiling))


def _parse(data: bytes, started: Callable[[str, dict[str, str]], None]) -> None:
    """Call `started(local name, attributes)` for every element."""
    reading = parser()
    reading.StartElementHandler = lambda name, attributes: started(name.rpartition(":")[2], attributes)
    try:
        reading.Parse(data, True)
    except expat.ExpatError as error:
        raise unreadable(str(error)) from None
