"""What python-tuf does for an update, with the two things it does not let a caller choose.

Only `updating` imports this, and only while it updates. Two private parts of python-tuf are used, hence
the ceiling on its version in `pyproject.toml`; tests fail when they change:

* its set of what is trusted, for its clock: an `Updater` reads the computer's. Here the expiry of what the
  roles signed is judged at the kit's own signed moment (docs/adr/0041), so that an old kit answers with its
  age instead of not at all;
* the link ``root.json``, which file systems of sticks refuse to make. The root is always given, so nothing
  reads it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Final, cast

from tuf.api.exceptions import (
    BadVersionNumberError,
    DownloadError,
    DownloadHTTPError,
    DownloadLengthMismatchError,
    ExpiredMetadataError,
    LengthOrHashMismatchError,
    RepositoryError,
    UnsignedMetadataError,
)
from tuf.api.metadata import Metadata, Root, TargetFile, Targets, Timestamp
from tuf.ngclient import FetcherInterface, Updater, UpdaterConfig

from vcwallet import limits
from vcwallet.errors import N_, DocumentError, VcwalletError
from vcwallet.verifier.kit import layout
from vcwallet.verifier.kit import sources as kit_sources
from vcwallet.verifier.kit.sources import Source

_BASE: Final = "kit:/"
_CONFIG: Final = UpdaterConfig(
    max_root_rotations=limits.KIT_ROOTS,
    max_delegations=4,
    root_max_length=512 * limits.KIB,
    timestamp_max_length=16 * limits.KIB,
    snapshot_max_length=limits.MIB,
    targets_max_length=limits.KIT_METADATA_BYTES,
)
_TIMESTAMP: Final = f"{layout.METADATA}/timestamp.json"


def root_fingerprint(content: bytes) -> str:
    """The fingerprint of a root that nobody verified yet. Raises DocumentError (``kit.metadata``)."""
    try:
        return layout.fingerprint_of(Metadata[Root].from_bytes(content).signed_bytes)
    except Exception as error:
        raise refusal(error) from error


def claimed_moment(source: Source) -> tuple[datetime, bytes]:
    """When the kit says it was signed, before anybody looked at the signature, and the signed bytes.

    It chooses the moment of the update; whether it is true is compared after the update. Raises
    DocumentError: ``kit.file-missing``, ``kit.metadata``, ``kit.malformed``.
    """
    content = kit_sources.read(source, _TIMESTAMP, _CONFIG.timestamp_max_length)
    if content is None:
        raise missing(_TIMESTAMP)
    try:
        metadata = Metadata[Timestamp].from_bytes(content)
        claimed = metadata.signed.unrecognized_fields.get(layout.ISSUED)
        signed = metadata.signed_bytes
    except Exception as error:
        raise refusal(error) from error
    return layout.issued_at(claimed, _TIMESTAMP), signed


def signed_part(content: bytes) -> bytes:
    """The canonical signed part of a timestamp that was verified."""
    return Metadata[Timestamp].from_bytes(content).signed_bytes


class KitUpdater:
    """One update of the metadata in `folder` from a source, in the order that TUF prescribes."""

    def __init__(self, folder: Path, source: Source, anchor: bytes, moment: datetime) -> None:
        self._source = source
        try:
            self._updater = _Updater(
                str(folder),
                f"{_BASE}{layout.METADATA}",
                None,
                None,
                _Fetcher(source),
                _CONFIG,
                bootstrap=anchor,
            )
            self._updater._trusted_set.reference_time = moment
            self._updater.refresh()
        except Exception as error:
            raise refusal(error) from error

    @property
    def root_version(self) -> int:
        return self._updater._trusted_set.root.version

    @property
    def timestamp(self) -> Timestamp:
        return self._updater._trusted_set.timestamp

    def roles(self) -> Mapping[str, Targets]:
        """Every role that signs files, loaded and verified: ``targets`` first, then those it delegates to.

        Raises DocumentError (``kit.delegation``) for a delegation that the layout does not know.
        """
        top = self._updater._trusted_set.targets
        found = {layout.TARGETS: top}
        delegations = top.delegations
        if delegations is None or delegations.roles is None:
            return found
        for name, role in delegations.roles.items():
            allowed = layout.STATUS_PATHS if name == layout.STATUS else layout.body_paths(name)
            if tuple(role.paths or ()) != allowed or not role.terminating or role.path_hash_prefixes:
                raise _delegation(name)
            first = layout.STATUS_INDEX if name == layout.STATUS else layout.body_file(name)
            try:
                # A delegated role is loaded when one of its files is asked for.
                self._updater.get_targetinfo(first)
                found[name] = cast("Targets", self._updater._trusted_set[name])
            except Exception as error:
                raise refusal(error) from error
            if found[name].delegations is not None:
                raise _delegation(name)
        return found

    def signed(self, path: str) -> TargetFile:
        """What a role signed of a file. Raises DocumentError (``kit.signed-by-nobody``)."""
        try:
            info = self._updater.get_targetinfo(path)
        except Exception as error:
            raise refusal(error, path) from error
        if info is None or "sha256" not in info.hashes:
            raise DocumentError(
                "kit.signed-by-nobody",
                N_("The kit names {file}, and nobody who may has signed it."),
                next_step=N_("Ask the maintainer of the kit for a right one."),
                file=path[-128:],
            )
        return info

    def content(self, info: TargetFile) -> bytes:
        """A file as its role signed it. Raises DocumentError."""
        folder, _, base = info.path.rpartition("/")
        named = f"{info.hashes['sha256']}.{base}"
        name = "/".join(filter(None, (layout.TARGETS, folder, named)))
        content = kit_sources.read(self._source, name, limits.KIT_FILE_BYTES)
        if content is None:
            raise missing(name)
        try:
            info.verify_length_and_hashes(content)
        except Exception as error:
            raise refusal(error, info.path) from error
        return content


class _Updater(Updater):
    def _update_root_symlink(self) -> None:
        """See the head of this module."""


class _Fetcher(FetcherInterface):
    def __init__(self, source: Source) -> None:
        self._source = source

    def _fetch(self, url: str) -> Iterator[bytes]:
        name = url.removeprefix(_BASE)
        pieces = self._source.chunks(name)
        if pieces is None:
            raise DownloadHTTPError(name, 404)
        return pieces


def missing(name: str) -> DocumentError:
    return DocumentError(
        "kit.file-missing",
        N_("The kit lacks {file}."),
        next_step=N_("Copy it anew from where it came: something was left out, or the stick is damaged."),
        file=name[-128:],
    )


def refusal(error: Exception, file: str = "") -> VcwalletError:
    """What python-tuf said, in our words. Raises OSError as it is: that is the computer's own."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, VcwalletError):
            return cause
        if isinstance(cause, OSError):
            raise cause
        cause = cause.__cause__
    told = {"file": file[-128:] or "-", "reason": str(error)[:200]}
    if isinstance(error, BadVersionNumberError):
        return DocumentError(
            "kit.older",
            N_("The kit, or a part of it, is older than what is installed."),
            next_step=N_("Take the newest one. What is installed stays in use."),
            **told,
        )
    if isinstance(error, ExpiredMetadataError):
        return DocumentError(
            "kit.over",
            N_("A part of the kit was over already when the kit was signed."),
            next_step=N_("Tell the maintainer of the kit: this part has to be signed anew."),
            **told,
        )
    if isinstance(error, UnsignedMetadataError):
        return DocumentError(
            "kit.signature",
            N_("A part of the kit is not signed by enough of those who may."),
            next_step=N_(
                "Do not use it. Ask the maintainer of the kit, over the telephone, for a right one."
            ),
            **told,
        )
    if isinstance(error, LengthOrHashMismatchError | DownloadLengthMismatchError):
        return DocumentError(
            "kit.file-differs",
            N_("A file of the kit is not the one that was signed."),
            next_step=N_("Copy the kit anew from where it came; perhaps the stick is damaged."),
            **told,
        )
    if isinstance(error, DownloadHTTPError):
        return missing(str(error))
    if isinstance(error, RepositoryError | DownloadError):
        return DocumentError(
            "kit.metadata",
            N_("What the roles of the kit signed is not in order."),
            next_step=N_("Ask the maintainer of the kit for a right one."),
            **told,
        )
    return DocumentError(
        "kit.metadata",
        N_("What the roles of the kit signed is not in order."),
        next_step=N_("Ask the maintainer of the kit for a right one."),
        file=told["file"],
        reason=type(error).__name__,
    )


def _delegation(name: str) -> DocumentError:
    return DocumentError(
        "kit.delegation",
        N_("The kit lets “{role}” sign what a role of that name may not."),
        next_step=N_("Ask the maintainer of the kit for a right one."),
        role=name[:64],
    )
