"""Asking by OpenID4VP: one request with a nonce and a key of its own, its code, and the answer to it.

Where other computers reach these pages, a wallet fetches the request here and sends its answer here; the
page asks for itself until the answer is there. Where they are served to this computer alone, the question
stands in the code as a whole, and the answer is handed over as a file.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Final

from starlette.responses import Response

from vcwallet import limits, strict_json
from vcwallet.bundle import slip, symbols, vcalm
from vcwallet.bundle.openid4vp import OBJECT_TYPE
from vcwallet.bundle.request import Request
from vcwallet.bundle.slip import SlipForm
from vcwallet.errors import N_, UsageError, VcwalletError
from vcwallet.identifiers.multibase import base64url_encode
from vcwallet.identifiers.web_address import WebAddress
from vcwallet.speaking.requests import request_rows, request_slip
from vcwallet.speaking.whole_numbers import whole_number
from vcwallet.verifier import openid_asking
from vcwallet.verifier.reception import Reception
from vcwallet.verifier.waiting import Waiting, WaitingState
from vcwallet.web.pages.letterbox import (
    EXCHANGE,
    HERE,
    REQUEST,
    WALLETS,
    Letterbox,
    Lying,
    Said,
    Taking,
)
from vcwallet.web.pages.officer.opened import Desk, Result
from vcwallet.web.pages.visit import Get, Post, Visit

__all__ = ["ROUTES", "begin"]

_RANDOM_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class _How:
    """One of the ways in which a wallet is asked: what its code says, and to whom."""

    name: str
    url: Callable[[Waiting], str]
    note: str


_ASKED: Final = _How(
    "openid",
    lambda waiting: waiting.asked.url,
    N_("For the family: read this code with a wallet that knows OpenID4VP."),
)
_EXCHANGED: Final = _How(
    "exchange",
    lambda waiting: waiting.interaction,
    N_("For the family: read this code with Learner Credential Wallet."),
)


def begin(visit: Visit[Desk], request: Request) -> Response:
    """Ask what `request` asks, and lead to the page that waits.

    Raises UsageError (``request.openid-nothing``), LimitExceeded (``openid.too-many-open``).
    """
    requests = visit.opened.reception.requests
    requests.demand_room(visit.now)
    for each in requests:
        if not each.is_open(visit.now):
            visit.session.letterbox.close(each.address)
    waiting = _at_this_desk(visit, request) if visit.reached_at else _by_file(visit, request)
    requests.add(waiting, now=visit.now)
    return visit.go(f"openid/{waiting.number}")


def look_at(visit: Visit[Desk]) -> Response:
    """The request while it waits; afterwards what came of it."""
    waiting, desk = _waiting(visit), visit.opened
    still = waiting.is_open(visit.now)
    if waiting.state is WaitingState.ANSWERED and len(waiting.entries) == 1:
        return visit.go(f"answers/{waiting.entries[0]}")
    if waiting.state is WaitingState.ANSWERED:
        desk.result = Result(waiting.entries, ())
        return visit.go("result")
    picture = _picture(visit, waiting) if still else ""
    exchange = _picture(visit, waiting, _EXCHANGED) if still and waiting.interaction else ""
    return visit.page(
        "officer/openid.html",
        waiting=waiting,
        request=waiting.request,
        rows=list(request_rows(waiting.request, visit.language)),
        until=f"{waiting.until:%H:%M}" if waiting.address else visit.language.day(waiting.until),
        picture=picture and visit.to(picture),
        exchange=exchange and visit.to(exchange),
        refused=visit.problem(waiting.problem) if waiting.problem is not None else None,
    )


def withdraw(visit: Visit[Desk]) -> Response:
    """Take nothing more for it."""
    waiting = _waiting(visit)
    waiting.withdraw()
    visit.session.letterbox.close(waiting.address)
    if waiting.state is WaitingState.ANSWERED:
        # The answer came between the page and the button: it is taken, and is told.
        return visit.go(f"openid/{waiting.number}")
    return visit.go(notice=visit.language.text(N_("The request is withdrawn: no answer to it is taken.")))


def again(visit: Visit[Desk]) -> Response:
    """Ask the same of the next family: a nonce and a key are used once."""
    waiting = _waiting(visit)
    waiting.withdraw()
    visit.session.letterbox.close(waiting.address)
    return begin(visit, waiting.request)


def link(visit: Visit[Desk]) -> Response:
    """The question as a whole, as a link: for a letter, or a wallet that does not reach this desk."""
    waiting = _waiting(visit)
    content = ((waiting.whole or waiting.asked.url) + "\n").encode("ascii")
    return visit.download(visit.language.text(N_("request {number}.txt"), number=waiting.number), content)


def kept(visit: Visit[Desk]) -> Response:
    """What opens the answer on another day. Raises UsageError (``page.forgotten``)."""
    waiting = _waiting(visit)
    if waiting.address:
        raise UsageError(
            "openid.not-kept",
            N_("A request that waits at this desk is over when the desk is closed, and is not kept."),
            next_step=N_("Make one of your own kind, as a sheet or a file."),
        )
    content = strict_json.dumps(waiting.asked.to_json(), indent=2) + "\n"
    name = visit.language.text(N_("kept of request {number}.json"), number=waiting.number)
    return visit.download(name, content.encode("utf-8"))


def download(visit: Visit[Desk], *, form: SlipForm, media_type: str) -> Response:
    waiting = _waiting(visit)
    name = visit.language.text(N_("request.{form}"), form=form.value)
    return visit.download(name, _written(visit, waiting, form), media_type)


def _at_this_desk(visit: Visit[Desk], request: Request) -> Waiting:
    """A request that lies here, at an address nobody guesses, and is answered here."""
    address, desk = visit.session.name(), visit.opened
    # Days are for letters; this one waits for somebody who stands there.
    request = replace(request, expires=None)
    until = visit.now + limits.OPENID_OPEN_LIFE
    here = f"{visit.reached_at}{WALLETS}{address}"
    made = openid_asking.make_signed(
        request,
        response_uri=here,
        request_uri=f"{here}/{REQUEST}",
        until=until,
        randomness=visit.randomness,
        now=visit.now,
    )
    waiting = Waiting(
        request,
        made.kept,
        until,
        address,
        # VCALM, "DID Authentication": a wallet compares whom it answers with the site it is connected to.
        exchange=replace(
            request,
            domain=WebAddress.parse(here, inside=True).host,
            challenge=base64url_encode(visit.randomness(_RANDOM_BYTES)),
            expires=until,
        ),
        whole=made.whole,
        interaction=vcalm.interaction_url(here),
    )
    take = partial(_take, desk.reception, waiting, visit.session.letterbox)
    exchange = partial(_exchange, desk.reception, waiting, visit.session.letterbox)
    protocols = vcalm.protocols(f"{here}/{EXCHANGE}", made.kept.url)
    visit.session.letterbox.open(
        address,
        desk.id,
        {
            REQUEST: Lying(made.token.encode("ascii"), f"application/{OBJECT_TYPE}"),
            HERE: Lying(strict_json.dumps(protocols).encode("utf-8"), "application/json"),
        },
        {
            HERE: Taking("application/x-www-form-urlencoded", take),
            EXCHANGE: Taking("application/json", exchange),
        },
        limits.OPENID_OPEN_LIFE,
    )
    return waiting


def _by_file(visit: Visit[Desk], request: Request) -> Waiting:
    """A request in the name of the office's site, which a wallet without that site answers by a file."""
    asked = openid_asking.make(
        request,
        response_uri=f"https://{request.domain}/openid4vp",
        encrypted=True,
        nonce=base64url_encode(visit.randomness(_RANDOM_BYTES)),
        state=base64url_encode(visit.randomness(_RANDOM_BYTES)),
    )
    return Waiting(request, asked, request.expires or visit.now + limits.SHOWING)


def _take(
    reception: Reception, waiting: Waiting, letterbox: Letterbox, body: bytes, now: datetime
) -> Said | None:
    """Whether what a wallet sent answers the request; its worth is told to the office alone."""
    try:
        reception.posted(waiting, body, now=now)
        said: Said | None = Said()
    except VcwalletError as error:
        # A wallet that says it gives no answer is heard (section 8.5).
        said = Said() if error.code == "openid.declined" else None
    if not waiting.is_open(now):
        letterbox.close(waiting.address)
    return said


def _exchange(
    reception: Reception, waiting: Waiting, letterbox: Letterbox, body: bytes, now: datetime
) -> Said | None:
    """The same of a message of an exchange, the first of which is answered with the question."""
    try:
        message = reception.exchanged(waiting, body, now=now)
        said: Said | None = Said(strict_json.dumps(message).encode("utf-8"), answered=not message)
    except VcwalletError as error:
        said = Said() if error.code == "vcalm.nothing" else None
    if not waiting.is_open(now):
        letterbox.close(waiting.address)
    return said


def _waiting(visit: Visit[Desk]) -> Waiting:
    """Raises UsageError (``openid.no-request``)."""
    number = whole_number(visit.parameters["number"])
    found = None if number is None else visit.opened.reception.requests.of(number)
    if found is None:
        raise UsageError(
            "openid.no-request",
            N_("This request is not known at this desk."),
            next_step=N_("Ask once more."),
        )
    return found


def _picture(visit: Visit[Desk], waiting: Waiting, how: _How = _ASKED) -> str:
    """Where the page's picture of a code is kept; "" for a question too long for a code."""
    name = f"{how.name}-{waiting.number}"
    if name in visit.opened.tasks:
        return visit.opened.task(name, str)
    try:
        content = _written(visit, waiting, SlipForm.PNG, how)
    except UsageError:
        address = ""
    else:
        address = visit.keep("request.png", content, "image/png", inline=True)
    visit.opened.begin(address, visit.randomness, name)
    return address


def _written(visit: Visit[Desk], waiting: Waiting, form: SlipForm, how: _How = _ASKED) -> bytes:
    """Raises UsageError (``symbols.text-too-long``)."""
    words = request_slip(waiting.request, visit.language, note=visit.language.text(how.note))
    url = how.url(waiting)
    return slip.render(
        {"url": url},
        form,
        words,
        visit.language,
        seconds=int(waiting.request.created.timestamp()),
        drawn=[symbols.of_text(url)],
    )


ROUTES: Final = (
    # It asks for itself, which is no sign that somebody sits there.
    Get("openid/{number}", look_at, counts=False),
    Post("openid/{number}/withdraw", withdraw),
    Post("openid/{number}/again", again),
    Get("openid/{number}/link", link),
    Get("openid/{number}/kept", kept),
    Get("openid/{number}/pdf", partial(download, form=SlipForm.PDF, media_type="application/pdf")),
)
