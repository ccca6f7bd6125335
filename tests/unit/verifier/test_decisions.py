"""Decisions of the verifier that no other test depends on: each of these was a mutant that survived."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.unit.verifier.test_nothing_implied import (
    REQUEST,
    answered,
    bare,
    check,
    codes,
    hideable,
    keeps_no_lists,
    no_status,
    reasons,
    record,
    token,
    two_keys,
)
from tests.unit.verifier.test_verdicts import SCHEMA
from tests.world import NOW, SIGNED, UNIVERSITY, Child, World, altered, seeded_key
from vcwallet.bundle.codec import Bundle
from vcwallet.bundle.request import Want
from vcwallet.credentials import enveloped, status_list
from vcwallet.credentials.achievement import facts
from vcwallet.credentials.credential import Credential
from vcwallet.credentials.issuers import FinalList, IssuerState, KeyState, digest_of
from vcwallet.credentials.schema import SchemaStore
from vcwallet.errors import DocumentError
from vcwallet.identifiers.did.key import verification_method_of
from vcwallet.identifiers.multibase import base64url_encode
from vcwallet.proofs.data_integrity import add_proof, derive
from vcwallet.proofs.jose import sd_jwt, vc_jose_cose
from vcwallet.proofs.jose.sd_jwt import SdJwt
from vcwallet.proofs.jose.vc_jose_cose import MediaType
from vcwallet.report import (
    Check,
    Fate,
    Finding,
    Outcome,
    Report,
    Result,
    ShowingKind,
    ShowingOutcome,
    StatusState,
    Tie,
)
from vcwallet.strict_json import dumps
from vcwallet.verifier import Binding, Demands, Scope, Verifier, Years
from vcwallet.verifier.days import day
from vcwallet.verifier.item_codes import coded
from vcwallet.verifier.showing import JUST_NOW, Asked
from vcwallet.verifier.statuses import Origin, StatusLists

# --- status lists --------------------------------------------------------------------------------------


def relisted(w: World, **members: Any) -> Any:
    """A status list of the olympiad with other members, signed by the olympiad."""
    unsigned = {name: value for name, value in w.olympiad.status().items() if name != "proof"}
    unsigned["credentialSubject"] |= members
    return w.olympiad.sign(unsigned, created=NOW - timedelta(days=1))


def test_the_report_says_where_the_list_came_from() -> None:
    w = World()
    bundle, status = w.bundle(), w.olympiad.status()
    empty = Verifier(w.trust(status_lists=()))
    answers = (
        check(Verifier(w.trust(status_lists=(status,))), bundle),
        check(replace(empty, status_lists=[status]), bundle),
        check(empty, Bundle(bundle.presentation, (status,))),
    )
    assert [each.items[0].status.origin for each in answers] == ["trust-list", "given", "stapled"]


def test_only_the_issuers_own_lists_make_a_diploma_without_a_status_odd() -> None:
    w = World()
    bundle = w.bundle(w.olympiad.sign(no_status(w.olympiad.unsigned(7, holder=w.child.id))))
    others = check(Verifier(w.trust(status_lists=(w.school.status(),))), bundle)
    assert (others.outcome, codes(others)) == (Outcome.CONFIRMED, ["item.confirmed-no-list"])
    told = others.items[0].findings[-1]
    assert (told.check, told.result, told.reason) == (Check.STATUS, Result.NOTE, "status.none-kept")
    own = check(Verifier(w.trust(status_lists=(w.olympiad.status(),))), bundle)
    assert (own.outcome, codes(own)) == (Outcome.UNKNOWN, ["item.status-not-named"])


def test_a_closed_issuer_with_last_lists_kept_lists() -> None:
    w = World()
    status = w.olympiad.status()
    final = {w.olympiad.list_id: FinalList(NOW - timedelta(days=3), digest_of(status))}
    closed = w.trusted(w.olympiad, state=IssuerState.CLOSED, since=NOW, final_lists=final)
    bundle = w.bundle(w.olympiad.sign(no_status(w.olympiad.unsigned(7, holder=w.child.id))))
    report = check(Verifier(w.trust(closed, status_lists=())), bundle)
    assert (report.outcome, codes(report)) == (Outcome.UNKNOWN, ["item.status-not-named"])


def test_what_is_kept_of_an_issuer_says_that_it_keeps_lists() -> None:
    w = World()
    trust, both = w.trust(), (w.school.status(), w.olympiad.status())
    assert StatusLists(trust, NOW, {Origin.TRUST_LIST: both}).keeps_lists(w.olympiad.id)
    # Also a list that counts for nothing today, where the office put it there itself.
    ended = w.olympiad.status(valid_until=NOW - timedelta(days=1))
    assert StatusLists(trust, NOW, {Origin.TRUST_LIST: (ended,)}).keeps_lists(w.olympiad.id)
    forged = w.olympiad.status(key=seeded_key("чужой ключ"))
    assert not StatusLists(trust, NOW, {Origin.GIVEN: (forged,)}).keeps_lists(w.olympiad.id)
    assert StatusLists(trust, NOW, {Origin.GIVEN: (forged, both[1])}).keeps_lists(w.olympiad.id)
    final = {w.olympiad.list_id: FinalList(NOW - timedelta(days=3), digest_of(both[1]))}
    closed = w.trusted(w.olympiad, state=IssuerState.CLOSED, since=NOW, final_lists=final)
    known = StatusLists(w.trust(closed, status_lists=()), NOW, {})
    assert (known.keeps_lists(w.olympiad.id), known.keeps_lists(w.olympiad.id, "suspension")) == (True, False)


SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("left", "outcome"),
    [
        (timedelta(days=90), Outcome.CONFIRMED),
        (timedelta(0), Outcome.CONFIRMED),
        (-SECOND, Outcome.UNKNOWN),
    ],
)
def test_a_list_counts_until_its_last_moment(left: timedelta, outcome: Outcome) -> None:
    w = World()
    status = w.olympiad.status(valid_until=NOW + left)
    assert check(Verifier(w.trust(status_lists=(status,))), w.bundle()).outcome is outcome


@pytest.mark.parametrize(("more", "outcome"), [(timedelta(0), Outcome.CONFIRMED), (SECOND, Outcome.UNKNOWN)])
def test_a_list_may_be_as_old_as_the_rule_says(more: timedelta, outcome: Outcome) -> None:
    w = World()
    status = w.olympiad.status(NOW - Demands().max_status_age - more)
    assert check(Verifier(w.trust(status_lists=(status,))), w.bundle()).outcome is outcome


def test_of_several_copies_the_newest_says_how_old_the_knowledge_is() -> None:
    w = World()
    copies = [w.olympiad.status(NOW - timedelta(days=days)) for days in (5, 1, 3)]
    verifier = replace(Verifier(w.trust(status_lists=())), status_lists=copies)
    seen = check(verifier, w.bundle()).items[0].status
    assert (seen.state, seen.as_of, seen.age_days) == (StatusState.GOOD, NOW - timedelta(days=1), 1)


def test_of_a_closed_issuer_the_last_list_counts_and_a_newer_one_but_no_other_of_that_moment() -> None:
    w = World()
    last = w.olympiad.status(NOW - timedelta(days=300))
    final = {w.olympiad.list_id: FinalList(NOW - timedelta(days=300), digest_of(last))}
    closed = w.trusted(w.olympiad, state=IssuerState.CLOSED, since=NOW, final_lists=final)
    w.olympiad.revoked.add(99)
    other = w.olympiad.status(NOW - timedelta(days=300))
    newer = w.olympiad.status(NOW - timedelta(days=200))
    for status, outcome in (
        (last, Outcome.CONFIRMED),
        (newer, Outcome.CONFIRMED),
        (other, Outcome.UNKNOWN),
    ):
        report = check(Verifier(w.trust(closed, status_lists=(status,))), w.bundle())
        assert (report.outcome, report.items[0].status.final) == (outcome, outcome is Outcome.CONFIRMED)


def test_of_several_last_copies_the_newest_is_told_and_of_none_the_day_that_was_needed() -> None:
    w = World()
    moments = [NOW - timedelta(days=days) for days in (250, 200, 300)]
    copies = [w.olympiad.status(moment) for moment in moments]
    final = {w.olympiad.list_id: FinalList(NOW - timedelta(days=300), digest_of(copies[2]))}
    closed = w.trusted(w.olympiad, state=IssuerState.CLOSED, since=NOW, final_lists=final)
    verifier = Verifier(w.trust(closed, status_lists=()))
    report = check(replace(verifier, status_lists=copies), w.bundle())
    seen = report.items[0].status
    assert (seen.state, seen.as_of, seen.final) == (StatusState.GOOD, NOW - timedelta(days=200), True)
    assert found(report, "status.final") == (Check.STATUS, Result.PASSED)
    older = [w.olympiad.status(NOW - timedelta(days=days)) for days in (400, 350, 500)]
    report = check(replace(verifier, status_lists=older), w.bundle())
    seen = report.items[0].status
    assert (seen.state, seen.as_of) == (StatusState.UNKNOWN, NOW - timedelta(days=350))
    assert found(report, "status.not-final") == (Check.STATUS, Result.UNKNOWN)


def test_of_lists_that_are_over_the_newest_is_told_with_its_own_end() -> None:
    w = World()
    ends = {days: NOW - timedelta(days=days - 1) for days in (5, 3, 9)}
    copies = [
        w.olympiad.status(NOW - timedelta(days=days), valid_until=until) for days, until in ends.items()
    ]
    verifier = replace(Verifier(w.trust(status_lists=())), status_lists=copies)
    report = check(verifier, w.bundle())
    seen = report.items[0].status
    assert (seen.state, seen.as_of) == (StatusState.UNKNOWN, NOW - timedelta(days=3))
    (told,) = (each for each in report.all_findings if each.reason == "status.list-over")
    assert told.evidence["until"] == day(ends[3], NOW)


def test_a_list_may_speak_of_several_purposes() -> None:
    w = World()
    both = relisted(w, statusPurpose=["revocation", "suspension"])
    lists = StatusLists(w.trust(), NOW, {Origin.TRUST_LIST: (both,)})
    of = w.olympiad.id
    assert (lists.keeps_lists(of), lists.keeps_lists(of, "suspension")) == (True, True)
    assert not lists.keeps_lists(of, "refresh")
    one = StatusLists(w.trust(), NOW, {Origin.TRUST_LIST: (w.olympiad.status(),)})
    assert (one.keeps_lists(of, "revocation"), one.keeps_lists(of, "suspension")) == (True, False)
    # A text that stands in another text is no purpose of its own.
    assert not one.keeps_lists(of, "revo")


def test_only_the_copy_that_was_admitted_says_that_lists_are_kept() -> None:
    w = World()
    good, forged = w.olympiad.status(), w.olympiad.status(key=seeded_key("чужой ключ"))
    lists = StatusLists(w.trust(), NOW, {Origin.GIVEN: (good,), Origin.STAPLED: (forged,)})
    assert (lists._is_admitted(good), lists._is_admitted(forged)) == (True, False)
    other_day = w.olympiad.status(NOW - timedelta(days=1))
    assert not StatusLists(w.trust(), NOW, {Origin.GIVEN: (good,)})._is_admitted(other_day)


def test_a_list_of_the_office_that_the_gate_refuses_still_says_that_lists_are_kept() -> None:
    w = World()
    forged = w.olympiad.status(key=seeded_key("чужой ключ"))
    assert StatusLists(w.trust(), NOW, {Origin.TRUST_LIST: (forged,)}).keeps_lists(w.olympiad.id)


def test_nobody_keeps_lists_whom_nobody_listed() -> None:
    lists = StatusLists(World().trust(), NOW, {Origin.TRUST_LIST: ()})
    assert not lists.keeps_lists("did:web:nobody.example")


def test_a_list_that_does_not_count_hides_none_that_stands_behind_it() -> None:
    w = World()
    bundle = w.bundle()
    bad, good = w.olympiad.status(key=seeded_key("чужой ключ")), w.olympiad.status()
    verifier = Verifier(w.trust(status_lists=()))
    assert check(replace(verifier, status_lists=[bad, good]), bundle).outcome is Outcome.CONFIRMED
    w.olympiad.revoked.add(7)
    revoking = w.olympiad.status()
    assert codes(check(replace(verifier, status_lists=[bad, revoking]), bundle)) == ["item.revoked"]


def test_a_signed_list_that_cannot_be_read_leaves_the_diploma_open() -> None:
    w = World()
    report = check(Verifier(w.trust(status_lists=(relisted(w, encodedList="uAAAA"),))), w.bundle())
    assert (report.outcome, codes(report)) == (Outcome.UNKNOWN, ["item.status-missing"])


def entries(w: World, **purposes: str) -> Any:
    """A diploma with a status entry for each purpose, in a list of its own."""
    document = w.olympiad.unsigned(7, holder=w.child.id)
    entry = document["credentialStatus"]
    document["credentialStatus"] = [
        entry
        | {
            "id": f"https://olymp.example/status/{name}#7",
            "statusPurpose": purpose,
            "statusListCredential": f"https://olymp.example/status/{name}",
        }
        for name, purpose in purposes.items()
    ]
    return w.olympiad.sign(document)


def listed(w: World, name: str, purpose: str, *, days: int = 3, is_set: bool = False) -> Any:
    bits = status_list.StatusList.create()
    bits.set(7, int(is_set))
    return status_list.sign(
        bits,
        id=f"https://olymp.example/status/{name}",
        issuer=w.olympiad.id,
        purpose=purpose,
        key=w.olympiad.key,
        verification_method=w.olympiad.method,
        valid_from=NOW - timedelta(days=days),
    )


@pytest.mark.parametrize("order", [("a", "b"), ("b", "a")])
def test_the_worst_of_several_status_entries_is_what_is_seen(order: tuple[str, str]) -> None:
    w = World()
    purposes = {"a": "revocation", "b": "suspension"}
    bundle = w.bundle(entries(w, **{name: purposes[name] for name in order}))
    good = listed(w, "b", "suspension")

    def seen(*lists: Any) -> StatusState:
        return check(Verifier(w.trust(status_lists=lists)), bundle).items[0].status.state

    assert seen(listed(w, "a", "revocation", is_set=True), good) is StatusState.REVOKED
    assert seen(listed(w, "a", "revocation"), listed(w, "b", "suspension", is_set=True)) is (
        StatusState.SUSPENDED
    )
    assert seen(good) is StatusState.UNKNOWN
    assert seen(listed(w, "a", "revocation"), good) is StatusState.GOOD


def test_of_two_good_lists_the_older_one_says_how_old_the_knowledge_is() -> None:
    w = World()
    bundle = w.bundle(entries(w, a="revocation", b="suspension"))
    for first, second in ((2, 9), (9, 2)):
        lists = (listed(w, "a", "revocation", days=first), listed(w, "b", "suspension", days=second))
        report = check(Verifier(w.trust(status_lists=lists)), bundle)
        assert (report.items[0].status.age_days, report.knowledge.oldest_status_days) == (9, 9)


def test_an_entry_that_only_says_where_to_refresh_takes_nothing_away() -> None:
    w = World()
    bundle = w.bundle(entries(w, a="refresh"))
    kept = check(Verifier(w.trust()), bundle)
    assert (kept.outcome, codes(kept)) == (Outcome.UNKNOWN, ["item.status-not-named"])
    report = check(Verifier(w.trust(status_lists=())), bundle)
    assert (report.outcome, codes(report)) == (Outcome.CONFIRMED, ["item.confirmed-no-list"])
    told = report.items[0].findings[-1]
    assert (told.check, told.result, told.reason) == (Check.STATUS, Result.NOTE, "status.none-kept")


def test_of_several_lists_that_do_not_count_the_first_reason_is_told() -> None:
    w = World()
    bad, other = w.olympiad.status(key=seeded_key("чужой ключ")), w.olympiad.status(purpose="suspension")
    verifier = Verifier(w.trust(status_lists=()))
    for lists in ([bad, other], [other, bad]):
        told = check(replace(verifier, status_lists=lists), w.bundle()).items[0].findings[-1]
        assert told.check is Check.STATUS
        assert (told.reason == "proof.signature") is (lists[0] is bad)


def test_an_entry_that_was_left_out_where_the_issuer_keeps_such_lists_leaves_the_status_open() -> None:
    w = World()
    unsigned = dict(entries(w, a="revocation", b="suspension"))
    del unsigned["proof"]
    kept = hideable(w, unsigned, ["/issuer", "/validFrom"])
    shown = Bundle(w.child.show_any([derive(kept, ["/credentialSubject", "/credentialStatus/0"])]))
    lists = (listed(w, "a", "revocation"), listed(w, "b", "suspension"))
    report = check(Verifier(w.trust(two_keys(w), status_lists=lists)), shown)
    assert (report.outcome, codes(report)) == (Outcome.UNKNOWN, ["item.status-not-named"])
    assert found(report, "status.not-named") == (Check.STATUS, Result.UNKNOWN)
    assert report.items[0].status.state is StatusState.UNKNOWN


def test_a_revocation_is_dated_by_the_newest_list_that_says_it() -> None:
    w = World()
    bundle = w.bundle()
    w.olympiad.revoked.add(7)
    lists = [w.olympiad.status(NOW - timedelta(days=days)) for days in (9, 2, 5)]
    report = check(Verifier(w.trust(status_lists=()), status_lists=lists), bundle)
    assert (codes(report), report.items[0].status.age_days) == (["item.revoked"], 2)


# --- the showing ---------------------------------------------------------------------------------------


def test_a_request_alone_demands_a_showing() -> None:
    assert Asked(None, None, REQUEST, Demands()).a_showing
    assert not Asked(None, None, None, Demands()).a_showing


def test_a_changed_diploma_ties_nobody_by_key() -> None:
    w = World()
    mine = w.olympiad.diploma(7, holder=w.child.id)
    changed = altered(mine, lambda d: d["credentialSubject"].update(role="капитан"))
    ties = [check(Verifier(w.trust()), w.bundle(each)).items[0].tie for each in (mine, changed)]
    assert ties == [Tie.KEY, Tie.NAME_AND_BIRTH]


class OddKey:
    """What a foreign issuer wrote where the holder's key belongs."""

    def to_jwk(self) -> dict[str, str]:
        return {"kty": "OKP"}


def test_a_holders_key_that_cannot_be_read_leaves_one_item_open_and_ends_nothing() -> None:
    w = World()
    w.school.revoked.add(3)
    odd = enveloped.secure_credential(
        w.school.unsigned(3),
        media_type=MediaType.VC_SD_JWT,
        key=w.school.key,
        verification_method=w.school.method,
        issued=SIGNED,
        holder_key=OddKey(),  # type: ignore[arg-type]
    ).json
    good = w.olympiad.diploma(7, holder=w.child.id)
    open_ = check(
        Verifier(w.trust(status_lists=(w.olympiad.status(),))), Bundle(w.child.show_any([good, odd]))
    )
    assert {each.outcome for each in open_.items} == {Fate.CONFIRMED, Fate.UNKNOWN}
    assert found(open_, "key.unsupported-type") == (Check.HOLDER, Result.UNKNOWN)
    # Whose it is cannot be read; that it was revoked can.
    revoked = check(Verifier(w.trust()), Bundle(w.child.show_any([good, odd])))
    assert {each.outcome for each in revoked.items} == {Fate.CONFIRMED, Fate.NOT_COUNTED}


def holder_of(report: Report, number: int = 0) -> list[tuple[Result, str]]:
    return [
        (each.result, each.reason) for each in report.items[number].findings if each.check is Check.HOLDER
    ]


def test_a_token_that_names_no_key_is_its_subjects() -> None:
    w = World()
    made = enveloped.secure_credential(
        no_status(w.school.unsigned(3, holder=w.child.id)),
        media_type=MediaType.VC_JWT,
        key=w.school.key,
        verification_method=w.school.method,
        issued=SIGNED,
    )
    report = check(Verifier(w.trust(status_lists=())), Bundle(w.child.show_any([made.json])))
    assert holder_of(report) == [(Result.PASSED, "holder.same")]
    assert report.items[0].tie is Tie.KEY


def test_one_base_proof_among_others_is_too_much_to_show() -> None:
    w = World()
    both = hideable(w, w.olympiad.diploma(7, holder=w.child.id), ["/issuer"])
    report = check(Verifier(w.trust(two_keys(w))), Bundle(w.child.show_any([both])))
    assert (Result.FAILED, "holder.base-proof") in holder_of(report)


def test_of_a_showing_that_does_not_hold_nobody_says_whose_the_items_are() -> None:
    w = World()
    unsigned = {name: value for name, value in w.bundle().presentation.items() if name != "proof"}
    report = check(Verifier(w.trust()), Bundle(unsigned))
    assert holder_of(report) == [(Result.UNKNOWN, "holder.not-checked")]


def test_to_whom_a_token_inside_answers_is_compared_only_when_a_recipient_is_demanded() -> None:
    w = World()
    inside = Bundle(w.child.show_any([answered(w, to="other.example")]))
    free = check(Verifier(w.trust(status_lists=())), inside, domain=None)
    assert (free.outcome, "recipient.other" in reasons(free)) == (Outcome.CONFIRMED, False)
    (other,) = (
        each
        for each in check(Verifier(w.trust(status_lists=())), inside).items[0].findings
        if each.reason == "recipient.other"
    )
    assert (other.check, other.result) == (Check.PRESENTATION_RECIPIENT, Result.FAILED)


# --- the document and the trust list --------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [
        "data:application/vc+jwt,cut",
        "data:application/vc+jwt,a.b.c",
        "data:application/vp+jwt,a.b.c",
        "data:application/vc+sd-jwt,eyJhbGciOiJ",
        "no data",
    ],
)
def test_a_token_that_cannot_be_read_accuses_nobody(data: str) -> None:
    context = "https://www.w3.org/ns/credentials/v2"
    shown = {"@context": context, "type": "EnvelopedVerifiableCredential", "id": data}
    report = check(Verifier(World().trust()), shown, domain=None)
    assert (report.outcome, report.showing.code, report.items) == (Outcome.UNKNOWN, "showing.nothing", ())
    (told,) = report.all_findings
    assert (told.check, told.result) == (Check.FORM, Result.UNKNOWN)


@pytest.mark.parametrize("signature", ["", "AAAA"])
def test_a_token_that_nobody_signed_is_refused_before_anything_is_read_of_it(signature: str) -> None:
    w = World()
    header, payload, _ = token(w).data.partition("~")[0].split(".")
    unsigned = base64url_encode(dumps({"alg": "none", "typ": "vc+sd-jwt"}).encode())
    shown = {**token(w).json, "id": f"data:application/vc+sd-jwt,{unsigned}.{payload}.{signature}~"}
    report = check(keeps_no_lists(w), shown, domain=None)
    assert header != unsigned
    assert (report.outcome, report.items) == (Outcome.REFUSED, ())
    assert [(each.check, each.result) for each in report.all_findings] == [(Check.STRUCTURE, Result.FAILED)]


def test_a_presentation_of_nothing_is_not_known() -> None:
    w = World()
    nothing = {"@context": "https://www.w3.org/ns/credentials/v2", "type": "VerifiablePresentation"}
    report = check(Verifier(w.trust()), Bundle({**nothing, "holder": w.child.id}), domain=None)
    assert [(each.check, each.result) for each in report.all_findings] == [(Check.STRUCTURE, Result.UNKNOWN)]
    well = check(Verifier(w.trust()), w.bundle())
    assert found(well, "structure.well-formed") == (Check.STRUCTURE, Result.PASSED)


@pytest.mark.parametrize(
    ("members", "reason"),
    [
        ({"issued_at": NOW + Demands().clock_skew}, "trust.current"),
        ({"issued_at": NOW + Demands().clock_skew + timedelta(seconds=1)}, "trust.from-the-future"),
        ({"next_update": NOW + timedelta(days=1)}, "trust.current"),
        ({"next_update": NOW}, "trust.current"),
        ({"next_update": NOW - timedelta(seconds=1)}, "trust.expired"),
    ],
)
def test_a_trust_list_counts_until_its_last_moment(members: dict[str, Any], reason: str) -> None:
    w = World()
    report = check(Verifier(w.trust(**members)), w.bundle())
    assert [each.reason for each in report.findings if each.reason.startswith("trust.")] == [reason]


# --- the showing ---------------------------------------------------------------------------------------


def found(report: Report, reason: str) -> tuple[Check, Result]:
    """The check and the result of the one finding with this reason."""
    (finding,) = (each for each in report.all_findings if each.reason == reason)
    return finding.check, finding.result


def test_a_token_that_hides_nothing_is_anybodys_by_name() -> None:
    w = World()
    plain = enveloped.secure_credential(
        no_status(w.school.unsigned(3)),
        media_type=MediaType.VC_JWT,
        key=w.school.key,
        verification_method=w.school.method,
        issued=SIGNED,
    )
    report = check(keeps_no_lists(w), Bundle(w.child.show_any([plain.json])))
    assert holder_of(report) == [(Result.NOTE, "holder.by-name")]


def test_an_answer_inside_a_token_is_a_showing_also_when_it_does_not_hold() -> None:
    w = World()
    forged = check(keeps_no_lists(w), answered(w, key=w.sibling.key), challenge="4711")
    assert (forged.outcome, forged.showing.kind) == (Outcome.REFUSED, ShowingKind.UNDIRECTED)
    assert [(each.check, each.reason) for each in forged.showing.findings] == [
        (Check.PRESENTATION_PROOF, "proof.signature")
    ]
    assert (Result.NOTE, "holder.alone") not in holder_of(forged)
    good = check(keeps_no_lists(w), answered(w), challenge="4711")
    assert found(good, "presentation.holds") == (Check.PRESENTATION_PROOF, Result.PASSED)
    assert holder_of(good) == [(Result.PASSED, "holder.same")]


def test_a_token_without_an_answer_comes_alone() -> None:
    w = World()
    report = check(keeps_no_lists(w), token(w).json, domain=None)
    assert (report.outcome, report.showing.code) == (Outcome.CONFIRMED, "showing.alone")
    assert report.showing.outcome is ShowingOutcome.NONE


def test_who_answers_inside_a_token_is_the_subject_that_the_token_names() -> None:
    w = World()
    named = enveloped.secure_credential(
        no_status(w.school.unsigned(3, holder=w.child.id)),
        media_type=MediaType.VC_SD_JWT,
        key=w.school.key,
        verification_method=w.school.method,
        issued=SIGNED,
        holder_key=w.child.key.public_key,
    )
    bound = sd_jwt.bind(SdJwt.read(named.data), key=w.child.key, audience=UNIVERSITY, nonce="1", issued=NOW)
    report = check(
        keeps_no_lists(w), {**named.json, "id": f"data:application/vc+sd-jwt,{bound}"}, challenge="1"
    )
    assert (report.outcome, report.items[0].tie) == (Outcome.CONFIRMED, Tie.KEY)


def test_a_lone_diploma_is_noted_and_one_own_copy_among_others_is_told() -> None:
    w = World()
    lone = w.olympiad.diploma(7, holder=w.child.id)
    assert found(check(Verifier(w.trust()), lone, domain=None), "presentation.none") == (
        Check.PRESENTATION_PROOF,
        Result.NOTE,
    )


def test_a_showing_that_is_refused_was_addressed_to_nobody_as_far_as_is_known() -> None:
    w = World()
    changed = altered(w.bundle().presentation, lambda d: d.update(id="urn:uuid:0"))
    report = check(Verifier(w.trust()), Bundle(changed))
    assert (report.showing.outcome, report.showing.kind) == (ShowingOutcome.REFUSED, ShowingKind.UNDIRECTED)


def test_a_showing_of_an_unusual_form_is_told_as_that() -> None:
    w = World()
    strange = altered(w.bundle().presentation, lambda d: d["@context"].append("https://unknown.example/v1"))
    report = check(Verifier(w.trust()), Bundle(strange))
    assert [(each.check, each.reason) for each in report.showing.findings] == [
        (Check.FORM, "jsonld.context-unknown")
    ]


def test_a_holder_whose_key_is_out_of_its_time_shows_nothing() -> None:
    w = World()
    club = replace(w.olympiad, name="Клуб «Выдумка»", site="club.example")
    diploma = w.school.sign(no_status(w.school.unsigned(3, holder=club.id)))
    shown = Bundle(Child.show_as(club.key, club.id, club.method, [diploma]))
    retired = w.trusted(club, key={"state": KeyState.RETIRED, "valid_until": SIGNED - timedelta(days=1)})
    report = check(Verifier(w.trust(w.trusted(w.school), retired, status_lists=())), shown)
    assert (report.outcome, found(report, "key.too-late")) == (
        Outcome.REFUSED,
        (Check.PRESENTATION_PROOF, Result.FAILED),
    )


@pytest.mark.parametrize(
    ("domain", "challenge", "code"),
    [
        (UNIVERSITY, "4711", "showing.just-now"),
        ("other.example", "4711", "showing.other-recipient"),
        (UNIVERSITY, "1", "showing.other-challenge"),
    ],
)
def test_every_signature_of_a_showing_is_for_this_recipient_and_question(
    domain: str, challenge: str, code: str
) -> None:
    w = World()
    diploma = w.olympiad.diploma(7, holder=w.child.id)
    once = w.child.show([diploma], challenge="4711", created=NOW)
    twice = add_proof(
        once,
        suite="eddsa-rdfc-2022",
        key=w.child.key,
        verification_method=verification_method_of(w.child.id),
        created=NOW,
        expires=NOW + timedelta(days=1),
        purpose="authentication",
        domain=domain,
        challenge=challenge,
    )
    report = check(Verifier(w.trust()), Bundle(twice), challenge="4711")
    assert report.showing.code == code


def test_who_cannot_be_looked_up_is_not_the_holder() -> None:
    w = World()
    unsigned = no_status(w.school.unsigned(3, holder="did:web:nobody.example"))
    shown = Bundle(w.child.show_any([w.school.sign(unsigned)]))
    report = check(keeps_no_lists(w), shown)
    assert (Result.FAILED, "holder.other") in holder_of(report)


def test_a_diploma_of_two_people_is_nobodys() -> None:
    w = World()
    unsigned = no_status(w.school.unsigned(3, holder=w.child.id))
    other = w.school.unsigned(3, holder=w.sibling.id)["credentialSubject"]
    other["achievement"]["id"] = "urn:uuid:00000000-0000-4000-8000-0000000000cc"
    unsigned["credentialSubject"] = [unsigned["credentialSubject"], other]
    report = check(keeps_no_lists(w), Bundle(w.child.show_any([w.school.sign(unsigned)])))
    assert holder_of(report)[0] == (Result.FAILED, "holder.other")
    assert report.items[0].tie is not Tie.KEY


@pytest.mark.parametrize(
    ("domain", "challenge", "reason"),
    [
        ("other.example", None, "recipient.other"),
        (UNIVERSITY, "1", "recipient.other-challenge"),
    ],
)
def test_what_was_shown_to_another_or_long_ago_is_addressed_to_nobody_here(
    domain: str, challenge: str | None, reason: str
) -> None:
    w = World()
    shown = w.bundle(challenge="4711", created=NOW)
    report = check(Verifier(w.trust()), shown, domain=domain, challenge=challenge)
    assert report.showing.kind is ShowingKind.UNDIRECTED
    assert found(report, reason) == (Check.PRESENTATION_RECIPIENT, Result.FAILED)
    assert "recipient.you" not in reasons(report)


def test_what_was_shown_to_nobody_is_not_known_to_be_shown_here() -> None:
    w = World()
    diploma = w.olympiad.diploma(7, holder=w.child.id)
    shown = Bundle(Child.show_as(w.child.key, w.child.id, None, [diploma], domain=None))
    report = check(Verifier(w.trust()), shown)
    assert report.showing.kind is ShowingKind.UNDIRECTED
    told = [each for each in report.showing.findings if each.reason == "recipient.nobody"]
    assert [(each.check, each.result) for each in told] == [(Check.PRESENTATION_RECIPIENT, Result.UNKNOWN)]


def test_a_challenge_is_compared_only_with_one_that_was_given() -> None:
    w = World()
    report = check(Verifier(w.trust()), w.bundle(challenge="4711"))
    assert (report.outcome, report.showing.kind) == (Outcome.CONFIRMED, ShowingKind.ADDRESSED)


@pytest.mark.parametrize(
    ("to", "domain", "reason", "result"),
    [
        (UNIVERSITY, UNIVERSITY, "recipient.you", Result.PASSED),
        (UNIVERSITY, None, "recipient.not-compared", Result.NOTE),
        (None, None, "recipient.anybody", Result.NOTE),
    ],
)
def test_to_whom_it_was_shown_is_told(
    to: str | None, domain: str | None, reason: str, result: Result
) -> None:
    w = World()
    diploma = w.olympiad.diploma(7, holder=w.child.id)
    shown = Bundle(Child.show_as(w.child.key, w.child.id, None, [diploma], domain=to))
    report = check(Verifier(w.trust()), shown, domain=domain)
    assert report.outcome is Outcome.CONFIRMED
    assert found(report, reason) == (Check.PRESENTATION_RECIPIENT, result)
    (told,) = (each for each in report.showing.findings if each.reason == reason)
    assert told.evidence == {"addressed": to or ""}


@pytest.mark.parametrize("domain", [UNIVERSITY, None])
@pytest.mark.parametrize("sign", [1, -1])
def test_just_now_is_within_an_hour(sign: int, domain: str | None) -> None:
    w = World()
    otherwise = ShowingKind.UNDIRECTED if domain is None else ShowingKind.ADDRESSED
    for apart, kind in ((JUST_NOW, ShowingKind.JUST_NOW), (JUST_NOW + SECOND, otherwise)):
        shown = w.bundle(challenge="4711", created=NOW - sign * apart)
        report = check(Verifier(w.trust()), shown, domain=domain, challenge="4711")
        assert (report.outcome, report.showing.kind) == (Outcome.CONFIRMED, kind)
    # Without a challenge it may have been signed before anybody asked.
    fresh = check(Verifier(w.trust()), w.bundle(created=NOW), domain=domain)
    assert fresh.showing.kind is otherwise


def as_token(w: World, **options: Any) -> Bundle:
    """The child's diploma as a wallet shows it that signs tokens."""
    document = {name: value for name, value in w.bundle().presentation.items() if name != "proof"}
    options = {"issued": NOW - timedelta(days=1), "domain": UNIVERSITY, **options}
    secured = vc_jose_cose.secure(
        document,
        MediaType.VP_JWT,
        key=w.child.key,
        verification_method=verification_method_of(w.child.id),
        **options,
    )
    return Bundle(enveloped.recognise(str(secured)).json)


def test_a_showing_that_does_not_say_when_is_not_of_just_now() -> None:
    w = World()
    undated = as_token(w, issued=None, challenge="4711")
    report = check(Verifier(w.trust()), undated, challenge="4711")
    showing = report.showing
    assert (report.outcome, showing.kind) == (Outcome.CONFIRMED, ShowingKind.ADDRESSED)
    assert (showing.signed_at, showing.age_days, showing.until) == (None, None, None)
    assert "presentation.signed" not in reasons(report)


def test_a_showing_without_an_end_is_told_where_no_challenge_dates_it() -> None:
    w = World()
    report = check(Verifier(w.trust()), as_token(w))
    assert report.outcome is Outcome.CONFIRMED
    assert found(report, "presentation.never-expires") == (Check.PRESENTATION_FRESHNESS, Result.NOTE)
    assert (report.showing.age_days, found(report, "presentation.signed")) == (
        1,
        (Check.PRESENTATION_FRESHNESS, Result.PASSED),
    )
    answer = check(Verifier(w.trust()), as_token(w, challenge="4711"), challenge="4711")
    assert "presentation.never-expires" not in reasons(answer)


def test_of_several_signatures_the_first_dates_a_showing_and_the_first_to_end_ends_it() -> None:
    w = World()
    ends = [NOW + timedelta(days=days) for days in (9, 2)]
    made = [NOW - timedelta(days=days) for days in (1, 5)]
    for order in (1, -1):
        diploma = w.olympiad.diploma(7, holder=w.child.id)
        shown: Any = Child.show_as(w.child.key, w.child.id, None, [diploma])
        shown.pop("proof")
        for created, expires in [*zip(made, ends, strict=True)][::order]:
            shown = add_proof(
                shown,
                suite="eddsa-rdfc-2022",
                key=w.child.key,
                verification_method=verification_method_of(w.child.id),
                created=created,
                expires=expires,
                purpose="authentication",
                domain=UNIVERSITY,
            )
        report = check(Verifier(w.trust()), Bundle(shown))
        assert (report.showing.signed_at, report.showing.until) == (made[1], ends[1])
        told = {each.reason: dict(each.evidence) for each in report.showing.findings}
        assert told["presentation.signed"] == {"days": 5}
        assert told["presentation.current"] == {"until": day(ends[1], NOW)}


@pytest.mark.parametrize(
    ("expires", "outcome"),
    [(None, Outcome.CONFIRMED), (NOW, Outcome.CONFIRMED), (NOW - SECOND, Outcome.UNKNOWN)],
)
def test_a_request_is_over_after_its_last_moment(expires: Any, outcome: Outcome) -> None:
    w = World()
    request = replace(REQUEST, created=NOW - timedelta(days=9), expires=expires)
    report = Verifier(w.trust()).check(w.bundle(), request=request, now=NOW)
    assert report.outcome is outcome
    if outcome is Outcome.UNKNOWN:
        told = [each for each in report.showing.findings if each.reason == "request.over"]
        assert [(each.check, each.result) for each in told] == [
            (Check.PRESENTATION_FRESHNESS, Result.UNKNOWN)
        ]
        assert told[0].evidence == {"until": day(expires, NOW)}


def test_what_decides_about_a_showing_gives_its_code_and_its_values() -> None:
    w = World()
    trust = Verifier(w.trust())
    good = check(trust, w.bundle()).showing
    assert (good.outcome, good.code, good.evidence) == (ShowingOutcome.VALID, "showing.addressed", {})
    assert (good.to, good.purpose) == ((UNIVERSITY,), "поступление 2026")
    other = check(trust, w.bundle(to="other.example")).showing
    assert (other.outcome, other.code) == (ShowingOutcome.REFUSED, "showing.other-recipient")
    assert other.evidence == {"addressed": "other.example", "expected": UNIVERSITY}
    changed = altered(w.bundle().presentation, lambda d: d.update(id="urn:uuid:0"))
    assert check(trust, Bundle(changed)).showing.code == "showing.changed"
    club = replace(w.olympiad, name="Клуб «Выдумка»", site="club.example")
    diploma = w.school.sign(no_status(w.school.unsigned(3)))
    unknown = check(trust, Bundle(Child.show_as(club.key, club.id, club.method, [diploma]))).showing
    assert (unknown.outcome, unknown.code) == (ShowingOutcome.UNKNOWN, "showing.unknown")
    early = check(trust, w.bundle(), now=NOW - timedelta(days=3)).showing
    assert (early.outcome, early.code) == (ShowingOutcome.UNKNOWN, "showing.clock")


def test_a_refused_showing_keeps_its_reason_where_people_differ_too() -> None:
    w = World()
    two = (w.school.diploma(1), w.school.diploma(2, givenName="Образец"))
    report = check(Verifier(w.trust()), w.bundle(*two, to="other.example"))
    assert (report.showing.outcome, report.showing.code) == (
        ShowingOutcome.REFUSED,
        "showing.other-recipient",
    )
    assert report.showing.evidence["addressed"] == "other.example"
    assert "holder.several-people" in reasons(report)
    nobody = Bundle(Child.show_as(w.child.key, w.child.id, None, two, domain=None))
    report = check(Verifier(w.trust()), nobody)
    assert (report.showing.outcome, report.showing.code) == (ShowingOutcome.REFUSED, "showing.several")
    assert report.showing.evidence["member"] == "given"


def test_an_answer_inside_a_token_may_be_by_a_key_that_the_trust_list_knows() -> None:
    """The issuer names a key of a club by its name, and the club is the subject."""
    w = World()
    club = replace(w.olympiad, name="Клуб «Выдумка»", site="club.example")
    claims = {**no_status(w.school.unsigned(3, holder=club.id)), "cnf": {"kid": club.method}}
    header = {"typ": "vc+sd-jwt", "cty": "vc", "kid": w.school.method}
    issued = sd_jwt.issue(claims, header=header, key=w.school.key)
    bound = sd_jwt.bind(SdJwt.read(issued), key=club.key, audience=UNIVERSITY, nonce="4711", issued=NOW)
    envelope = {**token(w).json, "id": f"data:application/vc+sd-jwt,{bound}"}
    known = Verifier(w.trust(w.trusted(w.school), w.trusted(club), status_lists=()))
    report = check(known, envelope, challenge="4711")
    assert (report.outcome, report.items[0].tie) == (Outcome.CONFIRMED, Tie.KEY)
    assert holder_of(report) == [(Result.PASSED, "holder.same")]


@pytest.mark.parametrize(
    ("hidden", "expected"),
    [
        (("evidence",), (Result.UNKNOWN, "holder.may-be-hidden")),
        (("credentialSubject", "role"), (Result.UNKNOWN, "holder.may-be-hidden")),
        (("credentialSubject", "achievement", "humanCode"), (Result.NOTE, "holder.by-name")),
        (("evidence", 0, "name"), (Result.NOTE, "holder.by-name")),
    ],
)
def test_who_hides_where_a_key_would_stand_may_hide_a_key(
    hidden: tuple[str | int, ...], expected: tuple[Result, str]
) -> None:
    w = World()
    unsigned = no_status(w.school.unsigned(3))
    unsigned["evidence"] = [{"id": "urn:example:work", "type": ["Evidence"], "name": "Работа"}]
    unsigned["credentialSubject"]["achievement"]["humanCode"] = "12"
    unsigned["credentialSubject"]["role"] = "капитан"
    made = enveloped.secure_credential(
        unsigned,
        media_type=MediaType.VC_SD_JWT,
        key=w.school.key,
        verification_method=w.school.method,
        issued=SIGNED,
        hide=[hidden],
    )
    shown = SdJwt.read(made.data).select([]).text
    envelope = {**made.json, "id": f"data:application/vc+sd-jwt,{shown}"}
    report = check(keeps_no_lists(w), Bundle(w.child.show_any([envelope])))
    assert holder_of(report) == [expected]


def test_one_base_proof_beside_another_proof_makes_a_file_the_familys_own_copy() -> None:
    w = World()
    both = hideable(w, w.olympiad.diploma(7, holder=w.child.id), ["/issuer"])
    report = check(Verifier(w.trust(two_keys(w))), both, domain=None)
    assert report.showing.code == "showing.own-copy"


# --- one item ------------------------------------------------------------------------------------------


def test_a_token_that_hides_nothing_keeps_nothing_back() -> None:
    w = World()
    unsigned = altered(
        no_status(w.school.unsigned(3)), lambda d: d["credentialSubject"].pop("dateOfBirth", None)
    )
    plain = enveloped.secure_credential(
        unsigned,
        media_type=MediaType.VC_JWT,
        key=w.school.key,
        verification_method=w.school.method,
        issued=SIGNED,
    )
    assert check(keeps_no_lists(w), plain.json, domain=None).items[0].person.not_shown == ()


def test_of_an_issuer_nobody_listed_the_status_is_not_known() -> None:
    w = World()
    report = check(Verifier(w.trust()), w.stranger.diploma(7), domain=None)
    assert report.items[0].status.state is StatusState.UNKNOWN


def test_what_acts_on_a_screen_is_noted_of_a_diploma() -> None:
    w = World()
    unsigned = w.olympiad.unsigned(7, holder=w.child.id)
    unsigned["credentialSubject"]["achievement"]["name"] = "Олимпиада \u202eлесымыВ"
    report = check(Verifier(w.trust()), w.bundle(w.olympiad.sign(unsigned)))
    told = {each.reason for each in report.items[0].findings if each.reason.startswith("text.")}
    assert told == {"text.bidi"}


def test_a_rule_that_fails_where_nobody_expected_it_confirms_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    w = World()

    def broken(document: Any) -> Any:
        raise DocumentError("x.y", "It cannot be read.")

    monkeypatch.setattr("vcwallet.verifier.verifier.text.findings", broken)
    report = check(Verifier(w.trust()), w.bundle())
    assert report.outcome is Outcome.REFUSED
    assert found(report, "x.y") == (Check.STRUCTURE, Result.FAILED)


def test_what_is_no_diploma_is_not_judged_as_one() -> None:
    w = World()
    report = check(Verifier(w.trust()), Bundle(w.child.show_any([w.olympiad.status()])))
    assert codes(report) == ["item.wrong-kind"]
    assert holder_of(report) == []


@pytest.mark.parametrize("member", ["familyName", "dateOfBirth"])
def test_a_person_in_an_unusual_form_is_told_as_that(member: str) -> None:
    w = World()
    document = w.olympiad.diploma(7, holder=w.child.id, **{member: "  "})
    report = check(Verifier(w.trust()), w.bundle(document))
    assert (report.outcome, codes(report)) == (Outcome.UNKNOWN, ["item.form"])
    assert found(report, "person.value") == (Check.FORM, Result.UNKNOWN)


def test_a_proof_that_may_hide_parts_and_is_not_in_order_says_nothing_of_what_is_hidden() -> None:
    w = World()
    kept = hideable(w, w.olympiad.unsigned(7, holder=w.child.id), ["/issuer", "/validFrom"])
    shown = altered(derive(kept, ["/credentialSubject"]), lambda d: d["proof"].update(proofValue="z222"))
    report = check(Verifier(w.trust(two_keys(w))), Bundle(w.child.show_any([shown])))
    assert report.outcome is Outcome.REFUSED
    told = [each.check for each in report.items[0].findings if each.reason == "proof.encoding"]
    assert told == [Check.PROOF, Check.FORM, Check.STRUCTURE]


def test_an_item_without_an_id_has_none() -> None:
    w = World()
    nameless = w.olympiad.sign(
        {name: value for name, value in bare(w).items() if name not in ("id", "proof")}
    )
    report = check(keeps_no_lists(w), w.bundle(nameless))
    assert (report.items[0].id, codes(report)) == ("", ["item.kind"])


def test_what_is_of_no_kind_is_compared_with_no_scope() -> None:
    w = World()
    scope = Scope(("olympiad-diploma",), Years(), numbers=("*",), stages=("*",))
    report = check(keeps_no_lists(w, w.trusted(w.olympiad, scopes=(scope,))), w.bundle(bare(w)))
    assert codes(report) == ["item.kind"]
    assert not [each for each in report.items[0].findings if each.reason.startswith("issuer.out")]


def scoped(w: World, *scopes: Scope) -> Finding:
    """What is said of the olympiad's diploma where its issuer is believed for these scopes."""
    report = check(Verifier(w.trust(w.trusted(w.olympiad, scopes=scopes))), w.bundle())
    (told,) = (each for each in report.items[0].findings if each.reason.startswith("issuer.out"))
    assert (told.check, told.result) == (Check.ISSUER, Result.NOT_COUNTED)
    return told


def test_which_clause_a_diploma_is_outside_of_is_told_with_what_it_says_and_what_is_allowed() -> None:
    w = World()
    any_number = Scope(("olympiad-diploma",), Years(), numbers=("*",), stages=("*",))
    told = scoped(w, replace(any_number, profiles=("Химия", "Право"))).evidence
    assert told == {
        "issuer": w.olympiad.name,
        "clause": "profile",
        "value": w.olympiad.unsigned()["credentialSubject"]["achievement"]["fieldOfStudy"],
        "allowed": "Химия, Право",
    }
    assert scoped(w).evidence == {"issuer": w.olympiad.name, "clause": "-", "value": "-", "allowed": "-"}


def test_what_a_scope_needs_and_nobody_can_read_leaves_the_issuer_open() -> None:
    w = World()
    scope = Scope(("olympiad-diploma",), Years(), numbers=("*",), stages=("*",), results=("winner",))
    unsigned = w.olympiad.unsigned(7, holder=w.child.id)
    unsigned["credentialSubject"]["result"][0]["value"] = "Похвальное слово"
    trust = w.trust(w.trusted(w.olympiad, scopes=(scope,)))
    report = check(Verifier(trust), w.bundle(w.olympiad.sign(unsigned)))
    assert found(report, "issuer.scope-open") == (Check.ISSUER, Result.UNKNOWN)
    (told,) = (each for each in report.all_findings if each.reason == "issuer.scope-open")
    assert told.evidence == {"issuer": w.olympiad.name, "missing": "result"}


def test_who_has_no_name_looks_like_nobody() -> None:
    w = World()
    unnamed = w.stranger.unsigned(7, holder=w.child.id)
    del unnamed["issuer"]["name"]
    report = check(Verifier(w.trust()), w.bundle(w.stranger.sign(unnamed)))
    assert codes(report) == ["item.issuer-unknown"]


def test_whom_a_stranger_looks_like_is_told_with_both_names() -> None:
    w = World()
    unsigned = w.stranger.unsigned(7, holder=w.child.id)
    unsigned["issuer"]["name"] = "Олимпиада «Вымысел»"
    report = check(Verifier(w.trust()), w.bundle(w.stranger.sign(unsigned)))
    assert found(report, "issuer.look-alike") == (Check.ISSUER, Result.UNKNOWN)
    (told,) = (each for each in report.all_findings if each.reason == "issuer.look-alike")
    name = "Олимпиада «Вымысел»"
    assert told.evidence == {"issuer": w.stranger.id, "name": name, "trusted": w.olympiad.name}


@pytest.mark.parametrize(
    ("stored", "at_hand", "member", "expected"),
    [
        (True, True, "familyName", ("structure.schema", Check.STRUCTURE, Result.PASSED)),
        (False, True, "familyName", ("schema.not-valid", Check.FORM, Result.UNKNOWN)),
        (True, False, "familyName", ("structure.schema-unchecked", Check.STRUCTURE, Result.NOTE)),
    ],
)
def test_what_a_schema_says_of_a_diploma(
    stored: bool, at_hand: bool, member: str, expected: tuple[str, Check, Result]
) -> None:
    w = World()
    unsigned = w.olympiad.unsigned(7, holder=w.child.id)
    unsigned["credentialSchema"] = {"id": SCHEMA["$id"], "type": "JsonSchema"}
    if not stored:
        del unsigned["credentialSubject"][member]
    schemas = SchemaStore({str(SCHEMA["$id"]): dumps(SCHEMA).encode()} if at_hand else {})
    report = check(Verifier(w.trust(), schemas=schemas), w.bundle(w.olympiad.sign(unsigned)))
    assert found(report, expected[0]) == expected[1:]


# --- the verifier's own rules ---------------------------------------------------------------------------


def test_an_answer_given_just_now_is_addressed_too() -> None:
    w = World()
    ruled = Verifier(w.trust(), Demands(binding=Binding.ADDRESSED))
    report = check(ruled, w.bundle(challenge="4711", created=NOW), challenge="4711")
    assert (report.outcome, report.showing.kind) == (Outcome.CONFIRMED, ShowingKind.JUST_NOW)
    assert found(report, "demands.met") == (Check.DEMANDS, Result.PASSED)


def test_a_holder_who_shows_to_anybody_is_not_held_by_a_rule_for_holders() -> None:
    w = World()
    ruled = Verifier(w.trust(), Demands(binding=Binding.HOLDER))
    report = check(ruled, w.bundle(), domain=None)
    assert (report.items[0].tie, report.showing.kind) == (Tie.KEY, ShowingKind.UNDIRECTED)
    assert (report.outcome, found(report, "demands.binding")) == (
        Outcome.UNKNOWN,
        (Check.DEMANDS, Result.UNKNOWN),
    )


def test_rules_are_not_met_while_something_is_open() -> None:
    w = World()
    over = w.trust(next_update=NOW - timedelta(days=1))
    report = check(Verifier(over, Demands(require_status=True)), w.bundle())
    assert (report.outcome, "demands.met" in reasons(report)) == (Outcome.UNKNOWN, False)
    assert "trust.expired" in {each.reason for each in report.items[0].findings}


# --- the whole ------------------------------------------------------------------------------------------


def test_a_changed_copy_of_a_diploma_is_refused_and_not_merely_counted_once() -> None:
    w = World()
    good = w.olympiad.diploma(7, holder=w.child.id)
    changed = altered(good, lambda d: d["credentialSubject"].update(role="капитан"))
    report = check(Verifier(w.trust()), w.bundle(good, changed))
    assert sorted(codes(report)) == ["item.changed", "item.confirmed"]


def test_two_looks_at_one_diploma_are_one_diploma() -> None:
    w = World()
    kept = hideable(
        w, w.olympiad.unsigned(7, holder=w.child.id), ["/issuer", "/validFrom", "/credentialStatus"]
    )
    first, second = (derive(kept, [f"/credentialSubject/{each}"]) for each in ("familyName", "givenName"))
    report = check(Verifier(w.trust(two_keys(w))), Bundle(w.child.show_any([first, second])))
    assert sorted(each.code == "item.duplicate" for each in report.items) == [False, True]
    assert found(report, "demands.twice") == (Check.DEMANDS, Result.NOT_COUNTED)


def test_one_id_of_two_issuers_is_two_diplomas() -> None:
    w = World()
    both = [each.sign(no_status(each.unsigned(7, holder=w.child.id))) for each in (w.olympiad, w.school)]
    report = check(keeps_no_lists(w), w.bundle(*both))
    assert {each.id for each in report.items} == {"urn:uuid:00000000-0000-4000-8000-000000000007"}
    assert codes(report) == ["item.confirmed-no-list"] * 2


def test_what_has_no_id_is_one_diploma_when_it_says_the_same() -> None:
    w = World()
    unsigned = {name: value for name, value in bare(w).items() if name not in ("id", "proof")}
    other = {**unsigned, "validFrom": "2026-03-02T00:00:00Z"}
    signed = [w.olympiad.sign(unsigned), w.olympiad.sign(unsigned, created=NOW - timedelta(days=2))]
    report = check(keeps_no_lists(w), w.bundle(*signed, w.olympiad.sign(other)))
    assert sorted(codes(report)) == ["item.duplicate", "item.kind", "item.kind"]


def test_what_does_not_belong_to_who_shows_it_says_nothing_about_that_person() -> None:
    w = World()
    mine = w.olympiad.diploma(7, holder=w.child.id)
    others = w.school.sign(no_status(w.school.unsigned(3, holder=w.sibling.id, givenName="Образец")))
    report = check(
        Verifier(w.trust(status_lists=(w.olympiad.status(),))), Bundle(w.child.show_any([mine, others]))
    )
    assert sorted(codes(report)) == ["item.confirmed", "item.other-holder"]
    assert "holder.several-people" not in reasons(report)


def test_what_nobody_is_known_to_have_signed_says_nothing_about_a_person() -> None:
    w = World()
    mine = w.olympiad.diploma(7, holder=w.child.id)
    unsigned = w.stranger.unsigned(8, holder=w.child.id, givenName="Образец")
    report = check(Verifier(w.trust()), w.bundle(mine, w.stranger.sign(unsigned)))
    assert "holder.several-people" not in reasons(report)
    assert [each.proven for each in report.items] in ([True, False], [False, True])


@pytest.mark.parametrize(
    ("other", "reason", "result"),
    [
        ({"familyName": "Прежнефамильная"}, "holder.surnames-differ", Result.UNKNOWN),
        ({"givenName": "Образец"}, "holder.several-people", Result.FAILED),
    ],
)
def test_in_what_two_diplomas_name_two_people_is_told(
    other: dict[str, str], reason: str, result: Result
) -> None:
    w = World()
    report = check(Verifier(w.trust()), w.bundle(w.school.diploma(1), w.school.diploma(2, **other)))
    told = [each for each in report.showing.findings if each.reason == reason]
    assert [(each.check, each.result) for each in told] == [(Check.HOLDER, result)]
    assert told[0].evidence["member"] in ("family", "given")


def asked(verifier: Verifier, shown: Bundle, *wants: Want) -> list[dict[str, Any]]:
    """What a report says of wants that were not met."""
    report = verifier.check(shown, request=replace(REQUEST, wants=wants), now=NOW)
    told = [each for each in report.findings if each.reason == "demands.not-all-asked"]
    assert all((each.check, each.result) == (Check.DEMANDS, Result.UNKNOWN) for each in told)
    assert (report.outcome is Outcome.CONFIRMED) is (not told)
    return [dict(each.evidence) for each in told]


def test_what_was_asked_for_and_did_not_come_is_told() -> None:
    w = World()
    verifier, shown = Verifier(w.trust()), w.bundle()
    kind = "olympiad-diploma"
    year = facts(Credential.parse(w.olympiad.unsigned())).awarded
    assert year is not None
    met = (Want(), Want(kind), Want(kind, ("person", "born")), Want(kind, since=year.year))
    assert asked(verifier, shown, *met) == []
    assert asked(verifier, shown, Want(kind, ("person", "role"))) == [
        {"kind": kind, "fields": "person, role", "number": 0, "asked": 1}
    ]
    assert asked(verifier, shown, Want("school-award"), Want(since=year.year + 1), Want(at_least=2)) == [
        {"kind": "school-award", "fields": "*", "number": 0, "asked": 1},
        {"kind": "*", "fields": "*", "number": 0, "asked": 1},
        {"kind": "*", "fields": "*", "number": 1, "asked": 2},
    ]


def test_what_is_not_known_has_come_and_what_is_refused_has_not() -> None:
    w = World()
    good = w.olympiad.diploma(7, holder=w.child.id)
    unknown, request = Verifier(w.trust(status_lists=())), replace(REQUEST, wants=(Want(),))
    report = unknown.check(w.bundle(good), request=request, now=NOW)
    assert (codes(report), "demands.not-all-asked" in reasons(report)) == (["item.status-missing"], False)
    changed = altered(good, lambda d: d["credentialSubject"].update(role="капитан"))
    report = Verifier(w.trust()).check(w.bundle(changed), request=request, now=NOW)
    assert (codes(report), "demands.not-all-asked" in reasons(report)) == (["item.changed"], True)


def test_the_age_of_knowledge_is_that_of_the_oldest_list_that_ages() -> None:
    w = World()
    mine = [w.olympiad.diploma(7, holder=w.child.id), w.school.diploma(3, holder=w.child.id)]
    lists = (w.olympiad.status(NOW - timedelta(days=9)), w.school.status(NOW - timedelta(days=2)))
    for shown in (mine, mine[::-1]):
        report = check(Verifier(w.trust(status_lists=lists)), w.bundle(*shown))
        assert report.knowledge.oldest_status_days == 9
    last = w.olympiad.status(NOW - timedelta(days=200))
    final = {w.olympiad.list_id: FinalList(NOW - timedelta(days=200), digest_of(last))}
    closed = w.trusted(w.olympiad, state=IssuerState.CLOSED, since=NOW, final_lists=final)
    report = check(Verifier(w.trust(closed, status_lists=(last,))), w.bundle())
    assert (report.outcome, report.knowledge.oldest_status_days) == (Outcome.CONFIRMED, None)


def test_the_json_of_a_bundle_is_a_bundle() -> None:
    w = World()
    bundle = Bundle(w.bundle().presentation, (w.olympiad.status(),))
    report = check(Verifier(w.trust(status_lists=())), bundle.to_json())
    assert (report.outcome, report.items[0].status.origin) == (Outcome.CONFIRMED, "stapled")


# --- what stands inside ---------------------------------------------------------------------------------


def inside(report: Report) -> list[tuple[Check, Result, str, Any]]:
    return [
        (each.check, each.result, each.reason, dict(each.evidence))
        for each in report.items[0].findings
        if each.reason.startswith("kind.holds")
    ]


def test_what_a_record_holds_beside_its_credentials_leaves_it_open() -> None:
    w = World()
    inner = w.olympiad.sign(no_status(w.olympiad.unsigned(1)))
    assert inside(check(keeps_no_lists(w), record(w, inner), domain=None)) == []
    bare_achievement = w.olympiad.unsigned(1)["credentialSubject"]["achievement"]
    bare_achievement["id"] = "urn:uuid:00000000-0000-4000-8000-0000000000cc"
    report = check(keeps_no_lists(w), record(w, inner, achievement=[bare_achievement]), domain=None)
    assert inside(report) == [(Check.KIND, Result.UNKNOWN, "kind.holds-unread", {"number": 1})]
    strangers = w.stranger.sign(no_status(w.stranger.unsigned(2)))
    report = check(keeps_no_lists(w), record(w, inner, strangers), domain=None)
    assert inside(report) == [(Check.KIND, Result.UNKNOWN, "kind.holds-open", {"numbers": "3"})]


@pytest.mark.parametrize("listed", [True, False])
def test_an_endorsement_is_seen_alone_and_in_a_list(listed: bool) -> None:
    w = World()
    unsigned = no_status(w.olympiad.unsigned(7, holder=w.child.id))
    endorsement = {
        "@context": unsigned["@context"][:2],
        "id": "urn:uuid:00000000-0000-4000-8000-0000000000bb",
        "type": ["VerifiableCredential", "EndorsementCredential"],
        "issuer": {"id": w.stranger.id, "type": ["Profile"]},
        "name": "Похвала",
        "validFrom": "2026-03-01T00:00:00Z",
        "credentialSubject": {"id": "urn:example:badge", "type": ["EndorsementSubject"]},
    }
    unsigned["endorsement"] = [endorsement] if listed else endorsement
    report = check(keeps_no_lists(w), w.bundle(w.olympiad.sign(unsigned)))
    assert inside(report) == [(Check.KIND, Result.UNKNOWN, "kind.holds-unread", {"number": 1})]


def test_in_a_token_a_proof_makes_a_signed_document_whatever_its_type() -> None:
    w = World()
    unsigned = no_status(w.school.unsigned(3, holder=w.child.id))
    unsigned["evidence"] = [{"id": "urn:example:work", "type": ["Evidence"], "proof": {"type": "Other"}}]
    plain = enveloped.secure_credential(
        unsigned,
        media_type=MediaType.VC_JWT,
        key=w.school.key,
        verification_method=w.school.method,
        issued=SIGNED,
    )
    report = check(keeps_no_lists(w), Bundle(w.child.show_any([plain.json])))
    assert inside(report) == [(Check.KIND, Result.UNKNOWN, "kind.holds-unread", {"number": 1})]


# --- several inputs ------------------------------------------------------------------------------------


def test_what_holds_no_diploma_keeps_no_later_input_from_its_answer(tmp_path: Path) -> None:
    w = World()
    file = tmp_path / "диплом.json"
    file.write_bytes(dumps(w.olympiad.diploma(7)).encode())
    answers = Verifier(w.trust(status_lists=())).check_all(
        [dumps(w.olympiad.status()), b"not a document", file, dumps(w.olympiad.diploma(8))], now=NOW
    )
    assert [each.outcome for each in answers.reports] == [Outcome.CONFIRMED] * 2
    assert [each.source[0].file for each in answers.reports] == ["диплом.json", "#4"]


def test_a_mistake_of_the_program_at_one_input_is_told_and_the_others_are_answered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    w = World()
    once = iter([True])

    def broken(item: Any, **values: Any) -> Any:
        if next(once, False):
            raise ZeroDivisionError
        return coded(item, **values)

    monkeypatch.setattr("vcwallet.verifier.verifier.coded", broken)
    inputs = [dumps(w.olympiad.diploma(index)) for index in (7, 8)]
    answers = Verifier(w.trust()).check_all(inputs, now=NOW)
    assert [each.outcome for each in answers.reports] == [Outcome.CONFIRMED]
    assert [(each.source, each.error.exit_status) for each in answers.problems] == [("#1", 70)]
