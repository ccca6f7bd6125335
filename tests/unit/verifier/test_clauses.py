"""Every clause of a rule on both sides of its boundary, and what is missing when it cannot be told."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from tests.admission import NATIONAL, diploma, example_levels, example_pack
from vcwallet.credentials.terms import Kind, OlympiadList, ResultCode, StageCode
from vcwallet.report import Item, Person, Score, Term
from vcwallet.verifier.clauses import Answer, AtHand, Judgement, Said, judged
from vcwallet.verifier.levels import NO_LEVELS, Levels
from vcwallet.verifier.policy_pack import Rule, When

PACK, LEVELS = example_pack(), example_levels()
OLYMPIAD: dict[str, Any] = {
    "code": "12",
    "profile": "математика",
    "year": 2026,
    "result": "prize",
    "school_class": 10,
}


def judge(item: Item, *, born: date | None = None, known: Levels = LEVELS, **clauses: Any) -> Judgement:
    return judged(Rule("rule", "rules", When(**clauses), None), Said.of(item), PACK, AtHand(known, born))


def olympiad(**changes: Any) -> Item:
    return diploma(1, **{**OLYMPIAD, **changes})


def volunteering(**more: Any) -> Item:
    return diploma(1, "volunteering", **{"awarded": "2026-05-01", **more})


def unread(item: Item, **changes: Any) -> Item:
    return replace(item, achievement=replace(item.achievement, **changes))


YES = [
    (olympiad(), {"kinds": (Kind.OLYMPIAD_DIPLOMA,)}),
    (diploma(1, "school-award", year=2026), {"kinds": (Kind.SCHOOL_AWARD,)}),
    # Either kind is wanted, so the number need not be shown.
    (
        diploma(1, "school-award", year=2026, hidden=["listNumber"]),
        {"kinds": (Kind.SCHOOL_AWARD, Kind.OLYMPIAD_DIPLOMA)},
    ),
    (olympiad(), {"list": OlympiadList.OFFICIAL}),
    (olympiad(code=None, name=NATIONAL), {"list": OlympiadList.NATIONAL}),
    # The national olympiad has no number to hide.
    (olympiad(code=None, name=NATIONAL, hidden=["listNumber"]), {"list": OlympiadList.NATIONAL}),
    (olympiad(code=None), {"list": OlympiadList.NONE}),
    (volunteering(), {"list": OlympiadList.NONE}),
    (olympiad(code="№ 12"), {"numbers": ("12",)}),
    (olympiad(profile="«Математика»"), {"profiles": ("физика", "математика")}),
    (olympiad(), {"stages": (StageCode.FINAL,)}),
    (olympiad(), {"levels": (2,)}),
    (olympiad(year=2025), {"levels": (1,)}),
    (olympiad(), {"subjects": ("Математика",)}),
    (olympiad(), {"results": (ResultCode.WINNER, ResultCode.PRIZE)}),
    (olympiad(), {"classes": (10,)}),
    (olympiad(school_class=11), {"classes": (10, 11)}),
    (volunteering(hours="60"), {"hours_at_least": 60}),
    (volunteering(hours="60.0"), {"hours_at_least": 60}),
    (unread(volunteering(), scores=(Score("20", "Часы"), Score("60", "Часы"))), {"hours_at_least": 60}),
    (volunteering(), {"age_at_least": 16, "born": date(2010, 5, 1)}),
    (volunteering(), {"age_at_most": 16, "born": date(2009, 5, 2)}),
]
NO = [
    (olympiad(), {"kinds": (Kind.SCHOOL_AWARD,)}, "olympiad-diploma"),
    (olympiad(code=None, name=NATIONAL), {"list": OlympiadList.OFFICIAL}, "vsosh"),
    (olympiad(code=None), {"list": OlympiadList.NATIONAL}, "none"),
    (volunteering(), {"list": OlympiadList.OFFICIAL}, "none"),
    (olympiad(), {"list": OlympiadList.NONE}, "rsosh"),
    (olympiad(code="13"), {"numbers": ("12",)}, "13"),
    (volunteering(), {"numbers": ("12",)}, None),
    # Only an olympiad has a number in the official list, whatever number a contest has.
    (diploma(1, "contest-diploma", code="12", year=2026), {"numbers": ("12",)}, None),
    (olympiad(profile="физика"), {"profiles": ("математика",)}, "физика"),
    (olympiad(profile=None), {"profiles": ("математика",)}, None),
    (olympiad(stage="regional"), {"stages": (StageCode.FINAL,)}, "Региональный этап"),
    (volunteering(), {"stages": (StageCode.FINAL,)}, None),
    (olympiad(), {"levels": (1,)}, "2"),
    (olympiad(code="99"), {"levels": (1, 2, 3)}, None),
    (olympiad(profile=None), {"levels": (1, 2, 3)}, None),
    (olympiad(code=None, name=NATIONAL), {"levels": (1, 2, 3)}, None),
    (olympiad(), {"subjects": ("физика",)}, "математика"),
    (olympiad(code="99"), {"subjects": ("физика",)}, None),
    (volunteering(), {"subjects": ("физика",)}, None),
    (olympiad(result="winner"), {"results": (ResultCode.PRIZE,)}, "winner"),
    (olympiad(result=None), {"results": (ResultCode.PRIZE,)}, None),
    (olympiad(school_class=9), {"classes": (10, 11)}, "9"),
    (olympiad(school_class="2 курс"), {"classes": (10, 11)}, "2 курс"),
    (olympiad(school_class=None), {"classes": (10, 11)}, None),
    # A role stands where the class would be.
    (olympiad(school_class=None, role="капитан", hidden=["class"]), {"classes": (10, 11)}, None),
    (volunteering(hours="59.9"), {"hours_at_least": 60}, "59.9"),
    (volunteering(), {"hours_at_least": 60}, None),
    (volunteering(), {"age_at_least": 16, "born": date(2010, 5, 2)}, "15"),
    (volunteering(), {"age_at_most": 16, "born": date(2009, 5, 1)}, "17"),
]
OPEN = [
    (diploma(1, None, year=2026), {"kinds": (Kind.SCHOOL_AWARD,)}, "type", False),
    (
        diploma(1, "school-award", year=2026, hidden=["listNumber"]),
        {"kinds": (Kind.SCHOOL_AWARD,)},
        "listNumber",
        False,
    ),
    (
        diploma(1, None, year=2026, hidden=["listNumber"]),
        {"list": OlympiadList.OFFICIAL},
        "type",
        False,
    ),
    (olympiad(code=None, hidden=["listNumber"]), {"list": OlympiadList.OFFICIAL}, "listNumber", False),
    (olympiad(code=None, name=None), {"list": OlympiadList.NATIONAL}, "name", False),
    (olympiad(code=None, hidden=["listNumber"]), {"numbers": ("12",)}, "listNumber", False),
    (olympiad(profile=None, hidden=["profile"]), {"profiles": ("математика",)}, "profile", False),
    (olympiad(stage=None), {"stages": (StageCode.FINAL,)}, "stage", False),
    (olympiad(stage="Суперфинал"), {"stages": (StageCode.FINAL,)}, "stage", True),
    (olympiad(year=2023), {"levels": (1,)}, "levels", False),
    (olympiad(code=None, hidden=["listNumber"]), {"levels": (1,)}, "listNumber", False),
    (olympiad(profile=None, hidden=["profile"]), {"levels": (1,)}, "profile", False),
    (olympiad(year=2023), {"subjects": ("математика",)}, "levels", False),
    (olympiad(result=None, hidden=["result"]), {"results": (ResultCode.PRIZE,)}, "result", False),
    (
        unread(olympiad(), results=(Term("Почётный лауреат"),)),
        {"results": (ResultCode.PRIZE,)},
        "result",
        True,
    ),
    (olympiad(school_class=None, hidden=["class"]), {"classes": (10,)}, "class", False),
    (olympiad(), {"regions": ("00",)}, "region", False),
    (volunteering(hidden=["score"]), {"hours_at_least": 60}, "score", False),
    (unread(volunteering(), scores=(Score("много", "Часы"),)), {"hours_at_least": 60}, "score", True),
    (volunteering(), {"age_at_least": 16}, "born", False),
    (volunteering(), {"age_at_most": 16}, "born", False),
    (volunteering(awarded=None, year=2026), {"age_at_most": 16, "born": date(2009, 1, 1)}, "awarded", False),
]


@pytest.mark.parametrize(("item", "clauses"), YES)
def test_holds(item: Item, clauses: dict[str, Any]) -> None:
    assert judge(item, **clauses) == Judgement(Answer.YES)


@pytest.mark.parametrize(("item", "clauses", "said"), NO)
def test_does_not_hold(item: Item, clauses: dict[str, Any], said: str | None) -> None:
    clause = next(each for each in clauses if each != "born")
    assert judge(item, **clauses) == Judgement(Answer.NO, ((clause, said),))


@pytest.mark.parametrize(("item", "clauses", "fact", "is_unread"), OPEN)
def test_cannot_be_told(item: Item, clauses: dict[str, Any], fact: str, is_unread: bool) -> None:
    found = judge(item, **clauses)
    assert found.answer is Answer.UNKNOWN
    assert [(each.fact, each.unread) for each in found.missing] == [(fact, is_unread)]


def test_the_region_is_that_of_the_issuer() -> None:
    item = olympiad()
    item = replace(item, issuer=replace(item.issuer, region="00"))
    assert judge(item, regions=("01", "00")).answer is Answer.YES
    assert judge(item, regions=("01",)).failed == (("regions", "00"),)


def test_the_birth_date_is_that_of_the_form_or_else_that_of_the_diploma() -> None:
    item = replace(volunteering(), person=Person(born=date(2010, 5, 1)))
    assert judge(item, age_at_least=16).answer is Answer.YES
    assert judge(item, born=date(2010, 5, 2), age_at_least=16).answer is Answer.NO


def test_without_lists_no_level_is_known() -> None:
    found = judge(olympiad(), known=NO_LEVELS, subjects=("математика",))
    assert [each.fact for each in found.missing] == ["levels"]


def test_one_no_decides_whatever_is_not_known() -> None:
    found = judge(olympiad(school_class=None, hidden=["class"]), classes=(10,), profiles=("физика",))
    assert found == Judgement(Answer.NO, (("profiles", "математика"),))


def test_two_missing_facts_are_both_named() -> None:
    item = olympiad(school_class=None, result=None, hidden=["class", "result"])
    found = judge(item, classes=(10,), results=(ResultCode.PRIZE,))
    assert [each.fact for each in found.missing] == ["result", "class"]


# --- the years ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("year", "within", "answer"),
    [
        (2022, None, Answer.NO),
        (2023, None, Answer.YES),
        (2027, None, Answer.YES),
        (2028, None, Answer.NO),
        (2024, 2, Answer.NO),
        (2025, 2, Answer.YES),
        (2026, 0, Answer.NO),
        (2027, 0, Answer.YES),
    ],
)
def test_years_are_calendar_years(year: int, within: int | None, answer: Answer) -> None:
    rule = Rule("rule", "rules", When(profiles=("математика",)), within)
    assert judged(rule, Said.of(olympiad(year=year)), PACK, AtHand(LEVELS, None)).answer is answer


def test_the_year_of_admission_may_be_left_out() -> None:
    pack = replace(PACK, window=replace(PACK.window, year_itself=False))
    rule = Rule("rule", "rules", When(profiles=("математика",)), None)
    for year, answer in ((2027, Answer.NO), (2026, Answer.YES)):
        assert judged(rule, Said.of(olympiad(year=year)), pack, AtHand(LEVELS, None)).answer is answer


def test_an_olympiad_is_of_its_school_year_and_nothing_else_tells() -> None:
    """A diploma that was replaced has a later day of award than the olympiad."""
    item = olympiad(year=None, awarded="2026-05-01")
    found = judge(item, profiles=("математика",))
    assert [(each.fact, each.unread) for each in found.missing] == [("schoolYear", True)]
    assert judge(volunteering(), kinds=(Kind.VOLUNTEERING,)).answer is Answer.YES


@pytest.mark.parametrize(
    ("changes", "is_unread"), [({"hidden": ["schoolYear"]}, False), ({"year_text": "весна"}, True)]
)
def test_a_year_that_is_hidden_or_unread_is_not_the_day_of_the_award(
    changes: dict[str, Any], is_unread: bool
) -> None:
    found = judge(volunteering(**changes), kinds=(Kind.VOLUNTEERING,))
    assert [(each.fact, each.unread) for each in found.missing] == [("schoolYear", is_unread)]


def test_the_level_needs_the_year_and_says_whether_it_is_there() -> None:
    hidden = judge(olympiad(year=None, hidden=["schoolYear"]), subjects=("математика",))
    assert [each.fact for each in hidden.missing] == ["schoolYear"]
    found = judge(olympiad(year=None, year_text="весна"), subjects=("математика",))
    assert [(each.fact, each.unread) for each in found.missing] == [("schoolYear", True)]
    never = judge(olympiad(year=None), subjects=("математика",))
    assert never.failed == (("subjects", None),)
