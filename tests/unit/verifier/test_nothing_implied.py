"""Nothing is implied: what was demanded is demanded of everything, and what is said was proved.

Each test is one situation in which an answer could be made better than it is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from tests.world import NOW, SIGNED, UNIVERSITY, Child, World, altered, seeded_key
from vcwallet import timestamps
from vcwallet.bundle.codec import Bundle
from vcwallet.bundle.request import Request
from vcwallet.credentials import enveloped
from vcwallet.credentials.credential import Credential
from vcwallet.credentials.issuers import FinalList, IssuerState, KeyState, digest_of
from vcwallet.credentials.presentation import Presentation
from vcwallet.errors import UsageError
from vcwallet.identifiers.keys import KeyType
from vcwallet.locales import language
from vcwallet.proofs.data_integrity import add_proof, derive
from vcwallet.proofs.jose import sd_jwt
from vcwallet.proofs.jose.sd_jwt import SdJwt
from vcwallet.proofs.jose.vc_jose_cose import MediaType
from vcwallet.report import Fate, Item, Outcome, Report, Result, ShowingKind, ShowingOutcome, Tie, whole_of
from vcwallet.speaking.reports import report_lines
from vcwallet.strict_json import JsonObject, dumps
from vcwallet.verifier import Binding, Demands, TrustedKey, TrustList, Verifier
from vcwallet.verifier.seen import SeenRegister

OLD_KEY = seeded_key("прежний ключ олимпиады")


def check(verifier: Verifier, shown: Any, **asked: Any) -> Report:
    asked.setdefault("domain", UNIVERSITY)
    asked.setdefault("now", NOW)
    return verifier.check(shown, **asked)


def codes(report: Report) -> list[str]:
    return [each.code for each in report.items]


def fates(report: Report) -> list[str]:
    return [each.outcome.value for each in report.items]


def reasons(report: Report) -> set[str]:
    return {each.reason for each in report.all_findings}


# --- one gate ------------------------------------------------------------------------------------------


def with_old_key(w: World, **old: Any) -> Any:
    """The olympiad with a second, older key of the given state."""
    listed = w.trusted(w.olympiad)
    key = TrustedKey(OLD_KEY.public_key, frozenset(), **{"pinned": listed.keys[0].pinned, **old})
    return replace(listed, keys=(*listed.keys, key))


@pytest.mark.parametrize(
    "old",
    [{"state": KeyState.COMPROMISED}, {"state": KeyState.RETIRED, "valid_until": SIGNED}],
    ids=["compromised", "retired"],
)
@pytest.mark.parametrize("origin", ["stapled", "given"])
def test_a_clean_list_by_a_key_that_is_gone_does_not_clear_a_revoked_diploma(
    old: dict[str, Any], origin: str
) -> None:
    w = World()
    clean = w.olympiad.status(NOW - timedelta(hours=1), key=OLD_KEY)
    bundle = w.bundle()
    for known in (True, False):
        w.olympiad.revoked.add(7)
        lists = (w.olympiad.status(),) if known else ()
        verifier = Verifier(w.trust(with_old_key(w, **old), status_lists=lists))
        if origin == "stapled":
            report = check(verifier, Bundle(bundle.presentation, (clean,)))
        else:
            report = check(replace(verifier, status_lists=[clean]), bundle)
        assert codes(report) == ["item.revoked" if known else "item.status-missing"]
        assert report.outcome is (Outcome.NOTHING if known else Outcome.UNKNOWN)


def test_a_status_list_is_no_diploma() -> None:
    w = World()
    report = check(Verifier(w.trust()), w.olympiad.status(), domain=None)
    assert (report.outcome, codes(report)) == (Outcome.REFUSED, ["item.wrong-kind"])


def bare(w: World) -> Any:
    return w.olympiad.sign(
        {
            "@context": ["https://www.w3.org/ns/credentials/v2"],
            "id": "urn:uuid:00000000-0000-4000-8000-0000000000aa",
            "type": ["VerifiableCredential"],
            "issuer": w.olympiad.id,
            "validFrom": "2026-03-01T00:00:00Z",
            "credentialSubject": {"id": w.child.id},
        }
    )


def test_a_bare_credential_is_not_a_kind_this_program_judges() -> None:
    w = World()
    report = check(Verifier(w.trust(status_lists=())), w.bundle(bare(w)))
    assert (report.outcome, codes(report)) == (Outcome.UNKNOWN, ["item.kind"])
    assert report.items[0].proven


def record(w: World, *inner: Any, **members: Any) -> Any:
    """A learner record by the school that holds others' diplomas."""
    return w.school.sign(
        {
            "@context": [
                "https://www.w3.org/ns/credentials/v2",
                "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json",
                "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
            ],
            "id": "urn:uuid:1e2d3c4b-5a69-4788-9697-a5b4c3d2e1f0",
            "type": ["VerifiableCredential", "ClrCredential"],
            "issuer": {"id": w.school.id, "type": ["Profile"], "name": w.school.name},
            "name": "Достижения за школу",
            "validFrom": "2026-05-30T00:00:00+03:00",
            "credentialSubject": {
                "type": ["ClrSubject"],
                "identifier": {
                    "type": "IdentityObject",
                    "hashed": False,
                    "identityHash": "Проба",
                    "identityType": "name",
                },
                "verifiableCredential": list(inner),
                **members,
            },
        }
    )


def keeps_no_lists(w: World, *issuers: Any) -> Verifier:
    return Verifier(w.trust(*issuers, status_lists=()))


def no_status(document: Any) -> Any:
    return altered(document, lambda d: d.pop("credentialStatus"))


def test_what_a_learner_record_holds_passes_the_gate_and_has_lines_of_its_own() -> None:
    w = World()
    first = w.olympiad.sign(no_status(w.olympiad.unsigned(1)))
    second = w.school.sign(no_status(w.school.unsigned(2)))
    report = check(keeps_no_lists(w), record(w, first, second), domain=None)
    assert [(each.number, each.inside, each.issuer.id) for each in report.items] == [
        (1, None, w.school.id),
        (2, 1, w.olympiad.id),
        (3, 1, w.school.id),
    ]
    assert [each.achievement.name for each in report.items[1:]] != [None, None]
    assert all(each.proven for each in report.items)


@pytest.mark.parametrize(
    ("spoil", "outcome", "code"),
    [
        (
            lambda w, d: altered(d, lambda x: x.update(validFrom="2026-03-02T00:00:00Z")),
            Outcome.REFUSED,
            "item.changed",
        ),
        (lambda w, d: no_status(w.stranger.unsigned(1)), Outcome.REFUSED, "item.unsigned"),
        (
            lambda w, d: w.stranger.sign(no_status(w.stranger.unsigned(1))),
            Outcome.UNKNOWN,
            "item.look-alike",
        ),
    ],
    ids=["changed", "unsigned", "by a stranger"],
)
def test_a_good_record_does_not_vouch_for_what_it_holds(spoil: Any, outcome: Outcome, code: str) -> None:
    w = World()
    inner = w.olympiad.sign(no_status(w.olympiad.unsigned(1)))
    report = check(keeps_no_lists(w), record(w, spoil(w, inner)), domain=None)
    assert report.outcome is outcome
    assert report.items[1].code == code
    assert report.items[0].outcome is not Fate.CONFIRMED


def test_what_nobody_looks_at_leaves_a_badge_open() -> None:
    w = World()
    endorsed = no_status(w.olympiad.unsigned(7, holder=w.child.id))
    endorsed["endorsement"] = [
        {
            "@context": endorsed["@context"][:2],
            "id": "urn:uuid:00000000-0000-4000-8000-0000000000bb",
            "type": ["VerifiableCredential", "EndorsementCredential"],
            "issuer": {"id": w.stranger.id, "type": ["Profile"]},
            "name": "Похвала",
            "validFrom": "2026-03-01T00:00:00Z",
            "credentialSubject": {"id": "urn:example:badge", "type": ["EndorsementSubject"]},
        }
    ]
    report = check(keeps_no_lists(w), w.bundle(w.olympiad.sign(endorsed)))
    assert report.outcome is Outcome.UNKNOWN
    assert "kind.holds-unread" in reasons(report)


P256 = seeded_key("вторая подпись", KeyType.P256)


def two_keys(w: World) -> Any:
    listed = w.trusted(w.olympiad)
    key = replace(listed.keys[0], key=P256.public_key, ids=frozenset())
    return replace(listed, keys=(*listed.keys, key))


def hideable(w: World, document: Any, mandatory: list[str]) -> Any:
    return add_proof(
        document,
        suite="ecdsa-sd-2023",
        key=P256,
        verification_method=f"{w.olympiad.id}#p256",
        created=SIGNED,
        mandatory_pointers=mandatory,
    )


def test_a_status_that_a_foreign_issuer_let_be_hidden_cannot_be_dropped() -> None:
    w = World()
    w.olympiad.revoked.add(7)
    kept = hideable(w, w.olympiad.unsigned(7, holder=w.child.id), ["/issuer", "/validFrom"])
    shown = derive(kept, ["/credentialSubject"])
    assert "credentialStatus" not in shown
    report = check(Verifier(w.trust(two_keys(w))), w.bundle(shown))
    assert (report.outcome, codes(report)) == (Outcome.UNKNOWN, ["item.status-not-named"])


def test_revoked_is_for_ever_though_its_list_is_over() -> None:
    w = World()
    bundle = w.bundle()
    w.olympiad.revoked.add(7)
    over = w.olympiad.status(NOW - timedelta(days=40), valid_until=NOW - timedelta(days=20))
    assert codes(check(Verifier(w.trust(status_lists=(over,))), bundle)) == ["item.revoked"]
    w.olympiad.revoked.clear()
    newer = w.olympiad.status(NOW - timedelta(days=1))
    assert codes(check(Verifier(w.trust(status_lists=(over,)), status_lists=[newer]), bundle)) == [
        "item.revoked"
    ]
    good = w.olympiad.status(NOW - timedelta(days=4), valid_until=NOW - timedelta(days=2))
    report = check(Verifier(w.trust(status_lists=(good,))), bundle)
    assert (codes(report), "status.list-over" in reasons(report)) == (["item.status-missing"], True)


def test_the_last_list_of_a_closed_issuer_counts_whatever_its_age() -> None:
    w = World()
    bundle = w.bundle()
    last, older = w.olympiad.status(NOW - timedelta(days=200)), w.olympiad.status(NOW - timedelta(days=300))
    final = {w.olympiad.list_id: FinalList(NOW - timedelta(days=200), digest_of(last))}
    closed = w.trusted(w.olympiad, state=IssuerState.CLOSED, since=NOW - timedelta(days=1), final_lists=final)
    report = check(Verifier(w.trust(closed, status_lists=(last,))), bundle)
    assert (report.outcome, codes(report)) == (Outcome.CONFIRMED, ["item.confirmed-final"])
    assert report.items[0].status.final
    report = check(Verifier(w.trust(closed, status_lists=(older,))), bundle)
    assert (report.outcome, "status.not-final" in reasons(report)) == (Outcome.UNKNOWN, True)


def test_a_successors_list_counts_for_the_diplomas_of_who_merged_into_it() -> None:
    w = World()
    bundle = w.bundle()
    unsigned = {name: value for name, value in w.olympiad.status().items() if name != "proof"}
    taken_over = w.school.sign(unsigned | {"issuer": w.school.id}, created=NOW - timedelta(days=1))
    school = w.trusted(w.school)
    merged = w.trusted(
        w.olympiad, state=IssuerState.MERGED, since=NOW - timedelta(days=30), successor=school.entry
    )
    report = check(Verifier(w.trust(merged, school, status_lists=(taken_over,))), bundle)
    assert report.outcome is Outcome.CONFIRMED
    stranger = Verifier(w.trust(w.trusted(w.olympiad), school, status_lists=(taken_over,)))
    assert codes(check(stranger, bundle)) == ["item.status-missing"]


def test_a_hundred_copies_of_one_list_are_looked_at_once() -> None:
    w = World()
    verifier = Verifier(w.trust(status_lists=()))
    bundle = Bundle(w.bundle().presentation, (w.olympiad.status(),) * 100)
    looked: list[object] = []
    import vcwallet.verifier.statuses as module

    original = module.admit
    try:
        module.admit = lambda *a, **k: (looked.append(a), original(*a, **k))[1]
        assert check(verifier, bundle).outcome is Outcome.CONFIRMED
    finally:
        module.admit = original
    assert len(looked) == 1


def token(w: World, holder: Any = None, **options: Any) -> Any:
    """The school's award as an SD-JWT, bound to a key by ``cnf``."""
    return enveloped.secure_credential(
        no_status(w.school.unsigned(3)),
        **{
            "media_type": MediaType.VC_SD_JWT,
            "key": w.school.key,
            "verification_method": w.school.method,
            "issued": SIGNED,
            "holder_key": (holder or w.child.key).public_key,
            **options,
        },
    )


def answered(
    w: World, *, to: str = UNIVERSITY, nonce: str = "4711", key: Any = None, at: datetime = NOW
) -> Any:
    bound = sd_jwt.bind(
        SdJwt.read(token(w).data), key=key or w.child.key, audience=to, nonce=nonce, issued=at
    )
    return {**token(w).json, "id": f"data:application/vc+sd-jwt,{bound}"}


def test_the_answer_inside_an_sd_jwt_is_a_showing_by_the_key_its_issuer_named() -> None:
    w = World()
    report = check(keeps_no_lists(w), answered(w), challenge="4711")
    assert (report.outcome, report.items[0].tie) == (Outcome.CONFIRMED, Tie.KEY)
    assert (report.showing.kind, report.showing.to) == (ShowingKind.JUST_NOW, (UNIVERSITY,))


def test_an_answer_inside_an_sd_jwt_for_somebody_else_is_refused() -> None:
    w = World()
    report = check(keeps_no_lists(w), answered(w, to="other.example"))
    assert (report.outcome, report.showing.code) == (Outcome.REFUSED, "showing.other-recipient")
    inside = Bundle(w.child.show_any([answered(w, to="other.example")]))
    report = check(keeps_no_lists(w), inside)
    assert (report.outcome, codes(report)) == (Outcome.REFUSED, ["item.other-recipient"])
    assert check(keeps_no_lists(w), answered(w), challenge="1").showing.code == "showing.other-challenge"


def test_an_answer_to_a_request_of_openid_is_refused_without_the_request_and_says_so() -> None:
    w = World()
    client = f"redirect_uri:https://{UNIVERSITY}/openid4vp"
    report = check(keeps_no_lists(w), answered(w, to=client))
    assert (report.outcome, report.showing.code) == (Outcome.REFUSED, "showing.openid-answer")
    assert "recipient.openid" in {each.reason for each in report.showing.findings}
    inside = Bundle(w.child.show_any([answered(w, to=client)]))
    report = check(keeps_no_lists(w), inside)
    assert (report.outcome, codes(report)) == (Outcome.REFUSED, ["item.openid-answer"])


def test_an_old_answer_inside_an_sd_jwt_is_over_and_not_changed() -> None:
    w = World()
    report = check(keeps_no_lists(w), answered(w, at=NOW - timedelta(days=3)), challenge="4711")
    assert (report.outcome, report.showing.code) == (Outcome.REFUSED, "showing.over")


def test_of_a_changed_diploma_nobody_is_said_to_have_signed_it() -> None:
    """Nor is a name in it compared with anybody's document."""
    w = World()
    changed = altered(
        w.olympiad.diploma(7, holder=None), lambda one: one["credentialSubject"].update(familyName="Иной")
    )
    report = check(Verifier(w.trust()), Bundle(w.child.show_any([changed])))
    assert codes(report) == ["item.changed"]
    told = "\n".join(line.text for line in report_lines(report, language("en")))
    assert "Signed by: not proven; it names" in " ".join(told.split())
    assert "Compare with the person's document" not in told


LONG_AGO: dict[str, Any] = {"created": NOW - timedelta(days=40), "days": 30}


def over(w: World) -> JsonObject:
    return w.child.show([w.olympiad.diploma(7, holder=w.child.id)], **LONG_AGO)


def test_of_a_showing_that_is_over_it_is_told_whom_it_was_for_and_when_it_was_signed() -> None:
    w = World()
    report = check(Verifier(w.trust()), w.bundle(**LONG_AGO))
    showing = report.showing
    assert (report.outcome, showing.code) == (Outcome.REFUSED, "showing.over")
    assert (showing.to, showing.signed_at) == ((UNIVERSITY,), LONG_AGO["created"])
    assert showing.until is not None
    assert showing.until < NOW
    assert "presentation.current" not in {each.reason for each in showing.findings}
    assert codes(report) == ["item.confirmed"]
    told = "\n".join(line.text for line in report_lines(report, language("en")))
    assert "Good until" in told
    assert "By itself it would be confirmed" in told


def test_a_showing_that_is_over_and_was_changed_is_changed() -> None:
    w = World()
    shown = altered(over(w), lambda one: one.update(id="urn:uuid:00000000-0000-4000-8000-000000000000"))
    report = check(Verifier(w.trust()), Presentation.parse(shown))
    assert (report.outcome, report.showing.code) == (Outcome.REFUSED, "showing.changed")
    assert report.showing.to == ()


@pytest.mark.parametrize("end", ["0001-01-01T00:00:00Z", "1969-01-01T00:00:00Z"])
def test_an_end_before_all_beginnings_is_an_answer(end: str) -> None:
    w = World()
    shown = altered(over(w), lambda one: one["proof"].update(expires=end))
    assert check(Verifier(w.trust()), Presentation.parse(shown)).outcome is Outcome.REFUSED


def test_the_register_does_not_take_a_showing_that_is_over(tmp_path: Path) -> None:
    w = World()
    with SeenRegister.open(tmp_path / "seen.sqlite", now=NOW) as seen:
        verifier = Verifier(w.trust(), seen=seen)
        for _ in range(2):
            report = check(verifier, w.bundle(**LONG_AGO), number="27-1")
            assert report.showing.seen_before is None


def test_a_key_in_cnf_binds_like_the_id_of_a_subject() -> None:
    w = World()
    mine = check(keeps_no_lists(w), Bundle(w.child.show_any([token(w).json])))
    assert (mine.outcome, mine.items[0].tie) == (Outcome.CONFIRMED, Tie.KEY)
    others = check(keeps_no_lists(w), Bundle(w.child.show_any([token(w, w.sibling.key).json])))
    assert (others.outcome, codes(others)) == (Outcome.REFUSED, ["item.other-holder"])


def test_a_holder_with_a_site_is_known_by_the_trust_list() -> None:
    w = World()
    club = replace(w.olympiad, name="Клуб «Выдумка»", site="club.example")
    diploma = w.school.sign(no_status(w.school.unsigned(3, holder=club.id)))
    shown = Bundle(Child.show_as(club.key, club.id, club.method, [diploma]))
    known = Verifier(w.trust(w.trusted(w.school), w.trusted(club), status_lists=()))
    report = check(known, shown)
    assert (report.outcome, report.items[0].tie) == (Outcome.CONFIRMED, Tie.KEY)
    report = check(keeps_no_lists(w), shown)
    assert (report.outcome, report.showing.outcome) == (Outcome.UNKNOWN, ShowingOutcome.UNKNOWN)


# --- what is demanded is demanded of everything --------------------------------------------------------

REQUEST = Request(UNIVERSITY, "поступление", NOW, expires=NOW + timedelta(days=9))


@pytest.mark.parametrize(
    ("asked", "recipient", "demands"),
    [
        ({"domain": UNIVERSITY}, None, Demands()),
        ({"challenge": "4711"}, None, Demands()),
        ({"request": REQUEST}, None, Demands()),
        ({}, UNIVERSITY, Demands()),
        ({}, None, Demands(binding=Binding.ADDRESSED)),
    ],
    ids=["domain", "challenge", "request", "recipient of the trust list", "binding"],
)
def test_unwrapping_a_presentation_never_satisfies_what_was_demanded(
    asked: dict[str, Any], recipient: str | None, demands: Demands
) -> None:
    w = World()
    verifier = Verifier(w.trust(recipient=recipient), demands)
    lone = w.olympiad.diploma(7, holder=w.child.id)
    report = verifier.check(lone, now=NOW, **asked)
    assert (report.outcome, codes(report)) == (Outcome.UNKNOWN, ["item.showing"])
    assert report.showing.code == "showing.none"
    # The same diploma without any demand is genuine, and who shows it is not proved.
    free = Verifier(w.trust()).check(lone, now=NOW)
    assert (free.outcome, free.showing.code) == (Outcome.CONFIRMED, "showing.alone")
    assert free.items[0].tie is Tie.NAME_AND_BIRTH


def test_a_showing_for_nobody_does_not_satisfy_a_recipient() -> None:
    w = World()
    diploma = w.olympiad.diploma(7, holder=w.child.id)
    shown = Bundle(Child.show_as(w.child.key, w.child.id, None, [diploma], domain=None))
    report = check(Verifier(w.trust()), shown)
    assert (report.outcome, report.showing.code) == (Outcome.UNKNOWN, "showing.undirected")


def test_the_familys_own_copy_says_what_to_send_instead() -> None:
    w = World()
    kept = hideable(
        w, w.olympiad.unsigned(7, holder=w.child.id), ["/issuer", "/validFrom", "/credentialStatus"]
    )
    for domain in (None, UNIVERSITY):
        report = check(Verifier(w.trust(two_keys(w))), kept, domain=domain)
        assert report.showing.code == "showing.own-copy"
        assert report.outcome is (Outcome.CONFIRMED if domain is None else Outcome.UNKNOWN)


def test_a_strangers_key_over_a_diploma_by_name_is_not_its_holder() -> None:
    w = World()
    shown = Bundle(w.sibling.show([w.school.diploma(3)], challenge="4711", created=NOW))
    report = check(Verifier(w.trust()), shown, challenge="4711")
    assert report.showing.kind is ShowingKind.JUST_NOW
    assert report.items[0].tie is Tie.NAME_AND_BIRTH
    assert "holder.by-name" in reasons(report)


@pytest.mark.parametrize(
    ("hidden", "tie"),
    [
        ((), Tie.NAME_AND_BIRTH),
        (("dateOfBirth",), Tie.NAME),
        (("familyName", "givenName", "patronymicName"), Tie.NOTHING),
    ],
)
def test_the_tie_is_what_the_diploma_shows(hidden: tuple[str, ...], tie: Tie) -> None:
    w = World()
    document = w.school.unsigned(3)
    for member in hidden:
        del document["credentialSubject"][member]
    report = check(Verifier(w.trust()), w.bundle(w.school.sign(document)))
    assert report.items[0].tie is tie
    if tie is Tie.NOTHING:
        assert (report.outcome, codes(report)) == (Outcome.UNKNOWN, ["item.nameless"])


def test_just_now_is_said_only_of_what_is() -> None:
    w = World()
    old = check(
        Verifier(w.trust()), w.bundle(challenge="4711", created=NOW - timedelta(days=13)), challenge="4711"
    )
    assert (old.outcome, old.showing.kind, old.showing.age_days) == (
        Outcome.CONFIRMED,
        ShowingKind.ADDRESSED,
        13,
    )
    now = check(Verifier(w.trust()), w.bundle(challenge="4711", created=NOW), challenge="4711")
    assert now.showing.kind is ShowingKind.JUST_NOW


def test_the_answer_to_a_request_that_is_over_is_not_known() -> None:
    w = World()
    over = replace(REQUEST, expires=NOW - timedelta(days=1))
    report = Verifier(w.trust()).check(w.bundle(), request=over, now=NOW)
    assert (report.outcome, report.showing.code) == (Outcome.UNKNOWN, "showing.request-over")
    assert Verifier(w.trust()).check(w.bundle(), request=REQUEST, now=NOW).outcome is Outcome.CONFIRMED


def test_two_children_under_one_id_are_two() -> None:
    w = World()
    one = w.olympiad.diploma(1, holder=w.child.id)
    for other in ({"givenName": "Образец"}, {"dateOfBirth": "2011-01-01"}):
        report = check(Verifier(w.trust()), w.bundle(one, w.olympiad.diploma(2, holder=w.child.id, **other)))
        assert (report.outcome, report.showing.code) == (Outcome.REFUSED, "showing.several")
        assert (report.showing.evidence["first"], report.showing.evidence["second"]) == (1, 2)


def test_a_surname_may_change_where_the_birth_date_says_that_it_is_one_person() -> None:
    w = World()
    one, other = w.school.diploma(1), w.school.diploma(2, familyName="Прежнефамильная")
    report = check(Verifier(w.trust()), w.bundle(one, other))
    assert (report.outcome, report.showing.code) == (Outcome.UNKNOWN, "showing.surnames")
    document = w.school.unsigned(2, familyName="Прежнефамильная")
    del document["credentialSubject"]["dateOfBirth"]
    report = check(Verifier(w.trust()), w.bundle(one, w.school.sign(document)))
    assert (report.outcome, report.showing.code) == (Outcome.REFUSED, "showing.several")


def test_recipients_who_are_named_in_an_identifier_only_are_compared() -> None:
    w = World()

    def named(index: int, name: str) -> Any:
        document = w.school.unsigned(index)
        document["credentialSubject"] = {
            member: value
            for member, value in document["credentialSubject"].items()
            if member in ("type", "achievement")
        } | {
            "type": ["AchievementSubject"],
            "identifier": [
                {"type": "IdentityObject", "identityHash": name, "identityType": "name", "hashed": False}
            ],
        }
        return w.school.sign(document)

    same = check(Verifier(w.trust()), w.bundle(named(1, "Тестова Проба"), named(2, "тестова  проба")))
    assert (same.outcome, {each.tie for each in same.items}) == (Outcome.CONFIRMED, {Tie.NAME})
    other = check(Verifier(w.trust()), w.bundle(named(1, "Тестова Проба"), named(2, "Иная Проба")))
    assert (other.outcome, other.showing.code) == (Outcome.REFUSED, "showing.several")


@pytest.mark.parametrize(
    ("asked", "signed"),
    [
        ("Priem.VUZ.example.", UNIVERSITY),
        (f"https://{UNIVERSITY}:443/2027?x", UNIVERSITY),
        (UNIVERSITY, f"HTTPS://{UNIVERSITY}/"),
        ("приём.вуз.example", "xn--e1agpd1f.xn--b1aew.example"),
    ],
)
def test_domains_are_compared_as_names(asked: str, signed: str) -> None:
    from vcwallet.identifiers.host_name import host_name

    w = World()
    to = host_name(asked) if "xn--" in signed else signed
    diploma = w.olympiad.diploma(7, holder=w.child.id)
    shown = Bundle(Child.show_as(w.child.key, w.child.id, None, [diploma], domain=to))
    assert check(Verifier(w.trust()), shown, domain=asked).outcome is Outcome.CONFIRMED
    assert check(Verifier(w.trust()), shown, domain="other.example").outcome is Outcome.REFUSED


def test_rules_are_met_only_where_there_are_rules() -> None:
    w = World()
    assert "demands.met" not in reasons(check(Verifier(w.trust()), w.bundle()))
    ruled = Verifier(w.trust(), Demands(binding=Binding.HOLDER, require_status=True))
    assert "demands.met" in reasons(check(ruled, w.bundle()))
    by_name = check(ruled, w.bundle(w.school.diploma(3)))
    assert (by_name.outcome, "demands.met" in reasons(by_name)) == (Outcome.UNKNOWN, False)


def test_a_requests_days_are_demanded_like_the_callers() -> None:
    w = World()
    strict = replace(REQUEST, status_age=timedelta(days=2))
    report = Verifier(w.trust()).check(w.bundle(), request=strict, now=NOW)
    assert (codes(report), report.items[0].evidence["rule"]) == (["item.status-stale"], 2)
    # A request never widens what the caller demands.
    loose = replace(REQUEST, status_age=timedelta(days=90))
    narrow = Verifier(w.trust(), Demands(max_status_age=timedelta(days=2)))
    assert codes(narrow.check(w.bundle(), request=loose, now=NOW)) == ["item.status-stale"]


@pytest.mark.parametrize("origin", ["caller", "trust list", "request"])
def test_a_rule_is_a_rule_whoever_states_it(origin: str) -> None:
    w = World()
    rules: dict[str, Any] = {"binding": Binding.HOLDER, "require_status": True}
    trust = w.trust(**(rules if origin == "trust list" else {}))
    demands = Demands(**(rules if origin == "caller" else {}))
    request = replace(REQUEST, **(rules if origin == "request" else {}))
    verifier = Verifier(TrustList.parse(dumps(trust.to_json())), demands)
    asked = Request.parse(request.to_json())
    by_name = verifier.check(w.bundle(w.school.diploma(3)), request=asked, now=NOW)
    assert (by_name.outcome, "demands.binding" in reasons(by_name)) == (Outcome.UNKNOWN, True)
    mine = verifier.check(w.bundle(), request=asked, now=NOW)
    assert (mine.outcome, "demands.met" in reasons(mine)) == (Outcome.CONFIRMED, True)


# --- three outcomes ------------------------------------------------------------------------------------


def test_valid_from_has_the_tolerance_of_created() -> None:
    w = World()
    ahead = altered(
        w.olympiad.unsigned(7, holder=w.child.id), lambda d: d.update(validFrom="2026-06-10T12:03:00Z")
    )
    assert (
        check(Verifier(w.trust()), w.bundle(w.olympiad.sign(ahead, created=NOW))).outcome is Outcome.CONFIRMED
    )


def test_a_clock_that_is_wrong_is_not_a_change() -> None:
    w = World()
    early = SIGNED - timedelta(days=3)
    report = check(Verifier(w.trust(status_lists=())), w.olympiad.diploma(7), domain=None, now=early)
    assert report.outcome is Outcome.UNKNOWN
    assert "item.changed" not in codes(report)
    report = check(Verifier(w.trust()), w.bundle(), now=NOW - timedelta(days=3))
    assert (report.outcome, report.showing.code) == (Outcome.UNKNOWN, "showing.clock")


WRONG_FORMS: dict[str, tuple[Callable[[Any], Any], str]] = {
    "unknown context": (
        lambda d: d["@context"].insert(1, "https://unknown.example/v1"),
        "jsonld.context-unknown",
    ),
    "no achievement": (lambda d: d["credentialSubject"].pop("achievement"), "openbadge.missing"),
    "a key named by its owner alone": (
        lambda d: d["proof"].update(verificationMethod=d["issuer"]["id"]),
        "key.identifier",
    ),
    "a proof that says not what for": (lambda d: d["proof"].pop("proofPurpose"), "proof.malformed"),
    "a proof without a moment that can be read": (
        lambda d: d["proof"].update(created="yesterday"),
        "timestamp.malformed",
    ),
    "no criteria": (lambda d: d["credentialSubject"]["achievement"].pop("criteria"), "openbadge.missing"),
}


@pytest.mark.parametrize("name", WRONG_FORMS)
def test_wrong_form_is_not_forgery(name: str) -> None:
    w = World()
    change, reason = WRONG_FORMS[name]
    document = no_status(w.olympiad.unsigned(7, holder=w.child.id))
    # A context that nobody has cannot be signed with, and a proof is not yet there: changed afterwards.
    afterwards = not reason.startswith("openbadge")
    if afterwards:
        signed = altered(w.olympiad.sign(document), change)
    else:
        change(document)
        signed = w.olympiad.sign(document)
    report = check(keeps_no_lists(w), signed, domain=None)
    assert (report.outcome, codes(report)) == (Outcome.UNKNOWN, ["item.form"])
    assert reason in reasons(report)
    assert report.items[0].proven is not afterwards


REFUSED_FOR: dict[str, tuple[Callable[[Any], Any], str]] = {
    "a letter changed": (
        lambda d: d["credentialSubject"]["achievement"].update(name="Другая олимпиада"),
        "item.changed",
    ),
    "definitions of its own": (
        lambda d: d["@context"].append({"degree": "https://schema.org/name"}),
        "item.own-definitions",
    ),
    "signed for another purpose": (
        lambda d: d["proof"].update(proofPurpose="authentication"),
        "item.proof",
    ),
    "nobody's signature": (lambda d: d.pop("proof"), "item.unsigned"),
}


@pytest.mark.parametrize("name", REFUSED_FOR)
def test_a_refusal_says_what_was_found_and_accuses_of_nothing_else(name: str) -> None:
    w = World()
    change, expected = REFUSED_FOR[name]
    signed = altered(w.olympiad.sign(no_status(w.olympiad.unsigned(7, holder=w.child.id))), change)
    report = check(keeps_no_lists(w), signed, domain=None)
    assert (report.outcome, codes(report)) == (Outcome.REFUSED, [expected])


def test_a_diploma_signed_with_a_key_of_somebody_else_says_that() -> None:
    w = World()
    unsigned = {
        **no_status(w.olympiad.unsigned(7)),
        "issuer": {**w.olympiad.unsigned(7)["issuer"], "id": w.child.id},
    }
    report = check(keeps_no_lists(w), w.olympiad.sign(unsigned), domain=None)
    assert (report.outcome, codes(report)) == (Outcome.REFUSED, ["item.other-signer"])


def test_a_badge_without_any_recipient_holds_and_is_nobodys() -> None:
    w = World()
    document = no_status(w.olympiad.unsigned(7))
    document["credentialSubject"] = {
        "type": ["AchievementSubject"],
        "achievement": document["credentialSubject"]["achievement"],
    }
    report = check(keeps_no_lists(w), w.olympiad.sign(document), domain=None)
    assert (report.outcome, codes(report)) == (Outcome.UNKNOWN, ["item.nameless"])
    assert report.items[0].proven
    assert report.items[0].tie is Tie.NOTHING


def test_one_revoked_diploma_leaves_the_others_their_answer() -> None:
    w = World()
    bundle = w.bundle(*(w.olympiad.diploma(index, holder=w.child.id) for index in (1, 2, 3)))
    w.olympiad.revoked.add(2)
    report = check(Verifier(w.trust()), bundle)
    assert fates(report) == ["confirmed", "not-counted", "confirmed"]
    assert report.outcome is Outcome.PARTLY


def test_one_changed_diploma_refuses_the_whole_and_the_others_keep_their_answer() -> None:
    w = World()
    good = w.olympiad.diploma(1, holder=w.child.id)
    bad = altered(
        w.olympiad.diploma(2, holder=w.child.id), lambda d: d["credentialSubject"].update(role="капитан")
    )
    report = check(Verifier(w.trust()), w.bundle(good, bad))
    assert (report.outcome, fates(report)) == (Outcome.REFUSED, ["confirmed", "refused"])


MATRIX = [
    ((Fate.CONFIRMED,), Outcome.CONFIRMED),
    ((Fate.NOT_COUNTED,), Outcome.NOTHING),
    ((Fate.UNKNOWN,), Outcome.UNKNOWN),
    ((Fate.REFUSED,), Outcome.REFUSED),
    ((Fate.CONFIRMED, Fate.CONFIRMED), Outcome.CONFIRMED),
    ((Fate.CONFIRMED, Fate.NOT_COUNTED), Outcome.PARTLY),
    ((Fate.CONFIRMED, Fate.UNKNOWN), Outcome.UNKNOWN),
    ((Fate.CONFIRMED, Fate.REFUSED), Outcome.REFUSED),
    ((Fate.NOT_COUNTED, Fate.NOT_COUNTED), Outcome.NOTHING),
    ((Fate.NOT_COUNTED, Fate.UNKNOWN), Outcome.UNKNOWN),
    ((Fate.NOT_COUNTED, Fate.REFUSED), Outcome.REFUSED),
    ((Fate.UNKNOWN, Fate.UNKNOWN), Outcome.UNKNOWN),
    ((Fate.UNKNOWN, Fate.REFUSED), Outcome.REFUSED),
    ((Fate.REFUSED, Fate.REFUSED), Outcome.REFUSED),
    ((), Outcome.UNKNOWN),
]


@pytest.mark.parametrize(("fates_", "whole"), MATRIX)
def test_the_fates_of_items_make_the_whole(fates_: tuple[Fate, ...], whole: Outcome) -> None:
    from vcwallet.report import IssuerSeen

    def item(number: int, fate: Fate) -> Item:
        return Item(number, "", fate, "item.x", Tie.NAME, IssuerSeen("did:web:x.example"))

    for order in (fates_, fates_[::-1]):
        items = [item(number, fate) for number, fate in enumerate(order, 1)]
        assert whole_of(ShowingOutcome.VALID, items) is whole
        assert whole_of(ShowingOutcome.REFUSED, items) is Outcome.REFUSED
        worse = whole_of(ShowingOutcome.UNKNOWN, items)
        assert worse is (Outcome.REFUSED if Fate.REFUSED in order else Outcome.UNKNOWN)


# --- the call itself -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shown", "asked", "code"),
    [
        (b"{}", {}, "verify.not-a-document"),
        ("{}", {}, "verify.not-a-document"),
        (None, {}, "verify.not-a-document"),
        ([], {}, "verify.not-a-document"),
        ({}, {"now": datetime(2026, 6, 10)}, "verify.naive-now"),
        ({}, {"now": "2026-06-10"}, "verify.naive-now"),
        ({}, {"domain": b"priem.vuz.example"}, "verify.not-text"),
        ({}, {"domain": "two words"}, "host-name.malformed"),
        ({}, {"challenge": 4711}, "verify.not-text"),
        ({}, {"request": {"domain": UNIVERSITY}}, "verify.not-text"),
    ],
)
def test_a_call_that_cannot_be_answered_is_wrong_usage(shown: Any, asked: dict[str, Any], code: str) -> None:
    with pytest.raises(UsageError) as caught:
        Verifier(World().trust()).check(shown, **{"now": NOW, **asked})
    assert caught.value.code == code


def test_a_bundle_a_presentation_and_their_json_are_answered_alike() -> None:
    w = World()
    bundle = w.bundle()
    answers = [
        check(Verifier(w.trust()), shown)
        for shown in (bundle, bundle.presentation, Presentation.parse(bundle.presentation), bundle.to_json())
    ]
    assert {each.outcome for each in answers} == {Outcome.CONFIRMED}
    lone = w.olympiad.diploma(7)
    assert [
        check(Verifier(w.trust()), shown, domain=None).outcome for shown in (lone, Credential.parse(lone))
    ] == [Outcome.CONFIRMED] * 2


def test_bytes_and_texts_of_any_kind_are_read_and_answered_together() -> None:
    w = World()
    verifier = Verifier(w.trust(status_lists=()))
    answers = verifier.check_all(
        [
            w.bundle().text.encode(),
            w.bundle(w.olympiad.diploma(8, holder=w.child.id)).text,
            dumps(w.olympiad.status()),
            b"not a document",
        ],
        domain=UNIVERSITY,
        now=NOW,
    )
    assert [each.outcome for each in answers.reports] == [Outcome.CONFIRMED] * 2
    assert [each.source[0].file for each in answers.reports] == ["#1", "#2"]
    assert [each.source for each in answers.problems] == ["#4"]
    assert (answers.files.empty, answers.files.with_items) == (1, 3)
    assert answers.outcome is Outcome.CONFIRMED


def test_ages_are_calendar_days_in_the_zone_of_the_check() -> None:
    w = World()
    moscow = timestamps.parse("2026-06-10T22:30:00Z").astimezone(timezone(timedelta(hours=3)))
    report = check(Verifier(w.trust()), w.bundle(), now=moscow)
    # The list of 7 June noon is three days old in London and four in Moscow, where it is the 11th.
    assert report.items[0].status.age_days == 4
    assert Result.UNKNOWN not in {each.result for each in report.items[0].findings}
