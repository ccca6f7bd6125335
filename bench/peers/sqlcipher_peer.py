"""SQLCipher as a worker: one row for each credential; the raw key skips its PBKDF2."""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import sqlcipher3
from peer import serve

state = {}
KEY = "x'" + "11" * 32 + "'"


def connect(path, key=f'"{KEY}"'):
    connection = sqlcipher3.connect(str(path))
    connection.execute(f"PRAGMA key = {key}")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    return connection


def setup(request):
    path = Path(request["folder"]) / "family.db"
    connection = connect(path)
    connection.execute("CREATE TABLE record (id INTEGER PRIMARY KEY, data BLOB NOT NULL)")
    rows = ((os.urandom(request["bytes"]),) for _ in range(request["count"]))
    connection.executemany("INSERT INTO record (data) VALUES (?)", rows)
    connection.commit()
    other = connect(path.with_name("passphrase.db"), "'bench'")
    other.execute("CREATE TABLE record (id INTEGER PRIMARY KEY)")
    other.commit()
    other.close()
    state.update(path=path, connection=connection, middle=request["count"] // 2 + 1, bytes=request["bytes"])


def opening(request):
    connect(state["path"]).close()


def read(request):
    state["connection"].execute("SELECT data FROM record WHERE id = ?", (state["middle"],)).fetchone()


def add(request):
    state["connection"].execute("INSERT INTO record (data) VALUES (?)", (os.urandom(state["bytes"]),))
    state["connection"].commit()


def derive(request):
    connect(state["path"].with_name("passphrase.db"), "'bench'").close()


def size(request):
    return state["path"].stat().st_size


serve(setup, {"open": opening, "read": read, "add": add, "derive": derive, "size": size})
