"""`vcwallet issuer passphrase|recovery-sheet`: the ways to an issuer's keys."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from vcwallet.cli.issuer.words import PROMPT, issuer_folder
from vcwallet.cli.passphrases import (
    check_sheet_name,
    code_file_option,
    new_passphrase,
    new_passphrase_option,
    recovery_code,
    recovery_option,
    sheet_option,
    unconfirmed_option,
    write_sheet,
)
from vcwallet.cli.speak import Command, Speaker, pass_speaker, passphrase_option
from vcwallet.cli.speak import passphrase as ask_passphrase
from vcwallet.cli.values import moment, now_option
from vcwallet.errors import N_

if TYPE_CHECKING:
    from vcwallet.issuer import Issuer


def unlock(
    speaker: Speaker,
    issuer: Issuer,
    passphrase_file: Path | None,
    *,
    recovery: bool = False,
    code_file: Path | None = None,
) -> None:
    """Open the keys by their passphrase, or by the recovery code where that is said."""
    if recovery or code_file is not None:
        issuer.unlock(secret=recovery_code(speaker, code_file))
    else:
        issuer.unlock(ask_passphrase(speaker, passphrase_file, prompt=PROMPT))


@click.command(
    cls=Command,
    help=N_(
        "Change the passphrase of the keys.\n\n"
        "Copies of the folder made before still open with the old one. With --recovery the recovery code is"
        " asked for instead of the passphrase that was forgotten."
    ),
)
@issuer_folder
@passphrase_option
@recovery_option
@code_file_option
@new_passphrase_option
@pass_speaker
def passphrase(
    speaker: Speaker,
    directory: Path,
    passphrase_file: Path | None,
    recovery: bool,
    code_file: Path | None,
    new_passphrase_file: Path | None,
) -> None:
    from vcwallet.issuer import Issuer

    with Issuer.open(directory) as issuer:
        unlock(speaker, issuer, passphrase_file, recovery=recovery, code_file=code_file)
        issuer.change_passphrase(new_passphrase(speaker, new_passphrase_file))
        speaker.say(N_("{file}: opens with the new passphrase now."), file=str(issuer.keystore_file))


@click.command(
    "recovery-sheet",
    cls=Command,
    help=N_(
        "Make a recovery code of the keys and the sheet to print it on: .pdf, or .txt to copy by pen.\n\n"
        "A code made before stops working. Print the sheet and delete its file."
    ),
)
@issuer_folder
@passphrase_option
@sheet_option
@unconfirmed_option
@now_option
@pass_speaker
def recovery_sheet(
    speaker: Speaker,
    directory: Path,
    passphrase_file: Path | None,
    out: Path,
    yes: bool,
    now: datetime | None,
) -> None:
    from vcwallet.issuer import Issuer

    check_sheet_name(out)
    with Issuer.open(directory) as issuer:
        unlock(speaker, issuer, passphrase_file)
        sheet = issuer.recovery_sheet(now=moment(now))
        write_sheet(speaker, sheet, out, unconfirmed=yes, save=issuer.save_keys)
    speaker.say(
        N_("{file}: print it, then delete the file. Earlier recovery codes no longer work."), file=str(out)
    )
