"""`vcwallet verify`: from what was shown to an answer.

A person waits for it with another person in front of the desk, so what few calls ask for - rules of a
university, protocols, receipts, a register - is loaded when it is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from vcwallet.bundle import scanning
from vcwallet.bundle.kinds import DocumentKind
from vcwallet.cli.admission import Admission, admission, admission_options, tell_summary
from vcwallet.cli.files import (
    given,
    overwrite_option,
    place,
    read_asked,
    status_lists,
    tell_files,
    workers_for,
    workers_option,
)
from vcwallet.cli.kits import believed, kit_option, trust_option
from vcwallet.cli.speak import (
    Command,
    Speaker,
    Styled,
    argument,
    option,
    own_file,
    pass_speaker,
    passphrase_option,
)
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
from vcwallet.credentials.schema import SchemaStore
from vcwallet.errors import N_, InputError, UsageError, VcwalletError
from vcwallet.proofs.jsonld import PINNED
from vcwallet.report import Answers, Binding, Problem
from vcwallet.speaking.reports import Line, Tone, report_lines, summary_lines
from vcwallet.verifier.demands import Demands
from vcwallet.verifier.office import recommended
from vcwallet.verifier.verifier import Verifier

if TYPE_CHECKING:
    from vcwallet.verifier.desk_key import DeskKey
    from vcwallet.verifier.protocol import Record

COLOURS = {
    Tone.GOOD: "green",
    Tone.CAREFUL: "yellow",
    Tone.BAD: "red",
    Tone.GREY: "bright_black",
    Tone.PLAIN: None,
}


@click.command(
    cls=Command,
    help=N_(
        "Check what was shown, with the network unplugged.\n\n"
        "INPUT is a picture, a PDF, a folder, a bundle or credential file, or “-” for what a scanner types."
        " Several pictures of one bundle may come in any order.\n\n"
        "Ends with 0 confirmed, 1 refused, 3 not known, 4 unreadable input, 5 partly or nothing counts;"
        " of several inputs with the first of 1, 4, 3, 5, 0 that occurs."
    ),
)
@argument("inputs", metavar="INPUT...", nargs=-1, required=True, type=click.Path(path_type=str))
@trust_option
@kit_option
@domain_option
@option("--challenge", metavar="TEXT", help=N_("The challenge you gave the holder just now."))
@request_option
@status_option
@status_age_option
@binding_option
@require_status_option
@option(
    "--seen",
    "seen_file",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help=N_(
        "Keep here, without names, what was shown and which challenges were answered, to be told of a second"
        " time; its secret stands beside it."
    ),
)
@option(
    "--context",
    "own_contexts",
    nargs=2,
    type=(str, click.Path(dir_okay=False, path_type=Path)),
    multiple=True,
    metavar="URL FILE",
    help=N_("A vocabulary of your own: the file that a context URL stands for; may be repeated."),
)
@option(
    "--schemas",
    type=click.Path(file_okay=False, exists=True, path_type=Path),
    help=N_("A folder of JSON Schemas, for diplomas that name one."),
)
@option(
    "--protocol",
    "protocol_file",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help=N_("Write a page to print, sign and file, with the report attached; of several showings, one each."),
)
@option(
    "--receipt",
    "receipt_file",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help=N_("Give the family a signed receipt: .png, .svg, .pdf or .json; needs --desk-key."),
)
@option(
    "--desk-key",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help=N_("The key that “vcwallet desk create” made."),
)
@passphrase_option
@option(
    "--explain",
    is_flag=True,
    help=N_("Say how the points were counted, and let the protocol tell every check."),
)
@option("--office", metavar="TEXT", help=N_("Who checks, for the head of the protocol."))
@option(
    "--number",
    "application",
    metavar="TEXT",
    help=N_("The number of the application, for the protocol and the register."),
)
@option("--checked-by", metavar="NAME", help=N_("Who signs the protocol."))
@option(
    "--keep-until",
    type=LAST_DAY,
    metavar="DAY",
    help=N_("Until when the protocol is kept; the end of the fifth year after this one, unless you say."),
)
@option("--keep-basis", metavar="TEXT", help=N_("The rule by which the protocol is kept so long."))
@overwrite_option
@admission_options
@now_option
@workers_option
@option("--details", is_flag=True, help=N_("Show every check, not only what is worth a look."))
@option("--json", "as_json", is_flag=True, help=N_("Write the report as JSON."))
@pass_speaker
def verify(
    speaker: Speaker,
    inputs: Sequence[str],
    trust_file: Path | None,
    kit_place: str | None,
    domain: str | None,
    challenge: str | None,
    request_file: str | None,
    status_inputs: Sequence[str],
    max_status_age: timedelta | None,
    binding: str,
    require_status: bool,
    seen_file: Path | None,
    own_contexts: Sequence[tuple[str, Path]],
    schemas: Path | None,
    protocol_file: Path | None,
    receipt_file: Path | None,
    desk_key: Path | None,
    passphrase_file: Path | None,
    explain: bool,
    office: str | None,
    application: str | None,
    checked_by: str | None,
    keep_until: timedelta | date | None,
    keep_basis: str | None,
    policy_file: Path | None,
    levels_paths: Sequence[Path],
    programme: str | None,
    exams: Sequence[str],
    claimed: Sequence[str],
    now: datetime | None,
    workers: int | None,
    details: bool,
    as_json: bool,
) -> int:
    pages, receipts, desk = None, None, None
    demand_use("--receipt", receipt_file, desk_key=desk_key, passphrase_file=passphrase_file)
    demand_use(
        "--protocol",
        protocol_file,
        office=office,
        checked_by=checked_by,
        keep_until=keep_until,
        keep_basis=keep_basis,
    )
    if protocol_file is not None:
        demand_protocol(protocol_file)
        pages = _FilePerShowing(speaker, protocol_file)
    if receipt_file is not None:
        _demand_form(receipt_file)
        receipts = _FilePerShowing(speaker, receipt_file)
        desk = desk_of(speaker, desk_key, passphrase_file)
    at = moment(now)
    trust, kits = believed(trust_file, kit_place, at)
    contexts = PINNED
    for url, file in own_contexts:
        with own_file(file):
            contexts = contexts.with_file(url, file)
    with own_file(schemas or ""):
        known_schemas = SchemaStore.from_folder(schemas) if schemas else SchemaStore()
    asked, openid = read_asked(request_file) if request_file else (None, None)
    rules = admission(policy_file, levels_paths, programme, exams, claimed, kits)
    newer = status_lists(status_inputs)
    verifier = Verifier(
        trust,
        replace(
            recommended(kits) if max_status_age is None else Demands(max_status_age=max_status_age),
            binding=Binding(binding),
            require_status=require_status,
        ),
        status_lists=newer,
        contexts=contexts,
        schemas=known_schemas,
        kits=kits,
    )
    with ExitStack() as opened:
        if seen_file is not None:
            from vcwallet.verifier.seen import SeenRegister

            register = opened.enter_context(SeenRegister.open(seen_file, now=at))
            verifier = replace(verifier, seen=register)
        files = given(inputs)
        many = None
        if (processes := workers_for(files, workers)) > 1:
            from vcwallet.verifier.many import Many
            from vcwallet.verifier.unit_checking import Task

            task = Task(verifier, at, domain, challenge, asked)
            many = opened.enter_context(Many.at_work(task, processes))
        found = scanning.read_inputs(files, crew=None if many is None else many.crew)
        if scanning.documents(found, DocumentKind.VP_TOKEN):
            from vcwallet.bundle.openid_asked import expanded

            found = expanded(found, openid)
        answers = verifier.check_found(
            found,
            domain=domain,
            challenge=challenge,
            request=asked,
            number=application,
            now=at,
            elsewhere=None if many is None else many.check,
        )
    if rules is not None:
        answers = _decided(answers, rules)
    problems = tuple(replace(each, message=speaker.language.error(each.error)) for each in answers.problems)
    answers = replace(answers, problems=problems)
    if as_json:
        speaker.json(answers.as_json(program=_program()))
    else:
        show(speaker, answers, details=details, explain=explain)
    if openid is None and any(each.showing.code == "showing.openid-answer" for each in answers.reports):
        speaker.warn(N_("This is an answer to a request of OpenID4VP: add --request ask.json."))
    if pages is not None:
        from vcwallet.verifier.protocol import Record

        last = (at + keep_until).date() if isinstance(keep_until, timedelta) else keep_until
        record = Record(office or "", application or "", checked_by or "", None, last, keep_basis or "")
        write_protocols(speaker, answers, pages, record, explain=explain)
    if receipts is not None and desk is not None:
        write_receipts(speaker, answers, receipts, desk, now=at)
    for each in answers.problems:
        speaker.problem(each.source, each.error)
    tell_files(speaker, found)
    if not answers.reports and not answers.problems:
        raise InputError(
            "verify.nothing-shown",
            N_("Neither a bundle nor a diploma is among the files."),
            next_step=N_("Ask the family for what its wallet writes when it shows."),
        )
    if not found.everything_was_read and answers.exit_status in (0, 3, 5):
        return InputError.exit_status
    return answers.exit_status


def demand_protocol(out: Path) -> None:
    """Raises UsageError (``protocol.form``), and MachineError (``sheet.no-typst``) without the extra."""
    if out.suffix.lower() != ".pdf":
        raise UsageError(
            "protocol.form",
            N_("A protocol is not written as “{name}”."),
            next_step=N_("Choose a name that ends with .pdf."),
            name=out.name[-64:],
        )
    from vcwallet import printing

    printing.demand_typst()


def _demand_form(out: Path) -> None:
    """Raises UsageError (``slip.form``)."""
    from vcwallet.bundle import slip

    slip.form_of(out)


def _program() -> str:
    from importlib.metadata import version

    return version("vcwallet")


class _FilePerShowing:
    """Where what belongs to each showing goes: one file, or of several each with its number in the name."""

    def __init__(self, speaker: Speaker, out: Path) -> None:
        """Raises what `place` raises: before anything is read."""
        self._speaker, self._out = speaker, out
        self._write = place(speaker, out)

    def file(self, number: int, answers: Answers) -> tuple[Path, Callable[[bytes], None]]:
        """The file, and what writes it; the one that was asked about is not asked about again."""
        if len(answers.reports) == 1:
            return self._out, self._write
        file = self._out.with_name(f"{self._out.stem}-{number}{self._out.suffix}")
        return file, place(self._speaker, file)


def write_protocols(
    speaker: Speaker, answers: Answers, pages: _FilePerShowing, record: Record, *, explain: bool
) -> None:
    """One page for one showing; of several, each has a file of its own, with its place in the name."""
    from vcwallet.speaking import protocol

    program = _program()
    for number, report in enumerate(answers.reports, 1):
        file, write = pages.file(number, answers)
        attached = answers if len(answers.reports) == 1 else Answers((report,))
        text = speaker.json_text(attached.as_json(program=program))
        write(
            protocol.of_report(
                report, record, speaker.language, program=program, attached=text, explain=explain
            )
        )
        speaker.aside(
            N_("{file}: the protocol. Keep it until {day}."),
            file=str(file),
            day=record.kept(report.checked_at.date()),
        )


def desk_of(speaker: Speaker, file: Path | None, passphrase_file: Path | None) -> DeskKey:
    """Raises UsageError (``receipt.no-desk``), and what opening the key raises."""
    if file is None:
        raise UsageError(
            "receipt.no-desk",
            N_("A receipt is signed, and no key is named."),
            next_step=N_("Name it with --desk-key; “vcwallet desk create” makes one."),
        )
    from vcwallet.cli.passphrases import with_passphrase
    from vcwallet.verifier.desk_key import DeskKey

    prompt = speaker.text(N_("Passphrase of {file}"), file=file.name)
    return with_passphrase(speaker, passphrase_file, prompt=prompt, use=partial(DeskKey.open, file))


def write_receipts(
    speaker: Speaker, answers: Answers, receipts: _FilePerShowing, desk: DeskKey, *, now: datetime
) -> None:
    """A receipt for each showing; what is none, or is refused, gets none, and that is told."""
    from vcwallet.bundle import slip
    from vcwallet.speaking.receipts import receipt_words

    for number, report in enumerate(answers.reports, 1):
        said = receipt_words(report, speaker.language)
        try:
            signed = desk.sign(report, said, now=now)
        except UsageError as error:
            speaker.problem(", ".join(each.file for each in report.source), error)
            continue
        file, write = receipts.file(number, answers)
        words = slip.Slip(
            speaker.text(N_("Receipt of {name}"), name=desk.name),
            notes=(
                said,
                speaker.text(N_("For the family: “vcwallet wallet receipt WALLET PICTURE”.")),
            ),
        )
        form = slip.form_of(file)
        write(slip.render(signed, form, words, speaker.language, seconds=int(now.timestamp())))
        speaker.aside(N_("{file}: the receipt for the family."), file=str(file))


def _decided(answers: Answers, rules: Admission) -> Answers:
    """The answers with what each showing is worth; one that has no such answer is among the problems."""
    reports, problems = [], list(answers.problems)
    for report in answers.reports:
        try:
            reports.append(rules.decided(report))
        except VcwalletError as error:
            problems.append(Problem(", ".join(each.file for each in report.source), error))
            reports.append(report)
    return replace(answers, reports=tuple(reports), problems=tuple(problems))


def show(speaker: Speaker, answers: Answers, *, details: bool, explain: bool = False) -> None:
    """One report in full; of several a summary, and each in full only when details are asked for."""
    if len(answers.reports) > 1:
        _write(speaker, summary_lines(answers, speaker.language))
    if len(answers.reports) == 1 or details:
        for report in answers.reports:
            speaker.say()
            _write(speaker, report_lines(report, speaker.language, details=details))
    if any(report.policy is not None for report in answers.reports):
        _show_decisions(speaker, answers, explain=explain)


def _show_decisions(speaker: Speaker, answers: Answers, *, explain: bool) -> None:
    from vcwallet.speaking.decisions import decision_lines
    from vcwallet.verifier.policy import Decision

    for number, report in enumerate(answers.reports, 1):
        if isinstance(report.policy, Decision):
            speaker.say()
            if len(answers.reports) > 1:
                sources = ", ".join(each.file for each in report.source)
                speaker.line(f"{number}. {sources}")
            if explain:
                _write(speaker, decision_lines(report.policy, speaker.language))
            else:
                tell_summary(speaker, report.policy)


def _write(speaker: Speaker, lines: Sequence[Line]) -> None:
    for line in lines:
        colour = COLOURS[line.tone]
        if line.title and colour is not None:
            speaker.write(Styled(line.text + " ", colour="black", ground=colour, bold=True))
        else:
            speaker.write(Styled(line.text, colour=colour, bold=line.title))
