"""Two copies of a wallet meet: what that changed is said, and nothing that somebody worked on is lost."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
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
from vcwallet.wallet import Child, Standing, Wallet

AT = ("--now", "2026-06-20T09:00:00Z")


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


def masha(family: Wallet) -> Child:
    return family.child("Проба")


def words(family: Wallet, number: str) -> list[str]:
    kept = family.diploma(number)
    return [note.words for note in masha(family).notes().get(kept.id, ())]


def test_what_a_merge_changed_is_said_thing_by_thing(
    here: Wallet, there: Wallet, issuer: Issuer, cli: Cli, capsys: pytest.CaptureFixture[str]
) -> None:
    there.add(issuer.diploma(number=4), now=later())
    masha(there).remove(there.diploma("1"))
    masha(there).note(there.diploma("2"), "новое", now=later())
    masha(there).rename(MASHA.renamed("Аистова"), now=later())
    present(there, [there.diploma("2")], domain="u.example", purpose="п", now=later())
    there.change_passphrase(OTHER_PASSPHRASE, kdf=UNSAFE_FOR_TESTS)
    assert cli("merge", here.path) == 0
    told = capsys.readouterr()
    lines = [" ".join(line.split()) for line in told.out.splitlines()]
    assert any("тур 4" in line and line.endswith("came from the copy") for line in lines)
    assert any("тур 1" in line and line.endswith("taken out, as in the copy") for line in lines)
    assert any("тур 2" in line and "notes" in line for line in lines)
    assert "Тестова Проба Вымысловна is called Аистова Проба Вымысловна" in lines
    assert "lines of the history that came: 1" in lines
    warned = " ".join(told.err.split())
    assert "the one you have just typed does not" in warned, "a passphrase does not change silently"


def test_it_is_said_in_json_too_and_a_second_merge_changes_nothing(
    here: Wallet, there: Wallet, issuer: Issuer, cli: Cli, capsys: pytest.CaptureFixture[str]
) -> None:
    there.add(issuer.diploma(number=4), now=later())
    there.save()
    assert cli("merge", here.path, "--json") == 0
    (said,) = json.loads(capsys.readouterr().out)
    assert len(said["added"]) == 1
    assert (said["removed"], said["renamed"], said["waysInChanged"]) == ([], [], False)
    (again,) = reopen(here.path).merge([there.path])
    assert not again.changed


def test_a_guardian_who_came_closes_no_passphrase(here: Wallet, there: Wallet) -> None:
    there.guardians.add_passphrase("Бабушка", OTHER_PASSPHRASE, kdf=UNSAFE_FOR_TESTS, now=later())
    (came,) = here.merge([there.path])
    assert (came.ways_in_changed, came.passphrase_closed) == (True, False)
    there.guardians.remove(there.guardians.find("Бабушка"))
    (left,) = here.merge([there.path])
    assert (left.ways_in_changed, left.passphrase_closed) == (True, False)


@pytest.mark.parametrize("removing", ["here", "there"])
def test_what_one_copy_removed_and_the_other_worked_on_stays(
    here: Wallet, there: Wallet, removing: str
) -> None:
    remover, editor = (here, there) if removing == "here" else (there, here)
    number = remover.diploma("3").number
    masha(remover).remove(remover.diploma("3"))
    masha(editor).note(editor.diploma("3"), "потом", now=later())
    remover.save()
    editor.save()
    (merged,) = here.merge([there.path])
    assert len(merged.stayed) == 1
    again = reopen(here.path)
    assert words(again, str(number)) == ["потом"]
    assert again.inspect(now=NOW).problems == ()
    there.merge([here.path])
    assert words(reopen(there.path), str(number)) == ["потом"]
    assert len(there.diplomas()) == 3


def test_two_programs_at_one_file_lose_nothing_either(here: Wallet) -> None:
    """Nobody called merge: the second one to save finds what the first one saved."""
    editor = reopen(here.path)
    masha(editor).note(editor.diploma("3"), "потом", now=later())
    masha(here).remove(here.diploma("3"))
    here.remove_child(here.child("Пример"))
    here.save()
    editor.child("Пример").attach("скан.pdf", "application/pdf", b"%PDF", now=later())
    editor.save()
    again = reopen(here.path)
    assert words(again, "3") == ["потом"]
    assert again.child("Пример").did == editor.child("Пример").did
    assert again.inspect(now=NOW).problems == ()


def test_what_was_removed_and_not_worked_on_is_gone(here: Wallet, there: Wallet) -> None:
    masha(here).remove(here.diploma("3"))
    here.save()
    (merged,) = here.merge([there.path])
    assert merged.stayed == ()
    assert len(here.diplomas()) == 2
    (merged,) = there.merge([here.path])
    assert len(merged.removed) == 1


@pytest.mark.parametrize("removing", ["here", "there"])
def test_a_removed_child_stays_where_the_other_copy_has_something_new_of_it(
    here: Wallet, there: Wallet, issuer: Issuer, removing: str
) -> None:
    remover, editor = (here, there) if removing == "here" else (there, here)
    did = masha(editor).did
    remover.remove_child(masha(remover))
    editor.add(issuer.diploma(number=9), now=later())
    remover.save()
    editor.save()
    here.merge([there.path])
    again = reopen(here.path)
    assert masha(again).did == did, "with the key, or nothing could be shown"
    assert len(masha(again).diplomas()) == 4
    assert words(again, "3") == ["было"]
    assert again.inspect(now=NOW).problems == ()


def test_a_child_merged_in_one_copy_and_added_to_in_the_other(
    here: Wallet, there: Wallet, issuer: Issuer
) -> None:
    other = here.add_child(replace(MASHA, family_name="Аистова"), now=NOW)
    here.save()
    there.merge([here.path])
    here.merge_children(here.child(other.id), here.child(MASHA.full_name), insisted=True, now=later())
    new = there.add(issuer.diploma(number=9, familyName="Аистова"), now=later())
    here.save()
    there.save()
    here.merge([there.path])
    again = reopen(here.path)
    assert again.inspect(now=NOW).problems == ()
    meanings = [each.meaning for each in again.diplomas()]
    assert new.meaning in meanings
    assert len(set(meanings)) == len(meanings) == 4, "nothing stands twice"


def test_a_copy_with_changes_beside_the_file_is_said_with_the_command(
    here: Wallet, there: Wallet, issuer: Issuer, cli: Cli, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli("list", here.path, *AT) == 0
    assert "vcwallet wallet merge" not in capsys.readouterr().err, "a mere copy has nothing new"
    there.add(issuer.diploma(number=4), now=later())
    there.save()
    assert cli("list", here.path, *AT) == 0
    told = " ".join(capsys.readouterr().err.split())
    assert "семья (конфликт).vcw" in told
    assert "vcwallet wallet merge" in told
    assert cli("merge", here.path) == 0
    capsys.readouterr()
    assert cli("list", here.path, *AT) == 0
    assert "vcwallet wallet merge" not in capsys.readouterr().err, "after the merge there is nothing to say"


def test_a_fork_is_said_with_the_command(
    here: Wallet, there: Wallet, issuer: Issuer, cli: Cli, capsys: pytest.CaptureFixture[str]
) -> None:
    """This computer saved one copy; then another one, saved as often elsewhere, took its place."""
    here.add(issuer.diploma(number=4), now=later())
    here.save()
    there.add(issuer.diploma(number=5), now=later())
    there.save()
    assert cli("list", here.path, *AT) == 0
    moved = there.path.read_bytes()
    there.path.unlink()
    here.path.write_bytes(moved)
    capsys.readouterr()
    assert cli("list", here.path, *AT) == 0
    told = " ".join(capsys.readouterr().err.split())
    assert "another copy" in told
    assert "vcwallet wallet merge" in told


def test_a_known_revocation_stays_known_after_a_merge(here: Wallet, there: Wallet, issuer: Issuer) -> None:
    there.lists.remember(issuer.status_list(revoked=(1,)), now=NOW)
    here.lists.remember(issuer.status_list(at=later()), now=later())
    here.save()
    there.save()
    here.merge([there.path])
    opened = reopen(here.path)
    assert opened.status(opened.diploma("1"), now=later()).standing is Standing.REVOKED
