"""Characters that act or hide instead of showing a shape, and how a text from outside is written for people.

A terminal obeys escape codes, a reversed direction shows another name than the signed one, a line end inside
a name begins a line of its own. A signature covers the characters and a person sees the shapes, so whatever
writes for people writes such a character as its number:

    visible("Вымыслова\\u202e")        # "Вымыслова<U+202E>"

`visible` is right for a terminal and for a page of a PDF; `in_json`, `in_html` and `in_cell` are the same
rule where a format has its own way of quoting. Making visible twice changes nothing more.

Unicode Standard Annex 9 (bidirectional controls) and Annex 44 (general categories,
Default_Ignorable_Code_Point).
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable
from enum import StrEnum
from functools import lru_cache
from typing import Final

from vcwallet import limits

__all__ = [
    "Hides",
    "begins_a_formula",
    "hides",
    "in_cell",
    "in_html",
    "in_json",
    "known_everywhere",
    "on_every_host",
    "visible",
]


class Hides(StrEnum):
    """What a character does besides showing a shape."""

    BIDI = "bidi"
    """It changes the reading direction."""
    INVISIBLE = "invisible"
    """It shows nothing, or acts: controls, line ends, zero-width characters, fillers."""
    UNASSIGNED = "unassigned"
    """There is no such character on every host: unassigned, private, half of a pair."""


_BIDI: Final = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# Default_Ignorable_Code_Point that is neither a control nor unassigned, and the empty Braille pattern.
_BLANKS: Final = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
# Assigned after Unicode 14, which the oldest Python here (3.11) has; Python 3.14, which is that of a browser,
# has 16. One host would show a letter where another shows a number, so on none of them do they exist.
_NEWER_RUNS: Final = (
    "897 CF3 ECE 1B4E-1B4F 1B7F 1C89-1C8A 2427-2429 2FFC-2FFF 31E4-31E5 31EF A7CB-A7CD A7DA-A7DC "
    "105C0-105F3 10D40-10D65 10D69-10D85 10D8E-10D8F 10EC2-10EC4 10EFC-10EFF 1123F-11241 11380-11389 "
    "1138B 1138E 11390-113B5 113B7-113C0 113C2 113C5 113C7-113CA 113CC-113D5 113D7-113D8 113E1-113E2 "
    "116D0-116E3 11B00-11B09 11BC0-11BE1 11BF0-11BF9 11F00-11F10 11F12-11F3A 11F3E-11F5A 1342F "
    "13439-13455 13460-143FA 16100-16139 16D40-16D79 18CFF 1B132 1B155 1CC00-1CCF9 1CD00-1CEB3 "
    "1D2C0-1D2D3 1DF25-1DF2A 1E030-1E06D 1E08F 1E4D0-1E4F9 1E5D0-1E5FA 1E5FF 1F6DC 1F774-1F776 "
    "1F77B-1F77F 1F7D9 1F8B2-1F8BB 1F8C0-1F8C1 1FA75-1FA77 1FA87-1FA89 1FA8F 1FAAD-1FAAF 1FABB-1FABF "
    "1FAC6 1FACE-1FACF 1FADA-1FADC 1FADF 1FAE8-1FAE9 1FAF7-1FAF8 1FBCB-1FBEF 2B739 2EBF0-2EE5D "
    "31350-323AF"
)
_NEWER: Final = re.compile(
    "(["
    + "".join("-".join(chr(int(end, 16)) for end in run.split("-")) for run in _NEWER_RUNS.split())
    + "])"
)
_USUAL: Final = "".join((*map(chr, range(0x20, 0x7F)), *map(chr, range(0x410, 0x450)), "Ёё\u00a0«»„“”‘’–—…№"))
_OF_USUAL: Final = re.compile(f"[{re.escape(_USUAL)}]*")
"""Nearly every text is of these alone, which neither act nor hide on any host."""
_FORMULA: Final = re.compile(r"[=+\-@\t\r]")
_MARKS_IN_A_ROW: Final = 2
_SIT_ON_A_LETTER: Final = ("Mn", "Me")
_SIT_IN_A_ROW: Final = 4
"""Three are usual in Hindi. Most have no class of accents, and those of Thai are drawn as a tower."""


@lru_cache(maxsize=4096)
def hides(character: str) -> Hides | None:
    """What one character does besides showing a shape; None for those that only show one."""
    if character in _BIDI:
        return Hides.BIDI
    category = unicodedata.category(character)
    if category in ("Cn", "Co", "Cs") or _NEWER.match(character):
        return Hides.UNASSIGNED
    if category in ("Cc", "Cf", "Zl", "Zp") or _BLANKS.match(character):
        return Hides.INVISIBLE
    return None


def visible(text: str, *, most: int = limits.SAID_CHARACTERS) -> str:
    """The text in one line, each character that acts or hides as ``<U+202E>``; a longer one ends with ``…``.

    Accents stay, but not where they would sit on what stands before the text, nor more than two on a letter,
    or four of those signs that scripts of Asia put above and below one.
    """
    shortened = text if len(text) <= most else text[: most - 1] + "…"
    if _is_plain(shortened):
        return shortened
    out, marks, sitting = [], _MARKS_IN_A_ROW, _SIT_IN_A_ROW
    for character in shortened:
        acts = hides(character) is not None
        marks = marks + 1 if unicodedata.combining(character) and not acts else 0
        sitting = sitting + 1 if _sits(character) and not acts else 0
        too_much = marks > _MARKS_IN_A_ROW or sitting > _SIT_IN_A_ROW
        out.append(_number(character) if too_much or acts else character)
        if too_much:
            marks = sitting = 0
    return "".join(out)


def on_every_host(change: Callable[[str], str], text: str) -> str:
    """`change` of what stands between characters that only newer hosts know; these stay as they are.

    For normal forms and case, which otherwise depend on the host's Unicode.
    """
    if text.isascii():
        return change(text)
    pieces = _NEWER.split(text)
    return "".join(piece if place % 2 else change(piece) for place, piece in enumerate(pieces))


def known_everywhere(text: str) -> str:
    """The text with a space for each character that only newer hosts know, and would take for a letter."""
    return _NEWER.sub(" ", text)


def in_json(json_text: str) -> str:
    """JSON with every character that acts or hides as its ``\\u`` escape; its value is the same.

    Line ends and spaces between the members stay as they are.
    """
    # A report on thousands of files has millions of characters, of which a few hundred are different.
    acting = {ord(c): _json_escape(c) for c in set(json_text) if c != "\n" and hides(c) is not None}
    return json_text.translate(acting) if acting else json_text


def in_html(text: str, *, most: int = limits.SAID_CHARACTERS) -> str:
    """`visible`, for the content of an element or a quoted attribute of HTML, XML and SVG."""
    return html.escape(visible(text, most=most))


def in_cell(text: str, *, most: int = limits.SAID_CHARACTERS) -> str:
    """`visible`, for a cell of a spreadsheet: what would be a formula when typed again begins with ``'``."""
    shown = visible(text, most=most)
    return "'" + shown if begins_a_formula(text) else shown


def begins_a_formula(text: str) -> bool:
    """Whether a spreadsheet would take the text for a formula when it is typed again."""
    return _FORMULA.match(text) is not None


def _is_plain(text: str) -> bool:
    return _OF_USUAL.fullmatch(text) is not None or (
        # A space other than the plain one is not "printable", and only a space.
        text.replace("\u00a0", " ").isprintable()
        and not _BLANKS.search(text)
        and not _NEWER.search(text)
        and not any(map(_sits, text))
    )


def _sits(character: str) -> bool:
    """Whether it is drawn on the letter before it."""
    return unicodedata.category(character) in _SIT_ON_A_LETTER or unicodedata.combining(character) != 0


def _number(character: str) -> str:
    return f"<U+{ord(character):04X}>"


def _json_escape(character: str) -> str:
    # Beyond the basic plane JSON writes a surrogate pair (RFC 8259, section 7).
    units = character.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))
