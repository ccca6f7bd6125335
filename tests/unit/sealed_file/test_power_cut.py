"""A power cut at any moment of a save: what the disk then holds is enumerated, and must open as old or new.

The disk is a model. Names (create, link, rename, unlink) and contents reach it separately:

* *ordered*: names reach it in the order they were made; contents not synced may be missing, cut or whole;
* *weak*: besides, any names since the last sync of the folder may be missing, whatever came after them.

The same enumeration must find losses in savers that leave out a step; otherwise it would prove nothing.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.unit.sealed_file.shared import SECRET, create
from vcwallet.errors import VcwalletError
from vcwallet.sealed_file import Disk, SealedFile, saving

pytestmark = pytest.mark.slow

PLACE = Path("/model/family.vcw")
WEAK_LIMIT = 12
"""Names not yet synced, beyond which the weak model would have too many subsets to try."""


@dataclass
class Content:
    """What an inode holds; `synced` is what the disk is sure to have of it."""

    data: bytes
    synced: bytes | None = None


@dataclass(frozen=True)
class Name:
    """One change of the folder: a name begins to mean an inode, or (None) nothing any more."""

    changes: tuple[tuple[str, int | None], ...]


@dataclass
class ModelDisk(Disk):
    """Remembers every step; `states` lists what a power cut after each of them can leave."""

    files: dict[str, int] = field(default_factory=dict)
    contents: dict[int, Content] = field(default_factory=dict)
    settled: dict[str, int] = field(default_factory=dict)
    """Names the disk is sure to have."""
    pending: list[Name] = field(default_factory=list)
    states: list[tuple[bool, dict[str, bytes]]] = field(default_factory=list)
    weak: bool = False
    links: bool = True
    returned: bool = False

    # --- the steps of a saver ---

    def begin_file(self, path: Path, data: bytes) -> int:
        inode = len(self.contents)
        self.contents[inode] = Content(b"")
        self._name((path.name, inode))
        self.contents[inode].data = data
        self._cut()
        return inode

    def sync_file(self, inode: int) -> None:
        self.contents[inode].synced = self.contents[inode].data
        self._cut()

    def write_new(self, path: Path, data: bytes) -> None:
        assert path.name not in self.files
        self.sync_file(self.begin_file(path, data))

    def overwrite(self, path: Path, data: bytes) -> None:
        content = self.contents[self.files[path.name]]
        content.data, content.synced = data, None
        self._cut()
        content.synced = data

    def link(self, source: Path, target: Path) -> None:
        if not self.links:
            raise PermissionError(1, "no links here")
        self._name((target.name, self.files[source.name]))

    def replace(self, source: Path, target: Path) -> None:
        inode = self.files[source.name]
        if self.files.get(target.name) == inode:
            return  # POSIX: two names of one file, nothing happens
        self._name((target.name, inode), (source.name, None))

    def unlink(self, path: Path) -> None:
        self._name((path.name, None))

    def sync_folder(self, folder: Path) -> None:
        self.settled, self.pending = dict(self.files), []
        self._cut()

    def read(self, path: Path, limit: int) -> bytes | None:
        inode = self.files.get(path.name)
        return None if inode is None else self.contents[inode].data

    def siblings(self, path: Path, prefix: str) -> list[Path]:
        return [path.with_name(name) for name in self.files if name.startswith(prefix)]

    @contextmanager
    def lock(self, path: Path, timeout: float) -> Iterator[bool]:
        yield True

    # --- what a power cut leaves ---

    def _name(self, *changes: tuple[str, int | None]) -> None:
        self.pending.append(Name(changes))
        _apply(self.files, changes)
        self._cut()

    def _cut(self) -> None:
        for names in self._folders():
            inodes = sorted(set(names.values()))
            for held in itertools.product(*(self._versions(inode) for inode in inodes)):
                by_inode = dict(zip(inodes, held, strict=True))
                self.states.append((self.returned, {name: by_inode[inode] for name, inode in names.items()}))

    def _folders(self) -> Iterator[dict[str, int]]:
        chosen: list[tuple[Name, ...]] = [tuple(self.pending)]
        if self.weak:
            assert len(self.pending) <= WEAK_LIMIT
            chosen = [
                subset
                for size in range(len(self.pending) + 1)
                for subset in itertools.combinations(self.pending, size)
            ]
        for subset in chosen:
            names = dict(self.settled)
            for each in subset:
                _apply(names, each.changes)
            yield names

    def _versions(self, inode: int) -> list[bytes]:
        content = self.contents[inode]
        if content.synced == content.data:
            return [content.data]
        return [content.data, b"", content.data[: len(content.data) // 2], bytes(len(content.data))]


def _apply(names: dict[str, int], changes: tuple[tuple[str, int | None], ...]) -> None:
    for name, inode in changes:
        if inode is None:
            names.pop(name, None)
        else:
            names[name] = inode


class FrozenDisk(ModelDisk):
    """The disk of one state, found again after the power came back."""

    @classmethod
    def of(cls, state: dict[str, bytes]) -> FrozenDisk:
        disk = cls()
        for number, (name, data) in enumerate(state.items()):
            disk.contents[number] = Content(data, data)
            disk.files[name] = number
        disk.settled = dict(disk.files)
        return disk


Saver = Callable[[ModelDisk, Path, bytes], None]


@dataclass(frozen=True)
class Result:
    states: int
    lost: int
    """States that open as neither the old nor the new file, or as the old one after the saver returned."""


def generations(tmp_path: Path) -> tuple[bytes, bytes, bytes]:
    """A file with no record, with one, with two."""
    file = create(tmp_path / "a.vcw")
    file.save()
    found = [(tmp_path / "a.vcw").read_bytes()]
    for data in (b"old", b"new"):
        file.put(data, kind="credential")
        file.save()
        found.append((tmp_path / "a.vcw").read_bytes())
    return found[0], found[1], found[2]


def enumerate_states(tmp_path: Path, saver: Saver, *, weak: bool, links: bool = True, bak: bool) -> Result:
    older, old, new = generations(tmp_path)
    before = {PLACE.name: old, **({PLACE.name + ".bak": older} if bak else {})}
    disk = FrozenDisk.of(before)
    disk.weak, disk.links = weak, links
    saver(disk, PLACE, new)
    disk.returned = True
    disk._cut()
    seen: dict[tuple[bool, tuple[tuple[str, bytes], ...]], bool] = {}
    for returned, state in disk.states:
        key = (returned, tuple(sorted(state.items())))
        if key not in seen:
            records = opened(state)
            seen[key] = records == 2 or (records == 1 and not returned)
    return Result(len(seen), sum(not kept for kept in seen.values()))


def opened(state: dict[str, bytes]) -> int | None:
    """The number of records found when the power is back, all of them decrypted; None when nothing opens."""
    try:
        file = SealedFile.open(PLACE, kind="wallet", secret=SECRET, disk=FrozenDisk.of(state))
    except VcwalletError:
        return None
    return len([file.get(info.id) for info in file.records()])


def real(disk: ModelDisk, path: Path, data: bytes) -> None:
    saving.replace(disk, path, data, previous=saving.Previous.KEEP, unique="0011", check=lambda given: None)
    saving.remove_leftovers(disk, path)


@pytest.mark.parametrize("weak", [False, True], ids=["ordered", "weak"])
@pytest.mark.parametrize("links", [True, False], ids=["links", "no links (FAT)"])
@pytest.mark.parametrize("bak", [True, False], ids=[".bak there", "first .bak"])
def test_no_power_cut_loses_the_file(tmp_path: Path, weak: bool, links: bool, bak: bool) -> None:
    result = enumerate_states(tmp_path, real, weak=weak, links=links, bak=bak)
    assert result.lost == 0
    assert result.states > 6


# --- savers that leave something out -------------------------------------------------------------------


def in_place(disk: ModelDisk, path: Path, data: bytes) -> None:
    disk.overwrite(path, data)
    disk.sync_folder(path.parent)


def without_sync(disk: ModelDisk, path: Path, data: bytes) -> None:
    temporary = path.with_name(".other")
    disk.begin_file(temporary, data)
    disk.replace(temporary, path)
    disk.sync_folder(path.parent)


def unlink_first(disk: ModelDisk, path: Path, data: bytes) -> None:
    disk.unlink(path)
    disk.write_new(path, data)
    disk.sync_folder(path.parent)


def bak_without_sync(disk: ModelDisk, path: Path, data: bytes) -> None:
    temporary, copy = path.with_name(".other"), path.with_name(".copy")
    disk.begin_file(temporary, data)
    disk.link(path, copy)
    disk.replace(copy, saving.backup_of(path))
    disk.replace(temporary, path)
    disk.sync_folder(path.parent)


def without_folder_sync(disk: ModelDisk, path: Path, data: bytes) -> None:
    temporary = path.with_name(".other")
    disk.write_new(temporary, data)
    disk.replace(temporary, path)


BROKEN: dict[str, tuple[Saver, bool]] = {
    "overwriting in place": (in_place, False),
    "no sync before the rename": (without_sync, False),
    "unlinking first": (unlink_first, False),
    "no sync, but a .bak": (bak_without_sync, True),
    "returning before the folder is synced": (without_folder_sync, True),
}


@pytest.mark.parametrize("name", BROKEN)
def test_the_enumeration_catches_savers_that_leave_out_a_step(tmp_path: Path, name: str) -> None:
    saver, weak = BROKEN[name]
    assert enumerate_states(tmp_path, saver, weak=weak, bak=False).lost > 0
