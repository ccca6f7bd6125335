"""The key of somebody who signs kits: a sealed file that also remembers what the key has signed.

    key = KitKey.create(Path("root-1.vcw"), passphrase)
    draft = key.signed(draft)

It is opened for one signature and put away again. What it remembers tells a draft that was built from an
older copy of the maintainer's folder, and two drafts of one version by two maintainers: signed both, offices
would have two kits with one number.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import product
from pathlib import Path
from typing import Any, Final

from tuf.api.metadata import Metadata

from vcwallet import strict_json
from vcwallet.errors import N_, Action, DocumentError, UsageError
from vcwallet.identifiers.keys import KeyType, PublicKey, SoftwareKey
from vcwallet.sealed_file import DEFAULT, Kdf, SealedFile, Secret, passphrases, saving
from vcwallet.strict_json import JsonObject
from vcwallet.verifier.kit import making
from vcwallet.verifier.kit.draft import Draft
from vcwallet.verifier.kit.files import KitFiles
from vcwallet.verifier.kit.roles import SNAPSHOT, TIMESTAMP

__all__ = ["KitKey"]

KIND: Final = "kit-key"
_SIGNING_KEY: Final = "signing-key"
_MARK: Final = "signed"


@dataclass(frozen=True, slots=True)
class _Mark:
    """A part that the key has signed."""

    kit: str
    """The fingerprint of the kit's first root."""
    role: str
    version: int
    digest: str
    """SHA-256 of what was signed."""

    @classmethod
    def of(cls, kit: str, role: str, part: Metadata[Any]) -> _Mark:
        return cls(kit, role, part.signed.version, hashlib.sha256(part.signed_bytes).hexdigest())

    def is_of(self, other: _Mark) -> bool:
        return (self.kit, self.role) == (other.kit, other.role)

    @classmethod
    def loads(cls, data: bytes) -> _Mark:
        kept = strict_json.loads_object(data)
        version = kept.get("version")
        return cls(
            str(kept.get("kit")),
            str(kept.get("role")),
            version if isinstance(version, int) else 0,
            str(kept.get("digest")),
        )

    def dumps(self) -> bytes:
        document: JsonObject = {
            "kit": self.kit,
            "role": self.role,
            "version": self.version,
            "digest": self.digest,
        }
        return strict_json.dumps(document).encode("utf-8")


class KitKey:
    """An opened key."""

    def __init__(self, file: SealedFile) -> None:
        """Use `create` and `open`. Raises DocumentError ``kit-key.incomplete``."""
        found = [file.get(each.id) for each in file.records() if each.kind == _SIGNING_KEY]
        if len(found) != 1:
            raise DocumentError(
                "kit-key.incomplete",
                N_("{file} holds no key that signs kits."),
                next_step=N_("Take a copy of the file from another stick."),
                file=file.path.name,
            )
        self._file = file
        self._key = SoftwareKey.from_secret_multibase(found[0].decode("ascii", "replace"))

    @classmethod
    def create(
        cls,
        path: Path,
        passphrase: str,
        *,
        kdf: Kdf = DEFAULT,
        randomness: Callable[[int], bytes] = os.urandom,
    ) -> KitKey:
        """A new key, written. Raises UsageError (``passphrase.weak``) and what `SealedFile` raises."""
        passphrases.check(passphrase)
        file = SealedFile.create(path, kind=KIND, passphrase=passphrase, kdf=kdf, randomness=randomness)
        key = SoftwareKey.generate(KeyType.ED25519, randomness)
        file.put(key.secret_multibase.encode("ascii"), kind=_SIGNING_KEY)
        file.save()
        return cls(file)

    @classmethod
    def open(cls, path: Path, passphrase: str | None = None, *, secret: Secret | None = None) -> KitKey:
        """Raises what `SealedFile.open` raises, and DocumentError ``kit-key.incomplete``."""
        return cls(SealedFile.open(path, kind=KIND, passphrase=passphrase, secret=secret))

    @property
    def path(self) -> Path:
        return self._file.path

    def forget_state_before(self) -> None:
        """Remove the file's previous state beside it: a new key is moved to a stick as one file."""
        saving.backup_of(self.path).unlink(missing_ok=True)

    def remove(self) -> None:
        """Remove the file, and its previous state."""
        self.path.unlink(missing_ok=True)
        self.forget_state_before()

    @property
    def public_key(self) -> PublicKey:
        return self._key.public_key

    # --- signing -----------------------------------------------------------------------------------------

    def bind(self, kit: str) -> None:
        """Remember for which kit the key was made, by the fingerprint of its first root."""
        self._file.put(_Mark(kit, "", 0, "").dumps(), kind=_MARK)
        self._file.save()

    def signed(self, draft: Draft, *, instead: bool = False, another_kit: bool = False) -> Draft:
        """The draft with this key's signature on all that is its to sign; remembered before it is returned.

        `instead` says that another draft of the same version, signed earlier, was thrown away; `another_kit`
        that the key signs in this kit too. What a role signs does not say of which kit it is: in a draft of
        somebody's own making a part of the real kit could be signed that nobody has looked at.

        Raises what `Draft.signed_by` raises, and UsageError: ``kit.signed-newer``, ``kit.signed-otherwise``,
        ``kit.key-of-another-kit``.
        """
        kits = {mark.kit for _, mark in self._marks()}
        if kits and draft.fingerprint not in kits and not another_kit:
            raise UsageError(
                "kit.key-of-another-kit",
                N_("This key signs another kit; the draft is of the kit {fingerprint}."),
                next_step=Action.ANOTHER_KIT,
                fingerprint=draft.fingerprint,
            )
        result = draft.signed_by(self._key)
        roles = [role for role in draft.new if result.part(role).signatures != draft.part(role).signatures]
        self._remember([_Mark.of(draft.fingerprint, role, draft.part(role)) for role in roles], instead)
        return result

    def published(
        self,
        draft: Draft,
        *,
        now: datetime,
        instead: bool = False,
        trial: Callable[[KitFiles], object] = lambda _: None,
    ) -> KitFiles:
        """The kit of a draft, with this key's signature on what publishing signs.

        `trial` looks at the kit before the key remembers it. Raises what `making.publish` and `trial`
        raise, and as `signed`.
        """
        kit = making.publish(draft, [self._key], now=now)
        trial(kit)
        assert kit.timestamp is not None
        assert kit.snapshot is not None
        parts: dict[str, Metadata[Any]] = {SNAPSHOT: kit.snapshot, TIMESTAMP: kit.timestamp}
        self._remember([_Mark.of(draft.fingerprint, role, part) for role, part in parts.items()], instead)
        return kit

    def sign_statement(self, statement: bytes) -> bytes:
        """Over what is no part of a kit, and does not begin as one does; the key does not remember it."""
        if statement[:1] == b"{":
            raise ValueError("a part of a kit is signed in its draft")
        return self._key.sign(statement)

    def _marks(self) -> Iterator[tuple[str, _Mark]]:
        for each in self._file.records():
            if each.kind == _MARK:
                yield each.id, _Mark.loads(self._file.get(each.id))

    def _remember(self, new: Sequence[_Mark], instead: bool) -> None:
        """Keep these as the newest parts of their roles, and save; nothing is kept when one may not be."""
        for mark, (_, before) in product(new, self._marks()):
            if not before.is_of(mark):
                continue
            if before.version > mark.version:
                raise UsageError(
                    "kit.signed-newer",
                    N_("This key has signed {role} {newer} already, and the draft has {version} only."),
                    next_step=N_("It was built from an older copy: build it from the newest kit."),
                    role=mark.role,
                    newer=before.version,
                    version=mark.version,
                )
            if before.version == mark.version and before.digest != mark.digest and not instead:
                raise UsageError(
                    "kit.signed-otherwise",
                    N_("This key has signed another {role} {version} already."),
                    next_step=Action.ONE_DRAFT,
                    role=mark.role,
                    version=mark.version,
                )
        for record, before in list(self._marks()):
            if any(before.is_of(mark) for mark in new):
                self._file.remove(record)
        for mark in new:
            self._file.put(mark.dumps(), kind=_MARK)
        self._file.save()
