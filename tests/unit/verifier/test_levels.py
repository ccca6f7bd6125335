"""The official lists of olympiads: three answers, and every way in which a file of them can be wrong."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.admission import example_levels, levels_of
from vcwallet import limits
from vcwallet.credentials.terms import SchoolYear
from vcwallet.errors import UsageError
from vcwallet.verifier.levels import Levels, LevelState, digest_of


def test_three_answers() -> None:
    levels = example_levels()
    listed = levels.level("№ 12", "Математика ", SchoolYear(2025))
    assert (listed.state, listed.level, listed.subjects) == (LevelState.LISTED, 2, ("математика",))
    # The same number with another profile, and the same olympiad in a year in which it was not on the list.
    assert levels.level("12", "химия", SchoolYear(2025)).state is LevelState.NOT_LISTED
    assert levels.level("7", "математика", SchoolYear(2026)).state is LevelState.NOT_LISTED
    assert levels.level("12", "математика", SchoolYear(2022)).state is LevelState.NO_LIST


def test_the_level_is_that_of_the_year_of_holding() -> None:
    levels = example_levels()
    found = [levels.level("12", "математика", SchoolYear(year)).level for year in range(2022, 2028)]
    assert found == [None, 2, 1, 2, 1, None]


def test_an_answer_names_the_file_it_is_from() -> None:
    content = levels_of("2025/26", [("12", "математика", 2)], {})
    levels = Levels.parse(content)
    assert levels.level("12", "математика", SchoolYear(2025)).digest == digest_of(content)
    assert levels.level("13", "математика", SchoolYear(2025)).digest == digest_of(content)
    assert levels.level("12", "математика", SchoolYear(2024)).digest is None


def file(**changes: Any) -> bytes:
    document = json.loads(levels_of("2025/26", [("12", "математика", 2)], {}))
    document.update(changes)
    return json.dumps(document).encode()


ENTRY = {"number": "12", "profile": "математика", "level": 2}
WRONG = {
    "not JSON": (b"{", "json.malformed"),
    "another format": (file(format="vcwallet-levels/2"), "levels.format"),
    "no entries": (file(olympiads=None), "levels.malformed"),
    "a member that is not known": (file(olympiads=[{**ENTRY, "levl": 1}]), "levels.malformed"),
    "a level of none": (file(olympiads=[{**ENTRY, "level": 4}]), "levels.malformed"),
    "a level below": (file(olympiads=[{**ENTRY, "level": 0}]), "levels.malformed"),
    "a level in quotation marks": (file(olympiads=[{**ENTRY, "level": "2"}]), "levels.malformed"),
    "an empty profile": (file(olympiads=[{**ENTRY, "profile": " "}]), "levels.malformed"),
    "no source": (file(source=""), "levels.malformed"),
    "years that do not follow": (file(schoolYear="2025/27"), "levels.school-year"),
    "one olympiad twice": (
        file(olympiads=[ENTRY, {**ENTRY, "number": "№ 12", "profile": "Математика", "level": 1}]),
        "levels.twice",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_file_that_is_wrong(name: str) -> None:
    content, code = WRONG[name]
    with pytest.raises(UsageError) as caught:
        Levels.parse(content, name="Перечень.json")
    assert caught.value.code == code
    assert caught.value.next_step


def test_a_file_over_the_ceiling_is_not_read() -> None:
    entries = [(str(number), "математика", 1) for number in range(limits.LEVELS_ENTRIES + 1)]
    with pytest.raises(UsageError, match="/olympiads"):
        Levels.parse(levels_of("2025/26", entries, {}))
    assert Levels.parse(levels_of("2025/26", entries[:-1], {})).lists


def test_two_lists_of_one_year_are_an_error_and_not_a_choice() -> None:
    files = [levels_of("2025/26", [("12", "математика", level)], {}) for level in (1, 2)]
    with pytest.raises(UsageError) as caught:
        Levels.of(files)
    assert caught.value.code == "levels.two-of-a-year"
    assert caught.value.evidence["file"] == "#2"


def test_lists_of_more_years_than_there_are() -> None:
    files = [levels_of(f"{year}/{(year + 1) % 100:02}", [], {}) for year in range(1960, 2025)]
    with pytest.raises(UsageError) as caught:
        Levels.of(files)
    assert caught.value.code == "levels.too-many"
    assert len(Levels.of(files[1:]).lists) == limits.LEVELS_YEARS
