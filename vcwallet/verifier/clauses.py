"""How one diploma stands to one rule: what each clause of a policy pack means, three-valued.

    judged(rule, Said.of(item), pack, AtHand(levels, born))       # yes, no or unknown, and why

A clause is one function. It says nothing (it holds), `No` with what the diploma says there, or `Open` with
the fact that is missing. What the issuer never stated does not hold; what the family hid, or what is in words
that no table knows, is open.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, Final, TypeAlias

from vcwallet.credentials.terms import (
    Kind,
    OlympiadList,
    SchoolYear,
    counts_hours,
    possible_kinds,
    possible_lists,
    same_term,
)
from vcwallet.report import Fate, Item
from vcwallet.verifier.levels import LevelAnswer, Levels, LevelState
from vcwallet.verifier.policy_pack import Pack, Rule

__all__ = ["Answer", "AtHand", "Judgement", "No", "Open", "Said", "judged", "listed"]


class Answer(StrEnum):
    """Of one rule about one diploma, and of one clause of it."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Judgement:
    """How a diploma stands to a rule."""

    answer: Answer
    failed: tuple[tuple[str, str | None], ...] = ()
    """Clauses that do not hold, each with what the diploma says there; None where it says nothing."""
    missing: tuple[Open, ...] = ()
    """Facts without which it cannot be told."""


# Kinds that have stages; of any other the stage is known not to be there.
_STAGED: Final = frozenset({Kind.OLYMPIAD_DIPLOMA, Kind.CONTEST_DIPLOMA})
# Kinds whose year of holding only their school year tells: a diploma that was replaced has a later day.
_OF_A_SCHOOL_YEAR: Final = frozenset({Kind.OLYMPIAD_DIPLOMA})


@dataclass(frozen=True, slots=True)
class Said:
    """What one diploma says, as rules read it."""

    item: Item
    kinds: tuple[Kind, ...]
    """What it may be; more than one when what would tell is hidden."""
    lists: tuple[OlympiadList, ...]
    hours: Decimal | None

    @classmethod
    def of(cls, item: Item) -> Said:
        said = item.achievement
        hidden = "listNumber" in said.not_shown
        kinds = (
            tuple(Kind) if said.kind is None else possible_kinds(Kind(said.kind), number_may_be_hidden=hidden)
        )
        lists = dict.fromkeys(
            each
            for kind in kinds
            for each in possible_lists(
                kind, list_number=said.list_number, name=said.name, number_may_be_hidden=hidden
            )
        )
        hours = [_decimal(each.value) for each in said.scores if counts_hours(each.label)]
        known = [each for each in hours if each is not None]
        return cls(item, kinds, tuple(lists), max(known, default=None))

    @property
    def number(self) -> int:
        return self.item.number

    @property
    def confirmed(self) -> bool:
        return self.item.outcome is Fate.CONFIRMED

    def hides(self, member: str) -> bool:
        return member in self.item.achievement.not_shown

    @property
    def school_year(self) -> SchoolYear | None:
        years = self.item.achievement.school_year
        return None if years is None else SchoolYear(years[0])

    @property
    def year(self) -> int | None:
        """The calendar year of holding; None when it is not known."""
        said = self.item.achievement
        if said.school_year is not None:
            return said.school_year[1]
        told = said.year_text is not None or self.hides("schoolYear")
        if told or set(self.kinds) & _OF_A_SCHOOL_YEAR or said.awarded is None:
            return None
        return said.awarded.year


def _decimal(text: str) -> Decimal | None:
    try:
        found = Decimal(text)
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


# --- rules ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class No:
    """The clause does not hold; `said` is what the diploma says there."""

    said: str | None


@dataclass(frozen=True, slots=True)
class Open:
    """The fact is missing, by its name in a report."""

    fact: str
    unread: bool = False
    """It is there, in words that no table knows: showing more would not help."""


@dataclass(frozen=True, slots=True)
class AtHand:
    """What clauses may look at beside the diploma."""

    levels: Levels
    born: date | None


_Clause: TypeAlias = Callable[[Said, Any, AtHand], "No | Open | None"]


def judged(rule: Rule, facts: Said, pack: Pack, known: AtHand) -> Judgement:
    """Kleene's conjunction: one "no" decides; else one missing fact leaves it open, and is named."""
    failed: list[tuple[str, str | None]] = []
    missing: list[Open] = []
    answers = {name: MEANINGS[name](facts, wanted, known) for name, wanted in rule.when.written.items()}
    answers["window"] = _in_window(facts, rule, pack)
    for clause, answer in answers.items():
        if isinstance(answer, No):
            failed.append((clause, answer.said))
        elif isinstance(answer, Open):
            missing.append(answer)
    if failed:
        return Judgement(Answer.NO, tuple(failed))
    if missing:
        return Judgement(Answer.UNKNOWN, missing=tuple(dict.fromkeys(missing)))
    return Judgement(Answer.YES)


def _in_window(facts: Said, rule: Rule, pack: Pack) -> No | Open | None:
    if facts.year is None:
        return Open("schoolYear", unread=not facts.hides("schoolYear"))
    first, last = pack.years_of(rule)
    return None if first <= facts.year <= last else No(str(facts.year))


def _one_of(possible: Sequence[str], wanted: Iterable[str], missing: str) -> No | Open | None:
    """Of something that may be one of several, whether all, some or none of them are wanted."""
    fitting = set(possible) & set(wanted)
    if fitting == set(possible):
        return None
    return Open(missing) if fitting else No(possible[0] if len(possible) == 1 else None)


def _kinds(facts: Said, wanted: Sequence[Kind], _: AtHand) -> No | Open | None:
    return _one_of(facts.kinds, wanted, "type" if facts.item.achievement.kind is None else "listNumber")


def _list(facts: Said, wanted: OlympiadList, _: AtHand) -> No | Open | None:
    said = facts.item.achievement
    missing = "type" if said.kind is None else "listNumber" if facts.hides("listNumber") else "name"
    return _one_of(facts.lists, [wanted], missing)


def _compared(facts: Said, said: str | None, wanted: Sequence[str], fact: str) -> No | Open | None:
    if said is None:
        return Open(fact) if facts.hides(fact) else No(None)
    return None if any(same_term(said, each) for each in wanted) else No(said)


def _numbers(facts: Said, wanted: Sequence[str], _: AtHand) -> No | Open | None:
    if OlympiadList.OFFICIAL not in facts.lists:
        return No(None)
    return _compared(facts, facts.item.achievement.list_number, wanted, "listNumber")


def _profiles(facts: Said, wanted: Sequence[str], _: AtHand) -> No | Open | None:
    return _compared(facts, facts.item.achievement.profile, wanted, "profile")


def _stages(facts: Said, wanted: Sequence[str], _: AtHand) -> No | Open | None:
    said = facts.item.achievement
    if said.stage is not None:
        return None if said.stage.code in wanted else No(said.stage.text)
    if not set(facts.kinds) & _STAGED:
        return No(None)
    # The text is hidden, or in words that no table knows.
    return Open("stage", unread=said.description is not None)


def _results(facts: Said, wanted: Sequence[str], _: AtHand) -> No | Open | None:
    said = facts.item.achievement.results
    if any(each.code in wanted for each in said):
        return None
    if any(each.code is None for each in said):
        return Open("result", unread=True)
    if facts.hides("result"):
        return Open("result")
    return No("; ".join(each.text for each in said) or None)


def _classes(facts: Said, wanted: Sequence[int], _: AtHand) -> No | Open | None:
    said = facts.item.achievement
    if said.school_class is not None:
        return None if said.school_class.number in wanted else No(said.school_class.text)
    # A role stands where the class would be, so there is no class to hide.
    return Open("class") if facts.hides("class") and said.role is None else No(None)


def listed(facts: Said, levels: Levels) -> LevelAnswer | No | Open:
    """What the official list says of the diploma's olympiad, or why it cannot be asked."""
    said = facts.item.achievement
    if OlympiadList.OFFICIAL not in facts.lists:
        return No(None)
    year = facts.school_year
    if said.list_number is not None and said.profile is not None and year is not None:
        return levels.level(said.list_number, said.profile, year)
    if said.list_number is None:
        return Open("listNumber")
    if said.profile is None:
        return Open("profile") if facts.hides("profile") else No(None)
    if said.year_text is not None:
        return Open("schoolYear", unread=True)
    return Open("schoolYear") if facts.hides("schoolYear") else No(None)


def _levels(facts: Said, wanted: Sequence[int], known: AtHand) -> No | Open | None:
    answer = listed(facts, known.levels)
    if not isinstance(answer, LevelAnswer):
        return answer
    if answer.state is LevelState.NO_LIST:
        return Open("levels")
    return None if answer.level in wanted else No(None if answer.level is None else str(answer.level))


def _subjects(facts: Said, wanted: Sequence[str], known: AtHand) -> No | Open | None:
    answer = listed(facts, known.levels)
    if not isinstance(answer, LevelAnswer):
        return answer
    if answer.state is LevelState.NO_LIST:
        return Open("levels")
    if any(same_term(said, each) for said in answer.subjects for each in wanted):
        return None
    return No(", ".join(answer.subjects) or None)


def _regions(facts: Said, wanted: Sequence[str], _: AtHand) -> No | Open | None:
    said = facts.item.issuer.region
    if said is None:
        return Open("region")
    return None if any(same_term(said, each) for each in wanted) else No(said)


def _hours(facts: Said, wanted: int, _: AtHand) -> No | Open | None:
    if facts.hours is None:
        unread = any(counts_hours(each.label) for each in facts.item.achievement.scores)
        return Open("score", unread) if unread or facts.hides("score") else No(None)
    return None if facts.hours >= wanted else No(str(facts.hours))


def _age(facts: Said, known: AtHand) -> int | Open:
    """Full years on the day of the award; who is born on 29 February is a year older on 1 March."""
    born, awarded = known.born or facts.item.person.born, facts.item.achievement.awarded
    if awarded is None:
        return Open("awarded")
    if born is None:
        return Open("born")
    return awarded.year - born.year - ((awarded.month, awarded.day) < (born.month, born.day))


def _age_at_least(facts: Said, wanted: int, known: AtHand) -> No | Open | None:
    age = _age(facts, known)
    if isinstance(age, Open):
        return age
    return None if age >= wanted else No(str(age))


def _age_at_most(facts: Said, wanted: int, known: AtHand) -> No | Open | None:
    age = _age(facts, known)
    if isinstance(age, Open):
        return age
    return None if age <= wanted else No(str(age))


MEANINGS: Final[Mapping[str, _Clause]] = {
    "kinds": _kinds,
    "list": _list,
    "numbers": _numbers,
    "stages": _stages,
    "profiles": _profiles,
    "levels": _levels,
    "subjects": _subjects,
    "results": _results,
    "classes": _classes,
    "regions": _regions,
    "hours_at_least": _hours,
    "age_at_least": _age_at_least,
    "age_at_most": _age_at_most,
}
"""What each clause of `policy_pack.When` means."""
