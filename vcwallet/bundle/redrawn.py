"""A page or a picture of a stranger's file as PNG, drawn anew in the other process of `opening`.

    png = redrawn.png(data, number=2, dpi=110, most_pixels=limits.WALLET_SHOWN_PIXELS)

Nothing of the file reaches a browser but the colours of its points. What is no PDF and no picture of points,
such as an SVG, is not drawn: it may hold scripts, and reach out.
"""

from __future__ import annotations

import io

from vcwallet.bundle import opening, pictures
from vcwallet.bundle.openers import is_pdf

__all__ = ["png"]


def png(data: bytes, *, number: int = 1, dpi: int = 110, most_pixels: int) -> bytes | None:
    """Page or picture `number` (from 1), with at most so many pixels; None where there is none.

    Raises what `opening.Opener.pictures` raises.
    """
    if not (is_pdf(data) or pictures.is_picture(data)):
        return None
    with opening.Opener() as opener:
        for _, picture in opener.pictures(data, only=number, dpi=dpi, coloured=True):
            drawn = io.BytesIO()
            pictures.shrunk(picture, most_pixels).save(drawn, "PNG")
            return drawn.getvalue()
    return None
