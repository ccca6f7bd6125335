"""The desk: camera, hand scanner and files end in one answer, and today's list keeps it in memory only."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

from tests.shared import processor_seconds
from tests.unit.bundle import samples
from tests.web.officer.office import HOUR, Office, before_the_camera, codes
from tests.world import NOW, UNIVERSITY, World
from vcwallet import limits, strict_json
from vcwallet.bundle.codec import Bundle
from vcwallet.bundle.request import Request


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    one = Office(tmp_path)
    yield one
    one.desk.session.end()


def several(w: World, count: int = 8) -> Bundle:
    """So many diplomas that they need several codes."""
    return w.bundle(*(w.olympiad.diploma(number, holder=w.child.id) for number in range(10, 10 + count)))


def test_opening_shows_whom_the_list_believes_and_then_the_desk(office: Office) -> None:
    page = office.opened()
    assert page.status == 200
    assert "Покажите код камере" in page.words
    assert "Список доверия: 5 дней. Сведения об отозванных: 3 дня, годны 14." in page.html
    assert UNIVERSITY in page.html


def test_five_codes_before_the_camera_become_one_answer(office: Office) -> None:
    office.opened()
    parts = codes(several(office.world, 14))
    assert len(parts) >= 3
    said = [office.frame(before_the_camera(each, number)) for number, each in enumerate(parts)]
    assert said[0]["said"].startswith(f"Прочитано 1 из {len(parts)}, не хватает 2")
    assert [each["go"] for each in said[:-1]] == [""] * (len(parts) - 1)
    answer = office.desk.get(said[-1]["go"])
    assert "Подтверждено" in answer.words
    # The next person; the sheet of the last one is still in sight.
    assert "Следующий" in answer.words
    office.post("next")
    again = office.frame(before_the_camera(parts[0]))
    assert (again["seen"], again["go"]) == ("answered", "")


def test_a_picture_of_a_camera_costs_a_small_part_of_a_second(office: Office) -> None:
    """Here a sixtieth."""
    office.opened()
    picture = before_the_camera(codes(several(office.world, 14))[0])
    office.frame(picture)
    with processor_seconds(40 * 10 / 60):
        for _ in range(40):
            office.frame(picture)


@pytest.mark.parametrize("picture", [b"", b"\xff\xd8\xffbroken", b"%PDF-1.7", b"<html>"])
def test_a_picture_that_no_camera_sends_is_told_and_the_next_is_read(office: Office, picture: bytes) -> None:
    office.opened()
    told = office.frame(picture)
    assert (told["seen"], told["go"]) == ("other", "")
    assert told["said"]
    assert office.frame(before_the_camera(codes(several(office.world))[0]))["seen"] in ("part", "whole")


def test_a_picture_beyond_the_ceiling_is_refused(office: Office) -> None:
    office.opened()
    with pytest.raises(AssertionError):
        office.frame(b"\xff\xd8\xff" + bytes(limits.CAMERA_PICTURE_BYTES))


def test_pictures_keep_no_desk_open(office: Office) -> None:
    office.opened()
    picture = before_the_camera(codes(several(office.world))[0])
    office.desk.time.pass_by(HOUR / 7)
    office.frame(picture)
    office.desk.time.pass_by(HOUR / 7)
    assert len(office.desk.session.close_idle()) == 1


def test_a_hand_scanner_types_codes_one_after_another(office: Office) -> None:
    office.opened()
    parts = codes(several(office.world, 14))
    for number, each in enumerate(parts[:-1], 1):
        page = office.post("typed", {"typed": each.digits})
        assert f"Прочитано {number} из {len(parts)}" in page.words
    assert "Подтверждено" in office.post("typed", {"typed": parts[-1].digits}).words


def test_what_is_no_code_is_told_beside_the_field(office: Office) -> None:
    office.opened()
    page = office.post("typed", {"typed": "12345"})
    assert page.status == 422
    assert "не код диплома" in page.words
    assert 'aria-invalid="true"' in page.html


def test_beginning_again_forgets_the_parts(office: Office) -> None:
    office.opened()
    office.post("typed", {"typed": codes(several(office.world, 14))[0].digits})
    assert "Прочитано 1" in office.get().words
    office.post("anew")
    assert "Прочитано 1" not in office.get().words


def test_several_files_have_an_answer_each_and_a_bad_one_costs_only_itself(office: Office) -> None:
    office.opened()
    w = office.world
    good, other = w.bundle(), w.bundle(to="other.example")
    files = [("files", "а/показ.json", good.to_json()), ("files", "б/показ.json", other.to_json())]
    sent = [(field, name, strict_json.dumps(each).encode()) for field, name, each in files]
    page = office.post("files", files=[*sent, ("files", "в/сломан.pdf", b"%PDF-1.7 broken")])
    assert "Подтверждено" in page.html
    assert "Показ не вам" in page.html or "не вам" in page.html.lower()
    assert "сломан.pdf" in page.words
    assert "Сегодня: 2" in office.get().words


def test_nothing_chosen_changes_nothing(office: Office) -> None:
    office.opened()
    assert "Покажите код камере" in office.post("files").words


def test_many_files_are_read_behind_a_page_of_their_own(office: Office) -> None:
    office.opened()
    w = office.world
    shown = [w.bundle(w.olympiad.diploma(number, holder=w.child.id)).to_json() for number in range(6)]
    page = office.give(*shown)
    assert "6 ответов" in page.words


def test_a_request_of_the_office_is_what_is_asked_from_then_on(office: Office) -> None:
    office.opened()
    asked = Request(domain=UNIVERSITY, purpose="Поступление в 2026 году", created=NOW, challenge="4711")
    office.give(asked.to_json())
    assert "Поступление в 2026 году" in office.get().words
    assert "ответ не на ваш вопрос" in office.give(office.world.bundle().to_json()).words.lower()


# --- the answer -------------------------------------------------------------------------------------------


def test_an_answer_says_the_deciding_reason_before_the_person_and_the_diplomas(office: Office) -> None:
    w = office.world
    w.olympiad.revoked = {8}
    office.opened(status_lists=(w.olympiad.status(),))
    diplomas = [w.olympiad.diploma(index, holder=w.child.id) for index in (7, 8)]
    page = office.give(w.bundle(*diplomas).to_json())
    assert 'class="verdict partly"' in page.html
    order = ["Частично", "отозван", "17 мая 2009"]
    places = [page.words.lower().find(each.lower()) for each in order]
    assert places == sorted(places)
    assert -1 not in places
    assert "data-focus" in page.html


def test_a_name_alone_is_to_be_compared_with_the_passport(office: Office) -> None:
    office.opened(recipient=None)
    page = office.give(office.world.school.diploma(3))
    assert "Сверьте с паспортом" in page.words


def test_nobody_is_sent_to_the_passport_with_a_name_that_nothing_proves(office: Office) -> None:
    office.opened(recipient=None)
    diploma = office.world.school.diploma(3)
    diploma["name"] = "Изменено"
    page = office.give(diploma)
    assert 'class="verdict refused"' in page.html
    assert "Сверьте с паспортом" not in page.words


def test_what_is_shown_again_names_the_answer_before(office: Office) -> None:
    office.opened()
    shown = office.world.bundle().to_json()
    office.give(shown)
    page = office.give(shown)
    assert "Уже показывали" in page.words
    assert page.address("answers/1")


@pytest.mark.parametrize("number", ["2", "0", "-1", "x", "99999999999", "1%2F"])
def test_an_answer_that_is_not_there_is_told(office: Office, refused: list[str], number: str) -> None:
    office.opened()
    office.give(office.world.bundle().to_json())
    page = office.get(f"answers/{number}")
    assert (page.status, refused) in ((404, []), (422, ["desk.no-entry"]))


def test_a_protocol_is_made_for_an_answer(office: Office) -> None:
    office.opened()
    office.give(office.world.bundle().to_json())
    assert UNIVERSITY in office.get("answers/1/protocol").html
    page = office.post("answers/1/protocol", {"office": "Вуз", "number": "27-1", "checked_by": "О. Тестова"})
    assert page.content.startswith(b"%PDF")
    # The next one begins with what was said.
    assert "О. Тестова" in office.get("answers/1/protocol").html


# --- today's list -------------------------------------------------------------------------------------------


def test_today_is_a_table_to_save_and_to_forget(office: Office) -> None:
    office.opened()
    office.give(office.world.bundle().to_json())
    office.give(office.world.bundle(to="other.example").to_json())
    assert "Сегодня: 2" in office.get("today").words
    book = openpyxl.load_workbook(io.BytesIO(office.get("today.xlsx").content))
    assert [row[0].value for row in book.worksheets[0].iter_rows(min_row=2)] == [1, 2]
    assert "2 ответа" in office.get("forget").words
    office.post("forget")
    assert "Сегодня: 0" in office.get().words
    assert office.get("answers/1").status == 422


def test_nothing_of_an_applicant_reaches_the_disk(office: Office, tmp_path: Path) -> None:
    office.opened()
    office.give(office.world.bundle().to_json())
    for each in codes(several(office.world, 14)):
        office.post("typed", {"typed": each.digits})
    office.get("today.xlsx")
    canary = strict_json.dumps(samples.credential(1))[:0] or "Тестов"
    written = [each for each in tmp_path.rglob("*") if each.is_file()]
    assert written
    for each in written:
        assert canary.encode() not in each.read_bytes()


def test_closing_the_desk_forgets_the_list(office: Office) -> None:
    office.opened()
    office.give(office.world.bundle().to_json())
    page = office.post("close")
    assert "closed" in page.path
    assert "closed" in office.get("answers/1").path


# --- words ------------------------------------------------------------------------------------------------


def test_english_is_a_press_away(tmp_path: Path) -> None:
    office = Office(tmp_path, language="en")
    assert "Hold the code up to the camera" in office.opened().words
    assert "Confirmed" in office.give(office.world.bundle().to_json()).words
    office.desk.session.end()


def test_of_a_name_alone_the_answer_says_that_namesakes_are_possible(office: Office) -> None:
    office.opened()
    world = office.world
    for shown in (True, False):
        unsigned = world.olympiad.unsigned(7)
        if not shown:
            del unsigned["credentialSubject"]["dateOfBirth"]
        page = office.give(world.child.show_any([world.olympiad.sign(unsigned)]))
        assert "Сверьте с паспортом" in page.words
        assert ("возможны однофамильцы" in page.words) is not shown
