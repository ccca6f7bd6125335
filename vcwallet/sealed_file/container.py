"""VCW1, the bytes of a sealed file. No disk here: bytes in, bytes out.

    magic "vcwallet/v1\\n" | u32 header length | header (JSON) | HMAC-SHA256 of all before it
    u64 index length | index (ChaCha20-Poly1305) | record 0 | record 1 | ...

docs/reference/wallet-format.md is the specification, written to be enough without this file. The
constructions are known ones: key slots as in LUKS, the header's MAC as in age and KDBX4 (it commits to
the master key, which an AEAD does not), a fresh HKDF key for every encryption so that no nonce is ever
counted. Each record's salt stands in the index: an older or a foreign record in its place does not decrypt.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, NamedTuple

from vcwallet import limits, primitives, strict_json
from vcwallet.errors import N_, Action, DocumentError, InputError, LimitExceeded, UsageError, VcwalletError
from vcwallet.sealed_file.slots import RecoverySlot, Slot, damaged, parse_hex, parse_slots
from vcwallet.strict_json import Json, JsonObject

MAGIC: Final = b"vcwallet/v1\n"
SUITE: Final = "argon2id hkdf-sha256 hmac-sha256 chacha20-poly1305"
FILE_ID_BYTES: Final = 16
SAVE_ID_BYTES: Final = 16
RECORD_ID_BYTES: Final = 16
SALT_BYTES: Final = 32
_MAC_BYTES: Final = 32
_TAG_BYTES: Final = 16
_BLOCK: Final = 256
_NONCE: Final = bytes(12)
_ENTRY: Final = struct.Struct(">16s32sQIHH")
_KIND = re.compile(r"[a-z][a-z0-9-]{0,31}")
_OWNER = re.compile(r"[A-Za-z0-9._:-]{0,128}")


@dataclass(frozen=True, slots=True)
class Header:
    """The part that is readable without a key; authenticated by the MAC behind it."""

    file_id: bytes
    kind: str
    generation: int
    save: bytes
    """Random, new at every save: names this state of the file."""
    slots: tuple[Slot, ...]

    @property
    def has_recovery_code(self) -> bool:
        """Whether a printed code opens the file."""
        return any(isinstance(slot, RecoverySlot) for slot in self.slots)

    def to_bytes(self) -> bytes:
        document: JsonObject = {
            "gen": self.generation,
            "id": self.file_id.hex(),
            "kind": self.kind,
            "save": self.save.hex(),
            "slots": [slot.to_json() for slot in self.slots],
            "suite": SUITE,
        }
        return strict_json.dumps(document).encode("ascii")


class IndexEntry(NamedTuple):
    """One line of the index. A tuple: ten thousand of them are made at every opening."""

    id: bytes
    salt: bytes
    generation: int
    """The save that brought the record."""
    length: int
    """Of its ciphertext."""
    kind: str
    owner: str


@dataclass(frozen=True, slots=True)
class Index:
    entries: tuple[IndexEntry, ...]
    removed: frozenset[bytes]
    """Ids of records that were removed, so that merging an older copy does not bring them back."""
    removed_slots: frozenset[str]
    parents: tuple[bytes, ...]
    """`Header.save` of the states this one was made from: one, or two after a merge."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """A file taken apart, nothing of it authenticated yet but every length checked."""

    data: bytes
    header: Header
    signed: bytes
    mac: bytes
    index: memoryview
    body: memoryview


@dataclass(frozen=True, slots=True)
class Opened:
    """A file whose every byte was authenticated: MAC, index, and the digest of all records."""

    data: bytes
    header: Header
    index: Index
    ciphertexts: dict[bytes, memoryview]


def check_kind(kind: str) -> None:
    if not _KIND.fullmatch(kind):
        raise ValueError(f"not a kind: {kind!r}")


def check_owner(owner: str) -> None:
    if not _OWNER.fullmatch(owner):
        raise ValueError(f"not an owner: {owner!r}")


# --- reading ------------------------------------------------------------------------------------


def parse(data: bytes) -> Envelope:
    """Take a file apart. Every ceiling is checked here, before any key is derived.

    Raises InputError (``sealed-file.not-one``), UsageError (``sealed-file.newer-version``),
    LimitExceeded (``sealed-file.too-large``) and DocumentError (``sealed-file.damaged``,
    ``sealed-file.kdf``, ``sealed-file.kdf-work``).
    """
    if len(data) > limits.SEALED_FILE_BYTES:
        raise LimitExceeded(
            "sealed-file.too-large",
            N_("The file has {size} bytes; the ceiling is {limit}."),
            size=len(data),
            limit=limits.SEALED_FILE_BYTES,
        )
    if not data.startswith(MAGIC):
        version = re.match(rb"vcwallet/v([0-9]{1,4})\n", data)
        if version is not None:
            raise UsageError(
                "sealed-file.newer-version",
                N_("The file has version {version} of the format; this program knows version 1."),
                next_step=Action.UPDATE,
                version=version[1].decode("ascii"),
            )
        raise InputError("sealed-file.not-one", N_("This is not a vcwallet file."))
    start = len(MAGIC) + 4
    if len(data) < start:
        raise damaged()
    header_length = int.from_bytes(data[len(MAGIC) : start], "big")
    if header_length > limits.SEALED_HEADER_BYTES:
        raise damaged()
    after_header = start + header_length
    after_mac = after_header + _MAC_BYTES
    if len(data) < after_mac + 8:
        raise damaged()
    index_length = int.from_bytes(data[after_mac : after_mac + 8], "big")
    body_start = after_mac + 8 + index_length
    if index_length > limits.SEALED_INDEX_BYTES or body_start > len(data):
        raise damaged()
    view = memoryview(data)
    return Envelope(
        data=data,
        header=_parse_header(data[start:after_header]),
        signed=data[:after_header],
        mac=data[after_header:after_mac],
        index=view[after_mac + 8 : body_start],
        body=view[body_start:],
    )


def _parse_header(data: bytes) -> Header:
    try:
        document = strict_json.loads_object(data, max_bytes=limits.SEALED_HEADER_BYTES)
        if set(document) != {"gen", "id", "kind", "save", "slots", "suite"}:
            raise damaged()
        generation, kind = document["gen"], document["kind"]
        if type(generation) is not int or generation < 1 or document["suite"] != SUITE:
            raise damaged()
        if not isinstance(kind, str) or not _KIND.fullmatch(kind):
            raise damaged()
        header = Header(
            file_id=parse_hex(document["id"], FILE_ID_BYTES),
            kind=kind,
            generation=generation,
            save=parse_hex(document["save"], SAVE_ID_BYTES),
            slots=parse_slots(document["slots"]),
        )
    except VcwalletError as error:
        if error.code.startswith("sealed-file."):
            raise
        raise damaged() from None
    # One header has one spelling: the MAC covers its bytes, and they say nothing but what was read.
    if header.to_bytes() != data:
        raise damaged()
    return header


def authenticate_header(envelope: Envelope, master_key: bytes) -> bool:
    return hmac.compare_digest(
        _header_mac(master_key, envelope.header.file_id, envelope.signed), envelope.mac
    )


def open_envelope(envelope: Envelope, master_key: bytes) -> Opened:
    """Authenticate every byte of a file; one that changed raises DocumentError (``sealed-file.damaged``)."""
    if not authenticate_header(envelope, master_key):
        raise damaged()
    plain = _decrypt(_index_key(master_key, envelope.header.save), envelope.index, envelope.mac)
    index, digest = _parse_index(plain)
    if hashlib.sha256(envelope.body).digest() != digest:
        raise damaged()
    ciphertexts: dict[bytes, memoryview] = {}
    offset = 0
    for entry in index.entries:
        end = offset + entry.length
        ciphertexts[entry.id] = envelope.body[offset:end]
        offset = end
    if offset != len(envelope.body):
        raise damaged()
    return Opened(envelope.data, envelope.header, index, ciphertexts)


def open_intact_records(envelope: Envelope, master_key: bytes) -> tuple[Opened, tuple[IndexEntry, ...]]:
    """What a damaged file still holds: needs its header and index whole; returns also the lost entries.

    A record counts as intact when it decrypts; nothing else of such a file is believed.
    """
    if not authenticate_header(envelope, master_key):
        raise damaged()
    plain = _decrypt(_index_key(master_key, envelope.header.save), envelope.index, envelope.mac)
    index, _ = _parse_index(plain)
    kept: list[IndexEntry] = []
    lost: list[IndexEntry] = []
    ciphertexts: dict[bytes, memoryview] = {}
    offset = 0
    for entry in index.entries:
        ciphertext = envelope.body[offset : offset + entry.length]
        offset += entry.length
        try:
            open_record(owner_key(master_key, envelope.header.file_id, entry.owner), entry, ciphertext)
        except DocumentError:
            lost.append(entry)
            continue
        kept.append(entry)
        ciphertexts[entry.id] = ciphertext
    left = Index(tuple(kept), index.removed, index.removed_slots, index.parents)
    return Opened(envelope.data, envelope.header, left, ciphertexts), tuple(lost)


def open_record(key: bytes, entry: IndexEntry, ciphertext: bytes | memoryview) -> bytes:
    """Decrypt one record under its owner's key; another owner's key gives ``sealed-file.damaged``."""
    if len(ciphertext) != entry.length:
        raise damaged()
    return _decrypt(_record_key(key, entry.salt, entry.id), ciphertext, entry.kind.encode("ascii"))


def _parse_index(plain: bytes) -> tuple[Index, bytes]:
    if len(plain) < 4:
        raise damaged()
    length = int.from_bytes(plain[:4], "big")
    if 4 + length > len(plain):
        raise damaged()
    try:
        document = strict_json.loads_object(plain[4 : 4 + length])
    except VcwalletError:
        raise damaged() from None
    if set(document) != {"digest", "kinds", "owners", "parents", "records", "removed", "removedSlots"}:
        raise damaged()
    kinds, owners = _names(document["kinds"], _KIND), _names(document["owners"], _OWNER)
    count = _count(document["records"], limits.SEALED_RECORDS)
    removed_count = _count(document["removed"], limits.SEALED_TOMBSTONES)
    entries_end = 4 + length + count * _ENTRY.size
    removed_end = entries_end + removed_count * RECORD_ID_BYTES
    if removed_end != len(plain):
        raise damaged()
    try:
        entries = tuple(
            [
                IndexEntry(record_id, salt, generation, size, kinds[kind], owners[owner])
                for record_id, salt, generation, size, kind, owner in _ENTRY.iter_unpack(
                    plain[4 + length : entries_end]
                )
            ]
        )
    except IndexError:
        raise damaged() from None
    removed = frozenset(
        plain[start : start + RECORD_ID_BYTES] for start in range(entries_end, removed_end, RECORD_ID_BYTES)
    )
    ids = {entry.id for entry in entries}
    if len(ids) != count or len(removed) != removed_count or not ids.isdisjoint(removed):
        raise damaged()
    index = Index(
        entries,
        removed,
        frozenset(parse_hex(slot, 8).hex() for slot in _list(document["removedSlots"])),
        tuple(parse_hex(save, SAVE_ID_BYTES) for save in _list(document["parents"])),
    )
    return index, parse_hex(document["digest"], 32)


def _names(value: Json, pattern: re.Pattern[str]) -> list[str]:
    names = [name for name in _list(value) if isinstance(name, str) and pattern.fullmatch(name)]
    if len(names) != len(_list(value)) or len(names) > limits.SEALED_NAMES:
        raise damaged()
    return names


def _list(value: Json) -> list[Json]:
    if not isinstance(value, list):
        raise damaged()
    return value


def _count(value: Json, ceiling: int) -> int:
    if type(value) is not int or not 0 <= value <= ceiling:
        raise damaged()
    return value


# --- writing ------------------------------------------------------------------------------------


def seal_record(
    key: bytes, record_id: bytes, salt: bytes, generation: int, kind: str, owner: str, data: bytes
) -> tuple[IndexEntry, bytes]:
    """Encrypt one record under its owner's key. `salt` must be fresh random bytes."""
    ciphertext = _encrypt(_record_key(key, salt, record_id), data, kind.encode("ascii"))
    return IndexEntry(record_id, salt, generation, len(ciphertext), kind, owner), ciphertext


def seal(header: Header, index: Index, ciphertexts: Iterable[bytes | memoryview], master_key: bytes) -> bytes:
    """The bytes of a whole file; `ciphertexts` in the order of `index.entries`."""
    body = b"".join(ciphertexts)
    header_bytes = header.to_bytes()
    if len(header_bytes) > limits.SEALED_HEADER_BYTES:
        raise _full()
    signed = MAGIC + len(header_bytes).to_bytes(4, "big") + header_bytes
    mac = _header_mac(master_key, header.file_id, signed)
    index_plain = _index_bytes(index, hashlib.sha256(body).digest())
    index_sealed = _encrypt(_index_key(master_key, header.save), index_plain, mac)
    whole = b"".join((signed, mac, len(index_sealed).to_bytes(8, "big"), index_sealed, body))
    if len(index_sealed) > limits.SEALED_INDEX_BYTES or len(whole) > limits.SEALED_FILE_BYTES:
        raise _full()
    return whole


def _index_bytes(index: Index, digest: bytes) -> bytes:
    kinds = sorted({entry.kind for entry in index.entries})
    owners = sorted({entry.owner for entry in index.entries})
    if (
        len(index.entries) > limits.SEALED_RECORDS
        or len(index.removed) > limits.SEALED_TOMBSTONES
        or max(len(kinds), len(owners)) > limits.SEALED_NAMES
    ):
        raise _full()
    document: JsonObject = {
        "digest": digest.hex(),
        "kinds": [*kinds],
        "owners": [*owners],
        "parents": [save.hex() for save in index.parents],
        "records": len(index.entries),
        "removed": len(index.removed),
        "removedSlots": [*sorted(index.removed_slots)],
    }
    head = strict_json.dumps(document).encode("ascii")
    kind_number = {kind: number for number, kind in enumerate(kinds)}
    owner_number = {owner: number for number, owner in enumerate(owners)}
    entries = b"".join(
        _ENTRY.pack(record_id, salt, generation, size, kind_number[kind], owner_number[owner])
        for record_id, salt, generation, size, kind, owner in index.entries
    )
    return b"".join((len(head).to_bytes(4, "big"), head, entries, *sorted(index.removed)))


# --- keys and the padded AEAD -------------------------------------------------------------------


def owner_key(master_key: bytes, file_id: bytes, owner: str) -> bytes:
    """The key all records of one owner hang on; it opens nothing of another owner's."""
    return primitives.hkdf_sha256(master_key, file_id, b"vcwallet/v1 owner\n" + owner.encode("ascii"))


def _record_key(key: bytes, salt: bytes, record_id: bytes) -> bytes:
    return primitives.hkdf_sha256(key, salt, b"vcwallet/v1 record\n" + record_id)


def _index_key(master_key: bytes, save: bytes) -> bytes:
    return primitives.hkdf_sha256(master_key, save, b"vcwallet/v1 index\n")


def _header_mac(master_key: bytes, file_id: bytes, signed: bytes) -> bytes:
    return hmac.digest(primitives.hkdf_sha256(master_key, file_id, b"vcwallet/v1 header\n"), signed, "sha256")


def _encrypt(key: bytes, data: bytes, associated: bytes) -> bytes:
    # The zero nonce is right because `key` is used for this one message.
    padding = -(4 + len(data)) % _BLOCK
    padded = len(data).to_bytes(4, "big") + data + bytes(padding)
    return primitives.chacha20_poly1305_encrypt(key, _NONCE, padded, associated)


def _decrypt(key: bytes, ciphertext: bytes | memoryview, associated: bytes) -> bytes:
    if len(ciphertext) <= _TAG_BYTES or (len(ciphertext) - _TAG_BYTES) % _BLOCK:
        raise damaged()
    try:
        padded = primitives.chacha20_poly1305_decrypt(key, _NONCE, ciphertext, associated)
    except primitives.WrongTag:
        raise damaged() from None
    end = 4 + int.from_bytes(padded[:4], "big")
    if len(padded) - end not in range(_BLOCK) or any(padded[end:]):
        raise damaged()
    return padded[4:end]


def _full() -> UsageError:
    return UsageError(
        "sealed-file.full",
        N_("The file would grow beyond what one file may hold."),
        next_step=N_("Start a second file."),
    )
