"""What wallets may fetch and send without being let in: a request, and the answer to it.

A slot has documents to fetch and places to post to, each at a step of an address below it: those of
OpenID4VP, and those of an exchange of VCALM about the same question.

A wallet has no cookie, is no page of ours, and sends no ``Origin``. So there is nothing here but slots that
somebody at the desk has made, each at an address that nobody guesses and for a while. What comes is handed to
the desk as bytes; what it says is never told to who sent it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from vcwallet import limits
from vcwallet.verifier.waiting import too_many_open
from vcwallet.web.pages.clock import Clock

__all__ = ["EXCHANGE", "HERE", "REQUEST", "WALLETS", "Letterbox", "Lying", "Said", "Slot", "Taking"]

WALLETS: Final = "/openid4vp/"
"""The path below which wallets come."""
HERE: Final = ""
"""The address of a slot itself: an answer of OpenID4VP is posted to it, an interaction begins there."""
REQUEST: Final = "request"
"""The step below a slot at which a request of OpenID4VP lies."""
EXCHANGE: Final = "exchange"
"""The step to which the messages of an exchange are posted."""


@dataclass(frozen=True, slots=True)
class Lying:
    """A document to fetch."""

    content: bytes
    media_type: str


@dataclass(frozen=True, slots=True)
class Said:
    """What is said to who sent something that is taken."""

    content: bytes = b"{}"
    answered: bool = True
    """Whether somebody answered who stands at the desk, and did not only ask what is asked."""


@dataclass(frozen=True, slots=True)
class Taking:
    """A place to post to."""

    media_type: str
    take: Callable[[bytes, datetime], Said | None]
    """None where what was sent is not taken; called on the thread of what was opened."""


@dataclass
class Slot:
    """One request and the places for its answer, by the steps of an address below it."""

    of: str
    """The name of what is opened at the desk; the slot ends with it."""
    lying: Mapping[str, Lying]
    taking: Mapping[str, Taking]
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
        lying: Mapping[str, Lying],
        taking: Mapping[str, Taking],
        life: timedelta,
    ) -> None:
        """Make a slot under an unguessable name. Raises LimitExceeded (``openid.too-many-open``)."""
        began = self._clock.now(), self._clock.monotonic()
        slot = Slot(of, lying, taking, life, began)
        with self._lock:
            self._drop_old()
            if len(self._slots) >= limits.OPENID_OPEN:
                raise too_many_open()
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
