"""How large a picture is, by its header, before anything unpacks it."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from vcwallet import limits
from vcwallet.errors import InputError, LimitExceeded
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
    def read(given: bytes, thorough: bool) -> list[str]:
        raise AssertionError("it is refused before")

    with pytest.raises(InputError, match="cannot be opened") as caught:
        list(Eyes(read).looks(data, until=0))
    assert caught.value.code == "picture.unreadable"


def test_a_picture_of_too_many_points_is_refused_by_its_header() -> None:
    side = int(limits.PAGE_PIXELS**0.5) + 1
    bomb = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + side.to_bytes(4, "big") * 2
    with pytest.raises(LimitExceeded) as caught:
        list(Eyes(lambda data, thorough: []).looks(bomb, until=0))
    assert caught.value.code == "picture.too-many-pixels"


def test_what_the_reader_cannot_open_is_told() -> None:
    good = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1"
    with pytest.raises(InputError):
        list(Eyes(lambda data, thorough: None).looks(good, until=0))
    (look,) = Eyes(lambda data, thorough: ["1", "2", "1"]).looks(good, until=0)
    assert look.texts == ["1", "2"]
