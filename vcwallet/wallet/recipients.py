"""Names of recipients that are made to look like others: ``рriеm.vuz.example`` with two Cyrillic letters."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from vcwallet.credentials.spelling import skeleton
from vcwallet.identifiers.host_name import in_letters

__all__ = ["imitated", "resembled"]


def imitated(host: str) -> str | None:
    """The name that a `host_name` looks like without being it; None for an honest one.

    A label that mixes alphabets is suspicious, and so is one written wholly in look-alikes under an ending
    in Latin letters. ``вуз.рф`` is neither.
    """
    labels = in_letters(host).split(".")
    if any(_mixes(label) or (_imitates(label) and labels[-1].isascii()) for label in labels):
        return skeleton(".".join(labels))
    return None


def resembled(host: str, earlier: Iterable[str]) -> str | None:
    """The recipient of before whose name is one letter off `host`; None when `host` itself was one."""
    known = set(earlier)
    if host in known:
        return None
    return next(
        (each for each in sorted(known) if _one_letter_apart(in_letters(host), in_letters(each))), None
    )


def _one_letter_apart(one: str, other: str) -> bool:
    """Whether a letter put in, taken out, changed, or changed places with the next makes one of the other."""
    shorter, longer = sorted((one, other), key=len)
    if one == other or len(longer) - len(shorter) > 1:
        return False
    same = next((at for at, letter in enumerate(shorter) if letter != longer[at]), len(shorter))
    if len(shorter) < len(longer):
        return shorter[same:] == longer[same + 1 :]
    swapped = longer[:same] + longer[same : same + 2][::-1] + longer[same + 2 :]
    return shorter[same + 1 :] == longer[same + 1 :] or shorter == swapped


def _mixes(label: str) -> bool:
    return len({_alphabet(character) for character in label if character.isalpha()}) > 1


def _imitates(label: str) -> bool:
    return not label.isascii() and skeleton(label).isascii()


def _alphabet(letter: str) -> str:
    """The first word of a letter's name in Unicode: LATIN, CYRILLIC, GREEK ..."""
    return unicodedata.name(letter, "?").partition(" ")[0]
