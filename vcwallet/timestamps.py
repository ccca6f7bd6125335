"""Moments as the data model writes them: XML Schema ``dateTimeStamp`` (VC Data Model 2.0, section 2.1).

`datetime.fromisoformat` accepts week dates, naive times and spaces; signed text must not.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache

from vcwallet.errors import N_, DocumentError, UsageError

_DATE_TIME_STAMP = re.compile(
    r"(?P<date>[0-9]{4}-[0-9]{2}-[0-9]{2})T(?P<time>[0-9]{2}:[0-9]{2}:[0-9]{2})"
    r"(?:\.(?P<fraction>[0-9]{1,12}))?(?P<zone>Z|[+-][0-9]{2}:[0-9]{2})"
)


def parse(text: str) -> datetime:
    """Read a ``dateTimeStamp`` with its zone; the result is aware and in UTC.

    Digits beyond microseconds are dropped. "24:00:00" is midnight at the end of that day.

    Raises DocumentError (``timestamp.malformed``) for anything else, including a missing zone.
    """
    return _parse(text) if len(text) <= _REMEMBERED else _parse.__wrapped__(text)


_REMEMBERED = 48
"""Characters of a moment that is remembered: many documents were signed at the same one."""


@lru_cache(maxsize=1024)
def _parse(text: str) -> datetime:
    match = _DATE_TIME_STAMP.fullmatch(text)
    if match is None:
        raise _malformed(text)
    time, days = match["time"], 0
    if time == "24:00:00" and not (match["fraction"] or "").strip("0"):
        time, days = "00:00:00", 1
    elif time.startswith("24"):
        # `fromisoformat` of newer Pythons takes it for the next day.
        raise _malformed(text)
    micro = int((match["fraction"] or "")[:6].ljust(6, "0"))
    zone = UTC
    if match["zone"] != "Z":
        hours, minutes = int(match["zone"][1:3]), int(match["zone"][4:6])
        if minutes > 59 or hours * 60 + minutes > 14 * 60:
            raise _malformed(text)
        offset = timedelta(hours=hours, minutes=minutes)
        zone = timezone(-offset if match["zone"][0] == "-" else offset)
    try:
        # The pattern leaves nothing to this reader's leniency; strptime is fifty times as slow.
        local = datetime.fromisoformat(f"{match['date']}T{time}").replace(tzinfo=zone)
        return (local + timedelta(days=days, microseconds=micro)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise _malformed(text) from None


def render(moment: datetime) -> str:
    """Write an aware moment as ``2026-03-01T09:00:00Z``, to the second."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return moment.astimezone(UTC).replace(microsecond=0).strftime("%Y-%m-%dT%H:%M:%SZ").zfill(20)


def zone(text: str) -> timezone:
    """The zone that ``Z`` or ``+03:00`` names."""
    if text == "Z":
        return UTC
    offset = timedelta(hours=int(text[1:3]), minutes=int(text[4:6]))
    return timezone(-offset if text[0] == "-" else offset)


def render_in(moment: datetime, named: str) -> str:
    """Write an aware moment by the clocks of a zone, as ``2026-03-01T12:00:00+03:00``, to the second.

    Who reads only the day of it reads the day that it was there.
    """
    if named == "Z":
        return render(moment)
    return moment.astimezone(zone(named)).replace(microsecond=0, tzinfo=None).isoformat() + named


def in_zone_of(now: datetime, moment: datetime) -> datetime:
    """A moment in the zone of `now`; one at the edge of the calendar, such as the end of 9999, as it is."""
    try:
        return moment.astimezone(now.tzinfo)
    except OverflowError:
        return moment


def demand_moment(now: datetime) -> None:
    """Raise UsageError (``timestamp.naive``) for a moment that does not say its zone, or is none."""
    if not isinstance(now, datetime) or now.tzinfo is None:
        raise UsageError(
            "timestamp.naive",
            N_("A moment needs its time zone."),
            next_step=N_("Use datetime.now(UTC)."),
        )


def _malformed(text: str) -> DocumentError:
    return DocumentError(
        "timestamp.malformed",
        N_("“{value}” is not a date and time with a zone, such as 2026-03-01T09:00:00Z."),
        value=text[:64],
    )
