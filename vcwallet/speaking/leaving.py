"""A child that takes its records along, in a family's words."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from vcwallet import printing
from vcwallet.errors import N_
from vcwallet.locales import Language
from vcwallet.wallet.child import Child
from vcwallet.wallet.leaving import bound
from vcwallet.wallet.returning import BroughtBack

__all__ = ["KEYS_LEFT", "bound", "came_back", "grown", "left_behind", "made", "wallet_name", "zip_name"]


def grown(child: Child, language: Language, *, now: datetime) -> tuple[str, ...]:
    """Whether a child is grown, and whether they have a wallet of their own already."""
    said = []
    day = child.profile.of_age
    if day is not None and day <= now.date():
        said.append(
            language.text(
                N_("{child} has been of age since {day}."), child=_given(child), day=language.long_day(day)
            )
        )
    elif day is not None:
        said.append(
            language.text(
                N_("{child} comes of age on {day}."), child=_given(child), day=language.long_day(day)
            )
        )
    if (handover := child.handover) is not None:
        words = (
            N_("{child} has a wallet of their own since {day}; this one has their keys no longer.")
            if handover.let_go
            else N_("{child} has a wallet of their own since {day}.")
        )
        said.append(language.text(words, child=_given(child), day=language.long_day(handover.day)))
    return tuple(said)


def left_behind(child: Child, language: Language, *, keys: bool) -> tuple[str, ...]:
    """What cannot be done with an export of a child, and with what."""
    said = []
    if not keys:
        said.append(
            language.text(
                N_(
                    "The keys of {child} are not among the files: a wallet made of them has a new key."
                    " Diplomas that name the earlier id: {number}; such a wallet cannot keep or show them."
                ),
                child=child.name,
                number=bound(child),
            )
        )
    if not printing.has_typst():
        said.append(
            language.text(
                N_("Pictures of the diplomas are not among the files: the part that draws is not installed.")
            )
        )
    return tuple(said)


def made(child: Child, file: str, language: Language) -> str:
    """That a wallet of the child's own was made, and what this one can do from now on."""
    words = (
        N_(
            "“{file}” is made. This wallet keeps the diplomas to look at and has the keys no longer; copies"
            " of it made before still have them."
        )
        if child.handover is not None and child.handover.let_go
        else N_("“{file}” is made. This wallet can show the diplomas too.")
    )
    return language.text(words, file=file)


def came_back(found: BroughtBack, language: Language) -> str:
    """What of a child was kept."""
    return language.text(
        N_("{child}: diplomas {diplomas}, attachments {attachments}, history {lines}"),
        child=found.child.name,
        diplomas=len(found.child.diplomas()),
        attachments=len(found.child.attachments()),
        lines=len(found.child.ledger.entries()),
    )


KEYS_LEFT: Final = N_(
    "The child's keys were not among the files, so it has a new one, and diplomas that were issued to the"
    " earlier id were not kept."
)


def zip_name(child: Child) -> str:
    return f"{child.name}.zip"


def wallet_name(child: Child) -> str:
    return f"{_given(child)}.vcw"


def _given(child: Child) -> str:
    return child.profile.given_name
