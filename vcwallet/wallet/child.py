"""One child's records, encrypted under a key of that child's own."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from vcwallet import limits, timestamps
from vcwallet.credentials import achievement
from vcwallet.credentials.achievement import Fact, Facts
from vcwallet.credentials.credential import Credential
from vcwallet.errors import N_, UsageError, VcwalletError
from vcwallet.identifiers.did import key as did_key
from vcwallet.identifiers.keys import KeyType, SoftwareKey
from vcwallet.proofs import rdfc
from vcwallet.proofs.jsonld import to_quads
from vcwallet.sealed_file import OwnerView
from vcwallet.sealed_file.slots import Randomness
from vcwallet.strict_json import JsonObject
from vcwallet.wallet import attachments, drafts, records
from vcwallet.wallet.attachments import Attachment
from vcwallet.wallet.ledger import Ledger
from vcwallet.wallet.profile import Profile
from vcwallet.wallet.recognising import KnownChild

CHILD_ID_BYTES = 8
UNLISTED = 256
"""So many credentials' digests are read from their own records before a list of all is written."""


@dataclass(frozen=True, slots=True)
class Diploma:
    """A credential in the wallet, verified when it was added."""

    id: str
    """The record; its beginning is enough to name it."""
    child: str
    added: datetime
    credential: Credential
    meaning: str
    """Equal for documents that say the same, however they are written down."""
    facts: Facts = field(repr=False, compare=False)
    title: str = field(compare=False)
    """One line for people."""

    @property
    def awarded(self) -> str:
        """The day, as ``2026-03-01``; "" when it says none."""
        return self.facts.said.get(Fact.AWARDED, "")

    @property
    def hideable(self) -> tuple[str, ...]:
        """The fields that can be hidden from a recipient, words of `drafts.FIELDS`."""
        return tuple(drafts.hideable(self.credential))


class Child:
    """One child's records. Holds that child's view and nothing of the other children's."""

    def __init__(self, view: OwnerView, randomness: Randomness) -> None:
        self._view = view
        self._randomness = randomness
        self._key: SoftwareKey | None = None
        self._read: dict[str, Diploma] = {}
        self._meanings: dict[str, str] = {}
        self._listed: set[str] = set()
        self._lists_read: set[str] = set()
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
    def known(self) -> KnownChild:
        return KnownChild(self.id, self.profile, frozenset({self.did}))

    # --- credentials -----------------------------------------------------------------------------

    def diplomas(self) -> tuple[Diploma, ...]:
        """All credentials, by the day of the award, then as they were added, then by title."""
        found: dict[str, Diploma] = {}
        for info in self._view.records():
            if info.kind == records.CREDENTIAL:
                diploma = self._diploma(info.id)
                # Added to two copies of the file before they met, it is one diploma all the same.
                first = found.setdefault(diploma.meaning, diploma)
                if (diploma.added, diploma.id) < (first.added, first.id):
                    found[diploma.meaning] = diploma
        return tuple(sorted(found.values(), key=lambda each: (each.awarded, each.added, each.title, each.id)))

    def keep(self, credential: Credential, *, now: datetime) -> tuple[Diploma, bool]:
        """Keep a credential that was verified; returns the diploma and whether it is new.

        Raises what `achievement.facts` raises: what cannot be shown to people is not kept.
        """
        facts = achievement.facts(credential)
        said = meaning(credential)
        meanings = self._all_meanings()
        for record, known in meanings.items():
            if known == said:
                return self._diploma(record), False
        added = timestamps.render(now)
        document = records.dump({"added": added, "meaning": said, "text": credential.text})
        record = self._view.put(document, kind=records.CREDENTIAL)
        self._list_meanings({**meanings, record: said})
        kept = self._read[record] = _diploma(
            record, self.id, timestamps.parse(added), credential, said, facts
        )
        return kept, True

    def remove(self, diploma: Diploma) -> None:
        """Take a credential and its note out of the wallet; what the ledger says of it stays."""
        self._forget_notes(diploma)
        for record in self._copies(diploma):
            self._view.remove(record)

    # --- what the family adds of its own -----------------------------------------------------------

    def note(self, diploma: Diploma, words: str, *, now: datetime) -> None:
        """The family's own words about a credential; "" removes them. They never leave the wallet."""
        if len(words) > limits.WALLET_NOTE_CHARACTERS:
            raise UsageError(
                "wallet.note-too-long",
                N_("A note may have {limit} characters."),
                limit=limits.WALLET_NOTE_CHARACTERS,
            )
        self._forget_notes(diploma)
        if words:
            document: JsonObject = {"about": diploma.id, "changed": timestamps.render(now), "text": words}
            self._view.put(records.dump(document), kind=records.NOTE)

    def notes(self) -> dict[str, str]:
        """From a diploma's id to the family's words; where two copies disagreed, the later ones."""
        diploma_of = {diploma.meaning: diploma.id for diploma in self.diplomas()}
        meanings = self._all_meanings()
        return {
            diploma_of[meanings[about]]: words
            for _, _, about, words in sorted(self._notes(), key=lambda note: note[1])
            if about in meanings
        }

    def attach(self, name: str, media_type: str, data: bytes, *, now: datetime) -> Attachment:
        """Keep a document nobody signed; the same bytes are kept once."""
        for known in self.attachments():
            if known.data == data:
                return known
        packed = attachments.pack(name, media_type, data, now=now)
        return attachments.unpack(self._view.put(packed, kind=records.ATTACHMENT), self.id, packed)

    def attachments(self) -> tuple[Attachment, ...]:
        """In the order they were added."""
        found = [
            attachments.unpack(info.id, self.id, self._view.get(info.id))
            for info in self._view.records()
            if info.kind == records.ATTACHMENT
        ]
        return tuple(sorted(found, key=lambda each: (each.added, each.id)))

    def detach(self, attachment: Attachment) -> None:
        self._view.remove(attachment.id)

    # --- inside ----------------------------------------------------------------------------------

    def _copies(self, diploma: Diploma) -> set[str]:
        """The records that say what an diploma says: its own, and those that came by a merge."""
        return {record for record, said in self._all_meanings().items() if said == diploma.meaning}

    def _forget_notes(self, diploma: Diploma) -> None:
        copies = self._copies(diploma)
        for record, _, about, _ in self._notes():
            if about in copies:
                self._view.remove(record)

    def _all_meanings(self) -> dict[str, str]:
        """From the record of each credential to its meaning.

        Most come from a list, for to decrypt and parse thousands of records is what adding one must not
        cost. Lists are written now and then, and two copies of the file may each have one: what no list
        has is read from the record itself, and what is no longer here does not count.
        """
        found = self._view.records()
        for info in found:
            if info.kind == records.MEANINGS and info.id not in self._lists_read:
                listed = records.load_meanings(self._view.get(info.id))
                self._meanings.update(listed)
                self._listed.update(listed)
                self._lists_read.add(info.id)
        kept = [info.id for info in found if info.kind == records.CREDENTIAL]
        for record in kept:
            if record not in self._meanings:
                document = records.load(self._view.get(record))
                self._meanings[record] = records.text(document, "meaning")
        return {record: self._meanings[record] for record in kept}

    def _list_meanings(self, meanings: Mapping[str, str]) -> None:
        if len(meanings.keys() - self._listed) <= UNLISTED:
            return
        old = [info.id for info in self._view.records() if info.kind == records.MEANINGS]
        self._lists_read.add(self._view.put(records.dump_meanings(meanings), kind=records.MEANINGS))
        self._listed = set(meanings)
        for record in old:
            self._view.remove(record)

    def _diploma(self, record: str) -> Diploma:
        if record in self._read:  # records never change
            return self._read[record]
        document = records.load(self._view.get(record))
        try:
            credential = Credential.parse(records.text(document, "text"))
            facts = achievement.facts(credential)
        except VcwalletError:
            raise records.unreadable() from None
        added, said = records.moment(document, "added"), records.text(document, "meaning")
        self._read[record] = _diploma(record, self.id, added, credential, said, facts)
        return self._read[record]

    def _notes(self) -> list[tuple[str, datetime, str, str]]:
        """Record, moment, what it is about, words."""
        found = []
        for info in self._view.records():
            if info.kind == records.NOTE:
                document = records.load(self._view.get(info.id))
                changed, about = records.moment(document, "changed"), records.text(document, "about")
                found.append((info.id, changed, about, records.text(document, "text")))
        return found

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


def _diploma(
    record: str, child: str, added: datetime, credential: Credential, said: str, facts: Facts
) -> Diploma:
    title = drafts.title(credential, facts)
    return Diploma(record, child, added, credential, said, facts, title)


def meaning(credential: Credential) -> str:
    """SHA-256 of what a credential states, without its proofs (RDFC-1.0), in hexadecimal."""
    unsigned = {name: value for name, value in credential.json.items() if name != "proof"}
    return hashlib.sha256(rdfc.canonicalize(to_quads(unsigned)).encode("utf-8")).hexdigest()
