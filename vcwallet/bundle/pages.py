"""PDF -> what is attached to it, and the pictures of its pages, under ceilings on pages and pixels."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from vcwallet import limits
from vcwallet.errors import N_, InputError, VcwalletError

if TYPE_CHECKING:
    from PIL.Image import Image

_DPI: Final = (200, 300)
_POINTS: Final = 72


def is_pdf(data: bytes) -> bool:
    """The header may stand behind some other bytes (ISO 32000-1, annex H.3.4.1)."""
    return b"%PDF-" in data[:1024]


def attachments(data: bytes) -> list[bytes]:
    """The contents of the attached files, at most `limits.SCAN_PDF_ATTACHMENTS` of them.

    Raises InputError (``pdf.unreadable``, ``pdf.locked``).
    """
    with _opened(data) as document:
        count = min(document.count_attachments(), limits.SCAN_PDF_ATTACHMENTS)
        return [bytes(document.get_attachment(index).get_data()) for index in range(count)]


def pictures(data: bytes, *, only: int | None = None, fine: bool = False) -> Iterator[tuple[int, Image]]:
    """Page numbers (from 1) and grey pictures of the pages, or of page `only`.

    They are drawn at 200 dpi, or 300 when `fine`. A page too large for `limits.SCAN_PIXELS` is drawn
    smaller; pages beyond `limits.SCAN_PDF_PAGES` are not drawn. Raises as `attachments` does.
    """
    with _opened(data) as document:
        for number in range(1, min(len(document), limits.SCAN_PDF_PAGES) + 1):
            if only not in (None, number):
                continue
            page = document[number - 1]
            width, height = page.get_size()
            scale = _DPI[fine] / _POINTS
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
