"""A cheap sealed file for tests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from vcwallet.sealed_file import UNSAFE_FOR_TESTS, Passphrase, SealedFile

PASSPHRASE = "верный пароль"
SECRET = Passphrase(PASSPHRASE)
"""Derives once for the whole run: files made by `create` below share nothing else."""


def create(path: Path, **options: Any) -> SealedFile:
    return SealedFile.create(path, kind="wallet", passphrase=PASSPHRASE, kdf=UNSAFE_FOR_TESTS, **options)


def reopen(path: Path, **options: Any) -> SealedFile:
    return SealedFile.open(path, kind="wallet", secret=SECRET, **options)


def content(file: SealedFile) -> dict[str, bytes]:
    return {info.id: file.get(info.id) for info in file.records()}
