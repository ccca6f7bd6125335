"""What a family should see to, before a university asks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from vcwallet.credentials.spelling import same_name
from vcwallet.sealed_file import Notice
from vcwallet.wallet.child import Diploma
from vcwallet.wallet.family import Family
from vcwallet.wallet.inspection import Health
from vcwallet.wallet.known_lists import KnownLists, Standing
from vcwallet.wallet.seen_saves import Backup

FRESH: Final = timedelta(days=30)
"""A university may ask what was revoked in the last month; few ask for less."""
STALE: Final = timedelta(days=90)
"""After so long nothing is said of a revocation, and the family is reminded of the lists."""
LONG_AGO: Final = timedelta(days=182)
"""After so long a family is reminded of its backup."""


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


# --- what to see to first --------------------------------------------------------------------------------


class Matter(StrEnum):
    """What a family should see to, the most urgent first."""

    DAMAGED = "damaged"
    """The file, or a copy that was opened instead."""
    OLDER = "older"
    PARALLEL = "parallel"
    COPIES_BESIDE = "copies-beside"
    NO_SHEET = "no-sheet"
    NO_BACKUP = "no-backup"
    BACKUP_OLD = "backup-old"
    LISTS_OLD = "lists-old"
    BACKUP_BEHIND = "backup-behind"
    """Something was saved since the last backup."""


@dataclass(frozen=True, slots=True)
class Reminder:
    """One thing to see to."""

    matter: Matter
    day: datetime | None = None
    """Of the backup or of the list."""
    number: int = 0
    """Of the saves since the last backup."""
    files: tuple[str, ...] = ()
    """The copies beside the wallet."""
    notice: Notice | None = None
    """What opening found, in its own words."""


_MATTERS: Final = {"wallet.older": Matter.OLDER, "wallet.parallel": Matter.PARALLEL}
"""By the code of a notice; any other is of a file that was damaged."""


def reminders(
    *,
    noticed: Sequence[Notice],
    copies: Sequence[str],
    has_sheet: bool,
    backup: Backup | None,
    saves_since: int,
    oldest: datetime | None,
    now: datetime,
) -> tuple[Reminder, ...]:
    """What to see to, the most urgent first; nothing is decrypted for it. See `Wallet.reminders`."""
    found = [Reminder(_MATTERS.get(each.code, Matter.DAMAGED), notice=each) for each in noticed]
    if copies:
        found.append(Reminder(Matter.COPIES_BESIDE, files=tuple(copies)))
    if not has_sheet:
        found.append(Reminder(Matter.NO_SHEET))
    if backup is None:
        found.append(Reminder(Matter.NO_BACKUP))
    elif now - backup.at > LONG_AGO:
        found.append(Reminder(Matter.BACKUP_OLD, day=backup.at))
    elif saves_since > 0:
        found.append(Reminder(Matter.BACKUP_BEHIND, day=backup.at, number=saves_since))
    if oldest is not None and now - oldest > STALE:
        found.append(Reminder(Matter.LISTS_OLD, day=oldest))
    order = tuple(Matter)
    return tuple(sorted(found, key=lambda each: order.index(each.matter)))
