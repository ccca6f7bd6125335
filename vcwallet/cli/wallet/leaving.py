"""`vcwallet wallet export, export-child`: taking a child's records out of the family's wallet."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import click

from vcwallet.cli.passphrases import new_passphrase, new_passphrase_option, tell_what_is_still_before
from vcwallet.cli.speak import (
    Command,
    Speaker,
    argument,
    option,
    pass_speaker,
    passphrase_option,
    yes_option,
)
from vcwallet.cli.values import moment, now_option
from vcwallet.cli.wallet.issuers import agreement, fingerprint_option
from vcwallet.cli.wallet.opening import (
    KDFS,
    SAVED_PATH,
    child_of,
    child_option,
    file_argument,
    kdf_option,
    open_wallet,
    remember,
    save_wallet,
)
from vcwallet.errors import N_, UsageError
from vcwallet.files import replace_file
from vcwallet.speaking import leaving


@click.command(
    "export-child",
    cls=Command,
    help=N_(
        "Make a wallet of a child's own in TARGET, with a passphrase of its own: for the day the child is"
        " grown.\n\n"
        "It holds everything of this child and nothing of the others, and FILE says that it was made. FILE"
        " keeps its copy, to look at and to show; with --let-go it forgets the child's keys, so that only the"
        " child shows from then on."
    ),
)
@file_argument
@argument("target", metavar="TARGET", type=SAVED_PATH)
@passphrase_option
@new_passphrase_option
@kdf_option
@child_option
@option(
    "--let-go", is_flag=True, help=N_("Forget the child's keys in FILE: only the child shows from now on.")
)
@yes_option
@now_option
@pass_speaker
def export_child(
    speaker: Speaker,
    file: Path,
    target: Path,
    passphrase_file: Path | None,
    new_passphrase_file: Path | None,
    kdf: str,
    child_name: str | None,
    let_go: bool,
    yes: bool,
    now: datetime | None,
) -> None:
    if target.exists():
        raise UsageError(
            "sealed-file.exists",
            N_("“{name}” exists already and is not overwritten."),
            next_step=N_("Choose another name."),
            name=target.name[-64:],
        )
    opened = open_wallet(speaker, file, passphrase_file)
    child = child_of(opened, child_name)
    _ = child.key  # told before a passphrase is chosen
    if let_go:
        speaker.confirm(
            N_("Shall {file} forget the keys of {child}, so that it can no longer show their diplomas?"),
            yes=yes,
            file=str(file),
            child=child.name,
        )
    speaker.aside(N_("The passphrase of {name}: let them type it."), name=child.name)
    chosen = new_passphrase(speaker, new_passphrase_file)
    own = opened.export_child(child, target, chosen, let_go=let_go, kdf=KDFS[kdf], now=moment(now))
    remember(own)
    remember(opened)
    speaker.say(
        N_("{file}: {child}'s own wallet, diplomas: {number}."),
        file=str(target),
        child=child.name,
        number=len(own.diplomas()),
    )
    if let_go:
        speaker.say(
            N_(
                "{file} keeps the diplomas of {child} to look at and has their keys no longer. Copies of it"
                " that were made before still have them."
            ),
            file=str(file),
            child=child.name,
        )
        tell_what_is_still_before(speaker, file)
    else:
        speaker.say(
            N_("{file} can show the diplomas of {child} too, until you say --let-go."),
            file=str(file),
            child=child.name,
        )


@click.command(
    cls=Command,
    help=N_(
        "Write everything of a child as plain files into FOLDER: diplomas as they were signed, the same for"
        " other programs (one signature each, all in one file, pictures with the diploma inside), issuers'"
        " documents, lists, notes, documents nobody signed, history, and a README.\n\n"
        "Nothing protects them there. “vcwallet wallet import” makes a child of a wallet of them again; with"
        " --keys it has its keys, without them a new one."
    ),
)
@file_argument
@argument("folder", type=click.Path(file_okay=False, path_type=Path))
@passphrase_option
@child_option
@option("--plain", is_flag=True, required=True, help=N_("Yes, unencrypted."))
@option(
    "--keys",
    is_flag=True,
    help=N_(
        "The child's keys too, also as a backup of Learner Credential Wallet: whoever has them can show as"
        " the child."
    ),
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
    keys: bool,
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
    if keys:
        speaker.warn(
            N_(
                "The keys of {child} will lie in {folder} in the open: whoever gets them can show diplomas as"
                " {child}, and no one can take them back."
            ),
            child=child.name,
            folder=str(folder),
        )
        speaker.confirm(N_("Write the keys too?"), yes=yes)
    folder.mkdir(parents=True, exist_ok=True)
    written = 0
    code = speaker.language.code
    for name, content in opened.plain_files(child, keys=keys, lang=code):
        (folder / name).parent.mkdir(exist_ok=True)
        replace_file(folder / name, content)
        written += 1
    speaker.say(N_("{folder}: {number} files, readable by anybody."), folder=str(folder), number=written)
    for line in leaving.left_behind(child, speaker.language, keys=keys):
        speaker.line(line)


@click.command(
    "import",
    cls=Command,
    help=N_(
        "Keep a child that “vcwallet wallet export” wrote into FOLDER, or the pages into a ZIP file.\n\n"
        "Every signature is checked as if the diplomas came one by one, and keys of an issuer that are new"
        " here are asked about."
    ),
)
@file_argument
@argument("folder", metavar="FOLDER", type=click.Path(path_type=Path))
@passphrase_option
@fingerprint_option
@now_option
@pass_speaker
def import_(
    speaker: Speaker,
    file: Path,
    folder: Path,
    passphrase_file: Path | None,
    fingerprints: Sequence[str],
    now: datetime | None,
) -> int:
    opened = open_wallet(speaker, file, passphrase_file)
    found = opened.bring_back(folder, agree=agreement(speaker, fingerprints), now=moment(now))
    save_wallet(opened)
    for name, error in found.problems:
        speaker.problem(name, error)
    speaker.line(leaving.came_back(found, speaker.language))
    if not found.has_own_keys:
        speaker.warn(leaving.KEYS_LEFT)
        speaker.warn(N_("Export with --keys to have them."))
    return found.problems[0][1].exit_status if found.problems else 0
