"""The picture that a diploma carries in itself is drawn anew on its page; of its file nothing goes there."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from tests.web.family.family import Home, home
from vcwallet import limits, strict_json

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.fixture
def family(tmp_path: Path) -> Iterator[Home]:
    made = home(tmp_path)
    yield made
    made.desk.session.end()


def drawing(size: tuple[int, int] = (60, 40), form: str = "PNG") -> bytes:
    drawn, words = io.BytesIO(), PngInfo()
    words.add_text("Comment", "hidden words")
    picture = Image.new("RGB", size, (200, 10, 10))
    picture.save(drawn, form, **({"pnginfo": words} if form == "PNG" else {}))
    return drawn.getvalue()


def data_url(data: bytes, kind: str = "image/png") -> str:
    return f"data:{kind};base64,{base64.b64encode(data).decode('ascii')}"


def with_picture(family: Home, image: Any) -> str:
    """The address of the page of a diploma with this member `image`."""
    unsigned = {name: value for name, value in family.issuer.diploma(number=2).items() if name != "proof"}
    subject: Any = unsigned["credentialSubject"]
    subject["achievement"]["image"] = image
    document = strict_json.dumps(family.issuer.sign(unsigned)).encode("utf-8")
    family.open()
    family.desk.get(family.of("Проба"))
    family.add(("диплом.vc.json", document))
    (kept,) = [each for each in family.saved.child("Проба").diplomas() if "тур 2" in each.title]
    return family.desk.get(family.of("Проба")).address(f"/kept/{kept.number}")


@pytest.mark.parametrize(
    ("form", "kind"), [("PNG", "image/png"), ("JPEG", "image/jpeg"), ("WEBP", "image/webp")]
)
@pytest.mark.parametrize("as_object", [True, False])
def test_its_points_are_drawn_and_nothing_else_of_it(
    family: Home, form: str, kind: str, as_object: bool
) -> None:
    url = data_url(drawing(form=form), kind)
    page = family.desk.get(with_picture(family, {"id": url, "type": "Image"} if as_object else url))
    assert '/badge"' in page.html
    shown = family.desk.get(page.address("/badge"))
    assert shown.headers["content-type"] == "image/png"
    assert b"hidden words" not in shown.content
    with Image.open(io.BytesIO(shown.content)) as picture:
        assert (picture.format, picture.size) == ("PNG", (60, 40))


def test_a_large_one_is_drawn_smaller(family: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "BADGE_PICTURE_PIXELS", 600)
    page = family.desk.get(with_picture(family, data_url(drawing())))
    with Image.open(io.BytesIO(family.desk.get(page.address("/badge")).content)) as picture:
        assert picture.width * picture.height <= 600


@pytest.mark.parametrize(
    "image",
    [
        "https://olymp.example/badge.png",
        data_url(SVG, "image/svg+xml"),
        data_url(SVG, "text/html"),
        "data:image/png,plain",
    ],
)
def test_nothing_is_fetched_and_no_markup_is_drawn(family: Home, image: str) -> None:
    address = with_picture(family, image)
    page = family.desk.get(address)
    assert '/badge"' not in page.html
    assert "alert(1)" not in re.sub(r"<pre.*?</pre>", "", page.html, flags=re.S)
    answer = family.desk.get(f"{address}/badge")
    assert answer.status >= 400
    assert answer.code == "wallet.no-picture"


@pytest.mark.parametrize("data", [SVG, b"%PDF-1.4 no picture", b"\x89PNG\r\n\x1a\n broken"])
def test_what_only_calls_itself_a_picture_is_told_and_not_shown(family: Home, data: bytes) -> None:
    page = family.desk.get(with_picture(family, data_url(data)))
    answer = family.desk.get(page.address("/badge"))
    assert answer.status >= 400
    assert answer.headers["content-type"].startswith("text/html")


def test_one_over_the_ceiling_is_as_good_as_none(family: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "BADGE_PICTURE_BYTES", 32)
    assert '/badge"' not in family.desk.get(with_picture(family, data_url(drawing()))).html
