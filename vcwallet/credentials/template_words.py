"""What has no place in an achievement: marks, attendance, conduct, health, origin, family, remarks, contacts.

A template that uses one is refused. A cell that does is a mistake until somebody has looked at its row and
allowed it, for a contest may be called «Здоровье нации».
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from vcwallet.credentials.spelling import fold

# Beginnings of words, folded as `fold` does (so ё is е). A template that names one of these in a header, a
# name or a value collects what the format exists to keep out.
_STEMS: Final = (
    # marks and progress
    "оценк", "отметк", "двойк", "двоечни", "тройк", "троечни", "средний балл",
    "неуд", "незачет", "неаттест", "пересдач", "успеваемост",
    # attendance and conduct
    "посещаемост", "пропуск урок", "пропуски урок", "пропуски занят", "судимост", "на учете",
    "прогул", "опоздан", "поведен", "дисциплинар", "замечани", "выговор", "взыскани",
    "наказани", "нарушени", "правонаруш", "отчислен", "исключен", "внутришкольн",
    # health
    "диагноз", "здоров", "болезн", "заболеван", "инвалид", "медотвод", "медсправ", "прививк", "психиатр",
    "психолог", "логопед", "медицинск", "аутиз", "аутист", "диабет", "эпилепс", "онколог", "отсталост",
    "умственно отстал", "слабовид", "слабослыш", "незряч", "глухонем", "глухой", "колясочни", "беременн",
    "освобожден от физ", "освобождена от физ", "освобождение от физ",
    # family, origin and identity papers
    "национальн", "религи", "вероисповед", "гражданств", "снилс", "паспорт", "доход", "малоимущ", "многодет",
    "малообеспечен", "сирот", "опек", "неблагополуч", "неполная семья", "неполной семь", "в разводе",
    "беженец", "беженц", "беженк", "мигрант", "телефон", "адрес",
    # free words about a person
    "характеристик", "комментари", "примечани", "особые отметки",
    "conduct", "behavio", "reprimand", "punish", "absence", "absent", "truan", "expel", "expulsion",
    "diagnos", "health", "disab", "illness", "medical", "psychol", "psychiatr", "religio", "nationality",
    "ethnic", "citizenship", "passport", "snils", "phone", "income", "orphan", "refugee",
    "diabet", "autis", "epilep", "comment", "remark",
    "unsatisf", "failed", "failing", "expelled",
)  # fmt: skip
_WHOLE: Final = (
    "инн",
    "овз",
    "пдн",
    "дцп",
    "зпр",
    "вич",
    "мед",
    "email",
    "e mail",
    "mark",
    "marks",
    "gpa",
    "fail",
    "notes",
)
_CONTACT: Final = re.compile(
    r"[\w.+-]{1,64}@[\w-]{1,64}\.\w{2,}"
    r"|\+[0-9][0-9 \u00a0()-]{8,20}[0-9]"
    r"|\b8[ \u00a0(-]{1,2}[0-9]{3}[ \u00a0)-]{0,2}[0-9]{3}[ \u00a0-]?[0-9]{2}[ \u00a0-]?[0-9]{2}\b"
)
"""Eleven digits in a row are left alone: numbers of diplomas look so."""


@lru_cache(maxsize=1)
def _unwelcome() -> re.Pattern[str]:
    stems = "|".join(re.escape(fold(stem)) for stem in _STEMS)
    whole = "|".join(re.escape(fold(word)) for word in _WHOLE)
    return re.compile(rf"\b(?:{stems})\w*|\b(?:{whole})\b")


def unwelcome_word(text: str) -> str | None:
    """The first word of a text that speaks of marks, conduct, health, origin or family, or is a telephone
    number or an address of mail; or None."""
    found = _unwelcome().search(fold(text)) or _CONTACT.search(text)
    return found[0] if found else None
