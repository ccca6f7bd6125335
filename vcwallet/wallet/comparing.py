"""How another copy of a wallet differs from the one at hand, child by child, and what joining them would do.

    difference = compare(file, path, family_of)
    for child in difference.children:
        print(child.name, child.only_here, child.only_there)

Nothing is changed: the copies are joined in memory, so what a family is told beforehand is what `merging`
does afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from vcwallet.sealed_file import SealedFile
from vcwallet.wallet.family import Family
from vcwallet.wallet.ledger import LedgerEntry
from vcwallet.wallet.merging import Merged, Picture, merge, picture


class Fate(StrEnum):
    """What joining makes of something that only one of the copies has."""

    STAYS = "stays"
    """It is only here, and stays."""
    GOES = "goes"
    """It is only here, because the other copy took it out: joining takes it out here."""
    COMES = "comes"
    """It is only in the other copy, and comes."""
    STAYS_OUT = "stays-out"
    """It is only in the other copy, because it was taken out here."""


@dataclass(frozen=True, slots=True)
class OneSided:
    """A diploma, or a document nobody signed, that only one copy has."""

    title: str
    fate: Fate


@dataclass(frozen=True, slots=True)
class Noted:
    """A thing that both copies have, with different notes."""

    title: str
    here: tuple[str, ...]
    there: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChildDifference:
    """One child in both copies; only what differs."""

    name: str
    """As it is called here; in the other copy where only that one has the child."""
    name_there: str | None
    """Another name in the other copy."""
    fate: Fate | None
    """Of a child that only one copy has; None where both have it."""
    only_here: tuple[OneSided, ...]
    only_there: tuple[OneSided, ...]
    noted: tuple[Noted, ...]
    moved: tuple[str, ...]
    """Titles that lie under another child in the other copy."""
    lines_here: tuple[LedgerEntry, ...]
    lines_there: tuple[LedgerEntry, ...]
    """Lines of the history that come."""
    forgotten: tuple[LedgerEntry, ...]
    """Lines as they are said in one copy, which the family erased in the other: erased they stay."""

    @property
    def differs(self) -> bool:
        same = ChildDifference(self.name, None, None, (), (), (), (), (), (), ())
        return self != same


@dataclass(frozen=True, slots=True)
class Difference:
    """Two copies of one wallet side by side."""

    copy: Path
    children: tuple[ChildDifference, ...]
    """Those that differ, in the order of their names."""
    joining: Merged
    """What joining would change here."""
    behind: bool
    """Whether the copy has anything that is not here, also what no child's records show: issuers' keys, lists
    of revoked diplomas, showings put aside."""

    @property
    def alike(self) -> bool:
        """Whether both copies say the same."""
        return not self.children and not self.joining.changed and not self.behind

    @property
    def goes(self) -> bool:
        """Whether joining takes out anything that is here."""
        things = (thing.fate for child in self.children for thing in child.only_here)
        return Fate.GOES in (*things, *(child.fate for child in self.children))


def compare(file: SealedFile, path: Path, family_of: Callable[[SealedFile], Family]) -> Difference:
    """Lay another copy of the file beside this one; `family_of` gives the children in a file.

    Raises what `SealedFile.merge` and reading the records of either raise.
    """
    other, joined = file.copy_at(path), file.twin()
    joining = merge(joined, family_of(joined), path)
    here, there = picture(file, family_of(file)), picture(other, family_of(other))
    after = picture(joined, family_of(joined))
    found = [_child(child, here, there, after) for child in {**here.children, **there.children}]
    differing = sorted((each for each in found if each.differs), key=lambda each: each.name.casefold())
    return Difference(path, tuple(differing), joining, file.lacks(other))


def _child(child: str, here: Picture, there: Picture, after: Picture) -> ChildDifference:
    name, name_there = here.children.get(child), there.children.get(child)
    own = {thing for thing, (owner, _) in here.things.items() if owner == child}
    theirs = {thing for thing, (owner, _) in there.things.items() if owner == child}
    both = here.things.keys() & there.things.keys()
    return ChildDifference(
        name=name or name_there or "",
        name_there=name_there if name is not None and name != name_there else None,
        fate=None
        if name is not None and name_there is not None
        else _fate(here=name is not None, stays=child in after.children),
        only_here=tuple(_one_sided(own - both, here, after, is_here=True)),
        only_there=tuple(_one_sided(theirs - both, there, after, is_here=False)),
        noted=tuple(
            Noted(here.things[thing][1], here.notes.get(thing, ()), there.notes.get(thing, ()))
            for thing in here.things
            if thing in own & both and here.notes.get(thing) != there.notes.get(thing)
        ),
        moved=tuple(
            title
            for thing, (_, title) in here.things.items()
            if thing in own & both and there.things[thing][0] != child
        ),
        lines_here=_lines(child, here, there),
        lines_there=_lines(child, there, here),
        forgotten=tuple(_forgotten(child, here, there)),
    )


def _fate(*, here: bool, stays: bool) -> Fate:
    if here:
        return Fate.STAYS if stays else Fate.GOES
    return Fate.COMES if stays else Fate.STAYS_OUT


def _one_sided(things: set[str], seen: Picture, after: Picture, *, is_here: bool) -> Iterator[OneSided]:
    for thing, (_, title) in seen.things.items():
        if thing in things:
            yield OneSided(title, _fate(here=is_here, stays=thing in after.things))


def _lines(child: str, seen: Picture, other: Picture) -> tuple[LedgerEntry, ...]:
    return tuple(
        line for digest, (owner, line) in seen.lines.items() if owner == child and digest not in other.lines
    )


def _forgotten(child: str, here: Picture, there: Picture) -> Iterator[LedgerEntry]:
    for digest, (owner, line) in here.lines.items():
        if owner == child and digest in there.lines:
            other = there.lines[digest][1]
            if (line.showing is None) != (other.showing is None):
                yield line if line.showing is not None else other
