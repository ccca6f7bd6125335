"""`vcwallet inspect` says of any file what it is and what it says, and that nothing was verified."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.unit.bundle import samples
from tests.unit.bundle.test_others_files import BAD_PICTURES, BAKED, EVIDENCE, backup
from vcwallet.cli import main
from vcwallet.cli.files import given
from vcwallet.errors import UsageError
from vcwallet.identifiers.keys import KeyType, SoftwareKey
from vcwallet.sealed_file.container import MAGIC


def run(*arguments: object) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["--lang", "en", *map(str, arguments)])
    return int(ended.value.code or 0)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """One file of every kind, and every bad picture."""
    made = {
        **{f"badge {n}": one for n, one in enumerate(BAKED.values())},
        **{f"evidence {n}": one[0] for n, one in enumerate(EVIDENCE.values())},
        **{f"bad {n}": one[0] for n, one in enumerate(BAD_PICTURES.values())},
        "diploma.json": json.dumps(samples.credential()),
        "presentation.json": json.dumps(samples.presentation(2)),
        "Wallet Backup.json": json.dumps(
            backup(SoftwareKey.generate(KeyType.ED25519), samples.credential(3))
        ),
        "noise.bin": b"\x00\x01\x02\xff" * 50,
        "empty": b"",
    }
    for name, content in made.items():
        (tmp_path / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return tmp_path


def test_a_file_that_is_not_there_is_no_file_with_nothing_in_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("inspect", tmp_path / "нет.json") == 4
    told = capsys.readouterr()
    assert told.out == ""
    assert "There is no file нет.json." in told.err
    assert "Look whether the name is written right." in told.err
    assert "Files:" not in told.err, "one file needs no count"


def test_a_sealed_file_is_said_to_be_one_and_nothing_contrary(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "семья.vcw").write_bytes(MAGIC + b"{}")
    run("inspect", tmp_path / "семья.vcw")
    told = capsys.readouterr()
    assert "a sealed file of this program" in told.err
    assert "nothing that is read here" not in told.out + told.err


@pytest.mark.parametrize("form", ["txt", "png", "json"])
def test_a_request_of_openid_says_who_asks_and_for_what(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], form: str
) -> None:
    monkeypatch.chdir(tmp_path)
    ask = ("request", "--domain", "priem.vuz.example", "--purpose", "Поступление, 2027", "--openid4vp")
    assert run(*ask, "--fields", "name,result", "--out", f"ask.{'txt' if form == 'json' else form}") == 0
    capsys.readouterr()
    assert run("inspect", f"ask.{form}") == 0
    told = capsys.readouterr().out
    assert "Asks: priem.vuz.example" in told
    assert "to read:" in told
    assert "Result" in told
    assert ("Purpose: Поступление, 2027" in told) is (form == "json"), "OpenID4VP has no words for it"
    assert "Nothing was verified" in told


def test_a_request_of_ours_says_who_asks_and_for_what(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    ask = ("request", "--domain", "priem.vuz.example", "--purpose", "Поступление, 2027")
    assert run(*ask, "--want", "olympiad-diploma", "--fields", "name,result", "--out", "ask.json") == 0
    capsys.readouterr()
    assert run("inspect", "ask.json") == 0
    told = capsys.readouterr().out
    assert "Asks: priem.vuz.example" in told
    assert "Purpose: Поступление, 2027" in told
    assert "result" in told
    assert "Nothing was verified" in told


def test_every_kind_in_a_folder_is_told_and_nothing_ends_the_work(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("inspect", folder) == 0
    told = capsys.readouterr()
    assert "Nothing was verified" in told.out
    for words in (
        "a diploma",
        "a presentation",
        "a profile of another wallet, with its private key",
        "a badge of Open Badges 2.0",
        "a European digital credential (Europass)",
        "a signature of another file",
    ):
        assert words in told.out
    assert "What: Вымышленный кружок" in told.out
    assert "By whom: Клуб «Небылица»" in told.out
    assert "Traceback" not in told.out + told.err


def test_json_says_the_same_and_that_nothing_was_verified(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("inspect", folder, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["verified"] is False
    kinds = {each["kind"] for each in told["found"]}
    assert kinds >= {"credential", "presentation", "other-wallet", "open-badge-2", "blockcert", "europass"}
    (badge,) = [each for each in told["found"] if each["where"].startswith("evidence 0")]
    assert badge["says"] == [
        {"title": "Вымышленный кружок", "issuer": "Клуб «Небылица»", "day": "2020-05-01"}
    ]
    assert badge["problem"]["code"] == "foreign.open-badge-2"


def test_the_key_of_another_wallet_issued_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    key = SoftwareKey.generate(KeyType.ED25519)
    (tmp_path / "Wallet Backup.json").write_text(json.dumps(backup(key)), "utf-8")
    assert run("inspect", tmp_path) == 0
    told = capsys.readouterr().out
    assert "What: did:key:" in told
    assert "By whom" not in told


def test_a_wallet_is_recognised_and_nobody_is_told_to_hand_it_over(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "семья.vcw").write_bytes(MAGIC + b"\0" * 64)
    run("inspect", tmp_path)
    told = capsys.readouterr().err
    assert "sealed file of this program" in told
    assert "hands it to nobody" in told
    run("inspect", tmp_path, "--json")
    (found,) = json.loads(capsys.readouterr().out)["found"]
    assert found["problem"]["code"] == "scan.sealed"


def test_a_link_is_no_missing_file_and_one_of_openid_is_read(capsys: pytest.CaptureFixture[str]) -> None:
    for link in ("https://nowhere.example/offer", "openid4vp://", "openid-credential-offer://"):
        with pytest.raises(UsageError) as caught:
            given([link])
        assert caught.value.code == "files.link"
        assert run("inspect", link) == 2
        assert f"“{link}” is a link" in capsys.readouterr().err
    assert run("inspect", "openid4vp://?client_id=x") == 0
    assert "a request of OpenID4VP" in capsys.readouterr().out
