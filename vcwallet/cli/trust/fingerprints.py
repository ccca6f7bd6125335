"""Comparing the fingerprint of an issuer's key with what is on its paper."""

from __future__ import annotations

from collections.abc import Callable
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
    """The fingerprints of the keys whose last groups a person could type."""
    if not somebody_there():
        raise NeedsPerson(
            "trust.fingerprint-needed",
            N_("Somebody has to compare the fingerprint of {id} with the issuer's paper."),
            next_step=N_("Run it in a terminal, or give --fingerprint with what is on the paper."),
            id=document.id[:64],
        )
    keys = signing_keys(document)
    found = []
    for number, key in enumerate(keys, 1):
        if typed_end_fits(speaker, key.fingerprint, key.type.value, number, len(keys)):
            found.append(key.fingerprint)
    return found


def typed_end_fits(speaker: Speaker, fingerprint: str, kind: str, number: int = 1, count: int = 1) -> bool:
    """Whether a person types the end of the fingerprint; it is nowhere to be copied from.

    Nothing typed leaves the key unconfirmed. Raises UsageError (``trust.fingerprint-differs``) after three
    wrong answers.
    """
    for _ in range(3):
        typed = speaker.ask(
            N_(
                "Last two groups of the fingerprint on the issuer's paper, key {number} of {count}"
                " ({kind}); Enter leaves it unconfirmed"
            ),
            optional=True,
            number=number,
            count=count,
            kind=kind,
        )
        if not typed.strip():
            return False
        if ends_with(fingerprint, typed):
            return True
        speaker.warn(N_("That is not the end of this key's fingerprint."))
    raise UsageError(
        "trust.fingerprint-differs",
        N_("The fingerprint is another than that of the document."),
        next_step=N_("If it is copied rightly, this is not the issuer's document: ask the issuer."),
    )
