"""The primitives of a web page: the audited JavaScript of @noble, by the functions of `primitives.mjs`.

The page that starts Python hands them over before this package is imported:

    pyodide.registerJsModule("vcwallet_primitives", primitives)

`bls` comes later or never: NotLoaded asks the page for it, which answers by registering `vcwallet_bls`, or by
putting None into `sys.modules` where it cannot have it.

RSA is only verified, with public numbers alone, and is computed here: @noble has none. A secret that went
through JavaScript cannot be wiped, and Argon2id takes ten times as long as in OpenSSL; issuing keys do not
belong here.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from typing import Final

import vcwallet_primitives as javascript
from pyodide.ffi import JsBuffer, to_js

from vcwallet.primitives.interface import (
    Bls12381,
    Curve,
    NoBls12381,
    NotAPoint,
    NotLoaded,
    PointKey,
    PublicKey,
    SecretKey,
    WrongSignature,
    WrongTag,
)
from vcwallet.primitives.rsassa import RsaPublic

BLS: Final = "vcwallet_bls"


@dataclass(frozen=True, slots=True)
class _Ed25519Public:
    raw: bytes

    @property
    def uncompressed(self) -> bytes:
        return self.raw

    def verify(self, signature: bytes, message: bytes) -> None:
        if not _answer(javascript.ed25519Verify(to_js(self.raw), to_js(signature), to_js(message))):
            raise WrongSignature


@dataclass(frozen=True, slots=True)
class _Ed25519Secret:
    secret: bytes = field(repr=False)

    @property
    def public(self) -> PointKey:
        return _Ed25519Public(_octets(javascript.ed25519Public(to_js(self.secret))))

    def sign(self, message: bytes) -> bytes:
        return _octets(javascript.ed25519Sign(to_js(self.secret), to_js(message)))


@dataclass(frozen=True, slots=True)
class _EcdsaPublic:
    _curve: Curve
    raw: bytes

    @property
    def uncompressed(self) -> bytes:
        return _octets(javascript.ecdsaPoint(self._curve.value, to_js(self.raw), False))

    def verify(self, signature: bytes, message: bytes) -> None:
        if not _answer(
            javascript.ecdsaVerify(self._curve.value, to_js(self.raw), to_js(signature), to_js(message))
        ):
            raise WrongSignature


@dataclass(frozen=True, slots=True)
class _EcdsaSecret:
    _curve: Curve
    secret: bytes = field(repr=False)

    @property
    def public(self) -> PointKey:
        return _EcdsaPublic(
            self._curve, _octets(javascript.ecdsaPublic(self._curve.value, to_js(self.secret)))
        )

    def sign(self, message: bytes) -> bytes:
        return _octets(javascript.ecdsaSign(self._curve.value, to_js(self.secret), to_js(message)))


def ed25519_public(raw: bytes) -> PointKey:
    return _Ed25519Public(raw)


def ed25519_secret(seed: bytes) -> SecretKey:
    return _Ed25519Secret(seed)


def ecdsa_public(curve: Curve, point: bytes) -> PointKey:
    compressed = javascript.ecdsaPoint(curve.value, to_js(point), True)
    if compressed is None:
        raise NotAPoint
    return _EcdsaPublic(curve, _octets(compressed))


def ecdsa_secret(curve: Curve, scalar: bytes) -> SecretKey:
    return _EcdsaSecret(curve, scalar)


def rsa_public(modulus: int, exponent: int) -> PublicKey:
    return RsaPublic(modulus, exponent)


def x25519_public(scalar: bytes) -> bytes:
    return _octets(javascript.x25519Public(to_js(scalar)))


def chacha20_poly1305_encrypt(key: bytes, nonce: bytes, data: bytes, associated: bytes) -> bytes:
    return _octets(
        javascript.chacha20Poly1305Encrypt(to_js(key), to_js(nonce), to_js(data), to_js(associated))
    )


def chacha20_poly1305_decrypt(
    key: bytes, nonce: bytes, sealed: bytes | memoryview, associated: bytes
) -> bytes:
    return _opened(
        javascript.chacha20Poly1305Decrypt(to_js(key), to_js(nonce), to_js(sealed), to_js(associated))
    )


def aes_gcm_decrypt(key: bytes, nonce: bytes, sealed: bytes, associated: bytes) -> bytes:
    return _opened(javascript.aesGcmDecrypt(to_js(key), to_js(nonce), to_js(sealed), to_js(associated)))


def aes_key_wrap(wrapping_key: bytes, key: bytes) -> bytes:
    return _octets(javascript.aesKeyWrap(to_js(wrapping_key), to_js(key)))


def aes_key_unwrap(wrapping_key: bytes, wrapped: bytes) -> bytes:
    return _opened(javascript.aesKeyUnwrap(to_js(wrapping_key), to_js(wrapped)))


def argon2id(
    passphrase: bytes, salt: bytes, *, memory_kib: int, passes: int, lanes: int, length: int
) -> bytes:
    made = javascript.argon2id(to_js(passphrase), to_js(salt), memory_kib, passes, lanes, length)
    if made is None:
        raise MemoryError
    return _octets(made)


def bls12_381() -> Bls12381:
    try:
        from vcwallet.primitives.browser import bls
    except ModuleNotFoundError:
        if BLS in sys.modules:
            raise NoBls12381 from None
        raise NotLoaded(BLS) from None
    return bls


def _answer(value: object) -> bool:
    """Nothing but JavaScript's own `true` is a yes."""
    return value is True


def _octets(value: JsBuffer) -> bytes:
    octets: bytes = value.to_bytes()
    return octets


def _opened(value: JsBuffer | None) -> bytes:
    if value is None:
        raise WrongTag
    return _octets(value)
