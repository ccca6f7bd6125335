"""An office asks by OpenID4VP, a family answers with a file, and the office checks it with what it kept."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.unit.wallet.shared import MASHA, NOW, PASSPHRASE, Issuer, wallet
from vcwallet.bundle.openid_asked import OpenidAsked
from vcwallet.cli import command_line, writing_openid
from vcwallet.cli.speak import Speaker, run
from vcwallet.errors import UsageError
from vcwallet.locales import language
from vcwallet.proofs.jose import jwe
from vcwallet.verifier import ANYTHING, NOT_COMPARED, TrustList

AT = ["--now", "2026-06-20T09:00:00Z"]
ASK = ["request", "--domain", "priem.vuz.example", "--purpose", "Поступление, 2027", "--openid4vp"]
FIELDS = ["--fields", "имя,дата рождения,результат"]


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """Runs the program in a folder with a family, its diplomas and a trust list."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VCWALLET_STATE", str(tmp_path / "state"))
    (tmp_path / "secret.txt").write_text(PASSPHRASE, "utf-8")
    issuer = Issuer()
    family = wallet(tmp_path / "family.vcw", issuer)
    child = family.add_child(MASHA, now=NOW)
    diploma = issuer.with_hideable_parts(issuer.diploma(holder=child.did))
    family.add(diploma, child=child, now=NOW)
    family.save()
    trust = TrustList.start(now=NOW).with_issuer(
        issuer.document, name={"ru": issuer.name}, scopes=[ANYTHING], fingerprints=NOT_COMPARED, now=NOW
    )
    trust = trust.with_status_list(issuer.status_list(), now=NOW)
    (tmp_path / "trust.json").write_text(json.dumps(trust.to_json()), "utf-8")

    def call(*arguments: str) -> tuple[int, str]:
        status = run(command_line, [*arguments, *AT], Speaker(language("en")))
        return status, capsys.readouterr().out

    return call


Program = Callable[..., tuple[int, str]]


def kept(name: str) -> OpenidAsked:
    return OpenidAsked.parse(json.loads(Path(name).read_text("utf-8")))


def answer(program: Program, asked: str, out: str = "answer.json") -> dict[str, Any]:
    status, said = program(
        *("wallet", "present", "family.vcw", "--request", asked, "--out", out),
        *("--passphrase-file", "secret.txt", "--yes", "--overwrite"),
    )
    assert status == 0, said
    found: dict[str, Any] = json.loads(Path(out).read_text("utf-8"))
    return found


def verdict(
    program: Program, out: str = "answer.json", asked: str = "ask.json"
) -> tuple[int, dict[str, Any]]:
    status, said = program("verify", out, "--trust", "trust.json", "--request", asked, "--json")
    return status, json.loads(said)


@pytest.mark.parametrize("form", ["png", "svg", "txt"])
def test_asked_answered_and_checked(program: Program, form: str) -> None:
    status, said = program(*ASK, *FIELDS, "--want", "olympiad-diploma", "--out", f"ask.{form}")
    assert status == 0, said
    answer(program, f"ask.{form}")
    status, report = verdict(program)
    assert status == 0
    (one,) = report["reports"]
    assert one["showing"]["outcome"] == "valid"
    text = json.dumps(one, ensure_ascii=False)
    assert "Тестова" in text
    assert "Школа № 0" not in text


def test_an_answer_without_its_request_is_told_from_one_for_somebody_else(
    program: Program, capsys: pytest.CaptureFixture[str]
) -> None:
    assert program(*ASK, *FIELDS, "--out", "ask.txt")[0] == 0
    answer(program, "ask.txt")
    check = ["verify", "answer.json", "--trust", "trust.json", "--domain", "priem.vuz.example"]
    status, said = program(*check, "--json")
    (one,) = json.loads(said)["reports"]
    assert (status, one["showing"]["code"]) == (1, "showing.openid-answer")
    for code, words in (("en", "add --request ask.json"), ("ru", "добавьте --request ask.json")):
        assert run(command_line, [*check, *AT], Speaker(language(code))) == 1
        told = capsys.readouterr()
        assert words in told.err
        assert "shown to somebody else" not in told.out
        assert "показано не вам" not in told.out
    assert program("verify", "answer.json", "--trust", "trust.json", "--request", "ask.json")[0] == 0


def test_every_request_has_a_nonce_a_state_and_a_key_of_its_own(program: Program) -> None:
    for name in ("one", "two"):
        assert program(*ASK, *FIELDS, "--encrypted", "--out", f"{name}.txt")[0] == 0
    one, two = (
        OpenidAsked.parse(json.loads(Path(f"{name}.json").read_text("utf-8"))) for name in ("one", "two")
    )
    assert one.openid.nonce != two.openid.nonce
    assert one.openid.state != two.openid.state
    assert one.key != two.key
    assert isinstance(one.key, dict)
    assert str(one.key["d"]) not in Path("one.txt").read_text("utf-8")
    assert len(one.url) < 1_800


@pytest.mark.parametrize("change", ["other request", "state", "nonce", "name", "extra", "missing", "two"])
def test_what_is_no_answer_to_this_request(program: Program, change: str) -> None:
    """A replayed, changed or foreign answer is refused, and nothing of it counts."""
    assert program(*ASK, *FIELDS, "--out", "ask.txt")[0] == 0
    given = answer(program, "ask.txt")
    (shown,) = given["vp_token"]["diploma"]
    asked = "ask.json"
    if change == "other request":
        assert program(*ASK, *FIELDS, "--out", "other.txt")[0] == 0
        asked = "other.json"
    elif change == "state":
        given["state"] = "other"
    elif change == "nonce":
        shown["proof"]["challenge"] = "other"
    elif change == "name":
        shown["verifiableCredential"][0]["credentialSubject"]["givenName"] = "Пробка"
    elif change == "extra":
        given["vp_token"]["passport"] = [shown]
    elif change == "missing":
        del shown["verifiableCredential"][0]["credentialSubject"]["familyName"]
    else:
        given["vp_token"]["diploma"] = [shown, shown]
    Path("answer.json").write_text(json.dumps(given), "utf-8")
    status, report = verdict(program, asked=asked)
    assert status in (1, 4)
    assert all(each["showing"]["outcome"] == "refused" for each in report["reports"])


def test_an_encrypted_answer_opens_with_the_key_of_its_request_alone(program: Program) -> None:
    for name in ("ask", "other"):
        assert program(*ASK, *FIELDS, "--encrypted", "--out", f"{name}.txt")[0] == 0
    given = answer(program, "ask.txt")
    asked = kept("ask.json")
    posted = asked.openid.answer_form(given["vp_token"])
    Path("answer.json").write_text(json.dumps(posted), "utf-8")
    assert jwe.header_of(posted["response"])["kid"] == "1"
    status, report = verdict(program)
    assert status == 0
    assert report["reports"][0]["showing"]["outcome"] == "valid"
    assert verdict(program, asked="other.json")[0] == 4


def test_what_cannot_be_asked(program: Program) -> None:
    assert program(*ASK, "--out", "ask.txt")[0] == 2
    assert program(*ASK, *FIELDS, "--out", "ask.json")[0] == 2
    with pytest.raises(UsageError) as caught:
        writing_openid.demand_form(Path("ask.json"))
    assert caught.value.code == "request.openid-form"
    assert program(*ASK, *FIELDS, "--out", "ask.txt", "--response-uri", "http://priem.vuz.example/")[0] == 4
    assert not Path("ask.json").exists()
