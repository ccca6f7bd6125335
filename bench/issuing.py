"""Issuing at size: rows read, signed and written, and drawn as PDF; by whom, into which register; memory.

A machine that has other work shows little in rows a second. So the processor's time stands beside: that of
this process and of all it started, and how many times the calibration it is, a loop of a million additions
that runs before each step.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final

from bench.desk import memory, servers, sheets
from bench.peers.workers import Unavailable
from vcwallet import executors
from vcwallet.executors import Crew
from vcwallet.issuer import diploma, issuing, signing
from vcwallet.issuer.folder import IssuerFolder
from vcwallet.issuer.register import Register

ROWS: Final = 2_000
MOST: Final = 10_000
MILLION: Final = 1_000_000
PDFS: Final = 100
PARTICIPANTS: Final = 7_000_000
ROUNDS: Final = 10
ROUND_ROWS: Final = 2_000
ROUND_PDFS: Final = 50
FLOORS: Final = {"one plain proof": 8_000, "the default proof set": 2_000, "PDFs": 50}
"""What two processes of a quiet machine are to do in a second, at the least."""
MACHINES: Final = 10
SETS: Final = {"one plain proof": sheets.ONE_PROOF, "the default proof set": sheets.DEFAULT_SET}


@dataclass(frozen=True, slots=True)
class Step:
    """What was done to how many rows, and what it took."""

    name: str
    rows: int
    seconds: float
    processor: float
    """Seconds of the processor, of all processes together."""
    own: float
    """Those of this process, which are not shared out: it compares, keeps the register and hands out work."""
    loop: float
    """Seconds of the processor that the calibration took just before."""
    alone: float = 0.0
    """Of `own` those in which there is no work for others yet: the sheet is compared, and a person asked."""

    def cells(self, loop: float) -> str:
        """A line of the table; `loop` is what the calibration took in the middle of the whole run."""
        each = self.processor / self.rows
        times = each * 1000 / loop
        own = self.own / self.rows * 1000
        return (
            f"| {self.name} | {self.rows / self.seconds:,.0f} | {each * 1000:.2f} | {own:.2f} | {times:.0f} |"
        )

    def hours(self, processors: int) -> float:
        """What all participants of a country would take, were nothing else done."""
        return PARTICIPANTS / self.allowed(processors) / 3600

    def allowed(self, processors: int) -> float:
        """Rows a second that its processor's time allows where the processors do nothing else."""
        shared = max(self.own - self.alone, (self.processor - self.alone) / processors)
        return self.rows / (self.alone + shared)


def main(rows: int = ROWS, most: int = MOST, soak: bool = False) -> str:
    begun = os.getloadavg()[0]
    rates = _rates()
    steps, left_out = _steps(rows)
    loop = statistics.median(each.loop for each in steps)
    sizes = sorted({1_000, max(most, 2_000), *((MILLION,) if soak else ())})
    peaks = {(kind, size): memory.peaks(size, kind) for kind in ("csv", "xlsx") for size in sizes}
    load = f"{begun:.0f} at the beginning and {os.getloadavg()[0]:.0f} at the end"
    return "\n".join(
        [
            f"{rows:,} rows; {os.cpu_count()} processors, and a load average of {load}.",
            "The calibration, a loop of a million additions, took",
            f"{loop * 1000:.0f} ms of the processor.",
            "",
            "| step | rows a second | processor ms a row | of it in one process | calibrations, 1,000 rows |",
            "|---|--:|--:|--:|--:|",
            *(each.cells(loop) for each in steps),
            "",
            *left_out,
            *_floors_table(rates),
            "",
            *_memory_table(peaks),
            "",
            *_national(steps),
        ]
    )


# --- the floors of a quiet machine -----------------------------------------------------------------


def _rates() -> dict[str, list[Step]]:
    """What two processes do, in short rounds: other work disturbs some less than others."""
    found: dict[str, list[Step]] = {}
    with tempfile.TemporaryDirectory() as temporary:
        place = Path(temporary)
        for name, proofs in SETS.items():
            office = sheets.office(place / str(len(found)), proofs=proofs)
            with _crew(office, 2) as crew:
                found[name] = [
                    _signed(f"{name}, round {at + 1}", office, ROUND_ROWS, crew, first=at * ROUND_ROWS)
                    for at in range(ROUNDS)
                ]
        found["PDFs"] = _drawn(place / "paper", ROUND_PDFS, ROUNDS)
    return found


def best_fifth(rates: Sequence[float]) -> float:
    """The mean of the best fifth: the rounds that other work disturbed least."""
    best = sorted(rates, reverse=True)[: max(len(rates) // 5, 1)]
    return statistics.fmean(best)


def _floors_table(rates: dict[str, list[Step]]) -> list[str]:
    lines = [
        f"Two processes, {ROUNDS} rounds of {ROUND_ROWS:,} rows or of {ROUND_PDFS} PDFs. The floor is",
        "that of a quiet machine. What the processor's time allows is computed: all of it shared by two",
        "processors that do nothing else, but for the comparing of the sheet, which one does alone.",
        "",
        "| made in a second | best fifth of the rounds | median | allowed, best fifth | floor |",
        "|---|--:|--:|--:|--:|",
    ]
    for name, steps in rates.items():
        made = [step.rows / step.seconds for step in steps]
        allowed = best_fifth([step.allowed(2) for step in steps])
        lines.append(
            f"| {name} | {best_fifth(made):,.0f} | {statistics.median(made):,.0f} | {allowed:,.0f}"
            f" | {FLOORS[name]:,} |"
        )
    return lines


# --- the steps -------------------------------------------------------------------------------------


def _steps(rows: int) -> tuple[list[Step], list[str]]:
    steps: list[Step] = []
    left_out: list[str] = []
    with tempfile.TemporaryDirectory() as temporary, ExitStack() as stack:
        place = Path(temporary)
        folder = sheets.office(place / "reader", proofs=sheets.ONE_PROOF)
        for kind, made in (("csv", sheets.csv(rows)), ("xlsx", sheets.xlsx(rows))):
            steps.append(measured(f"read {kind}", rows, partial(_read, folder, made, rows)))
        for proofs_name, proofs in SETS.items():
            for workers in (1, 2):
                office = sheets.office(place / f"sqlite-{len(proofs)}-{workers}", proofs=proofs)
                with _crew(office, workers) as crew:
                    steps.append(_signed(f"{proofs_name}, SQLite, {_of(workers)}", office, rows, crew))
        try:
            database = stack.enter_context(servers.postgresql())
            for workers in (1, 2):
                home = place / f"postgresql-{workers}"
                office = sheets.office(
                    home, proofs=sheets.DEFAULT_SET, register=database(f"register_{workers}")
                )
                with _crew(office, workers) as crew:
                    name = f"the default proof set, PostgreSQL, {_of(workers)}"
                    steps.append(_signed(name, office, rows, crew))
        except Unavailable as error:
            left_out += [f"PostgreSQL was left out: {error}.", ""]
        try:
            address = stack.enter_context(servers.dask(2))
            office = sheets.office(place / "dask", proofs=sheets.DEFAULT_SET)
            with executors.cluster(address) as crew:
                name = "the default proof set, SQLite, 2 Dask workers"
                steps.append(_signed(name, office, rows, crew))
        except Unavailable as error:
            left_out += [f"Dask was left out: {error}.", ""]
        steps += _drawn(place / "paper", PDFS, 1)
    return steps, left_out


def _read(folder: IssuerFolder, sheet: bytes, rows: int) -> None:
    assert len(sheets.read(folder, sheet).rows) == rows


@contextmanager
def _crew(office: IssuerFolder, workers: int) -> Iterator[Crew | None]:
    if workers == 1:
        yield None
        return
    with signing.processes(office.signer(), sheets.NOBODY, workers=workers) as crew:
        yield crew


def _of(workers: int) -> str:
    return "this process" if workers == 1 else f"{workers} processes"


def _signed(name: str, office: IssuerFolder, rows: int, crew: Crew | None, *, first: int = 0) -> Step:
    """Compare a sheet with the register, then sign it into files of a thousand lines.

    Its pupils are those from the number `first`, whom the register does not have.
    """
    keystore, template = office.unlock(sheets.NOBODY), office.template()
    results = sheets.read(office, sheets.csv(rows, first))
    if crew is not None:
        # All workers are there before the clock starts.
        list(crew.executor.map(time.sleep, [0.2] * crew.width))

    alone = 0.0

    def sign(register: Register) -> None:
        nonlocal alone
        begin = time.process_time()
        plan = issuing.plan(keystore, register, template, results.rows)
        alone = time.process_time() - begin
        issued = issuing.issue(
            office,
            keystore,
            register,
            plan,
            out=office.issued_path,
            now=sheets.NOW,
            layout=issuing.FileLayout.LINES,
            crew=crew,
        )
        assert issued.issued == rows

    with office.register() as register:
        step = measured(f"sign and write, {name}", rows, lambda: sign(register))
    return replace(step, alone=alone)


def _drawn(place: Path, pdfs: int, rounds: int) -> list[Step]:
    office = sheets.office(place, proofs=sheets.DEFAULT_SET)
    keystore, template = office.unlock(sheets.NOBODY), office.template()
    with office.register() as register:
        plan = issuing.plan(keystore, register, template, sheets.read(office, sheets.csv(pdfs)).rows)
        issuing.issue(office, keystore, register, plan, out=office.issued_path, now=sheets.NOW)
    files = sorted(office.issued_path.glob("*.vc.json"))
    press = diploma.Press.of(office)

    def draw(crew: Crew) -> None:
        drawn = list(diploma.draw_all(press, files, now=sheets.NOW, crew=crew))
        assert len(drawn) == pdfs
        assert all(each.problem is None for each in drawn)

    with executors.processes(2) as crew:
        draw(crew)  # so that both have read the fonts
        return [measured(f"PDF, {_of(2)}", pdfs, lambda: draw(crew)) for _ in range(rounds)]


def measured(name: str, rows: int, work: Callable[[], object]) -> Step:
    print(name, flush=True)
    loop = calibration()
    processor, own, begin = _processor(), time.process_time(), time.perf_counter()
    work()
    seconds, own = time.perf_counter() - begin, time.process_time() - own
    return Step(name, rows, seconds, _processor() - processor, own, loop)


def calibration() -> float:
    """Seconds of the processor for a million additions: the least of three, the others were disturbed."""

    def once() -> float:
        begin, total = time.process_time(), 0
        for number in range(1_000_000):
            total += number
        return time.process_time() - begin

    return min(once() for _ in range(3))


def _processor() -> float:
    """Of this process and all it started, those that have ended counted by those they belonged to."""
    import psutil

    own = psutil.Process()
    total = 0.0
    for process in (own, *own.children(recursive=True)):
        try:
            times = process.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += times.user + times.system + times.children_user + times.children_system
    return total


# --- memory, and a country -------------------------------------------------------------------------


def _memory_table(peaks: dict[tuple[str, int], dict[str, float]]) -> list[str]:
    lines = [
        "Peak memory of one process that reads a sheet, compares and signs it (one plain proof), MiB:",
        "",
        f"| sheet | rows | {' | '.join(memory.STEPS)} | more than 1,000 rows |",
        f"|---|--:|{'--:|' * len(memory.STEPS)}--:|",
    ]
    for (kind, size), found in peaks.items():
        small = peaks[(kind, 1_000)]
        grows = f"{growth(small, found):.0f} %" if size > 1_000 else ""
        cells = " | ".join(f"{found[step]:.0f}" for step in memory.STEPS)
        lines.append(f"| {kind} | {size:,} | {cells} | {grows} |")
    return lines


def growth(small: dict[str, float], large: dict[str, float]) -> float:
    """How much more memory the larger sheet takes, in hundredths of what the smaller takes."""
    return (large["signed"] / small["signed"] - 1) * 100


def _national(steps: list[Step]) -> list[str]:
    return [
        f"{PARTICIPANTS:,} participants by these figures, in hours of machines with two processors that do",
        "nothing else. What one process does is not divided among them:",
        "",
        f"| step | one machine | {MACHINES} machines |",
        "|---|--:|--:|",
        *(f"| {step.name} | {step.hours(2):,.2f} | {step.hours(2 * MACHINES):,.2f} |" for step in steps),
    ]
