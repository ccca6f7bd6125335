"""When two spellings count as the same, and which letters of two alphabets look alike.

Only for comparing: nothing that is folded here is signed, stored or shown.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

from vcwallet.characters import hides, known_everywhere, on_every_host

__all__ = ["RUSSIAN_SHAPES", "fold", "same_name", "skeleton"]

# Letters of one shape in the Cyrillic and the Latin alphabet, as printed in common fonts.
_CYRILLIC: Final = "АВЕЅІЈКМНОРСТУХЬавеѕіјкмнорстухԁԛѡһӏ"
_LATIN: Final = "ABESIJKMHOPCTYXbaBeSijKMHopcTyxdqwhl"
_TO_LATIN: Final = str.maketrans(dict(zip(_CYRILLIC, _LATIN, strict=True)))
# The pairs whose Cyrillic letter is a Russian one, each letter in its own case.
_RUSSIAN_PAIRS: Final = {
    latin: cyrillic
    for cyrillic, latin in zip(_CYRILLIC, _LATIN, strict=True)
    if re.fullmatch("[А-Яа-я]", cyrillic) and latin.isupper() == cyrillic.isupper()
}
RUSSIAN_SHAPES: Final = frozenset(_RUSSIAN_PAIRS)
"""The Latin letters with which a Russian word can be spelled, so without I, J and S."""
# For texts without case: what either case of a Latin letter may be mistaken for, and the Ukrainian letter
# that looks like the Roman numeral one.
_TO_RUSSIAN: Final = str.maketrans(
    {latin.casefold(): cyrillic.casefold() for latin, cyrillic in _RUSSIAN_PAIRS.items()} | {"і": "i"}
)


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """A text as headers and choices are compared: case, е/ё, spaces, signs and look-alikes do not count."""
    plain = _compatible(known_everywhere(text)).casefold().replace("ё", "е").translate(_TO_RUSSIAN)
    return " ".join(re.findall(r"\w+", plain.replace("_", " ")))


def same_name(one: str, other: str) -> bool:
    """Whether two texts are one name: normal form, case, spacing and ё written as е do not count."""
    return _name_key(one) == _name_key(other)


def skeleton(text: str) -> str:
    """The text as its shapes only: equal skeletons look equal.

    Case and spacing are folded too, so that an issuer called "MГУ" is found to look like the trusted "МГУ".
    """
    plain = "".join(c for c in on_every_host(_compatible, text) if hides(c) is None)
    folded = plain.translate(_TO_LATIN).casefold().translate(_TO_LATIN)
    return " ".join(folded.split())


def _name_key(text: str) -> str:
    return " ".join(on_every_host(_composed, text).replace("ё", "е").split())


def _compatible(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold()
