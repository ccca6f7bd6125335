"""Reading a template's TOML file, and refusing one that has room for anything but achievements.

The schema is pydantic's (unknown members are errors); `lint` then holds the words and targets to the rule
"positive only": no school marks, conduct, health, family circumstances or remarks, not even as a header that
would be looked for in a spreadsheet.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from vcwallet import limits
from vcwallet.credentials.spelling import fold
from vcwallet.credentials.template import (
    AWARDED,
    REQUIRED_TARGETS,
    RESULT,
    SUBJECT_ID,
    TARGETS,
    Choice,
    Column,
    ColumnType,
    Hideable,
    Measure,
    Template,
)
from vcwallet.credentials.template_words import unwelcome_word
from vcwallet.credentials.terms import ACHIEVEMENT_TYPES
from vcwallet.errors import N_, UsageError
from vcwallet.files import read_file
from vcwallet.own_files import line_of, misfit, read_toml

_ACHIEVEMENT: Final = "/credentialSubject/achievement/"
_PERSON: Final = tuple(
    f"/credentialSubject/{name}" for name in ("familyName", "givenName", "patronymicName", "dateOfBirth")
)
"""What says who a child is, where a template does not say it."""

_Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]
_Words = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^\S(.*\S)?$")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Names(_Strict):
    ru: _Words
    en: _Words


class _Choice(_Strict):
    value: _Words
    synonyms: list[_Words] = Field(default_factory=list, max_length=100)
    skip: bool = False
    covers: list[_Words] = Field(default_factory=list, max_length=20)


class _Measure(_Strict):
    name: _Words
    result_type: Literal["RawScore"] = "RawScore"


class _Column(_Strict):
    key: _Key
    type: ColumnType
    into: str
    headers: list[_Words] = Field(min_length=1, max_length=60)
    required: bool = False
    values: list[_Choice] = Field(default_factory=list, max_length=200)
    measure: _Measure | None = None
    length: int = Field(default=200, ge=1, le=300)
    digits: int | None = Field(default=None, ge=1, le=40)
    minimum: int | None = None
    maximum: int | None = None


class _Hideable(_Strict):
    key: _Key
    columns: list[_Key] = Field(min_length=1)
    ru: _Words
    en: _Words


class _FullName(_Strict):
    headers: list[_Words] = Field(default_factory=list, max_length=60)


class _Included(_Strict):
    person: list[_Key]
    person_otherwise: list[_Key]
    full_name: _FullName
    columns: list[_Column]
    hideable: list[_Hideable]


class _File(_Strict):
    format: Literal["vcwallet-template/1"]
    id: _Key
    version: Annotated[str, StringConstraints(pattern=r"^[0-9]{1,4}$")]
    name: _Names
    include: Literal["pupil"] | None = None
    same_achievement: list[_Key] = Field(default_factory=list)
    award: list[_Key] = Field(default_factory=list, max_length=10)
    person: list[_Key] = Field(default_factory=list, max_length=10)
    person_otherwise: list[_Key] = Field(default_factory=list, max_length=10)
    fixed: dict[str, _Words] = Field(default_factory=dict)
    full_name: _FullName = Field(default_factory=_FullName)
    columns: list[_Column] = Field(min_length=1, max_length=60)
    hideable: list[_Hideable] = Field(default_factory=list, max_length=20)


@dataclass(frozen=True, slots=True)
class Complaint:
    """Why a template is refused: a stable code and what it is about."""

    code: str
    about: str


def load(path: Path) -> Template:
    """Read, check and lint a template file.

    Raises what `read_file` raises, and UsageError: ``template.unreadable``,
    ``template.malformed``; ``template.refused``, whose evidence ``reasons`` lists what `lint` found.
    """
    return parse(read_file(path, limits.TEMPLATE_BYTES), name=path.name)


def parse(data: bytes, *, name: str) -> Template:
    """`load` of bytes; `name` is what errors call the file."""
    content = read_toml(data, name=name, code="template.unreadable")
    try:
        file = _File.model_validate(content)
    except ValidationError as error:
        raise misfit(error.errors()[0], name=name, code="template.malformed") from None
    template = _build(file)
    complaints = lint(template)
    if complaints:
        raise UsageError(
            "template.refused",
            N_("The template {file} is refused: {reasons}."),
            next_step=N_("Templates hold achievements only; take these parts out or correct them."),
            file=name,
            reasons="; ".join(f"{complaint.code} ({complaint.about[:80]})" for complaint in complaints[:20]),
        )
    return template


SENTENCES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "key-twice": N_("Two columns have the key “{about}”."),
        "target-not-allowed": N_("There is no such place in a diploma: {about}."),
        "type-not-allowed-there": N_("A column of this type cannot stand in that place: {about}."),
        "target-twice": N_("Two things go to the same place of the diploma: {about}."),
        "achievement-type": N_("“{about}” is not one of the kinds of achievement."),
        "target-missing": N_("Something must go to {about}: a required column or a value in [fixed]."),
        "no-such-column": N_("There is no column with the key “{about}”."),
        "achievement-names-a-person": N_(
            "“{about}” is about the child, so it cannot be what all holders of the achievement agree in."
        ),
        "person-and-award": N_("“{about}” says who the child is, so it cannot also tell awards apart."),
        "values-and-choice-disagree": N_("A choice needs values, and only a choice has them: “{about}”."),
        "result-without-measure": N_("The number in the column “{about}” does not say what it counts."),
        "measure-without-number": N_("The column “{about}” says what it counts, and is not a number."),
        "digits-of-no-code": N_("Only a code has a number of digits: “{about}” is none."),
        "range-of-no-number": N_("Only a number has a smallest and a largest value: “{about}” is none."),
        "number-without-range": N_(
            "The number “{about}” needs a smallest value, 0 or more, and a largest one."
        ),
        "covers-no-other-value": N_("A value covers other values of its own column only: {about}."),
        "result-is-a-mark": N_("A result that is a bare number is a mark, which has no place here: {about}."),
        "synonym-of-two-values": N_("One spelling stands for two values: {about}."),
        "header-of-two-columns": N_("The header “{about}” is empty or belongs to two columns."),
        "hidden-twice": N_("The column “{about}” is in two groups that can be hidden."),
        "must-stay-visible": N_("The column “{about}” must always be shown, so it cannot be hidden."),
        "not-an-achievement": N_("“{about}” speaks of something that has no place in an achievement."),
    }
)
"""What a complaint means, by its code."""


def remarks(data: bytes, *, name: str) -> tuple[tuple[int, UsageError], ...]:
    """Everything that is wrong with a template file, with the line of each; 0 where none is to blame."""
    try:
        content = read_toml(data, name=name, code="template.unreadable")
    except UsageError as error:
        line = error.evidence.get("line")
        return ((line if isinstance(line, int) else 0, error),)
    try:
        file = _File.model_validate(content)
    except ValidationError as error:
        return tuple(
            (line_of(data, found["loc"]), misfit(found, name=name, code="template.malformed"))
            for found in error.errors()
        )
    return tuple(
        (
            _line(data, complaint),
            UsageError("template.remark", SENTENCES[complaint.code], about=complaint.about[:120]),
        )
        for complaint in lint(_build(file))
    )


def _line(data: bytes, complaint: Complaint) -> int:
    """The first line that names what a complaint is about."""
    wanted = [part for part in re.split(r" -> |: |^fixed ", complaint.about) if part]
    lines = data.decode("utf-8-sig").splitlines()
    for part in (complaint.about, *reversed(wanted)):
        for number, line in enumerate(lines, start=1):
            if f'"{part}"' in line:
                return number
    return 0


@lru_cache(maxsize=1)
def _pupil() -> _Included:
    data = Path(__file__).with_name("pupil.toml").read_text("utf-8")
    return _Included.model_validate(tomllib.loads(data))


def _build(file: _File) -> Template:
    if file.include == "pupil":
        pupil = _pupil()
        # The file's own column of the same key, or for the same place, replaces the included one.
        own = {column.key for column in file.columns}
        places = {column.into for column in file.columns if column.into != RESULT}
        included = [column for column in pupil.columns if column.key not in own and column.into not in places]
        left_out = {column.key for column in pupil.columns} - {column.key for column in included} - own
        grouped = {group.key for group in file.hideable}
        groups = [
            group
            for group in pupil.hideable
            if group.key not in grouped and left_out.isdisjoint(group.columns)
        ]
        file = file.model_copy(
            update={
                "columns": included + file.columns,
                "hideable": groups + file.hideable,
                "full_name": file.full_name if file.full_name.headers else pupil.full_name,
                "person": file.person or [key for key in pupil.person if key not in left_out],
                "person_otherwise": file.person_otherwise
                or [key for key in pupil.person_otherwise if key not in left_out],
            }
        )
    return Template(
        id=file.id,
        version=file.version,
        names={"ru": file.name.ru, "en": file.name.en},
        columns=tuple(
            Column(
                key=column.key,
                type=column.type,
                into=column.into,
                headers=tuple(column.headers),
                required=column.required,
                choices=tuple(
                    Choice(c.value, tuple(c.synonyms), c.skip, tuple(c.covers)) for c in column.values
                ),
                measure=Measure(column.measure.name, column.measure.result_type) if column.measure else None,
                length=column.length,
                digits=column.digits,
                minimum=column.minimum,
                maximum=column.maximum,
            )
            for column in file.columns
        ),
        fixed=dict(file.fixed),
        full_name_headers=tuple(file.full_name.headers),
        same_achievement=tuple(file.same_achievement),
        person=tuple(file.person) or tuple(column.key for column in file.columns if column.into in _PERSON),
        person_otherwise=tuple(file.person_otherwise),
        award=tuple(file.award),
        hideable=tuple(Hideable(h.key, tuple(h.columns), {"ru": h.ru, "en": h.en}) for h in file.hideable),
    )


def lint(template: Template) -> tuple[Complaint, ...]:
    """What is wrong with a template: targets, types, and words that have no place in an achievement."""
    return (
        *_lint_targets(template),
        *_lint_columns(template),
        *_lint_headers(template),
        *_lint_hideable(template),
        *_lint_words(template),
    )


def _lint_targets(template: Template) -> Iterator[Complaint]:
    filled: set[str] = set()
    keys: set[str] = set()
    for column in template.columns:
        if column.key in keys:
            yield Complaint("key-twice", column.key)
        keys.add(column.key)
        allowed = TARGETS.get(column.into)
        if allowed is None:
            yield Complaint("target-not-allowed", f"{column.key} -> {column.into}")
        elif column.type not in allowed:
            yield Complaint("type-not-allowed-there", f"{column.key} -> {column.into}")
        if column.into in filled and column.into != RESULT:
            yield Complaint("target-twice", column.into)
        filled.add(column.into)
    for target in template.fixed:
        if target not in TARGETS or target in (RESULT, AWARDED, SUBJECT_ID) or _is_personal(target):
            yield Complaint("target-not-allowed", f"fixed {target}")
        if target in filled:
            yield Complaint("target-twice", target)
    kind = template.fixed.get(_ACHIEVEMENT + "achievementType")
    if kind is not None and kind not in ACHIEVEMENT_TYPES:
        yield Complaint("achievement-type", kind)
    for target in REQUIRED_TARGETS:
        if target in template.fixed:
            continue
        place = template.place_of_target(target)
        if place is None or not template.columns[place].required:
            yield Complaint("target-missing", target)
    for key in template.same_achievement:
        if key not in keys:
            yield Complaint("no-such-column", key)
        elif _is_personal(template.column(key).into):
            # It goes into the achievement's identifier, which must not depend on a child.
            yield Complaint("achievement-names-a-person", key)
    for key in (*template.person, *template.person_otherwise, *template.award):
        if key not in keys:
            yield Complaint("no-such-column", key)
    for key in set(template.person) & {*template.award, *template.same_achievement}:
        yield Complaint("person-and-award", key)


def _is_personal(target: str) -> bool:
    return target.startswith("/credentialSubject/") and not target.startswith(_ACHIEVEMENT)


def _lint_columns(template: Template) -> Iterator[Complaint]:
    for column in template.columns:
        numeric = column.type in (ColumnType.INTEGER, ColumnType.DECIMAL)
        if (column.type is ColumnType.CHOICE) != bool(column.choices):
            yield Complaint("values-and-choice-disagree", column.key)
        if column.into == RESULT and numeric != (column.measure is not None):
            yield Complaint("result-without-measure" if numeric else "measure-without-number", column.key)
        if column.digits is not None and column.type is not ColumnType.CODE:
            yield Complaint("digits-of-no-code", column.key)
        if (column.minimum is not None or column.maximum is not None) and not numeric:
            yield Complaint("range-of-no-number", column.key)
        if numeric and (column.minimum is None or column.minimum < 0 or column.maximum is None):
            yield Complaint("number-without-range", column.key)
        meanings: dict[str, str] = {}
        values = {choice.value for choice in column.choices}
        for choice in column.choices:
            for other in set(choice.covers) - (values - {choice.value}):
                yield Complaint("covers-no-other-value", f"{column.key}: {other}")
        for choice in column.choices:
            if column.into == RESULT and not any(letter.isalpha() for letter in choice.value):
                yield Complaint("result-is-a-mark", f"{column.key}: {choice.value}")
            for text in (choice.value, *choice.synonyms):
                if meanings.setdefault(fold(text), choice.value) != choice.value:
                    yield Complaint("synonym-of-two-values", f"{column.key}: {text}")


def _lint_headers(template: Template) -> Iterator[Complaint]:
    owners: dict[str, str] = {}
    listed = [(column.key, header) for column in template.columns for header in column.headers]
    for key, header in (*listed, *(("full_name", header) for header in template.full_name_headers)):
        name = fold(header)
        if not name or owners.setdefault(name, key) != key:
            yield Complaint("header-of-two-columns", header)


def _lint_hideable(template: Template) -> Iterator[Complaint]:
    keys = {column.key: column for column in template.columns}
    seen: set[str] = set()
    for group in template.hideable:
        for key in group.columns:
            if key in seen:
                yield Complaint("hidden-twice", key)
            seen.add(key)
            column = keys.get(key)
            if column is None:
                yield Complaint("no-such-column", key)
            elif column.into in (AWARDED, SUBJECT_ID) or column.into.startswith(_ACHIEVEMENT):
                # Without these the rest means nothing, or the holder's proof binds nothing.
                yield Complaint("must-stay-visible", key)


def _lint_words(template: Template) -> Iterator[Complaint]:
    said = [template.id.replace("-", " "), *template.names.values(), *template.fixed.values()]
    said += template.full_name_headers
    for column in template.columns:
        said += [column.key.replace("_", " ").replace("-", " "), *column.headers]
        said += [text for choice in column.choices for text in (choice.value, *choice.synonyms)]
        said += [column.measure.name] if column.measure else []
    for group in template.hideable:
        said += group.names.values()
    for text in said:
        if unwelcome_word(text) is not None:
            yield Complaint("not-an-achievement", text)
