"""What an office adds to a report that it files: who applies, who checked, until when it is kept.

    record = Record(office="Вымышленный университет", number="27-000123", form=Form(family="Вымыслова"))
    for each in compared(record.form, report.items):
        print(each.member, each.form, each.shown, each.agreement)

The comparison is with what a signature stands behind: hearsay agrees with nothing. It is for the eyes of the
commission; matching an applicant to what came is another thing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from vcwallet.credentials.spelling import same_name
from vcwallet.report import Fate, Item, Person

__all__ = ["YEARS_KEPT", "Agreement", "Compared", "Form", "Record", "compared", "kept_until"]

YEARS_KEPT: Final = 5
"""For how many years after the year of the check the minutes of an admission commission are kept."""


class Agreement(StrEnum):
    """What a form says beside what was shown."""

    EQUAL = "equal"
    DIFFERS = "differs"
    HIDDEN = "hidden"
    """The family hid it, or the diplomas never said it."""
    NOT_GIVEN = "not-given"
    """The form leaves it out."""


@dataclass(frozen=True, slots=True)
class Form:
    """Who applies, as the application says."""

    family: str | None = None
    given: str | None = None
    patronymic: str | None = None
    born: date | None = None


@dataclass(frozen=True, slots=True)
class Compared:
    """One member of the form beside what the diplomas say; `shown` has several values where they disagree."""

    member: str
    form: str | date | None
    shown: tuple[str | date, ...]
    agreement: Agreement


@dataclass(frozen=True, slots=True)
class Record:
    """What the office adds to a report."""

    office: str = ""
    number: str = ""
    """Of the application."""
    checked_by: str = ""
    form: Form | None = None
    keep_until: date | None = None
    keep_basis: str = ""
    """The rule by which it is kept, in the office's words."""

    def kept(self, checked: date) -> date:
        """The last day on which it is kept."""
        return self.keep_until or kept_until(checked)


def kept_until(checked: date, years: int = YEARS_KEPT) -> date:
    """The last day on which it is kept: whole years are counted from the first of January that follows."""
    return date(checked.year + years, 12, 31)


def compared(form: Form | None, items: Sequence[Item]) -> tuple[Compared, ...]:
    """Family name, given name, patronymic and birth date; without a form, what was shown alone."""
    people = [each.person for each in items if each.proven and each.outcome is not Fate.REFUSED]
    said = form or Form()
    found = []
    for member in ("family", "given", "patronymic", "born"):
        given: str | date | None = getattr(said, member)
        shown = _distinct([value for person in people if (value := getattr(person, member)) is not None])
        found.append(Compared(member, given, shown, _agreement(given, shown)))
    unparted = _distinct([name for person in people if (name := _whole_name(person))])
    if unparted and not any(each.shown for each in found[:3]):
        whole = " ".join(filter(None, (said.family, said.given, said.patronymic))) or None
        found[:3] = [Compared("name", whole, unparted, _agreement(whole, unparted))]
    return tuple(found)


def _whole_name(person: Person) -> str | None:
    return person.other_name if not (person.family or person.given) else None


def _agreement(given: str | date | None, shown: Sequence[str | date]) -> Agreement:
    if given is None:
        return Agreement.NOT_GIVEN
    if not shown:
        return Agreement.HIDDEN
    return Agreement.EQUAL if all(_same(given, each) for each in shown) else Agreement.DIFFERS


def _same(one: str | date, other: str | date) -> bool:
    if isinstance(one, str) and isinstance(other, str):
        return same_name(one, other)
    return one == other


def _distinct(values: Sequence[str | date]) -> tuple[str | date, ...]:
    kept: list[str | date] = []
    for value in values:
        if not any(_same(value, each) for each in kept):
            kept.append(value)
    return tuple(kept)
