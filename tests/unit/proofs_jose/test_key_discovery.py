"""A header only points: what counts is what the signer's own document lists."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from tests.unit.proofs_jose.world import KNOWN, NOW, SCHOOL, STRANGER, Registry, fate, key_of, method_of
from vcwallet.identifiers import did
from vcwallet.identifiers.controlled_identifier import (
    ControlledIdentifierDocument,
    Resolver,
    VerificationMethod,
)
from vcwallet.identifiers.did import jwk as did_jwk
from vcwallet.identifiers.did import key as did_key
from vcwallet.identifiers.keys import KeyType, PublicKey
from vcwallet.proofs.jose.key_discovery import find_method, thumbprint

P256 = key_of(SCHOOL, KeyType.P256).public_key
STRANGERS = key_of(STRANGER, KeyType.P256).public_key


def find(
    kid: str | None = None,
    jwk: dict[str, Any] | None = None,
    *,
    signer: str | None = SCHOOL,
    key_type: KeyType = KeyType.P256,
    resolve: Resolver = KNOWN,
    purpose: str = "assertionMethod",
) -> VerificationMethod:
    return find_method(
        kid=kid, jwk=jwk, key_type=key_type, signer=signer, purpose=purpose, resolve=resolve, now=NOW
    )


def test_the_thumbprint_of_rfc_7638() -> None:
    """Section 3.1."""
    jwk = json.loads(
        '{"kty":"RSA","n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_'
        "BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMic"
        "AtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ"
        '-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw","e":"AQAB","alg":"RS256","kid":"2011-04-29"}'
    )
    assert thumbprint(PublicKey.from_jwk(jwk)) == "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"


def with_jwk_kid(kid: str) -> Registry:
    """The school's document as its owner wrote it, with a name in the JWK of the P-256 key."""
    registry = Registry(SCHOOL)
    method = method_of(SCHOOL, KeyType.P256)
    registry.documents[SCHOOL] = ControlledIdentifierDocument.parse(
        {
            "id": SCHOOL,
            "verificationMethod": [
                {
                    "id": method,
                    "type": "JsonWebKey",
                    "controller": SCHOOL,
                    "publicKeyJwk": {**P256.to_jwk(), "kid": kid},
                }
            ],
            "assertionMethod": [method],
        }
    )
    return registry


NAMES = {
    "its id": method_of(SCHOOL, KeyType.P256),
    "its fragment": "P-256",
    "its fragment with the sign": "#P-256",
    "its thumbprint": thumbprint(P256),
    "its thumbprint as a URN": "urn:ietf:params:oauth:jwk-thumbprint:sha-256:" + thumbprint(P256),
}


@pytest.mark.parametrize("kid", NAMES.values(), ids=NAMES.keys())
def test_the_names_of_a_key(kid: str) -> None:
    assert find(kid).public_key == P256


@pytest.mark.parametrize("kid", ["key-7", "https://school0.example/keys/7", "https://keys.example/all#7"])
def test_the_name_in_a_jwk(kid: str) -> None:
    """Open Badges lets `kid` be any URL of the key; the document says which key it is."""
    assert find(kid, resolve=with_jwk_kid(kid)).public_key == P256


def test_keys_for_other_things_do_not_stand_in_the_way() -> None:
    """A BLS12-381 key of the W3C's test vectors, which has no JWK, beside the one that signs tokens."""
    method = method_of(SCHOOL, KeyType.P256)
    document = ControlledIdentifierDocument.parse(
        {
            "id": SCHOOL,
            "verificationMethod": [
                {
                    "id": f"{SCHOOL}#lists",
                    "type": "Multikey",
                    "controller": SCHOOL,
                    "publicKeyMultibase": (
                        "zUC7DerdEmfZ8f4pFajXgGwJoMkV1ofMTmEG5UoNvnWiPiLuGKNeqgRpLH2TV4Xe5mJ2cXV76gRN"
                        "7LFQwapF1VFu6x2yrr5ci1mXqC1WNUrnHnLgvfZfMH7h6xP6qsf9EKRQrPQ"
                    ),
                },
                {
                    "id": method,
                    "type": "Multikey",
                    "controller": SCHOOL,
                    "publicKeyMultibase": P256.multibase,
                },
            ],
            "assertionMethod": [f"{SCHOOL}#lists", method],
        }
    )
    for kid in (*NAMES.values(), None):
        assert find(kid, resolve=lambda signer: document).public_key == P256
    assert fate(lambda: find("lists", resolve=lambda signer: document)) == "jose.key-not-listed"


def test_a_name_of_two_keys_is_no_name() -> None:
    registry = with_jwk_kid("P-256")
    document = registry.documents[SCHOOL]
    (method,) = document.verification_methods
    twin = VerificationMethod(f"{SCHOOL}#other", SCHOOL, STRANGERS, kid="P-256")
    registry.documents[SCHOOL] = replace(document, verification_methods=(method, twin))
    assert fate(lambda: find("P-256", resolve=registry)) == "jose.ambiguous-key"


def test_the_name_of_another_controllers_key_leads_to_him() -> None:
    """So the caller can say whose key it was; it is not the signer's."""
    found = find(method_of(STRANGER, KeyType.P256))
    assert (found.controller, found.public_key) == (STRANGER, STRANGERS)


def test_without_a_name_there_must_be_one_key_of_that_type() -> None:
    assert find().public_key == P256
    assert find(key_type=KeyType.RSA).public_key.type is KeyType.RSA
    document = KNOWN.documents[SCHOOL]
    twin = VerificationMethod(f"{SCHOOL}#twin", SCHOOL, STRANGERS)
    listed = (*document.relationships["assertionMethod"], twin.id)
    registry = Registry(SCHOOL)
    registry.documents[SCHOOL] = replace(
        document,
        verification_methods=(*document.verification_methods, twin),
        relationships={"assertionMethod": listed},
    )
    assert fate(lambda: find(resolve=registry)) == "jose.ambiguous-key"
    assert fate(lambda: find(resolve=with_jwk_kid("x"), key_type=KeyType.P384)) == "jose.key-not-listed"


def test_an_embedded_key_counts_when_the_signer_lists_it() -> None:
    jwk = {**P256.to_jwk(), "kid": "anything", "alg": "ES256"}
    assert find(jwk=jwk).id == method_of(SCHOOL, KeyType.P256)
    assert find(method_of(SCHOOL, KeyType.P256), jwk).public_key == P256


@pytest.mark.parametrize("signer", [SCHOOL, did_key.did_of(P256), did_jwk.did_of(P256)])
def test_an_embedded_key_of_somebody_else_is_refused(signer: str) -> None:
    def resolve(identifier: str) -> ControlledIdentifierDocument:
        return did.resolve(identifier) if identifier.startswith("did:") else KNOWN(identifier)

    assert find(jwk=P256.to_jwk(), signer=signer, resolve=resolve).controller == signer
    for jwk in (STRANGERS.to_jwk(), key_of(STRANGER).public_key.to_jwk()):
        refused = fate(lambda jwk=jwk: find(jwk=jwk, signer=signer, resolve=resolve))  # type: ignore[misc]
        assert refused == "jose.embedded-key"


def test_an_embedded_key_beside_the_name_of_another_is_refused() -> None:
    assert fate(lambda: find(method_of(SCHOOL, KeyType.P256), STRANGERS.to_jwk())) == "jose.embedded-key"
    assert fate(lambda: find("P-256", STRANGERS.to_jwk())) == "jose.embedded-key"


def test_an_embedded_key_for_another_purpose_is_refused() -> None:
    registry = Registry(SCHOOL, purposes=("authentication",))
    assert fate(lambda: find(jwk=P256.to_jwk(), resolve=registry)) == "jose.embedded-key"


@pytest.mark.parametrize(
    ("jwk", "code"),
    [
        ({**P256.to_jwk(), "d": "AA"}, "key.secret-published"),
        ({"kty": "oct", "k": "AA"}, "key.secret-published"),
        ({}, "key.jwk"),
        ({"kty": "EC", "crv": "secp256k1"}, "key.unsupported-type"),
        ({**P256.to_jwk(), "alg": "ES384"}, "key.jwk"),
        ({**P256.to_jwk(), "use": "enc"}, "key.unsupported-type"),
    ],
)
def test_bad_embedded_keys(jwk: dict[str, Any], code: str) -> None:
    assert fate(lambda: find(jwk=jwk)) == code


def test_nobody_to_ask() -> None:
    assert fate(lambda: find("P-256", signer=None)) == "jose.no-signer"
    assert fate(lambda: find(jwk=P256.to_jwk(), signer=None)) == "jose.no-signer"
    assert fate(lambda: find(signer="did:example:nobody")) == "test.unknown"
    assert find(method_of(SCHOOL, KeyType.P256), signer=None).controller == SCHOOL
