"""ZIP files, as mail programs and admission systems pack them: members in memory, nothing on the disk.

    for member in members(data):
        print(member.name, member.content or member.problem)

A member that cannot be unpacked costs only itself. Names are for people and never opened.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

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
    with _opened(data) as archive:
        for number, info in enumerate(_files(archive)):
            try:
                content = _unpacked(archive, info, left)
            except VcwalletError as error:
                yield Member(number, _name(info), problem=error)
                continue
            left -= len(content)
            if left < 0:
                raise LimitExceeded(
                    "archive.too-large",
                    N_("The archive unpacks to more than {limit} MiB."),
                    next_step=N_("Unpack it, and give the folder."),
                    limit=limits.ZIP_BYTES // limits.MIB,
                )
            yield Member(number, _name(info), content)


def member(data: bytes, number: int) -> bytes:
    """One file of the archive again; raises as `members`, and what is wrong with the member."""
    with _opened(data) as archive:
        return _unpacked(archive, _files(archive)[number], limits.ZIP_BYTES)


def _opened(data: bytes) -> zipfile.ZipFile:
    if data.count(_DIRECTORY_ENTRY) > 4 * limits.ZIP_MEMBERS:
        # Before the list of members is made, which costs a kilobyte for each.
        raise _too_many()
    try:
        return zipfile.ZipFile(io.BytesIO(data))
    except Exception:
        # The reader answers a damaged archive with exceptions of many kinds.
        raise _unreadable() from None


def _files(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    found = [info for info in archive.infolist() if not info.is_dir()]
    if len(found) > limits.ZIP_MEMBERS:
        raise _too_many()
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


def _too_many() -> LimitExceeded:
    return LimitExceeded(
        "archive.too-many",
        N_("The archive holds more than {limit} files."),
        next_step=N_("Unpack it, and give the folder."),
        limit=limits.ZIP_MEMBERS,
    )


def _unreadable() -> InputError:
    return InputError(
        "archive.unreadable", N_("The archive is damaged."), next_step=N_("Ask for it again, or unpack it.")
    )
