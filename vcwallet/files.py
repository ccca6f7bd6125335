"""Files read within a ceiling and replaced whole or not at all."""

from __future__ import annotations

import os
import secrets
import time
from pathlib import Path

from vcwallet.errors import N_, InputError

_REPLACE_TRIES = 50
_REPLACE_PAUSE_SECONDS = 0.02


def read_file(path: Path, limit: int) -> bytes:
    """A file's bytes; raises InputError (``file.missing``, ``file.too-large`` over `limit`) and OSError."""
    try:
        with path.open("rb") as source:
            content = source.read(limit + 1)
    except FileNotFoundError:
        raise InputError("file.missing", N_("There is no file {file}."), file=str(path)[-64:]) from None
    if len(content) > limit:
        raise InputError(
            "file.too-large", N_("{file} has more than {limit} bytes."), file=path.name[-64:], limit=limit
        )
    return content


def replace_file(path: Path, content: bytes) -> None:
    """Write a file so that a kill leaves either the old one or the new one; raises OSError.

    Not for secrets: the file is readable as any other of its folder.
    """
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        with temporary.open("xb") as target:
            target.write(content)
            target.flush()
            os.fsync(target.fileno())
        _rename(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _rename(temporary: Path, path: Path) -> None:
    """On Windows a virus scanner may hold the old file for a moment."""
    for attempt in range(_REPLACE_TRIES):
        try:
            temporary.replace(path)
        except PermissionError:
            if os.name != "nt" or attempt == _REPLACE_TRIES - 1:
                raise
            time.sleep(_REPLACE_PAUSE_SECONDS)
        else:
            return
