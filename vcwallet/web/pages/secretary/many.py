"""Several diplomas revoked, suspended or reinstated at once: of a sheet, or ticked among what was found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from starlette.responses import Response

from vcwallet.errors import N_, Plural, UsageError, VcwalletError, plural
from vcwallet.issuer.finding import Match
from vcwallet.issuer.register import Change
from vcwallet.speaking.issuers import child_words, state_words
from vcwallet.web.pages.jobs import Job
from vcwallet.web.pages.secretary.diplomas import Search
from vcwallet.web.pages.secretary.opened import Secretary
from vcwallet.web.pages.visit import Get, Post, Visit

__all__ = ["ROUTES"]


@dataclass(frozen=True)
class Several:
    """What shall become of which diplomas, before somebody says yes to it."""

    search: str
    what: Change
    chosen: tuple[Match, ...]
    reason: str


@dataclass(frozen=True)
class Changed:
    """What became of them."""

    what: Change
    changed: int
    before: int
    """How many were so before."""
    problems: tuple[tuple[str, VcwalletError], ...]


_QUESTIONS: Final[dict[Change, Plural]] = {
    Change.REVOKED: plural("Revoke {number} diploma for good?", "Revoke {number} diplomas for good?"),
    Change.SUSPENDED: plural("Suspend {number} diploma?", "Suspend {number} diplomas?"),
    Change.REINSTATED: plural("Let {number} diploma count again?", "Let {number} diplomas count again?"),
}
_BUTTONS: Final = {
    Change.REVOKED: N_("Revoke for good"),
    Change.SUSPENDED: N_("Suspend"),
    Change.REINSTATED: N_("Reinstate"),
}
_DONE: Final[dict[Change, Plural]] = {
    Change.REVOKED: plural("{number} diploma is revoked.", "{number} diplomas are revoked."),
    Change.SUSPENDED: plural("{number} diploma is suspended.", "{number} diplomas are suspended."),
    Change.REINSTATED: plural("{number} diploma counts again.", "{number} diplomas count again."),
}


def ask(visit: Visit[Secretary]) -> Response:
    search = _search(visit)
    # A sheet was made for this; what a word was found in is ticked by hand.
    return _ask(visit, {each.line.id for each in search.found.found} if search.of_file else set())


def choose(visit: Visit[Secretary]) -> Response:
    search, form, opened = _search(visit), visit.form, visit.opened
    ticked = set(form.texts("diploma"))
    chosen = tuple(each for each in search.found.found if each.line.id in ticked)
    what = next((each for each in _BUTTONS if each.value == form.text("what")), None)
    if what is None or not chosen:
        error = UsageError(
            "page.none-chosen",
            N_("It is not said which diplomas, or what shall become of them."),
            next_step=N_("Tick the diplomas, and press what shall become of them."),
        )
        return _ask(visit, ticked, error)
    name = visit.parameters["task"]
    several = Several(name, what, chosen, form.text("reason"))
    return visit.go(f"several/{opened.begin(several, visit.randomness)}")


def _ask(visit: Visit[Secretary], ticked: set[str], error: VcwalletError | None = None) -> Response:
    search, language = _search(visit), visit.language
    values: dict[str, Any] = {
        "rows": _rows(visit, search.found.found),
        "ticked": ticked,
        "acts": [(each.value, language.text(words)) for each, words in _BUTTONS.items()],
        "reason": visit.form.text("reason"),
        "back": f"found/{visit.parameters['task']}",
    }
    if error is not None:
        return visit.again("secretary/several.html", error, field="diploma-1", **values)
    return visit.page("secretary/several.html", **values)


def confirm(visit: Visit[Secretary]) -> Response:
    """What will happen to whom, once more; a revocation cannot be taken back."""
    several = visit.opened.task(visit.parameters["task"], Several)
    return visit.page(
        "secretary/several_check.html",
        question=visit.language.text(_QUESTIONS[several.what], number=len(several.chosen)),
        button=visit.language.text(_BUTTONS[several.what]),
        for_good=several.what is Change.REVOKED,
        rows=_rows(visit, several.chosen),
        reason=several.reason,
        back=f"found/{several.search}/several",
    )


def do(visit: Visit[Secretary]) -> Response:
    opened, now, randomness = visit.opened, visit.now, visit.randomness
    several = opened.task(visit.parameters["task"], Several)
    numbers = {each.line.id: f"{each.line.number:04d}" for each in several.chosen}

    def work(job: Job) -> str:
        changed, before = 0, 0
        problems: list[tuple[str, VcwalletError]] = []
        told = opened.issuer.change(several.what, numbers, now=now, reason=several.reason or None)
        for identifier, became in told:
            if isinstance(became, VcwalletError):
                problems.append((numbers[identifier], became))
            else:
                changed, before = changed + became, before + (not became)
            job.step()
        return "changed/" + opened.begin(Changed(several.what, changed, before, tuple(problems)), randomness)

    return visit.start(N_("Writing it into the register"), len(numbers), work, back="find", stoppable=False)


def changed(visit: Visit[Secretary]) -> Response:
    became, language = visit.opened.task(visit.parameters["task"], Changed), visit.language
    before = plural("{number} diploma was so before.", "{number} diplomas were so before.")
    return visit.page(
        "secretary/several_done.html",
        done=language.text(_DONE[became.what], number=became.changed),
        before=language.text(before, number=became.before) if became.before else "",
        publish=bool(became.changed),
        problems=[(number, visit.problem(error)) for number, error in became.problems],
    )


def _rows(visit: Visit[Secretary], found: Sequence[Match]) -> list[dict[str, str]]:
    return [
        {
            "id": each.line.id,
            "number": f"{each.line.number:04d}",
            "whose": child_words(each.child, visit.language),
            "state": state_words(each.line, visit.language),
        }
        for each in found
    ]


def _search(visit: Visit[Secretary]) -> Search:
    return visit.opened.task(visit.parameters["task"], Search)


ROUTES: Final = (
    Get("found/{task}/several", ask),
    Post("found/{task}/several", choose),
    Get("several/{task}", confirm),
    Post("several/{task}", do),
    Get("changed/{task}", changed),
)
