"""Which diplomas show one achievement, and what a diploma that hides something may show."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.admission import NATIONAL, diploma, example_levels, example_pack
from vcwallet.report import Fate, Item
from vcwallet.verifier.policy import Applicant, Decision, decide

PACK, LEVELS = example_pack(), example_levels()
# Every olympiad counts, so that points tell how many achievements there are.
SUM = replace(
    PACK,
    rights=(),
    exclusive=(),
    categories=tuple(
        replace(each, combine=PACK.category("volunteering").combine, cap=None) for each in PACK.categories
    ),
    points=replace(PACK.points, cap=PACK.points.cap * 10),
)


def count(*items: Item) -> Decision:
    return decide(SUM, items, LEVELS, Applicant(), "01.03.02")


def olympiad(number: int, issuer: str = "one", **changes: Any) -> Item:
    said = {"code": "12", "profile": "математика", "year": 2026, "result": "prize", "school_class": 10}
    made = diploma(number, **{**said, **changes})
    return replace(made, issuer=replace(made.issuer, id=f"did:web:{issuer}.example"))


APART = {
    "another number": {"code": "31", "profile": "информатика"},
    "another profile": {"profile": "физика"},
    "another year": {"year": 2025},
    "another stage": {"stage": "regional"},
    "another stage that no table knows": {"stage": "Суперфинал"},
}


@pytest.mark.parametrize("name", APART)
def test_what_differs_is_another_achievement(name: str) -> None:
    assert count(olympiad(1), olympiad(2, "two", **APART[name])).points.confirmed == 10


@pytest.mark.parametrize("changes", [{}, {"code": "№ 12", "profile": "Математика"}, {"result": "winner"}])
def test_what_the_list_calls_one_counts_once_whoever_signed(changes: dict[str, Any]) -> None:
    decision = count(olympiad(1), olympiad(2, "two", **changes))
    assert decision.points.confirmed == 5
    assert [line.items for line in decision.lines if line.code == "item.same"] == [(2, 1)]


def test_one_id_of_one_issuer_is_one_achievement() -> None:
    hours = [diploma(number, "volunteering", hours="60", awarded="2026-05-01") for number in (1, 2)]
    assert count(*hours).points.confirmed == 2
    same = [replace(each, achievement=replace(each.achievement, id="urn:1")) for each in hours]
    assert count(*same).points.confirmed == 1
    other = replace(same[1], issuer=replace(same[1].issuer, id="did:web:other.example"))
    assert count(same[0], other).points.confirmed == 2


def test_what_ties_two_achievements_together_makes_them_one() -> None:
    """№ 3 has the id of № 1 and is by the list what № 2 is."""
    first = olympiad(1, profile="физика")
    second = olympiad(2, "two")
    both = replace(olympiad(3), achievement=replace(olympiad(3).achievement, id=first.achievement.id))
    assert count(first, second).points.confirmed == 10
    assert count(first, second, both).points.confirmed == 5


def test_national_olympiads_are_told_apart_without_a_number() -> None:
    regional = {"name": NATIONAL, "code": None, "stage": "regional"}
    assert count(olympiad(1, **regional), olympiad(2, "two", **regional)).points.confirmed == 3
    other = {**regional, "profile": "физика"}
    assert count(olympiad(1, **regional), olympiad(2, "two", **other)).points.confirmed == 6


@pytest.mark.parametrize("member", ["listNumber", "profile", "schoolYear"])
def test_hiding_makes_no_second_achievement_but_it_could_be_one(member: str) -> None:
    empty = {"listNumber": "code", "profile": "profile", "schoolYear": "year"}[member]
    hidden = olympiad(2, "two", **{empty: None, "hidden": [member]})
    alone = count(hidden)
    assert (alone.points.confirmed, alone.points.possible) == (0, 5)
    together = count(olympiad(1), hidden)
    assert (together.points.confirmed, together.points.possible) == (5, 10)
    # The same issuer has one id for one achievement, so this one is another.
    own = count(olympiad(1), replace(hidden, issuer=olympiad(1).issuer))
    assert (own.points.confirmed, own.points.possible) == (5, 10)


def test_what_hides_and_contradicts_nothing_is_taken_for_one() -> None:
    """A rule that needs no profile would count it; as far as is known it is the achievement of № 1."""
    when = replace(PACK.right("exempt-national").when, list=None, profiles=None, stages=None)
    free = replace(SUM, merits=(replace(PACK.merit("contest-final"), when=when),))
    hidden = olympiad(2, "two", profile=None, hidden=["profile"])
    decision = decide(free, [olympiad(1), hidden], LEVELS, Applicant(), "01.03.02")
    assert (decision.points.confirmed, decision.points.possible) == (4, 8)
    for other in ({"code": "31"}, {"year": 2025}, {"stage": "regional"}):
        apart = olympiad(2, "two", **{"profile": None, "hidden": ["profile"], **other})
        decision = decide(free, [olympiad(1), apart], LEVELS, Applicant(), "01.03.02")
        assert decision.points.confirmed == 8


def test_of_one_achievement_the_diploma_that_fits_is_named() -> None:
    hidden = olympiad(1, school_class=None, hidden=["class"])
    decision = count(hidden, olympiad(2, "two"))
    assert decision.points.confirmed == 5
    parts = [part.item for line in decision.lines for part in line.parts]
    assert parts == [2]
    not_known = replace(olympiad(1), outcome=Fate.UNKNOWN)
    assert [p.item for line in count(not_known, olympiad(2, "two")).lines for p in line.parts] == [2]
    assert [p.item for line in count(olympiad(3, "two"), olympiad(2)).lines for p in line.parts] == [2]
