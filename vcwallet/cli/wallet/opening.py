"""What every wallet command begins and ends with: the file, whose it is, and which diplomas are meant."""

from __future__ import annotations

import errno
import glob
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, TypeVar

import click

from vcwallet.cli.passphrases import with_passphrase, with_recovery_code
from vcwallet.cli.speak import Speaker, argument, option, own_file
from vcwallet.errors import N_, UsageError
from vcwallet.sealed_file import Secret
from vcwallet.speaking.wallets import layout_hint
from vcwallet.wallet import DEFAULT, LIGHT, Child, Diploma, Passphrase, Wallet
from vcwallet.wallet.seen_saves import SeenSaves, default_place

T = TypeVar("T")

KDFS: Final = {"default": DEFAULT, "light": LIGHT}
SHORT: Final = 8
"""Letters of a record's number that are shown; any beginning that fits one diploma names it."""


json_option = option("--json", "as_json", is_flag=True, help=N_("Write the answer as JSON."))
SAVED_PATH = click.Path(dir_okay=False, path_type=Path)
file_argument = argument("file", type=click.Path(dir_okay=False, path_type=Path))
child_option = option("--child", "child_name", metavar="NAME", help=N_("Only this child."))
kdf_option = option(
    "--kdf",
    type=click.Choice(list(KDFS)),
    default="default",
    show_default=True,
    help=N_("How hard guessing is made: default takes 256 MiB of memory, light takes 64 MiB."),
)


def given_codes(recovery: bool, code_files: Sequence[Path]) -> Sequence[Path] | None:
    """What `open_wallet` takes: files of a recovery code, none where it is to be typed, None without one."""
    return code_files if recovery or code_files else None


def open_wallet(
    speaker: Speaker,
    file: Path,
    passphrase_file: Path | None,
    *,
    code_files: Sequence[Path] | None = None,
    look_beside: bool = True,
) -> Wallet:
    """Open, and tell what there is to tell: a copy opened instead, an older state than last seen, a copy
    beside it with something that is not here.

    By the passphrase, or by a recovery code: see `given_codes`. A file that is not there, nor a copy beside
    it, is told before anybody is asked for anything.
    """
    demand_file(file)
    opened = unlock(speaker, passphrase_file, code_files, use=lambda secret: Wallet.open(file, secret=secret))
    older = SeenSaves(default_place()).meet(opened.saved_state)
    for notice in (*opened.notices, *([] if older is None else [older])):
        speaker.warn(notice.template, **notice.evidence)
    if older is not None:
        speaker.warn(N_("“vcwallet wallet merge {file} COPY” brings another copy in."), file=file.name)
    for copy in opened.copies_with_news() if look_beside else ():
        speaker.warn(
            N_(
                "Beside it lies “{copy}”, a copy of this wallet with changes that are not here."
                " “vcwallet wallet merge {file}” brings them in."
            ),
            copy=copy.name,
            file=file.name,
        )
    return opened


def unlock(
    speaker: Speaker,
    passphrase_file: Path | None,
    code_files: Sequence[Path] | None,
    *,
    use: Callable[[Secret], T],
) -> T:
    """What `use` makes of a passphrase or a recovery code, asked for again where it was mistyped."""
    if code_files is not None:
        return with_recovery_code(speaker, code_files, use=use)

    def opened(given: str) -> T:
        try:
            return use(Passphrase(given))
        except UsageError as error:
            if error.code == "sealed-file.wrong-passphrase" and (
                hint := layout_hint(given, speaker.language)
            ):
                speaker.line(hint, aside=True)
            raise

    return with_passphrase(speaker, passphrase_file, prompt=N_("Passphrase of the wallet"), use=opened)


def demand_file(file: Path) -> None:
    """Raise what is said of a file that is not there, unless a copy stands beside it."""
    if not any(file.parent.glob(glob.escape(file.name) + "*")):
        with own_file(file):
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(file))


def save_wallet(opened: Wallet) -> None:
    opened.save()
    remember(opened)


def remember(opened: Wallet) -> None:
    """Note on this device which save of the file was seen last."""
    SeenSaves(default_place()).remember(opened.saved_state)


def child_of(opened: Wallet, name: str | None) -> Child:
    """The child that is named, or the only one; raises UsageError (``wallet.name-the-child``)."""
    if name:
        return opened.child(name)
    if len(opened.children) == 1:
        return opened.children[0]
    raise UsageError(
        "wallet.name-the-child",
        N_("Say which child."),
        next_step=N_("Name one with --child, by the given name or in full: {children}.")
        if opened.children
        else N_("There is no child here yet: add a diploma, or a child with “vcwallet wallet child add”."),
        children=", ".join(each.name for each in opened.children),
    )


def choose_diplomas(opened: Wallet, wanted: Sequence[str], child: Child | None) -> tuple[Diploma, ...]:
    """By number in the list, by the beginning of the id, or by the credential's own id."""
    return tuple(opened.diploma(each, child=child) for each in wanted)
