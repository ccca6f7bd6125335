"""A page drawn by a design: an arrangement in typst and the words for it -> PDF or picture.

An arrangement is a program. With loops in loops it may go on for days or fill the memory, and nothing in the
process that draws could stop it. So one that is not of this program's own kits is tried in another process
first, which is killed when it does not come to an end in time.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from vcwallet import limits
from vcwallet.errors import N_, MachineError, UsageError
from vcwallet.issuer import folder as folders
from vcwallet.issuer.design import ARRANGEMENT, FONTS, PACKAGE, PARTS

if TYPE_CHECKING:
    import typst

__all__ = ["compiled"]

_MAIN: Final = f"""#import "{PACKAGE}": carry
#show: carry
#include "/{ARRANGEMENT}"
""".encode()
# As `bundle.opening`: isolated, without `site`, with the modules of this process.
_PROGRAM: Final = (
    "import sys; sys.path[:] = sys.argv[1].split(sys.argv[2]);"
    "from vcwallet.issuer import drawing; drawing.try_out(*sys.argv[3:])"
)
_one_at_a_time: Final = threading.Lock()
"""As in `printing`: issuers without a design of their own have one compiler together."""
_ended: set[bytes] = set()
"""Digests of arrangements that came to an end."""


def compiled(folder: Path, data: str, **how: Any) -> bytes | Sequence[bytes]:
    """The pages of an arrangement in a folder, with the words `data`; `how` is as typst has it.

    Raises typst.TypstError, and UsageError ``design.endless`` for one that takes too long or too much memory;
    MachineError ``design.untried`` where that cannot be tried.
    """
    _demand_end(folder, data)
    with _one_at_a_time:
        made = _compiler(str(folder)).compile(_MAIN, sys_inputs={"data": data}, **how)
    assert made is not None  # only a compilation into a file gives nothing back
    return made


@lru_cache(maxsize=4)
def _compiler(folder: str) -> typst.Compiler:
    import typst

    # Not the fonts of this computer: a diploma must not look different on another one.
    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=True, font_paths=[str(FONTS), folder]
    )
    # Without an input here: typst-py 0.15 forgets one of bytes after the first page it makes.
    return typst.Compiler(
        root=folder, font_paths=fonts, package_path=str(PARTS), package_cache_path=str(PARTS)
    )


def _demand_end(folder: Path, data: str) -> None:
    digest = _digest(folder)
    if digest in _ended or digest in _shipped():
        return
    where = os.pathsep.join(map(str, sys.path))
    memory = limits.DESIGN_MEMORY_BYTES
    try:
        tried = subprocess.run(  # noqa: S603 - our own program, a folder and a number
            [
                *(sys.executable or "", "-I", "-S", "-B", "-c", _PROGRAM),
                *(where, os.pathsep, str(folder.absolute()), str(memory)),
            ],
            input=data.encode("utf-8"),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=limits.DESIGN_SECONDS,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise _endless(memory) from None
    except (OSError, ValueError):
        raise MachineError(
            "design.untried",
            N_("The design cannot be tried, because this computer starts no other process for it."),
            next_step=N_("Take diploma.typ of the kit: it need not be tried."),
        ) from None
    if tried.returncode:
        raise _endless(memory)
    _ended.add(digest)


def _endless(memory: int) -> UsageError:
    return UsageError(
        "design.endless",
        N_("{file} does not end within {seconds} seconds and {mib} MiB, so nothing is drawn by it."),
        next_step=N_("Look for loops in it that go on and on, or take diploma.typ of the kit again."),
        file=ARRANGEMENT,
        seconds=limits.DESIGN_SECONDS,
        mib=memory // limits.MIB,
    )


def try_out(folder: str, memory: str) -> None:
    """What the other process does; what is wrong with the design otherwise is said by the one that draws."""
    if sys.platform != "win32":  # there the time alone is bounded
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (int(memory), int(memory)))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    data = sys.stdin.buffer.read().decode("utf-8")
    import typst

    try:
        _compiler(folder).compile(_MAIN, sys_inputs={"data": data}, format="pdf")
    except typst.TypstError:
        return


def _digest(folder: Path) -> bytes:
    """Of the whole program: each of its files and its name."""
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.typ"))
    told = [[name, hashlib.sha256((folder / name).read_bytes()).hexdigest()] for name in names]
    return hashlib.sha256(json.dumps(told).encode("utf-8")).digest()


@cache
def _shipped() -> frozenset[bytes]:
    places = [kit / folders.DESIGN for kit in folders.kits().values()]
    return frozenset(_digest(each) for each in (*places, PARTS.parent / "plain") if each.is_dir())
