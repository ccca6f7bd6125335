"""No document costs more than half a second or 256 MiB, walk and canonical form together."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from tests.shared import HANG_SECONDS, ROOT
from tests.unit.proofs_jsonld.bombs import BOMBS

pytestmark = pytest.mark.slow

REFUSED = {
    "types in every combination of three": "jsonld.mixes",
    "types in every combination of nine": "jsonld.mixes",
    "contexts in every order": "jsonld.mixes",
    "nested graphs": "rdfc.work",
    "nesting beyond the ceiling": "json.too-deep",
    "nesting beyond the stack": "json.too-deep",
    "long identifier that ends badly": "jsonld.iri",
    "long language": "jsonld.language",
}


@pytest.fixture(scope="module")
def measured() -> dict[str, Any]:
    """Every document in a process of its own, so that its memory can be told."""
    run = subprocess.run(
        [sys.executable, "-m", "tests.unit.proofs_jsonld.bombs"],
        cwd=ROOT, check=True, capture_output=True, text=True, timeout=HANG_SECONDS,
    )  # fmt: skip
    report: dict[str, Any] = json.loads(run.stdout)
    return report


@pytest.mark.parametrize("name", BOMBS)
def test_time(measured: dict[str, Any], name: str) -> None:
    outcome, seconds = measured["documents"][name]
    assert outcome == REFUSED.get(name, "answered")
    assert seconds < 5


def test_memory(measured: dict[str, Any]) -> None:
    assert measured["peak MiB"] < 256
