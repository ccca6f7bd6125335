"""What a kit invented and only the organisation knows: its name, its contest, its school and town.

A kit's `issuer.toml` is full of fictional names, so that it can be tried. None of them is ever signed for a
real organisation: the program knows the kit's own values and refuses while one of them stands. An
organisation that says it is an example, or whose site lies under ``.example`` (RFC 2606: no such site
exists), may sign them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from vcwallet.credentials.template import Template
from vcwallet.errors import N_, UsageError
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
    """The keys that a new organisation is asked for, with the id of a template that has each."""
    return {
        key: table
        for table, values in kit.values.items()
        for key in values
        if key not in ("stage", *LEFT_OUT)
    }


def school_year(now: datetime) -> str:
    """The school year of a day, which begins in September; from July on the next one is meant."""
    first = now.year if now.month >= 7 else now.year - 1
    return f"{first}/{(first + 1) % 100:02d}"


def own_values(
    kit: Settings, given: Mapping[str, str], *, left_out: Collection[str]
) -> dict[tuple[str, str], str | None]:
    """What becomes of the kit's values in a new organisation's issuer.toml; None leaves a line out.

    An empty value is a line left out: the sheet has to have the column.
    Raises UsageError ``folder.no-such-value`` for a key that the kit has not.
    """
    known = {key for values in kit.values.values() for key in values}
    for key in given:
        if key not in known:
            raise UsageError(
                "folder.no-such-value",
                N_("The kit has no value “{key}”."),
                next_step=N_("It has: {known}."),
                key=key[:64],
                known=", ".join(sorted(known)),
            )
    return {
        (f"values.{table}", key): given.get(key) or None
        for table, values in kit.values.items()
        for key in values
        if key in given or key in left_out
    }


__all__ = ["LEFT_OUT", "Invented", "demand_none", "own_values", "school_year", "standing", "to_ask"]
