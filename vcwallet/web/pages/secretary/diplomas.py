"""Finding a diploma, what is known of it, and what may become of it; each deed has a page of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from starlette.responses import Response

from vcwallet.errors import N_, VcwalletError
from vcwallet.issuer import Dropped, Issuer, LookedUp, Story
from vcwallet.speaking.issuers import (
    changed_fields,
    column_name,
    deed_words,
    field_text,
    lookup_words,
    state_words,
    story_facts,
)
from vcwallet.web.pages.jobs import Job
from vcwallet.web.pages.secretary.opened import Secretary, with_keys
from vcwallet.web.pages.visit import Get, Post, Visit

__all__ = ["ROUTES"]

_RECENT: Final = 20


@dataclass
class Search:
    """What somebody looked for, and what was found."""

    asked: str
    found: LookedUp
    of_file: bool = False
    """Whether a file was dropped, such as a sheet."""


@dataclass(frozen=True)
class Correction:
    """What a diploma shall say, before it is signed."""

    changes: Mapping[str, str]


# --- finding ---------------------------------------------------------------------------


def ask(visit: Visit[Secretary]) -> Response:
    issuer = visit.opened.issuer
    return visit.page(
        "secretary/find.html",
        recent=issuer.recent(_RECENT),
        state_words=_states(visit),
    )


def search(visit: Visit[Secretary]) -> Response:
    opened, now = visit.opened, visit.now
    words = visit.form.text("words")
    file = next((Dropped(each.name, each.content) for each in visit.form.files("file")), None)

    def work(job: Job) -> str:
        found = opened.issuer.look_up(words, file=file, now=now, progress=lambda _: job.check())
        if len(found.found) == 1 and not found.problems:
            return f"diplomas/{found.found[0].line.number}"
        return "found/" + opened.begin(
            Search(file.name if file else words, found, file is not None), visit.randomness
        )

    return visit.start(N_("Searching"), 0, work, back="find")


def found(visit: Visit[Secretary]) -> Response:
    search = visit.opened.task(visit.parameters["task"], Search)
    return visit.page(
        "secretary/found.html",
        search=search,
        here=visit.parameters["task"],
        told=lookup_words(search.found, visit.language),
        state_words=_states(visit),
        problems=[
            (each.where, visit.problem(each.problem)) for each in search.found.problems if each.problem
        ],
    )


def _states(visit: Visit[Secretary]) -> Callable[..., str]:
    return partial(state_words, language=visit.language)


# --- one diploma ---------------------------------------------------------------------------


def _story(visit: Visit[Secretary]) -> Story:
    issuer = visit.opened.issuer
    return issuer.story(issuer.find(visit.parameters["number"]).id)


def diploma(visit: Visit[Secretary]) -> Response:
    story, language, issuer = _story(visit), visit.language, visit.opened.issuer
    return visit.page(
        "secretary/diploma.html",
        story=story,
        state=state_words(story.line, language),
        signed=issuer.today(story.line.created),
        facts=story_facts(story, language),
        acts=[
            deed_words(act, language.long_day(issuer.today(act.moment)), language) for act in story.line.acts
        ],
    )


def file(visit: Visit[Secretary]) -> Response:
    """The signed file, or its PDF, which is drawn when it is not there."""
    line = visit.opened.issuer.find(visit.parameters["number"])
    name, content = visit.opened.issuer.file_of(line.id, pdf=visit.form.ticked("pdf"), now=visit.now)
    return visit.download(name, content)


# --- correcting ---------------------------------------------------------------------------


def _fields(visit: Visit[Secretary], story: Story) -> list[dict[str, Any]]:
    typed = visit.form
    return [
        {
            "id": f"set-{column.key}",
            "name": column_name(column, visit.language),
            "value": typed.text(f"set-{column.key}")
            if f"set-{column.key}" in typed.names()
            else field_text(column, value, visit.language),
            "choices": [choice.value for choice in column.choices if not choice.skip],
        }
        for column, value in story.values
    ]


@with_keys
def ask_correct(visit: Visit[Secretary]) -> Response:
    story = _story(visit)
    return visit.page("secretary/correct.html", story=story, fields=_fields(visit, story))


@with_keys
def correct(visit: Visit[Secretary]) -> Response:
    story, opened = _story(visit), visit.opened
    typed = {
        column.key: visit.form.text(f"set-{column.key}")
        for column, _ in story.values
        if f"set-{column.key}" in visit.form.names()
    }
    changes = changed_fields(story, typed, visit.language)
    try:
        opened.issuer.correction(story.line.id, changes, now=visit.now)
    except VcwalletError as error:
        return visit.again("secretary/correct.html", error, story=story, fields=_fields(visit, story))
    name = opened.begin(Correction(changes), visit.randomness)
    return visit.go(f"diplomas/{story.line.number}/correct/{name}")


@with_keys
def ask_sign(visit: Visit[Secretary]) -> Response:
    story, changes = _story(visit), visit.opened.task(visit.parameters["task"], Correction).changes
    rows = [
        (column_name(column, visit.language), field_text(column, value, visit.language), changes[column.key])
        for column, value in story.values
        if column.key in changes
    ]
    return visit.page("secretary/correct_check.html", story=story, rows=rows)


@with_keys
def sign(visit: Visit[Secretary]) -> Response:
    story, changes = _story(visit), visit.opened.task(visit.parameters["task"], Correction).changes
    new = visit.opened.issuer.correct(story.line.id, changes, now=visit.now)
    told = N_(
        "The corrected diploma is signed. Hand it out, and publish: until then the old one counts, too."
    )
    visit.opened.finish(visit.parameters["task"], f"diplomas/{new.number}")
    return visit.go(f"diplomas/{new.number}", notice=visit.language.text(told))


# --- revoking, suspending, reinstating --------------------------------------------------------------------


@dataclass(frozen=True)
class _Deed:
    template: str
    do: Callable[..., bool]
    done: str


_REVOKE: Final = _Deed(
    "secretary/revoke.html",
    Issuer.revoke,
    N_("Revoked. Whoever checks it learns of it from what you publish."),
)
_SUSPEND: Final = _Deed(
    "secretary/suspend.html",
    Issuer.suspend,
    N_("Suspended. Whoever checks it learns of it from what you publish."),
)
_REINSTATE: Final = _Deed(
    "secretary/reinstate.html",
    Issuer.reinstate,
    N_("It counts again. Whoever checks it learns of it from what you publish."),
)


def _ask_deed(visit: Visit[Secretary], deed: _Deed) -> Response:
    return visit.page(deed.template, story=_story(visit), reason="")


def _do_deed(visit: Visit[Secretary], deed: _Deed) -> Response:
    story, reason = _story(visit), visit.form.text("reason")
    try:
        deed.do(visit.opened.issuer, story.line.id, now=visit.now, reason=reason or None)
    except VcwalletError as error:
        return visit.again(deed.template, error, story=story, reason=reason)
    return visit.go(f"diplomas/{story.line.number}", notice=visit.language.text(deed.done))


ROUTES: Final = (
    Get("find", ask),
    Post("find", search),
    Get("found/{task}", found),
    Get("diplomas/{number}", diploma),
    Post("diplomas/{number}/file", file),
    Get("diplomas/{number}/correct", ask_correct),
    Post("diplomas/{number}/correct", correct),
    Get("diplomas/{number}/correct/{task}", ask_sign),
    Post("diplomas/{number}/correct/{task}", sign),
    *(
        route
        for name, deed in (("revoke", _REVOKE), ("suspend", _SUSPEND), ("reinstate", _REINSTATE))
        for route in (
            Get(f"diplomas/{{number}}/{name}", partial(_ask_deed, deed=deed)),
            Post(f"diplomas/{{number}}/{name}", partial(_do_deed, deed=deed)),
        )
    ),
)
