# ruff: noqa: F811  (fixtures of another file are arguments here)
"""`vcwallet issuer check`, and what `issue` shows and asks before it signs."""

from __future__ import annotations

import shlex
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bench.desk import sheets
from tests.unit.issuer.kits import HEADERS, OTHER, PUPIL, csv
from tests.unit.issuer.offices import PASSPHRASE, Office
from tests.unit.issuer.test_commands import NOW, Terminal, olympiad, terminal  # noqa: F401
from vcwallet import limits, locales
from vcwallet.cli.issuer import issuer as issuer_commands
from vcwallet.cli.speak import Speaker
from vcwallet.errors import UsageError
from vcwallet.issuer import Issuer
from vcwallet.issuer.folder import IssuerFolder
from vcwallet.issuer.invented import school_year

AT = datetime(2026, 6, 1, tzinfo=UTC)


def test_a_check_shows_values_diplomas_and_how_rows_stand(terminal: Terminal, olympiad: Path) -> None:
    sheet = terminal.folder / "Итоги.csv"
    sheet.write_bytes(csv([*PUPIL[:5], "Победитель"], OTHER))
    said = terminal.do("check", sheet, "--dir", olympiad, *NOW)
    for words in ("Победитель", "Диплом победителя", "A diploma, as it will be read", "Примерова Выдумка"):
        assert words in said
    terminal.do("issue", "--yes", sheet, "--dir", olympiad, *NOW)
    sheet.write_bytes(csv([*PUPIL[:5], "Победитель"], OTHER, ["Макетов", *PUPIL[1:]]))
    said = terminal.do("check", sheet, "--dir", olympiad, *NOW)
    assert "Signed before, word for word: 2." in said
    assert terminal.json("check", sheet, "--dir", olympiad, *NOW)["signedBefore"] == [2, 3]
    assert len(Office.at(olympiad).files()) == 2


def test_nothing_is_signed_before_somebody_agreed(
    terminal: Terminal, olympiad: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sheet = terminal.folder / "Итоги.csv"
    sheet.write_bytes(csv(PUPIL))
    said = terminal.do("issue", sheet, "--dir", olympiad, *NOW, expect=2)
    assert "--yes" in said
    assert not list(olympiad.glob("issued/*.json"))
    questions: list[str] = []

    def agreed(self: Speaker, template: str, /, *, yes: bool = False, **values: object) -> bool:
        questions.append(template.format(**values))
        return False

    monkeypatch.setattr(Speaker, "agreed", agreed)
    terminal.do("issue", sheet, "--dir", olympiad, *NOW, expect=2)
    assert questions == ["Sign 1?"]
    assert not list(olympiad.glob("issued/*.json"))


def test_a_mistake_made_many_times_is_said_once(terminal: Terminal, olympiad: Path) -> None:
    sheet = terminal.folder / "Итоги.csv"
    letters = "абвгдежзик"
    rows = [[f"Тестов{letters[n // 10]}{letters[n % 10]}", *PUPIL[1:4], "99", "1"] for n in range(82)]
    sheet.write_bytes(csv(*rows))
    said = terminal.do("check", sheet, "--dir", olympiad, *NOW, expect=2)
    assert "Mistakes: 82" in said
    assert "E2, E3, E4, E5, E6, E7, E8, E9 … (82), Класс: «99»" in said
    assert said.count("is not a class") == 1
    assert len(said.splitlines()) < 40


def test_rows_are_allowed_by_number_and_range(terminal: Terminal, olympiad: Path) -> None:
    sheet = terminal.folder / "Итоги.csv"
    headers = [*HEADERS, "Школа"]
    sheet.write_bytes(csv([*PUPIL, "Медицинский лицей"], [*OTHER, "Медицинский лицей"], headers=headers))
    terminal.do("check", sheet, "--dir", olympiad, *NOW, expect=2)
    terminal.do("check", sheet, "--dir", olympiad, "--allow-text", "2", *NOW, expect=2)
    terminal.do("check", sheet, "--dir", olympiad, "--allow-text", "2-3", *NOW)
    for words, code in (("9-3", "issuer.allow-text"), ("2", "issuer.sheet-has-mistakes")):
        command = ["check", str(sheet), "--dir", str(olympiad), "--allow-text", words, *NOW]
        with pytest.raises(UsageError) as caught:
            issuer_commands.main(command, standalone_mode=False, obj=Speaker(locales.language("en")))
        assert caught.value.code == code


def test_mistakes_are_given_back_in_a_sheet(terminal: Terminal, olympiad: Path) -> None:
    import openpyxl

    sheet, back = terminal.folder / "Итоги.csv", terminal.folder / "ошибки.xlsx"
    sheet.write_bytes(csv([*PUPIL[:4], "99", "1"]))
    said = terminal.do("check", sheet, "--errors", back, "--dir", olympiad, *NOW, expect=2)
    assert str(back) in said
    page = openpyxl.load_workbook(back).worksheets[0]
    assert page["E2"].comment is not None
    for other in (sheet, terminal.folder / "ошибки.csv"):
        with pytest.raises(UsageError) as caught:
            issuer_commands.main(
                ["check", str(sheet), "--errors", str(other), "--dir", str(olympiad), *NOW],
                standalone_mode=False,
                obj=Speaker(locales.language("en")),
            )
        assert caught.value.code == "issuer.errors-file"


@pytest.mark.parametrize("option", ["--errors", "--preview"])
def test_what_check_writes_goes_over_another_file_only_when_asked_to(
    terminal: Terminal, olympiad: Path, option: str
) -> None:
    """The sheet of the check before may have the secretary's corrections in it."""
    sheet = terminal.folder / "Итоги.csv"
    sheet.write_bytes(csv(PUPIL, [*PUPIL[:4], "99", "1"]))
    there = terminal.folder / ("ошибки.xlsx" if option == "--errors" else "образцы/2.pdf")
    there.parent.mkdir(exist_ok=True)
    there.write_bytes(b"mine")
    target = there if option == "--errors" else there.parent
    command = ["check", str(sheet), option, str(target), "--dir", str(olympiad), *NOW]
    with pytest.raises(UsageError) as caught:
        issuer_commands.main(command, standalone_mode=False, obj=Speaker(locales.language("en")))
    assert caught.value.code == "file.exists"
    assert "--overwrite" in caught.value.next_step
    assert there.read_bytes() == b"mine"
    with pytest.raises(UsageError) as caught:
        issuer_commands.main(
            [*command, "--overwrite"], standalone_mode=False, obj=Speaker(locales.language("en"))
        )
    assert caught.value.code == "issuer.sheet-has-mistakes"
    assert there.read_bytes() != b"mine"


def test_an_empty_sheet_is_made_for_a_template_of_the_folder_or_of_a_kit(
    terminal: Terminal, olympiad: Path
) -> None:
    file = terminal.folder / "пусто.xlsx"
    made = terminal.json("blank", "olympiad-diploma", "--out", file, "--dir", olympiad)
    assert made["template"] == "olympiad-diploma"
    assert "Степень" in made["columns"]
    assert "Учебный год" not in made["columns"]
    assert "Signed" not in terminal.do("check", file, "--dir", olympiad, *NOW)
    said = terminal.do("blank", "school", "--out", terminal.folder / "школа.xlsx", language="ru")
    assert "vcwallet issuer check" in said
    for words, code in ((["blank", "army"], "issuer.no-such-kit-or-template"),
                        (["blank", "school", "--out", str(file)], "issuer.blank-file")):  # fmt: skip
        with pytest.raises(UsageError) as caught:
            issuer_commands.main(words, standalone_mode=False, obj=Speaker(locales.language("en")))
        assert caught.value.code == code


def test_nothing_that_a_kit_invented_is_signed(terminal: Terminal) -> None:
    place, sheet = terminal.folder / "o", terminal.folder / "Итоги.csv"
    sheet.write_bytes(csv(PUPIL))
    said = terminal.do("create", "--kit", "olympiad", place)
    assert "Олимпиада «Вымысел»" in said
    settings = place / "issuer.toml"
    text = settings.read_text("utf-8")
    assert "# awarded = " in text
    assert "# list_number = " in text
    terminal.do("check", sheet, "--dir", place, *NOW)
    said = terminal.do("issue", "--yes", sheet, "--dir", place, *NOW, expect=2)
    assert "Олимпиада школьников «Вымысел»" in said
    assert not list(place.glob("issued/*.json"))
    own = text.replace("Олимпиада «Вымысел»", "Своя олимпиада").replace("The Invention Olympiad", "Our own")
    settings.write_text(own, "utf-8")
    said = terminal.do("issue", "--yes", sheet, "--dir", place, *NOW, expect=2)
    assert "olympiad = «Олимпиада школьников «Вымысел»»" in said
    assert "Signing" not in said
    settings.write_text(own.replace("школьников «Вымысел»", "школьников «Своя»"), "utf-8")
    assert "Signed: 1." in terminal.do("issue", "--yes", sheet, "--dir", place, *NOW)


def test_own_values_are_given_when_the_folder_is_made(terminal: Terminal) -> None:
    place, sheet = terminal.folder / "o", terminal.folder / "Итоги.csv"
    sheet.write_bytes(csv(PUPIL))
    own = ("--name", "Своя", "--set", "olympiad=Своя олимпиада", "--set", "year=2025/26")
    said = terminal.do("create", "--kit", "olympiad", *own, place)
    assert "never signed" not in said
    assert "Signed: 1." in terminal.do("issue", "--yes", sheet, "--dir", place, *NOW)
    with pytest.raises(UsageError) as caught:
        IssuerFolder.create(terminal.folder / "p", kit="olympiad", passphrase=PASSPHRASE, values={"x": "1"})
    assert caught.value.code == "folder.no-such-value"
    with Issuer.open(place, PASSPHRASE) as issuer:
        assert issuer.invented == ()
        read = issuer.read(sheet, now=AT)
        assert issuer.plan(read).already


def test_an_example_may_sign_what_is_invented(terminal: Terminal) -> None:
    place, sheet = terminal.folder / "o", terminal.folder / "Итоги.csv"
    sheet.write_bytes(csv(PUPIL))
    terminal.do("create", "--kit", "olympiad", "--example", place)
    assert "example = true" in (place / "issuer.toml").read_text("utf-8")
    assert "Signed: 1." in terminal.do("issue", "--yes", sheet, "--dir", place, *NOW)


def test_invented_values_are_refused_by_code(terminal: Terminal) -> None:
    terminal.do("create", "--kit", "school", terminal.folder / "s")
    with Issuer.open(terminal.folder / "s", PASSPHRASE) as issuer:
        read = issuer.read(terminal.folder / "s" / "sample.csv", now=AT)
        with pytest.raises(UsageError) as caught:
            issuer.issue(issuer.plan(read), now=AT)
    assert caught.value.code == "issuer.invented-values"
    assert "Небывалинск" in str(caught.value.evidence["values"])


@pytest.mark.parametrize(("day", "year"), [((2026, 6, 1), "2025/26"), ((2026, 9, 1), "2026/27")])
def test_the_school_year_of_a_day(day: tuple[int, int, int], year: str) -> None:
    assert school_year(datetime(*day, tzinfo=UTC)) == year


def test_a_person_at_the_terminal_is_asked_for_what_the_kit_cannot_know(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    from vcwallet.cli.issuer import own_values

    answers = {"header": "Олимпиада", "name": "Своя"}
    monkeypatch.setattr(own_values, "somebody_there", lambda: True)
    monkeypatch.setattr(
        Speaker, "ask", lambda self, words, **values: f"Своё: {values.get('header', answers['name'])}"
    )
    terminal.do("create", "--kit", "olympiad", terminal.folder / "o")
    text = (terminal.folder / "o" / "issuer.toml").read_text("utf-8")
    assert 'ru = "Своё: Своя"' in text
    assert 'olympiad = "Своё: Олимпиада"' in text


def test_enter_alone_leaves_a_value_to_the_sheet(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pupils of a contest come from many towns: the town is then a column of the sheet."""
    from vcwallet.cli.issuer import own_values

    monkeypatch.setattr(own_values, "somebody_there", lambda: True)
    monkeypatch.setattr(
        Speaker, "ask", lambda self, words, **said: "" if said.get("optional") else "Своя школа"
    )
    said = terminal.do("create", "--kit", "school", terminal.folder / "o")
    assert "Enter alone leaves it" in said
    made = terminal.json(
        "blank", "school-award", "--dir", terminal.folder / "o", "--out", terminal.folder / "п.xlsx"
    )
    assert {"Школа", "Город"} <= set(made["columns"])


def test_a_look_ends_with_the_command_that_signs(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command can be typed as it is said, spaces in names and all that was chosen for the sheet."""
    place = terminal.folder / "Моя олимпиада"
    terminal.do("create", "--kit", "olympiad", "--site", "https://olymp.example", place)
    sheet = terminal.folder / "Мои итоги.csv"
    sheet.write_bytes(csv(PUPIL))
    chosen = ["--name-case", "--set", "stage=Региональный этап"]
    said = terminal.do("check", sheet, "--dir", place, *chosen, *NOW)
    (line,) = (each for each in said.splitlines() if each.startswith("To sign: "))
    words = shlex.split(line.removeprefix("To sign: "))
    assert words == ["vcwallet", "issuer", "issue", str(sheet), *chosen, "--dir", str(place)]
    told = terminal.do(*words[2:], "--yes", "--no-pdf", *NOW)
    assert f'vcwallet issuer hand-out FOLDER --dir "{place}"' in told
    told = terminal.do("revoke", "--yes", "1", "--dir", place)
    assert f'vcwallet issuer publish FOLDER --dir "{place}"' in told


def test_three_diplomas_are_seen_as_pdf_before_they_are_signed(terminal: Terminal, olympiad: Path) -> None:
    import pypdfium2

    sheet, folder = terminal.folder / "Итоги.csv", terminal.folder / "образцы"
    sheet.write_bytes(csv(PUPIL, OTHER))
    terminal.do("check", sheet, "--preview", folder, "--dir", olympiad, *NOW)
    assert sorted(file.name for file in folder.iterdir()) == ["2.pdf", "3.pdf"]
    again = ("check", sheet, "--preview", folder, "--overwrite", "--dir", olympiad, *NOW)
    assert "образцы" in terminal.do(*again)
    page = pypdfium2.PdfDocument(folder / "2.pdf")[0].get_textpage().get_text_range()
    assert "Пробник" in page


def test_where_no_row_can_be_signed_there_are_no_samples_to_look_at(
    terminal: Terminal, olympiad: Path
) -> None:
    sheet, folder = terminal.folder / "Итоги.csv", terminal.folder / "образцы"
    sheet.write_bytes(csv([*PUPIL[:3], "31.02.2009", *PUPIL[4:]]))
    said = terminal.do("check", sheet, "--preview", folder, "--dir", olympiad, *NOW, expect=2)
    assert "образцы" not in said
    assert not folder.exists()


def test_who_has_a_large_workbook_is_told_of_csv(terminal: Terminal, olympiad: Path) -> None:
    sheet = terminal.folder / "Итоги.xlsx"
    sheet.write_bytes(sheets.xlsx(4))
    words = "takes much memory while it is read. Saved as CSV UTF-8"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(limits, "WORKBOOK_ROWS_UNADVISED", 4)
        assert words not in terminal.do("check", sheet, "--dir", olympiad, *NOW)
        patch.setattr(limits, "WORKBOOK_ROWS_UNADVISED", 3)
        assert words in terminal.do("check", sheet, "--dir", olympiad, *NOW)
        rows = terminal.folder / "Итоги.csv"
        rows.write_bytes(sheets.csv(4))
        assert words not in terminal.do("check", rows, "--dir", olympiad, *NOW)
