"""Text -> the payloads of symbols in it: from a scanner that types, a file of lines, a message.

A keyboard-wedge scanner types what it reads through whatever keyboard layout is active, ends it with Enter
or Tab or nothing, and a mail program adds spaces and line breaks. Digits survive all of it, and a frame's
header says how long the frame is, so frames are found even in one unbroken run.
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Final

from vcwallet.bundle.digits import GROUP_DIGITS, digits_needed, from_digits
from vcwallet.bundle.frames import Frame
from vcwallet.errors import VcwalletError

_NOT_DIGITS = re.compile(r"[^0-9]+")
_BEGINNING = re.compile("00(?:28[1-9]|29[0-9]|[34][0-9]{2}|5[0-5][0-9]|56[0-2])")
"""The first digits of seven bytes that begin with the frame version, 1."""
_HEADER_DIGITS: Final = 2 * GROUP_DIGITS

# Where the letters of a Russian keyboard lie on an American one; what both have in common is left out.
_RUSSIAN: Final = "йцукенгшщзхъфывапролджэячсмитьбюё.ЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭЯЧСМИТЬБЮЁ,№;?"
_AMERICAN: Final = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`/QWERTYUIOP{}ASDFGHJKL:\"ZXCVBNM<>~?#$&"
_LAYOUT = str.maketrans(_RUSSIAN, _AMERICAN)


def frames_in(text: str) -> list[bytes]:
    """The frames written in a text as digits, in order; whatever else is there is passed over.

    A frame that breaks off is returned as far as it goes, for `Frame.parse` to name.
    """
    found: list[bytes] = []
    pending = ""  # a frame that began on an earlier line
    for line in text.splitlines():
        digits = _NOT_DIGITS.sub("", line)
        if pending and _frame_digits(digits) is not None:
            found.append(_broken_off(pending))
            pending = ""
        frames, pending = _read(pending + digits)
        found += frames
    if pending:
        found.append(_broken_off(pending))
    return found


def as_american(text: str) -> str:
    """The text as an American layout would have typed it."""
    return text.translate(_LAYOUT)


def _read(digits: str) -> tuple[list[bytes], str]:
    """The frames in a run of digits, and the beginning of one more that is cut off at its end."""
    found: list[bytes] = []
    position = 0
    while match := _BEGINNING.search(digits, position):
        begin = digits[match.start() :]
        length = _frame_digits(begin)
        if len(begin) < (length or _HEADER_DIGITS):
            return found, begin
        position = match.start() + 1
        if length is not None:
            with suppress(VcwalletError):  # other digits that look like a beginning
                found.append(from_digits(begin[:length]))
                position = match.start() + length
    return found, ""


def _frame_digits(digits: str) -> int | None:
    """How many digits the frame has that begins here; None when none does, or its header is cut off."""
    if _BEGINNING.match(digits) is None or len(digits) < _HEADER_DIGITS:
        return None
    try:
        return digits_needed(Frame.length(from_digits(digits[:_HEADER_DIGITS])))
    except VcwalletError:
        return None


def _broken_off(digits: str) -> bytes:
    try:
        return from_digits(digits[: len(digits) // GROUP_DIGITS * GROUP_DIGITS])
    except VcwalletError:
        return b""
