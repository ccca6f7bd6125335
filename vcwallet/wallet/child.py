"""One child of the wallet: behind that child's key alone."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from vcwallet import timestamps
from vcwallet.credentials import achievement
from vcwallet.credentials.credential import Credential
from vcwallet.errors import VcwalletError
from vcwallet.identifiers.did import key as did_key
from vcwallet.identifiers.keys import KeyType, SoftwareKey
from vcwallet.proofs import rdfc
from vcwallet.proofs.jsonld import to_quads
from vcwallet.sealed_file import OwnerView
from vcwallet.sealed_file.slots import Randomness
from vcwallet.strict_json import JsonObject
from vcwallet.wallet import disclosure, records
from vcwallet.wallet.children import Known, Profile
from vcwallet.wallet.ledger import Ledger

CHILD_ID_BYTES = 8


@dataclass(frozen=True, slots=True)
class Entry:
    """A credential in the wallet, verified when it was added."""

    id: str
    """The record; its beginning is enough to name it."""
    child: str
    added: datetime
    credential: Credential
    meaning: str
    """Equal for documents that say the same, however they are written down."""

    @property
    def title(self) -> str:
        return disclosure.title(self.credential)

    @property
    def facts(self) -> dict[str, str]:
        return achievement.facts(self.credential)

    @property
    def year(self) -> str:
        return self.facts.get("awarded", "")[:4]


class Child:
    """One child's records. Holds that child's view and nothing of the other children's."""

    def __init__(self, view: OwnerView, randomness: Randomness) -> None:
        self._view = view
        self._randomness = randomness
        self._key: SoftwareKey | None = None
        self._read: dict[str, Entry] = {}
        self.ledger = Ledger(view, randomness)

    @classmethod
    def begin(cls, view: OwnerView, profile: Profile, randomness: Randomness, *, now: datetime) -> Child:
        """A new child with a new holder key."""
        child = cls(view, randomness)
        child._write_profile(profile, now)
        key = SoftwareKey.generate(KeyType.ED25519, randomness)
        view.put(
            records.dump({"created": timestamps.render(now), "secretKeyMultibase": key.secret_multibase}),
            kind=records.KEY,
        )
        return child

    @property
    def id(self) -> str:
        return self._view.owner

    @property
    def name(self) -> str:
        return self.profile.full_name

    @property
    def profile(self) -> Profile:
        found = self._profiles()
        if not found:
            raise records.unreadable()
        return max(found)[2]

    def rename(self, profile: Profile, *, now: datetime) -> None:
        """Write the child down anew; documents under an earlier name stay as they are."""
        old = [record for _, record, _ in self._profiles()]
        self._write_profile(profile, now)
        for record in old:
            self._view.remove(record)

    # --- the holder's key ------------------------------------------------------------------------

    @property
    def key(self) -> SoftwareKey:
        """The child's own signing key; never shown, never exported in clear by accident."""
        if self._key is None:
            for document in self._load(records.KEY):
                self._key = SoftwareKey.from_secret_multibase(records.text(document, "secretKeyMultibase"))
                break
            else:
                raise records.unreadable()
        return self._key

    @property
    def did(self) -> str:
        """The child's ``did:key``, what an issuer writes into a diploma."""
        return did_key.did_of(self.key.public_key)

    @property
    def known(self) -> Known:
        return Known(self.id, self.profile, frozenset({self.did}))

    # --- credentials -----------------------------------------------------------------------------

    def entries(self) -> tuple[Entry, ...]:
        """All credentials, by the day of the award, then in the order they were added."""
        found = [self._entry(info.id) for info in self._view.records() if info.kind == records.CREDENTIAL]
        return tuple(sorted(found, key=lambda each: (each.facts.get("awarded", ""), each.added, each.id)))

    def keep(self, credential: Credential, *, now: datetime) -> tuple[Entry, bool]:
        """Keep a credential that was verified; returns the entry and whether it is new."""
        said = meaning(credential)
        for entry in self.entries():
            if entry.meaning == said:
                return entry, False
        document = records.dump({"added": timestamps.render(now), "meaning": said, "text": credential.text})
        record = self._view.put(document, kind=records.CREDENTIAL)
        return self._entry(record), True

    def remove(self, entry: Entry) -> None:
        self._view.remove(entry.id)

    # --- inside ----------------------------------------------------------------------------------

    def _entry(self, record: str) -> Entry:
        if record in self._read:  # records never change
            return self._read[record]
        document = records.load(self._view.get(record))
        try:
            credential = Credential.parse(records.text(document, "text"))
        except VcwalletError:
            raise records.unreadable() from None
        entry = self._read[record] = Entry(
            id=record,
            child=self.id,
            added=records.moment(document, "added"),
            credential=credential,
            meaning=records.text(document, "meaning"),
        )
        return entry

    def _profiles(self) -> list[tuple[datetime, str, Profile]]:
        found = []
        for info in self._view.records():
            if info.kind == records.CHILD:
                document = records.load(self._view.get(info.id))
                profile = Profile.parse(document.get("profile"))
                found.append((records.moment(document, "changed"), info.id, profile))
        return found

    def _write_profile(self, profile: Profile, now: datetime) -> None:
        document: JsonObject = {"changed": timestamps.render(now), "profile": profile.to_json()}
        self._view.put(records.dump(document), kind=records.CHILD)

    def _load(self, kind: str) -> list[JsonObject]:
        return [records.load(self._view.get(info.id)) for info in self._view.records() if info.kind == kind]


def meaning(credential: Credential) -> str:
    """SHA-256 of what a credential states, without its proofs (RDFC-1.0), in hexadecimal."""
    unsigned = {name: value for name, value in credential.json.items() if name != "proof"}
    return hashlib.sha256(rdfc.canonicalize(to_quads(unsigned)).encode("utf-8")).hexdigest()
