"""Templates: how one row of a spreadsheet becomes the body of one credential.

    template = template_file.load(Path("issuers/olympiad/templates/olympiad-diploma.toml"))
    values = template.record({"family": "Тестов", "given": "Пробник", "degree": "Диплом I степени", ...})
    document = template.fill(values, credential_id=..., issuer=..., valid_from=..., status=...)

A template is data of a kit (`template_file` reads and refuses it). What a template may say at all is fixed
here, in `TARGETS`: a value that has no target cannot be put into a credential, so there is no place for a
school mark, conduct, health or a remark, whatever a kit's author writes.

Shape of the result: `vcwallet.credentials.achievement`. Open Badges 3.0, appendix B.1.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from operator import itemgetter
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from vcwallet import timestamps
from vcwallet.credentials.achievement import CONTEXTS
from vcwallet.credentials.json_pointers import pointers_outside
from vcwallet.credentials.spelling import fold
from vcwallet.errors import N_, UsageError
from vcwallet.strict_json import Json, JsonObject

FORMAT: Final = "vcwallet-template/1"

_SUBJECT: Final = "/credentialSubject/"
_ACHIEVEMENT: Final = "/credentialSubject/achievement/"
SCHOOL: Final = "/credentialSubject/parentOrg/name"
TOWN: Final = "/credentialSubject/parentOrg/address/addressLocality"
ROLE: Final = "/credentialSubject/role"
"""What the pupil was: captain of a team, or a pupil of a class. Open Badges has one place for it, so a
template has a column for the one or for the other."""
RESULT: Final = "/credentialSubject/result"
AWARDED: Final = "/validFrom"
SUBJECT_ID: Final = "/credentialSubject/id"


class ColumnType(StrEnum):
    """What a cell must be. The canonical text of each, as `Template.fill` takes it, is in parentheses."""

    NAME = "name"
    """A person's name in one script (as written)."""
    TEXT = "text"
    """Words on one line (as written)."""
    DATE = "date"
    """A day (``2009-05-17``)."""
    INTEGER = "integer"
    """A whole number (``36``)."""
    DECIMAL = "decimal"
    """A number with up to three decimals (``87.5``)."""
    CHOICE = "choice"
    """One of the template's values (that value, not the synonym that was found)."""
    CLASS = "class"
    """A school class (``9 «Б»``)."""
    CODE = "code"
    """Letters, digits and signs without meaning as a number: leading zeros stay (as written)."""
    YEAR = "school-year"
    """A school year (``2025/26``)."""
    DID = "did"
    """The child's own identifier (``did:key:z6Mk...``)."""


_SEPARATOR: Final = "\x1f"
"""Between values that are canonical and so hold no control character."""
_JOINT: Final = _SEPARATOR.encode("ascii")

_Members: TypeAlias = tuple[tuple[str, int | None, str], ...]
"""A member's name, the place of its value in a row, or else its fixed value."""

_Chosen: TypeAlias = "itemgetter[Any]"
"""Gives some of a sequence, those at certain places. A list comprehension takes four times as long."""

_WORDS: Final = frozenset({ColumnType.TEXT, ColumnType.CHOICE})

TARGETS: Final[Mapping[str, frozenset[ColumnType]]] = MappingProxyType(
    {
        AWARDED: frozenset({ColumnType.DATE}),
        SUBJECT_ID: frozenset({ColumnType.DID}),
        _SUBJECT + "familyName": frozenset({ColumnType.NAME}),
        _SUBJECT + "givenName": frozenset({ColumnType.NAME}),
        _SUBJECT + "patronymicName": frozenset({ColumnType.NAME}),
        _SUBJECT + "dateOfBirth": frozenset({ColumnType.DATE}),
        SCHOOL: _WORDS,
        TOWN: _WORDS,
        _SUBJECT + "licenseNumber": frozenset({ColumnType.CODE}),
        ROLE: frozenset({ColumnType.CHOICE, ColumnType.CLASS}),
        _SUBJECT + "activityStartDate": frozenset({ColumnType.DATE}),
        _SUBJECT + "activityEndDate": frozenset({ColumnType.DATE}),
        _ACHIEVEMENT + "achievementType": frozenset(),
        _ACHIEVEMENT + "name": _WORDS,
        _ACHIEVEMENT + "description": _WORDS,
        _ACHIEVEMENT + "criteria/narrative": frozenset({ColumnType.CHOICE}),
        _ACHIEVEMENT + "fieldOfStudy": _WORDS,
        _ACHIEVEMENT + "humanCode": frozenset({ColumnType.CODE}),
        _ACHIEVEMENT + "version": frozenset({ColumnType.YEAR, ColumnType.CODE}),
        RESULT: frozenset({ColumnType.CHOICE, ColumnType.INTEGER, ColumnType.DECIMAL}),
    }
)
"""Every place a template may fill, and the types that may stand there. No type: only a fixed value of the
template. The order is the order of the members in the credential."""

REQUIRED_TARGETS: Final = (
    _SUBJECT + "familyName",
    _SUBJECT + "givenName",
    _ACHIEVEMENT + "achievementType",
    _ACHIEVEMENT + "name",
    _ACHIEVEMENT + "description",
    _ACHIEVEMENT + "criteria/narrative",
)
"""What Open Badges 3.0 requires of an achievement, and a person to give it to."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A value of a choice column and the other ways people write it.

    `skip` marks an honest entry that earns nothing (a participant in the results of an olympiad): such rows
    are counted and left out, not errors.
    """

    value: str
    synonyms: tuple[str, ...] = ()
    """Other spellings of the same words. What is signed is what was written, so nothing else."""
    skip: bool = False
    covers: tuple[str, ...] = ()
    """Values that are this one said more exactly: where a sheet has a column for each, they agree."""


@dataclass(frozen=True, slots=True)
class Measure:
    """What a numeric result counts: becomes an Open Badges ResultDescription."""

    name: str
    result_type: str = "RawScore"


@dataclass(frozen=True, slots=True)
class Column:
    """One value of a row: where it is found in the sheet and where it goes in the credential."""

    key: str
    type: ColumnType
    into: str
    headers: tuple[str, ...]
    required: bool = False
    choices: tuple[Choice, ...] = ()
    measure: Measure | None = None
    length: int = 200
    """The most characters a text may have."""
    digits: int | None = None
    """A code of exactly so many digits."""
    minimum: int | None = None
    maximum: int | None = None


@dataclass(frozen=True, slots=True)
class Hideable:
    """Values a family may leave out when it shows the credential, named as a parent would name them."""

    key: str
    columns: tuple[str, ...]
    names: Mapping[str, str]
    """By language, ``ru`` and ``en``."""


@dataclass(frozen=True, slots=True)
class Template:
    """A kit's recipe for one kind of credential. `fixed` maps targets to the values all rows share."""

    id: str
    version: str
    names: Mapping[str, str]
    columns: tuple[Column, ...]
    fixed: Mapping[str, str]
    full_name_headers: tuple[str, ...]
    """Headers of one column that holds family name, given name and patronymic together."""
    same_achievement: tuple[str, ...]
    """Keys of the columns in which all holders of one achievement agree."""
    person: tuple[str, ...]
    """Keys of the columns that say who the child is."""
    person_otherwise: tuple[str, ...]
    """Keys of the columns that stand in when a child's day of birth is not known."""
    award: tuple[str, ...] = ()
    """Keys of the columns, besides `same_achievement`, that tell two awards of a child apart: day, number."""
    hideable: tuple[Hideable, ...] = ()
    _position: dict[str, int] = field(init=False, repr=False, compare=False)
    _of_target: dict[str, int] = field(init=False, repr=False, compare=False)
    _results: tuple[int, ...] = field(init=False, repr=False, compare=False)
    _of_subject: _Members = field(init=False, repr=False, compare=False)
    _of_achievement: _Members = field(init=False, repr=False, compare=False)
    _days: tuple[int, ...] = field(init=False, repr=False, compare=False)
    """Where the days of birth stand that tell a person apart."""
    _parts: _Parts = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        position = {column.key: place for place, column in enumerate(self.columns)}
        targets = {column.into: position[column.key] for column in self.columns if column.into != RESULT}
        results = tuple(position[column.key] for column in self.columns if column.into == RESULT)
        object.__setattr__(self, "_position", position)
        object.__setattr__(self, "_of_target", targets)
        object.__setattr__(self, "_results", results)
        days = tuple(
            place
            for place, column in enumerate(self.columns)
            if column.key in self.person and column.type is ColumnType.DATE
        )
        object.__setattr__(self, "_days", days)
        filled = [
            (target, targets.get(target), self.fixed.get(target, ""))
            for target in TARGETS
            if target in targets or target in self.fixed
        ]
        achievement = tuple(
            (t[len(_ACHIEVEMENT) :].removesuffix("/narrative"), p, f)
            for t, p, f in filled
            if t.startswith(_ACHIEVEMENT)
        )
        subject = tuple(
            (t[len(_SUBJECT) :], p, f)
            for t, p, f in filled
            if t.startswith(_SUBJECT) and not t.startswith((_ACHIEVEMENT, RESULT)) and t not in (SCHOOL, TOWN)
        )
        object.__setattr__(self, "_of_subject", subject)
        object.__setattr__(self, "_of_achievement", achievement)
        if position.keys() >= {*self.person, *self.person_otherwise, *self.same_achievement, *self.award}:
            object.__setattr__(self, "_parts", _Parts.of(self))
        # Otherwise the file of the template is wrong: `lint` says where, and no row is read by it.

    def column(self, key: str) -> Column:
        return self.columns[self._position[key]]

    def place(self, key: str) -> int:
        """Where the value of a column stands in a row."""
        return self._position[key]

    def key_named(self, said: str) -> str | None:
        """The key of the column that a person names by its key or by a header; None when there is none."""
        if said in self._position:
            return said
        plain = " ".join(said.split()).casefold()
        named = (each.key for each in self.columns if plain in map(str.casefold, each.headers))
        return next(named, None)

    def keyed(self, values: Mapping[str, str]) -> dict[str, str]:
        """Values by column key, of values that a person may have named by a header of the column instead.

        Raises UsageError (``roster.given``), which names the columns, for what is neither a key nor a header.
        """
        keyed = {}
        for said, value in values.items():
            key = self.key_named(said)
            if key is None:
                raise UsageError(
                    "roster.given",
                    N_("The template {template} has no column “{key}” to give a value for."),
                    next_step=N_("The columns are: {known}."),
                    template=self.id,
                    key=said[:64],
                    known=self.column_names,
                )
            keyed[key] = value
        return keyed

    @property
    def column_names(self) -> str:
        """Every column as a person may name it: ``family («Фамилия»)``."""
        return ", ".join(f"{column.key} («{column.headers[0]}»)" for column in self.columns)

    def place_of_target(self, target: str) -> int | None:
        """Where the value that goes to a target stands in a row, if a column fills it."""
        return self._of_target.get(target)

    def record(self, values: Mapping[str, str]) -> tuple[str, ...]:
        """Canonical values by column key -> a row in the order of the columns.

        Raises UsageError ``template.unknown-key`` or ``template.value-missing``. The values themselves are
        trusted to be canonical: `vcwallet.issuer.roster` makes them so.
        """
        for key in values:
            if key not in self._position:
                raise UsageError(
                    "template.unknown-key",
                    N_("The template {template} has no column “{key}”."),
                    template=self.id,
                    key=key[:64],
                )
        row = tuple(values.get(column.key, "") for column in self.columns)
        for column, value in zip(self.columns, row, strict=True):
            if column.required and not value and not self._other_name(column, row):
                raise UsageError(
                    "template.value-missing",
                    N_("The template {template} needs a value of “{key}”."),
                    template=self.id,
                    key=column.key,
                )
        return row

    def _other_name(self, column: Column, values: Sequence[str]) -> bool:
        """Whether a family name or a given name may be missing: some people's papers have one name only."""
        pair = {
            _SUBJECT + "familyName": _SUBJECT + "givenName",
            _SUBJECT + "givenName": _SUBJECT + "familyName",
        }
        return column.into in pair and bool(self._value(values, pair[column.into]))

    def identity(self, values: Sequence[str]) -> bytes:
        """What makes two rows the same diploma of the same child: equal bytes, whatever else differs.

        The person and the award, as the template declares them. Letter case and е/ё do not count: a corrected
        spelling is a correction, not another child. The bytes hold names in clear: they are for a keyed
        digest, never for keeping.
        """
        begins, rests = self.compared_in_parts(values)
        return begins[0] + rests[0]

    def compared(self, values: Sequence[str]) -> tuple[bytes, ...]:
        """The `identity` of a row, and bytes of which two rows share some when one thing about the child was
        written differently.

        The first of these are equal for rows of one child and one achievement, whichever award of it they
        are. All are bound to the achievement, so that what a child got from two contests has nothing in
        common here.

        Each of the next leaves one part of the person out; the last has the parts of the name in no order. A
        misspelt surname and its correction agree in the bytes without the surname. What tells a child apart
        that has no day of birth (the class, the school) counts only where there is none: a class that went on
        in the meantime must not hide the correction. For keyed digests, like `identity`.
        """
        begins, rests = self.compared_in_parts(values)
        return tuple([begin + rest for begin, rest in zip(begins, rests, strict=True)])

    def compared_in_parts(self, values: Sequence[str]) -> tuple[tuple[bytes, ...], list[bytes]]:
        """What `compared` gives, each in two: how it begins for all of an achievement, and the rest.

        So whoever makes digests of many rows makes those of the beginnings once.
        """
        parts, born, said = self._parts, self._born(values), self._said(values)
        whose = parts.whose[born]
        rests = [_JOINT.join(chosen(said)) for chosen in whose.parts]
        rests.append(_JOINT.join((*sorted(parts.names(said)), *whose.in_any_order(said))))
        return _begun(whose.begins, _JOINT.join(said[: parts.achievement])), rests

    def persons_apart(self, one: Sequence[str], other: Sequence[str]) -> tuple[int, ...]:
        """Where the columns stand in which two rows say another thing of who the child is."""
        places = (self._position[key] for key in self.person)
        return tuple(place for place in places if _plain(one[place]) != _plain(other[place]))

    def _born(self, values: Sequence[str]) -> bool:
        return bool(self._days) and all(self._parts.days(values))

    def _said(self, values: Sequence[str]) -> list[bytes]:
        """What a row says in the columns that tell rows apart, folded, in the order of `_Parts.telling`."""
        texts = self._parts.telling(values)
        said = _plain(_SEPARATOR.join(texts)).encode("utf-8").split(_JOINT)
        if len(said) != len(texts):
            said = [_plain(text).replace(_SEPARATOR, " ").encode("utf-8") for text in texts]
        return said

    def content(self, values: Sequence[str]) -> bytes:
        """Everything a row says, as bytes: for a keyed digest that notices a changed row.

        A template that gains a column does not change the rows that leave it empty.
        """
        said = [f"{key}={values[place]}" for key, place in self._parts.by_key if values[place]]
        return _SEPARATOR.join((self.id, *said)).encode("utf-8")

    def frame(self) -> str:
        """All a template puts into a credential besides the row, as text: equal frames fill rows equally."""
        measures = [[c.key, c.into, c.measure.name, c.measure.result_type] for c in self.columns if c.measure]
        places = [[c.key, c.into] for c in self.columns]
        hideable = [list(group.columns) for group in self.hideable]
        return json.dumps(
            [self.id, sorted(self.fixed.items()), places, measures, self.same_achievement, hideable]
        )

    def hideable_pointers(self, values: Sequence[str]) -> tuple[tuple[Hideable, tuple[str, ...]], ...]:
        """Each hideable group a row has, with the JSON pointers (RFC 6901) of its values.

        Of a result only the value can be hidden: each statement that can is signed, and carried, by itself.
        """
        results = [place for place in self._results if values[place]]
        found = []
        for group in self.hideable:
            pointers = []
            for place in (self._position[key] for key in group.columns):
                if values[place]:
                    into = self.columns[place].into
                    pointers.append(f"{into}/{results.index(place)}/value" if into == RESULT else into)
            if pointers:
                found.append((group, tuple(pointers)))
        return tuple(found)

    def mandatory_pointers(self, values: Sequence[str], document: JsonObject) -> tuple[str, ...]:
        """The pointers to all of `document`, which `fill` made of this row, but what a family may hide."""
        hideable = {pointer for _, pointers in self.hideable_pointers(values) for pointer in pointers}
        return pointers_outside(document, hideable)

    def fill(
        self,
        values: Sequence[str],
        *,
        credential_id: str,
        issuer_id: str,
        issuer_name: str,
        subject_id: str,
        valid_from: datetime,
        zone: str = "Z",
        status: Json = None,
    ) -> JsonObject:
        """The unsigned credential of one row (canonical values in the order of the columns).

        `subject_id` is used where the row has no DID of the child: a random ``urn:uuid:``, for Open Badges
        wants an id. `valid_from` is used where the template has no day of award; `zone` (``+03:00`` or
        ``Z``) is the zone that either day is meant in.
        """
        subject: JsonObject = {"id": subject_id, "type": ["AchievementSubject", "Profile"]}
        for member, place, value in self._of_subject:
            if place is not None:
                value = values[place]
            if value:
                subject[member] = value
        if school := self._school(values, credential_id):
            subject["parentOrg"] = school
        achievement_id = self.achievement_id(issuer_id, values)
        achievement: JsonObject = {"id": achievement_id, "type": ["Achievement"]}
        for member, place, value in self._of_achievement:
            if place is not None:
                value = values[place]
            if value:
                achievement[member] = {"narrative": value} if member == "criteria" else value
        subject["achievement"] = achievement
        results, described = self._result(values, credential_id, achievement_id)
        if described:
            achievement["resultDescription"] = described
        if results:
            subject["result"] = results
        awarded = self._value(values, AWARDED)
        document: JsonObject = {
            "@context": list(CONTEXTS),
            "id": credential_id,
            "type": ["VerifiableCredential", "OpenBadgeCredential"],
            "issuer": {"id": issuer_id, "type": ["Profile"], "name": issuer_name},
            "validFrom": f"{awarded}T00:00:00{zone}" if awarded else timestamps.render_in(valid_from, zone),
            "credentialSubject": subject,
        }
        if status is not None:
            document["credentialStatus"] = status
        return document

    def read(self, document: JsonObject) -> tuple[str, ...]:
        """The row that `fill` made a credential of, as far as the credential tells.

        A day of award at midnight may also be the moment of signing; a keyed digest of the row tells.
        """
        return tuple(self._read(column, document) for column in self.columns)

    def _read(self, column: Column, document: JsonObject) -> str:
        if column.into == AWARDED:
            day, _, hour = str(document.get("validFrom", "")).partition("T")
            return day if hour.startswith("00:00:00") else ""
        found: Json = document
        for member in column.into.split("/")[1:]:
            found = found.get(member) if isinstance(found, dict) else None
        if column.into == RESULT:
            return self._read_result(column, found)
        if not isinstance(found, str) or (column.into == SUBJECT_ID and not found.startswith("did:")):
            return ""
        return found

    def _read_result(self, column: Column, results: Json) -> str:
        chosen = {choice.value for choice in column.choices}
        for result in results if isinstance(results, list) else ():
            value = result.get("value") if isinstance(result, dict) else None
            if not isinstance(result, dict) or not isinstance(value, str):
                continue
            described = str(result.get("resultDescription", ""))
            if described.endswith(f"#{column.key}") if column.measure else value in chosen:
                return value
        return ""

    def _school(self, values: Sequence[str], credential_id: str) -> JsonObject:
        """The school and its town. They have ids, as has a result, because a derived proof carries a label of
        32 bytes for every object without one."""
        name, town = self._value(values, SCHOOL), self._value(values, TOWN)
        school: JsonObject = {"id": f"{credential_id}#s", "type": ["Profile"]}
        if name:
            school["name"] = name
        if town:
            place = f"{credential_id}#t"
            school["address"] = {"id": place, "type": ["Address"], "addressLocality": town}
        return school if name or town else {}

    def _result(
        self, values: Sequence[str], credential_id: str, achievement_id: str
    ) -> tuple[list[Json], list[Json]]:
        results: list[Json] = []
        described: list[Json] = []
        for place in self._results:
            if not (value := values[place]):
                continue
            column = self.columns[place]
            result_id = f"{credential_id}#r{len(results) + 1}"
            if column.measure is None:
                results.append({"id": result_id, "type": ["Result"], "value": value})
                continue
            name = f"{achievement_id}#{column.key}"
            described.append(
                {
                    "id": name,
                    "type": ["ResultDescription"],
                    "name": column.measure.name,
                    "resultType": column.measure.result_type,
                }
            )
            results.append({"id": result_id, "type": ["Result"], "resultDescription": name, "value": value})
        return results, described

    def achievement_id(self, issuer_id: str, values: Sequence[str]) -> str:
        """The id that `fill` gives to what a row is for: one and the same for all children."""
        parts = (values[self._position[key]] for key in self.same_achievement)
        return _achievement_id(issuer_id, self.id, *parts)

    def made(self, document: JsonObject) -> bool:
        """Whether the achievement of a credential has the id that this template gives it.

        Only a template of the same id and the same columns in `same_achievement` gives it.
        """
        parts = (_at(document, self.column(key).into) for key in self.same_achievement)
        issuer_id = _at(document, "/issuer/id")
        return _at(document, _ACHIEVEMENT + "id") == _achievement_id(issuer_id, self.id, *parts)

    def _value(self, values: Sequence[str], target: str) -> str:
        place = self._of_target.get(target)
        return "" if place is None else values[place]


@dataclass(frozen=True, slots=True)
class _Whose:
    """What tells one child from another, in the parts by which rows are compared."""

    begins: tuple[bytes, ...]
    """Of each part (the first is the identity): the template, what the part is, and its columns, those of
    the achievement first."""
    parts: tuple[_Chosen, ...]
    """Of each part but the last: what of all that is said follows the achievement."""
    in_any_order: _Chosen
    """Of the last: what of it follows the achievement and the sorted parts of the name."""


@dataclass(frozen=True, slots=True)
class _Parts:
    """What a template compares rows by.

    A sheet has millions of rows, so what all of them have in common is looked up once.
    """

    by_key: tuple[tuple[str, int], ...]
    """Where the value of each column stands in a row."""
    days: _Chosen
    """From the values of a row: the days of birth that tell a person apart."""
    telling: _Chosen
    """From them: what tells rows apart, first what is of the achievement."""
    achievement: int
    """How many are of the achievement."""
    names: _Chosen
    """From what `telling` gives: the parts of the name."""
    whose: tuple[_Whose, _Whose]
    """The second is for a child whose day of birth is known."""

    @classmethod
    def of(cls, template: Template) -> _Parts:
        told = (*template.person, *template.person_otherwise)
        achievement = template.same_achievement
        telling = tuple(dict.fromkeys((*achievement, *told, *template.award)))
        names = [key for key in template.person if template.column(key).type is ColumnType.NAME]

        def whose(born: bool) -> _Whose:
            person = template.person if born else told
            parts = {"row": (*person, *template.award), "person": person}
            for left_out in person:
                # A day of birth that was missing and is filled in agrees in the bytes without it.
                kept = template.person if born and left_out in names else told
                parts[f"without {left_out}"] = tuple(key for key in kept if key != left_out)
            rest = tuple(key for key in person if key not in names)
            listed = [*parts.items(), ("in any order", rest)]
            begins = [
                _plain(_SEPARATOR.join((template.id, name, *achievement, *keys))) for name, keys in listed
            ]
            return _Whose(
                tuple(begin.encode("utf-8") for begin in begins),
                tuple(_chosen([telling.index(key) for key in keys]) for keys in parts.values()),
                _chosen([telling.index(key) for key in rest]),
            )

        return cls(
            tuple(sorted((column.key, place) for place, column in enumerate(template.columns))),
            _chosen(template._days),
            _chosen([template.place(key) for key in telling]),
            len(dict.fromkeys(achievement)),
            _chosen([telling.index(key) for key in names]),
            (whose(False), whose(True)),
        )


def _chosen(places: Sequence[int]) -> _Chosen:
    """From a sequence those at some places, as a sequence."""
    if len(places) > 1:
        return itemgetter(*places)
    return itemgetter(slice(places[0], places[0] + 1) if places else slice(0))


@lru_cache(maxsize=256)
def _begun(begins: tuple[bytes, ...], achievement: bytes) -> tuple[bytes, ...]:
    """How the parts of rows of one achievement begin: one and the same tuple for all of them."""
    return tuple(_JOINT.join((begin, achievement, b"")) for begin in begins)


def _plain(text: str) -> str:
    """Letter case and the dots of ё do not count."""
    return text.casefold().replace("ё", "е")


def _at(document: JsonObject, pointer: str) -> str:
    """The text at a target of a credential; "" where there is none."""
    found: Json = document
    for step in pointer[1:].split("/"):
        found = found.get(step) if isinstance(found, dict) else None
    return found if isinstance(found, str) else ""


@lru_cache(maxsize=4096)
def _achievement_id(*parts: str) -> str:
    # A name-based UUID of the contest, its field and year: the same for every child, so it names no child.
    return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, json.dumps(parts, ensure_ascii=False))}"


@lru_cache(maxsize=256)
def synonyms(column: Column) -> Mapping[str, Choice]:
    """Folded text -> the choice it means."""
    return {fold(text): choice for choice in column.choices for text in (choice.value, *choice.synonyms)}
