"""Asking a phone with Learner Credential Wallet at the desk: its code, the exchange, what is seen of it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import zxingcpp
from PIL import Image

from tests.exchanges import shown
from tests.unit.wallet.shared import NOW
from tests.web.officer.counter import FORM, Counter, counter
from tests.web.serving import Answer
from vcwallet.identifiers.keys import KeyType, SoftwareKey
from vcwallet.strict_json import Json, JsonObject

JSON = ("Content-Type", "application/json")
ACCEPT = ("Accept", "application/json")


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Counter]:
    with counter(tmp_path) as made:
        yield made


def whole_proof(diploma: JsonObject) -> Json:
    proofs = diploma["proof"]
    assert isinstance(proofs, list)
    return next(each for each in proofs if isinstance(each, dict) and each["cryptosuite"] != "ecdsa-sd-2023")


class Phone:
    """What a wallet does that read the second code of the page."""

    def __init__(self, office: Counter, page: str) -> None:
        self.office = office
        pictures = re.findall(r'src="([^"]*/kept/[^"]*)"', office.pages.get(page).text)
        assert len(pictures) == 2
        picture = office.family.folder / "код.png"
        picture.write_bytes(office.pages.get(unescape(pictures[1])).body)
        (code,) = zxingcpp.read_barcodes(Image.open(picture))
        self.url = code.text
        found = self.ask("GET", self.url, b"", ACCEPT)
        assert found.headers["content-type"] == "application/json"
        self.protocols: dict[str, str] = json.loads(found.body)["protocols"]
        self.exchange = self.protocols["vcapi"]

    def ask(self, method: str, url: str, body: bytes, *headers: tuple[str, str], **more: Any) -> Answer:
        parts = urlsplit(url)
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        given = {"site": None, "origin": None, "cookie": "", **more}
        return self.office.pages.ask(method, path, body, *headers, **given)

    def post(self, message: Any, **more: Any) -> Answer:
        return self.ask("POST", self.exchange, json.dumps(message).encode(), JSON, **more)

    def answer(
        self, *, key: SoftwareKey | None = None, as_issued: bool = False, **changed: Any
    ) -> dict[str, Any]:
        kept = [each.credential.json for each in self.office.family.child.diplomas()]
        # As a family takes a diploma along to other wallets: with the proof of the whole alone.
        diplomas = kept if as_issued else [{**each, "proof": whole_proof(each)} for each in kept]
        asked = json.loads(self.post({}).body)
        own = key or self.office.family.child.key
        return {"verifiablePresentation": shown(asked, diplomas, own, now=NOW, **changed)}


def test_a_phone_reads_its_code_and_answers(office: Counter) -> None:
    page = office.ask()
    phone = Phone(office, page)
    assert phone.url.endswith("?iuv=1")
    assert len(phone.url) <= 400
    assert phone.protocols["oid4vp-1.0"] == office.url(page)
    told = phone.post(phone.answer())
    assert (told.status, told.body) == (200, b"{}")
    led = office.pages.get(page)
    assert (led.status, led.headers["location"]) == (303, f"{office.desk}answers/1")
    words = office.words(led.headers["location"])
    assert "Подтверждено" in words
    assert "Тестова Проба Вымысловна" in words


def test_a_diploma_as_its_issuer_handed_it_out_tells_too_much(office: Counter) -> None:
    """With the proof of its parts whoever reads it could show on what was hidden: it is not confirmed."""
    page = office.ask()
    phone = Phone(office, page)
    assert phone.post(phone.answer(as_issued=True)).status == 200
    assert "личный экземпляр" in office.words(office.pages.get(page).headers["location"])


def test_one_answer_is_taken_by_whichever_way_it_comes(office: Counter) -> None:
    page = office.ask()
    phone, request = Phone(office, page), office.fetched(office.url(page))
    message = phone.answer()
    assert office.post(request, office.answer(request)).status == 200
    assert phone.post(message).status == 400
    assert phone.post({}).status == 400
    assert "Сегодня: 1" in office.words(office.desk + "today")


def test_what_was_not_signed_for_this_exchange_is_not_taken(office: Counter) -> None:
    page = office.ask()
    phone = Phone(office, page)
    for changed in ({"domain": "vuz.example"}, {"challenge": "A" * 22}):
        told = phone.post(phone.answer(**changed))
        assert (told.status, told.body) == (400, b'{"error":"invalid_request"}')
    replayed = phone.answer()
    other = Phone(office, office.ask())
    assert other.post(replayed).status == 400
    assert "Сегодня: 0" in office.words(office.desk + "today")
    assert phone.post(replayed).status == 200


def test_a_diploma_of_another_childs_key_is_seen_by_the_officer(office: Counter) -> None:
    """Whoever signs the showing is not the one the diploma was issued to."""
    page = office.ask()
    phone = Phone(office, page)
    stranger = SoftwareKey(KeyType.ED25519, b"\x05" * 32)
    assert phone.post(phone.answer(key=stranger)).status == 200
    assert "Подтверждено" not in office.words(office.pages.get(page).headers["location"])


def test_a_wallet_that_has_nothing_is_heard(office: Counter) -> None:
    page = office.ask()
    phone = Phone(office, page)
    message = phone.answer()
    del message["verifiablePresentation"]["verifiableCredential"]
    assert phone.post(message).body == b"{}"
    assert "Кошелёк не дал ответа" in office.words(page)


def test_only_json_and_only_at_its_own_step(office: Counter) -> None:
    phone = Phone(office, office.ask())
    body = json.dumps(phone.answer()).encode()
    for kind in (FORM, ("Content-Type", "text/plain")):
        assert phone.ask("POST", phone.exchange, body, kind).status == 400
    slot = phone.url.partition("?")[0]
    for where in (slot, slot + "/request", phone.exchange + "/x"):
        assert phone.ask("POST", where, body, JSON).status == 400
    assert phone.ask("GET", phone.exchange, b"", ACCEPT).status == 400


def test_a_person_who_opens_the_address_is_told_what_reads_it(office: Counter) -> None:
    phone = Phone(office, office.ask())
    told = phone.ask("GET", phone.url, b"", ("Accept", "text/html,*/*;q=0.8"))
    assert told.headers["content-type"].startswith("text/html")
    assert "наведите" in told.text
    assert office.pages.session.place not in told.text


def test_beginning_an_exchange_keeps_no_desk_open(office: Counter) -> None:
    phone = Phone(office, office.ask())
    for _ in range(11):
        office.pages.clock.pass_(60)
        told = phone.post({})
    assert told.status == 400


def test_of_a_desk_that_nobody_reaches_there_is_no_such_code(tmp_path: Path) -> None:
    with counter(tmp_path, reached=False) as alone:
        assert "Learner Credential Wallet" not in alone.pages.get(alone.ask()).text
