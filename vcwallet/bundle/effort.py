"""What reading one file may cost: the larger it is, the more, for few bytes that cost much were made to.

    effort = Effort.of(len(data))
    until = effort.looks_until()

An honest page of a scan has tens of kilobytes, and one of letters or codes is drawn in hundredths of a
second. Time is that of the processor wherever it can be measured, so that a busy computer reads what an idle
one reads.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from vcwallet import limits

__all__ = ["Effort", "processor"]


@dataclass(frozen=True, slots=True)
class Effort:
    """The ceilings for one file."""

    opening_seconds: float
    """Of the other process, for each of the attachments, the pages and the finer pages."""
    looking_seconds: float
    """Of this one, for all pictures together."""
    memory_bytes: int
    """Addresses of the other process."""
    look_pixels: int
    """In how many a picture is looked at."""

    @classmethod
    def of(cls, size: int) -> Effort:
        """The ceilings for a file of so many bytes."""
        small, large = limits.SCAN_SMALL_FILE_BYTES, limits.SCAN_LARGE_FILE_BYTES
        share = min(1.0, max(0, size - small) / (large - small))

        def between(least: float, most: float) -> float:
            return least + share * (most - least) if least < most else most

        return cls(
            opening_seconds=between(limits.SCAN_SMALL_OPENING_SECONDS, limits.SCAN_PDF_SECONDS),
            looking_seconds=between(limits.SCAN_SMALL_LOOKING_SECONDS, limits.SCAN_SECONDS),
            memory_bytes=int(between(limits.SCAN_SMALL_MEMORY_BYTES, limits.SCAN_PDF_MEMORY_BYTES)),
            look_pixels=int(between(limits.SCAN_SMALL_LOOK_PIXELS, limits.SCAN_LOOK_PIXELS)),
        )

    def looks_until(self) -> float:
        """Until when, by `processor`, pictures are looked at that come now."""
        return processor() + self.looking_seconds


def processor() -> float:
    """Seconds of the processor that this thread has taken; of the clock where nobody counts them."""
    return _taken()


# A browser has no such clock, and a page in it no other threads.
_taken: Final[Callable[[], float]] = getattr(time, "thread_time", time.perf_counter)
