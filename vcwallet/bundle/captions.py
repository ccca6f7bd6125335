"""Words beside the codes of a picture, in Latin and Cyrillic letters.

for line in wrapped(["Для priem.vuz.example", ...], size=20, width=700): ...

The font is a part of DejaVu Sans that comes with the package (``caption.ttf``, ``caption.NOTICE.md``), so
pictures look the same on every computer. A letter it lacks is drawn as a box.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from vcwallet.characters import visible

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFont import FreeTypeFont


@lru_cache(maxsize=8)
def font(size: int) -> FreeTypeFont:
    """The font of captions; `size` is the height of its lines in pixels."""
    from PIL import ImageFont

    return ImageFont.truetype(Path(__file__).with_name("caption.ttf"), size)


def wrapped(lines: Iterable[str], *, size: int, width: float) -> list[str]:
    """The lines in pieces of at most `width` pixels, divided between words where there are several."""
    measure = font(size).getlength
    out = []
    for line in lines:
        words = visible(line).split()
        piece = ""
        for word in words:
            longer = f"{piece} {word}".strip()
            if piece and measure(longer) > width:
                out.append(piece)
                longer = word
            piece = longer
        out.append(piece)
    return out


def above(picture: Image, caption: Iterable[str], *, size: int, margin: int) -> Image:
    """The picture in grey, with the caption over it."""
    from PIL import Image, ImageDraw

    lines = wrapped(caption, size=size, width=picture.width - 2 * margin)
    step = size * 7 // 5
    top = margin + step * len(lines)
    whole = Image.new("L", (picture.width, picture.height + top), 255)
    whole.paste(picture.convert("L"), (0, top))
    draw = ImageDraw.Draw(whole)
    for number, line in enumerate(lines):
        draw.text((margin, margin + number * step), line, fill=0, font=font(size))
    return whole
