"""Opening and creating a wallet, the recovery sheet, and what is left of a damaged file."""

from __future__ import annotations

import io
import re
import shutil
from datetime import timedelta
from pathlib import Path

import pytest
import qrcode

from tests.unit.wallet.shared import OTHER_PASSPHRASE, PASSPHRASE, wallet
from tests.web.family.family import Home, home
from tests.web.pages import Page
from vcwallet.keyboards import as_american
from vcwallet.sealed_file import UNSAFE_FOR_TESTS, Passphrase, RecoveryCode
from vcwallet.wallet import Wallet
from vcwallet.web.pages.family import creating


@pytest.fixture
def family(tmp_path: Path) -> Home:
    return home(tmp_path)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """New passphrases of these tests need not be hard to guess."""
    monkeypatch.setattr(creating, "kdf", lambda: UNSAFE_FOR_TESTS)


def door(family: Home) -> str:
    return f"family/open/{family.desk.session.choose(family.file)}"


def words_of(page: Page) -> str:
    """The six words that a page tells to write down."""
    return " ".join(re.findall(r"<li>([^<]*)</li>", page.html.partition('class="words"')[2])[:6])


# --- opening ----------------------------------------------------------------------------------------------


def test_a_wrong_phrase_is_said_in_place_and_never_written_back(family: Home) -> None:
    page = family.desk.post(door(family), {"passphrase": "совсем не та фраза"})
    assert (page.status, page.code) == (422, "page.wrong-passphrase")
    assert "Фраза не подошла. Файл не пострадал." in page.words
    assert "совсем не та фраза" not in page.html
    assert 'aria-invalid="true"' in page.html
    assert family.open().status == 200


def test_a_phrase_typed_with_the_other_layout_is_recognised(family: Home) -> None:
    page = family.desk.post(door(family), {"passphrase": as_american(PASSPHRASE)})
    assert "Похоже на русские слова, набранные латиницей." in page.words
    assert as_american(PASSPHRASE) not in page.html


def test_after_five_tries_there_is_a_pause(family: Home) -> None:
    for _ in range(5):
        family.desk.post(door(family), {"passphrase": "не та"})
    page = family.open()
    assert (page.status, page.code) == (422, "page.too-many-tries")
    assert "Пять попыток не подошли." in page.words
    family.desk.time.pass_by(timedelta(seconds=6))
    assert family.open().status == 200


def test_a_wallet_that_is_dropped_is_put_among_the_documents_and_nothing_is_written_over(
    family: Home, tmp_path: Path
) -> None:
    content = family.file.read_bytes()
    page = family.desk.post("family/", files=[("file", "семья.vcw", content)])
    assert "Открыть семья 2.vcw" in page.words
    assert family.file.read_bytes() == content
    assert family.file.with_name("семья 2.vcw").read_bytes() == content
    for name in ("../../x.vcw", "..", "con.vcw", "a\0.vcw", "", "a/../../b.vcw"):
        family.desk.post("family/", files=[("file", name, content)])
    assert {each.parent for each in tmp_path.rglob("*.vcw")} == {family.file.parent}


def test_a_file_that_is_gone_is_said(family: Home) -> None:
    address, code = door(family), printed(family)
    for each in family.file.parent.iterdir():
        each.unlink()
    for end, typed in (("", {"passphrase": PASSPHRASE}), ("/sheet", {"code": code})):
        page = family.desk.post(f"{address}{end}", typed)
        assert page.status == 422, page.words
        assert "Файла «семья.vcw» нет." in page.words, "it is gone, and not damaged"


def test_what_is_left_of_a_damaged_file_is_saved_beside_it(family: Home) -> None:
    damaged = bytearray(family.file.read_bytes())
    damaged[-40] ^= 1
    family.file.write_bytes(damaged)
    for backup in family.file.parent.glob("*.bak"):
        backup.unlink()
    page = family.desk.post(door(family), {"passphrase": PASSPHRASE})
    assert "Файл повреждён" in page.words
    page = family.desk.post(page.path, {"passphrase": "не та"})
    assert page.status == 422
    page = family.desk.post(page.path, {"passphrase": PASSPHRASE})
    assert "Всё, что удалось прочитать, в новом файле «семья, спасённое.vcw»." in page.words
    assert family.file.read_bytes() == damaged
    assert Wallet.open(family.file.with_name("семья, спасённое.vcw"), PASSPHRASE).children


# --- a new wallet -----------------------------------------------------------------------------------------


def new(family: Home, name: str = "новая") -> Page:
    chosen = family.desk.session.choose(family.file.with_name(name))
    page = family.desk.get(f"family/new/{chosen}")
    return family.desk.post(page.path)


def test_a_wallet_is_made_in_three_steps(family: Home) -> None:
    page = new(family)
    assert "Запишите эти шесть слов" in page.words
    first = words_of(page)
    page = family.desk.post(page.path)
    phrase = words_of(page)
    assert len(phrase.split()) == 6
    assert phrase != first, "other words"
    page = family.desk.get(page.address("/type"))
    assert phrase not in page.html
    refused = family.desk.post(page.path, {"passphrase": first})
    assert (refused.status, refused.code) == (422, "page.other-words")
    assert "Это не те слова" in refused.words
    assert not family.file.with_name("новая.vcw").exists()
    page = family.desk.post(page.path, {"passphrase": phrase.upper().replace(" ", "  ")})
    assert "Кошелёк готов." in page.words
    assert Wallet.open(family.file.with_name("новая.vcw"), phrase).children == ()


def test_the_same_words_are_there_after_going_back(family: Home) -> None:
    page = new(family)
    phrase = words_of(page)
    family.desk.get(page.address("/type"))
    assert words_of(family.desk.get(page.path)) == phrase


def test_a_name_that_is_taken_is_refused_before_any_words_are_made(family: Home) -> None:
    before = family.file.read_bytes()
    page = new(family, "семья.vcw")
    assert page.status == 422
    assert "уже есть" in page.words
    assert not words_of(page)
    assert family.file.read_bytes() == before


def test_a_phrase_of_ones_own_must_be_hard_to_guess_and_typed_twice(family: Home) -> None:
    page = new(family)
    page = family.desk.get(page.address("/own"))
    weak = family.desk.post(page.path, {"passphrase": "мария 2009", "again": "мария 2009"})
    assert weak.status == 422
    assert "мария 2009" not in weak.html
    differs = family.desk.post(page.path, {"passphrase": OTHER_PASSPHRASE, "again": PASSPHRASE})
    assert (differs.status, differs.code) == (422, "passphrase.not-the-same")
    page = family.desk.post(page.path, {"passphrase": OTHER_PASSPHRASE, "again": OTHER_PASSPHRASE})
    assert page.status == 200
    assert Wallet.open(family.file.with_name("новая.vcw"), OTHER_PASSPHRASE)


def test_a_task_that_is_over_is_not_done_twice(family: Home) -> None:
    page = new(family)
    phrase = words_of(page)
    address = page.address("/type")
    made = family.desk.post(address, {"passphrase": phrase})
    files = sorted(family.file.parent.iterdir())
    again = family.desk.post(address, {"passphrase": phrase})
    assert (again.status, again.path) == (200, made.path), "it leads to the wallet that was made"
    assert sorted(family.file.parent.iterdir()) == files
    assert len(family.desk.session.opened) == 1


# --- the recovery sheet -----------------------------------------------------------------------------------


def sheet(family: Home) -> Page:
    page = family.open()
    page = family.desk.get(page.address("/sheet"))
    return family.desk.post(page.path)


def groups(page: Page) -> list[str]:
    return re.findall(r'<li class="code">([^<]*)</li>', page.html)


def test_a_sheet_counts_when_somebody_read_it_from_the_paper(family: Home) -> None:
    page = sheet(family)
    code = groups(page)
    assert len(code) == 7
    assert len(family.saved.sheets) == 1, "what is on paper always opens the file"
    asked = [int(number) for number in re.findall(r'name="group(\d)"', page.html)]
    wrong = family.desk.post(page.path, {f"group{number}": "0000" for number in asked})
    assert (wrong.status, wrong.code) == (422, "recovery-code.misread")
    page = family.desk.post(page.path, {f"group{number}": code[number - 1].lower() for number in asked})
    assert "открывает кошелёк" in page.words
    assert "Лист восстановления не напечатан" not in page.words
    assert Wallet.open(family.file, secret=RecoveryCode("-".join(code)))


def test_a_sheet_that_is_put_off_opens_nothing(family: Home) -> None:
    page = sheet(family)
    code = "-".join(groups(page))
    picture = family.desk.get(page.address("/code"))
    assert picture.headers["content-type"].startswith("image/svg+xml")
    family.desk.post(page.address("/off"))
    assert family.saved.sheets == ()
    assert code not in family.page.html


def test_the_sheet_is_a_pdf_too(family: Home) -> None:
    page = family.desk.get(sheet(family).address("/pdf"))
    assert page.content.startswith(b"%PDF-")
    assert page.headers["content-disposition"].startswith("attachment")


def printed(family: Home) -> str:
    made = family.saved
    code = made.begin_recovery_code()
    made.finish_recovery_code(code)
    return code.codes[0]


def test_the_sheet_opens_and_then_a_new_phrase_is_demanded(family: Home) -> None:
    code = printed(family)
    page = family.desk.post(f"{door(family)}/sheet", {"code": code.lower().replace("-", " ")})
    assert "Запишите эти шесть слов" in page.words
    assert "Лист открыл кошелёк" in page.words
    assert "Дипломы:" not in family.desk.get(page.path.removesuffix("phrase")).words
    phrase = words_of(family.page)
    page = family.desk.get(family.page.address("/type"))
    page = family.desk.post(page.path, {"passphrase": phrase})
    assert "Дипломы:" in page.words
    assert "открывается новыми словами" in page.words
    assert Wallet.open(family.file, secret=Passphrase(phrase)).children
    assert not family.saved_opens_with(PASSPHRASE)


def test_a_photo_of_the_sheet_opens_too(family: Home) -> None:
    content = io.BytesIO()
    qrcode.make(printed(family)).save(content)
    page = family.desk.post(f"{door(family)}/sheet", files=[("photo", "лист.png", content.getvalue())])
    assert "Запишите эти шесть слов" in page.words


def test_a_code_that_is_mistyped_is_said_at_the_field_and_not_lost(family: Home) -> None:
    code = printed(family)
    wrong = code[:-1] + ("0" if code[-1] != "0" else "1")
    page = family.desk.post(f"{door(family)}/sheet", {"code": wrong})
    assert page.status == 422
    assert wrong in page.html
    page = family.desk.post(f"{door(family)}/sheet", files=[("photo", "x.png", b"no picture")])
    assert page.status == 422


def test_another_wallet_does_not_open_with_this_sheet(family: Home, tmp_path: Path) -> None:
    code = printed(family)
    wallet(tmp_path / "Документы" / "чужая.vcw").save()
    shutil.copy(tmp_path / "Документы" / "чужая.vcw", family.file)
    page = family.desk.post(f"{door(family)}/sheet", {"code": code})
    assert page.status == 422
