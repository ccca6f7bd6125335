"""Record the digests of the context files again, after one was changed on purpose.

    python -m tools.pin_contexts

Only the project's own context should ever change; the test of the pinned contexts names the others' digests.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from vcwallet.proofs.jsonld.pinned import FOLDER


def pin(folder: Path = FOLDER) -> list[str]:
    """Rewrite ``index.json``; returns the names of the files whose digest changed."""
    path = folder / "index.json"
    index = json.loads(path.read_text("utf-8"))
    changed: list[str] = []
    for entry in index["contexts"]:
        digest = hashlib.sha256((folder / entry["file"]).read_bytes()).hexdigest()
        if digest != entry["sha256"]:
            entry["sha256"] = digest
            changed.append(entry["file"])
    path.write_text(json.dumps(index, indent=2, ensure_ascii=False) + "\n", "utf-8", newline="\n")
    return changed


if __name__ == "__main__":
    for name in pin():
        print(f"pinned again: {name}")
