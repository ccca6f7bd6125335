"""Where on this computer people's files may be looked for, and what was opened here before."""

from __future__ import annotations

import json
import os
import string
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from vcwallet import files, strict_json
from vcwallet.errors import VcwalletError

__all__ = ["Before", "Places", "of_this_computer"]

_REMEMBERED: Final = 12
_MEMORY_BYTES: Final = 64 * 1024
_MOUNTS: Final = ("/media", "/run/media", "/mnt", "/Volumes")
"""Where Linux and macOS show sticks and other disks."""


@dataclass(frozen=True, slots=True)
class Before:
    """Something that was opened on this computer: where it lies, which role's it is, and the day."""

    path: Path
    kind: str
    day: date


@dataclass(frozen=True, slots=True)
class Places:
    """The folders a person may choose from, each with all that lies below it, and this program's own."""

    home: Path
    plugged: Callable[[], Sequence[Path]]
    """The sticks and other disks that are there at the moment."""
    state: Path
    """Where the programs of this person keep what they remember."""
    shown: bool = True
    """Whether files may be looked for; a browser of another computer is shown none."""

    @property
    def documents(self) -> Path:
        """The folder for new files: the person's documents, or the home folder where there is none."""
        for name in ("Документы", "Documents"):
            if (self.home / name).is_dir():
                return self.home / name
        return self.home

    def roots(self) -> Sequence[Path]:
        """The home folder, then what is plugged in at the moment."""
        return (self.home, *self.plugged()) if self.shown else ()

    # --- what was opened before ---------------------------------------------------------------------

    def before(self) -> tuple[Before, ...]:
        """What was opened here, the latest first. A memory that cannot be read is an empty one."""
        if not self.shown:
            return ()
        try:
            told = strict_json.loads_object(files.read_file(self._memory, _MEMORY_BYTES))
            entries = told.get("opened")
            return tuple(
                Before(Path(str(each["path"])), str(each["kind"]), date.fromisoformat(str(each["day"])))
                for each in (entries if isinstance(entries, list) else ())
                if isinstance(each, dict)
            )
        except (OSError, VcwalletError, ValueError, KeyError):
            return ()

    def remember(self, path: Path, kind: str, day: date) -> None:
        """Note that something was opened: its place, its kind and the day, no name of a person."""
        if not self.shown:
            return
        entry = Before(path.absolute(), kind, day)
        self._write((entry, *(each for each in self.before() if each.path != entry.path)))

    def forget(self, path: Path) -> None:
        self._write(tuple(each for each in self.before() if each.path != path))

    @property
    def _memory(self) -> Path:
        return self.state / "opened.json"

    def _write(self, entries: Sequence[Before]) -> None:
        told = [
            {"path": str(each.path), "kind": each.kind, "day": each.day.isoformat()}
            for each in entries[:_REMEMBERED]
        ]
        self.state.mkdir(mode=0o700, parents=True, exist_ok=True)
        files.replace_file(self._memory, json.dumps({"opened": told}, ensure_ascii=False).encode("utf-8"))


def of_this_computer(state: Path) -> Places:
    """The places of the person at the keyboard."""
    return Places(Path.home(), _drives if sys.platform == "win32" else _mounted, state)


def _drives() -> Sequence[Path]:
    # A locked drive answers with an error that a Path's own `exists` raises.
    drives = (f"{letter}:\\" for letter in string.ascii_uppercase)
    return [Path(drive) for drive in drives if os.path.exists(drive)]  # noqa: PTH110


def _mounted() -> Sequence[Path]:
    return [each for mount in _MOUNTS for each in _folders(Path(mount))]


def _folders(folder: Path) -> list[Path]:
    """The folders in a folder; of one that may not be looked into, none.

    Linux keeps the sticks of each person in a folder of that person's name: those are looked into, too.
    """
    try:
        found = sorted(each for each in folder.iterdir() if each.is_dir() and not each.name.startswith("."))
    except OSError:
        return []
    own = [each for each in found if each.name == Path.home().name and folder.name == "media"]
    return [*found, *(inner for each in own for inner in _folders(each))]
