"""Which diplomas a person means: by id, by number, by file, by folder, by a list of ids, by a sheet."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from heapq import merge
from pathlib import Path, PurePath
from typing import Final

from vcwallet import limits
from vcwallet.bundle.kinds import DocumentKind
from vcwallet.bundle.scanning import Found, read_inputs
from vcwallet.errors import N_, InputError, UsageError, VcwalletError
from vcwallet.files import read_file
from vcwallet.issuer.issuing import Plan, PlannedRow
from vcwallet.issuer.register import Register, RegisterLine
from vcwallet.strict_json import JsonObject

SHEETS: Final = frozenset({".xlsx", ".xls", ".ods", ".csv"})
_LISTS: Final = frozenset({".txt", ".jsonl"})
_NUMBER: Final = re.compile(r"(?:№|No\.?|N)?\s*([0-9]{1,9})")


@dataclass(frozen=True, slots=True)
class Dropped:
    """A file that was given without a place on the disk."""

    name: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Named:
    """A diploma that was named, or why it could not be found."""

    where: str
    """What the person named: an id, a file, a row of a sheet."""
    line: RegisterLine | None = None
    problem: VcwalletError | None = None
    by_number: bool = False
    """Whether the person wrote the number itself, which a slip of the finger makes another diploma's."""


def find(register: Register, named: str) -> RegisterLine:
    """The line of an id (``urn:uuid:…``) or a number.

    Raises UsageError ``register.unknown-id``, ``register.unknown-number``.
    """
    if number := _NUMBER.fullmatch(named.strip()):
        return register.line(int(number[1]))
    return register.get(named.strip())


def diplomas(
    register: Register, named: Sequence[str | Path | Dropped], *, sheet: Callable[[Path | bytes], Plan]
) -> Iterator[Named]:
    """Every diploma that was named. Nothing that an input holds is raised: neighbours are not its business.

    `sheet` compares a spreadsheet with the register; its rows name the diplomas that they were signed as.
    """
    for each in named:
        try:
            yield from _one(register, each, sheet)
        except (VcwalletError, OSError) as error:
            problem = error if isinstance(error, VcwalletError) else _unreadable(error)
            yield Named(each.name if isinstance(each, Dropped) else str(each), problem=problem)


def _one(
    register: Register, named: str | Path | Dropped, sheet: Callable[[Path | bytes], Plan]
) -> Iterator[Named]:
    if isinstance(named, str):
        by_number = is_number(named)
        yield Named(named, find(register, named), by_number=by_number)
        return
    dropped = isinstance(named, Dropped)
    where = named.name if isinstance(named, Dropped) else str(named)
    given = named.content if isinstance(named, Dropped) else named
    ending = PurePath(where).suffix.lower()
    if ending in SHEETS:
        yield from _rows(where, sheet(given))
    elif ending in _LISTS:
        data = given if isinstance(given, bytes) else read_file(given, limits.SHEET_BYTES)
        for number, line in enumerate(data.decode("utf-8-sig", "replace").splitlines(), start=1):
            if line.strip():
                yield from _listed(register, f"{where}:{number}", line)
    else:
        alone = isinstance(given, bytes) or not given.is_dir()
        for found in read_inputs([given]):
            yield from _found(register, found, alone=alone, where=where if dropped else "")


def is_number(text: str) -> bool:
    """Whether a person wrote the number of a diploma."""
    return _NUMBER.fullmatch(text.strip()) is not None


def _rows(path: str, plan: Plan) -> Iterator[Named]:
    for planned in merge(plan.already, plan.changed, plan.revoked, plan.unfinished, key=_row):
        yield Named(f"{path}:{planned.row.number}", planned.entry)
    for planned in merge(plan.new, plan.another, plan.alike, plan.reworded, key=_row):
        yield Named(
            f"{path}:{planned.row.number}",
            problem=UsageError(
                "naming.not-signed",
                N_("Row {row} was never signed as it stands, so it names no diploma."),
                next_step=N_("Name the diploma by its number or its file."),
                row=planned.row.number,
            ),
        )


def _row(planned: PlannedRow) -> int:
    return planned.row.number


def _listed(register: Register, where: str, line: str) -> Iterator[Named]:
    """A line of a list: an id, a number, or a whole diploma of a file of many."""
    try:
        if line.lstrip().startswith("{"):
            for found in read_inputs([line]):
                yield from _found(register, found, alone=True, where=where)
        else:
            yield Named(where, find(register, line))
    except VcwalletError as error:
        yield Named(where, problem=error)


def _found(register: Register, found: Found, *, alone: bool, where: str = "") -> Iterator[Named]:
    where = where or found.where
    documents = _credentials(found)
    if not documents:
        if found.problem is not None:
            yield Named(where, problem=found.problem)
        elif alone:
            yield Named(
                where,
                problem=InputError(
                    "naming.no-diploma",
                    N_("This is no diploma."),
                    next_step=N_("Name a diploma's file, its number or its id."),
                ),
            )
    for document in documents:
        try:
            yield Named(where, register.get(str(document.get("id", ""))))
        except UsageError as error:
            yield Named(where, problem=error)


def _credentials(found: Found) -> list[JsonObject]:
    if found.document is not None and found.kind is DocumentKind.CREDENTIAL:
        return [found.document]
    if found.bundle is None:
        return []
    shown = found.bundle.presentation.get("verifiableCredential")
    listed = shown if isinstance(shown, list) else [shown]
    return [each for each in listed if isinstance(each, dict)]


def _unreadable(error: OSError) -> InputError:
    return InputError(
        "naming.unreadable",
        N_("The file cannot be read: {reason}"),
        next_step=N_("Check the file's name."),
        reason=str(error.strerror or error)[:120],
    )
