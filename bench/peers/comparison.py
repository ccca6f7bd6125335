"""Timing one operation on every side, round by round, and the table of it.

Every side works from JSON text to JSON text or to a verdict, on the same documents, offline, in a process of
its own; reading and writing the JSON are inside the clock. Each side works for half a second before anything
counts, because JavaScript takes that long to reach its speed. Rounds are short and interleaved, and a figure
is the mean of the best fifth of them: other work of the machine only ever adds. The processor's time stands
beside the clock's. On a busy machine ratios move as well; one of them gave 15.6 and 25.8 in two runs.
"""

from __future__ import annotations

import os
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from bench.peers import workers
from bench.peers.cast import CONTEXTS, SIGNERS, Signer
from bench.peers.workers import Unavailable, Worker
from vcwallet.proofs.jsonld import PINNED

ROUNDS: Final = 20
BEST: Final = ROUNDS // 5
SECONDS: Final = 0.08
"""About how long one measurement lasts."""
WARM_SECONDS: Final = 0.5
BEFORE: Final = "VCWALLET_BENCH_BEFORE"
"""Names a folder with an earlier state of this repository, which is then a peer."""

PEERS: Final[dict[str, Callable[[], Worker]]] = {
    "JavaScript": lambda: workers.javascript("reference.mjs"),
    "openvc-core": lambda: workers.python(
        "openvc-core", "openvc_peer.py", "openvc-core[data-integrity]==1.37.0"
    ),
    "openbadgeslib": lambda: workers.python(
        "openbadgeslib", "openbadgeslib_peer.py", "openbadgeslib[ldp]==4.6.3"
    ),
}


@dataclass
class Side:
    worker: Worker
    memory: int = 0
    """Peak of the whole process, bytes."""
    processor: float = 0.0
    """Seconds of the processor that one time of the last request took."""

    def ask(self, do: str, times: int, request: dict[str, Any]) -> tuple[float, str]:
        """Seconds for one time, and the last result."""
        answer = self.worker.ask(do=do, times=times, **request)
        self.memory = max(self.memory, answer["memory"] or 0)
        self.processor = answer["processor"] / times
        return answer["seconds"] / times, answer["result"]


@dataclass
class Row:
    """One line of the table: seconds per operation of each side, a list over the rounds."""

    title: tuple[str, ...]
    limit: list[float] = field(default_factory=list)
    """Seconds that the signatures of one operation take, in each round."""
    seconds: dict[str, list[float]] = field(default_factory=dict)
    processor: list[float] = field(default_factory=list)
    """Seconds of the processor that one of our operations takes, in each round."""


def start(*names: str) -> dict[str, Side]:
    """This package and the named peers, set up; one that cannot be had is left out with a printed reason."""
    sides = {"vcwallet": Side(workers.own())}
    for name in names:
        try:
            sides[name] = Side(PEERS[name]())
        except Unavailable as reason:
            print(f"{name} is left out: {reason}", flush=True)
    if before := os.environ.get(BEFORE):
        sides["before"] = Side(workers.own(before))
    for side in sides.values():
        side.worker.ask(
            do="setup",
            contexts={url: PINNED.document(url) for url in CONTEXTS},
            keys={signer.name: signer.to_json() for signer in SIGNERS.values()},
        )
    return sides


def measure(
    sides: dict[str, Side],
    title: tuple[str, ...],
    do: str,
    request: dict[str, Any],
    signatures: tuple[Signer, int, int] | None,
    check: tuple[str, dict[str, Any]] | None = None,
) -> Row:
    """Time `do` on every side that knows it.

    `signatures` are how many the operation makes and checks, and whose; they are timed by themselves, too,
    except where the suite has none that stand by themselves (None).
    `check` names the operation, and the rest of its request, by which we and the reference verify each side's
    result; a peer whom neither follows is timed all the same.
    """
    row = Row(title)
    times: dict[str, int] = {}
    for name, side in sides.items():
        try:
            seconds, result = _warmed(side, do, request)
        except RuntimeError as reason:
            if name == "vcwallet":
                raise
            print(f"  {name}: not {do}: {str(reason)[:160]}", flush=True)
            continue
        if check is not None:
            _agree(sides, name, check[0], {**check[1], "text": result})
        times[name] = max(1, round(SECONDS / seconds))
        row.seconds[name] = []
    for _ in range(ROUNDS):
        for name, measured in row.seconds.items():
            measured.append(sides[name].ask(do, times[name], request)[0])
            if name == "vcwallet":
                row.processor.append(sides[name].processor)
        if signatures is not None:
            row.limit.append(_signatures_alone(sides["vcwallet"], *signatures))
    return row


def _warmed(side: Side, do: str, request: dict[str, Any]) -> tuple[float, str]:
    """Work for half a second; how long one time takes at the end of it, and the result."""
    spent, times = 0.0, 1
    while True:
        seconds, result = side.ask(do, times, request)
        spent += seconds * times
        if spent >= WARM_SECONDS:
            return seconds, result
        times = max(1, round(SECONDS / seconds))


def best(measured: Sequence[float]) -> float:
    """The mean of the best fifth."""
    return statistics.mean(sorted(measured)[:BEST])


def _signatures_alone(side: Side, signer: Signer, made: int, checked: int) -> float:
    raw = {"key": signer.name, "signature": signer.key.sign(bytes(64)).hex()}
    sign = side.ask("raw-sign", 500, raw)[0] if made else 0.0
    return made * sign + checked * (side.ask("raw-verify", 500, raw)[0] if checked else 0.0)


def _agree(sides: dict[str, Side], name: str, do: str, request: dict[str, Any]) -> None:
    for judge in ("vcwallet", "JavaScript"):
        if judge not in sides:
            continue
        try:
            sides[judge].ask(do, 1, request)
        except RuntimeError as reason:
            if {name, judge} <= {"vcwallet", "JavaScript"}:
                raise
            print(f"  {name}: its result is refused: {str(reason)[:160]}", flush=True)


def table(headings: Sequence[str], rows: list[Row], sides: dict[str, Side]) -> str:
    """The rows in Markdown, with what the columns mean and the peak memory of each side."""
    peers = [name for name in sides if name != "vcwallet"]
    heads = [*headings, "a second", "processor µs", *(f"times {name}" for name in peers), "of the limit"]
    lines = [f"| {' | '.join(heads)} |", "|" + "---|" * len(headings) + "--:|" * (len(peers) + 3)]
    for row in rows:
        own = best(row.seconds["vcwallet"])
        ratios = []
        for name in peers:
            if name not in row.seconds:
                ratios.append("-")
                continue
            ratio = best(row.seconds[name]) / own
            ratios.append(f"{ratio:.1f}" if ratio < 100 else f"{ratio:.0f}")
        limit = f"{best(row.limit) / own:.0%}" if row.limit else "-"
        cells = [*row.title, f"{1 / own:,.0f}", f"{best(row.processor) * 1e6:,.0f}", *ratios, limit]
        lines.append(f"| {' | '.join(cells)} |")
    memory = ", ".join(f"{name} {side.memory / 2**20:.0f} MiB" for name, side in sides.items())
    return "\n".join(
        [
            *lines,
            "",
            f"The best fifth of {ROUNDS} short interleaved rounds, each side warmed for half a second.",
            "“Times” is how many times as fast as that peer is; “-” stands where it does not do it.",
            "“Of the limit” is the share of the time that the signatures alone take.",
            f"Peak memory of the whole process: {memory}.",
        ]
    )
