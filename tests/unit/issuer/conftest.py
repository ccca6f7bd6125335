from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import postgres
from tests.unit.issuer.offices import Office


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """An olympiad with a site."""
    return Office.make(tmp_path / "olympiad")


@pytest.fixture(scope="session")
def database_server() -> Iterator[postgres.Server]:
    with postgres.running() as server:
        yield server
