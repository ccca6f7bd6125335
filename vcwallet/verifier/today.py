"""What was checked at a desk since the list was begun: in memory only, so that no name reaches a disk.

    today = Today()
    entry = today.add(report)
    today.forget()

The newest comes first. When a showing comes a second time, its entry says when it came before: two people may
not stand behind one showing. A list is bounded, and says how many entries it has let go of.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from vcwallet import limits
from vcwallet.report import Report

__all__ = ["Entry", "Today"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One answer that was given."""

    number: int
    """Counted from 1 since the list was begun."""
    report: Report
    earlier: int | None = None
    """The number of the entry in which the same showing, or the same file, came first."""


class Today:
    """The list of one desk; not to be used from several threads at once."""

    def __init__(self) -> None:
        self._entries: dict[int, Entry] = {}
        self._last = 0
        self.let_go = 0
        """How many of the oldest entries the list no longer has room for."""

    def __iter__(self) -> Iterator[Entry]:
        """The newest first."""
        return reversed(self._entries.values())

    def __len__(self) -> int:
        return len(self._entries)

    def add(self, report: Report) -> Entry:
        """Write an answer down, with what is known of the same showing."""
        before = next((each for each in reversed([*self]) if _same(each.report, report)), None)
        self._last += 1
        entry = Entry(self._last, report, before.number if before is not None else None)
        self._entries[entry.number] = entry
        while len(self._entries) > limits.TODAY_ENTRIES:
            del self._entries[next(iter(self._entries))]
            self.let_go += 1
        return entry

    def of(self, number: int) -> Entry | None:
        return self._entries.get(number)

    def put_right(self, number: int, report: Report) -> Entry:
        """Replace an answer by one about the same showing, such as with the rules of another programme.

        Raises KeyError for an entry that is not there.
        """
        entry = self._entries[number] = replace(self._entries[number], report=report)
        return entry

    def forget(self) -> None:
        """Keep nothing; the counting begins anew."""
        self._entries.clear()
        self._last = self.let_go = 0


def _same(one: Report, other: Report) -> bool:
    marks = set(one.showing.marks) & set(other.showing.marks)
    return bool(marks) or (one.digest is not None and one.digest == other.digest)
