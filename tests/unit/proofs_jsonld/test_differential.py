"""The walker against PyLD on generated documents: the same statements, or both refuse.

Where only the walker refuses, it is for a rule of safe mode that JSON-LD does not have; the codes are listed.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from tests.shared import SOAK
from tests.unit.proofs_jsonld.generated import Maker, with_fault
from tests.unit.proofs_jsonld.oracle import Oracle
from vcwallet.errors import VcwalletError
from vcwallet.proofs import rdfc
from vcwallet.proofs.jsonld import to_quads

DOCUMENTS = 10_000 if SOAK else 150

STRICTER = {
    "jsonld.described-twice",
    "jsonld.keyword",
    "jsonld.not-an-object",
    "jsonld.value-object",
    "jsonld.value-twice",
}
"""Rules of safe mode beyond JSON-LD that the generator runs into; test_refusals has them all."""


@pytest.mark.parametrize("seed", [1, 2, 3], ids=lambda seed: f"seed {seed}")
def test_walker_and_pyld_agree(seed: int) -> None:
    maker, oracle = Maker(seed), Oracle()
    outcomes: Counter[str] = Counter()
    for number in range(DOCUMENTS):
        document = maker.document()
        if number % 6 == 0:
            document = with_fault(document, maker.chance)
        outcome = compare(document, oracle)
        assert not outcome.startswith("!"), (outcome, document)
        outcomes[outcome] += 1
    print(f"{DOCUMENTS} documents: {dict(outcomes.most_common())}")
    assert outcomes["same"] > 0.7 * DOCUMENTS
    assert outcomes["both refuse"] > 0.1 * DOCUMENTS
    assert sum(count for name, count in outcomes.items() if name in STRICTER) < 0.05 * DOCUMENTS


def compare(document: dict[str, Any], oracle: Oracle) -> str:
    ours, code = "", ""
    try:
        ours = rdfc.canonicalize(to_quads(document))
    except VcwalletError as error:
        code = error.code
    try:
        theirs = oracle.canonical(document)
    except Exception:  # whatever PyLD raises, it refuses
        theirs = ""
    if ours and theirs:
        return "same" if ours == theirs else "! different statements"
    if not ours and not theirs:
        return "both refuse"
    if ours:
        return "! only PyLD refuses"
    return code if code in STRICTER else f"! only we refuse: {code}"
