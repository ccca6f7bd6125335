"""A bundle -> a sheet to print: the codes, and in words what they disclose, to whom and until when.

What is written on the sheet is rebuilt from the bundle itself, so that paper and codes cannot disagree. The
bundle is attached to the PDF as a file, for whoever receives it by mail. Needs the extra `pdf` (typst).

The design is ``sheet.typ`` beside this module. Everything reaches it as data; nothing is spliced into it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from vcwallet import strict_json, timestamps
from vcwallet.bundle.codec import Bundle
from vcwallet.bundle.symbols import QUIET_ZONE, Symbol, modules, svg_path
from vcwallet.characters import visible
from vcwallet.credentials.achievement import Fact, facts
from vcwallet.credentials.credential import Credential
from vcwallet.credentials.fact_words import FACT_NAMES, fact_text
from vcwallet.credentials.presentation import Presentation
from vcwallet.errors import N_, Action, MachineError, VcwalletError
from vcwallet.locales import Language
from vcwallet.strict_json import Json, JsonObject

if TYPE_CHECKING:
    import typst

ATTACHMENT: Final = "bundle.json"
_LONG_AGO: Final = 1577836800
"""2020-01-01, the date of a sheet whose bundle has none."""


PERSONAL: Final = (
    Fact.PERSON,
    Fact.BORN,
    Fact.SCHOOL,
    Fact.PLACE,
    Fact.CLASS,
    Fact.NUMBER,
    Fact.SCORE,
    Fact.ROLE,
)
"""Facts about the pupil, of which the sheet says that the recipient will see them."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One credential in words."""

    title: str
    details: str
    result: str
    year: str
    issuer: str


@dataclass(frozen=True, slots=True)
class Contents:
    """What a bundle discloses, in words of one language."""

    people: tuple[str, ...]
    recipient: str
    purpose: str
    created: str
    expires: str
    shown: tuple[Shown, ...]
    disclosed: tuple[str, ...]
    """Kinds of personal data that the recipient will see."""


def contents(bundle: Bundle, language: Language) -> Contents:
    """Read a bundle for people; nothing is verified.

    Raises what `Presentation.parse` raises. A credential whose achievement cannot be read is listed by its
    type alone.
    """
    presentation = Presentation.parse(bundle.presentation)
    proof: JsonObject = presentation.proofs[0] if presentation.proofs else {}
    known = [_facts(one, language) for one in presentation.credentials]
    known += [{Fact.ACHIEVEMENT: one.media_type} for one in presentation.enveloped]
    people = [", ".join(_said(one, Fact.PERSON, Fact.BORN)) for one in known if Fact.PERSON in one]
    personal = [FACT_NAMES[key] for key in PERSONAL if any(key in one for one in known)]
    return Contents(
        people=tuple(dict.fromkeys(people)),
        recipient=_text(proof.get("domain")),
        purpose=presentation.purpose or "",
        created=_moment(proof.get("created"), language),
        expires=_moment(proof.get("expires"), language),
        shown=tuple(_shown(one) for one in known),
        disclosed=tuple(_within_a_sentence(language.text(word)) for word in personal),
    )


def pdf(bundle: Bundle, symbols: Sequence[Symbol], language: Language) -> bytes:
    """The sheet as PDF/A-3 with the bundle attached; the same bundle gives the same bytes.

    Raises what `contents` raises, and MachineError (``sheet.no-typst``) without the extra.
    """
    words = contents(bundle, language)
    spare = symbols[0].count - symbols[0].needed
    data: JsonObject = {
        "language": language.code,
        "texts": {name: language.text(template) for name, template in _TEXTS.items()},
        "enough": _enough(symbols[0].needed, spare, language),
        "people": [visible(each) for each in words.people],
        "recipient": visible(words.recipient),
        "purpose": visible(words.purpose),
        "created": words.created,
        "expires": words.expires,
        "disclosed": ", ".join(words.disclosed),
        "shown": [
            [visible(text) for text in (one.title, one.details, one.result, one.year, one.issuer)]
            for one in words.shown
        ],
        "codes": [
            {"label": symbol.label(language), "spare": symbol.spare, "svg": _svg(symbol)}
            for symbol in symbols
        ],
        "bundle": {"name": ATTACHMENT, "text": bundle.text},
    }
    made = _compiler().compile(
        format="pdf",
        sys_inputs={"data": strict_json.dumps(data)},
        pdf_standards=["a-3a"],
        timestamp=_age(bundle),
    )
    assert isinstance(made, bytes)  # a list of pages is what picture formats give
    return made


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
    "disclosed": N_("Of the pupil the recipient will see: {list}. Nothing else is in the codes."),
    "codes": N_("Codes"),
    "family": N_("For the family"),
    "family-text": N_(
        "Print this sheet at its full size (100 %), black on white, and do not fold it across the codes. "
        "The PDF may be sent instead of paper: the same data is attached to it."
    ),
    "receiver": N_("For the recipient"),
    "receiver-text": N_(
        "Scan the sheet at 200 dots per inch or more, or photograph the codes one by one, in any order; "
        "then have vcwallet check it. No internet is needed."
    ),
    "spare": N_("Spare codes, in case one of the others cannot be read:"),
    "proof": N_("The words on this sheet prove nothing by themselves; the signatures in the codes do."),
    "page": N_("page {page} of {pages}"),
}
"""Placeholders in braces that only the layout knows are filled in by the template."""


def _enough(needed: int, spare: int, language: Language) -> str:
    if needed == 1:
        return ""
    if not spare:
        return language.text(N_("All {needed} codes are needed."), needed=needed)
    return language.text(
        N_("Any {needed} of the {count} codes are enough."), needed=needed, count=needed + spare
    )


def _facts(credential: Credential, language: Language) -> Mapping[Fact, str]:
    try:
        read = facts(credential)
        return {fact: fact_text(read, fact, language) for fact in read.said}
    except VcwalletError:
        return {Fact.ACHIEVEMENT: ", ".join(credential.types), Fact.ISSUER: credential.issuer_id}


def _shown(known: Mapping[Fact, str]) -> Shown:
    return Shown(
        title=known.get(Fact.ACHIEVEMENT, ""),
        details=", ".join(_said(known, Fact.DESCRIPTION, Fact.FIELD, Fact.ROLE)),
        result="; ".join(_said(known, Fact.RESULT, Fact.SCORE)),
        year=known.get(Fact.YEAR) or known.get(Fact.AWARDED, ""),
        issuer=known.get(Fact.ISSUER, ""),
    )


def _said(known: Mapping[Fact, str], *keys: Fact) -> list[str]:
    return [known[key] for key in keys if key in known]


def _within_a_sentence(name: str) -> str:
    return name[:1].lower() + name[1:]


def _text(value: Json) -> str:
    """A text, or a list of texts, of a document that may hold anything."""
    many = value if isinstance(value, list) else [value]
    return ", ".join(one for one in many if isinstance(one, str))


def _moment(value: Json, language: Language) -> str:
    """The day of a moment, in the zone it is written in; what is none is shown as it is."""
    return language.text("{day}", day=value[:10]) if isinstance(value, str) else ""


def _svg(symbol: Symbol) -> str:
    matrix = modules(symbol)
    side = len(matrix) + 2 * QUIET_ZONE
    path = svg_path(matrix, x=QUIET_ZONE, y=QUIET_ZONE)
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}">{path}</svg>'


def _age(bundle: Bundle) -> int:
    """Seconds since 1970 at which the bundle was signed, so that the same bundle makes the same PDF."""
    proof = bundle.presentation.get("proof")
    created = proof.get("created") if isinstance(proof, dict) else None
    try:
        return int(timestamps.parse(str(created)).timestamp())
    except VcwalletError:
        return _LONG_AGO


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


@lru_cache(maxsize=1)
def _compiler() -> typst.Compiler:
    demand_typst()
    import typst

    # Only the fonts inside typst: a sheet must not look different on another computer.
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[])
    return typst.Compiler(Path(__file__).with_name("sheet.typ"), font_paths=fonts)
