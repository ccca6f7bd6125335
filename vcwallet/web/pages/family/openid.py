"""A request of OpenID4VP on the family's pages: where it lies, who asks what, what will be read, the answer.

The wallet is searched only when somebody pressed the button under the request, and what is sent or handed
over is what the last page showed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from starlette.responses import Response

from vcwallet import strict_json
from vcwallet.bundle.openid4vp import Invitation, OpenidRequest
from vcwallet.errors import N_, UsageError, VcwalletError
from vcwallet.speaking import openid_requests, previews, showings
from vcwallet.speaking.shown import shown_document, shown_draft
from vcwallet.strict_json import JsonObject
from vcwallet.wallet import Child, openid_exchange
from vcwallet.wallet.openid_answering import OpenidDrafts
from vcwallet.web.pages.family.opened import Family, showing_forgotten
from vcwallet.web.pages.visit import Get, Post, Visit

__all__ = ["ROUTES", "begin"]

_SENT: Final = timedelta(hours=1)
_HANDED_OVER: Final = timedelta(days=30)


@dataclass
class Asked:
    """One request on its way."""

    child: str
    invitation: Invitation
    request: OpenidRequest | None = None
    """None as long as the site at which it lies, or its key, was not asked."""
    drafts: OpenidDrafts | None = None
    """What was looked at last, and will be signed."""
    seen: int = 0
    """The number of what is looked at (`Visit.demand_seen`)."""
    vp_token: JsonObject | None = field(default=None, repr=False)
    sent: bool = False
    go_on: str | None = None
    """Where the recipient would have the browser go on."""
    problem: VcwalletError | None = None
    """Why the recipient did not confirm that it has the answer."""


def begin(visit: Visit[Family], child: Child, url: str) -> Response:
    """Raises what `Invitation.read`, `Invitation.lies_at` and `openid_exchange.request_of` raise."""
    invitation = Invitation.read(url)
    asked = Asked(child.id, invitation)
    if invitation.lies_at is None:
        asked.request = _fetched(visit, invitation)
    name = visit.opened.begin(asked, visit.randomness)
    return visit.go(f"children/{child.id}/openid/{name}")


def look_at(visit: Visit[Family]) -> Response:
    return _page(visit, _asked(visit))


def ask_there(visit: Visit[Family]) -> Response:
    """Fetch the request from the site it lies at."""
    asked = _asked(visit)
    try:
        asked.request = _fetched(visit, asked.invitation)
    except VcwalletError as error:
        return _page(visit, asked, error)
    return _to(visit)


def search(visit: Visit[Family]) -> Response:
    """Look for what was asked, now that somebody agreed."""
    asked = _asked(visit)
    request = _request(asked)
    try:
        if visit.form.text("how") != "file":
            openid_exchange.demand_reachable(request)
        asked.drafts = visit.opened.wallet.prepare_openid(
            visit.opened.child(asked.child),
            request,
            purpose=visit.form.text("purpose") or openid_requests.purpose(request, visit.language),
            expires=_HANDED_OVER if visit.form.text("how") == "file" else _SENT,
            now=visit.now,
        )
    except VcwalletError as error:
        return _page(visit, asked, error)
    asked.sent = visit.form.text("how") != "file"
    asked.seen += 1
    return _to(visit)


def answer(visit: Visit[Family]) -> Response:
    """Sign what was looked at, and send it where that was chosen; a name that deceives is agreed to."""
    asked = _asked(visit)
    if asked.vp_token is not None:
        return _to(visit)
    if asked.drafts is None:
        return _page(visit, asked)
    drafts = asked.drafts.drafts
    try:
        visit.demand_seen(asked.seen)
    except UsageError as error:
        return _page(visit, asked, error)
    if drafts.terms.imitated is not None and not visit.form.ticked("looked"):
        return _page(visit, asked, showings.look_at_the_recipient(drafts), field="looked")
    asked.vp_token, _ = visit.opened.wallet.sign_openid(asked.drafts, now=visit.now)
    visit.opened.save(visit.now)
    if asked.sent:
        try:
            asked.go_on = openid_exchange.send_answer(_request(asked), asked.vp_token, network=visit.network)
        except VcwalletError as error:
            asked.problem = error
    return _to(visit)


def hand_over(visit: Visit[Family]) -> Response:
    """The answer as a file."""
    asked = _asked(visit)
    if asked.vp_token is None:
        return _page(visit, asked)
    content = strict_json.dumps(_request(asked).answer_document(asked.vp_token), indent=2) + "\n"
    return visit.download(visit.language.text(N_("answer.json")), content.encode("utf-8"))


def _page(
    visit: Visit[Family], asked: Asked, error: VcwalletError | None = None, field: str | None = None
) -> Response:
    language, request, drafts = visit.language, asked.request, asked.drafts
    lies_at = asked.invitation.lies_at
    values: dict[str, Any] = {
        "child": visit.opened.child(asked.child),
        "begun": visit.parameters["begun"],
        "lies_at": None if lies_at is None else lies_at.authority,
        "is_key": asked.invitation.by_reference is None,
        "host": None if request is None else openid_requests.recipient(request, language),
        "inside": request is not None and request.response_uri.inside,
        "who": [] if request is None else list(openid_requests.who_asks(request, language)),
        "asked_for": [] if request is None else list(openid_requests.asked_for(request, language)),
        "closing": [] if request is None else list(openid_requests.closing_lines(request, language)),
        "drafts": None if drafts is None else drafts.drafts,
        "signed": asked.vp_token is not None,
        "sent": asked.sent,
        "seen": asked.seen,
        "go_on": asked.go_on,
        "unsure": None if asked.problem is None else visit.problem(asked.problem),
    }
    if drafts is not None:
        values["shown"] = [
            *(shown_draft(each.draft, language) for each in drafts.drafts.diplomas),
            *(shown_document(each, language) for each in drafts.drafts.documents),
        ]
        values["warnings"] = [
            *openid_requests.answer_warnings(drafts, language),
            *previews.warnings(drafts.drafts, language, now=visit.now),
        ]
        values["unseen"] = showings.unseen(drafts.drafts, language)
    if error is not None:
        return visit.again("family/openid.html", error, field=field, **values)
    return visit.page("family/openid.html", **values)


def _fetched(visit: Visit[Family], invitation: Invitation) -> OpenidRequest:
    return openid_exchange.request_of(
        invitation, network=visit.network, randomness=visit.randomness, now=visit.now
    )


def _asked(visit: Visit[Family]) -> Asked:
    return visit.opened.showing(visit.parameters["begun"], visit.parameters["child"], Asked)


def _request(asked: Asked) -> OpenidRequest:
    if asked.request is None:
        raise showing_forgotten()
    return asked.request


def _to(visit: Visit[Family]) -> Response:
    parameters = visit.parameters
    return visit.go(f"children/{parameters['child']}/openid/{parameters['begun']}")


ROUTES: Final = (
    Get("children/{child}/openid/{begun}", look_at),
    Post("children/{child}/openid/{begun}/there", ask_there),
    Post("children/{child}/openid/{begun}/search", search),
    Post("children/{child}/openid/{begun}/answer", answer),
    Get("children/{child}/openid/{begun}/file", hand_over),
)
