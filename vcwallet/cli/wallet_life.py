"""`vcwallet wallet ...` for the long run: backups, recovery, passphrases, copies, leaving."""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import click

from vcwallet import limits
from vcwallet.cli.speak import Command, Speaker, option, pass_speaker, passphrase_option
from vcwallet.cli.speak import passphrase as ask_passphrase
from vcwallet.cli.values import moment, now_option
from vcwallet.cli.wallet import (
    KDFS,
    child_of,
    child_option,
    file_argument,
    kdf_option,
    new_passphrase,
    open_wallet,
    remember,
    save_wallet,
)
from vcwallet.errors import N_, UsageError
from vcwallet.files import read_file, replace_file
from vcwallet.sealed_file import Disk, RecoveryCode, Secret
from vcwallet.wallet import Passphrase, Wallet, life
from vcwallet.wallet.recovery_sheet import RecoverySheet

_SAVED_PATH = click.Path(dir_okay=False, path_type=Path)
new_passphrase_option = option(
    "--new-passphrase-file",
    type=_SAVED_PATH,
    help=N_("Read the new passphrase from the first line of this file instead of asking."),
)
recovery_option = option("--recovery", is_flag=True, help=N_("Open with the recovery code."))
code_file_option = option(
    "--code-file", type=_SAVED_PATH, help=N_("Read the recovery code from this file instead of asking.")
)


def _recovery_code(speaker: Speaker, file: Path | None) -> RecoveryCode:
    if file is not None:
        return RecoveryCode(read_file(file, limits.PASSPHRASE_BYTES).decode("utf-8", "replace"))
    if not sys.stdin.isatty():
        raise UsageError(
            "cli.code-missing",
            N_("The recovery code is needed and there is nobody to ask."),
            next_step=N_("Give --code-file FILE."),
        )
    return RecoveryCode(click.prompt(speaker.text(N_("Recovery code, all seven groups")), err=True))


def _open(
    speaker: Speaker, file: Path, passphrase_file: Path | None, recovery: bool, code_file: Path | None
) -> Wallet:
    secret = _recovery_code(speaker, code_file) if recovery or code_file else None
    return open_wallet(speaker, file, passphrase_file, secret=secret)


# --- backup, restore, selftest -----------------------------------------------------------------------


@click.command(
    cls=Command,
    help=N_(
        "Copy the wallet to TARGET, a file or a folder, and read the copy back.\n\n"
        "An existing file is never overwritten; in a folder the copy carries the day in its name."
    ),
)
@file_argument
@click.argument("target", type=click.Path(path_type=Path))
@passphrase_option
@now_option
@pass_speaker
def backup(
    speaker: Speaker, file: Path, target: Path, passphrase_file: Path | None, now: datetime | None
) -> None:
    opened = open_wallet(speaker, file, passphrase_file)
    at = moment(now)
    if target.is_dir():
        target /= f"{file.stem} {at.date().isoformat()}{file.suffix}"
    copied = opened.file.copy_to(target)
    health = life.inspect(Wallet.open(copied, secret=opened.file.own_secret()), now=at)
    speaker.say(N_("{file}: a copy that was read back."), file=str(target))
    _tell_health(speaker, health)


@click.command(
    cls=Command,
    help=N_(
        "Try the fire drill: open FILE as on the day of need, decrypt everything, check every signature.\n\n"
        "Run it on a backup, with the recovery code if you have a sheet. Nothing is changed."
    ),
)
@file_argument
@passphrase_option
@recovery_option
@code_file_option
@now_option
@pass_speaker
def selftest(
    speaker: Speaker,
    file: Path,
    passphrase_file: Path | None,
    recovery: bool,
    code_file: Path | None,
    now: datetime | None,
) -> int:
    opened = _open(speaker, file, passphrase_file, recovery, code_file)
    health = life.inspect(opened, now=moment(now))
    _tell_health(speaker, health)
    if not health.problems and any(slot.type == "recovery" for slot in opened.file.slots):
        speaker.say(N_("There is a recovery code for it."))
    elif not health.problems:
        speaker.warn(N_("There is no recovery code: make a sheet with “vcwallet wallet recovery-sheet”."))
    return 1 if health.problems else 0


def _tell_health(speaker: Speaker, health: life.Health) -> None:
    speaker.say(
        N_("  children {children}, diplomas {credentials}, attachments {attachments}, history {lines}"),
        children=health.children,
        credentials=health.credentials,
        attachments=health.attachments,
        lines=health.disclosures,
    )
    if health.unchecked:
        speaker.warn(
            N_("  {number} could not be checked: their issuers' keys are not in the wallet."),
            number=health.unchecked,
        )
    for problem in health.problems:
        speaker.error(problem)
    if not health.problems:
        speaker.say(N_("  Everything opens and every signature holds."))


@click.command(
    cls=Command,
    help=N_(
        "Put a wallet back from a backup: SOURCE is opened, checked and copied to the new file TARGET.\n\n"
        "With --salvage, what is left of a damaged file is saved."
    ),
)
@click.argument("source", type=_SAVED_PATH)
@click.argument("target", type=_SAVED_PATH)
@passphrase_option
@recovery_option
@code_file_option
@new_passphrase_option
@kdf_option
@option("--salvage", is_flag=True, help=N_("Take what still decrypts of a damaged file."))
@now_option
@pass_speaker
def restore(
    speaker: Speaker,
    source: Path,
    target: Path,
    passphrase_file: Path | None,
    recovery: bool,
    code_file: Path | None,
    new_passphrase_file: Path | None,
    kdf: str,
    salvage: bool,
    now: datetime | None,
) -> None:
    if target.exists():
        raise UsageError(
            "sealed-file.exists",
            N_("“{name}” exists already and is not overwritten."),
            next_step=N_("Choose another name."),
            name=target.name[-64:],
        )
    secret: Secret
    if recovery or code_file:
        secret = _recovery_code(speaker, code_file)
    else:
        secret = Passphrase(ask_passphrase(speaker, passphrase_file, prompt=N_("Passphrase of the wallet")))
    if salvage:
        restored, lost = Wallet.salvage(source, target, secret=secret)
        speaker.warn(N_("{number} records could not be saved."), number=lost)
    else:
        opened = open_wallet(speaker, source, passphrase_file, secret=secret)
        opened.file.copy_to(target)
        restored = Wallet.open(target, secret=opened.file.own_secret())
    if recovery or code_file:
        chosen = new_passphrase(speaker, new_passphrase_file)
        life.change_passphrase(restored, chosen, kdf=KDFS[kdf])
    remember(restored)
    speaker.say(N_("{file}: restored."), file=str(target))
    _tell_health(speaker, life.inspect(restored, now=moment(now)))


# --- passphrase and recovery code ----------------------------------------------------------------------


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
    opened = _open(speaker, file, passphrase_file, recovery, code_file)
    life.change_passphrase(opened, new_passphrase(speaker, new_passphrase_file), kdf=KDFS[kdf])
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
@option("--out", required=True, type=_SAVED_PATH, help=N_("Where the sheet goes: .pdf or .txt."))
@option("--yes", is_flag=True, help=N_("Do not ask for two groups of the code back."))
@now_option
@pass_speaker
def recovery_sheet(
    speaker: Speaker, file: Path, passphrase_file: Path | None, out: Path, yes: bool, now: datetime | None
) -> None:
    if out.suffix.lower() not in (".pdf", ".txt"):
        raise UsageError(
            "wallet.sheet-form",
            N_("A recovery sheet is not written as “{name}”."),
            next_step=N_("Choose a name that ends with .pdf or .txt."),
            name=out.name[-64:],
        )
    opened = open_wallet(speaker, file, passphrase_file)
    code = opened.file.add_recovery_code()
    sheet = RecoverySheet(code, file.name, opened.file.file_id, moment(now).date())
    content = (
        sheet.pdf(speaker.language)
        if out.suffix.lower() == ".pdf"
        else sheet.text(speaker.language).encode("utf-8")
    )
    # The one secret that is meant to leave: for its owner only, and never over another file.
    Disk().write_new(out, content)
    try:
        if not yes:
            _confirm_code(speaker, code)
        save_wallet(opened)
    except BaseException:
        out.unlink(missing_ok=True)
        raise
    speaker.say(
        N_("{file}: print it, then delete the file. Earlier recovery codes no longer work."), file=str(out)
    )


def _confirm_code(speaker: Speaker, code: str) -> None:
    """Two groups, typed from the sheet: nobody learns in eleven years that the printer was out of ink."""
    groups = code.split("-")
    if not sys.stdin.isatty():
        raise UsageError(
            "cli.code-unconfirmed",
            N_("Somebody has to type two groups of the code from the sheet."),
            next_step=N_("Run it in a terminal, or say --yes."),
        )
    speaker.say(N_("Open or print the sheet now."))
    for number in sorted(secrets.SystemRandom().sample(range(len(groups)), 2)):
        typed = click.prompt(speaker.text(N_("Group {number}"), number=number + 1), err=True)
        if typed.strip().upper() != groups[number]:
            raise UsageError("cli.code-typo", N_("That is not what the sheet says. Nothing was changed."))


# --- copies, leaving -----------------------------------------------------------------------------------


@click.command(
    cls=Command,
    help=N_(
        "Bring copies of one wallet together, such as a cloud folder's conflict copies.\n\n"
        "Without COPY, files of the same wallet in the same folder are taken. The copies stay as they are."
    ),
)
@file_argument
@click.argument("copies", metavar="COPY...", nargs=-1, type=_SAVED_PATH)
@passphrase_option
@pass_speaker
def merge(speaker: Speaker, file: Path, copies: Sequence[Path], passphrase_file: Path | None) -> None:
    chosen = tuple(copies) or life.conflict_copies(file)
    if not chosen:
        speaker.say(N_("There is no other copy of this wallet in its folder."))
        return
    opened = open_wallet(speaker, file, passphrase_file)
    came = life.merge(opened, chosen)
    remember(opened)
    for copy in chosen:
        speaker.say(N_("  {file}"), file=str(copy))
    speaker.say(N_("Records taken over: {number}."), number=came)


@click.command(
    "export-child",
    cls=Command,
    help=N_(
        "Make a wallet of a child's own in TARGET, with a passphrase of its own: for the day the child is"
        " grown.\n\n"
        "It holds everything of this child and nothing of the others. FILE keeps its copy."
    ),
)
@file_argument
@click.argument("target", type=_SAVED_PATH)
@passphrase_option
@new_passphrase_option
@kdf_option
@child_option
@pass_speaker
def export_child(
    speaker: Speaker,
    file: Path,
    target: Path,
    passphrase_file: Path | None,
    new_passphrase_file: Path | None,
    kdf: str,
    child_name: str | None,
) -> None:
    opened = open_wallet(speaker, file, passphrase_file)
    child = child_of(opened, child_name)
    chosen = new_passphrase(speaker, new_passphrase_file)
    own = life.export_child(opened, child, target, chosen, kdf=KDFS[kdf])
    remember(own)
    speaker.say(
        N_("{file}: {child}'s own wallet, diplomas: {number}."),
        file=str(target),
        child=child.name,
        number=len(own.entries()),
    )


@click.command(
    cls=Command,
    help=N_(
        "Write a child's diplomas, attachments and history as plain files into FOLDER.\n\n"
        "Nothing protects them there. Keys are not among them."
    ),
)
@file_argument
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@passphrase_option
@child_option
@option("--plain", is_flag=True, required=True, help=N_("Yes, unencrypted."))
@pass_speaker
def export(
    speaker: Speaker,
    file: Path,
    folder: Path,
    passphrase_file: Path | None,
    child_name: str | None,
    plain: bool,
) -> None:
    del plain  # said, which is all it is for
    opened = open_wallet(speaker, file, passphrase_file)
    child = child_of(opened, child_name)
    if folder.exists() and os.listdir(folder):  # noqa: PTH208 - only whether it is empty
        raise UsageError(
            "wallet.folder-not-empty", N_("The folder {folder} is not empty."), folder=str(folder)
        )
    folder.mkdir(parents=True, exist_ok=True)
    written = 0
    for name, content in life.plain_files(child):
        replace_file(folder / name, content)
        written += 1
    speaker.say(N_("{folder}: {number} files, readable by anybody."), folder=str(folder), number=written)
