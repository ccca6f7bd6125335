"""`vcwallet issuer ...` as a person types it: what is said, what is written, how it ends."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
import pytest

from tests.shared import ROOT
from tests.unit.issuer.kits import HEADERS, OTHER, PUPIL, csv
from tests.unit.issuer.offices import PASSPHRASE, Office, pupils
from vcwallet import locales, sealed_file
from vcwallet.cli import command_line
from vcwallet.cli.issuer import issuer as issuer_commands
from vcwallet.cli.issuer import sheets
from vcwallet.cli.issuer.state import arrival_of, restore_target
from vcwallet.cli.speak import Speaker, run
from vcwallet.errors import UsageError
from vcwallet.issuer import keystore

SHEETS = ROOT / "examples" / "sheets"
NOW = ["--now", "2026-06-01"]


class Terminal:
    """Runs commands in one folder, with the passphrase in the environment."""

    def __init__(self, capsys: pytest.CaptureFixture[str], folder: Path) -> None:
        self.capsys = capsys
        self.folder = folder
        self.said = ""
        self.out = ""

    def do(self, *words: object, expect: int = 0, language: str = "en") -> str:
        status = run(command_line, ["issuer", *map(str, words)], Speaker(locales.language(language)))
        captured = self.capsys.readouterr()
        self.out = captured.out
        self.said = captured.out + captured.err
        assert status == expect, self.said
        return self.said

    def json(self, *words: object, expect: int = 0, language: str = "en") -> Any:
        self.do(*words, "--json", expect=expect, language=language)
        return json.loads(self.out)


@pytest.fixture
def terminal(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    monkeypatch.setenv("VCWALLET_PASSPHRASE", PASSPHRASE)
    monkeypatch.setenv("COLUMNS", "120")
    create = keystore.Keystore.create.__func__  # type: ignore[attr-defined]

    def cheap(cls: type[keystore.Keystore], path: Path, passphrase: str, **options: object) -> object:
        return create(cls, path, passphrase, **{**options, "kdf": sealed_file.UNSAFE_FOR_TESTS})

    monkeypatch.setattr(keystore.Keystore, "create", classmethod(cheap))
    return Terminal(capsys, tmp_path)


@pytest.fixture
def olympiad(terminal: Terminal) -> Path:
    place = terminal.folder / "olympiad"
    terminal.do("create", "--kit", "olympiad", "--site", "https://olymp.example", place)
    return place


def test_what_to_do_next_is_said_when_all_is_done(terminal: Terminal, olympiad: Path) -> None:
    sheet = terminal.folder / "few.csv"
    rows = (SHEETS / "olympiad-results.csv").read_text("cp1251").splitlines(keepends=True)
    sheet.write_text("".join(rows[:3]), "cp1251")
    terminal.do("issue", "--yes", sheet, "--dir", olympiad, *NOW)
    *_, drawn, next_ = terminal.out.splitlines()
    assert drawn == "PDFs made: 2."
    assert "vcwallet issuer hand-out FOLDER" in next_
    # Where diplomas were replaced there are two steps.
    sheet.write_text("".join(rows[:3]).replace("99,5;1", "99,5;2"), "cp1251")
    terminal.do("issue", "--yes", sheet, "--dir", olympiad, "--replace", *NOW)
    *_, drawn, publish, next_ = terminal.out.splitlines()
    assert drawn == "PDFs made: 1."
    assert "vcwallet issuer publish FOLDER" in publish
    assert "vcwallet issuer hand-out FOLDER" in next_


def test_from_a_sheet_to_files_and_again(terminal: Terminal, olympiad: Path) -> None:
    said = terminal.do("issue", "--yes", SHEETS / "olympiad-results.csv", "--dir", olympiad, *NOW)
    for words in (
        "cp1251",
        "semicolon",
        "Not used: № п/п, Шифр работы.",
        "Rows: 120.",
        "Вымыслова Мария Тестовна;",
    ):
        assert words in said
    assert "The same in all rows: Дата: 2026-03-01; Олимпиада: Олимпиада школьников «Вымысел»;" in said
    assert "Signed: 120. Signed earlier: 0." in said
    issued = olympiad / "issued"
    assert len(list(issued.glob("*.vc.json"))) == 120
    assert (issued / "issuer.json").is_file()
    assert (issued / "status-1.json").is_file()
    assert len(Office.at(olympiad).files()) == 120
    said = terminal.do("issue", "--yes", SHEETS / "olympiad-results.csv", "--dir", olympiad, *NOW)
    assert "Signed: 0. Signed earlier: 120." in said


def test_a_sheet_with_mistakes_is_refused_as_a_whole(terminal: Terminal, olympiad: Path) -> None:
    said = terminal.do(
        "issue", "--yes", SHEETS / "olympiad-results-bad.csv", "--dir", olympiad, *NOW, expect=2
    )
    for words in ("B5", "Cказочный-Тестов", "E12", "31.02.2026", "L20", "K33", "B47", "row 26", "7 rows"):
        assert words in said
    assert not (olympiad / "issued").exists()
    assert not Office.at(olympiad).entries()


def test_the_good_rows_may_go_ahead_when_told(terminal: Terminal, olympiad: Path) -> None:
    said = terminal.do(
        "issue", "--yes", SHEETS / "olympiad-results-bad.csv", "--dir", olympiad, "--only-good", *NOW
    )
    assert "Signed: 114." in said
    said = terminal.do("issue", "--yes", SHEETS / "olympiad-results.csv", "--dir", olympiad, *NOW)
    assert "Signed: 6. Signed earlier: 114." in said


def test_a_check_needs_no_passphrase_and_writes_nothing(
    terminal: Terminal, olympiad: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("VCWALLET_PASSPHRASE")
    before = sorted(olympiad.rglob("*"))
    said = terminal.do("check", SHEETS / "olympiad-results.csv", "--dir", olympiad, *NOW)
    assert "Can be signed: 120. Nothing was signed." in said
    terminal.do("check", SHEETS / "olympiad-results-bad.csv", "--dir", olympiad, *NOW, expect=2)
    assert sorted(olympiad.rglob("*")) == before


def test_a_changed_row_is_pointed_out_and_replaced_when_told(terminal: Terminal, olympiad: Path) -> None:
    sheet = terminal.folder / "Итоги.csv"
    sheet.write_bytes(csv(PUPIL, OTHER))
    terminal.do("issue", "--yes", sheet, "--dir", olympiad, *NOW)
    sheet.write_bytes(csv(PUPIL, [*OTHER[:5], "3"]))
    said = terminal.do("issue", "--yes", sheet, "--dir", olympiad, *NOW)
    assert "rows 3" in said
    assert "--replace" in said
    said = terminal.do("issue", "--yes", sheet, "--dir", olympiad, "--replace", *NOW)
    assert "Signed: 1. Signed earlier: 1." in said
    assert "Replaced: 1." in said
    said = terminal.do("list", "--dir", olympiad)
    assert "2 diplomas count, 1 is revoked." in said
    assert "revoked: replaced" in said


def test_values_can_be_set_and_a_template_chosen(terminal: Terminal, olympiad: Path) -> None:
    sheet = terminal.folder / "list.csv"
    sheet.write_bytes(csv(["Тестов Пробник"], headers=["ФИО"]))
    options = ["--template", "olympiad-participant", "--dir", olympiad, *NOW]
    terminal.do("issue", "--yes", sheet, "--set", "profile=Химия", "--out", terminal.folder / "out", *options)
    (path,) = (terminal.folder / "out").glob("*.vc.json")
    assert "Химия" in path.read_text("utf-8")
    said = terminal.do("issue", "--yes", sheet, "--set", "profile", *options, expect=2)
    assert "COLUMN=VALUE" in said
    said = terminal.do("issue", "--yes", sheet, "--set", "health=1", *options, expect=2)
    assert "health" in said


def test_processes_can_be_asked_for(terminal: Terminal, olympiad: Path) -> None:
    sheet = terminal.folder / "many.csv"
    sheet.write_bytes(csv(*pupils(30)))
    assert "Signed: 30." in terminal.do("issue", "--yes", sheet, "--dir", olympiad, "--workers", "2", *NOW)
    assert len(Office.at(olympiad).files()) == 30


def test_children_of_one_name_are_told_apart_by_the_day_of_birth(
    terminal: Terminal, olympiad: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sheet = terminal.folder / "Итоги.csv"
    sheet.write_bytes(csv(PUPIL, [*PUPIL[:3], "02.11.2010", *PUPIL[4:]]))
    terminal.do("issue", "--yes", "--no-pdf", sheet, "--dir", olympiad, *NOW)
    said = terminal.do("list", "--name", "тестов", "--dir", olympiad)
    assert "2009-05-17" in said
    assert "2010-11-02" in said
    asked: list[object] = []

    def agreed(self: Speaker, template: str, /, *, yes: bool = False, **values: object) -> bool:
        asked.append(values["whose"])
        return True

    monkeypatch.setattr(Speaker, "agreed", agreed)
    terminal.do("revoke", "2", "--dir", olympiad)
    assert asked == ["Тестов Пробник Вымыслович, 2010-11-02"]


def test_revoking_by_id_or_by_file_and_publishing(terminal: Terminal, olympiad: Path) -> None:
    sheet = terminal.folder / "Итоги.csv"
    sheet.write_bytes(csv(PUPIL, OTHER))
    terminal.do("issue", "--yes", sheet, "--dir", olympiad, *NOW)
    first, second = Office.at(olympiad).entries()
    said = terminal.do("revoke", first.id, "--reason", "ошибка в классе", "--dir", olympiad)
    assert "Revoked: № 0001, Тестов Пробник Вымыслович, 2009-05-17." in said
    (file,) = (olympiad / "issued").glob("0002*.vc.json")
    assert "№ 0002, Примерова" in terminal.do("revoke", file, "--dir", olympiad)
    assert "was revoked before" in terminal.do("revoke", second.id, "--dir", olympiad)
    said = terminal.do("revoke", "urn:uuid:nobody", "--dir", olympiad, expect=2)
    assert "urn:uuid:nobody" in said
    assert "list --name" in said
    site = terminal.folder / "site"
    said = terminal.do("publish", site, "--dir", olympiad, *NOW)
    assert "https://olymp.example/" in said
    assert sorted(path.relative_to(site).as_posix() for path in site.rglob("*.json")) == [
        ".well-known/did.json",
        "status/1.json",
    ]
    assert "revoked: ошибка в классе" in terminal.do("list", "--dir", olympiad)
    for path in site.rglob("*.json"):
        assert "ошибка" not in path.read_text("utf-8")


def test_the_folder_one_is_in_is_the_issuers(
    terminal: Terminal, olympiad: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(olympiad)
    assert "did:web:olymp.example" in terminal.do("list")
    assert "Signed: 3." in terminal.do("issue", "--yes", "sample.csv", *NOW)
    monkeypatch.chdir(terminal.folder)
    assert "vcwallet issuer create" in terminal.do("list", expect=2)


def test_an_issuer_without_a_site_is_its_key(terminal: Terminal) -> None:
    school = terminal.folder / "school"
    said = terminal.do("create", "--kit", "school", "--example", "--name", "Школа № 00", school)
    assert "did:key:z6Mk" in said
    assert "fingerprint" in said
    terminal.do("issue", "--yes", SHEETS / "school-awards.xlsx", "--dir", school, *NOW)
    documents = Office.at(school).files().values()
    assert len(documents) == 24
    issuer = next(iter(documents))["issuer"]
    assert isinstance(issuer, dict)
    assert issuer["name"] == "Школа № 00"


def test_a_wrong_passphrase_signs_nothing(
    terminal: Terminal, olympiad: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VCWALLET_PASSPHRASE", "не тот пароль совсем")
    terminal.do("issue", "--yes", SHEETS / "olympiad-results.csv", "--dir", olympiad, *NOW, expect=2)
    assert not (olympiad / "issued").exists()


def test_kits_and_templates_are_listed_and_checked(terminal: Terminal, olympiad: Path) -> None:
    said = terminal.do("kits")
    for name in ("olympiad-diploma", "school-award", "contest-diploma", "sport-norm", "volunteering"):
        assert name in said
    file = olympiad / "templates" / "olympiad-diploma.toml"
    assert "nothing against it" in terminal.do("check-kit", file)
    own = file.read_text("utf-8").replace('"Профиль олимпиады"', '"Характеристика"')
    file.write_text(own, "utf-8")
    said = terminal.do("check-kit", file, expect=2)
    assert "olympiad-diploma.toml, line 56: “Характеристика” speaks of something" in said


def test_every_command_answers_in_json_when_asked(terminal: Terminal) -> None:
    context = click.Context(issuer_commands)
    commands = {
        name: issuer_commands.get_command(context, name) for name in issuer_commands.list_commands(context)
    }
    register = commands.pop("register")
    assert isinstance(register, click.Group)
    for name, command in {**commands, **register.commands}.items():
        assert command is not None
        assert "--json" in {word for option in command.params for word in option.opts}, name


def test_an_issuers_life_in_json(terminal: Terminal) -> None:
    kits = {kit["kit"]: [each["id"] for each in kit["templates"]] for kit in terminal.json("kits")}
    assert "olympiad-diploma" in kits["olympiad"]
    place = terminal.folder / "o"
    made = terminal.json("create", "--kit", "olympiad", "--site", "https://olymp.example", place)
    assert made["id"] == "did:web:olymp.example"
    assert made["fieldsCanBeHidden"] is True
    assert [key["type"] for key in made["keys"]] == ["Ed25519", "P-256"] * 2, "each with one standing by"

    sheet = terminal.folder / "Итоги.csv"
    sheet.write_bytes(csv(PUPIL, OTHER))
    checked = terminal.json("check", sheet, "--dir", place, *NOW)
    assert (checked["canBeSigned"], checked["problems"]) == (2, [])
    degree = {"column": "degree", "written": "1", "value": "Диплом I степени", "rows": 1}
    assert degree in checked["values"]
    signed = terminal.json("issue", "--yes", sheet, "--dir", place, *NOW)
    assert (signed["signed"], signed["signedEarlier"], signed["replaced"]) == (2, 0, 0)
    assert signed["folder"] == str(place / "issued")
    assert signed["columns"][0] == {"header": HEADERS[0], "key": "family"}
    sheet.write_bytes(csv(PUPIL, [*OTHER[:5], "3"]))
    assert terminal.json("issue", "--yes", sheet, "--dir", place, *NOW)["changedRows"] == [3]

    listed = terminal.json("list", "--dir", place)
    assert listed["counts"] == {"issued": 2, "reserved": 0, "suspended": 0, "revoked": 0}
    first = listed["diplomas"][0]
    assert (first["number"], first["state"], first["reason"]) == (1, "issued", None)
    revoked = terminal.json("revoke", first["id"], "--reason", "ошибка", "--dir", place, *NOW)
    revoked = revoked["diplomas"][0]
    assert (revoked["state"], revoked["reason"], revoked["changed"]) == ("revoked", "ошибка", True)
    assert terminal.json("revoke", first["id"], "--dir", place)["diplomas"][0]["changed"] is False
    published = terminal.json("publish", terminal.folder / "site", "--dir", place, *NOW)
    assert published["site"] == "https://olymp.example"
    names = [Path(file).relative_to(terminal.folder / "site").as_posix() for file in published["files"]]
    assert sorted(names) == sorted(
        path.relative_to(terminal.folder / "site").as_posix()
        for path in (terminal.folder / "site").rglob("*")
        if path.is_file()
    )
    assert {".well-known/did.json", "status/1.json", "diplomas/index.html"} <= set(names)
    page = (ROOT / "docs" / "reference" / "issuer-json.md").read_text("utf-8")
    told = [*made, *made["keys"][0], *signed, *signed["columns"][0], *listed, *first, *revoked, *published]
    assert [name for name in told if f"`{name}`" not in page] == []
    assert terminal.json("check-kit", "--dir", place) == {"checked": [str(place)], "remarks": []}


def test_the_beginning_of_a_sites_address_may_be_left_out(terminal: Terminal, tmp_path: Path) -> None:
    made = terminal.json("create", "--kit", "olympiad", "--site", "olymp.example", tmp_path / "made")
    assert made["id"] == "did:web:olymp.example"


def test_a_site_that_is_none_is_refused_before_anything_is_asked(
    terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("VCWALLET_PASSPHRASE")
    said = terminal.do("create", "--kit", "olympiad", "--site", "http://olymp.example", tmp_path, expect=2)
    assert "https://school.example" in said


def test_mistakes_of_a_sheet_in_json(terminal: Terminal, olympiad: Path) -> None:
    bad = SHEETS / "olympiad-results-bad.csv"
    answer = terminal.json(
        "issue", "--yes", bad, "--dir", olympiad, *NOW, expect=UsageError.exit_status, language="ru"
    )
    problem = next(each for each in answer["problems"] if each["cell"] == "E12")
    assert (problem["row"], problem["value"], problem["code"]) == (12, "31.02.2026", "roster.impossible-date")
    assert problem["blocking"] is True
    assert problem["nextStep"]
    assert answer["signed"] == 0


def test_ids_that_families_sent_in_json(terminal: Terminal, olympiad: Path) -> None:
    file = terminal.folder / "no.txt"
    file.write_text("ни слова об этом", "utf-8")
    (answer,) = terminal.json("check-id", file, "--dir", olympiad, expect=4)
    assert answer["file"] == "no.txt"
    assert answer["problem"]["code"]


def test_what_a_cell_says_acts_on_no_terminal(terminal: Terminal, olympiad: Path) -> None:
    """Cells are a stranger's: codes that clear the screen or turn the text around are shown, not obeyed."""
    sheet = terminal.folder / "чужая.csv"
    hostile = "Тестов\x1b[2J\u202e"
    sheet.write_bytes(csv(PUPIL, [hostile, *OTHER[1:]], headers=[*HEADERS[:5], "Степень\x1b]0;x\x07"]))
    said = terminal.do("check", sheet, "--dir", olympiad, *NOW, expect=UsageError.exit_status)
    assert not {"\x1b", "\x07", "\u202e"} & set(said)
    assert "<U+001B>" in said
    said = terminal.do("check", sheet, "--dir", olympiad, "--json", *NOW, expect=UsageError.exit_status)
    assert not {"\x1b", "\x07", "\u202e"} & set(said)


def test_everything_is_said_in_russian_too(terminal: Terminal, olympiad: Path) -> None:
    """Words that have a translation are shown in it; nothing stays an unfilled template."""
    said = terminal.do(
        "issue",
        "--yes",
        SHEETS / "olympiad-results-bad.csv",
        "--dir",
        olympiad,
        *NOW,
        expect=2,
        language="ru",
    )
    assert "{" not in said
    assert "Фамилия" in said


def test_headers_are_shown_as_the_kit_names_them(terminal: Terminal, olympiad: Path) -> None:
    sheet = terminal.folder / "short.csv"
    sheet.write_bytes(csv(["Тестов Пробник", "1"], headers=["Ф.И.О. участника", "Статус"]))
    said = terminal.do("check", sheet, "--dir", olympiad, *NOW)
    assert "│ Ф.И.О. участника" in said
    assert "│ ФИО " in said
    assert "│ Степень " in said
    assert HEADERS[5] == "Степень"


def test_a_copy_of_the_folder_is_told_what_it_is(terminal: Terminal, olympiad: Path) -> None:
    terminal.do("issue", "--yes", SHEETS / "olympiad-results.csv", "--dir", olympiad, *NOW)
    moved = olympiad.rename(terminal.folder / "переезд")
    said = terminal.do("publish", terminal.folder / "site", "--dir", moved, *NOW, expect=2)
    for words in (str(olympiad), "vcwallet issuer move --copy", "vcwallet issuer move --shared"):
        assert words in said.replace("\n", " ").replace("  ", " ")
    with pytest.raises(UsageError) as caught:
        arrival_of(copy=True, shared=True)
    assert caught.value.code == "issuer.move"
    answer = terminal.json("move", "--dir", moved, *NOW)
    assert answer == {"folder": str(moved), "arrival": "moved"}
    terminal.do("publish", terminal.folder / "site", "--dir", moved, *NOW)
    said = terminal.do("publish", terminal.folder / "site", "--dir", moved, "--now", "2026-05-31", expect=2)
    assert "--lose newer-lists" in said
    terminal.do(
        *("publish", terminal.folder / "site", "--dir", moved, "--now", "2026-05-31"),
        *("--lose", "newer-lists"),
    )
    said = terminal.do("move", "--copy", "--dir", moved, *NOW, language="ru")
    assert "копия" in said


def test_a_folder_is_backed_up_lost_and_put_back(terminal: Terminal, olympiad: Path) -> None:
    terminal.do("issue", "--yes", SHEETS / "olympiad-results.csv", "--dir", olympiad, *NOW)
    file, back = terminal.folder / "копия.zip", terminal.folder / "снова"
    made = terminal.json("backup", file, "--dir", olympiad, *NOW)
    assert (made["file"], made["diplomas"], made["lists"]) == (str(file), 120, 1)
    assert "120" in terminal.do("restore", file, "--drill")
    assert not back.exists()
    said = terminal.do("restore", file, back)
    assert "vcwallet issuer move" in said
    for folder, drill in ((back, True), (None, False)):
        with pytest.raises(UsageError) as caught:
            restore_target(folder, drill=drill)
        assert caught.value.code == "issuer.restore"
    terminal.do("move", "--dir", back, *NOW)
    assert terminal.json("register", "verify", "--dir", back)["withoutFile"] == 120
    told = terminal.json("register", "verify", "--dir", back, "--out", olympiad / "issued")
    assert (told["files"], told["unknownFiles"], told["withoutFile"]) == (120, [], 0)
    (back / "register.sqlite").unlink()
    said = terminal.do("register", "verify", "--dir", back, expect=2, language="ru")
    assert "vcwallet issuer restore" in said.replace("\n  ", " ")
    assert terminal.json("register", "recover", olympiad / "issued", "--dir", back, *NOW)["diplomas"] == 120
    terminal.do("register", "export", terminal.folder / "r.jsonl", "--dir", back)
    (back / "register.sqlite").unlink()
    assert terminal.json("register", "import", terminal.folder / "r.jsonl", "--dir", back) == {
        "diplomas": 120
    }
    assert "Compare the register" in terminal.do("register", expect=2)


def test_certificates_of_taking_part_say_how_many_have_a_result_and_can_leave_them_out(
    terminal: Terminal, olympiad: Path
) -> None:
    """The sheet of results holds prize-winners too; whoever wants to give them both may."""
    rows = [*pupils(1), *pupils(1, Имя="Другой", Степень="Участник"), *pupils(1, Имя="Третий", Степень="")]
    sheet = terminal.folder / "итоги.csv"
    sheet.write_bytes(csv(*rows))
    options = ("--template", "olympiad-participant", "--dir", olympiad, *NOW)
    said = terminal.do("check", sheet, *options)
    assert "1 rows have a result in «Степень»" in said
    assert "--without-results" in said
    answer = terminal.json("check", sheet, *options)
    assert (answer["withResult"], answer["resultsLeftOut"], answer["canBeSigned"]) == (1, False, 3)
    said = terminal.do("issue", "--yes", sheet, "--no-pdf", "--without-results", *options)
    assert "Left out, for they have a result in «Степень»: 1 rows." in said
    assert "Signed: 2." in said
    assert all("Другой" in path or "Третий" in path for path in Office.at(olympiad).files())


def test_a_template_that_uses_the_column_of_results_counts_none(terminal: Terminal, olympiad: Path) -> None:
    sheet = terminal.folder / "итоги.csv"
    sheet.write_bytes(csv(*pupils(2)))
    answer = terminal.json("check", sheet, "--without-results", "--dir", olympiad, *NOW)
    assert (answer["withResult"], answer["canBeSigned"]) == (0, 2)


def test_lines_have_no_pdf_and_nothing_is_signed_before_that_is_said(
    terminal: Terminal, olympiad: Path
) -> None:
    sheet = terminal.folder / "итоги.csv"
    sheet.write_bytes(csv(PUPIL))
    with pytest.raises(UsageError) as caught:
        issuer_commands.main(
            ["issue", str(sheet), "--jsonl", "--pdf", "--yes", "--dir", str(olympiad)],
            standalone_mode=False,
            obj=Speaker(locales.language("en")),
        )
    assert caught.value.code == "issuer.lines-have-no-pdf"
    assert not (olympiad / "issued").exists()


def test_a_long_sheet_is_read_and_compared_with_progress(
    terminal: Terminal, olympiad: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A million rows take minutes before anything is asked."""
    sheet = terminal.folder / "итоги.csv"
    sheet.write_bytes(csv(*pupils(30)))
    words = ("issue", "--yes", sheet, "--dir", olympiad, "--no-pdf", *NOW)
    assert "Reading the rows" not in terminal.do(*words, "--only-good")
    monkeypatch.setattr(sheets, "_LONG_FILE", 1)
    monkeypatch.setattr(sheets, "_LONG_SHEET", 1)
    said = terminal.do(*words)
    assert "Reading the rows" in said
    assert "Comparing with what was signed" in said
    assert "Signed earlier: 30." in said


def test_health_says_what_to_do_and_the_command_for_it(terminal: Terminal) -> None:
    folder = terminal.folder / "o"
    terminal.do("create", folder, "--kit", "olympiad", "--site", "https://olymp.example", "--example")
    said = terminal.do("health", "--dir", folder, *NOW)
    for command in ("backup FILE", "publish FOLDER", "recovery-sheet --out sheet.pdf", "standby STICK"):
        assert f"Run: vcwallet issuer {command}" in said
    sheet = terminal.folder / "s.csv"
    sheet.write_bytes(csv(PUPIL))
    terminal.do("issue", sheet, "--yes", "--dir", folder, *NOW)
    told = terminal.json("health", "--dir", folder, *NOW, expect=5)
    assert (told["needs"][0]["need"], told["needs"][0]["urgency"]) == ("back-up", "now")
    assert told["backedUp"] is None
    terminal.do("backup", terminal.folder / "b.zip", "--dir", folder, *NOW)
    terminal.do("restore", terminal.folder / "b.zip", "--drill", "--dir", folder, "--now", "2026-06-02")
    told = terminal.json("health", "--dir", folder, *NOW)
    assert (told["backedUp"], told["drilled"]) == ("2026-06-01", "2026-06-02")
    assert "back-up" not in [each["need"] for each in told["needs"]]


def test_a_published_folder_is_checked_without_the_passphrase(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, site = terminal.folder / "o", terminal.folder / "site"
    terminal.do("create", folder, "--kit", "olympiad", "--site", "https://olymp.example", "--example")
    terminal.do("publish", site, "--dir", folder, *NOW)
    monkeypatch.setenv("VCWALLET_PASSPHRASE", "не та фраза вовсе, совсем другая")
    assert terminal.json("publish", "--check", site, "--dir", folder, *NOW)["asItShouldBe"]
    terminal.do("publish", "--renew", "--dir", folder, *NOW)
    terminal.do("publish", site, "--dir", folder, *NOW, expect=2)


def test_a_diploma_of_a_file_of_many_is_drawn_by_its_number(terminal: Terminal, olympiad: Path) -> None:
    """It is written out with the bytes of its line, so that a correction finds it and its PDF."""
    terminal.do("issue", "--yes", "--jsonl", SHEETS / "olympiad-results.csv", "--dir", olympiad, *NOW)
    out = olympiad / "issued"
    assert not list(out.rglob("*.vc.json"))
    (many,) = out.glob("*.vc.jsonl")
    second = many.read_text("utf-8").splitlines()[1]
    assert "PDFs made: 1" in terminal.do("diploma", "№ 2", "--dir", olympiad, *NOW)
    (own,) = out.rglob("*.vc.json")
    assert own.name.startswith("0002 ")
    assert own.read_text("utf-8") == second
    pdf = own.with_name(own.name.removesuffix(".vc.json") + ".pdf")
    assert pdf.read_bytes().startswith(b"%PDF")
    id_ = json.loads(second)["id"]
    assert "There already: 1" in terminal.do("diploma", str(id_), "--dir", olympiad, *NOW)
    terminal.do("correct", "2", "--set", "given=Проба", "--dir", olympiad, *NOW)
    assert sorted(path.name for path in (out / "withdrawn").iterdir()) == [pdf.name, own.name]


def test_a_revoked_diploma_of_a_file_of_many_is_written_out_among_the_withdrawn(
    terminal: Terminal, olympiad: Path
) -> None:
    terminal.do("issue", "--yes", "--jsonl", SHEETS / "olympiad-results.csv", "--dir", olympiad, *NOW)
    terminal.do("revoke", "--yes", "1", "--dir", olympiad, *NOW)
    terminal.do("diploma", "1", "--dir", olympiad, *NOW)
    (own,) = (olympiad / "issued").rglob("*.vc.json")
    assert own.parent.name == "withdrawn"


def test_a_diploma_that_is_in_no_file_is_named(terminal: Terminal, olympiad: Path) -> None:
    terminal.do("issue", "--yes", "--jsonl", SHEETS / "olympiad-results.csv", "--dir", olympiad, *NOW)
    (many,) = (olympiad / "issued").glob("*.vc.jsonl")
    many.rename(many.with_name("²-³.vc.jsonl"))  # figures to `str.isdigit`, and no number
    assert "No. 0001 is not in the folder" in terminal.do("diploma", "1", "--dir", olympiad, *NOW, expect=2)
    assert "no diploma with the number 9999" in terminal.do("diploma", "9999", "--dir", olympiad, expect=2)
