"""The home of a child: the children as tabs, what to see to, the drop zone, the diplomas by school year."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from starlette.responses import Response

from vcwallet.errors import N_, VcwalletError
from vcwallet.speaking import wallets
from vcwallet.wallet import Child, Matter, Profile
from vcwallet.web.pages.family.opened import Family
from vcwallet.web.pages.family.saving import unsaved
from vcwallet.web.pages.visit import Get, Post, Visit

__all__ = ["ROUTES", "shown_home", "typed_child"]


def index(visit: Visit[Family]) -> Response:
    """The first child; a wallet without one is asked for diplomas."""
    if visit.opened.phrase_is_due:
        return visit.go("phrase")
    children = visit.opened.wallet.children
    return visit.go(f"children/{children[0].id}") if children else shown_home(visit, None)


def home(visit: Visit[Family]) -> Response:
    if visit.opened.phrase_is_due:
        return visit.go("phrase")
    return shown_home(visit, visit.opened.child(visit.parameters["child"]))


def shown_home(
    visit: Visit[Family], child: Child | None, error: VcwalletError | None = None, field: str = "files"
) -> Response:
    """The page of one child, and of nobody else; or of a wallet without children."""
    opened, language = visit.opened, visit.language
    key = "" if child is None else child.id
    values: dict[str, Any] = {
        "tabs": wallets.tabs(opened.wallet),
        "child": child,
        "years": [] if child is None else wallets.years(opened.wallet, child, language, now=visit.now),
        "answers": wallets.answers(opened.intakes[key], opened.wallet, key, language)
        if key in opened.intakes
        else None,
        "removed": opened.removed.get(key),
        "reminder": _reminder(visit),
        "next_step": lambda error: visit.problem(error).next_step,
        "unsaved": unsaved(visit),
        "shown_to": [] if child is None else wallets.last_showings(child, language),
        "here": f"children/{key}/" if key else "",
    }
    if error is not None:
        return visit.again("family/home.html", error, field=field, **values)
    return visit.page("family/home.html", **values)


@dataclass(frozen=True, slots=True)
class Banner:
    """The most urgent thing to see to, and where that is done."""

    heading: str
    why: str
    address: str
    button: str


_SEEN_TO: Final = {
    Matter.NO_SHEET: ("sheet", N_("Print the sheet")),
    Matter.NO_BACKUP: ("safety", N_("Make a copy")),
    Matter.BACKUP_OLD: ("safety", N_("Make a copy")),
    Matter.BACKUP_BEHIND: ("safety", N_("Make a copy")),
    Matter.LISTS_OLD: ("refresh", N_("Update")),
}
"""Where a page leads to; anything else is about copies of the file."""


def _reminder(visit: Visit[Family]) -> Banner | None:
    found = visit.opened.reminders(visit.now)
    if not found:
        return None
    address, button = _SEEN_TO.get(found[0].matter, ("copies", N_("Compare the copies")))
    return Banner(*wallets.reminder(found[0], visit.language), address, visit.language.text(button))


def save(visit: Visit[Family]) -> Response:
    """Save once more what could not be saved."""
    visit.opened.save(visit.now)
    return visit.go()


# --- another child ----------------------------------------------------------------------------------------


def ask_child(visit: Visit[Family]) -> Response:
    return visit.page("family/new_child.html", typed=typed_child(visit), back=visit.to())


def add_child(visit: Visit[Family]) -> Response:
    typed = typed_child(visit)
    try:
        child = visit.opened.wallet.add_child(Profile.written(**typed), now=visit.now)
    except VcwalletError as error:
        return visit.again("family/new_child.html", error, field="given", typed=typed, back=visit.to())
    visit.opened.save(visit.now)
    return visit.go(f"children/{child.id}")


def typed_child(visit: Visit[Family]) -> dict[str, str]:
    """A child as somebody writes it down: the arguments of `Profile.written`."""
    return {name: visit.form.text(name) for name in ("family", "given", "patronymic", "born")}


ROUTES: Final = (
    Get("", index),
    Get("children/new", ask_child),
    Post("children/new", add_child),
    Get("children/{child}", home),
    Post("save", save),
)
