"""Only the dateTimeStamp form is read, and always to the same moment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vcwallet import timestamps
from vcwallet.errors import DocumentError

GOOD = {
    "2026-03-01T09:00:00Z": datetime(2026, 3, 1, 9, tzinfo=UTC),
    "2026-03-01T09:00:00+03:00": datetime(2026, 3, 1, 6, tzinfo=UTC),
    "2026-03-01T09:00:00.25-00:30": datetime(2026, 3, 1, 9, 30, 0, 250_000, tzinfo=UTC),
    "2024-02-29T24:00:00Z": datetime(2024, 3, 1, tzinfo=UTC),
    "2026-03-01T09:00:00.123456789Z": datetime(2026, 3, 1, 9, 0, 0, 123456, tzinfo=UTC),
}
BAD = [
    "",
    "2026-03-01",
    "2026-03-01T09:00:00",
    "2026-03-01 09:00:00Z",
    "2026-W01-1T00:00:00Z",
    "20260301T090000Z",
    "2026-02-31T00:00:00Z",
    "2026-03-01T24:00:01Z",
    "2026-03-01T24:00:00.5Z",
    "2026-03-01T09:00:00z",
    "2026-03-01t09:00:00Z",
    "2026-03-01T09:00:60Z",
    "2026-03-01T09:00:00+15:00",
    "2026-03-01T09:00:00+03:60",
    "２０２６-03-01T09:00:00Z",
    "2026-03-01T09:00:00Z\n",
    " 2026-03-01T09:00:00Z",
    "0000-01-01T00:00:00Z",
    "9999-12-31T24:00:00Z",
    "0001-01-01T00:00:00+14:00",
    "2026-03-01T09:00:00.Z",
]


@pytest.mark.parametrize("text", GOOD)
def test_good_moments(text: str) -> None:
    assert timestamps.parse(text) == GOOD[text]


@pytest.mark.parametrize("text", BAD)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(DocumentError) as caught:
        timestamps.parse(text)
    assert caught.value.code == "timestamp.malformed"


@given(
    st.datetimes(datetime(1, 1, 3), datetime(9999, 12, 28)),
    st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes))),
)
def test_written_then_read_is_the_same_second(naive: datetime, zone: timezone) -> None:
    moment = naive.replace(microsecond=0, tzinfo=zone)
    assert timestamps.parse(timestamps.render(moment)) == moment


@pytest.mark.parametrize(
    ("zone", "written"),
    [
        ("Z", "2026-03-01T22:30:05Z"),
        ("+03:00", "2026-03-02T01:30:05+03:00"),
        ("-10:30", "2026-03-01T12:00:05-10:30"),
    ],
)
def test_a_moment_is_written_by_the_clocks_of_a_zone(zone: str, written: str) -> None:
    moment = datetime(2026, 3, 1, 22, 30, 5, 999, tzinfo=UTC)
    assert timestamps.render_in(moment, zone) == written
    assert timestamps.parse(written) == moment.replace(microsecond=0)
