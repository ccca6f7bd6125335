"""The records of a wallet file: small JSON documents, read as strictly as anything from outside.

A file may have been written by a newer program or handed over by somebody; what does not fit is a
DocumentError (``wallet.record``), never a surprise deeper inside.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final, NamedTuple

from vcwallet import limits, strict_json, timestamps
from vcwallet.errors import N_, DocumentError, VcwalletError
from vcwallet.sealed_file import SealedFile
from vcwallet.strict_json import Json, JsonObject

CHILD: Final = "child"
KEY: Final = "key"
CREDENTIAL: Final = "credential"
MEANINGS: Final = "meanings"
SHOWING: Final = "showing"
RECEIPT: Final = "receipt"
ISSUER: Final = "issuer"
STATUS_LIST: Final = "status-list"
NOTE: Final = "note"
ATTACHMENT: Final = "attachment"
NUMBERS: Final = "numbers"
NUMBER: Final = "number"
GUARDIAN: Final = "guardian"
HANDOVER: Final = "handover"
ASIDE: Final = "aside"

_ID_BYTES: Final = 16
_DIGEST_BYTES: Final = 32


def shared(file: SealedFile, kind: str) -> set[str]:
    """The records of one kind that all children share."""
    return {info.id for info in file.records() if info.kind == kind and not info.owner}


def dump(document: JsonObject) -> bytes:
    return strict_json.dumps(document).encode("utf-8")


def load(data: bytes) -> JsonObject:
    try:
        return strict_json.loads_object(data, max_bytes=limits.SEALED_RECORD_BYTES)
    except VcwalletError:
        raise unreadable() from None


def text(document: JsonObject, name: str) -> str:
    value = document.get(name)
    if not isinstance(value, str):
        raise unreadable()
    return value


def optional_text(document: JsonObject, name: str) -> str | None:
    return None if document.get(name) is None else text(document, name)


def texts(document: JsonObject, name: str) -> tuple[str, ...]:
    """A list of texts; absent is empty."""
    value: Json = document.get(name, [])
    if not isinstance(value, list):
        raise unreadable()
    found = tuple(item for item in value if isinstance(item, str))
    if len(found) != len(value):
        raise unreadable()
    return found


def optional_count(document: JsonObject, name: str) -> int | None:
    value = document.get(name)
    if value is not None and (type(value) is not int or value < 0):
        raise unreadable()
    return value


def count(document: JsonObject, name: str) -> int:
    value = optional_count(document, name)
    if value is None:
        raise unreadable()
    return value


def moment(document: JsonObject, name: str) -> datetime:
    try:
        return timestamps.parse(text(document, name))
    except VcwalletError:
        raise unreadable() from None


def optional_moment(document: JsonObject, name: str) -> datetime | None:
    return None if document.get(name) is None else moment(document, name)


class Said(NamedTuple):
    """What a credential states, and which credential it calls itself; digests in hexadecimal."""

    meaning: str
    """Equal for documents that say the same, however they are written down."""
    identity: str
    """Equal for a credential and for copies of it with hidden fields; zeros when it names no id."""


NO_IDENTITY: Final = "0" * 2 * _DIGEST_BYTES


def dump_meanings(meanings: Mapping[str, Said]) -> bytes:
    """From records' ids to the two digests of each, all in hexadecimal: 16, 32 and 32 bytes."""
    try:
        rows = [tuple(map(bytes.fromhex, (record, *said))) for record, said in meanings.items()]
    except ValueError:
        raise unreadable() from None
    if any(tuple(map(len, row)) != (_ID_BYTES, _DIGEST_BYTES, _DIGEST_BYTES) for row in rows):
        raise unreadable()
    return b"".join(b"".join(row) for row in rows)


def load_meanings(data: bytes) -> dict[str, Said]:
    size = _ID_BYTES + 2 * _DIGEST_BYTES
    if len(data) % size:
        raise unreadable()
    rows = (data[at : at + size] for at in range(0, len(data), size))
    middle = _ID_BYTES + _DIGEST_BYTES
    return {row[:_ID_BYTES].hex(): Said(row[_ID_BYTES:middle].hex(), row[middle:].hex()) for row in rows}


def unreadable() -> DocumentError:
    return DocumentError(
        "wallet.record",
        N_("A record of the wallet is not as this program writes them."),
        next_step=N_("Was the file written by a newer vcwallet? Then update this one."),
    )
