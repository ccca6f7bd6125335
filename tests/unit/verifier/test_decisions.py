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
    check,
    codes,
    hideable,
    keeps_no_lists,
    no_status,
    reasons,
    token,
    two_keys,
)
from tests.world import NOW, SIGNED, UNIVERSITY, Child, World, altered, seeded_key
from vcwallet.bundle.codec import Bundle
from vcwallet.credentials import enveloped, status_list
from vcwallet.credentials.issuers import FinalList, IssuerState, KeyState, digest_of
from vcwallet.errors import DocumentError
from vcwallet.identifiers.did.key import verification_method_of
from vcwallet.identifiers.multibase import base64url_encode
from vcwallet.proofs.data_integrity import add_proof
from vcwallet.proofs.jose import sd_jwt
from vcwallet.proofs.jose.sd_jwt import SdJwt
from vcwallet.proofs.jose.vc_jose_cose import MediaType
from vcwallet.report import (
    Check,
    Fate,
    Outcome,
    Report,
    Result,
    ShowingKind,
    ShowingOutcome,
    StatusState,
    Tie,
)
from vcwallet.strict_json import dumps
from vcwallet.verifier import Demands, Verifier
from vcwallet.verifier.days import day
from vcwallet.verifier.item_codes import coded
from vcwallet.verifier.showing import Asked
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
    assert "key.unsupported-type" in reasons(open_)
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
