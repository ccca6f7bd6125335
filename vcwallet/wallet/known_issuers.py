"""The issuers' keys that a wallet was given.

Kept in the file so that everything can be checked without a network. That a document is here says only that
the family was given it: it is enough to notice a changed diploma, and no reason for anybody to believe the
issuer. A document that takes an issuer's known keys away is not taken silently.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from vcwallet import timestamps
from vcwallet.credentials import credential as credentials
from vcwallet.credentials.credential import Credential
from vcwallet.errors import N_, KeyUnavailable, UsageError
from vcwallet.identifiers import did
from vcwallet.identifiers.controlled_identifier import ControlledIdentifierDocument
from vcwallet.sealed_file import SealedFile
from vcwallet.strict_json import JsonObject
from vcwallet.wallet import records


class KnownIssuers:
    """The issuers' documents of one wallet file."""

    def __init__(self, file: SealedFile) -> None:
        self._file = file
        self._documents: dict[str, ControlledIdentifierDocument] | None = None

    def resolve(self, identifier: str) -> ControlledIdentifierDocument:
        """A `Resolver`: what the identifier itself says, or the remembered document of an issuer.

        Raises KeyUnavailable (``wallet.issuer-unknown``), and what `did.resolve` raises.
        """
        document = self._by_id().get(identifier)
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

    def verify(self, document: JsonObject | bytes | str | Credential, *, now: datetime) -> Credential:
        """The credential, when all its proofs hold by the keys that are known here.

        Raises what `Credential.parse` and `credential.verify` raise (KeyUnavailable for an issuer whose
        document is not at hand).
        """
        credential = document if isinstance(document, Credential) else Credential.parse(document)
        credentials.verify(credential, resolve=self.resolve, now=now, stored=True)
        return credential

    def documents(self) -> tuple[ControlledIdentifierDocument, ...]:
        return tuple(self._by_id().values())

    def remember(
        self, document: ControlledIdentifierDocument, *, now: datetime, replace: bool = False
    ) -> bool:
        """Keep an issuer's document; returns whether it was news.

        Raises UsageError (``wallet.issuer-changed``) when keys known so far are missing from it, unless
        `replace`: an honest issuer keeps its old keys listed, because old diplomas need them.
        """
        known = self._by_id().get(document.id)
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
            for record in self._records():
                if _issuer_document(records.load(self._file.get(record))).id == document.id:
                    self._file.remove(record)
        self._file.put(
            records.dump({"added": timestamps.render(now), "document": document.to_json()}),
            kind=records.ISSUER_DOCUMENT,
        )
        self._documents = None
        return True

    def copy_into(self, other: SealedFile, credentials: Iterable[Credential]) -> None:
        """Give another wallet file the documents of those who issued some credentials."""
        issuers = {each.issuer_id for each in credentials}
        for record in self._records():
            data = self._file.get(record)
            if _issuer_document(records.load(data)).id in issuers:
                other.put(data, kind=records.ISSUER_DOCUMENT)

    def _by_id(self) -> dict[str, ControlledIdentifierDocument]:
        if self._documents is None:
            found: dict[str, ControlledIdentifierDocument] = {}
            loaded = [records.load(self._file.get(record)) for record in self._records()]
            # Two copies of a wallet may each have learnt one; the later stands.
            for document in sorted(loaded, key=lambda each: records.moment(each, "added")):
                parsed = _issuer_document(document)
                found[parsed.id] = parsed
            self._documents = found
        return self._documents

    def _records(self) -> Sequence[str]:
        return [
            info.id
            for info in self._file.records()
            if info.kind == records.ISSUER_DOCUMENT and not info.owner
        ]


def _keys(document: ControlledIdentifierDocument) -> set[tuple[str, str]]:
    return {(method.id, method.public_key.multibase) for method in document.verification_methods}


def _issuer_document(record: JsonObject) -> ControlledIdentifierDocument:
    document = record.get("document")
    if not isinstance(document, dict):
        raise records.unreadable()
    return ControlledIdentifierDocument.parse(document)
