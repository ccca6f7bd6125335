"""`vcwallet issuer close`: the end of an issuer."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from vcwallet.cli.issuer.words import PROMPT, as_json_option, issuer_folder
from vcwallet.cli.passphrases import with_passphrase
from vcwallet.cli.speak import Command, Speaker, argument, pass_speaker, passphrase_option, yes_option
from vcwallet.cli.values import moment, now_option
from vcwallet.errors import N_


@click.command(
    cls=Command,
    help=N_(
        "End the issuer: publish its last lists and a statement that verifiers keep for ever.\n\n"
        "Afterwards nothing is signed, revoked or published from this folder: its keys are forgotten, and"
        " that cannot be undone. What was signed stays confirmable without a site and without anybody's help."
    ),
)
@argument("site_dir", metavar="FOLDER", type=click.Path(file_okay=False, path_type=Path))
@issuer_folder
@passphrase_option
@yes_option
@now_option
@as_json_option
@pass_speaker
def close(
    speaker: Speaker,
    site_dir: Path,
    directory: Path,
    passphrase_file: Path | None,
    yes: bool,
    now: datetime | None,
    as_json: bool,
) -> None:
    from vcwallet.issuer import Issuer

    with Issuer.open(directory) as issuer:
        if not yes:
            speaker.confirm(
                N_("Close {name} for good? Nothing will be signed or revoked any more."),
                name=issuer.settings.name.ru,
            )
        with_passphrase(speaker, passphrase_file, prompt=PROMPT, use=issuer.unlock)
        written = issuer.close_for_good(site_dir, now=moment(now))
        site = issuer.settings.site
    if as_json:
        speaker.json({"files": [str(path) for path in written], "site": site or None})
        return
    for path in written:
        speaker.say("{file}", file=str(path))
    speaker.say(
        N_("Send {folder} to those who check your diplomas: “vcwallet trust update” takes it in."),
        folder=str(site_dir),
    )
    speaker.say(
        N_("The folder has no keys any more. Destroy the standby keys on the stick too, and clear the token.")
    )
    if site:
        speaker.say(
            N_("Put the content of {folder} at {site}/ for as long as the site is there."),
            folder=str(site_dir),
            site=site,
        )
