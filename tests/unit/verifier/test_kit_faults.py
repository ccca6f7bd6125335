"""Sticks pulled out, full disks, file systems without links, kills: the old kit or the new one, whole."""

from __future__ import annotations

import errno
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.kits import Desk
from tests.shared import SOAK, need
from tests.unit.verifier.test_kit_attacks import Case, day
from vcwallet.errors import VcwalletError
from vcwallet.verifier.kit.installed import InstalledKit, KitDamaged


class _Faults:
    """Makes the n-th operation on a folder fail, whoever does it: python-tuf as well as we.

    An audit hook cannot be taken away again, so there is one, and it is at rest outside of `failing`.
    """

    below = ""
    events: frozenset[str] = frozenset()
    writing = False
    left = 0
    error = 0

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        if not self.below or event not in self.events:
            return
        path = os.fsdecode(arguments[0]) if isinstance(arguments[0], str | bytes | os.PathLike) else ""
        if not path.startswith(self.below):
            return
        if event == "open":
            flags = arguments[2] if isinstance(arguments[2], int) else 0
            if bool(flags & (os.O_WRONLY | os.O_RDWR)) != self.writing:
                return
        if event == "os.mkdir" and Path(path).is_dir():
            return
        self.left -= 1
        if self.left == 0:
            raise OSError(self.error, os.strerror(self.error), path)


_FAULTS = _Faults()
_HOOKED: list[bool] = []


@contextmanager
def failing(folder: Path, nth: int, error: int, *events: str, writing: bool) -> Iterator[_Faults]:
    if not _HOOKED:
        sys.addaudithook(_FAULTS)
        _HOOKED.append(True)
    _FAULTS.events, _FAULTS.left, _FAULTS.error = frozenset(events), nth, error
    _FAULTS.writing, _FAULTS.below = writing, str(folder)
    try:
        yield _FAULTS
    finally:
        _FAULTS.below = ""


def whole(kit: InstalledKit) -> InstalledKit:
    kit.check()
    return kit


def test_a_stick_that_is_pulled_out_at_any_read_changes_nothing(tmp_path: Path) -> None:
    case = Case(Desk(tmp_path / "kits"))
    stick = tmp_path / "stick"
    case.second().write(stick)
    before, reads = case.desk.picture(), 0
    for nth in range(1, 500):
        with failing(stick, nth, errno.EIO, "open", "os.scandir", "os.listdir", writing=False) as faults:
            try:
                case.desk.update(stick, case.now)
            except OSError as error:
                assert error.errno == errno.EIO
            if faults.left > 0:
                break
        assert case.desk.picture() == before
        reads = nth
    assert reads > 8
    assert whole(case.desk.installed(case.now)).installed.version == 2


def test_a_disk_that_is_full_at_any_write_changes_nothing(tmp_path: Path) -> None:
    case = Case(Desk(tmp_path / "kits"))
    kit, writes = case.second(), 0
    for nth in range(1, 500):
        before = whole(case.desk.installed(case.now)).installed
        with failing(
            case.desk.place, nth, errno.ENOSPC, "open", "os.mkdir", "os.rename", writing=True
        ) as faults:
            try:
                case.desk.update(kit, case.now)
            except OSError as error:
                assert error.errno == errno.ENOSPC
            if faults.left > 0:
                break
        assert whole(case.desk.installed(case.now)).installed == before
        writes = nth
    assert writes > 15
    assert whole(case.desk.installed(case.now)).installed.version == 2


def test_a_disk_that_is_full_when_the_first_kit_comes_leaves_nothing(tmp_path: Path) -> None:
    case = Case(Desk(tmp_path / "kits"))
    case.newcomer(case.desk.paper)
    case.desk.place.mkdir()
    for nth in range(1, 500):
        with failing(
            case.desk.place, nth, errno.ENOSPC, "open", "os.mkdir", "os.rename", writing=True
        ) as faults:
            try:
                case.desk.update(case.first, case.now)
            except OSError as error:
                assert error.errno == errno.ENOSPC
            if faults.left > 0:
                break
        assert not [path for path in case.desk.place.rglob("*") if "lock" not in path.name]
    assert whole(case.desk.installed(case.now)).installed.version == 1


def test_no_file_system_needs_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """FAT and exFAT, of which sticks are made, have neither symbolic links nor hard ones."""

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(os, "symlink", refuse)
    monkeypatch.setattr(os, "link", refuse)
    case = Case(Desk(tmp_path / "kits"))
    assert whole(case.desk.update(case.second(), case.now)).installed.version == 2


def test_two_updates_at_once_come_one_after_the_other(tmp_path: Path) -> None:
    case = Case(Desk(tmp_path / "kits"))
    second = case.second()
    third = case.make(3, day(2))
    said: list[object] = []

    def update(kit: object) -> None:
        try:
            said.append(Desk(case.desk.place).update(kit, day(3)).installed.version)  # type: ignore[arg-type]
        except VcwalletError as error:
            said.append(error.code)

    threads = [threading.Thread(target=update, args=(kit,)) for kit in (second, third)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(map(str, said)) in (["2", "3"], ["3", "kit.older"])
    assert whole(case.desk.installed(day(3))).installed.version == 3
    assert not list(case.desk.place.glob("stage-*"))


def test_a_byte_that_the_disk_lost_is_noticed_and_the_same_kit_heals_it(tmp_path: Path) -> None:
    case = Case(Desk(tmp_path / "kits"))
    state = case.desk.installed(case.now).folder
    for path in sorted(each for each in state.rglob("*.json") if "root" not in each.parts[-2]):
        if path.name in ("snapshot.json", "anchor.json"):
            continue
        content = path.read_bytes()
        path.write_bytes(content[:-2] + bytes([content[-2] ^ 1]) + content[-1:])
        with pytest.raises(KitDamaged) as caught:
            case.desk.installed(case.now).check()
        own = path.parent.name == "metadata" or path.name in ("current.json", "installed.json")
        assert caught.value.code == ("kit.damaged" if own else "kit.file-lost")
        path.write_bytes(content)
    case.desk.installed(case.now).check()
    lost = state / "targets" / "trust" / "national.json"
    lost.unlink()
    second = case.second()
    with pytest.raises(KitDamaged):
        case.desk.update(second, case.now)
    mended = whole(case.desk.update(case.first, case.now))
    assert mended.folder == state
    assert whole(case.desk.update(second, case.now)).installed.version == 2


KILLS = 60 if SOAK else 6


def test_an_update_that_is_killed_leaves_the_old_kit_or_the_new_one(tmp_path: Path) -> None:
    """The program ends itself at an operation on the disk that chance chooses, so that a slow computer tries
    as many moments as a quick one."""
    need(hasattr(signal, "SIGKILL"), "killing without a chance to clean up")
    case = Case(Desk(tmp_path / "kits"))
    chance = random.Random(13)
    stick, seen = tmp_path / "stick", set()
    case.make(2, day(2)).write(stick)
    operations = int(_killed(case, stick, 2, 10**9))
    assert operations > 60
    for number in range(3, KILLS + 3):
        shutil.rmtree(stick)
        case.make(number, day(number)).write(stick)
        before = case.desk.installed(day(number)).installed.version
        # Every third after the pointer was exchanged.
        moment = chance.randint(1, operations) if number % 3 else -chance.randint(1, 2)
        said = _killed(case, stick, number, moment)
        after = whole(case.desk.installed(day(number))).installed.version
        assert after in (before, number)
        assert not said or after == number
        seen.add(after == number)
    assert seen == {True, False}
    newest = KILLS + 3
    kit = whole(case.desk.update(case.make(newest, day(newest)), day(newest)))
    assert kit.installed.version == newest
    assert not list(case.desk.place.glob("stage-*"))
    assert len(list(case.desk.place.glob("*/state-*"))) <= 2


def _killed(case: Case, stick: Path, number: int, moment: int) -> str:
    """An update in a process that ends itself at its n-th operation; "" then, else how many there were.

    A negative moment counts from the exchange of the pointer.
    """
    done = subprocess.run(
        [sys.executable, "-c", _UPDATE, str(case.desk.place), str(stick), str(number), str(moment)],
        stdout=subprocess.PIPE,
        check=False,
    )
    assert done.returncode in (0, -signal.SIGKILL)
    return done.stdout.decode()


_UPDATE = """
import os, signal, sys
from pathlib import Path
from tests.kits import Desk
from tests.unit.verifier.test_kit_attacks import day
place, stick, number, moment = sys.argv[1:]
count = after = 0
def count_and_kill(event, arguments):
    global count, after
    if event in ("open", "os.mkdir", "os.rename", "os.link", "os.remove", "os.rmdir", "os.scandir"):
        if os.fsdecode(arguments[0] if isinstance(arguments[0], (str, bytes)) else "").startswith(place):
            count += 1
            if count == int(moment) or after == -int(moment):
                os.kill(os.getpid(), signal.SIGKILL)
            exchanged = event == "os.rename" and str(arguments[1]).endswith("current.json")
            after += 1 if after or exchanged else 0
sys.addaudithook(count_and_kill)
Desk(Path(place)).update(Path(stick), day(int(number)))
print(count)
"""
