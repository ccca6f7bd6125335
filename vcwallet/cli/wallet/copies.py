"""`vcwallet wallet backup, selftest, restore, merge`: copies, and proof that they open."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

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
from vcwallet.cli.wallet.words import health_json, merged_json
from vcwallet.errors import N_, UsageError
from vcwallet.strict_json import Json
from vcwallet.wallet import Health, Wallet
from vcwallet.wallet.merging import Merged
from vcwallet.wallet.seen_saves import SeenSaves, default_place


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
    if target.is_dir():
        target /= f"{file.stem} {at.date().isoformat()}{file.suffix}"
    health = opened.copy_to(target).inspect(now=at)
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
    speaker.say(
        N_("  children {children}, diplomas {credentials}, attachments {attachments}, history {lines}"),
        children=health.children,
        credentials=health.credentials,
        attachments=health.attachments,
        lines=health.showings,
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
        speaker.say(N_("There is no other copy of this wallet in its folder."))
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
    if not merged.changed:
        speaker.say(N_("  nothing in it is new here"))
    lines: Sequence[tuple[str, Sequence[str]]] = (
        (N_("  + {what}"), (*merged.children_added, *merged.added)),
        (N_("  - {what} was taken out there"), (*merged.children_removed, *merged.removed)),
        (N_("  {what} was put there"), merged.moved),
        (N_("  {what}: other notes than before"), merged.noted),
        (N_("  {what}: taken out in one copy, worked on in the other; it stays"), merged.stayed),
    )
    for template, things in lines:
        for what in things:
            speaker.say(template, what=what)
    for before, after in merged.renamed:
        speaker.say(N_("  {before} is called {after}"), before=before, after=after)
    if merged.showings:
        speaker.say(N_("  lines of the history that came: {number}"), number=merged.showings)
    if merged.ways_in_changed:
        speaker.warn(
            N_(
                "  The ways to open the wallet changed: a passphrase, a recovery code or a person came from"
                " the other copy, or one of this copy was closed there."
            )
        )
    if merged.passphrase_closed:
        speaker.warn(
            N_(
                "  The passphrase was changed in the other copy: from now on only that one opens this file,"
                " and the one you have just typed does not."
            )
        )
