"""A save that is killed, or whose disk fails, at any step: nothing is lost, and nothing fails silently.

Twice over: by a disk object that refuses its n-th operation, with every error a system gives, and by strace,
which kills the real process, or makes the kernel refuse, at a system call between two marks.
"""

from __future__ import annotations

import errno
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.shared import ROOT, SOAK, need
from tests.unit.sealed_file.shared import content, create, reopen
from vcwallet.errors import MachineError
from vcwallet.sealed_file import Disk, SealedFile, saving

pytestmark = pytest.mark.slow

OLD, NEW = b"old record", b"new record"


def prepared(path: Path) -> SealedFile:
    """Two saved generations, so that there is a .bak, and a change that waits for its save."""
    file = create(path)
    file.save()
    file.put(OLD, kind="credential")
    file.save()
    file.put(NEW, kind="credential")
    return file


def state(path: Path) -> str:
    """What a family finds afterwards; every record decrypts, or opening fails here."""
    found = set(content(reopen(path)).values())
    return {frozenset({OLD}): "old", frozenset({OLD, NEW}): "new"}[frozenset(found)]


# --- a disk object that refuses ----------------------------------------------------------------------


class Refusing(Disk):
    """Raises `error` at its n-th operation."""

    def __init__(self, at: int, error: int) -> None:
        self.left, self.error = at, error
        self.happened = False

    def _step(self) -> None:
        self.left -= 1
        if self.left == 0:
            self.happened = True
            raise OSError(self.error, os.strerror(self.error))

    def read(self, path: Path, limit: int) -> bytes | None:
        self._step()
        return super().read(path, limit)

    def write_new(self, path: Path, data: bytes) -> None:
        self._step()
        if self.left == 1:  # the next step fails with half of it written
            path.write_bytes(data[: len(data) // 2])
        self._step()
        super().write_new(path, data)

    def link(self, source: Path, target: Path) -> None:
        self._step()
        super().link(source, target)

    def replace(self, source: Path, target: Path) -> None:
        self._step()
        super().replace(source, target)

    def unlink(self, path: Path) -> None:
        self._step()
        super().unlink(path)

    def sync_folder(self, folder: Path) -> None:
        self._step()
        super().sync_folder(folder)

    @contextmanager
    def lock(self, path: Path, timeout: float) -> Iterator[bool]:
        self._step()
        with super().lock(path, timeout) as held:
            yield held


def test_a_system_that_knows_no_links_saves_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """pathlib then raises NotImplementedError, which is no OSError."""
    monkeypatch.delattr(os, "link")
    path = tmp_path / "family.vcw"
    prepared(path).save()
    assert state(path) == "new"
    assert state(saving.backup_of(path)) == "old"


ERRORS = ("EIO", "ENOSPC", "EDQUOT", "EACCES", "EPERM", "EROFS", "EXDEV", "ENOENT", "EMFILE")


@pytest.mark.parametrize("name", ERRORS)
def test_a_disk_that_refuses_any_step(tmp_path: Path, name: str) -> None:
    for step in range(1, 30):
        path = tmp_path / f"{step}.vcw"
        file = prepared(path)
        disk = file._disk = Refusing(step, getattr(errno, name))
        try:
            file.save()
        except MachineError as error:
            told, silent = error, False
        else:
            told, silent = None, True
        found = state(path)
        assert found == "new" or not silent, f"{name} at step {step} went unnoticed"
        if told is not None:
            assert told.evidence["name"] == path.name
            # The change is still in memory: the next save, on a disk that works, has it.
            file._disk = Disk()
            file.save()
        assert state(path) == "new"
        assert {each.name for each in tmp_path.iterdir() if each.name.startswith(f".{step}.vcw")} == set()
        if not disk.happened:
            assert step > 6
            return
    raise AssertionError("a save has fewer steps than that")


def test_a_missing_folder_for_temporaries_is_the_folder_of_the_file(tmp_path: Path) -> None:
    """Nothing is ever written anywhere else, in clear or sealed."""
    inside, outside = tmp_path / "inside", tmp_path / "outside"
    inside.mkdir(), outside.mkdir()
    environment = {**os.environ, "TMPDIR": str(outside), "HOME": str(outside)}
    subprocess.run(
        [sys.executable, __file__, str(inside / "a.vcw"), "create"], env=environment, check=True, cwd=ROOT
    )
    assert list(outside.iterdir()) == []
    assert {each.name for each in inside.iterdir()} == {"a.vcw", "a.vcw.bak"}


# --- the real thing under strace ----------------------------------------------------------------------

MARKS = ("/MARK-BEGIN", "/MARK-END")
CALL = re.compile(r"^(?:\d+\s+)?(\w+)\(")


def saver(path: str, what: str) -> None:
    """The traced process: opens, adds, and saves between two marks."""
    if what == "create":
        file = create(Path(path))
        file.save()
        file.put(OLD, kind="credential")
        file.save()
        return
    file = reopen(Path(path))
    file.put(NEW, kind="credential")
    # Nothing has these names; asking for them leaves a line in the trace.
    Path(MARKS[0]).exists()
    file.save()
    Path(MARKS[1]).exists()


def traced(path: Path, *options: str) -> subprocess.CompletedProcess[bytes]:
    log = path.with_name("strace.log")
    environment = {
        **os.environ,
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": str(ROOT),
    }
    command = ["strace", "-f", "-o", str(log), *options, sys.executable, __file__, str(path), "save"]
    return subprocess.run(command, env=environment, capture_output=True, check=False, cwd=ROOT)


@pytest.fixture(scope="module")
def points(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, int]]:
    """Every system call of a save: its name and which of that name it is since the process began."""
    need(sys.platform == "linux" and shutil.which("strace") is not None, "strace is not installed")
    # As deep as the folders below: a path's resolution is one system call for each folder.
    path = fresh(tmp_path_factory.mktemp("points"), "all")
    done = traced(path)
    need(done.returncode == 0, "strace may not trace here")
    counts: dict[str, int] = {}
    found: list[tuple[str, int]] = []
    inside = False
    for line in path.with_name("strace.log").read_text("utf-8", "replace").splitlines():
        match = CALL.match(line)
        if match is None:
            continue
        counts[match[1]] = counts.get(match[1], 0) + 1
        if MARKS[0] in line:
            inside = True
        elif MARKS[1] in line:
            break
        elif inside:
            found.append((match[1], counts[match[1]]))
    assert len(found) > 30
    return found


def sample(points: list[tuple[str, int]], size: int) -> list[tuple[str, int]]:
    """All of them in a soak; else `size` spread over the save."""
    if SOAK or len(points) <= size:
        return points
    return [points[position * (len(points) - 1) // (size - 1)] for position in range(size)]


def fresh(tmp_path: Path, name: str) -> Path:
    path = tmp_path / name / "a.vcw"
    path.parent.mkdir()
    saver(str(path), "create")
    return path


def test_killed_at_a_system_call(tmp_path: Path, points: list[tuple[str, int]]) -> None:
    found = {"old": 0, "new": 0}
    for call, number in sample(points, 12):
        path = fresh(tmp_path, f"{call}-{number}")
        # The name must be traced as well, or strace injects nothing and every point "passes".
        done = traced(path, "-e", f"trace={call}", "-e", f"inject={call}:signal=SIGKILL:when={number}")
        assert done.returncode in (-9, 137), f"not killed at {call} {number}"
        found[state(path)] += 1
        again = reopen(path)
        again.put(b"later", kind="credential")
        again.save()
        assert list(path.parent.glob(".a.vcw.tmp-*")) == [], "leftovers go with the next save"
    assert found["old"] > 0


@pytest.mark.parametrize(
    "error", ["EIO", "ENOSPC", *(["EDQUOT", "EROFS", "EACCES", "EXDEV"] if SOAK else [])]
)
def test_a_system_call_that_fails(tmp_path: Path, points: list[tuple[str, int]], error: str) -> None:
    silent = []
    # Memory and signals are not the disk: refusing those ends Python itself.
    disk = [point for point in points if point[0] not in {"mmap", "munmap", "brk", "rt_sigaction", "futex"}]
    for call, number in sample(disk, 8):
        path = fresh(tmp_path, f"{call}-{number}")
        done = traced(path, "-e", f"trace={call}", "-e", f"inject={call}:error={error}:when={number}")
        assert b"(INJECTED)" in path.with_name("strace.log").read_bytes()
        if state(path) == "old" and done.returncode == 0:
            silent.append((call, number))
        assert b"Traceback" not in done.stderr or b"MachineError" in done.stderr
    assert silent == []


def test_an_interrupted_system_call_is_repeated(tmp_path: Path, points: list[tuple[str, int]]) -> None:
    for call, number in sample([point for point in points if point[0] in {"write", "read", "openat"}], 3):
        path = fresh(tmp_path, f"{call}-{number}")
        done = traced(path, "-e", f"trace={call}", "-e", f"inject={call}:error=EINTR:when={number}")
        assert (done.returncode, state(path)) == (0, "new")


if __name__ == "__main__":
    saver(*sys.argv[1:])
