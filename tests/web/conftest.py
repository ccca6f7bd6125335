"""The codes of what a page was refused for: a page shows sentences, and a test means the error."""

from __future__ import annotations

from typing import Any

import pytest

from vcwallet.errors import VcwalletError
from vcwallet.web.pages.visit import Problem, Visit


@pytest.fixture
def refused(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The codes of everything that was told on a page, in order."""
    codes: list[str] = []
    plain = Visit.problem

    def problem(visit: Visit[Any], error: VcwalletError, field: str | None = None) -> Problem:
        codes.append(error.code)
        return plain(visit, error, field)

    monkeypatch.setattr(Visit, "problem", problem)
    return codes
