"""What a request must ask for so that the rules of a programme can be applied: no less, and nothing more.

    wants = wants_of(pack, "01.03.02")                    # a request made from the rules
    for gap in gaps(wants, pack, "01.03.02"):             # one that was made by hand, held to them
        print(gap.rule, gap.missing)

A diploma of which a rule needs the class and the request does not is a phone call in July; a diploma that no
rule counts is nothing an office should ever have seen.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from vcwallet import limits
from vcwallet.bundle.request import Request, Want
from vcwallet.credentials.achievement import Fact
from vcwallet.credentials.terms import Kind, OlympiadList
from vcwallet.errors import N_, UsageError
from vcwallet.verifier.policy_pack import Pack, When

__all__ = ["Gap", "asked", "gaps", "idle_wants", "needs", "wants_of"]

# What ties a diploma to the person and to its year; asked of every diploma that may count.
_ALWAYS: Final = (Fact.PERSON, Fact.BORN)
# The facts that a clause reads.
_READ: Final[Mapping[str, tuple[Fact, ...]]] = {
    "numbers": (Fact.CODE,),
    "stages": (Fact.DESCRIPTION,),
    "profiles": (Fact.FIELD,),
    "levels": (Fact.CODE, Fact.FIELD, Fact.YEAR),
    "subjects": (Fact.CODE, Fact.FIELD, Fact.YEAR),
    "results": (Fact.RESULT,),
    "classes": (Fact.CLASS,),
    "hours_at_least": (Fact.SCORE,),
    "age_at_least": (Fact.BORN, Fact.AWARDED),
    "age_at_most": (Fact.BORN, Fact.AWARDED),
}


@dataclass(frozen=True, slots=True)
class Gap:
    """A rule that the answer to a request could not be judged by."""

    rule: str
    """The id of the right or the merit."""
    kind: str
    missing: tuple[str, ...] = ()
    """Facts that nobody asks for; () when its kind is not asked for at all."""
    since: int | None = None
    """The first year that counts, where later ones only are asked for."""


@dataclass(frozen=True, slots=True)
class Need:
    """What one rule reads, of one kind of achievement."""

    rule: str
    kind: str
    fields: tuple[str, ...]
    since: int


def needs(pack: Pack, programme: str | None = None) -> tuple[Need, ...]:
    """What the rules read that may count for a programme, or for any."""
    found = []
    for rule in pack.rules(programme):
        first, _ = pack.years_of(rule)
        for kind in _kinds(rule.when):
            fields = {*_ALWAYS, *(fact for name in rule.when.written for fact in _READ.get(name, ()))}
            if rule.when.list is OlympiadList.OFFICIAL:
                fields.add(Fact.CODE)
            fields.add(Fact.YEAR if kind is Kind.OLYMPIAD_DIPLOMA else Fact.AWARDED)
            ordered = tuple(fact.value for fact in Fact if fact in fields)
            found.append(Need(rule.id, kind.value, ordered, first))
    return tuple(found)


def asked(request: Request, *, now: datetime) -> Request:
    """A request as it is handed out, looked at once more: a family must be able to answer it.

    Raises UsageError (``request.too-many``, ``request.expires-past``), and what `Request.parse` raises.
    """
    if len(request.wants) > limits.REQUEST_WANTS:
        raise UsageError(
            "request.too-many",
            N_("The request would ask for {number} things, and {limit} fit in one."),
            next_step=N_("Name the programme, or fewer kinds."),
            number=len(request.wants),
            limit=limits.REQUEST_WANTS,
        )
    if request.expires is not None and request.expires <= now:
        raise UsageError(
            "request.expires-past",
            N_("The request would be over on {day}, before it is made."),
            next_step=N_("Name a later day."),
            day=request.expires.date().isoformat(),
        )
    return Request.parse(request.to_json())


def wants_of(pack: Pack, programme: str | None = None) -> tuple[Want, ...]:
    """All that may count, with the facts that the rules read; rules that read the same are one want."""
    years: dict[tuple[str, tuple[str, ...]], int] = {}
    for need in needs(pack, programme):
        key = (need.kind, need.fields)
        years[key] = min(need.since, years.get(key, need.since))
    return tuple(
        Want(kind, fields, at_least=0, everything=True, since=since)
        for (kind, fields), since in years.items()
    )


def gaps(wants: Sequence[Want], pack: Pack, programme: str | None = None) -> tuple[Gap, ...]:
    """The rules of a programme that answers to these wants could not be judged by."""
    found = []
    for need in needs(pack, programme):
        fitting = [want for want in wants if want.kind in (None, need.kind)]
        if not fitting:
            found.append(Gap(need.rule, need.kind))
            continue
        lacking = [_lacking(want, need) for want in fitting]
        if () not in lacking:
            found.append(Gap(need.rule, need.kind, min(lacking, key=len)))
            continue
        whole = [want for want, missing in zip(fitting, lacking, strict=True) if not missing]
        if all(want.since is not None and want.since > need.since for want in whole):
            found.append(Gap(need.rule, need.kind, since=need.since))
    return tuple(found)


def idle_wants(wants: Iterable[Want], pack: Pack, programme: str | None = None) -> tuple[str, ...]:
    """Kinds that are asked for and that no rule counts."""
    counted = {need.kind for need in needs(pack, programme)}
    asked = {want.kind: None for want in wants if want.kind is not None}
    return tuple(kind for kind in asked if kind not in counted)


def _lacking(want: Want, need: Need) -> tuple[str, ...]:
    """A want that names no fields asks for whole diplomas."""
    return tuple(name for name in need.fields if want.fields and name not in want.fields)


def _kinds(when: When) -> tuple[Kind, ...]:
    """The kinds that a rule may be about: those it names, else what its list makes it."""
    if when.kinds is not None:
        return when.kinds
    if when.list in (OlympiadList.OFFICIAL, OlympiadList.NATIONAL):
        return (Kind.OLYMPIAD_DIPLOMA,)
    return tuple(kind for kind in Kind if kind is not Kind.OTHER)
