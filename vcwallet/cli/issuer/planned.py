"""How the rows of a sheet stand to what was signed before, and what only a person can say of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from heapq import nsmallest
from typing import TYPE_CHECKING, Final

from vcwallet.cli.speak import Speaker, somebody_there
from vcwallet.errors import N_, UsageError
from vcwallet.speaking.rosters import Then, line_number, reworded, row_name, standings

if TYPE_CHECKING:
    from vcwallet.issuer import Issuer, Plan, PlannedRow
    from vcwallet.strict_json import JsonObject

_SHOWN: Final = 20


def show_plan(speaker: Speaker, issuer: Issuer, plan: Plan) -> None:
    """How many rows are new and how many were signed before; each that is neither, by itself."""
    kinds = [*standings(plan, speaker.language)]
    for each in kinds:
        speaker.line(each.counted)
    for group in reworded(plan, speaker.language):
        speaker.say(
            N_("Signed before with another {differences}. Rows: {number}."),
            differences=group.differences,
            number=group.rows,
        )
    total = sum(len(each.rows) for each in kinds if each.singly)
    if total:
        told = ((each.singly, planned) for each in kinds if each.singly for planned in each.rows)
        speaker.table(
            (N_("Row"), N_("Name"), N_("How it stands"), N_("That diploma says")),
            [
                (
                    str(planned.row.number),
                    row_name(plan, planned),
                    f"{singly} {line_number(planned)}",
                    _whose(issuer, planned),
                )
                for singly, planned in nsmallest(_SHOWN, told, key=lambda each: each[1].row.number)
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
            number=line_number(planned),
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
    groups = reworded(plan, speaker.language)
    if groups and not somebody_there():
        raise UsageError(
            "issuer.other-words",
            N_("Nothing was signed: {number} rows were signed before with another {differences}."),
            next_step=N_(
                "If that was put right: --settings-corrected signs them anew and revokes the old diplomas."
                " If these are other awards: --other-awards signs them, and both count."
            ),
            number=groups[0].rows,
            differences=groups[0].differences,
        )
    same: list[Then] = []
    other: list[Then] = []
    for group in groups:
        if speaker.agreed(
            N_(
                "Diplomas of {number} rows were signed with another {differences}. Was that put right,"
                " so that they are signed anew and the old ones revoked?"
            ),
            number=group.rows,
            differences=group.differences,
        ):
            same.append(group.then)
        elif speaker.agreed(N_("Are these other awards, so that both count?")):
            other.append(group.then)
    return plan.settled(correction=lambda each: each.then in same, other=lambda each: each.then in other)


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
    return [{"row": each.row.number, "number": int(line_number(each))} for each in some]


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


def _whose(issuer: Issuer, planned: PlannedRow) -> str:
    line = planned.like or planned.entry
    return "" if line is None else issuer.whose(line)
