"""Two copies of a wallet laid side by side before they are joined: what is said is what joining does."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.unit.wallet.shared import (
    MASHA,
    NOW,
    OTHER_PASSPHRASE,
    PETYA,
    Cli,
    Issuer,
    later,
    present,
    reopen,
    wallet,
)
from vcwallet.sealed_file import UNSAFE_FOR_TESTS
from vcwallet.wallet import Child, Wallet
from vcwallet.wallet.comparing import ChildDifference, Fate, OneSided


@pytest.fixture
def here(tmp_path: Path, issuer: Issuer) -> Wallet:
    made = wallet(tmp_path / "семья.vcw", issuer)
    masha = made.add_child(MASHA, now=NOW)
    made.add_child(PETYA, now=NOW)
    for number in (1, 2, 3):
        made.add(issuer.diploma(number=number), now=NOW)
    masha.note(made.diploma("3"), "было", now=NOW)
    made.save()
    return made


@pytest.fixture
def there(tmp_path: Path, here: Wallet) -> Wallet:
    shutil.copy(here.path, tmp_path / "семья (конфликт).vcw")
    return reopen(tmp_path / "семья (конфликт).vcw")


def titled(round_: int) -> str:
    return f"Олимпиада «Вымысел», тур {round_}, Астрономия, Диплом победителя I степени, 2025/26"


def masha(family: Wallet) -> Child:
    return family.child("Проба")


def only(family: Wallet, copy: Wallet) -> ChildDifference:
    (child,) = family.compare(copy.path).children
    return child


def test_copies_that_say_the_same_are_alike(here: Wallet, there: Wallet) -> None:
    assert here.compare(there.path).alike


def test_every_difference_stands_under_its_child_on_its_side(
    here: Wallet, there: Wallet, issuer: Issuer
) -> None:
    there.add(issuer.diploma(number=4), now=later())
    masha(there).remove(there.diploma("1"))
    masha(there).note(there.diploma("2"), "новое", now=later())
    masha(there).rename(MASHA.renamed("Аистова"), now=later())
    present(there, [there.diploma("2")], domain="u.example", purpose="п", now=later())
    here.add(issuer.diploma(number=5), now=later())
    masha(here).remove(here.diploma("3"))
    here.save()
    found = only(here, there)
    assert (found.name, found.name_there) == ("Тестова Проба Вымысловна", "Аистова Проба Вымысловна")
    assert found.only_here == (
        OneSided(titled(1), Fate.GOES),
        OneSided(titled(5), Fate.STAYS),
    )
    assert found.only_there == (
        OneSided(titled(3), Fate.STAYS_OUT),
        OneSided(titled(4), Fate.COMES),
    )
    assert [(each.here, each.there) for each in found.noted] == [((), ("новое",))]
    assert [line.showing.recipient for line in found.lines_there if line.showing] == ["u.example"]
    assert found.lines_here == ()


def test_a_child_of_one_copy_only_and_a_changed_way_in_are_said(here: Wallet, there: Wallet) -> None:
    here.remove_child(here.child("Пример"))
    here.save()
    there.change_passphrase(OTHER_PASSPHRASE, kdf=UNSAFE_FOR_TESTS)
    difference = here.compare(there.path)
    (petya,) = difference.children
    assert (petya.name, petya.fate) == ("Тестов Пример Вымыслович", Fate.STAYS_OUT)
    assert (difference.joining.ways_in_changed, difference.joining.passphrase_closed) == (True, True)
    assert not difference.goes


def test_a_document_of_a_child_that_comes_back_comes_too(here: Wallet, there: Wallet) -> None:
    """Joining puts it back under another record; that is still the same document."""
    there.child("Пример").attach("скан.pdf", "application/pdf", b"%PDF", now=later())
    there.save()
    here.remove_child(here.child("Пример"))
    here.save()
    found = only(here, there)
    assert (found.fate, found.only_there) == (Fate.COMES, (OneSided("скан.pdf", Fate.COMES),))


def test_what_the_family_forgot_in_one_copy_is_said(here: Wallet, there: Wallet) -> None:
    present(here, [here.diploma("2")], domain="u.example", purpose="п", now=later())
    there.merge([here.path])
    (line,) = masha(there).ledger.entries()
    masha(there).ledger.erase(line.digest)
    there.save()
    (forgotten,) = only(here, there).forgotten
    assert forgotten.showing is not None
    assert forgotten.showing.recipient == "u.example"


def test_comparing_changes_nothing_and_says_what_joining_then_does(
    here: Wallet, there: Wallet, issuer: Issuer
) -> None:
    there.add(issuer.diploma(number=4), now=later())
    masha(there).remove(there.diploma("1"))
    there.save()
    before = here.path.read_bytes(), there.path.read_bytes()
    difference = here.compare(there.path)
    assert (here.path.read_bytes(), there.path.read_bytes()) == before
    assert len(here.diplomas()) == 3
    assert here.merge([there.path]) == (difference.joining,)
    after = [diploma.title for diploma in here.diplomas()]
    (child,) = difference.children
    assert all((each.title in after) == (each.fate is Fate.STAYS) for each in child.only_here)
    assert all((each.title in after) == (each.fate is Fate.COMES) for each in child.only_there)


def test_the_command_lays_them_side_by_side_and_changes_nothing(
    here: Wallet, there: Wallet, issuer: Issuer, cli: Cli, capsys: pytest.CaptureFixture[str]
) -> None:
    there.add(issuer.diploma(number=4), now=later())
    masha(there).remove(there.diploma("1"))
    present(there, [there.diploma("2")], domain="u.example", purpose="п", now=later())
    before = here.path.read_bytes()
    assert cli("compare", here.path) == 0
    lines = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert "Тестова Проба Вымысловна:" in lines
    assert f"only here: {titled(1)} (taken out in the copy; joining takes it out here)" in lines
    assert f"only in the copy: {titled(4)} (joining brings it)" in lines
    assert any(line.startswith("only in the copy: shown on") and "u.example" in line for line in lines)
    assert here.path.read_bytes() == before
    assert cli("compare", here.path, there.path, "--json") == 0
    (said,) = json.loads(capsys.readouterr().out)
    (child,) = said["children"]
    assert child["onlyHere"] == [{"title": titled(1), "joining": "goes"}]
    assert said["joining"]["showings"] == 1


def test_the_command_says_when_there_is_no_copy_and_when_they_are_alike(
    here: Wallet, cli: Cli, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert cli("compare", here.path) == 0
    assert "no other copy" in capsys.readouterr().out
    shutil.copy(here.path, tmp_path / "семья (2).vcw")
    assert cli("compare", here.path) == 0
    assert "say the same" in capsys.readouterr().out
