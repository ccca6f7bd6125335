"""Kinds of files that are recognised and not read: what they are, and what to do instead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from vcwallet.errors import N_, InputError

_AS_JPEG: Final = N_("Save the picture as JPEG or make a screenshot of it.")
_UNPACK: Final = N_("Unpack it, and give the folder.")


@dataclass(frozen=True, slots=True)
class UnreadKind:
    code: str
    begins: tuple[bytes, ...]
    offset: int
    template: str
    next_step: str


KINDS: Final = (
    UnreadKind("scan.avif", (b"ftypavif", b"ftypavis"), 4, N_("AVIF pictures are not read."), _AS_JPEG),
    UnreadKind("scan.heic", (b"ftyp",), 4, N_("Pictures of this kind (HEIC, video) are not read."), _AS_JPEG),
    UnreadKind(
        "scan.archive",
        (b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b", b"\xfd7zXZ", b"BZh"),
        0,
        N_("Archives of this kind are not read, only ZIP."),
        _UNPACK,
    ),
    UnreadKind(
        "scan.office-document",
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"{\\rtf"),
        0,
        N_("This is a document of an office program, which is not read."),
        N_("Save it as PDF, and read that."),
    ),
)


def recognise(data: bytes) -> InputError | None:
    """What to tell a person about a file of one of `KINDS`; None for any other."""
    for kind in KINDS:
        if data[kind.offset :].startswith(kind.begins) if kind.offset else data.startswith(kind.begins):
            return InputError(kind.code, kind.template, next_step=kind.next_step)
    return None


def is_binary(data: bytes) -> bool:
    """Whether it is no text in any encoding that is read: UTF-16 has zeros too, but begins with a mark."""
    return b"\0" in data[:4096] and not data.startswith((b"\xff\xfe", b"\xfe\xff"))
