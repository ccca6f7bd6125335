"""A diploma is inside what its issuer is believed for, outside by a named clause, or open for a fact."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vcwallet.credentials.achievement import Facts, Rank, Stage
from vcwallet.credentials.terms import Kind, ResultCode, StageCode, result_code, school_year, stage_code
from vcwallet.errors import UsageError
from vcwallet.verifier import ANYTHING, Scope, Within, Years
from vcwallet.verifier.scopes import CLAUSES, Missing, covered, in_scope, narrower

INSIDE, OUTSIDE, OPEN = Within.INSIDE, Within.OUTSIDE, Within.OPEN

OLYMPIAD = Scope(
    ("olympiad-diploma",),
    Years.parse("2024/25-2026/27"),
    numbers=("12",),
    profiles=("Математика", "Физика"),
    stages=("final",),
)
SCHOOL = (
    Scope(("school-award", "project"), Years.parse("2024/25-")),
    Scope(("olympiad-diploma",), Years.parse("2024/25-"), numbers=("none",), stages=("school",)),
)


def facts(**members: Any) -> Facts:
    """An olympiad's diploma; texts of stage, year and result are read as a diploma's are."""
    given: dict[str, Any] = {
        "kind": Kind.OLYMPIAD_DIPLOMA,
        "type": "Award",
        "list_number": "№ 12",
        "profile": "математика",
        "description": "Заключительный этап",
        "term": "2025/26",
        "result": "Победитель",
        **members,
    }
    code = stage_code(given["description"] or "")
    given["stage"] = None if code is None else Stage(given["description"], code)
    given["school_year"] = school_year(given["term"]) if given["term"] else None
    result = given.pop("result")
    given["ranks"] = () if result is None else (Rank(result, *result_code(result)),)
    return Facts("did:web:olymp.example", **given)


AWARD = {"kind": Kind.SCHOOL_AWARD, "list_number": None, "profile": None, "description": "За успехи в учёбе"}

CASES: dict[str, tuple[tuple[Scope, ...], Facts, Within, str]] = {
    # what: the scopes, the facts, the answer, the clause that decides
    "an olympiad in its scope, № and case apart": ((OLYMPIAD,), facts(), INSIDE, ""),
    "another number": ((OLYMPIAD,), facts(list_number="13"), OUTSIDE, "number"),
    "a number that contains the number": ((OLYMPIAD,), facts(list_number="112"), OUTSIDE, "number"),
    "a profile with ё and dashes": (
        (replace(OLYMPIAD, profiles=("Учёт – основы",)),),
        facts(profile="учет — основы"),
        INSIDE,
        "",
    ),
    "another profile": ((OLYMPIAD,), facts(profile="Химия"), OUTSIDE, "profile"),
    "another stage": ((OLYMPIAD,), facts(description="Региональный этап"), OUTSIDE, "stage"),
    "a stage by another name": ((OLYMPIAD,), facts(description="Финал"), INSIDE, ""),
    "a year outside": ((OLYMPIAD,), facts(term="2027/28"), OUTSIDE, "year"),
    "a year before": ((OLYMPIAD,), facts(term="2023/24"), OUTSIDE, "year"),
    "a year in long form": ((OLYMPIAD,), facts(term="2025–2026"), INSIDE, ""),
    "a year that is none": ((OLYMPIAD,), facts(term="2025/27"), OPEN, "year"),
    "another kind": ((OLYMPIAD,), facts(kind=Kind.PROJECT, type="CoCurricular"), OUTSIDE, "kind"),
    "a number hidden": ((OLYMPIAD,), facts(list_number=None, parts_may_be_hidden=True), OPEN, "number"),
    "a number not stated": ((OLYMPIAD,), facts(list_number=None), OUTSIDE, "number"),
    "a number that reads none": (
        SCHOOL,
        facts(list_number="none", description="Школьный этап"),
        OUTSIDE,
        "number",
    ),
    "a profile hidden": ((OLYMPIAD,), facts(profile=None, parts_may_be_hidden=True), OPEN, "profile"),
    "a year hidden": ((OLYMPIAD,), facts(term=None, parts_may_be_hidden=True), OPEN, "year"),
    "a year not stated": ((OLYMPIAD,), facts(term=None), OUTSIDE, "year"),
    "a stage in words nobody knows": ((OLYMPIAD,), facts(description="Полуфинал"), OPEN, "stage"),
    "the kind hidden": (
        (OLYMPIAD,),
        facts(kind=Kind.OTHER, type=None, parts_may_be_hidden=True),
        OPEN,
        "kind",
    ),
    "no achievement at all": (
        (OLYMPIAD,),
        Facts("did:web:olymp.example", description="Справка"),
        OUTSIDE,
        "kind",
    ),
    "a school signs a listed olympiad": (SCHOOL, facts(), OUTSIDE, "number"),
    "a school signs its own award": (SCHOOL, facts(**AWARD), INSIDE, ""),
    "a school signs the school stage": (
        SCHOOL,
        facts(list_number=None, description="Школьный этап"),
        INSIDE,
        "",
    ),
    "a school signs an award whose number may be hidden": (
        SCHOOL,
        facts(**AWARD, parts_may_be_hidden=True),
        OPEN,
        "number",
    ),
    "the same where the issuer is believed for any olympiad": (
        (replace(ANYTHING, kinds=("school-award", "olympiad-diploma")),),
        facts(**AWARD, parts_may_be_hidden=True),
        INSIDE,
        "",
    ),
    "a project has no number to be asked for": (
        (replace(OLYMPIAD, kinds=("project", "olympiad-diploma"), profiles=None),),
        facts(kind=Kind.PROJECT, type="CoCurricular", list_number=None, description="Проект"),
        INSIDE,
        "",
    ),
    "a result outside": ((replace(OLYMPIAD, results=("prize",)),), facts(), OUTSIDE, "result"),
    "a result inside": ((replace(OLYMPIAD, results=("winner", "prize")),), facts(), INSIDE, ""),
    "a result nobody knows": (
        (replace(OLYMPIAD, results=("winner",)),),
        facts(result="Молодец"),
        OPEN,
        "result",
    ),
    "a result hidden": (
        (replace(OLYMPIAD, results=("winner",)),),
        facts(result=None, parts_may_be_hidden=True),
        OPEN,
        "result",
    ),
    "no scope believes nothing": ((), facts(), OUTSIDE, ""),
    "everything": ((ANYTHING,), facts(kind=Kind.OTHER, type=None, term=None, list_number=None), INSIDE, ""),
    "the nearer of two scopes answers": (
        (Scope(("project",), Years()), OLYMPIAD),
        facts(profile="Химия"),
        OUTSIDE,
        "profile",
    ),
    "one scope inside is enough": ((Scope(("project",), Years()), OLYMPIAD), facts(), INSIDE, ""),
    "open is nearer than outside": (
        (replace(OLYMPIAD, numbers=("13",)), replace(OLYMPIAD, stages=("final",))),
        facts(profile=None, parts_may_be_hidden=True),
        OPEN,
        "profile",
    ),
}


@pytest.mark.parametrize("what", CASES)
def test_whether_an_issuer_is_believed_for_a_diploma(what: str) -> None:
    scopes, said, within, clause = CASES[what]
    answer = in_scope(scopes, said)
    assert (answer.within, answer.clause) == (within, clause)


def test_outside_names_what_the_diploma_says_and_what_is_allowed() -> None:
    answer = in_scope([OLYMPIAD], facts(profile="Химия"))
    assert (answer.value, answer.allowed) == ("Химия", ("Математика", "Физика"))
    answer = in_scope([OLYMPIAD], facts(term="2027/28"))
    assert (answer.value, answer.allowed) == ("2027/28", ("2024/25-2026/27",))


def test_open_names_every_fact_that_is_needed_and_why_it_has_no_value() -> None:
    hidden = facts(list_number=None, profile=None, description="Полуфинал", parts_may_be_hidden=True)
    answer = in_scope([OLYMPIAD], hidden)
    assert dict(answer.missing) == {
        "number": Missing.HIDDEN,
        "profile": Missing.HIDDEN,
        "stage": Missing.UNREAD,
    }
    assert in_scope([OLYMPIAD], facts(description="Полуфинал")).value == "Полуфинал"


@pytest.mark.parametrize(
    ("members", "code", "named"),
    [
        ({"kinds": ("Award",)}, "trust.unknown-kind", "olympiad-diploma"),
        ({"stages": ("Финал",)}, "trust.unknown-stage", "final"),
        ({"results": ("Победитель",)}, "trust.unknown-result", "winner"),
        ({"numbers": None}, "trust.scope-incomplete", "number"),
        ({"stages": None}, "trust.scope-incomplete", "stage"),
        ({"kinds": ()}, "trust.scope-empty", "kind"),
        ({"profiles": ("«»",)}, "trust.scope-empty", "profile"),
        ({"profiles": tuple(f"профиль {n}" for n in range(201))}, "trust.scope-too-long", "profile"),
    ],
)
def test_a_scope_that_would_limit_nothing_or_something_else_is_not_made(
    members: dict[str, Any], code: str, named: str
) -> None:
    with pytest.raises(UsageError) as refused:
        replace(OLYMPIAD, **members)
    assert refused.value.code == code
    assert named in f"{refused.value} {refused.value.next_step}"


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2025/26", 2025, 2025),
        ("2025/2026", 2025, 2025),
        ("2025–2026", 2025, 2025),
        ("2024/25-2026/27", 2024, 2026),
        ("2024/25 – 2026/2027", 2024, 2026),
        ("2024/25-", 2024, None),
        ("-2026/27", None, 2026),
        ("*", None, None),
    ],
)
def test_years_are_read_and_written(text: str, first: int | None, last: int | None) -> None:
    years = Years.parse(text)
    assert (years.first and years.first.first, years.last and years.last.first) == (first, last)
    assert Years.parse(str(years)) == years


@pytest.mark.parametrize("text", ["", "-", "2025", "2025/27", "2024/25-2026", "2025/26-2025/27", "all"])
def test_what_is_no_year_is_refused(text: str) -> None:
    with pytest.raises(UsageError) as refused:
        Years.parse(text)
    assert refused.value.code == "trust.scope-years"


NARROWER = {
    "the same": (OLYMPIAD, OLYMPIAD, True),
    "one profile less": (replace(OLYMPIAD, profiles=("математика",)), OLYMPIAD, True),
    "one profile more": (replace(OLYMPIAD, profiles=("математика", "химия")), OLYMPIAD, False),
    "any profile": (replace(OLYMPIAD, profiles=("*",)), OLYMPIAD, False),
    "no clause for profiles": (replace(OLYMPIAD, profiles=None), OLYMPIAD, False),
    "a clause the cap does not have": (OLYMPIAD, replace(OLYMPIAD, profiles=None), True),
    "fewer years": (replace(OLYMPIAD, years=Years.parse("2025/26")), OLYMPIAD, True),
    "years without an end": (replace(OLYMPIAD, years=Years.parse("2025/26-")), OLYMPIAD, False),
    "everything": (ANYTHING, OLYMPIAD, False),
    "inside everything": (OLYMPIAD, ANYTHING, True),
    "a listed olympiad under a region's cap": (
        OLYMPIAD,
        Scope(("olympiad-diploma",), Years(), numbers=("none",), stages=("school", "regional")),
        False,
    ),
}


@pytest.mark.parametrize("what", NARROWER)
def test_what_is_narrower(what: str) -> None:
    scope, cap, expected = NARROWER[what]
    assert narrower(scope, cap) is expected
    assert covered([scope], [cap]) is expected


# --- properties -------------------------------------------------------------------------------------------

texts = st.sampled_from(["12", "13", "математика", "физика", "химия", "*", "none"])
years = st.builds(
    lambda first, length: Years.parse(
        f"{first}/{(first + 1) % 100:02}-{first + length}/{(first + length + 1) % 100:02}"
    ),
    st.integers(2020, 2028),
    st.integers(0, 3),
) | st.just(Years())


def clause(values: st.SearchStrategy[str]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(values, min_size=1, max_size=3, unique=True).map(tuple)


scopes = st.builds(
    Scope,
    kinds=clause(st.sampled_from([*Kind, "*"]).map(str)),
    years=years,
    numbers=clause(texts),
    profiles=st.none() | clause(texts),
    stages=clause(st.sampled_from([*StageCode, "*"]).map(str)),
    results=st.none() | clause(st.sampled_from([*ResultCode, "*"]).map(str)),
)
shown = st.builds(
    facts,
    kind=st.sampled_from(Kind),
    list_number=st.none() | st.sampled_from(["12", "№ 13", "none"]),
    profile=st.none() | st.sampled_from(["Математика", "химия"]),
    description=st.sampled_from(["Финал", "Школьный этап", "Полуфинал"]),
    term=st.none() | st.sampled_from(["2024/25", "2027/28", "зима"]),
    result=st.none() | st.sampled_from(["Победитель", "Призёр", "Молодец"]),
    parts_may_be_hidden=st.booleans(),
)


@given(scopes, scopes, shown)
def test_what_is_inside_a_narrower_scope_is_inside_the_wider(one: Scope, other: Scope, said: Facts) -> None:
    """So an update that narrows can be silent: nothing becomes believed by it."""
    if narrower(one, other):
        rank = [OUTSIDE, OPEN, INSIDE]
        assert rank.index(in_scope([one], said).within) <= rank.index(in_scope([other], said).within)


@given(st.lists(scopes, max_size=3), shown, st.sampled_from(["list_number", "profile", "term", "ranks"]))
def test_hiding_a_fact_never_brings_a_diploma_inside(
    given_scopes: list[Scope], said: Facts, fact: str
) -> None:
    signed = replace(said, parts_may_be_hidden=True)
    left = replace(
        signed, **{fact: () if fact == "ranks" else None, **({"school_year": None} if fact == "term" else {})}
    )
    if (
        fact == "list_number"
        and left.type == "Award"
        and left.stage is None
        and left.kind is Kind.OLYMPIAD_DIPLOMA
    ):
        # Without its number it reads as a school's award.
        left = replace(left, kind=Kind.SCHOOL_AWARD)
    if in_scope(given_scopes, left).within is INSIDE:
        assert in_scope(given_scopes, signed).within is not OUTSIDE


@given(scopes)
def test_a_scope_is_narrower_than_itself_and_than_everything(scope: Scope) -> None:
    assert narrower(scope, scope)
    assert narrower(scope, ANYTHING)


@given(scopes, shown)
def test_an_answer_that_is_not_inside_says_by_which_clause(scope: Scope, said: Facts) -> None:
    answer = in_scope([scope], said)
    assert (answer.clause in CLAUSES) is (answer.within is not INSIDE)
    assert bool(answer.missing) is (answer.within is OPEN)
