"""A spreadsheet file -> rows of cells, as the person who made it sees them.

`.xlsx`, `.xls` and `.ods` through python-calamine (the extra ``tables``); CSV and tab-separated text in the
encodings Russian offices save: UTF-8 with or without a mark, UTF-16, cp1251, cp866, koi8-r. What was guessed
is in the result, to be shown before anything is signed.

Cells computed by a formula and cells that show an error are listed apart: their values are what some
program once computed, not what a person wrote.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from vcwallet import limits
from vcwallet.errors import N_, Action, InputError, LimitExceeded, MachineError, VcwalletError
from vcwallet.tables import number_formats
from vcwallet.tables.cells import Raw
from vcwallet.tables.survey import BROKEN_ARCHIVE, Survey, protected, unreadable
from vcwallet.tables.survey_ods import survey_ods
from vcwallet.tables.survey_xls import survey_xls
from vcwallet.tables.survey_xlsx import survey_xlsx

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet. Row and column numbers start at 0 at the top left cell, filled or not."""

    format: str
    """``csv``, ``xlsx``, ``xls`` or ``ods``."""
    rows: list[list[Raw]]
    """Whoever has read a row for good may empty it, so that its cells need not be kept."""
    name: str = ""
    encoding: str = ""
    delimiter: str = ""
    survey: Survey = field(default_factory=Survey)
    """What the values do not tell: formulas, errors, merged and hidden cells, formats."""

    def shown(self, row: int, column: int, cell: Raw) -> Raw | None:
        """The cell as a person sees it: text where a format shows other words than the plain value.

        None when only the spreadsheet program can tell.
        """
        text = self.survey.shown.get((row, column))
        if text is not None:
            return text
        if isinstance(cell, bool) or not isinstance(cell, str | int | float):
            return cell
        code = self.survey.format_of(row, column)
        if not code or cell == "":
            return cell
        if isinstance(cell, str):
            return number_formats.shown_text(code, cell)
        return number_formats.shown(code, float(cell))


def read_sheets(data: bytes, *, choose: Callable[[Sequence[Sequence[Raw]]], int]) -> tuple[Sheet, ...]:
    """All visible sheets of a file that have anything in them, in order.

    `choose` rates the first rows of a sheet read one way; it decides between delimiters (the best one wins).

    Raises LimitExceeded (``spreadsheet.too-large``, ``.too-many-cells``, ``.too-many-rows``), InputError
    (``spreadsheet.empty``, ``.unreadable``, ``.protected``, ``.web-page``, ``.format``) and MachineError
    (``spreadsheet.extra-missing``).
    """
    if len(data) > limits.SHEET_BYTES:
        raise LimitExceeded(
            "spreadsheet.too-large",
            N_("The file has {size} bytes; the ceiling is {limit}."),
            size=len(data),
            limit=limits.SHEET_BYTES,
        )
    if not data.strip():
        raise InputError("spreadsheet.empty", N_("The file is empty."))
    if data.startswith(b"PK"):
        return _packed(data)
    if data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _binary(data)
    if re.match(
        rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype|html|\?xml|table|meta|head|body)", data[:256], re.IGNORECASE
    ):
        raise InputError(
            "spreadsheet.web-page",
            N_("The file is a web page or XML with the name of a spreadsheet."),
            next_step=N_("Open it in a spreadsheet program and save it as .xlsx."),
        )
    return (_text(data, choose),)


# --- text ------------------------------------------------------------------------------------------


def decode(data: bytes) -> tuple[str, str]:
    """Text and the name of its encoding.

    In this order: a byte order mark, UTF-16 by its zero bytes, strict UTF-8, the likeliest of the Russian
    8-bit ones.

    Raises InputError ``spreadsheet.encoding`` when it is none of them.
    """
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return _decoded(data, encoding), encoding
    sample = data[:4096]
    if sample.count(0) > len(sample) // 8:
        # Delimiters and digits are below U+0100, so their high bytes are zeros on one side.
        encoding = "utf-16-le" if sample[1::2].count(0) > sample[::2].count(0) else "utf-16-be"
        return _decoded(data, encoding), encoding
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        pass
    best = max(("cp1251", "cp866", "koi8-r"), key=lambda encoding: _likely(sample, encoding))
    return _decoded(data, best), best


def _decoded(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise InputError(
            "spreadsheet.encoding",
            N_("The text is not {encoding} (byte {offset})."),
            next_step=N_("Save the sheet as .xlsx or as CSV UTF-8."),
            encoding=encoding,
            offset=error.start,
        ) from None


def _likely(sample: bytes, encoding: str) -> int:
    """How much a text looks like Russian prose: small letters many, box drawing and odd capitals few."""
    text = sample.decode(encoding, errors="replace")
    score = 0
    for before, letter in zip(" " + text, text, strict=False):
        if "а" <= letter <= "я" or letter == "ё":
            score += 3 if letter in "оеаинтсрвл" else 1
        elif "А" <= letter <= "Я" or letter == "Ё":
            # A capital inside a word is how the wrong table shows small letters.
            score += -3 if "а" <= before <= "я" else 1
        elif ord(letter) > 127 and letter not in "«»№–—„“”…\u00a0":
            score -= 4
    return score


_HEAD: Final = 100_000
"""Characters of a text in which the row of headers must lie."""
_DELIMITERS: Final = (";", "\t", ",")


def _text(data: bytes, choose: Callable[[Sequence[Sequence[Raw]]], int]) -> Sheet:
    text, encoding = decode(data)
    text = text.removeprefix("\ufeff")
    if not text.strip():
        raise InputError("spreadsheet.empty", N_("The file is empty."))
    if _twice_encoded(text):
        raise InputError(
            "spreadsheet.encoding-twice",
            N_("The text was saved in one encoding and read in another: the letters look like “РўРµ”."),
            next_step=N_("Open the original spreadsheet and save it again as .xlsx or as CSV UTF-8."),
        )
    told = re.match(r"sep=(.)\r?\n", text)
    if told is not None:
        # Excel's own first line; it is not a row of the sheet that a person sees.
        delimiter, text = told[1], text[told.end() :]
    else:
        head = "".join(text[:_HEAD].splitlines(keepends=True)[: limits.ROSTER_HEADER_ROWS])
        delimiter = max(_DELIMITERS, key=lambda sign: choose(_split(head, sign, strict=False)))
    return Sheet("csv", _split(text, delimiter, strict=True), encoding=encoding, delimiter=delimiter)


def _twice_encoded(text: str) -> bool:
    """Whether UTF-8 was once opened as cp1251 and saved so."""
    sample = text[:4096]
    if sample.count("Р") + sample.count("С") < 8:
        return False
    repaired = sample.encode("cp1251", errors="ignore").decode("utf-8", errors="ignore")
    return sum("а" <= letter <= "я" for letter in repaired) * 6 > len(sample)


_LINE: Final = re.compile(r"[^\r\n]*(?:\r\n?|\n)|[^\r\n]+")
"""A line with its ending. A file object would take four bytes for each letter of the text."""


def _split(text: str, delimiter: str, *, strict: bool) -> list[list[Raw]]:
    rows: list[list[Raw]] = []
    cells = 0
    one = _OneOfEqual()
    lines = (line[0] for line in _LINE.finditer(text))
    reader = csv.reader(lines, delimiter=delimiter, strict=strict)
    try:
        for row in reader:
            cells += len(row)
            if len(rows) >= limits.SHEET_ROWS:
                raise _too_many_rows()
            if len(row) > limits.SHEET_COLUMNS or cells > limits.SHEET_CELLS:
                raise _too_many_cells()
            rows.append(one.row(row))
    except csv.Error:
        if not strict:
            return rows
        raise InputError(
            "spreadsheet.quotes",
            N_("The text cannot be split into columns: a quotation mark near line {line} is not closed."),
            next_step=N_("Save the sheet as .xlsx, or put quotation marks right."),
            line=reader.line_num,
        ) from None
    return rows


class _OneOfEqual:
    """Equal texts of a sheet as one object: the same town and school stand in thousands of rows."""

    _MOST: Final = 20_000
    """Texts that are remembered; what repeats is met early, and a column of names would fill the memory."""

    def __init__(self) -> None:
        self._texts: dict[str, str] = {}

    def of(self, text: str) -> str:
        if len(self._texts) < self._MOST:
            return self._texts.setdefault(text, text)
        return self._texts.get(text, text)

    def row(self, cells: Sequence[Raw]) -> list[Raw]:
        return [self.of(cell) if isinstance(cell, str) else cell for cell in cells]


# --- workbooks -------------------------------------------------------------------------------------


def _packed(data: bytes) -> tuple[Sheet, ...]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            if (
                len(parts) > limits.SHEET_PARTS
                or sum(p.file_size for p in parts) > limits.SHEET_UNPACKED_BYTES
            ):
                raise LimitExceeded(
                    "spreadsheet.unpacks-too-large",
                    N_("The file unpacks to more than {limit} bytes."),
                    limit=limits.SHEET_UNPACKED_BYTES,
                )
            names = {part.filename for part in parts}
            if "xl/workbook.xml" in names:
                kind, surveys = "xlsx", survey_xlsx(archive)
            elif "content.xml" in names:
                kind, surveys = "ods", survey_ods(archive)
            else:
                raise _unknown_format()
    except (*BROKEN_ARCHIVE, OSError, ValueError) as error:
        raise unreadable(str(error) or type(error).__name__) from None
    return _workbook(data, kind, surveys)


def _binary(data: bytes) -> tuple[Sheet, ...]:
    return _workbook(data, "xls", survey_xls(data))


def _workbook(data: bytes, kind: str, surveys: Sequence[Survey]) -> tuple[Sheet, ...]:
    if sum(survey.rows * survey.columns for survey in surveys) > limits.SHEET_CELLS:
        raise _too_many_cells()
    book = _open(data)
    try:
        from python_calamine import SheetTypeEnum, SheetVisibleEnum

        sheets = []
        if len(book.sheets_metadata) != len(surveys):
            raise unreadable("its sheets cannot be counted")
        for about, survey in zip(book.sheets_metadata, surveys, strict=True):
            if about.visible != SheetVisibleEnum.Visible or about.typ != SheetTypeEnum.WorkSheet:
                continue
            found = book.get_sheet_by_name(about.name)
            one = _OneOfEqual()
            rows = [one.row(row) for row in found.iter_rows()]
            if not any(cell != "" for row in rows for cell in row):
                continue
            sheets.append(Sheet(kind, rows, name=about.name, survey=survey))
    except BaseException as error:
        raise _calamine(error) from None
    if not sheets:
        raise InputError("spreadsheet.empty", N_("The file is empty."))
    return tuple(sheets)


def _open(data: bytes) -> CalamineWorkbook:
    try:
        import python_calamine
    except ImportError:
        raise MachineError(
            "spreadsheet.extra-missing",
            N_("Reading this kind of file needs a part of vcwallet that is not installed; CSV can be read."),
            next_step=Action.INSTALL_PART,
            part="tables",
        ) from None
    try:
        return python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    except BaseException as error:
        raise _calamine(error) from None


def _calamine(error: BaseException) -> BaseException:
    """What the Rust reader raised, as ours. Its panics arrive as a BaseException outside Exception."""
    name = type(error).__name__
    if isinstance(error, VcwalletError):
        return error
    if not isinstance(error, Exception) and name != "PanicException":
        return error
    if name == "PasswordError":
        return protected()
    return unreadable(str(error) or name)


def _unknown_format() -> InputError:
    return InputError(
        "spreadsheet.format",
        N_("This is not a spreadsheet of a kind that can be read here."),
        next_step=N_("Save it as .xlsx, .ods or CSV."),
    )


def _too_many_cells() -> LimitExceeded:
    return LimitExceeded(
        "spreadsheet.too-many-cells",
        N_("The sheet reaches too far: its filled cells span more than {limit}."),
        next_step=N_("Delete stray cells far to the right or far below, or save only the table."),
        limit=limits.SHEET_CELLS,
    )


def _too_many_rows() -> LimitExceeded:
    return LimitExceeded(
        "spreadsheet.too-many-rows", N_("The sheet has more than {limit} rows."), limit=limits.SHEET_ROWS
    )
