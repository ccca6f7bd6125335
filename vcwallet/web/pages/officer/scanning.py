"""Where people show their diplomas: the camera, the hand scanner, files; and today's list beside it."""

from __future__ import annotations

from itertools import islice
from typing import Any, Final

from starlette.responses import JSONResponse, Response

from vcwallet import limits
from vcwallet.errors import N_, LimitExceeded, VcwalletError
from vcwallet.files import in_our_words
from vcwallet.speaking.answer_lists import entries_words
from vcwallet.speaking.reception import progress_sentence, step_sentence
from vcwallet.verifier.reception import Taken
from vcwallet.web.pages.jobs import Job
from vcwallet.web.pages.officer.opened import Desk, Result
from vcwallet.web.pages.visit import Get, Post, Visit

__all__ = ["ROUTES", "place_of"]

_NEWEST: Final = 12
"""Entries of today's list that stand beside the camera; the whole list has a page."""
_QUICK_BYTES: Final = 2 * limits.MIB
_QUICK_FILES: Final = 4
"""More files than that are read while a page says how far it is."""


def desk(visit: Visit[Desk], *, starts: bool = False) -> Response:
    try:
        visit.opened.present(visit.now)
    except VcwalletError as error:
        return visit.again("officer/desk.html", error, **_standing(visit), starts=False)
    return visit.page("officer/desk.html", **_standing(visit), starts=starts)


def waiting(visit: Visit[Desk]) -> Response:
    """The same page, with the camera started: somebody pressed "next"."""
    return desk(visit, starts=True)


def frame(visit: Visit[Desk]) -> Response:
    """One picture of the camera. `said` is put into the page as text; `go` is where an answer stands."""
    try:
        taken = visit.opened.reception.look(visit.body, now=visit.now)
    except (VcwalletError, OSError) as error:
        told = in_our_words(error, whole_path=False) if isinstance(error, OSError) else error
        return JSONResponse({"said": visit.language.error(told), "seen": "other", "go": ""})
    assert taken.step is not None
    return JSONResponse(
        {
            "said": step_sentence(taken.step, visit.language),
            "seen": taken.step.seen.value,
            "go": visit.to(place_of(visit, taken)) if _is_answer(taken) else "",
        }
    )


def typed(visit: Visit[Desk]) -> Response:
    try:
        taken = visit.opened.reception.typed(visit.form.text("typed"), now=visit.now)
    except LimitExceeded as error:
        return visit.again("officer/desk.html", error, field="typed", **_standing(visit), starts=False)
    step = taken.step
    if step is not None and step.problem is not None and not _is_answer(taken):
        return visit.again("officer/desk.html", step.problem, field="typed", **_standing(visit), starts=False)
    if step is not None and not _is_answer(taken):
        return visit.go(notice=step_sentence(step, visit.language))
    return visit.go(place_of(visit, taken))


def files(visit: Visit[Desk]) -> Response:
    given = [(each.name, each.content) for each in visit.form.files("files")]
    if not given:
        return visit.go()
    if len(given) > _QUICK_FILES or sum(len(content) for _, content in given) > _QUICK_BYTES:
        reception, now = visit.opened.reception, visit.now

        def work(job: Job) -> str:
            return place_of(visit, reception.files(given, now=now))

        return visit.start(N_("Reading files"), 0, work, stoppable=False)
    return visit.go(place_of(visit, visit.opened.reception.files(given, now=visit.now)))


def result(visit: Visit[Desk]) -> Response:
    """What came of files of which there were several answers, or none."""
    shown = visit.opened.result
    today = visit.opened.reception.today
    entries = [entry for number in shown.entries if (entry := today.of(number)) is not None]
    problems = [(each.source, visit.problem(each.error)) for each in shown.problems]
    return visit.page(
        "officer/result.html",
        entries=entries_words(entries, visit.language, now=visit.now),
        problems=problems,
    )


def following(visit: Visit[Desk]) -> Response:
    """The next person."""
    visit.opened.next()
    return visit.go("waiting")


def anew(visit: Visit[Desk]) -> Response:
    """Forget the parts that were read of this person."""
    visit.opened.reception.anew()
    return visit.go("waiting")


def _standing(visit: Visit[Desk]) -> dict[str, Any]:
    """What the desk's page shows beside the camera."""
    reception = visit.opened.reception
    return {
        "entries": entries_words(islice(reception.today, _NEWEST), visit.language, now=visit.now),
        "count": len(reception.today),
        "progress": progress_sentence(reception.gathering.progress, visit.language),
        "request": reception.request,
        "waiting": reception.requests.open(visit.now),
        "outdated": visit.opened.outdated(),
        "believed": len(visit.opened.office.trust.issuers),
    }


def _is_answer(taken: Taken) -> bool:
    return bool(taken.entries or taken.problems)


def place_of(visit: Visit[Desk], taken: Taken) -> str:
    """Where what came is told: the one answer, or the list of answers and problems."""
    if len(taken.entries) == 1 and not taken.problems:
        return f"answers/{taken.entries[0].number}"
    visit.opened.result = Result(tuple(each.number for each in taken.entries), taken.problems)
    return "result"


ROUTES: Final = (
    Get("", desk),
    Get("waiting", waiting),
    Post("frame", frame, body_bytes=limits.CAMERA_PICTURE_BYTES, counts=False),
    Post("typed", typed),
    Post("files", files),
    Get("result", result),
    Post("next", following),
    Post("anew", anew),
)
