"""A presentation is by the holder, for one recipient, and of one person's credentials."""

from __future__ import annotations

import base64
import copy
import json
from datetime import timedelta
from typing import Any

import pytest

from tests.unit.credentials.world import (
    CHILD,
    GONE,
    NOW,
    OLYMPIAD,
    SCHOOL,
    SIBLING,
    STRANGER,
    Party,
    award,
    diploma,
    fate,
    put,
    shown,
    signed,
)
from vcwallet import strict_json
from vcwallet.credentials import credential, verification
from vcwallet.credentials.credential import Credential
from vcwallet.credentials.presentation import Presentation
from vcwallet.identifiers import did
from vcwallet.identifiers.keys import KeyType
from vcwallet.proofs.cryptosuites import is_base_proof
from vcwallet.proofs.data_integrity import add_proof

RECIPIENT = "university.example"


def answer(document: dict[str, Any], **options: Any) -> str:
    options = {"resolve": did.resolve, "now": NOW, "domain": RECIPIENT, **options}
    return fate(lambda: verification.verify(Presentation.parse(document), **options))[0]


def base_proof() -> dict[str, Any]:
    return {
        "type": "DataIntegrityProof",
        "cryptosuite": "ecdsa-sd-2023",
        "verificationMethod": OLYMPIAD.method,
        "proofPurpose": "assertionMethod",
        "proofValue": "u" + base64.urlsafe_b64encode(b"\xd9\x5d\x00" + bytes(9)).decode(),
    }


def test_what_is_shown_verifies_for_the_recipient_and_arrives_unchanged() -> None:
    ours, schools = signed(diploma()), signed(award(), SCHOOL)
    before = copy.deepcopy((ours, schools))
    document = shown(ours, schools, challenge="вопрос-17")
    assert (ours, schools) == before
    arrived = Presentation.parse(strict_json.dumps(document).encode())
    proofs = verification.verify(
        arrived, resolve=did.resolve, now=NOW, domain=RECIPIENT, challenge="вопрос-17"
    )
    assert [proof.controller for proof in proofs] == [CHILD.did]
    assert arrived.purpose == "Поступление на программу «Вымысел», 2026"
    assert [strict_json.dumps(c.json) for c in arrived.credentials] == [strict_json.dumps(c) for c in before]
    assert [Credential.parse(c.json).text for c in arrived.credentials] == [
        c.text for c in arrived.credentials
    ]


@pytest.mark.parametrize("suite", ["eddsa-rdfc-2022", "eddsa-jcs-2022"])
def test_a_presentation_is_signed_with_the_suite_that_was_asked_for(suite: str) -> None:
    document = shown(signed(diploma()), suite=suite)
    assert document["proof"]["cryptosuite"] == suite
    assert answer(document) == "accepted"


def test_a_holder_may_have_another_kind_of_key() -> None:
    holder = Party.of("vcwallet test P-256 child", KeyType.P256)
    document = put(diploma(), "/credentialSubject/id", holder.did)
    assert answer(shown(signed(document), by=holder, suite="ecdsa-rdfc-2019")) == "accepted"


def test_a_credential_of_1_1_is_shown_inside_a_presentation_of_2_0() -> None:
    old = {
        "@context": ["https://www.w3.org/2018/credentials/v1", "https://w3id.org/security/data-integrity/v2"],
        "type": ["VerifiableCredential"],
        "issuer": OLYMPIAD.did,
        "issuanceDate": "2020-01-01T00:00:00Z",
        "credentialSubject": {"id": CHILD.did},
    }
    assert answer(shown(signed(old))) == "accepted"


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"domain": "other.example"}, "proof.domain"),
        ({"domain": RECIPIENT.upper()}, "proof.domain"),
        ({"challenge": "another"}, "proof.challenge"),
        ({"now": NOW + timedelta(days=29)}, "proof.expired"),
        ({"now": NOW + timedelta(days=29, seconds=-1)}, "accepted"),
        ({"now": NOW - timedelta(days=3)}, "proof.not-yet"),
        ({"domain": None}, "accepted"),
    ],
)
def test_a_presentation_is_for_one_recipient_and_a_while(options: dict[str, Any], code: str) -> None:
    assert answer(shown(signed(diploma())), **options) == code


CHANGES: dict[str, tuple[str, Any, str]] = {
    "no proof": ("/proof", GONE, "presentation.no-proof"),
    "no holder": ("/holder", GONE, "presentation.no-holder"),
    "another holder": ("/holder", STRANGER.did, "proof.signature"),
    "another use": ("/termsOfUse/0/description", "Что угодно", "proof.signature"),
    "no use": ("/termsOfUse", GONE, "proof.signature"),
    "a credential less": ("/verifiableCredential/1", GONE, "proof.signature"),
    "a name changed": (
        "/verifiableCredential/0/credentialSubject/familyName",
        "Чужов",
        "proof.signature",
    ),
    "definitions of its own": ("/@context/2", {"a": "https://a.example/#a"}, "credential.inline-context"),
    "another recipient": ("/proof/domain", "other.example", "proof.domain"),
    "no expiry": ("/proof/expires", GONE, "proof.signature"),
    "another purpose": ("/proof/proofPurpose", "assertionMethod", "proof.purpose"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_changed_presentation_is_refused(name: str) -> None:
    where, value, code = CHANGES[name]
    document = shown(signed(diploma()), signed(award(), SCHOOL))
    assert answer(document) == "accepted"
    assert answer(put(document, where, value)) == code


def test_only_the_holders_key_shows_the_holders_credentials() -> None:
    """A stranger signs a presentation that names the child as its holder."""
    document: dict[str, Any] = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiablePresentation"],
        "holder": CHILD.did,
        "verifiableCredential": [signed(diploma())],
    }
    forged = add_proof(
        document,
        suite="eddsa-rdfc-2022",
        key=STRANGER.key,
        verification_method=STRANGER.method,
        purpose="authentication",
        created=NOW,
        domain=RECIPIENT,
    )
    assert answer(forged) == "presentation.holder-key"
    own = add_proof(
        document,
        suite="eddsa-rdfc-2022",
        key=CHILD.key,
        verification_method=CHILD.method,
        purpose="authentication",
        created=NOW,
        domain=RECIPIENT,
    )
    assert answer(own) == "accepted"
    # Both together are no better: every proof must be the holder's.
    both = own | {"proof": [own["proof"], forged["proof"]]}
    assert answer(both) == "presentation.holder-key"


def test_a_siblings_diploma_does_not_slip_in() -> None:
    theirs = signed(put(diploma(), "/credentialSubject/id", SIBLING.did))
    assert fate(lambda: shown(signed(diploma()), theirs))[0] == "presentation.other-person"
    forced = add_proof(
        {
            "@context": ["https://www.w3.org/ns/credentials/v2"],
            "type": ["VerifiablePresentation"],
            "holder": CHILD.did,
            "verifiableCredential": [signed(diploma()), theirs],
        },
        suite="eddsa-rdfc-2022",
        key=CHILD.key,
        verification_method=CHILD.method,
        purpose="authentication",
        created=NOW,
        domain=RECIPIENT,
    )
    assert answer(forced) == "presentation.other-person"


def test_a_credential_with_two_subjects_must_be_the_holders_in_both() -> None:
    document = diploma(type=["VerifiableCredential"])
    document["credentialSubject"] = [{"id": CHILD.did}, {"id": SIBLING.did}]
    assert fate(lambda: shown(signed(document)))[0] == "presentation.other-person"


@pytest.mark.parametrize("header", range(10))
def test_a_base_proof_is_known_by_its_header(header: int) -> None:
    """vc-di-ecdsa 3.5.2 and vc-di-bbs 3.3: an even third byte is a base proof, an odd one a derived proof."""
    value = "u" + base64.urlsafe_b64encode(bytes((0xD9, 0x5D, header)) + bytes(9)).decode()
    assert is_base_proof({"type": "DataIntegrityProof", "proofValue": value}) is (header % 2 == 0)


def test_a_base_proof_is_never_shown() -> None:
    document = signed(diploma())
    both = document | {"proof": [document["proof"], base_proof()]}
    assert not is_base_proof(document["proof"])
    assert fate(lambda: shown(both))[0] == "presentation.base-proof"
    forced = add_proof(
        {
            "@context": ["https://www.w3.org/ns/credentials/v2"],
            "type": ["VerifiablePresentation"],
            "holder": CHILD.did,
            "verifiableCredential": [both],
        },
        suite="eddsa-jcs-2022",
        key=CHILD.key,
        verification_method=CHILD.method,
        purpose="authentication",
        created=NOW,
        domain=RECIPIENT,
    )
    assert answer(forced) == "presentation.base-proof"


SIGNING: dict[str, tuple[dict[str, Any], str]] = {
    "to nobody": ({"domain": ""}, "presentation.no-recipient"),
    "ending before it begins": ({"expires": NOW - timedelta(days=2)}, "presentation.dates"),
    "of a holder with another kind of id": (
        {"holder": "did:web:child.example"},
        "presentation.other-person",
    ),
    "with a suite there is none of": ({"suite": "rot13"}, "proof.no-such-suite"),
    "with a key of another kind": ({"suite": "ecdsa-rdfc-2019"}, "proof.key-type"),
}


@pytest.mark.parametrize("name", SIGNING)
def test_what_cannot_be_shown_is_not_signed(name: str) -> None:
    options, code = SIGNING[name]
    assert fate(lambda: shown(signed(diploma()), **options))[0] == code


def test_nothing_and_unsigned_things_are_not_shown() -> None:
    assert fate(shown)[0] == "presentation.empty"
    assert fate(lambda: shown(diploma()))[0] == "presentation.unsigned"
    assert fate(lambda: shown(put(signed(diploma()), "/id", "a b")))[0] == "credential.id"
    named = signed(award(), SCHOOL)
    web: dict[str, Any] = {"holder": "did:web:child.example"}
    assert fate(lambda: shown(named, **web))[0] == "presentation.verification-method"


def test_an_envelope_is_neither_confirmed_nor_refused() -> None:
    envelope: dict[str, Any] = {
        "@context": "https://www.w3.org/ns/credentials/v2",
        "id": "data:application/vc+zip,AA",
        "type": "EnvelopedVerifiableCredential",
    }
    document = add_proof(
        {
            "@context": ["https://www.w3.org/ns/credentials/v2"],
            "type": ["VerifiablePresentation"],
            "holder": CHILD.did,
            "verifiableCredential": [envelope],
        },
        suite="eddsa-rdfc-2022",
        key=CHILD.key,
        verification_method=CHILD.method,
        purpose="authentication",
        created=NOW,
        domain=RECIPIENT,
    )
    assert answer(document) == "enveloped.media-type"


# --- credentials by themselves -------------------------------------------------------------------


def check(document: dict[str, Any], **options: Any) -> str:
    options = {"resolve": did.resolve, "now": NOW, **options}
    return fate(lambda: credential.verify(Credential.parse(document), **options))[0]


def test_a_credential_is_its_issuers_only() -> None:
    assert check(signed(diploma())) == "accepted"
    assert check(diploma()) == "credential.no-proof"
    assert check(signed(diploma(), STRANGER)) == "credential.issuer-key"
    two = signed(signed(diploma()), STRANGER)
    assert len(two["proof"]) == 2
    assert check(two) == "credential.issuer-key"


def test_a_presentation_proof_does_not_make_a_credential() -> None:
    assert check(signed(diploma(), purpose="authentication")) == "proof.purpose"


def test_a_key_that_is_not_at_hand_accuses_nobody() -> None:
    document = diploma()
    document["issuer"]["id"] = "did:web:olymp.example"
    by_web = add_proof(
        document,
        suite="eddsa-rdfc-2022",
        key=OLYMPIAD.key,
        verification_method="did:web:olymp.example#key-1",
        created=NOW,
    )
    assert check(by_web) == "did.not-self-contained"


def test_definitions_of_its_own_are_refused_even_where_the_signature_covers_them() -> None:
    document = diploma()
    document["@context"].append({"Example": "https://a.example/#Example"})
    assert check(signed(document, suite="eddsa-jcs-2022")) == "credential.inline-context"


def test_a_presentation_is_no_credential_and_the_reverse() -> None:
    document = shown(signed(diploma()))
    assert fate(lambda: Credential.parse(document))[0] == "credential.wrong-type"
    assert fate(lambda: Presentation.parse(signed(diploma())))[0] == "credential.wrong-type"
    text = json.dumps(document)
    assert fate(lambda: Presentation.parse(text[:-1]))[0] == "json.malformed"
    assert fate(lambda: Presentation.parse(b"\xff"))[0] == "json.not-utf-8"
