"""`vcwallet verify`: from what was shown to an answer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import click

from vcwallet import limits, report
from vcwallet.bundle.codec import Bundle
from vcwallet.bundle.document_kinds import DocumentKind
from vcwallet.bundle.scanning import Found
from vcwallet.cli.files import documents, find, read_request, status_lists, tell_files
from vcwallet.cli.speak import Command, Speaker, Styled, argument, option, own_file, pass_speaker
from vcwallet.cli.values import DURATION, moment, now_option
from vcwallet.credentials.schema import SchemaStore
from vcwallet.errors import N_, InputError, Mistake, VcwalletError
from vcwallet.files import read_file
from vcwallet.proofs.jsonld import PINNED
from vcwallet.report import Check, CredentialReport, Finding, Outcome, Report, Result
from vcwallet.speaking import sentences
from vcwallet.strict_json import Json, JsonObject
from vcwallet.verifier import Policy, TrustList, Verifier

REPORT_FORMAT = "vcwallet-report/1"
EXIT_STATUS = {Outcome.ACCEPTED: 0, Outcome.REFUSED: 1, Outcome.CANNOT_CONFIRM: 3}
COLOURS = {Outcome.ACCEPTED: "green", Outcome.REFUSED: "red", Outcome.CANNOT_CONFIRM: "yellow"}
RESULT_COLOURS = {
    Result.PASSED: None,
    Result.FAILED: "red",
    Result.NOT_COUNTED: "red",
    Result.UNKNOWN: "yellow",
    Result.NOTE: "cyan",
}
MARKS = {
    Result.PASSED: "✓",
    Result.FAILED: "✗",
    Result.NOT_COUNTED: "–",
    Result.UNKNOWN: "?",
    Result.NOTE: "·",
}


@click.command(
    cls=Command,
    help=N_(
        "Check what was shown, with the network unplugged.\n\n"
        "INPUT is a picture, a PDF, a folder, a bundle or credential file, or - for what a scanner types."
        " Several pictures of one bundle may come in any order.\n\n"
        "Ends with 0 accepted, 1 refused, 3 cannot confirm, 4 unreadable input."
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
    newer = status_lists(status_inputs)
    found = find(inputs)
    verifier = Verifier(
        trust,
        Policy(max_status_age=max_status_age),
        status_lists=[*newer, *documents(found, DocumentKind.STATUS_LIST)],
        contexts=contexts,
        schemas=known_schemas,
    )
    at = moment(now)
    answers: list[tuple[str, Report]] = []
    problems = [(each.where, each.problem) for each in found if each.problem is not None]
    for each in found:
        shown = _shown(each)
        if shown is None:
            continue
        try:
            answer = verifier.check(shown, domain=domain, challenge=challenge, request=asked, now=at)
        except VcwalletError:
            raise
        except Exception as error:  # one input must not take the answers on the others with it
            problems.append((each.where, Mistake.of(error)))
        else:
            answers.append((each.where, answer))
    if as_json:
        speaker.json(_json(answers, problems))
    else:
        for source, answer in answers:
            show_report(speaker, source, answer, details=details)
    for where, problem in problems:
        speaker.problem(where, problem)
    tell_files(speaker, found)
    if not answers and not problems:
        raise InputError("verify.nothing-shown", N_("Neither a bundle nor a diploma is among the files."))
    if any(isinstance(problem, Mistake) for _, problem in problems):
        return Mistake.exit_status
    if any(answer.outcome is Outcome.REFUSED for _, answer in answers):
        return EXIT_STATUS[Outcome.REFUSED]
    if found.exit_status:
        return found.exit_status
    return EXIT_STATUS[report.worst(answer.outcome for _, answer in answers)]


def _shown(each: Found) -> Bundle | JsonObject | None:
    return each.document if each.kind is DocumentKind.CREDENTIAL else each.bundle


def _json(answers: Iterable[tuple[str, Report]], problems: Iterable[tuple[str, VcwalletError]]) -> JsonObject:
    listed: list[Json] = [{"source": source, **report.as_json(answer)} for source, answer in answers]
    unread: list[Json] = [
        {"source": where, "code": problem.code, "message": str(problem), "evidence": dict(problem.evidence)}
        for where, problem in problems
    ]
    return {
        "format": REPORT_FORMAT,
        "outcome": report.worst(answer.outcome for _, answer in answers).value,
        "reports": listed,
        "problems": unread,
    }


# --- the answer, for a person ------------------------------------------------------------------------


def show_report(speaker: Speaker, source: str, answer: Report, *, details: bool) -> None:
    """A verdict line, a table of the credentials, and a sentence for everything that is not simply good."""
    words = speaker.language
    verdict = words.text(sentences.OUTCOMES[answer.outcome]).upper()
    speaker.say()
    ground = COLOURS[answer.outcome]
    speaker.write(Styled(f" {verdict} ", colour="black", ground=ground, bold=True), f"  {source}")
    if answer.purpose:
        speaker.say(N_("  Shown for: {purpose}"), purpose=answer.purpose)
    speaker.say(N_("  Tie to the person: {binding}"), binding=words.text(sentences.BINDINGS[answer.binding]))
    _explain(speaker, answer.findings, details=details)
    if not answer.credentials:
        return
    speaker.say()
    speaker.table(
        [N_("№"), N_("Achievement"), N_("Who"), N_("Signed by"), N_("Date"), N_("Answer")],
        [
            (
                str(number),
                _claimed(speaker, each, _achievement(each)),
                _claimed(speaker, each, each.shown.get("person", "")),
                _issuer(each),
                each.shown.get("awarded", ""),
                words.text(sentences.OUTCOMES[each.outcome]),
            )
            for number, each in enumerate(answer.credentials, 1)
        ],
    )
    if answer.outcome is Outcome.REFUSED and any(
        each.outcome is Outcome.ACCEPTED for each in answer.credentials
    ):
        words_ = N_("The whole is refused, so nothing in it counts, whatever its parts would be alone.")
        speaker.write(Styled(speaker.text(words_), colour="red"))
    for number, each in enumerate(answer.credentials, 1):
        if _worth_telling(each.findings, details):
            speaker.say(N_("№ {number}:"), number=number)
            _explain(speaker, each.findings, details=details)


def _worth_telling(findings: Iterable[Finding], details: bool) -> list[Finding]:
    """Everything that was not simply passed, and always the age of what is known of revocations."""
    return [
        each for each in findings if details or each.result is not Result.PASSED or each.check is Check.STATUS
    ]


def _explain(speaker: Speaker, findings: Iterable[Finding], *, details: bool) -> None:
    for finding in _worth_telling(findings, details):
        mark = MARKS[finding.result]
        what = speaker.text(sentences.CHECKS[finding.check])
        line = f"  {mark} {what}: {sentences.sentence(finding, speaker.language)}"
        speaker.write(Styled(line, colour=RESULT_COLOURS[finding.result]))


def _achievement(each: CredentialReport) -> str:
    parts = [each.shown.get(key, "") for key in ("achievement", "field", "result", "year")]
    return ", ".join(part for part in parts if part)


def _claimed(speaker: Speaker, each: CredentialReport, words: str) -> str:
    """What no proof stands behind is shown as what it is: a claim."""
    proven = any(
        finding.check is Check.PROOF and finding.result is Result.PASSED for finding in each.findings
    )
    return words if proven or not words else speaker.text(N_("(unproven) {words}"), words=words)


def _issuer(each: CredentialReport) -> str:
    """The issuer under the name of the trust list; what it calls itself is only a claim."""
    for finding in each.findings:
        if finding.check is Check.ISSUER and "issuer" in finding.evidence:
            return str(finding.evidence["issuer"])
    return ""
