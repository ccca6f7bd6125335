"""This package as a worker, through the doors a user has: text in, text or verdict out."""

from __future__ import annotations

from typing import Any

from bench.peers.peer import serve
from vcwallet import timestamps
from vcwallet.credentials import credential, verification
from vcwallet.credentials.credential import Credential
from vcwallet.credentials.presentation import Presentation
from vcwallet.identifiers import did
from vcwallet.identifiers.keys import KeyType, SoftwareKey
from vcwallet.proofs import data_integrity
from vcwallet.proofs.data_integrity import add_proof

keys: dict[str, SoftwareKey] = {}


def setup(request: dict[str, Any]) -> None:
    for name, key in request["keys"].items():
        keys[name] = SoftwareKey(KeyType(key["type"]), bytes.fromhex(key["secret"]))


def issue(request: dict[str, Any]) -> dict[str, Any]:
    return add_proof(
        Credential.parse(request["text"]).json,
        suite=request["suite"],
        key=keys[request["key"]],
        verification_method=request["method"],
        created=timestamps.parse(request["created"]),
        mandatory_pointers=request.get("mandatory", ()),
    )


def derive(request: dict[str, Any]) -> dict[str, Any]:
    return data_integrity.derive(Credential.parse(request["text"]).json, request["selective"])


def verify(request: dict[str, Any]) -> bool:
    credential.verify(
        Credential.parse(request["text"]), resolve=did.resolve, now=timestamps.parse(request["now"])
    )
    return True


def present(request: dict[str, Any]) -> dict[str, Any]:
    return add_proof(
        Presentation.parse(request["text"]).json,
        suite=request["suite"],
        key=keys[request["key"]],
        verification_method=request["method"],
        purpose="authentication",
        created=timestamps.parse(request["created"]),
        domain=request["domain"],
        challenge=request["challenge"],
    )


def raw_sign(request: dict[str, Any]) -> bool:
    """A signature and nothing else: what no program can leave out."""
    keys[request["key"]].sign(bytes(64))
    return True


def raw_verify(request: dict[str, Any]) -> bool:
    keys[request["key"]].public_key.verify(bytes.fromhex(request["signature"]), bytes(64))
    return True


def verify_presentation(request: dict[str, Any]) -> bool:
    verification.verify(
        Presentation.parse(request["text"]),
        resolve=did.resolve,
        now=timestamps.parse(request["now"]),
        domain=request["domain"],
        challenge=request["challenge"],
    )
    return True


if __name__ == "__main__":
    serve(
        setup,
        {
            "issue": issue,
            "derive": derive,
            "verify": verify,
            "present": present,
            "raw-sign": raw_sign,
            "raw-verify": raw_verify,
            "verify-presentation": verify_presentation,
        },
    )
