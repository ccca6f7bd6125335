"""Issuers' lists of revoked diplomas that a wallet was given, kept so that nobody has to be asked.

    lists.remember(document, now=now)
    print(lists.status(credential, now=now).standing)

*Revoked* is for ever: what a signed list once called revoked stays so when the list runs out, and when a
newer list leaves it out. *Not revoked* ages, and ends with the list that said so.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from vcwallet import limits, timestamps
from vcwallet.credentials import gate
from vcwallet.credentials.credential import Credential
from vcwallet.credentials.gate import Place
from vcwallet.credentials.status_entry import Status, StatusEntry
from vcwallet.credentials.status_list import (
    VerifiedStatusList,
    expand,
    newer,
    read_status,
    un_revoked,
)
from vcwallet.errors import N_, DocumentError, LimitExceeded, ProofError, VcwalletError
from vcwallet.sealed_file import RecordInfo, SealedFile
from vcwallet.strict_json import JsonObject
from vcwallet.wallet import records
from vcwallet.wallet.known_issuers import KnownIssuers, issuer_unknown


class Standing(StrEnum):
    """What is known about a credential's status."""

    GOOD = "good"
    REVOKED = "revoked"
    UNKNOWN = "unknown"
    """It has a status, and no list that answers is here."""
    NONE = "none"
    """It has no status: it cannot be revoked."""


@dataclass(frozen=True, slots=True)
class KnownStatus:
    """What the lists at hand say of one diploma."""

    standing: Standing
    as_of: datetime | None = None
    """The moment whose state the list tells."""

    def is_within(self, age: timedelta, *, now: datetime) -> bool:
        """Whether something is known that is no older than `age`."""
        return self.as_of is not None and now - self.as_of <= age


@dataclass(frozen=True, slots=True)
class _Kept:
    record: str
    document: JsonObject
    credential: Credential

    @property
    def name(self) -> tuple[str, str | None]:
        """Whose list it is, and which: two issuers may both say that they own one address."""
        return self.credential.issuer_id, self.credential.id


class KnownLists:
    """The status lists of one wallet file."""

    def __init__(self, file: SealedFile, issuers: KnownIssuers) -> None:
        self._file = file
        self._issuers = issuers
        self._parsed: dict[str, _Kept] = {}
        self._lists: tuple[_Kept, ...] = ()
        self._looked_at: tuple[RecordInfo, ...] | None = None
        self._read: dict[tuple[str, int], VerifiedStatusList] = {}

    def remember(self, document: JsonObject, *, expected: Collection[str] = (), now: datetime) -> bool:
        """`keep` what `admit` admits; whether it was news. Raises what they raise."""
        return self.keep(self.admit(document, expected=expected, now=now), now=now)

    def admit(
        self, document: JsonObject, *, expected: Collection[str] = (), now: datetime
    ) -> VerifiedStatusList:
        """A signed status list that the gate admits, read and inflated.

        `expected` are the issuers of kept diplomas that name this list's address; a list of anybody else is
        refused before it is inflated.

        Raises what `Credential.parse` raises; KeyUnavailable (``wallet.issuer-unknown``); the NotAdmitted and
        NotKnown of `gate.Admission.demand`, for one that is not valid yet too; what `status_list.expand`
        raises; ProofError (``wallet.status-list-name``) and DocumentError (``status.list-issuer``).
        """
        credential = Credential.parse(document)
        if credential.id is None:
            raise ProofError("wallet.status-list-name", N_("The status list has no name."))
        if expected and credential.issuer_id not in expected:
            raise DocumentError(
                "status.list-issuer",
                N_("The status list is by {found}, not by the credential's issuer {expected}."),
                found=credential.issuer_id[:64],
                expected=", ".join(sorted(expected))[:128],
            )
        return self._admitted(credential, now)

    def keep(self, given: VerifiedStatusList, *, now: datetime) -> bool:
        """Keep an admitted list, unless one that is as new is here; whether it was news.

        Raises LimitExceeded (``wallet.too-many-lists``).
        """
        credential = given.credential
        same = [kept for kept in self._kept() if kept.name == (credential.issuer_id, credential.id)]
        known = [(kept, self._verified(kept, now)) for kept in same]
        if any(listed is not None and not newer(given, listed) for _, listed in known):
            return False
        # A list that calls something revoked which the new one leaves out stays beside it.
        gone = [kept for kept, listed in known if listed is None or not un_revoked(listed, given)]
        if len(same) - len(gone) >= limits.WALLET_LISTS_OF_ONE_ADDRESS:
            raise LimitExceeded(
                "wallet.too-many-lists",
                N_("Too many lists at {address} contradict each other about what is revoked."),
                next_step=N_("Ask the issuer why revoked diplomas are valid again."),
                address=(credential.id or "-")[:128],
            )
        for kept in gone:
            self._file.remove(kept.record)
        self._file.put(
            records.dump({"added": timestamps.render(now), "document": credential.json}),
            kind=records.STATUS_LIST,
        )
        return True

    def about(self, credentials: Iterable[Credential], *, now: datetime) -> tuple[JsonObject, ...]:
        """The newest signed lists that speak about some credentials and hold, to staple to a bundle."""
        wanted = {(each.issuer_id, entry.list_url) for each in credentials for entry in status_entries(each)}
        newest: dict[tuple[str, str | None], _Kept] = {}
        for kept in self._kept():
            met = newest.get(kept.name)
            if kept.name not in wanted or self._verified(kept, now) is None:
                continue
            if met is None or _begin(kept.credential) > _begin(met.credential):
                newest[kept.name] = kept
        return tuple(kept.document for kept in newest.values())

    def status(self, credential: Credential, *, now: datetime) -> KnownStatus:
        """What the lists at hand say; the worst of all entries, and how old the oldest answer is."""
        entries = status_entries(credential)
        if not credential.status_entries:
            return KnownStatus(Standing.NONE)
        answers = [self._answer(entry, credential.issuer_id, now) for entry in entries]
        revoked = [answer for answer in answers if answer.standing is Standing.REVOKED]
        if revoked:
            return revoked[0]
        if len(entries) != len(credential.status_entries):
            return KnownStatus(Standing.UNKNOWN)
        if any(answer.standing is Standing.UNKNOWN for answer in answers):
            return KnownStatus(Standing.UNKNOWN)
        known = [answer.as_of for answer in answers if answer.as_of is not None]
        return KnownStatus(Standing.GOOD, min(known, default=None))

    def oldest(self, credentials: Iterable[Credential], *, now: datetime) -> datetime | None:
        """The moment of the oldest list that answers for one of some credentials."""
        answers = (self.status(each, now=now).as_of for each in credentials)
        return min((moment for moment in answers if moment is not None), default=None)

    def copy_into(self, other: SealedFile, credentials: Iterable[Credential]) -> None:
        """Give another wallet file the lists that speak about some credentials."""
        wanted = {(each.issuer_id, entry.list_url) for each in credentials for entry in status_entries(each)}
        for kept in self._kept():
            if kept.name in wanted:
                other.put(self._file.get(kept.record), kind=records.STATUS_LIST)

    def all_about(self, credentials: Iterable[Credential]) -> tuple[JsonObject, ...]:
        """Every signed list here that speaks about some credentials, also older ones that revoke more."""
        wanted = {(each.issuer_id, entry.list_url) for each in credentials for entry in status_entries(each)}
        return tuple(kept.document for kept in self._kept() if kept.name in wanted)

    def _answer(self, entry: StatusEntry, issuer: str, now: datetime) -> KnownStatus:
        """What the kept lists say of one entry: revoked if any does, else what the newest in force says."""
        good: list[Status] = []
        for kept in self._kept():
            if kept.name != (issuer, entry.list_url):
                continue
            listed = self._verified(kept, now)
            if listed is None:
                continue
            try:
                status = read_status(entry, listed, credential_issuer=issuer)
            except VcwalletError:
                continue
            if status.invalidates and (entry.purpose == "revocation" or _in_force(kept.credential, now)):
                return KnownStatus(Standing.REVOKED, status.as_of)
            if not status.invalidates and _in_force(kept.credential, now):
                good.append(status)
        if not good:
            return KnownStatus(Standing.UNKNOWN)
        known = [status.as_of for status in good if status.as_of is not None]
        return KnownStatus(Standing.GOOD, max(known, default=None))

    def _admitted(self, credential: Credential, now: datetime) -> VerifiedStatusList:
        admission = gate.admit(credential, Place.STATUS_LIST, issuers=self._issuers, now=now)
        if any(each.reason == "issuer.not-listed" for each in admission.findings):
            raise issuer_unknown(credential.issuer_id)  # nothing of it was inflated
        return expand(credential, admission.demand().proofs)

    def _verified(self, kept: _Kept, now: datetime) -> VerifiedStatusList | None:
        """A kept list, verified once for each state of the known issuers; None if it does not hold."""
        key = (kept.record, self._issuers.changes)
        if key not in self._read:
            try:
                self._read[key] = self._admitted(kept.credential, now)
            except VcwalletError:
                return None
        return self._read[key]

    def _kept(self) -> tuple[_Kept, ...]:
        found = self._file.records()
        if found is not self._looked_at:  # the same tuple as long as the file is the same
            wanted = records.shared(self._file, records.STATUS_LIST)
            if wanted != self._parsed.keys():
                self._parsed = {record: self._parsed.get(record) or self._load(record) for record in wanted}
            self._looked_at, self._lists = found, tuple(self._parsed.values())
        return self._lists

    def _load(self, record: str) -> _Kept:
        document = records.load(self._file.get(record)).get("document")
        if not isinstance(document, dict):
            raise records.unreadable()
        try:
            return _Kept(record, document, Credential.parse(document))
        except VcwalletError:
            raise records.unreadable() from None


def status_entries(credential: Credential) -> list[StatusEntry]:
    """Those of its status entries that are of a kind we know; raises what `StatusEntry.parse` raises."""
    parsed = [StatusEntry.parse(entry) for entry in credential.status_entries]
    return [entry for entry in parsed if entry is not None]


def _begin(credential: Credential) -> datetime:
    return credential.valid_from or datetime.min.replace(tzinfo=UTC)


def _in_force(credential: Credential, now: datetime) -> bool:
    if _begin(credential) - now > gate.CLOCK_SKEW:
        return False
    return credential.valid_until is None or now <= credential.valid_until
