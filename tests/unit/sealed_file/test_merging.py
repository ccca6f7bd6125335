"""Several copies of a file, several writers: records are united, removals stay removed, nothing is lost."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.shared import ROOT, SOAK
from tests.unit.sealed_file.shared import SECRET, content, create, reopen
from vcwallet.errors import InputError, UsageError
from vcwallet.sealed_file import UNSAFE_FOR_TESTS, Disk, Passphrase, RecoveryCode, SealedFile

WRITERS, ADDS = (4, 25) if SOAK else (4, 8)


def write_many(path: str, writer: str, count: str) -> None:
    """One of several processes: adds and saves, again and again."""
    file = reopen(Path(path))
    for number in range(int(count)):
        file.put(f"{writer}-{number}".encode(), kind="credential")
        file.save()


def test_four_writers_at_once_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.vcw"
    create(path).save()
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    processes = [
        subprocess.Popen(
            [sys.executable, __file__, str(path), str(writer), str(ADDS)], env=environment, cwd=ROOT
        )
        for writer in range(WRITERS)
    ]
    assert [process.wait(120) for process in processes] == [0] * WRITERS
    expected = {f"{writer}-{number}".encode() for writer in range(WRITERS) for number in range(ADDS)}
    assert set(content(reopen(path)).values()) == expected
    assert {each.name for each in tmp_path.iterdir()} == {"a.vcw", "a.vcw.bak"}


def test_a_file_system_without_locks_still_merges(tmp_path: Path) -> None:
    class Lockless(Disk):
        @contextmanager
        def lock(self, path: Path, timeout: float) -> Iterator[bool]:
            yield False

    path = tmp_path / "a.vcw"
    create(path).save()
    one, two = reopen(path, disk=Lockless()), reopen(path, disk=Lockless())
    one.put(b"one", kind="a")
    one.save()
    two.put(b"two", kind="a")
    two.save()
    assert set(content(reopen(path)).values()) == {b"one", b"two"}


def test_waiting_for_a_lock_ends(tmp_path: Path) -> None:
    path = tmp_path / "a.vcw"
    file = create(path)
    with Disk().lock(path, 1), pytest.raises(Exception, match="does not finish") as caught:
        file.save(lock_seconds=0.05)
    assert getattr(caught.value, "code", "") == "sealed-file.locked"
    file.save()


def test_a_removal_is_not_undone_by_a_copy_that_still_has_the_record(tmp_path: Path) -> None:
    path = tmp_path / "a.vcw"
    file = create(path)
    record = file.put(b"x", kind="a")
    file.save()
    shutil.copy(path, tmp_path / "copy.vcw")
    file.remove(record)
    file.save()
    assert file.merge(tmp_path / "copy.vcw") == 0
    assert not file.changed
    copy = reopen(tmp_path / "copy.vcw")
    copy.merge(path)
    copy.save()
    assert content(copy) == {}


def test_a_changed_passphrase_is_not_undone_by_an_older_copy(tmp_path: Path) -> None:
    path = tmp_path / "a.vcw"
    file = create(path)
    file.save()
    shutil.copy(path, tmp_path / "copy.vcw")
    code = file.add_recovery_code()
    file.change_passphrase("новый", kdf=UNSAFE_FOR_TESTS)
    file.save()
    copy = reopen(tmp_path / "copy.vcw")
    copy.merge(path)
    copy.save()
    for place in (path, tmp_path / "copy.vcw"):
        opened = SealedFile.open(place, kind="wallet", secret=Passphrase("новый"))
        assert not opened.opens_with(SECRET)
        assert opened.opens_with(RecoveryCode(*code.codes))


def test_two_changed_passphrases_both_open_the_merged_file(tmp_path: Path) -> None:
    path = tmp_path / "a.vcw"
    file = create(path)
    file.save()
    other = reopen(path)
    file.change_passphrase("один", kdf=UNSAFE_FOR_TESTS)
    file.save()
    other.change_passphrase("другой", kdf=UNSAFE_FOR_TESTS)
    other.save()
    for text in ("один", "другой"):
        SealedFile.open(path, kind="wallet", passphrase=text)
    with pytest.raises(UsageError):
        reopen(path)


def test_another_familys_file_is_not_merged(tmp_path: Path) -> None:
    mine, theirs = create(tmp_path / "mine.vcw"), create(tmp_path / "theirs.vcw")
    mine.save()
    theirs.save()
    with pytest.raises(UsageError) as caught:
        mine.merge(tmp_path / "theirs.vcw")
    assert caught.value.code == "sealed-file.other-file"
    with pytest.raises(InputError) as caught:
        mine.merge(tmp_path / "nothing.vcw")
    assert caught.value.code == "sealed-file.missing"


# --- any history of copies -----------------------------------------------------------------------------

Edits = st.lists(st.sampled_from(["put", "remove first", "remove last", "save", "recovery"]), max_size=6)


def edit(file: SealedFile, edits: list[str]) -> None:
    for each in edits:
        records = file.records()
        if each == "put":
            file.put(os.urandom(8), kind="a", owner=os.urandom(1).hex())
        elif each == "recovery":
            file.add_recovery_code()
        elif each == "save":
            file.save()
        elif records:
            file.remove(records[0 if each == "remove first" else -1].id)
    file.save()


def facts(file: SealedFile) -> object:
    return (content(file), {slot.id for slot in file.slots}, {info[:3] for info in file.records()})


@settings(max_examples=1000 if SOAK else 60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(shared=Edits, first=Edits, second=Edits)
def test_merging_is_commutative_and_idempotent(
    shared: list[str], first: list[str], second: list[str]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / name for name in ("a.vcw", "b.vcw")]
        file = create(paths[0])
        edit(file, shared)
        shutil.copy(paths[0], paths[1])
        one, two = (reopen(path) for path in paths)
        edit(one, first)
        edit(two, second)
        kept = {**content(one), **content(two)}
        one.merge(paths[1])
        two.merge(paths[0])
        assert facts(one) == facts(two)
        assert content(one).items() <= kept.items()
        one.save()
        again = reopen(paths[0])
        before = facts(again)
        two.save()
        again.merge(paths[1])
        again.merge(paths[1])
        again.merge(paths[0])
        assert facts(again) == before
        assert not again.changed


if __name__ == "__main__":
    write_many(*sys.argv[1:])
