"""OpenID4VP 1.0 beside other people's programs: each side asks the other, and answers it.

@openid4vc/openid4vp and dcql judge what is asked and answered, openvc-core the proofs.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bench.peers.workers import Worker
from tests.interop import peers
from tests.interop.test_open_badges import (  # noqa: F401 (fixtures)
    CHILD,
    NOW,
    Site,
    changed,
    python,
    python_folder,
    site,
    verdict,
)
from tests.openid import CLIENT, NONCE, RESPONSE_URI, parameters, query, url
from tests.unit.issuer.kits import PUPIL
from tests.web.officer.counter import counter
from vcwallet import strict_json
from vcwallet.bundle.openid4vp import Invitation
from vcwallet.bundle.openid_asked import expanded
from vcwallet.bundle.request import Request, Want
from vcwallet.bundle.scanning import read_inputs
from vcwallet.identifiers import did
from vcwallet.identifiers.controlled_identifier import ControlledIdentifierDocument
from vcwallet.sealed_file import UNSAFE_FOR_TESTS as CHEAP
from vcwallet.verifier import openid_asking
from vcwallet.wallet import Child, Profile, Wallet

NAME = ["credentialSubject", "familyName"]


@pytest.fixture(scope="module")
def openid() -> Iterator[Worker]:
    with peers.started(peers.HERE, "openid.mjs") as worker:
        yield worker


@pytest.fixture(scope="module")
def family(site: Site, tmp_path_factory: pytest.TempPathFactory) -> tuple[Wallet, Child]:  # noqa: F811
    """A child whose key the diploma names, with the diploma as the issuer handed it out."""
    made = Wallet.create(tmp_path_factory.mktemp("openid") / "a.vcw", "никакой пароль вымысла 7", kdf=CHEAP)
    document = site.documents["https://olymp.example/.well-known/did.json"]
    made.issuers.remember(ControlledIdentifierDocument.parse(document), now=NOW)
    child = made.add_child(Profile(PUPIL[1], PUPIL[0], PUPIL[2]), now=NOW)
    child.adopt_key(CHILD)
    made.add(site.diploma, child=child, now=NOW)
    return made, child


def answer(family: tuple[Wallet, Child], url: str) -> dict[str, Any]:
    made, child = family
    request = Invitation.read(url).unsigned()
    until = timedelta(hours=1)
    drafts = made.prepare_openid(child, request, purpose="Поступление", expires=until, now=NOW)
    token, _ = made.sign_openid(drafts, now=NOW)
    found: dict[str, Any] = json.loads(strict_json.dumps(request.answer_document(token)))
    return found


def inner(presentations: list[dict[str, Any]]) -> list[Any]:
    return [each["verifiableCredential"][0] for each in presentations]


def test_their_request_is_answered_and_openvc_takes_the_answer(
    openid: Worker,
    python: Worker,  # noqa: F811
    family: tuple[Wallet, Child],
) -> None:
    payload = parameters(
        query(NAME),
        response_uri=RESPONSE_URI,
        client_metadata={"vp_formats_supported": {"ldp_vc": {}}},
    )
    given = answer(family, openid.ask(do="ask", payload=payload)["result"])
    (shown,) = given["vp_token"]["diploma"]
    subject = shown["verifiableCredential"][0]["credentialSubject"]
    assert not subject.keys() & {"dateOfBirth", "role"}
    assert "name" not in subject["parentOrg"]
    request = {"payload": payload, "answer": given, "shown": {"diploma": inner([shown])}}
    assert openid.ask(do="take", **request)["result"]["satisfied"]
    addressed = {"domain": CLIENT, "challenge": NONCE}
    verified, said = verdict(python, "openvc-presentation", shown, **addressed)
    assert verified, said
    for other in ({"domain": "redirect_uri:https://vuz.example/r"}, {"challenge": "other"}):
        assert not verdict(python, "openvc-presentation", shown, **{**addressed, **other})[0]
    assert not verdict(python, "openvc-presentation", changed(shown), **addressed)[0]


def test_they_read_what_we_ask_and_dcql_agrees_on_what_answers(
    openid: Worker,
    family: tuple[Wallet, Child],
    site: Site,  # noqa: F811
) -> None:
    wants = (Want("olympiad-diploma", ("person", "result")),)
    asking = Request("priem.vuz.example", "Поступление", NOW, wants=wants)
    asked = openid_asking.make(
        asking, response_uri=RESPONSE_URI, encrypted=False, nonce=NONCE, state="state-1"
    )
    read = openid.ask(do="read", url=asked.url)["result"]
    assert read["client"] == "redirect_uri"
    assert read["answered"] == RESPONSE_URI
    assert [each["id"] for each in read["query"]["credentials"]] == ["diploma"]
    match = {"do": "match", "query": asked.openid.query.to_json()}
    assert openid.ask(**match, credentials=[site.diploma])["result"]["satisfied"]
    without = json.loads(json.dumps(site.diploma))
    del without["credentialSubject"]["familyName"]
    assert not openid.ask(**match, credentials=[without])["result"]["satisfied"]
    given = answer(family, asked.url)
    found = expanded(read_inputs([strict_json.dumps(given).encode("utf-8")]), asked)
    assert [each.problem for each in found] == [None]


@pytest.mark.parametrize(
    ("claims", "satisfied"),
    [
        ([["credentialSubject", "result", None, "value"]], True),
        ([["credentialSubject", "result", 0]], True),
        ([["credentialSubject", "result", 9]], False),
        ([["credentialSubject", "familyName", "x"]], False),
        ([{"path": NAME, "values": ["Тестов", "Иная"]}], True),
        ([{"path": NAME, "values": ["Иная"]}], False),
        ([["credentialSubject", None]], False),
        ([["credentialSubject", "achievement"], ["issuer", "id"]], True),
    ],
)
def test_dcql_and_we_agree(openid: Worker, site: Site, claims: list[Any], satisfied: bool) -> None:  # noqa: F811
    asked = parameters(query(*claims))["dcql_query"]
    answered = openid.ask(do="match", query=asked, credentials=[site.diploma])["result"]["satisfied"]
    (ours,) = Invitation.read(_url(asked)).unsigned().query.credentials
    assert (ours.select(site.diploma) is not None) is answered is satisfied


def test_their_wallet_fetches_our_request_at_the_desk_and_sends_its_answer_there(
    openid: Worker, tmp_path: Path
) -> None:
    """The request, its signature, the encryption and the posting are theirs; the showing inside is ours.

    A request of another desk under the same code is refused there, and what they send is taken once.
    """
    with counter(tmp_path) as office:
        page = office.ask()
        url = office.url(page)
        key = did.resolve(Invitation.read(url).client.name).verification_methods[0].public_key.to_jwk()
        now = office.pages.clock.wall.isoformat()
        fetched = openid.ask(do="fetch", url=url, key=key, now=now)["result"]
        payload = fetched["payload"]
        assert fetched["client"] == "decentralized_identifier"
        assert payload["response_mode"] == "direct_post.jwt"
        with pytest.raises(RuntimeError):
            openid.ask(do="fetch", url=url, key={**key, "x": key["y"], "y": key["x"]}, now=now)
        token = office.family.vp_token(office.fetched(url))
        sent = openid.ask(do="send", payload=payload, token=token)["result"]
        assert sent == {"status": 200, "document": {}}
        assert "Подтверждено" in office.words(office.pages.get(page).headers["location"])
        again = openid.ask(do="send", payload=payload, token=token)["result"]
        assert again == {"status": 400, "document": {"error": "invalid_request"}}


def _url(asked: dict[str, Any]) -> str:
    return url(parameters(dcql_query=asked))
