"""RSA keys are read in one form, between two sizes, and verify RS256 only; nothing makes one here."""

from __future__ import annotations

from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric import rsa as openssl_rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key

from vcwallet.errors import KeyUnavailable, ProofError, UsageError, VcwalletError
from vcwallet.identifiers import did
from vcwallet.identifiers.did import jwk as did_jwk
from vcwallet.identifiers.did import key as did_key
from vcwallet.identifiers.keys import KeyType, PublicKey, SoftwareKey
from vcwallet.identifiers.multibase import base64url_decode, base64url_encode

# RFC 7515, appendix A.2.1.
JWK: dict[str, Any] = {
    "kty": "RSA",
    "n": (
        "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yR"
        "T-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXB"
        "dQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9ia"
        "GNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ"
    ),
    "e": "AQAB",
}
SIGNING_INPUT = (
    b"eyJhbGciOiJSUzI1NiJ9."
    b"eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
)
SIGNATURE = base64url_decode(
    "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdb"
    "F9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383"
    "LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWy"
    "wlVmtVrBp0igcN_IoypGlUPQGe77Rw"
)
KEY = PublicKey.from_jwk(JWK)


def _der(bits: int, exponent: int = 65537) -> bytes:
    numbers = openssl_rsa.RSAPublicNumbers(exponent, (1 << bits) - 1)
    return numbers.public_key().public_bytes(Encoding.DER, PublicFormat.PKCS1)


def test_the_signature_of_rfc_7515() -> None:
    KEY.verify(SIGNATURE, SIGNING_INPUT)
    for signature, code in {
        SIGNATURE[:-1] + bytes([SIGNATURE[-1] ^ 1]): "proof.signature",
        SIGNATURE[:-1]: "proof.signature-malformed",
        b"\0" + SIGNATURE: "proof.signature-malformed",
        b"\xff" * 256: "proof.signature",
        bytes(256): "proof.signature",
    }.items():
        with pytest.raises(ProofError) as caught:
            KEY.verify(signature, SIGNING_INPUT)
        assert caught.value.code == code


def test_another_padding_or_hash_is_no_signature() -> None:
    """PSS and SHA-512 by the right key: RS256 is PKCS #1 v1.5 with SHA-256 and nothing else."""
    secret = openssl_rsa.generate_private_key(65537, 2048)
    key = PublicKey(KeyType.RSA, secret.public_key().public_bytes(Encoding.DER, PublicFormat.PKCS1))
    key.verify(secret.sign(b"message", padding.PKCS1v15(), hashes.SHA256()), b"message")
    pss = padding.PSS(padding.MGF1(hashes.SHA256()), 32)
    for signature in (
        secret.sign(b"message", padding.PKCS1v15(), hashes.SHA512()),
        secret.sign(b"message", pss, hashes.SHA256()),
    ):
        with pytest.raises(ProofError) as caught:
            key.verify(signature, b"message")
        assert caught.value.code == "proof.signature"


@pytest.mark.parametrize("method", [did_key, did_jwk])
def test_every_way_of_writing_it(method: Any) -> None:
    assert PublicKey.from_multibase(KEY.multibase) == KEY
    assert KEY.to_jwk() == JWK
    identifier = method.did_of(KEY)
    assert did.resolve(identifier).verification_methods[0].public_key == KEY


def test_the_largest_key_has_a_did() -> None:
    key = PublicKey(KeyType.RSA, _der(4096, 2**64 - 1))
    assert did.resolve(did_key.did_of(key)).verification_methods[0].public_key == key


BAD: dict[str, tuple[bytes, str]] = {
    "2047 bits": (_der(2047), "key.rsa-size"),
    "1024 bits": (_der(1024), "key.rsa-size"),
    "4097 bits": (_der(4097), "key.rsa-size"),
    "16384 bits": (_der(16384), "key.rsa-size"),
    "exponent 3": (_der(2048, 3), "key.rsa-size"),
    "exponent of 65 bits": (_der(2048, 2**64 + 1), "key.rsa-size"),
    "nothing": (b"", "key.rsa-malformed"),
    "a byte after": (KEY.raw + b"\0", "key.rsa-malformed"),
    "a byte less": (KEY.raw[:-1], "key.rsa-malformed"),
    "a long length": (b"\x30\x83\x00" + KEY.raw[2:], "key.rsa-malformed"),
    "a minus before the modulus": (
        KEY.raw.replace(b"\x02\x82\x01\x01\x00", b"\x02\x82\x01\x01\xff"),
        "key.rsa-malformed",
    ),
    "SubjectPublicKeyInfo": (
        load_der_public_key(KEY.raw).public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
        "key.rsa-malformed",
    ),
}


@pytest.mark.parametrize(("raw", "code"), BAD.values(), ids=BAD.keys())
def test_bad_keys(raw: bytes, code: str) -> None:
    with pytest.raises(VcwalletError) as caught:
        PublicKey(KeyType.RSA, raw)
    assert caught.value.code == code
    assert isinstance(caught.value, KeyUnavailable) == (code == "key.rsa-size")


BAD_JWKS: dict[str, tuple[dict[str, Any], str]] = {
    "a zero octet before n": (
        {"n": base64url_encode(b"\0" + base64url_decode(JWK["n"]))},
        "key.rsa-malformed",
    ),
    "a zero octet before e": ({"e": "AAEAAQ"}, "key.rsa-malformed"),
    "n even": ({"n": JWK["n"][:-2] + "og"}, "key.rsa-malformed"),
    "e even": ({"e": "AQAA"}, "key.rsa-malformed"),
    "e empty": ({"e": ""}, "key.rsa-malformed"),
    "e one": ({"e": "AQ"}, "key.rsa-size"),
    "e missing": ({"e": None}, "key.jwk"),
    "n padded": ({"n": JWK["n"] + "="}, "multibase.base64url"),
    "n endless": ({"n": "A" * 100_000}, "multibase.too-long"),
    "alg of another hash": ({"alg": "RS512"}, "key.jwk"),
    "alg symmetric": ({"alg": "HS256"}, "key.jwk"),
    "a secret": ({"d": "AA"}, "key.secret-published"),
    "a curve": ({"crv": "P-256"}, "key.jwk"),
}


@pytest.mark.parametrize(("changes", "code"), BAD_JWKS.values(), ids=BAD_JWKS.keys())
def test_bad_jwks(changes: dict[str, Any], code: str) -> None:
    with pytest.raises(VcwalletError) as caught:
        PublicKey.from_jwk({**JWK, **changes})
    assert caught.value.code == code


def test_nothing_makes_an_rsa_key() -> None:
    for make in (
        lambda: SoftwareKey.generate(KeyType.RSA),
        lambda: SoftwareKey(KeyType.RSA, b""),
        lambda: SoftwareKey(KeyType.RSA, KEY.raw),
    ):
        with pytest.raises(UsageError) as caught:
            make()
        assert caught.value.code == "key.secret-malformed"
