"""The key of a desk: it signs receipts and nothing else, in a file sealed like a wallet.

    DeskKey.create(Path("desk.key"), passphrase, name="Приёмная", publish=Path("desk.did.json").write_bytes)
    desk = DeskKey.open(Path("desk.key"), passphrase)

An office that issues diplomas has keys of its own for them; a key that lies at a desk should not be able to
sign one. With a site the key is the office's did:web, else it is a did:key.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from vcwallet import strict_json
from vcwallet.credentials import receipt
from vcwallet.credentials.receipt import Receipt
from vcwallet.errors import N_, DocumentError, UsageError
from vcwallet.identifiers import did
from vcwallet.identifiers.controlled_identifier import ControlledIdentifierDocument
from vcwallet.identifiers.did import key as did_key
from vcwallet.identifiers.did import web as did_web
from vcwallet.identifiers.keys import KeyType, SigningKey, SoftwareKey
from vcwallet.report import Report, ShowingKind, ShowingOutcome
from vcwallet.sealed_file import DEFAULT, Kdf, SealedFile, passphrases
from vcwallet.strict_json import JsonObject

__all__ = ["KIND", "DeskKey", "demand_showing"]

KIND: Final = "desk-key"
_RECORD: Final = "desk-key"


DOCUMENT: Final = ".did.json"
"""What stands behind the name of a key's file in the name of its public half."""


@dataclass(frozen=True, slots=True)
class DeskKey:
    """An opened key."""

    id: str
    name: str
    """What the office calls itself."""
    key: SigningKey

    @classmethod
    def create(
        cls,
        path: Path,
        passphrase: str,
        *,
        name: str,
        site: str | None = None,
        kdf: Kdf = DEFAULT,
        randomness: Callable[[int], bytes] = os.urandom,
        publish: Callable[[bytes], object],
    ) -> DeskKey:
        """Make a key and write it; `publish` writes its public half, without which there is no key either.

        Raises UsageError (``passphrase.weak``), and what `did_web.did_of`, `SealedFile.create`,
        `SealedFile.save` and `publish` raise.
        """
        passphrases.check(passphrase)
        key = SoftwareKey.generate(KeyType.ED25519, randomness)
        identifier = did_key.did_of(key.public_key) if site is None else did_web.did_of(site)
        file = SealedFile.create(path, kind=KIND, passphrase=passphrase, kdf=kdf, randomness=randomness)
        record: JsonObject = {"id": identifier, "name": name, "key": key.secret_multibase}
        file.put(strict_json.dumps(record).encode("utf-8"), kind=_RECORD)
        file.save()
        made = cls(identifier, name, key)
        try:
            publish(made.published())
        except BaseException:
            path.unlink()
            raise
        return made

    @classmethod
    def open(cls, path: Path, passphrase: str) -> DeskKey:
        """Raises what `SealedFile.open` raises, and DocumentError (``desk-key.incomplete``)."""
        file = SealedFile.open(path, kind=KIND, passphrase=passphrase)
        for record in file.records():
            if record.kind == _RECORD:
                said = strict_json.loads_object(file.get(record.id))
                key = SoftwareKey.from_secret_multibase(str(said.get("key")))
                return cls(str(said.get("id")), str(said.get("name")), key)
        raise DocumentError("desk-key.incomplete", N_("{file} holds no desk's key."), file=path.name)

    def published(self) -> bytes:
        """The file of the public half."""
        return (strict_json.dumps(self.document.to_json(), indent=2) + "\n").encode("utf-8")

    @property
    def method(self) -> str:
        """The name of the key, as a proof gives it."""
        if self.id.startswith("did:key:"):
            return did_key.verification_method_of(self.id)
        return f"{self.id}#{self.key.public_key.multibase}"

    @property
    def document(self) -> ControlledIdentifierDocument:
        """What may be known of it: for the makers of a kit, for a trust list, for families, for the site."""
        if self.id.startswith("did:key:"):
            return did.resolve(self.id)
        return ControlledIdentifierDocument.parse(
            {
                "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
                "id": self.id,
                "verificationMethod": [
                    {
                        "id": self.method,
                        "type": "Multikey",
                        "controller": self.id,
                        "publicKeyMultibase": self.key.public_key.multibase,
                    }
                ],
                "assertionMethod": [self.method],
            }
        )

    def sign(self, report: Report, words: str, *, now: datetime) -> JsonObject:
        """The receipt of what was shown; `words` say what was found. Raises what `demand_showing` raises."""
        digest = demand_showing(report)
        made = Receipt(self.id, self.name, digest, now, words)
        return receipt.sign(made, key=self.key, verification_method=self.method)


def demand_showing(report: Report) -> str:
    """The digest of the showing that may be receipted.

    Raises UsageError (``receipt.no-showing``) for diplomas that came without their holder's signature, and
    for a showing that is refused here: a receipt would say that it was taken.
    """
    showing = report.showing
    if report.digest is None or showing.kind is ShowingKind.NONE or showing.outcome is ShowingOutcome.REFUSED:
        raise UsageError(
            "receipt.no-showing",
            N_("There is no showing to give a receipt for."),
            next_step=N_("Tell the family what the check says: they show it again, and get a receipt then."),
        )
    return report.digest
