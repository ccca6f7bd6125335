"""What an issuer is believed for: a scope over the signed facts of a diploma.

    scope = Scope(("olympiad-diploma",), Years.parse("2025/26-"), numbers=("12",), stages=("final",))
    answer = in_scope([scope], facts(credential))

Nothing is believed of an issuer that has no scope. A fact the family hid never passes: the answer is *open*
and names it. Numbers and profiles are compared as terms, kinds, stages and results by their code.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from vcwallet import limits
from vcwallet.credentials.achievement import Absence, Fact, Facts
from vcwallet.credentials.terms import (
    Kind,
    ResultCode,
    SchoolYear,
    StageCode,
    comparable,
    possible_kinds,
    same_term,
    school_year,
)
from vcwallet.errors import N_, UsageError

__all__ = [
    "ANY",
    "ANYTHING",
    "CLAUSES",
    "NONE",
    "Missing",
    "Scope",
    "ScopeAnswer",
    "Within",
    "Years",
    "covered",
    "in_scope",
    "narrower",
    "record_in_scope",
]

ANY: Final = "*"
"""Written where a clause is not to limit anything: absence is not how that is said."""
NONE: Final = "none"
"""Of numbers: an olympiad that has none, such as the school stage of the national one."""

CLAUSES: Final = ("kind", "number", "profile", "stage", "result", "year")
"""The facts a scope can speak of, in the order in which they are told."""

_FACTS: Final = {
    "kind": Fact.KIND,
    "number": Fact.CODE,
    "profile": Fact.FIELD,
    "stage": Fact.DESCRIPTION,
    "result": Fact.RESULT,
    "year": Fact.YEAR,
}
# Only these kinds have such a fact; of the others the clause says nothing.
_KINDS_WITH: Final = {
    "number": frozenset({Kind.OLYMPIAD_DIPLOMA}),
    "stage": frozenset({Kind.OLYMPIAD_DIPLOMA, Kind.CONTEST_DIPLOMA}),
}


@dataclass(frozen=True, slots=True)
class Years:
    """School years from `first` to `last`, both included; None leaves that side open."""

    first: SchoolYear | None = None
    last: SchoolYear | None = None

    def holds(self, year: SchoolYear) -> bool:
        return (self.first or year) <= year <= (self.last or year)

    def within(self, other: Years) -> bool:
        begins = other.first is None or (self.first is not None and self.first >= other.first)
        ends = other.last is None or (self.last is not None and self.last <= other.last)
        return begins and ends

    def __str__(self) -> str:
        """``2024/25-2026/27``, ``2025/26``, ``2024/25-`` or ``*``; `parse` reads it back."""
        if self.first is None and self.last is None:
            return ANY
        if self.first == self.last:
            return str(self.first)
        return f"{self.first or ''}-{self.last or ''}"

    @classmethod
    def parse(cls, text: str) -> Years:
        """Raises UsageError (``trust.scope-years``)."""
        if text.strip() == ANY:
            return cls()
        year = school_year(text)
        if year is not None:
            return cls(year, year)
        match = re.fullmatch(r"(\d{4}/\d{2,4})?\s*[-–—]\s*(\d{4}/\d{2,4})?", text.strip())
        if match is None or not (match[1] or match[2]):
            raise bad_years(text)
        first, last = (None if part is None else school_year(part) for part in match.groups())
        if (match[1] and first is None) or (match[2] and last is None):
            raise bad_years(text)
        return cls(first, last)


@dataclass(frozen=True, slots=True)
class Scope:
    """One scope; all its clauses must hold. A clause that is None limits nothing.

    For olympiads the number in the official list and the stage must be written: without them one school
    would be believed for every olympiad there is. ``("*",)`` says any.

    Raises UsageError: ``trust.unknown-kind``, ``trust.unknown-stage`` and ``trust.unknown-result``, which
    name the known ones, ``trust.scope-incomplete``, ``trust.scope-empty``, ``trust.scope-years``,
    ``trust.scope-too-long``.
    """

    kinds: tuple[str, ...]
    years: Years
    numbers: tuple[str, ...] | None = None
    profiles: tuple[str, ...] | None = None
    stages: tuple[str, ...] | None = None
    results: tuple[str, ...] | None = None
    source: str | None = None
    """On what the office bases it, for people."""

    def __post_init__(self) -> None:
        for clause, allowed in self.clauses.items():
            if not allowed or any(not comparable(each) for each in allowed):
                raise UsageError(
                    "trust.scope-empty",
                    N_("The scope says nothing under “{clause}”; leave it out or write “*” for any."),
                    clause=clause,
                )
            if len(allowed) > limits.TRUST_SCOPE_VALUES:
                raise UsageError(
                    "trust.scope-too-long",
                    N_("The scope names {size} values under “{clause}”; the ceiling is {limit}."),
                    next_step=N_("Name fewer values, or “*” for any."),
                    size=len(allowed),
                    clause=clause,
                    limit=limits.TRUST_SCOPE_VALUES,
                )
        self._only_known()
        if {Kind.OLYMPIAD_DIPLOMA.value, ANY} & set(self.kinds):
            for clause in ("number", "stage"):
                if clause not in self.clauses:
                    raise UsageError(
                        "trust.scope-incomplete",
                        N_("A scope for olympiads must say under “{clause}” which ones it means."),
                        next_step=N_("Write “*” there if it is meant for all of them."),
                        clause=clause,
                    )
        if self.years.first and self.years.last and self.years.first > self.years.last:
            raise bad_years(str(self.years))

    def _only_known(self) -> None:
        for kind in self.kinds:
            if kind not in (*Kind, ANY):
                raise UsageError(
                    "trust.unknown-kind",
                    N_("“{kind}” is not a kind of achievement."),
                    next_step=N_("The kinds are: {known}."),
                    kind=kind[:64],
                    known=", ".join(Kind),
                )
        for stage in self.stages or ():
            if stage not in (*StageCode, ANY):
                raise UsageError(
                    "trust.unknown-stage",
                    N_("“{stage}” is not a stage of an olympiad."),
                    next_step=N_("The stages are: {known}."),
                    stage=stage[:64],
                    known=", ".join(StageCode),
                )
        for result in self.results or ():
            if result not in (*ResultCode, ANY):
                raise UsageError(
                    "trust.unknown-result",
                    N_("“{result}” is not the code of a result."),
                    next_step=N_("The codes are: {known}."),
                    result=result[:64],
                    known=", ".join(ResultCode),
                )

    @property
    def clauses(self) -> Mapping[str, tuple[str, ...]]:
        """The clauses that are written, but for the years."""
        lists = {
            "kind": self.kinds,
            "number": self.numbers,
            "profile": self.profiles,
            "stage": self.stages,
            "result": self.results,
        }
        return {clause: allowed for clause, allowed in lists.items() if allowed is not None}

    @property
    def is_anything(self) -> bool:
        return all(ANY in allowed for allowed in self.clauses.values()) and self.years == Years()


ANYTHING: Final = Scope(
    kinds=(ANY,), years=Years(), numbers=(ANY,), profiles=(ANY,), stages=(ANY,), results=(ANY,)
)
"""Every kind of every year: to be said on purpose."""


class Within(StrEnum):
    """How an achievement stands to a scope."""

    INSIDE = "inside"
    OPEN = "open"
    """What was hidden, or is in words that no table knows, decides."""
    OUTSIDE = "outside"


class Missing(StrEnum):
    """Why a fact that is needed has no value."""

    HIDDEN = "hidden"
    """The proof allows hiding it, so it may be there."""
    UNREAD = "unread"
    """It is there, in words that no table knows."""


@dataclass(frozen=True, slots=True)
class ScopeAnswer:
    """Whether a diploma is among what its issuer is believed for, and by which clause it is not."""

    within: Within
    clause: str = ""
    """Of `CLAUSES`: the first that decides. "" inside, and for an issuer without any scope."""
    value: str | None = None
    """What the diploma says there; None where it says nothing."""
    allowed: tuple[str, ...] = ()
    missing: Mapping[str, Missing] = field(default_factory=dict, hash=False)
    """When open: every clause whose fact is needed and has no value."""


def in_scope(scopes: Sequence[Scope], facts: Facts) -> ScopeAnswer:
    """One scope must hold as a whole; the answer of the one that comes nearest is given."""
    judged = [_judge(scope, facts) for scope in scopes]
    if not judged:
        return ScopeAnswer(Within.OUTSIDE)
    return min(judged, key=lambda pair: (list(Within).index(pair[0].within), pair[1]))[0]


def record_in_scope(scopes: Sequence[Scope]) -> ScopeAnswer:
    """Whether a learner record counts: it has a name and no facts that a scope could be compared with.

    So its issuer must be believed for any kind of achievement, or for other ones than the named.
    """
    kinds = tuple(dict.fromkeys(kind for scope in scopes for kind in scope.kinds))
    if {ANY, Kind.OTHER.value} & set(kinds):
        return ScopeAnswer(Within.INSIDE)
    return ScopeAnswer(Within.OUTSIDE, "kind" if kinds else "", Kind.OTHER.value, kinds)


def _judge(scope: Scope, facts: Facts) -> tuple[ScopeAnswer, int]:
    """The answer of one scope, and how far the diploma is from it."""
    number_may_be_hidden = facts.absent.get(Fact.CODE) is Absence.NOT_SHOWN
    kinds = possible_kinds(facts.kind, number_may_be_hidden=number_may_be_hidden)
    # It must hold as whatever it may be.
    both = [_judge_as(scope, kind, facts) for kind in kinds]
    answers = {answer.within for answer, _ in both}
    if len(answers) == 1:
        return both[0]
    hidden = {"number": Missing.HIDDEN}
    return ScopeAnswer(Within.OPEN, "number", None, scope.numbers or (), hidden), 1


def _judge_as(scope: Scope, kind: Kind, facts: Facts) -> tuple[ScopeAnswer, int]:
    outside: list[ScopeAnswer] = []
    missing: dict[str, Missing] = {}
    for clause in CLAUSES:
        allowed = (str(scope.years),) if clause == "year" else scope.clauses.get(clause)
        if allowed is None or ANY in allowed or kind not in _KINDS_WITH.get(clause, (kind,)):
            continue
        said = kind.value if clause == "kind" and facts.type is not None else _said(clause, facts)
        if isinstance(said, Missing):
            missing[clause] = said
        elif not _fits(clause, said, allowed, scope.years):
            outside.append(ScopeAnswer(Within.OUTSIDE, clause, None if said is None else said[:64], allowed))
    if outside:
        # A scope for another kind of achievement is further away than any other clause.
        return outside[0], len(outside) + (len(CLAUSES) if outside[0].clause == "kind" else 0)
    if missing:
        first = next(iter(missing))
        allowed = (str(scope.years),) if first == "year" else scope.clauses[first]
        unread = facts.said.get(_FACTS[first])
        return ScopeAnswer(Within.OPEN, first, unread, allowed, missing), len(missing)
    return ScopeAnswer(Within.INSIDE), 0


def _said(clause: str, facts: Facts) -> str | Missing | None:
    """What a diploma says under a clause, as it is compared; None when its issuer said nothing."""
    read: str | None = {
        "kind": None,
        "number": facts.list_number,
        "profile": facts.profile,
        "stage": None if facts.stage is None else facts.stage.code.value,
        "result": " ".join(rank.code.value for rank in facts.ranks if rank.code is not None),
        "year": None if facts.school_year is None else str(facts.school_year),
    }[clause]
    understood = clause != "result" or all(rank.code is not None for rank in facts.ranks)
    if read and understood:
        return read
    absence = facts.absent.get(_FACTS[clause])
    if absence is None:
        return Missing.UNREAD
    return Missing.HIDDEN if absence is Absence.NOT_SHOWN else None


def _fits(clause: str, said: str | None, allowed: Iterable[str], years: Years) -> bool:
    if said is None:
        return clause == "number" and NONE in allowed
    if clause == "year":
        year = school_year(said)
        return year is not None and years.holds(year)
    if clause == "result":
        return set(said.split()) <= set(allowed)
    # A number that reads “none” is a text like any other, not the word for having no number.
    return any(same_term(said, each) for each in allowed if each != NONE)


def narrower(scope: Scope, cap: Scope) -> bool:
    """Whether everything inside `scope` is inside `cap`."""
    have = scope.clauses
    for clause, limit in cap.clauses.items():
        if ANY in limit:
            continue
        mine = have.get(clause)
        if mine is None or ANY in mine or not set(map(comparable, mine)) <= set(map(comparable, limit)):
            return False
    return scope.years.within(cap.years)


def covered(scopes: Iterable[Scope], caps: Sequence[Scope]) -> bool:
    """Whether each of `scopes` is narrower than some one of `caps`."""
    return all(any(narrower(scope, cap) for cap in caps) for scope in scopes)


def bad_years(text: str) -> UsageError:
    return UsageError(
        "trust.scope-years",
        N_("“{years}” does not name school years."),
        next_step=N_("Write 2025/26, 2024/25-2026/27, 2024/25- or * for any."),
        years=text[:64],
    )
