"""Symbols one after another, for a camera that looks at a screen: an animated GIF, or a page of HTML.

A cycle shows as many spare symbols as needed ones (`symbols.for_screen`), because a camera joins at any
moment and misses some. Four to five a second is what a camera of 30 frames a second follows safely.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Final

from vcwallet.bundle.symbols import QUIET_ZONE, Symbol, grid, modules, svg_path
from vcwallet.characters import in_html
from vcwallet.errors import N_
from vcwallet.locales import Language

MILLISECONDS: Final = 220
"""How long one symbol is shown."""


def gif(symbols: Sequence[Symbol], *, scale: int = 6) -> bytes:
    """An endless animation; `scale` is the side of a module in pixels."""
    first, *others = (grid([symbol], scale=scale) for symbol in symbols)
    out = io.BytesIO()
    first.save(out, "GIF", save_all=True, append_images=others, duration=MILLISECONDS, loop=0)
    return out.getvalue()


def html(
    symbols: Sequence[Symbol], language: Language, *, title: str = "", caption: Sequence[str] = ()
) -> str:
    """One page with everything in it and no script; on paper, or for who dislikes motion, it stands still.

    The lines of `caption` stand over the codes.
    """
    count = len(symbols)
    side = len(modules(symbols[0])) + 2 * QUIET_ZONE
    figures = "".join(
        f'<figure style="animation-delay:{position * MILLISECONDS}ms">'
        f'<svg viewBox="0 0 {side} {side}" role="img" aria-label="{in_html(symbol.label(language))}">'
        f'<path fill="#fff" d="M0 0h{side}v{side}H0z"/>'
        f"{svg_path(modules(symbol), x=QUIET_ZONE, y=QUIET_ZONE)}</svg>"
        f"<figcaption>{in_html(symbol.label(language))}</figcaption></figure>"
        for position, symbol in enumerate(symbols)
    )
    hint = language.text(
        N_("Hold this screen before the camera until it has read everything. The codes change by themselves.")
        if count > 1
        else N_("Hold this screen before the camera.")
    )
    words = "".join(f"<p>{in_html(line)}</p>" for line in caption)
    heading = in_html(title or language.text(N_("Achievements to show")))
    style = _STYLE
    if count > 1:
        style += _CYCLE.replace("CYCLE", f"{count * MILLISECONDS}ms").replace("SHARE", f"{100 / count:.4f}%")
    return (
        f'<!doctype html><html lang="{language.code}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
        "style-src 'unsafe-inline'\">"
        f"<title>{heading}</title><style>{style}</style></head>"
        f"<body><h1>{heading}</h1>{words}<p>{in_html(hint)}</p><main>{figures}</main></body></html>\n"
    )


_STYLE: Final = (
    "body{margin:0;padding:1rem;background:#fff;color:#000;text-align:center;"
    "font:1rem/1.4 system-ui,sans-serif}"
    "h1{font-size:1.25rem;margin:.2rem}p{margin:.2rem}"
    "main{display:flex;flex-wrap:wrap;justify-content:center}"
    "figure{margin:.5rem}svg{width:min(92vw,78vh)}"
    "@media print{svg{width:6cm}}"
)
_CYCLE: Final = (
    "@media screen and (prefers-reduced-motion:no-preference){"
    "main{display:grid}figure{grid-area:1/1;visibility:hidden;animation:show CYCLE step-end infinite}"
    "@keyframes show{0%{visibility:visible}SHARE{visibility:hidden}100%{visibility:hidden}}}"
)
