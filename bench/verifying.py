"""An admission office: showings a second, files of every kind, a queue of a thousand applicants, its memory.

What is checked is an invented admission (`bench.admission`), so before a queue is timed its answers are
compared with the right ones. A machine that has other work shows little in files a second: the processor's
time stands beside, of all processes together.
"""

from __future__ import annotations

import os
import random
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from statistics import fmean
from typing import Final

import psutil

from bench.admission import comparing, make, papers
from bench.admission.making import Admission
from bench.admission.organisations import NOW, UNIVERSITY
from bench.admission.papers import Paper
from bench.admission.people import seeded_bytes
from bench.admission.stories import Desk, Form, Handed
from bench.peers.cast import Signer
from bench.peers.comparison import Row, Side, measure, start, table
from vcwallet import strict_json, timestamps
from vcwallet.bundle import opening, scanning
from vcwallet.bundle.codec import Bundle
from vcwallet.identifiers.keys import KeyType
from vcwallet.verifier import TrustList, Verifier

APPLICANTS: Final = 1_000
MOST: Final = 1_000
SEED: Final = 2
ROUNDS: Final = 25
"""Short rounds, one kind after another; the best fifth of them count: the others were disturbed."""
SAMPLES: Final = 6
PHONE: Final = (3000, 4000)
CHALLENGE: Final = "d31b7a0c"
_ROOT: Final = Path(__file__).parents[1]


def main(applicants: int = APPLICANTS, most: int = MOST) -> str:
    begun = os.getloadavg()[0]
    answers = _answers_table()
    files = _files_table()
    with tempfile.TemporaryDirectory() as temporary:
        queues = _queues_table(Path(temporary), applicants, most)
    load = f"{begun:.0f} at the beginning and {os.getloadavg()[0]:.0f} at the end"
    return "\n".join(
        [
            f"{os.cpu_count()} processors, and a load average of {load}.",
            "",
            *answers,
            "",
            *files,
            "",
            *queues,
        ]
    )


# --- beside others --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Sample:
    """A showing of diplomas that two schools signed: issuers whom every side can resolve."""

    handed: Handed
    trust: TrustList

    @property
    def text(self) -> str:
        return strict_json.dumps(self.handed.document)


def _sample(number: int) -> tuple[_Sample, list[Signer]]:
    desk = Desk(random.Random(number), number)
    person = desk.people.person()
    schools = ("school-0", "school-00", "school-000")
    diplomas = [desk.award(person, schools[place % 3]) for place in range(number)]
    handed = desk.show(person, *diplomas, challenge=CHALLENGE)
    seeds = [*(f"{school} first" for school in schools), f"holder {person.seed}"]
    signers = [Signer(seed, KeyType.ED25519, seeded_bytes(seed, 32)) for seed in seeds]
    assert signers[-1].did == person.did
    return _Sample(handed, desk.registers.trust_list()), signers


def _answers_table() -> list[str]:
    """Showings of one and of ten diplomas, by every side, and the whole answer of an office by us."""
    samples = {number: _sample(number) for number in (1, 10)}
    sides = start("JavaScript", "openvc-core")
    for _, signers in samples.values():
        for side in sides.values():
            side.worker.ask(do="setup", contexts={}, keys={each.name: each.to_json() for each in signers})
    rows = [_compared(sides, number, sample, signers) for number, (sample, signers) in samples.items()]
    for side in sides.values():
        side.worker.close()
    whole = [
        f"The office's whole answer (trust list, scopes, status lists, the tie to the person) to {number}:"
        f" {1 / _best(partial(_checked, sample)):,.0f} a second."
        for number, (sample, _) in samples.items()
    ]
    return [table(["showing", "of diplomas"], rows, sides), "", *whole]


def _compared(sides: dict[str, Side], number: int, sample: _Sample, signers: Sequence[Signer]) -> Row:
    request = {
        "suite": "eddsa-rdfc-2022",
        "now": timestamps.render(NOW),
        "domain": UNIVERSITY,
        "challenge": CHALLENGE,
        "text": sample.text,
    }
    return measure(
        sides,
        ("verify its signatures", str(number)),
        "verify-presentation",
        request,
        (signers[0], 0, number + 1),
    )


def _checked(sample: _Sample) -> None:
    report = Verifier(sample.trust).check(
        Bundle(sample.handed.document), challenge=CHALLENGE, now=NOW - timedelta(days=3)
    )
    assert report.outcome.value in ("confirmed", "unknown"), report


def _best(work: Callable[[], object]) -> float:
    """Seconds of one time, of the best fifth of the rounds."""
    rounds = []
    for _ in range(ROUNDS):
        begin = time.perf_counter()
        work()
        rounds.append(time.perf_counter() - begin)
    return fmean(sorted(rounds)[: ROUNDS // 5])


# --- files ----------------------------------------------------------------------------------------------

_NAMES: Final = {
    Form.JSON: "bundle as JSON",
    Form.PNG: "clean picture of the codes",
    Form.PHOTO: "photograph of a sheet, 3000 x 4000",
    Form.PDF: "sheet as PDF, the bundle attached",
    Form.SCAN: "scanned sheet as PDF, 200 dpi",
}


def _files_table() -> list[str]:
    """Milliseconds to read a file and answer for it, of each kind, in interleaved rounds."""
    desk = Desk(random.Random(SEED), SEED)
    made: dict[Form, list[bytes]] = {form: [] for form in Form}
    for place in range(SAMPLES):
        person = desk.people.person()
        handed = desk.show(person, desk.olympiad(person), desk.norm(person), desk.volunteering(person))
        for form in Form:
            paper = Paper(form, strict_json.dumps(handed.document), place, PHONE)
            made[form].append(papers.make(paper))
    verifier = Verifier(desk.registers.trust_list())
    seconds: dict[Form, list[float]] = {form: [] for form in Form}
    processor: dict[Form, list[float]] = {form: [] for form in Form}
    own = psutil.Process()
    with opening.Opener() as opener:
        for turn in range(ROUNDS):
            for form, contents in made.items():
                begin, spent = time.perf_counter(), _processor(own)
                found = scanning.read_inputs([contents[turn % SAMPLES]], opener=opener)
                answers = verifier.check_found(found, now=NOW)
                seconds[form].append(time.perf_counter() - begin)
                processor[form].append(_processor(own) - spent)
                assert [each.outcome.value for each in answers.reports] == ["confirmed"], (form, answers)
    best = {form: fmean(sorted(rounds)[: ROUNDS // 5]) for form, rounds in seconds.items()}
    return [
        f"Files with three diplomas, read and answered, the best fifth of {ROUNDS} interleaved rounds, and",
        "beside it the processor's time of all rounds, of this process and of the one that opens files:",
        "",
        "| file | ms | processor ms |",
        "|---|--:|--:|",
        *(
            f"| {_NAMES[form]} | {each * 1000:.0f} | {fmean(processor[form]) * 1000:.0f} |"
            for form, each in best.items()
        ),
    ]


# --- queues ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Run:
    """What a whole command took."""

    seconds: float
    processor: float
    """Seconds of the processor, of all processes together."""
    peak: float
    """MiB of the process that keeps the queue."""
    worker: float
    """MiB of the largest of the others."""


def _queues_table(place: Path, applicants: int, most: int) -> list[str]:
    bundles = _made(place / "bundles", applicants, [Form.JSON])
    name = f"{applicants:,} applicants, bundles as JSON"
    rows = [_row(name, bundles, workers) for workers in (1, 2)]
    mixed = _made(place / "mixed", applicants, list(Form))
    rows.append(_row(f"{applicants:,} applicants, more than half photographs and PDFs", mixed, 2))
    for size in sorted({100, most} - {applicants}):
        made = _made(place / f"of-{size}", size, [Form.JSON])
        rows.append(_row(f"{size:,} applicants, bundles as JSON", made, 1))
    return [
        "`vcwallet verify-folder`, the whole command, whose rows were compared with the right ones:",
        "",
        "| queue | processes | files | seconds | showings a second | processor s | MiB | MiB of a worker |",
        "|---|--:|--:|--:|--:|--:|--:|--:|",
        *rows,
    ]


def _made(place: Path, applicants: int, forms: Sequence[Form]) -> Admission:
    print(place.name, flush=True)
    return make(place, applicants=applicants, seed=SEED, forms=forms, processes=2)


def _row(name: str, admission: Admission, workers: int) -> str:
    print(name, workers, flush=True)
    out = admission.folder / f"out-{workers}"
    install, check = comparing.check(admission, out, workers=workers)
    _ran(install)
    run = _ran(check)
    told = comparing.differences(admission.answers, comparing.read(out / "results.xlsx"))
    assert told == [], told
    files, showings = len(admission.answers.files), len(admission.answers.handed_in)
    return (
        f"| {name} | {workers} | {files:,} | {run.seconds:.0f} | {showings / run.seconds:,.0f} |"
        f" {run.processor:.0f} | {run.peak:.0f} | {run.worker:.0f} |"
    )


def _processor(process: psutil.Process) -> float:
    """Seconds of the processor, of a process and all it started."""
    total = 0.0
    for each in (process, *process.children(recursive=True)):
        times = each.cpu_times()
        total += times.user + times.system + times.children_user + times.children_system
    return total


def _ran(command: Sequence[str]) -> _Run:
    begin = time.perf_counter()
    process = psutil.Popen([*command], cwd=_ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    peak, worker, used = 0, 0, 0.0
    while process.poll() is None:
        try:
            peak = max(peak, process.memory_info().rss)
            sizes = [each.memory_info().rss for each in process.children(recursive=True)]
            worker = max([worker, *sizes])
            used = max(used, _processor(process))
        except psutil.NoSuchProcess:
            pass
        time.sleep(0.1)
    return _Run(time.perf_counter() - begin, used, peak / 2**20, worker / 2**20)
