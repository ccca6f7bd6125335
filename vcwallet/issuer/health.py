"""What an issuer's folder needs from its people, the most urgent first: both interfaces say the same.

    health = examine(folder, register, now=now)
    for need in health.needs:
        print(need.kind, need.urgency, need.day)

Nothing here is secret, so that it is told before anybody types the passphrase: which days something was done
on is in the register, and which ways in the keystore has is said by its header.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import IntEnum, StrEnum
from pathlib import Path
from typing import Final

from vcwallet.issuer import closing, publishing
from vcwallet.issuer.folder import IssuerFolder
from vcwallet.issuer.lineage import Place
from vcwallet.issuer.publishing import SiteFile, SiteStanding
from vcwallet.issuer.register import NOT_IN_BACKUPS, Change, LastChange, Register, RegisterLine, State
from vcwallet.sealed_file import read_header

DRILLED_WITHIN: Final = timedelta(days=180)
"""So long a backup is believed to open without having been tried."""


class Urgency(IntEnum):
    """How long something can wait."""

    NOW = 1
    """Until then somebody gets a wrong answer, or nothing can be done here."""
    SOON = 2
    LATER = 3


class NeedKind(StrEnum):
    """What has to be done; those of one urgency in this order."""

    SETTLE = "settle"
    """The folder was at another place before."""
    PUBLISH_CHANGES = "publish-changes"
    """Diplomas were revoked, suspended or reinstated, and what is published does not say so."""
    PUBLISH_KEYS = "publish-keys"
    """The document with the keys that is published is another one."""
    LISTS_ENDED = "lists-ended"
    GO_ON = "go-on"
    """A run of signing was stopped."""
    OWN_VALUES = "own-values"
    """The kit's invented values still stand in the settings, so nothing can be signed."""
    BACK_UP = "back-up"
    """There is no backup, or the register has changed since the last one."""
    LISTS_END = "lists-end"
    PUBLISH_FIRST = "publish-first"
    """There is a site, and nothing of this issuer was published yet."""
    PUBLISH_AGAIN = "publish-again"
    """The folder that was published into has not got what was put there."""
    RECOVERY_SHEET = "recovery-sheet"
    """Nothing but the passphrase opens the keys."""
    STANDBY = "standby"
    """The standby keys still lie in the folder."""
    DRILL = "drill"
    """It was long ago that a backup was tried."""


@dataclass(frozen=True, slots=True)
class Need:
    """One thing to do."""

    kind: NeedKind
    urgency: Urgency
    day: date | None = None
    """Since when it is so, or when something ends."""
    number: int = 0
    """How many diplomas or files are meant."""
    place: str = ""
    """A file or a folder that is meant."""


@dataclass(frozen=True, slots=True)
class Health:
    """How an issuer's folder stands. Days are those of the issuer's own time zone."""

    needs: tuple[Need, ...]
    """The most urgent first."""
    counts: Mapping[State, int]
    published: date | None
    """When it was published last; None for never."""
    site_folder: Path | None
    """Where to."""
    site: tuple[SiteFile, ...]
    """How the files stand there; nothing when the folder is not at hand."""
    unpublished: tuple[RegisterLine, ...]
    """To which something was done that no published list has."""
    lists_end: date | None
    """When the first of the published lists ends."""
    backed_up: date | None
    drilled: date | None
    """When a backup was last proved to open: by making it, or by trying it."""
    changed_since_backup: bool
    has_recovery_code: bool
    standby_file: Path | None
    """The standby keys, as long as they lie in the folder."""
    elsewhere: Place | None
    """Where the folder was at home before, when it has to be said what it is."""
    closed_since: datetime | None


def examine(folder: IssuerFolder, register: Register, *, now: datetime) -> Health:
    """Look at everything that has to be looked after. Writes nothing and needs no keys.

    Raises what the register and the header of the keystore raise.
    """
    changes = register.last_changes()
    site = register.site_folder
    closed = closing.closed_since(folder)
    lists_end = publishing.ends(register, folder) if closed is None else None
    compared: tuple[SiteFile, ...] = ()
    if closed is None and site is not None and site.is_dir():
        compared = publishing.compare(folder, register, publishing.reading(site), now=now)
    backed_up = changes.get(Change.BACKED_UP)
    drills = [moment for each in (Change.BACKED_UP, Change.DRILLED) if (moment := _moment(changes.get(each)))]
    drilled = max(drills, default=None)
    kept = backed_up.number if backed_up is not None else 0

    def day(moment: datetime | None) -> date | None:
        return folder.today(moment) if moment is not None else None

    health = Health(
        needs=(),
        counts=register.counts(),
        published=day(_moment(changes.get(Change.PUBLISHED))),
        site_folder=site,
        site=compared,
        unpublished=register.unpublished(),
        lists_end=day(lists_end),
        backed_up=day(_moment(backed_up)),
        drilled=day(drilled),
        changed_since_backup=any(changes[each].number > kept for each in NOT_IN_BACKUPS & changes.keys()),
        has_recovery_code=read_header(folder.keystore_path).has_recovery_code,
        standby_file=folder.standby_path,
        elsewhere=register.elsewhere,
        closed_since=closed,
    )
    if closed is not None:
        return health
    needs = [*_of_publishing(folder, health, lists_end, now=now), *_of_keeping(folder, health)]
    if not health.changed_since_backup and drilled is not None and now - drilled > DRILLED_WITHIN:
        needs.append(Need(NeedKind.DRILL, Urgency.LATER, day=day(drilled)))
    return replace(health, needs=tuple(sorted(needs, key=lambda need: (need.urgency, _ORDER[need.kind]))))


_ORDER: Final = {kind: place for place, kind in enumerate(NeedKind)}


def _of_keeping(folder: IssuerFolder, health: Health) -> Iterator[Need]:
    if health.elsewhere is not None:
        yield Need(NeedKind.SETTLE, Urgency.NOW, place=str(health.elsewhere))
    if reserved := health.counts.get(State.RESERVED, 0):
        yield Need(NeedKind.GO_ON, Urgency.NOW, number=reserved)
    if invented := {(each.table, each.key) for each in folder.invented()}:
        yield Need(NeedKind.OWN_VALUES, Urgency.SOON, number=len(invented))
    if health.changed_since_backup:
        # Whoever loses the register can revoke nothing that was signed.
        lost = health.backed_up is None and any(health.counts.values())
        yield Need(NeedKind.BACK_UP, Urgency.NOW if lost else Urgency.SOON, day=health.backed_up)
    if not health.has_recovery_code:
        yield Need(NeedKind.RECOVERY_SHEET, Urgency.SOON)
    if health.standby_file is not None:
        yield Need(NeedKind.STANDBY, Urgency.LATER, place=health.standby_file.name)


def _of_publishing(
    folder: IssuerFolder, health: Health, lists_end: datetime | None, *, now: datetime
) -> Iterator[Need]:
    place = str(health.site_folder or "")
    standings = [each.standing for each in health.site]
    if health.unpublished:
        since = folder.today(min(line.acts[-1].moment for line in health.unpublished))
        yield Need(NeedKind.PUBLISH_CHANGES, Urgency.NOW, since, len(health.unpublished), place)
    if SiteStanding.DIFFERENT in standings:
        yield Need(NeedKind.PUBLISH_KEYS, Urgency.NOW, place=place)
    if lists_end is not None and lists_end <= now:
        yield Need(NeedKind.LISTS_ENDED, Urgency.NOW, health.lists_end)
    elif lists_end is not None and lists_end - now <= publishing.RENEWED_BEFORE:
        yield Need(NeedKind.LISTS_END, Urgency.SOON, health.lists_end)
    if health.published is None and folder.settings.site and not health.unpublished:
        yield Need(NeedKind.PUBLISH_FIRST, Urgency.SOON)
    lacking = sum(
        each is SiteStanding.MISSING
        or each is SiteStanding.NOT_OURS
        or (each is SiteStanding.BEHIND and not health.unpublished)
        for each in standings
    )
    if lacking:
        yield Need(NeedKind.PUBLISH_AGAIN, Urgency.SOON, number=lacking, place=place)


def _moment(change: LastChange | None) -> datetime | None:
    return change.moment if change is not None else None
