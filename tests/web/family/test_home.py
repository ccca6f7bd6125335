"""The family's home, its drop zone, a diploma's page and unsigned documents, through the real application."""

from __future__ import annotations

import io
import re
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from tests.shared import processor_seconds
from tests.unit.wallet.shared import MASHA, NOW, PETYA, present, wallet
from tests.web.family.family import Home, home
from tests.web.pages import OWN, Page
from vcwallet import strict_json
from vcwallet.errors import MachineError
from vcwallet.sealed_file import SealedFile


@pytest.fixture
def family(tmp_path: Path) -> Iterator[Home]:
    made = home(tmp_path)
    yield made
    made.desk.session.end()


def png() -> bytes:
    drawn = io.BytesIO()
    words = PngInfo()
    words.add_text("Comment", "hidden words")
    Image.new("RGB", (60, 40), "white").save(drawn, "PNG", pnginfo=words)
    return drawn.getvalue()


def masha(family: Home) -> Page:
    """The home of the girl."""
    family.open()
    return family.desk.get(family.of("Проба"))


def notes(family: Home) -> list[str]:
    """The family's words about the girl's diplomas, on the disk."""
    return [note.words for each in family.saved.child("Проба").notes().values() for note in each]


# --- the home of a child ----------------------------------------------------------------------------------


def test_a_child_is_shown_with_its_years_and_one_line_for_each_diploma(family: Home) -> None:
    page = masha(family)
    assert page.status == 200
    assert "Дипломы: Проба" in page.words
    assert "2025/26 учебный год" in page.words
    assert "Не отозван, сведения от 20 июня 2026" in page.words
    assert "1 марта 2026" in page.words
    assert "Лист восстановления не напечатан" in page.words, "the most urgent thing"
    assert "семья.vcw" in page.html


def test_lists_that_are_old_leave_a_revocation_open(family: Home) -> None:
    family.desk.time.now += timedelta(days=94)
    assert "Отозван ли, неизвестно: сведениям 94 дня" in masha(family).words


def test_nothing_of_a_sibling_is_on_any_page_of_a_child(tmp_path: Path) -> None:
    family = home(tmp_path)
    canaries = ["Секретный турнир", "СЕКРЕТНАЯ ЗАМЕТКА", "sekret.example", "тайная грамота"]
    made = family.saved
    petya = made.child("Пример")
    document = family.issuer.diploma(PETYA, number=4)
    document.pop("proof")
    subject = document["credentialSubject"]
    assert isinstance(subject, dict)
    assert isinstance(subject["achievement"], dict)
    subject["achievement"]["name"] = canaries[0]
    secret = made.add(family.issuer.sign(document), child=petya, now=NOW)
    petya.note(secret, canaries[1], now=NOW)
    present(made, [secret], domain=canaries[2], purpose="Летняя школа", now=NOW)
    petya.attach(f"{canaries[3]}.png", "image/png", png(), now=NOW)
    made.save()
    masha(family)
    own = family.page.path
    seen, waiting = set[str](), [own]
    while waiting:
        address = waiting.pop()
        if address in seen or not address.startswith(own):
            continue
        seen.add(address)
        page = family.desk.get(address)
        told = page.content.decode("utf-8", "replace")
        assert not [each for each in (*canaries, secret.credential.id or "-") if each in told], address
        waiting += [each.partition("#")[0] for each in page.links]
    assert len(seen) >= 5


def test_what_a_sibling_has_is_not_found_under_the_other_childs_address(family: Home) -> None:
    masha(family)
    numbers = {each.child: each.number for each in family.saved.diplomas()}
    of_petya = numbers[family.saved.child("Пример").id]
    for end in ("", "/file", "/move", "/remove", "/pages/1"):
        page = family.desk.get(f"{family.of('Проба')}/kept/{of_petya}{end}")
        assert page.status == 422
        assert "тур 3" not in page.words
    assert family.desk.post(f"{family.of('Проба')}/kept/{of_petya}/remove").status == 422
    assert len(family.saved.diplomas()) == 2


def test_a_hostile_diploma_is_words_and_nothing_else(family: Home) -> None:
    hostile = (
        "<script>alert(1)</script>\"onerror='x' javascript:x \u202eobog {{ 7*7 }} {% x %} " + "ы" * 5_000
    )
    document = family.issuer.diploma(number=5)
    document.pop("proof")
    subject = document["credentialSubject"]
    assert isinstance(subject, dict)
    assert isinstance(subject["achievement"], dict)
    subject["achievement"]["name"] = hostile
    subject["achievement"]["fieldOfStudy"] = hostile
    masha(family)
    content = strict_json.dumps(family.issuer.sign(document)).encode("utf-8")
    page = family.add(("<img src=x onerror=alert(1)>.json", content))
    pages = [page, family.desk.get(page.address("/kept/"))]
    for each in pages:
        assert "<script>alert" not in each.html
        assert "<img src=x" not in each.html
        assert "\u202e" not in each.html
        assert not re.search(r"<[^>]*\sonerror=", each.html)


# --- adding -----------------------------------------------------------------------------------------------


def test_every_file_has_an_answer(family: Home) -> None:
    masha(family)
    page = family.add(
        family.diploma("новый.json", number=2),
        family.diploma("был.json", number=1),
        ("грамота.png", png()),
        ("испорченный.json", b'{"@context": '),
    )
    assert page.status == 200
    for words in (
        "Добавлено.",
        "Уже есть.",
        "Без подписи.",
        "Не добавлено.",
        "новый.json",
        "испорченный.json",
    ):
        assert words in page.words
    assert len(family.saved.child("Проба").diplomas()) == 2


def test_the_letter_in_a_folder_from_school_asks_nothing(family: Home) -> None:
    masha(family)
    page = family.add(
        family.diploma("новый.json", number=2),
        ("Что с этим делать.html", "<!doctype html><title>Письмо</title>".encode()),
    )
    assert "Это страница для чтения, например письмо школы: диплома в ней нет." in page.words
    assert "Хранить как скан" not in page.words
    assert "Без подписи" not in page.words


def test_a_changed_diploma_is_refused_without_ids_of_keys(family: Home) -> None:
    document = family.issuer.diploma(number=2)
    subject = document["credentialSubject"]
    assert isinstance(subject, dict)
    subject["familyName"] = "Другая"
    masha(family)
    page = family.add(("чужой.json", strict_json.dumps(document).encode("utf-8")))
    assert "После подписания что-то изменили, или подписано другим ключом." in page.words
    assert "z6Mk" not in page.words


def test_whose_a_diploma_is_can_be_answered_any_time_later(family: Home) -> None:
    masha(family)
    nobody = {"familyName": None, "givenName": None, "patronymicName": None, "dateOfBirth": None}
    page = family.add(family.diploma("чей.json", number=2, **nobody))
    assert "Чей это диплом?" in page.words
    assert len(family.saved.diplomas()) == 2
    family.desk.get(family.of("Пример"))
    page = family.desk.get(family.of("Проба"))
    page = family.desk.post(page.address("/pieces/1"), {"whose": family.saved.child("Пример").id})
    assert "Это диплом другого ребёнка, он на его странице" in page.words
    assert "тур 2" not in page.words
    assert len(family.saved.child("Пример").diplomas()) == 2


def test_a_question_stays_asked_while_more_is_handed_in(family: Home) -> None:
    masha(family)
    stranger = replace(MASHA, given_name="Фантазия", family_name="Небылицына")
    page = family.add(family.diploma("чей.json", profile=stranger, number=8), ("грамота.png", png()))
    assert "Чей это диплом?" in page.words
    page = family.add(family.diploma("новый.json", number=2))
    assert page.words.count("Чей это диплом?") == 1
    assert page.words.count("Хранить как скан") == 1
    page = family.add(family.diploma("чей.json", profile=stranger, number=8), ("грамота.png", png()))
    assert page.words.count("Чей это диплом?") == 1, "handed in twice, asked once"
    assert page.words.count("Хранить как скан") == 1
    page = family.add(family.diploma("ещё.json", number=3))
    page = family.desk.post(page.address("/pieces/2"), {"whose": "new"})
    assert len(family.saved.child("Фантазия").diplomas()) == 1
    page = family.desk.post(page.address("/pieces/3"), {"keep": "1"})
    assert [each.name for each in family.saved.child("Проба").attachments()] == ["грамота.png"]


def test_copies_that_come_together_are_added_once(family: Home) -> None:
    masha(family)
    name, content = family.diploma("диплом.json", number=2)
    fuller = family.issuer.with_hideable_parts(strict_json.loads_object(content))
    page = family.add((name, content), ("он же.json", strict_json.dumps(fuller).encode()))
    assert page.words.count("Добавлено.") == 1
    assert "более полная копия" not in page.words, "nothing that was here is gone"


def test_what_lies_in_an_archive_is_told_how_it_could_be_kept(family: Home) -> None:
    masha(family)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("письмо.txt", "Здравствуйте!")
    page = family.add(("письмо.zip", packed.getvalue()))
    assert "достаньте из архива и добавьте отдельно" in page.words
    assert "Хранить как скан" not in page.words


def test_whose_a_diploma_in_two_files_is_asked_once(family: Home) -> None:
    masha(family)
    other = replace(MASHA, given_name="Фантазия")
    name, content = family.diploma("диплом.json", profile=other, number=2)
    fuller = family.issuer.with_hideable_parts(strict_json.loads_object(content))
    page = family.add((name, content), ("он же.json", strict_json.dumps(fuller).encode()))
    assert page.words.count("Чей это диплом?") == 1
    assert "Ещё одна копия. Ваш ответ о файле «диплом.json» относится и к ней." in page.words
    page = family.desk.post(page.address("/pieces/1"), {"whose": family.saved.child("Проба").id})
    assert page.words.count("Имена не совпадают") == 1
    page = family.desk.post(page.address("/pieces/1"), {"drop": "1"})
    assert page.words.count("Не добавлено.") == 2
    assert len(family.saved.diplomas()) == 2


def test_other_names_are_compared_by_somebody(family: Home) -> None:
    masha(family)
    page = family.add(
        family.diploma("другое имя.json", profile=replace(MASHA, given_name="Фантазия"), number=2)
    )
    whose = {"whose": family.saved.child("Проба").id}
    page = family.desk.post(page.address("/pieces/1"), whose)
    assert "Имена не совпадают" in page.words
    assert "Новый ребёнок: Тестова Фантазия Вымысловна" in page.words, "the wrong button was pressed"
    assert len(family.saved.diplomas()) == 2
    family.desk.post(page.address("/pieces/1"), {"same": page.value("same")})
    assert len(family.saved.child("Проба").diplomas()) == 2


def test_a_new_child_begins_with_its_diploma(family: Home) -> None:
    masha(family)
    stranger = replace(MASHA, given_name="Фантазия", family_name="Небылицына", patronymic_name=None)
    page = family.add(
        family.diploma("a.json", profile=stranger, number=8),
        family.diploma("b.json", profile=stranger, number=9),
    )
    page = family.desk.post(page.address("/pieces/1"), {"whose": "new"})
    assert "Фантазия" in page.words
    assert len(family.saved.child("Фантазия").diplomas()) == 2


def test_a_diploma_without_a_name_may_begin_a_child_whose_name_is_typed(family: Home) -> None:
    masha(family)
    nobody = {"familyName": None, "givenName": None, "patronymicName": None, "dateOfBirth": None}
    page = family.add(family.diploma("чей.json", number=2, **nobody))
    page = family.desk.post(page.address("/pieces/1"), {"whose": "new"})
    assert "Запишите имя" in page.words
    typed = {"family": "Небылицына", "given": "", "patronymic": "", "born": "31.02.2010"}
    refused = family.desk.post(page.path, typed)
    assert refused.status == 422
    assert "Небылицына" in refused.html, "nothing typed is lost"
    family.desk.post(page.path, {**typed, "given": "Выдумка", "born": "01.02.2010"})
    assert len(family.saved.child("Выдумка").diplomas()) == 1


def test_an_empty_wallet_asks_for_diplomas_and_gets_its_first_child(tmp_path: Path) -> None:
    family = home(tmp_path)
    family.file.unlink()
    wallet(family.file, family.issuer).save()
    page = family.open()
    assert "Кошелёк пуст" in page.words
    page = family.add(family.diploma("первый.json"))
    assert "Новый ребёнок: Тестова Проба Вымысловна" in page.words
    page = family.desk.post(page.address("pieces/1"), {"whose": "new"})
    assert "Дипломы: Проба" in page.words
    assert "Добавлено." in page.words


def test_a_scan_is_kept_when_it_is_wanted_and_drawn_by_us(family: Home) -> None:
    masha(family)
    page = family.add(("Похвальная грамота.png", png()))
    page = family.desk.post(page.address("/pieces/1"), {"keep": "1"})
    assert "Хранится как скан" in page.words
    number = family.saved.child("Проба").attachments()[0].number
    page = family.desk.get(f"{family.of('Проба')}/kept/{number}")
    assert "Без подписи: можно посмотреть, показать вузу нельзя" in page.words
    picture = family.desk.get(page.address("/pages/1"))
    assert picture.headers["content-type"] == "image/png"
    assert picture.content.startswith(b"\x89PNG")
    assert b"hidden words" not in picture.content, "drawn anew"
    saved = family.desk.get(page.address("/file", number=0))
    assert saved.headers["content-disposition"].startswith("attachment")
    assert saved.headers["content-type"] == "application/octet-stream"


def test_a_badge_that_nobody_signed_can_be_kept_as_a_scan(family: Home) -> None:
    masha(family)
    unsigned = family.issuer.diploma(number=9)
    unsigned.pop("proof")
    page = family.add(("значок.json", strict_json.dumps(unsigned).encode()))
    assert "Без подписи" in page.words
    page = family.desk.post(page.address("/pieces/1"), {"keep": "1"})
    assert [each.name for each in family.saved.child("Проба").attachments()] == ["значок.json"]
    assert len(family.saved.diplomas()) == 2


def test_names_of_uploaded_files_reach_no_path(family: Home, tmp_path: Path) -> None:
    masha(family)
    before = {each for each in tmp_path.rglob("*") if "seen" not in each.name}
    page = family.add(("../../../escape.png", png()), ("C:\\Windows\\x.png", png()), ("a\0b.png", png()))
    assert page.status == 200
    after = {each for each in tmp_path.rglob("*") if "seen" not in each.name}
    assert after <= {*before, family.file.with_name("семья.vcw.bak")}


def test_nothing_chosen_is_said_at_the_field(family: Home) -> None:
    page = masha(family)
    page = family.desk.post(page.address("/add"), files=[("other", "x", b"")])
    assert (page.status, page.code) == (422, "page.no-files")
    assert "Файлы не выбраны." in page.words


def test_an_address_of_something_that_is_gone_is_said_and_harms_nothing(family: Home) -> None:
    page = masha(family)
    number = family.saved.child("Проба").diplomas()[0].number
    home_of_masha = page.path
    assert family.desk.post(f"{home_of_masha}/pieces/1", {"whose": "new"}).code == "page.no-intake"
    assert family.desk.get(f"{home_of_masha}/kept/{number}/pages/1").code == "page.signed"
    assert family.desk.get(home_of_masha[:-2] + "00").code == "page.no-child"
    family.desk.get(home_of_masha)
    family.add(("a.png", png()))
    for wrong in ("0", "2", "99999999999999999999", "x"):
        assert family.desk.post(f"{home_of_masha}/pieces/{wrong}", {"keep": "1"}).code == "wallet.no-piece"
    assert not family.saved.child("Проба").attachments()


# --- a diploma --------------------------------------------------------------------------------------------


def diploma(family: Home) -> Page:
    page = masha(family)
    return family.desk.get(page.address("/kept/"))


def test_a_diploma_says_everything_in_words(family: Home) -> None:
    page = diploma(family)
    for words in (
        "17 мая 2009",
        "Школа № 0",
        "Диплом победителя I степени",
        "диплом олимпиады",
        "1 марта 2026",
    ):
        assert words in page.words
    shown, _, hidden = page.html.partition("<details>")
    assert "did:web" not in shown
    assert "did:web" in hidden
    assert not re.search(r"\d{4}-\d\d-\d\d", shown), "no day of a computer"


def test_a_note_is_kept_and_one_that_is_too_long_is_not_lost(family: Home) -> None:
    page = diploma(family)
    page = family.desk.post(page.address("/note"), {"note": "Самый первый"})
    assert "Самый первый" in page.words
    assert notes(family) == ["Самый первый"]
    long = family.desk.post(page.address("/note"), {"note": "ы" * 4_001})
    assert long.status == 422
    assert "ы" * 4_001 in long.html


def test_taking_out_says_what_is_lost_and_can_be_undone(family: Home) -> None:
    page = diploma(family)
    page = family.desk.post(page.address("/note"), {"note": "Самый первый"})
    page = family.desk.get(page.address("/remove"))
    assert "Диплом исчезнет вместе с подписью" in page.words
    assert "Исчезнет и ваша заметка о нём." in page.words
    assert len(family.saved.diplomas()) == 2, "looking changes nothing"
    page = family.desk.post(page.path)
    assert "Убрано:" in page.words
    assert not family.saved.child("Проба").diplomas()
    page = family.desk.post(page.address("/undo"))
    assert "Убрано:" not in page.words
    assert [note.words for notes in family.saved.child("Проба").notes().values() for note in notes] == [
        "Самый первый"
    ]


def test_moving_to_another_child_asks_when_the_names_differ(family: Home) -> None:
    page = diploma(family)
    page = family.desk.get(page.address("/move"))
    to = {"to": family.saved.child("Пример").id}
    page = family.desk.post(page.path, to)
    assert page.status == 422
    assert "Да, это один ребёнок" in page.words
    assert len(family.saved.child("Пример").diplomas()) == 1
    page = family.desk.post(page.path, {"same": page.value("same")})
    assert "теперь здесь" in page.words
    assert len(family.saved.child("Пример").diplomas()) == 2


# --- the disk ---------------------------------------------------------------------------------------------


def test_what_cannot_be_saved_is_said_kept_and_saved_later(
    family: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = diploma(family)

    def full(self: SealedFile) -> None:
        raise MachineError("disk.full", "There is no space on the disk.", next_step="Delete something.")

    with monkeypatch.context() as patched:
        patched.setattr(SealedFile, "save", full)
        page = family.desk.post(page.address("/note"), {"note": "Не пропадёт"})
        assert "Не сохранено на диск" in page.words
        assert "Не пропадёт" in page.words
        assert page.address("/copies")
        page = family.desk.get(family.of("Проба"))
        assert "Не сохранено на диск" in page.words
        assert not family.saved.child("Проба").notes()
        page = family.desk.post(page.address("/save"))
        assert "Не сохранено на диск" in page.words
    page = family.desk.post(page.address("/save"))
    assert "Не сохранено на диск" not in page.words
    assert [note.words for notes in family.saved.child("Проба").notes().values() for note in notes] == [
        "Не пропадёт"
    ]


def test_what_another_program_saved_meanwhile_is_taken_over(family: Home) -> None:
    page = diploma(family)
    other = family.saved
    other.add(family.issuer.diploma(number=7), now=NOW)
    other.save()
    family.desk.post(page.address("/note"), {"note": "Отсюда"})
    page = family.desk.get(family.of("Проба"))
    assert "тур 7" in page.words
    assert len(family.saved.child("Проба").diplomas()) == 2
    assert family.saved.child("Проба").notes()


def test_a_file_that_was_swapped_for_another_wallet_is_not_written_over(family: Home, tmp_path: Path) -> None:
    page = diploma(family)
    stranger = wallet(tmp_path / "чужой.vcw")
    stranger.save()
    shutil.copy(tmp_path / "чужой.vcw", family.file)
    page = family.desk.post(page.address("/note"), {"note": "Не пропадёт"})
    assert "Не сохранено на диск" in page.words
    assert family.file.read_bytes() == (tmp_path / "чужой.vcw").read_bytes()


def test_a_copy_beside_the_wallet_is_the_banner(family: Home) -> None:
    shutil.copy(family.file, family.file.with_name("семья (копия).vcw"))
    page = masha(family)
    assert "Рядом лежат копии кошелька: семья (копия).vcw" in page.words
    assert "Лист восстановления не напечатан" not in page.words, "one banner, the most urgent"


# --- two at once, and speed -------------------------------------------------------------------------------


def test_two_tabs_see_one_wallet(family: Home) -> None:
    page = diploma(family)
    note = page.address("/note")
    family.desk.get(page.address("/remove"))
    family.desk.post(note, {"note": "Из первой вкладки"})
    removed = family.desk.post(note.replace("/note", "/remove"))
    assert removed.status == 200
    again = family.desk.post(note, {"note": "Поздно"})
    assert again.status == 422, "it is said, and nothing else happens"


def test_a_thousand_diplomas_are_shown_at_once(tmp_path: Path) -> None:
    family = home(tmp_path)
    made = family.saved
    child = made.child("Проба")
    for number in range(10, 1_010):
        document = family.issuer.diploma(number=number, awarded=f"{2016 + number % 11}-03-01")
        made.add(document, child=child, now=NOW)
    made.save()
    masha(family)
    address = family.page.path
    family.desk.get(address)
    with processor_seconds(1):
        assert family.desk.get(address).status == 200


# --- the camera -------------------------------------------------------------------------------------------


def look(family: Home, address: str, picture: bytes) -> dict[str, str]:
    """What the page is told about one picture of the camera."""
    headers = {**OWN, "Content-Type": "image/jpeg"}
    told: dict[str, str] = family.desk.browser.post(address, content=picture, headers=headers).json()
    return told


def test_what_the_camera_reads_is_added_as_a_file_is(family: Home, tmp_path: Path) -> None:
    elsewhere = wallet(tmp_path / "другой.vcw", family.issuer)
    elsewhere.add_child(MASHA, now=NOW)
    shown = present(
        elsewhere,
        [elsewhere.add(family.issuer.diploma(number=2), now=NOW)],
        domain="priem.example",
        purpose="Поступление",
        now=NOW,
    )
    masha(family)
    page = family.desk.get(f"{family.of('Проба')}/camera")
    assert "Покажите код камере" in page.words
    address = f"{page.path}/frame"
    blank = io.BytesIO()
    Image.new("L", (300, 200), "white").save(blank, "JPEG")
    assert look(family, address, blank.getvalue())["seen"] == "nothing"
    assert look(family, address, b"no picture at all")["go"] == ""
    told = look(family, address, shown.render("png"))
    assert told["seen"] == "whole", told
    page = family.desk.get(told["go"].partition("#")[0])
    assert "Добавлено." in page.words
    assert "тур 2" in page.words
    assert len(family.saved.child("Проба").diplomas()) == 2
