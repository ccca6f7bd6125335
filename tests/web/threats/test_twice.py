"""A form that is sent twice, a wizard that is over, a file that is opened twice: nothing happens twice."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.browser.town import PASSPHRASE, Town
from tests.shared import HANG_SECONDS
from tests.unit.wallet.shared import MASHA, NOW
from tests.web.pages import Desk, Page
from tests.web.secretary.desks import fields
from tests.web.secretary.offices import Office, make
from tests.web.secretary.test_keys import code_on, type_groups
from tests.web.threats.probe import Probe
from vcwallet.sealed_file import UNSAFE_FOR_TESTS
from vcwallet.wallet import Wallet
from vcwallet.web.pages import rendering
from vcwallet.web.pages.family import creating
from vcwallet.web.pages.family.opened import Family
from vcwallet.web.pages.family.under_way import NewSheet
from vcwallet.web.pages.jobs import Job


@pytest.fixture(autouse=True)
def light(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(creating, "kdf", lambda: UNSAFE_FOR_TESTS)


def opened(home: Path, role: str) -> Desk:
    """The pages with one thing of a role open."""
    desk = Desk(home)
    desk.time.now = NOW
    path = getattr(Town(home), role)()
    enter(desk, "officer" if role == "office" else role, path)
    return desk


def enter(desk: Desk, role: str, path: Path) -> Page:
    return desk.post(f"{role}/open/{desk.session.choose(path)}", {"passphrase": PASSPHRASE})


def inside(desk: Desk) -> str:
    (name,) = desk.session.opened
    return f"/{desk.session.place}/{name}/"


def twice(desk: Desk, page: Page, action: str, **answers: str) -> tuple[Page, Page]:
    """Press the button of a form two times, as a slow computer invites to."""
    address, sent = fields(page, action)
    return desk.post(address, sent | answers), desk.post(address, sent | answers)


# --- one form, sent twice ---------------------------------------------------------------------------------


def test_every_form_of_every_template_says_which_page_it_is_of() -> None:
    environment = rendering._environment()
    names = [each for each in environment.list_templates() if each.endswith(".html")]
    assert len(names) > 60
    assert environment.loader is not None
    for name in names:
        source, _, _ = environment.loader.get_source(environment, name)
        compiled = environment._tokenize(source, name)
        text = "".join(token.value for token in compiled if token.type == "data")
        assert text.count("<form") == source.count("<form")
        assert text.count('name="once"') == source.count("<form"), name


def _child(desk: Desk) -> tuple[Page, Page]:
    page = desk.get(inside(desk) + "children/new")
    return twice(
        desk,
        page,
        "children/new",
        family="Выдумкина",
        given="Анна",
        patronymic="Тестовна",
        born="01.03.2012",
    )


def test_a_child_is_added_once(tmp_path: Path) -> None:
    desk = opened(tmp_path, "family")
    first, second = _child(desk)
    assert (second.status, second.path) == (200, first.path)
    assert len(Wallet.open(tmp_path / "Документы" / "семья.vcw", PASSPHRASE).children) == 3


def test_the_same_form_with_other_words_is_another_wish(tmp_path: Path) -> None:
    desk = opened(tmp_path, "family")
    page = desk.get(inside(desk) + "children/new")
    address, sent = fields(page, "children/new")
    for given in ("Анна", "Вера"):
        desk.post(address, sent | {"family": "Выдумкина", "given": given, "born": "01.03.2012"})
    assert len(Wallet.open(tmp_path / "Документы" / "семья.vcw", PASSPHRASE).children) == 4


def test_a_refused_form_can_be_sent_again(tmp_path: Path) -> None:
    """What was in the way may be gone: the second time it is done."""
    desk = opened(tmp_path, "family")
    page = desk.get(inside(desk) + "children/new")
    first, second = twice(desk, page, "children/new", given="")
    assert (first.status, second.status) == (422, 422)


def test_a_recovery_sheet_is_begun_once(tmp_path: Path) -> None:
    desk = opened(tmp_path, "family")
    (family,) = desk.session.opened.values()
    assert isinstance(family, Family)
    page = desk.get(inside(desk) + "sheet")
    first, second = twice(desk, page, "/sheet")
    assert second.path == first.path
    assert len(family.tasks) == 1


def test_a_person_is_taken_in_once(tmp_path: Path) -> None:
    desk = opened(tmp_path, "family")
    page = desk.get(inside(desk) + "safety/people")
    words = "пять вымышленных слов для теста опекуна"
    first, second = twice(desk, page, "safety/people", name="Тётя", passphrase=words, again=words)
    assert (first.status, second.status, second.code) == (200, 200, "")
    assert len(Wallet.open(tmp_path / "Документы" / "семья.vcw", PASSPHRASE).guardians.all()) == 1


def test_a_wallet_is_made_once_and_its_maker_is_led_to_it(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    chosen = desk.session.choose(tmp_path / "Документы" / "новый.vcw")
    desk.post(f"family/new/{chosen}")
    words = " ".join(re.findall(r"<li[^>]*>(?:<[^>]*>)*([а-яё]+)", desk.page.html))
    assert len(words.split()) == 6, desk.page.words
    page = desk.get(desk.page.path + "/type")
    first, second = twice(desk, page, "/type", passphrase=words)
    assert (first.status, second.status, second.code) == (200, 200, "")
    assert second.path == first.path
    assert len(desk.session.opened) == 1


@pytest.mark.parametrize(("address", "said"), [("keys/rotate", {}), ("keys/stolen", {"since": "01.03.2026"})])
def test_keys_are_exchanged_once(tmp_path: Path, address: str, said: dict[str, str]) -> None:
    """The second time would use up the new standby keys, and withdraw the keys that have just begun."""
    desk = Office(tmp_path)
    desk.enter(make(tmp_path))
    before = len(desk.secretary.issuer.document.verification_methods)
    first, second = twice(desk, desk.go(address), address, **said)
    assert (first.status, first.code) == (200, ""), first.words
    assert (second.status, second.code, second.path) == (200, "", first.path)
    keys = desk.secretary.issuer.document.verification_methods
    assert len(keys) == before + 2, (
        "two keys of every day, the standby keys of before, and new ones to stand by"
    )


def test_lost_standby_keys_are_made_anew_once(tmp_path: Path) -> None:
    desk = Office(tmp_path)
    desk.enter(make(tmp_path))
    made: list[object] = []
    plain = desk.secretary.issuer.renew_standby
    vars(desk.secretary.issuer)["renew_standby"] = lambda **told: made.append(plain(**told))
    page = desk.go("keys/standby")
    address, sent = fields(page, "keys/standby")
    desk.post(address, sent | {"lost": "1"})
    desk.post(address, sent | {"lost": "1"})
    assert len(made) == 1


def test_a_correction_is_signed_once(tmp_path: Path) -> None:
    desk = Office(tmp_path)
    desk.enter(make(tmp_path))
    line = desk.secretary.issuer.recent(1)[0].line
    asked = desk.go(f"diplomas/{line.number}/correct")
    name = next(each for each in re.findall(r'name="(set-[^"]*)"', asked.html) if "family" in each)
    address, sent = fields(asked, "/correct")
    page = desk.post(address, sent | {name: "Исправлялкина"})
    first, second = twice(desk, page, page.path)
    assert (second.status, second.code, second.path) == (200, "", first.path)
    assert len([*desk.secretary.issuer.lines()]) == 3


def test_work_that_failed_is_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A form whose work came to nothing is not used up."""
    desk = opened(tmp_path, "family")
    (family,) = desk.session.opened.values()
    assert isinstance(family, Family)
    (tmp_path / "флешка").mkdir()
    page = desk.get(f"{inside(desk)}safety/backup/{desk.session.choose(tmp_path / 'флешка')}")
    plain = Wallet.back_up

    def full(wallet: Wallet, *args: Any, **named: Any) -> object:
        raise OSError(28, "no space")

    monkeypatch.setattr(Wallet, "back_up", full)
    address, sent = fields(page, page.path)
    assert desk.post(address, sent).path.endswith("/job")
    monkeypatch.setattr(Wallet, "back_up", plain)
    assert desk.post(address, sent).path.endswith("/safety/checked")


# --- after the end of a wizard ----------------------------------------------------------------------------


def test_whoever_goes_back_into_a_wizard_that_ended_is_led_to_what_it_made(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    chosen = desk.session.choose(tmp_path / "Документы" / "новый.vcw")
    desk.post(f"family/new/{chosen}")
    wizard = desk.page.path
    words = " ".join(re.findall(r"<li[^>]*>(?:<[^>]*>)*([а-яё]+)", desk.page.html))
    made = desk.post(wizard + "/type", {"passphrase": words})
    before = (tmp_path / "Документы" / "новый.vcw").read_bytes()
    for again in (
        desk.get(wizard),
        desk.get(wizard + "/own"),
        desk.post(wizard),
        desk.post(wizard + "/type", {"passphrase": "совсем другие слова пишет вторая вкладка тут"}),
        desk.post(wizard + "/own", {"passphrase": words, "again": words}),
    ):
        assert (again.status, again.path) == (200, made.path)
    assert (tmp_path / "Документы" / "новый.vcw").read_bytes() == before
    assert len(desk.session.opened) == 1


@pytest.mark.parametrize(("how", "off"), [("sheet", "/off"), ("safety/shares", "/withdraw")])
def test_a_sheet_that_was_read_back_is_not_put_off_by_a_page_behind(
    tmp_path: Path, how: str, off: str
) -> None:
    """Read back in one window, put off in the other: the wallet would be left without any sheet."""
    desk = opened(tmp_path, "family")
    (family,) = desk.session.opened.values()
    assert isinstance(family, Family)
    page = desk.post(inside(desk) + how)
    (work,) = family.tasks.values()
    assert isinstance(work, NewSheet)
    asked = re.findall(r'name="(group\d+)"', page.html)
    typed = dict(zip(asked, [each.text for each in work.groups], strict=True))
    assert desk.post(page.path, typed).status == 200
    (sheet,) = family.wallet.own_sheets
    assert desk.post(page.path + off).status == 200
    assert Wallet.open(family.wallet.path, PASSPHRASE).own_sheets == (sheet,)


def test_a_sheet_of_keys_that_was_read_back_is_not_withdrawn_by_a_page_behind(tmp_path: Path) -> None:
    desk = Office(tmp_path)
    desk.enter(make(tmp_path))
    page = desk.send("keys/sheet")
    code = code_on(desk.get(page.address("kept/")).content)
    type_groups(desk, page, code)
    assert desk.secretary.issuer.has_recovery_code
    again = desk.post(page.path, {"withdraw": "1"})
    assert (again.status, again.path) == (200, desk.go("keys").path)
    assert desk.secretary.issuer.has_recovery_code


def test_what_closed_things_were_in_the_middle_of_is_forgotten(tmp_path: Path) -> None:
    desk = Office(tmp_path)
    desk.enter(make(tmp_path))
    secretary = desk.secretary
    desk.send("keys/sheet")
    assert secretary.tasks
    desk.session.close(secretary)
    assert not secretary.tasks


# --- one file, opened twice -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "kind"), [("family", "family"), ("secretary", "secretary"), ("office", "officer")]
)
def test_what_is_open_already_is_led_to(tmp_path: Path, role: str, kind: str) -> None:
    """Two wallets of one file in one program would each save over what the other holds."""
    desk = opened(tmp_path, role)
    (first,) = desk.session.opened.values()
    path = getattr(first, "folder", None) or getattr(first, "path", None) or first.wallet.path  # type: ignore[attr-defined]
    (tmp_path / "Документы" / "дважды").symlink_to(path)
    for again in (path, tmp_path / "Документы" / "." / path.name, tmp_path / "Документы" / "дважды"):
        page = enter(desk, kind, again)
        assert page.status == 200, page.words
        assert f"/{first.id}/" in page.path
    assert list(desk.session.opened.values()) == [first]
    assert desk.get(inside(desk)).status == 200, "and the first still works"


def test_the_second_opening_needs_the_passphrase_as_the_first(tmp_path: Path) -> None:
    desk = opened(tmp_path, "family")
    path = tmp_path / "Документы" / "семья.vcw"
    page = desk.post(f"family/open/{desk.session.choose(path)}", {"passphrase": "не те слова"})
    assert page.status == 422


def test_a_folder_opened_without_keys_gets_them_from_the_second_opening(tmp_path: Path) -> None:
    desk = Office(tmp_path)
    folder = make(tmp_path)
    desk.enter(folder, passphrase=None)
    first = desk.secretary
    assert desk.go("hand-out").path.endswith("/unlock")
    desk.enter(folder)
    assert desk.secretary is first
    assert desk.go("hand-out").path.endswith("/hand-out"), "what needs the keys asks for no passphrase"


def test_a_sheet_that_opens_what_is_open_still_asks_for_a_new_passphrase(tmp_path: Path) -> None:
    desk = opened(tmp_path, "family")
    (family,) = desk.session.opened.values()
    assert isinstance(family, Family)
    printed = family.wallet.begin_recovery_code()
    family.wallet.finish_recovery_code(printed)
    family.wallet.save()
    path = tmp_path / "Документы" / "семья.vcw"
    page = desk.post(f"family/open/{desk.session.choose(path)}/sheet", {"code": printed.codes[0]})
    assert (page.status, page.path) == (200, inside(desk) + "phrase")


def test_a_second_wallet_is_opened_while_the_first_is_at_work(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.time.now = NOW
    town = Town(tmp_path)
    path, busy = town.family(), Probe()
    desk.session.enter(busy)

    def until_told(job: Job) -> str:
        assert busy.go_on.wait(HANG_SECONDS)
        return ""

    busy.start(Job("Stop", 1), until_told)
    assert enter(desk, "family", path).status == 200
    assert MASHA.given_name in desk.page.words
    assert busy.working
    desk.time.pass_by(timedelta(minutes=30))
    desk.session.close_idle()
    assert [each.kind for each in desk.session.opened.values()] == ["probe"], (
        "work that waits keeps its own thing"
    )
    busy.go_on.set()
