"""What the command line refuses, by the code behind the words; nothing is written and nothing half-done."""

from __future__ import annotations

import errno
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import pytest

from tests.unit.issuer.kits import OTHER, PUPIL, csv
from tests.unit.issuer.offices import Office
from tests.unit.wallet.shared import MASHA, NOW, OTHER_PASSPHRASE, PASSPHRASE, Issuer, wallet
from vcwallet import files, strict_json
from vcwallet.bundle.request import Request
from vcwallet.cli import command_line, demo
from vcwallet.cli.speak import INTERNAL_ERROR, Speaker, choose_language, run
from vcwallet.errors import MachineError, VcwalletError
from vcwallet.files import in_our_words
from vcwallet.locales import language
from vcwallet.sealed_file import read_header

HEARD: list[VcwalletError] = []


class Listening(Speaker):
    """Keeps the errors it tells."""

    def problem(self, where: str, error: VcwalletError) -> None:
        HEARD.append(error)
        Speaker.problem(self, where, error)


@dataclass
class Desk:
    """A folder with a passphrase in ``secret.txt``, where commands are typed."""

    folder: Path
    monkeypatch: pytest.MonkeyPatch

    def codes(self, *words: str | Path) -> list[str]:
        """The codes of what was refused; the command ends as the first of them says."""
        HEARD.clear()
        status = run(command_line, [*map(str, words)], Listening(language("en")))
        assert status == (HEARD[0].exit_status if HEARD else 0), [str(error) for error in HEARD]
        return [error.code for error in HEARD]

    def code(self, *words: str | Path) -> str:
        (found,) = self.codes(*words)
        return found

    def types(self, *lines: str) -> None:
        """Somebody sits at the keyboard and will type these lines."""
        left = list(lines)

        def prompt(text: str, **options: Any) -> str:
            return left.pop(0)

        self.monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
        self.monkeypatch.setattr(click, "prompt", prompt)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("VCWALLET_PASSPHRASE", raising=False)
    monkeypatch.setenv("VCWALLET_STATE", str(tmp_path / "state"))
    (tmp_path / "secret.txt").write_text(PASSPHRASE + "\n", "utf-8")
    return Desk(tmp_path, monkeypatch)


@pytest.fixture
def family(desk: Desk) -> Path:
    """Masha's wallet with one diploma."""
    path = desk.folder / "family.vcw"
    made = wallet(path, issuer := Issuer())
    made.add_child(MASHA, now=NOW)
    made.add(issuer.diploma(), now=NOW)
    made.save()
    return path


SECRET = ("--passphrase-file", "secret.txt")
SAME = {"stage": "Финал", "year": "2025/2026", "profile": "Астрономия", "awarded": "01.03.2026"}
OTHER_CHILD = ("--given", "Пример", "--family", "Тестов")

# --- passphrases ---------------------------------------------------------------------------------

BAD_FILES: dict[str, tuple[bytes, str]] = {
    "empty": (b"\nsecond line\n", "cli.passphrase-empty"),
    "a book": (b"a" * 5000, "cli.passphrase-too-long"),
    "cp1251": ("пароль".encode("cp1251"), "cli.passphrase-not-utf-8"),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_passphrase_file_that_cannot_be_used(name: str, desk: Desk, family: Path) -> None:
    content, code = BAD_FILES[name]
    (desk.folder / "bad.txt").write_bytes(content)
    assert desk.code("wallet", "list", family, "--passphrase-file", "bad.txt") == code


def test_without_anybody_to_ask_a_passphrase_must_be_given(desk: Desk, family: Path) -> None:
    assert desk.code("wallet", "list", family) == "cli.passphrase-missing"
    code = desk.code("wallet", "passphrase", family, *SECRET)
    assert code == "cli.new-passphrase-missing"


def test_a_new_passphrase_typed_in_two_ways_changes_nothing(desk: Desk, family: Path) -> None:
    before = family.read_bytes()
    desk.types(*[OTHER_PASSPHRASE, OTHER_PASSPHRASE + "!"] * 3)
    assert desk.codes("wallet", "passphrase", family, *SECRET) == ["passphrase.not-the-same"] * 3
    assert family.read_bytes() == before


# --- recovery ------------------------------------------------------------------------------------


def test_a_recovery_code_needs_somebody_or_a_file(desk: Desk, family: Path) -> None:
    code = desk.code("wallet", "selftest", family, "--recovery")
    assert code == "cli.code-missing"


def test_restoring_into_no_folder_is_refused_before_anything_is_asked(desk: Desk, family: Path) -> None:
    assert desk.code("wallet", "restore", family, "nowhere/new.vcw") == "wallet.no-folder"
    assert desk.code("wallet", "restore", family, family) == "sealed-file.exists"


def test_a_recovery_sheet_is_believed_when_two_groups_were_typed(desk: Desk, family: Path) -> None:
    before = family.read_bytes()
    sheet = ("wallet", "recovery-sheet", family, *SECRET, "--out")
    assert desk.code(*sheet, "sheet.txt") == "cli.code-unconfirmed"
    assert desk.code(*sheet, "sheet.png") == "recovery-sheet.form"
    assert desk.code(*sheet, "nowhere/sheet.txt") == "recovery-sheet.no-folder"
    assert family.read_bytes() == before
    desk.types("XXXX", "XXXX", "XXXX")
    assert desk.codes(*sheet, "sheet.txt") == ["cli.code-typo"] * 3
    assert [slot.type for slot in read_header(family).slots] == ["argon2id"]
    assert not list(desk.folder.glob("sheet.*"))
    (desk.folder / "sheet.txt").write_text("an old one", "utf-8")
    assert desk.code(*sheet, "sheet.txt") == "recovery-sheet.exists"


# --- a family ------------------------------------------------------------------------------------


def test_with_two_children_one_is_named(desk: Desk, family: Path) -> None:
    assert desk.codes("wallet", "child", "add", family, *OTHER_CHILD, *SECRET) == []
    code = desk.code("wallet", "request-id", family, *SECRET)
    assert code == "wallet.name-the-child"
    assert "Пример" in HEARD[0].next_step, "the names to choose from"
    assert MASHA.given_name in HEARD[0].next_step


@pytest.mark.parametrize("lang", ["ru", "en"])
@pytest.mark.parametrize(
    ("words", "place"),
    [
        ("nothing", "vcwallet"),
        ("wallet nothing", "vcwallet wallet"),
        ("issuer check", "vcwallet issuer check"),
        ("verify", "vcwallet verify"),
        ("trust show --x", "vcwallet trust show"),
    ],
)
def test_who_misspells_a_command_is_told_where_its_words_stand(
    words: str, place: str, lang: str, capsys: pytest.CaptureFixture[str]
) -> None:
    chosen, arguments = choose_language(["--lang", lang, *words.split()])
    assert run(command_line, arguments, Speaker(chosen)) == 2
    assert f"{place} --help" in capsys.readouterr().err.splitlines()[-1]


def test_a_day_of_birth_is_a_day(desk: Desk, family: Path) -> None:
    code = desk.code("wallet", "child", "add", family, *OTHER_CHILD, "--born", "31.02.2010", *SECRET)
    assert code == "wallet.birth-date"


def test_the_proof_of_an_id_is_no_sheet(desk: Desk, family: Path) -> None:
    code = desk.code("wallet", "request-id", family, "--out", "id.pdf", *SECRET)
    assert code == "wallet.id-form"


def test_an_export_wants_an_empty_folder(desk: Desk, family: Path) -> None:
    (desk.folder / "out").mkdir()
    (desk.folder / "out" / "письмо.txt").write_text("важное", "utf-8")
    code = desk.code("wallet", "export", family, "out", "--plain", *SECRET)
    assert code == "wallet.folder-not-empty"
    assert [path.name for path in (desk.folder / "out").iterdir()] == ["письмо.txt"]


def test_only_an_entry_of_the_history_is_erased(desk: Desk, family: Path) -> None:
    code = desk.code("wallet", "forget", family, "00000000", "--yes", *SECRET)
    assert code == "history.no-line"


def test_addresses_are_contacted_only_when_somebody_agreed(desk: Desk, family: Path) -> None:
    assert desk.code("wallet", "refresh", family, *SECRET) == "cli.unconfirmed"


def test_no_is_an_answer(desk: Desk, family: Path) -> None:
    desk.types("may be", "нет")
    assert desk.code("wallet", "refresh", family, *SECRET) == "cli.cancelled"


# --- requests ------------------------------------------------------------------------------------


def request(folder: Path, domain: str = "university.example") -> Path:
    path = folder / "request.json"
    asked = Request(domain=domain, purpose="приём", created=NOW)
    path.write_text(strict_json.dumps(asked.to_json()), "utf-8")
    return path


def test_a_request_is_answered_to_whom_made_it(desk: Desk, family: Path) -> None:
    asked = request(desk.folder)
    code = desk.code(
        *("wallet", "present", family, "--request", asked, "--to", "other.example", "--yes", *SECRET),
        *("--now", "2026-06-20T10:00:00Z", "--out", "shown.json"),
    )
    assert code == "wallet.other-recipient"
    assert not (desk.folder / "shown.json").exists()


def test_a_request_names_kinds_that_there_are(desk: Desk) -> None:
    words = ("request", "--domain", "university.example", "--want", "horoscope")
    assert desk.code(*words, "--purpose", "проба", "--out", desk.folder / "r.json") == "request.kind"


def test_what_holds_no_request_is_none(desk: Desk, family: Path) -> None:
    (desk.folder / "diploma.json").write_text(strict_json.dumps(Issuer().diploma()), "utf-8")
    words = ("wallet", "present", family, "--request", "diploma.json", "--yes", "--out", "a.json", *SECRET)
    assert desk.code(*words) == "request.none"


def test_a_request_is_written_only_as_what_a_family_can_read(desk: Desk) -> None:
    ask = ("request", "--domain", "university.example", "--purpose", "приём")
    assert desk.code(*ask, "--out", "request.docx") == "slip.form"
    assert desk.code(*ask, "--fields", "marks", "--out", "request.json") == "request.field"
    assert desk.code(*ask, "--want", "conduct", "--out", "request.json") == "request.kind"
    assert not list(desk.folder.glob("request.*"))


# --- an issuer -----------------------------------------------------------------------------------


def test_a_sheet_with_mistakes_or_a_value_without_a_column_signs_nothing(desk: Desk) -> None:
    office = Office.make(desk.folder / "office")
    spoilt = csv(PUPIL, ["", *OTHER[1:]])
    (desk.folder / "sheet.csv").write_bytes(spoilt)
    issue = ("issuer", "issue", "--yes", "sheet.csv", "--dir", office.folder.path, "--now", "2026-06-01")
    given = [word for name, value in SAME.items() for word in ("--set", f"{name}={value}")]
    assert desk.code(*issue, *given) == "issuer.bad-rows"
    assert desk.code(*issue, "--set", "no column") == "issuer.set"
    assert not office.out.exists()


# --- the computer, and mistakes of ours ------------------------------------------------------------

REFUSED = {
    errno.ENOENT: "input.not-there",
    errno.EISDIR: "input.not-there",
    errno.ENOTDIR: "input.not-there",
    errno.EACCES: "machine.file",
    errno.ENOSPC: "machine.file",
    errno.EROFS: "machine.file",
    errno.EIO: "machine.file",
}


@pytest.mark.parametrize("number", REFUSED)
def test_what_the_system_refuses_is_said_in_our_words(number: int) -> None:
    error = in_our_words(OSError(number, "reason", "диплом.json"))
    assert error.code == REFUSED[number]
    assert error.evidence["file"] == "диплом.json"
    assert isinstance(error, MachineError) == (error.code == "machine.file")


def test_a_path_that_is_too_long_is_not_told_as_a_file_that_is_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(OSError) as caught:
        (tmp_path / ("й" * 300)).write_bytes(b"")
    refused = FileNotFoundError(errno.ENOENT, "reason", f"/{'й' * 250}")
    told = [in_our_words(caught.value)]
    monkeypatch.setattr(files, "_ON_WINDOWS", True)
    told.append(in_our_words(refused))
    assert [error.code for error in told] == ["machine.file"] * 2
    assert all("too long" in error.template for error in told)
    refused.filename = "диплом.json"
    assert in_our_words(refused).code == "input.not-there"


def test_of_a_renaming_the_name_is_told_that_a_person_gave() -> None:
    error = OSError(errno.EROFS, "reason", ".итог.xlsx.0123456789abcdef.part", None, "итог.xlsx")
    assert in_our_words(error).evidence["file"] == "итог.xlsx"


@pytest.mark.parametrize("held", [True, False])
def test_what_another_program_holds_open_on_windows_is_to_be_closed_there(
    held: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "_ON_WINDOWS", held)
    refused = OSError(errno.EACCES, "reason", "итог.xlsx")
    told = in_our_words(refused)
    assert told.code == "machine.file"
    assert ("another program" in told.template) == held
    assert told.next_step is not None
    assert ("Close" in told.next_step) == held


def test_a_mistake_of_ours_is_no_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    @click.command()
    def broken() -> None:
        raise ZeroDivisionError("секретная строка")

    HEARD.clear()
    assert run(broken, [], Listening(language("en"))) == INTERNAL_ERROR == 70
    assert [error.code for error in HEARD] == ["cli.internal"]
    assert "секретная" not in capsys.readouterr().err


@pytest.mark.parametrize(
    ("typed", "meant"),
    [(("trust", "list"), "'show'"), (("trust", "crate"), "'create'"), (("verfy",), "'verify'")],
)
def test_a_command_that_is_not_there_is_compared_with_those_that_are(
    typed: tuple[str, ...], meant: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(command_line, list(typed), Speaker(language("en"))) == 2
    told = capsys.readouterr().err
    assert f"No such command '{typed[-1]}'. Did you mean" in told
    assert meant in told


def test_a_new_wallet_says_what_comes_next(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    for code, words in (("en", "Next: vcwallet wallet add"), ("ru", "Дальше: положите в него дипломы")):
        file = desk.folder / f"{code}.vcw"
        told = ("wallet", "create", file, "--kdf", "light", "--passphrase-file", desk.folder / "secret.txt")
        assert run(command_line, list(map(str, told)), Speaker(language(code))) == 0
        said = capsys.readouterr().out
        assert words in said
        assert f"vcwallet wallet child add {file}" in said


def test_what_comes_after_a_new_list_is_a_command_that_is_not_refused(
    desk: Desk, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It names what an issuer is believed for, without which “trust add” adds nobody."""
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    place = desk.folder / "list.json"
    assert run(command_line, ["trust", "create", str(place)], Speaker(language("en"))) == 0
    said = " ".join(click.unstyle(capsys.readouterr().out).split())  # a screen breaks it into lines
    said = said.partition("vcwallet trust add ")[2]
    document = desk.folder / "did.json"
    document.write_text(strict_json.dumps(Issuer().document.to_json()), "utf-8")
    words = [str(document) if word == "FOLDER" else word for word in said.split()]
    assert run(command_line, ["trust", "add", *words, "--no-fingerprint-check"], Speaker(language("en"))) == 0


def test_an_issuer_without_a_name_is_told_how_to_get_one(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    (desk.folder / "did.json").write_text(strict_json.dumps(Issuer().document.to_json()), "utf-8")
    for name in (None, "Олимпиада «Вымысел»"):
        place = desk.folder / f"trust-{name is None}.json".lower()
        assert run(command_line, ["trust", "create", str(place)], Speaker(language("en"))) == 0
        named = [] if name is None else ["--name", name]
        add = ["trust", "add", str(place), str(desk.folder / "did.json"), "--anything", *named]
        assert run(command_line, [*add, "--no-fingerprint-check"], Speaker(language("en"))) == 0
        assert ("again with --name" in capsys.readouterr().err) is (name is None)


# --- the demo ------------------------------------------------------------------------------------


def test_a_demo_deletes_nothing_it_did_not_make(desk: Desk) -> None:
    place = desk.folder / "mine"
    place.mkdir()
    (place / "письмо.txt").write_text("важное", "utf-8")
    for words in (("demo", place), ("demo", place, "--again")):
        assert desk.code(*words) == "demo.folder-not-empty"
    assert (place / "письмо.txt").read_text("utf-8") == "важное"


def test_a_demo_whose_command_ends_otherwise_stops(desk: Desk) -> None:
    story = demo._Story(Listening(language("en")), desk.folder)
    with pytest.raises(MachineError) as caught:
        story.do("verify", "nothing.png")
    assert (caught.value.code, caught.value.evidence["expected"]) == ("demo.unexpected", 0)


def test_a_demo_without_examples_says_so(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "__file__", str(desk.folder / "site" / "vcwallet" / "cli" / "demo.py"))
    assert desk.code("demo", "new") == "demo.no-examples"
