"""Cell text made plain, and letters that cannot be seen or were lost. Mixed alphabets: `credentials.text`."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from vcwallet.characters import hides

_SPACES: Final = re.compile(r"\s+")
_DASHES: Final = re.compile(r"\s*[\u2010-\u2015\u2212-]\s*")
# Left behind by word processors and web pages; nobody sees them and no signature should hold them.
_LEFTOVERS: Final = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")
_LOST: Final = re.compile("\ufffd|\\?{3,}")


def tidy(text: str) -> str:
    """NFC, every kind of space made one plain space, none at the ends, invisible leftovers gone."""
    return _SPACES.sub(" ", _LEFTOVERS.sub("", unicodedata.normalize("NFC", text))).strip()


def one_hyphen(text: str) -> str:
    """Dashes of any length between the parts of a name become one plain hyphen without spaces."""
    return _DASHES.sub("-", text)


def invisible(text: str) -> str | None:
    """The first character of a text that nobody can see, as its code point in hexadecimal, or None."""
    return next((f"{ord(character):04X}" for character in text if hides(character) is not None), None)


def lost(text: str) -> bool:
    """Whether letters were replaced by question marks when the file was saved in a wrong encoding."""
    return _LOST.search(text) is not None
