"""What families get: every folder whole, of one child, addable in one go; sheets that name no formula."""

from __future__ import annotations

import html
import re
import shlex
import zipfile
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.unit.issuer.kits import csv
from tests.unit.issuer.offices import PASSPHRASE, left_by_a_kill, pupils
from tests.unit.issuer.test_commands import Terminal, olympiad, terminal
from vcwallet import locales, strict_json
from vcwallet.cli import command_line
from vcwallet.cli.speak import Speaker, run
from vcwallet.errors import MachineError, UsageError
from vcwallet.issuer import Issuer, handout, letter
from vcwallet.sealed_file import UNSAFE_FOR_TESTS, Passphrase
from vcwallet.wallet import Profile, Wallet

__all__ = ["olympiad", "terminal"]

NOW = ("--now", "2026-06-01")
NOW_MOMENT = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.fixture
def signed(terminal: Terminal, olympiad: Path) -> Path:
    """Two pupils of class 9 and one of class 10, the first with two diplomas, one of them a participant's."""
    sheet = terminal.folder / "итоги.csv"
    sheet.write_bytes(csv(*pupils(2), *pupils(1, Фамилия="Десятый", Имя="Вымысел", Класс="10 «А»")))
    terminal.do("issue", "--yes", sheet, "--dir", olympiad, "--no-pdf", *NOW)
    other = terminal.folder / "участники.csv"
    other.write_bytes(
        csv(*[row[:5] for row in pupils(1)], headers=["Фамилия", "Имя", "Отчество", "Дата рождения", "Класс"])
    )
    terminal.do(
        "issue", "--yes", other, "--template", "olympiad-participant", "--dir", olympiad, "--no-pdf", *NOW
    )
    return olympiad


def made(terminal: Terminal, issuer: Path, *options: str) -> Path:
    out = terminal.folder / "раздать"
    terminal.do("hand-out", out, "--dir", issuer, *options, *NOW, language="ru")
    return out


def cells(path: Path) -> list[list[Any]]:
    sheet = openpyxl.load_workbook(path).worksheets[0]
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def test_each_pupil_has_a_folder_with_everything(terminal: Terminal, signed: Path) -> None:
    out = made(terminal, signed)
    found = {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()}
    first = "9/Тестов-А Пробник"
    assert {each for each in found if each.startswith(first)} == {
        f"{first}/0001 Тестов-А Пробник.pdf",
        f"{first}/0001 Тестов-А Пробник.vc.json",
        f"{first}/0004 Тестов-А Пробник.pdf",
        f"{first}/0004 Тестов-А Пробник.vc.json",
        f"{first}/issuer.json",
        f"{first}/status-1.json",
        f"{first}/Что с этим делать.html",
    }
    assert {each.split("/")[1] for each in found if each.startswith("9/")} == {
        "Тестов-А Пробник",
        "Тестов-Б Пробник",
    }
    assert "10 «А»/Десятый Вымысел/0003 Десятый Вымысел.pdf" in found
    assert {each for each in found if "/" not in each} == {"handout.xlsx", "mail-merge.xlsx"}


def test_nothing_in_a_folder_is_of_another_child(terminal: Terminal, signed: Path) -> None:
    out = made(terminal, signed)
    for path in (out / "9" / "Тестов-А Пробник").iterdir():
        data = path.read_bytes().decode("utf-8", "replace")
        assert "Тестов-Б" not in data
        assert "Десятый" not in data


def test_a_family_adds_its_folder_in_one_go(terminal: Terminal, signed: Path, tmp_path: Path) -> None:
    folder = made(terminal, signed) / "9" / "Тестов-А Пробник"
    wallet = Wallet.create(tmp_path / "семья.vcw", PASSPHRASE, kdf=UNSAFE_FOR_TESTS)
    child = wallet.add_child(Profile("Пробник", "Тестов-А", birth_date=date(2009, 5, 17)), now=NOW_MOMENT)
    results = wallet.add_files([folder], child=child, agree=lambda *_: True, now=NOW_MOMENT)
    assert [each.error for each in results if each.error is not None] == []
    assert len(child.diplomas()) == 2


def test_the_commands_of_the_letter_do_what_it_says(
    terminal: Terminal, signed: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Typed as they stand, in the folder where the pupil's folder lies."""
    folder = made(terminal, signed) / "9"
    page = (folder / "Тестов-А Пробник" / "Что с этим делать.html").read_text("utf-8")
    commands = [html.unescape(each) for each in re.findall("<code>vcwallet (.*?)</code>", page)]
    monkeypatch.chdir(folder)
    monkeypatch.setenv("VCWALLET_PASSPHRASE", PASSPHRASE)
    monkeypatch.setenv("VCWALLET_STATE", str(tmp_path / "state"))
    # The first serves pages until somebody closes them; tests/web/test_open.py starts it.
    assert commands[0] == "open"
    for command in commands[1:]:
        options = ["--yes"] if "add" in command.split() else ["--kdf", "light"]
        assert run(command_line, [*shlex.split(command), *options], Speaker(locales.language("ru"))) == 0
    opened = Wallet.open(folder / "family.vcw", secret=Passphrase(PASSPHRASE))
    assert len(opened.diplomas()) == 2


def test_what_does_not_count_is_not_handed_out(terminal: Terminal, signed: Path) -> None:
    terminal.do("revoke", "--yes", "1", "--dir", signed)
    terminal.do("correct", "2", "--set", "given=Проба", "--dir", signed)
    out = made(terminal, signed, "--no-pdf")
    files = {path.name for path in out.rglob("*.vc.json")}
    assert files == {
        "0003 Десятый Вымысел.vc.json",
        "0004 Тестов-А Пробник.vc.json",
        "0005 Тестов-Б Проба.vc.json",
    }
    numbers = [row[0] for row in cells(out / "handout.xlsx")[4:]]
    assert numbers == ["0004", "0005", "0003"]


def test_a_folder_for_each_class(terminal: Terminal, signed: Path) -> None:
    out = made(terminal, signed, "--by-class", "--no-pdf", "--class", "9")
    assert {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()} == {
        "handout.xlsx",
        "mail-merge.xlsx",
        "9/0001 Тестов-А Пробник.vc.json",
        "9/0002 Тестов-Б Пробник.vc.json",
        "9/0004 Тестов-А Пробник.vc.json",
        "9/issuer.json",
        "9/status-1.json",
        "9/Что с этим делать.html",
    }


@pytest.mark.parametrize(
    ("what", "expected"),
    [
        ("pupil", {"9/Тестов-А Пробник.zip", "9/Тестов-Б Пробник.zip", "10 «А»/Десятый Вымысел.zip"}),
        ("class", {"9.zip", "10 «А».zip"}),
        ("school", {"Олимпиада «Вымысел».zip"}),
    ],
)
def test_archives(terminal: Terminal, signed: Path, what: str, expected: set[str]) -> None:
    out = made(terminal, signed, "--zip", what, "--no-pdf")
    files = {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()}
    assert files == {*expected, "handout.xlsx", "mail-merge.xlsx"}
    names = [name for each in sorted(expected) for name in zipfile.ZipFile(out / each).namelist()]
    assert len([name for name in names if name.endswith(".vc.json")]) == 4
    assert {row[5] for row in cells(out / "handout.xlsx")[4:]} == expected


def test_a_locked_archive_opens_with_the_code_of_the_sheet_alone(terminal: Terminal, signed: Path) -> None:
    import pyzipper

    out = made(terminal, signed, "--lock", "--no-pdf")
    rows = {row[5]: row[6] for row in cells(out / "handout.xlsx")[4:]}
    assert len(set(rows.values())) == 3
    for file, code in rows.items():
        assert re.fullmatch(r"[0-9]{5}(-[0-9]{5}){3}", code)
        with pyzipper.AESZipFile(out / file) as archive:
            name = next(each for each in archive.namelist() if each.endswith(".vc.json"))
            with pytest.raises(RuntimeError):
                archive.read(name)
            archive.setpassword(code.encode())
            assert archive.read(name).startswith(b"{")
    with pytest.raises(UsageError) as caught:
        Issuer.open(signed, PASSPHRASE).handout(
            terminal.folder / "ещё", now=NOW_MOMENT, language=locales.language("ru"), locked=True
        )
    assert caught.value.code == "handout.locked-what"


def test_the_sheet_to_sign_names_each_diploma_once(terminal: Terminal, signed: Path) -> None:
    out = made(terminal, signed, "--no-pdf")
    rows = cells(out / "handout.xlsx")
    assert rows[0][0] == "Олимпиада «Вымысел»"
    assert rows[3] == [
        "№",
        "Класс",
        "Кому",
        "За что",
        "Номер бумажного диплома",
        "Файл",
        "Код для выдачи",
        "Получено, подпись",
    ]
    first = rows[4]
    assert first[:3] == ["0001", "9", "Тестов-А Пробник"]
    assert "Диплом I степени" in first[3]
    assert first[5] == "9/Тестов-А Пробник"
    assert not first[7]
    merged = cells(out / "mail-merge.xlsx")
    assert merged[0][:3] == ["Фамилия", "Имя", "Отчество"]
    assert [row[0] for row in merged[1:]] == ["Тестов-А", "Тестов-Б", "Десятый"]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t="])
def test_no_cell_becomes_a_formula(tmp_path: Path, start: str) -> None:
    """Also when the sheet is saved as text and opened again: such cells bear the mark of a text."""
    import xlsxwriter

    hostile = f"{start}cmd|' /C calc'!A1"
    line = handout.Line(1, hostile, hostile, hostile, hostile, hostile, hostile, "")
    office = handout.Office(hostile, locales.language("ru"), NOW_MOMENT.date())
    handout._write_handout(xlsxwriter, tmp_path / "h.xlsx", [line], office)
    sheet = openpyxl.load_workbook(tmp_path / "h.xlsx").worksheets[0]
    for row in sheet.iter_rows():
        for cell in row:
            assert cell.data_type != "f"
            if cell.value == hostile:
                assert cell.quotePrefix


class Outside(HTMLParser):
    """What a page would load, and its text."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.said = ""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [
            value or "" for name, value in attributes if name in ("src", "href", "action", "style")
        ]

    def handle_data(self, data: str) -> None:
        self.said += data


def test_the_letter_names_the_page_before_whole_commands_of_a_wallet() -> None:
    written = letter.page(
        letter.Letter(
            "Школа", "Тестова Проба", "", (letter.Named("Диплом", "1"),), "28.11.2026", "Тестова Проба"
        ),
        locales.language("ru"),
    )
    commands = re.findall("<code>vcwallet (.*?)</code>", written)
    assert commands == ["open", "wallet create family.vcw", "wallet add family.vcw &quot;Тестова Проба&quot;"]
    assert written.index("«Семья»") < written.index("<code>")


@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_letter_is_escaped_and_loads_nothing(language: str) -> None:
    hostile = '<script>alert(1)</script>"><img src=https://evil.example>\u202e'
    written = letter.page(
        letter.Letter(hostile, hostile, hostile, (letter.Named(hostile, hostile),), hostile, hostile),
        locales.language(language),
    )
    page = Outside()
    page.feed(written)
    assert not {"script", "img", "link", "iframe"} & set(page.tags)
    assert page.links == []
    assert "<script>alert(1)</script>" in page.said
    assert "\u202e" not in written


def test_a_folder_that_is_there_is_left_alone(terminal: Terminal, signed: Path) -> None:
    out = made(terminal, signed, "--no-pdf")
    before = sorted(out.rglob("*"))
    with pytest.raises(UsageError) as caught:
        Issuer.open(signed, PASSPHRASE).handout(out, now=NOW_MOMENT, language=locales.language("ru"))
    assert caught.value.code == "handout.not-empty"
    assert sorted(out.rglob("*")) == before


def test_a_run_that_fails_leaves_nothing(
    terminal: Terminal, signed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(handout, "_write_mail_merge", full)
    before = set(terminal.folder.iterdir())
    with pytest.raises(OSError, match="No space"):
        Issuer.open(signed, PASSPHRASE).handout(
            terminal.folder / "раздать", now=NOW_MOMENT, language=locales.language("ru")
        )
    assert set(terminal.folder.iterdir()) == before


def test_what_a_killed_handing_out_left_is_removed_and_one_at_work_is_not(
    terminal: Terminal, signed: Path
) -> None:
    out = terminal.folder / "раздать"
    old, at_work = left_by_a_kill(out), left_by_a_kill(out, hours=0.5)
    with Issuer.open(signed, PASSPHRASE) as issuer:
        issuer.handout(out, now=NOW_MOMENT, language=locales.language("ru"))
    assert [each.exists() for each in (out, old, at_work)] == [True, False, True]


def test_nothing_to_hand_out_is_said(
    terminal: Terminal, olympiad: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(UsageError) as caught:
        Issuer.open(olympiad, PASSPHRASE).handout(
            terminal.folder / "раздать", now=NOW_MOMENT, language=locales.language("ru")
        )
    assert caught.value.code == "handout.nothing"
    with pytest.raises(MachineError) as missing:
        handout._library("no_such_library")
    assert missing.value.code == "handout.extra-missing"


@pytest.mark.parametrize("name", ["CON", "nul", "Com1", "LPT9", "com¹"])
def test_no_folder_bears_a_name_that_windows_keeps_for_itself(name: str) -> None:
    assert handout._safe(name) == f"{name}_"
    assert handout._safe(f"{name} Пробник") == f"{name} Пробник"


def test_namesakes_have_folders_of_their_own(terminal: Terminal, olympiad: Path) -> None:
    sheet = terminal.folder / "итоги.csv"
    sheet.write_bytes(csv(*pupils(1), *pupils(1, **{"Дата рождения": "18.05.2009"})))
    terminal.do("issue", "--yes", sheet, "--dir", olympiad, "--no-pdf", *NOW)
    out = made(terminal, olympiad, "--no-pdf")
    assert {path.name for path in (out / "9").iterdir()} == {"Тестов-А Пробник", "Тестов-А Пробник 0002"}
    who = [row[2] for row in cells(out / "handout.xlsx")[4:]]
    assert who == ["Тестов-А Пробник, 17.05.2009", "Тестов-А Пробник, 18.05.2009"]


def test_diplomas_without_a_file_of_their_own_are_counted_and_not_passed_over(
    terminal: Terminal, signed: Path
) -> None:
    """Signed many to a file: a class would be handed out without some of its diplomas, and nobody told."""
    sheet = terminal.folder / "много.csv"
    sheet.write_bytes(csv(*pupils(2, Имя="Другой")))
    options = ("--dir", signed, "--no-pdf", *NOW)
    terminal.do("issue", "--yes", sheet, "--jsonl", "--other-children", *options)
    said = terminal.do("hand-out", terminal.folder / "one", *options)
    assert "4 diplomas, 3 pupils." in said
    assert f"Print {terminal.folder / 'one' / 'handout.xlsx'}" in said
    assert "Not handed out, for they have no file of their own: 2 diplomas." in said
    assert "--again" in said
    assert terminal.json("hand-out", terminal.folder / "two", *options)["withoutFile"] == 2
    terminal.do("issue", "--yes", sheet, "--again", *options)
    assert "Not handed out" not in terminal.do("hand-out", terminal.folder / "three", *options)


def test_a_folder_in_which_something_lies_is_refused_before_anything_is_asked(
    terminal: Terminal, olympiad: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("VCWALLET_PASSPHRASE")
    said = terminal.do("hand-out", olympiad, "--dir", olympiad, *NOW, expect=2)
    assert "is not empty" in said


def test_when_no_diploma_has_a_file_of_its_own_the_way_to_files_is_told(
    terminal: Terminal, olympiad: Path
) -> None:
    sheet = terminal.folder / "итоги.csv"
    sheet.write_bytes(csv(*pupils(2)))
    terminal.do("issue", "--yes", sheet, "--jsonl", "--dir", olympiad, *NOW)
    said = terminal.do("hand-out", terminal.folder / "out", "--dir", olympiad, "--no-pdf", *NOW, expect=2)
    assert "None of the 2 diplomas has a file of its own" in said
    assert "--again" in said
    with Issuer.open(olympiad, PASSPHRASE) as issuer, pytest.raises(UsageError) as caught:
        issuer.handout(terminal.folder / "out", now=NOW_MOMENT, language=locales.language("en"))
    assert caught.value.code == "handout.no-files"


def test_namesakes_without_a_date_of_birth_are_told_apart_by_their_ids_or_told_about(
    terminal: Terminal, signed: Path
) -> None:
    """Two diplomas of one name and class may be two children's, and nothing but an id can say so."""
    (file,) = (signed / "issued").glob("0002 *.vc.json")
    ids = ["did:key:zOne", "did:key:zTwo", None, None]
    given = []
    for number, id_ in enumerate(ids):
        document = strict_json.loads_object(file.read_bytes())
        subject = document["credentialSubject"]
        assert isinstance(subject, dict)
        del subject["dateOfBirth"]
        subject.pop("id", None)
        if id_ is not None:
            subject["id"] = id_
        copy = terminal.folder / f"{number:04d} Тестов-Б Пробник.vc.json"
        copy.write_text(strict_json.dumps(document), "utf-8")
        given.append(handout.Diploma(number, copy, document))
    office = handout.Office("Олимпиада «Вымысел»", locales.language("ru"), date(2026, 6, 1))
    out = handout.hand_out(given, terminal.folder / "раздать", issuer_files={}, office=office)
    folders = {line.number: line.file for line in out.lines}
    assert len(set(folders.values())) == 3
    assert folders[2] == folders[3]
    assert out.perhaps_several == ("Тестов-Б Пробник",)


@pytest.mark.parametrize("options", [("--zip", "pupil"), ("--lock",)])
def test_archives_of_single_pupils_are_not_made_of_a_folder_of_a_class(
    terminal: Terminal, signed: Path, options: tuple[str, ...]
) -> None:
    """The archive of the second pupil of a class would take the place of the first one's."""
    out = terminal.folder / "раздать"
    terminal.do("hand-out", out, "--by-class", *options, "--dir", signed, *NOW, expect=UsageError.exit_status)
    assert not out.exists()
    with Issuer.open(signed) as issuer:
        issuer.unlock(PASSPHRASE)
        with pytest.raises(UsageError) as caught:
            issuer.handout(
                out,
                now=NOW_MOMENT,
                language=locales.language("en"),
                by=handout.By.CLASS,
                archives=handout.Archives.PUPIL,
            )
    assert caught.value.code == "handout.class-of-pupils"
    assert not out.exists()


@pytest.mark.parametrize("school_class", ["9²", "①", "九", "", "12345", "9 «А»"])
def test_any_class_has_its_place_in_the_order(school_class: str) -> None:
    assert sorted([school_class, "10"], key=handout._class_order)
