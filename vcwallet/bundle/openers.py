"""Who opens PDFs and pictures for the one who reads: an argument, for each place does it in its own way.

On a computer that is `opening.Opener`, a process of its own that may be killed; on a page in a browser there
are no processes, and the page has workers that it may end, and its own reader of codes. What is said of a
file that cannot be opened is the same in both.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import ceil
from typing import Final, Protocol

from vcwallet import limits
from vcwallet.bundle import archives, kinds, pictures
from vcwallet.errors import N_, InputError, LimitExceeded

__all__ = [
    "FINE_DPI",
    "PLAIN_DPI",
    "FileOpener",
    "Look",
    "is_pdf",
    "locked_pdf",
    "looks_too_slow",
    "too_heavy",
    "too_slow",
    "unreadable_pdf",
]

PLAIN_DPI: Final = 200
FINE_DPI: Final = 300
"""Dots per inch at which PDF pages are drawn, at first and at a thorough look."""

_TEXT_BEGINS: Final = (b"{", b"[", b"<")
"""Of documents and of markup, which may speak of a PDF."""


class Look(Protocol):
    """One picture of a file, or one page, that was looked at."""

    @property
    def number(self) -> int:
        """From 1."""

    @property
    def texts(self) -> Sequence[str]:
        """Of the QR symbols on it, each once."""

    @property
    def is_sharp(self) -> bool:
        """Whether codes on it would have been seen."""

    @property
    def is_blank(self) -> bool:
        """Whether it shows nothing at all."""


class FileOpener(Protocol):
    """Every method may raise an InputError, a LimitExceeded or a MachineError."""

    def attachments(self, data: bytes) -> Sequence[bytes]:
        """The contents of the attached files of a PDF, of the first few."""

    def pages(self, data: bytes) -> int:
        """How many pages a PDF has."""

    def signature_fields(self, data: bytes) -> int:
        """How many fields for a signature a PDF has."""

    def looks(
        self, data: bytes, *, until: float, only: int | None = None, first: int = 1, thorough: bool = False
    ) -> Iterable[Look]:
        """The pages of a PDF from number `first` on, or the pictures of a file, or of them number `only`.

        After `until`, by `effort.processor`, no other look at a picture begins.
        """

    def drawn(self, markup: str, *, until: float) -> Sequence[str]:
        """The texts of the symbols that are drawn in a markup, each once."""


def is_pdf(data: bytes) -> bool:
    """The header may stand behind some other bytes (ISO 32000-1, annex H.3.4.1).

    Unless these begin a file of another kind: an archive whose first member is a PDF has its header there.
    """
    place = data.find(b"%PDF-", 0, 1024)
    return place == 0 or (place > 0 and not _begins_otherwise(data))


def _begins_otherwise(data: bytes) -> bool:
    return (
        pictures.is_picture(data)
        or archives.is_archive(data)
        or kinds.unread(data) is not None
        or data[:1024].removeprefix(b"\xef\xbb\xbf").lstrip().startswith(_TEXT_BEGINS)
    )


def locked_pdf() -> InputError:
    return InputError(
        "pdf.locked",
        N_("The PDF is protected by a password."),
        next_step=N_("Save it without a password."),
    )


def unreadable_pdf() -> InputError:
    return InputError(
        "pdf.unreadable", N_("The PDF cannot be opened."), next_step=N_("Save or scan it again.")
    )


def too_heavy(kind: str, memory_bytes: int) -> LimitExceeded:
    """Of a "pdf" or a "picture".

    A program without memory ends in as many ways as a broken one; they cannot be told apart.
    """
    return LimitExceeded(
        f"{kind}.too-heavy",
        N_("The file needs more than {limit} MiB of memory, or breaks the program that opens it."),
        next_step=N_("Give pictures of its pages, not larger than 300 dots per inch."),
        limit=memory_bytes // limits.MIB,
    )


def too_slow(kind: str) -> LimitExceeded:
    """Of a "pdf" or a "picture"."""
    return LimitExceeded(
        f"{kind}.too-slow",
        N_("Opening the file takes more time than a file of its size may take."),
        next_step=N_("Give pictures of its pages."),
    )


def looks_too_slow(seconds: float) -> LimitExceeded:
    return LimitExceeded(
        "scan.too-slow",
        N_("Looking for codes took longer than {limit} seconds, so the rest was left unread."),
        next_step=N_("Cut the codes out of the picture, or give the pages one at a time."),
        limit=ceil(seconds),
    )
