"""Proof only is an answer of this interface alone; asked for everything, it says what the library says."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.conformance.test_calls import CHALLENGE, DOMAIN, HOLDER, HOLDER_KEY, presentation_of
from tests.unit.conformance.world import EXAMPLES, V2, Interface, badge, by_another_key, running, unsigned
from vcwallet.conformance import api
from vcwallet.credentials import credential as credentials
from vcwallet.credentials import enveloped
from vcwallet.credentials.credential import Credential
from vcwallet.credentials.presentation import EnvelopedPresentation, Presentation, verify_holder
from vcwallet.errors import KeyUnavailable, VcwalletError
from vcwallet.identifiers import did
from vcwallet.identifiers.did import key as did_key
from vcwallet.identifiers.keys import KeyType, SoftwareKey
from vcwallet.proofs.data_integrity import add_proof
from vcwallet.proofs.jose import jws
from vcwallet.report import Check
from vcwallet.strict_json import Json, dumps

PROOF_ONLY = [(), ("proof",)]
EVERYTHING = [("all",), ("proof", "issuer"), ("issuer",), ("credentialStatus", "validity"), ("trust",)]


def inline(**members: Any) -> dict[str, Any]:
    """A credential with a context inside, which gives one of its words a meaning."""
    contexts = [V2, EXAMPLES, {"grade": "https://school.example/#grade"}]
    return unsigned(**{"@context": contexts, "grade": "5", **members})


def test_a_credential_of_its_own_issuers_is_accepted_to_every_extent(interface: Interface) -> None:
    issued = interface.issued("vc2", badge())
    for checks in [*PROOF_ONLY, ("proof", "credentialStatus"), *EVERYTHING]:
        answer = interface.verify(issued, *checks)
        assert (answer.status, answer.json["verified"]) == (200, True), answer.text
        assert answer.json["errors"] == []


def test_the_answer_says_what_was_checked(interface: Interface) -> None:
    issued = interface.issued("vc2", badge())
    assert interface.verify(issued).json["checks"] == ["proof"]
    assert interface.verify(issued, "credentialStatus").json["checks"] == ["proof", "credentialStatus"]
    everything = interface.verify(issued, "all").json
    assert everything["checks"] == [check.value for check in Check]
    assert {"status.none-kept", "presentation.none"} <= {each["name"] for each in everything["warnings"]}


def test_a_server_may_verify_everything_for_every_request() -> None:
    with running(everything=True) as strict:
        issued = strict.issued("vc2", badge())
        for checks in [*PROOF_ONLY, ("proof", "credentialStatus")]:
            assert strict.verify(issued, *checks).json["checks"] == [check.value for check in Check]
            refused = strict.verify(by_another_key(strict.did("vc2"), **badge()), *checks)
            assert (refused.status, refused.codes) == (400, ["credential.issuer-key"])
        assert strict.verify(issued, "horoscope").codes == ["conformance.checks"]


PROOF_HOLDS_AND_NOTHING_ELSE = {
    "the key of somebody else": lambda world: by_another_key("https://vc.example/issuers/5678"),
    "the key of somebody else, in the name of an own issuer": lambda world: by_another_key(world.did("vc2")),
    "over since long": lambda world: world.issued("vc2", unsigned(validUntil="2026-03-02T09:00:00Z")),
    "not yet valid": lambda world: world.issued("vc2", unsigned(validFrom="2999-01-01T00:00:00Z")),
    "a context inside": lambda world: world.issued("vc2", inline()),
    "a context inside, signed as JSON": lambda world: world.issued("eddsa-jcs-2022", inline()),
}


@pytest.mark.parametrize("make", PROOF_HOLDS_AND_NOTHING_ELSE.values(), ids=PROOF_HOLDS_AND_NOTHING_ELSE)
def test_only_the_proof_is_asked_for_unless_more_is(interface: Interface, make: Any) -> None:
    document = make(interface)
    for checks in PROOF_ONLY:
        assert interface.verify(document, *checks).status == 200
    for checks in EVERYTHING:
        answer = interface.verify(document, *checks)
        assert answer.status == 400
        assert answer.codes


def test_an_issuer_nobody_listed_is_not_accepted_when_everything_is_asked(interface: Interface) -> None:
    stranger = SoftwareKey.generate(KeyType.ED25519)
    identifier = did_key.did_of(stranger.public_key)
    document = add_proof(
        {**badge(), "issuer": identifier},
        suite="eddsa-rdfc-2022",
        key=stranger,
        verification_method=did_key.verification_method_of(identifier),
        created=api.clock(),
    )
    assert interface.verify(document).status == 200
    assert interface.verify(document, "all").codes == ["issuer.not-listed"]


def test_the_library_itself_refuses_what_is_accepted_here(interface: Interface) -> None:
    for document, code in (
        (by_another_key("https://vc.example/issuers/5678"), "credential.issuer-key"),
        (interface.issued("vc2", inline()), "credential.inline-context"),
    ):
        assert interface.verify(document).status == 200
        with pytest.raises(VcwalletError) as refused:
            credentials.verify(Credential.parse(document), resolve=did.resolve, now=api.clock())
        assert refused.value.code == code


def test_derivation_keeps_a_context_that_is_inside(interface: Interface) -> None:
    base = interface.issued("ecdsa-sd-2023-p256", inline())
    body = {"verifiableCredential": base, "options": {"selectivePointers": ["/grade", "/credentialSubject"]}}
    derived = interface.post("/holders/default/credentials/derive", body).json["verifiableCredential"]
    assert derived["@context"] == base["@context"]
    assert derived["grade"] == "5"
    assert interface.verify(derived).status == 200
    derived["@context"][2]["grade"] = "https://school.example/#conduct"
    assert interface.verify(derived).codes == ["proof.signature"]


def test_another_meaning_in_a_context_that_is_inside_breaks_the_proof(interface: Interface) -> None:
    for name in ("eddsa-rdfc-2022", "eddsa-jcs-2022"):
        issued = interface.issued(name, inline())
        issued["@context"][2]["grade"] = "https://school.example/#conduct"
        assert interface.verify(issued).status == 400


# --- presentations ------------------------------------------------------------------------------------


def test_a_presentation_without_a_holder_is_for_the_suites_only(interface: Interface) -> None:
    document = {
        key: value
        for key, value in presentation_of([interface.issued("vc2")]).items()
        if key not in ("holder", "proof")
    }
    signed = add_proof(
        document,
        suite="eddsa-rdfc-2022",
        key=HOLDER_KEY,
        verification_method=did_key.verification_method_of(HOLDER),
        purpose="authentication",
        created=api.clock(),
    )
    assert interface.verify_presentation(signed).status == 200
    assert interface.verify_presentation(signed, checks=["all"]).codes[0] == "presentation.no-holder"
    with pytest.raises(VcwalletError):
        verify_holder(Presentation.parse(signed), resolve=did.resolve, now=api.clock())


def test_everything_about_a_presentation(interface: Interface) -> None:
    shown = presentation_of([interface.issued("vc2", badge())])
    good = interface.verify_presentation(shown, checks=["all"], domain=DOMAIN, challenge=CHALLENGE)
    assert (good.status, good.json["verified"]) == (200, True), good.text
    other = interface.verify_presentation(shown, checks=["all"], domain="other.example")
    assert other.codes == ["recipient.other"]


def old_presentation_token(nonce: str, credential: Json) -> str:
    """As the suite of data model 2.0 has it: the document in a claim, ``typ: JWT``."""
    payload: Json = {
        "iss": HOLDER,
        "aud": "example.com",
        "nonce": nonce,
        "vp": {
            "@context": [V2],
            "type": ["VerifiablePresentation"],
            "holder": HOLDER,
            "verifiableCredential": [credential],
        },
    }
    header = {"typ": "JWT", "kid": did_key.verification_method_of(HOLDER)}
    return jws.sign(header, dumps(payload).encode(), HOLDER_KEY)


def old_credential_token(interface: Interface) -> str:
    issuer = interface.issuers["jwt"]
    inner: Json = {**unsigned(), "issuer": issuer.did}
    return jws.sign(
        {"kid": issuer.verification_method}, dumps({"iss": issuer.did, "vc": inner}).encode(), issuer.key
    )


def old_envelope(kind: str, token: str) -> dict[str, Any]:
    return {"@context": V2, "type": f"EnvelopedVerifiable{kind}", "id": f"data:application/jwt,{token}"}


def test_an_old_jwt_presentation_is_for_the_suites_only(interface: Interface) -> None:
    inner = old_envelope("Credential", old_credential_token(interface))
    shown = old_envelope("Presentation", old_presentation_token("123456789", inner))
    assert interface.verify_presentation(shown, challenge="123456789").status == 200
    assert interface.verify_presentation(shown, challenge="another").status == 400
    assert interface.verify_presentation(shown, checks=["all"]).status == 400
    with pytest.raises(KeyUnavailable):
        enveloped.open_presentation(EnvelopedPresentation.parse(shown))


def test_an_old_jwt_presentation_falls_with_its_signature_or_its_credential(interface: Interface) -> None:
    token = old_credential_token(interface)
    good = old_presentation_token("1", old_envelope("Credential", token))
    forged = old_presentation_token("1", old_envelope("Credential", token[:-4] + "AAAA"))
    for text, status in ((good, 200), (good[:-4] + "AAAA", 400), (forged, 400)):
        assert interface.verify_presentation(old_envelope("Presentation", text)).status == status


def test_an_old_jwt_credential_alone(interface: Interface) -> None:
    envelope = old_envelope("Credential", old_credential_token(interface))
    assert interface.verify(envelope).status == 200
    assert interface.verify({**envelope, "@context": []}).status == 400
    assert interface.verify({**envelope, "type": "VerifiableCredential"}).status == 400
