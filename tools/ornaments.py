"""Draws the ornaments of the kits' diplomas as SVG: rosettes, bands, waves. Run it after changing a figure.

    python -m tools.ornaments

The pictures are data of the kits, and typst only places them: a curve of a thousand points that every diploma
computed anew would cost more than the rest of its page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from math import cos, pi, sin, tau
from pathlib import Path
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


def main() -> None:
    drawn = {
        "olympiad/design/rosette.svg": rosette(petals=12, curves=9, colour="#e9edf4", width=2.2),
        "olympiad/design/corner.svg": rosette(petals=8, curves=5, colour="#1d3f73", width=9, depth=0.3),
        "olympiad/design/band.svg": band(curves=6, colour="#8798b8", width=2.4),
    }
    for place, picture in drawn.items():
        (_KITS / place).write_text(picture, "utf-8")


if __name__ == "__main__":
    main()
