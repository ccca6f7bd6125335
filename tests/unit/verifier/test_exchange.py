"""A request waits for an answer by an exchange of VCALM: begun often, answered once, and in time."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.exchanges import fits, shown
from tests.unit.wallet.shared import NOW, Issuer
from vcwallet import limits
from vcwallet.bundle import vcalm
from vcwallet.bundle.request import Request, Want
from vcwallet.errors import UsageError, VcwalletError
from vcwallet.identifiers.did import key as did_key
from vcwallet.identifiers.keys import KeyType, SoftwareKey
from vcwallet.report import Outcome, ShowingOutcome
from vcwallet.strict_json import JsonObject
from vcwallet.verifier import ANYTHING, NOT_COMPARED, TrustList, openid_asking
from vcwallet.verifier.office import Office
from vcwallet.verifier.reception import Reception
from vcwallet.verifier.waiting import Waiting, WaitingState

KEY = SoftwareKey(KeyType.ED25519, bytes(range(32)))
UNTIL = NOW + timedelta(minutes=10)
REQUEST = Request(
    "priem.vuz.example", "Поступление", NOW, wants=(Want("olympiad-diploma", ("person", "result")),)
)
HERE = "https://192.168.1.5:8443/openid4vp/a"


class Desk:
    """An office that believes an olympiad, and one request that waits at its desk."""

    def __init__(self, request: Request = REQUEST) -> None:
        self.issuer = Issuer()
        trust = TrustList.start(now=NOW, recipient="priem.vuz.example").with_issuer(
            self.issuer.document, name={"ru": "О"}, scopes=[ANYTHING], fingerprints=NOT_COMPARED, now=NOW
        )
        self.reception = Reception(Office.of(trust.with_status_list(self.issuer.status_list(), now=NOW)))
        made = openid_asking.make_signed(
            request,
            response_uri=HERE,
            request_uri=f"{HERE}/request",
            until=UNTIL,
            randomness=os.urandom,
            now=NOW,
        )
        exchange = replace(request, domain="192.168.1.5", challenge="n-1", expires=UNTIL)
        self.waiting = self.reception.requests.add(
            Waiting(request, made.kept, UNTIL, "a", exchange=exchange), now=NOW
        )

    def diploma(self, **more: Any) -> JsonObject:
        return self.issuer.diploma(holder=did_key.did_of(KEY.public_key), **more)

    def send(self, message: Any, *, now: Any = NOW) -> Any:
        body = message if isinstance(message, bytes) else json.dumps(message).encode()
        return self.reception.exchanged(self.waiting, body, now=now)

    def show(self, *diplomas: JsonObject, key: SoftwareKey = KEY, **changed: Any) -> JsonObject:
        presentation = shown(self.send({}), diplomas or [self.diploma()], key, now=NOW, **changed)
        return {"verifiablePresentation": presentation}

    def refuses(self, message: Any, *, now: Any = NOW) -> str:
        with pytest.raises(VcwalletError) as refused:
            self.send(message, now=now)
        return refused.value.code


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_what_is_asked_is_what_a_message_that_begins_is_answered_with(desk: Desk) -> None:
    asked = desk.send({})["verifiablePresentationRequest"]
    assert (asked["domain"], asked["challenge"]) == ("192.168.1.5", "n-1")
    example, authentication = asked["query"]
    assert example["credentialQuery"]["reason"] == "Поступление"
    assert fits(example["credentialQuery"]["example"], desk.diploma())
    assert example["group"] == authentication["group"]
    # A wallet that asks for something itself is told the same: an office shows nothing.
    assert desk.send({"verifiablePresentationRequest": {"query": []}}) == desk.send({})
    assert desk.waiting.is_open(NOW)


def test_it_is_answered_once_and_checked_like_any_showing(desk: Desk) -> None:
    message = desk.show()
    assert desk.send(message) == {}
    assert desk.waiting.state is WaitingState.ANSWERED
    (entry,) = desk.reception.today
    assert entry.report.showing.outcome is ShowingOutcome.VALID
    assert entry.report.outcome is Outcome.CONFIRMED
    assert desk.refuses(message) == "openid.not-open"
    assert desk.refuses({}) == "openid.not-open"


def test_an_answer_is_not_judged_by_an_office_whose_files_cannot_be_read(desk: Desk) -> None:
    """Nothing of it counts, the office is told, and the same answer may come again."""
    message, office = desk.show(), desk.reception.office

    def unreadable(now: datetime) -> Office:
        raise UsageError("desk.trust-unreadable", "")

    desk.reception.present = unreadable
    assert desk.refuses(message) == "desk.trust-unreadable"
    assert desk.waiting.problem is not None
    assert (len(desk.reception.today), desk.waiting.refused) == (0, 0)
    desk.reception.present = lambda now: Office.of(replace(office.trust, issuers=()))
    assert desk.send(message) == {}
    (entry,) = desk.reception.today
    assert entry.report.outcome is not Outcome.CONFIRMED


def test_of_several_kinds_each_has_an_example_and_any_kind_has_one_alone() -> None:
    def kinds(*names: str | None) -> list[Any]:
        request = replace(REQUEST, wants=tuple(Want(name, ("person",)) for name in names))
        queries: Any = vcalm.presentation_request(request)["verifiablePresentationRequest"]
        return [
            each["credentialQuery"]["example"].get("credentialSubject")
            for each in queries["query"]
            if each["type"] == "QueryByExample"
        ]

    assert len(kinds("olympiad-diploma", "volunteering")) == 2
    assert len(kinds("olympiad-diploma", "school-award")) == 1, "they have one type in Open Badges"
    assert kinds("olympiad-diploma", None) == kinds() == [None]


def test_the_same_answer_is_of_use_at_no_other_desk(desk: Desk) -> None:
    other = Desk()
    other.waiting.exchange = replace(other.waiting.exchange or REQUEST, challenge="n-2")
    assert other.refuses(desk.show()) == "openid.other-showing"


def _unsigned(message: Any) -> None:
    del message["verifiablePresentation"]["proof"]


def _other_name(message: Any) -> None:
    message["verifiablePresentation"]["verifiableCredential"][0]["credentialSubject"]["familyName"] = "Иная"


def _diploma_alone(message: Any) -> None:
    message["verifiablePresentation"] = message["verifiablePresentation"]["verifiableCredential"][0]


def _text(message: Any) -> None:
    message["verifiablePresentation"] = "eyJ.e.A"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (_unsigned, "openid.other-showing"),
        (_other_name, "openid.other-showing"),
        (_diploma_alone, "vcalm.message"),
        (_text, "vcalm.message"),
    ],
)
def test_what_is_no_answer_is_counted_and_the_family_can_still_answer(
    desk: Desk, change: Any, code: str
) -> None:
    message = json.loads(json.dumps(desk.show()))
    change(message)
    assert desk.refuses(message) == code
    assert desk.waiting.refused == 1
    assert len(desk.reception.today) == 0
    assert desk.send(desk.show()) == {}


@pytest.mark.parametrize("changed", [{"domain": "vuz.example"}, {"challenge": "n-0"}])
def test_signed_for_somebody_else_or_another_question(desk: Desk, changed: dict[str, str]) -> None:
    assert desk.refuses(desk.show(**changed)) == "openid.other-showing"


def test_messages_that_are_none(desk: Desk) -> None:
    for body in (b"", b"[]", b"\xff", b'{"verifiablePresentation": 7}', b'{"a": 1, "a": 2}'):
        assert desk.refuses(body)
    assert desk.waiting.state is WaitingState.OVER
    assert desk.waiting.refused == limits.OPENID_REFUSALS


def test_a_wallet_that_has_nothing_says_so(desk: Desk) -> None:
    other = desk.diploma()
    other["type"] = ["VerifiableCredential"]
    assert desk.refuses(desk.show(other)) == "vcalm.nothing"
    assert desk.waiting.state is WaitingState.DECLINED


def test_nobody_says_so_in_a_wallets_place_without_the_question(desk: Desk) -> None:
    """Nor is a presentation in an envelope taken for an empty one: it is checked, and may be refused."""
    empty = {"@context": ["https://www.w3.org/ns/credentials/v2"], "type": ["VerifiablePresentation"]}
    other = {**empty, "proof": {"type": "DataIntegrityProof", "challenge": "n-0"}}
    sealed = {**empty, "type": ["EnvelopedVerifiablePresentation"], "id": "data:application/vp+jwt,e.e.e"}
    for presentation in (empty, other, sealed):
        assert desk.refuses({"verifiablePresentation": presentation}) == "openid.other-showing"
    assert (desk.waiting.state, desk.waiting.refused) == (WaitingState.OPEN, 3)
    assert desk.send(desk.show()) == {}


def test_it_is_over_in_time(desk: Desk) -> None:
    message = desk.show()
    assert desk.refuses(message, now=UNTIL) == "openid.not-open"
    assert len(desk.reception.today) == 0


def test_a_request_without_an_exchange_has_none(desk: Desk) -> None:
    desk.waiting.exchange = None
    assert desk.refuses({}) == "openid.other-showing"
