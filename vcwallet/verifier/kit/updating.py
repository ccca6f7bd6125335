"""From a kit that was handed over to the installed one: looked at as a whole, exchanged as a whole.

    with staged(place, source, now=now, paper=lambda: "9f3a ... 77be") as stage:
        for change in stage.changes:
            print(change)
        stage.install(confirmed=person_agrees)

Everything happens in a folder of its own beside the installed state, which is not touched: TUF's update,
every file named by `kit.json` and `status.json`, the product's own reader for each of them, the caps of the
bodies, and the table of what a kit may change (`trust_changes`, docs/reference/trust-list.md). Then the
folder is renamed and one small file, the pointer, is exchanged. A kill at any moment leaves the old state or
the new one.

The moment of the update is the kit's own: `min(now, issued)`. How old that is, `verify` says afterwards.
"""

from __future__ import annotations

import hashlib
import secrets
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from vcwallet import limits, strict_json, timestamps
from vcwallet.errors import (
    N_,
    Action,
    DocumentError,
    MachineError,
    UsageError,
    VcwalletError,
)
from vcwallet.sealed_file.disk import Disk
from vcwallet.strict_json import JsonObject
from vcwallet.verifier.kit import installed, layout
from vcwallet.verifier.kit import sources as kit_sources
from vcwallet.verifier.kit.installed import Installed, InstalledKit, KeptList, KitDamaged
from vcwallet.verifier.kit.layout import ListedStatus, Manifest, Sort, StatusIndex
from vcwallet.verifier.kit.sources import Source
from vcwallet.verifier.levels import Levels
from vcwallet.verifier.policy_pack import Pack
from vcwallet.verifier.scopes import covered
from vcwallet.verifier.trust import TrustList
from vcwallet.verifier.trust_changes import Change, Decision, What, compare, compare_lists
from vcwallet.verifier.trust_changes import Source as Who

if TYPE_CHECKING:
    from types import ModuleType

__all__ = ["Fate", "FileChange", "KitRefused", "Stage", "check_content", "difference", "staged"]

SKEW: Final = timedelta(seconds=limits.CLOCK_SKEW_SECONDS)
LOCK_SECONDS: Final = 30.0
PAPER_DIGITS: Final = 16
"""Of the fingerprint on the paper, from its end: four groups. Who knows the paper could make a root that ends
in two of its groups in an hour."""
_STAGE: Final = "stage-"
_STATE: Final = "state-"


class KitRefused(DocumentError):
    """The kit would take back what is known, or forget; nothing was changed. `changes` names it.

    `known` is what the installed kit says of those organisations; None when none is installed.
    """

    def __init__(self, changes: Sequence[Change], known: TrustList | None) -> None:
        super().__init__(
            "kit.update-refused",
            N_("The kit was not installed: it would undo what is known ({number} times)."),
            next_step=N_("What is installed stays in use. Show this to the maintainer of the kit."),
            number=len(changes),
        )
        self.changes = tuple(changes)
        self.known = known


class Fate(StrEnum):
    """What becomes of a file of the kit."""

    NEW = "new"
    CHANGED = "changed"
    GONE = "gone"
    KEPT = "kept"
    """A status list that the newer kit leaves out, or has in an older state."""


@dataclass(frozen=True, slots=True)
class FileChange:
    """A file that is another than before; trust lists and status lists are told by `Change` as well."""

    fate: Fate
    path: str


@dataclass
class Stage:
    """A kit that holds in every respect, beside what is installed and not yet in its place."""

    place: Path
    folder: Path
    before: InstalledKit | None
    after: InstalledKit
    changes: Sequence[Change]
    files: Sequence[FileChange]
    _disk: Disk

    @property
    def nothing_new(self) -> bool:
        """Whether this very state is installed; what the disk lost of it was put back."""
        before = self.before
        return (
            before is not None
            and before.installed.metadata == self.after.installed.metadata
            and not self.files
        )

    @property
    def asks(self) -> Sequence[Change]:
        """The changes that a person must confirm."""
        return [each for each in self.changes if each.decision is Decision.ASKS]

    def install(self, *, confirmed: Callable[[Sequence[Change]], bool] = lambda _: False) -> InstalledKit:
        """Put it in place, if nothing asks or `confirmed` says yes to what asks; the kit in use afterwards.

        Raises UsageError (``kit.not-confirmed``), and OSError with the installed state as it was.
        """
        asks = self.asks
        if asks and not confirmed(asks):
            raise UsageError(
                "kit.not-confirmed",
                N_("The kit was not installed: a person must confirm {number} of its changes."),
                next_step=Action.LOOK_AT_KIT,
                number=len(asks),
            )
        if self.nothing_new:
            assert self.before is not None
            return self.before
        home = self.place / self.after.installed.root.replace(" ", "")
        content = _json(self.after.installed.to_json())
        self._disk.write_new(self.folder / installed.STATE, content)
        version, unique = self.after.installed.version, self.folder.name.removeprefix(_STAGE)
        state = f"{_STATE}{version}-{unique}"
        pointer: JsonObject = {
            "format": installed.POINTER_FORMAT,
            "current": state,
            "currentDigest": hashlib.sha256(content).hexdigest(),
        }
        unfinished = home / f"{installed.POINTER}.{unique}.part"
        home.mkdir(exist_ok=True)
        try:
            self._disk.replace(self.folder, home / state)
            pointer |= _previous(home, self._disk, self.before, self.after)
            self._disk.write_new(unfinished, _json(pointer))
            self._disk.replace(unfinished, home / installed.POINTER)
        except BaseException:
            shutil.rmtree(home / state, ignore_errors=True)
            unfinished.unlink(missing_ok=True)
            with suppress(OSError):
                home.rmdir()
            raise
        self._disk.sync_folder(home)
        return InstalledKit.open(home, now=self.after.now, disk=self._disk)


@contextmanager
def staged(
    place: Path,
    source: Source,
    *,
    now: datetime,
    paper: Callable[[], str],
    disk: Disk | None = None,
    randomness: Callable[[], str] = lambda: secrets.token_hex(6),
) -> Iterator[Stage]:
    """A kit, verified and read in a folder beside the installed ones, for as long as the block lasts.

    `place` is the folder of all kits of an office. `paper` is called when no installed kit has a root of this
    one, and returns the fingerprint on the paper, or at least its last four groups.

    Raises KitRefused; DocumentError for a kit that does not hold; UsageError (``kit.fingerprint-needed``,
    ``kit.fingerprint-differs``); MachineError when python-tuf is not installed or another update does not
    end; OSError. The installed state is then as it was, and nothing is left lying.
    """
    timestamps.demand_moment(now)
    disk = disk or Disk()
    place.mkdir(parents=True, exist_ok=True)
    with disk.lock(place / "kits", LOCK_SECONDS) as alone:
        if alone:
            # Where the file system has no locks, it may be somebody's present work.
            _sweep(place, disk)
        folder = place / f"{_STAGE}{randomness()}"
        folder.mkdir()
        try:
            yield _stage(place, folder, source, now, paper, disk)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
            if alone:
                with suppress(OSError):
                    _sweep(place, disk)


def _stage(
    place: Path, folder: Path, source: Source, now: datetime, paper: Callable[[], str], disk: Disk
) -> Stage:
    tuf = _tuf()
    before, anchor = _known(tuf, place, source, now, disk) or (None, _first_root(tuf, source, paper))
    issued, signed = tuf.claimed_moment(source)
    if issued > now + SKEW:
        raise DocumentError(
            "kit.from-the-future",
            N_("The kit was signed on {issued}, and this computer says that it is {now}."),
            next_step=N_(
                "Set the clock of this computer right. If it is right, ask the maintainer of the kit."
            ),
            issued=timestamps.render(issued),
            now=timestamps.render(now),
        )
    metadata = folder / layout.METADATA
    metadata.mkdir()
    if before is not None:
        _copy_metadata(before.folder / layout.METADATA, metadata)
    updater = tuf.KitUpdater(metadata, source, anchor, min(now, issued))
    _demand_moment(updater.timestamp, issued, signed, metadata, before, tuf)
    if before is not None and _is_installed(before, metadata):
        return Stage(place, folder, before, before, (), (), disk)
    stage = _Reading(folder, before, updater, now, issued, disk)
    return stage.stage(place, anchor, source, tuf.root_fingerprint(anchor))


def _is_installed(before: InstalledKit, metadata: Path) -> bool:
    """Whether this very kit is in use, and every file of it is what was installed."""
    name = "timestamp.json"
    if _sha256((metadata / name).read_bytes()) != before.installed.metadata[name]:
        return False
    try:
        before.check()
    except KitDamaged:
        return False
    return True


def _copy_metadata(known: Path, metadata: Path) -> None:
    """What TUF compares the kit with: the parts in use, and every root that was."""
    for path in sorted(known.rglob("*.json")):
        place = metadata / path.relative_to(known)
        place.parent.mkdir(exist_ok=True)
        shutil.copyfile(path, place)


def _tuf() -> ModuleType:
    try:
        from vcwallet.verifier.kit import tuf as kit_tuf
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] not in ("tuf", "securesystemslib"):
            raise
        raise MachineError(
            "kit.no-tuf",
            N_("Kits cannot be installed: a part of vcwallet is missing."),
            next_step=Action.INSTALL_PART,
            part="kit",
        ) from None
    return kit_tuf


# --- which kit it is -------------------------------------------------------------------------------------


def _known(
    tuf: ModuleType, place: Path, source: Source, now: datetime, disk: Disk
) -> tuple[InstalledKit, bytes] | None:
    """The installed kit that has a root of this one, and that root; None when there is none."""
    kits = [InstalledKit.open(each, now=now, disk=disk) for each in installed.kit_folders(place)]
    if not kits:
        return None
    prints = {tuf.root_fingerprint(content) for content in _roots(source)}
    for kit in kits:
        if kit.installed.root in prints:
            content = disk.read(kit.folder / installed.ANCHOR, limits.KIT_FILE_BYTES)
            if content is None or tuf.root_fingerprint(content) != kit.installed.root:
                raise installed.damaged(installed.ANCHOR)
            return kit, content
    return None


def _first_root(tuf: ModuleType, source: Source, paper: Callable[[], str]) -> bytes:
    """The root whose fingerprint is on the paper."""
    roots = list(_roots(source))
    if not roots:
        raise tuf.missing(f"{layout.METADATA}/1.root.json")
    given = paper()
    typed = "".join((layout.typed_fingerprint(given) or given).split()).lower()
    if len(typed) < PAPER_DIGITS:
        raise UsageError(
            "kit.fingerprint-needed",
            N_("This kit is not installed yet, so its fingerprint has to be compared with the paper."),
            next_step=N_("Give the fingerprint on the maintainer's paper, at least its last four groups."),
        )
    found = [each for each in roots if tuf.root_fingerprint(each).replace(" ", "").endswith(typed)]
    if not found:
        raise UsageError(
            "kit.fingerprint-differs",
            N_("No root of this kit has the fingerprint that is on the paper."),
            next_step=N_(
                "If it is copied rightly, this is not the maintainer's kit. Ask the maintainer, by the"
                " telephone number on the paper."
            ),
        )
    return found[0]


def _roots(source: Source) -> Iterator[bytes]:
    for name in source.roots():
        content = kit_sources.read(source, name, 512 * limits.KIB)
        if content is not None:
            yield content


def _demand_moment(
    timestamp: Any,
    issued: datetime,
    signed: bytes,
    metadata: Path,
    before: InstalledKit | None,
    tuf: ModuleType,
) -> None:
    """The moment that chose the clock is the one that was signed, and is not behind the installed one."""
    verified = tuf.signed_part((metadata / "timestamp.json").read_bytes())
    if verified != signed:
        # TUF takes a second kit of one number for nothing new, and keeps the first.
        raise DocumentError(
            "kit.two-of-one-number",
            N_("There are two different kits with the number {version}: this one and the installed one."),
            next_step=N_("Tell the maintainer of the kit: it was signed twice, or by somebody else."),
            version=timestamp.version,
        )
    if before is not None and issued < before.installed.issued_at:
        raise DocumentError(
            "kit.moment-older",
            N_("The kit has a newer number, and yet an older date, than what is installed ({issued})."),
            next_step=N_("Ask the maintainer of the kit for a right one. What is installed stays in use."),
            issued=timestamps.render(issued),
        )


# --- what is in it ---------------------------------------------------------------------------------------


@dataclass
class _Reading:
    """The files of one kit on their way into the stage."""

    folder: Path
    before: InstalledKit | None
    updater: Any
    now: datetime
    issued: datetime
    disk: Disk
    changed: list[FileChange] = field(default_factory=list)
    contents: dict[str, bytes] = field(default_factory=dict)
    """Of every file but the status lists that are as they were."""
    digests: dict[str, str] = field(default_factory=dict)
    folders: set[Path] = field(default_factory=set)
    size: int = 0

    def stage(self, place: Path, anchor: bytes, source: Source, root: str) -> Stage:
        roles = self.updater.roles()
        manifest = Manifest.parse(self._take(layout.MANIFEST))
        index = StatusIndex.parse(self._take(layout.STATUS_INDEX))
        _demand_roles(roles, manifest)
        for path in (*manifest.paths, *(each.path for each in index.lists)):
            if path not in self.digests:
                self._take(path)
        lists = check_content(manifest, self.contents, self._lists_as_they_were())
        try:
            trust = installed.joined(manifest, lists, version=self.updater.timestamp.version, at=self.issued)
        except UsageError as error:
            raise _as_document(error) from error
        changes = list(self._trust_changes(manifest, lists, trust))
        kept, of_lists = self._status_lists(index, trust)
        changes += of_lists
        refused = [each for each in changes if each.decision is Decision.REFUSED]
        if refused:
            raise KitRefused(refused, None if self.before is None else self.before.trust)
        self._gone(manifest, index)
        self.disk.write_new(self.folder / installed.ANCHOR, anchor)
        after = InstalledKit(
            self.folder,
            Installed(
                kit=manifest.kit,
                root=root,
                root_version=self.updater.root_version,
                version=self.updater.timestamp.version,
                issued_at=self.issued,
                next_expected=self.updater.timestamp.expires,
                installed_at=self.now.replace(microsecond=0),
                source=source.label,
                roles={
                    name: layout.issued_at(signed.unrecognized_fields.get(layout.ISSUED), f"{name}.json")
                    for name, signed in roles.items()
                },
                metadata={
                    name: _sha256((self.folder / layout.METADATA / name).read_bytes())
                    for name in ("timestamp.json", *(f"{role}.json" for role in roles))
                },
                kept=kept,
            ),
            self.now,
            self.disk,
        )
        return Stage(place, self.folder, self.before, after, changes, self.changed, self.disk)

    def _take(self, path: str) -> bytes:
        """A file into the stage: from the installed state where it is the same, else from the source."""
        layout.sort_of(path)
        info = self.updater.signed(path)
        digest = self.digests[path] = info.hashes["sha256"]
        known = None if self.before is None else self.before.digest_of(path)
        if self.before is not None and known == digest:
            try:
                content = self.before.read(path)
            except KitDamaged:
                content = self.updater.content(info)
                self._mend(path, content)
            self._write(path, content, self.before.folder / layout.TARGETS / path)
        else:
            self.changed.append(FileChange(Fate.NEW if known is None else Fate.CHANGED, path))
            content = self.updater.content(info)
            self._write(path, content)
        self.size += len(content)
        if self.size > limits.KIT_UNPACKED_BYTES:
            raise kit_sources.too_large("kit", limits.KIT_UNPACKED_BYTES)
        if known != digest or layout.sort_of(path) is not Sort.STATUS:
            self.contents[path] = content
        return content

    def _write(self, path: str, content: bytes, same: Path | None = None) -> None:
        """A file of the stage: another name of `same` where the file system has that, and else a copy.

        What is new is on the disk before the pointer to it is. The first kit of an office need not be: if the
        power fails then, nothing is lost.
        """
        place = self.folder / layout.TARGETS / path
        if place.parent not in self.folders:
            place.parent.mkdir(parents=True, exist_ok=True)
            self.folders.add(place.parent)
        if same is not None:
            with suppress(OSError):
                self.disk.link(same, place)
                return
        if self.before is not None:
            self.disk.write_new(place, content)
            return
        with place.open("xb") as target:
            target.write(content)

    def _lists_as_they_were(self) -> Mapping[str, TrustList]:
        """The trust lists that need not be read again."""
        before = self.before
        if before is None:
            return {}
        return {
            path: trust
            for path, trust in before.lists.items()
            if self.digests.get(path) == before.digest_of(path)
        }

    def _mend(self, path: str, content: bytes) -> None:
        """What the disk lost, put back: it is the very file that was installed, by its SHA-256."""
        assert self.before is not None
        place = self.before.folder / layout.TARGETS / path
        place.parent.mkdir(parents=True, exist_ok=True)
        unfinished = place.with_name(f"{place.name}.part")
        unfinished.unlink(missing_ok=True)
        self.disk.write_new(unfinished, content)
        self.disk.replace(unfinished, place)

    # --- the table of changes ----------------------------------------------------------------------------

    def _trust_changes(
        self, manifest: Manifest, lists: Mapping[str, TrustList], trust: TrustList
    ) -> Iterator[Change]:
        before = self.before
        if before is None:
            return
        if before.installed.kit != manifest.kit:
            yield Change(Decision.REFUSED, What.NAME, before=before.installed.kit, after=manifest.kit)
        for path, have in before.lists.items():
            get = lists.get(path)
            if get is not None and get.version < have.version:
                yield Change(
                    Decision.REFUSED,
                    What.LIST_VERSION,
                    subject=path,
                    before=str(have.version),
                    after=str(get.version),
                )
        if {path: before.digest_of(path) for path in before.lists} != {
            path: self.digests[path] for path in lists
        }:
            yield from _organisations(before.trust, trust)

    def _status_lists(
        self, index: StatusIndex, trust: TrustList
    ) -> tuple[tuple[KeptList, ...], Sequence[Change]]:
        """The lists that are kept of earlier kits, and what the lists of this one change."""
        known = _newest_known(self.before)
        new: list[JsonObject] = []
        old: dict[str, ListedStatus] = {}
        for listed in index.lists:
            mine = known.pop(listed.id, None)
            if mine is not None and self._digest_before(mine) == self.digests[listed.path]:
                if replace(mine, path=listed.path) != listed:
                    raise _other_index(listed)
                continue
            document = strict_json.loads_object(self._content(listed.path))
            if ListedStatus.of(listed.path, document) != listed:
                raise _other_index(listed)
            new.append(document)
            if mine is not None:
                old[listed.id] = mine
        before = self.before
        states = [] if before is None else [before.document(each) for each in old.values()]
        changes = _status_changes(replace(trust, status_lists=tuple(states)), new, self.issued)
        left = [old[each.subject] for each in changes if each.what is What.STATUS_OLDER]
        return tuple(map(self._keep, (*known.values(), *left))), changes

    def _content(self, path: str) -> bytes:
        if path in self.contents:
            return self.contents[path]
        assert self.before is not None  # only what is as it was is not in memory
        return self.before.read(path)

    def _digest_before(self, listed: ListedStatus) -> str | None:
        return None if self.before is None else self.before.digest_of(listed.path)

    def _keep(self, listed: ListedStatus) -> KeptList:
        assert self.before is not None
        content = self.before.read(listed.path)
        digest = _sha256(content)
        path = f"{installed.KEPT}/{digest[:32]}.json"
        place = self.folder / path
        place.parent.mkdir(exist_ok=True)
        if not place.exists():
            with place.open("xb") as target:
                target.write(content)
        if not listed.path.startswith(f"{installed.KEPT}/"):
            self.changed.append(FileChange(Fate.KEPT, listed.path))
        return KeptList(replace(listed, path=path), digest)

    def _gone(self, manifest: Manifest, index: StatusIndex) -> None:
        if self.before is not None:
            left = {*manifest.paths, *(each.path for each in index.lists)}
            told = {each.path for each in self.changed}
            self.changed += [
                FileChange(Fate.GONE, path) for path in self.before.paths if path not in left | told
            ]


def _newest_known(kit: InstalledKit | None) -> dict[str, ListedStatus]:
    """By its URL, the newest state of every status list that an installed kit has."""
    if kit is None:
        return {}
    # What is kept beside a list of the kit is kept because it is newer.
    return {each.id: each for each in kit.listed}


def check_content(
    manifest: Manifest, contents: Mapping[str, bytes], known: Mapping[str, TrustList] | None = None
) -> Mapping[str, TrustList]:
    """Read every file with the reader of its sort; the trust lists, by path.

    `known` are those that were read before. Who makes a kit asks the same before it is signed. Raises
    DocumentError: what the readers raise, with the file's name, ``kit.beyond-cap``, ``kit.offices-own``.
    """
    lists = dict(known or {})
    for path, content in contents.items():
        sort = layout.sort_of(path)
        if path in lists:
            continue
        try:
            if sort in (Sort.TRUST, Sort.BODY):
                lists[path] = TrustList.parse(content)
            else:
                _READERS[sort](content, path)
        except VcwalletError as error:
            raise _in_file(error, path) from error
    for path, trust in lists.items():
        _demand_plain(path, trust)
        if layout.sort_of(path) is Sort.BODY:
            _demand_capped(path, trust, manifest)
    return lists


_READERS: Final[Mapping[Sort, Callable[[bytes, str], object]]] = {
    Sort.MANIFEST: lambda content, _: Manifest.parse(content),
    Sort.STATUS_INDEX: lambda content, _: StatusIndex.parse(content),
    Sort.STATUS: lambda content, _: strict_json.loads_object(content),
    Sort.LEVELS: lambda content, path: Levels.parse(content, name=path),
    Sort.PACK: lambda content, path: Pack.parse(content, name=path),
}


def _demand_plain(path: str, trust: TrustList) -> None:
    """A list of a kit says whom to believe; what is demanded of a showing is the office's own."""
    if (
        trust.recipient
        or trust.status_lists
        or trust.require_status
        or trust.status_age
        or trust.distrust
        or trust.binding is not TrustList.start(now=trust.issued_at).binding
    ):
        raise DocumentError(
            "kit.offices-own",
            N_("{file} of the kit says what is demanded of a showing, or holds status lists of its own."),
            next_step=N_(
                "Ask the maintainer of the kit: these belong into an office's own list, or into files."
            ),
            file=path[-128:],
        )


def _demand_capped(path: str, trust: TrustList, manifest: Manifest) -> None:
    body = layout.owner_of(path)
    for issuer in trust.issuers:
        if not covered(issuer.scopes, manifest.caps.get(body, ())):
            raise DocumentError(
                "kit.beyond-cap",
                N_("{body} lets {entry} sign what it may not let anybody sign."),
                next_step=N_("What is installed stays in use. Tell the maintainer of the kit."),
                body=body,
                entry=issuer.entry,
            )


def _demand_roles(roles: Mapping[str, object], manifest: Manifest) -> None:
    """Every body has a cap: a role that none is written for could say anything in its folder."""
    for role in roles.keys() - {layout.TARGETS, layout.STATUS} - manifest.caps.keys():
        raise DocumentError(
            "kit.no-cap",
            N_("The kit lets {body} sign a list, and does not say how far its word reaches."),
            next_step=N_("Ask the maintainer of the kit for a right one."),
            body=role,
        )


def _status_changes(trust: TrustList, documents: Sequence[JsonObject], moment: datetime) -> Sequence[Change]:
    """What status lists change; one that the gate does not admit is the maintainer's mistake."""
    return [
        replace(each, decision=Decision.REFUSED) if each.what is What.STATUS_NOT_TAKEN else each
        for each in compare_lists(trust, documents, now=moment)
    ]


def _other_index(listed: ListedStatus) -> DocumentError:
    return DocumentError(
        "kit.other-index",
        N_("{file} of the kit is not the status list that the kit's own index says it is."),
        next_step=N_("Ask the maintainer of the kit for a right one."),
        file=listed.path[-128:],
    )


def _in_file(error: VcwalletError, path: str) -> DocumentError:
    """The complaint of a reader, with the file in which it found that."""
    return DocumentError(
        error.code,
        error.template,
        next_step=N_(
            "It is in {path} of the kit. What is installed stays in use; tell who maintains the kit."
        ),
        **{**error.evidence, "path": path[-128:]},
    )


def _as_document(error: VcwalletError) -> DocumentError:
    return DocumentError(
        error.code, error.template, next_step=error.action or error.next_step_template, **error.evidence
    )


def _organisations(before: TrustList, after: TrustList) -> Sequence[Change]:
    """The table, for all lists of a kit as one; its number is judged by TUF and not here."""
    return compare(replace(before, version=after.version), after, source=Who.KIT)


def difference(before: InstalledKit, after: InstalledKit) -> tuple[Sequence[Change], Sequence[FileChange]]:
    """What one installed state has that another has not."""
    old = {path: before.digest_of(path) for path in before.paths}
    new = {path: after.digest_of(path) for path in after.paths}
    files = [
        FileChange(Fate.NEW if path not in old else Fate.CHANGED, path)
        for path, digest in new.items()
        if old.get(path) != digest
    ]
    files += [FileChange(Fate.GONE, path) for path in old if path not in new]
    return _organisations(before.trust, after.trust), files


# --- the place of the installed kits ---------------------------------------------------------------------


def _sweep(place: Path, disk: Disk) -> None:
    """Away with what a killed update left: its stage, and a state that no pointer names."""
    for stage in place.glob(f"{_STAGE}*"):
        shutil.rmtree(stage, ignore_errors=True)
    for state in place.glob(f"*/{_STATE}*"):
        named: JsonObject = {}
        if (state.parent / installed.POINTER).exists():
            try:
                named = installed.pointer(state.parent, disk)
            except VcwalletError:
                continue
        if state.name not in (named.get("current"), named.get("previous")):
            shutil.rmtree(state, ignore_errors=True)
    for unfinished in place.glob(f"*/{installed.POINTER}.*.part"):
        unfinished.unlink(missing_ok=True)


def _previous(home: Path, disk: Disk, before: InstalledKit | None, after: InstalledKit) -> JsonObject:
    """What the pointer says of the state before; one that was damaged, and is replaced, is not kept."""
    if before is None:
        return {}
    pointer = installed.pointer(home, disk)
    if before.installed.version == after.installed.version:
        return {name: pointer[name] for name in ("previous", "previousDigest") if name in pointer}
    return {"previous": pointer["current"], "previousDigest": pointer["currentDigest"]}


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _json(document: JsonObject) -> bytes:
    return (strict_json.dumps(document, indent=1) + "\n").encode("utf-8")
