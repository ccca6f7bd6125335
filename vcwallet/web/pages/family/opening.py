"""Opening a wallet: with the passphrase, with the recovery sheet, or what is left of a damaged file."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from starlette.responses import Response

from vcwallet.bundle.recovery_sheet import codes_in_file
from vcwallet.errors import N_, UsageError, VcwalletError
from vcwallet.sealed_file import Disk, Passphrase, RecoveryCode, passphrases
from vcwallet.speaking.wallets import layout_hint
from vcwallet.wallet import Wallet
from vcwallet.web.pages.chooser import file_name
from vcwallet.web.pages.family.opened import Family
from vcwallet.web.pages.guesses import WRONG
from vcwallet.web.pages.visit import Get, Post, Visit

__all__ = ["FRONT"]

_MAY_BE_SAVED: Final = ("sealed-file.damaged", "sealed-file.not-one")
"""Codes of files of which something may still be read."""


def first(visit: Visit[None]) -> Response:
    """The family's door: open, or begin a wallet."""
    return visit.page("family/door.html")


def choose(visit: Visit[None]) -> Response:
    if dropped := visit.form.files("file"):
        return _stored(visit, dropped[0].name, dropped[0].content)
    if visit.form.text("new"):
        name = visit.language.text(N_("family.vcw"))
        return visit.choose(
            N_("Where is the new wallet to be?"), "family/new/{chosen}", wanted="new", name=name
        )
    return visit.choose(N_("Which wallet?"), "family/open/{chosen}", wanted="family")


def _stored(visit: Visit[None], name: str, content: bytes) -> Response:
    """A wallet that was dropped is put among the documents: a wallet must have a place to be saved in."""
    try:
        place = _free(visit.places.documents / file_name(name.replace("\\", "/").rpartition("/")[2]))
        Disk().write_new(place, content)
    except VcwalletError as error:
        return visit.again("family/door.html", error, field="file")
    return visit.go(f"family/open/{visit.session.choose(place)}")


def _free(place: Path) -> Path:
    """The path, or one like it that nothing has: a file is never written over."""
    number, free = 2, place
    while free.exists():
        free, number = place.with_stem(f"{place.stem} {number}"), number + 1
    return free


def ask(visit: Visit[None]) -> Response:
    return visit.page("family/open.html", **_named(visit), hint="")


def unlock(visit: Visit[None]) -> Response:
    path, typed = visit.chosen(), visit.form.raw("passphrase")
    try:
        with visit.session.guesses.at(path):
            wallet = Wallet.open(path, secret=Passphrase(typed), randomness=visit.randomness)
    except VcwalletError as error:
        if error.code in _MAY_BE_SAVED:
            return visit.go(f"family/open/{visit.parameters['chosen']}/salvage")
        hint = ""
        if error.code in WRONG:
            error, hint = _does_not_fit(), layout_hint(typed, visit.language)
        return visit.again("family/open.html", error, field="passphrase", **_named(visit), hint=hint)
    return visit.enter(Family(wallet, visit.places, now=visit.now))


def _does_not_fit() -> UsageError:
    return UsageError(
        "page.wrong-passphrase",
        N_("The passphrase does not fit. The file is unharmed."),
        next_step=N_("Look at the layout of the keyboard and at Caps Lock, and type it once more."),
    )


def _named(visit: Visit[None]) -> dict[str, Any]:
    path = visit.chosen()
    return {"file": path.name, "folder": path.absolute().parent.name, "chosen": visit.parameters["chosen"]}


# --- with the recovery sheet ------------------------------------------------------------------------------


def ask_sheet(visit: Visit[None]) -> Response:
    return visit.page("family/open_sheet.html", **_named(visit), code="")


def unlock_sheet(visit: Visit[None]) -> Response:
    path, typed = visit.chosen(), visit.form.text("code")
    field = "photo" if visit.form.files("photo") else "code"
    try:
        codes = [code for each in visit.form.files("photo") for code in codes_in_file(each.content)]
        secret = RecoveryCode(*(codes or typed.splitlines() or [""]))
        with visit.session.guesses.at(path):
            wallet = Wallet.open(path, secret=secret, randomness=visit.randomness)
    except VcwalletError as error:
        if error.code in _MAY_BE_SAVED:
            return visit.go(f"family/open/{visit.parameters['chosen']}/salvage")
        return visit.again("family/open_sheet.html", error, field=field, **_named(visit), code=typed)
    opened = Family(wallet, visit.places, phrase_is_due=True, now=visit.now)
    opened.tasks["phrase"] = passphrases.generate(visit.language.code, visit.randomness)
    opened.notice = visit.language.text(
        N_("The sheet opened the wallet. Make new words now, so that you can open it without the sheet.")
    )
    return visit.enter(opened)


# --- what is left of a damaged file -----------------------------------------------------------------------


def ask_salvage(visit: Visit[None]) -> Response:
    return visit.page("family/salvage.html", **_named(visit))


def salvage(visit: Visit[None]) -> Response:
    path = visit.chosen()
    to = _free(path.with_stem(visit.language.text(N_("{name}, saved"), name=path.stem)))
    try:
        secret = Passphrase(visit.form.raw("passphrase"))
        with visit.session.guesses.at(path):
            wallet, lost = Wallet.salvage(path, to, secret=secret, randomness=visit.randomness)
        wallet.save()
    except VcwalletError as error:
        return visit.again("family/salvage.html", error, field="passphrase", **_named(visit))
    opened = Family(wallet, visit.places, now=visit.now)
    opened.notice = visit.language.text(
        N_("What could be read is in the new file “{file}”. Parts that could not be read: {number}."),
        file=to.name,
        number=lost,
    )
    return visit.enter(opened)


FRONT: Final = (
    Get("", first),
    Post("", choose),
    Get("open/{chosen}", ask),
    Post("open/{chosen}", unlock),
    Get("open/{chosen}/sheet", ask_sheet),
    Post("open/{chosen}/sheet", unlock_sheet),
    Get("open/{chosen}/salvage", ask_salvage),
    Post("open/{chosen}/salvage", salvage),
)
