"""A child's name is in the encrypted file and in what the family asked to be written, and nowhere else.

The commands run as installed, in a home of their own; afterwards every file they left, every temporary file
they made on the way and everything they complained about is searched for the names.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.shared import ROOT, need
from tests.unit.wallet.shared import OTHER_PASSPHRASE, PASSPHRASE, PETYA, Issuer, Profile, wallet
from vcwallet import strict_json

pytestmark = pytest.mark.slow

CANARY = Profile("Канарей", "Клеткин", "Пернатович")
AT = ("--now", "2026-06-20T09:00:00Z")
TO = ("--to", "university.example", "--purpose", "приём", "--yes", *AT)


def spellings(text: str) -> list[bytes]:
    found = [
        text.encode(encoding) for encoding in ("utf-8", "utf-16-le", "utf-16-be", "cp1251", "koi8-r", "cp866")
    ]
    return [
        *found,
        json.dumps(text)[1:-1].encode(),
        text.upper().encode("utf-8"),
        text.lower().encode("utf-8"),
    ]


NAMES = [spelling for name in (CANARY.given_name, CANARY.family_name) for spelling in spellings(name)]


def names_in(data: bytes) -> bool:
    return any(name in data for name in NAMES)


class Home:
    """A folder tree that stands for a whole computer."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.folder, self.temporary = root / "family", root / "tmp"
        for each in (self.folder, self.temporary, root / "home"):
            each.mkdir()
        self.complaints = b""
        self.environment = {
            **os.environ,
            "HOME": str(root / "home"),
            "USERPROFILE": str(root / "home"),
            "VCWALLET_STATE": str(root / "home" / "state"),
            "TMPDIR": str(self.temporary),
            "TEMP": str(self.temporary),
            "VCWALLET_PASSPHRASE": PASSPHRASE,
            "PYTHONPATH": str(ROOT),
            "PYTHONUTF8": "1",
        }

    def run(self, *arguments: str, traced: bool = False) -> int:
        command = [sys.executable, "-m", "vcwallet", "wallet", *arguments]
        if traced and shutil.which("strace"):
            log = str(self.root / "execve.log")
            command = ["strace", "-f", "-s", "4096", "-e", "trace=execve", "-o", log, *command]
        done = subprocess.run(
            command, cwd=self.folder, env=self.environment, capture_output=True, check=False
        )
        self.complaints += done.stderr
        return done.returncode


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """After a family's year: adding, looking, showing, failing, backing up, changing the passphrase."""
    home = Home(tmp_path_factory.mktemp("computer"))
    issuer = Issuer()
    wallet(home.folder / "family.vcw").save()
    given = home.root / "given"
    given.mkdir()
    for number, profile in ((1, CANARY), (2, PETYA), (3, CANARY)):
        document = issuer.with_hideable_parts(issuer.diploma(profile, number=number))
        (given / f"{number}.vc.json").write_text(strict_json.dumps(document), "utf-8")
    forged = issuer.diploma(CANARY, number=4)
    forged["validFrom"] = "2001-01-01T00:00:00Z"
    (given / "forged.vc.json").write_text(strict_json.dumps(forged), "utf-8")
    (given / "torn.vc.json").write_text(strict_json.dumps(issuer.diploma(CANARY, number=5))[:-40], "utf-8")
    (given / "did.json").write_text(strict_json.dumps(issuer.document.to_json()), "utf-8")
    (home.root / "other.txt").write_text(OTHER_PASSPHRASE, "utf-8")
    assert home.run("add", "family.vcw", str(given), "--yes", *AT) != 0, "two of them are bad"
    assert home.run("list", "family.vcw", *AT) == 0
    assert home.run("show", "family.vcw", "1", traced=True) == 0
    assert home.run("present", "family.vcw", "1", "--hide", "person,born", *TO, "--out", "hidden.json") == 0
    assert home.run("present", "family.vcw", "1", "--hide", "person,born", *TO, "--out", "hidden.png") == 0
    assert home.run("present", "family.vcw", "99", *TO, "--out", "x.json") != 0
    assert home.run("present", "family.vcw", "1", "2", "3", *TO, "--out", "x.json") != 0
    assert home.run("add", "family.vcw", "nothing.json") != 0
    assert home.run("backup", "family.vcw", "backup.vcw", *AT) == 0
    assert home.run("recovery-sheet", "family.vcw", "--out", "sheet.txt", "--yes", *AT) == 0
    options = ("--new-passphrase-file", str(home.root / "other.txt"), "--kdf", "light")
    assert home.run("passphrase", "family.vcw", *options) == 0
    assert home.run("list", "family.vcw") != 0, "the old passphrase"
    shutil.rmtree(given)
    return home


def test_no_file_that_is_left_names_the_child(home: Home) -> None:
    left = [path for path in home.root.rglob("*") if path.is_file() and path.name != "execve.log"]
    assert {"family.vcw", "family.vcw.bak", "backup.vcw", "sheet.txt", "hidden.json", "seen.json"} <= {
        path.name for path in left
    }
    assert [path.name for path in left if names_in(path.read_bytes())] == []
    assert [path.name for path in left if names_in(str(path).encode())] == []


def test_nothing_is_left_among_temporary_files(home: Home) -> None:
    assert list(home.temporary.rglob("*")) == []


def test_no_complaint_names_the_child(home: Home) -> None:
    assert b"forged.vc.json" in home.complaints
    assert b"Traceback" not in home.complaints
    # What is shown to the family in answer to its own question is not a complaint; the preview names titles.
    assert not names_in(home.complaints)


def test_no_other_program_is_told_the_name(home: Home) -> None:
    """Process arguments are public on many systems: nothing is started but Python itself."""
    log = home.root / "execve.log"
    if not log.exists():
        need(False, "strace is not installed")
    started = [line for line in log.read_text("utf-8", "replace").splitlines() if "execve(" in line]
    assert started
    assert not any(names_in(line.encode("utf-8")) for line in started)


def test_the_search_itself_finds_a_name(tmp_path: Path) -> None:
    for spelling in NAMES:
        assert names_in(b"x" + spelling + b"x")
