"""What this device saw of each wallet: a file put back to an older state is noticed.

From the file alone that cannot be told. So a device remembers, for each file's random id, the highest save it
saw; nothing about the family is in it. A warning, never a refusal: a restored backup is an older state too.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from vcwallet import limits, strict_json
from vcwallet.errors import N_, VcwalletError
from vcwallet.files import replace_file
from vcwallet.sealed_file import Notice, SealedFile
from vcwallet.strict_json import Json, JsonObject

_FORMAT: Final = "vcwallet-seen/1"
_ID = re.compile("[0-9a-f]{32}")


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


class SeenSaves:
    """The memory of one device, a small JSON file in `folder`. Losing it costs only the warning."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "seen.json"

    def compare(self, file: SealedFile) -> Notice | None:
        """A notice when `file` is an older state than this device saw, or a parallel one."""
        known = self._load().get(file.file_id)
        highest, save = (
            (known.get("generation"), known.get("save")) if isinstance(known, dict) else (None, None)
        )
        if not isinstance(highest, int):
            return None
        if file.generation < highest:
            return Notice(
                "wallet.older",
                N_(
                    "This is an older state of the wallet (save {found}) than the one last seen here"
                    " (save {highest}). What was added since is missing in it."
                ),
                {"found": file.generation, "highest": highest},
            )
        if file.generation == highest and save != file.save_id:
            return Notice(
                "wallet.parallel",
                N_(
                    "Another copy of this wallet was changed at the same time."
                    " “vcwallet wallet merge” brings both together."
                ),
                {},
            )
        return None

    def remember(self, file: SealedFile) -> None:
        """Note the present state. A place that cannot be written is left alone: see the class."""
        seen = self._load()
        seen[file.file_id] = {"generation": file.generation, "save": file.save_id}
        document: JsonObject = {"format": _FORMAT, "files": seen}
        with suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
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
