"""An update in two steps, as a page and a command take them: a yes is for one change, and looking is free."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.world import NOW, Issuer, World
from vcwallet import strict_json
from vcwallet.bundle import scanning
from vcwallet.credentials.issuers import KeyState
from vcwallet.errors import UsageError
from vcwallet.identifiers.keys import PublicKey
from vcwallet.strict_json import JsonObject
from vcwallet.verifier import How, Pin, TrustList
from vcwallet.verifier.trust_changes import What
from vcwallet.verifier.trust_review import (
    Published,
    compared,
    ends_with,
    new_key,
    open_changes,
    published,
    review,
    settled,
    write,
)


def handed_over(*documents: JsonObject) -> Published:
    reading = scanning.read_inputs([strict_json.dumps(each) for each in documents])
    return published(scanning.demand_read(reading))


def test_a_newer_list_is_taken_without_asking() -> None:
    w = World()
    trust = replace(w.trust(), status_lists=())
    changes = review(trust, handed_over(w.olympiad.status()), now=NOW)
    assert open_changes(changes, lambda each: each.confirmed) == []
    after = settled(trust, changes, agreed=lambda each: False, now=NOW)
    assert len(after.status_lists) == 1
    assert (after.version, after.issued_at) == (trust.version + 1, NOW)


def test_a_whole_list_asks_for_every_issuer_it_adds() -> None:
    w = World()
    before = w.trust(w.trusted(w.olympiad), status_lists=())
    coming = w.trust()
    changes = review(before, handed_over(coming.to_json()), now=NOW)
    waiting = open_changes(changes, lambda each: False)
    assert [each.what for each in waiting] == [What.ENTRY_NEW]
    assert len(settled(before, changes, agreed=lambda each: False, now=NOW).issuers) == 1
    assert len(settled(before, changes, agreed=lambda each: each in waiting, now=NOW).issuers) == 2


def test_a_new_key_is_believed_once_its_fingerprint_was_compared() -> None:
    w = World()
    site = Issuer("Олимпиада «Небылица»", "olympiad-diploma", site="nebylitsa.example")
    trust = w.trust(w.trusted(site), status_lists=())
    other = Issuer("Олимпиада «Небылица», второй ключ", "olympiad-diploma", site="nebylitsa.example")
    given = handed_over(other.document.to_json())
    pin = Pin(How.PAPER, NOW.date(), "О. О.")
    plain = review(trust, given, now=NOW)
    assert any(new_key(each) for each in plain)
    looked_at = settled(trust, plain, agreed=lambda each: each.confirmed, now=NOW)
    assert other.key.public_key not in believed(looked_at)
    answered = review(
        trust, given, now=NOW, answered=lambda each: compared(each, pin) if new_key(each) else each
    )
    after = settled(trust, answered, agreed=lambda each: each.confirmed, now=NOW)
    assert other.key.public_key in believed(after)


def believed(trust: TrustList) -> list[PublicKey]:
    keys = [key for issuer in trust.issuers for key in issuer.keys]
    return [key.key for key in keys if key.state is KeyState.ACTIVE]


def test_the_end_of_a_fingerprint_is_enough_and_less_is_not() -> None:
    whole = "0011 2233 4455 6677 8899 aabb ccdd eeff"
    assert ends_with(whole, "ccdd eeff")
    assert ends_with(whole, " CCDDEEFF ")
    assert not ends_with(whole, "eeff")
    assert not ends_with(whole, "ccdd eefe")
    assert not ends_with(whole, "")


@pytest.mark.parametrize(
    ("what", "code"),
    [
        ("two issuers", "trust.several-issuers"),
        ("two lists", "trust.several-lists"),
        ("a diploma", "trust.nothing-published"),
    ],
)
def test_what_speaks_for_several_or_nobody_is_refused(what: str, code: str) -> None:
    w = World()
    given: dict[str, list[JsonObject]] = {
        "two issuers": [
            Issuer("А", "olympiad-diploma", site="a.example").document.to_json(),
            Issuer("Б", "olympiad-diploma", site="b.example").document.to_json(),
        ],
        "two lists": [w.trust().to_json(), w.trust(w.trusted(w.olympiad)).to_json()],
        "a diploma": [w.olympiad.diploma()],
    }
    with pytest.raises(UsageError) as caught:
        handed_over(*given[what])
    assert caught.value.code == code


def test_a_list_is_written_over_what_was_read_and_nothing_else(tmp_path: Path) -> None:
    w = World()
    file, first = tmp_path / "trust.json", w.trust()
    second = replace(first, version=first.version + 1)
    write(file, first, before=None)
    write(file, second, before=first)
    for before in (first, None):
        with pytest.raises(UsageError) as refused:
            write(file, first, before=before)
        assert refused.value.code == "trust.changed-meanwhile"
    assert TrustList.parse(file.read_bytes()) == second
    assert sorted(each.name for each in tmp_path.iterdir()) == ["trust.json", "trust.json.bak"]
