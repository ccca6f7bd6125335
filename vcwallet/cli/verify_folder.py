"""`vcwallet verify-folder`: everything that applicants handed in -> a row for each of them."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Final

import click

from vcwallet import executors, limits, printing, strict_json
from vcwallet.bundle.scanning import Reading
from vcwallet.cli.admission import demand_rules_for, levels_option, programme_code, read_levels, read_pack
from vcwallet.cli.files import read_request, status_lists
from vcwallet.cli.kits import believed, kit_option, trust_option
from vcwallet.cli.speak import Command, Speaker, argument, option, own_file, pass_speaker
from vcwallet.cli.values import (
    LAST_DAY,
    binding_option,
    domain_option,
    moment,
    now_option,
    request_option,
    require_status_option,
    status_age_option,
    status_option,
)
from vcwallet.errors import N_, InputError, UsageError
from vcwallet.executors import Crew, in_order
from vcwallet.files import check_place, read_file, remove_left_over_of, replace_file
from vcwallet.report import Binding, Outcome
from vcwallet.speaking.decisions import rules_words
from vcwallet.speaking.queue_protocols import Sheet, draw, file_name
from vcwallet.speaking.reports import WIDTH, wrapped
from vcwallet.speaking.results import (
    Said,
    Tally,
    are_results,
    decisions_in,
    may_be,
    tally_words,
    write_results,
)
from vcwallet.verifier import Demands, Verifier, unit_checking
from vcwallet.verifier.applicants import ApplicantsSheet, SheetRemark, read_applicants
from vcwallet.verifier.decided import DECISIONS, Waiting, read_decided, with_more, write_decided
from vcwallet.verifier.journal import Journal
from vcwallet.verifier.kit.installed import InstalledKit
from vcwallet.verifier.matching import Matching, can_suggest
from vcwallet.verifier.office import recommended
from vcwallet.verifier.protocol import Record, kept_until
from vcwallet.verifier.queue import Decided, Desk, Progress, Rules, check_units
from vcwallet.verifier.results_sheet import save
from vcwallet.verifier.seen import SeenRegister
from vcwallet.verifier.unit_checking import Task
from vcwallet.verifier.units import Layout, lay_out

_RESULTS: Final = "results.xlsx"
_JOURNAL: Final = ".verify-folder.sqlite"
_SHOWN: Final = 20
"""Remarks on the list of applicants that are named; a wrong column may have thousands."""
_PARALLEL_FROM: Final = 40
"""Fewer units are checked before other processes have started."""
_MOST_PROCESSES: Final = 8


@click.command(
    cls=Command,
    help=N_(
        "Check a whole folder of what applicants handed in, with the network unplugged.\n\n"
        "INPUT is a folder, or the ZIP export of an admission system: a folder for each applicant, files with"
        " numbers in their names, scans of many sheets, all of that mixed. Whose each diploma is, is told by"
        " the number, or by name and birth date; what is not certain is left to you.\n\n"
        "Writes results.xlsx with a row for each applicant, also for those who handed in nothing. A run that"
        " was stopped goes on where it was when the same command is given again.\n\n"
        "Ends with 0 when everything was answered and matched, 3 when something needs a person, 4 when the"
        " list or the folder cannot be read."
    ),
)
@argument("source", metavar="INPUT", type=click.Path(path_type=Path))
@option(
    "--applicants",
    "applicants_file",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help=N_("Your list of applicants (xlsx, ods, xls, csv): number, name, birth date."),
)
@option(
    "--out",
    required=True,
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help=N_("Where results.xlsx and decisions.csv go."),
)
@trust_option
@kit_option
@domain_option
@request_option
@status_option
@status_age_option
@binding_option
@require_status_option
@option(
    "--workers",
    type=click.IntRange(1, 256),
    metavar="NUMBER",
    help=N_("Processes that check at once; otherwise one for each core, 8 at most."),
)
@option(
    "--cluster",
    metavar="URL",
    help=N_("Check on a Dask cluster: tcp://computer:8786. Its workers must reach the folder by this name."),
)
@option(
    "--policy",
    "policy_place",
    metavar="FILE",
    help=N_(
        "The rules of a university, a file or the name of rules in your kit: say what the diplomas are worth."
    ),
)
@levels_option
@option(
    "--programme",
    metavar="CODE",
    help=N_("The programme to count for; otherwise those that the list names for each applicant."),
)
@option(
    "--protocols",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="FOLDER",
    help=N_("Write a page for each applicant here, to print, sign and file, with the report attached."),
)
@option(
    "--explain",
    is_flag=True,
    help=N_("Write out how the points were counted, and let the protocols tell every check."),
)
@option("--office", metavar="TEXT", help=N_("Who checks, for the head of the protocols."))
@option("--checked-by", metavar="NAME", help=N_("Who signs the protocols."))
@option(
    "--seen",
    "seen_file",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help=N_(
        "Keep here, without names, what was shown, to be told of a second time; its secret stands beside it."
    ),
)
@option(
    "--retain-until",
    type=LAST_DAY,
    metavar="DATE",
    help=N_("Until when the results are kept, to be written into them; otherwise five years."),
)
@option("--keep", is_flag=True, help=N_("Keep the journal, so that the next run checks only what is new."))
@now_option
@option("--json", "as_json", is_flag=True, help=N_("Write the counts as JSON."))
@pass_speaker
def verify_folder(
    speaker: Speaker,
    source: Path,
    applicants_file: Path,
    out: Path,
    trust_file: Path | None,
    kit_place: str | None,
    domain: str | None,
    request_file: str | None,
    status_inputs: Sequence[str],
    max_status_age: timedelta | None,
    binding: str,
    require_status: bool,
    workers: int | None,
    cluster: str | None,
    policy_place: str | None,
    levels_paths: Sequence[Path],
    programme: str | None,
    protocols: Path | None,
    explain: bool,
    office: str | None,
    checked_by: str | None,
    seen_file: Path | None,
    retain_until: date | timedelta | None,
    keep: bool,
    now: datetime | None,
    as_json: bool,
) -> int:
    at = moment(now)
    trust, kits = believed(trust_file, kit_place, at)
    asked = read_request(request_file) if request_file else None
    newer = status_lists(status_inputs)
    demands = replace(
        recommended(kits) if max_status_age is None else Demands(max_status_age=max_status_age),
        binding=Binding(binding),
        require_status=require_status,
    )
    verifier = Verifier(trust, demands, status_lists=newer, kits=kits)
    task = Task(verifier, at, domain=domain, request=asked)
    _try_call(task)

    if protocols is not None:
        printing.demand_typst()
    rules = _rules(policy_place, levels_paths, programme, kits)
    sheet = _applicants(speaker, applicants_file, rules, today=at.date())
    matching = Matching(sheet.rows)
    folder, results = _places(out, source, applicants_file, beside=(protocols, seen_file))
    _take_decisions(speaker, results, folder / DECISIONS, at)
    decided = _decided(folder / DECISIONS, matching)
    ours = [each for each in (applicants_file, trust_file) if each is not None]
    layout = lay_out(source, matching, besides=ours)
    if not can_suggest():
        speaker.warn(
            N_("Names that are alike are not offered: the part “queue” of vcwallet is not installed.")
        )
    _say_layout(speaker, sheet, layout)

    settings = _digest_of(
        version("vcwallet"),
        strict_json.dumps(trust.to_json()),
        *(f"{each.installed.root} {each.installed.version}" for each in kits),
        repr(demands),
        domain or "",
        strict_json.dumps(asked.to_json()) if asked is not None else "",
        *map(strict_json.dumps, newer),
        str(source.resolve()),
    )
    with Journal.open(folder / _JOURNAL, settings=settings, now=at, fixed=now is not None) as journal:
        task = replace(task, now=journal.started)
        if journal.resumed:
            speaker.aside(
                N_("A run of {moment} was stopped: it goes on where it was."), moment=journal.started
            )
        kept = _kept(retain_until, journal.started)
        record = Record(office or "", checked_by=checked_by or "", keep_until=kept)
        with ExitStack() as opened:
            crew = opened.enter_context(_crew(task, len(layout.units), workers, cluster))
            layout = _check(speaker, layout, task, journal, crew)
            seen = None
            if seen_file is not None:
                seen = opened.enter_context(SeenRegister.open(seen_file, now=journal.started))
            retention = asked.retention if asked is not None else None
            desk = Desk(layout, matching, journal, decided, rules, seen, retention)
            content, tally = write_results(
                desk,
                _about(speaker, task, applicants_file, sheet, source, rules, kept),
                speaker.language,
                now=journal.started,
                explain=explain,
            )
            written = save(results, content)
            waiting = [(one, may_be(one, speaker.language)) for one in desk.open]
            _write_decisions(folder / DECISIONS, waiting, speaker)
            if protocols is not None:
                _write_protocols(speaker, desk, protocols, record, crew, explain=explain)
        if keep:
            journal.commit()
        else:
            journal.delete()
    if as_json:
        speaker.json(_as_json(tally, written))
    else:
        _say_results(speaker, tally, written, results, folder / DECISIONS)
    return 3 if tally.open else 0


# --- what it is given ------------------------------------------------------------------------------------


def _try_call(task: Task) -> None:
    """Refuse a wrong call before anything is read: what a request and an option say may not agree."""
    task.verifier.check_found(Reading(), domain=task.domain, request=task.request, now=task.now)


def _rules(
    policy_place: str | None,
    levels_paths: Sequence[Path],
    programme: str | None,
    kits: Sequence[InstalledKit],
) -> Rules | None:
    """The rules of a file, or those that an installed kit has under this name."""
    if policy_place is None:
        demand_rules_for(levels=levels_paths, programme=programme)
        return None
    pack = read_pack(Path(policy_place), kits)
    levels = read_levels(levels_paths, kits)
    return Rules(pack, levels, programme_code(pack, programme) if programme is not None else None)


def _applicants(speaker: Speaker, file: Path, rules: Rules | None, *, today: date) -> ApplicantsSheet:
    with own_file(file):
        data = read_file(file, limits.SHEET_BYTES)
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
                "Give the list a column “Programmes” with the codes of the rules, or --programme CODE."
            ),
        )
    for note in sheet.notes[:_SHOWN]:
        speaker.line(_remark(speaker, note), aside=True)
    if len(sheet.notes) > _SHOWN:
        speaker.warn(N_("… and {number} more."), number=len(sheet.notes) - _SHOWN)
    if sheet.left_out:
        speaker.warn(
            N_("Rows without a number and a name, left out: {rows}."),
            rows=", ".join(map(str, sheet.left_out[:_SHOWN])),
        )
    if sheet.other_sheets:
        speaker.warn(
            N_("Only the sheet “{sheet}” is read; applicants may stand in these too: {others}."),
            sheet=sheet.sheet,
            others=", ".join(sheet.other_sheets[:_SHOWN]),
        )
    if sheet.unused:
        speaker.aside(N_("Columns that are not used: {titles}."), titles=", ".join(sheet.unused[:_SHOWN]))
    for problem in sheet.problems[:_SHOWN]:
        speaker.line(_remark(speaker, problem), aside=True)
    if sheet.problems:
        raise InputError(
            "queue.applicants",
            N_("The list of applicants has to be put right first; problems: {number}."),
            next_step=N_("Correct the rows that are named above, and give the command again."),
            number=len(sheet.problems),
        )
    if not sheet.rows:
        raise InputError(
            "queue.no-applicants",
            N_("The list has no applicants."),
            next_step=N_("Name the list that has them."),
        )
    return sheet


def _remark(speaker: Speaker, said: SheetRemark) -> str:
    text = speaker.text(said.remark.template, **said.remark.evidence)
    step = speaker.text(said.remark.next_step, **said.remark.evidence)
    where = (
        speaker.text(N_("Row {row}, “{column}”"), row=said.row, column=said.column)
        if said.column
        else speaker.text(N_("Row {row}"), row=said.row)
    )
    return " ".join(filter(None, (f"{where}:", text, step)))


def _places(
    out: Path, source: Path, applicants_file: Path, beside: Sequence[Path | None] = ()
) -> tuple[Path, Path]:
    """The folder of the results, and their file: `out` may name either.

    Nothing that is written, `beside` the results too, may lie where applicants put files: decisions and a
    journal that one of them wrote would be believed by the next run.
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
        inputs=[source, applicants_file],
        may_replace=lambda place: are_results(read_file(place, limits.SHEET_BYTES)),
    )
    results.parent.mkdir(parents=True, exist_ok=True)
    return results.parent, results


def _take_decisions(speaker: Speaker, results: Path, file: Path, now: datetime) -> None:
    """Bring what somebody decided in earlier results into the file of decisions: results are written anew."""
    if not results.exists():
        return
    with own_file(results):
        more = decisions_in(read_file(results, limits.SHEET_BYTES))
    if more:
        known = read_file(file, limits.DECISIONS_BYTES) if file.exists() else None
        when = speaker.language.day(now)
        replace_file(file, with_more(known, more, who=results.name, when=when, language=speaker.language))


def _decided(file: Path, matching: Matching) -> Decided:
    if not file.exists():
        return {}
    with own_file(file):
        return read_decided(read_file(file, limits.DECISIONS_BYTES), matching)


def _digest_of(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def _kept(until: date | timedelta | None, now: datetime) -> date:
    if until is None:
        return kept_until(now.date())
    return until if isinstance(until, date) else (now + until).date()


# --- the work --------------------------------------------------------------------------------------------


@contextmanager
def _crew(task: Task, units: int, workers: int | None, cluster: str | None) -> Iterator[Crew | None]:
    most = min(os.cpu_count() or 1, _MOST_PROCESSES) if units >= _PARALLEL_FROM else 1
    with ExitStack() as stack:
        if cluster is not None:
            yield stack.enter_context(executors.cluster(cluster, unit_checking.begin, task))
        elif (workers or most) > 1:
            yield stack.enter_context(executors.processes(workers or most, unit_checking.begin, task))
        else:
            yield None


def _check(speaker: Speaker, layout: Layout, task: Task, journal: Journal, crew: Crew | None) -> Layout:
    with speaker.progress(N_("Checking"), len(layout.units)) as advance:

        def tell(progress: Progress) -> None:
            said = None
            if progress.refused or progress.unreadable:
                said = speaker.text(
                    N_("refused {refused}, unreadable {unreadable}"),
                    refused=progress.refused,
                    unreadable=progress.unreadable,
                )
            # Parts that are read once more are no units of the beginning.
            advance(1 if progress.done <= len(layout.units) else 0, said)

        return check_units(layout, task, journal, crew, tell)


def _write_protocols(
    speaker: Speaker, desk: Desk, folder: Path, record: Record, crew: Crew | None, *, explain: bool
) -> None:
    """A page for each applicant who handed in something, drawn where units were checked."""
    folder.mkdir(parents=True, exist_ok=True)

    def sheets() -> Iterator[tuple[Path, Sheet]]:
        for answer in desk.applicants():
            sheet = Sheet.of(answer, record, speaker.language, program=version("vcwallet"), explain=explain)
            advance(1)
            if sheet is not None:
                yield folder / file_name(answer), sheet

    written = []
    with speaker.progress(N_("Writing protocols"), len(desk.matching.rows)) as advance:
        for path, page in in_order(draw, sheets(), crew):
            if isinstance(page, bytes):
                replace_file(path, page, one_of_many=True)
                written.append(path)
            else:
                speaker.warn(
                    N_("No protocol {file}: {reason}"), file=path.name, reason=speaker.language.error(page)
                )
    remove_left_over_of(written)


def _write_decisions(file: Path, waiting: Waiting, speaker: Speaker) -> None:
    known = read_file(file, limits.DECISIONS_BYTES) if file.exists() else None
    if known is not None or waiting:
        replace_file(file, write_decided(known, waiting, speaker.language))


# --- what is said ----------------------------------------------------------------------------------------


def _say_layout(speaker: Speaker, sheet: ApplicantsSheet, layout: Layout) -> None:
    speaker.aside(
        N_("Applicants: {applicants}. Files: {files}, in {units} pieces of work."),
        applicants=len(sheet.rows),
        files=sum(1 for _ in layout.files),
        units=len(layout.units),
    )


def _about(
    speaker: Speaker,
    task: Task,
    applicants_file: Path,
    sheet: ApplicantsSheet,
    source: Path,
    rules: Rules | None,
    kept: date,
) -> Said:
    trust = task.verifier.trust
    demands = task.verifier.demands
    kits = task.verifier.kits
    rows: list[tuple[str, str]] = [
        (speaker.text(N_("Checked at")), speaker.language.moment(task.now)),
        (speaker.text(N_("What was handed in")), source.name),
        (speaker.text(N_("List of applicants")), applicants_file.name),
        (speaker.text(N_("SHA-256 of the list of applicants")), sheet.digest),
        (speaker.text(N_("Shown to")), task.domain or trust.recipient or "–"),
        (
            speaker.text(N_("Trust list")),
            speaker.text(
                N_("{list}, № {version} of {date}"),
                list=trust.list_name,
                version=trust.version,
                date=trust.issued_at,
            ),
        ),
    ]
    if trust.digest is not None:
        rows.append((speaker.text(N_("Digest of the trust list")), trust.digest))
    rows += [
        (
            speaker.text(N_("Installed kit")),
            speaker.text(
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
        rows += rules_words(rules.pack, lists, speaker.language)
    rows += [
        (
            speaker.text(N_("Lists of revoked diplomas may be so old, in days")),
            str(demands.max_status_age.days),
        ),
        (speaker.text(N_("Program")), f"vcwallet {version('vcwallet')}"),
        (speaker.text(N_("Keep until")), speaker.language.day(kept)),
    ]
    return rows


def _say_results(speaker: Speaker, tally: Tally, written: Path, wanted: Path, decisions: Path) -> None:
    if written != wanted:
        speaker.warn(
            N_("{wanted} is open in another program, so the results are in {written}."),
            wanted=wanted.name,
            written=written.name,
        )
    for name, value in tally_words(tally, speaker.language):
        told = f"{name}: {value}"
        for line in [told] if len(told) <= WIDTH else wrapped(told, indent=0):
            speaker.line(line)
    speaker.say(N_("Results: {file}"), file=str(written))
    if tally.open:
        speaker.say(
            N_(
                "{number} need you: they are on the page “{page}”. For a showing, write the number of its"
                " application into {file} and give the same command again."
            ),
            number=tally.open,
            page=speaker.text(N_("For a person")),
            file=str(decisions),
        )


def _as_json(tally: Tally, written: Path) -> strict_json.JsonObject:
    files = tally.files
    return {
        "results": str(written),
        "applicants": tally.applicants,
        "outcomes": {outcome.value: tally.outcomes[outcome] for outcome in Outcome},
        "withoutAnswer": tally.outcomes[None],
        "open": tally.open,
        "files": files.as_json(),
    }
