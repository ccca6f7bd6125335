# ruff: noqa: F811  (fixtures of another file are arguments here)
"""A person says which column is which and what a word means; that is checked, said again, and kept."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from tests.unit.issuer.kits import GIVEN, HEADERS, OTHER, PUPIL, codes, csv, read, template, xlsx
from tests.unit.issuer.offices import NOW as AT
from tests.unit.issuer.offices import PASSPHRASE, Office
from tests.unit.issuer.test_commands import NOW, Terminal, olympiad, terminal  # noqa: F401
from vcwallet.cli.issuer.sheets import Reading
from vcwallet.errors import UsageError
from vcwallet.issuer import Issuer, SampleOf, SheetWords, error_sheet, sheet_words
from vcwallet.issuer.roster import Roster, Value
from vcwallet.locales import language

SECOND = "Диплом II степени"


def degrees(found: Roster) -> list[str]:
    return [row.values[template().place("degree")] for row in found.rows]


def test_a_word_means_what_a_person_says_and_the_roster_tells_so() -> None:
    sheet = csv([*PUPIL[:5], "лауреат второй"], [*OTHER[:5], "1"])
    before = read(sheet)
    assert codes(before) == ["roster.unknown-value"]
    assert before.understood.unknown == (Value("degree", "лауреат второй", "", 1),)
    after = read(sheet, meanings={"Степень": {"Лауреат  второй": "2 степень"}})
    assert not after.problems
    assert degrees(after) == [SECOND, "Диплом I степени"]
    told = [each for each in after.understood.values if each.key == "degree"]
    assert [(each.written, each.value, each.said) for each in told] == [
        ("лауреат второй", SECOND, True),
        ("1", "Диплом I степени", False),
    ]
    assert after.template == template(), "the diploma's own template stays as it was"


def test_unknown_words_are_counted_over_the_whole_sheet() -> None:
    rows = [[f"Тестов{letter}", *PUPIL[1:5], "лауреат"] for letter in "абвгде"]
    found = read(csv(*rows, [*OTHER[:5], ""]))
    assert {(each.written, each.rows) for each in found.understood.unknown} == {("лауреат", 6), ("", 1)}


@pytest.mark.parametrize("word", ["не явился", ""])
def test_a_word_or_an_empty_cell_may_mean_no_diploma(word: str) -> None:
    found = read(csv(PUPIL, [*OTHER[:5], word]), meanings={"degree": {word: ""}})
    assert not found.problems
    assert (len(found.rows), found.understood.skipped) == (1, 1)
    assert found.understood.without_diploma == (Value("degree", word, "", 1, said=True),)


def test_a_cell_that_cannot_be_read_is_not_taken_for_an_empty_one() -> None:
    """Otherwise a row with a mistake would be left out in silence, as if it had earned nothing."""
    found = read(csv([*PUPIL[:5], "=A1"], [*OTHER[:5], "перва"]), meanings={"degree": {"": ""}})
    assert codes(found) == ["roster.formula", "roster.unknown-value"]
    assert found.understood.skipped == 0


def test_an_empty_cell_is_no_diploma_only_where_both_columns_of_a_result_are_empty() -> None:
    headers = [*HEADERS, "Статус"]
    sheet = csv([*PUPIL[:5], "", "Призёр"], [*OTHER[:5], "", ""], headers=headers)
    found = read(sheet, meanings={"degree": {"": ""}})
    assert degrees(found) == ["Диплом призёра"]
    assert found.understood.skipped == 1


@pytest.mark.parametrize(
    ("meanings", "code"),
    [
        ({"degree": {"призёр II": "Гран-при"}}, "roster.meaning"),
        ({"degree": {"Диплом III степени": "Диплом I степени"}}, "roster.meaning-of-a-value"),
        ({"degree": {"Диплом III степени": ""}}, "roster.meaning-of-a-value"),
        ({"degree": {"": "Диплом I степени"}}, "roster.meaning-of-nothing"),
        ({"degree": {"+": "Диплом I степени"}}, "roster.meaning-of-signs"),
        ({"stage": {"финал!": ""}}, "roster.meaning"),
        ({"family": {"Тестов": "Примеров"}}, "roster.meaning-column"),
        ({"shoe_size": {"44": "45"}}, "roster.no-such-column"),
    ],
)
def test_a_meaning_cannot_invent_a_result(meanings: dict[str, dict[str, str]], code: str) -> None:
    with pytest.raises(UsageError) as caught:
        read(csv(PUPIL), meanings=meanings)
    assert caught.value.code == code
    assert caught.value.next_step


def test_a_heading_is_the_column_that_a_person_says() -> None:
    headers = ["Кто", "Имечко", "Отчество", "Дата рождения", "Класс", "Что дали", "Степень"]
    sheet = csv([*PUPIL, "3"], headers=headers)
    assert "roster.missing-column" in codes(read(sheet))
    said = {"Кто": "Фамилия", "ИМЕЧКО": "given", "Что дали": "degree", "Степень": ""}
    found = read(sheet, columns=said)
    assert not found.problems
    assert degrees(found) == ["Диплом I степени"]
    assert found.rows[0].values[:2] == ("Тестов", "Пробник")
    columns = {each.title: (each.letter, each.key, each.said) for each in found.understood.sheet_columns}
    assert columns["Что дали"] == ("F", "degree", True)
    assert columns["Степень"] == ("G", "", True)
    assert columns["Класс"] == ("E", "class", False)
    assert found.understood.sheet_columns[3].examples == ("17.05.2009",)


def test_two_columns_that_a_person_calls_one_are_compared() -> None:
    sheet = csv([*PUPIL, "3"], headers=[*HEADERS, "Что дали"])
    assert codes(read(sheet, columns={"Что дали": "degree"})) == ["roster.disagree"]


def test_a_column_without_a_heading_is_named_by_its_letter() -> None:
    sheet = csv(PUPIL, headers=[*HEADERS[:5], ""])
    found = read(sheet, columns={"F": "degree"})
    assert degrees(found) == ["Диплом I степени"]
    # Letters of one shape in both alphabets: who types С means C.
    assert read(csv(PUPIL, headers=["Фамилия", "Имя", "", *HEADERS[3:]]), columns={"С": "patronymic"}).rows[
        0
    ].values[2] == "Вымыслович"  # fmt: skip


def test_headings_that_nobody_would_guess_are_found_in_the_row_that_is_named() -> None:
    sheet = xlsx(["Сводка"], ["Раз", "Два", "Три"], ["Тестов", "Пробник", "1"])
    with pytest.raises(UsageError):
        read(sheet)
    said = {"Раз": "family", "Два": "given", "Три": "degree"}
    assert degrees(read(sheet, columns=said)) == ["Диплом I степени"]
    letters = {"A": "family", "B": "given", "C": "degree"}
    assert degrees(read(sheet, columns=letters, header_row=2)) == ["Диплом I степени"]
    with pytest.raises(UsageError) as caught:
        read(sheet, columns=letters, header_row=40)
    assert caught.value.code == "roster.no-header"


def test_a_heading_that_the_sheet_has_not_is_told() -> None:
    found = read(csv(PUPIL), columns={"Итог жюри": "degree"})
    assert found.understood.not_in_sheet == ("Итог жюри",)
    assert not found.blocking


def test_the_error_sheet_is_that_of_the_same_columns() -> None:
    sheet = xlsx([*HEADERS[:5], "Что дали"], [*PUPIL[:5], "перва"])
    found = read(sheet, columns={"Что дали": "degree"})
    marked = error_sheet.marked(sheet, found, language("ru"))
    again = read(marked, columns={"Что дали": "degree"})
    assert codes(again) == ["roster.unknown-value"]


def test_words_are_kept_for_next_year_template_by_template(tmp_path: Path) -> None:
    file = tmp_path / "sheets.toml"
    other = template("olympiad/olympiad-winner")
    assert not sheet_words.load(file, template())
    words = SheetWords(
        {"Что дали": "degree", 'Ши"фр\\': "", "F": "points"}, {"degree": {"призёр 2": SECOND, "": ""}}
    )
    sheet_words.keep(file, template(), words)
    sheet_words.keep(file, other, SheetWords({"Кто": "full_name"}, {}))
    kept = sheet_words.load(file, template())
    assert kept.columns == {"Что дали": "degree", 'Ши"фр\\': ""}, "a letter is of one sheet only"
    assert kept.meanings == words.meanings
    assert sheet_words.load(file, other).columns == {"Кто": "full_name"}
    later = kept.and_also(SheetWords({"ЧТО ДАЛИ:": "points"}, {"degree": {"призёр 3": "3 степень"}}))
    assert later.columns == {'Ши"фр\\': "", "ЧТО ДАЛИ:": "points"}
    assert set(later.meanings["degree"]) == {"призёр 2", "", "призёр 3"}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("format = ", "sheets.unreadable"),
        ('format = "vcwallet-sheets/1"\nrows = 3\n', "sheets.malformed"),
        ('[columns.olympiad-diploma]\n"Размер" = "shoe_size"\n', "roster.no-such-column"),
    ],
)
def test_a_kept_file_that_is_wrong_is_named(tmp_path: Path, text: str, code: str) -> None:
    (tmp_path / "sheets.toml").write_text(text, encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        sheet_words.load(tmp_path / "sheets.toml", template())
    assert caught.value.code == code


def test_an_issuer_reads_by_what_it_keeps_and_a_backup_has_it(office: Office, tmp_path: Path) -> None:
    sheet = csv([*PUPIL[:5], "лауреат"])
    with Issuer.open(office.folder.path, PASSPHRASE) as issuer:
        assert issuer.read(sheet, now=AT).blocking
        words = SheetWords({}, {"degree": {"лауреат": SECOND}})
        issuer.keep_sheet_words(issuer.template(), words)
        assert not issuer.read(sheet, now=AT).blocking
        assert issuer.read(sheet, columns={}, meanings={}, now=AT).blocking
        issuer.backup(tmp_path / "backup.zip", now=AT)
        Issuer.restore(tmp_path / "backup.zip", tmp_path / "again", PASSPHRASE)
    with Issuer.open(tmp_path / "again") as again:
        assert again.sheet_words(again.template()) == words


def test_a_problem_has_its_neighbours_and_the_bad_letter() -> None:
    found = read(csv(PUPIL, ["Cказочный", *OTHER[1:]], ["При3меров", *PUPIL[1:]]))
    latin, digit = found.problems
    assert (latin.cell, latin.value, latin.marks) == ("A3", "Cказочный", (0,))
    assert latin.neighbours == ("Cказочный", *OTHER[1:])
    assert (digit.value, digit.marks) == ("При3меров", (3,))


def test_neighbours_are_kept_of_so_many_rows_only(monkeypatch: pytest.MonkeyPatch) -> None:
    from vcwallet import limits

    monkeypatch.setattr(limits, "ROSTER_NEIGHBOURS", 2)
    found = read(csv(*([f"Тестов{letter}", *PUPIL[1:5], "перва"] for letter in "абвг")))
    assert [bool(each.neighbours) for each in found.problems] == [True, True, False, False]


def test_the_rows_to_look_at_are_the_first_the_longest_name_the_last_and_noted_ones() -> None:
    rows = [
        PUPIL,
        ["Вымыслова-Заглушкина", "Аполлинария", "Несуществовна", *PUPIL[3:]],
        ["ПРИМЕРОВ", *PUPIL[1:]],
        ["Черновиков", *PUPIL[1:]],
        OTHER,
    ]
    found = read(csv(*rows))
    assert [(each.row.number, each.why) for each in found.samples()] == [
        (2, SampleOf.FIRST),
        (3, SampleOf.LONGEST),
        (6, SampleOf.LAST),
        (4, SampleOf.NOTED),
    ]
    assert read(csv()).samples() == ()
    assert [each.why for each in read(csv(PUPIL)).samples()] == [SampleOf.FIRST]


def test_a_diploma_is_looked_at_as_a_picture(office: Office) -> None:
    from PIL import Image

    with Issuer.open(office.folder.path) as issuer:
        found = issuer.read(csv(PUPIL), now=AT)
        picture = Image.open(io.BytesIO(issuer.picture(found, found.rows[0], now=AT)))
    assert picture.format == "PNG"
    assert sorted(picture.size) == [794, 1123]


def test_options_teach_a_reading_and_the_folder_remembers(terminal: Terminal, olympiad: Path) -> None:
    sheet = terminal.folder / "Итоги.csv"
    sheet.write_bytes(csv([*PUPIL[:5], "лауреат"], headers=[*HEADERS[:5], "Что дали"]))
    here = (sheet, "--dir", olympiad, *NOW)
    said = terminal.do("check", *here, expect=2)
    assert '--column "HEADER=COLUMN"' in said
    said = terminal.do("check", *here, "--column", "Что дали=Степень", expect=2)
    assert '--meaning "WORD=VALUE"' in said
    said = terminal.do("check", *here, "--column", "Что дали=Степень", "--meaning", f"лауреат={SECOND}")
    assert "Степень, as you said" in said
    assert f"{SECOND}, as you said" in said
    assert "--column" in said.splitlines()[-1], "the command that signs reads the sheet in the same way"
    terminal.do("check", *here, expect=2)
    terminal.do(
        "check", *here, "--column", "Что дали=Степень", "--meaning", f"лауреат={SECOND}", "--remember"
    )
    terminal.do("issue", *here, "--yes", "--no-pdf")
    assert len(Office.at(olympiad).files()) == 1
    with Issuer.open(olympiad) as issuer, pytest.raises(UsageError) as caught:
        Reading(meanings=("лауреат",)).words(issuer)
    assert caught.value.code == "issuer.sheet-words"
    said = terminal.do("check", *here, "--meaning", "лауреат=Гран-при", expect=2)
    assert "no column has such a value" in said


def test_given_values_stay_as_they_are() -> None:
    """A meaning is about cells: what issuer.toml gives for all rows is not read through it."""
    found = read(
        csv(PUPIL), given={**GIVEN, "stage": "Финал"}, meanings={"stage": {"финал": "Школьный этап"}}
    )
    assert found.rows[0].values[template().place("stage")] == "Заключительный этап"
