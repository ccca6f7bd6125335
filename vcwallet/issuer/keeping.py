"""Keeping an issuer's folder: a backup that is proved to open, putting it back, recovering after a loss.

A backup is a zip archive of the settings, the templates and designs, the sealed keys and the register as
lines of JSON. It holds no diplomas, so no names of children; standby keys are kept apart from it on purpose.
"""

from __future__ import annotations

import os
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import IO, Final

from vcwallet import limits, strict_json, timestamps
from vcwallet.credentials.credential import Credential
from vcwallet.errors import N_, Action, DocumentError, UsageError, VcwalletError
from vcwallet.files import built_beside, create_file, replace_file
from vcwallet.issuer import folder as folders
from vcwallet.issuer import issued_files, publishing
from vcwallet.issuer.folder import IssuerFolder
from vcwallet.issuer.keystore import Keystore
from vcwallet.issuer.register import FoundDiploma, FoundList, Register, State, Verified
from vcwallet.strict_json import JsonObject
from vcwallet.tables.survey import BROKEN_ARCHIVE

FORMAT: Final = "vcwallet-issuer-backup/1"
_MANIFEST: Final = "backup.json"
_REGISTER: Final = "register.jsonl"
_FILES: Final = (folders.SETTINGS, folders.IDENTIFIER, folders.KEYSTORE)
_IF_THERE: Final = (folders.SHEETS,)
_FOLDERS: Final = (folders.TEMPLATES, folders.DESIGN)
_NAME_BYTES: Final = 200
"""Of a file; file systems take 255, and a temporary name beside it is longer."""


Unlock = Callable[[IssuerFolder], Keystore]
"""How the keys of a folder are opened."""


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup holds, as it was read back from it."""

    issuer: str
    made: datetime
    held: Verified


def backup(folder: IssuerFolder, register: Register, path: Path, *, unlock: Unlock, now: datetime) -> Backup:
    """Write a backup and prove it: it is read back, its keys are opened, its register is compared.

    The file is there only once that is done.

    Raises UsageError ``backup.exists`` and ``backup.in-the-folder``, and what `drill` raises.
    """
    if path.exists():
        raise UsageError(
            "backup.exists",
            N_("{file} is there already. Nothing was written."),
            next_step=N_("Choose another name: backups are never written over."),
            file=str(path),
        )
    if path.resolve().is_relative_to(folder.path.resolve()):
        raise UsageError(
            "backup.in-the-folder",
            N_("A backup inside the issuer's folder is lost together with it."),
            next_step=N_("Name a place on another disk, or on a stick."),
        )
    with built_beside(path) as temporary:
        with os.fdopen(create_file(temporary), "wb") as target, zipfile.ZipFile(target, "w") as archive:
            manifest: JsonObject = {
                "format": FORMAT,
                "issuer": folder.document.id,
                "made": timestamps.render(now),
            }
            archive.writestr(_MANIFEST, strict_json.dumps(manifest, indent=2) + "\n")
            for each in _content(folder.path):
                archive.write(each, each.relative_to(folder.path).as_posix())
            with archive.open(_REGISTER, "w", force_zip64=True) as lines:
                for line in register.dump():
                    lines.write(line)
        mark = register.mark()
        proved = drill(temporary, unlock=unlock, knows=register)
        if register.mark() == mark and proved.held != register.verify():
            raise _damaged(path)
    return proved


def _content(folder: Path) -> Iterator[Path]:
    for name in _FILES:
        yield folder / name
    for name in _IF_THERE:
        if (folder / name).is_file():
            yield folder / name
    for name in _FOLDERS:
        for each in sorted((folder / name).rglob("*")):
            if each.is_file():
                yield each


def drill(path: Path, *, unlock: Unlock, knows: Register | None = None) -> Backup:
    """Put a backup back into a folder that is thrown away: whether it opens and agrees with itself.

    `knows` is a register that must know the state of the one in the backup.

    Raises as `restore`.
    """
    with tempfile.TemporaryDirectory(prefix="vcwallet-") as place:
        target = Path(place, "issuer")
        manifest = _unpack(path, target)
        folder = IssuerFolder.open(target)
        Register.load(target / folders.REGISTER, _register_lines(path))
        with _open(folder, target / folders.REGISTER) as register:
            held = register.verify()
            keystore = unlock(folder)
            _demand_agreement(register, keystore)
            if knows is not None:
                knows.demand(register.mark())
    return Backup(str(manifest["issuer"]), timestamps.parse(str(manifest["made"])), held)


def demand_ours(found: Backup, folder: IssuerFolder, path: Path) -> None:
    """Raise UsageError ``backup.of-another`` for the backup of another issuer."""
    if found.issuer != folder.document.id:
        raise UsageError(
            "backup.of-another",
            N_("{file} is a backup of another issuer: {issuer}."),
            next_step=N_("Take a backup of this folder."),
            file=path.name,
            issuer=found.issuer[:64],
        )


def restore(path: Path, target: Path, *, unlock: Unlock) -> Backup:
    """Put a backup back into a new folder, after a drill.

    The folder is at a new place, and has to be told what it is before anything is signed (`Issuer.settle`).
    A register in a database is put back only into an empty one, and left alone where it is already.

    Raises UsageError ``folder.not-empty``, DocumentError (``backup.damaged``, ``register.export-damaged``,
    ``register.inconsistent``), what opening the keystore raises, and UsageError as `lineage.demand`.
    """
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise UsageError(
            "folder.not-empty",
            N_("{folder} is there already and is not empty."),
            next_step=N_("Name a new folder: keys are never overwritten."),
            folder=str(target),
        )
    found = drill(path, unlock=unlock)
    # Whole or not at all: a half folder could not be told from one that lost something.
    with built_beside(target) as building:
        _unpack(path, building)
        folder = IssuerFolder.open(building)
        try:
            folder.load_register(_register_lines(path))
        except UsageError as error:
            if error.code != "register.taken" or not folder.settings.database.url:
                raise
    return found


def _open(folder: IssuerFolder, place: Path) -> Register:
    return Register.open(
        place, list_id=str, entries=folder.settings.status.entries, issuer=folder.document.id
    )


def _demand_agreement(register: Register, keystore: Keystore) -> None:
    for mark in keystore.register_marks:
        register.demand(mark)


def _unpack(path: Path, target: Path) -> JsonObject:
    """The files of a backup but the register. Raises DocumentError ``backup.damaged``."""
    try:
        with path.open("rb") as source, zipfile.ZipFile(source) as archive:
            members = archive.infolist()
            if len(members) > limits.BACKUP_FILES:
                raise _damaged(path)
            manifest = strict_json.loads_object(_part(archive, _MANIFEST, path))
            if manifest.get("format") != FORMAT:
                raise _damaged(path)
            for member in members:
                name = PurePosixPath(member.filename)
                if member.filename in (_MANIFEST, _REGISTER):
                    continue
                within = len(name.parts) > 1 and name.parts[0] in _FOLDERS and ".." not in name.parts
                known = member.filename in (*_FILES, *_IF_THERE) or (within and not member.is_dir())
                if not known or "\\" in member.orig_filename or ":" in member.filename:
                    raise _damaged(path)
                place = target.joinpath(*name.parts)
                if not _fits(place, target):
                    raise _damaged(path)
                place.parent.mkdir(parents=True, exist_ok=True)
                content = _part(archive, member.filename, path)
                if member.filename == folders.KEYSTORE:
                    with os.fdopen(create_file(place), "wb") as file:
                        file.write(content)
                else:
                    replace_file(place, content, public=True)
    except (*BROKEN_ARCHIVE, FileExistsError, NotADirectoryError, IsADirectoryError):
        raise _damaged(path) from None
    except VcwalletError as error:
        raise error if error.code == "backup.damaged" else _damaged(path) from None
    if "issuer" not in manifest or "made" not in manifest or not {*_FILES} <= {*archive.namelist()}:
        raise _damaged(path)
    return manifest


def _fits(place: Path, target: Path) -> bool:
    """Whether a file can be made there: a part is there once, and is not the folder of another."""
    between = [each for each in place.parents if each.is_relative_to(target)]
    long = any(len(os.fsencode(part)) > _NAME_BYTES for part in place.relative_to(target).parts)
    return not long and not place.exists() and not any(each.is_file() for each in between)


def _part(archive: zipfile.ZipFile, name: str, path: Path) -> bytes:
    if archive.getinfo(name).flag_bits & 1:
        # Locked with a passphrase: this program writes no such parts.
        raise _damaged(path)
    with archive.open(name) as part:
        content = part.read(limits.BACKUP_PART_BYTES + 1)
    if len(content) > limits.BACKUP_PART_BYTES:
        raise _damaged(path)
    return content


def _register_lines(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as source, zipfile.ZipFile(source) as archive, archive.open(_REGISTER) as lines:
            yield from lines_of(lines)
    except BROKEN_ARCHIVE:
        raise _damaged(path) from None


def lines_of(source: IO[bytes]) -> Iterator[bytes]:
    """Lines of a file, none of them longer than a line of a register may be."""
    while line := source.readline(limits.REGISTER_LINE_BYTES + 1):
        yield line


def _damaged(path: Path) -> DocumentError:
    return DocumentError(
        "backup.damaged",
        N_("{file} is not a whole backup of an issuer's folder."),
        next_step=N_("Take another backup."),
        file=path.name,
    )


# --- is everything there? --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Compared:
    """How the register stands to the diplomas in a folder."""

    held: Verified
    files: int
    """Diplomas of this issuer in the folder."""
    unknown: tuple[str, ...]
    """Files of diplomas that the register does not know, the first few."""
    missing: int
    """Diplomas that are good by the register and have no file in the folder: they may lie elsewhere."""

    def demand_known(self) -> None:
        """Raise UsageError ``register.unknown-files`` when there are some."""
        if self.unknown:
            raise UsageError(
                "register.unknown-files",
                N_("There are diplomas of this issuer that the register does not know."),
                next_step=Action.NEWEST_COPY,
            )


_SHOWN: Final = 20


def compare(folder: IssuerFolder, register: Register, out: Path) -> Compared:
    """Compare the register with itself and with the diplomas in `out`.

    Raises DocumentError ``register.inconsistent``, and UsageError ``register.behind`` for a revocation that
    went out and that the register does not have.
    """
    held = register.verify()
    good = {line.id for line in register.lines() if line.state is State.ISSUED}
    files, unknown = 0, []
    for path, document in _own(folder, out):
        files += 1
        identifier = str(document.get("id"))
        good.discard(identifier)
        if not register.has(identifier):
            unknown.append(str(path))
    if not unknown:
        site = register.site_folder
        publishing.check_ahead(folder, register, [out, *([site] if site is not None else [])])
    return Compared(held, files, tuple(unknown[:_SHOWN]), len(good))


def _own(folder: IssuerFolder, out: Path) -> Iterator[tuple[Path, JsonObject]]:
    for path, document in issued_files.everything(out):
        issuer = document.get("issuer")
        if (issuer.get("id") if isinstance(issuer, dict) else issuer) == folder.document.id:
            yield path, document


# --- after a loss ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Recovered:
    """What was taken over from what went out."""

    diplomas: int
    revocations: int


def recover(folder: IssuerFolder, register: Register, places: Iterable[Path], *, now: datetime) -> Recovered:
    """Take over into the register what it lacks of the diplomas and lists in some folders.

    Afterwards every diploma that was found can be revoked, and no revocation that was published is taken
    back. Which row of a sheet a found diploma was made of is lost.
    """
    diplomas: list[FoundDiploma] = []
    found: dict[str, tuple[Path, int, frozenset[int]]] = {}
    for place in places:
        for path, each in publishing.lists_in(folder, place):
            identifier = each.credential.id or ""
            before = found[identifier][2] if identifier in found else frozenset()
            found[identifier] = path, len(each.bits) * 8, before | publishing.set_places(each.bits)
        for path, told in _own(folder, place):
            if (diploma := _found(path, told)) is not None:
                diplomas.append(diploma)
    beside = {each.list_id: each.suspension_id for each in diplomas if each.suspension_id is not None}
    lists = []
    # A diploma is worth having although its list was never published.
    for identifier in {*found, *(each.list_id for each in diplomas)} - set(beside.values()):
        name, entries, revoked = _list_name(identifier), folder.settings.status.entries, frozenset[int]()
        if identifier in found:
            path, entries, revoked = found[identifier]
            name = path.stem.removeprefix("status-")
        if name.endswith("-suspended"):
            continue
        suspension = beside.get(identifier)
        suspended = found[suspension][2] if suspension in found else frozenset()
        lists.append(FoundList(identifier, name, entries, revoked, suspension, suspended))
    taken, revocations = register.recover(sorted(lists, key=lambda each: each.id), diplomas, now=now)
    return Recovered(taken, revocations)


def _list_name(identifier: str) -> str:
    return identifier.rpartition("/")[2].removesuffix(".json")[-40:]


def _found(path: Path, document: JsonObject) -> FoundDiploma | None:
    number = path.name.partition(" ")[0]
    try:
        credential = Credential.parse(document)
        entries = {str(each.get("statusPurpose")): each for each in credential.status_entries}
        entry = entries["revocation"]
        suspension = entries.get("suspension", {}).get("statusListCredential")
        assert credential.valid_from is not None
        return FoundDiploma(
            number=int(number) if number.isdecimal() else 0,
            id=str(credential.id),
            subject=str(credential.subjects[0].get("id", "")),
            template="",
            list_id=str(entry["statusListCredential"]),
            position=int(str(entry["statusListIndex"])),
            suspension_id=str(suspension) if suspension is not None else None,
            created=credential.valid_from,
        )
    except (VcwalletError, KeyError, ValueError, TypeError, AssertionError):
        return None


def read_export(path: Path) -> Iterator[bytes]:
    with path.open("rb") as source:
        yield from lines_of(source)


def write_export(register: Register, path: Path) -> None:
    """The register as lines of JSON. Raises UsageError ``backup.exists`` and OSError."""
    if path.exists():
        raise UsageError(
            "backup.exists",
            N_("{file} is there already. Nothing was written."),
            next_step=N_("Choose another name: backups are never written over."),
            file=str(path),
        )
    with built_beside(path) as temporary, os.fdopen(create_file(temporary), "wb") as target:
        for line in register.dump():
            target.write(line)
