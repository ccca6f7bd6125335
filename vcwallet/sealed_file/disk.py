"""What a sealed file asks of a disk, as one object, so that tests can put a failing one in its place."""

from __future__ import annotations

import errno
import os
import stat
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from vcwallet.errors import N_, InputError, LimitExceeded, MachineError
from vcwallet.files import may_be_held, read_at_most, rename

_LOCK_POLL_SECONDS = 0.01


class Disk:
    """The real one. Methods raise OSError; `explain` turns it into words."""

    def read(self, path: Path, limit: int) -> bytes | None:
        """A regular file's bytes, or None when there is none; ``sealed-file.too-large`` over `limit`."""
        try:
            found = path.stat()
        except FileNotFoundError:
            return None
        if not stat.S_ISREG(found.st_mode):
            raise InputError("sealed-file.not-a-file", N_("“{name}” is not a file."), name=path.name[-64:])
        if found.st_size > limit:
            raise LimitExceeded(
                "sealed-file.too-large",
                N_("The file has {size} bytes; the ceiling is {limit}."),
                size=found.st_size,
                limit=limit,
            )
        with path.open("rb") as file:
            return read_at_most(file, limit)

    def write_new(self, path: Path, data: bytes) -> None:
        """Create a file that did not exist, for its owner only, and wait until the disk has it."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        with open(os.open(path, flags, 0o600), "wb", buffering=0) as file:  # noqa: PTH123 - needs O_EXCL
            view = memoryview(data)
            while view:
                view = view[file.write(view) :]
            _sync(file.fileno())

    def link(self, source: Path, target: Path) -> None:
        """Raises OSError, also where the system knows no links at all."""
        try:
            target.hardlink_to(source)
        except NotImplementedError as error:
            raise OSError(errno.ENOTSUP, str(error)) from None

    def replace(self, source: Path, target: Path) -> None:
        """Rename over whatever is there."""
        rename(source, target)

    def unlink(self, path: Path) -> None:
        path.unlink()

    def sync_folder(self, folder: Path) -> None:
        """Make renames in a folder last. Systems that cannot sync a folder do it by themselves."""
        if sys.platform == "win32":
            return
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        except OSError as error:
            if error.errno not in (errno.EINVAL, errno.ENOTSUP, errno.EBADF):
                raise
        finally:
            os.close(descriptor)

    def siblings(self, path: Path, prefix: str) -> list[Path]:
        """Files beside `path` whose names begin so, newest first."""
        found: list[tuple[int, Path]] = []
        for entry in path.parent.iterdir():
            if entry.name.startswith(prefix):
                with suppress(FileNotFoundError):
                    found.append((entry.stat().st_mtime_ns, entry))
        return [entry for _, entry in sorted(found, reverse=True)]

    @contextmanager
    def lock(self, path: Path, timeout: float) -> Iterator[bool]:
        """Be the only writer of `path`; yields False where the file system has no locks.

        A file beside it is locked, never `path` itself: a rename changes what `path` is. The system
        drops the lock of a process that dies. After `timeout` seconds: MachineError (``sealed-file.locked``).
        """
        lock_path = path.with_name(path.name + ".lock")
        deadline = time.monotonic() + timeout
        while True:
            descriptor = os.open(lock_path, os.O_RDWR | os.O_CREAT, 0o600)
            try:
                held = _try_lock(descriptor)
                # The previous writer removes the lock file; a lock on a removed file excludes nobody.
                if held is None or (held and _same_file(descriptor, lock_path)):
                    break
            except BaseException:
                os.close(descriptor)
                raise
            os.close(descriptor)
            if time.monotonic() > deadline:
                raise MachineError(
                    "sealed-file.locked",
                    N_("Another program is writing “{name}” and does not finish."),
                    next_step=N_("Close the other program and try again."),
                    name=path.name[-64:],
                )
            time.sleep(_LOCK_POLL_SECONDS)
        try:
            yield held is not None
        finally:
            # Windows refuses to remove an open file; an empty lock file is then left, which is harmless.
            with suppress(OSError):
                lock_path.unlink()
            os.close(descriptor)


def _sync(descriptor: int) -> None:
    if sys.platform == "darwin":
        import fcntl

        # fsync() on macOS leaves the data in the drive's own cache.
        with suppress(OSError):
            fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)
            return
    os.fsync(descriptor)


def _try_lock(descriptor: int) -> bool | None:
    """True: locked. False: somebody else has it. None: no locks on this file system."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in (errno.EWOULDBLOCK, errno.EAGAIN, errno.EACCES, errno.EDEADLK):
            return False
        if error.errno in (errno.ENOLCK, errno.ENOTSUP, errno.ENOSYS, errno.EINVAL):
            return None
        raise
    return True


def _same_file(descriptor: int, path: Path) -> bool:
    if sys.platform == "win32":
        return True
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False


def explain(error: OSError, path: Path) -> MachineError:
    """An operating system's refusal as an error for a person; the file at `path` is as it was before."""
    name = errno.errorcode.get(error.errno or 0, type(error).__name__)
    if error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC), errno.EFBIG):
        return MachineError(
            "sealed-file.no-space",
            N_("There is no room on the disk for “{name}” ({reason}). What was saved before is still there."),
            next_step=N_("Free some space and save again."),
            name=path.name[-64:],
            reason=name,
        )
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        return MachineError(
            "sealed-file.no-folder",
            N_("The folder of “{name}” does not exist."),
            next_step=N_("If it is on a stick, put the stick in again; else look at the name of the folder."),
            name=path.name[-64:],
        )
    if may_be_held(error):
        return MachineError(
            "sealed-file.not-writable",
            N_(
                "“{name}” is open in another program, or cannot be written here ({reason})."
                " What was saved before is still there."
            ),
            next_step=N_(
                "Close it in the other program and save again, or copy the file to a folder you may write to."
            ),
            name=path.name[-64:],
            reason=name,
        )
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return MachineError(
            "sealed-file.not-writable",
            N_("“{name}” cannot be written here ({reason}). What was saved before is still there."),
            next_step=N_("Copy the file to a folder you may write to."),
            name=path.name[-64:],
            reason=name,
        )
    return MachineError(
        "sealed-file.disk",
        N_("The disk failed on “{name}” ({reason})."),
        next_step=N_("Copy the file and its .bak neighbour to another disk before anything else."),
        name=path.name[-64:],
        reason=name,
    )
