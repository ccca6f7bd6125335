"""What a queue has answered so far: a run that was killed goes on where it stopped.

    with Journal.open(path, settings=digest, now=now) as journal:
        answer = journal.of(unit)           # None, or the answer for a unit whose files are still the same
        if answer is None:
            answer = journal.keep(unit, checking.answer(unit))

An answer stands under the digest of its unit's files, and all of them under one digest of everything else an
answer depends on; when either is another, the unit is checked again. A run that goes on works at the moment
at which the first one began, so that ages are the same in all its answers.

The file is SQLite, readable by its owner only: it holds what the diplomas say. Only the process that leads
the queue writes to it. It is deleted at the end unless somebody wants to keep it.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import time
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Final

from vcwallet import timestamps
from vcwallet.errors import N_, MachineError, UsageError, VcwalletError
from vcwallet.verifier.journal_values import from_json
from vcwallet.verifier.unit_checking import UnitAnswer
from vcwallet.verifier.units import Unit

__all__ = ["Journal"]

_VERSION: Final = "vcwallet-journal/1"
_COMMIT_SECONDS: Final = 1.0
"""So much work a kill may cost: an answer a time would wait for the disk thousands of times."""
_TABLES: Final = """
CREATE TABLE IF NOT EXISTS run (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS answers (unit TEXT PRIMARY KEY, digest TEXT NOT NULL, answer BLOB NOT NULL);
"""


class Journal:
    def __init__(self, path: Path, database: sqlite3.Connection, started: datetime, *, resumed: bool) -> None:
        self.path = path
        self.started = started
        """The moment at which answers are given."""
        self.resumed = resumed
        """Whether there are answers of an earlier run."""
        self._database = database
        self._committed = time.monotonic()

    @classmethod
    def open(cls, path: Path, *, settings: str, now: datetime, fixed: bool = False) -> Journal:
        """Open or make a journal. `settings` is a digest of all that answers depend on beside their files.

        A journal of other settings, of another day, or that cannot be read is begun anew; with `fixed` also
        one of another moment than `now`. Raises UsageError (``queue.busy``) when another run is writing to
        it, and OSError from the disk. Other methods raise MachineError (``queue.journal``) when the disk is
        full or the file was torn meanwhile.
        """
        for fresh in (False, True):
            if fresh:
                _remove(path)
            if not path.exists():
                os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
            database = sqlite3.connect(path, isolation_level=None)
            try:
                database.execute("PRAGMA locking_mode = EXCLUSIVE")
                database.execute("PRAGMA synchronous = NORMAL")
                database.execute("BEGIN EXCLUSIVE")
                database.executescript(_TABLES)
                database.execute("BEGIN EXCLUSIVE")
                started, resumed = _begun(database, settings, now, fixed=fixed)
            except sqlite3.OperationalError as error:
                database.close()
                if "locked" in str(error):
                    raise _busy(path) from None
                if fresh:
                    raise OSError(str(error)) from error
            except sqlite3.DatabaseError:
                database.close()  # a file that is no journal, or a torn one
            else:
                return cls(path, database, started, resumed=resumed)
        raise OSError(f"no journal can be made at {path.name}")

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def of(self, unit: Unit) -> UnitAnswer | None:
        """The answer for a unit whose files are what they were; None when it has to be checked."""
        with self._told():
            rows = self._database.execute("SELECT digest FROM answers WHERE unit = ?", (_key(unit),))
            found = rows.fetchone()
        if found is None or not found[0]:
            return None
        try:
            if unit.digest() != found[0]:
                return None
        except VcwalletError:
            return None
        return self.answer(unit)

    def answer(self, unit: Unit) -> UnitAnswer | None:
        """The answer that was kept for a unit, whatever its files are now."""
        with self._told():
            rows = self._database.execute("SELECT answer FROM answers WHERE unit = ?", (_key(unit),))
            row = rows.fetchone()
        if row is None:
            return None
        try:
            return from_json(UnitAnswer, zlib.decompress(row[0]).decode("ascii"))
        except (ValueError, zlib.error):
            return None

    def keep(self, unit: Unit, answer: str) -> UnitAnswer:
        """Write down the JSON of an answer; returns what was read back of it."""
        read = from_json(UnitAnswer, answer)
        with self._told():
            self._database.execute(
                "INSERT OR REPLACE INTO answers VALUES (?, ?, ?)",
                (_key(unit), read.digest, zlib.compress(answer.encode("ascii"), 1)),
            )
        if time.monotonic() - self._committed > _COMMIT_SECONDS:
            self.commit()
        return read

    def commit(self) -> None:
        with self._told():
            self._database.execute("COMMIT")
            self._database.execute("BEGIN EXCLUSIVE")
        self._committed = time.monotonic()

    @contextmanager
    def _told(self) -> Iterator[None]:
        """What the database refuses in the middle of a run, in our words."""
        try:
            yield
        except sqlite3.Error as error:
            raise MachineError(
                "queue.journal",
                N_("The journal of the check ({file}) cannot be used: {reason}"),
                next_step=N_("Check that the disk has room and that you may write there; then run it again."),
                file=self.path.name,
                reason=str(error)[:200],
            ) from None

    def close(self) -> None:
        with closing(self._database), suppress(sqlite3.Error):
            self._database.execute("COMMIT")

    def delete(self) -> None:
        """Close it and remove the file."""
        self.close()
        _remove(self.path)


def _begun(
    database: sqlite3.Connection, settings: str, now: datetime, *, fixed: bool
) -> tuple[datetime, bool]:
    """The moment of the run, and whether it goes on; a run of another kind is forgotten."""
    known = dict(database.execute("SELECT name, value FROM run").fetchall())
    if known.get("version") == _VERSION and known.get("settings") == settings:
        with suppress(VcwalletError):
            started = timestamps.parse(known.get("started", "")).astimezone(now.tzinfo)
            if started == now or (not fixed and started <= now and started.date() == now.date()):
                return started, database.execute("SELECT 1 FROM answers LIMIT 1").fetchone() is not None
    database.execute("DELETE FROM run")
    database.execute("DELETE FROM answers")
    written = {"version": _VERSION, "settings": settings, "started": timestamps.render(now)}
    database.executemany("INSERT INTO run VALUES (?, ?)", written.items())
    return now, False


def _key(unit: Unit) -> str:
    parts = [unit.name, unit.bundle or "", *(f"{each.name}\0{each.first_page or 0}" for each in unit.files)]
    return hashlib.sha256("\0\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def _remove(path: Path) -> None:
    for each in (path, path.with_name(path.name + "-journal")):
        each.unlink(missing_ok=True)


def _busy(path: Path) -> UsageError:
    return UsageError(
        "queue.busy",
        N_("Another run is working on the same results ({file})."),
        next_step=N_("Wait until it has ended, or choose another place for the results."),
        file=path.name,
    )
