"""Letting in the browser of another computer in the same room, by digits read off this one's screen."""

from __future__ import annotations

import hmac
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from vcwallet.web.pages.clock import Clock

__all__ = ["Pairing"]

_DIGITS: Final = 8
_TRIES: Final = 5
_LIFE: Final = timedelta(minutes=10)
_PAUSE: Final = timedelta(minutes=1)
"""After so many wrong tries, before anything is compared again: else eight digits are soon tried out."""


class Pairing:
    """A PIN that lets in one browser, for ten minutes and five tries; then there is a new one.

    `tell` is called with each new PIN, on the thread of who asked. The counts are of the desk, not of a
    connection, so connecting anew gives nobody more tries.
    """

    def __init__(
        self, clock: Clock, randomness: Callable[[int], bytes], tell: Callable[[str], object]
    ) -> None:
        self._clock, self._randomness, self._tell = clock, randomness, tell
        self._lock = threading.Lock()
        self._blocked_since: tuple[datetime, float] | None = None
        self._renew()

    def admits(self, given: str) -> bool:
        """Whether these are the digits. Right ones are used up; spaces among them do not count."""
        with self._lock:
            if self._blocked_since is not None and self._gone(self._blocked_since) < _PAUSE:
                return False
            self._blocked_since = None
            if self._gone(self._made) > _LIFE:
                self._renew()
                return False
            right = hmac.compare_digest("".join(given.split()).encode(), self._pin.encode())
            self._tries -= 1
            if right or self._tries == 0:
                if not right:
                    self._blocked_since = self._moment()
                self._renew()
            return right

    def _renew(self) -> None:
        number = int.from_bytes(self._randomness(16), "big") % 10**_DIGITS
        self._pin, self._tries, self._made = f"{number:0{_DIGITS}d}", _TRIES, self._moment()
        self._tell(self._pin)

    def _moment(self) -> tuple[datetime, float]:
        return self._clock.now(), self._clock.monotonic()

    def _gone(self, since: tuple[datetime, float]) -> timedelta:
        return self._clock.since(*since)
