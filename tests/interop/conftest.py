"""The npm packages, started once for the session."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bench.peers.cast import SIGNERS
from bench.peers.workers import Worker
from tests.interop import peers
from tests.interop.world import CONTEXTS
from vcwallet.proofs.jsonld import PINNED


@pytest.fixture(scope="session")
def reference() -> Iterator[Worker]:
    """Digital Bazaar's packages for Data Integrity, as the benchmarks ask them."""
    with peers.started(peers.BENCH, "reference.mjs") as worker:
        worker.ask(
            do="setup",
            contexts={url: PINNED.document(url) for url in CONTEXTS},
            keys={signer.name: signer.to_json() for signer in SIGNERS.values()},
        )
        yield worker


@pytest.fixture(scope="session")
def jose() -> Iterator[Worker]:
    """The packages jose and @sd-jwt/core."""
    with peers.started(peers.HERE, "jose.mjs") as worker:
        yield worker
