"""``VP1-`` codes of other programs, which are read and made.

``VP1-`` is a CBOR-LD document in base 45 (multibase ``R``) or base 32 (``B``), in one symbol. Single
credentials only are made: no published program writes VC 2.0 presentations so.
"""

from __future__ import annotations

import base64
import binascii
from typing import Final

from vcwallet import limits
from vcwallet.bundle import cbor_ld
from vcwallet.errors import N_, InputError
from vcwallet.strict_json import JsonObject

VP1: Final = "VP1-"

_BASE45: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_VALUES: Final = {character: value for value, character in enumerate(_BASE45)}


def read(text: str) -> JsonObject:
    """The document in a ``VP1-`` code.

    Raises InputError (``foreign.vp1``) when it is not well-formed text, and what `cbor_ld.decode` raises.
    """
    if not text.startswith(VP1) or len(text) > 2 * limits.CBOR_BYTES:
        raise _malformed()
    base, body = text[len(VP1) : len(VP1) + 1], text[len(VP1) + 1 :]
    if base == "R":
        return cbor_ld.decode(base45_decode(body))
    if base != "B":
        raise _malformed()
    try:
        data = base64.b32decode(body + "=" * (-len(body) % 8))
    except (binascii.Error, ValueError):
        raise _malformed() from None
    return cbor_ld.decode(data)


def write(credential: JsonObject) -> str:
    """A ``VP1-`` text of a credential, for QR's alphanumeric mode; raises what `cbor_ld.encode` raises."""
    return VP1 + "R" + base45_encode(cbor_ld.encode(credential))


def base45_encode(data: bytes) -> str:
    """Base 45 (RFC 9285): two bytes in three characters, a last one in two; the lowest digit first."""
    out = []
    for start in range(0, len(data), 2):
        pair = data[start : start + 2]
        number = int.from_bytes(pair, "big")
        for _ in range(len(pair) + 1):
            number, digit = divmod(number, 45)
            out.append(_BASE45[digit])
    return "".join(out)


def base45_decode(text: str) -> bytes:
    """Read `base45_encode`; raises InputError (``foreign.vp1``)."""
    out = bytearray()
    for start in range(0, len(text), 3):
        group = text[start : start + 3]
        size = len(group) - 1
        if size < 1 or not all(character in _VALUES for character in group):
            raise _malformed()
        number = sum(_VALUES[character] * 45**place for place, character in enumerate(group))
        if number >> 8 * size:
            raise _malformed()
        out += number.to_bytes(size, "big")
    return bytes(out)


def _malformed() -> InputError:
    return InputError(
        "foreign.vp1",
        N_("The code begins with VP1- and is damaged."),
        next_step=N_("Scan it again."),
    )
