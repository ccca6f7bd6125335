"""`vcwallet verify-folder`, as an officer gives it: results, decisions, protocols, and what it ends with."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pikepdf
import pytest

from tests.kits import Desk as OfficeWithKits
from tests.kits import Maintainer, paper_of
from tests.shared import ROOT
from tests.unit.verifier.queues import LEV, MARIA, PETER, Queue
from tests.world import NOW, UNIVERSITY
from vcwallet.cli import main, verify_folder
from vcwallet.cli.admission import read_pack
from vcwallet.cli.speak import Speaker
from vcwallet.errors import VcwalletError
from vcwallet.locales import language
from vcwallet.speaking import queue_run
from vcwallet.verifier.applicants import ApplicantRow
from vcwallet.verifier.levels import Levels
from vcwallet.verifier.queue import Rules

RULES = ROOT / "examples" / "admission" / "vymysel-2027.toml"
Say = Callable[..., tuple[int, str, str]]


@pytest.fixture
def queue(tmp_path: Path) -> Queue:
    made = Queue(tmp_path)
    made.inbox.mkdir()
    trust = made.world.trust(recipient=UNIVERSITY).to_json()
    (tmp_path / "trust.json").write_text(json.dumps(trust), "utf-8")
    write_list(made)
    return made


def write_list(queue: Queue, head: str = "", *more: str) -> None:
    lines = [f"Номер заявления;Фамилия;Имя;Дата рождения{head}"]
    for row, rest in zip(queue.rows, more or [""] * len(queue.rows), strict=True):
        born = row.born.strftime("%d.%m.%Y") if row.born else ""
        lines.append(f"{row.number};{row.family};{row.given};{born}{rest}")
    (queue.folder / "list.csv").write_text("\r\n".join(lines), "cp1251")


def command(queue: Queue, *options: str, source: str = "in") -> list[str]:
    folder = queue.folder
    return [
        *("verify-folder", str(folder / source), "--applicants", str(folder / "list.csv")),
        *("--out", str(folder / "out"), "--now", "2026-06-10T12:00:00Z", *options),
    ]


@pytest.fixture
def say(queue: Queue, capsys: pytest.CaptureFixture[str]) -> Say:
    def run(*options: str, language: str = "ru", source: str = "in") -> tuple[int, str, str]:
        whom = () if "--kit" in options else ("--trust", str(queue.folder / "trust.json"))
        with pytest.raises(SystemExit) as ended:
            main(["--lang", language, *command(queue, *whom, *options, source=source)])
        out, err = capsys.readouterr()
        assert isinstance(ended.value.code, int)
        return ended.value.code, out, err

    return run


def sheet(queue: Queue, page: str = "Итоги", name: str = "results.xlsx") -> list[dict[str, Any]]:
    book = openpyxl.load_workbook(queue.folder / "out" / name)
    head, *rows = book[page].iter_rows(values_only=True)
    return [dict(zip(map(str, head), row, strict=True)) for row in rows]


def test_everything_answered_ends_with_0_and_leaves_only_the_results(queue: Queue, say: Say) -> None:
    queue.hand_in("27-000001/a.json", 1, LEV)
    queue.hand_in("27-000002.json", 2, MARIA)
    status, out, err = say()
    assert (status, "Traceback" in err) == (0, False)
    assert "✓ подтверждено: 2" in out
    assert "дипломов не найдено: 1" in out
    assert "Файлы: 2 = с дипломами 2" in out
    assert [each.name for each in (queue.folder / "out").iterdir()] == ["results.xlsx"]
    assert [row["Ответ"] for row in sheet(queue)] == [
        "✓ подтверждено",
        "✓ подтверждено",
        "дипломов не найдено",
    ]
    about = {row["Сведения"]: row["Значение"] for row in sheet(queue, "О проверке")}
    assert about["Кому показано"] == UNIVERSITY
    assert about["Хранить до"] == "31.12.2031"
    assert about["Проверено"] == "10.06.2026 12:00 UTC"


@pytest.mark.parametrize("option", ["--office", "--checked-by"])
def test_what_stands_in_protocols_alone_is_not_passed_over(queue: Queue, say: Say, option: str) -> None:
    queue.hand_in("27-000001/a.json", 1, LEV)
    status, out, err = say(option, "Образцова П. П.")
    assert (status, out) == (2, "")
    assert option in err
    assert "--protocols" in err
    assert not (queue.folder / "out").exists()


def test_a_refused_applicant_is_an_answer(queue: Queue, say: Say) -> None:
    bundle = json.dumps(queue.show(queue.diploma(1, LEV)).to_json(), ensure_ascii=False)
    queue.put("27-000001.json", bundle.replace("Заключительный", "Региональный").encode())
    status, out, _ = say()
    assert status == 0
    assert "✗ не принимать: 1" in out


def test_what_needs_a_person_ends_with_3_and_a_decision_ends_that(queue: Queue, say: Say) -> None:
    queue.hand_in("27-000001/a.json", 1, replace(LEV, given="Лада"))
    status, out, _ = say()
    assert status == 3
    assert "К разбору: 1" in out
    decisions = queue.folder / "out" / "decisions.csv"
    lines = list(csv.reader(io.StringIO(decisions.read_text("utf-8-sig")), delimiter=";"))
    assert lines[0][:4] == ["Контрольная сумма", "Номер", "Кто решил", "Когда"]
    lines[1][1:4] = ["27-000001", "Образцова", "15.06.2027"]
    decisions.write_text("\n".join(";".join(line) for line in lines), "cp1251")
    status, out, _ = say()
    assert status == 0
    first, *_ = sheet(queue)
    who = "по решению человека (Образцова, 15.06.2027)"
    assert (first["Ответ"], first["Сопоставлено"]) == ("✓ подтверждено", who)
    assert "Образцова" in decisions.read_text("utf-8-sig")
    decisions.write_text(decisions.read_text("utf-8-sig").replace("27-000001", "99-1"), "utf-8")
    status, _, err = say()
    assert status == 2
    assert "99-1" in err


def test_a_decision_written_into_the_results_is_not_lost(queue: Queue, say: Say) -> None:
    queue.hand_in("27-000001/a.json", 1, replace(LEV, given="Лада"))
    queue.hand_in("27-000002.json", 2, replace(MARIA, given="Майя"))
    assert say()[0] == 3
    results = queue.folder / "out" / "results.xlsx"
    book = openpyxl.load_workbook(results)
    page = book["К разбору"]
    titles = [cell.value for cell in page[1]]
    column = titles.index("Решение: номер заявления или «нет»") + 1
    page.cell(2, column, "27-000001")
    page.cell(3, column, "нет")
    book.save(results)
    assert say()[0] == 0
    assert sheet(queue)[0]["Сопоставлено"] == "по решению человека (results.xlsx, 10.06.2026)"
    written = (queue.folder / "out" / "decisions.csv").read_text("utf-8-sig")
    assert written.count("results.xlsx;10.06.2026;27-00000") == 2, "the file stays beside the decision"
    assert say()[0] == 0
    assert (queue.folder / "out" / "decisions.csv").read_text("utf-8-sig") == written


def test_a_number_written_into_the_results_by_mistake_is_put_right_there(queue: Queue, say: Say) -> None:
    queue.hand_in("27-000001/a.json", 1, replace(LEV, given="Лада"))
    assert say()[0] == 3
    results, decisions = queue.folder / "out" / "results.xlsx", queue.folder / "out" / "decisions.csv"
    before = decisions.read_bytes()

    def write(number: str) -> None:
        book = openpyxl.load_workbook(results)
        page = book["К разбору"]
        titles = [cell.value for cell in page[1]]
        page.cell(2, titles.index("Решение: номер заявления или «нет»") + 1, number)
        book.save(results)

    write("99-1")
    status, _, err = say()
    assert status == 2
    assert "results.xlsx: Строка 2: номера 99-1 нет" in err
    assert decisions.read_bytes() == before
    write("27-000001")
    assert say()[0] == 0


def test_what_waits_says_why_its_answer_is_what_it_is(queue: Queue, say: Say) -> None:
    bundle = json.dumps(queue.show(queue.diploma(1, LEV)).to_json(), ensure_ascii=False)
    queue.put("IMG_1.json", bundle.replace("Заключительный", "Региональный").encode())
    assert say()[0] == 3
    book = openpyxl.load_workbook(queue.folder / "out" / "results.xlsx")
    titles, row = ([cell.value for cell in one] for one in list(book["К разбору"])[:2])
    told = dict(zip(titles, row, strict=True))
    assert told["Ответ"] == "✗ не принимать"
    assert "изменён после подписания" in told["Почему такой ответ"]
    assert told["Почему ждёт"]


def test_a_list_with_mistakes_is_told_before_anything_is_read(queue: Queue, say: Say) -> None:
    queue.rows = (LEV, replace(MARIA, number=LEV.number), replace(PETER, family=""))
    write_list(queue)
    queue.put("27-000001.json", b"{")
    status, out, err = say()
    assert status == 4
    assert "Номер 27-000001 уже стоит в строке 2" in err
    assert "Строка 4: В строке нет имени" in err
    assert "замечаний: 2" in err
    assert not out
    assert not (queue.folder / "out").exists()


def test_lists_and_folders_that_cannot_be_used_end_with_4_or_2(queue: Queue, say: Say) -> None:
    write_list(queue, ";СНИЛС", ";1", ";2", ";3")
    status, _, err = say()
    assert status == 2
    assert "СНИЛС" in err
    assert "не нужен" in err
    write_list(queue)
    status, _, err = say(source="нет")
    assert status == 4
    assert "Назовите папку" in err
    queue.rows = ()
    write_list(queue)
    status, _, err = say()
    assert status == 4
    assert "нет поступающих" in err


def test_what_is_worth_a_look_is_said_and_the_work_goes_on(queue: Queue, say: Say) -> None:
    queue.rows = (LEV, replace(MARIA, number=""), PETER)
    write_list(queue, ";Школа", ";1", ";2", ";3")
    queue.hand_in("27-000001.json", 1, LEV)
    status, _, err = say()
    assert status == 0
    assert "нет номера заявления" in err
    assert "не используются: Школа" in err


def test_the_results_of_a_second_run_are_the_same_bytes(queue: Queue, say: Say) -> None:
    for number, row in enumerate((LEV, MARIA, PETER)):
        queue.hand_in(f"{row.number}.json", number, row)
    say()
    results = queue.folder / "out" / "results.xlsx"
    first = results.read_bytes()
    say("--keep")
    assert (queue.folder / "out" / ".verify-folder.sqlite").exists()
    assert results.read_bytes() == first
    _, _, err = say("--workers", "2")
    assert results.read_bytes() == first
    assert "продолжается" in err
    assert not (queue.folder / "out" / ".verify-folder.sqlite").exists()


def test_results_that_are_open_are_written_beside_and_that_is_said(queue: Queue, say: Say) -> None:
    queue.hand_in("27-000001.json", 1, LEV)
    say()
    (queue.folder / "out" / ".~lock.results.xlsx#").write_bytes(b"")
    _, _, err = say()
    assert "results (2).xlsx" in err
    assert sheet(queue, name="results (2).xlsx")[0]["Ответ"] == "✓ подтверждено"


def test_the_rules_of_the_university_are_asked_for_each_programme(queue: Queue, say: Say) -> None:
    queue.hand_in("27-000001.json", 1, LEV)
    write_list(queue, ";Направления;ЕГЭ математика;Особое право", ";01.03.02;80;", ";;;", ";99.99.99;;нет")
    status, _, err = say("--policy", str(RULES), "--explain")
    assert status == 0
    assert "99.99.99" in err
    first, second, _ = sheet(queue)
    assert first["Баллы ИД"] is not None
    assert first["Как посчитано"]
    assert second["Баллы ИД"] is None
    about = {row["Сведения"]: row["Значение"] for row in sheet(queue, "О проверке")}
    assert any("vymysel" in str(value) for value in about.values())
    write_list(queue)
    status, _, err = say("--policy", str(RULES))
    assert status == 2
    assert "Направления" in err
    status, *_ = say("--policy", str(RULES), "--programme", "01.03.02")
    assert status == 0
    status, _, err = say("--policy", str(RULES), "--programme", "Небывалое")
    assert status == 2
    status, _, err = say("--programme", "01.03.02")
    assert (status, "--policy" in err) == (2, True)


def test_a_protocol_is_written_for_each_who_handed_in_something(queue: Queue, say: Say) -> None:
    queue.hand_in("27-000001/a.json", 1, LEV)
    queue.hand_in("27-000001/b.json", 2, LEV)
    queue.hand_in("27-000002.json", 3, MARIA)
    folder = queue.folder / "протоколы"
    status, *_ = say(
        *("--protocols", str(folder), "--office", "Вымышленный университет", "--retain-until", "2030-01-31")
    )
    assert status == 0
    names = sorted(each.name for each in folder.iterdir())
    assert names == ["27-000001 Вымыслов Лев.pdf", "27-000002 Небывалова Мария.pdf"]
    with pikepdf.open(folder / names[0]) as pdf:
        attached = json.loads(pdf.attachments["report.json"].get_file().read_bytes())
    (report,) = attached["reports"]
    assert [item["number"] for item in report["items"]] == [1, 2]
    assert len(report["source"]) == 2


def test_the_register_of_showings_tells_what_came_under_another_number(queue: Queue, say: Say) -> None:
    bundle = queue.show(queue.diploma(1, LEV))
    queue.put("27-000001.json", bundle)
    seen = ("--seen", str(queue.folder / "seen.sqlite"))
    assert say(*seen)[0] == 0
    assert say(*seen)[0] == 0
    queue.rows = (replace(LEV, number="27-000777", patronymic="Иной"), MARIA, PETER)
    write_list(queue)
    (queue.inbox / "27-000001.json").rename(queue.inbox / "27-000777.json")
    status, *_ = say(*seen)
    assert status == 3
    first, *_ = sheet(queue)
    assert first["Ответ"] == "? неизвестно"
    assert "27-000001" in first["Подано повторно"]
    assert "27-000001" not in (queue.folder / "seen.sqlite").read_bytes().decode("latin-1")


def test_counts_as_json_and_in_english(queue: Queue, say: Say) -> None:
    queue.hand_in("27-000001.json", 1, LEV)
    status, out, _ = say("--json", language="en")
    counts = json.loads(out)
    assert (status, counts["applicants"], counts["outcomes"]["confirmed"]) == (0, 3, 1)
    assert (counts["withoutAnswer"], counts["open"], counts["files"]["withItems"]) == (2, 0, 1)
    book = openpyxl.load_workbook(queue.folder / "out" / "results.xlsx")
    assert book.sheetnames == ["Summary", "Diplomas", "For a person", "Files", "About this check"]


def test_results_may_be_named_as_a_file(queue: Queue, say: Say) -> None:
    queue.hand_in("27-000001.json", 1, LEV)
    status, *_ = say("--out", str(queue.folder / "итоги" / "июнь.xlsx"))
    assert status == 0
    assert (queue.folder / "итоги" / "июнь.xlsx").exists()


@pytest.mark.parametrize("name", ["июнь.xlsx", "results.xlsx"])
def test_a_workbook_that_is_no_results_is_never_written_over(queue: Queue, say: Say, name: str) -> None:
    queue.hand_in("27-000001.json", 1, LEV)
    place = queue.folder / "итоги" / name
    place.parent.mkdir()
    openpyxl.Workbook().save(place)
    before = place.read_bytes()
    status, _, err = say("--out", str(place))
    assert (status, place.read_bytes() == before) == (2, True)
    assert name in err
    place.write_bytes(b"")
    assert say("--out", str(place))[0] == 2
    place.unlink()
    assert say("--out", str(place))[0] == 0
    assert say("--out", str(place))[0] == 0, "results are written anew"


def test_what_is_the_offices_own_is_not_handed_in(queue: Queue, say: Say) -> None:
    queue.hand_in("27-000001.json", 1, LEV)
    for name in ("list.csv", "trust.json"):
        (queue.folder / name).rename(queue.inbox / name)
    own = ("--applicants", str(queue.inbox / "list.csv"), "--trust", str(queue.inbox / "trust.json"))
    assert say(*own)[0] == 0
    assert [row["Файл"] for row in sheet(queue, "Файлы")] == ["27-000001.json"]
    status, _, err = say(*own, "--out", str(queue.inbox / "results"))
    assert status == 2
    assert "вне папки" in err
    with pytest.raises(VcwalletError) as caught:
        queue_run.places_of(queue.inbox / "results.xlsx", queue.inbox, [queue.inbox / "list.csv"])
    assert caught.value.code == "queue.results-inside"


def test_an_export_is_checked_as_it_came(queue: Queue, say: Say) -> None:
    import zipfile

    queue.hand_in("27-000001/a.json", 1, LEV)
    with zipfile.ZipFile(queue.folder / "выгрузка.zip", "w") as archive:
        archive.write(queue.inbox / "27-000001" / "a.json", "27-000001 Вымыслов/диплом.json")
    status, *_ = say(source="выгрузка.zip")
    assert status == 0
    assert sheet(queue)[0]["Файлы"] == "27-000001 Вымыслов/диплом.json"


def test_no_offers_without_the_part_and_that_is_said(
    queue: Queue, say: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "rapidfuzz", None)
    queue.hand_in("27-000001.json", 1, LEV)
    status, _, err = say()
    assert status == 0
    assert "«queue»" in err


@pytest.mark.parametrize(
    ("rows", "rules", "code"),
    [
        ((LEV, LEV), False, "queue.applicants"),
        ((), False, "queue.no-applicants"),
        ((LEV,), True, "queue.no-programme"),
    ],
)
def test_a_list_that_is_of_no_use_has_its_code(
    rows: tuple[ApplicantRow, ...], rules: bool, code: str, queue: Queue
) -> None:
    queue.rows = rows
    write_list(queue)
    asked = Rules(read_pack(RULES), Levels({})) if rules else None
    with pytest.raises(VcwalletError) as caught:
        verify_folder._applicants(Speaker(language("ru")), queue.folder / "list.csv", asked, today=NOW.date())
    assert caught.value.code == code
    assert caught.value.next_step


def test_an_installed_kit_is_asked_by_every_worker(queue: Queue, say: Say) -> None:
    made = NOW - timedelta(days=2)
    maintainer = Maintainer()
    queue.world.olympiad.revoked.add(2)
    levels = (ROOT / "examples/admission/levels/2025-26.json").read_bytes()
    content = {
        "trust/national.json": json.dumps(queue.world.trust(status_lists=()).to_json()).encode(),
        "status/olymp/1.json": json.dumps(queue.world.olympiad.status(made)).encode(),
        "levels/2025-26.json": levels,
        "packs/vymysel.example/2027.toml": RULES.read_bytes(),
    }
    kit = maintainer.make(content, made)
    OfficeWithKits(queue.folder / "kits", paper_of(kit)).update(kit, made)
    for number, row in enumerate((LEV, MARIA, PETER), 1):
        queue.hand_in(f"{row.number}.json", number, row)
    options = ("--kit", str(queue.folder / "kits"), "--domain", UNIVERSITY)
    assert say(*options)[0] == 0
    first = (queue.folder / "out" / "results.xlsx").read_bytes()
    answers = [row["Ответ"] for row in sheet(queue)]
    assert answers == ["✓ подтверждено", "– не засчитывается", "✓ подтверждено"]
    about = {row["Сведения"]: row["Значение"] for row in sheet(queue, "О проверке")}
    assert about["Комплект"].startswith("vymysel, № 1 от 08.06.2026")
    assert say(*options, "--workers", "2")[0] == 0
    assert (queue.folder / "out" / "results.xlsx").read_bytes() == first
    (name,) = (pack.id for pack in [read_pack(RULES)])
    assert say(*options, "--policy", name, "--programme", "01.03.02")[0] == 0
    about = {row["Сведения"]: row["Значение"] for row in sheet(queue, "О проверке")}
    assert any("2025/26" in name for name in about)
    assert sheet(queue)[0]["Баллы ИД"] is not None
