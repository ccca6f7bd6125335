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

from vcwallet import limits
from vcwallet.cli.speak import Speaker, option
from vcwallet.errors import N_, UsageError
from vcwallet.speaking.rosters import (
    cell_name,
    columns_read,
    grouped,
    how_read,
    next_step,
    place_of,
    sentence,
    values_read,
)

if TYPE_CHECKING:
    from vcwallet.issuer import Issuer, Plan, Problem, Roster, Row, SheetWords, Template
    from vcwallet.strict_json import JsonObject

F = TypeVar("F", bound=Callable[..., Any])

_SHOWN_GROUPS: Final = 40
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
    columns: tuple[str, ...] = ()
    meanings: tuple[str, ...] = ()
    remember: bool = False

    def words(self, issuer: Issuer) -> SheetWords:
        """What the options say of headers and words, over what is kept; with `remember` kept from now on."""
        template = issuer.template(self.template)
        words = issuer.sheet_words(template).and_also(_sheet_words(template, self.columns, self.meanings))
        if self.remember:
            issuer.keep_sheet_words(template, words)
        return words

    def values(self) -> dict[str, str]:
        return dict(pair(text) for text in self.given)

    def as_typed(self) -> list[str]:
        """The same options for another command that reads the same sheet."""
        one = (("--template", self.template), ("--page", self.page))
        switches = (
            ("--all-pages", self.all_pages), ("--hidden", self.hidden), ("--name-case", self.name_case),
        )  # fmt: skip
        kept = self.remember
        many = (
            ("--allow-text", self.allow_text), ("--set", self.given),
            ("--column", () if kept else self.columns), ("--meaning", () if kept else self.meanings),
        )  # fmt: skip
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
        words = self.words(issuer)
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
                columns=words.columns,
                meanings=words.meanings,
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
        columns: tuple[str, ...],
        meanings: tuple[str, ...],
        remember: bool,
        **rest: Any,
    ) -> Any:
        reading = Reading(
            template,
            page,
            all_pages,
            hidden,
            name_case,
            allow_text,
            given,
            without_results,
            columns,
            meanings,
            remember,
        )
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
        "--column",
        "columns",
        multiple=True,
        metavar="HEADER=COLUMN",
        help=N_(
            "Which column of the template the column HEADER of the sheet is; nothing after = for one that is"
            " not to be used. May be repeated."
        ),
    ),
    option(
        "--meaning",
        "meanings",
        multiple=True,
        metavar="WORD=VALUE",
        help=N_(
            "What a word of the sheet means: a value of the template, or nothing after = for no diploma;"
            " nothing before = is an empty cell. May be repeated."
        ),
    ),
    option(
        "--remember",
        is_flag=True,
        help=N_("Keep what --column and --meaning say in sheets.toml of the folder, for the next sheets."),
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


def _sheet_words(template: Template, columns: Sequence[str], meanings: Sequence[str]) -> SheetWords:
    """What --column and --meaning say. A word belongs to the columns that have the value it means."""
    from vcwallet.issuer import SheetWords

    meant = [
        _halves(text, "--meaning", N_('Write for example: --meaning "призёр II=Диплом II степени"'))
        for text in meanings
    ]
    named = [
        _halves(text, "--column", N_('Write for example: --column "Итог жюри=Степень"')) for text in columns
    ]
    return SheetWords.named(template, dict(named), dict(meant))


def _halves(text: str, option_name: str, example: str) -> tuple[str, str]:
    one, equals, other = text.rpartition("=")
    if not equals:
        raise UsageError(
            "issuer.sheet-words",
            N_("“{text}”, given with {option}, has no sign = in it."),
            next_step=example,
            text=text[:64],
            option=option_name,
        )
    return one.strip(), other.strip()


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


_OPTIONS_FOR: Final[Mapping[str, str]] = {
    "roster.letter-case": N_("In all rows at once: --name-case"),
    "roster.not-an-achievement": N_("To allow a row that you looked at: --allow-text ROW"),
    "roster.hidden-column": N_("To read hidden rows and columns too: --hidden"),
    "roster.unknown-value": N_('To say what a word means: --meaning "WORD=VALUE"'),
    "roster.missing-column": N_('To say which column of the sheet it is: --column "HEADER=COLUMN"'),
    "hidden-columns": N_("To use them: --hidden."),
    "with-result": N_("To leave them out: --without-results."),
}
"""Which option helps, by the code of a problem or of a line: these are the same for every door."""


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
    for line in how_read(read, speaker.language):
        option_for = _OPTIONS_FOR.get(line.code)
        said = line.text if option_for is None else f"{line.text} {speaker.text(option_for)}"
        speaker.line(said, aside=line.look, colour="yellow" if line.look else None)
        if line.code == "header-row":
            speaker.table(
                (N_("Column of the sheet"), N_("Understood as")), [*columns_read(read, speaker.language)]
            )
    if not read.understood.encoding and read.understood.rows > limits.WORKBOOK_ROWS_UNADVISED:
        speaker.say(
            N_(
                "A workbook of so many rows takes much memory while it is read. Saved as CSV UTF-8 the same"
                " rows take hardly any."
            )
        )


def show_values(speaker: Speaker, read: Roster) -> None:
    """What stands in columns of few values and what it was understood as, with how often."""
    rows = [*values_read(read, speaker.language)]
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


def sample_rows(read: Roster) -> list[Row]:
    """Three rows to look at: the first, the one with the longest name, the last."""
    return [sample.row for sample in read.samples() if sample.why != "noted"]


def show_problems(speaker: Speaker, problems: Sequence[Problem], more: int) -> None:
    """Every problem, those of one kind together."""
    for blocking, title in ((True, N_("Mistakes: {number}")), (False, N_("Worth a look: {number}"))):
        some = [problem for problem in problems if problem.blocking is blocking]
        if not some:
            continue
        speaker.say()
        speaker.say(title, number=len(some) + (more if blocking else 0))
        groups = grouped(some)
        for number, group in enumerate(groups[:_SHOWN_GROUPS], start=1):
            _show_group(speaker, number, group)
        rest = sum(len(group) for group in groups[_SHOWN_GROUPS:]) + (more if blocking else 0)
        if rest:
            speaker.say(N_("And {number} more."), number=rest)


def _show_group(speaker: Speaker, number: int, group: Sequence[Problem]) -> None:
    first, language = group[0], speaker.language
    speaker.line(f"{number}. {place_of(group, language)}")
    if len({tuple(problem.evidence.items()) for problem in group}) > 1 and len(group) <= 4:
        for problem in group:
            speaker.line(f"   {cell_name(problem, language)}: {sentence(problem, language)}")
    else:
        speaker.line("   " + sentence(first, language))
    if first.next_step:
        speaker.line("   → " + next_step(first, language))
    if first.code in _OPTIONS_FOR:
        speaker.line("   → " + speaker.text(_OPTIONS_FOR[first.code]))
