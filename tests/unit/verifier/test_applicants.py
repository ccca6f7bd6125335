"""The list of applicants is read as offices write it, and what is wrong in it is told at once."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tests.unit.issuer.books import book
from vcwallet import limits
from vcwallet.errors import LimitExceeded, UsageError, VcwalletError
from vcwallet.verifier.applicants import ApplicantRow, ApplicantsSheet, read_applicants

HEAD = [
    *("Номер заявления", "Фамилия", "Имя", "Отчество", "Дата рождения", "Направления"),
    *("ЕГЭ математика", "Особое право", "Файл"),
]
ONE = [
    *("27-000123", "Вымыслова", "Мария", "Тестовна", date(2009, 6, 28), "01.03.02; 03.03.01"),
    *(87, "hundred-math", "скан1.pdf; Вымыслова"),
]
TWO = ["27-000124", "Небывалов", "Пётр", "", date(2009, 1, 2), "01.03.02", "", "нет", ""]
EXAMS = {"math": ("Математика", "Mathematics"), "physics": ("Физика",)}
TODAY = date(2027, 6, 15)


def read(data: bytes, **options: object) -> ApplicantsSheet:
    return read_applicants(data, exams=EXAMS, today=TODAY, **options)  # type: ignore[arg-type]


def cell(value: object) -> str:
    return value.strftime("%d.%m.%Y") if isinstance(value, date) else f'"{value}"'


def csv(*rows: list[object], encoding: str = "cp1251") -> bytes:
    return "\r\n".join(";".join(map(cell, row)) for row in rows).encode(encoding)


WHOLE = ApplicantRow(
    row=2,
    number="27-000123",
    family="Вымыслова",
    given="Мария",
    patronymic="Тестовна",
    born=date(2009, 6, 28),
    programmes=("01.03.02", "03.03.01"),
    exams={"math": Decimal(87)},
    claimed=("hundred-math",),
    files=("скан1.pdf", "Вымыслова"),
)


@pytest.mark.parametrize(
    "data", [book(HEAD, ONE, TWO), csv(HEAD, ONE, TWO), csv(HEAD, ONE, TWO, encoding="utf-8")]
)
def test_a_list_is_read_whole(data: bytes) -> None:
    sheet = read(data, rights=["hundred-math"])
    assert sheet.rows[0] == WHOLE
    second = sheet.rows[1]
    assert (second.number, second.claimed, second.exams, second.files) == ("27-000124", (), {}, ())
    assert not sheet.problems
    assert not sheet.notes
    assert not sheet.unused
    assert len(sheet.digest) == 64


def test_a_claim_that_the_list_does_not_make_is_not_no_claim() -> None:
    assert read(book(HEAD[:5], ONE[:5])).rows[0].claimed is None
    assert read(book(HEAD, [*ONE[:7], "", ""])).rows[0].claimed is None


@pytest.mark.parametrize(
    "title",
    ["Математика", "ЕГЭ: Математика", "математика (ЕГЭ)", "Баллы ЕГЭ Математика", "math", "Exam mathematics"],
)
def test_an_exam_is_found_by_its_name(title: str) -> None:
    sheet = read(book(["Номер заявления", "Фамилия", title], ["27-000123", "Вымыслова", "87,5"]))
    assert sheet.rows[0].exams == {"math": Decimal("87.5")}


def test_headers_in_english_and_one_column_for_the_name() -> None:
    head = ["Application number", "Full name", "Date of birth", "Nickname"]
    sheet = read(book(head, ["7", "Вымыслова Мария Тестовна кызы", "2009-06-28", "-"]))
    assert sheet.rows[0].name == "Вымыслова Мария Тестовна кызы"
    assert sheet.rows[0].family == "Вымыслова"
    assert sheet.rows[0].patronymic == "Тестовна кызы"
    assert sheet.unused == ("Nickname",)


def test_numbers_keep_the_zeros_that_the_sheet_shows() -> None:
    sheet = read(book(HEAD[:2], [123, "Вымыслова"], formats={"A2": "000000"}))
    assert sheet.rows[0].number == "000123"


@pytest.mark.parametrize(
    "title",
    [
        "СНИЛС",
        "Серия и номер паспорта",
        "Паспорт: номер",
        "ИНН",
        "Удостоверение личности",
        "SNILS",
        "Passport No",
    ],
)
def test_numbers_of_documents_are_refused_with_the_reason(title: str) -> None:
    with pytest.raises(UsageError) as caught:
        read(book([*HEAD[:5], title], [*ONE[:5], "0"]))
    assert caught.value.code == "applicants.forbidden-column"
    assert title in str(caught.value)
    assert "no use for it" in str(caught.value)
    assert caught.value.next_step.startswith("Delete that column from a copy")


def told(sheet: ApplicantsSheet) -> list[tuple[int, str, str]]:
    return [(each.row, each.column, each.remark.code) for each in sheet.problems]


def noted(sheet: ApplicantsSheet) -> list[tuple[int, str, str]]:
    return [(each.row, each.column, each.remark.code) for each in sheet.notes]


def test_one_number_twice_is_told() -> None:
    sheet = read(book(HEAD[:5], ONE[:5], ["27 000123", *TWO[1:5]]))
    assert told(sheet) == [(3, "Номер заявления", "applicants.number-twice")]
    assert sheet.problems[0].remark.evidence == {"number": "27 000123", "row": 2}


def test_one_person_twice_is_told_and_may_be_two() -> None:
    sheet = read(book(HEAD[:5], ONE[:5], ["27-000200", "ВЫМЫСЛОВА", *ONE[2:5]]))
    assert not sheet.problems
    assert (3, "", "applicants.person-twice") in noted(sheet)


def test_every_wrong_cell_is_told_at_once() -> None:
    sheet = read(
        book(
            HEAD,
            ["27-000123", "", "", "", date(2009, 6, 28), "", 500, "thousand", ""],
            ["27-000124", "Небывалов", "Пётр", "", "31.02.2009", "", "много", "", ""],
            ["27-000125", "Bымыслов", "П. П.", "", date(2030, 1, 1), "", "", "", ""],
            ["", "Понарошкин", "Лев", "", "", "", "", "", ""],
        ),
        rights=["hundred-math"],
    )
    assert sorted(told(sheet)) == [
        (2, "", "applicants.no-name"),
        (2, "ЕГЭ математика", "roster.number-range"),
        (2, "Особое право", "applicants.unknown-right"),
        (3, "Дата рождения", "roster.impossible-date"),
        (3, "ЕГЭ математика", "roster.number"),
        (4, "Дата рождения", "roster.future-date"),
    ]
    assert sorted(noted(sheet)) == [
        (4, "Имя", "roster.initials"),
        (4, "Фамилия", "roster.latin-letter"),
        (5, "Номер заявления", "applicants.no-number"),
    ]
    assert sheet.rows[2].family == "Bымыслов"


def test_a_list_in_capitals_is_as_good_as_another() -> None:
    # What would matter to who signs a name is no news to who compares it.
    sheet = read(book(HEAD[:5], ["27-000123", "ВЫМЫСЛОВА", "МАРИ\u0418\u0306", *ONE[3:5]]))
    assert (sheet.problems, sheet.notes) == ((), ())
    assert sheet.rows[0].family == "ВЫМЫСЛОВА"


def test_formulas_and_errors_are_not_what_a_person_wrote() -> None:
    sheet = read(book(HEAD[:5], ["=A9", *ONE[1:5]], ["27-000124", "#N/A", *TWO[2:5]]))
    codes = {code for _, _, code in told(sheet)}
    assert "roster.formula" in codes
    assert "roster.error-value" in codes


def test_rows_without_number_and_name_are_left_out_and_counted() -> None:
    sheet = read(book(HEAD[:5], ONE[:5], ["", "", "", "", "", "Итого: 1"], TWO[:5]))
    assert [row.number for row in sheet.rows] == ["27-000123", "27-000124"]
    assert sheet.left_out == (3,)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (book(["Вес", "Рост"], [1, 2]), "applicants.no-header"),
        (book(["Заявление", "Дата рождения"], ["27-001", "28.06.2009"]), "applicants.no-name-column"),
        (book(HEAD[:5], ONE[:5], more={"Ещё": [HEAD[:5], ONE[:5]]}), "applicants.several-sheets"),
        (book([*HEAD[:5], "Surname"], [*ONE[:5], "Иная"]), "applicants.column-twice"),
    ],
)
def test_what_is_no_list_is_refused_with_a_next_step(data: bytes, code: str) -> None:
    with pytest.raises(UsageError) as caught:
        read(data)
    assert caught.value.code == code
    assert caught.value.next_step


def test_the_ceiling_on_applicants_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "QUEUE_APPLICANTS", 1)
    with pytest.raises(LimitExceeded) as caught:
        read(book(HEAD, ONE, TWO))
    assert caught.value.code == "applicants.too-many"


@pytest.mark.parametrize(
    "data", [b"", b"\x00\x01", b"PK\x03\x04junk", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"%PDF-1.4"]
)
def test_other_files_are_refused_and_nothing_else_happens(data: bytes) -> None:
    with pytest.raises(VcwalletError):
        read(data)


def test_a_programme_that_the_rules_do_not_have_is_noted() -> None:
    known = {"01.03.02": "01.03.02"}.get
    sheet = read(book(HEAD, ONE, TWO), programme=known)
    assert noted(sheet) == [(2, "Направления", "applicants.unknown-programme")]
    assert sheet.rows[0].programmes == ("01.03.02", "03.03.01")
