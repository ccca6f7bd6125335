"""A small world in memory: an olympiad, a school, a family, a university; all derived from fixed seeds."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from hashlib import shake_256
from typing import Any

from tests.shared import ROOT
from vcwallet.bundle.codec import Bundle
from vcwallet.credentials import presentation, status_list
from vcwallet.identifiers import did
from vcwallet.identifiers.controlled_identifier import ControlledIdentifierDocument
from vcwallet.identifiers.did import key as did_key
from vcwallet.identifiers.keys import KeyType, SoftwareKey
from vcwallet.proofs.data_integrity import add_proof
from vcwallet.strict_json import JsonObject
from vcwallet.verifier import ANYTHING, How, Identifier, Pin, TrustedIssuer, TrustedKey, TrustList
from vcwallet.verifier.trusted_issuer import entry_name, signing_keys

NOW = datetime(2026, 6, 10, 12, tzinfo=UTC)
SIGNED = datetime(2026, 3, 1, 9, tzinfo=UTC)
UNIVERSITY = "priem.vuz.example"
SAMPLES = ROOT / "tests" / "vectors" / "credentials"


def seeded_key(seed: str, key_type: KeyType = KeyType.ED25519) -> SoftwareKey:
    return SoftwareKey.generate(key_type, randomness=lambda size: shake_256(seed.encode()).digest(size))


@dataclass
class Issuer:
    """An issuer; with `site` it is a did:web, without a did:key."""

    name: str
    sample: str
    site: str | None = None
    revoked: set[int] = field(default_factory=set)

    @cached_property
    def key(self) -> SoftwareKey:
        return seeded_key(self.name)

    @cached_property
    def id(self) -> str:
        return f"did:web:{self.site}" if self.site else did_key.did_of(self.key.public_key)

    @property
    def method(self) -> str:
        return f"{self.id}#key-1" if self.site else did_key.verification_method_of(self.id)

    @property
    def document(self) -> ControlledIdentifierDocument:
        if not self.site:
            return did.resolve(self.id)
        return ControlledIdentifierDocument.parse(
            {
                "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
                "id": self.id,
                "verificationMethod": [
                    {
                        "id": self.method,
                        "type": "Multikey",
                        "controller": self.id,
                        "publicKeyMultibase": self.key.public_key.multibase,
                    }
                ],
                "assertionMethod": [self.method],
            }
        )

    @property
    def list_id(self) -> str:
        return f"https://{self.site or 'lists.example'}/status/1"

    def unsigned(self, index: int = 7, *, holder: str | None = None, **subject: Any) -> dict[str, Any]:
        document = json.loads((SAMPLES / f"{self.sample}.unsigned.json").read_text("utf-8"))
        document["id"] = f"urn:uuid:00000000-0000-4000-8000-{index:012d}"
        document["issuer"]["id"] = self.id
        if holder:
            document["credentialSubject"]["id"] = holder
        document["credentialSubject"].update(subject)
        document["credentialStatus"] |= {
            "id": f"{self.list_id}#{index}",
            "statusListIndex": str(index),
            "statusListCredential": self.list_id,
        }
        return document

    def sign(
        self, document: JsonObject, *, created: datetime = SIGNED, key: SoftwareKey | None = None
    ) -> JsonObject:
        return add_proof(
            document,
            suite="eddsa-rdfc-2022",
            key=key or self.key,
            verification_method=self.method,
            created=created,
        )

    def diploma(self, index: int = 7, *, holder: str | None = None, **subject: Any) -> JsonObject:
        return self.sign(self.unsigned(index, holder=holder, **subject))

    def status(self, at: datetime = NOW - timedelta(days=3), **options: Any) -> JsonObject:
        bits = status_list.StatusList.create()
        for index in self.revoked:
            bits.set(index, 1)
        return status_list.sign(
            bits,
            id=self.list_id,
            issuer=self.id,
            key=options.pop("key", self.key),
            verification_method=self.method,
            valid_from=at,
            **options,
        )


@dataclass
class Child:
    name: str

    @cached_property
    def key(self) -> SoftwareKey:
        return seeded_key(self.name)

    @cached_property
    def id(self) -> str:
        return did_key.did_of(self.key.public_key)

    def show(
        self,
        credentials: Sequence[JsonObject],
        *,
        to: str = UNIVERSITY,
        challenge: str | None = None,
        created: datetime = NOW - timedelta(days=1),
        days: int = 30,
    ) -> JsonObject:
        return presentation.sign(
            credentials,
            holder_key=self.key,
            holder=self.id,
            domain=to,
            challenge=challenge,
            created=created,
            expires=created + timedelta(days=days),
            purpose_text="поступление 2026",
        )

    def show_any(self, shown: Sequence[JsonObject]) -> JsonObject:
        """A presentation of credentials that may be enveloped, which `presentation.sign` does not take."""
        return self.show_as(self.key, self.id, None, shown)

    @staticmethod
    def show_as(
        key: SoftwareKey,
        holder: str,
        method: str | None,
        shown: Sequence[JsonObject],
        *,
        domain: str | None = UNIVERSITY,
        challenge: str | None = None,
    ) -> JsonObject:
        """A presentation by whoever holds `key`: also what an honest wallet would not sign."""
        document: JsonObject = {
            "@context": ["https://www.w3.org/ns/credentials/v2"],
            "type": ["VerifiablePresentation"],
            "holder": holder,
            "verifiableCredential": [*shown],
        }
        return add_proof(
            document,
            suite="eddsa-rdfc-2022",
            key=key,
            verification_method=method or did_key.verification_method_of(holder),
            purpose="authentication",
            created=NOW - timedelta(days=1),
            expires=NOW + timedelta(days=9),
            domain=domain,
            challenge=challenge,
        )


@dataclass
class World:
    olympiad: Issuer = field(
        default_factory=lambda: Issuer("Олимпиада «Вымысел»", "olympiad-diploma", "olymp.example")
    )
    school: Issuer = field(default_factory=lambda: Issuer("Школа № 0", "school-award"))
    stranger: Issuer = field(
        default_factory=lambda: Issuer("Олимпиада «Вымысел» (не та)", "olympiad-diploma", "o1ymp.example")
    )
    child: Child = field(default_factory=lambda: Child("Тестов Пробник Вымыслович"))
    sibling: Child = field(default_factory=lambda: Child("Тестова Проба Вымысловна"))

    def trust(self, *issuers: TrustedIssuer, **options: Any) -> TrustList:
        listed = issuers or (self.trusted(self.olympiad), self.trusted(self.school))
        options.setdefault("issued_at", NOW - timedelta(days=5))
        options.setdefault("status_lists", (self.olympiad.status(), self.school.status()))
        return TrustList(listed, **options)

    @staticmethod
    def trusted(
        issuer: Issuer,
        *,
        document: ControlledIdentifierDocument | None = None,
        key: Mapping[str, Any] | None = None,
        **options: Any,
    ) -> TrustedIssuer:
        """An entry that believes everything of an issuer; `key` says more of each of its keys."""
        options.setdefault("name", {"ru": issuer.name})
        options.setdefault("scopes", (ANYTHING,))
        keys = tuple(
            TrustedKey(material, ids, **{"pinned": Pin(How.PAPER, SIGNED.date()), **(key or {})})
            for material, ids in signing_keys(document or issuer.document).items()
        )
        options.setdefault("entry", entry_name(issuer.id, ()))
        return TrustedIssuer(ids=(Identifier(issuer.id),), keys=keys, **options)

    def bundle(self, *credentials: JsonObject, **options: Any) -> Bundle:
        shown = credentials or (self.olympiad.diploma(7, holder=self.child.id),)
        return Bundle(self.child.show(shown, **options))


def altered(document: JsonObject, change: Any) -> JsonObject:
    """A deep copy with `change(copy)` applied."""
    twin = copy.deepcopy(document)
    change(twin)
    return twin
