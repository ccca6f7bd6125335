"""An issuer's standby keys: made on the first day, named in its document, kept where nobody signs with them.

    standby, code = Standby.create(Path("standby-key-3.vcw"))
    standby = Standby.open(Path("standby-key-3.vcw"), RecoveryCode(code))

Verifiers pin them together with the keys of every day, so that an exchange of keys asks nobody for anything.
The file has no passphrase: only the code opens it. Until `vcwallet issuer standby` moves it to a stick and
prints the code, both lie in the issuer's folder, the code sealed in the keystore; so on the first day the
standby keys are as safe as those of every day, and afterwards they are out of their reach.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

from vcwallet.errors import N_, DocumentError
from vcwallet.identifiers.controlled_identifier import VerificationMethod
from vcwallet.identifiers.keys import KeyType, SoftwareKey
from vcwallet.issuer.keystore import KEY_TYPES
from vcwallet.sealed_file import PrintedCode, SealedFile, Secret

KIND: Final = "issuer-standby"
_SIGNING_KEY: Final = "signing-key"


class Standby:
    """Opened standby keys."""

    def __init__(self, file: SealedFile) -> None:
        """Use `create` and `open`. Raises DocumentError ``standby.incomplete``."""
        found = [
            SoftwareKey.from_secret_multibase(file.get(record.id).decode("ascii", "replace"))
            for record in file.records()
            if record.kind == _SIGNING_KEY
        ]
        by_type = {key.public_key.type: key for key in found}
        if set(by_type) != set(KEY_TYPES):
            raise DocumentError(
                "standby.incomplete", N_("{file} holds no standby keys."), file=file.path.name
            )
        self._file = file
        self._keys = by_type

    @classmethod
    def create(
        cls, path: Path, *, randomness: Callable[[int], bytes] = os.urandom
    ) -> tuple[Standby, PrintedCode]:
        """New keys, and the code that opens them; on the disk after `save`."""
        return cls._of((SoftwareKey.generate(kind, randomness) for kind in KEY_TYPES), path, randomness)

    @classmethod
    def open(cls, path: Path, secret: Secret) -> Standby:
        """Raises what `SealedFile.open` raises, and DocumentError ``standby.incomplete``."""
        return cls(SealedFile.open(path, kind=KIND, secret=secret))

    def copied(
        self, path: Path, *, randomness: Callable[[int], bytes] = os.urandom
    ) -> tuple[Standby, PrintedCode]:
        """The same keys in another file, under another code: what opened the first does not open this one."""
        return self._of(self._keys.values(), path, randomness)

    @classmethod
    def _of(
        cls, keys: Iterable[SoftwareKey], path: Path, randomness: Callable[[int], bytes]
    ) -> tuple[Standby, PrintedCode]:
        file = SealedFile.create(path, kind=KIND, passphrase=None, randomness=randomness)
        for key in keys:
            file.put(key.secret_multibase.encode("ascii"), kind=_SIGNING_KEY)
        code = file.add_recovery_code()
        return cls(file), code

    def save(self) -> None:
        """Raises what `SealedFile.save` raises."""
        self._file.save()

    @property
    def path(self) -> Path:
        return self._file.path

    @property
    def file_id(self) -> str:
        return self._file.file_id

    @property
    def keys(self) -> tuple[SoftwareKey, ...]:
        """In the order of `KEY_TYPES`."""
        return tuple(self._keys[kind] for kind in KEY_TYPES)

    def signing_key(self, kind: KeyType = KeyType.ED25519) -> SoftwareKey:
        return self._keys[kind]

    def are(self, methods: Iterable[VerificationMethod]) -> bool:
        """Whether these are the keys that a document names so."""
        return {key.public_key for key in self.keys} == {method.public_key for method in methods}


def file_name(methods: Iterable[VerificationMethod]) -> str:
    """What the file of these keys is called: after the first of them, so that two are never mixed up."""
    return f"standby-{next(iter(methods)).id.partition('#')[2]}.vcw"


def remove(file: Path) -> None:
    """Remove a file of standby keys and its previous state."""
    for each in (file, file.with_name(file.name + ".bak")):
        each.unlink(missing_ok=True)
