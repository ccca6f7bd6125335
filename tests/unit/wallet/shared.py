"""A small invented world: an olympiad, a school, and a family with two children."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from vcwallet.credentials import status_list
from vcwallet.credentials.achievement import CONTEXTS
from vcwallet.credentials.status_list import StatusList
from vcwallet.identifiers.controlled_identifier import ControlledIdentifierDocument, VerificationMethod
from vcwallet.identifiers.keys import KeyType, SoftwareKey
from vcwallet.proofs.data_integrity import add_proof
from vcwallet.sealed_file import UNSAFE_FOR_TESTS, Passphrase
from vcwallet.strict_json import JsonObject
from vcwallet.wallet import Diploma, Profile, Shown, Wallet

NOW = datetime(2026, 6, 20, 9, 0, tzinfo=UTC)
PASSPHRASE = "клубень вымысел 7 проба небылица"
OTHER_PASSPHRASE = "другой пароль небылицы совсем новый"
Cli = Callable[..., int]
"""Runs `vcwallet wallet ARGUMENTS...` and returns its exit status."""

MASHA = Profile("Проба", "Тестова", "Вымысловна", date(2009, 5, 17))
PETYA = Profile("Пример", "Тестов", "Вымыслович", date(2012, 11, 2))

MANDATORY = (
    "/issuer",
    "/validFrom",
    "/credentialStatus",
    "/credentialSubject/achievement/name",
    "/credentialSubject/achievement/achievementType",
    "/credentialSubject/achievement/criteria",
    "/credentialSubject/achievement/description",
)


@dataclass(frozen=True)
class Issuer:
    """An organisation with a did:web, which verifies only where its document is at hand."""

    id: str = "did:web:olymp.example"
    name: str = "Олимпиада «Вымысел»"
    key: SoftwareKey = field(default_factory=lambda: SoftwareKey.generate(KeyType.ED25519))
    parts_key: SoftwareKey = field(default_factory=lambda: SoftwareKey.generate(KeyType.P256))
    """Signs the parts of a diploma one by one, so that some can be hidden."""

    @property
    def method(self) -> str:
        return f"{self.id}#key-1"

    @property
    def document(self) -> ControlledIdentifierDocument:
        return ControlledIdentifierDocument(
            id=self.id,
            verification_methods=(
                VerificationMethod(self.method, self.id, self.key.public_key),
                VerificationMethod(f"{self.id}#key-2", self.id, self.parts_key.public_key),
            ),
            relationships={"assertionMethod": (self.method, f"{self.id}#key-2")},
        )

    def sign(self, unsigned: JsonObject) -> JsonObject:
        return add_proof(
            unsigned, suite="eddsa-rdfc-2022", key=self.key, verification_method=self.method, created=NOW
        )

    def with_hideable_parts(self, document: JsonObject, mandatory: Sequence[str] = MANDATORY) -> JsonObject:
        """The same diploma with a base proof beside its other proof, as issuers sign by default."""
        return add_proof(
            document,
            suite="ecdsa-sd-2023",
            key=self.parts_key,
            verification_method=f"{self.id}#key-2",
            created=NOW,
            mandatory_pointers=mandatory,
        )

    def diploma(
        self,
        profile: Profile = MASHA,
        *,
        number: int = 1,
        holder: str | None = None,
        awarded: str = "2026-03-01",
        **pupil: Any,
    ) -> JsonObject:
        """Signed; `pupil` replaces members of the subject, None removes one."""
        credential_id = f"urn:uuid:6c1f2b64-7d0e-4a52-9a5c-{number:012d}"
        subject: dict[str, Any] = {
            "id": holder or f"urn:uuid:0b8d3f7e-91a4-4f6d-b2c5-{number:012d}",
            "type": ["AchievementSubject", "Profile"],
            "familyName": profile.family_name,
            "givenName": profile.given_name,
            "patronymicName": profile.patronymic_name,
            "dateOfBirth": profile.birth_date.isoformat() if profile.birth_date else None,
            **pupil,
            "parentOrg": {"id": f"{credential_id}#s", "type": ["Profile"], "name": "Школа № 0"},
            "achievement": {
                "id": f"https://olymp.example/2026/{number}",
                "type": ["Achievement"],
                "achievementType": "Award",
                "name": f"Олимпиада «Вымысел», тур {number}",
                "description": "Заключительный этап",
                "criteria": {"narrative": "Призовое место"},
                "fieldOfStudy": "Астрономия",
                "version": "2025/26",
            },
            "result": [
                {"id": f"{credential_id}#r1", "type": ["Result"], "value": "Диплом победителя I степени"}
            ],
        }
        document: dict[str, Any] = {
            "@context": [*CONTEXTS],
            "id": credential_id,
            "type": ["VerifiableCredential", "OpenBadgeCredential"],
            "issuer": {"id": self.id, "type": ["Profile"], "name": self.name},
            "validFrom": f"{awarded}T00:00:00+03:00",
            "credentialSubject": {name: value for name, value in subject.items() if value is not None},
            "credentialStatus": {
                "id": f"https://olymp.example/status/1#{number}",
                "type": "BitstringStatusListEntry",
                "statusPurpose": "revocation",
                "statusListIndex": str(number),
                "statusListCredential": "https://olymp.example/status/1",
            },
        }
        return self.sign(document)

    def status_list(self, *, revoked: tuple[int, ...] = (), at: datetime = NOW) -> JsonObject:
        bits = StatusList.create()
        for index in revoked:
            bits.set(index, 1)
        return status_list.sign(
            bits,
            id="https://olymp.example/status/1",
            issuer=self.id,
            key=self.key,
            verification_method=self.method,
            valid_from=at,
        )


def wallet(path: Path, *issuers: Issuer) -> Wallet:
    """A new wallet that knows some issuers."""
    made = Wallet.create(path, PASSPHRASE, kdf=UNSAFE_FOR_TESTS)
    for issuer in issuers:
        made.issuers.remember(issuer.document, now=NOW)
    return made


def present(
    family: Wallet, diplomas: Sequence[Diploma], *, domain: str, now: datetime, **options: Any
) -> Shown:
    """Prepare and sign in one go."""
    return family.sign(family.prepare(diplomas, to=domain, now=now, **options), now=now)


def reopen(path: Path) -> Wallet:
    return Wallet.open(path, secret=Passphrase(PASSPHRASE))


def later(days: int = 1) -> datetime:
    return NOW + timedelta(days=days)
