"""The children of a family: who they are, and whose a diploma is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from vcwallet.credentials.achievement import Pupil
from vcwallet.credentials.credential import Credential
from vcwallet.credentials.open_badges import parse_date
from vcwallet.credentials.text import same_name
from vcwallet.errors import VcwalletError
from vcwallet.strict_json import Json, JsonObject
from vcwallet.wallet import records


@dataclass(frozen=True, slots=True)
class Profile:
    """A child, as far as the family wrote it down. Never shown: diplomas speak for themselves."""

    given_name: str
    family_name: str = ""
    patronymic_name: str | None = None
    birth_date: date | None = None
    former_family_names: tuple[str, ...] = ()
    """Surnames of earlier diplomas: the old and the new ones belong to one child."""

    @property
    def full_name(self) -> str:
        return " ".join(filter(None, (self.family_name, self.given_name, self.patronymic_name)))

    @classmethod
    def of(cls, pupil: Pupil) -> Profile | None:
        """The profile a diploma would begin, or None when it hides the names."""
        if not pupil.given_name or not pupil.family_name:
            return None
        return cls(pupil.given_name, pupil.family_name, pupil.patronymic_name, pupil.birth_date)

    def renamed(self, family_name: str) -> Profile:
        """With a new surname; the one until now is remembered."""
        former = tuple(name for name in (*self.former_family_names, self.family_name) if name)
        return replace(self, family_name=family_name, former_family_names=tuple(dict.fromkeys(former)))

    def to_json(self) -> JsonObject:
        document: JsonObject = {"givenName": self.given_name, "familyName": self.family_name}
        if self.patronymic_name is not None:
            document["patronymicName"] = self.patronymic_name
        if self.birth_date is not None:
            document["birthDate"] = self.birth_date.isoformat()
        if self.former_family_names:
            document["formerFamilyNames"] = list[Json](self.former_family_names)
        return document

    @classmethod
    def parse(cls, document: Json) -> Profile:
        if not isinstance(document, dict):
            raise records.unreadable()
        born = records.optional_text(document, "birthDate")
        birth_date = None if born is None else parse_date(born)
        if born is not None and birth_date is None:
            raise records.unreadable()
        return cls(
            given_name=records.text(document, "givenName"),
            family_name=records.text(document, "familyName"),
            patronymic_name=records.optional_text(document, "patronymicName"),
            birth_date=birth_date,
            former_family_names=records.texts(document, "formerFamilyNames"),
        )


class Likeness(StrEnum):
    """How well a diploma's person fits a child."""

    SAME = "same"
    PERHAPS = "perhaps"
    OTHER = "other"


def likeness(profile: Profile, pupil: Pupil) -> Likeness:
    """Compare what both sides say; a contradiction settles it, silence leaves it open.

    A surname may change in eleven years; a birth date does not. So another surname with the same given name
    and birth date is *perhaps* this child, and somebody has to say so.
    """
    if pupil.birth_date and profile.birth_date and pupil.birth_date != profile.birth_date:
        return Likeness.OTHER
    family_agrees = pupil.family_name is None or _had_family_name(profile, pupil.family_name)
    if pupil.given_name is None:
        return Likeness.PERHAPS if family_agrees else Likeness.OTHER
    if not same_name(pupil.given_name, profile.given_name):
        return Likeness.OTHER
    same_birth = pupil.birth_date is not None and pupil.birth_date == profile.birth_date
    patronymic_agrees = (
        not pupil.patronymic_name
        or not profile.patronymic_name
        or same_name(pupil.patronymic_name, profile.patronymic_name)
    )
    if pupil.family_name is None or not profile.family_name:
        return Likeness.PERHAPS
    if family_agrees and patronymic_agrees:
        return Likeness.SAME
    return Likeness.PERHAPS if same_birth else Likeness.OTHER


def _had_family_name(profile: Profile, name: str) -> bool:
    return any(same_name(name, known) for known in (profile.family_name, *profile.former_family_names))


@dataclass(frozen=True, slots=True)
class Known:
    """What has to be known of a child to recognise their diplomas."""

    id: str
    profile: Profile
    holder_ids: frozenset[str]


@dataclass(frozen=True, slots=True)
class Proposal:
    """Whose a diploma seems to be. `child` is an id; `sure` means nobody needs to be asked."""

    child: str | None
    sure: bool
    others: tuple[str, ...] = ()
    """Further children it could be."""
    newcomer: Profile | None = None
    """The child it would begin, when it can be nobody's here."""
    foreign_holder: bool = False
    """It names a holder id that no child here has: it can be kept but not shown."""


def propose(credential: Credential, children: Sequence[Known]) -> Proposal:
    """Whose a credential is: by the holder id, else by name and birth date."""
    if credential.holder_ids:
        for child in children:
            if credential.holder_ids & child.holder_ids:
                return Proposal(child.id, sure=True)
        return Proposal(None, sure=False, foreign_holder=True)
    pupil = _pupil(credential)
    fits = {child.id: likeness(child.profile, pupil) for child in children}
    same = [child for child, fit in fits.items() if fit is Likeness.SAME]
    perhaps = [child for child, fit in fits.items() if fit is Likeness.PERHAPS]
    if len(same) == 1:
        return Proposal(same[0], sure=True)
    candidates = same or perhaps
    if candidates:
        return Proposal(candidates[0], sure=False, others=tuple(candidates[1:]))
    # The first diploma of an empty wallet begins its child; beside other children somebody should say so.
    newcomer = Profile.of(pupil)
    return Proposal(None, sure=newcomer is not None and not children, newcomer=newcomer)


def _pupil(credential: Credential) -> Pupil:
    """The one pupil a credential speaks of; nobody when it speaks of several or of none."""
    found: list[Pupil] = []
    for subject in credential.subjects:
        try:
            pupil = Pupil.read(subject)
        except VcwalletError:
            continue
        if pupil is not None:
            found.append(pupil)
    return found[0] if len(found) == 1 else Pupil()
