"""`vcwallet wallet export, export-child`: taking a child's records out of the family's wallet."""

from __future__ import annotations

import os
from pathlib import Path

import click

from vcwallet.cli.passphrases import new_passphrase, new_passphrase_option
from vcwallet.cli.speak import (
    Command,
    Speaker,
    argument,
    option,
    pass_speaker,
    passphrase_option,
    yes_option,
)
from vcwallet.cli.wallet.opening import (
    KDFS,
    SAVED_PATH,
    child_of,
    child_option,
    file_argument,
    kdf_option,
    open_wallet,
    remember,
)
from vcwallet.errors import N_, UsageError
from vcwallet.files import replace_file


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
@argument("target", metavar="TARGET", type=SAVED_PATH)
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
    own = opened.export_child(child, target, chosen, kdf=KDFS[kdf])
    remember(own)
    speaker.say(
        N_("{file}: {child}'s own wallet, diplomas: {number}."),
        file=str(target),
        child=child.name,
        number=len(own.diplomas()),
    )


@click.command(
    cls=Command,
    help=N_(
        "Write a child's diplomas, attachments and history as plain files into FOLDER.\n\n"
        "Nothing protects them there. Keys are not among them."
    ),
)
@file_argument
@argument("folder", type=click.Path(file_okay=False, path_type=Path))
@passphrase_option
@child_option
@option("--plain", is_flag=True, required=True, help=N_("Yes, unencrypted."))
@option(
    "--single-proof",
    is_flag=True,
    help=N_("One signature on each diploma, for programs that refuse two; no field can be hidden by it."),
)
@yes_option
@pass_speaker
def export(
    speaker: Speaker,
    file: Path,
    folder: Path,
    passphrase_file: Path | None,
    child_name: str | None,
    plain: bool,
    single_proof: bool,
    yes: bool,
) -> None:
    del plain  # it is there to be typed; nothing else depends on it
    opened = open_wallet(speaker, file, passphrase_file)
    child = child_of(opened, child_name)
    if folder.exists() and os.listdir(folder):  # noqa: PTH208 - only whether it is empty
        raise UsageError(
            "wallet.folder-not-empty",
            N_("The folder {folder} is not empty."),
            next_step=N_("Name an empty folder, or one that does not exist yet."),
            folder=str(folder),
        )
    speaker.confirm(
        N_("Everything of {child} will be readable by anybody who gets to {folder}. Write it?"),
        yes=yes,
        child=child.name,
        folder=str(folder),
    )
    folder.mkdir(parents=True, exist_ok=True)
    written = 0
    for name, content in opened.plain_files(child, single_proof=single_proof):
        replace_file(folder / name, content)
        written += 1
    speaker.say(N_("{folder}: {number} files, readable by anybody."), folder=str(folder), number=written)
