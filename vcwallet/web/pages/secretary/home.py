"""Opening an issuer's folder, its first page with what it needs, and what became of a folder that moved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from starlette.responses import Response

from vcwallet.errors import N_, UsageError, VcwalletError
from vcwallet.issuer import Arrival, Issuer, RecoveryCode
from vcwallet.speaking.issuers import ARRIVED, arrivals, counts_words, need_sentence
from vcwallet.web.pages.secretary.opened import Secretary
from vcwallet.web.pages.uploads import Form
from vcwallet.web.pages.visit import Get, Post, Visit

__all__ = ["FRONT", "ROUTES"]

NEED_PAGES: Final[Mapping[str, tuple[str, str]]] = {
    "settle": (N_("Say what this folder is"), "settle"),
    "publish-changes": (N_("Publish"), "publish"),
    "publish-keys": (N_("Publish"), "publish"),
    "lists-ended": (N_("Publish anew"), "publish"),
    "go-on": (N_("Go on"), "sheet"),
    "own-values": (N_("Write your own"), "values"),
    "back-up": (N_("Make a backup"), "keys/backup"),
    "lists-end": (N_("Publish anew"), "publish"),
    "publish-first": (N_("Publish"), "publish"),
    "publish-again": (N_("Publish"), "publish"),
    "recovery-sheet": (N_("Make a recovery sheet"), "keys/sheet"),
    "standby": (N_("Move them to a stick"), "keys/standby"),
    "drill": (N_("Check a backup"), "keys/drill"),
}
"""What is pressed for a need, by `NeedKind`, and where that leads."""


def start(visit: Visit[None]) -> Response:
    return visit.page("secretary/start.html")


def choose(visit: Visit[None]) -> Response:
    return visit.choose(N_("Which folder is the issuer's?"), "", wanted="secretary")


def ask_to_open(visit: Visit[None]) -> Response:
    with Issuer.open(visit.chosen()) as issuer:
        return visit.page("secretary/open.html", folder=visit.chosen().name, issuer=issuer)


def open_(visit: Visit[None]) -> Response:
    """With the passphrase, or without the keys."""
    path = visit.chosen()
    issuer = Issuer.open(path)
    unlocks = not visit.form.ticked("locked")
    if unlocks:
        try:
            with visit.session.guesses.at(path):
                _unlock(issuer, visit.form)
        except VcwalletError as error:
            with issuer:
                return visit.again(
                    "secretary/open.html", error, field=_asked(visit.form), folder=path.name, issuer=issuer
                )
    visit.places.remember(path, Secretary.kind, visit.now.date())
    return visit.enter(Secretary(issuer, unlocked=unlocks), _after(visit.form, ""))


def _unlock(issuer: Issuer, form: Form) -> None:
    """Open the keys by what was typed: the passphrase, or the code of a recovery sheet."""
    if form.text("code"):
        issuer.unlock(secret=RecoveryCode(form.text("code")))
    else:
        issuer.unlock(form.raw("passphrase"))


def _asked(form: Form) -> str:
    return "code" if form.text("code") else "passphrase"


def _after(form: Form, wanted: str) -> str:
    """Whoever needs the sheet has forgotten the passphrase: another one comes first."""
    return "keys/passphrase" if form.text("code") else wanted


def home(visit: Visit[Secretary]) -> Response:
    issuer = visit.opened.issuer
    health = issuer.health(visit.now)
    needs = [
        (need, need_sentence(need, visit.language, day=visit.language.long_day), NEED_PAGES[need.kind])
        for need in health.needs
    ]
    return visit.page(
        "secretary/home.html",
        issuer=issuer,
        health=health,
        needs=needs,
        counts=counts_words(health.counts, visit.language),
    )


def ask_to_unlock(visit: Visit[Secretary]) -> Response:
    return visit.page("secretary/unlock.html")


def unlock(visit: Visit[Secretary]) -> Response:
    opened = visit.opened
    try:
        with visit.session.guesses.at(opened.folder):
            _unlock(opened.issuer, visit.form)
    except VcwalletError as error:
        return visit.again("secretary/unlock.html", error, field=_asked(visit.form))
    opened.unlocked = True
    return visit.go(_after(visit.form, opened.wanted))


def ask_to_settle(visit: Visit[Secretary]) -> Response:
    before = visit.opened.issuer.health(visit.now).elsewhere
    return visit.page("secretary/settle.html", before=before, arrivals=arrivals(visit.language))


def settle(visit: Visit[Secretary]) -> Response:
    chosen = visit.form.text("arrival")
    if chosen not in set(Arrival):
        error = UsageError(
            "page.nothing-chosen", N_("Nothing was chosen."), next_step=N_("Choose one of the answers.")
        )
        before = visit.opened.issuer.health(visit.now).elsewhere
        return visit.again("secretary/settle.html", error, before=before, arrivals=arrivals(visit.language))
    visit.opened.issuer.settle(Arrival(chosen), now=visit.now)
    told = visit.language.text(ARRIVED[chosen], folder=visit.opened.title)
    return visit.go(notice=told)


FRONT: Final = (
    Get("", start),
    Post("", choose),
    Get("open/{chosen}", ask_to_open),
    Post("open/{chosen}", open_),
)
ROUTES: Final = (
    Get("", home),
    Get("unlock", ask_to_unlock),
    Post("unlock", unlock),
    Get("settle", ask_to_settle),
    Post("settle", settle),
)
