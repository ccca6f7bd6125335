"""Whether a page is the one that was built, and who signed it: a folder, or its zip.

    built = check(Path("site.zip"), signed_by="be5f 90cd ...")

Whoever receives a page from a stick or a mirror asks this of the vcwallet on their own computer.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from vcwallet import limits, strict_json, timestamps
from vcwallet.errors import N_, InputError, VcwalletError
from vcwallet.files import read_file
from vcwallet.identifiers.keys import PublicKey
from vcwallet.page.packing import pack, unpack
from vcwallet.page.signature import SIGNATURE, demand_signer, signer

__all__ = ["FORMAT", "MANIFEST", "Built", "Manifest", "check", "packed"]

FORMAT: Final = "vcwallet-page/1"
MANIFEST: Final = "manifest.json"


@dataclass(frozen=True, slots=True)
class Built:
    digest: str
    """Of the manifest, and so of everything but the signature."""
    files: int
    size: int
    at: datetime
    """When it was built, as the manifest says."""
    signer: PublicKey | None
    """Whose signature is in it, and holds."""

    @classmethod
    def of(cls, files: Mapping[str, bytes]) -> Built:
        """Every file of a page. Raises InputError: ``page.changed``, ``page.signature``, ``page.none``."""
        content = files.get(MANIFEST, b"")
        manifest = Manifest.parse(content)
        signature = files.get(SIGNATURE)
        beside = {MANIFEST, SIGNATURE} if signature is not None else {MANIFEST}
        for name, digest in manifest.digests.items():
            if name not in files:
                raise _other(N_("{file} is missing."), name)
            if hashlib.sha256(files[name]).hexdigest() != digest:
                raise _other(N_("{file} is not the file that was built."), name)
        for name in sorted(files.keys() - manifest.digests.keys() - beside):
            raise _added(name)
        return cls(
            hashlib.sha256(content).hexdigest(),
            len(files),
            sum(map(len, files.values())),
            manifest.built,
            None if signature is None else signer(content, signature),
        )


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a page says of itself."""

    built: datetime
    digests: Mapping[str, str]
    """Of every file but itself and the signature."""

    @classmethod
    def parse(cls, content: bytes) -> Manifest:
        """Raises InputError (``page.none``)."""
        try:
            listed = strict_json.loads_object(content)
            files, built = listed["files"], listed["built"]
            if listed["format"] != FORMAT or not isinstance(files, dict) or not isinstance(built, str):
                raise ValueError
            if not all(map(_is_inside, files)) or files.keys() & {MANIFEST, SIGNATURE}:
                raise ValueError
            return cls(timestamps.parse(built), {name: str(digest) for name, digest in files.items()})
        except (KeyError, ValueError, VcwalletError):
            raise InputError(
                "page.none",
                N_("This is no page that this program built."),
                next_step=N_("Name the folder that a page was built into, or the zip of it."),
            ) from None


def check(place: Path, *, signed_by: str | None = None) -> Built:
    """Whether every file of a page, in a folder or a zip, is the one that was built.

    `signed_by` is the fingerprint of the key that must have signed it. Raises InputError: ``page.none``,
    ``page.changed`` for the first file that is missing, changed, or not of the page, ``page.signature``;
    what `unpack` and `demand_signer` raise, and OSError.
    """
    built = Built.of(_files(place))
    if signed_by is not None:
        demand_signer(built.signer, signed_by)
    return built


def packed(out: Path) -> bytes:
    """The zip of a page in a folder: the same wherever it is made. Raises what `check` raises."""
    files = _files(out)
    Built.of(files)
    return pack(files)


def _files(place: Path) -> dict[str, bytes]:
    """Every file of a page, by its name in it; what lies in a folder beside them is not read."""
    if not place.is_dir():
        return unpack(read_file(place, limits.PAGE_BYTES))
    there = set(_names(place))
    has_manifest = (place / MANIFEST).is_file()
    listed = Manifest.parse(read_file(place / MANIFEST, limits.JSON_BYTES) if has_manifest else b"")
    for name in sorted(there - listed.digests.keys() - {MANIFEST, SIGNATURE}):
        raise _added(name)
    files, left = {}, limits.PAGE_BYTES
    for name in sorted(there):
        if not (place / name).is_file():  # a pipe gives nothing, and waits for ever
            raise _other(N_("{file} is not the file that was built."), name)
        files[name] = read_file(place / name, left)
        left -= len(files[name])
    return files


def _names(folder: Path) -> Iterator[str]:
    """What lies in a folder; a link to another one is something that lies there, and is not followed."""
    for place, folders, files in os.walk(folder, onerror=_raised):
        links = (each for each in folders if (Path(place) / each).is_symlink())
        for each in (*files, *links):
            yield (Path(place) / each).relative_to(folder).as_posix()


def _raised(error: OSError) -> None:
    raise error


def _is_inside(name: str) -> bool:
    return not name.startswith("/") and "\\" not in name and ":" not in name and ".." not in name.split("/")


def _added(name: str) -> InputError:
    return _other(N_("{file} lies in the page and is none of its files."), name)


def _other(said: str, name: str) -> InputError:
    return InputError(
        "page.changed",
        said,
        next_step=N_("Build the page anew, or copy it anew, and compare the digest that was published."),
        file=name,
    )
