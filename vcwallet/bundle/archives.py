"""ZIP files, as mail programs and admission systems pack them: members in memory, nothing on the disk.

    for member in members(data):
        print(member.name, member.content or member.problem)

A member that cannot be unpacked costs only itself. Names are for people and never opened. `Archive` is for
who reads the members of a large one from the disk, one at a time.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from vcwallet import limits
from vcwallet.errors import N_, InputError, LimitExceeded, VcwalletError

_BEGINS: Final = (b"PK\x03\x04", b"PK\x05\x06")
_DIRECTORY_ENTRY: Final = b"PK\x01\x02"
_UTF8_NAME: Final = 0x800
_ENCRYPTED: Final = 0x1
_OFFICE: Final = frozenset({"[Content_Types].xml", "mimetype"})
"""Members that only a document of an office program has."""


@dataclass(frozen=True, slots=True)
class Member:
    """One file of an archive, with its content or with what is wrong with it."""

    number: int
    name: str
    content: bytes = b""
    problem: VcwalletError | None = None


def is_archive(data: bytes) -> bool:
    return data.startswith(_BEGINS)


def members(data: bytes) -> Iterator[Member]:
    """The files in an archive, in its own order; folders are left out.

    Raises InputError (``archive.unreadable``, ``archive.office-document``) and LimitExceeded
    (``archive.too-many``, ``archive.too-large``, at the member that is too much).
    """
    left = limits.ZIP_BYTES
    with _in_memory(data) as archive:
        for number, info in enumerate(_files(archive, limits.ZIP_MEMBERS)):
            try:
                content = _unpacked(archive, info, left)
            except VcwalletError as error:
                yield Member(number, _name(info), problem=error)
                continue
            left -= len(content)
            if left < 0:
                raise _too_large(limits.ZIP_BYTES)
            yield Member(number, _name(info), content)


def member(data: bytes, number: int) -> bytes:
    """One file of the archive again; raises as `members`, and what is wrong with the member."""
    with _in_memory(data) as archive:
        return _unpacked(archive, _files(archive, limits.ZIP_MEMBERS)[number], limits.ZIP_BYTES)


def _in_memory(data: bytes) -> zipfile.ZipFile:
    if data.count(_DIRECTORY_ENTRY) > 4 * limits.ZIP_MEMBERS:
        # Before the list of members is made, which costs a kilobyte for each.
        raise _too_many(limits.ZIP_MEMBERS)
    return _opened(io.BytesIO(data))


class Archive:
    """A ZIP file on the disk, or in memory, whose members are read one at a time, in any order."""

    def __init__(self, source: Path | bytes, *, members: int, unpacked: int) -> None:
        """Raises OSError from the disk, and as `members` with these ceilings: how many, how large together.

        What a member states of its size is the most that is ever read of it.
        """
        file = io.BytesIO(source) if isinstance(source, bytes) else source.open("rb")
        try:
            if _directory_bytes(file) > members * _ENTRY_BYTES:
                raise _too_many(members)
            self._archive = _opened(file)
            self._files = _files(self._archive, members)
        except BaseException:
            file.close()
            raise
        self._file = file
        if sum(info.file_size for info in self._files) > unpacked:
            self.close()
            raise _too_large(unpacked)
        self.names = tuple(_name(info) for info in self._files)

    def __enter__(self) -> Archive:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._archive.close()
        self._file.close()

    def read(self, number: int, most: int) -> bytes:
        """The content of a member, cut behind `most` and one byte; raises what is wrong with the member."""
        return _unpacked(self._archive, self._files[number], most)


_ENTRY_BYTES: Final = 512
"""Of the list of members, for each of them: a longer name is no honest one."""


def _directory_bytes(file: IO[bytes]) -> int:
    """How large the list of members says it is: `zipfile` reads it whole, and makes a kilobyte of each."""
    size = file.seek(0, io.SEEK_END)
    start = max(0, size - _TAIL)
    file.seek(start)
    tail = file.read(_TAIL)
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or at + 22 > len(tail):
        raise _unreadable()
    stated = int.from_bytes(tail[at + 12 : at + 16], "little")
    if at >= 20 and tail[at - 20 : at - 16] == b"PK\x06\x07":
        # Of more than 4 GiB: the place of another record, which has the size.
        file.seek(min(int.from_bytes(tail[at - 12 : at - 4], "little"), size))
        record = file.read(56)
        stated = max(stated if stated != 0xFFFFFFFF else 0, int.from_bytes(record[40:48], "little"))
    file.seek(0)
    return stated


_TAIL: Final = 22 + 20 + 0xFFFF


def _opened(data: IO[bytes]) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(data)
    except Exception:
        # The reader answers a damaged archive with exceptions of many kinds.
        raise _unreadable() from None


def _files(archive: zipfile.ZipFile, most: int) -> list[zipfile.ZipInfo]:
    found = [info for info in archive.infolist() if not info.is_dir()]
    if len(found) > most:
        raise _too_many(most)
    if any(info.filename in _OFFICE for info in found):
        raise InputError(
            "archive.office-document",
            N_("This is a document of an office program, which is not read."),
            next_step=N_("Save it as PDF, and read that."),
        )
    return found


def _unpacked(archive: zipfile.ZipFile, info: zipfile.ZipInfo, left: int) -> bytes:
    if info.flag_bits & _ENCRYPTED:
        raise InputError(
            "archive.locked",
            N_("The file is locked with a password in its archive."),
            next_step=N_("Unpack the archive, and give the folder."),
        )
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise InputError(
            "archive.packed-otherwise",
            N_("The file is packed in a way that is not read."),
            next_step=N_("Unpack the archive, and give the folder."),
        )
    try:
        # What the archive says of its sizes is not believed: one byte more than may be is read.
        with archive.open(info) as file:
            return file.read(max(left, 0) + 1)
    except Exception:
        # A checksum, a stream, a place in the file: whatever it is, the other members may be good.
        raise InputError(
            "archive.damaged-member",
            N_("The file is damaged in its archive."),
            next_step=N_("Ask for the archive again."),
        ) from None


def _name(info: zipfile.ZipInfo) -> str:
    """Windows writes Russian names in cp866 and does not say so; macOS writes UTF-8 and does not say so."""
    if info.flag_bits & _UTF8_NAME:
        return info.filename
    raw = info.filename.encode("cp437", "replace")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp866", "replace")


def _too_many(limit: int) -> LimitExceeded:
    return LimitExceeded(
        "archive.too-many",
        N_("The archive holds more than {limit} files."),
        next_step=N_("Unpack it, and give the folder."),
        limit=limit,
    )


def _too_large(limit: int) -> LimitExceeded:
    return LimitExceeded(
        "archive.too-large",
        N_("The archive unpacks to more than {limit} MiB."),
        next_step=N_("Unpack it, and give the folder."),
        limit=limit // limits.MIB,
    )


def _unreadable() -> InputError:
    return InputError(
        "archive.unreadable", N_("The archive is damaged."), next_step=N_("Ask for it again, or unpack it.")
    )
