"""Asking by OpenID4VP at the desk: the code, the wallet that answers it, and what the officer sees of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.web.officer.counter import ASKED, Counter, code_of, counter
from vcwallet import fetch, limits
from vcwallet.bundle import symbols
from vcwallet.bundle.openid4vp import AnswerMode, Invitation
from vcwallet.bundle.openid_asked import OpenidAsked
from vcwallet.bundle.who_asks import Proven
from vcwallet.errors import VcwalletError
from vcwallet.identifiers import did
from vcwallet.wallet import openid_exchange


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Counter]:
    with counter(tmp_path) as made:
        yield made


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[Counter]:
    """The pages as `vcwallet open` serves them, to this computer."""
    with counter(tmp_path, reached=False) as made:
        yield made


def test_a_family_reads_the_code_and_its_wallet_answers(office: Counter) -> None:
    page = office.ask()
    assert "Ждём кошелёк" in office.words(page)
    assert "Ждём ответа: 1" in office.words(office.desk)
    request = office.fetched(office.url(page))
    assert (request.proven, request.mode) == (Proven.SAME_KEY, AnswerMode.ENCRYPTED_POST)
    assert openid_exchange.send_answer(request, office.family.vp_token(request), network=fetch) is None
    led = office.pages.get(page)
    assert (led.status, led.headers["location"]) == (303, f"{office.desk}answers/1")
    told = office.words(led.headers["location"])
    assert "Подтверждено" in told
    assert "Тестова Проба Вымысловна" in told
    assert "Школа № 0" not in told
    assert "ответ кошелька" in told
    assert "Сегодня: 1" in office.words(office.desk + "today")
    assert "Ждём ответа" not in office.words(office.desk)


def test_each_request_has_a_nonce_a_state_an_address_and_keys_of_its_own(office: Counter) -> None:
    one, two = (office.fetched(office.url(office.ask())) for _ in range(2))
    assert one.encryption is not None
    assert two.encryption is not None
    assert one.client.id != two.client.id
    assert one.nonce != two.nonce
    assert one.state != two.state
    assert one.response_uri.url != two.response_uri.url
    assert one.encryption.key != two.encryption.key
    assert one.encryption.kid != two.encryption.kid
    assert min(len(one.nonce), len(one.state or "")) >= 22, "128 bits, section 5.2"


def test_the_code_is_small_and_leads_to_a_request_nobody_can_change(office: Counter) -> None:
    url = office.url(office.ask())
    assert symbols.of_text(url).version <= 14
    invitation = Invitation.read(url)
    assert invitation.by_reference is not None
    other = fetch.ask(
        Invitation.read(office.url(office.ask())).by_reference or invitation.by_reference,
        ceiling=limits.OPENID_REQUEST_BYTES,
        token=True,
    )
    with pytest.raises(VcwalletError) as refused:
        invitation.opened(other.decode(), resolve=did.resolve, authorities=(), now=office.pages.clock.wall)
    assert refused.value.code == "openid.signer", "the key is named in the code"


def test_a_wallet_that_does_not_reach_the_desk_answers_by_a_file(office: Counter) -> None:
    page = office.ask()
    request = Invitation.read(office.whole(page))
    assert request.token is not None
    opened = openid_exchange.request_of(request, network=fetch, randomness=bytes, now=office.pages.clock.wall)
    document = opened.answer_document(office.family.vp_token(opened))
    told = office.pages.upload(office.desk + "files", ("files", "ответ.json", json.dumps(document).encode()))
    assert told.headers["location"] == f"{office.desk}answers/1"
    assert "Подтверждено" in office.words(told.headers["location"])
    assert office.pages.get(page).headers["location"] == f"{office.desk}answers/1"


def test_an_encrypted_answer_in_a_file_is_opened_by_the_request_it_is_to(office: Counter) -> None:
    pages = [office.ask() for _ in range(3)]
    request = office.fetched(office.url(pages[1]))
    content = json.dumps(office.answer(request)).encode()
    told = office.pages.upload(office.desk + "files", ("files", "ответ.json", content))
    assert "Подтверждено" in office.words(told.headers["location"])
    assert [office.pages.get(each).status for each in pages] == [200, 303, 200]
    office.pages.upload(office.desk + "files", ("files", "ответ.json", content))
    assert "запрос, который уже закрыт" in office.words(office.desk + "result")


def test_a_withdrawn_request_is_answered_by_nobody(office: Counter) -> None:
    page = office.ask()
    request = office.fetched(office.url(page))
    assert office.pages.post(page + "/withdraw").status == 303
    assert office.post(request, office.answer(request)).status == 400
    assert "Запрос снят" in office.words(page)
    assert office.pages.get(office.desk + "answers/1").status == 422


def test_an_answer_that_came_before_the_button_is_not_said_to_be_withdrawn(office: Counter) -> None:
    page = office.ask()
    request = office.fetched(office.url(page))
    assert office.post(request, office.answer(request)).status == 200
    told = office.pages.post(page + "/withdraw")
    assert told.headers["location"] == page
    assert "Запрос снят" not in office.words(office.pages.get(page).headers["location"])


def test_the_next_family_is_asked_the_same_with_another_nonce(office: Counter) -> None:
    page = office.ask()
    first = office.fetched(office.url(page))
    following = office.pages.post(page + "/again").headers["location"]
    second = office.fetched(office.url(following))
    assert second.query == first.query
    assert second.nonce != first.nonce
    assert "Запрос снят" in office.words(page)
    assert office.post(first, office.answer(first)).status == 400
    assert office.post(second, office.answer(second)).status == 200


def test_a_family_that_says_no_is_heard(office: Counter) -> None:
    page = office.ask()
    request = office.fetched(office.url(page))
    declined = {"error": "access_denied", "state": request.state or ""}
    assert office.post(request, {**declined, "state": "x"}).status == 400
    assert office.post(request, declined).status == 200
    assert "Кошелёк не дал ответа" in office.words(page)
    assert office.post(request, office.answer(request)).status == 400


def test_a_revoked_diploma_is_an_answer_and_the_officer_is_told(tmp_path: Path) -> None:
    """What the answer is worth is told to the office, and never to the wallet."""
    with counter(tmp_path, revoked=(1,)) as office:
        page = office.ask()
        request = office.fetched(office.url(page))
        assert office.post(request, office.answer(request)).body == b"{}"
        assert "отозван издателем" in office.words(office.pages.get(page).headers["location"])


def test_what_cannot_be_asked_comes_back_as_it_was(office: Counter) -> None:
    bare = [each for each in ASKED if each[0] != "field"]
    told = office.pages.post(office.desk + "request", [*bare, ("by", "openid")])
    assert told.status == 422
    assert code_of(told) == "request.openid-nothing"
    assert 'href="#reads"' in told.text
    assert 'id="reads"' in told.text


def test_the_waiting_page_keeps_no_desk_open(office: Counter) -> None:
    """It asks for itself; a desk that somebody left is closed, and its requests with it."""
    page = office.ask()
    request = office.fetched(office.url(page))
    for _ in range(11):
        office.pages.clock.pass_(60)
        told = office.pages.get(page)
    assert told.headers["location"].endswith("/closed")
    assert office.post(request, office.answer(request)).status == 400


# --- served to this computer alone ---


def test_of_a_desk_that_nobody_reaches_the_page_says_so(alone: Counter) -> None:
    page = alone.ask()
    words = alone.words(page)
    assert "Ждём файл с ответом" in words
    assert "Почему телефон не пришлёт ответ сюда" in words
    request = Invitation.read(alone.url(page)).unsigned()
    assert request.response_uri.url == "https://priem.vuz.example/openid4vp"
    document = request.answer_document(alone.family.vp_token(request))
    told = alone.pages.upload(alone.desk + "files", ("files", "ответ.json", json.dumps(document).encode()))
    assert "Подтверждено" in alone.words(told.headers["location"])


def test_what_is_kept_of_a_request_opens_its_answer_on_another_day(alone: Counter) -> None:
    page = alone.ask()
    kept = alone.pages.get(page + "/kept").body
    asked = OpenidAsked.parse(json.loads(kept))
    document = asked.openid.answer_form(alone.family.vp_token(asked.openid))
    alone.pages.post(page + "/withdraw")
    alone.pages.post(alone.desk + "close")
    again = alone.pages.post(
        f"officer/open/{alone.pages.session.choose(alone.family.folder / 'приёмная.json')}"
    )
    desk = again.headers["location"]
    told = alone.pages.upload(
        desk + "files",
        ("files", "хранить.json", kept),
        ("files", "ответ.json", json.dumps(document).encode()),
    )
    assert "Подтверждено" in alone.words(told.headers["location"])


def reopened(office: Counter) -> str:
    """The desk on another day, which remembers no request."""
    office.pages.post(office.desk + "close")
    opened = office.pages.post(
        f"officer/open/{office.pages.session.choose(office.family.folder / 'приёмная.json')}"
    )
    return opened.headers["location"]


def test_an_answer_in_a_file_is_added_where_a_family_is_asked(alone: Counter) -> None:
    page = alone.ask()
    kept = alone.pages.get(page + "/kept").body
    asked = OpenidAsked.parse(json.loads(kept)).openid
    answer = json.dumps(asked.answer_form(alone.family.vp_token(asked))).encode()
    desk = reopened(alone)
    assert "Ответ, который пришёл файлом" in alone.words(desk + "request")
    without = alone.pages.upload(desk + "request/answered", ("answer", "ответ.json", answer))
    assert "Назовите файл" in alone.words(without.headers["location"]), (
        "nobody can open it without what was kept"
    )
    both = [("answer", "ответ.json", answer), ("kept", "хранить.json", kept)]
    told = alone.pages.upload(desk + "request/answered", *both)
    assert told.headers["location"] == f"{desk}answers/1"
    assert "Подтверждено" in alone.words(told.headers["location"])
    assert "Проверяем по вашему запросу" not in alone.words(desk), "the next family was not asked this"
    again = alone.pages.upload(desk + "request/answered", *both).headers["location"]
    assert "№ 1" in alone.words(again), "the same answer a second time is told"


def test_of_a_request_that_waits_the_answer_is_enough(alone: Counter) -> None:
    request = Invitation.read(alone.url(alone.ask())).unsigned()
    answer = json.dumps(request.answer_document(alone.family.vp_token(request))).encode()
    told = alone.pages.upload(alone.desk + "request/answered", ("answer", "ответ.json", answer))
    assert "Подтверждено" in alone.words(told.headers["location"])


def test_what_is_missing_of_an_answer_in_a_file_is_said(alone: Counter) -> None:
    kept = alone.pages.get(alone.ask() + "/kept").body
    none = alone.pages.upload(alone.desk + "request/answered", ("kept", "хранить.json", kept))
    assert (none.status, code_of(none)) == (422, "openid.no-file")
    broken = json.dumps({**json.loads(kept), "key": None}).encode()
    both = [("answer", "о.json", kept), ("kept", "х.json", broken)]
    wrong = alone.pages.upload(alone.desk + "request/answered", *both)
    assert (wrong.status, code_of(wrong)) == (422, "openid.asked")
    desk = reopened(alone)
    dropped = alone.pages.upload(desk + "files", ("files", "хранить.json", kept))
    assert "ответа на него среди файлов нет" in alone.words(dropped.headers["location"])
    assert "Проверяем по вашему запросу" not in alone.words(desk)


def test_a_request_that_lies_at_the_desk_is_not_kept(office: Counter) -> None:
    assert code_of(office.pages.get(office.ask() + "/kept")) == "openid.not-kept"
    for number in ("2", "0", "x", "9" * 12):
        assert code_of(office.pages.get(f"{office.desk}openid/{number}")) == "openid.no-request"
