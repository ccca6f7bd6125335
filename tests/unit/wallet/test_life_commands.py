"""The commands of the long run and of the family, as a parent types them."""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.unit.wallet.shared import (
    MASHA,
    NOW,
    OTHER_PASSPHRASE,
    PETYA,
    Cli,
    Issuer,
    present,
    reopen,
    wallet,
)
from vcwallet import limits, strict_json
from vcwallet.bundle import scanning
from vcwallet.bundle.kinds import DocumentKind
from vcwallet.credentials import presentation
from vcwallet.credentials.presentation import Presentation
from vcwallet.errors import MachineError
from vcwallet.identifiers import did
from vcwallet.sealed_file import RecoveryCode, SealedFile
from vcwallet.wallet import Wallet

AT = ("--now", "2026-06-20T09:00:00Z")


@pytest.fixture
def file(tmp_path: Path, issuer: Issuer) -> Path:
    """Masha with two diplomas, one of them shown; Petya with one."""
    path = tmp_path / "семья.vcw"
    family = wallet(path, issuer)
    family.add_child(MASHA, now=NOW)
    family.add_child(PETYA, now=NOW)
    first = family.add(issuer.diploma(number=1), now=NOW)
    family.add(issuer.diploma(number=2), now=NOW)
    family.add(issuer.diploma(PETYA, number=3), now=NOW)
    present(family, [first], domain="u.example", purpose="Поступление", now=NOW)
    return path


def test_a_backup_and_the_drill(
    tmp_path: Path, cli: Cli, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "stick").mkdir()
    assert cli("backup", file, tmp_path / "stick", *AT) == 0
    copy = tmp_path / "stick" / "семья 2026-06-20.vcw"
    assert copy.read_bytes() == file.read_bytes()
    told = capsys.readouterr().out
    assert "children 2, diplomas 3, attachments 0, history 1" in told
    assert "every signature holds" in told
    assert cli("backup", file, copy, *AT) == 2
    assert cli("backup", file, tmp_path / "stick", *AT) == 0, "a second one of the same day"
    assert (tmp_path / "stick" / "семья 2026-06-20 2.vcw").read_bytes() == file.read_bytes()
    capsys.readouterr()
    assert cli("selftest", copy, *AT) == 0
    assert "no recovery code" in capsys.readouterr().err
    data = copy.read_bytes()
    copy.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    assert cli("selftest", copy, *AT) == 4
    assert "damaged" in capsys.readouterr().err


@pytest.mark.parametrize("suffix", ["txt", "pdf"])
def test_the_recovery_sheet_opens_the_wallet_when_the_passphrase_is_forgotten(
    tmp_path: Path, cli: Cli, file: Path, suffix: str, capsys: pytest.CaptureFixture[str]
) -> None:
    sheet = tmp_path / f"sheet.{suffix}"
    assert cli("recovery-sheet", file, "--out", sheet, *AT) == 2, "nobody types two groups"
    assert not sheet.exists()
    assert cli("recovery-sheet", file, "--out", sheet, "--yes", *AT, lang="ru") == 0
    if suffix == "pdf":
        assert sheet.read_bytes().startswith(b"%PDF")
        code = _code_on(sheet)
        (tmp_path / "code.txt").write_text(code, "utf-8")
    else:
        (line,) = [line.strip() for line in sheet.read_text("utf-8").splitlines() if line.count("-") == 6]
        (tmp_path / "code.txt").write_text(line.replace("-", " ").lower(), "utf-8")
    assert not any(name in sheet.read_bytes().decode("utf-8", "replace") for name in ("Проба", "Пример"))
    assert cli("selftest", file, "--code-file", "code.txt", *AT) == 0
    assert "opens this file" in capsys.readouterr().out
    assert cli("recovery-sheet", file, "--out", f"newer.{suffix}", "--yes", *AT) == 0
    assert cli("selftest", file, "--code-file", "code.txt", *AT) == 2
    told = capsys.readouterr().err
    assert "A sheet opens the copies that were saved while it was the newest" in told
    assert "Caps Lock" not in told, "nobody typed anything"
    if suffix == "pdf":
        (tmp_path / "code.txt").write_text(_code_on(tmp_path / "newer.pdf"), "utf-8")
    else:
        (tmp_path / "code.txt").write_text((tmp_path / "newer.txt").read_text("utf-8"), "utf-8")
    arguments = ("passphrase", file, "--code-file", "code.txt", "--new-passphrase-file", "other.txt")
    assert cli(*arguments) == 0
    assert len(Wallet.open(file, OTHER_PASSPHRASE).diplomas()) == 3
    assert cli("list", file, *AT) == 2, "the old passphrase no longer opens it"


def _code_on(sheet: Path) -> str:
    """The code as a camera reads it from the printed page."""
    import pypdfium2
    import zxingcpp

    document = pypdfium2.PdfDocument(sheet)
    picture = document[0].render(scale=3).to_pil()
    (found,) = zxingcpp.read_barcodes(picture)
    document.close()
    return str(found.text)


def test_a_sheet_that_cannot_be_written_changes_nothing(tmp_path: Path, cli: Cli, file: Path) -> None:
    (tmp_path / "sheet.txt").write_text("already here", "utf-8")
    before = file.read_bytes()
    assert cli("recovery-sheet", file, "--out", "sheet.txt", "--yes") != 0
    assert cli("recovery-sheet", file, "--out", "sheet.docx", "--yes") == 2
    assert file.read_bytes() == before
    assert (tmp_path / "sheet.txt").read_text("utf-8") == "already here"


def test_restoring(tmp_path: Path, cli: Cli, file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    opened = reopen(file)
    code = opened._file.add_recovery_code()
    opened.save()
    (tmp_path / "code.txt").write_text(*code.codes, "utf-8")
    assert cli("restore", file, "new.vcw", *AT) == 0
    assert cli("restore", file, "new.vcw", *AT) == 2
    arguments = (
        "restore",
        file,
        "with-code.vcw",
        "--code-file",
        "code.txt",
        "--new-passphrase-file",
        "other.txt",
    )
    assert cli(*arguments, *AT) == 0
    restored = Wallet.open(tmp_path / "with-code.vcw", OTHER_PASSPHRASE)
    assert restored._file.opens_with(RecoveryCode(*code.codes))
    damaged = tmp_path / "damaged.vcw"
    data = file.read_bytes()
    damaged.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    assert cli("restore", damaged, "x.vcw", *AT) == 4
    capsys.readouterr()
    assert cli("restore", damaged, "salvaged.vcw", "--salvage", *AT) in (0, 4)
    assert "1 records could not be saved" in capsys.readouterr().err
    assert (tmp_path / "salvaged.vcw").exists()


def test_merging_conflict_copies(
    tmp_path: Path, cli: Cli, file: Path, issuer: Issuer, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli("merge", file) == 0
    assert "no other copy" in capsys.readouterr().out
    copy = tmp_path / "семья (конфликт).vcw"
    shutil.copy(file, copy)
    there = reopen(copy)
    there.add(issuer.diploma(number=9), now=NOW)
    there.save()
    assert cli("merge", file) == 0
    assert len(reopen(file).diplomas()) == 4


def test_export_for_the_grown_child_and_in_plain(tmp_path: Path, cli: Cli, file: Path) -> None:
    assert cli("export-child", file, "own.vcw", "--new-passphrase-file", "other.txt") == 2, "which child?"
    arguments = ("export-child", file, "own.vcw", "--child", "Проба", "--new-passphrase-file", "other.txt")
    assert cli(*arguments) == 0
    own = Wallet.open(tmp_path / "own.vcw", OTHER_PASSPHRASE)
    assert [child.name for child in own.children] == [MASHA.full_name]
    assert cli("export", file, "plain", "--child", "Проба") == 2, "--plain has to be said"
    assert cli("export", file, "plain", "--plain", "--child", "Проба") == 2, "nobody agreed"
    assert not (tmp_path / "plain").exists()
    assert cli("export", file, "plain", "--plain", "--yes", "--child", "Проба") == 0
    names = {path.name for path in (tmp_path / "plain").iterdir()}
    for_others = {"all-diplomas.json", "one-signature", "pictures"}
    assert names == {"README.txt", "diplomas", "issuers", "history.json", "wallet.json"} | for_others
    assert cli("export", file, "plain", "--plain", "--yes", "--child", "Проба") == 2
    everything = b"".join(path.read_bytes() for path in (tmp_path / "plain").rglob("*") if path.is_file())
    assert PETYA.given_name.encode() not in everything
    assert b"secretKey" not in everything


def test_history_is_printed_filtered_and_erased(
    tmp_path: Path, cli: Cli, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli("history", file) == 0
    told = capsys.readouterr().out
    assert "u.example" in told
    assert "Поступление" in told
    assert cli("history", file, "--to", "other.example") == 0
    assert capsys.readouterr().out == "Nothing was shown to other.example.\n"
    assert cli("history", file, "--child", "Пример") == 0
    assert capsys.readouterr().out == "Nothing was shown yet.\n"
    assert cli("history", file, "--json") == 0
    (document,) = [each for each in json.loads(capsys.readouterr().out) if each["shown"]]
    digest = document["shown"][0]["digest"]
    assert document["heads"] == [digest]
    assert cli("forget", file, "zzzz", "--yes") == 2
    assert cli("forget", file, "9", "--yes") == 2
    capsys.readouterr()
    assert cli("forget", file, "1") == 2, "nobody agreed"
    assert cli("forget", file, digest[:12], "--yes") == 0
    assert cli("history", file) == 0
    told = capsys.readouterr().out
    assert "erased by the family" in told
    assert "u.example" not in told


def test_children_notes_and_removal(
    tmp_path: Path, cli: Cli, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ("child", "add", file, "--given", "Выдумка", "--family", "Тестова", "--born", "03.04.2015")
    assert cli(*arguments, *AT) == 0
    assert "did:key:z6Mk" in capsys.readouterr().out
    assert cli(*arguments, *AT) == 2
    assert cli("child", "add", file, "--given", "А", "--family", "Б", "--born", "31.02.2015") == 2
    assert cli("child", "rename", file, "--child", "Проба", "--family", "Примерова", *AT) == 0
    assert "formerly Тестова" in capsys.readouterr().out
    assert cli("child", "list", file) == 0
    listed = capsys.readouterr().out
    assert all(word in listed for word in ("Примерова", "Выдумка", "did:key"))
    assert cli("note", file, "1", "вручена в Небывалинске") == 0
    capsys.readouterr()
    assert cli("show", file, "1") == 0
    assert "вручена в Небывалинске" in capsys.readouterr().out
    assert cli("remove", file, "1", "--yes") == 0
    assert len(reopen(file).diplomas()) == 2


def test_a_childs_id_for_an_issuer(
    tmp_path: Path, cli: Cli, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli("request-id", file, "--child", "Проба", "--to", "olymp.example", "--out", "id.png", *AT) == 0
    printed = capsys.readouterr().out.strip()
    (found,) = scanning.read_inputs([tmp_path / "id.png"])
    assert found.kind is DocumentKind.PRESENTATION
    assert found.document is not None
    read = Presentation.parse(found.document)
    assert read.holder == printed
    presentation.verify_holder(read, resolve=did.resolve, now=NOW, domain="olymp.example")
    assert cli("request-id", file, "--child", "Проба", "--out", "id.pdf", *AT) == 2


@pytest.mark.parametrize("taken_out", ["a diploma", "a child", "the keys of a child"])
def test_the_copy_beside_the_file_is_named_when_something_is_taken_out(
    cli: Cli, file: Path, taken_out: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whoever takes a child out of the wallet shall know where the child still is."""
    name = "Проба"
    arguments = {
        "a diploma": ("remove", file, "1", "--yes"),
        "a child": ("child", "remove", file, name, "--yes"),
        "the keys of a child": (
            *("export-child", file, "own.vcw", "--child", name, "--let-go", "--yes"),
            *("--new-passphrase-file", "other.txt"),
        ),
    }[taken_out]
    assert cli(*arguments) == 0
    neighbour = file.with_name(file.name + ".bak")
    assert len(reopen(neighbour).diplomas()) > 0
    assert neighbour.name in "".join(capsys.readouterr().err.split())


def test_nothing_is_told_as_added_that_is_not_on_the_disk(
    tmp_path: Path, cli: Cli, file: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: SealedFile) -> None:
        raise MachineError("disk.full", "There is no space on the disk.", next_step="Delete something.")

    (tmp_path / "грамота.pdf").write_bytes(b"%PDF-1.4")
    monkeypatch.setattr(SealedFile, "save", full)
    assert cli("add", file, "грамота.pdf", "--unsigned", "--child", "Проба", *AT) == 6
    assert "грамота.pdf" not in capsys.readouterr().out


def test_documents_nobody_signed(
    tmp_path: Path, cli: Cli, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "грамота.pdf").write_bytes(b"%PDF-1.4")
    assert cli("add", file, "грамота.pdf", "--unsigned") == 2, "which child?"
    assert cli("add", file, "грамота.pdf", "--unsigned", "--child", "Проба", *AT) == 0
    assert "грамота.pdf" in capsys.readouterr().out
    assert cli("list", file, *AT) == 0
    listed = capsys.readouterr().out
    assert "грамота.pdf" in listed
    assert "not signed" in listed
    assert cli("remove", file, "грамота.pdf") == 2, "nobody agreed"
    assert cli("remove", file, "грамота.pdf", "--yes") == 0
    assert [len(child.attachments()) for child in reopen(file).children] == [0, 0]
    assert cli("remove", file, "грамота.pdf", "--yes") == 2, "it is gone"


# --- answers for programs ------------------------------------------------------------------------------


def test_every_answer_is_also_given_as_json(
    tmp_path: Path, cli: Cli, file: Path, issuer: Issuer, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing else is on standard output, so that a program can read it."""

    def answer(*arguments: str | Path, status: int = 0) -> Any:
        capsys.readouterr()
        assert (
            cli(*arguments, "--json", *AT[: 2 if arguments[0] not in ("merge", "history") else 0]) == status
        )
        return json.loads(capsys.readouterr().out)

    (tmp_path / "5.vc.json").write_text(strict_json.dumps(issuer.diploma(number=5)), "utf-8")
    (tmp_path / "junk.vc.json").write_text("{", "utf-8")
    (tmp_path / "скан.pdf").write_bytes(b"%PDF-1.4")
    added = answer("add", file, "5.vc.json", "junk.vc.json", status=4)
    assert [each["what"] for each in added] == ["added", "failed"]
    assert added[1]["error"]["code"]
    kept = answer("add", file, "скан.pdf", "--unsigned", "--child", "Проба")
    assert kept == [{"where": "скан.pdf", "what": "attached", "child": MASHA.full_name}]
    listed = answer("list", file, "--child", "Проба")
    assert [each["child"] for each in listed] == [MASHA.full_name] * 4
    assert [each["number"] for each in listed] == [1, 2, 4, 5]
    assert listed[0]["facts"]["result"] == "Диплом победителя I степени"
    assert (listed[0]["revocation"], listed[0]["asOf"]) == ("unknown", None)
    assert reopen(file).kept(str(listed[0]["number"])).id == listed[0]["id"]
    made = answer("child", "add", file, "--given", "Выдумка", "--family", "Тестова")
    assert made["id"].startswith("did:key:z6Mk")
    assert made in answer_without_now(capsys, cli, "child", "list", file)
    proved = answer("request-id", file, "--child", "Выдумка")
    assert (proved["id"], proved["proof"]["holder"]) == (made["id"], made["id"])
    health = answer("selftest", file)
    assert (health["diplomas"], health["attachments"], health["problems"]) == (4, 1, [])
    assert (health["sheets"], health["openedBySheet"]) == ([], None)
    assert answer("backup", file, "copy.vcw")["diplomas"] == 4
    assert answer("restore", "copy.vcw", "again.vcw")["showings"] == 1
    assert not any(each["added"] for each in answer("merge", file))
    assert [len(each["shown"]) for each in answer("history", file)] == [0, 0, 1]


def answer_without_now(capsys: pytest.CaptureFixture[str], cli: Cli, *arguments: str | Path) -> Any:
    capsys.readouterr()
    assert cli(*arguments, "--json") == 0
    return json.loads(capsys.readouterr().out)


# --- zip -----------------------------------------------------------------------------------------------


def test_a_zip_of_diplomas(
    tmp_path: Path, cli: Cli, file: Path, issuer: Issuer, capsys: pytest.CaptureFixture[str]
) -> None:
    with zipfile.ZipFile(tmp_path / "дипломы.zip", "w") as archive:
        archive.writestr("папка/4.vc.json", strict_json.dumps(issuer.diploma(number=4)))
        archive.writestr("папка/5.vc.json", strict_json.dumps(issuer.diploma(number=5)))
        archive.writestr("папка/bad.vc.json", "{")
    before = {path.name for path in tmp_path.rglob("*")}
    assert cli("add", file, "дипломы.zip", *AT) != 0
    assert "дипломы.zip/папка/bad.vc.json" in capsys.readouterr().err
    assert len(reopen(file).diplomas()) == 5
    assert {path.name for path in tmp_path.rglob("*")} - before <= {"state", "seen.json", "семья.vcw.bak"}


def hostile(path: Path, name: str) -> Path:
    if name == "bomb":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("zeros.json", bytes(limits.ZIP_BYTES + 1))
    elif name == "too many":
        with zipfile.ZipFile(path, "w") as archive:
            for number in range(limits.ZIP_MEMBERS + 1):
                archive.writestr(f"{number}.json", b"")
    elif name == "empty":
        with zipfile.ZipFile(path, "w"):
            pass
    else:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("x.json", b'{"type": "x"}' * 100)
        data = path.read_bytes()
        path.write_bytes(data[: len(data) // 2] if name == "cut" else data.replace(b"x.json", b"y.json", 1))
    return path


@pytest.mark.parametrize("name", ["bomb", "too many", "empty", "cut", "names disagree"])
def test_hostile_archives_cost_only_themselves(tmp_path: Path, name: str) -> None:
    (found,) = scanning.read_inputs([hostile(tmp_path / "a.zip", name)])
    assert found.problem is not None
    assert found.problem.code.startswith("archive.")
    assert found.where == ("a.zip/x.json" if name == "names disagree" else "a.zip")
