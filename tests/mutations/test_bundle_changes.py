"""Every single-node change of a valid bundle: none is accepted, none is a traceback.

The bundle holds three credentials of two issuers. Each node of its JSON is changed in every way its type
allows: removed, replaced, duplicated under another name, wrapped, reordered where order has a meaning.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest

from tests.world import NOW, UNIVERSITY, World
from vcwallet import strict_json
from vcwallet.bundle.codec import Bundle
from vcwallet.errors import VcwalletError
from vcwallet.report import Outcome
from vcwallet.verifier import Verifier

pytestmark = pytest.mark.slow

WORLD = World()
VERIFIER = Verifier(WORLD.trust())
BUNDLE = WORLD.bundle(
    WORLD.olympiad.diploma(1, holder=WORLD.child.id),
    WORLD.olympiad.diploma(2, holder=WORLD.child.id),
    WORLD.school.diploma(
        3,
        holder=WORLD.child.id,
        familyName="Тестов",
        givenName="Пробник",
        patronymicName="Вымыслович",
        dateOfBirth="2009-05-17",
    ),
)

Change = tuple[str, Any]


def nodes(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    yield path, value
    if isinstance(value, dict):
        for key, member in value.items():
            yield from nodes(member, (*path, key))
    elif isinstance(value, list):
        for position, member in enumerate(value):
            yield from nodes(member, (*path, position))


def parent(document: Any, path: tuple[str | int, ...]) -> Any:
    for step in path[:-1]:
        document = document[step]
    return document


def replacements(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, str):
        yield "one letter", ("Ъ" if value[:1] != "Ъ" else "Ы") + value[1:]
        yield "longer", value + "x"
        yield "emptied", ""
        yield "nulled", None
        yield "a number", 1
        yield "an object", {"@value": value}
        yield "a language", {"@value": value, "@language": "ru"}
    elif isinstance(value, dict):
        yield "emptied", {}
        yield "nulled", None
        yield "a grade added", {**value, "grade": "2"}
        yield "a known term added", {**value, "description": "ещё кое-что"}
        yield "a keyword added", {**value, "@index": "x"}
        yield "a graph added", {**value, "@graph": []}
        yield "its own context", {**value, "@context": {"familyName": None}}
    elif isinstance(value, list):
        yield "emptied", []
        yield "null inside", [*value, None]
        yield "a stranger inside", [*value, "stranger"]
        if len(value) > 1:
            yield "last removed", value[:-1]
            yield "first removed", value[1:]


def changes() -> Iterator[tuple[str, Any]]:
    for path, value in nodes(BUNDLE.presentation):
        pointer = strict_json.pointer(path) or "/"
        for name, new in replacements(value):
            twin = copy.deepcopy(BUNDLE.presentation)
            if not path:
                twin = new
            else:
                parent(twin, path)[path[-1]] = new
            yield f"{pointer}: {name}", twin
        if path:
            twin = copy.deepcopy(BUNDLE.presentation)
            del parent(twin, path)[path[-1]]
            yield f"{pointer}: removed", twin
        if path and isinstance(path[-1], str):
            twin = copy.deepcopy(BUNDLE.presentation)
            owner = parent(twin, path)
            owner["undefinedTerm"] = owner.pop(path[-1])
            yield f"{pointer}: renamed", twin


def reordered_contexts() -> Iterator[tuple[str, Any]]:
    for path, value in nodes(BUNDLE.presentation):
        if path and path[-1] == "@context" and len(value) > 1:
            twin = copy.deepcopy(BUNDLE.presentation)
            parent(twin, path)[path[-1]] = value[::-1]
            yield f"{strict_json.pointer(path)}: reversed", twin


ALL = [*changes(), *reordered_contexts()]
SHARDS = 8


def test_the_unchanged_bundle_is_confirmed() -> None:
    assert VERIFIER.check(BUNDLE, domain=UNIVERSITY, now=NOW).outcome is Outcome.CONFIRMED


def test_there_are_enough_changes_to_mean_something() -> None:
    assert len(ALL) > 1000


@pytest.mark.parametrize("shard", range(SHARDS))
def test_no_change_is_accepted(shard: int) -> None:
    accepted = []
    for name, document in ALL[shard::SHARDS]:
        try:
            bundle = Bundle.parse(strict_json.loads_object(strict_json.dumps(document)))
        except VcwalletError:
            continue
        report = VERIFIER.check(bundle, domain=UNIVERSITY, now=NOW)
        if report.outcome is Outcome.CONFIRMED:
            accepted.append(name)
    assert not accepted
