from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.web.serving import Served, serving
from tests.web.threats import probe


@pytest.fixture
def probed(tmp_path: Path) -> Iterator[Served]:
    """The pages with a role whose one thing holds a canary, and a browser that was let in."""
    with serving(tmp_path, roles=(probe.ROLE,)) as served:
        served.let_in()
        yield served
