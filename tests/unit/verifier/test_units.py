"""Whatever a folder looks like, each of its files is in exactly one unit, and no unit joins two people."""

from __future__ import annotations

import io
import os
import random
import sys
import zipfile
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from threading import Thread

import pytest

from tests.shared import SOAK, need
from vcwallet import limits
from vcwallet.bundle.archives import Archive
from vcwallet.errors import InputError, LimitExceeded, VcwalletError
from vcwallet.verifier import units
from vcwallet.verifier.applicants import ApplicantRow
from vcwallet.verifier.matching import Matching
from vcwallet.verifier.units import Layout, Unit, UnitFile, close_archives, joined, lay_out, pieces

MARIA = ApplicantRow(2, "27-000123", "Вымыслова", "Мария")
PETER = ApplicantRow(3, "27-000124", "Небывалов", "Пётр")
TREES = 400 if SOAK else 25


def tree(folder: Path, files: Mapping[str, bytes]) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


class OldName(zipfile.ZipInfo):
    """A name as Windows packs it: in the bytes of the old code page, and without a flag that says so."""

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802 - the name is zipfile's
        return self.filename.encode("cp866"), self.flag_bits


def packed(files: Mapping[str, bytes], *, named: type[zipfile.ZipInfo] = zipfile.ZipInfo) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(named(name), content)
    return out.getvalue()


def laid(folder: Path, *rows: ApplicantRow) -> Layout:
    return lay_out(folder, Matching(rows or (MARIA, PETER)))


def told(layout: Layout) -> dict[str, tuple[str | None, int | None, list[str]]]:
    return {unit.name: (unit.number, unit.row, [file.name for file in unit.files]) for unit in layout.units}


def test_a_folder_for_each_applicant_is_one_unit_with_everything_in_it(tmp_path: Path) -> None:
    tree(
        tmp_path,
        {
            "27-000123 Вымыслова Мария/диплом.pdf": b"1",
            "27-000123 Вымыслова Мария/ещё/фото.jpg": b"2",
            "Небывалов Пётр/диплом.pdf": b"3",
            "Прочее/27-000124/диплом.pdf": b"4",
        },
    )
    assert told(laid(tmp_path)) == {
        "27-000123 Вымыслова Мария": (
            "27-000123",
            None,
            ["27-000123 Вымыслова Мария/диплом.pdf", "27-000123 Вымыслова Мария/ещё/фото.jpg"],
        ),
        "Небывалов Пётр": (None, None, ["Небывалов Пётр/диплом.pdf"]),
        "Прочее/27-000124": ("27-000124", None, ["Прочее/27-000124/диплом.pdf"]),
    }


def test_in_a_heap_every_file_is_a_unit(tmp_path: Path) -> None:
    tree(tmp_path, {"27-000123_диплом.pdf": b"1", "IMG_2041.jpg": b"2", "сканы/27000124.png": b"3"})
    assert told(laid(tmp_path)) == {
        "27-000123_диплом.pdf": ("27-000123", None, ["27-000123_диплом.pdf"]),
        "IMG_2041.jpg": (None, None, ["IMG_2041.jpg"]),
        "сканы/27000124.png": ("27-000124", None, ["сканы/27000124.png"]),
    }


def test_an_export_is_read_as_the_folder_it_was(tmp_path: Path) -> None:
    inner = packed({"лист.json": b"inner"})
    outer = packed({"27-000123 Вымыслова/диплом.pdf": b"one", "27-000124.zip": inner}, named=OldName)
    (tmp_path / "Выгрузка.zip").write_bytes(outer)
    layout = laid(tmp_path)
    assert told(layout) == {
        "Выгрузка.zip/27-000123 Вымыслова": (
            "27-000123",
            None,
            ["Выгрузка.zip/27-000123 Вымыслова/диплом.pdf"],
        ),
        "Выгрузка.zip/27-000124.zip": ("27-000124", None, ["Выгрузка.zip/27-000124.zip/лист.json"]),
    }
    assert {file.name.rpartition("/")[2]: file.load() for file in layout.files} == {
        "диплом.pdf": b"one",
        "лист.json": b"inner",
    }
    named = laid(tmp_path / "Выгрузка.zip")
    assert [unit.name for unit in named.units] == ["27-000123 Вымыслова", "27-000124.zip"]
    assert [file.load() for file in named.files] == [b"one", b"inner"]


def test_a_third_archive_and_a_broken_one_stay_files(tmp_path: Path) -> None:
    third = packed({"a.json": b"{}"})
    second = packed({"third.zip": third})
    tree(
        tmp_path,
        {"first.zip": packed({"second.zip": second}), "broken.zip": b"PK\x03\x04", "text.zip": b"no"},
    )
    assert {file.name: len(file.members) for file in laid(tmp_path).files} == {
        "broken.zip": 0,
        "first.zip/second.zip/third.zip": 2,
        "text.zip": 0,
    }


def test_a_document_of_an_office_program_and_an_empty_archive_stay_files(tmp_path: Path) -> None:
    tree(tmp_path, {"a.zip": packed({"[Content_Types].xml": b""}), "b.zip": packed({})})
    assert [file.name for file in laid(tmp_path).files] == ["a.zip", "b.zip"]


def test_names_in_an_archive_lead_nowhere(tmp_path: Path) -> None:
    names = {"../../etc/passwd": b"1", "/absolute.json": b"2", "a\\..\\b.json": b"3"}
    (tmp_path / "x.zip").write_bytes(packed(names))
    layout = laid(tmp_path)
    assert sorted(file.name for file in layout.files) == [
        "x.zip/a/b.json",
        "x.zip/absolute.json",
        "x.zip/etc/passwd",
    ]
    assert sorted(file.load() for file in layout.files) == [b"1", b"2", b"3"]


def test_what_the_list_names_wins(tmp_path: Path) -> None:
    tree(tmp_path, {"27-000123/a.pdf": b"1", "скан.pdf": b"2", "папка/x.png": b"3", "папка/y/z.png": b"4"})
    peter = ApplicantRow(3, "27-000124", "Небывалов", "Пётр", files=("27-000123/A.PDF", "папка", "нет.pdf"))
    maria = ApplicantRow(2, "27-000123", "Вымыслова", "Мария", files=("скан",))
    layout = laid(tmp_path, maria, peter)
    assert told(layout) == {
        "27-000123/a.pdf": (None, 3, ["27-000123/a.pdf", "папка/x.png", "папка/y/z.png"]),
        "скан.pdf": (None, 2, ["скан.pdf"]),
    }
    assert [(each.applicant.row, each.file, each.several) for each in layout.misnamed] == [
        (3, "нет.pdf", False)
    ]


def test_a_file_that_two_rows_name_is_nobodys_before_it_is_read(tmp_path: Path) -> None:
    tree(tmp_path, {"скан.pdf": b"1", "a/один.png": b"2", "b/один.png": b"3"})
    rows = (
        ApplicantRow(2, "27-000123", "Вымыслова", files=("скан.pdf", "один.png")),
        ApplicantRow(3, "27-000124", "Небывалов", files=("скан.pdf",)),
    )
    layout = laid(tmp_path, *rows)
    assert [unit.row for unit in layout.units] == [None, None, None]
    assert [(each.file, each.several) for each in layout.misnamed] == [("один.png", True)]


def test_what_systems_leave_behind_is_a_file_too(tmp_path: Path) -> None:
    tree(tmp_path, {"27-000123/Thumbs.db": b"1", "27-000123/~$скан.docx": b"2", "27-000123/скан.png": b"3"})
    (unit,) = laid(tmp_path).units
    assert [(file.name.rpartition("/")[2], file.system) for file in unit.files] == [
        ("Thumbs.db", True),
        ("~$скан.docx", True),
        ("скан.png", False),
    ]


def test_a_large_folder_is_read_file_by_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "QUEUE_UNIT_FILES", 2)
    tree(tmp_path, {f"27-000123/{number}.png": b"" for number in range(3)})
    assert [(unit.name, unit.number) for unit in laid(tmp_path).units] == [
        (f"27-000123/{number}.png", "27-000123") for number in range(3)
    ]


def test_a_long_pdf_is_read_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "SCAN_PDF_PAGES", 50)
    file = UnitFile("скан.pdf", "скан.pdf")
    unit = Unit("скан.pdf", (file,), row=7)
    made = pieces(unit, file, 120)
    assert [(one.row, one.files[0].first_page) for one in made] == [(7, 51), (7, 101)]
    assert pieces(unit, file, 50) == []


def test_parts_are_joined_within_a_folder_and_never_across() -> None:
    def one(name: str, number: str | None = None, row: int | None = None) -> Unit:
        return Unit(name, (UnitFile(name, name),), number, row)

    same = [one("x/1.jpg"), one("x/2.jpg", "27-000123"), one("y/3.jpg"), one("x/5.jpg", row=3)]
    other = one("x/4.jpg")
    (made,) = joined([*((unit, "00", unit.files) for unit in same), (other, "11", other.files)])
    assert (made.number, [file.name for file in made.files]) == ("27-000123", ["x/1.jpg", "x/2.jpg"])
    two = [one("x/2.jpg", "27-000123"), one("x/6.jpg", "27-000124")]
    assert [unit.number for unit in joined([(unit, "00", unit.files) for unit in two])] == [None]


def test_a_digest_is_of_names_and_contents(tmp_path: Path) -> None:
    tree(tmp_path, {"27-000123/a.png": b"1", "27-000123/Thumbs.db": b"1"})
    (before,) = laid(tmp_path).units
    digest = before.digest()
    assert laid(tmp_path).units[0].digest() == digest
    (tmp_path / "27-000123" / "Thumbs.db").write_bytes(b"other")
    assert laid(tmp_path).units[0].digest() == digest
    (tmp_path / "27-000123" / "a.png").write_bytes(b"2")
    assert before.digest() != digest
    (tmp_path / "27-000123" / "a.png").unlink()
    with pytest.raises(InputError) as caught:
        before.digest()
    assert caught.value.code == "scan.no-file"


def test_a_folder_without_files_is_the_wrong_folder(tmp_path: Path) -> None:
    """Otherwise every applicant's row would say that nothing of theirs was found."""
    tree(tmp_path, {"in/Thumbs.db": b"1", "in/27-000123/.DS_Store": b"1"})
    (tmp_path / "empty").mkdir()
    with zipfile.ZipFile(tmp_path / "empty.zip", "w"):
        pass
    for name in ("in", "empty", "empty.zip"):
        with pytest.raises(InputError) as caught:
            laid(tmp_path / name)
        assert caught.value.code == "queue.empty-folder"
        assert caught.value.next_step


def test_what_is_neither_a_folder_nor_an_archive_is_refused(tmp_path: Path) -> None:
    tree(tmp_path, {"a.txt": b"1", "broken.zip": b"PK"})
    for name in ("a.txt", "nowhere"):
        with pytest.raises(InputError) as caught:
            laid(tmp_path / name)
        assert caught.value.code == "queue.no-folder"
        assert caught.value.next_step
    with pytest.raises(VcwalletError):
        laid(tmp_path / "broken.zip")


def test_the_ceilings_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "x.zip").write_bytes(packed({"a": b"1", "b": b"2", "c": b"3"}))
    tree(tmp_path, {"d": b"", "e": b""})
    with monkeypatch.context() as patch:
        # An archive that is too much stays one file; files that are too many are refused.
        patch.setattr(limits, "QUEUE_FILES", 4)
        assert [file.name for file in laid(tmp_path).files] == ["d", "e", "x.zip"]
        patch.setattr(limits, "QUEUE_FILES", 2)
        with pytest.raises(LimitExceeded) as caught:
            laid(tmp_path)
        assert caught.value.code == "queue.too-many-files"
    with monkeypatch.context() as patch:
        patch.setattr(limits, "QUEUE_ZIP_BYTES", 2)
        with pytest.raises(LimitExceeded) as caught:
            laid(tmp_path / "x.zip")
        assert caught.value.code == "archive.too-large"
    with monkeypatch.context() as patch:
        patch.setattr(limits, "QUEUE_FILES", 2)
        with pytest.raises(LimitExceeded) as caught:
            laid(tmp_path / "x.zip")
        assert caught.value.code == "archive.too-many"
    outer = packed({"inner.zip": packed({"a": bytes(100)})})
    (tmp_path / "y.zip").write_bytes(outer)
    with monkeypatch.context() as patch:
        patch.setattr(limits, "FILE_BYTES", 10)
        (file,) = [file for file in laid(tmp_path).files if file.name.startswith("y.zip")]
        assert file.name == "y.zip/inner.zip"
        assert len(file.load()) == 11


WORDS = ["27-000123", "27-000124", "Вымыслова Мария", "скан", "IMG_2041", "Thumbs.db", "прочее", "~$x", "a b"]
ENDINGS = [".pdf", ".jpg", ".JSON", "", ".zip", ".db"]


def grow(folder: Path, chance: random.Random, depth: int = 0) -> int:
    """A tree of anything; returns how many files are in it, those in archives that can be opened included."""
    count = 0
    for place in range(chance.randrange(1, 5)):
        name = f"{chance.choice(WORDS)}{chance.choice(['', ' ', '_'])}{place}"
        if depth < 3 and chance.random() < 0.4:
            (folder / name).mkdir()
            count += grow(folder / name, chance, depth + 1)
            continue
        path = folder / (name + chance.choice(ENDINGS))
        members = {f"{chance.choice(WORDS)}/{at}.png": b"x" for at in range(chance.randrange(4))}
        if path.suffix == ".zip" and chance.random() < 0.7 and not path.name.startswith("~$"):
            path.write_bytes(packed(members))
            count += len(members) or 1
        else:
            path.write_bytes(chance.randbytes(3))
            count += 1
    return count


@pytest.mark.parametrize("seed", range(TREES))
def test_of_any_tree_every_file_is_in_exactly_one_unit(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    count = grow(tmp_path, chance)
    rows = [MARIA, ApplicantRow(3, "27-000124", "Небывалов", files=(chance.choice(WORDS), "скан0.pdf"))]
    layout = laid(tmp_path, *rows)
    names = Counter((file.name, file.members) for file in layout.files)
    assert set(names.values()) <= {1}
    assert len(names) == count
    assert layout == laid(tmp_path, *rows)
    for unit in layout.units:
        folders = {file.name.split("/")[0] for file in unit.files}
        assert unit.row is not None or len(unit.files) == 1 or len(folders) == 1


def test_names_that_are_no_text_are_files_too(tmp_path: Path) -> None:
    need(sys.platform == "linux", "elsewhere every name of a file is text")
    with open(os.fsencode(tmp_path) + b"/27-000123 \xff.png", "wb") as file:  # noqa: PTH123
        file.write(b"1")
    (unit,) = laid(tmp_path).units
    assert (unit.number, unit.files[0].load()) == ("27-000123", b"1")
    assert len(unit.digest()) == 64


def test_two_queues_of_one_program_do_not_close_each_others_archives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def queue(name: str) -> UnitFile:
        export = tmp_path / f"{name}.zip"
        export.write_bytes(packed({f"{name}.zip": packed({"show.json": name.encode()})}))
        (unit,) = laid(export).units
        return unit.files[0]

    one, other = queue("one"), queue("other")
    read = Archive.read
    answers: list[bytes] = []

    def go_on() -> None:
        answers.append(other.load())
        close_archives()

    between = iter([Thread(target=go_on)])

    def reading(self: Archive, number: int, most: int) -> bytes:
        # Another page of the program goes on with its queue between the opening and the reading.
        for each in between:
            each.start()
            each.join()
        return read(self, number, most)

    one.load()
    monkeypatch.setattr(Archive, "read", reading)
    assert one.load() == b"one"
    close_archives()
    assert answers == [b"other"]


def test_no_archive_stays_open_behind_the_plan_and_the_checking(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Archive] = []
    closed: list[Archive] = []
    monkeypatch.setattr(units, "Archive", counted(opened, closed))
    export = tmp_path / "export.zip"
    export.write_bytes(packed({"a.json": b"1", "b.json": b"2"}))
    first, second = laid(export).units
    assert opened == closed
    assert [first.files[0].load(), second.files[0].load()] == [b"1", b"2"]
    assert len(opened) == len(closed) + 1
    close_archives()
    assert opened == closed


def counted(opened: list[Archive], closed: list[Archive]) -> type[Archive]:
    class Counted(Archive):
        def __init__(self, source: Path | bytes, *, members: int, unpacked: int) -> None:
            super().__init__(source, members=members, unpacked=unpacked)
            opened.append(self)

        def close(self) -> None:
            super().close()
            closed.append(self)

    return Counted
