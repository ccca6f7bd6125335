"""All addresses of the officer's pages."""

from __future__ import annotations

from typing import Final

from vcwallet.web.pages.officer import (
    answers,
    asking,
    entries,
    kits,
    listing,
    openid,
    receipts,
    ruling,
    scanning,
    trusting,
)
from vcwallet.web.pages.officer.opening import FRONT

__all__ = ["FRONT", "ROUTES"]


ROUTES: Final = (
    *scanning.ROUTES,
    *answers.ROUTES,
    *asking.ROUTES,
    *openid.ROUTES,
    *trusting.ROUTES,
    *entries.ROUTES,
    *kits.ROUTES,
    *listing.ROUTES,
    *ruling.ROUTES,
    *receipts.ROUTES,
)
