"""The official vectors are what their publishers wrote: every folder has the hash that SOURCES.md names."""

from __future__ import annotations

import hashlib
import re

import pytest

from tests.shared import VECTORS

SOURCES = (VECTORS / "SOURCES.md").read_text("utf-8")
FOLDERS = dict(re.findall(r"^\| `([\w-]+)` \|.*\| ([0-9a-f]{64}) \|$", SOURCES, re.MULTILINE))


def folder_hash(name: str) -> str:
    folder = VECTORS / name
    files = {f"./{path.relative_to(folder).as_posix()}": path for path in folder.rglob("*") if path.is_file()}
    lines = [f"{hashlib.sha256(files[name].read_bytes()).hexdigest()}  {name}\n" for name in sorted(files)]
    return hashlib.sha256("".join(lines).encode("utf-8")).hexdigest()


@pytest.mark.parametrize("name", FOLDERS)
def test_a_folder_is_unchanged(name: str) -> None:
    assert folder_hash(name) == FOLDERS[name]


def test_every_folder_has_a_source() -> None:
    assert {path.name for path in VECTORS.iterdir() if path.is_dir()} == set(FOLDERS)
    assert len(FOLDERS) == 6
