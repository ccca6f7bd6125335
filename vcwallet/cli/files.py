"""Files that commands are given and files they leave: read within ceilings, replaced whole or not at all."""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from vcwallet import limits
from vcwallet.bundle import scanning
from vcwallet.bundle.scanning import Found, Kind
from vcwallet.errors import N_, InputError
from vcwallet.strict_json import JsonObject


def find(inputs: Sequence[str]) -> list[Found]:
    """What the named files and folders hold; ``-`` is what a scanner types or a pipe brings.

    A published site keeps its identifier document in a hidden folder; it is looked into as well.
    """
    given: list[Path | bytes | str] = []
    for name in inputs:
        if name == "-":
            given.append(sys.stdin.buffer.read(limits.FILE_BYTES + 1))
            continue
        given.append(Path(name))
        if (Path(name) / ".well-known").is_dir():
            given.append(Path(name) / ".well-known")
    return scanning.read_inputs(given) if given else []


def documents(found: Iterable[Found], kind: Kind) -> list[JsonObject]:
    return [each.document for each in found if each.kind is kind and each.document is not None]


def read_file(path: Path, limit: int = limits.FILE_BYTES) -> bytes:
    """A file's bytes; raises InputError (``cli.file-too-large``) over `limit`, and OSError."""
    with path.open("rb") as source:
        content = source.read(limit + 1)
    if len(content) > limit:
        raise InputError(
            "cli.file-too-large", N_("{file} is larger than {limit} bytes."), file=path.name, limit=limit
        )
    return content


def replace_file(path: Path, content: bytes) -> None:
    """Write a file so that a kill leaves either the old one or the new one."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        with temporary.open("xb") as target:
            target.write(content)
            target.flush()
            os.fsync(target.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
