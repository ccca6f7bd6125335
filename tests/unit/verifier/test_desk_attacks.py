"""What an applicant could hand in to be answered better, to go unnoticed, or to end the answers on others."""

from __future__ import annotations

import gc
import io
import json
import zipfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.kits import MANIFEST, Maintainer, paper_of
from tests.kits import Desk as KitDesk
from tests.shared import ROOT, need
from tests.unit.verifier.queues import LEV, MARIA, Queue
from tests.unit.verifier.test_nothing_implied import hideable, two_keys
from tests.world import NOW, SIGNED, UNIVERSITY, World
from vcwallet import limits
from vcwallet.bundle import codec
from vcwallet.bundle.codec import Bundle
from vcwallet.bundle.request import Request
from vcwallet.cli import main, verify_folder
from vcwallet.cli.admission import read_levels, read_pack
from vcwallet.errors import MachineError, UsageError, VcwalletError
from vcwallet.locales import language
from vcwallet.proofs.data_integrity import derive
from vcwallet.report import Fate, Outcome, Report, Tie
from vcwallet.speaking.queue_protocols import Sheet, draw
from vcwallet.verifier import TrustList, Verifier
from vcwallet.verifier.applicants import read_applicants
from vcwallet.verifier.journal import Journal
from vcwallet.verifier.kit.installed import installed_kits
from vcwallet.verifier.matching import How, Matching
from vcwallet.verifier.protocol import Record
from vcwallet.verifier.queue import Desk, check_units
from vcwallet.verifier.results_sheet import Cell, Column, Page, ResultsBook
from vcwallet.verifier.scopes import Scope, Years
from vcwallet.verifier.seen import SeenRegister
from vcwallet.verifier.trust import Distrust
from vcwallet.verifier.trust_together import beside
from vcwallet.verifier.units import lay_out

ADMISSION = ROOT / "examples" / "admission"
LEVELS = ADMISSION / "levels"


@pytest.fixture
def queue(tmp_path: Path) -> Queue:
    made = Queue(tmp_path)
    made.inbox.mkdir()
    return made


MANDATORY = ["/issuer", "/validFrom", "/credentialStatus", "/type", "/id"]


def partly(w: World, index: int, *shown: str, **said: str) -> Any:
    """A diploma by name of which only these members of its subject are shown."""
    document = w.olympiad.unsigned(index, **said)
    document["credentialSubject"].pop("id", None)
    kept = hideable(w, document, MANDATORY)
    return derive(kept, [f"/credentialSubject/{each}" for each in shown])


@pytest.mark.parametrize("hidden", ["familyName", "givenName"])
def test_half_a_name_does_not_say_whose_a_diploma_is(hidden: str) -> None:
    w = World()
    mine = w.olympiad.diploma(1, holder=w.child.id)
    members = {"type", "achievement", "familyName", "givenName"} - {hidden}
    lent = partly(w, 2, *sorted(members))
    shown = Bundle(w.child.show_any([mine, lent]))
    report = Verifier(w.trust(two_keys(w))).check(shown, domain=UNIVERSITY, now=NOW)
    assert [each.code for each in report.items] == ["item.confirmed", "item.nameless"]
    assert (report.items[1].tie, report.items[1].outcome) == (Tie.NOTHING, Fate.UNKNOWN)


def test_many_diplomas_of_one_applicant_are_read_once_each(
    queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(12):
        queue.put(f"27-000001/{number}.json", queue.diploma(number, LEV))
    asked: list[str] = []
    answer = Journal.answer
    done = queue.run()
    assert len(done.of[0].items) == 12

    def counted(journal: Journal, unit: Any) -> Any:
        asked.append(unit.name)
        return answer(journal, unit)

    monkeypatch.setattr(Journal, "answer", counted)
    again = queue.run()
    assert len(again.of[0].items) == 12
    assert len(asked) <= 6


NAMES = ("a/диплом (2).json", "a/диплом.json", "диплом (2).json", "диплом.json")


def test_members_of_one_name_are_two_files(queue: Queue) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for number, name in enumerate(("диплом.json", "./диплом.json", "a/диплом.json", "a/../диплом.json")):
            archive.writestr(name, json.dumps(queue.show(queue.diploma(number, LEV)).to_json()))
    queue.put("выгрузка.zip", out.getvalue())
    done = queue.run()
    assert [each.name for each in done.desk.files] == [f"выгрузка.zip/{each}" for each in NAMES]
    assert sorted(len(each.items) for each in done.of) == [0, 0, 4]


def test_an_archive_with_too_many_members_costs_itself_only(
    queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "QUEUE_FILES", 20)
    monkeypatch.setattr(limits, "ZIP_MEMBERS", 10)
    queue.hand_in("27-000001.json", 1, LEV)
    for number in range(3):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            for member in range(18 + number):
                archive.writestr(f"{member}.txt", b"")
        queue.put(f"27-000002/{number}.zip", out.getvalue())
    done = queue.run()
    assert done.of[0].outcome is Outcome.CONFIRMED
    assert [kind for kind, _ in done.open].count("file") >= 2


def test_a_disk_that_is_full_is_told_in_words(queue: Queue, monkeypatch: pytest.MonkeyPatch) -> None:
    queue.hand_in("27-000001.json", 1, LEV)
    opened = Journal.open.__func__  # type: ignore[attr-defined]

    def small(cls: type[Journal], *args: Any, **more: Any) -> Journal:
        journal: Journal = opened(cls, *args, **more)
        journal._database.execute("COMMIT")
        pages = journal._database.execute("PRAGMA page_count").fetchone()[0]
        journal._database.execute(f"PRAGMA max_page_count = {pages}")
        journal._database.execute("BEGIN EXCLUSIVE")
        return journal

    monkeypatch.setattr(Journal, "open", classmethod(small))
    for number in range(2, 12):
        queue.hand_in(f"27-00000{number}.json", number, LEV)
    with pytest.raises(MachineError) as caught:
        queue.run()
    assert caught.value.code == "queue.journal"
    assert caught.value.next_step


def test_all_applicants_may_answer_one_request(queue: Queue) -> None:
    asked = Request(
        domain=UNIVERSITY,
        purpose="поступление",
        created=SIGNED,
        challenge="4711",
        retention=timedelta(days=30),
    )
    queue.hand_in("27-000001.json", 1, LEV, challenge="4711", created=NOW)
    queue.hand_in("27-000002.json", 2, MARIA, challenge="4711", created=NOW)
    task = replace(queue.task(), request=asked)
    for started in (NOW, NOW + timedelta(hours=1)):
        layout = lay_out(queue.inbox, Matching(queue.rows))
        with (
            Journal.open(queue.folder / "journal.sqlite", settings="", now=NOW) as journal,
            SeenRegister.open(queue.folder / "seen.sqlite", now=started) as seen,
        ):
            checked = check_units(layout, task, journal)
            desk = Desk(checked, Matching(queue.rows), journal, seen=seen, keep=asked.retention)
            assert not desk.open
            assert [each.outcome for each in desk.applicants()] == [
                Outcome.CONFIRMED,
                Outcome.CONFIRMED,
                None,
            ]
    with SeenRegister.open(queue.folder / "seen.sqlite", now=NOW + timedelta(days=31)) as seen:
        assert len(seen) == 0


def test_a_run_that_goes_on_keeps_no_answers_in_memory(queue: Queue) -> None:
    for number in range(1, 4):
        queue.hand_in(f"27-00000{number}.json", number, queue.rows[number - 1])
    queue.run()
    held: list[int] = []

    def tell(_: object) -> None:
        gc.collect()
        held.append(sum(isinstance(each, Report) for each in gc.get_objects()))

    before = sum(isinstance(each, Report) for each in gc.get_objects())
    queue.run(tell=tell)
    assert max(held) - before <= 1


def test_a_long_text_of_signs_with_two_units_opens_in_excel() -> None:
    book = ResultsBook([Page("summary", "Итоги", (Column("А", 10),))], made=NOW)
    book.add("summary", [Cell(["🏆" * 4_000] * 9)])
    sheet = openpyxl.load_workbook(io.BytesIO(book.content()))["Итоги"]
    text = str(sheet["A2"].value)
    assert 32_000 < len(text.encode("utf-16-le")) // 2 <= 32_767
    assert text.endswith("…")


def test_applicants_on_another_sheet_are_not_passed_over_silently() -> None:
    made = openpyxl.Workbook()
    first, second = made.active, made.create_sheet("Контракт")
    assert first is not None
    first.title = "Бюджет"
    for page, head, row in (
        (
            first,
            ["Номер заявления", "Фамилия", "Имя", "Дата рождения"],
            ["1", "Вымыслов", "Лев", "17.05.2009"],
        ),
        (second, ["Номер", "Фамилия", "Имя"], ["2", "Небывалова", "Мария"]),
    ):
        page.append(head)
        page.append(row)
    codes = made.create_sheet("Направления")
    codes.append(["Номер", "Название"])
    codes.append(["1", "Математика"])
    out = io.BytesIO()
    made.save(out)
    read = read_applicants(out.getvalue())
    assert (read.sheet, read.other_sheets) == ("Бюджет", ("Контракт",))


def test_a_folder_that_is_not_looked_into_is_told(queue: Queue) -> None:
    outside = queue.folder / "elsewhere"
    outside.mkdir()
    queue.hand_in("27-000001.json", 1, LEV)
    queue.hand_in(".27-000003/a.json", 3, LEV)
    queue.hand_in("__MACOSX/a.json", 4, LEV)
    try:
        (queue.inbox / "27-000002").symlink_to(outside, target_is_directory=True)
        (queue.inbox / "around").symlink_to(queue.inbox, target_is_directory=True)
    except OSError:
        need(False, "a file system with links")
    done = queue.run()
    assert done.files == {
        ".27-000003": "system",
        "27-000001.json": "withItems",
        "27-000002": "unreadable",
        "__MACOSX": "system",
        "around": "unreadable",
    }
    assert done.open == [("file", "27-000002"), ("file", "around")]


# --- where results go ------------------------------------------------------------------------------------


@pytest.fixture
def command(queue: Queue) -> list[str]:
    trust = queue.world.trust(recipient=UNIVERSITY).to_json()
    (queue.folder / "trust.json").write_text(json.dumps(trust), "utf-8")
    line = f"27-000001;{LEV.family};{LEV.given};17.05.2009"
    (queue.folder / "list.csv").write_text(f"Номер заявления;Фамилия;Имя;Дата рождения\r\n{line}", "cp1251")
    return [
        *("--lang", "en", "verify-folder", str(queue.inbox), "--trust", str(queue.folder / "trust.json")),
        *("--applicants", str(queue.folder / "list.csv"), "--now", "2026-06-10T12:00:00Z"),
    ]


@pytest.mark.parametrize(
    "where",
    [
        ["--out", "in"],
        ["--out", "in/results"],
        ["--out", "in/итоги.xlsx"],
        ["--out", "out", "--protocols", "in"],
        ["--out", "out", "--seen", "in/seen.sqlite"],
    ],
)
def test_nothing_is_kept_where_applicants_put_files(
    where: list[str], queue: Queue, command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    diploma = queue.diploma(1, replace(LEV, given="Лада"))
    queue.put("27-000001/a.json", queue.show(diploma))
    digest = codec.digest(queue.show(diploma).presentation)
    queue.put("decisions.csv", f"digest;number\n{digest};27-000001\n".encode())
    given = [str(queue.folder / each) if each[0] != "-" else each for each in where]
    with pytest.raises(SystemExit) as ended:
        main([*command, *given])
    assert ended.value.code == 2
    assert "lie among what is checked" in capsys.readouterr().err
    assert {each.name for each in queue.inbox.iterdir()} == {"27-000001", "decisions.csv"}


def test_results_are_not_written_over_the_list_of_applicants(
    queue: Queue, command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    place = queue.folder / "list.xlsx"
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in (["Номер заявления", "Фамилия", "Имя"], ["27-000001", LEV.family, LEV.given]):
        book.active.append(row)
    book.save(place)
    before = place.read_bytes()
    with pytest.raises(SystemExit) as ended:
        main([*command, "--applicants", str(place), "--out", str(place)])
    assert ended.value.code == 2
    assert "is one of the files to be read" in capsys.readouterr().err
    assert place.read_bytes() == before


def test_a_page_that_cannot_be_drawn_costs_itself_only(
    queue: Queue, command: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "PROTOCOL_ITEMS", 1)
    with (queue.folder / "list.csv").open("a", encoding="cp1251") as more:
        more.write(f"\r\n27-000002;{MARIA.family};{MARIA.given};17.05.2009")
    queue.put("27-000001.json", queue.show(*(queue.diploma(number, LEV) for number in (1, 2))))
    queue.hand_in("27-000002.json", 3, MARIA)
    place = queue.folder / "pages"
    with pytest.raises(SystemExit) as ended:
        main([*command, "--out", str(queue.folder / "out"), "--protocols", str(place)])
    assert ended.value.code == 0
    assert [each.name[:9] for each in place.iterdir()] == ["27-000002"]
    sheet = Sheet.of(queue.run().of[0], Record(), language("en"), program="0")
    assert sheet is not None
    error = draw(sheet)
    assert isinstance(error, VcwalletError)
    assert error.code == "protocol.too-many-items"
    told = capsys.readouterr().err
    assert "No protocol 27-000001" in told
    assert "the ceiling is 1" in " ".join(told.split())


# --- two kits --------------------------------------------------------------------------------------------


def test_of_two_kits_none_changes_the_rules_or_the_levels_of_the_other(tmp_path: Path) -> None:
    pack, levels = (ADMISSION / "vymysel-2027.toml").read_bytes(), (LEVELS / "2025-26.json").read_bytes()
    changed = {
        "packs/vymysel.example/2027.toml": pack.replace(b"version = ", b"version = 9", 1),
        "levels/2025-26.json": levels + b"\n",
    }
    for seed in ("", "region"):
        maintainer = Maintainer(seed=seed, manifest=replace(MANIFEST, kit=seed or "vymysel"))
        files = {"packs/vymysel.example/2027.toml": pack, "levels/2025-26.json": levels}
        for name in changed if seed else ():
            files[name] = changed[name]
        kit = maintainer.make(files, NOW - timedelta(days=2))
        KitDesk(tmp_path, paper_of(kit)).update(kit, NOW)
    kits = installed_kits(tmp_path, now=NOW)
    with pytest.raises(UsageError) as rules:
        verify_folder._rules("vymysel.example/2027", (), None, kits)
    assert rules.value.code == "policy.in-two-kits"
    with pytest.raises(UsageError) as lists:
        read_levels((), kits)
    assert lists.value.code == "levels.two-of-a-year"
    assert len(read_levels((), (kits[0], kits[0])).lists) == 1
    assert read_pack(Path("vymysel.example/2027"), (kits[0], kits[0])).id == "vymysel.example/2027"


@pytest.mark.parametrize(
    "profiles", [("Физика", "Астрономия"), ("Астрономия", "Физика"), ("Астрономия", "*")]
)
def test_who_is_believed_for_less_twice_is_believed_for_what_both_leave(profiles: tuple[str, ...]) -> None:
    w = World()
    limits_of = [
        Distrust(
            w.olympiad.id,
            only_for=(
                Scope(("olympiad-diploma",), Years(), numbers=("*",), stages=("*",), profiles=(each,)),
            ),
        )
        for each in profiles
    ]
    own = replace(TrustList.start(now=NOW), distrust=tuple(limits_of))
    trust = beside(own, [("kit", w.trust(w.trusted(w.olympiad), status_lists=()))])
    report = Verifier(trust, status_lists=[w.olympiad.status()]).check(w.olympiad.diploma(), now=NOW)
    both = "*" in profiles
    assert [each.code for each in report.items] == ["item.confirmed" if both else "item.out-of-scope"]


def test_a_spoiled_showing_without_a_number_is_not_given_to_the_child_it_names(queue: Queue) -> None:
    """Whoever has a diploma of somebody else could spoil its showing and put it among the files."""
    queue.hand_in("27-000001 наш.json", 1, LEV)
    spoiled = queue.show(queue.diploma(2, LEV)).to_json()
    spoiled["proof"]["challenge"] = "другой"  # type: ignore[index, call-overload]
    queue.put("чужой.json", spoiled)
    results = queue.run()
    assert results.of[0].outcome is Outcome.CONFIRMED
    (placed,) = (each for each in results.desk.placed if each.unit.files[0].name == "чужой.json")
    assert (placed.match.how, placed.match.applicant) == (How.PROPOSAL, LEV)
    assert [note.code for note in placed.match.notes] == ["match.refused"]
