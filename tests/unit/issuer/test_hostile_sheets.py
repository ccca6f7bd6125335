# ruff: noqa: E501  (one sheet, one line or two)
"""Sheets as they come: each row of the table is one way in which a sheet says something else than it shows.

What is signed is what a person sees, or the cell is named. A case gives the sheet, what may be signed of it
(values by column), what is said (cell and code), and which rows are left out as what.
"""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.unit.issuer.books import HEAD, ONE, THREE, TWO, book, changed
from tests.unit.issuer.kits import GIVEN, TODAY, csv, ods, template
from vcwallet import limits, locales
from vcwallet.credentials.template import Template
from vcwallet.errors import LimitExceeded, UsageError, VcwalletError
from vcwallet.issuer import roster
from vcwallet.tables import spreadsheet, survey_xls

DID = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"
TESTOV, PRIMEROVA, MAKETOV = "Тестов", "Примерова", "Макетов"


@dataclass(frozen=True)
class Case:
    name: str
    data: bytes
    signed: Sequence[Mapping[str, str] | str]
    """Of each row that may be signed: some of its values, or its family name alone."""
    said: Sequence[tuple[str, str]] = ()
    left: Mapping[str, int] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)
    of: Mapping[str, Any] = field(default_factory=dict)
    """Expected members of `Understood`."""
    template: Template = field(default_factory=template)


def lines(*rows: Sequence[str], delimiter: str = ",", head: Sequence[str] = ()) -> bytes:
    return csv(*rows, headers=head or ["Фамилия", "Имя", "Степень", "Баллы"], delimiter=delimiter)


def cell(text: str, value: str, kind: str = "float", more: str = "") -> str:
    return (
        f'<table:table-cell office:value-type="{kind}" office:value="{value}" {more}><text:p>{text}</text:p>'
        "</table:table-cell>"
    )


def said(text: str, more: str = "") -> str:
    return f'<table:table-cell office:value-type="string" {more}><text:p>{text}</text:p></table:table-cell>'


def row(*cells: str, more: str = "") -> str:
    return f"<table:table-row {more}>{''.join(cells)}</table:table-row>"


TABLE = '<table:table table:name="Лист1">'
ODS_HEAD = row(*(said(text) for text in ("Фамилия", "Имя", "Рег. номер", "Баллы", "Степень")))


def ods_row(number: str, points: str, more: str = "", family: str = "Тестов") -> str:
    return row(said(family), said("Пробник"), number, points, said("1"), more=more)


NUMBERED = ["Фамилия", "Имя", "Дата рождения", "Рег. номер", "Степень"]


def numbered(value: Any, code: str) -> bytes:
    return book(NUMBERED, ["Тестов", "Пробник", date(2009, 5, 17), value, "1"], formats={"D2": code})


def pointed(value: Any, code: str) -> bytes:
    return book(HEAD, changed(ONE, G=value), formats={"G2": code})


def headed(upper: Sequence[str], lower: Sequence[str], *rows: Sequence[Any], **more: Any) -> bytes:
    return book(upper, lower, *rows, **more)


PLAIN = {"family": "Тестов", "points": "97.5", "degree": "Диплом I степени"}
WINNERS = ["Фамилия", "Имя", "Степень", "Статус"]

CASES = [
    # merged cells
    Case("a school merged over three rows", book(HEAD, ONE, changed(TWO, F=""), changed(THREE, F=""),
         merged=["F2:F4"]), [{"school": "Школа № 0"}] * 3, of={"merged": ("F2:F4",)}),
    Case("two schools merged one after the other", book(HEAD, ONE, changed(TWO, F=""), THREE, merged=["F2:F3"]),
         [{"school": "Школа № 0"}, {"school": "Школа № 0"}, {"school": "Лицей № 00"}]),
    Case("a value left below a merged cell by another program", book(HEAD, ONE, TWO, THREE, merged=["F2:F4"]),
         [{"school": "Школа № 0"}] * 3),
    Case("one child with two awards, the name merged",
         book(["Фамилия", "Имя", "Профиль", "Степень"], ["Тестов", "Пробник", "Астрономия", "1"],
              ["", "", "Математика", "2"], merged=["A2:A3", "B2:B3"]),
         [{"family": "Тестов", "profile": "Астрономия"}, {"family": "Тестов", "profile": "Математика"}]),
    Case("a class and a school merged into one cell", book(HEAD, changed(ONE, F=""), merged=["E2:F2"]), [],
         [("F2", "roster.merged-across"), ("E2", "roster.merged-across")]),
    Case("a used cell merged with an empty column", book([*HEAD, ""], [*ONE, ""], merged=["H2:I2"]), [PLAIN]),
    Case("a merged school with a blank row below", book(HEAD, ONE, [""] * 8, merged=["F2:F3"]), [PLAIN]),
    Case("a title merged over the table", book(["Итоги"], HEAD, ONE, merged=["A1:H1"]), [PLAIN]),
    Case("a merged sub-heading", book(HEAD, ["Секция астрономии"], ONE, merged=["A2:H2"]), [PLAIN],
         left={"subheading": 1}),
    # hidden rows and columns
    Case("a hidden row", book(HEAD, ONE, TWO, hidden_rows=[3]), [TESTOV], left={"hidden": 1}),
    Case("a hidden row, asked for", book(HEAD, ONE, TWO, hidden_rows=[3]), [TESTOV, PRIMEROVA],
         options={"hidden": True}),
    Case("a row half a point high", book(HEAD, ONE, TWO, heights={3: 0.5}), [TESTOV], left={"hidden": 1}),
    Case("a row two points high", book(HEAD, ONE, TWO, heights={3: 2}), [TESTOV], left={"hidden": 1}),
    Case("low and high rows that are seen", book(HEAD, ONE, TWO, heights={2: 3, 3: 29.5}), [TESTOV, PRIMEROVA]),
    Case("every row filtered out but one", book(HEAD, ONE, TWO, THREE, hidden_rows=[2, 4]), [PRIMEROVA],
         left={"hidden": 2}),
    Case("a mistake in a hidden row", book(HEAD, ONE, changed(TWO, D="вчера"), hidden_rows=[3]), [TESTOV],
         left={"hidden": 1}),
    Case("a hidden column", book(HEAD, ONE, hidden_columns=["F"]), [{"family": "Тестов", "school": ""}],
         of={"hidden_columns": ("Школа",)}),
    Case("a hidden column, asked for", book(HEAD, ONE, hidden_columns=["F"]), [{"school": "Школа № 0"}],
         options={"hidden": True}),
    Case("a hidden column that is needed", book(HEAD, ONE, hidden_columns=["H"]), [], [("", "roster.hidden-column")]),
    Case("a hidden column of words under no header", book([*HEAD, ""], [*ONE, "тайна"], hidden_columns=["I"]),
         [TESTOV]),
    # formats
    Case("leading zeros by format", numbered(7, "0000000"), [{"number": "0000007"}]),
    Case("leading zeros as text", numbered("0000007", "@"), [{"number": "0000007"}]),
    Case("a prefix by format", numbered(7, '"АБ-"0000'), [{"number": "АБ-0007"}]),
    Case("digits grouped by format", numbered(1234567, "000-00-00"), [{"number": "123-45-67"}]),
    Case("a text section of a format", numbered("17", '0;-0;0;"№ "@'), [{"number": "№ 17"}]),
    Case("a value hidden by its format", numbered(7, ";;;"), [], [("D2", "roster.format-hides")]),
    # text of the colour of its cell
    Case("white letters", book(HEAD, ONE, inks={"F2": ("FFFFFFFF", "")}), [], [("F2", "roster.unseen")]),
    Case("nearly white letters", book(HEAD, ONE, inks={"F2": ("FFFCFCFC", "")}), [], [("F2", "roster.unseen")]),
    Case("letters of the paper's colour", book(HEAD, ONE, inks={"F2": ("theme 0", "")}), [],
         [("F2", "roster.unseen")]),
    Case("white letters by their number", book(HEAD, ONE, inks={"F2": ("indexed 9", "")}), [],
         [("F2", "roster.unseen")]),
    Case("red letters on red", book(HEAD, ONE, inks={"G2": ("FFFF0000", "FFFF0000")}), [], [("G2", "roster.unseen")]),
    Case("a white day", book(HEAD, ONE, inks={"D2": ("FFFFFFFF", "")}, formats={"D2": "dd.mm.yyyy"}), [],
         [("D2", "roster.unseen")]),
    Case("one white cell of many", book(HEAD, ONE, TWO, THREE, inks={"A3": ("FFFFFFFF", "")}), [TESTOV, "Макетов"],
         [("A3", "roster.unseen")]),
    Case("white letters on blue", book(HEAD, ONE, inks={"F2": ("FFFFFFFF", "FF1F4E79")}), [TESTOV]),
    Case("a white headline on blue", book(HEAD, ONE, inks={f"{letter}1": ("theme 0", "FF1F4E79") for letter in "ABCD"}),
         [TESTOV]),
    Case("grey letters", book(HEAD, ONE, inks={"F2": ("FF808080", "")}), [TESTOV]),
    Case("an empty cell in white", book(HEAD, changed(ONE, F=""), inks={"F2": ("FFFFFFFF", "")}), [TESTOV]),
    Case("white letters in a column that is not used", book([*HEAD, "Заметка"], [*ONE, "тайна"],
         inks={"I2": ("FFFFFFFF", "")}), [TESTOV]),
    Case("white letters in .ods", ods('<style:style style:name="ce1" style:family="table-cell">'
         '<style:text-properties fo:color="#ffffff"/></style:style>' + TABLE + ODS_HEAD
         + ods_row(said("1", 'table:style-name="ce1"'), cell("5", "5")) + "</table:table>"), [],
         [("C2", "roster.unseen")]),
    Case("a white column in .ods", ods('<style:style style:name="ce1" style:family="table-cell">'
         '<style:text-properties fo:color="#ffffff"/></style:style>' + TABLE
         + '<table:table-column table:default-cell-style-name="Default" table:number-columns-repeated="2"/>'
         '<table:table-column table:default-cell-style-name="ce1"/>' + ODS_HEAD
         + ods_row(said("1"), cell("5", "5")) + "</table:table>"), [], [("C2", "roster.unseen")]),
    Case("white letters on blue in .ods", ods('<style:style style:name="ce1" style:family="table-cell">'
         '<style:table-cell-properties fo:background-color="#1f4e79"/><style:text-properties fo:color="#ffffff"/>'
         '</style:style>' + TABLE + ODS_HEAD + ods_row(said("1", 'table:style-name="ce1"'), cell("5", "5"))
         + "</table:table>"), [TESTOV]),
    Case("a fraction", numbered(0.5, "# ?/?"), [], [("D2", "roster.format-unknown")]),
    Case("an exponent", numbered(12345678, "0.00E+00"), [], [("D2", "roster.format-unknown")]),
    Case("a condition", numbered(7, '[>5]"много";"мало"'), [], [("D2", "roster.format-unknown")]),
    Case("percent", pointed(0.975, "0.0%"), [], [("G2", "roster.shown-otherwise")]),
    Case("whole percent", pointed(1, "0%"), [], [("G2", "roster.shown-otherwise")]),
    Case("roubles", pointed(97, '#,##0.00"₽"'), [], [("G2", "roster.shown-otherwise")]),
    Case("roubles by locale", pointed(97, "[$₽-419]0"), [], [("G2", "roster.shown-otherwise")]),
    Case("decimals rounded away", pointed(97.5, "0"), [], [("G2", "roster.shown-otherwise")]),
    Case("decimals rounded to one", pointed(97.55, "0.0"), [], [("G2", "roster.shown-otherwise")]),
    Case("decimals shown", pointed(97.5, "0.00"), [{"points": "97.5"}]),
    Case("groups of thousands", pointed(1000, "#,##0"), [{"points": "1000"}]),
    Case("thousands left out", pointed(1000, "0,"), [], [("G2", "roster.shown-otherwise")]),
    Case("a unit by format", pointed(97, '0" б."'), [], [("G2", "roster.shown-otherwise")]),
    Case("red by format", pointed(97.5, "[Red]0.0"), [{"points": "97.5"}]),
    Case("a school's number by format", book(HEAD, changed(ONE, F=5), formats={"F2": '"Школа № "0'}),
         [{"school": "Школа № 5"}]),
    Case("a class by format", book(HEAD, changed(ONE, E=9), formats={"E2": '0" «А»"'}), [{"class": "9 «А»"}]),
    Case("a degree by format", book(HEAD, changed(ONE, H=2), formats={"H2": '0" степень"'}),
         [{"degree": "Диплом II степени"}]),
    Case("a day without its year", book(HEAD, ONE, formats={"D2": "dd.mm"}), [{"birth_date": "2009-05-17"}],
         [("D2", "roster.part-of-day")]),
    Case("a month and a year", book(HEAD, ONE, formats={"D2": "mmm.yy"}), [TESTOV], [("D2", "roster.part-of-day")]),
    Case("a day in an American format", book(HEAD, ONE, formats={"D2": "mm/dd/yyyy"}),
         [{"birth_date": "2009-05-17"}]),
    Case("a day with hours", book(HEAD, changed(ONE, D=datetime(2009, 5, 17, 12, 30)), formats={"D2": "dd.mm.yyyy hh:mm"}),
         [{"birth_date": "2009-05-17"}]),
    Case("a day's number", book(HEAD, changed(ONE, D=39950), formats={"D2": "General"}), [{"birth_date": "2009-05-17"}],
         [("D2", "roster.serial-date")]),
    Case("a class that became a day", book(HEAD, changed(ONE, E=date(2026, 2, 10))), [], [("E2", "roster.became-a-date")]),
    Case("a formula", book(HEAD, changed(ONE, H="=1")), [], [("H2", "roster.formula")]),
    # the same in OpenDocument
    Case("leading zeros in .ods", ods(TABLE + ODS_HEAD + ods_row(cell("0007", "7"), cell("97,5", "97.5"))
         + "</table:table>"), [{"number": "0007", "points": "97.5"}]),
    Case("percent in .ods", ods(TABLE + ODS_HEAD
         + ods_row(said("1"), cell("97%", "0.97", "percentage")) + "</table:table>"), [],
         [("D2", "roster.shown-otherwise")]),
    Case("a filtered row in .ods", ods(TABLE + ODS_HEAD + ods_row(said("1"), cell("5", "5"))
         + ods_row(said("2"), cell("6", "6"), 'table:visibility="filter"', "Макетов") + "</table:table>"), [TESTOV],
         left={"hidden": 1}),
    Case("a hidden column in .ods", ods(TABLE + '<table:table-column table:number-columns-repeated="2"/>'
         '<table:table-column table:visibility="collapse"/>' + ODS_HEAD
         + ods_row(said("1"), cell("5", "5")) + "</table:table>"), [{"family": "Тестов", "number": ""}]),
    Case("merged rows in .ods", ods(TABLE + ODS_HEAD
         + row(said("Тестов"), said("Пробник"), said("1"), cell("5", "5"), said("2", 'table:number-rows-spanned="2"'))
         + row(said("Макетов"), said("Захар"), said("2"), cell("6", "6"), "<table:covered-table-cell/>")
         + "</table:table>"), [{"degree": "Диплом II степени"}] * 2),
    # rows of a text
    Case("a decimal comma divides a number", lines(["Тестов", "Пробник", "1", "97", "5"]), [],
         [("E2", "roster.row-too-long")]),
    Case("a decimal comma and an empty last column",
         lines(["Тестов", "Пробник", "97", "5", "1", ""], head=["Фамилия", "Имя", "Баллы", "Степень", "Заметка"]), [],
         [("D2", "roster.unknown-value"), ("F2", "roster.row-too-long")]),
    Case("a decimal comma in quotation marks", lines(["Тестов", "Пробник", "1", '"97,5"']), [{"points": "97.5"}]),
    Case("a decimal comma and a note that is missing",
         lines(["Тестов", "Пробник", "1", "97", "5"], head=["Фамилия", "Имя", "Степень", "Баллы", "Заметка"]),
         [{"points": "97"}], [("D2", "roster.decimal-comma")]),
    Case("a cell too many after a semicolon", lines(["Тестов", "Пробник", "1", "97,5", "ещё"], delimiter=";"), [],
         [("E2", "roster.row-too-long")]),
    Case("empty cells too many after a semicolon", lines(["Тестов", "Пробник", "1", "97,5", "", ""], delimiter=";"),
         [{"points": "97.5"}]),
    Case("a short row", lines(["Тестов", "Пробник", "1"]), [{"points": ""}]),
    # headers
    Case("a group of points", headed(["Фамилия", "Имя", "Степень", "Баллы", "", ""], ["", "", "", "Тур 1", "Тур 2", "Итого"],
         ["Тестов", "Пробник", "1", 40, 57.5, 97.5], merged=["A1:A2", "B1:B2", "C1:C2", "D1:F1"]), [{"points": "97.5"}],
         of={"ignored": ("Баллы: Тур 1", "Баллы: Тур 2")}),
    Case("a group of points without a sum", headed(["Фамилия", "Имя", "Степень", "Баллы", ""], ["", "", "", "Тур 1", "Тур 2"],
         ["Тестов", "Пробник", "1", 40, 57.5], merged=["D1:E1"]), [{"points": ""}],
         of={"ignored": ("Баллы: Тур 1", "Баллы: Тур 2")}),
    Case("a group of points in a text", lines(["", "", "", "Тур 1", "Тур 2", "Итого"],
         ["Тестов", "Пробник", "1", "40", "57", "97"], head=["Фамилия", "Имя", "Степень", "Баллы", "", ""],
         delimiter=";"), [{"points": "97"}]),
    Case("names in a group", headed(["Участник", "", "Степень"], ["Фамилия", "Имя", ""], ["Тестов", "Пробник", "1"],
         merged=["A1:B1", "C1:C2"]), [{"family": "Тестов", "degree": "Диплом I степени"}]),
    Case("the teacher's name beside the pupil's", headed(["Участник", "", "Руководитель", "", "Степень"],
         ["Фамилия", "Имя", "Фамилия", "Имя", ""], ["Тестов", "Пробник", "Учителев", "Макет", "1"],
         merged=["A1:B1", "C1:D1", "E1:E2"]), [{"family": "Тестов", "given": "Пробник"}],
         of={"ignored": ("Руководитель: Фамилия", "Руководитель: Имя")}),
    Case("a cell under no header", book([*HEAD, ""], [*ONE, "сдал позже"]), [PLAIN], of={"no_header": ("I2",)}),
    Case("a cell far to the right", book(HEAD, [*ONE, "", "", "?"]), [PLAIN], of={"no_header": ("K2",)}),
    Case("the same header twice", book([*HEAD, "Степень"], [*ONE, "1"]), [], [("I1", "roster.column-twice")]),
    Case("a place in a list is no degree", book([*HEAD[:7], "Место"], [*ONE[:7], 1]), [], [("", "roster.missing-column")]),
    # a degree and a status
    Case("a status and a degree agree", book(WINNERS, ["Тестов", "Пробник", "1", "Победитель"]),
         [{"degree": "Диплом I степени"}]),
    Case("a status and a degree contradict", book(WINNERS, ["Тестов", "Пробник", "3", "Победитель"]), [],
         [("D2", "roster.disagree")]),
    Case("a participant with a degree", book(WINNERS, ["Тестов", "Пробник", "3", "Участник"]), [],
         [("D2", "roster.disagree")]),
    Case("a status alone", book(WINNERS, ["Тестов", "Пробник", "", "Призёр"]), [{"degree": "Диплом призёра"}]),
    Case("a winner is no degree", book(HEAD, changed(ONE, H="Победитель")), [{"degree": "Диплом победителя"}]),
    Case("a prize-winner is no degree", book(HEAD, changed(ONE, H="призер")), [{"degree": "Диплом призёра"}]),
    Case("a letter of honour is another one", book(["ФИО", "Вид награды", "За что"],
         ["Тестов Пробник", "Грамота", "За победу"]), [{"award": "Грамота"}], template=template("school/school-award"),
         options={"given": {"school": "Школа № 0", "year": "2025/26"}}),
    Case("a class and a parallel", book(["ФИО", "Параллель", "Класс", "Степень"], ["Тестов Пробник", 9, "9 «Б»", "1"]),
         [{"class": "9 «Б»"}]),
    Case("a parallel alone", book(["ФИО", "Параллель", "Степень"], ["Тестов Пробник", 9, "1"]), [{"class": "9"}]),
    Case("a class of another parallel", book(["ФИО", "Параллель", "Класс", "Степень"],
         ["Тестов Пробник", 8, "9 «Б»", "1"]), [], [("C2", "roster.disagree")]),
    # ends of real sheets
    Case("a total", book(HEAD, ONE, ["Итого", "", "", "", "", "", 97.5]), [TESTOV], left={"total": 1}),
    Case("a total beside the degrees", book(HEAD, ONE, ["Всего:", "", "", "", "", "", "", 1]), [TESTOV], left={"total": 1}),
    Case("an average", book(HEAD, ONE, ["", "", "", "", "", "Средний балл", 97.5]), [TESTOV], left={"total": 1}),
    Case("signatures", book(HEAD, ONE, [], ["Председатель жюри", "", "", "", "Проверкин П. П."],
         ["Члены жюри:", "", "", "", "____________"]), [TESTOV], left={"blank": 1, "signature": 2}),
    Case("a note with an asterisk", book(HEAD, ONE, ["* диплом вручён заочно"]), [TESTOV], left={"note": 1}),
    Case("sub-headings of classes", book(HEAD, ["9 класс"], TWO, ["10 «А» класс"], ONE, ["11-е классы"], THREE),
         [PRIMEROVA, TESTOV, MAKETOV], left={"subheading": 3}),
    Case("sub-headings of results", book(HEAD, ["Победители"], ONE, ["Призёры:"], TWO), [TESTOV, PRIMEROVA],
         left={"subheading": 2}),
    Case("headers once more", book(HEAD, ONE, HEAD, TWO), [TESTOV, PRIMEROVA], left={"header": 1}),
    Case("a block of blank rows", book(HEAD, ONE, [], [], [], TWO), [TESTOV, PRIMEROVA], left={"blank": 3}),
    Case("a line beside the table", book([*HEAD, "№"], [*ONE, 1], [""] * 8 + ["стр. 1"]), [TESTOV], left={"aside": 1}),
    Case("one word in a row", book(HEAD, ONE, ["Лишний"]), [TESTOV], [("A3", "roster.lone-cell")]),
    Case("a pupil called like a total", book(HEAD, changed(ONE, A="Всегов", B="Итог")), [{"family": "Всегов"}]),
    Case("a pupil called like a director", book(["ФИО", "Степень"], ["Директоров Пробник", "1"]),
         [{"family": "Директоров"}]),
    # names
    Case("one name, the other cell empty", book(HEAD, changed(ONE, A="", C="")), [{"family": "", "given": "Пробник"}],
         [("A2", "roster.one-name")]),
    Case("one name, the other cell a dash", book(HEAD, changed(ONE, B="—", C="")), [{"family": "Тестов", "given": ""}],
         [("B2", "roster.one-name")]),
    Case("a family name forgotten", book(HEAD, changed(ONE, A="")), [], [("A2", "roster.empty")]),
    Case("capital letters", book(HEAD, changed(ONE, A="ТЕСТОВ-ПРОБНЫЙ")), [{"family": "ТЕСТОВ-ПРОБНЫЙ"}],
         [("A2", "roster.letter-case")]),
    Case("capital letters made small", book(HEAD, changed(ONE, A="ТЕСТОВ-ПРОБНЫЙ", C="ВЫМЫСЕЛ ОГЛЫ")),
         [{"family": "Тестов-Пробный", "patronymic": "Вымысел оглы"}],
         [("A2", "roster.letter-case-changed"), ("C2", "roster.letter-case-changed")], options={"name_case": True}),
    Case("capital letters of a whole name made small", book(["ФИО", "Степень"], ["ТЕСТОВ ПРОБНИК", "1"]),
         [{"family": "Тестов", "given": "Пробник"}], [("A2", "roster.letter-case-changed")] * 2,
         options={"name_case": True}),
    # days, ids, words
    Case("a day in words", book(HEAD, changed(ONE, D="17 мая 2009 г.")), [{"birth_date": "2009-05-17"}]),
    Case("a day with slashes", book(HEAD, changed(ONE, D="17/05/2009")), [{"birth_date": "2009-05-17"}]),
    Case("a day or a month", book(HEAD, changed(ONE, D="05/06/2009")), [{"birth_date": "2009-06-05"}],
         [("D2", "roster.day-or-month")]),
    Case("a column full of ids", book([*HEAD, "Кошелёк"], [*ONE, DID]), [{"did": DID}]),
    Case("a column of ids under no header", book([*HEAD, ""], [*ONE, DID]), [{"did": DID}]),
    Case("words of conduct", book(HEAD, changed(ONE, F="За примерное поведение")), [],
         [("F2", "roster.not-an-achievement")]),
    Case("words that were looked at", book(HEAD, changed(ONE, F="Медицинский лицей № 0")),
         [{"school": "Медицинский лицей № 0"}], [("F2", "roster.not-an-achievement")], options={"allow_text": ["2"]}),
    Case("words looked at in another row", book(HEAD, changed(ONE, F="Медицинский лицей № 0")), [],
         [("F2", "roster.not-an-achievement")], options={"allow_text": ["3"]}),
    # several sheets
    Case("one sheet named", book(HEAD, ONE, title="9", more={"10": [HEAD, TWO]}), [PRIMEROVA], options={"sheet": "10"}),
    Case("all sheets read", book(HEAD, ONE, title="9", more={"10": [HEAD, TWO]}), [TESTOV, PRIMEROVA],
         options={"all_sheets": True}, of={"pages": ("9", "10")}),
    Case("the same child on two sheets", book(HEAD, ONE, title="9", more={"10": [HEAD, ONE]}), [TESTOV],
         [("", "roster.duplicate")], options={"all_sheets": True}),
]  # fmt: skip


def read(case: Case) -> roster.Roster:
    options = dict(case.options)
    given = options.pop("given", GIVEN)
    return roster.read(case.data, case.template, today=TODAY, given=given, **options)


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_a_sheet_says_what_it_shows_or_is_named(case: Case) -> None:
    found = read(case)
    assert [(problem.cell, problem.code) for problem in found.problems] == list(case.said)
    wanted = [{"family": each} if isinstance(each, str) else dict(each) for each in case.signed]
    keys = [column.key for column in found.template.columns]
    signed = [dict(zip(keys, line.values, strict=True)) for line in found.rows]
    assert [{key: line[key] for key in want} for line, want in zip(signed, wanted, strict=True)] == wanted
    counts = {kind.value: number for kind, number in found.understood.left_out_counts.items()}
    assert counts == dict(case.left)
    for name, value in case.of.items():
        assert getattr(found.understood, name) == value
    for problem in found.problems:
        for language in ("ru", "en"):
            speech = locales.language(language)
            for words in (problem.template, problem.next_step):
                assert "{" not in speech.text(words, **problem.evidence)
        assert problem.template
        assert problem.next_step or not problem.blocking


def test_the_table_is_as_long_as_promised() -> None:
    assert len({case.name for case in CASES}) == len(CASES) >= 80


def test_several_sheets_with_one_header_are_offered() -> None:
    with pytest.raises(UsageError) as caught:
        roster.read(book(HEAD, ONE, title="9 класс", more={"10 класс": [HEAD, TWO]}), template(), given=GIVEN)
    assert caught.value.code == "roster.several-sheets"
    assert caught.value.evidence["sheets"] == "9 класс, 10 класс"


def test_an_old_binary_workbook_shows_the_same(tmp_path: Path) -> None:
    """Formats, hidden rows and merged cells of .xls: the file has a format of days and no merged cells."""
    data = (Path(__file__).parent / "data" / "school-awards-97.xls").read_bytes()
    survey = survey_xls.survey_xls(data)[0]
    assert any("y" in code.casefold() for runs in survey.formats.values() for _, code in runs)


def record(kind: int, content: bytes) -> bytes:
    return struct.pack("<HH", kind, len(content)) + content


def test_white_letters_of_an_old_binary_workbook_are_told_too() -> None:
    """Fonts, styles and cells of .xls; there is no font of the number 4."""
    white, black, red = (record(0x31, struct.pack("<HHH", 200, 0, colour)) for colour in (9, 0x7FFF, 10))

    def style(font: int, pattern: int = 0, ground: int = 0) -> bytes:
        return record(0xE0, struct.pack("<HH10xIH", font, 0, pattern << 26, ground))

    styles = [(1, 0, 0), (0, 0, 0), (0, 1, 10), (5, 1, 10), (5, 0, 0), (0, 2, 9)]
    head = b"".join([white, black, black, black, red, *(style(*each) for each in styles)])
    sheet = b"".join(record(0xFD, struct.pack("<HHHI", 0, at, at, 0)) for at in range(len(styles)))
    end = record(0x0A, b"")
    start = len(head) + len(record(0x85, bytes(4))) + len(end)
    stream = head + record(0x85, struct.pack("<I", start)) + end + sheet + end
    (survey,) = survey_xls._survey_records(stream)
    assert [survey.is_unseen(0, at) for at in range(len(styles))] == [False, True, False, True, False, False]


@pytest.mark.parametrize("encoding", ["foo", "shift_jis", "hex", "windows-1251"])
@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_what_a_sheet_says_of_its_encoding_changes_nothing(kind: str, encoding: str) -> None:
    """The letters are those that are in it; a name that no codec has ends no reading."""
    table = TABLE + ODS_HEAD + ods_row(cell("7", "7"), cell("97,5", "97.5")) + "</table:table>"
    honest = book(HEAD, ONE) if kind == "xlsx" else ods(table)
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(honest)) as given, zipfile.ZipFile(out, "w") as archive:
        for part in given.namelist():
            content = given.read(part)
            if part in ("xl/styles.xml", "content.xml"):
                bare = content.partition(b"?>")[2] if content.startswith(b"<?xml") else content
                content = f'<?xml version="1.0" encoding="{encoding}"?>'.encode("ascii") + bare
            archive.writestr(part, content)
    first, second = (spreadsheet.read_sheets(each, choose=pytest.fail) for each in (honest, out.getvalue()))
    assert [each.head for each in second] == [each.head for each in first]


def test_more_merged_cells_than_anybody_makes_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "SHEET_MERGED", 1)
    with pytest.raises(LimitExceeded) as caught:
        roster.read(book(HEAD, ONE, TWO, merged=["A2:A3", "B2:B3"]), template(), given=GIVEN)
    assert caught.value.code == "spreadsheet.too-many-merged"


def test_a_value_for_the_whole_sheet_may_be_allowed_by_its_name() -> None:
    given = {**GIVEN, "olympiad": "Олимпиада «Здоровье»"}
    with pytest.raises(VcwalletError) as caught:
        roster.read(book(HEAD, ONE), template(), given=given)
    assert caught.value.code == "roster.not-an-achievement"
    found = roster.read(book(HEAD, ONE), template(), given=given, allow_text=["olympiad"])
    assert len(found.rows) == 1
