"""A bundle <-> bytes, losslessly: the exact JSON comes back, key order included.

    data = encode(Bundle(presentation, status_lists))
    assert decode(data) == Bundle(presentation, status_lists)

The first byte is the version of the encoding:

* ``0x00``: raw DEFLATE of the JSON;
* ``0x01``: dictionary id, lengths, blobs, and raw DEFLATE of the template with that preset dictionary;
* ``0xD9`` is left to CBOR-LD, whose own tag begins so (`vcwallet.bundle.vp1`).

docs/reference/bundle-format.md has the format in full. Old versions stay readable for ever.
"""

from __future__ import annotations

import base64
import hashlib
import zlib
from dataclasses import dataclass
from typing import Final

from vcwallet import limits, strict_json
from vcwallet.bundle import tokens
from vcwallet.bundle.dictionaries import NEWEST, dictionary
from vcwallet.errors import N_, Action, DocumentError, InputError, LimitExceeded
from vcwallet.strict_json import JsonObject

ENVELOPE_TYPE: Final = "VcwalletBundle"

_PLAIN: Final = 0x00
_TEMPLATE: Final = 0x01
FIRST_BYTES: Final = frozenset({_PLAIN, _TEMPLATE})


@dataclass(frozen=True, slots=True)
class Bundle:
    """A presentation, and the signed status lists stapled to it to be checked later, offline."""

    presentation: JsonObject
    status_lists: tuple[JsonObject, ...] = ()

    def to_json(self) -> JsonObject:
        """The bundle as a JSON document: the bare presentation when nothing is stapled, else an envelope."""
        if not self.status_lists:
            return self.presentation
        return {
            "type": ENVELOPE_TYPE,
            "presentation": self.presentation,
            "statusLists": list(self.status_lists),
        }

    @property
    def text(self) -> str:
        """The exact minified JSON that `encode` carries."""
        return strict_json.dumps(self.to_json())

    @classmethod
    def parse(cls, document: JsonObject) -> Bundle:
        """Read what `to_json` writes; of equal status lists one is kept.

        Raises DocumentError: ``bundle.envelope`` for an envelope with other members than its three,
        ``bundle.not-a-presentation`` for any other document; LimitExceeded (``bundle.too-many-lists``).
        """
        if document.get("type") != ENVELOPE_TYPE:
            _demand_presentation(document)
            return cls(document)
        presentation, lists = document.get("presentation"), document.get("statusLists")
        if len(document) != 3 or not isinstance(presentation, dict) or not isinstance(lists, list):
            raise _bad_envelope()
        _demand_presentation(presentation)
        # A list that is repeated says nothing more, and inflating it again costs megabytes.
        stapled: dict[str, JsonObject] = {}
        for entry in lists:
            if not isinstance(entry, dict) or not has_type(entry, "BitstringStatusListCredential"):
                raise _bad_envelope()
            stapled.setdefault(strict_json.dumps(entry), entry)
        if not stapled:
            raise _bad_envelope()
        if len(stapled) > limits.BUNDLE_STATUS_LISTS:
            raise LimitExceeded(
                "bundle.too-many-lists",
                N_("More than {limit} lists of revoked diplomas are in the bundle."),
                limit=limits.BUNDLE_STATUS_LISTS,
            )
        return cls(presentation, tuple(stapled.values()))


def digest(document: JsonObject) -> str:
    """``sha256-`` and the base64 of SHA-256 over the minified JSON: how one showing is named."""
    return (
        "sha256-" + base64.b64encode(hashlib.sha256(strict_json.dumps(document).encode()).digest()).decode()
    )


def has_type(document: JsonObject, name: str) -> bool:
    """Whether `type` is this name or a list that holds it."""
    kind = document.get("type")
    return kind == name or (isinstance(kind, list) and name in kind)


def is_presentation(document: JsonObject) -> bool:
    return has_type(document, "VerifiablePresentation") or has_type(
        document, "EnvelopedVerifiablePresentation"
    )


def encode(bundle: Bundle) -> bytes:
    """The smallest encoding of a bundle; raises as `pack` does."""
    return pack(bundle.to_json())


def decode(data: bytes) -> Bundle:
    """Read what `encode` wrote; raises as `unpack` and `Bundle.parse` do."""
    return Bundle.parse(unpack(data))


def pack(document: JsonObject) -> bytes:
    """Encode one JSON document, such as a lone credential for the code on a diploma.

    Raises what `strict_json.check` raises for a document nobody could read back, and LimitExceeded
    (``bundle.too-large``).
    """
    strict_json.check(document)  # nothing is written that a reader would refuse
    text = strict_json.dumps(document)
    encoded = text.encode("utf-8")
    if len(encoded) > limits.JSON_BYTES:
        raise _too_large(len(encoded), limits.JSON_BYTES)
    # A defect of the template encoding must not reach paper, so what it wrote is read before it is used.
    by_template, plain = _pack_template(text), bytes([_PLAIN]) + _deflate(encoded, b"")
    shorter = len(by_template) < len(plain)
    data = by_template if shorter and _unpack_text(by_template) == text else plain
    if len(data) > limits.BUNDLE_BYTES:
        raise _too_large(len(data), limits.BUNDLE_BYTES)
    return data


def unpack(data: bytes) -> JsonObject:
    """Decode what `pack` wrote, of this or any earlier version.

    Raises InputError (``bundle.empty``, ``bundle.version-unknown``, ``bundle.dictionary-unknown``),
    LimitExceeded (``bundle.too-large`` ...), DocumentError (``bundle.damaged``), and what
    `strict_json.loads_object` raises. Says nothing about signatures: a changed bundle may well decode.
    """
    return strict_json.loads_object(_unpack_text(data))


def _unpack_text(data: bytes) -> str:
    if not data:
        raise InputError("bundle.empty", N_("There is nothing in the bundle."))
    if len(data) > limits.BUNDLE_BYTES:
        raise _too_large(len(data), limits.BUNDLE_BYTES)
    if data[0] == _PLAIN:
        return _utf8(_inflate(data[1:], b""))
    if data[0] == _TEMPLATE:
        return _unpack_template(data)
    raise InputError(
        "bundle.version-unknown",
        N_("The bundle is of a version this program does not know (first byte {version})."),
        next_step=Action.UPDATE,
        version=data[0],
    )


def _pack_template(text: str) -> bytes:
    template, blobs = tokens.split(text)
    body = _deflate(template.encode("utf-8"), dictionary(NEWEST))
    head = bytes([_TEMPLATE, NEWEST]) + tokens.varint(len(text)) + tokens.varint(len(blobs))
    return head + blobs + body


def _unpack_template(data: bytes) -> str:
    if len(data) < 2:
        raise tokens.damaged()
    preset = dictionary(data[1])
    characters, position = tokens.read_varint(data, 2)
    size, position = tokens.read_varint(data, position)
    if characters > limits.JSON_BYTES:
        raise _too_large(characters, limits.JSON_BYTES)
    blobs = data[position : position + size]
    if len(blobs) != size:
        raise tokens.damaged()
    template = _utf8(_inflate(data[position + size :], preset))
    return tokens.join(template, blobs, characters=characters)


def _deflate(data: bytes, preset: bytes) -> bytes:
    candidates = []
    for memory in (8, 9):  # the block boundaries differ; neither is always shorter
        packer = zlib.compressobj(9, zlib.DEFLATED, -15, memory, zlib.Z_DEFAULT_STRATEGY, zdict=preset)
        candidates.append(packer.compress(data) + packer.flush())
    return min(candidates, key=len)


def _inflate(data: bytes, preset: bytes) -> bytes:
    unpacker = zlib.decompressobj(-15, zdict=preset)
    try:
        out = unpacker.decompress(data, limits.JSON_BYTES + 1)
    except zlib.error:
        raise tokens.damaged() from None
    if len(out) > limits.JSON_BYTES:
        raise _too_large(len(out), limits.JSON_BYTES)
    if not unpacker.eof or unpacker.unused_data:
        raise tokens.damaged()
    return out


def _utf8(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise tokens.damaged() from None


def _demand_presentation(document: JsonObject) -> None:
    if not is_presentation(document):
        raise DocumentError(
            "bundle.not-a-presentation", N_("The document is not a presentation of credentials.")
        )


def _bad_envelope() -> DocumentError:
    return DocumentError(
        "bundle.envelope", N_("The bundle's envelope is not one presentation and its status lists.")
    )


def _too_large(size: int, limit: int) -> LimitExceeded:
    return LimitExceeded(
        "bundle.too-large",
        N_("The bundle has {size} bytes; the ceiling is {limit}."),
        size=size,
        limit=limit,
    )
