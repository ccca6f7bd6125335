"""bbs-2023: every step of the baseline equals the official vectors, random numbers included."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.shared import vector_json, vector_text
from vcwallet import timestamps
from vcwallet.conformance.inline_contexts import Lifted, lift
from vcwallet.errors import KeyUnavailable, ProofError
from vcwallet.identifiers import did
from vcwallet.identifiers.bbs_signature import BLS12_381_SHA_256
from vcwallet.identifiers.keys import KeyType, SoftwareKey
from vcwallet.proofs import rdfc
from vcwallet.proofs.cryptosuites import bbs, selection, selective_disclosure
from vcwallet.proofs.cryptosuites.canonical_forms import RDF_DATASET, UnsecuredDocument
from vcwallet.proofs.data_integrity import add_proof, verify_proofs
from vcwallet.proofs.jsonld import to_quads

BBS = "bbs-2023"
INPUTS = {"": "wind", "prc/": "prCred"}
"""The wind surfers stand in the folder itself; their context is an object inside the document."""
FEATURES = {
    "HolderBinding": "anonymous_holder_binding",
    "Pseudonym": "holder_binding_pseudonym",
    "PseudonymHB": "holder_binding_pseudonym",
}
"""By the headers that the files have; the text gives pseudonyms alone another."""
NOW = datetime(2026, 3, 1, tzinfo=UTC)


def entries(value: dict[str, Any]) -> list[list[Any]]:
    """A JavaScript Map as the vectors write it."""
    assert value["dataType"] == "Map"
    pairs: list[list[Any]] = value["value"]
    return pairs


class Vectors:
    """One of the two official cases, with the fixed keys."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        # The input file of "prc" got another description after the steps were recorded; they agree with this.
        self.secured = self.lift("addSignedSDBase")
        self.contexts = self.secured.contexts
        self.document = {name: value for name, value in self.secured.document.items() if name != "proof"}
        self.mandatory = vector_json(f"vc-di-bbs/{INPUTS[folder]}Mandatory.json")
        self.selective = vector_json(f"vc-di-bbs/{INPUTS[folder]}Selective.json")
        material = vector_json("vc-di-bbs/BBSKeyMaterial.json")
        self.key = SoftwareKey(KeyType.BLS12_381_G2, bytes.fromhex(material["privateKeyHex"]))
        assert self.key.public_key.raw.hex() == material["publicKeyHex"]
        self.hmac_key = bytes.fromhex(material["hmacKeyString"])
        material = vector_json("vc-di-bbs/BBSDeriveMaterial.json")
        self.presentation_header = bytes.fromhex(material["presentationHeaderHex"])
        self.seed = bytes.fromhex(material["pseudoRandSeedHex"])

    def json(self, name: str) -> Any:
        return vector_json(f"vc-di-bbs/{self.folder}{name}.json")

    def lift(self, name: str) -> Lifted:
        return lift(self.json(name))

    def random_scalars(self, size: int) -> bytes:
        """seeded_random_scalars of draft-irtf-cfrg-bbs-signatures, with the recorded proofs' tag.

        No text names that: it was found by solving them for their random numbers.
        """
        return BLS12_381_SHA_256.expand_message(self.seed, BLS12_381_SHA_256.api_id, size)


@pytest.fixture(params=INPUTS, ids=["windDoc", "prc"])
def vectors(request: pytest.FixtureRequest) -> Vectors:
    return Vectors(request.param)


def test_pointers(vectors: Vectors) -> None:
    for entry in vectors.json("addPointerValues"):
        # The pointers of one file begin at the subject, unlike those that were signed.
        inside = entry["pointer"] not in vectors.mandatory
        pointer = "/credentialSubject" + entry["pointer"] if inside else entry["pointer"]
        assert pointer in vectors.mandatory
        value: Any = selection.select_json_ld([pointer], vectors.document)
        for step in pointer.strip("/").split("/"):
            value = value[0] if isinstance(value, list) else value[step]
        assert value == entry["value"]


def test_base_proof(vectors: Vectors) -> None:
    document = UnsecuredDocument(vectors.document, vectors.contexts)
    text = rdfc.canonicalize(to_quads(vectors.document, contexts=vectors.contexts))
    assert text.splitlines(keepends=True) == vectors.json("addBaseDocCanon")

    grouped = document.base_proof_transformation(
        bbs.create_shuffled_id_label_map_function(vectors.hmac_key), vectors.mandatory
    )
    assert grouped.nquads == vectors.json("addBaseDocHMACCanon")
    transform = vectors.json("addBaseTransform")
    assert transform["mandatoryPointers"] == vectors.mandatory
    mandatory = grouped.groups["mandatory"]
    assert [[i, grouped.nquads[i]] for i in sorted(mandatory)] == entries(transform["mandatory"])
    others = sorted(set(range(len(grouped.nquads))) - mandatory)
    assert [[i, grouped.nquads[i]] for i in others] == entries(transform["nonMandatory"])

    config = vectors.lift("addProofConfig").document
    canonical = RDF_DATASET.proof_configuration(config, document, "sha256")
    assert canonical.decode() == vector_text(f"vc-di-bbs/{vectors.folder}addProofConfigCanon.txt")
    hashes = vectors.json("addHashData")
    statements, _ = selective_disclosure.split(grouped.nquads, mandatory)
    assert selective_disclosure.hash_mandatory_nquads(statements).hex() == hashes["mandatoryHash"]
    assert selective_disclosure.proof_hash(document, config).hex() == hashes["proofHash"]

    secured = add_proof(
        vectors.document,
        suite=BBS,
        key=vectors.key,
        verification_method=config["verificationMethod"],
        created=timestamps.parse(config["created"]),
        mandatory_pointers=vectors.mandatory,
        randomness={32: vectors.hmac_key}.__getitem__,
        contexts=vectors.contexts,
    )
    assert vectors.secured.restore(secured) == vectors.json("addSignedSDBase")
    base = bbs.parse_base_proof_value(secured["proof"])
    raw = vectors.json("addRawBaseSignatureInfo")
    assert base.bbs_signature.hex() == raw["bbsSignature"]
    assert list(base.mandatory_pointers) == raw["mandatoryPointers"]
    assert base.bbs_header.hex() == hashes["proofHash"] + hashes["mandatoryHash"]
    assert bbs.serialize_base_proof_value(base) == secured["proof"]["proofValue"]


def test_derived_proof(vectors: Vectors) -> None:
    secured = vectors.secured.document
    base = bbs.parse_base_proof_value(secured["proof"])
    recovered = vectors.json("derivedRecoveredBaseData")
    assert base.bbs_signature.hex() == recovered["bbsSignature"]
    assert base.hmac_key.hex() == recovered["hmacKey"]
    assert list(base.mandatory_pointers) == recovered["mandatoryPointers"]

    revealed = selective_disclosure.reveal(
        vectors.document,
        bbs.create_shuffled_id_label_map_function(base.hmac_key),
        vectors.mandatory,
        vectors.selective,
        vectors.contexts,
    )
    indexes = vectors.json("derivedGroupIndexes")
    for name in ("mandatory", "selective", "combined"):
        assert sorted(revealed.grouped.groups[name]) == indexes[f"{name}Indexes"]
    adjusted = vectors.json("derivedAdjIndexes")
    assert list(revealed.mandatory_indexes) == adjusted["adjMandatoryIndexes"]
    assert list(revealed.selective_indexes) == adjusted["adjSelectiveIndexes"]
    assert vectors.secured.restore(revealed.document) == vectors.json("derivedUnsignedReveal")

    shown = bbs.derive(
        secured,
        vectors.selective,
        presentation_header=vectors.presentation_header,
        randomness=vectors.random_scalars,
        contexts=vectors.contexts,
    )
    derived = bbs.parse_derived_proof_value(shown["proof"])
    data = vectors.json("derivedDisclosureData")
    assert derived.bbs_proof.hex() == data["bbsProof"]
    assert dict(entries(data["labelMap"])) == derived.label_map
    assert list(derived.mandatory_indexes) == data["mandatoryIndexes"]
    assert list(derived.selective_indexes) == data["adjSelectiveIndexes"]
    assert list(derived.presentation_header) == list(data["presentationHeader"].values())
    assert vectors.secured.restore(shown) == vectors.json("derivedRevealDocument")


def test_verification(vectors: Vectors) -> None:
    revealed = vectors.lift("derivedRevealDocument")
    (proof,) = verify_proofs(
        revealed.document,
        resolve=did.resolve,
        purpose="assertionMethod",
        now=NOW,
        contexts=revealed.contexts,
    )
    assert proof.cryptosuite == BBS
    for name in ("addSignedSDBase", "derivedRevealDocument"):
        lifted = vectors.lift(name)
        verify_proofs(
            lifted.document,
            resolve=did.resolve,
            purpose="assertionMethod",
            now=NOW,
            stored=True,
            contexts=lifted.contexts,
        )


def test_steps_of_verification() -> None:
    """Only the second case has files for them."""
    vectors = Vectors("prc/")
    revealed = vectors.json("derivedRevealDocument")
    value = bbs.parse_derived_proof_value(revealed.pop("proof"))
    expected = vectors.json("verifyDerivedProofValue")
    assert value.bbs_proof.hex() == expected["bbsProof"]
    assert value.label_map == dict(expected["labelMap"])
    assert list(value.mandatory_indexes) == expected["mandatoryIndexes"]
    assert list(value.selective_indexes) == expected["adjSelectedIndexes"]
    document = UnsecuredDocument(revealed, vectors.contexts)
    assert selective_disclosure.label_replacement_canonicalize(document, value.label_map) == vectors.json(
        "verifyNQuads"
    )

    # One more file that only this case has: the statements of every group.
    base = bbs.parse_base_proof_value(vectors.secured.document["proof"])
    grouped = selective_disclosure.reveal(
        vectors.document,
        bbs.create_shuffled_id_label_map_function(base.hmac_key),
        vectors.mandatory,
        vectors.selective,
        vectors.contexts,
    ).grouped
    for name, group in vectors.json("derivedAllGroupData")["groups"].items():
        assert [[i, grouped.nquads[i]] for i in sorted(grouped.groups[name])] == entries(group["matching"])


@pytest.mark.parametrize(("folder", "feature"), FEATURES.items())
def test_optional_features_are_refused_by_name(folder: str, feature: str) -> None:
    base = vector_json(f"vc-di-bbs/{folder}/addSignedSDBase.json")
    shown = vector_json(f"vc-di-bbs/{folder}/derivedRevealDocument.json")
    for document, stored in ((shown, False), (shown, True), (base, True)):
        with pytest.raises(KeyUnavailable) as caught:
            verify_proofs(document, resolve=did.resolve, purpose="assertionMethod", now=NOW, stored=stored)
        assert caught.value.code == "proof.feature-option"
        assert caught.value.evidence["feature"] == feature
    with pytest.raises(ProofError) as refused:
        verify_proofs(base, resolve=did.resolve, purpose="assertionMethod", now=NOW)
    assert refused.value.code == "proof.base-proof"
    with pytest.raises(KeyUnavailable) as caught:
        bbs.derive(base, [])
    assert caught.value.code == "proof.feature-option"
