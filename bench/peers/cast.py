"""Who signs what in the comparisons: invented, and in the terms every side knows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from vcwallet.identifiers.did.key import did_of, verification_method_of
from vcwallet.identifiers.keys import KeyType, SoftwareKey

CREDENTIALS_V2: Final = "https://www.w3.org/ns/credentials/v2"
OPEN_BADGES: Final = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
CONTEXTS: Final = (
    CREDENTIALS_V2,
    OPEN_BADGES,
    "https://w3id.org/security/data-integrity/v2",
    "https://w3id.org/security/suites/ed25519-2020/v1",
    "https://w3id.org/security/multikey/v1",
    "https://www.w3.org/ns/did/v1",
)
MANDATORY: Final = (
    "/issuer",
    "/type",
    "/validFrom",
    "/credentialStatus",
    "/credentialSubject/id",
    "/credentialSubject/achievement/id",
    "/credentialSubject/achievement/name",
)
HIDEABLE: Final = (
    "/credentialSubject/achievement/description",
    "/credentialSubject/achievement/criteria",
    "/credentialSubject/achievement/fieldOfStudy",
    "/credentialSubject/result",
)
CREATED, NOW = "2026-05-25T09:00:00Z", "2026-06-01T12:00:00Z"


@dataclass(frozen=True)
class Signer:
    """A did:key with its key. The secrets are made of nothing, for documents that are worth nothing."""

    name: str
    key_type: KeyType
    secret: bytes

    @property
    def key(self) -> SoftwareKey:
        return SoftwareKey(self.key_type, self.secret)

    @property
    def did(self) -> str:
        return did_of(self.key.public_key)

    @property
    def method(self) -> str:
        return verification_method_of(self.did)

    def to_json(self) -> dict[str, Any]:
        return {
            "id": self.method,
            "controller": self.did,
            "type": self.key_type.value,
            "publicKeyMultibase": self.key.public_key.multibase,
            "secretKeyMultibase": self.key.secret_multibase,
            "secret": self.secret.hex(),
        }


SIGNERS: Final = {
    (role, key_type): Signer(f"{role} {key_type}", key_type, bytes(range(first, first + length)))
    for role, first in (("issuer", 1), ("holder", 2))
    for key_type, length in (
        (KeyType.ED25519, 32),
        (KeyType.P256, 32),
        (KeyType.P384, 48),
        (KeyType.BLS12_381_G2, 32),
    )
}


def diploma(issuer: str, holder: str, number: int) -> dict[str, Any]:
    """An Open Badges 3.0 credential in the terms every side knows."""
    return {
        "@context": [CREDENTIALS_V2, OPEN_BADGES],
        "id": f"urn:uuid:6c1f2b64-7d0e-4a52-9a5c-0f3e8b7d2a{number:02d}",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "issuer": {"id": issuer, "type": ["Profile"], "name": "Олимпиада «Вымысел»"},
        "validFrom": "2026-03-01T00:00:00Z",
        "name": "Диплом победителя I степени",
        "credentialSubject": {
            "id": holder,
            "type": ["AchievementSubject"],
            "achievement": {
                "id": f"https://olymp.example/2026/{number}",
                "type": ["Achievement"],
                "achievementType": "Award",
                "name": "Олимпиада школьников «Вымысел»",
                "description": "Заключительный этап",
                "criteria": {"narrative": "Победа или призовое место"},
                "fieldOfStudy": "Астрономия",
                "humanCode": f"№ {number}",
            },
            "result": [{"type": ["Result"], "value": "Диплом победителя I степени"}],
        },
        "credentialStatus": {
            "id": f"https://olymp.example/status/1#{94500 + number}",
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": str(94500 + number),
            "statusListCredential": "https://olymp.example/status/1",
        },
    }
