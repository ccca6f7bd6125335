"""The official vectors of vc-di-eddsa and vc-di-ecdsa, plain suites: every intermediate value is equal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.shared import vector_json, vector_text
from tests.unit.proofs_suites.world import PLAIN
from vcwallet import timestamps
from vcwallet.errors import ProofError
from vcwallet.identifiers import did, multibase
from vcwallet.identifiers.keys import KeyType, SoftwareKey
from vcwallet.proofs.cryptosuites.canonical_forms import UnsecuredDocument
from vcwallet.proofs.data_integrity import add_proof, verify_proofs
from vcwallet.proofs.jsonld import PINNED

NOW = datetime(2026, 3, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Case:
    folder: str
    suffix: str
    suite: str
    key_type: KeyType
    keys: str
    """The file of the key pair."""
    unsigned: str

    def text(self, role: str) -> str:
        return vector_text(f"{self.folder}/{role}{self.suffix}.txt")

    def json(self, role: str) -> Any:
        return vector_json(f"{self.folder}/{role}{self.suffix}.json")

    def key(self) -> SoftwareKey:
        pair = vector_json(self.keys)
        return SoftwareKey.from_secret_multibase(
            pair.get("secretKeyMultibase") or pair["privateKeyMultibase"]
        )


EDDSA = "vc-di-eddsa"
ECDSA = "vc-di-ecdsa"
ED = (KeyType.ED25519, f"{EDDSA}/keyPair.json")
P256 = (KeyType.P256, f"{ECDSA}/p256KeyPair.json")
P384 = (KeyType.P384, f"{ECDSA}/p384KeyPair.json")
ALUMNI = "unsigned.json"
EMPLOYMENT = "employmentAuth.json"

CASES = [
    Case(f"{EDDSA}/{folder}", suffix, suite, *ED, f"{EDDSA}/{unsigned}")
    for folder, suffix, suite, unsigned in [
        ("eddsa-rdfc-2022", "DataInt", "eddsa-rdfc-2022", ALUMNI),
        ("eddsa-rdfc-2022/employ", "DataInt", "eddsa-rdfc-2022", EMPLOYMENT),
        ("eddsa-jcs-2022", "JCS", "eddsa-jcs-2022", ALUMNI),
        ("Ed25519Signature2020", "EdSig", "Ed25519Signature2020", ALUMNI),
    ]
] + [
    Case(f"{ECDSA}/{folder}", suffix, suite, *key, f"{ECDSA}/{unsigned}")
    for folder, suffix, suite, key, unsigned in [
        ("ecdsa-rdfc-2019-p256", "ECDSAP256", "ecdsa-rdfc-2019", P256, ALUMNI),
        ("ecdsa-rdfc-2019-p256/employ", "ECDSAP256", "ecdsa-rdfc-2019", P256, EMPLOYMENT),
        ("ecdsa-rdfc-2019-p384", "ECDSAP384", "ecdsa-rdfc-2019", P384, ALUMNI),
        ("ecdsa-rdfc-2019-p384/employ", "ECDSAP384", "ecdsa-rdfc-2019", P384, EMPLOYMENT),
        ("ecdsa-jcs-2019-p256", "JCSECDSAP256", "ecdsa-jcs-2019", P256, ALUMNI),
        ("ecdsa-jcs-2019-p384", "JCSECDSAP384", "ecdsa-jcs-2019", P384, ALUMNI),
    ]
]
every_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.folder)


@every_case
def test_every_step_equals_the_vector(case: Case) -> None:
    suite = PLAIN[case.suite]
    hash_name = suite.hash_name(case.key_type)
    signed = case.json("signed")
    options = case.json("proofConfig")
    document = UnsecuredDocument({k: v for k, v in signed.items() if k != "proof"}, PINNED)

    transformed = suite.form.transformation(document, hash_name)
    assert transformed.decode() == case.text("canonDoc")
    config = suite.form.proof_configuration(options, document, hash_name)
    assert config.decode() == case.text("proofCanon")
    hash_data = suite.hashing(transformed, config, case.key_type)
    middle = len(hash_data) // 2
    assert hash_data[:middle].hex() == case.text("proofHash").strip()
    assert hash_data[middle:].hex() == case.text("docHash").strip()
    assert hash_data.hex() == case.text("combinedHash").strip()
    assert suite.hash_data(document, options, case.key_type) == hash_data

    assert signed["proof"]["proofValue"] == case.text("sigBTC58").strip()
    signature = suite.proof_bytes(signed["proof"])
    assert signature.hex() == case.text("sigHex").strip()
    suite.proof_verification(hash_data, signature, case.key().public_key)
    # RFC 8032 and RFC 6979: the vectors' signatures are the only ones.
    assert suite.proof_serialization(hash_data, case.key()) == case.text("sigBTC58").strip()


@every_case
def test_the_signed_document_verifies_and_no_changed_one_does(case: Case) -> None:
    signed = case.json("signed")
    (proof,) = verify_proofs(signed, resolve=did.resolve, purpose="assertionMethod", now=NOW)
    assert proof.cryptosuite == case.suite
    assert proof.verification_method.public_key == case.key().public_key

    changed = {**signed, "name": signed["name"] + "."}
    with pytest.raises(ProofError) as caught:
        verify_proofs(changed, resolve=did.resolve, purpose="assertionMethod", now=NOW)
    assert caught.value.code == "proof.signature"


@every_case
def test_issuing_gives_the_signed_document(case: Case) -> None:
    signed = case.json("signed")
    secured = add_proof(
        vector_json(case.unsigned),
        suite=case.suite,
        key=case.key(),
        verification_method=signed["proof"]["verificationMethod"],
        created=timestamps.parse(signed["proof"]["created"]),
    )
    assert secured == signed
    verify_proofs(secured, resolve=did.resolve, purpose="assertionMethod", now=NOW)


SET_CHAIN = f"{EDDSA}/proof-set-chain"
STEPS = {
    "signedProofSet2": ("signedProofSet1", "proofSetConfig2", "proofSetConfigSigned2", "keyPair2"),
    "signedProofChain1": ("signedProofSet2", "proofChainConfig1", "proofChainConfigSigned1", "keyPair3"),
    "signedProofChain2": ("signedProofChain1", "proofChainConfig2", "proofChainConfigSigned2", "keyPair4"),
}


@pytest.mark.parametrize("name", ["signedProofSet1", *STEPS])
def test_proof_sets_and_chains_verify(name: str) -> None:
    document = vector_json(f"{SET_CHAIN}/{name}.json")
    proofs = verify_proofs(document, resolve=did.resolve, purpose="assertionMethod", now=NOW)
    value = document["proof"]
    assert len(proofs) == (len(value) if isinstance(value, list) else 1)


@pytest.mark.parametrize("name", STEPS)
def test_adding_to_a_set_or_chain_gives_the_vector(name: str) -> None:
    before, config_name, signed_name, pair = STEPS[name]
    config = vector_json(f"{SET_CHAIN}/{config_name}.json")
    key = SoftwareKey.from_secret_multibase(
        vector_json(f"{SET_CHAIN}/multiKeyPairs.json")[pair]["privateKeyMultibase"]
    )
    secured = add_proof(
        vector_json(f"{SET_CHAIN}/{before}.json"),
        suite=config["cryptosuite"],
        key=key,
        verification_method=config["verificationMethod"],
        created=timestamps.parse(config["created"]),
        proof_id=config.get("id"),
        previous_proof=config.get("previousProof"),
    )
    assert secured["proof"][-1] == vector_json(f"{SET_CHAIN}/{signed_name}.json")
    assert secured == vector_json(f"{SET_CHAIN}/{name}.json")


def test_an_intermediate_document_of_a_chain_does_not_verify() -> None:
    """proofChainTempDoc2 is what the second chain proof signs; its own proof builds on two that are gone."""
    with pytest.raises(ProofError) as caught:
        verify_proofs(
            vector_json(f"{SET_CHAIN}/proofChainTempDoc2.json"),
            resolve=did.resolve,
            purpose="assertionMethod",
            now=NOW,
        )
    assert caught.value.code == "proof.previous-missing"


def test_signatures_are_text_in_base58() -> None:
    proof = vector_json(f"{EDDSA}/eddsa-rdfc-2022/signedDataInt.json")["proof"]
    signature = PLAIN["eddsa-rdfc-2022"].proof_bytes(proof)
    assert multibase.encode_multibase(signature) == proof["proofValue"]
