"""What was mistyped is typed again in place, and a sheet that is on paper opens the file at every moment."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.unit.wallet.shared import MASHA, NOW, OTHER_PASSPHRASE, PASSPHRASE, Cli, Issuer, reopen, wallet
from vcwallet.bundle.recovery_sheet import codes_in_file
from vcwallet.errors import InputError, UsageError
from vcwallet.wallet import Wallet

AT = ("--now", "2026-06-20T09:00:00Z")


class Keyboard:
    """What a person at a terminal types: texts, or what is typed after a look at what was asked."""

    def __init__(self) -> None:
        self.answers: list[str | Callable[[str], str]] = []
        self.asked: list[str] = []

    def prompt(self, question: str, **_: object) -> str:
        self.asked.append(question)
        answer = self.answers.pop(0)
        return answer if isinstance(answer, str) else answer(question)


@pytest.fixture
def keyboard(monkeypatch: pytest.MonkeyPatch) -> Keyboard:
    keys = Keyboard()
    monkeypatch.delenv("VCWALLET_PASSPHRASE", raising=False)
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr("click.prompt", keys.prompt)
    return keys


@pytest.fixture
def file(tmp_path: Path, cli: Cli, issuer: Issuer) -> Path:
    path = tmp_path / "семья.vcw"
    family = wallet(path, issuer)
    family.add_child(MASHA, now=NOW)
    family.add(issuer.diploma(number=1), now=NOW)
    family.save()
    return path


# --- a passphrase is typed again where it was mistyped ---------------------------------------------------


def test_a_wrong_passphrase_is_asked_for_three_times(
    cli: Cli, file: Path, keyboard: Keyboard, capsys: pytest.CaptureFixture[str]
) -> None:
    keyboard.answers = ["не тот пароль", "снова не тот", PASSPHRASE]
    assert cli("list", file, *AT) == 0
    assert capsys.readouterr().err.count("does not open this file") == 2
    keyboard.answers = ["раз", "два", "три", PASSPHRASE]
    assert cli("list", file, *AT) == 2
    assert keyboard.answers == [PASSPHRASE], "not a fourth time"


def test_a_passphrase_from_a_file_is_tried_once(
    tmp_path: Path, cli: Cli, file: Path, keyboard: Keyboard
) -> None:
    (tmp_path / "wrong.txt").write_text("не тот пароль\n", "utf-8")
    assert cli("list", file, "--passphrase-file", "wrong.txt", *AT) == 2
    assert keyboard.asked == []


def test_a_new_wallet_offers_the_same_words_again(
    tmp_path: Path, cli: Cli, keyboard: Keyboard, capsys: pytest.CaptureFixture[str]
) -> None:
    """Weak, then two that differ, then the words that were offered at first."""

    def offered(_: str) -> str:
        told = capsys.readouterr().err
        words = [line.strip() for line in told.splitlines() if line.startswith("    ")]
        assert len(words) == 3
        assert len(set(words)) == 1, "the same words each time"
        return words[0].upper()

    keyboard.answers = ["слабый", OTHER_PASSPHRASE, "и ещё что-то совсем другое", offered]
    assert cli("create", "new.vcw") == 0
    assert (tmp_path / "new.vcw").exists()


def test_a_new_passphrase_is_asked_for_three_times_and_then_nothing_is_made(
    tmp_path: Path, cli: Cli, keyboard: Keyboard
) -> None:
    keyboard.answers = ["слабый", "пароль", "12345678"]
    assert cli("create", "new.vcw") == 2
    assert not (tmp_path / "new.vcw").exists()


def test_a_changed_passphrase_is_asked_for_again_in_place(cli: Cli, file: Path, keyboard: Keyboard) -> None:
    keyboard.answers = [
        PASSPHRASE,
        "слабый",
        OTHER_PASSPHRASE,
        "опечатка",
        OTHER_PASSPHRASE,
        OTHER_PASSPHRASE,
    ]
    assert cli("passphrase", file) == 0
    assert len(Wallet.open(file, OTHER_PASSPHRASE).diplomas()) == 1


# --- the recovery sheet -----------------------------------------------------------------------------------


def code_on(sheet: Path) -> str:
    """The code as it is printed in the text form: one line, typed as it stands."""
    return next(line.strip() for line in sheet.read_text("utf-8").splitlines() if line.count("-") == 6)


def groups(sheet: Path) -> Callable[[str], str]:
    """A person who looks at the sheet and types the group that is asked for."""

    def look(question: str) -> str:
        return code_on(sheet).split("-")[int(question.split()[-1]) - 1]

    return look


def number_on(sheet: Path) -> str:
    first = sheet.read_text("utf-8").splitlines()[0]
    return first.split()[-1]


def test_a_mistyped_group_of_the_sheet_is_asked_for_again(
    tmp_path: Path, cli: Cli, file: Path, keyboard: Keyboard
) -> None:
    sheet = tmp_path / "sheet.txt"
    look = groups(sheet)
    keyboard.answers = [PASSPHRASE, "0000", look, look]
    assert cli("recovery-sheet", file, "--out", sheet, *AT) == 0
    assert keyboard.asked[1] == keyboard.asked[2], "the same group"
    assert cli("selftest", file, "--code-file", sheet, *AT) == 0


def test_a_sheet_that_nobody_confirmed_is_withdrawn_and_the_earlier_one_opens(
    tmp_path: Path, cli: Cli, file: Path, keyboard: Keyboard, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = tmp_path / "first.txt", tmp_path / "second.txt"
    keyboard.answers = [PASSPHRASE]
    assert cli("recovery-sheet", file, "--out", first, "--yes", *AT) == 0
    keyboard.answers = [PASSPHRASE, "0000", "1111", "2222"]
    assert cli("recovery-sheet", file, "--out", second, *AT) == 2
    assert not second.exists()
    assert cli("selftest", file, "--code-file", first, *AT) == 0
    capsys.readouterr()
    keyboard.answers = [PASSPHRASE]
    assert cli("selftest", file, *AT) == 0
    assert number_on(first) in capsys.readouterr().out
    assert sum(slot.type == "recovery" for slot in reopen(file)._file.slots) == 1


def test_a_kill_while_the_sheet_is_being_confirmed_leaves_two_sheets_that_open(
    tmp_path: Path, cli: Cli, file: Path, keyboard: Keyboard
) -> None:
    """Whatever is on paper opens the file, at every moment."""
    first, second = tmp_path / "first.txt", tmp_path / "second.txt"
    keyboard.answers = [PASSPHRASE]
    assert cli("recovery-sheet", file, "--out", first, "--yes", *AT) == 0
    killed = tmp_path / "killed.vcw"

    def killed_here(_: str) -> str:
        killed.write_bytes(file.read_bytes())
        return "0000"

    keyboard.answers = [PASSPHRASE, killed_here, "0000", "0000"]
    printed: list[str] = []
    keyboard.answers[1] = lambda question: (printed.append(second.read_text("utf-8")), killed_here(question))[
        1
    ]
    assert cli("recovery-sheet", file, "--out", second, *AT) == 2
    second.write_text(printed[0], "utf-8")
    for sheet in (first, second):
        assert cli("selftest", killed, "--code-file", sheet, *AT) == 0
    assert cli("selftest", file, "--code-file", second, *AT) == 2, "the wallet that went on withdrew it"


def test_the_drill_names_the_sheet_that_opens_the_file(
    tmp_path: Path, cli: Cli, file: Path, keyboard: Keyboard, capsys: pytest.CaptureFixture[str]
) -> None:
    sheet = tmp_path / "sheet.txt"
    keyboard.answers = [PASSPHRASE]
    assert cli("recovery-sheet", file, "--out", sheet, "--yes", *AT) == 0
    number = number_on(sheet)
    assert len(number) == 5
    assert number[2] == "-"
    capsys.readouterr()
    assert cli("selftest", file, "--code-file", sheet, *AT) == 0
    assert f"The sheet {number} opens this file." in capsys.readouterr().out
    keyboard.answers = [code_on(sheet)]
    assert cli("selftest", file, "--recovery", *AT) == 0
    assert f"The sheet {number} opens this file." in capsys.readouterr().out


@pytest.mark.parametrize("form", ["pdf", "photo.jpg"])
def test_the_code_is_read_from_the_page_or_a_picture_of_it(
    tmp_path: Path, cli: Cli, file: Path, keyboard: Keyboard, form: str
) -> None:
    sheet = tmp_path / "sheet.pdf"
    keyboard.answers = [PASSPHRASE]
    assert cli("recovery-sheet", file, "--out", sheet, "--yes", *AT) == 0
    given = sheet
    if form != "pdf":
        import pypdfium2

        document = pypdfium2.PdfDocument(sheet)
        given = tmp_path / form
        document[0].render(scale=110 / 72).to_pil().convert("L").rotate(4, fillcolor="white").save(given)
        document.close()
    arguments = ("--code-file", given, "--new-passphrase-file", "other.txt")
    assert cli("restore", file, "new.vcw", *arguments, *AT) == 0
    assert len(Wallet.open(tmp_path / "new.vcw", OTHER_PASSPHRASE).diplomas()) == 1
    keyboard.answers = [str(given)]
    assert cli("selftest", file, "--recovery", *AT) == 0, "its name is typed where the code is asked for"


def test_a_picture_without_a_code_says_so(
    tmp_path: Path, cli: Cli, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from PIL import Image

    Image.new("L", (200, 200), "white").save(tmp_path / "white.png")
    assert cli("selftest", file, "--code-file", "white.png", *AT) == 2, "a file of one's own"
    assert "no recovery code" in capsys.readouterr().err
    with pytest.raises(InputError) as caught:
        codes_in_file((tmp_path / "white.png").read_bytes())
    assert caught.value.code == "recovery-code.not-in-file"


@pytest.mark.parametrize("lang", ["ru", "en"])
def test_the_sheet_says_what_a_person_needs_in_eleven_years(
    tmp_path: Path, cli: Cli, file: Path, keyboard: Keyboard, lang: str
) -> None:
    keyboard.answers = [PASSPHRASE]
    sheet = tmp_path / "sheet.txt"
    assert cli("recovery-sheet", file, "--out", sheet, "--yes", *AT, lang=lang) == 0
    said = sheet.read_text("utf-8")
    assert "pip install vcwallet" in said
    assert said.count("____") >= 6, "blanks for where copies of the file lie, and who has them"
    assert MASHA.given_name not in said


# --- restoring --------------------------------------------------------------------------------------------


def test_restoring_asks_for_everything_before_it_writes(
    tmp_path: Path, cli: Cli, file: Path, keyboard: Keyboard
) -> None:
    sheet = tmp_path / "sheet.txt"
    keyboard.answers = [PASSPHRASE]
    assert cli("recovery-sheet", file, "--out", sheet, "--yes", *AT) == 0

    def nothing_yet(_: str) -> str:
        assert not (tmp_path / "new.vcw").exists()
        return "слабый"

    keyboard.answers = [nothing_yet, nothing_yet, nothing_yet]
    assert cli("restore", file, "new.vcw", "--code-file", sheet, *AT) == 2
    assert not (tmp_path / "new.vcw").exists(), "a file that opens with a passphrase nobody knows"
    assert list(tmp_path.glob(".new.vcw*")) == []
    keyboard.answers = [nothing_yet, OTHER_PASSPHRASE, OTHER_PASSPHRASE]
    assert cli("restore", file, "new.vcw", "--code-file", sheet, *AT) == 0
    Wallet.open(tmp_path / "new.vcw", OTHER_PASSPHRASE)
    with pytest.raises(UsageError):
        Wallet.open(tmp_path / "new.vcw", PASSPHRASE)


def test_restoring_into_a_folder_that_is_not_there_is_told_before_anything_is_asked(
    cli: Cli, file: Path, keyboard: Keyboard
) -> None:
    assert cli("restore", file, "нет такой папки/new.vcw", *AT) == 2
    assert keyboard.asked == []


def test_what_does_not_hold_is_told_before_anything_is_restored(
    tmp_path: Path, cli: Cli, file: Path, keyboard: Keyboard, capsys: pytest.CaptureFixture[str]
) -> None:
    opened = reopen(file)
    opened.children[0]._view.put(b"not JSON", kind="credential")
    opened.save()
    keyboard.answers = [PASSPHRASE, "нет"]
    assert cli("restore", file, "new.vcw", *AT) == 2
    assert "A record of the wallet" in capsys.readouterr().err
    assert not (tmp_path / "new.vcw").exists()
    keyboard.answers = [PASSPHRASE, "да"]
    assert cli("restore", file, "new.vcw", *AT) == 4
    assert len(reopen(tmp_path / "new.vcw")._file.records()) == len(opened._file.records())


def test_a_backup_whose_own_copy_had_to_be_opened_is_restored(
    tmp_path: Path, cli: Cli, file: Path, keyboard: Keyboard
) -> None:
    opened = reopen(file)
    opened.add_child(MASHA.renamed("Примерова"), now=NOW)
    opened.save()
    file.write_bytes(file.read_bytes()[:-1])
    keyboard.answers = [PASSPHRASE]
    assert cli("restore", file, "new.vcw", *AT) == 0
    assert len(reopen(tmp_path / "new.vcw").diplomas()) == 1


# --- three shares -----------------------------------------------------------------------------------------


def test_two_of_three_shares_open_the_wallet(
    tmp_path: Path, cli: Cli, file: Path, keyboard: Keyboard, capsys: pytest.CaptureFixture[str]
) -> None:
    """For parents who live apart: one has two pages, or each has one and the grandmother the third."""

    def look(question: str) -> str:
        _, place, _, group = (word.strip(",:") for word in question.split())
        (line,) = [
            line.strip()
            for line in (tmp_path / f"sheet {place}.txt").read_text("utf-8").splitlines()
            if line.count("-") == 7
        ]
        return line.split("-")[int(group) - 1]

    keyboard.answers = [PASSPHRASE, look, look, look]
    assert cli("recovery-sheet", file, "--shares", "--out", "sheet.txt", *AT) == 0
    number = number_on(tmp_path / "sheet 1.txt")
    assert "Print all three, then delete the files." in capsys.readouterr().out
    two = ("--code-file", "sheet 3.txt", "--code-file", "sheet 1.txt")
    assert cli("selftest", file, *two, *AT) == 0
    assert f"The sheet {number} opens this file." in capsys.readouterr().out
    assert cli("selftest", file, "--code-file", "sheet 2.txt", *AT) == 2
    assert "any two" in capsys.readouterr().err
    keyboard.answers = ["sheet 2.txt", "sheet 3.txt"]
    assert cli("selftest", file, "--recovery", *AT) == 0


def test_shares_on_paper_are_read_from_photos(
    tmp_path: Path, cli: Cli, file: Path, keyboard: Keyboard
) -> None:
    keyboard.answers = [PASSPHRASE]
    assert cli("recovery-sheet", file, "--shares", "--out", "sheet.pdf", "--yes", *AT) == 0
    two = ("--code-file", "sheet 2.pdf", "--code-file", "sheet 3.pdf")
    assert cli("selftest", file, *two, *AT) == 0
