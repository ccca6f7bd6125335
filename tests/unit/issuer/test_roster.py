"""From a sheet to rows: headers as people write them, every problem told with its place."""

from __future__ import annotations

import tracemalloc
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.desk import sheets
from tests.unit.issuer.books import book
from tests.unit.issuer.kits import GIVEN, HEADERS, OTHER, PUPIL, TODAY, codes, csv, read, template, xlsx
from vcwallet import limits
from vcwallet.errors import UsageError, VcwalletError, fill
from vcwallet.issuer import roster


def values(found: roster.Roster, key: str) -> list[str]:
    return [row.values[template().place(key)] for row in found.rows]


def test_headers_are_found_below_titles_and_in_any_order() -> None:
    headers = ["Баллы", "КЛАСС (по списку)", "Имя", "ФАМИЛИЯ:", "Статус", "Отчество\n(при наличии)"]
    found = read(
        xlsx(
            ["Итоги олимпиады «Вымысел»"],
            [],
            ["", "Класс", "от 01.03.2026"],
            headers,
            [97.5, 9, "Пробник", "Тестов", "1 степень", "Вымыслович"],
        )
    )
    assert not found.problems
    assert found.understood.header_row == 4
    assert found.rows[0].number == 5
    assert found.rows[0].values[:3] == ("Тестов", "Пробник", "Вымыслович")
    assert values(found, "points") == ["97.5"]
    assert values(found, "degree") == ["Диплом I степени"]


def test_the_sheet_that_fits_best_is_taken_unless_one_is_named() -> None:
    import io

    import openpyxl

    book = openpyxl.Workbook()
    first = book.active
    assert first is not None
    first.title = "Протокол"
    first.append(["ФИО", "Подпись"])
    second = book.create_sheet("Итоги")
    second.append(HEADERS)
    second.append(PUPIL)
    out = io.BytesIO()
    book.save(out)
    found = read(out.getvalue())
    assert (found.understood.sheet, found.understood.other_sheets) == ("Итоги", ("Протокол",))
    assert read(out.getvalue(), sheet="Протокол").understood.sheet == "Протокол"
    with pytest.raises(UsageError) as caught:
        read(out.getvalue(), sheet="Нет такого")
    assert caught.value.code == "roster.no-sheet"


@pytest.mark.parametrize(
    ("cell", "parts"),
    [
        ("Тестов Пробник Вымыслович", ("Тестов", "Пробник", "Вымыслович")),
        ("  Тестов\u00a0 Пробник ", ("Тестов", "Пробник", "")),
        ("Тестов - Пробный Артём Вымыслович", ("Тестов-Пробный", "Артём", "Вымыслович")),
        ("Тестов Мамед Пробник оглы", ("Тестов", "Мамед", "Пробник оглы")),
        ("Testov Probnik", ("Testov", "Probnik", "")),
    ],
)
def test_a_name_in_one_cell_is_taken_apart(cell: str, parts: tuple[str, ...]) -> None:
    found = read(csv([cell, "1"], headers=["ФИО", "Степень"]))
    assert not found.problems
    assert found.rows[0].values[:3] == parts


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("Тестов", "roster.full-name"),
        ("Тестов Пробник Вымыслович младший", "roster.full-name"),
        ("Тестов И. В.", "roster.initials"),
        ("", "roster.empty"),
        ("Тестов Пpобник", "roster.latin-letter"),
        ("Тестов Probnik", "roster.latin-letter"),
        ("12345 67890", "roster.name-characters"),
    ],
)
def test_a_name_in_one_cell_that_cannot_be_taken_apart_is_named(cell: str, code: str) -> None:
    found = read(csv([cell, "1"], headers=["ФИО", "Степень"]))
    assert code in codes(found)
    assert {problem.cell for problem in found.problems} == {"A2"}
    assert not found.rows


def test_three_columns_win_over_one() -> None:
    found = read(csv(["Не тот", *PUPIL], headers=["ФИО", *HEADERS]))
    assert found.rows[0].values[0] == "Тестов"
    assert found.understood.ignored == ("ФИО",)


def test_a_list_of_names_alone_is_enough_when_everything_else_is_given() -> None:
    participant = template("olympiad/olympiad-participant")
    given = {key: value for key, value in GIVEN.items() if key in {c.key for c in participant.columns}}
    found = read(csv(["Тестов Пробник"], headers=["Ф.И.О."]), template=participant, given=given)
    assert [row.values[:2] for row in found.rows] == [("Тестов", "Пробник")]


def test_a_part_of_a_name_in_another_alphabet_is_refused() -> None:
    found = read(csv(["Тестов", "Probnik", "Вымыслович", "", "9", "1"]))
    assert [(problem.cell, problem.code) for problem in found.problems] == [("B2", "roster.latin-letter")]


def test_missing_columns_are_all_named_and_nothing_is_good() -> None:
    found = read(csv(["Тестов", "1"], headers=["Фамилия", "Класс"]), given={"year": "2025/26"})
    assert codes(found) == ["roster.missing-column"] * 4
    assert [problem.evidence["header"] for problem in found.problems] == [
        "Имя",
        "Олимпиада",
        "Этап",
        "Степень",
    ]
    assert not found.rows
    assert found.blocking


def test_two_columns_that_say_the_same_are_refused() -> None:
    found = read(csv([*PUPIL, "1"], headers=[*HEADERS, "Степень:"]))
    assert codes(found) == ["roster.column-twice"]
    assert found.problems[0].evidence == {"first": "Степень", "place": "F", "second": "Степень:"}


@pytest.mark.parametrize("data", [csv(["1", "2"], headers=["А", "Б"]), csv(headers=["Олимпиада"])])
def test_a_sheet_without_headers_is_refused(data: bytes) -> None:
    with pytest.raises(UsageError) as caught:
        read(data)
    assert caught.value.code == "roster.no-header"
    assert "Фамилия" in str(caught.value.evidence["headers"])


def test_values_for_the_whole_sheet_are_checked_like_cells() -> None:
    assert values(read(csv(PUPIL)), "stage") == ["Заключительный этап"]
    for whole, code in (
        ({**GIVEN, "awarded": "31.02.2026"}, "roster.impossible-date"),
        ({**GIVEN, "stage": "Никакой"}, "roster.unknown-value"),
        ({**GIVEN, "remark": "x"}, "roster.given"),
    ):
        with pytest.raises(UsageError) as caught:
            read(csv(PUPIL), given=whole)
        assert caught.value.code == code


def test_a_value_for_the_whole_sheet_is_named_by_key_or_header() -> None:
    """The later wins: what was typed comes after what issuer.toml says."""
    found = read(csv(PUPIL), given={**GIVEN, "Этап": "Региональный этап"})
    assert values(found, "stage") == ["Региональный этап"]


def test_a_column_of_the_sheet_wins_over_the_value_for_the_whole() -> None:
    found = read(csv([*PUPIL, "Математика"], [*OTHER, ""], headers=[*HEADERS, "Предмет"]))
    assert values(found, "profile") == ["Математика", ""]
    assert found.understood.given == (
        ("awarded", "2026-03-01"),
        ("olympiad", "Олимпиада «Вымысел»"),
        ("stage", "Заключительный этап"),
        ("year", "2025/26"),
    )


def test_rows_that_earn_nothing_are_counted_and_not_complained_about() -> None:
    found = read(csv(PUPIL, ["Cказочный", "И.", "", "31.02.2026", "99", "участник"]))
    assert not found.problems
    assert (len(found.rows), found.understood.rows, found.understood.skipped) == (1, 2, 1)


def test_blank_rows_repeated_headers_and_lines_below_the_table_are_passed_over() -> None:
    footer = ["", "", "", "", "", "", "Председатель жюри ________"]
    blank = ["", " ", "\u00a0", "", "", "", ""]
    headers = [*HEADERS, "№"]
    found = read(csv([*PUPIL, ""], blank, headers, [*OTHER, "2"], footer, headers=headers))
    assert not found.problems
    assert [row.number for row in found.rows] == [2, 5]


def test_short_rows_are_rows_with_empty_cells() -> None:
    found = read(csv(PUPIL[:3]))
    assert [(problem.cell, problem.code) for problem in found.problems] == [("F2", "roster.empty")]


def test_every_problem_of_every_row_is_collected() -> None:
    bad = ["Cказочный", "", "Вымыслович", "31.02.2026", "99", "5"]
    found = read(csv(bad, PUPIL, bad))
    assert [(problem.row, problem.code) for problem in found.problems] == [
        (row, code)
        for row in (2, 4)
        for code in (
            "roster.latin-letter",
            "roster.empty",
            "roster.impossible-date",
            "roster.class",
            "roster.unknown-value",
        )
    ]
    assert [row.number for row in found.rows] == [3]
    for problem in found.problems:
        assert problem.column in HEADERS
        said = fill(problem.template, problem.evidence) + fill(problem.next_step, problem.evidence)
        assert "{" not in said


@pytest.mark.parametrize(
    ("second", "code"),
    [
        (PUPIL, ["roster.duplicate"]),
        ([*PUPIL[:4], "11", "2"], ["roster.duplicate"]),
        (["ТЕСТОВ", *PUPIL[1:]], ["roster.letter-case", "roster.duplicate"]),
        ([*PUPIL[:3], "18.05.2009", *PUPIL[4:]], ["roster.alike"]),
        ([*PUPIL[:2], "", *PUPIL[3:]], ["roster.alike"]),
    ],
    ids=["the same", "another degree", "another case", "another birth date", "no patronymic"],
)
def test_the_same_child_twice_is_a_mistake(second: Sequence[str], code: list[str]) -> None:
    found = read(csv(PUPIL, second))
    assert codes(found) == code
    assert len(found.rows) == (1 if "roster.duplicate" in code else 2)


@pytest.mark.parametrize(
    ("second", "cell"),
    [
        (["Тетсов", *PUPIL[1:]], "A3"),
        ([PUPIL[0], "Пробинк", *PUPIL[2:]], "B3"),
        ([*PUPIL[:2], "", *PUPIL[3:]], "C3"),
        ([*PUPIL[:3], "17.06.2009", *PUPIL[4:]], "D3"),
        ([*PUPIL[:3], "", *PUPIL[4:]], "D3"),
        ([PUPIL[1], PUPIL[0], *PUPIL[2:]], "A3"),
        ([PUPIL[0], "Выдумка", *PUPIL[2:]], None),
        (["Тетсов", "Пробинк", *PUPIL[2:]], None),
        ([*PUPIL[:3], "02.11.2011", *PUPIL[4:]], None),
    ],
    ids=[
        *("family name", "given name", "no patronymic", "day", "no day", "names in each other's columns"),
        *("a twin", "two slips", "a namesake"),
    ],
)
def test_one_child_in_two_spellings_is_asked_about_with_both_rows(
    second: Sequence[str], cell: str | None
) -> None:
    found = read(csv(PUPIL, second))
    assert len(found.rows) == 2
    assert not found.blocking
    assert [problem.cell for problem in found.problems] == ([] if cell is None else [cell])
    for problem in found.problems:
        assert (problem.code, problem.evidence) == (
            "roster.alike",
            {"row": 2, "name": "Тестов Пробник Вымыслович"},
        )


def test_one_child_in_two_spellings_is_found_in_a_column_of_whole_names() -> None:
    found = read(csv(["Тестов Пробник", "1"], ["Тетсов Пробник", "1"], headers=["ФИО", "Степень"]))
    assert [(each.cell, each.code, each.value) for each in found.problems] == [
        ("A3", "roster.alike", "Тетсов Пробник")
    ]


def test_one_child_in_two_spellings_is_found_on_two_pages() -> None:
    other = ["Тетсов", *PUPIL[1:]]
    found = read(book(HEADERS, PUPIL, title="9", more={"10": [HEADERS, other]}), all_sheets=True)
    (problem,) = found.problems
    assert (problem.page, problem.cell, problem.code) == ("10", "A2", "roster.alike")
    assert fill(problem.template, problem.evidence) == (
        "Almost the same as row 2 of the sheet “9”, Тестов Пробник Вымыслович. Is it one child?"
    )


def test_a_child_with_two_awards_is_not_asked_about() -> None:
    headers = [*HEADERS[:4], "Проект", "Направление", "Роль", "Дата начала", "Часы"]
    work = [*PUPIL[:4], "Сад", "Экология", "Волонтёр"]
    found = read(
        csv([*work, "01.10.2025", "20"], [*work, "01.02.2026", "10"], headers=headers),
        template=template("volunteering/volunteering"),
        given={"year": "2025/26", "awarded": "30.05.2026"},
    )
    assert (len(found.rows), codes(found)) == (2, [])


def test_spellings_are_compared_among_the_first_rows_only(monkeypatch: pytest.MonkeyPatch) -> None:
    sheet = csv(PUPIL, *(["Тетсов", *PUPIL[1:5], "1"], ["Тестви", *PUPIL[1:]], OTHER))
    assert codes(read(sheet)) == ["roster.alike"] * 2
    monkeypatch.setattr(limits, "ROSTER_ALIKE", 1)
    assert codes(read(sheet)) == ["roster.alike"]
    monkeypatch.setattr(limits, "ROSTER_COMPARED_ROWS", 1)
    assert codes(read(sheet)) == []


def test_namesakes_without_birth_dates_are_told_apart_by_school() -> None:
    headers = ["Фамилия", "Имя", "Школа", "Степень"]
    one, two = ["Тестов", "Пробник", "Школа № 0", "1"], ["Тестов", "Пробник", "Школа № 00", "1"]
    assert not read(csv(one, two, headers=headers)).problems
    assert codes(read(csv(one, one, headers=headers))) == ["roster.duplicate"]


def test_formulas_and_errors_are_refused_only_where_they_are_used() -> None:
    found = read(xlsx([*HEADERS, "Место в зале"], [*PUPIL[:5], "=1", "=2"], [*OTHER, "=3"]))
    assert [(problem.cell, problem.code) for problem in found.problems] == [("F2", "roster.formula")]
    full = read(xlsx(["ФИО", "Степень"], ["=A1", "1"]))
    assert codes(full) == ["roster.formula"]


def test_problems_beyond_the_ceiling_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "ROSTER_PROBLEMS", 3)
    found = read(csv(*[["Cказочный", *PUPIL[1:]]] * 5))
    assert (len(found.problems), found.more_problems, found.blocking) == (3, 2, True)


def test_notes_do_not_block() -> None:
    found = read(csv(["ТЕСТОВ", *PUPIL[1:]]))
    assert codes(found) == ["roster.letter-case"]
    assert not found.blocking
    assert len(found.rows) == 1


def test_a_long_value_is_cut_where_it_is_shown() -> None:
    found = read(csv([*PUPIL[:5], "ы" * 500]))
    assert len(found.problems[0].value) == 64


def test_a_file_is_read_from_the_disk(tmp_path: Path) -> None:
    path = tmp_path / "Итоги.csv"
    path.write_bytes(csv(PUPIL, encoding="cp1251"))
    found = roster.read(path, template(), today=TODAY, given=GIVEN)
    assert found.understood.encoding == "cp1251"
    with pytest.raises(OSError, match="Нет"):
        roster.read(tmp_path / "Нет.csv", template())


@pytest.mark.parametrize(("place", "name"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")])
def test_columns_are_named_as_spreadsheet_programs_name_them(place: int, name: str) -> None:
    assert roster.column_letters(place) == name


CELL = st.text(max_size=20) | st.sampled_from([*HEADERS, *PUPIL, *OTHER, "ФИО", "=1", "31.02.2026"])


@given(st.lists(st.lists(CELL, max_size=8), max_size=12), st.sampled_from(["utf-8", "utf-16"]))
def test_any_text_is_read_or_refused_in_words(rows: list[list[str]], encoding: str) -> None:
    """No other error, and a row is good only if nothing blocking was said about it."""
    data = "\n".join(";".join(row) for row in rows).encode(encoding, "surrogatepass")
    try:
        found = roster.read(data, template(), today=date(2026, 6, 1), given=GIVEN)
    except VcwalletError:
        return
    blocked = {problem.row for problem in found.problems if problem.blocking}
    assert not blocked & {row.number for row in found.rows}
    for row in found.rows:
        assert template().record(dict(zip([c.key for c in template().columns], row.values, strict=True)))


def test_a_row_takes_little_memory_while_it_is_read() -> None:
    """It grows with the sheet: what stands in many rows, and what was read for good, is not kept for each."""

    def peak(rows: int) -> int:
        data = sheets.csv(rows)
        tracemalloc.start()
        try:
            assert len(read(data).rows) == rows
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    peak(10)
    assert (peak(2_000) - peak(500)) / 1_500 < 1_600
