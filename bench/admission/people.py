"""Invented applicants, with siblings and namesakes; their names are such that nobody can be meant."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from hashlib import shake_256

from vcwallet.identifiers.did import key as did_key
from vcwallet.identifiers.keys import KeyType, SoftwareKey

# The masculine form, and the feminine one.
_FAMILIES = (
    ("Вымыслов", "Вымыслова"),
    ("Небылицын", "Небылицына"),
    ("Тестов", "Тестова"),
    ("Примеров", "Примерова"),
    ("Образцов-Пробный", "Образцова-Пробная"),
    ("Понарошкин", "Понарошкина"),
    ("Ёлкин-Пробный", "Ёлкина-Пробная"),
    ("Выдумкин", "Выдумкина"),
    ("Ненастоящев", "Ненастоящева"),
    ("Черновиков", "Черновикова"),
    ("Макетов", "Макетова"),
    ("Фантазёров", "Фантазёрова"),
    ("Небывалов", "Небывалова"),
    ("Сказкин", "Сказкина"),
    ("Мнимов", "Мнимова"),
    ("Абстрактов", "Абстрактова"),
    ("Понятьев-Невзаправдин", "Понятьева-Невзаправдина"),
    ("Шаблонов", "Шаблонова"),
    ("Загадкин", "Загадкина"),
    ("Несуществуев", "Несуществуева"),
)
_GIVEN = (
    ("Пробник", "Пётр", "Семён", "Фёдор", "Өмүр", "Тимофей", "Лев", "Артём", "Глеб", "Матвей"),
    ("Алёна", "Мария", "Дарья", "Зоя", "Нина", "Вера", "Айгуль", "Таисия", "Ольга", "Елена"),
)
_PATRONYMICS = (
    ("Вымыслович", "Вымысловна"),
    ("Тестович", "Тестовна"),
    ("Небылицыевич", "Небылицыевна"),
    ("Понарошкинович", "Понарошкиновна"),
    ("Макетович", "Макетовна"),
    ("Образцович", "Образцовна"),
    ("Черновикович", "Черновиковна"),
    ("Шаблонович", "Шаблоновна"),
)
_YOUNGEST = date(2009, 12, 31)
_TRIES = 20
"""Names that are drawn before a double one is: with single ones there are 3,200 people."""


@dataclass(frozen=True)
class Person:
    """Who applies, or whose diplomas are shown. `seed` makes the person's own key."""

    family: str
    given: str
    patronymic: str
    born: date
    seed: str

    @property
    def name(self) -> str:
        return " ".join(filter(None, (self.family, self.given, self.patronymic)))

    @cached_property
    def key(self) -> SoftwareKey:
        return seeded_key(f"holder {self.seed}")

    @cached_property
    def did(self) -> str:
        return did_key.did_of(self.key.public_key)


def seeded_bytes(seed: str, size: int) -> bytes:
    return shake_256(seed.encode()).digest(size)


def seeded_key(seed: str, key_type: KeyType = KeyType.ED25519) -> SoftwareKey:
    return SoftwareKey.generate(key_type, randomness=lambda size: seeded_bytes(seed, size))


class People:
    """Draws people of whom no two have the same name, unless they are asked for as namesakes."""

    def __init__(self, chance: random.Random, seed: int) -> None:
        self._chance = chance
        self._seed = seed
        self._names: set[str] = set()
        self._pairs: set[str] = set()
        """Family name and given name, of all."""
        self._alone: set[str] = set()
        """Such pairs that nobody else may have."""
        self._count = 0

    def person(self, *, alone: bool = False) -> Person:
        """`alone`: nobody else has this family name with this given name.

        So it must be for whom a list has without the patronymic: there the two would be namesakes.
        """
        tried = 0
        while True:
            sex = self._chance.randrange(2)
            person = Person(
                self._one_or_two(_FAMILIES, sex, tried),
                self._chance.choice(_GIVEN[sex]),
                self._chance.choice(_PATRONYMICS)[sex],
                _YOUNGEST - timedelta(days=self._chance.randrange(700)),
                self._next_seed(),
            )
            if self._take(person, alone=alone):
                return person
            tried += 1

    def sibling(self, of: Person) -> Person:
        """The same family name and patronymic, another given name and birth date."""
        sex = 0 if of.given.partition("-")[0] in _GIVEN[0] else 1
        others = [(name,) for name in _GIVEN[sex] if name != of.given]
        tried = 0
        while True:
            other = replace(
                of,
                given=self._one_or_two(others, 0, tried),
                born=of.born - timedelta(days=400 + self._chance.randrange(400)),
                seed=self._next_seed(),
            )
            if self._take(other):
                return other
            tried += 1

    def _one_or_two(self, names: Sequence[Sequence[str]], form: int, tried: int) -> str:
        name = self._chance.choice(names)[form]
        return name if tried < _TRIES else f"{name}-{self._chance.choice(names)[form]}"

    def _take(self, person: Person, *, alone: bool = False) -> bool:
        """Whether nobody is in the way of this name, which is this person's then."""
        name, pair = (
            text.replace("ё", "е").casefold() for text in (person.name, f"{person.family} {person.given}")
        )
        if name in self._names or pair in self._alone or (alone and pair in self._pairs):
            return False
        self._names.add(name)
        self._pairs.add(pair)
        if alone:
            self._alone.add(pair)
        return True

    def namesake(self, of: Person, *, same_birth: bool = False) -> Person:
        """Another person of the same name, who may even be born on the same day."""
        born = of.born if same_birth else of.born - timedelta(days=1 + self._chance.randrange(300))
        return replace(of, born=born, seed=self._next_seed())

    def _next_seed(self) -> str:
        self._count += 1
        return f"{self._seed}.{self._count}"
