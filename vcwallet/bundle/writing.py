"""A bundle -> a file of the form its name asks for.

path.write_bytes(render(bundle, form_of(path), language("ru")))
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Final

from vcwallet import printing
from vcwallet.bundle import animation, codec, symbols
from vcwallet.bundle.codec import Bundle
from vcwallet.bundle.contents import caption
from vcwallet.bundle.symbols import PAPER, SCREEN, Level, Size, Symbol
from vcwallet.errors import N_, UsageError
from vcwallet.locales import Language

_NARROWEST: Final = 10
"""The least version of QR codes drawn on a terminal."""


class BundleForm(StrEnum):
    """A form a bundle is handed over in, by the suffix of its file; `scanning` reads all of them."""

    JSON = "json"
    """The plain documents: for a stick, an e-mail, another program."""
    PNG = "png"
    SVG = "svg"
    TXT = "txt"
    """The digits of the codes, one code a line."""
    GIF = "gif"
    """The codes one after another, for a camera."""
    HTML = "html"
    PDF = "pdf"
    """A sheet to print, with the bundle attached (needs the extra `pdf`)."""


def form_of(path: Path) -> BundleForm:
    """The form a file's name asks for; raises UsageError (``bundle.form``)."""
    suffix = path.suffix.lower().removeprefix(".")
    try:
        return BundleForm(suffix)
    except ValueError:
        raise UsageError(
            "bundle.form",
            N_("A bundle is not written as “.{suffix}”."),
            next_step=N_("Name the file .pdf, .png, .svg, .gif, .html, .txt or .json."),
            suffix=suffix[:16],
        ) from None


def demand(form: BundleForm) -> None:
    """Raise now what `render` would for want of an extra (MachineError ``sheet.no-typst``)."""
    if form is BundleForm.PDF:
        printing.demand_typst()


def render(bundle: Bundle, form: BundleForm, language: Language, *, size: Size = PAPER) -> bytes:
    """The content of the file. `size` bounds the symbols; it means nothing for JSON.

    Raises what `codec.encode` and `symbols.lay_out` raise; for PDF what `sheet.pdf` raises.
    """
    if form is BundleForm.JSON:
        return (bundle.text + "\n").encode("utf-8")
    data = codec.encode(bundle)
    if form is BundleForm.GIF:
        return animation.gif(symbols.for_screen(data, size=size))
    if form is BundleForm.HTML:
        shown = symbols.for_screen(data, size=size)
        return animation.html(shown, language, caption=caption(bundle, language)).encode("utf-8")
    laid_out = symbols.lay_out(data, size=size)
    if form is BundleForm.PNG:
        return symbols.png(laid_out, caption=caption(bundle, language))
    if form is BundleForm.SVG:
        return symbols.svg(laid_out, caption=caption(bundle, language)).encode("utf-8")
    if form is BundleForm.TXT:
        return "".join(symbol.digits + "\n" for symbol in laid_out).encode("ascii")
    from vcwallet.bundle import sheet

    return sheet.pdf(bundle, sheet.lay_out(data, size=size), language)


def screen_codes(bundle: Bundle) -> tuple[Symbol, ...]:
    """The codes of a bundle, coarse enough for a phone that is held before a camera, or looks at a screen.

    Raises what `codec.encode` and `symbols.for_screen` raise.
    """
    return symbols.for_screen(codec.encode(bundle), size=SCREEN)


def on_terminal(bundle: Bundle, *, columns: int) -> str:
    """The codes drawn with block characters, no wider than a terminal of `columns` characters.

    Codes narrower than 65 characters would be too many, so a narrower terminal shows broken lines. Raises
    what `codec.encode` and `symbols.lay_out` raise.
    """
    version = min(PAPER.max_version, max(_NARROWEST, symbols.largest_version(columns)))
    return symbols.terminal(symbols.lay_out(codec.encode(bundle), size=Size(version, Level.M)))
