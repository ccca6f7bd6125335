"""Who opens PDFs and pictures for the one who reads: an argument, for each place does it in its own way.

On a computer that is `opening.Opener`, a process of its own that may be killed; on a page in a browser there
are no processes, and the page has its own reader of codes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, Protocol

from vcwallet.bundle import archives, kinds, pictures

__all__ = ["FileOpener", "Look", "is_pdf"]

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
