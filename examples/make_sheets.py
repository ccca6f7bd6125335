"""Write `examples/sheets/`: spreadsheets as people make them, and a bad twin of each.

    python examples/make_sheets.py [FOLDER]

The same bytes every time. All people are invented, and look it. The workbooks need openpyxl (extra ``dev``).
"""

from __future__ import annotations

import csv
import io
import random
import sys
import unicodedata
import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
OLYMPIAD = "olympiad-results.csv"
OLYMPIAD_BAD = "olympiad-results-bad.csv"
SCHOOL = "school-awards.xlsx"
SCHOOL_BAD = "school-awards-bad.xlsx"

FAMILIES = (
    "Тестов Пробников Вымыслов Небывалов Примеров Выдумкин Понарошкин Макетов Черновиков Заглушкин Шаблонов"
    " Нигдеев Фантазёров Ёлкин-Пробный Примеров-Тестов Несбыточный Условнов Якобинцев-Мнимый Допустимов"
    " Сказочный"
)
BOYS = "Пётр Артём Фёдор Иван Семён Лев Савелий Мирон Захар Глеб Артемий Тимофей"
GIRLS = "Алёна Анна Варвара Есения Мария Софья Ксения Пелагея Фёкла Злата Василиса Дарья"
HEROINE, HEROINE_BORN = ("Вымыслова", "Мария", "Тестовна"), date(2009, 6, 28)
"""In the first row of both sheets: one child with diplomas of two issuers."""
FATHERS = "Вымысл Небылиц Пример Пробн Тест Образч"
SCHOOLS = (
    ("МБОУ «Школа № 0»", "Небывалинск"),
    ('ГБОУ "Лицей № 00"', "Выдумск"),
    ("Гимназия им. Никого", "Нигдейск"),
    ("МАОУ СОШ № 000; корпус 2", "Небывалинск"),
    ("IT-школа «Пример»", "Мнимогорск"),
)
HEADERS = (
    "№ п/п;Фамилия;Имя;Отчество;Дата рождения;Класс;Образовательная организация;Город;Профиль;Шифр работы;"
    "Сумма баллов;Степень диплома"
)


def feminine(family: str) -> str:
    return "-".join(
        part[:-2] + "ая" if part.endswith(("ый", "ий")) else part + "а" for part in family.split("-")
    )


def people(count: int, chance: random.Random) -> list[tuple[str, str, str]]:
    """Distinct invented people, girls and boys in turn."""
    found = [HEROINE]
    while len(found) < count:
        girl = len(found) % 2 == 0
        family = chance.choice(FAMILIES.split())
        patronymic = chance.choice(FATHERS.split()) + ("овна" if girl else "ович")
        person = (
            feminine(family) if girl else family,
            chance.choice((GIRLS if girl else BOYS).split()),
            "" if chance.random() < 0.05 else patronymic,
        )
        if person not in found:
            found.append(person)
    return found


def olympiad_rows() -> list[list[str]]:
    chance = random.Random(20260301)  # noqa: S311 - examples, not secrets
    rows = []
    for number, (family, given, patronymic) in enumerate(people(120, chance), start=1):
        born = date.fromordinal(date(2008, 1, 1).toordinal() + chance.randrange(3 * 365))
        school, town = chance.choice(SCHOOLS)
        points = 100 - number * 0.5
        degree = "1" if number <= 12 else "II степени" if number <= 48 else "Диплом III степени"
        rows.append(
            [
                str(number),
                family,
                given,
                patronymic,
                (HEROINE_BORN if number == 1 else born).strftime("%d.%m.%Y"),
                f"{chance.choice((9, 10, 11))}{chance.choice((' А', 'Б', '-В', ' «Г»', ''))}",
                school,
                town,
                chance.choice(("Астрономия", "Математика")),
                f"{chance.randrange(10**6):06d}",
                f"{points:g}".replace(".", ","),
                degree,
            ]
        )
    # As they come: a hard space inside a name, a dash for what is not there.
    rows[6][6] = rows[6][6].replace(" ", "\u00a0")
    rows[9][3] = "-"
    return rows


def spoil_olympiad(rows: list[list[str]]) -> list[list[str]]:
    """The same sheet with one mistake of each kind; rows 5, 12, 20, 33, 47, 61 and 122 of the sheet."""
    bad = [list(row) for row in rows]
    bad[3][1] = "C" + "казочный-Тестов"  # the first letter is Latin
    bad[10][4] = "31.02.2026"
    bad[18][11] = "4"
    bad[31][10] = "=K30+1"
    bad[45][1] = ""
    bad[59][5] = "12,5"
    bad.append(["121", *bad[24][1:]])
    return bad


def as_excel_saves_csv(rows: Sequence[Sequence[str]]) -> bytes:
    """cp1251, semicolons, CRLF: what Russian Excel calls "CSV (разделители - запятые)"."""
    out = io.StringIO()
    csv.writer(out, delimiter=";", lineterminator="\r\n").writerows([HEADERS.split(";"), *rows])
    return out.getvalue().encode("cp1251")


def school_rows() -> list[list[Any]]:
    chance = random.Random(20260525)  # noqa: S311 - examples, not secrets
    awards = (
        ("Похвальная грамота", "За особые успехи в изучении предмета"),
        ("Похвальный лист", "За победу в школьном турнире"),
        ("Благодарность", "За помощь в проведении недели науки"),
    )
    subjects = ("Литература", "Физика", "История", "")
    rows: list[list[Any]] = []
    for number, person in enumerate(people(24, chance), start=1):
        award, reason = chance.choice(awards)
        born = date.fromordinal(date(2009, 1, 1).toordinal() + chance.randrange(700))
        rows.append(
            [
                number,
                " ".join(part for part in person if part),
                HEROINE_BORN if number == 1 else born,
                f"{chance.choice((8, 9, 10))} «{chance.choice('АБВ')}»",
                award,
                reason,
                chance.choice(subjects),
                f"{number:04d}",
                date(2026, 5, 25),
            ]
        )
    # Typed on a Mac: й and ё made of two signs each.
    mac = next(row for row in rows if "ё" in row[1])
    mac[1] = unicodedata.normalize("NFD", mac[1])
    rows[7][3] = 11
    return rows


def spoil_school(rows: list[list[Any]]) -> list[list[Any]]:
    """One mistake of each kind; rows 5, 8, 11, 14, 17, 20 and 28 of the sheet."""
    bad = [list(row) for row in rows]
    bad[1][1] = bad[1][1].replace("о", "o", 1)  # Latin
    bad[4][2] = "31.02.2026"
    bad[7][4] = "Грамота 4 степени"
    bad[10][7] = '=TEXT(A14,"0000")'
    bad[13][1] = ""
    bad[16][3] = date(2026, 9, 1)  # «9-1» after Excel had its way
    bad.append([25, *bad[2][1:]])
    return bad


def as_workbook(rows: Sequence[Sequence[Any]]) -> bytes:
    """A sheet with a title above its headers, real dates, and a second sheet of notes."""
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Награждение"
    sheet["B1"] = "Награждение учащихся по итогам учебного года"
    headers = [
        "№",
        "ФИО",
        "Дата рождения",
        "Класс",
        "Вид награды",
        "За что",
        "Предмет",
        "Рег. номер",
        "Дата вручения",
    ]
    for column, header in enumerate(headers, start=1):
        sheet.cell(row=3, column=column, value=header)
    for at, row in enumerate(rows, start=4):
        for column, value in enumerate(row, start=1):
            cell = sheet.cell(row=at, column=column, value=value if value != "" else None)
            if isinstance(value, date):
                cell.number_format = "DD.MM.YYYY"
    book.create_sheet("Заметки")["A1"] = "Черновик, не печатать"
    book.properties.created = book.properties.modified = datetime(2026, 5, 25, 12, 0)  # noqa: DTZ001
    raw = io.BytesIO()
    book.save(raw)
    return _same_every_time(raw.getvalue())


def _same_every_time(workbook: bytes) -> bytes:
    """The same archive without the time it was packed at."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as source, zipfile.ZipFile(out, "w") as target:
        for part in sorted(source.namelist()):
            about = zipfile.ZipInfo(part, date_time=(2026, 5, 25, 12, 0, 0))
            about.compress_type = zipfile.ZIP_DEFLATED
            content = source.read(part)
            if part == "docProps/core.xml":
                # openpyxl stamps the moment of saving over what it was told.
                start = content.index(b"<dcterms:modified")
                end = content.index(b"</dcterms:modified>")
                stamp = content.index(b">", start) + 1
                content = content[:stamp] + b"2026-05-25T12:00:00Z" + content[end:]
            target.writestr(about, content)
    return out.getvalue()


def sheets() -> dict[str, bytes]:
    """File name -> content."""
    olympiad, school = olympiad_rows(), school_rows()
    return {
        OLYMPIAD: as_excel_saves_csv(olympiad),
        OLYMPIAD_BAD: as_excel_saves_csv(spoil_olympiad(olympiad)),
        SCHOOL: as_workbook(school),
        SCHOOL_BAD: as_workbook(spoil_school(school)),
    }


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "sheets"
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in sheets().items():
        (folder / name).write_bytes(content)
        print(folder / name)


if __name__ == "__main__":
    main()
