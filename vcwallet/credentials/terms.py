"""The closed words of achievements: kinds, stages, results, school years and classes, read from signed text.

    stage_code("Финал")                   # StageCode.FINAL
    same_term("№ 12", "12")               # True
    school_year("2025–2026")              # SchoolYear(2025)

A diploma says these things in its issuer's words. Whoever compares them (a scope of a trust list, a request,
an admission rule) needs one answer, so it is given here and nowhere else. Text that the tables do not hold is
unknown: nothing is guessed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from vcwallet.characters import on_every_host

__all__ = [
    "ACHIEVEMENT_TYPES",
    "Kind",
    "OlympiadList",
    "ResultCode",
    "SchoolClass",
    "SchoolYear",
    "StageCode",
    "achievement_type_of",
    "comparable",
    "counts_hours",
    "kind_of",
    "possible_kinds",
    "possible_lists",
    "result_code",
    "same_term",
    "school_class",
    "school_year",
    "stage_code",
]


class Kind(StrEnum):
    """What sort of achievement it is. The names are those of the kits' templates."""

    OLYMPIAD_DIPLOMA = "olympiad-diploma"
    SCHOOL_AWARD = "school-award"
    CONTEST_DIPLOMA = "contest-diploma"
    """A place in a contest or a competition, sport among them."""
    EXTRACURRICULAR_COURSE = "extracurricular-course"
    PROJECT = "project"
    SPORT_NORM = "sport-norm"
    VOLUNTEERING = "volunteering"
    OTHER = "other"


_AWARD: Final = "Award"
"""An olympiad's diploma is one: ``Diploma`` means graduation in Open Badges."""
_KIND_OF_TYPE: Final[Mapping[str, Kind]] = MappingProxyType(
    {
        "Badge": Kind.SPORT_NORM,
        "CoCurricular": Kind.PROJECT,
        "CommunityService": Kind.VOLUNTEERING,
        "Course": Kind.EXTRACURRICULAR_COURSE,
        "ext:Competition": Kind.CONTEST_DIPLOMA,
    }
)
ACHIEVEMENT_TYPES: Final = frozenset({"Achievement", _AWARD, *_KIND_OF_TYPE})
"""Of the Open Badges vocabulary (appendix B, AchievementType), those that are neither a school mark nor a
state document; ``ext:`` is how it lets others add a type."""


class StageCode(StrEnum):
    """The four stages of an olympiad or a contest."""

    SCHOOL = "school"
    MUNICIPAL = "municipal"
    REGIONAL = "regional"
    FINAL = "final"


_STAGES: Final[Mapping[StageCode, tuple[str, ...]]] = MappingProxyType(
    {
        StageCode.SCHOOL: ("Школьный этап", "Школьный тур", "School stage"),
        StageCode.MUNICIPAL: ("Муниципальный этап", "Муниципальный тур", "Municipal stage"),
        StageCode.REGIONAL: ("Региональный этап", "Региональный тур", "Regional stage"),
        StageCode.FINAL: (
            "Заключительный этап",
            "Заключительный тур",
            "Финальный этап",
            "Финальный тур",
            "Финал",
            "Final stage",
            "Final",
        ),
    }
)


class ResultCode(StrEnum):
    """A rank without its degree."""

    WINNER = "winner"
    PRIZE = "prize"
    GRAND_PRIX = "grand-prix"
    LAUREATE = "laureate"
    DIPLOMA = "diploma"
    """Named in a contest's results without a place."""
    GOLD = "gold"
    SILVER = "silver"
    BRONZE = "bronze"


_NUMERALS: Final = (
    ("I", "1", "первой", "первая"),
    ("II", "2", "второй", "вторая"),
    ("III", "3", "третьей", "третья"),
)


def _degrees(degree: int, *patterns: str) -> tuple[str, ...]:
    return tuple(pattern.format(numeral) for pattern in patterns for numeral in _NUMERALS[degree - 1])


_DEGREES: Final = (
    "Диплом {} степени",
    "Диплом победителя {} степени",
    "Диплом призёра {} степени",
    "Победитель {} степени",
    "Призёр {} степени",
    "{} степень",
)
_PLACES: Final = ("{} место", "Диплом за {} место")
# The first degree and the first place are the winner's; the second and third the prize-winners'.
_RESULTS: Final[Mapping[tuple[ResultCode, int | None], tuple[str, ...]]] = MappingProxyType(
    {
        (ResultCode.WINNER, None): ("Победитель", "Диплом победителя", "Winner"),
        (ResultCode.WINNER, 1): (*_degrees(1, *_DEGREES, *_PLACES), "First degree", "First place"),
        (ResultCode.PRIZE, None): ("Призёр", "Диплом призёра", "Prize-winner"),
        (ResultCode.PRIZE, 2): (*_degrees(2, *_DEGREES, *_PLACES), "Second degree", "Second place"),
        (ResultCode.PRIZE, 3): (*_degrees(3, *_DEGREES, *_PLACES), "Third degree", "Third place"),
        (ResultCode.GRAND_PRIX, None): ("Гран-при", "Гран при", "Grand prix"),
        (ResultCode.LAUREATE, None): ("Лауреат", "Диплом лауреата", "Laureate"),
        (ResultCode.LAUREATE, 1): _degrees(1, "Лауреат {} степени", "Диплом лауреата {} степени"),
        (ResultCode.LAUREATE, 2): _degrees(2, "Лауреат {} степени", "Диплом лауреата {} степени"),
        (ResultCode.LAUREATE, 3): _degrees(3, "Лауреат {} степени", "Диплом лауреата {} степени"),
        (ResultCode.DIPLOMA, None): ("Дипломант", "Специальный диплом"),
        (ResultCode.GOLD, None): ("Золотой знак отличия", "Золотой знак", "Gold badge"),
        (ResultCode.SILVER, None): ("Серебряный знак отличия", "Серебряный знак", "Silver badge"),
        (ResultCode.BRONZE, None): ("Бронзовый знак отличия", "Бронзовый знак", "Bronze badge"),
    }
)


class OlympiadList(StrEnum):
    """Which of the two lists of the state an olympiad is on. The codes are those people use."""

    OFFICIAL = "rsosh"
    """It has a number in the official list of the year."""
    NATIONAL = "vsosh"
    """The national olympiad, which has no number and four stages."""
    NONE = "none"


_NATIONAL_OLYMPIAD: Final = (
    "Всероссийская олимпиада школьников",
    "ВсОШ",
    "All-Russian Olympiad of School Students",
)
_HOURS: Final = ("Часы", "Количество часов", "Число часов", "Hours")


@dataclass(frozen=True, slots=True, order=True)
class SchoolYear:
    """From September of `first` to August of the year after, in which what is awarded counts as held."""

    first: int

    @property
    def second(self) -> int:
        return self.first + 1

    def __str__(self) -> str:
        return f"{self.first}/{self.second % 100:02}"


@dataclass(frozen=True, slots=True)
class SchoolClass:
    """A class as written, ``10 «А»``, and its number, 1 to 11; None for a year at a college, ``2 курс``."""

    text: str
    number: int | None


# Removed before NFKC, which would turn U+2116 into the letters "No".
_IGNORED: Final = re.compile("[\"'`«»„“”‟‘’‚‛‹›№]")
_DASHES: Final = re.compile(r"\s*[\u2010-\u2015\u2212\u002d]\s*")
_YEAR: Final = re.compile(r"([0-9]{4})[/-]([0-9]{2}|[0-9]{4})")
_CLASS: Final = re.compile(r"(1[01]|[1-9])(?:-[0-9]{1,2}| ?[а-я])?(?: класс)?", re.IGNORECASE)
_COURSE: Final = re.compile(r"[1-6] курс")


@lru_cache(maxsize=4096)
def comparable(text: str) -> str:
    """A term as terms are compared: quotation marks, №, case, е/ё, dashes and spaces do not count."""
    plain = on_every_host(_folded, _IGNORED.sub(" ", text)).replace("ё", "е")
    return " ".join(_DASHES.sub("-", plain).split())


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def same_term(one: str, other: str) -> bool:
    return comparable(one) == comparable(other)


def school_year(text: str) -> SchoolYear | None:
    """``2025/26``, ``2025/2026``, ``2025–2026``; None unless the second year follows the first."""
    found = _YEAR.fullmatch(comparable(text).replace(" /", "/").replace("/ ", "/"))
    if found is None:
        return None
    first, second = int(found[1]), found[2]
    return SchoolYear(first) if str(first + 1).endswith(second) else None


def school_class(text: str) -> SchoolClass | None:
    """``10``, ``10 «А»``, ``10-2``, ``10А класс``; None for any other text, such as a role in a team."""
    plain = comparable(text)
    if _COURSE.fullmatch(plain):
        return SchoolClass(text, None)
    found = _CLASS.fullmatch(plain)
    return None if found is None else SchoolClass(text, int(found[1]))


def stage_code(text: str) -> StageCode | None:
    return _stages().get(comparable(text))


def result_code(text: str) -> tuple[ResultCode | None, int | None]:
    """The rank that a result names, and its degree; both None for text the table does not hold."""
    return _results().get(comparable(text), (None, None))


def kind_of(achievement_type: str | None, *, list_number: str | None, stage: StageCode | None) -> Kind:
    """The kind of an achievement, from what its issuer signed.

    An ``Award`` is an olympiad's diploma when it has a number in the official list or is of one of the four
    stages; any other is a school's. What is not shown takes no part: see `achievement.Facts.absent`.
    """
    if achievement_type == _AWARD:
        return Kind.OLYMPIAD_DIPLOMA if list_number or stage is not None else Kind.SCHOOL_AWARD
    return _KIND_OF_TYPE.get(achievement_type or "", Kind.OTHER)


def achievement_type_of(kind: str) -> str | None:
    """The type that achievements of a kind have in Open Badges; None for a kind that has none of its own."""
    if kind in (Kind.OLYMPIAD_DIPLOMA, Kind.SCHOOL_AWARD):
        return _AWARD
    return next((name for name, known in _KIND_OF_TYPE.items() if known == kind), None)


def possible_kinds(kind: Kind, *, number_may_be_hidden: bool) -> tuple[Kind, ...]:
    """What an achievement of this kind may be: with its number hidden an olympiad's diploma reads as a
    school's award, so that one may be either."""
    if kind is Kind.SCHOOL_AWARD and number_may_be_hidden:
        return (Kind.SCHOOL_AWARD, Kind.OLYMPIAD_DIPLOMA)
    return (kind,)


def possible_lists(
    kind: Kind, *, list_number: str | None, name: str | None, number_may_be_hidden: bool
) -> tuple[OlympiadList, ...]:
    """The lists an achievement of this kind may be on, from what its issuer signed and is shown."""
    if kind is not Kind.OLYMPIAD_DIPLOMA:
        return (OlympiadList.NONE,)
    if list_number is not None:
        return (OlympiadList.OFFICIAL,)
    if name is not None and any(same_term(name, each) for each in _NATIONAL_OLYMPIAD):
        return (OlympiadList.NATIONAL,)
    hidden = (OlympiadList.OFFICIAL,) if number_may_be_hidden else ()
    nameless = (OlympiadList.NATIONAL,) if name is None else ()
    return (*hidden, *nameless, OlympiadList.NONE)


def counts_hours(label: str) -> bool:
    """Whether a score with this name is a number of hours."""
    return any(same_term(label, each) for each in _HOURS)


@lru_cache(maxsize=1)
def _stages() -> Mapping[str, StageCode]:
    return {comparable(text): code for code, texts in _STAGES.items() for text in texts}


@lru_cache(maxsize=1)
def _results() -> Mapping[str, tuple[ResultCode | None, int | None]]:
    return {comparable(text): rank for rank, texts in _RESULTS.items() for text in texts}
