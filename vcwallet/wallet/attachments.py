"""Documents nobody signed for vcwallet: a scan, an official PDF. Kept beside the diplomas, never as one.

    for name, content, signatures in together([("диплом.pdf", pdf), ("диплом.pdf.sig", cms)]):
        ...
    for number in range(1, pages(attachment) + 1):
        png = page(attachment, number)

What is looked at is drawn anew from the document by the other process of `bundle.opening`: nothing of a
stranger's file reaches a browser but the colours of its points.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import PurePath
from typing import Final

from vcwallet import limits, timestamps
from vcwallet.bundle import evidence, opening, pictures, redrawn
from vcwallet.bundle.evidence import Evidence
from vcwallet.bundle.openers import is_pdf
from vcwallet.errors import N_, UsageError
from vcwallet.strict_json import JsonObject
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


_SIGNATURE_SUFFIXES: Final = (".sig", ".p7s", ".sgn", ".sign")


@dataclass(frozen=True, slots=True)
class SignatureFile:
    """A signature that lies beside the document it signs; nobody here checks it."""

    name: str
    data: bytes = field(repr=False)


def is_signature_of(name: str, data: bytes, document: str) -> bool:
    """Whether a file is a signature, and by its name that of a document in the same folder."""
    called, suffix = name.casefold(), PurePath(name).suffix.casefold()
    if suffix not in _SIGNATURE_SUFFIXES or evidence.of_file(data) is None:
        return False
    stem, whole = called.removesuffix(suffix), document.casefold()
    return stem == whole or stem == whole.removesuffix(PurePath(whole).suffix)


def together(
    files: Sequence[tuple[str, bytes]],
) -> tuple[tuple[str, bytes, tuple[SignatureFile, ...]], ...]:
    """Files with the signatures that lie beside them; a signature of nothing here is a file of its own."""
    belongs: dict[int, int] = {}
    for place, (name, data) in enumerate(files):
        for other, (document, _) in enumerate(files):
            # Of “a.pdf” and “a.pdf.sig” the latter may have a signature of its own, “a.pdf.sig.sig”.
            if other != place and place not in belongs and is_signature_of(name, data, document):
                belongs[place] = other
    found: list[tuple[str, bytes, tuple[SignatureFile, ...]]] = []
    for place, (name, data) in enumerate(files):
        if place not in belongs or belongs[place] in belongs:
            beside = (SignatureFile(*files[each]) for each, of in belongs.items() if of == place)
            found.append((name, data, tuple(beside)))
    return tuple(found)


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
    signatures: tuple[SignatureFile, ...] = ()
    """Those that were given with it."""

    @property
    def files(self) -> tuple[tuple[str, bytes], ...]:
        """Everything that is kept of it, by name: the document, then its signatures."""
        return ((self.name, self.data), *((each.name, each.data) for each in self.signatures))

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
    if 1 <= number <= limits.SCAN_PDF_PAGES:
        most = limits.WALLET_SHOWN_PIXELS
        drawn = redrawn.png(attachment.data, number=number, dpi=_DPI, most_pixels=most)
        if drawn is not None:
            return drawn
    raise no_page(attachment, number)


def no_page(attachment: Attachment, number: int) -> UsageError:
    """That a document has no page or signature of this number."""
    return UsageError(
        "wallet.no-page",
        N_("“{name}” has no page {number} to look at."),
        next_step=N_("Save the file and open it with another program."),
        name=attachment.name[-64:],
        number=number,
    )


def pack(
    name: str,
    media_type: str,
    data: bytes,
    *,
    signatures: Sequence[SignatureFile] = (),
    number: int,
    now: datetime,
) -> bytes:
    """Raises UsageError (``wallet.attachment-too-large``)."""
    whole = b"".join((data, *(each.data for each in signatures)))
    if len(whole) > limits.WALLET_ATTACHMENT_BYTES:
        raise UsageError(
            "wallet.attachment-too-large",
            N_("“{name}” has {size} bytes; an attachment may have {limit}."),
            next_step=N_("Scan it with fewer dots an inch."),
            name=name[-64:],
            size=len(whole),
            limit=limits.WALLET_ATTACHMENT_BYTES,
        )
    document: JsonObject = {
        "added": timestamps.render(now),
        "mediaType": media_type,
        "name": name[-200:],
        "number": number,
    }
    if signatures:
        document["signatures"] = [{"name": each.name[-200:], "size": len(each.data)} for each in signatures]
    head = records.dump(document)
    return len(head).to_bytes(4, "big") + head + whole


def unpack(record: str, child: str, packed: bytes, *, number: int | None = None) -> Attachment:
    """`number` is the one it was given later, where two copies of the file met with one number twice."""
    end = 4 + int.from_bytes(packed[:4], "big")
    if end > len(packed):
        raise records.unreadable()
    head = records.load(packed[4:end])
    data, signatures = _taken_apart(packed[end:], head)
    return Attachment(
        id=record,
        child=child,
        name=records.text(head, "name"),
        media_type=records.text(head, "mediaType"),
        added=records.moment(head, "added"),
        number=records.count(head, "number") if number is None else number,
        data=data,
        signatures=signatures,
    )


def _taken_apart(whole: bytes, head: JsonObject) -> tuple[bytes, tuple[SignatureFile, ...]]:
    """The document, and the signatures that stand behind it."""
    listed = head.get("signatures", [])
    if not isinstance(listed, list):
        raise records.unreadable()
    said = [each for each in listed if isinstance(each, dict)]
    sizes = [records.count(each, "size") for each in said]
    begins = len(whole) - sum(sizes)
    if begins < 0 or len(said) != len(listed):
        raise records.unreadable()
    signatures: list[SignatureFile] = []
    at = begins
    for each, size in zip(said, sizes, strict=True):
        signatures.append(SignatureFile(records.text(each, "name"), whole[at : at + size]))
        at += size
    return whole[:begins], tuple(signatures)
