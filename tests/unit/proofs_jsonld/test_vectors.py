"""The walker against the canonical forms that W3C published with the cryptosuites."""

from __future__ import annotations

import pytest

from tests.shared import vector, vector_json
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
        assert canonical.encode() == vector(expected).read_bytes()
