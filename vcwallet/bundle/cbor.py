"""CBOR as CBOR-LD uses it (RFC 8949): integers, texts, byte strings, arrays, maps, simple values, floats.

A general reader turns tags into dates, decimals, regular expressions and shared references; hostile input
must reach none of those, so a tag is read only where `head` is asked for one. Lengths are definite.
"""

from __future__ import annotations

import math
import struct
from typing import Final, TypeAlias

from vcwallet import limits
from vcwallet.errors import N_, InputError

Cbor: TypeAlias = "bool | int | float | str | bytes | list[Cbor] | dict[int | str, Cbor] | None"

UNSIGNED: Final = 0
NEGATIVE: Final = 1
BYTES: Final = 2
TEXT: Final = 3
ARRAY: Final = 4
MAP: Final = 5
TAG: Final = 6
SIMPLE: Final = 7

_CONSTANTS: Final[dict[int, bool | None]] = {20: False, 21: True, 22: None}
_FLOATS: Final = {25: ">e", 26: ">f", 27: ">d"}


def dumps(value: Cbor) -> bytes:
    """The deterministic encoding (RFC 8949, section 4.2.3: shorter map keys first; shortest floats)."""
    if value is None or isinstance(value, bool):
        return bytes([SIMPLE << 5 | {False: 20, True: 21, None: 22}[value]])
    if isinstance(value, int):
        return _head(UNSIGNED, value) if value >= 0 else _head(NEGATIVE, -1 - value)
    if isinstance(value, float):
        return _float(value)
    if isinstance(value, bytes):
        return _head(BYTES, len(value)) + value
    if isinstance(value, str):
        encoded = value.encode("utf-8")
        return _head(TEXT, len(encoded)) + encoded
    if isinstance(value, list):
        return _head(ARRAY, len(value)) + b"".join(dumps(item) for item in value)
    pairs = sorted(((dumps(key), dumps(item)) for key, item in value.items()), key=_by_key)
    return _head(MAP, len(pairs)) + b"".join(key + item for key, item in pairs)


def loads(data: bytes) -> Cbor:
    """One CBOR item and nothing after it; raises InputError (``cbor.malformed``)."""
    value, position = _item(data, 0, 0)
    if position != len(data):
        raise _malformed()
    return value


def head(data: bytes, position: int) -> tuple[int, int, int]:
    """Major type, argument, and the position behind them; raises InputError (``cbor.malformed``)."""
    if position >= len(data):
        raise _malformed()
    major, short = data[position] >> 5, data[position] & 31
    if short < 24:
        return major, short, position + 1
    size = {24: 1, 25: 2, 26: 4, 27: 8}.get(short, 0)
    if not size or position + 1 + size > len(data):
        raise _malformed()
    return major, int.from_bytes(data[position + 1 : position + 1 + size], "big"), position + 1 + size


def _item(data: bytes, position: int, depth: int) -> tuple[Cbor, int]:
    if depth > limits.CBOR_DEPTH:
        raise _malformed()
    major, argument, after = head(data, position)
    if major == UNSIGNED:
        return argument, after
    if major == NEGATIVE:
        return -1 - argument, after
    if major in (BYTES, TEXT):
        end = after + argument
        if end > len(data):
            raise _malformed()
        return (data[after:end] if major == BYTES else _text(data[after:end])), end
    if major == ARRAY:
        items: list[Cbor] = []
        for _ in range(_count(argument, data, after)):
            item, after = _item(data, after, depth + 1)
            items.append(item)
        return items, after
    if major == MAP:
        members: dict[int | str, Cbor] = {}
        for _ in range(_count(argument, data, after)):
            key, after = _item(data, after, depth + 1)
            if isinstance(key, bool) or not isinstance(key, int | str) or key in members:
                raise _malformed()
            members[key], after = _item(data, after, depth + 1)
        return members, after
    if major == SIMPLE:
        return _simple(data[position], data[position + 1 : after], after)
    raise _malformed()


def _simple(initial: int, argument: bytes, after: int) -> tuple[Cbor, int]:
    kind = initial & 31
    if kind in _FLOATS:
        value: float = struct.unpack(_FLOATS[kind], argument)[0]
        if not math.isfinite(value):
            raise _malformed()
        return value, after
    if kind not in _CONSTANTS:
        raise _malformed()
    return _CONSTANTS[kind], after


def _count(claimed: int, data: bytes, position: int) -> int:
    """Each item takes a byte at least, so a claim beyond the end is refused before any work."""
    if claimed > len(data) - position:
        raise _malformed()
    return claimed


def _head(major: int, argument: int) -> bytes:
    for short, size in ((24, 1), (25, 2), (26, 4), (27, 8)):
        if argument < 24:
            return bytes([major << 5 | argument])
        if argument < 1 << 8 * size:
            return bytes([major << 5 | short]) + argument.to_bytes(size, "big")
    raise _malformed()


def _float(value: float) -> bytes:
    for kind, form in _FLOATS.items():
        try:
            packed = struct.pack(form, value)
        except OverflowError:
            continue
        if struct.unpack(form, packed)[0] == value:
            return bytes([SIMPLE << 5 | kind]) + packed
    raise _malformed()


def _by_key(pair: tuple[bytes, bytes]) -> tuple[int, bytes]:
    return len(pair[0]), pair[0]


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise _malformed() from None


def _malformed() -> InputError:
    return InputError("cbor.malformed", N_("The code's content is damaged: it is not well-formed CBOR."))
