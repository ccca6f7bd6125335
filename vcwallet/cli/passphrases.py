"""Asking for a new passphrase or a recovery code, and writing a recovery sheet: of wallets and of keys."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from pathlib import Path

import click

from vcwallet import limits
from vcwallet.bundle.recovery_sheet import RecoverySheet
from vcwallet.cli.speak import Speaker, option, somebody_there
from vcwallet.cli.speak import passphrase as ask_passphrase
from vcwallet.errors import N_, UsageError
from vcwallet.files import read_file
from vcwallet.sealed_file import Disk, RecoveryCode, normalize_passphrase, passphrases

SAVED_PATH = click.Path(dir_okay=False, path_type=Path)
new_passphrase_option = option(
    "--new-passphrase-file",
    type=SAVED_PATH,
    help=N_("Read the new passphrase from the first line of this file instead of asking."),
)
recovery_option = option("--recovery", is_flag=True, help=N_("Open with the recovery code."))
code_file_option = option(
    "--code-file", type=SAVED_PATH, help=N_("Read the recovery code from this file instead of asking.")
)


def recovery_code(speaker: Speaker, file: Path | None) -> RecoveryCode:
    if file is not None:
        return RecoveryCode(read_file(file, limits.PASSPHRASE_BYTES).decode("utf-8", "replace"))
    if not somebody_there():
        raise UsageError(
            "cli.code-missing",
            N_("The recovery code is needed and there is nobody to ask."),
            next_step=N_("Give --code-file FILE."),
        )
    return RecoveryCode(speaker.ask(N_("Recovery code, all seven groups")))


def first_passphrase(speaker: Speaker, file: Path | None) -> str:
    """The passphrase of a file to be made: from `file`, from VCWALLET_PASSPHRASE, or a new one."""
    if file is None and "VCWALLET_PASSPHRASE" in os.environ:
        return ask_passphrase(speaker, None, prompt="")
    return new_passphrase(speaker, file)


def new_passphrase(speaker: Speaker, file: Path | None) -> str:
    """A new passphrase: from `file`, or random words typed back, or the person's own, typed twice.

    Raises UsageError (``cli.new-passphrase-missing``) when there is nobody to ask.
    """
    if file is not None:
        return ask_passphrase(speaker, file, prompt="")
    if not somebody_there():
        raise UsageError(
            "cli.new-passphrase-missing",
            N_("A new passphrase is needed and there is nobody to ask."),
            next_step=N_("Give it in a file: its first line is read."),
        )
    made = passphrases.generate(speaker.language.code, os.urandom)
    speaker.aside(N_("A passphrase made for you, of random words:"))
    speaker.aside("\n    {made}\n", made=made)
    speaker.aside(N_("Write it down, then type it. Or type one of your own."))
    typed = speaker.ask(N_("New passphrase"), hidden=True)
    if normalize_passphrase(typed) != normalize_passphrase(made):
        passphrases.check(typed)
        again = speaker.ask(N_("The same once more"), hidden=True)
        if normalize_passphrase(again) != normalize_passphrase(typed):
            raise UsageError("cli.passphrases-differ", N_("The two are not the same. Nothing was changed."))
    return typed


sheet_option = option("--out", required=True, type=SAVED_PATH, help=N_("Where the sheet goes: .pdf or .txt."))
unconfirmed_option = option("--yes", is_flag=True, help=N_("Do not ask for two groups of the code back."))


def check_sheet_name(out: Path) -> None:
    """Raises UsageError (``recovery-sheet.form``)."""
    if out.suffix.lower() not in (".pdf", ".txt"):
        raise UsageError(
            "recovery-sheet.form",
            N_("A recovery sheet is not written as “{name}”."),
            next_step=N_("Choose a name that ends with .pdf or .txt."),
            name=out.name[-64:],
        )


def write_sheet(
    speaker: Speaker, sheet: RecoverySheet, out: Path, *, unconfirmed: bool, save: Callable[[], object]
) -> None:
    """Write the sheet, have two groups typed from it, and only then `save` what it opens.

    When anything of that fails, the sheet is taken away again: a code that opens nothing helps nobody.
    """
    content = (
        sheet.pdf(speaker.language)
        if out.suffix.lower() == ".pdf"
        else sheet.text(speaker.language).encode("utf-8")
    )
    # The one secret that is meant to leave: for its owner only, and never over another file.
    Disk().write_new(out, content)
    try:
        if not unconfirmed:
            _confirm_code(speaker, sheet.code)
        save()
    except BaseException:
        out.unlink(missing_ok=True)
        raise


def _confirm_code(speaker: Speaker, code: str) -> None:
    """Two groups, typed from the sheet: nobody learns in eleven years that the printer was out of ink."""
    groups = code.split("-")
    if not somebody_there():
        raise UsageError(
            "cli.code-unconfirmed",
            N_("Somebody has to type two groups of the code from the sheet."),
            next_step=N_("Run it in a terminal, or say --yes."),
        )
    speaker.say(N_("Open or print the sheet now."))
    for number in sorted(secrets.SystemRandom().sample(range(len(groups)), 2)):
        typed = speaker.ask(N_("Group {number}"), number=number + 1)
        if typed.strip().upper() != groups[number]:
            raise UsageError("cli.code-typo", N_("That is not what the sheet says. Nothing was changed."))
