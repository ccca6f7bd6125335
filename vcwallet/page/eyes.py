"""The opener of files on a page: another worker opens PDFs and reads the codes in pictures.

A picture's size is looked at in its header before anything unpacks it: the other worker may be ended, but the
browser's memory is one.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator, Sequence
from struct import unpack
from typing import Final

from vcwallet import limits
from vcwallet.bundle import pictures
from vcwallet.bundle.openers import is_pdf
from vcwallet.errors import N_, MachineError
from vcwallet.page.elsewhere import Elsewhere, Seen, last_page

__all__ = ["Eyes", "size_of"]

# Markers of JPEG before a frame's size: C0 to CF but C4 (tables), C8 (reserved) and CC (tables).
_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}

_PNG: Final = b"\x89PNG\r\n\x1a\n"
_PNG_POINT_BYTES: Final = 8
_PNG_SLACK: Final = 64 * limits.KIB
"""What a PNG may unpack to beside its points: a byte for each row, seven times where it is interlaced."""
_GIF_EXTENSION, _GIF_PICTURE = b"!", b","
"""What blocks begin with."""
_WEBP_ANIMATED: Final = 0x02
"""Among the flags of the chunk VP8X."""
_BMP_HEADER: Final = 40
"""Bytes, in every form but the oldest, whose width and height have two each."""


class Eyes:
    """An `openers.FileOpener` for a browser."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """What was given before."""
        self.elsewhere = Elsewhere()
        self._small: set[bytes] = set()
        """Digests of the pictures that are known not to unpack to too much, for files are read again."""

    def attachments(self, data: bytes) -> Sequence[bytes]:
        return self.elsewhere.pdf(data).attachments

    def pages(self, data: bytes) -> int:
        return self.elsewhere.pdf(data).pages

    def signature_fields(self, data: bytes) -> int:
        return self.elsewhere.pdf(data).signature_fields

    def looks(
        self, data: bytes, *, until: float, only: int | None = None, first: int = 1, thorough: bool = False
    ) -> Iterator[Seen]:
        """The pages of a PDF, or the first picture of a file.

        Raises InputError (``picture.unreadable``, ``page.file-waits``), LimitExceeded, and what is wrong with
        a PDF.
        """
        if is_pdf(data):
            yield from self._pages(data, only, first, thorough)
        else:
            yield Seen(1, self._texts(data, thorough))

    def _pages(self, data: bytes, only: int | None, first: int, thorough: bool) -> Iterator[Seen]:
        last = last_page(first, thorough=thorough)
        if only is not None:
            first = last = only
        looks, problem = self.elsewhere.pages(data, first=first, last=last, thorough=thorough)
        yield from looks
        if problem is not None:
            raise problem

    def _texts(self, data: bytes, thorough: bool) -> Sequence[str]:
        digest = hashlib.sha256(data).digest()
        if digest not in self._small:
            _hold(data)
            self._small.add(digest)
        found = dict.fromkeys(self.elsewhere.picture(data, thorough=thorough))
        return list(found)[: limits.SCAN_SYMBOLS_PER_PICTURE]

    def drawn(self, markup: str, *, until: float) -> Sequence[str]:
        raise MachineError(
            "page.no-drawings",
            N_("Drawings in SVG and web pages are not read on this page."),
            next_step=N_("Give a photograph of the code, or the file that was handed out."),
        )


def size_of(data: bytes) -> tuple[int, int]:
    """Width and height as the header of a picture states them.

    Raises InputError (``picture.unreadable``) for a file whose header is not read here, such as TIFF.
    """
    # Readers pass over a chunk of Apple's in front of the header.
    if data.startswith(_PNG) and data[12:16] == b"IHDR" and len(data) >= 24:
        width, height = unpack(">II", data[16:24])
        return int(width), int(height)
    if data.startswith(b"GIF8") and len(data) >= 13:
        return _size_of_gif(data)
    if data.startswith(b"BM") and len(data) >= 26 and int.from_bytes(data[14:18], "little") >= _BMP_HEADER:
        width, height = unpack("<ii", data[18:26])
        return abs(int(width)), abs(int(height))
    if data.startswith(b"\xff\xd8\xff"):
        return _size_of_jpeg(data)
    if pictures.is_webp(data):
        return _size_of_webp(data)
    raise pictures.unreadable("kind")


def _hold(data: bytes) -> None:
    """Raise unless a picture is of a size that may be opened.

    Raises InputError (``picture.unreadable``) and LimitExceeded (``picture.too-many-pixels``).
    """
    width, height = size_of(data)
    if not width * height:
        raise pictures.unreadable("size")
    if width * height > limits.PAGE_PIXELS:
        raise pictures.too_many_pixels(limits.PAGE_PIXELS)
    if data.startswith(_PNG):
        _hold_png(data, _PNG_POINT_BYTES * (width + 2) * (height + 8) + _PNG_SLACK)


def _hold_png(png: bytes, most: int) -> None:
    """Raise unless the points of a PNG are at most that many bytes: the reader unpacks all there is.

    Raises InputError (``picture.unreadable``) and LimitExceeded (``picture.too-many-pixels``).
    """
    stream, place, size = zlib.decompressobj(), len(_PNG), 0
    while place + 8 <= len(png):
        length, kind = unpack(">I4s", png[place : place + 8])
        if kind == b"IEND":
            return
        if kind == b"CgBI":  # after which the reader unpacks in another way
            raise pictures.unreadable("kind")
        waiting = png[place + 8 : place + 8 + length] if kind == b"IDAT" else b""
        place += length + 12
        while waiting and not stream.eof:
            try:
                size += len(stream.decompress(waiting, limits.MIB))
            except zlib.error:
                # The reader may go on where this ends.
                raise pictures.unreadable("png") from None
            if size > most:
                raise pictures.too_many_pixels(limits.PAGE_PIXELS)
            waiting = stream.unconsumed_tail


def _size_of_jpeg(data: bytes) -> tuple[int, int]:
    """The largest frame that is announced, in front of any of which there are only segments with a length."""
    place, sizes = 2, [(0, 0)]
    while place + 9 <= len(data) and data[place] == 0xFF:
        marker = data[place + 1]
        if marker == 0xFF:
            place += 1
            continue
        if marker in _FRAMES:
            height, width = unpack(">HH", data[place + 5 : place + 9])
            sizes.append((int(width), int(height)))
        if marker == 0xDA:
            break
        place += 2 + int.from_bytes(data[place + 2 : place + 4], "big")
    return max(sizes, key=lambda size: size[0] * size[1])


def _size_of_gif(data: bytes) -> tuple[int, int]:
    """The logical screen or the picture in it, whichever is larger (GIF89a, sections 18 to 27).

    The reader of codes takes the first picture, and would pass over the codes on the others. Raises
    InputError (``picture.unreadable``) where there are several.
    """

    def behind_colours(place: int, flags: int) -> int:
        return place + (3 << (flags & 7) + 1 if flags & 0x80 else 0)

    sizes = [unpack("<HH", data[6:10])]
    place, pieces = behind_colours(13, data[10]), False
    for _ in range(limits.PAGE_GIF_PIECES):
        kind = data[place : place + 1]
        if pieces and kind:  # of the data of a block: its length, and 0 behind the last
            place, pieces = place + 1 + kind[0], kind != b"\0"
        elif kind == _GIF_EXTENSION:
            place, pieces = place + 2, True
        elif kind == _GIF_PICTURE and len(data) >= place + 10:
            if len(sizes) > 1:
                raise pictures.unreadable("animated")
            sizes.append(unpack("<HH", data[place + 5 : place + 9]))
            place, pieces = behind_colours(place + 10, data[place + 9]) + 1, True
        else:
            return max(sizes, key=lambda size: size[0] * size[1])
    raise pictures.unreadable("gif")


def _size_of_webp(data: bytes) -> tuple[int, int]:
    """The largest size that is stated, by the canvas or by a picture in it (RFC 9649, sections 2.5 to 2.7).

    A browser reads one picture of a file, and would pass over the codes in the rest of an animation. Raises
    InputError (``picture.unreadable``) for these, and for what decoders read differently.
    """
    end = min(len(data), 8 + int.from_bytes(data[4:8], "little"))
    place, sizes, first = 12, [(0, 0)], b""
    for _ in range(limits.PAGE_WEBP_CHUNKS):
        if place + 8 > end:
            break
        name, length = data[place : place + 4], int.from_bytes(data[place + 4 : place + 8], "little")
        content = data[place + 8 : min(place + 18, place + 8 + length, end)]
        first = first or name
        place += 8 + length + length % 2
        if name == b"ANMF" or (name == b"VP8X" and content[:1] and content[0] & _WEBP_ANIMATED):
            raise pictures.unreadable("animated")
        if name in _WEBP_SIZES:
            sizes.append(_WEBP_SIZES[name](content))
    if place + 8 <= end or first not in _WEBP_SIZES:
        raise pictures.unreadable("webp")
    return max(sizes, key=lambda size: size[0] * size[1])


def _canvas_of_webp(content: bytes) -> tuple[int, int]:
    """Of the chunk VP8X: its flags, and the canvas less one."""
    if len(content) < 10:
        raise pictures.unreadable("webp")
    return 1 + int.from_bytes(content[4:7], "little"), 1 + int.from_bytes(content[7:10], "little")


def _size_of_vp8(content: bytes) -> tuple[int, int]:
    """Of a lossy picture: 14 bits each, below two that ask to enlarge it, which no decoder does."""
    if len(content) < 10 or content[0] & 1 or content[3:6] != b"\x9d\x01\x2a":
        raise pictures.unreadable("webp")
    width, height = unpack("<HH", content[6:10])
    return int(width) & 0x3FFF, int(height) & 0x3FFF


def _size_of_vp8l(content: bytes) -> tuple[int, int]:
    """Of a lossless picture: 14 bits each, less one."""
    if len(content) < 5 or content[0] != 0x2F:
        raise pictures.unreadable("webp")
    bits = int.from_bytes(content[1:5], "little")
    return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)


_WEBP_SIZES: Final = {b"VP8X": _canvas_of_webp, b"VP8 ": _size_of_vp8, b"VP8L": _size_of_vp8l}
