"""The issuer's secrets, in one sealed file: signing keys, and the secrets of digests and of hideable parts.

    keystore = Keystore.create(path, passphrase)
    key = keystore.signing_key(KeyType.ED25519)

The register's secret is not a signing key: it only makes the digests of rows, so that the register alone
cannot be searched for a child whose name and birth date somebody knows. The secret of hideable parts weighs
as much as a signing key: from it come the keys that sign them one by one (`disclosure_randomness`).
"""

from __future__ import annotations

import hashlib
import itertools
import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from vcwallet import strict_json
from vcwallet.errors import N_, DocumentError
from vcwallet.identifiers.keys import KeyType, SoftwareKey
from vcwallet.sealed_file import DEFAULT, Kdf, SealedFile, passphrases
from vcwallet.strict_json import JsonObject

KIND: Final = "issuer"
_SIGNING_KEY: Final = "signing-key"
_REGISTER_SECRET: Final = "register-secret"  # noqa: S105 - a record's kind
_DISCLOSURE_SECRET: Final = "disclosure-secret"  # noqa: S105 - a record's kind
_SECRET_BYTES: Final = 32

KEY_TYPES: Final = (KeyType.ED25519, KeyType.P256)
"""Made for every issuer: Ed25519 signs the plain proof, P-256 the one with hideable parts (ecdsa-sd-2023)."""


class Keystore:
    """An opened keystore. Keys stay in memory as long as this object does."""

    def __init__(
        self, keys: dict[KeyType, SoftwareKey], register_secret: bytes, disclosure_secret: bytes
    ) -> None:
        self._keys = keys
        self._disclosure_secret = disclosure_secret
        self.register_secret = register_secret

    @classmethod
    def create(
        cls,
        path: Path,
        passphrase: str,
        *,
        kdf: Kdf = DEFAULT,
        randomness: Callable[[int], bytes] = os.urandom,
    ) -> Keystore:
        """Make keys and write them.

        Raises UsageError (``passphrase.weak``) before anything is written, as a wallet does: the keys sign in
        the name of an organisation. And what `SealedFile.create` and `SealedFile.save` raise.
        """
        passphrases.check(passphrase)
        file = SealedFile.create(path, kind=KIND, passphrase=passphrase, kdf=kdf, randomness=randomness)
        keys = {kind: SoftwareKey.generate(kind, randomness) for kind in KEY_TYPES}
        secrets = {kind: randomness(_SECRET_BYTES) for kind in (_REGISTER_SECRET, _DISCLOSURE_SECRET)}
        for key in keys.values():
            file.put(key.secret_multibase.encode("ascii"), kind=_SIGNING_KEY)
        for kind, secret in secrets.items():
            file.put(secret, kind=kind)
        file.save()
        return cls(keys, secrets[_REGISTER_SECRET], secrets[_DISCLOSURE_SECRET])

    @classmethod
    def open(cls, path: Path, passphrase: str) -> Keystore:
        """Raises what `SealedFile.open` raises, and DocumentError ``keystore.incomplete``."""
        file = SealedFile.open(path, kind=KIND, passphrase=passphrase)
        keys: dict[KeyType, SoftwareKey] = {}
        secrets: dict[str, bytes] = {}
        for record in file.records():
            if record.kind == _SIGNING_KEY:
                key = SoftwareKey.from_secret_multibase(file.get(record.id).decode("ascii", "replace"))
                keys[key.public_key.type] = key
            elif record.kind in (_REGISTER_SECRET, _DISCLOSURE_SECRET):
                secrets[record.kind] = file.get(record.id)
        lengths = [len(secrets.get(kind, b"")) for kind in (_REGISTER_SECRET, _DISCLOSURE_SECRET)]
        if lengths != [_SECRET_BYTES] * 2 or KeyType.ED25519 not in keys:
            raise DocumentError("keystore.incomplete", N_("{file} holds no issuer's keys."), file=path.name)
        return cls(keys, secrets[_REGISTER_SECRET], secrets[_DISCLOSURE_SECRET])

    def signing_key(self, kind: KeyType = KeyType.ED25519) -> SoftwareKey:
        """Raises KeyError for a type the keystore has no key of."""
        return self._keys[kind]

    @property
    def keys(self) -> tuple[SoftwareKey, ...]:
        """In the order of `KEY_TYPES`."""
        return tuple(self._keys[kind] for kind in KEY_TYPES if kind in self._keys)

    def disclosure_randomness(self, document: JsonObject) -> Callable[[int], bytes]:
        """The random bytes for an ecdsa-sd-2023 base proof over `document`: secret, and each time the same.

        A shard that is signed again must come out with the same bytes, so the proof's own key and the key of
        its labels are HKDF-SHA-256 (RFC 5869) of the keystore's secret. The salt is the digest of the whole
        unsigned document, its random id included: two documents never share a key, for statements signed
        with a shared key could be moved from one to the other.
        """
        salt = hashlib.sha256(strict_json.dumps(document).encode("utf-8")).digest()
        calls = itertools.count()

        def randomness(length: int) -> bytes:
            info = b"vcwallet ecdsa-sd-2023 %d" % next(calls)
            return HKDF(SHA256(), length, salt, info).derive(self._disclosure_secret)

        return randomness
