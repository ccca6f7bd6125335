"""`vcwallet wallet passphrase, recovery-sheet`: the ways into a family's wallet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import click

from vcwallet.bundle.recovery_sheet import RecoverySheet
from vcwallet.cli.passphrases import (
    code_file_option,
    new_passphrase,
    new_passphrase_option,
    recovery_option,
    tell_file_of_before,
)
from vcwallet.cli.recovery_sheets import (
    check_sheet_place,
    sheet_names,
    sheet_option,
    unconfirmed_option,
    write_sheet,
)
from vcwallet.cli.speak import Command, Speaker, option, pass_speaker, passphrase_option
from vcwallet.cli.values import moment, now_option
from vcwallet.cli.wallet.opening import (
    KDFS,
    file_argument,
    given_codes,
    kdf_option,
    open_wallet,
    remember,
)
from vcwallet.errors import N_


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
    code_files: Sequence[Path],
    new_passphrase_file: Path | None,
    kdf: str,
) -> None:
    opened = open_wallet(speaker, file, passphrase_file, code_files=given_codes(recovery, code_files))
    opened.change_passphrase(new_passphrase(speaker, new_passphrase_file), kdf=KDFS[kdf])
    remember(opened)
    speaker.say(N_("{file}: opens with the new passphrase now."), file=str(file))
    tell_file_of_before(speaker, file)


@click.command(
    "recovery-sheet",
    cls=Command,
    help=N_(
        "Make a recovery code and the sheet to print it on: .pdf, or .txt to copy by pen.\n\n"
        "Codes of sheets made before are closed once you have typed two groups from the new one; until then"
        " both open the wallet. Print the sheet and delete its file. With --shares there are three sheets for"
        " three places: any two of them open the wallet, and one alone does not."
    ),
)
@file_argument
@passphrase_option
@sheet_option
@option("--shares", is_flag=True, help=N_("Three sheets, any two of which open the wallet."))
@unconfirmed_option
@now_option
@pass_speaker
def recovery_sheet(
    speaker: Speaker,
    file: Path,
    passphrase_file: Path | None,
    out: Path,
    shares: bool,
    yes: bool,
    now: datetime | None,
) -> None:
    check_sheet_place(out, unconfirmed=yes, shared=shares)
    opened = open_wallet(speaker, file, passphrase_file)
    made = opened.begin_recovery_code(shared=shares)
    write_sheet(
        speaker,
        RecoverySheet(made, file.name, moment(now).date()),
        out,
        unconfirmed=yes,
        save=lambda: opened.finish_recovery_code(made),
        withdraw=lambda: opened.withdraw_recovery_code(made),
    )
    remember(opened)
    for name in sheet_names(out, len(made.codes)):
        speaker.say(N_("{file}: the sheet {number}."), file=str(name), number=made.number)
    if shares:
        speaker.say(N_("Print all three, then delete the files. Earlier sheets open earlier copies only."))
    else:
        speaker.say(
            N_("Print it, then delete the file. The codes of earlier sheets open earlier copies only.")
        )
