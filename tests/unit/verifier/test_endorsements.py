"""What others say of a badge inside it is checked, told as what it is, and makes nothing better."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.verifier.test_nothing_implied import check, keeps_no_lists, no_status
from tests.world import World
from vcwallet.credentials.enveloped import secure_credential
from vcwallet.proofs.jose.vc_jose_cose import MediaType
from vcwallet.report import Outcome, Report, Result
from vcwallet.verifier import Verifier

BADGE = "urn:uuid:00000000-0000-4000-8000-0000000000aa"


def endorsement(w: World, by: Any, about: str, **more: Any) -> dict[str, Any]:
    return {
        "@context": w.olympiad.unsigned(7)["@context"][:2],
        "id": "urn:uuid:00000000-0000-4000-8000-0000000000bb",
        "type": ["VerifiableCredential", "EndorsementCredential"],
        "issuer": {"id": by.id, "type": ["Profile"]},
        "name": "Похвала",
        "validFrom": "2026-03-01T00:00:00Z",
        "credentialSubject": {
            "id": about,
            "type": ["EndorsementSubject"],
            "endorsementComment": "Хорошая олимпиада",
        },
        **more,
    }


def shown(w: World, *said: Any, member: str = "endorsement", verifier: Verifier | None = None) -> Report:
    unsigned = {**no_status(w.olympiad.unsigned(7, holder=w.child.id)), "id": BADGE}
    unsigned[member] = list(said)
    return check(verifier or keeps_no_lists(w), w.bundle(w.olympiad.sign(unsigned)))


def told(report: Report) -> list[tuple[str, Result, str]]:
    return [
        (each.reason, each.result, str(each.evidence.get("comment", each.evidence.get("why"))))
        for each in report.items[0].findings
        if each.reason.startswith("endorsement.")
    ]


@pytest.mark.parametrize("place", ["badge", "issuer", "achievement"])
def test_one_by_a_listed_issuer_that_holds_is_told_and_leaves_the_badge_as_it_is(place: str) -> None:
    w = World()
    achievement = w.olympiad.unsigned(7)["credentialSubject"]["achievement"]["id"]
    about = {"badge": BADGE, "issuer": w.olympiad.id, "achievement": achievement}[place]
    report = shown(w, w.school.sign(endorsement(w, w.school, about)))
    assert told(report) == [("endorsement.holds", Result.NOTE, "Хорошая олимпиада")]
    assert report.outcome is Outcome.CONFIRMED


def test_as_a_token_too() -> None:
    w = World()
    token = secure_credential(
        endorsement(w, w.school, BADGE),
        media_type=MediaType.VC_JWT,
        key=w.school.key,
        verification_method=w.school.method,
        issued=None,
    ).data
    assert told(shown(w, token, member="endorsementJwt"))[0][0] == "endorsement.holds"
    (found,) = told(shown(w, token[:-8] + "AAAAAAAA", member="endorsementJwt"))
    assert found[0] == "endorsement.open"


def test_whatever_else_it_is_leaves_the_badge_open() -> None:
    """Nobody listed its issuer, it was changed, it is of another badge."""
    w = World()
    good = w.school.sign(endorsement(w, w.school, BADGE))
    changed = {**good, "name": "Другая похвала"}
    cases: list[tuple[Any, str]] = [
        (w.stranger.sign(endorsement(w, w.stranger, BADGE)), "issuer.not-listed"),
        (changed, "proof.signature"),
        (w.school.sign(endorsement(w, w.school, "urn:example:another")), "endorsement.of-another"),
    ]
    for said, reason in cases:
        report = shown(w, said)
        assert told(report) == [("endorsement.open", Result.NOTE, reason)]
        assert report.outcome is Outcome.UNKNOWN
        assert report.items[0].code == "item.holds-unread"
    other = w.school.sign(endorsement(w, w.school, BADGE, id="urn:uuid:00000000-0000-4000-8000-0000000000cc"))
    report = shown(w, good, {**other, "name": "Другая похвала"})
    assert [each[0] for each in told(report)] == ["endorsement.holds", "endorsement.open"]
    assert report.outcome is Outcome.UNKNOWN


def test_one_that_its_issuer_may_have_revoked_is_not_told_as_good() -> None:
    w = World()
    entry = w.school.unsigned(3)["credentialStatus"]
    said = w.school.sign(endorsement(w, w.school, BADGE, credentialStatus=entry))
    verifier = Verifier(w.trust(status_lists=(w.olympiad.status(),)))
    ((reason, _, _),) = told(shown(w, said, verifier=verifier))
    assert reason == "endorsement.open"


def test_praise_confirms_no_badge_that_does_not_hold_by_itself() -> None:
    w = World()
    unsigned = {**no_status(w.stranger.unsigned(7, holder=w.child.id)), "id": BADGE}
    unsigned["endorsement"] = [w.school.sign(endorsement(w, w.school, BADGE))]
    report = check(keeps_no_lists(w), w.bundle(w.stranger.sign(unsigned)))
    assert report.outcome is Outcome.UNKNOWN
    assert report.items[0].code == "item.look-alike"


def test_what_is_neither_a_credential_nor_a_token_is_told() -> None:
    w = World()
    plain = secure_credential(
        {**no_status(w.olympiad.unsigned(7, holder=w.child.id)), "endorsementJwt": [7]},
        media_type=MediaType.VC_JWT,
        key=w.olympiad.key,
        verification_method=w.olympiad.method,
        issued=None,
    )
    report = check(keeps_no_lists(w), w.child.show_any([plain.json]))
    assert told(report) == [("endorsement.open", Result.NOTE, "endorsement.form")]


@pytest.mark.parametrize("number", [1, 2])
def test_praise_inside_another_document_stands_for_none_of_what_nobody_looked_at(number: int) -> None:
    """Another document as evidence, with good endorsements of the outer one in it, is still not looked at."""
    w = World()
    good = [
        w.school.sign(endorsement(w, w.school, BADGE, id=f"urn:uuid:00000000-0000-4000-8000-0000000000b{n}"))
        for n in range(number)
    ]
    other = {"type": ["Evidence", "VerifiableCredential"], "name": "Чужое", "endorsement": good}
    report = shown(w, other, member="evidence")
    assert told(report) == []
    assert report.outcome is Outcome.UNKNOWN
    assert report.items[0].code == "item.holds-unread"
    (found,) = [each for each in report.items[0].findings if each.reason == "kind.holds-unread"]
    assert found.evidence["number"] == 1
