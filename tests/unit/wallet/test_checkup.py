"""`wallet check`: what a family should see to, on one screen."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.unit.wallet.shared import MASHA, NOW, OTHER_PASSPHRASE, PETYA, Cli, Issuer, later, reopen, wallet
from vcwallet.sealed_file import UNSAFE_FOR_TESTS, Notice
from vcwallet.wallet import SeenSaves
from vcwallet.wallet.checkup import Matter

AT = ("--now", "2026-06-20T09:00:00Z")
LATER = ("--now", "2026-09-20T09:00:00Z")


@pytest.fixture
def file(tmp_path: Path, issuer: Issuer) -> Path:
    path = tmp_path / "семья.vcw"
    family = wallet(path, issuer)
    family.add_child(MASHA, now=NOW)
    family.add(issuer.diploma(number=1), now=NOW)
    family.lists.remember(issuer.status_list(), now=NOW)
    family.save()
    return path


def said(cli: Cli, file: Path, capsys: pytest.CaptureFixture[str], *at: str, status: int = 0) -> str:
    capsys.readouterr()
    assert cli("check", file, *(at or AT)) == status
    told = capsys.readouterr()
    assert len(told.out.splitlines()) <= 24, "one screen"
    return told.out


def test_a_wallet_that_is_looked_after(
    tmp_path: Path, cli: Cli, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = said(cli, file, capsys)
    assert "! No recovery sheet" in told
    assert "! No backup" in told
    assert cli("recovery-sheet", file, "--out", "sheet.txt", "--yes", *AT) == 0
    assert cli("backup", file, "copy.bin", *AT) == 0
    told = said(cli, file, capsys)
    assert "Nothing needs to be done." in told
    assert "!" not in told
    number = (tmp_path / "sheet.txt").read_text("utf-8").splitlines()[0].split()[-1]
    assert f"Recovery sheets of the family: {number}." in told
    assert "nothing was changed since" in told


def test_what_changed_since_the_last_backup_is_said(
    cli: Cli, file: Path, issuer: Issuer, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli("backup", file, "copy.bin", *AT) == 0
    family = reopen(file)
    family.add(issuer.diploma(number=2), now=NOW)
    family.save()
    assert "! The last backup from this computer is of 2026-06-20; saved since then: 1 time." in said(
        cli, file, capsys
    )


def test_what_a_university_would_ask_next(
    cli: Cli, file: Path, issuer: Issuer, capsys: pytest.CaptureFixture[str]
) -> None:
    family = reopen(file)
    masha = family.children[0]
    family.add(issuer.diploma(PETYA, number=3), child=family.add_child(PETYA, now=NOW), now=NOW)
    family.add(issuer.diploma(number=2), child=masha, now=NOW)
    masha.rename(MASHA.renamed("Примерова"), now=NOW)
    family.lists.remember(issuer.status_list(revoked=(2,), at=later()), now=later())
    family.save()
    told = said(cli, file, capsys, "--now", "2026-06-22T09:00:00Z")
    number = next(each.number for each in reopen(file).diplomas() if "тур 2" in each.title)
    assert f"! Revoked, so it will be refused: № {number}." in told
    assert "! Under another surname" in told
    assert "№ 1, 3." in told, "and nothing is asked about Petya's"
    told = said(cli, file, capsys, *LATER)
    assert "! The lists of revoked diplomas are old, of 2026-06-21 or later." in told


def test_copies_beside_it_guardians_and_json(
    tmp_path: Path, cli: Cli, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    family = reopen(file)
    family.guardians.add_passphrase("Бабушка", OTHER_PASSPHRASE, kdf=UNSAFE_FOR_TESTS, now=NOW)
    shutil.copy(file, tmp_path / "семья (конфликт).vcw")
    told = said(cli, file, capsys)
    assert "+ Others who can open it: Бабушка." in told
    assert "! Copies of the wallet lie beside it: семья (конфликт).vcw." in told
    assert cli("check", file, "--json", *AT) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["copies"] == ["семья (конфликт).vcw"]
    assert answer["guardians"] == [{"name": "Бабушка", "sheet": None}]
    assert (answer["backup"], answer["revoked"], answer["oldestList"]) == (None, [], "2026-06-20T09:00:00Z")


def test_a_wallet_that_is_not_sound_says_so_and_ends_so(
    cli: Cli, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    opened = reopen(file)
    opened.children[0]._view.put(b"not JSON", kind="credential")
    opened.save()
    assert "! Not everything in it holds" in said(cli, file, capsys, status=4)


def test_what_to_see_to_comes_with_the_most_urgent_first(tmp_path: Path, file: Path, issuer: Issuer) -> None:
    opened = reopen(file)
    shutil.copy(file, tmp_path / "семья (конфликт).vcw")
    seen = SeenSaves(tmp_path / "state")
    assert seen.meet(opened.saved_state) is None
    older = Notice("wallet.older", "older", {})
    told = opened.reminders(noticed=[older], backup=None, now=later(200))
    assert [each.matter for each in told] == [
        Matter.OLDER,
        Matter.COPIES_BESIDE,
        Matter.NO_SHEET,
        Matter.NO_BACKUP,
        Matter.LISTS_OLD,
    ]
    seen.remember_backup(opened.saved_state, now=NOW)
    backup = seen.last_backup(opened.saved_state.file_id)
    assert Matter.BACKUP_OLD in {each.matter for each in opened.reminders(backup=backup, now=later(183))}
    assert not {Matter.BACKUP_OLD, Matter.BACKUP_BEHIND, Matter.LISTS_OLD} & {
        each.matter for each in opened.reminders(backup=backup, now=later(80))
    }
    opened.add(issuer.diploma(number=7), now=NOW)
    opened.save()
    assert Matter.BACKUP_BEHIND in {each.matter for each in opened.reminders(backup=backup, now=later(80))}


def test_a_file_that_vanished_while_it_is_open_is_the_first_thing_to_see_to(file: Path) -> None:
    opened = reopen(file)
    file.unlink()
    first, *_ = opened.reminders(backup=None, now=NOW)
    assert first.matter is Matter.DAMAGED
    assert first.notice is not None
    assert first.notice.code == "sealed-file.missing"


def test_the_list_says_the_most_urgent_thing(
    cli: Cli, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli("list", file, *AT) == 0
    told = capsys.readouterr()
    assert "No recovery sheet is printed." in told.err
    assert "recovery" not in told.out
