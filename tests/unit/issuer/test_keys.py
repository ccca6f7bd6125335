"""An issuer's keys over the years: a forgotten passphrase, another one, and who may choose it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.issuer.offices import NOW, PASSPHRASE, Office, pupils
from tests.unit.issuer.test_commands import Terminal
from tests.unit.issuer.test_commands import terminal as terminal
from vcwallet.errors import UsageError
from vcwallet.issuer import Issuer
from vcwallet.sealed_file import UNSAFE_FOR_TESTS, Kdf, RecoveryCode, SealedFile

OTHER = "совсем другие шесть вымышленных слов подряд"


@pytest.fixture(autouse=True)
def _in_its_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where commands are typed; a changed passphrase costs a guesser nothing, to save a second."""
    monkeypatch.chdir(tmp_path)
    change = SealedFile.change_passphrase

    def cheap(file: SealedFile, passphrase: str, *, kdf: Kdf) -> None:
        change(file, passphrase, kdf=UNSAFE_FOR_TESTS)

    monkeypatch.setattr(SealedFile, "change_passphrase", cheap)


def _groups(sheet: Path) -> str:
    lines = [line.split() for line in sheet.read_text("utf-8").splitlines()]
    return " ".join(line[1] for line in lines if len(line) == 2 and line[0].isdecimal())


def test_the_code_of_the_sheet_opens_the_keys_and_chooses_a_new_passphrase(terminal: Terminal) -> None:
    """The whole way of a secretary who forgot: sheet, code, new passphrase, the next diploma."""
    folder = terminal.folder
    assert "recovery-sheet --dir" in terminal.do("create", "o", "--kit", "school")
    assert "print it" in terminal.do("recovery-sheet", "--dir", "o", "--out", folder / "sheet.txt", "--yes")
    (folder / "code.txt").write_text(_groups(folder / "sheet.txt").lower(), "utf-8")
    (folder / "new.txt").write_text(OTHER, "utf-8")
    terminal.do("passphrase", "--dir", "o", "--code-file", "code.txt", "--new-passphrase-file", "new.txt")
    Issuer.open(folder / "o", OTHER)
    with pytest.raises(UsageError) as refused:
        Issuer.open(folder / "o", PASSPHRASE)
    assert refused.value.code == "sealed-file.wrong-passphrase"
    terminal.do("issue", "o/sample.csv", "--dir", "o", "--passphrase-file", "new.txt", "--now", "2026-06-01")


@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_sheet_says_what_it_opens_and_nothing_of_wallets(terminal: Terminal, language: str) -> None:
    terminal.do("create", "o", "--kit", "school")
    terminal.do("recovery-sheet", "--dir", "o", "--out", "sheet.txt", "--yes", language=language)
    text = (terminal.folder / "sheet.txt").read_text("utf-8")
    assert {"en": "an issuer's keys", "ru": "ключей"}[language] in text
    assert not any(word in text for word in ("wallet.", "кошел", "birth", "рожд"))


def test_a_sheet_nobody_read_back_changes_nothing(terminal: Terminal) -> None:
    terminal.do("create", "o", "--kit", "school")
    before = (terminal.folder / "o" / "keys.vcw").read_bytes()
    assert "two groups" in terminal.do("recovery-sheet", "--dir", "o", "--out", "sheet.pdf", expect=2)
    assert (terminal.folder / "o" / "keys.vcw").read_bytes() == before
    assert not (terminal.folder / "sheet.pdf").exists()


def test_a_weak_passphrase_is_refused_and_the_old_one_still_opens(terminal: Terminal) -> None:
    terminal.do("create", "o", "--kit", "school")
    (terminal.folder / "weak.txt").write_text("школа2026", "utf-8")
    said = terminal.do("passphrase", "--dir", "o", "--new-passphrase-file", "weak.txt", expect=2)
    assert "can be guessed" in said
    Issuer.open(terminal.folder / "o", PASSPHRASE)


def test_a_newer_sheet_replaces_the_older_one(office: Office) -> None:
    with Issuer.open(office.folder.path, PASSPHRASE) as issuer:
        first = issuer.recovery_sheet(now=NOW).code
        issuer.save_keys()
        second = issuer.recovery_sheet(now=NOW).code
        issuer.save_keys()
        assert issuer.has_recovery_code
    with Issuer.open(office.folder.path) as issuer:
        with pytest.raises(UsageError):
            issuer.unlock(secret=RecoveryCode(first))
        issuer.unlock(secret=RecoveryCode(second))


def test_keys_opened_by_the_code_sign_although_several_processes_were_asked_for(office: Office) -> None:
    """The other processes would need the passphrase, which is what was forgotten."""
    with Issuer.open(office.folder.path, PASSPHRASE) as issuer:
        code = issuer.recovery_sheet(now=NOW).code
        issuer.save_keys()
    found = office.plan(pupils(3))
    with Issuer.open(office.folder.path) as issuer:
        issuer.unlock(secret=RecoveryCode(code))
        assert issuer.issue(found, now=NOW, processes=2).issued == 3
