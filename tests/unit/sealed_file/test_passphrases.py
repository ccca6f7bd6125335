"""Passphrases: generated ones are strong, weak ones are refused with the reason."""

from __future__ import annotations

import math
import os
import re

import pytest

from vcwallet.errors import UsageError
from vcwallet.sealed_file import passphrases

LETTERS = {"ru": "[а-я]+", "en": "[a-z]+"}


@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_word_lists_are_large_clean_and_without_doubles(language: str) -> None:
    words = passphrases.word_list(language)
    assert len(words) >= 1024
    assert len(set(words)) == len(words)
    assert all(re.fullmatch(LETTERS[language], word) and 3 <= len(word) <= 12 for word in words)


@pytest.mark.parametrize("language", ["ru", "en"])
def test_generated_passphrases_are_strong_and_never_the_same(language: str) -> None:
    made = {passphrases.generate(language, os.urandom) for _ in range(200)}
    assert len(made) == 200
    assert passphrases.WORDS * math.log2(len(passphrases.word_list(language))) >= 60
    for text in made:
        assert len(text.split()) == passphrases.WORDS
        passphrases.check(text)


def test_every_word_is_as_likely_as_any_other() -> None:
    # The largest multiple of the list's length below 2**32 is where drawing again begins.
    length = len(passphrases.word_list("ru"))
    drawn = iter([(2**32 - 1).to_bytes(4, "big"), (length + 5).to_bytes(4, "big")])
    assert passphrases._below(length, lambda size: next(drawn)) == 5


WEAK = {
    "empty-ish": " ",
    "one word": "небылица",
    "a name and a year": "Проба2009",
    "a date": "17.05.2009",
    "digits": "123456789012345",
    "keyboard": "qwertyuiopasdfghjkl",
    "Russian keyboard": "йцукенгшщзхъфывапролджэ",
    "one letter": "а" * 100,
    "the same word five times": "небылица небылица небылица небылица небылица",
    "a word with decorations": "Password2026!",
    "three words": "берег ветер гора",
}


@pytest.mark.parametrize("name", WEAK)
def test_weak_passphrases(name: str) -> None:
    with pytest.raises(UsageError) as caught:
        passphrases.check(WEAK[name])
    assert caught.value.code == "passphrase.weak"


STRONG = {
    "four long words": "вымышленный пароль только показа",
    "a sentence": "Однажды вымышленный кот съел небывалый пирог",
    "random characters": "kX9f-Tq2m-Lw7z",
    "words without spaces": "correct7horse2battery9staple",
}


@pytest.mark.parametrize("name", STRONG)
def test_strong_passphrases(name: str) -> None:
    passphrases.check(STRONG[name])
