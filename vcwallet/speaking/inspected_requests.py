"""What a request in a file says, for whoever looks at it: nothing in it is verified.

for line in request_lines(found, language):
    print(line)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from vcwallet.bundle.kinds import DocumentKind
from vcwallet.bundle.openid4vp import Invitation, OpenidRequest
from vcwallet.bundle.openid_asked import OpenidAsked
from vcwallet.bundle.request import Request
from vcwallet.bundle.scanning import Found
from vcwallet.errors import N_
from vcwallet.identifiers.host_name import in_letters
from vcwallet.locales import Language
from vcwallet.speaking import openid_requests, requests

__all__ = ["REQUESTS", "request_lines"]

REQUESTS: Final = (DocumentKind.REQUEST, DocumentKind.OPENID_REQUEST, DocumentKind.ASKED)


def request_lines(found: Found, language: Language) -> Iterator[str]:
    """Who asks, what for, and what is to be read.

    Raises what `Request.parse`, `OpenidAsked.parse`, `Invitation.read` and `Invitation.claimed` raise.
    """
    document = found.document or {}
    if found.kind is DocumentKind.REQUEST:
        yield from _ours(Request.parse(document), language)
    elif found.kind is DocumentKind.ASKED:
        kept = OpenidAsked.parse(document)
        yield from _openid(kept.openid, language, purpose=kept.request.purpose)
    else:
        invitation = Invitation.read(str(document.get("url")))
        request = invitation.claimed()
        if request is not None:
            yield from _openid(request, language)
        elif invitation.by_reference is not None:
            yield language.text(
                N_("The request itself lies at {host}: what it asks for is not in the code."),
                host=invitation.by_reference.authority,
            )


def _ours(request: Request, language: Language) -> Iterator[str]:
    yield language.text(N_("Asks: {host}"), host=in_letters(request.domain))
    yield language.text(N_("Purpose: {purpose}"), purpose=request.purpose)
    for name, value in requests.request_rows(request, language):
        yield f"{name}: {value}" if name else f"  {value}"


def _openid(request: OpenidRequest, language: Language, *, purpose: str = "") -> Iterator[str]:
    yield language.text(N_("Asks: {host}"), host=openid_requests.recipient(request, language))
    if purpose:
        yield language.text(N_("Purpose: {purpose}"), purpose=purpose)
    yield language.text(N_("It asks for:"))
    for what, details in openid_requests.asked_for(request, language):
        yield f"  – {what}"
        yield from (f"     {each}" for each in details)
    yield from openid_requests.closing_lines(request, language)
