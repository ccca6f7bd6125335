"""A document is signed to the same bytes for ever: faster ways of making a proof change none of them.

The digests were made by the program at 6d1076f6, before signing was made faster.
"""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import shake_256

from tests.shared import ROOT, SOAK
from vcwallet import strict_json
from vcwallet.identifiers.did import key as did_key
from vcwallet.identifiers.keys import KeyType, SoftwareKey
from vcwallet.proofs.data_integrity import add_proof
from vcwallet.strict_json import JsonObject

SAMPLE = ROOT / "tests" / "vectors" / "credentials" / "olympiad-diploma.unsigned.json"
MOMENT = datetime(2026, 3, 1, 9, tzinfo=UTC)
MANDATORY = ("/issuer", "/validFrom", "/credentialSubject/achievement")
WORDS = ("Вымыслова", "Небылицын-Тестов", "O\u2019Probe", "Ёжиков", "李", "a\u0301", 'кавычка "х"', "\\ и \t")
SUITES = (
    ("eddsa-rdfc-2022", KeyType.ED25519, ()),
    ("eddsa-jcs-2022", KeyType.ED25519, ()),
    ("ecdsa-sd-2023", KeyType.P256, MANDATORY),
)
DIGESTS = {
    200: "6397d0c9e68b41fbcfa10938cf8f780b52523cf1db2397b773a233cd65c8ce53",
    2_000: "5f1f6f44d3585c7439e04fa377e68069b7719767ad86d16f4e81e44301564683",
}


def documents(number: int) -> Iterator[JsonObject]:
    """Diplomas that differ in their texts, in which members they have, and in how many of each."""
    chance = random.Random(16)
    for at in range(number):
        document = json.loads(SAMPLE.read_text("utf-8"))
        document["id"] = f"urn:uuid:00000000-0000-4000-8000-{at:012d}"
        document["validFrom"] = (MOMENT + timedelta(seconds=chance.randrange(10**7))).isoformat()
        subject = document["credentialSubject"]
        subject["familyName"], subject["givenName"] = chance.choices(WORDS, k=2)
        subject["dateOfBirth"] = f"20{chance.randrange(8, 15):02}-{chance.randrange(1, 13):02}-17"
        for name in [*subject]:
            if name not in ("type", "achievement") and chance.random() < 0.15:
                del subject[name]
        achievement = subject["achievement"]
        achievement["name"] = " ".join(chance.choices(WORDS, k=chance.randrange(1, 5)))
        if chance.random() < 0.3:
            achievement["tag"] = chance.sample(WORDS, chance.randrange(1, 4))
        if chance.random() < 0.3:
            document["name"] = chance.choice(WORDS)
        if chance.random() < 0.2:
            document.pop("credentialStatus", None)
        yield document


def digest(number: int) -> str:
    """Of everything signed, one after another."""
    told = hashlib.sha256()
    keys = {
        kind: SoftwareKey.generate(kind, randomness=lambda size: shake_256(b"a key").digest(size))
        for kind in (KeyType.ED25519, KeyType.P256)
    }
    for at, document in enumerate(documents(number)):
        secret = shake_256(f"random {at}".encode())
        for suite, kind, mandatory in SUITES:
            did = did_key.did_of(keys[kind].public_key)
            document["issuer"]["id"] = did  # type: ignore[index, call-overload]
            signed = add_proof(
                document,
                suite=suite,
                key=keys[kind],
                verification_method=did_key.verification_method_of(did),
                created=MOMENT,
                mandatory_pointers=mandatory,
                randomness=secret.digest,
            )
            told.update(strict_json.dumps(signed).encode())
    return told.hexdigest()


def test_signed_bytes_are_those_of_before() -> None:
    number = max(DIGESTS) if SOAK else min(DIGESTS)
    assert digest(number) == DIGESTS[number]
