"""Eleven years of a wallet: backups that are proved to open, a child's own wallet, leaving in plain files.

health = life.inspect(Wallet.open(backup, secret=RecoveryCode(code)), now=now)
assert not health.problems
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from vcwallet import strict_json
from vcwallet.credentials import credential as credentials
from vcwallet.errors import KeyUnavailable, VcwalletError
from vcwallet.sealed_file import DEFAULT, Kdf, read_header
from vcwallet.sealed_file.slots import Randomness
from vcwallet.strict_json import Json, JsonObject
from vcwallet.wallet import ledger, passphrases, records
from vcwallet.wallet.child import Child
from vcwallet.wallet.wallet import Wallet


@dataclass(frozen=True, slots=True)
class Health:
    """What a restore drill found: everything was decrypted, and every signature checked again."""

    children: int
    credentials: int
    attachments: int
    disclosures: int
    problems: tuple[VcwalletError, ...]
    """Records that do not read, signatures that do not hold, broken histories."""
    unchecked: int
    """Credentials whose issuer's keys are no longer at hand."""


def inspect(wallet: Wallet, *, now: datetime) -> Health:
    """Read every record of an opened wallet and verify what was signed. Changes nothing."""
    problems: list[VcwalletError] = []
    counts = dict.fromkeys(("credentials", "attachments", "disclosures", "unchecked"), 0)
    for info in wallet.file.records():
        try:
            wallet.file.get(info.id)
        except VcwalletError as error:
            problems.append(error)
    children = wallet.children if not problems else ()
    for child in children:
        try:
            entries = child.entries()
            counts["attachments"] += len(child.attachments())
            counts["disclosures"] += len(child.ledger.entries())
            counts["credentials"] += len(entries)
            _ = child.did
        except VcwalletError as error:
            problems.append(error)
            continue
        for entry in entries:
            try:
                credentials.verify(entry.credential, resolve=wallet.remembered.resolve, now=now, stored=True)
            except KeyUnavailable:
                counts["unchecked"] += 1
            except VcwalletError as error:
                problems.append(error)
    return Health(children=len(children), problems=tuple(problems), **counts)


def change_passphrase(wallet: Wallet, passphrase: str, *, kdf: Kdf = DEFAULT) -> None:
    """Replace the passphrase and save. Older copies of the file keep the older one.

    Raises UsageError (``passphrase.weak``) and what `SealedFile.change_passphrase` and `save` raise.
    """
    passphrases.check(passphrase)
    wallet.file.change_passphrase(passphrase, kdf=kdf)
    wallet.save()


def export_child(
    wallet: Wallet,
    child: Child,
    path: str | Path,
    passphrase: str,
    *,
    kdf: Kdf = DEFAULT,
    randomness: Randomness = os.urandom,
) -> Wallet:
    """A wallet of the child's own, with a master key of its own: for the day the child turns 18.

    It holds the child's key, diplomas, notes, attachments and ledger, and of the issuers those who signed
    them. The family's wallet keeps its copy until the family removes it.
    """
    own = Wallet.create(path, passphrase, kdf=kdf, randomness=randomness)
    view, target = wallet.file.view(child.id), own.file.view(child.id)
    moved: dict[str, str] = {}
    notes: list[bytes] = []
    for info in view.records():
        data = view.get(info.id)
        if info.kind == records.NOTE:
            notes.append(data)
        elif info.kind != records.MEANINGS:  # it speaks of records by their ids here; others are made there
            moved[info.id] = target.put(data, kind=info.kind)
    for data in notes:
        document = records.load(data)
        about = moved.get(records.text(document, "about"))
        if about is not None:
            target.put(records.dump({**document, "about": about}), kind=records.NOTE)
    wallet.remembered.copy_into(own.file, [entry.credential for entry in child.entries()])
    own.save()
    return own


def plain_files(child: Child) -> Iterator[tuple[str, bytes]]:
    """Everything of a child in the open, as names and contents: for another program, or for good."""
    used: set[str] = set()
    for number, entry in enumerate(child.entries(), 1):
        yield (
            _unused(f"{number:03d} {entry.title}.vc.json", used),
            (entry.credential.text + "\n").encode("utf-8"),
        )
    for attachment in child.attachments():
        yield _unused(attachment.name, used), attachment.data
    yield (
        _unused("history.json", used),
        (strict_json.dumps(history_json(child), indent=2) + "\n").encode("utf-8"),
    )


def history_json(child: Child) -> JsonObject:
    """The ledger as a document; ``heads`` are the digests that fix it."""
    lines: list[Json] = []
    for entry in child.ledger.entries():
        said = {"erased": True} if entry.disclosure is None else ledger.to_json(entry.disclosure)
        lines.append({"digest": entry.digest, "previous": list[Json](entry.previous), **said})
    return {"child": child.name, "heads": list[Json](child.ledger.heads()), "shown": lines}


def conflict_copies(path: Path) -> tuple[Path, ...]:
    """Other copies of a wallet file in its folder, as cloud folders leave them: same id, another name."""
    own = read_header(path).file_id
    found = []
    for other in sorted(path.parent.iterdir()):
        if other == path or other.name.startswith(".") or other.suffix.lower() != path.suffix.lower():
            continue
        try:
            if read_header(other).file_id == own:
                found.append(other)
        except VcwalletError:
            continue
    return tuple(found)


def merge(wallet: Wallet, copies: tuple[Path, ...]) -> int:
    """Take over what copies of this wallet have, and save; returns the number of records that came.

    Raises what `SealedFile.merge` and `save` raise; nothing is changed on the disk then.
    """
    came = sum(wallet.file.merge(copy) for copy in copies)
    wallet.save()
    return came


def _unused(name: str, used: set[str]) -> str:
    """A file name every system takes, not yet used here."""
    plain = re.sub(r'[<>:"/\\|?*\x00-\x1f]', "_", name).strip(" .") or "_"
    stem, dot, suffix = plain.partition(".")
    stem = stem[:100]
    candidate, number = f"{stem}{dot}{suffix[:20]}", 1
    while candidate.casefold() in used:
        number += 1
        candidate = f"{stem} ({number}){dot}{suffix[:20]}"
    used.add(candidate.casefold())
    return candidate
