"""Handing out: a folder for each pupil or class, archives, codes, and the sheet to sign on receipt."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from starlette.responses import Response

from vcwallet.errors import N_
from vcwallet.issuer import Archives, By, HandedOut, State
from vcwallet.speaking.issuers import handed_out_words
from vcwallet.web.pages.jobs import Job
from vcwallet.web.pages.secretary.opened import Secretary, with_keys
from vcwallet.web.pages.visit import Get, Post, Visit

__all__ = ["ROUTES"]


@dataclass
class Handing:
    """How it is to be handed out, and what was made."""

    by: By
    archives: Archives
    locked: bool
    classes: tuple[str, ...]
    made: HandedOut | None = None
    folder: Path | None = None
    """Where it lies; None for an archive that is downloaded."""
    archive: str = ""
    """The address of the archive."""
    not_drawn: int = 0
    """Diplomas for which no PDF could be made."""


@with_keys
def ask(visit: Visit[Secretary]) -> Response:
    return visit.page("secretary/hand_out.html", **_offered(visit))


def _offered(visit: Visit[Secretary]) -> dict[str, Any]:
    issuer = visit.opened.issuer
    return {
        "ready": issuer.counts().get(State.ISSUED, 0),
        "classes": issuer.classes(),
        "to_draw": len(issuer.without_pdf),
    }


@with_keys
def begin(visit: Visit[Secretary]) -> Response:
    form = visit.form
    locked = form.ticked("locked")
    archives = Archives(form.text("archives") if form.text("archives") in set(Archives) else "none")
    handing = Handing(
        By.CLASS if form.text("by") == "class" else By.PUPIL,
        Archives.PUPIL if locked and archives is Archives.NONE else archives,
        locked,
        form.texts("class"),
    )
    name = visit.opened.begin(handing, visit.randomness)
    if form.ticked("download"):
        return _make(visit, name, handing)
    day = visit.language.day(visit.now)
    return visit.choose(
        N_("Where shall the folder lie?"),
        f"hand-out/{name}/into/{{chosen}}",
        wanted="new",
        name=visit.language.text(N_("Hand out {day}"), day=day),
    )


@with_keys
def ask_into(visit: Visit[Secretary]) -> Response:
    visit.opened.task(visit.parameters["task"], Handing)
    return visit.page("secretary/hand_out_into.html", folder=visit.chosen())


@with_keys
def into(visit: Visit[Secretary]) -> Response:
    name = visit.parameters["task"]
    handing = visit.opened.task(name, Handing)
    handing.folder = visit.chosen()
    return _make(visit, name, handing)


def _make(visit: Visit[Secretary], name: str, handing: Handing) -> Response:
    opened, now, language = visit.opened, visit.now, visit.language
    issuer, steps = opened.issuer, len(opened.issuer.without_pdf) + 1

    def work(job: Job) -> str:
        handing.not_drawn = issuer.draw_missing(now=now, progress=job.step)
        if handing.folder is not None:
            handing.made = issuer.handout(
                handing.folder,
                now=now,
                language=language,
                by=handing.by,
                archives=handing.archives,
                locked=handing.locked,
                classes=handing.classes,
            )
        else:
            handing.made, content = issuer.archive(
                now=now,
                language=language,
                by=handing.by,
                archives=handing.archives,
                locked=handing.locked,
                classes=handing.classes,
            )
            file = language.text(N_("Hand out {day}"), day=language.day(now)) + ".zip"
            handing.archive = visit.keep(file, content, "application/zip")
        job.step()
        return f"hand-out/{name}"

    return visit.start(N_("Making what is handed out"), steps, work, back="hand-out")


def show(visit: Visit[Secretary]) -> Response:
    handing = visit.opened.task(visit.parameters["task"], Handing)
    if handing.made is None:
        return visit.go("hand-out")
    told, *doubts = handed_out_words(handing.made, visit.language)
    return visit.page("secretary/handed_out.html", handing=handing, told=told, doubts=doubts)


def show_folder(visit: Visit[Secretary]) -> Response:
    """Show the folder that was made in the system's own window."""
    handing = visit.opened.task(visit.parameters["task"], Handing)
    if handing.folder is not None:
        visit.opened.show(handing.folder)
    return visit.go(f"hand-out/{visit.parameters['task']}")


ROUTES: Final = (
    Get("hand-out", ask),
    Post("hand-out", begin),
    Get("hand-out/{task}", show),
    Post("hand-out/{task}", show_folder),
    Get("hand-out/{task}/into/{chosen}", ask_into),
    Post("hand-out/{task}/into/{chosen}", into),
)
