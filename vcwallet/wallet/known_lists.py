"""Issuers' lists of revoked diplomas that a wallet was given, kept so that nobody has to be asked.

lists.remember(document, now=now)
print(lists.status(credential, now=now).standing)
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from vcwallet import timestamps
from vcwallet.credentials.credential import Credential
from vcwallet.credentials.status_entry import StatusEntry
from vcwallet.credentials.status_list import VerifiedStatusList, check_status, verify_status_list
from vcwallet.errors import N_, ProofError, VcwalletError
from vcwallet.sealed_file import SealedFile
from vcwallet.strict_json import JsonObject
from vcwallet.wallet import records
from vcwallet.wallet.known_issuers import KnownIssuers


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
    standing: Standing
    as_of: datetime | None = None
    """The moment the list speaks of."""

    def is_within(self, age: timedelta, *, now: datetime) -> bool:
        """Whether something is known that is no older than `age`."""
        return self.as_of is not None and now - self.as_of <= age


class KnownLists:
    """The status lists of one wallet file."""

    def __init__(self, file: SealedFile, issuers: KnownIssuers) -> None:
        self._file = file
        self._issuers = issuers

    def remember(self, document: JsonObject, *, now: datetime) -> bool:
        """Keep a signed status list whose proof holds, unless a newer one is here; whether it was news.

        Raises what `verify_status_list` raises.
        """
        given = verify_status_list(document, resolve=self._issuers.resolve, now=now)
        name = given.credential.id
        if name is None:
            raise ProofError("wallet.status-list-name", N_("The status list has no name."))
        for record, kept in self._documents():
            if kept.get("id") == name and kept.get("issuer") == document.get("issuer"):
                if self._as_of(kept, now) >= (given.as_of or now):
                    return False
                self._file.remove(record)
        self._file.put(
            records.dump({"added": timestamps.render(now), "document": document}), kind=records.STATUS_LIST
        )
        return True

    def about(self, credentials: Iterable[Credential]) -> tuple[JsonObject, ...]:
        """The signed lists that speak about some credentials, to staple to a bundle."""
        wanted = {entry.list_url for each in credentials for entry in status_entries(each)}
        return tuple(document for _, document in self._documents() if document.get("id") in wanted)

    def status(self, credential: Credential, *, now: datetime) -> KnownStatus:
        """What the lists at hand say; the worst of all entries, and how old the oldest answer is."""
        entries = status_entries(credential)
        if not credential.status_entries:
            return KnownStatus(Standing.NONE)
        if len(entries) != len(credential.status_entries):
            return KnownStatus(Standing.UNKNOWN)
        as_of: datetime | None = None
        for entry in entries:
            listed = self._verified(entry.list_url, credential.issuer_id, now)
            if listed is None:
                return KnownStatus(Standing.UNKNOWN)
            try:
                status = check_status(entry, listed, credential_issuer=credential.issuer_id, now=now)
            except VcwalletError:
                return KnownStatus(Standing.UNKNOWN)
            if status.invalidates:
                return KnownStatus(Standing.REVOKED, status.as_of)
            if status.as_of is not None:
                as_of = status.as_of if as_of is None else min(as_of, status.as_of)
        return KnownStatus(Standing.GOOD, as_of)

    def copy_into(self, other: SealedFile, credentials: Iterable[Credential]) -> None:
        """Give another wallet file the lists that speak about some credentials."""
        wanted = {entry.list_url for each in credentials for entry in status_entries(each)}
        for record, document in self._documents():
            if document.get("id") in wanted:
                other.put(self._file.get(record), kind=records.STATUS_LIST)

    def _verified(self, url: str, issuer: str, now: datetime) -> VerifiedStatusList | None:
        for _, document in self._documents():
            if document.get("id") != url:
                continue
            try:
                listed = verify_status_list(document, resolve=self._issuers.resolve, now=now)
            except VcwalletError:
                continue
            if listed.issuer_id == issuer:
                return listed
        return None

    def _documents(self) -> list[tuple[str, JsonObject]]:
        found: list[tuple[str, JsonObject]] = []
        for info in self._file.records():
            if info.kind == records.STATUS_LIST and not info.owner:
                document = records.load(self._file.get(info.id)).get("document")
                if not isinstance(document, dict):
                    raise records.unreadable()
                found.append((info.id, document))
        return found

    def _as_of(self, document: JsonObject, now: datetime) -> datetime:
        try:
            kept = verify_status_list(document, resolve=self._issuers.resolve, now=now)
        except VcwalletError:
            # No longer verifiable, for example after its issuer's document was replaced: anything is newer.
            return datetime.min.replace(tzinfo=now.tzinfo)
        return kept.as_of or datetime.min.replace(tzinfo=now.tzinfo)


def status_entries(credential: Credential) -> list[StatusEntry]:
    """Those of its status entries that are of a kind we know; raises what `StatusEntry.parse` raises."""
    parsed = [StatusEntry.parse(entry) for entry in credential.status_entries]
    return [entry for entry in parsed if entry is not None]
