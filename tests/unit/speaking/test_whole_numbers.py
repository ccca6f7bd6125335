"""Whatever stands in the place of a number is told from one, and raises nothing."""

from __future__ import annotations

import pytest

from vcwallet.speaking.whole_numbers import whole_number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", 0),
        ("007", 7),
        ("999999999", 999_999_999),
        *((text, None) for text in ("", " 1", "1\n", "-1", "+1", "1_0", "1e3", "1.0", "²", "٣", "9" * 5000)),
    ],
)
def test_a_whole_number_is_digits_alone(text: str, number: int | None) -> None:
    assert whole_number(text) == number
