"""What a family brings from other programs, dropped on its page: the same questions as in a terminal."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.bundle.test_others_files import ASSERTION, backup
from tests.unit.wallet.shared import NOW
from tests.unit.wallet.test_learncard import DID, WORDS, whole
from tests.web.family.family import Home, home
from tests.web.pages import OWN, Page
from vcwallet.identifiers.did import key as did_key
from vcwallet.identifiers.keys import KeyType, SoftwareKey
from vcwallet.wallet import Intake


@pytest.fixture
def family(tmp_path: Path) -> Iterator[Home]:
    made = home(tmp_path)
    yield made
    made.desk.session.end()


def masha(family: Home) -> Page:
    family.open()
    return family.desk.get(family.of("Проба"))


def test_a_backup_of_another_wallet_is_asked_about_and_its_key_is_kept(family: Home) -> None:
    key = SoftwareKey.generate(KeyType.ED25519)
    did = did_key.did_of(key.public_key)
    content = json.dumps(backup(key, family.issuer.diploma(number=5, holder=did))).encode()
    masha(family)
    page = family.add(("Wallet Backup.json", content))
    assert "Чей это профиль другого кошелька: «Maria»?" in page.words
    page = family.desk.post(page.address("/pieces/1"), {"whose": family.saved.child("Проба").id})
    assert "храните его там же, где паспорта" in page.words
    child = family.saved.child("Проба")
    assert did in child.holder_ids
    assert len(child.diplomas()) == 2
    assert key.secret_multibase not in page.html


def test_a_learncard_bundle_asks_for_its_passphrase(family: Home) -> None:
    masha(family)
    page = family.add(("learncard.zip", whole(family.issuer)))
    assert "Пароль, выбранный в LearnCard" in page.words
    address = page.address("/pieces/1")
    page = family.desk.post(address, {"unlock": "не тот"})
    assert "не открывает" in page.words
    page = family.desk.post(address, {"unlock": WORDS, "with_key": "1"})
    assert "Чей это профиль другого кошелька: «LearnCard»?" in page.words
    number = page.html.partition("/pieces/")[2].partition('"')[0]
    family.desk.post(page.address(f"/pieces/{number}"), {"whose": family.saved.child("Проба").id})
    assert DID in family.saved.child("Проба").holder_ids


def test_a_piece_that_is_not_there_is_told(family: Home) -> None:
    masha(family)
    address = family.add(("значок.json", json.dumps(ASSERTION).encode())).address("/pieces/1")
    for number in ("0", "2", "²", "9" * 5000):
        there = address.replace("/pieces/1", f"/pieces/{number}")
        answer = family.desk.browser.post(there, data={"keep": "1"}, headers=OWN)
        assert answer.status_code == 422, number


def test_the_page_and_the_role_say_the_same_of_evidence(family: Home) -> None:
    content = json.dumps(ASSERTION).encode()
    masha(family)
    page = family.add(("значок.json", content))
    (piece,) = Intake.take(family.saved, [("значок.json", content)], now=NOW).pieces
    assert piece.result.error is not None
    assert piece.result.error.code == "foreign.open-badge-2"
    assert "Это значок Open Badges 2.0" in page.words
    family.desk.post(page.address("/pieces/1"), {"keep": "1"})
    (kept,) = family.saved.child("Проба").attachments()
    assert kept.data == content
