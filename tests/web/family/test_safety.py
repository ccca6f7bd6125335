"""Copies and drills, sheets and people, joining, refreshing and leaving, through the real application."""

from __future__ import annotations

import io
import re
import shutil
import zipfile
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.unit.wallet.shared import MASHA, NOW, OTHER_PASSPHRASE, PASSPHRASE, PETYA, Issuer, later, reopen
from tests.web.family.family import Home, home
from tests.web.pages import Page
from vcwallet import strict_json
from vcwallet.bundle.recovery_sheet import RecoverySheet, codes_in_file
from vcwallet.errors import UsageError
from vcwallet.locales import language
from vcwallet.sealed_file import UNSAFE_FOR_TESTS, RecoveryCode
from vcwallet.wallet import Wallet
from vcwallet.web.pages.family import copies, creating, history, leaving, safety, showing


@pytest.fixture
def family(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setattr(creating, "kdf", lambda: UNSAFE_FOR_TESTS)
    made = home(tmp_path)
    made.open()
    return made


def place(family: Home, address: str) -> str:
    """The address of something of the opened wallet."""
    return "/".join(family.page.path.split("/")[:3]) + "/" + address


def go(family: Home, address: str) -> Page:
    return family.desk.get(place(family, address))


# --- copies and drills ------------------------------------------------------------------------------------


def backed_up(family: Home) -> Page:
    family.desk.post(place(family, "safety/backup"))
    family.desk.post(family.page.path, {"here": "1"})
    return family.desk.post(family.page.path)


def test_a_backup_is_made_where_it_was_chosen_and_read_back(family: Home) -> None:
    base = place(family, "")
    assert "не знает ни одной копии" in go(family, "safety").words
    page = backed_up(family)
    assert "Копия в порядке" in page.words
    copy = family.file.with_name("семья 2026-06-20.vcw")
    assert reopen(copy).saved_state == family.saved.saved_state
    assert "Копия сделана и прочитана 20 июня 2026" in family.desk.get(base + "safety").words


def test_looking_at_the_question_makes_no_copy(family: Home) -> None:
    family.desk.post(go(family, "safety").address("/safety/backup"))
    page = family.desk.post(family.page.path, {"here": "1"})
    assert "Сделать копию в папке" in page.words
    family.desk.get(page.path)
    assert [each.name for each in family.file.parent.glob("*.vcw")] == ["семья.vcw"]


def checking(family: Home) -> Page:
    """The page that asks what the copy opens with."""
    base = place(family, "")
    backed_up(family)
    page = family.desk.post(family.desk.get(base + "safety").address("/safety/check"))
    number = re.findall(r"<b>(семья[^<]*)</b>.*?name=\"pick\" value=\"(\d+)\"", page.html, re.S)
    return family.desk.post(page.path, {"pick": next(pick for name, pick in number if "2026" in name)})


def test_a_copy_is_tried_as_on_the_day_of_need_and_a_wrong_phrase_is_told_in_place(family: Home) -> None:
    page = checking(family)
    wrong = family.desk.post(page.path, {"passphrase": OTHER_PASSPHRASE, "code": ""})
    assert wrong.status == 422
    assert OTHER_PASSPHRASE not in wrong.html
    assert "Копия в порядке" in family.desk.post(page.path, {"passphrase": PASSPHRASE, "code": ""}).words


def test_a_copy_is_tried_by_the_sheet_too_typed_or_photographed(family: Home) -> None:
    made = family.saved
    printed = made.begin_recovery_code()
    made.finish_recovery_code(printed)
    family.desk.post(place(family, "close"))
    family.open()
    page = checking(family)
    wrong = family.desk.post(page.path, {"code": printed.codes[0][::-1]})
    assert wrong.status == 422
    assert printed.codes[0][::-1] not in wrong.html
    assert (
        f"Её открывает лист {printed.number}" in family.desk.post(page.path, {"code": printed.codes[0]}).words
    )
    sheet = RecoverySheet(printed, "семья.vcw", NOW.date()).pdf(language("ru"))
    answer = family.desk.post(page.path, {"code": ""}, files=[("photo", "лист.pdf", sheet)])
    assert f"Её открывает лист {printed.number}" in answer.words


# --- ways in ----------------------------------------------------------------------------------------------


def test_the_passphrase_is_changed_when_it_is_typed_twice(family: Home) -> None:
    page = go(family, "safety/passphrase")
    assert page.html.count("<li>") >= 6
    new = "совсем другая небылица 8 вымысел"
    assert family.desk.post(page.path, {"passphrase": new, "again": OTHER_PASSPHRASE}).status == 422
    assert family.desk.post(page.path, {"passphrase": "раз", "again": "раз"}).status == 422
    assert family.saved, "nothing was changed so far"
    page = family.desk.post(page.path, {"passphrase": new, "again": new})
    assert "открывается новой фразой" in page.words
    assert Wallet.open(family.file, new).children
    with pytest.raises(UsageError):
        Wallet.open(family.file, PASSPHRASE)


def read_back(page: Page, codes: tuple[str, ...]) -> dict[str, str]:
    """What somebody types who has the sheets before them."""
    typed = {}
    for field, label in re.findall(r'<label for="(group\d)">([^<]*)</label>', page.html):
        numbers = [int(number) for number in re.findall(r"\d+", label)]
        sheet, group = numbers if len(numbers) == 2 else (1, numbers[0])
        typed[field] = codes[sheet - 1].split("-")[group - 1].lower()
    return typed


def test_three_sheets_open_the_wallet_when_groups_of_them_were_read_back(family: Home) -> None:
    page = family.desk.post(go(family, "safety/shares").path)
    task = page.path
    codes = tuple(codes_in_file(family.desk.get(f"{task}/{n}").content)[0] for n in (1, 2, 3))
    assert family.desk.post(task, {"group0": "0000", "group1": "0000", "group2": "0000"}).status == 422
    page = family.desk.post(task, read_back(page, codes))
    assert "открывает кошелёк" in page.words
    assert Wallet.open(family.file, secret=RecoveryCode(*codes[1:])).children
    assert family.desk.get(task).path.endswith("/safety"), "it is not being made any more"


def test_sheets_that_came_on_no_paper_open_nothing(family: Home) -> None:
    page = family.desk.post(go(family, "safety/shares").path)
    codes = tuple(codes_in_file(family.desk.get(f"{page.path}/{n}").content)[0] for n in (1, 2))
    family.desk.post(page.address("/withdraw"))
    with pytest.raises(UsageError):
        Wallet.open(family.file, secret=RecoveryCode(*codes))


def test_somebody_else_gets_a_way_in_and_loses_it_again(family: Home) -> None:
    page = go(family, "safety/people")
    people = page.path
    new = {"name": "Бабушка", "passphrase": OTHER_PASSPHRASE, "again": OTHER_PASSPHRASE}
    page = family.desk.post(people, new)
    assert "Бабушка" in page.words
    assert Wallet.open(family.file, OTHER_PASSPHRASE).children
    assert family.desk.post(people, new).status == 422, "there is one of that name"
    page = family.desk.get(family.desk.get(people).address("/remove"))
    assert "облаке" in page.words
    family.desk.post(page.path)
    with pytest.raises(UsageError):
        Wallet.open(family.file, OTHER_PASSPHRASE)


def test_somebody_else_gets_a_sheet_of_their_own(family: Home) -> None:
    page = family.desk.post(go(family, "safety/people").path, {"name": "Бабушка", "sheet": "1"})
    codes = codes_in_file(family.desk.get(f"{page.path}/1").content)
    page = family.desk.post(page.path, read_back(page, codes))
    assert Wallet.open(family.file, secret=RecoveryCode(*codes)).guardians.find("Бабушка").sheet
    assert "Бабушка" in page.words


# --- copies -----------------------------------------------------------------------------------------------


def other_copy(family: Home) -> Wallet:
    path = family.file.with_name("семья (конфликт).vcw")
    shutil.copy(family.file, path)
    return reopen(path)


def test_copies_are_compared_child_by_child_and_joined_after_that(family: Home) -> None:
    other = other_copy(family)
    other.add(family.issuer.diploma(number=7), child=other.child(MASHA.full_name), now=later())
    other.save()
    page = go(family, "copies")
    assert "Только в копии Олимпиада «Вымысел», тур 7" in page.words
    assert PETYA.given_name not in page.words, "nothing of his differs"
    assert len(family.saved.diplomas()) == 2
    page = family.desk.post(page.address("/copies/join"))
    assert "пришло из копии" in page.words
    assert len(family.saved.diplomas()) == 3


def test_a_copy_that_cannot_be_read_stands_in_nobodys_way(family: Home) -> None:
    other = other_copy(family)
    data = bytearray(other.path.read_bytes())
    data[-40] ^= 1
    other.path.write_bytes(data)
    page = go(family, "copies")
    assert page.status == 200
    assert "семья (конфликт).vcw" in page.words
    assert "/copies/join" not in page.html


# --- refreshing -------------------------------------------------------------------------------------------


class Sites:
    """What the issuer publishes, and who was asked."""

    def __init__(self, issuer: Issuer) -> None:
        self.issuer = issuer
        self.asked: list[str] = []

    def __call__(self, url: str, limit: int) -> bytes:
        self.asked.append(url)
        document = (
            self.issuer.document.to_json()
            if url.endswith("did.json")
            else self.issuer.status_list(revoked=(1,), at=later())
        )
        return strict_json.dumps(document).encode("utf-8")


def at_sites(tmp_path: Path, issuer: Issuer | None = None) -> tuple[Home, Sites]:
    family = home(tmp_path)
    sites = Sites(issuer or family.issuer)
    family.desk.network = sites
    family.desk.__post_init__()
    family.desk.time.now = later(2)
    family.open()
    return family, sites


def test_no_site_is_asked_before_its_address_was_seen(tmp_path: Path) -> None:
    family, sites = at_sites(tmp_path)
    page = go(family, "refresh")
    assert "https://olymp.example/status/1" in page.words
    assert "выходит в\xa0интернет, только когда вы" in page.html, (
        "the foot does not say that nothing goes out"
    )
    assert "В интернет ничего не уходит" not in page.html.replace("\xa0", " ")
    assert sites.asked == []
    page = family.desk.post(page.path)
    assert sites.asked == ["https://olymp.example/.well-known/did.json", "https://olymp.example/status/1"]
    assert "новее, подпись верна" in page.words
    foot = page.html.replace("\xa0", " ")
    assert "По этим адресам обратились один раз" in foot
    assert "Всё происходит на этом компьютере" not in foot


def test_a_new_key_is_taken_only_when_somebody_compared_it(tmp_path: Path) -> None:
    family, sites = at_sites(tmp_path, Issuer())
    page = family.desk.post(go(family, "refresh").path)
    (key, *_) = sites.issuer.document.verification_methods
    assert key.public_key.fingerprint in page.words
    take = page.address("/refresh/keys/")
    assert family.desk.post(take).status == 422
    page = family.desk.post(take, {"compared": "1"})
    assert "новее, подпись верна" in page.words
    known = family.saved.issuers.document(sites.issuer.id)
    assert known is not None
    assert key.public_key in [each.public_key for each in known.verification_methods]


def test_known_issuers_are_listed_with_their_fingerprints(family: Home) -> None:
    page = go(family, "issuers")
    assert family.issuer.name in page.words
    assert family.issuer.key.public_key.fingerprint in page.words
    assert "в действии" in page.words


# --- what people type into addresses and forms ------------------------------------------------------------


ROUTES = [each for part in (showing, history, safety, copies, leaving) for each in part.ROUTES]


@pytest.mark.parametrize("given", ["²", "9" * 40, "../.."])
def test_no_address_and_no_form_makes_the_program_err(tmp_path: Path, given: str) -> None:
    family, _ = at_sites(tmp_path)
    masha = family.saved.child(MASHA.full_name).id
    base = place(family, "")
    fields = ["to", "purpose", "until", "diploma", "show", "pasted", "form", "code", "group0", "name"]
    for route in ROUTES:
        for child in (masha, quote(given, safe="")):
            address = re.sub(r"\{child\}", child, route.address)
            address = base + re.sub(r"\{\w+\}", quote(given, safe=""), address)
            data = dict.fromkeys(fields, given)
            page = family.desk.get(address) if route.method == "GET" else family.desk.post(address, data)
            told = page.content.decode("utf-8", "replace")
            assert page.status in (200, 404, 422), (route.address, told)
            assert "Программа ошиблась" not in told, route.address


# --- leaving ----------------------------------------------------------------------------------------------


def test_everything_of_one_child_and_nothing_of_the_other_is_taken_out(family: Home) -> None:
    masha = family.saved.child(MASHA.full_name)
    page = go(family, f"children/{masha.id}/leaving")
    answer = family.desk.post(page.address("/leaving/files"), {"keys": "1"})
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        content = b"".join(archive.read(name) for name in archive.namelist()).decode("utf-8", "replace")
    assert masha.did in content
    assert PETYA.given_name not in content
    assert masha.key.secret_multibase in content
    without = family.desk.post(page.address("/leaving/files"))
    with zipfile.ZipFile(io.BytesIO(without.content)) as archive:
        assert masha.key.secret_multibase.encode() not in archive.read("wallet.json")


def test_the_grown_child_gets_a_wallet_and_the_family_lets_go(family: Home) -> None:
    masha = family.saved.child(MASHA.full_name)
    page = go(family, f"children/{masha.id}/leaving")
    assert "18 лет исполнится 17 мая 2027" in page.words
    page = family.desk.post(page.address("/own"))
    page = family.desk.post(page.path, {"here": "1", "name": "Проба.vcw"})
    typed = {"passphrase": OTHER_PASSPHRASE, "again": OTHER_PASSPHRASE, "let_go": "1"}
    assert family.desk.post(page.path, {**typed, "again": "другое"}).status == 422
    page = family.desk.post(page.path, typed)
    assert "ключей больше нет" in page.words
    own = Wallet.open(family.file.with_name("Проба.vcw"), OTHER_PASSPHRASE)
    assert [each.name for each in own.children] == [MASHA.full_name]
    assert own.children[0].did == masha.did
    handover = family.saved.child(MASHA.full_name).handover
    assert handover is not None
    assert handover.let_go
    assert handover.day == NOW
