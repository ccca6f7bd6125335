"""Whose a diploma is, among the children of a family."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from vcwallet.credentials.achievement import Person
from vcwallet.credentials.credential import Credential
from vcwallet.credentials.spelling import same_name
from vcwallet.errors import VcwalletError
from vcwallet.wallet.profile import Profile


class Likeness(StrEnum):
    """How well a diploma's person fits a child."""

    SAME = "same"
    PERHAPS = "perhaps"
    OTHER = "other"


def likeness(profile: Profile, person: Person) -> Likeness:
    """Compare what both sides say; a contradiction settles it, silence leaves it open.

    A surname may change in eleven years; a birth date does not. So another surname with the same given name
    and birth date is *perhaps* this child, and somebody has to say so.
    """
    if person.born and profile.birth_date and person.born != profile.birth_date:
        return Likeness.OTHER
    family_agrees = person.family is None or _had_family_name(profile, person.family)
    if person.given is None:
        return Likeness.PERHAPS if family_agrees else Likeness.OTHER
    if not same_name(person.given, profile.given_name):
        return Likeness.OTHER
    same_birth = person.born is not None and person.born == profile.birth_date
    patronymic_agrees = (
        not person.patronymic
        or not profile.patronymic_name
        or same_name(person.patronymic, profile.patronymic_name)
    )
    if person.family is None or not profile.family_name:
        return Likeness.PERHAPS
    if family_agrees and patronymic_agrees:
        return Likeness.SAME
    return Likeness.PERHAPS if same_birth else Likeness.OTHER


def _had_family_name(profile: Profile, name: str) -> bool:
    return any(same_name(name, known) for known in (profile.family_name, *profile.former_family_names))


@dataclass(frozen=True, slots=True)
class KnownChild:
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


def propose(credential: Credential, children: Sequence[KnownChild]) -> Proposal:
    """Whose a credential is: by the holder id, else by name and birth date."""
    if credential.holder_ids:
        for child in children:
            if credential.holder_ids & child.holder_ids:
                return Proposal(child.id, sure=True)
        return Proposal(None, sure=False, foreign_holder=True)
    person = _person(credential)
    fits = {child.id: likeness(child.profile, person) for child in children}
    same = [child for child, fit in fits.items() if fit is Likeness.SAME]
    perhaps = [child for child, fit in fits.items() if fit is Likeness.PERHAPS]
    if len(same) == 1:
        return Proposal(same[0], sure=True)
    candidates = same or perhaps
    if candidates:
        return Proposal(candidates[0], sure=False, others=tuple(candidates[1:]))
    # The first diploma of an empty wallet begins its child; beside other children somebody should say so.
    newcomer = Profile.of(person)
    return Proposal(None, sure=newcomer is not None and not children, newcomer=newcomer)


def _person(credential: Credential) -> Person:
    """The one person a credential is about; nobody when it is about several or none."""
    found: list[Person] = []
    for subject in credential.subjects:
        try:
            person = Person.read(subject)
        except VcwalletError:
            continue
        if person is not None:
            found.append(person)
    return found[0] if len(found) == 1 else Person()
