"""The program that `opening` starts: PDFium and Pillow in a process of their own, which may be killed.

PDFium unpacks whatever a PDF says, up to its own gigabyte a stream, and draws for as long as the page lasts;
a picture of 300 kB may have 80 million points. Neither can be stopped from within. So `opening` starts this
program, hands it files through its standard input, each behind a `JOB`, and reads messages from its standard
output: `HEADER`, then as many bytes as it announces. No file is written, and next to nothing of this package
is imported: starting takes about 50 ms.

The ceiling on time is the operating system's too, but on Windows, where only our waiting ends.
The ceiling on memory is the operating system's, and only Linux holds a process to it. macOS takes the number
and ignores it, Windows has none without a Job Object: there it is the time that ends a bomb, and the number
of points, which is looked at before anything is decoded.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from math import ceil
from queue import Queue
from struct import Struct
from threading import Thread
from typing import Any, BinaryIO, Final, NamedTuple

JOB: Final = Struct(">cIIIIIII")
"""A `Job`; the file follows."""

COUNT: Final = b"n"
ATTACHMENTS: Final = b"a"
PAGES: Final = b"p"
PICTURES: Final = b"i"
COLOURED_PAGES: Final = b"q"
COLOURED_PICTURES: Final = b"j"
"""As PAGES and PICTURES, for people to look at: upright, and in the colours they have."""

HEADER: Final = Struct(">cIII")
"""What it is, and three numbers that depend on it."""

READY: Final = b"R"
"""Jobs may come."""
BEGUN: Final = b"B"
"""All that reads the file is loaded, and its time begins."""
COUNTED: Final = b"C"
"""Numbers: how many pages there are, and how many fields for a signature."""
ATTACHMENT: Final = b"A"
"""Followed by its bytes. Numbers: how many they are."""
PICTURE: Final = b"P"
"""Followed by width * height shades of grey, or three for each point. Numbers: of the page, width, height."""
END: Final = b"."
"""The job is done, the next may come."""
LOCKED: Final = b"L"
UNREADABLE: Final = b"U"
"""Followed by the name of what went wrong. Numbers: how many bytes it has."""
TOO_HEAVY: Final = b"H"
TOO_MANY_PIXELS: Final = b"X"
TOO_MANY_PICTURES: Final = b"M"
NO_READER: Final = b"N"

_POINTS: Final = 72
"""Of PDF's unit in an inch."""


class Ceilings(NamedTuple):
    """On the command line as numbers in this order."""

    pages: int
    pixels: int
    pictures: int
    attachments: int
    attachment_bytes: int
    memory_bytes: int
    """For any file."""


class Job(NamedTuple):
    """What is wanted of one file, and what it may cost."""

    what: bytes
    size: int
    dpi: int
    only: int
    """The page that is wanted, or 0 for all."""
    first: int
    """The page that is the first of all."""
    milliseconds: int
    """Of the processor."""
    memory_bytes: int
    pixels: int
    """To how many a picture is made smaller before it is sent, and in how many a page is drawn."""


def main(arguments: list[str]) -> None:
    """Of the ceilings, and of the job that is expected first, or "": what it needs is loaded meanwhile."""
    *numbers, expected = arguments
    ceilings = Ceilings(*map(int, numbers))
    _hold_to(ceilings)
    jobs: Queue[tuple[Job, bytes]] = Queue()
    Thread(target=_receive, args=(_taken_input(), jobs), daemon=True).start()
    _say(READY)
    _load(expected.encode("ascii"))
    try:
        while True:
            job, data = jobs.get()
            _do(job, data, ceilings)
    except BrokenPipeError:  # nobody reads any more
        return


def _load(expected: bytes) -> None:
    with suppress(ImportError):  # told when a job needs it
        if expected == PICTURES:
            from PIL import Image

            from vcwallet.bundle import pictures  # noqa: F401 - loaded for the job

            Image.preinit()
        elif expected == PAGES:
            import pypdfium2  # noqa: F401 - loaded for the job


def _do(job: Job, data: bytes, ceilings: Ceilings) -> None:
    from vcwallet.errors import InputError, LimitExceeded

    try:
        if job.what in (PICTURES, COLOURED_PICTURES):
            from vcwallet.bundle import pictures

            _begin(job)
            _open(pictures, data, job, ceilings)
        else:
            from pypdfium2 import PdfDocument

            _begin(job)
            document = PdfDocument(data)
            if job.what in (PAGES, COLOURED_PAGES):
                _draw(document, job, ceilings)
            elif job.what == COUNT:
                _say(COUNTED, len(document), max(0, _signature_fields(document)))
            else:
                _detach(document, ceilings)
    except BrokenPipeError:
        raise
    except MemoryError:
        _say(TOO_HEAVY)
    except ImportError:
        _say(NO_READER)
    except LimitExceeded as error:
        _say(TOO_MANY_PIXELS if error.code == "picture.too-many-pixels" else TOO_MANY_PICTURES)
    except Exception as error:
        # PDFium's own error, and whatever its bindings make of impossible sizes and names.
        kind = str(error.evidence["kind"]) if isinstance(error, InputError) else type(error).__name__
        content = kind.encode("utf-8")
        locked = "password" in str(error).lower()
        _say(LOCKED if locked else UNREADABLE, len(content), content=content)
    else:
        _say(END)


def _taken_input() -> BinaryIO:
    """What the standard input was; it is empty from now on.

    A library of Windows asks, while it is loaded, what the standard input is, and where it is a pipe that a
    thread is reading, the answer waits until something comes. PDFium is loaded while the next job is awaited.
    """
    taken = os.fdopen(os.dup(0), "rb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    return taken


def _receive(source: BinaryIO, jobs: Queue[tuple[Job, bytes]]) -> None:
    """What was the standard input ends when the other process is no more, and then this one does."""
    with suppress(OSError, ValueError):
        while len(head := source.read(JOB.size)) == JOB.size:
            job = Job(*JOB.unpack(head))
            data = source.read(job.size)
            if len(data) < job.size:
                break
            jobs.put((job, data))
    os._exit(1)


def _hold_to(ceilings: Ceilings) -> None:
    """The ceilings that this process cannot raise again."""
    if sys.platform == "win32":
        return
    import resource

    # A diploma is not to be left lying in a dump.
    for what, ceiling in ((resource.RLIMIT_AS, ceilings.memory_bytes), (resource.RLIMIT_CORE, 0)):
        with suppress(ValueError, OSError):  # already held to less
            resource.setrlimit(what, (ceiling, ceiling))


def _begin(job: Job) -> None:
    """Set the ceilings of one file, when all that reads it is loaded: a cold disk is not the file's fault.

    Time that is up ends the process, in the midst of a page too; nobody need be there to kill it.
    """
    _say(BEGUN)
    if sys.platform == "win32":
        return
    import resource
    import signal

    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (job.memory_bytes, hard))
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_PROF, job.milliseconds / 1000)


def _open(pictures: Any, data: bytes, job: Job, ceilings: Ceilings) -> None:
    for number, picture in enumerate(
        pictures.pictures(
            data,
            most_pixels=ceilings.pixels,
            most_pictures=ceilings.pictures,
            shrink_to=job.pixels,
            coloured=job.what == COLOURED_PICTURES,
        ),
        1,
    ):
        if job.only in (0, number):
            _say(PICTURE, number, picture.width, picture.height, content=picture.tobytes())


def _detach(document: Any, ceilings: Ceilings) -> None:
    from ctypes import byref, c_ulong

    from pypdfium2 import raw

    for index in range(min(document.count_attachments(), ceilings.attachments)):
        attachment = document.get_attachment(index)
        size = c_ulong()
        raw.FPDFAttachment_GetFile(attachment, None, 0, byref(size))
        if 0 < size.value <= ceilings.attachment_bytes:
            content = bytes(attachment.get_data())
            _say(ATTACHMENT, len(content), content=content)


def _signature_fields(document: Any) -> int:
    from pypdfium2 import raw

    return int(raw.FPDF_GetSignatureCount(document))


def _draw(document: Any, job: Job, ceilings: Ceilings) -> None:
    for number in range(job.first, min(len(document), job.first + ceilings.pages - 1) + 1):
        if job.only not in (0, number):
            continue
        page = document[number - 1]
        width, height = page.get_size()
        scale = job.dpi / _POINTS
        if ceil(width * scale) * ceil(height * scale) > job.pixels:
            scale = (job.pixels / (width * height)) ** 0.5 * 0.99
        if ceil(width * scale) * ceil(height * scale) > job.pixels:
            raise ValueError("a page like a thread")
        if job.what == COLOURED_PAGES:
            # The rows of a bitmap in colour are filled up to a multiple of four bytes.
            picture = page.render(scale=scale).to_pil().convert("RGB")
            _say(PICTURE, number, picture.width, picture.height, content=picture.tobytes())
        else:
            bitmap = page.render(scale=scale, grayscale=True)
            _say(PICTURE, number, bitmap.width, bitmap.height, content=bitmap.buffer)
        page.close()


def _say(what: bytes, first: int = 0, second: int = 0, third: int = 0, *, content: Any = b"") -> None:
    sys.stdout.buffer.write(HEADER.pack(what, first, second, third))
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()
