"""Timing one operation on every side, round by round, and the table of it.

Every side works from JSON text to JSON text or to a verdict, on the same documents, offline, in a process of
its own. Rounds are interleaved, so that a slow moment of the machine weighs on all sides alike; figures are
medians.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from bench.peers import workers
from bench.peers.cast import CONTEXTS, SIGNERS, Signer
from bench.peers.workers import Unavailable, Worker
from vcwallet.proofs.jsonld import PINNED

ROUNDS: Final = 7
SECONDS: Final = 0.25
"""About how long one measurement lasts."""

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

    def ask(self, do: str, times: int, request: dict[str, Any]) -> tuple[float, str]:
        """Seconds for one time, and the last result."""
        answer = self.worker.ask(do=do, times=times, **request)
        self.memory = max(self.memory, answer["memory"] or 0)
        return answer["seconds"] / times, answer["result"]


@dataclass
class Row:
    """One line of the table: seconds per operation of each side, a list over the rounds."""

    title: tuple[str, ...]
    limit: list[float] = field(default_factory=list)
    """Seconds that the signatures of one operation take, in each round."""
    seconds: dict[str, list[float]] = field(default_factory=dict)


def start(*names: str) -> dict[str, Side]:
    """This package and the named peers, set up; one that cannot be had is left out with a printed reason."""
    sides = {"vcwallet": Side(workers.own())}
    for name in names:
        try:
            sides[name] = Side(PEERS[name]())
        except Unavailable as reason:
            print(f"{name} is left out: {reason}", flush=True)
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
            # The first run warms caches up; the next say how many fit into one measurement.
            _, result = side.ask(do, 1, request)
            seconds, _ = side.ask(do, 3, request)
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
        if signatures is not None:
            row.limit.append(_signatures_alone(sides["vcwallet"], *signatures))
    return row


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
    heads = [*headings, "a second", *(f"times {name}" for name in peers), "of the limit"]
    lines = [f"| {' | '.join(heads)} |", "|" + "---|" * len(headings) + "--:|" * (len(peers) + 2)]
    for row in rows:
        own = statistics.median(row.seconds["vcwallet"])
        ratios = []
        for name in peers:
            if name not in row.seconds:
                ratios.append("-")
                continue
            ratio = statistics.median(
                peer / ours for peer, ours in zip(row.seconds[name], row.seconds["vcwallet"], strict=True)
            )
            ratios.append(f"{ratio:.1f}" if ratio < 100 else f"{ratio:.0f}")
        shares = [alone / ours for alone, ours in zip(row.limit, row.seconds["vcwallet"], strict=False)]
        limit = f"{statistics.median(shares):.0%}" if shares else "-"
        cells = [*row.title, f"{1 / own:,.0f}", *ratios, limit]
        lines.append(f"| {' | '.join(cells)} |")
    memory = ", ".join(f"{name} {side.memory / 2**20:.0f} MiB" for name, side in sides.items())
    return "\n".join(
        [
            *lines,
            "",
            f"Medians of {ROUNDS} interleaved rounds. “Times” is how many times as fast as that peer is;",
            "“-” stands where it does not do the operation.",
            "“Of the limit” is the share of the time that the signatures alone take.",
            f"Peak memory of the whole process: {memory}.",
        ]
    )
