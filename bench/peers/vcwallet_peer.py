"""This package as a worker, through the doors a user has: text in, text or verdict out."""

from __future__ import annotations

from typing import Any

from bench.peers.peer import serve
from vcwallet import timestamps
from vcwallet.credentials import credential, verification
from vcwallet.credentials.credential import Credential
from vcwallet.credentials.presentation import Presentation
from vcwallet.identifiers import did
from vcwallet.identifiers.controlled_identifier import ControlledIdentifierDocument, Resolver
from vcwallet.identifiers.keys import KeyType, SoftwareKey
from vcwallet.proofs import data_integrity
from vcwallet.proofs.data_integrity import add_proof

keys: dict[str, SoftwareKey] = {}
documents: dict[str, ControlledIdentifierDocument] = {}


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
    """The dates as well, as the reference does."""
    given, now = Credential.parse(request["text"]), timestamps.parse(request["now"])
    credential.verify(given, resolve=_resolver(request), now=now, stored=request.get("stored", False))
    credential.check_validity(given, now=now)
    return True


def _resolver(request: dict[str, Any]) -> Resolver:
    """The keys of a did:key are in it; those of another issuer come with the request."""
    if "issuer" not in request:
        return did.resolve
    listed = request["issuer"]
    known = documents.get(listed["id"])
    if known is None:
        known = documents[listed["id"]] = ControlledIdentifierDocument.parse(listed)
    return lambda _: known


def sign_set(request: dict[str, Any]) -> dict[str, Any]:
    """The default diploma: a plain proof, and one that hides."""
    secured = Credential.parse(request["text"]).json
    for suite, key, method, mandatory in request["proofs"]:
        secured = add_proof(
            secured,
            suite=suite,
            key=keys[key],
            verification_method=method,
            created=timestamps.parse(request["created"]),
            mandatory_pointers=mandatory,
        )
    return secured


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
            "sign-set": sign_set,
            "present": present,
            "raw-sign": raw_sign,
            "raw-verify": raw_verify,
            "verify-presentation": verify_presentation,
        },
    )
