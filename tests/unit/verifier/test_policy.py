"""What diplomas are worth by the rules of the example pack, and by rules of one clause each."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tests.admission import NATIONAL, diploma, example_levels, example_pack
from tests.unit.verifier.test_policy_pack import SMALL
from vcwallet import limits
from vcwallet.errors import LimitExceeded, UsageError
from vcwallet.report import Fate
from vcwallet.verifier.policy import Applicant, Decision, decide
from vcwallet.verifier.policy_pack import Pack

PACK, LEVELS = example_pack(), example_levels()
MASHA = (
    diploma(1, code="12", profile="математика", year=2026, result="prize", school_class=10),
    diploma(2, code="7", profile="математика", year=2026, result="winner", school_class=10),
    diploma(3, name=NATIONAL, profile="физика", year=2027, stage="regional", result="prize", school_class=11),
    diploma(4, "sport-norm", year=2026, result="gold", awarded="2026-04-01"),
    diploma(5, "volunteering", awarded="2026-05-01", hours="80"),
    diploma(6, "volunteering", awarded="2027-02-01", hours="100", fate=Fate.UNKNOWN),
    diploma(
        7, code="12", profile="математика", year=2025, result="winner", school_class=11, fate=Fate.NOT_COUNTED
    ),
    diploma(8, code="12", profile="физика", year=2026, result="prize", hidden=["class"]),
    diploma(9, code="12", profile="математика", year=2022, result="winner", school_class=11),
)


def ask(programme: str = "01.03.02", claimed: tuple[str, ...] | None = None, **exams: int) -> Decision:
    results = {exam: Decimal(result) for exam, result in exams.items()}
    return decide(PACK, MASHA, LEVELS, Applicant(results, claimed, date(2009, 6, 28)), programme)


def test_one_applicant_of_every_kind() -> None:
    decision = ask(math=82)
    # № 1 gives the right and so no points; № 2 five, № 4 two, № 5 one; № 6 could give one more.
    assert [(each.right.id, each.item) for each in decision.rights] == [("hundred-math", 1)]
    assert (decision.points.confirmed, decision.points.possible) == (8, 9)
    assert {(each.item, each.fact) for each in decision.missing} == {(6, "confirmation")}
    physics = ask("03.03.01", math=82, physics=80)
    assert {(each.item, each.fact, each.would_give) for each in physics.missing} == {
        (6, "confirmation", "volunteer"),
        (8, "class", "hundred-physics"),
    }


def test_an_exam_below_the_threshold_gives_no_right_and_takes_no_points() -> None:
    decision = ask(math=74)
    assert decision.rights == ()
    assert [each.code for each in decision.lines if each.code.startswith("right.")] == ["right.exam-too-low"]
    assert decision.points.confirmed == 8


def test_an_exam_that_is_not_known_leaves_the_right_open() -> None:
    decision = ask()
    assert ("hundred-math", "exam", None) in {
        (each.would_give, each.fact, each.item) for each in decision.missing
    }


WRONG_CALLS = {
    "policy.unknown-programme": lambda: ask("04.03.01"),
    "policy.unknown-exam": lambda: ask(chemistry=80),
    "policy.unknown-right": lambda: ask(claimed=("hundred-chemistry",)),
    "policy.bad-exam": lambda: ask(math=-1),
    "policy.numbers-twice": lambda: decide(PACK, MASHA[:1] * 2, LEVELS, Applicant(), "01.03.02"),
}


@pytest.mark.parametrize("code", WRONG_CALLS)
def test_a_call_that_cannot_be_answered(code: str) -> None:
    with pytest.raises(UsageError) as caught:
        WRONG_CALLS[code]()
    assert caught.value.code == code
    assert caught.value.next_step


def test_work_is_bounded() -> None:
    many = [diploma(number, "volunteering") for number in range(1, limits.POLICY_ITEMS + 2)]
    with pytest.raises(LimitExceeded) as caught:
        decide(PACK, many, LEVELS, Applicant(), "01.03.02")
    assert caught.value.code == "policy.too-many-items"
    assert decide(PACK, many[:-1], LEVELS, Applicant(), "01.03.02").points.confirmed == 0


def test_ways_to_choose_are_bounded_and_alike_diplomas_are_one_way() -> None:
    """Twelve diplomas that each give all of five rights are alike; twelve that differ in points are not."""
    rights = "".join(
        f"""
[[rights]]
id = "right-{number}"
kind = "without-exams"
programmes = ["01.03.02"]
source = "rules, п. 3"
when = {{ kinds = ["volunteering"] }}
"""
        for number in range(5)
    )
    merits = "".join(
        f"""
[[achievements]]
id = "hours-{number}"
category = "sport"
points = 1
source = "rules, п. 5"
when = {{ kinds = ["volunteering"], hours_at_least = {number} }}
text = "часы"
"""
        for number in range(1, 12)
    )
    taking = SMALL.replace(
        "cap = 10\n", 'cap = 10\nused_for_a_right = "not-counted"\nused_source = "rules, п. 2"\n'
    )
    pack = Pack.parse((taking + rights + merits).encode())
    alike = [diploma(number, "volunteering", hours="5", awarded="2027-01-01") for number in range(1, 13)]
    decision = decide(pack, alike, LEVELS, Applicant(), "01.03.02")
    assert {each.item for each in decision.rights} == {1}
    unlike = [
        diploma(number, "volunteering", hours=str(number), awarded="2027-01-01") for number in range(1, 13)
    ]
    with pytest.raises(LimitExceeded) as caught:
        decide(pack, unlike, LEVELS, Applicant(), "01.03.02")
    assert caught.value.code == "policy.too-many"
    assert decide(pack, unlike, LEVELS, Applicant(claimed=("right-0",)), "01.03.02").rights


def codes_of(decision: Decision) -> dict[str, list[tuple[int, ...]]]:
    found: dict[str, list[tuple[int, ...]]] = {}
    for line in decision.lines:
        found.setdefault(line.code, []).append(line.items)
    return found


def test_a_diploma_that_gives_nothing_is_told_why() -> None:
    items = [
        diploma(1, code="12", profile="математика", year=2026, result="prize", school_class=10),
        # The same achievement, by another diploma of it.
        diploma(2, code="№ 12", profile="Математика", year=2026, result="prize", school_class=10),
        diploma(3, "extracurricular-course", year=2026),
        diploma(4, "contest-diploma", year=2026, stage="regional", result="winner"),
    ]
    decision = decide(PACK, items, LEVELS, Applicant(), "09.03.01")
    told = codes_of(decision)
    assert (told["item.same"], told["item.no-rule"], told["item.unfit"]) == ([(2, 1)], [(3,)], [(4,)])
    unfit = next(line for line in decision.lines if line.code == "item.unfit")
    assert unfit.values == {"rule": "contest-final", "clause": "stages", "said": "Региональный этап"}
    assert unfit.sources == ("rules, прил. 3, стр. 4",)
    assert decision.points.confirmed == 5
