"""One diploma counts once: in one showing or several, with more or fewer fields, alone or in a record."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.admission import diploma, example_levels, example_pack
from tests.unit.verifier.test_decisions import hideable, two_keys
from tests.unit.verifier.test_nothing_implied import keeps_no_lists, no_status, record
from tests.world import NOW, World
from vcwallet.bundle.codec import Bundle
from vcwallet.proofs.data_integrity import derive
from vcwallet.report import (
    Check,
    Fate,
    Finding,
    Item,
    Outcome,
    Report,
    Result,
    Showing,
    ShowingKind,
    ShowingOutcome,
)
from vcwallet.verifier import Verifier
from vcwallet.verifier.once import counted_once, names
from vcwallet.verifier.policy import Applicant, decide, gathered
from vcwallet.verifier.seen import SeenRegister

CONFIRMED, COPY = "item.confirmed", "item.duplicate"
PROVEN = (Finding.about(Check.PROOF, Result.PASSED, "proof.holds"),)


def once(*items: Item) -> list[str]:
    return [each.code for each in counted_once(items, lambda item: item, lambda _, item: item)]


def volunteer(number: int, **changes: Any) -> Item:
    """Hours without an id of the achievement, by which two could be told to be one."""
    made = diploma(number, "volunteering", hours="60", awarded="2026-05-01")
    bare = replace(made.achievement, id=None)
    return replace(made, **{"achievement": bare, "findings": PROVEN, "code": CONFIRMED, **changes})


def test_by_the_issuers_id_or_by_what_the_issuer_signed() -> None:
    one = volunteer(1, id="urn:1")
    assert once(one, replace(one, number=2)) == [CONFIRMED, COPY]
    assert once(one, volunteer(2, id="urn:2")) == [CONFIRMED, CONFIRMED]
    token = volunteer(1, id="urn:1", marks=("m",))
    assert once(token, volunteer(2, id="", marks=("m",))) == [CONFIRMED, COPY], "an SD-JWT that hides its id"
    assert once(token, volunteer(2, id="", marks=("n",))) == [CONFIRMED, CONFIRMED]
    other = replace(one, number=2, issuer=replace(one.issuer, id="did:web:other.example"))
    assert once(one, other) == [CONFIRMED, CONFIRMED]


def test_the_copy_that_says_most_is_the_one_that_counts() -> None:
    unknown = replace(volunteer(1, id="urn:1"), outcome=Fate.UNKNOWN, code="item.unknown")
    assert once(unknown, volunteer(2, id="urn:1"), volunteer(3, id="urn:1")) == [COPY, CONFIRMED, COPY]
    refused = replace(volunteer(1, id="urn:1"), outcome=Fate.REFUSED, code="item.changed")
    assert once(refused, volunteer(2, id="urn:1")) == ["item.changed", CONFIRMED], "and a forgery is told"


def test_a_diploma_without_an_id_is_never_confirmed() -> None:
    """So hiding or leaving out the id makes no second diploma of one."""
    w = World()
    unsigned = w.olympiad.unsigned(7, holder=w.child.id)
    del unsigned["id"]
    kept = hideable(w, unsigned, ["/issuer", "/validFrom", "/credentialStatus"])
    said = ("familyName", "givenName", "dateOfBirth")
    shown = [derive(kept, [f"/credentialSubject/{each}" for each in said[:number]]) for number in (2, 3)]
    report = Verifier(w.trust(two_keys(w))).check(Bundle(w.child.show_any(shown)), now=NOW)
    assert [each.outcome for each in report.items] == [Fate.UNKNOWN, Fate.UNKNOWN]


def test_a_diploma_beside_the_record_that_holds_it() -> None:
    w = World()
    held = w.olympiad.sign(no_status(w.olympiad.unsigned(1, holder=w.child.id)))
    shown = Bundle(w.child.show_any([held, record(w, held)]))
    report = keeps_no_lists(w).check(shown, now=NOW)
    assert [(each.inside, each.is_duplicate) for each in report.items] == [
        (None, False),
        (None, False),
        (2, True),
    ]


def reported(*items: Item) -> Report:
    showing = Showing(ShowingOutcome.VALID, ShowingKind.ADDRESSED, "showing.addressed")
    return Report(Outcome.CONFIRMED, NOW, showing, items)


def test_no_points_twice_for_one_diploma_in_two_showings() -> None:
    """Nothing but the diploma's own id tells that these are one win."""
    one = volunteer(1, id="urn:1")
    twice = gathered([reported(one), reported(volunteer(1, id="urn:2"), replace(one, number=2))])
    assert [(each.number, each.code) for each in twice] == [(1, CONFIRMED), (2, CONFIRMED), (3, COPY)]

    def points(*items: Item) -> Any:
        return decide(example_pack(), items, example_levels(), Applicant(), "01.03.02").points.confirmed

    alone = points(*gathered([reported(one)]))
    assert alone > 0
    assert points(*gathered([reported(one), reported(one)])) == alone
    copied = reported(one, replace(one, number=2, code=COPY, evidence={"number": 1}))
    assert gathered([reported(volunteer(1, id="urn:2")), copied])[2].evidence == {"number": 2}


def test_a_register_knows_a_diploma_without_an_id_again(tmp_path: Path) -> None:
    one = volunteer(1, id="", marks=("m",))
    with SeenRegister.open(tmp_path / "seen.sqlite", now=NOW) as register:
        assert not register.note_diplomas([one], "27-1", NOW)
        assert not register.note_diplomas([one], "27-1", NOW)
        assert register.note_diplomas([volunteer(4, id="urn:4", marks=("m",))], "27-2", NOW).keys() == {4}
        assert not register.note_diplomas([volunteer(5, id="urn:5")], "27-2", NOW)


def test_what_has_neither_id_nor_mark_is_known_by_what_it_says() -> None:
    assert names(volunteer(1, id="")) == names(volunteer(2, id=""))
    other = replace(volunteer(2).achievement, name="Иное")
    assert names(volunteer(1, id="")) != names(volunteer(2, id="", achievement=other))
