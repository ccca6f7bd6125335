"""Where a table begins: the row of headers, or two rows of them, and which of the columns asked for each is.

    heading = Headers(columns).find(sheet.rows, sheet.survey.merged)
    heading.keys         # one for each column of the sheet; None where it is none of the columns asked for

Headers stand in the first `limits.ROSTER_HEADER_ROWS` rows. Two levels («Баллы» over «Тур 1» and «Итого») are
read together: a column is what both of its words say, never the first column of a group alone.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from vcwallet import limits
from vcwallet.credentials.spelling import fold
from vcwallet.credentials.template import Column, ColumnType
from vcwallet.tables import letters
from vcwallet.tables.cells import Raw
from vcwallet.tables.survey import Merged

FULL_NAME: Final = "full_name"
_OTHERS: Final = re.compile(
    r"\b(?:руководител|учител|наставник|педагог|тренер|родител|представител|эксперт|teacher|coach|parent)"
)
"""Groups of columns that are about another person than the one of the row."""


@dataclass(frozen=True, slots=True)
class Heading:
    """Headers that were found. Rows and columns from 0."""

    first: int
    last: int
    """The row of headers, or the lower one of two."""
    titles: tuple[str, ...]
    """As they stand in the sheet; of two levels both, with a colon between."""
    keys: tuple[str | None, ...]
    width: int
    """How many columns the row of headers has, filled or not."""

    @property
    def known(self) -> frozenset[str]:
        return frozenset(key for key in self.keys if key is not None)


class Headers:
    """The headers that columns answer to, and those of one column that holds the whole name of a person."""

    def __init__(
        self,
        columns: Sequence[Column],
        full_name: Sequence[str] = (),
        *,
        said: Mapping[str, str] | None = None,
        row: int | None = None,
    ) -> None:
        """`said` is what a person says of headers, which counts more: header, or a column's letter, -> key;
        "" is no column that is used. `row` is the row of headers, from 1, where a person says that."""
        self._said = {fold(header): key for header, key in (said or {}).items()}
        self._row = row
        self._keys = {fold(header): column.key for column in columns for header in column.headers}
        self._keys.update((fold(header), FULL_NAME) for header in full_name)
        self._names = {FULL_NAME} | {column.key for column in columns if column.type is ColumnType.NAME}

    def key(self, cell: Raw) -> str | None:
        if not isinstance(cell, str) or len(cell) > 200:
            return None
        said = self._said.get(fold(cell))
        if said is not None:
            return said or None
        return self._keys.get(fold(cell)) or self._keys.get(fold(cell.partition("(")[0]))

    def rate(self, rows: Sequence[Sequence[Raw]]) -> int:
        """How many headers the best row of the first ones has; 0 when none is a row of headers."""
        return self._best(rows)[1]

    def find(self, rows: Sequence[Sequence[Raw]], merged: Sequence[Merged] = ()) -> Heading | None:
        """The headers of a sheet, or None when it has none."""
        found = self._found(rows, merged)
        return None if found is None else replace(found, keys=self._as_said(found))

    def unmet(self, heading: Heading) -> tuple[str, ...]:
        """What a person named as headers and is none in a sheet: as keys of `said`, folded."""
        names = {fold(title) for title in heading.titles if title}
        letters_ = {fold(column_letters(place)) for place in range(heading.width)}
        return tuple(name for name in self._said if name not in names | letters_)

    def is_said(self, heading: Heading, place: int) -> bool:
        """Whether a person said which column one of a sheet is."""
        return self._said_of(heading, place, {fold(title) for title in heading.titles}) is not None

    def _as_said(self, heading: Heading) -> tuple[str | None, ...]:
        names = {fold(title) for title in heading.titles}
        said = [self._said_of(heading, place, names) for place in range(len(heading.keys))]
        return tuple(
            key if mine is None else mine or None for key, mine in zip(heading.keys, said, strict=True)
        )

    def _said_of(self, heading: Heading, place: int, names: Collection[str]) -> str | None:
        title = fold(heading.titles[place]) if place < len(heading.titles) else ""
        letter = fold(column_letters(place))
        if letter in self._said and letter not in names:
            return self._said[letter]
        return self._said.get(title) if title else None

    def _found(self, rows: Sequence[Sequence[Raw]], merged: Sequence[Merged]) -> Heading | None:
        at, known = self._best(rows)
        if not known:
            return None
        one = self._one_level(rows, at)
        areas = [area for area in merged if area.top <= limits.ROSTER_HEADER_ROWS]
        if at + 1 < len(rows):
            groups = self._groups(rows[at], rows[at + 1], [area for area in areas if area.top == at])
            if groups and self._second_level(rows[at], rows[at + 1], groups):
                two = self._two_levels(rows, at, groups)
                if one.known.isdisjoint(self._names) or not two.known.isdisjoint(self._names):
                    return two
        if at:
            groups = self._groups(rows[at - 1], rows[at], [area for area in areas if area.top == at - 1])
            if self._is_title(rows[at], groups):
                groups = {}
            two = self._two_levels(rows, at - 1, groups)
            if two.known.isdisjoint(self._names) and not one.known.isdisjoint(self._names):
                return one
            if two.known > one.known or (
                groups and (two.known >= one.known or self._other_people(rows[at - 1], groups))
            ):
                return two
        return one

    def _best(self, rows: Sequence[Sequence[Raw]]) -> tuple[int, int]:
        """(index of the row with most known headers, how many of its cells are known)."""
        if self._row is not None:
            at = self._row - 1
            filled = at < len(rows) and any(_text(cell) for cell in rows[at])
            return at, max(len({self.key(cell) for cell in rows[at]} - {None}), 1) if filled else 0
        best = (0, 0)
        for at, row in enumerate(rows[: limits.ROSTER_HEADER_ROWS]):
            known = {self.key(cell) for cell in row} - {None}
            # One word is a title («Олимпиада»), not a row of headers, unless it heads a list of names.
            if len(known) > best[1] and (len(known) > 1 or FULL_NAME in known):
                best = (at, len(known))
        return best

    def _one_level(self, rows: Sequence[Sequence[Raw]], at: int) -> Heading:
        row = rows[at]
        return Heading(
            at, at, tuple(_text(cell) for cell in row), tuple(self.key(cell) for cell in row), len(row)
        )

    def _groups(self, upper: Sequence[Raw], lower: Sequence[Raw], merged: Sequence[Merged]) -> dict[int, int]:
        """Column -> the column that holds the header of its group, for groups of two columns and more."""
        groups = {
            column: area.left
            for area in merged
            if area.top == area.bottom
            for column in range(area.left, min(area.right + 1, limits.SHEET_COLUMNS))
        }
        tall = {area.left for area in merged if area.bottom > area.top}
        owner = None
        for column in range(max(len(upper), len(lower))):
            if _text(_at(upper, column)):
                owner = column
            elif (
                owner is not None and column not in groups and _text(_at(lower, column)) and owner not in tall
            ):
                groups.setdefault(owner, owner)
                groups[column] = owner
        return {column: left for column, left in groups.items() if _text(_at(lower, column))}

    @staticmethod
    def _is_title(lower: Sequence[Raw], groups: dict[int, int]) -> bool:
        """Whether the words above the headers are the title of the whole table: one group, most columns."""
        filled = sum(_text(cell) != "" for cell in lower)
        return len(set(groups.values())) == 1 and len(groups) * 4 >= filled * 3

    @staticmethod
    def _second_level(upper: Sequence[Raw], lower: Sequence[Raw], groups: dict[int, int]) -> bool:
        """Whether a row is the lower level of headers and not the first person.

        A header with nothing above it belongs to it too, such as the explanations of a sheet given back.
        """
        filled = [column for column, cell in enumerate(lower) if _text(cell)]
        return not groups.keys().isdisjoint(filled) and all(
            isinstance(lower[column], str)
            and re.search(r"[^\W\d_]", _text(lower[column])) is not None
            and (column in groups or not _text(_at(upper, column)))
            for column in filled
        )

    def _two_levels(self, rows: Sequence[Sequence[Raw]], at: int, groups: dict[int, int]) -> Heading:
        """The row of headers `at` and the one below it, read together."""
        upper, lower = rows[at], rows[at + 1]
        titles: list[str] = []
        keys: list[str | None] = []
        for column in range(max(len(upper), len(lower))):
            own, over = _text(_at(lower, column)), _text(_at(upper, groups.get(column, column)))
            if column in groups and own:
                titles.append(f"{over}: {own}")
                both = self.key(f"{over} {own}") or self.key(f"{own} {over}")
                other = _OTHERS.search(over.casefold()) is not None
                keys.append(None if other else both or self.key(own))
            else:
                titles.append(own or over)
                keys.append(self.key(own or over))
        return Heading(at, at + 1, tuple(titles), tuple(keys), max(len(upper), len(lower)))

    @staticmethod
    def _other_people(above: Sequence[Raw], groups: dict[int, int]) -> bool:
        return any(_OTHERS.search(_text(_at(above, left)).casefold()) for left in set(groups.values()))


def column_letters(place: int) -> str:
    """0 -> A, 27 -> AB: how spreadsheet programs name columns."""
    letters_ = ""
    place += 1
    while place:
        place, digit = divmod(place - 1, 26)
        letters_ = chr(65 + digit) + letters_
    return letters_


def place_of_letters(name: str) -> int:
    """A -> 0, AB -> 27."""
    place = 0
    for letter in name:
        place = place * 26 + ord(letter) - 64
    return place - 1


def is_letter_of_column(text: str) -> bool:
    """Whether a text is the name of a column as spreadsheet programs give it; `said` may use one."""
    return re.fullmatch("[A-Z]{1,3}", text) is not None


def _at(row: Sequence[Raw], column: int) -> Raw:
    return row[column] if column < len(row) else ""


def _text(cell: Raw) -> str:
    return letters.tidy(str(cell))
