"""The trust list: the issuers a verifier chose to believe, with their keys and what each may issue.

The list is the resolver. did:web would show only today's keys and needs the network; here an issuer's
controlled identifier document is kept with the history of its keys, so that a diploma signed years ago
is checked against the key of its time. Nobody signs a plain trust-list file: it is the verifier's own.

    trust = TrustList.parse(Path("trust-list.json").read_bytes())
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from vcwallet import limits, strict_json, timestamps
from vcwallet.credentials.credential import Credential
from vcwallet.credentials.issuers import KeyState, ListedIssuer, ListedKey
from vcwallet.credentials.status_list import verify_status_list
from vcwallet.errors import N_, Action, InputError, KeyUnavailable, UsageError
from vcwallet.identifiers import did
from vcwallet.identifiers.controlled_identifier import ControlledIdentifierDocument
from vcwallet.strict_json import Json, JsonObject

if TYPE_CHECKING:
    from pydantic import BaseModel

FORMAT = "vcwallet-trust-list/1"


class KeyStatus(StrEnum):
    ACTIVE = "active"
    RETIRED = "retired"
    """Signs no more; what it signed inside its window stands."""
    COMPROMISED = "compromised"
    """Somebody else may hold it: what it signed confirms nothing, whatever date the proof claims."""


@dataclass(frozen=True, slots=True)
class TrustedKey:
    """What the verifier knows of one key beyond the issuer's own document."""

    status: KeyStatus = KeyStatus.ACTIVE
    valid_from: datetime | None = None
    valid_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class TrustedIssuer:
    """One issuer the verifier believes, under the name the *verifier* knows it by.

    `kinds` are the Open Badges achievement types it may issue and `achievements` the prefixes of
    achievement ids; empty means any.
    """

    id: str
    name: Mapping[str, str]
    document: ControlledIdentifierDocument
    kinds: frozenset[str] = frozenset()
    achievements: tuple[str, ...] = ()
    keys: Mapping[str, TrustedKey] = field(default_factory=dict)

    @property
    def display_name(self) -> str:
        """The name for people: an issuer is known by its own language's name, the first that is given."""
        return next(iter(self.name.values()), self.id)

    def may_issue(self, *, kind: str | None, achievement: str | None) -> bool:
        if self.kinds and kind not in self.kinds:
            return False
        return not self.achievements or (achievement or "").startswith(self.achievements)


@dataclass(frozen=True)
class TrustList:
    """Issuers by id, and the status lists that came with the list."""

    issuers: Mapping[str, TrustedIssuer]
    issued_at: datetime
    valid_until: datetime | None = None
    name: Mapping[str, str] = field(default_factory=dict)
    recipient: str | None = None
    """The verifier's own domain: presentations must be addressed to it."""
    status_lists: tuple[JsonObject, ...] = ()

    @classmethod
    def parse(cls, data: bytes | str) -> TrustList:
        """Read a trust-list file (docs/reference/trust-list.md).

        Raises InputError (``trust.format``, ``trust.malformed`` with `pointer`) and all of `strict_json`.
        """
        document = strict_json.loads_object(
            data, max_bytes=limits.TRUST_LIST_BYTES, max_nodes=limits.TRUST_LIST_NODES
        )
        if document.get("format") != FORMAT:
            raise InputError(
                "trust.format",
                N_("This is not a trust list that this vcwallet reads (format “{format}”)."),
                next_step=Action.MAKE_TRUST_LIST,
                format=str(document.get("format"))[:64],
            )
        from pydantic import ValidationError

        try:
            file: Any = _file_model().model_validate(document)
        except ValidationError as error:
            first = error.errors(include_url=False, include_context=False, include_input=False)[0]
            raise InputError(
                "trust.malformed",
                N_("The trust list is not well-formed at {pointer}: {problem}."),
                pointer=strict_json.pointer(first["loc"]) or "/",
                problem=first["msg"][:64],
            ) from None
        issuers: dict[str, TrustedIssuer] = {}
        for entry in file.issuers:
            issuer = TrustedIssuer(
                id=entry.id,
                name=entry.name,
                document=_document(entry.id, entry.controlledIdentifier),
                kinds=frozenset(entry.kinds),
                achievements=tuple(entry.achievements),
                keys={
                    key.id: TrustedKey(
                        KeyStatus(key.status),
                        timestamps.parse(key.validFrom) if key.validFrom else None,
                        timestamps.parse(key.validUntil) if key.validUntil else None,
                    )
                    for key in entry.keys
                },
            )
            if issuer.id in issuers:
                raise InputError(
                    "trust.duplicate",
                    N_("The issuer {issuer} stands twice in the trust list."),
                    issuer=issuer.id,
                )
            issuers[issuer.id] = issuer
        return cls(
            issuers=issuers,
            issued_at=timestamps.parse(file.issuedAt),
            valid_until=timestamps.parse(file.validUntil) if file.validUntil else None,
            name=file.name,
            recipient=file.recipient,
            status_lists=tuple(file.statusLists),
        )

    def to_json(self) -> JsonObject:
        """The file form; `parse` reads it back."""
        document: JsonObject = {"format": FORMAT, "name": dict(self.name)}
        if self.recipient:
            document["recipient"] = self.recipient
        document["issuedAt"] = timestamps.render(self.issued_at)
        if self.valid_until:
            document["validUntil"] = timestamps.render(self.valid_until)
        document["issuers"] = [_entry(issuer) for issuer in self.issuers.values()]
        document["statusLists"] = list(self.status_lists)
        return document

    def resolve(self, identifier: str) -> ControlledIdentifierDocument:
        """The controlled identifier document behind an id, never over the network.

        Issuers come from the list; a did:key or did:jwk speaks for itself, which proves a signature but
        not that anybody believes its holder. Raises KeyUnavailable for any other id.
        """
        issuer = self.issuers.get(identifier)
        return issuer.document if issuer is not None else did.resolve(identifier)

    def listed(self, identifier: str) -> ListedIssuer | None:
        """The issuer as `gate.Issuers` gives it: keys by their material."""
        issuer = self.issuers.get(identifier)
        if issuer is None:
            return None
        described = {}
        for method in issuer.document.verification_methods:
            if method.id in issuer.document.relationships.get("assertionMethod", ()):
                known = issuer.keys.get(method.id, TrustedKey())
                ends = [at for at in (known.valid_until, method.expires, method.revoked) if at is not None]
                described[method.id] = ListedKey(
                    method.public_key,
                    frozenset({method.id}),
                    KeyState(known.status.value),
                    known.valid_from,
                    min(ends, default=None),
                )
        return ListedIssuer(issuer.id, issuer.id, issuer.name, tuple(described.values()))

    def with_issuer(self, issuer: TrustedIssuer) -> TrustList:
        """A list that also believes `issuer`; an entry of the same id is replaced."""
        return replace(self, issuers={**self.issuers, issuer.id: issuer})

    def without_issuer(self, identifier: str) -> TrustList:
        """Raises UsageError (``trust.not-listed``) when there is nothing to take out."""
        if identifier not in self.issuers:
            raise UsageError(
                "trust.not-listed", N_("{issuer} is not in the trust list."), issuer=identifier[:64]
            )
        return replace(self, issuers={key: value for key, value in self.issuers.items() if key != identifier})

    def with_status_list(self, document: JsonObject, *, now: datetime) -> TrustList:
        """A list that knows this signed status list too, in place of an older state of the same one.

        Raises what `status_list.verify_status_list` raises: only a list whose issuer is known and whose proof
        holds is kept.
        """
        new = verify_status_list(document, resolve=self.resolve, now=now)
        kept: list[JsonObject] = []
        for known in self.status_lists:
            if known.get("id") != new.credential.id:
                kept.append(known)
                continue
            old = Credential.parse(known)
            if old.valid_from is not None and new.as_of is not None and old.valid_from > new.as_of:
                return self
        return replace(self, status_lists=(*kept, document))


def _document(identifier: str, given: JsonObject | None) -> ControlledIdentifierDocument:
    if given is None:
        # A self-contained DID needs no document beside it.
        try:
            return did.resolve(identifier)
        except KeyUnavailable:
            raise InputError(
                "trust.no-document",
                N_("The trust list gives no controlled identifier document for {issuer}."),
                issuer=identifier[:64],
            ) from None
    document = ControlledIdentifierDocument.parse(given)
    if document.id != identifier:
        raise InputError(
            "trust.other-document",
            N_("The document listed for {issuer} belongs to {other}."),
            issuer=identifier[:64],
            other=document.id[:64],
        )
    return document


def _entry(issuer: TrustedIssuer) -> JsonObject:
    entry: JsonObject = {"id": issuer.id, "name": dict(issuer.name)}
    if issuer.kinds:
        entry["kinds"] = list[Json](sorted(issuer.kinds))
    if issuer.achievements:
        entry["achievements"] = list[Json](issuer.achievements)
    if issuer.keys:
        keys: list[Json] = []
        for identifier, key in issuer.keys.items():
            described: JsonObject = {"id": identifier, "status": key.status.value}
            if key.valid_from:
                described["validFrom"] = timestamps.render(key.valid_from)
            if key.valid_until:
                described["validUntil"] = timestamps.render(key.valid_until)
            keys.append(described)
        entry["keys"] = keys
    entry["controlledIdentifier"] = issuer.document.to_json()
    return entry


@lru_cache(maxsize=1)
def _file_model() -> type[BaseModel]:
    """The file's shape; made on first use because pydantic is slow to import."""
    from pydantic import BaseModel, ConfigDict, Field

    class _Strict(BaseModel):
        model_config = ConfigDict(extra="forbid", strict=True)

    class KeyEntry(_Strict):
        id: str = Field(max_length=limits.IRI_CHARACTERS)
        status: str = Field(default="active", pattern="^(active|retired|compromised)$")
        validFrom: str | None = None  # noqa: N815 - the file's own names
        validUntil: str | None = None  # noqa: N815

    class IssuerEntry(_Strict):
        id: str = Field(max_length=limits.IRI_CHARACTERS)
        name: dict[str, str] = Field(min_length=1)
        kinds: list[str] = Field(default=[], max_length=limits.TRUST_LIST_SCOPES)
        achievements: list[str] = Field(default=[], max_length=limits.TRUST_LIST_SCOPES)
        keys: list[KeyEntry] = Field(default=[], max_length=limits.VERIFICATION_METHODS)
        controlledIdentifier: dict[str, Any] | None = None  # noqa: N815

    class TrustListFile(_Strict):
        format: str
        name: dict[str, str] = Field(default={})
        recipient: str | None = Field(default=None, max_length=limits.IRI_CHARACTERS)
        issuedAt: str  # noqa: N815
        validUntil: str | None = None  # noqa: N815
        issuers: list[IssuerEntry] = Field(max_length=limits.TRUST_LIST_ISSUERS)
        statusLists: list[dict[str, Any]] = Field(default=[], max_length=limits.TRUST_LIST_STATUS_LISTS)  # noqa: N815

    return TrustListFile
