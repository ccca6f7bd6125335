"""A signed diploma -> a PDF to hand out: what was signed in words, the same as a code, the same attached.

    press = Press.of(folder)
    data = press.pdf(document, now=now)               # of a file this issuer signed
    shown = preview(unsigned, press.design, template="olympiad-diploma")

The page is drawn from the signed document alone, so it says what the document says. What travels,
attached and in the code, has the one proof over the whole: with a base proof a reader of the paper could
make versions with hidden fields of a child that is not theirs. The code is no showing: a verifier
answers for the document, and says that who shows it is not proved.

PDF/A-3a and PDF/UA-1, by typst (the extra `pdf`). The same document and design give the same bytes. A process
that was forked after it made a PDF hangs at its first: those of `executors` are started another way.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import BrokenExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, Final

from vcwallet import executors, limits, locales, printing, strict_json, timestamps
from vcwallet.bundle import codec
from vcwallet.bundle.symbols import QUIET_ZONE, Symbol, lay_out, modules, svg_alone
from vcwallet.characters import visible
from vcwallet.credentials import credential as credentials
from vcwallet.credentials.achievement import AchievementCredential, Fact, Facts, facts
from vcwallet.credentials.credential import Credential
from vcwallet.credentials.fact_words import FACT_NAMES, fact_text
from vcwallet.credentials.template import Template
from vcwallet.errors import N_, MachineError, UsageError, VcwalletError
from vcwallet.executors import Crew
from vcwallet.files import read_file, remove_left_over_of, replace_file
from vcwallet.identifiers.controlled_identifier import ControlledIdentifierDocument
from vcwallet.issuer import drawing
from vcwallet.issuer.design import ARRANGEMENT, Design
from vcwallet.issuer.folder import IssuerFolder
from vcwallet.issuer.issued_files import WITHDRAWN
from vcwallet.issuer.kept_rows import batches
from vcwallet.locales import Language
from vcwallet.proofs.cryptosuites import is_base_proof
from vcwallet.strict_json import JsonObject

__all__ = [
    "ATTACHMENT",
    "MODULE_MM",
    "SUFFIX",
    "Drawn",
    "Press",
    "Printed",
    "draw",
    "pdf",
    "picture",
    "preview",
    "printed",
    "signed_files",
    "template_of",
    "whole",
]

SUFFIX: Final = ".pdf"
ATTACHMENT: Final = "diploma.vc.json"
MODULE_MM: Final = 0.33
"""A module of the code on paper: four dots of a 300 dpi printer, two of a scan at 150 dpi."""
_PICTURE_PPI: Final = 96
"""An A4 page of 794 by 1123 points of the screen, sharp enough to read every word."""
_SIGNED: Final = ".vc.json"
_PER_TASK: Final = 25
"""Diplomas that one process draws before it reports: what a killed one costs."""


@dataclass(frozen=True, slots=True)
class Printed:
    """A diploma's code as it stands on the paper."""

    version: int
    """Of the QR symbol."""
    side_mm: float
    """Without the white margin around it."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """What became of one file."""

    file: Path
    """The signed diploma."""
    problem: VcwalletError | None = None

    @property
    def pdf(self) -> Path:
        return _beside(self.file)


@dataclass(frozen=True, slots=True)
class Press:
    """All that an issuer's PDFs are made with; no key is part of it, so it may be sent to a process."""

    design: Design
    templates: tuple[Template, ...]
    document: ControlledIdentifierDocument

    @classmethod
    def of(cls, folder: IssuerFolder) -> Press:
        """Raises what `Design.load` and `IssuerFolder.template` raise."""
        templates = tuple(folder.template(each) for each in folder.settings.templates)
        return cls(Design.load(folder.design_path), templates, folder.document)

    def pdf(self, document: JsonObject, *, now: datetime) -> bytes:
        """The PDF of a diploma that this issuer signed.

        Raises UsageError ``diploma.other-issuer``, what `credential.verify` raises for a file that was
        changed since it was signed, and what `pdf` raises.
        """
        travelling = whole(document)
        credential = Credential.parse(travelling)
        if credential.issuer_id != self.document.id:
            raise UsageError(
                "diploma.other-issuer",
                N_("This diploma was signed by {issuer}, and this folder is another issuer's."),
                next_step=N_("Open the folder of the issuer that signed it."),
                issuer=credential.issuer_id[:80],
            )
        credentials.verify(credential, resolve=lambda _: self.document, now=now)
        return pdf(travelling, self.design, template=template_of(travelling, self.templates))


def whole(document: JsonObject) -> JsonObject:
    """The diploma with the one proof over the whole of it; what the family can hide parts with stays out.

    Raises UsageError ``diploma.no-whole-proof`` for a document that has none, or several.
    """
    proof = document.get("proof")
    found = [
        each
        for each in (proof if isinstance(proof, list) else [proof])
        if isinstance(each, dict) and not is_base_proof(each)
    ]
    if len(found) != 1:
        raise UsageError(
            "diploma.no-whole-proof",
            N_("This file has no single signature over the whole diploma, so no PDF can be made of it."),
            next_step=N_("Use the file as it was signed here."),
        )
    return {**document, "proof": found[0]}


def template_of(document: JsonObject, templates: Iterable[Template]) -> str | None:
    """The id of the template that a diploma was made by, or None; told by the achievement's identifier."""
    return next((one.id for one in templates if one.made(document)), None)


def printed(document: JsonObject) -> Printed:
    """How large the code of a diploma is on its PDF. Raises what `pdf` raises."""
    (symbol,) = _symbols(whole(document))
    return Printed(symbol.version, _side(symbol) * MODULE_MM)


def pdf(document: JsonObject, design: Design, *, template: str | None = None) -> bytes:
    """One page as PDF with the diploma attached. Nothing is verified: give it what was signed or checked.

    `template` is the id of the template it was made by: design.toml has words for each.

    Raises UsageError (``diploma.no-whole-proof``, ``diploma.too-long``, ``diploma.letter``,
    ``design.broken``), MachineError (``sheet.no-typst``) without the extra, and what `facts` raises.
    """
    travelling = whole(document)
    language = locales.language(design.settings.language)
    credential = Credential.parse(travelling)
    (symbol,) = _symbols(travelling)
    carried: JsonObject = {
        "code": {
            "svg": svg_alone(modules(symbol)),
            "side": round((_side(symbol) + 2 * QUIET_ZONE) * MODULE_MM, 3),
            "alt": language.text(N_("Code with the signed diploma")),
        },
        "attachment": {
            "name": ATTACHMENT,
            "text": credential.text,
            "description": language.text(N_("The signed diploma")),
        },
    }
    data = {**_data(credential, design, template, language), **carried}
    return _compile(design, data, seconds=_signed_at(travelling))


def picture(document: JsonObject, design: Design, *, template: str | None = None) -> bytes:
    """`preview` as a PNG, for a screen."""
    printing.demand_typst()
    return _drawn(design, _sample(document, design, template), format="png", ppi=_PICTURE_PPI)


def preview(document: JsonObject, design: Design, *, template: str | None = None) -> bytes:
    """The page of a diploma that is not signed yet, marked as a sample; it carries nothing.

    Raises as `pdf` does.
    """
    return _compile(design, _sample(document, design, template), seconds=0)


def _sample(document: JsonObject, design: Design, template: str | None) -> JsonObject:
    language = locales.language(design.settings.language)
    data = _data(Credential.parse(document), design, template, language)
    return {**data, "sample": language.text(N_("Sample"))}


def draw(press: Press, files: Sequence[Path], *, now: datetime) -> tuple[Drawn, ...]:
    """Write the PDF of each signed file beside it. A file that cannot be used has its problem, and no PDF.

    Raises what concerns every file: UsageError ``design.broken``, MachineError ``sheet.no-typst``, OSError.
    """
    found = []
    for file in files:
        try:
            made = press.pdf(strict_json.loads_object(read_file(file, limits.JSON_BYTES)), now=now)
        except VcwalletError as error:
            if error.code.startswith(("design.", "sheet.")):
                raise
            found.append(Drawn(file, error))
        else:
            replace_file(_beside(file), made, one_of_many=True)
            found.append(Drawn(file))
    remove_left_over_of(each.pdf for each in found if each.problem is None)
    return tuple(found)


def draw_all(
    press: Press, files: Iterable[Path], *, now: datetime, crew: Crew | None = None
) -> Iterator[Drawn]:
    """`draw` in parts, each as soon as it is done; by `crew` where there is one.

    Raises what `draw` raises, and MachineError (``diploma.worker-died``).
    """
    parts = enumerate(batches(files, _PER_TASK))
    try:
        for _, drawn in executors.in_order(partial(draw, press, now=now), parts, crew):
            yield from drawn
    except BrokenExecutor:
        raise MachineError(
            "diploma.worker-died",
            N_("A process that was drawing PDFs ended unexpectedly."),
            next_step=N_("Start it once more: those that are missing are made."),
        ) from None


def signed_files(places: Iterable[Path]) -> Iterator[Path]:
    """The signed diplomas that are named, and those in folders that are; replaced ones are left out."""
    for place in places:
        if not place.is_dir():
            yield place
            continue
        # A folder at a time: a list of a million files takes more memory than signing them.
        for entry in sorted(place.iterdir()):
            if entry.is_dir():
                if entry.name != WITHDRAWN and not entry.is_symlink():
                    yield from signed_files([entry])
            elif entry.name.endswith(_SIGNED):
                yield entry


def has_pdf(file: Path) -> bool:
    return _beside(file).exists()


def _beside(file: Path) -> Path:
    return file.with_name(file.name.removesuffix(_SIGNED).removesuffix(".json") + SUFFIX)


def _data(credential: Credential, design: Design, template: str | None, language: Language) -> JsonObject:
    said, settings = facts(credential), design.settings
    look = design.look(template)
    code = language.code
    colours = (look.colours if look else None) or settings.colours
    signatures = look.signatures if look and look.signatures is not None else settings.signatures
    heading = look.heading.text(code) if look else language.text(N_("Diploma"))
    of_award = not heading and said.name is not None
    heading, degree = _heading(heading or said.name or "", said)
    person = said.person
    return {
        "language": code,
        "orientation": (look.orientation if look else None) or settings.orientation,
        "colours": dict(colours.model_dump()),
        "title": visible(heading if of_award or not said.name else f"{heading}. {said.name}"),
        "heading": visible(heading),
        "heading-is-award": of_award,
        "degree": visible(degree),
        "lead": look.lead.text(code) if look else "",
        "after": look.after.text(code) if look else "",
        "facts": dict(_facts(credential, said, language)),
        "labels": {
            **{key: language.text(name) for key, name in FACT_NAMES.items()},
            "basis": language.text(N_("Grounds")),
            "number": language.text(N_("Registration No.")),
            # Hours and the like bring their own name.
            "score": language.text(FACT_NAMES["score"]) if _only_points(said, language) else "",
        },
        "person": {
            "family": visible(person.family or ""),
            "given": visible(person.given or ""),
            "patronymic": visible(person.patronymic or ""),
            "full": visible(person.full_name),
        },
        "signatures": [{"post": one.post.text(code), "name": one.name} for one in signatures],
        "stamp": settings.stamp,
        "logo": settings.logo,
        "texts": {
            "logo": language.text(N_("Emblem")),
            "verify": language.text(
                N_("Signed electronically. To check it, scan the code with vcwallet; no internet is needed.")
            ),
        },
        "sample": "",
    }


def _only_points(said: Facts, language: Language) -> bool:
    name = language.text(FACT_NAMES["score"]).casefold()
    return all(score.label.casefold() == name for score in said.scores)


def _heading(heading: str, said: Facts) -> tuple[str, str]:
    """«Диплом» and «Диплом I степени» say a word twice: of the second the rest stands below the first."""
    ranks = "; ".join(rank.text for rank in said.ranks)
    if heading and ranks.casefold().startswith(heading.casefold() + " "):
        return heading, ranks[len(heading) + 1 :]
    return heading, ranks


def _facts(credential: Credential, said: Facts, language: Language) -> dict[str, str]:
    """Everything a diploma says, by the names that arrangements use."""
    found = {fact.value: fact_text(said, fact, language) for fact in said.said if fact is not Fact.KIND}
    subject = AchievementCredential.read(credential).subject
    days = [text for text in (subject.activity_start, subject.activity_end) if text is not None]
    if days:
        found["dates"] = " – ".join(language.text("{day}", day=day) for day in days)
    if subject.achievement.criteria.narrative is not None:
        found["basis"] = subject.achievement.criteria.narrative
    return {key: visible(text) for key, text in found.items()}


def _symbols(document: JsonObject) -> tuple[Symbol, ...]:
    symbols = lay_out(codec.pack(document))
    if len(symbols) != 1:
        raise UsageError(
            "diploma.too-long",
            N_("What this diploma says does not fit into one code."),
            next_step=N_("Make its longest texts shorter, for example the name of the contest."),
        )
    return symbols


def _side(symbol: Symbol) -> int:
    return 17 + 4 * symbol.version


def _signed_at(document: JsonObject) -> int:
    proof = document["proof"]
    assert isinstance(proof, dict)  # `whole` chose it
    return int(timestamps.parse(str(proof.get("created"))).timestamp())


_NO_LETTER: Final = re.compile('the text `"(.+?)"` could not be displayed')
_PLACE: Final = re.compile(r"([\w.-]+\.typ):([0-9]+):[0-9]+")


def _compile(design: Design, data: JsonObject, *, seconds: int) -> bytes:
    printing.demand_typst()
    return _drawn(design, data, format="pdf", pdf_standards=["a-3a", "ua-1"], timestamp=seconds)


def _drawn(design: Design, data: JsonObject, **how: Any) -> bytes:
    import typst

    try:
        made = drawing.compiled(design.folder, strict_json.dumps(data), **how)
    except typst.TypstError as error:
        if letter := _NO_LETTER.search(error.message):
            raise UsageError(
                "diploma.letter",
                N_("The design's font has no letter “{letter}”, so no PDF was made."),
                next_step=N_(
                    "Put a font file that has it into the folder “design” and name it in diploma.typ."
                ),
                letter=letter[1],
            ) from None
        place = _PLACE.search(error.diagnostic)
        raise UsageError(
            "design.broken",
            N_("The design cannot be drawn: {file}, line {line}: {words}"),
            next_step=N_("Correct it there, or take diploma.typ of the kit again."),
            file=place[1] if place else ARRANGEMENT,
            line=int(place[2]) if place else 0,
            words=error.message[:200],
        ) from None
    # A list of pages is what picture formats give where an arrangement runs over one.
    return made if isinstance(made, bytes) else made[0]
