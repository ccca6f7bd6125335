"""The numbers by which a family names what it keeps: given once, and never to anything else.

A number is written with the diploma or document, and the file remembers the last one that was given. Two
copies of a file may give one number to two things before they meet; the later thing then gets a new one.
"""

from __future__ import annotations

from collections.abc import Iterable

from vcwallet.sealed_file import SealedFile
from vcwallet.wallet import records


class Numbers:
    """The counter of one wallet file; it knows nothing of what it counts."""

    def __init__(self, file: SealedFile) -> None:
        self._file = file

    def take(self) -> int:
        """A number that nothing in this file had."""
        number = self.last() + 1
        self.note(number)
        return number

    def last(self) -> int:
        """The last number that was given; 0 when none was."""
        found = [self._read(record) for record in records.shared(self._file, records.NUMBERS)]
        return max(found, default=0)

    def note(self, number: int) -> None:
        """Remember that a number was given."""
        old = records.shared(self._file, records.NUMBERS)
        if old and max(map(self._read, old)) >= number and len(old) == 1:
            return
        highest = max([number, *map(self._read, old)])
        for record in old:
            self._file.remove(record)
        self._file.put(records.dump({"last": highest}), kind=records.NUMBERS)

    def _read(self, record: str) -> int:
        return records.count(records.load(self._file.get(record)), "last")


def clashing(numbered: Iterable[tuple[int, str, str]]) -> list[str]:
    """Which things need another number, given each one's number, the moment it was added, and its record."""
    seen: set[int] = set()
    again = []
    for number, _, record in sorted(numbered):
        if number in seen:
            again.append(record)
        seen.add(number)
    return again
