"""No cell of the results is more than words, and each answer has a sign, a word and a colour."""

from __future__ import annotations

import io
import os
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.unit.verifier.queues import LEV, MARIA, Answers, Queue
from vcwallet.characters import begins_a_formula, visible
from vcwallet.errors import MachineError, UsageError
from vcwallet.locales import language
from vcwallet.speaking.results import (
    APPLICANTS,
    answer_words,
    files_words,
    match_words,
    may_be,
    note_words,
    open_words,
    pages,
)
from vcwallet.verifier import results_sheet
from vcwallet.verifier.decided import read_decided, write_decided
from vcwallet.verifier.matching import How, Match, Matching, Note
from vcwallet.verifier.results_sheet import Cell, Column, Page, ResultsBook, Tone, save

MADE = datetime(2026, 6, 10, tzinfo=UTC)
INJECTIONS = [
    "=1+1",
    "=cmd|' /C calc'!A0",
    "@SUM(A1)",
    "+1+1",
    "-1+1",
    "\t=1+1",
    "\r=1+1",
    '=HYPERLINK("https://evil.example","x")',
    "https://evil.example",
    "mailto:a@b.example",
    "0001",
    "1e5",
    "12.06.2026",
    "TRUE",
    "#N/A",
    "_x0041_ проба",
    "<b>&amp;</b>",
    "x\u202ey",
    "a\nb",
    "\ufeff=1",
    "{=1}",
    "'=1",
    "x" * 40_000,
    "\udcff",
    "",
]
ONE = (Page("one", "Лист", (Column("Слово", 10), Column("Число", 8)), 1),)


def book(*values: Any) -> bytes:
    made = ResultsBook(ONE, made=MADE)
    for value in values:
        made.add("one", [value if isinstance(value, Cell) else Cell(value)])
    return made.content()


def cells(content: bytes, page: int = 0) -> list[Any]:
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[page]
    return [row[0] for row in sheet.iter_rows(min_row=2)]


def test_no_text_becomes_anything_but_text() -> None:
    content = book(*INJECTIONS)
    for text, cell in zip(INJECTIONS, cells(content), strict=True):
        # Excel reads _x005F_ as the sign _; openpyxl leaves it.
        expected = visible(text)[: results_sheet.CELL_CHARACTERS].replace("_x0041_", "_x005F_x0041_")
        assert (cell.value or "") == expected
        assert cell.data_type in ("s", "n")
        assert cell.data_type == "s" or cell.value is None
        assert cell.number_format == "@"
        assert cell.hyperlink is None
        assert cell.quotePrefix == begins_a_formula(visible(text))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        xml = "".join(archive.read(name).decode() for name in archive.namelist() if name.endswith(".xml"))
    assert "<f>" not in xml
    assert "<hyperlink" not in xml
    assert (
        "_x005F_x0041_ проба" in xml
    )  # written so that a program that obeys the standard reads it as it was


def test_numbers_of_ours_are_numbers() -> None:
    number, amount, lines = cells(book(5, Decimal("2.5"), ["один", "", "=2"]))
    assert (number.value, number.data_type, amount.value) == (5, "n", 2.5)
    assert lines.value == "один\n\n=2"
    assert lines.alignment.wrap_text


def test_equal_rows_make_equal_bytes() -> None:
    assert book("a", "b") == book("a", "b")


@pytest.mark.parametrize("tone", Tone)
def test_every_tone_has_its_colour(tone: Tone) -> None:
    (cell,) = cells(book(Cell("x", tone)))
    assert (cell.fill.fill_type is not None) == (tone is not Tone.PLAIN)


def test_results_that_are_open_elsewhere_are_written_beside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "results.xlsx"
    assert save(target, b"1") == target
    assert save(target, b"2") == target
    (tmp_path / ".~lock.results.xlsx#").write_bytes(b"")
    assert save(target, b"3") == tmp_path / "results (2).xlsx"
    assert target.read_bytes() == b"2"
    (tmp_path / ".~lock.results.xlsx#").unlink()
    replace_file = results_sheet.files.replace_file

    def refused(path: Path, content: bytes) -> None:
        if path == target:
            raise PermissionError
        replace_file(path, content)

    monkeypatch.setattr(results_sheet.files, "replace_file", refused)
    assert save(target, b"4").name == "results (3).xlsx"
    target.unlink()
    with pytest.raises(PermissionError):
        save(target, b"5")


def test_without_the_part_that_writes_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    with pytest.raises(MachineError) as caught:
        ResultsBook(ONE, made=MADE)
    assert caught.value.code == "results.extra-missing"
    assert "“queue”" in caught.value.next_step


# --- the five pages -------------------------------------------------------------------------------------


@pytest.fixture
def queue(tmp_path: Path) -> Queue:
    return Queue(tmp_path)


def sheets(done: Answers) -> dict[str, list[list[Any]]]:
    loaded = openpyxl.load_workbook(io.BytesIO(done.content))
    return {sheet.title: [list(row) for row in sheet.iter_rows(values_only=True)] for sheet in loaded}


def rows(done: Answers, page: str) -> list[dict[str, Any]]:
    head, *rest = sheets(done)[page]
    return [dict(zip(head, row, strict=True)) for row in rest]


def test_hostile_words_go_through_every_field_as_words(queue: Queue) -> None:
    evil = "=cmd|' /C calc'!A0"
    hostile = replace(LEV, family=evil, given="@SUM(A1)", number="27-000001")
    queue.rows = (hostile, MARIA)
    unsigned = queue.world.olympiad.unsigned(1, holder=queue.world.child.id)
    unsigned["credentialSubject"] |= {
        "familyName": evil,
        "givenName": "@SUM(A1)",
        "dateOfBirth": "2009-05-17",
    }
    achievement = unsigned["credentialSubject"]["achievement"]
    achievement |= {"name": "+1+1", "description": "-1", "fieldOfStudy": "=2", "humanCode": "=3"}
    unsigned["credentialSubject"]["result"][0]["value"] = "@result"
    bundle = queue.show(queue.world.olympiad.sign(unsigned))
    queue.put("27-000001/=2+2.json", bundle)
    queue.put("=3+3.txt", b"hello")
    queue.put("27-000002/@x.json", bundle)
    done = queue.run()
    loaded = openpyxl.load_workbook(io.BytesIO(done.content))
    found = set()
    for sheet in loaded:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type in ("s", "n")
                if isinstance(cell.value, str) and begins_a_formula(cell.value):
                    assert cell.quotePrefix
                    found.add(cell.value)
    assert {"=2", "=3", "@result", "=3+3.txt"} <= found
    assert done.of[0].outcome is not None
    decisions = write_decided(
        None, [(one, may_be(one, language("ru"))) for one in done.desk.open], language("ru")
    )
    for line in decisions.decode("utf-8-sig").splitlines()[1:]:
        assert not any(begins_a_formula(field) for field in line.split(";"))


def width(sheet: Any, place: int) -> float:
    """Of a column; neighbours of one width stand together in the file."""
    (found,) = (each for each in sheet.column_dimensions.values() if each.min <= place <= each.max)
    return float(found.width)


def test_the_pages_are_as_an_office_needs_them(queue: Queue) -> None:
    queue.hand_in("27-000001.json", 1, LEV)
    queue.put("27-000002.txt", b"hello")
    queue.put("27-000003.json", queue.show(queue.diploma(2, replace(LEV, given="Лада"))))
    done = queue.run()
    loaded = openpyxl.load_workbook(io.BytesIO(done.content))
    assert loaded.sheetnames == ["Итоги", "Дипломы", "К разбору", "Файлы", "О проверке"]
    for sheet, page in zip(loaded, pages(language("ru")), strict=True):
        assert sheet.freeze_panes == f"{'ABCD'[page.frozen]}2"
        assert sheet.auto_filter.ref.startswith("A1:")
        assert not sheet.merged_cells.ranges
        for place, column in enumerate(page.columns, 1):
            assert abs(width(sheet, place) - column.width) < 1
    summary = rows(done, "Итоги")
    assert [row["Ответ"] for row in summary] == ["✓ подтверждено", "дипломов не найдено", "? нужно разобрать"]
    assert [row["Заявление"] for row in summary] == ["27-000001", "27-000002", "27-000003"]
    assert summary[0]["Фамилия Имя Отчество"] == "Вымыслов Лев"
    assert summary[0]["Сопоставлено"] == "по номеру"
    assert (summary[0]["Дипломы"], summary[0]["подтверждено"]) == (1, 1)
    assert summary[0]["Показ (день, кому, цель)"] == "09.06.2026; priem.vuz.example; поступление 2026"
    assert summary[0]["Списки отозванных на"] == "07.06.2026"
    assert summary[0]["Файлы"] == "27-000001.json"
    assert "27-000003.json" in summary[2]["Что сделать"]
    (diploma,) = rows(done, "Дипломы")
    assert diploma["Ответ"] == "✓ подтверждено"
    assert diploma["Этап"] == "Заключительный этап"
    assert diploma["Подписал (по списку доверия)"] == "Олимпиада «Вымысел»"
    assert diploma["Связь с человеком"].startswith("Показал владелец ключа")
    (waiting,) = rows(done, "К разбору")
    assert waiting["Кто назван"].startswith("Вымыслов Лада")
    assert waiting["Ответ"] == "✓ подтверждено"
    assert waiting["Почему ждёт"].startswith("по номеру один, по дипломам другой (не сходится:")
    assert waiting["Может быть"].split("\n")[0] == "27-000003 Понарошкин Пётр"
    assert waiting["Решение: номер заявления или «нет»"] is None
    files = rows(done, "Файлы")
    fates = [row["Что с ним стало"] for row in files]
    assert fates == ["✓ в нём дипломы", "– ничего не найдено", "✓ в нём дипломы"]
    about = dict(sheets(done)["О проверке"])
    assert about["Файлы"] == "3 = с дипломами 2 + без них 1 + не читаются 0 + неполные 0 + системные 0"
    assert files_words(done.tally, language("ru")) == about["Файлы"]


def test_what_is_hidden_is_told_apart_from_what_nobody_said(queue: Queue) -> None:
    queue.hand_in("27-000001.json", 1, LEV)
    done = queue.run()
    item = done.of[0].items[0].item
    hidden = replace(item, achievement=replace(item.achievement, profile=None, not_shown=("profile",)))
    answer = replace(done.of[0], items=(replace(done.of[0].items[0], item=hidden),))
    from vcwallet.speaking.results import diploma_rows

    (row,) = diploma_rows(answer, language("ru"), now=MADE)
    assert row[3].value == "не показано"


def test_a_showing_for_somebody_else_does_not_look_like_a_forgery(queue: Queue) -> None:
    queue.hand_in("27-000001.json", 1, LEV, to="other.example")
    done = queue.run()
    cell = answer_words(done.of[0], language("ru"))
    assert cell == Cell("– показано не вам", Tone.CAREFUL)
    assert rows(done, "Дипломы")[0]["Ответ"] == "– не засчитывается"
    assert APPLICANTS == "applicants"


NOTES = [
    ("match.decided", {"who": "Образцова П. П., 15.06.2027"}),
    ("match.number-twice", {"number": "7"}),
    ("match.number-unknown", {"number": "7"}),
    ("match.several-people", {}),
    ("match.differs", {"members": "family, born"}),
    ("match.name-hidden", {}),
    ("match.unproven", {}),
    ("match.birth-hidden", {}),
    ("match.birth-not-listed", {}),
    ("match.birth-not-compared", {}),
    ("match.namesakes", {"number": 2}),
    ("match.namesakes-birth-hidden", {"number": 2}),
    ("match.mixed-letters", {}),
]


@pytest.mark.parametrize(("code", "evidence"), NOTES)
def test_every_note_has_its_words(code: str, evidence: dict[str, Any]) -> None:
    for each in ("ru", "en"):
        text = note_words(Note(code, evidence), language(each))
        assert text
        assert "{" not in text
    if code == "match.differs":
        assert note_words(Note(code, evidence), language("ru")) == "не сходится: фамилия, дата рождения"


def test_how_it_was_matched_says_nothing_twice() -> None:
    match = Match(How.NUMBER_NAME_HIDDEN, LEV, (Note("match.name-hidden"),))
    assert match_words(match, language("ru")) == "подходит только номер (имя не показано)"
    assert match_words(match, language("en")) == "only the number fits (no name is shown)"


def test_everything_open_has_its_words(queue: Queue) -> None:
    queue.rows = (replace(LEV, files=("нет.json", "x.json")), MARIA)
    queue.hand_in("27-000002.json", 1, LEV)
    queue.put("a/x.json", b"{")
    queue.put("b/x.json", b"{")
    done = queue.run()
    words = [open_words(one, language("en")) for one in done.desk.open]
    assert len(words) == 5
    assert any("there is no such file" in each for each in words)
    assert any("several files of that name" in each for each in words)
    assert all("{" not in each.replace("{ ", "") for each in words)


# --- what a person decided ------------------------------------------------------------------------------


def test_decisions_are_written_filled_in_and_read(queue: Queue) -> None:
    queue.put("27-000003.json", queue.show(queue.diploma(2, replace(LEV, given="Лада"))))
    done = queue.run()
    matching = Matching(queue.rows)
    waiting = [(one, may_be(one, language("ru"))) for one in done.desk.open]
    empty = write_decided(None, waiting, language("ru"))
    assert read_decided(empty, matching) == {}
    digest = done.desk.placed[0].digest
    for said, number in (("27 000001", "27-000001"), ("нет", ""), ("no", "")):
        filled = empty.decode("utf-8-sig").replace(f"{digest};;;", f"{digest};{said};Образцова;15.06.2027")
        for encoding in ("utf-8", "cp1251"):
            assert read_decided(filled.encode(encoding), matching) == {digest: number}
        again = write_decided(filled.encode(), waiting, language("ru")).decode("utf-8-sig")
        assert again.count(digest) == 1
        assert "Образцова" in again


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("h;n\nsha;99-1", "decisions.unknown-number"),
        ("h;n\nsha;27-000001\nsha;27-000002", "decisions.twice"),
        ("h;n\nsha", "decisions.malformed"),
        ("h;n\n;27-000001", "decisions.malformed"),
    ],
)
def test_a_decision_that_cannot_be_is_named_with_its_line(text: str, code: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_decided(text.encode(), Matching((LEV, MARIA)))
    assert caught.value.code == code
    assert caught.value.next_step
    assert caught.value.evidence["line"] in (2, 3)


def test_a_file_name_that_is_no_text_is_written(queue: Queue) -> None:
    if os.name != "posix":
        return
    queue.inbox.mkdir()
    (queue.inbox / os.fsdecode(b"27-000001 \xff.txt")).write_bytes(b"hello")
    assert rows(queue.run(), "Файлы")[0]["Файл"] == "27-000001 <U+DCFF>.txt"
