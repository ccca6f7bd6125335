"""Eleven years: backups that are proved, a new passphrase, the child's own wallet, history, leaving."""

from __future__ import annotations

import io
import json
import shutil
import zipfile
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.unit.wallet.shared import (
    MASHA,
    NOW,
    OTHER_PASSPHRASE,
    PASSPHRASE,
    PETYA,
    Issuer,
    later,
    present,
    reopen,
    wallet,
)
from vcwallet import limits
from vcwallet.credentials import presentation
from vcwallet.credentials.gate import NotAdmitted
from vcwallet.credentials.presentation import Presentation
from vcwallet.errors import DocumentError, UsageError, VcwalletError
from vcwallet.identifiers import did
from vcwallet.sealed_file import UNSAFE_FOR_TESTS, Passphrase, RecoveryCode
from vcwallet.strict_json import JsonObject
from vcwallet.wallet import Child, Health, Wallet, records


def family_of_two(path: Path, issuer: Issuer) -> tuple[Wallet, Child, Child]:
    family = wallet(path, issuer)
    masha, petya = family.add_child(MASHA, now=NOW), family.add_child(PETYA, now=NOW)
    for number in (1, 2):
        family.add(issuer.diploma(MASHA, number=number), now=NOW)
    family.add(issuer.diploma(PETYA, number=3), now=NOW)
    family.lists.remember(issuer.status_list(), now=NOW)
    present(family, masha.diplomas()[:1], domain="u.example", purpose="поступление", now=NOW)
    return family, masha, petya


# --- backups and drills --------------------------------------------------------------------------------


def test_a_backup_opens_with_the_recovery_code_and_everything_in_it_holds(
    tmp_path: Path, issuer: Issuer
) -> None:
    family, _, _ = family_of_two(tmp_path / "a.vcw", issuer)
    code = family._file.add_recovery_code()
    family.save()
    family._file.copy_to(tmp_path / "backup.vcw")
    restored = Wallet.open(tmp_path / "backup.vcw", secret=RecoveryCode(*code.codes))
    health = restored.inspect(now=later())
    assert health == Health(children=2, credentials=3, attachments=0, showings=1, problems=(), unchecked=0)


def test_a_drill_reports_what_does_not_hold(tmp_path: Path, issuer: Issuer) -> None:
    family, masha, _ = family_of_two(tmp_path / "a.vcw", issuer)
    text = json.dumps({**masha.diplomas()[0].credential.json, "validFrom": "2001-01-01T00:00:00Z"})
    document: JsonObject = {
        "added": "2026-01-01T00:00:00Z",
        "identity": "0" * 64,
        "meaning": "1" * 64,
        "number": 90,
        "text": text,
    }
    masha._view.put(records.dump(document), kind=records.CREDENTIAL)
    (problem,) = family.inspect(now=NOW).problems
    assert isinstance(problem, NotAdmitted)
    masha._view.put(b"not JSON", kind=records.CREDENTIAL)
    assert any(error.code == "wallet.record" for error in reopened(family).inspect(now=NOW).problems)


def noted(child: Child) -> dict[str, list[str]]:
    return {diploma: [note.words for note in notes] for diploma, notes in child.notes().items()}


def reopened(family: Wallet) -> Wallet:
    family.save()
    return reopen(family._file.path)


def test_a_backup_into_a_folder_carries_the_day_and_is_tried_as_on_the_day_of_need(
    tmp_path: Path, issuer: Issuer
) -> None:
    family, masha, _ = family_of_two(tmp_path / "семья.vcw", issuer)
    made = family.begin_recovery_code()
    family.finish_recovery_code(made)
    place, health = family.back_up(tmp_path, now=NOW)
    assert (place.name, health.credentials, health.problems) == ("семья 2026-06-20.vcw", 3, ())
    masha.note(masha.diplomas()[0], "потом", now=later())
    family.save()
    tried = family.try_copy(place, RecoveryCode(*made.codes), now=later())
    assert (tried.health, tried.same, tried.behind) == (health, True, 1)
    assert (tried.opened_by_sheet, tried.sheets) == (made.number, (made.number,))
    stranger = wallet(tmp_path / "чужой.vcw", issuer)
    assert not family.try_copy(stranger.path, Passphrase(PASSPHRASE), now=later()).same
    with pytest.raises(UsageError):
        family.try_copy(place, Passphrase(OTHER_PASSPHRASE), now=later())


def test_an_issuer_nobody_remembers_is_not_a_problem_but_said(tmp_path: Path, issuer: Issuer) -> None:
    family, _, _ = family_of_two(tmp_path / "a.vcw", issuer)
    for info in family._file.records():
        if info.kind == records.ISSUER:
            family._file.remove(info.id)
    health = reopened(family).inspect(now=NOW)
    assert (health.unchecked, health.problems) == (3, ())


def test_a_new_passphrase(tmp_path: Path, issuer: Issuer) -> None:
    family, _, _ = family_of_two(tmp_path / "a.vcw", issuer)
    with pytest.raises(UsageError) as caught:
        family.change_passphrase("слабый", kdf=UNSAFE_FOR_TESTS)
    assert caught.value.code == "passphrase.weak"
    family.change_passphrase(OTHER_PASSPHRASE, kdf=UNSAFE_FOR_TESTS)
    assert len(Wallet.open(tmp_path / "a.vcw", OTHER_PASSPHRASE).diplomas()) == 3
    with pytest.raises(UsageError):
        Wallet.open(tmp_path / "a.vcw", PASSPHRASE)


def test_a_weak_passphrase_begins_no_wallet(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        Wallet.create(tmp_path / "a.vcw", "пароль", kdf=UNSAFE_FOR_TESTS)
    assert caught.value.code == "passphrase.weak"
    assert list(tmp_path.iterdir()) == []


# --- copies --------------------------------------------------------------------------------------------


def test_conflict_copies_of_a_cloud_folder_come_together(tmp_path: Path, issuer: Issuer) -> None:
    path = tmp_path / "семья.vcw"
    family = wallet(path, issuer)
    masha = family.add_child(MASHA, now=NOW)
    family.save()
    conflict = tmp_path / "семья (конфликт 2026-06-20).vcw"
    shutil.copy(path, conflict)
    wallet(tmp_path / "чужой.vcw").save()
    (tmp_path / "не кошелек.vcw").write_bytes(b"?")
    there = reopen(conflict)
    there.add(issuer.diploma(number=2), now=NOW)
    there.children[0].rename(MASHA.renamed("Примерова"), now=later(2))
    present(there, there.diplomas(), domain="b.example", purpose="п", now=later())
    family.add(issuer.diploma(number=1), now=NOW)
    masha.rename(MASHA.renamed("Небылицына"), now=later(1))
    present(family, masha.diplomas(), domain="a.example", purpose="п", now=NOW)

    assert family.conflict_copies() == (conflict,)
    family.merge(family.conflict_copies())
    again = reopen(path)
    (child,) = again.children
    assert len(child.diplomas()) == 2
    assert child.name.startswith("Примерова"), "the later name"
    lines = child.ledger.entries()
    assert [line.showing.recipient for line in lines if line.showing] == ["a.example", "b.example"]
    assert len(child.ledger.heads()) == 2
    present(again, child.diplomas(), domain="c.example", purpose="п", now=later(3))
    assert len(child.ledger.heads()) == 1
    assert set(child.ledger.entries()[-1].previous) == {line.digest for line in lines}
    assert not any(merged.changed for merged in again.merge(again.conflict_copies()))


def test_a_diploma_added_to_two_copies_is_one_with_its_note(tmp_path: Path, issuer: Issuer) -> None:
    family = wallet(tmp_path / "a.vcw", issuer)
    masha = family.add_child(MASHA, now=NOW)
    family.save()
    shutil.copy(tmp_path / "a.vcw", tmp_path / "b.vcw")
    there = reopen(tmp_path / "b.vcw")
    for copy, words in ((family, "здесь"), (there, "там")):
        entry = copy.add(issuer.diploma(), now=NOW)
        copy.child(masha.id).note(entry, words, now=NOW if copy is family else later())
    there.save()
    family.merge((tmp_path / "b.vcw",))
    (entry,) = masha.diplomas()
    assert noted(masha) == {entry.id: ["здесь", "там"]}, "neither copy's words are lost"
    masha.remove(entry)
    assert (masha.diplomas(), masha.notes()) == ((), {})


# --- the child's own wallet ----------------------------------------------------------------------------


def test_a_grown_child_takes_everything_of_its_own_and_nothing_else(tmp_path: Path, issuer: Issuer) -> None:
    family, masha, petya = family_of_two(tmp_path / "a.vcw", issuer)
    stranger = Issuer(id="did:web:other.example")
    family.issuers.remember(stranger.document, now=NOW)
    masha.note(masha.diplomas()[0], "получена в Небывалинске", now=NOW)
    masha.attach("скан.pdf", "application/pdf", b"%PDF-", now=NOW)
    family.save()
    family.export_child(masha, tmp_path / "маша.vcw", OTHER_PASSPHRASE, kdf=UNSAFE_FOR_TESTS, now=NOW)
    own = Wallet.open(tmp_path / "маша.vcw", OTHER_PASSPHRASE)
    (child,) = own.children
    assert (child.did, child.profile) == (masha.did, masha.profile)
    assert [entry.meaning for entry in child.diplomas()] == [entry.meaning for entry in masha.diplomas()]
    assert [entry.digest for entry in child.ledger.entries()] == [
        entry.digest for entry in masha.ledger.entries()
    ]
    assert noted(child) == {child.diplomas()[0].id: ["получена в Небывалинске"]}
    assert [each.data for each in child.attachments()] == [b"%PDF-"]
    assert [document.id for document in own.issuers.all()] == [issuer.id]
    assert own.inspect(now=NOW).problems == ()
    everything = b"".join(own._file.get(info.id) for info in own._file.records()).decode("utf-8", "replace")
    for private in (PETYA.given_name, petya.id, petya.did, stranger.id):
        assert private not in everything
    # Another master key: neither file, nor a copy of it, opens the other.
    assert own._file.file_id != family._file.file_id
    with pytest.raises(UsageError):
        family._file.merge(tmp_path / "маша.vcw")
    with pytest.raises(UsageError):
        reopen(tmp_path / "маша.vcw")
    present(own, child.diplomas(), domain="u.example", purpose="п", now=NOW)


# --- the ledger ----------------------------------------------------------------------------------------


def test_an_erased_line_says_nothing_and_keeps_its_place(tmp_path: Path, issuer: Issuer) -> None:
    family, masha, _ = family_of_two(tmp_path / "a.vcw", issuer)
    for recipient in ("b.example", "c.example"):
        present(family, masha.diplomas(), domain=recipient, purpose="п", now=later())
    before = masha.ledger.entries()
    masha.ledger.erase(before[1].digest)
    family.save()
    after = reopen(tmp_path / "a.vcw").child(masha.id).ledger.entries()
    assert [line.digest for line in after] == [line.digest for line in before]
    assert [line.showing is None for line in after] == [False, True, False]
    everything = b"".join(family._file.get(info.id) for info in family._file.records())
    assert b"b.example" not in everything
    masha.ledger.erase(before[1].digest)
    with pytest.raises(UsageError):
        masha.ledger.erase("00")
    # A copy that still has the line does not bring it back.
    family._file.merge(tmp_path / "a.vcw.bak")
    assert [line.showing is None for line in masha.ledger.entries()] == [False, True, False]


def test_a_missing_or_changed_line_breaks_the_chain(tmp_path: Path, issuer: Issuer) -> None:
    family, masha, _ = family_of_two(tmp_path / "a.vcw", issuer)
    present(family, masha.diplomas(), domain="b.example", purpose="п", now=later())
    first, second = masha.ledger.entries()
    document = records.load(masha._view.get(first.record))
    masha._view.remove(first.record)
    with pytest.raises(DocumentError) as caught:
        masha.ledger.entries()
    assert caught.value.code == "ledger.broken"
    forged = {**document, "showing": {**document["showing"], "recipient": "x.example"}}  # type: ignore[dict-item]
    masha._view.put(records.dump(forged), kind=records.SHOWING)
    with pytest.raises(DocumentError):
        masha.ledger.entries()
    masha._view.put(records.dump(document), kind=records.SHOWING)
    assert second.digest in {line.digest for line in masha.ledger.entries()}


def test_the_ledger_does_not_tell_its_digests_contents(tmp_path: Path, issuer: Issuer) -> None:
    """Equal showings have different digests: an erased line cannot be guessed back from its stub."""
    family, masha, _ = family_of_two(tmp_path / "a.vcw", issuer)
    for _ in range(3):
        present(family, masha.diplomas()[:1], domain="u.example", purpose="п", now=later())
    lines = masha.ledger.entries()
    assert len({line.digest for line in lines}) == len(lines)


# --- attachments, notes, leaving -----------------------------------------------------------------------


def test_a_document_nobody_signed_is_kept_apart(tmp_path: Path, issuer: Issuer) -> None:
    family, masha, petya = family_of_two(tmp_path / "a.vcw", issuer)
    kept = masha.attach("грамота.pdf", "application/pdf", b"%PDF-1", now=NOW)
    assert masha.attach("копия.pdf", "application/pdf", b"%PDF-1", now=later()) == kept
    family.save()
    child = reopen(tmp_path / "a.vcw").child(masha.id)
    assert child.attachments() == (kept,)
    assert len(child.diplomas()) == 2
    assert petya.attachments() == ()
    masha.detach(kept)
    assert masha.attachments() == ()
    with pytest.raises(UsageError) as caught:
        masha.attach("x", "x", bytes(limits.WALLET_ATTACHMENT_BYTES + 1), now=NOW)
    assert caught.value.code == "wallet.attachment-too-large"


def test_notes_are_the_familys_own_and_never_shown(tmp_path: Path, issuer: Issuer) -> None:
    family, masha, _ = family_of_two(tmp_path / "a.vcw", issuer)
    entry = masha.diplomas()[0]
    masha.note(entry, "под прежней фамилией", now=NOW)
    masha.note(entry, "до переезда", now=later())
    assert noted(masha) == {entry.id: ["до переезда"]}
    assert "переезда" not in present(family, [entry], domain="u.example", purpose="п", now=NOW).bundle.text
    masha.note(entry, "", now=later())
    assert masha.notes() == {}
    masha.note(entry, "ещё", now=later())
    masha.remove(entry)
    assert masha.notes() == {}
    with pytest.raises(UsageError):
        masha.note(masha.diplomas()[0], "x" * 5000, now=NOW)


def test_leaving_in_plain_files(tmp_path: Path, issuer: Issuer) -> None:
    family, masha, _ = family_of_two(tmp_path / "a.vcw", issuer)
    masha.attach("../../грамота:1.pdf", "application/pdf", b"%PDF-1", now=NOW)
    masha.attach("../../грамота:1.pdf", "application/pdf", b"%PDF-2", now=NOW)
    files = dict(family.plain_files(masha))
    parts = [part for name in files for part in name.split("/")]
    assert len([name for name in files if name.startswith("attachments/")]) == 2
    assert not any(set(part) & set('<>:"/\\|?*') or part.startswith(".") for part in parts)
    diplomas = [json.loads(data) for name, data in files.items() if name.startswith("diplomas/")]
    assert diplomas == [entry.credential.json for entry in masha.diplomas()]
    history = json.loads(files["history.json"])
    assert history["shown"][0]["recipient"] == "u.example"
    assert history["heads"] == list(masha.ledger.heads())
    # What left can come back.
    other = wallet(tmp_path / "b.vcw", issuer)
    for diploma in diplomas:
        other.add(diploma, now=NOW)
    assert len(other.diplomas()) == 2
    assert family.diplomas()


def test_the_plain_files_come_as_one_zip_too(tmp_path: Path, issuer: Issuer) -> None:
    family, masha, _ = family_of_two(tmp_path / "a.vcw", issuer)
    files = dict(family.plain_files(masha, keys=True))
    with zipfile.ZipFile(io.BytesIO(family.plain_zip(masha, keys=True, now=NOW))) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == files
    assert any("История" in name or "history" in name for name in files)


@pytest.mark.parametrize(
    ("born", "of_age"),
    [(None, None), (date(2009, 5, 17), date(2027, 5, 17)), (date(2008, 2, 29), date(2026, 3, 1))],
)
def test_the_day_a_child_is_grown(born: date | None, of_age: date | None) -> None:
    assert replace(MASHA, birth_date=born).of_age == of_age


def test_leaving_with_one_proof_for_programs_that_refuse_two(tmp_path: Path, issuer: Issuer) -> None:
    family = wallet(tmp_path / "a.vcw", issuer)
    masha = family.add_child(MASHA, now=NOW)
    both = issuer.with_hideable_parts(issuer.diploma())
    family.add(both, now=NOW)
    files = dict(family.plain_files(masha))
    (whole,) = (json.loads(data) for name, data in files.items() if name.startswith("diplomas/"))
    (single,) = (json.loads(data) for name, data in files.items() if name.startswith("one-signature/"))
    assert [proof["cryptosuite"] for proof in both["proof"]] == ["eddsa-rdfc-2022", "ecdsa-sd-2023"]
    assert (whole, single) == (both, {**both, "proof": both["proof"][0]})
    assert json.loads(files["all-diplomas.json"])["verifiableCredential"] == [single]
    wallet(tmp_path / "b.vcw", issuer).add(single, now=NOW)


# --- enrolment -----------------------------------------------------------------------------------------


def test_a_childs_id_comes_with_a_proof_that_the_child_has_its_key(tmp_path: Path) -> None:
    family = wallet(tmp_path / "a.vcw")
    masha, petya = family.add_child(MASHA, now=NOW), family.add_child(PETYA, now=NOW)
    given = family.prove_id(masha, to="olymp.example", now=NOW)
    read = Presentation.parse(given.text)
    assert (read.holder, read.credentials) == (masha.did, ())
    for private in (MASHA.given_name, MASHA.family_name, petya.did):
        assert private not in given.text
    presentation.verify_holder(read, resolve=did.resolve, now=later(), domain="olymp.example")
    stolen = given.text.replace(masha.did, petya.did)
    for text, now, domain in (
        (stolen, later(), "olymp.example"),
        (given.text, later(), "other.example"),
        (given.text, NOW + timedelta(days=366), "olymp.example"),
    ):
        with pytest.raises(VcwalletError):
            presentation.verify_holder(Presentation.parse(text), resolve=did.resolve, now=now, domain=domain)
