"""What is kept of a request opens the answers to it alone, and a key or a token that is none is refused."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from itertools import combinations
from typing import Any

import pytest

from tests.openid import HOST, NONCE, Certificates, parameters, signed, url
from tests.unit.wallet.shared import Issuer
from vcwallet import limits, strict_json
from vcwallet.bundle import symbols
from vcwallet.bundle.dcql import CredentialQuery, Query
from vcwallet.bundle.openid4vp import Invitation
from vcwallet.bundle.openid_asked import OpenidAsked, expanded
from vcwallet.bundle.request import Request, Want
from vcwallet.bundle.scanning import read_inputs
from vcwallet.bundle.who_asks import Client
from vcwallet.credentials import enveloped
from vcwallet.credentials.achievement import CONTEXTS, Fact
from vcwallet.errors import VcwalletError
from vcwallet.identifiers import did
from vcwallet.identifiers.did import key as did_key
from vcwallet.identifiers.keys import KeyType, SoftwareKey
from vcwallet.proofs.jose import jwe, jws
from vcwallet.proofs.jose.vc_jose_cose import MediaType
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


@pytest.mark.parametrize("kind", [None, "olympiad-diploma"])
def test_every_choice_of_fields_is_a_question_that_wallets_can_read(kind: str | None) -> None:
    """A school and an achievement both have a name, and some facts a diploma may lack altogether."""
    facts = [each.value for each in Fact]
    choices = [*combinations(facts, 1), *combinations(facts, 2), tuple(facts)]
    for chosen in choices:
        made = openid_asking.query_of((Want(kind, chosen),))
        assert Query.parse(made.to_json()) == made, chosen


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


# --- what an answer brings ---


def diploma(number: int = 1, **changed: Any) -> dict[str, Any]:
    """What was asked for, in the form that a diploma has before anybody signs it."""
    made: dict[str, Any] = dict(Issuer().diploma(number=number, holder="did:key:z6Mk"))
    del made["proof"]
    return {**made, **changed}


def around(*credentials: dict[str, Any]) -> dict[str, Any]:
    """A presentation, of which only what is in it is looked at here."""
    made: dict[str, Any] = {"@context": CONTEXTS[:1], "type": ["VerifiablePresentation"]}
    return {**made, "verifiableCredential": credentials} if credentials else made


def token_of(document: dict[str, Any]) -> str:
    key = SoftwareKey.generate(KeyType.P256)
    made = enveloped.secure_credential(
        {**document, "issuer": did_key.did_of(key.public_key)},
        media_type=MediaType.VC_JWT,
        key=key,
        verification_method=did_key.verification_method_of(did_key.did_of(key.public_key)),
        issued=NOW,
    )
    return made.data


def shown(kept: OpenidAsked | None, **queries: list[Any]) -> str | None:
    reading = expanded(read_inputs([json.dumps({"vp_token": queries, "state": "s-1"}).encode()]), kept)
    return next((each.problem.code for each in reading if each.problem is not None), None)


EVERYTHING = asked(wants=(Want("olympiad-diploma", ("person", "result"), everything=True),))


def in_format(name: str, kept: OpenidAsked = EVERYTHING) -> OpenidAsked:
    """The same question in another format."""
    (query,) = kept.openid.query.credentials
    openid = replace(kept.openid, query=Query((replace(query, format=name),)))
    return replace(kept, openid=openid)


@pytest.mark.parametrize("kept", [EVERYTHING, None])
def test_an_answer_brings_no_more_than_a_question_may_ask_for(
    kept: OpenidAsked | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where nobody kept the request, and however the documents are put together."""
    monkeypatch.setattr(limits, "OPENID_SHOWN", 3)
    each = [around(diploma(number)) for number in range(1, 5)]
    assert shown(kept, diploma=each[:3]) is None
    assert shown(kept, diploma=each) == "openid.too-many-shown"
    if kept is not None:
        assert shown(kept, diploma=[around(*map(diploma, range(1, 5)))]) == "openid.too-many-shown"


def test_too_many_are_refused_before_one_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(enveloped, "recognise", opened.append)
    assert shown(EVERYTHING, diploma=["e.y.J"] * (limits.OPENID_SHOWN + 1)) == "openid.too-many-shown"
    assert not opened


def test_where_one_is_asked_for_one_is_taken() -> None:
    one = asked()
    assert shown(one, diploma=[around(diploma())]) is None
    assert shown(one, diploma=[around(diploma(1), diploma(2))]) == "openid.incomplete"
    assert shown(one, diploma=[around()]) == "openid.incomplete", "and none is none"


OTHER: dict[str, Any] = {"type": ["VerifiableCredential", "EndorsementCredential"]}


@pytest.mark.parametrize("form", ["plain", "presentation", "token", "token in a presentation"])
def test_the_types_are_compared_in_every_format(form: str) -> None:
    """A document of another type that has the claims is no answer, whoever made the envelope around it."""

    def put(document: dict[str, Any]) -> Any:
        if form == "plain":
            return document
        if form == "presentation":
            return around(document)
        token = token_of(document)
        return token if form == "token" else around(dict(enveloped.recognise(token).json))

    kept = in_format("jwt_vc_json") if "token" in form else EVERYTHING
    assert shown(kept, diploma=[put(diploma())]) is None
    assert shown(kept, diploma=[put(diploma(**OTHER))]) == "openid.incomplete"


def test_the_claims_in_a_token_are_compared_too() -> None:
    lacking = diploma()
    del lacking["credentialSubject"]["familyName"]
    kept = in_format("jwt_vc_json")
    assert shown(kept, diploma=[token_of(diploma())]) is None
    assert shown(kept, diploma=[token_of(lacking)]) == "openid.incomplete"


def test_another_format_than_was_asked_for_is_no_answer() -> None:
    assert shown(EVERYTHING, diploma=[token_of(diploma())]) == "openid.incomplete"
    for name in ("jwt_vc_json", "dc+sd-jwt", "mso_mdoc"):
        assert shown(in_format(name), diploma=[around(diploma())]) == "openid.incomplete"


@pytest.mark.parametrize(("vct", "code"), [("urn:one", None), ("urn:other", "openid.incomplete")])
def test_the_vct_is_compared(vct: str, code: str | None) -> None:
    claims = strict_json.dumps({"vct": vct, "iss": "https://olymp.example"}).encode("utf-8")
    made = jws.sign({"typ": "dc+sd-jwt", "kid": "k"}, claims, SoftwareKey.generate(KeyType.P256)) + "~"
    query = CredentialQuery("diploma", "dc+sd-jwt", vct=("urn:one",), multiple=True)
    kept = replace(EVERYTHING, openid=replace(EVERYTHING.openid, query=Query((query,))))
    assert shown(kept, diploma=[made]) == code
