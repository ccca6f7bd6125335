"""Asking a family: what, which of it must be readable, how long it is kept; a sheet, a picture, a file."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

from starlette.responses import Response

from vcwallet.bundle import slip
from vcwallet.bundle.request import Request, Want
from vcwallet.bundle.slip import SlipForm
from vcwallet.credentials.achievement import Fact
from vcwallet.credentials.fact_words import FACT_NAMES, KIND_NAMES
from vcwallet.errors import N_, UsageError, VcwalletError
from vcwallet.identifiers.host_name import host_name
from vcwallet.identifiers.multibase import base64url_encode
from vcwallet.speaking.requests import request_rows, request_slip
from vcwallet.verifier import asking
from vcwallet.web.pages.officer import openid
from vcwallet.web.pages.officer.opened import Desk
from vcwallet.web.pages.officer.scanning import place_of
from vcwallet.web.pages.uploads import Form
from vcwallet.web.pages.visit import Get, Post, Visit

__all__ = ["ROUTES"]

_CHALLENGE_BYTES: Final = 16
_TYPES: Final = {
    SlipForm.PDF: "application/pdf",
    SlipForm.PNG: "image/png",
    SlipForm.JSON: "application/json",
}
_USUAL: Final = ("person", "born", "result", "year")
"""Facts that are ticked when nobody has chosen yet."""


_FIELDS: Final = {
    "request.no-purpose": "purpose",
    "request.days": "days",
    "request.openid-nothing": "reads",
    "openid.too-many-open": "openid",
}
"""The field that a refusal is about."""


def ask(visit: Visit[Desk]) -> Response:
    return _form(visit)


def make(visit: Visit[Desk]) -> Response:
    """A request as the form says; it is shown, and checked by it only when somebody wants that."""
    try:
        request = asking.asked(_request(visit), now=visit.now)
        if visit.form.text("by") == "openid":
            return openid.begin(visit, request)
        visit.opened.request = request
    except VcwalletError as error:
        return _form(visit, error, _FIELDS.get(error.code, "domain"))
    picture = _written(visit, SlipForm.PNG)
    visit.opened.picture = visit.keep("request.png", picture, "image/png", inline=True)
    return visit.go("request/made")


def answered(visit: Visit[Desk]) -> Response:
    """An answer that a family's wallet wrote into a file, and what was kept of its request."""
    answers, kept = visit.form.files("answer"), visit.form.files("kept")
    if not answers:
        error = UsageError(
            "openid.no-file",
            N_("No file with an answer was given."),
            next_step=N_("Choose the file that the family's wallet wrote."),
        )
        return _form(visit, error, "answer")
    try:
        taken = visit.opened.reception.files(
            [(each.name, each.content) for each in answers],
            kept=[(each.name, each.content) for each in kept],
            now=visit.now,
        )
    except VcwalletError as error:  # what is said to have been kept is none
        return _form(visit, error, "kept")
    return visit.go(place_of(visit, taken))


def made(visit: Visit[Desk]) -> Response:
    request = _made(visit)
    return visit.page(
        "officer/request_made.html",
        request=request,
        rows=[*request_rows(request, visit.language)],
        picture=visit.to(visit.opened.picture),
        checks=visit.opened.reception.request == request,
    )


def use(visit: Visit[Desk]) -> Response:
    """Check what is shown by this request, or by none."""
    visit.opened.reception.request = _made(visit) if visit.form.text("use") == "yes" else None
    said = N_("From here on what is shown must answer your request.")
    if visit.opened.reception.request is None:
        said = N_("What is shown need not answer a request.")
    return visit.go(notice=visit.language.text(said))


def download(visit: Visit[Desk], *, form: SlipForm) -> Response:
    name = visit.language.text(N_("request.{form}"), form=form.value)
    return visit.download(name, _written(visit, form), _TYPES[form])


def _form(visit: Visit[Desk], error: VcwalletError | None = None, field: str | None = None) -> Response:
    form = visit.form
    chosen = error is not None
    values: dict[str, Any] = {
        "domain": form.text("domain") or visit.opened.office.trust.recipient or "",
        "purpose": form.text("purpose"),
        "days": form.text("days") or "30",
        "keep": form.text("keep") or "30",
        "since": form.text("since"),
        "kinds": [
            (each.value, words, each.value in form.texts("kind")) for each, words in KIND_NAMES.items()
        ],
        "fields": [
            (each.value, FACT_NAMES[each], each.value in (form.texts("field") if chosen else _USUAL))
            for each in Fact
        ],
        "all_of_them": form.text("many") == "all",
        "paper": form.ticked("paper"),
        "reached": bool(visit.reached_at),
    }
    if error is not None:
        return visit.again("officer/request.html", error, field=field, **values)
    return visit.page("officer/request.html", **values)


def _request(visit: Visit[Desk]) -> Request:
    """Raises UsageError (``request.no-purpose``, ``request.days``), and what `host_name` raises."""
    form = visit.form
    if not form.text("purpose"):
        raise UsageError(
            "request.no-purpose",
            N_("It is not said what the diplomas are asked for."),
            next_step=N_("Say it in a few words: the family reads and signs them."),
        )
    usual = Want(None, tuple(each.value for each in Fact if each.value in form.texts("field")))
    since = _days(form, "since") if form.text("since") else None
    if form.text("many") == "all":
        usual = replace(usual, at_least=0, everything=True)
    usual = replace(usual, since=since)
    kinds = [each.value for each in KIND_NAMES if each.value in form.texts("kind")]
    return Request(
        domain=host_name(form.text("domain")),
        purpose=form.text("purpose"),
        created=visit.now,
        challenge=None if form.ticked("paper") else base64url_encode(visit.randomness(_CHALLENGE_BYTES)),
        expires=_end(visit.now, _days(form, "days")),
        wants=tuple(replace(usual, kind=each) for each in kinds) or (usual,),
        retention=timedelta(days=_days(form, "keep")) if form.text("keep") else None,
    )


def _days(form: Form, name: str) -> int:
    text = form.text(name)
    if not (text.isascii() and text.isdigit() and int(text[:5]) > 0 and len(text) < 5):
        raise UsageError(
            "request.days",
            N_("“{text}” is not a number here."),
            next_step=N_("Write a whole number, such as 30."),
            text=text[:32],
        )
    return int(text)


def _end(now: datetime, days: int) -> datetime:
    return (now + timedelta(days=days)).replace(hour=23, minute=59, second=59, microsecond=0)


def _made(visit: Visit[Desk]) -> Request:
    """Raises UsageError (``request.not-made``)."""
    if visit.opened.request is None:
        raise UsageError(
            "request.not-made",
            N_("No request was made at this desk yet."),
            next_step=N_("Make one first."),
        )
    return visit.opened.request


def _written(visit: Visit[Desk], form: SlipForm) -> bytes:
    request = _made(visit)
    note = N_("For the family: open the wallet, press “Show diplomas”, and give it this picture.")
    words = request_slip(request, visit.language, note=visit.language.text(note))
    seconds = int(request.created.timestamp())
    return slip.render(request.to_json(), form, words, visit.language, seconds=seconds)


ROUTES: Final = (
    Get("request", ask),
    Post("request", make),
    Post("request/answered", answered),
    Get("request/made", made),
    Post("request/made", use),
    Get("request/made/pdf", partial(download, form=SlipForm.PDF)),
    Get("request/made/png", partial(download, form=SlipForm.PNG)),
    Get("request/made/json", partial(download, form=SlipForm.JSON)),
)
