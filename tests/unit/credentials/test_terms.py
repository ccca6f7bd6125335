"""The closed words: texts that mean one thing compare equal, and text outside the tables means nothing."""

from __future__ import annotations

import itertools
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.shared import ROOT
from vcwallet.credentials import terms
from vcwallet.credentials.terms import Kind, ResultCode, SchoolClass, SchoolYear, StageCode

TEMPLATES = [tomllib.loads(path.read_text("utf-8")) for path in (ROOT / "issuers").glob("*/templates/*.toml")]


def choices(target: str, *kits: str) -> set[str]:
    """The values of the kits' choice columns that go to a target, but for those that earn nothing."""
    return {
        choice["value"]
        for template in TEMPLATES
        if template["id"] in kits
        for column in template["columns"]
        if column["into"].endswith(target) and not column.get("measure")
        for choice in column.get("values", ())
        if not choice.get("skip")
    }


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("№ 12", "12"),
        ("«Вымысел»", "вымысел"),
        ("Робототехника — основы", "робототехника-основы"),
        ("Всё  о звёздах", "все о звездах"),
        ("МАТЕМАТИКА", "математика"),
        ("ﬁzika", "fizika"),
        ("“Выдумка” ‑ 2", '"Выдумка"-2'),
    ],
)
def test_terms_compare_without_quotes_case_dashes_and_spaces(one: str, other: str) -> None:
    assert terms.same_term(one, other)


def test_the_numero_sign_is_not_the_letters_no() -> None:
    """NFKC turns U+2116 into "No", so it goes before."""
    assert terms.comparable("№ 12") == "12"
    assert not terms.same_term("№ 12", "No 12")


@given(st.text(max_size=40))
def test_comparing_is_settled_after_one_step(text: str) -> None:
    once = terms.comparable(text)
    assert terms.comparable(once) in (once, terms.comparable(terms.comparable(once)))


def test_every_stage_and_rank_of_the_kits_has_a_code() -> None:
    stages = choices("achievement/description", "olympiad-diploma", "contest-diploma")
    assert {terms.stage_code(text) for text in stages} == set(StageCode)
    ranks = choices("/result", "olympiad-diploma", "contest-diploma", "sport-competition", "sport-norm")
    assert all(terms.result_code(text)[0] is not None for text in ranks)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Заключительный этап", StageCode.FINAL),
        ("ФИНАЛ", StageCode.FINAL),
        ("региональный  тур", StageCode.REGIONAL),
        ("Участие в заключительном этапе", None),
        ("Финал областного фестиваля", None),
        ("", None),
    ],
)
def test_a_stage_is_one_of_four_or_unknown(text: str, code: StageCode | None) -> None:
    assert terms.stage_code(text) is code


@pytest.mark.parametrize(
    ("text", "rank"),
    [
        ("Диплом I степени", (ResultCode.WINNER, 1)),
        ("Диплом победителя I степени", (ResultCode.WINNER, 1)),
        ("диплом 2 степени", (ResultCode.PRIZE, 2)),
        ("Призёр", (ResultCode.PRIZE, None)),
        ("3 место", (ResultCode.PRIZE, 3)),
        ("Гран-при", (ResultCode.GRAND_PRIX, None)),
        ("Лауреат II степени", (ResultCode.LAUREATE, 2)),
        ("Золотой знак отличия", (ResultCode.GOLD, None)),
        ("Диплом IV степени", (None, None)),
        ("Почти победитель", (None, None)),
    ],
)
def test_a_rank_is_in_the_table_or_unknown(text: str, rank: tuple[ResultCode | None, int | None]) -> None:
    assert terms.result_code(text) == rank


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("2025/26", 2025),
        ("2025/2026", 2025),
        ("2025–2026", 2025),
        ("2025 - 26", 2025),
        ("1999/00", 1999),
        ("2025/27", None),
        ("2025", None),
        ("2025/26 учебный год", None),
        ("25/26", None),
    ],
)
def test_a_school_year_is_two_years_that_follow(text: str, first: int | None) -> None:
    assert terms.school_year(text) == (None if first is None else SchoolYear(first))
    if first is not None:
        assert terms.school_year(str(SchoolYear(first))) == SchoolYear(first)


def test_a_year_at_a_college_is_a_class_without_a_number() -> None:
    assert terms.school_class("2 курс") == SchoolClass("2 курс", None)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("10 «А»", 10),
        ("9Б", 9),
        ("11", 11),
        ("10-2", 10),
        ("7 класс", 7),
        ("12", None),
        ("0", None),
        ("Капитан команды", None),
        ("1 место", None),
    ],
)
def test_a_class_has_a_number_from_1_to_11_and_a_role_has_none(text: str, number: int | None) -> None:
    found = terms.school_class(text)
    assert found == (None if number is None else SchoolClass(text, number))


def test_the_kind_is_one_function_of_type_number_and_stage() -> None:
    by_type = {
        "Course": Kind.EXTRACURRICULAR_COURSE,
        "CoCurricular": Kind.PROJECT,
        "CommunityService": Kind.VOLUNTEERING,
        "Badge": Kind.SPORT_NORM,
        "ext:Competition": Kind.CONTEST_DIPLOMA,
        "Achievement": Kind.OTHER,
        "Diploma": Kind.OTHER,
        "Competition": Kind.OTHER,
        None: Kind.OTHER,
    }
    for number, stage in itertools.product((None, "12"), (None, *StageCode)):
        for name, kind in by_type.items():
            assert terms.kind_of(name, list_number=number, stage=stage) is kind
        award = terms.kind_of("Award", list_number=number, stage=stage)
        assert award is (Kind.OLYMPIAD_DIPLOMA if number or stage else Kind.SCHOOL_AWARD)


def test_the_kits_use_known_types_and_nothing_else_of_that_name() -> None:
    used = {template["fixed"]["/credentialSubject/achievement/achievementType"] for template in TEMPLATES}
    assert used == terms.ACHIEVEMENT_TYPES
