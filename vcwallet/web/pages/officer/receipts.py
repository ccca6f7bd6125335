"""Receipts for families: the key of the desk, opened with its passphrase, signs what was answered."""

from __future__ import annotations

from typing import Final

from starlette.responses import Response

from vcwallet.bundle import slip
from vcwallet.bundle.slip import Slip, SlipForm
from vcwallet.errors import N_, UsageError, VcwalletError
from vcwallet.speaking.receipts import receipt_words
from vcwallet.verifier.desk_key import DeskKey
from vcwallet.web.pages.officer.answers import entry_of
from vcwallet.web.pages.officer.opened import Desk
from vcwallet.web.pages.visit import Get, Post, Visit

__all__ = ["ROUTES"]


def ask(visit: Visit[Desk]) -> Response:
    entry = entry_of(visit)
    key = visit.opened.key
    said = receipt_words(entry.report, visit.language)
    return visit.page("officer/receipt.html", entry=entry, key=key.name if key else "", receipt=said)


def act(visit: Visit[Desk]) -> Response:
    """Sign the receipt; before that, ask where the key of the desk is."""
    entry = entry_of(visit)
    if visit.form.text("choose"):
        target = f"receipts/{entry.number}/{{chosen}}"
        return visit.choose(N_("Which file is the key of your desk?"), target, wanted="file")
    if visit.opened.key is None:
        raise UsageError(
            "receipt.no-key",
            N_("A receipt is signed, and the key of your desk is not open."),
            next_step=N_("Open it on the page of the receipt."),
        )
    said = receipt_words(entry.report, visit.language)
    signed = visit.opened.key.sign(entry.report, said, now=visit.now)
    title = visit.language.text(N_("Receipt of {name}"), name=visit.opened.key.name)
    note = N_("For the family: open the wallet and add this picture; the line of the history will say it.")
    words = Slip(title, notes=(said, visit.language.text(note)))
    content = slip.render(signed, SlipForm.PDF, words, visit.language, seconds=int(visit.now.timestamp()))
    name = visit.language.text(N_("receipt {number}.pdf"), number=entry.number)
    return visit.download(name, content, "application/pdf")


def ask_key(visit: Visit[Desk]) -> Response:
    return visit.page("officer/key.html", name=visit.chosen().name)


def open_key(visit: Visit[Desk]) -> Response:
    path = visit.chosen()
    try:
        with visit.session.guesses.at(path):
            visit.opened.key = DeskKey.open(path, visit.form.raw("passphrase"))
    except VcwalletError as error:
        return visit.again("officer/key.html", error, field="passphrase", name=path.name)
    return visit.go(f"answers/{entry_of(visit).number}/receipt")


ROUTES: Final = (
    Get("answers/{number}/receipt", ask),
    Post("answers/{number}/receipt", act),
    Get("receipts/{number}/{chosen}", ask_key),
    Post("receipts/{number}/{chosen}", open_key),
)
