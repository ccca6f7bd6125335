"""Plain and disclosing cryptosuites, both ways, beside Digital Bazaar's packages."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bench.peers.cast import SIGNERS, Signer
from bench.peers.workers import Worker
from tests.interop.world import (
    CREATED,
    NOW,
    TEXT,
    ask,
    both_refuse,
    diploma,
    sign,
    verify,
    without_proof,
)
from vcwallet import strict_json, timestamps
from vcwallet.credentials import verification
from vcwallet.credentials.presentation import Presentation
from vcwallet.identifiers import did
from vcwallet.identifiers.keys import KeyType
from vcwallet.proofs.cryptosuites import SUITES
from vcwallet.proofs.data_integrity import add_proof, derive

pytestmark = pytest.mark.slow

PLAIN = [
    ("eddsa-rdfc-2022", KeyType.ED25519),
    ("eddsa-jcs-2022", KeyType.ED25519),
    ("ecdsa-rdfc-2019", KeyType.P256),
    ("ecdsa-rdfc-2019", KeyType.P384),
    ("ecdsa-jcs-2019", KeyType.P256),
    ("ecdsa-jcs-2019", KeyType.P384),
    ("Ed25519Signature2020", KeyType.ED25519),
]
DISCLOSING = {"ecdsa-sd-2023": KeyType.P256, "bbs-2023": KeyType.BLS12_381_G2}

MANDATORY = ["/issuer", "/type", "/validFrom", "/credentialStatus", "/credentialSubject/achievement/name"]
SHOWN = ["/credentialSubject/familyName", "/credentialSubject/achievement/description"]
DOMAIN, CHALLENGE = "priem.vuz.example", "d31b7a0c"
CREATED_TEXT = timestamps.render(CREATED)

plain = pytest.mark.parametrize(("suite", "key_type"), PLAIN, ids=[f"{suite} {key}" for suite, key in PLAIN])
disclosing = pytest.mark.parametrize("suite", DISCLOSING)


def test_no_suite_is_left_out() -> None:
    assert {suite for suite, _ in PLAIN} | DISCLOSING.keys() == SUITES.keys()


class TestPlain:
    @plain
    def test_they_verify_ours(self, reference: Worker, suite: str, key_type: KeyType) -> None:
        ours = sign(suite, SIGNERS["issuer", key_type])
        ask(reference, "verify", suite=suite, text=ours)
        both_refuse(reference, ours, suite=suite)

    @plain
    def test_we_verify_theirs(self, reference: Worker, suite: str, key_type: KeyType) -> None:
        signer = SIGNERS["issuer", key_type]
        unsigned = strict_json.dumps(diploma(signer))
        theirs = ask(reference, "issue", suite=suite, key=signer.name, text=unsigned, created=CREATED_TEXT)
        assert verify(theirs) == suite
        both_refuse(reference, theirs, suite=suite)
        told = without_proof(theirs)
        assert {**told, "@context": diploma(signer)["@context"]} == diploma(signer)

    @plain
    def test_presentations(self, reference: Worker, suite: str, key_type: KeyType) -> None:
        """Each side verifies the other's presentation of the other's credential."""
        issuer, holder = SIGNERS["issuer", key_type], SIGNERS["holder", key_type]
        addressed: dict[str, Any] = {"domain": DOMAIN, "challenge": CHALLENGE}
        issuing = {"suite": suite, "key": issuer.name, "created": CREATED_TEXT}
        theirs = ask(reference, "issue", **issuing, text=strict_json.dumps(diploma(issuer)))
        shown = add_proof(
            presenting(theirs, holder),
            suite=suite,
            key=holder.key,
            verification_method=holder.method,
            purpose="authentication",
            created=CREATED,
            **addressed,
        )
        ask(reference, "verify-presentation", suite=suite, text=strict_json.dumps(shown), **addressed)
        unsigned = strict_json.dumps(presenting(sign(suite, issuer), holder))
        signing = {"suite": suite, "key": holder.name, "created": CREATED_TEXT}
        text = ask(reference, "present", **signing, text=unsigned, **addressed)
        (proof,) = verification.verify(Presentation.parse(text), resolve=did.resolve, now=NOW, **addressed)
        assert (proof.cryptosuite, proof.domain, proof.challenge) == (suite, (DOMAIN,), CHALLENGE)
        assert verify(strict_json.dumps(json.loads(text)["verifiableCredential"][0])) == suite


def presenting(credential: str, holder: Signer) -> dict[str, Any]:
    document = json.loads(credential)
    return {
        "@context": document["@context"],
        "type": ["VerifiablePresentation"],
        "holder": holder.did,
        "verifiableCredential": [document],
    }


class TestDisclosing:
    """A base proof by either side, from which either side derives what both verify."""

    @disclosing
    @pytest.mark.parametrize("issuer", ["we", "they"])
    @pytest.mark.parametrize("holder", ["we", "they"])
    def test_round_trip(self, reference: Worker, suite: str, issuer: str, holder: str) -> None:
        signer = SIGNERS["issuer", DISCLOSING[suite]]
        if issuer == "we":
            base = sign(suite, signer, mandatory_pointers=MANDATORY)
        else:
            unsigned = strict_json.dumps(diploma(signer))
            issuing = {"suite": suite, "key": signer.name, "text": unsigned, "created": CREATED_TEXT}
            base = ask(reference, "issue", **issuing, mandatory=MANDATORY)
        assert verify(base, stored=True) == suite
        if holder == "we":
            derived = strict_json.dumps(derive(strict_json.loads_object(base), SHOWN))
        else:
            derived = ask(reference, "derive", suite=suite, text=base, selective=SHOWN)
        assert verify(derived) == suite
        ask(reference, "verify", suite=suite, text=derived)
        both_refuse(reference, derived, suite=suite)
        subject = without_proof(derived)["credentialSubject"]
        assert subject["familyName"] == "Тестов"
        assert subject["achievement"]["description"] == TEXT
        assert "dateOfBirth" not in subject

    @disclosing
    def test_both_derive_the_same_document(self, reference: Worker, suite: str) -> None:
        base = sign(suite, SIGNERS["issuer", DISCLOSING[suite]], mandatory_pointers=MANDATORY)
        theirs = ask(reference, "derive", suite=suite, text=base, selective=SHOWN)
        ours = derive(strict_json.loads_object(base), SHOWN)
        assert without_proof(theirs) == {name: value for name, value in ours.items() if name != "proof"}
