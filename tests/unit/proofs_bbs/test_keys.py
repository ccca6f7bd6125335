"""BLS12-381 keys: written in one way, secret, and of no use for anything but lists of messages."""

from __future__ import annotations

import pickle

import pytest

from tests.shared import vector_json
from vcwallet.errors import KeyUnavailable, ProofError, UsageError
from vcwallet.identifiers import did, multibase
from vcwallet.identifiers.bbs_signature import BLS12_381_SHA_256
from vcwallet.identifiers.did.key import did_of, verification_method_of
from vcwallet.identifiers.keys import (
    KeyType,
    MessagesSigningKey,
    PublicKey,
    SoftwareKey,
    is_published_test_key,
)

KEY = SoftwareKey(KeyType.BLS12_381_G2, bytes(range(1, 33)))
ORDER = 0x73EDA753299D7D483339D80809A1D80553BDA402FFFE5BFEFFFFFFFF00000001


def test_a_key_survives_every_way_of_writing_it() -> None:
    public = KEY.public_key
    assert public.multibase.startswith("zUC7")
    assert PublicKey.from_multibase(public.multibase) == public
    assert pickle.loads(pickle.dumps(public)) == public
    again = SoftwareKey.from_secret_multibase(KEY.secret_multibase)
    assert again.public_key == public
    method = verification_method_of(did_of(public))
    assert did.resolve(did_of(public)).verification_methods[0].id == method


def test_the_official_did_key_is_of_the_official_key() -> None:
    material = vector_json("vc-di-bbs/BBSKeyMaterial.json")
    key = SoftwareKey(KeyType.BLS12_381_G2, bytes.fromhex(material["privateKeyHex"]))
    method = vector_json("vc-di-bbs/addProofConfig.json")["verificationMethod"]
    assert verification_method_of(did_of(key.public_key)) == method
    assert is_published_test_key(key.public_key)


def test_what_a_key_signs_is_verified_with_its_octets() -> None:
    for key in (KEY, SoftwareKey.generate(KeyType.BLS12_381_G2)):
        assert isinstance(key, MessagesSigningKey)
        signature = key.sign_messages(b"header", [b"1", b"2"])
        BLS12_381_SHA_256.verify(key.public_key.raw, signature, b"header", [b"1", b"2"])


def test_it_tells_nobody_its_secret() -> None:
    assert repr(KEY) == f"SoftwareKey({KEY.public_key.multibase})"
    with pytest.raises(TypeError):
        pickle.dumps(KEY)


@pytest.mark.parametrize(
    "secret", [bytes(32), ORDER.to_bytes(32, "big"), b"\xff" * 32, b"", bytes(31), b"\1" * 33]
)
def test_no_secret_key(secret: bytes) -> None:
    with pytest.raises(UsageError) as caught:
        SoftwareKey(KeyType.BLS12_381_G2, secret)
    assert caught.value.code == "key.secret-malformed"


def test_one_kind_of_key_does_not_sign_as_another() -> None:
    with pytest.raises(UsageError) as caught:
        KEY.sign(b"message")
    assert caught.value.code == "key.signs-otherwise"
    for key_type in (KeyType.ED25519, KeyType.P256):
        with pytest.raises(UsageError) as caught:
            SoftwareKey.generate(key_type).sign_messages(b"", [b"message"])
        assert caught.value.code == "key.signs-otherwise"
    for signature in (b"", bytes(64), bytes(80), KEY.sign_messages(b"", [b"message"])):
        with pytest.raises(ProofError) as refused:
            KEY.public_key.verify(signature, b"message")
        assert refused.value.code == "proof.signature-malformed"


def test_it_is_no_json_web_key() -> None:
    with pytest.raises(KeyUnavailable) as caught:
        KEY.public_key.to_jwk()
    assert caught.value.code == "key.unsupported-type"
    coordinate = multibase.base64url_encode(bytes(96))
    for kty in ("EC", "OKP", ""):
        with pytest.raises(KeyUnavailable) as caught:
            PublicKey.from_jwk({"kty": kty, "crv": "BLS12381G2", "x": coordinate, "y": coordinate})
        assert caught.value.code == "key.unsupported-type"
