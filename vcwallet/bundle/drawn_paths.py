"""SVG and HTML -> the texts of the QR symbols that `symbols.svg_path` drew in them.

Only paths of that very form are taken: in any other SVG picture the numbers are coordinates, not codes.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from vcwallet import limits
from vcwallet.bundle import pictures
from vcwallet.bundle.effort import processor
from vcwallet.bundle.symbols import QUIET_ZONE

if TYPE_CHECKING:
    from PIL.Image import Image

_PATH: Final = re.compile(r'<path stroke="#000" d="((?:M[0-9]{1,5} [0-9]{1,5}\.5h[0-9]{1,3})+)"/>')
_RUN: Final = re.compile(r"M([0-9]+) ([0-9]+)\.5h([0-9]+)")
_LARGEST: Final = 177
"""Modules of a side of a QR symbol of version 40."""
_SCALE: Final = 4


def is_markup(text: str) -> bool:
    return text.startswith("<")


def codes(markup: str, *, until: float) -> list[str]:
    """The texts of the symbols, each once; after `until`, by `effort.processor`, no other is looked at."""
    found: dict[str, None] = {}
    for number, path in enumerate(_PATH.finditer(markup)):
        if number == limits.SCAN_DRAWN_SYMBOLS or processor() > until:
            break
        picture = _picture(path[1])
        if picture is not None:
            found.update(dict.fromkeys(pictures.codes(picture, until=until)))
    return list(found)


def words(markup: str) -> str:
    """The text outside tags and drawings, where an HTML page or a letter may have digits of codes."""
    outside, position = [], 0
    while (begin := markup.find("<svg", position)) >= 0:
        outside.append(markup[position:begin])
        end = markup.find("</svg>", begin)
        position = len(markup) if end < 0 else end
    outside.append(markup[position:])
    return " ".join(part.rpartition(">")[2] for part in "".join(outside).split("<"))


def _picture(path: str) -> Image | None:
    from PIL import Image, ImageDraw

    runs = [(int(x), int(y), int(length)) for x, y, length in _RUN.findall(path)]
    left, top = min(x for x, _, _ in runs), min(y for _, y, _ in runs)
    width = max(x + length for x, _, length in runs) - left
    height = max(y for _, y, _ in runs) + 1 - top
    if max(width, height) > _LARGEST:
        return None
    plain = Image.new("L", (width + 2 * QUIET_ZONE, height + 2 * QUIET_ZONE), 255)
    draw = ImageDraw.Draw(plain)
    for x, y, length in runs:
        begin, row = x - left + QUIET_ZONE, y - top + QUIET_ZONE
        draw.line((begin, row, begin + length - 1, row), fill=0)
    return plain.resize((plain.width * _SCALE, plain.height * _SCALE), Image.Resampling.NEAREST)
