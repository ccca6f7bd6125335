"""A sheet of results: how it was read, which the secretary may change, and what is wrong with it."""

from __future__ import annotations

from typing import Any, Final

from starlette.responses import Response

from vcwallet.errors import N_, UsageError, VcwalletError
from vcwallet.speaking import rosters
from vcwallet.speaking.whole_numbers import whole_number
from vcwallet.web.pages.jobs import Job
from vcwallet.web.pages.secretary.opened import Secretary
from vcwallet.web.pages.secretary.sheet_in_work import NO_DIPLOMA, SheetInWork, read_again, said_in
from vcwallet.web.pages.visit import Get, Post, Visit

__all__ = ["ROUTES"]

_LONG_FILE: Final = 1_000_000
"""Bytes of a sheet that takes some seconds to read."""
_NOT_FOUND: Final = ("roster.no-header", "roster.several-sheets", "roster.no-sheet")
"""Why a file was not read that a person can say more of."""
_SPREADSHEET: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


# --- giving a sheet -------------------------------------------------------------------


def ask(visit: Visit[Secretary]) -> Response:
    return visit.page("secretary/sheet.html", **_begun(visit))


def _begun(visit: Visit[Secretary]) -> dict[str, Any]:
    issuer = visit.opened.issuer
    templates = [issuer.template(each) for each in issuer.settings.templates]
    chosen = visit.form.text("template") or templates[0].id
    return {
        "templates": [(each.id, each.names[visit.language.code]) for each in templates],
        "chosen": chosen,
        "blanks": visit.veiled(issuer.settings.templates),
        "same": [
            (
                each.names[visit.language.code],
                rosters.same_in_all_rows(each, issuer.given(each), visit.language),
            )
            for each in templates
        ],
        "invented": bool(issuer.invented),
    }


def give(visit: Visit[Secretary]) -> Response:
    files = visit.form.files("sheet")
    if not files:
        error = UsageError(
            "page.no-sheet",
            N_("No sheet was chosen."),
            next_step=N_("Choose the file in which the results stand."),
        )
        return visit.again("secretary/sheet.html", error, field="sheet", **_begun(visit))
    issuer = visit.opened.issuer
    template = issuer.template(visit.form.text("template") or None)
    sheet = SheetInWork(files[-1].name, files[-1].content, template.id, issuer.sheet_words(template))
    return _read(visit, visit.opened.begin(sheet, visit.randomness), sheet)


def _read(visit: Visit[Secretary], task: str, sheet: SheetInWork) -> Response:
    """Read, and go on to what was understood; a long sheet is read while the page waits."""
    issuer, now = visit.opened.issuer, visit.now

    def work(job: Job) -> str:
        try:
            read_again(sheet, issuer, now)
        except VcwalletError as error:
            if error.code not in _NOT_FOUND:
                raise
            return f"sheet/{task}/where"
        return f"sheet/{task}"

    if len(sheet.content) >= _LONG_FILE:
        return visit.start(N_("Reading the sheet"), 0, work, back="sheet")
    try:
        return visit.go(work(Job("", 0)))
    except VcwalletError as error:
        return visit.again("secretary/sheet.html", error, field="sheet", **_begun(visit))


def blank(visit: Visit[Secretary]) -> Response:
    """An empty sheet with the columns of a template."""
    issuer = visit.opened.issuer
    template = issuer.template(visit.unveiled("template", issuer.settings.templates))
    content = issuer.blank(template, language=visit.language)
    return visit.download(f"{template.names[visit.language.code]}.xlsx", content, _SPREADSHEET)


# --- where the headers are --------------------------------------------------------------


def ask_where(visit: Visit[Secretary]) -> Response:
    sheet = _sheet(visit)
    return visit.page("secretary/sheet_where.html", **_where(visit, sheet))


def _where(visit: Visit[Secretary], sheet: SheetInWork) -> dict[str, Any]:
    beginnings = visit.opened.issuer.beginnings(sheet.content)
    return {"sheet": sheet, "beginnings": beginnings, "task": visit.parameters["task"]}


def say_where(visit: Visit[Secretary]) -> Response:
    sheet, form = _sheet(visit), visit.form
    chosen, _, row = form.text("header").partition(":")
    place = whole_number(chosen)
    beginnings = visit.opened.issuer.beginnings(sheet.content)
    sheet.all_pages = form.text("header") == "all"
    if place is not None and place < len(beginnings):
        sheet.page = beginnings[place].name or None
        sheet.header_row = whole_number(row) or None
    try:
        read_again(sheet, visit.opened.issuer, visit.now)
    except VcwalletError as error:
        return visit.again("secretary/sheet_where.html", error, **_where(visit, sheet))
    return visit.go(f"sheet/{visit.parameters['task']}")


# --- how it was read ---------------------------------------------------------------------


def understood(visit: Visit[Secretary]) -> Response:
    return visit.page("secretary/sheet_read.html", **_understood(visit, _read_sheet(visit)))


def _understood(visit: Visit[Secretary], sheet: SheetInWork) -> dict[str, Any]:
    read, language = sheet.roster, visit.language
    return {
        "sheet": sheet,
        "task": visit.parameters["task"],
        "read": read,
        "how": read.understood,
        "lines": [*rosters.how_read(read, language)],
        "choices": rosters.column_choices(read),
        "missing": rosters.required_columns(read),
        "for_all": _for_all(visit, sheet),
        "words": [
            (word, rosters.meanings_of(read, word.key), rosters.may_mean_nothing(read, word.key))
            for word in rosters.words_read(read, language)
        ],
        "no_diploma": NO_DIPLOMA,
        "found": rosters.mistakes(read, language, most=0),
    }


def _for_all(visit: Visit[Secretary], sheet: SheetInWork) -> tuple[str, ...]:
    issuer = visit.opened.issuer
    return rosters.missing_for_all(sheet.roster, issuer.same_in_all(issuer.template(sheet.template)))


def say_words(visit: Visit[Secretary]) -> Response:
    """Read again with what was said; then on to what is wrong with it, unless only that was asked for."""
    sheet, form = _read_sheet(visit), visit.form
    before = sheet.words
    try:
        _said(visit, sheet)
    except VcwalletError as error:
        sheet.words = before
        read_again(sheet, visit.opened.issuer, visit.now)
        return visit.again("secretary/sheet_read.html", error, **_understood(visit, sheet))
    if form.ticked("again"):
        return visit.go(f"sheet/{visit.parameters['task']}")
    _remember(visit, sheet)
    return visit.go(_after_reading(visit, sheet))


def _said(visit: Visit[Secretary], sheet: SheetInWork) -> None:
    form = visit.form
    sheet.words = said_in(form, sheet)
    if "options" in form.names():
        sheet.hidden = form.ticked("hidden")
        sheet.name_case = form.ticked("name-case")
        sheet.without_results = form.ticked("without-results")
        sheet.remember = form.ticked("remember")
    read_again(sheet, visit.opened.issuer, visit.now)


def _remember(visit: Visit[Secretary], sheet: SheetInWork) -> None:
    """Keep for next year what was said of headings and words, when that is wanted."""
    if sheet.remember and sheet.words:
        template = visit.opened.issuer.template(sheet.template)
        visit.opened.issuer.keep_sheet_words(template, sheet.words)


def _after_reading(visit: Visit[Secretary], sheet: SheetInWork) -> str:
    wrong = sheet.roster.blocking and not sheet.only_good
    return f"sheet/{visit.parameters['task']}/{'mistakes' if wrong else 'rows'}"


# --- what is wrong with it -----------------------------------------------------------------


def mistakes(visit: Visit[Secretary]) -> Response:
    sheet = _read_sheet(visit)
    if not sheet.roster.blocking:
        return visit.go(f"sheet/{visit.parameters['task']}/rows")
    return visit.page("secretary/sheet_mistakes.html", **_mistaken(visit, sheet))


def _mistaken(visit: Visit[Secretary], sheet: SheetInWork) -> dict[str, Any]:
    read = sheet.roster
    found = rosters.mistakes(read, visit.language)
    return {
        "sheet": sheet,
        "task": visit.parameters["task"],
        "read": read,
        "how": read.understood,
        "found": found,
        "can_answer": found.can_answer,
        "for_all": _for_all(visit, sheet),
        "meanings": {each.key: rosters.meanings_of(read, each.key) for each in read.understood.unknown},
        "may_mean_nothing": {
            each.key: rosters.may_mean_nothing(read, each.key) for each in read.understood.unknown
        },
        "no_diploma": NO_DIPLOMA,
    }


def say_meanings(visit: Visit[Secretary]) -> Response:
    """Say what words mean, or allow rows whose words were looked at."""
    sheet = _read_sheet(visit)
    before, allowed = sheet.words, sheet.allowed
    sheet.allowed |= frozenset(visit.form.texts("allow"))
    try:
        _said(visit, sheet)
    except VcwalletError as error:
        sheet.words, sheet.allowed = before, allowed
        read_again(sheet, visit.opened.issuer, visit.now)
        return visit.again("secretary/sheet_mistakes.html", error, **_mistaken(visit, sheet))
    _remember(visit, sheet)
    return visit.go(_after_reading(visit, sheet))


def correct(visit: Visit[Secretary]) -> Response:
    """Take the corrected sheet in place of this one; what was said of its columns and words stays."""
    sheet, files = _read_sheet(visit), visit.form.files("sheet")
    before = (sheet.name, sheet.content)
    if files:
        sheet.name, sheet.content = files[-1].name, files[-1].content
    try:
        read_again(sheet, visit.opened.issuer, visit.now)
    except VcwalletError as error:
        sheet.name, sheet.content = before
        read_again(sheet, visit.opened.issuer, visit.now)
        return visit.again("secretary/sheet_mistakes.html", error, field="sheet", **_mistaken(visit, sheet))
    sheet.only_good = False
    return visit.go(_after_reading(visit, sheet))


def only_good(visit: Visit[Secretary]) -> Response:
    _read_sheet(visit).only_good = True
    return visit.go(f"sheet/{visit.parameters['task']}/rows")


def marked(visit: Visit[Secretary]) -> Response:
    """The sheet with its mistakes coloured and explained."""
    sheet = _read_sheet(visit)
    content = visit.opened.issuer.explained(sheet.content, sheet.roster, language=visit.language)
    name = visit.language.text(N_("{name}, marked"), name=sheet.name.rpartition(".")[0] or sheet.name)
    return visit.download(f"{name}.xlsx", content, _SPREADSHEET)


def _sheet(visit: Visit[Secretary]) -> SheetInWork:
    return visit.opened.task(visit.parameters["task"], SheetInWork)


def _read_sheet(visit: Visit[Secretary]) -> SheetInWork:
    sheet = _sheet(visit)
    if sheet.read is None:
        read_again(sheet, visit.opened.issuer, visit.now)
    return sheet


ROUTES: Final = (
    Get("sheet", ask),
    Post("sheet", give),
    Get("sheet/blank/{template}", blank),
    Get("sheet/{task}", understood),
    Post("sheet/{task}", say_words),
    Get("sheet/{task}/where", ask_where),
    Post("sheet/{task}/where", say_where),
    Get("sheet/{task}/mistakes", mistakes),
    Post("sheet/{task}/mistakes", say_meanings),
    Post("sheet/{task}/corrected", correct),
    Post("sheet/{task}/only-good", only_good),
    Get("sheet/{task}/marked", marked),
)
