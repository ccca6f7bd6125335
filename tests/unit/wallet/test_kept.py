"""What the wallet keeps: numbers for life, one copy of each diploma, and children that are put right."""

from __future__ import annotations

import shutil
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

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
from vcwallet import strict_json
from vcwallet.errors import UsageError
from vcwallet.sealed_file import UNSAFE_FOR_TESTS
from vcwallet.wallet import Child, Profile, Wallet, What

AT = ("--now", "2026-06-20T09:00:00Z")


@pytest.fixture
def family(tmp_path: Path, issuer: Issuer) -> Wallet:
    """Masha with diplomas 1 and 2, Petya with 3, and a document nobody signed."""
    made = wallet(tmp_path / "семья.vcw", issuer)
    masha = made.add_child(MASHA, now=NOW)
    made.add_child(PETYA, now=NOW)
    made.add(issuer.diploma(number=1), now=NOW)
    made.add(issuer.diploma(number=2, awarded="2024-03-01"), now=NOW)
    made.add(issuer.diploma(PETYA, number=3), now=NOW)
    masha.attach("грамота.pdf", "application/pdf", b"%PDF-1.4", now=NOW)
    made.save()
    return made


def numbers(family: Wallet) -> dict[str, int]:
    return {kept.title: kept.number for kept in family.everything()}


def notes(child: Child) -> list[list[str]]:
    return [[note.words for note in each] for each in child.notes().values()]


# --- numbers --------------------------------------------------------------------------------------------


def test_a_number_names_one_thing_for_the_life_of_the_wallet(family: Wallet, issuer: Issuer) -> None:
    before = numbers(family)
    assert sorted(before.values()) == [1, 2, 3, 4]
    masha = family.child("Проба")
    masha.rename(MASHA.renamed("Аистова"), now=later())
    family.correct_child(
        family.child("Пример"), replace(PETYA, family_name="Яковлев"), insisted=True, now=NOW
    )
    family.add(issuer.diploma(number=9, awarded="2020-01-01"), now=later())
    family.save()
    again = reopen(family.path)
    assert before.items() <= numbers(again).items()
    assert numbers(again).keys() - before.keys() == {again.kept("5").title}


def test_a_number_is_never_given_again(family: Wallet, issuer: Issuer) -> None:
    last = family.add(issuer.diploma(number=9), now=NOW)
    assert last.number == 5
    family.save()
    family.child("Проба").remove(last)
    family.save()
    assert reopen(family.path).add(issuer.diploma(number=10), now=NOW).number == 6


def test_two_copies_that_gave_one_number_agree_when_they_meet(
    tmp_path: Path, family: Wallet, issuer: Issuer
) -> None:
    other = tmp_path / "копия.vcw"
    shutil.copy(family.path, other)
    there = reopen(other)
    first = family.add(issuer.diploma(number=11), now=later(1))
    second = there.add(issuer.diploma(PETYA, number=12), now=later(2))
    assert first.number == second.number == 5
    family.save()
    there.save()
    before = numbers(family)
    family.merge([other])
    assert before.items() <= numbers(family).items(), "what came first keeps its number"
    assert len(set(numbers(family).values())) == 6
    settled = numbers(reopen(family.path))
    there.merge([family.path])
    assert numbers(reopen(other)) == settled == numbers(family)
    assert family.add(issuer.diploma(number=13), now=later(3)).number == 7


def test_a_copy_saved_meanwhile_is_numbered_too(family: Wallet, issuer: Issuer) -> None:
    there = reopen(family.path)
    there.add(issuer.diploma(number=11), now=later(1))
    there.save()
    family.add(issuer.diploma(number=12), now=later(2))
    family.save()
    found = list(numbers(reopen(family.path)).values())
    assert len(found) == len(set(found)) == 6


def test_a_grown_childs_wallet_has_the_same_numbers(tmp_path: Path, family: Wallet, issuer: Issuer) -> None:
    own = family.export_child(
        family.child("Проба"), tmp_path / "own.vcw", OTHER_PASSPHRASE, kdf=UNSAFE_FOR_TESTS, now=NOW
    )
    assert numbers(own).items() <= numbers(family).items()
    assert own.add(issuer.diploma(number=20), now=NOW).number == 5


# --- one copy of each ------------------------------------------------------------------------------------


def redacted(family: Wallet, tmp_path: Path, *hide: str) -> bytes:
    """What the family showed of its first diploma, as it stands on a sheet."""
    (entry,) = [each for each in family.diplomas() if each.number == 1]
    shown = present(family, [entry], domain="u.example", purpose="п", now=NOW, hide=hide)
    return shown.text.encode()


@pytest.fixture
def hideable(tmp_path: Path, issuer: Issuer) -> Wallet:
    made = wallet(tmp_path / "полный.vcw", issuer)
    made.add_child(MASHA, now=NOW)
    made.add(issuer.with_hideable_parts(issuer.diploma()), now=NOW)
    made.save()
    return made


def test_ones_own_sheet_with_hidden_fields_is_no_second_diploma(hideable: Wallet, tmp_path: Path) -> None:
    whole = hideable.diplomas()
    sheet = redacted(hideable, tmp_path, "born", "school")
    (result,) = hideable.add_files([sheet], now=later())
    assert result.what is What.ALREADY_THERE
    assert hideable.diplomas() == whole, "the fuller one stands"


def test_the_fuller_copy_takes_the_place_of_the_redacted_one(
    hideable: Wallet, tmp_path: Path, issuer: Issuer
) -> None:
    sheet = redacted(hideable, tmp_path, "born", "school")
    other = wallet(tmp_path / "другой.vcw", issuer)
    masha = other.add_child(MASHA, now=NOW)
    other.add_files([sheet], child=masha, now=NOW)
    (partial,) = other.diplomas()
    assert partial.redacted
    masha.note(partial, "с листа", now=NOW)
    (result,) = other.add_files([hideable.diplomas()[0].credential.text], now=later())
    assert result.what is What.FULLER
    (kept,) = other.diplomas()
    assert not kept.redacted
    assert (kept.number, kept.added) == (partial.number, partial.added)
    assert notes(masha) == [["с листа"]]
    (again,) = other.add_files([sheet], now=later())
    assert again.what is What.ALREADY_THERE


def test_a_diploma_that_came_twice_is_counted_once(
    hideable: Wallet, tmp_path: Path, issuer: Issuer, cli: Cli, capsys: pytest.CaptureFixture[str]
) -> None:
    """A folder that was handed out holds a diploma as a PDF and as the file that says more."""
    whole = tmp_path / "диплом.vc.json"
    whole.write_text(hideable.diplomas()[0].credential.text, "utf-8")
    other = wallet(tmp_path / "другой.vcw", issuer)
    other.add_child(MASHA, now=NOW)
    other.save()
    sheet = tmp_path / "диплом.vp.json"
    sheet.write_bytes(redacted(hideable, tmp_path, "born", "school"))
    moment = later().strftime("%Y-%m-%dT%H:%M:%SZ")
    assert cli("add", tmp_path / "другой.vcw", sheet, whole, "--yes", "--now", moment) == 0
    assert "Added: 1." in capsys.readouterr().out


def test_a_fuller_copy_is_counted_apart_from_what_was_added(
    hideable: Wallet, tmp_path: Path, issuer: Issuer, cli: Cli, capsys: pytest.CaptureFixture[str]
) -> None:
    other = wallet(tmp_path / "другой.vcw", issuer)
    other.add_child(MASHA, now=NOW)
    other.save()
    names = tmp_path / "1.json", tmp_path / "2.json"
    names[0].write_bytes(redacted(hideable, tmp_path, "born", "school"))
    names[1].write_text(hideable.diplomas()[0].credential.text, "utf-8")
    sums = []
    for name in names:
        assert cli("add", other.path, name, "--child", "Проба", *AT) == 0
        sums.append(capsys.readouterr().out.splitlines()[-1])
    assert sums == ["Added: 1.", "Added: 0; fuller copies: 1."]


def test_two_copies_that_hide_different_fields_are_shown_once(
    hideable: Wallet, tmp_path: Path, issuer: Issuer
) -> None:
    other = wallet(tmp_path / "другой.vcw", issuer)
    masha = other.add_child(MASHA, now=NOW)
    for field in ("born", "school"):
        other.add_files([redacted(hideable, tmp_path, field)], child=masha, now=NOW)
    assert len(other.diplomas()) == 2, "neither says all that the other does"
    drafts = other.prepare(other.diplomas(), to="u.example", purpose="п", now=NOW)
    assert len(drafts.diplomas) == 1


def test_the_list_marks_a_redacted_copy(
    hideable: Wallet, tmp_path: Path, issuer: Issuer, cli: Cli, capsys: pytest.CaptureFixture[str]
) -> None:
    other = wallet(tmp_path / "другой.vcw", issuer)
    other.add_files([redacted(hideable, tmp_path, "born")], child=other.add_child(MASHA, now=NOW), now=NOW)
    other.save()
    assert cli("list", other.path, *AT) == 0
    assert "hidden fields" in " ".join(capsys.readouterr().out.replace("│", " ").split())
    assert cli("list", hideable.path, *AT) == 0
    assert "hidden fields" not in " ".join(capsys.readouterr().out.replace("│", " ").split())


def test_a_copy_whose_parts_can_be_hidden_takes_the_place_of_one_whose_parts_cannot(
    tmp_path: Path, issuer: Issuer
) -> None:
    made = wallet(tmp_path / "a.vcw", issuer)
    made.add_child(MASHA, now=NOW)
    plain = issuer.diploma()
    made.add(plain, now=NOW)
    made.add(issuer.with_hideable_parts(plain), now=NOW)
    (kept,) = made.diplomas()
    assert "born" in kept.hideable
    made.add(plain, now=NOW)
    assert made.diplomas() == (kept,)


def test_another_diploma_under_a_used_id_is_kept_beside_it(tmp_path: Path, issuer: Issuer) -> None:
    """An issuer that corrects a diploma without another id: both were signed, and neither is lost."""
    made = wallet(tmp_path / "a.vcw", issuer)
    made.add_child(MASHA, now=NOW)
    made.add(issuer.diploma(number=1), now=NOW)
    made.add(issuer.diploma(number=1, awarded="2026-03-02"), now=NOW)
    assert len(made.diplomas()) == 2


def test_a_duplicate_is_recognised_across_children(tmp_path: Path, issuer: Issuer) -> None:
    made = wallet(tmp_path / "a.vcw", issuer)
    masha, petya = made.add_child(MASHA, now=NOW), made.add_child(PETYA, now=NOW)
    nameless: dict[str, Any] = {
        "familyName": None,
        "givenName": None,
        "patronymicName": None,
        "dateOfBirth": None,
    }
    document = strict_json.dumps(issuer.diploma(**nameless))
    made.add(document, child=masha, now=NOW)
    (result,) = made.add_files([document], child=petya, now=NOW)
    assert (result.what, result.child) == (What.ALREADY_THERE, masha.name)
    assert petya.diplomas() == ()


# --- children are put right ---------------------------------------------------------------------------------


def test_correcting_keeps_everything_and_remembers_no_mistake(family: Wallet) -> None:
    masha = family.child("Проба")
    before = masha.diplomas()
    family.correct_child(masha, replace(MASHA, family_name="Тестова", patronymic_name=None), now=NOW)
    assert masha.profile == replace(MASHA, patronymic_name=None)
    assert masha.diplomas() == before
    assert masha.profile.former_family_names == ()


@pytest.mark.parametrize(
    "wrong",
    [{"given_name": "Небыль"}, {"birth_date": date(2001, 1, 1)}, {"family_name": "Чужая"}],
    ids=["given name", "birth date", "surname"],
)
def test_a_correction_that_the_diplomas_contradict_needs_a_person(
    family: Wallet, wrong: dict[str, Any]
) -> None:
    masha = family.child("Проба")
    with pytest.raises(UsageError) as caught:
        family.correct_child(masha, replace(MASHA, **wrong), now=NOW)
    assert caught.value.code == "wallet.other-person"
    assert masha.profile == MASHA
    family.correct_child(masha, replace(MASHA, **wrong), insisted=True, now=NOW)
    assert masha.profile == replace(MASHA, **wrong)


def test_two_entries_of_one_child_become_one(tmp_path: Path, family: Wallet, issuer: Issuer) -> None:
    """Her diplomas under the new surname had begun a second child, with a key and a history of its own."""
    again = family.add_child(replace(MASHA, family_name="Аистова"), now=NOW)
    masha = family.child(MASHA.full_name)
    bound = family.add(
        issuer.diploma(replace(MASHA, family_name="Аистова"), number=7, holder=again.did), now=NOW
    )
    again.note(bound, "под новой фамилией", now=NOW)
    again.attach("скан.pdf", "application/pdf", b"%PDF-1.7", now=NOW)
    present(family, [bound], domain="u.example", purpose="п", now=NOW)
    before = numbers(family)
    with pytest.raises(UsageError) as caught:
        family.merge_children(again, masha, now=NOW)
    assert caught.value.code == "wallet.other-person", "two surnames: somebody has to say so"
    family.merge_children(again, masha, insisted=True, now=NOW)
    family.save()
    opened = reopen(family.path)
    assert len(opened.children) == 2
    one = opened.child("Проба")
    assert one.name == MASHA.full_name
    assert one.profile.former_family_names == ("Аистова",)
    assert (len(one.diplomas()), len(one.attachments()), len(one.ledger.entries())) == (3, 2, 1)
    assert notes(one) == [["под новой фамилией"]]
    assert numbers(opened) == before
    # What was issued to the other entry's key is still shown with that key.
    shown = present(
        opened,
        [each for each in one.diplomas() if each.number == bound.number],
        domain="v.example",
        purpose="п",
        now=NOW,
    )
    assert shown.presentation["holder"] == bound.credential.json["credentialSubject"]["id"]  # type: ignore[call-overload,index]
    assert one.did != shown.presentation["holder"]
    # Both surnames are known when the next diploma comes.
    assert opened.add(issuer.diploma(number=8, familyName="Аистова"), now=NOW).child == one.id


def test_a_child_is_not_merged_with_itself(family: Wallet) -> None:
    with pytest.raises(UsageError) as caught:
        family.merge_children(family.child("Проба"), family.child("Проба"), insisted=True, now=NOW)
    assert caught.value.code == "wallet.same-entry"
    assert len(family.diplomas()) == 3


def test_different_children_are_not_merged_by_an_option(family: Wallet, cli: Cli) -> None:
    assert cli("child", "merge", family.path, "Пример", "--into", "Проба", "--yes", *AT) == 2
    assert len(reopen(family.path).children) == 2


def test_a_diploma_is_moved_only_where_its_evidence_allows(
    tmp_path: Path, family: Wallet, issuer: Issuer, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    nameless = issuer.diploma(
        number=8, familyName=None, givenName=None, patronymicName=None, dateOfBirth=None
    )
    wrong = family.add(nameless, child=family.child("Проба"), now=NOW)
    family.child("Проба").note(wrong, "чьё?", now=NOW)
    family.save()
    assert cli("child", "move", family.path, str(wrong.number), "--to", "Пример") == 0
    assert cli("child", "move", family.path, "грамота.pdf", "--to", "Пример") == 0
    assert cli("child", "move", family.path, "1", "--to", "Пример") == 2, "it names Masha"
    opened = reopen(family.path)
    petya = opened.child("Пример")
    assert {kept.number for kept in opened.everything(child=petya)} == {3, 4, wrong.number}
    assert notes(petya) == [["чьё?"]]
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr("click.prompt", lambda *_, **__: "да")
    assert cli("child", "move", family.path, "1", "--to", "Пример") == 0
    assert len(reopen(family.path).child("Пример").diplomas()) == 3


def test_a_child_is_removed_with_everything_and_nobody_else_is_touched(family: Wallet, cli: Cli) -> None:
    petyas = family.child("Пример").id
    assert cli("child", "remove", family.path, "Пример") == 2, "nobody agreed"
    assert cli("child", "remove", family.path, "Пример", "--yes") == 0
    opened = reopen(family.path)
    assert [child.name for child in opened.children] == [MASHA.full_name]
    assert len(opened.diplomas()) == 2
    assert not [info for info in opened._file.records() if info.owner == petyas]


def test_children_are_put_right_by_commands(
    family: Wallet, cli: Cli, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli("child", "correct", family.path, "--child", "Пример", "--born", "03.11.2012", *AT) == 2
    assert "2012-11-02" in capsys.readouterr().err, "his diploma says another day"
    assert cli("child", "correct", family.path, "--child", "Пример", *AT) == 2
    assert cli("child", "correct", family.path, "--child", "Пример", "--patronymic", "-", *AT) == 0
    assert reopen(family.path).child("Пример").profile == replace(PETYA, patronymic_name=None)


# --- surnames, when showing -----------------------------------------------------------------------------


def test_two_surnames_are_said_before_a_university_sees_them(
    family: Wallet, issuer: Issuer, cli: Cli, capsys: pytest.CaptureFixture[str]
) -> None:
    masha = family.child("Проба")
    masha.rename(MASHA.renamed("Аистова"), now=NOW)
    family.add(issuer.diploma(number=7, familyName="Аистова"), now=NOW)
    family.save()
    to = ("--to", "u.example", "--purpose", "п", "--yes", *AT)
    assert cli("present", family.path, "1", "5", *to, "--out", "a.json") == 0
    assert "Тестова" in capsys.readouterr().err, "beside a diploma with the new surname, too"
    assert cli("present", family.path, "1", *to, "--out", "b.json") == 0
    assert "Тестова" in capsys.readouterr().err, "the form has the new surname, the diploma the old one"
    assert cli("present", family.path, "5", *to, "--out", "c.json") == 0
    assert "surname" not in capsys.readouterr().err


# --- documents nobody signed, notes, and words --------------------------------------------------------


def test_a_document_nobody_signed_has_a_number_like_everything_else(
    tmp_path: Path, family: Wallet, cli: Cli, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli("show", family.path, "4", *AT) == 0
    assert "грамота.pdf" in capsys.readouterr().out
    assert cli("save", family.path, "4", "out.pdf") == 0
    assert (tmp_path / "out.pdf").read_bytes() == b"%PDF-1.4"
    assert cli("save", family.path, "1", "out.vc.json") == 0
    assert strict_json.loads_object((tmp_path / "out.vc.json").read_bytes())["proof"]
    assert cli("save", family.path, "1", family.path) != 0, "never over the wallet"
    to = ("--to", "u.example", "--purpose", "п", "--yes", *AT)
    assert cli("present", family.path, "4", *to, "--out", "a.json") == 2
    assert "nobody signed" in capsys.readouterr().err
    with pytest.raises(UsageError) as caught:
        family.diploma("4")
    assert caught.value.code == "wallet.not-signed"
    assert cli("remove", family.path, "4", "--yes") == 0
    assert cli("show", family.path, "4", *AT) == 2


def test_a_note_is_read_replaced_and_deleted_only_when_told(
    family: Wallet, cli: Cli, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli("note", family.path, "1", *AT) == 0
    assert "No note" in capsys.readouterr().out
    assert cli("note", family.path, "1", "вручена в Небывалинске", *AT) == 0
    capsys.readouterr()
    assert cli("note", family.path, "1", *AT) == 0
    assert "вручена в Небывалинске" in capsys.readouterr().out
    assert notes(reopen(family.path).child("Проба")) == [["вручена в Небывалинске"]], (
        "reading deletes nothing"
    )
    assert cli("note", family.path, "1", "x", "--delete", *AT) == 2
    assert cli("note", family.path, "1", "--delete", *AT) == 0
    assert notes(reopen(family.path).child("Проба")) == []


def test_notes_of_two_copies_are_both_shown(
    tmp_path: Path, family: Wallet, cli: Cli, capsys: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / "копия.vcw"
    shutil.copy(family.path, other)
    assert cli("note", family.path, "1", "у мамы", *AT) == 0
    assert cli("note", other, "1", "у папы", "--now", "2026-06-21T09:00:00Z") == 0
    assert cli("merge", family.path, other) == 0
    capsys.readouterr()
    for command in ("note", "show"):
        assert cli(command, family.path, "1", *AT) == 0
        told = capsys.readouterr().out
        assert "у мамы" in told
        assert "у папы" in told


def test_an_empty_wallet_an_empty_child_and_a_search_without_a_hit_are_three_things(
    tmp_path: Path, cli: Cli, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "пусто.vcw"
    made = wallet(path)
    made.save()
    said = []
    for arguments in ((), ("--text", "нет такого")):
        assert cli("list", path, *arguments, *AT) == 0
        said.append(capsys.readouterr().out)
    made.add_child(Profile("Проба", "Тестова"), now=NOW)
    made.save()
    assert cli("list", path, "--child", "Проба", *AT) == 0
    said.append(capsys.readouterr().out)
    assert len(set(said)) == 3
    assert "matches" in said[1]
