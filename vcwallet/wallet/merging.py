"""Two copies of one wallet brought together, and what that changed, said in a family's words.

A sealed file merges by itself: all records, minus those either copy removed. That alone would lose what was
removed in one copy and worked on in the other since they parted, so such a thing stays: a diploma with a
note that the removing copy never had, a child with anything new. No clock is asked, for two devices have two.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from vcwallet.sealed_file import SealedFile
from vcwallet.sealed_file.slots import PassphraseSlot
from vcwallet.strict_json import JsonObject
from vcwallet.wallet import records
from vcwallet.wallet.child import Diploma
from vcwallet.wallet.family import Family
from vcwallet.wallet.guardians import Guardians
from vcwallet.wallet.ledger import LedgerEntry

_ABOUT: frozenset[str] = frozenset({records.NOTE, records.NUMBER})
"""Kinds of records that speak about another record."""
_OF_ONE_CHILD: frozenset[str] = frozenset({records.CHILD, records.KEY, records.MEANINGS})


@dataclass(frozen=True, slots=True)
class Merged:
    """What a merge changed in this copy; titles and names for people."""

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    moved: tuple[str, ...] = ()
    noted: tuple[str, ...] = ()
    """Diplomas whose notes are others than before."""
    renamed: tuple[tuple[str, str], ...] = ()
    """Children by the name before and after."""
    children_added: tuple[str, ...] = ()
    children_removed: tuple[str, ...] = ()
    stayed: tuple[str, ...] = ()
    """What one copy removed and the other worked on since."""
    showings: int = 0
    """Lines of the history that came."""
    ways_in_changed: bool = False
    """Whether other passphrases, codes or people open this copy than before."""
    passphrase_closed: bool = False
    """Whether the family's own passphrase of before opens this copy no longer."""

    @property
    def changed(self) -> bool:
        return self != Merged()


@dataclass(frozen=True, slots=True)
class _Record:
    kind: str
    owner: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Picture:
    """What a family sees of one copy."""

    children: Mapping[str, str]
    things: Mapping[str, tuple[str, str]]
    """From what a diploma says, or a child's document, to the child's id and its title."""
    notes: Mapping[str, tuple[str, ...]]
    lines: Mapping[str, tuple[str, LedgerEntry]]
    """From a digest to the child's id and the line of the history."""
    ways_in: frozenset[str]
    passphrases: frozenset[str]
    """Of the ways in the passphrases that are no guardian's."""


def merge(file: SealedFile, family: Family, path: Path) -> Merged:
    """Take over what another copy of the file has; the caller saves.

    Raises what `SealedFile.merge` raises; nothing is changed then.
    """
    before, ours = picture(file, family), _all(file)
    there = file.copy_at(path)
    theirs = _all(there)
    file.merge(path)
    stayed = [*_children_that_stay(file, ours, theirs), *_diplomas_that_stay(file, {**theirs, **ours})]
    family.settle_numbers()
    after = picture(file, family)
    names = {**before.children, **after.children}

    def said(thing: str, seen: Picture) -> str:
        child, title = seen.things[thing]
        return f"{names.get(child, '')}: {title}"

    both = before.things.keys() & after.things.keys()
    return Merged(
        added=tuple(said(each, after) for each in after.things if each not in before.things),
        removed=tuple(said(each, before) for each in before.things if each not in after.things),
        moved=tuple(said(each, after) for each in both if before.things[each][0] != after.things[each][0]),
        noted=tuple(
            said(each, after) for each in sorted(both) if before.notes.get(each) != after.notes.get(each)
        ),
        renamed=tuple(
            (name, after.children[child])
            for child, name in before.children.items()
            if child in after.children and after.children[child] != name
        ),
        children_added=_names(after.children, before.children),
        children_removed=_names(before.children, after.children),
        stayed=tuple(
            said(thing, after) if thing in after.things else after.children.get(thing, "") for thing in stayed
        ),
        showings=len(after.lines.keys() - before.lines.keys()),
        ways_in_changed=before.ways_in != after.ways_in,
        passphrase_closed=not before.passphrases <= after.passphrases,
    )


def _names(there: Mapping[str, str], not_there: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(name for child, name in there.items() if child not in not_there)


def picture(file: SealedFile, family: Family) -> Picture:
    """What a family sees of an opened copy; raises what reading its records raises."""
    children = {child.id: child.name for child in family.children}
    things: dict[str, tuple[str, str]] = {}
    notes: dict[str, tuple[str, ...]] = {}
    lines: dict[str, tuple[str, LedgerEntry]] = {}
    for child in family.children:
        found = child.notes()
        for kept in family.everything(child=child):
            # A document that is put back has another record, and one scan may be of two children.
            name = kept.meaning if isinstance(kept, Diploma) else f"{child.id} {_digest(kept.data)}"
            things[name] = (child.id, kept.title)
            if kept.id in found:
                notes[name] = tuple(note.words for note in found[kept.id])
        lines.update((line.digest, (child.id, line)) for line in child.ledger.entries())
    passphrases = frozenset(slot.id for slot in file.slots if isinstance(slot, PassphraseSlot))
    return Picture(
        children,
        things,
        notes,
        lines,
        frozenset(slot.id for slot in file.slots),
        passphrases - Guardians(file).slots,
    )


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _all(file: SealedFile) -> dict[str, _Record]:
    return {info.id: _Record(info.kind, info.owner, file.get(info.id)) for info in file.records()}


def _children_that_stay(
    file: SealedFile, ours: Mapping[str, _Record], theirs: Mapping[str, _Record]
) -> Iterator[str]:
    """Put back a child that one copy removed where the other has something new of it."""
    for has, lacks in ((ours, theirs), (theirs, ours)):
        children = _owners(has) - _owners(lacks)
        left = {info.owner for info in file.records()}
        for child in sorted(children & left):
            # What went to another entry of the child, when the two were merged, stays there.
            elsewhere = {file.get(info.id) for info in file.records() if info.kind not in _OF_ONE_CHILD}
            gone = {
                record: each
                for record, each in has.items()
                if each.owner == child
                and not _is_there(file, record)
                and each.kind != records.MEANINGS
                and each.data not in elsewhere
            }
            if gone:
                _put_back(file, gone)
                yield child


def _diplomas_that_stay(file: SealedFile, known: Mapping[str, _Record]) -> Iterator[str]:
    """Put back a diploma that one copy removed where the other has a note that came since."""
    there = {info.id for info in file.records()}
    for info in file.records():
        if info.kind != records.NOTE:
            continue
        about = records.text(records.load(file.get(info.id)), "about")
        removed = known.get(about)
        if about in there or removed is None or removed.kind != records.CREDENTIAL:
            continue
        meaning = records.text(records.load(removed.data), "meaning")
        if not any(_means(file, each.id, meaning) for each in file.records() if each.owner == info.owner):
            _put_back(file, {about: removed})
            yield meaning


def _put_back(file: SealedFile, gone: Mapping[str, _Record]) -> None:
    """Records under new ids, for a removed id never comes back; what speaks about them follows."""
    moved: dict[str, str] = {}
    for record, each in gone.items():
        if each.kind not in _ABOUT:
            moved[record] = file.put(each.data, kind=each.kind, owner=each.owner)
    speaking = [each for each in gone.values() if each.kind in _ABOUT]
    for info in file.records():
        if info.kind in _ABOUT:
            each = _Record(info.kind, info.owner, file.get(info.id))
            if records.text(records.load(each.data), "about") in moved:
                speaking.append(each)
                file.remove(info.id)
    for each in speaking:
        document: JsonObject = records.load(each.data)
        about = records.text(document, "about")
        document = {**document, "about": moved.get(about, about)}
        file.put(records.dump(document), kind=each.kind, owner=each.owner)


def _owners(found: Mapping[str, _Record]) -> set[str]:
    return {each.owner for each in found.values() if each.kind == records.CHILD}


def _is_there(file: SealedFile, record: str) -> bool:
    return any(info.id == record for info in file.records())


def _means(file: SealedFile, record: str, meaning: str) -> bool:
    kind = next(info.kind for info in file.records() if info.id == record)
    if kind != records.CREDENTIAL:
        return False
    return records.text(records.load(file.get(record)), "meaning") == meaning
