"""The family's pages."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from vcwallet.errors import VcwalletError
from vcwallet.sealed_file import read_header
from vcwallet.wallet.wallet import KIND
from vcwallet.web.pages.family import (
    adding,
    camera,
    copies,
    creating,
    diplomas,
    history,
    home,
    leaving,
    opening,
    recovery,
    safety,
    showing,
)
from vcwallet.web.pages.visit import Role

__all__ = ["ROLE"]


def opens(path: Path) -> bool:
    """Whether a file is a wallet; a damaged one is known by its name, so that it can be saved."""
    if not path.is_file():
        return False
    try:
        return read_header(path).kind == KIND
    except VcwalletError:
        return path.suffix.casefold() == ".vcw" and not (path.parent / "issuer.toml").exists()


ROLE: Final = Role(
    "family",
    opens,
    (*opening.FRONT, *creating.FRONT),
    (
        *home.ROUTES,
        *adding.ROUTES,
        *camera.ROUTES,
        *diplomas.ROUTES,
        *recovery.ROUTES,
        *showing.ROUTES,
        *history.ROUTES,
        *safety.ROUTES,
        *copies.ROUTES,
        *leaving.ROUTES,
    ),
)
