"""What becomes of a diploma after it was signed: revoked, suspended, reinstated; and how it is found."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.unit.issuer.kits import csv
from tests.unit.issuer.offices import NOW, PASSPHRASE, Office, pupils
from tests.unit.issuer.test_commands import Terminal, olympiad, terminal
from vcwallet import strict_json
from vcwallet.credentials.credential import Credential
from vcwallet.credentials.status_entry import StatusEntry
from vcwallet.credentials.status_list import check_status, verify_status_list
from vcwallet.errors import Cancelled, UsageError
from vcwallet.issuer import Issuer, State, publishing
from vcwallet.issuer.register import Change, Deed

__all__ = ["olympiad", "terminal"]

LATER = NOW + timedelta(days=1)


def suspending(place: Path) -> Office:
    """An olympiad that gives its diplomas places in a list of suspended ones."""
    Office.make(place)
    settings = place / "issuer.toml"
    text = settings.read_text("utf-8")
    settings.write_text(text.replace("valid_days = 180", "valid_days = 180\nsuspension = true"), "utf-8")
    return Office.at(place)


@pytest.fixture
def issuer(tmp_path: Path) -> Iterator[Issuer]:
    """Three diplomas of an olympiad that can suspend."""
    made = suspending(tmp_path / "olympiad")
    made.issue(pupils(3))
    with Issuer.open(made.folder.path, PASSPHRASE) as opened:
        yield opened


def statuses(issuer: Issuer, document: Path, site: Path) -> dict[str, bool]:
    """What a verifier with the published lists reads of a diploma: whether each purpose is set."""
    credential = Credential.parse(document.read_bytes())
    read = {}
    for each in credential.status_entries:
        entry = StatusEntry.parse(each)
        assert entry is not None
        published = site / entry.list_url.removeprefix("https://olymp.example/")
        found = verify_status_list(
            strict_json.loads_object(published.read_bytes()), resolve=lambda _: issuer.document, now=LATER
        )
        status = check_status(entry, found, credential_issuer=credential.issuer_id, now=LATER)
        read[status.purpose] = status.invalidates
    return read


def test_a_suspended_diploma_counts_again_when_it_is_reinstated(issuer: Issuer, tmp_path: Path) -> None:
    """Two lists, one place: Bitstring Status List 1.0, section 2.1."""
    diploma = next(iter(sorted(issuer.issued_folder.glob("*.vc.json"))))
    site = tmp_path / "site"
    line = issuer.find(diploma)
    for act, expected in (
        (issuer.suspend, {"revocation": False, "suspension": True}),
        (issuer.reinstate, {"revocation": False, "suspension": False}),
        (issuer.suspend, {"revocation": False, "suspension": True}),
        (issuer.revoke, {"revocation": True, "suspension": False}),
    ):
        assert act(line.id, now=NOW, reason=f"причина {act.__name__}")
        issuer.publish(site, now=NOW)
        assert statuses(issuer, diploma, site) == expected
    acts = [act.deed for act in issuer.find(line.id).acts]
    assert acts == [Deed.SUSPENDED, Deed.REINSTATED, Deed.SUSPENDED, Deed.REVOKED]
    published = b"".join(path.read_bytes() for path in site.rglob("*.json"))
    assert "причина".encode() not in published
    for act in (issuer.suspend, issuer.reinstate):
        with pytest.raises(UsageError) as caught:
            act(line.id, now=NOW)
        assert caught.value.code == "register.revoked"


def test_a_second_revocation_adds_a_reason(issuer: Issuer) -> None:
    line = next(issuer.lines())
    assert issuer.revoke(line.id, now=NOW)
    assert not issuer.revoke(line.id, now=LATER, reason="подана апелляция")
    assert not issuer.revoke(line.id, now=LATER, reason="и отклонена")
    told = issuer.find(line.id)
    assert (told.revoked, told.reason) == (NOW, "подана апелляция; и отклонена")


def test_what_was_signed_without_a_place_cannot_be_suspended(office: Office) -> None:
    office.issue(pupils(1))
    settings = office.folder.path / "issuer.toml"
    text = settings.read_text("utf-8")
    settings.write_text(text.replace("valid_days = 180", "valid_days = 180\nsuspension = true"), "utf-8")
    with Issuer.open(office.folder.path, PASSPHRASE) as issuer:
        first = next(issuer.lines())
        with pytest.raises(UsageError) as caught:
            issuer.suspend(first.id, now=NOW)
        assert caught.value.code == "register.not-suspendable"
    # What is signed from here on has a place, in a list of its own.
    Office.at(office.folder.path).issue(pupils(2), others=[3])
    with Issuer.open(office.folder.path, PASSPHRASE) as issuer:
        assert [line.list for line in issuer.lines()] == [1, 2]
        assert issuer.suspend(next(issuer.lines(last=1)).id, now=NOW)
        assert issuer.counts() == {State.ISSUED: 1, State.SUSPENDED: 1}


def test_what_is_not_signed_yet_cannot_be_suspended(issuer: Issuer) -> None:
    register = issuer._register()
    from vcwallet.issuer.register import RowToReserve

    (line,) = register.reserve(
        [RowToReserve("a" * 32, "b" * 32)], template="t", version="1", frame_digest="f", now=NOW
    )
    with pytest.raises(UsageError) as caught:
        issuer.suspend(line.id, now=NOW)
    assert caught.value.code == "register.not-issued"


def test_a_suspended_row_was_signed_before_and_is_not_signed_again(issuer: Issuer, tmp_path: Path) -> None:
    issuer.suspend(next(issuer.lines()).id, now=NOW)
    made = Office.at(issuer.issued_folder.parent)
    assert len(made.plan(pupils(3)).already) == 3
    assert made.issue(pupils(3)).issued == 0


@pytest.fixture
def signed(terminal: Terminal, olympiad: Path) -> Path:
    """A sheet of four rows that were signed."""
    sheet = terminal.folder / "итоги.csv"
    sheet.write_bytes(csv(*pupils(4)))
    terminal.do("issue", "--yes", sheet, "--dir", olympiad, "--now", "2026-06-01")
    return sheet


def revoked(terminal: Terminal, olympiad: Path) -> list[int]:
    listed = terminal.json("list", "--dir", olympiad, "--state", "revoked", "--all")
    return [each["number"] for each in listed["diplomas"]]


def test_diplomas_are_named_by_number_file_list_and_folder(
    terminal: Terminal, olympiad: Path, signed: Path, tmp_path: Path
) -> None:
    files = sorted((olympiad / "issued").glob("*.vc.json"))
    some = tmp_path / "вернули"
    some.mkdir()
    (some / files[1].name).write_bytes(files[1].read_bytes())
    (some / "заметки.md").write_text("не диплом", "utf-8")
    listed = tmp_path / "номера.txt"
    listed.write_text("№ 3\n\n", "utf-8")
    terminal.do("revoke", "0001", some, listed, "--yes", "--dir", olympiad, "--reason", "ошибка протокола")
    assert revoked(terminal, olympiad) == [1, 2, 3]
    many = tmp_path / "lines.vc.jsonl"
    many.write_bytes(files[3].read_bytes() + b"\n")
    terminal.do("revoke", many, "--dir", olympiad)
    assert revoked(terminal, olympiad) == [1, 2, 3, 4]


def test_a_sheet_names_the_diplomas_of_its_rows(terminal: Terminal, olympiad: Path, signed: Path) -> None:
    signed.write_bytes(csv(*pupils(3), *pupils(1, Фамилия="Неподписанный", Имя="Вымысел")))
    answer = terminal.json("revoke", signed, "--yes", "--dir", olympiad, expect=UsageError.exit_status)
    assert [each["number"] for each in answer["diplomas"]] == [1, 2, 3]
    assert [each["code"] for each in answer["problems"]] == ["naming.not-signed"]


def test_what_cannot_be_named_does_not_end_the_work_on_the_others(
    terminal: Terminal, olympiad: Path, signed: Path, tmp_path: Path
) -> None:
    stranger = tmp_path / "чужой.json"
    stranger.write_text("{}", "utf-8")
    said = terminal.do(
        "revoke", "77", stranger, "urn:uuid:nobody", tmp_path / "нет.txt", "2", "--yes", "--dir", olympiad,
        expect=UsageError.exit_status,
    )  # fmt: skip
    assert "77" in said
    assert "чужой.json" in said
    assert "urn:uuid:nobody" in said
    assert revoked(terminal, olympiad) == [2]


def test_a_file_that_names_no_diploma_is_said(issuer: Issuer, tmp_path: Path) -> None:
    other = tmp_path / "issuer.json"
    other.write_text(strict_json.dumps(issuer.document.to_json()), "utf-8")
    found = issuer.named([other, tmp_path / "нет.csv"], now=NOW)
    assert [each.problem.code for each in found if each.problem] == ["naming.no-diploma", "naming.unreadable"]


def test_several_are_revoked_only_when_somebody_agrees(
    terminal: Terminal, olympiad: Path, signed: Path
) -> None:
    terminal.do("revoke", "1", "2", "--dir", olympiad, expect=UsageError.exit_status)
    assert revoked(terminal, olympiad) == []


@pytest.fixture
def many(tmp_path: Path) -> Iterator[Issuer]:
    """Thirty diplomas, changed ten at a time."""
    made = suspending(tmp_path / "olympiad")
    made.issue(pupils(30))
    with pytest.MonkeyPatch.context() as patch, Issuer.open(made.folder.path, PASSPHRASE) as opened:
        patch.setattr("vcwallet.issuer.issuer._CHANGED_TOGETHER", 10)
        yield opened


def test_many_are_changed_in_a_few_steps_and_compared_with_what_went_out_once(
    many: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared, told = [], []
    check = publishing.check_ahead
    monkeypatch.setattr(publishing, "check_ahead", lambda *args: (compared.append(args), check(*args)))
    register = many._register()
    on_change = register._on_change
    monkeypatch.setattr(register, "_on_change", lambda mark: (told.append(mark), on_change(mark)))
    ids = [line.id for line in many.lines()]
    assert list(many.change(Change.SUSPENDED, ids, now=NOW)) == [(each, True) for each in ids]
    assert list(many.change(Change.SUSPENDED, ids[:3], now=NOW)) == [(each, False) for each in ids[:3]]
    assert (len(compared), len(told)) == (2, 4)
    assert many.counts() == {State.SUSPENDED: 30}


def test_one_that_cannot_be_changed_leaves_the_others_to_be(many: Issuer) -> None:
    ids = [line.id for line in many.lines()]
    many.revoke(ids[1], now=NOW)
    found = dict(many.change(Change.SUSPENDED, [ids[0], ids[1], "urn:uuid:nobody", ids[2]], now=NOW))
    assert [found[ids[0]], found[ids[2]]] == [True, True]
    assert [getattr(found[each], "code", "") for each in (ids[1], "urn:uuid:nobody")] == [
        "register.revoked",
        "register.unknown-id",
    ]
    assert many.counts() == {State.ISSUED: 27, State.REVOKED: 1, State.SUSPENDED: 2}


def test_a_step_that_is_stopped_changes_nothing_and_the_next_run_ends_it(
    many: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those of the steps before are changed; nothing is half done, and the register goes on."""
    register = many._register()
    ids = [line.id for line in many.lines()]
    revoke, done = register.revoke, []

    def dying(diploma_id: str, **options: Any) -> bool:
        done.append(diploma_id)
        if len(done) == 15:
            raise KeyboardInterrupt
        return revoke(diploma_id, **options)

    with monkeypatch.context() as patch:
        patch.setattr(register, "revoke", dying)
        with pytest.raises(KeyboardInterrupt):
            list(many.change(Change.REVOKED, ids, now=NOW))
    assert many.counts() == {State.ISSUED: 20, State.REVOKED: 10}
    again = dict(many.change(Change.REVOKED, ids, now=NOW))
    assert sum(each is True for each in again.values()) == 20
    assert many.counts() == {State.REVOKED: 30}


@pytest.mark.parametrize("command", ["revoke", "suspend", "reinstate"])
def test_a_diploma_named_by_a_number_is_changed_only_when_somebody_agrees(
    terminal: Terminal, olympiad: Path, signed: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    """One wrong digit means another child's diploma, so the question says whose it is."""
    asked: list[str] = []
    monkeypatch.setattr("vcwallet.cli.speak.somebody_there", lambda: True)
    monkeypatch.setattr("click.prompt", lambda question, **_: asked.append(question) or "нет")
    said = terminal.do(command, "2", "--dir", olympiad, expect=Cancelled.exit_status)
    assert "Nothing was changed." in said
    (question,) = asked
    assert "No. 0002 (Тестов-Б Пробник, 2009-05-17)" in question
    assert revoked(terminal, olympiad) == []


def test_a_diploma_named_by_its_file_or_id_is_revoked_unasked(
    terminal: Terminal, olympiad: Path, signed: Path
) -> None:
    terminal.do("revoke", next((olympiad / "issued").glob("0002 *.vc.json")), "--dir", olympiad)
    terminal.do("revoke", Office.at(olympiad).entries()[0].id, "--dir", olympiad)
    assert revoked(terminal, olympiad) == [1, 2]


def test_a_child_is_found_by_name_in_the_folder_and_not_in_the_register(
    terminal: Terminal, olympiad: Path, signed: Path
) -> None:
    said = terminal.do("list", "--name", "тестов-б", "--dir", olympiad)
    assert "Тестов-Б Пробник" in said
    assert "Тестов-В" not in said
    assert "fingerprint" not in said, "who looks for a child is not asking about the keys"
    assert "fingerprint" in terminal.do("list", "--dir", olympiad)
    listed = terminal.json("list", "--name", "проб ТЕСТОВ", "--dir", olympiad)
    assert [each["name"] for each in listed["diplomas"]] == [f"Тестов-{each} Пробник" for each in "АБВГ"]
    next((olympiad / "issued").glob("0002 *.vc.json")).unlink()
    said = terminal.do("list", "--name", "тестов-б", "--dir", olympiad)
    assert "No diploma of such a name" in said
    assert "Not searched, for their files are not in" in said
    assert (
        b"\xd0\xa2\xd0\xb5\xd1\x81\xd1\x82\xd0\xbe\xd0\xb2" not in (olympiad / "register.sqlite").read_bytes()
    )


def test_a_list_says_how_many_it_does_not_show(
    terminal: Terminal, olympiad: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from vcwallet.cli.issuer import diplomas

    monkeypatch.setattr(diplomas, "_SHOWN_ENTRIES", 2)
    sheet = terminal.folder / "итоги.csv"
    sheet.write_bytes(csv(*pupils(5)))
    terminal.do("issue", "--yes", sheet, "--dir", olympiad, "--now", "2026-06-01")
    terminal.do("revoke", "--yes", "1", "--dir", olympiad)
    assert "The last 2 of 5 are shown" in terminal.do("list", "--dir", olympiad)
    answer = terminal.json("list", "--state", "issued", "--dir", olympiad)
    assert ([each["number"] for each in answer["diplomas"]], answer["notShown"]) == ([4, 5], 2)
    answer = terminal.json("list", "--name", "пробник", "--dir", olympiad)
    assert (len(answer["diplomas"]), answer["notShown"]) == (2, 3)
    assert terminal.json("list", "--since", "2027-01-01", "--dir", olympiad)["diplomas"] == []
    assert terminal.json("list", "--template", "olympiad-participant", "--dir", olympiad)["diplomas"] == []


def test_the_commands_suspend_and_reinstate(terminal: Terminal, olympiad: Path) -> None:
    settings = olympiad / "issuer.toml"
    text = settings.read_text("utf-8")
    settings.write_text(text.replace("valid_days = 180", "valid_days = 180\nsuspension = true"), "utf-8")
    sheet = terminal.folder / "итоги.csv"
    sheet.write_bytes(csv(*pupils(2)))
    terminal.do("issue", "--yes", sheet, "--dir", olympiad, "--now", "2026-06-01")
    assert {path.name for path in (olympiad / "issued").glob("status-*")} == {
        "status-1.json",
        "status-1-suspended.json",
    }
    assert "Suspended: № 0001, Тестов-А Пробник" in terminal.do(
        "suspend", "--yes", "1", "--dir", olympiad, "--reason", "апелляция"
    )
    assert "was suspended before" in terminal.do("suspend", "--yes", "1", "--dir", olympiad)
    assert "suspended: апелляция" in terminal.do("list", "--dir", olympiad)
    assert "Counts again" in terminal.do("reinstate", "--yes", "1", "--dir", olympiad)
    assert "was not suspended" in terminal.do("reinstate", "--yes", "1", "--dir", olympiad)
