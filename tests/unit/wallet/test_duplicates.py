"""Duplicates in a large wallet are recognised without reading it, whatever became of the list that helps."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.unit.wallet.shared import MASHA, NOW, OTHER_PASSPHRASE, Issuer, later, reopen, wallet
from vcwallet.errors import DocumentError
from vcwallet.sealed_file import UNSAFE_FOR_TESTS, OwnerView
from vcwallet.wallet import Wallet, child, records

COUNT = 6


@pytest.fixture
def family(tmp_path: Path, issuer: Issuer, monkeypatch: pytest.MonkeyPatch) -> Wallet:
    monkeypatch.setattr(child, "UNLISTED", 2)
    made = wallet(tmp_path / "family.vcw", issuer)
    made.add_child(MASHA, now=NOW)
    for number in range(COUNT):
        made.add(issuer.diploma(number=number), now=NOW)
    made.save()
    return reopen(tmp_path / "family.vcw")


def lists(family: Wallet) -> list[str]:
    return [info.id for info in family._file.records() if info.kind == records.MEANINGS]


def test_adding_reads_only_what_no_list_has(
    family: Wallet, issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert len(lists(family)) == 1
    kinds = {info.id: info.kind for info in family._file.records()}
    read: list[str] = []
    get = OwnerView.get

    def watched(view: OwnerView, record: str) -> bytes:
        read.append(kinds.get(record, "new"))
        return get(view, record)

    monkeypatch.setattr(OwnerView, "get", watched)
    family.add(issuer.diploma(number=99), now=later())
    assert read.count(records.CREDENTIAL) <= child.UNLISTED
    assert len(family.children) == 1


def test_every_duplicate_is_recognised(family: Wallet, issuer: Issuer) -> None:
    for number in range(COUNT):
        family.add(issuer.diploma(number=number), now=later())
    assert len(family.diplomas()) == COUNT
    assert [info.kind for info in family._file.records()].count(records.CREDENTIAL) == COUNT


def test_what_was_removed_may_come_back(family: Wallet, issuer: Issuer) -> None:
    (owner,) = family.children
    owner.remove(owner.diplomas()[0])
    family.save()
    again = reopen(family._file.path)
    (owner,) = again.children
    gone = {issuer.diploma(number=n)["id"] for n in range(COUNT)} - {
        e.credential.id for e in owner.diplomas()
    }
    (number,) = [n for n in range(COUNT) if issuer.diploma(number=n)["id"] in gone]
    again.add(issuer.diploma(number=number), now=later())
    assert len(again.diplomas()) == COUNT


def test_copies_with_lists_of_their_own_meet(family: Wallet, issuer: Issuer, tmp_path: Path) -> None:
    shutil.copy(family._file.path, tmp_path / "copy.vcw")
    there = reopen(tmp_path / "copy.vcw")
    for wallet_, numbers in ((family, range(10, 14)), (there, range(12, 16))):
        for number in numbers:
            wallet_.add(issuer.diploma(number=number), now=later())
        wallet_.save()
    family.merge((tmp_path / "copy.vcw",))
    met = reopen(family._file.path)
    for number in (*range(COUNT), *range(10, 16)):
        met.add(issuer.diploma(number=number), now=later(2))
    assert len(met.diplomas()) == COUNT + 6


def test_a_list_is_only_a_help(family: Wallet, issuer: Issuer) -> None:
    for record in lists(family):
        family._file.remove(record)
    family.save()
    again = reopen(family._file.path)
    again.add(issuer.diploma(number=0), now=later())
    assert len(again.diplomas()) == COUNT


@pytest.mark.parametrize("content", [b"x", bytes(47), bytes(49)])
def test_a_list_that_is_none_is_said_to_be_unreadable(family: Wallet, issuer: Issuer, content: bytes) -> None:
    family._file.view(family.children[0].id).put(content, kind=records.MEANINGS)
    with pytest.raises(DocumentError) as refused:
        family.add(issuer.diploma(number=0), now=later())
    assert refused.value.code == "wallet.record"


def test_the_grown_childs_wallet_takes_no_list_along(family: Wallet, issuer: Issuer, tmp_path: Path) -> None:
    own = family.export_child(
        family.children[0], tmp_path / "own.vcw", OTHER_PASSPHRASE, kdf=UNSAFE_FOR_TESTS, now=later()
    )
    assert lists(own) == []
    own.add(issuer.diploma(number=0), now=later())
    assert len(own.diplomas()) == COUNT
