"""The secretary's pages: one issuer's folder, from the first sheet to the keys."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from vcwallet.issuer.folder import SETTINGS
from vcwallet.web.pages.secretary import diplomas, handing, home, keys, publishing, sheets, signing, wizard
from vcwallet.web.pages.visit import Role

__all__ = ["ROLE"]


def opens(path: Path) -> bool:
    """Whether a folder is an issuer's."""
    return path.is_dir() and (path / SETTINGS).is_file()


ROLE: Final = Role(
    "secretary",
    opens,
    (*home.FRONT, *wizard.FRONT),
    (
        *home.ROUTES,
        *wizard.ROUTES,
        *sheets.ROUTES,
        *signing.ROUTES,
        *handing.ROUTES,
        *diplomas.ROUTES,
        *publishing.ROUTES,
        *keys.ROUTES,
    ),
)
