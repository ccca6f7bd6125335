"""The film that stands in for a camera shows codes as a hand holds them, and every one can be read."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from tests.browser import camera
from vcwallet.bundle import pictures, symbols

BUNDLE = bytes(range(256)) * 12


def test_every_code_of_the_film_can_be_read(tmp_path: Path) -> None:
    parts = symbols.lay_out(BUNDLE, parity=0)
    film = camera.write(
        tmp_path / "camera.y4m", (symbols.picture(part, scale=4).convert("L") for part in parts), held=2
    )
    assert len(parts) == 5
    read = set()
    for frame in frames(film):
        read |= set(pictures.codes(frame))
    assert len(read) == len(parts)


def frames(film: Path) -> list[Image.Image]:
    """The pictures of a film, grey."""
    head, *parts = film.read_bytes().split(b"FRAME\n")
    assert head.startswith(b"YUV4MPEG2 ")
    size = camera.WIDTH * camera.HEIGHT
    return [Image.frombytes("L", (camera.WIDTH, camera.HEIGHT), part[:size]) for part in parts]


def test_no_two_pictures_of_the_film_are_alike(tmp_path: Path) -> None:
    part = symbols.lay_out(b"x" * 40, parity=0)[0]
    film = camera.write(tmp_path / "camera.y4m", [symbols.picture(part, scale=4).convert("L")], held=3)
    shown = frames(film)
    assert len({each.tobytes() for each in shown}) == len(shown) == 3
    grey = shown[0].histogram()
    assert sum(1 for count in grey if count) > 100, "noise"
