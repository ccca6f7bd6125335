"""A sealed file in memory: records in, records out, saved as a whole, merged rather than overwritten."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from vcwallet import limits
from vcwallet.errors import N_, DocumentError, InputError, UsageError, VcwalletError
from vcwallet.sealed_file import container, saving
from vcwallet.sealed_file.container import Envelope, Header, Index, IndexEntry, Opened
from vcwallet.sealed_file.disk import Disk, explain
from vcwallet.sealed_file.recovery_codes import (
    RECOVERY_SECRET_BYTES,
    render_recovery_code,
    render_shares,
    sheet_number,
)
from vcwallet.sealed_file.slots import (
    DEFAULT,
    LIGHT,
    MASTER_KEY_BYTES,
    UNSAFE_FOR_TESTS,
    Kdf,
    MasterKey,
    Passphrase,
    PassphraseSlot,
    Randomness,
    RecoveryCode,
    RecoverySlot,
    Secret,
    Slot,
    normalize_passphrase,
)

LOCK_SECONDS = 30.0
_TEMPORARIES_TRIED = 4


class RecordInfo(NamedTuple):
    id: str
    kind: str
    owner: str
    generation: int
    """The save that brought the record; 0 while it is not saved."""


@dataclass(frozen=True, slots=True)
class PrintedCode:
    """A new way in that is meant for paper; what it holds is returned once and kept nowhere."""

    slot: str
    codes: tuple[str, ...] = field(repr=False)
    """The code; or three shares, any two of which are as good as it."""

    @property
    def number(self) -> str:
        """What the sheet is called, such as ``3F-21``: printed on it, and told by a file that it opens."""
        return sheet_number(self.slot)


@dataclass(frozen=True, slots=True)
class Notice:
    """Something the family should be told; `template` is marked for translation, `evidence` fills it."""

    code: str
    template: str
    evidence: dict[str, str | int]


def _info(entry: IndexEntry) -> RecordInfo:
    return RecordInfo(entry.id.hex(), entry.kind, entry.owner, entry.generation)


class OwnerView:
    """One owner's records. It holds that owner's key and no other, so the rest of the file is noise to it."""

    def __init__(self, file: SealedFile, owner: str, key: bytes) -> None:
        self._file = file
        self._owner = owner
        self._key = key

    @property
    def owner(self) -> str:
        return self._owner

    def records(self) -> tuple[RecordInfo, ...]:
        return tuple(info for info in self._file.records() if info.owner == self._owner)

    def get(self, record_id: str) -> bytes:
        """Raises UsageError (``sealed-file.no-record``) for another owner's record as for none at all."""
        entry, ciphertext = self._file._entry(record_id)
        if entry.owner != self._owner:
            raise _no_record()
        return container.open_record(self._key, entry, ciphertext)

    def put(self, data: bytes, *, kind: str) -> str:
        return self._file._put(data, kind, self._owner, self._key)

    def remove(self, record_id: str) -> None:
        if self._file._entry(record_id)[0].owner != self._owner:
            raise _no_record()
        self._file.remove(record_id)


class SealedFile:
    """An encrypted file of records; see the package's docstring. Make one with `create` or `open`.

    Records are immutable and have random ids: a change is a new record and the removal of the old one,
    which is why any two copies of a file can be merged, in any order, any number of times.
    """

    def __init__(
        self, path: Path, *, kind: str, file_id: bytes, master_key: bytes, randomness: Randomness, disk: Disk
    ) -> None:
        self.path = path
        self.kind = kind
        self.notices: tuple[Notice, ...] = ()
        """What opening and saving found worth telling."""
        self._file_id = file_id
        self._master_key = master_key
        self._randomness = randomness
        self._disk = disk
        self._entries: dict[bytes, tuple[IndexEntry, bytes | memoryview]] = {}
        self._infos: tuple[RecordInfo, ...] | None = None
        self._removed: set[bytes] = set()
        self._slots: dict[str, Slot] = {}
        self._removed_slots: set[str] = set()
        self._generation = 0
        self._saved: bytes | None = None
        self._save_id: bytes | None = None
        self._parents: list[bytes] = []
        self._changed = True
        self._owner_keys: dict[str, bytes] = {}
        self._opened_by = ""

    # --- beginning ---------------------------------------------------------------------------

    @classmethod
    def create(
        cls,
        path: str | Path,
        *,
        kind: str,
        passphrase: str | None,
        kdf: Kdf = DEFAULT,
        randomness: Randomness = os.urandom,
        disk: Disk | None = None,
    ) -> SealedFile:
        """A new file, on the disk after the first `save`.

        Without a passphrase it opens with nothing until `add_recovery_code`, and is not saved before.

        Raises UsageError: ``sealed-file.exists``, ``passphrase.*``, ``sealed-file.weak-kdf`` for costs below
        `LIGHT` (tests pass `UNSAFE_FOR_TESTS` by name).
        """
        container.check_kind(kind)
        _check_writable_cost(kdf)
        place = _resolve(path)
        _check_free(place)
        file = cls(
            place,
            kind=kind,
            file_id=randomness(container.FILE_ID_BYTES),
            master_key=randomness(MASTER_KEY_BYTES),
            randomness=randomness,
            disk=disk or Disk(),
        )
        if passphrase is not None:
            file._add_slot(
                PassphraseSlot.make(file._master_key, normalize_passphrase(passphrase), kdf, randomness)
            )
        return file

    @classmethod
    def open(
        cls,
        path: str | Path,
        *,
        kind: str,
        passphrase: str | None = None,
        secret: Secret | None = None,
        randomness: Randomness = os.urandom,
        disk: Disk | None = None,
    ) -> SealedFile:
        """Open with a passphrase, or with another `Secret` (`RecoveryCode`).

        Every byte is authenticated. When the file is missing or damaged, the newest good one of its
        ``.bak`` and its left-over temporaries is opened instead, and `notices` says so.

        Raises InputError (``sealed-file.missing``), UsageError (``sealed-file.wrong-passphrase``,
        ``sealed-file.other-kind``, ``sealed-file.newer-version``), the DocumentErrors of `container.parse`
        and ``sealed-file.damaged`` when no copy is whole, MachineError when the disk refuses.
        """
        if secret is None:
            if passphrase is None:
                raise UsageError("sealed-file.no-secret", N_("A passphrase or a recovery code is needed."))
            secret = Passphrase(passphrase)
        place = _resolve(path)
        disk = disk or Disk()
        found, opened, master_key = _open_best(disk, place, kind, secret)
        file = cls(
            place,
            kind=kind,
            file_id=opened.header.file_id,
            master_key=master_key,
            randomness=randomness,
            disk=disk,
        )
        file._adopt(opened)
        if not isinstance(secret, MasterKey):
            # What was derived to open the file is remembered by the secret: this costs nothing.
            fits = (slot.id for slot in opened.header.slots if secret.unwrap((slot,)) == master_key)
            file._opened_by = next(fits, "")
        if found != place:
            file._notice(
                "sealed-file.fallback",
                N_("“{name}” is missing or damaged; its copy “{copy}” was opened instead."),
                name=place.name,
                copy=found.name,
            )
        return file

    @classmethod
    def salvage(
        cls,
        path: str | Path,
        to: str | Path,
        *,
        kind: str,
        secret: Secret,
        randomness: Randomness = os.urandom,
    ) -> tuple[SealedFile, int]:
        """What is left of a damaged file, to be saved as the new file `to`, and how many records are lost.

        For the case that no copy opens. Needs the header and the index whole; raises what `open` raises
        when even they are gone, and UsageError (``sealed-file.exists``).
        """
        place, target = _resolve(path), _resolve(to)
        _check_free(target)
        disk = Disk()
        envelope = container.parse(_read(disk, place) or b"")
        _check_kind(envelope, kind)
        master_key = secret.unwrap(envelope.header.slots)
        if master_key is None:
            raise _does_not_open(secret)
        opened, lost = container.open_intact_records(envelope, master_key)
        file = cls(
            target,
            kind=kind,
            file_id=opened.header.file_id,
            master_key=master_key,
            randomness=randomness,
            disk=disk,
        )
        file._adopt(opened)
        file._saved, file._save_id, file._changed = None, None, True
        return file, len(lost)

    # --- records -----------------------------------------------------------------------------

    @property
    def file_id(self) -> str:
        """Random, the same in all copies of the file."""
        return self._file_id.hex()

    @property
    def generation(self) -> int:
        """Counts saves; 0 before the first."""
        return self._generation

    @property
    def save_id(self) -> str:
        """Names the saved state this one began from; "" before the first save."""
        return "" if self._save_id is None else self._save_id.hex()

    @property
    def changed(self) -> bool:
        """Whether `save` has anything to write."""
        return self._changed

    def records(self) -> tuple[RecordInfo, ...]:
        """Saved records by the save that brought them, then the new ones in the order they were put."""
        if self._infos is None:  # it is asked for many times between two changes
            self._infos = tuple(_info(entry) for entry, _ in self._entries.values())
        return self._infos

    def view(self, owner: str) -> OwnerView:
        """The records of one owner, behind that owner's key alone."""
        container.check_owner(owner)
        return OwnerView(self, owner, self._owner_key(owner))

    def put(self, data: bytes, *, kind: str, owner: str = "") -> str:
        """Keep a record; returns its id. `kind` is a short word, `owner` an id without spaces, never a name.

        Raises UsageError (``sealed-file.record-too-large``).
        """
        container.check_owner(owner)
        return self._put(data, kind, owner, self._owner_key(owner))

    def get(self, record_id: str) -> bytes:
        """Raises UsageError (``sealed-file.no-record``)."""
        entry, ciphertext = self._entry(record_id)
        return container.open_record(self._owner_key(entry.owner), entry, ciphertext)

    def remove(self, record_id: str) -> None:
        """Forget a record; a merge with a copy that still has it does not bring it back."""
        entry, _ = self._entry(record_id)
        del self._entries[entry.id]
        self._infos = None
        if entry.generation:
            self._removed.add(entry.id)
        self._changed = True

    # --- ways in -----------------------------------------------------------------------------

    @property
    def slots(self) -> tuple[Slot, ...]:
        return tuple(self._slots.values())

    def change_passphrase(self, passphrase: str, *, kdf: Kdf = DEFAULT, keep: Collection[str] = ()) -> None:
        """Replace the passphrase slots by one; records are not touched, recovery codes stay valid.

        `keep` are ids of slots that stay: passphrases of other people. Older copies of the file still open
        with the older passphrase: nothing can change that.
        """
        made = self.add_passphrase(passphrase, kdf=kdf)
        for old in self.slots:
            if isinstance(old, PassphraseSlot) and old.id != made and old.id not in keep:
                self.remove_slot(old.id)

    def add_passphrase(self, passphrase: str, *, kdf: Kdf = DEFAULT) -> str:
        """One more passphrase beside those there are; returns the id of its slot.

        Raises UsageError: ``passphrase.*``, ``sealed-file.weak-kdf``.
        """
        _check_writable_cost(kdf)
        slot = PassphraseSlot.make(self._master_key, normalize_passphrase(passphrase), kdf, self._randomness)
        self._add_slot(slot)
        return slot.id

    def add_recovery_code(self, *, shared: bool = False) -> PrintedCode:
        """One more recovery code beside those there are; as three shares when it is `shared`.

        Its slot has a number of its own among this file's. An earlier code is closed with `remove_slot`.
        """
        secret = self._randomness(RECOVERY_SECRET_BYTES)
        numbers = {sheet_number(slot.id) for slot in self.slots}
        numbers |= {sheet_number(slot_id) for slot_id in self._removed_slots}
        while True:
            slot = RecoverySlot.make(self._master_key, secret, self._randomness)
            if sheet_number(slot.id) not in numbers:
                break
        self._add_slot(slot)
        codes = (
            render_shares(secret, sheet_number(slot.id), self._randomness)
            if shared
            else (render_recovery_code(secret),)
        )
        return PrintedCode(slot.id, codes)

    def begin_recovery_code(self, *, shared: bool = False) -> PrintedCode:
        """A code for a new sheet, saved beside the earlier ones: what is on paper always opens the file.

        `finish_recovery_code` closes the earlier ones when the new sheet is on paper,
        `withdraw_recovery_code` the new one when it is not. Raises what `save` raises.
        """
        made = self.add_recovery_code(shared=shared)
        self.save()
        return made

    def finish_recovery_code(self, made: PrintedCode, *, keep: Collection[str] = ()) -> None:
        """Close the codes of earlier sheets, but for the slots `keep`, and save."""
        for slot in self.slots:
            if isinstance(slot, RecoverySlot) and slot.id != made.slot and slot.id not in keep:
                self.remove_slot(slot.id)
        self.save()

    def withdraw_recovery_code(self, made: PrintedCode) -> None:
        """Close a code that came on no paper, and save."""
        self.remove_slot(made.slot)
        self.save()

    @property
    def has_recovery_code(self) -> bool:
        return bool(self.sheets)

    @property
    def sheets(self) -> tuple[str, ...]:
        """The numbers of the sheets whose code opens the file."""
        return tuple(sorted(sheet_number(slot.id) for slot in self.slots if isinstance(slot, RecoverySlot)))

    @property
    def opened_by(self) -> Slot | None:
        """The slot that opened the file, while it is there; None for a new file and for another's key."""
        return self._slots.get(self._opened_by)

    def remove_slot(self, slot_id: str) -> None:
        """Close one way in; `save` refuses a file with none left.

        Raises UsageError (``sealed-file.no-slot``) for one that is not there.
        """
        if slot_id not in self._slots:
            raise UsageError("sealed-file.no-slot", N_("This way to open the file is closed already."))
        del self._slots[slot_id]
        self._removed_slots.add(slot_id)
        self._changed = True

    def own_secret(self) -> Secret:
        """Opens other copies of this file in this process."""
        return MasterKey(self._master_key)

    def opens_with(self, secret: Secret) -> bool:
        """Whether a secret fits one of the slots as they are now."""
        return secret.unwrap(self.slots) == self._master_key

    # --- saving and merging ------------------------------------------------------------------

    def save(self, *, lock_seconds: float = LOCK_SECONDS) -> None:
        """Put everything on the disk, or raise with the previous file still there.

        When somebody else saved meanwhile, their records are merged in first. On failure the changes
        stay in memory and `save` can be called again.

        Raises MachineError (``sealed-file.no-space``, ``sealed-file.not-writable``, ``sealed-file.disk``,
        ``sealed-file.locked``) and UsageError (``sealed-file.exists``, ``sealed-file.other-file``,
        ``sealed-file.full``, ``sealed-file.newer-version``).
        """
        if not self._changed:
            return
        try:
            with self._disk.lock(self.path, lock_seconds) as locked:
                self._write()
                if locked:
                    saving.remove_leftovers(self._disk, self.path)
        except OSError as error:
            raise explain(error, self.path) from error

    def merge(self, path: str | Path) -> int:
        """Take over what another copy of this file has; returns the number of records that came.

        Needs no passphrase: copies share the master key. Raises InputError (``sealed-file.missing``),
        UsageError (``sealed-file.other-file``) and DocumentError (``sealed-file.damaged``).
        """
        place = _resolve(path)
        data = _read(self._disk, place)
        if data is None:
            raise _missing(place)
        envelope = container.parse(data)
        self._check_same_file(envelope, place)
        before = set(self._entries)
        self._take(container.open_envelope(envelope, self._master_key))
        return len(self._entries.keys() - before)

    def _at(self, place: Path) -> SealedFile:
        """The same file under another path, with nothing in it yet."""
        return SealedFile(
            place,
            kind=self.kind,
            file_id=self._file_id,
            master_key=self._master_key,
            randomness=self._randomness,
            disk=self._disk,
        )

    def copy_at(self, path: str | Path) -> SealedFile:
        """Another copy of this file, opened without a passphrase; raises what `merge` raises."""
        place = _resolve(path)
        data = _read(self._disk, place)
        if data is None:
            raise _missing(place)
        envelope = container.parse(data)
        self._check_same_file(envelope, place)
        copy = self._at(place)
        copy._adopt(container.open_envelope(envelope, self._master_key))
        return copy

    def lacks(self, other: SealedFile) -> bool:
        """Whether another copy has something that a merge would bring here."""
        news = other._entries.keys() - self._entries.keys() - self._removed
        gone = other._removed & self._entries.keys()
        opens = other._slots.keys() - self._slots.keys() - self._removed_slots
        closed = other._removed_slots & self._slots.keys()
        return bool(news or gone or opens or closed)

    def copy_to(self, path: str | Path) -> Path:
        """Write the saved state to another place and read it back: a backup. Returns where it went.

        It is the state that was opened, also where that was a copy beside a damaged file.

        Raises UsageError (``sealed-file.unsaved``, ``sealed-file.exists``) and MachineError.
        """
        data = self._saved
        if self._changed or data is None:
            raise UsageError("sealed-file.unsaved", N_("Save the file before copying it."))
        place = _resolve(path)
        _check_free(place)
        try:
            saving.replace(
                self._disk,
                place,
                data,
                previous=saving.Previous.NONE,
                unique=self._randomness(8).hex(),
                check=self._check_whole,
            )
        except OSError as error:
            raise explain(error, place) from error
        return place

    def elsewhere(self, path: str | Path) -> SealedFile:
        """The same file, to be saved in another place: for what must change before it is first written there.

        Raises UsageError (``sealed-file.exists``).
        """
        place = _resolve(path)
        _check_free(place)
        return self._again_at(place)

    def twin(self) -> SealedFile:
        """The same file with the same content, in memory: to try what a merge would change."""
        return self._again_at(self.path)

    def _again_at(self, place: Path) -> SealedFile:
        file = self._at(place)
        file._entries, file._removed = dict(self._entries), set(self._removed)
        file._slots, file._removed_slots = dict(self._slots), set(self._removed_slots)
        file._generation, file._parents = self._generation, list(self._parents)
        return file

    # --- inside ------------------------------------------------------------------------------

    def _write(self) -> None:
        previous = self._meet_what_is_there()
        if not 1 <= len(self._slots) <= limits.SEALED_SLOTS:
            raise UsageError(
                "sealed-file.slots",
                N_("The file would have {count} ways to open it; 1 to {limit} are possible."),
                next_step=N_("Close another way to open it first."),
                count=len(self._slots),
                limit=limits.SEALED_SLOTS,
            )
        generation = self._generation + 1
        fresh = {
            entry.id: (entry._replace(generation=generation), ciphertext)
            for entry, ciphertext in self._entries.values()
            if entry.generation == 0
        }
        kept = sorted(
            ({**self._entries, **fresh}).values(), key=lambda pair: (pair[0].generation, pair[0].id)
        )
        header = Header(
            self._file_id, self.kind, generation, self._randomness(container.SAVE_ID_BYTES), self.slots
        )
        index = Index(
            tuple(entry for entry, _ in kept),
            frozenset(self._removed),
            frozenset(self._removed_slots),
            tuple(self._parents),
        )
        data = container.seal(header, index, (ciphertext for _, ciphertext in kept), self._master_key)
        opened = saving.replace(
            self._disk,
            self.path,
            data,
            previous=previous,
            unique=self._randomness(8).hex(),
            check=self._check_whole,
        )
        self._adopt(opened)

    def _meet_what_is_there(self) -> saving.Previous:
        data = self._disk.read(self.path, limits.SEALED_FILE_BYTES)
        if data is None:
            return saving.Previous.NONE
        if data == self._saved:
            return saving.Previous.KEEP
        try:
            envelope = container.parse(data)
            if self._save_id is None:
                raise _exists(self.path)
            self._check_same_file(envelope, self.path)
            opened = container.open_envelope(envelope, self._master_key)
        except DocumentError:
            if self._save_id is None:
                raise _exists(self.path) from None
            self._notice(
                "sealed-file.set-aside",
                N_("“{name}” is damaged; it was set aside and a good file was put in its place."),
                name=self.path.name,
            )
            return saving.Previous.ASIDE
        self._take(opened)
        return saving.Previous.KEEP

    def _check_same_file(self, envelope: Envelope, place: Path) -> None:
        if envelope.header.file_id != self._file_id or envelope.header.kind != self.kind:
            raise UsageError(
                "sealed-file.other-file",
                N_("“{name}” is a different file, not a copy of this one."),
                next_step=N_("Choose a copy of the same file."),
                name=place.name[-64:],
            )

    def _check_whole(self, data: bytes) -> Opened:
        return container.open_envelope(container.parse(data), self._master_key)

    def _adopt(self, opened: Opened) -> None:
        """Become exactly what a file holds."""
        self._saved = opened.data
        self._entries = {entry.id: (entry, opened.ciphertexts[entry.id]) for entry in opened.index.entries}
        self._infos = None
        self._removed = set(opened.index.removed)
        self._slots = {slot.id: slot for slot in opened.header.slots}
        self._removed_slots = set(opened.index.removed_slots)
        self._generation = opened.header.generation
        self._save_id = opened.header.save
        self._parents = [opened.header.save]
        self._changed = False

    def _take(self, opened: Opened) -> None:
        """Merge: union of records and of ways in, minus what either side removed."""
        before = self._content()
        self._removed |= opened.index.removed
        self._removed_slots |= opened.index.removed_slots
        for entry in opened.index.entries:
            self._entries.setdefault(entry.id, (entry, opened.ciphertexts[entry.id]))
        for record_id in self._removed & self._entries.keys():
            del self._entries[record_id]
        self._infos = None
        for slot in opened.header.slots:
            self._slots.setdefault(slot.id, slot)
        for slot_id in self._removed_slots & self._slots.keys():
            del self._slots[slot_id]
        self._changed = self._changed or before != self._content()
        if opened.header.save not in self._parents:
            self._parents = [*self._parents, opened.header.save]
        self._generation = max(self._generation, opened.header.generation)

    def _content(self) -> tuple[frozenset[bytes], frozenset[bytes], frozenset[str], frozenset[str]]:
        return (
            frozenset(self._entries),
            frozenset(self._removed),
            frozenset(self._slots),
            frozenset(self._removed_slots),
        )

    def _add_slot(self, slot: Slot) -> None:
        self._slots[slot.id] = slot
        self._changed = True

    def _put(self, data: bytes, kind: str, owner: str, key: bytes) -> str:
        container.check_kind(kind)
        if len(data) > limits.SEALED_RECORD_BYTES:
            raise UsageError(
                "sealed-file.record-too-large",
                N_("One record may have {limit} bytes; this one has {size}."),
                next_step=N_("Keep a smaller file, such as a smaller picture."),
                limit=limits.SEALED_RECORD_BYTES,
                size=len(data),
            )
        record_id = self._randomness(container.RECORD_ID_BYTES)
        salt = self._randomness(container.SALT_BYTES)
        entry, ciphertext = container.seal_record(key, record_id, salt, 0, kind, owner, data)
        self._entries[record_id] = (entry, ciphertext)
        self._infos = None if self._infos is None else (*self._infos, _info(entry))
        self._changed = True
        return record_id.hex()

    def _entry(self, record_id: str) -> tuple[IndexEntry, bytes | memoryview]:
        try:
            return self._entries[bytes.fromhex(record_id)]
        except (KeyError, ValueError):
            raise _no_record() from None

    def _owner_key(self, owner: str) -> bytes:
        key = self._owner_keys.get(owner)
        if key is None:
            key = self._owner_keys[owner] = container.owner_key(self._master_key, self._file_id, owner)
        return key

    def _notice(self, code: str, template: str, **evidence: str | int) -> None:
        self.notices = (*self.notices, Notice(code, template, evidence))


def read_header(path: str | Path, *, disk: Disk | None = None) -> Header:
    """What a file says without a key: its id, kind, generation and kinds of slots. Not authenticated."""
    place = _resolve(path)
    data = _read(disk or Disk(), place)
    if data is None:
        raise _missing(place)
    return container.parse(data).header


def _open_best(disk: Disk, place: Path, kind: str, secret: Secret) -> tuple[Path, Opened, bytes]:
    failure: VcwalletError | None = None
    locked: list[Envelope] = []
    for candidate in _candidates(disk, place):
        data = _read(disk, candidate)
        if data is None:
            continue
        try:
            envelope = container.parse(data)
            _check_kind(envelope, kind)
            master_key = secret.unwrap(envelope.header.slots)
            if master_key is None:
                locked.append(envelope)
                continue
            # An intact newer file this secret no longer opens: its passphrase was changed, and a
            # copy from before the change must not quietly take its place.
            if any(
                container.authenticate_header(newer, master_key)
                for newer in locked
                if newer.header.file_id == envelope.header.file_id
            ):
                raise _does_not_open(secret)
            return candidate, container.open_envelope(envelope, master_key), master_key
        except DocumentError as error:
            failure = failure or error
    if locked:
        raise _does_not_open(secret)
    raise failure or _missing(place)


def _candidates(disk: Disk, place: Path) -> Iterable[Path]:
    yield place
    yield saving.backup_of(place)
    try:
        yield from disk.siblings(place, saving.temporary_prefix(place))[:_TEMPORARIES_TRIED]
    except FileNotFoundError:
        return
    except OSError as error:
        raise explain(error, place) from error


def _read(disk: Disk, place: Path) -> bytes | None:
    try:
        return disk.read(place, limits.SEALED_FILE_BYTES)
    except OSError as error:
        raise explain(error, place) from error


def _resolve(path: str | Path) -> Path:
    if "\0" in str(path):
        raise UsageError("sealed-file.path", N_("A file name cannot hold a NUL character."))
    # Through symbolic links: a rename onto a link would replace the link and leave the file behind it old.
    return Path(os.path.realpath(path))


def _check_free(place: Path) -> None:
    try:
        taken = place.exists()
    except OSError as error:
        raise explain(error, place) from error
    if taken:
        raise _exists(place)


def _check_kind(envelope: Envelope, kind: str) -> None:
    if envelope.header.kind != kind:
        raise UsageError(
            "sealed-file.other-kind",
            N_("This file holds “{found}”, not “{wanted}”."),
            next_step=N_("Choose the other file."),
            found=envelope.header.kind,
            wanted=kind,
        )


def _check_writable_cost(kdf: Kdf) -> None:
    kdf.check()
    if kdf != UNSAFE_FOR_TESTS and (kdf.memory_kib < LIGHT.memory_kib or kdf.passes < LIGHT.passes):
        raise UsageError(
            "sealed-file.weak-kdf",
            N_("A passphrase is not protected with less than {memory_kib} KiB and {passes} passes."),
            memory_kib=LIGHT.memory_kib,
            passes=LIGHT.passes,
        )


def _does_not_open(secret: Secret) -> UsageError:
    if isinstance(secret, RecoveryCode):
        return UsageError(
            "sealed-file.wrong-code",
            N_("This recovery code does not open this file."),
            next_step=N_(
                "A sheet opens the copies that were saved while it was the newest; look for a newer sheet or"
                " an older copy. If you typed the code, compare each group."
            ),
        )
    return UsageError(
        "sealed-file.wrong-passphrase",
        N_("The passphrase or code does not open this file."),
        next_step=N_(
            "Check the keyboard layout and Caps Lock. If a recovery sheet was made, its code opens the file"
            " too."
        ),
    )


def _missing(place: Path) -> InputError:
    return InputError("sealed-file.missing", N_("There is no file “{name}”."), name=place.name[-64:])


def _exists(place: Path) -> UsageError:
    return UsageError(
        "sealed-file.exists",
        N_("“{name}” exists already and is not overwritten."),
        next_step=N_("Choose another name."),
        name=place.name[-64:],
    )


def _no_record() -> UsageError:
    return UsageError("sealed-file.no-record", N_("There is no such record."))
