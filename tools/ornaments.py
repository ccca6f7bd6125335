"""Draws the ornaments of the kits' diplomas as SVG: rosettes, bands, waves. Run it after changing a figure.

    python -m tools.ornaments

The pictures are data of the kits, and typst only places them: a curve of a thousand points that every diploma
computed anew would cost more than the rest of its page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from math import atan2, cos, degrees, pi, sin, tau
from pathlib import Path
from random import Random
from typing import Final, TypeAlias

Point: TypeAlias = tuple[float, float]
_KITS: Final = Path(__file__).parents[1] / "issuers"


def svg(width: float, height: float, paths: Iterable[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" fill="none">'
        + "".join(paths)
        + "</svg>\n"
    )


def line(points: Iterable[Point], *, colour: str, width: float, closed: bool = False) -> str:
    told = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    return f'<path d="M{told}{"Z" if closed else ""}" stroke="{colour}" stroke-width="{width:g}"/>'


def round_about(radius: Callable[[float], float], *, centre: float, steps: int) -> Iterator[Point]:
    for step in range(steps):
        angle = tau * step / steps
        yield centre + radius(angle) * cos(angle), centre + radius(angle) * sin(angle)


def rosette(*, petals: int, curves: int, colour: str, width: float, depth: float = 0.26) -> str:
    """Interlaced closed curves, as engraved on securities."""

    def curve(shift: float) -> str:
        def radius(angle: float) -> float:
            return 480 * (1 - depth + depth * cos(petals * angle + shift))

        return line(
            round_about(radius, centre=500, steps=petals * 24), colour=colour, width=width, closed=True
        )

    return svg(1000, 1000, (curve(tau * each / curves) for each in range(curves)))


def band(*, curves: int, colour: str, width: float) -> str:
    """One wave length of interlaced sines, to be laid side by side."""
    length, height = 200, 100
    waves = (
        (
            (x, height / 2 + 0.46 * height * sin(tau * x / length + pi * each / curves * 2))
            for x in range(0, length + 1, 5)
        )
        for each in range(curves)
    )
    return svg(length, height, (line(wave, colour=colour, width=width) for wave in waves))


def leaf(x: float, y: float, angle: float, length: float, width: float, colour: str) -> str:
    """A leaf whose stalk is at (x, y)."""
    half = length / 2
    return (
        f'<path transform="translate({x:.1f} {y:.1f}) rotate({angle:.1f})" fill="{colour}" '
        f'd="M0 0Q{half:.1f} {-width:.1f} {length:.1f} 0Q{half:.1f} {width:.1f} 0 0Z"/>'
    )


def laurel(*, colour: str, leaves: int = 11, open_by: float = 0.62) -> str:
    """Two branches that meet below, open above by `open_by` radians on each side."""
    parts = []
    for side in (1, -1):
        stem = []
        for step in range(leaves * 4 + 1):
            angle = pi / 2 + side * (pi - open_by) * step / (leaves * 4)
            stem.append((500 + 400 * cos(angle), 500 + 400 * sin(angle)))
        parts.append(line(stem, colour=colour, width=7))
        for each in range(leaves):
            part = (each + 0.9) / (leaves + 0.2)
            angle = pi / 2 + side * (pi - open_by) * part
            x, y = 500 + 400 * cos(angle), 500 + 400 * sin(angle)
            along = degrees(angle) + side * 90
            size = 132 - 46 * part
            parts += [leaf(x, y, along + side * turn, size, size * 0.3, colour) for turn in (34, -38)]
        x, y = stem[-1]
        parts.append(leaf(x, y, degrees(pi / 2 + side * (pi - open_by)) + side * 90, 84, 24, colour))
    return svg(1000, 1000, parts)


def mosaic(*, columns: int, rows: int, colours: Sequence[str], seed: int) -> str:
    """A band of triangles in tones that drift from one end to the other."""
    chance = Random(seed)  # noqa: S311 - a pattern, not a secret
    parts = []
    for row in range(rows):
        for column in range(columns):
            x, y = column * 100, row * 100
            corners = [(x, y), (x + 100, y), (x + 100, y + 100), (x, y + 100)]
            first = chance.randrange(2)
            halves = ((0, 1, 2), (0, 2, 3)) if first else ((0, 1, 3), (1, 2, 3))
            for half in halves:
                drift = row / rows * (len(colours) - 2) + chance.random() * 2 - 0.3
                colour = colours[min(len(colours) - 1, max(0, int(drift)))]
                told = " ".join(f"{corners[each][0]},{corners[each][1]}" for each in half)
                parts.append(
                    f'<polygon points="{told}" fill="{colour}" stroke="{colour}" stroke-width=".6"/>'
                )
    return svg(columns * 100, rows * 100, parts)


def lanes(*, count: int, colour: str, width: float) -> str:
    """The bend of a running track, around the lower left corner."""
    return svg(
        1000,
        1000,
        (
            line(
                (
                    (radius * cos(angle), 1000 - radius * sin(angle))
                    for angle in (pi / 2 * step / 60 for step in range(61))
                ),
                colour=colour,
                width=width,
            )
            for radius in (980 - 62 * each for each in range(count))
        ),
    )


def hills(*, colours: Sequence[str]) -> str:
    """Soft waves one before the other."""
    parts = []
    for each, colour in enumerate(colours):
        base = 40 + 150 * each / len(colours) * 1.6
        told = "L".join(
            f"{x} {base + 34 * sin(x / (210 - 18 * each) + 1.9 * each) + 12 * sin(x / 71 + each):.1f}"
            for x in range(0, 2101, 20)
        )
        parts.append(f'<path fill="{colour}" d="M0 400L{told}L2100 400Z"/>')
    return svg(2100, 400, parts)


def sprig(*, colour: str, leaves: int = 9) -> str:
    """A branch that grows from the lower left corner to the right."""
    parts = []
    stem = []
    for step in range(41):
        part = step / 40
        stem.append((60 + 880 * part, 940 - 620 * part - 180 * sin(pi * part)))
    parts.append(line(stem, colour=colour, width=8))
    for each in range(leaves):
        part = (each + 1) / (leaves + 0.4)
        x, y = 60 + 880 * part, 940 - 620 * part - 180 * sin(pi * part)
        slope = degrees(atan2(-620 - 180 * pi * cos(pi * part), 880))
        size = 190 - 80 * part
        parts += [leaf(x, y, slope + turn, size, size * 0.36, colour) for turn in (-46, 46)]
    x, y = stem[-1]
    parts.append(leaf(x, y, degrees(atan2(-620 + 180 * pi, 880)), 110, 36, colour))
    return svg(1000, 1000, parts)


def main() -> None:
    drawn = {
        "olympiad/design/rosette.svg": rosette(petals=12, curves=9, colour="#e9edf4", width=2.2),
        "olympiad/design/corner.svg": rosette(petals=8, curves=5, colour="#1d3f73", width=9, depth=0.3),
        "olympiad/design/band.svg": band(curves=6, colour="#8798b8", width=2.4),
        "school/design/laurel.svg": laurel(colour="#b08a3c"),
        "school/design/wreath.svg": laurel(colour="#f6efe3", leaves=13, open_by=0.5),
        "contest/design/mosaic.svg": mosaic(
            columns=4,
            rows=30,
            colours=("#2c1a4a", "#3d2266", "#5b2e82", "#83398f", "#b34a8c", "#dd6479", "#f0886a", "#f7b267"),
            seed=11,
        ),
        "sport/design/lanes.svg": lanes(count=8, colour="#d9e4ef", width=10),
        "volunteering/design/hills.svg": hills(colours=("#e6f1ea", "#c9e2d3", "#8fc3a6", "#3f8f6b")),
        "volunteering/design/sprig.svg": sprig(colour="#a9d0b9"),
    }
    for place, picture in drawn.items():
        (_KITS / place).write_text(picture, "utf-8")


if __name__ == "__main__":
    main()
