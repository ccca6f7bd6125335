"""What is drawn, printed, photographed and scanned: a bundle -> the content of the file somebody hands in.

A sheet drawn here has the codes as the wallet prints them and grey bars for its words. No printer and no
camera stands behind the photographs: they are drawn askew, blurred, unevenly lit and noisy.
"""

from __future__ import annotations

import io
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PIL import Image, ImageDraw, ImageFilter

from bench.admission.stories import Form
from tests.unit.bundle import optics
from vcwallet import strict_json
from vcwallet.bundle import codec, sheet, symbols
from vcwallet.bundle.codec import Bundle
from vcwallet.bundle.symbols import PAPER, QUIET_ZONE, Symbol
from vcwallet.locales import language
from vcwallet.strict_json import JsonObject

_DPI: Final = 200
_A4: Final = (1654, 2339)
_SCALE: Final = 4
"""Pixels a module at that density: a code of version 22 is 5.7 cm wide, as on the wallet's sheet."""
_COLUMNS: Final = 3


@dataclass(frozen=True)
class Paper:
    """One file to be made; a value, so that another process may make it."""

    form: Form
    document: str
    """The JSON of a presentation, or of a diploma that comes alone."""
    seed: int
    phone: tuple[int, int]
    """The pixels of a photograph."""
    lone: bool = False


def make(paper: Paper) -> bytes:
    """The content of the file."""
    document = strict_json.loads_object(paper.document)
    if paper.form is Form.JSON:
        return (paper.document + "\n").encode()
    if paper.form is Form.PDF:
        bundle = Bundle(document)
        laid_out = sheet.lay_out(codec.encode(bundle), size=PAPER)
        return sheet.pdf(bundle, laid_out, language("ru"))
    chance = random.Random(paper.seed)
    codes = _codes(document)
    if paper.form is Form.PNG:
        return optics.png(_grid(codes))
    if paper.form is Form.PHOTO:
        return _jpeg(_photographed(_page(codes), paper.phone, chance), 80)
    return _pdf([_scanned(_page(codes), chance)])


def page_of(paper: Paper) -> Image.Image:
    """The sheet as the office's scanner sees it, to be one page of a long scan."""
    chance = random.Random(paper.seed)
    return _scanned(_page(_codes(strict_json.loads_object(paper.document))), chance)


def page_bytes(paper: Paper) -> bytes:
    """`page_of`, to be sent from one process to another."""
    return _jpeg(page_of(paper), 75)


def long_scan(pages: Sequence[bytes]) -> bytes:
    """One PDF of many pages."""
    return _pdf([Image.open(io.BytesIO(page)).convert("L") for page in pages])


def parts(document: JsonObject) -> tuple[bytes, ...]:
    """A picture of each code of a bundle, none of them to spare."""
    laid_out = symbols.lay_out(codec.pack(document), size=PAPER, parity=0)
    return tuple(optics.png(_tile(symbol)) for symbol in laid_out)


def _codes(document: JsonObject) -> tuple[Symbol, ...]:
    return sheet.lay_out(codec.pack(document), size=PAPER)


def _tile(symbol: Symbol) -> Image.Image:
    """One code with its quiet zone, drawn by the library that draws thousands."""
    matrix = symbols.modules(symbol)
    side = len(matrix)
    plain = Image.new("L", (side, side))
    plain.putdata([0 if cell else 255 for row in matrix for cell in row])
    framed = Image.new("L", (side + 2 * QUIET_ZONE,) * 2, 255)
    framed.paste(plain, (QUIET_ZONE, QUIET_ZONE))
    return framed.resize((framed.width * _SCALE,) * 2, Image.Resampling.NEAREST)


def _grid(codes: Sequence[Symbol]) -> Image.Image:
    tiles = [_tile(symbol) for symbol in codes]
    side = tiles[0].width
    columns = min(_COLUMNS, len(tiles))
    grid = Image.new("L", (side * columns, side * -(-len(tiles) // columns)), 255)
    for place, tile in enumerate(tiles):
        grid.paste(tile, (place % columns * side, place // columns * side))
    return grid


def _page(codes: Sequence[Symbol]) -> Image.Image:
    """A4 with bars where words would be, and the codes below."""
    page = Image.new("L", _A4, 255)
    draw = ImageDraw.Draw(page)
    for line in range(8):
        draw.rectangle((120, 120 + 40 * line, 700 + 97 * line % 600, 134 + 40 * line), fill=90)
    page.paste(_grid(codes), (120, 520))
    return page


def _scanned(page: Image.Image, chance: random.Random) -> Image.Image:
    return optics.scanned(page, dpi=_DPI, page_dpi=_DPI, chance=chance)


def _photographed(page: Image.Image, size: tuple[int, int], chance: random.Random) -> Image.Image:
    """Held in one hand over a table under a lamp."""
    seen = optics.turned(optics.tilted(page, 0.03, chance), chance.uniform(-4, 4))
    seen = seen.resize(size, Image.Resampling.BICUBIC)
    # The lamp stands at one side: that side is lighter.
    light = Image.linear_gradient("L").rotate(90 * chance.randrange(4)).resize(size)
    dim = optics.contrasted(seen, 40, 190)
    seen = Image.composite(optics.contrasted(seen), dim, light)
    return optics.noisy(seen.filter(ImageFilter.GaussianBlur(size[0] / 3000)), 9, chance)


def _jpeg(picture: Image.Image, quality: int) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality)
    return out.getvalue()


def _pdf(pages: Sequence[Image.Image]) -> bytes:
    out = io.BytesIO()
    pages[0].save(out, "PDF", resolution=_DPI, save_all=True, append_images=pages[1:])
    return out.getvalue()
