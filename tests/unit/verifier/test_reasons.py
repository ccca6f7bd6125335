"""Reasons that an answer can hold, each brought about by what it names."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

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
from tests.unit.verifier.test_verdicts import CASES, answer
from tests.world import NOW, SIGNED, UNIVERSITY, Child, World, altered, seeded_key
from vcwallet import strict_json
from vcwallet.bundle.codec import Bundle
from vcwallet.bundle.request import Request
from vcwallet.cli import command_line
from vcwallet.cli.speak import Speaker, run
from vcwallet.credentials.issuers import FinalList, IssuerState, KeyState, digest_of
from vcwallet.credentials.json_pointers import pointers_outside
from vcwallet.errors import VcwalletError
from vcwallet.locales import language
from vcwallet.proofs.data_integrity import add_proof, derive
from vcwallet.report import Check, Finding, Outcome, Result, StatusState
from vcwallet.speaking.reports import finding_sentence
from vcwallet.strict_json import JsonObject
from vcwallet.verifier import NotConfirmed, Scope, VerificationError, Verifier, Years, item_codes


def test_when_all_is_well_every_question_has_its_answer() -> None:
    w = World()
    report = check(Verifier(w.trust()), w.bundle())
    assert report.outcome is Outcome.CONFIRMED
    passed = [(each.check.value, each.reason) for each in report.all_findings if each.result is Result.PASSED]
    for expected in (
        ("trust", "trust.current"),
        ("presentation.proof", "presentation.holds"),
        ("presentation.recipient", "recipient.you"),
        ("presentation.freshness", "presentation.signed"),
        ("presentation.freshness", "presentation.current"),
        ("status", "status.good"),
        ("status.age", "status.fresh"),
    ):
        assert expected in passed


def test_the_last_list_of_a_closed_issuer_is_told_apart_from_a_fresh_one() -> None:
    w = World()
    last = w.olympiad.status(NOW - timedelta(days=200))
    final = {w.olympiad.list_id: FinalList(NOW - timedelta(days=200), digest_of(last))}
    closed = w.trusted(w.olympiad, state=IssuerState.CLOSED, since=NOW - timedelta(days=1), final_lists=final)
    report = check(Verifier(w.trust(closed, status_lists=(last,))), w.bundle())
    assert {"status.final"} <= reasons(report)
    assert not {"status.good", "status.fresh"} & reasons(report)


REVOKED_IN = "https://olymp.example/revoked.json"


def named_in_a_list(w: World, *, named: bool = True, issuer: str | None = None) -> tuple[JsonObject, Bundle]:
    """A list of 1EdTech's kind, which nobody signed, and a showing of a diploma that refers to it."""
    unsigned = w.olympiad.unsigned(holder=w.child.id)
    unsigned["@context"] = [*unsigned["@context"], "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"]
    unsigned["credentialStatus"] = {"id": REVOKED_IN, "type": "1EdTechRevocationList"}
    other = "urn:uuid:00000000-0000-4000-8000-000000000000"
    listed: JsonObject = {
        "id": REVOKED_IN,
        "issuer": issuer or w.olympiad.id,
        "revokedCredential": [{"id": unsigned["id"] if named else other, "revocationReason": "тайна"}],
    }
    return listed, w.bundle(w.olympiad.sign(unsigned))


def test_a_list_of_1edtech_counts_where_the_office_keeps_it() -> None:
    w = World()
    listed, shown = named_in_a_list(w)
    report = check(Verifier(w.trust(status_lists=(listed,))), shown)
    assert codes(report) == ["item.named-revoked"]
    assert "status.named-revoked" in reasons(report)
    assert report.items[0].status.state is StatusState.REVOKED
    assert "тайна" not in str(report.as_json())


def test_a_list_of_1edtech_without_a_signature_says_nothing_in_other_hands() -> None:
    """Anybody could write one: to revoke the diploma of another, or to show that theirs is not revoked."""
    w = World()
    listed, shown = named_in_a_list(w)
    for verifier, bundle in (
        (Verifier(w.trust(), status_lists=(listed,)), shown),
        (Verifier(w.trust()), replace(shown, status_lists=(listed,))),
    ):
        report = check(verifier, bundle)
        assert (report.outcome, codes(report)) == (Outcome.UNKNOWN, ["item.status-missing"])
        assert "status.unsigned-list" in reasons(report)


def test_a_list_of_1edtech_that_does_not_name_it_or_is_by_another_leaves_it_open() -> None:
    w = World()
    listed, shown = named_in_a_list(w, named=False)
    report = check(Verifier(w.trust(status_lists=(listed,))), shown)
    assert (report.outcome, "status.undated-list" in reasons(report)) == (Outcome.UNKNOWN, True)
    listed, shown = named_in_a_list(w, issuer=w.stranger.id)
    report = check(Verifier(w.trust(status_lists=(listed,))), shown)
    assert (report.outcome, "status.list-issuer" in reasons(report)) == (Outcome.UNKNOWN, True)


def test_a_status_of_another_kind_is_not_known() -> None:
    w = World()
    document = altered(
        w.olympiad.unsigned(holder=w.child.id),
        lambda d: d.update(
            credentialStatus={
                "id": "https://olymp.example/status/7",
                "type": "https://olymp.example/terms#Telephone",
            }
        ),
    )
    report = check(Verifier(w.trust()), w.bundle(w.olympiad.sign(document)))
    assert (report.outcome, "status.other-kind" in reasons(report)) == (Outcome.UNKNOWN, True)
    (told,) = (each for each in report.all_findings if each.reason == "status.other-kind")
    assert (told.check.value, told.result) == ("status", Result.UNKNOWN)


def test_what_a_scope_needs_and_the_family_hid_leaves_it_open() -> None:
    w = World()
    scope = Scope(("olympiad-diploma",), Years(), numbers=("*",), stages=("*",), profiles=("Астрономия",))
    unsigned = w.olympiad.unsigned(holder=w.child.id)
    kept = hideable(w, unsigned, ["/issuer", "/validFrom", "/credentialStatus", "/type"])
    trust = w.trust(replace(two_keys(w), scopes=(scope,)))
    for hidden, code in (("result", "item.confirmed"), ("achievement/fieldOfStudy", "item.hidden-needed")):
        shown = derive(kept, pointers_outside(unsigned, [f"/credentialSubject/{hidden}"]))
        report = check(Verifier(trust), w.bundle(shown))
        assert codes(report) == [code]
        assert ("issuer.scope-open" in reasons(report)) is (code == "item.hidden-needed")


def test_an_answer_to_a_request_that_is_over_says_when_it_was() -> None:
    w = World()
    asked = Request(
        domain=UNIVERSITY,
        purpose="поступление",
        created=NOW - timedelta(days=9),
        expires=NOW - timedelta(days=2),
    )
    report = check(Verifier(w.trust()), w.bundle(), domain=None, request=asked)
    assert (report.outcome, "request.over" in reasons(report)) == (Outcome.UNKNOWN, True)


def test_verify_says_by_its_code_whether_something_was_refused() -> None:
    w = World()
    refused = w.bundle(to="other.example")
    with pytest.raises(VerificationError) as caught:
        Verifier(w.trust()).verify(refused, domain=UNIVERSITY, now=NOW)
    assert (caught.value.code, caught.value.exit_status) == ("verify.refused", 1)
    w.olympiad.revoked.add(7)
    with pytest.raises(NotConfirmed) as not_confirmed:
        Verifier(w.trust()).verify(w.bundle(), domain=UNIVERSITY, now=NOW)
    assert (not_confirmed.value.code, not_confirmed.value.exit_status) == ("verify.not-confirmed", 5)


def test_a_folder_without_anything_shown_is_no_answer(tmp_path: Path) -> None:
    w = World()
    (tmp_path / "trust.json").write_text(strict_json.dumps(w.trust().to_json()), "utf-8")
    (tmp_path / "list.json").write_text(strict_json.dumps(w.olympiad.status()), "utf-8")
    heard: list[VcwalletError] = []

    class Listening(Speaker):
        def problem(self, where: str, error: VcwalletError) -> None:
            heard.append(error)

    words = ["verify", str(tmp_path / "list.json"), "--trust", str(tmp_path / "trust.json")]
    assert run(command_line, words, Listening(language("en"))) == 4
    assert [each.code for each in heard] == ["verify.nothing-shown"]


@pytest.mark.parametrize(
    ("clause", "value", "allowed", "said", "listed"),
    [
        ("stage", "final", "school, regional", "заключительный этап", "школьный этап, региональный этап"),
        ("result", "winner prize", "winner", "победитель, призёр", "победитель"),
        ("number", "12", "none", "12", "нет"),
        ("kind", "project", "-", "проект", "-"),
        ("profile", "физика", "final", "физика", "final"),
    ],
)
def test_what_an_issuer_is_not_believed_for_is_said_in_words(
    clause: str, value: str, allowed: str, said: str, listed: str
) -> None:
    evidence = {"issuer": "Школа № 0", "clause": clause, "value": value, "allowed": allowed}
    given = Finding.about(Check.ISSUER, Result.NOT_COUNTED, "issuer.out-of-scope", **evidence)
    assert finding_sentence(given, language("ru")).endswith(f": {said}; в списке: {listed}).")


FATES: dict[str, tuple[str, tuple[str, ...]]] = {
    # situation of test_verdicts: (code of the showing, codes of the items)
    "all is well": ("showing.addressed", ("item.confirmed",)),
    "a lone credential": ("showing.alone", ("item.confirmed",)),
    "a lone credential where a showing is demanded": ("showing.none", ("item.showing",)),
    "recipient not compared": ("showing.undirected", ("item.confirmed",)),
    "not a presentation": ("showing.nothing", ()),
    "trust list from the future": ("showing.addressed", ("item.clock",)),
    "trust list expired": ("showing.addressed", ("item.trust",)),
    "presentation without a proof": ("showing.unsigned", ("item.showing",)),
    "purpose changed after showing": ("showing.changed", ("item.showing",)),
    "shown to another university": ("showing.other-recipient", ("item.confirmed",)),
    "answers another challenge": ("showing.other-challenge", ("item.confirmed",)),
    "showing expired": ("showing.over", ("item.confirmed",)),
    "issuer not listed": ("showing.addressed", ("item.issuer-unknown",)),
    "a look-alike of a listed issuer": ("showing.addressed", ("item.look-alike",)),
    "issuer listed for another kind": ("showing.addressed", ("item.out-of-scope",)),
    "key too early": ("showing.addressed", ("item.key-out-of-time",)),
    "key too late": ("showing.addressed", ("item.key-out-of-time",)),
    "key compromised": ("showing.addressed", ("item.key-compromised",)),
    "key published with the W3C vectors": ("showing.addressed", ("item.key-published",)),
    "one letter changed": ("showing.addressed", ("item.changed",)),
    "not yet in force": ("showing.addressed", ("item.not-yet",)),
    "no longer in force": ("showing.addressed", ("item.over",)),
    "a sibling's diploma": ("showing.addressed", ("item.other-holder",)),
    "two people by name": ("showing.several", ("item.confirmed", "item.confirmed")),
    "revoked": ("showing.addressed", ("item.revoked",)),
    "suspended in a newer list": ("showing.addressed", ("item.suspended",)),
    "no list": ("showing.addressed", ("item.status-missing",)),
    "list too old": ("showing.addressed", ("item.status-stale",)),
    "no status kept": ("showing.addressed", ("item.confirmed-no-list",)),
    "no status named by an issuer that keeps lists": ("showing.addressed", ("item.status-not-named",)),
    "status demanded": ("showing.addressed", ("item.status-none",)),
}


@pytest.mark.parametrize("name", FATES)
def test_a_situation_is_told_by_its_codes(name: str) -> None:
    _, _, report = answer(CASES[name])
    assert (report.showing.code, tuple(codes(report))) == FATES[name]


def test_whose_an_item_is() -> None:
    w = World()
    said = {
        "holder.same": check(Verifier(w.trust()), w.bundle()),
        "holder.alone": check(Verifier(w.trust()), w.olympiad.diploma(7, holder=w.child.id), domain=None),
        "holder.not-checked": answer(CASES["presentation without a proof"])[2],
    }
    for reason, report in said.items():
        assert [each.reason for each in report.items[0].findings if each.check is Check.HOLDER] == [reason]


def test_a_family_copy_inside_a_showing_uncovers_what_is_hidden() -> None:
    w = World()
    kept = hideable(w, w.olympiad.unsigned(holder=w.child.id), ["/issuer", "/validFrom", "/credentialStatus"])
    shown = Bundle(Child.show_as(w.child.key, w.child.id, None, [kept]))
    report = check(Verifier(w.trust(two_keys(w))), shown)
    assert (codes(report), "holder.base-proof" in reasons(report)) == (["item.base-proof"], True)


def test_a_record_is_as_open_as_what_it_holds() -> None:
    w = World()
    strange = w.stranger.sign(no_status(w.stranger.unsigned(1)))
    whole = record(w, strange, id=w.child.id)
    report = check(keeps_no_lists(w), w.bundle(whole))
    assert (report.items[0].code, "kind.holds-open" in reasons(report)) == ("item.holds-open", True)


def test_what_nobody_reads_in_a_badge_is_said() -> None:
    w = World()
    badge = no_status(w.olympiad.unsigned(holder=w.child.id))
    badge["endorsement"] = [
        {
            "@context": badge["@context"][:2],
            "id": "urn:uuid:00000000-0000-4000-8000-0000000000bb",
            "type": ["VerifiableCredential", "EndorsementCredential"],
            "issuer": {"id": w.stranger.id, "type": ["Profile"]},
            "name": "Похвала",
            "validFrom": "2026-03-01T00:00:00Z",
            "credentialSubject": {"id": "urn:example:badge", "type": ["EndorsementSubject"]},
        }
    ]
    report = check(keeps_no_lists(w), w.bundle(w.olympiad.sign(badge)))
    assert codes(report) == ["item.holds-unread"]


def test_a_key_that_nobody_compared_confirms_nothing() -> None:
    w = World()
    listed = w.trusted(w.olympiad)
    key = replace(listed.keys[0], state=KeyState.PROPOSED, pinned=None)
    report = check(Verifier(w.trust(replace(listed, keys=(key,)))), w.bundle())
    assert codes(report) == ["item.key-not-pinned"]


def test_a_showing_for_nobody_is_told_with_and_without_a_demand() -> None:
    w = World()
    diploma = w.olympiad.diploma(7, holder=w.child.id)
    shown = Bundle(Child.show_as(w.child.key, w.child.id, None, [diploma], domain=None))
    assert "recipient.nobody" in reasons(check(Verifier(w.trust()), shown))
    assert "recipient.anybody" in reasons(check(Verifier(w.trust()), shown, domain=None))
    assert "recipient.not-compared" in reasons(check(Verifier(w.trust()), w.bundle(), domain=None))


def test_just_now_and_surnames_have_their_codes() -> None:
    w = World()
    report = check(Verifier(w.trust()), w.bundle(challenge="4711", created=NOW), challenge="4711")
    assert report.showing.code == "showing.just-now"
    one, other = w.school.diploma(1), w.school.diploma(2, familyName="Прежнефамильная")
    assert "holder.surnames-differ" in reasons(check(Verifier(w.trust()), w.bundle(one, other)))


def test_nothing_in_it_is_not_the_same_as_not_well_formed() -> None:
    w = World()
    assert "structure.well-formed" in reasons(check(Verifier(w.trust()), w.bundle()))
    nothing = {"@context": ["https://www.w3.org/ns/credentials/v2"], "type": ["VerifiablePresentation"]}
    empty = check(Verifier(w.trust()), Bundle({**nothing, "holder": w.child.id}))
    assert (empty.outcome, "structure.nothing" in reasons(empty)) == (Outcome.UNKNOWN, True)


def test_without_a_name_it_is_nobodys() -> None:
    w = World()
    document = w.school.unsigned(3)
    for member in ("familyName", "givenName", "patronymicName"):
        del document["credentialSubject"][member]
    assert "holder.nameless" in reasons(check(Verifier(w.trust()), w.bundle(w.school.sign(document))))


def test_a_holder_whose_key_cannot_be_had_is_not_known() -> None:
    w = World()
    family = "did:web:family.example"
    shown = Bundle(Child.show_as(w.child.key, family, f"{family}#key-1", [w.school.diploma(3)]))
    report = check(Verifier(w.trust()), shown)
    assert (report.outcome, report.showing.code) == (Outcome.UNKNOWN, "showing.unknown")


def test_a_key_that_a_listed_issuer_does_not_have_is_not_known() -> None:
    w = World()
    forged = add_proof(
        w.olympiad.unsigned(7, holder=w.child.id),
        suite="eddsa-rdfc-2022",
        key=seeded_key("кто-то другой"),
        verification_method=f"{w.olympiad.id}#key-9",
        created=SIGNED,
    )
    assert codes(check(Verifier(w.trust()), w.bundle(forged))) == ["item.key-unknown"]


def test_an_open_question_that_has_no_code_of_its_own_stays_open() -> None:
    """No step leaves one today; should one, the item is not known and never confirmed."""
    for question in (check_ for check_ in Check if check_ not in item_codes._CODES_BY_CHECK):
        open_question = Finding.about(question, Result.UNKNOWN, "of a kind nobody thought of")
        assert item_codes._code(open_question) == "item.unknown"
