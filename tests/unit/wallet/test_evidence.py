"""What an issuer signed about a person is evidence: no option files a diploma under somebody else's child."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.unit.wallet.shared import MASHA, NOW, PETYA, Cli, Issuer, reopen, wallet
from vcwallet import strict_json
from vcwallet.errors import UsageError
from vcwallet.strict_json import JsonObject
from vcwallet.wallet import Profile, Wallet

AT = ("--now", "2026-06-20T09:00:00Z")
Typed = list[str]


@pytest.fixture
def file(tmp_path: Path, issuer: Issuer, cli: Cli) -> Path:
    """A wallet with Masha in it and nothing else."""
    family = wallet(tmp_path / "семья.vcw", issuer)
    family.add_child(MASHA, now=NOW)
    family.save()
    return tmp_path / "семья.vcw"


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Typed:
    """A terminal, and what the parent answers at it."""
    answers: Typed = []
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr("click.prompt", lambda *_, **__: answers.pop(0))
    return answers


def write(path: Path, document: JsonObject) -> Path:
    path.write_text(strict_json.dumps(document), "utf-8")
    return path


CONTRADICTIONS: dict[str, dict[str, Any]] = {
    "another given name": {"givenName": "Выдумка"},
    "another surname": {"familyName": "Чужая"},
    "another patronymic": {"patronymicName": "Иная"},
    "another birth date": {"dateOfBirth": "2009-05-18"},
    "another person": {"givenName": "Небыль", "familyName": "Чужой", "dateOfBirth": "2011-01-01"},
    "another person's given name alone": {"familyName": None, "patronymicName": None, "givenName": "Небыль"},
    "another birth date and no name": {
        "familyName": None,
        "givenName": None,
        "patronymicName": None,
        "dateOfBirth": "2000-01-01",
    },
    "another name as one text": {
        "familyName": None,
        "givenName": None,
        "patronymicName": None,
        "dateOfBirth": None,
        "name": "Чужой Небыль",
    },
}


@pytest.mark.parametrize("option", [("--child", "Проба"), ("--yes",), ("--child", "Проба", "--yes")])
@pytest.mark.parametrize("name", CONTRADICTIONS)
def test_no_option_overrides_what_is_signed(
    tmp_path: Path,
    cli: Cli,
    file: Path,
    issuer: Issuer,
    name: str,
    option: tuple[str, ...],
    capsys: pytest.CaptureFixture[str],
) -> None:
    given = write(tmp_path / "d.vc.json", issuer.diploma(**CONTRADICTIONS[name]))
    cli("add", file, given, *option, *AT)
    masha = reopen(file).child("Проба")
    assert masha.diplomas() == ()
    if "--child" in option:
        told = " ".join(capsys.readouterr().err.split())
        assert "Тестова Проба Вымысловна, 2009-05-17" in told
        for value in CONTRADICTIONS[name].values():
            assert value is None or value in told, "the name on the diploma stands beside the child's"


def test_nine_strangers_do_not_end_under_one_key(
    tmp_path: Path, cli: Cli, file: Path, issuer: Issuer
) -> None:
    (tmp_path / "strangers").mkdir()
    for number in range(9):
        stranger = replace(PETYA, given_name=f"Небыль{'а' * number}")
        write(tmp_path / "strangers" / f"{number}.vc.json", issuer.diploma(stranger, number=number))
    assert cli("add", file, tmp_path / "strangers", "--child", "Проба", "--yes", *AT) != 0
    assert reopen(file).diplomas() == ()


@pytest.mark.parametrize(("answer", "kept"), [("нет", 0), ("", 0), ("да", 1)])
def test_at_a_terminal_both_names_are_shown_and_a_person_decides(
    tmp_path: Path,
    cli: Cli,
    file: Path,
    issuer: Issuer,
    typed: Typed,
    answer: str,
    kept: int,
    capsys: pytest.CaptureFixture[str],
) -> None:
    given = write(tmp_path / "d.vc.json", issuer.diploma(familyName="Примерова"))
    typed.append(answer)
    cli("add", file, given, "--child", "Проба", "--yes", *AT, lang="ru")
    told = " ".join(capsys.readouterr().err.split())
    assert "Примерова Проба Вымысловна, 17.05.2009" in told
    assert "Тестова Проба Вымысловна, 17.05.2009" in told
    assert typed == [], "--yes does not answer it"
    assert len(reopen(file).diplomas()) == kept


@pytest.mark.parametrize(("answer", "kept"), [("нет", 0), ("да", 1)])
def test_the_files_of_one_diploma_are_asked_about_once(
    tmp_path: Path, cli: Cli, file: Path, issuer: Issuer, typed: Typed, answer: str, kept: int
) -> None:
    """A school hands out a PDF and a file of the same diploma."""
    diploma = issuer.diploma(familyName="Примерова")
    names = [write(tmp_path / f"{number}.vc.json", diploma) for number in (1, 2)]
    typed += [answer]
    cli("add", file, *names, "--child", "Проба", *AT)
    assert typed == []
    assert len(reopen(file).diplomas()) == kept


def test_a_stranger_is_refused_once_for_all_files_of_the_diploma(
    tmp_path: Path, cli: Cli, file: Path, issuer: Issuer, typed: Typed
) -> None:
    diploma = issuer.diploma(PETYA)
    names = [write(tmp_path / f"{number}.vc.json", diploma) for number in (1, 2)]
    typed += ["нет"]
    assert cli("add", file, *names, *AT) == 2
    assert typed == []
    assert len(reopen(file).children) == 1


def test_an_answer_about_one_person_is_none_about_another_under_the_same_id(
    tmp_path: Path, cli: Cli, file: Path, issuer: Issuer, typed: Typed
) -> None:
    first = issuer.diploma(familyName="Примерова")
    second = issuer.diploma(familyName="Чужова")
    names = [write(tmp_path / f"{number}.vc.json", each) for number, each in enumerate((first, second))]
    typed += ["да", "нет"]
    cli("add", file, *names, "--child", "Проба", *AT)
    assert typed == [], "each name was asked about"
    assert len(reopen(file).diplomas()) == 1


def test_a_changed_surname_is_asked_about_without_naming_the_child(
    tmp_path: Path, cli: Cli, file: Path, issuer: Issuer, typed: Typed
) -> None:
    given = write(tmp_path / "d.vc.json", issuer.diploma(familyName="Примерова"))
    typed += ["нет", "нет"]
    assert cli("add", file, given, *AT) == 2, "neither hers nor a new child's"
    typed += ["да"]
    assert cli("add", file, given, *AT) == 0
    (masha,) = reopen(file).children
    assert len(masha.diplomas()) == 1


def test_without_a_terminal_a_changed_surname_begins_no_second_child(
    tmp_path: Path, cli: Cli, file: Path, issuer: Issuer, capsys: pytest.CaptureFixture[str]
) -> None:
    given = write(tmp_path / "d.vc.json", issuer.diploma(familyName="Примерова"))
    assert cli("add", file, given, "--yes", *AT) == 2
    assert "child rename" in " ".join(capsys.readouterr().err.split())
    assert len(reopen(file).children) == 1


def test_the_first_diploma_of_an_empty_wallet_is_asked_about(
    tmp_path: Path, cli: Cli, issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    empty = tmp_path / "пусто.vcw"
    wallet(empty, issuer).save()
    given = write(tmp_path / "d.vc.json", issuer.diploma())
    assert cli("add", empty, given, *AT) == 2
    assert reopen(empty).children == ()
    asked: list[str] = []
    with monkeypatch.context() as terminal:
        terminal.setattr(sys.stdin, "isatty", lambda: True, raising=False)
        terminal.setattr("click.prompt", lambda text, **_: asked.append(text) or "n")
        assert cli("add", empty, given, *AT) == 2
    assert "Тестова Проба Вымысловна, 2009-05-17" in " ".join(asked[0].split())
    assert reopen(empty).children == ()
    assert cli("add", empty, given, "--yes", *AT) == 0
    assert [child.name for child in reopen(empty).children] == [MASHA.full_name]


DOUBTS: dict[str, dict[str, Any]] = {
    "all names hidden": {
        "familyName": None,
        "givenName": None,
        "patronymicName": None,
        "dateOfBirth": None,
    },
    "only a surname": {"givenName": None, "patronymicName": None, "dateOfBirth": None},
    "only a birth date": {"familyName": None, "givenName": None, "patronymicName": None},
    "her name as one text": {
        "familyName": None,
        "givenName": None,
        "patronymicName": None,
        "dateOfBirth": None,
        "name": "ПРОБА ТЕСТОВА",
    },
}


@pytest.mark.parametrize("option", [("--child", "Проба"), ("--yes",)])
@pytest.mark.parametrize("name", DOUBTS)
def test_naming_the_child_settles_a_doubt(
    tmp_path: Path, cli: Cli, file: Path, issuer: Issuer, name: str, option: tuple[str, ...]
) -> None:
    given = write(tmp_path / "d.vc.json", issuer.diploma(**DOUBTS[name]))
    assert cli("add", file, given, *AT) == 2
    assert cli("add", file, given, *option, *AT) == 0
    assert len(reopen(file).child("Проба").diplomas()) == 1


def anothers(tmp_path: Path, family: Wallet) -> dict[str, str]:
    """Holder ids that are not Masha's: her sibling's, and one that no child here has."""
    elsewhere = wallet(tmp_path / "другая.vcw").add_child(MASHA, now=NOW)
    return {"a sibling's": family.add_child(PETYA, now=NOW).did, "a stranger's": elsewhere.did}


@pytest.mark.parametrize("whose", ["a sibling's", "a stranger's"])
def test_a_holder_id_of_another_is_never_kept_under_this_child(
    tmp_path: Path, issuer: Issuer, whose: str
) -> None:
    """Not by naming her, not by a person's word: it could not be shown."""
    family = wallet(tmp_path / "a.vcw", issuer)
    masha = family.add_child(MASHA, now=NOW)
    diploma = strict_json.dumps(issuer.diploma(holder=anothers(tmp_path, family)[whose]))
    with pytest.raises(UsageError) as caught:
        family.add(diploma, child=masha, now=NOW)
    assert caught.value.code == "wallet.other-holder"
    (result,) = family.add_files([diploma], child=masha, now=NOW)
    assert result.error is not None
    assert result.error.code == "wallet.other-holder"
    assert result.undecided is None, "and nobody is asked"
    assert masha.diplomas() == ()


def test_her_holder_id_beside_another_persons_name_is_a_question(tmp_path: Path, issuer: Issuer) -> None:
    family = wallet(tmp_path / "a.vcw", issuer)
    masha = family.add_child(MASHA, now=NOW)
    diploma = strict_json.dumps(issuer.diploma(PETYA, holder=masha.did))
    with pytest.raises(UsageError):
        family.add(diploma, now=NOW)
    (result,) = family.add_files([diploma], now=NOW)
    assert result.error is not None
    assert result.error.code == "wallet.other-person"
    assert result.undecided is not None
    assert family.settle(result.undecided, child=masha, now=NOW).undecided is not None
    family.settle(result.undecided, child=masha, insisted=True, now=NOW)
    assert len(masha.diplomas()) == 1


Answer = Callable[..., Any]


def test_a_program_that_agrees_to_everything_overrides_no_evidence(tmp_path: Path, issuer: Issuer) -> None:
    """The rule is the wallet's, not the command's: only who is asked about both names can insist."""
    family = wallet(tmp_path / "a.vcw", issuer)
    masha = family.add_child(MASHA, now=NOW)
    for number, changes in enumerate(CONTRADICTIONS.values()):
        document = issuer.diploma(number=number, **changes)
        with pytest.raises(UsageError) as caught:
            family.add(document, child=masha, now=NOW)
        assert caught.value.code == "wallet.other-person"
        (result,) = family.add_files([strict_json.dumps(document)], now=NOW)
        assert result.undecided is not None
        family.settle(result.undecided, child=masha, now=NOW)
    assert masha.diplomas() == ()


def test_a_child_without_a_birth_date_is_known_by_its_name(tmp_path: Path, issuer: Issuer) -> None:
    family = wallet(tmp_path / "a.vcw", issuer)
    child = family.add_child(Profile("Проба", "Тестова"), now=NOW)
    assert family.add(issuer.diploma(), now=NOW).child == child.id
    with pytest.raises(UsageError):
        family.add(issuer.diploma(number=2, familyName="Чужая", dateOfBirth="2001-01-01"), now=NOW)
    assert date(2009, 5, 17) == MASHA.birth_date
