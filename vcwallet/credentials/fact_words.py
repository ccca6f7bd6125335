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

from vcwallet import limits
from vcwallet.characters import visible
from vcwallet.credentials.achievement import Fact, Facts
from vcwallet.credentials.credential import Credential
from vcwallet.credentials.spelling import same_name
from vcwallet.credentials.terms import Kind, ResultCode, StageCode
from vcwallet.errors import N_
from vcwallet.locales import LANGUAGES, Language, language
from vcwallet.proofs.jose.sd_jwt_vc import SdJwtVc
from vcwallet.strict_json import Json, JsonObject

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

_CLAIM_NAMES: Final[Mapping[str, str]] = {
    "family_name": N_("Surname"),
    "given_name": N_("Given name"),
    "middle_name": FACT_NAMES["patronymic"],
    "birthdate": FACT_NAMES["born"],
    "name": FACT_NAMES["person"],
}
"""Claims of a person that are registered for JWTs (OpenID Connect Core 1.0, section 5.1)."""


def claim_name(claim: str, language: Language) -> str:
    """What people call a claim of a document of another kind, where it has such a name; else its own."""
    return language.text(_CLAIM_NAMES[claim]) if claim in _CLAIM_NAMES else visible(claim)


_OF_THE_SIGNATURE: Final = frozenset(
    {"iss", "iat", "nbf", "exp", "jti", "aud", "cnf", "vct", "vct#integrity", "aka_vcts", "status"}
)
"""Claims that say when and by what a token holds; a person reads the issuer and the kind beside the rest."""


def claims_read(credential: SdJwtVc) -> Iterator[tuple[str, str]]:
    """What a document of another kind says beside its kind and issuer: claims, with the names around them."""
    for name, value in credential.claims.items():
        if name not in _OF_THE_SIGNATURE:
            yield from _leaves(name, value)


def _leaves(name: str, value: Json) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for inner, each in value.items():
            yield from _leaves(f"{name}.{inner}", each)
    elif isinstance(value, list):
        for each in value:
            yield from _leaves(name, each)
    else:
        yield name, "-" if value is None else str(value)


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
STAGE_NAMES: Final[Mapping[StageCode, str]] = {
    StageCode.SCHOOL: N_("school stage"),
    StageCode.MUNICIPAL: N_("municipal stage"),
    StageCode.REGIONAL: N_("regional stage"),
    StageCode.FINAL: N_("final stage"),
}
RESULT_NAMES: Final[Mapping[ResultCode, str]] = {
    ResultCode.WINNER: N_("winner"),
    ResultCode.PRIZE: N_("prize-winner"),
    ResultCode.GRAND_PRIX: N_("grand prix"),
    ResultCode.LAUREATE: N_("laureate"),
    ResultCode.DIPLOMA: N_("named in the results"),
    ResultCode.GOLD: N_("gold badge"),
    ResultCode.SILVER: N_("silver badge"),
    ResultCode.BRONZE: N_("bronze badge"),
}


def kind_named(text: str) -> Kind | None:
    """The kind that is meant: by its value, or by what it is called in any language."""
    for kind, name in KIND_NAMES.items():
        called = [kind.value, *(language(code).text(name) for code in LANGUAGES)]
        if any(same_name(each, text) for each in called):
            return kind
    return None


_COUNTED: Final = (FACT_NAMES["score"], N_("Hours"))
"""What numbers of the kits' diplomas count."""


def score_name(label: str, spoken: Language) -> str:
    """What a number of a diploma counts: as the issuer signed it, or the same in this language.

    Open Badges 3.0 has one text for it (``ResultDescription.name``) and no other languages beside it.
    """
    for name in _COUNTED:
        if any(same_name(language(code).text(name), label) for code in LANGUAGES):
            return spoken.text(name)
    return label


def fact_text(facts: Facts, fact: Fact, language: Language) -> str:
    """One fact as a person reads it: days and decimals as the language writes them; "" where it is absent.

    What the issuer wrote in words stays as it was signed.
    """
    if fact is Fact.KIND and fact in facts.said:
        return language.text(KIND_NAMES[facts.kind])
    if fact is Fact.SCORE:
        # The caller writes the fact's name before it: a score that is only called "Score" is named once.
        known = language.text(FACT_NAMES[Fact.SCORE])
        return "; ".join(
            ("" if (name := score_name(score.label, language)) == known else f"{name}: ")
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
    "caption": N_("Words under the picture"),
    "alignment": N_("Stands for"),
    "tag": N_("Key word"),
}

_ALSO_SAID: Final = N_("Also")
_PICTURE: Final = N_("Picture")
_CRITERIA: Final = N_("Conditions at the address, not read")
_REFRESH: Final = N_("Newer state at the address, not asked")
_ENDORSED: Final = N_("Endorsed by others, not checked")
_NOT_BY_THE_ISSUER: Final = frozenset({"endorsement", "endorsementJwt"})
_INSIDE: Final = N_("in the document itself")
_ELSEWHERE: Final = N_("{address} (not fetched)")


def further(credential: Credential, facts: Facts, language: Language) -> tuple[tuple[str, str], ...]:
    """What a credential says beside its facts: names and values, in the order of the document.

    What has no word of ours is called "also". Addresses that Open Badges has a displayer show, of pictures,
    conditions and newer states, come after it, and then what others said: an endorsement is a credential of
    somebody else, whose signature nobody looked at here.
    """
    # Of a longer fact a reader sees the beginning.
    known = [_in_words(said[: limits.SAID_CHARACTERS]) for said in facts.said.values()]

    def is_said(text: str) -> bool:
        words = _in_words(text)
        return any(words in said for said in known)

    found = {(member, text): None for member, text in _texts(credential.json, "") if not is_said(text)}
    said = tuple(
        (language.text(_FURTHER_NAMES.get(member, _ALSO_SAID)), text)
        for member, text in ((member, language.value(text) or "") for member, text in found)
    )
    addresses = dict.fromkeys(_addresses(credential.json, language))
    return (*said, *addresses, *dict.fromkeys(_endorsements(credential.json, language)))


_ENDS_OF_WORDS: Final = re.compile(r"(?<!\w)|(?!\w)")


def _in_words(text: str) -> str:
    """The text with a mark at each end of a word: one such text is in another where it is there as words.

    A document may hold thousands of texts, and for each a pattern would be made and tried everywhere.
    """
    return _ENDS_OF_WORDS.sub("\0", text)


def _addresses(value: Json, language: Language) -> Iterator[tuple[str, str]]:
    """Where a document has a picture, its conditions or its newer state, none of which is fetched."""
    for name, inner in _own_members(value):
        place = inner.get("id") if isinstance(inner, dict) else inner
        if name == "image" and isinstance(place, str):
            inside = place.startswith("data:")
            words = language.text(_INSIDE) if inside else language.text(_ELSEWHERE, address=place)
            yield language.text(_PICTURE), words
        elif name == "criteria" and isinstance(place, str):
            yield language.text(_CRITERIA), place
        elif name == "refreshService":
            for service in inner if isinstance(inner, list) else [inner]:
                if isinstance(service, dict) and isinstance(address := service.get("id"), str):
                    yield language.text(_REFRESH), address
        yield from _addresses(inner, language)


def _endorsements(value: Json, language: Language) -> Iterator[tuple[str, str]]:
    """Who says something about the badge or its issuer, and what; a token says nothing to people."""
    members = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for name, inner in members:
        if name not in _NOT_BY_THE_ISSUER:
            if name != "proof":
                yield from _endorsements(inner, language)
            continue
        for each in inner if isinstance(inner, list) else [inner]:
            yield language.text(_ENDORSED), _endorsement(each, language)


def _endorsement(each: Json, language: Language) -> str:
    if not isinstance(each, dict):
        return language.text(N_("a signed token"))
    issuer, subject = each.get("issuer"), each.get("credentialSubject")
    named = issuer.get("name") or issuer.get("id") if isinstance(issuer, dict) else issuer
    comment = subject.get("endorsementComment") if isinstance(subject, dict) else None
    return ": ".join(text for text in (named, comment) if isinstance(text, str)) or "-"


def _own_members(value: Json) -> Iterator[tuple[str, Json]]:
    """The members of a document and of what is in it, as far as its issuer says them."""
    if isinstance(value, list):
        for inner in value:
            yield from _own_members(inner)
    elif isinstance(value, dict):
        yield from ((name, inner) for name, inner in value.items() if name not in _NOT_OWN)


_NOT_OWN: Final = _NOT_BY_THE_ISSUER | {"proof", "@context"}


def _texts(value: Json, member: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        if "Alignment" in _types(value):
            yield "alignment", _alignment(value)
            return
        for name, inner in value.items():
            if name in _NOT_BY_THE_ISSUER:
                continue
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


def _types(value: JsonObject) -> list[Json]:
    types = value.get("type", [])
    return types if isinstance(types, list) else [types]


def _alignment(value: JsonObject) -> str:
    """What an achievement counts as in somebody's catalogue: name, code and catalogue; its address last."""
    named = [value.get(name) for name in ("targetName", "targetCode", "targetFramework", "targetDescription")]
    told = [text for text in (*named, value.get("targetUrl")) if isinstance(text, str) and text]
    return "; ".join(dict.fromkeys(told))
