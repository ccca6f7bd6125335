"""Every file of the next kit is looked at before anybody signs it, and what is wrong is told by its path."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.kits import MANIFEST
from tests.world import NOW as LISTED
from tests.world import World
from vcwallet import strict_json
from vcwallet.errors import UsageError
from vcwallet.verifier.kit.checking import file_changes, problems, trust_changes
from vcwallet.verifier.kit.filling import parts_of, place_of
from vcwallet.verifier.scopes import Scope, Years
from vcwallet.verifier.trust_changes import Decision, What

NOW = datetime(2027, 6, 1, 9, tzinfo=UTC)
CAP = Scope(("school-award", "project"), Years.parse("2024/25-2026/27"))
WIDE = Scope(("school-award", "sport-norm"), Years.parse("2024/25-2026/27"))
CAPPED = replace(MANIFEST, caps={"region-00": (CAP,)})
WORLD = World()
NATIONAL, BODY, STATUS = "trust/national.json", "bodies/region-00/trust.json", "status/olymp-example/1.json"
LEVELS, PACK = "levels/2025-26.json", "packs/vymysel/2027.toml"


def dumps(document: Any) -> bytes:
    return strict_json.dumps(document).encode("utf-8")


def content() -> dict[str, bytes]:
    school = WORLD.trusted(WORLD.school, scopes=(CAP,))
    return {
        NATIONAL: dumps(WORLD.trust(WORLD.trusted(WORLD.olympiad), status_lists=()).to_json()),
        BODY: dumps(WORLD.trust(school, status_lists=()).to_json()),
        STATUS: dumps(WORLD.olympiad.status()),
    }


def found(files: Mapping[str, bytes], before: Mapping[str, bytes] | None = None) -> dict[str, str]:
    return {each.path: each.error.code for each in problems(CAPPED, files, before or {}, now=NOW)}


def trust_file(path: str, change: Callable[[dict[str, Any]], object]) -> dict[str, bytes]:
    document = json.loads(content()[path])
    change(document)
    return {path: dumps(document)}


def test_files_that_are_in_order_have_no_problem() -> None:
    assert found(content()) == {}
    assert found(content(), content()) == {}


@pytest.mark.parametrize(
    ("path", "data", "expected"),
    [
        (NATIONAL, b"", "trust.not-one"),
        (NATIONAL, b"{", "json.malformed"),
        (NATIONAL, b"[" * 100_000, "json.too-deep"),
        (NATIONAL, b'{"format": "vcwallet-trust-list/1"}', "trust.format"),
        (NATIONAL, b"\xff\xfe", "trust.not-one"),
        (NATIONAL, b'{"\xff": 1}', "json.not-utf-8"),
        (NATIONAL, "№;Фамилия".encode("cp1251"), "trust.not-one"),
        (STATUS, b"{}", "kit.malformed"),
        (STATUS, b"PK\x03\x04", "json.malformed"),
        (LEVELS, b"{}", "levels.format"),
        (PACK, b"a =", "policy.unreadable"),
        ("readme.txt", b"", "kit.name"),
        ("trust/../../evil.json", b"{}", "kit.name"),
    ],
)
def test_a_malformed_file_is_named_with_its_path_and_its_neighbours_are_looked_at(
    path: str, data: bytes, expected: str
) -> None:
    told = found({**content(), path: data, "trust/other.json": b"{"})
    assert told[path] == expected
    assert told["trust/other.json"] == "json.malformed"
    assert set(told) <= {path, "trust/other.json", STATUS}


def test_the_words_are_those_of_the_reader_and_of_the_maintainer() -> None:
    files = trust_file(NATIONAL, lambda document: document["issuers"][0].update(scope=[]))
    (problem,) = problems(CAPPED, {**content(), **files}, {}, now=NOW)
    assert problem.error.code == "trust.unknown-member"
    assert problem.error.evidence["member"] == "scope"
    assert "maintainer" not in problem.error.next_step


def test_a_body_cannot_believe_anybody_for_more_than_its_cap() -> None:
    wider = WORLD.trust(WORLD.trusted(WORLD.school, scopes=(CAP, WIDE)), status_lists=())
    (problem,) = problems(CAPPED, {**content(), BODY: dumps(wider.to_json())}, {}, now=NOW)
    assert (problem.path, problem.error.code) == (BODY, "kit.beyond-cap")
    assert problem.error.evidence["entry"] == wider.issuers[0].entry
    assert "cap" in problem.error.next_step
    # The kit's own list is not capped.
    assert found({NATIONAL: dumps(wider.to_json())}) == {}


def test_an_organisation_stands_in_one_list() -> None:
    twice = WORLD.trust(WORLD.trusted(WORLD.olympiad, scopes=(CAP,)), status_lists=())
    (problem,) = problems(CAPPED, {**content(), BODY: dumps(twice.to_json())}, {}, now=NOW)
    assert (problem.path, problem.error.code) == ("trust/", "trust.overlap")
    assert "out of the kit" in problem.error.next_step


def test_a_status_list_is_of_an_issuer_of_the_kit_and_signed_by_it() -> None:
    stranger = dumps(WORLD.stranger.status())
    assert found({**content(), "status/o1ymp/1.json": stranger}) == {
        "status/o1ymp/1.json": "kit.status-of-nobody"
    }
    forged = json.loads(content()[STATUS])
    forged["validFrom"] = "2026-06-09T00:00:00Z"
    assert found({**content(), STATUS: dumps(forged)}) == {STATUS: "proof.signature"}


def test_a_status_list_does_not_go_back() -> None:
    WORLD.olympiad.revoked = {3, 4}
    before = {**content(), STATUS: dumps(WORLD.olympiad.status())}
    WORLD.olympiad.revoked = set()
    fewer = dumps(WORLD.olympiad.status(LISTED - timedelta(days=1)))
    assert found({**content(), STATUS: fewer}, before) == {STATUS: "kit.status-older"}
    WORLD.olympiad.revoked = {3, 4}
    older = dumps(WORLD.olympiad.status(LISTED - timedelta(days=9)))
    WORLD.olympiad.revoked = set()
    assert found({**before, STATUS: older}, before) == {STATUS: "kit.status-older"}


@pytest.mark.parametrize(
    ("change", "path"),
    [
        (lambda document: document["issuers"].clear(), "trust/"),
        (lambda document: document["issuers"][0].update(keys=[]), "trust/"),
        (lambda document: document.update(version=6), NATIONAL),
    ],
)
def test_what_offices_would_refuse_is_refused_here(
    change: Callable[[dict[str, Any]], object], path: str
) -> None:
    before = {**content(), **trust_file(NATIONAL, lambda document: document.update(version=7))}
    after = json.loads(before[NATIONAL])
    change(after)
    files = {NATIONAL: dumps(after), BODY: before[BODY]}
    assert found(files, before) == {path: "kit.change-refused"}


def test_an_organisation_that_is_written_down_as_removed_may_go() -> None:
    def remove(document: dict[str, Any]) -> None:
        (gone,) = document["issuers"]
        document.update(issuers=[], removed=[{"entry": gone["entry"], "on": "2027-05-01"}])

    files = {BODY: content()[BODY], **trust_file(NATIONAL, remove)}
    assert found(files, content()) == {}
    changes = trust_changes(CAPPED, content(), files, now=NOW)
    assert [(each.what, each.decision) for each in changes] == [(What.ENTRY_GONE, Decision.SILENT)]


def test_files_are_told_as_new_changed_or_gone() -> None:
    changes = file_changes({"a": b"1", "b": b"1", "c": b"1"}, {"b": b"1", "c": b"2", "d": b"1"})
    assert [(each.fate, each.path) for each in changes] == [("gone", "a"), ("changed", "c"), ("new", "d")]


def test_a_file_finds_its_place_in_the_kit_by_what_it_is() -> None:
    known = content()
    assert place_of(known[NATIONAL], "a.json", sources={}) == "trust/trust-list.json"
    assert place_of(known[NATIONAL], "a.json", sources={}, body="region-00") == BODY
    assert place_of(known[STATUS], "a.json", sources=known) == STATUS
    assert place_of(known[STATUS], "a.json", sources={NATIONAL: known[NATIONAL]}) == STATUS
    second = json.loads(known[STATUS]) | {"id": "https://olymp.example/status/2"}
    assert place_of(dumps(second), "a.json", sources=known) == "status/olymp-example/2.json"


def test_status_lists_inside_a_trust_list_become_files_of_the_kit() -> None:
    listed = dumps(WORLD.olympiad.status())
    own = WORLD.trust(WORLD.trusted(WORLD.olympiad), status_lists=(json.loads(listed),))
    parts = parts_of(dumps(own.to_json()), "a.json", sources={})
    assert list(parts) == ["trust/trust-list.json", STATUS]
    assert json.loads(parts[STATUS]) == json.loads(listed)
    assert json.loads(parts["trust/trust-list.json"]) == replace(own, status_lists=()).to_json()
    assert found(parts) == {}
    assert found({"trust/trust-list.json": dumps(own.to_json())}) == {
        "trust/trust-list.json": "kit.offices-own"
    }
    # A body's list is taken apart in the same way: the kit, not the body, signs lists of revoked diplomas.
    assert list(parts_of(dumps(own.to_json()), "a.json", sources={}, body="region-00")) == [BODY, STATUS]


def test_a_status_list_inside_a_trust_list_does_not_take_the_place_of_a_newer_one() -> None:
    own = WORLD.trust(WORLD.trusted(WORLD.olympiad), status_lists=(WORLD.olympiad.status(LISTED),))
    given, known = dumps(own.to_json()), {NATIONAL: content()[NATIONAL]}
    newer = dumps(WORLD.olympiad.status(LISTED + timedelta(days=1)))
    older = dumps(WORLD.olympiad.status(LISTED - timedelta(days=1)))
    assert STATUS not in parts_of(given, "national.json", sources={**known, STATUS: newer})
    assert STATUS in parts_of(given, "national.json", sources={**known, STATUS: older})
    unreadable = dumps(json.loads(older) | {"validFrom": "yesterday"})
    assert STATUS in parts_of(given, "national.json", sources={**known, STATUS: unreadable})


def test_a_status_list_of_an_issuer_that_the_trust_list_has_not_stays_outside() -> None:
    own = WORLD.trust(WORLD.trusted(WORLD.olympiad), status_lists=(WORLD.stranger.status(),))
    assert list(parts_of(dumps(own.to_json()), "a.json", sources={})) == ["trust/trust-list.json"]


def test_a_maintainer_is_told_how_a_list_without_demands_is_made() -> None:
    files = trust_file(NATIONAL, lambda document: document.update(recipient="priem.vuz.example"))
    (problem,) = problems(CAPPED, {**content(), **files}, {}, now=NOW)
    assert problem.error.code == "kit.offices-own"
    assert "without a domain" in problem.error.next_step
    assert "maintainer" not in problem.error.next_step


@pytest.mark.parametrize(
    ("data", "name", "body", "expected"),
    [
        (b"{}", "a.json", "", "kit.unknown-file"),
        (b"\x89PNG\xff", "a.png", "", "kit.unknown-file"),
        (b"{}", "a.json", "region-00", "kit.not-a-trust-list"),
        (dumps(World().stranger.status()), "a.json", "", "kit.status-of-nobody"),
        (b"{", "a.json", "", "json.malformed"),
        (b"a =", "a.toml", "", "policy.unreadable"),
    ],
)
def test_a_file_that_no_kit_holds_is_said_so(data: bytes, name: str, body: str, expected: str) -> None:
    with pytest.raises(Exception) as caught:
        place_of(data, name, sources=content(), body=body)
    assert getattr(caught.value, "code", "") == expected
    assert isinstance(caught.value, UsageError) or expected == "json.malformed"
