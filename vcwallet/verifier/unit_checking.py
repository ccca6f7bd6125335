"""Reading and checking one unit of a queue, in this process or in a worker.

A worker is told once whom to believe and what to demand (`begin`), then answers for units by the name of
that task, for a worker of a cluster may check the queues of several offices at a time. A unit gives the same
answer each time and everywhere, so it may be checked again after a worker was killed. What travels back is
JSON text (`vcwallet.verifier.journal_values`), which the journal keeps as it is.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Final, Self

from vcwallet.bundle import opening, scanning
from vcwallet.bundle.accounting import FileFate
from vcwallet.bundle.kinds import DocumentKind
from vcwallet.bundle.openers import FileOpener
from vcwallet.bundle.request import Request
from vcwallet.bundle.scanning import Reading
from vcwallet.errors import Mistake, VcwalletError
from vcwallet.report import Report
from vcwallet.verifier.journal_values import to_json
from vcwallet.verifier.statuses import StatusLists
from vcwallet.verifier.units import Unit
from vcwallet.verifier.verifier import Verifier

__all__ = [
    "CheckedFile",
    "Checking",
    "PartsSeen",
    "Task",
    "UnitAnswer",
    "begin",
    "check",
    "check_task",
    "end",
]


@dataclass(frozen=True, slots=True)
class Task:
    """What every unit is checked by. It travels to each worker once."""

    verifier: Verifier
    now: datetime
    domain: str | None = None
    challenge: str | None = None
    request: Request | None = None
    name: str = field(default_factory=partial(secrets.token_hex, 8), compare=False)
    """What a worker knows it by."""


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """What became of one file, or of one piece of a long PDF."""

    name: str
    fate: FileFate
    problem: VcwalletError | None = None


@dataclass(frozen=True, slots=True)
class PartsSeen:
    """Parts of a bundle that is not whole in this unit, and the files that showed them."""

    bundle: str
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UnitAnswer:
    digest: str
    """`Unit.digest` of what was read."""
    reports: tuple[Report, ...] = ()
    """Of each showing, and of each diploma that came without one."""
    files: tuple[CheckedFile, ...] = ()
    parts: tuple[PartsSeen, ...] = ()
    pages: tuple[tuple[str, int], ...] = ()
    """PDFs that are longer than one piece, of which the first was read, and how many pages each has."""


_TOO_MANY_PAGES: Final = "pdf.too-many-pages"


class Checking:
    """Checking units by one task, until it is left.

    PDFs and pictures are opened by one process for all units, and a status list is verified once.
    """

    def __init__(self, task: Task) -> None:
        self._task = task
        self._opener = opening.Opener()
        self._lists = task.verifier.status_lists_at(task.now)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._opener.__exit__()

    def answer(self, unit: Unit) -> str:
        """`check`, as JSON."""
        self._lists.trim()
        return to_json(check(self._task, unit, self._opener, self._lists))


_begun: dict[str, Checking] = {}
"""By the names of their tasks, in a process that does nothing else."""


def begin(task: Task) -> None:
    """Tell a worker what units are checked by."""
    end(task)
    _begun[task.name] = Checking(task)


def end(task: Task) -> None:
    """Forget the task, and end the process that opens its files."""
    checking = _begun.pop(task.name, None)
    if checking is not None:
        checking.__exit__()


def check_task(task: str, unit: Unit) -> str:
    """`Checking.answer` in a worker that was begun with the task of this name."""
    if task not in _begun:
        raise RuntimeError("a worker that was not begun")
    return _begun[task].answer(unit)


def check(task: Task, unit: Unit, opener: FileOpener, lists: StatusLists | None = None) -> UnitAnswer:
    """Read a unit and answer for everything in it. Raises nothing for what is wrong with a file.

    `lists` are those of `Verifier.status_lists_at`, kept for all units of a task.
    """
    try:
        digest = unit.digest()
    except VcwalletError:
        digest = ""  # what cannot be read is read again by the next run
    reading = scanning.read_each((file.input(at) for at, file in enumerate(unit.files, 1)), opener)
    if unit.bundle is not None:
        reading = _only(reading, unit.bundle)
    answers = task.verifier.check_found(
        reading,
        domain=task.domain,
        challenge=task.challenge,
        request=task.request,
        now=task.now,
        kept=lists,
    )
    mistakes = {each.source: each.error for each in answers.problems if isinstance(each.error, Mistake)}
    files, pages = [], []
    for row in reading.files:
        problem = row.problem
        if problem is not None and problem.code == _TOO_MANY_PAGES:
            pages.append((row.name, int(str(problem.evidence["pages"]))))
            problem = None
        files.append(CheckedFile(row.name, row.fate, problem))
    for found in reading:
        if found.where in mistakes:
            names = {source.name for source in found.sources}
            files = [
                replace(each, fate=FileFate.UNREADABLE, problem=mistakes[found.where])
                if each.name in names
                else each
                for each in files
            ]
    return UnitAnswer(
        digest=digest,
        reports=answers.reports,
        files=tuple(files),
        parts=tuple(
            PartsSeen(each.progress.bundle_id, tuple(dict.fromkeys(source.name for source in each.sources)))
            for each in reading
            if each.kind is DocumentKind.INCOMPLETE and each.progress is not None
        ),
        pages=tuple(pages),
    )


def _only(reading: Reading, bundle: str) -> Reading:
    """Of files that are read once more, the one bundle whose parts they showed."""
    found = [each for each in reading if each.progress is not None and each.progress.bundle_id == bundle]
    return Reading(tuple(found), reading.files)
