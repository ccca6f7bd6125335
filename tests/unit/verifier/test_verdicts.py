"""Each check can fail alone, with its own code, and nothing but a full set of answers is confirmed."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import jsonschema
import pytest

from tests.shared import ROOT
from tests.world import NOW, SIGNED, UNIVERSITY, World, altered, seeded_key
from vcwallet.bundle.codec import Bundle
from vcwallet.bundle.request import Request, Want
from vcwallet.credentials.issuers import KeyState
from vcwallet.credentials.schema import SchemaStore
from vcwallet.identifiers.controlled_identifier import ControlledIdentifierDocument
from vcwallet.identifiers.keys import KeyType
from vcwallet.locales import language
from vcwallet.proofs.data_integrity import add_proof, derive
from vcwallet.report import Answers, Check, Outcome, Report, Result, ShowingKind
from vcwallet.speaking import sentences
from vcwallet.verifier import (
    Binding,
    Demands,
    NotConfirmed,
    Scope,
    VerificationError,
    Verifier,
    Years,
)

ANOTHER_OLYMPIAD = Scope(("olympiad-diploma",), Years(), numbers=("99",), stages=("final",))

A, R, C, N = Outcome.CONFIRMED, Outcome.REFUSED, Outcome.UNKNOWN, Outcome.NOTHING


@dataclass
class Case:
    """One thing shown to one verifier."""

    make: Callable[[World], tuple[Verifier, Any]]
    outcome: Outcome
    check: Check | None = None
    """The only check that is not passed (notes aside)."""
    reason: str = ""
    domain: str | None = UNIVERSITY
    challenge: str | None = None


def plain(w: World) -> Verifier:
    return Verifier(w.trust())


def keyed(w: World, **key: Any) -> Verifier:
    return Verifier(w.trust(w.trusted(w.olympiad, key=key)))


def unlisted(w: World) -> Any:
    """A diploma whose issuer keeps no list: the key that is asked about signs nothing else."""
    document = w.olympiad.unsigned(7, holder=w.child.id)
    del document["credentialStatus"]
    return document


def revoked(w: World) -> tuple[Verifier, Any]:
    w.olympiad.revoked.add(7)
    return plain(w), w.bundle()


def newer_wins(w: World) -> tuple[Verifier, Any]:
    verifier = plain(w)
    w.olympiad.revoked.add(7)
    return replace(verifier, status_lists=[w.olympiad.status(NOW - timedelta(hours=1))]), w.bundle()


def older_revokes(w: World) -> tuple[Verifier, Any]:
    verifier = plain(w)
    w.olympiad.revoked.add(7)
    return replace(verifier, status_lists=[w.olympiad.status(NOW - timedelta(days=9))]), w.bundle()


def suspended(w: World, days: int) -> tuple[Verifier, Any]:
    """Suspended in a list of so many days ago; one of three days ago says that it is not."""
    document = w.olympiad.unsigned(7, holder=w.child.id)
    document["credentialStatus"]["statusPurpose"] = "suspension"
    lifted = w.olympiad.status(purpose="suspension")
    w.olympiad.revoked.add(7)
    other = w.olympiad.status(NOW - timedelta(days=days), purpose="suspension")
    return Verifier(w.trust(status_lists=(lifted,)), status_lists=[other]), w.bundle(
        w.olympiad.sign(document)
    )


def stapled(w: World) -> tuple[Verifier, Any]:
    bundle = w.bundle()
    return Verifier(w.trust(status_lists=())), Bundle(bundle.presentation, (w.olympiad.status(),))


def forged_staple(w: World) -> tuple[Verifier, Any]:
    fresh = w.olympiad.status(NOW - timedelta(hours=1), key=seeded_key("кто-то другой"))
    w.olympiad.revoked.add(7)
    return plain(w), Bundle(w.bundle().presentation, (fresh,))


def stale(w: World) -> tuple[Verifier, Any]:
    return Verifier(w.trust(status_lists=(w.olympiad.status(NOW - timedelta(days=15)),))), w.bundle()


def other_issuers_list(w: World) -> tuple[Verifier, Any]:
    """A school on the trust list signs a clean list under the olympiad's address."""
    w.school.site = None
    bits = w.olympiad.status()
    usurped = {k: v for k, v in bits.items() if k != "proof"} | {"issuer": w.school.id}
    return Verifier(w.trust(status_lists=(w.school.sign(usurped),))), w.bundle()


def changed_letter(w: World) -> tuple[Verifier, Any]:
    diploma = w.olympiad.diploma(7, holder=w.child.id)
    diploma = altered(diploma, lambda d: d["credentialSubject"].update(familyName="Тесто́в"))
    return plain(w), w.bundle(diploma)


def changed_after_showing(w: World) -> tuple[Verifier, Any]:
    shown = altered(w.bundle().presentation, lambda d: d["termsOfUse"][0].update(description="кредит"))
    return plain(w), Bundle(shown)


def attackers_key(w: World) -> tuple[Verifier, Any]:
    forged = w.olympiad.sign(w.olympiad.unsigned(7, holder=w.child.id), key=seeded_key("злоумышленник"))
    return plain(w), w.bundle(forged)


def attackers_did_key(w: World) -> tuple[Verifier, Any]:
    """The right issuer by name, the proof by a did:key of somebody else."""
    unsigned = w.olympiad.unsigned(7, holder=w.child.id)
    return plain(w), w.bundle(w.school.sign(unsigned))


def published_key(w: World) -> tuple[Verifier, Any]:
    from tests.shared import vector_json
    from vcwallet.identifiers.keys import SoftwareKey

    pair = vector_json("vc-di-eddsa/keyPair.json")
    w.school.__dict__["key"] = SoftwareKey.from_secret_multibase(pair["privateKeyMultibase"])
    return plain(w), w.bundle(w.school.diploma(9, holder=w.child.id))


def no_presentation_proof(w: World) -> tuple[Verifier, Any]:
    return plain(w), Bundle({k: v for k, v in w.bundle().presentation.items() if k != "proof"})


def swapped_in(w: World) -> tuple[Verifier, Any]:
    """The sibling's diploma inside the child's presentation, re-signed by hand."""
    from vcwallet.proofs.data_integrity import add_proof

    shown = {k: v for k, v in w.bundle().presentation.items() if k != "proof"}
    shown["verifiableCredential"] = [w.olympiad.diploma(8, holder=w.sibling.id)]
    return plain(w), Bundle(
        add_proof(
            shown,
            suite="eddsa-rdfc-2022",
            key=w.child.key,
            verification_method=w.child.id + "#" + w.child.id.removeprefix("did:key:"),
            purpose="authentication",
            created=NOW - timedelta(days=1),
            expires=NOW + timedelta(days=9),
            domain=UNIVERSITY,
        )
    )


def not_yet(w: World) -> tuple[Verifier, Any]:
    document = altered(
        w.olympiad.unsigned(7, holder=w.child.id), lambda d: d.update(validFrom="2026-09-01T00:00:00Z")
    )
    return plain(w), w.bundle(w.olympiad.sign(document))


def over(w: World) -> tuple[Verifier, Any]:
    document = altered(
        w.olympiad.unsigned(7, holder=w.child.id), lambda d: d.update(validUntil="2026-06-01T00:00:00Z")
    )
    return plain(w), w.bundle(w.olympiad.sign(document))


def two_people(w: World) -> tuple[Verifier, Any]:
    return plain(w), w.bundle(w.school.diploma(1), w.school.diploma(2, givenName="Образец"))


def surname_changed(w: World) -> tuple[Verifier, Any]:
    diplomas = [w.olympiad.diploma(1, holder=w.child.id)]
    diplomas.append(w.olympiad.diploma(2, holder=w.child.id, familyName="Новофамильный"))
    return plain(w), w.bundle(*diplomas)


def without_status(w: World) -> Any:
    return w.bundle(w.olympiad.sign(unlisted(w)))


def plus_broken_proof(w: World) -> tuple[Verifier, Any]:
    diploma = w.olympiad.diploma(7, holder=w.child.id)
    broken = altered(diploma["proof"], lambda p: p.update(created="2026-03-02T00:00:00Z"))
    return plain(w), Bundle(w.child.show([altered(diploma, lambda d: d.update(proof=[d["proof"], broken]))]))


CASES = {
    "all is well": Case(lambda w: (plain(w), w.bundle()), A),
    "three diplomas of two issuers": Case(
        lambda w: (
            plain(w),
            w.bundle(w.olympiad.diploma(1, holder=w.child.id), w.olympiad.diploma(2, holder=w.child.id)),
        ),
        A,
    ),
    "a diploma bound by name": Case(lambda w: (plain(w), w.bundle(w.school.diploma(3))), A),
    "an answered challenge": Case(
        lambda w: (plain(w), w.bundle(challenge="12345678")), A, challenge="12345678"
    ),
    "the trust list knows whose it is": Case(
        lambda w: (Verifier(w.trust(recipient=UNIVERSITY)), w.bundle()), A, domain=None
    ),
    "a lone credential": Case(lambda w: (plain(w), w.olympiad.diploma(7, holder=w.child.id)), A, domain=None),
    "a lone credential where a showing is demanded": Case(
        lambda w: (plain(w), w.olympiad.diploma(7, holder=w.child.id)),
        C,
        Check.PRESENTATION_PROOF,
        "presentation.demanded",
    ),
    "recipient not compared": Case(lambda w: (plain(w), w.bundle()), A, domain=None),
    "a stapled list": Case(stapled, A),
    "a forged newer list beside a good one": Case(forged_staple, N, Check.STATUS, "status.revoked"),
    "a surname that changed": Case(surname_changed, A),
    # 1 structure
    "not a presentation": Case(
        lambda w: (
            plain(w),
            Bundle(
                {
                    "@context": ["https://www.w3.org/ns/credentials/v2"],
                    "type": "VerifiablePresentation",
                    "verifiableCredential": [1],
                }
            ),
        ),
        C,
        Check.FORM,
    ),
    "an empty object alone": Case(lambda w: (plain(w), {}), C, Check.FORM),
    # 2 presentation
    "trust list from the future": Case(
        lambda w: (Verifier(w.trust(issued_at=NOW + timedelta(days=3))), w.bundle()),
        C,
        Check.CLOCK,
        "trust.from-the-future",
    ),
    "trust list expired": Case(
        lambda w: (Verifier(w.trust(next_update=NOW - timedelta(days=1))), w.bundle()),
        C,
        Check.TRUST,
        "trust.expired",
    ),
    "presentation without a proof": Case(
        no_presentation_proof, R, Check.PRESENTATION_PROOF, "presentation.no-proof"
    ),
    "purpose changed after showing": Case(
        changed_after_showing, R, Check.PRESENTATION_PROOF, "proof.signature"
    ),
    "shown to another university": Case(
        lambda w: (plain(w), w.bundle(to="other.example")), R, Check.PRESENTATION_RECIPIENT, "recipient.other"
    ),
    "answers another challenge": Case(
        lambda w: (plain(w), w.bundle(challenge="11111111")),
        R,
        Check.PRESENTATION_RECIPIENT,
        "recipient.other-challenge",
        challenge="22222222",
    ),
    "answers no challenge": Case(
        lambda w: (plain(w), w.bundle()),
        R,
        Check.PRESENTATION_RECIPIENT,
        "recipient.other-challenge",
        challenge="2",
    ),
    "showing expired": Case(
        lambda w: (plain(w), w.bundle(created=NOW - timedelta(days=40), days=30)),
        R,
        Check.PRESENTATION_FRESHNESS,
        "proof.expired",
    ),
    # 3 issuer
    "issuer not listed": Case(
        lambda w: (
            Verifier(w.trust(w.trusted(w.olympiad))),
            w.bundle(w.school.diploma(3, holder=w.child.id)),
        ),
        C,
        Check.ISSUER,
        "issuer.not-listed",
    ),
    "a look-alike of a listed issuer": Case(
        lambda w: (
            Verifier(w.trust(w.trusted(w.olympiad, name={"ru": "МГУ"}))),
            w.bundle(
                w.stranger.sign(
                    altered(w.stranger.unsigned(holder=w.child.id), lambda d: d["issuer"].update(name="MГУ"))
                )
            ),
        ),
        C,
        Check.ISSUER,
        "issuer.look-alike",
    ),
    "issuer listed for another kind": Case(
        lambda w: (
            Verifier(w.trust(w.trusted(w.olympiad, scopes=(Scope(("project",), Years()),)))),
            w.bundle(),
        ),
        N,
        Check.ISSUER,
        "issuer.out-of-scope",
    ),
    "issuer listed for another olympiad": Case(
        lambda w: (
            Verifier(w.trust(w.trusted(w.olympiad, scopes=(ANOTHER_OLYMPIAD,)))),
            w.bundle(),
        ),
        N,
        Check.ISSUER,
        "issuer.out-of-scope",
    ),
    # 4 key
    "key too early": Case(
        lambda w: (keyed(w, valid_from=SIGNED + timedelta(seconds=1)), w.bundle()),
        N,
        Check.KEY,
        "key.too-early",
    ),
    "key just in time": Case(
        lambda w: (
            Verifier(replace(keyed(w, valid_from=SIGNED, valid_until=SIGNED).trust, status_lists=())),
            w.bundle(w.olympiad.sign(unlisted(w))),
        ),
        A,
    ),
    "key too late": Case(
        lambda w: (keyed(w, valid_until=SIGNED - timedelta(seconds=1)), w.bundle()),
        N,
        Check.KEY,
        "key.too-late",
    ),
    "key compromised": Case(
        lambda w: (keyed(w, state=KeyState.COMPROMISED), w.bundle()), C, Check.KEY, "key.compromised"
    ),
    "key published with the W3C vectors": Case(published_key, R, Check.KEY, "key.published"),
    # 5 proof
    "one letter changed": Case(changed_letter, R, Check.PROOF, "proof.signature"),
    "an attacker's key under the right name": Case(attackers_key, R, Check.PROOF, "proof.signature"),
    "somebody else's did:key": Case(attackers_did_key, R, Check.PROOF, "credential.issuer-key"),
    "a broken proof beside a good one": Case(plus_broken_proof, R, Check.PROOF, "proof.signature"),
    # 6 dates
    "not yet in force": Case(not_yet, N, Check.VALIDITY, "validity.not-yet"),
    "no longer in force": Case(over, N, Check.VALIDITY, "validity.over"),
    # 7 holder
    "a sibling's diploma": Case(swapped_in, R, Check.HOLDER, "holder.other"),
    "two people by name": Case(two_people, R, Check.HOLDER, "holder.several-people"),
    # 8 status
    "revoked": Case(revoked, N, Check.STATUS, "status.revoked"),
    "revoked in a newer list": Case(newer_wins, N, Check.STATUS, "status.revoked"),
    "revoked in an older list, which is for ever": Case(older_revokes, N, Check.STATUS, "status.revoked"),
    "suspended in an older list only": Case(lambda w: suspended(w, 9), A),
    "suspended in a newer list": Case(lambda w: suspended(w, 1), N, Check.STATUS, "status.suspended"),
    "no list": Case(
        lambda w: (Verifier(w.trust(status_lists=())), w.bundle()), C, Check.STATUS, "status.no-list"
    ),
    "list by another issuer": Case(other_issuers_list, C, Check.STATUS, "status.list-issuer"),
    "list too old": Case(stale, C, Check.STATUS_AGE, "status.stale"),
    "no status kept": Case(lambda w: (Verifier(w.trust(status_lists=())), without_status(w)), A),
    "no status named by an issuer that keeps lists": Case(
        lambda w: (plain(w), without_status(w)), C, Check.STATUS, "status.not-named"
    ),
    "status demanded": Case(
        lambda w: (Verifier(w.trust(status_lists=()), Demands(require_status=True)), without_status(w)),
        C,
        Check.STATUS,
        "status.none-kept",
    ),
    # 8 demands
    "a showing of the holder's own demanded": Case(
        lambda w: (Verifier(w.trust(), Demands(binding=Binding.HOLDER)), w.bundle(w.school.diploma(3))),
        C,
        Check.DEMANDS,
        "demands.binding",
    ),
    "an addressed showing demanded": Case(
        lambda w: (Verifier(w.trust(), Demands(binding=Binding.ADDRESSED)), w.bundle()),
        C,
        Check.DEMANDS,
        "demands.binding",
        domain=None,
    ),
    "an addressed showing demanded and given": Case(
        lambda w: (Verifier(w.trust(), Demands(binding=Binding.HOLDER)), w.bundle()), A
    ),
}


def answer(case: Case) -> tuple[Verifier, Any, Report]:
    verifier, shown = case.make(World())
    return verifier, shown, verifier.check(shown, domain=case.domain, challenge=case.challenge, now=NOW)


@pytest.mark.parametrize("name", CASES)
def test_verdict(name: str) -> None:
    case = CASES[name]
    _, _, report = answer(case)
    open_questions = {
        (finding.check, finding.reason)
        for finding in report.all_findings
        if finding.result in (Result.FAILED, Result.NOT_COUNTED, Result.UNKNOWN)
    }
    assert report.outcome is case.outcome, open_questions
    if case.check is None:
        assert not open_questions
        return
    mine = {pair for pair in open_questions if pair[0] is case.check}
    assert mine, open_questions
    if case.reason:
        assert case.reason in {reason for _, reason in mine}
    assert {check for check, _ in open_questions} - {case.check} <= follows_from(case, report), open_questions


def follows_from(case: Case, report: Report) -> set[Check]:
    """What is open only because of the one fault: it is no second fault."""
    if case.check in (Check.PRESENTATION_PROOF, Check.PRESENTATION_FRESHNESS, Check.FORM):
        return {Check.HOLDER, Check.DEMANDS}
    if case.check is Check.ISSUER and report.outcome is C:
        return {Check.KEY, Check.PROOF, Check.STATUS}
    if case.check is Check.KEY:
        # The same key signs the list of revoked diplomas, which is believed no more than the diploma.
        return {Check.STATUS}
    return set()


@pytest.mark.parametrize("name", CASES)
def test_verify_raises_unless_accepted(name: str) -> None:
    case = CASES[name]
    verifier, shown, report = answer(case)
    if report.outcome is A:
        verified = verifier.verify(shown, domain=case.domain, challenge=case.challenge, now=NOW)
        assert [each.id for each in verified] == [each.id for each in report.items]
        return
    with pytest.raises(VerificationError) as caught:
        verifier.verify(shown, domain=case.domain, challenge=case.challenge, now=NOW)
    assert isinstance(caught.value, NotConfirmed) is (report.outcome is not R)
    assert caught.value.exit_status == {R: 1, C: 3, N: 5}[report.outcome]
    assert caught.value.report.outcome is report.outcome


@pytest.mark.parametrize("name", CASES)
def test_every_report_is_json_of_the_published_schema_and_can_be_said_in_both_languages(name: str) -> None:
    _, _, report = answer(CASES[name])
    schema = json.loads((ROOT / "docs" / "reference" / "report.schema.json").read_text("utf-8"))
    jsonschema.validate(Answers((report,)).as_json(program="0"), schema)
    assert schema["$defs"]["finding"]["properties"]["check"]["enum"] == [check.value for check in Check]
    for finding in report.all_findings:
        for code in ("ru", "en"):
            said = sentences.sentence(finding, language(code))
            assert said != finding.reason
            assert "{" not in said


def test_how_it_was_shown_is_told() -> None:
    w = World()
    verifier = plain(w)
    kinds = ShowingKind
    assert verifier.check(w.bundle(), now=NOW).showing.kind is kinds.UNDIRECTED
    assert verifier.check(w.bundle(), domain=UNIVERSITY, now=NOW).showing.kind is kinds.ADDRESSED
    shown = w.bundle(challenge="4711", created=NOW - timedelta(minutes=3))
    assert verifier.check(shown, domain=UNIVERSITY, challenge="4711", now=NOW).showing.kind is kinds.JUST_NOW
    assert verifier.check(w.olympiad.diploma(), now=NOW).showing.kind is kinds.NONE


def test_the_same_diploma_twice_counts_once() -> None:
    w = World()
    diploma = w.olympiad.diploma(7, holder=w.child.id)
    shown = w.bundle(diploma, diploma)
    report = plain(w).check(shown, domain=UNIVERSITY, now=NOW)
    assert [(each.outcome.value, each.code) for each in report.items] == [
        ("confirmed", "item.confirmed"),
        ("not-counted", "item.duplicate"),
    ]
    assert report.items[1].evidence == {"number": 1}
    assert "demands.twice" in {finding.reason for finding in report.items[1].findings}
    assert report.outcome is A
    assert len(plain(w).verify(shown, domain=UNIVERSITY, now=NOW)) == 1
    asked = Request(UNIVERSITY, "поступление", NOW, wants=(Want("olympiad-diploma", at_least=2),))
    assert plain(w).check(shown, request=asked, now=NOW).outcome is C


def test_what_came_is_compared_with_what_was_asked_for() -> None:
    w = World()
    shown = w.bundle(challenge="4711", created=NOW)
    asked = Request(
        UNIVERSITY, "поступление", NOW, "4711", wants=(Want("olympiad-diploma", ("person", "result")),)
    )
    report = plain(w).check(shown, request=asked, now=NOW)
    assert (report.outcome, report.showing.kind) == (A, ShowingKind.JUST_NOW)
    for wants in (
        (Want("extracurricular-course"),),
        (Want("olympiad-diploma", at_least=2),),
        (Want("olympiad-diploma", ("role",)),),
    ):
        report = plain(w).check(shown, request=replace(asked, wants=wants), now=NOW)
        assert report.outcome is C
        assert "demands.not-all-asked" in {finding.reason for finding in report.findings}
    assert plain(w).check(shown, request=replace(asked, challenge="1"), now=NOW).outcome is R
    assert plain(w).check(shown, request=replace(asked, domain="other.example"), now=NOW).outcome is R


SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": "https://olymp.example/schema.json",
    "properties": {"credentialSubject": {"required": ["familyName"]}},
}


def test_a_schema_is_applied_when_it_is_at_hand() -> None:
    w = World()
    document = w.olympiad.unsigned(7, holder=w.child.id)
    document["credentialSchema"] = {"id": SCHEMA["$id"], "type": "JsonSchema"}
    nameless = altered(document, lambda d: d["credentialSubject"].pop("familyName"))
    store = SchemaStore({str(SCHEMA["$id"]): json.dumps(SCHEMA).encode()})
    fates = [
        (plain(w), document, A, "structure.schema-unchecked"),
        (replace(plain(w), schemas=store), document, A, "structure.schema"),
        (replace(plain(w), schemas=store), nameless, C, "schema.not-valid"),
    ]
    for verifier, unsigned, outcome, reason in fates:
        report = verifier.check(w.bundle(w.olympiad.sign(unsigned)), domain=UNIVERSITY, now=NOW)
        assert report.outcome is outcome
        assert reason in {finding.reason for finding in report.items[0].findings}


def own_copy(w: World) -> Any:
    """A diploma with the default proof set, as the family keeps it."""
    unsigned = w.olympiad.unsigned(7, holder=w.child.id)
    return add_proof(
        w.olympiad.sign(unsigned),
        suite="ecdsa-sd-2023",
        key=P256,
        verification_method=P256_METHOD,
        created=SIGNED,
        mandatory_pointers=["/issuer", "/validFrom", "/credentialStatus", "/credentialSubject/achievement"],
    )


P256 = seeded_key("вторая подпись", KeyType.P256)
P256_METHOD = "did:web:olymp.example#key-2"


def two_keys(w: World) -> Verifier:
    document = w.olympiad.document.to_json()
    document["verificationMethod"].append(
        {
            "id": P256_METHOD,
            "type": "Multikey",
            "controller": w.olympiad.id,
            "publicKeyMultibase": P256.public_key.multibase,
        }
    )
    document["assertionMethod"].append(P256_METHOD)
    listed = w.trusted(w.olympiad, document=ControlledIdentifierDocument.parse(document))
    return Verifier(w.trust(listed))


def test_a_familys_own_copy_is_verified_alone_and_refused_as_something_shown() -> None:
    w = World()
    kept = own_copy(w)
    alone = two_keys(w).check(kept, now=NOW)
    assert alone.outcome is A
    assert "holder.own-copy" in {finding.reason for finding in alone.items[0].findings}
    broken = altered(
        kept, lambda d: d["proof"][1].update(proofValue=d["proof"][1]["proofValue"][:-4] + "AAAA")
    )
    assert two_keys(w).check(broken, now=NOW).outcome is R
    shown = altered(w.bundle().presentation, lambda d: d.update(verifiableCredential=[kept]))
    assert two_keys(w).check(Bundle(shown), domain=UNIVERSITY, now=NOW).outcome is R
    part = derive(kept, ["/credentialSubject/familyName"])
    assert two_keys(w).check(w.bundle(part), domain=UNIVERSITY, now=NOW).outcome is A
