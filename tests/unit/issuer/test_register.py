"""The register: random places without collision, one line per row, and nothing in it about a child."""

from __future__ import annotations

import hashlib
import itertools
import random
import sqlite3
import sys
import threading
import uuid
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.unit.issuer.offices import NOW, Office, pupils
from vcwallet.errors import MachineError, UsageError
from vcwallet.issuer import register as registers
from vcwallet.issuer import register_database, register_tables
from vcwallet.issuer.register import Register, RowToReserve, State

ENTRIES = 131_072


def opened(
    place: Path | str, *, entries: int = ENTRIES, randomness: Callable[[int], bytes] = random.randbytes
) -> Register:
    return Register.open(
        place, list_id=lambda name: f"urn:list:{name}", entries=entries, randomness=randomness, make=True
    )


def wanted(count: int, start: int = 0) -> list[RowToReserve]:
    return [
        RowToReserve(hashlib.sha256(b"%d" % n).hexdigest()[:32], hashlib.sha256(b"c%d" % n).hexdigest()[:32])
        for n in range(start, start + count)
    ]


def reserve(register: Register, rows: list[RowToReserve]) -> tuple[registers.RegisterLine, ...]:
    """The lines that rows got, which agree with what was answered."""
    reserved = register.reserve(rows, template="t", version="1", frame_digest="f", now=NOW)
    lines = register.numbered([each.number for each in reserved])
    for each, line, row in zip(reserved, lines, rows, strict=True):
        assert each._asdict() == {name: getattr(line, name) for name in each._fields}
        for name in ("row_digest", "content_digest", "edition", "replaces"):
            assert getattr(line, name) == getattr(row, name)
    return lines


def test_places_and_ids_are_random_and_never_shared(tmp_path: Path) -> None:
    with opened(tmp_path / "r.sqlite") as register:
        entries = reserve(register, wanted(500)) + reserve(register, wanted(500, 500))
    assert len({entry.position for entry in entries}) == 1000
    assert len({entry.id for entry in entries} | {entry.subject for entry in entries}) == 2000
    positions = [entry.position for entry in entries]
    assert positions != sorted(positions)
    assert max(positions) > ENTRIES * 0.9
    assert [entry.number for entry in entries] == list(range(1, 1001))
    for entry in entries:
        found = uuid.UUID(entry.id)
        assert (found.version, found.variant, found.urn) == (4, uuid.RFC_4122, entry.id)


def test_what_was_written_is_what_is_read(tmp_path: Path) -> None:
    place = tmp_path / "Реестр.sqlite"
    with opened(place) as register:
        entries = reserve(register, wanted(3))
        register.mark_issued([entries[0].number], now=NOW)
    with opened(place) as register:
        again = list(register.lines())
        assert [entry.state for entry in again] == [State.ISSUED, State.RESERVED, State.RESERVED]
        assert register.get(entries[1].id) == entries[1]
        assert register.find_rows([row.row_digest for row in wanted(2)]) == {
            entry.row_digest: entry for entry in again[:2]
        }
        assert register.lists() == (registers.RegisteredList(1, "urn:list:1", "1", ENTRIES, own=True),)
        assert register.counts() == {State.ISSUED: 1, State.RESERVED: 2}
        assert [entry.number for entry in register.lines(last=2)] == [2, 3]


@pytest.mark.parametrize("together", [1, 3, 30])
def test_a_full_list_is_followed_by_the_next(together: int, tmp_path: Path) -> None:
    """Lists are filled to three quarters, so that a free place is found in a few tries."""
    with opened(tmp_path / "r.sqlite", entries=16) as register:
        entries = [entry for n in range(0, 30, together) for entry in reserve(register, wanted(together, n))]
        assert [entry.list for entry in entries] == [1] * 12 + [2] * 12 + [3] * 6
        assert len({(entry.list, entry.position) for entry in entries}) == 30
        assert all(0 <= entry.position < 16 for entry in entries)
        assert [each.number for each in register.lists()] == [1, 2, 3]


def test_one_row_has_one_line_however_many_ask(tmp_path: Path) -> None:
    with opened(tmp_path / "r.sqlite") as register:
        reserve(register, wanted(2))
        with pytest.raises(UsageError) as caught:
            reserve(register, wanted(1, 5) + wanted(1))
        assert caught.value.code == "register.busy"
        assert len(list(register.lines())) == 2
        assert len(reserve(register, wanted(1, 5))) == 1


def test_writers_at_the_same_time_share_no_number_and_no_place(tmp_path: Path) -> None:
    place = tmp_path / "r.sqlite"
    opened(place).close()
    failures: list[Exception] = []

    def work(start: int) -> None:
        try:
            with opened(place, entries=ENTRIES) as register:
                for step in range(5):
                    reserve(register, wanted(20, start + step * 20))
        except Exception as error:  # a thread's failure must not be lost
            failures.append(error)

    threads = [threading.Thread(target=work, args=(n * 1000,)) for n in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with opened(place) as register:
        entries = list(register.lines())
    assert not failures
    assert len(entries) == 300
    assert len({entry.position for entry in entries}) == 300


def test_revoking_keeps_the_reason_at_home_and_happens_once(tmp_path: Path) -> None:
    with opened(tmp_path / "r.sqlite") as register:
        (entry,) = reserve(register, wanted(1))
        later = NOW + timedelta(days=1)
        assert register.revoke(entry.id, now=later, reason="выдан по ошибке")
        assert not register.revoke(entry.id, now=NOW + timedelta(days=2), reason="другое")
        revoked = register.get(entry.id)
        assert (revoked.state, revoked.revoked, revoked.reason) == (
            State.REVOKED,
            later,
            "выдан по ошибке; другое",
        )
        assert register.revoked_positions(1) == (entry.position,)
        with pytest.raises(UsageError) as caught:
            register.revoke("urn:uuid:nobody", now=NOW)
        assert caught.value.code == "register.unknown-id"


def test_a_later_edition_revokes_the_earlier_ones_when_it_is_issued(tmp_path: Path) -> None:
    (row,) = wanted(1)
    with opened(tmp_path / "r.sqlite") as register:
        (first,) = reserve(register, [row])
        register.mark_issued([first.number], now=NOW)
        (second,) = reserve(
            register, [RowToReserve(row.row_digest, "0" * 32, edition=1, replaces=first.number)]
        )
        assert register.get(first.id).state == State.ISSUED
        assert register.find_rows([row.row_digest])[row.row_digest].edition == 1
        register.mark_issued([second.number], now=NOW)
        assert register.get(first.id).state == State.REVOKED
        assert register.get(first.id).reason == "replaced"


def test_a_failed_reservation_leaves_no_trace_in_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The list begun inside a transaction that is rolled back does not exist afterwards."""
    with opened(tmp_path / "r.sqlite") as register:
        with monkeypatch.context() as patch:
            patch.setattr(register_database, "insert", lambda *told: 1 / 0)
            with pytest.raises(ZeroDivisionError):
                reserve(register, wanted(1))
        assert register.lists() == ()
        assert reserve(register, wanted(1))[0].list == 1


def test_a_refused_reservation_leaves_no_list_behind_that_is_not_in_the_register(tmp_path: Path) -> None:
    with opened(tmp_path / "r.sqlite", entries=8) as register:
        reserve(register, wanted(5))
        twice = wanted(1, 100)
        with pytest.raises(UsageError) as caught:
            # The second place is in a new list, which begins and is taken back.
            register.reserve([*twice, *twice], template="t", version="1", frame_digest="f", now=NOW)
        assert caught.value.code == "register.busy"
        reserve(register, wanted(3, 200))
        register.verify()


@pytest.mark.parametrize(
    "url",
    [
        "nonsense",
        "nosuch://x",
        "postgresql+nosuch://x/y",
        "postgresql://name:secret@computer:port/database",
        "postgresql://name:secret",
        "postgresql://name:secret@[::1/database",
    ],
)
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(UsageError) as caught:
        opened(url)
    assert caught.value.code == "register.url"
    assert "secret" not in str(caught.value)


def test_postgresql_needs_a_part_that_may_not_be_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(MachineError) as caught:
        opened("postgresql://nobody@127.0.0.1/nothing")
    assert caught.value.code == "register.extra-missing"
    assert "“postgres”" in caught.value.next_step


def test_a_database_of_another_kind_or_a_damaged_one_is_refused(tmp_path: Path) -> None:
    newer = tmp_path / "newer.sqlite"
    with opened(newer) as register:
        reserve(register, wanted(1))
    with sqlite3.connect(newer) as raw:
        raw.execute("update about set value = 'vcwallet-register/9'")
    raw.close()
    with pytest.raises(UsageError) as caught:
        opened(newer)
    assert caught.value.code == "register.format"
    damaged = tmp_path / "damaged.sqlite"
    damaged.write_bytes(b"not a database at all" * 100)
    with pytest.raises(MachineError) as broken:
        opened(damaged)
    assert broken.value.code == "register.database"


def test_a_url_opens_the_same_register(tmp_path: Path) -> None:
    place = tmp_path / "r.sqlite"
    with opened(f"sqlite:///{place.as_posix()}") as register:
        reserve(register, wanted(1))
    with opened(place) as register:
        assert len(list(register.lines())) == 1


def test_the_tables_can_be_made_in_postgresql() -> None:
    """Not run against a server here: the statements are compiled for it."""
    from sqlalchemy.dialects import postgresql

    for table in register_tables.metadata.sorted_tables:
        assert "CREATE TABLE" in str(sa.schema.CreateTable(table).compile(dialect=postgresql.dialect()))


def test_nothing_in_the_register_says_who_or_can_be_computed_from_who(office: Office) -> None:
    """No name or birth date in the file, and no digest of them that needs no secret, in any order or form."""
    office.issue(pupils(2, Отчество="Вымыслович", Класс="10 «А»"))
    raw = (office.folder.path / "register.sqlite").read_bytes()
    person = ["Тестов-А", "Пробник", "Вымыслович", "2009-05-17"]
    for word in (*person, "17.05.2009", "Тестов", "10 «А»"):
        assert word.encode("utf-8") not in raw
        assert word.encode("utf-16-le") not in raw
    everything = raw + b"".join(path.read_bytes() for path in office.out.glob("*.vc.json"))
    forms = [str.casefold, str.upper, str.title, lambda text: text]
    for count, form, sign in itertools.product((2, 3, 4), forms, (" ", "", "|", ";", "\0")):
        for words in itertools.permutations(person, count):
            text = form(sign.join(words)).encode("utf-8")
            for name in ("md5", "sha1", "sha256"):
                digest = hashlib.new(name, text, usedforsecurity=False)
                assert digest.digest() not in everything
                assert digest.hexdigest().encode() not in everything


def test_the_digests_depend_on_the_secret(office: Office, tmp_path: Path) -> None:
    other = Office.make(tmp_path / "other")
    office.issue(pupils(1))
    other.issue(pupils(1))
    assert office.entries()[0].row_digest != other.entries()[0].row_digest
    assert office.entries()[0].content_digest != other.entries()[0].content_digest
