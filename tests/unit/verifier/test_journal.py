"""A queue that was stopped goes on where it was, and gives the answers it would have given."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.shared import ROOT, SOAK, need
from tests.unit.verifier.queues import BORN, LEV, Queue
from tests.world import NOW
from vcwallet.errors import UsageError
from vcwallet.report import Outcome
from vcwallet.verifier import unit_checking
from vcwallet.verifier.applicants import ApplicantRow
from vcwallet.verifier.journal import Journal
from vcwallet.verifier.journal_values import from_json, to_json
from vcwallet.verifier.unit_checking import UnitAnswer
from vcwallet.verifier.units import Unit

KILLS = 40 if SOAK else 3


@pytest.fixture
def queue(tmp_path: Path) -> Queue:
    made = Queue(tmp_path)
    made.hand_in("27-000001/a.json", 1, LEV)
    made.hand_in("27-000002.json", 2, made.rows[1])
    return made


@pytest.fixture
def checked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of units that are checked, and not taken from the journal."""
    names: list[str] = []
    check = unit_checking.check

    def noted(task: Any, unit: Unit, *begun: Any) -> UnitAnswer:
        names.append(unit.name)
        return check(task, unit, *begun)

    monkeypatch.setattr(unit_checking, "check", noted)
    return names


def test_what_was_answered_is_not_checked_again(queue: Queue, checked: list[str]) -> None:
    first = queue.run()
    assert sorted(checked) == ["27-000001", "27-000002.json"]
    again = queue.run()
    assert len(checked) == 2
    assert again.content == first.content
    assert again.steps[-1].known == 2


def test_a_unit_whose_files_changed_is_checked_again(queue: Queue, checked: list[str]) -> None:
    queue.run()
    queue.hand_in("27-000001/b.json", 3, LEV)
    queue.hand_in("27-000002.json", 4, replace(queue.rows[1]), days=20)
    done = queue.run()
    assert sorted(checked[2:]) == ["27-000001", "27-000002.json"]
    assert len(done.of[0].items) == 2


def test_a_system_file_that_changed_changes_nothing(queue: Queue, checked: list[str]) -> None:
    queue.put("27-000001/Thumbs.db", b"1")
    queue.run()
    queue.put("27-000001/Thumbs.db", b"2")
    queue.run()
    assert len(checked) == 2


@pytest.mark.parametrize(
    ("settings", "now"), [("another", NOW), ("", NOW + timedelta(days=1)), ("", NOW - timedelta(hours=1))]
)
def test_under_other_settings_or_on_another_day_everything_is_checked_anew(
    queue: Queue, checked: list[str], settings: str, now: datetime
) -> None:
    queue.run()
    queue.run(settings=settings, now=now)
    assert len(checked) == 4


def test_a_run_that_goes_on_works_at_the_moment_of_the_first(queue: Queue, checked: list[str]) -> None:
    first = queue.run()
    later = queue.run(now=NOW + timedelta(hours=2))
    assert len(checked) == 2
    assert later.content == first.content
    path = queue.folder / "journal.sqlite"
    with Journal.open(path, settings="", now=NOW + timedelta(hours=3)) as journal:
        assert (journal.started, journal.resumed) == (NOW, True)
    with Journal.open(path, settings="", now=NOW + timedelta(hours=3), fixed=True) as journal:
        assert (journal.started, journal.resumed) == (NOW + timedelta(hours=3), False)


@pytest.mark.parametrize("content", [b"", b"no database", b"SQLite format 3\0" + bytes(100)])
def test_a_journal_that_cannot_be_read_is_begun_anew(
    queue: Queue, checked: list[str], content: bytes
) -> None:
    (queue.folder / "journal.sqlite").write_bytes(content)
    assert queue.run().of[0].outcome is Outcome.CONFIRMED
    assert len(checked) == 2


def test_an_answer_that_was_changed_on_the_disk_is_checked_again(queue: Queue, checked: list[str]) -> None:
    queue.run()
    with sqlite3.connect(queue.folder / "journal.sqlite") as database:
        database.execute("UPDATE answers SET answer = x'00'")
    database.close()
    queue.run()
    assert len(checked) == 4


def test_two_runs_do_not_write_into_one_journal(queue: Queue) -> None:
    path = queue.folder / "journal.sqlite"
    with Journal.open(path, settings="", now=NOW):
        with pytest.raises(UsageError) as caught:
            Journal.open(path, settings="", now=NOW)
        assert caught.value.code == "queue.busy"
        assert caught.value.next_step
    Journal.open(path, settings="", now=NOW).close()


def test_only_its_owner_reads_a_journal_and_it_can_be_deleted(queue: Queue) -> None:
    need(os.name == "posix", "files have owners' rights here")
    path = queue.folder / "journal.sqlite"
    journal = Journal.open(path, settings="", now=NOW)
    assert path.stat().st_mode & 0o777 == 0o600
    journal.delete()
    assert [each.name for each in queue.folder.iterdir()] == ["in"]


def test_an_answer_survives_the_journal_exactly(queue: Queue) -> None:
    queue.put("27-000001/x.heic", b"\0\0\0\x18ftypheic")
    queue.world.olympiad.revoked.add(1)
    done = queue.run()
    with Journal.open(queue.folder / "journal.sqlite", settings="", now=NOW) as journal:
        for unit in done.desk.layout.units:
            answer = journal.answer(unit)
            assert answer is not None
            again = from_json(UnitAnswer, to_json(answer))
            assert again.reports == answer.reports
            assert [each.as_json() for each in again.reports] == [each.as_json() for each in answer.reports]
            for before, after in zip(answer.files, again.files, strict=True):
                assert (before.name, before.fate) == (after.name, after.fate)
                assert str(before.problem) == str(after.problem)
                assert type(before.problem) is type(after.problem)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        "{}",
        '["a"]',
        '["a",[],[],[],[],1]',
        '["a",[[1]],[],[],[]]',
        "[" * 2000,
        "[1,[],[],[],[]]",
    ],
)
def test_what_is_no_answer_is_refused_and_runs_nothing(text: str) -> None:
    with pytest.raises(ValueError, match="no UnitAnswer"):
        from_json(UnitAnswer, text)


PROGRAM = """
import sys
from pathlib import Path
from tests.unit.verifier.queues import BORN, Queue
from vcwallet.verifier.applicants import ApplicantRow
# More than a pipe holds: this program is never ahead of its reader by more than one step.
PIPE = " " * 200_000
queue = Queue(Path(sys.argv[1]))
size = int(sys.argv[2])
queue.rows = [ApplicantRow(at + 2, f"27-{at:06}", "Вымыслов", "Лев", "", BORN) for at in range(size)]
Path(sys.argv[3]).write_bytes(queue.run(tell=lambda progress: print(progress.done, PIPE, flush=True)).content)
"""


def run(queue: Queue, size: int, out: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(queue.folder), str(size), str(out)],
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


def test_killed_at_any_moment_and_run_again_the_results_are_the_same(tmp_path: Path) -> None:
    size = 40 if SOAK else 20
    queue = Queue(tmp_path)
    queue.rows = [ApplicantRow(at + 2, f"27-{at:06}", "Вымыслов", "Лев", "", BORN) for at in range(size)]
    for at, row in enumerate(queue.rows):
        queue.hand_in(f"{row.number}/a.json", at, row)
    for at, part in enumerate(queue.parts(queue.show(queue.diploma(99, queue.rows[0])))):
        queue.put(f"IMG_{at}.txt", part)
    expected = queue.run(journal="whole.sqlite").content
    out = tmp_path / "out.xlsx"
    chance = random.Random(13)
    killed = 0
    for _ in range(KILLS):
        process = run(queue, size, out)
        assert process.stdout is not None
        steps = chance.randrange(0, size)
        for line in process.stdout:
            if int(line) >= steps:
                break
        time.sleep(chance.random() / 20)
        if process.poll() is None:
            killed += 1
            process.send_signal(signal.SIGKILL if os.name != "nt" else signal.SIGTERM)
        process.wait()
        process.stdout.close()
        (tmp_path / "journal.sqlite").touch()
    process = run(queue, size, out)
    process.communicate()
    assert process.returncode == 0
    assert killed
    assert out.read_bytes() == expected
