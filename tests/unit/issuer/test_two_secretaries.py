"""Two people sign at once: from one file, and from one PostgreSQL, which is started for these tests."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests import postgres
from tests.shared import ROOT, SOAK
from tests.unit.issuer.kits import csv
from tests.unit.issuer.offices import NOW, PASSPHRASE, pupils
from tests.unit.issuer.test_register import reserve, wanted
from vcwallet.errors import MachineError, UsageError
from vcwallet.issuer import Issuer, State, register_database, register_tables
from vcwallet.issuer import register as registers
from vcwallet.issuer.register import Register
from vcwallet.sealed_file import UNSAFE_FOR_TESTS

pytestmark = pytest.mark.xdist_group("postgres")

ROWS = 2_000 if SOAK else 60
SCRIPT = """
import sys, time
from datetime import datetime, timezone
from pathlib import Path
from vcwallet import limits
from vcwallet.issuer import Issuer
from vcwallet.errors import UsageError
from tests.unit.issuer.offices import NOW, PASSPHRASE
limits.ISSUED_ROWS_PER_SHARD = 10
folder, sheet, go = map(Path, sys.argv[1:])
with Issuer.open(folder, PASSPHRASE) as issuer:
    read = issuer.read(sheet, now=NOW)
    print("ready", flush=True)
    while not go.exists():
        time.sleep(0.005)
    for attempt in range(20):
        plan = issuer.plan(read)
        plan = plan.settled(other=lambda each: True)
        try:
            issuer.issue(plan, now=NOW)
            break
        except UsageError as error:
            if error.code != "register.busy":
                raise
    else:
        raise SystemExit("busy for ever")
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{(tmp_path / 'shared.sqlite').as_posix()}"
    server: postgres.Server = request.getfixturevalue("database_server")
    return server.database()


@pytest.fixture
def database(database_server: postgres.Server) -> str:
    return database_server.database()


def opened(address: str, **options: object) -> Register:
    return Register.open(
        address,
        list_id=lambda name: f"urn:list:{name}",
        entries=131_072,
        **{"make": True, **options},  # type: ignore[arg-type]
    )


def at_once(count: int, work: Callable[[int], None]) -> None:
    failures: list[BaseException] = []
    ready = threading.Barrier(count)

    def run(number: int) -> None:
        try:
            ready.wait()
            work(number)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


def test_first_runs_at_once_make_one_register(address: str) -> None:
    """Trial: two first runs at once on PostgreSQL ended with an IntegrityError."""
    found: set[str] = set()

    def first_run(number: int) -> None:
        with opened(address) as register:
            reserve(register, wanted(5, number * 5))
            found.add(register.mark().register)

    at_once(4, first_run)
    assert len(found) == 1
    with opened(address) as register:
        lines = list(register.lines())
        assert sorted(line.number for line in lines) == list(range(1, 21))
        assert len({line.position for line in lines}) == 20
        assert register.mark().number == 5


def secretary(home: Path, name: str) -> Path:
    """A copy of the folder for another person, whose register is the same database."""
    return Path(shutil.copytree(home, home.parent / name))


def sign_at_once(sheets: Sequence[tuple[Path, Path]], folder: Path) -> None:
    """Each process is ready before any begins."""
    go = folder / "go"
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", SCRIPT, str(place), str(sheet), str(go)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])},
        )
        for place, sheet in sheets
    ]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n", process.communicate()
    go.touch()
    for process in processes:
        _, said = process.communicate(timeout=300)
        assert process.returncode == 0, said


@pytest.mark.parametrize("same_rows", [False, True], ids=["two sheets", "one sheet twice"])
def test_two_secretaries_share_no_number_and_no_place(address: str, tmp_path: Path, same_rows: bool) -> None:
    home = tmp_path / "first"
    Issuer.create(
        home,
        PASSPHRASE,
        kit="olympiad",
        site="https://olymp.example",
        register=address,
        kdf=UNSAFE_FOR_TESTS,
    ).close()
    rows = pupils(ROWS)
    halves = (rows, rows) if same_rows else (rows[: ROWS // 2], rows[ROWS // 2 :])
    sheets = []
    for number, half in enumerate(halves):
        sheet = tmp_path / f"{number}.csv"
        sheet.write_bytes(csv(*half))
        sheets.append((home if number == 0 else secretary(home, "second"), sheet))
    sign_at_once(sheets, tmp_path)
    with Issuer.open(home, PASSPHRASE) as issuer:
        lines = list(issuer.lines())
        assert issuer.counts() == {State.ISSUED: ROWS}
    assert [line.number for line in lines] == list(range(1, ROWS + 1))
    assert len({(line.list, line.position) for line in lines}) == ROWS
    files = {path.name: path.read_bytes() for place, _ in sheets for path in place.glob("issued/*.vc.json")}
    assert len(files) == ROWS
    for place, _ in sheets:
        for path in place.glob("issued/*.vc.json"):
            assert path.read_bytes() == files[path.name]


def test_both_may_revoke_and_publish(database: str, tmp_path: Path) -> None:
    """What one publishes the other knows: no list is taken back, and no folder has to be told what it is."""
    home = tmp_path / "first"
    with Issuer.create(
        home,
        PASSPHRASE,
        kit="olympiad",
        site="https://olymp.example",
        register=database,
        kdf=UNSAFE_FOR_TESTS,
    ) as issuer:
        issuer.issue(issuer.plan(issuer.read(csv(*pupils(2)), now=NOW)), now=NOW)
        first, second = issuer.lines()
    other = secretary(home, "second")
    with Issuer.open(other, PASSPHRASE) as issuer:
        issuer.revoke(first.id, now=NOW)
        issuer.publish(tmp_path / "site", now=NOW)
    with Issuer.open(home, PASSPHRASE) as issuer:
        issuer.revoke(second.id, now=NOW)
        issuer.publish(tmp_path / "site", now=NOW)
        assert issuer.counts() == {State.REVOKED: 2}


def test_whoever_waits_too_long_learns_for_whom(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(register_database, "WAIT_SECONDS", 1)
    with opened(address, who="anna@first") as first, opened(address, who="boris@second") as second:
        reserve(first, wanted(1))
        with first._change(registers.Change.SETTLED, NOW), pytest.raises(UsageError) as caught:
            reserve(second, wanted(1, 1))
        assert caught.value.code == "register.busy"
        assert caught.value.evidence["who"] == "anna@first"
        assert len(reserve(second, wanted(1, 1))) == 1


def test_a_database_has_one_issuer(database: str, tmp_path: Path) -> None:
    options = {"kit": "olympiad", "register": database, "kdf": UNSAFE_FOR_TESTS}
    Issuer.create(tmp_path / "a", PASSPHRASE, site="https://a.example", **options).close()  # type: ignore[arg-type]
    with pytest.raises(UsageError) as caught:
        Issuer.create(tmp_path / "b", PASSPHRASE, site="https://b.example", **options)  # type: ignore[arg-type]
    assert caught.value.code == "register.taken"
    assert not (tmp_path / "b").exists()
    other = Issuer.create(
        tmp_path / "c", PASSPHRASE, kit="olympiad", site="https://c.example", kdf=UNSAFE_FOR_TESTS
    )
    other.close()
    settings = tmp_path / "c" / "issuer.toml"
    settings.write_text(settings.read_text("utf-8") + f'\n[database]\nurl = "{database}"\n', "utf-8")
    with Issuer.open(tmp_path / "c") as issuer, pytest.raises(UsageError) as caught:
        issuer.counts()
    assert caught.value.code == "register.another"


def test_an_empty_or_emptied_database_is_a_lost_register(database: str, tmp_path: Path) -> None:
    home = tmp_path / "a"
    Issuer.create(
        home, PASSPHRASE, kit="olympiad", site="https://a.example", register=database, kdf=UNSAFE_FOR_TESTS
    ).close()
    engine = sa.create_engine(database.replace("postgresql:", "postgresql+psycopg:"))
    register_tables.metadata.drop_all(engine)
    engine.dispose()
    with Issuer.open(home) as issuer, pytest.raises(UsageError) as caught:
        issuer.counts()
    assert caught.value.code == "register.missing"


def test_a_server_that_does_not_answer_is_told_without_the_password(tmp_path: Path) -> None:
    with pytest.raises(MachineError) as caught:
        Issuer.create(
            tmp_path / "a", PASSPHRASE, kit="olympiad", register="postgresql://u:geheim@127.0.0.1:1/x"
        )
    assert caught.value.code == "register.database"
    assert "running" in caught.value.next_step
    assert "geheim" not in f"{caught.value} {caught.value.evidence}"
    assert not (tmp_path / "a").exists()
