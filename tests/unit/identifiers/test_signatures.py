"""A signature has one honest maker: no key that signs for everybody, no second spelling, no loose form."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.identifiers import edwards
from vcwallet import primitives
from vcwallet.errors import DocumentError, ProofError
from vcwallet.identifiers.keys import KeyType, PublicKey, SoftwareKey

P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
P384_ORDER = int(
    "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973", 16
)
P521_ORDER = int(
    "01ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
    "fa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409",
    16,
)
ORDERS = {KeyType.P256: P256_ORDER, KeyType.P384: P384_ORDER, KeyType.P521: P521_ORDER}
SECRET_LENGTHS = {KeyType.ED25519: 32, KeyType.P256: 32, KeyType.P384: 48, KeyType.P521: 66}
"""The types that sign here; RSA is only read."""


def a_key(key_type: KeyType) -> SoftwareKey:
    size = SECRET_LENGTHS[key_type]
    return SoftwareKey(key_type, bytes(range(1, size + 1)))


@pytest.fixture(params=list(SECRET_LENGTHS))
def key(request: pytest.FixtureRequest) -> SoftwareKey:
    return a_key(request.param)


# --- Ed25519 points -----------------------------------------------------------------------------


def test_the_fourteen_encodings_of_small_order_are_no_keys() -> None:
    """Each of them, worked out anew here, has a signature that the primitive takes and nobody had to sign."""
    encodings = edwards.encodings_of_small_order()
    assert len(encodings) == 14
    forged = 0
    for public in encodings:
        # S = 0 and R of small order: the equation holds for about one message in eight.
        for point in edwards.points_of_small_order():
            signature = edwards.encode(point) + bytes(32)
            for number in range(8):
                message = f"any diploma {number}".encode()
                if edwards.accepts(public, signature, message):
                    forged += _primitive_accepts(public, signature, message)
        with pytest.raises(DocumentError) as caught:
            PublicKey(KeyType.ED25519, public)
        y = int.from_bytes(public, "little") % 2**255
        assert caught.value.code == ("key.not-canonical" if y >= 2**255 - 19 else "key.small-order")
    assert forged > 14


def _primitive_accepts(public: bytes, signature: bytes, message: bytes) -> bool:
    try:
        primitives.ed25519_public(public).verify(signature, message)
    except primitives.WrongSignature:
        return False
    return True


def test_all_encodings_of_y_from_p_upwards_are_no_keys() -> None:
    """The nineteen values of y that do not stay below p, with either sign."""
    for y in range(edwards.P, 2**255):
        for sign in (0, 1):
            with pytest.raises(DocumentError) as caught:
                PublicKey(KeyType.ED25519, (y | sign << 255).to_bytes(32, "little"))
            assert caught.value.code == "key.not-canonical"


def test_ed25519_keys_are_points_of_the_curve() -> None:
    """Half of all y have no x; exactly those are refused."""
    on_curve = 0
    for y in range(2, 120):
        raw = y.to_bytes(32, "little")
        if edwards.x_of(y) is None:
            with pytest.raises(DocumentError) as caught:
                PublicKey(KeyType.ED25519, raw)
            assert caught.value.code == "key.not-on-curve"
        else:
            on_curve += 1
            assert PublicKey(KeyType.ED25519, raw).raw == raw
    assert 40 < on_curve < 80


@settings(max_examples=200)
@given(st.binary(min_size=32, max_size=32))
def test_whether_a_point_exists_is_decided_as_by_the_definition(raw: bytes) -> None:
    y = int.from_bytes(raw, "little") & (2**255 - 1)
    expected = y < edwards.P and edwards.x_of(y) is not None and raw not in edwards.encodings_of_small_order()
    try:
        PublicKey(KeyType.ED25519, raw)
    except DocumentError:
        assert not expected
    else:
        assert expected


# --- signatures ---------------------------------------------------------------------------------


def test_ed25519_s_stays_below_the_order() -> None:
    """S + L is the classic second spelling of a signature. The plain equation takes it; nothing here does."""
    key = a_key(KeyType.ED25519)
    signature = key.sign(b"message")
    s = int.from_bytes(signature[32:], "little")
    for multiple in range(1, 16):
        again = s + multiple * edwards.L
        if again >= 2**256:
            break
        twin = signature[:32] + again.to_bytes(32, "little")
        assert edwards.accepts(key.public_key.raw, twin, b"message")
        with pytest.raises(ProofError) as caught:
            key.public_key.verify(twin, b"message")
        assert caught.value.code == "proof.signature-malformed"
    key.public_key.verify(signature, b"message")


def test_ed25519_r_in_another_encoding_is_refused() -> None:
    """A signature made with r = 0 has R = the identity, y = 1; y = p + 1 spells the same point."""
    key = a_key(KeyType.ED25519)
    secret, public = _ed25519_scalar(bytes(range(1, 33))), key.public_key.raw
    for r in (edwards.encode(edwards.IDENTITY), (edwards.P + 1).to_bytes(32, "little")):
        s = edwards.challenge(r, public, b"message") * secret % edwards.L
        signature = r + s.to_bytes(32, "little")
        if r[0] == 1:
            key.public_key.verify(signature, b"message")
        else:
            with pytest.raises(ProofError):
                key.public_key.verify(signature, b"message")


def _ed25519_scalar(seed: bytes) -> int:
    low = bytearray(hashlib.sha512(seed).digest()[:32])
    low[0] &= 248
    low[31] = low[31] & 127 | 64
    return int.from_bytes(low, "little")


def _ecdsa_cases(order: int, size: int) -> dict[str, tuple[int, int]]:
    limit = 2 ** (8 * size) - 1
    return {
        "r = 0, s = 0": (0, 0),
        "r = 0": (0, 1),
        "s = 0": (1, 0),
        "r = n": (order, 1),
        "s = n": (1, order),
        "r = n, s = n": (order, order),
        "r = n + 1": (order + 1, 1),
        "s = n + 1": (1, order + 1),
        "everything set": (limit, limit),
    }


@pytest.mark.parametrize("key_type", list(ORDERS))
def test_ecdsa_numbers_out_of_range_are_refused(key_type: KeyType) -> None:
    key, size = a_key(key_type), SECRET_LENGTHS[key_type]
    for name, (r, s) in _ecdsa_cases(ORDERS[key_type], size).items():
        with pytest.raises(ProofError) as caught:
            key.public_key.verify(r.to_bytes(size, "big") + s.to_bytes(size, "big"), b"message")
        assert caught.value.code == "proof.signature-malformed", name
    for r, s in ((1, 1), (ORDERS[key_type] - 1, ORDERS[key_type] - 1)):
        with pytest.raises(ProofError) as caught:
            key.public_key.verify(r.to_bytes(size, "big") + s.to_bytes(size, "big"), b"message")
        assert caught.value.code == "proof.signature"


@pytest.mark.parametrize("key_type", list(ORDERS))
def test_ecdsa_has_no_second_spelling_beyond_n_minus_s(key_type: KeyType) -> None:
    key, order = a_key(key_type), ORDERS[key_type]
    signature = key.sign(b"message")
    half = len(signature) // 2
    r, s = int.from_bytes(signature[:half], "big"), int.from_bytes(signature[half:], "big")
    key.public_key.verify(signature[:half] + (order - s).to_bytes(half, "big"), b"message")
    for first, second in ((order - r, s), (s, r), (r, s - 1), (r + 1, s)):
        with pytest.raises(ProofError):
            key.public_key.verify(first.to_bytes(half, "big") + second.to_bytes(half, "big"), b"message")


def test_signatures_of_another_length_or_form_are_refused(key: SoftwareKey) -> None:
    good = key.sign(b"message")
    half = len(good) // 2
    wrong = {
        "empty": b"",
        "one byte": b"\0",
        "one byte short": good[:-1],
        "one byte long": good + b"\0",
        "a zero before": b"\0" + good,
        "a zero before each half": b"\0" + good[:half] + b"\0" + good[half:],
        "twice": good + good,
        "half": good[:half],
        "ASN.1": bytes.fromhex("3006020101020101"),
        "very long": bytes(100_000),
    }
    for name, signature in wrong.items():
        with pytest.raises(ProofError) as caught:
            key.public_key.verify(signature, b"message")
        assert caught.value.code == "proof.signature-malformed", name
    # An ECDSA signature of the right length in DER is just wrong numbers.
    key.public_key.verify(good, b"message")


def test_every_flipped_bit_is_noticed(key: SoftwareKey) -> None:
    good = key.sign(b"message")
    for position in range(0, len(good) * 8, 1 if len(good) == 64 else 5):
        changed = bytearray(good)
        changed[position // 8] ^= 1 << position % 8
        with pytest.raises(ProofError):
            key.public_key.verify(bytes(changed), b"message")


def test_a_signature_holds_for_its_own_key_only() -> None:
    for key_type in SECRET_LENGTHS:
        mine, other = a_key(key_type), SoftwareKey.generate(key_type)
        with pytest.raises(ProofError) as caught:
            other.public_key.verify(mine.sign(b"message"), b"message")
        assert caught.value.code == "proof.signature"
        assert caught.value.evidence == {"key": other.public_key.multibase}
