"""To whom diplomas are shown: one name however it is spelt, never a name that only looks like another."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from tests.unit.wallet.shared import NOW, PASSPHRASE, Cli, Issuer, later, reopen, wallet
from vcwallet import strict_json
from vcwallet.bundle.request import Request
from vcwallet.credentials.presentation import Presentation
from vcwallet.errors import UsageError
from vcwallet.identifiers.host_name import host_name
from vcwallet.wallet import Diploma, Wallet
from vcwallet.wallet.recipients import imitated

PRIEM = "priem.vuz.example"
TO = ("--purpose", "Приём 2026", "--now", "2026-06-20T09:00:00Z", "--yes")


@pytest.fixture
def kept(tmp_path: Path, issuer: Issuer) -> tuple[Wallet, Diploma]:
    family = wallet(tmp_path / "a.vcw", issuer)
    diploma = family.add(issuer.diploma(), now=NOW)
    family.save()
    return family, diploma


def request(**changes: Any) -> Request:
    return Request(domain=PRIEM, purpose="Поступление", created=NOW, **changes)


# --- the name ------------------------------------------------------------------------------------


@pytest.mark.parametrize("spelling", ["Priem.VUZ.example.", "https://priem.vuz.example/2027", f"{PRIEM}:443"])
def test_what_is_signed_is_the_name_alone(kept: tuple[Wallet, Diploma], spelling: str) -> None:
    family, diploma = kept
    shown = family.sign(family.prepare([diploma], to=spelling, purpose="п", now=NOW), now=NOW)
    (proof,) = Presentation.parse(shown.text).proofs
    assert proof["domain"] == PRIEM
    assert shown.ledger_entry.showing is not None
    assert shown.ledger_entry.showing.recipient == PRIEM
    terms = family.prepare([diploma], to=spelling, request=request(), now=NOW).terms
    assert terms.recipient == PRIEM, "it is who asked"


@pytest.mark.parametrize(
    "name", ["приёмная комиссия", "priem", "kabinet@vuz.example", "10.0.0.1", "did:web:a.example"]
)
def test_what_is_no_name_of_a_site_is_refused(kept: tuple[Wallet, Diploma], name: str) -> None:
    family, diploma = kept
    with pytest.raises(UsageError) as caught:
        family.prepare([diploma], to=name, purpose="п", now=NOW)
    assert caught.value.code == "host-name.malformed"
    with pytest.raises(UsageError) as caught:
        family.prepare([diploma], request=Request(domain=name, purpose="п", created=NOW), now=NOW)
    assert caught.value.code == "host-name.malformed"
    with pytest.raises(UsageError) as caught:
        family.prove_id(family.children[0], to=name, now=NOW)
    assert caught.value.code == "host-name.malformed"


def test_a_name_in_cyrillic_is_signed_as_it_stands_in_the_domain_name_system(
    kept: tuple[Wallet, Diploma], cli: Cli, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli("present", "a.vcw", "--to", "приём.вуз.example", *TO, "--out", "a.json") == 0
    assert "приём.вуз.example" in capsys.readouterr().out
    (proof,) = Presentation.parse(Path("a.json").read_text("utf-8")).proofs
    assert proof["domain"] == host_name("приём.вуз.example")
    assert cli("history", "a.vcw", "--to", "ПРИЁМ.вуз.example") == 0
    assert "Last digest" in capsys.readouterr().out
    assert cli("history", "a.vcw", "--to", "приём2.вуз.example") == 0
    assert capsys.readouterr().out == "Nothing was shown to приём2.вуз.example.\n"


def test_nothing_is_shown_that_nobody_agreed_to(
    kept: tuple[Wallet, Diploma], cli: Cli, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli("present", "a.vcw", "1", "--to", PRIEM, *TO[:-1], "--out", "a.json") == 2
    assert "--yes" in capsys.readouterr().err
    assert not Path("a.json").exists()
    assert not reopen(Path("a.vcw")).children[0].ledger.entries()


# --- names that look like others -----------------------------------------------------------------

HONEST = (PRIEM, "приём.вуз.example", "вуз.рф", "оса.рф", "vuz-2.example", "xn--h1aihe0g.example")
FALSE = {
    "two Cyrillic letters": ("рriеm.vuz.example", PRIEM),
    "one Latin letter": ("пpиём.example", None),
    "all Cyrillic under a Latin ending": ("сосо.example", "coco.example"),
    "Greek": ("vuζ.example", None),
    "coded": (host_name("рriеm.vuz.example"), PRIEM),
}


@pytest.mark.parametrize("name", HONEST)
def test_an_honest_name_is_not_suspected(name: str) -> None:
    assert imitated(host_name(name)) is None


@pytest.mark.parametrize("name", FALSE)
def test_a_name_made_to_look_like_another_is_noticed(name: str) -> None:
    given, looks_like = FALSE[name]
    found = imitated(host_name(given))
    assert found is not None
    assert looks_like in (None, found)


def test_the_family_is_told_before_it_agrees(
    kept: tuple[Wallet, Diploma],
    cli: Cli,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (Path.cwd() / "request.json").write_text(
        strict_json.dumps(Request("рriеm.vuz.example", "Приём", NOW).to_json()), "utf-8"
    )
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr("click.prompt", lambda *_, **__: "")
    at = ("--now", "2026-06-20T09:00:00Z")
    assert cli("present", "a.vcw", "1", "--request", "request.json", "--out", "a.json", *at) != 0
    told = capsys.readouterr()
    assert PRIEM in told.err
    assert "xn--" in told.out
    assert not Path("a.json").exists()
    assert reopen(Path("a.vcw")).children[0].ledger.entries() == ()


# --- the challenge -------------------------------------------------------------------------------


def test_there_is_always_a_challenge_and_never_the_same(kept: tuple[Wallet, Diploma]) -> None:
    """A verifier that checks the domain only beside a challenge has one to check."""
    family, diploma = kept
    found = set()
    for _ in range(5):
        prepared = family.prepare([diploma], to=PRIEM, purpose="п", now=NOW)
        shown = family.sign(prepared, now=NOW)
        (proof,) = Presentation.parse(shown.text).proofs
        assert proof["challenge"] == prepared.terms.challenge
        assert shown.ledger_entry.showing is not None
        assert shown.ledger_entry.showing.challenge == prepared.terms.challenge
        found.add(prepared.terms.challenge)
    assert len(found) == 5
    assert min(map(len, found)) == 16


def test_the_challenge_that_was_asked_is_the_one_that_is_signed(kept: tuple[Wallet, Diploma]) -> None:
    family, diploma = kept
    asked = family.prepare([diploma], request=request(challenge="c-7", expires=later(3)), now=NOW)
    assert asked.terms.challenge == "c-7"
    typed = family.prepare([diploma], to=PRIEM, purpose="п", challenge="c-8", now=NOW)
    assert typed.terms.challenge == "c-8"


# --- where it goes -------------------------------------------------------------------------------


@pytest.mark.parametrize("out", ["a.vcw", "pass.json", "request.json", "there.json"])
@pytest.mark.parametrize("command", ["present", "request-id"])
def test_nothing_precious_is_written_over(
    kept: tuple[Wallet, Diploma], cli: Cli, command: str, out: str
) -> None:
    """The wallet, the passphrase and the request that were read, and any file nobody agreed to replace."""
    Path("pass.json").write_text(PASSPHRASE, "utf-8")
    Path("there.json").write_text("{}", "utf-8")
    Path("request.json").write_text(strict_json.dumps(request().to_json()), "utf-8")
    before = {path.name: path.read_bytes() for path in Path.cwd().glob("*.*")}
    arguments: tuple[str, ...] = ("--passphrase-file", "pass.json", "--now", "2026-06-20T09:00:00Z")
    if command == "present":
        arguments = ("1", "--request", "request.json", *arguments)
    assert cli(command, "a.vcw", *arguments, "--out", out) != 0
    assert {path.name: path.read_bytes() for path in Path.cwd().glob("*.*")} == before


@pytest.mark.parametrize("out", ["a.vcw", "pass.json"])
@pytest.mark.parametrize("command", ["present", "request-id"])
def test_permission_to_replace_does_not_cover_what_is_precious(
    kept: tuple[Wallet, Diploma], cli: Cli, command: str, out: str
) -> None:
    Path("pass.json").write_text(PASSPHRASE, "utf-8")
    before = Path(out).read_bytes()
    arguments = ("--passphrase-file", "pass.json", "--now", "2026-06-20T09:00:00Z", "--overwrite")
    if command == "present":
        arguments = ("1", "--to", PRIEM, "--purpose", "п", *arguments)
    assert cli(command, "a.vcw", *arguments, "--out", out) != 0
    assert Path(out).read_bytes() == before
