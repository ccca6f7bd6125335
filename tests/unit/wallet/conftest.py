"""An issuer, and the command line in a folder of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.wallet.shared import MASHA, NOW, OTHER_PASSPHRASE, PASSPHRASE, Cli, Issuer, wallet
from vcwallet import locales
from vcwallet.cli import command_line
from vcwallet.cli.speak import Speaker, run
from vcwallet.cli.wallet import opening
from vcwallet.sealed_file import UNSAFE_FOR_TESTS
from vcwallet.wallet import Child, Wallet


@pytest.fixture
def issuer() -> Issuer:
    return Issuer()


@pytest.fixture
def family(tmp_path: Path, issuer: Issuer) -> tuple[Wallet, Child]:
    """A wallet of one child, with nothing in it."""
    made = wallet(tmp_path / "семья.vcw", issuer)
    child = made.add_child(MASHA, now=NOW)
    made.save()
    return made, child


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cli:
    """Nothing of it touches this computer's real state; ``other.txt`` holds another passphrase."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VCWALLET_STATE", str(tmp_path / "state"))
    monkeypatch.setenv("VCWALLET_PASSPHRASE", PASSPHRASE)
    # The commands offer no cheap derivation; tests put one behind the word.
    monkeypatch.setitem(opening.KDFS, "default", UNSAFE_FOR_TESTS)
    (tmp_path / "other.txt").write_text(OTHER_PASSPHRASE + "\n", "utf-8")

    def call(*arguments: str | Path, lang: str = "en") -> int:
        return run(command_line, ["wallet", *map(str, arguments)], Speaker(locales.language(lang)))

    return call
