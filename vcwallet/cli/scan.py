"""`vcwallet scan`: from pictures and scanned text to the documents in them, unchecked."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from vcwallet import strict_json
from vcwallet.cli.files import find, overwrite_option, place, tell_files
from vcwallet.cli.speak import Command, Speaker, argument, option, pass_speaker
from vcwallet.errors import N_
from vcwallet.speaking.inspected import KINDS
from vcwallet.strict_json import Json


@click.command(
    cls=Command,
    help=N_(
        "Read the codes of pictures, PDFs or scanned text and write down the bundle they hold.\n\n"
        "Nothing is checked here; `vcwallet verify` does that."
    ),
)
@argument("inputs", metavar="INPUT...", nargs=-1, required=True, type=click.Path(path_type=str))
@option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path, allow_dash=True),
    default="-",
    show_default=True,
    help=N_("Where the JSON goes; - is the screen."),
)
@overwrite_option
@pass_speaker
def scan(speaker: Speaker, inputs: Sequence[str], out: Path) -> int:
    write = None if str(out) == "-" else place(speaker, out)
    found = find(inputs)
    good = [each for each in found if each.document is not None]
    for each in found:
        if each.problem is not None:
            speaker.problem(each.where, each.problem)
        else:
            speaker.warn(N_("{where}: {kind}"), where=each.where, kind=speaker.text(KINDS[each.kind]))
    if good:
        written: Json = [each.document for each in good] if len(good) > 1 else good[0].document
        if write is None:
            speaker.json(written)
        else:
            write((strict_json.dumps(written, indent=2) + "\n").encode("utf-8"))
    tell_files(speaker, found)
    return found.exit_status
