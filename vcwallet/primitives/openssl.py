"""The primitives of a computer: OpenSSL, by the package `cryptography`, and `arkworks` for what it has not.

What a host offers is told in `interface.Host`, to which types hold this module.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InternalError, InvalidSignature, InvalidTag, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, keywrap
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey, RSAPublicNumbers
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from vcwallet.primitives.interface import (
    Bls12381,
    Curve,
    NoArgon2id,
    NoBls12381,
    NotAPoint,
    PointKey,
    PublicKey,
    SecretKey,
    WrongSignature,
    WrongTag,
)


@dataclass(frozen=True, slots=True)
class _Curve:
    openssl: ec.EllipticCurve
    verifying: ec.ECDSA
    signing: ec.ECDSA


def _with(openssl: ec.EllipticCurve, digest: hashes.HashAlgorithm) -> _Curve:
    return _Curve(openssl, ec.ECDSA(digest), ec.ECDSA(digest, deterministic_signing=True))


_CURVES: Final = {
    Curve.P256: _with(ec.SECP256R1(), hashes.SHA256()),
    Curve.P384: _with(ec.SECP384R1(), hashes.SHA384()),
    Curve.P521: _with(ec.SECP521R1(), hashes.SHA512()),
}
_RSA_PADDING: Final = PKCS1v15()
_RSA_HASH: Final = hashes.SHA256()


@dataclass(frozen=True, slots=True)
class _Ed25519Public:
    _key: Ed25519PublicKey

    @property
    def raw(self) -> bytes:
        return self._key.public_bytes_raw()

    @property
    def uncompressed(self) -> bytes:
        return self.raw

    def verify(self, signature: bytes, message: bytes) -> None:
        try:
            self._key.verify(signature, message)
        except InvalidSignature:
            raise WrongSignature from None


@dataclass(frozen=True, slots=True)
class _Ed25519Secret:
    _key: Ed25519PrivateKey

    @property
    def secret(self) -> bytes:
        return self._key.private_bytes_raw()

    @property
    def public(self) -> PointKey:
        return _Ed25519Public(self._key.public_key())

    def sign(self, message: bytes) -> bytes:
        return self._key.sign(message)


@dataclass(frozen=True, slots=True)
class _EcdsaPublic:
    _curve: Curve
    _key: ec.EllipticCurvePublicKey

    @property
    def raw(self) -> bytes:
        return self._key.public_bytes(Encoding.X962, PublicFormat.CompressedPoint)

    @property
    def uncompressed(self) -> bytes:
        return self._key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    def verify(self, signature: bytes, message: bytes) -> None:
        half = self._curve.octets
        if len(signature) != 2 * half:
            raise WrongSignature
        r, s = int.from_bytes(signature[:half], "big"), int.from_bytes(signature[half:], "big")
        try:
            self._key.verify(encode_dss_signature(r, s), message, _CURVES[self._curve].verifying)
        except InvalidSignature:
            raise WrongSignature from None


@dataclass(frozen=True, slots=True)
class _EcdsaSecret:
    _curve: Curve
    _key: ec.EllipticCurvePrivateKey

    @property
    def secret(self) -> bytes:
        return self._key.private_numbers().private_value.to_bytes(self._curve.octets, "big")

    @property
    def public(self) -> PointKey:
        return _EcdsaPublic(self._curve, self._key.public_key())

    def sign(self, message: bytes) -> bytes:
        octets = self._curve.octets
        r, s = decode_dss_signature(self._key.sign(message, _CURVES[self._curve].signing))
        return r.to_bytes(octets, "big") + s.to_bytes(octets, "big")


@dataclass(frozen=True, slots=True)
class _RsaPublic:
    _key: RSAPublicKey

    def verify(self, signature: bytes, message: bytes) -> None:
        try:
            self._key.verify(signature, message, _RSA_PADDING, _RSA_HASH)
        except InvalidSignature:
            raise WrongSignature from None


def ed25519_public(raw: bytes) -> PointKey:
    return _Ed25519Public(Ed25519PublicKey.from_public_bytes(raw))


def ed25519_secret(seed: bytes) -> SecretKey:
    return _Ed25519Secret(Ed25519PrivateKey.from_private_bytes(seed))


def ecdsa_public(curve: Curve, point: bytes) -> PointKey:
    try:
        key = ec.EllipticCurvePublicKey.from_encoded_point(_CURVES[curve].openssl, point)
    except ValueError:
        raise NotAPoint from None
    return _EcdsaPublic(curve, key)


def ecdsa_secret(curve: Curve, scalar: bytes) -> SecretKey:
    return _EcdsaSecret(curve, ec.derive_private_key(int.from_bytes(scalar, "big"), _CURVES[curve].openssl))


def rsa_public(modulus: int, exponent: int) -> PublicKey:
    return _RsaPublic(RSAPublicNumbers(exponent, modulus).public_key())


def x25519_public(scalar: bytes) -> bytes:
    return X25519PrivateKey.from_private_bytes(scalar).public_key().public_bytes_raw()


def chacha20_poly1305_encrypt(key: bytes, nonce: bytes, data: bytes, associated: bytes) -> bytes:
    return ChaCha20Poly1305(key).encrypt(nonce, data, associated)


def chacha20_poly1305_decrypt(
    key: bytes, nonce: bytes, sealed: bytes | memoryview, associated: bytes
) -> bytes:
    try:
        return ChaCha20Poly1305(key).decrypt(nonce, sealed, associated)
    except InvalidTag:
        raise WrongTag from None


def aes_gcm_decrypt(key: bytes, nonce: bytes, sealed: bytes, associated: bytes) -> bytes:
    try:
        return AESGCM(key).decrypt(nonce, sealed, associated)
    except InvalidTag:
        raise WrongTag from None


def aes_key_wrap(wrapping_key: bytes, key: bytes) -> bytes:
    return keywrap.aes_key_wrap(wrapping_key, key)


def aes_key_unwrap(wrapping_key: bytes, wrapped: bytes) -> bytes:
    try:
        return keywrap.aes_key_unwrap(wrapping_key, wrapped)
    except keywrap.InvalidUnwrap:
        raise WrongTag from None


def argon2id(
    passphrase: bytes, salt: bytes, *, memory_kib: int, passes: int, lanes: int, length: int
) -> bytes:
    try:
        return Argon2id(
            salt=salt, length=length, iterations=passes, lanes=lanes, memory_cost=memory_kib
        ).derive(passphrase)
    except InternalError:
        raise MemoryError from None
    except UnsupportedAlgorithm:
        raise NoArgon2id from None


def bls12_381() -> Bls12381:
    try:
        # An extra, which most programs never ask for.
        from vcwallet.primitives import arkworks
    except ImportError:
        raise NoBls12381 from None
    return arkworks
