"""PDFs on a page: another worker of the browser opens them; Python, which cannot wait, asks and reads again.

    pdfs = Pdfs()
    pdfs.opened(data)              # raises InputError, and writes the question down
    for each in pdfs.wanted: ...   # goes to the other worker, and
    pdfs.tell(answers)             # its answers come back
    pdfs.opened(data)

The page ends that worker when it takes too long. So a PDF costs itself alone, as on a computer, where another
process opens it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from vcwallet import limits
from vcwallet.bundle.effort import Effort
from vcwallet.bundle.looking import SECOND_LOOKS
from vcwallet.bundle.openers import (
    FINE_DPI,
    PLAIN_DPI,
    locked_pdf,
    too_heavy,
    too_slow,
    unreadable_pdf,
)
from vcwallet.errors import N_, InputError, MachineError, VcwalletError
from vcwallet.strict_json import JsonObject

__all__ = ["PdfAnswer", "Pdfs", "Seen", "Wanted", "last_page"]


@dataclass(frozen=True, slots=True)
class Seen:
    """One picture or page that was looked at: an `openers.Look`."""

    number: int
    texts: Sequence[str]
    is_sharp: bool = False
    is_blank: bool = False


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the other worker is asked about a PDF."""

    data: bytes
    first: int
    last: int
    """The pages that are drawn, unless something is attached."""
    thorough: bool
    always: bool
    """The pages are drawn although something is attached."""

    def as_json(self) -> JsonObject:
        """With the ceilings it is held to, and without the PDF itself."""
        return {
            "first": self.first,
            "last": self.last,
            "always": self.always,
            "dpi": FINE_DPI if self.thorough else PLAIN_DPI,
            "pixels": Effort.of(len(self.data)).look_pixels,
            "attachments": limits.SCAN_PDF_ATTACHMENTS,
            "attachmentBytes": limits.PAGE_FILE_BYTES,
            "memory": limits.PAGE_PDF_MEMORY_BYTES,
            "seconds": limits.PAGE_PDF_SECONDS,
            "allSeconds": limits.PAGE_PDFS_SECONDS,
        }


@dataclass(frozen=True, slots=True)
class PdfAnswer:
    """What the other worker told of a PDF, as far as it came."""

    pages: int = 0
    signature_fields: int = 0
    attachments: Sequence[bytes] = ()
    is_open: bool = False
    """It came as far as that; and what follows is of its pages."""
    is_drawn: bool = False
    looks: Sequence[Seen] = ()
    problem: str = ""
    """Why it came no further: "locked", "unreadable", "heavy", "slow" or "missing"."""

    def error(self) -> VcwalletError:
        return _PROBLEMS.get(self.problem, _no_opener)()


class Pdfs:
    """What is known of the PDFs of one giving, and what is still to be asked."""

    def __init__(self) -> None:
        self._known: dict[tuple[bytes, int, int, bool, bool], PdfAnswer] = {}
        self._wanted: dict[tuple[bytes, int, int, bool, bool], Wanted] = {}

    @property
    def wanted(self) -> Sequence[Wanted]:
        return tuple(self._wanted.values())

    def tell(self, answers: Sequence[PdfAnswer]) -> None:
        """The answers to what was `wanted`, in this order."""
        for key, answer in zip(tuple(self._wanted), answers, strict=True):
            self._known[key] = answer
        self._wanted.clear()

    def opened(self, data: bytes) -> PdfAnswer:
        """What a PDF holds. Raises what is wrong with it, and InputError (``page.pdf-waits``)."""
        answer = self._answer(Wanted(data, 1, limits.SCAN_PDF_PAGES, thorough=False, always=False))
        if not answer.is_open:
            raise answer.error()
        return answer

    def looked_at(self, data: bytes, *, first: int, last: int, thorough: bool) -> PdfAnswer:
        """Its pages, and in the answer what is wrong with it. Raises InputError (``page.pdf-waits``)."""
        if not thorough and (first, last) == (1, limits.SCAN_PDF_PAGES):
            answer = self.opened(data)
            if answer.is_drawn:
                return answer
        return self._answer(Wanted(data, first, last, thorough, always=True))

    def _answer(self, wanted: Wanted) -> PdfAnswer:
        digest = hashlib.sha256(wanted.data).digest()
        key = (digest, wanted.first, wanted.last, wanted.thorough, wanted.always)
        if key not in self._known:
            self._wanted[key] = wanted
            raise InputError("page.pdf-waits", N_("The PDF is being opened."))
        return self._known[key]


def last_page(first: int, *, thorough: bool) -> int:
    """Of those that are looked at, from page `first` on."""
    return first - 1 + (SECOND_LOOKS if thorough else limits.SCAN_PDF_PAGES)


def _too_heavy() -> VcwalletError:
    return too_heavy("pdf", limits.PAGE_PDF_MEMORY_BYTES)


def _too_slow() -> VcwalletError:
    return too_slow("pdf")


def _no_opener() -> MachineError:
    return MachineError(
        "page.no-pdf-opener",
        N_("The part of this page that opens PDFs did not load."),
        next_step=N_("Open the page anew while there is a network, or show the code to the camera."),
    )


_PROBLEMS: Final[Mapping[str, Callable[[], VcwalletError]]] = {
    "locked": locked_pdf,
    "unreadable": unreadable_pdf,
    "heavy": _too_heavy,
    "slow": _too_slow,
}
