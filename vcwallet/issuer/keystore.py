"""The issuer's secrets, in one sealed file: signing keys, and the secret of the register's digests.

    keystore = Keystore.create(path, passphrase)
    key = keystore.signing_key(KeyType.ED25519)

The register's secret is not a signing key: it only makes the digests of rows, so that the register alone
cannot be searched for a child whose name and birth date somebody knows.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

from vcwallet.errors import N_, DocumentError
from vcwallet.identifiers.keys import KeyType, SoftwareKey
from vcwallet.sealed_file import DEFAULT, Kdf, SealedFile

KIND: Final = "issuer"
_SIGNING_KEY: Final = "signing-key"
_REGISTER_SECRET: Final = "register-secret"  # noqa: S105 - a record's kind

KEY_TYPES: Final = (KeyType.ED25519, KeyType.P256)
"""Made for every issuer: Ed25519 signs now, P-256 is what selective disclosure (ecdsa-sd-2023) takes. Both
are published from the first day, so that no identifier document has to change when the second is used."""


class Keystore:
    """An opened keystore. Keys stay in memory as long as this object does."""

    def __init__(self, keys: dict[KeyType, SoftwareKey], register_secret: bytes) -> None:
        self._keys = keys
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
        """Make keys and write them. Raises what `SealedFile.create` and `SealedFile.save` raise."""
        file = SealedFile.create(path, kind=KIND, passphrase=passphrase, kdf=kdf, randomness=randomness)
        keys = {kind: SoftwareKey.generate(kind, randomness) for kind in KEY_TYPES}
        secret = randomness(32)
        for key in keys.values():
            file.put(key.secret_multibase.encode("ascii"), kind=_SIGNING_KEY)
        file.put(secret, kind=_REGISTER_SECRET)
        file.save()
        return cls(keys, secret)

    @classmethod
    def open(cls, path: Path, passphrase: str) -> Keystore:
        """Raises what `SealedFile.open` raises, and DocumentError ``keystore.incomplete``."""
        file = SealedFile.open(path, kind=KIND, passphrase=passphrase)
        keys: dict[KeyType, SoftwareKey] = {}
        secret = b""
        for record in file.records():
            if record.kind == _SIGNING_KEY:
                key = SoftwareKey.from_secret_multibase(file.get(record.id).decode("ascii", "replace"))
                keys[key.public_key.type] = key
            elif record.kind == _REGISTER_SECRET:
                secret = file.get(record.id)
        if len(secret) != 32 or KeyType.ED25519 not in keys:
            raise DocumentError("keystore.incomplete", N_("{file} holds no issuer's keys."), file=path.name)
        return cls(keys, secret)

    def signing_key(self, kind: KeyType = KeyType.ED25519) -> SoftwareKey:
        """Raises KeyError for a type the keystore has no key of."""
        return self._keys[kind]

    @property
    def keys(self) -> tuple[SoftwareKey, ...]:
        """In the order of `KEY_TYPES`."""
        return tuple(self._keys[kind] for kind in KEY_TYPES if kind in self._keys)
