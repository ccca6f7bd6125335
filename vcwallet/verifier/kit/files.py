"""A kit as what it is on the disk: a set of files by name, in a folder or in one zip, and what they say.

    kit = KitFiles.read(Path("kit.zip"))
    kit.versions["targets"], kit.content["trust/national.json"]

Nothing is believed here: whoever reads somebody else's kit installs it. Written twice, a kit gives the same
bytes both times.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any, Final

from tuf.api.metadata import Metadata, Root, Snapshot, Targets, Timestamp
from tuf.api.serialization import DeserializationError

from vcwallet import limits
from vcwallet.errors import N_, DocumentError
from vcwallet.files import replace_file
from vcwallet.verifier.kit import sources as kit_sources
from vcwallet.verifier.kit.layout import METADATA, TARGETS
from vcwallet.verifier.kit.roles import ROOT, SNAPSHOT, TIMESTAMP
from vcwallet.verifier.kit.sources import open_source

__all__ = ["KitFiles", "packed"]

TIMESTAMP_FILE: Final = f"{METADATA}/{TIMESTAMP}.json"


def metadata_file(role: str, version: int) -> str:
    """Where a version of what a role signs stands."""
    return TIMESTAMP_FILE if role == TIMESTAMP else f"{METADATA}/{version}.{role}.json"


def target_file(path: str, content: bytes) -> str:
    """Where a file of a kit stands: its digest is part of its name."""
    place = PurePosixPath(TARGETS, path)
    return place.with_name(f"{hashlib.sha256(content).hexdigest()}.{place.name}").as_posix()


@dataclass(frozen=True)
class KitFiles:
    """Every file of a kit, by its name from the kit's top.

    Its properties raise DocumentError (``kit.unreadable``) for what is not there or cannot be read.
    """

    files: Mapping[str, bytes]

    @classmethod
    def read(cls, given: Path | bytes) -> KitFiles:
        """A kit in a folder or in a zip; raises what `open_source` and `kit_sources.read` raise, OSError."""
        files: dict[str, bytes] = {}
        left = limits.KIT_UNPACKED_BYTES
        with open_source(given) as source:
            for name in source.names():
                content = kit_sources.read(source, name, min(left, limits.KIT_FILE_BYTES))
                if content is not None:
                    files[name] = content
                    left -= len(content)
        return cls(files)

    def zip(self) -> bytes:
        return packed(self.files)

    def write(self, folder: Path) -> None:
        """Write into a folder; what else is in its `metadata` and `targets` goes.

        The timestamp comes after everything it speaks of: whoever reads meanwhile finds the kit of before.
        """
        for name in sorted(self.files, key=lambda name: (name == TIMESTAMP_FILE, name)):
            place = folder / name
            place.parent.mkdir(parents=True, exist_ok=True)
            if not place.is_file() or place.read_bytes() != self.files[name]:
                replace_file(place, self.files[name], public=True, one_of_many=True)
        for top in (METADATA, TARGETS):
            for path in sorted((folder / top).rglob("*"), reverse=True):
                if path.is_file() and path.relative_to(folder).as_posix() not in self.files:
                    path.unlink()
                elif path.is_dir() and not any(path.iterdir()):
                    path.rmdir()

    # --- what they say -----------------------------------------------------------------------------------

    @cached_property
    def roots(self) -> tuple[Metadata[Root], ...]:
        """From the first to the newest, without a gap."""
        found: list[Metadata[Root]] = []
        while (data := self.files.get(metadata_file(ROOT, len(found) + 1))) is not None:
            found.append(parsed(data, Root, metadata_file(ROOT, len(found) + 1)))
            if len(found) > limits.KIT_ROOTS:
                raise unreadable(metadata_file(ROOT, len(found)))
        if not found:
            raise unreadable(metadata_file(ROOT, 1))
        return tuple(found)

    @cached_property
    def timestamp(self) -> Metadata[Timestamp] | None:
        """None while nothing was published."""
        data = self.files.get(TIMESTAMP_FILE)
        return None if data is None else parsed(data, Timestamp, TIMESTAMP_FILE)

    @cached_property
    def snapshot(self) -> Metadata[Snapshot] | None:
        """None while nothing was published."""
        if self.timestamp is None:
            return None
        name = metadata_file(SNAPSHOT, self.timestamp.signed.snapshot_meta.version)
        return parsed(self.named(name), Snapshot, name)

    @cached_property
    def versions(self) -> Mapping[str, int]:
        """The version of every role that the snapshot names, of those whose delegation has ended too."""
        if self.snapshot is None:
            return {}
        return {name.removesuffix(".json"): meta.version for name, meta in self.snapshot.signed.meta.items()}

    def targets(self, role: str) -> Metadata[Targets]:
        """What a role signed in the version that the snapshot names."""
        if role not in self.versions:
            raise unreadable(metadata_file(role, 1))
        name = metadata_file(role, self.versions[role])
        return parsed(self.named(name), Targets, name)

    @cached_property
    def delegated(self) -> tuple[str, ...]:
        """The roles that targets delegates to."""
        delegations = None if self.snapshot is None else self.targets(TARGETS).signed.delegations
        return () if delegations is None else tuple(delegations.roles or ())

    @cached_property
    def content(self) -> Mapping[str, bytes]:
        """The files that the roles signed, by their paths; no pattern of a delegation is looked at."""
        found: dict[str, bytes] = {}
        for role in (TARGETS, *self.delegated) if self.snapshot is not None else ():
            for path, target in self.targets(role).signed.targets.items():
                place = PurePosixPath(TARGETS, path)
                name = place.with_name(f"{target.hashes.get('sha256')}.{place.name}").as_posix()
                found[path] = self.named(name)
        return found

    def named(self, name: str) -> bytes:
        """The file of this name. Raises DocumentError (``kit.unreadable``)."""
        if name not in self.files:
            raise unreadable(name)
        return self.files[name]


def parsed(data: bytes, kind: type[Any], name: str) -> Metadata[Any]:
    """What a role signed. Raises DocumentError (``kit.unreadable``)."""
    try:
        found: Metadata[Any] = Metadata.from_bytes(data)
    except (DeserializationError, RecursionError):
        raise unreadable(name) from None
    if not isinstance(found.signed, kind):
        raise unreadable(name)
    return found


def unreadable(name: str) -> DocumentError:
    return DocumentError(
        "kit.unreadable",
        N_("{file} of the kit is missing or cannot be read."),
        next_step=N_("Take another copy of the kit."),
        file=name[-128:],
    )


# --- one zip -----------------------------------------------------------------------------------------------

_FIRST_DAY: Final = (1980, 1, 1, 0, 0, 0)
"""The earliest that a zip can name: the time of packing must not tell two equal kits apart."""


def packed(files: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in sorted(files):
            member = zipfile.ZipInfo(name, _FIRST_DAY)
            member.compress_type, member.create_system = zipfile.ZIP_DEFLATED, 3
            member.external_attr = 0o644 << 16
            archive.writestr(member, files[name], compresslevel=9)
    return out.getvalue()
