"""Wrong passphrases and codes: after five of them the next one has to wait, whichever page it is typed on.

    with visit.session.guesses.at(path):
        wallet = Wallet.open(path, secret=Passphrase(typed))

The count is the file's, and not a page's or a task's: beginning something else gives nobody more tries.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from vcwallet.errors import N_, UsageError, VcwalletError
from vcwallet.web.pages.clock import Clock

__all__ = ["WRONG", "Guesses"]

WRONG: Final = frozenset({"sealed-file.wrong-passphrase", "sealed-file.wrong-code"})
_TRIES: Final = 5
_PAUSE: Final = timedelta(seconds=5)
_FILES: Final = 2_000


@dataclass(slots=True)
class _Tries:
    left: int = _TRIES
    since: tuple[datetime, float] | None = None
    """When the last one was used up."""


class Guesses:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._of: dict[Path, _Tries] = {}

    @contextmanager
    def at(self, path: Path) -> Iterator[None]:
        """Around opening a file or folder. Raises UsageError (``page.too-many-tries``) in the pause."""
        tries = self._of.setdefault(path.absolute(), _Tries())
        if tries.since is not None and self._clock.since(*tries.since) < _PAUSE:
            raise UsageError(
                "page.too-many-tries",
                N_("Five tries did not fit. The next one is possible in a few seconds."),
                next_step=N_("Look at what you wrote down, and type it slowly."),
            )
        try:
            yield
        except VcwalletError as error:
            if error.code in WRONG:
                self._count(tries)
            raise
        self._of.pop(path.absolute(), None)

    def _count(self, tries: _Tries) -> None:
        tries.left -= 1
        if tries.left <= 0:
            tries.left, tries.since = _TRIES, (self._clock.now(), self._clock.monotonic())
        while len(self._of) > _FILES:
            self._of.pop(next(iter(self._of)))
