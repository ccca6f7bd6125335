"""When two spellings of a name, or of the number of an application, are the same.

Only what nobody means as a difference is folded. A name in other letters, with a letter changed or with its
words in another order is another name: it can be offered to a person, and decides nothing.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

__all__ = ["NO_PATRONYMIC", "application_number", "plain_name", "tokens"]

_DASHES: Final = dict.fromkeys(map(ord, "‐‑‒–—―−"), "-")
_APOSTROPHES: Final = dict.fromkeys(map(ord, "’ʼ`´ʹ"), "'")
NO_PATRONYMIC: Final = frozenset({"", "-", "нет", "отсутствует", "б/о", "без отчества"})
"""How forms say that a person has none."""


@lru_cache(maxsize=65536)
def plain_name(text: str) -> str:
    """Normal form, case, ё, the kind of dash and of apostrophe, and spaces do not count."""
    plain = unicodedata.normalize("NFKC", text).translate(_DASHES).translate(_APOSTROPHES)
    plain = plain.casefold().replace("ё", "е")
    return re.sub(r"\s*-\s*", "-", " ".join(plain.split()))


@lru_cache(maxsize=65536)
def application_number(text: str) -> str:
    """Spaces, dashes, slashes, the sign № and zeros at the beginning do not count."""
    # NFKC would turn № into the letters "No".
    plain = unicodedata.normalize("NFKC", text.replace("№", ""))
    return re.sub(r"[\s‐‑‒–—―−\-/\\._#]", "", plain).upper().lstrip("0") or "0"


def tokens(name: str) -> list[str]:
    """The runs of letters and of digits in the name of a file or a folder, in order."""
    return re.findall(r"[^\W\d_]+|\d+", unicodedata.normalize("NFKC", name.replace("№", " ")))
