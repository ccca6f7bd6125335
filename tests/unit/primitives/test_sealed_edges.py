"""What is sealed, wrapped or derived at the edges of the arithmetic opens alike on every host.

The kinds are those of Wycheproof: sums of Poly1305 and of GCM's hash that are zero, full or at the modulus,
chosen tags, all lengths about a block, every bit of a tag, other starts of a wrapped key.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator

import pytest

from tests.unit.primitives.definitions import (
    POLY_P,
    ChaCha20Poly1305,
    Gcm,
    blocks,
    inverse,
    times,
    wrapped,
    x25519,
    xor,
)
from vcwallet import primitives
from vcwallet.primitives import WrongTag

KEY = hashlib.sha256(b"a key of nobody").digest()
NONCE = hashlib.sha256(b"a nonce of nobody").digest()[:12]
LENGTHS = (0, 1, 15, 16, 17, 31, 32, 63, 64, 65, 128, 257)
Opens = Callable[[bytes, bytes, bytes, bytes], bytes]


def data(length: int) -> bytes:
    return hashlib.shake_128(b"data").digest(length)


def opens(decrypt: Opens, sealed: bytes, associated: bytes, key: bytes = KEY) -> bytes | None:
    try:
        return decrypt(key, NONCE, sealed, associated)
    except WrongTag:
        return None


def wrong_tags(tag: bytes) -> Iterator[bytes]:
    """One bit, one word, all of them, none, and the ends alone."""
    number = int.from_bytes(tag, "big")
    flips = [1 << place for place in range(128)]
    flips += [1 << place | 1 << place + 64 for place in range(0, 64, 9)]
    flips += [2**128 - 1, 2**64 - 1, 2**128 - 2**64, 0x80 * (2**128 - 1) // 255, (2**128 - 1) // 255]
    yield from ((number ^ flip).to_bytes(16, "big") for flip in flips)
    yield from (bytes(16), b"\xff" * 16, tag[::-1], tag[:8] + bytes(8), bytes(8) + tag[8:], tag[:-1], tag[:4])


# --- ChaCha20-Poly1305 --------------------------------------------------------------------------------------

POLY = ChaCha20Poly1305(KEY, NONCE)


@pytest.mark.parametrize("length", LENGTHS)
def test_poly1305_of_every_length(length: int) -> None:
    for associated in (data(length), data(LENGTHS[-1 - LENGTHS.index(length)]), b""):
        plain = data(length)
        sealed = POLY.opened(plain)
        sealed += POLY.tag(sealed, associated)
        assert primitives.chacha20_poly1305_encrypt(KEY, NONCE, plain, associated) == sealed
        assert opens(primitives.chacha20_poly1305_decrypt, sealed, associated) == plain


def block_to(total: int, before: bytes, poly: ChaCha20Poly1305 = POLY) -> bytes | None:
    """The block after which the sum is `total`, if there is one: a block has 128 of 130 bits."""
    number = (total * pow(poly.r, -1, POLY_P) - poly.summed(before) - 2**128) % POLY_P
    return number.to_bytes(16, "little") if number < 2**128 else None


def ending_in(total: int, before: int) -> bytes:
    """Sealed octets of full blocks after which Poly1305's sum is `total`."""
    for number in range(1000):
        start = hashlib.shake_128(b"%d" % number).digest(16 * before)
        last = block_to(total, start)
        if last is not None:
            return start + last
    raise AssertionError("one start in four has a block")


@pytest.mark.parametrize("before", [1, 3, 7])
@pytest.mark.parametrize(
    "total",
    [
        *(0, 1, 4, 5, 6, 2**32 - 1, 2**32, 2**64 - 1, 2**64, 2**96, 2**127, 2**128 - 1, 2**128, 2**128 + 1),
        *(2**129 - 1, 2**129, 3 * 2**128, POLY_P - 1, POLY_P - 2, POLY_P - 5, POLY_P - 2**32, POLY_P - 2**64),
        *((2**130 - 1) // 3, 2**26 - 1, 2**52 - 1, 2**104 - 1),
    ],
    ids=hex,
)
def test_sums_of_poly1305_at_its_edges(total: int, before: int) -> None:
    sealed = ending_in(total, before)
    assert POLY.summed(sealed) == total
    for tail in (b"", data(16)):
        whole = sealed + tail
        assert opens(primitives.chacha20_poly1305_decrypt, whole + POLY.tag(whole, b""), b"") == POLY.opened(
            whole
        )
        # In what is not encrypted as well.
        assert opens(primitives.chacha20_poly1305_decrypt, POLY.tag(b"", whole), whole) == b""


@pytest.mark.parametrize("tag", [0, 2**128 - 1, 1, 2**127, 2**64 - 1, 2**128 - 2**64, 2**127 - 1], ids=hex)
def test_tags_of_poly1305_that_were_chosen(tag: int) -> None:
    """The last block is that of the lengths, so the sum before it is chosen."""
    lengths = bytes(8) + (32).to_bytes(8, "little")
    found = 0
    for lift in range(4):
        total = (tag - POLY.s) % 2**128 + lift * 2**128
        if total >= POLY_P:
            continue
        before = (total * pow(POLY.r, -1, POLY_P) - int.from_bytes(lengths, "little") - 2**128) % POLY_P
        sealed = ending_in(before, 1)
        assert POLY.tag(sealed, b"") == tag.to_bytes(16, "little")
        whole = sealed + tag.to_bytes(16, "little")
        assert opens(primitives.chacha20_poly1305_decrypt, whole, b"") == POLY.opened(sealed)
        found += 1
    assert found >= 3


# --- AES-GCM ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [16, 32])
@pytest.mark.parametrize("length", LENGTHS)
def test_gcm_of_every_length(length: int, size: int) -> None:
    gcm = Gcm(KEY[:size], NONCE)
    for associated in {data(length), data(LENGTHS[-1 - LENGTHS.index(length)]), b""}:
        sealed = gcm.opened(data(length))
        whole = sealed + gcm.tag(sealed, associated)
        assert opens(primitives.aes_gcm_decrypt, whole, associated, KEY[:size]) == data(length)


@pytest.mark.parametrize(
    "total",
    [0, 1, 2, 1 << 127, (1 << 128) - 1, 0xE1 << 120, 0xC2 << 120, (1 << 64) - 1, 1 << 64, 1 << 63],
    ids=hex,
)
def test_sums_of_gcm_at_its_edges(total: int) -> None:
    gcm = Gcm(KEY, NONCE)
    start = data(32)
    last = times_back(gcm, total) ^ gcm.hashed(start)
    sealed = start + last.to_bytes(16, "big")
    assert gcm.hashed(sealed) == total
    for whole in (sealed, sealed + data(7)):
        assert opens(primitives.aes_gcm_decrypt, whole + gcm.tag(whole, b""), b"") == gcm.opened(whole)
        assert opens(primitives.aes_gcm_decrypt, gcm.tag(b"", whole), whole) == b""


@pytest.mark.parametrize(
    "tag", [bytes(16), b"\xff" * 16, b"\x80" + bytes(15), bytes(15) + b"\1"], ids=bytes.hex
)
def test_tags_of_gcm_that_were_chosen(tag: bytes) -> None:
    gcm = Gcm(KEY, NONCE)
    mask = int.from_bytes(gcm.tag(b"", b""), "big")
    lengths = 8 * 16
    last = times_back(gcm, times_back(gcm, int.from_bytes(tag, "big") ^ mask) ^ lengths)
    sealed = last.to_bytes(16, "big")
    assert gcm.tag(sealed, b"") == tag
    assert opens(primitives.aes_gcm_decrypt, sealed + tag, b"") == gcm.opened(sealed)


def times_back(gcm: Gcm, total: int) -> int:
    return times(total, inverse(gcm.hash_key))


@pytest.mark.parametrize(
    ("decrypt", "reference"),
    [
        (primitives.chacha20_poly1305_decrypt, POLY),
        (primitives.aes_gcm_decrypt, Gcm(KEY, NONCE)),
    ],
    ids=["chacha20-poly1305", "aes-gcm"],
)
def test_every_bit_of_a_tag_counts(decrypt: Opens, reference: ChaCha20Poly1305 | Gcm) -> None:
    for length in (0, 20):
        sealed = reference.opened(data(length))
        tag = reference.tag(sealed, b"associated")
        assert opens(decrypt, sealed + tag, b"associated") == data(length)
        for other in wrong_tags(tag):
            assert opens(decrypt, sealed + other, b"associated") is None
        # What is associated is no part of what is sealed, nor the other way round.
        assert opens(decrypt, b"associated" + sealed + tag, b"") is None
        assert opens(decrypt, tag, b"associated" + sealed + b"\0") is None


# --- AES key wrap -------------------------------------------------------------------------------------------

START = b"\xa6" * 8


@pytest.mark.parametrize("size", [16, 24, 32])
@pytest.mark.parametrize("length", [16, 24, 32, 64, 352])
def test_wrapped_keys(size: int, length: int) -> None:
    """352 octets take more than 256 steps, so that the count of them is longer than an octet."""
    key = wrapped(KEY[:size], data(length))
    assert primitives.aes_key_wrap(KEY[:size], data(length)) == key
    assert primitives.aes_key_unwrap(KEY[:size], key) == data(length)


@pytest.mark.parametrize("size", [16, 32])
def test_other_starts_and_sizes_of_wrapped_keys(size: int) -> None:
    starts = [xor(START, bytes(place) + b"\1" + bytes(7 - place)) for place in range(8)]
    starts += [
        bytes(8),
        b"\xff" * 8,
        b"\x59" * 8,
        b"\xa6\x59\x59\xa6" + (32).to_bytes(4, "big"),
        START[::-1][:7] + b"\0",
    ]
    wrong = [wrapped(KEY[:size], data(length), start) for start in starts for length in (16, 32)]
    # One block of 8 octets is a key for no one: RFC 3394 has two at least, RFC 5649 another start.
    wrong += [wrapped(KEY[:size], data(8)), wrapped(KEY[:size], b""), START]
    good = wrapped(KEY[:size], data(32))
    wrong += [good[:length] for length in range(len(good))] + [
        good + bytes(number) for number in range(1, 17)
    ]
    for given in wrong:
        with pytest.raises(WrongTag):
            primitives.aes_key_unwrap(KEY[:size], given)


# --- HKDF and X25519 ----------------------------------------------------------------------------------------


def test_salts_of_hkdf() -> None:
    """HMAC fills a short key with zeros and hashes one that is longer than a block."""
    for length in (0, 1, 31, 32, 63, 64):
        salt = data(length)
        made = primitives.hkdf_sha256(KEY, salt, b"info", 48)
        for other in range(length, 65):
            assert primitives.hkdf_sha256(KEY, salt.ljust(other, b"\0"), b"info", 48) == made
    long = primitives.hkdf_sha256(KEY, data(65), b"info", 48)
    assert primitives.hkdf_sha256(KEY, hashlib.sha256(data(65)).digest(), b"info", 48) == long


def test_lengths_of_hkdf() -> None:
    longest = primitives.hkdf_sha256(KEY, b"salt", b"", 255 * 32)
    assert len(longest) == 255 * 32
    for length in (1, 31, 32, 33, 64, 65, 255 * 32 - 1):
        assert primitives.hkdf_sha256(KEY, b"salt", b"", length) == longest[:length]
    blocks_made = [longest[at : at + 32] for at in range(0, len(longest), 32)]
    assert len(set(blocks_made)) == 255
    assert len(blocks(longest)) == 510
    for length in (-1, 0, 255 * 32 + 1, 2**31):
        with pytest.raises(ValueError, match=str(length)):
            primitives.hkdf_sha256(KEY, b"salt", b"", length)


ORDER = 2**252 + 27742317777372353535851937790883648493


@pytest.mark.parametrize(
    "number",
    [
        0,
        1,
        7,
        8,
        2**254,
        2**254 - 1,
        2**255 - 1,
        2**255,
        2**256 - 1,
        ORDER,
        ORDER - 1,
        8 * ORDER,
        (2**255 - 1) // 3,
    ],
    ids=hex,
)
def test_x25519_of_scalars_at_their_edges(number: int) -> None:
    """Three bits below and two above are not the secret's own: secrets that differ only there are one."""
    scalar = (number % 2**256).to_bytes(32, "little")
    public = x25519(scalar)
    assert primitives.x25519_public(scalar) == public
    alike = number & ~7 & (2**255 - 1) | 2**254
    for other in (alike, alike | 7, alike | 2**255):
        assert primitives.x25519_public(other.to_bytes(32, "little")) == public
