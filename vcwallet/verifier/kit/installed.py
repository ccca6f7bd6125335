"""A kit that is installed: what an office knows from it, read without TUF and without the network.

    kit = InstalledKit.open(folder, now=datetime.now(UTC))
    verifier = Verifier(kit.trust, kits=(kit,))

`vcwallet.verifier.kit.updating` put it there: it looked at every signature, and every file passed its reader.
Here a file only has to be the one that was installed: its SHA-256 is compared with what the roles signed, and
that with `installed.json`, and that with the pointer. So a byte that a disk lost is noticed
(``kit.damaged``), and nothing is answered from it.

    KITS/<fingerprint>/     one kit, under the fingerprint of the root by which the office knows it
        current.json        which state is in use, and which was before
        state-<version>-<random>/
            installed.json  what it is, when it was signed and installed
            anchor.json     the root whose fingerprint stands on the paper
            metadata/       what the roles signed
            targets/        the files, under the names that `layout` gives them
            kept/           status lists that a newer kit left out, or has in an older state
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

from vcwallet import limits, strict_json, timestamps
from vcwallet.errors import N_, Action, MachineError, UsageError, VcwalletError
from vcwallet.report import Freshness, KitSeen
from vcwallet.sealed_file.disk import Disk
from vcwallet.strict_json import Json, JsonObject
from vcwallet.verifier.days import days_between
from vcwallet.verifier.kit import layout
from vcwallet.verifier.kit.layout import Age, ListedStatus, Manifest, Sort, StatusIndex
from vcwallet.verifier.trust import TrustList
from vcwallet.verifier.trust_together import together

if TYPE_CHECKING:
    from vcwallet.verifier.levels import Levels
    from vcwallet.verifier.policy_pack import Pack

__all__ = ["Installed", "InstalledKit", "KeptList", "KitDamaged", "freshness", "installed_kits"]

POINTER: Final = "current.json"
STATE: Final = "installed.json"
ANCHOR: Final = "anchor.json"
KEPT: Final = "kept"
POINTER_FORMAT: Final = "vcwallet-kit-pointer/1"
STATE_FORMAT: Final = "vcwallet-installed-kit/1"


class KitDamaged(MachineError):
    """A file of an installed kit is not what was installed."""


@dataclass(frozen=True, slots=True)
class KeptList:
    """A status list that is known from an earlier kit, and that the present one has not, or has older."""

    listed: ListedStatus
    """Its `path` is below `KEPT`."""
    sha256: str


@dataclass(frozen=True, slots=True)
class Installed:
    """`installed.json`: what was installed, written by the update that did."""

    kit: str
    root: str
    """The fingerprint of the root by which the office knows the kit."""
    root_version: int
    """Of the newest root."""
    version: int
    """Counts what the maintainer published: the version of the timestamp."""
    issued_at: datetime
    next_expected: datetime
    installed_at: datetime
    source: str
    """Where it was taken from, for people."""
    roles: Mapping[str, datetime]
    """When each role signed last."""
    metadata: Mapping[str, str]
    """The SHA-256 of each file of `metadata/` that is read here."""
    kept: tuple[KeptList, ...] = ()

    def to_json(self) -> JsonObject:
        return {
            "format": STATE_FORMAT,
            "kit": self.kit,
            "root": self.root,
            "rootVersion": self.root_version,
            "version": self.version,
            "issuedAt": timestamps.render(self.issued_at),
            "nextExpected": timestamps.render(self.next_expected),
            "installedAt": timestamps.render(self.installed_at),
            "source": self.source,
            "roles": {role: timestamps.render(moment) for role, moment in self.roles.items()},
            "metadata": dict(self.metadata),
            "kept": [{**each.listed.to_json(), "sha256": each.sha256} for each in self.kept],
        }

    @classmethod
    def from_json(cls, document: JsonObject) -> Installed:
        """What `to_json` wrote; raises KeyError, TypeError, ValueError, VcwalletError for anything else."""
        if document["format"] != STATE_FORMAT:
            raise ValueError(document["format"])
        values: dict[str, object] = dict(document)
        roles, metadata, kept = values["roles"], values["metadata"], values["kept"]
        if not isinstance(roles, dict) or not isinstance(metadata, dict) or not isinstance(kept, list):
            raise TypeError
        return cls(
            kit=str(values["kit"]),
            root=str(values["root"]),
            root_version=int(str(values["rootVersion"])),
            version=int(str(values["version"])),
            issued_at=timestamps.parse(str(values["issuedAt"])),
            next_expected=timestamps.parse(str(values["nextExpected"])),
            installed_at=timestamps.parse(str(values["installedAt"])),
            source=str(values["source"]),
            roles={str(role): timestamps.parse(str(moment)) for role, moment in roles.items()},
            metadata={str(name): str(digest) for name, digest in metadata.items()},
            kept=tuple(
                KeptList(
                    ListedStatus(each["path"], each["id"], each["issuer"], tuple(each["purposes"])),
                    each["sha256"],
                )
                for each in kept
            ),
        )


@dataclass(frozen=True)
class InstalledKit:
    """One state of one kit. Nothing but the pointer and two small files is read before it is asked for.

    Whatever is read raises KitDamaged (``kit.damaged``, ``kit.file-lost``) when it is not what was installed.
    """

    folder: Path
    """Of the state."""
    installed: Installed
    now: datetime
    """When it was opened; whoever keeps it open for long asks for the age at another moment."""
    disk: Disk = field(default_factory=Disk)

    @classmethod
    def open(cls, folder: Path, *, now: datetime, disk: Disk | None = None) -> InstalledKit:
        """The state in use of the kit in `folder`. Raises UsageError (``kit.none-installed``), KitDamaged."""
        return cls._open(folder, now, disk or Disk(), "current")

    @classmethod
    def before(cls, folder: Path, *, now: datetime, disk: Disk | None = None) -> InstalledKit | None:
        """The state that was in use before the last update that brought something new; None if none was."""
        disk = disk or Disk()
        named = pointer(folder, disk)
        return None if named.get("previous") is None else cls._open(folder, now, disk, "previous")

    @classmethod
    def _open(cls, folder: Path, now: datetime, disk: Disk, which: str) -> InstalledKit:
        named = pointer(folder, disk)
        state, digest = named.get(which), named.get(f"{which}Digest")
        if not isinstance(state, str) or not state.startswith("state-") or len(Path(state).parts) != 1:
            raise damaged(POINTER)
        content = _whole(disk, folder / state, STATE, limits.KIT_INDEX_BYTES, str(digest))
        try:
            read = Installed.from_json(_object(content, STATE))
        except (KeyError, TypeError, ValueError, VcwalletError):
            raise damaged(STATE) from None
        return cls(folder / state, read, now, disk)

    def __getstate__(self) -> dict[str, object]:
        """Another process is told where the kit is, and reads there what it needs."""
        return {each.name: self.__dict__[each.name] for each in fields(self)}

    # --- what it is ------------------------------------------------------------------------------------

    @cached_property
    def manifest(self) -> Manifest:
        try:
            return Manifest.parse(self.read(layout.MANIFEST))
        except KitDamaged:
            raise
        except VcwalletError:
            raise damaged(layout.MANIFEST) from None

    @property
    def age_days(self) -> int:
        return days_between(self.installed.issued_at, self.now)

    @property
    def freshness(self) -> Freshness:
        return self.freshness_at(self.now)

    def freshness_at(self, now: datetime) -> Freshness:
        """Of its trust lists and levels; each status list has an age of its own."""
        return freshness(days_between(self.installed.issued_at, now), self.manifest.ages.kit)

    @property
    def knowledge(self) -> KitSeen:
        return self.seen_at(self.now)

    def seen_at(self, now: datetime) -> KitSeen:
        """What a report of this moment says of the kit it was answered from."""
        about = self.installed
        return KitSeen(
            kit=about.kit,
            name=self.manifest.name,
            root=about.root,
            version=about.version,
            issued_at=about.issued_at,
            age_days=days_between(about.issued_at, now),
            freshness=self.freshness_at(now),
            next_expected=about.next_expected,
            digest=f"sha256:{about.metadata['timestamp.json']}",
        )

    # --- whom to believe -------------------------------------------------------------------------------

    @cached_property
    def lists(self) -> Mapping[str, TrustList]:
        """The trust lists, by their paths."""
        paths = [path for path in self.manifest.paths if layout.sort_of(path) in (Sort.TRUST, Sort.BODY)]
        try:
            return {path: TrustList.parse(self.read(path)) for path in paths}
        except UsageError:
            raise damaged("trust") from None

    @cached_property
    def trust(self) -> TrustList:
        """All its trust lists as one. Raises UsageError (``trust.overlap``), which no update lets in."""
        return joined(self.manifest, self.lists, version=self.installed.version, at=self.installed.issued_at)

    @property
    def status_signed_at(self) -> datetime:
        """When the index of the status lists was signed last."""
        return self.installed.roles[layout.STATUS]

    # --- levels and rules of admission -------------------------------------------------------------------

    @cached_property
    def levels(self) -> Levels:
        """The official levels of every school year that the kit has."""
        from vcwallet.verifier.levels import Levels

        return Levels.of(self.level_files)

    @property
    def level_files(self) -> Sequence[tuple[str, bytes]]:
        """The official lists as files, with their paths."""
        return [(path, self.read(path)) for path in self._of_sort(Sort.LEVELS)]

    @cached_property
    def packs(self) -> Mapping[str, Pack]:
        """The rules of admission, by their ids."""
        from vcwallet.verifier.policy_pack import Pack

        found = [Pack.parse(self.read(path), name=path) for path in self._of_sort(Sort.PACK)]
        return {each.id: each for each in found}

    def pack(self, identifier: str) -> Pack:
        """The rules of this id. Raises UsageError (``kit.no-pack``), which names the known ones."""
        if identifier not in self.packs:
            raise UsageError(
                "kit.no-pack",
                N_("The kit has no rules of admission “{pack}”."),
                next_step=N_("It has: {known}."),
                pack=identifier[:64],
                known=", ".join(self.packs)[:512] or "-",
            )
        return self.packs[identifier]

    def _of_sort(self, sort: Sort) -> Sequence[str]:
        return [path for path in self.manifest.files if layout.sort_of(path) is sort]

    # --- status lists ----------------------------------------------------------------------------------

    def lists_at(self, url: str) -> Sequence[JsonObject]:
        """The signed status lists of this URL: the newest, and one that is kept of an earlier kit."""
        return [self.document(each) for each in self._lists_by_url.get(url, ())]

    def status_lists(self, urls: Sequence[str]) -> Sequence[JsonObject]:
        """The signed status lists of these URLs, read when this is asked."""
        return [document for url in dict.fromkeys(urls) for document in self.lists_at(url)]

    def keeps_lists(self, issuer_id: str, purpose: str | None = None) -> bool:
        """Whether there is a status list of this issuer that speaks of `purpose`, or of anything."""
        return any(purpose is None or purpose in each for each in self._purposes.get(issuer_id, ()))

    @cached_property
    def index(self) -> StatusIndex:
        try:
            return StatusIndex.parse(self.read(layout.STATUS_INDEX))
        except KitDamaged:
            raise
        except VcwalletError:
            raise damaged(layout.STATUS_INDEX) from None

    @property
    def listed(self) -> tuple[ListedStatus, ...]:
        """Every status list that is known; after those of this state what is kept of earlier kits."""
        return (*self.index.lists, *(each.listed for each in self.installed.kept))

    @cached_property
    def _lists_by_url(self) -> Mapping[str, Sequence[ListedStatus]]:
        found: dict[str, list[ListedStatus]] = {}
        for each in self.listed:
            found.setdefault(each.id, []).append(each)
        return found

    @cached_property
    def _purposes(self) -> Mapping[str, Sequence[tuple[str, ...]]]:
        found: dict[str, list[tuple[str, ...]]] = {}
        for lists in self._lists_by_url.values():
            for each in lists:
                found.setdefault(each.issuer, []).append(each.purposes)
        return found

    def document(self, listed: ListedStatus) -> JsonObject:
        """One signed status list."""
        return _object(self.read(listed.path), listed.path)

    # --- files -----------------------------------------------------------------------------------------

    def read(self, path: str) -> bytes:
        """A file of the kit as it was installed."""
        folder = self.folder if path.startswith(f"{KEPT}/") else self.folder / layout.TARGETS
        digest = self.digest_of(path)
        if digest is None:
            raise damaged(path)
        try:
            return _whole(self.disk, folder, path, limits.KIT_FILE_BYTES, digest)
        except KitDamaged as error:
            raise _lost(path) from error

    def digest_of(self, path: str) -> str | None:
        """The SHA-256 that a role signed for a file; None for a file that no role of this kit signed."""
        if path.startswith(f"{KEPT}/"):
            return self._kept.get(path)
        for role in dict.fromkeys((layout.TARGETS, layout.role_of(path))):
            found = self._signed(role).get(path)
            if found is not None:
                return found
        return None

    @property
    def paths(self) -> tuple[str, ...]:
        """Every file of the kit."""
        return (*self.manifest.paths, *(each.path for each in self.index.lists))

    def check(self) -> None:
        """Read every file; raises KitDamaged for the first that is not what was installed."""
        for name in self.installed.metadata:
            self._metadata(name)
        for path in (*self.manifest.paths, *(each.path for each in self.listed)):
            self.read(path)

    @cached_property
    def _kept(self) -> Mapping[str, str]:
        return {each.listed.path: each.sha256 for each in self.installed.kept}

    @cached_property
    def _known(self) -> dict[str, Mapping[str, str]]:
        return {}

    def _signed(self, role: str) -> Mapping[str, str]:
        """The digests that a role signed, by path."""
        if role not in self._known:
            name = f"{role}.json"
            if name not in self.installed.metadata:
                # A role that this kit has not signs nothing in it.
                return {}
            self._known[role] = dict(_digests(self._metadata(name), name))
        return self._known[role]

    def _metadata(self, name: str) -> bytes:
        return _whole(
            self.disk,
            self.folder / layout.METADATA,
            name,
            limits.KIT_METADATA_BYTES,
            self.installed.metadata[name],
        )


def installed_kits(place: Path, *, now: datetime, disk: Disk | None = None) -> tuple[InstalledKit, ...]:
    """Every kit that is installed in a folder, or the one whose own folder it is.

    Raises UsageError (``kit.none-installed``) and KitDamaged.
    """
    folders = kit_folders(place)
    if not folders:
        raise UsageError(
            "kit.none-installed",
            N_("No kit is installed in {folder}."),
            next_step=Action.INSTALL_KIT,
            folder=str(place)[-128:],
        )
    return tuple(InstalledKit.open(folder, now=now, disk=disk) for folder in folders)


def kit_folders(place: Path) -> list[Path]:
    """The folders of the kits in `place`, in the order of their names; `place` itself if it is one."""
    if (place / POINTER).exists():
        return [place]
    try:
        return sorted(each.parent for each in place.glob(f"*/{POINTER}"))
    except OSError:
        return []


def joined(manifest: Manifest, lists: Mapping[str, TrustList], *, version: int, at: datetime) -> TrustList:
    """The trust lists of one kit as one. Raises UsageError: ``trust.overlap`` and what TrustList raises."""
    return together(
        list(lists.items()), list_name=manifest.kit, name=manifest.name, version=version, issued_at=at
    )


def freshness(days: int, age: Age) -> Freshness:
    if days <= age.fresh:
        return Freshness.FRESH
    return Freshness.STALE if days <= age.stale else Freshness.TOO_OLD


def damaged(file: str, reason: str = "") -> KitDamaged:
    """What is said of a file that is needed to know what was installed at all."""
    return KitDamaged(
        "kit.damaged",
        N_("{file} of the installed kit is missing or is not what was installed."),
        next_step=N_("Take the folder of this kit away, and install it anew, by the maintainer's paper."),
        file=file[-128:],
        reason=reason[:128],
    )


def _lost(file: str) -> KitDamaged:
    """What is said of a file that the same kit has again."""
    return KitDamaged(
        "kit.file-lost",
        N_("{file} of the installed kit is missing or is not what was installed."),
        next_step=Action.KIT_AGAIN,
        file=file[-128:],
    )


def pointer(folder: Path, disk: Disk) -> JsonObject:
    """What `current.json` of a kit's folder says. Raises UsageError (``kit.none-installed``), KitDamaged."""
    try:
        content = disk.read(folder / POINTER, limits.KIT_INDEX_BYTES)
    except OSError as error:
        raise damaged(POINTER, error.strerror or "") from error
    if content is None:
        raise UsageError(
            "kit.none-installed",
            N_("No kit is installed in {folder}."),
            next_step=Action.INSTALL_KIT,
            folder=str(folder)[-128:],
        )
    document = _object(content, POINTER)
    if document.get("format") != POINTER_FORMAT:
        raise damaged(POINTER)
    return document


def _object(content: bytes, name: str) -> JsonObject:
    try:
        return strict_json.loads_object(
            content, max_bytes=limits.KIT_FILE_BYTES, max_nodes=limits.KIT_INDEX_NODES
        )
    except VcwalletError:
        raise damaged(name) from None


def _whole(disk: Disk, folder: Path, name: str, limit: int, digest: str) -> bytes:
    """The content of a file, if it has this SHA-256."""
    try:
        content = disk.read(folder / name, limit)
    except OSError as error:
        raise damaged(name, error.strerror or "") from error
    except VcwalletError:
        raise damaged(name) from None
    if content is None or hashlib.sha256(content).hexdigest() != digest:
        raise damaged(name)
    return content


def _digests(content: bytes, name: str) -> Iterator[tuple[str, str]]:
    """The files that one role signed, with their SHA-256, out of its TUF metadata."""
    signed: Json = _object(content, name).get("signed")
    targets = signed.get("targets") if isinstance(signed, dict) else None
    for path, each in (targets if isinstance(targets, dict) else {}).items():
        hashes = each.get("hashes") if isinstance(each, dict) else None
        digest = hashes.get("sha256") if isinstance(hashes, dict) else None
        if not isinstance(digest, str):
            raise damaged(name)
        yield path, digest
