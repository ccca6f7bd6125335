"""What a caller names -> the files and texts in it, one by one: folders are walked, nothing is read yet."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from vcwallet import limits
from vcwallet.errors import N_, InputError

_PUBLISHED: Final = ".well-known"
"""The one hidden folder that is looked into: a published site keeps its did.json there."""


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
    demanded: bool
    """Named by the caller, not met in a folder: finding nothing in it is worth telling."""


def each_input(given: Sequence[Path | bytes | str]) -> Iterator[Input]:
    """The files of folders by name, files, file contents and texts; `load` raises InputError."""
    for number, one in enumerate(given, 1):
        if not isinstance(one, Path):
            yield Input(Source(number), partial(_itself, one), True)
        elif os.path.isdir(one):  # noqa: PTH112 - never raises, unlike Path.is_dir without permission
            for path in _files_in(one):
                name = path.relative_to(one).as_posix()
                yield Input(Source(number, name), partial(_file, path), False)
        else:
            yield Input(Source(number, one.name), partial(_file, one), True)


def _files_in(folder: Path) -> Iterator[Path]:
    """Ordinary files of a folder and its subfolders, by name; no hidden ones, and no links to folders."""
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith(".") or name == _PUBLISHED)
        for name in sorted(names):
            path = Path(place) / name
            # Pipes and devices would be read for ever.
            if not name.startswith(".") and os.path.isfile(path):  # noqa: PTH113 - as above
                yield path


def _itself(given: bytes | str) -> bytes | str:
    return given


def _file(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(limits.FILE_BYTES + 1)
    except OSError as error:
        raise InputError(
            "scan.no-file",
            N_("{file} cannot be read: {reason}."),
            file=path.name,
            reason=error.strerror or type(error).__name__,
        ) from None
    return data
