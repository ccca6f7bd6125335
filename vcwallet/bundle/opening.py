"""PDFs and picture files -> what is attached to them, and grey pictures of them, under ceilings.

    with Opener() as opener:
        for number, picture in opener.pictures(data):
            print(number, picture.size)

PDFium and Pillow work in another process (`opening_process`), which is started when the first file comes and
killed as soon as one misbehaves: nothing that a file does to it reaches this one. What comes back is believed
no more than the file itself.
"""

from __future__ import annotations

import signal
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Final

from vcwallet import limits
from vcwallet.bundle import drawn_paths, opening_ahead, opening_process, pictures
from vcwallet.bundle.effort import Effort
from vcwallet.bundle.openers import (
    FINE_DPI,
    PLAIN_DPI,
    is_pdf,
    locked_pdf,
    too_heavy,
    too_slow,
    unreadable_pdf,
)
from vcwallet.bundle.opening_process import HEADER, JOB
from vcwallet.errors import N_, Action, LimitExceeded, MachineError, VcwalletError

if TYPE_CHECKING:
    from PIL.Image import Image

_OUT_OF_TIME: Final = -getattr(signal, "SIGPROF", 0) or None
"""How a process ends whose time is up; None where the operating system does not count it."""

_KIND_BYTES: Final = 100
"""Of the name of what went wrong."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A page or a picture that was drawn here and looked at: an `openers.Look`."""

    number: int
    texts: Sequence[str]
    _picture: Image

    @property
    def is_sharp(self) -> bool:
        return pictures.is_sharp(self._picture)

    @property
    def is_blank(self) -> bool:
        return pictures.is_blank(self._picture)


class Opener:
    """The other process, for as many files as it survives; use it as a context. An `openers.FileOpener`."""

    def __init__(self) -> None:
        self._idle: list[_Reader] = []
        """The process while it opens nothing; several where several files were opened at once. Whoever takes
        one out has it alone, on whichever thread: two would be given what is in each other's files."""

    def __enter__(self) -> Opener:
        return self

    def __exit__(self, *_: object) -> None:
        while self._idle:
            self._idle.pop().end()

    def attachments(self, data: bytes) -> list[bytes]:
        """The contents of the attached files of a PDF of at most `limits.JSON_BYTES`, of the first few.

        Raises InputError (``pdf.unreadable``, ``pdf.locked``), LimitExceeded (``pdf.too-slow``,
        ``pdf.too-heavy``) and MachineError (``pdf.no-reader``).
        """
        found: list[bytes] = []
        for reader, (size, _, _) in self._answers(data, _Words.PDF, opening_process.ATTACHMENTS):
            if size > limits.JSON_BYTES or len(found) == limits.SCAN_PDF_ATTACHMENTS:
                raise _too_heavy(_Words.PDF, Effort.of(len(data)))
            found.append(reader.content(size))
        return found

    def pages(self, data: bytes) -> int:
        """How many pages a PDF has; raises as `attachments`."""
        return sum(first for _, (first, _, _) in self._answers(data, _Words.PDF, opening_process.COUNT))

    def signature_fields(self, data: bytes) -> int:
        """How many fields for a signature a PDF has; raises as `attachments`."""
        answers = self._answers(data, _Words.PDF, opening_process.COUNT)
        return sum(fields for _, (_, fields, _) in answers)

    def pictures(
        self, data: bytes, *, only: int | None = None, first: int = 1, dpi: int = 200, coloured: bool = False
    ) -> Iterator[tuple[int, Image]]:
        """Numbers (from 1) and grey pictures of a PDF's pages or a file's pictures, or of number `only`.

        With `coloured` they are for people: in their colours, and upright.

        Of a PDF `limits.SCAN_PDF_PAGES` pages are drawn, from number `first` on, at `dpi` dots per inch. One
        that is too large for `Effort.look_pixels` is drawn smaller, and so is a picture made. The time the
        caller takes over a picture is not counted.

        Raises as `attachments` does, in the midst of the pages too; for pictures InputError
        (``picture.unreadable``) and LimitExceeded (``picture.too-many-pixels``,
        ``picture.too-many-pictures``, ``picture.too-slow``, ``picture.too-heavy``).
        """
        from PIL import Image

        words = _Words.PDF if is_pdf(data) else _Words.PICTURE
        job = {
            (True, False): opening_process.PAGES,
            (True, True): opening_process.COLOURED_PAGES,
            (False, False): opening_process.PICTURES,
            (False, True): opening_process.COLOURED_PICTURES,
        }[is_pdf(data), coloured]
        mode = "RGB" if coloured else "L"
        most = first - 1 + limits.SCAN_PDF_PAGES if is_pdf(data) else limits.SCAN_PICTURES_PER_FILE
        last = first - 1
        for reader, (number, width, height) in self._answers(data, words, job, dpi, only or 0, first):
            if not last < number <= most or not 0 < width * height <= limits.SCAN_LOOK_PIXELS:
                raise _too_heavy(words, Effort.of(len(data)))
            last = number
            points = reader.content(width * height * len(mode))
            yield number, Image.frombuffer(mode, (width, height), points, "raw", mode, 0, 1)

    def looks(
        self, data: bytes, *, until: float, only: int | None = None, first: int = 1, thorough: bool = False
    ) -> Iterator[Drawn]:
        """`pictures`, each looked at for codes; raises as they do."""
        dpi = FINE_DPI if thorough else PLAIN_DPI
        for number, picture in self.pictures(data, only=only, first=first, dpi=dpi):
            yield Drawn(number, pictures.codes(picture, thorough=thorough, until=until), picture)

    def drawn(self, markup: str, *, until: float) -> list[str]:
        """The texts of the symbols in a markup, which are drawn and looked at in this process."""
        return drawn_paths.codes(markup, until=until)

    def _answers(
        self, data: bytes, words: _Words, job: bytes, dpi: int = 0, only: int = 0, first: int = 1
    ) -> Iterator[tuple[_Reader, tuple[int, int, int]]]:
        """The numbers of each message, until the end. A process that did not come to it is not used again."""
        try:
            reader = self._idle.pop()
        except IndexError:
            reader = _Reader()
        expected = {
            opening_process.ATTACHMENTS: opening_process.ATTACHMENT,
            opening_process.COUNT: opening_process.COUNTED,
        }.get(job, opening_process.PICTURE)
        done = False
        try:
            for numbers in reader.answers(job, data, words, expected, (dpi, only, first)):
                yield reader, numbers
            done = True
        finally:
            if done:
                self._idle.append(reader)
            else:
                reader.end()


class _Words(Enum):
    """What the file is called in the codes of errors."""

    PDF = "pdf"
    PICTURE = "picture"


class _Reader:
    """The other process, from its start to its certain end."""

    def __init__(self) -> None:
        self._ready = False
        self._late = False
        self._left = 0.0
        self._words = _Words.PDF
        self._effort = Effort.of(limits.SCAN_LARGE_FILE_BYTES)
        try:
            self._process = opening_ahead.process()
        except (OSError, ValueError):
            raise _no_reader() from None
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._to, self._from = self._process.stdin, self._process.stdout

    def end(self) -> None:
        self._process.kill()
        self._process.wait()
        self._from.close()
        with suppress(OSError):  # what was not taken
            self._to.close()

    def answers(
        self, job: bytes, data: bytes, words: _Words, expected: bytes, wanted: tuple[int, int, int]
    ) -> Iterator[tuple[int, int, int]]:
        """The numbers of each message of the kind `expected`, until the end of the job."""
        effort = self._effort = Effort.of(len(data))
        self._words = words
        self._left = float(limits.SCAN_PDF_SECONDS)
        if not self._ready:
            self._ready = self._message()[0] == opening_process.READY
            if not self._ready:
                raise _no_reader()
        cost = (int(effort.opening_seconds * 1000), effort.memory_bytes, effort.look_pixels)
        with self._in_time(), suppress(OSError):  # why it was not taken is told by the next message
            self._to.write(JOB.pack(job, len(data), *wanted, *cost))
            self._to.write(data)
            self._to.flush()  # and left open: that it closes is how the other learns that we are gone
        what, first, second, third = self._message()
        if what != opening_process.BEGUN:
            raise self._refusal(what, first)
        self._left = min(limits.SCAN_PDF_SECONDS, limits.SCAN_WAITING * effort.opening_seconds)
        while True:
            what, first, second, third = self._message()
            if what == opening_process.END:
                return
            if what != expected:
                raise self._refusal(what, first)
            yield first, second, third

    def _refusal(self, what: bytes, size: int) -> VcwalletError:
        if what == opening_process.LOCKED:
            return locked_pdf()
        if what == opening_process.NO_READER:
            return _no_reader()
        if what == opening_process.TOO_MANY_PIXELS:
            return pictures.too_many_pixels(limits.SCAN_PIXELS)
        if what == opening_process.TOO_MANY_PICTURES:
            return pictures.too_many_pictures(limits.SCAN_PICTURES_PER_FILE)
        if what != opening_process.UNREADABLE or size > _KIND_BYTES:
            return self._too_heavy()
        if self._words is _Words.PDF:
            return unreadable_pdf()
        return pictures.unreadable(self.content(size).decode("utf-8", "replace"))

    def content(self, size: int) -> bytes:
        """Of the message whose numbers were given last. Raises as `Opener.pictures` does."""
        with self._in_time():
            content = self._from.read(size)
        if len(content) < size:
            raise self._why_it_ended()
        return content

    def _message(self) -> tuple[bytes, int, int, int]:
        what, first, second, third = HEADER.unpack(self.content(HEADER.size))
        return what, first, second, third

    @contextmanager
    def _in_time(self) -> Iterator[None]:
        """Count the time that we wait; when none is left, the other process is killed."""
        began = time.monotonic()
        alarm = threading.Timer(self._left, self._stop)
        alarm.daemon = True
        alarm.start()
        try:
            yield
        finally:
            alarm.cancel()
            self._left -= time.monotonic() - began

    def _stop(self) -> None:
        self._late = True
        self._process.kill()

    def _why_it_ended(self) -> VcwalletError:
        with suppress(subprocess.TimeoutExpired):  # its pipe may be closed and itself alive
            self._process.wait(1)
        if self._late or self._process.returncode == _OUT_OF_TIME:
            return too_slow(self._words.value)
        return self._too_heavy() if self._ready else _no_reader()

    def _too_heavy(self) -> LimitExceeded:
        return _too_heavy(self._words, self._effort)


def _too_heavy(words: _Words, effort: Effort) -> LimitExceeded:
    return too_heavy(words.value, effort.memory_bytes)


def _no_reader() -> MachineError:
    return MachineError(
        "pdf.no-reader",
        N_("The program that reads PDFs cannot be started; pictures of the pages can be read."),
        next_step=Action.REINSTALL,
    )
