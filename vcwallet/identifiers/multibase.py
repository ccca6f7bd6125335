"""Bytes as text: Multibase (Controlled Identifiers 1.0, section 2.4) with the two bases its table fixes.

``z`` is base-58-btc, ``u`` is base-64-url-no-pad. Every byte string has exactly one text in each, and only
that one is read: no padding, no unused bits set, no foreign characters. Otherwise one key would have
several identifiers and one signature several spellings.
"""

from __future__ import annotations

import base64
import binascii
from typing import Literal

from vcwallet import limits
from vcwallet.errors import N_, DocumentError, LimitExceeded

__all__ = [
    "base58btc_decode",
    "base58btc_encode",
    "base64_decode",
    "base64url_decode",
    "base64url_encode",
    "decode_multibase",
    "encode_multibase",
]

_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
# The arithmetic on big integers is the cost, so it is done ten digits at a time.
_CHUNK = 10
_BASE = 58**_CHUNK
_PAIRS = [first + second for first in _ALPHABET for second in _ALPHABET]
_NOT_A_DIGIT = 0xFF
_VALUES = bytes(_ALPHABET.index(chr(code)) if chr(code) in _ALPHABET else _NOT_A_DIGIT for code in range(256))


def base58btc_encode(data: bytes) -> str:
    """Base-58-btc, each leading zero byte written as ``1``. Quadratic: meant for keys and signatures."""
    digits = data.lstrip(b"\0")
    number = int.from_bytes(digits, "big")
    chunks: list[str] = []
    while number:
        number, chunk = divmod(number, _BASE)
        # A loop over the five pairs takes twice the time.
        chunks.append(
            _PAIRS[chunk // 58**8]
            + _PAIRS[chunk // 58**6 % 58**2]
            + _PAIRS[chunk // 58**4 % 58**2]
            + _PAIRS[chunk // 58**2 % 58**2]
            + _PAIRS[chunk % 58**2]
        )
    chunks.reverse()
    return "1" * (len(data) - len(digits)) + "".join(chunks).lstrip("1")


def base58btc_decode(text: str) -> bytes:
    """Read base-58-btc of at most `limits.MULTIBASE_CHARACTERS` characters.

    Raises LimitExceeded (``multibase.too-long``) before decoding, since the work is quadratic, and
    DocumentError (``multibase.alphabet``).
    """
    if len(text) > limits.MULTIBASE_CHARACTERS:
        raise _too_long(len(text), limits.MULTIBASE_CHARACTERS)
    digits = text.lstrip("1")
    try:
        values = digits.encode("ascii").translate(_VALUES)
    except UnicodeEncodeError:
        values = bytes([_NOT_A_DIGIT])
    if _NOT_A_DIGIT in values:
        raise DocumentError("multibase.alphabet", N_("“{text}” is not base-58 text."), text=text[:64])
    values = values.rjust(-(-len(values) // _CHUNK) * _CHUNK, b"\0")
    number = 0
    for start in range(0, len(values), _CHUNK):
        chunk = 0
        for value in values[start : start + _CHUNK]:
            chunk = chunk * 58 + value
        number = number * _BASE + chunk
    return bytes(len(text) - len(digits)) + number.to_bytes((number.bit_length() + 7) // 8, "big")


def base64url_encode(data: bytes) -> str:
    """Base-64-url without padding (RFC 4648, section 5)."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def base64url_decode(text: str, *, max_characters: int = limits.JSON_STRING_BYTES) -> bytes:
    """Read canonical base-64-url without padding.

    Raises LimitExceeded (``multibase.too-long``) and DocumentError (``multibase.base64url``) for padding,
    characters outside the alphabet, an impossible length or unused bits that are not zero.
    """
    if len(text) > max_characters:
        raise _too_long(len(text), max_characters)
    try:
        data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        data = None
    # The standard decoder skips what it does not know and drops unused bits; writing the bytes again
    # shows both.
    if data is None or base64url_encode(data) != text:
        raise DocumentError(
            "multibase.base64url", N_("“{text}” is not canonical base64url text."), text=text[:64]
        )
    return data


def base64_decode(text: str, *, max_characters: int = limits.JSON_STRING_BYTES) -> bytes:
    """Read canonical base-64 with its padding (RFC 4648, section 4), as `base64url_decode` reads the other.

    Raises LimitExceeded (``multibase.too-long``) and DocumentError (``multibase.base64``).
    """
    if len(text) > max_characters:
        raise _too_long(len(text), max_characters)
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        data = None
    # What counts as too much padding differs between versions of Python.
    if data is None or base64.b64encode(data).decode("ascii") != text:
        raise DocumentError("multibase.base64", N_("“{text}” is not canonical base64 text."), text=text[:64])
    return data


def encode_multibase(data: bytes, base: Literal["z", "u"] = "z") -> str:
    """Write `data` with its Multibase header."""
    return "z" + base58btc_encode(data) if base == "z" else "u" + base64url_encode(data)


def decode_multibase(text: str) -> bytes:
    """Read a Multibase text by its header, ``z`` or ``u``.

    Raises what the two decoders raise, and DocumentError (``multibase.header``) for any other header.
    """
    header = text[:1]
    if header == "z":
        return base58btc_decode(text[1:])
    if header == "u":
        return base64url_decode(text[1:])
    raise DocumentError(
        "multibase.header",
        N_("“{text}” does not begin with “z” or “u”, the two encodings that are read here."),
        text=text[:64],
    )


def _too_long(size: int, limit: int) -> LimitExceeded:
    return LimitExceeded(
        "multibase.too-long",
        N_("An encoded value has {size} characters; the ceiling is {limit}."),
        size=size,
        limit=limit,
    )
