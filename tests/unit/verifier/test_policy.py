"""What diplomas are worth by the rules of the example pack, and by rules of one clause each."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from tests.admission import NATIONAL, diploma, example_levels, example_pack
from vcwallet.report import Fate
from vcwallet.verifier.policy import Applicant, Decision, decide

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
