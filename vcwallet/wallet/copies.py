"""Other copies of a wallet file beside it."""

from __future__ import annotations

from pathlib import Path

from vcwallet.errors import VcwalletError
from vcwallet.sealed_file import read_header


def conflict_copies(path: Path) -> tuple[Path, ...]:
    """Other copies of a wallet file in its folder, as cloud folders leave them: same id, another name."""
    own = read_header(path).file_id
    found = []
    for other in sorted(path.parent.iterdir()):
        if other == path or other.name.startswith(".") or other.suffix.lower() != path.suffix.lower():
            continue
        try:
            if read_header(other).file_id == own:
                found.append(other)
        except VcwalletError:
            continue
    return tuple(found)
