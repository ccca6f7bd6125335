"""``credentialStatus``: where the status of a credential stands, and what is found there.

Specification: Bitstring Status List v1.0, section 2.1; its forerunner StatusList2021; 1EdTech Revocation List
Status Method 1.0.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from vcwallet import limits
from vcwallet.credentials import data_model
from vcwallet.credentials.data_model import Path
from vcwallet.errors import N_, DocumentError, Side, VcwalletError
from vcwallet.strict_json import Json, JsonObject, pointer

__all__ = [
    "HARMLESS_PURPOSES",
    "EntryKind",
    "Status",
    "StatusEntry",
    "StatusUnknown",
    "check",
    "wrong_issuer",
    "wrong_list",
]

HARMLESS_PURPOSES: Final = frozenset({"message", "refresh"})
"""Section 2.1: a set entry of these purposes does not invalidate a credential. Any other does."""

# `int` reads "１２", " 7 ", "1_0" and "-1"; a negative index would read the list from its end.
_INDEX: Final = re.compile(r"0|[1-9][0-9]{0,9}", re.ASCII)
_HEX: Final = re.compile(r"0x[0-9a-fA-F]{1,2}", re.ASCII)


class EntryKind(StrEnum):
    """The kinds of status that are read; the first is the one that is issued."""

    BITSTRING = "BitstringStatusListEntry"
    STATUS_LIST_2021 = "StatusList2021Entry"
    REVOCATION_LIST_1EDTECH = "1EdTechRevocationList"


@dataclass(frozen=True, slots=True)
class StatusEntry:
    """One entry. `list_url` names the list; `index` is counted in entries, each of `size` bits.

    `messages` maps each value of a multi-bit entry to its words, which are for developers and not to be
    shown to people (section 2.1). A 1EdTech entry has no index: its list names credentials.
    """

    kind: EntryKind
    purpose: str
    list_url: str
    index: int | None
    size: int = 1
    messages: Mapping[int, str] = field(default_factory=dict, hash=False)
    references: tuple[str, ...] = ()

    @classmethod
    def parse(cls, entry: JsonObject, path: Path = ()) -> StatusEntry | None:
        """Read an entry; None when its type is not one of `EntryKind`, so that nothing can be said.

        Raises DocumentError (``status.entry``) with evidence `pointer` and `member`, and what
        `data_model.types` and `data_model.identifier` raise.
        """
        types = data_model.types(entry, path)
        entry_id = data_model.identifier(entry, path)
        if EntryKind.REVOCATION_LIST_1EDTECH in types:
            if entry_id is None:
                raise _bad(path, "id")
            return cls(EntryKind.REVOCATION_LIST_1EDTECH, "revocation", entry_id, None)
        kind = EntryKind.BITSTRING if EntryKind.BITSTRING in types else EntryKind.STATUS_LIST_2021
        if kind not in types:
            return None
        purpose, list_url = entry.get("statusPurpose"), entry.get("statusListCredential")
        index = entry.get("statusListIndex")
        if not isinstance(purpose, str) or not purpose:
            raise _bad(path, "statusPurpose")
        if not isinstance(list_url, str) or not data_model.is_url(list_url) or entry_id == list_url:
            raise _bad(path, "statusListCredential")
        if not isinstance(index, str) or _INDEX.fullmatch(index) is None:
            raise _bad(path, "statusListIndex")
        size = entry.get("statusSize", 1)
        if isinstance(size, bool) or not isinstance(size, int) or not 1 <= size <= limits.STATUS_SIZE_BITS:
            raise _bad(path, "statusSize")
        return cls(
            kind,
            purpose,
            list_url,
            int(index),
            size,
            _messages(entry, size, path),
            _references(entry, path),
        )


class StatusUnknown(VcwalletError):
    """The status cannot be told from what is at hand: no list, or a list outside its validity period."""

    side = Side.KNOWLEDGE
    exit_status = 3


@dataclass(frozen=True, slots=True)
class Status:
    """What a list says about one credential."""

    purpose: str
    value: int
    message: str | None
    """The words of a multi-bit value; for developers (section 2.1)."""
    as_of: datetime | None
    list_id: str

    @property
    def invalidates(self) -> bool:
        """The credential must not be accepted: it is revoked, suspended, or the like."""
        return self.value != 0 and self.purpose not in HARMLESS_PURPOSES


def check(entry: JsonObject, path: Path) -> None:
    """Raise what `StatusEntry.parse` raises for an entry of a kind that is known."""
    StatusEntry.parse(entry, path)


def wrong_list(found: str | None, entry: StatusEntry) -> DocumentError:
    return DocumentError(
        "status.wrong-list",
        N_("The status list {found} is not the one the credential names, {expected}."),
        found=(found or "-")[:64],
        expected=entry.list_url[:64],
    )


def wrong_issuer(found: str, expected: str) -> DocumentError:
    return DocumentError(
        "status.list-issuer",
        N_("The status list is by {found}, not by the credential's issuer {expected}."),
        found=found[:64],
        expected=expected[:64],
    )


def _messages(entry: JsonObject, size: int, path: Path) -> dict[int, str]:
    """``statusMessage``: one message per possible value, required beyond one bit."""
    if "statusMessage" not in entry:
        if size > 1:
            raise _bad(path, "statusMessage")
        return {}
    found: dict[int, str] = {}
    value = entry["statusMessage"]
    for item in value if isinstance(value, list) else ():
        status = item.get("status") if isinstance(item, dict) else None
        message = item.get("message") if isinstance(item, dict) else None
        if not isinstance(status, str) or not isinstance(message, str) or _HEX.fullmatch(status) is None:
            raise _bad(path, "statusMessage")
        number = int(status, 16)
        if number >= 2**size or number in found:
            raise _bad(path, "statusMessage")
        found[number] = message
    if len(found) != 2**size:
        raise _bad(path, "statusMessage")
    return found


def _references(entry: JsonObject, path: Path) -> tuple[str, ...]:
    """``statusReference``: a URL or several."""
    if "statusReference" not in entry:
        return ()
    value: Json = entry["statusReference"]
    urls = value if isinstance(value, list) else [value]
    found = tuple(url for url in urls if isinstance(url, str) and data_model.is_url(url))
    if not found or len(found) != len(urls):
        raise _bad(path, "statusReference")
    return found


def _bad(path: Path, member: str) -> DocumentError:
    return DocumentError(
        "status.entry",
        N_("The status entry at {pointer} is malformed: see its {member}."),
        pointer=pointer(path) or "/",
        member=member,
    )
