"""Public keys are valid or do not exist; each is written in one way; secrets stay secret."""

from __future__ import annotations

import json
import pickle
import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.shared import SOAK, VECTORS, vector_json
from tests.unit.identifiers.test_signatures import P256_ORDER, P384_ORDER, P521_ORDER, SECRET_LENGTHS, a_key
from vcwallet.errors import (
    DocumentError,
    KeyUnavailable,
    LimitExceeded,
    ProofError,
    UsageError,
    VcwalletError,
)
from vcwallet.identifiers import multibase
from vcwallet.identifiers.keys import KeyType, PublicKey, SigningKey, SoftwareKey, is_published_test_key
from vcwallet.identifiers.published_test_keys import PUBLISHED_TEST_KEYS

P256_FIELD = 2**256 - 2**224 + 2**192 + 2**96 - 1
P384_FIELD = 2**384 - 2**128 - 2**96 + 2**32 - 1


@pytest.fixture(params=list(SECRET_LENGTHS))
def key(request: pytest.FixtureRequest) -> SoftwareKey:
    return a_key(request.param)


# --- round trips --------------------------------------------------------------------------------


def test_a_key_survives_every_way_of_writing_it(key: SoftwareKey) -> None:
    public = key.public_key
    assert PublicKey.from_multibase(public.multibase) == public
    assert PublicKey.from_jwk(public.to_jwk()) == public
    assert PublicKey(public.type, public.raw) == public
    assert pickle.loads(pickle.dumps(public)) == public
    assert len({public, PublicKey.from_jwk(public.to_jwk())}) == 1
    again = SoftwareKey.from_secret_multibase(key.secret_multibase)
    assert again.public_key == public
    assert again.secret_multibase == key.secret_multibase


@settings(max_examples=25)
@given(st.sampled_from(list(SECRET_LENGTHS)), st.binary(min_size=74, max_size=74), st.binary(max_size=200))
def test_any_generated_key_signs_and_verifies(key_type: KeyType, random: bytes, message: bytes) -> None:
    key: SigningKey = SoftwareKey.generate(key_type, lambda size: random[:size])
    signature = key.sign(message)
    key.public_key.verify(signature, message)
    assert PublicKey.from_multibase(key.public_key.multibase) == key.public_key
    assert PublicKey.from_jwk(key.public_key.to_jwk()) == key.public_key
    with pytest.raises(ProofError):
        key.public_key.verify(signature, message + b"\0")


def test_generated_keys_differ() -> None:
    keys = {SoftwareKey.generate(KeyType.P256).public_key for _ in range(20)}
    assert len(keys) == 20


def test_the_extremes_of_the_randomness_are_keys() -> None:
    for key_type in SECRET_LENGTHS:
        for byte in (b"\x00", b"\xff"):
            made = SoftwareKey.generate(key_type, lambda size, byte=byte: byte * size)  # type: ignore[misc]
            made.public_key.verify(made.sign(b"message"), b"message")
            assert PublicKey.from_multibase(made.public_key.multibase) == made.public_key


def test_a_signing_key_tells_nobody_its_secret(key: SoftwareKey) -> None:
    assert repr(key) == f"SoftwareKey({key.public_key.multibase})"
    with pytest.raises(TypeError):
        pickle.dumps(key)


# --- published figures --------------------------------------------------------------------------

ED25519_SEEDS = {
    # RFC 8032, section 7.1: TEST 1, 2, 3, 1024, SHA(abc)
    "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
    "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
    "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
    "f5e5767cf153319517630f226876b86c8160cc583bc013744c6bf255f5cc0ee5",
    "833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
    # did:key test vectors
    *(f"{number:064x}" for number in (0, 1, 2, 3, 5)),
}
SECRET_SCALARS = {
    # RFC 7515, A.3; RFC 7517, A.2; did:key test vectors
    "jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI": KeyType.P256,
    "870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE": KeyType.P256,
    "gPh-VvVS8MbvKQ9LSVVmfnxnKjHn4Tqj0bmbpehRlpc": KeyType.P256,
    "YjRs6vNvw4sYrzVVY8ipkEpDAD9PFqw1sUnvPRMA-WI": KeyType.P256,
    "hAyGZNj9031guBCdpAOaZkO-E5m-LKLYnMIq0-msrp8JLctseaOeNTHmP3uKVWwX": KeyType.P384,
    "Xe1HHeh-UsrJPRNLR_Y06VTrWpZYBXi7a7kiRqCgwnAOlJZPwE-xzL3DIIVMavAL": KeyType.P384,
    # Controlled Identifiers 1.0 and an early draft of Data Integrity
    "fGwges0SX1mj4eZamUCL4qtZijy9uT15fI4gKTuRvre4Kkoju2SHM4rlFOeKVraH": KeyType.P384,
    "Q6JwjCUdThSnoxfXHSFt5C1nVFycY_ZpW7qVzK644_g": KeyType.ED25519,
}
RFC_6979 = [
    (
        KeyType.P256,
        "C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721",
        b"sample",
        (
            "EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716"
            "F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8"
        ),
    ),
    (
        KeyType.P256,
        "C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721",
        b"test",
        (
            "F1ABB023518351CD71D881567B1EA663ED3EFCF6C5132B354F28D3B0B7D38367"
            "019F4113742A2B14BD25926B49C649155F267E60D3814B4C0CC84250E46F0083"
        ),
    ),
    (
        KeyType.P384,
        "6B9D3DAD2E1B8C1C05B19875B6659F4DE23C3B667BF297BA9AA47740787137D896D5724E4C70A825F872C9EA60D2EDF5",
        b"sample",
        (
            "94EDBB92A5ECB8AAD4736E56C691916B3F88140666CE9FA73D64C4EA95AD133C81A648152E44ACF96E36DD1E80FABE46"
            "99EF4AEB15F178CEA1FE40DB2603138F130E740A19624526203B6351D0A3A94FA329C145786E679E7B82C71A38628AC8"
        ),
    ),
    (
        KeyType.P384,
        "6B9D3DAD2E1B8C1C05B19875B6659F4DE23C3B667BF297BA9AA47740787137D896D5724E4C70A825F872C9EA60D2EDF5",
        b"test",
        (
            "8203B63D3C853E8D77227FB377BCF7B7B772E97892A80F36AB775D509D7A5FEB0542A7F0812998DA8F1DD3CA3CF023DB"
            "DDD0760448D42D8A43AF45AF836FCE4DE8BE06B485E9B61B827C2F13173923E06A739F040649A667BF3B828246BAA5A5"
        ),
    ),
]


@pytest.mark.parametrize(("key_type", "secret", "message", "signature"), RFC_6979)
def test_ecdsa_is_deterministic(key_type: KeyType, secret: str, message: bytes, signature: str) -> None:
    """RFC 6979, A.2.5 with SHA-256 and A.2.6 with SHA-384."""
    key = SoftwareKey(key_type, bytes.fromhex(secret))
    assert key.sign(message) == bytes.fromhex(signature)
    key.public_key.verify(bytes.fromhex(signature), message)


def test_ed25519_of_rfc_8032() -> None:
    """Section 7.1, TEST 1 and 3."""
    first = SoftwareKey(
        KeyType.ED25519,
        bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"),
    )
    assert first.public_key.raw.hex() == "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    assert first.sign(b"").hex() == (
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
        "d25bf5f0595bbe24655141438e7a100b"
    )
    # RFC 8037, A.2 gives the JWK of the same key.
    assert first.public_key.to_jwk()["x"] == "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"


def test_jwks_of_rfc_7515_and_7517() -> None:
    for x, y, d in (
        (
            "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
            "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
            "jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI",
        ),
        (
            "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
            "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM",
            "870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE",
        ),
    ):
        key = SoftwareKey(KeyType.P256, multibase.base64url_decode(d))
        jwk = {"kty": "EC", "crv": "P-256", "x": x, "y": y, "kid": "1", "use": "sig", "alg": "ES256"}
        assert PublicKey.from_jwk(jwk) == key.public_key  # type: ignore[arg-type]


def published_secrets() -> Iterator[SoftwareKey]:
    for seed in ED25519_SEEDS:
        yield SoftwareKey(KeyType.ED25519, bytes.fromhex(seed))
    for scalar, key_type in SECRET_SCALARS.items():
        yield SoftwareKey(key_type, multibase.base64url_decode(scalar))
    for key_type, secret, _, _ in RFC_6979:
        yield SoftwareKey(key_type, bytes.fromhex(secret))
    # vc-di-bbs; draft-irtf-cfrg-bbs-signatures, SHA-256 and SHAKE-256
    for secret in (
        "66d36e118832af4c5e28b2dfe1b9577857e57b042a33e06bdea37b811ed09ee0",
        "60e55110f76883a13d030b2f6bd11883422d5abde717569fc0731f51237169fc",
        "2eee0f60a8a3a8bec0ee942bfd46cbdae9a0738ee68f5a64e7238311cf09a079",
    ):
        yield SoftwareKey(KeyType.BLS12_381_G2, bytes.fromhex(secret))
    # vc-data-integrity, Candidate Recommendation of 2023; did:key test vectors
    yield SoftwareKey.from_secret_multibase("z3u2fprgdREFtGakrHr6zLyTeTEZtivDnYCPZmcSt16EYCER")
    yield SoftwareKey(
        KeyType.P256, multibase.base58btc_decode("9p4VRzdmhsnq869vQjVCTrRry7u4TtfRxhvBFJTGU2Cp")
    )


def secrets_in(value: Any) -> Iterator[str]:
    for text in re.findall(r"z[1-9A-HJ-NP-Za-km-z]{40,120}", json.dumps(value)):
        if multibase.base58btc_decode(text[1:])[:2] in (b"\x80\x26", b"\x86\x26", b"\x87\x26"):
            yield text


def test_keys_with_published_secrets_are_known_as_such() -> None:
    keys = list(published_secrets())
    assert all(is_published_test_key(key.public_key) for key in keys)
    assert not is_published_test_key(SoftwareKey.generate(KeyType.ED25519).public_key)


def test_every_secret_in_the_official_vectors_is_on_the_list() -> None:
    """And nothing is on the list whose secret is not published somewhere."""
    listed = {key.public_key.multibase for key in published_secrets()}
    found = set()
    for folder in ("vc-di-eddsa", "vc-di-ecdsa", "vc-di-bbs", "openbadges-examples"):
        for path in (VECTORS / folder).rglob("*.json"):
            found |= set(secrets_in(path.read_text("utf-8")))
    assert len(found) >= 8
    listed |= {SoftwareKey.from_secret_multibase(secret).public_key.multibase for secret in found}
    assert listed == PUBLISHED_TEST_KEYS


@pytest.mark.parametrize("name", ["keyPair.json", "proof-set-chain/multiKeyPairs.json"])
def test_official_ed25519_pairs(name: str) -> None:
    pairs = vector_json(f"vc-di-eddsa/{name}")
    for pair in pairs.values() if "keyPair1" in pairs else [pairs]:
        key = SoftwareKey.from_secret_multibase(pair["privateKeyMultibase"])
        assert key.public_key.multibase == pair["publicKeyMultibase"]
        assert key.secret_multibase == pair["privateKeyMultibase"]


@pytest.mark.parametrize("name", ["p256KeyPair.json", "p384KeyPair.json"])
def test_official_ecdsa_pairs(name: str) -> None:
    pair = vector_json(f"vc-di-ecdsa/{name}")
    key = SoftwareKey.from_secret_multibase(pair["secretKeyMultibase"])
    assert key.public_key.multibase == pair["publicKeyMultibase"]
    assert key.secret_multibase == pair["secretKeyMultibase"]


# --- refused keys -------------------------------------------------------------------------------


def _multikey(header: str, body: bytes) -> str:
    return multibase.encode_multibase(bytes.fromhex(header) + body)


def _small_x_of_p256(*, on_curve: bool) -> int:
    field, b = P256_FIELD, 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
    squares = (x for x in range(1, 100) if (pow(x**3 - 3 * x + b, (field - 1) // 2, field) == 1) == on_curve)
    return next(squares)


def _p256(x: int) -> str:
    return _multikey("8024", b"\x02" + x.to_bytes(32, "big"))


ED, P2, P3, P5 = (a_key(key_type).public_key for key_type in SECRET_LENGTHS)

BAD_MULTIKEYS: dict[str, tuple[str, str]] = {
    "empty": ("", "key.base"),
    "only the header": ("z", "key.unsupported-type"),
    "base64url, which a Multikey may not use": (
        multibase.encode_multibase(b"\xed\x01" + ED.raw, "u"),
        "key.base",
    ),
    "a did instead of a key": ("did:key:" + ED.multibase, "key.base"),
    "a space before": (" " + ED.multibase, "key.base"),
    "a line end after": (ED.multibase + "\n", "multibase.alphabet"),
    "a zero byte before": ("z1" + ED.multibase[1:], "key.unsupported-type"),
    "very long": ("z" + "z" * 100_000, "multibase.too-long"),
    "Ed25519 one byte short": (_multikey("ed01", ED.raw[:-1]), "key.length"),
    "Ed25519 one byte long": (_multikey("ed01", ED.raw + b"\0"), "key.length"),
    "Ed25519 without a body": (_multikey("ed01", b""), "key.length"),
    "Ed25519 header in a longer varint": (_multikey("ed8100", ED.raw), "key.unsupported-type"),
    "Ed25519 header as a single byte": (_multikey("ed", ED.raw), "key.unsupported-type"),
    "the identity": (_multikey("ed01", b"\x01" + bytes(31)), "key.small-order"),
    "all zero": (_multikey("ed01", bytes(32)), "key.small-order"),
    "all ones": (_multikey("ed01", b"\xff" * 32), "key.not-canonical"),
    "P-256 body under the Ed25519 header": (_multikey("ed01", P2.raw), "key.length"),
    "Ed25519 body under the P-256 header": (_multikey("8024", ED.raw), "key.length"),
    "P-384 body under the P-256 header": (_multikey("8024", P3.raw), "key.length"),
    "P-256 uncompressed": (
        _multikey("8024", b"\x04" + P2.raw[1:] + bytes(32)),
        "key.length",
    ),
    "P-256 with the tag of an uncompressed point": (
        _multikey("8024", b"\x04" + P2.raw[1:]),
        "key.not-on-curve",
    ),
    "P-256 with the tag of a hybrid point": (_multikey("8024", b"\x06" + P2.raw[1:]), "key.not-on-curve"),
    "P-256 with the tag zero": (_multikey("8024", b"\x00" + P2.raw[1:]), "key.not-on-curve"),
    "P-256 at infinity": (_multikey("8024", b"\x00"), "key.length"),
    "P-256 at infinity, filled up": (_multikey("8024", bytes(33)), "key.not-on-curve"),
    "P-256 with x = p": (_p256(P256_FIELD), "key.not-on-curve"),
    "P-256 with x + p for an x of the curve": (
        _p256(P256_FIELD + _small_x_of_p256(on_curve=True)),
        "key.not-on-curve",
    ),
    "P-256 with all bits of x": (_multikey("8024", b"\x02" + b"\xff" * 32), "key.not-on-curve"),
    "P-256 beside the curve": (_p256(_small_x_of_p256(on_curve=False)), "key.not-on-curve"),
    "P-384 one byte short": (_multikey("8124", P3.raw[:-1]), "key.length"),
    "P-384 with x = p": (_multikey("8124", b"\x03" + P384_FIELD.to_bytes(48, "big")), "key.not-on-curve"),
    "an Ed25519 secret": (_multikey("8026", bytes(range(32))), "key.secret-published"),
    "a P-256 secret": (_multikey("8626", bytes(range(32))), "key.secret-published"),
    "a P-384 secret": (_multikey("8726", bytes(range(48))), "key.secret-published"),
    "a P-521 secret": (_multikey("8826", bytes(66)), "key.secret-published"),
    "an RSA secret": (_multikey("8526", bytes(600)), "multibase.too-long"),
    "a short RSA secret": (_multikey("8526", bytes(500)), "key.secret-published"),
    "a BLS12-381 secret": (_multikey("8a26", bytes(32)), "key.secret-published"),
    "a BLS12-381 secret as printed": (_multikey("8030", bytes(32)), "key.secret-published"),
    "an SM2 secret": (_multikey("9026", bytes(32)), "key.secret-published"),
    "X25519": (_multikey("ec01", ED.raw), "key.unsupported-type"),
    "secp256k1": (_multikey("e701", P2.raw), "key.unsupported-type"),
    "P-521 one byte short": (_multikey("8224", P5.raw[:-1]), "key.length"),
    "P-521 with x above the field": (_multikey("8224", b"\x02" + b"\x02" + bytes(65)), "key.not-on-curve"),
    "BLS12-381 G1": (_multikey("ea01", bytes(48)), "key.unsupported-type"),
    "BLS12-381, short": (_multikey("eb01", b"\x80" + bytes(94)), "key.length"),
    "BLS12-381, not compressed": (_multikey("eb01", bytes(96)), "key.not-canonical"),
    "BLS12-381, the identity": (_multikey("eb01", b"\xc0" + bytes(95)), "key.not-canonical"),
    "BLS12-381, all flags": (_multikey("eb01", b"\xe0" + bytes(95)), "key.not-canonical"),
    "BLS12-381, one coordinate too large": (_multikey("eb01", b"\x9f" * 96), "key.not-canonical"),
    "BLS12-381, the other too large": (_multikey("eb01", b"\x80" * 48 + b"\xff" * 48), "key.not-canonical"),
    "RSA that is no DER": (_multikey("8524", bytes(270)), "key.rsa-malformed"),
}


def test_the_x_that_is_not_canonical_above_would_else_be_a_key() -> None:
    found = PublicKey.from_multibase(_p256(_small_x_of_p256(on_curve=True)))
    assert found.type is KeyType.P256


@pytest.mark.parametrize(("text", "code"), BAD_MULTIKEYS.values(), ids=BAD_MULTIKEYS.keys())
def test_bad_multikeys(text: str, code: str) -> None:
    with pytest.raises((DocumentError, KeyUnavailable)) as caught:
        PublicKey.from_multibase(text)
    assert caught.value.code == code
    assert isinstance(caught.value, KeyUnavailable) == (code == "key.unsupported-type")
    assert isinstance(caught.value, LimitExceeded) == (code == "multibase.too-long")


def _jwk(public: PublicKey, **changes: Any) -> dict[str, Any]:
    jwk: dict[str, Any] = {**public.to_jwk(), **changes}
    return {name: value for name, value in jwk.items() if value is not ...}


X2, Y2 = str(P2.to_jwk()["x"]), str(P2.to_jwk()["y"])

BAD_JWKS: dict[str, tuple[dict[str, Any], str]] = {
    "empty": ({}, "key.jwk"),
    "no kty": (_jwk(ED, kty=...), "key.jwk"),
    "no crv": (_jwk(ED, crv=...), "key.unsupported-type"),
    "no x": (_jwk(ED, x=...), "key.jwk"),
    "no y": (_jwk(P2, y=...), "key.jwk"),
    "kty of another type": (_jwk(ED, kty="EC"), "key.jwk"),
    "kty in small letters": (_jwk(P2, kty="ec"), "key.jwk"),
    "kty a number": (_jwk(P2, kty=1), "key.jwk"),
    "crv a list": (_jwk(P2, crv=["P-256"]), "key.unsupported-type"),
    "crv of another length": (_jwk(P2, crv="P-384"), "key.jwk"),
    "crv in small letters": (_jwk(P2, crv="p-256"), "key.unsupported-type"),
    "crv Ed448": (_jwk(ED, crv="Ed448"), "key.unsupported-type"),
    "crv X25519": (_jwk(ED, crv="X25519"), "key.unsupported-type"),
    "crv secp256k1": (_jwk(P2, crv="secp256k1"), "key.unsupported-type"),
    "RSA of 17 bits": ({"kty": "RSA", "n": "AQAB", "e": "AQAB"}, "key.rsa-size"),
    "alg of another curve": (_jwk(P2, alg="ES384"), "key.jwk"),
    "alg none": (_jwk(P2, alg="none"), "key.jwk"),
    "alg HS256": (_jwk(ED, alg="HS256"), "key.jwk"),
    "alg a list": (_jwk(ED, alg=["EdDSA"]), "key.jwk"),
    "alg null": (_jwk(ED, alg=None), "key.jwk"),
    "use for encryption": (_jwk(P2, use="enc"), "key.unsupported-type"),
    "use a number": (_jwk(P2, use=1), "key.jwk"),
    "key_ops without verify": (_jwk(P2, key_ops=["deriveKey"]), "key.unsupported-type"),
    "key_ops a text": (_jwk(P2, key_ops="verify"), "key.jwk"),
    "x padded": (_jwk(ED, x=str(ED.to_jwk()["x"]) + "="), "multibase.base64url"),
    "x not canonical": (_jwk(P2, x=X2[:-1] + chr(ord(X2[-1]) + 1)), "multibase.base64url"),
    "x in standard base64": (_jwk(P2, x="+" * 43), "multibase.base64url"),
    "x a number": (_jwk(P2, x=5), "key.jwk"),
    "x without its leading zero": (_jwk(P2, x=multibase.base64url_encode(bytes(31))), "key.jwk"),
    "x with one zero more": (
        _jwk(P2, x=multibase.base64url_encode(b"\0" + P2.raw[1:])),
        "key.jwk",
    ),
    "x very long": (_jwk(P2, x="A" * 100_000), "multibase.too-long"),
    "x empty": (_jwk(ED, x=""), "key.jwk"),
    "y for Ed25519": (_jwk(ED, y=Y2), "key.jwk"),
    "y of another point": (_jwk(P2, y=X2), "key.not-on-curve"),
    "both zero": (_jwk(P2, x="A" * 43, y="A" * 43), "key.not-on-curve"),
    "x = p": (_jwk(P2, x=multibase.base64url_encode(P256_FIELD.to_bytes(32, "big"))), "key.not-on-curve"),
    "Ed25519 of small order": (_jwk(ED, x="AQ" + "A" * 41), "key.small-order"),
    **{
        f"a secret in {name}": (_jwk(P2, **{name: "AA"}), "key.secret-published")
        for name in ("d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv")
    },
    "a secret of no value": (_jwk(P2, d=None), "key.secret-published"),
    "a symmetric key": ({"kty": "oct", "k": "AA"}, "key.secret-published"),
}


@pytest.mark.parametrize(("jwk", "code"), BAD_JWKS.values(), ids=BAD_JWKS.keys())
def test_bad_jwks(jwk: dict[str, Any], code: str) -> None:
    with pytest.raises((DocumentError, KeyUnavailable)) as caught:
        PublicKey.from_jwk(jwk)
    assert caught.value.code == code
    assert isinstance(caught.value, KeyUnavailable) == (code in ("key.unsupported-type", "key.rsa-size"))


@pytest.mark.parametrize("alg", ["EdDSA", "Ed25519"])
def test_both_names_of_the_ed25519_algorithm_are_read(alg: str) -> None:
    assert PublicKey.from_jwk(_jwk(ED, alg=alg, use="sig", key_ops=["verify"], kid="1", x5c=[])) == ED


BAD_SECRETS = {
    "empty": "",
    "a public key": ED.multibase,
    "another base": "u" + multibase.base64url_encode(b"\x80\x26" + bytes(32)),
    "not base-58": "z0OIl",
    "one byte short": _multikey("8026", bytes(31)),
    "seed and public key together": _multikey("8026", bytes(64)),
    "P-256 zero": _multikey("8626", bytes(32)),
    "P-256 n": _multikey("8626", P256_ORDER.to_bytes(32, "big")),
    "P-384 zero": _multikey("8726", bytes(48)),
    "P-384 n": _multikey("8726", P384_ORDER.to_bytes(48, "big")),
    "P-521 n": _multikey("8826", P521_ORDER.to_bytes(66, "big")),
    "RSA": _multikey("8526", bytes(256)),
    "too long": "z" * 5000,
}


@pytest.mark.parametrize("text", BAD_SECRETS.values(), ids=BAD_SECRETS.keys())
def test_bad_secrets_are_not_repeated_in_the_error(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        SoftwareKey.from_secret_multibase(text)
    assert caught.value.code == "key.secret-malformed"
    assert not caught.value.evidence


@settings(max_examples=300)
@given(st.one_of(st.text(max_size=80), st.binary(max_size=60).map(multibase.encode_multibase)))
def test_no_text_raises_anything_but_our_errors(text: str) -> None:
    for read in (PublicKey.from_multibase, SoftwareKey.from_secret_multibase):
        try:
            read(text)
        except VcwalletError:
            continue


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=50),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=3000 if SOAK else 60)
@given(
    st.sampled_from([ED, P2, P3, P5]),
    st.dictionaries(
        st.sampled_from(["kty", "crv", "x", "y", "n", "e", "alg", "use", "key_ops"]), json_values
    ),
)
def test_no_jwk_raises_anything_but_our_errors(public: PublicKey, changes: dict[str, Any]) -> None:
    try:
        key = PublicKey.from_jwk(_jwk(public, **changes))
    except VcwalletError:
        return
    assert PublicKey.from_jwk(key.to_jwk()) == key


def test_a_fingerprint_is_stable_and_readable_aloud() -> None:
    key = SoftwareKey(KeyType.ED25519, bytes(32)).public_key
    assert key.fingerprint == "833e ff49 6e9f 4947 127b ea7b 57e3 15b2"
