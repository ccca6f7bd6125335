"""Controlled identifier documents: which keys speak for an identifier, and for what.

Controlled Identifiers 1.0; a DID document is one of them. Nothing here fetches: a `Resolver` is given an
identifier and answers from the DID itself, from a trust list or from a file.

    document = resolve("did:key:z6Mk...")
    method = document.method(proof_verification_method, "assertionMethod", at=now)
    method.public_key.verify(signature, message)
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final, TypeAlias

from vcwallet import limits, strict_json, timestamps
from vcwallet.errors import N_, DocumentError, KeyUnavailable, LimitExceeded, ProofError
from vcwallet.identifiers.keys import KeyType, PublicKey, refuse_secret_members, unsupported_type
from vcwallet.strict_json import Json, JsonObject

__all__ = [
    "RELATIONSHIPS",
    "ControlledIdentifierDocument",
    "MethodType",
    "Resolver",
    "VerificationMethod",
    "controller_of",
]

RELATIONSHIPS: Final[tuple[str, ...]] = (
    "assertionMethod",
    "authentication",
    "capabilityInvocation",
    "capabilityDelegation",
    "keyAgreement",
)
"""The verification relationships of section 2.3. "assertionMethod" is for credentials, "authentication" for
presentations."""

# RFC 3986 without its finer grammar: a scheme, and nothing that a URL cannot hold.
_URL: Final = re.compile(
    r"[A-Za-z][A-Za-z0-9+.-]*:[A-Za-z0-9._~:/?\[\]@!$&'()*+,;=%-]+(?:#[A-Za-z0-9._~:/?@!$&'()*+,;=%-]+)?"
)


class MethodType(StrEnum):
    """The types of verification method that are read."""

    MULTIKEY = "Multikey"
    JSON_WEB_KEY = "JsonWebKey"
    JSON_WEB_KEY_2020 = "JsonWebKey2020"
    """The older name of the same, which did:jwk and did:web documents still use."""
    ED25519_2020 = "Ed25519VerificationKey2020"


@dataclass(frozen=True, slots=True)
class VerificationMethod:
    """A key with its name (section 2.2). `id` and `controller` are absolute, the moments aware."""

    id: str
    controller: str
    public_key: PublicKey
    expires: datetime | None = None
    revoked: datetime | None = None
    type: MethodType = MethodType.MULTIKEY
    kid: str | None = None
    """What the ``kid`` of its JWK calls it (RFC 7517, section 4.5); a JOSE header may use that name."""

    def check_usable(self, at: datetime) -> None:
        """Raise ProofError (``key.revoked``, ``key.expired``) at or after either moment."""
        if self.revoked is not None and at >= self.revoked:
            raise ProofError(
                "key.revoked",
                N_("The key {key} was withdrawn by its owner on {revoked}."),
                next_step=N_("Ask for a document signed with the owner's present key."),
                key=_cut(self.id),
                revoked=timestamps.render(self.revoked),
            )
        if self.expires is not None and at >= self.expires:
            raise ProofError(
                "key.expired",
                N_("The key {key} was in use until {expires} only."),
                next_step=N_("Ask for a document signed with the owner's present key."),
                key=_cut(self.id),
                expires=timestamps.render(self.expires),
            )

    def to_json(self) -> JsonObject:
        method: JsonObject = {"id": self.id, "type": self.type.value, "controller": self.controller}
        if self.expires is not None:
            method["expires"] = timestamps.render(self.expires)
        if self.revoked is not None:
            method["revoked"] = timestamps.render(self.revoked)
        if self.type in (MethodType.JSON_WEB_KEY, MethodType.JSON_WEB_KEY_2020):
            jwk = self.public_key.to_jwk()
            method["publicKeyJwk"] = jwk if self.kid is None else {**jwk, "kid": self.kid}
        else:
            method["publicKeyMultibase"] = self.public_key.multibase
        return method


@dataclass(frozen=True, slots=True)
class ControlledIdentifierDocument:
    """The keys of one identifier.

    `relationships` maps a name of `RELATIONSHIPS` to the ids of the methods it lists, which may be in another
    document. `unsupported` maps the id of a method that is there but cannot be used here to its type.
    """

    id: str
    verification_methods: tuple[VerificationMethod, ...]
    relationships: Mapping[str, tuple[str, ...]] = field(hash=False)
    also_known_as: tuple[str, ...] = ()
    unsupported: Mapping[str, str] = field(default_factory=dict, hash=False)
    _source: JsonObject | None = field(default=None, init=False, repr=False, compare=False)

    @staticmethod
    def loads(data: bytes | str) -> ControlledIdentifierDocument:
        """`parse` a JSON text of at most `limits.CONTROLLED_IDENTIFIER_BYTES`."""
        return ControlledIdentifierDocument.parse(
            strict_json.loads_object(data, max_bytes=limits.CONTROLLED_IDENTIFIER_BYTES)
        )

    @staticmethod
    def parse(document: JsonObject) -> ControlledIdentifierDocument:
        """Read a controlled identifier document or DID document.

        Other members, services among them, are kept for `to_json` and otherwise ignored. A method of an
        unknown type or curve does not spoil the document, it is only not usable; a malformed one does.

        An id or reference may be relative to the document (``#key-1``), except in a did:web document, where
        the method's specification wants absolute URLs.

        Raises DocumentError: ``controlled-identifier.malformed`` (evidence `pointer`),
        ``controlled-identifier.duplicate-id``, ``key.secret-published``, and what `strict_json.check` and
        reading a key or a moment raise; LimitExceeded: ``controlled-identifier.too-many-methods``.
        """
        return _Reader(document).read()

    @staticmethod
    def of_one_key(method: VerificationMethod) -> ControlledIdentifierDocument:
        """The document of an identifier whose only key signs for every purpose; none for encryption."""
        return ControlledIdentifierDocument(
            id=method.controller,
            verification_methods=(method,),
            relationships={name: (method.id,) for name in RELATIONSHIPS if name != "keyAgreement"},
        )

    def to_json(self) -> JsonObject:
        """The document as JSON: exactly as it was parsed, or written anew with the contexts it needs."""
        if self._source is not None:
            return copy.deepcopy(self._source)
        document: JsonObject = {"@context": _contexts(self), "id": self.id}
        if self.also_known_as:
            document["alsoKnownAs"] = list(self.also_known_as)
        document["verificationMethod"] = [method.to_json() for method in self.verification_methods]
        for name, ids in self.relationships.items():
            document[name] = list(ids)
        return document

    def method(self, vm_id: str, purpose: str, *, at: datetime) -> VerificationMethod:
        """Retrieve a verification method (section 3.3, steps 5 to 10), to be used at the moment `at`.

        Section 2.2 has a verifier refuse proofs at or after `expires` and `revoked`, so `at` is the moment of
        verification, unless something better than the signer's word dates the signature.

        Raises KeyUnavailable: ``key.not-listed`` when this document does not define it,
        ``key.unsupported-type``. Raises ProofError: ``key.other-document`` when it is not this identifier's
        own, ``key.other-controller``, ``key.other-purpose``, ``key.revoked``, ``key.expired``.
        """
        if vm_id in self.unsupported:
            raise unsupported_type(self.unsupported[vm_id])
        method = next((known for known in self.verification_methods if known.id == vm_id), None)
        if method is None:
            raise KeyUnavailable(
                "key.not-listed",
                N_("The document of {controller} does not list the key {key}."),
                next_step=N_("A newer copy of the document may list it."),
                controller=_cut(self.id),
                key=_cut(vm_id),
            )
        if vm_id.partition("#")[0] != self.id:
            raise ProofError(
                "key.other-document",
                N_("The key {key} does not belong to {controller}, although its document mentions it."),
                controller=_cut(self.id),
                key=_cut(vm_id),
            )
        if method.controller != self.id:
            raise ProofError(
                "key.other-controller",
                N_("The key {key} is controlled by {owner}, not by {controller}."),
                key=_cut(vm_id),
                owner=_cut(method.controller),
                controller=_cut(self.id),
            )
        if vm_id not in self.relationships.get(purpose, ()):
            raise ProofError(
                "key.other-purpose",
                N_("{controller} does not let the key {key} be used for “{purpose}”."),
                controller=_cut(self.id),
                key=_cut(vm_id),
                purpose=_cut(purpose),
            )
        method.check_usable(at)
        return method


Resolver: TypeAlias = Callable[[str], ControlledIdentifierDocument]
"""From an identifier, without a fragment, to its document. Raises KeyUnavailable when it is not known."""


def controller_of(vm_id: str) -> str:
    """The identifier whose document defines a verification method: its id up to the fragment (section 3.3).

    Raises DocumentError (``key.identifier``) when `vm_id` is not an absolute URL with a fragment.
    """
    controller, _, fragment = vm_id.partition("#")
    if not fragment or not _is_url(vm_id):
        raise DocumentError(
            "key.identifier",
            N_("“{key}” does not name a key: it must be an identifier, “#” and the key's own name."),
            key=_cut(vm_id),
        )
    return controller


class _Reader:
    """One pass over one document."""

    def __init__(self, document: JsonObject) -> None:
        self.document = document
        self.id = ""
        self.methods: list[VerificationMethod] = []
        self.unsupported: dict[str, str] = {}
        self.seen: dict[str, JsonObject] = {}
        """What each key was defined as, by its absolute id."""

    def read(self) -> ControlledIdentifierDocument:
        strict_json.check(self.document)
        identifier = self.document.get("id")
        if not isinstance(identifier, str) or not _is_url(identifier) or "#" in identifier:
            raise _malformed("/id")
        self.id = identifier
        refuse_secret_members(self.document)
        for position, entry in enumerate(self.entries("verificationMethod")):
            self.define(entry, f"/verificationMethod/{position}")
        relationships = {
            name: tuple(
                self.reference(entry, f"/{name}/{position}")
                for position, entry in enumerate(self.entries(name))
            )
            for name in RELATIONSHIPS
            if name in self.document
        }
        aliases = self.document.get("alsoKnownAs", [])
        if not isinstance(aliases, list):
            raise _malformed("/alsoKnownAs")
        also_known_as: list[str] = []
        for position, alias in enumerate(aliases):
            if not isinstance(alias, str) or not _is_url(alias):
                raise _malformed(f"/alsoKnownAs/{position}")
            also_known_as.append(alias)
        result = ControlledIdentifierDocument(
            id=identifier,
            verification_methods=tuple(self.methods),
            relationships=relationships,
            also_known_as=tuple(also_known_as),
            unsupported=self.unsupported,
        )
        # The caller's object may change later; what was checked must not.
        object.__setattr__(result, "_source", copy.deepcopy(self.document))
        return result

    def entries(self, name: str) -> list[Json]:
        entries = self.document.get(name, [])
        if not isinstance(entries, list):
            raise _malformed(f"/{name}")
        if len(entries) > limits.VERIFICATION_METHODS:
            raise LimitExceeded(
                "controlled-identifier.too-many-methods",
                N_("The document lists {size} keys under “{name}”; the ceiling is {limit}."),
                size=len(entries),
                name=name,
                limit=limits.VERIFICATION_METHODS,
            )
        return entries

    def reference(self, entry: Json, pointer: str) -> str:
        """A relationship's entry: the id of a method elsewhere, or a method for this relationship alone."""
        if isinstance(entry, dict):
            return self.define(entry, pointer)
        return self.absolute(entry, pointer)

    def absolute(self, entry: Json, pointer: str) -> str:
        if not isinstance(entry, str):
            raise _malformed(pointer)
        # did:web, "Key Material and Document Handling": "it must be an absolute URL".
        if entry.startswith("#") and not self.id.startswith("did:web:"):
            entry = self.id + entry
        if "#" not in entry or not _is_url(entry):
            raise _malformed(pointer)
        return entry

    def define(self, entry: Json, pointer: str) -> str:
        if not isinstance(entry, dict):
            raise _malformed(pointer)
        refuse_secret_members(entry)
        method_id = self.absolute(entry.get("id"), f"{pointer}/id")
        # Real documents write a key out in each place that uses it. Two different definitions under one
        # name would let two programs take two keys from it.
        definition: JsonObject = {**entry, "id": method_id}
        known = self.seen.setdefault(method_id, definition)
        if known is not definition:
            if known == definition:
                return method_id
            raise DocumentError(
                "controlled-identifier.duplicate-id",
                N_("The document defines the key {key} twice, and differently."),
                key=_cut(method_id),
            )
        controller = entry.get("controller")
        if not isinstance(controller, str) or not _is_url(controller):
            raise _malformed(f"{pointer}/controller")
        type_name = entry.get("type")
        if not isinstance(type_name, str):
            raise _malformed(f"{pointer}/type")
        method_type = next((known for known in MethodType if known == type_name), None)
        if "publicKeyJwk" in entry and "publicKeyMultibase" in entry:
            # Section 2.2.1: one material only, or two programs would take two keys from one method.
            raise _malformed(pointer)
        try:
            key = _material(entry, method_type, pointer)
        except KeyUnavailable as error:
            self.unsupported[method_id] = str(error.evidence["type"])
            return method_id
        if key is None or method_type is None:
            self.unsupported[method_id] = type_name[:64]
            return method_id
        self.methods.append(
            VerificationMethod(
                id=method_id,
                controller=controller,
                public_key=key,
                expires=_moment(entry, "expires", pointer),
                revoked=_moment(entry, "revoked", pointer),
                type=method_type,
                kid=_kid(entry),
            )
        )
        return method_id


def _material(entry: JsonObject, method_type: MethodType | None, pointer: str) -> PublicKey | None:
    jwk = entry.get("publicKeyJwk")
    if isinstance(jwk, dict):
        # Of whatever type: a published secret is never a matter of what we support.
        refuse_secret_members(jwk)
    if method_type is None:
        return None
    if method_type in (MethodType.JSON_WEB_KEY, MethodType.JSON_WEB_KEY_2020):
        if not isinstance(jwk, dict):
            raise _malformed(f"{pointer}/publicKeyJwk")
        return PublicKey.from_jwk(jwk)
    text = entry.get("publicKeyMultibase")
    if not isinstance(text, str):
        raise _malformed(f"{pointer}/publicKeyMultibase")
    key = PublicKey.from_multibase(text)
    if method_type is MethodType.ED25519_2020 and key.type is not KeyType.ED25519:
        raise _malformed(f"{pointer}/publicKeyMultibase")
    return key


def _kid(entry: JsonObject) -> str | None:
    jwk = entry.get("publicKeyJwk")
    kid = jwk.get("kid") if isinstance(jwk, dict) else None
    return kid if isinstance(kid, str) and len(kid) <= limits.IRI_CHARACTERS else None


def _moment(entry: JsonObject, name: str, pointer: str) -> datetime | None:
    if name not in entry:
        return None
    text = entry[name]
    if not isinstance(text, str):
        raise _malformed(f"{pointer}/{name}")
    return timestamps.parse(text)


def _contexts(document: ControlledIdentifierDocument) -> list[Json]:
    if not document.id.startswith("did:"):
        return ["https://www.w3.org/ns/cid/v1"]
    names = {
        MethodType.MULTIKEY: "https://w3id.org/security/multikey/v1",
        MethodType.JSON_WEB_KEY: "https://w3id.org/security/jwk/v1",
        MethodType.JSON_WEB_KEY_2020: "https://w3id.org/security/suites/jws-2020/v1",
        MethodType.ED25519_2020: "https://w3id.org/security/suites/ed25519-2020/v1",
    }
    used = dict.fromkeys(names[method.type] for method in document.verification_methods)
    return ["https://www.w3.org/ns/did/v1", *used]


def _is_url(text: str) -> bool:
    return len(text) <= limits.IRI_CHARACTERS and _URL.fullmatch(text) is not None


def _cut(text: str) -> str:
    return text if len(text) <= 64 else text[:63] + "…"


def _malformed(pointer: str) -> DocumentError:
    return DocumentError(
        "controlled-identifier.malformed",
        N_("The document about an identifier's keys is not in order at {pointer}."),
        pointer=pointer,
    )
