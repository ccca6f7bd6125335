"""An issuer's keys over the years: a forgotten passphrase, another one, and who may choose it."""

from __future__ import annotations

import contextlib
import io
import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.unit.issuer.kits import HEADERS, PUPIL, csv
from tests.unit.issuer.kits import OTHER as OTHER_PUPIL
from tests.unit.issuer.offices import NOW, PASSPHRASE, Office, pupils
from tests.unit.issuer.test_commands import Terminal
from tests.unit.issuer.test_commands import terminal as terminal
from vcwallet import locales, strict_json
from vcwallet.cli import command_line
from vcwallet.cli.speak import Speaker, run
from vcwallet.errors import Action, DocumentError, UsageError, VcwalletError
from vcwallet.issuer import Issuer, KeyUse, batches, countersigning
from vcwallet.issuer import folder as folders
from vcwallet.issuer.keystore import Keystore
from vcwallet.issuer.signing import PLAIN
from vcwallet.issuer.standby import Standby
from vcwallet.proofs.data_integrity import add_proof, verify_proofs
from vcwallet.sealed_file import UNSAFE_FOR_TESTS, Kdf, Passphrase, RecoveryCode, SealedFile
from vcwallet.verifier import TrustList

OTHER = "совсем другие шесть вымышленных слов подряд"


@pytest.fixture(autouse=True)
def _in_its_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where commands are typed; a changed passphrase costs a guesser nothing, to save a second."""
    monkeypatch.chdir(tmp_path)
    change = SealedFile.change_passphrase

    def cheap(file: SealedFile, passphrase: str, *, kdf: Kdf, **options: Any) -> None:
        change(file, passphrase, kdf=UNSAFE_FOR_TESTS, **options)

    monkeypatch.setattr(SealedFile, "change_passphrase", cheap)


def _groups(sheet: Path) -> str:
    (line,) = [line.strip() for line in sheet.read_text("utf-8").splitlines() if line.count("-") == 6]
    return line


def test_the_code_of_the_sheet_opens_the_keys_and_chooses_a_new_passphrase(terminal: Terminal) -> None:
    """The whole way of a secretary who forgot: sheet, code, new passphrase, the next diploma."""
    folder = terminal.folder
    said = terminal.do("create", "o", "--kit", "school", "--example")
    assert "recovery-sheet --out recovery.pdf --dir o" in said
    assert "Print it" in terminal.do("recovery-sheet", "--dir", "o", "--out", folder / "sheet.txt", "--yes")
    (folder / "code.txt").write_text(_groups(folder / "sheet.txt").lower(), "utf-8")
    (folder / "new.txt").write_text(OTHER, "utf-8")
    terminal.do("passphrase", "--dir", "o", "--code-file", "code.txt", "--new-passphrase-file", "new.txt")
    Issuer.open(folder / "o", OTHER)
    with pytest.raises(UsageError) as refused:
        Issuer.open(folder / "o", PASSPHRASE)
    assert refused.value.code == "sealed-file.wrong-passphrase"
    terminal.do(
        "issue", "--yes", "o/sample.csv", "--dir", "o", "--passphrase-file", "new.txt", "--now", "2026-06-01"
    )


@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_sheet_says_what_it_opens_and_nothing_of_wallets(terminal: Terminal, language: str) -> None:
    terminal.do("create", "o", "--kit", "school")
    terminal.do("recovery-sheet", "--dir", "o", "--out", "sheet.txt", "--yes", language=language)
    text = (terminal.folder / "sheet.txt").read_text("utf-8")
    assert {"en": "an issuer's keys", "ru": "ключей"}[language] in text
    assert not any(word in text for word in ("wallet.", "кошел", "birth", "рожд"))


def test_a_sheet_nobody_read_back_changes_nothing(terminal: Terminal) -> None:
    terminal.do("create", "o", "--kit", "school")
    before = (terminal.folder / "o" / "keys.vcw").read_bytes()
    assert "two groups" in terminal.do("recovery-sheet", "--dir", "o", "--out", "sheet.pdf", expect=2)
    assert (terminal.folder / "o" / "keys.vcw").read_bytes() == before
    assert not (terminal.folder / "sheet.pdf").exists()


def test_a_weak_passphrase_is_refused_and_the_old_one_still_opens(terminal: Terminal) -> None:
    terminal.do("create", "o", "--kit", "school")
    (terminal.folder / "weak.txt").write_text("школа2026", "utf-8")
    said = terminal.do("passphrase", "--dir", "o", "--new-passphrase-file", "weak.txt", expect=2)
    assert "can be guessed" in said
    Issuer.open(terminal.folder / "o", PASSPHRASE)


def test_a_newer_sheet_replaces_the_older_one(office: Office) -> None:
    with Issuer.open(office.folder.path, PASSPHRASE) as issuer:
        first, second = issuer.recovery_sheet(now=NOW), issuer.recovery_sheet(now=NOW)
        issuer.finish_recovery_sheet(second)
        assert issuer.has_recovery_code
    with Issuer.open(office.folder.path) as issuer:
        with pytest.raises(UsageError):
            issuer.unlock(secret=RecoveryCode(*first.printed.codes))
        issuer.unlock(secret=RecoveryCode(*second.printed.codes))


def test_keys_opened_by_the_code_sign_although_several_processes_were_asked_for(office: Office) -> None:
    """The other processes would need the passphrase, which is what was forgotten."""
    with Issuer.open(office.folder.path, PASSPHRASE) as issuer:
        (code,) = issuer.recovery_sheet(now=NOW).printed.codes
    found = office.plan(pupils(3))
    with Issuer.open(office.folder.path) as issuer:
        issuer.unlock(secret=RecoveryCode(code))
        assert issuer.issue(found, now=NOW, workers=2).issued == 3


# --- standby keys ----------------------------------------------------------------------------------------


def _command(*words: object, expect: int = 0) -> None:
    with contextlib.redirect_stdout(io.StringIO()):
        status = run(command_line, [*map(str, words)], Speaker(locales.language("en")))
    assert status == expect


def _issuer(terminal: Terminal) -> None:
    """A school with a site, a first diploma signed, and a university that pinned all its keys."""
    terminal.do("create", "o", "--kit", "olympiad", "--site", "https://olymp.example")
    _sheet("a.csv", PUPIL)
    terminal.do("issue", "--yes", "a.csv", "--dir", "o", "--out", "first", "--now", "2026-06-01")
    terminal.do("publish", "site", "--dir", "o", "--now", "2026-06-01")
    _command("trust", "create", "trust.json", "--now", "2026-06-02")
    _command(
        "trust", "add", "trust.json", "site", "--anything", "--no-fingerprint-check", "--now", "2026-06-02"
    )


def _sheet(name: str, *rows: list[str]) -> None:
    Path(name).write_bytes(csv(*rows, headers=HEADERS))


def _counts(diploma: Path, capsys: pytest.CaptureFixture[str], *, now: str = "2026-07-10") -> dict[str, int]:
    """What a university answers about a diploma that is shown whole, under its one plain proof."""
    document = strict_json.loads_object(diploma.read_bytes())
    proofs = document["proof"]
    assert isinstance(proofs, list)
    shown = {**document, "proof": proofs[0]}
    Path("shown.vc.json").write_text(strict_json.dumps(shown), "utf-8")
    capsys.readouterr()
    run(
        command_line,
        ["verify", "shown.vc.json", "--trust", "trust.json", "--now", now, "--json"],
        Speaker(locales.language("en")),
    )
    counts: dict[str, int] = json.loads(capsys.readouterr().out)["counts"]
    assert counts["items"] == 1
    return counts


def _diploma(folder: str) -> Path:
    return next(Path(folder).glob("0*.vc.json"))


def test_standby_keys_are_made_on_the_first_day_and_named_in_the_document(terminal: Terminal) -> None:
    made = terminal.json("create", "o", "--kit", "olympiad", "--site", "https://olymp.example")
    assert [key["use"] for key in made["keys"]] == ["daily", "daily", "standby", "standby"]
    assert Path("o/standby-key-3.vcw").is_file()
    assert "STICK" in terminal.do("list", "--dir", "o")


def test_once_moved_the_standby_keys_open_with_the_printed_code_alone(terminal: Terminal) -> None:
    """Neither the passphrase nor the code that lay in the keystore opens what is on the stick."""
    terminal.do("create", "o", "--kit", "olympiad", "--site", "https://olymp.example")
    with Issuer.open(Path("o"), PASSPHRASE) as issuer:
        before = issuer._keys().standby_code
    Path("stick").mkdir()
    terminal.do("standby", "stick", "--dir", "o", "--out", "sheet.txt", "--yes")
    assert not list(Path("o").glob("standby*"))
    moved = Path("stick/standby-key-3.vcw")
    Standby.open(moved, RecoveryCode(_groups(Path("sheet.txt"))))
    assert before is not None
    for wrong in (RecoveryCode(before), Passphrase(PASSPHRASE)):
        with pytest.raises(UsageError):
            Standby.open(moved, wrong)
    with Issuer.open(Path("o"), PASSPHRASE) as issuer:
        assert issuer._keys().standby_code is None
        with pytest.raises(UsageError) as refused:
            issuer.rotate(now=NOW)
        assert refused.value.code == "standby.away"
        assert refused.value.action is Action.STANDBY_FILE


def test_a_move_that_was_cut_short_is_done_again_beside_what_lies_on_the_stick(terminal: Terminal) -> None:
    """The file on the stick may be another issuer's, so nothing there is written over."""
    terminal.do("create", "o", "--kit", "olympiad", "--site", "https://olymp.example")
    Path("stick").mkdir()
    other = Path("stick/standby-key-3.vcw")
    other.write_bytes(Path("o/standby-key-3.vcw").read_bytes())
    before = other.read_bytes()
    said = terminal.do("standby", "stick", "--dir", "o", "--out", "sheet.txt", "--yes")
    assert "standby-key-3 (2).vcw" in said
    assert other.read_bytes() == before
    Standby.open(Path("stick/standby-key-3 (2).vcw"), RecoveryCode(_groups(Path("sheet.txt"))))
    assert "standby-key-3 (2).vcw" in Path("sheet.txt").read_text("utf-8")


def test_a_standby_sheet_nobody_read_back_moves_nothing(terminal: Terminal) -> None:
    terminal.do("create", "o", "--kit", "olympiad", "--site", "https://olymp.example")
    Path("stick").mkdir()
    terminal.do("standby", "stick", "--dir", "o", "--out", "sheet.txt", expect=2)
    assert not list(Path("stick").iterdir())
    assert not Path("sheet.txt").exists()
    assert Path("o/standby-key-3.vcw").is_file()


def test_after_an_exchange_old_and_new_diplomas_are_confirmed_and_nobody_was_asked(
    terminal: Terminal, capsys: pytest.CaptureFixture[str]
) -> None:
    """The standby keys were pinned on the first day; only the ones that stand by next need a person."""
    _issuer(terminal)
    Path("stick").mkdir()
    terminal.do("standby", "stick", "--dir", "o", "--out", "sheet.txt", "--yes", "--now", "2026-06-01")
    Path("code.txt").write_text(_groups(Path("sheet.txt")), "utf-8")
    stick = ("--standby", "stick/standby-key-3.vcw", "--code-file", "code.txt", "--yes")
    said = terminal.json("rotate", "--dir", "o", *stick, "--now", "2026-07-01")
    assert [key["use"] for key in said["keys"]] == ["over"] * 2 + ["daily"] * 2 + ["standby"] * 2
    _sheet("b.csv", OTHER_PUPIL)
    terminal.do("issue", "--yes", "b.csv", "--dir", "o", "--out", "second", "--now", "2026-07-02")
    terminal.do("publish", "site", "--dir", "o", "--now", "2026-07-02")
    _command("trust", "update", "trust.json", "site", "--safe-only", "--now", "2026-07-03", expect=3)
    assert _counts(_diploma("first"), capsys)["confirmed"] == 1
    assert _counts(_diploma("second"), capsys)["confirmed"] == 1
    states = [key.state.value for key in TrustList.parse(Path("trust.json").read_bytes()).issuers[0].keys]
    assert states == ["retired", "retired", "active", "active"], "new standby keys are not believed unseen"


def test_what_the_old_keys_sign_after_their_time_is_not_confirmed(
    terminal: Terminal, capsys: pytest.CaptureFixture[str]
) -> None:
    """A copy of the folder from before the exchange still signs, but outside the window of its keys."""
    _issuer(terminal)
    shutil.copytree("o", "copy")
    terminal.do("rotate", "--dir", "o", "--yes", "--now", "2026-07-01")
    terminal.do("publish", "site", "--dir", "o", "--now", "2026-07-02")
    _command("trust", "update", "trust.json", "site", "--safe-only", "--now", "2026-07-03", expect=3)
    with Issuer.open(Path("copy"), PASSPHRASE) as stolen:
        signer = stolen._folder.signer()
        document = strict_json.loads_object(_diploma("first").read_bytes())
        document.pop("proof")
        forged = add_proof(
            document,
            suite=PLAIN,
            key=stolen._keys().signing_key(),
            verification_method=signer.verification_method,
            created=datetime(2026, 7, 5, tzinfo=UTC),
        )
    Path("forged.vc.json").write_text(strict_json.dumps({**forged, "proof": [forged["proof"]]}), "utf-8")
    assert _counts(_diploma("first"), capsys)["confirmed"] == 1
    assert _counts(Path("forged.vc.json"), capsys)["confirmed"] == 0


def test_nothing_that_compromised_keys_signed_is_confirmed(
    terminal: Terminal, capsys: pytest.CaptureFixture[str]
) -> None:
    _issuer(terminal)
    said = terminal.json("compromised", "--since", "2026-06-20", "--dir", "o", "--yes", "--now", "2026-07-01")
    assert [key["use"] for key in said["keys"][:2]] == ["compromised"] * 2
    terminal.do("publish", "site", "--dir", "o", "--now", "2026-07-02")
    _command("trust", "update", "trust.json", "site", "--safe-only", "--now", "2026-07-03", expect=3)
    assert _counts(_diploma("first"), capsys)["confirmed"] == 0


def test_keys_do_not_end_before_what_they_signed(office: Office) -> None:
    """A clock set back would leave every diploma outside the time of the key that signed it."""
    office.issue(pupils(1))
    before = (office.folder.path / "identifier.json").read_bytes()
    with Issuer.open(office.folder.path, PASSPHRASE) as issuer:
        with pytest.raises(UsageError) as behind:
            issuer.rotate(now=NOW - timedelta(days=400))
        with pytest.raises(UsageError) as future:
            issuer.compromised(since=NOW + timedelta(days=1), now=NOW)
    assert (behind.value.code, future.value.code) == ("rotation.clock-behind", "rotation.since-future")
    assert (office.folder.path / "identifier.json").read_bytes() == before


def test_an_exchange_stopped_between_its_files_is_ended_by_the_next_command(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = office.folder.path
    with Issuer.open(path, PASSPHRASE) as issuer:
        monkeypatch.setattr(folders, "write_document", _killed)
        with pytest.raises(KeyboardInterrupt):
            issuer.rotate(now=NOW)
        monkeypatch.undo()
    with Issuer.open(path) as issuer:
        issuer.unlock(PASSPHRASE)
        uses = [issuer.use_of(method) for method in issuer.document.verification_methods]
        assert uses == [KeyUse.OVER] * 2 + [KeyUse.DAILY] * 2 + [KeyUse.STANDBY] * 2
        issuer.rotate(now=NOW)


def test_an_exchange_stopped_before_the_keystore_changes_nothing_and_can_be_repeated(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = office.folder.path
    with Issuer.open(path, PASSPHRASE) as issuer:
        monkeypatch.setattr(Keystore, "exchange", _killed)
        with pytest.raises(KeyboardInterrupt):
            issuer.rotate(now=NOW)
        monkeypatch.undo()
    with Issuer.open(path, PASSPHRASE) as issuer:
        assert len(issuer.document.verification_methods) == 4
        issuer.rotate(now=NOW)


def _killed(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def test_a_copy_beside_the_keystore_has_no_old_key_after_an_exchange(office: Office) -> None:
    """``keys.vcw.bak`` would otherwise keep what was withdrawn in the folder itself."""
    path = office.folder.path
    old = office.keystore.signing_key().public_key
    with Issuer.open(path, PASSPHRASE) as issuer:
        issuer.rotate(now=NOW)
    for file in ("keys.vcw", "keys.vcw.bak"):
        assert Keystore.open(path / file, PASSPHRASE).signing_key().public_key != old


def test_what_somebody_wrote_into_the_settings_of_an_open_folder_is_not_passed_over(office: Office) -> None:
    """A person looked at the plan by the settings of before: nothing is signed until it is opened again."""
    file = office.folder.path / "issuer.toml"
    with Issuer.open(office.folder.path, PASSPHRASE) as earlier:
        plan = earlier.plan(earlier.read(csv(*pupils(1)), now=NOW))
        kept = file.read_text("utf-8")
        for words, code in (
            (f"# Проверено.\n{kept}", ""),
            (kept.replace('zone = "', 'zone = "+07:00" # "'), "folder.settings-changed"),
            ("name = ", "settings.unreadable"),
        ):
            file.write_text(words, "utf-8")
            if not code:
                earlier.plan(earlier.read(csv(*pupils(1)), now=NOW))
                continue
            with pytest.raises(VcwalletError) as refused:
                earlier.issue(plan, now=NOW)
            assert refused.value.code == code
    assert not office.files()


def test_who_had_the_folder_open_during_an_exchange_signs_nothing_with_the_old_keys(office: Office) -> None:
    """A page keeps it open for hours, and nobody would confirm what the old keys sign from now on."""
    later = NOW + timedelta(days=2)
    with Issuer.open(office.folder.path, PASSPHRASE) as earlier:
        plan = earlier.plan(earlier.read(csv(*pupils(1)), now=later))
        with Issuer.open(office.folder.path, PASSPHRASE) as issuer:
            issuer.rotate(now=NOW)
        for attempt in (
            lambda: earlier.issue(plan, now=later),
            lambda: earlier.publish(office.folder.path.parent / "site", now=later),
            lambda: earlier.rotate(now=later),
        ):
            with pytest.raises(UsageError) as refused:
                attempt()
            assert refused.value.code == "folder.keys-exchanged"
    assert not office.files()
    with Issuer.open(office.folder.path, PASSPHRASE) as again:
        assert again.issue(again.plan(again.read(csv(*pupils(1)), now=later)), now=later).issued == 1


def test_the_secret_of_hideable_parts_is_exchanged_with_the_keys(office: Office) -> None:
    """With the old one a thief could sign parts of a diploma under the new key's signature."""
    before = office.keystore.disclosure_randomness({"id": "urn:x"})(32)
    with Issuer.open(office.folder.path, PASSPHRASE) as issuer:
        issuer.rotate(now=NOW)
        assert issuer._keys().disclosure_randomness({"id": "urn:x"})(32) != before
    after = Office.at(office.folder.path).keystore.disclosure_randomness({"id": "urn:x"})(32)
    assert after != before


def test_the_stick_of_other_keys_is_refused_by_name(office: Office, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    with Issuer.open(office.folder.path, PASSPHRASE) as issuer:
        move = issuer.move_standby(stick, now=NOW)
        move.finish()
        issuer.renew_standby(now=NOW)
        with pytest.raises(UsageError) as refused:
            issuer.rotate(now=NOW, standby=move.file, secret=RecoveryCode(*move.sheet.printed.codes))
    assert refused.value.code == "standby.other"
    assert refused.value.evidence["right"] == "standby-key-5.vcw"


def test_an_issuer_without_a_site_has_nothing_standing_by(terminal: Terminal) -> None:
    """A did:key is its key; nothing is promised that cannot be kept."""
    terminal.do("create", "o", "--kit", "school")
    assert not list(Path("o").glob("standby*"))
    assert "without a site" in terminal.do("rotate", "--dir", "o", "--yes", expect=2)
    with Issuer.open(Path("o"), PASSPHRASE) as issuer:
        for attempt in (issuer.rotate, issuer.renew_standby):
            with pytest.raises(UsageError) as refused:
                attempt(now=NOW)
            assert refused.value.code == "standby.none"


def test_a_file_without_standby_keys_is_told(tmp_path: Path) -> None:
    file = SealedFile.create(tmp_path / "empty.vcw", kind="issuer-standby", passphrase=None)
    printed = file.add_recovery_code()
    file.save()
    with pytest.raises(DocumentError) as refused:
        Standby.open(tmp_path / "empty.vcw", RecoveryCode(*printed.codes))
    assert refused.value.code == "standby.incomplete"


def test_a_file_that_nothing_opens_is_not_written(tmp_path: Path) -> None:
    file = SealedFile.create(tmp_path / "closed.vcw", kind="issuer-standby", passphrase=None)
    with pytest.raises(UsageError) as refused:
        file.save()
    assert refused.value.code == "sealed-file.slots"
    assert not (tmp_path / "closed.vcw").exists()


# --- after a theft ---------------------------------------------------------------------------------------


def _stolen(terminal: Terminal, *, confirmed: bool) -> None:
    """The keys of every day were stolen and withdrawn; what was signed was confirmed in time, or not."""
    _issuer(terminal)
    if confirmed:
        assert "1 diplomas in 1 batches" in terminal.do("countersign", "--dir", "o", "--now", "2026-06-05")
    terminal.do("compromised", "--since", "2026-06-20", "--dir", "o", "--yes", "--now", "2026-07-01")


def test_what_the_standby_keys_confirmed_is_signed_anew_and_confirmed_again(
    terminal: Terminal, capsys: pytest.CaptureFixture[str]
) -> None:
    """The whole procedure: countersigned, stolen, withdrawn, signed anew, published, believed."""
    _stolen(terminal, confirmed=True)
    before = strict_json.loads_object(_diploma("first").read_bytes())
    told = terminal.json("reissue", "first", "--dir", "o", "--now", "2026-07-01")
    assert told == {"signed": 1, "left": 0, "doubtful": [], "strangers": []}
    after = strict_json.loads_object(_diploma("first").read_bytes())
    assert {**before, "proof": None} == {**after, "proof": None}, "every word and the id stay"
    terminal.do("publish", "site", "--dir", "o", "--now", "2026-07-02")
    _command("trust", "update", "trust.json", "site", "--safe-only", "--now", "2026-07-03", expect=3)
    assert _counts(_diploma("first"), capsys)["confirmed"] == 1
    assert terminal.json("reissue", "first", "--dir", "o", "--now", "2026-07-04")["left"] == 1


def test_a_family_hides_fields_of_what_was_signed_anew(terminal: Terminal) -> None:
    _stolen(terminal, confirmed=True)
    terminal.do("reissue", "first", "--dir", "o", "--now", "2026-07-01")
    with Issuer.open(Path("o")) as issuer:
        document = issuer.document
    signed = strict_json.loads_object(_diploma("first").read_bytes())
    verified = verify_proofs(
        signed, resolve=lambda _: document, purpose="assertionMethod", now=NOW.replace(year=2027), stored=True
    )
    assert [each.cryptosuite for each in verified] == ["eddsa-rdfc-2022", "ecdsa-sd-2023"]


def test_what_was_not_confirmed_waits_for_a_person_who_compares_it(terminal: Terminal) -> None:
    _stolen(terminal, confirmed=False)
    before = _diploma("first").read_bytes()
    said = terminal.do("reissue", "first", "--dir", "o", "--now", "2026-07-01", expect=5)
    assert "may be the thief's" in said
    assert _diploma("first").read_bytes() == before
    assert terminal.json("reissue", "first", "--dir", "o", "--vouched", "--now", "2026-07-01")["signed"] == 1


@pytest.mark.parametrize("how", ["another result", "a number nobody gave out"])
def test_a_diploma_of_the_thief_is_not_signed_anew(terminal: Terminal, how: str) -> None:
    """He has the old keys and the folder: he changes a diploma, its batch, or puts in another one."""
    _stolen(terminal, confirmed=True)
    shown = strict_json.loads_object(_diploma("first").read_bytes())
    if how == "another result":
        shown["name"] = "Диплом абсолютного победителя"
    else:
        shown["id"] = "urn:uuid:00000000-0000-4000-8000-000000000000"
    _diploma("first").write_text(strict_json.dumps(shown), "utf-8")
    for batch in Path("o/batches").glob("0*.json"):
        statement = strict_json.loads_object(batch.read_bytes())
        statement["credentials"] = {
            str(shown["id"]): batches.digest(strict_json.dumps(shown).encode("utf-8"))
        }
        batch.write_text(strict_json.dumps(statement), "utf-8")
    told = terminal.json("reissue", "first", "--dir", "o", "--now", "2026-07-01", expect=5)
    assert told["signed"] == 0
    assert len(told["doubtful"] if how == "another result" else told["strangers"]) == 1


def test_a_line_of_a_file_ends_where_the_file_says_so(terminal: Terminal) -> None:
    """A text with U+2028, which a document of a stranger may hold, became two lines of the file."""
    _stolen(terminal, confirmed=True)
    stranger = '{"id": "urn:uuid:00000000-0000-4000-8000-000000000000", "name": "одна\u2028строка"}'
    lines = Path("first/more.jsonl")
    lines.write_bytes(f"{stranger}\n".encode() + _diploma("first").read_bytes() + b"\n")
    told = terminal.json("reissue", "first/more.jsonl", "--dir", "o", "--now", "2026-07-01", expect=5)
    assert (told["signed"], told["strangers"]) == (1, ["more.jsonl"])
    left = lines.read_bytes().split(b"\n")
    assert (len(left), left[0].decode()) == (3, stranger)


def test_a_changed_batch_is_not_confirmed_and_the_others_are(terminal: Terminal) -> None:
    _issuer(terminal)
    _sheet("b.csv", OTHER_PUPIL)
    terminal.do("issue", "--yes", "b.csv", "--dir", "o", "--out", "second", "--now", "2026-06-01")
    spoilt, good = sorted(Path("o/batches").glob("0*.json"))
    spoilt.write_text("{", "utf-8")
    told = terminal.json("countersign", "--dir", "o", "--now", "2026-06-05", expect=5)
    assert (told["batches"], told["diplomas"], told["refused"]) == (1, 1, [spoilt.name])
    assert terminal.json("countersign", "--dir", "o", "--now", "2026-06-06", expect=5)["batches"] == 0
    assert good.is_file()


def test_a_countersignature_by_the_keys_of_every_day_counts_for_nothing(office: Office) -> None:
    """Else the thief would confirm what he signed: he has those keys, and not the stick."""
    office.issue(pupils(2))
    with Issuer.open(office.folder.path, PASSPHRASE) as issuer:
        issuer.countersign(now=NOW)
        assert len(countersigning.countersigned(issuer._folder)) == 2
        (place,) = (office.folder.path / "batches").glob("countersigned-*.json")
        statement = strict_json.loads_object(place.read_bytes())
        del statement["proof"]
        forged = add_proof(
            statement,
            suite=batches.SUITE,
            key=issuer._keys().signing_key(),
            verification_method=issuer._folder.signer().verification_method,
            created=NOW,
        )
        place.write_text(strict_json.dumps(forged), "utf-8")
        issuer.compromised(since=NOW, now=NOW)
        assert countersigning.countersigned(issuer._folder) == {}
