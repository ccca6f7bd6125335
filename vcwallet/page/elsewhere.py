"""PDFs and pictures on a page: another worker of the browser opens them.

    elsewhere = Elsewhere()
    elsewhere.pdf(data)                 # raises InputError, and writes the question down
    for each in elsewhere.wanted: ...   # goes to the other worker, and
    elsewhere.tell(answers)             # its answers come back
    elsewhere.pdf(data)

Python cannot wait, so it asks and reads the same files again. The page ends that worker when it takes too
long. So a file costs itself alone, as on a computer, where another process opens it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from vcwallet import limits
from vcwallet.bundle import pictures
from vcwallet.bundle.effort import Effort
from vcwallet.bundle.looking import SECOND_LOOKS
from vcwallet.bundle.openers import (
    FINE_DPI,
    PLAIN_DPI,
    locked_pdf,
    looks_too_slow,
    too_heavy,
    too_slow,
    unreadable_pdf,
)
from vcwallet.errors import N_, InputError, LimitExceeded, MachineError, VcwalletError
from vcwallet.strict_json import JsonObject

__all__ = ["Answer", "Elsewhere", "Seen", "Wanted", "WantedPdf", "WantedPicture", "last_page"]


@dataclass(frozen=True, slots=True)
class Seen:
    """One picture or page that was looked at: an `openers.Look`."""

    number: int
    texts: Sequence[str]
    is_sharp: bool = False
    is_blank: bool = False


@dataclass(frozen=True, slots=True)
class WantedPdf:
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
            "kind": "pdf",
            "first": self.first,
            "last": self.last,
            "always": self.always,
            "dpi": FINE_DPI if self.thorough else PLAIN_DPI,
            "pixels": Effort.of(len(self.data)).look_pixels,
            "attachments": limits.SCAN_PDF_ATTACHMENTS,
            "attachmentBytes": limits.PAGE_FILE_BYTES,
            "memory": limits.PAGE_PDF_MEMORY_BYTES,
            "seconds": limits.PAGE_PDF_SECONDS,
            "allSeconds": limits.PAGE_OPENING_SECONDS,
        }

    def error(self, problem: str) -> VcwalletError:
        """What a problem of this file is called."""
        match problem:
            case "locked":
                return locked_pdf()
            case "unreadable":
                return unreadable_pdf()
            case "heavy":
                return too_heavy("pdf", limits.PAGE_PDF_MEMORY_BYTES)
            case "slow":
                return too_slow("pdf")
        return _not_reached(problem)


@dataclass(frozen=True, slots=True)
class WantedPicture:
    """What the other worker is asked about a picture: the codes on it."""

    data: bytes
    thorough: bool

    @property
    def seconds(self) -> float:
        effort = Effort.of(len(self.data))
        return min(limits.PAGE_PICTURE_SECONDS, limits.SCAN_WAITING * effort.looking_seconds)

    def as_json(self) -> JsonObject:
        """With the ceilings it is held to, and without the picture itself."""
        return {
            "kind": "webp" if pictures.is_webp(self.data) else "picture",
            "thorough": self.thorough,
            "memory": limits.PAGE_PICTURE_MEMORY_BYTES,
            "seconds": self.seconds,
            "allSeconds": limits.PAGE_OPENING_SECONDS,
        }

    def error(self, problem: str) -> VcwalletError:
        """What a problem of this file is called."""
        match problem:
            case "unreadable":
                return pictures.unreadable("browser")
            case "heavy":
                return too_heavy("picture", limits.PAGE_PICTURE_MEMORY_BYTES)
            case "slow":
                return looks_too_slow(self.seconds)
        return _not_reached(problem)


Wanted: TypeAlias = WantedPdf | WantedPicture


@dataclass(frozen=True, slots=True)
class Answer:
    """What the other worker told of a file, as far as it came."""

    pages: int = 0
    signature_fields: int = 0
    attachments: Sequence[bytes] = ()
    is_open: bool = False
    """A PDF, of which it came as far as that; and what follows is of its pages."""
    is_drawn: bool = False
    looks: Sequence[Seen] = ()
    problem: str = ""
    """Why it came no further: "locked", "unreadable", "heavy", "slow", "late" (the time of all files was up)
    or "missing" (what opens files did not load)."""


class Elsewhere:
    """What is known of the PDFs and pictures of one giving, and what is still to be asked."""

    def __init__(self) -> None:
        self._known: dict[Wanted, Answer] = {}
        self._wanted: dict[Wanted, Wanted] = {}
        """Both by the question with the digest of the file in place of the file."""

    @property
    def wanted(self) -> Sequence[Wanted]:
        return tuple(self._wanted.values())

    def tell(self, answers: Sequence[Answer]) -> None:
        """The answers to what was `wanted`, in this order."""
        for key, answer in zip(tuple(self._wanted), answers, strict=True):
            self._known[key] = answer
        self._wanted.clear()

    def pdf(self, data: bytes) -> Answer:
        """What a PDF holds. Raises what is wrong with it, and InputError (``page.file-waits``)."""
        wanted = WantedPdf(data, 1, limits.SCAN_PDF_PAGES, thorough=False, always=False)
        answer = self._answer(wanted)
        if not answer.is_open:
            raise wanted.error(answer.problem)
        return answer

    def pages(
        self, data: bytes, *, first: int, last: int, thorough: bool
    ) -> tuple[Sequence[Seen], VcwalletError | None]:
        """The pages of a PDF that were looked at, and what was wrong with the next.

        Raises what is wrong with the PDF, and InputError (``page.file-waits``).
        """
        wanted = WantedPdf(data, first, last, thorough, always=True)
        answer = None
        if not thorough and (first, last) == (1, limits.SCAN_PDF_PAGES):
            answer = self.pdf(data)
        if answer is None or not answer.is_drawn:
            answer = self._answer(wanted)
        # A closer look ends where its time does.
        if not answer.problem or (thorough and answer.problem == "slow"):
            return answer.looks, None
        return answer.looks, wanted.error(answer.problem)

    def picture(self, data: bytes, *, thorough: bool) -> Sequence[str]:
        """The texts of the codes in a picture.

        Raises what is wrong with it, and InputError (``page.file-waits``).
        """
        wanted = WantedPicture(data, thorough)
        answer = self._answer(wanted)
        if answer.problem:
            raise wanted.error(answer.problem)
        return [text for each in answer.looks for text in each.texts]

    def _answer(self, wanted: Wanted) -> Answer:
        key = replace(wanted, data=hashlib.sha256(wanted.data).digest())
        if key not in self._known:
            self._wanted[key] = wanted
            raise InputError("page.file-waits", N_("The file is being opened."))
        return self._known[key]


def last_page(first: int, *, thorough: bool) -> int:
    """Of those that are looked at, from page `first` on."""
    return first - 1 + (SECOND_LOOKS if thorough else limits.SCAN_PDF_PAGES)


def _not_reached(problem: str) -> VcwalletError:
    if problem == "late":
        return LimitExceeded(
            "page.files-too-slow",
            N_("Opening the files took longer than {limit} seconds together, so this one was left unread."),
            next_step=N_("Give it by itself."),
            limit=limits.PAGE_OPENING_SECONDS,
        )
    return MachineError(
        "page.no-opener",
        N_("The part of this page that opens PDFs and pictures did not load."),
        next_step=N_("Open the page anew while there is a network, or give the file that the wallet wrote."),
    )
