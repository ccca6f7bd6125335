"""A new wallet in three steps: where it is, six words written down, the words typed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from starlette.responses import Response

from vcwallet.errors import N_, UsageError, VcwalletError
from vcwallet.sealed_file import DEFAULT, Kdf, normalize_passphrase, passphrases
from vcwallet.wallet import Wallet
from vcwallet.web.pages.family.opened import Family
from vcwallet.web.pages.visit import Get, Post, Visit

__all__ = ["FRONT", "kdf", "typed_words"]


STEPS: Final = (N_("Where it lies"), N_("Six words"), N_("Type them"))


@dataclass(slots=True)
class NewWallet:
    """A wallet that is being made."""

    path: Path
    phrase: str


def kdf() -> Kdf:
    """How hard guessing a new passphrase is made."""
    return DEFAULT


def where(visit: Visit[None]) -> Response:
    return visit.page("family/new.html", **_named(_place(visit)))


def begin(visit: Visit[None]) -> Response:
    path = _place(visit)
    if path.exists():
        return visit.again("family/new.html", _exists(path), **_named(path))
    task = NewWallet(path, passphrases.generate(visit.language.code, visit.randomness))
    return visit.go(f"family/new/{visit.parameters['chosen']}/{visit.session.begin(task)}")


def words(visit: Visit[None]) -> Response:
    steps = [visit.language.text(step) for step in STEPS]
    return visit.page("family/new_words.html", words=_task(visit).phrase.split(), steps=steps, own=True)


def other_words(visit: Visit[None]) -> Response:
    _task(visit).phrase = passphrases.generate(visit.language.code, visit.randomness)
    return visit.go(_address(visit))


def type_words(visit: Visit[None]) -> Response:
    return visit.page("family/new_type.html", **_typing(visit, own=False))


def type_own(visit: Visit[None]) -> Response:
    return visit.page("family/new_type.html", **_typing(visit, own=True))


def create(visit: Visit[None]) -> Response:
    return _create(visit, own=False)


def create_with_own(visit: Visit[None]) -> Response:
    return _create(visit, own=True)


def _create(visit: Visit[None], *, own: bool) -> Response:
    task = _task(visit)
    try:
        phrase = typed_words(visit, None if own else task.phrase)
        wallet = Wallet.create(task.path, phrase, kdf=kdf(), randomness=visit.randomness)
    except VcwalletError as error:
        return visit.again("family/new_type.html", error, field="passphrase", **_typing(visit, own=own))
    opened = Family(wallet, visit.places, now=visit.now)
    opened.notice = visit.language.text(N_("The wallet is made. Add diplomas, and print the recovery sheet."))
    return visit.enter(opened, ends=visit.parameters["task"])


def typed_words(visit: Visit[None] | Visit[Family], made: str | None) -> str:
    """The phrase that was typed: the words `made` here, or one of the family's own, twice.

    Raises UsageError (``page.other-words``, ``passphrase.not-the-same``, ``passphrase.weak``).
    """
    typed = visit.form.raw("passphrase")
    if made is not None and normalize_passphrase(typed) != normalize_passphrase(made):
        raise UsageError(
            "page.other-words",
            N_("These are not the words that you were to write down."),
            next_step=N_("Compare with what you wrote, and type all six once more. Or go back and look."),
        )
    if made is None:
        passphrases.check(typed)
        passphrases.demand_same(typed, visit.form.raw("again"))
    return typed


def _typing(visit: Visit[None], *, own: bool) -> dict[str, Any]:
    words = visit.language.text
    return {
        "file": _task(visit).path.name,
        "own": own,
        "steps": [words(step) for step in STEPS],
        "button": words(N_("Make the wallet")),
        "back": visit.to(_address(visit)),
    }


def _named(path: Path) -> dict[str, Any]:
    return {"file": path.name, "folder": path.absolute().parent.name}


def _place(visit: Visit[None]) -> Path:
    path = visit.chosen()
    return path if path.suffix.casefold() == ".vcw" else path.with_name(path.name + ".vcw")


def _exists(path: Path) -> UsageError:
    return UsageError(
        "sealed-file.exists",
        N_("“{name}” exists already and is not overwritten."),
        next_step=N_("Choose another name."),
        name=path.name[-64:],
    )


def _task(visit: Visit[None]) -> NewWallet:
    return visit.session.task(visit.parameters["task"], NewWallet)


def _address(visit: Visit[None]) -> str:
    return f"family/new/{visit.parameters['chosen']}/{visit.parameters['task']}"


FRONT: Final = (
    Get("new/{chosen}", where),
    Post("new/{chosen}", begin),
    Get("new/{chosen}/{task}", words),
    Post("new/{chosen}/{task}", other_words),
    Get("new/{chosen}/{task}/type", type_words),
    Post("new/{chosen}/{task}/type", create),
    Get("new/{chosen}/{task}/own", type_own),
    Post("new/{chosen}/{task}/own", create_with_own),
)
