"""The requests of OpenID4VP that wait at a desk for their one answer, which may come by VCALM, too.

    waiting = requests.add(Waiting(request, kept, until), now=now)
    answer = waiting.opened_post(body, now=now)     # its state and its key fit
    waiting.answered((entry.number,))

Each is answered once (OpenID4VP 1.0, section 13.3: nonce and state are then used up), waits for a while, may
be withdrawn, and is over after a few answers that do not belong to it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from vcwallet import limits
from vcwallet.bundle import vcalm
from vcwallet.bundle.openid_asked import OpenidAsked
from vcwallet.bundle.request import Request
from vcwallet.errors import N_, InputError, LimitExceeded, VcwalletError
from vcwallet.strict_json import JsonObject

__all__ = ["Requests", "Waiting", "WaitingState", "too_many_open"]

_REMEMBERED = 2 * limits.OPENID_OPEN


class WaitingState(Enum):
    OPEN = "open"
    ANSWERED = "answered"
    DECLINED = "declined"
    """The wallet said that it gives no answer."""
    WITHDRAWN = "withdrawn"
    OVER = "over"
    """Its time is over, or too many answers came that do not belong to it."""


@dataclass
class Waiting:
    """One request; `until` is the moment from which nothing is taken."""

    request: Request
    """What the office asks for, before it was put into the words of OpenID4VP."""
    asked: OpenidAsked
    until: datetime
    address: str = ""
    """The name under which wallets find it at the desk; "" for one whose answer is handed over."""
    exchange: Request | None = None
    """The same question for an exchange of VCALM: addressed to the desk itself, for a nonce of its own."""
    whole: str = field(default="", repr=False)
    """The link with the question in it, where the code only leads to it."""
    interaction: str = ""
    """The address at which an exchange begins; "" where there is none."""
    number: int = 0
    """Counted from 1 since the desk was opened."""
    state: WaitingState = WaitingState.OPEN
    refused: int = 0
    """Answers that came and do not belong to it."""
    problem: VcwalletError | None = None
    """What was wrong with the last of them, or why the wallet gave none."""
    entries: tuple[int, ...] = ()
    """Where the answer stands in the list of the desk."""

    def is_open(self, now: datetime) -> bool:
        if self.state is WaitingState.OPEN and now >= self.until:
            self.state = WaitingState.OVER
        return self.state is WaitingState.OPEN

    def demand_open(self, now: datetime) -> None:
        """Raises InputError (``openid.not-open``)."""
        if not self.is_open(now):
            raise InputError(
                "openid.not-open",
                N_("This answers a request that is no longer open: each is answered once, and in time."),
                next_step=N_("Ask the family once more."),
            )

    def opened_post(self, body: bytes, *, now: datetime) -> JsonObject:
        """What a wallet posted, in clear; what does not belong to this request is counted.

        Raises what `demand_open` and `OpenidAsked.opened_post` raise.
        """
        self.demand_open(now)
        try:
            return self.asked.opened_post(body)
        except InputError as error:
            if error.code == "openid.declined":
                self.state, self.problem = WaitingState.DECLINED, error
            else:
                self.refuse(error)
            raise
        except VcwalletError as error:
            self.refuse(error)
            raise

    def opened_exchange(self, body: bytes, *, now: datetime) -> JsonObject | None:
        """The presentation in a message of an exchange; None for one that only begins it.

        Raises what `demand_open` and `vcalm.read` raise, and InputError (``vcalm.nothing``).
        """
        self.demand_open(now)
        try:
            presentation = vcalm.read(body)
        except VcwalletError as error:
            self.refuse(error)
            raise
        asked = self.exchange
        if presentation is not None and asked is not None and vcalm.shows_nothing(presentation, asked):
            self.problem = InputError(
                "vcalm.nothing",
                N_("The wallet showed no diploma."),
                next_step=N_("Ask the family, and ask once more if it wants to."),
            )
            self.state = WaitingState.DECLINED
            raise self.problem
        return presentation

    def refuse(self, problem: VcwalletError) -> None:
        """Count an answer that does not belong to this request."""
        self.refused, self.problem = self.refused + 1, problem
        if self.refused >= limits.OPENID_REFUSALS:
            self.state = WaitingState.OVER

    def answered(self, entries: tuple[int, ...]) -> None:
        """It is used up, whatever the answer is worth."""
        self.state, self.entries = WaitingState.ANSWERED, entries

    def withdraw(self) -> None:
        if self.state is WaitingState.OPEN:
            self.state = WaitingState.WITHDRAWN


class Requests:
    """Those of one desk; not to be used from several threads at once."""

    def __init__(self) -> None:
        self._known: dict[int, Waiting] = {}
        self._last = 0

    def __iter__(self) -> Iterator[Waiting]:
        """The newest first."""
        return reversed(self._known.values())

    def open(self, now: datetime) -> tuple[Waiting, ...]:
        return tuple(each for each in self if each.is_open(now))

    def of(self, number: int) -> Waiting | None:
        return self._known.get(number)

    def demand_room(self, now: datetime) -> None:
        """Raises LimitExceeded (``openid.too-many-open``)."""
        if len(self.open(now)) >= limits.OPENID_OPEN:
            raise too_many_open()

    def add(self, waiting: Waiting, *, now: datetime) -> Waiting:
        """Raises what `demand_room` raises."""
        self.demand_room(now)
        self._last += 1
        waiting.number = self._last
        self._known[waiting.number] = waiting
        for old in [each for each in self._known.values() if not each.is_open(now)]:
            if len(self._known) > _REMEMBERED:
                del self._known[old.number]
        return waiting

    def answered_by(self, answer: JsonObject) -> tuple[Waiting, JsonObject] | None:
        """The request that an answer in a file is to, open or not, and the answer in clear."""
        for each in self:
            try:
                return each, each.asked.opened(answer)
            except VcwalletError:
                continue
        return None


def too_many_open() -> LimitExceeded:
    return LimitExceeded(
        "openid.too-many-open",
        N_("{limit} requests wait for an answer already."),
        next_step=N_("Withdraw one that nobody will answer."),
        limit=limits.OPENID_OPEN,
    )
