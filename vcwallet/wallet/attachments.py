"""Documents nobody signed for vcwallet: a scan, an official PDF. Kept beside the diplomas, never as one.

    for number in range(1, pages(attachment) + 1):
        png = page(attachment, number)

What is looked at is drawn anew from the document by the other process of `bundle.opening`: nothing of a
stranger's file reaches a browser but the colours of its points.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import PurePath
from typing import Final

from vcwallet import limits, timestamps
from vcwallet.bundle import evidence, opening, pictures
from vcwallet.bundle.evidence import Evidence
from vcwallet.bundle.openers import is_pdf
from vcwallet.errors import N_, UsageError
from vcwallet.wallet import records

_MEDIA_TYPES: Final = {
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".txt": "text/plain",
    ".sd-jwt": "application/dc+sd-jwt",
}
"""By suffix; anything else is kept as plain bytes."""


def media_type_of(name: str) -> str:
    """What a file with this name is kept as."""
    return _MEDIA_TYPES.get(PurePath(name).suffix.lower(), "application/octet-stream")


@dataclass(frozen=True, slots=True)
class Attachment:
    """A document nobody signed, as it was given."""

    id: str
    child: str
    name: str
    media_type: str
    added: datetime
    number: int
    """By which the family names it, for the life of the wallet."""
    data: bytes = field(repr=False)

    @property
    def title(self) -> str:
        return self.name

    @property
    def evidence(self) -> Evidence | None:
        """What it is, where others issued and signed it in a way that nobody here checks."""
        return evidence.of_content(self.data)


_DPI: Final = 110
"""A page of A4 then has the width of a window."""


def text_of(attachment: Attachment) -> str | None:
    """The words of a plain text, as far as a page shows them; None for what is no text."""
    if attachment.media_type != "text/plain":
        return None
    return attachment.data[: limits.WALLET_SHOWN_TEXT_BYTES].decode("utf-8-sig", "replace")


def pages(attachment: Attachment) -> int:
    """How many pages can be looked at: of a PDF, one of a picture, none of anything else.

    Raises what `opening.Opener.pages` raises.
    """
    if is_pdf(attachment.data):
        with opening.Opener() as opener:
            return min(opener.pages(attachment.data), limits.SCAN_PDF_PAGES)
    return int(pictures.is_picture(attachment.data))


def page(attachment: Attachment, number: int) -> bytes:
    """A page as PNG, drawn anew.

    Raises UsageError (``wallet.no-page``), and what `opening.Opener.pictures` raises.
    """
    if 1 <= number <= limits.SCAN_PDF_PAGES and (
        is_pdf(attachment.data) or pictures.is_picture(attachment.data)
    ):
        with opening.Opener() as opener:
            for _, picture in opener.pictures(attachment.data, only=number, dpi=_DPI, coloured=True):
                drawn = io.BytesIO()
                pictures.shrunk(picture, limits.WALLET_SHOWN_PIXELS).save(drawn, "PNG")
                return drawn.getvalue()
    raise UsageError(
        "wallet.no-page",
        N_("“{name}” has no page {number} to look at."),
        next_step=N_("Save the file and open it with another program."),
        name=attachment.name[-64:],
        number=number,
    )


def pack(name: str, media_type: str, data: bytes, *, number: int, now: datetime) -> bytes:
    """Raises UsageError (``wallet.attachment-too-large``)."""
    if len(data) > limits.WALLET_ATTACHMENT_BYTES:
        raise UsageError(
            "wallet.attachment-too-large",
            N_("“{name}” has {size} bytes; an attachment may have {limit}."),
            next_step=N_("Scan it with fewer dots an inch."),
            name=name[-64:],
            size=len(data),
            limit=limits.WALLET_ATTACHMENT_BYTES,
        )
    head = records.dump(
        {"added": timestamps.render(now), "mediaType": media_type, "name": name[-200:], "number": number}
    )
    return len(head).to_bytes(4, "big") + head + data


def unpack(record: str, child: str, packed: bytes, *, number: int | None = None) -> Attachment:
    """`number` is the one it was given later, where two copies of the file met with one number twice."""
    end = 4 + int.from_bytes(packed[:4], "big")
    if end > len(packed):
        raise records.unreadable()
    head = records.load(packed[4:end])
    return Attachment(
        id=record,
        child=child,
        name=records.text(head, "name"),
        media_type=records.text(head, "mediaType"),
        added=records.moment(head, "added"),
        number=records.count(head, "number") if number is None else number,
        data=packed[end:],
    )
