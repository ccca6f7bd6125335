"""The printed recovery code: 16 random bytes as a person reads and types them, whole or as three shares.

    code = render_recovery_code(secret)            # seven groups of four
    first, second, third = render_shares(secret, "3F-21", randomness)    # eight groups each
    assert parse_recovery_code(code) == parse_recovery_code(third, first) == secret

A share alone says nothing about the secret, and any two give it: Shamir's scheme with the threshold two over
the field of four elements, the smallest with three places for shares. Whoever doubts it can try all sixteen
cases by hand, and a test does.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from vcwallet.errors import N_, UsageError

RECOVERY_SECRET_BYTES: Final = 16
SHARES: Final = 3
_CODE_CHARACTERS: Final = 28
_SHARE_CHARACTERS: Final = 32
_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's Base32."""
_VALUES: Final = {character: value for value, character in enumerate(_ALPHABET)}
# What people type instead: letters Crockford leaves out, and the Cyrillic letters that look like Latin ones.
_LOOKALIKES: Final = str.maketrans("OILАВЕКМНОРСТХУ", "011ABEKMH0PCTXY")
_MOST_CHARACTERS: Final = 256
_GROUPS: Final = re.compile(r"(?<![\w-])\w{4}(?:-\w{4}){6,7}(?![\w-])")


@dataclass(frozen=True, slots=True)
class Share:
    """One of three, of the sheet with this number."""

    place: int
    sheet: str
    data: bytes


def render_recovery_code(secret: bytes) -> str:
    """``ABCD-EFGH-...``: seven groups of four."""
    return _render(int.from_bytes(secret, "big") << 12 | _check_bits(b"code", secret), _CODE_CHARACTERS)


def render_shares(secret: bytes, sheet: str, randomness: Callable[[int], bytes]) -> tuple[str, str, str]:
    """Three codes of eight groups; `sheet` is the number of the sheet, such as ``3F-21``."""
    pad = randomness(RECOVERY_SECRET_BYTES)
    first, second, third = (
        _render_share(Share(place, sheet, _plus(secret, _turned(pad, place - 1))))
        for place in range(1, SHARES + 1)
    )
    return first, second, third


def parse_recovery_code(*codes: str) -> bytes:
    """The secret in a code as people type it, or in two shares: any case, spaces or hyphens, Cyrillic
    look-alikes.

    Raises UsageError (``recovery-code.length``, ``recovery-code.character``, ``recovery-code.typo``), and for
    shares ``recovery-code.another-share`` when one is missing, ``recovery-code.same-share`` and
    ``recovery-code.other-sheet``.
    """
    read = [_parse(code) for code in codes]
    for each in read:
        if isinstance(each, bytes):
            return each
    shares = [each for each in read if isinstance(each, Share)]
    if len(shares) < 2:
        raise UsageError(
            "recovery-code.another-share",
            N_("This is share {place} of the sheet {sheet}: any two of its three shares open the file."),
            next_step=N_("Give another share too."),
            place=shares[0].place if shares else 0,
            sheet=shares[0].sheet if shares else "-",
        )
    one, other = shares[:2]
    if one.sheet != other.sheet:
        raise UsageError(
            "recovery-code.other-sheet",
            N_("The shares are of two sheets, {sheet} and {other}."),
            next_step=N_("Take two shares of one sheet."),
            sheet=one.sheet,
            other=other.sheet,
        )
    if one.place == other.place:
        raise UsageError(
            "recovery-code.same-share",
            N_("Both are share {place}: two different ones are needed."),
            place=one.place,
        )
    return _combined(one, other)


def codes_in(text: str) -> list[str]:
    """The codes and shares in a text: a page that was printed, or a code alone as somebody typed it."""
    found = [match[0] for match in _GROUPS.finditer(text) if _is_whole(match[0])]
    return found or ([text.strip()] if text.strip() else [])


@dataclass(frozen=True, slots=True)
class Group:
    """Four characters of a printed code, to be read back from the page."""

    place: int
    """Which of several pages."""
    number: int
    """Which group of the page; counts from 1."""
    text: str = field(repr=False)

    def is_read_as(self, typed: str) -> bool:
        """Whether somebody typed these characters, in any case and with look-alikes."""
        return _plain(typed) == self.text


def groups_to_read(codes: Sequence[str], randomness: Callable[[int], bytes]) -> tuple[Group, ...]:
    """What somebody reads from fresh pages, so that nobody learns in eleven years that the ink was out.

    Two groups of a lone page, one of each of several.
    """
    found = []
    for place, code in enumerate(codes, 1):
        groups = code.split("-")
        first = randomness(1)[0] % len(groups)
        second = (first + 1 + randomness(1)[0] % (len(groups) - 1)) % len(groups)
        chosen = {first} if len(codes) > 1 else {first, second}
        found += [Group(place, number + 1, groups[number]) for number in sorted(chosen)]
    return tuple(found)


def sheet_number(slot_id: str) -> str:
    """What a sheet is called, such as ``3F-21``: the beginning of the id of its slot."""
    return f"{slot_id[:2]}-{slot_id[2:4]}".upper()


# --- the arithmetic of shares ---------------------------------------------------------------------
# Two bits are an element of the field of four: 0, 1, w and w + 1, where w * w = w + 1. Half of the bytes hold
# the bits of w, the other half the bits of 1. Share n is secret + w**(n - 1) * pad.


def _plus(one: bytes, other: bytes) -> bytes:
    return bytes(left ^ right for left, right in zip(one, other, strict=True))


def _turned(value: bytes, times: int) -> bytes:
    """The value multiplied by w so many times; three times is once round."""
    half = len(value) // 2
    for _ in range(times % 3):
        high, low = value[:half], value[half:]
        value = _plus(high, low) + high
    return value


def _combined(one: Share, other: Share) -> bytes:
    # Of the powers 1, w and w + 1 any two differ by the third, and w * w * w is 1: so what two shares differ
    # by, turned this often, is the pad.
    pad = _turned(_plus(one.data, other.data), one.place + other.place - 2)
    return _plus(one.data, _turned(pad, one.place - 1))


# --- letters --------------------------------------------------------------------------------------


def _render(number: int, characters: int) -> str:
    written = "".join(_ALPHABET[number >> 5 * place & 31] for place in reversed(range(characters)))
    return "-".join(written[start : start + 4] for start in range(0, characters, 4))


def _render_share(share: Share) -> str:
    sheet = bytes.fromhex(share.sheet.replace("-", ""))
    number = share.place << 16 | int.from_bytes(sheet, "big")
    number = number << 128 | int.from_bytes(share.data, "big")
    return _render(number << 12 | _share_check(share.place, sheet, share.data), _SHARE_CHARACTERS)


def _plain(typed: str) -> str:
    """What was typed, as codes are printed: without hyphens and spaces, in capitals, no look-alikes."""
    return re.sub(r"[\s\-‐‑–—−.]", "", typed).upper().translate(_LOOKALIKES)


def _parse(code: str) -> bytes | Share:
    if len(code) > _MOST_CHARACTERS:
        raise _wrong_length(len(code))
    text = _plain(code)
    if len(text) not in (_CODE_CHARACTERS, _SHARE_CHARACTERS):
        raise _wrong_length(len(text))
    number = 0
    for position, character in enumerate(text):
        value = _VALUES.get(character)
        if value is None:
            raise UsageError(
                "recovery-code.character",
                N_("Group {group} of the recovery code holds “{character}”, which no code has."),
                next_step=N_("Compare the group with the sheet."),
                group=position // 4 + 1,
                character=character,
            )
        number = number << 5 | value
    data = (number >> 12 & (1 << 128) - 1).to_bytes(RECOVERY_SECRET_BYTES, "big")
    if len(text) == _CODE_CHARACTERS:
        if number & 0xFFF != _check_bits(b"code", data):
            raise _typo()
        return data
    place, sheet = number >> 156, (number >> 140 & 0xFFFF).to_bytes(2, "big")
    if not 1 <= place <= SHARES or number & 0xFFF != _share_check(place, sheet, data):
        raise _typo()
    return Share(place, sheet_number(sheet.hex()), data)


def _is_whole(code: str) -> bool:
    try:
        _parse(code)
    except UsageError:
        return False
    return True


def _share_check(place: int, sheet: bytes, data: bytes) -> int:
    return _check_bits(b"share", bytes([place]) + sheet + data)


def _check_bits(kind: bytes, data: bytes) -> int:
    """Twelve bits."""
    return int.from_bytes(hashlib.sha256(b"vcwallet/v1 " + kind + b"\n" + data).digest()[:2], "big") >> 4


def _typo() -> UsageError:
    return UsageError(
        "recovery-code.typo",
        N_("The recovery code has a typing error."),
        next_step=N_("Compare each group with the printed sheet."),
    )


def _wrong_length(length: int) -> UsageError:
    return UsageError(
        "recovery-code.length",
        N_(
            "A recovery code has 28 letters and digits in seven groups, a share of one has 32 in eight; this"
            " one has {length}."
        ),
        next_step=N_("Type all groups as they are printed."),
        length=length,
    )
