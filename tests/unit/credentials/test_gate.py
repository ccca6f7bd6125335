"""One gate for everything signed: each question can fail alone, with its own code, at every place."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.shared import vector_json
from tests.world import NOW, SIGNED, World, altered, seeded_key
from vcwallet.credentials.credential import Credential
from vcwallet.credentials.gate import (
    REASONS,
    Admission,
    NotAdmitted,
    NotKnown,
    Place,
    admit,
)
from vcwallet.credentials.issuers import IssuerState, KeyState, ListedIssuer, ListedKey
from vcwallet.credentials.presentation import Presentation
from vcwallet.errors import VcwalletError
from vcwallet.identifiers.controlled_identifier import ControlledIdentifierDocument
from vcwallet.identifiers.keys import KeyType, SoftwareKey
from vcwallet.proofs.data_integrity import add_proof
from vcwallet.report import Check, Result

W = World()


class Listed(dict[str, ListedIssuer]):
    """A list of issuers as the gate wants it."""

    def listed(self, identifier: str) -> ListedIssuer | None:
        return self.get(identifier)


def olympiad(*keys: ListedKey, **changes: Any) -> Listed:
    listed = keys or (ListedKey(W.olympiad.key.public_key, frozenset({W.olympiad.method})),)
    issuer = ListedIssuer("olympiad", W.olympiad.id, {"ru": W.olympiad.name}, listed)
    return Listed({W.olympiad.id: replace(issuer, **changes)})


def key(**changes: Any) -> ListedKey:
    return replace(ListedKey(W.olympiad.key.public_key), **changes)


DIPLOMA = W.olympiad.diploma(7, holder=W.child.id)
LIST = W.olympiad.status()


def answer(document: Any, place: Place = Place.DIPLOMA, issuers: Listed | None = None) -> Admission:
    return admit(
        Credential.parse(document), place, issuers=olympiad() if issuers is None else issuers, now=NOW
    )


def told(admission: Admission) -> list[str]:
    return [each.reason for each in admission.findings]


def code(admission: Admission) -> str | None:
    return None if admission.reason is None else admission.reason.reason


def test_each_question_is_answered_once_and_in_order() -> None:
    windowed = olympiad(key(valid_from=SIGNED - timedelta(days=1), valid_until=NOW))
    assert told(answer(DIPLOMA, issuers=windowed)) == [
        "kind.fits",
        "issuer.listed",
        "key.in-window",
        "proof.holds",
        "validity.current",
    ]
    assert "key.issuers-own" in told(answer(DIPLOMA))
    shown = Presentation.parse(W.bundle().presentation)
    assert told(admit(shown, Place.PRESENTATION, issuers=Listed(), now=NOW)) == [
        "kind.fits",
        "issuer.holder",
        "key.issuers-own",
        "proof.holds",
    ]
    elsewhere = altered(DIPLOMA, lambda d: d["proof"].update(verificationMethod=f"{W.olympiad.id}#gone"))
    assert told(answer(elsewhere))[-3:] == ["key.not-listed", "proof.not-checked", "validity.current"]


def test_an_undated_signature_cannot_be_compared_with_a_window() -> None:
    undated = W.olympiad.unsigned(7)
    del undated["validFrom"]
    signed = add_proof(
        undated,
        suite="eddsa-rdfc-2022",
        key=W.olympiad.key,
        verification_method=W.olympiad.method,
        created=None,
    )
    assert code(answer(signed, issuers=olympiad(key(valid_from=SIGNED)))) == "key.no-date"


def test_a_document_without_a_key_that_signs_says_so() -> None:
    document = W.olympiad.document.to_json()
    document["assertionMethod"] = []
    offered = ControlledIdentifierDocument.parse(document)
    admission = admit(offered, Place.IDENTIFIER_DOCUMENT, issuers=Listed(), now=NOW)
    assert code(admission) == "key.none"


def test_what_is_in_order_is_admitted_at_its_place() -> None:
    assert code(answer(DIPLOMA)) is None
    assert code(answer(DIPLOMA, Place.INNER)) is None
    assert code(answer(LIST, Place.STATUS_LIST)) is None
    shown = Presentation.parse(W.bundle().presentation)
    assert code(admit(shown, Place.PRESENTATION, issuers=Listed(), now=NOW)) is None
    document = W.olympiad.document
    assert code(admit(document, Place.IDENTIFIER_DOCUMENT, issuers=olympiad(), now=NOW)) is None


@pytest.mark.parametrize(
    ("document", "place"),
    [(LIST, Place.DIPLOMA), (LIST, Place.INNER), (DIPLOMA, Place.STATUS_LIST), (DIPLOMA, Place.PRESENTATION)],
)
def test_a_kind_in_a_wrong_place_is_refused_before_its_proof_is_looked_at(
    document: Any, place: Place
) -> None:
    admission = answer(document, place)
    assert code(admission) == "kind.wrong-place"
    assert admission.proofs == ()
    assert Check.PROOF not in {each.check for each in admission.findings}


def test_a_bare_credential_is_not_a_kind_this_program_judges_though_its_signature_holds() -> None:
    bare = W.olympiad.unsigned(7)
    bare["@context"] = bare["@context"][:1]
    bare["type"] = ["VerifiableCredential"]
    bare["issuer"] = W.olympiad.id
    bare["credentialSubject"] = {"id": W.child.id}
    admission = answer(W.olympiad.sign(bare))
    assert code(admission) == "kind.not-judged"
    assert admission.proofs
    with pytest.raises(NotKnown) as caught:
        admission.demand()
    assert (caught.value.code, caught.value.admission) == ("kind.not-judged", admission)


def test_nobody_listed_the_issuer() -> None:
    assert code(answer(DIPLOMA, issuers=Listed())) == "issuer.not-listed"
    # Of a list by a stranger not even the proof is looked at.
    assert answer(LIST, Place.STATUS_LIST, Listed()).findings[-1].reason == "issuer.not-listed"


@pytest.mark.parametrize(
    ("state", "place", "expected"),
    [
        (state, place, expected)
        for place in (Place.DIPLOMA, Place.STATUS_LIST, Place.INNER)
        for state, expected in (
            ({"state": KeyState.COMPROMISED}, "key.compromised"),
            ({"state": KeyState.PROPOSED}, "key.not-pinned"),
            ({"state": KeyState.RETIRED}, "key.retired-undated"),
            ({"state": KeyState.RETIRED, "valid_until": SIGNED - timedelta(days=1)}, "key.too-late"),
            ({"valid_from": NOW}, "key.too-early"),
            ({"valid_until": NOW}, None),
        )
    ],
)
def test_the_key_is_asked_for_at_every_place(state: dict[str, Any], place: Place, expected: str) -> None:
    document = LIST if place is Place.STATUS_LIST else DIPLOMA
    assert code(answer(document, place, olympiad(key(**state)))) == expected


def test_one_key_under_two_names_is_one_key_and_the_worst_that_is_known_counts() -> None:
    two = (
        key(ids=frozenset({W.olympiad.method})),
        key(ids=frozenset({f"{W.olympiad.id}#old"}), state=KeyState.COMPROMISED),
    )
    assert code(answer(DIPLOMA, issuers=olympiad(*two))) == "key.compromised"


def test_a_key_is_recognised_by_its_material_whatever_the_proof_calls_it() -> None:
    renamed = W.olympiad.unsigned(7, holder=W.child.id)
    signed = add_proof(
        renamed,
        suite="eddsa-rdfc-2022",
        key=W.olympiad.key,
        verification_method=f"{W.olympiad.id}#another-name",
        created=SIGNED,
    )
    assert code(answer(signed, issuers=olympiad(key()))) is None
    # Ids narrow: a key listed under one name is not taken under another.
    assert code(answer(signed)) == "key.not-listed"


def test_a_new_key_under_the_old_name_is_judged_by_its_own_window() -> None:
    name = frozenset({W.olympiad.method})
    older = ListedKey(seeded_key("прежний ключ").public_key, name, valid_until=SIGNED - timedelta(days=30))
    newer = key(ids=name, valid_from=SIGNED - timedelta(days=29))
    assert code(answer(DIPLOMA, issuers=olympiad(older, newer))) is None
    stolen = replace(newer, state=KeyState.COMPROMISED)
    assert code(answer(DIPLOMA, issuers=olympiad(older, stolen))) == "key.compromised"


def test_a_key_of_another_type_under_the_same_name_is_passed_over() -> None:
    p256 = ListedKey(seeded_key("другая кривая", KeyType.P256).public_key)
    assert code(answer(DIPLOMA, issuers=olympiad(p256, key()))) is None


def test_an_attackers_key_is_refused_and_a_changed_letter_too() -> None:
    forged = W.olympiad.sign(W.olympiad.unsigned(7), key=seeded_key("злоумышленник"))
    changed = altered(DIPLOMA, lambda d: d["credentialSubject"].update(familyName="Иной"))
    for document in (forged, changed):
        with pytest.raises(NotAdmitted) as caught:
            answer(document).demand()
        assert caught.value.code == "proof.signature"


def test_a_published_test_key_belongs_to_nobody() -> None:
    pair = vector_json("vc-di-eddsa/keyPair.json")
    published = SoftwareKey.from_secret_multibase(pair["privateKeyMultibase"])
    listed = olympiad(ListedKey(published.public_key))
    assert (
        code(answer(W.olympiad.sign(W.olympiad.unsigned(7), key=published), issuers=listed))
        == "key.published"
    )
    document = W.olympiad.document.to_json()
    document["verificationMethod"][0]["publicKeyMultibase"] = published.public_key.multibase
    offered = ControlledIdentifierDocument.parse(document)
    admission = admit(offered, Place.IDENTIFIER_DOCUMENT, issuers=Listed(), now=NOW)
    assert code(admission) == "key.published"


def test_an_identifier_document_with_another_key_is_only_a_proposal() -> None:
    document = W.olympiad.document.to_json()
    other = seeded_key("чужой ключ").public_key
    document["verificationMethod"][0]["publicKeyMultibase"] = other.multibase
    offered = ControlledIdentifierDocument.parse(document)
    admission = admit(offered, Place.IDENTIFIER_DOCUMENT, issuers=olympiad(), now=NOW)
    assert (code(admission), admission.findings[-1].evidence) == (
        "key.not-pinned",
        {"fingerprint": other.fingerprint},
    )


def test_dates_are_sane() -> None:
    def dated(**members: str) -> Any:
        return W.olympiad.sign(altered(W.olympiad.unsigned(7), lambda d: d.update(members)))

    assert code(answer(dated(validFrom="2026-06-10T12:03:00Z"))) is None
    assert code(answer(dated(validFrom="2026-06-12T12:00:00Z"))) == "validity.not-yet"
    assert code(answer(dated(validUntil="2026-06-01T00:00:00Z"))) == "validity.over"
    future = W.olympiad.sign(W.olympiad.unsigned(7), created=NOW + timedelta(days=2))
    admission = answer(future)
    assert (code(admission), admission.reason and admission.reason.check) == ("proof.not-yet", Check.CLOCK)
    with pytest.raises(NotKnown):
        admission.demand()


def test_a_list_speaks_of_its_begin_so_that_must_lie_in_the_keys_window() -> None:
    """Who holds a retired key could date the proof back; the state the list claims gives it away."""
    retired = key(state=KeyState.RETIRED, valid_until=SIGNED)
    unsigned = {name: value for name, value in LIST.items() if name != "proof"}
    backdated = W.olympiad.sign(unsigned, created=SIGNED - timedelta(days=1))
    assert code(answer(backdated, Place.STATUS_LIST, olympiad(retired))) == "key.too-late"


def test_what_a_closed_school_signed_stands_and_what_it_signs_later_does_not() -> None:
    closed = {"state": IssuerState.CLOSED}
    assert code(answer(DIPLOMA, issuers=olympiad(**closed, since=NOW))) is None
    assert (
        code(answer(DIPLOMA, issuers=olympiad(**closed, since=SIGNED - timedelta(days=1)))) == "issuer.closed"
    )


def test_wrong_form_is_not_forgery() -> None:
    unknown = altered(DIPLOMA, lambda d: d["@context"].insert(1, "https://unknown.example/v1"))
    admission = answer(unknown)
    assert (code(admission), admission.reason and admission.reason.check) == (
        "jsonld.context-unknown",
        Check.FORM,
    )
    suite = altered(DIPLOMA, lambda d: d["proof"].update(cryptosuite="tomorrow-2030"))
    assert (code(answer(suite)), answer(suite).reason and answer(suite).reason.result) == (
        "proof.unknown-suite",
        Result.UNKNOWN,
    )


def test_no_admission_without_holding_proofs() -> None:
    for document in (DIPLOMA, LIST):
        bare = {name: value for name, value in document.items() if name != "proof"}
        for place in Place:
            admission = answer(bare, place)
            assert not admission.admitted
            assert admission.proofs == ()
            with pytest.raises(VcwalletError):
                admission.demand()


def test_every_reason_of_the_table_has_a_sentence_that_names_its_evidence() -> None:
    for reason, known in REASONS.items():
        assert known.sentence.endswith("."), reason
