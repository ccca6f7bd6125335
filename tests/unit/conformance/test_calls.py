"""Every call of the contract, as the suites make it: what succeeds and with which status, what is refused."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from tests.unit.conformance.world import (
    DERIVE,
    EXAMPLES,
    V2,
    VERIFY,
    VERIFY_PRESENTATION,
    Interface,
    unsigned,
    unsigned_1_1,
)
from vcwallet.conformance import api
from vcwallet.conformance.instances import ROWS
from vcwallet.identifiers.did import key as did_key
from vcwallet.identifiers.keys import KeyType, PublicKey, SoftwareKey
from vcwallet.identifiers.multibase import base64url_decode
from vcwallet.proofs.cryptosuites import SUITES
from vcwallet.proofs.data_integrity import add_proof
from vcwallet.strict_json import loads_object

HIDING = [row.name for row in ROWS if row.mandatory_pointers]
PLAIN = [row.name for row in ROWS if row.suite in SUITES and not row.mandatory_pointers]
HOLDER_KEY = SoftwareKey.generate(KeyType.ED25519)
HOLDER = did_key.did_of(HOLDER_KEY.public_key)
DOMAIN, CHALLENGE = "suite.example", "u9Wq0-invented"


def changed(credential: dict[str, Any]) -> dict[str, Any]:
    """One letter of what was signed."""
    other = copy.deepcopy(credential)
    other["credentialSubject"] = {"id": "did:example:somebody-else"}
    return other


# --- issuers ------------------------------------------------------------------------------------------


def test_the_table_of_issuers_has_a_did_and_a_key_of_the_right_type_for_every_row(
    interface: Interface,
) -> None:
    answer = interface.get("/issuers")
    assert answer.status == 200
    assert list(answer.json) == [row.name for row in ROWS]
    for row in ROWS:
        key = PublicKey.from_multibase(answer.json[row.name].removeprefix("did:key:"))
        assert key.type is row.key_type
    assert len(set(answer.json.values())) == len(ROWS)


def test_every_suite_that_the_library_has_is_offered() -> None:
    assert set(SUITES) <= {row.suite for row in ROWS}


# A status entry has no name in the contexts of data model 1.1, so nothing would cover it.
@pytest.mark.parametrize(
    ("name", "form"),
    [
        *(pytest.param(name, unsigned, id=f"{name} 2.0") for name in PLAIN),
        *(pytest.param(name, unsigned_1_1, id=f"{name} 1.1") for name in PLAIN if name != "status"),
    ],
)
def test_what_an_issuer_signs_verifies_and_a_change_of_it_does_not(
    interface: Interface, name: str, form: Any
) -> None:
    answer = interface.issue(name, form())
    assert answer.status == 201
    assert "json" in answer.headers["Content-Type"]
    issued = answer.json["verifiableCredential"]
    proof = issued["proof"]
    assert proof.get("cryptosuite", proof["type"]) == interface.issuers[name].row.suite
    assert proof["verificationMethod"].startswith(interface.did(name))
    good = interface.verify(issued, "proof")
    assert (good.status, good.json) == (
        200,
        {"verified": True, "checks": ["proof"], "errors": [], "warnings": []},
    )
    assert interface.verify(changed(issued), "proof").codes == ["proof.signature"]


@pytest.mark.parametrize("name", HIDING)
def test_a_derived_credential_verifies_and_its_base_does_not(interface: Interface, name: str) -> None:
    base = interface.issued(name)
    assert interface.verify(base).codes == ["proof.base-proof"]
    answer = interface.post(
        DERIVE,
        {
            "verifiableCredential": base,
            "options": {"selectivePointers": ["/credentialSubject/givenName"]},
        },
    )
    assert answer.status == 201
    derived = answer.json["verifiableCredential"]
    assert derived["issuer"] == base["issuer"]
    assert derived["credentialSubject"] == {"givenName": "Пробник"}
    assert "Тестов" not in answer.text
    assert interface.verify(derived).status == 200
    assert interface.verify(changed(derived)).status == 400


def test_mandatory_pointers_are_shown_by_every_derivation(interface: Interface) -> None:
    base = interface.issued("ecdsa-sd-2023-p256", mandatoryPointers=["/credentialSubject/familyName"])
    answer = interface.post(DERIVE, {"verifiableCredential": base, "options": {}})
    derived = answer.json["verifiableCredential"]
    assert derived["credentialSubject"] == {"familyName": "Тестов"}
    assert "issuer" not in derived


def test_a_jwt_issuer_answers_with_an_enveloped_credential(interface: Interface) -> None:
    issued = interface.issued("jwt")
    assert issued.keys() == {"@context", "type", "id"}
    assert (issued["@context"], issued["type"]) == (V2, "EnvelopedVerifiableCredential")
    scheme, token = issued["id"].split(",")
    assert scheme == "data:application/vc+jwt"
    header = loads_object(base64url_decode(token.split(".")[0]))
    assert header == {
        "alg": "ES256",
        "typ": "vc+jwt",
        "cty": "vc",
        "kid": interface.issuers["jwt"].verification_method,
    }
    assert interface.verify(issued, "proof").status == 200
    assert interface.verify({**issued, "id": issued["id"][:-2]}, "proof").status == 400


ISSUE_REFUSED = {
    "no credential": ({"verifiableCredential": {}}, "conformance.member"),
    "a credential that is a text": ({"credential": "{}"}, "conformance.member"),
    "options that are a list": ({"credential": {}, "options": []}, "conformance.member"),
    "an empty credential": ({"credential": {}}, "credential.context"),
}
CREDENTIAL_REFUSED = {
    "the name of another issuer": ({"issuer": "did:example:other"}, "conformance.other-issuer"),
    "no subject": ({"credentialSubject": []}, "credential.not-objects"),
    "a subject that is a text": ({"credentialSubject": "did:example:1234"}, "credential.not-objects"),
    "an undefined term": ({"@context": [V2], "grade": "5"}, "jsonld.undefined-term"),
    "an undefined type": (
        {"@context": [V2], "credentialSubject": {"id": "urn:x"}, "type": ["VerifiableCredential", "Diploma"]},
        "jsonld.undefined-term",
    ),
    "a context nobody has": ({"@context": [V2, "https://nobody.example/v1"]}, "jsonld.context-unknown"),
    "an older context first": ({"@context": [EXAMPLES, V2]}, "credential.base-context"),
    "dates the wrong way round": ({"validUntil": "2020-01-01T00:00:00Z"}, "credential.dates-reversed"),
    "a schema without an id": (
        {"credentialSchema": {"type": "JsonSchema"}},
        "credential.id",
    ),
    "a malformed status entry": (
        {"credentialStatus": {"type": "BitstringStatusListEntry", "statusListIndex": True}},
        "status.entry",
    ),
    "a digest of another edition of a context": (
        {"relatedResource": {"id": V2, "digestSRI": "sha256-" + "A" * 43 + "="}},
        "related-resource.digest",
    ),
}


@pytest.mark.parametrize(("body", "code"), ISSUE_REFUSED.values(), ids=ISSUE_REFUSED)
def test_a_request_to_issue_without_a_credential_is_refused(
    interface: Interface, body: Any, code: str
) -> None:
    answer = interface.post("/issuers/vc2/credentials/issue", body)
    assert (answer.status, answer.codes) == (400, [code])


@pytest.mark.parametrize(("members", "code"), CREDENTIAL_REFUSED.values(), ids=CREDENTIAL_REFUSED)
@pytest.mark.parametrize("name", ["eddsa-rdfc-2022", "eddsa-jcs-2022", "ecdsa-sd-2023-p256", "jwt"])
def test_every_issuer_refuses_what_would_not_be_covered(
    interface: Interface, name: str, members: Any, code: str
) -> None:
    answer = interface.issue(name, unsigned(**members))
    assert (answer.status, answer.codes) == (400, [code])


POINTERS_REFUSED = {
    "not a list": "/issuer",
    "not texts": [1],
    "to nothing": ["/nothing"],
    "too many": ["/issuer"] * 300,
}


@pytest.mark.parametrize("pointers", POINTERS_REFUSED.values(), ids=POINTERS_REFUSED)
def test_bad_pointers_are_refused(interface: Interface, pointers: Any) -> None:
    assert interface.issue("ecdsa-sd-2023-p256", mandatoryPointers=pointers).status == 400
    body = {
        "verifiableCredential": interface.issued("ecdsa-sd-2023-p256"),
        "options": {"selectivePointers": pointers},
    }
    assert interface.post(DERIVE, body).status == 400


def test_an_issuer_that_hides_nothing_does_not_promise_to(interface: Interface) -> None:
    assert interface.issue("vc2", mandatoryPointers=["/issuer"]).codes == ["proof.no-disclosure"]


@pytest.mark.parametrize("name", ["vc2", "jwt"])
def test_only_a_base_proof_is_derived_from(interface: Interface, name: str) -> None:
    body = {"verifiableCredential": interface.issued(name), "options": {"selectivePointers": []}}
    assert interface.post(DERIVE, body).status == 400


def test_nothing_is_derived_from_a_forgery(interface: Interface) -> None:
    forged = interface.issued("ecdsa-sd-2023-p256")
    forged["credentialSubject"]["givenName"] = "Чужой"
    body = {"verifiableCredential": forged, "options": {"selectivePointers": ["/credentialSubject"]}}
    assert interface.post(DERIVE, body).codes == ["proof.signature"]


# --- verifier -----------------------------------------------------------------------------------------

VERIFY_REFUSED = {
    "no credential": ({"credential": {}}, "conformance.member"),
    "a token instead of an object": ({"verifiableCredential": "eyJ..."}, "conformance.member"),
    "null": ({"verifiableCredential": None}, "conformance.member"),
    "unsigned": ({"verifiableCredential": {**unsigned(), "issuer": "did:example:x"}}, "proof.missing"),
    "checks that are a text": (
        {"verifiableCredential": {}, "options": {"checks": "proof"}},
        "conformance.checks",
    ),
    "no checks at all": ({"verifiableCredential": {}, "options": {"checks": []}}, "conformance.checks"),
    "a check that nobody knows": (
        {"verifiableCredential": {}, "options": {"checks": ["proof", "horoscope"]}},
        "conformance.checks",
    ),
    "an envelope of another kind": (
        {
            "verifiableCredential": {
                "@context": V2,
                "type": "EnvelopedVerifiableCredential",
                "id": "data:text/plain,hello",
            }
        },
        "enveloped.media-type",
    ),
}


@pytest.mark.parametrize(("body", "code"), VERIFY_REFUSED.values(), ids=VERIFY_REFUSED)
def test_what_is_no_secured_credential_is_refused(interface: Interface, body: Any, code: str) -> None:
    answer = interface.post(VERIFY, body)
    assert (answer.status, answer.codes) == (400, [code])


PROOF_REFUSED = {
    "no type": ("type", None, "credential.no-type"),
    "no value": ("proofValue", None, "proof.malformed"),
    "no verification method": ("verificationMethod", None, "proof.malformed"),
    "another purpose": ("proofPurpose", "authentication", "proof.purpose"),
    "an unknown suite": ("cryptosuite", "crayon-2026", "proof.unknown-suite"),
    "a proof it builds on that is not there": ("previousProof", "urn:uuid:gone", "proof.previous-missing"),
    "another base": ("proofValue", "uAAAA", "proof.encoding"),
}


@pytest.mark.parametrize(("member", "value", "code"), PROOF_REFUSED.values(), ids=PROOF_REFUSED)
def test_a_proof_that_is_not_in_order_is_refused(
    interface: Interface, member: str, value: Any, code: str
) -> None:
    issued = interface.issued("eddsa-rdfc-2022")
    if value is None:
        del issued["proof"][member]
    else:
        issued["proof"][member] = value
    answer = interface.verify(issued)
    assert (answer.status, answer.codes) == (400, [code])


# --- presentations ------------------------------------------------------------------------------------


def presented(interface: Interface, *names: str) -> dict[str, Any]:
    return presentation_of([interface.issued(name) for name in names])


def presentation_of(credentials: list[Any]) -> dict[str, Any]:
    return dict(
        add_proof(
            {
                "@context": [V2],
                "type": ["VerifiablePresentation"],
                "holder": HOLDER,
                "verifiableCredential": credentials,
            },
            suite="eddsa-rdfc-2022",
            key=HOLDER_KEY,
            verification_method=did_key.verification_method_of(HOLDER),
            purpose="authentication",
            created=api.clock(),
            domain=DOMAIN,
            challenge=CHALLENGE,
        )
    )


def test_a_presentation_verifies_for_its_domain_and_challenge_only(interface: Interface) -> None:
    shown = presented(interface, "eddsa-rdfc-2022", "ecdsa-jcs-2019-p384", "jwt")
    assert interface.verify_presentation(shown, domain=DOMAIN, challenge=CHALLENGE).status == 200
    assert interface.verify_presentation(shown).status == 200
    other_domain = interface.verify_presentation(shown, domain="other.example", challenge=CHALLENGE)
    assert (other_domain.status, other_domain.codes) == (400, ["proof.domain"])
    other_challenge = interface.verify_presentation(shown, domain=DOMAIN, challenge="another")
    assert (other_challenge.status, other_challenge.codes) == (400, ["proof.challenge"])


def test_a_presentation_falls_with_any_credential_in_it(interface: Interface) -> None:
    for position in range(3):
        credentials = [interface.issued(name) for name in ("eddsa-rdfc-2022", "ecdsa-jcs-2019-p384", "jwt")]
        broken = credentials[position]
        if "proof" in broken:
            broken["proof"]["proofValue"] = "z" + "3" * len(broken["proof"]["proofValue"])
        else:
            broken["id"] = broken["id"][:-2]
        assert interface.verify_presentation(presentation_of(credentials)).status == 400


PRESENTATION_REFUSED = {
    "no presentation": ({"presentation": {}}, "conformance.member"),
    "unsigned": (
        {"verifiablePresentation": {"@context": [V2], "type": ["VerifiablePresentation"]}},
        "proof.missing",
    ),
    "a challenge that is a number": (
        {"verifiablePresentation": {}, "options": {"challenge": 5}},
        "conformance.member",
    ),
    "an envelope without its type": (
        {"verifiablePresentation": {"@context": V2, "type": "VerifiablePresentation", "id": "data:a/b,c"}},
        "proof.missing",
    ),
}


@pytest.mark.parametrize(("body", "code"), PRESENTATION_REFUSED.values(), ids=PRESENTATION_REFUSED)
def test_what_is_no_presentation_is_refused(interface: Interface, body: Any, code: str) -> None:
    answer = interface.post(VERIFY_PRESENTATION, body)
    assert (answer.status, answer.codes) == (400, [code])
