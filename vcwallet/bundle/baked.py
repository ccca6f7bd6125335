"""Badges inside pictures: PNG and SVG, of Open Badges 3.0 (``openbadgecredential``) and 2.0 (``openbadges``).

    for text in in_png(data):
        print(text)              # JSON, a JWT, or the address of a hosted badge

The chunks of a PNG are walked by their lengths before anything decodes the picture, and the checksum of a
badge must hold. Two badges of one version in one picture are refused: each reader would take another one.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from vcwallet import limits
from vcwallet.bundle import baking, evidence
from vcwallet.errors import N_, InputError, LimitExceeded

__all__ = ["in_png", "in_svg", "is_png"]

_PNG: Final = b"\x89PNG\r\n\x1a\n"
_CREDENTIAL: Final = baking.KEYWORD.decode("ascii")
_ASSERTION: Final = "openbadges"
_ELEMENTS: Final = {
    f"{baking.NAMESPACE} {baking.ELEMENT.rpartition(':')[2]}": _CREDENTIAL,
    "http://openbadges.org assertion": _ASSERTION,
}


def is_png(data: bytes) -> bool:
    return data.startswith(_PNG)


def in_png(data: bytes) -> tuple[str, ...]:
    """The badges in a PNG file: at most one of each version, the newer first.

    Raises InputError: ``badge.two``, ``badge.checksum``, ``badge.compressed``, ``badge.text``; LimitExceeded
    (``badge.too-large``, ``badge.too-many-chunks``).
    """
    found: dict[str, list[str]] = {}
    for kind, content, checksum in _chunks(data):
        if kind not in (b"iTXt", b"tEXt"):
            continue
        keyword, _, rest = content.partition(b"\0")
        name = keyword.decode("latin-1")
        if name not in (_CREDENTIAL, _ASSERTION):
            continue
        if zlib.crc32(kind + content) != checksum:
            raise InputError(
                "badge.checksum",
                N_("The badge in the picture is damaged: its checksum does not hold."),
                next_step=N_(
                    "Ask for the picture as a file once more, not as a screenshot or from a messenger."
                ),
            )
        found.setdefault(name, []).append(_text(rest if kind == b"tEXt" else _uncompressed(rest)))
    return _one_of_each(found)


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes, int]]:
    """Type, content and checksum of each, until the end or until it breaks off."""
    place, count = len(_PNG), 0
    while place + 12 <= len(data):
        size = int.from_bytes(data[place : place + 4], "big")
        end = place + 12 + size
        count += 1
        if count > limits.PNG_CHUNKS:
            raise LimitExceeded(
                "badge.too-many-chunks",
                N_("The picture has more than {limit} pieces."),
                next_step=N_("Ask for the badge as a JSON file."),
                limit=limits.PNG_CHUNKS,
            )
        if end > len(data):
            return
        kind = data[place + 4 : place + 8]
        # The points of the picture are not copied.
        content = data[place + 8 : end - 4] if kind in (b"iTXt", b"tEXt") else b""
        yield kind, content, int.from_bytes(data[end - 4 : end], "big")
        if kind == b"IEND":
            return
        place = end


def _uncompressed(rest: bytes) -> bytes:
    """The text of an iTXt chunk behind its keyword (PNG, section 11.3.3.4)."""
    if rest[:1] not in (b"\0", b""):
        raise InputError(
            "badge.compressed",
            N_("The badge in the picture is compressed, which Open Badges does not allow. It was not read."),
            next_step=N_("Ask for the badge as a JSON file."),
        )
    _, _, behind_language = rest[2:].partition(b"\0")
    _, _, text = behind_language.partition(b"\0")
    return text


def _text(content: bytes) -> str:
    if len(content) > limits.JSON_BYTES:
        raise LimitExceeded(
            "badge.too-large",
            N_("The badge in the picture is larger than {limit} MiB."),
            next_step=N_("Ask for the badge as a JSON file."),
            limit=limits.JSON_BYTES // limits.MIB,
        )
    try:
        return content.decode("utf-8").strip()
    except UnicodeDecodeError:
        raise InputError(
            "badge.text",
            N_("What the picture holds in place of a badge is no text."),
            next_step=N_("Ask for the badge as a JSON file."),
        ) from None


def in_svg(markup: str) -> tuple[str, ...]:
    """The badges in an SVG picture, as `in_png`.

    Raises InputError: ``badge.two``, ``markup.entities``, ``markup.malformed``; LimitExceeded:
    ``markup.too-deep``, ``badge.too-large``.
    """
    if _ASSERTION not in markup.casefold() and "v3p0" not in markup:
        return ()
    reading = _Svg()
    evidence.parse_markup(markup, reading.begin, reading.words, reading.end)
    return _one_of_each(reading.found)


@dataclass
class _Svg:
    found: dict[str, list[str]] = field(default_factory=dict)
    depth: int = 0
    inside: tuple[str, int] | None = None
    pieces: list[str] = field(default_factory=list)

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.depth > limits.MARKUP_DEPTH:
            raise LimitExceeded(
                "markup.too-deep",
                N_("The file is nested more than {limit} deep."),
                limit=limits.MARKUP_DEPTH,
            )
        if self.inside is not None or name not in _ELEMENTS:
            return
        self.inside, self.pieces = (_ELEMENTS[name], self.depth), []
        if attributes.get("verify"):
            self.pieces.append(attributes["verify"])

    def words(self, data: str) -> None:
        if self.inside is not None:
            self.pieces.append(data)

    def end(self, _: str) -> None:
        if self.inside is not None and self.inside[1] == self.depth:
            text = "".join(self.pieces)
            token, _, rest = text.strip().partition("\n")
            # An attribute with a token, and what stands in the element beside it says the same again.
            whole = token if token.startswith("eyJ") and rest.strip() else text
            self.found.setdefault(self.inside[0], []).append(_text(whole.encode("utf-8", "replace")))
            self.inside = None
        self.depth -= 1


def _one_of_each(found: dict[str, list[str]]) -> tuple[str, ...]:
    for texts in found.values():
        if len(set(texts)) > 1:
            raise InputError(
                "badge.two",
                N_("The picture holds {number} badges, and only one may stand in it. None was read."),
                next_step=N_("Ask for each badge as a file of its own."),
                number=len(set(texts)),
            )
    return tuple(found[name][0] for name in (_CREDENTIAL, _ASSERTION) if found.get(name))
