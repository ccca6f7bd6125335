"""Batches of diplomas, confirmed with the standby keys when the stick is in.

    countersign(folder, standby, now=now)
    countersigned(folder)                    # which diplomas may be signed anew without a question

The stick was in the safe: what it confirmed was there before the keys of every day were stolen.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final

from vcwallet import limits, strict_json, timestamps
from vcwallet.credentials.issuers import digest_of
from vcwallet.errors import VcwalletError
from vcwallet.files import read_file, replace_file
from vcwallet.identifiers.controlled_identifier import ControlledIdentifierDocument
from vcwallet.identifiers.keys import KeyType
from vcwallet.issuer.batches import FOLDER, FORMAT, SUITE
from vcwallet.issuer.folder import IssuerFolder
from vcwallet.issuer.standby import Standby
from vcwallet.proofs.data_integrity import add_proof, verify_proofs
from vcwallet.strict_json import JsonObject

COUNTERSIGNED: Final = "vcwallet-countersignature/1"
_BATCH: Final = re.compile(r"[0-9]{7}-[0-9]{7}-[a-z0-9-]{1,40}\.json")
_COUNTERSIGNATURE: Final = re.compile(r"countersigned-[0-9]{4,9}\.json")


@dataclass(frozen=True, slots=True)
class Countersigned:
    """What the standby keys confirmed."""

    batches: int
    diplomas: int
    refused: tuple[str, ...]
    """Files that the keys of every day did not sign as they are."""


def countersign(folder: IssuerFolder, standby: Standby, *, now: datetime) -> Countersigned:
    """Confirm with the standby keys every batch that they have not confirmed yet.

    Raises what `add_proof` and writing raise.
    """
    known = _confirmed_batches(folder)
    fresh: dict[str, str] = {}
    diplomas, refused = 0, []
    for path, statement in _files(folder, _BATCH):
        digest = "" if statement is None else digest_of(statement)
        if digest and known.get(path.name) == digest:
            continue
        if statement is None or not _holds(folder.document, statement, FORMAT):
            refused.append(path.name)
            continue
        fresh[path.name] = digest
        diplomas += len(_texts(statement, "credentials"))
    if fresh:
        method = next(m for m in folder.standby_methods if m.public_key.type is KeyType.ED25519)
        confirmation: JsonObject = {
            "format": COUNTERSIGNED,
            "issuer": folder.document.id,
            "created": timestamps.render(now),
            "batches": dict(fresh),
        }
        signed = add_proof(
            confirmation,
            suite=SUITE,
            key=standby.signing_key(),
            verification_method=method.id,
            created=now,
        )
        number = 1 + max((int(path.stem[14:]) for path, _ in _files(folder, _COUNTERSIGNATURE)), default=0)
        place = folder.path / FOLDER / f"countersigned-{number:04d}.json"
        replace_file(place, strict_json.dumps(signed).encode("utf-8"))
    return Countersigned(len(fresh), diplomas, tuple(refused))


def countersigned(folder: IssuerFolder) -> dict[str, set[str]]:
    """The digests of diplomas in countersigned batches, by the ids of the diplomas.

    A batch that was changed since, and a countersignature by a withdrawn key, count for nothing.
    """
    confirmed = _confirmed_batches(folder)
    found: dict[str, set[str]] = {}
    for path, statement in _files(folder, _BATCH):
        if statement is not None and confirmed.get(path.name) == digest_of(statement):
            for credential, digest in _texts(statement, "credentials").items():
                found.setdefault(credential, set()).add(digest)
    return found


def _confirmed_batches(folder: IssuerFolder) -> dict[str, str]:
    confirmed: dict[str, str] = {}
    for _, statement in _files(folder, _COUNTERSIGNATURE):
        if statement is not None and _holds(folder.document, statement, COUNTERSIGNED):
            confirmed |= _texts(statement, "batches")
    return confirmed


def _holds(document: ControlledIdentifierDocument, statement: JsonObject, form: str) -> bool:
    """Whether a statement of this form is signed by a key that was not withdrawn, in its time or not."""
    good = replace(
        document,
        verification_methods=tuple(
            replace(each, expires=None) for each in document.verification_methods if each.revoked is None
        ),
    )
    if statement.get("format") != form or statement.get("issuer") != document.id:
        return False
    try:
        at = timestamps.parse(str(statement.get("created")))
        verify_proofs(statement, resolve=lambda _: good, purpose="assertionMethod", now=at)
    except VcwalletError:
        return False
    return True


def _files(folder: IssuerFolder, pattern: re.Pattern[str]) -> Iterator[tuple[Path, JsonObject | None]]:
    """The statements of a kind by name; None for a file that cannot be read as one."""
    place = folder.path / FOLDER
    names: Iterable[Path] = sorted(place.iterdir()) if place.is_dir() else ()
    for path in names:
        if pattern.fullmatch(path.name):
            try:
                yield path, strict_json.loads_object(read_file(path, limits.JSON_BYTES))
            except VcwalletError:
                yield path, None


def _texts(statement: JsonObject, name: str) -> dict[str, str]:
    members = statement.get(name)
    if not isinstance(members, dict):
        return {}
    return {key: value for key, value in members.items() if isinstance(value, str)}
