"""A camera's film for Chromium: sheets of codes held up to it, tilted, noisy and out of focus.

`--use-file-for-fake-video-capture` takes YUV4MPEG2, which is a line of text and then every picture's
brightness and two planes of colour. No encoder is needed.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from PIL import Image, ImageChops, ImageFilter

WIDTH: Final = 1280
HEIGHT: Final = 720
RATE: Final = 15


def flags(film: Path) -> tuple[str, ...]:
    """What makes Chromium show `film` as its camera, and allow it without asking."""
    return (
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-video-capture={film}",
    )


def write(film: Path, codes: Iterable[Image.Image], *, held: int = 12, seed: int = 1) -> Path:
    """Every code is held up for `held` pictures, each a little other than the one before."""
    chance = random.Random(seed)
    colour = b"\x80" * (WIDTH * HEIGHT // 2)
    with film.open("wb") as out:
        out.write(f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F{RATE}:1 Ip A1:1 C420jpeg\n".encode("ascii"))
        for code in codes:
            for _ in range(held):
                out.write(b"FRAME\n" + _held_up(code, chance).tobytes() + colour)
    return film


def _held_up(code: Image.Image, chance: random.Random) -> Image.Image:
    side = HEIGHT - 90
    paper = code.convert("L").resize((side, side), Image.Resampling.BICUBIC)
    paper = paper.rotate(chance.uniform(-6, 6), Image.Resampling.BICUBIC, expand=True, fillcolor=255)
    scene = Image.new("L", (WIDTH, HEIGHT), 150)
    scene.paste(
        paper,
        (
            (WIDTH - paper.width) // 2 + chance.randint(-30, 30),
            (HEIGHT - paper.height) // 2 + chance.randint(-8, 8),
        ),
    )
    scene = scene.filter(ImageFilter.GaussianBlur(chance.uniform(0, 0.8)))
    noise = Image.effect_noise((WIDTH, HEIGHT), 24)
    return ImageChops.add(scene, noise, scale=1, offset=-128)
