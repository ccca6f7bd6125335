"""A number in an address of a page or in a field of a form, which anybody may have written there."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["whole_number"]

_DIGITS: Final = re.compile("[0-9]{1,9}")


def whole_number(text: str) -> int | None:
    """What one to nine digits say; None for any other text, among it figures of other scripts.

    `int` raises for some thousand digits, and for superscripts, which `str.isdigit` lets pass.
    """
    return int(text) if _DIGITS.fullmatch(text) else None
