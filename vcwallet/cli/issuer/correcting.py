"""`vcwallet issuer correct`: a misspelt diploma becomes a right one."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from vcwallet.cli.issuer.diplomas import diploma
from vcwallet.cli.issuer.sheets import pair
from vcwallet.cli.issuer.words import (
    PROMPT,
    as_json_option,
    issuer_folder,
    line_as_json,
    next_command,
    publish_next,
)
from vcwallet.cli.speak import Command, Speaker, argument, option, pass_speaker, passphrase, passphrase_option
from vcwallet.cli.values import moment, now_option
from vcwallet.errors import N_


@click.command(
    cls=Command,
    help=N_(
        "Correct a diploma that was signed, named by its id (urn:uuid:…), its number or its file.\n\n"
        "The corrected diploma is signed, the old one revoked, the register links the two, and the old files"
        " go to the folder “withdrawn”. What is not set stays as it was."
    ),
)
@argument("credential", metavar="DIPLOMA")
@option(
    "--set",
    "given",
    multiple=True,
    required=True,
    metavar="COLUMN=VALUE",
    help=N_("What the diploma shall say, for example family=Testova; may be repeated."),
)
@issuer_folder
@passphrase_option
@now_option
@as_json_option
@pass_speaker
def correct(
    speaker: Speaker,
    credential: str,
    given: tuple[str, ...],
    directory: Path,
    passphrase_file: Path | None,
    now: datetime | None,
    as_json: bool,
) -> None:
    from vcwallet.issuer import Issuer

    changes = dict(pair(text) for text in given)
    at = moment(now)
    with Issuer.open(directory) as issuer:
        issuer.unlock(passphrase(speaker, passphrase_file, prompt=PROMPT))
        new = issuer.correct(diploma(credential), changes, now=at)
        assert new.replaces is not None
        old, whose = issuer.find(str(new.replaces)), issuer.whose(new)
    if as_json:
        speaker.json({"corrected": line_as_json(new), "revoked": line_as_json(old)})
        return
    speaker.say(
        N_("Signed as No. {number}: {name}. It replaces No. {old}, which is revoked."),
        number=f"{new.number:04d}",
        name=whose,
        old=f"{old.number:04d}",
    )
    speaker.say(
        N_("To make its PDF: {command}"), command=next_command(directory, "diploma", f"{new.number:04d}")
    )
    speaker.say(N_("The files of the old one are in {folder}."), folder=str(issuer.withdrawn_folder))
    speaker.say(N_("It counts once the list is out: {command}"), command=publish_next(speaker, directory))
