"""No graph costs more than half a second or 256 MiB, and honest graphs stay far from the budget."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from tests.shared import HANG_SECONDS, ROOT
from tests.unit.proofs_rdfc.poison import LARGE, REFUSED, rings
from vcwallet import limits
from vcwallet.errors import LimitExceeded
from vcwallet.proofs import rdfc


@pytest.fixture(scope="module")
def measured() -> dict[str, Any]:
    """Every poison graph in a process of its own, so that its memory can be told."""
    run = subprocess.run(
        [sys.executable, "-m", "tests.unit.proofs_rdfc.poison"],
        cwd=ROOT, check=True, capture_output=True, text=True, timeout=HANG_SECONDS,
    )  # fmt: skip
    report: dict[str, Any] = json.loads(run.stdout)
    return report


@pytest.mark.parametrize("name", REFUSED)
def test_poison_is_refused(measured: dict[str, Any], name: str) -> None:
    outcome, seconds = measured["graphs"][name]
    assert outcome == "rdfc.work"
    assert seconds < 5


@pytest.mark.parametrize("name", LARGE)
def test_large_but_plain_is_answered(measured: dict[str, Any], name: str) -> None:
    outcome, seconds = measured["graphs"][name]
    assert outcome == "answered"
    assert seconds < 5


def test_memory(measured: dict[str, Any]) -> None:
    assert measured["peak MiB"] < 256


def test_recursion_is_refused_and_not_a_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    """Even if the ceiling on depth were wrong, the answer is a refusal."""
    monkeypatch.setattr(limits, "RDFC_DEPTH", 10**9)
    monkeypatch.setattr(limits, "RDFC_CALLS", 10**9)
    with pytest.raises(LimitExceeded):
        rdfc.canonicalize(rings(5000, 1))
