"""A picture with a signed badge in it, which other programs find there (Open Badges 3.0, "Baked Badge").

    png(picture, credential_text), svg(picture, credential_text)

What is put in is a credential with proofs of its own, or a compact JWS where the signature is around it. The
picture is one of our own drawing; ValueError says that it is none, or has a badge already.
"""

from __future__ import annotations

import re
import zlib
from html import escape
from typing import Final

__all__ = ["ELEMENT", "KEYWORD", "NAMESPACE", "png", "svg"]

KEYWORD: Final = b"openbadgecredential"
"""Of the chunk ``iTXt`` in a PNG."""
ELEMENT: Final = "openbadges:credential"
NAMESPACE: Final = "https://purl.imsglobal.org/ob/v3p0"
"""Of the element in an SVG, bound to the prefix that `ELEMENT` has."""

_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_HEADER_END: Final = len(_SIGNATURE) + 4 + 4 + 13 + 4
"""Behind the signature a PNG has its header, which is always as long."""
_STRINGS: Final = re.compile(r'"(?:[^"\\]|\\.)*"')
_ESCAPED: Final = re.compile("[{}>\ufffe\uffff]")


def png(picture: bytes, badge: str) -> bytes:
    """The PNG `picture` with `badge` in it, uncompressed, right behind the header."""
    # No compression, no language, no translated keyword.
    content = KEYWORD + bytes(5) + _json_or_token(badge).encode("utf-8")
    chunk = b"iTXt" + content
    whole = len(content).to_bytes(4, "big") + chunk + zlib.crc32(chunk).to_bytes(4, "big")
    if not picture.startswith(_SIGNATURE):
        raise ValueError("not a PNG")
    if KEYWORD in picture:
        raise ValueError("a badge is in it already")
    return picture[:_HEADER_END] + whole + picture[_HEADER_END:]


def svg(picture: str, badge: str) -> str:
    """The SVG `picture`, whose root has no prefix ``openbadges`` yet, with `badge` in it."""
    content = _json_or_token(badge)
    inside = (
        f"><![CDATA[{content}]]></{ELEMENT}>"
        if content.startswith("{")
        else f' verify="{escape(content)}"></{ELEMENT}>'
    )
    opened = re.search(r"<svg\b[^>]*>", picture)
    if opened is None:
        raise ValueError("not an SVG")
    if NAMESPACE in picture:
        raise ValueError("a badge is in it already")
    tag = opened[0].removeprefix("<svg")
    root = f'<svg xmlns:openbadges="{NAMESPACE}"{tag}'
    return f"{picture[: opened.start()]}{root}<{ELEMENT}{inside}{picture[opened.end() :]}"


def _json_or_token(badge: str) -> str:
    """The badge; in JSON some characters of texts are written as their numbers, which changes no value.

    Learner Credential Wallet counts braces to find where the JSON in a picture ends; ``]]>`` would end a
    CDATA section; and two characters may stand in JSON and not in XML.
    """
    if not badge.startswith("{"):
        return badge
    return _STRINGS.sub(
        lambda text: _ESCAPED.sub(lambda found: f"\\u{ord(found[0]):04x}", text[0]), badge.strip()
    )
