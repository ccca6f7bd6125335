"""Changed updates of a trust list: nobody gains belief by them and no revocation is lost, whatever they hold.

What is changed: a whole list that somebody hands over, an identifier document and a status list as an issuer
publishes them. A node of its JSON is removed, renamed, replaced, doubled, or exchanged for one from elsewhere
in the same world, so that keys, identifiers and moments of others turn up in every place. Nobody is there to
confirm anything.
"""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from tests.shared import SOAK
from tests.world import NOW, World, seeded_key
from vcwallet import strict_json
from vcwallet.credentials.issuers import KeyState
from vcwallet.errors import VcwalletError
from vcwallet.identifiers.controlled_identifier import ControlledIdentifierDocument
from vcwallet.strict_json import JsonObject
from vcwallet.verifier import Scope, TrustList, Years
from vcwallet.verifier.scopes import covered
from vcwallet.verifier.trust import list_key
from vcwallet.verifier.trust_changes import Source, apply, compare, compare_lists, compare_publication

pytestmark = pytest.mark.slow

UPDATES = 100_000 if SOAK else 3_000
SHARDS = 4

WORLD = World()
WORLD.olympiad.revoked = {7, 8}
NARROW = Scope(("olympiad-diploma",), Years.parse("2025/26"), numbers=("12",), stages=("final",))
KNOWN = WORLD.trust(
    WORLD.trusted(
        WORLD.olympiad,
        scopes=(NARROW,),
        key={"state": KeyState.RETIRED, "valid_until": NOW - timedelta(days=1)},
    ),
    WORLD.trusted(WORLD.school, scopes=(), key={"state": KeyState.COMPROMISED}),
)
NEWER = WORLD.olympiad.status(NOW - timedelta(days=2))


def published(issuer: Any, *seeds: str) -> JsonObject:
    document = issuer.document.to_json()
    for number, seed in enumerate(seeds, 2):
        method = {
            **document["verificationMethod"][0],
            "id": f"{issuer.id}#key-{number}",
            "publicKeyMultibase": seeded_key(seed).public_key.multibase,
        }
        document["verificationMethod"].append(method)
        document["assertionMethod"].append(method["id"])
    return document


LIST = KNOWN.to_json()
DOCUMENT = published(WORLD.olympiad, "новый")


def nodes(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    yield path, value
    if isinstance(value, dict):
        for key, member in value.items():
            yield from nodes(member, (*path, key))
    elif isinstance(value, list):
        for position, member in enumerate(value):
            yield from nodes(member, (*path, position))


POOL = [
    value
    for document in (LIST, DOCUMENT, NEWER, published(WORLD.stranger, "чужой"), WORLD.school.status())
    for path, value in nodes(document)
    if path
] + [
    *("active", "retired", "compromised", "proposed", "closed", "merged", "kit", "paper", "*", ["*"]),
    *("2099-01-01", "2099-01-01T00:00:00Z", "2020-01-01", "", None, 0, 1, True, [], {}),
    {"how": "kit", "on": "2026-01-01"},
]


def changed(document: JsonObject, chance: random.Random) -> Any:
    """A copy with one to four nodes changed."""
    twin: Any = copy.deepcopy(document)
    for _ in range(chance.choice((1, 1, 1, 2, 3, 4))):
        found = [(path, value) for path, value in nodes(twin) if path]
        if not found:
            return twin
        path, value = chance.choice(found)
        owner = twin
        for step in path[:-1]:
            owner = owner[step]
        deed = chance.randrange(6)
        if deed == 0:
            del owner[path[-1]]
        elif deed == 1 and isinstance(owner, dict):
            owner[chance.choice((f"{path[-1]}s", "until", "from", "kind", "revoked", "expires"))] = value
        elif deed == 2 and isinstance(owner, list):
            owner.append(copy.deepcopy(value))
        elif deed == 3 and isinstance(value, str) and value:
            at = chance.randrange(len(value))
            owner[path[-1]] = value[:at] + chance.choice("aZ09-#/*ы") + value[at + 1 :]
        else:
            owner[path[-1]] = copy.deepcopy(chance.choice(POOL))
    return twin


def handed_over(trust: TrustList, chance: random.Random) -> TrustList:
    coming = TrustList.parse(strict_json.dumps(changed(LIST, chance)))
    source = Source.PERSON
    after = apply(trust, compare(trust, coming, source=source))
    return apply(after, compare_lists(after, coming.status_lists, now=NOW))


def of_the_issuer(trust: TrustList, chance: random.Random) -> TrustList:
    document = ControlledIdentifierDocument.parse(changed(DOCUMENT, chance))
    return apply(trust, compare_publication(trust, document, now=NOW))


def status_list(trust: TrustList, chance: random.Random) -> TrustList:
    document = strict_json.loads_object(strict_json.dumps(changed(NEWER, chance)))
    return apply(trust, compare_lists(trust, [document], now=NOW))


MAKERS: tuple[Callable[[TrustList, random.Random], TrustList], ...] = (
    handed_over,
    of_the_issuer,
    status_list,
)


def believed(trust: TrustList) -> dict[tuple[str, str], tuple[Any, ...]]:
    """For each identifier and key that can confirm anything, the window in which."""
    return {
        (identifier, key.key.multibase): (key.valid_from, key.valid_until)
        for issuer in trust.issuers
        for identifier in issuer.identifiers
        for key in trust.listed(identifier).keys
        if key.state in (KeyState.ACTIVE, KeyState.RETIRED)
    }


def meaning(document: JsonObject) -> tuple[Any, ...]:
    """What a status list says.

    That a value stands alone or in a list of one, and whether an issuer is an identifier or an object with
    one, is no difference.
    """
    (subject,) = as_list(document["credentialSubject"])
    said = [list_key(document), *(document.get(name) for name in ("validFrom", "validUntil"))]
    return (*said, *(as_list(subject.get(name)) for name in ("statusPurpose", "encodedList", "id")))


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def gained(before: TrustList, after: TrustList) -> list[str]:
    """What an update gave or lost that nobody confirmed."""
    complaints = []
    had = believed(before)
    for pair, (start, end) in believed(after).items():
        if pair not in had:
            complaints.append(f"believed: {pair}")
            continue
        old_start, old_end = had[pair]
        if (old_start and (start is None or start < old_start)) or (
            old_end and (end is None or end > old_end)
        ):
            complaints.append(f"window wider: {pair}")
    for issuer in before.issuers:
        now = next((each for each in after.issuers if each.entry == issuer.entry), None)
        if now is None:
            complaints.append(f"gone: {issuer.entry}")
            continue
        if now.name != issuer.name or not covered(now.scopes, issuer.scopes):
            complaints.append(f"name or scope: {issuer.entry}")
        for key in issuer.keys:
            found = now.key(key.key)
            if found is None or (key.state is KeyState.COMPROMISED and found.state is not key.state):
                complaints.append(f"forgotten: {key.key.fingerprint}")
    if {each.entry for each in after.issuers} - {each.entry for each in before.issuers}:
        complaints.append("a new entry")
    known = [meaning(each) for each in (*before.status_lists, NEWER)]
    lists = [meaning(each) for each in after.status_lists]
    complaints += [f"a list from elsewhere: {each[:3]}" for each in lists if each not in known]
    kept = {list_key(each) for each in after.status_lists}
    complaints += [f"a list lost: {each['id']}" for each in before.status_lists if list_key(each) not in kept]
    return complaints


def test_the_unchanged_updates_are_taken() -> None:
    """So that what follows is not true for want of anything happening."""
    assert apply(KNOWN, compare_lists(KNOWN, [NEWER], now=NOW)).status_lists != KNOWN.status_lists
    assert not compare(KNOWN, TrustList.parse(strict_json.dumps(LIST)), source=Source.PERSON)
    document = ControlledIdentifierDocument.parse(DOCUMENT)
    assert compare_publication(KNOWN, document, now=NOW)


@pytest.mark.parametrize("shard", range(SHARDS))
def test_no_changed_update_gives_belief_or_forgets_a_revocation(shard: int) -> None:
    chance = random.Random(shard)
    did_something = 0
    for number in range(UPDATES // SHARDS):
        state = chance.getstate()
        try:
            after = MAKERS[number % len(MAKERS)](KNOWN, chance)
        except VcwalletError:
            continue
        complaints = gained(KNOWN, after)
        assert not complaints, (shard, number, state[1][-1], complaints)
        did_something += after != KNOWN
    assert did_something > UPDATES // SHARDS // 200
