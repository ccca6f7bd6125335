"""Very many files for one answer: looked at and checked by several processes, put together in this one.

    with Many.at_work(task, workers=8) as many:
        reading = scanning.read_each(inputs, opener, many.crew)
        answers = task.verifier.check_found(reading, now=task.now, elsewhere=many.check)

What lies in several files - parts of one bundle, copies, a list of revoked diplomas - is put together between
the looking and the checking, so the answers and their order are those of one process.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from vcwallet import executors
from vcwallet.bundle import looking
from vcwallet.bundle.codec import Bundle
from vcwallet.bundle.scanning import Together
from vcwallet.errors import Mistake, VcwalletError
from vcwallet.executors import Crew
from vcwallet.report import Report
from vcwallet.strict_json import JsonObject
from vcwallet.verifier.unit_checking import Task

__all__ = ["Many"]

_task: Task | None = None


@dataclass(frozen=True, slots=True)
class Many:
    """Processes that look at files, and check what was found in them by one task."""

    crew: Crew
    _task: Task
    _workers: int

    @classmethod
    @contextmanager
    def at_work(cls, task: Task, workers: int) -> Iterator[Many]:
        # The register of what was seen stays here: in it one showing comes after another.
        task = replace(task, verifier=replace(task.verifier, seen=None))
        with executors.processes(workers, _begin, task) as crew:
            yield cls(crew, task, workers)

    def check(
        self, things: Sequence[Bundle | JsonObject | Together], lists: Sequence[JsonObject]
    ) -> Iterator[Report | VcwalletError]:
        """The report on each, with `lists` at hand too. Raises MachineError (``executors.workers-die``)."""
        if not lists:
            yield from _checked(things, self.crew)
            return
        # Lists that were handed in travel once to each process, not with each thing.
        verifier = self._task.verifier
        verifier = replace(verifier, status_lists=[*verifier.status_lists, *lists])
        with executors.processes(self._workers, _begin, replace(self._task, verifier=verifier)) as crew:
            yield from _checked(things, crew)


def _checked(
    things: Sequence[Bundle | JsonObject | Together], crew: Crew
) -> Iterator[Report | VcwalletError]:
    for _, report in executors.in_turn(_check, things, crew):
        yield executors.told(report) if isinstance(report, Exception) else report


def _begin(task: Task) -> None:
    global _task
    _task = task
    looking.prepare()


def _check(shown: Bundle | JsonObject | Together) -> Report | Mistake:
    if _task is None:
        raise RuntimeError("a process that was not begun")
    try:
        return _task.verifier.check(
            shown, domain=_task.domain, challenge=_task.challenge, request=_task.request, now=_task.now
        )
    except Exception as error:  # not everything that is raised can travel
        return Mistake.of(error)
