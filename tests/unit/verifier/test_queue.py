"""Every applicant gets one answer, every file one fate, and nothing is counted twice or for the wrong one."""

from __future__ import annotations

import io
import json
import random
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from PIL import Image

from tests.shared import SOAK
from tests.unit.verifier.queues import BORN, LEV, MARIA, PETER, Queue
from tests.world import NOW, UNIVERSITY, Child
from vcwallet import executors, limits
from vcwallet.credentials import status_list
from vcwallet.errors import MachineError
from vcwallet.executors import Crew
from vcwallet.locales import language
from vcwallet.report import Fate, Outcome
from vcwallet.speaking import protocol
from vcwallet.speaking.results import answer_words, applicant_row, diploma_rows
from vcwallet.verifier import unit_checking
from vcwallet.verifier.applicants import ApplicantRow
from vcwallet.verifier.matching import How
from vcwallet.verifier.protocol import Record
from vcwallet.verifier.queue import Progress, Standing
from vcwallet.verifier.unit_checking import Task
from vcwallet.verifier.units import Unit

_AGAIN = 16
"""The place of the column “Handed in again”."""
_TO_DO, _FILES = 13, 17
TREES = 60 if SOAK else 6


@pytest.fixture
def queue(tmp_path: Path) -> Queue:
    made = Queue(tmp_path)
    made.inbox.mkdir()
    return made


def test_each_applicant_has_one_answer_in_the_order_of_the_list(queue: Queue) -> None:
    queue.hand_in("27-000003 Понарошкин/show.json", 3, PETER)
    queue.hand_in("27-000001.json", 1, LEV)
    done = queue.run()
    assert [answer.row for answer in done.of] == [LEV, MARIA, PETER]
    assert [answer.outcome for answer in done.of] == [Outcome.CONFIRMED, None, Outcome.CONFIRMED]
    assert [done.codes(at) for at in range(3)] == [["item.confirmed"], [], ["item.confirmed"]]
    assert not done.open
    assert done.tally.applicants == 3
    assert done.steps[-1].done == done.steps[-1].of == 2


def test_of_whom_no_diploma_was_found_it_is_said_what_came_and_what_may_belong_there(queue: Queue) -> None:
    """A blurred picture is no proof that nothing was handed in."""
    picture = io.BytesIO()
    Image.new("L", (300, 300), 200).save(picture, "PNG")
    queue.put("27-000002_photo.png", picture.getvalue())
    listed = replace(PETER, patronymic="Вымыслович")
    queue.rows = (LEV, MARIA, listed)
    queue.hand_in("IMG_1.json", 3, replace(listed, given="Петрр"))
    _, mary, peter = queue.run().of
    said = {
        name: [str(each.value) for each in applicant_row(of, language("en"), now=NOW)]
        for name, of in (("mary", mary), ("peter", peter))
    }
    assert said["mary"][3] == said["peter"][3] == "no diplomas found"
    assert "27-000002_photo.png" in said["mary"][_FILES]
    assert "neither a code nor a diploma was found: 1." in said["mary"][_TO_DO]
    assert "Perhaps this belongs here" in said["peter"][_TO_DO]
    assert "IMG_1.json" in said["peter"][_TO_DO]


def test_progress_tells_what_was_refused_and_what_cannot_be_read(queue: Queue) -> None:
    queue.hand_in("27-000001.json", 1, LEV, to="other.example")
    queue.put("27-000002.pdf", b"%PDF-1.7 cut")
    queue.hand_in("27-000003.json", 3, PETER)
    last = queue.run().steps[-1]
    assert (last.done, last.refused, last.unreadable) == (3, 1, 1)


def test_a_revoked_diploma_takes_nothing_from_its_neighbours(queue: Queue) -> None:
    queue.world.olympiad.revoked.add(2)
    queue.put("27-000001.json", queue.show(queue.diploma(1, LEV), queue.diploma(2, LEV)))
    (answer, *_) = queue.run().of
    assert answer.outcome is Outcome.PARTLY
    assert [each.item.outcome for each in answer.items] == [Fate.CONFIRMED, Fate.NOT_COUNTED]


def test_several_showings_of_one_applicant_are_counted_through(queue: Queue) -> None:
    queue.hand_in("27-000001/a.json", 1, LEV)
    queue.hand_in("27-000001/b.json", 2, LEV)
    (answer, *_) = queue.run().of
    assert [each.item.number for each in answer.items] == [1, 2]
    assert len(answer.reports) == 2
    assert answer.whole is not None
    assert [item.number for item in answer.whole.items] == [1, 2]
    assert answer.whole.digest is None


def test_what_is_shown_to_somebody_else_counts_for_nothing_and_harms_nothing(queue: Queue) -> None:
    queue.hand_in("27-000001/a.json", 1, LEV, to="other.example")
    (alone, *_) = queue.run().of
    assert alone.outcome is Outcome.REFUSED
    assert [(each.item.outcome, each.fine) for each in alone.items] == [(Fate.NOT_COUNTED, True)]
    queue.hand_in("27-000001/b.json", 2, LEV)
    (both, *_) = queue.run().of
    assert both.outcome is Outcome.CONFIRMED
    assert [each.item.outcome for each in both.items] == [Fate.NOT_COUNTED, Fate.CONFIRMED]


def test_of_a_diploma_that_is_not_known_it_is_not_said_that_it_would_be_confirmed(queue: Queue) -> None:
    """It came in a showing for somebody else, and its issuer is on no list."""
    trust = queue.world.trust(queue.world.trusted(queue.world.school))
    queue.hand_in("27-000001/a.json", 1, LEV, to="other.example")
    (answer, *_) = queue.run(task=queue.task(trust=trust)).of
    assert [(each.item.outcome, each.fine) for each in answer.items] == [(Fate.NOT_COUNTED, False)]
    (row,) = diploma_rows(answer, language("en"), now=NOW)
    told = " ".join(str(cell.value) for cell in row)
    assert "would be confirmed" not in told
    assert "is not on" in told


def test_the_paper_of_a_showing_for_somebody_else_confirms_nothing(queue: Queue) -> None:
    queue.hand_in("27-000001/a.json", 1, LEV, to="other.example")
    (answer, *_) = queue.run().of
    assert answer.whole is not None
    paper = protocol.of_report(answer.whole, Record(), language("en"), program="-")
    told = " ".join(pypdfium2.PdfDocument(paper)[0].get_textpage().get_text_range().split())
    assert "№ 1: Not counted here. By itself it would be confirmed" in told
    assert "№ 1: Confirmed." not in told


def test_one_changed_showing_refuses_the_applicant(queue: Queue) -> None:
    queue.hand_in("27-000001/a.json", 1, LEV)
    bundle = queue.show(queue.diploma(2, LEV)).to_json()
    changed = json.dumps(bundle, ensure_ascii=False).replace("Заключительный", "Региональный")
    queue.put("27-000001/b.json", json.loads(changed))
    (answer, *_) = queue.run().of
    assert answer.outcome is Outcome.REFUSED


def test_the_same_showing_twice_counts_once(queue: Queue) -> None:
    bundle = queue.show(queue.diploma(1, LEV))
    queue.put("27-000001/a.json", bundle)
    queue.put("27-000001_b.json", bundle)
    queue.put("IMG_7.json", bundle)
    done = queue.run()
    assert len(done.of[0].items) == 1
    assert [placed.standing for placed, _ in done.of[0].showings].count(Standing.AGAIN) == 2
    assert not done.open


def test_the_same_diploma_in_two_showings_counts_once(queue: Queue) -> None:
    diploma = queue.diploma(1, LEV)
    queue.put("27-000001/a.json", queue.show(diploma))
    queue.put("27-000001/b.json", queue.show(diploma, queue.diploma(2, LEV)))
    (answer, *_) = queue.run().of
    assert [each.item.code for each in answer.items] == ["item.confirmed", "item.duplicate", "item.confirmed"]
    assert answer.items[1].item.evidence == {"number": 1}
    assert answer.outcome is Outcome.CONFIRMED


def namesake(number: str, row: int) -> ApplicantRow:
    return replace(LEV, number=number, row=row, patronymic="Иной")


def test_one_diploma_at_two_applicants_counts_for_neither_until_somebody_decides(queue: Queue) -> None:
    other = namesake("27-000009", 3)
    queue.rows = (LEV, other)
    diploma = queue.diploma(1, replace(LEV, patronymic="нет"))
    queue.put("27-000001/a.json", queue.show(diploma))
    queue.put("27-000009/a.json", queue.show(diploma, child=queue.world.child, days=20))
    done = queue.run()
    assert [answer.outcome for answer in done.of] == [Outcome.UNKNOWN, Outcome.UNKNOWN]
    assert [done.codes(at) for at in (0, 1)] == [["item.contested"], ["item.contested"]]
    assert [finding.reason for finding in done.of[0].items[0].item.findings][-1] == "demands.contested"
    assert [kind for kind, _ in done.open] == ["contested", "contested"]
    assert done.desk.open[0].others == (other.label,)
    decided = {done.desk.placed[1].digest: other.number}
    again = queue.run(decided=decided)
    assert [again.codes(at) for at in (0, 1)] == [["item.elsewhere"], ["item.confirmed"]]
    assert again.of[0].items[0].item.findings[-1].reason == "demands.elsewhere"
    assert again.of[1].showings[0][0].match.how is How.PERSON
    assert not again.open


def test_two_applications_of_one_person_may_have_one_diploma(queue: Queue) -> None:
    queue.rows = (LEV, replace(LEV, number="27-000009", row=3))
    bundle = queue.show(queue.diploma(1, LEV))
    queue.put("27-000001/a.json", bundle)
    queue.put("27-000009/a.json", bundle)
    done = queue.run()
    assert [answer.outcome for answer in done.of] == [Outcome.CONFIRMED, Outcome.CONFIRMED]
    assert not done.open
    rows = [applicant_row(answer, language("en"), now=NOW)[_AGAIN].value for answer in done.of]
    told = "also under {}, of the same name and birth date: look whether that is one person"
    assert rows == [[told.format(other.label)] for other in reversed(queue.rows)]


def test_a_forged_copy_takes_nothing_from_whose_the_diploma_is(queue: Queue) -> None:
    diploma = queue.diploma(1, LEV)
    queue.put("27-000001/a.json", queue.show(diploma))
    forged = json.loads(json.dumps(diploma))
    forged["credentialSubject"] |= {"familyName": MARIA.family, "givenName": MARIA.given}
    queue.put("27-000002/a.json", queue.show(forged))
    done = queue.run()
    assert done.of[0].outcome is Outcome.CONFIRMED
    assert done.of[1].outcome is Outcome.REFUSED


@pytest.mark.parametrize(
    ("said", "other", "name"),
    [
        (BORN, {}, "IMG_1.json"),
        (None, {"born": BORN - timedelta(days=40)}, "IMG_1.json"),
        (None, {"born": BORN - timedelta(days=40), "patronymic": ""}, "IMG_1.json"),
        (BORN, {"number": LEV.number, "family": "Небылицын"}, "27-000001.json"),
    ],
    ids=["one birth date", "no birth date in it", "no patronymic on the list", "one number"],
)
def test_of_nobody_whose_a_showing_may_be_is_it_said_that_nothing_was_handed_in(
    queue: Queue, said: date | None, other: dict[str, Any], name: str
) -> None:
    twin = replace(LEV, **{"number": "27-000009", "row": 5, **other})
    queue.rows = (LEV, MARIA, twin, PETER)
    queue.hand_in(name, 1, replace(LEV, born=said))
    done = queue.run()
    assert done.desk.placed[0].match.how is How.AMBIGUOUS
    assert [[one.where for one in answer.open] for answer in done.of] == [[name], [], [name], []]
    told = [answer_words(answer, language("en")).value for answer in done.of]
    waits, nothing = "? to be looked through", "no diplomas found"
    assert told == [waits, nothing, waits, nothing]
    # It waits once, however many it may belong to.
    assert done.open == [("unmatched", name)]
    (digest,) = (placed.digest for placed in done.desk.placed)
    decided = queue.run(decided={digest: PETER.number})
    assert [answer.outcome for answer in decided.of] == [None, None, None, Outcome.CONFIRMED]
    assert not any(answer.open for answer in decided.of)


def test_a_sibling_under_the_number_is_left_to_a_person_who_may_decide(queue: Queue) -> None:
    sister = replace(LEV, given="Лада")
    queue.hand_in("27-000001/a.json", 1, sister)
    done = queue.run()
    assert done.of[0].outcome is None
    assert done.open == [("unmatched", "27-000001/a.json")]
    assert done.of[0].open[0].placed is not None
    assert done.of[0].open[0].placed.match.how is How.CONFLICT
    digest = done.desk.placed[0].digest
    assert queue.run(decided={digest: LEV.number}).of[0].outcome is Outcome.CONFIRMED
    nobodys = queue.run(decided={digest: ""})
    assert nobodys.of[0].outcome is None
    assert not nobodys.open
    assert nobodys.desk.placed[0].standing is Standing.NOBODYS


def test_a_file_that_the_list_gives_to_an_applicant_is_obeyed(queue: Queue) -> None:
    queue.rows = (replace(LEV, files=("скан.json", "нет.json")), MARIA)
    queue.hand_in("скан.json", 1, LEV)
    done = queue.run()
    assert done.of[0].showings[0][0].match.how is How.FILE_COLUMN
    assert done.open == [("misnamed", "нет.json")]
    assert done.of[0].open[0].rows == (LEV.row,)


# --- parts of bundles -----------------------------------------------------------------------------------


def test_parts_in_different_files_of_a_heap_are_put_together(queue: Queue) -> None:
    for at, part in enumerate(queue.parts(queue.show(queue.diploma(1, LEV)))):
        queue.put(f"IMG_{at}.txt", part)
    done = queue.run()
    assert done.of[0].outcome is Outcome.CONFIRMED
    assert set(done.files.values()) == {"withItems"}
    assert not done.open
    assert len(done.of[0].showings[0][1].source) == len(done.files)


def test_parts_of_different_folders_are_never_put_together(queue: Queue) -> None:
    first, second, *rest = queue.parts(queue.show(queue.diploma(1, LEV)))
    queue.put("27-000001/1.txt", first)
    for at, part in enumerate([second, *rest]):
        queue.put(f"27-000002/{at}.txt", part)
    done = queue.run()
    assert [answer.outcome for answer in done.of] == [None, None, None]
    assert set(done.files.values()) == {"incomplete"}
    problem = done.desk.files[0].problem
    assert problem is not None
    assert problem.code == "frames.missing"
    assert [answer.open[0].where for answer in done.of[:2]] == ["27-000001/1.txt", "27-000002/0.txt"]


def test_what_is_still_missing_when_parts_are_put_together_is_told(queue: Queue) -> None:
    first, second, *rest = queue.parts(queue.show(queue.diploma(1, LEV)))
    assert rest
    queue.put("1.txt", first)
    queue.put("2.txt", second)
    done = queue.run()
    assert set(done.files.values()) == {"incomplete"}
    assert {file.problem.evidence["have"] for file in done.desk.files if file.problem is not None} == {2}


def test_a_part_beside_a_whole_bundle_in_one_file_is_put_together_and_the_whole_not_read_twice(
    queue: Queue,
) -> None:
    parts = queue.parts(queue.show(queue.diploma(1, LEV)))
    whole = queue.parts(queue.show(queue.diploma(2, MARIA)))
    queue.put("1.txt", b"\n".join([*whole, parts[0]]))
    queue.put("2.txt", b"\n".join(parts[1:]))
    done = queue.run()
    assert [answer.outcome for answer in done.of[:2]] == [Outcome.CONFIRMED, Outcome.CONFIRMED]
    assert [len(answer.showings) for answer in done.of[:2]] == [1, 1]
    assert set(done.files.values()) == {"withItems"}
    assert not done.open


def test_one_long_scan_is_read_to_its_end(queue: Queue, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two applicants and an empty page between them, in pieces of one page."""
    import io

    from PIL import Image

    from vcwallet.bundle import codec, symbols

    pages = []
    for number, row in ((1, LEV), (2, MARIA)):
        (code,) = symbols.lay_out(codec.encode(queue.show(queue.diploma(number, row))), size=symbols.LARGEST)
        pages += [symbols.picture(code, scale=4).convert("L"), Image.new("L", (300, 300), 255)]
    out = io.BytesIO()
    pages[0].save(out, "PDF", save_all=True, append_images=pages[1:])
    queue.put("скан.pdf", out.getvalue())
    monkeypatch.setattr(limits, "SCAN_PDF_PAGES", 1)
    done = queue.run()
    assert [answer.outcome for answer in done.of[:2]] == [Outcome.CONFIRMED, Outcome.CONFIRMED]
    assert [placed.where for placed in done.desk.placed] == ["скан.pdf", "скан.pdf:3"]
    assert done.files == {"скан.pdf": "withItems"}
    assert not done.open


# --- files ----------------------------------------------------------------------------------------------


def test_every_file_ends_in_one_row_and_the_sum_is_told(queue: Queue) -> None:
    queue.hand_in("27-000001/show.json", 1, LEV)
    queue.put("27-000001/Thumbs.db", b"1")
    queue.put("27-000001/снимок.heic", b"\0\0\0\x18ftypheic")
    queue.put("27-000001/письмо.txt", "Здравствуйте".encode())
    queue.put("часть.txt", queue.parts(queue.show(queue.diploma(2, MARIA)))[0])
    done = queue.run()
    assert done.files == {
        "27-000001/show.json": "withItems",
        "27-000001/Thumbs.db": "system",
        "27-000001/снимок.heic": "unreadable",
        "27-000001/письмо.txt": "empty",
        "часть.txt": "incomplete",
    }
    assert done.tally.all_files == 5
    assert done.open == [("file", "27-000001/снимок.heic"), ("file", "часть.txt")]
    assert [one.kind.value for one in done.of[0].open] == ["file"]


KINDS: dict[str, Callable[[Queue, random.Random], bytes]] = {
    "show.json": lambda queue, chance: json.dumps(
        queue.show(queue.diploma(chance.randrange(9), LEV)).to_json()
    ).encode(),
    "part.txt": lambda queue, chance: chance.choice(queue.parts(queue.show(queue.diploma(1, LEV)))),
    "Thumbs.db": lambda queue, chance: b"1",
    "photo.heic": lambda queue, chance: b"\0\0\0\x18ftypheic",
    "note.txt": lambda queue, chance: b"hello",
    "broken.json": lambda queue, chance: b'{"type": ',
    "empty": lambda queue, chance: b"",
    "noise.png": lambda queue, chance: b"\x89PNG\r\n\x1a\n" + chance.randbytes(40),
}


@pytest.mark.parametrize("seed", range(TREES))
def test_of_any_tree_the_files_add_up(seed: int, queue: Queue) -> None:
    chance = random.Random(seed)
    folders = ["", "27-000001/", "27-000002 Небывалова Мария/", "прочее/", "прочее/27-000003/"]
    names = set()
    for number in range(chance.randrange(5, 25)):
        kind = chance.choice(list(KINDS))
        name = (
            f"{chance.choice(folders)}{number}/{kind}"
            if chance.random() < 0.3
            else f"{chance.choice(folders)}{number}{kind}"
        )
        if kind == "Thumbs.db":
            name = f"{chance.choice(folders)}{number}/Thumbs.db"
        queue.put(name, KINDS[kind](queue, chance))
        names.add(name)
    done = queue.run()
    assert set(done.files) == names
    assert sum(Counter(done.files.values()).values()) == done.tally.all_files == len(names)
    placed = Counter(id(each) for each in done.desk.placed)
    assert set(placed.values()) <= {1}
    for answer in done.of:
        for each, _ in answer.showings:
            assert each.row is answer.row


# --- workers --------------------------------------------------------------------------------------------


def inbox(queue: Queue, size: int = 12) -> None:
    queue.rows = tuple(
        ApplicantRow(at + 2, f"27-{at:06}", f"Вымыслов{'а' * (at % 3)}", "Лев", "", BORN)
        for at in range(size)
    )
    for at, row in enumerate(queue.rows):
        queue.hand_in(f"{row.number} x/show.json" if at % 2 else f"{row.number}.json", at, row)
    queue.put("27-000001 x/Thumbs.db", b"1")
    for at, part in enumerate(queue.parts(queue.show(queue.diploma(90, queue.rows[0])))):
        queue.put(f"IMG_{at}.txt", part)


def test_neither_workers_nor_a_cluster_change_a_byte(queue: Queue) -> None:
    import distributed

    inbox(queue)
    task = queue.task()
    alone = queue.run(journal="1.sqlite", task=task)
    assert alone.of[0].outcome is Outcome.CONFIRMED
    with executors.processes(2, unit_checking.begin, task) as crew:
        assert queue.run(journal="2.sqlite", task=task, crew=crew).content == alone.content
    cluster = distributed.LocalCluster(
        n_workers=1, threads_per_worker=1, host="127.0.0.1", dashboard_address=None, silence_logs=50
    )
    other = replace(queue.task(), domain="another.example")
    with cluster, crew_of(cluster, task) as crew:
        assert queue.run(journal="3.sqlite", task=task, crew=crew).content == alone.content
        # Another office gives its queue to the same workers before this one's is done, and is done first.
        with crew_of(cluster, other) as others:
            assert queue.run(journal="4.sqlite", task=task, crew=crew).content == alone.content
            refused = queue.run(journal="5.sqlite", task=other, crew=others)
            assert refused.of[0].outcome is Outcome.REFUSED
        assert queue.run(journal="6.sqlite", task=task, crew=crew).content == alone.content


def crew_of(cluster: Any, task: Task) -> AbstractContextManager[Crew]:
    begin, end = unit_checking.begin, unit_checking.end
    return executors.cluster(cluster.scheduler_address, begin, task, end=end)


class Fragile:
    """An executor whose process ends when it is given a certain unit, with all that it was given."""

    def __init__(self, ends: str, made: list[Fragile]) -> None:
        self.ends, self.broken = ends, False
        self.waiting: list[tuple[Future[str], Unit]] = []
        made.append(self)

    def submit(self, work: Callable[[Unit], str], unit: Unit) -> Future[str]:
        future: Future[str] = Future()
        if self.broken:
            raise BrokenProcessPool
        self.waiting.append((future, unit))
        if unit.name == self.ends:
            self.broken = True
            for each, _ in self.waiting:
                if not each.done():
                    each.set_exception(BrokenProcessPool())
        elif len(self.waiting) % 3 == 0 or self.ends not in {one.name for _, one in self.waiting}:
            future.set_result(work(unit))
        return future

    def shutdown(self, **_: Any) -> None:
        pass


def test_a_file_that_ends_a_worker_costs_itself_only(queue: Queue) -> None:
    inbox(queue)
    task = queue.task()
    expected = queue.run(journal="1.sqlite", task=task)
    unit_checking.begin(task)
    made: list[Fragile] = []
    ends = "27-000003 x"
    crew = Crew(Fragile(ends, made), 2, lambda: Fragile(ends, made))  # type: ignore[arg-type, return-value]
    done = queue.run(journal="2.sqlite", task=task, crew=crew)
    unit_checking.end(task)
    assert len(made) > 1
    (lost,) = (file for file in done.desk.files if file.fate.value == "unreadable")
    assert lost.name == "27-000003 x/show.json"
    assert lost.problem is not None
    assert lost.problem.code == "executors.worker-died"
    for before, after in zip(expected.of, done.of, strict=True):
        assert after.outcome == (None if after.row.number == "27-000003" else before.outcome)


def test_workers_that_end_whatever_they_are_given_end_the_run(queue: Queue) -> None:
    inbox(queue)

    class Dead:
        def submit(self, *_: Any) -> Future[str]:
            raise BrokenProcessPool

        def shutdown(self, **_: Any) -> None:
            pass

    with pytest.raises(MachineError) as caught:
        queue.run(crew=Crew(Dead(), 2, Dead))  # type: ignore[arg-type]
    assert caught.value.code == "queue.workers-die"
    with pytest.raises(MachineError):
        queue.run(crew=Crew(Dead(), 2, None), journal="2.sqlite")  # type: ignore[arg-type]


def test_two_queues_that_are_checked_at_once_have_each_their_own_task(queue: Queue, tmp_path: Path) -> None:
    """As two officers at one server do: the other's queue begins and ends in the middle of this one."""
    inbox(queue)
    other = Queue(tmp_path / "other", world=queue.world)
    other.hand_in("27-000001.json", 1, LEV)
    answers = []

    def meanwhile(_: Progress) -> None:
        if not answers:
            answers.append(other.run(task=replace(other.task(), domain="another.example")))

    alone = queue.run(journal="1.sqlite")
    done = queue.run(journal="2.sqlite", tell=meanwhile)
    assert done.content == alone.content
    assert done.files == alone.files
    assert answers[0].of[0].outcome is Outcome.REFUSED


def test_a_mistake_of_ours_costs_its_unit(queue: Queue, monkeypatch: pytest.MonkeyPatch) -> None:
    inbox(queue)
    check = unit_checking.check

    def mistaken(task: Any, unit: Unit, *begun: Any) -> Any:
        if unit.name == "27-000003 x":
            raise ZeroDivisionError
        return check(task, unit, *begun)

    monkeypatch.setattr(unit_checking, "check", mistaken)
    done = queue.run()
    (lost,) = (file for file in done.desk.files if file.problem is not None)
    assert (lost.name, lost.problem.code if lost.problem else "") == (
        "27-000003 x/show.json",
        "input.mistake",
    )
    assert done.of[2].outcome is Outcome.CONFIRMED


def test_lists_that_are_kept_for_all_units_change_no_answer(
    queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also beside a list that only one applicant hands in, and when there is no room to keep any."""
    lists = queue.world.olympiad
    queue.hand_in("27-000002.json", 2, MARIA)
    lists.revoked.add(2)
    newest = lists.status(NOW - timedelta(days=1))
    lists.revoked.clear()
    queue.put("27-000001/status.json", newest)
    queue.put("27-000001/a.json", queue.show(queue.diploma(2, LEV)))
    for number in (3, 4, 5):
        queue.hand_in(f"27-000003_{number}.json", number, PETER)
    task = queue.task()
    expanded = Counter[str]()
    expand = status_list.expand

    def counted(credential: Any, proofs: Any) -> Any:
        expanded["lists"] += 1
        return expand(credential, proofs)

    monkeypatch.setattr(status_list, "expand", counted)
    kept = queue.run(task=task, journal="1.sqlite")
    once = expanded.pop("lists")
    monkeypatch.setattr(limits, "STATUS_LISTS_KEPT_BYTES", 0)
    roomless = queue.run(task=task, journal="2.sqlite")
    with_each = expanded.pop("lists")
    check = unit_checking.check
    monkeypatch.setattr(unit_checking, "check", lambda task, unit, opener, _: check(task, unit, opener, None))
    anew = queue.run(task=task, journal="3.sqlite")
    assert kept.content == roomless.content == anew.content
    assert [kept.codes(at) for at in range(3)] == [
        ["item.revoked"],
        ["item.confirmed"],
        ["item.confirmed"] * 3,
    ]
    assert once < expanded["lists"] <= with_each


def test_no_more_than_four_units_a_worker_are_under_way(queue: Queue) -> None:
    inbox(queue, 30)
    task = queue.task()
    unit_checking.begin(task)
    most = 0

    class Lazy:
        def __init__(self) -> None:
            self.given: list[tuple[Future[str], Unit]] = []

        def submit(self, work: Callable[[Unit], str], unit: Unit) -> Future[str]:
            nonlocal most
            future: Future[str] = Future()
            self.given = [each for each in self.given if not each[0].done()]
            self.given.append((future, unit))
            most = max(most, len(self.given))
            if len(self.given) == 8 or unit.name.startswith("IMG"):
                for each, one in self.given:
                    each.set_result(work(one))
            return future

        def shutdown(self, **_: Any) -> None:
            pass

    done = queue.run(task=task, crew=Crew(Lazy(), 2))  # type: ignore[arg-type]
    unit_checking.end(task)
    assert most == 8
    assert done.of[0].outcome is Outcome.CONFIRMED


def test_a_worker_that_was_not_begun_says_so(queue: Queue) -> None:
    task = queue.task()
    unit_checking.begin(task)
    unit_checking.end(task)
    with pytest.raises(RuntimeError):
        unit_checking.check_task(task.name, Unit("x", ()))


def test_another_child_may_show_what_is_issued_to_a_name(queue: Queue) -> None:
    other = Child("Чужая Рука")
    diploma = queue.diploma(5, PETER)
    unsigned = {name: value for name, value in diploma.items() if name != "proof"}
    subject = dict(unsigned["credentialSubject"])  # type: ignore[call-overload]
    subject.pop("id")
    by_name = queue.world.olympiad.sign({**unsigned, "credentialSubject": subject})
    queue.put("27-000003.json", queue.show(by_name, child=other))
    answer = queue.run().of[2]
    assert answer.items[0].item.tie.value == "name-and-birth"
    assert answer.reports[0].showing.to == (UNIVERSITY,)
    assert answer.reports[0].checked_at == NOW
