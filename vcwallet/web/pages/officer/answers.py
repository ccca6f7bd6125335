"""An answer at the desk, its protocol, and today's list as a whole."""

from __future__ import annotations

from importlib.metadata import version
from typing import Final

from starlette.responses import Response

from vcwallet.errors import N_, UsageError
from vcwallet.speaking.answer_lists import entries_words
from vcwallet.speaking.answers import answer_words
from vcwallet.speaking.protocol import of_report
from vcwallet.speaking.today_sheet import today_sheet
from vcwallet.speaking.whole_numbers import whole_number
from vcwallet.verifier.protocol import Record
from vcwallet.verifier.today import Entry
from vcwallet.web.pages.officer.opened import Desk
from vcwallet.web.pages.visit import Get, Post, Visit

__all__ = ["ROUTES", "entry_of"]

_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def answer(visit: Visit[Desk]) -> Response:
    entry = entry_of(visit)
    return visit.page(
        "officer/answer.html",
        entry=entry,
        answer=answer_words(entry.report, visit.language),
        rules=visit.opened.rules,
    )


def ask_protocol(visit: Visit[Desk]) -> Response:
    return visit.page("officer/protocol.html", entry=entry_of(visit), record=visit.opened.record)


def protocol(visit: Visit[Desk]) -> Response:
    """A page to print, sign and file, with the report attached."""
    form = visit.form
    record = Record(form.text("office"), form.text("number"), form.text("checked_by"))
    visit.opened.record = record
    entry = entry_of(visit)
    content = of_report(
        entry.report, record, visit.language, program=version("vcwallet"), explain=form.ticked("explain")
    )
    return visit.download(visit.language.text(N_("protocol {number}.pdf"), number=entry.number), content)


def today(visit: Visit[Desk]) -> Response:
    listed = visit.opened.reception.today
    entries = entries_words(listed, visit.language, now=visit.now)
    return visit.page("officer/today.html", entries=entries, let_go=listed.let_go)


def sheet(visit: Visit[Desk]) -> Response:
    content = today_sheet(visit.opened.reception.today, visit.language, now=visit.now)
    name = visit.language.text(N_("checked on {day}.xlsx"), day=visit.language.long_day(visit.now))
    return visit.download(name, content, _XLSX)


def ask_forget(visit: Visit[Desk]) -> Response:
    return visit.page("officer/forget.html", count=len(visit.opened.reception.today))


def forget(visit: Visit[Desk]) -> Response:
    visit.opened.reception.today.forget()
    return visit.go(notice=visit.language.text(N_("The list is forgotten.")))


def entry_of(visit: Visit[Desk]) -> Entry:
    """Raises UsageError (``desk.no-entry``)."""
    number = whole_number(visit.parameters["number"])
    entry = None if number is None else visit.opened.reception.today.of(number)
    if entry is None:
        raise UsageError(
            "desk.no-entry",
            N_("This answer is no longer in today's list."),
            next_step=N_("Check what was shown once more."),
        )
    return entry


ROUTES: Final = (
    Get("answers/{number}", answer),
    Get("answers/{number}/protocol", ask_protocol),
    Post("answers/{number}/protocol", protocol),
    Get("today", today),
    Get("today.xlsx", sheet),
    Get("forget", ask_forget),
    Post("forget", forget),
)
