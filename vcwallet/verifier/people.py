"""Whether the diplomas of one showing can be about one person.

A family name may change, so two of them contradict each other only where nothing else says that it is one
person. A given name and a birth date do not change.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from vcwallet.credentials.spelling import same_name
from vcwallet.report import Item, Person, Tie

__all__ = ["Disagreement", "disagreement"]


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Two items, by number, that differ in `member`; `surname_only` when given name and birth date agree."""

    member: str
    first: int
    second: int
    surname_only: bool = False


def disagreement(items: Sequence[Item]) -> Disagreement | None:
    """The first contradiction among these items; a plain one before a mere change of the family name."""
    changed: Disagreement | None = None
    for position, item in enumerate(items):
        for earlier in items[:position]:
            found = _between(earlier, item)
            if found is not None and not found.surname_only:
                return found
            changed = changed or found
    return changed


def _between(one: Item, other: Item) -> Disagreement | None:
    first, second = _read(one.person), _read(other.person)
    for member in ("born", "given"):
        if _differ(first.get(member), second.get(member)):
            return Disagreement(member, one.number, other.number)
    both_tied = one.tie is Tie.KEY and other.tie is Tie.KEY
    for member in ("family", "patronymic", "name"):
        if not both_tied and _differ(first.get(member), second.get(member)):
            known = all(member in each for each in (first, second) for member in ("given", "born"))
            return Disagreement(member, one.number, other.number, surname_only=known)
    return None


def _read(person: Person) -> dict[str, str]:
    said = {
        "family": person.family,
        "given": person.given,
        "patronymic": person.patronymic,
        "born": person.born.isoformat() if person.born else None,
        # A recipient who is named in an identifier only has one text for everything.
        "name": person.name if person.other_name or (person.family and person.given) else None,
    }
    known = {member: value for member, value in said.items() if value is not None}
    if not person.other_name:
        return known
    return {member: value for member, value in known.items() if member in ("name", "born")}


def _differ(one: str | None, other: str | None) -> bool:
    return one is not None and other is not None and not same_name(one, other)
