"""What the pages call the actions that each interface has its own words for (`errors.Action`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from vcwallet.errors import Action, VcwalletError
from vcwallet.locales import Language

PAGES: Final[Mapping[Action, str]] = {}
"""The others are said in the words of `errors.Action` itself."""


def next_step(error: VcwalletError, language: Language) -> str:
    """What to do next after an error, in the pages' words; "" where nothing is known."""
    if error.action is not None and error.action in PAGES:
        return language.text(PAGES[error.action], **error.evidence)
    return language.next_step(error)
