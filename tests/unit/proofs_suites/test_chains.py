"""Proof sets and chains: every proof holds, and a proof holds only with those it builds on."""

from __future__ import annotations

import copy
from itertools import permutations
from typing import Any

import pytest

from tests.unit.proofs_suites.world import GONE, KEYS, OTHER_KEY, PLAIN, changed, diploma, sign, verify
from vcwallet.errors import DocumentError, ProofError
from vcwallet.identifiers.keys import KeyType

FIRST, SECOND = (
    "urn:uuid:26329423-bec9-4b2e-88cb-a7c7d9dc4544",
    "urn:uuid:8cc9022b-6b14-4cf3-8571-74972c5feb54",
)
P384 = KEYS[KeyType.P384]


def chain(suite: str) -> dict[str, Any]:
    """A teacher, a headmaster over the teacher's proof, a ministry over both."""
    document = sign(diploma(), suite, proof_id=FIRST)
    document = sign(document, suite, proof_id=SECOND, previous_proof=FIRST)
    return sign(document, suite, previous_proof=[FIRST, SECOND])


# The context of the old suite has no word for ``previousProof``, so it cannot build on another proof.
CHAINING = [name for name in PLAIN if name != "Ed25519Signature2020"]


@pytest.mark.parametrize("suite", CHAINING)
class TestChain:
    def test_holds_in_any_order(self, suite: str) -> None:
        document = chain(suite)
        assert len(verify(document)) == 3
        for proofs in permutations(document["proof"]):
            # Canonical JSON signs the previous proofs as a list, so their order is part of it.
            in_order = [proof["id"] for proof in proofs if "id" in proof] == [FIRST, SECOND]
            if "jcs" in suite and not in_order:
                continue
            assert len(verify({**document, "proof": list(proofs)})) == 3

    def test_is_broken_by_removing_a_proof(self, suite: str) -> None:
        document = chain(suite)
        for position in (0, 1):
            with pytest.raises(ProofError) as caught:
                verify(changed(document, f"/proof/{position}", GONE))
            assert caught.value.code == "proof.previous-missing"
        assert len(verify(changed(document, "/proof/2", GONE))) == 2

    def test_is_broken_by_changing_a_proof_built_upon(self, suite: str) -> None:
        """Even by putting another good proof in its place."""
        document = chain(suite)
        another = sign(diploma(), suite, proof_id=FIRST, challenge="other")["proof"]
        assert len(verify({**document, "proof": another})) == 1
        with pytest.raises(ProofError) as caught:
            verify(changed(document, "/proof/0", another))
        assert caught.value.code == "proof.signature"

    def test_is_broken_by_dropping_the_dependency(self, suite: str) -> None:
        document = chain(suite)
        for wrong in (GONE, [FIRST], SECOND):
            with pytest.raises(ProofError) as caught:
                verify(changed(document, "/proof/2/previousProof", wrong))
            assert caught.value.code == "proof.signature"

    def test_is_broken_by_a_broken_first_proof(self, suite: str) -> None:
        """A later proof that signs the broken one does not heal it."""
        broken = changed(sign(diploma(), suite, proof_id=FIRST), "/proof/challenge", "never signed")
        document = sign(broken, suite, previous_proof=FIRST)
        with pytest.raises(ProofError) as caught:
            verify(document)
        assert caught.value.code == "proof.signature"

    def test_a_set_may_lose_a_proof_and_a_chain_may_not(self, suite: str) -> None:
        """Data Integrity, "Understanding Proof Sets and Proof Chains"."""
        both = sign(sign(diploma(), suite), suite, challenge="second")
        assert len(verify(both)) == 2
        for proof in both["proof"]:
            assert len(verify({**both, "proof": [proof]})) == 1


def test_a_set_of_every_suite_and_key_holds() -> None:
    document = diploma()
    for suite in PLAIN:
        document = sign(document, suite)
    document = sign(document, "ecdsa-rdfc-2019", P384)
    document = sign(document, "eddsa-jcs-2022", OTHER_KEY)
    assert len(document["proof"]) == 7
    verified = verify(document)
    assert [proof.cryptosuite for proof in verified] == [*PLAIN, "ecdsa-rdfc-2019", "eddsa-jcs-2022"]
    with pytest.raises(ProofError):
        verify(changed(document, "/credentialSubject/givenName", "Выдумкa"))


def test_the_old_suite_cannot_build_on_a_proof() -> None:
    first = sign(diploma(), "eddsa-rdfc-2022", proof_id=FIRST)
    with pytest.raises(DocumentError) as caught:
        sign(first, "Ed25519Signature2020", previous_proof=FIRST)
    assert caught.value.evidence["pointer"] == "/previousProof"


def test_a_chain_across_suites_holds() -> None:
    document = sign(diploma(), "eddsa-jcs-2022", proof_id=FIRST)
    document = sign(document, "ecdsa-rdfc-2019", P384, proof_id=SECOND, previous_proof=FIRST)
    document = sign(document, "ecdsa-jcs-2019", previous_proof=SECOND)
    assert len(verify(document)) == 3
    with pytest.raises(ProofError):
        verify(changed(document, "/proof/0/proofValue", document["proof"][2]["proofValue"]))


def test_adding_does_not_touch_what_was_there() -> None:
    first = sign(diploma(), "eddsa-rdfc-2022", proof_id=FIRST)
    kept = copy.deepcopy(first)
    second = sign(first, "eddsa-rdfc-2022", previous_proof=FIRST)
    assert first == kept
    assert second["proof"][0] == kept["proof"]
