"""Asking for passphrases and recovery codes; what was mistyped is asked for again, in place."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final, TypeVar

import click

from vcwallet import limits
from vcwallet.cli.speak import Speaker, option, own_file, somebody_there
from vcwallet.cli.speak import passphrase as given_passphrase
from vcwallet.errors import N_, UsageError, VcwalletError
from vcwallet.files import read_file
from vcwallet.sealed_file import RecoveryCode, Secret, normalize_passphrase, passphrases, saving

T = TypeVar("T")


def tell_file_of_before(speaker: Speaker, path: Path) -> None:
    """Say of the copy beside a sealed file that it still opens in the way that was just closed.

    Every save leaves that copy, so nobody who closed a way in made it or thinks of it.
    """
    before = saving.backup_of(path)
    if before.exists():
        speaker.warn(
            N_(
                "The file of before, {file}, still opens as it did, until something is saved again. Delete it"
                " if somebody must not get in."
            ),
            file=str(before),
        )


def tell_what_is_still_before(speaker: Speaker, path: Path) -> None:
    """Say of the copy beside a sealed file that it still holds what was just taken out."""
    before = saving.backup_of(path)
    if before.exists():
        speaker.warn(
            N_(
                "The file of before, {file}, still has it, until something is saved again. Delete that file"
                " too if nothing shall be left."
            ),
            file=str(before),
        )


TRIES: Final = 3
_MISTYPED: Final = (
    "sealed-file.wrong-passphrase",
    "sealed-file.wrong-code",
    "passphrase.",
    "recovery-code.",
    "cli.passphrase-empty",
    "passphrase.not-the-same",
    "cli.code-typo",
)
"""Codes of errors, or how they begin, that a person mends by typing again."""

SAVED_PATH: Final = click.Path(dir_okay=False, path_type=Path)

new_passphrase_option = option(
    "--new-passphrase-file",
    type=SAVED_PATH,
    help=N_("Read the new passphrase from the first line of this file instead of asking."),
)


recovery_option = option("--recovery", is_flag=True, help=N_("Open with the recovery code."))
code_file_option = option(
    "--code-file",
    "code_files",
    multiple=True,
    type=SAVED_PATH,
    help=N_(
        "Read the recovery code from this file: the sheet, a photo or scan of it, or a text. Of a code in"
        " three shares name two."
    ),
)


def until_right(speaker: Speaker, attempt: Callable[[], T]) -> T:
    """What `attempt` gives; when somebody mistyped, it is told and attempted again, three times in all."""
    for _ in range(TRIES - 1):
        try:
            return attempt()
        except VcwalletError as error:
            if not error.code.startswith(_MISTYPED):
                raise
            speaker.error(error)
    return attempt()


def with_passphrase(speaker: Speaker, file: Path | None, *, prompt: str, use: Callable[[str], T]) -> T:
    """What `use` makes of the passphrase from `file`, from VCWALLET_PASSPHRASE or typed.

    Only what is typed can be typed again. Raises what `speak.passphrase` and `use` raise.
    """

    def attempt() -> T:
        return use(given_passphrase(speaker, file, prompt=prompt))

    if file is not None or "VCWALLET_PASSPHRASE" in os.environ or not somebody_there():
        return attempt()
    return until_right(speaker, attempt)


def with_recovery_code(speaker: Speaker, files: Sequence[Path], *, use: Callable[[Secret], T]) -> T:
    """What `use` makes of the recovery code in `files`, or typed where none is named.

    Raises what `recovery_code` and `use` raise.
    """

    def attempt() -> T:
        return use(recovery_code(speaker, files))

    return attempt() if files or not somebody_there() else until_right(speaker, attempt)


def recovery_code(speaker: Speaker, files: Sequence[Path]) -> RecoveryCode:
    """The recovery code, or two shares of it, in `files`; typed, or named as a file, where none is given.

    Raises UsageError (``cli.code-missing``) when there is nobody to ask, and what reading the files and the
    code raises.
    """
    if files:
        return RecoveryCode(*(code for file in files for code in _codes_in(file)))
    if not somebody_there():
        raise UsageError(
            "cli.code-missing",
            N_("The recovery code is needed and there is nobody to ask."),
            next_step=N_("Give --code-file FILE."),
        )
    return _typed_code(speaker)


def first_passphrase(speaker: Speaker, file: Path | None) -> str:
    """The passphrase of a file to be made: from `file`, from VCWALLET_PASSPHRASE, or a new one."""
    if file is None and "VCWALLET_PASSPHRASE" in os.environ:
        return given_passphrase(speaker, None, prompt="")
    return new_passphrase(speaker, file)


def new_passphrase(speaker: Speaker, file: Path | None) -> str:
    """A new passphrase: from `file`, or random words typed back, or the person's own, typed twice.

    The same words are offered until one is taken. Raises UsageError (``passphrase.weak``;
    ``cli.new-passphrase-missing`` when there is nobody to ask).
    """
    if file is not None:
        given = given_passphrase(speaker, file, prompt="")
        passphrases.check(given)
        return given
    if not somebody_there():
        raise UsageError(
            "cli.new-passphrase-missing",
            N_("A new passphrase is needed and there is nobody to ask."),
            next_step=N_("Give it in a file: its first line is read."),
        )
    made = passphrases.generate(speaker.language.code, os.urandom)

    def attempt() -> str:
        speaker.aside(N_("A passphrase made for you, of random words:"))
        speaker.aside("\n    {made}\n", made=made)
        speaker.aside(N_("Write it down, then type it. Or type one of your own."))
        typed = speaker.ask(N_("New passphrase"), hidden=True)
        if normalize_passphrase(typed) != normalize_passphrase(made):
            passphrases.check(typed)
            again = speaker.ask(N_("The same once more"), hidden=True)
            passphrases.demand_same(typed, again)
        return typed

    return until_right(speaker, attempt)


def _codes_in(file: Path) -> tuple[str, ...]:
    from vcwallet.bundle.recovery_sheet import codes_in_file

    with own_file(file):
        return codes_in_file(read_file(file, limits.FILE_BYTES))


def _typed_code(speaker: Speaker) -> RecoveryCode:
    """A code, or two shares of one, each typed or in the file whose name is typed."""
    given = _typed_or_in_a_file(
        speaker.ask(N_("Recovery code, all groups (or the file of a photo of the sheet)"))
    )
    try:
        return RecoveryCode(*given)
    except UsageError as error:
        if error.code != "recovery-code.another-share":
            raise
        speaker.error(error)
    return RecoveryCode(*given, *_typed_or_in_a_file(speaker.ask(N_("Another share, all groups"))))


def _typed_or_in_a_file(answer: str) -> tuple[str, ...]:
    place = Path(answer.strip().strip("'\""))
    with suppress(OSError, ValueError):  # what is typed need not be a name that a system takes
        if place.is_file():
            return _codes_in(place)
    return (answer,)
