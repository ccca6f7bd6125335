"""An offer of OpenID4VCI that is dropped or pasted on the page of a child: looked at, and taken once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.offers import SITE, Site, link, offer, refusal
from tests.unit.wallet.shared import MASHA, NOW, PETYA, Issuer
from tests.web.family.family import Home, home
from tests.web.pages import Page
from vcwallet.wallet import openid_collecting

CREDENTIAL = f"{SITE}/credential"


@pytest.fixture
def site() -> Site:
    return Site()


@pytest.fixture
def family(tmp_path: Path, site: Site) -> Home:
    made = home(tmp_path)
    made.desk.network = site
    made.desk.__post_init__()
    made.desk.time.now = NOW
    made.open()
    site.credential = lambda _: made.issuer.diploma(number=9, holder=made.saved.child(MASHA.full_name).did)
    return made


def pasted(family: Home, given: str) -> Page:
    return family.desk.post(family.of(MASHA.full_name) + "/offer", {"pasted": given})


def looked_at(family: Home, given: str) -> Page:
    page = pasted(family, given)
    return family.desk.post(page.path + "/there", {})


def taken(family: Home, given: str, **form: Any) -> Page:
    page = looked_at(family, given)
    return family.desk.post(page.path + "/take", form)


def test_it_is_looked_at_twice_and_taken(family: Home, site: Site) -> None:
    before = len(family.saved.diplomas())
    page = pasted(family, link(offer()))
    assert "olymp.example" in page.words
    assert site.asked == []
    page = family.desk.post(page.path + "/there", {})
    assert "Диплом «Вымысла»" in page.words
    assert MASHA.full_name in page.words
    assert site.posted == []
    page = family.desk.post(page.path + "/take", {})
    assert page.path == family.of(MASHA.full_name)
    assert "Добавлено" in page.words
    assert len(family.saved.diplomas()) == before + 1
    assert len(family.saved.diplomas(child=family.saved.child(PETYA.full_name))) == 1


def test_a_file_that_is_dropped_is_an_offer(family: Home, site: Site) -> None:
    family.desk.get(family.of(MASHA.full_name))
    page = family.add(("предложение.txt", link(offer()).encode()))
    assert site.asked == []
    page = family.desk.post(page.address("/pieces/1"), {"offer": "1"})
    assert "olymp.example" in page.words
    assert page.address("/there")


def test_a_code_that_does_not_fit_is_typed_again(family: Home, site: Site) -> None:
    given = link(offer(tx_code={"length": 4, "input_mode": "numeric", "description": "<b>В письме</b>"}))
    page = taken(family, given, code="12")
    assert 'data-code="wallet.offer-code"' in page.html
    assert "<b>В письме" not in page.html
    assert site.posted == []
    page = family.desk.post(page.path + "/take", {"code": " 4935 "})
    assert site.posted[0][1]["tx_code"] == "4935"
    assert page.path == family.of(MASHA.full_name)


def test_what_the_site_refuses_is_told_and_can_be_tried_again(family: Home, site: Site) -> None:
    before = family.file.read_bytes()
    site.answers[f"{SITE}/token"] = refusal("invalid_grant")
    page = taken(family, link(offer()))
    assert 'data-code="offer.not-taken"' in page.html
    assert family.file.read_bytes() == before


def test_what_was_not_added_is_saved_as_a_file(family: Home, site: Site) -> None:
    site.credential = Issuer(id="did:web:vuz.example").diploma(number=9)
    page = taken(family, link(offer()))
    assert "olymp.example-1.json" in page.words
    saved = family.desk.get(page.address("/file/0")).content
    assert b"did:web:vuz.example" in saved
    assert family.desk.get(page.path + "/file/7").status == 200


def test_what_is_not_given_is_told_and_the_offer_is_used_up(family: Home, site: Site) -> None:
    site.answers[CREDENTIAL] = refusal("credential_request_denied")
    page = taken(family, link(offer()))
    assert 'data-code="offer.refused"' in page.html
    asked = len(site.posted)
    family.desk.post(page.path + "/take", {})
    assert len(site.posted) == asked


def test_a_diploma_of_another_child_is_asked_about(family: Home, site: Site) -> None:
    site.credential = family.issuer.diploma(PETYA, number=9)
    page = taken(family, link(offer()))
    assert page.path == family.of(MASHA.full_name)
    assert PETYA.full_name in page.words
    assert page.address("/pieces/")


def test_what_is_no_offer_stands_under_the_field(family: Home, site: Site) -> None:
    for given in ("openid-credential-offer://?credential_offer=%7B%7D", "привет", "", link(offer(code=None))):
        page = pasted(family, given)
        assert page.status == 422
    assert site.asked == []
    other = family.desk.get(family.of(MASHA.full_name) + "/offer/нет")
    assert other.code == "page.offer-forgotten"


def test_another_childs_page_does_not_know_it(family: Home) -> None:
    page = pasted(family, link(offer()))
    name = page.path.rpartition("/")[2]
    assert family.desk.get(family.of(PETYA.full_name) + f"/offer/{name}").code == "page.offer-forgotten"


def test_only_what_was_seen_is_taken(family: Home, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    page = looked_at(family, link(offer()))
    monkeypatch.setattr(openid_collecting, "collect", lambda *_, **__: pytest.fail("taken"))
    assert family.desk.post(page.path + "/take", {"seen": "7"}).code == "page.changed-since"
    unseen = pasted(family, link(offer()))
    assert family.desk.post(unseen.path + "/take", {}).status == 200
