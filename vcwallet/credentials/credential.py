"""A verifiable credential: read, checked for its structure, and verified.

    credential = Credential.parse(data)
    proofs = verify(credential, resolve=trusted_keys, now=now)
    print(credential.issuer_id, facts(credential))

Specification: Verifiable Credentials Data Model v2.0, section 4, and v1.1, section 4 (read only).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from vcwallet import strict_json
from vcwallet.credentials import data_model, related_resource, status_entry
from vcwallet.credentials.data_model import Path, Version
from vcwallet.errors import N_, DocumentError, ProofError
from vcwallet.identifiers.controlled_identifier import Resolver
from vcwallet.proofs.data_integrity import VerifiedProof, verify_proofs
from vcwallet.proofs.jsonld import PINNED, Contexts
from vcwallet.strict_json import Json, JsonObject, pointer
from vcwallet.timestamps import render

__all__ = [
    "Credential",
    "EnvelopedCredential",
    "check_issuer",
    "check_structure",
    "check_validity",
    "verify",
]

# Members whose objects must each say their type; the value tells whether they must have an id as well.
# v1.1 wanted an id of status, refresh service and schema; v2.0 only of the schema.
_TYPED: Final[Mapping[Version, Mapping[str, bool]]] = {
    Version.V2_0: {
        "credentialStatus": False,
        "credentialSchema": True,
        "refreshService": False,
        "termsOfUse": False,
        "evidence": False,
    },
    Version.V1_1: {
        "credentialStatus": True,
        "credentialSchema": True,
        "refreshService": True,
        "termsOfUse": False,
        "evidence": False,
    },
}


@dataclass(frozen=True, slots=True)
class Credential:
    """A credential whose structure holds; nothing is said about its proofs until `verify`.

    `json` is the document as it came, `text` its exact characters: reading and writing changes nothing.
    Neither may be altered; the text of one that stands in another document is written when it is asked for.
    The other fields are views for reading. Lists in a signed document are unordered (JSON-LD sets): no view
    depends on which member stands first.

    `valid_from` and `valid_until` also hold ``issuanceDate`` and ``expirationDate`` of v1.1; where a document
    has both kinds, the narrower period counts.
    """

    json: JsonObject = field(repr=False)
    text_as_read: str | None = field(repr=False, compare=False)
    version: Version
    types: tuple[str, ...]
    id: str | None
    issuer_id: str
    issuer: JsonObject | None = field(repr=False)
    valid_from: datetime | None
    valid_until: datetime | None
    subjects: tuple[JsonObject, ...] = field(repr=False)
    status_entries: tuple[JsonObject, ...] = field(repr=False)
    schemas: tuple[JsonObject, ...] = field(repr=False)
    proofs: tuple[JsonObject, ...] = field(repr=False)

    @classmethod
    def parse(cls, document: JsonObject | bytes | str) -> Credential:
        """Read a credential and hold it to the data model; see `check_structure` for what is raised.

        From text, also what `strict_json.loads_object` raises; an object must have come through `strict_json`
        already, as one inside a presentation has.
        """
        if isinstance(document, dict):
            return check_structure(document, None)
        parsed = strict_json.loads_object(document)
        text = document if isinstance(document, str) else document.decode("utf-8-sig")
        return check_structure(parsed, text)

    @property
    def text(self) -> str:
        return strict_json.dumps(self.json) if self.text_as_read is None else self.text_as_read

    @property
    def contexts(self) -> tuple[Json, ...]:
        value = self.json["@context"]
        return tuple(value) if isinstance(value, list) else (value,)

    @property
    def name(self) -> str | None:
        return data_model.plain_text(self.json.get("name"))

    @property
    def description(self) -> str | None:
        return data_model.plain_text(self.json.get("description"))

    @property
    def issuer_name(self) -> str | None:
        """The name the issuer gives itself. Whom to believe is decided by `issuer_id` alone."""
        return None if self.issuer is None else data_model.plain_text(self.issuer.get("name"))

    @property
    def subject_ids(self) -> frozenset[str]:
        return frozenset(i for s in self.subjects if isinstance(i := s.get("id"), str))

    @property
    def holder_ids(self) -> frozenset[str]:
        """The subjects that can prove who they are: those named by a DID."""
        return frozenset(i for i in self.subject_ids if i.startswith("did:"))


@dataclass(frozen=True, slots=True)
class EnvelopedCredential:
    """``EnvelopedVerifiableCredential`` (section 4.13): a credential inside a JWT, SD-JWT or COSE message.

    Only its shape is known here: the envelope is not opened.
    """

    json: JsonObject = field(repr=False)
    media_type: str
    """Such as ``application/vc+jwt``."""
    data: str = field(repr=False)
    """What follows the comma of the ``data:`` URL."""

    @classmethod
    def parse(cls, document: JsonObject, path: Path = ()) -> EnvelopedCredential:
        """Raises DocumentError: the codes of `data_model`, and ``credential.envelope``."""
        media_type, data = open_envelope(document, "EnvelopedVerifiableCredential", path)
        return cls(document, media_type, data)


def open_envelope(document: JsonObject, kind: str, path: Path = ()) -> tuple[str, str]:
    """Media type and payload of an enveloped credential or presentation (section 4.13)."""
    data_model.version(document)
    data_model.types(document, path, required=kind)
    url = data_model.identifier(document, path, required=True) or ""
    head, comma, data = url.partition(",")
    media_type = head.removeprefix("data:").partition(";")[0]
    if not head.startswith("data:") or not comma or not data or "/" not in media_type:
        raise DocumentError(
            "credential.envelope",
            N_("The id of an enveloped document must be a data: URL that holds it."),
            pointer=pointer((*path, "id")),
        )
    return media_type, data


def check_structure(document: JsonObject, text: str | None) -> Credential:
    """Hold a JSON object to the structure rules of the data model and return the credential.

    Raises DocumentError with evidence `pointer`: ``credential.context``, ``credential.context-item``,
    ``credential.base-context``, ``credential.no-type``, ``credential.type``, ``credential.wrong-type``,
    ``credential.id``, ``credential.party``, ``credential.no-subject``, ``credential.not-objects``,
    ``credential.date``, ``credential.no-issuance-date``, ``credential.dates-reversed``,
    ``credential.language-value``, ``credential.media-type``, those of `related_resource.check_form` and of
    `status_entry.check` for the status entries it knows; LimitExceeded: ``credential.too-many``.
    """
    version = data_model.version(document)
    types = data_model.types(document, (), required="VerifiableCredential")
    credential_id = data_model.identifier(document, ())
    issuer_id, issuer = data_model.party(document, "issuer")
    subjects = data_model.objects(document, "credentialSubject")
    if not subjects:
        raise DocumentError(
            "credential.no-subject",
            N_("The credential says nothing about anybody: credentialSubject is missing."),
            pointer="/credentialSubject",
        )
    for path, subject in subjects:
        data_model.identifier(subject, path)
        if "type" in subject:
            data_model.types(subject, path)
    for member in ("name", "description"):
        if member in document:
            data_model.language_values(document[member], (member,))
    valid_from, valid_until = _validity_period(document, version)
    typed: dict[str, tuple[JsonObject, ...]] = {}
    for member, needs_id in _TYPED[version].items():
        found = data_model.objects(document, member)
        for path, item in found:
            data_model.types(item, path)
            data_model.identifier(item, path, required=needs_id)
        typed[member] = tuple(item for _, item in found)
    proofs = data_model.objects(document, "proof")
    for path, proof in proofs:
        data_model.types(proof, path)
    for path, entry in data_model.objects(document, "credentialStatus"):
        status_entry.check(entry, path)
    related_resource.check_form(document)
    return Credential(
        json=document,
        text_as_read=text,
        version=version,
        types=types,
        id=credential_id,
        issuer_id=issuer_id,
        issuer=issuer,
        valid_from=valid_from,
        valid_until=valid_until,
        subjects=tuple(subject for _, subject in subjects),
        status_entries=typed["credentialStatus"],
        schemas=typed["credentialSchema"],
        proofs=tuple(proof for _, proof in proofs),
    )


def _validity_period(document: JsonObject, version: Version) -> tuple[datetime | None, datetime | None]:
    """Section 4.9; in v1.1 sections 4.6 and 4.7, where the day of issue is required."""
    starts = [data_model.moment(document, "validFrom")]
    ends = [data_model.moment(document, "validUntil")]
    if version is Version.V1_1:
        issued = data_model.moment(document, "issuanceDate")
        if issued is None:
            raise DocumentError(
                "credential.no-issuance-date",
                N_("A credential of version 1.1 must say when it was issued (issuanceDate)."),
                pointer="/issuanceDate",
            )
        starts.append(issued)
        ends.append(data_model.moment(document, "expirationDate"))
    valid_from = max((start for start in starts if start is not None), default=None)
    valid_until = min((end for end in ends if end is not None), default=None)
    if valid_from is not None and valid_until is not None and valid_until < valid_from:
        raise DocumentError(
            "credential.dates-reversed",
            N_("The credential ends ({until}) before it begins ({begin})."),
            until=render(valid_until),
            begin=render(valid_from),
            pointer="/validUntil",
        )
    return valid_from, valid_until


def check_validity(credential: Credential, *, now: datetime) -> None:
    """Raise DocumentError (``credential.not-yet-valid``, ``credential.expired``) outside the validity period.

    Both ends belong to the period (section 4.9). `now` is aware.
    """
    if credential.valid_from is not None and now < credential.valid_from:
        raise DocumentError(
            "credential.not-yet-valid",
            N_("The credential is valid from {date} only."),
            date=render(credential.valid_from),
        )
    if credential.valid_until is not None and now > credential.valid_until:
        raise DocumentError(
            "credential.expired",
            N_("The credential was valid until {date}."),
            date=render(credential.valid_until),
        )


def verify(
    credential: Credential,
    *,
    resolve: Resolver,
    now: datetime,
    stored: bool = False,
    contexts: Contexts = PINNED,
) -> tuple[VerifiedProof, ...]:
    """Verify every proof, that the issuer made each of them, and the digests of related resources.

    `stored` says that this is the holder's own copy, where a base proof has its place; as something shown,
    a credential with one is refused.

    Not answered here: the validity period (`check_validity`), the status (`status_list.check_status`), the
    schema (`schema.validate`), and whether the issuer is to be believed at all.

    Raises ProofError: ``credential.no-proof``, ``credential.issuer-key`` (somebody else's key), and what
    `verify_proofs` raises; DocumentError: ``credential.inline-context``, ``related-resource.digest``;
    KeyUnavailable when a key is not at hand.
    """
    if not credential.proofs:
        raise ProofError("credential.no-proof", N_("The credential is not signed."))
    refuse_inline_contexts(credential.json)
    proofs = verify_proofs(
        credential.json,
        resolve=resolve,
        purpose="assertionMethod",
        now=now,
        stored=stored,
        contexts=contexts,
    )
    for proof in proofs:
        check_issuer(credential, proof)
    related_resource.verify(credential.json, contexts=contexts)
    return proofs


def check_issuer(credential: Credential, proof: VerifiedProof) -> None:
    """Raise ProofError (``credential.issuer-key``) unless it was the issuer who made the proof."""
    if proof.controller != credential.issuer_id:
        raise ProofError(
            "credential.issuer-key",
            N_("The credential is by {issuer}, but it is signed with the key of {controller}."),
            issuer=credential.issuer_id[:64],
            controller=proof.controller[:64],
        )


def refuse_inline_contexts(document: JsonObject) -> None:
    """Raise DocumentError (``credential.inline-context``) when a context is an object.

    Contexts are not part of what an RDF signature covers: one that the document brings itself could give
    every word another meaning after signing.
    """
    contexts = document["@context"]
    for position, context in enumerate(contexts if isinstance(contexts, list) else [contexts]):
        if not isinstance(context, str):
            raise DocumentError(
                "credential.inline-context",
                N_("The document brings definitions of its own, which its signature does not cover."),
                pointer=f"/@context/{position}",
            )
