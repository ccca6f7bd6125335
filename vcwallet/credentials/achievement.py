"""Open Badges 3.0 achievements: what an issued diploma looks like, and what one says.

    said = facts(credential)                 # verified before, or it says nothing
    print(said.person.full_name, said.kind, said.stage, said.absent)

**The shape of an issued diploma.** Every byte of it travels in a printed code, so it holds what Open
Badges 3.0 requires (marked *) and what an admission office asks for, once each. The samples are
``tests/vectors/credentials/olympiad-diploma.unsigned.json`` (bound to a holder's DID) and
``school-award.unsigned.json`` (bound by name and birth date only).

=====================================  ==================================================================
``@context`` *                         ``.../ns/credentials/v2``, ``.../ob/v3p0/context-3.0.3.json``;
                                       exactly these, in this order: no term of our own
``id`` *                               ``urn:uuid:`` and a random version 4 UUID
``type`` *                             ``["VerifiableCredential", "OpenBadgeCredential"]``
``issuer`` *                           ``{"id" *, "type": ["Profile"] *, "name"}``
``validFrom`` *                        the day of the award, with the issuer's zone:
                                       ``2026-03-01T00:00:00+03:00``
``awardedDate``                        only where it differs from ``validFrom`` (a replaced diploma)
``credentialSubject`` *                one object; ``type`` * ``["AchievementSubject", "Profile"]``
``credentialSubject.id`` *             the child's ``did:key``, or a random ``urn:uuid:`` where the issuer
                                       was given none (Open Badges requires an id or an identifier, and its
                                       identity hashes are guessable). The latter binds nothing: the report
                                       says "by name"
``familyName``, ``givenName``,         text; ``patronymicName`` may be absent. Members of the subject
``patronymicName``                     because of its type ``Profile``
``dateOfBirth``                        ``2009-05-17``; may be absent
``parentOrg``                          the school: ``{"id" * credential id#s, "type": ["Profile"] *, "name",
                                       "address": {"id" credential id#t, "type": ["Address"] *,
                                       "addressLocality"}}``; any but the types may be absent
``licenseNumber``                      the number on the paper, if it has one; may be absent
``role``                               the class, ``10 «А»``, or what else the pupil was, e.g. captain of the
                                       team; may be absent
``achievement`` *                      ``{"id" * URL or URN, one per contest, field and year,
                                       "type": ["Achievement"] *, "achievementType", "name" *,
                                       "description" * the stage or title, "criteria" * {"narrative"},
                                       "fieldOfStudy", "humanCode" the number in the official list,
                                       "version" the school year "2025/26"}``
``result``                             ``[{"id" credential id#r1, "type": ["Result"] *,
                                       "value": "Диплом победителя I степени"}]``;
                                       a result that is a number of points also has ``resultDescription``,
                                       the ``id`` of an entry of ``achievement.resultDescription``
``credentialStatus``                   ``{"id" * list URL#index, "type": "BitstringStatusListEntry" *,
                                       "statusPurpose": "revocation", "statusListIndex": "94567",
                                       "statusListCredential": list URL}``
=====================================  ==================================================================

School, town and results have ids because a derived proof carries 32 bytes for every object without one.
Every term is defined by the W3C or by 1EdTech, so any verifier reads it with the contexts it has.

Left out on purpose: an ``identifier`` with the name, which some readers show (it would not fit the code), the
credential's own ``name`` and ``description`` (the achievement has them),
``validUntil`` (a right may expire, the fact does not), the level of an olympiad (looked up in the
verifier's kit, never taken from a diploma), images, and any free text.

Specification: Open Badges 3.0, sections 7 and B.1 (data models).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from vcwallet.credentials import data_model, terms
from vcwallet.credentials.credential import Credential
from vcwallet.credentials.data_model import Path
from vcwallet.credentials.open_badges import (
    BADGE_TYPES,
    Achievement,
    AchievementCredential,
    AchievementSubject,
    Members,
    Profile,
    Result,
    ResultDescription,
    parse_date,
)
from vcwallet.credentials.spelling import same_name
from vcwallet.credentials.terms import Kind, ResultCode, SchoolClass, SchoolYear, StageCode
from vcwallet.errors import N_, DocumentError
from vcwallet.proofs.cryptosuites import may_leave_out
from vcwallet.strict_json import JsonObject, pointer

__all__ = [
    "CONTEXTS",
    "Absence",
    "Achievement",
    "AchievementCredential",
    "AchievementSubject",
    "Fact",
    "Facts",
    "Kind",
    "Person",
    "Profile",
    "Rank",
    "Result",
    "ResultCode",
    "ResultDescription",
    "SchoolClass",
    "SchoolYear",
    "Score",
    "Stage",
    "StageCode",
    "disagreement",
    "facts",
    "may_be_partial",
]

OPEN_BADGES_CONTEXT: Final = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
CONTEXTS: Final = (data_model.V2_CONTEXT, OPEN_BADGES_CONTEXT)
"""The contexts of an issued diploma, in this order."""

# Result types (B.4.10) whose value is a quantity and not a rank.
_QUANTITIES: Final = frozenset({"GradePointAverage", "Percent", "RawScore", "ScaledScore", "WeightedGPA"})


class Fact(StrEnum):
    """What a diploma may say, in the order to show it, as requests and a family's choices name it."""

    ACHIEVEMENT = "achievement"
    DESCRIPTION = "description"
    """The stage, where the text names one."""
    RESULT = "result"
    SCORE = "score"
    FIELD = "field"
    """The profile of an olympiad, the subject, the nomination."""
    YEAR = "year"
    CODE = "code"
    """The number in the official list."""
    KIND = "kind"
    PERSON = "person"
    BORN = "born"
    SCHOOL = "school"
    PLACE = "place"
    CLASS = "class"
    ROLE = "role"
    NUMBER = "number"
    """The number on the paper."""
    AWARDED = "awarded"
    UNTIL = "until"
    ISSUER = "issuer"


class Absence(StrEnum):
    """Why a fact is not there."""

    NOT_SHOWN = "not-shown"
    """The proof lets parts be hidden: the family may have hidden it, or it never was there."""
    NOT_STATED = "not-stated"
    """Nothing can be missing from what the issuer signed, so the issuer did not state it."""


@dataclass(frozen=True, slots=True)
class Person:
    """The recipient, as far as named. `name` is one text for the whole, as badges of others may have it."""

    family: str | None = None
    given: str | None = None
    patronymic: str | None = None
    born: date | None = None
    name: str | None = None

    @classmethod
    def read(cls, subject: JsonObject, path: Path = ("credentialSubject",)) -> Person | None:
        """The person of a credential subject, or None when its type does not include ``Profile``.

        Raises DocumentError (``person.value``) with evidence `pointer`.
        """
        if "type" not in subject or "Profile" not in data_model.types(subject, path):
            return None
        text = _text(subject, "dateOfBirth", path)
        born = None if text is None else parse_date(text)
        if text is not None and born is None:
            raise _bad_value((*path, "dateOfBirth"))
        return cls(
            family=_text(subject, "familyName", path),
            given=_text(subject, "givenName", path),
            patronymic=_text(subject, "patronymicName", path),
            born=born,
        )

    @property
    def full_name(self) -> str:
        """Family name, given name, patronymic: those that are known, else `name`; "" when none is."""
        return " ".join(filter(None, (self.family, self.given, self.patronymic))) or self.name or ""


@dataclass(frozen=True, slots=True)
class Stage:
    text: str
    code: StageCode


@dataclass(frozen=True, slots=True)
class Rank:
    """A degree, a place, a level: what is called by its own name."""

    text: str
    code: ResultCode | None
    degree: int | None


@dataclass(frozen=True, slots=True)
class Score:
    """A quantity, which needs the name of what was counted. `value` is as signed: ``87.5``."""

    label: str
    value: str
    ceiling: str | None = None

    @property
    def number(self) -> Decimal | None:
        """None for a value that is no decimal number."""
        try:
            found = Decimal(self.value)
        except InvalidOperation:
            return None
        return found if found.is_finite() else None

    def __str__(self) -> str:
        return f"{self.label}: {self.value}" + (f" / {self.ceiling}" if self.ceiling else "")


@dataclass(frozen=True, slots=True)
class Facts:
    """What a verified credential says. What it does not say is None or empty, and `absent` tells why.

    Where a document has several values for one fact they are all here, in alphabetical order, because their
    order is not signed. The name of the issuer is what it calls itself; whether to believe it is the trust
    list's to say.
    """

    issuer_id: str
    issuer_name: str | None = None
    person: Person = Person()
    kind: Kind = Kind.OTHER
    """See `terms.kind_of`: the one answer that scopes, requests and rules use."""
    type: str | None = None
    """The Open Badges ``achievementType``."""
    achievement_id: str | None = None
    name: str | None = None
    description: str | None = None
    stage: Stage | None = None
    profile: str | None = None
    list_number: str | None = None
    """As signed, ``№ 12``; `terms.same_term` compares it."""
    term: str | None = None
    """The school year as signed."""
    school_year: SchoolYear | None = None
    """None also where `term` is no school year."""
    ranks: tuple[Rank, ...] = ()
    scores: tuple[Score, ...] = ()
    school: str | None = None
    place: str | None = None
    school_class: SchoolClass | None = None
    role: str | None = None
    license_number: str | None = None
    awarded: date | None = None
    """The day in the issuer's zone: midnight in Moscow is no day earlier."""
    until: date | None = None
    parts_may_be_hidden: bool = False
    """Whether the proofs leave room for statements that are not shown."""
    said: Mapping[Fact, str] = field(init=False, repr=False, compare=False, hash=False)
    """Every fact that is there as one text, in the order of `Fact`."""

    def __post_init__(self) -> None:
        texts = {
            Fact.ACHIEVEMENT: self.name,
            Fact.DESCRIPTION: self.description,
            Fact.RESULT: "; ".join(rank.text for rank in self.ranks),
            Fact.SCORE: "; ".join(map(str, self.scores)),
            Fact.FIELD: self.profile,
            Fact.YEAR: self.term,
            Fact.CODE: self.list_number,
            Fact.KIND: self.kind.value if self.type is not None else None,
            Fact.PERSON: self.person.full_name,
            Fact.BORN: _iso(self.person.born),
            Fact.SCHOOL: self.school,
            Fact.PLACE: self.place,
            Fact.CLASS: self.school_class and self.school_class.text,
            Fact.ROLE: self.role,
            Fact.NUMBER: self.license_number,
            Fact.AWARDED: _iso(self.awarded),
            Fact.UNTIL: _iso(self.until),
            Fact.ISSUER: self.issuer_name or self.issuer_id,
        }
        object.__setattr__(self, "said", MappingProxyType({key: text for key, text in texts.items() if text}))

    @property
    def title(self) -> str:
        """One line to know a diploma by: achievement, field, result, school year; "" when it names none."""
        keys = (Fact.ACHIEVEMENT, Fact.FIELD, Fact.RESULT, Fact.YEAR)
        return ", ".join(self.said[key] for key in keys if key in self.said)

    @property
    def absent(self) -> Mapping[Fact, Absence]:
        """The facts that are not there, each with what can be known of why.

        A derived proof of ecdsa-sd-2023 shows which of its statements were mandatory and not whether there
        were more, so anything may have been hidden; one of bbs-2023 has a number for every statement it
        leaves out, and so can show that there is none. A proof over the whole document hides nothing. Where
        an achievement is of a kind that has no number in an official list, there was none to hide.
        """
        hidden = Absence.NOT_SHOWN if self.parts_may_be_hidden else Absence.NOT_STATED
        return {
            fact: Absence.NOT_STATED if fact is Fact.CODE and self.kind not in _LISTED else hidden
            for fact in Fact
            if fact not in self.said
        }


_LISTED: Final = frozenset({Kind.OLYMPIAD_DIPLOMA, Kind.SCHOOL_AWARD, Kind.OTHER})
"""The kinds that may have a number in the official list. A school's award is told from an olympiad's diploma
by that number, among others, so it is not known not to have had one."""


def may_be_partial(credential: Credential) -> bool:
    """Whether who shows it could leave statements out and each of its proofs still holds."""
    return bool(credential.proofs) and all(may_leave_out(proof) for proof in credential.proofs)


def facts(credential: Credential, *, something_hidden: bool = False) -> Facts:
    """What a verified credential says, rebuilt member by member from the document.

    A credential that is not an Open Badge yields its name, issuer and dates. `something_hidden` says that the
    envelope of the credential has parts that were not shown (`enveloped.hides`).

    Raises what `AchievementCredential.read` and `Person.read` raise, and ProofError for a proof with hideable
    parts that is not in order.
    """
    hidden = something_hidden or may_be_partial(credential)
    awarded = _day(credential.json, "validFrom") or _day(credential.json, "issuanceDate")
    until = _day(credential.json, "validUntil") or _day(credential.json, "expirationDate")
    if not BADGE_TYPES & set(credential.types):
        return Facts(
            issuer_id=credential.issuer_id,
            issuer_name=credential.issuer_name,
            name=credential.name,
            description=credential.description,
            awarded=awarded,
            until=until,
            parts_may_be_hidden=hidden,
        )
    badge = AchievementCredential.read(credential)
    subject, achievement = badge.subject, badge.subject.achievement
    school, place = _school(subject)
    school_class = None if subject.role is None else terms.school_class(subject.role)
    code = terms.stage_code(achievement.description)
    term = achievement.version or subject.term
    return Facts(
        issuer_id=credential.issuer_id,
        issuer_name=credential.issuer_name,
        person=_person(subject),
        kind=terms.kind_of(achievement.achievement_type, list_number=achievement.human_code, stage=code),
        type=achievement.achievement_type,
        achievement_id=achievement.id,
        name=achievement.name,
        description=achievement.description,
        stage=None if code is None else Stage(achievement.description, code),
        profile=achievement.field_of_study,
        list_number=achievement.human_code,
        term=term,
        school_year=None if term is None else terms.school_year(term),
        ranks=_ranks(subject.results),
        scores=_scores(subject.results),
        school=school,
        place=place,
        school_class=school_class,
        role=subject.role if school_class is None else None,
        license_number=subject.license_number,
        awarded=_day(credential.json, "awardedDate") or awarded,
        until=until,
        parts_may_be_hidden=hidden,
    )


def disagreement(credentials: Iterable[Credential]) -> str | None:
    """The first member, such as ``familyName``, in which credentials of one pupil contradict each other.

    None when they agree as far as they say anything. Names are compared by `spelling.same_name`. Class and
    school change with the years and are not compared.
    """
    known: dict[str, str] = {}
    for credential in credentials:
        for subject in credential.subjects:
            person = Person.read(subject)
            if person is None:
                continue
            said = {
                "familyName": person.family,
                "givenName": person.given,
                "patronymicName": person.patronymic,
                "dateOfBirth": _iso(person.born),
            }
            for member, value in said.items():
                if value is not None and not same_name(known.setdefault(member, value), value):
                    return member
    return None


_SUBJECT: Final[Path] = ("credentialSubject",)


def _person(subject: AchievementSubject) -> Person:
    person = Person.read(subject.json) or Person()
    if person.full_name:
        return person
    # A badge that is not ours may name its recipient in an identifier.
    names = sorted(
        one.identity_hash for one in subject.identifiers if one.identity_type == "name" and not one.hashed
    )
    return Person(born=person.born, name="; ".join(names) or None)


def _school(subject: AchievementSubject) -> tuple[str | None, str | None]:
    """The name of the organisation a subject of the type Profile belongs to, and its town.

    One object each, as for everything a person is shown: two that share an id could be one, taken apart.
    """
    if "Profile" not in subject.types or isinstance(subject.json.get("parentOrg"), str):
        return None, None
    school = Members(subject.json, _SUBJECT).object("parentOrg", "Profile")
    if school is None:
        return None, None
    address = None if isinstance(school.json.get("address"), str) else school.object("address", "Address")
    return school.text("name"), None if address is None else address.text("addressLocality")


def _is_quantity(result: Result) -> bool:
    return result.description is not None and result.description.result_type in _QUANTITIES


def _ranks(results: Iterable[Result]) -> tuple[Rank, ...]:
    found = (
        one.value or (one.level.name if one.level is not None else one.status)
        for one in results
        if not _is_quantity(one)
    )
    return tuple(Rank(text, *terms.result_code(text)) for text in sorted(filter(None, found)))


def _scores(results: Iterable[Result]) -> tuple[Score, ...]:
    found = [
        Score(one.description.name, one.value, one.description.value_max)
        for one in results
        if _is_quantity(one) and one.description is not None and one.value is not None
    ]
    return tuple(sorted(found, key=str))


def _day(document: JsonObject, name: str) -> date | None:
    """The day as the issuer wrote it, in the issuer's zone."""
    value = document.get(name)
    return parse_date(value[:10]) if isinstance(value, str) else None


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _text(subject: JsonObject, name: str, path: Path) -> str | None:
    if name not in subject:
        return None
    value = subject[name]
    if not isinstance(value, str) or not value.strip():
        raise _bad_value((*path, name))
    return value


def _bad_value(path: Path) -> DocumentError:
    return DocumentError(
        "person.value", N_("The value at {pointer} is not text, or not a date."), pointer=pointer(path)
    )
