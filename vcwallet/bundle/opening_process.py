"""The program that `opening` starts: PDFium in a process of its own, which may be killed.

PDFium unpacks whatever a PDF says, up to its own gigabyte a stream, and draws for as long as the page lasts;
neither can be stopped from within. So `opening` starts this program for one PDF, hands it the file through
its standard input and reads messages from its standard output: `HEADER`, then as many bytes as it announces.
No file is written, and next to nothing of this package is imported: starting takes about 50 ms.

The ceiling on memory is the operating system's, and only Linux holds a process to it. macOS takes the number
and ignores it, Windows has none without a Job Object: there it is the time that ends a bomb.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from math import ceil
from struct import Struct
from threading import Thread
from typing import Any, Final, NamedTuple

HEADER: Final = Struct(">cIII")
"""What it is, and three numbers that depend on it."""

READY: Final = b"R"
"""PDFium is loaded, the file may come."""
ATTACHMENT: Final = b"A"
"""Followed by its bytes. Numbers: how many they are."""
PICTURE: Final = b"P"
"""Followed by width * height shades of grey. Numbers: of the page, width, height."""
END: Final = b"."
LOCKED: Final = b"L"
UNREADABLE: Final = b"U"
TOO_HEAVY: Final = b"H"

_POINTS: Final = 72
"""Of PDF's unit in an inch."""


class Order(NamedTuple):
    """What is wanted, and the ceilings; on the command line as numbers in this order."""

    pdf_bytes: int
    dpi: int
    """At which pages are drawn; 0: the attachments are wanted instead."""
    only: int
    """The page that is wanted; 0: all."""
    pages: int
    pixels: int
    attachments: int
    attachment_bytes: int
    memory_bytes: int
    cpu_seconds: int
    """A last resort, should nobody be there to kill it."""


def main(arguments: list[str]) -> None:
    order = Order(*map(int, arguments))
    _hold_to(order)
    from pypdfium2 import PdfDocument

    _say(READY)
    data = sys.stdin.buffer.read(order.pdf_bytes)
    Thread(target=_end_with_the_parent, daemon=True).start()
    try:
        document = PdfDocument(data)
        if order.dpi:
            _draw(document, order)
        else:
            _detach(document, order)
    except MemoryError:
        _say(TOO_HEAVY)
    except OSError:  # nobody reads any more
        return
    except Exception as error:
        # PDFium's own error, and whatever its bindings make of impossible sizes and names.
        _say(LOCKED if "password" in str(error).lower() else UNREADABLE)
    else:
        _say(END)


def _end_with_the_parent() -> None:
    """Nothing more comes through the standard input but its end, when the other process is no more."""
    with suppress(OSError):
        os.read(sys.stdin.fileno(), 1)
    os._exit(1)


def _hold_to(order: Order) -> None:
    """The ceilings that this process cannot raise again."""
    if sys.platform == "win32":
        return
    import resource

    for what, ceiling in (
        (resource.RLIMIT_AS, order.memory_bytes),
        (resource.RLIMIT_CPU, order.cpu_seconds),
        # A diploma is not to be left lying in a dump.
        (resource.RLIMIT_CORE, 0),
    ):
        with suppress(ValueError, OSError):  # already held to less
            resource.setrlimit(what, (ceiling, ceiling))


def _detach(document: Any, order: Order) -> None:
    from ctypes import byref, c_ulong

    from pypdfium2 import raw

    for index in range(min(document.count_attachments(), order.attachments)):
        attachment = document.get_attachment(index)
        size = c_ulong()
        raw.FPDFAttachment_GetFile(attachment, None, 0, byref(size))
        if 0 < size.value <= order.attachment_bytes:
            content = bytes(attachment.get_data())
            _say(ATTACHMENT, len(content), content=content)


def _draw(document: Any, order: Order) -> None:
    for number in range(1, min(len(document), order.pages) + 1):
        if order.only not in (0, number):
            continue
        page = document[number - 1]
        width, height = page.get_size()
        scale = order.dpi / _POINTS
        if ceil(width * scale) * ceil(height * scale) > order.pixels:
            scale = (order.pixels / (width * height)) ** 0.5 * 0.99
        if ceil(width * scale) * ceil(height * scale) > order.pixels:
            raise ValueError("a page like a thread")
        bitmap = page.render(scale=scale, grayscale=True)
        _say(PICTURE, number, bitmap.width, bitmap.height, content=bitmap.buffer)
        page.close()


def _say(what: bytes, first: int = 0, second: int = 0, third: int = 0, *, content: Any = b"") -> None:
    sys.stdout.buffer.write(HEADER.pack(what, first, second, third))
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()
