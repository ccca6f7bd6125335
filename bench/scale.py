"""A country's size: a sheet signed and a queue checked by one process, by two, and by two workers of Dask.

Each is a whole command in processes of its own, as a person types it: what it took, and the memory of the
process that was started and of the largest worker. What is signed is counted. What is checked comes as JSON
and every row is compared with the right answers, whoever checks. By the processor's time it is told what
seven million would take: a machine with other work shows little in rows a second.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psutil

from bench.admission import comparing, make
from bench.admission.making import Admission
from bench.admission.stories import Form
from bench.desk import servers, sheets
from bench.peers.workers import Unavailable
from vcwallet import timestamps

ROWS: Final = 100_000
BUNDLES: Final = 20_000
PARTICIPANTS: Final = 7_000_000
MACHINES: Final = 10
SEED: Final = 2
ALONE: Final = "one process"
_PROCESSORS: Final = 2
"""Of a machine in the table for all participants."""
_SHOWN_OF_A_HUNDRED: Final = 95
"""Bundles of a hundred applicants: some hand in several, many none."""
_EVERY: Final = 0.1
"""Seconds between two looks at the processes."""
_NOWHERE: Final = subprocess.DEVNULL
_ROOT: Final = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class Took:
    """What one whole command took."""

    what: str
    by: str
    number: int
    """Of rows or of bundles."""
    seconds: float
    processor: float
    """Seconds of the processor, of all processes together."""
    own: float
    """Those of the process that was started; they are not shared out."""
    peak: float
    """MiB of the process that was started."""
    worker: float
    """MiB of the largest other process; 0 without one."""

    @property
    def line(self) -> str:
        each, own = (1000 * seconds / self.number for seconds in (self.processor, self.own))
        worker = f"{self.worker:.0f}" if self.worker else "-"
        return (
            f"| {self.what} | {self.by} | {self.number:,} | {self.seconds:.0f} |"
            f" {self.number / self.seconds:,.0f} | {each:.2f} | {own:.2f} | {self.peak:.0f} | {worker} |"
        )

    def hours(self, processors: int) -> float:
        """What all participants would take such processors, were nothing else done."""
        seconds = max(self.own, self.processor / processors)
        return seconds / self.number * PARTICIPANTS / 3600


def main(rows: int = ROWS, bundles: int = BUNDLES) -> str:
    begun = os.getloadavg()[0]
    took: list[Took] = []
    left_out: list[str] = []
    with tempfile.TemporaryDirectory() as temporary:
        place = Path(temporary)
        (place / "sheet.csv").write_bytes(sheets.csv(rows))
        queue = make(
            place / "queue",
            applicants=max(1, bundles * 100 // _SHOWN_OF_A_HUNDRED),
            seed=SEED,
            forms=[Form.JSON],
            processes=_PROCESSORS,
        )
        for at, (by, options) in enumerate(
            ((ALONE, ["--workers", "1"]), ("2 processes", ["--workers", "2"]))
        ):
            took += _both(place / str(at), queue, rows, by, options, ())
        with ExitStack() as stack:
            try:
                with _new_children() as workers:
                    address = stack.enter_context(servers.dask(2))
                took += _both(place / "dask", queue, rows, "2 Dask workers", ["--cluster", address], workers)
            except Unavailable as error:
                left_out = ["", f"Dask was left out: {error}."]
    load = f"{begun:.0f} at the beginning and {os.getloadavg()[0]:.0f} at the end"
    return "\n".join([*_table(took, load), *left_out, "", *_national(took)])


def _both(
    place: Path,
    queue: Admission,
    rows: int,
    by: str,
    options: Sequence[str],
    workers: Sequence[psutil.Process],
) -> list[Took]:
    return [_signed(place, rows, by, options, workers), _checked(place, queue, by, options, workers)]


def _signed(
    place: Path, rows: int, by: str, options: Sequence[str], workers: Sequence[psutil.Process]
) -> Took:
    sheets.office(place / "issuer", proofs=sheets.DEFAULT_SET)
    command = [
        *(
            sys.executable,
            "-m",
            "vcwallet",
            "--lang",
            "en",
            "issuer",
            "issue",
            str(place.parent / "sheet.csv"),
        ),
        *("--dir", str(place / "issuer"), "--out", str(place / "out"), "--jsonl", "--yes", *options),
        *("--now", timestamps.render(sheets.NOW)),
    ]
    took = _watched("sign a sheet", by, rows, command, workers)
    files = (place / "out").rglob("*.vc.jsonl")
    signed = sum(content.count(b"\n") for content in (each.read_bytes() for each in files))
    assert signed == rows, f"{signed} of {rows} rows were signed"
    return took


def _checked(
    place: Path, queue: Admission, by: str, options: Sequence[str], workers: Sequence[psutil.Process]
) -> Took:
    out = place / "results"
    install, check = comparing.check(queue, out)
    at = check.index("--workers")
    psutil.Popen(install, cwd=_ROOT, stdout=_NOWHERE).wait()
    handed_in = len(queue.answers.handed_in)
    took = _watched("check a queue", by, handed_in, [*check[:at], *check[at + 2 :], *options], workers)
    told = comparing.differences(queue.answers, comparing.read(out / "results.xlsx"))
    assert not told, told[:3]
    return took


@contextmanager
def _new_children() -> Iterator[list[psutil.Process]]:
    """Gives the processes that begin meanwhile."""
    own = psutil.Process()
    before = set(own.children(recursive=True))
    found: list[psutil.Process] = []
    yield found
    found += [each for each in own.children(recursive=True) if each not in before]


def _watched(
    what: str, by: str, number: int, command: Sequence[str], workers: Sequence[psutil.Process]
) -> Took:
    print(what, by, flush=True)
    environment = {**os.environ, "VCWALLET_PASSPHRASE": sheets.NOBODY}
    busy_before = sum(map(_seconds, workers))
    begin = time.perf_counter()
    process = psutil.Popen(command, cwd=_ROOT, env=environment, stdout=_NOWHERE, stderr=_NOWHERE)
    peak, largest, own, all_of_it = 0, 0, 0.0, 0.0
    while process.poll() is None:
        try:
            others = [*process.children(recursive=True), *workers]
            peak = max(peak, process.memory_info().rss)
            largest = max([largest, *map(_size, others)])
            times = process.cpu_times()
            own = max(own, times.user + times.system)
            all_of_it = max(all_of_it, own + sum(map(_seconds, others)) - busy_before)
        except psutil.NoSuchProcess:
            pass
        time.sleep(_EVERY)
    seconds = time.perf_counter() - begin
    assert process.returncode in (0, 3), f"{what}, {by}: exit status {process.returncode}"
    return Took(what, by, number, seconds, all_of_it, own, peak / 2**20, largest / 2**20)


def _seconds(process: psutil.Process) -> float:
    """Of the processor, of a process and those that it started and that have ended."""
    try:
        times = process.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return float(times.user + times.system + times.children_user + times.children_system)


def _size(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.NoSuchProcess:
        return 0


def _table(took: Sequence[Took], load: str) -> list[str]:
    return [
        f"{os.cpu_count()} processors, and a load average of {load}.",
        "",
        "| what | by | number | seconds | a second | processor ms each | of it in one | MiB | worker MiB |",
        "|---|---|--:|--:|--:|--:|--:|--:|--:|",
        *(each.line for each in took),
    ]


def _national(took: Sequence[Took]) -> list[str]:
    return [
        f"{PARTICIPANTS:,} by the processor's time of these, in hours of machines with {_PROCESSORS}",
        "processors that do nothing else. What one process does is not divided among them:",
        "",
        f"| what | by | one machine | {MACHINES} machines |",
        "|---|---|--:|--:|",
        *(
            f"| {each.what} | {each.by} | {each.hours(1):,.1f} | - |"
            if each.by == ALONE
            else f"| {each.what} | {each.by} | {each.hours(_PROCESSORS):,.1f} |"
            f" {each.hours(_PROCESSORS * MACHINES):,.1f} |"
            for each in took
        ),
    ]
