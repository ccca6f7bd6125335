"""Passphrases: made of random words by default, refused with a reason when a guesser would find them soon.

A wallet lies in clouds and on sticks, so its passphrase is guessed offline, some tens of guesses a second on
one computer (the slow derivation sees to that). Six words of these lists are 60 bits.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Final

from vcwallet.errors import N_, UsageError
from vcwallet.keyboards import as_american, as_russian
from vcwallet.sealed_file.slots import normalize_passphrase

WORDS: Final = 6
FLOOR_BITS: Final = 45
"""Below this a passphrase is refused."""

_FOLDER = Path(__file__).parent / "words"
_WORD_BITS: Final = 13.0
"""A word of a language, also with an odd ending: what guessers try first."""
_RUN = re.compile(r"[^\W\d_]+|\d+|[\W_]+")
_VOWELS: Final = "аеёиоуыэюяaeiouy"
_FEWEST_VOWELS: Final = 0.28
"""Of the letters of words: 97 % of six Russian words from our list have more, typed as Latin none do."""
_KEYBOARD_ROWS: Final = (
    "1234567890",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "йцукенгшщзхъ",
    "фывапролджэ",
    "ячсмитьбю",
    "abcdefghijklmnopqrstuvwxyz",
    "абвгдежзийклмнопрстуфхцчшщъыьэюя",
)


def generate(language: str, randomness: Callable[[int], bytes], *, words: int = WORDS) -> str:
    """A passphrase of `words` random words, in "ru" or "en", with spaces between."""
    known = word_list(language)
    return " ".join(known[_below(len(known), randomness)] for _ in range(words))


def demand_same(typed: str, again: str) -> None:
    """A new passphrase is typed twice. Raises UsageError (``passphrase.not-the-same``)."""
    if normalize_passphrase(typed) != normalize_passphrase(again):
        raise UsageError(
            "passphrase.not-the-same",
            N_("The two are not the same."),
            next_step=N_("Type it slowly, the same both times."),
        )


@lru_cache(maxsize=2)
def word_list(language: str) -> tuple[str, ...]:
    return tuple((_FOLDER / f"{language}.txt").read_text("utf-8").split())


def other_layout(text: str) -> str | None:
    """The language whose words a text seems to be, typed with the other keyboard layout; None if it does not.

    Words of our lists are certain. Of others the share of vowels tells: there are hardly any on the keys of
    the other layout.
    """
    for language, retyped in (("ru", as_russian(text)), ("en", as_american(text))):
        given, meant = text.casefold().split(), retyped.casefold().split()
        if given == meant:
            continue
        known = sum(word in word_list(language) for word in meant)
        if known >= 2 or (_vowels(retyped) >= _FEWEST_VOWELS and _vowels(text) < _FEWEST_VOWELS - 0.03):
            return language
    return None


def _vowels(text: str) -> float:
    letters = [letter for letter in text.casefold() if letter.isalpha()]
    return sum(letter in _VOWELS for letter in letters) / max(1, len(letters))


def check(text: str) -> None:
    """Raise UsageError (``passphrase.weak``, and the codes of `normalize_passphrase`)."""
    plain = normalize_passphrase(text).decode("utf-8")
    bits = strength(plain)
    if bits < FLOOR_BITS:
        raise UsageError(
            "passphrase.weak",
            N_(
                "The passphrase can be guessed: it is worth about {bits} bits and {floor} are needed."
                " Single words, names, dates and neighbouring keys count little."
            ),
            next_step=N_("Take five or six words that have nothing to do with each other."),
            bits=int(bits),
            floor=FLOOR_BITS,
        )


def strength(text: str) -> float:
    """Bits of guessing, estimated from below: words, dates, repetitions and keyboard rows count little."""
    bits, seen = 0.0, set()
    for run in _RUN.findall(text.casefold()):
        if run in seen:
            bits += 1  # once more the same
            continue
        seen.add(run)
        bits += _run_bits(run)
    return bits


def _run_bits(run: str) -> float:
    if len(run) >= 3 and (len(set(run)) <= 2 or _is_row(run)):
        return min(5.0, 1.5 * len(run))
    if run.isdecimal():
        # Four and eight digits are years and dates.
        return 8.0 if len(run) in (4, 6, 8) else math.log2(10) * min(len(run), 12)
    if run[0].isalpha():
        # Up to eight letters are taken for a word; a longer string of letters is a word and a bit more.
        return min(math.log2(33) * len(run), _WORD_BITS) + 2.0 * max(0, len(run) - 8)
    return 1.0 if run.isspace() or run == "-" else 4.0 * min(len(run), 3)


def _is_row(run: str) -> bool:
    return any(run in row or run in row[::-1] for row in _KEYBOARD_ROWS)


def _below(limit: int, randomness: Callable[[int], bytes]) -> int:
    """A number below `limit`, each as likely as any other."""
    ceiling = 2**32 - 2**32 % limit
    while (number := int.from_bytes(randomness(4), "big")) >= ceiling:
        continue
    return number % limit
