"""What is said of a sheet of results: how it was read, what is wrong with it, how its rows stand.

    for line in how_read(read, language):
        print(line.text)
    for group in grouped(read.problems):
        print(place_of(group, language), sentence(group[0], language), next_step(group[0], language))

Both doors say these sentences. What can be done about a line is each door's own: `Line.code` names it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Final, TypeAlias

from vcwallet.credentials.template import RESULT, Column, ColumnType
from vcwallet.errors import N_, plural
from vcwallet.locales import Language
from vcwallet.tables.cells import NOT_AN_ACHIEVEMENT
from vcwallet.tables.headings import FULL_NAME, place_of_letters
from vcwallet.tables.letters import tidy

if TYPE_CHECKING:
    from vcwallet.issuer import Plan, PlannedRow, Problem, RegisterLine, Roster, Row, Template, Value

__all__ = [
    "KITS",
    "SAMPLES",
    "Cell",
    "Line",
    "Mistakes",
    "Reworded",
    "Standing",
    "StandingRow",
    "Then",
    "Told",
    "Word",
    "WrongRow",
    "cell_name",
    "column_choices",
    "columns_read",
    "grouped",
    "how_read",
    "line_number",
    "may_mean_nothing",
    "meanings_of",
    "mistakes",
    "name_in",
    "next_step",
    "numbers",
    "place_of",
    "required_columns",
    "reworded",
    "row_name",
    "same_in_all_rows",
    "sentence",
    "some_of",
    "standing_rows",
    "standings",
    "values_read",
    "words_read",
]

Then: TypeAlias = tuple[tuple[str, str], ...]
"""What differs of that which is the same in all rows, and its value in the diploma of before."""

_SHOWN: Final = 8
"""Cells or rows that are named one by one."""
_SHOWN_VALUES: Final = 12
"""Different values of one column; a column with more is told by their number."""
_DELIMITERS: Final[Mapping[str, str]] = {";": N_("semicolon"), ",": N_("comma"), "\t": N_("tab")}
_KINDS: Final[Mapping[str, str]] = {
    "hidden": N_("hidden"),
    "subheading": N_("sub-headings"),
    "total": N_("totals"),
    "signature": N_("signatures"),
    "note": N_("notes"),
    "header": N_("headers once more"),
    "aside": N_("nothing in the columns that are used"),
    "blank": N_("blank"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that is said of how a sheet was read."""

    code: str
    text: str
    look: bool = False
    """Whether a person had better look at it."""


def some_of(names: Sequence[str], number: int) -> str:
    """The first few names, and how many there are where these are not all."""
    return ", ".join(names[:_SHOWN]) + (f" … ({number})" if number > _SHOWN else "")


def numbers(rows: Iterable[int]) -> str:
    """Numbers of rows, the first twenty of them."""
    known = list(rows)
    return ", ".join(str(number) for number in known[:20]) + (" …" if len(known) > 20 else "")


# --- how a sheet was read --------------------------------------------------------------------------------


def how_read(read: Roster, language: Language) -> Iterator[Line]:
    """How the file was read and what was left out of it, but for its columns and values."""
    how, text = read.understood, language.text
    if how.format == "csv":
        yield Line(
            "file",
            text(
                N_("Read as text in {encoding}, columns divided by: {delimiter}."),
                encoding=how.encoding,
                delimiter=text(_DELIMITERS.get(how.delimiter, how.delimiter)),
            ),
        )
    elif how.pages:
        sheets = ", ".join(f"«{page}»" for page in how.pages)[:300]
        template = N_("Read the sheets {sheets} of an .{format} file.")
        yield Line("file", text(template, sheets=sheets, format=how.format))
    else:
        template = N_("Read the sheet “{sheet}” of an .{format} file.")
        yield Line("file", text(template, sheet=how.sheet, format=how.format))
    if how.other_sheets:
        yield Line("other-sheets", text(N_("Not read: {sheets}."), sheets=", ".join(how.other_sheets)[:200]))
    yield Line("header-row", text(N_("Headers in row {row}."), row=how.header_row))
    yield from _columns_left(read, language)
    yield from _counted(read, language)
    yield from _left_out(read, language)
    if how.first_names:
        yield Line("first-names", text(N_("The first names: {names}."), names="; ".join(how.first_names)))


def _columns_left(read: Roster, language: Language) -> Iterator[Line]:
    how, text = read.understood, language.text
    if how.not_in_sheet:
        named = ", ".join(f"«{header}»" for header in how.not_in_sheet)[:300]
        yield Line("not-in-sheet", text(N_("The sheet has no column {columns}."), columns=named), True)
    if how.ignored:
        yield Line("ignored", text(N_("Not used: {columns}."), columns=", ".join(how.ignored)[:300]))
    if how.hidden_columns:
        hidden = ", ".join(how.hidden_columns)[:300]
        yield Line(
            "hidden-columns", text(N_("Hidden in the sheet and not used: {columns}."), columns=hidden), True
        )
    if how.no_header_count:
        cells = some_of(how.no_header, how.no_header_count)
        yield Line("no-header", text(N_("Cells under no header, not used: {cells}."), cells=cells), True)
    if how.merged:
        cells = some_of(how.merged, len(how.merged))
        yield Line("merged", text(N_("Merged cells, read into every row they cover: {cells}."), cells=cells))
    if how.given:
        values = "; ".join(f"{read.title(key)}: {language.value(value)}" for key, value in how.given)
        yield Line("given", text(N_("The same in all rows: {values}."), values=values))


def _counted(read: Roster, language: Language) -> Iterator[Line]:
    how, text = read.understood, language.text
    yield Line(
        "rows", text(N_("Rows: {rows}. Without a diploma: {skipped}."), rows=how.rows, skipped=how.skipped)
    )
    if not how.with_result:
        return
    headers = ", ".join(f"«{header}»" for header in how.result_headers)
    if how.results_left_out:
        yield Line(
            "results-left-out",
            text(
                N_("Left out, for they have a result in {columns}: {number} rows."),
                columns=headers,
                number=how.with_result,
            ),
        )
    else:
        yield Line(
            "with-result",
            text(
                N_(
                    "Winners and prize-winners are among them: {number} rows have a result in {columns},"
                    " which this diploma does not say."
                ),
                columns=headers,
                number=how.with_result,
            ),
            True,
        )


def _left_out(read: Roster, language: Language) -> Iterator[Line]:
    how, text = read.understood, language.text
    for kind, name in _KINDS.items():
        number = next((n for k, n in how.left_out_counts.items() if k.value == kind), 0)
        if not number:
            continue
        rows = [each for each in how.left_out if each.kind.value == kind]
        if not rows:
            yield Line(kind, text(N_("Rows left out, {kind}: {number}."), kind=text(name), number=number))
            continue
        shown = ", ".join(f"{each.row} «{each.text[:24]}»" for each in rows[:_SHOWN])
        yield Line(
            f"{kind}-rows",
            text(
                N_("Rows left out, {kind}: {number} ({rows})."),
                kind=text(name),
                number=number,
                rows=shown + (" …" if number > _SHOWN else ""),
            ),
            kind == "hidden",
        )


def columns_read(read: Roster, language: Language) -> Iterator[tuple[str, str]]:
    """(header in the sheet, what it was understood as) of the columns that are used."""
    said = {each.title or each.letter for each in read.understood.sheet_columns if each.said}
    for header, key in read.understood.columns:
        title = read.title(key)
        yield header, language.text(N_("{column}, as you said"), column=title) if header in said else title


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the sheet and what becomes of it, in people's words."""

    column: str
    """The template's header of its column."""
    key: str
    bare: str
    """As it stands in the sheet; "" for an empty cell."""
    written: str
    meaning: str
    """"" where it is not known."""
    rows: int
    said: bool = False
    unknown: bool = False


def words_read(read: Roster, language: Language) -> Iterator[Word]:
    """Every word of the columns of fixed values: those that are not understood first, then the others."""
    fixed = {each.key for each in read.template.columns if each.type is ColumnType.CHOICE}
    how, text = read.understood, language.text
    nothing = text(N_("no diploma"))
    known = [(each, each.value) for each in how.values if each.key in fixed]
    told = [*((each, "") for each in how.unknown), *known, *((each, nothing) for each in how.without_diploma)]
    for each, meaning in told:
        yield Word(
            column=read.title(each.key),
            key=each.key,
            bare=each.written,
            written=each.written or text(N_("(empty)")),
            meaning=meaning,
            rows=each.rows,
            said=each.said,
            unknown=not meaning,
        )


def values_read(read: Roster, language: Language) -> Iterator[tuple[str, str, str, int]]:
    """(column, what stands in the sheet, what will be signed, rows) of columns of few values."""
    how, text = read.understood, language.text
    by_column: dict[str, list[tuple[str, str, int]]] = {}
    for each in how.values:
        value = text(N_("{value}, as you said"), value=each.value) if each.said else each.value
        by_column.setdefault(each.key, []).append((each.written, value, each.rows))
    for key, found in by_column.items():
        if len(found) > _SHOWN_VALUES:
            many = plural("{number} different value", "{number} different values")
            yield read.title(key), text(many, number=len(found)), "", sum(rows for _, _, rows in found)
            continue
        for written, value, rows in found:
            yield read.title(key), written or "—", value or "—", rows
    for each in how.without_diploma:
        if each.said:
            yield (
                read.title(each.key), each.written or text(N_("(empty)")),
                text(N_("no diploma, as you said")), each.rows,
            )  # fmt: skip


# --- what is wrong with it -------------------------------------------------------------------------------


def grouped(problems: Iterable[Problem]) -> list[list[Problem]]:
    """Problems of one kind together: a mistake made eighty times is one sentence with its cells."""
    groups: dict[tuple[str, str, str, str], list[Problem]] = {}
    for problem in problems:
        key = problem.page, problem.column, problem.code, problem.template
        groups.setdefault(key, []).append(problem)
    return list(groups.values())


def cell_name(problem: Problem, language: Language) -> str:
    """``C7``, or the row where no one cell is meant."""
    return problem.cell or language.text(N_("row {row}"), row=problem.row)


def place_of(group: Sequence[Problem], language: Language) -> str:
    """Where problems of one kind stand and with what values: «B5, B9 (Лист), Фамилия: «…»»."""
    first = group[0]
    head = some_of([cell_name(problem, language) for problem in group], len(group))
    if first.page:
        head += f" ({first.page})"
    if first.column:
        head += f", {first.column}"
    values = list(dict.fromkeys(problem.value for problem in group if problem.value))
    if values:
        head += ": " + ", ".join(f"«{value}»" for value in values[:4]) + (" …" if len(values) > 4 else "")
    return head


def sentence(problem: Problem, language: Language) -> str:
    return language.text(problem.template, **problem.evidence)


def next_step(problem: Problem, language: Language) -> str:
    """What to do about it; "" where nothing is to be done."""
    return language.text(problem.next_step, **problem.evidence) if problem.next_step else ""


# --- how its rows stand to the register ------------------------------------------------------------------


def row_name(plan: Plan, planned: PlannedRow) -> str:
    """The child of a row, as it would be signed."""
    return _name(plan.template, planned.row)


def _name(template: Template, row: Row) -> str:
    return " ".join(
        value
        for column, value in zip(template.columns, row.values, strict=True)
        if column.type is ColumnType.NAME and value
    )


def line_number(planned: PlannedRow) -> str:
    """The number of the diploma that a row has to do with; "" where there is none."""
    line = planned.like or planned.entry
    return "" if line is None else f"{line.number:04d}"


@dataclass(frozen=True, slots=True)
class Standing:
    """Rows of a plan that stand to the register in one way."""

    code: str
    rows: Sequence[PlannedRow]
    counted: str
    """How many there are, in a sentence."""
    singly: str
    """What is said of each, before the number of a diploma; "" where rows are not told one by one."""


_STANDINGS: Final[tuple[tuple[str, str, str], ...]] = (
    ("new", N_("New: {number}."), ""),
    ("already", N_("Signed before, word for word: {number}."), ""),
    ("unfinished", N_("Begun by a run that was stopped, to be finished: {number}."), ""),
    (
        "another",
        N_("Another award of a child who has one already: {number}."),
        N_("another award, besides No."),
    ),
    ("changed", N_("Changed since they were signed: {number}."), N_("changed; signed as No.")),
    ("alike", N_("Look like corrections of earlier diplomas: {number}."), N_("a correction of No.?")),
    ("revoked", N_("Revoked since they were signed: {number}."), N_("revoked; was No.")),
)


def standings(plan: Plan, language: Language) -> Iterator[Standing]:
    """The kinds of rows of a plan that has any, but for those signed with other words (`reworded`)."""
    for code, counted, singly in _STANDINGS:
        rows: Sequence[PlannedRow] = getattr(plan, code)
        if rows:
            yield Standing(code, rows, language.text(counted, number=len(rows)), language.text(singly))


@dataclass(frozen=True, slots=True)
class Reworded:
    """Rows that were signed before with other words of what is the same in all rows."""

    then: Then
    differences: str
    """In a person's words: «Олимпиада»: «before» → «now»."""
    rows: int


def reworded(plan: Plan, language: Language) -> list[Reworded]:
    say = language.value
    return [
        Reworded(
            then,
            "; ".join(
                f"«{plan.template.column(key).headers[0]}»: «{say(before) or '—'}»"
                f" → «{say(plan.wording[key]) or '—'}»"
                for key, before in then
            ),
            rows,
        )
        for then, rows in Counter(each.then for each in plan.reworded).items()
    ]


# --- for looking at a sheet and answering ----------------------------------------------------------------


def column_choices(read: Roster) -> tuple[tuple[str, str], ...]:
    """(key, words) of what a column of the sheet may be."""
    template = read.template
    whole = ((FULL_NAME, template.full_name_headers[0]),) if template.full_name_headers else ()
    return (*whole, *((column.key, column.headers[0]) for column in template.columns))


def required_columns(read: Roster) -> tuple[str, ...]:
    """The words of the columns that the sheet lacks and no diploma can do without."""
    missing = ("roster.missing-column", "roster.hidden-column")
    return tuple(str(each.evidence["header"]) for each in read.problems if each.code in missing)


def missing_for_all(read: Roster, same: Iterable[tuple[Column, str]]) -> tuple[str, ...]:
    """Those of the missing columns whose value may be written once, for all rows."""
    headers = {column.headers[0] for column, _ in same}
    return tuple(header for header in required_columns(read) if header in headers)


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a row with mistakes."""

    name: str
    """``B5``."""
    parts: tuple[tuple[str, bool], ...]
    """Its text in pieces; the pieces that are wrong are marked."""
    state: str
    """``bad``, ``look`` or nothing."""


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that is said of a row."""

    cell: str
    text: str
    step: str
    blocking: bool
    word: Value | None = None
    """The word that a person may say the meaning of."""
    may_allow: bool = False
    """Whether a person who has looked at the row may let its words stand."""


@dataclass(frozen=True, slots=True)
class WrongRow:
    """A row of which something is said."""

    number: int
    page: str
    cells: tuple[Cell, ...]
    told: tuple[Told, ...]


@dataclass(frozen=True, slots=True)
class Mistakes:
    """What is wrong with a sheet, as a table to look at."""

    number: int
    """Of mistakes; what is only worth a look does not count."""
    columns: tuple[tuple[str, str], ...]
    """(letter, header) of the columns that are shown."""
    rows: tuple[WrongRow, ...]
    whole: tuple[Told, ...]
    """What is said of no one row: a column that is missing."""
    more: int
    """Rows with mistakes that are not shown."""

    @property
    def can_answer(self) -> bool:
        """Whether something of it is a question to the person, and no mistake for certain."""
        return any(told.word is not None or told.may_allow for row in self.rows for told in row.told)


def mistakes(read: Roster, language: Language, *, most: int = 50) -> Mistakes:
    """The rows that have mistakes, with what is worth a look in them."""
    header = read.understood.header_row
    by_row: dict[tuple[str, int], list[Problem]] = {}
    for problem in read.problems:
        by_row.setdefault((problem.page, problem.row), []).append(problem)
    wrong = {place: found for place, found in by_row.items() if any(each.blocking for each in found)}
    whole = [each for (_, row), found in wrong.items() if row <= header for each in found]
    rows = {place: found for place, found in wrong.items() if place[1] > header}
    named = {each.cell.rstrip("0123456789") for found in rows.values() for each in found}
    columns = [each for each in read.understood.sheet_columns if each.key or each.letter in named]
    known = {each.letter for each in columns}
    extra = sorted((letter for letter in named - known if letter), key=lambda each: (len(each), each))
    letters = [*((each.letter, each.title) for each in columns), *((letter, "") for letter in extra)]
    words_ = {(each.key, each.written): each for each in read.understood.unknown}
    return Mistakes(
        sum(problem.blocking for problem in read.problems) + read.more_problems,
        tuple(letters),
        tuple(
            WrongRow(
                row,
                page,
                tuple(_cell(letter, row, found) for letter, _ in letters),
                tuple(_told(each, read, words_, language) for each in found),
            )
            for (page, row), found in [*rows.items()][:most]
        ),
        tuple(_told(each, read, words_, language) for each in whole),
        max(len(rows) - most, 0) + read.more_problems,
    )


def _cell(letter: str, row: int, found: Sequence[Problem]) -> Cell:
    name = f"{letter}{row}"
    here = [each for each in found if each.cell == name]
    state = "bad" if any(each.blocking for each in here) else "look" if here else ""
    marked = next((each for each in here if each.marks), None)
    if marked is not None:
        return Cell(name, tuple(_parts(marked.value, marked.marks)), state)
    place = place_of_letters(letter)
    cells = next((each.neighbours for each in found if each.neighbours), ())
    text = cells[place] if place < len(cells) else here[0].value if here else ""
    return Cell(name, ((text, False),), state)


def _parts(text: str, marks: Sequence[int]) -> Iterator[tuple[str, bool]]:
    for wrong, places in groupby(range(len(text)), key=lambda place: place in marks):
        yield "".join(text[place] for place in places), wrong


def _told(
    problem: Problem, read: Roster, words_: Mapping[tuple[str, str], Value], language: Language
) -> Told:
    key = dict(read.understood.columns).get(problem.column, "")
    word = words_.get((key, tidy(problem.value))) if problem.code in _ABOUT_WORDS else None
    return Told(
        problem.cell,
        sentence(problem, language),
        next_step(problem, language),
        problem.blocking,
        word,
        problem.code == NOT_AN_ACHIEVEMENT and problem.row > read.understood.header_row,
    )


def meanings_of(read: Roster, key: str) -> tuple[str, ...]:
    """The values that a word of a column may be said to mean; no diploma is one apart."""
    return tuple(choice.value for choice in read.template.column(key).choices if not choice.skip)


def may_mean_nothing(read: Roster, key: str) -> bool:
    """Whether a word of a column may mean that there is no diploma."""
    return read.template.column(key).into == RESULT


_ABOUT_WORDS: Final = frozenset({"roster.unknown-value", "roster.empty"})


def same_in_all_rows(
    template: Template, given: Mapping[str, str], language: Language
) -> tuple[tuple[str, str], ...]:
    """(what, value) of that which stands in every diploma of a template without a column of the sheet."""
    known = [(template.column(key).headers[0], value) for key, value in given.items() if value]
    return tuple((header, language.value(value) or value) for header, value in known)


def name_in(read: Roster, row: Row) -> str:
    """The child of a row, as it would be signed."""
    return _name(read.template, row)


@dataclass(frozen=True, slots=True)
class StandingRow:
    """A row that is told by itself."""

    planned: PlannedRow
    number: int
    name: str
    diploma: str
    """The number of the diploma that it has to do with."""
    whose: str
    """Whose that is, as its file says; "" when there is no file."""


def standing_rows(
    plan: Plan, standing: Standing, whose: Callable[[RegisterLine], str], *, most: int
) -> tuple[StandingRow, ...]:
    """The rows of one kind that are told one by one; `most` of them."""
    if not standing.singly:
        return ()
    return tuple(
        StandingRow(
            each,
            each.row.number,
            row_name(plan, each),
            line_number(each),
            whose(line) if (line := each.like or each.entry) is not None else "",
        )
        for each in standing.rows[:most]
    )


KITS: Final[Mapping[str, str]] = {
    "olympiad": N_("Diplomas of an olympiad"),
    "school": N_("Awards of a school"),
    "contest": N_("Diplomas of a contest"),
    "sport": N_("Sport: norms and competitions"),
    "volunteering": N_("Volunteers' hours"),
}
"""By the name of a ready-made kit."""

SAMPLES: Final[Mapping[str, str]] = {
    "first": N_("The first row"),
    "longest": N_("The longest name"),
    "last": N_("The last row"),
    "noted": N_("Worth a look"),
}
"""By `SampleOf`: why a diploma is looked at."""
