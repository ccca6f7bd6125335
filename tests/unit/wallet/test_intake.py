"""Adding tells of every file what became of it, whether it was named, lay in a folder or in an archive."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from tests.unit.wallet.shared import MASHA, NOW, PETYA, Cli, Issuer, reopen, wallet
from vcwallet import strict_json
from vcwallet.credentials import enveloped
from vcwallet.proofs.jose.vc_jose_cose import MediaType
from vcwallet.strict_json import JsonObject

AT = ("--now", "2026-06-20T09:00:00Z")
NAMES = ("1.vc.json", "2.vc.json", "чужой.vc.json", "письмо.txt", "пусто.json", "сломан.json", "фото.png")


@pytest.fixture
def file(tmp_path: Path, issuer: Issuer, cli: Cli) -> Path:
    family = wallet(tmp_path / "семья.vcw", issuer)
    family.add_child(MASHA, now=NOW)
    family.add(issuer.diploma(number=1), now=NOW)
    family.save()
    return tmp_path / "семья.vcw"


@pytest.fixture
def folder(tmp_path: Path, issuer: Issuer) -> Path:
    """One diploma that is here, a new one, a stranger's, and four files that are no diplomas or broken."""
    from PIL import Image

    made = tmp_path / "принесли"
    made.mkdir()
    for name, document in zip(
        NAMES,
        (issuer.diploma(number=1), issuer.diploma(number=2), issuer.diploma(PETYA, number=3)),
        strict=False,
    ):
        write(made / name, document)
    (made / "письмо.txt").write_text("Здравствуйте!", "utf-8")
    (made / "пусто.json").write_text("{}", "utf-8")
    (made / "сломан.json").write_text("{", "utf-8")
    Image.new("RGB", (200, 200), "white").save(made / "фото.png")
    return made


def write(path: Path, document: JsonObject) -> Path:
    path.write_text(strict_json.dumps(document), "utf-8")
    return path


def archive(folder: Path) -> Path:
    path = folder.parent / "принесли.zip"
    with zipfile.ZipFile(path, "w") as packed:
        for each in folder.iterdir():
            packed.write(each, each.name)
    return path


@pytest.mark.parametrize("given", ["a folder", "an archive", "by name"])
def test_every_file_is_told_of_and_counted(
    file: Path, folder: Path, cli: Cli, given: str, capsys: pytest.CaptureFixture[str]
) -> None:
    inputs = {"a folder": [folder], "an archive": [archive(folder)], "by name": sorted(folder.iterdir())}[
        given
    ]
    cli("add", file, *inputs, *AT)
    told = capsys.readouterr()
    both = told.out + told.err
    for name in NAMES[2:]:
        assert name in both, f"{name} was passed over"
    assert "[№ 1] is here already" in both
    assert "[№ 2]" in both
    summary = told.out.splitlines()[-1]
    assert summary == "Added: 1; already here: 1; not clear whose: 1; not diplomas: 3; failed: 1."


def test_every_file_is_told_of_in_json_too(
    file: Path, folder: Path, cli: Cli, capsys: pytest.CaptureFixture[str]
) -> None:
    cli("add", file, folder, "--json", *AT)
    what = {each["where"]: each["what"] for each in json.loads(capsys.readouterr().out)}
    assert what == {
        "1.vc.json": "already-there",
        "2.vc.json": "added",
        "чужой.vc.json": "whose",
        "письмо.txt": "not-a-diploma",
        "пусто.json": "not-a-diploma",
        "сломан.json": "failed",
        "фото.png": "not-a-diploma",
    }


def test_an_empty_folder_is_said(
    tmp_path: Path, file: Path, cli: Cli, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "пустая").mkdir()
    assert cli("add", file, tmp_path / "пустая", *AT) == 0
    told = capsys.readouterr()
    assert "пустая" in told.err
    assert "empty" in told.err
    assert "Added: 0" in told.out


def in_envelope(issuer: Issuer, media_type: MediaType, number: int = 5) -> JsonObject:
    """A diploma as other programs sign it: the token around it is the signature."""
    unsigned = {name: value for name, value in issuer.diploma(number=number).items() if name != "proof"}
    return enveloped.secure_credential(
        unsigned, media_type=media_type, key=issuer.key, verification_method=issuer.method, issued=NOW
    ).json


@pytest.mark.parametrize("media_type", [MediaType.VC_JWT, MediaType.VC_SD_JWT, MediaType.VC_COSE])
def test_a_credential_in_an_envelope_is_kept_as_it_came(
    tmp_path: Path,
    file: Path,
    issuer: Issuer,
    cli: Cli,
    media_type: MediaType,
    capsys: pytest.CaptureFixture[str],
) -> None:
    document = in_envelope(issuer, media_type)
    given = write(tmp_path / "jwt.json", document)
    assert cli("add", file, given, *AT) == 0, capsys.readouterr().err
    assert cli("add", file, given, *AT) == 0
    opened = reopen(file)
    (kept,) = [each for each in opened.diplomas() if each.number == 2]
    assert kept.facts.person.given == "Проба"
    assert opened.inspect(now=NOW).problems == ()
    assert cli("save", file, "2", "out.json") == 0
    assert json.loads((tmp_path / "out.json").read_text("utf-8")) == document


def test_a_changed_envelope_is_not_kept(tmp_path: Path, file: Path, issuer: Issuer, cli: Cli) -> None:
    stranger = Issuer(id=issuer.id)
    given = write(tmp_path / "jwt.json", in_envelope(stranger, MediaType.VC_JWT))
    assert cli("add", file, given, *AT) != 0
    assert len(reopen(file).diplomas()) == 1


def test_what_nobody_signed_is_told_how_to_be_kept(
    tmp_path: Path, file: Path, cli: Cli, issuer: Issuer, capsys: pytest.CaptureFixture[str]
) -> None:
    unsigned = issuer.diploma(number=9)
    unsigned.pop("proof")
    assert cli("add", file, write(tmp_path / "значок.json", unsigned), *AT) == 4
    told = capsys.readouterr()
    assert "значок.json: The credential is not signed." in told.err
    assert "--unsigned" in told.err
    assert told.out.splitlines()[-1] == "Added: 0; not diplomas: 1."


@pytest.mark.parametrize("revoked", ["what is here", "what comes"])
def test_a_diploma_that_is_revoked_is_named_at_once(
    tmp_path: Path, file: Path, cli: Cli, issuer: Issuer, revoked: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A corrected diploma comes with the list that revokes the one it replaces."""
    number = {"what is here": 1, "what comes": 2}[revoked]
    given = [
        write(tmp_path / "исправленный.vc.json", issuer.diploma(number=2)),
        write(tmp_path / "список.json", issuer.status_list(revoked=(number,))),
    ]
    assert cli("add", file, *given, "--yes", *AT) == 0
    told = capsys.readouterr().err
    assert f"Revoked, so it will be refused: № {number}." in told
    assert cli("add", file, given[0], *AT) == 0
    assert ("refused" in capsys.readouterr().err) is (revoked == "what comes")
