"""A request of OpenID4VP that is pasted on the page of a family: looked at, answered by a file, or sent."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.openid import NONCE, parameters, query, signed, url
from tests.unit.wallet.shared import MASHA, NOW
from tests.unit.wallet.test_openid import KEY_AT_A_SITE, office, signed_there
from tests.web.family.family import Home, home
from tests.web.pages import Page
from vcwallet import fetch
from vcwallet.identifiers.did import key as did_key
from vcwallet.identifiers.keys import KeyType, SoftwareKey
from vcwallet.wallet import Wallet

NAME = ["credentialSubject", "familyName"]


@pytest.fixture
def family(tmp_path: Path) -> Home:
    made = home(tmp_path)
    opened = made.saved
    masha = opened.child(MASHA.full_name)
    document = made.issuer.diploma(number=11, holder=masha.did)
    opened.add(made.issuer.with_hideable_parts(document), child=masha, now=NOW)
    opened.save()
    made.desk.network = fetch
    made.desk.__post_init__()
    made.desk.time.now = NOW
    made.open()
    return made


def asked(family: Home, text: str) -> Page:
    return family.desk.post(family.of(MASHA.full_name) + "/show/request", {"pasted": text})


def test_nothing_is_looked_for_before_the_button_is_pressed(
    family: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Wallet, "prepare_openid", lambda *_, **__: pytest.fail("searched"))
    page = asked(family, url(parameters(query(NAME))))
    assert "priem.vuz.example" in page.html
    assert "Никем" in page.words or "никем" in page.words


def test_where_a_request_lies_is_asked_about_before_that_site_is(family: Home) -> None:
    page = asked(
        family,
        url(
            {
                "client_id": "decentralized_identifier:did:web:priem.vuz.example",
                "request_uri": "https://priem.vuz.example/r",
            }
        ),
    )
    assert page.status == 200
    assert "priem.vuz.example" in page.words
    assert family.desk.post(page.path + "/search", {"how": "send"}).code == "page.showing-forgotten"


def test_a_site_is_not_asked_for_a_key_before_the_button_is_pressed(
    family: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A signed request that is in the code as a whole; whoever made the code sees that its key is fetched."""
    asked_for: list[str] = []
    monkeypatch.setattr(fetch, "get", lambda where, _: asked_for.append(where) or b"{}")
    page = asked(family, url({"client_id": KEY_AT_A_SITE, "request": signed_there()}))
    assert page.status == 200
    assert "priem.vuz.example" in page.words
    assert asked_for == []
    family.desk.post(page.path + "/there", {})
    assert asked_for == ["https://priem.vuz.example/family-7/did.json"]


def test_a_recipient_that_does_not_confirm_is_told_of(family: Home) -> None:
    with office(status=400) as (address, taken):
        page = asked(family, url(parameters(query(NAME), client_id=f"redirect_uri:{address}")))
        page = family.desk.post(page.path + "/search", {"how": "send"})
        page = family.desk.post(page.path + "/answer", {})
    assert len(taken) == 1
    assert "не подтвердил" in page.words


def test_a_file_to_hand_over(family: Home) -> None:
    page = asked(family, url(parameters(query(NAME))))
    page = family.desk.post(page.path + "/search", {"how": "file"})
    assert "Школа № 0" not in page.html.partition('class="seen"')[2].partition("</section>")[0]
    page = family.desk.post(page.path + "/answer", {})
    document = json.loads(family.desk.get(page.path + "/file").content)
    (shown,) = document["vp_token"]["diploma"]
    assert shown["proof"]["challenge"] == NONCE
    (line,) = family.saved.child(MASHA.full_name).ledger.entries()
    assert line.showing is not None
    assert line.showing.recipient == "priem.vuz.example"


def test_it_is_sent_once(family: Home) -> None:
    with office() as (address, taken):
        page = asked(family, url(parameters(query(NAME), client_id=f"redirect_uri:{address}")))
        page = family.desk.post(page.path + "/search", {"how": "send"})
        for _ in range(2):
            page = family.desk.post(page.path + "/answer", {})
    assert len(taken) == 1
    assert len(family.saved.child(MASHA.full_name).ledger.entries()) == 1


def test_what_is_not_answered(family: Home) -> None:
    page = asked(family, url(parameters(query(format="mso_mdoc"))))
    again = family.desk.post(page.path + "/search", {"how": "send"})
    assert again.status == 422
    assert not family.saved.child(MASHA.full_name).ledger.entries()
    assert asked(family, url(parameters(transaction_data=["e30"]))).status == 422


def test_what_no_holder_signs_has_no_last_day(family: Home) -> None:
    bare = query(NAME, require_cryptographic_holder_binding=False)
    page = asked(family, url(parameters(bare)))
    page = family.desk.post(page.path + "/search", {"how": "file"})
    assert "никто не примет" not in page.words
    assert "не сказано, до какого дня" in page.words
    family.desk.post(page.path + "/answer", {})
    (line,) = family.saved.child(MASHA.full_name).ledger.entries()
    assert line.showing is not None
    assert line.showing.expires is None
    assert (
        "Последнего дня у него нет" in family.desk.get(page.path.partition("/openid/")[0] + "/history").words
    )


def test_a_desk_in_the_same_house_is_answered_by_a_file(family: Home) -> None:
    """Its address is told, and there is no button to send anything there."""
    key = SoftwareKey.generate(KeyType.P256)
    identifier = did_key.did_of(key.public_key)
    client = f"decentralized_identifier:{identifier}"
    given = parameters(query(NAME), client_id=client, response_uri="https://192.168.1.5:8443/openid4vp/x")
    token = signed(given, key, kid=did_key.verification_method_of(identifier))
    page = asked(family, url({"client_id": client, "request": token}))
    assert "192.168.1.5" in page.words
    assert 'value="send"' not in page.html
    assert family.desk.post(page.path + "/search", {"how": "send"}).code == "openid.inside"
    page = family.desk.post(page.path + "/search", {"how": "file"})
    page = family.desk.post(page.path + "/answer", {})
    assert family.desk.get(page.path + "/file").status == 200
