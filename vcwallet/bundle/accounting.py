"""What became of each file of a reading: every one of them ends in exactly one row."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from vcwallet.errors import VcwalletError


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


@dataclass(frozen=True, slots=True)
class FileCounts:
    """The rows added up; the last five are all files there were."""

    read: int
    """Those with items and the empty ones."""
    with_items: int
    empty: int
    unreadable: int
    incomplete: int
    system: int

    @classmethod
    def of(cls, rows: tuple[FileRow, ...]) -> FileCounts:
        count = {fate: sum(row.fate is fate for row in rows) for fate in FileFate}
        return cls(
            read=count[FileFate.WITH_ITEMS] + count[FileFate.EMPTY],
            with_items=count[FileFate.WITH_ITEMS],
            empty=count[FileFate.EMPTY],
            unreadable=count[FileFate.UNREADABLE],
            incomplete=count[FileFate.INCOMPLETE],
            system=count[FileFate.SYSTEM],
        )

    def as_json(self) -> dict[str, int]:
        """The member `files` of a report."""
        return {
            "read": self.read,
            "withItems": self.with_items,
            "empty": self.empty,
            "unreadable": self.unreadable,
            "incomplete": self.incomplete,
            "system": self.system,
        }
