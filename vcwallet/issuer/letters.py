"""Letters that look alike, letters that cannot be seen, letters that were lost: what a name must not hold.

A Latin «C» in a Cyrillic surname is a different name to every program, and to the university that compares it
with a passport. It is found before anything is signed.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

_CYRILLIC: Final = re.compile(r"[\u0400-\u052f]")
_LATIN: Final = re.compile(r"[A-Za-z\u00aa\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u1e00-\u1eff]")
_WORD: Final = re.compile(r"[^\W\d_]+")
_PLAIN: Final = re.compile(r"[\u0400-\u052f\W\d_]*|[\x00-\x7f]*")
"""No letters but Cyrillic ones, or none but basic Latin: nothing can be mixed."""
_SPACES: Final = re.compile(r"\s+")
_DASHES: Final = re.compile(r"\s*[\u2010-\u2015\u2212-]\s*")
# Left behind by word processors and web pages; nobody sees them and no signature should hold them.
_LEFTOVERS: Final = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")
_LOST: Final = re.compile("\ufffd|\\?{3,}")

TWINS: Final = frozenset("ABCEHKMOPTXYaceopxyk")
"""Latin letters that look like Cyrillic ones."""


@dataclass(frozen=True, slots=True)
class Mixed:
    """A word in two scripts: a letter of the rarer one, and which that is (Latin, Cyrillic, other)."""

    word: str
    letter: str
    script: str


def tidy(text: str) -> str:
    """NFC, every kind of space made one plain space, none at the ends, invisible leftovers gone."""
    return _SPACES.sub(" ", _LEFTOVERS.sub("", unicodedata.normalize("NFC", text))).strip()


def one_hyphen(text: str) -> str:
    """Dashes of any length between the parts of a name become one plain hyphen without spaces."""
    return _DASHES.sub("-", text)


def invisible(text: str) -> str | None:
    """The first control or format character of a text, as its code point in hexadecimal, or None."""
    if text.isprintable():
        return None
    for character in text:
        if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"):
            return f"{ord(character):04X}"
    return None


def lost(text: str) -> bool:
    """Whether letters were replaced by question marks when the file was saved in a wrong encoding."""
    return _LOST.search(text) is not None


def script(letter: str) -> str:
    if _CYRILLIC.match(letter):
        return "Cyrillic"
    return "Latin" if _LATIN.match(letter) else "other"


def mixed_word(text: str) -> Mixed | None:
    """The first word written in more than one script, or None.

    Words end at hyphens and digits: «IT-планета» and «9B» are not mixed.
    """
    if _PLAIN.fullmatch(text):
        return None
    for word in _WORD.findall(text):
        letters: dict[str, list[str]] = {}
        for letter in word:
            letters.setdefault(script(letter), []).append(letter)
        if len(letters) > 1:
            # The rarer script is the slip; of equals, the Latin one is.
            rarest = min(letters, key=lambda name: (len(letters[name]), name == "Cyrillic"))
            return Mixed(word, letters[rarest][0], rarest)
    return None


def scripts(text: str) -> frozenset[str]:
    """The scripts of all letters of a text."""
    return frozenset(script(letter) for word in _WORD.findall(text) for letter in word)
