"""A badge in a picture: where Open Badges 3.0 says it is, once, and the picture stays a picture."""

from __future__ import annotations

import io
import json
import xml.etree.ElementTree as ET

import pytest
from PIL import Image

from vcwallet.bundle import baked, baking

TEXTS = {
    "braces": 'скобки } и { в тексте, "кавычки" и \\',
    "the end of a CDATA section": "a]]>b",
    "what XML has no place for": "\ufffe\uffff",
    "an entity": "<!ENTITY x 'y'> &amp;",
}
TOKEN = "eyJhbGciOiJFUzI1NiJ9.e30.c2lnbmF0dXJl"


@pytest.fixture(scope="module")
def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "navy").save(out, "PNG")
    return out.getvalue()


DRAWN = '<svg viewBox="0 0 8 8" xmlns="http://www.w3.org/2000/svg"><path d="M0 0"/></svg>'


@pytest.mark.parametrize("name", TEXTS)
def test_json_comes_out_with_the_same_value(picture: bytes, name: str) -> None:
    badge = {"{ключ}": TEXTS[name], "n": [{"x": 1}]}
    text = json.dumps(badge, ensure_ascii=False)
    baked = baking.png(picture, text)
    with Image.open(io.BytesIO(baked)) as opened:
        opened.load()
        assert opened.size == (8, 8)
        found: str = opened.info["openbadgecredential"]
    assert json.loads(found) == badge
    # Learner Credential Wallet looks for the end of the JSON by counting braces.
    assert (found.count("{"), found.count("}")) == (2, 2)
    root = ET.fromstring(baking.svg(DRAWN, text))
    first = next(iter(root))
    assert first.tag == "{https://purl.imsglobal.org/ob/v3p0}credential"
    assert json.loads(first.text or "") == badge
    assert first.attrib == {}


def test_a_token_is_put_in_as_it_is(picture: bytes) -> None:
    with Image.open(io.BytesIO(baking.png(picture, TOKEN))) as opened:
        opened.load()
        assert opened.info["openbadgecredential"] == TOKEN
    (element, _) = ET.fromstring(baking.svg(DRAWN, TOKEN))
    assert (element.attrib, element.text) == ({"verify": TOKEN}, None)


def test_one_picture_has_one_badge(picture: bytes) -> None:
    baked = baking.png(picture, "{}")
    with pytest.raises(ValueError, match="badge"):
        baking.png(baked, "{}")
    with pytest.raises(ValueError, match="badge"):
        baking.svg(baking.svg(DRAWN, "{}"), "{}")
    with pytest.raises(ValueError, match="PNG"):
        baking.png(b"GIF89a", "{}")
    with pytest.raises(ValueError, match="SVG"):
        baking.svg("<html/>", "{}")


@pytest.mark.parametrize("badge", [json.dumps(TEXTS, ensure_ascii=False), TOKEN])
def test_what_was_put_in_is_what_is_found_there(picture: bytes, badge: str) -> None:
    found = [*baked.in_png(baking.png(picture, badge)), *baked.in_svg(baking.svg(DRAWN, badge))]
    assert len(found) == 2
    for text in found:
        assert text == badge if badge == TOKEN else json.loads(text) == json.loads(badge)
