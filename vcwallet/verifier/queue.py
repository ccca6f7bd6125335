"""The queue of an admission office: everything that was handed in -> an answer for every applicant.

    with Journal.open(path, settings=settings, now=now) as journal:
        check_units(layout, task, journal, crew, progress)
        desk = Desk(layout, matching, journal, decided)
        for answer in desk.applicants(rules):
            print(answer.row.label, answer.outcome, len(answer.items))

Three steps. Units are read and checked, here or by workers, a few at a time, and each answer goes into the
journal. Then every showing is matched, and showings are compared with one another: the same one twice, one
diploma at two applicants. Then the answer of each applicant is put together, in the order of the list, from
what the journal holds. So no more than a few answers are in memory at any time, and neither the number of
workers nor an interruption changes a row.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial
from typing import Final, TypeAlias

from vcwallet import executors
from vcwallet.bundle.accounting import FileFate, FileRow, count
from vcwallet.errors import N_, MachineError, Mistake, VcwalletError
from vcwallet.executors import BrokenExecutor, Crew
from vcwallet.report import (
    Check,
    Fate,
    Files,
    Finding,
    Item,
    Outcome,
    Report,
    Result,
    ShowingOutcome,
    whole_of,
)
from vcwallet.verifier import unit_checking
from vcwallet.verifier.applicants import ApplicantRow
from vcwallet.verifier.journal import Journal
from vcwallet.verifier.journal_values import to_json
from vcwallet.verifier.levels import Levels
from vcwallet.verifier.matching import How, Match, Matching, Note, Shown
from vcwallet.verifier.once import counted_once, names, numbered_on
from vcwallet.verifier.policy import Applicant, Decision, decide, with_levels
from vcwallet.verifier.policy_pack import Pack
from vcwallet.verifier.seen import SeenRegister
from vcwallet.verifier.unit_checking import CheckedFile, Checking, Task, UnitAnswer
from vcwallet.verifier.units import Layout, Unit, UnitFile, close_archives, joined, pieces

__all__ = [
    "ApplicantAnswer",
    "ApplicantItem",
    "Desk",
    "Open",
    "OpenKind",
    "Placed",
    "Progress",
    "Rules",
    "Standing",
    "check_units",
]


# --- checking -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a queue is."""

    done: int
    of: int
    """How many units are known so far; parts that have to be joined add some."""
    known: int
    """Of those done, how many were answered by an earlier run."""
    refused: int
    """Units with something in them that was attacked, or is not for this office."""
    unreadable: int
    """Files that cannot be read."""


Tell: TypeAlias = Callable[[Progress], None]


def check_units(
    layout: Layout, task: Task, journal: Journal, crew: Crew | None = None, tell: Tell | None = None
) -> Layout:
    """Answer every unit that the journal has no answer for; returns all units there turned out to be.

    `crew` checks units elsewhere, begun with this task by `unit_checking.begin`; without one they are checked
    here. What a unit does to a worker costs that unit only. Raises MachineError (``queue.workers-die``) when
    workers end whatever they are given, and OSError from the journal.
    """
    counting = _Counting(len(layout.units), tell)
    units = list(layout.units)
    parts: list[tuple[Unit, str, list[UnitFile]]] = []
    waiting: Sequence[Unit] = units
    while waiting:
        rest: list[Unit] = []
        for unit, answer in _answers(waiting, task, journal, crew, counting):
            pages = dict(answer.pages)
            for file in unit.files:
                if file.name in pages and file.first_page is None:
                    rest += pieces(unit, file, pages[file.name])
            parts += [
                (unit, seen.bundle, [file for file in unit.files if file.name in seen.files])
                for seen in answer.parts
            ]
        counting.more(len(rest))
        units += rest
        waiting = rest
    # Answers come as they are ready, and what is put together must not depend on that.
    parts.sort(key=lambda part: (_place(part[0]), part[1]))
    together = joined(parts)
    if together:
        counting.more(len(together))
        for _ in _answers(together, task, journal, crew, counting):
            pass
    journal.commit()
    # What was read once more comes last: it knows better what became of the files.
    return replace(layout, units=(*sorted(units, key=_place), *sorted(together, key=_place)))


def _place(unit: Unit) -> tuple[str, int, str]:
    first = unit.files[0]
    return first.name, first.first_page or 0, unit.bundle or ""


class _Counting:
    def __init__(self, units: int, tell: Tell | None) -> None:
        self._of, self._tell = units, tell
        self._done = self._known = self._refused = self._unreadable = 0

    def more(self, units: int) -> None:
        self._of += units

    def count(self, answer: UnitAnswer, *, known: bool) -> None:
        self._done += 1
        self._known += known
        self._refused += any(each.outcome is Outcome.REFUSED for each in answer.reports)
        self._unreadable += sum(each.fate is FileFate.UNREADABLE for each in answer.files)
        if self._tell is not None:
            self._tell(Progress(self._done, self._of, self._known, self._refused, self._unreadable))


def _answers(
    units: Iterable[Unit], task: Task, journal: Journal, crew: Crew | None, counting: _Counting
) -> Iterator[tuple[Unit, UnitAnswer]]:
    """Each unit with its answer, in the order in which they are ready; reports are read in the journal."""

    def unanswered() -> Iterator[Unit]:
        for unit in units:
            known = journal.of(unit)
            if known is None:
                yield unit
            else:
                counting.count(known, known=True)
                # When a whole run goes on, all its reports together would not fit into memory.
                from_before.append((unit, replace(known, reports=())))

    from_before: deque[tuple[Unit, UnitAnswer]] = deque()
    checked = _here(unanswered(), task) if crew is None else _elsewhere(unanswered(), task, crew)
    try:
        for unit, text in checked:
            while from_before:
                yield from_before.popleft()
            answer = journal.keep(unit, text)
            counting.count(answer, known=False)
            yield unit, answer
    finally:
        close_archives()
    yield from from_before


def _here(units: Iterable[Unit], task: Task) -> Iterator[tuple[Unit, str]]:
    with Checking(task) as checking:
        for unit in units:
            try:
                text = checking.answer(unit)
            except Exception as error:  # a mistake of ours costs this unit and no other
                text = _failed(unit, Mistake.of(error))
            yield unit, text


def _elsewhere(units: Iterator[Unit], task: Task, crew: Crew) -> Iterator[tuple[Unit, str]]:
    """Units given out to workers; what ends a worker alone is answered as not readable."""
    try:
        work = partial(unit_checking.check_task, task.name)
        for unit, text in executors.each_ready(work, units, crew):
            yield unit, _failed(unit, executors.told(text)) if isinstance(text, Exception) else text
    except BrokenExecutor:
        raise _workers_die() from None


def _failed(unit: Unit, error: VcwalletError) -> str:
    """An answer for a unit that could not be checked; without a digest, so that the next run tries again."""
    files = tuple(
        CheckedFile(file.name, FileFate.SYSTEM)
        if file.system
        else CheckedFile(file.name, FileFate.UNREADABLE, error)
        for file in unit.files
    )
    return to_json(UnitAnswer(digest="", files=files))


def _workers_die() -> MachineError:
    return MachineError(
        "queue.workers-die",
        N_("The processes that check end one after another."),
        next_step=N_(
            "Close other programs, or use fewer workers, and start it once more: it goes on where it stopped."
        ),
    )


# --- matching -------------------------------------------------------------------------------------------

Decided: TypeAlias = Mapping[str, str]
"""What a person decided: the digest of a showing -> the number of an application, or "" for nobody's."""


class Standing(StrEnum):
    """What a showing counts for."""

    COUNTS = "counts"
    AGAIN = "again"
    """The same was handed in before by the same applicant."""
    NOBODYS = "nobodys"
    """A person said that it is no applicant's."""


@dataclass(slots=True, eq=False)
class Placed:
    """One showing, or a diploma without one, and whose it is. The report is in the journal."""

    unit: Unit
    at: int
    """Of the reports of its unit."""
    where: str
    """Files and pages."""
    digest: str
    """`Report.digest`, equal when the same was handed in twice."""
    match: Match
    standing: Standing = Standing.COUNTS
    contested: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Diplomas, by `names`, that others handed in too, and how those are called: it counts for nobody."""
    elsewhere: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Diplomas that a person gave to another applicant, who handed them in too."""
    shared: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Diplomas that are in other applications of the same name and birth date too, and count in each."""
    seen_at: datetime | None = None
    """When the register of showings saw it before, from the same applicant."""

    @property
    def row(self) -> ApplicantRow | None:
        return self.match.applicant if self.match.how.decided else None


class OpenKind(StrEnum):
    """What needs a person."""

    UNMATCHED = "unmatched"
    CONTESTED = "contested"
    """Several applicants handed in one diploma."""
    FILE = "file"
    """Not readable, or with parts missing."""
    MISNAMED = "misnamed"
    """The list names a file that is not there."""


@dataclass(frozen=True, slots=True)
class Open:
    """One thing that needs a person."""

    kind: OpenKind
    where: str
    placed: Placed | None = None
    file: FileRow | None = None
    others: tuple[str, ...] = ()
    rows: tuple[int, ...] = ()
    """Of the applicants whom it seems to concern."""
    several: bool = False
    """There are several files of the name that the list has."""


@dataclass(frozen=True, slots=True)
class ApplicantItem:
    """One diploma of an applicant, with a number among all of them and the fate that it has here."""

    item: Item
    placed: Placed
    report: Report
    fine: bool = False
    """Nothing is wrong with it; it does not count because the showing that it is in does not."""


@dataclass(frozen=True, slots=True)
class ApplicantAnswer:
    """Everything about one applicant."""

    row: ApplicantRow
    showings: tuple[tuple[Placed, Report], ...]
    """That are this applicant's, also those that were handed in again."""
    items: tuple[ApplicantItem, ...]
    outcome: Outcome | None
    """None when no diploma of this applicant was found."""
    open: tuple[Open, ...] = ()
    """What a person has to decide before this is whole."""
    decisions: tuple[Decision, ...] = ()
    """By the rules of the university, for each programme applied for."""
    undecided: VcwalletError | None = None
    """Why the rules could not be asked."""
    empty: tuple[str, ...] = ()
    """Files under this applicant's number, or that the list names, in which nothing was found."""
    offered: tuple[str, ...] = ()
    """What is nobody's so far and names somebody alike."""

    @property
    def whole(self) -> Report | None:
        """One report on everything of this applicant, for a protocol; None when nothing counts.

        Of several showings it has the first that is not refused; what was found about the others stands among
        its findings.
        """
        reports = self.reports
        if not reports or self.outcome is None:
            return None
        first = next((each for each in reports if each.outcome is not Outcome.REFUSED), reports[0])
        others = [each for each in reports if each is not first]
        return replace(
            first,
            outcome=self.outcome,
            items=tuple(each.item for each in self.items),
            findings=(*first.findings, *(finding for each in others for finding in each.findings)),
            source=tuple(source for each in reports for source in each.source),
            digest=first.digest if not others else None,
        )

    @property
    def reports(self) -> tuple[Report, ...]:
        """Of the showings that count, in the order of the items."""
        return tuple(report for placed, report in self.showings if placed.standing is Standing.COUNTS)

    def count(self, fate: Fate) -> int:
        return sum(each.item.outcome is fate for each in self.items)


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of the university, and the official lists they ask about."""

    pack: Pack
    levels: Levels
    programme: str | None = None
    """Asked about for everybody; None for the programmes that each applicant's row names."""

    def programmes(self, row: ApplicantRow) -> tuple[str, ...]:
        """The codes of the programmes that these rules are asked about; others' are left out."""
        if self.programme is not None:
            return (self.programme,)
        known = (self.pack.programme(each) for each in row.programmes)
        return tuple(dict.fromkeys(code for code in known if code is not None))

    def decide(self, row: ApplicantRow, items: Sequence[Item]) -> tuple[Decision, ...]:
        """The decision for each programme; raises what `policy.decide` raises."""
        applicant = Applicant(exams=row.exams, claimed=row.claimed, born=row.born)
        return tuple(
            decide(self.pack, items, self.levels, applicant, programme) for programme in self.programmes(row)
        )


class Desk:
    """All showings of a queue, matched and compared with one another."""

    def __init__(
        self,
        layout: Layout,
        matching: Matching,
        journal: Journal,
        decided: Decided | None = None,
        rules: Rules | None = None,
        seen: SeenRegister | None = None,
        keep: timedelta | None = None,
        deciders: Mapping[str, str] | None = None,
    ) -> None:
        """`decided` is what a person decided and `deciders` who did, `seen` what was shown at other times;
        now it is written down, for as long as `keep` says.

        Raises what `SeenRegister.note` raises.
        """
        self.rules = rules
        self.matching = matching
        self.layout = layout
        self.placed: list[Placed] = []
        self._journal = journal
        self._read: tuple[Unit, UnitAnswer] | None = None
        self._keep = keep
        self._decided, self._deciders = decided or {}, deciders or {}
        self._rows = {row.row: row for row in matching.rows}
        self._files: dict[str, FileRow] = {}
        self._file_rows: dict[str, int | None] = {}
        diplomas: list[tuple[Placed, frozenset[str]]] = []
        for unit in layout.units:
            answer = journal.answer(unit)
            if answer is None:
                raise ValueError(f"a unit that was not checked: {unit.name}")
            self._account(unit, answer)
            for at, report in enumerate(answer.reports):
                placed = self._place(unit, at, report)
                self.placed.append(placed)
                diplomas.append((placed, frozenset().union(*map(names, _standing(report.items)))))
        self._set_aside_copies()
        self._compare(diplomas)
        if seen is not None:
            self._look_up(seen)
        self.open: tuple[Open, ...] = tuple(self._everything_open())
        """Everything that needs a person, in the order of the files."""

    # what became of files

    @property
    def files(self) -> tuple[FileRow, ...]:
        """Every file, once, by name."""
        return tuple(self._files[name] for name in sorted(self._files))

    @property
    def counts(self) -> Files:
        return count(self._files.values())

    def _account(self, unit: Unit, answer: UnitAnswer) -> None:
        row = self._row_named(unit)
        for each in answer.files:
            self._file_rows.setdefault(each.name, row)
            found = FileRow(each.name, each.fate, each.problem)
            known = self._files.setdefault(each.name, found)
            if known is found:
                continue
            if unit.bundle is not None:
                # It was read once more for the parts in it: what is known of them now is known better.
                if known.fate in (FileFate.INCOMPLETE, FileFate.WITH_ITEMS) and _is_of_parts(known.problem):
                    fate = max(known.fate, found.fate, key=_ORDER.index)
                    self._files[each.name] = FileRow(each.name, fate, found.problem)
            else:  # another piece of a long PDF; pages without anything are no problem beside others
                fate = max(known.fate, found.fate, key=_ORDER.index)
                told = [one.problem for one in (known, found) if one.fate is not FileFate.EMPTY]
                if fate is FileFate.EMPTY:
                    told = [known.problem]
                self._files[each.name] = FileRow(each.name, fate, next(filter(None, told), None))

    def _row_named(self, unit: Unit) -> int | None:
        """The applicant whose files these are by their names, or by the list."""
        named = self.matching.with_number(unit.number) if unit.number is not None else None
        return unit.row if unit.row is not None else named.row if named is not None else None

    # whose each showing is

    def _place(self, unit: Unit, at: int, report: Report) -> Placed:
        digest = report.digest or ""
        where = (f"{each.file}:{each.page}" if each.page is not None else each.file for each in report.source)
        nobodys = self._decided.get(digest) == ""
        return Placed(
            unit=unit,
            at=at,
            where=", ".join(where),
            digest=digest,
            match=self._match(unit, digest, report),
            standing=Standing.NOBODYS if nobodys else Standing.COUNTS,
        )

    def _match(self, unit: Unit, digest: str, report: Report) -> Match:
        number = self._decided.get(digest)
        if number == "":
            return Match(How.NONE)
        chosen = self.matching.with_number(number) if number is not None else None
        if chosen is not None:
            who = self._deciders.get(digest)
            return Match(How.PERSON, chosen, (Note("match.decided", {"who": who[:256]}),) if who else ())
        shown = Shown.of(report.items)
        row = self._rows.get(unit.row) if unit.row is not None else None
        if row is not None:
            return self.matching.in_row(shown, row)
        match = self.matching.of(shown, unit.number)
        if match.how is How.NAME_AND_BIRTH and _attacked(report):
            # Whoever has a child's diploma could spoil its showing and put it among the files.
            return replace(match, how=How.PROPOSAL, notes=(*match.notes, Note("match.refused")))
        return match

    # across applicants

    def _set_aside_copies(self) -> None:
        """The same showing once more, from one applicant or from where nobody can tell whose it is."""
        first: dict[tuple[str, int], Placed] = {}
        for placed in self.placed:
            row = placed.row
            if row is not None and first.setdefault((placed.digest, row.row), placed) is not placed:
                placed.standing = Standing.AGAIN
        owned = {digest for digest, _ in first}
        for placed in self.placed:
            undecided = placed.match.how in (How.NONE, How.PROPOSAL, How.AMBIGUOUS)
            if placed.row is None and undecided and placed.digest in owned:
                placed.standing = Standing.AGAIN

    def _compare(self, diplomas: Sequence[tuple[Placed, frozenset[str]]]) -> None:
        """One diploma at several applicants counts for none of them, until a person gives it to one."""
        having: defaultdict[str, defaultdict[tuple[str, ...], list[Placed]]]
        having = defaultdict(lambda: defaultdict(list))
        for placed, theirs in diplomas:
            if placed.row is not None and placed.standing is Standing.COUNTS:
                for each in theirs:
                    having[each][placed.row.person].append(placed)
        for which, people in having.items():
            for places in people.values():
                labels = _labels(places)
                for placed in places if len(labels) > 1 else ():
                    mine = _labels([placed])
                    placed.shared[which] = tuple(each for each in labels if each not in mine)
            if len(people) < 2:
                continue
            chosen = [who for who, places in people.items() if any(p.match.how is How.PERSON for p in places)]
            for who, places in people.items():
                others = [one for one in (chosen if len(chosen) == 1 else people) if one != who]
                labels = _labels(placed for one in others for placed in people[one])
                for placed in places:
                    if len(chosen) != 1:
                        placed.contested[which] = labels
                    elif who != chosen[0]:
                        placed.elsewhere[which] = labels

    def _look_up(self, seen: SeenRegister) -> None:
        """Compare with what was shown before this queue, and write down what is shown in it."""
        now = self._journal.started
        for placed in self.placed:
            row = placed.row
            if row is None or placed.standing is not Standing.COUNTS or not row.number:
                continue
            report = self.report(placed)
            # All applicants answer one request, so that its challenge came before says nothing here.
            before = seen.note(report.showing.marks, row.number, now, keep=self._keep)
            theirs = seen.note_diplomas(report.items, row.number, now, keep=self._keep)
            if before is not None and before.number == row.number and before.at != now:
                placed.seen_at = before.at
            for item in _standing(report.items):
                known = theirs.get(item.number, before)
                if known is None or known.number is None or placed.match.how is How.PERSON:
                    continue
                other = self.matching.with_number(known.number)
                if known.number != row.number and (other is None or other.person != row.person):
                    label = other.label if other is not None else known.number
                    placed.contested.update(dict.fromkeys(names(item), (label,)))

    # what needs a person

    def _everything_open(self) -> Iterator[Open]:
        for placed in self.placed:
            about = tuple(each.row for each in placed.match.concerned)
            if placed.standing is not Standing.COUNTS:
                continue
            if placed.row is None:
                yield Open(OpenKind.UNMATCHED, placed.where, placed, rows=about)
            elif placed.contested:
                others = dict.fromkeys(name for names in placed.contested.values() for name in names)
                yield Open(OpenKind.CONTESTED, placed.where, placed, others=tuple(others), rows=about)
        for file in self.files:
            if file.problem is not None and file.fate is not FileFate.EMPTY:
                row = self._file_rows.get(file.name)
                about = () if row is None else (row,)
                yield Open(OpenKind.FILE, file.name, file=file, rows=about)
        for each in self.layout.misnamed:
            yield Open(OpenKind.MISNAMED, each.file, rows=(each.applicant.row,), several=each.several)

    # the answers

    def applicants(self) -> Iterator[ApplicantAnswer]:
        """The answer for each applicant, in the order of the list."""
        places: defaultdict[int, list[Placed]] = defaultdict(list)
        for placed in self.placed:
            if placed.row is not None:
                places[placed.row.row].append(placed)
        waiting: defaultdict[int, list[Open]] = defaultdict(list)
        for each in self.open:
            for row in each.rows:
                waiting[row].append(each)
        empty, offered = self._empty(), self._offered()
        for applicant in self.matching.rows:
            answer = self._answer(applicant, places[applicant.row], waiting[applicant.row])
            yield replace(
                answer,
                empty=tuple(empty[applicant.row]),
                offered=tuple(dict.fromkeys(offered[applicant.row])),
            )

    def _empty(self) -> defaultdict[int, list[str]]:
        """By row, the files in which nothing was found; a blurred picture of a diploma is one of them."""
        found: defaultdict[int, list[str]] = defaultdict(list)
        for file in self.files:
            row = self._file_rows.get(file.name)
            if row is not None and file.fate is FileFate.EMPTY:
                found[row].append(file.name)
        return found

    def _offered(self) -> defaultdict[int, list[str]]:
        found: defaultdict[int, list[str]] = defaultdict(list)
        for one in self.open:
            for offer in one.placed.match.suggestions if one.placed is not None else ():
                found[offer.applicant.row].append(one.where)
        return found

    def report(self, placed: Placed) -> Report:
        # One unit may hold thousands of reports, and its answer is read as a whole.
        if self._read is None or self._read[0] is not placed.unit:
            answer = self._journal.answer(placed.unit)
            if answer is None:
                raise ValueError(f"a unit that was not checked: {placed.unit.name}")
            self._read = placed.unit, answer
        return self._read[1].reports[placed.at]

    def _answer(
        self, row: ApplicantRow, places: Sequence[Placed], waiting: Sequence[Open]
    ) -> ApplicantAnswer:
        showings = tuple((placed, self.report(placed)) for placed in places)
        items: list[ApplicantItem] = []
        for placed, report in showings:
            if placed.standing is Standing.COUNTS:
                before = len(items)
                items += [_in_queue(each, placed, report, before) for each in report.items]
        # A diploma in several showings of one applicant counts once.
        items = counted_once(items, lambda each: each.item, _with_item)
        decisions: tuple[Decision, ...] = ()
        undecided = None
        if self.rules is not None and items:
            levelled = with_levels([each.item for each in items], self.rules.levels)
            items = [replace(each, item=item) for each, item in zip(items, levelled, strict=True)]
            try:
                decisions = self.rules.decide(row, levelled)
            except VcwalletError as error:  # one applicant's files must not end the answers on the others
                undecided = error
        return ApplicantAnswer(
            row=row,
            showings=showings,
            items=tuple(items),
            outcome=_outcome(showings, items),
            open=tuple(waiting),
            decisions=decisions,
            undecided=undecided,
        )


def _labels(places: Iterable[Placed]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(placed.row.label for placed in places if placed.row is not None))


def _standing(items: Iterable[Item]) -> Iterator[Item]:
    """The diplomas that could count; a forged copy takes nothing from whose the diploma is."""
    return (each for each in items if each.proven and each.outcome in (Fate.CONFIRMED, Fate.UNKNOWN))


_ORDER: Final = (
    FileFate.SYSTEM,
    FileFate.EMPTY,
    FileFate.UNREADABLE,
    FileFate.INCOMPLETE,
    FileFate.WITH_ITEMS,
)
"""Of what becomes of the pieces of one file, the last of these is what became of the file."""
_NOT_ATTACKED: Final = frozenset({"showing.over", "showing.other-recipient", "showing.openid-answer"})
"""Showings that are refused for this use only."""


def _attacked(report: Report) -> bool:
    return report.outcome is Outcome.REFUSED and report.showing.code not in _NOT_ATTACKED


def _is_of_parts(problem: VcwalletError | None) -> bool:
    return problem is not None and problem.code.startswith("frames.")


def _in_queue(item: Item, placed: Placed, report: Report, before: int) -> ApplicantItem:
    """A diploma among all of its applicant, with what the other applicants' diplomas say about it."""
    item = numbered_on(item, before)
    if report.outcome is Outcome.REFUSED and item.outcome in (Fate.CONFIRMED, Fate.UNKNOWN):
        fine = item.outcome is Fate.CONFIRMED
        return ApplicantItem(replace(item, outcome=Fate.NOT_COUNTED), placed, report, fine=fine)
    if item.outcome in (Fate.CONFIRMED, Fate.UNKNOWN):
        known = sorted(names(item))
        elsewhere = next((placed.elsewhere[name] for name in known if name in placed.elsewhere), None)
        contested = next((placed.contested[name] for name in known if name in placed.contested), None)
        if elsewhere is not None:
            item = _decided_by(item, Fate.NOT_COUNTED, elsewhere)
        elif contested is not None:
            item = _decided_by(item, Fate.UNKNOWN, contested)
    return ApplicantItem(item, placed, report)


def _decided_by(item: Item, fate: Fate, others: Sequence[str]) -> Item:
    """The item with the fate that other applicants' diplomas, or a person, give it."""
    code, reason, result = "item.elsewhere", "demands.elsewhere", Result.NOT_COUNTED
    if fate is Fate.UNKNOWN:
        code, reason, result = "item.contested", "demands.contested", Result.UNKNOWN
    evidence = {"others": "; ".join(others)[:256]}
    finding = Finding(Check.DEMANDS, result, reason, evidence)
    return replace(item, outcome=fate, code=code, evidence=evidence, findings=(*item.findings, finding))


def _with_item(each: ApplicantItem, item: Item) -> ApplicantItem:
    """A diploma that counts elsewhere among those of the same applicant."""
    return replace(each, item=item, fine=False)


def _outcome(showings: Sequence[tuple[Placed, Report]], items: Sequence[ApplicantItem]) -> Outcome | None:
    """Of everything of one applicant: refused when anything was attacked, else what stands of it."""
    reports = [report for placed, report in showings if placed.standing is Standing.COUNTS]
    if not reports:
        return None
    standing = [each for each in reports if each.outcome is not Outcome.REFUSED]
    if not standing or any(map(_attacked, reports)):
        return Outcome.REFUSED
    mine = [each.item for each in items if each.report.outcome is not Outcome.REFUSED]
    asked = [finding for report in standing for finding in report.findings]
    known = [each.showing.outcome for each in standing]
    showing = ShowingOutcome.UNKNOWN if ShowingOutcome.UNKNOWN in known else known[0]
    return whole_of(showing, mine, asked)
