"""From checked rows to signed files, once each.

    found = plan(keystore, register, template, roster.rows)
    issued = issue(folder, keystore, register, found, out=Path("issued"), now=now)

Nothing here looks at a cell again: `roster.read` has refused what cannot be signed, and the caller decides
whether good rows may go ahead of bad ones.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Future, wait
from dataclasses import dataclass, field
from dataclasses import replace as changed_copy
from datetime import datetime
from heapq import merge
from itertools import chain, islice
from pathlib import Path
from typing import Final

from vcwallet import limits
from vcwallet.credentials.template import ColumnType, Template
from vcwallet.errors import N_, MachineError, UsageError
from vcwallet.executors import Crew
from vcwallet.issuer import issued_files, signing
from vcwallet.issuer.folder import IssuerFolder
from vcwallet.issuer.kept_rows import KeptRows, Seen, batches
from vcwallet.issuer.keystore import Keystore
from vcwallet.issuer.register import Register, RegisteredList, RegisterLine, Reserved, RowToReserve, State
from vcwallet.issuer.roster import Row
from vcwallet.issuer.signing import FileLayout, Shard, Signer, Task

__all__ = ["FileLayout", "Issued", "Plan", "PlannedRow", "issue", "plan"]

_TOGETHER: Final = 2
"""Shards for which rows are reserved in one change of the register; more take more memory than they save."""
_DEATHS: Final = 3
"""Of workers, one after another without a shard that gets done: then it is the shard, or the computer."""


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """A row and what the register knows of it."""

    row: Row
    row_digest: str
    content_digest: str
    likenesses: tuple[int, ...] = ()
    """Keyed digests of its parts, that of the person first; kept with the line it gets."""
    entry: RegisterLine | None = None
    """The line of this very row, or of the award that a child has already."""
    like: RegisterLine | None = None
    """The line of which this row seems to be a correction."""
    then: tuple[tuple[str, str], ...] = ()
    """What differs of that which is the same in all rows, and its value in `like`, by column key."""

    def __reduce__(self) -> tuple[type[PlannedRow], tuple[object, ...]]:
        # As a `Row`.
        return PlannedRow, (
            *(self.row, self.row_digest, self.content_digest),
            *(self.likenesses, self.entry, self.like, self.then),
        )


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run would do. Rows are in the order of the sheet."""

    template: Template
    new: Sequence[PlannedRow]
    another: Sequence[PlannedRow]
    """Another award of a child who has one for the same achievement: `entry`. Signed like new ones."""
    alike: Sequence[PlannedRow]
    """One thing about the child differs from a valid diploma that no other row accounts for: a correction of
    `like`, or another child. Nobody but a person knows, so `issue` leaves them alone until `settled`."""
    reworded: Sequence[PlannedRow]
    """Signed before as `like`, with other words of what is the same in all rows (`then`): these were put
    right, or it is another contest of the same children. `issue` leaves them alone, too, until `settled`."""
    corrected: Sequence[PlannedRow]
    """Corrections of `like`, as a person said."""
    unfinished: Sequence[PlannedRow]
    """Reserved by a run that did not end; they get the credentials they were promised."""
    already: Sequence[PlannedRow]
    """Issued earlier, word for word."""
    changed: Sequence[PlannedRow]
    """Issued earlier with other words: correcting them means replacing the diploma."""
    revoked: Sequence[PlannedRow]
    """Issued earlier, word for word, and revoked since: perhaps for good."""
    wording: Mapping[str, str] = field(default_factory=dict, kw_only=True)
    """What is the same in all rows of the sheet and tells awards apart, by column key."""

    def settled(
        self,
        *,
        correction: Callable[[PlannedRow], bool] = lambda planned: False,
        other: Callable[[PlannedRow], bool] = lambda planned: False,
    ) -> Plan:
        """This plan with what a person said of the rows in `alike` and `reworded`; each is asked of.

        One that is a `correction` replaces the diploma it is like; an `other` child or other award is signed
        like a new row; the rest stays open. Raises UsageError ``issuing.two-corrections`` when two rows would
        correct one diploma.
        """
        alike, reworded = KeptRows[PlannedRow](), KeptRows[PlannedRow]()
        corrected, others = KeptRows(self.corrected), KeptRows[PlannedRow]()
        with Seen() as lines:
            for rows, left in ((self.alike, alike), (self.reworded, reworded)):
                for planned in rows:
                    if correction(planned):
                        _demand_one(lines, planned)
                        corrected.append(planned)
                    elif other(planned):
                        others.append(changed_copy(planned, like=None, then=()))
                    else:
                        left.append(planned)
        new = KeptRows(chain(self.new, others)) if others else self.new
        return changed_copy(self, alike=alike, reworded=reworded, corrected=corrected, new=new)


def _demand_one(lines: Seen, planned: PlannedRow) -> None:
    """Raise when an earlier row corrects the same diploma; otherwise note that this one does."""
    assert planned.like is not None
    row = planned.row.number
    if first := lines.first(planned.like.number.to_bytes(8, "big"), (0, row)):
        raise UsageError(
            "issuing.two-corrections",
            N_("Rows {first} and {second} cannot both correct the diploma No. {number}."),
            next_step=N_("Look which of the two is the same child."),
            first=first[1],
            second=row,
            number=f"{planned.like.number:04d}",
        )


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


def plan(
    keystore: Keystore,
    register: Register,
    template: Template,
    rows: Sequence[Row],
    *,
    given: Collection[str] = (),
    progress: Callable[[int], object] = lambda rows: None,
) -> Plan:
    """Compare rows with the register. Writes nothing.

    `given` are the keys of columns whose value, or its absence, is one for the whole sheet: a day of award
    that was changed there makes every row a changed one, and not another award of every child; the name of a
    contest that was changed there makes it a `reworded` one. `progress` is told how many rows were compared.
    """
    digests = _Digests(keystore.register_secret, template)
    awards_differ = any(key not in given for key in template.award)
    groups: dict[str, KeptRows[PlannedRow]] = {kind: KeptRows() for kind in _PLAN}
    with Seen() as seen:
        in_sheet = _InRegister(register, digests, rows, seen)
        stand = _stand(register, digests, rows, in_sheet, awards_differ=awards_differ)
        for some in batches(stand):
            for kind, told in some:
                groups[kind].append(told)
            progress(len(some))
    same = {key: rows[0].values[template.place(key)] for key in _telling(template) if key in given and rows}
    earlier = [each for each in register.wordings(template.id) if _may_be_meant(template, each, same)]
    differences = [
        tuple((key, value) for key, value in wording.items() if same.get(key, value) != value)
        for wording in earlier[: limits.EARLIER_WORDINGS]
    ]
    found: dict[str, list[KeptRows[PlannedRow]]] = {"alike": [groups["alike"]], "reworded": []}
    for then in _signed_with(register, digests, differences, groups["new"]):
        sorted_out = _sorted_out(register, digests, then, groups["new"], awards_differ=awards_differ)
        if sorted_out is not None:
            groups["new"] = sorted_out["new"]
            found["alike"].append(sorted_out["alike"])
            found["reworded"].append(sorted_out["reworded"])
    for kind, parts in found.items():
        groups[kind] = _in_order([part for part in parts if part], rows)
    return Plan(template, *(groups[kind] for kind in _PLAN), wording=same)


def _in_order(parts: Sequence[KeptRows[PlannedRow]], rows: Sequence[Row]) -> KeptRows[PlannedRow]:
    """Rows from several places in the order of the sheet; each part is in that order already."""
    if len(parts) < 2:
        return parts[0] if parts else KeptRows()
    pages = {name: place for place, name in enumerate(dict.fromkeys(row.page for row in rows))}
    return KeptRows(merge(*parts, key=lambda each: (pages[each.row.page], each.row.number)))


def _telling(template: Template) -> tuple[str, ...]:
    """Keys of the columns that tell one award from another."""
    return (*template.same_achievement, *template.award)


def _may_be_meant(template: Template, wording: Mapping[str, str], same: Mapping[str, str]) -> bool:
    """Whether an earlier wording differs from the present one, and not by the year: next year's is another
    award."""
    differing = [key for key, value in wording.items() if same.get(key, value) != value]
    return bool(differing) and all(template.column(key).type is not ColumnType.YEAR for key in differing)


def _signed_with(
    register: Register,
    digests: _Digests,
    differences: Sequence[tuple[tuple[str, str], ...]],
    new: Sequence[PlannedRow],
) -> list[tuple[tuple[str, str], ...]]:
    """Those of some earlier wordings with which any of the new rows was signed. All in one reading."""
    places = [digests.placed(then) for then in differences]
    found: set[int] = set()
    for some in batches(new):
        for at, placed in enumerate(places):
            if at not in found and register.has_rows([digests.worded(each.row, placed) for each in some]):
                found.add(at)
    return [differences[at] for at in sorted(found)]


def _sorted_out(
    register: Register,
    digests: _Digests,
    then: tuple[tuple[str, str], ...],
    new: Sequence[PlannedRow],
    *,
    awards_differ: bool,
) -> dict[str, KeptRows[PlannedRow]] | None:
    """Of the new rows those that were signed before with an earlier wording; None when there are none.

    The digests of diplomas are bound to the words of their achievement, so that two contests of a child have
    nothing in common in the register. So the words are put back into the rows, and these are looked up.
    """

    def before() -> Iterator[Row]:
        return (digests.with_words(planned.row, then) for planned in new)

    groups: dict[str, KeptRows[PlannedRow]] = {kind: KeptRows() for kind in ("new", "alike", "reworded")}
    with Seen() as in_sheet:
        if not _known(register, digests, before(), in_sheet):
            return None
        # Some rows are those of that sheet; in others a name may have been put right together with the words.
        stand = _stand(register, digests, before(), in_sheet, awards_differ=awards_differ)
        for planned, (kind, told) in zip(new, stand, strict=True):
            if kind in ("already", "changed", "unfinished"):
                groups["reworded"].append(changed_copy(planned, like=told.entry, then=then))
            elif kind == "alike":
                groups["alike"].append(changed_copy(planned, like=told.like))
            else:
                groups["new"].append(planned)
    return groups


def _known(register: Register, digests: _Digests, rows: Iterable[Row], in_sheet: Seen) -> bool:
    """Note those rows that the register has; tells whether it has any that was not revoked."""
    valid = False
    if register.is_empty:
        return valid
    for some in batches(rows):
        known = register.find_rows([digests.row(row) for row in some])
        in_sheet.note(digest.encode("ascii") for digest in known)
        valid = valid or any(line.state is not State.REVOKED for line in known.values())
    return valid


class _InRegister:
    """The digests of those rows of a sheet that the register has.

    They are asked for only where a row is like a diploma, and looked up when that happens first.
    """

    def __init__(self, register: Register, digests: _Digests, rows: Iterable[Row], seen: Seen) -> None:
        self._rows: Iterable[Row] | None = rows
        self._register = register
        self._digests = digests
        self._seen = seen

    def __contains__(self, digest: bytes) -> bool:
        if self._rows is not None:
            _known(self._register, self._digests, self._rows, self._seen)
            self._rows = None
        return digest in self._seen


def _stand(
    register: Register,
    digests: _Digests,
    rows: Iterable[Row],
    in_sheet: Seen | _InRegister,
    *,
    awards_differ: bool,
) -> Iterator[tuple[str, PlannedRow]]:
    """How each row stands to the register: the name of its group in a plan, and what is known of it.

    `in_sheet` has the digests of all rows of the sheet that the register has.
    """
    empty = register.is_empty
    for some in batches(rows):
        planned = digests.planned(some)
        known = {} if empty else register.find_rows([each.row_digest for each in planned])
        likenesses = [d for each in planned if each.row_digest not in known for d in each.likenesses]
        alike = {} if empty else register.alike(likenesses)
        if not known and not alike:
            yield from [("new", each) for each in planned]
            continue
        for each in planned:
            yield _compared(each, known.get(each.row_digest), alike, in_sheet, awards_differ)


def correction(
    keystore: Keystore, register: Register, template: Template, row: Row, of: RegisterLine
) -> Plan:
    """The plan of correcting one diploma, whatever differs: a person named it."""
    digests = _Digests(keystore.register_secret, template)
    planned = digests.of(row)
    entry = register.find_rows([planned.row_digest]).get(planned.row_digest)
    planned = changed_copy(planned, entry=entry, like=of)
    begun = (
        entry is not None
        and entry.state is State.RESERVED
        and entry.replaces == of.number
        and entry.content_digest == planned.content_digest
    )
    kinds = {"unfinished" if begun else "corrected": (planned,)}
    return Plan(template, *(kinds.get(kind, ()) for kind in _PLAN))


def says(keystore: Keystore, template: Template, values: tuple[str, ...], line: RegisterLine) -> bool:
    """Whether values read from a file are what a line of the register was made of, to the letter."""
    row = Row(0, values)
    return _Digests(keystore.register_secret, template).content(row) == line.content_digest


class _Digests:
    """Keyed digests of rows: with the register alone nobody can look for a child they know."""

    def __init__(self, secret: bytes, template: Template) -> None:
        self._template = template
        self._of_contents = _keyed(secret, b"content")
        self._of_rows, self._of_likenesses = _keyed(secret, b"row"), _keyed(secret, b"like", _LIKENESS)
        self._begun: dict[tuple[bytes, ...], tuple[hashlib.blake2b, ...]] = {}
        """By how the parts of rows begin: what is left of that in a digest."""

    def planned(self, rows: Iterable[Row]) -> list[PlannedRow]:
        return [self.of(row) for row in rows]

    def of(self, row: Row) -> PlannedRow:
        begins, rests = self._template.compared_in_parts(row.values)
        begun = self._begun.get(begins) or self._begin(begins)
        digests = []
        for digest, rest in zip(begun, rests, strict=True):
            digest = digest.copy()
            digest.update(rest)
            digests.append(digest.digest())
        return PlannedRow(
            row,
            digests[0].hex(),
            self.content(row),
            # Each as a number, which every database can keep.
            struct.unpack(f">{len(digests) - 1}q", b"".join(digests[1:])),
        )

    def _begin(self, begins: tuple[bytes, ...]) -> tuple[hashlib.blake2b, ...]:
        if len(self._begun) >= _BEGINNINGS:
            self._begun.clear()
        kinds = (self._of_rows, *[self._of_likenesses] * (len(begins) - 1))
        found = tuple([_goes_on(kind, begin) for kind, begin in zip(kinds, begins, strict=True)])
        self._begun[begins] = found
        return found

    def with_words(self, row: Row, words: Sequence[tuple[str, str]]) -> Row:
        """A row with other values in some columns."""
        values = list(row.values)
        for place, value in self.placed(words):
            values[place] = value
        return Row(row.number, tuple(values), row.page)

    def placed(self, words: Sequence[tuple[str, str]]) -> list[tuple[int, str]]:
        return [(self._template.place(key), value) for key, value in words]

    def worded(self, row: Row, words: Sequence[tuple[int, str]]) -> str:
        """The digest of a row that had other values in some places."""
        values = list(row.values)
        for place, value in words:
            values[place] = value
        return self._row(values)

    def row(self, row: Row) -> str:
        return self._row(row.values)

    def _row(self, values: Sequence[str]) -> str:
        return _goes_on(self._of_rows, self._template.identity(values)).hexdigest()

    def content(self, row: Row) -> str:
        return _goes_on(self._of_contents, self._template.content(row.values)).hexdigest()


_DIGEST: Final = 16
"""Bytes of a digest: as many as keep all rows apart that there will ever be."""
_LIKENESS: Final = 8
_BEGINNINGS: Final = 256
"""That are remembered: a sheet has a few contests."""


def _keyed(secret: bytes, purpose: bytes, size: int = _DIGEST) -> hashlib.blake2b:
    """RFC 7693; digests for one purpose say nothing of those for another."""
    return hashlib.blake2b(key=secret, person=purpose, digest_size=size)


def _goes_on(begun: hashlib.blake2b, rest: bytes) -> hashlib.blake2b:
    digest = begun.copy()
    digest.update(rest)
    return digest


_PLAN: Final = (
    "new",
    "another",
    "alike",
    "reworded",
    "corrected",
    "unfinished",
    "already",
    "changed",
    "revoked",
)
_KINDS: Final = {
    State.ISSUED: "already",
    State.SUSPENDED: "already",
    State.RESERVED: "unfinished",
    State.REVOKED: "revoked",
}


def _compared(
    planned: PlannedRow,
    entry: RegisterLine | None,
    alike: Mapping[int, tuple[RegisterLine, ...]],
    in_sheet: Seen | _InRegister,
    awards_differ: bool,
) -> tuple[str, PlannedRow]:
    if entry is not None:
        same = entry.content_digest == planned.content_digest
        return _KINDS[entry.state] if same else "changed", changed_copy(planned, entry=entry)
    person, *near = planned.likenesses
    if awards := alike.get(person):
        return "another" if awards_differ else "changed", changed_copy(planned, entry=awards[-1])
    for digest in near:
        for line in reversed(alike.get(digest, ())):
            if line.row_digest.encode("ascii") not in in_sheet:
                return "alike", changed_copy(planned, like=line)
    return "new", planned


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
    crew: Crew | None = None,
    at_once: int | None = None,
    progress: Callable[[int], object] = lambda steps: None,
) -> Issued:
    """Sign and write what a plan found to be new or unfinished, into `out`.

    Corrections, and with `replace` changed rows, replace diplomas, which become revoked once the new ones are
    written; their files go to the folder of withdrawn ones. `restore` issues rows anew whose diplomas were
    revoked. `again` also writes the files of rows issued earlier, with the same bytes, for a folder that was
    lost. `crew` signs shards elsewhere; without one they are signed here. `progress` is told how many
    credentials were written, each time `at_once` of them are (otherwise a whole shard); what it raises stops
    the run.

    A run that is stopped at any moment is continued by running it again.

    Raises what `Register.reserve` and `signing.sign_shard` raise, MachineError ``issuing.worker-died``, and
    UsageError ``issuing.frame-changed`` when `again` could not give the same bytes, and
    ``issuing.lines-have-no-jwt``.
    """
    signer = folder.signer()
    if layout is FileLayout.LINES and signer.jwt_method is not None:
        raise UsageError(
            "issuing.lines-have-no-jwt",
            N_("A JWT is made beside the file of each pupil, and here many diplomas lie in one file."),
            next_step=N_("Write a file for each pupil, or put jwt = false into issuer.toml."),
        )
    place = str(out.absolute())  # a worker may be at work in another folder
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
    replacing = (found.corrected, found.changed if replace else (), found.revoked if restore else ())
    size = at_once or limits.ISSUED_ROWS_PER_SHARD
    lists: dict[int, RegisteredList] = {}
    replaced: dict[int, int] = {}

    def task(planned: PlannedRow, entry: RegisterLine | Reserved) -> Task:
        if entry.replaces is not None:
            replaced[entry.number] = entry.replaces
        if entry.list not in lists:
            lists.update({each.number: each for each in register.lists()})
        its = lists[entry.list]
        return Task(
            *(entry.number, entry.id, entry.subject, its.id, entry.position, entry.created),
            *(planned.row.values, its.suspension_id),
        )

    def shards() -> Iterator[Shard]:
        for some in _chunks(size, found.unfinished, found.already if again else ()):
            yield shard([(planned, planned.entry) for planned in some if planned.entry is not None])
        for some in _ahead(size, found.new, found.another):
            yield from reserved(some, [_wanted(planned) for planned in some])
        for some in _ahead(size, *replacing):
            lines = [register.latest(_replaced(planned)) for planned in some]
            yield from reserved(some, [_wanted(each, line) for each, line in zip(some, lines, strict=True)])

    def reserved(some: Sequence[PlannedRow], wanted: Sequence[RowToReserve]) -> Iterator[Shard]:
        entries = register.reserve(
            wanted,
            template=found.template.id,
            version=found.template.version,
            frame_digest=frame_digest,
            wording=found.wording,
            now=now,
        )
        del wanted  # not kept while they are signed
        for each in batches(zip(some, entries, strict=True), size):
            yield shard(each)

    def shard(some: Sequence[tuple[PlannedRow, RegisterLine | Reserved]]) -> Shard:
        tasks = tuple([task(planned, entry) for planned, entry in some])
        return Shard(signer, found.template, tasks, place, layout)

    written = 0
    with signing.using(signer.keystore, keystore):
        here = (signing.sign_shard(each, keystore) for each in shards())
        for numbers in here if crew is None else _run(shards(), crew):
            # The old files go first: a run that is stopped here finds its new diplomas unfinished and
            # goes on.
            old = [replaced.pop(each) for each in numbers if each in replaced]
            issued_files.withdraw(out, register.numbered(old))
            register.mark_issued(numbers, now=now)
            written += len(numbers)
            progress(len(numbers))
    return Issued(written, sum(map(len, replacing)), 0 if again else len(found.already), out)


def _replaced(planned: PlannedRow) -> RegisterLine:
    line = planned.like or planned.entry
    assert line is not None
    return line


def _wanted(planned: PlannedRow, old: RegisterLine | None = None) -> RowToReserve:
    known = planned.entry
    return RowToReserve(
        planned.row_digest,
        planned.content_digest,
        edition=known.edition + 1 if known is not None and known.row_digest == planned.row_digest else 0,
        replaces=old.number if old is not None else None,
        likenesses=planned.likenesses,
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


def _chunks(size: int, *groups: Sequence[PlannedRow]) -> Iterator[list[PlannedRow]]:
    return batches(chain(*groups), size)


def _ahead(size: int, *groups: Sequence[PlannedRow]) -> Iterator[list[PlannedRow]]:
    """Rows of a few shards at a time, and first those of one, so that signing begins.

    A register that takes in rows of several shards together touches each of its pages once, not once for
    each shard.
    """
    rows = chain(*groups)
    if first := list(islice(rows, size)):
        yield first
    yield from batches(rows, size * _TOGETHER)


def _run(shards: Iterator[Shard], crew: Crew) -> Iterator[tuple[int, ...]]:
    """Sign shards by a crew, a few at a time; yields the numbers of each that is written.

    So many are under way that every worker has one and the next. When a worker is killed, what was under way
    is signed again by another executor; when nothing gets done any more, the run ends.
    """
    under_way: dict[Future[tuple[int, ...]], Shard] = {}
    again: list[Shard] = []
    deaths = 0
    while True:
        try:
            while len(under_way) < 2 * crew.width:
                shard = again.pop() if again else next(shards, None)
                if shard is None:
                    break
                again.append(shard)
                under_way[crew.executor.submit(signing.sign_shard, shard)] = shard
                again.pop()
            if not under_way:
                return
            for future in wait(under_way, return_when=FIRST_COMPLETED).done:
                numbers = future.result()
                del under_way[future]
                deaths = 0
                yield numbers
        except BrokenExecutor:
            deaths += 1
            again += under_way.values()
            under_way.clear()
            if deaths > _DEATHS or not crew.replace():
                raise MachineError(
                    "issuing.worker-died",
                    N_("A process that was signing ended unexpectedly."),
                    next_step=N_(
                        "Sign the same sheet again: it continues where it stopped, nothing is issued twice."
                    ),
                ) from None
