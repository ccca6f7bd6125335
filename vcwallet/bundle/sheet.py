"""A bundle -> a sheet to print: the codes, and in words what they disclose, to whom and until when.

What is written on the sheet is rebuilt from the bundle itself, so that paper and codes cannot disagree, and
it is everything that the bundle says: what is no fact is listed under its own name. The bundle is attached to
the PDF as a file, for whoever receives it by mail. Needs the extra `pdf` (typst).

The design is ``sheet.typ`` beside this module. Everything reaches it as data; nothing is spliced into it.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from vcwallet import printing, timestamps
from vcwallet.bundle import symbols
from vcwallet.bundle.codec import Bundle
from vcwallet.bundle.contents import contents
from vcwallet.bundle.symbols import Size, Symbol, modules, svg_alone
from vcwallet.characters import visible
from vcwallet.errors import N_, VcwalletError
from vcwallet.locales import Language
from vcwallet.strict_json import Json, JsonObject

ATTACHMENT: Final = "bundle.json"
_ARRANGEMENT: Final = Path(__file__).with_name("sheet.typ")
COLUMNS: Final = 3
"""Codes side by side on paper."""
_LONG_AGO: Final = 1577836800
"""2020-01-01, the date of a sheet whose bundle has none."""


def lay_out(data: bytes, *, size: Size) -> tuple[Symbol, ...]:
    """The symbols of a bundle for paper: spare ones fill the last row, or one more where few would.

    The row more is printed only where it costs no page.
    """
    needed = len(symbols.lay_out(data, size=size, parity=0))
    filling = -needed % COLUMNS
    return symbols.lay_out(data, size=size, parity=filling if 4 * filling >= needed else filling + COLUMNS)


def pdf(bundle: Bundle, symbols: Sequence[Symbol], language: Language) -> bytes:
    """The sheet as PDF/A-3 with the bundle attached; the same bundle gives the same bytes.

    Raises what `contents` raises, and MachineError (``sheet.no-typst``) without the extra.
    """
    words = contents(bundle, language)
    data: JsonObject = {
        "language": language.code,
        "columns": COLUMNS,
        "texts": {name: language.text(template) for name, template in _TEXTS.items()},
        "enough": _enough(symbols[0].needed, symbols[0].count > symbols[0].needed, language),
        "people": [visible(each) for each in words.people],
        "recipient": visible(words.recipient),
        "purpose": visible(words.purpose),
        "created": words.created,
        "expires": words.expires,
        "common": [_row(each) for each in words.common],
        "shown": [
            {
                "title": visible(one.title),
                "details": [_row(each) for each in one.details],
                "result": visible(one.result),
                "year": visible(one.year),
                "issuer": visible(one.issuer),
            }
            for one in words.shown
        ],
        "besides": words.besides,
        "codes": [
            {"label": symbol.label(language), "spare": symbol.spare, "svg": svg_alone(modules(symbol))}
            for symbol in symbols
        ],
        "bundle": {"name": ATTACHMENT},
    }
    return printing.pdf(_ARRANGEMENT, data, attached=bundle.text, standards=["a-3a"], seconds=_age(bundle))


_TEXTS: Final = {
    "title": N_("Achievements to show"),
    "recipient": N_("Shown to"),
    "purpose": N_("For"),
    "created": N_("Made on"),
    "expires": N_("Good until"),
    "anybody": N_("anybody who has this sheet"),
    "shown": N_("What this sheet discloses"),
    "achievement": N_("Achievement"),
    "result": N_("Result"),
    "year": N_("Year"),
    "issuer": N_("Signed by"),
    "codes": N_("Codes"),
    "check": N_("How to check it:"),
    "check-text": N_(
        "give a picture or scan of the codes to the program vcwallet (pypi.org/project/vcwallet) to check;"
        " no internet is needed."
    ),
    "family": N_("For the family:"),
    "family-text": N_(
        "print at full size (100 %), black on white, and do not fold it across the codes. The PDF may be sent"
        " instead of paper: the same data is attached to it."
    ),
    "proof": N_("The words on this sheet prove nothing by themselves; the signatures in the codes do."),
    "page": N_("page {page} of {pages}"),
}
"""Placeholders in braces that only the layout knows are filled in by the template."""


def _enough(needed: int, spare: bool, language: Language) -> str:
    if needed == 1:
        return language.text(N_("Any one code is enough.")) if spare else ""
    if not spare:
        return language.text(N_("All {needed} codes are needed."), needed=needed)
    return language.text(N_("Any {needed} of the codes are enough."), needed=needed)


def _row(row: tuple[str, str]) -> list[Json]:
    return [visible(each) for each in row]


def _age(bundle: Bundle) -> int:
    """Seconds since 1970 at which the bundle was signed, so that the same bundle makes the same PDF."""
    proof = bundle.presentation.get("proof")
    created = proof.get("created") if isinstance(proof, dict) else None
    try:
        return int(timestamps.parse(str(created)).timestamp())
    except VcwalletError:
        return _LONG_AGO
