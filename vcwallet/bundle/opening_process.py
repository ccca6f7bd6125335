"""The program that `opening` starts: PDFium and Pillow in a process of their own, which may be killed.

PDFium unpacks whatever a PDF says, up to its own gigabyte a stream, and draws for as long as the page lasts;
a picture of 300 kB may have 80 million points. Neither can be stopped from within. So `opening` starts this
program, hands it files through its standard input, each behind a `JOB`, and reads messages from its standard
output: `HEADER`, then as many bytes as it announces. No file is written, and next to nothing of this package
is imported: starting takes about 50 ms.

The ceiling on memory is the operating system's, and only Linux holds a process to it. macOS takes the number
and ignores it, Windows has none without a Job Object: there it is the time that ends a bomb, and the number
of points, which is looked at before anything is decoded.
"""

from __future__ import annotations

import os
import sys
import time
from contextlib import suppress
from math import ceil
from queue import Queue
from struct import Struct
from threading import Thread
from typing import Any, Final, NamedTuple

JOB: Final = Struct(">cIIII")
"""What is wanted of the file that follows, its size, dots per inch, the page that is wanted or 0 for all, and
the page that is the first of those."""

COUNT: Final = b"n"
ATTACHMENTS: Final = b"a"
PAGES: Final = b"p"
PICTURES: Final = b"i"

HEADER: Final = Struct(">cIII")
"""What it is, and three numbers that depend on it."""

READY: Final = b"R"
"""Jobs may come."""
COUNTED: Final = b"C"
"""Numbers: how many pages there are."""
ATTACHMENT: Final = b"A"
"""Followed by its bytes. Numbers: how many they are."""
PICTURE: Final = b"P"
"""Followed by width * height shades of grey. Numbers: of the page, width, height."""
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
    picture_pixels: int
    """To how many a picture is made smaller before it is sent."""
    attachments: int
    attachment_bytes: int
    memory_bytes: int
    cpu_seconds: int
    """Of one job: a last resort, should nobody be there to kill it."""


def main(arguments: list[str]) -> None:
    ceilings = Ceilings(*map(int, arguments))
    _hold_to(ceilings)
    jobs: Queue[tuple[bytes, int, int, int, bytes]] = Queue()
    Thread(target=_receive, args=(jobs,), daemon=True).start()
    _say(READY)
    try:
        while True:
            what, dpi, only, first, data = jobs.get()
            _allow(ceilings.cpu_seconds)
            _do(what, dpi, only, first, data, ceilings)
    except BrokenPipeError:  # nobody reads any more
        return


def _do(what: bytes, dpi: int, only: int, first: int, data: bytes, ceilings: Ceilings) -> None:
    from vcwallet.errors import InputError, LimitExceeded

    try:
        if what == PICTURES:
            _open(data, only, ceilings)
        else:
            from pypdfium2 import PdfDocument

            document = PdfDocument(data)
            if what == PAGES:
                _draw(document, dpi, only, first, ceilings)
            elif what == COUNT:
                _say(COUNTED, len(document))
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


def _receive(jobs: Queue[tuple[bytes, int, int, int, bytes]]) -> None:
    """The standard input ends when the other process is no more, and then this one does."""
    with suppress(OSError, ValueError):
        while len(head := sys.stdin.buffer.read(JOB.size)) == JOB.size:
            what, size, dpi, only, first = JOB.unpack(head)
            data = sys.stdin.buffer.read(size)
            if len(data) < size:
                break
            jobs.put((what, dpi, only, first, data))
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


def _allow(cpu_seconds: int) -> None:
    """So much more time of the processor, for the next job."""
    if sys.platform == "win32":
        return
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CPU, (ceil(time.process_time()) + cpu_seconds, hard))


def _open(data: bytes, only: int, ceilings: Ceilings) -> None:
    from vcwallet.bundle import pictures

    for number, picture in enumerate(
        pictures.pictures(
            data,
            most_pixels=ceilings.pixels,
            most_pictures=ceilings.pictures,
            shrink_to=ceilings.picture_pixels,
        ),
        1,
    ):
        if only in (0, number):
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


def _draw(document: Any, dpi: int, only: int, first: int, ceilings: Ceilings) -> None:
    for number in range(first, min(len(document), first + ceilings.pages - 1) + 1):
        if only not in (0, number):
            continue
        page = document[number - 1]
        width, height = page.get_size()
        scale = dpi / _POINTS
        if ceil(width * scale) * ceil(height * scale) > ceilings.pixels:
            scale = (ceilings.pixels / (width * height)) ** 0.5 * 0.99
        if ceil(width * scale) * ceil(height * scale) > ceilings.pixels:
            raise ValueError("a page like a thread")
        bitmap = page.render(scale=scale, grayscale=True)
        _say(PICTURE, number, bitmap.width, bitmap.height, content=bitmap.buffer)
        page.close()


def _say(what: bytes, first: int = 0, second: int = 0, third: int = 0, *, content: Any = b"") -> None:
    sys.stdout.buffer.write(HEADER.pack(what, first, second, third))
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()
