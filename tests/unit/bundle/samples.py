"""Presentations of invented pupils, with random signatures of the right form: nothing here verifies."""

from __future__ import annotations

import copy
import json
import random
import uuid

from tests.shared import ROOT
from vcwallet.bundle import cbor
from vcwallet.credentials.presentation import PURPOSE
from vcwallet.identifiers.multibase import base58btc_encode, base64url_encode
from vcwallet.strict_json import JsonObject

SUBJECTS = ("Астрономия", "Физика", "Литература", "Обществознание", "Химия", "География", "Математика")
RESULTS = ("Диплом победителя I степени", "Диплом призёра II степени", "Диплом призёра III степени")


def credential(seed: int = 0, *, issuer: str = "did:web:olymp.example") -> JsonObject:
    """One signed-looking diploma."""
    chance = random.Random(seed)
    text = (ROOT / "tests/vectors/credentials/olympiad-diploma.unsigned.json").read_text("utf-8")
    # School, town and result are named after the diploma.
    own, name = json.loads(text)["id"], f"urn:uuid:{uuid.UUID(bytes=chance.randbytes(16), version=4)}"
    document: JsonObject = json.loads(text.replace(own, name))
    document["issuer"]["id"] = issuer  # type: ignore[index, call-overload]
    achievement = document["credentialSubject"]["achievement"]  # type: ignore[index, call-overload]
    achievement["fieldOfStudy"] = chance.choice(SUBJECTS)  # type: ignore[index, call-overload]
    document["credentialSubject"]["result"][0]["value"] = chance.choice(RESULTS)  # type: ignore[index, call-overload]
    document["credentialStatus"]["statusListIndex"] = str(chance.randrange(131072))  # type: ignore[index, call-overload]
    document["proof"] = proof(chance, "assertionMethod", f"{issuer}#key-1")
    return document


def presentation(count: int = 1, seed: int = 0) -> JsonObject:
    chance = random.Random(seed)
    holder = "did:key:z" + base58btc_encode(b"\xed\x01" + chance.randbytes(32))
    shown = [credential(chance.randrange(1 << 30)) for _ in range(count)]
    for each in shown:
        each["credentialSubject"]["id"] = holder  # type: ignore[index, call-overload]
    signed = proof(chance, "authentication", f"{holder}#{holder.removeprefix('did:key:')}")
    return {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiablePresentation"],
        "holder": holder,
        "termsOfUse": [{"type": PURPOSE, "description": "Поступление в 2026 году"}],
        "verifiableCredential": list(shown),
        "proof": {**signed, "domain": "university.example", "challenge": chance.randbytes(8).hex()},
    }


def proof(chance: random.Random, purpose: str, method: str) -> JsonObject:
    return {
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-rdfc-2022",
        "created": "2026-03-01T09:00:00Z",
        "verificationMethod": method,
        "proofPurpose": purpose,
        "proofValue": "z" + base58btc_encode(chance.randbytes(64)),
    }


def status_list(seed: int = 0) -> JsonObject:
    chance = random.Random(seed)
    return {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": "did:web:olymp.example",
        "credentialSubject": {
            "id": "https://olymp.example/status/1#list",
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": "u" + base64url_encode(b"\x1f\x8b\x08\x00" + chance.randbytes(90)),
        },
        "proof": proof(chance, "assertionMethod", "did:web:olymp.example#key-1"),
    }


def derived(document: JsonObject, seed: int = 0, *, size: int = 545) -> JsonObject:
    """The same credential with a derived ecdsa-sd-2023 proof in place of its signature."""
    chance = random.Random(seed)
    out = copy.deepcopy(document)
    signatures = [chance.randbytes(64) for _ in range((size - 187) // 66)]
    labels: cbor.Cbor = {number: chance.randbytes(32) for number in range(2)}
    proof_value = [
        chance.randbytes(64),
        b"\x80\x24" + chance.randbytes(33),
        list(signatures),
        labels,
        [0, 1, 2, 4],
    ]
    value = "u" + base64url_encode(b"\xd9\x5d\x01" + cbor.dumps(list(proof_value)))
    out["proof"] = {**proof(chance, "assertionMethod", "did:web:olymp.example#key-2"), "proofValue": value}
    out["proof"]["cryptosuite"] = "ecdsa-sd-2023"
    return out
