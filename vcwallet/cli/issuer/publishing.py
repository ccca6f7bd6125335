"""`vcwallet issuer publish`: the files that others need to check diplomas."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from vcwallet.cli.issuer.words import PROMPT, as_json_option, issuer_folder
from vcwallet.cli.passphrases import with_passphrase
from vcwallet.cli.speak import Command, Speaker, argument, option, pass_speaker, passphrase_option
from vcwallet.cli.values import moment, now_option
from vcwallet.errors import N_


@click.command(
    cls=Command,
    help=N_(
        "Write the identifier document and the lists of revoked diplomas into FOLDER: static files for the"
        " site, or to hand out where there is no site.\n\n"
        "What lies there already is read first: a list is not replaced by an older one, nor by one that calls"
        " fewer diplomas revoked."
    ),
)
@argument("site_dir", metavar="FOLDER", type=click.Path(file_okay=False, path_type=Path))
@option(
    "--lose",
    "losing",
    metavar="WHAT",
    multiple=True,
    type=click.Choice(["revocations", "newer-lists", "keys"]),
    help=N_(
        "What may be lost of what is published there: revocations, newer-lists or keys; may be repeated."
    ),
)
@issuer_folder
@passphrase_option
@now_option
@as_json_option
@pass_speaker
def publish(
    speaker: Speaker,
    site_dir: Path,
    losing: tuple[str, ...],
    directory: Path,
    passphrase_file: Path | None,
    now: datetime | None,
    as_json: bool,
) -> None:
    from vcwallet.issuer import Issuer, Loss

    with Issuer.open(directory) as issuer:
        with_passphrase(speaker, passphrase_file, prompt=PROMPT, use=issuer.unlock)
        written = issuer.publish(site_dir, now=moment(now), losing=[Loss(each) for each in losing])
        site = issuer.settings.site
    if as_json:
        speaker.json({"files": [str(path) for path in written], "site": site or None})
        return
    for path in written:
        speaker.say("{file}", file=str(path))
    if site:
        speaker.say(N_("Put the content of {folder} at {site}/."), folder=str(site_dir), site=site)
