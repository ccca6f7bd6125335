"""Text <-> template and blobs: what cannot be compressed leaves the text as raw bytes.

A key, a signature or an identifier costs a third or more beyond its bytes when it is written as text, and
DEFLATE cannot win that back. Each such token is replaced by a marker, a control character that minified
JSON never holds, and its bytes go to the blobs, in order of appearance. A token is taken out only when
writing its bytes again gives the same characters, so whatever is left in the text is left exactly.

The markers are part of the format (docs/reference/bundle-format.md); which tokens are worth one is only
the encoder's judgement, and may improve without a new version.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from typing import Final, NamedTuple

from vcwallet import limits
from vcwallet.bundle import cbor
from vcwallet.errors import N_, DocumentError, LimitExceeded, VcwalletError
from vcwallet.identifiers.multibase import (
    base58btc_decode,
    base58btc_encode,
    base64_decode,
    base64url_decode,
    base64url_encode,
)

ED25519_KEY: Final = "\x01"
SIGNATURE: Final = "\x02"
UUID: Final = "\x03"
P256_KEY: Final = "\x04"
AGAIN: Final = "\x05"
BASE64URL: Final = "\x06"
MULTIBASE_U: Final = "\x07"
MULTIBASE_Z: Final = "\x08"
BASE64: Final = "\x0b"
HEX: Final = "\x0c"
TEXT_BEGINS: Final = "\x0e"
TEXT_ENDS: Final = "\x0f"
BYTES_BEGIN: Final = "\x10"
BYTES_END: Final = "\x11"
RAW: Final = "\x12"
RAW_64: Final = "\x13"
RAW_32: Final = "\x14"
UUID_AGAIN: Final = "\x15"
"""An earlier UUID again; the next character counts back over the UUIDs, from the latest. What is the same
number of steps back in each of several diplomas is then the same text in each, which compresses."""

_FIRST_NUMBER: Final = 0x20
"""The character after AGAIN is this plus the number of the blob; an ordinary character packs best."""


class _BlobForm(NamedTuple):
    """How the bytes behind one marker are written as text. `size` 0: the length stands before the bytes."""

    size: int
    write: Callable[[bytes], str]


_ED25519_PREFIX: Final = b"\xed\x01"
_P256_PREFIX: Final = b"\x80\x24"


def _write_uuid(data: bytes) -> str:
    digits = data.hex()
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


_BLOB_FORMS: Final[dict[str, _BlobForm]] = {
    ED25519_KEY: _BlobForm(32, lambda data: "z" + base58btc_encode(_ED25519_PREFIX + data)),
    SIGNATURE: _BlobForm(64, lambda data: "z" + base58btc_encode(data)),
    UUID: _BlobForm(16, _write_uuid),
    P256_KEY: _BlobForm(33, lambda data: "z" + base58btc_encode(_P256_PREFIX + data)),
    BASE64URL: _BlobForm(0, base64url_encode),
    MULTIBASE_U: _BlobForm(0, lambda data: "u" + base64url_encode(data)),
    MULTIBASE_Z: _BlobForm(0, lambda data: "z" + base58btc_encode(data)),
    BASE64: _BlobForm(0, lambda data: base64.b64encode(data).decode("ascii")),
    HEX: _BlobForm(0, lambda data: data.hex()),
    # Inside nested bytes, where everything is hexadecimal. These get no number.
    RAW: _BlobForm(0, lambda data: data.hex()),
    RAW_64: _BlobForm(64, lambda data: data.hex()),
    RAW_32: _BlobForm(32, lambda data: data.hex()),
}
_ENDS: Final = {TEXT_BEGINS: TEXT_ENDS, BYTES_BEGIN: BYTES_END}
_RAW: Final = frozenset({RAW, RAW_64, RAW_32})
_MULTIKEY_LENGTHS: Final = {_P256_PREFIX: 35, _ED25519_PREFIX: 34}
_BASE58_BYTES: Final = 256
"""Base58 is quadratic in both directions, so a blob written that way is never longer."""

_SIGNATURE_CHARACTERS: Final = range(86, 91)
"""Of 64 bytes in base58, the letter before them included."""

_SHORTEST = 22
_SHORTEST_RAW = 16
_UUID_FORM = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_RUN = re.compile(
    _UUID_FORM
    # Standard base64 stands whole in a string, after "base64," or after a subresource-integrity name.
    + rf"|(?<=[\",-])[A-Za-z0-9+/]{{{_SHORTEST},}}={{0,2}}(?=\")"
    rf"|[A-Za-z0-9_-]{{{_SHORTEST},}}"
)
_UUID = re.compile(_UUID_FORM)
_BASE58 = re.compile(r"z[1-9A-HJ-NP-Za-km-z]+")
_BASE64URL = re.compile(r"[A-Za-z0-9_-]+")
_LOWER_HEX = re.compile(r"(?:[0-9a-f]{2})+")
_WORD = re.compile(r"[a-z]{10}|[A-Z]{10}")
_MARKER = re.compile(r"[\x00-\x1f]")


def split(text: str) -> tuple[str, bytes]:
    """Take the tokens out of `text`; returns the template and the blobs.

    `text` must hold no character below U+0020, which minified JSON never does.
    """
    numbers: dict[str, int] = {}
    uuids: dict[str, int] = {}
    blobs = bytearray()

    def put(marker: str, token: str, data: bytes) -> str:
        number = numbers.get(token)
        if number is not None and marker == UUID:
            return UUID_AGAIN + chr(_FIRST_NUMBER + len(uuids) - 1 - uuids[token])
        if number is not None:
            return AGAIN + chr(_FIRST_NUMBER + number)
        if len(numbers) >= limits.BUNDLE_BLOBS:
            return token
        numbers[token] = len(numbers)
        if marker == UUID:
            uuids[token] = len(uuids)
        if not _BLOB_FORMS[marker].size:
            blobs.extend(varint(len(data)))
        blobs.extend(data)
        return marker

    def nested_bytes(data: bytes) -> str | None:
        """CBOR whose long byte strings go to the blobs, so that what is around them compresses."""
        parts = _cbor_byte_strings(data)
        if not parts:
            return None
        out, position = [BYTES_BEGIN], 0
        for begin, end in parts:
            out.append(data[position:begin].hex())
            size = end - begin
            out.append({64: RAW_64, 32: RAW_32}.get(size, RAW))
            if size not in (32, 64):
                blobs.extend(varint(size))
            blobs.extend(data[begin:end])
            position = end
        return "".join([*out, data[position:].hex(), BYTES_END])

    def replace(run: str, depth: int) -> str:
        if _UUID.fullmatch(run):
            return put(UUID, run, bytes.fromhex(run.replace("-", "")))
        is_base58 = _BASE58.fullmatch(run) is not None
        # One signature in forty holds ten letters of one case in a row, as words do.
        if not _random_looking(run) and not (is_base58 and len(run) in _SIGNATURE_CHARACTERS):
            return run
        if is_base58 and (data := _base58(run)) is not None:
            return _put_base58(put, run, data)
        if len(run) >= 32 and _LOWER_HEX.fullmatch(run):
            return put(HEX, run, bytes.fromhex(run))
        if not _BASE64URL.fullmatch(run):
            return _put_base64(put, run)
        may_nest = depth < limits.BUNDLE_NESTING
        if may_nest and (inner := _nested(run)) is not None:
            return TEXT_BEGINS + take_out(inner, depth + 1) + TEXT_ENDS
        if run[0] == "u" and (data := _base64url(run[1:])) is not None:
            return (may_nest and nested_bytes(data)) or put(MULTIBASE_U, run, data)
        data = _base64url(run)
        if data is not None:
            return put(BASE64URL, run, data)
        # Not the end of a base64 text, but whole groups of four always are.
        whole = len(run) // 4 * 4
        data = _base64url(run[:whole])
        return run if data is None else put(BASE64URL, run[:whole], data) + run[whole:]

    def take_out(part: str, depth: int) -> str:
        return _RUN.sub(lambda match: replace(match[0], depth), part)

    return take_out(text, 0), bytes(blobs)


def join(template: str, blobs: bytes, *, characters: int) -> str:
    """Put the blobs back; the text must come out `characters` long.

    Raises DocumentError (``bundle.damaged``) when template and blobs do not belong together, LimitExceeded
    (``bundle.too-many-blobs``) over a ceiling. Work is bounded by `characters`.
    """
    tokens: list[str] = []
    uuids: list[str] = []
    # The pieces of each nested text that is still open, with the marker it began at; the outermost first.
    open_texts: list[tuple[list[str], str]] = [([], "")]
    written = 0
    position = 0  # in blobs
    cursor = 0  # in template
    for match in _MARKER.finditer(template):
        if match.start() < cursor:
            continue  # the character that follows AGAIN
        open_texts[-1][0].append(template[cursor : match.start()])
        written += match.start() - cursor
        marker, cursor = match[0], match.end()
        if marker in _ENDS:
            if len(open_texts) > limits.BUNDLE_NESTING:
                raise damaged()
            open_texts.append(([], marker))
            continue
        if marker in _ENDS.values():
            pieces, began = open_texts.pop()
            if _ENDS.get(began) != marker:
                raise damaged()
            inner = "".join(pieces)
            piece = _nested_text(inner) if marker == TEXT_ENDS else _nested_bytes(inner)
            written -= len(inner)
        elif marker in (AGAIN, UUID_AGAIN):
            known = tokens if marker == AGAIN else uuids
            number = ord(template[cursor]) - _FIRST_NUMBER if cursor < len(template) else -1
            cursor += 1
            if not 0 <= number < len(known):
                raise damaged()
            piece = known[number if marker == AGAIN else -1 - number]
        else:
            kind = _BLOB_FORMS.get(marker)
            if kind is None:
                raise damaged()
            size = kind.size
            if not size:
                size, position = read_varint(blobs, position)
                if marker == MULTIBASE_Z and size > _BASE58_BYTES:
                    raise damaged()
            data = blobs[position : position + size]
            if len(data) != size or not size:
                raise damaged()
            position += size
            if len(tokens) >= limits.BUNDLE_BLOBS:
                raise LimitExceeded(
                    "bundle.too-many-blobs",
                    N_("The bundle holds more than {limit} keys, signatures and identifiers."),
                    limit=limits.BUNDLE_BLOBS,
                )
            piece = kind.write(data)
            if marker in _RAW:
                if open_texts[-1][1] != BYTES_BEGIN:
                    raise damaged()
            else:
                tokens.append(piece)
                if marker == UUID:
                    uuids.append(piece)
        open_texts[-1][0].append(piece)
        written += len(piece)
        # Hexadecimal inside nested bytes is longer than the base64url it becomes, but never twice as long.
        if written > 2 * characters:
            raise damaged()
    open_texts[-1][0].append(template[cursor:])
    written += max(0, len(template) - cursor)
    if len(open_texts) != 1 or position != len(blobs) or written != characters:
        raise damaged()
    return "".join(open_texts[0][0])


def varint(number: int) -> bytes:
    """An unsigned LEB128 number, seven bits a byte, the lowest first."""
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def read_varint(data: bytes, position: int) -> tuple[int, int]:
    """The number at `position` and the position behind it.

    Raises DocumentError (``bundle.damaged``) when it is cut off, longer than four bytes or not the
    shortest form.
    """
    number = 0
    for step in range(4):
        if position + step >= len(data):
            break
        byte = data[position + step]
        number |= (byte & 0x7F) << (7 * step)
        if byte < 0x80:
            if step and not byte:
                break
            return number, position + step + 1
    raise damaged()


def damaged() -> DocumentError:
    return DocumentError(
        "bundle.damaged",
        N_("The bundle is damaged: its parts do not fit together."),
        next_step=N_("Scan the codes again, or ask for the file."),
    )


def _put_base58(put: Callable[[str, str, bytes], str], run: str, data: bytes) -> str:
    if len(data) == 34 and data.startswith(_ED25519_PREFIX):
        return put(ED25519_KEY, run, data[2:])
    if len(data) == 35 and data.startswith(_P256_PREFIX):
        return put(P256_KEY, run, data[2:])
    return put(SIGNATURE if len(data) == 64 else MULTIBASE_Z, run, data)


def _put_base64(put: Callable[[str, str, bytes], str], run: str) -> str:
    try:
        return put(BASE64, run, base64_decode(run))
    except VcwalletError:
        return run


def _base58(run: str) -> bytes | None:
    try:
        data = base58btc_decode(run[1:])
    except VcwalletError:
        return None
    return data if 0 < len(data) <= _BASE58_BYTES else None


def _base64url(run: str) -> bytes | None:
    try:
        return base64url_decode(run) or None
    except VcwalletError:
        return None


def _nested_text(inner: str) -> str:
    return base64url_encode(inner.encode("utf-8"))


def _nested_bytes(inner: str) -> str:
    if _LOWER_HEX.fullmatch(inner) is None:
        raise damaged()
    return "u" + base64url_encode(bytes.fromhex(inner))


def _cbor_byte_strings(data: bytes) -> list[tuple[int, int]]:
    """Where the long byte strings of a CBOR item lie; none when it is not one, or has none.

    Derived proofs are such items: vc-di-ecdsa, section 3.5.7; vc-di-bbs, section 3.3.4.
    """
    found: list[tuple[int, int]] = []
    position = 0
    try:
        while position < len(data):
            major, argument, position = cbor.head(data, position)
            if major in (cbor.BYTES, cbor.TEXT):
                begin, position = position, position + argument
                if major == cbor.BYTES and argument >= _SHORTEST_RAW:
                    # The name of a key's type is the same in every proof.
                    prefix = data[begin : begin + 2]
                    found.append((begin + 2 * (_MULTIKEY_LENGTHS.get(prefix) == argument), position))
    except VcwalletError:
        return []
    return found if position == len(data) else []


def _nested(run: str) -> str | None:
    """The text inside a base64url token, when it is one worth compressing: a JOSE header or payload."""
    if run[0] not in "eWI":
        return None  # neither {" nor [" nor a quoted text
    data = _base64url(run)
    if data is None:
        return None
    try:
        inner = data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return None if _MARKER.search(inner) else inner


def _random_looking(run: str) -> bool:
    """Words compress better where they are: a token has digits, changes case often, or is hexadecimal."""
    if not any(character.isdigit() for character in run):
        return False
    return _WORD.search(run) is None or len(run) > 200
