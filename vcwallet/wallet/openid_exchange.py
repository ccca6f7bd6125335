"""What OpenID4VP 1.0 has a wallet do with a network: fetch a request, and post the answer to it.

request = openid_exchange.request_of(Invitation.read(url), network=fetch, randomness=token_bytes, now=now)
go_on = openid_exchange.send_answer(request, vp_token, network=fetch)
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Final

from vcwallet import limits, strict_json
from vcwallet.bundle.openid4vp import Invitation, OpenidRequest
from vcwallet.errors import N_, MachineError, UsageError, VcwalletError
from vcwallet.identifiers import did
from vcwallet.identifiers.controlled_identifier import ControlledIdentifierDocument
from vcwallet.identifiers.did import web
from vcwallet.identifiers.multibase import base64url_encode
from vcwallet.identifiers.web_address import Network, WebAddress
from vcwallet.strict_json import Json, JsonObject

__all__ = ["demand_reachable", "request_of", "send_answer"]

_NONCE_BYTES: Final = 16
_FRAGMENT: Final = re.compile(r"(?:[A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})*", re.ASCII)
"""Of an address (RFC 3986, section 3.5)."""


def request_of(
    invitation: Invitation, *, network: Network, randomness: Callable[[int], bytes], now: datetime
) -> OpenidRequest:
    """The request that a URL of OpenID4VP is, holds, or leads to; the last is asked for here.

    Raises what `Invitation.unsigned`, `Invitation.opened` and `vcwallet.fetch.get` raise.
    """

    def resolve(identifier: str) -> ControlledIdentifierDocument:
        if not identifier.startswith("did:web:"):
            return did.resolve(identifier)
        found = network.get(web.url_of(identifier), limits.CONTROLLED_IDENTIFIER_BYTES)
        document = ControlledIdentifierDocument.loads(found)
        web.check_document(document, identifier)
        return document

    token, nonce = invitation.token, None
    if invitation.by_reference is not None:
        form = None
        if invitation.by_post:
            nonce = base64url_encode(randomness(_NONCE_BYTES))
            form = {"wallet_nonce": nonce}
        where, ceiling = invitation.by_reference, limits.OPENID_REQUEST_BYTES
        token = network.ask(where, form=form, ceiling=ceiling, token=True).decode("ascii", "replace")
    if token is None:
        return invitation.unsigned()
    return invitation.opened(
        token,
        resolve=resolve,
        authorities=network.authorities() if invitation.client.has_certificate else (),
        wallet_nonce=nonce,
        now=now,
    )


def demand_reachable(request: OpenidRequest) -> None:
    """Raises UsageError (``openid.inside``)."""
    if request.response_uri.inside:
        raise UsageError(
            "openid.inside",
            N_("The answer would go to {host}, an address inside some network. Nothing is sent there."),
            next_step=N_("Save the answer as a file, and hand it over at the desk."),
            host=request.response_uri.authority[:64],
        )


def send_answer(request: OpenidRequest, vp_token: JsonObject, *, network: Network) -> str | None:
    """Post an answer where the request says, and return the address to go on at, if the recipient names one.

    Nobody is led there: a person may open it (OpenID4VP 1.0, section 8.2).

    Raises what `demand_reachable` raises, and MachineError (``openid.not-taken``): whatever went wrong, the
    answer may have arrived.
    """
    demand_reachable(request)
    host = request.response_uri.host
    try:
        form = request.answer_form(vp_token)
        reply = network.ask(request.response_uri, form=form, ceiling=limits.OPENID_REPLY_BYTES)
        found = strict_json.loads_object(reply).get("redirect_uri")
        return None if found is None else _place_to_go_on(found)
    except VcwalletError as error:
        raise MachineError(
            "openid.not-taken",
            N_("{host} did not confirm that it has the answer ({reason})."),
            next_step=N_("It may have it all the same, so the history keeps it. Ask there."),
            host=host[:64],
            reason=error.code,
        ) from error


def _place_to_go_on(text: Json) -> str:
    """An address that a page may show as one: what the recipient writes stands among our own words there.

    Raises what `WebAddress.parse` raises.
    """
    address, _, fragment = text.partition("#") if isinstance(text, str) else ("", "", "")
    if len(fragment) > limits.IRI_CHARACTERS or not _FRAGMENT.fullmatch(fragment):
        address = ""
    WebAddress.parse(address)
    return str(text)
