"""What paper, printers, scanners and cameras do to a symbol, simulated with Pillow alone.

    python -m tests.unit.bundle.optics 50      # decode rates per condition, 50 samples each

No physical printer, scanner or camera stands behind these figures.
"""

from __future__ import annotations

import io
import math
import random
import sys
from collections.abc import Callable, Sequence

from PIL import Image, ImageChops, ImageFilter

from vcwallet.bundle import pictures, symbols
from vcwallet.bundle.symbols import Symbol

PAPER_WHITE, INK = 235, 30
"""Shades of a scan; a perfect 255 and 0 never come out of one."""


def blurred(image: Image.Image, sigma: float) -> Image.Image:
    return image.filter(ImageFilter.GaussianBlur(sigma))


def noisy(image: Image.Image, sigma: float, chance: random.Random) -> Image.Image:
    """Uniform noise of this standard deviation."""
    scale = sigma / (256 / math.sqrt(12))
    noise = Image.frombytes("L", image.size, chance.randbytes(image.width * image.height))
    return ImageChops.add(image, noise.point(lambda value: round(128 + (value - 128) * scale)), offset=-128)


def contrasted(image: Image.Image, dark: int = INK, light: int = PAPER_WHITE) -> Image.Image:
    return image.point(lambda value: round(dark + value * (light - dark) / 255))


def png(picture: Image.Image) -> bytes:
    """The bytes of a PNG file."""
    out = io.BytesIO()
    picture.save(out, "PNG", compress_level=1)
    return out.getvalue()


def jpeg(image: Image.Image, quality: int) -> Image.Image:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality)
    return Image.open(out).convert("L")


def turned(image: Image.Image, degrees: float) -> Image.Image:
    return image.rotate(degrees, Image.Resampling.BICUBIC, expand=True, fillcolor=255)


def tilted(image: Image.Image, amount: float, chance: random.Random) -> Image.Image:
    """Seen from aside: each corner is drawn in by up to `amount` of the side."""
    width, height = image.size
    margin = round(max(image.size) * 0.05)
    framed = Image.new("L", (width + 2 * margin, height + 2 * margin), 255)
    framed.paste(image, (margin, margin))
    width, height = framed.size
    corners = [
        (
            sx * width + (1 - 2 * sx) * chance.uniform(0, amount) * width,
            sy * height + (1 - 2 * sy) * chance.uniform(0, amount) * height,
        )
        for sx, sy in ((0, 0), (1, 0), (1, 1), (0, 1))
    ]
    target = [(0.0, 0.0), (width, 0.0), (width, height), (0.0, height)]
    return framed.transform(
        framed.size,
        Image.Transform.PERSPECTIVE,
        _homography(corners, target),
        Image.Resampling.BICUBIC,
        fillcolor=255,
    )


def blotted(image: Image.Image, share: float, chance: random.Random) -> Image.Image:
    """Round spots of ink on this share of the area."""
    out = image.copy()
    radius = max(2, image.width // 40)
    for _ in range(round(share * image.width * image.height / (math.pi * radius**2))):
        x, y = chance.randrange(image.width), chance.randrange(image.height)
        out.paste(INK, (x - radius, y - radius, x + radius, y + radius), _disc(radius))
    return out


def scanned(page: Image.Image, *, dpi: int, page_dpi: int, chance: random.Random) -> Image.Image:
    """Printed and scanned: ink spreads by a dot, the sheet lies askew, the lens blurs, the file is a JPEG."""
    inked = page.filter(ImageFilter.MinFilter(3))
    soft = blurred(inked, page_dpi / 300)
    askew = turned(soft, chance.uniform(-1.5, 1.5))
    size = (round(askew.width * dpi / page_dpi), round(askew.height * dpi / page_dpi))
    return jpeg(noisy(contrasted(askew.resize(size, Image.Resampling.BOX)), 6, chance), 75)


CONDITIONS: dict[str, Callable[[Image.Image, random.Random], Image.Image]] = {
    "clean": lambda image, chance: image,
    "turned by any angle": lambda image, chance: turned(image, chance.uniform(0, 360)),
    "tilted by 15 %": lambda image, chance: tilted(image, 0.15, chance),
    "blurred by 0.35 of a module": lambda image, chance: blurred(image, 0.35 * SCALE),
    "noise of sigma 30": lambda image, chance: noisy(contrasted(image), 30, chance),
    "JPEG of quality 20": lambda image, chance: jpeg(image, 20),
    "contrast of 20 %": lambda image, chance: contrasted(image, 100, 151),
    "blots on 2 % of the area": lambda image, chance: blotted(image, 0.02, chance),
    "light on dark": lambda image, chance: ImageChops.invert(image),
    "webcam, 3 pixels a module": lambda image, chance: _webcam(image, 3, chance),
    "webcam, 2.5 pixels a module": lambda image, chance: _webcam(image, 2.5, chance),
}
SCALE = 4
"""Pixels a module of the undistorted picture."""


def _webcam(image: Image.Image, pixels: float, chance: random.Random) -> Image.Image:
    side = round(image.width * pixels / SCALE)
    seen = tilted(image.resize((side, side), Image.Resampling.BICUBIC), 0.05, chance)
    return jpeg(noisy(contrasted(blurred(seen, 0.25 * pixels), 60, 210), 8, chance), 70)


def rate(condition: str, samples: list[Symbol], seed: int = 0) -> float:
    """The share of symbols that are read under a condition."""
    chance = random.Random(seed)
    distort = CONDITIONS[condition]
    read = 0
    for symbol in samples:
        picture = symbols.picture(symbol, scale=SCALE).convert("L")
        read += pictures.codes(distort(picture, chance)) == [symbol.digits]
    return read / len(samples)


def full_symbols(count: int, seed: int = 0) -> list[Symbol]:
    """Symbols of version 22 filled to the last byte."""
    chance = random.Random(seed)
    return [symbols.lay_out(chance.randbytes(761), parity=0)[0] for _ in range(count)]


def _disc(radius: int) -> Image.Image:
    mask = Image.new("L", (2 * radius, 2 * radius), 0)
    for y in range(2 * radius):
        for x in range(2 * radius):
            if (x - radius) ** 2 + (y - radius) ** 2 < radius**2:
                mask.putpixel((x, y), 255)
    return mask


def _homography(target: list[tuple[float, float]], source: list[tuple[float, float]]) -> list[float]:
    """The eight coefficients Pillow wants: they lead from `target` corners back to `source` corners."""
    rows = []
    for (x, y), (u, v) in zip(target, source, strict=True):
        rows.append([x, y, 1, 0, 0, 0, -u * x, -u * y, u])
        rows.append([0, 0, 0, x, y, 1, -v * x, -v * y, v])
    for column in range(8):
        pivot = max(range(column, 8), key=lambda row: abs(rows[row][column]))
        rows[column], rows[pivot] = rows[pivot], rows[column]
        rows[column] = [value / rows[column][column] for value in rows[column]]
        for row in range(8):
            if row != column:
                factor = rows[row][column]
                rows[row] = [a - factor * b for a, b in zip(rows[row], rows[column], strict=True)]
    return [row[8] for row in rows]


def screenshot(lines: Sequence[str], *, dark_background: bool = True) -> Image.Image:
    """What a terminal shows of lines of half blocks, four pixels a module."""
    ink, paper = (255, 0) if dark_background else (0, 255)
    shot = Image.new("L", (max(map(len, lines)), 2 * len(lines)), paper)
    for row, line in enumerate(lines):
        for column, half in enumerate(line):
            shot.putpixel((column, 2 * row), ink if half in "▀█" else paper)
            shot.putpixel((column, 2 * row + 1), ink if half in "▄█" else paper)
    return shot.resize((shot.width * 4, shot.height * 4), Image.Resampling.NEAREST)


if __name__ == "__main__":
    samples = full_symbols(int(sys.argv[1]) if len(sys.argv) > 1 else 20)
    for name in CONDITIONS:
        print(f"{rate(name, samples):7.0%}  {name}")
