"""An icon that opens the pages, for people who never type a command."""

from __future__ import annotations

import shlex
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from vcwallet.errors import N_, MachineError
from vcwallet.files import replace_file

__all__ = ["place_icon"]

_NAME: Final = "vcwallet"
_SECONDS: Final = 30


def place_icon(
    home: Path,
    words: str,
    *,
    platform: str = sys.platform,
    python: str = sys.executable,
    run: Callable[[Sequence[str]], object] | None = None,
) -> Path:
    """Put an icon on the desktop, with `words` as its description, and return where it is.

    On Linux it is in the menu of programs as well. Windows makes its own kind of file through PowerShell
    (`run`), which is part of it. Raises OSError, and MachineError (``open.no-icon``) where Windows refuses.
    """
    if platform == "win32":
        return _windows(_desktop(home), words, python, run or _run)
    if platform == "darwin":
        path = _desktop(home) / f"{_NAME}.command"
        replace_file(path, f"#!/bin/sh\nexec {shlex.quote(python)} -m vcwallet open\n".encode())
        path.chmod(0o755)
        return path
    entry = (
        "[Desktop Entry]\nType=Application\n"
        f"Name={_NAME}\nComment={words}\nExec={_quoted(python)} -m vcwallet open\nTerminal=false\n"
        "Categories=Office;Education;\n"
    ).encode()
    menu = home / ".local" / "share" / "applications"
    menu.mkdir(parents=True, exist_ok=True)
    replace_file(menu / f"{_NAME}.desktop", entry, public=True)
    path = _desktop(home) / f"{_NAME}.desktop"
    replace_file(path, entry, public=True)
    path.chmod(0o755)
    return path


def _desktop(home: Path) -> Path:
    for name in ("Desktop", "Рабочий стол"):
        if (home / name).is_dir():
            return home / name
    return home


def _quoted(argument: str) -> str:
    """As the Desktop Entry Specification 1.5 has it for ``Exec``; a percent sign would be a field code."""
    escaped = "".join(f"\\{each}" if each in '"`$\\' else each for each in argument)
    return '"' + escaped.replace("%", "%%") + '"'


def _windows(desktop: Path, words: str, python: str, run: Callable[[Sequence[str]], object]) -> Path:
    path = desktop / f"{_NAME}.lnk"
    # Beside python.exe lies pythonw.exe, which opens no window of a terminal.
    quiet = Path(python).with_name("pythonw.exe")
    program = quiet if quiet.is_file() else Path(python)
    lines = (
        f"$icon = (New-Object -ComObject WScript.Shell).CreateShortcut({_literal(str(path))})",
        f"$icon.TargetPath = {_literal(str(program))}",
        "$icon.Arguments = '-m vcwallet open'",
        f"$icon.Description = {_literal(words)}",
        "$icon.Save()",
    )
    try:
        run(["powershell", "-NoProfile", "-NonInteractive", "-Command", "; ".join(lines)])
    except (OSError, subprocess.SubprocessError) as error:
        raise MachineError(
            "open.no-icon",
            N_("Windows did not make the icon ({kind})."),
            next_step=N_(
                "Make a shortcut to vcwallet-open.exe by hand: it lies beside python.exe, in Scripts."
            ),
            kind=type(error).__name__,
        ) from None
    return path


def _literal(text: str) -> str:
    """A text that PowerShell takes as it is."""
    return "'" + text.replace("'", "''") + "'"


def _run(command: Sequence[str]) -> object:
    return subprocess.run(command, check=True, capture_output=True, timeout=_SECONDS)  # noqa: S603
