"""An answer laid out for a page: the verdict, who, each diploma as a card, and every check behind it.

    answer = answer_words(report, language)
    print(answer.head, answer.why)
    for card in answer.cards:
        print(card.diploma.title, card.fate, card.reason)

The sentences are those of `speaking.reports`; here they only get their places. A state is a word of five,
from which a page takes shape and colour.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from vcwallet.errors import N_
from vcwallet.locales import Language
from vcwallet.report import Fate, Finding, Item, Outcome, Report, Result, Tie
from vcwallet.speaking import reports
from vcwallet.speaking.report_sentences import FATES, NOT_HARMED
from vcwallet.speaking.sentences import CHECKS
from vcwallet.speaking.shown import ShownDiploma, shown_item
from vcwallet.timestamps import in_zone_of

__all__ = [
    "STATES",
    "AnswerWords",
    "Card",
    "CheckWords",
    "answer_words",
    "capital",
    "plain",
    "state_of",
]

_DID_WEB: Final = re.compile(r"did:web:([^\s:;,()«»“”%]+)[^\s;,()«»“”]*")
_DID_KEY: Final = re.compile(r"did:(?:key|jwk):[\w#:-]+", re.ASCII)
STATES: Final[Mapping[Outcome, str]] = {
    Outcome.CONFIRMED: "confirmed",
    Outcome.PARTLY: "partly",
    Outcome.UNKNOWN: "not-known",
    Outcome.NOTHING: "not-counted",
    Outcome.REFUSED: "refused",
}
_FATES: Final[Mapping[Fate, str]] = {
    Fate.CONFIRMED: "confirmed",
    Fate.NOT_COUNTED: "not-counted",
    Fate.UNKNOWN: "not-known",
    Fate.REFUSED: "refused",
}
_RESULTS: Final[Mapping[Result, str]] = {
    Result.PASSED: "confirmed",
    Result.FAILED: "refused",
    Result.NOT_COUNTED: "not-counted",
    Result.UNKNOWN: "not-known",
    Result.NOTE: "note",
}


@dataclass(frozen=True, slots=True)
class CheckWords:
    """One check: its state, what was looked at, and what was found."""

    state: str
    name: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Card:
    """One diploma of an answer."""

    number: int
    diploma: ShownDiploma
    state: str
    fate: str
    reason: str
    tie: str
    """What ties it to the person; "" where nothing is proved."""
    checks: tuple[CheckWords, ...]
    inside: int | None = None
    """The number of the one that holds it."""


@dataclass(frozen=True, slots=True)
class AnswerWords:
    """What a page says of one report, from the largest to the smallest."""

    state: str
    head: str
    why: str
    counts: str
    people: tuple[str, ...]
    """Everybody the diplomas name; several are a reason to look twice."""
    compare: bool
    """Whether nothing but a name ties a diploma to who stands there; a name that is proven."""
    namesakes: bool
    """Whether of one of those no birth date is shown, so that it may be somebody else's of that name."""
    terms: tuple[tuple[str, str], ...]
    """How, for whom, what for and until when it was shown."""
    knowledge: str
    cards: tuple[Card, ...]
    checks: tuple[CheckWords, ...]
    """Of the whole and of the showing."""


def state_of(report: Report) -> str:
    """Of the whole; what is not for you must not look like a forgery."""
    if report.outcome is Outcome.REFUSED and report.showing.code in NOT_HARMED:
        return "not-counted"
    return STATES[report.outcome]


def answer_words(report: Report, language: Language) -> AnswerWords:
    said, _, _ = reports.answer_words(report)
    return AnswerWords(
        state_of(report),
        capital(language.text(said.head)),
        plain(reports.deciding_sentence(report, language)),
        capital(reports.counts(report, language)) if len(report.items) > 1 else "",
        tuple(reports.people(report, language)),
        any(each.proven and each.tie in (Tie.NAME, Tie.NAME_AND_BIRTH) for each in report.items),
        any(each.proven and each.tie is Tie.NAME for each in report.items),
        tuple(_terms(report, language)),
        reports.knowledge_sentence(report, language),
        tuple(_card(each, report, language) for each in report.items),
        tuple(_checks((*report.findings, *report.showing.findings), language)),
    )


def _card(item: Item, report: Report, language: Language) -> Card:
    fate = reports.fate_shown(item, report)
    return Card(
        item.number,
        shown_item(item, language),
        _FATES[fate],
        language.text(FATES[fate]),
        plain(reports.item_sentence(item, language, fine=reports.is_fine(item, report))),
        reports.tie_sentence(item, language) if item.proven else "",
        tuple(_checks(item.findings, language)),
        item.inside,
    )


def _checks(findings: Iterable[Finding], language: Language) -> Iterator[CheckWords]:
    for one in reports.checked(findings, language):
        yield CheckWords(_RESULTS[one.result], capital(language.text(CHECKS[one.check])), plain(one.text))


def _terms(report: Report, language: Language) -> Iterator[tuple[str, str]]:
    showing = report.showing
    yield language.text(N_("Showing")), reports.showing_sentence(showing, language)
    if showing.purpose:
        yield language.text(N_("Purpose")), language.value(showing.purpose) or ""
    if showing.signed_at is not None:
        yield language.text(N_("Signed at")), language.day(in_zone_of(report.checked_at, showing.signed_at))
    if showing.until is not None:
        yield language.text(N_("Good until")), language.day(in_zone_of(report.checked_at, showing.until))
    if seen := reports.seen_sentence(report, language):
        yield language.text(N_("Seen before")), seen
    if report.source:
        yield language.text(N_("Read from")), reports.read_from(report)


def plain(text: str) -> str:
    """Identifiers as people know them: an issuer's site by its name, a key by its end."""
    return _DID_KEY.sub(lambda found: "…" + found[0][-6:], _DID_WEB.sub(lambda found: found[1], text))


def capital(text: str) -> str:
    """The sentence as the first of its paragraph."""
    return text[:1].upper() + text[1:]
