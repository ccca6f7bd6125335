"""Groups of a fresh sheet are read back by somebody, so that an empty ink tank is noticed at once."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from vcwallet.sealed_file.recovery_codes import groups_to_read, render_recovery_code, render_shares

SECRET = bytes(range(16))


def randomness(seed: int) -> Callable[[int], bytes]:
    return random.Random(seed).randbytes


@pytest.mark.parametrize("seed", range(20))
def test_two_different_groups_of_a_lone_sheet_are_asked_for(seed: int) -> None:
    code = render_recovery_code(SECRET)
    one, other = groups_to_read([code], randomness(seed))
    assert one.number < other.number
    for group in (one, other):
        assert code.split("-")[group.number - 1] == group.text
        assert group.is_read_as(f" {group.text.lower()}-")
        assert not group.is_read_as(group.text[::-1] + "0")
        assert not group.is_read_as("")


def test_of_three_sheets_one_group_each_is_asked_for() -> None:
    codes = render_shares(SECRET, "3F-21", randomness(1))
    groups = groups_to_read(codes, randomness(2))
    assert [group.place for group in groups] == [1, 2, 3]
    assert all(codes[each.place - 1].split("-")[each.number - 1] == each.text for each in groups)
