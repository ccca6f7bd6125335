"""What the files and folders named on the command line hold."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from vcwallet import limits
from vcwallet.bundle import scanning
from vcwallet.bundle.document_kinds import DocumentKind
from vcwallet.bundle.scanning import Found
from vcwallet.strict_json import JsonObject


def find(inputs: Sequence[str]) -> list[Found]:
    """What the named files and folders hold; ``-`` is what a scanner types or a pipe brings."""
    given: list[Path | bytes | str] = [
        sys.stdin.buffer.read(limits.FILE_BYTES + 1) if name == "-" else Path(name) for name in inputs
    ]
    return scanning.read_inputs(given) if given else []


def documents(found: Iterable[Found], kind: DocumentKind) -> list[JsonObject]:
    return [each.document for each in found if each.kind is kind and each.document is not None]
