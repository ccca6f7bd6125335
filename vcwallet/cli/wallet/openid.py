"""`vcwallet wallet present --request openid4vp:...`: an answer that is sent, or a file to hand over."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final

from vcwallet import fetch
from vcwallet.bundle.openid4vp import Invitation, OpenidRequest
from vcwallet.bundle.who_asks import Proven
from vcwallet.cli.files import place
from vcwallet.cli.speak import Speaker
from vcwallet.cli.wallet.agreeing import agree, whose
from vcwallet.cli.wallet.opening import choose_diplomas, open_wallet, remember
from vcwallet.errors import N_, UsageError
from vcwallet.speaking import openid_requests, previews
from vcwallet.wallet import openid_exchange

__all__ = ["answer_openid", "demand_form"]

_SENT: Final = timedelta(hours=1)
"""For how long an answer is good that is sent at once."""
_HANDED_OVER: Final = timedelta(days=30)


def answer_openid(
    speaker: Speaker,
    file: Path,
    url: str,
    *,
    entries: Sequence[str],
    passphrase_file: Path | None,
    child_name: str | None,
    purpose: str | None,
    expires: timedelta | date | None,
    out: Path | None,
    yes: bool,
    at: datetime,
) -> None:
    """Show who asks, look only after a yes, show what will be read, and answer after another.

    Raises UsageError (``openid.form``), Cancelled, and what reading the request, preparing and sending raise.
    """
    to_screen = out is not None and str(out) == "-"
    if out is not None and not to_screen:
        demand_form(out)
    write = speaker.data if to_screen else None if out is None else place(speaker, out)
    request = _request(speaker, url, yes=yes, at=at)
    for line in openid_requests.request_lines(request, speaker.language):
        speaker.line(line, aside=to_screen)
    careful = request.proven in (Proven.NOTHING, Proven.FOLDER, Proven.UNKNOWN_AUTHORITY)
    if careful:
        speaker.warn(N_("Answer only if you expected this request, and the site is the right one."))
    if write is None:
        openid_exchange.demand_reachable(request)
    # What a request asks may be a probe: the wallet is not even opened before somebody agreed to look.
    speaker.confirm(N_("Look for this in the wallet?"), yes=yes)
    opened = open_wallet(speaker, file, passphrase_file)
    child = whose(speaker, opened, child_name)
    prepared = opened.prepare_openid(
        child,
        request,
        among=choose_diplomas(opened, entries, child) if entries else (),
        purpose=purpose or openid_requests.purpose(request, speaker.language),
        expires=expires or (_SENT if write is None else _HANDED_OVER),
        now=at,
    )
    for line in previews.preview_lines(prepared.drafts, speaker.language):
        speaker.line(line, aside=to_screen)
    for warning in (
        *openid_requests.answer_warnings(prepared, speaker.language),
        *previews.warnings(prepared.drafts, speaker.language, now=at),
    ):
        speaker.line(warning, aside=True, colour="yellow")
    agree(speaker, prepared.drafts, yes=yes)
    vp_token, _ = opened.sign_openid(prepared, now=at)
    remember(opened)
    if write is None:
        there = openid_exchange.send_answer(request, vp_token, network=fetch)
        speaker.say(
            N_("Sent to {host}, and written into the history."),
            host=openid_requests.recipient(request, speaker.language),
        )
        if there is not None:
            speaker.say(N_("Go on in your browser, if you want to: {url}"), url=there)
        return
    write(speaker.json_text(request.answer_document(vp_token)).encode("utf-8"))
    if not to_screen:
        speaker.say(
            N_("{out}: hand it over to {host}. It is written into the history, and nothing was sent."),
            out=str(out),
            host=openid_requests.recipient(request, speaker.language),
        )


def demand_form(out: Path) -> None:
    """Raises UsageError (``openid.form``)."""
    if out.suffix.lower() != ".json":
        raise UsageError(
            "openid.form",
            N_("An answer to OpenID4VP is not written as “{name}”."),
            next_step=N_("Choose a name that ends with .json, or leave --out away to send it."),
            name=out.name[-64:],
        )


def _request(speaker: Speaker, url: str, *, yes: bool, at: datetime) -> OpenidRequest:
    """The request; where it or its key lies at a site, a person agrees that this site is asked."""
    invitation = Invitation.read(url)
    where = invitation.lies_at
    if where is not None:
        question = (
            N_("The request is signed, and the key to compare lies at {host}. Ask there for it?")
            if invitation.by_reference is None
            else N_("The request itself lies at {host}. Ask there for it?")
        )
        speaker.confirm(question, yes=yes, host=where.authority)
    return openid_exchange.request_of(invitation, network=fetch, randomness=secrets.token_bytes, now=at)
