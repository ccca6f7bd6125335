"""What a kit invented and only the organisation knows: its name, its contest, its school and town.

A kit's `issuer.toml` is full of fictional names, so that it can be tried. None of them is ever signed for a
real organisation: the program knows the kit's own values and refuses while one of them stands. An
organisation that says it is an example, or whose site lies under ``.example`` (RFC 2606: no such site
exists), may sign them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from vcwallet.credentials.template import Column, Template
from vcwallet.errors import N_, UsageError
from vcwallet.issuer import settings
from vcwallet.issuer.settings import Settings
from vcwallet.tables import cells

_TRUE_ANYWHERE: Final = frozenset({"stage", "year", "awarded"})
"""Values of a kit that may well be an organisation's own."""
LEFT_OUT: Final = ("awarded", "list_number")
"""Values of a kit that a new organisation does not get unless it gives them: no diploma needs them."""


@dataclass(frozen=True, slots=True)
class Invented:
    """A value of the kit that stands in issuer.toml."""

    table: str
    """``name`` or the id of a template."""
    key: str
    value: str


def standing(own: Settings, kit: Settings | None) -> tuple[Invented, ...]:
    """The kit's invented values that an organisation still has; none for an example."""
    if kit is None or own.is_example:
        return ()
    found = [
        Invented("name", key, value)
        for key, value in (("ru", own.name.ru), ("en", own.name.en))
        if value == getattr(kit.name, key)
    ]
    for table, values in own.values.items():
        known = kit.values.get(table, {})
        found += [
            Invented(table, key, value)
            for key, value in values.items()
            if key not in _TRUE_ANYWHERE and value and value == known.get(key)
        ]
    return tuple(found)


def demand_none(found: Sequence[Invented], template: Template, rows: Iterable[Sequence[str]]) -> None:
    """Raise UsageError ``issuer.invented-values`` when rows would be signed with a kit's invented values."""
    if not found:
        return
    wanted = []
    places: dict[int, Invented] = {}
    for each in found:
        if each.table == "name":
            wanted.append(each)
        elif each.table == template.id and each.key in {column.key for column in template.columns}:
            places[template.place(each.key)] = each
    canonical = {
        place: cells.read_cell(template.columns[place], each.value, any_words=True)[0]
        for place, each in places.items()
    }
    left = dict(canonical)
    some = False
    for values in rows:
        some = True
        for place in [place for place, value in left.items() if values[place] == value]:
            wanted.append(places[place])
            del left[place]
        if not left:
            break
    if some and wanted:
        raise UsageError(
            "issuer.invented-values",
            N_("issuer.toml still has values that the kit invented: {values}."),
            next_step=N_("Write your organisation's own there."),
            values="; ".join(f"{each.key} = «{each.value}»" for each in wanted)[:300],
        )


def to_ask(kit: Settings) -> Mapping[str, str]:
    """The keys that a new organisation is asked for at a terminal, with the id of a template for each."""
    return {
        key: table
        for table, values in kit.values.items()
        for key in values
        if key not in ("stage", *LEFT_OUT)
    }


@dataclass(frozen=True, slots=True)
class Question:
    """A value that is the same in all rows, as a new organisation is asked for it."""

    name: str
    """Under which `own_values` takes the answer: the key, or ``template.key`` where templates differ."""
    column: Column
    example: str
    """The kit's value."""
    proposal: str
    """What the organisation's own value may well be; "" where only it can know."""
    templates: tuple[str, ...]
    """The ids of those whose diplomas say it."""


def questions(kit: Settings, templates: Sequence[Template], *, now: datetime) -> tuple[Question, ...]:
    """Everything a kit says of all rows, in its order; a value that differs by template once for each."""
    by_id = {template.id: template for template in templates}
    asked: dict[tuple[str, str], list[str]] = {}
    for table, values in kit.values.items():
        for key, value in values.items():
            # A day of award is asked for once: the kit's days are invented anyway.
            asked.setdefault((key, "" if key in LEFT_OUT else value), []).append(table)
    several = Counter(key for key, _ in asked)
    found = []
    for (key, _), tables in asked.items():
        example = kit.values[tables[0]][key]
        proposal = school_year(now) if key == "year" else example if key == "stage" else ""
        name = key if several[key] == 1 else f"{tables[0]}.{key}"
        found.append(Question(name, by_id[tables[0]].column(key), example, proposal, tuple(tables)))
    return tuple(found)


def demand_name(kit: Settings, name: str) -> None:
    """Raise for an organisation's name that cannot be signed, or that the kit invented."""
    if not name:
        raise UsageError(
            "invented.no-name",
            N_("The organisation needs a name: diplomas say who issued them."),
            next_step=N_("Write it as it stands on your letters."),
        )
    if name in (kit.name.ru, kit.name.en):
        raise _invented(name)
    kept = kit.model_dump(mode="json")
    settings.validated({**kept, "name": {"ru": name, "en": name}}, name="issuer.toml")


def demand_own(question: Question, value: str, *, site: str) -> None:
    """Raise for an answer that is the kit's invented value, but for an organisation that is an example."""
    key = question.column.key
    if value == question.example and key not in _TRUE_ANYWHERE and not settings.is_example(site):
        raise _invented(value)


def _invented(value: str) -> UsageError:
    return UsageError(
        "invented.value",
        N_("“{value}” was invented for the example."),
        next_step=N_("Write your organisation's own words there."),
        value=value[:120],
    )


def school_year(now: datetime) -> str:
    """The school year of a day, which begins in September; from July on the next one is meant."""
    first = now.year if now.month >= 7 else now.year - 1
    return f"{first}/{(first + 1) % 100:02d}"


def own_values(
    kit: Settings, given: Mapping[str, str], *, left_out: Collection[str]
) -> dict[tuple[str, str], str | None]:
    """What becomes of the kit's values in a new organisation's issuer.toml; None leaves a line out.

    An empty value is a line left out: the sheet has to have the column. A key may be one of a `Question`.
    Raises UsageError ``folder.no-such-value`` for a key that the kit has not.
    """
    known = {key for values in kit.values.values() for key in values}
    given = dict(_spread(kit, given))
    for key in given:
        if key.partition(".")[0] in kit.values and key.partition(".")[2] in known:
            continue
        if key not in known:
            raise UsageError(
                "folder.no-such-value",
                N_("The kit has no value “{key}”."),
                next_step=N_("It has: {known}."),
                key=key[:64],
                known=", ".join(sorted(known)),
            )
    return {
        (f"values.{table}", key): given.get(f"{table}.{key}", given.get(key)) or None
        for table, values in kit.values.items()
        for key in values
        if key in given or f"{table}.{key}" in given or key in left_out
    }


def _spread(kit: Settings, given: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """A value that is given for one of several templates that agree is given for all of these."""
    for name, value in given.items():
        yield name, value
        table, dot, key = name.partition(".")
        if dot and key in kit.values.get(table, {}):
            kits = kit.values[table][key]
            yield from (
                (f"{other}.{key}", value)
                for other, values in kit.values.items()
                if values.get(key) == kits and f"{other}.{key}" not in given
            )


__all__ = [
    "LEFT_OUT",
    "Invented",
    "Question",
    "demand_none",
    "own_values",
    "questions",
    "school_year",
    "standing",
    "to_ask",
]
