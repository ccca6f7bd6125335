"""Decisions about one entry and about the file that no other test depends on: mutants that survived."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.unit.verifier.test_trust_changes import (
    FINAL,
    FROM,
    K1,
    K2,
    NARROW,
    OLYMP,
    PIN,
    UNTIL,
    known,
    olympiad,
    published,
    school,
)
from tests.unit.verifier.test_trust_list import document
from tests.world import NOW, seeded_key
from vcwallet import limits, strict_json
from vcwallet.credentials.issuers import IssuerState, KeyState
from vcwallet.errors import Action, UsageError
from vcwallet.identifiers.did import key as did_key
from vcwallet.verifier import Identifier, TrustedIssuer, TrustedKey, TrustList, Years
from vcwallet.verifier.trusted_issuer import as_usage, entry_name, key_of, signing_keys

ACADEMY = "did:web:academy.example"


def refused(work: Callable[[], object]) -> UsageError:
    with pytest.raises(UsageError) as caught:
        work()
    return caught.value


# --- keys and entries -------------------------------------------------------------------------------------


def test_no_key_is_believed_that_nobody_compared() -> None:
    assert refused(lambda: TrustedKey(K1)).code == "trust.key-not-pinned"
    retired = {"state": KeyState.RETIRED, "valid_until": UNTIL}
    assert refused(lambda: TrustedKey(K1, **retired)).code == "trust.key-not-pinned"  # type: ignore[arg-type]
    assert not TrustedKey(K1, state=KeyState.COMPROMISED).believed


def test_one_name_that_can_be_read_is_enough() -> None:
    issuer = replace(olympiad(), name={"ru": " ", "en": "The Invention"})
    assert (issuer.display_name, issuer.name_in("en")) == ("The Invention", "The Invention")
    assert refused(lambda: replace(olympiad(), name={"ru": " "})).code == "trust.no-name"


def test_a_name_is_said_in_the_language_asked_for_where_there_is_one() -> None:
    issuer = replace(olympiad(), name={"ru": "Вымысел", "en": "Invention"})
    assert (issuer.name_in("en"), issuer.name_in("ru"), issuer.name_in("tt")) == (
        "Invention",
        "Вымысел",
        "Вымысел",
    )


CANNOT_BE: dict[str, dict[str, Any]] = {
    "active since": {"since": NOW},
    "closed without a day": {"state": IssuerState.CLOSED},
    "merged with nobody": {"state": IssuerState.MERGED, "since": NOW},
    "closed and followed": {"state": IssuerState.CLOSED, "since": NOW, "successor": "school-0"},
    "active with final lists": {"final_lists": FINAL},
    "merged with itself": {"state": IssuerState.MERGED, "since": NOW, "successor": "olymp"},
}


@pytest.mark.parametrize("what", CANNOT_BE)
def test_an_entry_cannot_be(what: str) -> None:
    assert refused(lambda: replace(olympiad(), **CANNOT_BE[what])).code == "trust.state"


def test_the_gate_is_told_the_keys_of_the_identifier_it_asks_about() -> None:
    issuer = replace(
        olympiad(),
        ids=(Identifier(OLYMP), Identifier(ACADEMY, FROM + timedelta(days=30), UNTIL - timedelta(days=30))),
    )
    both = TrustedKey(K2, frozenset({f"{OLYMP}#key-2", f"{ACADEMY}#key-2"}), pinned=PIN, valid_from=FROM)
    anyhow = TrustedKey(
        seeded_key("безымянный").public_key, pinned=PIN, valid_from=UNTIL - timedelta(days=40)
    )
    listed = issuer.with_key(both).with_key(anyhow).listed(ACADEMY)
    assert [(each.key, each.ids) for each in listed.keys] == [
        (K2, frozenset({f"{ACADEMY}#key-2"})),
        (anyhow.key, frozenset()),
    ]
    # The later begin and the earlier end of the key's window and of the identifier's.
    assert [(each.valid_from, each.valid_until) for each in listed.keys] == [
        (FROM + timedelta(days=30), UNTIL - timedelta(days=30)),
        (UNTIL - timedelta(days=40), UNTIL - timedelta(days=30)),
    ]
    long = replace(issuer, ids=(Identifier(OLYMP, FROM - timedelta(days=9), UNTIL + timedelta(days=9)),))
    assert [(each.valid_from, each.valid_until) for each in long.listed(OLYMP).keys] == [(FROM, UNTIL)]


def test_an_identifier_that_is_its_own_key_must_be_one() -> None:
    wrong = refused(lambda: replace(school(), ids=(Identifier("did:key:z0000"),), keys=()))
    assert wrong.code == "multibase.alphabet"
    lacking = did_key.did_of(K2)
    assert (
        refused(lambda: replace(olympiad(), ids=(Identifier(OLYMP), Identifier(lacking)))).code
        == "trust.key-missing"
    )


def test_only_what_a_document_says_of_its_own_keys_for_signing_is_taken() -> None:
    own = published((K1, "key-1"), (K2, "key-2"))
    assert set(signing_keys(own)) == {K1, K2}
    first, second = own.verification_methods
    for changed in (
        replace(second, controller=ACADEMY),
        replace(second, id=f"{ACADEMY}#key-2"),
    ):
        named = {"assertionMethod": (first.id, changed.id)}
        foreign = replace(own, verification_methods=(first, changed), relationships=named)
        assert set(signing_keys(foreign)) == {K1}
    assert set(signing_keys(replace(own, relationships={"assertionMethod": (first.id,)}))) == {K1}
    assert set(signing_keys(replace(own, relationships={"authentication": (first.id, second.id)}))) == set()


@pytest.mark.parametrize(
    ("identifier", "taken", "name"),
    [
        ("did:web:olymp.example", (), "olymp-example"),
        ("https://olymp.example/about", (), "olymp-example-about"),
        ("did:web:olymp.example", ("olymp-example",), "olymp-example-2"),
        ("https://школа.example", (), "example"),
        ("https://школа/", ("issuer",), "issuer-2"),
        ("https://школа/", (), "issuer"),
        ("did:web:x", (), "issuer"),
        ("did:web:x", ("issuer",), "x-2"),
    ],
)
def test_an_entry_is_named_after_its_identifier(identifier: str, taken: tuple[str, ...], name: str) -> None:
    assert entry_name(identifier, taken) == name


def test_a_key_is_meant_by_one_of_its_names_and_the_known_ones_are_told() -> None:
    both = TrustedKey(K2, frozenset({f"{OLYMP}#key-2", f"{OLYMP}#second"}), pinned=PIN)
    nameless = TrustedKey(seeded_key("безымянный").public_key, pinned=PIN)
    issuer = olympiad().with_key(both).with_key(nameless)
    assert key_of(issuer, "second") is both
    assert key_of(issuer, "key-2") is both
    short = K2.fingerprint.replace(" ", "")[-3:]
    told = refused(lambda: key_of(issuer, short))
    assert told.code == "trust.unknown-key"
    assert str(told.evidence["known"]).split("; ") == [
        f"{K1.fingerprint} ({OLYMP}#key-1)",
        f"{K2.fingerprint} ({OLYMP}#key-2, {OLYMP}#second)",
        f"{nameless.key.fingerprint} ({nameless.type_name})",
    ]


# --- the file ---------------------------------------------------------------------------------------------


def parsed(change: Callable[[dict[str, Any]], Any]) -> UsageError:
    changed = document()
    change(changed)
    return refused(lambda: TrustList.parse(strict_json.dumps(changed)))


def test_a_newer_format_is_answered_with_how_to_make_a_list() -> None:
    assert parsed(lambda d: d.update(format="vcwallet-trust-list/3")).action is Action.MAKE_TRUST_LIST


def test_a_list_of_another_format_in_an_unlisted_file_keeps_its_action() -> None:
    told = as_usage(UsageError("x.y", "", next_step=Action.UPDATE))
    assert (told.action, told.next_step_template) == (Action.UPDATE, Action.UPDATE.sentence)
    told = as_usage(UsageError("x.y", "", next_step="Turn it off and on."))
    assert (told.action, told.next_step_template) == (None, "Turn it off and on.")


def test_what_is_no_json_keeps_the_advice_of_whoever_read_it() -> None:
    with pytest.raises(Exception) as caught:
        strict_json.loads_object(b"{")
    lower = caught.value
    told = refused(lambda: TrustList.parse(b"{"))
    assert (told.code, told.action, told.next_step_template) == (
        getattr(lower, "code", None),
        getattr(lower, "action", None),
        getattr(lower, "next_step_template", None),
    )


WHERE: dict[str, tuple[Callable[[dict[str, Any]], Any], str, str]] = {
    "at the top": (lambda d: d.update(extra=1), "trust.unknown-member", "/"),
    "what is missing": (lambda d: d["issuers"][0].pop("entry"), "trust.malformed", "/issuers/0/entry"),
    "years that are neither": (
        lambda d: d["issuers"][0]["scopes"][0].update(years=7),
        "trust.malformed",
        "/issuers/0/scopes/0/years",
    ),
    "any stage misspelt": (
        lambda d: d["issuers"][0]["scopes"][0].update(stages=["**"]),
        "trust.malformed",
        "/issuers/0/scopes/0/stages/0",
    ),
    "a number for a text": (
        lambda d: d["issuers"][0].update(region=0),
        "trust.malformed",
        "/issuers/0/region",
    ),
    "a text for a number": (lambda d: d.update(version="7"), "trust.malformed", "/version"),
    "too long a text": (
        lambda d: d["issuers"][0].update(region="0" * (limits.TRUST_NAME_CHARACTERS + 1)),
        "trust.malformed",
        "/issuers/0/region",
    ),
    "a final list under a star": (
        lambda d: d["issuers"][1]["finalLists"].update({"*": 5}),
        "trust.malformed",
        "/issuers/1/finalLists/*",
    ),
}


@pytest.mark.parametrize("what", WHERE)
def test_what_is_wrong_in_the_file_is_named_by_its_place(what: str) -> None:
    change, code, pointer = WHERE[what]
    told = parsed(change)
    assert (told.code, told.evidence["pointer"]) == (code, pointer)


def test_what_is_missing_and_what_is_too_long_is_said_so() -> None:
    assert "is missing" in str(parsed(WHERE["what is missing"][0]))
    long = parsed(WHERE["too long a text"][0])
    assert (long.evidence["limit"], "longer than" in str(long)) == (limits.TRUST_NAME_CHARACTERS, True)


def test_open_years_and_ends_of_days_are_written_and_read() -> None:
    scopes = tuple(replace(NARROW, years=Years.parse(text)) for text in ("2024/25-", "-2026/27", "*"))
    end = datetime(2027, 8, 31, 23, 59, 59, tzinfo=UTC)
    issuer: TrustedIssuer = replace(
        olympiad(valid_until=end), scopes=scopes, ids=(Identifier(OLYMP, FROM, end),)
    )
    written: Any = known(issuer).to_json()
    assert (
        written["issuers"][0]["ids"][0]["until"] == written["issuers"][0]["keys"][0]["until"] == "2027-08-31"
    )
    again = TrustList.parse(strict_json.dumps(written)).entry("olymp")
    assert (again.scopes, again.ids) == (scopes, issuer.ids)
