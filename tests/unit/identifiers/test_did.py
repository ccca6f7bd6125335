"""did:key and did:jwk say everything themselves; other identifiers are not guessed at."""

from __future__ import annotations

import json
import random
import time
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.shared import SOAK
from tests.unit.identifiers.test_signatures import SECRET_LENGTHS, a_key
from vcwallet.errors import DocumentError, KeyUnavailable, VcwalletError
from vcwallet.identifiers import multibase
from vcwallet.identifiers.controlled_identifier import ControlledIdentifierDocument, MethodType
from vcwallet.identifiers.did import jwk, key, resolve, web
from vcwallet.identifiers.keys import KeyType, PublicKey

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
ED = a_key(KeyType.ED25519).public_key


@pytest.mark.parametrize("method", [key, jwk])
@pytest.mark.parametrize("key_type", list(SECRET_LENGTHS))
def test_round_trip(method: Any, key_type: KeyType) -> None:
    public = a_key(key_type).public_key
    did = method.did_of(public)
    document = resolve(did)
    assert document.id == did
    for purpose in ("assertionMethod", "authentication", "capabilityInvocation", "capabilityDelegation"):
        found = document.method(method.verification_method_of(did), purpose, at=NOW)
        assert found.public_key == public
        assert found.controller == did
    assert "keyAgreement" not in document.relationships
    assert ControlledIdentifierDocument.parse(document.to_json()) == document


def test_did_key_document_of_the_specification() -> None:
    """The did:key Method, "Create": the example, without the derived encryption key."""
    did = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"
    name = f"{did}#z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"
    assert resolve(did).to_json() == {
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
        "id": did,
        "verificationMethod": [
            {
                "id": name,
                "type": "Multikey",
                "controller": did,
                "publicKeyMultibase": "z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK",
            }
        ],
        "authentication": [name],
        "assertionMethod": [name],
        "capabilityDelegation": [name],
        "capabilityInvocation": [name],
    }


def test_did_jwk_of_the_specification() -> None:
    """The P-256 example of the did:jwk specification."""
    did = (
        "did:jwk:eyJjcnYiOiJQLTI1NiIsImt0eSI6IkVDIiwieCI6ImFjYklRaXVNczNpOF91c3pFakoydHBUdFJNNEVVM3l6OTFQSDZDZEgyVjAi"
        "LCJ5IjoiX0tjeUxqOXZXTXB0bm1LdG00NkdxRHo4d2Y3NEk1TEtncmwyR3pIM25TRSJ9"
    )
    document = resolve(did)
    found = document.method(did + "#0", "assertionMethod", at=NOW)
    assert found.type is MethodType.JSON_WEB_KEY
    assert found.public_key.to_jwk() == {
        "crv": "P-256",
        "kty": "EC",
        "x": "acbIQiuMs3i8_uszEjJ2tpTtRM4EU3yz91PH6CdH2V0",
        "y": "_KcyLj9vWMptnmKtm46GqDz8wf74I5LKgrl2GzH3nSE",
    }
    assert jwk.did_of(found.public_key) == did


def test_did_jwk_keeps_its_own_spelling() -> None:
    """Another serialization is another identifier of the same key."""
    spaced = "did:jwk:" + multibase.base64url_encode(json.dumps(ED.to_jwk(), indent=1).encode())
    document = resolve(spaced)
    assert document.id == spaced != jwk.did_of(ED)
    assert document.verification_methods[0].public_key == ED


def _did_jwk(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value)
    return "did:jwk:" + multibase.base64url_encode(text.encode())


BAD: dict[str, tuple[str, str]] = {
    "empty": ("", "did.not-self-contained"),
    "a site": ("https://school.example", "did.not-self-contained"),
    "did:web": ("did:web:school.example", "did.not-self-contained"),
    "an unknown method": ("did:example:123", "did.not-self-contained"),
    "only the scheme": ("did:", "did.malformed"),
    "no method": ("did::z6Mk", "did.malformed"),
    "a method in capitals": (f"did:KEY:{ED.multibase}", "did.malformed"),
    "the scheme in capitals": (f"DID:key:{ED.multibase}", "did.not-self-contained"),
    "a fragment": (f"did:key:{ED.multibase}#{ED.multibase}", "did.malformed"),
    "a path": (f"did:key:{ED.multibase}/a", "did.malformed"),
    "a query": (f"did:key:{ED.multibase}?versionId=1", "did.malformed"),
    "a line end": (f"did:key:{ED.multibase}\n", "did.malformed"),
    "a space": (f" did:key:{ED.multibase}", "did.not-self-contained"),
    "a bad percent sign": ("did:key:z6Mk%zz", "did.malformed"),
    "a colon at the end": (f"did:key:{ED.multibase}:", "did.malformed"),
    "very long": ("did:key:z" + "z" * 5000, "did.too-long"),
    "did:key long": ("did:key:z" + "z" * 1000, "multibase.too-long"),
    "did:key with a version": (f"did:key:1:{ED.multibase}", "key.base"),
    "did:key in base64url": (
        "did:key:" + multibase.encode_multibase(b"\xed\x01" + ED.raw, "u"),
        "key.base",
    ),
    "did:key percent-encoded": (f"did:key:%7A{ED.multibase[1:]}", "key.base"),
    "did:key of an encryption key": (
        "did:key:z6LSj72tK8brWgZja8NLRwPigth2T9QRiG1uH9oKZuKjdh9p",
        "key.unsupported-type",
    ),
    "did:key of a secret": ("did:key:" + a_key(KeyType.P256).secret_multibase, "key.secret-published"),
    "did:jwk padded": (jwk.did_of(ED) + "%3D", "multibase.base64url"),
    "did:jwk not JSON": (_did_jwk("{"), "json.malformed"),
    "did:jwk not UTF-8": ("did:jwk:" + multibase.base64url_encode(b"\xff"), "json.not-utf-8"),
    "did:jwk a list": (_did_jwk([]), "json.not-an-object"),
    "did:jwk with a duplicate": (_did_jwk('{"kty":"OKP","kty":"OKP"}'), "json.duplicate-key"),
    "did:jwk nested deep": (_did_jwk("[" * 700), "json.too-deep"),
    "did:jwk empty": (_did_jwk({}), "key.jwk"),
    "did:jwk with its secret": (_did_jwk({**ED.to_jwk(), "d": "AA"}), "key.secret-published"),
    "did:jwk for encryption": (_did_jwk({**ED.to_jwk(), "use": "enc"}), "key.unsupported-type"),
    "did:jwk of an encryption key": (
        _did_jwk({"kty": "OKP", "crv": "X25519", "use": "enc", "x": ED.to_jwk()["x"]}),
        "key.unsupported-type",
    ),
}


@pytest.mark.parametrize(("did", "code"), BAD.values(), ids=BAD.keys())
def test_identifiers_without_a_document(did: str, code: str) -> None:
    with pytest.raises((DocumentError, KeyUnavailable)) as caught:
        resolve(did)
    assert caught.value.code == code
    unknown = code in ("did.not-self-contained", "key.unsupported-type")
    assert isinstance(caught.value, KeyUnavailable) == unknown


@pytest.mark.parametrize(
    "fragment",
    ["", "#", "#0", "#key-1", "#" + a_key(KeyType.P256).public_key.multibase, "#" + ED.multibase.lower()],
)
def test_a_did_key_has_one_verification_method(fragment: str) -> None:
    """Its fragment repeats the key; any other names nothing."""
    did = key.did_of(ED)
    with pytest.raises(KeyUnavailable) as caught:
        resolve(did).method(did + fragment, "assertionMethod", at=NOW)
    assert caught.value.code == "key.not-listed"


def test_one_key_has_one_did_key() -> None:
    """Whatever resolves is exactly what would be written for its key."""
    did = key.did_of(ED)
    for position in range(len("did:key:z"), len(did)):
        for letter in "1aZ0":
            other = did[:position] + letter + did[position + 1 :]
            if other == did:
                continue
            try:
                found = resolve(other).verification_methods[0].public_key
            except VcwalletError:
                continue
            assert found != ED
            assert key.did_of(found) == other


@settings(max_examples=300)
@given(
    st.one_of(
        st.text(max_size=40),
        st.text(max_size=40).map("did:key:".__add__),
        st.text(max_size=60).map(_did_jwk),
        st.dictionaries(st.sampled_from(["kty", "crv", "x", "y", "use"]), st.text(max_size=8)).map(_did_jwk),
    )
)
def test_no_identifier_raises_anything_but_our_errors(did: str) -> None:
    try:
        document = resolve(did)
    except VcwalletError as error:
        assert str(error)
    else:
        assert isinstance(document.verification_methods[0].public_key, PublicKey)


def test_changed_identifiers_end_in_our_errors_and_soon() -> None:
    """Honest identifiers with characters changed, added or removed: 3,000 here, a million in soak."""
    chance = random.Random(20260301)
    honest = [
        *(method.did_of(a_key(key_type).public_key) for method in (key, jwk) for key_type in SECRET_LENGTHS),
        "did:web:school.example:olympiad",
        "did:web:school.example%3A8443",
    ]
    letters = "09azAZ.:%#/?-_=+\n\0я\ud800"
    worst = 0.0
    for _ in range(1_000_000 if SOAK else 3_000):
        did = chance.choice(honest)
        for _ in range(chance.randint(1, 3)):
            at = chance.randrange(len(did) + 1)
            end = min(len(did), at + chance.choice((0, 0, 1, 1, 5)))
            did = did[:at] + chance.choice(letters) * chance.choice((0, 1, 1, 2, 600)) + did[end:]
        began = time.process_time()
        for read in (resolve, web.locate):
            try:
                read(did)
            except VcwalletError:
                continue
        worst = max(worst, time.process_time() - began)
    assert worst < 1
