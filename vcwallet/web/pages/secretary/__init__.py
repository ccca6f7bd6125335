"""The secretary's pages."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from vcwallet.issuer.folder import SETTINGS
from vcwallet.web.pages.secretary import sheets, signing, wizard
from vcwallet.web.pages.visit import Role

__all__ = ["ROLE"]


def opens(path: Path) -> bool:
    """Whether a folder is an issuer's."""
    return path.is_dir() and (path / SETTINGS).is_file()


ROLE: Final = Role("secretary", opens, wizard.FRONT, (*wizard.ROUTES, *sheets.ROUTES, *signing.ROUTES))
