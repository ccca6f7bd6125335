"""One child's records, encrypted under a key of that child's own."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from vcwallet import limits, timestamps
from vcwallet.credentials import achievement
from vcwallet.credentials.achievement import Fact, Facts
from vcwallet.credentials.credential import Credential
from vcwallet.errors import N_, UsageError, VcwalletError
from vcwallet.identifiers.did import key as did_key
from vcwallet.identifiers.keys import KeyType, SoftwareKey
from vcwallet.proofs import rdfc
from vcwallet.proofs.cryptosuites import base_proofs
from vcwallet.proofs.jose.jwt import CLAIM_NAMES
from vcwallet.proofs.jsonld import to_quads
from vcwallet.sealed_file import OwnerView
from vcwallet.sealed_file.slots import Randomness
from vcwallet.strict_json import Json, JsonObject
from vcwallet.wallet import attachments, drafts, records
from vcwallet.wallet.asides import Asides
from vcwallet.wallet.attachments import Attachment, SignatureFile
from vcwallet.wallet.ledger import Ledger
from vcwallet.wallet.profile import Profile
from vcwallet.wallet.recognising import KnownChild
from vcwallet.wallet.records import Said
from vcwallet.wallet.signed import Signed

TakeNumber = Callable[[], int]
"""Gives the next number of the wallet."""

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
    signed: Signed
    """The document as it came."""
    said: Said
    number: int
    """By which the family names it, for the life of the wallet."""
    facts: Facts = field(repr=False, compare=False)
    title: str = field(compare=False)
    """One line for people."""

    @property
    def credential(self) -> Credential:
        return self.signed.credential

    @property
    def meaning(self) -> str:
        """Equal for documents that say the same, however they are written down."""
        return self.said.meaning

    @property
    def redacted(self) -> bool:
        """Whether it is a copy that may lack fields which the issuer signed."""
        return self.facts.parts_may_be_hidden

    @property
    def awarded(self) -> str:
        """The day, as ``2026-03-01``; "" when it says none."""
        return self.facts.said.get(Fact.AWARDED, "")

    @property
    def hideable(self) -> tuple[str, ...]:
        """The fields that can be hidden from a recipient, words of `drafts.FIELDS`."""
        return tuple(drafts.hideable(self.credential, self.signed.envelope))


@dataclass(frozen=True, slots=True)
class Note:
    """The family's own words about a diploma."""

    words: str
    changed: datetime


@dataclass(frozen=True, slots=True)
class Removed:
    """What was taken out of the wallet: in memory only, for as long as somebody may want it back."""

    kept: Diploma | Attachment
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class Handover:
    """A wallet of the grown child's own was made."""

    day: datetime
    let_go: bool
    """Whether this wallet forgot the child's keys then."""


class Kept(StrEnum):
    """What keeping a credential changed."""

    NEW = "new"
    ALREADY = "already"
    FULLER = "fuller"
    """It took the place of a copy of itself that says less."""


class Child:
    """One child's records. Holds that child's view and nothing of the other children's."""

    def __init__(self, view: OwnerView, randomness: Randomness, take_number: TakeNumber) -> None:
        self._view = view
        self._randomness = randomness
        self._take_number = take_number
        self._keys: dict[str, tuple[SoftwareKey, bool]] = {}
        self._read: dict[str, Diploma] = {}
        self._renumbered: dict[str, int] = {}
        self._renumberings: set[str] = set()
        self._meanings: dict[str, Said] = {}
        self._listed: set[str] = set()
        self._lists_read: set[str] = set()
        self.ledger = Ledger(view, randomness)
        self.asides = Asides(view)

    @classmethod
    def begin(
        cls,
        view: OwnerView,
        profile: Profile,
        randomness: Randomness,
        take_number: TakeNumber,
        *,
        key: SoftwareKey | None = None,
        now: datetime,
    ) -> Child:
        """A new child with a new holder key, or with the one it had elsewhere."""
        child = cls(view, randomness, take_number)
        child._write_profile(profile, now)
        key = key or SoftwareKey.generate(KeyType.ED25519, randomness)
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
        """As it was written down last; of two copies that met, all surnames count."""
        found = sorted(self._profiles())
        if not found:
            raise records.unreadable()
        profile = found[-1][2]
        for _, _, other in found[:-1]:
            profile = profile.also_called(*other.family_names)
        return profile

    def rename(self, profile: Profile, *, now: datetime) -> None:
        """Write the child down anew; documents under an earlier name stay as they are."""
        old = [record for _, record, _ in self._profiles()]
        self._write_profile(profile, now)
        for record in old:
            self._view.remove(record)

    # --- the holder's key ------------------------------------------------------------------------

    @property
    def key(self) -> SoftwareKey:
        """The child's own signing key; never shown, never exported in clear by accident.

        Raises UsageError (``wallet.handed-over``) when the wallet let go of it.
        """
        keys = self._all_keys()
        if not keys:
            raise UsageError(
                "wallet.handed-over",
                N_("{child} shows diplomas from a wallet of their own; this one has the key no longer."),
                next_step=N_("Ask them to show it."),
                child=self.name,
            )
        return keys[0]

    @property
    def did(self) -> str:
        """The child's ``did:key``, what an issuer writes into a diploma."""
        keys = self._all_keys()
        return did_key.did_of(keys[0].public_key) if keys else self._given_ids()[0]

    @property
    def holder_ids(self) -> frozenset[str]:
        """The ids that diplomas of this child may name: its own, and those of an entry that was merged in."""
        return frozenset(self._given_ids()) | {did_key.did_of(key.public_key) for key in self._all_keys()}

    def key_of(self, holder_ids: Collection[str]) -> SoftwareKey:
        """The key that diplomas with these holder ids are shown with; the child's own when it has no such."""
        for key in self._all_keys():
            if did_key.did_of(key.public_key) in holder_ids:
                return key
        return self.key

    def demand_key(self, signed: Signed) -> None:
        """Raise UsageError (``wallet.no-key-for-it``) for what is bound to a key that is not here, and
        ``wallet.handed-over`` where the wallet let go of all."""
        if self.key and not self.has_key_for(signed):
            raise UsageError(
                "wallet.no-key-for-it",
                N_("A diploma was issued to the key {id}, which is not in this wallet."),
                next_step=N_("Add the backup of the wallet that has the key."),
                id=min(signed.holder_ids)[:64],
            )

    def has_key_for(self, signed: Signed) -> bool:
        """Whether a document is bound to no key, or to one that is here."""
        bound = signed.holder_ids
        return not bound or not bound.isdisjoint(did_key.did_of(key.public_key) for key in self._all_keys())

    @property
    def keys(self) -> tuple[SoftwareKey, ...]:
        """The child's own first, then those of entries that were merged in; none where they were let go."""
        return tuple(self._all_keys())

    @property
    def handover(self) -> Handover | None:
        """That the grown child has a wallet of their own, as far as this one knows."""
        found = [_read_handover(document) for document in self._handovers()]
        return max(found, key=lambda each: (each.let_go, each.day), default=None)

    def hand_over(self, *, let_go: bool, now: datetime) -> None:
        """Write down that a wallet of the child's own was made; with `let_go` this one forgets the keys.

        What was given stays to be looked at. Copies made before still have the keys.
        """
        keys = self._all_keys()
        document: JsonObject = {
            "day": timestamps.render(now),
            "ids": [did_key.did_of(key.public_key) for key in keys] if let_go else [],
            "letGo": let_go,
        }
        self._view.put(records.dump(document), kind=records.HANDOVER)
        if let_go:
            for info in self._view.records():
                if info.kind == records.KEY:
                    self._view.remove(info.id)

    def _handovers(self) -> list[JsonObject]:
        kept = [info.id for info in self._view.records() if info.kind == records.HANDOVER]
        return [records.load(self._view.get(record)) for record in kept]

    def _given_ids(self) -> tuple[str, ...]:
        """Ids whose keys the wallet let go of, the child's own first."""
        return tuple(name for each in self._handovers() for name in records.texts(each, "ids"))

    def adopt_keys(self, other: Child) -> None:
        """Take over the keys of another entry of the same child: its diplomas are shown with them."""
        known = self.holder_ids
        for key in other._all_keys():
            if did_key.did_of(key.public_key) not in known:
                self.adopt_key(key)

    def adopt_key(self, key: SoftwareKey) -> None:
        """Keep one more key, with which diplomas that name its id are shown."""
        document: JsonObject = {"adopted": True, "secretKeyMultibase": key.secret_multibase}
        self._view.put(records.dump(document), kind=records.KEY)

    def _all_keys(self) -> list[SoftwareKey]:
        """The child's own first."""
        found = []
        for info in self._view.records():
            if info.kind == records.KEY:
                if info.id not in self._keys:
                    document = records.load(self._view.get(info.id))
                    key = SoftwareKey.from_secret_multibase(records.text(document, "secretKeyMultibase"))
                    self._keys[info.id] = (key, "adopted" in document)
                found.append((self._keys[info.id][1], info.id))
        if not found and not self._given_ids():
            raise records.unreadable()
        return [self._keys[record][0] for _, record in sorted(found)]

    @property
    def known(self) -> KnownChild:
        return KnownChild(self.id, self.profile, self.holder_ids)

    # --- credentials -----------------------------------------------------------------------------

    def diplomas(self) -> tuple[Diploma, ...]:
        """All credentials, by the day of the award, then as they were added, then by title."""
        self._read_renumberings()
        found: dict[str, Diploma] = {}
        for info in self._view.records():
            if info.kind == records.CREDENTIAL:
                diploma = self._diploma(info.id)
                # Added to two copies of the file before they met, it is one diploma all the same.
                first = found.setdefault(diploma.meaning, diploma)
                if (diploma.added, diploma.id) < (first.added, first.id):
                    found[diploma.meaning] = diploma
        return tuple(sorted(found.values(), key=lambda each: (each.awarded, each.added, each.title, each.id)))

    @property
    def size(self) -> int:
        """How many diplomas and documents nobody signed the child has; none of them is decrypted."""
        attached = sum(info.kind == records.ATTACHMENT for info in self._view.records())
        return len({said.meaning for said in self._all_meanings().values()}) + attached

    def keep(self, signed: Signed, *, said: Said | None = None, now: datetime) -> tuple[Diploma, Kept]:
        """Keep a credential that was verified, and what that changed; `said` saves computing it again.

        Of a credential and a copy of it with hidden fields the fuller one stays, under the number that the
        first of them had.

        Raises what `achievement.facts` raises: what cannot be shown to people is not kept.
        """
        credential = signed.credential
        facts = achievement.facts(credential, something_hidden=signed.hides)
        said = said or said_by(credential)
        known = self.find(credential, said)
        if known is not None and not is_fuller(credential, known.credential):
            return known, Kept.ALREADY
        if known is None:
            kept = self._write(signed, facts, said, added=now, number=self._take_number())
            return kept, Kept.NEW
        copies, notes = self._copies(known), self._notes_about(known)
        kept = self._write(signed, facts, said, added=known.added, number=known.number)
        for record, changed, words in notes:
            self._write_note(kept.id, words, changed)
            self._view.remove(record)
        for record in copies:
            self._view.remove(record)
        return kept, Kept.FULLER

    def find(self, credential: Credential, said: Said) -> Diploma | None:
        """The kept diploma that says the same, or that is the same credential with more or fewer fields."""
        index = self._all_meanings()
        for record, known in index.items():
            if known.meaning == said.meaning:
                return self._diploma(record)
        for record, known in index.items():
            if known.identity == said.identity != records.NO_IDENTITY:
                diploma = self._diploma(record)
                if covers(diploma.credential, credential) or covers(credential, diploma.credential):
                    return diploma
        return None

    def take_over(self, diploma: Diploma, other: Child) -> Diploma:
        """Take a diploma of another child here, with its number and its notes."""
        known = self.find(diploma.credential, diploma.said)
        if known is None:
            known = self._write(
                diploma.signed, diploma.facts, diploma.said, added=diploma.added, number=diploma.number
            )
        for _, changed, words in other._notes_about(diploma):
            self._write_note(known.id, words, changed)
        other.remove(diploma)
        return known

    def remove(self, diploma: Diploma) -> None:
        """Take a credential and its note out of the wallet; what the ledger says of it stays."""
        self._forget_notes(diploma)
        for record in self._copies(diploma):
            self._view.remove(record)

    def put_back(self, removed: Removed) -> Diploma | Attachment:
        """Undo a removal: the same number, day and notes as before."""
        kept = removed.kept
        if isinstance(kept, Attachment):
            same = next((each for each in self.attachments() if each.data == kept.data), None)
            return same or self._put_attachment(kept)
        known = self.find(kept.credential, kept.said)
        if known is None:
            known = self._write(kept.signed, kept.facts, kept.said, added=kept.added, number=kept.number)
        for note in removed.notes:
            self._write_note(known.id, note.words, note.changed)
        return known

    def _write(self, signed: Signed, facts: Facts, said: Said, *, added: datetime, number: int) -> Diploma:
        moment = timestamps.render(added)
        document: JsonObject = {
            "added": moment,
            "identity": said.identity,
            "meaning": said.meaning,
            "number": number,
            "text": signed.text,
        }
        meanings = self._all_meanings()
        record = self._view.put(records.dump(document), kind=records.CREDENTIAL)
        self._list_meanings({**meanings, record: said})
        kept = _diploma(record, self.id, timestamps.parse(moment), signed, said, number, facts)
        self._read[record] = kept
        return kept

    # --- what the family adds of its own -----------------------------------------------------------

    def note(self, diploma: Diploma, words: str, *, now: datetime) -> None:
        """The family's own words about a credential; "" removes them. They never leave the wallet."""
        if len(words) > limits.WALLET_NOTE_CHARACTERS:
            raise UsageError(
                "wallet.note-too-long",
                N_("A note may have {limit} characters."),
                next_step=N_("Write fewer words, or keep them as a document that is not signed."),
                limit=limits.WALLET_NOTE_CHARACTERS,
            )
        self._forget_notes(diploma)
        if words:
            self._write_note(diploma.id, words, now)

    def notes(self) -> dict[str, tuple[Note, ...]]:
        """From a diploma's id to the family's words: one note, or those of copies that met, oldest first."""
        diploma_of = {diploma.meaning: diploma.id for diploma in self.diplomas()}
        meanings = self._all_meanings()
        found: dict[str, dict[str, Note]] = {}
        for _, changed, about, words in sorted(self._notes(), key=lambda note: note[1]):
            if about in meanings and meanings[about].meaning in diploma_of:
                diploma = diploma_of[meanings[about].meaning]
                found.setdefault(diploma, {})[words] = Note(words, changed)
        return {diploma: tuple(notes.values()) for diploma, notes in found.items()}

    def attach(
        self,
        name: str,
        media_type: str,
        data: bytes,
        *,
        signatures: Sequence[SignatureFile] = (),
        now: datetime,
    ) -> Attachment:
        """Keep a document nobody signed, with the signatures beside it; the same bytes are kept once.

        A signature by itself goes to the document that is here already and has its name.
        """
        for known in self.attachments():
            if known.data == data:
                return self._with_signatures(known, signatures)
            if attachments.is_signature_of(name, data, known.name):
                return self._with_signatures(known, (SignatureFile(name, data),))
        packed = attachments.pack(
            name, media_type, data, signatures=signatures, number=self._take_number(), now=now
        )
        return attachments.unpack(self._view.put(packed, kind=records.ATTACHMENT), self.id, packed)

    def _with_signatures(self, known: Attachment, signatures: Sequence[SignatureFile]) -> Attachment:
        """The same document, with signatures that were not there yet; under its number."""
        here = {each.data for each in known.signatures}
        new = tuple(each for each in signatures if each.data not in here)
        if not new:
            return known
        kept = self._put_attachment(replace(known, signatures=(*known.signatures, *new)))
        self._view.remove(known.id)
        return kept

    def take_attachment(self, attachment: Attachment, other: Child) -> Attachment:
        """Take a document of another child here, with its number."""
        other.detach(attachment)
        return self._put_attachment(attachment)

    def _put_attachment(self, attachment: Attachment) -> Attachment:
        packed = attachments.pack(
            attachment.name,
            attachment.media_type,
            attachment.data,
            signatures=attachment.signatures,
            number=attachment.number,
            now=attachment.added,
        )
        return attachments.unpack(self._view.put(packed, kind=records.ATTACHMENT), self.id, packed)

    def attachments(self) -> tuple[Attachment, ...]:
        """In the order they were added."""
        self._read_renumberings()
        found = [
            attachments.unpack(
                info.id, self.id, self._view.get(info.id), number=self._renumbered.get(info.id)
            )
            for info in self._view.records()
            if info.kind == records.ATTACHMENT
        ]
        return tuple(sorted(found, key=lambda each: (each.added, each.id)))

    def detach(self, attachment: Attachment) -> None:
        self._view.remove(attachment.id)

    def renumber(self, record: str) -> None:
        """Give a diploma or document another number: what has its own came first."""
        document: JsonObject = {"about": record, "number": self._take_number()}
        self._view.put(records.dump(document), kind=records.NUMBER)
        self._read_renumberings()

    # --- inside ----------------------------------------------------------------------------------

    def _copies(self, diploma: Diploma) -> set[str]:
        """The records that say what an diploma says: its own, and those that came by a merge."""
        return {record for record, said in self._all_meanings().items() if said.meaning == diploma.meaning}

    def _forget_notes(self, diploma: Diploma) -> None:
        for record, _, _ in self._notes_about(diploma):
            self._view.remove(record)

    def _notes_about(self, diploma: Diploma) -> list[tuple[str, datetime, str]]:
        """The record, the moment and the words of each note about a diploma."""
        copies = self._copies(diploma)
        return [
            (record, changed, words) for record, changed, about, words in self._notes() if about in copies
        ]

    def _write_note(self, about: str, words: str, changed: datetime) -> None:
        document: JsonObject = {"about": about, "changed": timestamps.render(changed), "text": words}
        self._view.put(records.dump(document), kind=records.NOTE)

    def _read_renumberings(self) -> None:
        found = {info.id for info in self._view.records() if info.kind == records.NUMBER}
        if found == self._renumberings:
            return
        pairs = []
        for record in found:
            document = records.load(self._view.get(record))
            pairs.append((records.text(document, "about"), records.count(document, "number")))
        self._renumbered = dict(sorted(pairs))  # of two for one record the higher, which nothing else has
        self._renumberings = found
        self._read.clear()

    def _all_meanings(self) -> dict[str, Said]:
        """From the record of each credential to its meaning and identity.

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
                self._meanings[record] = _said(records.load(self._view.get(record)))
        return {record: self._meanings[record] for record in kept}

    def _list_meanings(self, meanings: Mapping[str, Said]) -> None:
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
            signed = Signed.read(records.text(document, "text"))
            facts = achievement.facts(signed.credential, something_hidden=signed.hides)
        except VcwalletError:
            raise records.unreadable() from None
        number = self._renumbered.get(record) or records.count(document, "number")
        added = records.moment(document, "added")
        self._read[record] = _diploma(record, self.id, added, signed, _said(document), number, facts)
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


def _read_handover(document: JsonObject) -> Handover:
    return Handover(records.moment(document, "day"), document.get("letGo") is True)


def _said(document: JsonObject) -> Said:
    return Said(records.text(document, "meaning"), records.text(document, "identity"))


def _diploma(
    record: str, child: str, added: datetime, signed: Signed, said: Said, number: int, facts: Facts
) -> Diploma:
    title = drafts.title(signed.credential, facts)
    return Diploma(record, child, added, signed, said, number, facts, title)


def said_by(credential: Credential) -> Said:
    """The digests by which a credential is recognised again."""
    return Said(meaning(credential), identity(credential))


def meaning(credential: Credential) -> str:
    """SHA-256 of what a credential states, without its proofs (RDFC-1.0), in hexadecimal."""
    beside = {"proof", *CLAIM_NAMES}  # a token's claims stand among the members of the credential in it
    unsigned = {name: value for name, value in credential.json.items() if name not in beside}
    return hashlib.sha256(rdfc.canonicalize(to_quads(unsigned)).encode("utf-8")).hexdigest()


def identity(credential: Credential) -> str:
    """SHA-256 of the issuer's id, a line feed and the credential's own id, in hexadecimal."""
    if credential.id is None:
        return records.NO_IDENTITY
    return hashlib.sha256(f"{credential.issuer_id}\n{credential.id}".encode()).hexdigest()


def is_fuller(one: Credential, other: Credential) -> bool:
    """Whether a credential says more than another copy of it, or says as much and can hide parts of it."""
    if not covers(one, other):
        return False
    return not covers(other, one) or (bool(base_proofs(one.json)) and not base_proofs(other.json))


def covers(full: Credential, part: Credential) -> bool:
    """Whether a credential states everything that another one does; their proofs do not count."""
    whole, rest = ({**each.json, "proof": None} for each in (full, part))
    return _holds(whole, rest)


def _holds(full: Json, part: Json) -> bool:
    if isinstance(full, dict) and isinstance(part, dict):
        return all(name in full and _holds(full[name], value) for name, value in part.items())
    if isinstance(full, list) or isinstance(part, list):
        # One value stands for a list of one: JSON-LD reads both alike.
        left: list[Json] = list(full) if isinstance(full, list) else [full]
        for value in part if isinstance(part, list) else [part]:
            found = next((at for at, each in enumerate(left) if _holds(each, value)), None)
            if found is None:
                return False
            del left[found]
        return True
    return type(full) is type(part) and full == part
