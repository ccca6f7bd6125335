"""Whom an office believes: its own list, its kits, or both; never nobody."""

from __future__ import annotations

import pytest

from tests.world import NOW, UNIVERSITY, World
from vcwallet.errors import UsageError
from vcwallet.report import Outcome
from vcwallet.verifier import Demands
from vcwallet.verifier.office import Office


def test_an_own_list_alone_is_believed_as_it_is() -> None:
    w = World()
    own = w.trust()
    office = Office.of(own)
    assert office.trust is own
    assert office.demands == Demands()
    report = office.verifier().check(w.bundle(), domain=UNIVERSITY, now=NOW)
    assert report.outcome is Outcome.CONFIRMED


def test_nobody_at_all_is_refused() -> None:
    with pytest.raises(UsageError) as caught:
        Office.of(None)
    assert caught.value.code == "trust.nobody"
