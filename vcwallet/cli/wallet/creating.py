"""`vcwallet wallet create`: a new, empty wallet."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from vcwallet.cli.passphrases import first_passphrase
from vcwallet.cli.speak import Command, Speaker, pass_speaker, passphrase_option
from vcwallet.cli.wallet.opening import KDFS, file_argument, kdf_option, remember
from vcwallet.errors import N_, UsageError
from vcwallet.wallet import Wallet


@click.command(
    cls=Command,
    help=N_(
        "Start a wallet in FILE.\n\n"
        "A passphrase of random words is proposed. Nobody can open the file without it: make a recovery"
        " sheet next."
    ),
)
@file_argument
@passphrase_option
@kdf_option
@pass_speaker
def create(speaker: Speaker, file: Path, passphrase_file: Path | None, kdf: str) -> None:
    if file.exists():
        raise UsageError(
            "sealed-file.exists",
            N_("“{name}” exists already and is not overwritten."),
            next_step=N_("Choose another name."),
            name=file.name,
        )
    given = first_passphrase(speaker, passphrase_file)
    remember(Wallet.create(file, given, kdf=KDFS[kdf]))
    speaker.say(N_("{file}: an empty wallet."), file=str(file))
    speaker.say(
        N_(
            "Next: vcwallet wallet add {file} FILES puts in diplomas that you have. To be given one first,"
            " add the child: vcwallet wallet child add {file} --given NAME --family NAME"
        ),
        file=str(file),
    )
    if sys.stdout.isatty():
        speaker.say(
            N_(
                "In case the passphrase is forgotten: vcwallet wallet recovery-sheet {file}"
                " --out recovery.pdf"
            ),
            file=str(file),
        )
