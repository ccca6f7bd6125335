"""Whose a diploma is, among the children of a family.

What the issuer signed about a person is evidence: a name, a patronymic or a birth date that contradicts the
child is put before somebody, and nothing but that person's own answer takes the diploma in. Silence is a
doubt, and naming the child settles it. A holder id of somebody else's key is final.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from vcwallet.credentials.achievement import Person, facts
from vcwallet.credentials.clr import ClrCredential
from vcwallet.credentials.credential import Credential
from vcwallet.credentials.gate import CONTAINER_TYPES
from vcwallet.credentials.spelling import same_name
from vcwallet.errors import VcwalletError
from vcwallet.wallet.profile import Profile


class Likeness(StrEnum):
    """How well a diploma's person fits a child."""

    SAME = "same"
    PERHAPS = "perhaps"
    """Nothing contradicts, and not enough is said."""
    CHANGED = "changed"
    """All but one thing agrees: the surname or the patronymic, or the birth date of a full name."""
    OTHER = "other"

    @property
    def contradicts(self) -> bool:
        return self in (Likeness.CHANGED, Likeness.OTHER)


def likeness(profile: Profile, person: Person) -> Likeness:
    """Compare what both sides say; silence leaves it open.

    A surname may change in eleven years, and a birth date be mistyped; the rest hardly changes with it. So
    one difference is a contradiction that somebody may explain.
    """
    born_differs = bool(person.born and profile.birth_date and person.born != profile.birth_date)
    if person.given is None and person.family is None and person.name is not None:
        return _one_text(profile, person.name, born_differs=born_differs)
    given_differs = person.given is not None and not same_name(person.given, profile.given_name)
    family_differs = bool(person.family and profile.family_name) and not had_family_name(
        profile, person.family or ""
    )
    patronymic_differs = bool(
        person.patronymic
        and profile.patronymic_name
        and not same_name(person.patronymic, profile.patronymic_name)
    )
    if given_differs:
        return Likeness.OTHER
    if born_differs or family_differs or patronymic_differs:
        same_birth = person.born is not None and person.born == profile.birth_date
        same_names = person.family is not None and not family_differs and not patronymic_differs
        return Likeness.CHANGED if person.given and (same_birth or same_names) else Likeness.OTHER
    if person.given is None or person.family is None or not profile.family_name:
        return Likeness.PERHAPS
    return Likeness.SAME


def _one_text(profile: Profile, name: str, *, born_differs: bool) -> Likeness:
    """A badge of another program has one text for the whole name, its words in any order."""
    words = name.replace(",", " ").split()
    given = any(same_name(word, profile.given_name) for word in words)
    family = not profile.family_name or any(had_family_name(profile, word) for word in words)
    agrees = given and family and not born_differs
    return Likeness.PERHAPS if agrees else Likeness.OTHER


def had_family_name(profile: Profile, name: str) -> bool:
    """Whether a surname is the child's, or was."""
    return any(same_name(name, known) for known in (profile.family_name, *profile.former_family_names))


@dataclass(frozen=True, slots=True)
class KnownChild:
    """What has to be known of a child to recognise their diplomas."""

    id: str
    profile: Profile
    holder_ids: frozenset[str]


class Fit(StrEnum):
    """What a diploma's evidence says about one child."""

    CERTAIN = "certain"
    OPEN = "open"
    """Nothing contradicts; naming the child settles it."""
    CONTRADICTED = "contradicted"
    """The name, patronymic or birth date is another; only a person who sees both may keep it all the same."""
    ANOTHER_HOLDER = "another-holder"
    """It was issued to a key that this child does not have."""


def fit(credential: Credential, child: KnownChild) -> Fit:
    """Weigh the holder ids and persons of a credential, and of all in a learner record, against a child."""
    order = (Fit.ANOTHER_HOLDER, Fit.CONTRADICTED, Fit.CERTAIN, Fit.OPEN)
    whole, *inner = [_fit(part, child) for part in _parts(credential)]
    # The key of an inner credential is not proved when the record is shown, so it is a question like a name.
    asked = [Fit.CONTRADICTED if each is Fit.ANOTHER_HOLDER else each for each in inner]
    return min((whole, *asked), key=order.index)


def _parts(credential: Credential) -> tuple[Credential, ...]:
    if not CONTAINER_TYPES & set(credential.types):
        return (credential,)
    return (credential, *ClrCredential.read(credential).credentials)


def _fit(credential: Credential, child: KnownChild) -> Fit:
    own = credential.holder_ids & child.holder_ids
    if credential.holder_ids and not own:
        return Fit.ANOTHER_HOLDER
    found = _likeness(credential, child)
    if found.contradicts:
        return Fit.CONTRADICTED
    return Fit.CERTAIN if own or found is Likeness.SAME else Fit.OPEN


def _likeness(credential: Credential, child: KnownChild) -> Likeness:
    """The best that any person of the credential gives: one about several people is each one's."""
    order = tuple(Likeness)
    found = [likeness(child.profile, person) for person in persons(credential)]
    if len(found) > 1:
        # Several people: whoever fits may be the child, and nothing says that it is.
        found = [Likeness.PERHAPS if each is Likeness.SAME else each for each in found]
    return min(found, key=order.index, default=Likeness.PERHAPS)


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A diploma of one name beside a child of another, for somebody to look at."""

    credential: Credential | None
    """The diploma; None where two children are compared."""
    people: tuple[Person, ...]
    """Everybody whom the diploma names, as signed."""
    child: str
    """The child's id."""
    profile: Profile
    """The child as the family wrote it down."""

    def on_diploma(self, day: Callable[[date], str] = date.isoformat) -> str:
        """The names and birth dates as signed, in one line; `day` writes a date in a person's language."""
        said = dict.fromkeys(described(each, day) for each in self.people)
        return "; ".join(filter(None, said)) or "-"

    def in_wallet(self, day: Callable[[date], str] = date.isoformat) -> str:
        """The child's name and birth date, in one line."""
        return describe_child(self.profile, day)


def contradiction(credential: Credential, child: KnownChild) -> Contradiction:
    people = tuple(each for part in _parts(credential) for each in persons(part))
    return Contradiction(credential, people, child.id, child.profile)


def between_people(person: Person, child: KnownChild) -> Contradiction:
    return Contradiction(None, (person,), child.id, child.profile)


def described(person: Person, day: Callable[[date], str] = date.isoformat) -> str:
    """A person's name and birth date in one line."""
    return ", ".join(filter(None, (person.full_name, day(person.born) if person.born else "")))


def describe_child(profile: Profile, day: Callable[[date], str] = date.isoformat) -> str:
    born = "" if profile.birth_date is None else day(profile.birth_date)
    return ", ".join(filter(None, (profile.full_name, born)))


@dataclass(frozen=True, slots=True)
class Proposal:
    """Whose a diploma seems to be. `child` is an id; `sure` means nobody needs to be asked."""

    child: str | None
    sure: bool
    others: tuple[str, ...] = ()
    """Further children it could be."""
    contradicted: tuple[str, ...] = ()
    """Children that it could be if one name changed or was mistyped, or their holder id stands beside it."""
    newcomer: Profile | None = None
    """The child it would begin, when it can be nobody's here."""
    foreign_holder: bool = False
    """It was issued to a holder id that no child here has."""


def propose(credential: Credential, children: Sequence[KnownChild]) -> Proposal:
    """Whose a credential is: by the holder id, else by name and birth date."""
    fits = {child.id: fit(credential, child) for child in children}
    certain = _with(fits, Fit.CERTAIN)
    if len(certain) == 1:
        return Proposal(certain[0], sure=True)
    if credential.holder_ids:
        contradicted = _with(fits, Fit.CONTRADICTED)
        return Proposal(None, sure=False, contradicted=contradicted, foreign_holder=not contradicted)
    candidates = certain or _with(fits, Fit.OPEN)
    if candidates:
        return Proposal(candidates[0], sure=False, others=candidates[1:])
    changed = tuple(child.id for child in children if _likeness(credential, child) is Likeness.CHANGED)
    person = only_person(credential)
    newcomer = None if person is None else Profile.of(person)
    return Proposal(None, sure=newcomer is not None and not children, contradicted=changed, newcomer=newcomer)


def _with(fits: dict[str, Fit], wanted: Fit) -> tuple[str, ...]:
    return tuple(child for child, found in fits.items() if found is wanted)


def only_person(credential: Credential) -> Person | None:
    """The person a credential is about; None when it names nobody, or several people."""
    found = persons(credential)
    return found[0] if len(found) == 1 else None


def persons(credential: Credential) -> tuple[Person, ...]:
    """The people a credential names, as far as it names them."""
    found: list[Person] = []
    for subject in credential.subjects:
        try:
            person = Person.read(subject) or Person()
        except VcwalletError:
            continue
        name = subject.get("name")
        if not person.full_name and isinstance(name, str) and name.strip():
            person = replace(person, name=name)
        if person != Person():
            found.append(person)
    if not found:
        # A badge of another program names its recipient in an identifier.
        with suppress(VcwalletError):
            person = facts(credential).person
            found += [person] if person != Person() else []
    return tuple(found)
