"""A wallet that answers by VCALM, for the tests: it begins an exchange, and signs what the message asks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from vcwallet.identifiers.did import key as did_key
from vcwallet.identifiers.keys import SoftwareKey
from vcwallet.proofs.data_integrity import add_proof
from vcwallet.strict_json import JsonObject


def fits(example: Any, credential: Any) -> bool:
    """As Learner Credential Wallet has it: every member there, a list contained, everything else equal."""
    if isinstance(example, dict):
        return isinstance(credential, dict) and all(
            fits(value, credential.get(name)) for name, value in example.items()
        )
    if isinstance(example, list):
        return isinstance(credential, list) and all(each in credential for each in example)
    return bool(example == credential)


def shown(
    message: JsonObject, diplomas: Sequence[JsonObject], key: SoftwareKey, *, now: datetime, **changed: Any
) -> JsonObject:
    """The presentation of the diplomas that fit, signed as the message asks, but for what is `changed`."""
    asked: Any = message["verifiablePresentationRequest"]
    examples = [each["credentialQuery"]["example"] for each in asked["query"] if "credentialQuery" in each]
    (authentication,) = (each for each in asked["query"] if each["type"] == "DIDAuthentication")
    assert {"method": "key"} in authentication["acceptedMethods"]
    assert {"cryptosuite": "Ed25519Signature2020"} in authentication["acceptedCryptosuites"]
    holder = did_key.did_of(key.public_key)
    chosen = [each for each in diplomas if any(fits(example, each) for example in examples)]
    presentation: dict[str, Any] = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiablePresentation"],
        "holder": holder,
    }
    if chosen:
        presentation["verifiableCredential"] = chosen
    return add_proof(
        presentation,
        suite="eddsa-rdfc-2022",
        key=key,
        verification_method=did_key.verification_method_of(holder),
        purpose="authentication",
        created=now,
        **{"domain": asked["domain"], "challenge": asked["challenge"], **changed},
    )
