"""PDF -> what is attached to it, and the pictures of its pages, under ceilings on memory, time and pixels.

PDFium works in another process (`opening_process`), one for each call: nothing that a PDF does to it reaches
this one. What comes back is believed no more than the PDF itself.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

from vcwallet import limits
from vcwallet.bundle import opening_process
from vcwallet.bundle.opening_process import HEADER, Order
from vcwallet.errors import N_, Action, InputError, LimitExceeded, MachineError, VcwalletError

if TYPE_CHECKING:
    from PIL.Image import Image

# Isolated, without `site`: neither the environment nor the folder we are in says what is run. Where modules
# are is told by this process, which may itself have been told so by other means than an installation.
_PROGRAM: Final = (
    "import sys; sys.path[:] = sys.argv[1].split(sys.argv[2]);"
    "from vcwallet.bundle import opening_process; opening_process.main(sys.argv[3:])"
)


def is_pdf(data: bytes) -> bool:
    """The header may stand behind some other bytes (ISO 32000-1, annex H.3.4.1)."""
    return b"%PDF-" in data[:1024]


def attachments(data: bytes) -> list[bytes]:
    """The contents of the attached files of at most `limits.JSON_BYTES`, of the first few.

    Raises InputError (``pdf.unreadable``, ``pdf.locked``), LimitExceeded (``pdf.too-slow``,
    ``pdf.too-heavy``) and MachineError (``pdf.no-reader``).
    """
    found: list[bytes] = []
    with _Reader(_order(data)) as reader:
        for size, _, _ in reader.answers(data, opening_process.ATTACHMENT):
            if size > limits.JSON_BYTES or len(found) == limits.SCAN_PDF_ATTACHMENTS:
                raise _too_heavy()
            found.append(reader.content(size))
    return found


def pictures(data: bytes, *, only: int | None = None, dpi: int = 200) -> Iterator[tuple[int, Image]]:
    """Page numbers (from 1) and grey pictures of the pages, or of page `only`.

    A page too large for `limits.SCAN_PIXELS` is drawn smaller than at `dpi` dots per inch; pages beyond
    `limits.SCAN_PDF_PAGES` are not drawn. Raises as `attachments` does, in the midst of the pages too. The
    time the caller takes over a picture is not counted.
    """
    from PIL import Image

    last = 0
    with _Reader(_order(data, dpi=dpi, only=only or 0)) as reader:
        for number, width, height in reader.answers(data, opening_process.PICTURE):
            if not last < number <= limits.SCAN_PDF_PAGES or not 0 < width * height <= limits.SCAN_PIXELS:
                raise _too_heavy()
            last = number
            shades = reader.content(width * height)
            yield number, Image.frombuffer("L", (width, height), shades, "raw", "L", 0, 1)


def _order(data: bytes, *, dpi: int = 0, only: int = 0) -> Order:
    return Order(
        pdf_bytes=len(data),
        dpi=dpi,
        only=only,
        pages=limits.SCAN_PDF_PAGES,
        pixels=limits.SCAN_PIXELS,
        attachments=limits.SCAN_PDF_ATTACHMENTS,
        attachment_bytes=limits.JSON_BYTES,
        memory_bytes=limits.SCAN_PDF_MEMORY_BYTES,
        cpu_seconds=limits.SCAN_PDF_SECONDS + limits.SCAN_SECONDS,
    )


class _Reader:
    """The other process, from its start to its certain end."""

    def __init__(self, order: Order) -> None:
        self._ready = False
        self._late = False
        self._left = float(limits.SCAN_PDF_SECONDS)
        where = os.pathsep.join(map(str, sys.path))
        numbers = [str(number) for number in order]
        try:
            self._process = subprocess.Popen(  # noqa: S603 - our own program, and numbers
                [sys.executable or "", "-I", "-S", "-B", "-c", _PROGRAM, where, os.pathsep, *numbers],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        except (OSError, ValueError):
            raise _no_reader() from None
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._to, self._from = self._process.stdin, self._process.stdout

    def __enter__(self) -> _Reader:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()
        self._from.close()
        with suppress(OSError):  # the rest of the PDF, which the other process did not read
            self._to.close()

    def answers(self, data: bytes, expected: bytes) -> Iterator[tuple[int, int, int]]:
        """The numbers of each message of the kind `expected`, until the end. `data` is the PDF."""
        self._ready = self._message()[0] == opening_process.READY
        if not self._ready:
            raise _no_reader()
        with self._in_time(), suppress(OSError):  # the next message tells why it was not read
            self._to.write(data)
            self._to.flush()  # left open: its end tells the other process that this one is gone
        while True:
            what, first, second, third = self._message()
            if what == opening_process.END:
                return
            if what == opening_process.LOCKED:
                raise _locked()
            if what == opening_process.UNREADABLE:
                raise _unreadable()
            if what != expected:
                raise _too_heavy()
            yield first, second, third

    def content(self, size: int) -> bytes:
        """Of the message whose numbers were given last. Raises as `attachments` does."""
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
        with suppress(subprocess.TimeoutExpired):  # it may have closed its pipe and still run
            self._process.wait(1)
        if self._late:
            return LimitExceeded(
                "pdf.too-slow",
                N_("Reading the PDF took longer than {limit} seconds."),
                next_step=N_("Give pictures of its pages."),
                limit=limits.SCAN_PDF_SECONDS,
            )
        return _too_heavy() if self._ready else _no_reader()


def _locked() -> InputError:
    return InputError(
        "pdf.locked",
        N_("The PDF is protected by a password."),
        next_step=N_("Save it without a password."),
    )


def _unreadable() -> InputError:
    return InputError(
        "pdf.unreadable", N_("The PDF cannot be opened."), next_step=N_("Save or scan it again.")
    )


def _too_heavy() -> LimitExceeded:
    # A process without memory ends in as many ways as a broken one; they cannot be told apart.
    return LimitExceeded(
        "pdf.too-heavy",
        N_("The PDF needs more than {limit} MiB of memory, or breaks the program that reads it."),
        next_step=N_("Give pictures of its pages."),
        limit=limits.SCAN_PDF_MEMORY_BYTES // limits.MIB,
    )


def _no_reader() -> MachineError:
    return MachineError(
        "pdf.no-reader",
        N_("The program that reads PDFs cannot be started; pictures of the pages can be read."),
        next_step=Action.REINSTALL,
    )
