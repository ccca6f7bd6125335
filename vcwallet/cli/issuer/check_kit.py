"""`vcwallet issuer check-kit`: what is wrong with templates, settings and a design, and on which lines."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from vcwallet.cli.issuer.words import as_json_option, issuer_folder
from vcwallet.cli.speak import Command, Speaker, argument, pass_speaker
from vcwallet.errors import N_

if TYPE_CHECKING:
    from vcwallet.issuer.lint import Remark
    from vcwallet.strict_json import JsonObject

_WRONG = 2


@click.command(
    "check-kit",
    cls=Command,
    help=N_(
        "Check an issuer's folder, or template files, before anything is signed with them.\n\n"
        "Without FILE: issuer.toml, every file of the folder “templates”, and the design. Each mistake is"
        " told with its line. Ends with 2 when there is one."
    ),
)
@argument("files", metavar="[FILE...]", nargs=-1, type=click.Path(dir_okay=False, path_type=Path))
@issuer_folder
@as_json_option
@pass_speaker
def check_kit(speaker: Speaker, files: tuple[Path, ...], directory: Path, as_json: bool) -> None:
    from vcwallet.issuer import lint

    if files:
        checked = [str(file) for file in files]
        found = [remark for file in files for remark in lint.of_template(file)]
    else:
        checked = [str(directory)]
        found = list(lint.of_folder(directory))
    if as_json:
        speaker.json({"checked": [*checked], "remarks": [_as_json(speaker, remark) for remark in found]})
    else:
        for remark in found:
            speaker.say(N_("{where}: {words}"), where=_where(speaker, remark), words=_words(speaker, remark))
        if not found:
            speaker.say(N_("{checked}: nothing against it."), checked=", ".join(checked))
    if found:
        raise click.exceptions.Exit(_WRONG)


def _where(speaker: Speaker, remark: Remark) -> str:
    if not remark.line:
        return remark.file
    return speaker.text(N_("{file}, line {line}"), file=remark.file, line=remark.line)


def _words(speaker: Speaker, remark: Remark) -> str:
    return speaker.language.error(remark.error)


def _as_json(speaker: Speaker, remark: Remark) -> JsonObject:
    return {
        "file": remark.file,
        "line": remark.line or None,
        "code": remark.error.code,
        "message": _words(speaker, remark),
    }
