"""Who signs which part of a kit, and these parts before anybody has signed them.

    roles = Roles(root=Holders(three_keys, 2), targets=Holders(two_keys), status=..., publishing=...)
    unsigned = root_of(roles, version=1, now=now)

A kit is a repository of The Update Framework (TUF 1.0, sections 3 and 4): *root* says who the others are,
*targets* answers for trust lists, levels and policy packs, *status* for which lists of revoked diplomas are
the newest, a *body* for a trust list of its own. What *publishing* signs, TUF's snapshot and timestamp, says
which of all these belong together. Every part bears the moment at which it was made.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from securesystemslib.signer import Key, SecretsHandler, Signature, Signer, SSlibKey
from tuf.api.metadata import (
    DelegatedRole,
    Delegations,
    Metadata,
    MetaFile,
    Root,
    Snapshot,
    TargetFile,
    Targets,
    Timestamp,
)

from vcwallet import limits, timestamps
from vcwallet.errors import N_, Action, DocumentError, UsageError
from vcwallet.identifiers.keys import KeyType, PublicKey, SigningKey
from vcwallet.verifier.kit.layout import ISSUED, RESERVED_ROLES, STATUS, TARGETS, Manifest
from vcwallet.verifier.scopes import Scope
from vcwallet.verifier.trusted_issuer import SLUG

__all__ = ["Body", "Holders", "Roles"]

ROOT: Final = "root"
SNAPSHOT: Final = "snapshot"
TIMESTAMP: Final = "timestamp"

ROOT_LASTS: Final = timedelta(days=5 * 366)
LASTS: Final = timedelta(days=397)
"""Thirteen months: what is renewed once a year has a month to be late."""
TIMESTAMP_LASTS: Final = timedelta(days=90)
"""Then the next kit is expected."""


@dataclass(frozen=True, slots=True)
class Holders:
    """Who signs for a role: the keys of people, and how many of them are needed.

    Raises UsageError: ``kit.threshold``, ``kit.key-twice``, ``kit.key-type``.
    """

    keys: tuple[PublicKey, ...]
    threshold: int = 1

    def __post_init__(self) -> None:
        if len(set(self.keys)) != len(self.keys):
            raise UsageError(
                "kit.key-twice",
                N_("One key stands twice among those of a role, so it would count for two people."),
                next_step=N_("Name a key of its own for each person."),
            )
        if not 1 <= self.threshold <= len(self.keys):
            raise UsageError(
                "kit.threshold",
                N_("Of {number} keys {threshold} cannot be needed."),
                next_step=N_("Need at least one, and no more than there are."),
                number=len(self.keys),
                threshold=self.threshold,
            )
        for key in self.keys:
            if key.type is not KeyType.ED25519:
                raise UsageError(
                    "kit.key-type",
                    N_("Kits are signed with Ed25519 keys; this one is of the type {type}."),
                    next_step=N_("Make an Ed25519 key for it."),
                    type=key.type.value,
                )


@dataclass(frozen=True, slots=True)
class Body:
    """Who signs a trust list of its own in the kit, and what its issuers may be believed for at most."""

    holders: Holders
    caps: tuple[Scope, ...]


@dataclass(frozen=True, slots=True)
class Roles:
    """Who signs what.

    Raises UsageError: ``kit.root-key-shared`` for a key of root that signs something else as well,
    ``kit.body-name``, ``kit.body-uncapped``.
    """

    root: Holders
    targets: Holders
    status: Holders
    publishing: Holders
    bodies: Mapping[str, Body] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        others = chain(
            self.targets.keys,
            self.status.keys,
            self.publishing.keys,
            *(body.holders.keys for body in self.bodies.values()),
        )
        if set(self.root.keys) & set(others):
            raise UsageError(
                "kit.root-key-shared",
                N_("A key of root signs something else too, so it could not be kept away from every day."),
                next_step=N_("Give root keys of its own."),
            )
        for name, body in self.bodies.items():
            if not SLUG.fullmatch(name) or name in RESERVED_ROLES:
                raise UsageError(
                    "kit.body-name",
                    N_("A body of a kit cannot be called “{name}”."),
                    next_step=N_("Use small Latin letters, digits and hyphens, such as region-00."),
                    name=name[:64],
                )
            if not body.caps:
                raise UsageError(
                    "kit.body-uncapped",
                    N_("It is not said what the body {name} may be believed for at most."),
                    next_step=N_("Give it a cap."),
                    name=name,
                )
        if len(self.bodies) > limits.KIT_BODIES:
            raise UsageError(
                "kit.too-many-bodies",
                N_("A kit has room for {limit} bodies."),
                next_step=N_("Take the lists of some of them into the kit's own trust list."),
                limit=limits.KIT_BODIES,
            )

    def manifest(self, manifest: Manifest, files: Iterable[str]) -> Manifest:
        """`kit.json` whole: with these files, and with the caps of the bodies."""
        caps = {name: body.caps for name, body in sorted(self.bodies.items())}
        return replace(manifest, files=tuple(files), caps=caps)

    def delegated(self) -> dict[str, Holders]:
        """The roles that targets names, not root."""
        return {STATUS: self.status, **{name: body.holders for name, body in sorted(self.bodies.items())}}


# --- keys as TUF has them ----------------------------------------------------------------------------------


def tuf_key(key: PublicKey) -> Key:
    return SSlibKey.from_crypto(Ed25519PublicKey.from_public_bytes(key.raw))


def our_key(key: Key) -> PublicKey:
    """Raises DocumentError (``kit.key-unknown``) for a key that no kit of ours is signed with."""
    try:
        return PublicKey(KeyType.ED25519, bytes.fromhex(key.keyval["public"]))
    except (ValueError, DocumentError):
        raise DocumentError(
            "kit.key-unknown",
            N_("A part of the kit is to be signed with a key of a kind that is not known here."),
            next_step=Action.UPDATE,
        ) from None


class TufSigner(Signer):
    """A `SigningKey` of ours as TUF asks for it, whatever it is: a sealed file's or a token's."""

    def __init__(self, key: SigningKey) -> None:
        self._key = key
        self._public = tuf_key(key.public_key)

    @property
    def public_key(self) -> Key:
        return self._public

    def sign(self, payload: bytes) -> Signature:
        return Signature(self._public.keyid, self._key.sign(payload).hex())

    @classmethod
    def from_priv_key_uri(
        cls, priv_key_uri: str, public_key: Key, secrets_handler: SecretsHandler | None = None
    ) -> Signer:
        """What TUF asks of every signer, a key by its address; people open ours from sealed files."""
        raise NotImplementedError("keys of a kit are opened from their files")


# --- the parts ---------------------------------------------------------------------------------------------


def root_of(roles: Roles, *, version: int, now: datetime) -> Metadata[Root]:
    root = Root(
        version=version,
        expires=_until(now, ROOT_LASTS),
        consistent_snapshot=True,
        unrecognized_fields=_issued(now),
    )
    for name, holders in root_holders(roles).items():
        for key in holders.keys:
            root.add_key(tuf_key(key), name)
        root.roles[name].threshold = holders.threshold
    return Metadata(root)


def root_holders(roles: Roles) -> dict[str, Holders]:
    """The roles that root names."""
    return {
        ROOT: roles.root,
        TARGETS: roles.targets,
        SNAPSHOT: roles.publishing,
        TIMESTAMP: roles.publishing,
    }


def targets_of(
    files: Mapping[str, bytes],
    *,
    version: int,
    now: datetime,
    delegations: Mapping[str, tuple[Holders, Sequence[str]]] | None = None,
) -> Metadata[Targets]:
    """A role's list of files; `delegations` are other roles, with who signs and the patterns of their files.

    A delegated role ends the search for its files: nobody else may sign them.
    """
    targets = Targets(version=version, expires=_until(now, LASTS), unrecognized_fields=_issued(now))
    for path in sorted(files):
        targets.targets[path] = TargetFile.from_data(path, files[path], ["sha256"])
    if delegations is not None:
        keys: dict[str, Key] = {}
        named: dict[str, DelegatedRole] = {}
        for name, (holders, patterns) in delegations.items():
            theirs = [tuf_key(key) for key in holders.keys]
            keys |= {key.keyid: key for key in theirs}
            named[name] = DelegatedRole(
                name, [key.keyid for key in theirs], holders.threshold, True, paths=list(patterns)
            )
        targets.delegations = Delegations(keys, named)
    return Metadata(targets)


def snapshot_of(parts: Mapping[str, MetaFile], *, version: int, now: datetime) -> Metadata[Snapshot]:
    """Of every role and its file, with hashes: they make a mix of two kits fail at once."""
    snapshot = Snapshot(version=version, expires=_until(now, LASTS), unrecognized_fields=_issued(now))
    snapshot.meta = {f"{name}.json": parts[name] for name in sorted(parts)}
    return Metadata(snapshot)


def timestamp_of(snapshot: MetaFile, *, version: int, now: datetime) -> Metadata[Timestamp]:
    return Metadata(
        Timestamp(
            version=version,
            expires=_until(now, TIMESTAMP_LASTS),
            snapshot_meta=snapshot,
            unrecognized_fields=_issued(now),
        )
    )


def _until(now: datetime, lasts: timedelta) -> datetime:
    return now.astimezone(UTC) + lasts


def _issued(now: datetime) -> dict[str, Any]:
    return {ISSUED: timestamps.render(now)}
