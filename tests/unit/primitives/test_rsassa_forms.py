"""Of all that could stand in an RSA signature, one form of the digest is accepted, on either host.

The kinds are those of Wycheproof: each of the five elements of the DigestInfo is written otherwise, in
encodings that a lenient reader of BER takes and in broken ones, and every other hash is named or used.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator

import pytest

from tests.unit.primitives.test_rsassa import DIGEST, INFO, MESSAGE
from vcwallet import primitives
from vcwallet.primitives import PublicKey, WrongSignature
from vcwallet.primitives.rsassa import RsaPublic

# Two primes of nobody: small, to be quick. Public keys of this size are refused above the primitive.
P = int(
    "e59a234c32eeb6a0b5d4e61da0d46fe9336004f13db9efaab81b9c303ca26629b9ad37796bcf91fd9972b23fb18204ae"
    "3f9bd967e099c47fbdbebff0fdf66a67",
    16,
)
Q = int(
    "d86c32bf98c1f50716718e8f31f0b5ccde8739b8525ee459d2d1a4e6900043625cb7b0671b183da0f5dfdd22210b49bd"
    "6385c09b5e632329c438f9323f7b67e7",
    16,
)
N = P * Q
OCTETS = 128

SEQUENCE, OID, NULL, OCTET_STRING = 0x30, 0x06, 0x05, 0x04
SHA_256 = bytes.fromhex("608648016503040201")
OTHER_HASHES = {
    "MD5": ("2a864886f70d0205", "md5"),
    "SHA-1": ("2b0e03021a", "sha1"),
    "SHA-224": ("608648016503040204", "sha224"),
    "SHA-384": ("608648016503040202", "sha384"),
    "SHA-512": ("608648016503040203", "sha512"),
    "SHA-512/256 (named)": ("608648016503040206", "sha256"),
    "SHA3-224": ("608648016503040207", "sha3_224"),
    "SHA3-256": ("608648016503040208", "sha3_256"),
    "SHA3-384": ("608648016503040209", "sha3_384"),
    "SHA3-512": ("60864801650304020a", "sha3_512"),
}
Make = Callable[[int, int], PublicKey]
HOSTS = pytest.mark.parametrize("make", [primitives.rsa_public, RsaPublic], ids=["host", "browser"])


def power(encoded: bytes) -> bytes:
    """What the secret of 65537 makes of an encoded message, by the Chinese remainder theorem."""
    assert len(encoded) == OCTETS
    number = int.from_bytes(encoded, "big")
    one, two = (pow(number, pow(65537, -1, prime - 1), prime) for prime in (P, Q))
    return (two + Q * ((one - two) * pow(Q, -1, P) % P)).to_bytes(OCTETS, "big")


def padded(tail: bytes, head: bytes = b"\0\1") -> bytes:
    return head + b"\xff" * (OCTETS - len(tail) - len(head) - 1) + b"\0" + tail


def refuses(key: PublicKey, signature: bytes) -> bool:
    try:
        key.verify(signature, MESSAGE)
    except WrongSignature:
        return True
    return False


def element(tag: int, content: bytes) -> bytes:
    return bytes([tag, len(content)]) + content


def encodings(tag: int, content: bytes) -> Iterator[bytes]:
    """One element in every way but its own."""
    length = len(content)
    own = element(tag, content)
    yield from (bytes([tag, 0x81, length]) + content, bytes([tag, 0x82, 0, length]) + content)
    for claimed in (length - 1, length + 1):
        if claimed >= 0:
            yield bytes([tag, claimed]) + content
    for claimed in (2**31 - 1, 2**32 - 1, 2**32 + length, 2**40 - 1, 2**64 - 1, 2**64 + length):
        size = (claimed.bit_length() + 7) // 8
        yield bytes([tag, 0x80 | size]) + claimed.to_bytes(size, "big") + content
    yield from (
        bytes([tag, 0x80]) + content + bytes(2),
        bytes([tag, 0x80]) + content,
        bytes([tag, 0xFF]) + content,
    )
    yield from (bytes([tag, 0x80]) + content + b"\5\0" + bytes(2), bytes([tag, 0x80]) + content + b"\0")
    # Composed of parts, or said to be.
    yield element(tag | 0x20, element(tag, content)) if not tag & 0x20 else element(tag & ~0x20, content)
    yield from (b"", bytes([tag]), bytes([tag, 0x81]), element(tag, b""), element(NULL, b"") + own)
    for added in (b"\0\0", b"\0", b"\5\0", b"\x30\0", b"\xbf\x7f\0", b"\xaa\xbb"):
        yield from (element(tag, content + added), element(tag, added + content), own + added, added + own)
    yield from (element(other, content) for other in (0, 1, 2, 0x13, 0x31, 0xA0, 0xFF))
    yield from (element(SEQUENCE, own), element(SEQUENCE, own + own), own + own)
    if content:
        for changed in (content[:-1], content[1:], b"\0" + content, bytes([content[0] ^ 1]) + content[1:]):
            yield element(tag, changed)
        yield element(tag, content[:-1] + bytes([content[-1] ^ 0x80]))
    if tag != NULL:
        yield element(NULL, b"")


def infos() -> list[bytes]:
    """Every DigestInfo of this digest with one element written otherwise, but for the right one."""

    def info(oid: bytes, null: bytes, digest: bytes) -> bytes:
        return element(SEQUENCE, element(SEQUENCE, oid + null) + digest)

    oid, null, digest = element(OID, SHA_256), element(NULL, b""), element(OCTET_STRING, DIGEST)
    assert info(oid, null, digest) == INFO + DIGEST
    found = {info(other, null, digest) for other in encodings(OID, SHA_256)}
    found |= {info(oid, other, digest) for other in encodings(NULL, b"")}
    found |= {info(oid, null, other) for other in encodings(OCTET_STRING, DIGEST)}
    found |= {element(SEQUENCE, other + digest) for other in encodings(SEQUENCE, oid + null)}
    found |= set(encodings(SEQUENCE, element(SEQUENCE, oid + null) + digest))
    found -= {INFO + DIGEST}
    for name, hashed in OTHER_HASHES.values():
        other = hashlib.new(hashed, MESSAGE).digest()
        named = element(OID, bytes.fromhex(name))
        found |= {info(named, null, digest), info(named, null, element(OCTET_STRING, other)), other}
        if len(other) != len(DIGEST) or other != DIGEST:
            found.add(info(oid, null, element(OCTET_STRING, other)))
    return sorted(found | {MESSAGE, info(oid, null, element(OCTET_STRING, MESSAGE)), b""})


INFOS = infos()


def paddings() -> Iterator[bytes]:
    """What stands before the right DigestInfo in another way."""
    right = INFO + DIGEST
    whole = padded(right)
    size = OCTETS - len(right)
    # One octet of the filling at a time, the first, the last and some between.
    for place in (0, 1, 2, 3, 4, 10, 100, size - 3, size - 2, size - 1):
        for value in (0, 1, 0x7F, 0xEE, 0xFE):
            if whole[place] != value:
                yield whole[:place] + bytes([value]) + whole[place + 1 :]
    for head in (b"\0\0", b"\0\2", b"\1\1", b"\0\3", b"\xff\1"):
        yield padded(right, head=head)
    # Shorter fillings, with something behind the digest or before it.
    for filling in (0, 1, 7, 8, 9, size - 4):
        rest = OCTETS - 3 - filling - len(right)
        yield b"\0\1" + b"\xff" * filling + b"\0" + right + bytes(rest)
        yield b"\0\1" + b"\xff" * filling + b"\0" + right + b"\xff" * rest
        yield b"\0\1" + b"\xff" * filling + b"\0" + bytes(rest) + right
        yield bytes(rest) + b"\0\1" + b"\xff" * filling + b"\0" + right
    yield b"\0\1" + b"\xff" * (size - 2) + right
    yield b"\0\1\0" + b"\xff" * (size - 3) + right
    yield bytes(size) + right
    yield b"\0\1" + b"\xff" * (OCTETS - 2)


def test_all_kinds_are_there() -> None:
    assert len(INFOS) == 280
    assert len(set(paddings())) == 77


SIGNED = [power(padded(info)) for info in INFOS] + [power(encoded) for encoded in paddings()]


@HOSTS
def test_no_other_form(make: Make) -> None:
    key = make(N, 65537)
    right = padded(INFO + DIGEST)
    assert not refuses(key, power(right))
    assert [signature.hex() for signature in SIGNED if not refuses(key, signature)] == []


ENCODED = int.from_bytes(padded(INFO + DIGEST), "big")


def root(number: int) -> int:
    """The smallest whole number whose cube is not below."""
    low, high = 0, 1 << (number.bit_length() // 3 + 1)
    while low < high:
        middle = (low + high) // 2
        low, high = (middle + 1, high) if middle**3 < number else (low, middle)
    return low


@HOSTS
def test_a_signature_that_is_small_and_one_next_to_the_modulus(make: Make) -> None:
    """Moduli made for them, of the exponent 3: s^3 - EM, and t^3 + EM for n - t. Leading zeros belong to the
    first, and are counted."""
    small = root(3 << 8 * OCTETS - 2) + 1
    small += small**3 - ENCODED & 1 == 0
    modulus = small**3 - ENCODED
    signature = small.to_bytes(OCTETS, "big")
    assert signature.startswith(bytes(OCTETS * 2 // 3 - 1))
    key = make(modulus, 3)
    assert not refuses(key, signature)
    for other in (
        signature.lstrip(b"\0"),
        signature[1:],
        b"\0" + signature,
        (small + 1).to_bytes(OCTETS, "big"),
    ):
        assert refuses(key, other)
    offset = root(3 << 8 * OCTETS - 2)
    offset += offset**3 + ENCODED & 1 == 0
    modulus = offset**3 + ENCODED
    key = make(modulus, 3)
    assert not refuses(key, (modulus - offset).to_bytes(OCTETS, "big"))
    for number in (offset, modulus - offset - 1, modulus - offset + 1, modulus - 1, modulus, modulus + 1):
        assert refuses(key, number.to_bytes(OCTETS, "big"))
