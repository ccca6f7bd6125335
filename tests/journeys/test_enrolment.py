"""A child's id on its way: from the wallet to the issuer's sheet, back in the diploma, to the verifier."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.unit.issuer.kits import GIVEN, HEADERS, csv
from tests.unit.issuer.offices import PASSPHRASE as OFFICE
from tests.unit.issuer.offices import Office
from tests.unit.wallet.shared import MASHA, NOW, PASSPHRASE, PETYA
from vcwallet import locales
from vcwallet.cli import command_line
from vcwallet.cli.speak import Speaker, run
from vcwallet.sealed_file import UNSAFE_FOR_TESTS
from vcwallet.wallet import Profile, Wallet

pytestmark = pytest.mark.slow

AT = ("--now", "2026-06-20T09:00:00Z")
BELIEVE = ("--anything", "--no-fingerprint-check")
TO = ("--to", "priem.vuz.example", "--purpose", "Поступление", "--yes")
# Two who cannot be told apart by what a diploma says of them: only the id does.
MASHA_TOO = Profile(MASHA.given_name, MASHA.family_name, MASHA.patronymic_name)

Say = Callable[..., str]


@pytest.fixture
def say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Say:
    """Runs a command and returns what it said on standard output."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VCWALLET_STATE", str(tmp_path / "state"))
    (tmp_path / "office.txt").write_text(OFFICE, "utf-8")
    monkeypatch.setenv("VCWALLET_PASSPHRASE", PASSPHRASE)

    def _say(*words: str, status: int = 0) -> str:
        ended = run(command_line, list(words), Speaker(locales.language("en")))
        told = capsys.readouterr()
        assert ended == status, f"{words}\n{told.out}\n{told.err}"
        return told.out

    return _say


@pytest.fixture
def family(tmp_path: Path) -> Wallet:
    wallet = Wallet.create(tmp_path / "family.vcw", PASSPHRASE, kdf=UNSAFE_FOR_TESTS)
    for profile in (MASHA_TOO, MASHA, PETYA):
        wallet.add_child(profile, now=NOW)
    wallet.save()
    return wallet


def test_from_the_childs_id_to_the_one_who_shows_it(tmp_path: Path, say: Say, family: Wallet) -> None:
    masha = next(child for child in family.children if child.profile == MASHA)
    office = Office.make(tmp_path / "olympiad")
    for issuer, picture in (("olymp.example", "id.png"), ("other.example", "x.png")):
        asked = ("request-id", "family.vcw", "--child", masha.id, "--to", issuer, "--out", picture)
        say("wallet", *asked, *AT)
    say("issuer", "check-id", "x.png", "--dir", "olympiad", *AT, status=4)
    did, _, name = say("issuer", "check-id", "id.png", "--dir", "olympiad", *AT).strip().partition("\t")
    assert (did, name) == (masha.did, "(id.png)")

    # The child's row says only what two children of the family share; without the id nobody could tell.
    row = [MASHA.family_name, MASHA.given_name, MASHA.patronymic_name or "", "", "9", "1", did]
    other = ["Небылицын", "Образец", "", "01.02.2010", "9", "2", ""]
    (tmp_path / "sheet.csv").write_bytes(csv(row, other, headers=[*HEADERS, "Идентификатор кошелька"]))
    given = [word for key, value in GIVEN.items() for word in ("--set", f"{key}={value}")]
    say(
        "issuer",
        "issue",
        "--yes",
        "sheet.csv",
        "--dir",
        "olympiad",
        "--passphrase-file",
        "office.txt",
        *given,
        *AT,
    )
    diplomas = {
        path: json.loads(path.read_text("utf-8"))["credentialSubject"]["id"]
        for path in office.out.rglob("*.vc.json")
    }
    (mine,) = [path for path, subject in diplomas.items() if subject == did]
    (others,) = [path for path in diplomas if path != mine]
    assert diplomas[others].startswith("urn:uuid:")

    said = say("wallet", "add", "family.vcw", str(mine), "olympiad/issued/issuer.json", *AT)
    assert MASHA.full_name in said
    (entry,) = Wallet.open(tmp_path / "family.vcw", PASSPHRASE).diplomas()
    assert entry.child == masha.id
    say("wallet", "present", "family.vcw", "1", *TO, "--out", "shown.json", "--staple", *AT)

    say("issuer", "publish", "site", "--dir", "olympiad", "--passphrase-file", "office.txt", *AT)
    say("trust", "create", "trust.json", "--domain", "priem.vuz.example")
    say("trust", "add", "trust.json", "site", "--name", "Олимпиада «Вымысел»", *BELIEVE, *AT)
    verdict = say("verify", "shown.json", "--trust", "trust.json", "--details", *AT)
    assert "Issued to the one who shows it." in verdict


def test_a_diploma_for_another_familys_child_is_not_taken_for_ours(
    tmp_path: Path, say: Say, family: Wallet
) -> None:
    """Names agree and the id does not: the namesake's diploma is not kept under our child unasked."""
    Office.make(tmp_path / "olympiad")
    stranger = Wallet.create(tmp_path / "other.vcw", PASSPHRASE, kdf=UNSAFE_FOR_TESTS)
    did = stranger.add_child(PETYA, now=NOW).did
    row = [PETYA.family_name, PETYA.given_name, PETYA.patronymic_name or "", "02.11.2012", "7", "1", did]
    (tmp_path / "sheet.csv").write_bytes(csv(row, headers=[*HEADERS, "DID"]))
    given = [word for key, value in GIVEN.items() for word in ("--set", f"{key}={value}")]
    say(
        "issuer",
        "issue",
        "--yes",
        "sheet.csv",
        "--dir",
        "olympiad",
        "--passphrase-file",
        "office.txt",
        *given,
        *AT,
    )
    say("wallet", "add", "family.vcw", "olympiad/issued", "--yes", *AT, status=2)
    assert Wallet.open(tmp_path / "family.vcw", PASSPHRASE).diplomas() == ()
