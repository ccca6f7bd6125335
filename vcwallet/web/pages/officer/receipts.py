"""Receipts for families: the key of the desk, opened with its passphrase, signs what was answered."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from starlette.responses import Response

from vcwallet.bundle import slip
from vcwallet.bundle.slip import Slip, SlipForm
from vcwallet.errors import N_, UsageError, VcwalletError
from vcwallet.files import free_name, replace_file
from vcwallet.sealed_file import DEFAULT, Kdf, passphrases
from vcwallet.speaking.receipts import receipt_words
from vcwallet.verifier.desk_key import DOCUMENT, DeskKey
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
    if visit.form.text("new"):
        target, name = (
            f"receipts/{entry.number}/new/{{chosen}}",
            visit.language.text(N_("key of our desk.vck")),
        )
        return visit.choose(N_("Where is the key of your desk to lie?"), target, wanted="new", name=name)
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


def ask_new(visit: Visit[Desk]) -> Response:
    return _new(visit)


def make(visit: Visit[Desk]) -> Response:
    """Make the key of the desk, sealed with a passphrase, and beside it the half that is public."""
    form = visit.form
    path = free_name(visit.chosen())
    public = free_name(path.with_name(path.name + DOCUMENT))
    try:
        if not form.text("name"):
            raise UsageError(
                "page.no-name",
                N_("It is not said what your office calls itself."),
                next_step=N_("Families read this name on the receipt."),
            )
        passphrases.demand_same(form.raw("passphrase"), form.raw("again"))
        site = form.text("site") or None
        key = DeskKey.create(
            path,
            form.raw("passphrase"),
            name=form.text("name"),
            site=site,
            kdf=kdf(),
            randomness=visit.randomness,
            publish=partial(replace_file, public, public=True),
        )
    except VcwalletError as error:
        return _new(visit, error)
    visit.opened.key = key
    told = N_("The key is made. {file} is its public half: it goes with your requests, and to your site.")
    notice = visit.language.text(told, file=public.name)
    return visit.go(f"answers/{entry_of(visit).number}/receipt", notice=notice)


def _new(visit: Visit[Desk], error: VcwalletError | None = None) -> Response:
    # Whoever was refused has the words on paper; others would only confuse.
    words = [] if error else passphrases.generate(visit.language.code, visit.randomness).split()
    values: dict[str, Any] = {"file": visit.chosen().name, "words": words, "form": visit.form}
    if error is None:
        return visit.page("officer/key_new.html", **values)
    field = (
        "name" if error.code == "page.no-name" else "site" if error.code.startswith("did.") else "passphrase"
    )
    return visit.again("officer/key_new.html", error, field=field, **values)


def kdf() -> Kdf:
    return DEFAULT


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
    Get("receipts/{number}/new/{chosen}", ask_new),
    Post("receipts/{number}/new/{chosen}", make),
    Get("receipts/{number}/{chosen}", ask_key),
    Post("receipts/{number}/{chosen}", open_key),
)
