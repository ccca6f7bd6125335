"""Seven things that hold of every decision, whatever the pack and the diplomas.

More diplomas never give less; their order changes nothing; what it could become is never below what is
confirmed, within the cap, and never below what becomes of it; a better exam never takes; claiming less never
gives fewer points; what is refused changes nothing; hiding never gives more.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.admission import NATIONAL, diploma, example_levels, example_pack
from tests.shared import SOAK
from vcwallet.credentials.terms import Kind, OlympiadList, ResultCode, StageCode
from vcwallet.report import Class, Fate, Item, Term
from vcwallet.verifier.policy import Applicant, Decision, decide
from vcwallet.verifier.policy_pack import (
    Cap,
    Category,
    Combine,
    Confirm,
    Exclusive,
    Merit,
    Pack,
    Right,
    RightKind,
    When,
    Window,
)

LEVELS = example_levels()
PROGRAMMES = ("01.03.02", "03.03.01", "09.03.01")
EXAMS = ("math", "physics", "informatics")
PROFILES = ("математика", "физика", "информатика")
AMOUNTS = [Decimal(each) for each in ("0.5", "1", "1.5", "2", "3", "5")]

many = settings(
    max_examples=1500 if SOAK else 60,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize=True,
)


def some(values: Sequence[object], most: int = 3) -> st.SearchStrategy[tuple[object, ...]]:
    return st.lists(st.sampled_from(values), min_size=1, max_size=most, unique=True).map(tuple)


WHEN = st.builds(
    When,
    kinds=st.none() | some((Kind.OLYMPIAD_DIPLOMA, Kind.VOLUNTEERING, Kind.SPORT_NORM, Kind.SCHOOL_AWARD)),
    list=st.none() | st.sampled_from(OlympiadList),
    numbers=st.none() | some(("7", "12", "31"), 2),
    stages=st.none() | some((StageCode.FINAL, StageCode.REGIONAL), 1),
    profiles=st.none() | some(PROFILES, 2),
    levels=st.none() | some((1, 2, 3)),
    subjects=st.none() | some(PROFILES, 2),
    results=st.none() | some((ResultCode.WINNER, ResultCode.PRIZE, ResultCode.GOLD)),
    classes=st.none() | some((8, 9, 10, 11), 4),
    regions=st.none() | st.none() | st.just(("00",)),
    hours_at_least=st.none() | st.integers(0, 100),
    age_at_least=st.none() | st.none() | st.just(15),
    age_at_most=st.none() | st.none() | st.just(17),
)


@st.composite
def packs(draw: st.DrawFn) -> Pack:
    """A pack as an officer might write it, or the example."""
    if draw(st.integers(0, 3)) == 0:
        return example_pack()
    categories = tuple(
        Category(
            f"category-{number}",
            {"ru": str(number)},
            draw(st.sampled_from(Combine)),
            "rules",
            draw(st.none() | st.sampled_from(AMOUNTS)),
        )
        for number in range(draw(st.integers(1, 3)))
    )
    merits = tuple(
        Merit(
            id=f"merit-{number}",
            source="rules",
            when=draw(WHEN),
            within_years=draw(st.none() | st.integers(0, 3)),
            category=draw(st.sampled_from(categories)).id,
            points=draw(st.sampled_from(AMOUNTS)),
            text={"ru": str(number)},
        )
        for number in range(draw(st.integers(1, 5)))
    )
    rights = []
    for number in range(draw(st.integers(0, 3))):
        kind = draw(st.sampled_from(RightKind))
        rights.append(
            Right(
                id=f"right-{number}",
                source="rules",
                when=draw(WHEN),
                within_years=None,
                kind=kind,
                programmes=draw(some(PROGRAMMES)),  # type: ignore[arg-type]
                exam=draw(st.sampled_from(EXAMS)) if kind is RightKind.HUNDRED_POINTS else None,
                confirm=draw(st.none() | st.builds(Confirm, st.sampled_from(EXAMS), st.just(Decimal(75)))),
            )
        )
    groups = draw(st.booleans()) and len(categories) > 1
    return replace(
        example_pack(),
        rights=tuple(rights),
        categories=categories,
        merits=merits,
        exclusive=(Exclusive(tuple(each.id for each in categories[:2]), "rules"),) if groups else (),
        points=Cap(draw(st.sampled_from([Decimal(3), Decimal(10)])), "rules", draw(st.booleans()), "rules"),
        window=Window(draw(st.integers(0, 5)), draw(st.booleans()), "rules"),
    )


HIDEABLE = ("class", "profile", "result", "schoolYear", "listNumber", "score")
FATES = (Fate.CONFIRMED, Fate.CONFIRMED, Fate.CONFIRMED, Fate.UNKNOWN, Fate.NOT_COUNTED, Fate.REFUSED)


@st.composite
def items(draw: st.DrawFn, number: int = 1) -> Item:
    kind = draw(st.sampled_from(["olympiad-diploma"] * 4 + ["volunteering", "sport-norm", "school-award"]))
    olympiad = kind == "olympiad-diploma"
    national = olympiad and draw(st.integers(0, 3)) == 0
    made = diploma(
        number,
        kind,
        code=draw(st.sampled_from(["7", "12", "31"])) if olympiad and not national else None,
        profile=draw(st.sampled_from(PROFILES)) if olympiad else None,
        year=draw(st.sampled_from([2021, 2022, 2023, 2025, 2026, 2027, 2028])),
        stage=draw(st.sampled_from(["final", "regional"])) if olympiad else None,
        result=draw(st.sampled_from(["winner", "prize", "gold"])),
        school_class=draw(st.sampled_from([8, 9, 10, 11])),
        hours=draw(st.sampled_from(["10", "60", "99.5"])) if kind == "volunteering" else None,
        awarded="2026-05-01",
        name=NATIONAL if national else "Олимпиада «Вымысел»",
        fate=draw(st.sampled_from(FATES)),
    )
    # The same facts come from different issuers, who have different ids for one achievement.
    made = replace(made, issuer=replace(made.issuer, id=f"did:web:o{number}.example", region="00"))
    for member in draw(st.lists(st.sampled_from(HIDEABLE), max_size=1)):
        made = hide(made, member)
    return made


EMPTY = {
    "class": {"school_class": None},
    "profile": {"profile": None},
    "result": {"results": ()},
    "schoolYear": {"school_year": None},
    "listNumber": {"list_number": None},
    "score": {"scores": ()},
}


def hide(item: Item, member: str) -> Item:
    said = item.achievement
    if member == "listNumber" and said.kind not in ("olympiad-diploma", "school-award"):
        return item
    hidden = tuple(dict.fromkeys((*said.not_shown, member)))
    return replace(item, achievement=replace(said, **EMPTY[member], not_shown=hidden))  # type: ignore[arg-type]


@st.composite
def shown(draw: st.DrawFn, *, alike: bool = True) -> tuple[Item, ...]:
    """Diplomas of one applicant. Unless `alike`, no two can be of one achievement."""
    size = draw(st.integers(0, 6))
    found = [draw(items(number)) for number in range(1, size + 1)]
    return tuple(found if alike else map(apart, found))


def apart(item: Item) -> Item:
    """The same diploma by the one issuer, who has another id for each achievement, and so never merged."""
    said = replace(item.achievement, description=f"{item.achievement.description} {item.number}")
    return replace(item, issuer=replace(item.issuer, id="did:web:one.example"), achievement=said)


RESULTS = st.fixed_dictionaries({}, optional={exam: st.integers(60, 90).map(Decimal) for exam in EXAMS})
PROGRAMME = st.sampled_from(PROGRAMMES)
BORN = date(2009, 6, 28)


def ask(
    pack: Pack,
    given: Sequence[Item],
    programme: str,
    exams: dict[str, Decimal],
    claimed: Sequence[str] | None = None,
) -> Decision:
    claim = None if claimed is None else tuple(claimed)
    return decide(pack, given, LEVELS, Applicant(exams, claim, BORN), programme)


def rights(decision: Decision) -> set[str]:
    return {each.right.id for each in decision.rights}


def held(decision: Decision) -> tuple[str, ...]:
    return tuple(sorted(rights(decision)))


@many
@given(packs(), shown(), items(99), PROGRAMME, RESULTS)
def test_more_diplomas_never_give_less(
    pack: Pack, given: tuple[Item, ...], extra: Item, programme: str, exams: dict[str, Decimal]
) -> None:
    before = ask(pack, given, programme, exams)
    assert rights(before) <= rights(ask(pack, (*given, extra), programme, exams))
    after = ask(pack, (*given, extra), programme, exams, held(before))
    assert rights(after) == rights(before)
    assert after.points.confirmed >= before.points.confirmed
    assert after.points.possible >= before.points.possible


@many
@given(packs(), shown(alike=False), items(99).map(apart), PROGRAMME, RESULTS)
def test_another_achievement_never_gives_less_even_where_it_gives_a_right(
    pack: Pack, given: tuple[Item, ...], extra: Item, programme: str, exams: dict[str, Decimal]
) -> None:
    before, after = ask(pack, given, programme, exams), ask(pack, (*given, extra), programme, exams)
    assert rights(before) <= rights(after)
    assert after.points.confirmed >= before.points.confirmed


@many
@given(packs(), shown(), PROGRAMME, RESULTS, st.integers())
def test_the_order_of_diplomas_changes_nothing(
    pack: Pack, given: tuple[Item, ...], programme: str, exams: dict[str, Decimal], seed: int
) -> None:
    other = list(given)
    random.Random(seed).shuffle(other)
    assert ask(pack, given, programme, exams).as_json() == ask(pack, other, programme, exams).as_json()


@many
@given(packs(), shown(), PROGRAMME, RESULTS)
def test_what_it_could_become_is_never_below_what_is_confirmed(
    pack: Pack, given: tuple[Item, ...], programme: str, exams: dict[str, Decimal]
) -> None:
    decision = ask(pack, given, programme, exams)
    assert 0 <= decision.points.confirmed <= decision.points.possible <= pack.points.cap
    confirmed = tuple(replace(each, outcome=Fate.CONFIRMED) for each in given if each.outcome is Fate.UNKNOWN)
    rest = tuple(each for each in given if each.outcome is not Fate.UNKNOWN)
    later = ask(pack, (*rest, *confirmed), programme, exams, held(decision))
    assert decision.points.confirmed <= later.points.confirmed <= decision.points.possible


FILLED = {
    "class": st.sampled_from([8, 9, 10, 11]).map(lambda each: {"school_class": Class(str(each), each)}),
    "profile": st.sampled_from(PROFILES).map(lambda each: {"profile": each}),
    "result": st.sampled_from(["winner", "prize"]).map(lambda each: {"results": (Term(each, each),)}),
    "schoolYear": st.sampled_from([2023, 2026]).map(lambda each: {"school_year": (each - 1, each)}),
}


@many
@given(packs(), shown(alike=False), PROGRAMME, RESULTS, st.data())
def test_whatever_is_shown_later_it_is_no_more_than_it_could_become(
    pack: Pack, given: tuple[Item, ...], programme: str, exams: dict[str, Decimal], data: st.DataObject
) -> None:
    decision = ask(pack, given, programme, exams)
    later = []
    for item in given:
        for member in set(item.achievement.not_shown) & set(FILLED):
            item = replace(
                item,
                achievement=replace(item.achievement, **data.draw(FILLED[member]), not_shown=()),
            )
        later.append(item)
    assert ask(pack, later, programme, exams, held(decision)).points.confirmed <= decision.points.possible


@many
@given(packs(), shown(), PROGRAMME, RESULTS, st.sampled_from(EXAMS), st.integers(60, 100).map(Decimal))
def test_a_better_exam_never_takes(
    pack: Pack,
    given: tuple[Item, ...],
    programme: str,
    exams: dict[str, Decimal],
    exam: str,
    result: Decimal,
) -> None:
    better = {**exams, exam: max(result, exams.get(exam, Decimal(0)))}
    before = ask(pack, given, programme, exams)
    assert rights(before) <= rights(ask(pack, given, programme, better))
    after = ask(pack, given, programme, better, held(before))
    assert (rights(after), after.points) == (rights(before), before.points)


@many
@given(packs(), shown(), PROGRAMME, RESULTS, st.data())
def test_claiming_less_never_gives_fewer_points(
    pack: Pack, given: tuple[Item, ...], programme: str, exams: dict[str, Decimal], data: st.DataObject
) -> None:
    whole = ask(pack, given, programme, exams)
    fewer = tuple(each for each in held(whole) if data.draw(st.booleans()))
    less = ask(pack, given, programme, exams, fewer)
    assert rights(less) == set(fewer)
    assert less.points.confirmed >= whole.points.confirmed
    assert whole.without_rights >= less.points.confirmed
    assert whole.without_rights == ask(pack, given, programme, exams, ()).points.confirmed


@many
@given(packs(), shown(), PROGRAMME, RESULTS)
def test_what_is_refused_or_does_not_count_changes_nothing(
    pack: Pack, given: tuple[Item, ...], programme: str, exams: dict[str, Decimal]
) -> None:
    rest = [each for each in given if each.outcome in (Fate.CONFIRMED, Fate.UNKNOWN)]
    assert ask(pack, given, programme, exams).as_json() == ask(pack, rest, programme, exams).as_json()


@many
@given(packs(), shown(alike=False), PROGRAMME, RESULTS, st.integers(0, 5), st.sampled_from(HIDEABLE))
def test_hiding_never_gives_more(
    pack: Pack,
    given: tuple[Item, ...],
    programme: str,
    exams: dict[str, Decimal],
    place: int,
    member: str,
) -> None:
    hiding = [hide(each, member) if at == place else each for at, each in enumerate(given)]
    before, after = ask(pack, given, programme, exams), ask(pack, hiding, programme, exams)
    assert rights(after) <= rights(before)
    assert after.points.confirmed <= ask(pack, given, programme, exams, held(after)).points.confirmed
    assert after.points.possible >= after.points.confirmed


@many
@given(packs(), items(1), PROGRAMME, RESULTS, st.sampled_from(["profile", "schoolYear", "listNumber"]))
def test_one_achievement_shown_twice_counts_once_whatever_is_hidden(
    pack: Pack, item: Item, programme: str, exams: dict[str, Decimal], member: str
) -> None:
    """Two issuers' diplomas of one achievement: hiding in one of them what would tell makes no second one."""
    if item.achievement.kind != "olympiad-diploma":
        return
    issuer = replace(item.issuer, id="did:web:other.example")
    said = replace(item.achievement, id="urn:another")
    twin = hide(replace(item, number=2, issuer=issuer, achievement=said), member)
    once, twice = ask(pack, (item,), programme, exams, ()), ask(pack, (item, twin), programme, exams, ())
    if item.achievement.not_shown:
        return
    assert twice.points.confirmed == once.points.confirmed
