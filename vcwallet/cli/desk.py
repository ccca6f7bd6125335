"""`vcwallet desk`: the key with which an admission office signs its receipts."""

from __future__ import annotations

from pathlib import Path

import click

from vcwallet.cli.files import place
from vcwallet.cli.passphrases import first_passphrase
from vcwallet.cli.speak import Group, Speaker, argument, option, pass_speaker, passphrase_option
from vcwallet.cli.wallet.opening import KDFS, kdf_option
from vcwallet.errors import N_
from vcwallet.verifier.desk_key import DOCUMENT, DeskKey


@click.group(cls=Group, help=N_("The key with which your office signs receipts for what it was shown."))
def desk() -> None:
    pass


@desk.command(
    help=N_(
        "Make a key in FILE, sealed with a passphrase, and beside it FILE.did.json, which is public.\n\n"
        "Name FILE.did.json in your requests (--receipts), and give it to those who keep a kit or a trust"
        " list; with --site put it on your site as /.well-known/did.json."
    )
)
@argument("file", type=click.Path(dir_okay=False, path_type=Path))
@option("--name", required=True, metavar="TEXT", help=N_("What your office calls itself."))
@option("--site", metavar="URL", help=N_("Your site, e.g. https://priem.vuz.example: its name is the key's."))
@kdf_option
@passphrase_option
@pass_speaker
def create(
    speaker: Speaker, file: Path, name: str, site: str | None, kdf: str, passphrase_file: Path | None
) -> None:
    write = place(speaker, file.with_name(file.name + DOCUMENT), inputs=[file])
    given = first_passphrase(speaker, passphrase_file)
    made = DeskKey.create(file, given, name=name, site=site, kdf=KDFS[kdf], publish=write)
    speaker.say(N_("{file}: the key of {name}."), file=str(file), name=name)
    speaker.say(N_("  Its public half, for requests: {file}"), file=str(file) + DOCUMENT)
    speaker.say(N_("  Id: {id}"), id=made.id)
    speaker.say(N_("  Fingerprint: {fingerprint}"), fingerprint=made.key.public_key.fingerprint)
