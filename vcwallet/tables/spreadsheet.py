"""A spreadsheet file -> rows of cells, as the person who made it sees them.

`.xlsx`, `.xls` and `.ods` through python-calamine (the extra ``tables``); CSV and tab-separated text in the
encodings Russian offices save: UTF-8 with or without a mark, UTF-16, cp1251, cp866, koi8-r. What was guessed
is in the result, to be shown before anything is signed.

Cells computed by a formula and cells that show an error are listed apart: their values are what some
program once computed, not what a person wrote.
"""

from __future__ import annotations

import codecs
import csv
import io
import os
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final, TypeAlias

from vcwallet import limits
from vcwallet.errors import N_, Action, InputError, LimitExceeded, MachineError, VcwalletError
from vcwallet.tables import number_formats
from vcwallet.tables.cells import Raw
from vcwallet.tables.survey import BROKEN_ARCHIVE, CHUNK, Survey, protected, unreadable
from vcwallet.tables.survey_ods import survey_ods
from vcwallet.tables.survey_xls import survey_xls
from vcwallet.tables.survey_xlsx import survey_xlsx

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook


HEAD_ROWS: Final = limits.ROSTER_HEADER_ROWS + 60
"""Rows from which is told what a sheet is: those that may be headers, and some below the last of them."""


@dataclass(frozen=True, slots=True)
class OpenSheet:
    """One sheet that is read row by row. Rows and columns are counted from 0, filled or not."""

    format: str
    """``csv``, ``xlsx``, ``xls`` or ``ods``."""
    head: Sequence[list[Raw]]
    """The first rows, at most `HEAD_ROWS`: the headers are among them."""
    again: Callable[[], Iterator[list[Raw]]]
    """All rows from the first one, as often as one likes while the file is open."""
    name: str = ""
    encoding: str = ""
    delimiter: str = ""
    survey: Survey = field(default_factory=Survey)
    """What the values do not tell: formulas, errors, merged and hidden cells, formats."""

    def __iter__(self) -> Iterator[list[Raw]]:
        return self.again()

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


@dataclass(frozen=True, slots=True)
class Sheet(OpenSheet):
    """One sheet as a whole."""

    rows: list[list[Raw]] = field(default_factory=list)


Choose: TypeAlias = Callable[[Sequence[Sequence[Raw]]], int]


def read_sheets(data: bytes, *, choose: Choose) -> tuple[Sheet, ...]:
    """All visible sheets of a file that have anything in them, in order, whole in memory.

    Raises as `open_sheets` and its sheets do.
    """
    with open_sheets(data, choose=choose) as sheets:
        return tuple(_whole(one) for one in sheets)


def _whole(one: OpenSheet) -> Sheet:
    same = _OneOfEqual()
    rows = [same.row(row) for row in one]
    return Sheet(
        one.format, one.head, lambda: iter(rows), one.name, one.encoding, one.delimiter, one.survey, rows=rows
    )


_OTHER_KINDS: Final = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"{\\rtf")
"""A PDF, pictures and a text document, given for a sheet by mistake: read as text they are about nothing."""


@contextmanager
def open_sheets(source: Path | bytes, *, choose: Choose) -> Iterator[tuple[OpenSheet, ...]]:
    """All visible sheets of a file that have anything in them, in order, to be read row by row.

    Of text only the part that is being read is in memory; a workbook is there as a whole, in fewer bytes than
    lists of its cells would take. `choose` rates the first rows of a sheet read one way; it decides between
    delimiters (the best one wins).

    Raises LimitExceeded (``spreadsheet.too-large``, ``.too-many-cells``), InputError
    (``spreadsheet.empty``, ``.unreadable``, ``.protected``, ``.web-page``, ``.format``, ``.encoding``) and
    MachineError (``spreadsheet.extra-missing``). Reading rows raises LimitExceeded
    (``spreadsheet.too-many-cells``, ``.too-many-rows``) and InputError (``spreadsheet.quotes``,
    ``.changed`` when somebody wrote into the file meanwhile).
    """
    with ExitStack() as stack:
        file: BinaryIO = (
            io.BytesIO(source) if isinstance(source, bytes) else stack.enter_context(source.open("rb"))
        )
        if not file.seekable():
            file = io.BytesIO(file.read(limits.SHEET_BYTES + 1))
        size = file.seek(0, os.SEEK_END)
        if size > limits.SHEET_BYTES:
            raise LimitExceeded(
                "spreadsheet.too-large",
                N_("The file has {size} bytes; the ceiling is {limit}."),
                size=size,
                limit=limits.SHEET_BYTES,
            )
        file.seek(0)
        beginning = file.read(_SAMPLE)
        if beginning.startswith(b"PK"):
            sheets = _packed(file)
        elif beginning.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
            sheets = _binary(file)
        elif re.match(
            rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype|html|\?xml|table|meta|head|body)",
            beginning[:256],
            re.IGNORECASE,
        ):
            raise InputError(
                "spreadsheet.web-page",
                N_("The file is a web page or XML with the name of a spreadsheet."),
                next_step=N_("Open it in a spreadsheet program and save it as .xlsx."),
            )
        elif beginning.startswith(_OTHER_KINDS):
            raise _unknown_format()
        else:
            sheets = (_text(file, beginning, choose),)
        yield sheets


# --- text ------------------------------------------------------------------------------------------


_MARKS: Final = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


def _encoding(file: BinaryIO, beginning: bytes) -> str:
    """The name of a text's encoding, in which all of it can be read.

    In this order: a byte order mark, UTF-16 by its zero bytes, strict UTF-8, the likeliest of the Russian
    8-bit ones.

    Raises InputError ``spreadsheet.empty`` for blank text, and ``spreadsheet.encoding`` when it is none of
    them.
    """
    marked = next((encoding for mark, encoding in _MARKS if beginning.startswith(mark)), None)
    if marked is not None:
        encoding = marked
    elif beginning.count(0) > len(beginning) // 8:
        # Delimiters and digits are below U+0100, so their high bytes are zeros on one side.
        little = beginning[1::2].count(0) > beginning[::2].count(0)
        encoding = "utf-16-le" if little else "utf-16-be"
    elif _undecodable(file, "utf-8") is None:
        return "utf-8"
    else:
        encoding = max(("cp1251", "cp866", "koi8-r"), key=lambda each: _likely(beginning, each))
    offset = _undecodable(file, encoding)
    if offset is not None:
        raise InputError(
            "spreadsheet.encoding",
            N_("The text is not {encoding} (byte {offset})."),
            next_step=N_("Save the sheet as .xlsx or as CSV UTF-8."),
            encoding=encoding,
            offset=offset,
        )
    return encoding


def _undecodable(file: BinaryIO, encoding: str) -> int | None:
    """The first byte of a file that is none of an encoding.

    Raises InputError ``spreadsheet.empty`` when all of it can be read and is blank.
    """
    decoder = codecs.getincrementaldecoder(encoding)()
    file.seek(0)
    read, blank = 0, True
    while True:
        chunk = file.read(CHUNK)
        kept = len(decoder.getstate()[0])
        try:
            text = decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as error:
            return read - kept + error.start
        blank = blank and not text.removeprefix("\ufeff").strip()
        read += len(chunk)
        if not chunk:
            break
    if blank:
        raise InputError("spreadsheet.empty", N_("The file is empty."))
    return None


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
_SAMPLE: Final = 4096
_DELIMITERS: Final = (";", "\t", ",")


def _text(file: BinaryIO, beginning: bytes, choose: Choose) -> OpenSheet:
    encoding = _encoding(file, beginning)
    before = _state(file)
    text = _decoded(file, encoding).read(_HEAD).removeprefix("\ufeff")
    if _twice_encoded(text):
        raise InputError(
            "spreadsheet.encoding-twice",
            N_("The text was saved in one encoding and read in another: the letters look like “РўРµ”."),
            next_step=N_("Open the original spreadsheet and save it again as .xlsx or as CSV UTF-8."),
        )
    told = re.match(r"sep=(.)\r?\n", text)
    if told is not None:
        delimiter = told[1]
    else:
        head = "".join(text.splitlines(keepends=True)[: limits.ROSTER_HEADER_ROWS])
        delimiter = max(
            _DELIMITERS,
            key=lambda sign: choose([*_split(io.StringIO(head, newline=""), sign, strict=False)]),
        )

    def again() -> Iterator[list[Raw]]:
        # Excel's own first line is not a row of the sheet that a person sees.
        lines = islice(_lines(file, encoding, before), 0 if told is None else 1, None)
        return _split(lines, delimiter, strict=True)

    return OpenSheet("csv", [*islice(again(), HEAD_ROWS)], again, encoding=encoding, delimiter=delimiter)


class _Again(io.BufferedIOBase):
    """A file once more from its first byte, whoever else reads it; it stays open when this is closed."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._at = 0

    @property
    def name(self) -> str:
        return ""

    def readable(self) -> bool:
        return True

    def read1(self, size: int = -1, /) -> bytes:
        self._file.seek(self._at)
        data = self._file.read(size)
        self._at += len(data)
        return data


def _decoded(file: BinaryIO, encoding: str) -> io.TextIOWrapper:
    """A text whose lines keep their endings."""
    return io.TextIOWrapper(_Again(file), encoding, newline="")


def _lines(file: BinaryIO, encoding: str, before: object) -> Iterator[str]:
    """The lines of a text with their endings, decoded as they are read.

    Raises InputError ``spreadsheet.changed`` when the file is not what was looked at first.
    """
    changed = InputError(
        "spreadsheet.changed",
        N_("Somebody wrote into the file while it was read."),
        next_step=N_("Save and close it in the other program, then run this again."),
    )
    decoded = _decoded(file, encoding)
    try:
        yield from filter(None, [decoded.readline().removeprefix("\ufeff")])
        yield from decoded
    except UnicodeDecodeError:
        raise changed from None
    if _state(file) != before:
        raise changed


def _state(file: BinaryIO) -> object:
    """What is another when somebody wrote into a file."""
    try:
        found = os.fstat(file.fileno())
    except OSError:
        return None  # it is in memory
    return found.st_size, found.st_mtime_ns


def _twice_encoded(text: str) -> bool:
    """Whether UTF-8 was once opened as cp1251 and saved so."""
    sample = text[:4096]
    if sample.count("Р") + sample.count("С") < 8:
        return False
    repaired = sample.encode("cp1251", errors="ignore").decode("utf-8", errors="ignore")
    return sum("а" <= letter <= "я" for letter in repaired) * 6 > len(sample)


def _split(lines: Iterable[str], delimiter: str, *, strict: bool) -> Iterator[list[Raw]]:
    cells = 0
    reader = csv.reader(lines, delimiter=delimiter, strict=strict)
    try:
        for count, row in enumerate(reader):
            cells += len(row)
            if count >= limits.SHEET_ROWS:
                raise _too_many_rows()
            if len(row) > limits.SHEET_COLUMNS or cells > limits.SHEET_CELLS:
                raise _too_many_cells()
            yield [*row]
    except csv.Error:
        if not strict:
            return
        raise InputError(
            "spreadsheet.quotes",
            N_("The text cannot be split into columns: a quotation mark near line {line} is not closed."),
            next_step=N_("Save the sheet as .xlsx, or put quotation marks right."),
            line=reader.line_num,
        ) from None


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


def _packed(file: BinaryIO) -> tuple[OpenSheet, ...]:
    try:
        with zipfile.ZipFile(file) as archive:
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
    except zipfile.BadZipFile:
        raise InputError(
            "spreadsheet.unreadable",
            N_("The spreadsheet was cut off or damaged on its way."),
            next_step=N_("Copy or download it once more. Where that does not help, save it anew as .xlsx."),
        ) from None
    except (*BROKEN_ARCHIVE, OSError, ValueError) as error:
        raise unreadable(str(error) or type(error).__name__) from None
    return _workbook(file, kind, surveys)


def _binary(file: BinaryIO) -> tuple[OpenSheet, ...]:
    file.seek(0)
    return _workbook(file, "xls", survey_xls(file.read()))


def _workbook(file: BinaryIO, kind: str, surveys: Sequence[Survey]) -> tuple[OpenSheet, ...]:
    if sum(survey.rows * survey.columns for survey in surveys) > limits.SHEET_CELLS:
        raise _too_many_cells()
    book = _open(file)
    try:
        from python_calamine import SheetTypeEnum, SheetVisibleEnum

        sheets = []
        if len(book.sheets_metadata) != len(surveys):
            raise unreadable("its sheets cannot be counted")
        for about, survey in zip(book.sheets_metadata, surveys, strict=True):
            if about.visible != SheetVisibleEnum.Visible or about.typ != SheetTypeEnum.WorkSheet:
                continue
            again = partial(_rows, book.get_sheet_by_name(about.name))
            if not any(cell != "" for row in again() for cell in row):
                continue
            head = [*islice(again(), HEAD_ROWS)]
            sheets.append(OpenSheet(kind, head, again, name=about.name, survey=survey))
    except BaseException as error:
        raise _calamine(error) from None
    if not sheets:
        raise InputError("spreadsheet.empty", N_("The file is empty."))
    return tuple(sheets)


def _rows(sheet: CalamineSheet) -> Iterator[list[Raw]]:
    try:
        yield from sheet.iter_rows()
    except BaseException as error:
        raise _calamine(error) from None


def _open(file: BinaryIO) -> CalamineWorkbook:
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
        file.seek(0)
        return python_calamine.CalamineWorkbook.from_filelike(file)
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
