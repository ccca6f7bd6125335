"""A small document and its code: a request or a receipt as JSON, a picture, or a page to print or hang up.

    slip = Slip("Запрос", (("Кто", "priem.vuz.example"),), ("Откройте кошелёк …",))
    content = render(document, form_of(path), slip, language("ru"))

The document is attached to the page as well, for whoever gets it by mail.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from vcwallet import printing, strict_json
from vcwallet.bundle import codec, symbols
from vcwallet.bundle.symbols import Symbol, modules, svg_alone
from vcwallet.characters import visible
from vcwallet.errors import N_, UsageError
from vcwallet.locales import Language
from vcwallet.strict_json import Json, JsonObject

__all__ = ["ATTACHMENT", "Slip", "SlipForm", "form_of", "render"]

ATTACHMENT: Final = "document.json"
_ARRANGEMENT: Final = Path(__file__).with_name("slip.typ")


class SlipForm(StrEnum):
    JSON = "json"
    PNG = "png"
    SVG = "svg"
    PDF = "pdf"


@dataclass(frozen=True, slots=True)
class Slip:
    """What stands beside the code, in a person's language."""

    title: str
    rows: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    """Sentences: what it is for, what a family does with it."""
    until: str = ""
    """The day that a picture, which has no room for `rows`, says as well."""

    @property
    def caption(self) -> tuple[str, ...]:
        """What stands above a picture."""
        return tuple(line for line in (self.title, self.until, *self.notes) if line)


def form_of(path: Path) -> SlipForm:
    """The form a file's name asks for. Raises UsageError (``slip.form``)."""
    try:
        return SlipForm(path.suffix.lower().removeprefix("."))
    except ValueError:
        raise UsageError(
            "slip.form",
            N_("It cannot be written as “{name}”."),
            next_step=N_("Choose a name that ends with .json, .png, .svg or .pdf."),
            name=path.name[-64:],
        ) from None


def render(
    document: JsonObject,
    form: SlipForm,
    slip: Slip,
    language: Language,
    *,
    seconds: int,
    drawn: Sequence[Symbol] | None = None,
) -> bytes:
    """The content of the file; `seconds` since 1970 date a page. `drawn` are its codes, where they are not
    those of the document.

    Raises what `codec.pack` and `symbols.lay_out` raise, and for a page MachineError (``sheet.no-typst``).
    """
    if form is SlipForm.JSON:
        return (strict_json.dumps(document, indent=2) + "\n").encode("utf-8")
    if drawn is None:
        drawn = symbols.lay_out(codec.pack(document))
    if form is SlipForm.PNG:
        return symbols.png(drawn, caption=slip.caption)
    if form is SlipForm.SVG:
        return symbols.svg(drawn, caption=slip.caption).encode("utf-8")
    data: JsonObject = {
        "language": language.code,
        "title": visible(slip.title),
        "rows": [list[Json]([visible(label), visible(value)]) for label, value in slip.rows],
        "notes": [visible(note) for note in slip.notes],
        "codes": [{"label": each.label(language), "svg": svg_alone(modules(each))} for each in drawn],
        "alt": language.text(N_("Codes")),
        "attachment": ATTACHMENT,
    }
    attached = strict_json.dumps(document)
    return printing.pdf(_ARRANGEMENT, data, attached=attached, standards=["a-3a"], seconds=seconds)
