"""A request of OpenID4VP waits for one answer: its own, in time, as it was asked for."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest

from tests.unit.wallet.shared import Issuer
from vcwallet import limits
from vcwallet.bundle.request import Request, Want
from vcwallet.errors import VcwalletError
from vcwallet.verifier import TrustList, openid_asking
from vcwallet.verifier.office import Office
from vcwallet.verifier.reception import Reception
from vcwallet.verifier.waiting import Requests, Waiting, WaitingState

NOW = datetime(2026, 6, 20, 9, 0, tzinfo=UTC)
REQUEST = Request("priem.vuz.example", "Поступление", NOW, wants=(Want(None, ("person",)),))
UNTIL = NOW + timedelta(minutes=10)
PRESENTATION = {
    "@context": ["https://www.w3.org/ns/credentials/v2"],
    "type": ["VerifiablePresentation"],
    "verifiableCredential": [Issuer().diploma()],
}
"""A good diploma, shown by nobody."""


def signed() -> Waiting:
    made = openid_asking.make_signed(
        REQUEST,
        response_uri="https://192.168.1.5:8443/a",
        request_uri="https://192.168.1.5:8443/a/request",
        until=UNTIL,
        randomness=os.urandom,
        now=NOW,
    )
    return Waiting(REQUEST, made.kept, UNTIL, "a", made.whole)


def plain() -> Waiting:
    asked = openid_asking.make(
        REQUEST, response_uri="https://priem.vuz.example/r", encrypted=False, nonce="n-1", state="s-1"
    )
    return Waiting(REQUEST, asked, UNTIL)


def code(waiting: Waiting, form: dict[str, str], *, now: datetime = NOW) -> str:
    with pytest.raises(VcwalletError) as refused:
        waiting.opened_post(urlencode(form).encode(), now=now)
    return refused.value.code


def test_what_is_posted_and_is_no_answer() -> None:
    waiting = plain()
    for form in ({}, {"a": "b"}, {"vp_token": "["}):
        assert code(waiting, form).startswith(("openid.posted", "json."))
    assert code(plain(), {"state": "s-1"}) == "openid.posted"
    assert code(plain(), {"vp_token": "{}", "state": "s-2"}) == "openid.other-state"
    assert code(signed(), {"vp_token": "{}", "state": "s-2"}) == "openid.unencrypted"
    assert code(signed(), {"error": "access_denied", "state": "x"}) == "openid.other-state"


def test_a_wallet_may_say_no_once() -> None:
    waiting = plain()
    assert code(waiting, {"error": "access_denied", "state": "s-1"}) == "openid.declined"
    assert waiting.state is WaitingState.DECLINED
    assert code(waiting, {"error": "access_denied", "state": "s-1"}) == "openid.not-open"


def test_it_is_over_in_time_and_after_foreign_answers() -> None:
    assert code(plain(), {"vp_token": "{}", "state": "s-1"}, now=UNTIL) == "openid.not-open"
    waiting = plain()
    for _ in range(limits.OPENID_REFUSALS):
        assert code(waiting, {"a": "b"}) == "openid.posted"
    assert code(waiting, {"vp_token": "{}", "state": "s-1"}) == "openid.not-open"


def test_a_showing_of_nobody_is_no_answer() -> None:
    reception = Reception(Office.of(TrustList.start(now=NOW)))
    waiting = reception.requests.add(plain(), now=NOW)
    form = {"vp_token": json.dumps({"diploma": [PRESENTATION]}), "state": "s-1"}
    with pytest.raises(VcwalletError) as refused:
        reception.posted(waiting, urlencode(form).encode(), now=NOW)
    assert refused.value.code == "openid.other-showing"
    assert (waiting.state, waiting.refused, len(reception.today)) == (WaitingState.OPEN, 1, 0)
    with pytest.raises(VcwalletError) as refused:
        reception.posted(waiting, urlencode({**form, "vp_token": "{}"}).encode(), now=NOW)
    assert refused.value.code == "openid.incomplete"


def test_so_many_may_wait_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "OPENID_OPEN", 2)
    requests = Requests()
    first, _ = (requests.add(plain(), now=NOW) for _ in range(2))
    with pytest.raises(VcwalletError) as refused:
        requests.add(plain(), now=NOW)
    assert refused.value.code == "openid.too-many-open"
    first.withdraw()
    assert requests.add(plain(), now=NOW).number == 3
    assert [each.number for each in requests.open(NOW)] == [3, 2]


def test_old_ones_are_forgotten_and_open_ones_never() -> None:
    requests = Requests()
    kept = requests.add(plain(), now=NOW)
    for _ in range(5 * limits.OPENID_OPEN):
        requests.add(plain(), now=NOW).withdraw()
    assert len(list(requests)) <= 2 * limits.OPENID_OPEN + 1
    assert requests.of(kept.number) is kept


def test_an_address_in_a_house_is_told_and_nothing_is_sent_there() -> None:
    openid = signed().asked.openid
    assert openid.response_uri.inside
    with pytest.raises(VcwalletError) as refused:
        openid_asking.make(
            REQUEST, response_uri="https://192.168.1.5/r", encrypted=False, nonce="n", state="s"
        )
    assert refused.value.code == "web-address.refused"
