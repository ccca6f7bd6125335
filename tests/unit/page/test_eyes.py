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


@pytest.mark.parametrize("form", ["PNG", "JPEG", "GIF", "BMP", "WEBP"])
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


def gif(*pictures: Image.Image) -> bytes:
    out = io.BytesIO()
    pictures[0].save(out, "GIF", save_all=True, append_images=pictures[1:])
    return out.getvalue()


def test_of_a_gif_with_several_pictures_none_is_passed_over() -> None:
    """The reader of codes takes the first, and the desk takes all."""
    first, second = Image.effect_noise((300, 200), 90), Image.effect_noise((300, 200), 30)
    assert size_of(gif(first)) == (300, 200)
    assert refused(gif(first, second)) == "picture.unreadable"
    assert refused(gif(first.convert("P"), second.convert("P"))) == "picture.unreadable"


def test_a_gif_is_as_large_as_the_picture_that_lies_about_its_screen() -> None:
    small = bytearray(gif(Image.new("L", (300, 200))))
    small[6:10] = (8).to_bytes(2, "little") * 2
    assert size_of(bytes(small)) == (300, 200)
    assert size_of(bytes(small[:13])) == (8, 8), "cut off in front of it"
    head = b"GIF89a" + (8).to_bytes(2, "little") * 2 + bytes(3)
    endless = head + b"!\xfe" + b"\1\1" * limits.PAGE_GIF_PIECES
    assert refused(endless) == "picture.unreadable"


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


def chunk(name: bytes, content: bytes) -> bytes:
    return name + len(content).to_bytes(4, "little") + content + bytes(len(content) % 2)


def webp(*chunks: bytes) -> bytes:
    inside = b"WEBP" + b"".join(chunks)
    return b"RIFF" + len(inside).to_bytes(4, "little") + inside


def canvas(width: int, height: int, flags: int = 0) -> bytes:
    sides = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return chunk(b"VP8X", bytes([flags, 0, 0, 0]) + sides)


def lossy(width: int, height: int, *, enlarged: int = 0) -> bytes:
    sides = b"".join((side | enlarged << 14).to_bytes(2, "little") for side in (width, height))
    return chunk(b"VP8 ", b"\x10\0\0\x9d\x01\x2a" + sides)


def lossless(width: int, height: int) -> bytes:
    return chunk(b"VP8L", b"\x2f" + (width - 1 | height - 1 << 14).to_bytes(4, "little"))


NOTES = chunk(b"EXIF", b"odd")


def saved(mode: str, **options: bool) -> bytes:
    out = io.BytesIO()
    Image.new(mode, (321, 123)).save(out, "WEBP", **options)
    return out.getvalue()


SIZES = {
    "lossless": (saved("RGB", lossless=True), (321, 123)),
    "transparent and lossy": (saved("RGBA", exact=True), (321, 123)),
    "transparent and lossless": (saved("RGBA", lossless=True, exact=True), (321, 123)),
    "to be enlarged": (webp(lossy(321, 123, enlarged=3)), (321, 123)),
    "as large as VP8 may be": (webp(lossy(16383, 1)), (16383, 1)),
    "as large as VP8L may be": (webp(lossless(1, 16384)), (1, 16384)),
    "a canvas larger than its picture": (webp(canvas(900, 700), NOTES, lossy(8, 8)), (900, 700)),
    "a picture larger than its canvas": (webp(canvas(8, 8), NOTES, lossless(900, 700)), (900, 700)),
    "a second picture": (webp(canvas(8, 8), lossy(8, 8), NOTES, lossy(900, 700)), (900, 700)),
    "a second canvas": (webp(canvas(8, 8), canvas(900, 700), lossy(8, 8)), (900, 700)),
    "behind its end": (webp(lossy(8, 8)) + lossy(900, 700), (8, 8)),
    "an end behind the file": (webp(lossy(8, 8))[:4] + b"\xff" * 4 + webp(lossy(8, 8))[8:], (8, 8)),
}


@pytest.mark.parametrize(("data", "size"), SIZES.values(), ids=SIZES)
def test_a_webp_is_as_large_as_the_largest_size_it_states(data: bytes, size: tuple[int, int]) -> None:
    assert size_of(data) == size
    assert asked(Eyes(), data) == data


SIDE = int(limits.PAGE_PIXELS**0.5) + 1


TOO_MANY = {
    "VP8": webp(lossy(SIDE, SIDE)),
    "VP8L": webp(lossless(SIDE, SIDE)),
    "VP8X": webp(canvas(SIDE, SIDE), lossy(8, 8)),
    "VP8X at its most": webp(canvas(1 << 24, 1 << 24), lossy(8, 8)),
    "in a small canvas": webp(canvas(8, 8), NOTES, lossless(SIDE, SIDE)),
    "behind a small picture": webp(lossy(8, 8), lossy(SIDE, SIDE)),
}


@pytest.mark.parametrize("data", TOO_MANY.values(), ids=TOO_MANY)
def test_a_webp_of_too_many_points_is_refused_whichever_chunk_states_them(data: bytes) -> None:
    assert refused(data) == "picture.too-many-pixels"


def moving() -> bytes:
    out = io.BytesIO()
    frames = [Image.new("L", (32, 32), shade) for shade in (0, 255)]
    frames[0].save(out, "WEBP", save_all=True, append_images=frames[1:])
    return out.getvalue()


BAD_WEBP = {
    "two frames": moving(),
    "frames without the flag": webp(canvas(8, 8), chunk(b"ANMF", bytes(16) + lossy(900, 700))),
    "the flag without frames": webp(canvas(8, 8, flags=2), lossy(8, 8)),
    "no chunk": webp(),
    "notes alone": webp(NOTES),
    "an end in front of its picture": webp(lossy(8, 8))[:4] + b"\x04\0\0\0" + webp(lossy(8, 8))[8:],
    "notes in front": webp(NOTES, lossy(8, 8)),
    "a picture outside of chunks": webp(lossless(8, 8)[8:] + bytes(8)),
    "a short canvas": webp(chunk(b"VP8X", bytes(9)), lossy(8, 8)),
    "a short lossy picture": webp(lossy(8, 8)[:-1]),
    "a short lossless picture": webp(lossless(8, 8)[:-2]),
    "no key frame": webp(chunk(b"VP8 ", b"\x11\0\0\x9d\x01\x2a\x08\0\x08\0")),
    "another code": webp(chunk(b"VP8 ", b"\x10\0\0\x9d\x01\x2b\x08\0\x08\0")),
    "no width": webp(lossy(0, 8)),
    "another signature": webp(chunk(b"VP8L", b"\x2e" + bytes(4))),
    "a size in the chunk behind": webp(chunk(b"VP8 ", b"\x10\0\0"), b"\x9d\x01\x2a\x08\0\x08\0"),
    "more chunks than are counted": webp(lossy(8, 8), *[chunk(b"XMP ", b"")] * limits.PAGE_WEBP_CHUNKS),
}


@pytest.mark.parametrize("data", BAD_WEBP.values(), ids=BAD_WEBP)
def test_a_webp_that_moves_or_lies_is_not_handed_to_the_browser(data: bytes) -> None:
    assert refused(data) == "picture.unreadable"
