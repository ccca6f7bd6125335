"""Passphrases: generated ones are strong, weak ones are refused with the reason."""

from __future__ import annotations

import math
import os
import re
import unicodedata
from pathlib import Path

import pytest

from vcwallet.errors import UsageError
from vcwallet.sealed_file import UNSAFE_FOR_TESTS, SealedFile, normalize_passphrase, passphrases, slots

LETTERS = {"ru": "[а-я]+", "en": "[a-z]+"}


@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_word_lists_are_large_clean_and_without_doubles(language: str) -> None:
    words = passphrases.word_list(language)
    assert len(words) >= 1024
    assert len(set(words)) == len(words)
    assert all(re.fullmatch(LETTERS[language], word) and 3 <= len(word) <= 12 for word in words)


TWICE = {
    "ru": "берёста берёза верёвка кошелёк напёрсток планёр пузырёк сёмга шатёр шахтёр ёж ёлка лёд мёд"
    " пчёлка самолёт костёр ковёр осётр зверёк нуль матрац туннель галоша",
    "en": "donut harbour pyjamas theatre plow racoon omelette verandah fiord yoghurt catsup gray grey colour"
    " jewelry jewellery center centre",
}
"""Words that people spell in another way too, in one of their spellings."""
OTHER = {
    "ru": "ноль матрас тоннель калоша",
    "en": "doughnut harbor pajamas theater plough raccoon omelet veranda fjord yogurt ketchup color",
}
"""And in the other, where that is no matter of ё and е."""


@pytest.mark.parametrize("language", ["ru", "en"])
def test_no_word_of_the_lists_is_one_that_a_person_spells_in_two_ways(language: str) -> None:
    twice = {word.replace("ё", "е") for word in f"{TWICE[language]} {OTHER[language]}".split()}
    assert twice.isdisjoint(passphrases.word_list(language))


SAME = {
    "spaces before, behind and between": "  берег\u00a0ветер\t  гора ",
    "capital letters": "БЕРЕГ Ветер гОРА",
    "ё for е": "бёрег вётер гора",
    "Cyrillic that was taken apart": unicodedata.normalize("NFD", "берег ветер гора"),
}


@pytest.mark.parametrize("name", SAME)
def test_what_people_type_for_the_same_words_is_the_same_passphrase(name: str) -> None:
    assert normalize_passphrase(SAME[name]) == "берег ветер гора".encode()
    assert normalize_passphrase("йод ёж") == normalize_passphrase(unicodedata.normalize("NFD", "Йод Ёж"))
    assert normalize_passphrase("Straße") == normalize_passphrase("STRASSE")
    assert normalize_passphrase("берег ветер гори") != normalize_passphrase("берег ветер гора")


def test_the_normal_form_of_a_normal_form_is_itself() -> None:
    """Whatever letters a keyboard has: what was typed and what was printed meet in one form."""
    letters = [chr(code) for code in range(0x30000) if unicodedata.category(chr(code))[0] not in "C"]
    for start in range(0, len(letters), 500):
        for letter in letters[start : start + 500]:
            if not letter.isspace():
                once = normalize_passphrase(f"a{letter}b")
                assert normalize_passphrase(once.decode()) == once, f"U+{ord(letter):04X}"


def test_every_way_of_typing_it_costs_the_same_one_derivation(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """How long opening takes does not tell how the passphrase was typed; one guess is one derivation."""
    derived: list[bytes] = []
    real = slots.argon2id

    def counted(passphrase: bytes, salt: bytes, kdf: slots.Kdf) -> bytes:
        derived.append(passphrase)
        return real(passphrase, salt, kdf)

    path = tmp_path / "a.vcw"
    SealedFile.create(path, kind="wallet", passphrase="берег ветер гора", kdf=UNSAFE_FOR_TESTS).save()
    monkeypatch.setattr(slots, "argon2id", counted)
    for typed in SAME.values():
        derived.clear()
        SealedFile.open(path, kind="wallet", passphrase=typed)
        assert derived == ["берег ветер гора".encode()]
    derived.clear()
    with pytest.raises(UsageError):
        SealedFile.open(path, kind="wallet", passphrase="берег ветер горы")
    assert len(derived) == 1


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
