"""The family's pages."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from vcwallet.errors import VcwalletError
from vcwallet.web.pages.visit import Role, Route

__all__ = ["ROLE"]


def opens(path: Path) -> bool:
    """Whether a file is a wallet; a damaged one is known by its name, so that it can be saved."""
    from vcwallet.sealed_file import read_header
    from vcwallet.wallet.wallet import KIND

    if not path.is_file():
        return False
    try:
        return read_header(path).kind == KIND
    except VcwalletError:
        return path.suffix.casefold() == ".vcw" and not (path.parent / "issuer.toml").exists()


def _pages() -> tuple[tuple[Route, ...], tuple[Route, ...]]:
    from vcwallet.web.pages.family import routes

    return routes.FRONT, routes.ROUTES


ROLE: Final = Role("family", opens, _pages)
