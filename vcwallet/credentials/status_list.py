"""Status lists: one bit (or a few) per credential, in a list shared by a whole year of them.

    bits = StatusList.create()
    bits.set(94567, 1)
    document = sign(bits, id=url, issuer=did, key=key, verification_method=method, valid_from=now)

    status_list = verify_status_list(document, resolve=trusted_keys, now=now)
    status = check_status(entry, status_list, credential_issuer=credential.issuer_id, now=now)

Specification: Bitstring Status List v1.0, sections 2.2, 3.1, 3.2, 3.3 and 3.4. StatusList2021 lists are read
by the same rules. Nothing is fetched: the list comes from a kit, or stapled to a bundle.
"""

from __future__ import annotations

import zlib
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from vcwallet import limits
from vcwallet.credentials import credential as credentials
from vcwallet.credentials import data_model
from vcwallet.credentials.credential import Credential
from vcwallet.credentials.status_entry import (
    EntryKind,
    Status,
    StatusEntry,
    StatusUnknown,
    wrong_issuer,
    wrong_list,
)
from vcwallet.errors import N_, DocumentError, LimitExceeded, UsageError
from vcwallet.identifiers.controlled_identifier import Resolver
from vcwallet.identifiers.keys import SigningKey
from vcwallet.identifiers.multibase import base64url_decode, base64url_encode
from vcwallet.proofs.data_integrity import VerifiedProof, add_proof
from vcwallet.proofs.jsonld import PINNED, Contexts
from vcwallet.strict_json import Json, JsonObject
from vcwallet.timestamps import render

__all__ = [
    "StatusList",
    "VerifiedStatusList",
    "check_status",
    "expand",
    "newer",
    "read_status",
    "sign",
    "un_revoked",
    "unsigned",
    "verify_status_list",
]

_LIST_TYPES: Final = {
    EntryKind.BITSTRING: ("BitstringStatusListCredential", "BitstringStatusList"),
    EntryKind.STATUS_LIST_2021: ("StatusList2021Credential", "StatusList2021"),
}


class StatusList:
    """The entries themselves, each `status_size` bits wide; entry 0 is leftmost, its highest bit first."""

    __slots__ = ("_bits", "status_size")

    def __init__(self, bits: bytes | bytearray, status_size: int = 1) -> None:
        self._bits = bytearray(bits)
        self.status_size = status_size

    @classmethod
    def create(cls, length: int = limits.STATUS_MINIMUM_ENTRIES, *, status_size: int = 1) -> StatusList:
        """A list of at least `length` entries, all 0.

        Raises UsageError (``status.list-size``) below the minimum of `limits.STATUS_MINIMUM_ENTRIES`, where a
        credential could be found out by its list, or above what `decode` would read.
        """
        size = -(-length * status_size // 8)
        if (
            not 1 <= status_size <= limits.STATUS_SIZE_BITS
            or length < limits.STATUS_MINIMUM_ENTRIES
            or size > limits.STATUS_LIST_BYTES
        ):
            raise UsageError(
                "status.list-size",
                N_("A status list must have at least {minimum} entries of 1 to {bits} bits."),
                minimum=limits.STATUS_MINIMUM_ENTRIES,
                bits=limits.STATUS_SIZE_BITS,
            )
        return cls(bytearray(size), status_size)

    @classmethod
    def decode(cls, encoded: str, *, status_size: int = 1) -> StatusList:
        """The bitstring expansion algorithm (section 3.4) on a Multibase base64url text.

        Raises DocumentError (``status.encoded-list``) for anything but one complete gzip member,
        LimitExceeded (``status.list-too-large``) beyond `limits.STATUS_LIST_BYTES`. The minimum length is
        held by `check_status`.
        """
        if encoded[:1] != "u":
            raise _bad_encoding()
        return cls(_inflate(encoded[1:]), status_size)

    def __len__(self) -> int:
        return len(self._bits) * 8 // self.status_size

    def get(self, index: int) -> int:
        """The value of entry `index`. Raises DocumentError (``status.range``) outside the list."""
        self._check_range(index)
        return _read(self._bits, index, self.status_size)

    def set(self, index: int, value: int) -> None:
        """Raises DocumentError (``status.range``), and UsageError (``status.value``) for a value too wide."""
        self._check_range(index)
        if not 0 <= value < 2**self.status_size:
            raise UsageError(
                "status.value",
                N_("A status of {bits} bits cannot be {value}."),
                bits=self.status_size,
                value=value,
            )
        start = index * self.status_size
        for offset in range(self.status_size):
            byte, bit = divmod(start + offset, 8)
            mask = 0x80 >> bit
            if value >> (self.status_size - 1 - offset) & 1:
                self._bits[byte] |= mask
            else:
                self._bits[byte] &= ~mask

    def encode(self) -> str:
        """The bitstring generation algorithm (section 3.3): gzip, then Multibase base64url.

        The gzip header names neither time nor system, so that one list has one text.
        """
        deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
        body = deflate.compress(self._bits) + deflate.flush()
        crc, size = zlib.crc32(self._bits), len(self._bits)
        member = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff" + body
        return "u" + base64url_encode(member + crc.to_bytes(4, "little") + size.to_bytes(4, "little"))

    def _check_range(self, index: int) -> None:
        if not 0 <= index < len(self):
            raise _range(index, len(self))


@dataclass(frozen=True, slots=True)
class VerifiedStatusList:
    """A list whose proofs hold and are by the issuer it names. Made by `verify_status_list` only."""

    credential: Credential
    kind: EntryKind
    purposes: frozenset[str]
    ttl: timedelta | None
    as_of: datetime | None
    """The moment whose state the list tells: its ``validFrom``, and never later than it was signed."""
    bits: bytes = field(repr=False)

    @property
    def issuer_id(self) -> str:
        return self.credential.issuer_id


def unsigned(
    status_list: StatusList,
    *,
    id: str,  # noqa: A002 - the data model's own word
    issuer: str,
    purpose: str | Collection[str] = "revocation",
    valid_from: datetime,
    valid_until: datetime | None = None,
    ttl: timedelta | None = None,
) -> JsonObject:
    """A BitstringStatusListCredential (section 2.2) without its proof.

    `id` is the URL that entries name as their ``statusListCredential``. The width of the entries is not
    part of the document: the base context has no term for it here, and each entry states it.
    """
    subject: JsonObject = {
        "id": f"{id}#list",
        "type": "BitstringStatusList",
        "statusPurpose": purpose if isinstance(purpose, str) else [*sorted(purpose)],
        "encodedList": status_list.encode(),
    }
    if ttl is not None:
        subject["ttl"] = int(ttl.total_seconds() * 1000)
    document: JsonObject = {
        "@context": [data_model.V2_CONTEXT],
        "id": id,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer,
        "validFrom": render(valid_from),
    }
    if valid_until is not None:
        document["validUntil"] = render(valid_until)
    document["credentialSubject"] = subject
    return document


def sign(
    status_list: StatusList,
    *,
    id: str,  # noqa: A002 - the data model's own word
    issuer: str,
    key: SigningKey,
    verification_method: str,
    purpose: str | Collection[str] = "revocation",
    valid_from: datetime,
    valid_until: datetime | None = None,
    ttl: timedelta | None = None,
    suite: str = "eddsa-rdfc-2022",
    contexts: Contexts = PINNED,
) -> JsonObject:
    """The generate algorithm (section 3.1): `unsigned` with the issuer's proof, created at `valid_from`."""
    document = unsigned(
        status_list,
        id=id,
        issuer=issuer,
        purpose=purpose,
        valid_from=valid_from,
        valid_until=valid_until,
        ttl=ttl,
    )
    credentials.check_structure(document, "")
    return add_proof(
        document,
        suite=suite,
        key=key,
        verification_method=verification_method,
        created=valid_from,
        contexts=contexts,
    )


def verify_status_list(
    document: JsonObject | Credential, *, resolve: Resolver, now: datetime, contexts: Contexts = PINNED
) -> VerifiedStatusList:
    """Verify a list's own proofs and read it; do this once per list, `check_status` once per entry.

    Raises what `Credential.parse` and `credential.verify` raise, DocumentError (``status.list``,
    ``status.encoded-list``) and LimitExceeded (``status.list-too-large``).
    """
    credential = document if isinstance(document, Credential) else Credential.parse(document)
    return expand(credential, credentials.verify(credential, resolve=resolve, now=now, contexts=contexts))


def expand(credential: Credential, proofs: Collection[VerifiedProof]) -> VerifiedStatusList:
    """Read and inflate a list whose `proofs` hold; `gate.admit` says whether it may be believed.

    Raises DocumentError (``status.list``, ``status.encoded-list``) and LimitExceeded
    (``status.list-too-large``).
    """
    kind, subject = _list_subject(credential)
    purposes = subject.get("statusPurpose")
    names = purposes if isinstance(purposes, list) else [purposes]
    strings = [name for name in names if isinstance(name, str) and name]
    if not strings or len(strings) != len(names):
        raise _bad_list("statusPurpose")
    encoded = subject.get("encodedList")
    if not isinstance(encoded, str):
        raise _bad_list("encodedList")
    if kind is EntryKind.BITSTRING:
        if encoded[:1] != "u":
            raise _bad_encoding()
        encoded = encoded[1:]
    signed = min((proof.created for proof in proofs if proof.created is not None), default=None)
    return VerifiedStatusList(
        credential=credential,
        kind=kind,
        purposes=frozenset(strings),
        ttl=_ttl(subject),
        as_of=min((at for at in (credential.valid_from, signed) if at is not None), default=None),
        bits=_inflate(encoded),
    )


def check_status(
    entry: StatusEntry,
    status_list: VerifiedStatusList,
    *,
    credential_issuer: str,
    now: datetime,
    list_issuers: Collection[str] = (),
) -> Status:
    """The validate algorithm (section 3.2) for one entry of a credential issued by `credential_issuer`.

    The list must be by the same issuer, or by one of `list_issuers`: the specification lets them differ,
    and then somebody must have said so.

    Raises DocumentError: ``status.wrong-list`` (another list, or one without id, or of another kind),
    ``status.list-issuer``, ``status.purpose``, ``status.list-too-short``, ``status.range``; StatusUnknown:
    ``status.list-not-yet-valid``, ``status.list-expired``.
    """
    _check_period(status_list.credential, now)
    return read_status(entry, status_list, credential_issuer=credential_issuer, list_issuers=list_issuers)


def read_status(
    entry: StatusEntry,
    status_list: VerifiedStatusList,
    *,
    credential_issuer: str,
    list_issuers: Collection[str] = (),
) -> Status:
    """`check_status` whatever the list's own period: what a signed list calls revoked stays revoked.

    Raises the DocumentErrors of `check_status`.
    """
    credential = status_list.credential
    if status_list.kind is not entry.kind or credential.id != entry.list_url or entry.index is None:
        raise wrong_list(credential.id, entry)
    if status_list.issuer_id != credential_issuer and status_list.issuer_id not in list_issuers:
        raise wrong_issuer(status_list.issuer_id, credential_issuer)
    if entry.purpose not in status_list.purposes:
        raise DocumentError(
            "status.purpose",
            N_("The status list does not speak about “{purpose}”."),
            purpose=entry.purpose[:64],
        )
    length = len(status_list.bits) * 8 // entry.size
    if length < limits.STATUS_MINIMUM_ENTRIES:
        raise DocumentError(
            "status.list-too-short",
            N_("The status list has {length} entries; fewer than {minimum} give nobody privacy."),
            length=length,
            minimum=limits.STATUS_MINIMUM_ENTRIES,
        )
    if entry.index >= length:
        raise _range(entry.index, length)
    value = _read(status_list.bits, entry.index, entry.size)
    return Status(entry.purpose, value, entry.messages.get(value), status_list.as_of, entry.list_url)


def newer(new: VerifiedStatusList, old: VerifiedStatusList) -> bool:
    """Whether a state of a list speaks of a later moment than another; one that says none is never newer."""
    return new.as_of is not None and (old.as_of is None or new.as_of > old.as_of)


def un_revoked(old: VerifiedStatusList, new: VerifiedStatusList) -> int:
    """How many set entries of the old state are no longer set. A suspension may end, so it is not counted."""
    if old.purposes <= {"suspension"}:
        return 0
    size = max(len(old.bits), len(new.bits))
    before, after = (int.from_bytes(each.bits.ljust(size, b"\0"), "big") for each in (old, new))
    return (before & ~after).bit_count()


def _list_subject(credential: Credential) -> tuple[EntryKind, JsonObject]:
    for kind, (credential_type, subject_type) in _LIST_TYPES.items():
        if credential_type not in credential.types:
            continue
        if len(credential.subjects) != 1:
            raise _bad_list("credentialSubject")
        subject = credential.subjects[0]
        if data_model.types(subject, ("credentialSubject",)) != (subject_type,):
            raise _bad_list("type")
        return kind, subject
    raise _bad_list("type")


def _ttl(subject: JsonObject) -> timedelta | None:
    value: Json = subject.get("ttl")
    if "ttl" not in subject:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise _bad_list("ttl")
    try:
        return timedelta(milliseconds=value)
    except OverflowError:
        raise _bad_list("ttl") from None


def _check_period(credential: Credential, now: datetime) -> None:
    if credential.valid_from is not None and now < credential.valid_from:
        raise StatusUnknown(
            "status.list-not-yet-valid",
            N_("The status list is valid from {date} only."),
            next_step=N_("Check the clock of this computer."),
            date=render(credential.valid_from),
        )
    if credential.valid_until is not None and now > credential.valid_until:
        raise StatusUnknown(
            "status.list-expired",
            N_("The status list was valid until {date}."),
            next_step=N_("Get a newer list from the issuer or a newer kit."),
            date=render(credential.valid_until),
        )


def _inflate(text: str) -> bytes:
    """One gzip member in base64url, never more than the ceiling of it.

    The whole is not expanded first: one megabyte of gzip can hold a gigabyte.
    """
    try:
        data = base64url_decode(text)
        inflate = zlib.decompressobj(wbits=31)
        bits = inflate.decompress(data, limits.STATUS_LIST_BYTES + 1)
    except LimitExceeded:
        raise
    except (zlib.error, DocumentError):
        raise _bad_encoding() from None
    if len(bits) > limits.STATUS_LIST_BYTES:
        raise LimitExceeded(
            "status.list-too-large",
            N_("The status list has more than {limit} bytes."),
            limit=limits.STATUS_LIST_BYTES,
        )
    # Without the end of the stream its checksum was not compared; what follows it would be ignored.
    if not inflate.eof or inflate.unused_data:
        raise _bad_encoding()
    return bits


def _read(bits: bytes | bytearray, index: int, size: int) -> int:
    start = index * size
    first, last = start // 8, (start + size - 1) // 8
    window = int.from_bytes(bits[first : last + 1], "big")
    return window >> ((last + 1) * 8 - start - size) & (1 << size) - 1


def _range(index: int, length: int) -> DocumentError:
    return DocumentError(
        "status.range",
        N_("The status list has {length} entries, so there is none with number {index}."),
        length=length,
        index=index,
    )


def _bad_encoding() -> DocumentError:
    return DocumentError(
        "status.encoded-list", N_("The status list is not a complete gzip-compressed list in base64url.")
    )


def _bad_list(member: str) -> DocumentError:
    return DocumentError("status.list", N_("This is not a status list: see its {member}."), member=member)
