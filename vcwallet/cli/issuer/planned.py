"""How the rows of a sheet stand to what was signed before, and what only a person can say of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from heapq import nsmallest
from typing import TYPE_CHECKING, Final, TypeAlias

from vcwallet.cli.speak import Speaker, somebody_there
from vcwallet.credentials.template import ColumnType
from vcwallet.errors import N_, UsageError

if TYPE_CHECKING:
    from vcwallet.issuer import Issuer, Plan, PlannedRow
    from vcwallet.strict_json import JsonObject

Then: TypeAlias = tuple[tuple[str, str], ...]
"""What differs of that which is the same in all rows, and its value in the diploma of before."""

_SHOWN: Final = 20


def row_name(plan: Plan, planned: PlannedRow) -> str:
    """The child of a row, as it would be signed."""
    columns = plan.template.columns
    return " ".join(
        value
        for column, value in zip(columns, planned.row.values, strict=True)
        if column.type is ColumnType.NAME and value
    )


def show_plan(speaker: Speaker, issuer: Issuer, plan: Plan) -> None:
    """How many rows are new and how many were signed before; each that is neither, by itself."""
    counts = (
        (N_("New: {number}."), plan.new),
        (N_("Signed before, word for word: {number}."), plan.already),
        (N_("Begun by a run that was stopped, to be finished: {number}."), plan.unfinished),
        (N_("Another award of a child who has one already: {number}."), plan.another),
        (N_("Changed since they were signed: {number}."), plan.changed),
        (N_("Look like corrections of earlier diplomas: {number}."), plan.alike),
        (N_("Revoked since they were signed: {number}."), plan.revoked),
    )
    for sentence, rows in counts:
        if rows:
            speaker.say(sentence, number=len(rows))
    for _, differences, reworded in _reworded(speaker, plan):
        speaker.say(
            N_("Signed before with another {differences}. Rows: {number}."),
            differences=differences,
            number=reworded,
        )
    singly = (
        (N_("another award, besides No."), plan.another),
        (N_("changed; signed as No."), plan.changed),
        (N_("a correction of No.?"), plan.alike),
        (N_("revoked; was No."), plan.revoked),
    )
    total = sum(len(rows) for _, rows in singly)
    if total:
        told = ((words, each) for words, rows in singly for each in rows)
        speaker.table(
            (N_("Row"), N_("Name"), N_("How it stands"), N_("That diploma says")),
            [
                (
                    str(each.row.number),
                    row_name(plan, each),
                    f"{speaker.text(words)} {_number(each)}",
                    _whose(issuer, each),
                )
                for words, each in nsmallest(_SHOWN, told, key=lambda each: each[1].row.number)
            ],
        )
        if total > _SHOWN:
            speaker.say(N_("And {number} more."), number=total - _SHOWN)


def settled(
    speaker: Speaker,
    issuer: Issuer,
    plan: Plan,
    *,
    corrections: bool,
    others: bool,
    settings_corrected: bool,
    other_awards: bool,
) -> Plan:
    """The plan with what a person, or options, say of the rows that only a person can tell of.

    Raises UsageError ``issuer.other-words`` where rows were signed before with another name of the contest
    or the like, and nobody says what that means.
    """
    plan = _settled_wording(speaker, plan, corrected=settings_corrected, others=other_awards)
    if corrections or others:
        return plan.settled(
            correction=lambda each: corrections and not each.then,
            other=lambda each: others and not each.then,
        )
    if not somebody_there():
        return plan

    def correction(planned: PlannedRow) -> bool:
        return not planned.then and speaker.agreed(
            N_("Row {row}, {name}, looks like No. {number}, {old}. Is it a correction of it?"),
            row=planned.row.number,
            name=row_name(plan, planned),
            number=_number(planned),
            old=_whose(issuer, planned) or "?",
        )

    def other(planned: PlannedRow) -> bool:
        return not planned.then and speaker.agreed(
            N_("Is {name} another child, who gets a diploma too?"), name=row_name(plan, planned)
        )

    return plan.settled(correction=correction, other=other)


def _settled_wording(speaker: Speaker, plan: Plan, *, corrected: bool, others: bool) -> Plan:
    if corrected or others:
        return plan.settled(
            correction=lambda each: corrected and bool(each.then),
            other=lambda each: others and bool(each.then),
        )
    groups = _reworded(speaker, plan)
    if groups and not somebody_there():
        _, differences, some = groups[0]
        raise UsageError(
            "issuer.other-words",
            N_("Nothing was signed: {number} rows were signed before with another {differences}."),
            next_step=N_(
                "If that was put right: --settings-corrected signs them anew and revokes the old diplomas."
                " If these are other awards: --other-awards signs them, and both count."
            ),
            number=some,
            differences=differences,
        )
    same: list[Then] = []
    other: list[Then] = []
    for then, differences, some in groups:
        if speaker.agreed(
            N_(
                "Diplomas of {number} rows were signed with another {differences}. Was that put right,"
                " so that they are signed anew and the old ones revoked?"
            ),
            number=some,
            differences=differences,
        ):
            same.append(then)
        elif speaker.agreed(N_("Are these other awards, so that both count?")):
            other.append(then)
    return plan.settled(correction=lambda each: each.then in same, other=lambda each: each.then in other)


def _reworded(speaker: Speaker, plan: Plan) -> list[tuple[Then, str, int]]:
    """What differs where rows were signed with other words of the settings: as it is, in a person's words,
    and in how many rows."""
    say = speaker.language.value
    return [
        (
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


def reworded_as_json(plan: Plan) -> list[JsonObject]:
    """Rows that were signed before with other words of what is the same in all rows, by what differs."""
    return [
        {
            "differences": [
                {"column": key, "before": before, "now": plan.wording[key]} for key, before in then
            ],
            "rows": [*_beside(each for each in plan.reworded if each.then == then)],
        }
        for then in dict.fromkeys(each.then for each in plan.reworded)
    ]


def _beside(some: Iterable[PlannedRow]) -> list[JsonObject]:
    return [{"row": each.row.number, "number": int(_number(each))} for each in some]


def plan_as_json(plan: Plan) -> JsonObject:
    """How the rows stand, by their numbers in the sheet."""

    def rows(some: Sequence[PlannedRow]) -> list[int]:
        return [each.row.number for each in some]

    return {
        "newRows": [*rows(plan.new)],
        "signedBefore": [*rows(plan.already)],
        "unfinishedRows": [*rows(plan.unfinished)],
        "anotherAward": [*_beside(plan.another)],
        "changed": [*_beside(plan.changed)],
        "looksLikeCorrection": [*_beside(plan.alike)],
        "signedWithOtherWords": [*reworded_as_json(plan)],
        "revokedSince": [*_beside(plan.revoked)],
    }


def _number(planned: PlannedRow) -> str:
    line = planned.like or planned.entry
    return "" if line is None else f"{line.number:04d}"


def _whose(issuer: Issuer, planned: PlannedRow) -> str:
    line = planned.like or planned.entry
    return "" if line is None else issuer.whose(line)
