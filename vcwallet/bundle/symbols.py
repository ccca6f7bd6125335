"""Frames -> QR symbols: digits only, equal sizes, and pictures of them.

    symbols = lay_out(codec.encode(bundle))
    Path("bundle.png").write_bytes(png(symbols))

Numeric mode only (`vcwallet.bundle.digits`). Level M up to version 22 by default: 0.44 mm modules at 6 cm,
which a flatbed scanner at 150 dpi and a 720p camera still read; level L does not survive a blot.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any, Final

from vcwallet.bundle import captions, frames
from vcwallet.bundle.digits import GROUP_DIGITS, digits_needed, to_digits
from vcwallet.characters import in_html
from vcwallet.errors import N_, UsageError
from vcwallet.locales import Language

if TYPE_CHECKING:
    from PIL.Image import Image

QUIET_ZONE: Final = 4
"""Modules of white around a symbol (ISO/IEC 18004, 9.1)."""


_CAPTION: Final = 4
"""The height of a caption's letters, in modules."""


class Level(Enum):
    """Error correction of one symbol."""

    L = "L"
    M = "M"
    Q = "Q"


@dataclass(frozen=True, slots=True)
class Size:
    """What symbols may look like at most."""

    max_version: int
    level: Level


PAPER: Final = Size(22, Level.M)
SCREEN: Final = Size(15, Level.L)
"""Coarser: nothing is lost on a screen as on paper, and a phone is small."""
DENSE: Final = Size(25, Level.M)
"""Fewer codes; wants a better camera or 200 dpi."""
LARGEST: Final = Size(40, Level.L)
"""For files and flatbed scanners only."""


@dataclass(frozen=True, slots=True)
class Symbol:
    """One code of several. `number` counts from 1; numbers beyond `needed` are spare parts."""

    number: int
    needed: int
    count: int
    version: int
    level: Level
    digits: str
    """What the code says; digits, but for `of_text`."""

    @property
    def spare(self) -> bool:
        return self.number > self.needed

    def label(self, language: Language) -> str:
        """What stands beside the code, such as «2 из 6»; "" for a code that stands alone."""
        if self.count == 1:
            return ""
        if self.spare:
            return language.text(N_("spare {number}"), number=self.number - self.needed)
        return language.text(N_("{number} of {total}"), number=self.number, total=self.needed)


def lay_out(data: bytes, *, size: Size = PAPER, parity: int | None = None) -> tuple[Symbol, ...]:
    """The symbols of a bundle, all of the smallest version that holds their equal frames.

    `parity` is the number of spare symbols: by default a quarter as many as are needed when several are,
    so that a lost quarter does no harm. Raises what `frames.split` raises, and UsageError
    (``symbols.version``).
    """
    room = capacity(size.max_version, size.level) - frames.header_size(len(data))
    if parity is None:
        needed = -(-len(data) // max(1, room))
        parity = -(-needed // 4) if needed > 1 else 0
    parts = frames.split(data, max_payload=room, parity=parity)
    version = next(v for v in range(1, size.max_version + 1) if capacity(v, size.level) >= len(parts[0]))
    needed = frames.Frame.parse(parts[0]).needed
    return tuple(
        Symbol(number, needed, len(parts), version, size.level, to_digits(part))
        for number, part in enumerate(parts, 1)
    )


def for_screen(data: bytes, *, size: Size = PAPER) -> tuple[Symbol, ...]:
    """The symbols of a cycle on a screen: as many spare ones as needed ones, for a camera joins anywhere."""
    symbols = lay_out(data, size=size, parity=0)
    if len(symbols) == 1:
        return symbols
    return lay_out(data, size=size, parity=min(len(symbols), 256 - len(symbols)))


def capacity(version: int, level: Level) -> int:
    """Bytes of one frame that a symbol holds as digits."""
    from qrcode.util import BIT_LIMIT_TABLE

    if not 1 <= version <= 40:
        raise UsageError(
            "symbols.version", N_("QR versions go from 1 to 40, not {version}."), version=version
        )
    bits: int = BIT_LIMIT_TABLE[_qrcode_level(level)][version]
    # Mode indicator, then the character count, whose width depends on the version (ISO/IEC 18004, table 3).
    bits -= 4 + (10 if version < 10 else 12 if version < 27 else 14)
    digits = bits // 10 * 3 + {0: 0, 4: 1, 7: 2}[max(step for step in (0, 4, 7) if step <= bits % 10)]
    size = digits // GROUP_DIGITS * 7
    while digits_needed(size + 1) <= digits:
        size += 1
    return size


def modules(symbol: Symbol) -> list[list[bool]]:
    """The dark modules, row by row, without the quiet zone.

    Drawn by the library that reads codes: it tries the eight masks of ISO/IEC 18004, 7.8 in a twentieth of
    the time that `qrcode` takes.
    """
    import zxingcpp

    code = zxingcpp.create_barcode(
        symbol.digits, zxingcpp.BarcodeFormat.QRCode, ec_level=symbol.level.value, version=symbol.version
    )
    shades: Any = code.to_image(scale=1, add_quiet_zones=False)
    rows: list[list[int]] = memoryview(shades).tolist()  # type: ignore[assignment]
    return [[not shade for shade in row] for row in rows]


def png(
    symbols: Sequence[Symbol], *, scale: int = 6, columns: int | None = None, caption: Sequence[str] = ()
) -> bytes:
    """One picture: a grid of the symbols, numbered when there are several, under the lines of a caption.

    `scale` is the side of a module in pixels.
    """
    out = io.BytesIO()
    picture = grid(symbols, scale=scale, columns=columns)
    if caption:
        size = _CAPTION * scale
        picture = captions.above(picture, caption, size=size, margin=QUIET_ZONE * scale)
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()


def grid(symbols: Sequence[Symbol], *, scale: int, columns: int | None = None) -> Image:
    """The picture that `png` writes, as a Pillow image of mode "1"."""
    from PIL import Image, ImageDraw, ImageFont

    tiles = [picture(symbol, scale=scale) for symbol in symbols]
    columns = columns or _columns(len(tiles))
    side = tiles[0].width
    line = 0 if symbols[0].count == 1 else 6 * scale
    sheet = Image.new("1", (side * columns, (side + line) * -(-len(tiles) // columns)), 1)
    draw = ImageDraw.Draw(sheet)
    for position, (symbol, tile) in enumerate(zip(symbols, tiles, strict=True)):
        x, y = position % columns * side, position // columns * (side + line)
        sheet.paste(tile, (x, y))
        if line:
            # Digits only: the built-in font has no Cyrillic, and a picture has no language.
            text = f"{symbol.number}/{symbol.count}"
            font = ImageFont.load_default(size=line * 0.8)
            draw.text((x + side / 2, y + side), text, fill=0, font=font, anchor="mm")
    return sheet


def picture(symbol: Symbol, *, scale: int) -> Image:
    """One symbol with its quiet zone, as a Pillow image of mode "1"."""
    from PIL import Image

    matrix = modules(symbol)
    side = len(matrix)
    plain = Image.new("1", (side, side), 1)
    plain.putdata([not cell for row in matrix for cell in row])
    framed = Image.new("1", (side + 2 * QUIET_ZONE,) * 2, 1)
    framed.paste(plain, (QUIET_ZONE, QUIET_ZONE))
    return framed.resize((framed.width * scale,) * 2, Image.Resampling.NEAREST)


def svg(symbols: Sequence[Symbol], *, columns: int | None = None, caption: Sequence[str] = ()) -> str:
    """The grid as SVG under the lines of a caption, one path of merged runs per symbol. Units are modules."""
    columns = columns or _columns(len(symbols))
    matrices = [modules(symbol) for symbol in symbols]
    side = len(matrices[0]) + 2 * QUIET_ZONE
    line = 0 if symbols[0].count == 1 else 6
    width = side * columns
    # Other fonts than ours are wider at most by a tenth.
    words = captions.wrapped(caption, size=10 * _CAPTION, width=9 * (width - 2 * QUIET_ZONE))
    top = QUIET_ZONE + len(words) * _CAPTION * 7 // 5 if words else 0
    height = top + (side + line) * -(-len(symbols) // columns)
    size = f'viewBox="0 0 {width} {height}" width="{width * 4}" height="{height * 4}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size}>',
        f'<path fill="#fff" d="M0 0h{width}v{height}H0z"/>',
    ]
    parts += [
        f'<text x="{QUIET_ZONE}" y="{QUIET_ZONE + (number * 7 + 5) * _CAPTION / 5:g}" font-size="{_CAPTION}"'
        f' font-family="sans-serif">{in_html(text)}</text>'
        for number, text in enumerate(words)
    ]
    for position, (symbol, matrix) in enumerate(zip(symbols, matrices, strict=True)):
        x, y = position % columns * side, top + position // columns * (side + line)
        parts.append(svg_path(matrix, x=x + QUIET_ZONE, y=y + QUIET_ZONE))
        if line:
            parts.append(
                f'<text x="{x + side / 2:g}" y="{y + side + 2}" font-size="5" text-anchor="middle" '
                f'font-family="sans-serif">{symbol.number}/{symbol.count}</text>'
            )
    return "".join(parts) + "</svg>"


def svg_path(matrix: list[list[bool]], *, x: int = 0, y: int = 0) -> str:
    """A symbol as one stroked SVG path, runs of dark modules merged: small, and quick to render in print."""
    strokes = "".join(
        f"M{x + begin} {y + row}.5h{length}"
        for row, cells in enumerate(matrix)
        for begin, length in _runs(cells)
    )
    return f'<path stroke="#000" d="{strokes}"/>'


def of_text(text: str) -> Symbol:
    """A text as one code for a screen or a page, in the smallest version that holds it: no part of a bundle.

    Raises UsageError (``symbols.text-too-long``).
    """
    from qrcode.util import BIT_LIMIT_TABLE

    for version in range(1, LARGEST.max_version + 1):
        # Byte mode: its indicator, and a count of 8 or 16 bits.
        needed = 4 + (8 if version < 10 else 16) + 8 * len(text.encode("utf-8"))
        if needed <= BIT_LIMIT_TABLE[_qrcode_level(Level.L)][version]:
            return Symbol(1, 1, 1, version, Level.L, text)
    raise UsageError(
        "symbols.text-too-long",
        N_("The text has {size} characters, and no code holds so many."),
        next_step=N_("Ask for less, or hand out the text itself."),
        size=len(text),
    )


def lone_svg(text: str) -> str:
    """A text as one small symbol for print, in the densest mode that holds it: no part of a bundle."""
    from qrcode.constants import ERROR_CORRECT_Q
    from qrcode.main import QRCode

    symbol = QRCode(error_correction=ERROR_CORRECT_Q, border=0)
    symbol.add_data(text)
    symbol.make()
    return svg_alone([[bool(cell) for cell in row] for row in symbol.modules])


def svg_alone(matrix: list[list[bool]]) -> str:
    """One symbol with its quiet zone as an SVG of its own, for a page. Units are modules."""
    side = len(matrix) + 2 * QUIET_ZONE
    path = svg_path(matrix, x=QUIET_ZONE, y=QUIET_ZONE)
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}">{path}</svg>'


def largest_version(side: int) -> int:
    """The largest QR version that fits into `side` modules with its quiet zone; 0 or less when none does."""
    return (side - 2 * QUIET_ZONE - 17) // 4


def terminal(symbols: Sequence[Symbol], *, dark_background: bool = True) -> str:
    """The symbols one below another in half blocks, two modules a character.

    Readers take an inverted symbol as well, so a wrong `dark_background` mostly does no harm.
    """
    blocks = []
    for symbol in symbols:
        matrix = modules(symbol)
        side = len(matrix) + 2 * QUIET_ZONE
        empty = [False] * side
        rows = [empty] * QUIET_ZONE
        rows += [[False] * QUIET_ZONE + row + [False] * QUIET_ZONE for row in matrix]
        rows += [empty] * (QUIET_ZONE + side % 2)
        lines = []
        for top, bottom in zip(rows[::2], rows[1::2], strict=True):
            cells = zip(top, bottom, strict=True)
            lines.append(
                "".join(_HALF_BLOCKS[(a != dark_background, b != dark_background)] for a, b in cells)
            )
        if symbol.count > 1:
            lines.append(f"{symbol.number}/{symbol.count}".center(side))
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks) + "\n"


_HALF_BLOCKS = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}


def _runs(cells: list[bool]) -> Iterator[tuple[int, int]]:
    begin = None
    for position, dark in enumerate((*cells, False)):
        if dark and begin is None:
            begin = position
        elif not dark and begin is not None:
            yield begin, position - begin
            begin = None


def _columns(count: int) -> int:
    return count if count < 4 else 2 if count == 4 else 3


def _qrcode_level(level: Level) -> int:
    """The library's number of a level, which is the bit pattern of ISO/IEC 18004, table 12."""
    return {Level.L: 1, Level.M: 0, Level.Q: 3}[level]
