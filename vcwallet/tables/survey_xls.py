"""The survey of an .xls, the binary format of Excel 97-2003: [MS-XLS] (2.4), [MS-CFB] (2.2 to 2.6)."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from typing import Final

from vcwallet import limits
from vcwallet.tables import inks, number_formats
from vcwallet.tables.survey import Merged, Survey, check_count, protected, unreadable

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
    codes = dict(number_formats.BUILT_IN)
    styles: list[int] = []
    fonts: list[str] = []
    looks: list[bool] = []
    for kind, at, length in _records(stream, 0):
        if kind == 0x002F:
            raise protected()
        if kind == 0x0085:
            starts.append(struct.unpack_from("<I", stream, at)[0])
            check_count(len(starts))
        elif kind == 0x041E and length >= 5:
            number, characters, wide = struct.unpack_from("<HHB", stream, at)
            size = characters * (2 if wide & 1 else 1)
            text = stream[at + 5 : at + 5 + size]
            codes[number] = text.decode("utf-16-le" if wide & 1 else "latin-1", "replace")
        elif kind == 0x00E0 and length >= 4:
            styles.append(struct.unpack_from("<H", stream, at + 2)[0])
            looks.append(length >= 20 and _is_unseen(stream, at, fonts))
        elif kind == 0x0031 and length >= 6:
            fonts.append(inks.indexed(struct.unpack_from("<H", stream, at + 4)[0]))
    formats = [number_formats.plain(codes.get(style, "")) for style in styles]
    surveys = []
    read = 0
    for start in starts:
        survey, end = _survey_sheet(stream, start, formats, looks)
        surveys.append(survey)
        read += end - start
        if read > len(stream):
            raise unreadable("its sheets overlap")
    return surveys


def _is_unseen(stream: bytes, at: int, fonts: Sequence[str]) -> bool:
    """Of an XF record ([MS-XLS] section 2.4.353): whether its text has the colour of its cell."""
    font, pattern, colours = (
        struct.unpack_from("<H", stream, at)[0],
        struct.unpack_from("<I", stream, at + 14)[0] >> 26,
        struct.unpack_from("<H", stream, at + 18)[0],
    )
    font -= font > 4  # there is no font of the number 4
    ground = inks.indexed(colours & 0x7F) if pattern == 1 else "pattern" if pattern else inks.WHITE
    return font < len(fonts) and inks.unseen(fonts[font], ground)


def _survey_sheet(
    stream: bytes, start: int, formats: Sequence[str], looks: Sequence[bool]
) -> tuple[Survey, int]:
    """The survey of a sheet's records and where they end."""
    survey = Survey()
    end = start

    def look(row: int, column: int, style: int) -> None:
        survey.format(row, column, formats[style] if style < len(formats) else "")
        survey.ink(row, column, style < len(looks) and looks[style])

    for kind, at, length in _records(stream, start):
        end = at + length
        if kind == 0x0208 and length >= 16:
            if struct.unpack_from("<H", stream, at + 12)[0] & 0x20:
                survey.hidden_rows.add(struct.unpack_from("<H", stream, at)[0])
        elif kind == 0x007D and length >= 10:
            first, last, width, _, options = struct.unpack_from("<HHHHH", stream, at)
            if options & 1 or width == 0:
                survey.hidden_columns.update(range(first, min(last + 1, limits.SHEET_COLUMNS)))
        elif kind == 0x00E5:
            for area in range(at + 2, at + length - 7, 8):
                top, bottom, left, right = struct.unpack_from("<HHHH", stream, area)
                survey.merge(Merged(top, left, bottom, right))
        if kind not in _CELLS or length < 6:
            continue
        row, column, style = struct.unpack_from("<HHH", stream, at)
        survey.reach(row, column)
        if kind in (0x00BD, 0x00BE):
            survey.reach(row, struct.unpack_from("<H", stream, at + length - 2)[0])
            step = 6 if kind == 0x00BD else 2
            for number, place in enumerate(range(at + 4, at + length - 2, step)):
                look(row, column + number, struct.unpack_from("<H", stream, place)[0])
            continue
        look(row, column, style)
        if kind in _FORMULAS:
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
