"""What was shown here before: a register in a file, for the office that wants to be told of a second time.

    with SeenRegister.open(Path("seen.sqlite"), now=now) as register:
        before = register.note(report.showing.marks, "27-000123", now)
        if before is not None:
            print(before.at, before.number, before.same_showing)

A showing is known by what its holder's signature has for itself alone, and a challenge by its text: a copy of
a showing, written in another way, is the same showing, and another answer to a challenge is another answer.
The file holds keyed digests (HMAC-SHA256), moments, and the numbers of applications, sealed; no names.
Without the office's secret, which stands in a file of its own beside it, nobody can try out what it holds.

Each line is kept to the end of the year in which it was written, or as long as a request promised.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Final

from vcwallet import limits, primitives, timestamps
from vcwallet.errors import N_, MachineError, UsageError
from vcwallet.files import create_file, read_file, write_result
from vcwallet.report import Fate, Item, SeenBefore
from vcwallet.verifier.once import names

__all__ = ["BESIDE", "SeenRegister"]

BESIDE: Final = ".secret"
"""The office's secret stands beside the register, under the same name with this behind it."""
_FORMAT: Final = "vcwallet-seen-showings/1"
_SECRET_BYTES: Final = 32
_NONCE_BYTES: Final = 12
_WAIT_SECONDS: Final = 10.0
"""How long two desks wait for one another."""

_SCHEMA: Final = (
    "CREATE TABLE register (format TEXT NOT NULL, secret BLOB NOT NULL)",
    "CREATE TABLE seen (mark BLOB PRIMARY KEY, number BLOB, at TEXT NOT NULL, until TEXT NOT NULL)",
)


class SeenRegister:
    """The register of one office. `open` makes the file when there is none."""

    def __init__(
        self, connection: sqlite3.Connection, secret: bytes, randomness: Callable[[int], bytes]
    ) -> None:
        self._connection = connection
        self._secret = secret
        self._randomness = randomness
        self._numbers_key = hmac.digest(secret, b"vcwallet-seen-showings/1 numbers", "sha256")

    @classmethod
    def open(
        cls, path: Path, *, now: datetime, randomness: Callable[[int], bytes] = secrets.token_bytes
    ) -> SeenRegister:
        """The register of a file and the secret beside it; what is over is forgotten.

        Raises UsageError (``seen.malformed``, ``seen.no-secret``, ``seen.other-secret``), MachineError
        (``seen.database``) and OSError.
        """
        beside = path.with_name(path.name + BESIDE)
        is_new = not path.exists() or path.stat().st_size == 0
        if is_new and not beside.exists():
            write_result(beside, randomness(_SECRET_BYTES).hex().encode("ascii") + b"\n")
        secret = _read_secret(beside)
        if not path.exists():
            os.close(create_file(path))
        with _told():
            connection = sqlite3.connect(path, timeout=_WAIT_SECONDS, isolation_level=None)
        register = cls(connection, secret, randomness)
        try:
            register._begin(is_new=is_new)
            register.forget(now)
        except BaseException:
            connection.close()
            raise
        return register

    def __enter__(self) -> SeenRegister:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._connection.close()

    def note(
        self,
        marks: Sequence[bytes],
        number: str | None,
        now: datetime,
        *,
        challenge: bytes | None = None,
        keep: timedelta | None = None,
    ) -> SeenBefore | None:
        """What is known of a showing with these `marks`; the first time it is written down, and None is the
        answer.

        A diploma that came alone is no showing, has no marks and leaves no trace. `challenge` is the question
        that it answers, and is good once; `keep` is for how long the line stays. Raises MachineError
        (``seen.database``) and UsageError (``seen.malformed``).
        """
        if not marks:
            return None
        showings = [self._digest("showing", mark) for mark in marks]
        question = None if challenge is None else self._digest("challenge", challenge)
        with self._changing():
            for digest in showings:
                if (found := self._find(digest)) is not None:
                    return found
            if question is not None and (found := self._find(question)) is not None:
                return replace(found, same_showing=False)
            for digest in showings:
                self._add(digest, number, now, keep)
            if question is not None:
                self._add(question, number, now, keep)
        return None

    def note_diplomas(
        self, items: Sequence[Item], number: str, now: datetime, *, keep: timedelta | None = None
    ) -> Mapping[int, SeenBefore]:
        """The confirmed diplomas, by number of the item, that were seen under another application before.

        Those seen for the first time are written down. Raises as `note`.
        """
        before: dict[int, SeenBefore] = {}
        with self._changing():
            for item in items:
                if item.outcome is not Fate.CONFIRMED:
                    continue
                digests = [self._digest("diploma", name.encode()) for name in sorted(names(item))]
                seen = [found for digest in digests if (found := self._find(digest)) is not None]
                other = next((found for found in seen if found.number != number), None)
                if other is not None:
                    before[item.number] = other
                else:
                    for digest in digests:
                        self._add(digest, number, now, keep)
        return before

    def forget(self, before: datetime, *, written: bool = False) -> int:
        """Delete what was to be kept until before this moment, or what was `written` before it; how many.

        Raises as `note`.
        """
        column = "at" if written else "until"
        with self._changing():
            done = self._connection.execute(f"DELETE FROM seen WHERE {column} < ?", (_text(before),))  # noqa: S608
            return done.rowcount

    def __len__(self) -> int:
        with _told():
            (count,) = self._connection.execute("SELECT count(*) FROM seen").fetchone()
        return int(count)

    # --- the file ----------------------------------------------------------------------------------------

    def _begin(self, *, is_new: bool) -> None:
        mark = hmac.digest(self._secret, b"vcwallet-seen-showings/1 this secret", "sha256")
        with self._changing():
            tables = self._connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
            if is_new and not tables:
                for statement in _SCHEMA:
                    self._connection.execute(statement)
                self._connection.execute("INSERT INTO register VALUES (?, ?)", (_FORMAT, mark))
            row = self._connection.execute("SELECT format, secret FROM register").fetchone()
        if row is None or row[0] != _FORMAT:
            raise _malformed()
        if not hmac.compare_digest(bytes(row[1]), mark):
            raise UsageError(
                "seen.other-secret",
                N_("The secret beside the register of what was seen belongs to another register."),
                next_step=N_("Put back the file “.secret” that was made with this register."),
            )

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """One whole change: two desks that look at the same moment are told one after the other."""
        with _told():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def _find(self, digest: bytes) -> SeenBefore | None:
        row = self._connection.execute("SELECT number, at FROM seen WHERE mark = ?", (digest,)).fetchone()
        if row is None:
            return None
        return SeenBefore(timestamps.parse(row[1]), self._opened(row[0], digest), same_showing=True)

    def _add(self, digest: bytes, number: str | None, now: datetime, keep: timedelta | None) -> None:
        until = now.replace(month=12, day=31, hour=23, minute=59, second=59) if keep is None else now + keep
        sealed = None
        if number is not None:
            nonce = self._randomness(_NONCE_BYTES)
            text = number.encode("utf-8")
            sealed = nonce + primitives.chacha20_poly1305_encrypt(self._numbers_key, nonce, text, digest)
        self._connection.execute(
            "INSERT OR IGNORE INTO seen (mark, number, at, until) VALUES (?, ?, ?, ?)",
            (digest, sealed, _text(now), _text(until)),
        )

    def _opened(self, sealed: bytes | None, digest: bytes) -> str | None:
        if sealed is None:
            return None
        try:
            nonce, text = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
            return primitives.chacha20_poly1305_decrypt(self._numbers_key, nonce, text, digest).decode(
                "utf-8"
            )
        except (primitives.WrongTag, ValueError):
            raise _malformed() from None

    def _digest(self, kind: str, mark: bytes) -> bytes:
        return hmac.digest(self._secret, f"vcwallet-seen-showings/1 {kind}\n".encode() + mark, hashlib.sha256)


def _text(moment: datetime) -> str:
    return timestamps.render(moment)


def _read_secret(path: Path) -> bytes:
    if not path.exists():
        raise UsageError(
            "seen.no-secret",
            N_("The secret of the register of what was seen is not beside it ({file})."),
            next_step=N_("Put it back, or begin a new register under another name."),
            file=path.name,
        )
    try:
        secret = bytes.fromhex(read_file(path, limits.SEEN_SECRET_BYTES).decode("ascii").strip())
    except ValueError:
        secret = b""
    if len(secret) != _SECRET_BYTES:
        raise _malformed()
    return secret


@contextmanager
def _told() -> Iterator[None]:
    """What the database refuses, in our words."""
    try:
        yield
    except sqlite3.OperationalError as error:
        raise MachineError(
            "seen.database",
            N_("The register of what was seen cannot be used: {reason}"),
            next_step=N_("Check that the disk has room and that you may write there; then run it again."),
            reason=str(error)[:200],
        ) from None
    except sqlite3.DatabaseError:
        raise _malformed() from None


def _malformed() -> UsageError:
    return UsageError(
        "seen.malformed",
        N_("The register of what was seen cannot be read."),
        next_step=N_("Name another file, or move this one away."),
    )
