"""One diploma counts once, however often and in whatever form it is shown.

    items = counted_once(items)

Two items are one diploma by their issuer's id for it, or by what the issuer signed, whichever parts of it are
shown. Without an id in sight no diploma of Open Badges is confirmed, so hiding it makes no second one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Final, TypeVar

from vcwallet.report import Check, Fate, Finding, Item, Result
from vcwallet.verifier.journal_values import to_json

__all__ = ["counted_once", "mark", "names", "numbered_on"]

T = TypeVar("T")

_ORDER: Final = (Fate.CONFIRMED, Fate.UNKNOWN, Fate.NOT_COUNTED, Fate.REFUSED)


def mark(signed: bytes) -> str:
    """What `Item.marks` holds of the bytes that an issuer signed."""
    return hashlib.sha256(signed).hexdigest()


def names(item: Item) -> frozenset[str]:
    """By what a diploma is known: items that have one of these in common are one diploma."""
    found = {f"{item.issuer.id} {each}" for each in (item.id, *item.marks) if each}
    if not found:
        found.add(mark(f"{item.issuer.id} {to_json(item.person)} {to_json(item.achievement)}".encode()))
    return frozenset(found)


def counted_once(
    items: Iterable[T], item_of: Callable[[T], Item], with_item: Callable[[T, Item], T]
) -> list[T]:
    """Everything, of each diploma one copy as it was: the one that says most, and of equal ones the first.

    The others do not count, and say as which they are counted. What is refused stays so, and so does what is
    a copy already.
    """
    given = list(items)
    best: dict[int, Item] = {}
    places = _same([item_of(each) for each in given])
    for each, place in zip(given, places, strict=True):
        item = item_of(each)
        known = best.setdefault(place, item)
        if _ORDER.index(item.outcome) < _ORDER.index(known.outcome):
            best[place] = item
    counted: list[T] = []
    for each, place in zip(given, places, strict=True):
        item, kept = item_of(each), best[place]
        if kept is item or item.outcome is Fate.REFUSED or item.is_duplicate:
            counted.append(each)
            continue
        twice = Finding.about(Check.DEMANDS, Result.NOT_COUNTED, "demands.twice", number=kept.number)
        counted.append(
            with_item(
                each,
                replace(
                    item,
                    outcome=Fate.NOT_COUNTED,
                    code="item.duplicate",
                    evidence={"number": kept.number},
                    findings=(*item.findings, twice),
                ),
            )
        )
    return counted


def numbered_on(item: Item, before: int) -> Item:
    """The item among others, of which `before` come before those of its report."""
    evidence, number = item.evidence, item.evidence.get("number")
    if item.is_duplicate and isinstance(number, int):
        evidence = {**evidence, "number": number + before}
    inside = None if item.inside is None else item.inside + before
    return replace(item, number=item.number + before, inside=inside, evidence=evidence)


def _same(items: Sequence[Item]) -> list[int]:
    """For each item the place of the first that is the same diploma."""
    known: dict[str, int] = {}
    first = list(range(len(items)))

    def root(place: int) -> int:
        while first[place] != place:
            place = first[place]
        return place

    for place, item in enumerate(items):
        for name in names(item):
            one, other = sorted((root(known.setdefault(name, place)), root(place)))
            first[other] = one
    return [root(place) for place in range(len(items))]
