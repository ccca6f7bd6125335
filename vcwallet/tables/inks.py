"""Text that nobody sees because it has the colour of the cell behind it."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["BLACK", "WHITE", "indexed", "named", "themed", "unseen"]

WHITE: Final = "FFFFFF"
BLACK: Final = "000000"
_INDEXED: Final = dict(enumerate((BLACK, WHITE, "FF0000", "00FF00", "0000FF", "FFFF00", "FF00FF", "00FFFF")))
"""The first colours of a workbook, and once more from 8 on (ECMA-376 part 1, section 18.8.27)."""
_WINDOW: Final = {64: BLACK, 65: WHITE, 0x7FFF: BLACK}
_CLOSE: Final = 16
"""Of 255: what differs less in red, green and blue is one colour to the eye."""


def named(text: str) -> str:
    """A colour written as ``#RRGGBB``, ``RRGGBB`` or ``AARRGGBB``; anything else is a colour of its own."""
    found = re.fullmatch(r"#?(?:[0-9A-Fa-f]{2})?([0-9A-Fa-f]{6})", text)
    return found[1].upper() if found else text


def indexed(number: int) -> str:
    """A colour of a workbook's table."""
    return _WINDOW.get(number) or _INDEXED.get(number % 8 if number < 16 else number) or f"indexed {number}"


def themed(number: int, tint: str) -> str:
    """A colour of a workbook's theme: the first is the paper's, the second that of what is written on it."""
    plain = not tint.strip("0.-")
    return {0: WHITE, 1: BLACK}.get(number, f"theme {number}") if plain else f"theme {number} {tint}"


def unseen(ink: str, ground: str) -> bool:
    """Whether text of one colour cannot be seen on another; nothing is said of colours that are not known."""
    if len(ink) == len(ground) == 6 and re.fullmatch(r"[0-9A-F]{12}", ink + ground):
        pairs = ((int(ink[at : at + 2], 16), int(ground[at : at + 2], 16)) for at in (0, 2, 4))
        return all(abs(one - other) <= _CLOSE for one, other in pairs)
    return ink == ground
