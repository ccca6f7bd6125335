"""All addresses of the family's pages."""

from __future__ import annotations

from typing import Final

from vcwallet.web.pages.family import (
    adding,
    applying,
    camera,
    children,
    collecting,
    copies,
    creating,
    diplomas,
    history,
    home,
    leaving,
    openid,
    opening,
    recovery,
    returning,
    safety,
    showing,
)

__all__ = ["FRONT", "ROUTES"]

FRONT: Final = (*opening.FRONT, *creating.FRONT)

ROUTES: Final = (
    *home.ROUTES,
    *adding.ROUTES,
    *camera.ROUTES,
    *collecting.ROUTES,
    *children.ROUTES,
    *diplomas.ROUTES,
    *recovery.ROUTES,
    *showing.ROUTES,
    *openid.ROUTES,
    *history.ROUTES,
    *safety.ROUTES,
    *copies.ROUTES,
    *applying.ROUTES,
    *leaving.ROUTES,
    *returning.ROUTES,
)
