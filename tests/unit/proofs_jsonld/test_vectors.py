"""The walker against the canonical forms that W3C published with the cryptosuites."""

from __future__ import annotations

import pytest

from tests.shared import VECTORS, vector_json
from tests.unit.proofs_jsonld.oracle import Oracle
from vcwallet.errors import DocumentError
from vcwallet.proofs import rdfc
from vcwallet.proofs.jsonld import to_quads

CASES = [
    (f"{spec}/{document}", f"{spec}/{folder}/{sub}", suffix)
    for spec, folder, suffix in [
        ("vc-di-eddsa", "eddsa-rdfc-2022", "DataInt"),
        ("vc-di-eddsa", "Ed25519Signature2020", "EdSig"),
        ("vc-di-ecdsa", "ecdsa-rdfc-2019-p256", "ECDSAP256"),
        ("vc-di-ecdsa", "ecdsa-rdfc-2019-p384", "ECDSAP384"),
    ]
    for document, sub in [("unsigned.json", ""), ("employmentAuth.json", "employ/")]
    if not (folder == "Ed25519Signature2020" and sub)
]


@pytest.mark.parametrize(("document", "folder", "suffix"), CASES, ids=lambda part: str(part))
def test_document_and_proof_options(document: str, folder: str, suffix: str) -> None:
    """Document and proof options come out byte for byte, with the suite's own hash inside RDFC-1.0."""
    hash_name = "sha384" if "p384" in folder else "sha256"
    for source, expected in [
        (document, f"{folder}canonDoc{suffix}.txt"),
        (f"{folder}proofConfig{suffix}.json", f"{folder}proofCanon{suffix}.txt"),
    ]:
        canonical = rdfc.canonicalize(to_quads(vector_json(source)), hash_name=hash_name)
        assert canonical.encode() == (VECTORS / expected).read_bytes()


@pytest.mark.parametrize(
    "folder",
    [
        "vc-di-ecdsa/ecdsa-sd-2023/prc",
        "vc-di-ecdsa/ecdsa-sd-2023/employ",
        "vc-di-bbs/prc",
        "vc-di-bbs/HolderBinding",
        "vc-di-bbs/Pseudonym",
        "vc-di-bbs/PseudonymHB",
    ],
)
def test_documents_of_the_selective_suites(folder: str) -> None:
    """Residence permits and drivers' licences (with JSON literals): canonical forms of what was signed."""
    document = vector_json(f"{folder}/addSignedSDBase.json")
    del document["proof"]
    canonical = rdfc.canonicalize(to_quads(document))
    assert canonical.splitlines(keepends=True) == vector_json(f"{folder}/addBaseDocCanon.json")
    options = rdfc.canonicalize(to_quads(vector_json(f"{folder}/addProofConfig.json")))
    assert options.encode() == (VECTORS / f"{folder}/addProofConfigCanon.txt").read_bytes()


OPEN_BADGES_EXAMPLES = {
    "achievementAlignmentCase-0": 22,
    "achievementAlignmentCe-0": 22,
    "basicOpenBadgeCredential-0": 15,
    "docformat-0": 17,
    "equality-and-comparison-0": "jsonld.context-unknown",
    "equality-and-comparison-1": "jsonld.context-unknown",
    "equality-and-comparison-2": "jsonld.context-unknown",
    "equality-and-comparison-3": "jsonld.context-unknown",
    "examples-1": 8,
    "extensions-0": "jsonld.context-inline",
    "migrating-1": "jsonld.context-unknown",
    "migrating-3": "jsonld.context-unknown",
    "migrating-4": "jsonld.undefined-term",
    "readme-0": "jsonld.context-unknown",
    "recommended-practices-0": 22,
    "recommended-practices-4": 34,
    "skillAssertionCase-0": 46,
    "skillAssertionCtdl-0": 41,
}
"""How many statements, or why none."""


@pytest.mark.parametrize("name", OPEN_BADGES_EXAMPLES)
def test_examples_of_open_badges(name: str) -> None:
    """The specification's own examples: read, or refused with the right reason; PyLD finds the same."""
    document, expected = vector_json(f"openbadges-examples/{name}.json"), OPEN_BADGES_EXAMPLES[name]
    if isinstance(expected, str):
        with pytest.raises(DocumentError) as refused:
            to_quads(document)
        assert refused.value.code == expected
        return
    canonical = rdfc.canonicalize(to_quads(document))
    assert canonical.count("\n") == expected
    assert canonical == Oracle().canonical(document)
