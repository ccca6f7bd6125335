"""Replacing a file so that at every moment a complete one can be found.

At any instant a process may be killed or the power cut; whatever is on the disk then is the old file, the
new file, or both. The order below is what guarantees it; tests/unit/sealed_file/ enumerates the states
in between and shows that the obvious shorter orders lose files.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from enum import Enum
from pathlib import Path
from typing import TypeVar

from vcwallet import limits
from vcwallet.sealed_file.disk import Disk

Checked = TypeVar("Checked")


class Previous(Enum):
    """What to do with the file that is there."""

    NONE = "there is none"
    KEEP = "it is good: it becomes .bak"
    ASIDE = "it is damaged: it is set aside and .bak stays"


def backup_of(path: Path) -> Path:
    return path.with_name(path.name + ".bak")


def temporary_prefix(path: Path) -> str:
    return f".{path.name}.tmp-"


def replace(
    disk: Disk,
    path: Path,
    data: bytes,
    *,
    previous: Previous,
    unique: str,
    check: Callable[[bytes], Checked],
) -> Checked:
    """Put `data` at `path`; returns what `check` made of the bytes read back, or it raises.

    `unique` is a random part for temporary names.

    Raises OSError with the old file still in place, unless only the last step (making the rename
    last) failed, when either may be there after a power cut.
    """
    temporary = path.with_name(temporary_prefix(path) + unique)
    try:
        disk.write_new(temporary, data)
        # What counts is what the disk gives back, not what was in memory.
        checked = check(disk.read(temporary, len(data)) or b"")
        if previous is Previous.KEEP:
            _copy(disk, path, backup_of(path), unique)
        elif previous is Previous.ASIDE:
            _copy(disk, path, path.with_name(f"{path.name}.damaged-{unique}"), unique)
        disk.replace(temporary, path)
    except BaseException:
        with suppress(OSError):
            disk.unlink(temporary)
        raise
    disk.sync_folder(path.parent)
    return checked


def _copy(disk: Disk, source: Path, target: Path, unique: str) -> None:
    """A second name for the same bytes, replacing `target` in one step."""
    temporary = source.with_name(temporary_prefix(source) + unique + "-bak")
    try:
        try:
            disk.link(source, temporary)
        except OSError:
            # FAT and exFAT have no links; some network folders refuse them.
            disk.write_new(temporary, disk.read(source, limits.SEALED_FILE_BYTES) or b"")
        disk.replace(temporary, target)
    except BaseException:
        with suppress(OSError):
            disk.unlink(temporary)
        raise


def remove_leftovers(disk: Disk, path: Path) -> None:
    """Delete temporaries of savers that were killed. Only under the lock: nobody else is writing then."""
    with suppress(OSError):
        for leftover in disk.siblings(path, temporary_prefix(path)):
            disk.unlink(leftover)
