"""No sequence of updates gives belief that no person or kit gave, or forgets a key's fate or a revocation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.shared import SOAK
from tests.world import NOW, World, seeded_key
from vcwallet.credentials.issuers import IssuerState, KeyState
from vcwallet.errors import UsageError
from vcwallet.identifiers.controlled_identifier import ControlledIdentifierDocument
from vcwallet.strict_json import JsonObject
from vcwallet.verifier import (
    ANYTHING,
    How,
    Identifier,
    Pin,
    Scope,
    TrustedIssuer,
    TrustedKey,
    TrustList,
    Years,
)
from vcwallet.verifier.scopes import covered
from vcwallet.verifier.trust import list_key
from vcwallet.verifier.trust_changes import Source, apply, compare, compare_lists, compare_publication

OLYMP, SCHOOL = "did:web:olymp.example", "did:web:school.example"
SEEDS = ("один", "два", "три", "четыре")
MOMENTS = tuple(datetime(year, 1, 1, tzinfo=UTC) for year in (2024, 2025, 2026, 2027))
PIN = Pin(How.PAPER, date(2025, 9, 10))
NARROW = Scope(("olympiad-diploma",), Years.parse("2025/26"), numbers=("12",), stages=("final",))
SCOPES = ((), (NARROW,), (replace(NARROW, profiles=("физика",)),), (ANYTHING,))

seeds = st.sampled_from(SEEDS)
moments = st.none() | st.sampled_from(MOMENTS)
states = st.sampled_from(KeyState)


def key(seed: str, owner: str, state: KeyState, start: datetime | None, end: datetime | None) -> TrustedKey:
    if start and end and start > end:
        start, end = end, start
    return TrustedKey(
        seeded_key(seed).public_key,
        frozenset({f"{owner}#{seed}"}),
        state,
        start,
        end or (MOMENTS[-1] if state is KeyState.RETIRED else None),
        pinned=None if state is KeyState.PROPOSED else PIN,
    )


@st.composite
def lists(draw: st.DrawFn) -> TrustList:
    """A list of the olympiad and the school, each with keys of its own choice."""
    issuers = []
    left = list(SEEDS)
    for owner, entry, name in ((OLYMP, "olymp", "Олимпиада"), (SCHOOL, "school", "Школа")):
        if draw(st.integers(0, 5)) == 0:
            continue
        chosen = [seed for seed in draw(st.lists(seeds, max_size=3, unique=True)) if seed in left]
        left = [seed for seed in left if seed not in chosen]
        closed = draw(st.integers(0, 3)) == 0
        issuers.append(
            TrustedIssuer(
                entry,
                {"ru": draw(st.sampled_from((name, f"{name} другая")))},
                (Identifier(owner, draw(moments)),),
                tuple(key(seed, owner, draw(states), draw(moments), draw(moments)) for seed in chosen),
                draw(st.sampled_from(SCOPES)),
                IssuerState.CLOSED if closed else IssuerState.ACTIVE,
                draw(st.sampled_from(MOMENTS)) if closed else None,
            )
        )
    return TrustList(tuple(issuers), NOW, version=draw(st.integers(1, 3)))


@st.composite
def publications(draw: st.DrawFn) -> ControlledIdentifierDocument:
    owner = draw(st.sampled_from((OLYMP, SCHOOL)))
    methods: list[Any] = []
    for number, seed in enumerate(draw(st.lists(seeds, max_size=3, unique=True))):
        ends = {
            name: moment.isoformat().replace("+00:00", "Z")
            for name in ("expires", "revoked")
            if (moment := draw(moments)) is not None
        }
        methods.append(
            {
                "id": f"{owner}#{draw(st.sampled_from(('key-1', f'key-{number + 2}')))}",
                "type": "Multikey",
                "controller": owner,
                "publicKeyMultibase": seeded_key(seed).public_key.multibase,
                **ends,
            }
        )
    methods = list({each["id"]: each for each in methods}.values())
    return ControlledIdentifierDocument.parse(
        {
            "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
            "id": owner,
            "verificationMethod": methods,
            "assertionMethod": [each["id"] for each in methods],
        }
    )


Update = Callable[[TrustList], TrustList]


def from_the_issuer(document: ControlledIdentifierDocument) -> Update:
    def update(trust: TrustList) -> TrustList:
        return apply(trust, compare_publication(trust, document, now=NOW)) if trust.of(document.id) else trust

    return update


def from_somebody(coming: TrustList) -> Update:
    return lambda trust: apply(trust, compare(trust, coming, source=Source.PERSON))


def from_the_kit(coming: TrustList) -> Update:
    return lambda trust: apply(trust, compare(trust, coming, source=Source.KIT))


def believed(trust: TrustList) -> set[tuple[str, str]]:
    """Entries with the keys by which something of theirs can be confirmed."""
    return {
        (issuer.entry, key.key.multibase) for issuer in trust.issuers for key in issuer.keys if key.believed
    }


def compromised(trust: TrustList) -> set[str]:
    return {
        key.key.multibase
        for issuer in trust.issuers
        for key in issuer.keys
        if key.state is KeyState.COMPROMISED
    } | {key.multibase for gone in trust.removed for key in gone.compromised}


unconfirmed = st.one_of(publications().map(from_the_issuer), lists().map(from_somebody))


@settings(max_examples=3000 if SOAK else 150, deadline=None)
@given(lists(), st.lists(unconfirmed, max_size=6))
def test_updates_that_nobody_confirms_only_ever_take_belief_away(
    start: TrustList, updates: list[Update]
) -> None:
    trust = start
    for update in updates:
        before, trust = trust, update(trust)
        assert believed(trust) <= believed(before)
        assert compromised(trust) >= compromised(before)
        assert [each.entry for each in trust.issuers] == [each.entry for each in before.issuers]
        for now, was in zip(trust.issuers, before.issuers, strict=True):
            assert (now.name, now.identifiers) == (was.name, was.identifiers)
            assert covered(now.scopes, was.scopes)
            assert was.state is IssuerState.ACTIVE or now.state is was.state
            for held in was.keys:
                known = now.key(held.key)
                assert known is not None
                if known.believed:
                    assert (known.valid_from or MOMENTS[0]) >= (held.valid_from or MOMENTS[0])
                    assert held.valid_until is None or (known.valid_until or NOW) <= held.valid_until


@settings(max_examples=3000 if SOAK else 150, deadline=None)
@given(lists(), st.lists(st.tuples(lists(), st.lists(unconfirmed, max_size=2)), max_size=4))
def test_every_key_that_is_believed_was_given_by_the_start_or_by_a_kit(
    start: TrustList, rounds: list[tuple[TrustList, list[Update]]]
) -> None:
    trust, given_by_somebody, bad = start, believed(start), compromised(start)
    for coming, updates in rounds:
        try:
            trust = from_the_kit(coming)(trust)
        except UsageError:
            # The kit's list and the office's cannot be one list, so none of it is taken.
            continue
        given_by_somebody |= believed(coming)
        bad |= compromised(trust)
        for update in updates:
            trust = update(trust)
            bad |= compromised(trust)
        assert believed(trust) <= given_by_somebody
        assert not {material for _, material in believed(trust)} & bad
        assert compromised(trust) >= bad


# --- status lists -----------------------------------------------------------------------------------------


@lru_cache(maxsize=512)
def signed(signer: str, days: int, revoked: frozenset[int]) -> JsonObject:
    """The olympiad's list by its own key, by somebody's, or by the school under the olympiad's URL."""
    world = World()
    world.olympiad.revoked = set(revoked)
    at = NOW + timedelta(days=days)
    if signer == "olympiad":
        return world.olympiad.status(at)
    if signer == "thief":
        return world.olympiad.status(at, key=seeded_key("вор"))
    unsigned = {name: value for name, value in world.olympiad.status(at).items() if name != "proof"}
    return world.school.sign({**unsigned, "issuer": world.school.id}, created=at)


states_of_a_list = st.builds(
    signed,
    st.sampled_from(("olympiad", "thief", "school")),
    st.sampled_from((-9, -3, -2, -1, 0, 400)),
    st.frozensets(st.sampled_from((3, 17, 99))),
)


def revoked_by(trust: TrustList) -> dict[tuple[str, str] | None, set[int]]:
    found = {}
    for document in trust.status_lists:
        bits = trust.admitted(document, now=NOW).bits
        found[list_key(document)] = {each for each in (3, 17, 99) if bits[each // 8] >> (7 - each % 8) & 1}
    return found


@settings(max_examples=1500 if SOAK else 60, deadline=None)
@given(st.lists(st.lists(states_of_a_list, max_size=3), max_size=4))
def test_no_sequence_of_status_lists_forgets_a_revocation(updates: list[list[JsonObject]]) -> None:
    world = World()
    trust = world.trust(status_lists=())
    for documents in updates:
        before, trust = trust, apply(trust, compare_lists(trust, documents, now=NOW))
        known, now = revoked_by(before), revoked_by(trust)
        assert now.keys() >= known.keys()
        assert all(now[each] >= known[each] for each in known)
        assert {key[0] for key in now if key} <= {world.olympiad.id, world.school.id}
