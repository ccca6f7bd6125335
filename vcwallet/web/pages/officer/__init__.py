"""The admission officer's pages."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from vcwallet.web.pages.visit import Role, Route

__all__ = ["ROLE"]

_BEGINNING: Final = 4096


def opens(path: Path) -> bool:
    """Whether a file is a trust list, or a folder that of installed kits."""
    from vcwallet.verifier.kit.installed import POINTER
    from vcwallet.verifier.trust_file import FORMAT

    if path.is_dir():
        return any(path.glob(f"*/{POINTER}"))
    if path.suffix.casefold() != ".json" or not path.is_file():
        return False
    with path.open("rb") as file:
        return f'"{FORMAT}"'.encode() in file.read(_BEGINNING)


def _pages() -> tuple[tuple[Route, ...], tuple[Route, ...]]:
    from vcwallet.web.pages.officer import routes

    return routes.FRONT, routes.ROUTES


ROLE: Final = Role("officer", opens, _pages)
