"""Digits carry any bytes, one text each, and are found again in whatever a scanner or a mail program made."""

from __future__ import annotations

import random
import textwrap

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.shared import processor_seconds
from vcwallet import limits
from vcwallet.bundle import symbols, typed_digits
from vcwallet.bundle.digits import digits_needed, from_digits, to_digits
from vcwallet.bundle.frames import Frame, split
from vcwallet.errors import VcwalletError
from vcwallet.keyboards import as_american

FRAMES = split(random.Random(2).randbytes(2000), max_payload=700, parity=1)
LINES = [to_digits(frame) for frame in FRAMES]


@settings(deadline=None)
@given(st.binary(max_size=100))
def test_any_bytes_come_back(data: bytes) -> None:
    digits = to_digits(data)
    assert len(digits) == digits_needed(len(data))
    assert from_digits(digits) == data


BAD_DIGITS = {
    "a length no bytes have": "1234",
    "a group beyond seven bytes": "99999999999999999",
    "a tail beyond its bytes": "999",
    "a letter": "0O0",
    "Arabic digits": "٠٠٠",
    "a sign": "-01",
    "a space": "0 1",
}


@pytest.mark.parametrize("digits", BAD_DIGITS.values(), ids=BAD_DIGITS)
def test_other_digits_are_refused(digits: str) -> None:
    with pytest.raises(VcwalletError) as caught:
        from_digits(digits)
    assert caught.value.code == "digits.malformed"


def test_capacities_are_those_of_the_standard() -> None:
    """Bytes of one frame at levels L, M, Q, from the table of notes on QR codes."""
    known = {
        10: (268, 211, 149),
        15: (514, 408, 289),
        20: (848, 658, 477),
        22: (991, 770, 559),
        25: (1258, 986, 707),
        30: (1712, 1354, 970),
        40: (2919, 2304, 1644),
    }
    for version, sizes in known.items():
        assert tuple(symbols.capacity(version, level) for level in symbols.Level) == sizes


MANGLED = {
    "as scanned, each ended with Enter": "\r\n".join(LINES) + "\r\n",
    "ended with Tab": "\t".join(LINES),
    "in one run": "".join(LINES),
    "with spaces": "\n".join(" ".join(textwrap.wrap(line, 4)) for line in LINES),
    "wrapped by a mail program": "\n".join("\n".join(textwrap.wrap(line, 76)) for line in LINES),
    "quoted by a mail program": "\n".join(
        "\n".join("> " + part for part in textwrap.wrap(line, 70)) for line in LINES
    ),
    "with labels before": "\n".join(f"Код {n} из 3: {line}" for n, line in enumerate(LINES, 1)),
    "among words": "Здравствуйте! 12 мая 2026, тел. 000-00-00\n"
    + "\n\nвот ещё\n".join(LINES)
    + "\nС уважением, 2",
    "shifted by a layout": "\n".join(LINES) + "\nЯ",
}


@pytest.mark.parametrize("text", MANGLED.values(), ids=MANGLED)
def test_frames_are_found_in_mangled_text(text: str) -> None:
    assert typed_digits.frames_in(text) == FRAMES


def test_a_line_that_breaks_off_is_given_back_as_far_as_it_goes() -> None:
    text = f"{LINES[0]}\n{LINES[1][:600]}\n{LINES[2]}"
    found = typed_digits.frames_in(text)
    assert found[0] == FRAMES[0]
    assert FRAMES[1].startswith(found[1])
    assert found[2] == FRAMES[2]


def test_numbers_of_a_table_are_no_part_that_broke_off() -> None:
    """A sheet of results has enough digits for something that looks like the header of a part."""
    header = LINES[0][:34]
    assert typed_digits.frames_in(header)
    assert typed_digits.frames_in(f"> {header[:20]}\r\n> {header[20:]}")
    assert not typed_digits.frames_in("\n".join(f"{digit};Иванова;" for digit in header))
    assert not typed_digits.frames_in(f"{header[:33]},{header[33:]}")
    assert typed_digits.frames_in(f"{header[:33]};\n" + "\n".join(LINES)) == FRAMES


def test_a_russian_layout_is_turned_back() -> None:
    assert as_american("МЗ1-ЙЦ5Ж") == "VP1-QW5:"
    assert as_american("ырсЖ.") == "shc:/"


@settings(deadline=None)
@given(st.text(alphabet="0123456789 \nабв", max_size=400))
def test_any_text_is_searched_without_a_traceback(text: str) -> None:
    for frame in typed_digits.frames_in(text):
        assert isinstance(frame, bytes)


HOSTILE = {
    "every group begins like a frame": "00281474976710656",
    "every group is a good header of a long frame": to_digits(
        Frame(b"abcd", 1, 0, 4000, b"").to_bytes() + bytes(5)
    ),
    "the same, and a group no bytes have once in a while": (
        to_digits(Frame(b"abcd", 1, 0, 4000, b"").to_bytes() + bytes(5)) * 500 + "9" * 17
    ),
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_digits_take_time_in_proportion_to_their_length(text: str) -> None:
    """At the ceiling of text: quadratic work would not end."""
    with processor_seconds(10):
        typed_digits.frames_in(text * (limits.SCAN_TEXT_CHARACTERS // len(text)))
