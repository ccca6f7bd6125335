"""The list of a desk: in memory, bounded, and told of a showing that comes a second time."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from tests.world import NOW, UNIVERSITY, World
from vcwallet import limits
from vcwallet.locales import language
from vcwallet.report import Report
from vcwallet.speaking.today_sheet import clock, today_sheet
from vcwallet.verifier import Verifier
from vcwallet.verifier.today import Today


def report(w: World, **options: str) -> Report:
    return Verifier(w.trust()).check(w.bundle(**options), domain=UNIVERSITY, now=NOW)


def test_the_newest_answer_stands_first_and_keeps_its_number() -> None:
    w, today = World(), Today()
    first = today.add(report(w))
    second = today.add(report(w, to="other.example"))
    assert [each.number for each in today] == [2, 1]
    assert today.of(1) == first
    assert today.of(second.number) == second
    assert today.of(3) is None


def test_a_showing_that_comes_again_names_the_entry_before() -> None:
    w, today = World(), Today()
    shown = report(w)
    today.add(shown)
    today.add(report(w, to="other.example"))
    assert [today.add(shown).earlier, today.of(2) and today.of(2).earlier] == [1, None]  # type: ignore[union-attr]
    # Written in another way it is the same showing; a file alone is known by its digest.
    assert today.add(replace(shown, digest="sha256-x")).earlier is not None
    alone = Verifier(w.trust()).check(w.olympiad.diploma(7), now=NOW)
    today.add(alone)
    assert today.add(alone).earlier is not None


def test_forgetting_leaves_nothing_and_the_counting_begins_anew() -> None:
    w, today = World(), Today()
    today.add(report(w))
    today.forget()
    assert [*today] == []
    assert len(today) == 0
    assert today.add(report(w)).number == 1
    assert today.of(1) is not None
    assert today.of(1).earlier is None  # type: ignore[union-attr]


def test_a_list_without_end_lets_go_of_the_oldest_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "TODAY_ENTRIES", 2)
    w, today = World(), Today()
    for _ in range(5):
        today.add(report(w))
    assert [each.number for each in today] == [5, 4]
    assert today.let_go == 3


def test_an_answer_is_put_right_where_it_stands() -> None:
    w, today = World(), Today()
    today.add(report(w))
    today.add(report(w, to="other.example"))
    other = report(w, created=NOW)
    assert today.put_right(1, other).report is other
    assert [each.number for each in today] == [2, 1]


def test_nothing_of_it_is_written_to_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    today = Today()
    today.add(report(World()))
    assert [*tmp_path.iterdir()] == []


@pytest.mark.parametrize("code", ["ru", "en"])
def test_the_spreadsheet_has_a_row_for_each_answer_and_no_formula(code: str) -> None:
    w, today = World(), Today()
    today.add(report(w))
    formula = w.child.show([w.olympiad.diploma(8, holder=w.child.id, familyName="=1+1")])
    today.add(Verifier(w.trust()).check(formula, domain=UNIVERSITY, now=NOW))
    today.add(report(w))
    content = today_sheet(today, language(code), now=NOW)
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    assert [row[0] for row in rows] == [1, 2, 3]
    assert rows[2][9] == 1
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    assert "=1+1" in str(rows[1][2])
    assert clock(next(iter(today)), NOW) in str(rows[0][1])
    assert content == today_sheet(today, language(code), now=NOW)
