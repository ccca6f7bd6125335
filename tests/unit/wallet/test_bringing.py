"""A family brings what it has elsewhere: backups with keys, learner records, evidence that nobody checks."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.unit.bundle.test_others_files import ASSERTION, CMS, backup
from tests.unit.wallet.shared import MASHA, NOW, PETYA, Cli, Issuer, present, reopen, wallet
from vcwallet.identifiers.did import key as did_key
from vcwallet.identifiers.keys import KeyType, SoftwareKey
from vcwallet.verifier import ANYTHING, NOT_COMPARED, TrustList, Verifier
from vcwallet.wallet import Intake, Wallet, What

AT = ("--now", "2026-06-20T09:00:00Z")


@pytest.fixture
def file(tmp_path: Path, issuer: Issuer) -> Path:
    made = wallet(tmp_path / "семья.vcw", issuer)
    made.add_child(MASHA, now=NOW)
    made.add_child(PETYA, now=NOW)
    made.save()
    return tmp_path / "семья.vcw"


def taken(opened: Wallet, document: Any, name: str = "Wallet Backup.json") -> Intake:
    return Intake.take(opened, [(name, json.dumps(document, ensure_ascii=False).encode())], now=NOW)


def test_a_profile_of_another_wallet_is_asked_about_and_its_badges_can_be_shown(
    file: Path, issuer: Issuer
) -> None:
    key = SoftwareKey.generate(KeyType.ED25519)
    bound = issuer.diploma(number=1, holder=did_key.did_of(key.public_key))
    silent = issuer.diploma(number=2, familyName=None, givenName=None, patronymicName=None, dateOfBirth=None)
    opened = reopen(file)
    intake = taken(opened, backup(key, bound, silent))
    (question,) = [each for each in intake.pieces if each.asks_whose]
    assert intake.is_profile(question.number)
    assert {each.result.what for each in intake.pieces} == {What.WHOSE}
    assert question.result.error is not None
    assert question.result.error.code == "wallet.whose-profile"
    masha = opened.child("Проба")
    assert intake.candidates(question.number)[0].child.id == masha.id, "whom its badges name comes first"

    intake.answer(question.number, masha, now=NOW)
    assert sorted(each.result.what for each in intake.pieces) == [What.ADDED, What.ADDED, What.KEY_TAKEN]
    opened.save()

    again = reopen(file)
    (kept,) = [each for each in again.diplomas() if each.signed.holder_ids]
    shown = present(again, [kept], domain="vuz.example", purpose="п", now=NOW)
    assert shown.presentation["holder"] == did_key.did_of(key.public_key)
    trust = TrustList.start(now=NOW).with_issuer(
        issuer.document, name={"ru": issuer.name}, scopes=[ANYTHING], fingerprints=NOT_COMPARED, now=NOW
    )
    report = Verifier(trust).check(shown.presentation, domain="vuz.example", now=NOW)
    assert report.items[0].tie.value == "key"
    # The same file once more asks nothing.
    assert not [each for each in taken(again, backup(key, bound)).pieces if each.is_open]


def test_a_profile_nobody_wants_leaves_no_key_and_no_badge_that_needs_it(file: Path, issuer: Issuer) -> None:
    key = SoftwareKey.generate(KeyType.ED25519)
    bound = issuer.diploma(number=1, holder=did_key.did_of(key.public_key))
    opened = reopen(file)
    intake = taken(opened, backup(key, bound))
    (question,) = [each for each in intake.pieces if each.asks_whose]
    intake.leave_out(question.number)
    assert not [each for each in intake.pieces if each.asks_whose]
    assert opened.diplomas() == ()
    assert not [each for each in opened.children if did_key.did_of(key.public_key) in each.holder_ids]


def test_a_key_that_does_not_match_is_not_asked_about(file: Path, issuer: Issuer) -> None:
    key = SoftwareKey.generate(KeyType.ED25519)
    opened = reopen(file)
    intake = taken(opened, backup(key, issuer.diploma(number=1), secret=bytes(32) + key.public_key.raw))
    assert [each.result.what for each in intake.pieces] == [What.ADDED, What.FAILED] or [
        each.result.what for each in intake.pieces
    ] == [What.FAILED, What.ADDED]
    assert "other-wallet.key" in {each.result.error.code for each in intake.pieces if each.result.error}


def test_the_command_takes_a_profile_of_the_named_child_and_warns_of_the_file(
    tmp_path: Path, file: Path, issuer: Issuer, cli: Cli, capsys: pytest.CaptureFixture[str]
) -> None:
    key = SoftwareKey.generate(KeyType.ED25519)
    given = tmp_path / "Wallet Backup.json"
    bound = issuer.diploma(number=1, holder=did_key.did_of(key.public_key))
    given.write_text(json.dumps(backup(key, bound)), "utf-8")
    assert cli("add", file, given, *AT) != 0, "nobody said whose it is"
    capsys.readouterr()
    assert cli("add", file, given, "--child", "Проба", *AT) == 0
    told = capsys.readouterr()
    assert "Wallet Backup.json has a private key in the open" in " ".join(told.err.split())
    assert key.secret_multibase not in told.out + told.err
    assert len(reopen(file).diplomas()) == 1


def test_an_empty_wallet_begins_with_the_child_that_the_badges_name(tmp_path: Path, issuer: Issuer) -> None:
    key = SoftwareKey.generate(KeyType.ED25519)
    opened = wallet(tmp_path / "новый.vcw", issuer)
    bound = issuer.diploma(number=1, holder=did_key.did_of(key.public_key))
    intake = taken(opened, backup(key, bound))
    (question,) = [each for each in intake.pieces if each.asks_whose]
    assert intake.names_one_child(question.number)
    intake.answer_newcomer(question.number, now=NOW)
    (child,) = opened.children
    assert did_key.did_of(key.public_key) in child.holder_ids
    assert len(opened.diplomas()) == 1


def test_evidence_is_kept_with_the_sentence_of_what_was_not_checked(
    file: Path, cli: Cli, capsys: pytest.CaptureFixture[str]
) -> None:
    opened = reopen(file)
    intake = taken(opened, ASSERTION, "значок.json")
    (piece,) = intake.pieces
    assert (piece.result.what, piece.may_be_kept) == (What.NOT_A_DIPLOMA, True)
    assert piece.result.error is not None
    assert "nothing in it was checked" in str(piece.result.error)
    intake.keep_unsigned(piece.number, opened.child("Проба"), now=NOW)
    (kept,) = opened.child("Проба").attachments()
    assert json.loads(kept.data) == ASSERTION
    assert opened.diplomas() == ()
    opened.save()
    capsys.readouterr()
    assert cli("show", file, "1", *AT) == 0
    assert "nothing in it was checked" in " ".join(capsys.readouterr().out.replace("│", " ").split())
    assert cli("list", file, *AT) == 0
    assert "not checked" in capsys.readouterr().out

    (signature,) = Intake.take(opened, [("диплом.pdf.sig", CMS)], now=NOW).pieces
    assert (signature.result.what, signature.may_be_kept) == (What.NOT_A_DIPLOMA, True)


def test_the_badges_of_a_learner_record_are_kept_one_by_one_beside_it(file: Path, issuer: Issuer) -> None:
    opened = reopen(file)
    inner = [issuer.diploma(number=number) for number in (1, 2)]
    first: Any = inner[0]["credentialSubject"]
    unsigned: dict[str, Any] = {
        "@context": [
            "https://www.w3.org/ns/credentials/v2",
            "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json",
            "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
        ],
        "id": "urn:uuid:0b8d3f7e-91a4-4f6d-b2c5-00000000c170",
        "type": ["VerifiableCredential", "ClrCredential"],
        "issuer": {"id": issuer.id, "type": ["Profile"], "name": issuer.name},
        "validFrom": "2026-03-01T00:00:00+03:00",
        "name": "Сводная запись",
        "credentialSubject": {
            "id": first["id"],
            "type": ["ClrSubject"],
            "verifiableCredential": inner,
        },
    }
    pieces = taken(opened, issuer.sign(unsigned), "clr.json").pieces
    assert [each.result.what for each in pieces] == [What.ADDED] * 3
    kept = {each.credential.id for each in opened.diplomas()}
    assert kept == {unsigned["id"], *(each["id"] for each in inner)}
    # Each is shown without the others.
    (one,) = [each for each in opened.diplomas() if each.credential.id == inner[0]["id"]]
    shown = present(opened, [one], domain="vuz.example", purpose="п", now=NOW)
    assert "тур 2" not in shown.text
