"""Signing a shard: rows with their reserved places in, files out. What runs in a worker process.

A shard is a value that can be sent anywhere; a key is not part of it. A process of this computer opens the
keystore with the passphrase it was started with (`processes`). A worker of a cluster opens it from the
issuer's folder, which it must reach at the same path, with the passphrase that its own administrator put into
``VCWALLET_PASSPHRASE``; the scheduler never has either. The same shard gives the same bytes each time (ids
and moments are reserved, signatures and the keys of hideable parts are deterministic), so it may be run
again.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, ClassVar, Final, NamedTuple

from vcwallet import executors, strict_json
from vcwallet.credentials.achievement import AchievementCredential
from vcwallet.credentials.base_proof import check_mandatory
from vcwallet.credentials.credential import Credential
from vcwallet.credentials.template import Template
from vcwallet.errors import N_, UsageError
from vcwallet.executors import Crew
from vcwallet.files import create_file, remove_left_over_of, replace_file, temporary_name, write_until_named
from vcwallet.identifiers.keys import KeyType
from vcwallet.issuer import batches
from vcwallet.issuer.alike_rows import AlikeRows
from vcwallet.issuer.keystore import Keystore
from vcwallet.proofs.jose import open_badges_jwt
from vcwallet.proofs.jsonld.shapes import Flat
from vcwallet.proofs.series import Likeness, ProofMaker, Series
from vcwallet.strict_json import Json, JsonObject

PLAIN: Final = "eddsa-rdfc-2022"
"""The proof over the whole credential, which every reader of Open Badges knows."""
HIDEABLE: Final = "ecdsa-sd-2023"
"""The base proof that a family hides fields with."""
SIGNED: Final = ".vc.json"
JWT: Final = ".jwt"
"""The ending of the second form, which lies beside the first under the same name."""
_MOMENTS: Final = 4
"""Moments of signing of which what was prepared is kept; a run that writes old files again has many."""
_KINDS: Final = 64
"""Of rows of which is remembered how their texts are made."""
_FLAT: Final = 10_000
"""Numbers from here on go into a folder for each thousand: a folder of a million files helps nobody."""


@dataclass(frozen=True, slots=True)
class Signer:
    """On whose behalf a shard is signed, and where the worker finds the key."""

    issuer_id: str
    issuer_name: str
    verification_method: str
    """Whose key makes the plain proof."""
    hideable_method: str | None
    """Whose key signs hideable parts one by one; None for an issuer that signs the whole only."""
    jwt_method: str | None
    """Whose key signs the second form, a JWT; None where the issuer makes none."""
    zone: str
    keys: frozenset[str]
    """The public keys in use, as multibase."""
    keystore: str
    """Path of the sealed file."""
    token: str = ""
    """Which token its keys are in; "" for none."""


class Task(NamedTuple):
    """One credential to make: a row and what the register reserved for it.

    Millions are made: a dataclass takes four times as long.
    """

    number: int
    id: str
    subject: str
    list_id: str
    position: int
    created: datetime
    values: tuple[str, ...]
    suspension_list_id: str | None = None
    """The list for suspension, where the credential has the same place."""


class FileLayout(StrEnum):
    """How credentials lie in the output folder."""

    FILES = "files"
    """One ``.vc.json`` for each pupil."""
    LINES = "lines"
    """One ``.vc.jsonl`` for each shard, a credential a line: making a million files takes longer than
    signing them."""


@dataclass(frozen=True, slots=True)
class Shard:
    signer: Signer
    template: Template
    tasks: tuple[Task, ...]
    folder: str
    layout: FileLayout = FileLayout.FILES

    def __reduce__(self) -> tuple[Callable[..., Shard], tuple[object, ...]]:
        # A shard goes to a worker: that its tasks are tasks is said once, and not for each.
        return _received, (self.signer, self.template, [*map(tuple, self.tasks)], self.folder, self.layout)


def _received(
    signer: Signer, template: Template, tasks: Sequence[Iterable[Any]], folder: str, layout: FileLayout
) -> Shard:
    return Shard(signer, template, tuple(map(Task._make, tasks)), folder, layout)


_opened: dict[str, Keystore] = {}
"""This process's open keystores, by path."""


def unlock(keystore: str, passphrase: str, token: str = "") -> None:
    """Open a keystore for the shards this process will sign; made to start a pool's processes with.

    Each process opens a session of its own with a token.
    """
    _opened[keystore] = Keystore.open(Path(keystore), passphrase, token=token)


def processes(signer: Signer, passphrase: str, *, workers: int) -> AbstractContextManager[Crew]:
    """Processes of this computer that open the keystore themselves."""
    return executors.processes(workers, unlock, signer.keystore, passphrase, signer.token)


@contextmanager
def using(keystore: str, opened: Keystore) -> Iterator[None]:
    """Let an executor of this process sign with a keystore that is open, and forget it at the end."""
    _opened[keystore] = opened
    try:
        yield
    finally:
        if _opened.get(keystore) is opened:
            del _opened[keystore]
        Making.forget(opened)


def _keystore(signer: Signer) -> Keystore:
    """The open keystore with the keys of `signer`.

    A worker of a cluster lives longer than the keys, which are exchanged: with others it would make
    signatures that nobody can verify. Raises UsageError ``issuing.locked`` and ``issuing.other-keys``.
    """
    keystore = _opened.get(signer.keystore)
    if keystore is None or not _has_keys(keystore, signer):
        passphrase = os.environ.get("VCWALLET_PASSPHRASE")
        if passphrase is None:
            raise UsageError(
                "issuing.locked",
                N_("The worker cannot open the keystore {file}."),
                next_step=N_("Set VCWALLET_PASSPHRASE for the workers."),
                file=Path(signer.keystore).name,
            )
        unlock(signer.keystore, passphrase, signer.token)
        keystore = _opened[signer.keystore]
    if not _has_keys(keystore, signer):
        raise UsageError(
            "issuing.other-keys",
            N_("The worker finds a keystore {file} without the present keys of {issuer}."),
            next_step=N_("Let the workers reach this very folder, not a copy of it."),
            file=Path(signer.keystore).name,
            issuer=signer.issuer_id[:64],
        )
    return keystore


def _has_keys(keystore: Keystore, signer: Signer) -> bool:
    return signer.keys <= {key.public_key.multibase for key in keystore.keys}


def sign_shard(shard: Shard, keystore: Keystore | None = None) -> tuple[int, ...]:
    """Sign and write every credential of a shard, and the batch of them; returns their numbers.

    All files are on the disk then. A worker is given no `keystore`: it opens its own.

    Raises what `add_proof` raises, OSError from writing, and UsageError (``issuing.locked``,
    ``issuing.other-keys``).
    """
    keystore = keystore or _keystore(shard.signer)
    making = Making.of(shard, keystore)
    written: list[Path] = []
    lines: list[bytes] = []
    digests: dict[str, str] = {}
    for position, task in enumerate(shard.tasks):
        text = making.signed(task)
        if position == 0:
            # What a verifier will read first is read here first: a template that passes its lint and still
            # makes no Open Badge stops here and not at a university.
            AchievementCredential.read(Credential.parse(text))
        content = text.encode("utf-8")
        digests[task.id] = batches.digest(content)
        if shard.layout is FileLayout.LINES:
            lines.append(content)
            continue
        path = Path(shard.folder, file_name(shard.template, task))
        _write(path, content)
        written.append(path)
        if (token := jwt_form(shard.signer, keystore, text)) is not None:
            _write(jwt_path(path), token.encode("ascii"))
            written.append(jwt_path(path))
    making.rest()
    if lines:
        path = Path(shard.folder, f"{shard.tasks[0].number:07d}-{shard.tasks[-1].number:07d}.vc.jsonl")
        _write(path, b"\n".join([*lines, b""]))
        lines.clear()
        written.append(path)
    flush(written)
    # A worker that was killed over the same files leaves others, with children's names in theirs.
    remove_left_over_of(written)
    if digests:
        batches.write(
            Path(shard.signer.keystore).parent,
            digests,
            numbers=(shard.tasks[0].number, shard.tasks[-1].number),
            issuer_id=shard.signer.issuer_id,
            key=keystore.signing_key(KeyType.ED25519),
            verification_method=shard.signer.verification_method,
            created=max(task.created for task in shard.tasks),
        )
    return tuple(task.number for task in shard.tasks)


def jwt_form(signer: Signer, keystore: Keystore, text: str) -> str | None:
    """A signed diploma as Open Badges' JWT, ES256; None where the issuer makes none.

    It has the id and the places in status lists of the first form, and shows everything always. The bytes are
    the same each time with a key of the keystore; a token of hardware draws its own numbers.
    """
    if signer.jwt_method is None:
        return None
    key = keystore.signing_key(KeyType.P256)
    document = strict_json.loads_object(text)
    return open_badges_jwt.secure(document, key=key, verification_method=signer.jwt_method)


def jwt_path(signed: Path) -> Path:
    """Where the second form of a ``.vc.json`` lies."""
    return signed.with_name(signed.name.removesuffix(SIGNED) + JWT)


class Making:
    """Signed credentials of rows, with the plain proof and, where the issuer makes it, the base proof.

    What all rows have in common is done once: give one the rows of a sheet. It is not for several threads.
    """

    _resting: ClassVar[list[Making]] = []
    """The one that made the last shard of this process, while it makes none."""

    def __init__(self, signer: Signer, template: Template, keystore: Keystore) -> None:
        self._signer = signer
        self._template = template
        self._keystore = keystore
        self._makers = [ProofMaker(PLAIN, keystore.signing_key(KeyType.ED25519), signer.verification_method)]
        if signer.hideable_method is not None:
            key = keystore.signing_key(KeyType.P256)
            self._makers.append(ProofMaker(HIDEABLE, key, signer.hideable_method))
        self._series: dict[datetime, Series] = {}
        self._alike: dict[tuple[object, ...], tuple[AlikeRows, Likeness] | None] = {}
        """By what decides all of a credential but its texts, and when and in which lists it is."""
        self._mandatory: dict[tuple[bool, ...], tuple[str, ...]] = {}
        """By which values a row has and whether it has a second list: those decide what members there are."""

    @classmethod
    def of(cls, shard: Shard, keystore: Keystore) -> Making:
        """That of the last shard, where this one is of the same sheet and nobody else has taken it."""
        while cls._resting:
            with suppress(IndexError):  # another thread was quicker
                made = cls._resting.pop()
                if (made._signer, made._template) == (shard.signer, shard.template) and (
                    made._keystore is keystore
                ):
                    return made
        return cls(shard.signer, shard.template, keystore)

    def rest(self) -> None:
        """Be there for the next shard."""
        if len(self._series) <= _MOMENTS:
            self._resting[:] = [self]

    @classmethod
    def forget(cls, keystore: Keystore) -> None:
        """Let go of a keystore: no more shards are signed with it."""
        cls._resting[:] = [each for each in cls._resting if each._keystore is not keystore]

    def signed(self, task: Task) -> str:
        """The signed credential of one row, as it is written.

        Of what the base proof covers, all is mandatory that the template does not call hideable. Raises
        UsageError ``base-proof.hideable`` when that would leave out the status, the dates or the issuer.
        """
        kind = (*map(bool, task.values), task.created, task.list_id, task.suspension_list_id)
        alike = self._alike.get(kind)
        if alike is not None:
            rows, likeness = alike
            text = likeness.secure_as_text(rows.texts(_told(task)))
            if text is not None:
                return text
        document = self._filled(task)
        series = self._series.get(task.created)
        if series is None:
            series = self._series[task.created] = Series(self._makers, created=task.created)
        if self._signer.hideable_method is None:
            text = series.secure_as_text(document)
            if kind not in self._alike and len(self._alike) < _KINDS:
                self._alike[kind] = self._likeness(task, document, series)
            return text
        return series.secure_as_text(
            document,
            mandatory_pointers=self._pointers(task, document),
            randomness=self._keystore.disclosure_randomness(document),
        )

    def _filled(self, task: Task) -> JsonObject:
        signer = self._signer
        return self._template.fill(
            task.values,
            credential_id=task.id,
            issuer_id=signer.issuer_id,
            issuer_name=signer.issuer_name,
            subject_id=task.subject,
            valid_from=task.created,
            zone=signer.zone,
            status=_status(task),
        )

    def _likeness(
        self, task: Task, document: JsonObject, series: Series
    ) -> tuple[AlikeRows, Likeness] | None:
        """How rows of this one's kind are signed by their texts alone; None where they cannot be."""
        likeness = series.likeness(document)

        def fill(told: Sequence[str]) -> JsonObject:
            *values, id_, subject, position = told
            there: Any = position
            return self._filled(task._replace(values=tuple(values), id=id_, subject=subject, position=there))

        def achievement(told: Sequence[str]) -> str:
            return self._template.achievement_id(self._signer.issuer_id, told)

        rows = AlikeRows(_told(task), fill, achievement)
        same = rows.texts(_told(task)) == Flat(document).texts
        return (rows, likeness) if likeness is not None and same else None

    def _pointers(self, task: Task, document: JsonObject) -> tuple[str, ...]:
        there = (*map(bool, task.values), task.suspension_list_id is None)
        found = self._mandatory.get(there)
        if found is None:
            found = self._template.mandatory_pointers(task.values, document)
            check_mandatory(document, found)
            self._mandatory[there] = found
        return found


def _told(task: Task) -> tuple[str, ...]:
    """What differs between the credentials of rows of one kind."""
    return (*task.values, task.id, task.subject, str(task.position))


def _status(task: Task) -> Json:
    """``credentialStatus``: an entry for each purpose (Bitstring Status List 1.0, section 2.1)."""

    def entry(list_id: str, purpose: str) -> JsonObject:
        return {
            "id": f"{list_id}#{task.position}",
            "type": "BitstringStatusListEntry",
            "statusPurpose": purpose,
            "statusListIndex": str(task.position),
            "statusListCredential": list_id,
        }

    revocation = entry(task.list_id, "revocation")
    if task.suspension_list_id is None:
        return revocation
    return [revocation, entry(task.suspension_list_id, "suspension")]


def file_name(template: Template, task: Task) -> str:
    words = []
    for target in ("/credentialSubject/familyName", "/credentialSubject/givenName"):
        place = template.place_of_target(target)
        words.append("" if place is None else task.values[place])
    return named(task.number, words)


def named(number: int, names: Sequence[str]) -> str:
    """``0001 Тестов Пробник.vc.json``, safe on every file system: names are letters, hyphens, apostrophes."""
    name = "".join(c if c.isalpha() or c in " -" else "_" for c in " ".join(names)).strip()[:60].rstrip()
    flat = f"{number:04d} {name}{SIGNED}"
    return flat if number < _FLAT else f"{thousand(number)}/{flat}"


def thousand(number: int) -> str:
    """The folder of a diploma among many."""
    return f"{number // 1000 * 1000:07d}"


def _write(path: Path, content: bytes) -> None:
    if os.name == "nt":
        make_private_folder(path.parent)
        replace_file(path, content, one_of_many=True)
        return
    write_until_named(path, lambda: _write_unflushed(path, content))


def _write_unflushed(path: Path, content: bytes) -> None:
    temporary = temporary_name(path)
    try:
        descriptor = create_file(temporary)
    except FileNotFoundError:
        make_private_folder(path.parent)
        descriptor = create_file(temporary)
    with os.fdopen(descriptor, "wb", buffering=0) as file:
        view = memoryview(content)
        while view:
            view = view[file.write(view) :]
    os.replace(temporary, path)  # noqa: PTH105 - a Path for each of a million files costs more than writing it


def make_private_folder(folder: Path) -> None:
    """Make a folder for diplomas where there is none: the names of the files in it are names of children."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def flush(files: Sequence[Path]) -> None:
    """Wait until files are on the disk, so that the register may say so."""
    if sys.platform == "win32":
        return  # `_write` waited for each
    if len(files) > 1:
        # One call waits for all files of a shard.
        os.sync()
        return
    for path in files:
        with path.open("rb") as file:
            os.fsync(file.fileno())
