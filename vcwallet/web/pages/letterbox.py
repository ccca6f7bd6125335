"""What wallets may fetch and send without being let in: a request, and the answer to it.

A wallet has no cookie, is no page of ours, and sends no ``Origin``. So there is nothing here but slots that
somebody at the desk has made, each at an address that nobody guesses and for a while. What comes is handed to
the desk as bytes; what it says is never told to who sent it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from vcwallet import limits
from vcwallet.errors import N_, LimitExceeded
from vcwallet.web.pages.clock import Clock

__all__ = ["REQUEST", "WALLETS", "Letterbox", "Slot"]

WALLETS: Final = "/openid4vp/"
"""The path below which wallets come."""
REQUEST: Final = "request"
"""The step of an address below a slot at which its document lies."""


@dataclass
class Slot:
    """One request and the place for its answer."""

    of: str
    """The name of what is opened at the desk; the slot ends with it."""
    document: bytes
    media_type: str
    take: Callable[[bytes, datetime], bool]
    """Whether what was sent is taken; called on the thread of what was opened."""
    life: timedelta
    began: tuple[datetime, float]
    sending: int = field(default=0, repr=False)
    """How many are sending at the moment."""


class Letterbox:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._slots: dict[str, Slot] = {}
        self._lock = threading.Lock()

    def open(
        self,
        name: str,
        of: str,
        document: bytes,
        media_type: str,
        take: Callable[[bytes, datetime], bool],
        life: timedelta,
    ) -> None:
        """Make a slot under an unguessable name. Raises LimitExceeded (``openid.too-many-open``)."""
        began = self._clock.now(), self._clock.monotonic()
        slot = Slot(of, document, media_type, take, life, began)
        with self._lock:
            self._drop_old()
            if len(self._slots) >= limits.OPENID_OPEN:
                raise LimitExceeded(
                    "openid.too-many-open",
                    N_("{limit} requests wait for an answer already."),
                    next_step=N_("Withdraw one that nobody will answer."),
                    limit=limits.OPENID_OPEN,
                )
            self._slots[name] = slot

    def find(self, name: str) -> Slot | None:
        with self._lock:
            self._drop_old()
            return self._slots.get(name)

    def close(self, name: str) -> None:
        with self._lock:
            self._slots.pop(name, None)

    def close_all_of(self, of: str) -> None:
        with self._lock:
            for name in [name for name, slot in self._slots.items() if slot.of == of]:
                del self._slots[name]

    def _drop_old(self) -> None:
        for name, slot in list(self._slots.items()):
            if self._clock.since(*slot.began) >= slot.life:
                del self._slots[name]
