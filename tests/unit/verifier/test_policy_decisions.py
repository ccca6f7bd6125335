"""Decisions that one diploma, one point or one id tips: what is one achievement, which choice is best."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from tests.admission import FOLDER, NATIONAL, diploma, example_levels, example_pack
from tests.unit.verifier.test_policy_pack import SMALL
from tests.world import NOW, World
from vcwallet import limits
from vcwallet.credentials.achievement import facts
from vcwallet.credentials.credential import Credential
from vcwallet.credentials.terms import Kind
from vcwallet.errors import UsageError
from vcwallet.report import Fate, Item, Outcome, Report, Showing, ShowingKind, ShowingOutcome, Tie
from vcwallet.verifier.levels import NO_LEVELS
from vcwallet.verifier.policy import Applicant, Decision, decide, gathered, item_of, with_levels
from vcwallet.verifier.policy_pack import Combine, Confirm, Pack, Right, RightKind, When
from vcwallet.verifier.policy_table import differences, read_examples

PACK, LEVELS = example_pack(), example_levels()


def test_sixty_applicants_whose_answers_were_worked_out_by_hand() -> None:
    examples = read_examples((FOLDER / "applicants.csv").read_bytes(), PACK)
    assert len(examples) == 60
    assert all(each.because and each.rights is not None for each in examples)
    assert [
        (each.example.number, each.what, each.given) for each in differences(examples, PACK, LEVELS)
    ] == []


# --- which diplomas are one achievement ---------------------------------------------------------------------

# Every olympiad and every hour of volunteering counts, whatever it hides, so points tell how many there are.
ONE_EACH = replace(
    PACK,
    rights=(),
    exclusive=(),
    categories=(replace(PACK.category("olympiads"), combine=Combine.SUM, cap=None),),
    merits=(
        replace(
            PACK.merit("olympiad-listed"),
            points=Decimal(1),
            when=When(kinds=(Kind.OLYMPIAD_DIPLOMA, Kind.VOLUNTEERING)),
        ),
    ),
)


def olympiad(number: int, issuer: str = "one", **changes: Any) -> Item:
    said = {"code": "12", "profile": "математика", "year": 2026, "result": "prize", "school_class": 10}
    made = diploma(number, **{**said, **changes})
    return replace(made, issuer=replace(made.issuer, id=f"did:web:{issuer}.example"))


def without_id(item: Item) -> Item:
    return replace(item, achievement=replace(item.achievement, id=None))


def same_id(item: Item, other: Item) -> Item:
    said = replace(item.achievement, id=other.achievement.id)
    return replace(item, issuer=other.issuer, achievement=said)


def count(*items: Item) -> Decimal:
    return decide(ONE_EACH, items, LEVELS, Applicant(), "01.03.02").points.confirmed


def same(*items: Item) -> list[tuple[int, ...]]:
    decision = decide(ONE_EACH, items, LEVELS, Applicant(), "01.03.02")
    return [line.items for line in decision.lines if line.code == "item.same"]


HIDES_PROFILE = {"profile": None, "hidden": ["profile"]}
HIDES_NUMBER = {"code": None, "hidden": ["listNumber"]}


@pytest.mark.parametrize("hiding", [HIDES_PROFILE, HIDES_NUMBER])
def test_another_issuers_diploma_that_hides_is_taken_for_the_one_it_may_be(hiding: dict[str, Any]) -> None:
    assert count(olympiad(1), olympiad(2, "two", **hiding)) == 1
    # Whichever comes first.
    assert count(olympiad(1, "two", **hiding), olympiad(2)) == 1
    assert count(olympiad(1, "two", **hiding), olympiad(2, profile="физика"), olympiad(3)) == 2
    # One issuer has one id for one achievement.
    assert count(olympiad(1), olympiad(2, **hiding)) == 2
    assert count(olympiad(1), without_id(olympiad(2, **hiding))) == 1
    assert count(without_id(olympiad(1)), olympiad(2, **hiding)) == 1
    assert count(olympiad(1), same_id(olympiad(2, **hiding), olympiad(1))) == 1


def test_what_hides_and_differs_elsewhere_is_another() -> None:
    for other in ({"year": 2025}, {"stage": "regional"}, {"code": "13"}):
        assert count(olympiad(1), olympiad(2, "two", **{**HIDES_PROFILE, **other})) == 2
    national = olympiad(1, code=None, name=NATIONAL)
    assert count(national, olympiad(2, "two", **HIDES_PROFILE)) == 2
    assert count(national, olympiad(2, "two", **{**HIDES_PROFILE, "code": None, "name": NATIONAL})) == 1
    # The national olympiad is told by its name, whatever number another one hides.
    assert count(national, olympiad(2, "two", **HIDES_NUMBER)) == 2


def test_two_that_hide_different_things_may_be_one() -> None:
    assert count(olympiad(1, **HIDES_PROFILE), olympiad(2, "two", **HIDES_NUMBER)) == 1
    assert count(olympiad(1, **HIDES_PROFILE), olympiad(2, "two", **{**HIDES_NUMBER, "year": 2025})) == 2


def test_a_diploma_without_a_name_may_be_of_the_national_olympiad() -> None:
    nameless = olympiad(2, "two", code=None, name=None)
    assert count(olympiad(1, code=None, name=NATIONAL), nameless) == 1


def test_what_hides_joins_the_first_that_it_may_be() -> None:
    """№ 1 and № 4 are one achievement, № 2 is another; № 3 could be either."""
    items = [
        olympiad(1),
        olympiad(2, profile="физика"),
        olympiad(3, "three", **HIDES_PROFILE),
        olympiad(4, "four"),
    ]
    assert same(*items) == [(3, 1), (4, 1)]
    # Of an achievement that two issuers signed it is enough that one of the two may be meant.
    assert count(olympiad(1), olympiad(2, "two"), olympiad(3, **HIDES_PROFILE)) == 1


def test_what_a_diploma_that_hides_shows_counts() -> None:
    first = replace(olympiad(1), outcome=Fate.UNKNOWN)
    assert count(first, olympiad(2, "two", **HIDES_PROFILE)) == 1


def test_a_chain_of_diplomas_is_one_achievement() -> None:
    first, second = olympiad(1, profile="физика"), olympiad(2, "two")
    tying = same_id(olympiad(3), first)
    fourth = same_id(diploma(4, "volunteering", year=2026), second)
    assert count(first, second) == 2
    assert count(first, second, tying, fourth) == 1


def test_diplomas_of_no_list_without_an_id_are_apart() -> None:
    hours = [without_id(diploma(number, "volunteering", year=2026)) for number in (1, 2)]
    assert count(*hours) == 2


def test_a_stage_is_one_in_whatever_words() -> None:
    said = olympiad(2, "two")
    final = replace(said, achievement=replace(said.achievement, description="Финал"))
    assert count(olympiad(1), final) == 1
    assert count(olympiad(1, stage="Суперфинал"), olympiad(2, "two", stage="СУПЕРФИНАЛ")) == 1
    assert count(olympiad(1), olympiad(2, "two", stage=None)) == 1


# --- rights ------------------------------------------------------------------------------------------------


def right(identifier: str, when: When, at_least: str | None = None) -> Right:
    confirm = None if at_least is None else Confirm("math", Decimal(at_least))
    return Right(identifier, "rules", when, None, RightKind.WITHOUT_EXAMS, ("01.03.02",), None, confirm)


HOURS = When(kinds=(Kind.VOLUNTEERING,))


def volunteering(number: int, hours: str, **more: Any) -> Item:
    return diploma(number, "volunteering", awarded="2026-05-01", hours=hours, **more)


def ask(pack: Pack, items: Sequence[Item], claimed: tuple[str, ...] | None = None, **exams: str) -> Decision:
    results = {exam: Decimal(result) for exam, result in exams.items()}
    return decide(pack, items, LEVELS, Applicant(results, claimed), "01.03.02")


def test_the_diploma_that_costs_least_gives_the_right() -> None:
    pack = replace(PACK, rights=(right("any", HOURS),))
    decision = ask(pack, [volunteering(1, "150"), volunteering(2, "60"), volunteering(3, "10")])
    assert [each.item for each in decision.rights] == [3]
    assert decision.points.confirmed == 3
    # Of two that cost the same the lower number, and one for two rights rather than two.
    both = replace(PACK, rights=(right("any", HOURS), right("other", replace(HOURS, hours_at_least=1))))
    decision = ask(both, [volunteering(2, "60"), volunteering(1, "60")])
    assert [each.item for each in decision.rights] == [1, 1]
    assert decision.points.confirmed == 1


def test_two_rights_take_one_diploma_where_no_point_is_lost_either_way() -> None:
    both = replace(
        PACK,
        points=replace(PACK.points, cap=Decimal(1)),
        rights=(right("any", HOURS), right("long", replace(HOURS, hours_at_least=60))),
    )
    decision = ask(both, [volunteering(1, "10"), volunteering(2, "60"), volunteering(3, "150")])
    assert [each.item for each in decision.rights] == [2, 2]
    assert decision.points.confirmed == 1


def test_diplomas_that_earn_the_same_are_alike_only_if_they_give_the_same_rights() -> None:
    """№ 2 and № 3 give both rights, so № 1 need not give any of them."""

    def of_region(item: Item) -> Item:
        return replace(item, issuer=replace(item.issuer, region="00"))

    rights = (right("any", HOURS), right("regional", replace(HOURS, regions=("00",))))
    pack = replace(PACK, rights=rights)
    items = [volunteering(1, "60"), of_region(volunteering(2, "60")), of_region(volunteering(3, "60"))]
    decision = ask(pack, items)
    assert [each.item for each in decision.rights] == [2, 2]
    assert decision.points.confirmed == 2


def test_where_a_right_costs_nothing_the_lowest_sure_diploma_gives_it() -> None:
    free = replace(PACK, points=replace(PACK.points, right_takes_points=False), rights=(right("any", HOURS),))
    items = [volunteering(1, "60", fate=Fate.UNKNOWN), volunteering(3, "60"), volunteering(2, "60")]
    decision = ask(free, items)
    assert [each.item for each in decision.rights] == [2]
    assert (decision.points.confirmed, decision.points.possible, decision.without_rights) == (2, 3, 2)
    assert not [line for line in decision.lines if line.code == "points.used"]


def test_the_exam_confirms_from_its_threshold_on() -> None:
    pack = replace(PACK, rights=(right("any", HOURS, "75"),))
    for result, rights in (("74.999", 0), ("75", 1), ("75.001", 1)):
        assert len(ask(pack, [volunteering(1, "10")], math=result).rights) == rights


def test_a_claimed_right_says_only_what_is_missing() -> None:
    pack = replace(PACK, rights=(right("any", HOURS, "75"),))
    sure, not_known = volunteering(1, "10"), volunteering(1, "10", fate=Fate.UNKNOWN)
    decision = ask(pack, [sure], ("any",))
    assert [(each.would_give, each.fact) for each in decision.missing] == [("any", "exam")]
    assert not [line for line in decision.lines if line.code.startswith("right.")]
    # It could be given, so it is not said that no diploma gives it.
    decision = ask(pack, [not_known], ("any",), math="80")
    assert [(each.would_give, each.fact) for each in decision.missing] == [("any", "confirmation")]
    assert not [line for line in decision.lines if line.code.startswith("right.")]
    # What is not confirmed would not give it either, so the exam is not to blame alone.
    decision = ask(pack, [not_known], math="70")
    assert not [line for line in decision.lines if line.code.startswith("right.")]


def test_exactly_as_many_ways_as_are_tried() -> None:
    merits = tuple(
        replace(PACK.merit("volunteer"), id=f"hours-{number}", when=replace(HOURS, hours_at_least=number))
        for number in range(1, 11)
    )
    rights = tuple(right(f"right-{number}", HOURS) for number in range(4))
    pack = replace(PACK, merits=merits, rights=rights)
    items = [volunteering(number, str(number)) for number in range(1, 11)]
    assert limits.POLICY_COMBINATIONS == 10**4
    assert len(ask(pack, items).rights) == 4


def test_what_is_claimed_is_written_down() -> None:
    items = [volunteering(1, "60")]
    assert ask(PACK, items).as_json()["claimed"] is None
    assert ask(PACK, items, ()).as_json()["claimed"] == []
    assert ask(PACK, items, ("hundred-math",)).as_json()["claimed"] == ["hundred-math"]


@pytest.mark.parametrize(
    ("result", "is_one"),
    [("0", True), ("1000", True), ("1000.001", False), ("-0.001", False), ("NaN", False)],
)
def test_the_result_of_an_exam(result: str, is_one: bool) -> None:
    if is_one:
        ask(PACK, [], math=result)
        return
    with pytest.raises(UsageError) as caught:
        ask(PACK, [], math=result)
    assert caught.value.code == "policy.bad-exam"


def test_a_wrong_call_names_what_the_rules_know() -> None:
    with pytest.raises(UsageError) as caught:
        decide(PACK, [], LEVELS, Applicant(), "x" * 100)
    assert caught.value.evidence["known"] == "01.03.02, 03.03.01, 09.03.01"
    assert caught.value.evidence["value"] == "x" * 64
    without = Pack.parse(SMALL[: SMALL.index("[[rights]]")].encode())
    with pytest.raises(UsageError) as caught:
        decide(without, [], LEVELS, Applicant(claimed=("hundred",)), "01.03.02")
    assert caught.value.evidence["known"] == "-"


def test_a_diploma_that_is_open_and_fits_nothing_is_not_told_of() -> None:
    """What is not confirmed is said elsewhere; a confirmed one that fits nothing says by which clause."""
    item = olympiad(1, school_class=None)
    (line,) = [each for each in ask(PACK, [item]).lines if each.code.startswith("item.")]
    assert line.values == {"rule": "olympiad-listed", "clause": "classes", "said": ""}
    assert not [
        each
        for each in ask(PACK, [replace(item, outcome=Fate.UNKNOWN)]).lines
        if each.code.startswith("item.")
    ]


# --- items -------------------------------------------------------------------------------------------------


def report(*items: Item, outcome: Outcome = Outcome.CONFIRMED) -> Report:
    showing = Showing(ShowingOutcome.VALID, ShowingKind.ADDRESSED, "showing.addressed")
    return Report(outcome, NOW, showing, items)


def test_all_that_one_applicant_handed_in_is_numbered_through() -> None:
    first = report(volunteering(1, "60"), replace(volunteering(2, "60"), inside=1))
    second = report(volunteering(1, "60"), replace(volunteering(2, "60"), inside=1), outcome=Outcome.REFUSED)
    third = report(replace(volunteering(1, "60", fate=Fate.UNKNOWN), id="urn:uuid:another"))
    items = gathered([first, second, third])
    assert [(each.number, each.inside, each.outcome) for each in items] == [
        (1, None, Fate.CONFIRMED),
        (2, 1, Fate.CONFIRMED),
        (3, None, Fate.REFUSED),
        (4, 3, Fate.REFUSED),
        (5, None, Fate.UNKNOWN),
    ]


def test_a_family_has_no_showing_and_no_trust_list() -> None:
    credential = Credential.parse(World().olympiad.diploma(7))
    item = item_of(facts(credential), 4, Fate.UNKNOWN, identifier="urn:1")
    assert (item.number, item.outcome, item.id, item.tie) == (4, Fate.UNKNOWN, "urn:1", Tie.NOTHING)
    assert item.achievement.kind == "olympiad-diploma"


def test_levels_are_seen_where_a_list_was_asked() -> None:
    items = [olympiad(1), olympiad(2, code="99"), olympiad(3, year=2023), volunteering(4, "60")]
    seen = [each.level for each in with_levels(items, LEVELS)]
    assert [each and (each.value, each.list) for each in seen] == [
        (2, "2025/26"),
        (None, "2025/26"),
        None,
        None,
    ]
    assert [each.level for each in with_levels(items, NO_LEVELS)] == [None] * 4
