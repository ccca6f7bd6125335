"""A kit from a stick: what it is, what it would change, and installing it; with a desk open, or before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, Final

from starlette.responses import Response

from vcwallet.errors import N_, UsageError, VcwalletError
from vcwallet.speaking.kits import file_lines, kit_words, worth_telling
from vcwallet.speaking.trust_lists import change_words
from vcwallet.verifier.kit import sources, updating
from vcwallet.verifier.kit.updating import KitRefused, Stage
from vcwallet.verifier.trust import TrustList
from vcwallet.verifier.trust_changes import Change, Decision
from vcwallet.web.pages.officer.opened import Desk, kits_place
from vcwallet.web.pages.visit import Get, Post, Visit

__all__ = ["FRONT", "ROUTES", "take"]

_NOT_COMPARED: Final = frozenset({"kit.fingerprint-needed", "kit.fingerprint-differs"})


def take(visit: Visit[Any]) -> Response:
    """Ask where the kit lies: in a folder, as on a stick, or in one file."""
    target = "kits/{chosen}" if visit.opened is not None else "officer/kits/{chosen}"
    if visit.form.text("take") == "zip":
        return visit.choose(N_("Which file is the kit?"), target, wanted="file")
    return visit.choose(N_("In which folder is the kit?"), target, wanted="folder")


def look(visit: Visit[Any]) -> Response:
    """What the kit would change. One that is not known yet is compared with its maintainer's paper first."""
    return _look(visit, _compared(visit))


def act(visit: Visit[Any]) -> Response:
    """The fingerprint was typed, or the changes were looked at and the kit is to be installed."""
    typed = visit.form.text("fingerprint")
    if typed:
        visit.session.begin(typed, _task(visit))
        return _look(visit, typed)
    ticked = set(visit.form.texts("yes"))

    def confirmed(asks: Sequence[Change]) -> bool:
        return all(each.name in ticked for each in asks)

    try:
        with _staged(visit, _compared(visit)) as stage:
            if isinstance(visit.opened, Desk):
                # A kit that cannot stand beside the own list would close the desk for ever.
                visit.opened.office.beside(stage.after)
            stage.install(confirmed=confirmed)
    except VcwalletError as error:
        return _look(visit, _compared(visit), error)
    return _installed(visit)


def _installed(visit: Visit[Any]) -> Response:
    said = visit.language.text(N_("The kit is installed."))
    if isinstance(visit.opened, Desk):
        visit.opened.read_again(visit.now)
        return visit.go("trust", notice=said)
    return visit.go(f"officer/open/{visit.session.choose(kits_place(visit.places))}")


def _look(visit: Visit[Any], paper: str, error: VcwalletError | None = None) -> Response:
    try:
        with _staged(visit, paper) as stage:
            values = _told(visit, stage)
    except KitRefused as refused:
        words = _words(visit, refused.known, refused.changes)
        return visit.again("officer/kit_refused.html", refused, changes=words)
    except VcwalletError as problem:
        if problem.code not in _NOT_COMPARED:
            raise
        if not paper:
            return visit.page("officer/kit_paper.html")
        return visit.again("officer/kit_paper.html", problem, field="fingerprint")
    if error is not None:
        return visit.again("officer/kit.html", error, **values)
    return visit.page("officer/kit.html", **values)


def _told(visit: Visit[Any], stage: Stage) -> dict[str, Any]:
    known = stage.before.trust if stage.before is not None else None
    words = _words(visit, known, worth_telling(stage.changes))
    return {
        "kit": kit_words(stage.after, visit.language),
        "nothing_new": stage.nothing_new,
        "first": stage.before is None,
        "asks": [(each.change.name, each) for each in words if each.change.decision is Decision.ASKS],
        "silent": [each for each in words if each.change.decision is Decision.SILENT],
        "files": [*file_lines(stage.files, visit.language)],
    }


def _words(visit: Visit[Any], known: TrustList | None, changes: Sequence[Change]) -> list[Any]:
    return change_words(known or TrustList.start(now=visit.now), changes, visit.language)


@contextmanager
def _staged(visit: Visit[Any], paper: str) -> Iterator[Stage]:
    place = visit.opened.kits if isinstance(visit.opened, Desk) else kits_place(visit.places)
    with (
        sources.open_source(visit.chosen()) as source,
        updating.staged(place, source, now=visit.now, paper=lambda: paper) as stage,
    ):
        yield stage


def _compared(visit: Visit[Any]) -> str:
    """What was typed from the maintainer's paper for this kit; "" when nothing was."""
    with suppress(UsageError):
        return visit.session.task(_task(visit), str)
    return ""


def _task(visit: Visit[Any]) -> str:
    return f"kit {visit.parameters['chosen']}"


ROUTES: Final = (Post("kits", take), Get("kits/{chosen}", look), Post("kits/{chosen}", act))
FRONT: Final = (Get("kits/{chosen}", look), Post("kits/{chosen}", act))
