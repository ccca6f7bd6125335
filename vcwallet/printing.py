"""Pages and pictures: an arrangement in typst and the words that go into it. Needs the extra `pdf`.

    made = pdf(Path(__file__).with_name("sheet.typ"), data, standards=["a-3a"], seconds=0)
    seen = picture(Path(__file__).with_name("card.typ"), data, "png", ppi=144)

Everything reaches an arrangement as data (``sys.inputs.data``, JSON), nothing is spliced into it. What is to
be attached to the PDF travels beside the words, as ``sys.inputs.attached``, and stays as it is. A letter that
no font has is written as its number, the way `characters.visible` writes one that hides: a name in an unusual
script must not cost the page.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from vcwallet import strict_json
from vcwallet.errors import N_, Action, MachineError
from vcwallet.strict_json import JsonObject

if TYPE_CHECKING:
    import typst

__all__ = ["demand_typst", "has_typst", "pdf", "picture"]

_ATTEMPTS: Final = 4
_one_at_a_time: Final = threading.Lock()
"""A compiler that is at work refuses a second page, and the pages of the program have several threads."""
_NO_LETTER: Final = re.compile('the text `"(.+?)"` could not be displayed')
# What the fonts inside typst have for certain: Latin, Cyrillic, and the signs of our own sentences.
_UNUSUAL: Final = re.compile("[^\\x00-\u017f\u0400-\u045f\u2010-\u2026\u2116\u2713\u2717«»]")


def pdf(
    arrangement: Path,
    data: JsonObject,
    *,
    attached: str = "",
    standards: Sequence[Literal["a-3a"]] = (),
    seconds: int | None = None,
) -> bytes:
    """The page; the same arrangement, words and `seconds` since 1970 give the same bytes.

    `standards` are typst's names of PDF standards. Raises MachineError (``sheet.no-typst``) without
    the extra.
    """
    return _drawn(
        arrangement,
        data,
        format="pdf",
        attached=attached,
        pdf_standards=list(standards),
        timestamp=seconds,
    )


def picture(
    arrangement: Path, data: JsonObject, form: Literal["png", "svg"], *, ppi: float | None = None
) -> bytes:
    """An arrangement of one page as a picture, a PNG with `ppi` points to the inch.

    Raises MachineError (``sheet.no-typst``) without the extra.
    """
    return _drawn(arrangement, data, format=form, ppi=ppi)


def _drawn(arrangement: Path, data: JsonObject, *, attached: str = "", **how: Any) -> bytes:
    demand_typst()
    import typst

    words = strict_json.dumps(data)
    for attempt in range(_ATTEMPTS):
        try:
            with _one_at_a_time:
                made = _compiler(arrangement).compile(sys_inputs={"data": words, "attached": attached}, **how)
        except typst.TypstError as error:
            missing = set("".join(_NO_LETTER.findall(error.diagnostic)))
            if not missing or attempt == _ATTEMPTS - 1:
                raise
            if attempt == _ATTEMPTS - 2:
                missing = set(_UNUSUAL.findall(words))
            words = words.translate({ord(letter): f"<U+{ord(letter):04X}>" for letter in missing})
        else:
            assert isinstance(made, bytes)  # a list is what pictures of several pages are
            return made
    raise AssertionError("the last attempt returns or raises")


def has_typst() -> bool:
    """Whether the extra `pdf` is installed; without it whoever can do without a page goes on."""
    try:
        demand_typst()
    except MachineError:
        return False
    return True


def demand_typst() -> None:
    """Raises MachineError (``sheet.no-typst``) where the extra `pdf` is not installed."""
    try:
        import typst  # noqa: F401
    except ImportError:
        raise MachineError(
            "sheet.no-typst",
            N_("The part that makes PDFs is not installed."),
            next_step=Action.INSTALL_PART,
            part="pdf",
        ) from None


@lru_cache(maxsize=8)
def _compiler(arrangement: Path) -> typst.Compiler:
    import typst

    # Only the fonts inside typst: a page must not look different on another computer.
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[])
    return typst.Compiler(arrangement, font_paths=fonts)
