"""What the computer or a ceiling refuses has a code of its own, and what was saved before stays."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from tests.unit.sealed_file.shared import PASSPHRASE, content, create, reopen
from vcwallet import files, limits, primitives
from vcwallet.errors import MachineError, UsageError
from vcwallet.sealed_file import SealedFile, slots
from vcwallet.sealed_file.disk import Disk


class Broken(Disk):
    """Writes nothing: every file it is asked to create ends with `number`."""

    def __init__(self, number: int) -> None:
        self.number = number

    def write_new(self, path: Path, data: bytes) -> None:
        raise OSError(self.number, os.strerror(self.number))


DISK = {
    "no room": (errno.ENOSPC, "sealed-file.no-space"),
    "no room under a quota": (getattr(errno, "EDQUOT", errno.ENOSPC), "sealed-file.no-space"),
    "read-only": (errno.EROFS, "sealed-file.not-writable"),
    "no permission": (errno.EACCES, "sealed-file.not-writable"),
    "a bad sector": (errno.EIO, "sealed-file.disk"),
    "the folder is gone": (errno.ENOENT, "sealed-file.no-folder"),
}


@pytest.mark.parametrize("name", DISK)
def test_what_the_disk_refuses_is_told_by_its_reason(name: str, tmp_path: Path) -> None:
    number, code = DISK[name]
    path = tmp_path / "семья.vcw"
    file = create(path)
    file.put(b"before", kind="a")
    file.save()
    broken = reopen(path, disk=Broken(number))
    broken.put(b"after", kind="a")
    with pytest.raises(MachineError) as caught:
        broken.save()
    assert caught.value.code == code
    assert caught.value.evidence["name"] == "семья.vcw"
    assert list(content(reopen(path)).values()) == [b"before"]


class Held(Disk):
    """Windows, while another program has the old file open."""

    def replace(self, source: Path, target: Path) -> None:
        raise PermissionError(errno.EACCES, "Access is denied", str(source), None, str(target))


def test_a_wallet_that_another_program_holds_open_is_to_be_closed_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "_ON_WINDOWS", True)
    path = tmp_path / "семья.vcw"
    file = create(path)
    file.put(b"before", kind="a")
    file.save()
    held = reopen(path, disk=Held())
    held.put(b"after", kind="a")
    with pytest.raises(MachineError, match="open in another program") as caught:
        held.save()
    assert caught.value.code == "sealed-file.not-writable"
    assert "Close" in (caught.value.next_step or "")
    assert list(content(reopen(path)).values()) == [b"before"]


DERIVATION = {
    "sealed-file.memory": MemoryError(),
    "sealed-file.argon2": primitives.NoArgon2id(),
}


@pytest.mark.parametrize("code", DERIVATION)
def test_a_computer_that_cannot_derive_the_key_says_so(
    code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.vcw"
    create(path).save()

    def refuses(*given: object, **costs: object) -> None:
        raise DERIVATION[code]

    monkeypatch.setattr(primitives, "argon2id", refuses)
    with pytest.raises(MachineError) as caught:
        SealedFile.open(path, kind="wallet", secret=slots.Passphrase(PASSPHRASE))
    assert caught.value.code == code


def test_there_are_only_so_many_ways_to_open_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.vcw"
    file = create(path)
    file.add_recovery_code()
    monkeypatch.setattr(limits, "SEALED_SLOTS", 1)
    with pytest.raises(UsageError) as caught:
        file.save()
    assert caught.value.code == "sealed-file.slots"
    assert caught.value.evidence["count"] == 2
    assert not path.exists()


def test_a_file_without_any_way_to_open_it_is_not_written(tmp_path: Path) -> None:
    path = tmp_path / "a.vcw"
    file = create(path)
    file.save()
    for slot in file.slots:
        file._slots.pop(slot.id)
    file.put(b"x", kind="a")
    with pytest.raises(UsageError) as caught:
        file.save()
    assert caught.value.code == "sealed-file.slots"
    assert content(reopen(path)) == {}


def test_a_record_over_the_ceiling_is_not_taken_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "SEALED_RECORD_BYTES", 100)
    file = create(tmp_path / "a.vcw")
    file.put(bytes(100), kind="a")
    with pytest.raises(UsageError) as caught:
        file.put(bytes(101), kind="a")
    assert (caught.value.code, caught.value.evidence["size"]) == ("sealed-file.record-too-large", 101)
    assert len(file.records()) == 1


CEILINGS = (
    "SEALED_FILE_BYTES",
    "SEALED_INDEX_BYTES",
    "SEALED_HEADER_BYTES",
    "SEALED_RECORDS",
    "SEALED_NAMES",
)


@pytest.mark.parametrize("ceiling", CEILINGS)
def test_a_full_file_is_told_before_anything_is_written(
    ceiling: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.vcw"
    file = create(path)
    file.save()
    before = path.read_bytes()
    file.put(b"x", kind="a")
    file.put(b"x", kind="b")
    # Reading what is there comes first, so the ceiling of the whole file must still let it in.
    monkeypatch.setattr(limits, ceiling, len(before) if ceiling == "SEALED_FILE_BYTES" else 1)
    with pytest.raises(UsageError) as caught:
        file.save()
    assert caught.value.code == "sealed-file.full"
    assert path.read_bytes() == before


def test_a_damaged_file_is_set_aside_and_the_open_one_is_saved_in_its_place(tmp_path: Path) -> None:
    path = tmp_path / "a.vcw"
    file = create(path)
    file.put(b"x", kind="a")
    file.save()
    path.write_bytes(path.read_bytes()[:-1])
    file.put(b"y", kind="a")
    file.save()
    (notice,) = file.notices
    assert (notice.code, notice.evidence["name"]) == ("sealed-file.set-aside", "a.vcw")
    assert set(content(reopen(path)).values()) == {b"x", b"y"}
    assert len([each for each in tmp_path.iterdir() if each.suffix != ".lock"]) >= 2
