"""Files read within a ceiling, and written whole or not at all, never over what is precious."""

from __future__ import annotations

import errno
import os
import re
import secrets
import shutil
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from vcwallet.errors import N_, InputError, MachineError, UsageError, VcwalletError

SEALED_BEGINS = b"vcwallet/v"
"""How a sealed file of any version begins (docs/reference/wallet-format.md): a wallet, an issuer's keys."""

_DEVICES = frozenset(
    {"con", "prn", "aux", "nul", *(f"{port}{each}" for port in ("com", "lpt") for each in "0123456789¹²³")}
)
_ON_WINDOWS = os.name == "nt"
_REPLACE_TRIES = 50
_REPLACE_PAUSE_SECONDS = 0.02
_WRITE_TRIES = 50
_STILL_BUILDING = timedelta(hours=1)
"""What is built in several steps and was touched since may be another program's that is at work."""


_NOT_THERE = {
    errno.ENOENT: N_("There is no file {file}."),
    errno.EISDIR: N_("{file} is a folder, not a file."),
    errno.ENOTDIR: N_("{file} is not a folder."),
}
_NO_ROOM = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC), errno.EFBIG)
_REFUSALS = {
    errno.EEXIST: N_("{file} is there already."),
    errno.EACCES: N_("{file} may not be read or written by you."),
    errno.EPERM: N_("{file} may not be read or written by you."),
    **dict.fromkeys(_NO_ROOM, N_("There is no space left for {file}.")),
    errno.EROFS: N_("The medium of {file} cannot be written to."),
}


def is_not_there(error: OSError) -> bool:
    """Whether the caller named a file that is no file, rather than the computer failing on one."""
    return error.errno in _NOT_THERE and not _is_too_long(error)


_STEPS = {
    errno.ENOENT: N_("Look whether the name is written right."),
    errno.EISDIR: N_("Name a file in it."),
    errno.ENOTDIR: N_("Name a folder."),
    errno.EEXIST: N_("Choose another name, or put the file away first."),
    errno.EACCES: N_("Ask whoever looks after this computer, or choose another place."),
    errno.EPERM: N_("Ask whoever looks after this computer, or choose another place."),
    **dict.fromkeys(_NO_ROOM, N_("Make room, or choose another place.")),
    errno.EROFS: N_("Choose another place."),
}


_WINDOWS_PATH = 248
"""From so many characters on Windows makes no folder, and says that the path is not there."""


def _is_too_long(error: OSError) -> bool:
    """Whether the path is longer than the system takes; without a setting Windows takes 260 characters."""
    if not _ON_WINDOWS or error.errno != errno.ENOENT:
        return error.errno == errno.ENAMETOOLONG
    names = (error.filename, error.filename2)
    return any(len(os.path.abspath(name)) >= _WINDOWS_PATH for name in names if name)  # noqa: PTH100


def may_be_held(error: OSError) -> bool:
    """Whether a program that has the file open may be why; only Windows refuses that, and tells it in the
    same way as a file that may not be written."""
    return _ON_WINDOWS and error.errno == errno.EACCES


def step_of(error: OSError) -> str:
    """What a person does about it."""
    if _is_too_long(error):
        return N_("Choose a place whose path is shorter, or shorter names.")
    if may_be_held(error):
        return N_("Close it in the other program and try again, or choose another place.")
    return _STEPS.get(error.errno or 0, N_("Try again, or choose another place."))


def words_of(error: OSError) -> str:
    """A template with `file`, and `reason` for what is rare, in place of the system's English words."""
    if _is_too_long(error):
        return N_("The path of {file} is too long for this computer.")
    if may_be_held(error):
        return N_("{file} is open in another program, or may not be read or written by you.")
    rare = N_("{file}: the computer refused ({reason}).")
    return {**_NOT_THERE, **_REFUSALS}.get(error.errno or 0, rare)


def in_our_words(error: OSError, *, whole_path: bool = True) -> VcwalletError:
    """What the operating system said: an input that is not there, or a computer that refuses."""
    # Of a file that was to be renamed a person knows the second name: the first is a temporary one.
    file, reason = str(error.filename2 or error.filename or "-"), error.strerror or type(error).__name__
    if not whole_path:
        file = os.path.basename(file.rstrip("/\\")) or file  # noqa: PTH119 - of a system's words
    words, step = words_of(error), step_of(error)
    if is_not_there(error):
        return InputError("input.not-there", words, next_step=step, file=file, reason=reason)
    return MachineError("machine.file", words, next_step=step, file=file, reason=reason)


def names_a_device(name: str) -> bool:
    """Whether Windows keeps a name for a device, whatever ending it has: no file can be called so there."""
    return name.partition(".")[0].rstrip().casefold() in _DEVICES


def read_file(path: Path, limit: int) -> bytes:
    """A file's bytes; raises InputError (``file.missing``, ``file.too-large`` over `limit`) and OSError."""
    try:
        with path.open("rb") as source:
            content = read_at_most(source, limit)
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


def read_at_most(file: BinaryIO, limit: int) -> bytes:
    """The bytes of an open file; one more than `limit` says that there are more.

    Memory is taken for what the file holds, not for `limit`: where memory is not virtual, as in a browser,
    each reading would fill the whole ceiling.
    """
    size = os.fstat(file.fileno()).st_size
    content = file.read(min(size, limit) + 1)
    if size < len(content) <= limit:  # it grew, or its length is not known beforehand
        content += file.read(limit + 1 - len(content))
    return content


def check_place(
    path: Path,
    *,
    inputs: Iterable[Path],
    may_replace: Callable[[Path], bool],
    or_else: str = N_("Choose another name."),
) -> None:
    """Raise now, before any work, when a result must not be written to the place a person named.

    `inputs` are the files and folders the work is done from. `may_replace` is asked about any other file that
    is there already. `or_else` is what to do where it may not be replaced.

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
            next_step=or_else,
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


def replace_file(path: Path, content: bytes, *, public: bool = False, one_of_many: bool = False) -> None:
    """Write a file so that a kill leaves either the old one or the new one.

    Beside it a kill may leave what was written so far: the next write of the same file removes it. Whoever
    writes `one_of_many` in a folder does that once for all of them, by `remove_left_over_of`.

    Only its owner may read it, unless it is `public`: then it is as any other file of its folder. Raises
    UsageError (``file.sealed``) when a sealed file is there, and OSError.
    """
    _refuse_sealed(path)

    def write() -> None:
        with _beside(path, public=public) as (temporary, target):
            target.write(content)
            target.flush()
            os.fsync(target.fileno())
            target.close()
            rename(temporary, path)

    write_until_named(path, write)
    if not one_of_many:
        remove_left_over_of([path])


def replace_files(contents: Mapping[Path, bytes], *, public: bool = False) -> None:
    """Write several files, or on an error none: each is made beside its place, then all get their names.

    What is killed while they are named leaves whole files, some older than others; writing them again ends
    it. Raises as `replace_file`.
    """
    staged: dict[Path, Path] = {}
    try:
        for path, content in contents.items():
            _refuse_sealed(path)
            path.parent.mkdir(parents=True, exist_ok=True)
            staged[path] = Path(temporary_name(path))
            with _naming(path), os.fdopen(create_file(staged[path], public=public), "wb") as target:
                target.write(content)
                target.flush()
                os.fsync(target.fileno())
        for path, beside in staged.items():
            try:
                rename(beside, path)
            except FileNotFoundError:
                # As in `write_until_named`.
                replace_file(path, contents[path], public=public, one_of_many=True)
    finally:
        for beside in staged.values():
            beside.unlink(missing_ok=True)
    remove_left_over_of(contents)


def write_until_named(path: str | Path, write: Callable[[], None]) -> None:
    """Call what writes a file under a temporary name and renames it, until it did both.

    Another program that wrote the same file may have removed the temporary one in between, because it cannot
    tell a killed program from one that is at work. Raises what `write` raises otherwise.
    """
    for tries_left in reversed(range(_WRITE_TRIES)):
        try:
            with _naming(path):
                return write()
        except FileNotFoundError:
            if not tries_left or not os.path.isdir(os.path.dirname(path) or "."):  # noqa: PTH112, PTH120 - texts
                raise
    return None


@contextmanager
def _naming(path: str | Path) -> Iterator[None]:
    """The system names no file when it refuses bytes of an open one: this one then is the file."""
    try:
        yield
    except OSError as error:
        if error.filename is None:
            error.filename = str(path)
        raise


def rename(source: Path, target: Path) -> None:
    """Rename over whatever is there; on Windows a virus scanner may hold either for a moment."""
    for tries_left in reversed(range(_REPLACE_TRIES)):
        try:
            source.replace(target)
        except PermissionError:
            if not _ON_WINDOWS or not tries_left:
                raise
            time.sleep(_REPLACE_PAUSE_SECONDS)
        else:
            return


def create_file(path: str | Path, *, public: bool = False) -> int:
    """The descriptor of a file that did not exist: what somebody put there before is never followed.

    Raises FileExistsError and other OSErrors.
    """
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    return os.open(path, flags, 0o666 if public else 0o600)


def temporary_name(path: str | Path) -> str:
    """A name beside `path` that nobody can have foreseen."""
    folder, name = os.path.split(path)
    kept = name[-_KEPT_OF_NAME:]
    return os.path.join(folder, f".{kept}.{secrets.token_hex(8)}{_UNFINISHED}")  # noqa: PTH118 - texts are quick


def free_name(path: Path) -> Path:
    """`path`, or ``name (2).ending`` and so on where something of that name is there already."""
    number = 1
    while (found := path if number == 1 else path.with_name(f"{path.stem} ({number}){path.suffix}")).exists():
        number += 1
    return found


_UNFINISHED = ".part"
_KEPT_OF_NAME = 100
"""Characters of a file's name in a temporary one, which must not be too long for the disk."""
_LEFT_OVER = re.compile(rf"\.(?P<name>.{{1,{_KEPT_OF_NAME}}})\.[0-9a-f]{{16}}\.part", re.DOTALL)


def remove_left_over(
    folder: Path, *, of: Iterable[str] | Callable[[str], bool] | None = None, before: datetime | None = None
) -> None:
    """Remove what was left in `folder` under a `temporary_name` by programs that were killed.

    Only what was to become `of`: files of these names, or of such names; and only what nobody touched since
    `before`, as a younger one may be another program's that is at work. Without `before` files of any age go:
    that is for files which are written by `write_until_named` alone.
    """
    names = of if of is None or callable(of) else {name[-_KEPT_OF_NAME:] for name in of}.__contains__
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            shape = _LEFT_OVER.fullmatch(entry.name) if entry.name.endswith(_UNFINISHED) else None
            if shape is None or not (names is None or names(shape["name"])):
                continue
            with suppress(OSError):
                if before is not None and _touched(Path(entry.path)) >= before.timestamp():
                    continue
                if not entry.is_dir(follow_symlinks=False):
                    os.unlink(entry.path)  # noqa: PTH108 - as above
                elif before is not None:
                    shutil.rmtree(entry.path)


def remove_left_over_of(written: Iterable[Path]) -> None:
    """Remove what killed programs left beside files that have been written since; see `remove_left_over`."""
    names: dict[Path, list[str]] = {}
    for path in written:
        names.setdefault(path.parent, []).append(path.name)
    for folder, of in names.items():
        remove_left_over(folder, of=of)


def _touched(place: Path) -> float:
    """When a file, or anything in a folder, was written last."""
    return max(each.lstat().st_mtime for each in (place, *place.rglob("*")))


@contextmanager
def built_beside(place: Path) -> Iterator[Path]:
    """A name to build a file or a folder under, which gets the name `place` at the end; on an error it goes.

    So do, at the end, older ones that killed programs left beside the same place. An empty folder that is
    there is taken away. Raises OSError.
    """
    building = Path(temporary_name(place))
    try:
        yield building
        # The age is told by the disk that has them all: its clock may differ from the computer's.
        built = datetime.fromtimestamp(building.stat().st_mtime, UTC)
        if place.is_dir():
            place.rmdir()
        rename(building, place)
    except BaseException:
        if building.is_dir():
            shutil.rmtree(building, ignore_errors=True)
        else:
            building.unlink(missing_ok=True)
        raise
    remove_left_over(place.parent, of=[place.name], before=built - _STILL_BUILDING)


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
