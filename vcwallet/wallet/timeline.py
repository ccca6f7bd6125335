"""What one child has, by school year: the newest first, as a family looks through it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from vcwallet.credentials.terms import SchoolYear
from vcwallet.wallet.attachments import Attachment
from vcwallet.wallet.child import Child, Diploma

_SEPTEMBER: Final = 9


@dataclass(frozen=True, slots=True)
class Year:
    """One school year of a child."""

    year: SchoolYear | None
    """None for diplomas that say no day and no school year."""
    kept: tuple[Diploma | Attachment, ...]
    """The latest first."""


def timeline(child: Child) -> tuple[Year, ...]:
    """Diplomas by the day of the award, documents nobody signed by the day they were added."""
    by_year: defaultdict[SchoolYear | None, list[Diploma | Attachment]] = defaultdict(list)
    for kept in _newest_first(child):
        by_year[_year_of(kept)].append(kept)
    order = sorted(by_year, key=lambda year: -1 if year is None else year.first, reverse=True)
    return tuple(Year(year, tuple(by_year[year])) for year in order)


def _newest_first(child: Child) -> Iterator[Diploma | Attachment]:
    everything: list[Diploma | Attachment] = [*child.diplomas(), *child.attachments()]
    yield from sorted(everything, key=lambda kept: (_day_of(kept) or date.min, kept.number), reverse=True)


def _day_of(kept: Diploma | Attachment) -> date | None:
    return kept.added.date() if isinstance(kept, Attachment) else kept.facts.awarded


def _year_of(kept: Diploma | Attachment) -> SchoolYear | None:
    """What the issuer calls the year counts before the day: a diploma of June may be written in September."""
    if isinstance(kept, Diploma) and kept.facts.school_year is not None:
        return kept.facts.school_year
    day = _day_of(kept)
    return None if day is None else SchoolYear(day.year if day.month >= _SEPTEMBER else day.year - 1)
