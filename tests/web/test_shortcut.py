"""The icon on the desktop. Windows and macOS are played: what is written for them is looked at, not run."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from vcwallet.cli.shortcut import place_icon
from vcwallet.errors import MachineError


def test_linux_has_an_icon_on_the_desktop_and_in_the_menu(tmp_path: Path) -> None:
    (tmp_path / "Рабочий стол").mkdir()
    icon = place_icon(tmp_path, "Дипломы", platform="linux", python='/opt/my "py" 100%/python')
    assert icon == tmp_path / "Рабочий стол" / "vcwallet.desktop"
    entry = icon.read_text("utf-8")
    assert 'Exec="/opt/my \\"py\\" 100%%/python" -m vcwallet open\n' in entry
    assert "Comment=Дипломы\n" in entry
    assert (tmp_path / ".local" / "share" / "applications" / "vcwallet.desktop").read_text("utf-8") == entry


def test_macos_has_a_command_to_press(tmp_path: Path) -> None:
    icon = place_icon(tmp_path, "Дипломы", platform="darwin", python="/opt/my python")
    assert icon.read_text("utf-8") == "#!/bin/sh\nexec '/opt/my python' -m vcwallet open\n"
    assert icon.stat().st_mode & 0o100


def test_windows_is_asked_for_a_shortcut_without_a_terminal(tmp_path: Path) -> None:
    (tmp_path / "Desktop").mkdir()
    (tmp_path / "pythonw.exe").touch()
    asked: list[Sequence[str]] = []
    icon = place_icon(
        tmp_path, "Дипломы д'Арк", platform="win32", python=str(tmp_path / "python.exe"), run=asked.append
    )
    assert icon == tmp_path / "Desktop" / "vcwallet.lnk"
    (command,) = asked
    assert command[0] == "powershell"
    assert f"TargetPath = '{tmp_path / 'pythonw.exe'}'" in command[-1]
    assert "'Дипломы д''Арк'" in command[-1]


def test_windows_may_refuse(tmp_path: Path) -> None:
    def refuse(command: Sequence[str]) -> object:
        raise subprocess.CalledProcessError(1, "powershell")

    with pytest.raises(MachineError) as refused:
        place_icon(tmp_path, "", platform="win32", python="python.exe", run=refuse)
    assert refused.value.code == "open.no-icon"
