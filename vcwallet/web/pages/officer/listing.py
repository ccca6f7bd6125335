"""The list of applicants: the office's sheet and a folder of what was handed in -> an answer for each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from starlette.responses import Response

from vcwallet import executors, limits
from vcwallet.errors import N_, UsageError, VcwalletError
from vcwallet.executors import Crew
from vcwallet.files import read_file
from vcwallet.locales import Language
from vcwallet.speaking.answer_lists import applicant_words
from vcwallet.speaking.queue_run import (
    QueueCall,
    QueueRun,
    Watch,
    applicants_of,
    check_queue,
    demand_applicants,
    forget,
    places_of,
    remark_sentence,
)
from vcwallet.speaking.results import tally_words
from vcwallet.verifier import unit_checking
from vcwallet.verifier.protocol import Record
from vcwallet.verifier.queue import ApplicantAnswer, Progress
from vcwallet.verifier.unit_checking import Task
from vcwallet.verifier.units import Layout
from vcwallet.web.pages.jobs import Job
from vcwallet.web.pages.officer.opened import Desk, Listing
from vcwallet.web.pages.visit import Get, Post, Visit

__all__ = ["ROUTES"]

_STATES: Final = ("refused", "not-known", "open", "partly", "not-counted", "confirmed", "nothing")
"""In the order in which a person looks at them."""
_SHOWN: Final = 300
_REMARKS: Final = 50
_PARALLEL_FROM: Final = 40
_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class _Following(Watch):
    """Tells the page of a job how far it is; stops when the person asks for it."""

    def __init__(self, job: Job, listing: Listing, language: Language) -> None:
        self._job, self._listing, self._language = job, listing, language

    def laid_out(self, layout: Layout) -> None:
        self._job.total = len(layout.units)
        self._job.check()

    @contextmanager
    def crew(self, task: Task, units: int) -> Iterator[Crew | None]:
        workers = executors.worth(units, None, least=_PARALLEL_FROM)
        if workers < 2:
            yield None
            return
        with executors.processes(workers, unit_checking.begin, task) as crew:
            yield crew

    def checked(self, progress: Progress, layout: Layout) -> None:
        self._job.total = progress.of
        self._job.step(progress.done - self._job.done)

    def answered(self, answer: ApplicantAnswer) -> None:
        self._listing.rows.append(applicant_words(answer, self._language))

    def protocol(self, file: Path, problem: VcwalletError | None) -> None:
        if problem is not None:
            self._listing.failed.append(f"{file.name}: {self._language.error(problem)}")
        self._job.check()


def queue(visit: Visit[Desk]) -> Response:
    """What came of the queue; or the beginning of one."""
    listing = visit.opened.listing
    if listing is None:
        return visit.page("officer/list_begin.html")
    if listing.run is None:
        return visit.page("officer/list_stopped.html", call=listing.call)
    return _answered(visit, listing, listing.run, "")


def shown(visit: Visit[Desk]) -> Response:
    """Only the applicants with one answer."""
    listing = visit.opened.listing
    if listing is None or listing.run is None:
        return visit.go("list")
    return _answered(visit, listing, listing.run, visit.parameters["state"])


def choose(visit: Visit[Desk]) -> Response:
    if visit.form.text("what") == "zip":
        return visit.choose(N_("Which archive was handed in?"), "list/of/{chosen}", wanted="file")
    return visit.choose(N_("In which folder is what was handed in?"), "list/of/{chosen}", wanted="folder")


def ask(visit: Visit[Desk]) -> Response:
    return _form(visit)


def begin(visit: Visit[Desk]) -> Response:
    """Read the list of applicants, and check everything in the folder."""
    source, desk, form = visit.chosen(), visit.opened, visit.form
    # First of all: the rules may be another kit's by now, and what a list must have depends on them.
    task = desk.reception.task(visit.now)
    given = next(iter(form.files("applicants")), None)
    remarks: Sequence[str] = ()
    try:
        if given is None:
            raise _no_list()
        sheet = applicants_of(given.content, desk.rules, today=visit.now.date())
        found = (*sheet.problems, *sheet.notes)[:_REMARKS]
        remarks = [remark_sentence(each, visit.language) for each in found]
        demand_applicants(sheet)
        folder, results = places_of(_beside(source, visit.language), source)
    except VcwalletError as error:
        return _form(visit, error, remarks)
    call = QueueCall(
        task,
        source,
        sheet,
        given.name,
        folder,
        results,
        desk.rules,
        record=Record(desk.title, checked_by=form.text("checked_by")),
        protocols=folder / visit.language.text(N_("protocols")) if form.ticked("protocols") else None,
        explain=form.ticked("explain"),
        keep=True,
    )
    desk.listing = Listing(call)
    return _start(visit, desk.listing)


def go_on(visit: Visit[Desk]) -> Response:
    """Go on where a stopped run was, or check what came since; all of it anew by a list that was changed."""
    listing = visit.opened.listing
    if listing is None:
        return visit.go("list")
    verifier = visit.opened.reception.task(visit.now).verifier
    listing.call = replace(listing.call, task=replace(listing.call.task, verifier=verifier))
    return _start(visit, listing)


def table(visit: Visit[Desk]) -> Response:
    """The results as they lie in the folder."""
    listing = visit.opened.listing
    if listing is None or listing.run is None:
        return visit.go("list")
    return visit.download(listing.run.written.name, read_file(listing.run.written, limits.SHEET_BYTES), _XLSX)


def ask_finish(visit: Visit[Desk]) -> Response:
    return visit.page("officer/list_finish.html", listing=visit.opened.listing)


def finish(visit: Visit[Desk]) -> Response:
    """Forget the queue at this desk, with the journal of its run; results and protocols stay."""
    if visit.opened.listing is not None:
        forget(visit.opened.listing.call)
    visit.opened.listing = None
    return visit.go("list")


def _start(visit: Visit[Desk], listing: Listing) -> Response:
    language = visit.language

    def work(job: Job) -> str:
        listing.rows.clear()
        listing.failed.clear()
        listing.run = None
        listing.run = check_queue(listing.call, language, _Following(job, listing, language))
        return "list"

    return visit.start(N_("Checking what was handed in"), 0, work, back="list")


def _answered(visit: Visit[Desk], listing: Listing, run: QueueRun, state: str) -> Response:
    counts = Counter(each.state for each in listing.rows)
    rows = [each for each in listing.rows if not state or each.state == state]
    rows.sort(key=lambda each: _STATES.index(each.state))
    return visit.page(
        "officer/list.html",
        listing=listing,
        run=run,
        tally=tally_words(run.tally, visit.language),
        rows=rows[:_SHOWN],
        more=max(0, len(rows) - _SHOWN),
        states=[(each, counts[each]) for each in _STATES if counts[each]],
        state=state,
    )


def _form(visit: Visit[Desk], error: VcwalletError | None = None, remarks: Sequence[str] = ()) -> Response:
    values: dict[str, Any] = {
        "source": visit.chosen().name,
        "into": _beside(visit.chosen(), visit.language).name,
        "remarks": remarks,
        "rules": visit.opened.rules,
        "checked_by": visit.form.text("checked_by"),
    }
    if error is not None:
        return visit.again("officer/list_form.html", error, field="applicants", **values)
    return visit.page("officer/list_form.html", **values)


def _beside(source: Path, language: Language) -> Path:
    """Where the results go: beside what is checked, never into it."""
    return source.with_name(language.text(N_("{name} - checked"), name=source.stem))


def _no_list() -> UsageError:
    return UsageError(
        "queue.no-list",
        N_("There is no list of applicants."),
        next_step=N_("Give the sheet with numbers, names and birth dates."),
    )


ROUTES: Final = (
    Get("list", queue),
    Post("list", choose),
    Get("list/of/{chosen}", ask),
    Post("list/of/{chosen}", begin),
    Post("list/go", go_on),
    Get("list/table", table),
    Get("list/finish", ask_finish),
    Post("list/finish", finish),
    Get("list/only/{state}", shown),
)
