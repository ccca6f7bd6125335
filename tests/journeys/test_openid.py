"""An office asks by OpenID4VP, a family answers with a file, and the office checks it with what it kept."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.unit.wallet.shared import MASHA, NOW, PASSPHRASE, PETYA, Issuer, later, wallet
from vcwallet.bundle.openid_asked import OpenidAsked, expanded
from vcwallet.bundle.request import Request, Want
from vcwallet.bundle.scanning import read_inputs
from vcwallet.cli import command_line, writing_openid
from vcwallet.cli.speak import Speaker, run
from vcwallet.errors import UsageError
from vcwallet.locales import language
from vcwallet.proofs.jose import jwe
from vcwallet.report import Answers, Fate, Outcome, Report, ShowingKind, ShowingOutcome
from vcwallet.verifier import ANYTHING, NOT_COMPARED, TrustList, Verifier, openid_asking
from vcwallet.verifier.office import Office
from vcwallet.verifier.reception import Reception
from vcwallet.verifier.seen import SeenRegister
from vcwallet.verifier.waiting import Waiting
from vcwallet.wallet import Child, Profile, Wallet

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


# --- an answer of several presentations ---

FIELDS_ASKED = ("person", "born", "result")
TWO = (Want("olympiad-diploma", FIELDS_ASKED, at_least=2),)
SHARED = Profile("Проба", "Тестова", "Вымысловна", date(2009, 5, 17))


class Families:
    """An issuer, an office that believes it, and wallets that answer the office's question."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.issuer, self.number = folder, Issuer(), 0
        trust = TrustList.start(now=NOW).with_issuer(
            self.issuer.document, name={"ru": "О"}, scopes=[ANYTHING], fingerprints=NOT_COMPARED, now=NOW
        )
        self.trust = trust.with_status_list(self.issuer.status_list(), now=NOW)

    def child(self, *numbers: int, profile: Profile = MASHA, bound: bool = True) -> tuple[Wallet, Child]:
        self.number += 1
        made = wallet(self.folder / f"{self.number}.vcw", self.issuer)
        child = made.add_child(profile, now=NOW)
        for number in numbers:
            holder = child.did if bound else None
            document = self.issuer.diploma(profile, number=number, holder=holder)
            made.add(self.issuer.with_hideable_parts(document), child=child, now=NOW)
        return made, child

    def shown(self, family: tuple[Wallet, Child], asked: OpenidAsked) -> dict[str, list[Any]]:
        made, child = family
        drafts = made.prepare_openid(child, asked.openid, purpose="П", expires=timedelta(hours=1), now=NOW)
        return json.loads(json.dumps(made.sign_openid(drafts, now=NOW)[0]))

    def read(self, asked: OpenidAsked, token: dict[str, list[Any]], **settings: Any) -> Report:
        answer = {"vp_token": token, "state": asked.openid.state}
        reading = expanded(read_inputs([json.dumps(answer).encode()]), asked)
        verifier = Verifier(self.trust, **settings)
        answers = verifier.check_found(reading, request=asked.request, number="27-1", now=NOW)
        assert not answers.problems
        (report,) = answers.reports
        return report


def asking(*wants: Want) -> OpenidAsked:
    request = Request("priem.vuz.example", "Поступление", NOW, wants=wants)
    return openid_asking.make(
        request, response_uri="https://priem.vuz.example/r", encrypted=False, nonce="n-1", state="s-1"
    )


@pytest.fixture
def world(tmp_path: Path) -> Families:
    return Families(tmp_path)


def fates(report: Report) -> list[tuple[Fate, str]]:
    return [(each.outcome, each.code) for each in report.items]


CONFIRMED = (Fate.CONFIRMED, "item.confirmed")
COPY = (Fate.NOT_COUNTED, "item.duplicate")


def test_several_presentations_are_one_answer(world: Families) -> None:
    """Two were asked for and two came; each alone would be one too few."""
    asked = asking(*TWO)
    family = world.child(1, 2)
    token = world.shown(family, asked)
    report = world.read(asked, token)
    assert fates(report) == [CONFIRMED, CONFIRMED]
    assert report.outcome is Outcome.CONFIRMED
    assert (report.showing.outcome, report.showing.kind) == (ShowingOutcome.VALID, ShowingKind.JUST_NOW)
    line = family[1].ledger.entries()[-1].showing
    assert line is not None
    assert report.digest == line.presentation_digest, "a receipt for it finds the family's line"


def test_one_diploma_twice_is_one_and_not_two(world: Families) -> None:
    asked = asking(*TWO)
    token = world.shown(world.child(1), asking(replace(TWO[0], at_least=1)))
    twice = world.read(asked, {"diploma": token["diploma"] * 2})
    assert fates(twice) == [CONFIRMED, COPY]
    assert twice.items[1].evidence == {"number": 1}
    assert twice.outcome is Outcome.UNKNOWN
    assert "demands.not-all-asked" in {each.reason for each in twice.findings}


def test_one_diploma_in_two_presentations_with_other_fields_is_one(world: Families) -> None:
    """Signed twice, once with less to read: another signature, and the same diploma."""
    family = world.child(1)
    asked = asking(*TWO)
    more = world.shown(family, asking(Want("olympiad-diploma", (*FIELDS_ASKED, "school"))))
    less = world.shown(family, asking(Want("olympiad-diploma", FIELDS_ASKED)))
    assert more != less
    report = world.read(asked, {"diploma": [*more["diploma"], *less["diploma"]]})
    assert fates(report) == [CONFIRMED, COPY]
    assert report.outcome is Outcome.UNKNOWN


def test_one_diploma_for_two_questions_answers_both_and_counts_once(world: Families) -> None:
    asked = asking(Want("olympiad-diploma", FIELDS_ASKED), Want(None, ("person", "born")))
    token = world.shown(world.child(1), asked)
    assert token.keys() == {"diploma", "diploma-2"}
    report = world.read(asked, token)
    assert fates(report) == [CONFIRMED, COPY]
    assert report.outcome is Outcome.CONFIRMED


def test_a_register_of_what_was_seen_asks_once_about_one_answer(world: Families, tmp_path: Path) -> None:
    """All presentations of an answer carry one nonce, which is not used a second time by the next of them."""
    asked = asking(*TWO)
    token = world.shown(world.child(1, 2), asked)
    with SeenRegister.open(tmp_path / "seen.sqlite", now=NOW) as register:
        first = world.read(asked, token, seen=register)
        assert (first.outcome, first.showing.seen_before) == (Outcome.CONFIRMED, None)
        assert world.read(asked, token, seen=register).showing.seen_before is not None


@pytest.mark.parametrize("profile", [PETYA, SHARED])
def test_another_childs_presentation_in_one_answer(world: Families, profile: Profile) -> None:
    """A brother's is refused by its name; two keys of one child are told from nothing but the name."""
    asked = asking(*TWO)
    one = asking(replace(TWO[0], at_least=1))
    mine, other = world.shown(world.child(1), one), world.shown(world.child(2, profile=profile), one)
    report = world.read(asked, {"diploma": [*mine["diploma"], *other["diploma"]]})
    if profile is PETYA:
        assert (report.outcome, report.showing.code) == (Outcome.REFUSED, "showing.several")
    else:
        assert report.outcome is Outcome.CONFIRMED
        assert {each.tie.value for each in report.items} == {"name-and-birth"}


def test_a_friends_diploma_that_names_nobody_is_not_lent_by_the_friends_key(world: Families) -> None:
    """In one presentation one key signs; in an answer of several the second may be a friend's."""
    asked = asking(Want("olympiad-diploma", FIELDS_ASKED), Want(None, ("result",)))
    mine = world.shown(world.child(1), asking(Want("olympiad-diploma", FIELDS_ASKED)))
    theirs = world.shown(world.child(2), asking(Want(None, ("result",))))
    report = world.read(asked, {"diploma": mine["diploma"], "diploma-2": theirs["diploma"]})
    assert [each.outcome for each in report.items] == [Fate.CONFIRMED, Fate.UNKNOWN]
    assert "holder.nameless" in {each.reason for each in report.items[1].findings}


@pytest.mark.parametrize("change", ["challenge", "name", "proof"])
def test_one_bad_presentation_takes_the_others_with_it(world: Families, change: str) -> None:
    asked = asking(*TWO)
    token = world.shown(world.child(1, 2), asked)
    bad = token["diploma"][1]
    if change == "challenge":
        bad["proof"]["challenge"] = "n-2"
    elif change == "name":
        bad["verifiableCredential"][0]["credentialSubject"]["givenName"] = "Пробка"
    else:
        del bad["proof"]
    report = world.read(asked, token)
    assert report.outcome in (Outcome.REFUSED, Outcome.UNKNOWN)
    assert report.showing.outcome in (ShowingOutcome.REFUSED, ShowingOutcome.UNKNOWN)
    assert report.showing.kind is ShowingKind.UNDIRECTED


def test_at_the_desk_an_answer_of_several_is_one_line_of_the_day(world: Families) -> None:
    asked = asking(*TWO)
    reception = Reception(Office.of(world.trust))
    waiting = reception.requests.add(Waiting(asked.request, asked, later(1)), now=NOW)
    form = urlencode({"vp_token": json.dumps(world.shown(world.child(1, 2), asked)), "state": "s-1"})
    taken = reception.posted(waiting, form.encode(), now=NOW)
    (entry,) = taken.entries
    assert waiting.entries == (entry.number,)
    assert Answers((entry.report,)).count(Fate.CONFIRMED) == 2
