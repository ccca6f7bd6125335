"""Results are written whole, for their owner alone, and never over what a person cannot get back."""

from __future__ import annotations

import errno
import io
import os
import stat
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.shared import ROOT
from vcwallet import files
from vcwallet.errors import UsageError
from vcwallet.files import (
    built_beside,
    check_place,
    create_file,
    remove_left_over,
    replace_file,
    replace_files,
    temporary_name,
    write_result,
)
from vcwallet.sealed_file.disk import Disk

SEALED = sorted((ROOT / "tests/vectors/sealed-file").glob("*.vcw"))
POSIX = pytest.mark.skipif(os.name == "nt", reason="Windows has no modes of this kind")


def always(path: Path) -> bool:
    return True


def never(path: Path) -> bool:
    return False


def asked_in_vain(path: Path) -> bool:
    raise AssertionError(f"nobody is to be asked about {path}")


def refusal(path: Path, *inputs: Path, may_replace: Callable[[Path], bool] = asked_in_vain) -> str:
    with pytest.raises(UsageError) as caught:
        check_place(path, inputs=inputs, may_replace=may_replace)
    return caught.value.code


@pytest.mark.parametrize("sealed", SEALED, ids=lambda path: path.name)
def test_no_sealed_file_of_any_state_or_version_is_written_over(sealed: Path, tmp_path: Path) -> None:
    """Neither by a result nor by anything else that is not the sealed file itself; nobody is even asked."""
    place = tmp_path / "семья.vcw"
    place.write_bytes(sealed.read_bytes())
    link = tmp_path / "link.json"
    link.symlink_to(place)
    for path in (place, link):
        assert refusal(path, may_replace=always) == "file.sealed"
        for write in (replace_file, write_result):
            with pytest.raises(UsageError) as caught:
                write(path, b"{}")
            assert caught.value.code == "file.sealed"
    assert place.read_bytes() == sealed.read_bytes()
    assert sorted(tmp_path.iterdir()) == [link, place]


def test_what_is_read_is_not_written_over_under_any_of_its_names(tmp_path: Path) -> None:
    secret, folder = tmp_path / "secret.txt", tmp_path / "folder"
    secret.write_text("secret", "utf-8")
    (folder / "inner").mkdir(parents=True)
    (folder / "inner" / "codes.png").write_bytes(b"\x89PNG")
    (tmp_path / "hard").hardlink_to(secret)
    (tmp_path / "soft").symlink_to(secret)
    for name in ("secret.txt", "hard", "soft", "folder/../secret.txt"):
        assert refusal(tmp_path / name, secret, may_replace=always) == "file.is-an-input"
    assert refusal(folder / "inner" / "codes.png", folder, may_replace=always) == "file.is-an-input"
    # A new name in a folder that is read destroys nothing, and an input that is not there is no file.
    check_place(folder / "out.json", inputs=[folder, tmp_path / "not there"], may_replace=asked_in_vain)


def test_any_other_file_is_replaced_only_with_leave(tmp_path: Path) -> None:
    place = tmp_path / "out.json"
    check_place(place, inputs=[], may_replace=asked_in_vain)
    write_result(place, b"1")
    assert refusal(place, may_replace=never) == "file.exists"
    check_place(place, inputs=[], may_replace=always)
    write_result(place, b"2")
    assert place.read_bytes() == b"2"
    assert list(tmp_path.iterdir()) == [place]


@POSIX
def test_a_result_is_for_its_owner_and_what_is_published_for_all(tmp_path: Path) -> None:
    for name, public, mode in (("names.json", False, 0o600), ("did.json", True, 0o644)):
        before = os.umask(0o022)
        try:
            replace_file(tmp_path / name, b"{}", public=public)
        finally:
            os.umask(before)
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == mode
    (tmp_path / "open").write_bytes(b"")
    (tmp_path / "open").chmod(0o666)
    write_result(tmp_path / "open", b"{}")
    assert stat.S_IMODE((tmp_path / "open").stat().st_mode) == 0o600


@POSIX
def test_a_link_planted_where_a_temporary_will_be_is_not_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even should somebody guess the name."""
    victim, place = tmp_path / "victim", tmp_path / "out.json"
    victim.write_bytes(b"mine")
    monkeypatch.setattr(files, "temporary_name", lambda path: str(tmp_path / "foreseen"))
    (tmp_path / "foreseen").symlink_to(victim)
    with pytest.raises(FileExistsError):
        replace_file(place, b"theirs")
    with pytest.raises(FileExistsError):
        create_file(tmp_path / "foreseen")
    assert victim.read_bytes() == b"mine"
    assert not place.exists()


def test_names_of_temporaries_are_not_to_be_guessed_and_never_too_long(tmp_path: Path) -> None:
    place = tmp_path / ("длинное имя " * 8 + ".json")
    assert len({temporary_name(place) for _ in range(50)}) == 50
    replace_file(place, b"{}")
    assert place.read_bytes() == b"{}"


@POSIX
def test_a_device_is_written_to_and_stays_one() -> None:
    """`--out /dev/null` must not put an ordinary file in its place."""
    null = Path("/dev/null")
    check_place(null, inputs=[], may_replace=asked_in_vain)
    write_result(null, b"{}")
    assert null.is_char_device()


def test_a_disk_that_refuses_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "out.json"
    write_result(place, b"old")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_result(place, b"new")
    assert place.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [place]


# --- what a killed program left ----------------------------------------------------------------------------


class Killed(BaseException):
    """In place of a kill: what it interrupts has no chance to clear up."""


@pytest.fixture
def left_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], Path]:
    """Makes what a write of `place` leaves that is killed before its renaming."""

    def make(place: Path) -> Path:
        left = Path(temporary_name(place))
        left.write_bytes(b"half of it")
        return left

    return make


@pytest.mark.parametrize("name", ["0001 Вымыслова Мария.vc.json", "длинное имя " * 9 + ".json"])
@pytest.mark.parametrize("write", [replace_file, write_result])
def test_writing_a_file_removes_what_a_killed_write_of_it_left_and_nothing_else(
    name: str, write: Callable[[Path, bytes], None], tmp_path: Path, left_over: Callable[[Path], Path]
) -> None:
    place = tmp_path / name
    mine = [left_over(place), left_over(place)]
    others = [left_over(tmp_path / "0002 Другова Вера.vc.json"), tmp_path / f".{name[-100:]}.part"]
    others[1].write_bytes(b"a person's own")
    write(place, b"{}")
    assert [each.exists() for each in mine] == [False, False]
    assert all(each.exists() for each in others)
    assert place.read_bytes() == b"{}"


def test_a_write_whose_temporary_was_removed_writes_it_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another program wrote the same file meanwhile, and took this one for dead."""
    place = tmp_path / "out.json"
    real, removed = os.fsync, []

    def fsync(descriptor: int) -> None:
        real(descriptor)
        if not removed:
            removed.append(True)
            remove_left_over(tmp_path, of=[place.name])

    monkeypatch.setattr(os, "fsync", fsync)
    replace_file(place, b"mine")
    assert removed
    assert place.read_bytes() == b"mine"
    assert list(tmp_path.iterdir()) == [place]


def test_of_several_files_each_is_written_though_another_program_took_it_for_dead(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    contents = {tmp_path / name / "list.json": name.encode() for name in ("1", "2")}
    left = [Path(temporary_name(path)) for path in contents]
    real, made = os.fsync, []

    def fsync(descriptor: int) -> None:
        real(descriptor)
        made.append(descriptor)
        for path in contents if len(made) <= len(contents) else ():
            remove_left_over(path.parent, of=[path.name])

    for path, each in zip(contents, left, strict=True):
        path.parent.mkdir()
        each.write_bytes(b"half")
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fsync)
        replace_files(contents)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*.*")} == contents


def test_a_folder_that_is_not_there_is_no_removed_temporary(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        replace_file(tmp_path / "no folder" / "out.json", b"{}")


def build_folder(building: Path) -> None:
    (building / "9А").mkdir(parents=True)
    (building / "9А" / "letter.pdf").write_bytes(b"%PDF")


def build_file(building: Path) -> None:
    building.write_bytes(b"PK")


@pytest.mark.parametrize("build", [build_folder, build_file])
def test_what_was_built_gets_its_name_when_it_is_whole_and_what_is_old_goes(
    build: Callable[[Path], None], tmp_path: Path
) -> None:
    place = tmp_path / "выдача"
    old, alive, others = (Path(temporary_name(each)) for each in (place, place, tmp_path / "другое"))
    now = datetime.now(UTC)
    for each, hours in ((old, 3), (alive, 3), (others, 3)):
        build(each)
        for inner in sorted(each.rglob("*"), reverse=True):
            os.utime(inner, ((now - timedelta(hours=hours)).timestamp(),) * 2)
        os.utime(each, ((now - timedelta(hours=hours)).timestamp(),) * 2)
    youngest = max(alive.rglob("*"), default=alive)
    os.utime(youngest, ((now - timedelta(minutes=5)).timestamp(),) * 2)
    with built_beside(place) as building:
        assert not place.exists()
        build(building)
    assert place.exists()
    assert not building.exists()
    assert [each.exists() for each in (old, alive, others)] == [False, True, True]


@pytest.mark.parametrize("build", [build_folder, build_file])
def test_what_was_not_built_to_its_end_leaves_nothing(build: Callable[[Path], None], tmp_path: Path) -> None:
    def die(building: Path) -> None:
        build(building)
        raise Killed

    with pytest.raises(Killed), built_beside(tmp_path / "выдача") as building:
        die(building)
    assert list(tmp_path.iterdir()) == []


def test_an_empty_folder_is_built_over_and_a_full_one_is_not(tmp_path: Path) -> None:
    place = tmp_path / "выдача"
    place.mkdir()
    with built_beside(place) as building:
        build_folder(building)
    with pytest.raises(OSError), built_beside(place) as building:
        build_folder(building)
    assert list(tmp_path.iterdir()) == [place]


def _file(place: Path) -> None:
    replace_file(place, b"{}")


def _folder(place: Path) -> None:
    with built_beside(place) as building:
        building.mkdir()
        (building / "a.json").write_bytes(b"{}")


def _wallet(place: Path) -> None:
    place.with_name("new").write_bytes(b"{}")
    Disk().replace(place.with_name("new"), place)


@pytest.mark.parametrize("write", [_file, _folder, _wallet])
def test_what_a_scanner_of_windows_holds_for_a_moment_is_renamed_afterwards(
    write: Callable[[Path], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    renamed, refusals = Path.replace, iter(range(5))

    def held(source: Path, target: Path) -> Path:
        if next(refusals, None) is not None:
            raise PermissionError(errno.EACCES, "Access is denied", str(source), None, str(target))
        return renamed(source, target)

    monkeypatch.setattr(Path, "replace", held)
    monkeypatch.setattr(files, "_REPLACE_PAUSE_SECONDS", 0)
    with pytest.raises(PermissionError):
        write(tmp_path / "place")
    monkeypatch.setattr(files, "_ON_WINDOWS", True)
    write(tmp_path / "place")
    assert (tmp_path / "place").exists()
    assert next(refusals, None) is None


def test_reading_takes_memory_for_what_is_there_and_not_for_the_ceiling(tmp_path: Path) -> None:
    """256 MiB for a wallet of 18 kB end a browser, where memory is not virtual."""
    path = tmp_path / "семья.vcw"
    path.write_bytes(b"x" * 18_000)
    asked: list[int] = []

    class Counting(io.FileIO):
        def read(self, size: int | None = -1, /) -> bytes:
            asked.append(-1 if size is None else size)
            return super().read(size)

    for limit, length in ((2**28, 18_000), (18_000, 18_000), (17_999, 18_000), (10, 11)):
        with Counting(path) as file:
            assert len(files.read_at_most(file, limit)) == length
    assert max(asked) == 18_001
    assert min(asked) > 0


def test_what_grows_while_it_is_read_and_what_tells_no_length_is_read_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "files.txt"
    path.write_bytes(b"x" * 100)

    class Growing(io.FileIO):
        def read(self, size: int | None = -1, /) -> bytes:
            if self.tell() == 0:
                path.write_bytes(b"x" * 150)
            return super().read(size)

    with Growing(path) as file:
        assert len(files.read_at_most(file, 1000)) == 150
    read, write = os.pipe()
    os.write(write, b"z" * 77)
    os.close(write)
    with open(read, "rb") as pipe:  # noqa: PTH123 - a descriptor
        assert files.read_at_most(pipe, 1000) == b"z" * 77
