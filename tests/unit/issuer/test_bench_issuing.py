"""The parts of ``python -m bench issuing`` run: a figure that nobody can measure again is worth nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench import issuing
from bench.desk import memory, sheets
from vcwallet.issuer.issuing import issue
from vcwallet.issuer.issuing import plan as signing_plan


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_all_pupils_of_its_sheets_can_be_signed(kind: str, tmp_path: Path) -> None:
    folder = sheets.office(tmp_path / "olympiad", proofs=sheets.ONE_PROOF)
    read = sheets.read(folder, getattr(sheets, kind)(60))
    assert not read.problems
    assert [row.values for row in read.rows] == [
        row.values for row in sheets.read(folder, sheets.csv(60)).rows
    ]
    assert len(read.rows) == 60


def test_a_later_sheet_has_new_pupils_only(tmp_path: Path) -> None:
    folder = sheets.office(tmp_path / "olympiad", proofs=sheets.ONE_PROOF)
    keystore, template = folder.unlock(sheets.NOBODY), folder.template()
    with folder.register() as register:
        for first in (0, 2_000, 4_000):
            read = sheets.read(folder, sheets.csv(60, first))
            plan = signing_plan(keystore, register, template, read.rows)
            assert len(plan.new) == 60
            issue(folder, keystore, register, plan, out=folder.issued_path, now=sheets.NOW)


def test_memory_is_measured_after_each_step() -> None:
    mebibytes = 400
    of_the_parent = b"\1" * (mebibytes << 20)
    found = memory.peaks(20, "csv")
    assert found["signed"] < mebibytes < len(of_the_parent)
    assert tuple(found) == memory.STEPS
    # A process never gives its peak back.
    assert list(found.values()) == sorted(found.values())
    assert found["start"] > 10


def test_growth_is_told_in_hundredths() -> None:
    assert issuing.growth({"signed": 80.0}, {"signed": 98.0}) == pytest.approx(22.5)


def test_the_best_fifth_is_of_the_rounds_that_were_disturbed_least() -> None:
    assert issuing.best_fifth([1.0, 9.0, 2.0, 7.0, 3.0, 4.0, 5.0, 6.0, 0.0, 1.0]) == 8.0
    assert issuing.best_fifth([3.0, 2.0]) == 3.0


def test_a_step_is_told_beside_the_calibration() -> None:
    step = issuing.Step("read csv", 500, seconds=2.0, processor=1.0, own=0.5, loop=0.06)
    assert step.cells(0.05) == "| read csv | 250 | 2.00 | 1.00 | 40 |"


def test_what_one_process_does_is_not_divided_among_machines() -> None:
    shared = issuing.Step("sign", 7_000, seconds=1.0, processor=3.6, own=0.36, loop=0.05)
    assert [round(shared.hours(processors), 6) for processors in (2, 20)] == [0.5, 0.1]
    alone = issuing.Step("read", 7_000, seconds=1.0, processor=3.6, own=3.6, loop=0.05)
    assert [round(alone.hours(processors), 6) for processors in (2, 20)] == [1.0, 1.0]


def test_what_the_processor_allows_counts_the_comparing_as_one_processor_s_alone() -> None:
    step = issuing.Step("sign", 1_000, seconds=9.0, processor=0.2, own=0.08, loop=0.05, alone=0.04)
    assert step.allowed(2) == pytest.approx(1_000 / 0.12)
    # However many there are, the one hands out work.
    assert step.allowed(200) == pytest.approx(1_000 / 0.08)
    assert f"{step.allowed(2):,.0f}" in issuing._floors_table({"one plain proof": [step]})[-1]
