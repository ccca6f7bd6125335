"""Words for a diploma's fields and for what is known of its revocation."""

from __future__ import annotations

from vcwallet.cli.speak import Speaker
from vcwallet.errors import N_
from vcwallet.wallet import KnownStatus, Standing

FACTS = {
    "achievement": N_("Achievement"),
    "description": N_("Stage or title"),
    "result": N_("Result"),
    "score": N_("Score"),
    "field": N_("Field"),
    "year": N_("School year"),
    "code": N_("Number in the official list"),
    "kind": N_("Kind"),
    "person": N_("Name"),
    "patronymic": N_("Patronymic"),
    "born": N_("Date of birth"),
    "school": N_("School"),
    "place": N_("Place"),
    "class": N_("Class"),
    "role": N_("Role"),
    "number": N_("Number on the paper"),
    "awarded": N_("Date"),
    "dates": N_("Beginning and end"),
    "until": N_("In force until"),
    "issuer": N_("Issuer"),
}

STANDINGS = {
    Standing.GOOD: N_("not revoked"),
    Standing.REVOKED: N_("REVOKED"),
    Standing.UNKNOWN: N_("not known"),
    Standing.NONE: N_("cannot be revoked"),
}


def standing(speaker: Speaker, status: KnownStatus) -> str:
    words = speaker.text(STANDINGS[status.standing])
    if status.as_of is None:
        return words
    return speaker.text(N_("{words} as of {day}"), words=words, day=status.as_of.date().isoformat())
