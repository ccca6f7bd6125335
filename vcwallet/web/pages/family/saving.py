"""Saving a wallet from a page, and saying so only when it is on the disk."""

from __future__ import annotations

from starlette.responses import Response

from vcwallet.web.pages.family.opened import Family
from vcwallet.web.pages.visit import Problem, Visit

__all__ = ["saved", "unsaved"]


def saved(visit: Visit[Family], address: str, notice: str) -> Response:
    """Save, and go on; `notice`, a sentence, is said where the save succeeded."""
    visit.opened.save(visit.now)
    return visit.go(address, notice="" if visit.opened.unsaved is not None else notice)


def unsaved(visit: Visit[Family]) -> Problem | None:
    """Why the last save failed, for `not_saved` of a page; None when everything is on the disk."""
    return None if visit.opened.unsaved is None else visit.problem(visit.opened.unsaved)
