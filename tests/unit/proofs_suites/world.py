"""A small world in memory: keys of every type, their did:key documents, and a diploma to sign."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from vcwallet.errors import KeyUnavailable
from vcwallet.identifiers import did
from vcwallet.identifiers.controlled_identifier import ControlledIdentifierDocument, VerificationMethod
from vcwallet.identifiers.did.key import did_of, verification_method_of
from vcwallet.identifiers.keys import KeyType, SoftwareKey
from vcwallet.proofs.cryptosuites import SUITES
from vcwallet.proofs.cryptosuites.suite import PlainSuite
from vcwallet.proofs.data_integrity import VerifiedProof, add_proof, verify_proofs

NOW = datetime(2026, 6, 1, 12, 0, 0, tzinfo=UTC)
CREATED = datetime(2026, 5, 25, 9, 0, 0, tzinfo=UTC)

KEYS = {
    key_type: SoftwareKey(key_type, bytes(range(1, length + 1)))
    for key_type, length in [
        (KeyType.ED25519, 32),
        (KeyType.P256, 32),
        (KeyType.P384, 48),
        (KeyType.BLS12_381_G2, 32),
    ]
}
OTHER_KEY = SoftwareKey(KeyType.ED25519, bytes(range(2, 34)))

KEY_TYPE_OF = {
    "eddsa-rdfc-2022": KeyType.ED25519,
    "eddsa-jcs-2022": KeyType.ED25519,
    "ecdsa-rdfc-2019": KeyType.P256,
    "ecdsa-jcs-2019": KeyType.P256,
    "Ed25519Signature2020": KeyType.ED25519,
    "ecdsa-sd-2023": KeyType.P256,
    "bbs-2023": KeyType.BLS12_381_G2,
}

PLAIN = {name: suite for name, suite in SUITES.items() if isinstance(suite, PlainSuite)}
"""The suites that sign the whole document; `test_ecdsa_sd` and `proofs_bbs` have the others."""

_DIPLOMAS = Path(__file__).parents[2] / "vectors" / "credentials"


def diploma() -> dict[str, Any]:
    document: dict[str, Any] = json.loads((_DIPLOMAS / "school-award.unsigned.json").read_text("utf-8"))
    return document


def method_of(key: SoftwareKey) -> str:
    return verification_method_of(did_of(key.public_key))


def sign(
    document: dict[str, Any], suite: str, key: SoftwareKey | None = None, **options: Any
) -> dict[str, Any]:
    key = key or KEYS[KEY_TYPE_OF[suite]]
    return add_proof(
        document,
        suite=suite,
        key=key,
        verification_method=options.pop("verification_method", method_of(key)),
        created=options.pop("created", CREATED),
        **options,
    )


def verify(document: dict[str, Any], **options: Any) -> tuple[VerifiedProof, ...]:
    return verify_proofs(
        document,
        **{"resolve": did.resolve, "purpose": "assertionMethod", "now": NOW, **options},
    )


class Registry:
    """A resolver over documents made here; each key may be listed under chosen relationships only."""

    def __init__(self) -> None:
        self.documents: dict[str, ControlledIdentifierDocument] = {}

    def add(self, identifier: str, key: SoftwareKey, *purposes: str, **window: datetime) -> str:
        method = VerificationMethod(f"{identifier}#key", identifier, key.public_key, **window)
        self.documents[identifier] = ControlledIdentifierDocument(
            identifier, (method,), dict.fromkeys(purposes, (method.id,))
        )
        return method.id

    def __call__(self, identifier: str) -> ControlledIdentifierDocument:
        if identifier not in self.documents:
            raise KeyUnavailable("test.unknown", "{who} is not known here.", who=identifier)
        return self.documents[identifier]


def changed(document: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """A copy with the value at a JSON pointer replaced, or removed when `value` is `GONE`."""
    result = copy.deepcopy(document)
    *steps, last = path.strip("/").split("/")
    node: Any = result
    for step in steps:
        node = node[int(step) if isinstance(node, list) else step]
    where: Any = int(last) if isinstance(node, list) and last != "-" else last
    if value is GONE:
        del node[where]
    elif where == "-":
        node.append(value)
    else:
        node[where] = value
    return result


GONE = object()


MANDATORY = (
    "/issuer",
    "/type",
    "/validFrom",
    "/credentialStatus",
    "/credentialSubject/id",
    "/credentialSubject/achievement/id",
    "/credentialSubject/achievement/name",
)
HIDEABLE = (
    "/credentialSubject/dateOfBirth",
    "/credentialSubject/parentOrg/name",
    "/credentialSubject/role",
    "/credentialSubject/patronymicName",
    "/credentialSubject/licenseNumber",
    "/credentialSubject/achievement/description",
    "/credentialSubject/achievement/criteria/narrative",
    "/credentialSubject/achievement/fieldOfStudy",
    "/credentialSubject/result/1",
)


def hideable_diploma() -> dict[str, Any]:
    """Every hideable value occurs once, and several objects have no name."""
    document = diploma()
    subject = document["credentialSubject"]
    subject["parentOrg"]["name"] = "Школа № 77 на Выселках"
    subject["achievement"]["resultDescription"] = [
        {
            "id": "urn:uuid:1d1b2b0e-5d1c-4a39-8f66-3f1f6f1c0a01",
            "type": ["ResultDescription"],
            "name": "Степень",
            "resultType": "Status",
            "allowedValue": ["первая", "вторая", "третья"],
        }
    ]
    subject["result"] = [{"type": ["Result"], "value": "первая"}, {"type": ["Result"], "value": "лучшая"}]
    return document


def value_at(document: Any, pointer: str) -> Any:
    """The value there; a list is dense when it was selected from, so its last member is the one."""
    for step in pointer.strip("/").split("/"):
        document = document[-1] if isinstance(document, list) else document.get(step)
        if document is None:
            return None
    return document


def put(position: int, value: Any) -> Callable[[list[Any]], list[Any]]:
    """What replaces one of the components of a proof's value."""
    return lambda parts: [*parts[:position], value, *parts[position + 1 :]]
