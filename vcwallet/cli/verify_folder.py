"""`vcwallet verify-folder`: everything that applicants handed in -> a row for each of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
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
    demand_use,
    domain_option,
    moment,
    now_option,
    request_option,
    require_status_option,
    status_age_option,
    status_option,
)
from vcwallet.errors import N_, VcwalletError
from vcwallet.executors import Crew
from vcwallet.files import read_file
from vcwallet.report import Binding, Outcome
from vcwallet.speaking.queue_run import (
    QueueCall,
    Watch,
    applicants_of,
    check_queue,
    demand_applicants,
    places_of,
    remark_sentence,
)
from vcwallet.speaking.reports import WIDTH, wrapped
from vcwallet.speaking.results import (
    Tally,
    tally_words,
)
from vcwallet.verifier import Demands, Verifier, unit_checking
from vcwallet.verifier.applicants import ApplicantsSheet
from vcwallet.verifier.kit.installed import InstalledKit
from vcwallet.verifier.matching import can_suggest
from vcwallet.verifier.office import recommended
from vcwallet.verifier.protocol import Record
from vcwallet.verifier.queue import Progress, Rules
from vcwallet.verifier.unit_checking import Task
from vcwallet.verifier.units import Layout

_RESULTS: Final = "results.xlsx"
_JOURNAL: Final = ".verify-folder.sqlite"
_SHOWN: Final = 20
"""Remarks on the list of applicants that are named; a wrong column may have thousands."""
_PARALLEL_FROM: Final = 40
"""Fewer units are checked before other processes have started."""


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
    demand_use("--protocols", protocols, office=office, checked_by=checked_by)
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
    folder, results = places_of(out, source, [applicants_file], beside=(protocols, seen_file))
    if not can_suggest():
        speaker.warn(
            N_("Names that are alike are not offered: the part “queue” of vcwallet is not installed.")
        )
    kept = retain_until if retain_until is None or isinstance(retain_until, date) else None
    if isinstance(retain_until, timedelta):
        kept = (at + retain_until).date()
    call = QueueCall(
        task,
        source,
        sheet,
        applicants_file.name,
        folder,
        results,
        rules,
        besides=tuple(each for each in (applicants_file, trust_file) if each is not None),
        record=Record(office or "", checked_by=checked_by or "", keep_until=kept),
        protocols=protocols,
        explain=explain,
        seen=seen_file,
        fixed=now is not None,
        keep=keep,
    )
    with _Screen(speaker, sheet, workers, cluster) as screen:
        run = check_queue(call, speaker.language, screen)
    tally, written = run.tally, run.written
    if as_json:
        speaker.json(_as_json(tally, written))
    else:
        _say_results(speaker, tally, written, results, run.decisions)
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
    sheet = applicants_of(data, rules, today=today)
    for note in sheet.notes[:_SHOWN]:
        speaker.line(remark_sentence(note, speaker.language), aside=True)
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
        speaker.line(remark_sentence(problem, speaker.language), aside=True)
    demand_applicants(sheet)
    return sheet


# --- the work --------------------------------------------------------------------------------------------


class _Screen(Watch):
    """Tells a person at a terminal how far it is."""

    def __init__(
        self, speaker: Speaker, sheet: ApplicantsSheet, workers: int | None, cluster: str | None
    ) -> None:
        self._speaker, self._sheet = speaker, sheet
        self._workers, self._cluster = workers, cluster
        self._stack = ExitStack()
        self._checking: Callable[..., None] | None = None
        self._writing: Callable[..., None] | None = None

    def __enter__(self) -> _Screen:
        return self

    def __exit__(self, *error: object) -> None:
        self._stack.close()

    def laid_out(self, layout: Layout) -> None:
        self._speaker.aside(
            N_("Applicants: {applicants}. Files: {files}, in {units} pieces of work."),
            applicants=len(self._sheet.rows),
            files=sum(1 for _ in layout.files),
            units=len(layout.units),
        )

    def own(self, file: Path) -> AbstractContextManager[None]:
        return own_file(file)

    def resumed(self, moment: datetime) -> None:
        self._speaker.aside(N_("A run of {moment} was stopped: it goes on where it was."), moment=moment)

    @contextmanager
    def crew(self, task: Task, units: int) -> Iterator[Crew | None]:
        workers = executors.worth(units, self._workers, least=_PARALLEL_FROM)
        with ExitStack() as stack:
            if self._cluster is not None:
                begin, end = unit_checking.begin, unit_checking.end
                yield stack.enter_context(executors.cluster(self._cluster, begin, task, end=end))
            elif workers > 1:
                yield stack.enter_context(executors.processes(workers, unit_checking.begin, task))
            else:
                yield None

    def checked(self, progress: Progress, layout: Layout) -> None:
        if self._checking is None:
            bar = self._speaker.progress(N_("Checking"), len(layout.units))
            self._checking = self._stack.enter_context(bar)
        said = None
        if progress.refused or progress.unreadable:
            said = self._speaker.text(
                N_("refused {refused}, unreadable {unreadable}"),
                refused=progress.refused,
                unreadable=progress.unreadable,
            )
        # Parts that are read once more are no units of the beginning.
        self._checking(1 if progress.done <= len(layout.units) else 0, said)

    def protocol(self, file: Path, problem: VcwalletError | None) -> None:
        if self._writing is None:
            self._stack.close()
            bar = self._speaker.progress(N_("Writing protocols"), len(self._sheet.rows))
            self._writing = self._stack.enter_context(bar)
        self._writing(1)
        if problem is not None:
            self._speaker.warn(
                N_("No protocol {file}: {reason}"),
                file=file.name,
                reason=self._speaker.language.error(problem),
            )


# --- what is said ----------------------------------------------------------------------------------------


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
