"""What is the same in all rows was changed, in issuer.toml or by --set, and the sheet is given again.

The name of a contest was misspelt and is put right, or the folder holds two contests: only a person knows.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from tests.unit.issuer.offices import NOW, PASSPHRASE, Office, pupils
from tests.unit.issuer.test_commands import Terminal, olympiad, terminal
from tests.unit.issuer.test_commands import csv as sheet_of
from tests.unit.issuer.test_identity import AWARD, award, states
from tests.unit.issuer.test_issuing import Killed, killing
from vcwallet import limits, locales
from vcwallet.cli.issuer import issuer as issuer_commands
from vcwallet.cli.issuer import planned
from vcwallet.cli.speak import Speaker
from vcwallet.errors import UsageError
from vcwallet.issuer import Issuer, Plan, issued_files, signing
from vcwallet.issuer.register import Register, State
from vcwallet.sealed_file import UNSAFE_FOR_TESTS

__all__ = ["olympiad", "terminal"]

MISSPELT = "Олимпиада школьников «Вымысил»"
RIGHT = "Олимпиада школьников «Вымысел»"
NOW_AND_HERE = ("--now", "2026-06-01")


def rewrite(place: Path, old: str, new: str) -> None:
    settings = place / "issuer.toml"
    text = settings.read_text("utf-8")
    assert old in text
    settings.write_text(text.replace(old, new), "utf-8")


def refused(*words: object) -> str:
    """The code with which a command is refused."""
    with pytest.raises(UsageError) as caught:
        issuer_commands.main([*map(str, words)], standalone_mode=False, obj=Speaker(locales.language("en")))
    return caught.value.code


@pytest.fixture
def signed(terminal: Terminal, olympiad: Path) -> tuple[Terminal, Path, Path]:
    """Three diplomas are signed with a misspelt name of the olympiad, which is put right then."""
    sheet = terminal.folder / "итоги.csv"
    sheet.write_bytes(sheet_of(*pupils(3)))
    rewrite(olympiad, RIGHT, MISSPELT)
    terminal.do("issue", "--yes", sheet, "--dir", olympiad, *NOW_AND_HERE)
    rewrite(olympiad, MISSPELT, RIGHT)
    return terminal, olympiad, sheet


def plan_of(place: Path, rows: list[list[str]], **values: str) -> Plan:
    with Issuer.open(place, PASSPHRASE) as issuer:
        return issuer.plan(issuer.read(sheet_of(*rows), values=values, now=NOW))


def issue(place: Path, rows: list[list[str]], **values: str) -> None:
    with Issuer.open(place, PASSPHRASE) as issuer:
        issuer.issue(issuer.plan(issuer.read(sheet_of(*rows), values=values, now=NOW)), now=NOW)


def test_a_check_says_once_that_the_rows_were_signed_with_another_name(
    signed: tuple[Terminal, Path, Path],
) -> None:
    """Not "new: 3", which would sign everything a second time."""
    terminal, place, sheet = signed
    said = terminal.do("check", sheet, "--dir", place, *NOW_AND_HERE)
    assert f"Signed before with another «Олимпиада»: «{MISSPELT}» → «{RIGHT}». Rows: 3." in said
    assert said.count(MISSPELT) == 1
    assert "New:" not in said
    answer = terminal.json("check", sheet, "--dir", place, *NOW_AND_HERE)
    assert answer["newRows"] == []
    assert answer["signedWithOtherWords"] == [
        {
            "differences": [{"column": "olympiad", "before": MISSPELT, "now": RIGHT}],
            "rows": [{"row": row, "number": row - 1} for row in (2, 3, 4)],
        }
    ]


def test_where_nobody_can_be_asked_nothing_is_signed(signed: tuple[Terminal, Path, Path]) -> None:
    terminal, place, sheet = signed
    said = terminal.do("issue", "--yes", sheet, "--dir", place, *NOW_AND_HERE, expect=2)
    for words in (MISSPELT, RIGHT, "--settings-corrected", "--other-awards"):
        assert words in said
    assert refused("issue", "--yes", sheet, "--dir", place, *NOW_AND_HERE) == "issuer.other-words"
    assert states(Office.at(place)) == [State.ISSUED] * 3


def test_settings_that_were_corrected_replace_the_diplomas(signed: tuple[Terminal, Path, Path]) -> None:
    terminal, place, sheet = signed
    said = terminal.do("issue", "--yes", sheet, "--dir", place, "--settings-corrected", *NOW_AND_HERE)
    assert "Replaced: 3." in said
    made = Office.at(place)
    assert states(made) == [State.REVOKED] * 3 + [State.ISSUED] * 3
    assert [line.replaces for line in made.entries()] == [None, None, None, 1, 2, 3]
    names = [path for path in made.files() if not path.startswith("withdrawn/")]
    assert [name[:4] for name in names] == ["0004", "0005", "0006"]
    said = terminal.do("issue", "--yes", sheet, "--dir", place, *NOW_AND_HERE)
    assert "Signed: 0. Signed earlier: 3." in said


def test_other_awards_are_signed_besides(signed: tuple[Terminal, Path, Path]) -> None:
    terminal, place, sheet = signed
    terminal.do("issue", "--yes", sheet, "--dir", place, "--other-awards", *NOW_AND_HERE)
    assert states(Office.at(place)) == [State.ISSUED] * 6
    said = terminal.do("issue", "--yes", sheet, "--dir", place, *NOW_AND_HERE)
    assert "Signed: 0. Signed earlier: 3." in said
    rewrite(place, RIGHT, MISSPELT)
    said = terminal.do("issue", "--yes", sheet, "--dir", place, *NOW_AND_HERE)
    assert "Signed: 0. Signed earlier: 3." in said


def test_both_options_at_once_are_refused(signed: tuple[Terminal, Path, Path]) -> None:
    _, place, sheet = signed
    both = ("--settings-corrected", "--other-awards")
    assert refused("issue", "--yes", sheet, "--dir", place, *both) == "issuer.what-to-sign"


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ([False, False], [State.ISSUED] * 3),
        ([True], [State.REVOKED] * 3 + [State.ISSUED] * 3),
        ([False, True], [State.ISSUED] * 6),
    ],
    ids=["left alone", "a correction", "other awards"],
)
def test_at_a_terminal_it_is_asked_once_for_all_rows(
    signed: tuple[Terminal, Path, Path],
    monkeypatch: pytest.MonkeyPatch,
    answers: list[bool],
    expected: list[State],
) -> None:
    terminal, place, sheet = signed
    left, questions = list(answers), []

    def agreed(self: Speaker, template: str, /, *, default: bool = False, **values: object) -> bool:
        if template == "Sign {number}?":
            return True
        questions.append(template.format(**values))
        return left.pop(0)

    monkeypatch.setattr(planned, "somebody_there", lambda: True)
    monkeypatch.setattr(Speaker, "agreed", agreed)
    said = terminal.do("issue", "--yes", sheet, "--dir", place, *NOW_AND_HERE)
    assert len(questions) == len(answers)
    assert MISSPELT in questions[0]
    assert states(Office.at(place)) == expected
    if len(expected) == 3:
        assert "Not signed" in said


def test_a_new_row_is_signed_among_those_that_are_corrected(signed: tuple[Terminal, Path, Path]) -> None:
    terminal, place, sheet = signed
    sheet.write_bytes(sheet_of(*pupils(4)))
    terminal.do("issue", "--yes", sheet, "--dir", place, "--settings-corrected", *NOW_AND_HERE)
    assert states(Office.at(place)) == [State.REVOKED] * 3 + [State.ISSUED] * 4


def test_a_surname_corrected_at_the_same_time_looks_like_a_correction(
    signed: tuple[Terminal, Path, Path],
) -> None:
    _, place, _ = signed
    rows = [*pupils(1, Фамилия="Тестова-А"), *pupils(3)[1:]]
    found = plan_of(place, rows)
    assert (len(found.new), len(found.reworded), len(found.alike)) == (0, 2, 1)
    assert found.alike[0].like == Office.at(place).entries()[0]


def test_a_revoked_diploma_is_nothing_to_ask_about(signed: tuple[Terminal, Path, Path]) -> None:
    terminal, place, _ = signed
    terminal.do("revoke", "1", "2", "3", "--yes", "--dir", place)
    found = plan_of(place, pupils(3))
    assert (len(found.new), len(found.reworded)) == (3, 0)


@pytest.mark.parametrize(
    ("first", "second", "asked"),
    [
        ({"stage": "Региональный этап"}, {"stage": "Заключительный этап"}, ["stage"]),
        ({"profile": "Химия"}, {"profile": "Астрономия"}, ["profile"]),
        ({}, {"profile": "Астрономия"}, ["profile"]),
        ({"year": "2024/25"}, {"year": "2025/26"}, []),
        ({"olympiad": MISSPELT, "year": "2024/25"}, {"year": "2025/26"}, []),
    ],
    ids=["a stage", "a subject by --set", "a subject added", "next year's", "next year's, renamed"],
)
def test_what_is_asked_about(
    olympiad: Path, first: dict[str, str], second: dict[str, str], asked: list[str]
) -> None:
    """Next year's diplomas for the same children are other awards, and nobody is asked."""
    issue(olympiad, pupils(2), **first)
    found = plan_of(olympiad, pupils(2), **second)
    assert [key for each in found.reworded[:1] for key, _ in each.then] == asked
    assert (len(found.reworded), len(found.new)) == ((2, 0) if asked else (0, 2))


def test_the_newest_of_several_earlier_names_is_meant(olympiad: Path) -> None:
    rows = pupils(1)
    issue(olympiad, rows, olympiad="Первая проба")
    with Issuer.open(olympiad, PASSPHRASE) as issuer:
        found = issuer.plan(issuer.read(sheet_of(*rows), values={"olympiad": "Вторая проба"}, now=NOW))
        issuer.issue(found.settled(other=lambda each: True), now=NOW)
    (asked,) = plan_of(olympiad, rows, olympiad="Третья проба").reworded
    assert asked.then == (("olympiad", "Вторая проба"),)
    assert asked.like is not None
    assert asked.like.number == 2


def test_a_day_changed_in_the_settings_is_a_changed_diploma_where_the_number_stands_nowhere(
    tmp_path: Path,
) -> None:
    """A template that tells awards apart by day and number, and neither is in the sheet."""
    place = tmp_path / "school"
    row, headers = award("")[:5], AWARD[:5]
    with Issuer.create(place, PASSPHRASE, kit="school", example=True, kdf=UNSAFE_FOR_TESTS) as issuer:

        def read(day: str) -> Plan:
            sheet = sheet_of(row, headers=headers)
            return issuer.plan(issuer.read(sheet, values={"awarded": day, "year": "2025/26"}, now=NOW))

        issuer.issue(read("01.03.2026"), now=NOW)
        found = read("02.03.2026")
    assert (len(found.another), len(found.new), len(found.reworded), len(found.changed)) == (0, 0, 0, 1)


def test_two_contests_of_one_child_have_nothing_in_common_in_the_register(olympiad: Path) -> None:
    """Finding them takes the sheet and the secret: the register alone must not gather a child's diplomas."""
    rows = pupils(1)
    for name in ("Первая проба", "Вторая проба"):
        with Issuer.open(olympiad, PASSPHRASE) as issuer:
            found = issuer.plan(issuer.read(sheet_of(*rows), values={"olympiad": name}, now=NOW))
            issuer.issue(found.settled(other=lambda each: True), now=NOW)
    database = sqlite3.connect(olympiad / "register.sqlite")
    kept: dict[int, set[int]] = {1: set(), 2: set()}
    for digest, number in database.execute("select digest, number from likenesses"):
        kept[number].add(digest)
    assert kept[1]
    assert kept[1].isdisjoint(kept[2])
    told = "\n".join(database.iterdump())
    assert "Первая проба" in told
    for words in rows[0][:4]:
        assert not words or words not in told


def test_no_more_earlier_wordings_are_tried_than_the_ceiling(
    olympiad: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "EARLIER_WORDINGS", 2)
    for number in range(3):
        issue(olympiad, pupils(number + 1)[-1:], olympiad=f"Проба {number}")
    found = plan_of(olympiad, pupils(3), olympiad="Проба")
    assert [each.row.number for each in found.reworded] == [3, 4]


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
def test_a_correction_of_all_that_is_killed_anywhere_is_whole_after_the_same_command(
    olympiad: Path, monkeypatch: pytest.MonkeyPatch, owner: Any, name: str, before: bool
) -> None:
    issue(olympiad, pupils(2), olympiad=MISSPELT)

    def correct() -> None:
        with Issuer.open(olympiad, PASSPHRASE) as issuer:
            found = issuer.plan(issuer.read(sheet_of(*pupils(2)), now=NOW))
            issuer.issue(found.settled(correction=lambda each: True), now=NOW)

    with monkeypatch.context() as killed:
        killed.setattr(owner, name, killing(getattr(owner, name), 1, before=before))
        with pytest.raises(Killed):
            correct()
    correct()
    made = Office.at(olympiad)
    assert states(made) == [State.REVOKED, State.REVOKED, State.ISSUED, State.ISSUED]
    assert [path[:4] for path in made.files() if not path.startswith("withdrawn/")] == ["0003", "0004"]
