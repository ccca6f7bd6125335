"""Pictures -> the texts of the QR symbols in them, under ceilings on pixels and pictures.

Reads PNG, JPEG, WebP, TIFF, GIF and BMP. zxing-cpp finds several symbols in one picture, turned, tilted or
inverted; what its first look misses gets a thorough one, on sharpened and rescaled copies.
"""

from __future__ import annotations

import io
import math
import re
import warnings
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from vcwallet import limits
from vcwallet.bundle.effort import processor
from vcwallet.errors import N_, InputError, LimitExceeded

if TYPE_CHECKING:
    from PIL.Image import Image

_FORMATS: Final = ("PNG", "JPEG", "WEBP", "TIFF", "GIF", "BMP")
_QUICK_LOOKS: Final = 2
_BLANK: Final = 8
"""Shades between the darkest and the lightest point of a picture that shows nothing."""

_STRIP: Final = 512
"""Rows of a picture that are made grey at a time."""

_PAGE_SIDE: Final = 1600
_CONTRAST: Final = 40
_STEEP: Final = 0.4
"""Of the contrast, between one point and the next: an edge blurred by one point has as much."""

_MAGIC: Final = (
    b"\x89PNG\r\n\x1a\n",
    b"\xff\xd8\xff",
    b"II*\x00",
    b"MM\x00*",
    b"GIF87a",
    b"GIF89a",
)
_BMP: Final = re.compile(rb"BM.{13}\0\0\0", re.DOTALL)
"""With the upper bytes of its header's length, because a text may begin with those letters as well."""


def is_picture(data: bytes) -> bool:
    """Whether the bytes begin as one of the formats read here does."""
    return data.startswith(_MAGIC) or is_webp(data) or _BMP.match(data) is not None


def is_webp(data: bytes) -> bool:
    return data[:4] == b"RIFF" and data[8:12] == b"WEBP"


def pictures(
    data: bytes, *, most_pixels: int, most_pictures: int, shrink_to: int, coloured: bool = False
) -> Iterator[Image]:
    """The pictures of one file in shades of grey: one, or each page of a TIFF, each image of a GIF.

    With `coloured` they are in their colours, and upright as the camera says. One of more than `shrink_to`
    pixels is made smaller. Raises InputError (``picture.unreadable``) and LimitExceeded
    (``picture.too-many-pixels``, ``picture.too-many-pictures``) as it goes; MemoryError too.
    """
    from PIL import Image, ImageSequence

    try:
        with warnings.catch_warnings():
            # Pillow's own ceiling only warns at first; ours is stricter and refuses.
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            file = Image.open(io.BytesIO(data), formats=_FORMATS)
            for number, image in enumerate(ImageSequence.Iterator(file), 1):
                if number > most_pictures:
                    raise too_many_pictures(most_pictures)
                if image.width * image.height > most_pixels:
                    raise too_many_pixels(most_pixels)
                yield _coloured(image, shrink_to) if coloured else shrunk(_grey(image), shrink_to)
    except (InputError, LimitExceeded, MemoryError):
        raise
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise too_many_pixels(most_pixels) from None
    except Exception as error:
        # Decoders of eight formats answer a broken file with exceptions of every kind.
        raise unreadable(type(error).__name__) from None


def shrunk(picture: Image, pixels: int) -> Image:
    """The picture with at most so many pixels."""
    from PIL import Image

    shrink = (pixels / (picture.width * picture.height)) ** 0.5
    if shrink >= 1:
        return picture
    smaller = (int(picture.width * shrink) or 1, int(picture.height * shrink) or 1)
    return picture.resize(smaller, Image.Resampling.BOX)


def codes(picture: Image, *, thorough: bool = False, until: float = math.inf) -> list[str]:
    """The texts of the QR symbols in a grey picture, each once.

    Two quick looks are taken, the second only when the first found nothing; `thorough` adds all others, and
    so does a symbol that is seen and cannot be read. After `until`, by `effort.processor`, no other begins.
    """
    import zxingcpp

    if is_blank(picture):
        return []
    texts: dict[str, None] = {}
    damaged = False
    for number, (variant, binarizer) in enumerate(_looks(picture), 1):
        if not thorough and not damaged and (texts or number > _QUICK_LOOKS):
            break
        if processor() > until:
            break
        seen = zxingcpp.read_barcodes(
            variant,
            formats=zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode]),
            binarizer=getattr(zxingcpp.Binarizer, binarizer),
            return_errors=True,
        )
        damaged = False
        for code in seen[: limits.SCAN_SYMBOLS_PER_PICTURE]:
            if code.valid:
                texts[code.text] = None
            else:
                damaged = True
    return list(texts)


def is_blank(picture: Image) -> bool:
    """Whether a grey picture shows nothing: an empty page, or millions of equal points in a small file."""
    darkest, lightest = picture.getextrema()
    assert isinstance(darkest, int | float)  # of one channel
    assert isinstance(lightest, int | float)
    return lightest - darkest < _BLANK


def is_sharp(picture: Image) -> bool:
    """Whether the sharpest edges of a grey picture are as steep as those of printed letters in focus.

    Measured at the size of a page at some 140 dots an inch, where a module of a code has two or three points:
    what is not sharp there may have codes on it that nobody can read.
    """
    from PIL import Image, ImageChops

    shrink = _PAGE_SIDE / max(picture.size)
    if shrink < 1:
        size = (max(2, int(picture.width * shrink)), max(2, int(picture.height * shrink)))
        picture = picture.resize(size, Image.Resampling.BOX)
    if min(picture.size) < 2:
        return False
    darkest, lightest = _most(picture.histogram(), lowest=True), _most(picture.histogram(), lowest=False)
    if lightest - darkest < _CONTRAST:
        return False
    moved = picture.crop((1, 0, picture.width, picture.height))
    steps = ImageChops.difference(picture.crop((0, 0, picture.width - 1, picture.height)), moved)
    return _most(steps.histogram(), lowest=False) > _STEEP * (lightest - darkest)


def _most(histogram: list[int], *, lowest: bool) -> int:
    """The lowest or highest shade, leaving out the outermost thousandth as noise."""
    left = sum(histogram) / 1000
    for shade in range(256) if lowest else range(255, -1, -1):
        left -= histogram[shade]
        if left < 0:
            return shade
    return 0


def _looks(picture: Image) -> Iterator[tuple[Image, str]]:
    """Variants of a picture worth a look, the cheapest and likeliest first.

    Sharpening reads symbols blurred by half a module and more, which no reader takes as they are; the radius
    must suit the pixels of a module, which are unknown, so it is tried on larger and smaller copies.
    """
    picture = shrunk(picture, limits.SCAN_LOOK_PIXELS)
    yield picture, "LocalAverage"
    yield picture, "GlobalHistogram"
    from PIL import Image, ImageFilter, ImageOps

    sharper = ImageFilter.UnsharpMask(radius=3, percent=400, threshold=0)
    picture = ImageOps.autocontrast(picture, cutoff=1)
    if picture.width * picture.height * 4 <= limits.SCAN_LOOK_PIXELS:
        larger = picture.resize((picture.width * 2, picture.height * 2), Image.Resampling.BICUBIC)
        yield larger.filter(sharper), "LocalAverage"
        yield larger, "LocalAverage"
    yield picture.filter(sharper), "LocalAverage"
    yield picture.filter(ImageFilter.MedianFilter(3)), "LocalAverage"
    if picture.width * picture.height * 4 > limits.SCAN_LOOK_PIXELS:
        half = picture.reduce(2)
        yield half.filter(sharper), "LocalAverage"
        yield half, "LocalAverage"


def _coloured(image: Image, pixels: int) -> Image:
    """In red, green and blue, on white where it is transparent."""
    from PIL import Image, ImageOps

    if image.mode.startswith("I") or image.mode == "F":
        return shrunk(_grey(image), pixels).convert("RGB")
    see_through = image.mode in ("RGBA", "LA", "PA", "RGBa", "La") or "transparency" in image.info
    small = shrunk(image.convert("RGBA" if see_through else "RGB"), pixels)
    if see_through:
        small = Image.alpha_composite(Image.new("RGBA", small.size, "white"), small).convert("RGB")
    small.info = image.info
    return ImageOps.exif_transpose(small)


def _grey(image: Image) -> Image:
    """Strip by strip: the copies in between are larger than the picture itself."""
    from PIL import Image

    if image.mode == "L" and "transparency" not in image.info:
        return image.copy()
    grey = Image.new("L", image.size)
    for top in range(0, image.height, _STRIP):
        strip = image.crop((0, top, image.width, min(top + _STRIP, image.height)))
        strip.info = image.info
        grey.paste(_grey_strip(strip), (0, top))
    return grey


def _grey_strip(image: Image) -> Image:
    from PIL import Image

    if image.mode in ("RGBA", "LA", "PA", "RGBa", "La") or "transparency" in image.info:
        # A screenshot with a transparent background is meant to be seen on white.
        image = image.convert("RGBA")
        if image.getchannel("A").getextrema() == (255, 255):
            return image.convert("L")
        white = Image.new("RGBA", image.size, "white")
        return Image.alpha_composite(white, image).convert("L")
    if image.mode.startswith("I") or image.mode == "F":
        # 16 bits: `convert("L")` would cut them off at 255 instead of scaling.
        image = image.convert("F").point(lambda value: value / 256 if value else 0)
    return image.convert("L")


def unreadable(kind: str) -> InputError:
    return InputError(
        "picture.unreadable",
        N_("The picture cannot be opened."),
        next_step=N_("Save it again as PNG or JPEG."),
        kind=kind,
    )


def too_many_pictures(limit: int) -> LimitExceeded:
    return LimitExceeded(
        "picture.too-many-pictures", N_("The file holds more than {limit} pictures."), limit=limit
    )


def too_many_pixels(limit: int) -> LimitExceeded:
    return LimitExceeded(
        "picture.too-many-pixels",
        N_("The picture has more than {limit} million pixels."),
        next_step=N_("Make it smaller: 300 dots per inch are plenty."),
        limit=limit // 1_000_000,
    )
