"""The first page: three doors, and what was opened on this computer before. And the page after closing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from starlette.responses import RedirectResponse, Response

from vcwallet.errors import N_
from vcwallet.web.pages import chooser
from vcwallet.web.pages.places import Before
from vcwallet.web.pages.visit import Get, Post, Visit

__all__ = ["ROUTES"]


@dataclass(frozen=True, slots=True)
class Listed:
    """Something opened before, and the text that stands for its path."""

    before: Before
    chosen: str
    there: bool


def first(visit: Visit[None]) -> Response:
    listed = [
        Listed(each, visit.session.choose(each.path), each.path.exists()) for each in visit.places.before()
    ]
    return visit.page(
        "front.html",
        doors=[role.kind for role in visit.roles],
        shown=visit.places.shown,
        listed=listed,
        opened_now=tuple(visit.session.opened.values()),
    )


def act(visit: Visit[None]) -> Response:
    """Forget an entry, or look for another file."""
    if path := visit.session.chosen(visit.form.text("forget")):
        visit.places.forget(path)
    if visit.form.text("find"):
        return visit.choose(N_("Which file or folder?"), "", wanted="opened")
    return RedirectResponse(visit.path, 303)


def closed(visit: Visit[Any]) -> Response:
    return visit.page("closed.html", resting=visit.session.resting)


ROUTES: Final = (Get("", first), Post("", act), Get("closed", closed), *chooser.ROUTES)
