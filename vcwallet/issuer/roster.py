"""A spreadsheet and a template -> rows that can be signed, and everything that is wrong, cell by cell.

roster = read(Path("results.csv"), template, today=date.today())
roster.understood       # what was guessed, counted and left out: show it before anything is signed
roster.problems         # every one of them, with row, column, value and what to do
roster.rows             # the rows nothing blocking was said about

What is read is what a person sees: merged cells in every row they cover, numbers as their format shows them,
hidden rows and columns left out and named. A cell that cannot be read so is a problem, never a guess.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from difflib import SequenceMatcher
from enum import StrEnum
from pathlib import Path
from typing import Final, TypeVar

from vcwallet import limits
from vcwallet.credentials.spelling import fold
from vcwallet.credentials.template import RESULT, Column, ColumnType, Template
from vcwallet.credentials.text import odd_places
from vcwallet.errors import N_, Action, EvidenceValue, UsageError
from vcwallet.issuer.kept_rows import KeptRows, Seen
from vcwallet.issuer.row_kinds import RowKind, kind_of
from vcwallet.issuer.sheet_words import SheetWords
from vcwallet.locales import LANGUAGES, language
from vcwallet.tables import cells, letters, number_formats
from vcwallet.tables.cells import Raw, Remark
from vcwallet.tables.headings import FULL_NAME, Headers, Heading, column_letters
from vcwallet.tables.spreadsheet import OpenSheet, open_sheets
from vcwallet.tables.survey import Merged

_PARTS: Final = tuple(f"/credentialSubject/{name}" for name in ("familyName", "givenName", "patronymicName"))
_AFTER_PATRONYMIC: Final = frozenset({"оглы", "кызы", "гызы", "улы", "угли", "заде"})
_MEMORY: Final = 1_000
"""Readings of cells of one column that are remembered: what repeats in a sheet repeats soon."""
_TOLD: Final = 500
_SLIP: Final = 0.75
"""How much alike two words must be for one to be a misspelling of the other: «Анна» and «Инна» just are."""
_SAMPLES: Final = 20
"""Kept of rows and cells that were left out; the rest are counted."""
_NOTED: Final = 9
"""Rows worth a look whose diplomas are kept to be looked at."""
_NO_DIPLOMA: Final = "\0"
"""Stands for an empty cell that a person said means no diploma; no value of a template is so."""
_DISTINCT: Final = 200
"""Different values of a column that are counted; a column with more is no list of values."""
_COUNTED: Final = frozenset({ColumnType.CHOICE, ColumnType.TEXT, ColumnType.CLASS, ColumnType.YEAR})
TO_CORRECT: Final = N_("What to correct")
"""The header of the column in which `error_sheet` explains."""
TOO_LONG: Final = "roster.row-too-long"
UNCORRECTED: Final = "✗ "
"""Begins an explanation of what cannot be seen in the cells any more: a comma that divided a number."""
_OF_A_PUPIL: Final = frozenset({ColumnType.CHOICE, ColumnType.DATE, ColumnType.DID, ColumnType.CLASS})
"""Columns that are filled for a pupil and for nothing else that stands in a table."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row that can be signed: canonical values in the order of the template's columns."""

    number: int
    """As the person sees it in the sheet, from 1."""
    values: tuple[str, ...]
    page: str = ""
    """The sheet of the workbook it stands in."""

    def __reduce__(self) -> tuple[type[Row], tuple[object, ...]]:
        # Millions go to the disk and come back; what dataclasses do for that takes four times as long.
        return Row, (self.number, self.values, self.page)


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one cell, in words for the person who owns the sheet.

    `template` and `next_step` are `N_` templates for `evidence`. Not `blocking`: put right, or worth a look.
    """

    row: int
    cell: str
    """``C7``; "" where a whole row or column is meant."""
    column: str
    """The header as it stands in the sheet."""
    value: str
    """At most 64 characters of what stands there."""
    code: str
    template: str
    next_step: str
    evidence: Mapping[str, EvidenceValue] = field(default_factory=dict)
    blocking: bool = True
    page: str = ""
    marks: tuple[int, ...] = ()
    """Which characters of `value` are wrong, where that is known."""
    neighbours: tuple[str, ...] = ()
    """What stands in the cells of the row, from its first; of the first `limits.ROSTER_NEIGHBOURS` rows."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A row that nothing was taken from."""

    kind: RowKind
    row: int
    page: str
    text: str
    """The first words that stand there."""


@dataclass(frozen=True, slots=True)
class Value:
    """How often something stands in a column, and what it was understood as."""

    key: str
    written: str
    value: str
    rows: int
    said: bool = False
    """Whether a person said so, and not the template."""


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """A column of the sheet and what it was understood as."""

    letter: str
    title: str
    """Its header; "" where it has none."""
    key: str
    """Of the template's column, or "full_name"; "" when nothing is taken from it."""
    said: bool
    """Whether a person said so."""
    hidden: bool
    examples: tuple[str, ...]
    """What stands in its first rows; at most three texts."""


class SampleOf(StrEnum):
    """Why a row is one to look at."""

    FIRST = "first"
    LONGEST = "longest"
    """It has the longest name."""
    LAST = "last"
    NOTED = "noted"
    """Something about it is worth a look."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A row whose diploma is looked at before anything is signed."""

    row: Row
    why: SampleOf


@dataclass(frozen=True, slots=True)
class Understood:
    """How the file was read: guesses that a person confirms."""

    format: str
    sheet: str
    other_sheets: tuple[str, ...]
    encoding: str
    delimiter: str
    header_row: int
    columns: tuple[tuple[str, str], ...]
    """(header in the sheet, key of the template's column or "full_name")."""
    ignored: tuple[str, ...]
    """Headers nothing was taken from."""
    given: tuple[tuple[str, str], ...]
    """(key of the template's column, value) that all rows get, for the sheet has no such column."""
    first_names: tuple[str, ...]
    """Of the first three people, as they will be signed."""
    rows: int
    """Rows of pupils, good and bad, with those that earn nothing."""
    skipped: int
    """Rows that honestly earn nothing (participants)."""
    with_result: int = 0
    """Pupils who earned something by a column that this template does not use: prize-winners, where
    certificates of taking part are signed."""
    result_headers: tuple[str, ...] = ()
    """The headers of those columns."""
    results_left_out: bool = False
    """Whether these rows were left out."""
    pages: tuple[str, ...] = ()
    """The sheets that were read, when there is more than one."""
    hidden_columns: tuple[str, ...] = ()
    """Headers of hidden columns that nothing was taken from."""
    merged: tuple[str, ...] = ()
    """Merged cells whose value was read into each row they cover: ``F2:F4``."""
    no_header: tuple[str, ...] = ()
    """Filled cells of pupils' rows that lie under no header; at most twenty."""
    no_header_count: int = 0
    left_out: tuple[LeftOut, ...] = ()
    """At most twenty of each kind."""
    left_out_counts: Mapping[RowKind, int] = field(default_factory=dict)
    values: tuple[Value, ...] = ()
    """What stands in columns of few values, in good rows."""
    unknown: tuple[Value, ...] = ()
    """What stands in columns of fixed values and is none of them: `value` is "", and so is `written` of empty
    cells."""
    without_diploma: tuple[Value, ...] = ()
    """The words by which rows earn nothing."""
    sheet_columns: tuple[SheetColumn, ...] = ()
    """Every column of the (first) sheet that has a header or is used."""
    not_in_sheet: tuple[str, ...] = ()
    """Headers that a person named and that are none of this sheet."""


@dataclass(frozen=True, slots=True)
class Roster:
    """A sheet that was read for a template."""

    template: Template
    rows: Sequence[Row]
    problems: tuple[Problem, ...]
    """In the order of the sheet; at most `limits.ROSTER_PROBLEMS`."""
    more_problems: int
    understood: Understood
    words: SheetWords = field(default_factory=SheetWords)
    """What a person said of the sheet's headers and words."""
    noted: tuple[Row, ...] = ()
    """Good rows of which something is worth a look; the first few."""
    longest: Row | None = None
    """The good row with the longest name."""

    def samples(self) -> tuple[Sample, ...]:
        """Rows whose diplomas are to be looked at: the first, the longest name, the last, and noted ones."""
        if not self.rows:
            return ()
        found = [Sample(self.rows[0], SampleOf.FIRST)]
        if self.longest is not None:
            found.append(Sample(self.longest, SampleOf.LONGEST))
        found.append(Sample(self.rows[-1], SampleOf.LAST))
        found += [Sample(row, SampleOf.NOTED) for row in self.noted]
        seen: dict[tuple[str, int], Sample] = {}
        for each in found:
            seen.setdefault((each.row.page, each.row.number), each)
        return tuple(seen.values())

    @property
    def blocking(self) -> bool:
        return self.more_problems > 0 or any(problem.blocking for problem in self.problems)

    @property
    def bad_rows(self) -> int:
        """How many rows something blocking was said about."""
        rows = {(problem.page, problem.row) for problem in self.problems if problem.blocking}
        return len(rows) + self.more_problems

    def title(self, key: str) -> str:
        """The template's own header of a column, by its key or "full_name"."""
        if key == FULL_NAME:
            return self.template.full_name_headers[0]
        return self.template.column(key).headers[0]


def read(
    source: Path | bytes,
    template: Template,
    *,
    today: date | None = None,
    given: Mapping[str, str] | None = None,
    sheet: str | None = None,
    all_sheets: bool = False,
    hidden: bool = False,
    name_case: bool = False,
    allow_text: Collection[str] = (),
    columns: Mapping[str, str] | None = None,
    meanings: Mapping[str, Mapping[str, str]] | None = None,
    header_row: int | None = None,
    results: Sequence[Column] = (),
    without_results: bool = False,
    progress: Callable[[int], object] = lambda rows: None,
) -> Roster:
    """Read and check a whole sheet; collects every problem instead of stopping at the first.

    `given` are values by column key for what the sheet has no column of (the olympiad's name). Days after
    `today` are problems when it is given. `sheet` names a sheet of a workbook; otherwise the one whose
    headers fit best is taken, and with `all_sheets` every one that has the same headers. `hidden` also reads
    hidden rows and columns. `name_case` writes names in capital letters with one capital letter first.
    `allow_text` are rows (``"7"``), and keys of `given`, whose words were looked at and belong to an
    achievement. `columns` and `meanings` are what a person says of this sheet, as in `SheetWords`: which
    header is which column, and what a word means; `header_row` is where the headers stand. They count more
    than what is guessed, and `understood` tells which is which. `results` are columns of other templates:
    pupils who earned something by one of these, where this template does not use it, are counted, and left
    out with `without_results`. `progress` is told how many pupils were read.

    Raises what `vcwallet.tables.spreadsheet.open_sheets` raises, and UsageError: ``roster.no-sheet``,
    ``roster.no-header``, ``roster.several-sheets`` when others have the same headers and none was named;
    ``roster.given`` for a key the template has not; a value in `given` that its column does not take has the
    code a cell would have; what `SheetWords.checked` raises.
    """
    words = SheetWords(columns or {}, meanings or {}).checked(template)
    headers = Headers(template.columns, template.full_name_headers, said=words.columns, row=header_row)
    allowed = frozenset(allow_text)
    reading = _Reading(
        template,
        words,
        _given(template, given or {}, today, allowed),
        today,
        hidden=hidden,
        name_case=name_case,
        allowed=allowed,
        results=results,
        without_results=without_results,
    )
    with closing(reading.seen), closing(reading.alike), open_sheets(source, choose=headers.rate) as sheets:
        found = _chosen(sheets, headers, template, sheet=sheet, all_sheets=all_sheets)
        for one, its in found:
            for rows in reading.take(_Page(reading, one, its, headers, several=len(found) > 1)):
                progress(rows)
        answer = reading.roster(
            tuple(one.name for one in sheets if not any(one is each for each, _ in found))
        )
    # Pages know their reading: without this all it remembered would stay until the collector comes by.
    reading.pages.clear()
    return answer


@dataclass(frozen=True, slots=True)
class Beginning:
    """The first rows of a sheet, for a person to find its headers."""

    name: str
    rows: tuple[tuple[str, ...], ...]


def beginnings(source: Path | bytes, *, rows: int = 12) -> tuple[Beginning, ...]:
    """The first rows of each sheet of a file, as text. Raises what `open_sheets` raises."""
    with open_sheets(source, choose=len) as sheets:
        return tuple(
            Beginning(one.name, tuple(tuple(map(_as_seen, row)) for row in one.head[:rows])) for one in sheets
        )


def _chosen(
    sheets: Sequence[OpenSheet], headers: Headers, template: Template, *, sheet: str | None, all_sheets: bool
) -> list[tuple[OpenSheet, Heading]]:
    """The sheets to read, with the headers of each. Raises what `read` raises of them."""
    if sheet is not None:
        named = tuple(one for one in sheets if one.name == sheet)
        if not named:
            raise UsageError(
                "roster.no-sheet",
                N_("There is no sheet “{name}” in the file."),
                next_step=N_("The sheets are: {sheets}."),
                name=sheet[:64],
                sheets=", ".join(one.name for one in sheets)[:200],
            )
        sheets = named
    best = max(sheets, key=lambda one: headers.rate(one.head))
    heading = headers.find(best.head, best.survey.merged)
    if heading is None:
        shown = next((row for row in best if any(cell != "" for cell in row)), ())
        raise UsageError(
            "roster.no-header",
            N_("No row of headers was found; the first row says: {row}"),
            next_step=N_("The table needs a row of headers such as: {headers}."),
            row=" | ".join(str(cell) for cell in shown)[:64],
            headers=", ".join(column.headers[0] for column in template.columns if column.required)[:200],
        )
    found = [
        (one, its)
        for one in sheets
        if (its := headers.find(one.head, one.survey.merged)) is not None and its.known == heading.known
    ]
    if len(found) > 1 and not all_sheets:
        raise UsageError(
            "roster.several-sheets",
            N_("Several sheets have the same headers: {sheets}."),
            next_step=Action.CHOOSE_SHEETS,
            sheets=", ".join(one.name for one, _ in found)[:200],
        )
    return found


def _given(
    template: Template, given: Mapping[str, str], today: date | None, allowed: frozenset[str]
) -> dict[int, str]:
    values = {}
    for key, raw in template.keyed(given).items():
        value, remarks = cells.read_cell(template.column(key), raw, today=today, any_words=key in allowed)
        refused = next((remark for remark in remarks if remark.blocking), None)
        if refused is not None:
            raise UsageError(
                refused.code,
                N_("“{value}” cannot be the value of “{key}” for the whole sheet."),
                next_step=refused.next_step,
                **{**refused.evidence, "key": key, "value": raw[:64]},
            )
        values[template.place(key)] = value
    return values


class _Reading:
    """What all pages of one file share, and what was found in them."""

    def __init__(
        self,
        template: Template,
        words: SheetWords,
        given: Mapping[int, str],
        today: date | None,
        *,
        hidden: bool,
        name_case: bool,
        allowed: frozenset[str],
        results: Sequence[Column],
        without_results: bool,
    ) -> None:
        self.results = tuple(replace(column, required=False) for column in results)
        self.without_results = without_results
        self.with_result = 0
        self.original = template
        self.words = words
        self.template = template = words.taught(template)
        self.given = given
        self.today = today
        self.hidden = hidden
        self.name_case = name_case
        self.allowed = allowed
        self.problems: list[Problem] = []
        self.more = 0
        self.rows = KeptRows[Row]()
        self.pages: list[_Page] = []
        self.total = self.skipped = 0
        self.first_names: list[str] = []
        self.left_out: list[LeftOut] = []
        self.left_out_counts: Counter[RowKind] = Counter()
        self.merged: dict[str, None] = {}
        self.no_header: list[str] = []
        self.no_header_count = 0
        self.values: list[Counter[tuple[str, str]]] = [Counter() for _ in template.columns]
        self.unknown: list[Counter[str]] = [Counter() for _ in template.columns]
        self.earning_nothing: list[Counter[str]] = [Counter() for _ in template.columns]
        self.noted: list[Row] = []
        self.longest: tuple[int, Row] | None = None
        self.told_rows = 0
        self.seen = Seen()
        """The page and row of each pupil's award."""
        self.alike = Seen()
        """Where in `rows` each pupil stands, by what another spelling of the same child has in common."""
        self.found_alike = 0
        self._memory: list[dict[tuple[type, Raw], cells.Reading]] = [{} for _ in template.columns]
        self._optional = [replace(column, required=False) for column in template.columns]
        self._names = [
            place for place, column in enumerate(template.columns) if column.type is ColumnType.NAME
        ]
        self.empty_is_none = frozenset(
            template.place(key) for key, said in words.meanings.items() if "" in said
        )
        """Places in which an empty cell means that there is no diploma."""
        skips = {
            place: {choice.value for choice in column.choices if choice.skip}
            for place, column in enumerate(template.columns)
            if any(choice.skip for choice in column.choices)
        }
        for place in self.empty_is_none:
            skips.setdefault(place, set()).add(_NO_DIPLOMA)
        self._skips = [(place, frozenset(values)) for place, values in skips.items()]
        self._fixed = [
            place for place, column in enumerate(template.columns) if column.type is ColumnType.CHOICE
        ]

    def take(self, page: _Page) -> Iterator[int]:
        """Read a page; tells from time to time how many more pupils were read."""
        self.pages.append(page)
        usable = not any(problem.blocking and problem.page == page.name for problem in self.problems)
        for at, raw in page.pupils():
            self.total += 1
            if self.total % _TOLD == 0:
                yield _TOLD
            values, remarks, written = page.row(at, raw)
            nothing = [place for place, skip in self._skips if values[place] in skip]
            if nothing:
                self.skipped += 1
                for place in nothing:
                    _count(self.earning_nothing[place], written.get(place, ""))
                continue
            if page.has_result(raw):
                self.with_result += 1
                if self.without_results:
                    continue
            good = usable
            for column, cell, remark in remarks:
                page.say(at, column, cell, remark, raw)
                good = good and not remark.blocking
            if not good:
                for place in self._fixed:
                    if not values[place] and page.is_unknown(place, remarks):
                        _count(self.unknown[place], written.get(place, ""))
                continue
            first = self.seen.first(self.template.identity(values), (len(self.pages) - 1, at))
            if first is not None:
                page.say(at, None, "", _same_as(first[1] + 1, self.pages[first[0]].name), raw)
                continue
            row = Row(at + 1, values, page.name)
            if remarks and len(self.noted) < _NOTED:
                self.noted.append(row)
            length = sum(len(values[place]) for place in self._names)
            if self.longest is None or length > self.longest[0]:
                self.longest = length, row
            if len(self.rows) < limits.ROSTER_COMPARED_ROWS and self.found_alike < limits.ROSTER_ALIKE:
                alike = self._alike(row)
                if alike is not None:
                    self.found_alike += 1
                    page.say_alike(row, raw, *alike)
            self.rows.append(row)
            for place, text in written.items():
                _count(self.values[place], (text, values[place]))
            if len(self.first_names) < 3:
                self.first_names.append(self.name_of(values))

    def name_of(self, values: Sequence[str]) -> str:
        return " ".join(values[place] for place in self._names if values[place])

    def _alike(self, row: Row) -> tuple[int, Row] | None:
        """The column in which the same child may be spelled otherwise than in an earlier row, and that row.

        Nothing is said of a child that stands in the sheet already, with another award.
        """
        here = (0, len(self.rows))
        _, person, *nearly = self.template.compared(row.values)
        if self.alike.first(person, here) is not None:
            return None
        found = None
        for near in nearly:
            first = self.alike.first(near, here)
            if first is not None and found is None:
                earlier = self.rows[first[1]]
                place = self._slip(row.values, earlier.values)
                found = None if place is None else (place, earlier)
        return found

    def _slip(self, one: Sequence[str], other: Sequence[str]) -> int | None:
        """The column in which two rows of nearly one child differ by no more than a slip of the pen."""
        differing = self.template.persons_apart(one, other)
        if len(differing) > 1:
            # The parts of the name stand in each other's columns.
            return differing[0]
        for place in differing:
            here, there = one[place].casefold(), other[place].casefold()
            if not (here and there) or SequenceMatcher(None, here, there, False).ratio() >= _SLIP:
                return place
        return None

    def _said(self, place: int, written: str) -> bool:
        """Whether a person said what a word of a column means."""
        said = self.words.meanings.get(self.template.columns[place].key, {})
        return written in said or (written != "" and fold(written) in map(fold, said))

    def roster(self, other_sheets: tuple[str, ...]) -> Roster:
        first = self.pages[0]
        columns = self.template.columns
        return Roster(
            self.original,
            self.rows,
            tuple(self.problems),
            self.more,
            Understood(
                format=first.sheet.format,
                sheet=first.sheet.name,
                other_sheets=other_sheets,
                encoding=first.sheet.encoding,
                delimiter=first.sheet.delimiter,
                header_row=first.heading.last + 1,
                columns=first.used(),
                ignored=first.ignored(),
                given=tuple(
                    (columns[place].key, value)
                    for place, value in sorted(self.given.items())
                    if place not in first.where and value
                ),
                first_names=tuple(self.first_names),
                rows=self.total,
                skipped=self.skipped,
                with_result=self.with_result,
                result_headers=first.result_headers() if self.with_result else (),
                results_left_out=self.without_results,
                pages=tuple(page.sheet.name for page in self.pages) if len(self.pages) > 1 else (),
                hidden_columns=first.hidden_titles(),
                merged=tuple(self.merged),
                no_header=tuple(self.no_header),
                no_header_count=self.no_header_count,
                left_out=tuple(self.left_out),
                left_out_counts=dict(self.left_out_counts),
                values=tuple(
                    Value(columns[place].key, written, value, rows, self._said(place, written))
                    for place, counter in enumerate(self.values)
                    if len(counter) <= _DISTINCT
                    for (written, value), rows in counter.most_common()
                ),
                unknown=tuple(
                    Value(columns[place].key, written, "", rows)
                    for place, words in enumerate(self.unknown)
                    for written, rows in words.most_common()
                ),
                without_diploma=tuple(
                    Value(columns[place].key, written, "", rows, self._said(place, written))
                    for place, words in enumerate(self.earning_nothing)
                    for written, rows in words.most_common()
                ),
                sheet_columns=first.sheet_columns(),
                not_in_sheet=first.not_in_sheet(),
            ),
            self.words,
            tuple(self.noted),
            None if self.longest is None else self.longest[1],
        )

    def cell(self, place: int, at: int, cell: Raw, *, optional: bool = False) -> cells.Reading:
        """A cell of a column of the template. Sheets repeat themselves, so readings are remembered."""
        if str(at + 1) in self.allowed:
            column = self._optional[place] if optional else self.template.columns[place]
            return cells.read_cell(column, cell, today=self.today, any_words=True)
        memory = self._memory[place]
        # 1, 1.0 and True are one key to a dictionary, and three different cells.
        key = (type(cell), cell)
        reading = memory.get(key) if not optional else None
        if reading is None:
            column = self._optional[place] if optional else self.template.columns[place]
            reading = cells.read_cell(column, cell, today=self.today)
            if place in self.empty_is_none and not optional and reading in (("", ()), ("", (cells.EMPTY,))):
                reading = _NO_DIPLOMA, ()
            if self.name_case and column.type is ColumnType.NAME:
                reading = cells.one_capital(reading)
            if not optional:
                if len(memory) >= _MEMORY:
                    memory.clear()
                memory[key] = reading
        return reading

    def odd_script(self, values: Sequence[str]) -> int | None:
        """The place of a part of the name in another script than the others, if any."""
        written: dict[str, list[int]] = {}
        for place in self._names:
            if values[place]:
                kind = "Cyrillic" if values[place][0] >= "\u0400" else "Latin"
                written.setdefault(kind, []).append(place)
        if len(written) < 2:
            return None
        return min(written.values(), key=len)[0] if len(written["Latin"]) != 1 else written["Latin"][0]

    def leave_out(self, kind: RowKind, row: int, page: str, text: str) -> None:
        self.left_out_counts[kind] += 1
        if self.left_out_counts[kind] <= _SAMPLES:
            self.left_out.append(LeftOut(kind, row, page, text[:64]))


_Said = list[tuple[int | None, Raw, Remark]]
_T = TypeVar("_T")


def _count(counter: Counter[_T], word: _T) -> None:
    if word in counter or len(counter) <= _DISTINCT:
        counter[word] += 1


class _Page:
    """One sheet under its headers."""

    def __init__(
        self, reading: _Reading, sheet: OpenSheet, heading: Heading, headers: Headers, *, several: bool
    ) -> None:
        self.reading = reading
        self.template = reading.template
        self.sheet = sheet
        self.heading = heading
        self.headers = headers
        self._row_told: tuple[int, tuple[str, ...]] = (-1, ())
        self.name = sheet.name if several else ""
        self.titles = heading.titles
        self.where: dict[int, tuple[int, ...]] = {}
        """Place in the template -> columns of the sheet that say it; more than one are compared."""
        self.full_name: int | None = None
        self._hidden = frozenset() if reading.hidden else frozenset(sheet.survey.hidden_columns)
        self._map()
        used = {column for columns in self.where.values() for column in columns}
        self._used = sorted(used | ({self.full_name} if self.full_name is not None else set()))
        self._results = [
            (place, column)
            for place, title in enumerate(self.titles)
            for column in reading.results
            if title
            and place not in self._used
            and place not in self._hidden
            and fold(title) in {fold(header) for header in column.headers}
        ]
        self._areas = self._merged_areas()
        self._tops: dict[int, Sequence[Raw]] = {
            area.top: () for areas in self._areas.values() for area in areas
        }
        """The rows in which merged cells begin, for those below; at most `limits.SHEET_MERGED`."""
        self._strong = sorted(
            (column, place)
            for place, columns in self.where.items()
            for column in columns
            if self.template.columns[place].type in _OF_A_PUPIL
        )
        explained = {fold(language(code).text(TO_CORRECT)) for code in LANGUAGES}
        self._explained = [column for column, title in enumerate(self.titles) if fold(title) in explained]
        self._counted = [
            (place, columns[0])
            for place, columns in self.where.items()
            if self.template.columns[place].type in _COUNTED
        ]
        parts = [self.template.place_of_target(target) for target in _PARTS]
        self._family, self._given, self._patronymic = parts

    # --- headers ---------------------------------------------------------------------------------------

    def _map(self) -> None:
        found: dict[str, list[int]] = {}
        out_of_sight: set[str] = set()
        for at, key in enumerate(self.heading.keys):
            if key is None:
                continue
            if at in self._hidden:
                out_of_sight.add(key)
                continue
            same = next(
                (
                    other
                    for other in found.get(key, ())
                    if key == FULL_NAME or fold(self.titles[other]) == fold(self.titles[at])
                ),
                None,
            )
            if same is not None:
                self.say(
                    self.heading.last,
                    at,
                    self.titles[at],
                    Remark(
                        "roster.column-twice",
                        N_("The columns “{first}” ({place}) and “{second}” both say the same thing."),
                        N_("Delete or rename one of them."),
                        {
                            "first": self.titles[same][:64],
                            "place": column_letters(same),
                            "second": self.titles[at][:64],
                        },
                    ),
                )
                continue
            found.setdefault(key, []).append(at)
        self._find_ids(found)
        parts = [self.template.place_of_target(target) for target in _PARTS]
        separate = any(place is not None and self.template.columns[place].key in found for place in parts)
        if FULL_NAME in found and not separate:
            self.full_name = found[FULL_NAME][0]
        for place, column in enumerate(self.template.columns):
            if column.key in found:
                self.where[place] = tuple(found[column.key])
            elif (
                column.required
                and place not in self.reading.given
                and not (self.full_name is not None and column.into in _PARTS)
            ):
                self.say(
                    self.heading.last,
                    None,
                    "",
                    Remark(
                        "roster.hidden-column",
                        N_("The column “{header}” is hidden in the sheet."),
                        N_("Show it and look at it, or have hidden rows and columns read too."),
                        {"header": column.headers[0]},
                    )
                    if column.key in out_of_sight
                    else Remark(
                        "roster.missing-column",
                        N_("There is no column “{header}”."),
                        N_("Add a column with one of these headers: {headers}."),
                        {
                            "header": column.headers[0],
                            "headers": ", ".join(f"«{header}»" for header in column.headers[:6]),
                        },
                    ),
                )

    def _find_ids(self, found: dict[str, list[int]]) -> None:
        """A column full of children's ids is one, whatever its header."""
        key = next((each.key for each in self.template.columns if each.type is ColumnType.DID), None)
        if key is None or key in found:
            return
        taken = {at for columns in found.values() for at in columns}
        first = self.heading.last + 1
        full: list[int] = []
        for at in range(self.heading.width):
            if at in taken or at in self._hidden or self.headers.is_said(self.heading, at):
                continue
            cells_ = [row[at] for row in self.sheet.head[first : first + 50] if at < len(row)]
            filled = [str(cell).strip() for cell in cells_ if not _blank(cell)]
            if filled and all(text.startswith("did:key:z") for text in filled):
                full.append(at)
        if len(full) == 1:
            found[key] = full

    def used(self) -> tuple[tuple[str, str], ...]:
        keys = {
            column: self.template.columns[place].key
            for place, columns in self.where.items()
            for column in columns
        }
        if self.full_name is not None:
            keys[self.full_name] = FULL_NAME
        return tuple(
            (self.titles[column] or column_letters(column), key) for column, key in sorted(keys.items())
        )

    def ignored(self) -> tuple[str, ...]:
        return tuple(
            title
            for column, title in enumerate(self.titles)
            if title and column not in self._used and column not in self._hidden
        )

    def sheet_columns(self) -> tuple[SheetColumn, ...]:
        keys = {
            column: self.template.columns[place].key
            for place, columns in self.where.items()
            for column in columns
        }
        if self.full_name is not None:
            keys[self.full_name] = FULL_NAME
        return tuple(
            SheetColumn(
                column_letters(at),
                self.titles[at][:64],
                keys.get(at, ""),
                self.headers.is_said(self.heading, at),
                at in self._hidden,
                self._examples(at),
            )
            for at in range(len(self.titles))
            if self.titles[at] or at in keys
        )

    def _examples(self, at: int) -> tuple[str, ...]:
        rows = self.sheet.head[self.heading.last + 1 :]
        told = dict.fromkeys(_as_seen(row[at]) for row in rows if at < len(row) and not _blank(row[at]))
        return tuple(told)[:3]

    def not_in_sheet(self) -> tuple[str, ...]:
        unmet = self.headers.unmet(self.heading)
        return tuple(header for header in self.reading.words.columns if fold(header) in unmet)

    def is_unknown(self, place: int, said: _Said) -> bool:
        """Whether a cell of a column of fixed values has none of them, or is empty and should not be."""
        columns = self.where.get(place, ())
        result = self.template.columns[place].into == RESULT
        codes = ("roster.unknown-value", "roster.empty") if result else ("roster.unknown-value",)
        return any(column in columns and remark.code in codes for column, _, remark in said)

    def has_result(self, raw: Sequence[Raw]) -> bool:
        """Whether a pupil earned something by a column that this template does not use."""
        for place, column in self._results:
            if place < len(raw):
                value, _ = cells.read_cell(column, raw[place])
                if any(choice.value == value and not choice.skip for choice in column.choices):
                    return True
        return False

    def result_headers(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self.titles[place] for place, _ in self._results))

    def hidden_titles(self) -> tuple[str, ...]:
        return tuple(title for column, title in enumerate(self.titles) if title and column in self._hidden)

    # --- which rows are pupils -------------------------------------------------------------------------

    def pupils(self) -> Iterator[tuple[int, Sequence[Raw]]]:
        """The rows that are pupils; every other filled row is counted as what it is."""
        reading = self.reading
        hidden = frozenset[int]() if reading.hidden else self.sheet.survey.hidden_rows
        blank = 0
        headers = [fold(title) for title in self.titles]
        for at, raw in enumerate(self.sheet):
            if at <= self.heading.last:
                continue
            if at in self._tops:
                self._tops[at] = raw
            if all(_blank(cell) for cell in raw):
                blank += 1
                continue
            for _ in range(blank):
                reading.left_out_counts[RowKind.BLANK] += 1
            blank = 0
            if at in hidden:
                reading.leave_out(RowKind.HIDDEN, at + 1, self.name, _first(raw))
                continue
            kind = self._kind(at, raw, headers)
            if kind is None:
                yield at, raw
            else:
                reading.leave_out(kind, at + 1, self.name, _first(raw))

    def _kind(self, at: int, raw: Sequence[Raw], headers: Sequence[str]) -> RowKind | None:
        own = [column for column in self._used if column < len(raw) and not _blank(raw[column])]
        if own and all(fold(str(raw[column])) == headers[column] for column in own):
            return RowKind.HEADER
        if self._is_pupil(at, raw, own) and not self._is_total(raw):
            return None
        if self._has_a_name(raw):
            return None
        across = any(
            area.top <= at <= area.bottom and area.right > area.left
            for areas in self._areas.values()
            for area in areas[max(bisect_right(areas, at, key=lambda each: each.top) - 1, 0) :][:1]
        )
        kind = kind_of(raw, merged=across)
        if kind is None and not own:
            return RowKind.ASIDE
        return kind

    def _is_pupil(self, at: int, raw: Sequence[Raw], own: Collection[int]) -> bool:
        """Whether a row has a degree, a day or a class; a signer's name below «Класс» is none."""
        return any(
            column in own
            and not any(remark.blocking for remark in self.reading.cell(place, at, raw[column])[1])
            for column, place in self._strong
        )

    def _is_total(self, raw: Sequence[Raw]) -> bool:
        """«Итого» with numbers of diplomas beneath the degrees: no child is called so without a name."""
        return kind_of(raw) is RowKind.TOTAL and not self._has_a_name(raw)

    def _has_a_name(self, raw: Sequence[Raw]) -> bool:
        if self.full_name is not None:
            words = letters.tidy(str(raw[self.full_name])) if self.full_name < len(raw) else ""
            return len(words.split(" ")) > 1 and all(cells.is_name(word) for word in words.split(" "))
        parts = []
        for place in (self._family, self._given):
            columns = self.where.get(place, ()) if place is not None else ()
            parts += [letters.tidy(str(raw[column])) if column < len(raw) else "" for column in columns]
        return len(parts) > 1 and all(cells.is_name(part) for part in parts)

    # --- one row ---------------------------------------------------------------------------------------

    def row(self, at: int, raw: Sequence[Raw]) -> tuple[tuple[str, ...], _Said, dict[int, str]]:
        """The values of a row, what is to be said of its cells, and what stands in columns of few values."""
        values = [""] * len(self.template.columns)
        said: _Said = []
        for place, value in self.reading.given.items():
            values[place] = value
        for place, columns in self.where.items():
            if len(columns) == 1:
                values[place] = self._one(at, raw, place, columns[0], said)
            else:
                values[place] = self._compared(at, raw, place, columns, said)
        if self.full_name is not None:
            self._split(at, raw, values, said)
        else:
            said = self._one_name(values, said)
        odd = self.reading.odd_script(values)
        if odd is not None:
            column = self.where.get(odd, (self.full_name if self.full_name is not None else -1,))[0]
            said.append((column, values[odd], _ONE_PART_LATIN))
        self._beyond(at, raw, said)
        own = [column for column in self._used if column < len(raw) and not _blank(raw[column])]
        if len(own) == 1 and sum(remark.blocking or remark is _ONE_NAME for _, _, remark in said) > 1:
            said = [(own[0], raw[own[0]], _LONE_CELL)]
        written = {
            place: letters.tidy(str(self._seen(at, raw, column)[0]))[:64] for place, column in self._counted
        }
        return tuple(values), said, written

    def _one(self, at: int, raw: Sequence[Raw], place: int, column: int, said: _Said) -> str:
        cell, remarks = self._seen(at, raw, column, self.template.columns[place])
        value = ""
        if not any(remark.blocking for remark in remarks):
            value, more = self.reading.cell(place, at, cell)
            remarks = (*remarks, *more)
        said += [(column, cell, remark) for remark in remarks]
        return value

    def _compared(self, at: int, raw: Sequence[Raw], place: int, columns: Sequence[int], said: _Said) -> str:
        """Two columns that say the same of a pupil: a degree and a status, a class and a parallel."""
        template_column = self.template.columns[place]
        taken = ""
        first = columns[0]
        for column in columns:
            cell, remarks = self._seen(at, raw, column, template_column)
            value = ""
            if not any(remark.blocking for remark in remarks):
                value, more = self.reading.cell(place, at, cell, optional=True)
                remarks = (*remarks, *more)
            said += [(column, cell, remark) for remark in remarks]
            if any(remark.blocking for remark in remarks):
                return ""
            if not value:
                continue
            both = _agreed(template_column, taken, value) if taken else value
            if both is None:
                said.append(
                    (
                        column,
                        cell,
                        Remark(
                            "roster.disagree",
                            N_("“{value}” here, and “{other}” in the column “{header}”."),
                            N_("Correct one of the two cells: they are about the same thing."),
                            {"value": value, "other": taken, "header": self.titles[first][:64]},
                        ),
                    )
                )
                return ""
            first = column if both == value else first
            taken = both
        if not taken and place in self.reading.empty_is_none:
            return _NO_DIPLOMA
        if not taken and template_column.required:
            said.append((columns[0], "", cells.EMPTY))
        return taken

    def _seen(
        self, at: int, raw: Sequence[Raw], column: int, asked: Column | None = None
    ) -> tuple[Raw, tuple[Remark, ...]]:
        """A cell as a person sees it, and what is to be said when that is not what it holds."""
        survey = self.sheet.survey
        row = at
        areas = self._areas.get(column)
        if areas:
            area = areas[max(bisect_right(areas, at, key=lambda each: each.top) - 1, 0)]
            if area.top <= at <= area.bottom:
                if self._spans_columns(area):
                    return "", (_MERGED_ACROSS,) if asked is not None else ()
                row, column = area.top, area.left
                raw = self._tops[row]
                if asked is not None and area.bottom > area.top:
                    self._note_area(area)
        cell = raw[column] if column < len(raw) else ""
        if survey.formulas and (row, column) in survey.formulas:
            return cell, (cells.FORMULA,)
        if survey.errors and (row, column) in survey.errors:
            return cell, (_ERROR,)
        if survey.unseen and not _blank(cell) and survey.is_unseen(row, column):
            return cell, (replace(_UNSEEN, evidence={"value": _plain(cell)}),)
        if not survey.formats and not survey.shown:
            return cell, ()
        return self._formatted(row, column, cell, asked)

    def _formatted(
        self, row: int, column: int, cell: Raw, asked: Column | None
    ) -> tuple[Raw, tuple[Remark, ...]]:
        if isinstance(cell, date):
            shows = self._parts_of_day(row, column)
            if asked is not None and asked.type is ColumnType.DATE and shows < {"d", "m", "y"}:
                return cell, (replace(_PART_OF_DAY, evidence={"day": cell.strftime("%d.%m.%Y")}),)
            return cell, ()
        shown = self.sheet.shown(row, column, cell)
        if shown is None:
            return cell, (_FORMAT_UNKNOWN,)
        if shown == cell:
            return cell, ()
        text = letters.tidy(str(shown))
        if not text and not _blank(cell):
            return cell, (replace(_FORMAT_HIDES, evidence={"value": str(cell)[:64]}),)
        if isinstance(cell, str):
            return text, ()
        if asked is not None and asked.type in (ColumnType.INTEGER, ColumnType.DECIMAL):
            digits = text.replace(" ", "").replace(",", ".").removesuffix(".")
            same = re.fullmatch(r"-?[0-9]*\.?[0-9]+", digits) is not None and isinstance(cell, int | float)
            if same and isinstance(cell, int | float) and abs(Decimal(digits) - Decimal(repr(cell))) < _CLOSE:
                return cell, ()
            return cell, (replace(_SHOWN_OTHERWISE, evidence={"shown": text[:64], "value": _plain(cell)}),)
        return text, ()

    def _parts_of_day(self, row: int, column: int) -> frozenset[str]:
        text = self.sheet.survey.shown.get((row, column))
        if text is not None:
            # An .ods is noted only where its text shows less than a day, a month and a year.
            return frozenset("d")
        code = self.sheet.survey.format_of(row, column)
        return number_formats.date_parts(code) or frozenset("dmy")

    def _split(self, at: int, raw: Sequence[Raw], values: list[str], said: _Said) -> None:
        """Family name, given name and patronymic out of one cell."""
        assert self.full_name is not None
        cell, remarks = self._seen(at, raw, self.full_name, _FULL_NAME_COLUMN)
        if not any(remark.blocking for remark in remarks):
            remarks = (*remarks, *self._name_parts(at, cell, values))
        said += [(self.full_name, cell, remark) for remark in remarks]

    def _name_parts(self, at: int, cell: Raw, values: list[str]) -> Sequence[Remark]:
        words = letters.one_hyphen(letters.tidy(str(cell))).split(" ") if not _blank(cell) else []
        if not words:
            return (cells.EMPTY,)
        if len(words) == 4 and words[3].casefold() in _AFTER_PATRONYMIC:
            words[2:] = [" ".join(words[2:])]
        if len(words) not in (2, 3) or not isinstance(cell, str):
            return (_NOT_THREE_WORDS,)
        remarks: list[Remark] = []
        for target, word in zip(_PARTS, words, strict=False):
            place = self.template.place_of_target(target)
            if place is None:
                return (_NOT_THREE_WORDS,)
            values[place], said = self.reading.cell(place, at, word)
            remarks += said
        if not unicodedata.is_normalized("NFC", cell):
            remarks.append(cells.NORMALISED)
        return remarks

    def _one_name(self, values: Sequence[str], said: _Said) -> _Said:
        """A person whose papers have one name: the other cell is empty or a dash, and so is the patronymic.

        With a patronymic a family name was forgotten.
        """
        if (
            self._family is None
            or self._given is None
            or bool(values[self._family]) == bool(values[self._given])
        ):
            return said
        if self._patronymic is not None and values[self._patronymic]:
            return said
        missing = self._given if values[self._family] else self._family
        columns = self.where.get(missing, ())
        return [
            (column, cell, _ONE_NAME if remark.code == "roster.empty" and column in columns else remark)
            for column, cell, remark in said
        ]

    def _beyond(self, at: int, raw: Sequence[Raw], said: _Said) -> None:
        """Cells under no header, and rows of a text that have more cells than there are headers."""
        width = self.heading.width
        for column in self._explained:
            if column < len(raw) and str(raw[column]).startswith(UNCORRECTED.strip()):
                said.append((column, raw[column], _STILL_MARKED))
        if self.sheet.format == "csv" and len(raw) > width:
            more = [column for column in range(width, len(raw)) if not _blank(raw[column])]
            # With commas between columns a decimal comma makes two cells of one number, and the last header
            # may stand above nothing.
            if more or self.sheet.delimiter == ",":
                column = more[-1] if more else width
                remark = replace(_TOO_MANY_CELLS, evidence={"cells": len(raw), "headers": width})
                said.append((column, raw[column], remark))
            return
        if self.sheet.format == "csv" and self.sheet.delimiter == ",":
            self._decimal_comma(raw, said)
        for column, cell in enumerate(raw):
            if _blank(cell) or (column < len(self.titles) and self.titles[column]) or column in self._used:
                continue
            if column in self._hidden:
                continue
            self.reading.no_header_count += 1
            if len(self.reading.no_header) < _SAMPLES:
                self.reading.no_header.append(f"{column_letters(column)}{at + 1}")

    def _decimal_comma(self, raw: Sequence[Raw], said: _Said) -> None:
        for place, columns in self.where.items():
            if self.template.columns[place].type is not ColumnType.DECIMAL:
                continue
            for column in columns:
                if column + 1 >= len(raw) or column + 1 in self._used:
                    continue
                one, two = str(raw[column]).strip(), str(raw[column + 1]).strip()
                if re.fullmatch(r"[0-9]{1,4}", one) and re.fullmatch(r"[0-9]{1,2}", two):
                    said.append(
                        (column, raw[column], replace(_DECIMAL_COMMA, evidence={"one": one, "two": two}))
                    )

    # --- merged cells ----------------------------------------------------------------------------------

    def _merged_areas(self) -> dict[int, list[Merged]]:
        """The merged cells below the headers, by each used column they cover, from top to bottom."""
        found: dict[int, list[Merged]] = {}
        used = set(self._used)
        for area in sorted(self.sheet.survey.merged, key=lambda each: each.top):
            if area.top > self.heading.last:
                for column in range(area.left, min(area.right + 1, limits.SHEET_COLUMNS)):
                    if column in used:
                        found.setdefault(column, []).append(area)
        return found

    def _spans_columns(self, area: Merged) -> bool:
        return sum(area.left <= column <= area.right for column in self._used) > 1

    def _note_area(self, area: Merged) -> None:
        name = f"{column_letters(area.left)}{area.top + 1}:{column_letters(area.right)}{area.bottom + 1}"
        self.reading.merged[f"{self.name}!{name}" if self.name else name] = None

    # --- problems --------------------------------------------------------------------------------------

    def say_alike(self, row: Row, raw: Sequence[Raw], place: int, earlier: Row) -> None:
        """Ask whether two rows are one child; `place` is what tells them apart."""
        column = self.where.get(place, (self.full_name,))[0]
        cell = raw[column] if column is not None and column < len(raw) else ""
        remark = _looks_like(earlier, self.reading.name_of(earlier.values))
        self.say(row.number - 1, column, cell, remark, raw)

    def _neighbours(self, at: int, raw: Sequence[Raw]) -> tuple[str, ...]:
        """The cells of a row as text; of the first rows that something is said of."""
        if self._row_told[0] != at and self.reading.told_rows < limits.ROSTER_NEIGHBOURS:
            self.reading.told_rows += 1
            self._row_told = at, tuple(_as_seen(cell) for cell in raw)
        return self._row_told[1] if self._row_told[0] == at else ()

    def say(self, at: int, column: int | None, cell: Raw, remark: Remark, raw: Sequence[Raw] = ()) -> None:
        reading = self.reading
        if len(reading.problems) >= limits.ROSTER_PROBLEMS:
            reading.more += remark.blocking
            return
        known = column is not None and 0 <= column < len(self.titles)
        value = str(cell)[:64]
        reading.problems.append(
            Problem(
                row=at + 1,
                cell=f"{column_letters(column)}{at + 1}" if column is not None else "",
                column=self.titles[column] if known and column is not None else "",
                value=value,
                code=remark.code,
                template=remark.template,
                next_step=remark.next_step,
                evidence=remark.evidence,
                blocking=remark.blocking,
                page=self.name,
                marks=_marks(remark.code, value),
                neighbours=self._neighbours(at, raw) if raw else (),
            )
        )


def _agreed(column: Column, one: str, two: str) -> str | None:
    """What two values of one pupil say together; None when they contradict each other."""
    if one == two:
        return one
    if column.type is ColumnType.CLASS:
        short, long = sorted((one, two), key=len)
        return long if re.match(rf"{re.escape(short)}(?: |-)", long) else None
    for choice in column.choices:
        if choice.value == one and two in choice.covers:
            return two
        if choice.value == two and one in choice.covers:
            return one
    if column.type is ColumnType.TEXT and fold(one) == fold(two):
        return one
    return None


def _marks(code: str, value: str) -> tuple[int, ...]:
    """The places in a cell's text of what a problem is about, for the problems that are about characters."""
    if code in _ABOUT_LETTERS:
        return odd_places(value)
    allowed = _ALLOWED.get(code)
    if allowed is None:
        return ()
    return tuple(place for place, character in enumerate(value) if not allowed(character))


def _as_seen(cell: Raw) -> str:
    """A cell as text, for a table to look at."""
    if isinstance(cell, date):
        return cell.strftime("%d.%m.%Y")
    return letters.tidy(_plain(cell))[:64]


def _first(raw: Sequence[Raw]) -> str:
    return next((letters.tidy(str(cell)) for cell in raw if not _blank(cell)), "")


def _plain(cell: Raw) -> str:
    text = str(cell)
    return text.removesuffix(".0").replace(".", ",") if isinstance(cell, float) else text


def _blank(cell: Raw) -> bool:
    return isinstance(cell, str) and (not cell or cell.isspace())


def _looks_like(earlier: Row, name: str) -> Remark:
    told: dict[str, EvidenceValue] = {"row": earlier.number, "name": name[:200]}
    next_step = N_("If it is, delete one of the two rows. If these are two children, leave both.")
    if earlier.page:
        return Remark(
            "roster.alike",
            N_("Almost the same as row {row} of the sheet “{sheet}”, {name}. Is it one child?"),
            next_step,
            told | {"sheet": earlier.page[:64]},
            blocking=False,
        )
    return Remark(
        "roster.alike",
        N_("Almost the same as row {row}, {name}. Is it one child?"),
        next_step,
        told,
        blocking=False,
    )


def _same_as(row: int, page: str) -> Remark:
    if page:
        return Remark(
            "roster.duplicate",
            N_("The same child and the same achievement stand in row {row} of the sheet “{sheet}” already."),
            N_("Delete one of the two rows. If these are two children, add their birth dates or schools."),
            {"row": row, "sheet": page[:64]},
        )
    return Remark(
        "roster.duplicate",
        N_("The same child and the same achievement stand in row {row} already."),
        N_("Delete one of the two rows. If these are two children, add their birth dates or schools."),
        {"row": row},
    )


_ABOUT_LETTERS: Final = frozenset(
    {"roster.latin-letter", "roster.foreign-letter", "roster.invisible-character"}
)
_ALLOWED: Final[Mapping[str, Callable[[str], bool]]] = {
    "roster.name-characters": lambda character: character.isalpha() or character in " -'’ʼ",
    "roster.initials": lambda character: character != ".",
}
"""By code, which characters are no part of what is wrong."""
_CLOSE: Final = Decimal("0.000000001")
_FULL_NAME_COLUMN: Final = Column(FULL_NAME, ColumnType.NAME, "", (FULL_NAME,), required=True)
_ERROR: Final = Remark(
    "roster.error-value",
    N_("The cell shows an error of the spreadsheet program."),
    N_("Type the value itself."),
)
_NOT_THREE_WORDS: Final = Remark(
    "roster.full-name",
    N_("A name in one cell must be two or three words: family name, given name, patronymic."),
    N_("Put family name, given name and patronymic into three columns."),
)
_ONE_PART_LATIN: Final = Remark(
    "roster.latin-letter",
    N_("One part of the name is in Latin letters, another in Russian ones."),
    N_("Type the name again in one keyboard layout."),
)
_ONE_NAME: Final = Remark(
    "roster.one-name",
    N_("Only one name is given; the diploma will have it alone."),
    N_("Compare it with the child's papers: most people have a family name and a given name."),
    blocking=False,
)
_LONE_CELL: Final = Remark(
    "roster.lone-cell",
    N_("Only this cell of the row is filled in."),
    N_("If it is a title or a note, delete it or put it above the table; if it is a pupil, fill in the row."),
)
_MERGED_ACROSS: Final = Remark(
    "roster.merged-across",
    N_("The cell is merged with its neighbours, so it is not seen which column its words belong to."),
    N_("Unmerge the cells and fill in each column."),
)
_PART_OF_DAY: Final = Remark(
    "roster.part-of-day",
    N_("The cell shows only a part of the day it holds: {day}."),
    N_("Compare it with your papers; better, set a format of the column that shows day, month and year."),
    blocking=False,
)
_FORMAT_UNKNOWN: Final = Remark(
    "roster.format-unknown",
    N_("The format of the cell shows a number in a way that cannot be followed here."),
    N_("Set the format of the column to “General” or “Text” and look at the values again."),
)
_FORMAT_HIDES: Final = Remark(
    "roster.format-hides",
    N_("The format of the cell hides its value: {value}."),
    N_("Set the format of the column to “General”, then correct or empty the cell."),
)
_UNSEEN: Final = Remark(
    "roster.unseen",
    N_("Nobody sees what the cell holds, because its text has the colour of the cell: {value}."),
    N_("Give the text another colour and look whether it is meant, or empty the cell."),
)
_SHOWN_OTHERWISE: Final = Remark(
    "roster.shown-otherwise",
    N_("The cell shows “{shown}” and holds the number {value}."),
    N_("Set the format of the column to “General” and type the number that is meant."),
)
_STILL_MARKED: Final = Remark(
    "roster.still-marked",
    N_("The row was divided wrongly when the sheet was read as text, and is still marked so."),
    N_("Put its cells right, then empty this one."),
)
_TOO_MANY_CELLS: Final = Remark(
    TOO_LONG,
    N_("The row has {cells} cells, and there are {headers} headers: something is divided wrongly."),
    N_("Look for a comma inside a number or a name. Better, save the sheet as .xlsx."),
)
_DECIMAL_COMMA: Final = Remark(
    "roster.decimal-comma",
    N_("“{one}”, and then “{two}” under a column that is not used: is it one number, {one},{two}?"),
    N_("If it is, save the sheet as .xlsx, or put the number into quotation marks."),
    blocking=False,
)

__all__ = [
    "FULL_NAME",
    "TOO_LONG",
    "TO_CORRECT",
    "UNCORRECTED",
    "Beginning",
    "LeftOut",
    "Problem",
    "Roster",
    "Row",
    "RowKind",
    "Sample",
    "SampleOf",
    "SheetColumn",
    "Understood",
    "Value",
    "beginnings",
    "column_letters",
    "read",
]
