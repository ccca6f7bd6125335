"""A child's diplomas and keys as Learner Credential Wallet restores them: its ``Wallet Backup.json``.

The program has one key in a profile, so each key of the child makes a profile: a document of its ``did:key``,
the Ed25519 key, and the X25519 key that every program derives from it. DANGER: the keys lie in it in clear.

Peer: Learner Credential Wallet 2.2 (Digital Credentials Consortium), whose format has no specification.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Sequence
from typing import Final

from vcwallet import primitives, strict_json
from vcwallet.identifiers import multibase
from vcwallet.identifiers.did import key as did_key
from vcwallet.identifiers.keys import KeyType, SoftwareKey
from vcwallet.identifiers.keys.tables import PARAMETERS
from vcwallet.strict_json import Json, JsonObject

__all__ = ["NAME", "backup"]

NAME: Final = "Wallet Backup.json"
"""What the program calls the file."""

_WALLET: Final = ["https://www.w3.org/2018/credentials/v1", "https://w3id.org/wallet/v1"]
_DID: Final = [
    "https://www.w3.org/ns/did/v1",
    "https://w3id.org/security/suites/ed25519-2020/v1",
    "https://w3id.org/security/suites/x25519-2020/v1",
]
_PURPOSES: Final = ("authentication", "assertionMethod", "capabilityDelegation", "capabilityInvocation")
# Numbers of the multicodec table, as the key packages of the program write them.
_X25519_PUBLIC: Final = b"\xec\x01"
_X25519_PRIVATE: Final = b"\x82\x26"


def backup(
    name: str,
    keys: Sequence[SoftwareKey],
    credentials_of: Callable[[str], Sequence[JsonObject]],
) -> bytes | None:
    """The file for a person of this name; None where no key is of the one type that the program has.

    `credentials_of` gives the credentials to put beside the key with the id it is asked with.
    """
    profiles: list[Json] = []
    for key in keys:
        if key.public_key.type is KeyType.ED25519:
            did = did_key.did_of(key.public_key)
            title = name if not profiles else f"{name} ({len(profiles) + 1})"
            profiles.append(_profile(title, key, credentials_of(did)))
    return (strict_json.dumps(profiles, indent=2) + "\n").encode("utf-8") if profiles else None


def _profile(name: str, key: SoftwareKey, credentials: Sequence[JsonObject]) -> JsonObject:
    did = did_key.did_of(key.public_key)
    signing = did_key.verification_method_of(did)
    secret = multibase.base58btc_decode(key.secret_multibase[1:])
    seed = secret[len(PARAMETERS[KeyType.ED25519].secret_header) :]
    agreeing = _x25519(seed)
    shared = multibase.encode_multibase(_X25519_PUBLIC + primitives.x25519_public(agreeing))
    signing_method: JsonObject = {
        "id": signing,
        "type": "Ed25519VerificationKey2020",
        "controller": did,
        "publicKeyMultibase": key.public_key.multibase,
    }
    agreeing_method: JsonObject = {
        "id": f"{did}#{shared}",
        "type": "X25519KeyAgreementKey2020",
        "controller": did,
        "publicKeyMultibase": shared,
    }
    document: JsonObject = {
        "@context": list[Json](_DID),
        "id": did,
        "verificationMethod": [signing_method],
        **{purpose: [signing] for purpose in _PURPOSES},
        "keyAgreement": [agreeing_method],
    }
    contents: list[Json] = [
        *credentials,
        document,
        # Header and seed as in ``secretKeyMultibase``, and the public key once more behind them.
        {
            **signing_method,
            "privateKeyMultibase": multibase.encode_multibase(secret + key.public_key.raw),
        },
        {
            **agreeing_method,
            "privateKeyMultibase": multibase.encode_multibase(_X25519_PRIVATE + agreeing),
        },
        {
            "@context": ["https://w3id.org/wallet/v1"],
            "id": _urn(f"{did}#profile"),
            "type": "ProfileMetadata",
            "data": {"profileName": name},
        },
    ]
    return {
        "@context": list[Json](_WALLET),
        "id": _urn(f"{did}#wallet"),
        "type": "UniversalWallet2020",
        "status": "UNLOCKED",
        "contents": contents,
    }


def _x25519(seed: bytes) -> bytes:
    """The secret key of RFC 7748 that has the scalar of an Ed25519 key (RFC 8032, section 5.1.5)."""
    scalar = bytearray(hashlib.sha512(seed).digest()[:32])
    scalar[0] &= 248
    scalar[31] = scalar[31] & 127 | 64
    return bytes(scalar)


def _urn(about: str) -> str:
    """The same for the same key, so that a backup made twice is one."""
    return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, about)}"
