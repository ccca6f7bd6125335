"""Rows of a sheet that are no pupils: totals, signatures, notes, sub-headings.

    kind_of(["", "Председатель жюри", "", "Проверкин П. П."])   # RowKind.SIGNATURE

Such a row is left out and counted, never signed and never four mistakes. A row with a value that only a
pupil has (a degree, a birth date) is a pupil's, whatever its first word: who asks this has looked first.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum
from typing import Final

from vcwallet.tables import letters
from vcwallet.tables.cells import Raw


class RowKind(StrEnum):
    """Why a row was left out."""

    BLANK = "blank"
    HEADER = "header"
    """The headers once more, as a printed table repeats them on each page."""
    SUBHEADING = "subheading"
    TOTAL = "total"
    SIGNATURE = "signature"
    NOTE = "note"
    ASIDE = "aside"
    """Nothing in any column that is used."""
    HIDDEN = "hidden"
    NO_DIPLOMA = "no-diploma"
    """An honest entry that earns nothing: a participant in the results of an olympiad."""


_TOTAL: Final = re.compile(
    r"(?:итог(?:о|и)|всего|сумма|средн(?:ий|ее|яя)(?: балл)?|максимум|минимум|количество)\b"
    r"|(?:total|sum|average)\b",
    re.IGNORECASE,
)
_SIGNATURE: Final = re.compile(
    r"(?:председател[ья]\b|зам(?:еститель)?\b\.? |директор\b|члены?\b|секретар[ья]\b|"
    r"ответственн(?:ый|ая|ое)\b|"
    r"подпис[ьи]\b|исполнител[ьи]\b|организатор(?:ы\b|:)|жюри\b|оргкомитет\b|составила?\b|проверила?\b|"
    r"утверждаю\b|согласовано\b|м\. ?п\.|мп$|chair\b|director\b|secretary\b|signature\b|signed\b)",
    re.IGNORECASE,
)
_LINE_TO_SIGN: Final = re.compile(r"_{3,}|/_+/")
_NOTE: Final = re.compile(
    r"(?:\*|примечани|прим\.|сноска|внимание|дата (?:составления|заполнения|протокола)|протокол|приказ|"
    r"источник|телефон|тел\.|e-?mail|note|remark)",
    re.IGNORECASE,
)
_CLASS_HEADING: Final = re.compile(
    r"(?:1[0-2]|[1-9])(?:\s*-?\s*(?:й|е|ые|ый))?\s*(?:[«\"]?[^\W\d_][»\"]?\s*)?(?:класс(?:ы|ов)?|кл\.?|параллель)|"
    r"(?:класс|параллель)\s*:?\s*(?:1[0-2]|[1-9])\b.*|(?:1[0-2]|[1-9])\s*[-–]\s*(?:1[0-2]|[1-9])\s*класс(?:ы|ов)?",
    re.IGNORECASE,
)
_GROUP_HEADING: Final = re.compile(
    r"(?:победители|призёры|призеры|участники|лауреаты|дипломанты|юноши|девушки|мальчики|девочки|winners|prize-?winners)"
    r"(?: и (?:призёры|призеры|победители|участники))?(?: \(?[0-9]+.*)?:?",
    re.IGNORECASE,
)


def kind_of(row: Sequence[Raw], *, merged: bool = False) -> RowKind | None:
    """What a row without a pupil's own values is; None when it may be a pupil with mistakes.

    `merged` says that its only text lies over several columns.
    """
    filled = [letters.tidy(str(cell)) for cell in row]
    texts = [text for text in filled if text]
    if not texts:
        return RowKind.BLANK
    first = next((text for text in texts if re.search(r"[^\W\d_]", text)), texts[0])
    if _TOTAL.match(first):
        return RowKind.TOTAL
    if _SIGNATURE.match(first) or any(_LINE_TO_SIGN.search(text) for text in texts):
        return RowKind.SIGNATURE
    if _NOTE.match(texts[0]):
        return RowKind.NOTE
    if len(texts) == 1 and (
        merged or _CLASS_HEADING.fullmatch(first) or _GROUP_HEADING.fullmatch(first) or first.endswith(":")
    ):
        return RowKind.SUBHEADING
    return None
