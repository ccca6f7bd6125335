"""The list of a desk as a spreadsheet: a row for each answer that was given, in the order of the day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from vcwallet.errors import N_
from vcwallet.locales import Language
from vcwallet.report import Fate
from vcwallet.speaking import reports
from vcwallet.speaking.results import outcome_words
from vcwallet.timestamps import in_zone_of
from vcwallet.verifier.results_sheet import Cell, Column, Page, ResultsBook
from vcwallet.verifier.today import Entry

__all__ = ["clock", "today_sheet"]

_PAGE: Final = "today"
_COLUMNS: Final = (
    (N_("No."), 6),
    (N_("Checked at"), 18),
    (N_("Who"), 44),
    (N_("Answer"), 26),
    (N_("Why"), 70),
    (N_("Diplomas"), 10),
    (N_("Confirmed"), 14),
    (N_("What was shown"), 80),
    (N_("For what purpose"), 40),
    (N_("Checked before, as No."), 14),
)


def today_sheet(entries: Iterable[Entry], language: Language, *, now: datetime) -> bytes:
    """The workbook. Raises MachineError (``results.extra-missing``) without XlsxWriter."""
    columns = tuple(Column(language.text(title), width) for title, width in _COLUMNS)
    book = ResultsBook([Page(_PAGE, language.text(N_("Checked today")), columns, 3)], made=now)
    for entry in sorted(entries, key=lambda each: each.number):
        book.add(_PAGE, _row(entry, language, now))
    return book.content()


def _row(entry: Entry, language: Language, now: datetime) -> list[Cell]:
    report = entry.report
    return [
        Cell(entry.number),
        Cell(f"{language.day(in_zone_of(now, report.checked_at))} {clock(entry, now)}"),
        Cell(reports.people(report, language)),
        outcome_words(report, language),
        Cell(reports.deciding_sentence(report, language)),
        Cell(len(report.items)),
        Cell(sum(reports.fate_shown(each, report) is Fate.CONFIRMED for each in report.items)),
        Cell([reports.what(each, language) for each in report.items]),
        Cell(report.showing.purpose or ""),
        Cell("" if entry.earlier is None else entry.earlier),
    ]


def clock(entry: Entry, now: datetime) -> str:
    """When the answer was given, on the clock of the desk."""
    return f"{in_zone_of(now, entry.report.checked_at):%H:%M}"
