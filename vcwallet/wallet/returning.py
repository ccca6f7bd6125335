"""A folder that `leaving.plain_files` wrote becomes a child of a wallet again.

The folder is believed no more than anything else from outside: every diploma and list passes the gate, an
issuer's new key is asked about, the history must be whole. What cannot be kept is told and costs only itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from vcwallet import limits, strict_json
from vcwallet.errors import N_, InputError, UsageError, VcwalletError
from vcwallet.files import read_file
from vcwallet.identifiers.controlled_identifier import ControlledIdentifierDocument
from vcwallet.identifiers.did import key as did_key
from vcwallet.identifiers.keys import SoftwareKey
from vcwallet.strict_json import JsonObject
from vcwallet.wallet import records
from vcwallet.wallet.child import Child
from vcwallet.wallet.family import Family
from vcwallet.wallet.known_issuers import Agree, KnownIssuers
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


def bring_back(
    folder: Path,
    family: Family,
    issuers: KnownIssuers,
    lists: KnownLists,
    *,
    agree: Agree | None = None,
    now: datetime,
) -> BroughtBack:
    """Keep everything of the folder under a new child; nothing is saved.

    Raises InputError (``wallet.no-export``, ``file.too-large``), DocumentError (``wallet.record``) where the
    index cannot be understood, and what `Family.add_child` raises.
    """
    index = _index(folder)
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
    for name in _files(folder, _ISSUERS):
        with telling(name):
            document = ControlledIdentifierDocument.loads(
                _read(folder, name, limits.CONTROLLED_IDENTIFIER_BYTES)
            )
            issuers.remember(document, agree=agree, now=now)
    for name in _files(folder, _LISTS):
        with telling(name):
            lists.remember(strict_json.loads_object(_read(folder, name, limits.JSON_BYTES)), now=now)
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
    folder: Path, index: JsonObject, family: Family, child: Child, issuers: KnownIssuers, now: datetime
) -> Iterator[tuple[int, _Keep]]:
    for entry in _objects(index, "diplomas"):
        name, number = records.text(entry, "file"), records.count(entry, "number")

        def keep(entry: JsonObject = entry, name: str = name, number: int = number) -> None:
            signed = issuers.admit(Signed.read(_read(folder, name, limits.JSON_BYTES).strip()), now=now)
            family.demand_fit(signed.credential, child, insisted=False)
            family.number_next(number)
            diploma, _ = child.keep(signed, now=records.moment(entry, "added"))
            for note in _objects(entry, "notes"):
                child.note(diploma, records.text(note, "text"), now=records.moment(note, "changed"))

        yield number, _Keep(name, keep)


def _documents(folder: Path, index: JsonObject, family: Family, child: Child) -> Iterator[tuple[int, _Keep]]:
    for entry in _objects(index, "attachments"):
        name, number = records.text(entry, "file"), records.count(entry, "number")

        def keep(entry: JsonObject = entry, name: str = name, number: int = number) -> None:
            data = _read(folder, name, limits.WALLET_ATTACHMENT_BYTES)
            family.number_next(number)
            title, media_type = records.text(entry, "name"), records.text(entry, "mediaType")
            child.attach(title, media_type, data, now=records.moment(entry, "added"))

        yield number, _Keep(name, keep)


def _index(folder: Path) -> JsonObject:
    try:
        data = _read(folder, INDEX, limits.WALLET_EXPORT_BYTES)
        index = strict_json.loads_object(
            data, max_bytes=limits.WALLET_EXPORT_BYTES, max_nodes=limits.WALLET_EXPORT_NODES
        )
    except VcwalletError as error:
        raise _no_export(folder) from error
    if index.get("format") != FORMAT:
        raise _no_export(folder)
    return index


def _files(folder: Path, under: str) -> list[str]:
    place = folder / under
    if not place.is_dir():
        return []
    found = sorted(each.name for each in place.iterdir() if each.is_file())
    if len(found) > limits.WALLET_EXPORT_FILES:
        raise records.unreadable()
    return [f"{under}/{name}" for name in found]


def _read(folder: Path, name: str, limit: int) -> bytes:
    """A file of the folder and of nowhere else."""
    place = (folder / name).resolve()
    if not place.is_relative_to(folder.resolve()):
        raise UsageError(
            "wallet.outside-folder",
            N_("{file} is not in the folder."),
            next_step=N_("Was the folder changed by somebody? Export it anew."),
            file=name[-64:],
        )
    try:
        return read_file(place, limit)
    except IsADirectoryError:
        raise records.unreadable() from None


def _objects(document: JsonObject, name: str) -> list[JsonObject]:
    value = document.get(name, [])
    if not isinstance(value, list) or len(value) > limits.WALLET_EXPORT_FILES:
        raise records.unreadable()
    found = [each for each in value if isinstance(each, dict)]
    if len(found) != len(value):
        raise records.unreadable()
    return found


def _no_export(folder: Path) -> InputError:
    return InputError(
        "wallet.no-export",
        N_("{folder} is not a folder that a wallet's records were written to."),
        next_step=N_("Name the folder with {index} in it. A folder of diplomas is added instead."),
        folder=str(folder)[-64:],
        index=INDEX,
    )
