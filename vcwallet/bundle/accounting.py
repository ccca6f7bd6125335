"""What became of each file of a reading: every one of them ends in exactly one row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from vcwallet.errors import VcwalletError
from vcwallet.report import Files


class FileFate(StrEnum):
    WITH_ITEMS = "withItems"
    """Read, and documents were in it, or parts of a bundle that became whole."""
    EMPTY = "empty"
    """Read, and nothing of ours was in it."""
    UNREADABLE = "unreadable"
    INCOMPLETE = "incomplete"
    """Parts of a bundle were in it, and others are missing."""
    SYSTEM = "system"
    """Put there by a system, and passed over."""


@dataclass(frozen=True, slots=True)
class FileRow:
    """One file, with the first problem that keeps it from counting as read."""

    name: str
    fate: FileFate
    problem: VcwalletError | None = None


def count(rows: Iterable[FileRow]) -> Files:
    """The rows added up: `read` are those with items and the empty ones, the others are all there were."""
    counted = Counter(row.fate for row in rows)
    return Files(
        read=counted[FileFate.WITH_ITEMS] + counted[FileFate.EMPTY],
        with_items=counted[FileFate.WITH_ITEMS],
        empty=counted[FileFate.EMPTY],
        unreadable=counted[FileFate.UNREADABLE],
        incomplete=counted[FileFate.INCOMPLETE],
        system=counted[FileFate.SYSTEM],
    )
