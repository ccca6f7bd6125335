"""ZIP files, as mail programs pack them: members in memory, within ceilings, nothing on the disk."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from vcwallet import limits
from vcwallet.errors import N_, InputError, LimitExceeded


def is_archive(path: Path) -> bool:
    """By the first bytes, and not an office document, which is a ZIP as well."""
    try:
        with path.open("rb") as source:
            return source.read(4) == b"PK\x03\x04" and path.suffix.lower() == ".zip"
    except OSError:
        return False


def members(path: Path) -> Iterator[tuple[str, bytes]]:
    """Names and contents of the files in a ZIP; names are for people only, never opened.

    Raises InputError (``archive.unreadable``) for what is damaged or encrypted, LimitExceeded
    (``archive.too-large``, ``archive.too-many``), and OSError.
    """
    left = limits.ZIP_BYTES
    try:
        with zipfile.ZipFile(path) as archive:
            infos = [info for info in archive.infolist() if not info.is_dir()]
            if len(infos) > limits.ZIP_MEMBERS:
                raise LimitExceeded(
                    "archive.too-many",
                    N_("“{name}” holds more than {limit} files."),
                    name=path.name[-64:],
                    limit=limits.ZIP_MEMBERS,
                )
            for info in infos:
                # What the archive says of its sizes is not believed: one byte more than may be is read.
                with archive.open(info) as member:
                    data = member.read(left + 1)
                left -= len(data)
                if left < 0:
                    raise LimitExceeded(
                        "archive.too-large",
                        N_("“{name}” unpacks to more than {limit} bytes."),
                        name=path.name[-64:],
                        limit=limits.ZIP_BYTES,
                    )
                yield info.filename, data
    except (
        zipfile.BadZipFile,
        zlib.error,
        NotImplementedError,
        RuntimeError,
        ValueError,
        EOFError,
    ):
        # RuntimeError is how zipfile asks for a password.
        raise InputError(
            "archive.unreadable", N_("“{name}” is damaged or locked with a password."), name=path.name[-64:]
        ) from None
