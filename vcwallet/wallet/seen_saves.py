"""What this device saw of each wallet: a file put back to an older state is noticed.

The file alone does not tell it. So a device remembers, for each file's random id, the highest save it
saw; nothing about the family is in it. A warning, never a refusal: a restored backup is an older state too.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from vcwallet import limits, strict_json, timestamps
from vcwallet.errors import N_, MachineError, VcwalletError
from vcwallet.files import replace_file
from vcwallet.sealed_file import Notice
from vcwallet.sealed_file.disk import Disk
from vcwallet.strict_json import Json, JsonObject

_FORMAT: Final = "vcwallet-seen/1"
_ID = re.compile("[0-9a-f]{32}")
_WAIT_SECONDS: Final = 2.0


def default_place(environ: Mapping[str, str] | None = None) -> Path:
    """Where this user's programs keep such things: `VCWALLET_STATE`, else the system's own folder."""
    env = os.environ if environ is None else environ
    if chosen := env.get("VCWALLET_STATE"):
        return Path(chosen)
    if sys.platform == "win32":
        return Path(env.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "vcwallet"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "vcwallet"
    return Path(env.get("XDG_STATE_HOME") or Path.home() / ".local" / "state") / "vcwallet"


@dataclass(frozen=True, slots=True)
class Backup:
    """The last copy that this device made of a wallet file and read back."""

    at: datetime
    generation: int
    """Of the state that was copied."""


@dataclass(frozen=True, slots=True)
class SavedState:
    """Which save of which wallet file is open."""

    file_id: str
    """Random, the same in all copies of the file."""
    generation: int
    """Counts saves."""
    save_id: str
    """Tells two saves with one count apart."""


class SeenSaves:
    """The memory of one device, a small JSON file in `folder`. Losing it costs only the warning."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "seen.json"

    def compare(self, state: SavedState) -> Notice | None:
        """A notice when `state` is an older state than this device saw, or a parallel one."""
        known = self._load().get(state.file_id)
        highest, save = (
            (known.get("generation"), known.get("save")) if isinstance(known, dict) else (None, None)
        )
        if not isinstance(highest, int):
            return None
        if state.generation < highest:
            return Notice(
                "wallet.older",
                N_(
                    "This is an older state of the wallet (save {found}) than the one last seen on this"
                    " computer (save {highest}): what was saved since is not in it. After putting a backup"
                    " back this is as it should be; otherwise find the newer file."
                ),
                {"found": state.generation, "highest": highest},
            )
        if state.generation == highest and save != state.save_id:
            return Notice(
                "wallet.parallel",
                N_(
                    "This is another copy of the wallet than the one last seen on this computer. Both were"
                    " saved {highest} times, and each may lack what was changed in the other."
                ),
                {"highest": highest},
            )
        return None

    def meet(self, state: SavedState) -> Notice | None:
        """What `compare` finds; a state that is as it should be is remembered."""
        found = self.compare(state)
        if found is None:
            self.remember(state)
        return found

    def remember(self, state: SavedState) -> None:
        """Note the present state. A place that cannot be written is left alone: see the class."""
        self._note(state, {"generation": state.generation, "save": state.save_id})

    def remember_backup(self, state: SavedState, *, now: datetime) -> None:
        """Note that a copy of this state was made and read back."""
        self._note(state, {"backup": {"at": timestamps.render(now), "generation": state.generation}})

    def last_backup(self, file_id: str) -> Backup | None:
        """The last copy that this device knows of."""
        known = self._load().get(file_id)
        noted = known.get("backup") if isinstance(known, dict) else None
        if not isinstance(noted, dict):
            return None
        at, generation = noted.get("at"), noted.get("generation")
        try:
            made = timestamps.parse(at) if isinstance(at, str) else None
        except VcwalletError:
            return None
        return Backup(made, generation) if made is not None and isinstance(generation, int) else None

    def _note(self, state: SavedState, said: JsonObject) -> None:
        with suppress(OSError, MachineError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            # Windows and programs that save other wallets at the moment write into the same file.
            with Disk().lock(self._path, _WAIT_SECONDS):
                seen = self._load()
                known = seen.get(state.file_id)
                seen[state.file_id] = {**(known if isinstance(known, dict) else {}), **said}
                document: JsonObject = {"format": _FORMAT, "files": seen}
                replace_file(self._path, strict_json.dumps(document).encode("utf-8"))

    def _load(self) -> dict[str, Json]:
        try:
            with self._path.open("rb") as source:
                document = strict_json.loads_object(source.read(limits.JSON_BYTES + 1))
        except (OSError, VcwalletError):
            return {}
        files = document.get("files")
        if document.get("format") != _FORMAT or not isinstance(files, dict):
            return {}
        return {name: value for name, value in files.items() if _ID.fullmatch(name)}
