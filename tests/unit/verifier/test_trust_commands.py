"""`vcwallet trust` as a clerk types it: nobody gains belief unseen, nothing is lost by a wrong command."""

from __future__ import annotations

import io
import json
import re
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.world import NOW, UNIVERSITY, Issuer, World, seeded_key
from vcwallet import strict_json
from vcwallet.cli import command_line
from vcwallet.cli.speak import Speaker, choose_language, run
from vcwallet.cli.trust.showing import DIFFERENT
from vcwallet.credentials.issuers import IssuerState, KeyState, digest_of
from vcwallet.errors import UsageError
from vcwallet.report import Binding
from vcwallet.strict_json import JsonObject
from vcwallet.verifier import How, TrustList
from vcwallet.verifier.trusted_issuer import FormerName

AT = ("--now", "2026-06-10T12:00:00Z")
ANYTHING = ("--anything",)
UNSEEN = (*ANYTHING, "--no-fingerprint-check")
WRONG = UsageError.exit_status
PERSON = 3


class Typed(io.StringIO):
    """What a person types at a terminal."""

    def isatty(self) -> bool:
        return True


class Office:
    """One office's folder: commands, what they said, and the file."""

    def __init__(
        self, folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.folder, self.capsys, self.monkeypatch = folder, capsys, monkeypatch
        self.file = folder / "список.json"
        self.out = self.err = ""

    def do(self, *words: str | Path, typed: str | None = None, lang: str = "en", status: int = 0) -> str:
        """Run a command; `typed` is what a person answers, None where nobody is there."""
        self.monkeypatch.setattr(sys, "stdin", io.StringIO() if typed is None else Typed(typed))
        speaker, arguments = choose_language(["--lang", lang, "trust", *map(str, words)])
        got = run(command_line, arguments, Speaker(speaker))
        said = self.capsys.readouterr()
        self.out, self.err = said.out, said.err
        assert "Traceback" not in self.err
        assert got == status, f"{words}\n{self.out}\n{self.err}"
        return self.out

    def refused(self, *words: str | Path, status: int = PERSON, typed: str | None = None) -> None:
        """A command that changes nothing, not even the copy beside the file."""
        before = {path: path.read_bytes() for path in self.folder.rglob("*") if path.is_file()}
        self.do(*words, status=status, typed=typed)
        after = {path: path.read_bytes() for path in self.folder.rglob("*") if path.is_file()}
        assert after == before

    @property
    def trust(self) -> TrustList:
        return TrustList.parse(self.file.read_bytes())

    def publish(self, name: str, *documents: JsonObject) -> Path:
        folder = self.folder / name
        folder.mkdir(exist_ok=True)
        for number, document in enumerate(documents):
            (folder / f"{number}.json").write_text(strict_json.dumps(document), "utf-8")
        return folder


@pytest.fixture
def office(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Office:
    made = Office(tmp_path, capsys, monkeypatch)
    made.do("create", made.file, "--domain", UNIVERSITY, *AT)
    return made


def test_the_offices_rules_of_showing_stand_in_the_list(office: Office) -> None:
    rules = ("--require-binding", "holder", "--require-status", "--max-status-age", "7d")
    file = office.folder / "новый.json"
    office.do("create", file, *rules, *AT)
    trust = TrustList.parse(file.read_bytes())
    assert (trust.binding, trust.require_status) == (Binding.HOLDER, True)
    assert trust.status_age == timedelta(days=7)


def test_an_age_below_a_day_is_no_rule_of_a_list(office: Office) -> None:
    office.refused("create", office.folder / "новый.json", "--max-status-age", "3h", *AT, status=WRONG)
    assert "at least one" in office.err
    assert UsageError("trust.status-days", "").exit_status == WRONG


@pytest.fixture
def w() -> World:
    return World()


def document(issuer: Issuer, *keys: tuple[str, str], **method: Any) -> JsonObject:
    """The issuer's document with these (seed, fragment); with none, its own."""
    if not keys:
        return issuer.document.to_json()
    methods = [
        {
            "id": f"{issuer.id}#{fragment}",
            "type": "Multikey",
            "controller": issuer.id,
            "publicKeyMultibase": seeded_key(seed).public_key.multibase,
            **method,
        }
        for seed, fragment in keys
    ]
    return {
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
        "id": issuer.id,
        "verificationMethod": methods,
        "assertionMethod": [each["id"] for each in methods],
    }


def added(office: Office, issuer: Issuer, *more: str) -> Path:
    site = office.publish("site", document(issuer), issuer.status())
    office.do("add", office.file, site, "--name", issuer.name, *UNSEEN, *AT, *more)
    return site


# --- adding --------------------------------------------------------------------------------------------


def test_the_clerk_types_the_end_of_the_fingerprint_from_the_paper(office: Office, w: World) -> None:
    site = office.publish("site", document(w.olympiad), w.olympiad.status())
    whole = w.olympiad.key.public_key.fingerprint
    office.do(
        *("add", office.file, site, "--name", w.olympiad.name, "--who", "Образцова П. П.", *ANYTHING, *AT),
        typed=f"{whole[-9:]}\n",
    )
    key = office.trust.entry("olymp-example").keys[0]
    assert key.state is KeyState.ACTIVE
    assert key.pinned is not None
    assert (key.pinned.how, key.pinned.who, key.pinned.on) == (How.PAPER, "Образцова П. П.", NOW.date())
    assert len(office.trust.status_lists) == 1


def test_fingerprints_are_read_out_in_any_order(office: Office, w: World) -> None:
    site = office.publish("site", document(w.olympiad, (w.olympiad.name, "key-1"), ("второй", "key-2")))
    ends = [seeded_key(seed).public_key.fingerprint[-9:] for seed in ("второй", w.olympiad.name)]
    assert ends[1] == w.olympiad.key.public_key.fingerprint[-9:]
    office.do("add", office.file, site, "--name", "О", *ANYTHING, *AT, typed="\n".join([*ends, ""]))
    assert [key.state for key in office.trust.entry("olymp-example").keys] == [KeyState.ACTIVE] * 2


def test_of_some_keys_the_rest_stays_unconfirmed(office: Office, w: World) -> None:
    site = office.publish("site", document(w.olympiad, (w.olympiad.name, "key-1"), ("второй", "key-2")))
    end = seeded_key("второй").public_key.fingerprint[-9:]
    office.do("add", office.file, site, "--name", "О", *ANYTHING, *AT, typed=f"{end}\n{end}\n\n")
    states = [key.state for key in office.trust.entry("olymp-example").keys]
    assert states == [KeyState.PROPOSED, KeyState.ACTIVE], "one key is not confirmed by another's end"


def test_the_question_about_a_fingerprint_never_shows_the_answer(office: Office, w: World) -> None:
    """Neither the question nor what is said after a wrong answer, an empty one, or without a terminal."""
    site = office.publish("site", document(w.olympiad))
    whole = w.olympiad.key.public_key.fingerprint
    command = ("add", office.file, site, "--name", "О", *ANYTHING, *AT)
    for typed, status in (("0000 0000\n" * 3, WRONG), (None, PERSON)):
        office.do(*command, typed=typed, status=status)
        assert whole[-4:] not in office.out + office.err
    office.do(*command, typed="\n")
    assert whole[-4:] not in office.out + office.err
    office.do("show", office.file, *AT)
    assert whole[-4:] not in office.out
    assert whole[:9] in office.out


def test_a_wrong_fingerprint_takes_nobody_in(office: Office, w: World) -> None:
    site = office.publish("site", document(w.olympiad))
    command = ("add", office.file, site, "--name", "О", *ANYTHING, *AT)
    office.refused(*command, typed="0000 0000\n" * 3, status=WRONG)
    assert "ask the issuer" in office.err
    office.refused(*command, "--fingerprint", "0000 " * 7 + "0000", status=WRONG)
    # Too short to mean anything.
    office.refused(*command, typed=f"{w.olympiad.key.public_key.fingerprint[-4:]}\n" * 3, status=WRONG)


def test_without_a_terminal_nobody_is_taken_in_unseen(office: Office, w: World) -> None:
    site = office.publish("site", document(w.olympiad))
    office.refused("add", office.file, site, "--name", "О", *ANYTHING, *AT)
    assert "--fingerprint" in office.err


def test_a_script_gives_the_fingerprint(office: Office, w: World) -> None:
    site = office.publish("site", document(w.olympiad, (w.olympiad.name, "key-1"), ("второй", "key-2")))
    office.do(
        *("add", office.file, site, "--name", "О", *ANYTHING, *AT),
        *("--fingerprint", w.olympiad.key.public_key.fingerprint.upper()),
    )
    first, second = office.trust.entry("olymp-example").keys
    assert (first.state, second.state) == (KeyState.ACTIVE, KeyState.PROPOSED)
    assert "vcwallet trust key" in office.err


def test_belief_in_keys_that_nobody_compared_is_written_down_as_that(office: Office, w: World) -> None:
    added(office, w.olympiad)
    pinned = office.trust.entry("olymp-example").keys[0].pinned
    assert pinned is not None
    assert pinned.how is How.NOT_COMPARED
    assert "fingerprint not compared" in office.do("show", office.file, *AT)


def test_adding_is_a_verb_of_its_own(office: Office, w: World) -> None:
    site = added(office, w.olympiad)
    office.refused("add", office.file, site, "--name", "О", *UNSEEN, *AT, status=WRONG)
    assert "olymp-example" in office.err


def test_a_folder_with_the_same_identifier_and_other_keys_replaces_nothing(office: Office, w: World) -> None:
    """Once, `trust add` of such a folder exchanged the keys without a word."""
    added(office, w.olympiad)
    other = office.publish("other", document(w.olympiad, ("чужой", "key-1")))
    office.refused("add", office.file, other, "--name", "О", *UNSEEN, *AT, status=WRONG)
    office.refused("update", office.file, other, *AT)
    assert "key.under-old-name" in office.err
    assert office.trust.entry("olymp-example").key(w.olympiad.key.public_key) is not None


def test_a_second_document_in_the_folder_takes_nobody_over(office: Office, w: World) -> None:
    """Once, a folder of the school with a did.json of the olympiad in it took the olympiad over."""
    added(office, w.olympiad)
    folder = office.publish("school", document(w.school), document(w.olympiad, ("чужой", "key-1")))
    office.refused("add", office.file, folder, "--name", "Школа", *UNSEEN, *AT, status=WRONG)
    assert w.olympiad.id in office.err
    office.refused("update", office.file, folder, *AT, status=WRONG)
    twice = office.publish("twice", document(w.olympiad), document(w.olympiad, ("чужой", "key-2")))
    office.refused("update", office.file, twice, *AT, status=WRONG)


def test_an_issuer_with_a_key_of_another_is_refused(office: Office, w: World) -> None:
    added(office, w.olympiad)
    thief = office.publish("thief", document(w.stranger, (w.olympiad.name, "key-1")))
    office.refused("add", office.file, thief, "--name", "Другая", *UNSEEN, *AT, status=WRONG)
    assert "olymp-example" in office.err


@pytest.mark.parametrize("name", ["Олимпиада «Вымысел»", "Олимпиада вымысел", "Oлимпиада «Вымысел»"])
def test_a_name_that_looks_like_another_is_taken_on_purpose_only(office: Office, w: World, name: str) -> None:
    added(office, w.olympiad)
    other = office.publish("other", document(w.stranger))
    office.refused("add", office.file, other, "--name", name, *UNSEEN, *AT, status=WRONG)
    assert "o1ymp-example" in office.err
    office.do("add", office.file, other, "--name", name, *UNSEEN, "--same-name-on-purpose", *AT)
    assert office.trust.entry("o1ymp-example").same_name_as == {"olymp-example"}


@pytest.mark.parametrize(
    ("scope", "known"),
    [
        ((), "--anything"),
        (("--kind", "Award", "--years", "any"), "olympiad-diploma"),
        (("--kind", "olympiad-diploma", "--years", "any"), "number"),
        (("--kind", "olympiad-diploma", "--number", "12", "--years", "any"), "stage"),
        (
            ("--kind", "olympiad-diploma", "--number", "12", "--stage", "finals", "--years", "any"),
            "municipal",
        ),
        (("--kind", "project", "--years", "2025"), "2025/26"),
        (("--kind", "project"), "--years"),
        (("--years", "any"), "--kind"),
        (("--anything", "--kind", "project", "--years", "any"), "--anything"),
    ],
)
def test_what_an_issuer_is_believed_for_is_said_rightly_or_not_at_all(
    office: Office, w: World, scope: tuple[str, ...], known: str
) -> None:
    site = office.publish("site", document(w.olympiad))
    office.refused(
        "add", office.file, site, "--name", "О", "--no-fingerprint-check", *scope, *AT, status=WRONG
    )
    assert known in office.err


def test_a_scope_is_put_together_from_options(office: Office, w: World) -> None:
    added(office, w.olympiad)
    office.do(
        *("scope", office.file, "olymp-example", "--kind", "olympiad-diploma"),
        *("--number", "12", "--number", "13", "--profile", "математика", "--stage", "final"),
        *("--years", "2025/26-2027/28", "--source", "приказ № 0", *AT),
    )
    (scope,) = office.trust.entry("olymp-example").scopes
    assert (scope.numbers, scope.profiles, scope.stages) == (("12", "13"), ("математика",), ("final",))
    assert (str(scope.years), scope.source) == ("2025/26-2027/28", "приказ № 0")


def test_believing_more_asks_and_believing_less_does_not(office: Office, w: World) -> None:
    added(office, w.olympiad)
    narrow = ("--kind", "project", "--years", "2025/26")
    office.do("scope", office.file, "olymp-example", *narrow, *AT)
    office.refused("scope", office.file, "olymp-example", "--kind", "project", "--years", "any", *AT)
    office.refused("scope", office.file, "olymp-example", "--anything", *AT)
    office.refused("scope", office.file, "olymp-example", "--also", "--kind", "other", "--years", "any", *AT)
    office.do("scope", office.file, "olymp-example", "--anything", *AT, typed="n\n", status=WRONG)
    assert not office.trust.entry("olymp-example").scopes[0].is_anything
    office.do("scope", office.file, "olymp-example", "--anything", *AT, typed="y\n")
    assert office.trust.entry("olymp-example").scopes[0].is_anything
    office.do("scope", office.file, "olymp-example", "--nothing", *AT)
    assert office.trust.entry("olymp-example").scopes == ()
    assert "believed for nothing" in office.do("show", office.file, *AT)
    office.refused("scope", office.file, "olymp-example", *AT, status=WRONG)


# --- updating ------------------------------------------------------------------------------------------


def test_an_update_takes_newer_lists_by_itself(office: Office, w: World) -> None:
    added(office, w.olympiad)
    w.olympiad.revoked = {7}
    newer = w.olympiad.status(NOW - timedelta(days=1))
    site = office.publish("site", document(w.olympiad), newer)
    before = office.file.read_bytes()
    office.do("update", office.file, site, *AT)
    assert office.trust.status_lists == (newer,)
    assert Path(f"{office.file}.bak").read_bytes() == before
    assert office.trust.version == TrustList.parse(before).version + 1


def test_an_update_with_nothing_new_says_so(office: Office, w: World) -> None:
    site = added(office, w.olympiad)
    office.do("update", office.file, site, *AT)
    assert "Nothing new" in office.out


def test_a_list_of_2099_under_the_olympiads_url_replaces_nothing(office: Office, w: World) -> None:
    """Once, anybody's list under that URL stood in the olympiad's place for good."""
    added(office, w.olympiad)
    school = office.publish("school", document(w.school))
    office.do("add", office.file, school, "--name", "Школа", *UNSEEN, *AT)
    far = datetime(2099, 1, 1, tzinfo=UTC)
    unsigned = {name: value for name, value in w.olympiad.status(far).items() if name != "proof"}
    usurped = w.school.sign({**unsigned, "issuer": w.school.id}, created=NOW)
    for name, found in (("usurped", usurped), ("own", w.olympiad.status(far))):
        office.refused("update", office.file, office.publish(name, found), *AT)
    w.olympiad.revoked = {7}
    newer = w.olympiad.status(NOW - timedelta(days=1))
    office.do("update", office.file, office.publish("newer", newer), *AT)
    assert newer in office.trust.status_lists


def test_updating_again_heals_a_list_that_a_broken_copy_had_replaced(office: Office, w: World) -> None:
    site = added(office, w.olympiad)
    broken = json.loads(office.file.read_text("utf-8"))
    broken["statusLists"] = [w.olympiad.status(datetime(2099, 1, 1, tzinfo=UTC))]
    office.file.write_text(json.dumps(broken, ensure_ascii=False), "utf-8")
    office.do("update", office.file, site, *AT)
    assert office.trust.status_lists == (w.olympiad.status(),)


def test_a_list_that_revokes_fewer_asks_and_says_how_many(office: Office, w: World) -> None:
    w.olympiad.revoked = {7, 8, 9}
    added(office, w.olympiad)
    w.olympiad.revoked = {7}
    fewer = office.publish("fewer", w.olympiad.status(NOW - timedelta(days=1)))
    office.refused("update", office.file, fewer, *AT)
    assert re.search(r"2 more\b.*revoked", office.out, re.DOTALL)
    assert "--accept status.un-revoked" in office.err
    office.do("update", office.file, fewer, *AT, typed="n\n", status=WRONG)
    office.do("update", office.file, fewer, *AT, "--accept", "status.un-revoked")
    assert office.trust.status_lists == (w.olympiad.status(NOW - timedelta(days=1)),)


def test_a_new_key_is_believed_when_its_fingerprint_is_typed(office: Office, w: World) -> None:
    added(office, w.olympiad)
    second = seeded_key("второй")
    site = office.publish("site", document(w.olympiad, (w.olympiad.name, "key-1"), ("второй", "key-2")))
    office.refused("update", office.file, site, *AT)
    whole = second.public_key.fingerprint
    assert whole[-4:] not in office.out + office.err
    office.do("update", office.file, site, *AT, typed=f"{whole[-9:]}\n")
    key = office.trust.entry("olymp-example").key(second.public_key)
    assert key is not None
    assert key.state is KeyState.ACTIVE


def test_a_list_signed_by_a_new_key_is_taken_with_the_key(office: Office, w: World) -> None:
    """A sloppy issuer signs with its new key under the name of the old one."""
    added(office, w.olympiad)
    second = seeded_key("второй")
    w.olympiad.revoked = {7}
    newer = w.olympiad.status(NOW - timedelta(days=1), key=second)
    keys = document(w.olympiad, (w.olympiad.name, "key-0"), ("второй", "key-1"))
    site = office.publish("site", keys, newer)
    office.refused("update", office.file, site, *AT)
    office.do("update", office.file, site, *AT, typed=f"{second.public_key.fingerprint[-9:]}\n")
    assert office.trust.status_lists == (newer,)


def test_a_new_key_that_nobody_compares_is_kept_and_confirmed_later(office: Office, w: World) -> None:
    added(office, w.olympiad)
    second = seeded_key("второй").public_key
    site = office.publish("site", document(w.olympiad, (w.olympiad.name, "key-1"), ("второй", "key-2")))
    office.do("update", office.file, site, *AT, typed="\ny\n")
    assert f"vcwallet trust key {office.file} olymp-example confirm" in " ".join(office.err.split())
    proposed = office.trust.entry("olymp-example").key(second)
    assert proposed is not None
    assert proposed.state is KeyState.PROPOSED
    office.refused("key", office.file, "olymp-example", "confirm", *AT)
    office.refused(
        "key", office.file, "olymp-example", "confirm", "--fingerprint", "0000 " * 8, *AT, status=WRONG
    )
    office.do("key", office.file, "olymp-example", "confirm", "--fingerprint", second.fingerprint, *AT)
    confirmed = office.trust.entry("olymp-example").key(second)
    assert confirmed is not None
    assert (confirmed.state, confirmed.pinned.how) == (KeyState.ACTIVE, How.PAPER)


def test_a_former_name_is_shown_with_its_last_day(office: Office, w: World) -> None:
    added(office, w.olympiad)
    trust = office.trust
    former = FormerName({"ru": "Олимпиада «Выдумка»"}, NOW)
    renamed = trust.with_entry(replace(trust.entry("olymp-example"), former_names=(former,)))
    office.file.write_text(strict_json.dumps(renamed.to_json()), "utf-8")
    said = " ".join(office.do("show", office.file, *AT).split())
    assert f"until {NOW.date().isoformat()} called Олимпиада «Выдумка»" in said


def test_a_key_is_confirmed_by_typing(office: Office, w: World) -> None:
    site = office.publish("site", document(w.olympiad))
    office.do("add", office.file, site, "--name", "О", *ANYTHING, *AT, typed="\n")
    whole = w.olympiad.key.public_key.fingerprint
    office.do("key", office.file, "olymp-example", "confirm", *AT, typed=f"{whole[-9:]}\n")
    assert office.trust.entry("olymp-example").keys[0].state is KeyState.ACTIVE


def test_what_is_safe_is_done_without_a_person_and_the_rest_is_told(office: Office, w: World) -> None:
    added(office, w.olympiad)
    w.olympiad.revoked = {7}
    newer = w.olympiad.status(NOW - timedelta(days=1))
    site = office.publish(
        "site", document(w.olympiad, (w.olympiad.name, "key-1"), ("второй", "key-2")), newer
    )
    office.do("update", office.file, site, "--safe-only", *AT, status=PERSON)
    assert office.trust.status_lists == (newer,)
    assert len(office.trust.entry("olymp-example").keys) == 1
    assert "need a person: 1" in office.err


def test_a_key_that_its_owner_withdraws_is_compromised_without_asking(office: Office, w: World) -> None:
    added(office, w.olympiad)
    site = office.publish(
        "site", document(w.olympiad, (w.olympiad.name, "key-1"), revoked="2026-06-01T00:00:00Z")
    )
    office.do("update", office.file, site, *AT)
    assert office.trust.entry("olymp-example").keys[0].state is KeyState.COMPROMISED


def test_a_whole_list_of_somebody_else_is_followed_change_by_change(
    office: Office, w: World, tmp_path: Path
) -> None:
    added(office, w.olympiad)
    other = Office(tmp_path / "other", office.capsys, office.monkeypatch)
    other.folder.mkdir()
    other.do("create", other.file, "--domain", UNIVERSITY, *AT)
    added(other, w.olympiad)
    other.do("add", other.file, other.publish("school", document(w.school)), "--name", "Школа", *UNSEEN, *AT)
    office.refused("update", office.file, other.file, *AT)
    assert "entry.new" in office.err
    office.do("update", office.file, other.file, *AT, typed="y\n")
    assert [each.display_name for each in office.trust.issuers] == [w.olympiad.name, "Школа"]


def test_an_issuer_that_is_not_in_the_list_is_not_updated(office: Office, w: World) -> None:
    site = office.publish("site", document(w.olympiad))
    office.refused("update", office.file, site, *AT, status=WRONG)
    office.refused("update", office.file, office.publish("lists", w.olympiad.status()), *AT, status=WRONG)


# --- keys and entries ----------------------------------------------------------------------------------


def test_a_key_is_retired_with_a_day(office: Office, w: World) -> None:
    added(office, w.olympiad)
    office.do("key", office.file, "olymp-example", "retire", "--since", "2026-05-31", *AT)
    key = office.trust.entry("olymp-example").keys[0]
    assert (key.state, key.valid_until) == (KeyState.RETIRED, datetime(2026, 5, 31, 23, 59, 59, tzinfo=UTC))
    assert "retired, until 2026-05-31" in office.do("show", office.file, *AT)
    assert "по 31.05.2026" in office.do("show", office.file, *AT, lang="ru")


def test_a_compromised_key_comes_back_only_when_it_is_really_meant(office: Office, w: World) -> None:
    added(office, w.olympiad)
    office.do("key", office.file, "olymp-example", "compromised", "--since", "2026-05-31", *AT)
    key = office.trust.entry("olymp-example").keys[0]
    assert (key.state, key.since) == (KeyState.COMPROMISED, datetime(2026, 5, 31, tzinfo=UTC))
    whole = w.olympiad.key.public_key.fingerprint
    confirm = ("key", office.file, "olymp-example", "confirm", "--key", "key-1", "--fingerprint", whole, *AT)
    office.refused(*confirm)
    office.refused(*confirm, "--accept", "key.state")
    office.refused(*confirm, typed="y\n")
    assert "--really" in office.err
    office.do(*confirm, "--really", "--accept", "key.state")
    assert office.trust.entry("olymp-example").keys[0].state is KeyState.ACTIVE


def test_a_retired_key_comes_back_only_when_somebody_confirms_it(office: Office, w: World) -> None:
    added(office, w.olympiad)
    office.do("key", office.file, "olymp-example", "retire", *AT)
    whole = w.olympiad.key.public_key.fingerprint
    confirm = ("key", office.file, "olymp-example", "confirm", "--fingerprint", whole, *AT)
    office.refused(*confirm)
    office.do(*confirm, typed="y\n")
    assert office.trust.entry("olymp-example").keys[0].state is KeyState.ACTIVE


def test_which_key_is_meant_must_be_clear(office: Office, w: World) -> None:
    site = office.publish("site", document(w.olympiad, (w.olympiad.name, "key-1"), ("второй", "key-2")))
    office.do("add", office.file, site, "--name", "О", *UNSEEN, *AT)
    office.refused("key", office.file, "olymp-example", "compromised", *AT, status=WRONG)
    assert seeded_key("второй").public_key.fingerprint in office.err
    office.refused("key", office.file, "olymp-example", "compromised", "--key", "key-3", *AT, status=WRONG)
    office.do("key", office.file, "olymp-example", "compromised", "--key", "key-2", *AT)
    states = [each.state for each in office.trust.entry("olymp-example").keys]
    assert states == [KeyState.ACTIVE, KeyState.COMPROMISED]


def test_an_unconfirmed_key_is_not_retired(office: Office, w: World) -> None:
    """Retired would mean that what it signed until then counts."""
    site = office.publish("site", document(w.olympiad))
    office.do("add", office.file, site, "--name", "О", *ANYTHING, *AT, typed="\n")
    office.refused("key", office.file, "olymp-example", "retire", *AT, status=WRONG)


def test_a_closed_issuers_last_lists_become_final(office: Office, w: World) -> None:
    added(office, w.olympiad)
    office.do("close", office.file, "olymp-example", "--since", "2026-06-09", *AT)
    issuer = office.trust.entry("olymp-example")
    assert (issuer.state, issuer.since) == (IssuerState.CLOSED, datetime(2026, 6, 9, tzinfo=UTC))
    final = issuer.final_lists[w.olympiad.list_id]
    assert (final.as_of, final.digest) == (NOW - timedelta(days=3), digest_of(w.olympiad.status()))
    shown = office.do("show", office.file, *AT)
    assert "closed on 2026-06-09" in shown
    assert "final:" in shown


def test_a_list_by_a_stolen_key_is_not_the_last_word_of_an_issuer_that_closes(
    office: Office, w: World
) -> None:
    added(office, w.olympiad)
    office.do("key", office.file, "olymp-example", "compromised", *AT)
    office.do("close", office.file, "olymp-example", *AT)
    assert w.olympiad.list_id in office.err
    assert office.trust.entry("olymp-example").final_lists == {}


def test_an_issuer_is_merged_into_another_of_the_list(office: Office, w: World) -> None:
    added(office, w.olympiad)
    office.refused("merge", office.file, "olymp-example", "school-0", *AT, status=WRONG)
    school = office.publish("school", document(w.school))
    office.do("add", office.file, school, "--name", "Школа № 0", "--entry", "school-0", *UNSEEN, *AT)
    office.do("merge", office.file, "olymp-example", "school-0", "--since", "2026-06-09", *AT)
    issuer = office.trust.entry("olymp-example")
    assert (issuer.state, issuer.successor) == (IssuerState.MERGED, "school-0")
    assert "→ school-0" in office.do("show", office.file, *AT)
    office.refused("remove", office.file, "school-0", *AT, typed="y\n", status=WRONG)


def test_removing_asks(office: Office, w: World) -> None:
    added(office, w.olympiad)
    office.refused("remove", office.file, "olymp-example", *AT)
    office.do("remove", office.file, "olymp-example", *AT, typed="n\n", status=WRONG)
    assert office.trust.issuers
    office.refused("remove", office.file, "olymp", *AT, status=WRONG)
    assert "olymp-example" in office.err
    office.do("remove", office.file, w.olympiad.id, *AT, typed="y\n")
    assert office.trust.issuers == ()
    assert "Removed on 2026-06-10: olymp-example" in office.do("show", office.file, *AT)
    # What it revoked is still known should it come back, under another name of the entry.
    assert len(office.trust.status_lists) == 1
    office.do("add", office.file, office.publish("again", document(w.olympiad)), "--name", "О", *UNSEEN, *AT)
    assert [each.entry for each in office.trust.issuers] == ["olymp-example-2"]


def test_the_name_of_a_change_that_is_accepted_is_one_there_is(office: Office, w: World) -> None:
    added(office, w.olympiad)
    office.refused("remove", office.file, "olymp-example", "--accept", "everything", *AT, status=WRONG)
    assert "entry.gone" in office.err
    office.do("remove", office.file, "olymp-example", "--accept", "entry.gone", *AT)


# --- showing -------------------------------------------------------------------------------------------


def test_show_tells_keys_with_whole_fingerprints_scopes_and_ages(office: Office, w: World) -> None:
    added(office, w.olympiad)
    shown = office.do("show", office.file, "--now", "2026-06-20")
    assert w.olympiad.key.public_key.fingerprint in shown
    for said in (UNIVERSITY, "Олимпиада «Вымысел», as olymp-example", "believed for: anything", "in use"):
        assert said in shown
    assert "revoked diplomas as of 2026-06-07, 13 days old" in shown
    russian = office.do("show", office.file, "--now", "2026-06-20", lang="ru")
    assert "07.06.2026" in russian
    assert "отпечаток не сверен, 10.06.2026" in russian


def test_show_answers_as_json(office: Office, w: World) -> None:
    added(office, w.olympiad)
    said = json.loads(office.do("show", office.file, "--json", "--now", "2026-06-20"))
    assert said["issuers"][0]["fingerprints"] == {
        w.olympiad.key.public_key.multibase: w.olympiad.key.public_key.fingerprint
    }
    assert said["statusLists"][0]["ageDays"] == 13
    assert said["ageDays"] == 9


def test_every_command_answers_as_json(office: Office, w: World) -> None:
    site = office.publish("site", document(w.olympiad), w.olympiad.status())
    said = json.loads(office.do("add", office.file, site, "--name", "О", *UNSEEN, "--json", *AT))
    assert [each["what"] for each in said["changes"]] == ["entry.new", "status.new"]
    for words, what in (
        (("update", office.file, site), []),
        (("key", office.file, "olymp-example", "retire"), ["key.state"]),
        (("scope", office.file, "olymp-example", "--kind", "project", "--years", "any"), ["entry.scopes"]),
        (("close", office.file, "olymp-example"), ["entry.state"]),
        (("remove", office.file, "olymp-example", "--accept", "entry.gone"), ["entry.gone"]),
    ):
        said = json.loads(office.do(*words, "--json", *AT))
        assert (said["format"], said["written"]) == ("vcwallet-trust-changes/1", True)
        assert [each["what"] for each in said["changes"]] == what


def test_json_says_that_nothing_was_written(office: Office, w: World) -> None:
    added(office, w.olympiad)
    office.refused("remove", office.file, "olymp-example", "--json", *AT)
    said = json.loads(office.out)
    assert (said["written"], said["changes"][0]["decision"]) == (False, "asks")


def many_changes(office: Office, w: World) -> tuple[Path, Path]:
    """Two lists that differ in all three ways."""
    added(office, w.olympiad)
    school = office.publish("school", document(w.school))
    office.do("add", office.file, school, "--name", "Школа № 0, Небывалинск", *UNSEEN, *AT)
    new = json.loads(office.file.read_text("utf-8"))
    new["issuers"][0]["keys"].append(
        {
            **new["issuers"][1]["keys"][0],
            "key": seeded_key("новый").public_key.multibase,
            "ids": [],
            "from": "2026-09-01",
        }
    )
    new["issuers"][0]["keys"][0].update(state="retired", until="2026-08-31")
    new["issuers"][1]["state"], new["issuers"][1]["since"] = "closed", "2026-05-31"
    new["version"] = 1
    path = office.folder / "новый.json"
    path.write_text(json.dumps(new, ensure_ascii=False), "utf-8")
    return office.file, path


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_diff_fits_80_columns_worst_first(
    office: Office, w: World, lang: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rich.console import Console

    old, new = many_changes(office, w)
    monkeypatch.setattr(
        Speaker, "console", lambda self: Console(width=80, highlight=False, markup=False, emoji=False)
    )
    said = office.do("diff", old, new, *AT, lang=lang, status=DIFFERENT)
    assert max(len(line) for line in said.splitlines()) <= 80
    marks = [line[2] for line in said.splitlines() if re.match(r"│ [!?·] ", line)]
    assert marks == ["!", "?", "·", "·"]
    rows = [line for line in said.replace("┃", "│").splitlines() if line.startswith("│")]
    cells = [[each.strip() for each in row.split("│")[1:-1]] for row in rows]
    flat = " ".join(" ".join(row[column] for row in cells) for column in range(5))
    for word in {
        "en": ("in use from 2026-09-01", "retired until 2026-08-31", "closed 2026-05-31", "Organisation"),
        "ru": ("в действии с 01.09.2026", "выведен", "закрыта 31.05.2026", "Организация"),
    }[lang]:
        assert word in " ".join(flat.split()), word


def test_diff_ends_with_0_for_the_same_and_changes_nothing(office: Office, w: World) -> None:
    added(office, w.olympiad)
    assert "say the same" in office.do("diff", office.file, office.file, *AT)
    old, new = many_changes_of_a_list(office, w)
    before = old.read_bytes(), new.read_bytes()
    said = json.loads(office.do("diff", old, new, "--json", *AT, status=DIFFERENT))
    assert [each["what"] for each in said["changes"]] == ["status.newer"]
    assert (old.read_bytes(), new.read_bytes()) == before


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        (
            "en",
            ("what must be shown", "days that a list", "believed less", "for nothing", "only for courses"),
        ),
        ("ru", ("что должно быть показано", "сколько дней", "меньше веры", "ни в чём", "только: курсы")),
    ],
)
def test_lists_that_demand_or_take_away_otherwise_do_not_say_the_same(
    office: Office, w: World, lang: str, words: Sequence[str]
) -> None:
    added(office, w.olympiad)
    new = json.loads(office.file.read_text("utf-8"))
    new |= {"binding": "holder", "requireStatus": True, "statusDays": 7}
    new["distrust"] = [
        {"id": "did:web:one.example"},
        {"id": "did:web:two.example", "onlyFor": [{"kinds": ["extracurricular-course"], "years": "*"}]},
        {"id": "did:web:three.example", "keys": [w.school.key.public_key.multibase]},
    ]
    stricter = office.folder / "stricter.json"
    stricter.write_text(json.dumps(new, ensure_ascii=False), "utf-8")
    said = json.loads(office.do("diff", stricter, office.file, "--json", *AT, status=DIFFERENT))
    assert {each["decision"] for each in said["changes"]} == {"asks"}
    assert [(each["what"], each["before"]) for each in said["changes"]] == [
        ("list.binding", "holder"),
        ("list.require-status", "true"),
        ("list.status-days", "7"),
        ("list.distrust", "*"),
        ("list.distrust", "only extracurricular-course; *"),
        ("list.distrust", w.school.key.public_key.fingerprint),
    ]
    told = office.do("diff", office.file, stricter, *AT, lang=lang, status=DIFFERENT)
    flat = " ".join(re.sub("[│─┌┐└┘├┤┬┴┼]", " ", told).split())
    for word in words:
        assert word in flat, word
    office.do("update", office.file, stricter, *AT)
    assert json.loads(office.file.read_text("utf-8"))["distrust"] == new["distrust"]


def many_changes_of_a_list(office: Office, w: World) -> tuple[Path, Path]:
    new = json.loads(office.file.read_text("utf-8"))
    w.olympiad.revoked = {7}
    new["statusLists"] = [w.olympiad.status(NOW - timedelta(days=1))]
    path = office.folder / "новый.json"
    path.write_text(json.dumps(new, ensure_ascii=False), "utf-8")
    return office.file, path


# --- the file ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("content", ["", "не JSON", "{}", '{"format": "vcwallet-trust-list/1"}', "[1, 2"])
def test_what_is_wrong_with_the_list_is_wrong_usage(office: Office, content: str) -> None:
    office.file.write_text(content, "utf-8")
    for words in (
        ("show", office.file),
        ("update", office.file, office.file),
        ("diff", office.file, office.file),
    ):
        office.refused(*words, *AT, status=WRONG)


def test_a_list_that_is_not_there_is_wrong_usage(office: Office) -> None:
    office.refused("show", office.folder / "нет.json", status=WRONG)


def test_a_list_is_started_once(office: Office) -> None:
    office.refused("create", office.file, *AT, status=WRONG)


def test_a_source_that_publishes_nothing_is_named(office: Office, w: World) -> None:
    added(office, w.olympiad)
    empty = office.publish("empty", w.olympiad.diploma())
    for verb in (("add", "--anything", "--no-fingerprint-check"), ("update",)):
        office.refused(verb[0], office.file, empty, *verb[1:], *AT, status=WRONG)


@pytest.mark.parametrize("hostile", ["\u202e", "a\nb", "\u200b"])
def test_names_from_outside_never_act_on_the_terminal(office: Office, w: World, hostile: str) -> None:
    site = office.publish("site", document(w.olympiad))
    office.do("add", office.file, site, "--name", f"О{hostile}", *UNSEEN, *AT)
    said = office.out + office.do("show", office.file, *AT)
    assert hostile not in said
