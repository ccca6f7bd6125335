"""A child, as far as the family wrote it down."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from vcwallet.credentials.achievement import Person
from vcwallet.credentials.open_badges import parse_date
from vcwallet.credentials.spelling import same_name
from vcwallet.errors import N_, UsageError
from vcwallet.strict_json import Json, JsonObject
from vcwallet.wallet import records

_OF_AGE: Final = 18


@dataclass(frozen=True, slots=True)
class Profile:
    """A child's names and birth date. Never shown: diplomas speak for themselves."""

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
    def of(cls, person: Person) -> Profile | None:
        """The profile a diploma would begin, or None when it hides the names."""
        if not person.given or not person.family:
            return None
        return cls(person.given, person.family, person.patronymic, person.born)

    @classmethod
    def written(cls, *, given: str, family: str = "", patronymic: str = "", born: str = "") -> Profile:
        """The profile as somebody writes it down; "" for what is not known.

        Raises what `birth_date` raises.
        """
        return cls(given.strip(), family.strip(), patronymic.strip() or None, birth_date(born.strip()))

    def renamed(self, family_name: str) -> Profile:
        """With a new surname; the one until now is remembered."""
        former = tuple(name for name in (*self.former_family_names, self.family_name) if name)
        return replace(self, family_name=family_name, former_family_names=tuple(dict.fromkeys(former)))

    def corrected(
        self,
        *,
        given: str | None = None,
        family: str | None = None,
        patronymic: str | None = None,
        born: str | None = None,
    ) -> Profile:
        """Written down anew where it was written wrong: None for what stays, "" for what there is not.

        Raises what `birth_date` raises.
        """
        return replace(
            self,
            given_name=self.given_name if given is None else given.strip(),
            family_name=self.family_name if family is None else family.strip(),
            patronymic_name=self.patronymic_name if patronymic is None else patronymic.strip(" -") or None,
            birth_date=self.birth_date if born is None else birth_date(born.strip()),
        )

    @property
    def person(self) -> Person:
        """The child as a diploma would name it."""
        return Person(self.family_name or None, self.given_name, self.patronymic_name, self.birth_date)

    @property
    def family_names(self) -> tuple[str, ...]:
        """The present surname and the former ones."""
        return tuple(name for name in (self.family_name, *self.former_family_names) if name)

    def also_called(self, *family_names: str) -> Profile:
        """With further surnames of earlier diplomas."""
        former = [*self.former_family_names]
        for name in family_names:
            if not any(same_name(name, known) for known in (self.family_name, *former)):
                former.append(name)
        return replace(self, former_family_names=tuple(former))

    @property
    def written_birth_date(self) -> str:
        """The birth date as `birth_date` reads it, ``17.05.2009``; "" where none is known."""
        born = self.birth_date
        return "" if born is None else f"{born.day:02d}.{born.month:02d}.{born.year:04d}"

    @property
    def of_age(self) -> date | None:
        """The day on which the child turns eighteen; of one born on 29 February the first of March."""
        born = self.birth_date
        if born is None:
            return None
        try:
            return born.replace(year=born.year + _OF_AGE)
        except ValueError:
            return date(born.year + _OF_AGE, 3, 1)

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


def birth_date(written: str) -> date | None:
    """A day as people write it, ``17.05.2009`` or ``2009-05-17``; None for "".

    Raises UsageError (``wallet.birth-date``).
    """
    if not written:
        return None
    day = ".".join(reversed(written.split("."))).replace(".", "-") if "." in written else written
    parsed = parse_date(day)
    if parsed is None:
        raise UsageError(
            "wallet.birth-date", N_("“{value}” is not a date such as 17.05.2009."), value=written[:32]
        )
    return parsed
