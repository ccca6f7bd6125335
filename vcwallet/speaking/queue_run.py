"""A folder of what applicants handed in, checked from its beginning to its results, for both doors.

    call = QueueCall(task, source, sheet, folder, results, ...)
    run = check_queue(call, language, Watch())
    print(run.tally.open, run.written)

Everything that decides is in `verifier.queue`; this puts its steps in their order: the journal, the units,
the results with what somebody decided in earlier ones, the file of decisions, a protocol for each applicant.
A run that was stopped goes on where it was when the same call is made again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Final

from vcwallet import limits, strict_json
from vcwallet.errors import N_, InputError, UsageError, VcwalletError
from vcwallet.executors import Crew, in_order
from vcwallet.files import check_place, read_file, remove_left_over_of, replace_file
from vcwallet.locales import Language
from vcwallet.speaking.decisions import rules_words
from vcwallet.speaking.queue_protocols import Sheet, draw, file_name
from vcwallet.speaking.results import (
    Said,
    Tally,
    are_results,
    decisions_in,
    may_be,
    write_results,
)
from vcwallet.verifier.applicants import ApplicantsSheet, SheetRemark, read_applicants
from vcwallet.verifier.decided import (
    DECISIONS,
    Waiting,
    chosen_number,
    read_decided,
    who_decided,
    with_more,
    write_decided,
)
from vcwallet.verifier.journal import Journal
from vcwallet.verifier.matching import Matching
from vcwallet.verifier.protocol import Record, kept_until
from vcwallet.verifier.queue import ApplicantAnswer, Decided, Desk, Progress, Rules, check_units
from vcwallet.verifier.results_sheet import save
from vcwallet.verifier.seen import SeenRegister
from vcwallet.verifier.unit_checking import Task
from vcwallet.verifier.units import Layout, lay_out

__all__ = [
    "QueueCall",
    "QueueRun",
    "Watch",
    "applicants_of",
    "check_queue",
    "demand_applicants",
    "forget",
    "places_of",
    "remark_sentence",
]

_RESULTS: Final = "results.xlsx"
_JOURNAL: Final = ".verify-folder.sqlite"


@dataclass(frozen=True)
class QueueCall:
    """What is checked, by what, and where the results go."""

    task: Task
    source: Path
    sheet: ApplicantsSheet
    list_name: str
    """How the list of applicants is called."""
    folder: Path
    """Where the journal and the decisions lie."""
    results: Path
    rules: Rules | None = None
    besides: tuple[Path, ...] = ()
    """Files that may lie in `source` and are not what somebody handed in."""
    record: Record = field(default_factory=Record)
    protocols: Path | None = None
    explain: bool = False
    seen: Path | None = None
    """The register of what was shown at other times."""
    fixed: bool = False
    """Whether the moment of the check was given, and is not the clock's."""
    keep: bool = False
    """Whether the journal stays, so that the next run checks only what is new."""


class Watch:
    """What a door does while a queue is checked. Nothing here by itself; anything may raise, to stop it."""

    def own(self, file: Path) -> AbstractContextManager[None]:
        """While a file of the office's own is read; what is wrong with it may be said with its name."""
        return nullcontext()

    def resumed(self, moment: datetime) -> None:
        """A run of that moment was stopped, and this one goes on."""

    def crew(self, task: Task, units: int) -> AbstractContextManager[Crew | None]:
        """Who checks; None for this process."""
        return nullcontext()

    def laid_out(self, layout: Layout) -> None:
        """What there is to check."""

    def checked(self, progress: Progress, layout: Layout) -> None:
        """A unit further."""

    def answered(self, answer: ApplicantAnswer) -> None:
        """An applicant's answer, in the order of the list."""

    def protocol(self, file: Path, problem: VcwalletError | None) -> None:
        """A page was written, or why not."""


@dataclass(frozen=True, slots=True)
class QueueRun:
    """What a queue came to."""

    tally: Tally
    written: Path
    """The results; beside `QueueCall.results` when that was open in another program."""
    decisions: Path


def check_queue(call: QueueCall, language: Language, watch: Watch) -> QueueRun:
    """Check everything, and write the results.

    Raises what `Journal.open`, `lay_out`, `check_units` and `Desk` raise, OSError, and what `watch` raises.
    """
    matching = Matching(call.sheet.rows)
    _take_decisions(call, matching, language, watch)
    decided, deciders = _decided(call.folder / DECISIONS, matching, watch)
    layout = lay_out(call.source, matching, besides=call.besides)
    watch.laid_out(layout)
    with Journal.open(
        call.folder / _JOURNAL, settings=_settings(call), now=call.task.now, fixed=call.fixed
    ) as journal:
        task = replace(call.task, now=journal.started)
        if journal.resumed:
            watch.resumed(journal.started)
        kept = call.record.keep_until or kept_until(journal.started.date())
        with ExitStack() as opened:
            crew = opened.enter_context(watch.crew(task, len(layout.units)))
            layout = check_units(
                layout, task, journal, crew, lambda progress: watch.checked(progress, layout)
            )
            seen = None
            if call.seen is not None:
                seen = opened.enter_context(SeenRegister.open(call.seen, now=journal.started))
            retention = task.request.retention if task.request is not None else None
            desk = Desk(layout, matching, journal, decided, call.rules, seen, retention, deciders)
            content, tally = write_results(
                desk,
                _about(call, task, kept, language),
                language,
                now=journal.started,
                explain=call.explain,
                answered=watch.answered,
            )
            written = save(call.results, content)
            waiting = [(one, may_be(one, language)) for one in desk.open]
            _write_decisions(call.folder / DECISIONS, waiting, language)
            if call.protocols is not None:
                record = replace(call.record, keep_until=kept)
                _write_protocols(call, desk, call.protocols, record, crew, language, watch)
        if call.keep:
            journal.commit()
        else:
            journal.delete()
    return QueueRun(tally, written, call.folder / DECISIONS)


def forget(call: QueueCall) -> None:
    """Take the journal away; results, decisions and protocols stay. The next run checks everything."""
    for beside in ("", "-journal", "-wal", "-shm"):
        (call.folder / f"{_JOURNAL}{beside}").unlink(missing_ok=True)


# --- what it is given ------------------------------------------------------------------------------------


def applicants_of(data: bytes, rules: Rules | None, *, today: date) -> ApplicantsSheet:
    """The list of applicants, read for the rules that will be asked.

    Raises what `read_applicants` raises, and UsageError (``queue.no-programme``).
    """
    pack = rules.pack if rules is not None else None
    sheet = read_applicants(
        data,
        exams={code: tuple(names.values()) for code, names in pack.exams.items()} if pack is not None else {},
        rights=[right.id for right in pack.rights] if pack is not None else None,
        programme=pack.programme if rules is not None and pack is not None and not rules.programme else None,
        today=today,
    )
    if rules is not None and not any(map(rules.programmes, sheet.rows)):
        raise UsageError(
            "queue.no-programme",
            N_("No applicant of the list has a programme of the rules."),
            next_step=N_(
                "Give the list a column “Programmes” with the codes of the rules, or name the programme."
            ),
        )
    return sheet


def demand_applicants(sheet: ApplicantsSheet) -> None:
    """Raises InputError (``queue.applicants``, ``queue.no-applicants``) for a list that cannot be used."""
    if sheet.problems:
        raise InputError(
            "queue.applicants",
            N_("The list of applicants has to be put right first; problems: {number}."),
            next_step=N_("Correct the rows that are named above, and give the list again."),
            number=len(sheet.problems),
        )
    if not sheet.rows:
        raise InputError(
            "queue.no-applicants",
            N_("The list has no applicants."),
            next_step=N_("Name the list that has them."),
        )


def remark_sentence(said: SheetRemark, language: Language) -> str:
    """A remark on a row or a cell of the list, with what to do."""
    text = language.text(said.remark.template, **said.remark.evidence)
    step = language.text(said.remark.next_step, **said.remark.evidence)
    where = (
        language.text(N_("Row {row}, “{column}”"), row=said.row, column=said.column)
        if said.column
        else language.text(N_("Row {row}"), row=said.row)
    )
    return " ".join(filter(None, (f"{where}:", text, step)))


def places_of(
    out: Path, source: Path, inputs: Sequence[Path] = (), beside: Sequence[Path | None] = ()
) -> tuple[Path, Path]:
    """The folder of the results, and their file: `out` may name either.

    Nothing that is written, `beside` the results too, may lie where applicants put files: decisions and a
    journal that one of them wrote would be believed by the next run. Raises UsageError
    (``queue.results-inside``) and what `files.check_place` raises.
    """
    results = out if out.suffix.casefold() == ".xlsx" else out / _RESULTS
    for place in (results, *filter(None, beside)):
        if place.resolve().is_relative_to(source.resolve()):
            raise UsageError(
                "queue.results-inside",
                N_("The results would lie among what is checked, and be checked by the next run."),
                next_step=N_("Choose a place for them outside the folder."),
            )
    check_place(
        results,
        inputs=[source, *inputs],
        may_replace=lambda place: are_results(read_file(place, limits.SHEET_BYTES)),
    )
    results.parent.mkdir(parents=True, exist_ok=True)
    return results.parent, results


def _take_decisions(call: QueueCall, matching: Matching, language: Language, watch: Watch) -> None:
    """Bring what somebody decided in earlier results into the file of decisions: results are written anew.

    A number that is not in the list is told where it was written, and not brought into another file.
    """
    results, file = call.results, call.folder / DECISIONS
    if not results.exists():
        return
    with watch.own(results):
        written = decisions_in(read_file(results, limits.SHEET_BYTES))
        for number, line in written.values():
            chosen_number(number, matching, line=line)
    more = {digest: number for digest, (number, _) in written.items()}
    if more:
        known = read_file(file, limits.DECISIONS_BYTES) if file.exists() else None
        when = language.day(call.task.now)
        who = call.record.checked_by or results.name
        replace_file(file, with_more(known, more, who=who, when=when, language=language))


def _decided(file: Path, matching: Matching, watch: Watch) -> tuple[Decided, Mapping[str, str]]:
    """Whose showings are by somebody's decision, and who that was."""
    if not file.exists():
        return {}, {}
    with watch.own(file):
        data = read_file(file, limits.DECISIONS_BYTES)
        return read_decided(data, matching), who_decided(data)


def _settings(call: QueueCall) -> str:
    """What the answers in a journal depend on: of another run it is not believed."""
    verifier, asked = call.task.verifier, call.task.request
    return _digest_of(
        version("vcwallet"),
        strict_json.dumps(verifier.trust.to_json()),
        *(f"{each.installed.root} {each.installed.version}" for each in verifier.kits),
        repr(verifier.demands),
        call.task.domain or "",
        strict_json.dumps(asked.to_json()) if asked is not None else "",
        *map(strict_json.dumps, verifier.status_lists),
        str(call.source.resolve()),
    )


def _digest_of(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


# --- what is written -------------------------------------------------------------------------------------


def _write_protocols(
    call: QueueCall,
    desk: Desk,
    folder: Path,
    record: Record,
    crew: Crew | None,
    language: Language,
    watch: Watch,
) -> None:
    """A page for each applicant who handed in something, drawn where units were checked."""
    folder.mkdir(parents=True, exist_ok=True)

    def sheets() -> Iterator[tuple[Path, Sheet]]:
        for answer in desk.applicants():
            sheet = Sheet.of(answer, record, language, program=version("vcwallet"), explain=call.explain)
            if sheet is not None:
                yield folder / file_name(answer), sheet

    written = []
    for path, page in in_order(draw, sheets(), crew):
        if isinstance(page, bytes):
            replace_file(path, page, one_of_many=True)
            written.append(path)
        watch.protocol(path, None if isinstance(page, bytes) else page)
    remove_left_over_of(written)


def _write_decisions(file: Path, waiting: Waiting, language: Language) -> None:
    known = read_file(file, limits.DECISIONS_BYTES) if file.exists() else None
    if known is not None or waiting:
        replace_file(file, write_decided(known, waiting, language))


def _about(call: QueueCall, task: Task, kept: date, language: Language) -> Said:
    trust, rules = task.verifier.trust, call.rules
    demands = task.verifier.demands
    kits = task.verifier.kits
    rows: list[tuple[str, str]] = [
        (language.text(N_("Checked at")), language.moment(task.now)),
        (language.text(N_("What was handed in")), call.source.name),
        (language.text(N_("List of applicants")), call.list_name),
        (language.text(N_("SHA-256 of the list of applicants")), call.sheet.digest),
        (language.text(N_("Shown to")), task.domain or trust.recipient or "–"),
        (
            language.text(N_("Trust list")),
            language.text(
                N_("{list}, № {version} of {date}"),
                list=trust.list_name,
                version=trust.version,
                date=trust.issued_at,
            ),
        ),
    ]
    if trust.digest is not None:
        rows.append((language.text(N_("Digest of the trust list")), trust.digest))
    rows += [
        (
            language.text(N_("Installed kit")),
            language.text(
                N_("{name}, № {version} of {date}, root {root}"),
                name=kit.installed.kit,
                version=kit.installed.version,
                date=kit.installed.issued_at,
                root=kit.installed.root,
            ),
        )
        for kit in kits
    ]
    if rules is not None:
        lists = {str(year): found.digest for year, found in rules.levels.lists.items()}
        rows += rules_words(rules.pack, lists, language)
    rows += [
        (
            language.text(N_("Lists of revoked diplomas may be so old, in days")),
            str(demands.max_status_age.days)
            if demands.old_status_age is None
            else language.text(
                N_("{fresh}; up to {old} confirmed by old knowledge, which is said"),
                fresh=demands.max_status_age.days,
                old=demands.old_status_age.days,
            ),
        ),
        (language.text(N_("Program")), f"vcwallet {version('vcwallet')}"),
        (language.text(N_("Keep until")), language.day(kept)),
    ]
    return rows
