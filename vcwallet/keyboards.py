"""The letters of a Russian and of an American keyboard, by the keys they lie on."""

from __future__ import annotations

from typing import Final

# What both have in common is left out.
_RUSSIAN: Final = "йцукенгшщзхъфывапролджэячсмитьбюё.ЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭЯЧСМИТЬБЮЁ,№;?"
_AMERICAN: Final = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`/QWERTYUIOP{}ASDFGHJKL:\"ZXCVBNM<>~?#$&"
_TO_AMERICAN: Final = str.maketrans(_RUSSIAN, _AMERICAN)
_TO_RUSSIAN: Final = str.maketrans(_AMERICAN, _RUSSIAN)


def as_american(text: str) -> str:
    """The text as an American layout would have typed it."""
    return text.translate(_TO_AMERICAN)


def as_russian(text: str) -> str:
    """The text as a Russian layout would have typed it."""
    return text.translate(_TO_RUSSIAN)
