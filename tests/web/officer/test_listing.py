"""The list of applicants: a sheet and a folder become answers, a stopped run goes on, files lie beside it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

from tests.web.officer.office import Office
from tests.web.pages import Page
from vcwallet import strict_json
from vcwallet.verifier.queue import Progress
from vcwallet.web.pages.jobs import Job, Stopped
from vcwallet.web.pages.officer import listing

LIST = (
    "Номер;Фамилия;Имя;Отчество;Дата рождения\n"
    "27-1;Тестов;Пробник;Вымыслович;17.05.2009\n"
    "27-2;Заглушкин;Фёдор;Пустович;01.02.2009\n"
    "27-3;Никтошин;Нет;Нетович;03.04.2009\n"
).encode()


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    one = Office(tmp_path)
    one.opened()
    inbox = one.home / "Подано"
    w = one.world
    other = w.olympiad.diploma(
        9,
        holder=w.child.id,
        familyName="Заглушкин",
        givenName="Фёдор",
        patronymicName="Пустович",
        dateOfBirth="2009-02-01",
    )
    shown = {"27-1": w.bundle(), "27-2": w.bundle(other, to="other.example")}
    for number, bundle in shown.items():
        (inbox / number).mkdir(parents=True)
        (inbox / number / "показ.json").write_text(strict_json.dumps(bundle.to_json()), "utf-8")
    yield one
    one.desk.session.end()


def begin(office: Office, content: bytes = LIST, **data: object) -> Page:
    address = f"list/of/{office.desk.session.choose(office.home / 'Подано')}"
    assert "Чьи дипломы" in office.get(address).words
    return office.post(address, data, files=[("applicants", "список.csv", content)])


def test_every_applicant_has_an_answer_and_the_files_lie_beside_the_folder(office: Office) -> None:
    page = begin(office, protocols="1", checked_by="О. Тестова")
    assert "3 абитуриента" in page.words
    for number in ("27-1", "27-2", "27-3"):
        assert number in page.words
    results = office.home / "Подано — проверка"
    assert (results / "results.xlsx").exists()
    assert [each.suffix for each in (results / "протоколы").iterdir()] == [".pdf", ".pdf"]
    assert sorted(each.name for each in (office.home / "Подано").iterdir()) == ["27-1", "27-2"]
    book = openpyxl.load_workbook(io.BytesIO(office.get("list/table").content))
    assert [row[0].value for row in book.worksheets[0].iter_rows(min_row=2)] == ["27-1", "27-2", "27-3"]
    only = office.get("list/only/nothing")
    assert "27-3" in only.words
    assert "27-1" not in only.words


def test_a_list_that_has_to_be_put_right_is_told_row_by_row(office: Office, refused: list[str]) -> None:
    page = begin(office, LIST + "27-4;Кто-то;Где-то;;99.99.2009\n".encode())
    assert page.status == 422
    assert refused == ["queue.applicants"]
    assert "Строка 5" in page.words
    page = office.post(f"list/of/{office.desk.session.choose(office.home / 'Подано')}")
    assert refused[-1] == "queue.no-list"


def test_a_stopped_run_goes_on_where_it_was(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    checked: list[int] = []
    plain = listing._Following.checked

    def stops(watch: listing._Following, progress: Progress, layout: object) -> None:
        checked.append(progress.known)
        plain(watch, progress, layout)  # type: ignore[arg-type]
        if len(checked) == 1:
            raise Stopped

    monkeypatch.setattr(listing._Following, "checked", stops)
    page = begin(office)
    assert "Прервано" in page.words or "прервана" in page.words.lower()
    assert "Проверка прервана" in office.get("list").words
    page = office.post("list/go")
    assert "3 абитуриента" in page.words
    # What was answered before the stop was not checked again.
    assert max(checked) >= 1


def test_finishing_leaves_results_and_no_journal(office: Office) -> None:
    begin(office)
    assert "останутся" in office.get("list/finish").words
    office.post("list/finish")
    assert "Список абитуриентов" in office.get("list").words
    left = [each.name for each in (office.home / "Подано — проверка").iterdir()]
    assert "results.xlsx" in left
    assert not any("sqlite" in each for each in left)


def test_what_came_since_is_checked_without_the_rest(office: Office) -> None:
    begin(office)
    more = office.home / "Подано" / "27-3"
    more.mkdir()
    (more / "показ.json").write_text(strict_json.dumps(office.world.school.diploma(3)), "utf-8")
    page = office.post("list/go")
    assert "дипломов не найдено" not in office.get("list").words.lower() or "27-3" in page.words


def test_nothing_was_begun(office: Office) -> None:
    for address in ("list/table", "list/only/refused"):
        assert "Список абитуриентов" in office.get(address).words
    assert "Список абитуриентов" in office.post("list/go").words
    assert office.post("list", {"what": "folder"}).status == 200
    assert office.post("list", {"what": "zip"}).status == 200


def test_a_job_says_how_many_units_there_are(office: Office) -> None:
    job = Job("words", 0)
    call = listing.Listing.__new__(listing.Listing)
    watch = listing._Following(job, call, office.desk.session.language)

    class Layout:
        units = (1, 2, 3)

    watch.laid_out(Layout())  # type: ignore[arg-type]
    watch.checked(Progress(2, 3, 1, 0, 0), Layout())  # type: ignore[arg-type]
    assert (job.done, job.total) == (2, 3)


def test_whoever_asks_for_a_list_is_offered_lists_and_whoever_asks_for_a_wallet_is_not(
    office: Office,
) -> None:
    office.opened()
    (office.file.parent / "письмо.txt").write_text("читай", "utf-8")
    page = office.desk.post("officer/", {"wanted": "file"})
    assert "приёмная.json" in page.words
    assert "письмо.txt" not in page.words
    for door in ("family/", "secretary/"):
        page = office.desk.post(door, {"find": "1"})
        assert "Ничего не выбирать" in page.words
        assert "приёмная.json" not in page.words


def test_a_folder_without_folders_in_it_is_still_one_to_choose(office: Office) -> None:
    office.opened()
    page = office.post("list", {"what": "folder"})
    assert "Других папок здесь нет" in page.words
    assert "Ничего подходящего" not in page.words


def test_who_chooses_no_folder_goes_back_to_the_desk(office: Office) -> None:
    office.opened()
    page = office.post("list", {"what": "folder"})
    assert "В какой папке" in page.words
    assert f'href="{office.root}"' in page.html
