"""Decisions of the trust list that no other test depends on: each of these was a mutant that survived."""

from __future__ import annotations

import base64
import hashlib
from datetime import timedelta
from typing import Any

import pytest

from tests.world import NOW, World, altered, seeded_key
from vcwallet.credentials.achievement import facts
from vcwallet.credentials.credential import Credential
from vcwallet.credentials.issuers import IssuerState
from vcwallet.errors import Action, UsageError
from vcwallet.strict_json import dumps
from vcwallet.verifier import Binding, TrustList, trust_file
from vcwallet.verifier.scopes import Scope, Within, Years
from vcwallet.verifier.trust import Distrust, Removed, _digits, new_keys


def test_what_the_list_demands_and_whom_it_removed_is_read_back() -> None:
    w = World()
    gone = Removed("klub", NOW.date(), {}, (w.stranger.key.public_key,))
    trust = w.trust(require_status=True, status_age=timedelta(days=3), removed=(gone,))
    document = trust.to_json()
    assert (document["requireStatus"], document["statusDays"]) == (True, 3)
    again = TrustList.parse(dumps(document))
    assert (again.require_status, again.status_age, again.removed) == (True, timedelta(days=3), (gone,))


def test_distrust_is_read_back_as_it_was_written() -> None:
    w = World()
    scope = Scope(("project",), Years.parse("2025/26"))
    distrust = (
        Distrust(w.olympiad.id, text={"ru": "попросили не учитывать"}),
        Distrust(w.school.id, keys=(w.school.key.public_key,), only_for=(scope,)),
    )
    document = w.trust(distrust=distrust).to_json()
    assert document["distrust"] == [
        {"id": w.olympiad.id, "text": {"ru": "попросили не учитывать"}},
        {
            "id": w.school.id,
            "keys": [w.school.key.public_key.multibase],
            "onlyFor": [trust_file.scope_json(scope)],
        },
    ]
    assert TrustList.parse(dumps(document)).distrust == distrust
    assert "distrust" not in w.trust().to_json()


def test_a_list_has_the_digest_of_the_bytes_it_was_read_from() -> None:
    text = dumps(World().trust().to_json()) + "\n"
    expected = "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    assert TrustList.parse(text).digest == TrustList.parse(text.encode()).digest == expected


@pytest.mark.parametrize("place", ["compromised", "distrust"])
def test_a_key_that_is_none_is_refused_as_the_users_own_mistake(place: str) -> None:
    document = World().trust().to_json()
    if place == "compromised":
        document["removed"] = [{"entry": "klub", "on": "2026-01-01", "compromised": ["z6Mkbroken"]}]
    else:
        document["distrust"] = [{"id": "did:web:klub.example", "keys": ["z6Mkbroken"]}]
    with pytest.raises(UsageError) as caught:
        TrustList.parse(dumps(document))
    assert caught.value.code.startswith(("key.", "multibase."))


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ({"kinds": ["project"], "years": "*", "more": 1}, "trust.unknown-member"),
        ({"kinds": "project", "years": "*"}, "trust.malformed"),
    ],
)
def test_a_scope_that_stands_alone_is_read_or_refused(document: dict[str, Any], code: str) -> None:
    scope = Scope(("project",), Years.parse("2025/26"))
    assert trust_file.read_scope(trust_file.scope_json(scope)) == scope
    with pytest.raises(UsageError) as caught:
        trust_file.read_scope(document)
    assert caught.value.code == code


def test_an_empty_list_names_no_entries() -> None:
    with pytest.raises(UsageError) as caught:
        TrustList((), issued_at=NOW).entry("klub")
    assert caught.value.evidence == {"entry": "klub", "known": "-"}


def test_nobody_is_believed_for_anything_whom_nobody_listed() -> None:
    w = World()
    said = facts(Credential.parse(w.olympiad.diploma(7)))
    assert w.trust().scope_of(w.olympiad.id, said).within is Within.INSIDE
    assert w.trust().scope_of(w.stranger.id, said).within is Within.OUTSIDE


def test_a_newer_list_takes_the_place_of_its_own_older_state_only() -> None:
    w = World()
    trust, newer = w.trust(), w.olympiad.status(NOW - timedelta(days=1))
    assert trust.with_status_list(newer, now=NOW).status_lists == (w.school.status(), newer)


@pytest.mark.parametrize("why", [None, {"ru": "попросили"}])
def test_why_an_entry_was_removed_is_kept(why: dict[str, str] | None) -> None:
    w = World()
    left = w.trust().without_entry(w.trusted(w.olympiad).entry, on=NOW.date(), why=why)
    assert [each.text for each in left.removed] == [why or {}]


def test_a_known_state_counts_though_it_begins_only_later_or_says_no_begin() -> None:
    w = World()
    clean = w.olympiad.status(NOW - timedelta(days=1))
    w.olympiad.revoked.add(7)
    later = w.olympiad.status(NOW + timedelta(days=30))
    with pytest.raises(UsageError) as caught:
        w.trust(status_lists=(later,)).with_status_list(clean, now=NOW)
    assert (caught.value.code, caught.value.evidence) == ("trust.un-revokes", {"number": 1})
    undated = {name: value for name, value in later.items() if name not in ("proof", "validFrom")}
    trust = w.trust(status_lists=(w.olympiad.sign(undated),))
    with pytest.raises(UsageError) as caught:
        trust.with_status_list(clean, now=NOW)
    assert caught.value.code == "trust.un-revokes"


def test_a_state_of_an_issuer_that_is_not_listed_is_nothing_to_forget() -> None:
    w = World()
    new = w.trust().admitted(w.olympiad.status(NOW), now=NOW)
    w.olympiad.revoked.add(7)
    without = w.trust(w.trusted(w.school), status_lists=(w.olympiad.status(),))
    assert without.forgotten_by(new, now=NOW) == 0


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"same_name_as": frozenset({"second"})}, {}),
        ({}, {"same_name_as": frozenset({"first"})}),
        ({"successor": "second", "state": IssuerState.MERGED, "since": NOW}, {}),
        ({}, {"successor": "first", "state": IssuerState.MERGED, "since": NOW}),
    ],
    ids=["said of the first", "said of the second", "the first merged", "the second merged"],
)
def test_one_name_for_two_is_allowed_where_it_is_said(first: dict[str, Any], second: dict[str, Any]) -> None:
    w = World()
    named = {"name": {"ru": w.olympiad.name}}
    entries = (
        w.trusted(w.olympiad, entry="first", **first),
        w.trusted(w.school, entry="second", **named, **second),
    )
    assert len(w.trust(*entries, status_lists=()).issuers) == 2
    with pytest.raises(UsageError) as caught:
        w.trust(
            w.trusted(w.olympiad, entry="first"),
            w.trusted(w.school, entry="second", **named),
            status_lists=(),
        )
    assert caught.value.code == "trust.look-alike"


def test_of_several_fingerprints_that_are_nobodys_the_same_one_is_always_told() -> None:
    w = World()
    given = [seeded_key(f"чужой ключ {number}").public_key.fingerprint for number in range(4)]
    told = set()
    for order in (given, given[::-1]):
        with pytest.raises(UsageError) as caught:
            new_keys(TrustList((), issued_at=NOW), w.olympiad.document, fingerprints=order, who="", now=NOW)
        told.add(str(caught.value.evidence["fingerprint"]))
    assert told == {sorted(_digits(each) for each in given)[0][:64]}


def test_what_stands_twice_is_told_with_both_places() -> None:
    w = World()
    with pytest.raises(UsageError) as caught:
        w.trust(w.trusted(w.olympiad, entry="first"), w.trusted(w.olympiad, entry="second"), status_lists=())
    assert caught.value.evidence["places"] == "first, second"


def test_only_a_binding_that_demands_more_than_a_document_is_written() -> None:
    w = World()
    assert "binding" not in w.trust(binding=Binding.DOCUMENT).to_json()
    assert w.trust(binding=Binding.ADDRESSED).to_json()["binding"] == "addressed"


def test_a_list_has_the_name_it_was_started_with() -> None:
    name = {"ru": "Приёмная комиссия"}
    assert (TrustList.start(now=NOW, name=name).name, TrustList.start(now=NOW).name) == (name, {})


def test_a_state_that_is_not_newer_changes_nothing() -> None:
    w = World()
    trust = w.trust(status_lists=(w.olympiad.status(NOW - timedelta(days=1)),))
    w.olympiad.revoked.add(7)
    assert trust.with_status_list(w.olympiad.status(NOW - timedelta(days=2)), now=NOW) is trust


def test_of_three_with_one_name_two_that_may_share_it_do_not_excuse_the_third() -> None:
    w = World()
    one_name = {"ru": w.olympiad.name}
    shared = frozenset({"second"})
    entries = (
        w.trusted(w.olympiad, entry="first", same_name_as=shared),
        w.trusted(w.school, entry="second", name=one_name),
        w.trusted(w.stranger, entry="third", name=one_name),
    )
    with pytest.raises(UsageError) as caught:
        w.trust(*entries, status_lists=())
    assert (caught.value.code, caught.value.evidence["other"]) == ("trust.look-alike", "first")


@pytest.mark.parametrize(
    ("change", "code", "pointer"),
    [
        (lambda d: d["statusLists"][0].pop("id"), "trust.malformed", "/statusLists/0/id"),
        (lambda d: d["statusLists"][0].pop("issuer"), "trust.malformed", "/statusLists/0/issuer"),
        (lambda d: d["statusLists"][0].update(issuer=5), "trust.malformed", "/statusLists/0/issuer"),
        (lambda d: d["issuers"][0]["keys"][0].update(key="z0000"), "multibase.alphabet", None),
    ],
)
def test_what_is_no_list_and_no_key_in_the_file_is_named(change: Any, code: str, pointer: str | None) -> None:
    changed = altered(World().trust().to_json(), change)
    with pytest.raises(UsageError) as caught:
        TrustList.parse(dumps(changed))
    assert (caught.value.code, caught.value.evidence.get("pointer")) == (code, pointer)


def test_whoever_adds_an_issuer_again_is_told_of_updating() -> None:
    w = World()
    with pytest.raises(UsageError) as caught:
        w.trust().with_issuer(w.olympiad.document, name={"ru": "О"}, scopes=[], fingerprints=(), now=NOW)
    assert (caught.value.code, caught.value.action) == ("trust.listed-already", Action.UPDATE_ENTRY)
