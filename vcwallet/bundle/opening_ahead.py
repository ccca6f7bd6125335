"""Starting the process that opens files, at best before a command has loaded what it needs.

A person waits for both: this one takes as long to load Pillow or PDFium as the command to load the rest. So
the command line starts it as soon as it sees a picture or a PDF named, and `opening` takes it over. Next to
nothing is imported here.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import PurePath
from typing import Final

from vcwallet import limits
from vcwallet.bundle import opening_process
from vcwallet.bundle.opening_process import Ceilings

__all__ = ["process", "start"]

# Isolated, without `site`: neither the environment nor the folder we are in says what is run. Where modules
# are is told by this process, which may itself have been told so by other means than an installation.
_PROGRAM: Final = (
    "import sys; sys.path[:] = sys.argv[1].split(sys.argv[2]);"
    "from vcwallet.bundle import opening_process; opening_process.main(sys.argv[3:])"
)
_PICTURES: Final = frozenset({".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff", ".gif", ".bmp"})
_PDF: Final = ".pdf"

_ahead: list[subprocess.Popen[bytes]] = []
"""The process that was started, until somebody takes it."""


def start(arguments: Sequence[str]) -> None:
    """Start the process when a file among the arguments looks as if it will be wanted."""
    for each in arguments:
        ending = PurePath(each).suffix.lower()
        if (ending in _PICTURES or ending == _PDF) and os.path.isfile(each):  # noqa: PTH113 - never raises
            what = opening_process.PAGES if ending == _PDF else opening_process.PICTURES
            try:
                _ahead.append(_started(what))
            except (OSError, ValueError):  # the file's own error is told when it is opened
                return
            return


def process() -> subprocess.Popen[bytes]:
    """The process that was started ahead, or a new one. Raises OSError and ValueError."""
    try:
        return _ahead.pop()
    except IndexError:
        return _started(b"")


def _started(what: bytes) -> subprocess.Popen[bytes]:
    where = os.pathsep.join(map(str, sys.path))
    numbers = [str(number) for number in _ceilings()]
    return subprocess.Popen(  # noqa: S603 - our own program, and numbers
        [
            *(sys.executable or "", "-I", "-S", "-B", "-c", _PROGRAM, where, os.pathsep),
            *numbers,
            what.decode("ascii"),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )


def _ceilings() -> Ceilings:
    return Ceilings(
        pages=limits.SCAN_PDF_PAGES,
        pixels=limits.SCAN_PIXELS,
        pictures=limits.SCAN_PICTURES_PER_FILE,
        attachments=limits.SCAN_PDF_ATTACHMENTS,
        attachment_bytes=limits.JSON_BYTES,
        memory_bytes=limits.SCAN_PDF_MEMORY_BYTES,
    )
