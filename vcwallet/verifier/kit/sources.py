"""Where a kit comes from: a folder or a zip, on a stick or fetched as one file.

    with open_source(path) as source:
        content = source.read("metadata/timestamp.json", 16384)

Nothing here is believed yet. A source gives the content of a name, or None where it has no such file; which
names may be asked is decided by one rule, so that nothing outside the kit is ever opened. What cannot be read
is an OSError, which is another thing than a file that is not there: a stick that is pulled out must not look
like a kit with fewer files.
"""

from __future__ import annotations

import os
import re
import stat
import zipfile
from collections.abc import Generator, Sequence
from contextlib import AbstractContextManager, closing
from io import BytesIO
from pathlib import Path
from types import TracebackType
from typing import IO, Final, Protocol

from vcwallet import limits
from vcwallet.errors import N_, DocumentError, InputError, LimitExceeded
from vcwallet.tables.survey import BROKEN_ARCHIVE
from vcwallet.verifier.kit.layout import METADATA, TARGETS

__all__ = ["FolderSource", "Source", "ZipSource", "open_source"]

_CHUNK: Final = 64 * limits.KIB
# The digest stands before a file's own name, and the version before a role's.
_PART: Final = r"[a-z0-9](?:[a-z0-9._-]{0,138}[a-z0-9])?"
_NAME: Final = re.compile(rf"(?:metadata|targets)(?:/{_PART}){{1,5}}", re.ASCII)
_ROOT: Final = re.compile(rf"{METADATA}/([1-9][0-9]{{0,8}})\.root\.json")
_ENCRYPTED: Final = 0x1
_MEMBER_BEGINS: Final = b"PK\x01\x02"


class Source(AbstractContextManager["Source"], Protocol):
    """A kit as it was handed over."""

    label: str
    """Where it is, for people."""

    def chunks(self, name: str) -> Generator[bytes] | None:
        """The content of a file in pieces; None when there is no such file. Raises OSError, DocumentError."""
        ...

    def roots(self) -> Sequence[str]:
        """The names of the roots in it, from the first; raises LimitExceeded (``kit.too-many``)."""
        ...

    def names(self) -> Sequence[str]:
        """Every name that a file of a kit can have and that is in it; raises as `roots`."""
        ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


def open_source(given: Path | bytes, *, label: str = "") -> Source:
    """A folder, the path of a zip, or the bytes of one.

    Raises InputError (``kit.nothing-there``, ``kit.not-a-zip``), LimitExceeded, DocumentError, OSError.
    """
    if isinstance(given, bytes):
        return ZipSource(BytesIO(given), label)
    if given.is_dir():
        return FolderSource(given, label or str(given))
    try:
        return ZipSource(given.open("rb"), label or str(given))
    except FileNotFoundError:
        raise InputError(
            "kit.nothing-there",
            N_("There is neither a file nor a folder {file}."),
            next_step=N_("Look whether the name is written right and the stick is in."),
            file=str(given)[-128:],
        ) from None


def read(source: Source, name: str, limit: int) -> bytes | None:
    """A whole file of a source; raises LimitExceeded (``kit.too-large``) over `limit`."""
    pieces = source.chunks(name)
    if pieces is None:
        return None
    content = bytearray()
    with closing(pieces):
        for piece in pieces:
            content += piece
            if len(content) > limit:
                raise too_large(name, limit)
    return bytes(content)


class FolderSource:
    """A folder. What is behind a link, a device or a pipe is not there: a kit has ordinary files only."""

    def __init__(self, folder: Path, label: str) -> None:
        self.label = label
        self._folder = folder

    def chunks(self, name: str) -> Generator[bytes] | None:
        _demand(name)
        place = self._folder
        for part in name.split("/"):
            place = place / part
            try:
                found = os.lstat(place)
            except (FileNotFoundError, NotADirectoryError):
                return None
            if stat.S_ISLNK(found.st_mode):
                return None
        return _pieces(place.open("rb")) if stat.S_ISREG(found.st_mode) else None

    def roots(self) -> Sequence[str]:
        try:
            with os.scandir(self._folder / METADATA) as entries:
                names = [f"{METADATA}/{each.name}" for each in entries]
        except (FileNotFoundError, NotADirectoryError):
            return ()
        return _roots(names)

    def names(self) -> Sequence[str]:
        found = [
            (Path(folder) / name).relative_to(self._folder).as_posix()
            for top in (METADATA, TARGETS)
            for folder, _, names in os.walk(self._folder / top)
            for name in names
        ]
        if len(found) > limits.KIT_MEMBERS:
            raise _too_many(len(found), limits.KIT_MEMBERS)
        return sorted(name for name in found if _NAME.fullmatch(name))

    def __enter__(self) -> FolderSource:
        return self

    def __exit__(self, *error: object) -> None:
        """Nothing is held open."""


class ZipSource:
    """A zip, whose list of members is held to the rules before one of them is unpacked."""

    def __init__(self, file: IO[bytes], label: str) -> None:
        self.label = label
        self._file = file
        try:
            self._zip = zipfile.ZipFile(_counted(file))
            self._members = {each.filename: each for each in self._zip.infolist() if _ordinary(each)}
            if len(self._members) != sum(not each.is_dir() for each in self._zip.infolist()):
                raise _odd("-")
        except (*BROKEN_ARCHIVE, ValueError):
            file.close()
            raise InputError(
                "kit.not-a-zip",
                N_("{file} is not a kit: it is no whole zip file."),
                next_step=N_("Copy it anew from where it came; perhaps it was cut."),
                file=label[-128:] or "-",
            ) from None
        except BaseException:
            file.close()
            raise

    def chunks(self, name: str) -> Generator[bytes] | None:
        _demand(name)
        info = self._members.get(name)
        return None if info is None else self._unpacked(info)

    def roots(self) -> Sequence[str]:
        return _roots(self._members)

    def names(self) -> Sequence[str]:
        return sorted(self._members)

    def _unpacked(self, info: zipfile.ZipInfo) -> Generator[bytes]:
        try:
            yield from _pieces(self._zip.open(info))
        except BROKEN_ARCHIVE:
            raise DocumentError(
                "kit.torn",
                N_("{file} of the kit cannot be unpacked: the zip is damaged there."),
                next_step=N_("Copy the kit anew from where it came."),
                file=info.filename[-128:],
            ) from None

    def __enter__(self) -> ZipSource:
        return self

    def __exit__(self, *error: object) -> None:
        self._zip.close()
        self._file.close()


def too_large(name: str, limit: int) -> LimitExceeded:
    return LimitExceeded(
        "kit.too-large",
        N_("{file} of the kit has more than {limit} bytes."),
        next_step=N_("Ask the maintainer of the kit for a right one."),
        file=name[-128:],
        limit=limit,
    )


def _demand(name: str) -> None:
    if not _NAME.fullmatch(name) or ".." in name:
        raise _odd(name)


def _ordinary(info: zipfile.ZipInfo) -> bool:
    """Whether a member is a file; refuses what no kit has: links, secrets, names that lead elsewhere."""
    kind = stat.S_IFMT(info.external_attr >> 16)
    if info.is_dir():
        return False
    if (
        not _NAME.fullmatch(info.filename)
        or ".." in info.filename
        or info.flag_bits & _ENCRYPTED
        or info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
        or kind not in (0, stat.S_IFREG)
    ):
        raise _odd(info.filename)
    return True


def _odd(name: str) -> DocumentError:
    return DocumentError(
        "kit.odd-member",
        N_("What was handed over has “{name}” in it, which no kit has; or it has a file twice."),
        next_step=N_("Take the kit as its maintainer published it: the folder or the zip, not packed anew."),
        name=name[:128],
    )


def _counted(file: IO[bytes]) -> IO[bytes]:
    """The file, once it is known that it has no more members than a kit: each costs a kilobyte."""
    count = size = 0
    tail = b""
    while piece := file.read(16 * _CHUNK):
        size += len(piece)
        count += (tail + piece).count(_MEMBER_BEGINS)
        tail = piece[-len(_MEMBER_BEGINS) + 1 :]
        if size > limits.KIT_ZIP_BYTES:
            raise LimitExceeded(
                "kit.zip-too-large",
                N_("The zip has more than {limit} MiB."),
                next_step=N_("Unpack it, and give the folder; or ask the maintainer of the kit."),
                limit=limits.KIT_ZIP_BYTES // limits.MIB,
            )
    # What is packed may hold the mark by chance, but hardly thousands of times.
    if count > 2 * limits.KIT_MEMBERS:
        raise _too_many(count, limits.KIT_MEMBERS)
    file.seek(0)
    return file


def _roots(names: Sequence[str] | dict[str, zipfile.ZipInfo]) -> Sequence[str]:
    found = sorted((int(match[1]), name) for name in names if (match := _ROOT.fullmatch(name)))
    if len(found) > limits.KIT_ROOTS:
        raise _too_many(len(found), limits.KIT_ROOTS)
    return [name for _, name in found]


def _too_many(count: int, limit: int) -> LimitExceeded:
    return LimitExceeded(
        "kit.too-many",
        N_("The kit has {count} parts of one sort; the ceiling is {limit}."),
        next_step=N_("Ask the maintainer of the kit for a right one."),
        count=count,
        limit=limit,
    )


def _pieces(stream: IO[bytes]) -> Generator[bytes]:
    with stream:
        while piece := stream.read(_CHUNK):
            yield piece
