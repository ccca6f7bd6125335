"""A folder of what applicants handed in -> units of work: what may belong together, and whose it seems to be.

    layout = lay_out(Path("inbox"), Matching(sheet.rows))
    for unit in layout.units:
        print(unit.name, unit.number, len(unit.files))

Every layout that occurs is taken as it is, also mixed: a folder for each applicant, one heap of files with
numbers in their names, the ZIP export of an admission system (and a ZIP in it), a column of the list that
names the files, one long scan of many applicants' sheets. Nothing is read here but names and the lists of
members of archives.

A folder that bears an applicant's number, or name, is one unit: everything in it is one applicant's. Any
other file is a unit by itself, and so is each piece of a long PDF; parts of one bundle that lie in several
units of one folder are put together afterwards (`joined`), and those of different folders never.
"""

from __future__ import annotations

import hashlib
import os
import re
import threading
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice
from pathlib import Path, PurePosixPath
from typing import Final

from vcwallet import limits
from vcwallet.bundle.archives import Archive
from vcwallet.bundle.inputs import Input, Source, each_input, is_system_name
from vcwallet.errors import N_, InputError, LimitExceeded, VcwalletError
from vcwallet.files import step_of, words_of
from vcwallet.verifier.applicants import ApplicantRow
from vcwallet.verifier.matching import Matching

__all__ = ["Layout", "Misnamed", "Unit", "UnitFile", "close_archives", "joined", "lay_out", "pieces"]

_ARCHIVE: Final = ".zip"


@dataclass(frozen=True, slots=True)
class UnitFile:
    """One file: on the disk, or a member of an archive on the disk, or of an archive in that."""

    name: str
    """From the folder that was given, with ``/``; an archive counts as a folder."""
    path: str
    members: tuple[int, ...] = ()
    system: bool = False
    first_page: int | None = None
    """The piece of a long PDF that begins here; None for a whole file."""

    @property
    def folder(self) -> str:
        return self.name.rpartition("/")[0]

    def load(self) -> bytes:
        """At most `limits.FILE_BYTES` and one byte; raises InputError."""
        most = limits.FILE_BYTES
        try:
            if not self.members:
                with Path(self.path).open("rb") as file:
                    return file.read(most + 1)
            archive = _archives.of(self.path)
            for number in self.members[:-1]:
                archive = _archives.of(self.path, number, archive)
            return archive.read(self.members[-1], most)
        except OSError as error:
            raise InputError(
                "scan.no-file",
                words_of(error),
                next_step=step_of(error),
                file=self.name.rpartition("/")[2],
                reason=error.strerror or type(error).__name__,
            ) from None

    def input(self, place: int) -> Input:
        return Input(
            Source(place, self.name),
            self.load,
            folder=self.folder,
            named=False,
            system=self.system,
            archives=len(self.members),
            first_page=self.first_page,
        )


@dataclass(frozen=True, slots=True)
class Unit:
    """Files that are read together."""

    name: str
    """Of the folder, or of the only file."""
    files: tuple[UnitFile, ...]
    number: str | None = None
    """The number of the list that its name bears."""
    row: int | None = None
    """The row of the list that names it."""
    bundle: str | None = None
    """The one bundle, by its id, that is looked for in files that were read before."""

    def digest(self) -> str:
        """SHA-256, in hexadecimal, over the names and the contents of its files; raises InputError."""
        whole = hashlib.sha256((self.bundle or "").encode())
        for each in self.files:
            content = b"" if each.system else each.load()
            about = f"{each.name}\0{each.first_page or 0}\0".encode("utf-8", "surrogatepass")
            whole.update(hashlib.sha256(about).digest() + hashlib.sha256(content).digest())
        return whole.hexdigest()


@dataclass(frozen=True, slots=True)
class Misnamed:
    """A file that the list names and that was not found: there is none, or there are several of that name."""

    applicant: ApplicantRow
    file: str
    several: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    units: tuple[Unit, ...]
    misnamed: tuple[Misnamed, ...] = ()

    @property
    def files(self) -> Iterator[UnitFile]:
        return (file for unit in self.units for file in unit.files)


def lay_out(source: Path, matching: Matching, *, besides: Iterable[Path] = ()) -> Layout:
    """The units of a folder, or of a ZIP file. `besides` are files of the office that may lie there too.

    Raises InputError (``queue.no-folder`` when there is nothing of the kind, ``queue.empty-folder`` when no
    file is in it: that is the wrong folder, and must not become rows that say nothing was found), and
    LimitExceeded (``queue.too-many-files``, and those of an archive that was named itself).
    """
    own = {path.name: path.resolve() for path in besides}
    entries = [each for each in _entries(source) if not _is_own(each, own)]
    if all(
        each.system or not each.name for each in entries
    ):  # an archive with nothing in it is itself, unnamed
        raise InputError(
            "queue.empty-folder",
            N_("{file} has no files in it."),
            next_step=N_("Name the folder, or the export, that holds what the applicants handed in."),
            file=source.name,
        )
    claimed, misnamed = _claimed(entries, matching.rows)
    units: list[Unit] = []
    by_row: defaultdict[int, list[UnitFile]] = defaultdict(list)
    by_folder: defaultdict[str, list[UnitFile]] = defaultdict(list)
    for entry in entries:
        if entry.name in claimed:
            by_row[claimed[entry.name].row].append(entry)
        elif (folder := _applicants_folder(entry.name, matching)) is not None:
            by_folder[folder].append(entry)
        else:
            units.append(Unit(entry.name, (entry,), matching.number_in(_stem(entry.name))))
    for row, files in by_row.items():
        units += _together(Unit(files[0].name, tuple(files), row=row))
    for folder, files in by_folder.items():
        number = next(filter(None, map(matching.number_in, reversed(folder.split("/")))), None)
        units += _together(Unit(folder, tuple(files), number))
    units.sort(key=lambda unit: unit.files[0].name)
    return Layout(tuple(units), tuple(misnamed))


def _is_own(entry: UnitFile, own: Mapping[str, Path]) -> bool:
    path = Path(entry.path)
    return not entry.members and path.name in own and path.resolve() == own[path.name]


def pieces(unit: Unit, file: UnitFile, pages: int) -> list[Unit]:
    """The rest of a PDF that is too long to be read at once: a unit for each piece behind the first."""
    starts = range(1 + limits.SCAN_PDF_PAGES, pages + 1, limits.SCAN_PDF_PAGES)
    return [replace(unit, name=file.name, files=(replace(file, first_page=start),)) for start in starts]


def joined(parts: Sequence[tuple[Unit, str, Sequence[UnitFile]]]) -> list[Unit]:
    """Units for what is in parts: (unit, id of a bundle, the files of the unit that showed parts of it).

    Files of one folder that showed parts of one bundle are read once more, together.
    """
    shown: defaultdict[tuple[str, str, int | None], dict[UnitFile, Unit]] = defaultdict(dict)
    for unit, bundle, files in parts:
        for file in files:
            shown[file.folder, bundle, unit.row].setdefault(file, unit)
    made = []
    for (_, bundle, _), seen in shown.items():
        if len(set(seen.values())) < 2:
            continue
        ordered = sorted(seen, key=lambda file: (file.name, file.first_page or 0))
        numbers = {unit.number for unit in seen.values() if unit.number is not None}
        number = next(iter(numbers)) if len(numbers) == 1 else None
        made.append(Unit(ordered[0].name, tuple(ordered), number, seen[ordered[0]].row, bundle))
    return made


# --- what is there --------------------------------------------------------------------------------------


def _entries(source: Path) -> list[UnitFile]:
    if source.is_dir():
        given = _in_folder(source)
    elif source.suffix.casefold() == _ARCHIVE and source.is_file():
        given = _members(UnitFile("", str(source)), named=True)
    else:
        raise InputError(
            "queue.no-folder",
            N_("{file} is neither a folder nor a ZIP file."),
            next_step=N_("Name the folder, or the export, that holds what the applicants handed in."),
            file=source.name,
        )
    close_archives()  # their files may be others by now
    try:
        found = _within_the_ceiling(given)
        return sorted(_each_with_its_name(found), key=lambda entry: entry.name)
    finally:
        close_archives()


def _within_the_ceiling(given: Iterable[UnitFile]) -> Iterator[UnitFile]:
    """Everything in what was given. Of archives with more members than may be, the largest stay single files,
    which are told: one applicant's archive must not end the answers on the others."""
    found: list[tuple[UnitFile, list[UnitFile]]] = []
    number = 0
    for each in given:
        found.append((each, list(islice(_unpacked(each), limits.QUEUE_FILES + 1))))
        number += len(found[-1][1])
        while number > limits.QUEUE_FILES:
            at = max(range(len(found)), key=lambda at: len(found[at][1]))
            whole, inside = found[at]
            if len(inside) < 2:
                raise LimitExceeded(
                    "queue.too-many-files",
                    N_("More than {limit} files were handed in."),
                    next_step=N_("Divide them, and check each part with its own applicants."),
                    limit=limits.QUEUE_FILES,
                )
            number -= len(inside) - 1
            found[at] = whole, [whole]
    return chain.from_iterable(inside for _, inside in found)


def _each_with_its_name(found: Iterable[UnitFile]) -> Iterator[UnitFile]:
    """An archive may hold two members of one name, or one that is named like a member of an archive in it."""
    taken: set[str] = set()
    again: defaultdict[str, int] = defaultdict(lambda: 1)
    for entry in found:
        name = entry.name
        while name in taken:
            again[entry.name] += 1
            path = PurePosixPath(entry.name)
            name = path.with_name(f"{path.stem} ({again[entry.name]}){path.suffix}").as_posix()
        taken.add(name)
        yield entry if name == entry.name else replace(entry, name=name)


def _in_folder(source: Path) -> Iterator[UnitFile]:
    for each in each_input([source]):
        name = each.source.name
        yield UnitFile(name, str(source / name), system=each.system)
    yield from _left_out(source)


def _left_out(source: Path) -> Iterator[UnitFile]:
    """The folders that `each_input` does not look into: links are for a person, the rest is a system's."""
    for place, folders, _ in os.walk(source):
        for name in list(folders):
            path = Path(place) / name
            shown = path.relative_to(source).as_posix()
            is_link, is_system = path.is_symlink(), is_system_name(f"{name}/-") or name.startswith(".")
            if is_system and name != ".well-known":
                folders.remove(name)
            if is_link or name not in folders:
                yield UnitFile(shown, str(path), system=is_system and not is_link)


def _unpacked(entry: UnitFile) -> Iterator[UnitFile]:
    """The members of an archive, or what it is by itself when it cannot be opened as one."""
    too_deep = len(entry.members) > limits.SCAN_ARCHIVES_IN_ARCHIVES
    if entry.system or too_deep or not entry.name.casefold().endswith(_ARCHIVE):
        yield entry
        return
    for inner in _members(entry, named=False):
        if inner is entry:
            yield entry
        else:
            yield from _unpacked(inner)


def _members(entry: UnitFile, *, named: bool) -> Iterator[UnitFile]:
    """What is in an archive; the archive itself when nothing is, or it cannot be opened.

    Why it cannot is told when it is read like any other file, unless it was `named`.
    """
    try:
        archive = _archives.of(entry.path)
        for number in entry.members:
            archive = _archives.of(entry.path, number, archive)
        names = archive.names
    except (VcwalletError, OSError):
        if named:
            raise
        yield entry
        return
    if not names:
        yield entry
    for number, name in enumerate(names):
        whole = f"{entry.name}/{_clean(name)}" if entry.name else _clean(name)
        yield replace(
            entry, name=whole, members=(*entry.members, number), system=is_system_name(_clean(name))
        )


def _clean(name: str) -> str:
    """The name of a member as a relative path; it is for people and is never opened."""
    steps = [step for step in name.replace("\\", "/").split("/") if step not in ("", ".", "..")]
    return "/".join(steps) or "-"


class _Archives(threading.local):
    """The archives that this thread opened last: their members are read one after another.

    The pages check several queues at once, each on its own thread, and so does a worker of a cluster.
    """

    def __init__(self) -> None:
        self._open: dict[tuple[str, int | None], Archive] = {}

    def close(self) -> None:
        for archive in self._open.values():
            archive.close()
        self._open.clear()

    def of(self, path: str, number: int | None = None, outer: Archive | None = None) -> Archive:
        """The archive on the disk, or the archive that is a member of `outer`.

        Raises OSError, and what `Archive` raises.
        """
        known = self._open.get((path, number))
        if known is not None:
            return known
        for key in [
            key for key in self._open if key[0] != path or (number is not None and key[1] is not None)
        ]:
            self._open.pop(key).close()
        if outer is None or number is None:
            made = Archive(Path(path), members=limits.QUEUE_FILES, unpacked=limits.QUEUE_ZIP_BYTES)
        else:
            content = outer.read(number, limits.FILE_BYTES)
            if len(content) > limits.FILE_BYTES:
                raise LimitExceeded(
                    "scan.file-too-large",
                    N_("The file is larger than {limit} MiB."),
                    limit=limits.FILE_BYTES // limits.MIB,
                )
            made = Archive(content, members=limits.ZIP_MEMBERS, unpacked=limits.QUEUE_ZIP_BYTES)
        self._open[path, number] = made
        return made


_archives: Final = _Archives()


def close_archives() -> None:
    """Let go of the archives that this thread opened last. A file that is open cannot be moved on Windows."""
    _archives.close()


# --- whose it is ----------------------------------------------------------------------------------------


def _claimed(
    entries: Sequence[UnitFile], rows: Iterable[ApplicantRow]
) -> tuple[dict[str, ApplicantRow], list[Misnamed]]:
    """The files that the list itself gives to one applicant."""
    by_path: defaultdict[str, list[str]] = defaultdict(list)
    for entry in entries:
        if entry.system:
            continue
        steps = _key(entry.name).split("/")
        stem = _stem(steps[-1])
        forms = {"/".join(steps), steps[-1], "/".join([*steps[:-1], stem]), stem}
        forms |= {"/".join(steps[:end]) + "/" for end in range(1, len(steps))}
        for form in forms:
            by_path[form].append(entry.name)
    wanted: defaultdict[str, list[ApplicantRow]] = defaultdict(list)
    misnamed: list[Misnamed] = []
    for row in rows:
        for file in row.files:
            key = _key(file)
            found = by_path.get(key) or by_path.get(key.rstrip("/") + "/") or []
            folder = key not in by_path
            if not found or (len(found) > 1 and not folder):
                misnamed.append(Misnamed(row, file, several=bool(found)))
                continue
            for name in found:
                wanted[name].append(row)
    claimed = {}
    for name, claimants in wanted.items():
        if len({row.row for row in claimants}) == 1:
            claimed[name] = claimants[0]
    return claimed, misnamed


def _key(name: str) -> str:
    plain = unicodedata.normalize("NFC", name).replace("\\", "/").casefold()
    return plain.removeprefix("./")


def _applicants_folder(name: str, matching: Matching) -> str | None:
    """The outermost folder that bears the number or the name of an applicant, or None."""
    steps = name.split("/")[:-1]
    for end, step in enumerate(steps, 1):
        bare = step[: -len(_ARCHIVE)] if step.casefold().endswith(_ARCHIVE) else step
        if matching.number_in(bare) is not None or matching.names_in(bare):
            return "/".join(steps[:end])
    return None


def _stem(name: str) -> str:
    return re.sub(r"\.(?=[0-9]*[A-Za-z])[0-9A-Za-z]{1,5}$", "", name.rpartition("/")[2])


def _together(unit: Unit) -> list[Unit]:
    """One unit, or one for each file when they are too many to be read together."""
    if len(unit.files) <= limits.QUEUE_UNIT_FILES:
        return [unit]
    return [replace(unit, name=file.name, files=(file,)) for file in unit.files]
