"""From a sheet with mistakes to signed diplomas, on pages, as a browser sends it."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image

from tests.unit.issuer.kits import HEADERS, OTHER, PUPIL
from tests.unit.issuer.offices import PASSPHRASE, Office
from tests.web.secretary.desks import SecretaryDesk, fields, sheet
from vcwallet.web.pages.secretary import signing


@pytest.fixture
def desk(tmp_path: Path) -> SecretaryDesk:
    return SecretaryDesk.of(tmp_path / "home", Office.make(tmp_path / "olympiad"))


def test_a_sheet_with_mistakes_becomes_signed_diplomas(desk: SecretaryDesk) -> None:
    wrong = ["Cказочный", "Иван", "", "31.02.2009", "10", "лауреат"]
    page = desk.give(sheet(PUPIL, wrong, OTHER))
    assert "Так мы поняли таблицу" in page.words
    assert "лауреат" in page.words
    page = desk.send(page)
    assert page.status == 200
    assert "Исправьте 3 ячейки" in page.words
    assert "<mark>C</mark>" in page.html
    for cell in ("A3", "D3", "F3"):
        assert f'id="{cell}" class="bad"' in page.html
        assert f'href="#{cell}"' in page.html
    page = desk.send(page, **{"word:degree:лауреат": "Диплом II степени"})
    assert "Исправьте 2 ячейки" in page.words
    corrected = sheet(PUPIL, ["Сказочный", "Иван", "", "28.02.2009", "10", "лауреат"], OTHER)
    action, _ = fields(page, "/corrected")
    page = desk.post(action, files=[("sheet", "Итоги 2.csv", corrected)])
    assert "Новых: 3." in page.words
    page = desk.send(page)
    assert "Посмотрите, прежде чем подписывать" in page.words
    picture = desk.browser.get(page.address("/kept/"), headers={"Sec-Fetch-Site": "same-origin"})
    assert Image.open(io.BytesIO(picture.content)).format == "PNG"
    desk.get(page.path)
    page = desk.send(page, "/sign")
    assert "Подписано 3 диплома" in page.words
    files = desk.office.files()
    assert len(files) == 3
    assert any("Диплом II степени" in str(each) for each in files.values())
    with desk.opened.issuer.settings_file.with_name("sheets.toml").open(encoding="utf-8") as kept:
        assert '"лауреат" = "Диплом II степени"' in kept.read()


def test_only_what_a_window_showed_is_signed_in_it(desk: SecretaryDesk, refused: list[str]) -> None:
    """In another window the rows were decided on anew: what the button here would sign, nobody saw here."""
    rows = desk.send(desk.give(sheet(PUPIL)))
    look = desk.send(rows)
    desk.send(desk.get(rows.path))
    answer = desk.post(*fields(look, "/sign"))
    assert answer.status == 422
    assert refused == ["page.changed-since"]
    assert not desk.office.files()
    assert "Подписан 1 диплом" in desk.send(answer, "/sign").words


def test_the_good_rows_may_go_ahead_and_nothing_is_signed_twice(desk: SecretaryDesk) -> None:
    wrong = [*OTHER[:5], "лауреат"]
    page = desk.send(desk.give(sheet(PUPIL, wrong)))
    page = desk.send(page, "/only-good")
    assert "1 строка с ошибками оставлена на потом" in page.words
    page = desk.send(desk.send(page), "/sign")
    assert "Подписан 1 диплом" in page.words
    assert "1 строка с ошибками не подписана" in page.words
    page = desk.send(desk.give(sheet(PUPIL, OTHER)))
    assert "Уже подписано, слово в слово: 1." in page.words
    desk.send(desk.send(page), "/sign")
    assert len(desk.office.files()) == 2


def test_what_only_a_person_can_tell_is_asked(desk: SecretaryDesk) -> None:
    page = desk.send(desk.send(desk.send(desk.give(sheet(PUPIL)))), "/sign")
    page = desk.send(desk.give(sheet(["Тестава", *PUPIL[1:]])))
    assert "Исправление" in page.words
    nothing = desk.send(page)
    assert "Подписывать нечего" in nothing.words
    page = desk.inside(page.path.partition(desk.opened.id + "/")[2])
    key = next(name for name in fields(page, page.path)[1] if name.startswith("row-"))
    page = desk.send(page, **{key: "correction"})
    page = desk.send(page, "/sign")
    assert "Опубликуйте" in page.words
    assert [line.state for line in desk.office.entries()] == ["revoked", "issued"]


def test_a_changed_row_is_signed_anew_only_when_somebody_says_so(desk: SecretaryDesk) -> None:
    desk.send(desk.send(desk.send(desk.give(sheet(PUPIL)))), "/sign")
    changed = sheet([*PUPIL[:5], "2"])
    assert "Подписывать нечего" in desk.send(desk.send(desk.give(changed))).words
    page = desk.send(desk.send(desk.give(changed)), replace="1")
    assert "Подписан 1 диплом" in desk.send(page, "/sign").words
    assert [line.state for line in desk.office.entries()] == ["revoked", "issued"]


def test_columns_are_said_on_the_page_and_read_again(desk: SecretaryDesk) -> None:
    page = desk.give(sheet(PUPIL, headers=[*HEADERS[:5], "Что дали"]))
    assert "Не хватает 1 столбца" in page.words
    page = desk.send(page, again="1", **{"column-F": "degree"})
    assert "Так мы поняли таблицу" in page.words
    assert "Не хватает" not in page.words
    assert "вы так сказали" in page.words
    page = desk.send(page)
    assert "Новых: 1." in page.words
    # Next year the same heading is known.
    assert "Не хватает" not in desk.give(sheet(OTHER, headers=[*HEADERS[:5], "Что дали"])).words


def test_what_the_sheet_lacks_may_be_written_once_beside_it(desk: SecretaryDesk) -> None:
    """Whoever left the olympiad's name empty, for a column that the sheet then has not got."""
    desk.opened.issuer.write_values({"olympiad-diploma": {"olympiad": ""}})
    page = desk.give(sheet(PUPIL))
    assert "Не хватает 1 столбца" in page.words
    assert page.path + "/values" in page.html
    mistakes = desk.get(page.path + "/mistakes")
    assert "Исправьте таблицу" in mistakes.words
    once = desk.get(next(each for each in mistakes.links if each.endswith("/values")))
    assert "Диплом олимпиады" in once.words
    assert "Сертификат участника" not in once.words
    page = desk.send(once, **{"value-olympiad-diploma.olympiad": "Олимпиада «Вымысел»"})
    assert "Так мы поняли таблицу" in page.words
    assert "Не хватает" not in page.words


def test_only_what_is_the_same_for_all_is_offered_to_be_written_once(desk: SecretaryDesk) -> None:
    page = desk.give(sheet(PUPIL[1:], headers=HEADERS[1:]))
    assert "Не хватает 1 столбца" in page.words
    assert "/values" not in page.html


def test_a_refused_meaning_leaves_the_reading_as_it_was(desk: SecretaryDesk) -> None:
    page = desk.give(sheet([*PUPIL[:5], "лауреат"]))
    page = desk.send(page, **{"word:degree:лауреат": "Гран-при"})
    assert page.status == 422
    assert page.code == "roster.meaning"
    assert "Так мы поняли таблицу" in page.words
    page = desk.inside(page.path.partition(desk.opened.id + "/")[2])
    assert page.code == ""


def test_words_that_belong_to_a_name_are_allowed_row_by_row(desk: SecretaryDesk) -> None:
    headers = [*HEADERS, "Школа"]
    rows = [[*PUPIL, "Медицинский лицей"], [*OTHER, "Медицинский лицей"]]
    page = desk.send(desk.give(sheet(*rows, headers=headers)))
    assert "Исправьте 2 ячейки" in page.words
    page = desk.send(page, allow="2")
    assert "Исправьте 1 ячейку" in page.words
    page = desk.send(page, allow="3")
    assert "Новых: 2." in page.words


def test_what_is_read_differently_on_request(desk: SecretaryDesk) -> None:
    page = desk.give(sheet(["ТЕСТОВ", *PUPIL[1:]]))
    page = desk.send(page, **{"name-case": "1", "again": "1"})
    assert "Тестов Пробник" in page.words
    assert fields(page, page.path)[1]["name-case"] == "1"
    page = desk.send(page, again="1", remember="")
    assert desk.send(page).path.endswith("/rows")


def test_rows_of_two_sheets_with_one_number_are_asked_about_apart(desk: SecretaryDesk) -> None:
    """A number alone would answer for both."""
    import openpyxl

    book = openpyxl.Workbook()
    for title, row in (("9 класс", PUPIL), ("10 класс", OTHER)):
        page_of = book.create_sheet(title)
        page_of.append(HEADERS)
        page_of.append(row)
    del book["Sheet"]

    def content() -> bytes:
        out = io.BytesIO()
        book.save(out)
        return out.getvalue()

    page = desk.give(content(), name="Итоги.xlsx")
    assert "В какой строке заголовки?" in page.words
    page = desk.send(page, header="all")
    desk.send(desk.send(desk.send(page)), "/sign")
    book["9 класс"]["A2"], book["10 класс"]["A2"] = "Тестава", "Премерова"
    page = desk.send(desk.send(desk.give(content(), name="Итоги.xlsx"), header="all"))
    keys = [name for name in fields(page, page.path)[1] if name.startswith("row-")]
    assert len(keys) == 2
    page = desk.send(page, **{keys[0]: "correction"})
    desk.send(page, "/sign")
    assert [line.state for line in desk.office.entries()] == ["revoked", "issued", "issued"]


def test_a_sheet_without_known_headers_is_asked_about(desk: SecretaryDesk) -> None:
    page = desk.give(sheet(PUPIL, headers=["1", "2", "3", "4", "5", "6"]))
    assert "В какой строке заголовки?" in page.words
    again = desk.send(page, header="0:40")
    assert again.code == "roster.no-header"
    page = desk.send(page, header="0:1")
    assert "Так мы поняли таблицу" in page.words


@pytest.mark.parametrize(("content", "code"), [(b"", "page.no-sheet"), (b"\0\1\2", None)])
def test_what_is_no_sheet_is_said_at_the_field(desk: SecretaryDesk, content: bytes, code: str | None) -> None:
    page = desk.give(content, name="") if code else desk.give(content)
    assert page.status == 422
    assert page.code
    assert code in (None, page.code)
    assert "Какая таблица с результатами?" in page.words


def test_the_sheet_comes_back_with_its_cells_marked(desk: SecretaryDesk) -> None:
    import openpyxl

    page = desk.send(desk.give(sheet([*PUPIL[:5], "лауреат"])))
    answer = desk.browser.get(page.address("/marked"), headers={"Sec-Fetch-Site": "same-origin"})
    assert "attachment" in answer.headers["content-disposition"]
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    assert book.worksheets[0]["F2"].comment is not None


def test_a_stopped_signing_goes_on_where_it_was(desk: SecretaryDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signing, "_AT_ONCE", 1)
    page = desk.send(desk.send(desk.give(sheet(PUPIL, OTHER))))
    issue = desk.opened.issuer.issue

    def pressed_meanwhile(*arguments: object, **options: object) -> object:
        assert desk.opened.job is not None
        desk.opened.job.stop()
        return issue(*arguments, **options)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(desk.opened.issuer, "issue", pressed_meanwhile)
        stopped = desk.send(page, "/sign")
    assert "1 из 2" in stopped.words
    assert len(desk.office.files()) == 1
    page = desk.get(stopped.address("/rows"))
    assert "Уже подписано, слово в слово: 1." in page.words
    desk.send(desk.send(page), "/sign")
    assert len(desk.office.files()) == 2


def test_a_signing_under_way_keeps_the_folder_open_and_silence_afterwards_closes_it(
    desk: SecretaryDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = desk.send(desk.send(desk.give(sheet(PUPIL))))
    issue = desk.opened.issuer.issue
    closed: list[object] = []

    def slowly(*arguments: object, **options: object) -> object:
        desk.time.pass_by(timedelta(minutes=6))
        closed.extend(desk.session.close_idle())
        return issue(*arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(desk.opened.issuer, "issue", slowly)
    page = desk.send(page, "/sign")
    assert not closed
    assert "Подписан 1 диплом" in page.words
    desk.time.pass_by(timedelta(minutes=6))
    assert desk.session.close_idle() == (desk.opened,)
    after = desk.get(page.path)
    assert after.path.endswith("/closed")
    assert "Тестов" not in after.html


def test_the_passphrase_is_asked_for_when_rows_are_compared_and_leads_back_to_them(tmp_path: Path) -> None:
    desk = SecretaryDesk.of(tmp_path / "home", Office.make(tmp_path / "olympiad"), unlocked=False)
    page = desk.send(desk.give(sheet(PUPIL)))
    assert page.path.endswith("/unlock")
    page = desk.send(page, passphrase=PASSPHRASE)
    assert "Новых: 1." in page.words


def test_without_the_keys_a_sheet_is_read_and_the_keys_are_asked_for_before_rows_are_compared(
    tmp_path: Path,
) -> None:
    desk = SecretaryDesk.of(tmp_path / "home", Office.make(tmp_path / "olympiad"), unlocked=False)
    page = desk.give(sheet(PUPIL))
    assert "Так мы поняли таблицу" in page.words
    desk.send(page)
    assert desk.opened.wanted.endswith("/rows")


def test_a_sheet_of_another_window_is_its_own(desk: SecretaryDesk) -> None:
    one, two = desk.give(sheet(PUPIL)), desk.give(sheet(OTHER))
    assert one.path != two.path
    assert "Тестов" in desk.get(one.path).words
    assert "Примерова" not in desk.get(one.path).words
    assert desk.inside("sheet/unknown").code == "page.forgotten"


def test_no_value_of_a_sheet_becomes_markup(desk: SecretaryDesk) -> None:
    hostile = '<script>alert(1)</script>"onerror=x'
    page = desk.give(sheet([hostile, "Пробник", "", "", "9", hostile], headers=[*HEADERS[:5], "Степень"]))
    for shown in (page, desk.send(page)):
        assert "<script>alert" not in shown.html
        assert "&lt;script&gt;" in shown.html
