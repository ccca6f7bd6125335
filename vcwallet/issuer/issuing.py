"""From checked rows to signed files, once each.

    found = plan(keystore, register, template, roster.rows)
    issued = issue(folder, keystore, register, found, out=Path("issued"), now=now)

Nothing here looks at a cell again: `roster.read` has refused what cannot be signed, and the caller decides
whether good rows may go ahead of bad ones.
"""

from __future__ import annotations

import hashlib
import hmac
import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from vcwallet import limits
from vcwallet.credentials.template import Template
from vcwallet.errors import N_, MachineError, UsageError
from vcwallet.issuer import signing
from vcwallet.issuer.folder import IssuerFolder
from vcwallet.issuer.keystore import Keystore
from vcwallet.issuer.register import Register, RegisterLine, RowToReserve, State
from vcwallet.issuer.roster import Row
from vcwallet.issuer.signing import FileLayout, Shard, Signer, Task

__all__ = ["FileLayout", "Issued", "Plan", "PlannedRow", "issue", "plan", "pool"]

_WINDOW: Final = 8
"""Shards under way at once: enough to keep workers busy, few enough to stay small in memory."""


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """A row and what the register knows of it."""

    row: Row
    row_digest: str
    content_digest: str
    entry: RegisterLine | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run would do. Rows are in the order of the sheet."""

    template: Template
    new: tuple[PlannedRow, ...]
    unfinished: tuple[PlannedRow, ...]
    """Reserved by a run that did not end; they get the credentials they were promised."""
    already: tuple[PlannedRow, ...]
    """Issued earlier, word for word."""
    changed: tuple[PlannedRow, ...]
    """Issued earlier with other words: correcting them means replacing the diploma."""
    revoked: tuple[PlannedRow, ...]
    """Issued earlier, word for word, and revoked since: perhaps for good."""


@dataclass(frozen=True, slots=True)
class Issued:
    """How a run ended."""

    issued: int
    """Diplomas signed and written by this run."""
    replaced: int
    """How many of them replace an older one, which is revoked."""
    already: int
    """Rows whose diplomas were signed earlier and were left alone."""
    folder: Path


_KINDS: Final = {State.ISSUED: "already", State.RESERVED: "unfinished", State.REVOKED: "revoked"}


def plan(keystore: Keystore, register: Register, template: Template, rows: Sequence[Row]) -> Plan:
    """Compare rows with the register. Writes nothing."""
    secret = keystore.register_secret
    digests = [
        (
            row,
            hmac.digest(secret, b"row\0" + template.identity(row.values), "sha256").hex(),
            hmac.digest(secret, b"content\0" + template.content(row.values), "sha256").hex(),
        )
        for row in rows
    ]
    known = register.find_rows([digest for _, digest, _ in digests])
    sorted_out: dict[str, list[PlannedRow]] = {}
    for row, row_digest, content_digest in digests:
        entry = known.get(row_digest)
        if entry is None:
            kind = "new"
        elif entry.content_digest != content_digest:
            kind = "changed"
        else:
            kind = {State.ISSUED: "already", State.RESERVED: "unfinished", State.REVOKED: "revoked"}[
                entry.state
            ]
        sorted_out.setdefault(kind, []).append(PlannedRow(row, row_digest, content_digest, entry))
    kinds = ("new", "unfinished", "already", "changed", "revoked")
    return Plan(template, *(tuple(sorted_out.get(kind, ())) for kind in kinds))


def issue(
    folder: IssuerFolder,
    keystore: Keystore,
    register: Register,
    found: Plan,
    *,
    out: Path,
    now: datetime,
    replace: bool = False,
    restore: bool = False,
    again: bool = False,
    layout: FileLayout = FileLayout.FILES,
    executor: Executor | None = None,
    progress: Callable[[int], object] = lambda steps: None,
) -> Issued:
    """Sign and write what a plan found to be new or unfinished, into `out`.

    `replace` also issues changed rows; the diplomas they replace become revoked once the new ones are
    written. `restore` issues rows anew whose diplomas were revoked. `again` also writes the files of rows
    issued earlier, with the same bytes, for a folder that was lost. `executor` runs shards elsewhere; without
    one they run here. `progress` is told how many credentials were written.

    A run that is stopped at any moment is continued by running it again.

    Raises what `Register.reserve` and `signing.sign_shard` raise, MachineError ``issuing.worker-died``, and
    UsageError ``issuing.frame-changed`` when `again` could not give the same bytes.
    """
    signing.use(str(folder.keystore_path), keystore)
    signer = folder.signer()
    frame_digest = _frame_digest(signer, found.template)
    if again and any(
        planned.entry is not None and planned.entry.frame_digest != frame_digest for planned in found.already
    ):
        raise UsageError(
            "issuing.frame-changed",
            N_("The settings or the template changed since these diplomas were signed."),
            next_step=N_("Put back the old ones to write the same files again, or replace the diplomas."),
        )
    signing.make_private_folder(out)
    list_ids: dict[int, str] = {}

    def task(planned: PlannedRow, entry: RegisterLine) -> Task:
        if entry.list not in list_ids:
            list_ids.update({each.number: each.id for each in register.lists()})
        return Task(
            number=entry.number,
            id=entry.id,
            subject=entry.subject,
            list_id=list_ids[entry.list],
            position=entry.position,
            created=entry.created,
            values=planned.row.values,
        )

    def shards() -> Iterator[Shard]:
        kept = [*found.unfinished, *(found.already if again else ())]
        for some in _chunks(kept):
            tasks = tuple(task(planned, planned.entry) for planned in some if planned.entry is not None)
            yield Shard(signer, found.template, tasks, str(out), layout)
        anew = [*found.new, *(found.changed if replace else ()), *(found.revoked if restore else ())]
        for some in _chunks(anew):
            wanted = [
                RowToReserve(
                    planned.row_digest,
                    planned.content_digest,
                    planned.entry.edition + 1 if planned.entry is not None else 0,
                )
                for planned in some
            ]
            entries = register.reserve(
                wanted,
                template=found.template.id,
                version=found.template.version,
                frame_digest=frame_digest,
                now=now,
            )
            tasks = tuple(task(planned, entry) for planned, entry in zip(some, entries, strict=True))
            yield Shard(signer, found.template, tasks, str(out), layout)

    written = 0
    for numbers in _run(shards(), executor):
        register.mark_issued(numbers, now=now)
        written += len(numbers)
        progress(len(numbers))
    return Issued(written, len(found.changed) if replace else 0, 0 if again else len(found.already), out)


def pool(folder: IssuerFolder, passphrase: str, *, processes: int) -> ProcessPoolExecutor:
    """Processes that open the keystore themselves.

    Not by fork: a child that inherits the threads of a typesetting or database library can hang for ever.
    """
    methods = multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("forkserver" if "forkserver" in methods else "spawn")
    return ProcessPoolExecutor(
        processes,
        mp_context=context,
        initializer=signing.unlock,
        initargs=(str(folder.keystore_path), passphrase),
    )


def _frame_digest(signer: Signer, template: Template) -> str:
    """Of everything but the row that goes into a credential; it is the same for all children."""
    parts = (
        signing.PLAIN,
        signer.issuer_id,
        signer.issuer_name,
        signer.verification_method,
        *((signing.HIDEABLE, signer.hideable_method) if signer.hideable_method is not None else ()),
        signer.zone,
        template.frame(),
    )
    return hashlib.sha256("\n".join(parts).encode("utf-8")).hexdigest()


def _chunks(planned: Sequence[PlannedRow]) -> Iterator[Sequence[PlannedRow]]:
    for start in range(0, len(planned), limits.ISSUED_ROWS_PER_SHARD):
        yield planned[start : start + limits.ISSUED_ROWS_PER_SHARD]


def _run(shards: Iterator[Shard], executor: Executor | None) -> Iterator[tuple[int, ...]]:
    """Sign shards here or by `executor`, a few at a time; yields the numbers of each that is written."""
    if executor is None:
        yield from map(signing.sign_shard, shards)
        return
    under_way: set[Future[tuple[int, ...]]] = set()
    try:
        for shard in shards:
            under_way.add(executor.submit(signing.sign_shard, shard))
            if len(under_way) >= _WINDOW:
                done, under_way = wait(under_way, return_when=FIRST_COMPLETED)
                yield from (future.result() for future in done)
        while under_way:
            done, under_way = wait(under_way, return_when=FIRST_COMPLETED)
            yield from (future.result() for future in done)
    except BrokenProcessPool:
        raise MachineError(
            "issuing.worker-died",
            N_("A process that was signing ended unexpectedly."),
            next_step=N_(
                "Run the same command again: it continues where it stopped, nothing is issued twice."
            ),
        ) from None
