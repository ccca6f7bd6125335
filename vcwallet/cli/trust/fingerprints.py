"""Comparing the fingerprint of an issuer's key with what is on its paper."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, TypeVar

from vcwallet.cli.speak import Speaker, option, somebody_there
from vcwallet.errors import N_, UsageError
from vcwallet.identifiers.controlled_identifier import ControlledIdentifierDocument
from vcwallet.verifier.trust_review import NeedsPerson, ends_with
from vcwallet.verifier.trusted_issuer import signing_keys

F = TypeVar("F", bound=Callable[..., Any])


def fingerprint_options(function: F) -> F:
    for add in reversed(
        [
            option(
                "--fingerprint",
                "fingerprints",
                multiple=True,
                metavar="FINGERPRINT",
                help=N_("The fingerprint on the issuer's paper, all eight groups; once for each key."),
            ),
            option(
                "--no-fingerprint-check",
                "not_compared",
                is_flag=True,
                help=N_("Believe the keys although nobody compared a fingerprint. For trying things out."),
            ),
            option("--who", default="", metavar="NAME", help=N_("Who compares it, to be written down.")),
        ]
    ):
        function = add(function)
    return function


def asked(speaker: Speaker, document: ControlledIdentifierDocument) -> list[str]:
    """The fingerprints of the keys whose last groups a person could type.

    The order in which an issuer reads its fingerprints out is not that of its document. Raises UsageError
    (``trust.fingerprint-differs``) after three wrong answers.
    """
    if not somebody_there():
        raise NeedsPerson(
            "trust.fingerprint-needed",
            N_("Somebody has to compare the fingerprint of {id} with the issuer's paper."),
            next_step=N_("Run it in a terminal, or give --fingerprint with what is on the paper."),
            id=document.id[:64],
        )
    left = [key.fingerprint for key in signing_keys(document)]
    count, found = len(left), list[str]()
    while left:
        ask = partial(
            speaker.ask,
            N_(
                "Last two groups of a fingerprint on the issuer's paper, {number} of {count}, in any order;"
                " Enter leaves the other keys unconfirmed"
            ),
            optional=True,
            number=len(found) + 1,
            count=count,
        )
        end = _typed_end(speaker, left, ask)
        if end is None:
            break
        found.append(end)
        left.remove(end)
    return found


def typed_end_fits(speaker: Speaker, fingerprint: str, kind: str) -> bool:
    """Whether a person types the end of the fingerprint; it is nowhere to be copied from.

    Nothing typed leaves the key unconfirmed. Raises UsageError (``trust.fingerprint-differs``) after three
    wrong answers.
    """
    question = N_(
        "Last two groups of the fingerprint on the issuer's paper, {kind} key; Enter leaves it unconfirmed"
    )
    ask = partial(speaker.ask, question, optional=True, kind=kind)
    return _typed_end(speaker, [fingerprint], ask) is not None


def _typed_end(speaker: Speaker, fingerprints: Sequence[str], ask: Callable[[], str]) -> str | None:
    """The one of these whose end was typed; None where nothing was."""
    for _ in range(3):
        typed = ask()
        if not typed.strip():
            return None
        for each in fingerprints:
            if ends_with(each, typed):
                return each
        speaker.warn(
            N_("That is not the end of this key's fingerprint.")
            if len(fingerprints) == 1
            else N_("None of the keys that are left has a fingerprint with this end.")
        )
    raise UsageError(
        "trust.fingerprint-differs",
        N_("The fingerprint is another than that of the document."),
        next_step=N_("If it is copied rightly, this is not the issuer's document: ask the issuer."),
    )
