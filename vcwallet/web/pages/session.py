"""Who may see the pages, and what is open: the only state of the pages that changes.

One browser of one person is let in. `vcwallet open` gives it an address that works once and for a minute;
that sets a cookie, and everything else lies under a place that nobody can guess, because browsers send a
cookie to every port of 127.0.0.1 but only below its path (RFC 6265, section 8.5).
"""

from __future__ import annotations

import hmac
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import ClassVar, Final, TypeVar

from vcwallet.errors import N_, UsageError
from vcwallet.identifiers.multibase import base64url_encode
from vcwallet.locales import Language
from vcwallet.web.pages.clock import Clock
from vcwallet.web.pages.guesses import Guesses
from vcwallet.web.pages.jobs import Job, Work
from vcwallet.web.pages.letterbox import Letterbox
from vcwallet.web.pages.once import Once

__all__ = ["Kept", "Opened", "Over", "Session", "forgotten"]

T = TypeVar("T")
_TOKEN_LIFE: Final = timedelta(seconds=60)
_FORMER_LIFE: Final = timedelta(seconds=10)
_TOKENS: Final = 8
_CHOSEN: Final = 2_000
_TASKS: Final = 50
_TASK_LIFE: Final = timedelta(minutes=10)
_KEPT_BYTES: Final = 512 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Kept:
    """A file made for the person to save, or a picture of a page, held in memory."""

    name: str
    content: bytes
    media_type: str
    inline: bool = False
    """Shown in the page. Only for pictures that this program drew."""


class Over(Exception):
    """A page was asked for whose task is over: what came of it stands at `address`."""

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self.address = address


@dataclass(frozen=True, slots=True)
class _Ended:
    address: str


class Opened(ABC):
    """Something opened by its own key: a wallet, an issuer's folder, the officer's desk.

    All work on it is done on one thread of its own, one piece after the other: neither a wallet nor a
    register may be used by two at once. A role derives from this and keeps what its tasks need in it.
    """

    kind: ClassVar[str]
    """The role's name, as in addresses."""
    idle: ClassVar[timedelta] = timedelta(minutes=10)
    """How long nobody may do anything before its screen is cleared, its keys are let go, and it is closed."""

    def __init__(self) -> None:
        self.id = ""
        self.job: Job | None = None
        self.notice: str = ""
        """A sentence that the next page says first, and then forgets."""
        self.kept: dict[str, Kept] = {}
        self.tasks: dict[str, object] = {}
        """What people are in the middle of, by an unguessable name in the address."""
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix=f"vcwallet-{self.kind}")

    @property
    @abstractmethod
    def title(self) -> str:
        """What the head of every page calls it: the name of its file or folder."""

    @property
    def place(self) -> Path | None:
        """The file or folder that it is; None for what lies nowhere."""
        return None

    def met(self, second: Opened) -> None:  # noqa: B027 - most have nothing to do
        """The same file or folder was opened once more. Runs on its thread; `second` is ended afterwards."""

    @property
    def life(self) -> timedelta:
        """How long it stays open behind a cleared screen; most are closed when that is."""
        return self.idle

    def rest(self) -> None:  # noqa: B027 - most are closed instead
        """Let go of keys: nobody did anything for `idle`, and it stays open. Told again and again."""

    def standing(self, language: Language) -> str:
        """What the head of every page says beside the title: where it is kept and when it was saved."""
        return ""

    def news(self, language: Language) -> str:
        """A sentence on every page about what another program did; "" for nothing."""
        return ""

    def shut(self) -> None:  # noqa: B027 - most have nothing to do
        """Let go of the keys and the file. Runs on its thread, as the last thing."""

    @property
    def working(self) -> bool:
        return self.job is not None and self.job.running

    def submit(self, function: Callable[[], T]) -> Future[T]:
        """Have something done on its thread, after what waits there already."""
        return self._thread.submit(function)

    def start(self, job: Job, work: Work) -> None:
        self.job = job
        self._thread.submit(job.run, work)

    def keep(self, name: str, kept: Kept) -> None:
        """Hold a file under `name`, an unguessable text; the oldest give way over a ceiling of bytes."""
        self.kept[name] = kept
        while sum(len(each.content) for each in self.kept.values()) > _KEPT_BYTES and len(self.kept) > 1:
            self.kept.pop(next(iter(self.kept)))

    def begin(self, task: object, randomness: Callable[[int], bytes], name: str = "") -> str:
        """Keep what a task needs from page to page; its name in addresses is returned."""
        name = name or base64url_encode(randomness(16))
        while len(self.tasks) >= _TASKS:
            self.tasks.pop(next(iter(self.tasks)))
        self.tasks[name] = task
        return name

    def task(self, name: str, kind: type[T]) -> T:
        """What `begin` kept. Raises UsageError (``page.forgotten``), and `Over` after `finish`."""
        return _found(self.tasks.get(name), kind)

    def finish(self, name: str, address: str = "") -> None:
        """The task is over: its pages lead to an address of what is opened."""
        self.tasks[name] = _Ended(address)

    def end(self) -> None:
        """Stop its work, shut it on its thread, and take nothing more."""
        if self.job is not None:
            self.job.stop()
        self.kept.clear()
        self.tasks.clear()
        self._thread.submit(self.shut)
        self._thread.shutdown(wait=False)


class Session:
    """One person at one browser, from `vcwallet open` until the program ends."""

    def __init__(self, clock: Clock, randomness: Callable[[int], bytes], language: Language) -> None:
        self.clock = clock
        self.language = language
        self.opened: dict[str, Opened] = {}
        self.ending = False
        self._randomness = randomness
        self._veil = randomness(32)
        self.place = self.name()
        self.cookie = base64url_encode(randomness(32))
        self.cookie_is_old = False
        """Whether the next answer is to bring another cookie."""
        self._former_cookie: tuple[str, datetime, float] | None = None
        self.front = ThreadPoolExecutor(max_workers=1, thread_name_prefix="vcwallet-front")
        """What opens files: one at a time, however many are asked for, because a passphrase costs memory."""
        self._tokens: dict[str, tuple[datetime, float, str]] = {}
        self.guesses = Guesses(clock)
        self.once = Once(self._veil)
        self.letterbox = Letterbox(clock)
        self._tasks: dict[str, tuple[datetime, float, object]] = {}
        self._chosen: dict[str, Path] = {}
        self._last: dict[str, tuple[datetime, float]] = {}
        self._lock = threading.Lock()

    def name(self) -> str:
        """Sixteen random bytes as text, for an address that nobody guesses."""
        return base64url_encode(self._randomness(16))

    def veiled(self, text: str) -> str:
        """A text that stands for another in addresses, the same as long as the program runs.

        Browsers write addresses into their history, where no name of a school or a person may stand.
        """
        return base64url_encode(hmac.digest(self._veil, text.encode(), "sha256")[:16])

    # --- being let in ------------------------------------------------------------------------------

    def token(self, target: str = "") -> str:
        """A text that opens `target`, an address below the place, once and within a minute."""
        token = base64url_encode(self._randomness(32))
        with self._lock:
            while len(self._tokens) >= _TOKENS:
                self._tokens.pop(next(iter(self._tokens)))
            self._tokens[token] = (*self._moment(), target)
        return token

    def redeem(self, token: str) -> str | None:
        """The address a token opens; None when it was used, is too old or was never given."""
        with self._lock:
            found = self._tokens.pop(token, None)
        if found is None or self._since(found[0], found[1]) > _TOKEN_LIFE:
            return None
        return found[2]

    def admits(self, cookie: str) -> bool:
        """Whether it is ours; the one before it counts while what was asked with it is on its way."""
        former = self._former_cookie
        known = [self.cookie]
        if former is not None and self._since(former[1], former[2]) <= _FORMER_LIFE:
            known.append(former[0])
        return any(hmac.compare_digest(cookie.encode(), each.encode()) for each in known)

    def new_cookie(self) -> None:
        """What the browser kept of earlier pages is dropped when the cookie changes."""
        self._former_cookie = (self.cookie, *self._moment())
        self.cookie = base64url_encode(self._randomness(32))
        self.cookie_is_old = False

    # --- paths that people chose ---------------------------------------------------------------------

    def choose(self, path: Path) -> str:
        """A text that stands for a path in addresses and forms, so that none of them holds one."""
        with self._lock:
            for name, known in self._chosen.items():
                if known == path:
                    return name
            while len(self._chosen) >= _CHOSEN:
                self._chosen.pop(next(iter(self._chosen)))
            name = self.name()
            self._chosen[name] = path
            return name

    # --- what people are in the middle of before anything is opened ----------------------------------

    def begin(self, task: object, name: str = "") -> str:
        """Keep what a task needs from page to page; its name in addresses is returned.

        It may hold the words of a passphrase, so it is forgotten when nobody looks at it for ten minutes.
        """
        name = name or self.name()
        with self._lock:
            while len(self._tasks) >= _TASKS:
                self._tasks.pop(next(iter(self._tasks)))
            self._tasks[name] = (*self._moment(), task)
        return name

    def task(self, name: str, kind: type[T]) -> T:
        """What `begin` kept. Raises UsageError (``page.forgotten``), and `Over` after `finish`."""
        self._drop_old_tasks()
        with self._lock:
            found = _found(self._tasks.get(name, (None,))[-1], kind)
            self._tasks[name] = (*self._moment(), found)
            return found

    def finish(self, name: str, address: str) -> None:
        """The task is over: its pages lead to an address, written as they write theirs."""
        with self._lock:
            self._tasks[name] = (*self._moment(), _Ended(address))

    def _drop_old_tasks(self) -> None:
        with self._lock:
            for name, (now, seconds, _) in list(self._tasks.items()):
                if self._since(now, seconds) > _TASK_LIFE:
                    del self._tasks[name]

    def chosen(self, name: str) -> Path | None:
        return self._chosen.get(name)

    # --- what is open ---------------------------------------------------------------------------------

    def enter(self, opened: Opened) -> str:
        """Take in what was opened; its name in addresses is returned.

        Of a file or folder that is open already it is the name of the first: two of them in one program would
        each save over what the other holds.
        """
        if (first := self._first(opened)) is not None:
            first.submit(partial(first.met, opened)).add_done_callback(lambda _: opened.end())
            self.touch(first)
            return first.id
        opened.id = self.name()
        self.touch(opened)  # before `close_idle`, on another thread, can find it
        with self._lock:
            self.opened[opened.id] = opened
        return opened.id

    def _first(self, second: Opened) -> Opened | None:
        with self._lock:
            same_kind = [each for each in self.opened.values() if each.kind == second.kind]
        return next((each for each in same_kind if _same(each.place, second.place)), None)

    def touch(self, opened: Opened) -> None:
        """Somebody does something with it."""
        self._last[opened.id] = self._moment()

    def close(self, opened: Opened) -> None:
        """Forget it, with its keys. What it is working on is stopped first."""
        with self._lock:
            self.opened.pop(opened.id, None)
        self._last.pop(opened.id, None)
        self.letterbox.close_all_of(opened.id)
        opened.end()
        # Only an answer can bring the browser another one; nobody may be asking at the moment.
        self.cookie_is_old = True

    def close_idle(self) -> tuple[Opened, ...]:
        """Close what nobody touched for too long; work that is under way keeps its own thing open.

        The time counts from the end of the work: who waited for it must be able to read what came of it.
        """
        self._drop_old_tasks()
        known = list(self.opened.values())
        for each in known:
            if each.working:
                self.touch(each)
            elif self._is_idle(each, each.idle):
                each.rest()
        idle = tuple(each for each in known if self._is_idle(each, each.life))
        for each in idle:
            self.close(each)
        return idle

    @property
    def resting(self) -> tuple[Opened, ...]:
        """What is open behind a cleared screen, or would stay so."""
        return tuple(each for each in self.opened.values() if each.life > each.idle)

    def _is_idle(self, opened: Opened, after: timedelta) -> bool:
        last = self._last.get(opened.id)  # none of what was closed meanwhile
        return last is not None and self._since(*last) > after

    def end(self) -> None:
        """Close everything."""
        self.ending = True
        for each in list(self.opened.values()):
            self.close(each)
        self._tasks.clear()
        self.front.shutdown(wait=False, cancel_futures=True)

    def _moment(self) -> tuple[datetime, float]:
        return self.clock.now(), self.clock.monotonic()

    def _since(self, now: datetime, monotonic: float) -> timedelta:
        return self.clock.since(now, monotonic)


def _found(task: object, kind: type[T]) -> T:
    if isinstance(task, _Ended):
        raise Over(task.address)
    if not isinstance(task, kind):
        raise forgotten()
    return task


def _same(one: Path | None, other: Path | None) -> bool:
    """Whether two paths are one file or folder, whatever links lead to it."""
    if one is None or other is None:
        return False
    with suppress(OSError):
        return one.samefile(other)
    return one.absolute() == other.absolute()


def forgotten() -> UsageError:
    """Of a page whose address names a task or a choice that is over."""
    return UsageError(
        "page.forgotten",
        N_("This page is about a choice that is not known here."),
        next_step=N_("Begin again from the first page."),
    )
