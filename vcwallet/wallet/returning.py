"""What `leaving.plain_files` wrote, as a folder or as one ZIP file, becomes a child of a wallet again.

It is believed no more than anything else from outside: every diploma and list passes the gate, an
issuer's new key is asked about, the history must be whole. What cannot be kept is told and costs only itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, Protocol

from vcwallet import limits, strict_json
from vcwallet.bundle import archives
from vcwallet.errors import N_, InputError, UsageError, VcwalletError
from vcwallet.files import read_file
from vcwallet.identifiers.controlled_identifier import ControlledIdentifierDocument
from vcwallet.identifiers.did import key as did_key
from vcwallet.identifiers.keys import SoftwareKey
from vcwallet.strict_json import JsonObject
from vcwallet.wallet import records
from vcwallet.wallet.attachments import SignatureFile
from vcwallet.wallet.child import Child
from vcwallet.wallet.family import Family
from vcwallet.wallet.known_issuers import Agree, KnownIssuers, NewKeys
from vcwallet.wallet.known_lists import KnownLists
from vcwallet.wallet.leaving import FORMAT, INDEX
from vcwallet.wallet.profile import Profile
from vcwallet.wallet.signed import Signed

_ISSUERS: Final = "issuers"
_LISTS: Final = "lists"


@dataclass(frozen=True, slots=True)
class BroughtBack:
    """What became of a folder."""

    child: Child
    has_own_keys: bool
    """Whether the keys were in the folder; otherwise the child has a new one."""
    problems: tuple[tuple[str, VcwalletError], ...]
    """Files that could not be kept, each with the reason."""


class _Files(Protocol):
    """The files of an export, by their names with ``/``; nothing else can be read."""

    def names(self, under: str) -> list[str]:
        """The files of one folder, in order."""

    def read(self, name: str, limit: int) -> bytes:
        """Raises VcwalletError and OSError for one that is not there."""


Export = Path | Sequence[tuple[str, bytes]]
"""A folder or a ZIP file on the disk; or files as a browser hands them over: of a folder, or one ZIP file."""


def bring_back(
    export: Export,
    family: Family,
    issuers: KnownIssuers,
    lists: KnownLists,
    *,
    agree: Agree | None = None,
    now: datetime,
) -> BroughtBack:
    """Keep everything of an export under a new child; nothing is saved.

    Raises InputError (``wallet.no-export``, ``file.too-large``), DocumentError (``wallet.record``) where the
    index cannot be understood, what `archives.Archive` raises, and what `Family.add_child` raises.
    """
    with _opened(export) as folder:
        return _bring_back(folder, export, family, issuers, lists, agree, now)


def new_keys(export: Export, issuers: KnownIssuers, *, now: datetime) -> tuple[NewKeys, ...]:
    """What `bring_back` would ask about issuers; nothing is kept. Raises as it does about the export."""
    found = []
    with _opened(export) as folder:
        _index(folder, export)
        for name in folder.names(_ISSUERS):
            with suppress(VcwalletError):  # told by `bring_back`
                found.append(issuers.asks_about(_document(folder, name), now=now))
    return tuple(each for each in found if each is not None)


@contextmanager
def _opened(export: Export) -> Iterator[_Files]:
    if isinstance(export, Path) and not export.is_file():
        yield _Folder(export)
        return
    if isinstance(export, Path):
        with export.open("rb") as file:
            archived = archives.is_archive(file.read(4))
        source: Path | bytes = export
    elif len(export) == 1:
        source = export[0][1]
        archived = archives.is_archive(source)
    else:
        yield _Given(export)
        return
    if not archived:
        raise _no_export(export)
    files = 2 * limits.WALLET_EXPORT_FILES
    with archives.Archive(source, members=files, unpacked=limits.WALLET_EXPORT_ZIP_BYTES) as archive:
        yield _Zip(archive)


def _document(folder: _Files, name: str) -> ControlledIdentifierDocument:
    return ControlledIdentifierDocument.loads(folder.read(name, limits.CONTROLLED_IDENTIFIER_BYTES))


def _bring_back(
    folder: _Files,
    export: Export,
    family: Family,
    issuers: KnownIssuers,
    lists: KnownLists,
    agree: Agree | None,
    now: datetime,
) -> BroughtBack:
    index = _index(folder, export)
    problems: list[tuple[str, VcwalletError]] = []

    @contextmanager
    def telling(name: str) -> Iterator[None]:
        try:
            yield
        except VcwalletError as error:
            problems.append((name, error))

    keys = [SoftwareKey.from_secret_multibase(text) for text in records.texts(index, "keys")]
    profile = Profile.parse(index.get("profile"))
    if keys and did_key.did_of(keys[0].public_key) != records.text(index, "id"):
        raise records.unreadable()
    child = family.add_child(profile, key=keys[0] if keys else None, now=now)
    for key in keys[1:]:
        child.adopt_key(key)
    for name in folder.names(_ISSUERS):
        with telling(name):
            issuers.remember(_document(folder, name), agree=agree, now=now)
    for name in folder.names(_LISTS):
        with telling(name):
            lists.remember(strict_json.loads_object(folder.read(name, limits.JSON_BYTES)), now=now)
    for _, keep in sorted(
        [*_diplomas(folder, index, family, child, issuers, now), *_documents(folder, index, family, child)],
        key=lambda each: each[0],
    ):
        with telling(keep.name):
            keep.keep()
    with telling(INDEX):
        child.ledger.bring_back(
            _objects(index, "history"), records.texts(index, "heads"), _objects(index, "receipts")
        )
    return BroughtBack(child, bool(keys), tuple(problems))


@dataclass(frozen=True, slots=True)
class _Keep:
    """One file, and how to keep it."""

    name: str
    keep: Callable[[], None]


def _diplomas(
    folder: _Files, index: JsonObject, family: Family, child: Child, issuers: KnownIssuers, now: datetime
) -> Iterator[tuple[int, _Keep]]:
    for entry in _objects(index, "diplomas"):
        name, number = records.text(entry, "file"), records.count(entry, "number")

        def keep(entry: JsonObject = entry, name: str = name, number: int = number) -> None:
            signed = issuers.admit(Signed.read(folder.read(name, limits.JSON_BYTES).strip()), now=now)
            family.demand_fit(signed.credential, child, insisted=False)
            family.number_next(number)
            diploma, _ = child.keep(signed, now=records.moment(entry, "added"))
            for note in _objects(entry, "notes"):
                child.note(diploma, records.text(note, "text"), now=records.moment(note, "changed"))

        yield number, _Keep(name, keep)


def _documents(
    folder: _Files, index: JsonObject, family: Family, child: Child
) -> Iterator[tuple[int, _Keep]]:
    for entry in _objects(index, "attachments"):
        name, number = records.text(entry, "file"), records.count(entry, "number")

        def keep(entry: JsonObject = entry, name: str = name, number: int = number) -> None:
            data = folder.read(name, limits.WALLET_ATTACHMENT_BYTES)
            family.number_next(number)
            title, media_type = records.text(entry, "name"), records.text(entry, "mediaType")
            signatures = [
                SignatureFile(
                    records.text(each, "name"),
                    folder.read(records.text(each, "file"), limits.WALLET_ATTACHMENT_BYTES),
                )
                for each in (_objects(entry, "signatures") if "signatures" in entry else ())
            ]
            added = records.moment(entry, "added")
            child.attach(title, media_type, data, signatures=signatures, now=added)

        yield number, _Keep(name, keep)


def _index(folder: _Files, export: Export) -> JsonObject:
    try:
        data = folder.read(INDEX, limits.WALLET_EXPORT_BYTES)
        index = strict_json.loads_object(
            data, max_bytes=limits.WALLET_EXPORT_BYTES, max_nodes=limits.WALLET_EXPORT_NODES
        )
    except VcwalletError as error:
        raise _no_export(export) from error
    if index.get("format") != FORMAT:
        raise _no_export(export)
    return index


@dataclass(frozen=True, slots=True)
class _Folder:
    path: Path

    def names(self, under: str) -> list[str]:
        place = self.path / under
        if not place.is_dir():
            return []
        found = sorted(each.name for each in place.iterdir() if each.is_file())
        if len(found) > limits.WALLET_EXPORT_FILES:
            raise records.unreadable()
        return [f"{under}/{name}" for name in found]

    def read(self, name: str, limit: int) -> bytes:
        place = (self.path / name).resolve()
        if not place.is_relative_to(self.path.resolve()):
            raise _outside(name)
        try:
            return read_file(place, limit)
        except IsADirectoryError:
            raise records.unreadable() from None


class _Zip:
    """The files of an archive; where it was packed again, its only folder is the export."""

    def __init__(self, archive: archives.Archive) -> None:
        self._archive = archive
        self._numbers = _by_name(archive.names)

    def names(self, under: str) -> list[str]:
        return _under(under, self._numbers)

    def read(self, name: str, limit: int) -> bytes:
        return _within(self._archive.read(_number_of(name, self._numbers), limit), limit)


class _Given:
    """Files that a browser handed over: of a folder that was chosen, each name begins with its name."""

    def __init__(self, files: Sequence[tuple[str, bytes]]) -> None:
        self._files = files
        self._numbers = _by_name([name for name, _ in files])

    def names(self, under: str) -> list[str]:
        return _under(under, self._numbers)

    def read(self, name: str, limit: int) -> bytes:
        return _within(self._files[_number_of(name, self._numbers)][1], limit)


def _number_of(name: str, numbers: Mapping[str, int]) -> int:
    number = numbers.get(name)
    if number is None:
        raise _outside(name)
    return number


def _within(content: bytes, limit: int) -> bytes:
    if len(content) > limit:
        raise records.unreadable()
    return content


def _by_name(names: Sequence[str]) -> dict[str, int]:
    """The place of each name, without the folder that all lie in; of two files of one name the first."""
    tops = {name.partition("/")[0] for name in names}
    inside = f"{tops.pop()}/" if len(tops) == 1 else ""
    return {name.removeprefix(inside): number for number, name in reversed([*enumerate(names)])}


def _under(folder: str, names: Iterable[str]) -> list[str]:
    found = sorted(name for name in names if name.startswith(f"{folder}/"))
    if len(found) > limits.WALLET_EXPORT_FILES:
        raise records.unreadable()
    return found


def _outside(name: str) -> UsageError:
    return UsageError(
        "wallet.outside-folder",
        N_("{file} is not in the folder."),
        next_step=N_("Was the folder changed by somebody? Export it anew."),
        file=name[-64:],
    )


def _objects(document: JsonObject, name: str) -> list[JsonObject]:
    value = document.get(name, [])
    if not isinstance(value, list) or len(value) > limits.WALLET_EXPORT_FILES:
        raise records.unreadable()
    found = [each for each in value if isinstance(each, dict)]
    if len(found) != len(value):
        raise records.unreadable()
    return found


def _no_export(export: Export) -> InputError:
    return InputError(
        "wallet.no-export",
        N_("{folder} is no folder and no ZIP file that a wallet's records were written to."),
        next_step=N_("Name the folder or the ZIP file with {index} in it. Diplomas alone are added instead."),
        folder=str(export if isinstance(export, Path) else next((name for name, _ in export), ""))[-64:],
        index=INDEX,
    )
