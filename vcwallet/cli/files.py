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


def given(inputs: Sequence[str]) -> list[Path | bytes | str]:
    """The named files and folders; ``-`` is what a scanner types or a pipe brings."""
    return [sys.stdin.buffer.read(limits.FILE_BYTES + 1) if name == "-" else Path(name) for name in inputs]


def find(inputs: Sequence[str]) -> list[Found]:
    """What the named files and folders hold; see `given`."""
    return scanning.read_inputs(given(inputs)) if inputs else []


def documents(found: Iterable[Found], kind: DocumentKind) -> list[JsonObject]:
    return [each.document for each in found if each.kind is kind and each.document is not None]
