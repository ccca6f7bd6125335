"""How large a picture is, by its header, before anything unpacks it."""

from __future__ import annotations

import io
import zlib

import pytest
from PIL import Image

from vcwallet import limits
from vcwallet.errors import InputError, VcwalletError
from vcwallet.page.elsewhere import Answer, Seen
from vcwallet.page.eyes import Eyes, size_of


@pytest.mark.parametrize("form", ["PNG", "JPEG", "GIF", "BMP"])
def test_the_size_that_a_header_states(form: str) -> None:
    out = io.BytesIO()
    Image.new("RGB", (321, 123)).save(out, form)
    assert size_of(out.getvalue()) == (321, 123)


def test_a_jpeg_with_a_small_picture_in_front_is_as_large_as_its_frame() -> None:
    small, large = io.BytesIO(), io.BytesIO()
    Image.new("L", (16, 16)).save(small, "JPEG")
    Image.new("L", (900, 700)).save(large, "JPEG")
    thumbnail = small.getvalue()
    segment = b"\xff\xe1" + (len(thumbnail) + 2).to_bytes(2, "big") + thumbnail
    assert size_of(large.getvalue()[:2] + segment + large.getvalue()[2:]) == (900, 700)


@pytest.mark.parametrize(
    "data",
    [b"\x89PNG\r\n\x1a\n", b"GIF89a", b"BM", b"\xff\xd8\xff", b"RIFF\0\0\0\0WEBP", b"\xff\xd8\xff" * 40],
)
def test_a_picture_without_a_size_is_not_handed_to_the_reader(data: bytes) -> None:
    assert refused(data) == "picture.unreadable"


def test_a_picture_of_too_many_points_is_refused_by_its_header() -> None:
    side = int(limits.PAGE_PIXELS**0.5) + 1
    bomb = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + side.to_bytes(4, "big") * 2
    assert refused(bomb) == "picture.too-many-pixels"


def test_a_code_that_was_seen_twice_is_one() -> None:
    eyes, good = Eyes(), b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1"
    assert asked(eyes, good) == good
    eyes.elsewhere.tell([Answer(looks=[Seen(1, ["1", "2", "1"])])])
    (look,) = eyes.looks(good, until=0)
    assert look.texts == ["1", "2"]


def png(*chunks: tuple[bytes, bytes]) -> bytes:
    made = b"\x89PNG\r\n\x1a\n"
    for kind, content in chunks:
        made += (
            len(content).to_bytes(4, "big") + kind + content + zlib.crc32(kind + content).to_bytes(4, "big")
        )
    return made


def header(width: int, height: int) -> tuple[bytes, bytes]:
    return b"IHDR", width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x08\0\0\0\0"


def refused(data: bytes) -> str:
    """The code of what is said of a picture, which the reader must not be given."""
    eyes = Eyes()
    with pytest.raises(VcwalletError) as caught:
        list(eyes.looks(data, until=0))
    assert not eyes.elsewhere.wanted
    return caught.value.code


def asked(eyes: Eyes, data: bytes) -> bytes:
    """What the reader is given of a picture that may be opened."""
    with pytest.raises(InputError) as caught:
        list(eyes.looks(data, until=0))
    assert caught.value.code == "page.file-waits"
    (wanted,) = eyes.elsewhere.wanted
    return wanted.data


def test_a_size_in_front_of_a_png_s_header_is_not_taken_for_it() -> None:
    """The reader passes over a chunk of Apple's in front of the header, which has the size."""
    small = (10).to_bytes(4, "big") * 2
    assert refused(png((b"CgBI", small), header(20_000, 20_000), (b"IDAT", b""))) == "picture.unreadable"


def test_a_small_png_that_unpacks_to_much_is_refused() -> None:
    """The reader unpacks all there is, whatever the header says; also where it is spread over chunks."""
    packed = zlib.compress(bytes(40 * limits.MIB), 9)
    half = len(packed) // 2
    assert refused(png(header(100, 100), (b"IDAT", packed), (b"IEND", b""))) == "picture.too-many-pixels"
    spread = png(header(100, 100), (b"IDAT", packed[:half]), (b"tEXt", b"a"), (b"IDAT", packed[half:]))
    assert refused(spread) == "picture.too-many-pixels"
    # It states a window at which other programs stop, and the reader does not.
    other = b"\xf8" + bytes([31 - 0xF8 * 256 % 31]) + packed[2:]
    assert refused(png(header(100, 100), (b"IDAT", other))) == "picture.unreadable"
    # What stands in the chunk of Apple's has the reader unpack it in another way.
    assert refused(png(header(10, 10), (b"CgBI", b""), (b"IDAT", zlib.compress(b"")))) == "picture.unreadable"
    out = io.BytesIO()
    Image.effect_noise((900, 700), 90).convert("RGBA").save(out, "PNG")
    assert asked(Eyes(), out.getvalue()) == out.getvalue()
    many = Image.new("I;16", (2500, 1900))
    out = io.BytesIO()
    many.save(out, "PNG", compress_level=0)
    assert asked(Eyes(), out.getvalue()) == out.getvalue()


def test_an_old_bitmap_whose_size_stands_elsewhere_is_refused() -> None:
    old = b"BM" + bytes(12) + (12).to_bytes(4, "little") + b"\xff\xff\xff\xff" + b"\1\0\1\0" + bytes(32)
    assert refused(old) == "picture.unreadable"
