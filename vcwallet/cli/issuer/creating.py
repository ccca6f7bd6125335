"""`vcwallet issuer kits|create`: an issuer's folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from vcwallet.cli.issuer.words import as_json_option, identity, say_identity
from vcwallet.cli.passphrases import first_passphrase
from vcwallet.cli.speak import Command, Speaker, argument, option, pass_speaker, passphrase_option
from vcwallet.errors import N_

if TYPE_CHECKING:
    pass


@click.command(cls=Command, help=N_("List the ready-made kits that “create” copies."))
@as_json_option
@pass_speaker
def kits(speaker: Speaker, as_json: bool) -> None:
    from vcwallet.issuer import Issuer

    known = Issuer.kits()
    if as_json:
        speaker.json(
            [
                {
                    "kit": kit.name,
                    "templates": [{"id": each.id, "name": dict(each.names)} for each in kit.templates],
                }
                for kit in known
            ]
        )
        return
    speaker.table(
        (N_("Kit"), N_("Template"), N_("What it is")),
        [
            (kit.name, template.id, template.names[speaker.language.code])
            for kit in known
            for template in kit.templates
        ],
    )


@click.command(
    cls=Command,
    help=N_(
        "Make an issuer's folder in FOLDER: a kit's templates, settings to edit, keys under a passphrase.\n\n"
        "A passphrase of random words is proposed. "
        "With --site the issuer is known by its site (did:web); without one by its key (did:key)."
    ),
)
@argument("directory", metavar="FOLDER", type=click.Path(file_okay=False, path_type=Path))
@option(
    "--kit",
    required=True,
    metavar="NAME",
    help=N_("Which kit to copy: a name of “vcwallet issuer kits”, or a folder of your own."),
)
@option("--name", metavar="NAME", help=N_("The organisation's name, as diplomas will say it."))
@option("--site", metavar="URL", help=N_("The organisation's site, https://…, if it has one."))
@option(
    "--register",
    metavar="URL",
    help=N_("An empty PostgreSQL database for the register, when several people sign at once."),
)
@passphrase_option
@as_json_option
@pass_speaker
def create(
    speaker: Speaker,
    directory: Path,
    kit: str,
    name: str | None,
    site: str | None,
    register: str | None,
    passphrase_file: Path | None,
    as_json: bool,
) -> None:
    from vcwallet.issuer import Issuer

    secret = first_passphrase(speaker, passphrase_file)
    made = Issuer.create(directory, secret, kit=kit, name=name, site=site, register=register)
    if as_json:
        speaker.json({"folder": str(directory), **identity(made)})
        return
    speaker.say(N_("{folder}: an issuer called “{name}”."), folder=str(directory), name=made.settings.name.ru)
    say_identity(speaker, made)
    if not made.lets_fields_be_hidden:
        speaker.say(
            N_(
                "Without a site the identifier names one key, so families can show these diplomas only whole."
                " With --site they can hide fields."
            )
        )
    speaker.say(
        N_("Now look through {file}, and keep a copy of the folder and of the passphrase in two places."),
        file=str(made.settings_file),
    )
    speaker.say(
        N_(
            "Next, in case the passphrase is forgotten: vcwallet issuer recovery-sheet --dir {folder}"
            " --out recovery.pdf"
        ),
        folder=str(directory),
    )
