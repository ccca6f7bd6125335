"""`vcwallet wallet backup, selftest, restore, compare, merge`: copies, and proof that they open."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

import click

from vcwallet.cli.passphrases import (
    code_file_option,
    new_passphrase,
    new_passphrase_option,
    recovery_option,
)
from vcwallet.cli.speak import (
    Command,
    Speaker,
    argument,
    option,
    pass_speaker,
    passphrase_option,
    somebody_there,
)
from vcwallet.cli.values import moment, now_option
from vcwallet.cli.wallet.opening import (
    KDFS,
    SAVED_PATH,
    demand_file,
    file_argument,
    given_codes,
    json_option,
    kdf_option,
    open_wallet,
    remember,
    unlock,
)
from vcwallet.cli.wallet.words import difference_json, health_json, merged_json
from vcwallet.errors import N_, UsageError
from vcwallet.speaking import copies as words
from vcwallet.strict_json import Json
from vcwallet.wallet import Health, Wallet
from vcwallet.wallet.merging import Merged
from vcwallet.wallet.seen_saves import SeenSaves, default_place

_NO_COPY: Final = N_("There is no other copy of this wallet in its folder.")


@click.command(
    cls=Command,
    help=N_(
        "Copy the wallet to TARGET, a file or a folder, and read the copy back.\n\n"
        "An existing file is never overwritten; in a folder the copy carries the day in its name."
    ),
)
@file_argument
@argument("target", metavar="TARGET", type=click.Path(path_type=Path))
@passphrase_option
@json_option
@now_option
@pass_speaker
def backup(
    speaker: Speaker,
    file: Path,
    target: Path,
    passphrase_file: Path | None,
    as_json: bool,
    now: datetime | None,
) -> int:
    opened = open_wallet(speaker, file, passphrase_file)
    at = moment(now)
    target, health = opened.back_up(target, now=at)
    SeenSaves(default_place()).remember_backup(opened.saved_state, now=at)
    if as_json:
        speaker.json({"file": str(target), **health_json(health)})
    else:
        speaker.say(N_("{file}: a copy that was read back."), file=str(target))
        _tell_health(speaker, health)
    return _status(health)


@click.command(
    cls=Command,
    help=N_(
        "Try whether FILE opens as it must on the day of need: decrypt everything, check every signature.\n\n"
        "Run it on a backup, with the recovery code if you have a sheet. Nothing is changed."
    ),
)
@file_argument
@passphrase_option
@recovery_option
@code_file_option
@json_option
@now_option
@pass_speaker
def selftest(
    speaker: Speaker,
    file: Path,
    passphrase_file: Path | None,
    recovery: bool,
    code_files: Sequence[Path],
    as_json: bool,
    now: datetime | None,
) -> int:
    opened = open_wallet(speaker, file, passphrase_file, code_files=given_codes(recovery, code_files))
    health = opened.inspect(now=moment(now))
    if as_json:
        sheets = list[Json](opened.sheets)
        speaker.json({**health_json(health), "sheets": sheets, "openedBySheet": opened.opened_by_sheet})
        return _status(health)
    _tell_health(speaker, health)
    if opened.opened_by_sheet is not None:
        speaker.say(N_("The sheet {number} opens this file."), number=opened.opened_by_sheet)
    elif opened.sheets:
        speaker.say(N_("Sheets that open this file: {numbers}."), numbers=", ".join(opened.sheets))
    else:
        speaker.warn(N_("There is no recovery code: make a sheet with “vcwallet wallet recovery-sheet”."))
    return _status(health)


def _status(health: Health) -> int:
    return health.problems[0].exit_status if health.problems else 0


def _tell_health(speaker: Speaker, health: Health) -> None:
    for line in words.health_lines(health, speaker.language):
        speaker.line("  " + line)
    if (warning := words.unchecked(health, speaker.language)) is not None:
        speaker.line("  " + warning, aside=True, colour="yellow")
    for problem in health.problems:
        speaker.error(problem)


@click.command(
    cls=Command,
    help=N_(
        "Put a wallet back from a backup: SOURCE is opened, checked and copied to the new file TARGET.\n\n"
        "With --salvage, what is left of a damaged file is saved."
    ),
)
@argument("source", metavar="SOURCE", type=SAVED_PATH)
@argument("target", metavar="TARGET", type=SAVED_PATH)
@passphrase_option
@recovery_option
@code_file_option
@new_passphrase_option
@kdf_option
@option("--salvage", is_flag=True, help=N_("Take what still decrypts of a damaged file."))
@json_option
@now_option
@pass_speaker
def restore(
    speaker: Speaker,
    source: Path,
    target: Path,
    passphrase_file: Path | None,
    recovery: bool,
    code_files: Sequence[Path],
    new_passphrase_file: Path | None,
    kdf: str,
    salvage: bool,
    as_json: bool,
    now: datetime | None,
) -> int:
    # Everything is asked and checked before anything is written.
    if target.exists():
        raise UsageError(
            "sealed-file.exists",
            N_("“{name}” exists already and is not overwritten."),
            next_step=N_("Choose another name."),
            name=target.name[-64:],
        )
    if not target.absolute().parent.is_dir():
        raise UsageError(
            "wallet.no-folder",
            N_("There is no folder {folder}."),
            next_step=N_("Make it, or choose another."),
            folder=str(target.parent)[-64:],
        )
    codes = given_codes(recovery, code_files)
    if salvage:
        demand_file(source)
        opened, lost = unlock(
            speaker, passphrase_file, codes, use=lambda secret: Wallet.salvage(source, target, secret=secret)
        )
        speaker.warn(N_("{number} records could not be saved."), number=lost)
    else:
        opened = open_wallet(speaker, source, passphrase_file, code_files=codes)
    health = opened.inspect(now=moment(now))
    if not as_json:
        _tell_health(speaker, health)
    if health.problems and somebody_there():
        speaker.confirm(N_("Not everything in it holds. Restore it all the same?"))
    chosen = None if codes is None else new_passphrase(speaker, new_passphrase_file)
    restored = opened.restore_to(target, chosen, kdf=KDFS[kdf])
    remember(restored)
    if as_json:
        speaker.json({"file": str(target), **health_json(health)})
    else:
        speaker.say(N_("{file}: restored."), file=str(target))
    return _status(health)


@click.command(
    cls=Command,
    help=N_(
        "Bring copies of one wallet together, such as a cloud folder's conflict copies.\n\n"
        "Without COPY, files of the same wallet in the same folder are taken. The copies stay as they are."
    ),
)
@file_argument
@argument("copies", metavar="COPY...", nargs=-1, type=SAVED_PATH)
@passphrase_option
@json_option
@pass_speaker
def merge(
    speaker: Speaker, file: Path, copies: Sequence[Path], passphrase_file: Path | None, as_json: bool
) -> None:
    opened = open_wallet(speaker, file, passphrase_file, look_beside=False)
    chosen = tuple(copies) or opened.conflict_copies()
    names = [str(copy) if copies else copy.name for copy in chosen]
    if not chosen and not as_json:
        speaker.say(_NO_COPY)
        return
    changed = opened.merge(chosen)
    remember(opened)
    if as_json:
        merged: list[Json] = [
            {"copy": name, **merged_json(each)} for name, each in zip(names, changed, strict=True)
        ]
        speaker.json(merged)
        return
    for name, each in zip(names, changed, strict=True):
        speaker.say(N_("{file}:"), file=name)
        _tell_merged(speaker, each)


def _tell_merged(speaker: Speaker, merged: Merged) -> None:
    """What a copy changed here, thing by thing."""
    for line in words.merged_lines(merged, speaker.language):
        speaker.line("  " + line)
    for warning in words.ways_in(merged, speaker.language):
        speaker.line("  " + warning, aside=True, colour="yellow")


@click.command(
    cls=Command,
    help=N_(
        "Lay copies of one wallet side by side, before “merge” joins them; nothing is changed.\n\n"
        "Child by child: what only this file has, what only the copy has, what both say differently, and what"
        " joining makes of it. Without COPY, files of the same wallet in the same folder are taken."
    ),
)
@file_argument
@argument("copies", metavar="COPY...", nargs=-1, type=SAVED_PATH)
@passphrase_option
@json_option
@pass_speaker
def compare(
    speaker: Speaker, file: Path, copies: Sequence[Path], passphrase_file: Path | None, as_json: bool
) -> None:
    opened = open_wallet(speaker, file, passphrase_file, look_beside=False)
    chosen = tuple(copies) or opened.conflict_copies()
    names = [str(copy) if copies else copy.name for copy in chosen]
    found = [opened.compare(copy) for copy in chosen]
    if as_json:
        differences: list[Json] = [
            {"copy": name, **difference_json(each)} for name, each in zip(names, found, strict=True)
        ]
        speaker.json(differences)
        return
    if not chosen:
        speaker.say(_NO_COPY)
    for name, each in zip(names, found, strict=True):
        speaker.say(N_("{file}:"), file=name)
        for line in words.difference_lines(each, speaker.language):
            speaker.line("  " + line)
