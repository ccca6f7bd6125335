"""How a sheet is read, how it was understood and what is wrong with it: options, sentences and JSON."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

from vcwallet.cli.speak import Speaker, option
from vcwallet.errors import N_, UsageError, plural

if TYPE_CHECKING:
    from vcwallet.issuer import Issuer, Plan, Problem, Roster
    from vcwallet.strict_json import JsonObject

F = TypeVar("F", bound=Callable[..., Any])

_SHOWN_GROUPS: Final = 40
_SHOWN_CELLS: Final = 8
_SHOWN_VALUES: Final = 12
"""Different values of one column; a column with more is told by their number."""
_MOST_ROWS: Final = 100_000
_LONG_FILE: Final = 2_000_000
"""Bytes of a sheet that takes some seconds to read."""
_LONG_SHEET: Final = 20_000
"""Rows that take some seconds to compare."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What the options say about reading a sheet."""

    template: str | None = None
    page: str | None = None
    all_pages: bool = False
    hidden: bool = False
    name_case: bool = False
    allow_text: tuple[str, ...] = ()
    given: tuple[str, ...] = ()
    without_results: bool = False

    def values(self) -> dict[str, str]:
        return dict(pair(text) for text in self.given)

    def as_typed(self) -> list[str]:
        """The same options for another command that reads the same sheet."""
        one = (("--template", self.template), ("--page", self.page))
        switches = (
            ("--all-pages", self.all_pages), ("--hidden", self.hidden), ("--name-case", self.name_case),
        )  # fmt: skip
        many = (("--allow-text", self.allow_text), ("--set", self.given))
        return [
            *(word for name, value in one if value is not None for word in (name, value)),
            *(name for name, on in switches if on),
            *(word for name, values in many for value in values for word in (name, value)),
        ]

    def read(
        self,
        speaker: Speaker,
        issuer: Issuer,
        sheet: Path | bytes,
        *,
        now: datetime,
        values: Mapping[str, str] | None = None,
    ) -> Roster:
        is_long = isinstance(sheet, Path) and sheet.stat().st_size >= _LONG_FILE
        with speaker.progress(N_("Reading the rows"), None) if is_long else nullcontext(int) as advance:
            return issuer.read(
                sheet,
                template=self.template,
                page=self.page,
                all_pages=self.all_pages,
                hidden=self.hidden,
                name_case=self.name_case,
                allow_text=tuple(_rows(self.allow_text)),
                without_results=self.without_results,
                values=self.values() if values is None else values,
                now=now,
                progress=advance,
            )


def compared(speaker: Speaker, issuer: Issuer, read: Roster) -> Plan:
    """How the rows stand to the register, with a bar while it is asked about many."""
    many = len(read.rows)
    with (
        speaker.progress(N_("Comparing with what was signed"), many)
        if many >= _LONG_SHEET
        else nullcontext(int)
    ) as advance:
        return issuer.plan(read, progress=advance)


def reading_options(function: F) -> F:
    """Adds the options that say how a sheet is read; the command gets them as `reading`."""

    @functools.wraps(function)
    def gathered(
        *args: Any,
        template: str | None,
        page: str | None,
        all_pages: bool,
        hidden: bool,
        name_case: bool,
        allow_text: tuple[str, ...],
        given: tuple[str, ...],
        without_results: bool,
        **rest: Any,
    ) -> Any:
        reading = Reading(template, page, all_pages, hidden, name_case, allow_text, given, without_results)
        return function(*args, reading=reading, **rest)

    made: Any = gathered
    for add in reversed(_OPTIONS):
        made = add(made)
    return made  # type: ignore[no-any-return]


_OPTIONS: Final = (
    option(
        "--template", metavar="NAME", help=N_("What to issue; otherwise the first template of issuer.toml.")
    ),
    option("--page", metavar="NAME", help=N_("The sheet of a workbook; otherwise the one that fits best.")),
    option("--all-pages", is_flag=True, help=N_("Read every sheet that has the same headers.")),
    option(
        "--set",
        "given",
        multiple=True,
        metavar="COLUMN=VALUE",
        help=N_("A value for all rows that the sheet has no column of; may be repeated."),
    ),
    option(
        "--hidden", is_flag=True, help=N_("Also read hidden rows and columns; otherwise they are left out.")
    ),
    option(
        "--name-case",
        is_flag=True,
        help=N_("Names in capital letters: write them with one capital letter first."),
    ),
    option(
        "--allow-text",
        multiple=True,
        metavar="NUMBER",
        help=N_(
            "A row whose words you have looked at, such as 7 or 7-12; or a key of issuer.toml. Words of"
            " marks, conduct, health and family are refused otherwise; may be repeated."
        ),
    ),
    option(
        "--without-results",
        is_flag=True,
        help=N_(
            "Certificates of taking part: leave out the winners and prize-winners, whom another template is"
            " for."
        ),
    ),
)


def _rows(named: Sequence[str]) -> Iterator[str]:
    for text in named:
        found = re.fullmatch(r"([0-9]{1,7})-([0-9]{1,7})", text.strip())
        if found is None:
            yield text.strip()
        elif 0 <= int(found[2]) - int(found[1]) < _MOST_ROWS:
            yield from map(str, range(int(found[1]), int(found[2]) + 1))
        else:
            raise UsageError(
                "issuer.allow-text",
                N_("“{text}” is not a row or a range of rows."),
                next_step=N_("Write for example: --allow-text 7 or --allow-text 7-12"),
                text=text[:64],
            )


def pair(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals or not key.strip():
        raise UsageError(
            "issuer.set",
            N_("“{text}” is not COLUMN=VALUE."),
            next_step=N_("Write for example: --set year=2025/26"),
            text=text[:64],
        )
    return key.strip(), value


_DELIMITERS = {";": N_("semicolon"), ",": N_("comma"), "\t": N_("tab")}
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


_OPTIONS_FOR: Final[Mapping[str, str]] = {
    "roster.letter-case": N_("In all rows at once: --name-case"),
    "roster.not-an-achievement": N_("To allow a row that you looked at: --allow-text ROW"),
    "roster.hidden-column": N_("To read hidden rows and columns too: --hidden"),
}
"""Which option helps with a problem, by its code: a problem itself is the same for every door."""


def sheet_as_json(speaker: Speaker, read: Roster) -> JsonObject:
    """How a sheet was understood and what is wrong with it, as JSON."""
    how = read.understood
    return {
        "template": read.template.id,
        "format": how.format,
        "sheet": how.sheet,
        "otherSheets": list(how.other_sheets),
        "sheetsRead": list(how.pages) or [how.sheet],
        "encoding": how.encoding,
        "delimiter": how.delimiter,
        "headerRow": how.header_row,
        "columns": [{"header": header, "key": key} for header, key in how.columns],
        "ignored": list(how.ignored),
        "hiddenColumns": list(how.hidden_columns),
        "merged": list(how.merged),
        "cellsUnderNoHeader": {"number": how.no_header_count, "cells": list(how.no_header)},
        "given": dict(how.given),
        "rows": how.rows,
        "withoutDiploma": how.skipped,
        "withResult": how.with_result,
        "resultsLeftOut": how.results_left_out,
        "leftOut": [
            {
                "kind": kind.value,
                "number": number,
                "rows": [
                    {"row": each.row, "sheet": each.page, "text": each.text}
                    for each in how.left_out
                    if each.kind is kind
                ],
            }
            for kind, number in how.left_out_counts.items()
        ],
        "values": [
            {"column": each.key, "written": each.written, "value": each.value, "rows": each.rows}
            for each in how.values
        ],
        "canBeSigned": len(read.rows),
        "problems": [
            {
                "row": problem.row,
                "sheet": problem.page,
                "cell": problem.cell,
                "column": problem.column,
                "value": problem.value,
                "code": problem.code,
                "message": speaker.text(problem.template, **problem.evidence),
                "nextStep": speaker.text(problem.next_step, **problem.evidence),
                "blocking": problem.blocking,
            }
            for problem in read.problems
        ],
        "moreProblems": read.more_problems,
    }


def show_understood(speaker: Speaker, read: Roster) -> None:
    understood = read.understood
    if understood.format == "csv":
        speaker.say(
            N_("Read as text in {encoding}, columns divided by: {delimiter}."),
            encoding=understood.encoding,
            delimiter=speaker.text(_DELIMITERS.get(understood.delimiter, understood.delimiter)),
        )
    elif understood.pages:
        speaker.say(
            N_("Read the sheets {sheets} of an .{format} file."),
            sheets=", ".join(f"«{page}»" for page in understood.pages)[:300],
            format=understood.format,
        )
    else:
        speaker.say(N_("Read the sheet “{sheet}” of an .{format} file."), sheet=understood.sheet,
                    format=understood.format)  # fmt: skip
    if understood.other_sheets:
        speaker.say(N_("Not read: {sheets}."), sheets=", ".join(understood.other_sheets)[:200])
    speaker.say(N_("Headers in row {row}:"), row=understood.header_row)
    speaker.table(
        (N_("Column of the sheet"), N_("Understood as")),
        [(header, read.title(key)) for header, key in understood.columns],
    )
    if understood.ignored:
        speaker.say(N_("Not used: {columns}."), columns=", ".join(understood.ignored)[:300])
    if understood.hidden_columns:
        speaker.warn(
            N_("Hidden in the sheet and not used: {columns}. To use them: --hidden."),
            columns=", ".join(understood.hidden_columns)[:300],
        )
    if understood.no_header_count:
        speaker.warn(
            N_("Cells under no header, not used: {cells}."),
            cells=_some(understood.no_header, understood.no_header_count),
        )
    if understood.merged:
        speaker.say(
            N_("Merged cells, read into every row they cover: {cells}."),
            cells=_some(understood.merged, len(understood.merged)),
        )
    if understood.given:
        say = speaker.language.value
        speaker.say(
            N_("The same in all rows: {values}."),
            values="; ".join(f"{read.title(key)}: {say(value)}" for key, value in understood.given),
        )
    speaker.say(
        N_("Rows: {rows}. Without a diploma: {skipped}."), rows=understood.rows, skipped=understood.skipped
    )
    if understood.with_result:
        headers = ", ".join(f"«{header}»" for header in understood.result_headers)
        if understood.results_left_out:
            speaker.say(
                N_("Left out, for they have a result in {columns}: {number} rows."),
                columns=headers,
                number=understood.with_result,
            )
        else:
            speaker.warn(
                N_(
                    "Winners and prize-winners are among them: {number} rows have a result in {columns},"
                    " which this diploma does not say. To leave them out: --without-results."
                ),
                columns=headers,
                number=understood.with_result,
            )
    _show_left_out(speaker, read)
    if understood.first_names:
        speaker.say(N_("The first names: {names}."), names="; ".join(understood.first_names))


def _show_left_out(speaker: Speaker, read: Roster) -> None:
    understood = read.understood
    for kind, words in _KINDS.items():
        number = next((n for k, n in understood.left_out_counts.items() if k.value == kind), 0)
        if not number:
            continue
        rows = [each for each in understood.left_out if each.kind.value == kind]
        if not rows:
            speaker.say(N_("Rows left out, {kind}: {number}."), kind=speaker.text(words), number=number)
            continue
        shown = ", ".join(f"{each.row} «{each.text[:24]}»" for each in rows[:_SHOWN_CELLS])
        say = speaker.warn if kind == "hidden" else speaker.say
        say(
            N_("Rows left out, {kind}: {number} ({rows})."),
            kind=speaker.text(words),
            number=number,
            rows=shown + (" …" if number > _SHOWN_CELLS else ""),
        )


def show_values(speaker: Speaker, read: Roster) -> None:
    """What stands in columns of few values and what it was understood as, with how often."""
    by_column: dict[str, list[tuple[str, str, int]]] = {}
    for each in read.understood.values:
        by_column.setdefault(each.key, []).append((each.written, each.value, each.rows))
    rows = []
    for key, found in by_column.items():
        if len(found) > _SHOWN_VALUES:
            words = plural("{number} different value", "{number} different values")
            rows.append(
                (read.title(key), speaker.text(words, number=len(found)), "", sum(n for _, _, n in found))
            )
            continue
        rows += [(read.title(key), written or "—", value or "—", number) for written, value, number in found]
    if rows:
        speaker.table(
            (N_("Column"), N_("Stands in the sheet"), N_("Will be signed"), N_("Rows")),
            [(title, written, value, str(number)) for title, written, value, number in rows],
            title=N_("Values"),
        )


def show_diplomas(speaker: Speaker, issuer: Issuer, read: Roster, *, now: datetime) -> None:
    """The first diplomas whole, as whoever gets one will read them."""
    from vcwallet.credentials.fact_words import FACT_NAMES, fact_text

    for row in sample_rows(read):
        facts = issuer.as_read(read, row, now=now)
        speaker.table(
            (N_("What"), N_("Says")),
            [(speaker.text(FACT_NAMES[key]), fact_text(facts, key, speaker.language)) for key in facts.said],
            title=N_("A diploma, as it will be read"),
        )


def sample_rows(read: Roster) -> list[Any]:
    """Three rows to look at: the first, one of the middle, the last."""
    rows = read.rows
    return list(rows) if len(rows) <= 3 else [rows[0], rows[len(rows) // 2], rows[-1]]


def show_problems(speaker: Speaker, problems: Sequence[Problem], more: int) -> None:
    """Every problem, those of one kind together: a mistake made eighty times is one sentence with cells."""
    for blocking, title in ((True, N_("Mistakes: {number}")), (False, N_("Worth a look: {number}"))):
        some = [problem for problem in problems if problem.blocking is blocking]
        if not some:
            continue
        speaker.say()
        speaker.say(title, number=len(some) + (more if blocking else 0))
        groups: dict[tuple[str, str, str, str], list[Problem]] = {}
        for problem in some:
            groups.setdefault((problem.page, problem.column, problem.code, problem.template), []).append(
                problem
            )
        shown = list(groups.values())[:_SHOWN_GROUPS]
        for number, group in enumerate(shown, start=1):
            _show_group(speaker, number, group)
        rest = sum(len(group) for group in list(groups.values())[_SHOWN_GROUPS:]) + (more if blocking else 0)
        if rest:
            speaker.say(N_("And {number} more."), number=rest)


def _show_group(speaker: Speaker, number: int, group: Sequence[Problem]) -> None:
    first = group[0]
    where = [problem.cell or speaker.text(N_("row {row}"), row=problem.row) for problem in group]
    values = dict.fromkeys(problem.value for problem in group if problem.value)
    head = f"{number}. {_some(where, len(where))}"
    if first.page:
        head += f" ({first.page})"
    if first.column:
        head += f", {first.column}"
    if values:
        head += (
            ": " + ", ".join(f"«{value}»" for value in list(values)[:4]) + (" …" if len(values) > 4 else "")
        )
    speaker.line(head)
    speaker.line("   " + speaker.text(first.template, **first.evidence))
    if len({tuple(problem.evidence.items()) for problem in group}) > 1 and len(group) <= 4:
        for place, problem in zip(where[1:], group[1:], strict=True):
            speaker.line(f"   {place}: {speaker.text(problem.template, **problem.evidence)}")
    if first.next_step:
        speaker.line("   → " + speaker.text(first.next_step, **first.evidence))
    if first.code in _OPTIONS_FOR:
        speaker.line("   → " + speaker.text(_OPTIONS_FOR[first.code]))


def _some(names: Sequence[str], number: int) -> str:
    return ", ".join(names[:_SHOWN_CELLS]) + (f" … ({number})" if number > _SHOWN_CELLS else "")
