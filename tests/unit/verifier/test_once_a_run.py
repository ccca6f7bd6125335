"""What one run of checks does once: its lists are verified once, and what it remembers changes no answer."""

from __future__ import annotations

import pickle
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.world import NOW, UNIVERSITY, World
from vcwallet.errors import VcwalletError
from vcwallet.proofs.cryptosuites.canonical_forms import UnsecuredDocument
from vcwallet.proofs.cryptosuites.selection import NamedStatements
from vcwallet.proofs.jsonld import PINNED, to_quads
from vcwallet.proofs.rdfc import canonicalize
from vcwallet.report import Outcome
from vcwallet.verifier import Verifier, statuses


@pytest.fixture
def admitted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The ids of the status lists whose signature was looked at."""
    seen: list[str] = []
    admit = statuses.admit

    def noted(thing: Any, *arguments: Any, **options: Any) -> Any:
        seen.append(thing.id)
        return admit(thing, *arguments, **options)

    monkeypatch.setattr(statuses, "admit", noted)
    return seen


def test_a_list_is_verified_once_for_all_checks_of_a_moment(admitted: list[str]) -> None:
    w = World()
    w.olympiad.revoked.add(2)
    verifier = Verifier(w.trust(recipient=UNIVERSITY))
    bundles = [w.bundle(w.olympiad.diploma(index, holder=w.child.id)) for index in (1, 2, 3)]
    reports = [verifier.check(each, now=NOW) for each in bundles]
    assert [each.outcome for each in reports] == [Outcome.CONFIRMED, Outcome.NOTHING, Outcome.CONFIRMED]
    assert admitted == [w.olympiad.list_id]
    assert reports == [Verifier(verifier.trust).check(each, now=NOW) for each in bundles]


def test_another_moment_and_another_list_are_looked_at_anew(admitted: list[str]) -> None:
    w = World()
    given: list[Any] = []
    verifier = Verifier(w.trust(recipient=UNIVERSITY), status_lists=given)
    shown = w.bundle()
    assert verifier.check(shown, now=NOW).outcome is Outcome.CONFIRMED
    assert verifier.check(shown, now=NOW + timedelta(days=20)).outcome is Outcome.UNKNOWN
    w.olympiad.revoked.add(7)
    given.append(w.olympiad.status(NOW - timedelta(days=1)))
    assert verifier.check(shown, now=NOW + timedelta(days=20)).outcome is Outcome.NOTHING
    assert len(admitted) == 4


def test_what_is_stapled_to_one_bundle_says_nothing_of_another() -> None:
    w = World()
    verifier = Verifier(w.trust(recipient=UNIVERSITY))
    w.olympiad.revoked.add(7)
    stapled = replace(w.bundle(), status_lists=(w.olympiad.status(NOW - timedelta(days=1)),))
    assert verifier.check(stapled, now=NOW).outcome is Outcome.NOTHING
    assert verifier.check(w.bundle(), now=NOW).outcome is Outcome.CONFIRMED


def test_a_verifier_travels_without_what_it_remembers() -> None:
    w = World()
    verifier = Verifier(w.trust(recipient=UNIVERSITY))
    before = len(pickle.dumps(verifier))
    report = verifier.check(w.bundle(), now=NOW)
    arrived = pickle.loads(pickle.dumps(verifier))
    assert len(pickle.dumps(verifier)) <= before + 1024
    assert arrived.check(w.bundle(), now=NOW) == report


def test_one_walk_serves_the_proofs_of_a_set() -> None:
    document = World().olympiad.unsigned()
    whole = UnsecuredDocument(document, PINNED, in_parts=True)
    canonical = canonicalize(to_quads(document)).encode()
    assert whole.nquads("sha256") == canonical
    assert whole.nquads("sha384") == canonicalize(to_quads(document), hash_name="sha384").encode()
    assert UnsecuredDocument(document, PINNED).nquads("sha256") == canonical


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d.update(
            evidence=[
                {"id": d["id"], "type": "Evidence", "name": "другое"},
                {"id": d["id"], "type": "Evidence", "name": "иное"},
            ]
        ),
        lambda d: d.update(undefined="x"),
        lambda d: d.update(name=None),
    ],
    ids=["two objects of one id that differ", "a name nobody defines", "null"],
)
def test_the_shared_walk_refuses_what_the_walk_refuses(change: Any) -> None:
    document = World().olympiad.unsigned()
    change(document)
    with pytest.raises(VcwalletError) as plain:
        to_quads(document)
    with pytest.raises(VcwalletError) as named:
        NamedStatements.of(document, PINNED)
    assert named.value.code == plain.value.code
