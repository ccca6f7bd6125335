"""Bytes <-> decimal digits: 7 bytes are one big-endian number of 17 digits.

QR's numeric mode holds digits at 98.8 % of the bytes it would hold, and digits survive what byte mode and
letters do not: readers that return text only, and keyboard-wedge scanners under a Russian layout.
"""

from __future__ import annotations

import re
from typing import Final

from vcwallet.errors import N_, InputError

GROUP_BYTES: Final = 7
GROUP_DIGITS: Final = 17
_TAIL: Final = (0, 3, 5, 8, 10, 13, 15)
"""Digits of a last group of 0..6 bytes."""
_BYTES_OF: Final = {digits: size for size, digits in enumerate(_TAIL)}
_DIGITS = re.compile(r"[0-9]*")


def to_digits(data: bytes) -> str:
    groups = [data[start : start + GROUP_BYTES] for start in range(0, len(data), GROUP_BYTES)]
    return "".join(str(int.from_bytes(group, "big")).zfill(digits_needed(len(group))) for group in groups)


def digits_needed(size: int) -> int:
    """How many digits write `size` bytes."""
    return size // GROUP_BYTES * GROUP_DIGITS + _TAIL[size % GROUP_BYTES]


def from_digits(digits: str) -> bytes:
    """Read what `to_digits` wrote.

    Raises InputError (``digits.malformed``) for other characters than 0-9, a length no bytes have, or a
    group beyond its bytes: each byte string has exactly one text.
    """
    tail = _BYTES_OF.get(len(digits) % GROUP_DIGITS)
    if tail is None or _DIGITS.fullmatch(digits) is None:
        raise _malformed()
    out = bytearray()
    for start in range(0, len(digits), GROUP_DIGITS):
        group = digits[start : start + GROUP_DIGITS]
        size = GROUP_BYTES if len(group) == GROUP_DIGITS else tail
        value = int(group)
        if value >> (8 * size):
            raise _malformed()
        out += value.to_bytes(size, "big")
    return bytes(out)


def _malformed() -> InputError:
    return InputError("digits.malformed", N_("These digits do not come from a code of vcwallet."))
