"""Adding in two steps, undo, the timeline, pictures of unsigned documents: what the pages stand on."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from tests.unit.wallet.shared import MASHA, NOW, PETYA, Issuer, later, reopen, wallet
from vcwallet import strict_json
from vcwallet.errors import UsageError, VcwalletError
from vcwallet.keyboards import as_american, as_russian
from vcwallet.locales import language
from vcwallet.sealed_file import passphrases
from vcwallet.speaking import wallets
from vcwallet.wallet import Intake, Profile, Standing, Wallet, What, attachments
from vcwallet.wallet.known_lists import KnownStatus
from vcwallet.wallet.timeline import timeline

RU, EN = language("ru").in_full(), language("en").in_full()


@pytest.fixture
def family(tmp_path: Path, issuer: Issuer) -> Wallet:
    made = wallet(tmp_path / "семья.vcw", issuer)
    made.add_child(MASHA, now=NOW)
    made.add_child(PETYA, now=NOW)
    made.save()
    return made


def file(name: str, document: strict_json.JsonObject) -> tuple[str, bytes]:
    return name, strict_json.dumps(document).encode("utf-8")


def png(colour: str = "white") -> bytes:
    drawn = io.BytesIO()
    Image.new("RGB", (60, 40), colour).save(drawn, "PNG")
    return drawn.getvalue()


# --- bytes with names -------------------------------------------------------------------------------------


def test_what_comes_from_a_browser_has_its_name_in_the_answers(family: Wallet, issuer: Issuer) -> None:
    given = [file("диплом.vc.json", issuer.diploma()), file("папка/второй.json", issuer.diploma(number=2))]
    assert [(each.where, each.what) for each in family.add_files(given, now=NOW)] == [
        ("диплом.vc.json", What.ADDED),
        ("папка/второй.json", What.ADDED),
    ]


def test_what_a_system_put_into_an_uploaded_folder_is_passed_over(family: Wallet) -> None:
    (result,) = family.add_files([("папка/Thumbs.db", b"\0"), ("папка/a.txt", b"words")], now=NOW)
    assert (result.where, result.what) == ("папка/a.txt", What.NOT_A_DIPLOMA)


# --- whose is it -----------------------------------------------------------------------------------------


def nameless(issuer: Issuer, number: int = 1) -> strict_json.JsonObject:
    return issuer.diploma(
        number=number, familyName=None, givenName=None, patronymicName=None, dateOfBirth=None
    )


def test_a_diploma_without_a_name_waits_until_somebody_says_whose_it_is(
    family: Wallet, issuer: Issuer
) -> None:
    intake = Intake.take(
        family, [file("a.json", nameless(issuer)), file("b.json", nameless(issuer, 2))], now=NOW
    )
    assert [piece.result.what for piece in intake.pieces] == [What.WHOSE, What.WHOSE]
    assert not family.diplomas()
    family.save()
    assert {each.child.name for each in intake.candidates(1)} == {MASHA.full_name, PETYA.full_name}
    answered = intake.answer(1, family.child("Проба"), now=later())
    assert answered.result.what is What.ADDED
    assert not answered.is_open
    assert intake.piece(2).asks_whose, "another diploma is another question"
    assert [each.child for each in family.diplomas()] == [family.child("Проба").id]


def test_one_answer_is_enough_for_one_diploma_in_two_files(family: Wallet, issuer: Issuer) -> None:
    pdf_and_json = [
        file("a.json", nameless(issuer)),
        file("b.json", issuer.with_hideable_parts(nameless(issuer))),
    ]
    intake = Intake.take(family, pdf_and_json, now=NOW)
    said = wallets.answers(intake, family, "", EN)
    assert said.sum == "Added: 0; not clear whose: 1."
    assert [each.asks_whose for each in said.each] == [True, False]
    assert "a.json" in said.each[1].became.about
    intake.answer(1, family.child("Проба"), now=NOW)
    assert {piece.result.what for piece in intake.pieces} <= {What.ADDED, What.ALREADY_THERE, What.FULLER}
    assert len(family.diplomas()) == 1


def test_a_new_child_takes_all_diplomas_that_name_it(family: Wallet, issuer: Issuer) -> None:
    stranger = replace(MASHA, given_name="Выдумка", family_name="Небылицына", patronymic_name=None)
    given = [file(f"{number}.json", issuer.diploma(stranger, number=number)) for number in (1, 2, 3)]
    intake = Intake.take(family, given, now=NOW)
    assert all(piece.asks_whose for piece in intake.pieces)
    intake.answer_newcomer(2, now=NOW)
    assert [piece.result.what for piece in intake.pieces] == [What.ADDED] * 3
    assert len(family.child("Выдумка").diplomas()) == 3


def test_names_that_contradict_are_compared_by_somebody_first(family: Wallet, issuer: Issuer) -> None:
    intake = Intake.take(
        family, [file("a.json", issuer.diploma(replace(MASHA, given_name="Другая")))], now=NOW
    )
    masha = family.child("Проба")
    asked = intake.answer(1, masha, now=NOW)
    assert asked.asks_whose
    assert asked.comparing is not None
    assert not family.diplomas()
    between = asked.comparing.contradiction
    assert between is not None
    assert "Другая" in between.on_diploma()
    assert "Проба" in between.in_wallet()
    assert intake.answer(1, masha, insisted=True, now=NOW).result.what is What.ADDED


def test_a_diploma_for_another_key_is_nobodys_here(family: Wallet, issuer: Issuer) -> None:
    foreign = issuer.diploma(holder="did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK")
    intake = Intake.take(family, [file("a.json", foreign)], now=NOW)
    assert not intake.piece(1).asks_whose
    assert wallets.became(intake.piece(1).result, EN).word == "Not added."


def test_what_waited_is_verified_again_when_it_is_added(family: Wallet, issuer: Issuer) -> None:
    intake = Intake.take(family, [file("a.json", nameless(issuer))], now=NOW)
    document = json.loads(strict_json.dumps(issuer.document.to_json()))
    for method in document["verificationMethod"]:
        method["revoked"] = "2026-01-01T00:00:00Z"
    family.add_issuer(document, agree=lambda _: True, now=NOW)
    assert intake.answer(1, family.child("Проба"), now=NOW).result.what is What.FAILED
    assert not family.diplomas()


def test_what_nobody_signed_is_kept_only_when_somebody_wants_it(family: Wallet) -> None:
    intake = Intake.take(family, [("грамота.png", png()), ("другая.png", png("black"))], now=NOW)
    masha = family.child("Проба")
    assert all(piece.may_be_kept for piece in intake.pieces)
    assert not masha.attachments()
    kept = intake.keep_unsigned(1, masha, now=NOW).kept
    assert kept is not None
    assert (kept.name, kept.media_type) == ("грамота.png", "image/png")
    assert not intake.leave_out(2).is_open
    assert intake.piece(2).content is None, "what is not wanted is not held"
    with pytest.raises(UsageError) as refused:
        intake.piece(9)
    assert refused.value.code == "wallet.no-piece"
    assert refused.value.next_step


def test_a_second_answer_begins_no_second_child(family: Wallet, issuer: Issuer) -> None:
    stranger = replace(MASHA, given_name="Выдумка", family_name="Небылицына", patronymic_name=None)
    intake = Intake.take(family, [file("a.json", issuer.diploma(stranger))], now=NOW)
    intake.answer_newcomer(1, now=NOW)
    before = [child.name for child in family.children]
    intake.answer_newcomer(1, Profile("Другая"), now=NOW)
    assert [child.name for child in family.children] == before


def test_two_files_of_one_name_are_not_taken_for_each_other(family: Wallet) -> None:
    intake = Intake.take(family, [("скан.png", png("red")), ("скан.png", png("blue"))], now=NOW)
    assert [piece.result.where for piece in intake.pieces] == ["скан.png", "скан 2.png"]
    masha = family.child("Проба")
    for number, content in ((1, png("red")), (2, png("blue"))):
        kept = intake.keep_unsigned(number, masha, now=NOW).kept
        assert kept is not None
        assert kept.data == content


# --- taking out and undo ----------------------------------------------------------------------------------


def test_what_was_taken_out_comes_back_as_it_was(family: Wallet, issuer: Issuer) -> None:
    masha = family.child("Проба")
    diploma = family.add(issuer.diploma(), now=NOW)
    scan = masha.attach("грамота.png", "image/png", png(), now=NOW)
    masha.note(diploma, "Мой первый", now=NOW)
    before = [(each.number, each.title, each.added) for each in family.everything()]
    removed = [family.remove(each) for each in (diploma, scan)]
    family.save()
    assert not reopen(family.path).everything()
    for each in removed:
        family.put_back(each)
    family.save()
    again = reopen(family.path)
    assert [(each.number, each.title, each.added) for each in again.everything()] == before
    ((note,),) = again.child("Проба").notes().values()
    assert (note.words, note.changed) == ("Мой первый", NOW)


def test_undo_of_what_was_added_once_more_gives_one_diploma(family: Wallet, issuer: Issuer) -> None:
    removed = family.remove(family.add(issuer.diploma(), now=NOW))
    family.add(issuer.diploma(), now=later())
    family.put_back(removed)
    assert len(family.diplomas()) == 1


# --- looking ----------------------------------------------------------------------------------------------


def test_a_timeline_goes_by_school_years_with_the_latest_first(family: Wallet, issuer: Issuer) -> None:
    masha = family.child("Проба")
    for number, day in ((1, "2024-09-02"), (2, "2025-05-30"), (3, "2026-03-01")):
        document = issuer.diploma(number=number, awarded=day)
        subject = document["credentialSubject"]
        assert isinstance(subject, dict)
        assert isinstance(subject["achievement"], dict)
        del subject["achievement"]["version"]
        document.pop("proof")
        family.add(issuer.sign(document), child=masha, now=NOW)
    masha.attach("грамота.png", "image/png", png(), now=NOW)
    years = timeline(masha)
    assert [(str(year.year), len(year.kept)) for year in years] == [("2025/26", 2), ("2024/25", 2)]
    assert [wallets.school_year(year.year, RU) for year in years] == [
        "2025/26 учебный год",
        "2024/25 учебный год",
    ]
    assert [each.number for each in years[1].kept] == [2, 1]


def test_the_line_under_a_diploma_says_what_is_known_and_how_old_that_is(
    family: Wallet, issuer: Issuer
) -> None:
    diploma = family.add(issuer.diploma(), now=NOW)

    def said(standing: Standing, days: int = 0) -> tuple[str, str]:
        known = KnownStatus(standing, None if standing in (Standing.NONE,) else NOW)
        line = wallets.status(diploma, known, RU, now=later(days))
        return line.words, line.tone.value

    assert said(Standing.GOOD) == ("Не отозван, сведения от 20 июня 2026", "good")
    assert said(Standing.GOOD, 94) == ("Отозван ли, неизвестно: сведениям 94 дня", "open")
    assert said(Standing.NONE) == ("Не отзывается", "quiet")
    assert said(Standing.REVOKED, 300) == (
        "Отозван издателем, сведения от 20 июня 2026: спросите его, почему",
        "bad",
    )


def test_facts_are_said_in_peoples_words(family: Wallet, issuer: Issuer) -> None:
    said = dict(wallets.facts(family.add(issuer.diploma(), now=NOW), RU))
    assert said["Дата рождения"] == "17 мая 2009"
    assert said["Дата"] == "1 марта 2026"
    assert not [value for value in said.values() if "2009-05-17" in value or "Award" in value]


def test_an_unsigned_picture_is_drawn_anew(family: Wallet) -> None:
    masha = family.child("Проба")
    scan = masha.attach("грамота.png", "image/png", png(), now=NOW)
    assert attachments.pages(scan) == 1
    drawn = Image.open(io.BytesIO(attachments.page(scan, 1)))
    assert (drawn.format, drawn.size, drawn.getpixel((5, 5))) == ("PNG", (60, 40), (255, 255, 255))
    red = masha.attach("красная.png", "image/png", png("red"), now=NOW)
    assert Image.open(io.BytesIO(attachments.page(red, 1))).getpixel((5, 5)) == (255, 0, 0)
    for number in (0, 2, 10**9):
        with pytest.raises(VcwalletError) as refused:
            attachments.page(scan, number)
        assert refused.value.code == "wallet.no-page"


def test_a_photo_stands_upright_and_glass_is_white(family: Wallet) -> None:
    masha = family.child("Проба")
    turned, content = Image.new("RGB", (60, 40), "blue"), io.BytesIO()
    exif = turned.getexif()
    exif[0x0112] = 6  # the camera lay on its side
    turned.save(content, "JPEG", exif=exif)
    photo = masha.attach("фото.jpg", "image/jpeg", content.getvalue(), now=NOW)
    assert Image.open(io.BytesIO(attachments.page(photo, 1))).size == (40, 60)
    glass, content = Image.new("RGBA", (10, 10), (0, 0, 0, 0)), io.BytesIO()
    glass.save(content, "PNG")
    scan = masha.attach("прозрачная.png", "image/png", content.getvalue(), now=NOW)
    assert Image.open(io.BytesIO(attachments.page(scan, 1))).getpixel((5, 5)) == (255, 255, 255)


def test_pages_of_an_unsigned_pdf_are_drawn_and_a_broken_one_is_named(family: Wallet) -> None:
    masha = family.child("Проба")
    drawn = io.BytesIO()
    sheets = [Image.new("RGB", (201, 300), shade) for shade in ("white", "green")]
    sheets[0].save(drawn, "PDF", save_all=True, append_images=sheets[1:])
    scan = masha.attach("грамота.pdf", "application/pdf", drawn.getvalue(), now=NOW)
    assert attachments.pages(scan) == 2
    second = Image.open(io.BytesIO(attachments.page(scan, 2)))
    assert second.format == "PNG"
    red, green, blue = second.getpixel((5, 200))
    assert green > 100 > red + blue
    broken = masha.attach("битый.pdf", "application/pdf", b"%PDF-1.4 nothing", now=NOW)
    with pytest.raises(VcwalletError) as refused:
        attachments.pages(broken)
    assert refused.value.code == "pdf.unreadable"


def test_a_text_is_words_and_never_a_page(family: Wallet) -> None:
    scan = family.child("Проба").attach("письмо.txt", "text/plain", "Поздравляем".encode(), now=NOW)
    assert (attachments.text_of(scan), attachments.pages(scan)) == ("Поздравляем", 0)


# --- a phrase typed with the other layout -----------------------------------------------------------------


def test_words_typed_with_the_other_layout_are_recognised() -> None:
    counter = iter(range(10**6))

    def steps(size: int) -> bytes:
        return (next(counter) * 2_654_435_761 % 2**32).to_bytes(size, "big")

    for code, wrong in (("ru", as_american), ("en", as_russian)):
        for _ in range(100):
            phrase = passphrases.generate(code, steps)
            assert passphrases.other_layout(phrase) is None
            assert passphrases.other_layout(wrong(phrase)) == code
    assert passphrases.other_layout("gfhjkm rjnf vfnhjcrby") == "ru"
    assert passphrases.other_layout("") is None
    assert (
        wallets.layout_hint("gfhjkm rjnf", EN) == "This looks like Russian words typed with the Latin layout."
    )


def test_a_profile_of_a_newcomer_can_be_written_down_by_hand(family: Wallet, issuer: Issuer) -> None:
    intake = Intake.take(family, [file("a.json", nameless(issuer))], now=NOW)
    with pytest.raises(UsageError) as refused:
        intake.answer_newcomer(1, now=NOW)
    assert refused.value.code == "wallet.newcomer"
    assert refused.value.next_step
    assert intake.answer_newcomer(1, Profile("Фантазия"), now=NOW).result.what is What.ADDED
