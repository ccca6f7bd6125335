from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.issuer.offices import Office


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """An olympiad with a site."""
    return Office.make(tmp_path / "olympiad")
