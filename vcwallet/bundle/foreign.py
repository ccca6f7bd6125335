"""Other people's codes: what they are, said politely, and CBOR-LD credentials, which are read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from vcwallet.errors import N_, InputError


@dataclass(frozen=True, slots=True)
class ForeignCode:
    """A kind of code that is recognised and not read. `prefix` is compared without regard to case."""

    name: str
    prefix: str
    template: str


CODES: Final = (
    ForeignCode(
        "smart-health-card",
        "shc:/",
        N_("This is a SMART Health Card: a medical record, not a school achievement. It was not read."),
    ),
    ForeignCode(
        "eu-digital-covid-certificate",
        "HC1:",
        N_("This is a health certificate of the European Union, not a school achievement. It was not read."),
    ),
)


def recognise(text: str) -> InputError | None:
    """What to tell a person about a foreign code; None when it is none of those known here."""
    for code in CODES:
        if text[: len(code.prefix)].lower() == code.prefix.lower():
            return InputError("foreign." + code.name, code.template)
    return None
