"""The secretary's pages: one issuer's folder, from the first sheet to the keys."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from vcwallet.web.pages.visit import Role, Route

__all__ = ["ROLE"]


def opens(path: Path) -> bool:
    """Whether a folder is an issuer's."""
    from vcwallet.issuer.folder import SETTINGS

    return path.is_dir() and (path / SETTINGS).is_file()


def _pages() -> tuple[tuple[Route, ...], tuple[Route, ...]]:
    from vcwallet.web.pages.secretary import routes

    return routes.FRONT, routes.ROUTES


ROLE: Final = Role("secretary", opens, _pages)
