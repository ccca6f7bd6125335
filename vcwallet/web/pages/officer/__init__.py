"""The admission officer's pages."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from vcwallet.verifier.kit.installed import POINTER
from vcwallet.verifier.trust_file import FORMAT
from vcwallet.web.pages.officer import answers, asking, kits, listing, receipts, ruling, scanning, trusting
from vcwallet.web.pages.officer.opening import FRONT
from vcwallet.web.pages.visit import Role

__all__ = ["ROLE"]

_BEGINNING: Final = 4096


def opens(path: Path) -> bool:
    """Whether a file is a trust list, or a folder that of installed kits."""
    if path.is_dir():
        return any(path.glob(f"*/{POINTER}"))
    if path.suffix.casefold() != ".json" or not path.is_file():
        return False
    with path.open("rb") as file:
        return f'"{FORMAT}"'.encode() in file.read(_BEGINNING)


_ROUTES: Final = (
    *scanning.ROUTES,
    *answers.ROUTES,
    *asking.ROUTES,
    *trusting.ROUTES,
    *kits.ROUTES,
    *listing.ROUTES,
    *ruling.ROUTES,
    *receipts.ROUTES,
)

ROLE: Final = Role("officer", opens, FRONT, _ROUTES)
