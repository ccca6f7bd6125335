"""The facts of a diploma in people's words: their names and their values, for commands, sheets and pages.

    language.text(FACT_NAMES[Fact.BORN]), fact_text(facts, Fact.BORN, language)    # Date of birth, 17.05.2009
    further(credential, facts, language)             # (("Condition", "Призовое место"),): what is no fact

The facts and what `further` adds are all that a reader learns of a diploma: the rest are the numbers,
addresses, kinds and signatures of documents.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from vcwallet.credentials.achievement import Fact, Facts
from vcwallet.credentials.credential import Credential
from vcwallet.credentials.spelling import same_name
from vcwallet.credentials.terms import Kind
from vcwallet.errors import N_
from vcwallet.locales import LANGUAGES, Language, language
from vcwallet.strict_json import Json

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

_ALSO: Final[Mapping[str, str]] = {
    "person": N_("full name, surname, given name"),
    "born": N_("birth date, birthday"),
    "place": N_("town"),
    "field": N_("subject, profile"),
    "number": N_("number"),
}
"""Other words people use for a fact, with commas between them."""


def field_named(text: str) -> str | None:
    """The key of `FACT_NAMES` that is meant: by the key, or by what the fact is called in any language."""
    for field, name in FACT_NAMES.items():
        called = [field, name, *_ALSO.get(field, "").split(",")]
        for code in LANGUAGES:
            spoken = language(code)
            called += [spoken.text(name), *spoken.text(_ALSO.get(field, "")).split(",")]
        if any(same_name(each, text) for each in called if each):
            return field
    return None


KIND_NAMES: Final[Mapping[Kind, str]] = {
    Kind.OLYMPIAD_DIPLOMA: N_("diploma of an olympiad"),
    Kind.SCHOOL_AWARD: N_("award of a school"),
    Kind.CONTEST_DIPLOMA: N_("diploma of a contest"),
    Kind.EXTRACURRICULAR_COURSE: N_("course outside school"),
    Kind.PROJECT: N_("project"),
    Kind.SPORT_NORM: N_("sports badge"),
    Kind.VOLUNTEERING: N_("volunteering"),
    Kind.OTHER: N_("another kind"),
}


def kind_named(text: str) -> Kind | None:
    """The kind that is meant: by its value, or by what it is called in any language."""
    for kind, name in KIND_NAMES.items():
        called = [kind.value, *(language(code).text(name) for code in LANGUAGES)]
        if any(same_name(each, text) for each in called):
            return kind
    return None


def fact_text(facts: Facts, fact: Fact, language: Language) -> str:
    """One fact as a person reads it: days and decimals as the language writes them; "" where it is absent.

    What the issuer wrote in words stays as it was signed.
    """
    if fact is Fact.KIND and fact in facts.said:
        return language.text(KIND_NAMES[facts.kind])
    if fact is Fact.SCORE:
        # The caller writes the fact's name before it: a score that is only called "Score" is named once.
        known = language.text(FACT_NAMES[Fact.SCORE]).casefold()
        return "; ".join(
            ("" if score.label.casefold() == known else f"{score.label}: ")
            + language.number(score.value)
            + (f" / {language.number(score.ceiling)}" if score.ceiling else "")
            for score in facts.scores
        )
    days = {Fact.BORN: facts.person.born, Fact.AWARDED: facts.awarded, Fact.UNTIL: facts.until}
    day = days.get(fact)
    return language.day(day) if day is not None else facts.said.get(fact, "")


_OF_DOCUMENTS: Final = frozenset(
    {"@context", "@language", "@direction", "id", "type", "proof", "credentialStatus", "credentialSchema"}
    # What these say are facts: the day, the kind of achievement, what a number counts.
    | {"validFrom", "validUntil", "awardedDate", "issuanceDate", "expirationDate"}
    | {"achievementType", "resultType"}
)
"""Members that say nothing of the pupil which is no fact."""
_FURTHER_NAMES: Final[Mapping[str, str]] = {
    "narrative": N_("Condition"),
    "activityStartDate": N_("Beginning"),
    "activityEndDate": N_("End"),
    "resultDescription": N_("Name without a value"),
}

_ALSO_SAID: Final = N_("Also")


def further(credential: Credential, facts: Facts, language: Language) -> tuple[tuple[str, str], ...]:
    """What a credential says beside its facts: names and values, in the order of the document.

    What has no word of ours is called "also".
    """
    known = list(facts.said.values())
    found = {
        (member, text): None
        for member, text in _texts(credential.json, "")
        if not any(re.search(rf"(?<!\w){re.escape(text)}(?!\w)", said) for said in known)
    }
    return tuple(
        (language.text(_FURTHER_NAMES.get(member, _ALSO_SAID)), text)
        for member, text in ((member, language.value(text) or "") for member, text in found)
    )


def _texts(value: Json, member: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            # A text here refers to a description, which is looked at in its own place.
            if name not in _OF_DOCUMENTS and not (name == "resultDescription" and isinstance(inner, str)):
                # A hidden score leaves its name behind: "Also: Score" would read as if it were shown.
                stays = name == "@value" or (member, name) == ("resultDescription", "name")
                yield from _texts(inner, member if stays else name)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner, member)
    elif isinstance(value, str | int | float) and str(value).strip():
        yield member, str(value)
