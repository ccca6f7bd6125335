"""What somebody in the network can do with the address to which wallets send answers: nothing but answer."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest

from tests.openid import parameters, query, url
from tests.web.officer.counter import ASKED, FORM, Counter, code_of, counter
from tests.web.serving import Answer, answer_of
from vcwallet import limits, strict_json
from vcwallet.bundle.openid4vp import Invitation, OpenidRequest
from vcwallet.errors import LimitExceeded
from vcwallet.identifiers.multibase import base64url_decode, base64url_encode
from vcwallet.proofs.jose import jwe
from vcwallet.verifier.reception import Reception
from vcwallet.verifier.waiting import Requests
from vcwallet.web.pages.jobs import Job
from vcwallet.web.pages.letterbox import Letterbox

REFUSED = b'{"error":"invalid_request"}'


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Counter]:
    with counter(tmp_path) as made:
        yield made


@pytest.fixture
def asked(office: Counter) -> OpenidRequest:
    return office.fetched(office.url(office.ask()))


def refused(answer: Answer) -> None:
    """One refusal for everything, which tells nothing."""
    assert (answer.status, answer.body) == (400, REFUSED)
    assert "set-cookie" not in answer.headers
    assert not any(each.startswith("access-control") for each in answer.headers)
    assert answer.headers["cache-control"] == "no-store"
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def sealed(request: OpenidRequest, members: dict[str, Any], **change: Any) -> dict[str, str]:
    """An answer of other members, encrypted as was asked."""
    assert request.encryption is not None
    text = jwe.encrypt(
        strict_json.dumps(members).encode(),
        change.get("key", request.encryption.key),
        kid=change.get("kid", request.encryption.kid),
        encryption=change.get("method", request.encryption.method),
    )
    return {"response": text}


def nothing_came(office: Counter) -> None:
    assert "Сегодня: 0" in office.words(office.desk + "today")


# --- whose answer it is ---


def test_an_answer_is_taken_once(office: Counter, asked: OpenidRequest) -> None:
    form = office.answer(asked)
    assert office.post(asked, form).body == b"{}"
    refused(office.post(asked, form))
    refused(office.post(asked, office.answer(asked)))
    assert "Сегодня: 1" in office.words(office.desk + "today")


def changed_nonce(shown: dict[str, Any]) -> None:
    shown["proof"]["challenge"] = "A" * 22


def changed_recipient(shown: dict[str, Any]) -> None:
    shown["proof"]["domain"] = "redirect_uri:https://priem.vuz.example/openid4vp"


def changed_name(shown: dict[str, Any]) -> None:
    shown["verifiableCredential"][0]["credentialSubject"]["familyName"] = "Иная"


def unsigned(shown: dict[str, Any]) -> None:
    del shown["proof"]


def bare(shown: dict[str, Any]) -> None:
    """The diploma without a showing, which whoever has a copy can send."""
    credential = shown["verifiableCredential"][0]
    shown.clear()
    shown.update(credential)


def left_out(shown: dict[str, Any]) -> None:
    del shown["verifiableCredential"][0]["credentialSubject"]["familyName"]


@pytest.mark.parametrize("change", [changed_nonce, changed_recipient, changed_name, unsigned, bare, left_out])
def test_what_was_not_signed_for_this_request_is_not_taken(
    office: Counter, asked: OpenidRequest, change: Callable[[dict[str, Any]], None]
) -> None:
    token: Any = office.family.vp_token(asked)
    (shown,) = token["diploma"]
    change(shown)
    refused(office.post(asked, sealed(asked, {"vp_token": token, "state": asked.state})))
    nothing_came(office)
    assert office.post(asked, office.answer(asked)).status == 200, "and the family can still answer"


def test_the_answer_to_another_request_is_not_taken(office: Counter, asked: OpenidRequest) -> None:
    other = office.fetched(office.url(office.ask()))
    token = office.family.vp_token(other)
    for state in (other.state, asked.state, None):
        refused(office.post(asked, sealed(asked, {"vp_token": token, "state": state})))
    refused(office.post(asked, office.answer(other)))
    nothing_came(office)
    assert office.post(other, office.answer(other)).status == 200


def test_an_answer_to_a_request_of_another_site_is_not_taken(office: Counter, asked: OpenidRequest) -> None:
    """Whoever asks a family in their own name gets a showing that is of no use here."""
    theirs = Invitation.read(url(parameters(query(), nonce=asked.nonce, state=asked.state))).unsigned()
    token = office.family.vp_token(theirs)
    refused(office.post(asked, sealed(asked, {"vp_token": token, "state": asked.state})))
    nothing_came(office)


def test_after_its_time_nothing_is_taken(office: Counter, asked: OpenidRequest) -> None:
    form = office.answer(asked)
    office.pages.clock.pass_(limits.OPENID_OPEN_LIFE.total_seconds() - 1)
    office.pages.get(office.desk)  # somebody is there, so the desk stays open
    office.pages.clock.pass_(2)
    path = urlsplit(asked.response_uri.url).path
    refused(office.pages.ask("GET", path + "/request", site=None, cookie=""))
    refused(office.post(asked, form))
    nothing_came(office)


def test_after_a_few_foreign_answers_a_request_is_over(office: Counter) -> None:
    page = office.ask()
    asked = office.fetched(office.url(page))
    foreign = sealed(asked, {"vp_token": {}, "state": "x"})
    for _ in range(limits.OPENID_REFUSALS - 1):
        refused(office.post(asked, foreign))
    assert "не на этот запрос" in office.words(page)
    refused(office.post(asked, foreign))
    refused(office.post(asked, office.answer(asked)))
    assert "чужих ответов" in office.words(page)


# --- how it is encrypted ---


def test_an_answer_that_was_to_be_encrypted_is_not_taken_in_clear(
    office: Counter, asked: OpenidRequest
) -> None:
    token = strict_json.dumps(office.family.vp_token(asked))
    refused(office.post(asked, {"vp_token": token, "state": asked.state or ""}))
    nothing_came(office)


@pytest.mark.parametrize("change", [{"method": "A256GCM"}, {"kid": "another"}, {"key": None}])
def test_what_was_not_offered_for_encryption_is_refused(
    office: Counter, asked: OpenidRequest, change: dict[str, Any]
) -> None:
    if change.get("key", "") is None:
        change = {"key": {name: each for name, each in jwe.new_key().items() if name != "d"}}
    members = {"vp_token": office.family.vp_token(asked), "state": asked.state}
    refused(office.post(asked, sealed(asked, members, **change)))
    nothing_came(office)


@pytest.mark.parametrize(
    "header",
    [
        {"alg": "dir"},
        {"alg": "RSA-OAEP"},
        {"alg": "PBES2-HS256+A128KW", "p2c": 2**31 - 1},
        {"enc": "A128CBC-HS256"},
        {"zip": "DEF"},
        {"crit": ["exp"]},
        {"epk": None},
    ],
)
def test_a_header_that_asks_for_other_work_is_refused_before_a_key_is_used(
    office: Counter, asked: OpenidRequest, header: dict[str, Any]
) -> None:
    """Among them a text that unpacks to a large one, and a derivation of thousands of millions of turns."""
    text = office.answer(asked)["response"]
    head, rest = text.split(".", 1)
    changed = json.loads(base64url_decode(head, max_characters=4096)) | header
    refused(office.post(asked, {"response": base64url_encode(json.dumps(changed).encode()) + "." + rest}))
    nothing_came(office)


# --- too much, too many, too slow ---


@pytest.mark.parametrize("length", [str(100 * limits.MIB), "9" * 40, "-1", "1e9"])
def test_a_huge_answer_is_refused_before_anything_of_it_is_read(
    office: Counter, asked: OpenidRequest, length: str
) -> None:
    with socket.create_connection(("127.0.0.1", office.pages.port), timeout=30) as connection:
        connection.sendall(head(office, asked, ("Content-Length", length)))
        assert 400 <= answer_of(connection).status < 500
    assert office.post(asked, office.answer(asked)).status == 200


def head(office: Counter, asked: OpenidRequest, *more: tuple[str, str]) -> bytes:
    sent = [("Host", f"127.0.0.1:{office.pages.port}"), FORM, *more]
    path = urlsplit(asked.response_uri.url).path
    return (
        f"POST {path} HTTP/1.1\r\n".encode() + b"".join(f"{n}: {v}\r\n".encode() for n, v in sent) + b"\r\n"
    )


def test_an_answer_that_does_not_say_its_length_has_the_same_ceiling(
    office: Counter, asked: OpenidRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "OPENID_ANSWER_BYTES", 1000)
    with socket.create_connection(("127.0.0.1", office.pages.port), timeout=30) as connection:
        connection.sendall(head(office, asked, ("Transfer-Encoding", "chunked")))
        for _ in range(3):
            connection.sendall(b"1f4\r\n" + b"x" * 500 + b"\r\n")
        refused(answer_of(connection))


def test_a_slow_sender_is_not_waited_for(
    office: Counter, asked: OpenidRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "OPENID_READ_SECONDS", 0.2)
    with socket.create_connection(("127.0.0.1", office.pages.port), timeout=60) as connection:
        connection.sendall(head(office, asked, ("Content-Length", "1000")) + b"response=")
        refused(answer_of(connection))
    assert office.post(asked, office.answer(asked)).status == 200


def test_two_may_be_sending_at_once_and_the_desk_is_answered_meanwhile(
    office: Counter, asked: OpenidRequest
) -> None:
    held = [socket.create_connection(("127.0.0.1", office.pages.port), timeout=60) for _ in range(2)]
    try:
        for each in held:
            each.sendall(head(office, asked, ("Content-Length", "1000"), ("Expect", "100-continue")))
            # The server says this when it begins to read: from then on it counts.
            assert each.recv(64).startswith(b"HTTP/1.1 100")
        third = office.post(asked, office.answer(asked))
        assert (third.status, third.headers["retry-after"]) == (503, "5")
        assert office.pages.get(office.desk).status == 200
    finally:
        for each in held:
            each.close()


def test_requests_that_wait_are_counted(office: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "OPENID_OPEN", 3)
    pages = [office.ask() for _ in range(3)]
    told = office.pages.post(office.desk + "request", [*ASKED, ("by", "openid")])
    assert (told.status, code_of(told)) == (422, "openid.too-many-open")
    office.pages.post(pages[0] + "/withdraw")
    office.ask()


def test_slots_of_a_program_are_counted(office: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "OPENID_OPEN", 1)
    box = Letterbox(office.pages.clock.clock())
    arguments: Any = ({}, {}, limits.OPENID_OPEN_LIFE)
    box.open("one", "desk", *arguments)
    with pytest.raises(LimitExceeded):
        box.open("two", "desk", *arguments)
    box.close_all_of("desk")
    box.open("two", "desk", *arguments)


def test_thousands_of_states_and_addresses_find_nothing(office: Counter, asked: OpenidRequest) -> None:
    """A state alone opens nothing: the address is guessed as well, and neither is told to be right."""
    for number in range(200):
        path = f"/openid4vp/{office.pages.session.name()}"
        form = urlencode({"response": "x", "state": str(number)}).encode()
        refused(office.pages.ask("POST", path, form, FORM, site=None, origin=None, cookie=""))
    for path in ("/openid4vp/", "/openid4vp/x/y/z", "/openid4vp/%2e%2e", "/openid4vp/" + "A" * 5000):
        for method in ("GET", "POST"):
            refused(office.pages.ask(method, path, site=None, origin=None, cookie=""))
    assert office.post(asked, office.answer(asked)).status == 200


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", b'{"response": "x"}'),
        ("text/plain", b"response=x"),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="response"\r\n\r\nx',
        ),
        ("", b"response=x"),
        (FORM[1], b""),
        (FORM[1], b"\xff\xfe=%ZZ&&&"),
        (FORM[1], b"response=x&response=y"),
        (FORM[1], b"&".join([b"a=1"] * 100_000)),
        (FORM[1], b"response=" + b"A" * 1_500_000),
        (FORM[1], b"vp_token=" + b"[" * 100_000 + b"&state=x"),
        (FORM[1], b"error=access_denied"),
        (FORM[1], b"response=a.b.c.d.e"),
    ],
    ids=lambda each: str(each)[:20],
)
def test_what_is_no_answer_is_refused_with_the_same_words(
    office: Counter, asked: OpenidRequest, kind: str, body: bytes
) -> None:
    refused(office.post(asked, body, kind=("Content-Type", kind)))
    nothing_came(office)
    assert office.post(asked, office.answer(asked)).status == 200


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS"])
def test_an_answer_is_posted_and_comes_in_no_other_way(
    office: Counter, asked: OpenidRequest, method: str
) -> None:
    body = urlencode(office.answer(asked)).encode("ascii")
    path = urlsplit(asked.response_uri.url).path
    answer = office.pages.ask(method, path, body, FORM, site=None, origin=None, cookie="")
    assert 400 <= answer.status < 500
    nothing_came(office)


def test_answers_in_files_are_counted_before_they_are_tried(
    office: Counter, asked: OpenidRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each is tried with the key of every request, and one file may hold a thousand."""
    monkeypatch.setattr(limits, "OPENID_TRIED", 3)
    tried: list[object] = []
    monkeypatch.setattr(Requests, "answered_by", lambda _, answer: tried.append(answer))
    content = json.dumps([sealed(asked, {"state": "x"}) for _ in range(5)]).encode()
    told = office.pages.upload(office.desk + "files", ("files", "ответы.json", content))
    assert "больше 3 ответов" in office.words(told.headers["location"])
    assert len(tried) == 3


def test_a_mistake_of_the_program_tells_nothing(
    office: Counter, asked: OpenidRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fall(*_: object, **__: object) -> None:
        raise ZeroDivisionError("Вымыслова")

    monkeypatch.setattr(Reception, "posted", fall)
    answer = office.post(asked, office.answer(asked))
    assert (answer.status, answer.body) == (500, b'{"error":"server_error"}')


def test_while_the_desk_is_at_long_work_a_wallet_is_told_to_come_again(
    office: Counter, asked: OpenidRequest
) -> None:
    (opened,) = office.pages.session.opened.values()
    go_on = threading.Event()
    opened.start(Job("work", 0), lambda job: str(go_on.wait(60)))
    assert office.post(asked, office.answer(asked)).status == 503
    go_on.set()
    opened.submit(lambda: None).result(60)
    assert office.post(asked, office.answer(asked)).status == 200


# --- who may ask what ---


def test_a_page_of_another_site_can_send_an_answer_and_reach_nothing_else(
    office: Counter, asked: OpenidRequest
) -> None:
    """A form of a stranger's page comes without our cookie, and delivers what a wallet could deliver."""
    evil = "https://evil.example"
    cookie = office.pages.cookie
    path = urlsplit(asked.response_uri.url).path
    refused(office.post(asked, {"response": "x"}, site="cross-site", origin=evil))
    for method, address in (("GET", office.desk), ("POST", office.desk + "close"), ("GET", path + "/x")):
        told = office.pages.ask(method, address, site="cross-site", origin=evil, cookie=cookie)
        assert told.status in (400, 403)
    assert office.post(asked, office.answer(asked), site="cross-site", origin=evil).status == 200
    told = office.pages.ask("POST", path, b"", FORM, host="evil.example", site=None, origin=None)
    assert told.status == 421


def test_a_wallet_gets_the_request_and_nothing_beside_it(office: Counter, asked: OpenidRequest) -> None:
    path = urlsplit(asked.response_uri.url).path
    told = office.pages.ask("GET", path + "/request", site=None, cookie="")
    assert told.headers["content-type"] == "application/oauth-authz-req+jwt"
    assert "set-cookie" not in told.headers
    for method, step in (("POST", "/request"), ("GET", "/request/x"), ("GET", "/exchange"), ("POST", "/x")):
        refused(office.pages.ask(method, path + step, site=None, origin=None, cookie=""))
    assert office.pages.session.place not in told.text


def test_a_desk_of_this_computer_alone_has_no_such_address(tmp_path: Path) -> None:
    with counter(tmp_path, reached=False) as alone:
        for method in ("GET", "POST"):
            told = alone.pages.ask(method, "/openid4vp/x", site=None, origin=None, cookie="")
            assert told.status in (401, 403)


def test_closing_the_desk_ends_its_requests(office: Counter, asked: OpenidRequest) -> None:
    form = office.answer(asked)
    office.pages.post(office.desk + "close")
    refused(office.post(asked, form))
