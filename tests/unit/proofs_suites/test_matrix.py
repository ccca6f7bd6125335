"""Suite x key type x purpose: only the diagonal passes, however the rest is put together."""

from __future__ import annotations

from itertools import product

import pytest

from tests.unit.proofs_suites.world import (
    CREATED,
    KEY_TYPE_OF,
    KEYS,
    PLAIN,
    Registry,
    changed,
    diploma,
    sign,
    verify,
)
from vcwallet.errors import ProofError
from vcwallet.identifiers.keys import KeyType
from vcwallet.proofs.cryptosuites import SUITES
from vcwallet.proofs.cryptosuites.canonical_forms import UnsecuredDocument
from vcwallet.proofs.jsonld import PINNED
from vcwallet.strict_json import JsonObject

PURPOSES = ("assertionMethod", "authentication", "capabilityInvocation")
PAIRS = list(product(SUITES, KEYS))
TAKEN = [(suite, key_type) for suite, key_type in PAIRS if key_type in SUITES[suite].key_types]
FOREIGN = [pair for pair in PAIRS if pair not in TAKEN]


def test_every_suite_is_in_the_matrix() -> None:
    assert set(KEY_TYPE_OF) == set(SUITES)
    assert len(TAKEN) == 9
    assert len(FOREIGN) == 19


@pytest.mark.parametrize(("suite", "key_type"), TAKEN)
@pytest.mark.parametrize("made_for", PURPOSES)
@pytest.mark.parametrize("asked_for", PURPOSES)
@pytest.mark.parametrize("listed_under", PURPOSES)
def test_purposes(suite: str, key_type: KeyType, made_for: str, asked_for: str, listed_under: str) -> None:
    """The proof, the verifier and the key's document must all say the same purpose."""
    registry = Registry()
    method = registry.add("https://school0.example", KEYS[key_type], listed_under)
    secured = sign(diploma(), suite, KEYS[key_type], verification_method=method, purpose=made_for)
    if made_for == asked_for == listed_under:
        (proof,) = verify(secured, resolve=registry, purpose=asked_for, stored=True)
        assert (proof.cryptosuite, proof.purpose) == (suite, made_for)
        assert proof.controller == "https://school0.example"
        return
    with pytest.raises(ProofError) as caught:
        verify(secured, resolve=registry, purpose=asked_for, stored=True)
    assert caught.value.code == ("proof.purpose" if made_for != asked_for else "key.other-purpose")


@pytest.mark.parametrize(("suite", "key_type"), FOREIGN)
def test_a_foreign_key_cannot_issue(suite: str, key_type: KeyType) -> None:
    with pytest.raises(ProofError) as caught:
        sign(diploma(), suite, KEYS[key_type])
    assert caught.value.code == "proof.key-type"


@pytest.mark.parametrize(("suite", "key_type"), [pair for pair in FOREIGN if pair[0] in PLAIN])
def test_a_foreign_key_cannot_verify(suite: str, key_type: KeyType) -> None:
    """Even when a good signature of that key over the right hashes is put in, as an attacker would."""
    registry = Registry()
    method = registry.add("https://school0.example", KEYS[key_type], "assertionMethod")
    honest = sign(diploma(), suite, verification_method=method)
    options: JsonObject = {k: v for k, v in honest["proof"].items() if k != "proofValue"}
    document = UnsecuredDocument({k: v for k, v in honest.items() if k != "proof"}, PINNED)
    own_type = KEY_TYPE_OF[suite]
    hash_data = PLAIN[suite].hash_data(document, options, own_type)
    forged = honest
    if key_type is not KeyType.BLS12_381_G2:  # which signs nothing by itself
        value = PLAIN[suite].proof_serialization(hash_data, KEYS[key_type])
        forged = changed(honest, "/proof/proofValue", value)
    with pytest.raises(ProofError) as caught:
        verify(forged, resolve=registry)
    assert caught.value.code == "proof.key-type"


@pytest.mark.parametrize(("suite", "other"), [pair for pair in product(PLAIN, PLAIN) if pair[0] != pair[1]])
def test_a_proof_does_not_pass_for_another_suites(suite: str, other: str) -> None:
    secured = sign(diploma(), suite)
    template = sign(diploma(), other)["proof"]
    relabelled = {**template, "proofValue": secured["proof"]["proofValue"]}
    relabelled["verificationMethod"] = secured["proof"]["verificationMethod"]
    document = {**sign(diploma(), other), "proof": relabelled}
    with pytest.raises(ProofError) as caught:
        verify(document)
    same_key = KEY_TYPE_OF[suite] is KEY_TYPE_OF[other]
    assert caught.value.code == ("proof.signature" if same_key else "proof.key-type")


@pytest.mark.parametrize(("suite", "key_type"), TAKEN)
def test_signing_is_deterministic_and_leaves_its_input_alone(suite: str, key_type: KeyType) -> None:
    document = diploma()
    first = sign(document, suite, KEYS[key_type], randomness=bytes)
    assert document == diploma()
    assert sign(document, suite, KEYS[key_type], randomness=bytes) == first
    (proof,) = verify(first, stored=True)
    assert proof.created == CREATED
