"""Writes the sample sheets of the kits: `issuers/KIT/samples/TEMPLATE.xlsx`, with people who cannot exist.

    python -m tools.sample_sheets

The same bytes each time. What a sheet has no column of comes from the kit's issuer.toml.
"""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Final, TypeAlias

import xlsxwriter

KITS: Final = Path(__file__).parents[1] / "issuers"
Cell: TypeAlias = str | int | float | date
_ID: Final = "Идентификатор кошелька"
_WHY: Final = (
    "Даёт кошелёк семьи (did:key:…); у кого его нет, оставьте пустым. Без него показ диплома привязан к"
    " ребёнку только именем, и обычные программы проверки, кроме vcwallet, его не примут."
)
_WHO: Final = (_ID, "Фамилия", "Имя", "Отчество", "Дата рождения")
_PEOPLE: Final[tuple[tuple[Cell, ...], ...]] = (
    ("", "Тестов", "Пробник", "Вымыслович", date(2009, 5, 17)),
    ("", "Примерова", "Выдумка", "Небылицыевна", date(2010, 11, 2)),
    ("", "Ёлкина-Пробная", "Алёна", "", date(2008, 1, 30)),
    ("", "Образцов", "Өмүр", "Понарошкинович", date(2009, 8, 8)),
)
_SCHOOL: Final = ("Класс", "Школа", "Город")
_SCHOOLS: Final[tuple[tuple[Cell, ...], ...]] = (
    ("10 «А»", "Школа № 0", "Небывалинск"),
    ("9 «Б»", "Школа № 0", "Небывалинск"),
    ("11", "Лицей № 00", "Выдумск"),
    ("10 «В»", "Лицей № 00", "Выдумск"),
)

# Kit/template -> the columns beside the person's, and their cells row by row.
_SHEETS: Final[dict[str, tuple[tuple[str, ...], tuple[tuple[Cell, ...], ...]]]] = {
    "olympiad/olympiad-diploma": (
        (*_SCHOOL, "Профиль", "Баллы", "Степень"),
        tuple(
            (*school, "Астрономия", points, degree)
            for school, points, degree in zip(
                _SCHOOLS,
                (97.5, 88, 71, 40),
                ("Диплом I степени", "Диплом II степени", "Диплом III степени", "Участник"),
                strict=True,
            )
        ),
    ),
    "olympiad/olympiad-winner": (
        (*_SCHOOL, "Профиль", "Статус"),
        tuple(
            (*school, "Астрономия", status)
            for school, status in zip(_SCHOOLS, ("Победитель", "Призёр", "Призёр", "Участник"), strict=True)
        ),
    ),
    "olympiad/vsosh-diploma": (
        (*_SCHOOL, "Предмет", "Этап", "Статус"),
        tuple(
            (*school, "Физика", "Муниципальный этап", status)
            for school, status in zip(_SCHOOLS, ("Победитель", "Призёр", "Призёр", "Участник"), strict=True)
        ),
    ),
    "olympiad/olympiad-participant": (
        (*_SCHOOL, "Профиль"),
        tuple((*school, "Астрономия") for school in _SCHOOLS),
    ),
    "school/school-award": (
        ("Класс", "Вид награды", "За что", "Предмет", "Рег. номер", "Дата вручения"),
        tuple(
            (school[0], award, reason, subject, f"{number:04d}", date(2026, 5, 25))
            for number, (school, award, reason, subject) in enumerate(
                zip(
                    _SCHOOLS,
                    ("Похвальная грамота", "Благодарность", "Почётная грамота", "Похвальный лист"),
                    (
                        "За особые успехи в изучении предмета",
                        "За помощь в проведении недели науки",
                        "За победу в школьном турнире выдумщиков",
                        "За отличные успехи в учении",
                    ),
                    ("Литература", "", "", ""),
                    strict=True,
                ),
                start=1,
            )
        ),
    ),
    "school/extracurricular-course": (
        ("Класс", "Кружок", "Направленность", "Дата начала", "Дата окончания", "Часы"),
        tuple(
            (school[0], "Основы робототехники", "Техническая", date(2025, 9, 1), date(2026, 5, 20), hours)
            for school, hours in zip(_SCHOOLS, (72, 68, 72, 70), strict=True)
        ),
    ),
    "school/project": (
        ("Тема проекта", "Предмет", "Роль", "Результат"),
        (
            ("Почему скрипит снег", "Физика", "Автор", "Победитель"),
            ("Забытые имена улиц Небывалинска", "История", "Автор", "Призёр"),
            ("Сад на школьной крыше", "Экология", "Соавтор", "Проект защищён"),
            ("Сад на школьной крыше", "Экология", "Руководитель группы", "Проект защищён с отличием"),
        ),
    ),
    "contest/contest-diploma": (
        ("Школа", "Номинация", "Награда"),
        (
            ("Школа № 0", "Рассказ", "Гран-при"),
            ("Школа № 0", "Иллюстрация", "Лауреат I степени"),
            ("Лицей № 00", "Рассказ", "Диплом II степени"),
            ("Лицей № 00", "Иллюстрация", "Дипломант"),
        ),
    ),
    "sport/sport-norm": (
        ("Школа", "Ступень", "Знак отличия"),
        (
            ("Школа № 0", "V ступень", "Золотой знак отличия"),
            ("Школа № 0", "IV ступень", "Серебряный знак отличия"),
            ("Лицей № 00", "V ступень", "Бронзовый знак отличия"),
            ("Лицей № 00", "V ступень", "Золотой знак отличия"),
        ),
    ),
    "sport/sport-competition": (
        ("Школа", "Возрастная группа", "Дистанция", "Место"),
        (
            ("Школа № 0", "Юноши 16-17 лет", "Бег 100 м", "1 место"),
            ("Школа № 0", "Девушки 14-15 лет", "Бег 100 м", "2 место"),
            ("Лицей № 00", "Девушки 16-17 лет", "Бег 100 м", "3 место"),
            ("Лицей № 00", "Юноши 16-17 лет", "Прыжок в длину", "1 место"),
        ),
    ),
    "volunteering/volunteering": (
        ("Школа", "Проект", "Направление", "Роль", "Начало", "Окончание", "Часы"),
        tuple(
            (
                str(school[1]),
                "Чистый берег реки Небывалки",
                "Экология",
                role,
                date(2025, 9, 1),
                date(2026, 5, 15),
                hours,
            )
            for school, role, hours in zip(
                _SCHOOLS, ("Волонтёр", "Координатор", "Волонтёр", "Волонтёр"), (46, 62, 30, 38), strict=True
            )
        ),
    ),
}


def main() -> None:
    for name, (headers, rows) in _SHEETS.items():
        kit, _, template = name.partition("/")
        folder = KITS / kit / "samples"
        folder.mkdir(exist_ok=True)
        people = [(*person, *row) for person, row in zip(_PEOPLE, rows, strict=True)]
        _write(folder / f"{template}.xlsx", (*_WHO, *headers), people)


def _write(path: Path, headers: tuple[str, ...], rows: list[tuple[Cell, ...]]) -> None:
    with xlsxwriter.Workbook(str(path)) as book:
        book.set_properties({"created": datetime(2026, 1, 1)})  # noqa: DTZ001 - a file's date has no zone
        sheet = book.add_worksheet("Образец")
        head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        day = book.add_format({"num_format": "dd.mm.yyyy"})
        for column, header in enumerate(headers):
            sheet.write_string(0, column, header, head)
            if header == _ID:
                sheet.write_comment(0, column, _WHY, {"author": "vcwallet", "x_scale": 2})
            longest = max(len(str(row[column])) for row in rows)
            sheet.set_column(column, column, max(12, min(42, longest + 3)))
        for line, row in enumerate(rows, start=1):
            for column, cell in enumerate(row):
                if isinstance(cell, date):
                    sheet.write_datetime(line, column, datetime(cell.year, cell.month, cell.day), day)  # noqa: DTZ001
                elif isinstance(cell, str):
                    sheet.write_string(line, column, cell) if cell else None
                else:
                    sheet.write_number(line, column, cell)
        sheet.freeze_panes(1, 0)


if __name__ == "__main__":
    main()
