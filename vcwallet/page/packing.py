"""A page as one zip, whose bytes its files alone decide: no times, no compression, the names in order.

So a zip is held to what packing its own files makes, and nothing in it can be read in two ways: no file is
there twice, none hides behind another or beside the list of names, and nothing unpacks to more than it is.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from vcwallet import limits
from vcwallet.bundle.archives import Archive
from vcwallet.errors import N_, InputError

__all__ = ["pack", "unpack"]


def pack(files: Mapping[str, bytes]) -> bytes:
    archive = io.BytesIO()
    with ZipFile(archive, "w", ZIP_STORED) as file:
        for name in sorted(files):
            member = ZipInfo(name)
            member.create_system, member.external_attr = 3, 0o644 << 16
            file.writestr(member, files[name])
    return archive.getvalue()


def unpack(data: bytes) -> dict[str, bytes]:
    """The files of a zip that `pack` made.

    Raises InputError (``page.packed-otherwise``), and what `archives.Archive` raises.
    """
    with Archive(data, members=limits.PAGE_MEMBERS, unpacked=len(data)) as archive:
        files = {name: archive.read(number, len(data)) for number, name in enumerate(archive.names)}
    if pack(files) != data:
        raise InputError(
            "page.packed-otherwise",
            N_(
                "The zip is not packed as pages are: it was packed anew, has a file twice, or has something"
                " beside its files."
            ),
            next_step=N_("Take the zip as the university published it; or unpack it, and give the folder."),
        )
    return files
