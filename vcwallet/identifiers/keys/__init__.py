"""Public keys and signing keys as Multikey and JWK: Ed25519, P-256, P-384; P-521 and RSA, to read JOSE; and
BLS12-381, for signatures over many messages (`bbs_signature`).

    key = SoftwareKey.generate(KeyType.ED25519)
    signature = key.sign(b"message")
    PublicKey.from_multibase(key.public_key.multibase).verify(signature, b"message")

`tables` has what the specifications fix for each type of key, `public` the keys that verify, `secret` those
that sign. Controlled Identifiers 1.0, sections 2.2.2 (Multikey) and 2.2.3 (JsonWebKey).
"""

from __future__ import annotations

from vcwallet.identifiers.keys.public import (
    PublicKey,
    is_published_test_key,
    is_secret_key,
    refuse_secret_members,
    unsupported_type,
)
from vcwallet.identifiers.keys.secret import MessagesSigningKey, SigningKey, SoftwareKey
from vcwallet.identifiers.keys.tables import KeyType

__all__ = [
    "KeyType",
    "MessagesSigningKey",
    "PublicKey",
    "SigningKey",
    "SoftwareKey",
    "is_published_test_key",
    "is_secret_key",
    "refuse_secret_members",
    "unsupported_type",
]
