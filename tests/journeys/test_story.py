"""The whole journey by the installed command, in subprocesses, in a network namespace without interfaces."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.shared import ROOT, need

pytestmark = pytest.mark.slow

COMMAND = Path(sysconfig.get_path("scripts")) / ("vcwallet.exe" if os.name == "nt" else "vcwallet")
SHEETS = ROOT / "examples" / "sheets"
UNIVERSITY = "priem.vuz.example"
BELIEVE = ("--anything", "--no-fingerprint-check")
Run = Callable[..., subprocess.CompletedProcess[str]]


def unplugged() -> list[str]:
    """A prefix that takes every network interface away, loopback included."""
    unshare = shutil.which("unshare")
    for options in (["--net"], ["--net", "--map-root-user"]):
        if (
            unshare
            and subprocess.run([unshare, *options, "true"], capture_output=True, check=False).returncode == 0
        ):
            return [unshare, *options]
    need(False, "network namespaces are not allowed here (unshare --net)")
    raise AssertionError


@pytest.fixture
def run(tmp_path: Path) -> Run:
    prefix = unplugged()
    (tmp_path / "secret.txt").write_text("вымышленная парольная фраза\n", "utf-8")

    def _run(
        *arguments: str | Path, status: int = 0, secret: bool = False
    ) -> subprocess.CompletedProcess[str]:
        words = [str(each) for each in arguments]
        if secret:
            words += ["--passphrase-file", "secret.txt"]
        done = subprocess.run(
            [*prefix, str(COMMAND), "--lang", "en", *words],
            cwd=tmp_path,
            capture_output=True,
            encoding="utf-8",
            env={**os.environ, "PYTHONUTF8": "1"},
            check=False,
        )
        assert "Traceback" not in done.stderr
        assert done.returncode == status, f"{words}\n{done.stdout}\n{done.stderr}"
        return done

    return _run


def test_the_namespace_really_has_no_network() -> None:
    probe = "import socket; socket.create_connection(('127.0.0.1', 9), 1)"
    done = subprocess.run(
        [*unplugged(), sys.executable, "-c", probe], capture_output=True, encoding="utf-8", check=False
    )
    assert "Network is unreachable" in done.stderr


def test_from_a_spreadsheet_to_an_offline_verdict(run: Run, tmp_path: Path) -> None:
    run("issuer", "create", "--kit", "olympiad", "--site", "https://olymp.example", "olympiad", secret=True)
    refused = run(
        "issuer",
        "issue",
        "--yes",
        SHEETS / "olympiad-results-bad.csv",
        "--dir",
        "olympiad",
        status=2,
        secret=True,
    )
    assert "31.02.2026" in refused.stdout
    assert not list(tmp_path.rglob("*.vc.json"))
    run("issuer", "issue", "--yes", SHEETS / "olympiad-results.csv", "--dir", "olympiad", secret=True)
    diplomas = sorted((tmp_path / "olympiad").rglob("*.vc.json"))
    assert len(diplomas) == 120
    before = {path: path.read_bytes() for path in diplomas}
    run("issuer", "issue", "--yes", SHEETS / "olympiad-results.csv", "--dir", "olympiad", secret=True)
    assert {path: path.read_bytes() for path in (tmp_path / "olympiad").rglob("*.vc.json")} == before
    run("issuer", "publish", "site", "--dir", "olympiad", secret=True)

    run("issuer", "create", "--kit", "school", "--example", "school", secret=True)
    run("issuer", "issue", "--yes", SHEETS / "school-awards.xlsx", "--dir", "school", secret=True)
    awards = sorted((tmp_path / "school").rglob("*.vc.json"))

    run("wallet", "create", "семья.vcw", "--kdf", "light", secret=True)
    assert "Вымыслов" not in (tmp_path / "семья.vcw").read_bytes().decode("utf-8", "replace")
    run("wallet", "add", "семья.vcw", diplomas[0], "site", "--yes", secret=True)
    run("wallet", "add", "семья.vcw", awards[0], "school/issued", "--yes", secret=True)
    listed = run("wallet", "list", "семья.vcw", secret=True)
    number = next(line for line in listed.stdout.splitlines() if "Олимпиада" in line).split("│")[1].strip()

    def present(name: str, *more: str) -> None:
        wanted = ("--to", UNIVERSITY, "--purpose", "поступление 2027", "--out", name, "--yes")
        run("wallet", "present", "семья.vcw", number, *wanted, *more, secret=True)

    for name in ("shown.png", "shown.svg", "shown.json", "shown.txt", "shown.pdf"):
        present(name)
    present("answered.json", "--challenge", "4711")
    run("trust", "create", "trust.json", "--domain", UNIVERSITY)
    run("trust", "add", "trust.json", "site", "--name", "Олимпиада «Вымысел»", *BELIEVE)

    def verify(*arguments: str, status: int) -> dict[str, Any]:
        done = run("verify", *arguments, "--trust", "trust.json", "--json", status=status)
        answer: dict[str, Any] = json.loads(done.stdout)
        return answer

    for name in ("shown.png", "shown.json", "shown.txt", "shown.pdf"):
        assert verify(name, status=0)["outcome"] == "confirmed"
    verify("answered.json", "--challenge", "4711", status=0)
    verify("answered.json", "--challenge", "4712", status=1)
    verify("shown.png", "--domain", "other.example", status=1)
    verify("shown.png", "--now", "2099-01-01", status=1)
    run("scan", "shown.png", "--out", "scanned.json")
    assert json.loads((tmp_path / "scanned.json").read_text("utf-8")) == json.loads(
        (tmp_path / "shown.json").read_text("utf-8")
    ) | {"proof": json.loads((tmp_path / "scanned.json").read_text("utf-8"))["proof"]}

    text = (tmp_path / "shown.json").read_text("utf-8")
    (tmp_path / "changed.json").write_text(text.replace('"givenName":"', '"givenName":"Ъ'), "utf-8")
    assert verify("changed.json", status=1)["outcome"] == "refused"
    run("trust", "create", "empty.json")
    run("verify", "shown.png", "--trust", "empty.json", status=3)

    run("issuer", "revoke", diplomas[0], "--dir", "olympiad", "--reason", "секретная причина")
    run("issuer", "publish", "site", "--dir", "olympiad", secret=True)
    published = b"".join(path.read_bytes() for path in (tmp_path / "site").rglob("*.json"))
    assert "секретная".encode() not in published
    assert verify("shown.png", "--status", "site", status=5)["outcome"] == "nothing"
    run("trust", "update", "trust.json", "site")
    (item,) = verify("shown.png", status=5)["reports"][0]["items"]
    assert item["code"] == "item.revoked"


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (["verify", "shown.png"], 2),
        (["verify", "nowhere.png", "--trust", "trust.json"], 4),
        (["verify", "secret.txt", "--trust", "trust.json"], 4),
        (["verify", "trust.json", "--trust", "nowhere.json"], 2),
        (["verify", "trust.json", "--trust", "secret.txt"], 2),
        (["verify", "x", "--trust", "t", "--now", "yesterday"], 2),
        (["wallet", "list", "nowhere.vcw", "--passphrase-file", "secret.txt"], 2),
        (["wallet", "list", "secret.txt", "--passphrase-file", "secret.txt"], 4),
        (["issuer", "issue", "--yes", "nowhere.csv", "--passphrase-file", "secret.txt"], 2),
        (["nonsense"], 2),
        ([], 2),
    ],
)
def test_wrong_use_and_unreadable_input_have_their_own_exit_status(
    run: Run, arguments: list[str], status: int
) -> None:
    run("trust", "create", "trust.json")
    run(*arguments, status=status)
