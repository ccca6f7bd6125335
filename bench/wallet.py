"""The wallet file beside KDBX4 and SQLCipher: opening after key derivation, reading one, adding one.

The three do not promise the same: SQLCipher reads a page or two and authenticates no more than it reads;
KDBX4 and the sealed file authenticate everything at opening and write the whole file at saving, and the
sealed file syncs it, reads it back and keeps the previous one.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

from bench.peers import workers
from bench.peers.workers import HERE, Unavailable, Worker

COUNTS: Final = (10, 1_000, 10_000)
RECORD_BYTES: Final = 2_300
ROUNDS: Final = 7
TARGETS: Final = {"open": (1, 5, 50), "add": (5, 20, 150)}
"""Milliseconds at `COUNTS`."""
MOST_KDBX: Final = 1_000
"""Its library searches all entries whenever one is added; ten thousand would take a quarter of an hour."""


def _own() -> Worker:
    return Worker("vcwallet", [sys.executable, "-m", "bench.peers.sealed_file_peer"], cwd=HERE.parent)


SIDES: Final[dict[str, Callable[[], Worker]]] = {
    "vcwallet": _own,
    "KDBX4 (pykeepass)": lambda: workers.python("pykeepass", "keepass_peer.py", "pykeepass==4.2.0"),
    "SQLCipher": lambda: workers.python("sqlcipher", "sqlcipher_peer.py", "sqlcipher3-wheels==0.5.7"),
}


def main() -> str:
    lines = [
        f"Records of {RECORD_BYTES:,} bytes; milliseconds, medians of {ROUNDS}; memory is a process's peak.",
        "",
        "| file | records | key derivation | open after it | read one | add and save | MB | memory, MiB |",
        "|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    skipped: dict[str, str] = {}
    for position, count in enumerate(COUNTS):
        for name in SIDES:
            if name in skipped or (name.startswith("KDBX") and count > MOST_KDBX):
                continue
            try:
                lines.append(_row(name, count, position))
            except Unavailable as error:
                skipped[name] = str(error)
    targets = " / ".join(map(str, TARGETS["open"])), " / ".join(map(str, TARGETS["add"]))
    lines += [
        "",
        f"Targets at 10 / 1,000 / 10,000: open under {targets[0]} ms, add and save under {targets[1]} ms.",
    ]
    lines += [f"{name} was left out: {why}." for name, why in skipped.items()]
    return "\n".join(lines)


def _row(name: str, count: int, position: int) -> str:
    # In the project's folder: /tmp may be memory, where nothing is ever synced.
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        worker = SIDES[name]()
        try:
            worker.ask(do="setup", folder=folder, count=count, bytes=RECORD_BYTES)
            millis = {each: _median(worker, each) for each in ("derive", "open", "read", "add")}
            last = worker.ask(do="size", times=1)
        finally:
            worker.close()
    if name == "vcwallet":
        for each, limits in TARGETS.items():
            if millis[each] > limits[position]:
                print(f"over the target: {each} at {count}: {millis[each]:.1f} ms > {limits[position]} ms")
    cells = [f"{millis[each]:,.2f}" for each in ("derive", "open", "read", "add")]
    size = float(last["result"]) / 1e6
    return (
        "| " + " | ".join([name, f"{count:,}", *cells, f"{size:.2f}", f"{last['memory'] / 2**20:.0f}"]) + " |"
    )


def _median(worker: Worker, operation: str) -> float:
    rounds = 3 if operation == "derive" else ROUNDS
    seconds = [float(worker.ask(do=operation, times=1)["seconds"]) for _ in range(rounds)]
    return statistics.median(seconds) * 1e3
