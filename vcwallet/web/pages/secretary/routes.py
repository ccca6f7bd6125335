"""All addresses of the secretary's pages."""

from __future__ import annotations

from typing import Final

from vcwallet.web.pages.secretary import (
    diplomas,
    handing,
    home,
    keys,
    many,
    publishing,
    sheets,
    signing,
    wizard,
)

__all__ = ["FRONT", "ROUTES"]

FRONT: Final = (*home.FRONT, *wizard.FRONT)

ROUTES: Final = (
    *home.ROUTES,
    *wizard.ROUTES,
    *sheets.ROUTES,
    *signing.ROUTES,
    *handing.ROUTES,
    *diplomas.ROUTES,
    *many.ROUTES,
    *publishing.ROUTES,
    *keys.ROUTES,
)
