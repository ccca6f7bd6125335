"""How a sheet was understood and what is wrong with it, for a person and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from vcwallet.cli.speak import Speaker
from vcwallet.errors import N_, UsageError

if TYPE_CHECKING:
    from vcwallet.issuer import Problem, Roster
    from vcwallet.strict_json import JsonObject

_SHOWN_PROBLEMS: Final = 100


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


def sheet_as_json(speaker: Speaker, read: Roster) -> JsonObject:
    """How a sheet was understood and what is wrong with it, as JSON."""
    how = read.understood
    return {
        "template": read.template.id,
        "format": how.format,
        "sheet": how.sheet,
        "otherSheets": list(how.other_sheets),
        "encoding": how.encoding,
        "delimiter": how.delimiter,
        "headerRow": how.header_row,
        "columns": [{"header": header, "key": key} for header, key in how.columns],
        "ignored": list(how.ignored),
        "given": dict(how.given),
        "rows": how.rows,
        "withoutDiploma": how.skipped,
        "canBeSigned": len(read.rows),
        "problems": [
            {
                "row": problem.row,
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
    if understood.given:
        say = speaker.language.value
        speaker.say(
            N_("The same in all rows: {values}."),
            values="; ".join(f"{read.title(key)}: {say(value)}" for key, value in understood.given),
        )
    speaker.say(
        N_("Rows: {rows}. Without a diploma: {skipped}."), rows=understood.rows, skipped=understood.skipped
    )
    if understood.first_names:
        speaker.say(N_("The first names: {names}."), names="; ".join(understood.first_names))


def show_problems(speaker: Speaker, problems: tuple[Problem, ...], more: int) -> None:
    for blocking, title in ((True, N_("Mistakes")), (False, N_("Worth a look"))):
        some = [problem for problem in problems if problem.blocking is blocking]
        if not some:
            continue
        speaker.table(
            (N_("Row"), N_("Cell"), N_("Column"), N_("Value"), N_("What is wrong"), N_("What to do")),
            [
                (
                    str(problem.row),
                    problem.cell,
                    problem.column,
                    problem.value,
                    speaker.text(problem.template, **problem.evidence),
                    speaker.text(problem.next_step, **problem.evidence),
                )
                for problem in some[:_SHOWN_PROBLEMS]
            ],
            title=title,
        )
        rest = len(some) - _SHOWN_PROBLEMS + (more if blocking else 0)
        if rest > 0:
            speaker.say(N_("And {number} more."), number=rest)
