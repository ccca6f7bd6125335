"""Issuing and verifying, one proof: this package beside the JavaScript reference and Python peers.

Each side does its whole library verification: structure, dates, contexts, key lookup, purpose, signature.
Before anything is timed, each side's signatures are verified by us and by the reference.
"""

from __future__ import annotations

from typing import Any, Final

from bench.peers.cast import CREATED, CREDENTIALS_V2, HIDEABLE, MANDATORY, NOW, SIGNERS, diploma
from bench.peers.comparison import Row, Side, measure, start, table
from vcwallet import strict_json
from vcwallet.identifiers.keys import KeyType

SUITES: Final = (
    ("eddsa-rdfc-2022", KeyType.ED25519),
    ("eddsa-jcs-2022", KeyType.ED25519),
    ("ecdsa-rdfc-2019", KeyType.P256),
    ("ecdsa-rdfc-2019", KeyType.P384),
    ("ecdsa-jcs-2019", KeyType.P256),
    ("Ed25519Signature2020", KeyType.ED25519),
)
SET: Final = (("eddsa-rdfc-2022", ()), ("ecdsa-sd-2023", MANDATORY))


def main() -> str:
    sides = start("JavaScript", "openvc-core", "openbadgeslib")
    rows = [row for suite, key_type in SUITES for row in _rows(sides, suite, key_type)]
    rows += _default_diploma(sides)
    for side in sides.values():
        side.worker.close()
    return table(["suite", "operation"], rows, sides)


def _default_diploma(sides: dict[str, Side]) -> list[Row]:
    """What an issuer signs when nothing else is said, and what becomes of it: a proof set, of which the
    family shows one proof. No peer makes such a set."""
    own = {name: side for name, side in sides.items() if name in ("vcwallet", "before")}
    issuer = "did:web:olymp.example"
    signers = [SIGNERS["issuer", key_type] for key_type in (KeyType.ED25519, KeyType.P256)]
    methods = [f"{issuer}#{number}" for number in range(len(signers))]
    listed = {
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
        "id": issuer,
        "verificationMethod": [
            {
                "id": method,
                "type": "Multikey",
                "controller": issuer,
                "publicKeyMultibase": signer.key.public_key.multibase,
            }
            for signer, method in zip(signers, methods, strict=True)
        ],
        "assertionMethod": methods,
    }
    common = {"created": CREATED, "now": NOW}
    signing = {
        **common,
        "text": strict_json.dumps(diploma(issuer, SIGNERS["holder", KeyType.ED25519].did, 0)),
        "proofs": [
            (suite, signer.name, method, mandatory)
            for (suite, mandatory), signer, method in zip(SET, signers, methods, strict=True)
        ],
    }
    secured = sides["vcwallet"].ask("sign-set", 1, signing)[1]
    shown = sides["vcwallet"].ask("derive", 1, {"text": secured, "selective": HIDEABLE})[1]
    verifying = {**common, "issuer": listed}
    return [
        measure(own, ("the default diploma", "sign the set"), "sign-set", signing, None),
        measure(
            own,
            ("the default diploma", "verify the family's copy"),
            "verify",
            {**verifying, "stored": True, "text": secured},
            None,
        ),
        measure(
            own, ("the default diploma", "verify a derived one"), "verify", {**verifying, "text": shown}, None
        ),
    ]


def _rows(sides: dict[str, Side], suite: str, key_type: KeyType) -> list[Row]:
    print(f"{suite} {key_type}", flush=True)
    name = f"{suite}, P-384" if key_type is KeyType.P384 else suite
    issuer, holder = SIGNERS["issuer", key_type], SIGNERS["holder", key_type]
    common = {
        "suite": suite,
        "created": CREATED,
        "now": NOW,
        "domain": "university.example",
        "challenge": "d31b7a0c",
    }
    issuing = {**common, "key": issuer.name, "method": issuer.method}
    presenting = {**common, "key": holder.name, "method": holder.method}
    ours = sides["vcwallet"]
    unsigned = [strict_json.dumps(diploma(issuer.did, holder.did, number)) for number in range(10)]
    signed = [ours.ask("issue", 1, {**issuing, "text": text})[1] for text in unsigned]
    presentation: dict[str, Any] = {
        "@context": [CREDENTIALS_V2],
        "type": ["VerifiablePresentation"],
        "holder": holder.did,
        "verifiableCredential": [strict_json.loads(text) for text in signed],
    }
    if suite == "Ed25519Signature2020":
        presentation["@context"].append("https://w3id.org/security/suites/ed25519-2020/v1")
    shown = strict_json.dumps(presentation)
    presented = ours.ask("present", 1, {**presenting, "text": shown})[1]
    return [
        measure(
            sides,
            (name, "issue one"),
            "issue",
            {**issuing, "text": unsigned[0]},
            (issuer, 1, 0),
            ("verify", common),
        ),
        measure(sides, (name, "verify one"), "verify", {**common, "text": signed[0]}, (issuer, 0, 1)),
        measure(
            sides,
            (name, "sign a presentation of 10"),
            "present",
            {**presenting, "text": shown},
            (holder, 1, 0),
            ("verify-presentation", common),
        ),
        measure(
            sides,
            (name, "verify a presentation of 10"),
            "verify-presentation",
            {**common, "text": presented},
            (issuer, 0, 11),
        ),
    ]
