"""From checked rows to signed diplomas: how they stand, how they look, and signing that can be stopped."""

from __future__ import annotations

from typing import Any, Final

from starlette.responses import Response

from vcwallet.errors import N_, UsageError, VcwalletError
from vcwallet.speaking import rosters
from vcwallet.web.pages.jobs import Job
from vcwallet.web.pages.secretary.opened import Secretary, with_keys
from vcwallet.web.pages.secretary.sheet_in_work import SheetInWork, read_again, row_key, settled
from vcwallet.web.pages.visit import Get, Post, Visit

__all__ = ["ROUTES"]

_AT_ONCE: Final = 25
"""Diplomas that are signed before the page counts them, and before a wish to stop is heard."""
_SHOWN: Final = 50
"""Rows of a kind that are named one by one."""


def _sheet(visit: Visit[Secretary]) -> SheetInWork:
    sheet = visit.opened.task(visit.parameters["task"], SheetInWork)
    if sheet.read is None:
        read_again(sheet, visit.opened.issuer, visit.now)
    return sheet


def _planned(visit: Visit[Secretary]) -> SheetInWork:
    """The sheet with its rows compared to the register as it is."""
    sheet = _sheet(visit)
    if sheet.plan is None:
        sheet.plan = visit.opened.issuer.plan(sheet.roster)
        sheet.seen += 1
    return sheet


# --- how the rows stand -------------------------------------------------------------------


@with_keys
def rows(visit: Visit[Secretary]) -> Response:
    sheet = _sheet(visit)
    if sheet.roster.blocking and not sheet.only_good:
        return visit.go(f"sheet/{visit.parameters['task']}/mistakes")
    # What was said of rows is asked anew: the plan is that of the register at this moment.
    sheet.plan = None
    _planned(visit)
    return visit.page("secretary/rows.html", **_standing(visit, sheet))


def _standing(visit: Visit[Secretary], sheet: SheetInWork) -> dict[str, Any]:
    plan, issuer = sheet.plan, visit.opened.issuer
    assert plan is not None
    return {
        "sheet": sheet,
        "task": visit.parameters["task"],
        "plan": plan,
        "standings": [
            (each, rosters.standing_rows(plan, each, issuer.whose, most=_SHOWN))
            for each in rosters.standings(plan, visit.language)
        ],
        "reworded": rosters.reworded(plan, visit.language),
        "row_key": row_key,
        "shown": _SHOWN,
    }


@with_keys
def decide(visit: Visit[Secretary]) -> Response:
    sheet, form = _planned(visit), visit.form
    assert sheet.plan is not None
    try:
        plan = settled(sheet.plan, form)
        visit.opened.issuer.demand_own_values(plan, replace=form.ticked("replace"))
    except VcwalletError as error:
        return visit.again("secretary/rows.html", error, **_standing(visit, sheet))
    sheet.seen += 1
    sheet.plan, sheet.replace, sheet.restore = plan, form.ticked("replace"), form.ticked("restore")
    return _draw(visit, sheet)


# --- how they look -------------------------------------------------------------------------


def _draw(visit: Visit[Secretary], sheet: SheetInWork) -> Response:
    issuer, read, now, task = visit.opened.issuer, sheet.roster, visit.now, visit.parameters["task"]
    samples = read.samples() if sheet.to_sign() else ()

    def work(job: Job) -> str:
        sheet.pictures = []
        for sample in samples:
            content = issuer.picture(read, sample.row, now=now)
            address = visit.keep(f"{sample.row.number}.png", content, "image/png", inline=True)
            sheet.pictures.append((rosters.SAMPLES[sample.why], rosters.name_in(read, sample.row), address))
            job.step()
        return f"sheet/{task}/look"

    return visit.start(N_("Drawing the diplomas"), len(samples), work, back=f"sheet/{task}/rows")


@with_keys
def look(visit: Visit[Secretary]) -> Response:
    sheet = _sheet(visit)
    if sheet.plan is None:
        return visit.go(f"sheet/{visit.parameters['task']}/rows")
    return visit.page("secretary/look.html", **_looked(visit, sheet))


def _looked(visit: Visit[Secretary], sheet: SheetInWork) -> dict[str, Any]:
    task = visit.parameters["task"]
    return {"sheet": sheet, "task": task, "to_sign": sheet.to_sign(), "seen": sheet.seen}


# --- signing ---------------------------------------------------------------------------------


@with_keys
def sign(visit: Visit[Secretary]) -> Response:
    sheet, issuer, now, task = _sheet(visit), visit.opened.issuer, visit.now, visit.parameters["task"]
    plan = sheet.plan
    if plan is None:
        return visit.go(f"sheet/{task}/rows")
    try:
        visit.demand_seen(sheet.seen)
    except UsageError as error:
        return visit.again("secretary/look.html", error, **_looked(visit, sheet))
    total = sheet.to_sign()
    # Stopped or not, what is in the register afterwards is another plan.
    sheet.plan = None

    def work(job: Job) -> str:
        sheet.issued = issuer.issue(
            plan,
            now=now,
            replace=sheet.replace,
            restore=sheet.restore,
            at_once=_AT_ONCE,
            progress=job.step,
        )
        return f"sheet/{task}/signed"

    return visit.start(N_("Signing"), total, work, back=f"sheet/{task}/rows")


def signed(visit: Visit[Secretary]) -> Response:
    sheet = _sheet(visit)
    if sheet.issued is None:
        return visit.go(f"sheet/{visit.parameters['task']}/rows")
    return visit.page("secretary/signed.html", sheet=sheet, issued=sheet.issued, read=sheet.roster)


ROUTES: Final = (
    Get("sheet/{task}/rows", rows),
    Post("sheet/{task}/rows", decide),
    Get("sheet/{task}/look", look),
    Post("sheet/{task}/sign", sign),
    Get("sheet/{task}/signed", signed),
)
