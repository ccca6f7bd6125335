"""What a camera has seen so far of one code, and the process that opens its pictures."""

from __future__ import annotations

from vcwallet.bundle.frames import Progress
from vcwallet.bundle.gathering import Gathering, Seen, Step
from vcwallet.bundle.opening import Opener

__all__ = ["Eye"]


class Eye:
    """Begins anew after each document; the code that was just read is not taken a second time."""

    def __init__(self) -> None:
        self._opener = Opener()
        self._gathering = Gathering()

    @property
    def progress(self) -> Progress | None:
        """Of the bundle that a part was read of last."""
        return self._gathering.progress

    def look(self, picture: bytes) -> Step:
        """One picture of a camera; raises what `Gathering.picture` raises."""
        step = self._gathering.picture(picture, self._opener)
        if step.seen is Seen.WHOLE:
            self._gathering = Gathering()
        return step

    def close(self) -> None:
        self._opener.__exit__()
