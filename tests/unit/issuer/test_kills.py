"""Killed at random moments and run again: every diploma once, and register, files and lists say the same.

Killed are whole runs (issuing, replacing, revoking, publishing) and workers, of a pool and of a cluster.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.shared import ROOT, SOAK
from tests.unit.issuer.kits import csv
from tests.unit.issuer.offices import NOW, PASSPHRASE, Office, pupils
from tests.unit.issuer.test_copies import published, revoked
from vcwallet import executors, limits, strict_json
from vcwallet.errors import MachineError, UsageError
from vcwallet.issuer import Arrival, Issuer, State, signing
from vcwallet.sealed_file import UNSAFE_FOR_TESTS

ROWS = 2_000 if SOAK else 40
KILLS = 13 if SOAK else 1
"""For each of the four things a run does."""
SCRIPT = """
import sys
from pathlib import Path
from vcwallet import limits
from tests.unit.issuer.test_kills import ACTIONS
limits.ISSUED_ROWS_PER_SHARD = max(10, int(sys.argv[3]) // 20)
print("ready", flush=True)
ACTIONS[sys.argv[1]](Path(sys.argv[2]))
print("done", flush=True)
"""


def rows(**changes: str) -> bytes:
    return csv(*pupils(ROWS, **changes))


def _issue(home: Path, sheet: bytes, **options: Any) -> None:
    with Issuer.open(home, PASSPHRASE) as issuer:
        plan = issuer.plan(issuer.read(sheet, now=NOW))
        plan = plan.settled(other=lambda each: True)
        issuer.issue(plan, now=NOW, **options)


def _revoke(home: Path) -> None:
    with Issuer.open(home) as issuer:
        for line in list(issuer.lines()):
            issuer.revoke(line.id, now=NOW)


def _publish(home: Path) -> None:
    with Issuer.open(home, PASSPHRASE) as issuer:
        issuer.publish(home.parent / "site", now=NOW)


ACTIONS: dict[str, Callable[[Path], None]] = {
    "issue": lambda home: _issue(home, rows()),
    "replace": lambda home: _issue(home, rows(Класс="10"), replace=True),
    "revoke": _revoke,
    "publish": _publish,
}


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The folder as it is before each action: empty, or with diplomas, revoked or not."""
    places = {}
    folder = tmp_path_factory.mktemp("begun") / "olympiad"
    Issuer.create(
        folder, PASSPHRASE, kit="olympiad", site="https://olymp.example", kdf=UNSAFE_FOR_TESTS
    ).close()
    for action in ("issue", "replace"):
        places[action] = Path(shutil.copytree(folder, folder.parent / f"before {action}"))
        ACTIONS["issue"](folder)
    places["revoke"] = Path(shutil.copytree(places["replace"], folder.parent / "before revoke"))
    ACTIONS["revoke"](folder)
    places["publish"] = folder
    return places


def process(action: str, home: Path) -> subprocess.Popen[str]:
    """Started, with everything imported, about to begin."""
    started = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, action, str(home), str(ROWS)],
        stdout=subprocess.PIPE,
        encoding="utf-8",
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])},
    )
    assert started.stdout is not None
    assert started.stdout.readline() == "ready\n"
    return started


@pytest.mark.parametrize("action", ACTIONS)
def test_a_run_killed_at_any_moment_is_ended_by_the_next(
    action: str, begun: dict[str, Path], tmp_path: Path
) -> None:
    expected = {
        "issue": {State.ISSUED: ROWS},
        "replace": {State.ISSUED: ROWS, State.REVOKED: ROWS},
        "revoke": {State.REVOKED: ROWS},
        "publish": {State.REVOKED: ROWS},
    }[action]
    seconds = 1.0
    for number in range(KILLS):
        home = tmp_path / str(number) / "olympiad"
        shutil.copytree(begun[action], home)
        with Issuer.open(home) as issuer:
            issuer.settle(Arrival.MOVED, now=NOW)
        killed = process(action, home)
        left_alone = random.uniform(0, seconds)
        try:
            killed.wait(left_alone)
            seconds = max(0.1, left_alone)  # it was quicker: the next is killed earlier
        except subprocess.TimeoutExpired:
            killed.kill()
            seconds *= 1.5  # until runs end before they are killed, so that the last moments come too
        killed.communicate()
        ACTIONS[action](home)
        agree(home, expected)


def agree(home: Path, expected: dict[State, int]) -> None:
    """Register, files and published list say the same, and nobody shares a place."""
    _publish(home)
    with Issuer.open(home) as issuer:
        assert issuer.counts() == expected
        lines = list(issuer.lines())
        found = issuer.compare_register()
    assert (found.unknown, found.missing, found.held.diplomas) == ((), 0, len(lines))
    assert len({(line.list, line.position) for line in lines}) == len(lines)
    assert len({line.id for line in lines}) == len(lines)
    assert revoked(published(home)) == expected.get(State.REVOKED, 0)
    good = {line.id for line in lines if line.state is State.ISSUED}
    files = [strict_json.loads_object(path.read_bytes()) for path in (home / "issued").glob("*.vc.json")]
    assert {str(each["id"]) for each in files} >= good
    assert not list(home.glob("issued/**/*.part"))


# --- workers ---------------------------------------------------------------------------------------------


@pytest.fixture
def small_shards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "ISSUED_ROWS_PER_SHARD", 5)


class Once:
    """Kills a worker when the first shard is written."""

    def __init__(self, victims: Callable[[], int]) -> None:
        self._victims = victims
        self.killed = 0

    def __call__(self, steps: int) -> None:
        if not self.killed:
            self.killed = self._victims()
            os.kill(self.killed, signal.SIGKILL if os.name != "nt" else signal.SIGTERM)


def whole(office: Office) -> bool:
    lines = office.entries()
    states = {line.state for line in lines}
    return len(lines) == len(office.files()) == 40 and states == {State.ISSUED}


def test_a_killed_worker_costs_its_shard(office: Office, small_shards: None) -> None:
    with signing.processes(office.folder.signer(), PASSPHRASE, workers=2) as crew:
        first = crew.executor
        once = Once(lambda: next(iter(first._processes)))  # type: ignore[attr-defined]
        assert office.issue(pupils(40), crew=crew, progress=once).issued == 40
        assert crew.executor is not first
    assert once.killed
    assert whole(office)
    assert not list(office.folder.path.rglob("*.part"))


def test_workers_that_die_again_and_again_end_the_run(office: Office, small_shards: None) -> None:
    def dies() -> int:
        raise executors.BrokenExecutor

    class Dying(executors.Executor):
        def submit(self, *_: Any, **__: Any) -> Any:
            dies()

    made: list[Dying] = []

    def another() -> Dying:
        made.append(Dying())
        return made[-1]

    with pytest.raises(MachineError) as caught:
        office.issue(pupils(10), crew=executors.Crew(Dying(), 2, another))
    assert caught.value.code == "issuing.worker-died"
    assert len(made) == 3
    office.issue(pupils(10))
    assert len(office.entries()) == len(office.files()) == 10


@pytest.fixture
def dask(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Two workers on loopback, which know the passphrase by themselves."""
    import distributed

    monkeypatch.setenv("VCWALLET_PASSPHRASE", PASSPHRASE)
    with distributed.LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        processes=True,
        host="127.0.0.1",
        dashboard_address=None,
        silence_logs=50,
    ) as made:
        yield made


@pytest.mark.filterwarnings("default")  # what the cluster says of a worker that was killed
def test_a_cluster_signs_and_its_killed_worker_costs_a_shard(
    office: Office, small_shards: None, dask: Any
) -> None:
    with executors.cluster(dask.scheduler_address) as crew:
        assert crew.width == 2
        once = Once(lambda: next(iter(dask.workers.values())).process.process.pid)
        assert office.issue(pupils(40), crew=crew, progress=once).issued == 40
    assert once.killed
    assert whole(office)


@pytest.mark.parametrize(
    ("address", "kind", "code"),
    [
        ("computer", UsageError, "executors.address"),
        ("tcp://127.0.0.1:1", MachineError, "executors.no-cluster"),
    ],
)
@pytest.mark.filterwarnings("default")
def test_a_cluster_that_is_not_there_is_named(
    address: str, kind: type[Exception], code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(executors, "_CONNECT_SECONDS", 1)
    with pytest.raises(kind) as caught, executors.cluster(address):
        pass
    assert getattr(caught.value, "code", None) == code


def test_a_cluster_needs_a_part_that_may_not_be_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(MachineError) as caught, executors.cluster("tcp://127.0.0.1:1"):
        pass
    assert caught.value.code == "executors.extra-missing"
