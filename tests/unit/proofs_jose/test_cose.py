"""A COSE_Sign1 is read in one form, with CBOR that has one meaning, and an algorithm that its key fits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import cbor2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.proofs_jose.world import JOSE_KEYS, SCHOOL, STRANGER, fate, key_of
from vcwallet import limits
from vcwallet.errors import LimitExceeded, VcwalletError
from vcwallet.identifiers.keys import KeyType, PublicKey
from vcwallet.proofs.data_integrity import UnknownCryptosuite
from vcwallet.proofs.jose import cose
from vcwallet.proofs.jose.cose import ALGORITHMS, Sign1

PAYLOAD = '{"имя":"Пробник"}'.encode()
KEY = key_of(SCHOOL, KeyType.P256)
SIGNING_TYPES = [KeyType.ED25519, KeyType.P256, KeyType.P384, KeyType.P521]


@pytest.mark.parametrize("key_type", SIGNING_TYPES)
def test_round_trip(key_type: KeyType) -> None:
    key = key_of(SCHOOL, key_type)
    message = cose.sign({cose.KID: b"#1", cose.TYP: "application/vc+cose"}, PAYLOAD, key)
    found = Sign1.read(message)
    assert found.payload == PAYLOAD
    assert found.protected[cose.KID] == b"#1"
    found.verify(key.public_key)
    assert fate(lambda: found.verify(key_of(STRANGER, key_type).public_key)) == "proof.signature"
    assert message == cose.sign({cose.TYP: "application/vc+cose", cose.KID: b"#1"}, PAYLOAD, key)


def test_the_message_of_rfc_9052() -> None:
    """Appendix C.2.1, with the key of C.7.1."""
    message = bytes.fromhex(
        "d28443a10126a10442313154546869732069732074686520636f6e74656e742e58408eb33e4ca31d1c465ab05aac34cc6b23d58f"
        "ef5c083106c4d25a91aef0b0117e2af9a291aa32e14ab834dc56ed2a223444547e01f11d3b0916e5a4c345cacb36"
    )
    key = PublicKey.from_jwk(
        {
            "kty": "EC",
            "crv": "P-256",
            "x": "usWxHK2PmfnHKwXPS54m0kTcGJ90UiglWiGahtagnv8",
            "y": "IBOL-C3BttVivg-lSreASjpkttcsz-1rb7btKLv8EX4",
        }
    )
    found = Sign1.read(message)
    assert (found.payload, found.unprotected[cose.KID]) == (b"This is the content.", b"11")
    found.verify(key)


def test_an_rsa_key_cannot_sign() -> None:
    assert fate(lambda: cose.sign({}, PAYLOAD, key_of(SCHOOL, KeyType.RSA))) == "jws.unknown-algorithm"


@pytest.mark.parametrize("key_type", JOSE_KEYS)
@pytest.mark.parametrize("algorithm", list(ALGORITHMS))
def test_an_algorithm_is_taken_with_its_own_type_of_key_only(algorithm: int, key_type: KeyType) -> None:
    key = key_of(SCHOOL, key_type)
    message = message_of(protected={1: algorithm}, by=key)
    expected = "accepted" if ALGORITHMS[algorithm] is key_type else "jws.algorithm-key"
    assert fate(lambda: Sign1.read(message).verify(key.public_key)) == expected


# --- refusals -----------------------------------------------------------------------------------


def message_of(
    *,
    protected: Any = None,
    unprotected: Any = None,
    payload: Any = PAYLOAD,
    encoded: bytes | None = None,
    tag: int = 18,
    by: Any = KEY,
) -> bytes:
    """Any message at all, with a signature that holds over what it says."""
    encoded = cbor2.dumps({1: -7} if protected is None else protected) if encoded is None else encoded
    signature = by.sign(cbor2.dumps(["Signature1", encoded, b"", payload]))
    parts = [encoded, {} if unprotected is None else unprotected, payload, signature]
    return cbor2.dumps(cbor2.CBORTag(tag, parts))


GOOD = message_of()
UNTAGGED = GOOD[1:]
BODY = cbor2.loads(UNTAGGED)

REFUSED: dict[str, tuple[bytes, str]] = {
    # form
    "empty": (b"", "cose.form"),
    "no tag": (UNTAGGED, "cose.form"),
    "the tag in a longer spelling": (b"\xd8\x12" + UNTAGGED, "cose.form"),
    "COSE_Sign": (message_of(tag=98), "cose.form"),
    "COSE_Mac0": (message_of(tag=17), "cose.form"),
    "COSE_Encrypt0": (message_of(tag=16), "cose.form"),
    "tagged twice": (b"\xd2" + GOOD, "cose.form"),
    "CWT outside": (b"\xd8\x3d" + GOOD, "cose.form"),
    "three parts": (b"\xd2" + cbor2.dumps(BODY[:3]), "cose.form"),
    "five parts": (b"\xd2" + cbor2.dumps([*BODY, b""]), "cose.form"),
    "a map": (b"\xd2" + cbor2.dumps({1: 2}), "cose.form"),
    "a detached payload": (message_of(payload=None), "cose.form"),
    "a payload of text": (message_of(payload="{}"), "cose.form"),
    "a header that is not bytes": (b"\xd2" + cbor2.dumps([{1: -7}, *BODY[1:]]), "cose.form"),
    "signatures": (b"\xd2" + cbor2.dumps([*BODY[:3], [BODY[3]]]), "cose.form"),
    "JSON": (b'{"payload":""}', "cose.form"),
    # CBOR
    "cut": (GOOD[:-1], "cose.malformed"),
    "a byte after": (GOOD + b"\0", "cose.malformed"),
    "a message after": (GOOD + GOOD, "cose.malformed"),
    "an array without a length": (b"\xd2\x9f" + UNTAGGED[1:] + b"\xff", "cose.malformed"),
    "a header without a length": (message_of(encoded=b"\xbf\x01\x26\xff"), "cose.malformed"),
    "a label twice": (message_of(encoded=bytes.fromhex("a201260126")), "cose.malformed"),
    "a label twice, once in a longer spelling": (
        message_of(encoded=bytes.fromhex("a20126180126")),
        "cose.malformed",
    ),
    "a header and something after it": (message_of(encoded=b"\xa1\x01\x26\x00"), "cose.malformed"),
    "an empty header": (message_of(encoded=b""), "cose.malformed"),
    "endless nesting": (b"\xd2" + b"\x81" * 100_000, "cose.malformed"),
    "a promise of 2^62 parts": (b"\xd2\x9b" + b"\x40" + bytes(7), "cose.malformed"),
    "a promise of 2^62 bytes": (b"\xd2\x84\x5b" + b"\x40" + bytes(7), "cose.malformed"),
    "a date in a header": (message_of(unprotected={99: cbor2.CBORTag(1, 0)}), "cose.malformed"),
    "a pattern in a header": (message_of(unprotected={99: cbor2.CBORTag(35, "(a+)+")}), "cose.malformed"),
    "a big number in a header": (message_of(unprotected={99: 2**70}), "cose.malformed"),
    "a shared value": (message_of(unprotected={99: cbor2.CBORTag(28, [])}), "cose.malformed"),
    # headers
    "no alg": (message_of(protected={4: b"1"}), "cose.header"),
    "alg in the open header only": (message_of(protected={4: b"1"}, unprotected={1: -7}), "cose.header"),
    "alg in both": (message_of(unprotected={1: -7}), "cose.header"),
    "alg null": (message_of(protected={1: None}), "cose.header"),
    "alg true": (message_of(protected={1: True}), "cose.header"),
    "header a list": (message_of(encoded=b"\x80"), "cose.header"),
    "a label of bytes": (message_of(protected={1: -7, b"x": 1}), "cose.header"),
    "a label of truth": (message_of(protected={True: -7}), "cose.header"),
    "an open label of truth": (message_of(unprotected={True: -7}), "cose.header"),
    "HMAC": (message_of(protected={1: 5}), "cose.symmetric"),
    "alg of text": (message_of(protected={1: "ES256"}), "jws.unknown-algorithm"),
    "PS256": (message_of(protected={1: -37}), "jws.unknown-algorithm"),
    "ES256K": (message_of(protected={1: -47}), "jws.unknown-algorithm"),
    "alg 0": (message_of(protected={1: 0}), "jws.unknown-algorithm"),
    "crit of something unknown": (message_of(protected={1: -7, 2: [99], 99: 1}), "cose.critical"),
    "crit of something that is not there": (message_of(protected={1: -7, 2: [16]}), "cose.critical"),
    "crit empty": (message_of(protected={1: -7, 2: []}), "cose.critical"),
    "crit a number": (message_of(protected={1: -7, 2: 16}), "cose.critical"),
    "crit in the open header": (message_of(unprotected={2: [1]}), "cose.header"),
    # ceilings
    "endless": (b"\xd2" + bytes(2 * limits.MIB), "cose.too-long"),
    "a long header": (message_of(protected={1: -7, 4: bytes(20_000)}), "cose.header-too-long"),
}


@pytest.mark.parametrize(("message", "code"), REFUSED.values(), ids=REFUSED.keys())
def test_refused_at_reading(message: bytes, code: str) -> None:
    with pytest.raises(VcwalletError) as caught:
        Sign1.read(message)
    assert caught.value.code == code
    assert isinstance(caught.value, UnknownCryptosuite) == (code == "jws.unknown-algorithm")
    assert isinstance(caught.value, LimitExceeded) == ("too-long" in code)


ACCEPTED: dict[str, bytes] = {
    "crit of what is understood": message_of(protected={1: -7, 2: [16], 16: "application/vc+cose"}),
    "labels nobody knows": message_of(
        protected={1: -7, 99: [1, {"a": None}], "x": "y"}, unprotected={100: 1.5}
    ),
    "another order of labels": message_of(protected={16: "x", 4: b"1", 1: -7}),
}


@pytest.mark.parametrize("message", ACCEPTED.values(), ids=ACCEPTED.keys())
def test_read_although_unusual(message: bytes) -> None:
    Sign1.read(message).verify(KEY.public_key)


CHANGES: dict[str, Callable[[list[Any]], list[Any]]] = {
    "payload": lambda parts: [*parts[:2], parts[2] + b" ", parts[3]],
    "protected header": lambda parts: [cbor2.dumps({1: -7, 16: "application/vp+cose"}), *parts[1:]],
    "protected header in another spelling": lambda parts: [b"\xb8\x01\x01\x26", *parts[1:]],
    "signature": lambda parts: [*parts[:3], parts[3][32:] + parts[3][:32]],
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_any_change_breaks_the_signature(change: Callable[[list[Any]], list[Any]]) -> None:
    message = b"\xd2" + cbor2.dumps(change(list(BODY)))
    assert fate(lambda: Sign1.read(message).verify(KEY.public_key)) == "proof.signature"


@settings(max_examples=400, deadline=None)
@given(st.binary(max_size=200) | st.binary(max_size=120).map(lambda tail: b"\xd2\x84" + tail))
def test_no_bytes_raise_anything_but_our_errors(data: bytes) -> None:
    fate(lambda: Sign1.read(data))


@settings(max_examples=400, deadline=None)
@given(st.integers(0, len(GOOD) - 1), st.integers(1, 255))
def test_no_change_of_a_byte_passes(position: int, change: int) -> None:
    """Except inside the open header, which nothing signs; here it is empty."""
    changed = bytearray(GOOD)
    changed[position] ^= change
    assert fate(lambda: Sign1.read(bytes(changed)).verify(KEY.public_key)) != "accepted"
