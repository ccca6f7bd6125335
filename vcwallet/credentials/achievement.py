"""Open Badges 3.0 achievements: what an issued diploma looks like, and what a person is shown of one.

**The shape of an issued diploma.** Every byte of it travels in a printed code, so it holds what Open
Badges 3.0 requires (marked *) and what an admission office asks for, once each. The samples are
``tests/vectors/credentials/olympiad-diploma.unsigned.json`` (bound to a holder's DID) and
``school-award.unsigned.json`` (bound by name and birth date only).

=====================================  ==================================================================
``@context`` *                         ``.../ns/credentials/v2``, ``.../ob/v3p0/context-3.0.3.json``,
                                       ``https://w3id.org/vcwallet/v1``; exactly these, in this order
``id`` *                               ``urn:uuid:`` and a random version 4 UUID
``type`` *                             ``["VerifiableCredential", "OpenBadgeCredential"]``
``issuer`` *                           ``{"id" *, "type": ["Profile"] *, "name"}``
``validFrom`` *                        the day of the award, with the issuer's zone:
                                       ``2026-03-01T00:00:00+03:00``
``awardedDate``                        only where it differs from ``validFrom`` (a replaced diploma)
``credentialSubject`` *                one object; ``type`` * ``["AchievementSubject", "Pupil"]``
``credentialSubject.id`` *             the child's ``did:key``, or a random ``urn:uuid:`` where the issuer
                                       was given none (Open Badges requires an id or an identifier, and its
                                       identity hashes are guessable). The latter binds nothing: the report
                                       says "by name"
``familyName``, ``givenName``,         text; ``patronymicName`` may be absent. Members of the subject
``patronymicName``                     because of its type ``Pupil``
``birthDate``                          ``2009-05-17`` (``xsd:date``); may be absent
``schoolName``, ``schoolLocation``,    text; any may be absent
``schoolClass``
``licenseNumber``                      the number on the paper, if it has one; may be absent
``role``                               what the pupil was, e.g. captain of the team; may be absent
``achievement`` *                      ``{"id" * URL or URN, one per contest, field and year,
                                       "type": ["Achievement"] *, "achievementType", "name" *,
                                       "description" * the stage or title, "criteria" * {"narrative"},
                                       "fieldOfStudy", "humanCode" the number in the official list,
                                       "version" the school year "2025/26"}``
``result``                             ``[{"type": ["Result"] *, "value": "Диплом победителя I степени"}]``;
                                       a result that is a number of points also has ``resultDescription``,
                                       the ``id`` of an entry of ``achievement.resultDescription``
``credentialStatus``                   ``{"id" * list URL#index, "type": "BitstringStatusListEntry" *,
                                       "statusPurpose": "revocation", "statusListIndex": "94567",
                                       "statusListCredential": list URL}``
=====================================  ==================================================================

Left out on purpose: the credential's own ``name`` and ``description`` (the achievement has them),
``validUntil`` (a right may expire, the fact does not), the level of an olympiad (looked up in the
verifier's kit, never taken from a diploma), images, and any free text.

Specification: Open Badges 3.0, sections 7 and B.1 (data models).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from vcwallet.credentials import data_model
from vcwallet.credentials.credential import Credential
from vcwallet.credentials.data_model import Path
from vcwallet.credentials.open_badges import (
    ACHIEVEMENT_TYPES,
    Achievement,
    AchievementCredential,
    AchievementSubject,
    Profile,
    Result,
    ResultDescription,
    parse_date,
)
from vcwallet.credentials.spelling import same_name
from vcwallet.errors import N_, DocumentError
from vcwallet.strict_json import JsonObject, pointer

__all__ = [
    "CONTEXTS",
    "FACTS",
    "VCWALLET_CONTEXT",
    "Achievement",
    "AchievementCredential",
    "AchievementSubject",
    "Profile",
    "Pupil",
    "Result",
    "ResultDescription",
    "disagreement",
    "facts",
]

VCWALLET_CONTEXT: Final = "https://w3id.org/vcwallet/v1"
OPEN_BADGES_CONTEXT: Final = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
CONTEXTS: Final = (data_model.V2_CONTEXT, OPEN_BADGES_CONTEXT, VCWALLET_CONTEXT)
"""The contexts of an issued diploma, in this order."""

FACTS: Final = (
    "achievement",
    "description",
    "result",
    "score",
    "field",
    "year",
    "code",
    "kind",
    "person",
    "born",
    "school",
    "place",
    "class",
    "role",
    "number",
    "awarded",
    "until",
    "issuer",
)
"""The keys of `facts`, in the order to show them."""

# Result types (B.4.10) whose value is a quantity and not a rank.
_QUANTITIES: Final = frozenset({"GradePointAverage", "Percent", "RawScore", "ScaledScore", "WeightedGPA"})


@dataclass(frozen=True, slots=True)
class Pupil:
    """Who the pupil is, in the words of the vcwallet context: members of a subject of type ``Pupil``.

    Each may have been hidden by the family, and is None then.
    """

    family_name: str | None = None
    given_name: str | None = None
    patronymic_name: str | None = None
    birth_date: date | None = None
    school_name: str | None = None
    school_location: str | None = None
    school_class: str | None = None

    @classmethod
    def read(cls, subject: JsonObject, path: Path = ("credentialSubject",)) -> Pupil | None:
        """The pupil of a credential subject, or None when its type does not include ``Pupil``.

        Raises DocumentError (``pupil.value``) with evidence `pointer`.
        """
        if "type" not in subject or "Pupil" not in data_model.types(subject, path):
            return None
        born = _text(subject, "birthDate", path)
        birth_date = None if born is None else parse_date(born)
        if born is not None and birth_date is None:
            raise _bad_value((*path, "birthDate"))
        return cls(
            family_name=_text(subject, "familyName", path),
            given_name=_text(subject, "givenName", path),
            patronymic_name=_text(subject, "patronymicName", path),
            birth_date=birth_date,
            school_name=_text(subject, "schoolName", path),
            school_location=_text(subject, "schoolLocation", path),
            school_class=_text(subject, "schoolClass", path),
        )

    @property
    def full_name(self) -> str:
        """Family name, given name, patronymic: those that are known, "" when none is."""
        return " ".join(filter(None, (self.family_name, self.given_name, self.patronymic_name)))


def facts(credential: Credential) -> dict[str, str]:
    """What a person is shown of a credential: keys of `FACTS`, text values, absent ones left out.

    Rebuilt member by member from the document, which must have been verified. The name of the issuer is what
    it calls itself; whether to believe it is the trust list's to say. Where a document has several values for
    one key they are all shown, in alphabetical order, because their order is not signed.

    A credential that is not an Open Badge yields its name, issuer and dates.

    Raises what `AchievementCredential.read` and `Pupil.read` raise.
    """
    shown: dict[str, str | None] = {
        "achievement": credential.name,
        "description": credential.description,
        "awarded": _day(credential.json, "validFrom") or _day(credential.json, "issuanceDate"),
        "until": _day(credential.json, "validUntil") or _day(credential.json, "expirationDate"),
        "issuer": credential.issuer_name or credential.issuer_id,
    }
    if ACHIEVEMENT_TYPES & set(credential.types):
        badge = AchievementCredential.read(credential)
        shown |= _badge_facts(badge)
        shown["awarded"] = _day(credential.json, "awardedDate") or shown["awarded"]
    return {key: value for key in FACTS if (value := shown.get(key))}


def disagreement(credentials: Iterable[Credential]) -> str | None:
    """The first member, such as ``familyName``, in which credentials of one pupil contradict each other.

    None when they agree as far as they say anything. Names are compared by `spelling.same_name`. Class and
    school change with the years and are not compared.
    """
    known: dict[str, str] = {}
    for credential in credentials:
        for subject in credential.subjects:
            pupil = Pupil.read(subject)
            if pupil is None:
                continue
            said = {
                "familyName": pupil.family_name,
                "givenName": pupil.given_name,
                "patronymicName": pupil.patronymic_name,
                "birthDate": None if pupil.birth_date is None else pupil.birth_date.isoformat(),
            }
            for member, value in said.items():
                if value is not None and not same_name(known.setdefault(member, value), value):
                    return member
    return None


def _badge_facts(badge: AchievementCredential) -> dict[str, str | None]:
    subject, achievement = badge.subject, badge.subject.achievement
    pupil = Pupil.read(subject.json) or Pupil()
    # A badge that is not ours may name its recipient in an identifier.
    names = sorted(
        one.identity_hash for one in subject.identifiers if one.identity_type == "name" and not one.hashed
    )
    ranks = sorted(text for one in subject.results if (text := _rank(one)))
    scores = sorted(text for one in subject.results if (text := _score(one)))
    return {
        "achievement": achievement.name,
        "description": achievement.description,
        "result": "; ".join(ranks),
        "score": "; ".join(scores),
        "field": achievement.field_of_study,
        "year": achievement.version or subject.term,
        "code": achievement.human_code,
        "kind": achievement.achievement_type,
        "person": pupil.full_name or "; ".join(names),
        "born": None if pupil.birth_date is None else pupil.birth_date.isoformat(),
        "school": pupil.school_name,
        "place": pupil.school_location,
        "class": pupil.school_class,
        "role": subject.role,
        "number": subject.license_number,
    }


def _is_quantity(result: Result) -> bool:
    return result.description is not None and result.description.result_type in _QUANTITIES


def _rank(result: Result) -> str | None:
    """A degree, a place, a level: what is called by its own name."""
    if _is_quantity(result):
        return None
    return result.value or (result.level.name if result.level is not None else result.status)


def _score(result: Result) -> str | None:
    """A quantity, which needs the name of what was counted: ``Сумма баллов: 87 / 100``."""
    if not _is_quantity(result) or result.description is None or result.value is None:
        return None
    ceiling = result.description.value_max
    return f"{result.description.name}: {result.value}" + (f" / {ceiling}" if ceiling else "")


def _day(document: JsonObject, name: str) -> str | None:
    """The day as the issuer wrote it, in the issuer's zone: midnight in Moscow is no day earlier."""
    value = document.get(name)
    return value[:10] if isinstance(value, str) else None


def _text(subject: JsonObject, name: str, path: Path) -> str | None:
    if name not in subject:
        return None
    value = subject[name]
    if not isinstance(value, str) or not value.strip():
        raise _bad_value((*path, name))
    return value


def _bad_value(path: Path) -> DocumentError:
    return DocumentError(
        "pupil.value", N_("The value at {pointer} is not text, or not a date."), pointer=pointer(path)
    )
