"""Signing a shard: rows with their reserved places in, files out. What runs in a worker process.

A shard is a value that can be sent anywhere; a key is not part of it. A worker opens the keystore itself:
with the passphrase `unlock` was given when the process started, or else from ``VCWALLET_PASSPHRASE``. The
same shard gives the same bytes each time (ids and moments are reserved, Ed25519 is deterministic), so it may
be run again.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Final

from vcwallet import strict_json
from vcwallet.credentials.achievement import AchievementCredential
from vcwallet.credentials.credential import Credential
from vcwallet.credentials.template import Template
from vcwallet.errors import N_, UsageError
from vcwallet.files import replace_file
from vcwallet.identifiers.keys import KeyType, SigningKey
from vcwallet.issuer.keystore import Keystore
from vcwallet.proofs.data_integrity import add_proof
from vcwallet.strict_json import JsonObject

SUITE: Final = "eddsa-rdfc-2022"
_FLAT: Final = 10_000
"""Numbers from here on go into a folder for each thousand: a folder of a million files helps nobody."""


@dataclass(frozen=True, slots=True)
class Signer:
    """On whose behalf a shard is signed, and where the worker finds the key."""

    issuer_id: str
    issuer_name: str
    verification_method: str
    zone: str
    keystore: str
    """Path of the sealed file."""


@dataclass(frozen=True, slots=True)
class Task:
    """One credential to make: a row and what the register reserved for it."""

    number: int
    id: str
    subject: str
    list_id: str
    position: int
    created: datetime
    values: tuple[str, ...]


class Form(StrEnum):
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
    form: Form = Form.FILES


_opened: dict[str, SigningKey] = {}
"""This process's unlocked keys, by path of the keystore."""


def unlock(keystore: str, passphrase: str) -> None:
    """Open a keystore for the shards this process will sign; made to start a pool's processes with."""
    _opened[keystore] = Keystore.open(Path(keystore), passphrase).signing_key(KeyType.ED25519)


def lend(keystore: str, key: SigningKey) -> None:
    """Use a key that is open already, for shards signed in this process."""
    _opened[keystore] = key


def _key(keystore: str) -> SigningKey:
    if keystore not in _opened:
        passphrase = os.environ.get("VCWALLET_PASSPHRASE")
        if passphrase is None:
            raise UsageError(
                "issuing.locked",
                N_("The worker cannot open the keystore {file}."),
                next_step=N_("Set VCWALLET_PASSPHRASE for the workers."),
                file=Path(keystore).name,
            )
        unlock(keystore, passphrase)
    return _opened[keystore]


def sign_shard(shard: Shard) -> tuple[int, ...]:
    """Sign and write every credential of a shard; returns their numbers. All files are on the disk then.

    Raises what `add_proof` raises, OSError from writing, and UsageError ``issuing.locked``.
    """
    key = _key(shard.signer.keystore)
    written: list[Path] = []
    lines: list[str] = []
    for position, task in enumerate(shard.tasks):
        document = sign_one(shard.signer, shard.template, task, key)
        if position == 0:
            # What a verifier will read first is read here first: a template that passes its lint and still
            # makes no Open Badge stops here and not at a university.
            AchievementCredential.read(Credential.parse(document))
        text = strict_json.dumps(document)
        if shard.form is Form.LINES:
            lines.append(text)
            continue
        path = Path(shard.folder, file_name(shard.template, task))
        _write(path, text.encode("utf-8"))
        written.append(path)
    if lines:
        path = Path(shard.folder, f"{shard.tasks[0].number:07d}-{shard.tasks[-1].number:07d}.vc.jsonl")
        _write(path, "".join(f"{line}\n" for line in lines).encode("utf-8"))
        written.append(path)
    settle(written)
    return tuple(task.number for task in shard.tasks)


def sign_one(signer: Signer, template: Template, task: Task, key: SigningKey) -> JsonObject:
    """The signed credential of one row."""
    document = template.fill(
        task.values,
        credential_id=task.id,
        issuer_id=signer.issuer_id,
        issuer_name=signer.issuer_name,
        subject_id=task.subject,
        valid_from=task.created,
        zone=signer.zone,
        status={
            "id": f"{task.list_id}#{task.position}",
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": str(task.position),
            "statusListCredential": task.list_id,
        },
    )
    return add_proof(
        document,
        suite=SUITE,
        key=key,
        verification_method=signer.verification_method,
        created=task.created,
    )


def file_name(template: Template, task: Task) -> str:
    """``0001 Тестов Пробник.vc.json``, safe on every file system: names are letters, hyphens, apostrophes."""
    words = []
    for target in ("/credentialSubject/familyName", "/credentialSubject/givenName"):
        place = template.place_of_target(target)
        words.append("" if place is None else task.values[place])
    name = "".join(c if c.isalpha() or c in " -" else "_" for c in " ".join(words)).strip()[:60].rstrip()
    flat = f"{task.number:04d} {name}.vc.json"
    return flat if task.number < _FLAT else f"{task.number // 1000 * 1000:07d}/{flat}"


def _write(path: Path, content: bytes) -> None:
    if os.name == "nt":
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, content)
        return
    temporary = f"{path}.part"
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0)
    try:
        descriptor = os.open(temporary, flags, 0o644)
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(temporary, flags, 0o644)
    with os.fdopen(descriptor, "wb", buffering=0) as file:
        view = memoryview(content)
        while view:
            view = view[file.write(view) :]
    os.replace(temporary, path)  # noqa: PTH105 - a Path for each of a million files costs more than writing it


def settle(files: Sequence[Path]) -> None:
    """Wait until files are on the disk, so that the register may say so."""
    if os.name == "nt":
        return  # `_write` waited for each
    if len(files) > 1:
        # One wait for a thousand files.
        os.sync()
        return
    for path in files:
        with path.open("rb") as file:
            os.fsync(file.fileno())
