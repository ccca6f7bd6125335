"""Where pieces of long work are done: in several processes of this computer, or on a cluster.

Each is an `Executor` of `concurrent.futures` and its width, the number of pieces it works on at once. A piece
is a value that gives the same each time it is worked on, so a worker that is killed costs its piece and
nothing else.

What a piece holds travels to a cluster: ``tls://`` addresses keep it from being read on the way.
"""

from __future__ import annotations

import multiprocessing
import os
import secrets
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    Executor,
    Future,
    ProcessPoolExecutor,
    wait,
)
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final, Generic, TypeVar

from vcwallet.errors import N_, Action, MachineError, Mistake, UsageError, VcwalletError

__all__ = [
    "BrokenExecutor",
    "Crew",
    "Executor",
    "cluster",
    "each_ready",
    "in_order",
    "in_turn",
    "processes",
    "told",
    "worth",
]

_UNDER_WAY: Final = 4
"""Pieces for each worker."""
_DEATHS: Final = 20
"""Pieces one after another that each end a worker: then it is not the pieces."""


@dataclass(slots=True)
class Crew:
    """An executor, its width, and how to get another one when a worker of it was killed."""

    executor: Executor
    width: int
    another: Callable[[], Executor] | None = None
    _made: list[Executor] = field(default_factory=list)

    @property
    def most(self) -> int:
        """Pieces under way at once: none of the workers waits, and the memory does not fill."""
        return _UNDER_WAY * self.width

    def replace(self) -> bool:
        """Go on with another executor; False when there is none to be had."""
        if self.another is None:
            return False
        self.executor.shutdown(wait=False, cancel_futures=True)
        self.executor = self.another()
        self._made.append(self.executor)
        return True

    def close(self) -> None:
        """Shut down what `replace` made; the first executor is its maker's."""
        for each in self._made:
            each.shutdown(cancel_futures=True)


K = TypeVar("K")
T = TypeVar("T")
R = TypeVar("R")


def in_order(
    work: Callable[[T], R], pieces: Iterable[tuple[K, T]], crew: Crew | None
) -> Iterator[tuple[K, R]]:
    """What `work` makes of each piece, in their order, each under its name; a few are under way at a time.

    Without a crew it is done here. Raises BrokenExecutor when a worker ends.
    """
    if crew is None:
        for name, piece in pieces:
            yield name, work(piece)
        return
    under_way: deque[tuple[K, Future[R]]] = deque()
    for name, piece in pieces:
        under_way.append((name, crew.executor.submit(work, piece)))
        if len(under_way) >= crew.most:
            done, future = under_way.popleft()
            yield done, future.result()
    for done, future in under_way:
        yield done, future.result()


def each_ready(work: Callable[[T], R], pieces: Iterable[T], crew: Crew) -> Iterator[tuple[T, R | Exception]]:
    """What `work` makes of each piece, or what it raised, as they are ready; a few are under way at a time.

    When a worker dies, all that was given out is given out again one by one: what ends a worker alone is
    given back with its BrokenExecutor, and nobody waits for it any more. Raises BrokenExecutor when workers
    end whatever they are given.
    """
    waiting = iter(pieces)
    under_way: dict[Future[R], T] = {}
    again: deque[T] = deque()
    deaths = 0
    while True:
        most = 1 if again else crew.most
        try:
            while len(under_way) < most:
                if not again:
                    more = list(islice(waiting, 1))
                    if not more:
                        break
                    again.extend(more)
                under_way[crew.executor.submit(work, again[0])] = again[0]
                again.popleft()
            if not under_way:
                return
            for future in wait(under_way, return_when=FIRST_COMPLETED).done:
                came: R | Exception
                try:
                    came = future.result()
                except BrokenExecutor:
                    raise
                except Exception as error:  # our mistake, or a cluster that gave the piece up
                    came = error
                piece = under_way.pop(future)
                deaths = 0
                yield piece, came
        except BrokenExecutor as ended:
            alone = len(under_way) == 1
            again = deque([*under_way.values(), *again])
            under_way.clear()
            deaths += 1
            if deaths > _DEATHS or not crew.replace():
                raise
            if alone:
                yield again.popleft(), ended


def in_turn(work: Callable[[T], R], pieces: Iterable[T], crew: Crew) -> Iterator[tuple[T, R | Exception]]:
    """`each_ready` in the order of the pieces. Raises MachineError (``executors.workers-die``)."""
    ready: dict[int, tuple[T, R | Exception]] = {}
    following = 0
    try:
        for (number, piece), result in each_ready(_Numbered(work), enumerate(pieces), crew):
            ready[number] = piece, result
            while following in ready:
                yield ready.pop(following)
                following += 1
    except BrokenExecutor:
        raise MachineError(
            "executors.workers-die",
            N_("The processes that read and check end one after another."),
            next_step=N_("Close other programs, or use fewer workers, and start it once more."),
        ) from None


@dataclass(frozen=True, slots=True)
class _Numbered(Generic[T, R]):
    """Work on pieces that have numbers."""

    work: Callable[[T], R]

    def __call__(self, numbered: tuple[int, T]) -> R:
        return self.work(numbered[1])


def told(error: Exception) -> VcwalletError:
    """What became of a piece that gave an exception, for people: its worker died, or we made a mistake."""
    if not isinstance(error, BrokenExecutor):
        return Mistake.of(error)
    return MachineError(
        "executors.worker-died",
        N_("The process that was reading this file ended unexpectedly."),
        next_step=N_("Check this file by itself, on another computer."),
    )


@contextmanager
def processes(workers: int, begin: Callable[..., object] | None = None, *arguments: object) -> Iterator[Crew]:
    """Processes of this computer; each calls `begin(*arguments)` once, before its first piece.

    Not by fork: a child that inherits the threads of a typesetting or database library can hang for ever.
    Ctrl+C ends them at once and without a word: the terminal tells every process of it, and this one answers.
    """
    methods = multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("forkserver" if "forkserver" in methods else "spawn")

    def pool() -> ProcessPoolExecutor:
        return ProcessPoolExecutor(
            workers,
            mp_context=context,
            initializer=_begin,
            initargs=(begin, arguments),
        )

    first = pool()
    crew = Crew(first, workers, pool)
    try:
        yield crew
    finally:
        crew.close()
        first.shutdown(cancel_futures=True)


def _begin(begin: Callable[..., object] | None, arguments: tuple[object, ...]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    if begin is not None:
        begin(*arguments)


def worth(pieces: int, wanted: int | None, *, least: int, most: int = 8) -> int:
    """How many processes work on so many pieces: as many as are `wanted`, else one for each core.

    Fewer than `least` pieces are done before other processes have started.
    """
    if wanted is not None:
        return wanted
    return min(os.cpu_count() or 1, most) if pieces >= least else 1


@contextmanager
def cluster(
    address: str,
    begin: Callable[..., object] | None = None,
    *arguments: object,
    end: Callable[..., object] | None = None,
) -> Iterator[Crew]:
    """The workers of a Dask scheduler, ``tcp://computer:8786`` or ``tls://…``.

    Each of them, also one that joins later, calls `begin(*arguments)` before its first piece, and
    `end(*arguments)` when no more will come. They may work for other crews at the same time.

    Raises MachineError ``executors.extra-missing`` and ``executors.no-cluster``, UsageError
    ``executors.address``.
    """
    if not address.startswith(("tcp://", "tls://")):
        raise UsageError(
            "executors.address",
            N_("“{address}” is not the address of a cluster."),
            next_step=N_("Write it as tcp://computer:8786 or tls://computer:8786."),
            address=address[:64],
        )
    try:
        from distributed import Client
    except ImportError:
        raise MachineError(
            "executors.extra-missing",
            N_("Working on a cluster needs a part of vcwallet that is not installed."),
            next_step=Action.INSTALL_PART,
            part="cluster",
        ) from None
    try:
        client: Any = Client(address, timeout=_CONNECT_SECONDS, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, TimeoutError, ValueError):
        raise _no_cluster(address) from None
    try:
        width = sum(client.nthreads().values())
        if not width:
            raise _no_cluster(address)
        with ExitStack() as stack:
            if begin is not None:
                plugin = _plugin(begin, end, arguments)
                client.register_plugin(plugin)
                stack.callback(_unregister, client, plugin.name)
            # A worker that is killed three times over one piece is not to blame; the piece is.
            yield Crew(client.get_executor(retries=3), width)
    finally:
        client.close()


def _plugin(
    begin: Callable[..., object], end: Callable[..., object] | None, arguments: tuple[object, ...]
) -> Any:
    from distributed import WorkerPlugin

    class Plugin(WorkerPlugin):
        # One of a name that is there already would take its place.
        name = f"vcwallet {secrets.token_hex(8)}"

        def setup(self, worker: Any) -> None:
            begin(*arguments)

        def teardown(self, worker: Any) -> None:
            if end is not None:
                end(*arguments)

    return Plugin()


def _unregister(client: Any, name: str) -> None:
    with suppress(OSError, TimeoutError):  # a scheduler that is gone has no workers either
        client.unregister_worker_plugin(name)


_CONNECT_SECONDS: Final = 10


def _no_cluster(address: str) -> MachineError:
    return MachineError(
        "executors.no-cluster",
        N_("No cluster with workers answers at {address}."),
        next_step=N_("Start its scheduler and workers, then run this again."),
        address=address[:64],
    )
