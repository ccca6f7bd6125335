"""What a command writes never destroys a wallet, an input of the command, or anything else unasked."""

from __future__ import annotations

import json
import stat
import sys
from pathlib import Path

import click
import pytest

from tests.unit.bundle import samples
from tests.unit.cli.test_door import EVERY
from tests.unit.wallet.shared import PASSPHRASE, Issuer, reopen, wallet
from vcwallet.cli import command_line
from vcwallet.cli.speak import Speaker, run
from vcwallet.errors import UsageError
from vcwallet.locales import language

SHOW_TO = ("--to", "university.example", "--purpose", "Поступление, 2026", "--now", "2026-06-20T09:00:00Z")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A family's folder: a wallet with one diploma, its passphrase, a request, a bundle."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    (tmp_path / "secret.txt").write_text(PASSPHRASE + "\n", "utf-8")
    (tmp_path / "bundle.json").write_text(json.dumps(samples.presentation(1)), "utf-8")
    wallet(tmp_path / "family.vcw").save()
    issuer = Issuer()
    (tmp_path / "d.vc.json").write_text(json.dumps(issuer.diploma()), "utf-8")
    (tmp_path / "did.json").write_text(json.dumps(issuer.document.to_json()), "utf-8")
    assert (
        vcwallet("wallet", "add", "family.vcw", "d.vc.json", "did.json", "--yes", *SECRET, *SHOW_TO[-2:]) == 0
    )
    (tmp_path / "family.vcw.bak").unlink(missing_ok=True)
    return tmp_path


SECRET = ("--passphrase-file", "secret.txt")


def vcwallet(*arguments: str) -> int:
    return run(command_line, list(arguments), Speaker(language("en")))


PRESENT = ("wallet", "present", "family.vcw", "1", *SECRET, *SHOW_TO, "--yes")
REQUEST = ("request", "--domain", "university.example", "--purpose", "Поступление")
WRITERS = {
    "scan": ("scan", "bundle.json"),
    "scan of a folder": ("scan", "."),
    "request": REQUEST,
    "wallet present": PRESENT,
    "wallet request-id": ("wallet", "request-id", "family.vcw", *SECRET),
}


@pytest.mark.parametrize("writer", WRITERS.values(), ids=WRITERS)
@pytest.mark.parametrize("overwrite", [(), ("--overwrite",)], ids=["", "overwrite"])
def test_no_command_writes_over_a_wallet(
    writer: tuple[str, ...], overwrite: tuple[str, ...], home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever it is called: the names that the form of a result asks for are tried too."""
    before = (home / "family.vcw").read_bytes()
    for name in ("family.vcw", "family.json", "family.png"):
        (home / name).write_bytes(before)
        status = vcwallet(*writer, "--out", name, *overwrite)
        assert status != 0
        assert (home / name).read_bytes() == before
    assert [entry.title for entry in reopen(home / "family.vcw").diplomas()]
    capsys.readouterr()
    assert vcwallet("wallet", "history", "family.vcw", *SECRET) == 0
    assert "university.example" not in capsys.readouterr().out, "nothing is noted as shown that was not"


@pytest.mark.parametrize("overwrite", [(), ("--overwrite",)], ids=["", "overwrite"])
def test_no_command_writes_over_what_it_reads(overwrite: tuple[str, ...], home: Path) -> None:
    assert vcwallet(*REQUEST, "--out", "request.json") == 0
    (home / "secret.json").write_bytes((home / "secret.txt").read_bytes())
    kept = {path: path.read_bytes() for path in home.glob("*.*")}
    present = ("wallet", "present", "family.vcw", "1", *SHOW_TO, "--yes")
    for arguments in (
        ("scan", "bundle.json", "--out", "bundle.json"),
        ("scan", ".", "--out", "d.vc.json"),
        (*present, "--passphrase-file", "secret.json", "--out", "secret.json"),
        (*PRESENT[:4], *SECRET, "--request", "request.json", "--yes", *SHOW_TO[-2:], "--out", "request.json"),
        ("wallet", "request-id", "family.vcw", "--passphrase-file", "secret.json", "--out", "secret.json"),
    ):
        assert vcwallet(*arguments, *overwrite) == UsageError.exit_status, arguments
    assert {path: path.read_bytes() for path in kept} == kept


def test_another_file_is_replaced_only_when_asked_to(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    place = home / "notes.json"
    for writer in WRITERS.values():
        if writer[:2] == ("scan", "."):
            continue
        place.write_bytes(b"mine")
        assert vcwallet(*writer, "--out", place.name) == UsageError.exit_status
        assert place.read_bytes() == b"mine"
        monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
        monkeypatch.setattr(click, "prompt", lambda *_, **__: "no")
        assert vcwallet(*writer, "--out", place.name) == UsageError.exit_status
        assert place.read_bytes() == b"mine"
        monkeypatch.setattr(click, "prompt", lambda *_, **__: "yes")
        assert vcwallet(*writer, "--out", place.name) == 0
        assert place.read_bytes() != b"mine"
        monkeypatch.undo()
        monkeypatch.chdir(home)
        monkeypatch.setenv("XDG_STATE_HOME", str(home / "state"))
        place.write_bytes(b"mine")
        assert vcwallet(*writer, "--out", place.name, "--overwrite") == 0
        assert stat.S_IMODE(place.stat().st_mode) & 0o077 == 0
        capsys.readouterr()


def test_every_command_with_a_file_to_write_can_be_told_to_replace_one() -> None:
    """A new command with `--out` is not forgotten; sheets with a secret, and empty ones, replace nothing."""
    without = []
    for path, command in EVERY:
        names = {name for each in command.params for name in each.opts}
        out = next((each for each in command.params if "--out" in each.opts), None)
        if out is not None and isinstance(out.type, click.Path) and out.type.file_okay:
            without += [" ".join(path)] if "--overwrite" not in names else []
    sheets = [
        "issuer blank",
        "issuer recovery-sheet",
        "issuer standby",
        "wallet guardian add",
        "wallet recovery-sheet",
    ]
    drafts = ["kit build"]  # --replace says that the draft of before is thrown away
    folders = ["verify-folder"]  # its results are written anew by every run
    assert sorted(without) == sorted([*sheets, *drafts, *folders])
