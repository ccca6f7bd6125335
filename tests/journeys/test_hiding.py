"""Hiding from end to end, by the commands a person types: sheet, wallet, request, paper, verdict."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.unit.issuer.offices import Office
from tests.unit.wallet.shared import PASSPHRASE
from vcwallet import locales
from vcwallet.bundle import codec, scanning, symbols
from vcwallet.cli import command_line
from vcwallet.cli.speak import Speaker, run
from vcwallet.credentials.credential import Credential
from vcwallet.credentials.presentation import Presentation
from vcwallet.identifiers import multibase
from vcwallet.issuer import publishing
from vcwallet.proofs.cryptosuites import is_base_proof
from vcwallet.proofs.cryptosuites.ecdsa_sd import parse_base_proof_value
from vcwallet.sealed_file import UNSAFE_FOR_TESTS
from vcwallet.wallet import Profile, Wallet

pytestmark = pytest.mark.slow

UNIVERSITY = "priem.vuz.example"
TO = ("--to", UNIVERSITY, "--purpose", "поступление 2027", "--yes")
NOW = datetime(2026, 6, 20, 9, tzinfo=UTC)
AT = ("--now", "2026-06-20T09:00:00Z")
BELIEVE = ("--anything", "--no-fingerprint-check")
HEADERS = [
    *("Фамилия", "Имя", "Отчество", "Дата рождения", "Школа", "Город", "Класс", "Профиль", "Степень"),
    *("Учебный год", "Дата", "DID"),
]
SUBJECTS = ["Астрономия", "Физика", "Химия", "Биология", "История", "Право", "География", "Экономика"]
SECRETS = ("2009-05-17", "Школа № 0")

Say = Callable[..., str]


@pytest.fixture
def say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Say:
    """Runs a command and returns what it said."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VCWALLET_STATE", str(tmp_path / "state"))
    monkeypatch.setenv("VCWALLET_PASSPHRASE", PASSPHRASE)

    def _say(*words: str, status: int = 0, lang: str = "en") -> str:
        ended = run(command_line, list(words), Speaker(locales.language(lang)))
        told = capsys.readouterr()
        assert ended == status, f"{words}\n{told.out}\n{told.err}"
        return told.out + told.err

    return _say


@pytest.fixture
def family(tmp_path: Path) -> Wallet:
    """Ten diplomas of four olympiads, which state all about a pupil, in one child's wallet."""
    wallet = Wallet.create(tmp_path / "семья.vcw", PASSPHRASE, kdf=UNSAFE_FOR_TESTS)
    child = wallet.add_child(Profile("Пробник", "Тестов", "Вымыслович", date(2009, 5, 17)), now=NOW)
    for number in range(4):
        office = Office.make(tmp_path / f"olympiad{number}", site=f"https://olymp{number}.example")
        wallet.issuers.remember(office.folder.document, now=NOW)
        rows = [
            [
                *("Тестов", "Пробник", "Вымыслович", "17.05.2009", "Школа № 0", "Небывалинск"),
                *(f"{8 + each // 4} «А»", SUBJECTS[each % 8], str(each % 3 + 1)),
                *(
                    f"202{3 + each // 4}/{24 + each // 4}",
                    f"0{each % 9 + 1}.03.202{4 + each // 4}",
                    child.did,
                ),
            ]
            for each in range(number, 10, 4)
        ]
        office.issue(rows, headers=HEADERS, now=NOW)
        with office.folder.register() as register:
            written = publishing.hand_out(office.folder, office.keystore, register, office.out, now=NOW)
        wallet.lists.remember(json.loads(written[1].read_bytes()), now=NOW)
        for path in sorted(office.out.rglob("*.vc.json")):
            wallet.add(path.read_bytes(), child=child, now=NOW)
    wallet.save()
    return wallet


@pytest.fixture
def trust(tmp_path: Path, family: Wallet, say: Say) -> Path:
    say("trust", "create", "trust.json", "--domain", UNIVERSITY, *AT)
    for number in range(4):
        say("trust", "add", "trust.json", f"olympiad{number}/issued", *BELIEVE, *AT)
    return tmp_path / "trust.json"


def verdict(say: Say, *inputs: str, status: int = 0) -> dict[str, Any]:
    said = say("verify", *inputs, "--trust", "trust.json", "--json", *AT, status=status)
    (answer,) = json.loads(said)["reports"]
    assert isinstance(answer, dict)
    return answer


def credentials(path: Path) -> tuple[Credential, ...]:
    return Presentation.parse(path.read_bytes()).credentials


def test_a_parent_hides_two_fields_and_the_rest_is_believed(
    tmp_path: Path, family: Wallet, trust: Path, say: Say
) -> None:
    listed = say("wallet", "show", "семья.vcw", "1", *AT)
    assert "Can be hidden" in listed
    assert "born (Date of birth)" in listed.replace("\n", " ")
    told = say("wallet", "present", "семья.vcw", "1", *TO, "--hide", "born,school", "--out", "s.json", *AT)
    assert "hidden from them: Date of birth, School" in told
    text = (tmp_path / "s.json").read_text("utf-8")
    assert not [secret for secret in SECRETS if secret in text]
    answer = verdict(say, "s.json")
    assert answer["outcome"] == "confirmed"
    (item,) = answer["items"]
    assert item["achievement"]["class"] == {"number": 8, "text": "8 «А»"}
    assert ("born" in item["person"], "school" in item["achievement"]) == (False, False)
    assert "born" in item["person"]["notShown"]
    assert "school" in item["achievement"]["notShown"]
    history = say("wallet", "history", "семья.vcw", "--json")
    (line,) = json.loads(history)[0]["shown"]
    assert line["shown"][0]["hidden"] == ["born", "school"]
    assert "born" not in line["shown"][0]["fields"]


def test_only_shows_what_is_named_and_what_cannot_be_hidden(
    tmp_path: Path, family: Wallet, trust: Path, say: Say
) -> None:
    say("wallet", "present", "семья.vcw", "2", *TO, "--only", "class", "--out", "s.json", *AT)
    (shown,) = verdict(say, "s.json")["items"]
    assert shown["achievement"]["class"]
    assert shown["person"] == {
        "family": "Тестов",
        "given": "Пробник",
        "notShown": ["patronymic", "born"],
    }, "the name stays, the patronymic goes"
    assert not {"school", "place"} & shown["achievement"].keys()


def test_nothing_hidden_means_the_plain_proof_and_never_the_base_proof(
    tmp_path: Path, family: Wallet, trust: Path, say: Say
) -> None:
    say("wallet", "present", "семья.vcw", "--all", *TO, "--out", "s.json", *AT)
    shown = credentials(tmp_path / "s.json")
    assert {str(proof["cryptosuite"]) for each in shown for proof in each.proofs} == {"eddsa-rdfc-2022"}
    text = (tmp_path / "s.json").read_bytes()
    for entry in family.diplomas():
        base = parse_base_proof_value(entry.credential.proofs[1])
        for secret in (base.hmac_key, *base.signatures):
            assert multibase.base64url_encode(secret).encode()[1:-1] not in text
    assert verdict(say, "s.json")["outcome"] == "confirmed"


def test_the_issuers_own_file_verifies_alone_and_says_that_it_is_the_familys(
    tmp_path: Path, family: Wallet, trust: Path, say: Say
) -> None:
    """It holds the base proof, with which its reader could uncover every hidden field."""
    issued = sorted((tmp_path / "olympiad0").rglob("*.vc.json"))[0]
    assert any(is_base_proof(proof) for proof in Credential.parse(issued.read_bytes()).proofs)
    say("trust", "create", "anybody.json", *AT)
    for number in range(4):
        say("trust", "add", "anybody.json", f"olympiad{number}/issued", *BELIEVE, *AT)
    said = say("verify", str(issued), "--trust", "anybody.json", "--json", *AT)
    assert "holder.own-copy" in said
    answer = verdict(say, str(issued), status=3)
    assert (answer["outcome"], answer["showing"]["code"]) == ("unknown", "showing.own-copy")


def test_a_request_is_answered_with_the_least(tmp_path: Path, family: Wallet, trust: Path, say: Say) -> None:
    say(
        *("request", "--domain", UNIVERSITY, "--purpose", "поступление 2027", "--want", "olympiad-diploma"),
        *("--fields", "person,result,born", "--retention", "60d"),
        *("--max-status-age", "14d", "--expires", "20d"),
        *("--out", "request.png", *AT),
    )
    say(
        *("request", "--domain", UNIVERSITY, "--purpose", "поступление 2027", "--want", "olympiad-diploma"),
        *("--fields", "person,result,born", "--max-status-age", "14d", "--out", "request.json", *AT),
    )
    told = say("wallet", "present", "семья.vcw", "--yes", "--request", "request.png", "--out", "s.json", *AT)
    assert "hidden from them: School, Place, Class" in told
    assert "They promise to keep it for 60 days at most." in told
    bundle = json.loads((tmp_path / "s.json").read_bytes())
    assert len(bundle["statusLists"]) == 1, "newer than was asked for, so it goes along"
    proof = bundle["presentation"]["proof"]
    assert (proof["domain"], proof["expires"]) == (UNIVERSITY, "2026-07-10T09:00:00Z")
    assert bundle["presentation"]["termsOfUse"][0]["description"] == "поступление 2027"
    assert len(bundle["presentation"]["verifiableCredential"]) == 1
    # The other request has another challenge; its own answer fits it, the first one does not.
    say("wallet", "present", "семья.vcw", "--yes", "--request", "request.json", "--out", "t.json", *AT)
    assert verdict(say, "t.json", "--request", "request.json")["outcome"] == "confirmed"
    assert verdict(say, "s.json", "--request", "request.json", status=1)["outcome"] == "refused"


def test_lists_older_than_asked_stay_at_home_and_the_family_is_told(
    tmp_path: Path, family: Wallet, say: Say
) -> None:
    say(
        *("request", "--domain", UNIVERSITY, "--purpose", "поступление 2027", "--want", "olympiad-diploma"),
        *("--max-status-age", "1d", "--expires", "60d", "--out", "request.json", *AT),
    )
    later = ("--now", "2026-07-01T09:00:00Z")
    told = say(
        "wallet", "present", "семья.vcw", "--yes", "--request", "request.json", "--out", "s.json", *later
    )
    assert "no list in the wallet is so new" in told.replace("\n", " ")
    assert "statusLists" not in (tmp_path / "s.json").read_text("utf-8")
    say(
        *("wallet", "present", "семья.vcw", "--yes", "--request", "request.json", "--out", "s.json"),
        *("--now", "2026-09-01T09:00:00Z"),
        status=2,
    )


@pytest.mark.parametrize(
    ("words", "status", "reason"),
    [
        (("--hide", "brn"), 2, "There is no field “brn”"),
        (("--hide", "person"), 2, "The field “name”"),
        (("--hide", "achievement"), 2, "The field “achievement”"),
        (("--only", "everything"), 2, "There is no field"),
    ],
)
def test_what_cannot_be_hidden_is_said_and_nothing_is_shown(
    tmp_path: Path, family: Wallet, say: Say, words: tuple[str, ...], status: int, reason: str
) -> None:
    told = say("wallet", "present", "семья.vcw", "1", *TO, *words, "--out", "s.json", *AT, status=status)
    assert reason in told
    assert not (tmp_path / "s.json").exists()
    assert not family.children[0].ledger.entries()


def test_a_diploma_signed_as_a_whole_is_named(tmp_path: Path, family: Wallet, say: Say) -> None:
    """An issuer without a site signs no parts."""
    school = Office.make(tmp_path / "school", kit="school", site="")
    headers = ["Фамилия", "Имя", "Дата рождения", "Награда", "За что", "Учебный год"]
    row = ["Тестов", "Пробник", "17.05.2009", "Диплом", "Лучший читатель", "2025/26"]
    school.issue([row], headers=headers)
    (document,) = school.files().values()
    family.add(document, child=family.children[0], now=NOW)
    family.save()
    told = say("wallet", "present", "семья.vcw", "--all", *TO, "--hide", "born", "--out", "s.json", *AT)
    assert "“Диплом, 2025/26” is left out" in told
    shown = credentials(tmp_path / "s.json")
    assert len(shown) == len(family.diplomas()) - 1
    assert "Лучший читатель" not in (tmp_path / "s.json").read_text("utf-8")


@pytest.mark.parametrize(("diplomas", "ceiling"), [(1, 2), (10, 8)])
def test_two_hidden_fields_still_fit_on_paper(
    tmp_path: Path, family: Wallet, trust: Path, say: Say, diplomas: int, ceiling: int
) -> None:
    """Version 22, level M; the symbols that repair a torn sheet not counted."""
    numbers = [str(number) for number in range(1, diplomas + 1)]
    say("wallet", "present", "семья.vcw", *numbers, *TO, "--hide", "born,school", "--out", "s.png", *AT)
    (found,) = scanning.read_inputs([tmp_path / "s.png"])
    assert found.bundle is not None
    assert len(symbols.lay_out(codec.encode(found.bundle), parity=0)) <= ceiling
    assert len(Presentation.parse(found.bundle.presentation).credentials) == diplomas
    assert verdict(say, "s.png")["outcome"] == "confirmed"
