"""Several processes give the answers of one: the same reports, in the same order, and the same files."""

from __future__ import annotations

import json
import os
import random
import shutil
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bench.admission.making import make
from bench.admission.organisations import NOW, UNIVERSITY
from bench.admission.stories import Form
from tests.shared import SOAK
from tests.unit.verifier.queues import Queue
from tests.world import World
from vcwallet import executors, limits
from vcwallet.bundle import looking, opening, scanning
from vcwallet.bundle.accounting import FileFate
from vcwallet.bundle.inputs import Given, each_input
from vcwallet.cli import command_line
from vcwallet.cli.speak import Speaker, run
from vcwallet.errors import MachineError
from vcwallet.locales import language
from vcwallet.report import Answers, Fate, Outcome
from vcwallet.timestamps import render
from vcwallet.verifier import Demands, TrustList, Verifier, many
from vcwallet.verifier.many import Many
from vcwallet.verifier.seen import SeenRegister
from vcwallet.verifier.unit_checking import Task

APPLICANTS = 2000 if SOAK else 70
FATAL = "ends-its-worker.json"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What applicants handed in, with the stories of an admission, and what only several files tell."""
    folder = tmp_path_factory.mktemp("many") / "office"
    inbox = make(folder, applicants=APPLICANTS, seed=3, forms=[Form.JSON, Form.PDF]).inbox
    queue = Queue(folder)
    parts = queue.parts(queue.show(queue.diploma(1, queue.rows[0])))
    chance = random.Random(5)
    for place in ("together", "short", "apart/one", "apart/two", "twice"):
        (inbox / "parts" / place).mkdir(parents=True)
    for at, part in enumerate(parts):
        (inbox / "parts" / "together" / f"{chance.random()}.txt").write_bytes(part)
        (inbox / "parts" / "apart" / ("one" if at % 2 else "two") / f"{at}.txt").write_bytes(part)
        (inbox / "parts" / "twice" / f"{at}.txt").write_bytes(part + b"\n" + parts[0])
    for at, part in enumerate(parts[:-1]):
        (inbox / "parts" / "short" / f"{at}.txt").write_bytes(part)
    whole = json.dumps(queue.show(queue.diploma(1, queue.rows[0])).to_json())
    for copy in ("a", "b"):
        (inbox / f"copy-{copy}.json").write_text(whole)
    (inbox / "changed.json").write_text(whole.replace("Лев", "Ева") + " ", "utf-8")
    (inbox / "list.json").write_text(f"[{whole}, {{}}, 7]")
    (inbox / "broken.json").write_text('{"type": ')
    (inbox / "empty.pdf").write_bytes(b"")
    return folder


def task(office: Path) -> Task:
    trust = TrustList.parse((office / "trust-list.json").read_bytes())
    return Task(Verifier(trust, Demands()), NOW, domain=UNIVERSITY)


def answered(given: list[Given], asked: Task, at_work: Many | None = None) -> tuple[Any, Answers]:
    crew = None if at_work is None else at_work.crew
    with opening.Opener() as opener:
        reading = scanning.read_each(each_input(given), opener, crew)
    answers = asked.verifier.check_found(
        reading, domain=asked.domain, now=asked.now, elsewhere=None if at_work is None else at_work.check
    )
    told = [(each.where, each.kind, each.times, each.progress, said(each.problem)) for each in reading]
    files = [(row.name, row.fate, said(row.problem)) for row in reading.files]
    return (told, files), answers


def said(problem: Exception | None) -> str:
    return "" if problem is None else f"{problem} {getattr(problem, 'evidence', '')}"


@pytest.fixture(scope="module")
def at_work(office: Path) -> Iterator[Many]:
    with Many.at_work(task(office), 2) as crew:
        yield crew


def test_two_processes_report_what_one_reports(office: Path, at_work: Many) -> None:
    given: list[Given] = [office / "inbox", office / "trust-list.json", b"", "0 0"]
    alone, together = (answered(given, task(office), crew) for crew in (None, at_work))
    assert together[0] == alone[0]
    assert together[1].as_json(program="-") == alone[1].as_json(program="-")
    answers = alone[1]
    # Nothing of this would be proved by files of one kind with one fate.
    assert {item.outcome for report in answers.reports for item in report.items} == set(Fate)
    assert {report.outcome for report in answers.reports} >= {
        Outcome.CONFIRMED,
        Outcome.PARTLY,
        Outcome.UNKNOWN,
        Outcome.REFUSED,
    }
    assert {fate for _, fate, _ in alone[0][1]} == set(FileFate)
    assert any(times > 1 for _, _, times, _, _ in alone[0][0])
    assert len(answers.reports) > APPLICANTS / 2


def test_a_list_of_revoked_diplomas_among_the_files_says_the_same_in_every_process(tmp_path: Path) -> None:
    world = World()
    for index in range(6):
        shown = world.bundle(world.olympiad.diploma(index, holder=world.child.id))
        (tmp_path / f"{index}.json").write_text(shown.text, "utf-8")
    world.olympiad.revoked |= {1, 4}
    (tmp_path / "list.json").write_text(json.dumps(world.olympiad.status(NOW)), "utf-8")
    asked = Task(Verifier(world.trust()), NOW)
    alone = answered([tmp_path], asked)
    with Many.at_work(asked, 2) as crew:
        together = answered([tmp_path], asked, crew)
    assert together[0] == alone[0]
    assert together[1].as_json(program="-") == alone[1].as_json(program="-")
    assert [report.items[0].outcome for report in alone[1].reports].count(Fate.NOT_COUNTED) == 2


@pytest.mark.parametrize("most", [1, 3, 100])
def test_the_ceiling_on_archives_is_one_for_all_of_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int, at_work: Many, office: Path
) -> None:
    for number in range(4):
        members = tmp_path / "members"
        members.mkdir(exist_ok=True)
        (members / f"{number}.json").write_text('{"type": ')
        shutil.make_archive(str(tmp_path / "in" / f"archive-{number}"), "zip", members)
    given = list(each_input([tmp_path / "in"]))
    monkeypatch.setattr(limits, "SCAN_INPUTS", max(most, 4))
    with opening.Opener() as opener:
        alone = scanning.read_each(given, opener)
        together = scanning.read_each(given, opener, at_work.crew)
    assert [(row.name, said(row.problem)) for row in together.files] == [
        (row.name, said(row.problem)) for row in alone.files
    ]
    assert len(together.files) == len(alone.files)


def test_a_register_of_what_was_seen_is_asked_in_order_and_here(office: Path, tmp_path: Path) -> None:
    def asked(name: str) -> Answers:
        with SeenRegister.open(tmp_path / name, now=NOW) as register:
            plain = task(office)
            remembering = replace(plain, verifier=replace(plain.verifier, seen=register))
            with Many.at_work(remembering, 2) if name == "two" else nullcontext() as crew:
                return answered([office / "inbox" / "parts"], remembering, crew)[1]

    assert asked("two").as_json(program="-") == asked("one").as_json(program="-")


# --- workers that die -----------------------------------------------------------------------------------


def _begin_fragile(given: Task) -> None:
    """Begin a worker that is killed by the file of a certain name."""
    many._begin(given)
    look, check = looking.look_apart, many._check

    def looking_ends(file: Any) -> Any:
        if file.source.name == FATAL:
            os._exit(9)
        return look(file)

    def checking_ends(shown: Any) -> Any:
        if "ends-its-worker" in json.dumps(getattr(shown, "presentation", shown)):
            os._exit(9)
        return check(shown)

    setattr(looking, "look_apart", looking_ends)  # noqa: B010 - pickle looks there for it
    setattr(many, "_check", checking_ends)  # noqa: B010


@pytest.fixture
def fragile(monkeypatch: pytest.MonkeyPatch) -> None:
    at_work = executors.processes
    monkeypatch.setattr(
        executors, "processes", lambda workers, _, *arguments: at_work(workers, _begin_fragile, *arguments)
    )


@pytest.mark.usefixtures("fragile")
def test_a_file_that_ends_its_worker_is_named_and_costs_itself_only(tmp_path: Path) -> None:
    world = World()
    for name in ("a.json", FATAL, "b.json", "c.json", "d.json"):
        shown = world.bundle(world.olympiad.diploma(len(name) + ord(name[0]), holder=world.child.id))
        (tmp_path / name).write_text(shown.text, "utf-8")
    asked = Task(Verifier(world.trust()), NOW)
    _, alone = answered([tmp_path], asked)
    with Many.at_work(asked, 2) as crew:
        (_, files), answers = answered([tmp_path], asked, crew)
    assert [name for name, fate, _ in files if fate is FileFate.UNREADABLE] == [FATAL]
    (problem,) = answers.problems
    assert (problem.source, problem.error.code) == (FATAL, "executors.worker-died")
    kept = [each for each in alone.reports if each.source[0].file != FATAL]
    assert [each.as_json() for each in answers.reports] == [each.as_json() for each in kept]


@pytest.mark.usefixtures("fragile")
def test_a_showing_that_ends_its_worker_is_named_and_costs_itself_only(tmp_path: Path) -> None:
    world = World()
    for number in range(4):
        shown = world.bundle(
            world.olympiad.diploma(
                number, holder=world.child.id, **({"familyName": "ends-its-worker"} if number == 2 else {})
            )
        )
        (tmp_path / f"{number}.json").write_text(shown.text, "utf-8")
    asked = Task(Verifier(world.trust()), NOW)
    with Many.at_work(asked, 2) as crew:
        _, answers = answered([tmp_path], asked, crew)
    assert [(each.source, each.error.code) for each in answers.problems] == [
        ("2.json", "executors.worker-died")
    ]
    assert [each.source[0].file for each in answers.reports] == ["0.json", "1.json", "3.json"]


def test_workers_that_end_whatever_they_are_given_end_the_run(tmp_path: Path) -> None:
    class Dead:
        def submit(self, *_: object) -> object:
            raise executors.BrokenExecutor

        def shutdown(self, **_: object) -> None: ...

    (tmp_path / "a.json").write_text("{}")
    crew = executors.Crew(Dead(), 2, Dead)  # type: ignore[arg-type]
    with opening.Opener() as opener, pytest.raises(MachineError) as raised:
        scanning.read_each(each_input([tmp_path]), opener, crew)
    assert raised.value.code == "executors.workers-die"


# --- the command ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", [[], ["--json"]], ids=["screen", "json"])
def test_the_command_says_the_same_with_any_number_of_workers(
    office: Path, capsys: pytest.CaptureFixture[str], form: list[str]
) -> None:
    told = []
    for workers in ("1", "2"):
        place = office / "inbox" / "parts"
        words = ["verify", str(place), "--trust", str(office / "trust-list.json"), "--now", render(NOW)]
        status = run(command_line, [*words, "--workers", workers, *form], Speaker(language("en")))
        told.append((status, *capsys.readouterr()))
    assert told[0] == told[1]
    assert told[0][0] == 1
