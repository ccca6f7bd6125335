"""What a request asks for, in words: for the page that is hung up, and for who reads it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from vcwallet.bundle.request import Request, Want
from vcwallet.bundle.slip import Slip
from vcwallet.credentials.achievement import Fact
from vcwallet.credentials.fact_words import FACT_NAMES, KIND_NAMES
from vcwallet.credentials.terms import Kind
from vcwallet.errors import N_
from vcwallet.identifiers.host_name import in_letters
from vcwallet.locales import Language
from vcwallet.verifier.asking import Gap

__all__ = ["asked_rows", "gap_sentence", "kind_words", "request_rows", "request_slip", "want_words"]


def request_slip(request: Request, language: Language, *, note: str) -> Slip:
    """Who asks, what for, until when; `note` is what a family does with the picture or page."""
    title = language.text(
        N_("{domain} asks: {purpose}"), domain=in_letters(request.domain), purpose=request.purpose
    )
    until = language.text(N_("Answer until {day}."), day=request.expires) if request.expires else ""
    return Slip(title, tuple(request_rows(request, language)), (note,), until)


def request_rows(request: Request, language: Language) -> Iterator[tuple[str, str]]:
    """Name and value of everything that is asked and promised."""
    yield from asked_rows(request, language)
    if request.status_age is not None:
        yield (
            language.text(N_("Lists of revoked diplomas")),
            language.text(N_("not older than {days} days"), days=request.status_age.days),
        )
    if request.retention is not None:
        yield (
            language.text(N_("Kept for")),
            language.text(N_("{days} days at most"), days=request.retention.days),
        )
    if request.expires is not None:
        yield language.text(N_("Answer until")), language.day(request.expires)
    if request.receipt_key is not None:
        yield language.text(N_("Receipt")), language.text(N_("you get one back, signed"))


def asked_rows(request: Request, language: Language) -> Iterator[tuple[str, str]]:
    """The rows of what is asked; only the first has a name."""
    for number, want in enumerate(_together(request.wants)):
        yield language.text(N_("Asked for")) if number == 0 else "", want_words(want, language)


def _together(wants: Iterable[Want]) -> Iterator[Want]:
    """One row for a kind, as a family shows it: of each diploma all that any want reads of it."""
    found: dict[Want, dict[str, None]] = {}
    for want in wants:
        fields = found.setdefault(replace(want, fields=()), {})
        # A want that names nothing asks for whole diplomas, and that is a row of its own.
        fields |= dict.fromkeys(want.fields or ("",))
    for same, names in found.items():
        if "" in names:
            yield same
        if read := tuple(name for name in names if name):
            yield replace(same, fields=tuple(fact.value for fact in Fact if fact in read))


def want_words(want: Want, language: Language) -> str:
    """Which kind, how many, of which years, and what must be readable of it."""
    if want.everything:
        number = language.text(N_("all"))
    elif want.at_most is not None:
        number = language.text(N_("up to {number}"), number=want.at_most)
    else:
        number = language.text(N_("{number} at least"), number=want.at_least)
    text = f"{kind_words(want.kind, language)}: {number}"
    if want.since is not None:
        text += " " + language.text(N_("since {year}"), year=str(want.since))
    if want.fields:
        text += f" ({_fields(want.fields, language)})"
    return text


def kind_words(kind: str | None, language: Language) -> str:
    if kind is None:
        return language.text(N_("any diploma"))
    known = {each.value: name for each, name in KIND_NAMES.items()}
    return language.text(known.get(kind, kind)) if kind in set(Kind) else kind


def gap_sentence(gap: Gap, language: Language) -> str:
    """What the rules of a programme need that a request does not ask for."""
    kind = kind_words(gap.kind, language)
    if gap.since is not None:
        return language.text(
            N_("{rule}: {kind} counts from {year} on, and only later ones are asked for."),
            rule=gap.rule,
            kind=kind,
            year=str(gap.since),
        )
    if gap.missing:
        return language.text(
            N_("{rule}: it cannot be judged without {fields} ({kind})."),
            rule=gap.rule,
            fields=_fields(gap.missing, language),
            kind=kind,
        )
    return language.text(N_("{rule}: {kind} is not asked for."), rule=gap.rule, kind=kind)


def _fields(names: tuple[str, ...], language: Language) -> str:
    return ", ".join(language.text(FACT_NAMES[name]).lower() for name in names if name in FACT_NAMES)
