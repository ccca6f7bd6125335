"""What lists say of answers, a line for each: today's list of a desk, and the list of applicants."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from vcwallet.errors import N_
from vcwallet.locales import Language
from vcwallet.report import Outcome
from vcwallet.speaking import reports, results
from vcwallet.speaking.answers import STATES, capital, plain, state_of
from vcwallet.speaking.decisions import decision_summary
from vcwallet.speaking.today_sheet import clock
from vcwallet.verifier.queue import ApplicantAnswer
from vcwallet.verifier.today import Entry

__all__ = ["ApplicantWords", "EntryWords", "applicant_words", "entries_words"]


@dataclass(frozen=True, slots=True)
class EntryWords:
    """One line of today's list."""

    number: int
    clock: str
    state: str
    head: str
    people: str
    why: str
    earlier: int | None


def entries_words(entries: Iterable[Entry], language: Language, *, now: datetime) -> list[EntryWords]:
    """Lines of today's list; each names its answer in words, whatever shape stands beside it."""
    return [
        EntryWords(
            each.number,
            clock(each, now),
            state_of(each.report),
            capital(language.text(reports.answer_words(each.report)[0].head)),
            "; ".join(reports.people(each.report, language)) or language.text(N_("no name is shown")),
            plain(reports.deciding_head(each.report, language)),
            each.earlier,
        )
        for each in entries
    ]


@dataclass(frozen=True, slots=True)
class ApplicantWords:
    """One applicant of a queue, in a line."""

    number: str
    name: str
    state: str
    """One of the five; "nothing" where nothing was handed in, "open" where a person has to look first."""
    head: str
    to_do: tuple[str, ...]
    worth: tuple[str, ...]


def applicant_words(answer: ApplicantAnswer, language: Language) -> ApplicantWords:
    """What a list says of an applicant; the whole answer is in the results and the protocol."""
    if answer.outcome is not None:
        refused = [each for each in answer.reports if each.outcome is Outcome.REFUSED]
        state = (
            state_of(refused[0]) if answer.outcome is Outcome.REFUSED and refused else STATES[answer.outcome]
        )
    else:
        state = "open" if answer.open else "nothing"
    cell = results.answer_words(answer, language)
    return ApplicantWords(
        answer.row.number,
        answer.row.name,
        state,
        capital(str(cell.value).lstrip("✓–?✗ ")),
        tuple(results.to_do(answer, language)),
        tuple(decision_summary(each, language) for each in answer.decisions),
    )
