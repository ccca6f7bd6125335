"""Decisions about updates that no other test depends on: each of these was a mutant that survived."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.unit.verifier.test_trust_changes import (
    ASKS,
    CLOSED,
    FINAL,
    FROM,
    K1,
    K2,
    K3,
    KIT,
    NARROW,
    OLYMP,
    OTHER,
    PERSON,
    PIN,
    REFUSED,
    SILENT,
    UNTIL,
    believed,
    days,
    entry,
    keyed,
    known,
    olympiad,
    plus,
    published,
    school,
)
from tests.world import NOW, World, seeded_key
from vcwallet.credentials import closing
from vcwallet.credentials.issuers import FinalList, IssuerState, KeyState
from vcwallet.identifiers.controlled_identifier import ControlledIdentifierDocument
from vcwallet.identifiers.did import key as did_key
from vcwallet.timestamps import render
from vcwallet.verifier import ANYTHING, How, Identifier, Pin, TrustedIssuer, TrustedKey, TrustList
from vcwallet.verifier.trust import Removed
from vcwallet.verifier.trust_changes import (
    Change,
    Source,
    What,
    _changed_key,
    _edit,
    apply,
    believing,
    compare,
    compare_closing,
    compare_lists,
    compare_publication,
    scope_text,
)

LATER = UNTIL + timedelta(days=300)
ACADEMY = "did:web:academy.example"


def told(changes: list[Change]) -> list[tuple[Any, Any]]:
    return [(each.decision, each.what) for each in changes]


def one(changes: list[Change]) -> Change:
    (change,) = changes
    return change


# --- applying ---------------------------------------------------------------------------------------------


def test_without_changes_the_list_stays_the_very_same() -> None:
    trust = known()
    assert apply(trust, []) is trust
    refused = Change(REFUSED, What.NAME, "olymp")
    assert apply(trust, [refused], confirmed=lambda _: True) is trust


def test_what_a_person_has_answered_already_is_not_asked_again_and_what_is_refused_never_happens() -> None:
    trust = known()
    proposed = TrustedKey(K2, frozenset({f"{OLYMP}#key-2"}), KeyState.PROPOSED)
    change = one(compare_publication(trust, published((K1, "key-1"), (K2, "key-2")), now=NOW))
    answered = believing(change, replace(proposed, state=KeyState.ACTIVE, pinned=PIN))
    found = apply(trust, [answered]).entry("olymp").key(K2)
    assert found is not None
    assert found.state is KeyState.ACTIVE
    renamed = _edit("olymp", lambda issuer: replace(issuer, name={"ru": "Другая"}))
    refused = Change(REFUSED, What.NAME, "olymp", edit=renamed, confirmed=True)
    assert apply(trust, [refused], confirmed=lambda _: True) is trust


# --- what an issuer publishes -----------------------------------------------------------------------------


def test_after_a_new_key_the_known_ones_are_looked_at_too() -> None:
    document = published((K2, "key-2"), (K1, "key-1"))
    method = document.verification_methods[1]
    withdrawn = replace(
        document, verification_methods=(document.verification_methods[0], replace(method, revoked=NOW))
    )
    assert [each.what for each in compare_publication(known(), withdrawn, now=NOW)] == [
        What.KEY_NEW,
        What.KEY_STATE,
    ]


def two_names(**key: Any) -> TrustList:
    """An olympiad with two identifiers, whose second key is named by both."""
    issuer = replace(
        olympiad(**key),
        ids=(Identifier(OLYMP), Identifier(ACADEMY)),
    )
    both = TrustedKey(K2, frozenset({f"{OLYMP}#key-2", f"{ACADEMY}#key-2"}), pinned=PIN)
    apart = TrustedKey(K3, frozenset({f"{ACADEMY}#key-3"}), pinned=PIN)
    return known(issuer.with_key(both).with_key(apart), school())


def test_a_key_is_missed_only_in_a_document_that_names_it() -> None:
    changes = compare_publication(two_names(), published((K1, "key-1")), now=NOW)
    assert [(each.what, each.subject) for each in changes] == [(What.KEY_GONE, K2.fingerprint)]


def several(*methods: dict[str, Any]) -> ControlledIdentifierDocument:
    """The olympiad's one key under several names, and what is said of each."""
    document = published(*((K1, f"key-{number}") for number in range(1, len(methods) + 1)))
    named = zip(document.verification_methods, methods, strict=True)
    return replace(document, verification_methods=tuple(replace(method, **said) for method, said in named))


def test_of_several_ends_of_a_key_the_earliest_counts() -> None:
    early, late = NOW - days(9), NOW - days(2)
    for first, second in ((early, late), (late, early)):
        trust = apply(
            known(), compare_publication(known(), several({"revoked": first}, {"revoked": second}), now=NOW)
        )
        assert trust.entry("olymp").keys[0].since == early
        trust = apply(
            known(), compare_publication(known(), several({"expires": first}, {"expires": second}), now=NOW)
        )
        assert trust.entry("olymp").keys[0].valid_until == early


def ends(trust: TrustList, at: datetime, now: datetime = NOW) -> TrustedKey:
    changes = compare_publication(trust, several({"expires": at}), now=now)
    return apply(trust, changes).entry("olymp").keys[0]


def test_an_end_an_issuer_publishes_retires_its_key_when_it_is_reached() -> None:
    assert ends(known(), NOW).state is KeyState.RETIRED
    assert ends(known(), NOW + days(1)).state is KeyState.ACTIVE
    assert ends(known(), NOW + days(1)).valid_until == NOW + days(1)
    proposed = known(olympiad(KeyState.PROPOSED), school())
    assert (ends(proposed, NOW - days(1)).state, ends(proposed, NOW - days(1)).valid_until) == (
        KeyState.PROPOSED,
        NOW - days(1),
    )


def test_an_end_before_the_begin_leaves_no_time_and_an_end_that_is_known_is_nothing_new() -> None:
    early = FROM - days(10)
    assert (ends(known(), early).valid_from, ends(known(), early).valid_until) == (FROM, FROM)
    assert compare_publication(known(), several({"expires": UNTIL}), now=NOW) == []


def test_nothing_an_issuer_says_changes_a_key_known_to_be_compromised() -> None:
    bad = known(olympiad(KeyState.COMPROMISED, since=NOW), school())
    assert compare_publication(bad, several({"revoked": NOW - days(90)}), now=NOW) == []


def test_a_key_that_any_name_may_mean_gets_no_names_from_a_document() -> None:
    unnamed = known(replace(olympiad(), keys=(TrustedKey(K1, pinned=PIN),)), school())
    assert compare_publication(unnamed, published((K1, "key-9")), now=NOW) == []


# --- two lists --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after"), [(None, "vuz.example"), ("vuz.example", None), ("a.example", "b.example")]
)
def test_a_change_of_the_recipient_is_told_with_both(before: str | None, after: str | None) -> None:
    change = one(compare(known(recipient=before), known(recipient=after, version=5), source=PERSON))
    assert (change.what, change.before, change.after) == (What.RECIPIENT, before or "", after or "")


def test_a_key_that_a_removed_entry_lost_is_never_taken_again() -> None:
    removed = Removed("klub", NOW.date(), {}, (K2,))
    trust = known(removed=(removed,))
    change = one(compare(trust, plus(OTHER)(replace(trust, version=5)), source=PERSON))
    assert (change.decision, change.what) == (REFUSED, What.KEY_UNUSABLE)


def test_a_name_may_be_called_the_same_only_when_a_person_agrees() -> None:
    trust = known()
    wanted = entry(same_name_as=frozenset({"school-0"}))(replace(trust, version=5))
    assert told(compare(trust, wanted, source=PERSON)) == [(ASKS, What.NAME)]
    assert told(compare(wanted, replace(trust, version=6), source=PERSON)) == []


def test_without_an_identifier_its_keys_keep_no_way_to_be_named() -> None:
    before = two_names()
    issuer = before.entry("olymp")
    free = TrustedKey(school().keys[0].key, pinned=PIN)
    before = known(issuer.with_key(free))
    after = replace(
        before,
        version=5,
        issuers=(replace(issuer.with_key(free), ids=(Identifier(OLYMP),), keys=(issuer.keys[0], free)),),
    )
    gone = [each for each in compare(before, after, source=PERSON) if each.what is What.ID_GONE]
    assert [(each.decision, each.subject) for each in gone] == [(ASKS, ACADEMY)]
    left = apply(before, gone, confirmed=lambda _: True).entry("olymp")
    assert [each.id for each in left.ids] == [OLYMP]
    assert {each.key: each.ids for each in left.keys} == {
        K1: frozenset({f"{OLYMP}#key-1"}),
        K2: frozenset({f"{OLYMP}#key-2"}),
        K3: frozenset({f"{OLYMP}#"}),
        free.key: frozenset(),
    }


# --- keys -------------------------------------------------------------------------------------------------


def test_how_a_key_was_compared_is_told_with_what_was_said_before() -> None:
    proposed = known(olympiad(KeyState.PROPOSED), school())
    kit = Pin(How.KIT, NOW.date())
    change = one(compare(known(), keyed(pinned=kit)(known(version=5)), source=PERSON))
    assert (change.what, change.before, change.after) == (What.KEY_PINNED, "paper", kit.how.value)
    for old, new, words in ((None, PIN, ("", "paper")), (PIN, None, ("paper", ""))):
        change = one(
            compare(
                keyed(pinned=old)(proposed), keyed(pinned=new)(replace(proposed, version=5)), source=PERSON
            )
        )
        assert (change.what, change.before, change.after) == (What.KEY_PINNED, *words)


def test_a_key_is_to_be_compared_only_when_it_becomes_believed() -> None:
    proposed = known(olympiad(KeyState.PROPOSED), school())
    gained = one(compare(proposed, keyed(state=KeyState.ACTIVE, pinned=PIN)(known(version=5)), source=PERSON))
    assert (gained.decision, gained.key and gained.key.state) == (ASKS, KeyState.ACTIVE)
    longer = one(compare(proposed, keyed(valid_until=LATER)(replace(proposed, version=5)), source=PERSON))
    assert (longer.decision, longer.what, longer.key) == (SILENT, What.KEY_WINDOW, None)
    wider = one(compare(known(), keyed(valid_until=LATER)(known(version=5)), source=PERSON))
    assert (wider.decision, wider.key) == (ASKS, None)


def test_no_issuer_brings_a_retired_key_back() -> None:
    have = olympiad(KeyState.RETIRED)
    retired = have.keys[0]
    back = replace(retired, state=KeyState.ACTIVE)
    assert _changed_key(have, retired, back, Source.ISSUER).decision is REFUSED
    assert _changed_key(have, retired, back, PERSON).decision is ASKS


def test_a_kit_that_says_not_how_a_key_was_compared_leaves_what_the_office_noted() -> None:
    trust = apply(
        known(),
        compare(
            known(), keyed(state=KeyState.COMPROMISED, pinned=None, since=NOW)(known(version=5)), source=KIT
        ),
    )
    key = trust.entry("olymp").keys[0]
    assert (key.state, key.pinned) == (KeyState.COMPROMISED, PIN)


@pytest.mark.parametrize("state", [KeyState.ACTIVE, KeyState.COMPROMISED])
def test_a_key_that_goes_leaves_the_others_and_a_compromised_one_is_asked_for_twice(state: KeyState) -> None:
    before = plus(OTHER)(known(olympiad(state), school()))
    after = replace(before, version=5, issuers=(replace(before.entry("olymp"), keys=(OTHER,)), school()))
    change = one(compare(before, after, source=PERSON))
    assert (change.what, change.really) == (What.KEY_GONE, state is KeyState.COMPROMISED)
    left = apply(before, [change], confirmed=lambda _: True).entry("olymp")
    assert [each.key for each in left.keys] == [K2]


# --- issuers that end -------------------------------------------------------------------------------------


def merged(**members: Any) -> TrustedIssuer:
    return replace(olympiad(), state=IssuerState.MERGED, since=NOW, successor="school-0", **members)


def test_an_end_of_the_same_moment_gives_no_more_belief() -> None:
    have, get = known(merged(), school()), known(replace(olympiad(), **CLOSED), school(), version=5)
    assert told(compare(have, get, source=PERSON)) == [(SILENT, What.STATE)]


def test_what_is_opened_again_has_no_final_lists_and_what_is_merged_keeps_them() -> None:
    closed = known(replace(olympiad(), **CLOSED, final_lists=FINAL), school())
    opened = compare(closed, known(version=5), source=PERSON)
    assert apply(closed, opened, confirmed=lambda _: True).entry("olymp").final_lists == {}
    joined = compare(closed, known(merged(), school(), version=5), source=PERSON)
    assert apply(closed, joined, confirmed=lambda _: True).entry("olymp").final_lists == FINAL


# --- status lists -----------------------------------------------------------------------------------------


def test_of_several_states_of_one_list_the_newest_is_taken_and_every_bad_one_told() -> None:
    w = World()
    trust = w.trust(status_lists=())
    states = [w.olympiad.status(NOW - days(number)) for number in (3, 1, 2)]
    same_day = w.olympiad.status(NOW - days(1))
    nameless = {name: value for name, value in states[0].items() if name != "id"}
    foreign = w.stranger.status()
    changes = compare_lists(trust, [nameless, foreign, *states, same_day, w.school.status()], now=NOW)
    assert [(each.what, each.entry) for each in changes] == [
        (What.STATUS_NOT_TAKEN, ""),
        (What.STATUS_NOT_TAKEN, ""),
        (What.STATUS_NEW, w.trusted(w.olympiad).entry),
        (What.STATUS_NEW, w.trusted(w.school).entry),
    ]
    assert changes[2].after == render(NOW - days(1))
    twice = [w.stranger.status(NOW - days(number)) for number in (3, 1)]
    assert [each.what for each in compare_lists(trust, twice, now=NOW)] == [What.STATUS_NOT_TAKEN] * 2
    w.olympiad.revoked = {5}
    of_one_moment = [same_day, w.olympiad.status(NOW - days(1))]
    taken = apply(trust, compare_lists(trust, of_one_moment, now=NOW)).status_lists
    assert taken == (same_day,)
    assert (changes[0].subject, changes[1].subject) == ("", w.stranger.list_id)


def test_a_list_that_is_kept_already_does_not_end_the_reading() -> None:
    w = World()
    newer = w.school.status(NOW)
    changes = compare_lists(w.trust(), [w.olympiad.status(), newer], now=NOW)
    assert [(each.what, each.subject) for each in changes] == [(What.STATUS_NEWER, w.school.list_id)]
    assert (changes[0].before, changes[0].after) == (render(NOW - days(3)), render(NOW))


def test_a_list_of_a_merged_issuer_is_taken_when_nobodys_are_expected() -> None:
    w = World()
    joined = replace(
        w.trusted(w.olympiad), state=IssuerState.MERGED, since=NOW, successor=w.trusted(w.school).entry
    )
    trust = w.trust(joined, w.trusted(w.school), status_lists=())
    assert one(compare_lists(trust, [w.olympiad.status(NOW - days(1))], now=NOW)).what is What.STATUS_NEW


def test_a_list_of_nobody_is_told_under_the_entry_whose_lists_were_expected() -> None:
    w = World()
    trust = w.trust(status_lists=())
    expected = w.trusted(w.school).entry
    change = one(compare_lists(trust, [w.stranger.status()], now=NOW, of=expected))
    assert (change.decision, change.what, change.entry) == (ASKS, What.STATUS_NOT_TAKEN, expected)
    assert one(compare_lists(trust, [w.stranger.status()], now=NOW)).entry == ""


def test_a_list_that_is_not_taken_is_told_under_the_entry_of_its_issuer() -> None:
    w = World()
    forged = w.olympiad.status(key=seeded_key("чужой ключ"))
    for of in (None, w.trusted(w.olympiad).entry):
        change = one(compare_lists(w.trust(status_lists=()), [forged], now=NOW, of=of))
        assert (change.what, change.entry) == (What.STATUS_NOT_TAKEN, w.trusted(w.olympiad).entry)


def test_a_list_that_heals_one_which_counts_for_nothing_has_no_age_to_compare() -> None:
    w = World()
    future = w.olympiad.status(NOW + days(300))
    change = one(compare_lists(believed(w, status_lists=(future,)), [w.olympiad.status(NOW)], now=NOW))
    assert (change.what, change.before, change.after) == (What.STATUS_HEALED, "", render(NOW))


# --- in one line ------------------------------------------------------------------------------------------


def test_a_scope_and_a_key_in_one_line() -> None:
    assert scope_text(ANYTHING) == "*"
    assert scope_text(NARROW) == "olympiad-diploma; number 12; stage final; 2025/26-2026/27"
    assert scope_text(replace(NARROW, numbers=("*",))) == "olympiad-diploma; stage final; 2025/26-2026/27"
    whole = TrustedKey(K2, frozenset({f"{OLYMP}#key-2"}), pinned=PIN)
    change = one(compare(known(), plus(whole)(known(version=5)), source=PERSON))
    assert change.after == "active"
    change = one(compare(known(), plus(replace(whole, valid_from=FROM))(known(version=5)), source=PERSON))
    assert change.after == f"active {render(FROM)[:10]}/"


# --- a statement of closing ----------------------------------------------------------------------------


def statement(
    *,
    since: datetime = NOW,
    issuer: str = OLYMP,
    method: str = f"{OLYMP}#key-1",
    lists: dict[str, FinalList] | None = None,
) -> Any:
    """What the olympiad's first key says of its end."""
    said = closing.Closing(issuer, since, FINAL if lists is None else lists)
    return closing.sign(said, key=seeded_key("ключ 1"), verification_method=method)


def closed_by(trust: TrustList, document: Any) -> tuple[Any, str | None]:
    """The decision of the one change that a statement would make, and why it is refused."""
    (change,) = compare_closing(trust, document, now=LATER)
    assert (change.what, change.after.partition(" ")[0]) == (What.STATE, "closed")
    return change.decision, change.reason.code if change.reason is not None else None


def test_closing_is_asked_about_and_brings_the_last_lists() -> None:
    (change,) = compare_closing(known(), statement(), now=LATER)
    assert (change.decision, change.what, change.after) == (ASKS, What.STATE, f"closed {NOW:%Y-%m-%d}")
    after = apply(known(), [change], confirmed=lambda _: True).entry("olymp")
    assert (after.state, after.since, after.successor) == (IssuerState.CLOSED, NOW, None)
    assert after.final_lists == FINAL


@pytest.mark.parametrize(
    ("key", "reason"),
    [
        ({"valid_from": NOW}, None),
        ({"valid_from": None}, None),
        ({"valid_from": NOW + timedelta(seconds=1)}, "key.not-listed"),
        ({"valid_until": NOW}, None),
        ({"valid_until": None}, None),
        ({"valid_until": NOW - timedelta(seconds=1)}, "key.not-listed"),
        ({"state": KeyState.RETIRED}, None),
        ({"state": KeyState.PROPOSED, "pinned": None}, "key.not-listed"),
        ({"state": KeyState.COMPROMISED, "since": FROM}, "key.not-listed"),
        ({"ids": frozenset({f"{OLYMP}#other"})}, "key.not-listed"),
    ],
)
def test_only_a_key_that_could_sign_at_that_moment_closes(key: dict[str, Any], reason: str | None) -> None:
    assert closed_by(keyed(**key)(known()), statement()) == (REFUSED if reason else ASKS, reason)


def test_a_key_without_a_name_closes_by_its_own() -> None:
    own = did_key.did_of(K1)
    (method,) = (each.id for each in did_key.resolve(own).verification_methods)
    trust = entry(ids=(Identifier(own),))(keyed(ids=frozenset())(known()))
    assert closed_by(trust, statement(issuer=own, method=method)) == (ASKS, None)


def test_a_key_of_another_name_of_the_organisation_closes_that_name_alone() -> None:
    two = entry(ids=(Identifier(OLYMP), Identifier(ACADEMY)))(known())
    trust = keyed(ids=frozenset({f"{ACADEMY}#key-1"}))(two)
    assert closed_by(trust, statement(method=f"{ACADEMY}#key-1"))[0] is REFUSED
    assert closed_by(trust, statement(issuer=ACADEMY, method=f"{ACADEMY}#key-1")) == (ASKS, None)


@pytest.mark.parametrize("position", [0, 1])
def test_every_proof_of_a_statement_bears_the_day_that_it_says(position: int) -> None:
    """One of two that is dated otherwise would let a key close outside its window."""
    said = {name: value for name, value in statement().items() if name != "proof"}
    for at in range(2):
        said = closing.add_proof(
            said,
            suite="eddsa-jcs-2022",
            key=seeded_key("ключ 1"),
            verification_method=f"{OLYMP}#key-1",
            created=NOW - timedelta(days=1) if at == position else NOW,
        )
    assert closed_by(known(), said) == (REFUSED, "closing.date")


def test_of_a_closed_issuer_a_statement_adds_lists_and_moves_nothing() -> None:
    before = NOW - timedelta(days=30)
    had = {"https://olymp.example/status/1": FinalList(before, "sha256-" + "B" * 43 + "=")}
    trust = entry(state=IssuerState.CLOSED, since=before, final_lists=had)(known())
    more = {**FINAL, "https://olymp.example/status/2": FinalList(NOW, "sha256-" + "C" * 43 + "=")}
    (change,) = compare_closing(trust, statement(lists=more), now=LATER)
    assert (change.decision, change.what) == (ASKS, What.FINAL_LISTS)
    after = apply(trust, [change], confirmed=lambda _: True).entry("olymp")
    assert (after.state, after.since) == (IssuerState.CLOSED, before)
    assert after.final_lists == {**more, **had}, "what was final stays"
