"""What is left out, put beside or crowded out never makes an answer better.

Each test is one thing that somebody who shows or hands in documents can do to them.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from tests.unit.verifier.test_nothing_implied import (
    check,
    codes,
    hideable,
    keeps_no_lists,
    no_status,
    reasons,
    record,
    two_keys,
)
from tests.world import NOW, SIGNED, UNIVERSITY, Child, World, altered
from vcwallet import limits
from vcwallet.bundle.codec import Bundle
from vcwallet.bundle.request import Request
from vcwallet.credentials import enveloped, status_list
from vcwallet.errors import UsageError
from vcwallet.identifiers.did import key as did_key
from vcwallet.proofs.data_integrity import add_proof, derive
from vcwallet.proofs.jose.sd_jwt import SdJwt
from vcwallet.proofs.jose.vc_jose_cose import MediaType
from vcwallet.report import Outcome, ShowingOutcome
from vcwallet.speaking.reports import language, report_lines
from vcwallet.strict_json import JsonObject
from vcwallet.verifier import ANYTHING, Demands, Kind, Scope, Verifier

MANDATORY = ["/issuer", "/validFrom"]


def forged_copies(w: World) -> list[JsonObject]:
    return [
        w.olympiad.status(NOW - timedelta(days=2, minutes=number), key=w.stranger.key)
        for number in range(limits.STATUS_LIST_COPIES)
    ]


def earlier_copies(w: World) -> list[JsonObject]:
    return [
        w.olympiad.status(NOW - timedelta(hours=20 - number)) for number in range(limits.STATUS_LIST_COPIES)
    ]


@pytest.mark.parametrize("others", [forged_copies, earlier_copies])
def test_a_list_that_says_revoked_is_not_crowded_out_by_other_copies(
    others: Callable[[World], list[JsonObject]],
) -> None:
    w = World()
    bundle, known, crowd = w.bundle(), w.olympiad.status(NOW - timedelta(days=10)), others(w)
    w.olympiad.revoked.add(7)
    last = w.olympiad.status(NOW - timedelta(minutes=10))
    report = check(Verifier(w.trust(status_lists=(known,)), status_lists=[*crowd, last]), bundle)
    assert (report.outcome, codes(report)) == (Outcome.NOTHING, ["item.revoked"])


def with_second_entry(w: World, purpose: str, list_url: str) -> Any:
    """The olympiad's diploma with a revocation entry and, first, another that may be shown alone."""
    document = w.olympiad.unsigned(7, holder=w.child.id)
    revocation = document["credentialStatus"]
    other = revocation | {
        "id": f"{list_url}#9",
        "statusPurpose": purpose,
        "statusListIndex": "9",
        "statusListCredential": list_url,
    }
    document["credentialStatus"] = [other, revocation]
    return hideable(w, document, MANDATORY)


@pytest.mark.parametrize("purpose", ["message", "refresh", "suspension"])
def test_an_entry_that_says_less_does_not_stand_for_the_one_left_out(purpose: str) -> None:
    w = World()
    w.olympiad.revoked.add(7)
    list_url = f"{w.olympiad.list_id}-more"
    more = status_list.sign(
        status_list.StatusList.create(),
        id=list_url,
        issuer=w.olympiad.id,
        key=w.olympiad.key,
        verification_method=w.olympiad.method,
        purpose=purpose,
        valid_from=NOW - timedelta(days=3),
    )
    verifier = Verifier(w.trust(two_keys(w), status_lists=(w.olympiad.status(), more)))
    kept = with_second_entry(w, purpose, list_url)
    whole = derive(kept, ["/credentialSubject", "/credentialStatus"])
    assert codes(check(verifier, w.bundle(whole))) == ["item.revoked"]
    shown = derive(kept, ["/credentialSubject", "/credentialStatus/0"])
    report = check(verifier, w.bundle(shown))
    assert report.outcome is Outcome.UNKNOWN
    assert "status.not-named" in reasons(report)


def test_a_status_that_revokes_nothing_does_not_meet_a_demand_for_a_status() -> None:
    w = World()
    document = w.olympiad.unsigned(7, holder=w.child.id)
    document["credentialStatus"]["statusPurpose"] = "message"
    shown = w.bundle(w.olympiad.sign(document))
    trust = w.trust(status_lists=())
    assert check(Verifier(trust), shown).outcome is Outcome.CONFIRMED
    assert check(Verifier(trust, Demands(require_status=True)), shown).outcome is Outcome.UNKNOWN


def test_a_list_that_was_handed_in_says_that_its_issuer_keeps_lists() -> None:
    w = World()
    w.olympiad.revoked.add(7)
    kept = hideable(w, w.olympiad.unsigned(7, holder=w.child.id), MANDATORY)
    shown = w.bundle(derive(kept, ["/credentialSubject"]))
    trust = w.trust(two_keys(w), status_lists=())
    report = check(Verifier(trust, status_lists=[w.olympiad.status()]), shown)
    assert (report.outcome, codes(report)) == (Outcome.UNKNOWN, ["item.status-not-named"])
    # A list that anybody made says nothing about the issuer.
    forged = w.olympiad.status(key=w.stranger.key)
    assert check(Verifier(trust, status_lists=[forged]), shown).outcome is Outcome.CONFIRMED


def test_a_list_that_is_stapled_is_not_better_left_out() -> None:
    w = World()
    kept = hideable(w, w.olympiad.unsigned(7, holder=w.child.id), MANDATORY)
    shown = w.bundle(derive(kept, ["/credentialSubject"]))
    verifier = Verifier(w.trust(two_keys(w), status_lists=()))
    stapled = Bundle(shown.presentation, (w.olympiad.status(),))
    assert check(verifier, stapled).outcome is check(verifier, shown).outcome


def test_the_name_of_a_learner_record_is_within_no_scope_for_named_kinds() -> None:
    """A school believed for its own awards signs a record called like an olympiad's diploma."""
    w = World()
    inner = w.school.sign(no_status(w.school.unsigned(2, holder=w.child.id)))

    def rename(document: Any) -> None:
        del document["proof"], document["credentialSubject"]["identifier"]
        document["name"] = "Диплом победителя олимпиады"
        document["credentialSubject"]["id"] = w.child.id

    shown = w.bundle(w.school.sign(altered(record(w, inner), rename)))
    own = Scope(kinds=(Kind.SCHOOL_AWARD.value,), years=ANYTHING.years)
    report = check(keeps_no_lists(w, w.trusted(w.school, scopes=(own,))), shown)
    assert codes(report) == ["item.out-of-scope", "item.confirmed-no-list"]
    assert report.outcome is Outcome.PARTLY
    both = Scope(kinds=(Kind.SCHOOL_AWARD.value, Kind.OTHER.value), years=ANYTHING.years)
    report = check(keeps_no_lists(w, w.trusted(w.school, scopes=(both,))), shown)
    assert report.outcome is Outcome.CONFIRMED


def partial_token(w: World, document: Any, *hide: tuple[str, ...]) -> Any:
    """A badge of the olympiad as an SD-JWT, shown without the parts at `hide`."""
    whole = enveloped.secure_credential(
        document,
        media_type=MediaType.VC_SD_JWT,
        key=w.olympiad.key,
        verification_method=w.olympiad.method,
        issued=SIGNED,
        hide=hide,
    )
    shown = SdJwt.read(whole.data).select([])
    return whole.json | {"id": f"data:{MediaType.VC_SD_JWT},{shown.text}"}


def test_who_hides_whose_a_token_is_does_not_make_it_bound_by_name() -> None:
    w = World()
    document = no_status(w.olympiad.unsigned(7, holder=w.sibling.id))
    whole = w.child.show_any([partial_token(w, document)])
    assert codes(check(keeps_no_lists(w), whole)) == ["item.other-holder"]
    shown = w.child.show_any([partial_token(w, document, ("credentialSubject", "id"))])
    report = check(keeps_no_lists(w), shown)
    assert (report.outcome, codes(report)) == (Outcome.UNKNOWN, ["item.holder-hidden"])
    assert "holder.may-be-hidden" in reasons(report)


def test_what_a_token_hides_is_told_as_hidden_and_opens_the_scope() -> None:
    """With its number hidden an olympiad's diploma reads as a school's award."""
    w = World()
    own = Scope(kinds=(Kind.SCHOOL_AWARD.value,), years=ANYTHING.years)
    verifier = keeps_no_lists(w, w.trusted(w.olympiad, scopes=(own,)))
    document = no_status(w.olympiad.unsigned(7, holder=w.child.id))
    assert codes(check(verifier, w.child.show_any([partial_token(w, document)]))) == ["item.out-of-scope"]
    number = ("credentialSubject", "achievement", "humanCode")
    words = ("credentialSubject", "achievement", "description")
    name = ("credentialSubject", "patronymicName")
    report = check(verifier, w.child.show_any([partial_token(w, document, number, name)]))
    assert report.outcome is not Outcome.CONFIRMED
    assert "listNumber" in report.items[0].achievement.not_shown
    assert "patronymic" in report.items[0].person.not_shown
    report = check(verifier, w.child.show_any([partial_token(w, document, number, words)]))
    assert report.outcome is not Outcome.CONFIRMED


def test_a_badge_whose_status_may_be_left_out_is_not_said_to_have_none() -> None:
    """Nobody at this desk knows whether the issuer keeps lists: only that none is named is known."""
    w = World()
    kept = hideable(w, w.olympiad.unsigned(7, holder=w.child.id), MANDATORY)
    shown = w.bundle(derive(kept, ["/credentialSubject"]))
    report = check(Verifier(w.trust(two_keys(w), status_lists=())), shown)
    said = " ".join(line.text for line in report_lines(report, language("en")))
    assert "it names no list" in " ".join(said.split())
    assert "keeps no list" not in " ".join(said.split())


def test_an_empty_challenge_is_wrong_usage_and_no_demand_less() -> None:
    """A script whose variable is empty must not be answered as if nothing was asked."""
    w = World()
    for empty in ("", " "):
        with pytest.raises(UsageError) as caught:
            check(Verifier(w.trust()), w.bundle(), challenge=empty)
        assert caught.value.code == "verify.empty-challenge"


@pytest.mark.parametrize("hours", [14, -12])
def test_the_edges_of_the_calendar_are_days_like_others(hours: int) -> None:
    """Who means "for ever" writes the last second of 9999, which in other zones is in no calendar."""
    w = World()
    first, last = datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
    now = NOW.astimezone(timezone(timedelta(hours=hours)))
    shown = w.bundle(days=30)
    trust = w.trust(issued_at=first, status_lists=(w.olympiad.status(first),))
    endless = Child.show_as(w.child.key, w.child.id, None, [w.olympiad.diploma(7, holder=w.child.id)])
    endless = add_proof(
        {name: value for name, value in endless.items() if name != "proof"},
        suite="eddsa-rdfc-2022",
        key=w.child.key,
        verification_method=did_key.verification_method_of(w.child.id),
        purpose="authentication",
        created=first,
        expires=last,
        domain=UNIVERSITY,
    )
    report = check(Verifier(trust), endless, now=now)
    assert report.showing.outcome is ShowingOutcome.VALID
    assert codes(report) == ["item.status-stale"]
    assert [line.text for line in report_lines(report, language("ru"))]
    assert check(Verifier(w.trust(issued_at=last)), shown, now=now).outcome is Outcome.UNKNOWN
    assert check(Verifier(w.trust()), shown, now=last).outcome is not Outcome.CONFIRMED


def test_a_call_does_not_quietly_replace_what_its_request_demands() -> None:
    w = World()
    request = Request(domain=UNIVERSITY, purpose="поступление 2026", challenge="4711", created=SIGNED)
    for asked, code in (
        ({"domain": "other.example"}, "verify.other-recipient"),
        ({"challenge": "12"}, "verify.other-challenge"),
    ):
        with pytest.raises(UsageError) as caught:
            Verifier(w.trust()).check(w.bundle(), request=request, now=NOW, **asked)
        assert caught.value.code == code
    same = check(Verifier(w.trust()), w.bundle(challenge="4711"), request=request, challenge="4711")
    assert same.outcome is Outcome.CONFIRMED
