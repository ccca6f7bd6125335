"""Text -> the payloads of symbols in it: from a scanner that types, a file of lines, a message.

A keyboard-wedge scanner types what it reads through whatever keyboard layout is active, ends it with Enter
or Tab or nothing, and a mail program adds spaces and line breaks. Digits survive all of it, and a frame's
header says how long the frame is, so frames are found even in one unbroken run.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from contextlib import suppress
from typing import Final

from vcwallet import limits
from vcwallet.bundle.digits import GROUP_BYTES, GROUP_DIGITS, digits_needed, from_digits
from vcwallet.bundle.frames import Frame
from vcwallet.errors import VcwalletError

_NOT_DIGITS = re.compile(r"[^0-9]+")
_BEGINNING = re.compile("00(?:28[1-9]|29[0-9]|[34][0-9]{2}|5[0-5][0-9]|56[0-2])")
"""The first digits of seven bytes that begin with the frame version, 1."""
_HEADER_DIGITS: Final = 2 * GROUP_DIGITS
_MAY_SEPARATE: Final = frozenset(" \t\r\n\xa0>")
"""What a scanner and a mail program put between the digits of one part."""


def frames_in(text: str) -> list[bytes]:
    """The frames written in a text as digits, in order; whatever else is there is passed over.

    A frame that breaks off is returned as far as it goes, for `Frame.parse` to name, unless other words stand
    among the digits of its header: the numbers of a table look like one sooner or later. Takes time in
    proportion to the text, whatever it holds.
    """
    digits, interruptions = _digits_of(text)
    found: list[bytes] = []
    # For each alignment, a group further on that no bytes have: no frame reaches across it.
    barriers = [-1] * GROUP_DIGITS
    position = 0
    broken: int | None = None
    while match := _BEGINNING.search(digits, position):
        begin = match.start()
        position = begin + 1
        length = _frame_digits(digits[begin : begin + _HEADER_DIGITS])
        if length is None:
            continue
        if begin + length <= len(digits) and _reaches(digits, begin, begin + length, barriers):
            if broken is not None:
                found.append(_as_far_as_it_goes(digits[broken:begin]))
            found.append(from_digits(digits[begin : begin + length]))
            position, broken = begin + length, None
        elif broken is None and not _is_interrupted(interruptions, begin):
            broken = begin
    if broken is not None:
        found.append(_as_far_as_it_goes(digits[broken:]))
    return found


def _digits_of(text: str) -> tuple[str, list[int]]:
    """The digits of a text, and before which of them something stands that no part has among its digits."""
    runs: list[str] = []
    interruptions: list[int] = []
    count = end = 0
    for other in _NOT_DIGITS.finditer(text):
        runs.append(text[end : other.start()])
        count += other.start() - end
        end = other.end()
        if not _MAY_SEPARATE.issuperset(other.group()):
            interruptions.append(count)
    runs.append(text[end:])
    return "".join(runs), interruptions


def _is_interrupted(interruptions: list[int], begin: int) -> bool:
    """Whether one stands among the digits of the header that begins there."""
    after = bisect_right(interruptions, begin)
    return after < len(interruptions) and interruptions[after] < begin + _HEADER_DIGITS


def _frame_digits(header: str) -> int | None:
    """How many digits the frame with this header has; None when it is no header."""
    if len(header) < _HEADER_DIGITS:
        return None
    try:
        return digits_needed(Frame.length(from_digits(header)))
    except VcwalletError:
        return None


def _reaches(digits: str, begin: int, end: int, barriers: list[int]) -> bool:
    """Whether every group of digits from `begin` to `end` is one that bytes have."""
    alignment, last = begin % GROUP_DIGITS, end - GROUP_DIGITS
    if begin <= barriers[alignment] <= last:
        return False
    if barriers[alignment] < begin:
        for start in range(begin, last + 1, GROUP_DIGITS):
            if int(digits[start : start + GROUP_DIGITS]) >> (8 * GROUP_BYTES):
                barriers[alignment] = start
                return False
    try:
        from_digits(digits[end - (end - begin) % GROUP_DIGITS : end])
    except VcwalletError:
        return False
    return True


def _as_far_as_it_goes(digits: str) -> bytes:
    """The bytes of whole groups of digits, up to the first that no bytes have."""
    out = b""
    with suppress(VcwalletError):
        for start in range(0, len(digits) - GROUP_DIGITS + 1, GROUP_DIGITS):
            out += from_digits(digits[start : start + GROUP_DIGITS])
    return out[: limits.FRAME_BYTES]
