"""The recovery sheet: made, printed, and proved to be on paper; and a new passphrase after it was used."""

from __future__ import annotations

from typing import Any, Final

from starlette.responses import Response

from vcwallet.bundle.recovery_sheet import RecoverySheet
from vcwallet.bundle.symbols import lone_svg
from vcwallet.errors import N_, VcwalletError
from vcwallet.sealed_file import passphrases
from vcwallet.sealed_file.recovery_codes import groups_to_read
from vcwallet.speaking import safekeeping
from vcwallet.web.pages.family import creating
from vcwallet.web.pages.family.opened import Family
from vcwallet.web.pages.family.under_way import NewSheet
from vcwallet.web.pages.jobs import Job
from vcwallet.web.pages.visit import Get, Post, Visit

__all__ = ["ROUTES", "how"]

_HOW: Final = (
    N_("The program is called vcwallet; it is free, and published at pypi.org."),
    N_(
        "To open: start the program, choose the wallet, then “Open with the recovery sheet”, and type the"
        " code or give a photo of this page; then delete the photo."
    ),
)


def about(visit: Visit[Family]) -> Response:
    """What the sheet is for, and which one counts."""
    return visit.page("family/sheet.html", sheets=visit.opened.wallet.own_sheets)


def begin(visit: Visit[Family]) -> Response:
    opened = visit.opened
    printed = opened.wallet.begin_recovery_code()
    sheet = RecoverySheet(printed, opened.title, visit.now.date())
    new = NewSheet(sheet, groups_to_read(printed.codes, visit.randomness))
    task = opened.begin(new, visit.randomness)
    return visit.go(f"sheet/{task}")


def sheet(visit: Visit[Family]) -> Response:
    return visit.page("family/sheet_print.html", **_sheet(visit))


def confirm(visit: Visit[Family]) -> Response:
    """Somebody read groups from the paper: the earlier sheets stop opening the wallet."""
    new, opened = _task(visit), visit.opened
    fields = [f"group{group.number}" for group in new.groups]
    wrong = safekeeping.misread(new.groups, [visit.form.text(field) for field in fields])
    if wrong is not None:
        field = fields[wrong.position]
        return visit.again("family/sheet_print.html", wrong.error, field=field, **_sheet(visit))
    opened.wallet.finish_recovery_code(new.sheet.printed)
    opened.finish(visit.parameters["task"])
    opened.save(visit.now)
    words = N_("The sheet {number} opens the wallet. Keep it apart from this computer.")
    return visit.go(notice=visit.language.text(words, number=new.sheet.number))


def put_off(visit: Visit[Family]) -> Response:
    """It came on no paper: its code is closed again."""
    visit.opened.wallet.withdraw_recovery_code(_task(visit).sheet.printed)
    visit.opened.finish(visit.parameters["task"])
    visit.opened.save(visit.now)
    return visit.go()


def pdf(visit: Visit[Family]) -> Response:
    work = _task(visit)
    (page,) = work.sheet.pages(".pdf", visit.language, how(visit))
    name = visit.language.text(N_("recovery sheet {number}"), number=work.sheet.number)
    return visit.download(f"{name}.pdf", page)


def code(visit: Visit[Family]) -> Response:
    """The square code of the sheet, drawn here."""
    return Response(lone_svg(_task(visit).sheet.printed.codes[0]), media_type="image/svg+xml")


def _sheet(visit: Visit[Family]) -> dict[str, Any]:
    work = _task(visit)
    return {
        "title": work.sheet.title(visit.language),
        "file": work.sheet.file_name,
        "made": work.sheet.made,
        "groups": work.sheet.printed.codes[0].split("-"),
        "asked": [group.number for group in work.groups],
        "advice": work.sheet.advice(visit.language, how(visit)),
        "task": visit.parameters["task"],
    }


def how(visit: Visit[Family]) -> list[str]:
    """How to get the program and open the wallet with the sheet."""
    return [visit.language.text(each) for each in _HOW]


def _task(visit: Visit[Family]) -> NewSheet:
    """Raises UsageError (``page.forgotten``)."""
    return visit.opened.task(visit.parameters["task"], NewSheet)


# --- a new passphrase after the sheet was used --------------------------------------------------------------


def phrase(visit: Visit[Family]) -> Response:
    """Six words for a family that forgot its own."""
    return visit.page("family/new_words.html", words=_phrase(visit).split(), steps=_steps(visit), own=False)


def other_phrase(visit: Visit[Family]) -> Response:
    visit.opened.tasks["phrase"] = passphrases.generate(visit.language.code, visit.randomness)
    return visit.go("phrase")


def type_phrase(visit: Visit[Family]) -> Response:
    return visit.page("family/new_type.html", **_typing(visit))


def change_phrase(visit: Visit[Family]) -> Response:
    opened = visit.opened
    try:
        typed = creating.typed_words(visit, _phrase(visit))
    except VcwalletError as error:
        return visit.again("family/new_type.html", error, field="passphrase", **_typing(visit))

    def work(job: Job) -> str:
        opened.wallet.change_passphrase(typed, kdf=creating.kdf())
        opened.phrase_is_due = False
        opened.finish("phrase")
        opened.save(visit.now)
        opened.notice = visit.language.text(
            N_("The wallet opens with the new words from now on. The recovery sheet stays valid.")
        )
        return ""

    return visit.start(N_("Changing the passphrase"), 0, work, stoppable=False)


def _phrase(visit: Visit[Family]) -> str:
    return visit.opened.task("phrase", str)


def _steps(visit: Visit[Family]) -> list[str]:
    return [visit.language.text(each) for each in creating.STEPS[1:]]


def _typing(visit: Visit[Family]) -> dict[str, Any]:
    return {
        "file": visit.opened.title,
        "own": False,
        "steps": _steps(visit),
        "button": visit.language.text(N_("Open with these words from now on")),
        "back": visit.to("phrase"),
    }


ROUTES: Final = (
    Get("sheet", about),
    Post("sheet", begin),
    Get("sheet/{task}", sheet),
    Post("sheet/{task}", confirm),
    Post("sheet/{task}/off", put_off),
    Get("sheet/{task}/pdf", pdf),
    Get("sheet/{task}/code", code),
    Get("phrase", phrase),
    Post("phrase", other_phrase),
    Get("phrase/type", type_phrase),
    Post("phrase/type", change_phrase),
)
