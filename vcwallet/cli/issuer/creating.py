"""`vcwallet issuer kits|create`: an issuer's folder."""

from __future__ import annotations

from pathlib import Path

import click

from vcwallet import limits
from vcwallet.cli.issuer.own_values import ask_values
from vcwallet.cli.issuer.sheets import pair
from vcwallet.cli.issuer.words import as_json_option, identity, next_command, say_identity, say_invented
from vcwallet.cli.passphrases import first_passphrase
from vcwallet.cli.speak import (
    Command,
    Speaker,
    argument,
    option,
    pass_speaker,
    passphrase_option,
    somebody_there,
)
from vcwallet.cli.values import moment
from vcwallet.errors import N_, UsageError
from vcwallet.files import read_file
from vcwallet.identifiers.did import web


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
    "--set",
    "given",
    multiple=True,
    metavar="COLUMN=VALUE",
    help=N_("A value of issuer.toml, such as the contest's name or the town; may be repeated."),
)
@option(
    "--example",
    is_flag=True,
    help=N_("Only try the program: keep the kit's invented names, which are never signed otherwise."),
)
@option(
    "--register",
    metavar="URL",
    help=N_("An empty PostgreSQL database for the register, when several people sign at once."),
)
@option(
    "--hsm",
    default="",
    metavar="URI",
    help=N_("Make the keys in a token, which they never leave: hsm:LABEL?module=/path/to/the/library.so"),
)
@option(
    "--pin-file",
    type=click.Path(dir_okay=False, path_type=Path),
    help=N_("Read the token's PIN from the first line of this file instead of asking."),
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
    given: tuple[str, ...],
    example: bool,
    register: str | None,
    hsm: str,
    pin_file: Path | None,
    passphrase_file: Path | None,
    as_json: bool,
) -> None:
    from vcwallet.issuer import Issuer
    from vcwallet.issuer.settings import is_example

    site = web.address(site or "")
    if site:
        # Before anything is asked, or a passphrase would be typed twice for nothing.
        web.did_of(site)
    pin = _pin(speaker, pin_file) if hsm else ""
    values = dict(pair(text) for text in given)
    known = next((each for each in Issuer.kits() if each.name == kit), None)
    for template in () if known is None else known.templates:
        values = {template.key_named(said) or said: value for said, value in values.items()}
    if known is not None and not example and not is_example(site):
        name = ask_values(speaker, known, name, values, now=moment(None))
    secret = first_passphrase(speaker, passphrase_file)
    made = Issuer.create(
        directory, secret, kit=kit, name=name, site=site, values=values, example=example,
        register=register, hsm=hsm, pin=pin,
    )  # fmt: skip
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
    say_invented(speaker, made)
    speaker.say(
        N_("Now look through {file}, and keep a copy of the folder and of the passphrase in two places."),
        file=str(made.settings_file),
    )
    speaker.say(
        N_("Next, in case the passphrase is forgotten: {command}"),
        command=next_command(directory, "recovery-sheet", "--out", "recovery.pdf"),
    )


def _pin(speaker: Speaker, file: Path | None) -> str:
    """Raises UsageError (``cli.pin-missing``) when there is nobody to ask."""
    if file is not None:
        return read_file(file, limits.PASSPHRASE_BYTES).decode("utf-8-sig", "replace").split("\n")[0].strip()
    if not somebody_there():
        raise UsageError(
            "cli.pin-missing",
            N_("The token's PIN is needed and there is nobody to ask."),
            next_step=N_("Give --pin-file FILE."),
        )
    return speaker.ask(N_("PIN of the token"), hidden=True)
