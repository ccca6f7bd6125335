"""`vcwallet inspect`: what files are and what they say of themselves, whoever made them."""

from __future__ import annotations

from collections.abc import Sequence

import click

from vcwallet.bundle.inspecting import said
from vcwallet.bundle.scanning import Found
from vcwallet.cli.files import find, tell_files
from vcwallet.cli.speak import Command, Speaker, argument, option, pass_speaker
from vcwallet.cli.wallet.words import error_json
from vcwallet.errors import N_, Mistake
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
        speaker.say(NOTHING_VERIFIED)
    mistakes = [each for each in reading if isinstance(each.problem, Mistake)]
    return Mistake.exit_status if mistakes else 0


def _tell(speaker: Speaker, found: Found) -> None:
    speaker.say(N_("{where}: {kind}"), where=found.where, kind=speaker.text(KINDS[found.kind]))
    for statement in said(found):
        for name, value in rows(statement, speaker.language):
            speaker.line(f"  {name}: {value}")
    if found.problem is not None:
        speaker.problem(found.where, found.problem)


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
