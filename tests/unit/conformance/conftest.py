from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.unit.conformance.world import Interface, running


@pytest.fixture(scope="package")
def interface() -> Iterator[Interface]:
    with running() as started:
        yield started
