"""What a family should see to, before a university asks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from vcwallet.credentials.spelling import same_name
from vcwallet.wallet.child import Diploma
from vcwallet.wallet.family import Family
from vcwallet.wallet.inspection import Health
from vcwallet.wallet.known_lists import KnownLists, Standing

FRESH: Final = timedelta(days=30)
"""A university may ask what was revoked in the last month; few ask for less."""


@dataclass(frozen=True, slots=True)
class Checkup:
    """Each diploma that somebody will ask about, by the reason."""

    health: Health
    revoked: tuple[Diploma, ...]
    unknown: tuple[Diploma, ...]
    """It may be revoked and no list here answers."""
    aged: tuple[Diploma, ...]
    """Not revoked by a list that is older than `FRESH`."""
    oldest: datetime | None
    """The oldest list that speaks of a diploma here."""
    future: tuple[Diploma, ...]
    """Not in force yet."""
    other_surname: tuple[Diploma, ...]
    """Issued under a surname that the child does not have now."""


def check(health: Health, family: Family, lists: KnownLists, *, now: datetime) -> Checkup:
    """Look through everything; records that cannot be read are in `health` and nowhere else."""
    found: dict[str, list[Diploma]] = {}
    moments: list[datetime] = []
    for child in family.children if not health.problems else ():
        for diploma in child.diplomas():
            status = lists.status(diploma.credential, now=now)
            if status.as_of is not None:
                moments.append(status.as_of)
            if status.standing is Standing.REVOKED:
                found.setdefault("revoked", []).append(diploma)
            elif status.standing is Standing.UNKNOWN:
                found.setdefault("unknown", []).append(diploma)
            elif status.standing is Standing.GOOD and not status.is_within(FRESH, now=now):
                found.setdefault("aged", []).append(diploma)
            begins = diploma.credential.valid_from
            if begins is not None and begins > now:
                found.setdefault("future", []).append(diploma)
            surname = diploma.facts.person.family
            if surname and not same_name(surname, child.profile.family_name):
                found.setdefault("other_surname", []).append(diploma)
    groups = {
        name: tuple(found.get(name, ())) for name in ("revoked", "unknown", "aged", "future", "other_surname")
    }
    return Checkup(health=health, oldest=min(moments, default=None), **groups)
