"""What the facts of a diploma are called, to people: one table for commands, sheets and pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from vcwallet.errors import N_

FACT_NAMES: Final[Mapping[str, str]] = {
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
"""By the values of `achievement.Fact`, and of the parts of them that can be hidden by themselves."""
