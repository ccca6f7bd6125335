"""Backup and restore with a drill, export and import, migrations, going on after a loss."""

from __future__ import annotations

import shutil
import sqlite3
import warnings
import zipfile
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests import postgres
from tests.unit.issuer.kits import csv
from tests.unit.issuer.offices import NOW, PASSPHRASE, left_by_a_kill, pupils
from tests.unit.issuer.test_copies import publish, published, refused, revoke, revoked, sign
from tests.unit.issuer.test_register import reserve, wanted
from tests.unit.issuer.test_two_secretaries import opened
from vcwallet.errors import DocumentError, UsageError, VcwalletError
from vcwallet.issuer import Arrival, Issuer, State, keeping, register_tables
from vcwallet.issuer import register as registers
from vcwallet.issuer.folder import IssuerFolder
from vcwallet.issuer.register import Register
from vcwallet.sealed_file import UNSAFE_FOR_TESTS

pytestmark = pytest.mark.xdist_group("postgres")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("issuer") / "olympiad"
    Issuer.create(
        place, PASSPHRASE, kit="olympiad", site="https://olymp.example", kdf=UNSAFE_FOR_TESTS
    ).close()
    sign(place, 0, 4)
    revoke(place, 0)
    publish(place)
    return place


@pytest.fixture
def home(made: Path, tmp_path: Path) -> Path:
    """A folder with four diplomas, the first revoked and published."""
    place = tmp_path / "olympiad"
    shutil.copytree(made, place)
    shutil.copytree(made.parent / "site", tmp_path / "site")
    with Issuer.open(place) as issuer:
        issuer.settle(Arrival.MOVED, now=NOW)
    publish(place)
    return place


def backed_up(home: Path) -> Path:
    place = home.parent / "backup.zip"
    with Issuer.open(home, PASSPHRASE) as issuer:
        found = issuer.backup(place, now=NOW)
    assert (found.issuer, found.held.diplomas) == ("did:web:olymp.example", 4)
    return place


def lines(home: Path) -> list[object]:
    with Issuer.open(home) as issuer:
        return list(issuer.lines())


def test_what_killed_backups_and_restores_left_is_removed_by_the_next(home: Path, tmp_path: Path) -> None:
    back, archive, register = tmp_path / "back", tmp_path / "backup.zip", tmp_path / "register.jsonl"
    left = [left_by_a_kill(each) for each in (back, archive, register)]
    at_work = [left_by_a_kill(each, hours=0.5) for each in (back, archive, register)]
    backed_up(home)
    Issuer.restore(archive, back, PASSPHRASE)
    with Issuer.open(home) as issuer:
        issuer.export_register(register)
    assert all(each.exists() for each in (back, archive, register, *at_work))
    assert not any(each.exists() for each in left)


def test_a_backup_is_put_back_as_it_was_and_goes_on(home: Path, tmp_path: Path) -> None:
    backup = backed_up(home)
    before = lines(home)
    assert Issuer.drill(backup, PASSPHRASE).held.diplomas == 4
    shutil.rmtree(home)
    back = tmp_path / "back"
    Issuer.restore(backup, back, PASSPHRASE)
    assert lines(back) == before
    refused("register.elsewhere", lambda place: sign(place, 4, 5), back)
    with Issuer.open(back) as issuer:
        issuer.settle(Arrival.MOVED, now=NOW)
    sign(back, 4, 5)
    publish(back)
    assert revoked(published(back)) == 1


def test_no_child_is_named_in_a_backup_and_standby_keys_are_kept_apart(home: Path) -> None:
    with zipfile.ZipFile(backed_up(home)) as archive:
        names = archive.namelist()
        everything = b"".join(archive.read(name) for name in names)
    assert not [name for name in names if "standby" in name or "issued" in name or name.endswith(".csv")]
    assert "Тестов".encode() not in everything
    assert (home.parent / "backup.zip").stat().st_mode & 0o077 == 0


def test_a_backup_is_written_over_nothing_and_not_into_the_folder(home: Path, tmp_path: Path) -> None:
    backup = backed_up(home)
    with Issuer.open(home, PASSPHRASE) as issuer:
        for place, code in ((backup, "backup.exists"), (home / "b.zip", "backup.in-the-folder")):
            with pytest.raises(UsageError) as caught:
                issuer.backup(place, now=NOW)
            assert caught.value.code == code
    with pytest.raises(UsageError) as caught:
        Issuer.restore(backup, home, PASSPHRASE)
    assert caught.value.code == "folder.not-empty"


def changed(backup: Path, name: str, content: bytes | None, add: str | None = None) -> Path:
    place = backup.with_name("changed.zip")
    with zipfile.ZipFile(backup) as old, zipfile.ZipFile(place, "w") as new:
        for each in old.namelist():
            data = old.read(each)
            if each == name:
                if content is None:
                    continue
                data = content or data[: len(data) // 2]
            new.writestr(each, data)
        if add is not None:
            with warnings.catch_warnings(action="ignore"):
                new.writestr(add, b"x")
    return place


@pytest.mark.parametrize(
    ("name", "content", "add", "code"),
    [
        ("backup.json", None, None, "backup.damaged"),
        ("backup.json", b'{"format": "another"}', None, "backup.damaged"),
        ("register.jsonl", None, None, "backup.damaged"),
        ("register.jsonl", b"", None, "register.export-damaged"),
        ("register.jsonl", b"[]\n", None, "register.export-damaged"),
        ("keys.vcw", b"", None, "sealed-file.damaged"),
        ("", None, "../evil.toml", "backup.damaged"),
        ("", None, "templates/../../evil.toml", "backup.damaged"),
        ("", None, "templates\\evil.toml", "backup.damaged"),
        ("", None, "other.txt", "backup.damaged"),
        ("", None, ".", "backup.damaged"),
        ("", None, "templates/", "backup.damaged"),
        ("", None, "templates/olympiad-diploma.toml/x", "backup.damaged"),
        ("", None, "keys.vcw", "backup.damaged"),
        ("", None, f"templates/{'a' * 400}.toml", "backup.damaged"),
    ],
)
def test_a_backup_that_is_not_whole_puts_nothing_back(
    home: Path, name: str, content: bytes | None, add: str | None, code: str
) -> None:
    backup = changed(backed_up(home), name, content, add)
    target = home.parent / "back"
    with pytest.raises(VcwalletError) as caught:
        Issuer.restore(backup, target, PASSPHRASE)
    assert caught.value.code == code
    assert not target.exists()
    assert not list(home.parent.rglob("evil*"))


@pytest.mark.parametrize("at", ["identifier.json", "keys.vcw", "register"])
def test_a_restoring_that_was_stopped_leaves_no_half_folder_and_can_be_repeated(
    home: Path, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    backup = backed_up(home)
    target = home.parent / "back"
    drilled, part, load = keeping.drill, keeping._part, IssuerFolder.load_register
    done: list[bool] = []

    def after_the_drill(path: Path, *, unlock: keeping.Unlock) -> keeping.Backup:
        found = drilled(path, unlock=unlock)
        done.append(True)
        return found

    def stopped(archive: zipfile.ZipFile, name: str, path: Path) -> bytes:
        if name == at and done:
            raise KeyboardInterrupt
        return part(archive, name, path)

    def loaded(folder: IssuerFolder, lines: Iterable[bytes]) -> None:
        if at == "register":
            raise KeyboardInterrupt
        load(folder, lines)

    with monkeypatch.context() as patched:
        patched.setattr(keeping, "drill", after_the_drill)
        patched.setattr(keeping, "_part", stopped)
        patched.setattr(IssuerFolder, "load_register", loaded)
        with pytest.raises(KeyboardInterrupt):
            Issuer.restore(backup, target, PASSPHRASE)
    assert not target.exists()
    assert not [path for path in home.parent.iterdir() if "back." in path.name]
    Issuer.restore(backup, target, PASSPHRASE)
    assert Issuer.open(target, PASSPHRASE).count() == Issuer.open(home).count()


def test_a_locked_archive_is_no_backup(home: Path) -> None:
    backup = backed_up(home)
    content = bytearray(backup.read_bytes())
    for header, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.find(header) + flags] |= 1
    backup.write_bytes(content)
    with pytest.raises(DocumentError) as caught:
        Issuer.drill(backup, PASSPHRASE)
    assert caught.value.code == "backup.damaged"


def test_what_is_no_archive_is_no_backup(tmp_path: Path) -> None:
    (tmp_path / "b.zip").write_bytes(b"not a zip")
    with pytest.raises(DocumentError) as caught:
        Issuer.drill(tmp_path / "b.zip", PASSPHRASE)
    assert caught.value.code == "backup.damaged"


def test_an_older_backup_is_noticed_and_what_it_lacks_is_taken_over(home: Path) -> None:
    """The order of a real loss: backup, a day's work, the disk dies; diplomas and site are left."""
    backup = backed_up(home)
    sign(home, 4, 6)
    revoke(home, 4)
    publish(home)
    kept = home.parent / "handed out"
    shutil.copytree(home / "issued", kept)
    shutil.rmtree(home)
    Issuer.restore(backup, home, PASSPHRASE)
    shutil.copytree(kept, home / "issued")
    for change in (lambda place: sign(place, 6, 7), lambda place: revoke(place, 1), publish):
        refused("register.behind", change, home)
    with Issuer.open(home, PASSPHRASE) as issuer:
        found = issuer.recover_register(now=NOW)
    assert (found.diplomas, found.revocations) == (2, 1)
    with Issuer.open(home) as issuer:
        assert issuer.counts() == {State.ISSUED: 4, State.REVOKED: 2}
        assert not issuer.compare_register().unknown
    revoke(home, 5)
    sign(home, 6, 7)
    publish(home)
    assert revoked(published(home)) == 3
    with Issuer.open(home) as issuer:
        places = [(line.list, line.position) for line in issuer.lines()]
    assert len(set(places)) == len(places) == 7
    assert places[-1][0] != places[0][0]


def test_a_register_that_is_lost_for_good_is_made_of_what_went_out(home: Path) -> None:
    (home / "register.sqlite").unlink()
    refused("register.missing", lambda place: revoke(place, 1), home)
    with Issuer.open(home, PASSPHRASE) as issuer:
        found = issuer.recover_register([home / "issued", home.parent / "site"], now=NOW)
    assert (found.diplomas, found.revocations) == (4, 1)
    revoke(home, 1)
    publish(home)
    assert revoked(published(home)) == 2


def test_revocations_of_diplomas_that_nobody_has_are_kept(home: Path) -> None:
    (home / "register.sqlite").unlink()
    shutil.rmtree(home / "issued")
    with Issuer.open(home, PASSPHRASE) as issuer:
        found = issuer.recover_register([home.parent / "site"], now=NOW)
        assert (found.diplomas, found.revocations) == (0, 1)
        again = issuer.recover_register([home.parent / "site"], now=NOW)
        assert (again.diplomas, again.revocations) == (0, 0)
    publish(home)
    assert revoked(published(home)) == 1


def test_comparing_names_what_does_not_fit(home: Path) -> None:
    with Issuer.open(home) as issuer:
        found = issuer.compare_register()
        assert (found.held.diplomas, found.files, found.unknown, found.missing) == (4, 4, (), 0)
    next((home / "issued").glob("0002*.vc.json")).unlink()
    with Issuer.open(home) as issuer:
        assert issuer.compare_register().missing == 1
    with sqlite3.connect(home / "register.sqlite") as raw:
        raw.execute("delete from credentials where number = 3")
    raw.close()
    with Issuer.open(home) as issuer:
        found = issuer.compare_register()
        assert len(found.unknown) == 1
        with pytest.raises(UsageError) as unknown:
            found.demand_known()
        assert unknown.value.code == "register.unknown-files"
    with sqlite3.connect(home / "register.sqlite") as raw:
        raw.execute("update credentials set position = 999999 where number = 2")
    raw.close()
    with Issuer.open(home) as issuer, pytest.raises(DocumentError) as caught:
        issuer.compare_register()
    assert caught.value.code == "register.inconsistent"


def test_a_register_moves_into_a_database_and_back(
    home: Path, database_server: postgres.Server, tmp_path: Path
) -> None:
    before = lines(home)
    with Issuer.open(home) as issuer:
        issuer.export_register(tmp_path / "r.jsonl")
        with pytest.raises(UsageError) as caught:
            issuer.export_register(tmp_path / "r.jsonl")
        assert caught.value.code == "backup.exists"
        with pytest.raises(UsageError) as caught:
            issuer.import_register(tmp_path / "r.jsonl")
        assert caught.value.code == "register.taken"
    settings = home / "issuer.toml"
    plain = settings.read_text("utf-8")
    settings.write_text(f'{plain}\n[database]\nurl = "{database_server.database()}"\n', "utf-8")
    with Issuer.open(home) as issuer:
        issuer.import_register(tmp_path / "r.jsonl")
    assert lines(home) == before
    sign(home, 4, 5)
    with Issuer.open(home, PASSPHRASE) as issuer:
        issuer.backup(tmp_path / "b.zip", now=NOW)
        issuer.export_register(tmp_path / "back.jsonl")
    settings.write_text(plain, "utf-8")
    refused("register.older", lambda place: sign(place, 5, 6), home)
    (home / "register.sqlite").unlink()
    with Issuer.open(home) as issuer:
        issuer.import_register(tmp_path / "back.jsonl")
    sign(home, 5, 6)
    assert len(lines(home)) == 6


def test_an_export_cut_short_leaves_nothing(home: Path, tmp_path: Path) -> None:
    with Issuer.open(home) as issuer:
        issuer.export_register(tmp_path / "r.jsonl")
    whole = (tmp_path / "r.jsonl").read_bytes()
    register = (home / "register.sqlite").read_bytes()
    (home / "register.sqlite").unlink()
    rows = whole.splitlines(keepends=True)
    for damaged in (b"".join(rows[:-1]), b"".join(rows[:5] + rows[6:]), whole + b"{}\n", b"", b"\xff\n"):
        (tmp_path / "r.jsonl").write_bytes(damaged)
        with Issuer.open(home) as issuer, pytest.raises(DocumentError) as caught:
            issuer.import_register(tmp_path / "r.jsonl")
        assert caught.value.code == "register.export-damaged"
        assert not (home / "register.sqlite").exists()
    (home / "register.sqlite").write_bytes(register)
    sign(home, 4, 5)


# --- statistics ---------------------------------------------------------------------------------------


def test_postgresql_is_told_how_large_the_tables_are_before_the_first_look_up(
    database_server: postgres.Server,
) -> None:
    sizes = sa.text("SELECT reltuples FROM pg_class WHERE relname = 'credentials'")
    with opened(database_server.database()) as register:
        reserve(register, wanted(3))
        with register._work() as connection:
            assert connection.execute(sizes).scalar() == -1, "a few rows are looked up as quickly without"
        reserve(register, wanted(1000, 3))
        with register._work() as connection:
            assert connection.execute(sizes).scalar() == 1003


# --- migrations ------------------------------------------------------------------------------------------


@pytest.fixture(params=["sqlite", "postgresql"])
def older(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A register of an invented version 0: changes did not say who made them."""
    address = f"sqlite:///{(tmp_path / 'r.sqlite').as_posix()}"
    if request.param == "postgresql":
        server: postgres.Server = request.getfixturevalue("database_server")
        address = server.database()
    with opened(address) as register:
        reserve(register, wanted(3))
        with register._work(change=True) as connection:
            connection.execute(sa.text("ALTER TABLE changes DROP COLUMN who"))
            registers._set_about(connection, "format", "vcwallet-register/0")
    return address


def add_who(connection: sa.Connection) -> None:
    connection.execute(sa.text("ALTER TABLE changes ADD COLUMN who VARCHAR(120) NOT NULL DEFAULT 'nobody'"))


def test_an_older_register_is_brought_up_to_date(older: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(registers.MIGRATIONS, "vcwallet-register/0", (register_tables.FORMAT, add_who))
    with opened(older, make=False, who="anna@first") as register:
        assert len(list(register.lines())) == 3
        register.verify()
        number = register.mark().number
        reserve(register, wanted(2, 3))
        assert register.mark().number == number + 1
    with opened(older, make=False) as register:
        assert len(list(register.lines())) == 5
    if older.startswith("sqlite"):
        kept = Path(older.removeprefix("sqlite:///") + ".0.bak")
        assert sqlite3.connect(kept).execute("select value from about where name = 'format'").fetchone() == (
            "vcwallet-register/0",
        )


def test_a_migration_that_fails_changes_nothing(older: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def half(connection: sa.Connection) -> None:
        add_who(connection)
        raise RuntimeError("power cut")

    monkeypatch.setitem(registers.MIGRATIONS, "vcwallet-register/0", (register_tables.FORMAT, half))
    with pytest.raises(RuntimeError):
        opened(older, make=False)
    monkeypatch.setitem(registers.MIGRATIONS, "vcwallet-register/0", (register_tables.FORMAT, add_who))
    with opened(older, make=False) as register:
        assert len(list(register.lines())) == 3


def test_two_who_migrate_at_once_migrate_once(older: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.unit.issuer.test_two_secretaries import at_once

    monkeypatch.setitem(registers.MIGRATIONS, "vcwallet-register/0", (register_tables.FORMAT, add_who))
    at_once(3, lambda number: Register.close(opened(older, make=False)))
    with opened(older, make=False) as register:
        assert register.mark().number == 3


def test_a_later_backup_of_the_day_is_not_needed_to_read_the_sheet_again(home: Path) -> None:
    """Rows signed before the backup are known after it was put back: nothing is signed twice."""
    backup = backed_up(home)
    target = home.parent / "back"
    Issuer.restore(backup, target, PASSPHRASE)
    with Issuer.open(target, PASSPHRASE) as issuer:
        issuer.settle(Arrival.MOVED, now=NOW)
        plan = issuer.plan(issuer.read(csv(*pupils(4)), now=NOW + timedelta(days=1)))
        assert (len(plan.new), len(plan.already)) == (0, 3)


def hostile(backup: Path, name: str) -> None:
    """Change a backup in one way in which nobody's program packs one."""
    with zipfile.ZipFile(backup) as archive:
        parts = {each: archive.read(each) for each in archive.namelist()}
    if name == "a file is missing":
        del parts["issuer.toml"]
    more = {
        "a folder as a file": [("templates/", b"")],
        "a file for a folder": [("templates", b"x")],
        "a file in a file": [("templates/a", b"x"), ("templates/a/b", b"x")],
        "no name": [("/", b"x")],
    }
    with zipfile.ZipFile(backup, "w", zipfile.ZIP_DEFLATED) as archive:
        for each, content in [*more.get(name, []), *parts.items()]:
            archive.writestr(each, content)
    raw = bytearray(backup.read_bytes())
    if name == "a broken stream":
        at = raw.index(b"backup.json") + len(b"backup.json")
        raw[at : at + 8] = bytes(byte ^ 0xFF for byte in raw[at : at + 8])
    if name == "locked":
        for sign, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
            at = -1
            while (at := raw.find(sign, at + 1)) >= 0:
                raw[at + place] |= 1
    backup.write_bytes(raw)


@pytest.mark.parametrize(
    "name",
    [
        *("a broken stream", "locked", "a folder as a file", "a file for a folder", "a file in a file"),
        *("no name", "a file is missing"),
    ],
)
def test_a_hostile_archive_is_no_whole_backup(home: Path, name: str) -> None:
    """Each ended in a mistake of the program, or named a folder that nobody knows."""
    backup = backed_up(home)
    hostile(backup, name)
    target = home.parent / "back"
    with pytest.raises(DocumentError) as caught:
        Issuer.restore(backup, target, PASSPHRASE)
    assert caught.value.code == "backup.damaged"
    assert not target.exists()
