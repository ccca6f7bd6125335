"""RDFC-1.0 against the W3C test suite, all 86 entries."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.shared import VECTORS, vector_json, vector_text
from vcwallet.errors import LimitExceeded
from vcwallet.proofs import rdfc

ENTRIES: list[dict[str, Any]] = vector_json("rdf-canon/manifest.jsonld")["entries"]


def test_the_suite_is_all_there() -> None:
    kinds = [entry["type"] for entry in ENTRIES]
    assert len(kinds) == 86
    assert kinds.count("rdfc:RDFC10EvalTest") == 64
    assert kinds.count("rdfc:RDFC10MapTest") == 21
    assert kinds.count("rdfc:RDFC10NegativeEvalTest") == 1


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry["id"])
def test_entry(entry: dict[str, Any]) -> None:
    """Eval: same bytes; map: same labels; negative: refused, and within the budget."""
    quads = rdfc.parse_nquads(vector_text("rdf-canon/" + entry["action"]))
    hash_name = {"SHA384": "sha384", None: "sha256"}[entry.get("hashAlgorithm")]
    if entry["type"] == "rdfc:RDFC10NegativeEvalTest":
        with pytest.raises(LimitExceeded) as refused:
            rdfc.canonicalize(quads, hash_name=hash_name)
        assert refused.value.code == "rdfc.work"
        return
    text, labels = rdfc.canonicalize_with_labels(quads, hash_name=hash_name)
    result = VECTORS / "rdf-canon" / entry["result"]
    if entry["type"] == "rdfc:RDFC10MapTest":
        assert labels == json.loads(result.read_text("utf-8"))
    else:
        assert text.encode() == result.read_bytes()
