"""Days as an office counts them: calendar days in the zone of `now`, the same on a screen and in JSON."""

from __future__ import annotations

from datetime import datetime

from vcwallet.timestamps import in_zone_of

__all__ = ["day", "days_between"]


def day(moment: datetime, now: datetime) -> str:
    """The day of a moment in the zone of `now`, as ``2026-03-01``."""
    return in_zone_of(now, moment).date().isoformat()


def days_between(earlier: datetime, now: datetime) -> int:
    """Never below 0: a moment that is still to come is no days old."""
    return max((now.date() - in_zone_of(now, earlier).date()).days, 0)
