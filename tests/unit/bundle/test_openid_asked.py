"""What is kept of a request opens the answers to it alone, and a key or a token that is none is refused."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.openid import HOST, NONCE, Certificates, parameters, signed, url
from vcwallet import limits
from vcwallet.bundle import symbols
from vcwallet.bundle.openid4vp import Invitation
from vcwallet.bundle.openid_asked import OpenidAsked, expanded
from vcwallet.bundle.request import Request, Want
from vcwallet.bundle.scanning import read_inputs
from vcwallet.bundle.who_asks import Client
from vcwallet.errors import VcwalletError
from vcwallet.identifiers import did
from vcwallet.proofs.jose import jwe
from vcwallet.verifier import openid_asking

NOW = datetime(2026, 6, 20, 9, 0, tzinfo=UTC)
WANTS = (Want("olympiad-diploma", ("person", "born", "result")),)


def asked(*, encrypted: bool = False, wants: tuple[Want, ...] = WANTS) -> OpenidAsked:
    request = Request("priem.vuz.example", "Поступление", NOW, wants=wants)
    return openid_asking.make(
        request, response_uri=f"https://{HOST}/r", encrypted=encrypted, nonce=NONCE, state="s-1"
    )


def problem(answer: dict[str, Any], kept: OpenidAsked | None) -> str | None:
    (found,) = expanded(read_inputs([json.dumps(answer).encode()]), kept)
    return None if found.problem is None else found.problem.code


def test_an_answer_without_what_was_kept_of_the_request() -> None:
    kept = asked(encrypted=True)
    answer = kept.openid.answer_form({"diploma": [{"type": ["VerifiablePresentation"]}]})
    assert problem(dict(answer), None) == "openid.needs-request"
    assert problem(dict(answer), asked()) == "openid.other-state"
    assert problem(dict(answer), asked(encrypted=True)) == "jwe.refused"
    assert problem({"vp_token": {}, "state": "s-1"}, asked()) == "openid.incomplete"
    assert problem({"vp_token": {"diploma": []}, "state": "s-1"}, asked()) == "openid.incomplete"
    assert problem({"vp_token": {"diploma": [{"a": 1}]}, "state": "s-1"}, asked()) == "openid.incomplete"


@pytest.mark.parametrize("change", ["url", "request", "key", "format"])
def test_a_file_that_is_not_what_was_kept(change: str) -> None:
    document = asked(encrypted=True).to_json()
    assert OpenidAsked.parse(document).to_json() == document
    if change == "key":
        del document["key"]
    elif change == "request":
        document["request"] = Request("vuz.example", "П", NOW, challenge=NONCE).to_json()
    else:
        document[change] = 1
    with pytest.raises(VcwalletError) as caught:
        OpenidAsked.parse(document)
    assert caught.value.code == "openid.asked"


def test_a_question_that_names_nothing_to_read() -> None:
    for wants in ((), (Want("olympiad-diploma"),)):
        with pytest.raises(VcwalletError) as caught:
            asked(wants=wants)
        assert caught.value.code == "request.openid-nothing"


def test_numbers_and_what_need_not_be_there() -> None:
    usual = ("person",)
    wants = (Want(None, usual, at_least=0, everything=True), Want("volunteering", usual))
    query = asked(wants=wants).openid.query
    assert [each.multiple for each in query.credentials] == [True, False]
    assert query.answered_by({"diploma-2"}) == ("diploma-2",)
    assert query.answered_by({"diploma"}) is None
    assert asked(wants=wants[:1]).openid.query.answered_by({"diploma"}) == ("diploma",)
    assert asked(wants=wants[:1]).openid.query.answered_by(()) is None


def test_what_a_diploma_may_lack_is_asked_for_where_it_is_there() -> None:
    """A school year can be hidden in diplomas of other issuers, and a volunteer's has none."""
    wants = (Want(None, ("person", "year", "field", "code", "description", "achievement")),)
    (query,) = asked(wants=wants).openid.query.credentials
    told = [(*each.path[1:],) for each in query.claims or ()]
    assert ("achievement", "version") in told
    assert ("achievement", "fieldOfStudy") in told
    assert len(query.claim_sets) == limits.DCQL_SETS
    assert len(query.claim_sets[0]) == len(told)
    assert set(query.claim_sets[-1]) == {"familyName", "givenName", "name"}
    subject = {"familyName": "Тестова", "givenName": "Проба", "achievement": {"name": "О"}}
    badge = {"@context": ["https://www.w3.org/ns/credentials/v2"], "credentialSubject": subject}
    assert query.select(badge) is not None
    del subject["givenName"]
    assert query.select(badge) is None


def test_a_usual_question_is_one_code() -> None:
    text = asked().url
    assert symbols.of_text(text).version <= 30
    with pytest.raises(VcwalletError) as caught:
        symbols.of_text("я" * 2_000)
    assert caught.value.code == "symbols.text-too-long"


def test_keys_and_tokens_that_are_none() -> None:
    secret = jwe.new_key()
    public = {name: value for name, value in secret.items() if name != "d"}
    for wrong in ({**public, "x": "AA"}, {**public, "crv": "P-384"}, {**public, "y": 1}, {}):
        with pytest.raises(VcwalletError) as caught:
            jwe.encrypt(b"x", wrong, kid=None, encryption="A128GCM")
        assert caught.value.code == "jwe.key"
    good = jwe.encrypt(b"x", public, kid=None, encryption="A128GCM")
    head, rest = good.split(".", 1)
    for text in ("a.b", "a.b.c.d.e", "e30." + rest, head + "." + rest[:-4] + "AAAA"):
        with pytest.raises(VcwalletError) as caught:
            jwe.decrypt(text, secret)
        assert caught.value.code == "jwe.refused"
    with pytest.raises(VcwalletError) as caught:
        jwe.decrypt("a" * (limits.JOSE_CHARACTERS + 1), secret)
    assert caught.value.code == "jwe.too-long"


@pytest.mark.parametrize("name", ["", "redirect_uri:https://приём.example/", "a" * 3_000])
def test_a_client_identifier_that_is_none(name: str) -> None:
    with pytest.raises(VcwalletError) as caught:
        Client.parse(name)
    assert caught.value.code == "openid.client-id"


@pytest.mark.parametrize("x5c", [None, [], ["!"], ["AAAA"], [1], ["AAAA"] * 9])
def test_a_certificate_that_is_none(x5c: Any) -> None:
    client = f"x509_san_dns:{HOST}"
    office = Certificates(at=NOW)
    token = signed(parameters(client_id=client, response_uri=f"https://{HOST}/r"), office.key, x5c=x5c)
    with pytest.raises(VcwalletError) as caught:
        Invitation.read(url({"client_id": client, "request": token})).opened(
            token, resolve=did.resolve, authorities=(), now=NOW
        )
    assert caught.value.code in ("openid.certificate", "jws.header")
