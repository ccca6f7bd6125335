"""What a family's pages must bear: forms that hold anything, looking without effect, uploads in memory."""

from __future__ import annotations

import random
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.wallet.shared import NOW, OTHER_PASSPHRASE
from tests.web.family.family import Home, home
from vcwallet import strict_json
from vcwallet.bundle.request import Request, Want
from vcwallet.identifiers.keys import KeyType, SoftwareKey
from vcwallet.sealed_file import UNSAFE_FOR_TESTS
from vcwallet.web.pages.family import ROLE, creating

FORM = re.compile(r'<form[^>]*\baction="([^"?]*)"[^>]*>(.*?)</form>', re.DOTALL)
FIELD = re.compile(r'<(?:input|button|textarea|select)[^>]*\bname="([^"]+)"')
LEAVES = ("/close", "/end")
JUNK = (
    "",
    "0",
    "-1",
    "9" * 400,
    "new",
    "../../etc",
    "\x00",
    "\u202e\u0007",
    "{{ 7 * 7 }}",
    "<script>",
    "ы" * 20_000,
    "\U0001f600" * 50,
    "1\r\nSet-Cookie: a=b",
    OTHER_PASSPHRASE,
)


@pytest.fixture
def family(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    monkeypatch.setattr(creating, "kdf", lambda: UNSAFE_FOR_TESTS)
    made = home(tmp_path)
    made.open()
    made.desk.get(made.of("Проба"))
    yield made
    made.desk.session.end()


def own_pages(family: Home) -> Iterator[str]:
    """The addresses of everything that can be reached by links from the page that is open."""
    begin = family.page.path.partition("/children/")[0]
    seen, waiting = set[str](), [family.page.path]
    while waiting:
        address = waiting.pop(0)
        if address in seen or not address.startswith(begin):
            continue
        seen.add(address)
        yield address
        waiting += [each.partition("#")[0].partition("?")[0] for each in family.desk.get(address).links]


def test_looking_changes_nothing_on_the_disk(family: Home, tmp_path: Path) -> None:
    before = {each: each.read_bytes() for each in tmp_path.rglob("*") if each.is_file()}
    assert len(list(own_pages(family))) > 15
    assert {each: each.read_bytes() for each in tmp_path.rglob("*") if each.is_file()} == before


def test_every_form_takes_anything_and_answers_in_words(family: Home) -> None:
    family.add(
        ("a.png", b"\x89PNG\r\n\x1a\n"), family.diploma("b.json", number=2, familyName=None, givenName=None)
    )
    home_of_masha = family.page.path
    chance = random.Random(7)
    forms: dict[str, set[str]] = {}
    for address in list(own_pages(family)):
        for action, body in FORM.findall(family.desk.get(address).html):
            forms.setdefault(action, set()).update(FIELD.findall(body))
    assert len(forms) >= 8
    for action, fields in sorted(forms.items()):
        if action.endswith(LEAVES):
            continue
        for _ in range(4):
            sent = {name: chance.choice(JUNK) for name in sorted({*fields, "whose", "same", "to", "note"})}
            page = family.desk.post(action, sent)
            assert page.status in (200, 404, 422), (action, sent, page.words[:200])
            assert "Traceback" not in page.html
            for _, canary in (each for each in sent.items() if "script" in each[1]):
                assert f">{canary}<" not in page.html
    page = family.desk.get(home_of_masha)
    assert page.status == 200, page.words


def test_every_route_of_the_role_is_answered_without_a_mistake(family: Home) -> None:
    root = family.page.path.partition("children/")[0]
    for route in ROLE.routes:
        for value in ("x", "0", "\u0301", "a" * 300):
            address = root + re.sub(r"\{\w+\}", value, route.address)
            page = (
                family.desk.get(address) if route.method == "GET" else family.desk.post(address, {"a": "b"})
            )
            assert page.status in (200, 404, 422), (route.address, page.status, page.words[:200])


def test_what_is_uploaded_never_lies_on_the_disk_in_clear(
    family: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spool = tmp_path / "spool"
    spool.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(spool))
    canary = b"CANARY-3b9d61"
    page = family.add(("грамота.txt", canary * 300_000))
    assert page.status == 200
    written = [each for each in tmp_path.rglob("*") if each.is_file()]
    assert not [each for each in written if canary in each.read_bytes()]


def test_an_issuers_new_key_is_taken_when_its_fingerprint_was_compared(family: Home) -> None:
    key = SoftwareKey.generate(KeyType.ED25519)
    document = family.issuer.document.to_json()
    methods, relationship = document["verificationMethod"], document["assertionMethod"]
    assert isinstance(methods, list)
    assert isinstance(relationship, list)
    name = f"{family.issuer.id}#key-9"
    methods.append(
        {
            "id": name,
            "type": "Multikey",
            "controller": family.issuer.id,
            "publicKeyMultibase": key.public_key.multibase,
        }
    )
    relationship.append(name)
    page = family.add(("did.json", strict_json.dumps(document).encode("utf-8")))
    assert key.public_key.fingerprint in page.words, "it is what somebody compares with the issuer's letter"
    assert len(family.saved.issuers.all()[0].keys) == 2
    page = family.desk.post(page.address("/pieces/1"), {"key": "1"})
    assert "Принято." in page.words
    assert len(family.saved.issuers.all()[0].keys) == 3


def test_a_request_that_is_dropped_is_told_where_it_belongs(family: Home) -> None:
    request = Request("priem.example", "Поступление", NOW, wants=(Want(),))
    page = family.add(("запрос.json", strict_json.dumps(request.to_json()).encode("utf-8")))
    assert "на неё отвечают через «Показать дипломы»" in page.words
    assert "Хранить как скан" not in page.words


def test_a_passphrase_is_on_no_page_and_in_no_address(family: Home) -> None:
    for address in own_pages(family):
        assert "клубень" not in family.page.html
        assert "клубень" not in address
