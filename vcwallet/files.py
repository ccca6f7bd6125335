"""Files read within a ceiling, and written whole or not at all, never over what is precious."""

from __future__ import annotations

import errno
import os
import re
import secrets
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from vcwallet.errors import N_, InputError, UsageError

SEALED_BEGINS = b"vcwallet/v"
"""How a sealed file of any version begins (docs/reference/wallet-format.md): a wallet, an issuer's keys."""

_REPLACE_TRIES = 50
_REPLACE_PAUSE_SECONDS = 0.02


_NOT_THERE = {
    errno.ENOENT: N_("There is no file {file}."),
    errno.EISDIR: N_("{file} is a folder, not a file."),
    errno.ENOTDIR: N_("{file} is not a folder."),
}
_REFUSALS = {
    errno.EEXIST: N_("{file} is there already."),
    errno.EACCES: N_("{file} may not be read or written by you."),
    errno.EPERM: N_("{file} may not be read or written by you."),
    errno.ENOSPC: N_("There is no space left for {file}."),
    errno.EROFS: N_("The medium of {file} cannot be written to."),
}


def is_not_there(error: OSError) -> bool:
    """Whether the caller named a file that is no file, rather than the computer failing on one."""
    return error.errno in _NOT_THERE


_STEPS = {
    errno.ENOENT: N_("Look whether the name is written right."),
    errno.EISDIR: N_("Name a file in it."),
    errno.ENOTDIR: N_("Name a folder."),
    errno.EEXIST: N_("Choose another name, or put the file away first."),
    errno.EACCES: N_("Ask whoever looks after this computer, or choose another place."),
    errno.EPERM: N_("Ask whoever looks after this computer, or choose another place."),
    errno.ENOSPC: N_("Make room, or choose another place."),
    errno.EROFS: N_("Choose another place."),
}


def step_of(error: OSError) -> str:
    """What a person does about it."""
    return _STEPS.get(error.errno or 0, N_("Try again, or choose another place."))


def words_of(error: OSError) -> str:
    """A template with `file`, and `reason` for what is rare, in place of the system's English words."""
    rare = N_("{file}: the computer refused ({reason}).")
    return {**_NOT_THERE, **_REFUSALS}.get(error.errno or 0, rare)


def read_file(path: Path, limit: int) -> bytes:
    """A file's bytes; raises InputError (``file.missing``, ``file.too-large`` over `limit`) and OSError."""
    try:
        with path.open("rb") as source:
            content = source.read(limit + 1)
    except FileNotFoundError:
        raise InputError(
            "file.missing",
            N_("There is no file {file}."),
            next_step=_STEPS[errno.ENOENT],
            file=str(path)[-64:],
        ) from None
    if len(content) > limit:
        raise InputError(
            "file.too-large", N_("{file} has more than {limit} bytes."), file=path.name[-64:], limit=limit
        )
    return content


def check_place(path: Path, *, inputs: Iterable[Path], may_replace: Callable[[Path], bool]) -> None:
    """Raise now, before any work, when a result must not be written to the place a person named.

    `inputs` are the files and folders the work is done from. `may_replace` is asked about any other file that
    is there already.

    Raises UsageError: ``file.sealed`` for a wallet or a keystore, ``file.is-an-input`` for a file among
    `inputs` or in a folder among them, ``file.exists``.
    """
    _refuse_sealed(path)
    if not os.path.lexists(path):
        return
    if any(_holds(each, path) for each in inputs):
        raise UsageError(
            "file.is-an-input",
            N_("{file} is one of the files to be read, so it is not written over."),
            next_step=N_("Choose another name."),
            file=path.name[-64:],
        )
    if not _is_device(path) and not may_replace(path):
        raise UsageError(
            "file.exists",
            N_("{file} is there already. Nothing was written."),
            next_step=N_("Choose another name, or allow it to be replaced."),
            file=path.name[-64:],
        )


def write_result(path: Path, content: bytes) -> None:
    """Write to a place that `check_place` allowed, for its owner alone to read.

    What is no ordinary file, such as a device, is written to as it is. Raises as `replace_file`.
    """
    if _is_device(path):
        with path.open("wb") as device:
            device.write(content)
    else:
        replace_file(path, content)


def replace_file(path: Path, content: bytes, *, public: bool = False) -> None:
    """Write a file so that a kill leaves either the old one or the new one.

    Only its owner may read it, unless it is `public`: then it is as any other file of its folder. Raises
    UsageError (``file.sealed``) when a sealed file is there, and OSError.
    """
    _refuse_sealed(path)
    with _beside(path, public=public) as (temporary, target):
        target.write(content)
        target.flush()
        os.fsync(target.fileno())
        target.close()
        _rename(temporary, path)


def create_file(path: str | Path, *, public: bool = False) -> int:
    """The descriptor of a file that did not exist: what somebody put there before is never followed.

    Raises FileExistsError and other OSErrors.
    """
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    return os.open(path, flags, 0o666 if public else 0o600)


def temporary_name(path: str | Path) -> str:
    """A name beside `path` that nobody can have foreseen."""
    folder, name = os.path.split(path)
    return os.path.join(folder, f".{name[-100:]}.{secrets.token_hex(8)}.part")  # noqa: PTH118 - texts are quick


def free_name(path: Path) -> Path:
    """`path`, or ``name (2).ending`` and so on where something of that name is there already."""
    number = 1
    while (found := path if number == 1 else path.with_name(f"{path.stem} ({number}){path.suffix}")).exists():
        number += 1
    return found


_LEFT_OVER = re.compile(r"\..{1,100}\.[0-9a-f]{16}\.part", re.DOTALL)


def remove_left_over(folder: Path, *, before: datetime) -> None:
    """Remove what writes that were killed left in `folder`: files of `temporary_name` older than `before`.

    A younger one may be another program's that is writing at the moment.
    """
    for each in folder.iterdir() if folder.is_dir() else ():
        if _LEFT_OVER.fullmatch(each.name):
            with suppress(OSError):
                if each.is_file() and each.stat().st_mtime < before.timestamp():
                    each.unlink()


@contextmanager
def _beside(path: Path, *, public: bool) -> Iterator[tuple[Path, BinaryIO]]:
    """A new file beside `path`, which is gone at the end unless it was renamed."""
    temporary = Path(temporary_name(path))
    target = os.fdopen(create_file(temporary, public=public), "wb")
    try:
        with target:
            yield temporary, target
    finally:
        with suppress(FileNotFoundError):
            temporary.unlink()


def _is_device(path: Path) -> bool:
    """Whether something is there that is not a file, a folder or a link to one: a device, a pipe."""
    return path.exists() and not path.is_file() and not path.is_dir()


def _refuse_sealed(path: Path) -> None:
    if not path.is_file():
        return
    with path.open("rb") as there:
        begins = there.read(len(SEALED_BEGINS))
    if begins == SEALED_BEGINS:
        raise UsageError(
            "file.sealed",
            N_("{file} is a wallet or holds an issuer's keys, so it is not written over."),
            next_step=N_("Choose another name."),
            file=path.name[-64:],
        )


def _holds(given: Path, path: Path) -> bool:
    """Whether a file is `given`, by any of its names, or stands in the folder `given`."""
    try:
        if given.is_dir():
            return path.resolve().is_relative_to(given.resolve())
        return given.samefile(path)
    except OSError:
        return False


def _rename(temporary: Path, path: Path) -> None:
    """On Windows a virus scanner may hold the old file for a moment."""
    for attempt in range(_REPLACE_TRIES):
        try:
            temporary.replace(path)
        except PermissionError:
            if os.name != "nt" or attempt == _REPLACE_TRIES - 1:
                raise
            time.sleep(_REPLACE_PAUSE_SECONDS)
        else:
            return
