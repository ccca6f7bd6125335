"""The primitives of cryptography that this package is made of: bytes in, bytes out.

    key = primitives.ed25519_public(raw)
    key.verify(signature, message)                  # or WrongSignature

One face, two hosts. On a computer OpenSSL is behind it (`openssl`), in a web page audited JavaScript
(`browser`). Which one is decided by the platform when this module is imported, by nothing that is read
afterwards. Both accept the same signatures, which tests/unit/primitives runs on both to prove: one signature
with two verdicts would make every other check worthless.

What is about certificates, PEM or tokens is no primitive and stays where it is needed.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from vcwallet.primitives.hkdf import hkdf_sha256
from vcwallet.primitives.interface import (
    BLS12_381_ORDER,
    Bls12381,
    BlsPoint,
    Curve,
    Host,
    NoArgon2id,
    NoBls12381,
    NotAPoint,
    NotLoaded,
    PointKey,
    PublicKey,
    SecretKey,
    WrongSignature,
    WrongTag,
)

if sys.platform == "emscripten":
    from vcwallet.primitives import browser as _chosen
else:
    from vcwallet.primitives import openssl as _chosen

if TYPE_CHECKING:
    from vcwallet.primitives import browser

    _other: Host = browser

__all__ = [
    "BLS12_381_ORDER",
    "Bls12381",
    "BlsPoint",
    "Curve",
    "NoArgon2id",
    "NoBls12381",
    "NotAPoint",
    "NotLoaded",
    "PointKey",
    "PublicKey",
    "SecretKey",
    "WrongSignature",
    "WrongTag",
    "aes_gcm_decrypt",
    "aes_key_unwrap",
    "aes_key_wrap",
    "argon2id",
    "bls12_381",
    "chacha20_poly1305_decrypt",
    "chacha20_poly1305_encrypt",
    "ecdsa_public",
    "ecdsa_secret",
    "ed25519_public",
    "ed25519_secret",
    "hkdf_sha256",
    "rsa_public",
    "x25519_public",
]

_host: Host = _chosen
aes_gcm_decrypt = _host.aes_gcm_decrypt
aes_key_unwrap = _host.aes_key_unwrap
aes_key_wrap = _host.aes_key_wrap
argon2id = _host.argon2id
bls12_381 = _host.bls12_381
chacha20_poly1305_decrypt = _host.chacha20_poly1305_decrypt
chacha20_poly1305_encrypt = _host.chacha20_poly1305_encrypt
ecdsa_public = _host.ecdsa_public
ecdsa_secret = _host.ecdsa_secret
ed25519_public = _host.ed25519_public
ed25519_secret = _host.ed25519_secret
rsa_public = _host.rsa_public
x25519_public = _host.x25519_public
