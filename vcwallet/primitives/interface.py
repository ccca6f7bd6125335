"""What a host of the primitives offers: its functions, what they give, and how they refuse."""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol

__all__ = [
    "Curve",
    "Host",
    "NoArgon2id",
    "NotAPoint",
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
