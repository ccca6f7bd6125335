"""The three people, in the order of their doors."""

from __future__ import annotations

from typing import Final

from vcwallet.web.pages import family, officer, secretary
from vcwallet.web.pages.visit import Role

__all__ = ["ROLES"]

ROLES: Final[tuple[Role, ...]] = (family.ROLE, secretary.ROLE, officer.ROLE)
