"""Documents nobody signed for vcwallet: a scan, an official PDF. Kept beside the diplomas, never as one."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from vcwallet import limits, timestamps
from vcwallet.errors import N_, UsageError
from vcwallet.wallet import records

MEDIA_TYPES: Final = {
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".txt": "text/plain",
}
"""By suffix; anything else is kept as plain bytes."""


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
