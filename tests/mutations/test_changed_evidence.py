"""Changed bundles and changed status lists, at random: none is confirmed with another meaning.

A bundle with a stapled list, and a list that stands alone beside it, are changed in one to three places at
once: a node of the JSON is removed, renamed, replaced, doubled, or exchanged for one from elsewhere in the
same world. What is still confirmed must say the very same facts, and a diploma that an unchanged list revokes
is never confirmed.
"""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from tests.shared import SOAK
from tests.world import NOW, UNIVERSITY, World
from vcwallet import strict_json
from vcwallet.bundle.codec import Bundle
from vcwallet.errors import VcwalletError
from vcwallet.report import Fate, Outcome, Report
from vcwallet.verifier import Verifier

pytestmark = pytest.mark.slow

CHANGES = 50_000 if SOAK else 400
"""Of each of the two things that are changed."""
SHARDS = 4

WORLD = World()
GOOD = WORLD.olympiad.status(NOW - timedelta(days=3))
WORLD.olympiad.revoked = {8}
REVOKING = WORLD.olympiad.status(NOW - timedelta(days=2))
SHOWN = WORLD.bundle(
    WORLD.olympiad.diploma(7, holder=WORLD.child.id), WORLD.olympiad.diploma(8, holder=WORLD.child.id)
)
STAPLED = {"presentation": SHOWN.presentation, "list": GOOD}
FRESH = Verifier(WORLD.trust(status_lists=(REVOKING,)))
EMPTY = Verifier(WORLD.trust(status_lists=()))


def meaning(report: Report) -> list[tuple[str, str, str]]:
    return sorted((item.id, item.person.name, repr(item.achievement)) for item in report.items)


UNCHANGED = FRESH.check(SHOWN, domain=UNIVERSITY, now=NOW)
STRANGERS: list[Any] = [
    *(WORLD.school.diploma(3), WORLD.school.status(), None, "", "did:key:z6Mk", 0, True, [], {}),
    *(
        "2099-01-01T00:00:00Z",
        "revocation",
        "suspension",
        "H4sIAAAAAAAAA-3BMQEAAADCoPVPbQwfoAAAAAAAAAAAAAAAAAAAAIC3AYbSVKsAQAAA",
    ),
]


def places(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    yield path
    members = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for key, member in members:
        yield from places(member, (*path, key))


def at(value: Any, path: tuple[str | int, ...]) -> Any:
    for step in path:
        value = value[step]
    return value


def changed(document: Any, chance: random.Random) -> Any:
    twin = copy.deepcopy(document)
    for _ in range(chance.randint(1, 3)):
        every = [path for path in places(twin) if path]
        if not every:
            break
        path = chance.choice(every)
        owner, step = at(twin, path[:-1]), path[-1]
        value = owner[step]
        how = chance.randrange(6)
        if how == 0:
            del owner[step]
        elif how == 1:
            owner[step] = copy.deepcopy(chance.choice(STRANGERS))
        elif how == 2:
            owner[step] = copy.deepcopy(at(twin, chance.choice(every)))
        elif how == 3 and isinstance(value, str) and value:
            spot = chance.randrange(len(value))
            owner[step] = value[:spot] + chance.choice("aЯ0u=-") + value[spot + chance.randint(0, 1) :]
        elif how == 4 and isinstance(owner, dict):
            owner[chance.choice(["undefinedTerm", "name", "id", "type", "proof", "@id"])] = owner.pop(step)
        elif isinstance(owner, list):
            owner.insert(chance.randrange(len(owner) + 1), copy.deepcopy(value))
        else:
            owner[step] = [value, copy.deepcopy(value)]
    return twin


def answers(shard: int, chance: random.Random) -> Iterator[tuple[str, Report]]:
    """Each change with its answer; one that is no bundle any more has none."""
    for number in range(shard, CHANGES, SHARDS):
        pieces = changed(STAPLED, chance)
        try:
            document = strict_json.loads_object(strict_json.dumps(pieces))
            bundle = Bundle.parse(
                {
                    "type": "VcwalletBundle",
                    "presentation": document.get("presentation"),
                    "statusLists": [document.get("list")],
                }
            )
        except VcwalletError:
            continue
        yield f"bundle {number}", FRESH.check(bundle, domain=UNIVERSITY, now=NOW)
        yield f"bundle {number} alone", EMPTY.check(bundle, domain=UNIVERSITY, now=NOW)


def test_unchanged_one_diploma_is_confirmed_and_the_revoked_one_does_not_count() -> None:
    assert [item.outcome for item in UNCHANGED.items] == [Fate.CONFIRMED, Fate.NOT_COUNTED]
    assert UNCHANGED.outcome is Outcome.PARTLY


@pytest.mark.parametrize("shard", range(SHARDS))
def test_no_changed_bundle_says_anything_else(shard: int) -> None:
    known = {item.id: (item.person.name, repr(item.achievement)) for item in UNCHANGED.items}
    wrong = []
    for name, report in answers(shard, random.Random(f"bundle {shard}")):
        if report.outcome is Outcome.REFUSED:
            continue
        for item in report.items:
            counts = item.outcome is Fate.CONFIRMED
            if counts and known.get(item.id) != (item.person.name, repr(item.achievement)):
                wrong.append((name, item.id, "another meaning"))
            if counts and item.id == UNCHANGED.items[1].id and "alone" not in name:
                wrong.append((name, item.id, "revoked"))
    assert not wrong


@pytest.mark.parametrize("shard", range(SHARDS))
def test_no_changed_list_clears_a_revoked_diploma(shard: int) -> None:
    """Beside a changed list there is nothing else, so only a list that holds can confirm anything."""
    chance = random.Random(f"list {shard}")
    wrong = []
    for number in range(shard, CHANGES, SHARDS):
        list_ = changed(REVOKING, chance)
        if not isinstance(list_, dict) or list_ == REVOKING:
            continue
        try:
            given = strict_json.loads_object(strict_json.dumps(list_))
            report = Verifier(WORLD.trust(status_lists=()), status_lists=(given,)).check(
                SHOWN, domain=UNIVERSITY, now=NOW
            )
        except VcwalletError:
            continue
        if report.items[1].outcome is Fate.CONFIRMED:
            wrong.append((number, list_))
    assert not wrong
