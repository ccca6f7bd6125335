"""What a spreadsheet program shows for a number: its format applied, as a Russian Excel does.

    shown("0000000", 7)      # "0000007"
    shown("0.0%", 0.975)     # "97,5%"

ECMA-376 part 1, section 18.8.31. What cannot be told from the format alone (fractions, conditions, exponents)
is None: the caller names such a cell instead of guessing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from types import MappingProxyType
from typing import Final, TypeAlias

BUILT_IN: Final[Mapping[int, str]] = MappingProxyType(
    {1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%"}
    | {11: "0.00E+00", 12: "# ?/?", 13: "# ??/??", 48: "##0.0E+0"}
    | dict.fromkeys((5, 6), '#,##0"₽"')
    | dict.fromkeys((7, 8), '#,##0.00"₽"')
    | dict.fromkeys((14, 22), "dd.mm.yyyy")
    | {15: "dd.mmm.yy", 16: "dd.mmm", 17: "mmm.yy"}
    | dict.fromkeys((18, 19, 20, 21, 45, 46, 47), "h:mm:ss")
    | dict.fromkeys((37, 38), "#,##0;-#,##0")
    | dict.fromkeys((39, 40), "#,##0.00;-#,##0.00")
    | {41: "#,##0", 42: '#,##0"₽"', 43: "#,##0.00", 44: '#,##0.00"₽"'}
)  # fmt: skip
"""The formats that files name by number only (section 18.8.30), with the Russian currency."""

_PLAIN: Final = frozenset({"", "general", "@", "основной", "standard"})
_SIGN: Final = re.compile(
    r'"(?P<quoted>[^"]*)"?|\\(?P<escaped>.)|_(?P<width>.)|\*(?P<fill>.)|\[(?P<bracket>[^\]]*)\]?'
    r"|(?P<general>General)|(?P<exponent>[eE][+-])|(?P<sign>.)",
    re.DOTALL | re.IGNORECASE,
)
_Token: TypeAlias = tuple[str, str]


def plain(code: str) -> str:
    """The format, "" for one that shows the plain value."""
    return "" if code.strip().casefold() in _PLAIN else code[:255]


def date_parts(code: str) -> frozenset[str]:
    """Which of ``d``, ``m``, ``y`` a format shows of a day; empty when it is no format of days."""
    bare = re.sub(r'"[^"]*"?|\\.|\[[^\]]*\]|_.|\*.', "", code.partition(";")[0]).casefold()
    # An m beside hours is a minute; a format of days and hours has both.
    without_time = re.sub(r"h+\W*m+|m+\W*s+", "", bare)
    russian = without_time.translate(str.maketrans("дмг", "dmy"))
    return frozenset(letter for letter in "dmy" if letter in russian)


@lru_cache(maxsize=4096)
def shown(code: str, value: float) -> str | None:
    """The text of a cell that holds a number; None when the format alone does not tell."""
    if not plain(code):
        return _general(Decimal(repr(value)))
    sections = _sections(code)
    if any("condition" in {kind for kind, _ in section} for section in sections):
        return None
    numbers = sections[:3]
    negative = value < 0
    if len(numbers) == 1:
        return _section(numbers[0], value)
    if negative:
        return _section(numbers[1], -value)
    return _section(numbers[2] if value == 0 and len(numbers) == 3 else numbers[0], value)


@lru_cache(maxsize=1024)
def shown_text(code: str, text: str) -> str | None:
    """The text of a cell that holds text: a fourth section may put words around it, or hide it."""
    sections = _sections(code)
    if len(sections) == 4:
        return "".join(
            text if kind == "text" else sign for kind, sign in sections[3] if kind in ("literal", "text")
        )
    if len(sections) == 1 and any(kind == "text" for kind, _ in sections[0]):
        return "".join(
            text if kind == "text" else sign for kind, sign in sections[0] if kind in ("literal", "text")
        )
    return text


@lru_cache(maxsize=1024)
def _sections(code: str) -> tuple[tuple[_Token, ...], ...]:
    sections: list[list[_Token]] = [[]]
    for found in _SIGN.finditer(code):
        kind, text = found.lastgroup or "sign", found[found.lastgroup or "sign"]
        if kind in ("quoted", "escaped"):
            sections[-1].append(("literal", text))
        elif kind == "width":
            sections[-1].append(("literal", " "))
        elif kind == "bracket":
            if text.startswith("$"):
                sections[-1].append(("literal", text[1:].partition("-")[0]))
            elif text[:1] in "<>=" and text:
                sections[-1].append(("condition", text))
            elif re.fullmatch(r"[hmsчмс]+", text, re.IGNORECASE):
                sections[-1].append(("date", text))
        elif kind == "fill":
            pass
        elif kind == "general":
            sections[-1].append(("general", text))
        elif kind == "exponent":
            sections[-1].append(("exponent", text))
        elif text == ";":
            sections.append([])
        elif text in "0#?":
            sections[-1].append(("digit", text))
        elif text in ".,%/@":
            names = {".": "point", ",": "comma", "%": "percent", "/": "fraction", "@": "text"}
            sections[-1].append((names[text], text))
        elif text in "dmyhsDMYHSдмгчсДМГЧС":
            sections[-1].append(("date", text))
        else:
            sections[-1].append(("literal", text))
    return tuple(tuple(section) for section in sections)


def _section(section: tuple[_Token, ...], value: float) -> str | None:
    kinds = {kind for kind, _ in section}
    if kinds & {"exponent", "date"} or ("fraction" in kinds and "digit" in kinds):
        return None
    amount = Decimal(repr(value))
    if "general" in kinds:
        words = [_general(amount) if kind == "general" else sign for kind, sign in section]
        return "".join(words)
    if "text" in kinds and "digit" not in kinds:
        return "".join(_general(amount) if kind == "text" else sign for kind, sign in section)
    if "digit" not in kinds:
        return "".join(sign for kind, sign in section if kind in ("literal", "percent"))
    return _digits(section, amount)


def _digits(section: tuple[_Token, ...], amount: Decimal) -> str:
    places = [at for at, (kind, _) in enumerate(section) if kind == "digit"]
    point = next((at for at, (kind, _) in enumerate(section) if kind == "point"), len(section))
    whole = [at for at in places if at < point]
    after = [at for at in places if at > point]
    last = whole[-1] if whole else -1
    commas = [at for at, (kind, _) in enumerate(section) if kind == "comma" and at < point]
    grouped = any(whole and whole[0] < at < last for at in commas)
    amount = amount * 100 ** sum(kind == "percent" for kind, _ in section)
    amount = amount / 1000 ** sum(at > last for at in commas)
    rounded = abs(amount).quantize(Decimal(1).scaleb(-len(after)), rounding=ROUND_HALF_UP)
    left, _, right = format(rounded, "f").partition(".")
    left = left.lstrip("0")
    while right and section[after[len(right) - 1]][1] == "#" and right[-1] == "0":
        right = right[:-1]
    words: dict[int, str] = {}
    count = 0
    for at in reversed(whole):
        taken, left = (left[-1:], left[:-1]) if at != whole[0] else (left, "")
        sign = section[at][1]
        text = taken or {"0": "0", "?": " ", "#": ""}[sign]
        if grouped:
            spaced = ""
            for digit in reversed(text):
                spaced = digit + (" " if count and count % 3 == 0 and digit.isdigit() else "") + spaced
                count += digit.isdigit()
            text = spaced
        words[at] = text
    words.update(zip(after, right, strict=False))
    out = []
    for at, (kind, sign) in enumerate(section):
        if kind == "digit":
            out.append(words.get(at, ""))
        elif kind == "point":
            # A point without decimals behind it stays: a format «0.» shows «7,».
            out.append(",")
            if not whole:
                out.insert(len(out) - 1, left)
        elif kind in ("literal", "percent"):
            out.append(sign)
    text = "".join(out)
    return f"-{text}" if amount < 0 and rounded else text


def _general(amount: Decimal) -> str:
    text = format(amount, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.replace(".", ",")
