"""Open Badges 3.0 as typed views: what a badge says, read strictly by the specification's tables.

    badge = AchievementCredential.read(credential)
    print(badge.subject.achievement.name)

Specification: Open Badges 3.0, appendix B.1 (data models). Members the specification does not list are left
to the document itself; endorsements are credentials of their own and are given as they came.

Lists of a signed document are unordered: whoever carries it may have shuffled them. The tuples here keep the
order they came in, and no meaning may be drawn from it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from vcwallet.credentials import data_model
from vcwallet.credentials.credential import Credential
from vcwallet.credentials.data_model import Path, plain_text
from vcwallet.errors import N_, DocumentError
from vcwallet.strict_json import Json, JsonObject, pointer

__all__ = [
    "Achievement",
    "AchievementCredential",
    "AchievementSubject",
    "Alignment",
    "Criteria",
    "EndorsementCredential",
    "Evidence",
    "IdentityObject",
    "Profile",
    "Result",
    "ResultDescription",
    "RubricCriterionLevel",
    "parse_date",
]

BADGE_TYPES: Final = frozenset({"OpenBadgeCredential", "AchievementCredential"})
"""Two names of one type (B.1.2)."""

_CONTEXT: Final = re.compile(r"https://purl\.imsglobal\.org/spec/ob/v3p0/context(-3\.[0-9]\.[0-9])?\.json")
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Profile:
    """A person or organisation (B.1.17)."""

    id: str
    name: str | None = None
    url: str | None = None
    description: str | None = None
    email: str | None = None
    phone: str | None = None
    official: str | None = None
    image: str | None = None


@dataclass(frozen=True, slots=True)
class Criteria:
    """How to earn an achievement (B.1.6): a page, a narrative in Markdown, or both."""

    id: str | None = None
    narrative: str | None = None


@dataclass(frozen=True, slots=True)
class Alignment:
    """A node of an educational framework (B.1.5)."""

    target_name: str
    target_url: str
    target_code: str | None = None
    target_framework: str | None = None
    target_description: str | None = None
    target_type: str | None = None


@dataclass(frozen=True, slots=True)
class RubricCriterionLevel:
    """A level of a rubric (B.1.21)."""

    id: str
    name: str
    level: str | None = None
    points: str | None = None
    description: str | None = None


@dataclass(frozen=True, slots=True)
class ResultDescription:
    """A result an achievement can have (B.1.20). `allowed_values` is a signed order, from low to high."""

    id: str
    name: str
    result_type: str
    allowed_values: tuple[str, ...] = ()
    required_value: str | None = None
    required_level: str | None = None
    value_min: str | None = None
    value_max: str | None = None
    levels: tuple[RubricCriterionLevel, ...] = ()


@dataclass(frozen=True, slots=True)
class Achievement:
    """What can be achieved (B.1.1)."""

    id: str
    name: str
    description: str
    criteria: Criteria
    achievement_type: str | None = None
    field_of_study: str | None = None
    specialization: str | None = None
    human_code: str | None = None
    version: str | None = None
    in_language: str | None = None
    credits_available: float | None = None
    image: str | None = None
    creator: Profile | None = None
    tags: tuple[str, ...] = ()
    alignments: tuple[Alignment, ...] = ()
    result_descriptions: tuple[ResultDescription, ...] = ()
    related_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Result:
    """What was achieved (B.1.19). `description` and `level` are those of the achievement it links to."""

    value: str | None = None
    status: str | None = None
    description: ResultDescription | None = None
    level: RubricCriterionLevel | None = None


@dataclass(frozen=True, slots=True)
class IdentityObject:
    """A further identifier of the recipient (B.1.14); in the clear unless `hashed`."""

    identity_hash: str
    identity_type: str
    hashed: bool
    salt: str | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was shown (B.1.9)."""

    id: str | None = None
    name: str | None = None
    description: str | None = None
    narrative: str | None = None
    genre: str | None = None
    audience: str | None = None


@dataclass(frozen=True, slots=True)
class AchievementSubject:
    """Who achieved what (B.1.3).

    A badge should say who earned it, by an id or an identifier, and many published ones do not: that is told
    of the tie to a person, and is no reason to call the badge changed.
    """

    id: str | None
    types: tuple[str, ...]
    achievement: Achievement
    identifiers: tuple[IdentityObject, ...] = ()
    results: tuple[Result, ...] = ()
    role: str | None = None
    term: str | None = None
    license_number: str | None = None
    narrative: str | None = None
    credits_earned: float | None = None
    activity_start: str | None = None
    activity_end: str | None = None
    source: Profile | None = None
    json: JsonObject = field(default_factory=dict, repr=False, hash=False, compare=False)


@dataclass(frozen=True, slots=True)
class AchievementCredential:
    """An Open Badge (B.1.2)."""

    id: str
    issuer: Profile
    subject: AchievementSubject
    awarded: datetime | None
    """``awardedDate``: kept by an issuer who moved ``validFrom`` when replacing the credential."""
    image: str | None = None
    evidence: tuple[Evidence, ...] = ()
    endorsements: tuple[JsonObject, ...] = ()

    @classmethod
    def read(cls, credential: Credential) -> AchievementCredential:
        """Read a badge. Its proofs must have been verified already, or what is read means nothing.

        Raises DocumentError with evidence `pointer`: ``openbadge.context``, ``openbadge.type``,
        ``openbadge.missing``, ``openbadge.value``, ``openbadge.one-subject``,
        ``openbadge.result-link``, and what `data_model` raises.
        """
        if not BADGE_TYPES & set(credential.types):
            raise DocumentError("openbadge.type", N_("The credential is not an Open Badge."), pointer="/type")
        _check_context(credential)
        members = Members(credential.json, ())
        if credential.valid_from is None:
            raise _missing(("validFrom",))
        return cls(
            id=members.id(),
            issuer=read_issuer(credential),
            subject=_subject(_one_subject(credential)),
            awarded=data_model.moment(credential.json, "awardedDate"),
            image=members.image(),
            evidence=tuple(_evidence(item) for item in members.objects("evidence", "Evidence")),
            endorsements=tuple(item.json for item in members.objects("endorsement", "EndorsementCredential")),
        )


@dataclass(frozen=True, slots=True)
class EndorsementCredential:
    """A claim about a badge or an issuer by somebody else (B.1.7, B.1.8)."""

    id: str
    issuer: Profile
    endorsed_id: str
    comment: str | None = None

    @classmethod
    def read(cls, credential: Credential) -> EndorsementCredential:
        """Raises what `AchievementCredential.read` raises."""
        if "EndorsementCredential" not in credential.types:
            raise DocumentError("openbadge.type", N_("The credential is not an Open Badge."), pointer="/type")
        _check_context(credential)
        subject = _one_subject(credential)
        subject.types("EndorsementSubject")
        return cls(
            id=Members(credential.json, ()).id(),
            issuer=read_issuer(credential),
            endorsed_id=subject.id(),
            comment=subject.text("endorsementComment"),
        )


def parse_date(text: str) -> date | None:
    """An ``xsd:date`` without zone, ``2009-05-17``; None when it is not one."""
    if _DATE.fullmatch(text) is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


class Members:
    """The members of one object, each read as the kind of value the specification gives it."""

    __slots__ = ("json", "path")

    def __init__(self, json: JsonObject, path: Path) -> None:
        self.json = json
        self.path = path

    def types(self, required: str) -> tuple[str, ...]:
        return data_model.types(self.json, self.path, required=required)

    def id(self) -> str:
        if "id" not in self.json:
            raise _missing((*self.path, "id"))
        return data_model.identifier(self.json, self.path, required=True) or ""

    def optional_id(self) -> str | None:
        return data_model.identifier(self.json, self.path)

    def text(self, name: str) -> str | None:
        if name not in self.json:
            return None
        text = plain_text(self.json[name])
        if not text:
            raise _bad((*self.path, name))
        return text

    def required(self, name: str) -> str:
        text = self.text(name)
        if text is None:
            raise _missing((*self.path, name))
        return text

    def url(self, name: str) -> str | None:
        if name not in self.json:
            return None
        value = self.json[name]
        if not isinstance(value, str) or not data_model.is_url(value):
            raise _bad((*self.path, name))
        return value

    def number(self, name: str) -> float | None:
        if name not in self.json:
            return None
        value = self.json[name]
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise _bad((*self.path, name))
        return float(value)

    def texts(self, name: str) -> tuple[str, ...]:
        value: Json = self.json.get(name, [])
        found = value if isinstance(value, list) else [value]
        data_model.check_length(found, (*self.path, name))
        texts = tuple(text for text in found if isinstance(text, str))
        if len(texts) != len(found):
            raise _bad((*self.path, name))
        return texts

    def image(self) -> str | None:
        """An ``Image`` object, or its URL alone, which many issuers write."""
        value = self.json.get("image")
        if isinstance(value, dict):
            return Members(value, (*self.path, "image")).id()
        return self.url("image")

    def objects(self, name: str, kind: str | None) -> tuple[Members, ...]:
        found = tuple(Members(item, path) for path, item in data_model.objects(self.json, name, self.path))
        for item in found:
            if kind is not None:
                item.types(kind)
        return found

    def object(self, name: str, kind: str | None) -> Members | None:
        found = self.objects(name, kind)
        if len(found) > 1:
            raise _bad((*self.path, name))
        return found[0] if found else None

    def profile(self, name: str) -> Profile | None:
        """A ``Profile`` object or the URL of one (ProfileRef, B.1.18)."""
        value = self.json.get(name)
        if isinstance(value, str):
            return Profile(self.url(name) or "")
        found = self.object(name, "Profile")
        return None if found is None else _profile(found)


def _check_context(credential: Credential) -> None:
    contexts = credential.contexts
    second = contexts[1] if len(contexts) > 1 else None
    # The Comprehensive Learner Record puts its own context in between.
    third = contexts[2] if len(contexts) > 2 else None
    if not any(isinstance(c, str) and _CONTEXT.fullmatch(c) for c in (second, third)):
        raise DocumentError(
            "openbadge.context",
            N_("The second context of an Open Badge must be that of Open Badges 3.0."),
            pointer="/@context/1",
        )


def _one_subject(credential: Credential) -> Members:
    if len(credential.subjects) != 1:
        raise DocumentError(
            "openbadge.one-subject",
            N_("An Open Badge is about one person, and this one is about {number}."),
            number=len(credential.subjects),
            pointer="/credentialSubject",
        )
    return Members(credential.subjects[0], ("credentialSubject",))


def read_issuer(credential: Credential) -> Profile:
    """``issuer`` as a Profile; a bare URL is one without a name."""
    if credential.issuer is None:
        return Profile(credential.issuer_id)
    members = Members(credential.issuer, ("issuer",))
    members.types("Profile")
    return _profile(members)


def _profile(members: Members) -> Profile:
    return Profile(
        id=members.id(),
        name=members.text("name"),
        url=members.url("url"),
        description=members.text("description"),
        email=members.text("email"),
        phone=members.text("phone"),
        official=members.text("official"),
        image=members.image(),
    )


def _subject(members: Members) -> AchievementSubject:
    types = members.types("AchievementSubject")
    identifiers = tuple(_identity(item) for item in members.objects("identifier", "IdentityObject"))
    subject_id = members.optional_id()
    found = members.object("achievement", "Achievement")
    if found is None:
        raise _missing((*members.path, "achievement"))
    achievement = read_achievement(found)
    return AchievementSubject(
        id=subject_id,
        types=types,
        achievement=achievement,
        identifiers=identifiers,
        results=tuple(_result(item, achievement) for item in members.objects("result", "Result")),
        role=members.text("role"),
        term=members.text("term"),
        license_number=members.text("licenseNumber"),
        narrative=members.text("narrative"),
        credits_earned=members.number("creditsEarned"),
        activity_start=members.text("activityStartDate"),
        activity_end=members.text("activityEndDate"),
        source=members.profile("source"),
        json=members.json,
    )


def read_achievement(members: Members) -> Achievement:
    """An ``Achievement`` object (B.1.1)."""
    criteria = members.object("criteria", None)
    if criteria is None:
        raise _missing((*members.path, "criteria"))
    return Achievement(
        id=members.id(),
        name=members.required("name"),
        description=members.required("description"),
        criteria=Criteria(criteria.optional_id(), criteria.text("narrative")),
        achievement_type=members.text("achievementType"),
        field_of_study=members.text("fieldOfStudy"),
        specialization=members.text("specialization"),
        human_code=members.text("humanCode"),
        version=members.text("version"),
        in_language=members.text("inLanguage"),
        credits_available=members.number("creditsAvailable"),
        image=members.image(),
        creator=members.profile("creator"),
        tags=members.texts("tag"),
        alignments=tuple(_alignment(item) for item in members.objects("alignment", "Alignment")),
        result_descriptions=tuple(
            _result_description(item) for item in members.objects("resultDescription", "ResultDescription")
        ),
        related_ids=tuple(item.id() for item in members.objects("related", "Related")),
    )


def _alignment(members: Members) -> Alignment:
    url = members.url("targetUrl")
    if url is None:
        raise _missing((*members.path, "targetUrl"))
    return Alignment(
        target_name=members.required("targetName"),
        target_url=url,
        target_code=members.text("targetCode"),
        target_framework=members.text("targetFramework"),
        target_description=members.text("targetDescription"),
        target_type=members.text("targetType"),
    )


def _result_description(members: Members) -> ResultDescription:
    levels = members.objects("rubricCriterionLevel", "RubricCriterionLevel")
    return ResultDescription(
        id=members.id(),
        name=members.required("name"),
        result_type=members.required("resultType"),
        allowed_values=members.texts("allowedValue"),
        required_value=members.text("requiredValue"),
        required_level=members.url("requiredLevel"),
        value_min=members.text("valueMin"),
        value_max=members.text("valueMax"),
        levels=tuple(
            RubricCriterionLevel(
                id=level.id(),
                name=level.required("name"),
                level=level.text("level"),
                points=level.text("points"),
                description=level.text("description"),
            )
            for level in levels
        ),
    )


def _result(members: Members, achievement: Achievement) -> Result:
    """A result, with its links followed: they must lead into the achievement of the same credential."""
    described, achieved = members.url("resultDescription"), members.url("achievedLevel")
    description = next((d for d in achievement.result_descriptions if d.id == described), None)
    if described is not None and description is None:
        raise _bad_link((*members.path, "resultDescription"))
    levels = () if description is None else description.levels
    level = next((one for one in levels if one.id == achieved), None)
    if achieved is not None and level is None:
        raise _bad_link((*members.path, "achievedLevel"))
    status = members.text("status")
    if description is not None and description.result_type == "Status" and status is None:
        raise _missing((*members.path, "status"))
    return Result(members.text("value"), status, description, level)


def _identity(members: Members) -> IdentityObject:
    hashed = members.json.get("hashed")
    if not isinstance(hashed, bool):
        raise _bad((*members.path, "hashed"))
    return IdentityObject(
        identity_hash=members.required("identityHash"),
        identity_type=members.required("identityType"),
        hashed=hashed,
        salt=members.text("salt"),
    )


def _evidence(members: Members) -> Evidence:
    return Evidence(
        id=members.optional_id(),
        name=members.text("name"),
        description=members.text("description"),
        narrative=members.text("narrative"),
        genre=members.text("genre"),
        audience=members.text("audience"),
    )


def _missing(path: Path) -> DocumentError:
    return DocumentError(
        "openbadge.missing",
        N_("Open Badges 3.0 requires {pointer}, and it is missing."),
        pointer=pointer(path),
    )


def _bad(path: Path) -> DocumentError:
    return DocumentError(
        "openbadge.value",
        N_("The value at {pointer} is not what Open Badges 3.0 puts there."),
        pointer=pointer(path),
    )


def _bad_link(path: Path) -> DocumentError:
    return DocumentError(
        "openbadge.result-link",
        N_("The result at {pointer} refers to something its achievement does not have."),
        pointer=pointer(path),
    )
