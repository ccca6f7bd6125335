"""Whose diploma a row is: new, signed before, another award, or a correction of an earlier one."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.shared import ROOT
from tests.unit.issuer.kits import HEADERS
from tests.unit.issuer.offices import NOW, PASSPHRASE, Office, pupils
from tests.unit.issuer.test_commands import SHEETS, Terminal, olympiad, terminal
from tests.unit.issuer.test_commands import csv as sheet_of
from tests.unit.issuer.test_issuing import Killed, killing
from vcwallet import limits, locales
from vcwallet.cli.issuer import issuer as issuer_commands
from vcwallet.cli.speak import Speaker
from vcwallet.errors import UsageError
from vcwallet.issuer import Issuer, correcting, issued_files, issuing, signing
from vcwallet.issuer.register import Register, State
from vcwallet.sealed_file import UNSAFE_FOR_TESTS

__all__ = ["olympiad", "terminal"]

BORN = "Дата рождения"
AWARD = ["Награда", "За что", "Фамилия", "Имя", BORN, "Дата", "Номер диплома"]


def stop(*_: object, **__: object) -> None:
    """Stands for a run that is stopped here."""
    raise KeyboardInterrupt


def states(office: Office) -> list[State]:
    return [line.state for line in office.entries()]


@pytest.mark.parametrize(
    "changed",
    [
        {"Фамилия": "Тестова-А"},
        {"Имя": "Пробникъ"},
        {"Отчество": "Вымыслович"},
        {BORN: "18.05.2009"},
        {BORN: ""},
        {"Фамилия": "Пробник", "Имя": "Тестов-А"},
        {"Фамилия": "Тестова-А", "Класс": "10"},
        {"Фамилия": "Пробник", "Имя": "Тестов-А", "Класс": "10"},
    ],
    ids=[
        *("surname", "name", "patronymic added", "day of birth", "no day of birth", "names swapped"),
        *("surname after the class went on", "names swapped after the class went on"),
    ],
)
def test_a_row_that_differs_in_one_thing_about_the_child_looks_like_a_correction(
    office: Office, changed: dict[str, str]
) -> None:
    """A misspelt surname, corrected in the sheet, must not silently make a second valid diploma."""
    office.issue(pupils(1))
    found = office.plan(pupils(1, **changed))
    assert (found.new, found.changed, found.another) == ((), (), ())
    (alike,) = found.alike
    assert alike.like == office.entries()[0]
    assert office.issue(pupils(1, **changed)).issued == 0
    assert states(office) == [State.ISSUED]


def test_contests_in_turn_are_compared_as_contests_in_a_row(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is remembered of each contest is bounded; forgetting it changes no digest."""
    headers = [*HEADERS, "Профиль"]
    first, second, third = ([[*pupil, name] for pupil in pupils(2)] for name in ("Химия", "Физика", "Право"))
    office.issue([*first, *second], headers)
    monkeypatch.setattr(issuing, "_BEGINNINGS", 1)
    turns = [first[0], second[0], third[0], first[1], second[1], third[1]]
    found = office.plan(turns, headers)
    assert (len(found.already), len(found.new)) == (4, 2)


def test_rows_of_one_number_on_two_pages_are_told_apart(office: Office) -> None:
    """A workbook with a page for each class has as many rows No. 2 as pages."""
    office.issue(pupils(2))
    names = [{"Фамилия": f"Тестова-{page}"} for page in "АБ"]
    read = [office.read(pupils(at + 1, **changed)[-1:])[0] for at, changed in enumerate(names)]
    rows = [replace(row, number=2, page=page) for row, page in zip(read, ("9", "10"), strict=True)]
    with office.folder.register() as register:
        found = issuing.plan(office.keystore, register, office.folder.template(), rows)
    assert [each.row.page for each in found.alike] == ["9", "10"]
    told = found.settled(
        correction=lambda each: each.row.page == "10", other=lambda each: each.row.page == "9"
    )
    assert [each.row.page for each in told.corrected] == ["10"]
    assert [each.row.page for each in told.new] == ["9"]
    assert not told.alike


def test_two_things_that_differ_make_another_child(office: Office) -> None:
    office.issue(pupils(1))
    assert len(office.plan(pupils(1, Фамилия="Примеров", **{BORN: "18.05.2010"})).new) == 1


def test_twins_in_one_sheet_are_not_taken_for_a_correction(office: Office) -> None:
    twins = [*pupils(1), *pupils(1, Имя="Проба")]
    office.issue(twins[:1])
    found = office.plan(twins)
    assert (len(found.already), len(found.new), len(found.alike)) == (1, 1, 0)


def test_a_correction_replaces_and_its_old_file_is_withdrawn(office: Office) -> None:
    office.issue(pupils(2))
    (office.out / "0001 Тестов-А Пробник.pdf").write_bytes(b"%PDF")
    corrected = [pupils(1, Фамилия="Тестова-А")[0], pupils(2)[1]]
    assert office.issue(corrected, corrections=[2]).replaced == 1
    first, second, third = office.entries()
    assert (first.state, second.state, third.state) == (State.REVOKED, State.ISSUED, State.ISSUED)
    assert third.replaces == first.number
    assert sorted(path.relative_to(office.out).as_posix() for path in office.out.rglob("*.*")) == [
        "0002 Тестов-Б Пробник.vc.json",
        "0003 Тестова-А Пробник.vc.json",
        "withdrawn/0001 Тестов-А Пробник.pdf",
        "withdrawn/0001 Тестов-А Пробник.vc.json",
    ]
    again = office.plan(corrected)
    assert (len(again.already), len(again.alike), len(again.new)) == (2, 0, 0)


def test_the_files_of_many_corrections_are_found_in_one_look(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder has thousands of files: to list it for each of thousands of corrections takes hours."""
    office.issue(pupils(30))
    (office.out / "0002 Тестов-Б Пробник.pdf").write_bytes(b"%PDF")
    (office.out / "0002 Другой.vc.json").write_text('{"id": "urn:uuid:another"}', "utf-8")
    corrected = pupils(30, Класс="11")
    listed: list[str] = []
    real = os.listdir

    def listdir(place: Any) -> list[str]:
        listed.append(str(place))
        return real(place)

    monkeypatch.setattr(os, "listdir", listdir)
    assert office.issue(corrected, replace=True).replaced == 30
    assert listed.count(str(office.out)) <= 2
    left = [name for name in real(office.out) if name < "0031"]
    assert left == ["0002 Другой.vc.json"]
    assert len(real(office.out / "withdrawn")) == 31


def test_the_uncorrected_sheet_does_not_bring_the_old_diploma_back(office: Office) -> None:
    office.issue(pupils(1))
    office.issue(pupils(1, Фамилия="Тестова-А"), corrections=[2])
    assert len(office.plan(pupils(1)).revoked) == 1
    assert office.issue(pupils(1)).issued == 0
    office.issue(pupils(1), restore=True)
    assert states(office) == [State.REVOKED, State.REVOKED, State.ISSUED]


def test_two_rows_cannot_correct_one_diploma(office: Office) -> None:
    office.issue(pupils(1))
    both = [*pupils(1, Фамилия="Тестова-А"), *pupils(1, Имя="Проба")]
    with pytest.raises(UsageError) as caught:
        office.issue(both, corrections=[2, 3])
    assert caught.value.code == "issuing.two-corrections"
    assert states(office) == [State.ISSUED]


def test_a_correction_of_a_correction_that_was_stopped_revokes_the_first_too(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.issue(pupils(1))
    with monkeypatch.context() as stopped:
        stopped.setattr(Register, "mark_issued", stop)
        with pytest.raises(KeyboardInterrupt):
            office.issue(pupils(1, Фамилия="Тестова-А"), corrections=[2])
    assert states(office) == [State.ISSUED, State.RESERVED]
    (alike,) = office.plan(pupils(1, Фамилия="Тестова-Б")).alike
    assert alike.like is not None
    office.issue(pupils(1, Фамилия="Тестова-Б"), corrections=[2])
    assert states(office) == [State.REVOKED, State.REVOKED, State.ISSUED]


def test_a_stopped_correction_is_finished_and_its_file_withdrawn(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.issue(pupils(1))
    with monkeypatch.context() as stopped:
        stopped.setattr(issued_files, "withdraw", stop)
        with pytest.raises(KeyboardInterrupt):
            office.issue(pupils(1, Фамилия="Тестова-А"), corrections=[2])
    assert states(office) == [State.ISSUED, State.RESERVED]
    assert office.issue(pupils(1, Фамилия="Тестова-А")).issued == 1
    assert [path.name for path in office.out.glob("*.vc.json")] == ["0002 Тестова-А Пробник.vc.json"]
    assert states(office) == [State.REVOKED, State.ISSUED]


@pytest.mark.parametrize("before", [True, False], ids=["before", "after"])
@pytest.mark.parametrize(
    ("owner", "name"),
    [
        (Register, "reserve"),
        (signing, "sign_shard"),
        (issued_files, "withdraw"),
        (Register, "mark_issued"),
    ],
    ids=["reserve", "sign", "withdraw", "mark"],
)
def test_a_correction_that_is_killed_anywhere_is_whole_after_the_same_command(
    office: Office, monkeypatch: pytest.MonkeyPatch, owner: Any, name: str, before: bool
) -> None:
    office.issue(pupils(2))

    def correct() -> None:
        with Issuer.open(office.folder.path, PASSPHRASE) as issuer:
            issuer.issue(issuer.correction("1", {"family": "Тестова"}, now=NOW), now=NOW)

    with monkeypatch.context() as killed:
        killed.setattr(owner, name, killing(getattr(owner, name), 1, before=before))
        with pytest.raises(Killed):
            correct()
    try:
        correct()
    except UsageError as error:
        # It had been done to the end.
        assert error.code == "correcting.revoked"
    first, second, third = office.entries()
    assert (first.state, second.state, third.state) == (State.REVOKED, State.ISSUED, State.ISSUED)
    assert third.replaces == first.number
    assert sorted(office.files()) == [
        "0002 Тестов-Б Пробник.vc.json",
        "0003 Тестова Пробник.vc.json",
        "withdrawn/0001 Тестов-А Пробник.vc.json",
    ]


def test_what_a_child_got_from_two_contests_has_nothing_in_common_in_the_register(office: Office) -> None:
    """The register alone must not gather what belongs to one child."""
    template = office.folder.template()
    headers = [*HEADERS, "Профиль"]
    for profile in ("Астрономия", "Химия"):
        office.issue([[*pupils(1)[0], profile]], headers=headers)
    first, second = office.entries()
    database = sqlite3.connect(office.folder.path / "register.sqlite")
    kept: dict[int, set[int]] = {1: set(), 2: set()}
    for digest, number in database.execute("select digest, number from likenesses"):
        kept[number].add(digest)
    assert len(kept[1]) == len(template.person) + 2
    assert kept[1].isdisjoint(kept[2])
    assert first.row_digest != second.row_digest


def test_digests_need_the_secret_of_the_keystore(tmp_path: Path) -> None:
    """Nothing in the register can be computed from a name and a day of birth."""
    found = []
    for name in ("one", "two"):
        made = Office.make(tmp_path / name)
        (planned,) = made.plan(pupils(1)).new
        found.append({*planned.likenesses, planned.row_digest, planned.content_digest})
    assert found[0].isdisjoint(found[1])


def award(day: str, number: str = "", family: str = "Тестов") -> list[str]:
    return ["Грамота", "За победу в школьной олимпиаде", family, "Пробник", "17.05.2009", day, number]


def school(tmp_path: Path) -> tuple[Office, list[str]]:
    made = Office.make(tmp_path / "school", kit="school", site="https://school.example")
    return made, [each.headers[0] for each in made.folder.template().columns]


@pytest.mark.parametrize("second", [award("02.03.2026"), award("01.03.2026", "А-2")], ids=["day", "number"])
def test_another_day_or_number_is_another_award(tmp_path: Path, second: Sequence[str]) -> None:
    made, headers = school(tmp_path)
    assert headers
    with_headers = [award("01.03.2026")], AWARD
    made.issue(*with_headers)
    with made.folder.register() as register:
        found = issuing.plan(
            made.keystore, register, made.folder.template(), made.read([list(second)], AWARD)
        )
    assert [planned.entry for planned in found.another] == made.entries()
    made.issue([list(second)], AWARD)
    assert states(made) == [State.ISSUED, State.ISSUED]


def test_a_day_changed_in_the_settings_does_not_sign_everything_again(tmp_path: Path) -> None:
    made, _ = school(tmp_path)
    made.issue([award("01.03.2026")], AWARD)
    with made.folder.register() as register:
        found = issuing.plan(
            made.keystore,
            register,
            made.folder.template(),
            made.read([award("02.03.2026")], AWARD),
            given=("awarded", "number"),
        )
    assert (len(found.another), len(found.changed)) == (0, 1)


@pytest.mark.parametrize("kit", ["olympiad", "school", "contest", "sport", "volunteering"])
def test_what_a_diploma_says_can_be_read_back_into_its_row(kit: str, tmp_path: Path) -> None:
    """`correct` changes one value and must keep all the others to the letter."""
    place = tmp_path / kit
    with Issuer.create(place, PASSPHRASE, kit=kit, example=True, kdf=UNSAFE_FOR_TESTS) as issuer:
        read = issuer.read(ROOT / "issuers" / kit / "sample.csv", now=NOW.replace(year=2027))
        assert read.rows
        issuer.issue(issuer.plan(read), now=NOW)
        for row, line in zip(read.rows, issuer.lines(), strict=True):
            document = issued_files.document(issuer.issued_folder, line)
            assert document is not None
            values = correcting.signed_values(issuer._keys(), read.template, document, line)
            assert values == row.values


def test_correct_signs_revokes_links_and_withdraws(terminal: Terminal, olympiad: Path) -> None:
    sheet = terminal.folder / "итоги.csv"
    sheet.write_bytes(sheet_of(*pupils(2)))
    terminal.do("issue", "--yes", sheet, "--dir", olympiad, "--now", "2026-06-01")
    said = terminal.do(
        "correct", "№ 0001", "--set", "family=Тестова", "--set", "given=Проба", "--dir", olympiad,
        "--now", "2026-06-02",
    )  # fmt: skip
    assert "Signed as No. 0003: Тестова Проба. It replaces No. 0001, which is revoked." in said
    assert "vcwallet issuer diploma 0003 --dir" in said
    files = Office.at(olympiad).files()
    assert set(files) == {
        "0002 Тестов-Б Пробник.vc.json",
        "0003 Тестова Проба.vc.json",
        "withdrawn/0001 Тестов-А Пробник.vc.json",
    }
    subject = files["0003 Тестова Проба.vc.json"]["credentialSubject"]
    assert isinstance(subject, dict)
    assert subject["dateOfBirth"] == "2009-05-17"
    answer = terminal.json(
        "correct",
        olympiad / "issued" / "0002 Тестов-Б Пробник.vc.json",
        "--set",
        "class=10",
        "--dir",
        olympiad,
    )
    assert (answer["corrected"]["replaces"], answer["revoked"]["replacedBy"]) == (2, 4)


@pytest.mark.parametrize(
    ("named", "setting", "code"),
    [
        ("1", "family=Тестов-А", "correcting.nothing"),
        ("1", "family=Cказочный", "roster.latin-letter"),
        ("1", "birth_date=31.02.2009", "roster.impossible-date"),
        ("1", "degree=участие", "correcting.no-diploma"),
        ("1", "health=1", "roster.given"),
        ("77", "family=Тестова", "register.unknown-number"),
    ],
)
def test_what_cannot_be_corrected_changes_nothing(
    office: Office, named: str, setting: str, code: str
) -> None:
    office.issue(pupils(1))
    with Issuer.open(office.folder.path, PASSPHRASE) as issuer, pytest.raises(UsageError) as caught:
        issuer.correction(named, dict([setting.split("=")]), now=NOW)
    assert caught.value.code == code
    assert states(office) == [State.ISSUED]


@pytest.mark.parametrize("column", ["family", "Фамилия", "фамилия", " ФАМИЛИЯ "])
def test_a_column_to_correct_is_named_by_its_key_or_by_its_header(office: Office, column: str) -> None:
    office.issue(pupils(1))
    with Issuer.open(office.folder.path, PASSPHRASE) as issuer:
        plan = issuer.correction("1", {column: "Исправленная"}, now=NOW)
    (planned,) = plan.corrected
    assert "Исправленная" in planned.row.values


def test_a_column_that_is_not_there_is_answered_with_both_names_of_those_that_are(office: Office) -> None:
    office.issue(pupils(1))
    with Issuer.open(office.folder.path, PASSPHRASE) as issuer, pytest.raises(UsageError) as caught:
        issuer.correction("1", {"Фамилии": "Исправленная"}, now=NOW)
    assert "family («Фамилия»)" in str(caught.value.evidence["known"])


def test_a_revoked_or_lost_or_changed_diploma_is_not_corrected(office: Office) -> None:
    office.issue(pupils(3))
    first, second, third = sorted(office.out.glob("*.vc.json"))
    second.unlink()
    third.write_text(third.read_text("utf-8").replace("Пробник", "Другой"), "utf-8")
    with Issuer.open(office.folder.path, PASSPHRASE) as issuer:
        issuer.revoke(issuer.find(first).id, now=NOW)
        for named, code in (
            ("1", "correcting.revoked"),
            ("2", "correcting.no-file"),
            ("3", "correcting.other-words"),
        ):
            with pytest.raises(UsageError) as caught:
                issuer.correction(named, {"class": "10"}, now=NOW)
            assert caught.value.code == code


def test_a_diploma_among_many_lines_of_a_file_can_be_corrected(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "ISSUED_ROWS_PER_SHARD", 2)
    office.issue(pupils(5), layout=signing.FileLayout.LINES)
    with Issuer.open(office.folder.path, PASSPHRASE) as issuer:
        issuer.issue(issuer.correction("4", {"class": "10"}, now=NOW), now=NOW)
    assert [(line.number, line.replaces) for line in office.entries()][-1] == (6, 4)


def test_one_diploma_is_signed_from_options_alone(terminal: Terminal, olympiad: Path) -> None:
    said = terminal.do(
        "issue", "--yes", "--one", "--dir", olympiad, "--now", "2026-06-01", "--set", "family=Тестова",
        "--set", "given=Проба", "--set", "degree=1", "--set", "birth_date=17.05.2009",
    )  # fmt: skip
    assert "Signed: 1." in said
    assert set(Office.at(olympiad).files()) == {"0001 Тестова Проба.vc.json"}
    said = terminal.do("issue", "--yes", "--one", "--dir", olympiad, "--set", "family=Тестова", expect=2)
    assert "Имя" in said
    assert "--one" in terminal.do("issue", "--yes", "--dir", olympiad, expect=2)
    words = ["issue", "--yes", str(SHEETS / "olympiad-results.csv"), "--corrections", "--other-children"]
    with pytest.raises(UsageError) as caught:
        issuer_commands.main(words, standalone_mode=False, obj=Speaker(locales.language("en")))
    assert caught.value.code == "issuer.what-to-sign"


def test_one_diploma_is_asked_for_field_by_field(
    terminal: Terminal, olympiad: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A value that no cell may hold is asked for again."""
    from vcwallet.cli.issuer import issuing as command

    answers = {"Фамилия": ["Cказочный", "Сказочный"], "Имя": ["Проба"], "Степень": ["2"]}
    asked: list[str] = []

    def ask(self: Speaker, template: str, /, *, optional: bool = False, **values: object) -> str:
        header = str(values["header"])
        asked.append(header)
        return answers[header].pop(0) if header in answers else ""

    monkeypatch.setattr(command, "somebody_there", lambda: True)
    monkeypatch.setattr(Speaker, "ask", ask)
    said = terminal.do("issue", "--yes", "--one", "--dir", olympiad, "--now", "2026-06-01")
    assert asked[:3] == ["Фамилия", "Фамилия", "Имя"]
    assert "Учебный год" not in asked
    assert "Signed: 1." in said
    assert set(Office.at(olympiad).files()) == {"0001 Сказочный Проба.vc.json"}


def test_a_row_like_an_earlier_one_is_asked_about(
    terminal: Terminal, olympiad: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from vcwallet.cli.issuer import planned

    sheet = terminal.folder / "итоги.csv"
    sheet.write_bytes(sheet_of(*pupils(1)))
    options = ("--dir", olympiad, "--now", "2026-06-01")
    terminal.do("issue", "--yes", sheet, *options)
    sheet.write_bytes(sheet_of(*pupils(1, Фамилия="Тестова-А")))
    said = terminal.do("check", sheet, *options)
    assert "Look like corrections of earlier diplomas: 1." in said
    assert "Тестов-А Пробник" in said
    said = terminal.do("issue", "--yes", sheet, *options)
    assert "Signed: 0." in said
    assert "--corrections" in said
    questions: list[str] = []
    answers = [False, False, True, True]

    def agreed(self: Speaker, template: str, /, *, default: bool = False, **values: object) -> bool:
        questions.append(template.format(**values))
        return answers.pop(0)

    monkeypatch.setattr(planned, "somebody_there", lambda: True)
    monkeypatch.setattr(Speaker, "agreed", agreed)
    assert "Signed: 0." in terminal.do("issue", "--yes", sheet, *options)
    assert questions == [
        "Row 2, Тестова-А Пробник, looks like No. 0001, Тестов-А Пробник. Is it a correction of it?",
        "Is Тестова-А Пробник another child, who gets a diploma too?",
    ]
    said = terminal.do("issue", "--yes", sheet, *options)
    assert "Replaced: 1." in said
    assert set(Office.at(olympiad).files()) == {
        "0002 Тестова-А Пробник.vc.json",
        "withdrawn/0001 Тестов-А Пробник.vc.json",
    }
