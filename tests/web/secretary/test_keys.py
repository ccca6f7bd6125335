"""Keys and backups by the pages: each journey to its end, and what it must not do."""

from __future__ import annotations

import re

import pytest

from tests.unit.issuer.kits import PUPIL
from tests.web.pages import Page
from tests.web.secretary.offices import FOLDER, PASSPHRASE, Office
from vcwallet.bundle.recovery_sheet import codes_in_file
from vcwallet.issuer import Issuer, KeyUse, RecoveryCode
from vcwallet.sealed_file import UNSAFE_FOR_TESTS


def code_on(pdf: bytes) -> str:
    """The code that stands on a printed sheet, as a photo of it is read."""
    (code,) = codes_in_file(pdf)
    return code


def type_groups(office: Office, page: Page, code: str) -> Page:
    asked = [int(each) for each in re.findall(r'name="group-(\d+)"', page.html)]
    groups = code.split("-")
    return office.post(page.path, {f"group-{number}": groups[number - 1] for number in asked})


def daily(office: Office) -> str:
    issuer = office.secretary.issuer
    return next(
        each.public_key.fingerprint
        for each in issuer.document.verification_methods
        if issuer.use_of(each) is KeyUse.DAILY
    )


def test_the_keys_are_told_by_their_fingerprints(opened: Office) -> None:
    page = opened.go("keys")
    assert daily(opened) in page.words
    assert "Подписывает каждый день" in page.words
    assert "Запасной" in page.words


def test_a_backup_is_made_and_checked(opened: Office) -> None:
    opened.send("keys/backup")
    page = opened.choose(opened.home / "Документы", name="копия.zip")
    backup = opened.home / "Документы" / "копия.zip"
    assert not backup.exists()
    opened.post(page.path)
    assert backup.is_file()
    assert "нет резервной копии" not in opened.go().words
    opened.send("keys/drill")
    page = opened.choose(opened.home / "Документы", pick="копия.zip")
    assert opened.post(page.path, {"passphrase": "не та фраза"}).status == 422
    page = opened.post(page.path, {"passphrase": PASSPHRASE})
    assert "открывается и цела" in page.words
    assert page.path.endswith("/keys")


def test_a_backup_is_never_written_over_nor_into_the_folder(opened: Office) -> None:
    opened.send("keys/backup")
    page = opened.choose(opened.home / FOLDER, name="копия.zip")
    opened.post(page.path)
    assert "пропадёт вместе с ней" in opened.page.words or "внутри папки" in opened.page.words
    assert not (opened.home / FOLDER / "копия.zip").exists()


def test_a_recovery_sheet_counts_once_it_was_read(opened: Office) -> None:
    page = opened.send("keys/sheet")
    code = code_on(opened.get(page.address("kept/")).content)
    refused = opened.post(page.path, dict.fromkeys(re.findall(r'name="(group-\d+)"', page.html), "0000"))
    assert refused.status == 422
    page = type_groups(opened, page, code)
    assert "ключи открывает этот лист" in page.words
    with Issuer.open(opened.home / FOLDER) as issuer:
        issuer.unlock(secret=RecoveryCode(code))


def test_whoever_forgot_the_passphrase_opens_with_the_sheet_and_chooses_another(opened: Office) -> None:
    page = opened.send("keys/sheet")
    code = code_on(opened.get(page.address("kept/")).content)
    type_groups(opened, page, code)
    again = Office(opened.home)
    address = f"secretary/open/{again.session.choose(opened.home / FOLDER)}"
    assert "Открыть листом восстановления" in again.get(address).words
    assert again.post(address, {"code": "ABCD-EFGH"}).status == 422
    page = again.post(address, {"code": code.lower().replace("-", " ")})
    assert page.path.endswith("/keys/passphrase")
    new = "шесть совсем других слов подряд здесь"
    again.post(page.path, {"new": new, "again": new})
    with Issuer.open(opened.home / FOLDER, new):
        pass


def test_a_sheet_that_was_not_printed_does_not_count(opened: Office) -> None:
    page = opened.send("keys/sheet")
    opened.post(page.path, {"withdraw": "1"})
    assert not opened.secretary.issuer.has_recovery_code


def stick(office: Office) -> tuple[str, str]:
    """Move the standby keys to a stick by the pages; the name of their file, and the code on the sheet."""
    place = office.home / "флешка"
    place.mkdir(exist_ok=True)
    office.send("keys/standby")
    page = office.choose(place)
    page = office.post(page.path)
    code = code_on(office.get(page.address("kept/")).content)
    assert office.secretary.issuer.standby_file is not None, "they leave the folder when the sheet was read"
    page = type_groups(office, page, code)
    assert office.secretary.issuer.standby_file is None
    (file,) = place.glob("*.vcw")
    return file.name, code


def test_the_standby_keys_move_to_a_stick_and_come_back_for_an_exchange(opened: Office) -> None:
    before = daily(opened)
    name, code = stick(opened)
    page = opened.go("keys/rotate")
    assert "вставьте флешку" in page.words
    opened.send("keys/rotate", stick="1")
    page = opened.choose(opened.home / "флешка", pick=name)
    assert opened.post(page.path, {"code": "ABCD"}).status == 422
    assert daily(opened) == before
    page = opened.post(page.path, {"code": code})
    assert page.path.endswith("/keys")
    assert daily(opened) != before
    assert "остаётся в силе" in page.words


def test_stolen_keys_are_withdrawn_and_diplomas_signed_anew(opened: Office) -> None:
    opened.send("keys/confirm")
    page = opened.send("keys/stolen", since="когда-то")
    assert page.status == 422
    page = opened.send("keys/stolen", since="01.03.2099")
    assert page.status == 422
    page = opened.send("keys/stolen", since="01.03.2026")
    assert "Изъят" in page.words
    page = opened.send("keys/reissue")
    assert "Подписано заново: 2" in page.words


def test_an_issuer_without_a_site_is_told_why_its_key_stays(office: Office) -> None:
    place = office.home / "без сайта"
    Issuer.create(place, PASSPHRASE, kit="school", site="", example=True, kdf=UNSAFE_FOR_TESTS).close()
    office.enter(place)
    page = office.go("keys")
    if office.secretary.issuer.settings.site:
        pytest.fail("the kit has a site")
    assert "заменить его нельзя" in page.words
    assert office.send("keys/rotate").status == 422


def test_the_passphrase_is_changed(opened: Office) -> None:
    new = "шесть совсем других слов подряд здесь"
    assert opened.send("keys/passphrase", new=new, again="другое").status == 422
    assert opened.send("keys/passphrase", new="123", again="123").status == 422
    page = opened.send("keys/passphrase", new=new, again=new)
    assert page.path.endswith("/keys")
    assert new not in page.html
    with Issuer.open(opened.home / FOLDER, new):
        pass


def test_the_issuer_is_closed_with_a_statement(opened: Office) -> None:
    site = opened.home / "последнее"
    site.mkdir()
    opened.send("keys/close")
    page = opened.choose(site)
    assert "Вернуть это нельзя" in page.words
    assert opened.post(page.path).status == 422
    assert not (site / "closing.json").exists()
    page = opened.post(page.path, {"sure": "1"})
    assert (site / "closing.json").is_file()
    assert "больше ничего не подписывается" in page.words
    assert "Закрыть навсегда" not in opened.go("keys").words
    assert PUPIL[0] not in page.words
