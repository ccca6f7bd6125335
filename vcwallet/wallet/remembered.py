"""What a wallet learnt about issuers: their keys and their lists of revoked diplomas.

Kept in the file so that everything can be checked without a network. That a document is here says only that
the family was given it: it is enough to notice a changed diploma, and no reason for anybody to believe the
issuer. A document that takes an issuer's known keys away is not taken silently.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from vcwallet import timestamps
from vcwallet.credentials.credential import Credential
from vcwallet.credentials.status_entry import StatusEntry
from vcwallet.credentials.status_list import VerifiedStatusList, check_status, verify_status_list
from vcwallet.errors import N_, KeyUnavailable, ProofError, UsageError, VcwalletError
from vcwallet.identifiers import did
from vcwallet.identifiers.controlled_identifier import ControlledIdentifierDocument
from vcwallet.sealed_file import SealedFile
from vcwallet.strict_json import JsonObject
from vcwallet.wallet import records


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


class Remembered:
    """Issuers' documents and status lists of one wallet file."""

    def __init__(self, file: SealedFile) -> None:
        self._file = file
        self._documents: dict[str, ControlledIdentifierDocument] | None = None

    # --- issuers ---------------------------------------------------------------------------------

    def resolve(self, identifier: str) -> ControlledIdentifierDocument:
        """A `Resolver`: what the identifier itself says, or the remembered document of an issuer.

        Raises KeyUnavailable (``wallet.issuer-unknown``), and what `did.resolve` raises.
        """
        document = self._issuers().get(identifier)
        if document is not None:
            return document
        try:
            return did.resolve(identifier)
        except KeyUnavailable:
            raise KeyUnavailable(
                "wallet.issuer-unknown",
                N_("The keys of {issuer} are not at hand, so the signature cannot be checked."),
                next_step=N_(
                    "Add the issuer's identifier document (did.json, issuer.json) together with the diploma."
                ),
                issuer=identifier[:64],
            ) from None

    def issuers(self) -> tuple[ControlledIdentifierDocument, ...]:
        return tuple(self._issuers().values())

    def remember_issuer(
        self, document: ControlledIdentifierDocument, *, now: datetime, replace: bool = False
    ) -> bool:
        """Keep an issuer's document; returns whether it was news.

        Raises UsageError (``wallet.issuer-changed``) when keys known so far are missing from it, unless
        `replace`: an honest issuer keeps its old keys listed, because old diplomas need them.
        """
        known = self._issuers().get(document.id)
        if known is not None:
            if known.to_json() == document.to_json():
                return False
            if not _keys(known) <= _keys(document) and not replace:
                raise UsageError(
                    "wallet.issuer-changed",
                    N_("The document of {issuer} does not list the keys that were known until now."),
                    next_step=N_("Ask the issuer which document is theirs before you replace it."),
                    issuer=document.id[:64],
                )
            for record in self._records(records.ISSUER_DOCUMENT):
                if _issuer_document(records.load(self._file.get(record))).id == document.id:
                    self._file.remove(record)
        self._file.put(
            records.dump({"added": timestamps.render(now), "document": document.to_json()}),
            kind=records.ISSUER_DOCUMENT,
        )
        self._documents = None
        return True

    def _issuers(self) -> dict[str, ControlledIdentifierDocument]:
        if self._documents is None:
            found: dict[str, ControlledIdentifierDocument] = {}
            loaded = [
                records.load(self._file.get(record)) for record in self._records(records.ISSUER_DOCUMENT)
            ]
            # Two copies of a wallet may each have learnt one; the later stands.
            for document in sorted(loaded, key=lambda each: records.moment(each, "added")):
                parsed = _issuer_document(document)
                found[parsed.id] = parsed
            self._documents = found
        return self._documents

    # --- status lists ----------------------------------------------------------------------------

    def remember_status_list(self, document: JsonObject, *, now: datetime) -> bool:
        """Keep a signed status list whose proof holds, unless a newer one is here; whether it was news.

        Raises what `verify_status_list` raises.
        """
        given = verify_status_list(document, resolve=self.resolve, now=now)
        name = given.credential.id
        if name is None:
            raise ProofError("wallet.status-list-name", N_("The status list has no name."))
        for record, kept in self._status_lists():
            if kept.get("id") == name and kept.get("issuer") == document.get("issuer"):
                if _as_of(kept, self, now) >= (given.as_of or now):
                    return False
                self._file.remove(record)
        self._file.put(
            records.dump({"added": timestamps.render(now), "document": document}), kind=records.STATUS_LIST
        )
        return True

    def status_lists_for(self, credentials: Iterable[Credential]) -> tuple[JsonObject, ...]:
        """The signed lists that speak about some credentials, to staple to a bundle."""
        wanted = {entry.list_url for each in credentials for entry in status_entries(each)}
        return tuple(document for _, document in self._status_lists() if document.get("id") in wanted)

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
        """Give another wallet file what is known of the issuers of some credentials."""
        chosen = list(credentials)
        issuers = {each.issuer_id for each in chosen}
        lists = {entry.list_url for each in chosen for entry in status_entries(each)}
        for record in self._records(records.ISSUER_DOCUMENT):
            data = self._file.get(record)
            if _issuer_document(records.load(data)).id in issuers:
                other.put(data, kind=records.ISSUER_DOCUMENT)
        for record, document in self._status_lists():
            if document.get("id") in lists:
                other.put(self._file.get(record), kind=records.STATUS_LIST)

    def _verified(self, url: str, issuer: str, now: datetime) -> VerifiedStatusList | None:
        for _, document in self._status_lists():
            if document.get("id") != url:
                continue
            try:
                listed = verify_status_list(document, resolve=self.resolve, now=now)
            except VcwalletError:
                continue
            if listed.issuer_id == issuer:
                return listed
        return None

    def _status_lists(self) -> list[tuple[str, JsonObject]]:
        found: list[tuple[str, JsonObject]] = []
        for record in self._records(records.STATUS_LIST):
            document = records.load(self._file.get(record)).get("document")
            if not isinstance(document, dict):
                raise records.unreadable()
            found.append((record, document))
        return found

    def _records(self, kind: str) -> Sequence[str]:
        return [info.id for info in self._file.records() if info.kind == kind and not info.owner]


def _keys(document: ControlledIdentifierDocument) -> set[tuple[str, str]]:
    return {(method.id, method.public_key.multibase) for method in document.verification_methods}


def _issuer_document(record: JsonObject) -> ControlledIdentifierDocument:
    document = record.get("document")
    if not isinstance(document, dict):
        raise records.unreadable()
    return ControlledIdentifierDocument.parse(document)


def status_entries(credential: Credential) -> list[StatusEntry]:
    """Those of its status entries that are of a kind we know; raises what `StatusEntry.parse` raises."""
    parsed = [StatusEntry.parse(entry) for entry in credential.status_entries]
    return [entry for entry in parsed if entry is not None]


def _as_of(document: JsonObject, remembered: Remembered, now: datetime) -> datetime:
    try:
        kept = verify_status_list(document, resolve=remembered.resolve, now=now)
    except VcwalletError:
        # No longer verifiable, for example after its issuer's document was replaced: anything is newer.
        return datetime.min.replace(tzinfo=now.tzinfo)
    return kept.as_of or datetime.min.replace(tzinfo=now.tzinfo)
