"""`vcwallet wallet passphrase, recovery-sheet`: the ways into a wallet."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from vcwallet.bundle.recovery_sheet import RecoverySheet
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
from vcwallet.cli.values import moment, now_option
from vcwallet.cli.wallet.opening import (
    KDFS,
    file_argument,
    kdf_option,
    open_wallet,
    remember,
    save_wallet,
)
from vcwallet.errors import N_
from vcwallet.wallet import Wallet


def open_by_either(
    speaker: Speaker, file: Path, passphrase_file: Path | None, recovery: bool, code_file: Path | None
) -> Wallet:
    secret = recovery_code(speaker, code_file) if recovery or code_file else None
    return open_wallet(speaker, file, passphrase_file, secret=secret)


@click.command(
    cls=Command,
    help=N_(
        "Change the passphrase.\n\n"
        "Copies made before, in a cloud or on a stick, still open with the old one. With --recovery the"
        " recovery code is asked for instead of the passphrase that was forgotten."
    ),
)
@file_argument
@passphrase_option
@recovery_option
@code_file_option
@new_passphrase_option
@kdf_option
@pass_speaker
def passphrase(
    speaker: Speaker,
    file: Path,
    passphrase_file: Path | None,
    recovery: bool,
    code_file: Path | None,
    new_passphrase_file: Path | None,
    kdf: str,
) -> None:
    opened = open_by_either(speaker, file, passphrase_file, recovery, code_file)
    opened.change_passphrase(new_passphrase(speaker, new_passphrase_file), kdf=KDFS[kdf])
    remember(opened)
    speaker.say(N_("{file}: opens with the new passphrase now."), file=str(file))


@click.command(
    "recovery-sheet",
    cls=Command,
    help=N_(
        "Make a recovery code and the sheet to print it on: .pdf, or .txt to copy by pen.\n\n"
        "A code made before stops working. Print the sheet and delete its file."
    ),
)
@file_argument
@passphrase_option
@sheet_option
@unconfirmed_option
@now_option
@pass_speaker
def recovery_sheet(
    speaker: Speaker, file: Path, passphrase_file: Path | None, out: Path, yes: bool, now: datetime | None
) -> None:
    check_sheet_name(out)
    opened = open_wallet(speaker, file, passphrase_file)
    code = opened.new_recovery_code()
    sheet = RecoverySheet(code, file.name, opened.saved_state.file_id, moment(now).date())
    write_sheet(speaker, sheet, out, unconfirmed=yes, save=lambda: save_wallet(opened))
    speaker.say(
        N_("{file}: print it, then delete the file. Earlier recovery codes no longer work."), file=str(out)
    )
