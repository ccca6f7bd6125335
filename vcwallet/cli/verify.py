"""`vcwallet verify`: from what was shown to an answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from importlib.metadata import version
from pathlib import Path

import click

from vcwallet import limits, strict_json
from vcwallet.cli.files import find, read_request, status_lists, tell_files
from vcwallet.cli.speak import Command, Speaker, Styled, argument, option, own_file, pass_speaker
from vcwallet.cli.values import DURATION, binding_option, moment, now_option, require_status_option
from vcwallet.credentials.schema import SchemaStore
from vcwallet.errors import N_, InputError
from vcwallet.files import read_file, replace_file
from vcwallet.proofs.jsonld import PINNED
from vcwallet.report import Answers, Binding
from vcwallet.speaking.reports import Line, Tone, report_lines, summary_lines
from vcwallet.verifier import ChallengeRegister, Demands, TrustList, Verifier

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
        "INPUT is a picture, a PDF, a folder, a bundle or credential file, or - for what a scanner types."
        " Several pictures of one bundle may come in any order.\n\n"
        "Ends with 0 confirmed, 1 refused, 3 not known, 4 unreadable input, 5 partly or nothing counts;"
        " of several inputs with the first of 1, 4, 3, 5, 0 that occurs."
    ),
)
@argument("inputs", metavar="INPUT...", nargs=-1, required=True, type=click.Path(path_type=str))
@option(
    "--trust",
    "trust_file",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help=N_("Your trust list: the issuers you believe."),
)
@option("--domain", metavar="DOMAIN", help=N_("Your own name: what was shown must be addressed to it."))
@option("--challenge", metavar="TEXT", help=N_("The challenge you gave the holder just now."))
@option(
    "--request",
    "request_file",
    type=click.Path(dir_okay=False, path_type=str),
    help=N_("Your request: brings the domain, the challenge and what you asked for."),
)
@option(
    "--status",
    "status_inputs",
    multiple=True,
    type=click.Path(path_type=str),
    metavar="FILE",
    help=N_("A newer list of revoked credentials, or a folder of them; may be repeated."),
)
@option(
    "--max-status-age",
    type=DURATION,
    default="14d",
    show_default=True,
    help=N_("How old the knowledge of revocations may be."),
)
@binding_option
@require_status_option
@option(
    "--remember-challenges",
    "register_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help=N_("Keep here, without names, which challenges were answered, to be told of a second answer."),
)
@option(
    "--context",
    "own_contexts",
    nargs=2,
    type=(str, click.Path(dir_okay=False, path_type=Path)),
    multiple=True,
    metavar="URL FILE",
    help=N_("Words of your own: the file that a context URL stands for; may be repeated."),
)
@option(
    "--schemas",
    type=click.Path(file_okay=False, exists=True, path_type=Path),
    help=N_("A folder of JSON Schemas, for diplomas that name one."),
)
@now_option
@option("--details", is_flag=True, help=N_("Show every check, not only what is worth a look."))
@option("--json", "as_json", is_flag=True, help=N_("Write the report as JSON."))
@pass_speaker
def verify(
    speaker: Speaker,
    inputs: Sequence[str],
    trust_file: Path,
    domain: str | None,
    challenge: str | None,
    request_file: str | None,
    status_inputs: Sequence[str],
    max_status_age: timedelta,
    binding: str,
    require_status: bool,
    register_file: Path | None,
    own_contexts: Sequence[tuple[str, Path]],
    schemas: Path | None,
    now: datetime | None,
    details: bool,
    as_json: bool,
) -> int:
    with own_file(trust_file):
        trust = TrustList.parse(read_file(trust_file, limits.TRUST_LIST_BYTES))
    contexts = PINNED
    for url, file in own_contexts:
        with own_file(file):
            contexts = contexts.with_file(url, file)
    with own_file(schemas or ""):
        known_schemas = SchemaStore.from_folder(schemas) if schemas else SchemaStore()
    asked = read_request(request_file) if request_file else None
    register = _register(register_file)
    newer = status_lists(status_inputs)
    found = find(inputs)
    verifier = Verifier(
        trust,
        Demands(max_status_age=max_status_age, binding=Binding(binding), require_status=require_status),
        status_lists=newer,
        contexts=contexts,
        schemas=known_schemas,
        challenges=register,
    )
    answers = verifier.check_found(found, domain=domain, challenge=challenge, request=asked, now=moment(now))
    if register is not None and register_file is not None:
        replace_file(register_file, strict_json.dumps(register.to_json()).encode("utf-8"))
    if as_json:
        problems = tuple(
            replace(each, message=speaker.language.error(each.error)) for each in answers.problems
        )
        speaker.json(replace(answers, problems=problems).as_json(program=version("vcwallet")))
    else:
        show(speaker, answers, details=details)
    for each in answers.problems:
        speaker.problem(each.source, each.error)
    tell_files(speaker, found)
    if not answers.reports and not answers.problems:
        raise InputError("verify.nothing-shown", N_("Neither a bundle nor a diploma is among the files."))
    if not found.everything_was_read and answers.exit_status in (0, 3, 5):
        return InputError.exit_status
    return answers.exit_status


def show(speaker: Speaker, answers: Answers, *, details: bool) -> None:
    """One report in full; of several a summary, and each in full only when details are asked for."""
    if len(answers.reports) > 1:
        _write(speaker, summary_lines(answers, speaker.language))
    if len(answers.reports) == 1 or details:
        for report in answers.reports:
            speaker.say()
            _write(speaker, report_lines(report, speaker.language, details=details))


def _write(speaker: Speaker, lines: Sequence[Line]) -> None:
    for line in lines:
        colour = COLOURS[line.tone]
        if line.title and colour is not None:
            speaker.write(Styled(line.text + " ", colour="black", ground=colour, bold=True))
        else:
            speaker.write(Styled(line.text, colour=colour, bold=line.title))


def _register(file: Path | None) -> ChallengeRegister | None:
    if file is None:
        return None
    if not file.exists():
        return ChallengeRegister.create()
    with own_file(file):
        return ChallengeRegister.parse(read_file(file, limits.CHALLENGE_REGISTER_BYTES))
