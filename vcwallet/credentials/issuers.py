"""Issuers somebody believes, as the gate asks for them: their keys by material, each with its window.

A verifier's trust list and a family's wallet each implement `Issuers`; what admits a signed thing
(`vcwallet.credentials.gate`) knows only this.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from vcwallet.identifiers.keys import PublicKey
from vcwallet.proofs import jcs
from vcwallet.strict_json import JsonObject

__all__ = ["FinalList", "IssuerState", "Issuers", "KeyState", "ListedIssuer", "ListedKey", "digest_of"]


class KeyState(StrEnum):
    """What is known of a key."""

    PROPOSED = "proposed"
    """Published under the issuer's name; nobody has compared its fingerprint, so it confirms nothing yet."""
    ACTIVE = "active"
    RETIRED = "retired"
    """Signs no more; what it signed inside its window stands."""
    COMPROMISED = "compromised"
    """Somebody else may hold it: what it signed confirms nothing, whatever date the proof claims."""


@dataclass(frozen=True, slots=True)
class ListedKey:
    """A key, recognised by its material: a document that gives an old name to a new key changes nothing."""

    key: PublicKey
    ids: frozenset[str] = frozenset()
    """The verification method ids it may be named by; empty means any of the issuer's."""
    state: KeyState = KeyState.ACTIVE
    valid_from: datetime | None = None
    valid_until: datetime | None = None


class IssuerState(StrEnum):
    """Whether an organisation still issues."""

    ACTIVE = "active"
    MERGED = "merged"
    """Another issuer took it over; what it signed in its time stands."""
    CLOSED = "closed"
    """Nobody can publish a newer list of revoked diplomas, so its last ones are final."""


@dataclass(frozen=True, slots=True)
class FinalList:
    """The last status list of an issuer that is closed or merged: counted whatever its age."""

    as_of: datetime
    digest: str
    """`digest_of` the signed list."""


@dataclass(frozen=True, slots=True)
class ListedIssuer:
    """An issuer under the name by which whoever lists it knows it."""

    entry: str
    id: str
    name: Mapping[str, str] = field(hash=False)
    keys: tuple[ListedKey, ...] = ()
    state: IssuerState = IssuerState.ACTIVE
    since: datetime | None = None
    """When it was closed or merged."""
    successor: str | None = None
    """The entry that took it over; its keys may sign newer states of this issuer's lists."""
    final_lists: Mapping[str, FinalList] = field(default_factory=dict, hash=False)
    """From the URL of a status list to its last state."""


class Issuers(Protocol):
    def listed(self, identifier: str) -> ListedIssuer | None:
        """The issuer behind a controlled identifier (without a fragment), or None when nobody listed it."""
        ...


def digest_of(document: JsonObject) -> str:
    """``sha256-`` and the base64 of SHA-256 over the document in canonical form (RFC 8785).

    The same whatever order and spacing the file has. Raises what `jcs.canonicalize` raises.
    """
    return "sha256-" + base64.b64encode(hashlib.sha256(jcs.canonicalize(document)).digest()).decode("ascii")
