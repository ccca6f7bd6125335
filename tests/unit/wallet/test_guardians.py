"""A second parent, a grandmother: each opens the wallet by a way of their own, named and removable."""

from __future__ import annotations

import errno
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.unit.sealed_file.test_faults import Refusing
from tests.unit.wallet.shared import MASHA, NOW, OTHER_PASSPHRASE, PASSPHRASE, Cli, reopen, wallet
from vcwallet.errors import MachineError, UsageError, VcwalletError
from vcwallet.sealed_file import UNSAFE_FOR_TESTS, Disk, Passphrase, PrintedCode, RecoveryCode, Secret
from vcwallet.wallet import Wallet

AT = ("--now", "2026-06-20T09:00:00Z")
THIRD = "третья вымышленная фраза для тёти Небылицы"


@pytest.fixture
def file(tmp_path: Path, cli: Cli) -> Path:
    path = tmp_path / "семья.vcw"
    family = wallet(path)
    family.add_child(MASHA, now=NOW)
    family.save()
    return path


def opens(path: Path, secret: Secret | str) -> bool:
    try:
        Wallet.open(path, secret=Passphrase(secret) if isinstance(secret, str) else secret)
    except UsageError as error:
        wrong = "passphrase" if isinstance(secret, str | Passphrase) else "code"
        assert error.code in ("sealed-file.wrong-passphrase", "sealed-file.wrong-code")
        assert error.code.endswith(wrong)
        return False
    return True


def test_a_guardian_with_a_passphrase_of_their_own(
    cli: Cli, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli("guardian", "add", file, "Бабушка Выдумка", "--new-passphrase-file", "other.txt", *AT) == 0
    assert opens(file, PASSPHRASE)
    assert opens(file, OTHER_PASSPHRASE)
    capsys.readouterr()
    assert cli("guardian", "list", file, "--json") == 0
    assert json.loads(capsys.readouterr().out) == [
        {"name": "Бабушка Выдумка", "since": "2026-06-20T09:00:00Z", "sheet": None}
    ]
    assert "Выдумка".encode() not in file.read_bytes(), "the file does not tell who they are"
    assert cli("guardian", "remove", file, "бабушка выдумка") == 2, "nobody agreed"
    assert cli("guardian", "remove", file, "бабушка выдумка", "--yes") == 0
    assert "made before still open" in capsys.readouterr().out
    assert opens(file, PASSPHRASE)
    assert not opens(file, OTHER_PASSPHRASE)


@pytest.mark.parametrize("change", ["a guardian removed", "the passphrase changed"])
def test_the_copy_beside_the_file_is_named_when_a_way_in_is_closed(
    cli: Cli, file: Path, change: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A save leaves the file of before as a neighbour, and that opens in the way that was just closed."""
    if change == "a guardian removed":
        cli("guardian", "add", file, "Бабушка", "--new-passphrase-file", "other.txt", *AT)
        assert cli("guardian", "remove", file, "Бабушка", "--yes") == 0
        closed = OTHER_PASSPHRASE
    else:
        assert cli("passphrase", file, "--new-passphrase-file", "other.txt") == 0
        closed = PASSPHRASE
    neighbour = file.with_name(file.name + ".bak")
    assert (opens(file, closed), opens(neighbour, closed)) == (False, True)
    assert neighbour.name in "".join(capsys.readouterr().err.split())


def test_a_guardian_with_a_sheet_of_their_own(
    tmp_path: Path, cli: Cli, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli("guardian", "add", file, "Тётя Проба", "--out", "sheet.txt", "--yes", *AT) == 0
    assert cli("recovery-sheet", file, "--out", "family.txt", "--yes", *AT) == 0
    for sheet in ("sheet.txt", "family.txt"):
        assert cli("selftest", file, "--code-file", sheet, *AT) == 0
    capsys.readouterr()
    assert cli("guardian", "list", file) == 0
    number = (tmp_path / "sheet.txt").read_text("utf-8").splitlines()[0].split()[-1]
    assert f"Тётя Проба: the sheet {number}" in capsys.readouterr().out
    assert cli("guardian", "remove", file, "Тётя Проба", "--yes") == 0
    assert cli("selftest", file, "--code-file", "sheet.txt", *AT) == 2
    assert cli("selftest", file, "--code-file", "family.txt", *AT) == 0


def test_the_familys_own_ways_and_a_guardians_do_not_touch_each_other(tmp_path: Path, file: Path) -> None:
    family = reopen(file)
    family.guardians.add_passphrase("Бабушка", OTHER_PASSPHRASE, kdf=UNSAFE_FOR_TESTS, now=NOW)
    code = RecoveryCode(*family.guardians.add_code("Тётя", now=NOW).codes)
    first = family.begin_recovery_code()
    family.finish_recovery_code(first)
    second = family.begin_recovery_code()
    family.finish_recovery_code(second)
    family.change_passphrase(THIRD, kdf=UNSAFE_FOR_TESTS)
    expected: dict[str, tuple[Secret | str, bool]] = {
        "the family's new passphrase": (THIRD, True),
        "its old one": (PASSPHRASE, False),
        "its new sheet": (RecoveryCode(*second.codes), True),
        "its old one on paper": (RecoveryCode(*first.codes), False),
        "the grandmother's passphrase": (OTHER_PASSPHRASE, True),
        "the aunt's sheet": (code, True),
    }
    assert {name: opens(file, secret) for name, (secret, _) in expected.items()} == {
        name: fits for name, (_, fits) in expected.items()
    }
    assert family.restore_to(tmp_path / "new.vcw", PASSPHRASE, kdf=UNSAFE_FOR_TESTS).guardians.all()
    assert opens(tmp_path / "new.vcw", OTHER_PASSPHRASE), "a guardian opens what was restored too"


def test_who_forgot_everything_is_let_in_by_a_guardian(
    tmp_path: Path, cli: Cli, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert cli("guardian", "add", file, "Бабушка", "--new-passphrase-file", "other.txt", *AT) == 0
    (tmp_path / "third.txt").write_text(THIRD, "utf-8")
    monkeypatch.setenv("VCWALLET_PASSPHRASE", OTHER_PASSPHRASE)
    assert cli("passphrase", file, "--new-passphrase-file", "third.txt") == 0
    assert opens(file, THIRD)
    assert opens(file, OTHER_PASSPHRASE)
    assert not opens(file, PASSPHRASE)


NAMES = {
    "empty": ("  ", "wallet.guardian-name"),
    "long": ("б" * 61, "wallet.guardian-name"),
    "with a character that acts": ("Баб\u202eушка", "wallet.guardian-name"),
    "taken": (" бабушка ", "wallet.same-guardian"),
}


@pytest.mark.parametrize("name", NAMES)
def test_a_guardian_has_a_name_of_their_own(file: Path, name: str) -> None:
    family = reopen(file)
    family.guardians.add_passphrase("Бабушка", OTHER_PASSPHRASE, kdf=UNSAFE_FOR_TESTS, now=NOW)
    given, code = NAMES[name]
    with pytest.raises(UsageError) as caught:
        family.guardians.add_code(given, now=NOW)
    assert caught.value.code == code
    with pytest.raises(UsageError) as caught:
        family.guardians.find("Дедушка")
    assert caught.value.code == "wallet.no-guardian"
    assert "Бабушка" in caught.value.next_step
    with pytest.raises(UsageError) as caught:
        family.guardians.add_passphrase("Дедушка", "слабый", now=NOW)
    assert caught.value.code == "passphrase.weak"


def test_a_sheet_of_a_guardian_that_nobody_read_leaves_no_guardian(
    tmp_path: Path, cli: Cli, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("click.prompt", lambda *_, **__: "0000")
    assert cli("guardian", "add", file, "Бабушка", "--out", "sheet.txt", *AT) == 2
    assert not (tmp_path / "sheet.txt").exists()
    family = reopen(file)
    assert family.guardians.all() == ()
    assert [slot.type for slot in family._file.slots] == ["argon2id"]


def test_a_guardian_removed_in_one_copy_does_not_come_back_from_another(tmp_path: Path, file: Path) -> None:
    family = reopen(file)
    family.guardians.add_passphrase("Бабушка", OTHER_PASSPHRASE, kdf=UNSAFE_FOR_TESTS, now=NOW)
    shutil.copy(file, tmp_path / "копия.vcw")
    family.guardians.remove(family.guardians.find("Бабушка"))
    other = reopen(tmp_path / "копия.vcw")
    other.guardians.add_code("Тётя", now=NOW)
    family.merge((tmp_path / "копия.vcw",))
    assert [each.name for each in family.guardians.all()] == ["Тётя"]
    assert not opens(file, OTHER_PASSPHRASE)


# --- a save of other ways in that fails or is killed ----------------------------------------------------


def change_passphrase(family: Wallet) -> list[Secret]:
    family.change_passphrase(THIRD, kdf=UNSAFE_FOR_TESTS)
    return [Passphrase(THIRD), GRANDMOTHER, CODE[0]]


def add_guardian(family: Wallet) -> list[Secret]:
    family.guardians.add_passphrase("Тётя", THIRD, kdf=UNSAFE_FOR_TESTS, now=NOW)
    return [Passphrase(PASSPHRASE), Passphrase(THIRD), GRANDMOTHER, CODE[0]]


def remove_guardian(family: Wallet) -> list[Secret]:
    family.guardians.remove(family.guardians.find("Бабушка"))
    return [Passphrase(PASSPHRASE), CODE[0]]


def close_sheet(family: Wallet) -> list[Secret]:
    family.finish_recovery_code(PrintedCode("0" * 16, ()))
    return [Passphrase(PASSPHRASE), GRANDMOTHER]


GRANDMOTHER = Passphrase(OTHER_PASSPHRASE)
CODE: list[Secret] = []
CHANGES: dict[str, Callable[[Wallet], list[Secret]]] = {
    "another passphrase": change_passphrase,
    "one guardian more": add_guardian,
    "one guardian less": remove_guardian,
    "a sheet closed": close_sheet,
}


@pytest.mark.parametrize("name", CHANGES)
def test_the_ways_in_are_the_old_ones_or_the_new_ones_at_every_step(tmp_path: Path, name: str) -> None:
    """Whatever step of the save fails: never a way too few, never a closed one beside a new one."""
    start = tmp_path / "start.vcw"
    family = wallet(start)
    family.guardians.add_passphrase("Бабушка", OTHER_PASSPHRASE, kdf=UNSAFE_FOR_TESTS, now=NOW)
    made = family.begin_recovery_code()
    CODE[:] = [RecoveryCode(*made.codes)]
    before = [Passphrase(PASSPHRASE), GRANDMOTHER, CODE[0]]
    known = [Passphrase(PASSPHRASE), Passphrase(THIRD), GRANDMOTHER, CODE[0]]
    for step in range(1, 30):
        path = tmp_path / f"{step}.vcw"
        shutil.copy(start, path)
        shutil.copy(start.with_name("start.vcw.bak"), path.with_name(f"{step}.vcw.bak"))
        family = reopen(path)
        disk = family._file._disk = Refusing(step, errno.EIO)
        try:
            CHANGES[name](family)
        except VcwalletError as error:
            assert isinstance(error, MachineError)
        family._file._disk = Disk()
        old = {text(secret) for secret in before}
        shutil.copy(start, tmp_path / "model.vcw")
        new = {text(secret) for secret in CHANGES[name](reopen(tmp_path / "model.vcw"))}
        (tmp_path / "model.vcw").unlink()
        fits = {text(secret) for secret in known if opens(path, secret)}
        assert fits in (old, new), f"step {step}"
        if not disk.happened:
            assert fits == new
            return
    raise AssertionError("a save has fewer steps than that")


def text(secret: Secret) -> str:
    return secret._data.decode() if isinstance(secret, Passphrase) else "the sheet"
