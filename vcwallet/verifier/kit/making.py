"""Making a kit: what a maintainer builds, people sign, and one computer publishes.

    begun = initialise(roles, now=now)                               # the first root, for its people to sign
    draft = build(published, roles, manifest, content, now=now)      # what changed, with nobody's signature
    draft = draft.signed_by(key)                                     # each person on an own computer
    kit = publish(draft, publishing_key, now=now)                    # a whole kit, to be written or zipped

A kit is built on the one before. What did not change keeps its signatures, so that a new list of revoked
diplomas needs nobody but whoever keeps those. Time, keys and files are arguments.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from tuf.api.metadata import Metadata, MetaFile, Root

from vcwallet import strict_json, timestamps
from vcwallet.errors import N_, UsageError
from vcwallet.identifiers.keys import SigningKey
from vcwallet.verifier.kit.draft import Draft, written
from vcwallet.verifier.kit.files import KitFiles, metadata_file, target_file
from vcwallet.verifier.kit.layout import (
    ISSUED,
    MANIFEST,
    STATUS,
    STATUS_INDEX,
    STATUS_PATHS,
    TARGETS,
    ListedStatus,
    Manifest,
    Sort,
    StatusIndex,
    body_file,
    body_paths,
    issued_at,
    role_of,
    sort_of,
)
from vcwallet.verifier.kit.roles import (
    ROOT,
    SNAPSHOT,
    TIMESTAMP,
    Holders,
    Roles,
    TufSigner,
    our_key,
    root_holders,
    root_of,
    snapshot_of,
    targets_of,
    timestamp_of,
)

__all__ = ["build", "initialise", "publish"]

RENEWED_BEFORE: Final = timedelta(days=120)
"""A part that would end sooner is signed anew, while it is still good: the next kit may take a season."""


def initialise(roles: Roles, *, now: datetime) -> Draft:
    """The first root, which waits for the signatures of its own people; nothing else is in it yet.

    `Draft.kit` is what the first `build` follows.
    """
    data = written(root_of(roles, version=1, now=now))
    return Draft(KitFiles({metadata_file(ROOT, 1): data}), {ROOT: 1}, (ROOT,), now)


def build(
    before: KitFiles, roles: Roles, manifest: Manifest, content: Mapping[str, bytes], *, now: datetime
) -> Draft:
    """The kit that follows `before`, as far as it is there without a signature.

    `content` are the files by their paths, without `kit.json` and `status.json`: these are written here, the
    first of `manifest`, whose list of files and whose caps are filled in. A body that `roles` no longer has
    goes with its files; TUF's snapshot keeps its name for ever, or clients would refuse the kit.

    When nothing changed, no part is new, and publishing says that it is still so.

    Raises UsageError: ``kit.not-after`` for a moment before that of `before`, ``kit.made-here``,
    ``kit.body-unknown``, ``kit.body-without-list``; and what `sort_of` and `ListedStatus.of` raise.
    """
    _demand_later(before, now)
    parts: dict[str, Metadata[Any]] = {}
    root = before.roots[-1]
    if _root_changed(root.signed, roles, now):
        parts[ROOT] = root_of(roles, version=root.signed.version + 1, now=now)
    files = _by_role(roles, manifest, content)
    for role, holders in roles.delegated().items():
        if _changed(before, role, files[role], holders, now=now):
            parts[role] = targets_of(files[role], version=_next(before, role), now=now)
    delegations = {
        role: (holders, STATUS_PATHS if role == STATUS else body_paths(role))
        for role, holders in roles.delegated().items()
    }
    if _changed(before, TARGETS, files[TARGETS], roles.targets, now=now) or _delegations_changed(
        before, delegations
    ):
        parts[TARGETS] = targets_of(
            files[TARGETS], version=_next(before, TARGETS), now=now, delegations=delegations
        )
    draft = _draft(before, parts, files, now)
    if before.timestamp is None and not _is_signed(root):
        # The first root waits for its people together with everything else.
        draft = replace(draft, new=(ROOT, *draft.new))
    return draft


def publish(draft: Draft, keys: Sequence[SigningKey], *, now: datetime) -> KitFiles:
    """The whole kit: the signed parts, with the snapshot and the timestamp that `keys` sign.

    Raises UsageError: ``kit.signatures-missing``, ``kit.not-publishing-key``, ``kit.not-after``.
    """
    _demand_later(draft.kit, now)
    if now < draft.made:
        raise _not_after(draft.made)
    demand_signed(draft)
    current = (TARGETS, *draft.delegated)
    before = {} if draft.kit.snapshot is None else draft.kit.snapshot.signed.meta
    metas = {
        role: before[f"{role}.json"]
        for role, version in draft.versions.items()
        if role not in (ROOT, *current)
    }
    files = {metadata_file(ROOT, number): written(root) for number, root in enumerate(draft.kit.roots, 1)}
    for role in current:
        name = metadata_file(role, draft.versions[role])
        files[name] = draft.kit.named(name)
        metas[role] = MetaFile.from_data(draft.versions[role], files[name], ["sha256"])
    files |= {target_file(path, data): data for path, data in draft.content.items()}
    version = 1 if draft.kit.snapshot is None else draft.kit.snapshot.signed.version + 1
    snapshot = _published(draft, snapshot_of(metas, version=version, now=now), SNAPSHOT, keys)
    meta = MetaFile.from_data(version, snapshot, ["sha256"])
    timestamp = _published(draft, timestamp_of(meta, version=draft.number, now=now), TIMESTAMP, keys)
    files |= {metadata_file(SNAPSHOT, version): snapshot, metadata_file(TIMESTAMP, draft.number): timestamp}
    return KitFiles(files)


# --- what is new -------------------------------------------------------------------------------------------


def _by_role(roles: Roles, manifest: Manifest, content: Mapping[str, bytes]) -> dict[str, dict[str, bytes]]:
    """The files that each role signs, with the two lists that are written here."""
    files: dict[str, dict[str, bytes]] = {role: {} for role in (TARGETS, *roles.delegated())}
    listed: list[ListedStatus] = []
    for path in sorted(content):
        sort, role = sort_of(path), role_of(path)
        if sort in (Sort.MANIFEST, Sort.STATUS_INDEX):
            raise UsageError(
                "kit.made-here",
                N_("{path} is written by the building of the kit."),
                next_step=N_("Take it out of the sources."),
                path=path,
            )
        if role not in files:
            raise UsageError(
                "kit.body-unknown",
                N_("{path} is a list of the body {body}, which is not in the kit."),
                next_step=N_("Add the body first, with its key and its cap, or take the file away."),
                path=path,
                body=role,
            )
        if sort is Sort.STATUS:
            listed.append(ListedStatus.of(path, strict_json.loads_object(content[path])))
        files[role][path] = content[path]
    for body in roles.bodies:
        if body_file(body) not in content:
            raise UsageError(
                "kit.body-without-list",
                N_("The body {body} has no trust list in the sources."),
                next_step=N_("Put it at {path}, or take the body out of the kit."),
                body=body,
                path=body_file(body),
            )
    whole = roles.manifest(manifest, files[TARGETS])
    files[TARGETS][MANIFEST] = _json(whole.to_json())
    files[STATUS][STATUS_INDEX] = _json(StatusIndex(tuple(listed)).to_json())
    return files


def _json(document: strict_json.JsonObject) -> bytes:
    return (strict_json.dumps(document, indent=1) + "\n").encode("utf-8")


def _root_changed(root: Root, roles: Roles, now: datetime) -> bool:
    wanted = {name: (set(each.keys), each.threshold) for name, each in root_holders(roles).items()}
    have = {
        name: ({our_key(root.get_key(keyid)) for keyid in role.keyids}, role.threshold)
        for name, role in root.roles.items()
    }
    return wanted != have or root.expires - now < RENEWED_BEFORE


def _changed(
    before: KitFiles, role: str, files: Mapping[str, bytes], holders: Holders, *, now: datetime
) -> bool:
    """Whether a role's part has to be made anew, because of its files, its people or its end."""
    if (role != TARGETS and role not in before.delegated) or role not in before.versions:
        return True
    part = before.targets(role)
    digests = {path: target.hashes.get("sha256") for path, target in part.signed.targets.items()}
    wanted = {path: hashlib.sha256(data).hexdigest() for path, data in files.items()}
    return (
        digests != wanted or part.signed.expires - now < RENEWED_BEFORE or not _signed_enough(part, holders)
    )


def _signed_enough(part: Metadata[Any], holders: Holders) -> bool:
    """Whether these people have signed a part, enough of them, although it names others."""
    asked = targets_of({}, version=1, now=part.signed.expires, delegations={STATUS: (holders, STATUS_PATHS)})
    return bool(asked.signed.get_verification_result(STATUS, part.signed_bytes, part.signatures))


def _delegations_changed(before: KitFiles, wanted: Mapping[str, tuple[Holders, Sequence[str]]]) -> bool:
    if before.snapshot is None:
        return True
    fresh = targets_of({}, version=1, now=before.snapshot.signed.expires, delegations=wanted)
    return bool(before.targets(TARGETS).signed.delegations != fresh.signed.delegations)


def _is_signed(root: Metadata[Root]) -> bool:
    return bool(root.signed.get_verification_result(ROOT, root.signed_bytes, root.signatures))


def _next(before: KitFiles, role: str) -> int:
    """Of a body that comes back too: a version is never used twice."""
    return before.versions.get(role, 0) + 1


def _draft(
    before: KitFiles,
    parts: Mapping[str, Metadata[Any]],
    files: Mapping[str, Mapping[str, bytes]],
    now: datetime,
) -> Draft:
    versions = {ROOT: len(before.roots), **before.versions}
    everything = dict(before.files)
    for role, part in parts.items():
        versions[role] = part.signed.version
        everything[metadata_file(role, part.signed.version)] = written(part)
    for each in files.values():
        everything |= {target_file(path, data): data for path, data in each.items()}
    order = (ROOT, TARGETS, *sorted(parts))
    return Draft(KitFiles(everything), versions, tuple(dict.fromkeys(r for r in order if r in parts)), now)


# --- what must hold ----------------------------------------------------------------------------------------


def _demand_later(before: KitFiles, now: datetime) -> None:
    """A kit with a higher number and an older moment is refused wherever the one before is installed."""
    if before.timestamp is None:
        return
    made = issued_at(before.timestamp.signed.unrecognized_fields.get(ISSUED), TIMESTAMP)
    if now.replace(microsecond=0) < made:
        raise _not_after(made)


def _not_after(made: datetime) -> UsageError:
    return UsageError(
        "kit.not-after",
        N_("The kit before was made at {made}, so the one after it cannot be made earlier."),
        next_step=N_("Look whether the clock of this computer is right."),
        made=timestamps.render(made),
    )


def demand_signed(draft: Draft) -> None:
    """Raises UsageError (``kit.signatures-missing``) while a new part is not signed by enough people."""
    for each in draft.standings():
        if each.missing:
            raise UsageError(
                "kit.signatures-missing",
                N_("{role}: {signed} of {threshold} signatures are there, so the kit is not published."),
                next_step=N_("Have the draft signed by another person who may sign this part: {keys}."),
                role=each.role,
                signed=len(each.signed),
                threshold=each.threshold,
                keys="; ".join(key.fingerprint for key in each.unsigned),
            )


def _published(draft: Draft, part: Metadata[Any], role: str, keys: Sequence[SigningKey]) -> bytes:
    for key in keys:
        part.sign(TufSigner(key), append=True)
    result = draft.root.signed.get_verification_result(role, part.signed_bytes, part.signatures)
    if not result:
        raise UsageError(
            "kit.not-publishing-key",
            N_("The kit is published with another key: {keys}."),
            next_step=N_("Take the publishing key of the kit."),
            keys="; ".join(our_key(key).fingerprint for key in result.unsigned.values()),
        )
    return written(part)
