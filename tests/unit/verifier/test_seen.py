"""The register of what was seen: told once, kept without names, useless without its secret."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.world import NOW, SIGNED, UNIVERSITY, Child, World
from vcwallet.bundle.codec import Bundle
from vcwallet.bundle.request import Request
from vcwallet.errors import MachineError, UsageError
from vcwallet.identifiers.keys import KeyType, SoftwareKey
from vcwallet.identifiers.multibase import base58btc_encode, decode_multibase
from vcwallet.locales import language
from vcwallet.proofs.data_integrity import add_proof
from vcwallet.report import Check, Fate, Outcome, Report, Result
from vcwallet.speaking.reports import report_lines
from vcwallet.verifier import SeenRegister, Verifier
from vcwallet.verifier.seen import BESIDE

FIRST, SECOND = "27-000001", "27-000002"
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


@pytest.fixture
def register(tmp_path: Path) -> Iterator[SeenRegister]:
    with SeenRegister.open(tmp_path / "seen.sqlite", now=NOW) as opened:
        yield opened


def check(w: World, register: SeenRegister, shown: Any = None, **more: Any) -> Report:
    more = {"domain": UNIVERSITY, "now": NOW, **more}
    return Verifier(w.trust(), seen=register).check(shown or w.bundle(), **more)


def reasons(report: Report) -> set[tuple[str, Result]]:
    return {(each.reason, each.result) for each in report.showing.findings if "seen" in each.reason}


def test_a_second_look_is_told_and_changes_nothing(register: SeenRegister) -> None:
    w = World()
    first = check(w, register, number=FIRST)
    assert (first.outcome, first.showing.seen_before) == (Outcome.CONFIRMED, None)
    again = check(w, register, number=FIRST, now=NOW + timedelta(days=2))
    assert again.outcome is Outcome.CONFIRMED
    assert reasons(again) == {("presentation.seen-again", Result.NOTE)}
    before = again.showing.seen_before
    assert before is not None
    assert (before.at, before.number, before.same_showing) == (NOW, FIRST, True)
    told = " ".join(" ".join(line.text for line in report_lines(again, language("ru"))).split())
    assert "Этот показ здесь уже был 10.06.2026 под номером 27-000001." in told
    # Who names no application is told as well.
    assert check(w, register).outcome is Outcome.CONFIRMED


def test_one_showing_under_two_applications_is_a_person_s_to_decide(register: SeenRegister) -> None:
    w = World()
    check(w, register, number=FIRST)
    other = check(w, register, number=SECOND)
    assert (other.outcome, other.showing.code) == (Outcome.UNKNOWN, "showing.seen-elsewhere")
    assert {item.code for item in other.items} == {"item.seen-elsewhere"}
    told = " ".join(" ".join(line.text for line in report_lines(other, language("ru"))).split())
    assert f"под заявлением {FIRST} он уже был 10.06.2026. Пока не посмотрит человек" in told
    assert "Попросите показать" not in told
    assert other.showing.evidence["number"] == FIRST
    assert reasons(other) == {("presentation.seen-elsewhere", Result.UNKNOWN)}
    assert {each.check for each in other.showing.findings if "seen" in each.reason} == {Check.DEMANDS}
    assert {item.outcome for item in other.items} == {Fate.UNKNOWN}


def test_one_diploma_under_two_applications_counts_for_neither_unseen(register: SeenRegister) -> None:
    w = World()
    one = w.olympiad.diploma(1, holder=w.child.id)
    two = w.olympiad.diploma(2, holder=w.child.id)
    check(w, register, w.bundle(one), number=FIRST)
    same = check(w, register, w.bundle(one, two, created=NOW - timedelta(hours=2)), number=FIRST)
    assert same.outcome is Outcome.CONFIRMED
    other = check(w, register, w.bundle(one, two, created=NOW - timedelta(hours=1)), number=SECOND)
    assert [(item.outcome, item.code) for item in other.items] == [
        (Fate.UNKNOWN, "item.seen-elsewhere"),
        (Fate.UNKNOWN, "item.seen-elsewhere"),
    ]
    assert other.items[0].evidence["number"] == FIRST
    assert other.items[0].findings[-1].reason == "demands.seen-elsewhere"


def test_a_question_is_good_once(register: SeenRegister) -> None:
    w = World()
    shown = w.bundle(challenge="4711", created=NOW)
    assert check(w, register, shown, challenge="4711").outcome is Outcome.CONFIRMED
    assert check(w, register, shown, challenge="4711").outcome is Outcome.CONFIRMED
    another = w.bundle(challenge="4711", created=NOW - timedelta(minutes=1))
    report = check(w, register, another, challenge="4711")
    assert (report.outcome, report.showing.code) == (Outcome.UNKNOWN, "showing.challenge-used")
    assert "recipient.challenge-used" in {each.reason for each in report.showing.findings}
    assert report.showing.seen_before is not None
    assert not report.showing.seen_before.same_showing
    # Another recipient's question is another question, whatever its text.
    elsewhere = w.bundle(challenge="4711", created=NOW, to="other.example")
    assert (
        check(w, register, elsewhere, challenge="4711", domain="other.example").outcome is Outcome.CONFIRMED
    )


def test_what_is_not_shown_to_this_office_is_not_written_down(register: SeenRegister) -> None:
    w = World()
    assert check(w, register, w.bundle(to="other.example"), number=FIRST).outcome is Outcome.REFUSED
    check(w, register, w.bundle(challenge="4711"), challenge="4712", number=FIRST)
    check(w, register, w.olympiad.diploma(7, holder=w.child.id), domain=None)
    assert len(register) == 0


def test_a_copy_written_in_another_way_is_the_same_showing(register: SeenRegister) -> None:
    """Order of members changes no signature, and of ECDSA the other of two good signatures neither."""
    w = World()
    key = SoftwareKey.generate(KeyType.P256)
    holder = Child("x")
    holder.key = key  # type: ignore[misc]
    document: dict[str, Any] = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiablePresentation"],
        "holder": holder.id,
        "verifiableCredential": [w.school.diploma(3)],
    }
    signed = add_proof(
        document,
        suite="ecdsa-rdfc-2019",
        key=key,
        verification_method=f"{holder.id}#{holder.id.removeprefix('did:key:')}",
        purpose="authentication",
        created=SIGNED,
        domain=UNIVERSITY,
    )
    assert check(w, register, Bundle(signed), number=FIRST).showing.seen_before is None
    proof: Any = signed["proof"]
    value = decode_multibase(proof["proofValue"])
    s = (P256_ORDER - int.from_bytes(value[32:], "big")).to_bytes(32, "big")
    twin = {**signed, "proof": {**proof, "proofValue": "z" + base58btc_encode(value[:32] + s)}}
    twin = dict(reversed(twin.items()))
    copied = check(w, register, Bundle(twin), number=SECOND)
    assert copied.digest != check(w, register, Bundle(signed)).digest
    assert copied.showing.code == "showing.seen-elsewhere"


def test_a_queue_notes_what_workers_have_checked(register: SeenRegister) -> None:
    w = World()
    report = Verifier(w.trust()).check(w.bundle(), domain=UNIVERSITY, now=NOW)
    assert register.note(report.showing.marks, FIRST, NOW) is None
    before = register.note(report.showing.marks, SECOND, NOW)
    assert before is not None
    assert (before.number, before.same_showing) == (FIRST, True)
    assert register.note_diplomas(report.items, FIRST, NOW) == {}
    assert register.note_diplomas(report.items, SECOND, NOW)[1].number == FIRST
    alone = Verifier(w.trust()).check(w.olympiad.diploma(7), now=NOW)
    assert register.note(alone.showing.marks, FIRST, NOW) is None
    assert register.note(alone.showing.marks, SECOND, NOW) is None


def test_the_file_says_nothing_of_anybody(tmp_path: Path) -> None:
    w = World()
    with SeenRegister.open(tmp_path / "seen.sqlite", now=NOW) as register:
        check(w, register, w.bundle(challenge="4711"), challenge="4711", number=FIRST)
        assert len(register) == 3
    content = (tmp_path / "seen.sqlite").read_bytes()
    for text in (FIRST, "4711", w.child.name, "Тестов", w.child.id, w.olympiad.id, "urn:uuid"):
        assert text.encode() not in content
    with SeenRegister.open(tmp_path / "other.sqlite", now=NOW) as other:
        check(w, other, w.bundle(challenge="4711"), challenge="4711", number=FIRST)
    rows = [
        {row[0] for row in sqlite3.connect(tmp_path / name).execute("SELECT mark FROM seen")}
        for name in ("seen.sqlite", "other.sqlite")
    ]
    assert not rows[0] & rows[1]


def test_lines_go_at_the_end_of_their_year_or_as_a_request_promised(tmp_path: Path) -> None:
    path = tmp_path / "seen.sqlite"
    w = World()
    with SeenRegister.open(path, now=NOW) as register:
        check(w, register, number=FIRST)
        written = len(register)
    with SeenRegister.open(path, now=datetime(2026, 12, 31, 23, tzinfo=UTC)) as register:
        assert len(register) == written
    with SeenRegister.open(path, now=datetime(2027, 1, 1, tzinfo=UTC)) as register:
        assert len(register) == 0
        asked = Request(UNIVERSITY, "x", NOW, retention=timedelta(days=10))
        check(w, register, number=FIRST, request=asked)
    with SeenRegister.open(path, now=NOW + timedelta(days=9)) as register:
        assert len(register) > 0
    with SeenRegister.open(path, now=NOW + timedelta(days=11)) as register:
        assert len(register) == 0


def test_a_register_without_its_secret_is_refused_and_forgets_nothing(tmp_path: Path) -> None:
    path = tmp_path / "seen.sqlite"
    beside = tmp_path / ("seen.sqlite" + BESIDE)
    with SeenRegister.open(path, now=NOW) as register:
        check(World(), register, number=FIRST)
    secret = beside.read_bytes()
    for content, code in (
        (None, "seen.no-secret"),
        (b"0" * 64, "seen.other-secret"),
        (b"x", "seen.malformed"),
    ):
        beside.unlink(missing_ok=True)
        if content is not None:
            beside.write_bytes(content)
        with pytest.raises(UsageError) as caught:
            SeenRegister.open(path, now=NOW)
        assert caught.value.code == code
    beside.write_bytes(secret)
    with SeenRegister.open(path, now=NOW) as register:
        assert check(World(), register, number=SECOND).showing.code == "showing.seen-elsewhere"


@pytest.mark.parametrize(
    "content", [b"no database at all, and long enough to be read as one" * 20, b"SQLite format 3\0"]
)
def test_a_file_that_is_no_register_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "seen.sqlite"
    path.write_bytes(content)
    (tmp_path / ("seen.sqlite" + BESIDE)).write_text("00" * 32, "ascii")
    with pytest.raises(UsageError) as caught:
        SeenRegister.open(path, now=NOW)
    assert caught.value.code == "seen.malformed"


def test_a_register_that_cannot_be_written_ends_the_check(register: SeenRegister, tmp_path: Path) -> None:
    blocking = sqlite3.connect(tmp_path / "seen.sqlite", isolation_level=None)
    blocking.execute("BEGIN EXCLUSIVE")
    register._connection.execute("PRAGMA busy_timeout = 1")
    report = Verifier(World().trust()).check(World().bundle(), domain=UNIVERSITY, now=NOW)
    with pytest.raises(MachineError) as caught:
        register.note(report.showing.marks, FIRST, NOW)
    assert caught.value.code == "seen.database"
    blocking.execute("ROLLBACK")
    assert register.note(report.showing.marks, FIRST, NOW) is None


def test_two_desks_are_told_one_after_the_other(tmp_path: Path) -> None:
    path = tmp_path / "seen.sqlite"
    report = Verifier(World().trust()).check(World().bundle(), domain=UNIVERSITY, now=NOW)
    with SeenRegister.open(path, now=NOW) as one, SeenRegister.open(path, now=NOW) as two:
        assert one.note(report.showing.marks, FIRST, NOW) is None
        before = two.note(report.showing.marks, SECOND, NOW)
        assert before is not None
        assert before.number == FIRST
        assert replace(before, number=None).at == NOW
