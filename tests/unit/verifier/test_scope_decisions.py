"""Decisions about scopes that no other test depends on: each of these was a mutant that survived."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.unit.verifier.test_trust_scopes import AWARD, OLYMPIAD, SCHOOL, facts
from vcwallet import limits
from vcwallet.credentials.achievement import Absence, Fact, Rank
from vcwallet.credentials.terms import Kind, ResultCode, school_year
from vcwallet.errors import UsageError
from vcwallet.verifier import ANYTHING, Scope, Within, Years
from vcwallet.verifier.scopes import Missing, ScopeAnswer, covered, in_scope, narrower, record_in_scope


@pytest.mark.parametrize(
    ("years", "year", "held"),
    [
        ("2024/25-2026/27", "2023/24", False),
        ("2024/25-2026/27", "2024/25", True),
        ("2024/25-2026/27", "2026/27", True),
        ("2024/25-2026/27", "2027/28", False),
        ("2024/25-", "2024/25", True),
        ("2024/25-", "2023/24", False),
        ("-2026/27", "2000/01", True),
        ("-2026/27", "2027/28", False),
        ("*", "2000/01", True),
    ],
)
def test_both_ends_of_the_years_belong_to_them(years: str, year: str, held: bool) -> None:
    read = school_year(year)
    assert read is not None
    assert Years.parse(years).holds(read) is held


@pytest.mark.parametrize(
    ("inner", "outer", "within"),
    [
        ("2024/25-2026/27", "2024/25-2026/27", True),
        ("2023/24-2026/27", "2024/25-2026/27", False),
        ("2024/25-2027/28", "2024/25-2026/27", False),
        ("-2026/27", "2024/25-2026/27", False),
        ("2024/25-", "2024/25-2026/27", False),
        ("2024/25-", "2023/24-", True),
        ("2022/23-", "2023/24-", False),
        ("-2026/27", "-2027/28", True),
        ("-2028/29", "-2027/28", False),
        ("*", "2024/25-", False),
        ("2024/25-", "*", True),
    ],
)
def test_years_within_others_leave_no_side_wider(inner: str, outer: str, within: bool) -> None:
    assert Years.parse(inner).within(Years.parse(outer)) is within


@pytest.mark.parametrize("text", ["2025/26", "2024/25-2026/27", "2024/25-", "-2026/27", "*"])
def test_years_are_written_as_they_are_typed(text: str) -> None:
    assert str(Years.parse(text)) == text


@pytest.mark.parametrize("text", ["2024/26-2025/26", "2024/25-2025/27", "2024/26-", "-2025/27"])
def test_a_side_that_names_no_school_year_is_refused(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        Years.parse(text)
    assert caught.value.code == "trust.scope-years"


def test_one_empty_value_among_good_ones_is_refused() -> None:
    with pytest.raises(UsageError) as caught:
        replace(OLYMPIAD, profiles=("Физика", "«»"))
    assert caught.value.code == "trust.scope-empty"


def test_as_many_values_as_the_ceiling_allows_can_be_written() -> None:
    many = tuple(f"профиль {number}" for number in range(limits.TRUST_SCOPE_VALUES))
    assert replace(OLYMPIAD, profiles=many).profiles == many


def test_a_scope_may_leave_either_side_of_its_years_open() -> None:
    for text in ("-2026/27", "2024/25-", "*"):
        assert str(replace(OLYMPIAD, years=Years.parse(text)).years) == text
    with pytest.raises(UsageError) as caught:
        replace(OLYMPIAD, years=Years(school_year("2026/27"), school_year("2024/25")))
    assert caught.value.code == "trust.scope-years"


def test_only_a_scope_without_any_limit_is_anything() -> None:
    assert ANYTHING.is_anything
    assert Scope(("*",), Years(), numbers=("*",), stages=("*",)).is_anything
    assert not replace(ANYTHING, profiles=("Физика",)).is_anything
    assert not replace(ANYTHING, years=Years.parse("2025/26")).is_anything
    assert not OLYMPIAD.is_anything


def test_a_learner_record_needs_an_issuer_believed_for_any_kind() -> None:
    award = Scope(("school-award",), Years())
    assert record_in_scope([award, ANYTHING]) == ScopeAnswer(Within.INSIDE)
    assert record_in_scope([Scope(("other",), Years())]) == ScopeAnswer(Within.INSIDE)
    assert record_in_scope([award, OLYMPIAD]) == ScopeAnswer(
        Within.OUTSIDE, "kind", Kind.OTHER.value, ("school-award", "olympiad-diploma")
    )
    assert record_in_scope([]) == ScopeAnswer(Within.OUTSIDE, "", Kind.OTHER.value, ())


def test_a_number_that_may_be_hidden_is_told_with_the_numbers_that_count() -> None:
    may_be_hidden = facts(**AWARD, parts_may_be_hidden=True)
    answer = in_scope(
        [Scope(("school-award", "olympiad-diploma"), Years(), numbers=("12",), stages=("*",))], may_be_hidden
    )
    assert (answer.within, answer.clause, answer.allowed) == (Within.OPEN, "number", ("12",))
    assert dict(answer.missing) == {"number": Missing.HIDDEN}
    answer = in_scope([Scope(("school-award",), Years())], may_be_hidden)
    assert (answer.within, answer.clause, answer.allowed) == (Within.OPEN, "number", ())


WINNERS = replace(OLYMPIAD, results=("winner", "prize"))
WINNER = Rank("Победитель", ResultCode.WINNER, None)
PRIZE = Rank("Призёр", ResultCode.PRIZE, None)
UNREAD = Rank("Молодец", None, None)


def test_every_result_of_a_diploma_must_be_known_and_allowed() -> None:
    assert in_scope([WINNERS], replace(facts(), ranks=(WINNER, PRIZE))).within is Within.INSIDE
    assert (
        in_scope([replace(WINNERS, results=("winner",))], replace(facts(), ranks=(WINNER,))).within
        is Within.INSIDE
    )
    outside = in_scope([replace(WINNERS, results=("winner",))], replace(facts(), ranks=(WINNER, PRIZE)))
    assert (outside.within, outside.clause, outside.value) == (Within.OUTSIDE, "result", "winner prize")
    for ranks in ((WINNER, UNREAD), (UNREAD, WINNER)):
        answer = in_scope([WINNERS], replace(facts(), ranks=ranks))
        assert (answer.within, answer.clause) == (Within.OPEN, "result")


def test_none_is_a_word_of_numbers_only() -> None:
    scope = replace(OLYMPIAD, profiles=("none", "Физика"))
    said = facts(profile=None)
    assert said.absent.get(Fact.FIELD) is Absence.NOT_STATED
    answer = in_scope([scope], said)
    assert (answer.within, answer.clause) == (Within.OUTSIDE, "profile")


def test_a_cap_that_is_open_in_one_clause_still_limits_the_next() -> None:
    cap = Scope(("*",), Years(), numbers=("12",), stages=("*",))
    assert narrower(OLYMPIAD, cap)
    assert not narrower(replace(OLYMPIAD, numbers=("13",)), cap)


def test_one_cap_is_enough_for_a_scope_and_every_scope_needs_one() -> None:
    project = Scope(("project",), Years())
    assert covered([OLYMPIAD], [project, OLYMPIAD])
    assert covered(SCHOOL, SCHOOL)
    assert not covered([OLYMPIAD, project], [OLYMPIAD])
