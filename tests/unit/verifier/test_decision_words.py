"""The arithmetic in words, line by line, in both languages; for an office and for a family."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from tests.admission import NATIONAL, diploma, example_levels, example_pack
from tests.unit.verifier.test_policy import MASHA, ask
from vcwallet.credentials.fact_words import KIND_NAMES
from vcwallet.credentials.terms import Kind
from vcwallet.locales import language
from vcwallet.report import Fate, Item
from vcwallet.speaking.decisions import (
    arithmetic,
    decided_by,
    decision_lines,
    decision_sentences,
    decision_summary,
    level_words,
)
from vcwallet.speaking.rules import points_words
from vcwallet.verifier.policy import Applicant, Decision, decide, with_levels

RU, EN = language("ru"), language("en")
PACK, LEVELS = example_pack(), example_levels()


def test_every_step_of_one_applicant() -> None:
    decision = ask("03.03.01", math=82, physics=80)
    assert decision_sentences(decision, RU) == [
        (
            "Особое право: 100 баллов, Математика. Основание: № 1;"
            " экзамен «Математика» не ниже 75 [rules, п. 5.3]"
        ),
        (
            "Олимпиады: 5 (№ 2, диплом олимпиады из перечня [rules, прил. 3, стр. 1]);"
            " берётся только лучшее, не складываются: № 3 (3) [rules, п. 7.2]"
        ),
        "Спорт и ГТО: 2 (№ 4, золотой знак ГТО, с 15 лет [rules, прил. 3, стр. 5])",
        "Волонтёрство: 1 (№ 5, волонтёрская деятельность от 60 часов [rules, прил. 3, стр. 7])",
        "Баллов не дают, потому что дали особое право: № 1 [rules, п. 7.4]",
        "Сумма: 5 + 2 + 1 = 8; предел 10 не превышен [rules, п. 7.1]",
        "Итого за индивидуальные достижения: 8 баллов",
        "Может стать: 9 баллов",
        "Право «100 баллов, Физика»: № 8: не показано: класс (нужно: 10 или 11) [rules, п. 5.3]",
        "1 балл, «волонтёрская деятельность от 60 часов»: № 6: пока не подтверждён [rules, прил. 3, стр. 7]",
        "№ 9 не подходит: 2022 год, действуют годы с 2023 по 2027 [order, п. 22]",
    ]
    english = decision_sentences(decision, EN)
    assert english[0] == (
        "Special right: 100 points, Mathematics. Based on № 1; the exam “Mathematics” is at least 75"
        " [rules, п. 5.3]"
    )
    assert english[5:8] == [
        "Sum: 5 + 2 + 1 = 8; not more than the ceiling of 10 [rules, п. 7.1]",
        "In all for individual achievements: 8 points",
        "Could become: 9 points",
    ]


def test_a_family_is_told_what_to_show() -> None:
    decision = ask("03.03.01", math=82, physics=80)
    told = decision_sentences(decision, RU, family=True)
    assert "Право «100 баллов, Физика»: № 8: покажите «класс» (нужно: 10 или 11) [rules, п. 5.3]" in told
    differing = [
        pair for pair in zip(told, decision_sentences(decision, RU), strict=True) if pair[0] != pair[1]
    ]
    assert len(differing) == 1


@pytest.mark.parametrize(
    ("points", "ru", "en"),
    [
        ("0", "0 баллов", "0 points"),
        ("1", "1 балл", "1 point"),
        ("2", "2 балла", "2 points"),
        ("4", "4 балла", "4 points"),
        ("5", "5 баллов", "5 points"),
        ("11", "11 баллов", "11 points"),
        ("14", "14 баллов", "14 points"),
        ("21", "21 балл", "21 points"),
        ("22", "22 балла", "22 points"),
        ("111", "111 баллов", "111 points"),
        ("0.5", "0,5 балла", "0.5 points"),
        ("2.50", "2,5 балла", "2.5 points"),
        ("10.00", "10 баллов", "10 points"),
    ],
)
def test_points_by_number(points: str, ru: str, en: str) -> None:
    assert (points_words(Decimal(points), RU), points_words(Decimal(points), EN)) == (ru, en)


def said(
    *items: Item, programme: str = "01.03.02", claimed: tuple[str, ...] | None = None, **exams: str
) -> str:
    results = {exam: Decimal(result) for exam, result in exams.items()}
    decision = decide(PACK, items, LEVELS, Applicant(results, claimed), "01.03.02")
    return "\n".join(decision_sentences(decision, RU))


OLYMPIAD = diploma(1, code="12", profile="математика", year=2026, result="prize", school_class=10)


def test_rights_that_are_not_given_say_why() -> None:
    told = said(OLYMPIAD, math="74.5")
    assert (
        "Права «100 баллов, Математика» нет: его дал бы № 1, но экзамен «Математика» — 74,5,"
        " а нужно не ниже 75 [rules, п. 5.3]"
    ) in told
    assert "экзамен «Математика» не известен; нужно не ниже 75 [rules, п. 5.3]" in said(OLYMPIAD)
    assert "Право «100 баллов, Математика»: не заявлено [rules, п. 5.3]" in said(
        OLYMPIAD, claimed=(), math="80"
    )
    assert "оно заявлено, но его не даёт ни один диплом [rules, п. 5.1]" in said(claimed=("exempt-national",))
    assert "оно заявлено, но на этом направлении не действует [rules, п. 5.4]" in said(
        claimed=("hundred-informatics",)
    )
    final = diploma(1, name=NATIONAL, profile="физика", year=2027, result="prize", school_class=11)
    assert (
        "Особое право: без вступительных испытаний. Основание: № 1; экзаменом подтверждать не нужно"
        " [rules, п. 5.1]"
    ) in said(final)


def test_caps_and_groups_say_what_they_take() -> None:
    hours = [diploma(number, "volunteering", hours="150", awarded="2026-05-01") for number in (2, 3)]
    assert " = 4; не больше 3 [rules, п. 7.2]" in said(*hours)
    contest = diploma(4, "contest-diploma", year=2026, result="laureate")
    told = said(OLYMPIAD, contest)
    assert (
        "Конкурсы: не засчитывается вместе с разделом «Олимпиады»: 4 (№ 4, финал конкурса проектов"
        " [rules, прил. 3, стр. 4]) [rules, п. 7.3]"
    ) in told
    assert "Сумма: 5; предел 10 не превышен [rules, п. 7.1]" in told
    gold = diploma(5, "sport-norm", year=2026, result="gold", awarded="2026-04-01")
    more = [diploma(number, "project", year=2026) for number in (6, 7)]
    decision = decide(
        PACK,
        [replace(OLYMPIAD, number=10), gold, *hours, *more],
        LEVELS,
        Applicant(born=None),
        "09.03.01",
    )
    assert decision.points.confirmed == 9
    small = replace(PACK, points=replace(PACK.points, cap=Decimal("2.5")))
    capped = decide(small, [OLYMPIAD], LEVELS, Applicant(), "09.03.01")
    assert "Сумма: 5; предел 2,5, начислено 2,5 [rules, п. 7.1]" in decision_sentences(capped, RU)
    assert decision_summary(capped, RU) == "Баллы: 2,5."


def test_what_a_right_costs_is_said() -> None:
    told = said(OLYMPIAD, math="80")
    assert "Итого за индивидуальные достижения: 0 баллов" in told
    assert "Без использования особого права: 5 баллов" in told


def test_diplomas_that_give_nothing_say_why() -> None:
    told = said(
        replace(OLYMPIAD, number=1),
        replace(OLYMPIAD, number=2),
        diploma(3, "extracurricular-course", year=2026),
        diploma(4, code="13", profile="математика", year=2026, result="prize", school_class=10),
        diploma(5, "contest-diploma", year=2026, stage="regional", result="winner"),
        diploma(6, name=NATIONAL, profile="физика", year=2026, stage="regional", result="prize"),
        diploma(7, "sport-norm", year=2026, result="bronze"),
        diploma(8, code="7", profile="математика", year=2026, result="prize", school_class=7),
    )
    for line in (
        "№ 2 — то же достижение, что № 1; засчитано один раз",
        "№ 3: за это правила ничего не дают",
        "№ 4 не подходит: в перечне за его год нет [rules, прил. 3, стр. 1]",
        "№ 5 не подходит: этап — «Региональный этап», нужно: заключительный этап [rules, прил. 3, стр. 4]",
        "№ 6 не подходит: не указано: класс; нужно: 9, 10 или 11 [rules, прил. 3, стр. 3]",
        "№ 8 не подходит: класс — «7», нужно: 10 или 11 [rules, прил. 3, стр. 1]",
    ):
        assert line in told
    assert "№ 7 не подходит: результат — «bronze», нужно: золотой знак" in told


def test_what_is_open_says_what_would_help() -> None:
    old = diploma(1, code="12", profile="математика", year=2023, result="prize", school_class=10)
    assert "№ 1: нет под рукой перечня за его год" in said(old, math="80")
    odd = diploma(1, "contest-diploma", year=2026, stage="Суперфинал", result="winner")
    assert "№ 1: человек должен прочесть, что там написано: этап (нужно: заключительный этап)" in said(odd)
    hours = diploma(1, "volunteering", awarded="2026-05-01", hidden=["score"])
    assert "№ 1: не показано: часы (нужно: не меньше 150)" in said(hours)


def test_a_screen_has_eighty_columns_and_names_the_rules() -> None:
    decision = ask("03.03.01", math=82, physics=80)
    for tongue in (RU, EN):
        rows = [line.text for line in decision_lines(decision, tongue)]
        assert max(map(len, rows)) <= 80
        assert "vymysel.example/2027" in rows[-1]
    assert decision_summary(decision, RU) == "Баллы: 8, может стать 9. Право: 100 баллов, Математика (№ 1)."


def test_documents_that_are_cited_are_named_once_below_the_arithmetic() -> None:
    rules = "[rules] Правила приёма Вымышленного университета на 2027 год"
    order = "[order] Порядок приёма (вымышленный приказ № 0)"
    decision = decide(PACK, [OLYMPIAD], LEVELS, Applicant({"math": Decimal(80)}), "01.03.02")
    assert arithmetic([decision], RU) == [*decision_sentences(decision, RU), rules]
    both = arithmetic([decision, decision], RU)
    assert (both[0], both[-1], both.count(rules)) == ("01.03.02:", rules, 1)
    assert f"   {rules}" in [line.text for line in decision_lines(decision, RU)]
    # One of her diplomas is older than the years that the other document lets count.
    assert arithmetic([ask("01.03.02")], RU)[-2:] == [rules, order]
    assert arithmetic([], RU) == []


def test_what_it_was_decided_by_is_named_by_digest() -> None:
    decision = ask()
    (name, rules), *lists = decided_by(decision, RU)
    assert (name, len(lists)) == ("Правила приёма", 4)
    assert PACK.digest in rules
    assert lists[0][0] == "Перечень за 2023/24"
    assert level_words(with_levels(MASHA, LEVELS)) == {1: "II", 2: "III", 7: "I", 8: "I"}


def test_no_line_is_without_words() -> None:
    """Every code a decision can have is said, in both languages."""
    from vcwallet.speaking import decisions

    seen: set[str] = set()

    def remember(decision: Decision) -> None:
        for tongue in (RU, EN):
            for line, sentence in zip(decision.lines, decision_sentences(decision, tongue), strict=True):
                seen.add(line.code)
                assert "{" not in sentence, sentence
                assert sentence == sentence.strip()

    remember(decide(PACK, [OLYMPIAD], LEVELS, Applicant({"math": Decimal(80)}), "01.03.02"))
    for programme in PACK.programmes:
        for claimed in (None, (), ("hundred-informatics", "exempt-national")):
            for exam in ({}, {"math": Decimal(60)}, {"math": Decimal(80)}):
                extra = (
                    diploma(20, "contest-diploma", year=2026, result="laureate"),
                    replace(MASHA[1], number=21, outcome=Fate.CONFIRMED),
                    diploma(22, "extracurricular-course", year=2026),
                )
                remember(decide(PACK, (*MASHA, *extra), LEVELS, Applicant(exam, claimed), programme))
    assert seen == set(decisions._SENTENCES)
    assert set(KIND_NAMES) == set(Kind)
