"""Reasons that an answer can hold, each brought about by what it names."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.unit.verifier.test_nothing_implied import check, codes, hideable, reasons, two_keys
from tests.world import NOW, UNIVERSITY, World, altered
from vcwallet import strict_json
from vcwallet.bundle.request import Request
from vcwallet.cli import command_line
from vcwallet.cli.speak import Speaker, run
from vcwallet.credentials.issuers import FinalList, IssuerState, digest_of
from vcwallet.credentials.json_pointers import pointers_outside
from vcwallet.errors import VcwalletError
from vcwallet.locales import language
from vcwallet.proofs.data_integrity import derive
from vcwallet.report import Outcome, Result
from vcwallet.verifier import NotConfirmed, Scope, VerificationError, Verifier, Years


def test_when_all_is_well_every_question_has_its_answer() -> None:
    w = World()
    report = check(Verifier(w.trust()), w.bundle())
    assert report.outcome is Outcome.CONFIRMED
    passed = [(each.check.value, each.reason) for each in report.all_findings if each.result is Result.PASSED]
    for answer in (
        ("trust", "trust.current"),
        ("presentation.proof", "presentation.holds"),
        ("presentation.recipient", "recipient.you"),
        ("presentation.freshness", "presentation.signed"),
        ("presentation.freshness", "presentation.current"),
        ("status", "status.good"),
        ("status.age", "status.fresh"),
    ):
        assert answer in passed


def test_the_last_list_of_a_closed_issuer_is_told_apart_from_a_fresh_one() -> None:
    w = World()
    last = w.olympiad.status(NOW - timedelta(days=200))
    final = {w.olympiad.list_id: FinalList(NOW - timedelta(days=200), digest_of(last))}
    closed = w.trusted(w.olympiad, state=IssuerState.CLOSED, since=NOW - timedelta(days=1), final_lists=final)
    report = check(Verifier(w.trust(closed, status_lists=(last,))), w.bundle())
    assert {"status.final"} <= reasons(report)
    assert not {"status.good", "status.fresh"} & reasons(report)


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
