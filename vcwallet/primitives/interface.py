"""What a host of the primitives offers: its functions, what they give, and how they refuse."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Any, Final, Protocol

__all__ = [
    "BLS12_381_ORDER",
    "Bls12381",
    "BlsPoint",
    "Curve",
    "Host",
    "NoArgon2id",
    "NoBls12381",
    "NotAPoint",
    "NotLoaded",
    "PointKey",
    "PublicKey",
    "SecretKey",
    "WrongSignature",
    "WrongTag",
]


class WrongSignature(Exception):
    """The signature is not this key's over this message."""


class WrongTag(Exception):
    """What was sealed does not open: another key, or the bytes were changed."""


class NotAPoint(ValueError):
    """The bytes are no point of the curve."""


class NoArgon2id(Exception):
    """The host has none, as OpenSSL before 3.2."""


class NoBls12381(Exception):
    """The host has none: a package is not installed, or a web page could not load it."""


class NotLoaded(BaseException):
    """A part of the host comes when it is first needed and is not there yet: whoever began the work loads
    `part` and begins it again.

    It is no Exception, because those who answer for one document among many take every Exception for an
    answer about that document.
    """

    def __init__(self, part: str) -> None:
        super().__init__(part)
        self.part = part


class Curve(StrEnum):
    """The curves of NIST, each with its hash (SHA-256, SHA-384, SHA-512); the value is the JWK ``crv``."""

    P256 = "P-256"
    P384 = "P-384"
    P521 = "P-521"

    @property
    def octets(self) -> int:
        """The length of a secret, of a coordinate, and of either half of a signature."""
        return (int(self[2:]) + 7) // 8


class PublicKey(Protocol):
    """A parsed public key. It stays in its process: whoever passes keys on passes their bytes."""

    def verify(self, signature: bytes, message: bytes) -> None:
        """Return when `signature` is this key's over the unhashed `message`, or raise WrongSignature."""


class PointKey(PublicKey, Protocol):
    """A public key that is a point of a curve."""

    @property
    def raw(self) -> bytes:
        """RFC 8032's 32 bytes for Ed25519, SEC 1's compressed form for the curves of NIST."""

    @property
    def uncompressed(self) -> bytes:
        """SEC 1: 04, x and y. For Ed25519 the same as `raw`."""


class SecretKey(Protocol):
    @property
    def secret(self) -> bytes:
        """DANGER: the seed of Ed25519, or the scalar, big-endian."""

    @property
    def public(self) -> PointKey: ...

    def sign(self, message: bytes) -> bytes:
        """Ed25519 as RFC 8032 has it; ECDSA as r || s, the nonce being that of RFC 6979."""


BLS12_381_ORDER: Final = 0x73EDA753299D7D483339D80809A1D80553BDA402FFFE5BFEFFFFFFFF00000001
"""Of G1 and of G2; scalars are numbers from 0 to one less."""


class BlsPoint(Protocol):
    """A point of G1 or of G2, the identity included; only points of one group are added."""

    @property
    def compressed(self) -> bytes:
        """48 bytes for G1, 96 for G2."""

    # Any, because the points of one host are added to no other's.
    def __add__(self, other: Any, /) -> BlsPoint: ...

    def __sub__(self, other: Any, /) -> BlsPoint: ...

    def __neg__(self) -> BlsPoint: ...

    def __mul__(self, scalar: int, /) -> BlsPoint:
        """Not in the same time for every scalar."""


class Bls12381(Protocol):
    """The curve BLS12-381, whose points pair."""

    def g1(self, octets: bytes, /) -> BlsPoint:
        """The point of G1 whose one compressed form the octets are; raises NotAPoint.

        No such form is another length, a coordinate that is not below the field's prime, flags that do not
        belong there, a point outside of the subgroup, or the identity.
        """

    def g2(self, octets: bytes, /) -> BlsPoint:
        """As `g1`."""

    def g2_base(self) -> BlsPoint: ...

    def g1_mapped(self, number: int, /) -> BlsPoint:
        """RFC 9380: map_to_curve and clear_cofactor, of a number below the field's prime."""

    def g1_sum(self, points: Sequence[Any], scalars: Sequence[int], /) -> BlsPoint:
        """The sum of the points, each times the scalar at its place."""

    def pairings_cancel(self, points: Sequence[Any], others: Sequence[Any], /) -> bool:
        """Whether the product of the pairings of the points of G1 with the others, of G2, is one."""


class Host(Protocol):
    """The functions themselves. Lengths of keys, seeds, scalars and nonces are the caller's to look at."""

    def ed25519_public(self, raw: bytes, /) -> PointKey:
        """A canonical encoding of a point that is not of small order, which callers have made sure of."""

    def ed25519_secret(self, seed: bytes, /) -> SecretKey: ...

    def ecdsa_public(self, curve: Curve, point: bytes, /) -> PointKey:
        """From the compressed or the uncompressed form; raises NotAPoint."""

    def ecdsa_secret(self, curve: Curve, scalar: bytes, /) -> SecretKey:
        """From a scalar of 1 to n - 1."""

    def rsa_public(self, modulus: int, exponent: int, /) -> PublicKey:
        """PKCS #1 v1.5 with SHA-256 (RFC 8017, section 8.2), for odd numbers of a sane size."""

    def x25519_public(self, scalar: bytes, /) -> bytes:
        """The public key (RFC 7748) of a secret scalar."""

    def chacha20_poly1305_encrypt(
        self, key: bytes, nonce: bytes, data: bytes, associated: bytes, /
    ) -> bytes: ...

    def chacha20_poly1305_decrypt(
        self, key: bytes, nonce: bytes, sealed: bytes | memoryview, associated: bytes, /
    ) -> bytes:
        """Raises WrongTag."""

    def aes_gcm_decrypt(self, key: bytes, nonce: bytes, sealed: bytes, associated: bytes, /) -> bytes:
        """Raises WrongTag."""

    def aes_key_wrap(self, wrapping_key: bytes, key: bytes, /) -> bytes:
        """RFC 3394."""

    def aes_key_unwrap(self, wrapping_key: bytes, wrapped: bytes, /) -> bytes:
        """RFC 3394; raises WrongTag."""

    def argon2id(
        self, passphrase: bytes, salt: bytes, /, *, memory_kib: int, passes: int, lanes: int, length: int
    ) -> bytes:
        """RFC 9106. Raises MemoryError and NoArgon2id."""

    def bls12_381(self) -> Bls12381:
        """Raises NoBls12381, and NotLoaded where it must be loaded by others."""
