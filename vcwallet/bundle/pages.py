"""PDF -> what is attached to it, and the pictures of its pages, under ceilings on pages and pixels."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from ctypes import byref, c_ulong
from typing import TYPE_CHECKING, Any, Final

from vcwallet import limits
from vcwallet.errors import N_, InputError, VcwalletError

if TYPE_CHECKING:
    from PIL.Image import Image

_POINTS: Final = 72
"""Of PDF's unit in an inch."""


def is_pdf(data: bytes) -> bool:
    """The header may stand behind some other bytes (ISO 32000-1, annex H.3.4.1)."""
    return b"%PDF-" in data[:1024]


def attachments(data: bytes) -> list[bytes]:
    """The contents of the attached files of at most `limits.JSON_BYTES`, of the first few.

    Raises InputError (``pdf.unreadable``, ``pdf.locked``).
    """
    from pypdfium2 import raw

    found = []
    with _opened(data) as document:
        for index in range(min(document.count_attachments(), limits.SCAN_PDF_ATTACHMENTS)):
            attachment = document.get_attachment(index)
            size = c_ulong()
            # Asked for its length first: PDFium unpacks a bomb up to its own gigabyte, but it is not copied.
            raw.FPDFAttachment_GetFile(attachment, None, 0, byref(size))
            if size.value <= limits.JSON_BYTES:
                found.append(bytes(attachment.get_data()))
    return found


def pictures(data: bytes, *, only: int | None = None, dpi: int = 200) -> Iterator[tuple[int, Image]]:
    """Page numbers (from 1) and grey pictures of the pages, or of page `only`.

    A page too large for `limits.SCAN_PIXELS` is drawn smaller than at `dpi` dots per inch; pages beyond
    `limits.SCAN_PDF_PAGES` are not drawn. Raises as `attachments` does.
    """
    with _opened(data) as document:
        for number in range(1, min(len(document), limits.SCAN_PDF_PAGES) + 1):
            if only not in (None, number):
                continue
            page = document[number - 1]
            width, height = page.get_size()
            scale = dpi / _POINTS
            pixels = width * height * scale * scale
            if pixels > limits.SCAN_PIXELS:
                scale *= (limits.SCAN_PIXELS / pixels) ** 0.5 * 0.99
            yield number, page.render(scale=scale, grayscale=True).to_pil().convert("L")
            page.close()


@contextmanager
def _opened(data: bytes) -> Iterator[Any]:
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
        try:
            yield document
        finally:
            document.close()
    except VcwalletError:
        raise
    except Exception as error:
        # PDFium's own error, and whatever its bindings make of impossible sizes and names.
        locked = "password" in str(error).lower()
        raise InputError(
            "pdf.locked" if locked else "pdf.unreadable",
            N_("The PDF is protected by a password.") if locked else N_("The PDF cannot be opened."),
            next_step=N_("Save it without a password.") if locked else N_("Save or scan it again."),
        ) from None
