"""`vcwallet inspect`: what files are and what they say of themselves, whoever made them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import click

from vcwallet.bundle.inspecting import said
from vcwallet.bundle.kinds import DocumentKind
from vcwallet.bundle.scanning import Found
from vcwallet.cli.files import find, tell_files
from vcwallet.cli.speak import Command, Speaker, argument, option, pass_speaker
from vcwallet.cli.wallet.words import error_json
from vcwallet.errors import N_, InputError, Mistake, VcwalletError
from vcwallet.speaking.inspected import KINDS, NOTHING_VERIFIED, rows
from vcwallet.strict_json import Json, JsonObject


@click.command(
    cls=Command,
    help=N_(
        "Say what files are and what they say of themselves; nothing is verified.\n\n"
        "INPUT is any file or folder: diplomas, badges inside pictures, backups of other wallets, PDFs,"
        " signatures, codes. `vcwallet verify` checks signatures."
    ),
)
@argument("inputs", metavar="INPUT...", nargs=-1, required=True, type=click.Path(path_type=str))
@option("--json", "as_json", is_flag=True, help=N_("Write it as JSON."))
@pass_speaker
def inspect(speaker: Speaker, inputs: Sequence[str], as_json: bool) -> int:
    reading = find(inputs)
    if as_json:
        speaker.json({"verified": False, "found": [_json(each) for each in reading]})
    else:
        for each in reading:
            _tell(speaker, each)
        tell_files(speaker, reading)
        if not all(map(_only_a_problem, reading)):
            speaker.say(NOTHING_VERIFIED)
    if any(isinstance(each.problem, Mistake) for each in reading):
        return Mistake.exit_status
    not_there = any(each.problem is not None and each.problem.code == "scan.no-file" for each in reading)
    return InputError.exit_status if not_there else 0


def _only_a_problem(found: Found) -> bool:
    """Whether all that can be said of it is why it was not read; the problem says what it is, if known."""
    return found.kind is DocumentKind.NOTHING and found.problem is not None


def _tell(speaker: Speaker, found: Found) -> None:
    if not _only_a_problem(found):
        speaker.say(N_("{where}: {kind}"), where=found.where, kind=speaker.text(KINDS[found.kind]))
        try:
            for line in _lines(speaker, found):
                speaker.line(f"  {line}")
        except VcwalletError as error:
            speaker.problem(found.where, error)
    if found.problem is not None:
        speaker.problem(found.where, found.problem)


def _lines(speaker: Speaker, found: Found) -> Iterator[str]:
    if found.kind in (DocumentKind.REQUEST, DocumentKind.OPENID_REQUEST, DocumentKind.ASKED):
        from vcwallet.speaking.inspected_requests import request_lines

        yield from request_lines(found, speaker.language)
        return
    for statement in said(found):
        for name, value in rows(statement, speaker.language):
            yield f"{name}: {value}"


def _json(found: Found) -> JsonObject:
    says: list[Json] = [
        {
            name: value
            for name, value in (
                ("title", each.title),
                ("person", each.person),
                ("issuer", each.issuer),
                ("day", each.day),
                ("until", each.until),
            )
            if value
        }
        for each in said(found)
    ]
    document: JsonObject = {"where": found.where, "kind": found.kind.value, "says": says}
    if found.problem is not None:
        document["problem"] = error_json(found.problem)
    return document
