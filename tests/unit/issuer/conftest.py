from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.unit.issuer.offices import Office

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """An olympiad with a site."""
    return Office.make(tmp_path / "olympiad")
