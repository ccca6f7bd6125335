"""What a caller names -> the files and texts in it, one by one: folders are walked, nothing is read yet."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final, NoReturn, TypeAlias

from vcwallet import limits
from vcwallet.errors import InputError
from vcwallet.files import read_at_most, step_of, words_of

_PUBLISHED: Final = ".well-known"
"""The one hidden folder that is looked into: a published site keeps its did.json there."""

_SYSTEM_NAMES: Final = frozenset({"thumbs.db", "ehthumbs.db", "desktop.ini", "icon\r"})
_SYSTEM_FOLDERS: Final = frozenset(
    {"__macosx", "$recycle.bin", "system volume information", "@eadir", "lost+found"}
)
"""What Windows, macOS and network disks put beside people's files."""


Given: TypeAlias = Path | bytes | str | tuple[str, bytes]
"""A file or folder, the content of a file, a text, or a content with the name it had where it came from."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where something was found. `name` is "" for bytes and texts; `page` is None for a first picture."""

    input: int
    name: str = ""
    page: int | None = None

    def __str__(self) -> str:
        where = self.name or f"#{self.input}"
        return where if self.page is None else f"{where}:{self.page}"


@dataclass(frozen=True, slots=True)
class Input:
    """One file or text. `load` may be called again for a second look, so that pictures need not be kept."""

    source: Source
    load: Callable[[], bytes | str]
    """Raises InputError."""
    folder: str = ""
    """Parts of bundles are joined within it: a folder, or "" for what was named by itself."""
    named: bool = True
    """By the caller, not met in a folder: that there is nothing in a text is then worth telling."""
    system: bool = False
    """Put there by a system, not by a person; it is not read."""
    archives: int = 0
    """In how many archives, one in another, it is."""
    first_page: int | None = None
    """Of a long PDF that is read in pieces: where this one begins. The others are inputs of their own."""
    on_disk: bool = False
    """`load` reads a file of this computer, so another process can."""

    @property
    def goes_elsewhere(self) -> bool:
        """Whether another process can look at it, and there is something to look at."""
        return self.on_disk and not self.system


def each_input(given: Sequence[Given]) -> Iterator[Input]:
    """The files of folders by name, files, file contents and texts."""
    for number, one in enumerate(given, 1):
        if isinstance(one, tuple):
            yield _uploaded(number, *one)
        elif not isinstance(one, Path):
            yield Input(Source(number), partial(_itself, one))
        elif os.path.isdir(one):  # noqa: PTH112 - never raises, unlike Path.is_dir without permission
            yield from _files_in(one, number)
        else:
            yield Input(Source(number, one.name), partial(_file, one), on_disk=True)


def _uploaded(number: int, name: str, content: bytes) -> Input:
    """A browser gives the files of a folder one by one, each with its path in it."""
    shown = name.replace("\\", "/").strip("/")
    inside = shown.rpartition("/")[0]
    return Input(
        Source(number, shown),
        partial(_itself, content),
        folder=f"/{inside}" if inside else "",
        named=not inside,
        system=is_system_name(shown),
    )


def is_system_name(name: str) -> bool:
    """Whether a path, with `/`, is of a file that systems leave behind, or that is hidden."""
    *folders, last = name.split("/")
    return (
        last.casefold() in _SYSTEM_NAMES
        or last.startswith((".", "~$"))
        or any(each.casefold() in _SYSTEM_FOLDERS for each in folders)
    )


def _files_in(folder: Path, number: int) -> Iterator[Input]:
    """The files of a folder and its subfolders, by name. Hidden folders and links to folders are left out.

    What cannot be opened is an input as well, so that it is told.
    """
    closed: list[OSError] = []
    for place, folders, names in os.walk(folder, onerror=closed.append):
        folders[:] = sorted(
            name
            for name in folders
            if name == _PUBLISHED or (not name.startswith(".") and name.casefold() not in _SYSTEM_FOLDERS)
        )
        inside = Path(place).relative_to(folder).as_posix()
        for name in sorted(names):
            path = Path(place) / name
            shown = path.relative_to(folder).as_posix()
            yield Input(
                Source(number, shown),
                partial(_file, path),
                folder=f"{number}:{inside}",
                named=False,
                # A pipe or a device would be read for ever.
                system=is_system_name(shown) or _is_special(path),
                on_disk=True,
            )
        while closed:
            yield _closed_folder(closed.pop(), folder, number)
    while closed:
        yield _closed_folder(closed.pop(), folder, number)


def _closed_folder(error: OSError, folder: Path, number: int) -> Input:
    path = Path(error.filename or folder)
    name = path.name if path == folder else path.relative_to(folder).as_posix()
    return Input(Source(number, name), partial(_refuse, path, error), named=False)


def _is_special(path: Path) -> bool:
    try:
        mode = path.stat().st_mode
    except OSError:
        return False  # it is told when it is opened
    return not stat.S_ISREG(mode)


def _itself(given: bytes | str) -> bytes | str:
    return given


def _file(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = read_at_most(file, limits.FILE_BYTES)
    except OSError as error:
        _refuse(path, error)
    return data


def _refuse(path: Path, error: OSError) -> NoReturn:
    raise InputError(
        "scan.no-file",
        words_of(error),
        next_step=step_of(error),
        file=path.name,
        reason=error.strerror or type(error).__name__,
    ) from None
