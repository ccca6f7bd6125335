"""Names of recipients that are made to look like others: ``рriеm.vuz.example`` with two Cyrillic letters."""

from __future__ import annotations

import unicodedata

from vcwallet.credentials.spelling import skeleton
from vcwallet.identifiers.host_name import in_letters

__all__ = ["imitated"]


def imitated(host: str) -> str | None:
    """The name that a `host_name` looks like without being it; None for an honest one.

    A label that mixes alphabets is suspicious, and so is one written wholly in look-alikes under an ending
    in Latin letters. ``вуз.рф`` is neither.
    """
    labels = in_letters(host).split(".")
    if any(_mixes(label) or (_imitates(label) and labels[-1].isascii()) for label in labels):
        return skeleton(".".join(labels))
    return None


def _mixes(label: str) -> bool:
    return len({_alphabet(character) for character in label if character.isalpha()}) > 1


def _imitates(label: str) -> bool:
    return not label.isascii() and skeleton(label).isascii()


def _alphabet(letter: str) -> str:
    """The first word of a letter's name in Unicode: LATIN, CYRILLIC, GREEK ..."""
    return unicodedata.name(letter, "?").partition(" ")[0]
