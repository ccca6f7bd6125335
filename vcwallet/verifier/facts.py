"""The typed facts of a credential as the report has them: codes as text, and what is not shown by name."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from typing import Final

from vcwallet import limits
from vcwallet.credentials.achievement import Absence, Fact, Facts
from vcwallet.proofs.jose.sd_jwt_vc import SdJwtVc
from vcwallet.report import Achievement, Class, Person, Score, Term

__all__ = ["achievement_of", "person_in_claims", "person_of", "shows"]

# Members of the report's achievement, by the fact they hold.
_MEMBERS: Final[Mapping[Fact, str]] = {
    Fact.CODE: "listNumber",
    Fact.FIELD: "profile",
    Fact.YEAR: "schoolYear",
    Fact.CLASS: "class",
    Fact.RESULT: "result",
    Fact.SCORE: "score",
    Fact.SCHOOL: "school",
}


def person_of(facts: Facts) -> Person:
    """Whom it names."""
    person = facts.person
    members = {
        "family": person.family,
        "given": person.given,
        "patronymic": person.patronymic,
        "born": person.born,
    }
    hidden = tuple(name for name, value in members.items() if value is None and not person.name)
    return Person(
        person.family,
        person.given,
        person.patronymic,
        person.born,
        person.name,
        hidden if facts.parts_may_be_hidden else (),
    )


# The claims of a person that are registered for JWTs (OpenID Connect Core 1.0, section 5.1).
_CLAIMS: Final[Mapping[str, str]] = {
    "family": "family_name",
    "given": "given_name",
    "patronymic": "middle_name",
    "born": "birthdate",
}


def person_in_claims(document: SdJwtVc) -> Person:
    """Whom an SD-JWT VC names."""

    def said(name: str) -> str | None:
        value = document.claims.get(name)
        return value[: limits.IRI_CHARACTERS] if isinstance(value, str) and value.strip() else None

    born = None
    with suppress(ValueError):
        born = date.fromisoformat(said(_CLAIMS["born"]) or "")
    hidden = tuple(name for name, claim in _CLAIMS.items() if claim not in document.claims)
    return Person(
        said(_CLAIMS["family"]),
        said(_CLAIMS["given"]),
        said(_CLAIMS["patronymic"]),
        born,
        said("name"),
        hidden if () in document.token.undisclosed else (),
    )


def achievement_of(facts: Facts) -> Achievement:
    """What was achieved."""
    stage, year, school_class = facts.stage, facts.school_year, facts.school_class
    absent = facts.absent
    return Achievement(
        kind=facts.kind.value if facts.type is not None else None,
        type=facts.type,
        id=facts.achievement_id,
        name=facts.name,
        description=facts.description,
        list_number=facts.list_number,
        profile=facts.profile,
        stage=Term(stage.text, stage.code.value) if stage is not None else None,
        school_year=(year.first, year.second) if year is not None else None,
        year_text=facts.term if year is None else None,
        school_class=Class(school_class.text, school_class.number) if school_class is not None else None,
        results=tuple(
            Term(rank.text, rank.code.value if rank.code else None, rank.degree) for rank in facts.ranks
        ),
        scores=tuple(Score(each.value, each.label, each.ceiling) for each in facts.scores),
        school=facts.school,
        place=facts.place,
        role=facts.role,
        licence=facts.license_number,
        awarded=facts.awarded,
        not_shown=tuple(member for fact, member in _MEMBERS.items() if absent.get(fact) is Absence.NOT_SHOWN),
    )


def shows(facts: Facts | None, name: str) -> bool:
    """Whether a fact that a request names can be read."""
    return facts is not None and any(fact.value == name for fact in facts.said)
