"""Cells as people write them, and as they must not be: one table for each kind of column."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.issuer.kits import TODAY, template
from vcwallet import limits
from vcwallet.credentials.template import Column, ColumnType
from vcwallet.tables import cells

C = ColumnType
SUBJECT = "/credentialSubject"


def column(kind: ColumnType, **changes: object) -> Column:
    into = {C.DATE: f"{SUBJECT}/dateOfBirth"}.get(kind, f"{SUBJECT}/parentOrg/name")
    return Column("key", kind, into, ("Столбец",), **changes)  # type: ignore[arg-type]


COLUMNS = {
    C.NAME: column(C.NAME, required=True, length=60),
    C.TEXT: column(C.TEXT, length=60),
    C.DATE: column(C.DATE),
    C.INTEGER: column(C.INTEGER, minimum=1, maximum=2000),
    C.DECIMAL: column(C.DECIMAL, minimum=0, maximum=1000),
    C.CHOICE: template().column("degree"),
    C.CLASS: column(C.CLASS),
    C.CODE: column(C.CODE, length=40),
    C.YEAR: column(C.YEAR),
    C.DID: column(C.DID),
}

GOOD: list[tuple[ColumnType, cells.Raw, str]] = [
    (C.NAME, "Тестов", "Тестов"),
    (C.NAME, "  Тестов\u00a0 ", "Тестов"),
    (C.NAME, "Тестов-Пробный", "Тестов-Пробный"),
    (C.NAME, "Тестов – Пробный", "Тестов-Пробный"),
    (C.NAME, "д’Вымысл", "д’Вымысл"),
    (C.NAME, "Ёлкин", "Ёлкин"),
    (C.NAME, "Мамед оглы", "Мамед оглы"),
    (C.NAME, "Testov", "Testov"),
    (C.NAME, "Тес\u00adтов", "Тестов"),
    (C.TEXT, "МБОУ «СОШ № 0»", "МБОУ «СОШ № 0»"),
    (C.TEXT, "IT-школа «Пример»", "IT-школа «Пример»"),
    (C.TEXT, 17, "17"),
    (C.TEXT, 17.0, "17"),
    (C.TEXT, "—", ""),
    (C.TEXT, "Нет", ""),
    (C.DATE, "17.05.2009", "2009-05-17"),
    (C.DATE, "7.5.2009", "2009-05-07"),
    (C.DATE, "17.05.2009 г.", "2009-05-17"),
    (C.DATE, "17.05.2009 0:00", "2009-05-17"),
    (C.DATE, "2009-05-17", "2009-05-17"),
    (C.DATE, "2009-05-17T00:00:00", "2009-05-17"),
    (C.DATE, date(2009, 5, 17), "2009-05-17"),
    (C.DATE, datetime(2009, 5, 17, 12), "2009-05-17"),
    (C.DATE, "29.02.2008", "2008-02-29"),
    (C.DATE, "17 мая 2009 г.", "2009-05-17"),
    (C.DATE, "17 May 2009", "2009-05-17"),
    (C.DATE, "30 сентября 2009", "2009-09-30"),
    (C.DATE, "30 September 2009", "2009-09-30"),
    (C.DATE, "«17» Мая 2009 года", "2009-05-17"),
    (C.DATE, "17/05/2009", "2009-05-17"),
    (C.DATE, "05.05.2009 г.", "2009-05-05"),
    (C.DATE, 39950, "2009-05-17"),
    (C.DATE, 39950.0, "2009-05-17"),
    (C.DATE, "39950", "2009-05-17"),
    (C.DATE, "", ""),
    (C.INTEGER, "36", "36"),
    (C.INTEGER, 36.0, "36"),
    (C.INTEGER, " 1 036 ", "1036"),
    (C.DECIMAL, "87,5", "87.5"),
    (C.DECIMAL, "87.50", "87.5"),
    (C.DECIMAL, 87.10000000000001, "87.1"),
    (C.DECIMAL, 100, "100"),
    (C.DECIMAL, "0", "0"),
    (C.DECIMAL, "007", "7"),
    (C.CHOICE, "Диплом I степени", "Диплом I степени"),
    (C.CHOICE, "1", "Диплом I степени"),
    (C.CHOICE, 1.0, "Диплом I степени"),
    (C.CHOICE, "победитель", "Диплом победителя"),
    (C.CHOICE, "ПРИЗЕР  2 степени.", "Диплом призёра II степени"),
    (C.CHOICE, "Диплoм Ⅲ cтепени", "Диплом III степени"),
    (C.CLASS, "9", "9"),
    (C.CLASS, 9.0, "9"),
    (C.CLASS, "9А", "9 «А»"),
    (C.CLASS, "9 а", "9 «А»"),
    (C.CLASS, "9-А", "9 «А»"),
    (C.CLASS, "9 «А»", "9 «А»"),
    (C.CLASS, '9"А"', "9 «А»"),
    (C.CLASS, "10 «А» класс", "10 «А»"),
    (C.CLASS, "11 класс", "11"),
    (C.CLASS, "11-й класс", "11"),
    (C.CLASS, "8.2", "8-2"),
    (C.CLASS, "10/1", "10-1"),
    (C.CLASS, "9 IT", "9 «IT»"),
    (C.CLASS, "1 курс", "1 курс"),
    (C.CODE, "0012-345", "0012-345"),
    (C.CODE, "№ 0", "№ 0"),
    (C.CODE, 114.0, "114"),
    (C.YEAR, "2025/26", "2025/26"),
    (C.YEAR, "2025/2026", "2025/26"),
    (C.YEAR, "2025–2026 уч. г.", "2025/26"),
    (C.YEAR, "2025-26 учебный год", "2025/26"),
    (
        C.DID,
        " did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK ",
        "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "raw", "value"), GOOD, ids=[f"{c[0]} {c[1]!r}" for c in GOOD])
def test_a_cell_written_this_way_is_understood(kind: ColumnType, raw: cells.Raw, value: str) -> None:
    found, remarks = cells.read_cell(COLUMNS[kind], raw, today=TODAY)
    assert found == value
    assert not any(remark.blocking for remark in remarks)


BAD: list[tuple[ColumnType, cells.Raw, str]] = [
    (C.NAME, "", "roster.empty"),
    (C.NAME, "   ", "roster.empty"),
    (C.NAME, "—", "roster.empty"),
    (C.NAME, "Cказочный", "roster.latin-letter"),
    (C.NAME, "Тeстов", "roster.latin-letter"),
    (C.NAME, "Tестов", "roster.latin-letter"),
    (C.NAME, "Τестов", "roster.foreign-letter"),
    (C.NAME, "Τεστ", "roster.foreign-letter"),
    (C.NAME, "Тестов И.", "roster.initials"),
    (C.NAME, "Тестов2", "roster.name-characters"),
    (C.NAME, "Тестов (Пробный)", "roster.name-characters"),
    (C.NAME, "Те\u0301стов", "roster.name-characters"),
    (C.NAME, "=A1", "roster.formula"),
    (C.NAME, "@Тестов", "roster.formula"),
    (C.NAME, "\uff1dТестов", "roster.formula"),
    (C.NAME, "Т\u202eестов", "roster.invisible-character"),
    (C.NAME, "Тест\x07ов", "roster.invisible-character"),
    (C.NAME, "Т\ufffdстов", "roster.lost-letters"),
    (C.NAME, "??????", "roster.lost-letters"),
    (C.NAME, "Т" + "е" * 80, "roster.too-long"),
    (C.NAME, date(2009, 5, 17), "roster.became-a-date"),
    (C.NAME, True, "roster.became-true"),
    (C.NAME, 5, "roster.name-characters"),
    (C.TEXT, "COШ № 0", "roster.latin-letter"),
    (C.TEXT, "=CONCAT(A1)", "roster.formula"),
    (C.TEXT, "+7 школа", "roster.formula"),
    (C.TEXT, "С" * 61, "roster.too-long"),
    (C.TEXT, "x" * (limits.CELL_CHARACTERS + 1), "roster.too-long"),
    (C.TEXT, float("nan"), "roster.number"),
    (C.TEXT, time(1, 2), "roster.became-a-date"),
    (C.DATE, "31.02.2026", "roster.impossible-date"),
    (C.DATE, "29.02.2009", "roster.impossible-date"),
    (C.DATE, "00.05.2009", "roster.impossible-date"),
    (C.DATE, "2009-13-01", "roster.impossible-date"),
    (C.DATE, "17.05.09", "roster.date"),
    (C.DATE, "05/17/2009", "roster.impossible-date"),
    (C.DATE, "17 май 2009", "roster.date"),
    (C.DATE, "2009-W20-1", "roster.date"),
    (C.DATE, "１７.05.2009", "roster.date"),
    (C.DATE, "17.05.1909", "roster.date"),
    (C.DATE, 2009, "roster.date"),
    (C.DATE, "2009", "roster.date"),
    (C.DATE, 39950.5, "roster.date"),
    (C.DATE, True, "roster.date"),
    (C.DATE, timedelta(days=3), "roster.date"),
    (C.DATE, "02.06.2026", "roster.future-date"),
    (C.INTEGER, "36,5", "roster.number"),
    (C.INTEGER, 36.5, "roster.number"),
    (C.INTEGER, "много", "roster.number"),
    (C.INTEGER, "-5", "roster.number"),
    (C.INTEGER, "0", "roster.number-range"),
    (C.INTEGER, "2001", "roster.number-range"),
    (C.INTEGER, True, "roster.became-true"),
    (C.INTEGER, "１２", "roster.number"),
    (C.DECIMAL, "87,1234", "roster.number"),
    (C.DECIMAL, 87.1234, "roster.number"),
    (C.DECIMAL, "1e3", "roster.number"),
    (C.DECIMAL, float("inf"), "roster.number"),
    (C.CHOICE, "4", "roster.unknown-value"),
    (C.CHOICE, "Почти призёр", "roster.unknown-value"),
    (C.CHOICE, "", "roster.empty"),
    (C.CHOICE, date(2026, 1, 1), "roster.became-a-date"),
    (C.CLASS, "13", "roster.class"),
    (C.CLASS, "101", "roster.class"),
    (C.CLASS, "0", "roster.class"),
    (C.CLASS, "12,5", "roster.class"),
    (C.CLASS, "1О А", "roster.class"),
    (C.CLASS, "9A", "roster.latin-letter"),
    (C.CLASS, "9 Aб", "roster.latin-letter"),
    (C.CLASS, date(2026, 9, 1), "roster.became-a-date"),
    (C.CODE, "1,23E+11", "roster.digits-lost"),
    (C.CODE, 1.2345678901234567e17, "roster.digits-lost"),
    (C.CODE, "=1", "roster.formula"),
    (C.NAME, "нет", "roster.empty"),
    (C.NAME, "Не указана", "roster.empty"),
    (C.NAME, "None", "roster.empty"),
    (C.CODE, "код{1}", "roster.code"),
    (C.CODE, "1" * 41, "roster.too-long"),
    (C.YEAR, "2026", "roster.school-year"),
    (C.YEAR, "2025/27", "roster.school-year"),
    (C.YEAR, "25/26", "roster.school-year"),
    (C.DID, "did:web:olymp.example", "roster.did"),
    (C.DID, "did:key:z6Mk", "roster.did"),
    (C.DID, "паспорт", "roster.did"),
    (C.TEXT, "За примерное поведение", "roster.not-an-achievement"),
    (C.TEXT, "Победил, несмотря на инвалидность", "roster.not-an-achievement"),
    (C.TEXT, "Лучшие оценки в классе", "roster.not-an-achievement"),
    (C.TEXT, "Сирота, воспитанник", "roster.not-an-achievement"),
    (C.TEXT, "Призёр, ДЦП", "roster.not-an-achievement"),
    (C.TEXT, "Среди детей с диабетом", "roster.not-an-achievement"),
    (C.TEXT, "Слабовидящий участник", "roster.not-an-achievement"),
    (C.TEXT, "Освобождён от физкультуры", "roster.not-an-achievement"),
    (C.TEXT, "Состоит на учёте", "roster.not-an-achievement"),
    (C.TEXT, "Бывший двоечник", "roster.not-an-achievement"),
    (C.TEXT, "Средний балл 4,8", "roster.not-an-achievement"),
    (C.TEXT, "Малообеспеченная семья", "roster.not-an-achievement"),
    (C.TEXT, "Дети беженцев", "roster.not-an-achievement"),
    (C.TEXT, "мама: 8 (000) 123-45-67", "roster.not-an-achievement"),
    (C.TEXT, "связь +7 000 1234567", "roster.not-an-achievement"),
    (C.TEXT, "писать на proba@vymysel.example", "roster.not-an-achievement"),
]  # fmt: skip


@pytest.mark.parametrize(
    "raw", ["Нет", "б/о", "без отчества", "Отсутствует", "неизвестно", "не имеется", "nan", "None", "NULL"]
)
def test_no_word_for_nothing_becomes_a_patronymic(raw: str) -> None:
    optional = replace(COLUMNS[C.NAME], required=False)
    assert cells.read_cell(optional, raw, today=TODAY) == ("", ())


@pytest.mark.parametrize(("kind", "raw", "code"), BAD, ids=[f"{c[0]} {c[1]!r:.30}" for c in BAD])
def test_a_cell_written_this_way_is_refused(kind: ColumnType, raw: cells.Raw, code: str) -> None:
    found, remarks = cells.read_cell(COLUMNS[kind], raw, today=TODAY)
    assert found == ""
    assert [remark.code for remark in remarks] == [code]
    assert remarks[0].blocking
    for value in remarks[0].evidence.values():
        assert len(str(value)) <= 300


NOTED: list[tuple[ColumnType, cells.Raw, str]] = [
    (C.NAME, "ТЕСТОВ", "roster.letter-case"),
    (C.NAME, "тестов", "roster.letter-case"),
    (C.NAME, "Буи\u0306нов", "roster.normalised"),
    (C.DATE, "39950", "roster.serial-date"),
    (C.DATE, "05/06/2009", "roster.day-or-month"),
    (C.TEXT, "Турнир по BMX", "roster.latin-letter"),
]


@pytest.mark.parametrize(("kind", "raw", "code"), NOTED, ids=[str(c[1]) for c in NOTED])
def test_what_is_only_worth_a_look_does_not_stop_a_row(kind: ColumnType, raw: cells.Raw, code: str) -> None:
    found, remarks = cells.read_cell(COLUMNS[kind], raw, today=TODAY)
    assert found
    assert [(remark.code, remark.blocking) for remark in remarks] == [(code, False)]


@pytest.mark.parametrize(
    "title",
    ["Физика твёрдых тел", "Отличник ГТО", "Разведка и добыча", "Роль Глухова в истории", "Умственный счёт"],
)
def test_names_of_contests_are_not_taken_for_words_about_a_person(title: str) -> None:
    assert cells.read_cell(COLUMNS[C.TEXT], title, today=TODAY) == (title, ())


@pytest.mark.parametrize(("typed", "right"), [("1О А", "10 А"), ("З «Б»", "3 «Б»")])
def test_a_letter_that_looks_like_a_digit_of_a_class_is_named(typed: str, right: str) -> None:
    _, (remark,) = cells.read_cell(COLUMNS[C.CLASS], typed)
    assert remark.evidence == {"value": typed, "right": right}


def test_words_about_a_person_are_refused_until_somebody_looked_at_them() -> None:
    contest = "Конкурс «Здоровье нации»"
    value, remarks = cells.read_cell(COLUMNS[C.TEXT], contest, today=TODAY)
    assert (value, [(remark.code, remark.blocking) for remark in remarks]) == (
        "",
        [("roster.not-an-achievement", True)],
    )
    value, remarks = cells.read_cell(COLUMNS[C.TEXT], contest, today=TODAY, any_words=True)
    assert (value, [(remark.code, remark.blocking) for remark in remarks]) == (
        contest,
        [("roster.not-an-achievement", False)],
    )
    assert cells.read_cell(COLUMNS[C.TEXT], "=поведение", any_words=True)[0] == ""


def test_names_keep_their_yo() -> None:
    for name in ("Алёна", "Алена", "Ёлкин", "Елкин"):
        assert cells.read_cell(COLUMNS[C.NAME], name)[0] == name


def test_a_code_that_lost_its_zeros_is_noticed_by_its_length() -> None:
    code = column(C.CODE, digits=11)
    assert cells.read_cell(code, "001 2345-678")[1][0].code == "roster.code-length"
    assert cells.read_cell(code, "001 2345-6789")[0] == "001 2345-6789"
    assert cells.read_cell(code, 12345678.0)[1][0].code == "roster.code-length"


def test_the_day_of_an_award_may_not_be_in_the_future_unless_nobody_asks() -> None:
    awarded = template().column("awarded")
    assert cells.read_cell(awarded, "01.06.2026", today=TODAY)[0] == "2026-06-01"
    assert cells.read_cell(awarded, "02.06.2026", today=TODAY)[1][0].code == "roster.future-date"
    assert cells.read_cell(awarded, "02.06.2026")[0] == "2026-06-02"


RAW = (
    st.text(max_size=60)
    | st.integers(min_value=-(10**18), max_value=10**18)
    | st.floats()
    | st.booleans()
    | st.dates()
    | st.datetimes()
    | st.times()
    | st.timedeltas()
)


@given(st.sampled_from(list(COLUMNS.values())), RAW)
def test_any_cell_gets_an_answer(column: Column, raw: cells.Raw) -> None:
    """A value or a blocking remark, never both, never another error; what is accepted is so again."""
    value, remarks = cells.read_cell(column, raw, today=TODAY)
    blocked = any(remark.blocking for remark in remarks)
    assert not (blocked and value)
    if value:
        assert cells.read_cell(column, value, today=TODAY)[0] == value
