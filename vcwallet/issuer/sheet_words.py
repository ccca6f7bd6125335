"""How an organisation's own sheets are to be read, where their headings and words are not a template's.

    words = SheetWords({"Итог жюри": "degree"}, {"degree": {"призёр II": "Диплом призёра II степени"}})
    words = words.checked(template)         # keys and values of the template, or UsageError
    words.taught(template)                  # the template as it reads that sheet

A person says these things of a sheet; they are kept in the issuer's folder, in sheets.toml, for next year.
A word may be said to mean one of the template's own values, or no diploma at all. It cannot be made to mean
something else than it says: the words of a value mean that value, and an empty cell is never a degree.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from vcwallet import limits, strict_json
from vcwallet.credentials.spelling import fold
from vcwallet.credentials.template import RESULT, Choice, Column, ColumnType, Template, synonyms
from vcwallet.errors import N_, UsageError
from vcwallet.files import read_file, replace_file
from vcwallet.own_files import misfit, read_toml
from vcwallet.tables.headings import FULL_NAME, is_letter_of_column
from vcwallet.tables.letters import tidy

__all__ = ["SheetWords", "keep", "load"]

_FORMAT: Final = "vcwallet-sheets/1"
_Said = Annotated[str, StringConstraints(max_length=200)]
_Meant = dict[_Said, _Said]


@dataclass(frozen=True, slots=True)
class SheetWords:
    """What a person says of the headings and the words of their sheets, for one template."""

    columns: Mapping[str, str] = field(default_factory=dict)
    """Heading -> key of the template's column, "full_name", or "" for a column that is not used. A column
    without a heading of its own is named by its letter."""
    meanings: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Key of a column of values -> what stands in the sheet -> the value it means, or "" for no diploma.
    The word "" is an empty cell."""

    @classmethod
    def named(cls, template: Template, columns: Mapping[str, str], words: Mapping[str, str]) -> SheetWords:
        """Of words whose columns are not named: each belongs to the columns that have the value it means.

        Raises as `checked`.
        """
        meanings: dict[str, dict[str, str]] = {}
        for written, value in words.items():
            keys = [each.key for each in _columns_with(template, tidy(value))]
            if not keys:
                raise UsageError(
                    "roster.meaning",
                    N_("“{word}” cannot mean “{value}”: no column has such a value."),
                    next_step=N_("These are there: {known}."),
                    word=written[:64],
                    value=value[:64],
                    known=", ".join(map(_known, _columns_with(template, "")))[:300],
                )
            for key in keys:
                meanings.setdefault(key, {})[written] = value
        return cls(columns, meanings).checked(template)

    def __bool__(self) -> bool:
        return bool(self.columns) or any(self.meanings.values())

    def and_also(self, other: SheetWords) -> SheetWords:
        """These words with those of `other` over them."""
        columns = _over(self.columns, other.columns)
        keys = [*self.meanings, *(key for key in other.meanings if key not in self.meanings)]
        meanings = {key: _over(self.meanings.get(key, {}), other.meanings.get(key, {})) for key in keys}
        return SheetWords(columns, meanings)

    def checked(self, template: Template) -> SheetWords:
        """The same with the template's own keys and values, where a person may have named them otherwise.

        Raises UsageError: ``roster.no-such-column``, ``roster.meaning-column``, ``roster.meaning``,
        ``roster.meaning-of-a-value``, ``roster.meaning-of-signs``, ``roster.meaning-of-nothing``.
        """
        columns = {tidy(heading): _key(template, said) for heading, said in self.columns.items()}
        meanings: dict[str, dict[str, str]] = {}
        for said, words in self.meanings.items():
            key = _key(template, said)
            column = None if key in ("", FULL_NAME) else template.column(key)
            if column is None or column.type is not ColumnType.CHOICE:
                raise UsageError(
                    "roster.meaning-column",
                    N_("“{column}” is not a column of fixed values, so its words are signed as they stand."),
                    next_step=N_("Say what a word means in one of these columns: {known}."),
                    column=said[:64],
                    known=", ".join(
                        each.headers[0] for each in template.columns if each.type is ColumnType.CHOICE
                    )[:200],
                )
            found = meanings.setdefault(column.key, {})
            for written, meant in words.items():
                found[tidy(written)] = _meaning(column, tidy(written), tidy(meant))
        return SheetWords(columns, meanings)

    def taught(self, template: Template) -> Template:
        """The template with these words as further spellings of its values. Of checked words only."""
        columns = tuple(
            _taught(column, self.meanings[column.key]) if self.meanings.get(column.key) else column
            for column in template.columns
        )
        return replace(template, columns=columns)


def _over(some: Mapping[str, str], others: Mapping[str, str]) -> dict[str, str]:
    """Two maps in one; spellings of one key are the same key, and the later one counts."""
    later = {fold(key) or key for key in others}
    return {key: value for key, value in some.items() if (fold(key) or key) not in later} | dict(others)


def _key(template: Template, said: str) -> str:
    named = tidy(said)
    if not named:
        return ""
    if named == FULL_NAME or fold(named) in map(fold, template.full_name_headers):
        return FULL_NAME
    key = template.key_named(named)
    if key is None:
        raise UsageError(
            "roster.no-such-column",
            N_("The template {template} has no column “{key}” that a column of the sheet could be."),
            next_step=N_("The columns are: {known}."),
            template=template.id,
            key=said[:64],
            known=template.column_names,
        )
    return key


def _meaning(column: Column, written: str, meant: str) -> str:
    """The column's value that a word is said to mean; "" for no diploma."""
    header = column.headers[0]
    if not meant and column.into != RESULT:
        raise UsageError(
            "roster.meaning",
            N_("A word of the column “{column}” cannot mean that there is no diploma."),
            next_step=N_("Say it of a column with results, or name one of: {known}."),
            column=header,
            known=_known(column),
        )
    if not written:
        if meant:
            raise UsageError(
                "roster.meaning-of-nothing",
                N_("An empty cell of the column “{column}” cannot mean “{value}”."),
                next_step=N_("Fill in the cells; an empty one can only mean that there is no diploma."),
                column=header,
                value=meant[:64],
            )
        return ""
    if not fold(written):
        raise UsageError(
            "roster.meaning-of-signs",
            N_("“{word}” has no letter and no digit, so it cannot be told from other signs."),
            next_step=N_("Write a word into these cells."),
            word=written[:64],
        )
    choice = synonyms(column).get(fold(meant)) if meant else None
    if meant and choice is None:
        raise UsageError(
            "roster.meaning",
            N_("“{word}” cannot mean “{value}”: the column “{column}” has no such value."),
            next_step=N_("It has: {known}."),
            word=written[:64],
            value=meant[:64],
            column=header,
            known=_known(column),
        )
    itself = next((each.value for each in column.choices if fold(each.value) == fold(written)), None)
    value = "" if choice is None else choice.value
    if itself is not None and itself != value:
        raise UsageError(
            "roster.meaning-of-a-value",
            N_("“{word}” is a value of the column “{column}” itself and cannot mean another."),
            next_step=N_("Correct the cells of the sheet instead."),
            word=written[:64],
            column=header,
        )
    return value


def _columns_with(template: Template, value: str) -> list[Column]:
    """The columns of fixed values that have a value; those with results where it is "" (no diploma)."""
    fixed = [column for column in template.columns if column.type is ColumnType.CHOICE]
    if not value:
        return [column for column in fixed if column.into == RESULT]
    return [column for column in fixed if fold(value) in synonyms(column)]


def _known(column: Column) -> str:
    return ", ".join(f"«{choice.value}»" for choice in column.choices)[:300]


def _taught(column: Column, words: Mapping[str, str]) -> Column:
    meant = {fold(written): value for written, value in words.items() if written}
    choices = [
        replace(
            choice,
            synonyms=(
                *(each for each in choice.synonyms if fold(each) not in meant),
                *(written for written, value in words.items() if written and value == choice.value),
            ),
        )
        for choice in column.choices
    ]
    none = [written for written, value in words.items() if written and not value]
    if none:
        choices.append(Choice(none[0], tuple(none[1:]), skip=True))
    return replace(column, choices=tuple(choices))


# --- kept for next year ----------------------------------------------------------------------------------


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    format: Literal["vcwallet-sheets/1"] = "vcwallet-sheets/1"
    columns: dict[_Said, _Meant] = {}
    meanings: dict[_Said, dict[_Said, _Meant]] = {}


def load(path: Path, template: Template) -> SheetWords:
    """What is kept in a file for a template; nothing when there is no file.

    Raises what `read_file` raises, UsageError ``sheets.unreadable`` and ``sheets.malformed``, and what
    `SheetWords.checked` raises.
    """
    kept = _read(path)
    columns, meanings = kept.columns.get(template.id, {}), kept.meanings.get(template.id, {})
    return SheetWords(columns, meanings).checked(template)


def keep(path: Path, template: Template, words: SheetWords) -> None:
    """Write the words for a template into a file, in the place of those it had; the others stay.

    A column that is named by its letter is a column of one sheet only, and is not kept.
    """
    kept = _read(path)
    named = {word: key for word, key in words.columns.items() if not is_letter_of_column(word)}
    columns = {**kept.columns, template.id: named}
    meanings = {**kept.meanings, template.id: {key: dict(each) for key, each in words.meanings.items()}}
    lines = [
        "# Как читать таблицы этой организации: какой столбец что значит, какое слово что значит.",
        "# How the sheets of this organisation are read: which column is which, what a word means.",
        f"format = {_quoted(_FORMAT)}",
    ]
    for name, said in columns.items():
        lines += _table(f"columns.{name}", said)
    for name, by_key in meanings.items():
        for key, said in by_key.items():
            lines += _table(f"meanings.{name}.{key}", said)
    replace_file(path, ("\n".join(lines) + "\n").encode("utf-8"), public=True)


def _table(name: str, said: Mapping[str, str]) -> list[str]:
    pairs = [f"{_quoted(word)} = {_quoted(value)}" for word, value in said.items()]
    return ["", f"[{name}]", *pairs] if pairs else []


def _quoted(text: str) -> str:
    # TOML's basic strings escape as JSON's do, but for the one control character that JSON lets stand.
    return strict_json.dumps(text).replace("\x7f", "\\u007f")


def _read(path: Path) -> _File:
    if not path.exists():
        return _File()
    content = read_toml(read_file(path, limits.SETTINGS_BYTES), name=path.name, code="sheets.unreadable")
    try:
        return _File.model_validate(content)
    except ValidationError as error:
        raise misfit(error.errors()[0], name=path.name, code="sheets.malformed") from None
