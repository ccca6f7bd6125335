"""Which JSON pointers (RFC 6901) name all of a document but some parts of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from vcwallet.strict_json import Json, JsonObject

__all__ = ["pointers_outside"]


def pointers_outside(document: JsonObject, hidden: Collection[str]) -> tuple[str, ...]:
    """The fewest JSON pointers that together name all of a document, its proofs aside, but what is `hidden`.

    Members of the document's own level are named one by one: a pointer to all of it is not allowed.
    """
    # The way to something hidden is walked step by step; anything else goes as a whole.
    ways = {pointer[:end] for pointer in hidden for end, sign in enumerate(pointer) if sign == "/" and end}
    found: list[str] = []

    def descend(value: JsonObject | list[Json], here: str) -> None:
        members: Iterable[tuple[str | int, Json]]
        members = value.items() if isinstance(value, dict) else enumerate(value)
        for name, member in members:
            there = f"{here}/{str(name).replace('~', '~0').replace('/', '~1')}"
            if there in ways and isinstance(member, dict | list):
                descend(member, there)
            elif there not in hidden:
                found.append(there)

    descend({name: value for name, value in document.items() if name not in ("@context", "proof")}, "")
    return tuple(found)
