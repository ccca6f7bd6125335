"""The restore drill: every record of a wallet is decrypted, and everything signed is verified again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from vcwallet.errors import KeyUnavailable, VcwalletError
from vcwallet.sealed_file import SealedFile
from vcwallet.wallet.family import Family
from vcwallet.wallet.known_issuers import KnownIssuers


@dataclass(frozen=True, slots=True)
class Health:
    """What a restore drill found: everything was decrypted, and every signature checked again."""

    children: int
    credentials: int
    attachments: int
    showings: int
    problems: tuple[VcwalletError, ...]
    """Records that do not read, signatures that do not hold, broken histories."""
    unchecked: int
    """Credentials whose issuer's keys are not at hand, or may be in other hands."""


@dataclass(frozen=True, slots=True)
class Tried:
    """A copy that was opened as on the day of need."""

    health: Health
    sheets: tuple[str, ...]
    """The numbers of the recovery sheets that open it."""
    opened_by_sheet: str | None
    same: bool
    """Whether it is a copy of the wallet at hand, and not of another one."""
    behind: int
    """How often the wallet at hand was saved since."""


def inspect(file: SealedFile, family: Family, issuers: KnownIssuers, *, now: datetime) -> Health:
    """Read every record of an opened wallet and verify what was signed. Changes nothing."""
    problems: list[VcwalletError] = []
    counts = dict.fromkeys(("credentials", "attachments", "showings", "unchecked"), 0)
    for info in file.records():
        try:
            file.get(info.id)
        except VcwalletError as error:
            problems.append(error)
    children = family.children if not problems else ()
    for child in children:
        try:
            diplomas = child.diplomas()
            counts["attachments"] += len(child.attachments())
            counts["showings"] += len(child.ledger.entries())
            counts["credentials"] += len(diplomas)
            _ = child.did
        except VcwalletError as error:
            problems.append(error)
            continue
        for diploma in diplomas:
            try:
                issuers.admit(diploma.signed, now=now)
            except KeyUnavailable:
                counts["unchecked"] += 1
            except VcwalletError as error:
                problems.append(error)
    return Health(children=len(children), problems=tuple(problems), **counts)
