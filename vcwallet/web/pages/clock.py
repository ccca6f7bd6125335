"""How long ago something was, on a computer that sleeps and whose clock can be set."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

__all__ = ["Clock"]


@dataclass(frozen=True, slots=True)
class Clock:
    """Two clocks: sleep stops the one, and a person can set the other. The later one counts."""

    now: Callable[[], datetime]
    """The day and the time in the person's own zone."""
    monotonic: Callable[[], float]
    """Seconds."""

    def since(self, now: datetime, monotonic: float) -> timedelta:
        """How long ago a moment was of which both clocks were read."""
        return max(self.now() - now, timedelta(seconds=self.monotonic() - monotonic))
