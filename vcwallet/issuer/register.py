"""The issuer's register: what was issued, without saying to whom.

It holds credential ids, status positions, moments, template ids and keyed digests of rows. It holds no names,
no birth dates and no file names, and the digests cannot be computed without the secret in the keystore: the
register alone answers no question about a child. Who has which diploma is in the files that were handed out
and in the organisation's own sheets.

A row is first *reserved* (id, place in the status list, moment of signing), then signed and written, then
marked *issued*. Signing is deterministic, so a run that was killed in between is simply run again: reserved
rows get the very same credential, and nothing is issued twice.

SQLAlchemy Core: one SQLite file by default, PostgreSQL by URL.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa

from vcwallet import timestamps
from vcwallet.errors import N_, Action, MachineError, UsageError
from vcwallet.files import create_file

FORMAT: Final = "vcwallet-register/1"

_MOST_FULL: Final = 0.75
"""Of a status list; then the next one begins, so that a free place is found in a few tries."""
_TRIES: Final = 5
_VARIABLES: Final = 500
"""Values in one IN (...); old SQLite takes 999."""

_metadata = sa.MetaData()
_about = sa.Table(
    "about",
    _metadata,
    sa.Column("name", sa.String(40), primary_key=True),
    sa.Column("value", sa.String(200), nullable=False),
)
_lists = sa.Table(
    "status_lists",
    _metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("id", sa.String(2048), nullable=False, unique=True),
    sa.Column("entries", sa.Integer, nullable=False),
)
_credentials = sa.Table(
    "credentials",
    _metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("id", sa.String(45), nullable=False, unique=True),
    sa.Column("subject", sa.String(45), nullable=False),
    sa.Column("template", sa.String(40), nullable=False),
    sa.Column("version", sa.String(8), nullable=False),
    sa.Column("row_digest", sa.String(64), nullable=False),
    sa.Column("edition", sa.Integer, nullable=False),
    sa.Column("content_digest", sa.String(64), nullable=False),
    sa.Column("frame_digest", sa.String(64), nullable=False),
    sa.Column("list", sa.Integer, sa.ForeignKey("status_lists.number"), nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("replaces", sa.Integer, sa.ForeignKey("credentials.number"), nullable=True, index=True),
    sa.Column("created", sa.String(20), nullable=False),
    sa.Column("revoked", sa.String(20), nullable=True),
    sa.Column("reason", sa.String(500), nullable=True),
    sa.UniqueConstraint("row_digest", "edition"),
    sa.UniqueConstraint("list", "position"),
)
_likenesses = sa.Table(
    "likenesses",
    _metadata,
    sa.Column("digest", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("number", sa.Integer, sa.ForeignKey("credentials.number"), primary_key=True),
    sqlite_with_rowid=False,
)
"""What a row has in common with its misspelt self: keyed digests of its parts, cut to 63 bits."""

_newer = _credentials.alias("newer")
_line_columns: Final = (
    *_credentials.c,
    sa.select(sa.func.max(_newer.c.number))
    .where(_newer.c.replaces == _credentials.c.number)
    .scalar_subquery()
    .label("replaced_by"),
)


class State(StrEnum):
    """What became of a line."""

    RESERVED = "reserved"
    """It has its id and its place; its file is not known to be on the disk."""
    ISSUED = "issued"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class RegisterLine:
    """One line of the register."""

    number: int
    """Running number of the register; names the file, stands in no credential."""
    id: str
    subject: str
    """The random id of the credential's subject, used where the child gave none."""
    template: str
    version: str
    row_digest: str
    edition: int
    """0 for the first diploma of a row, one more for each that replaces it."""
    content_digest: str
    frame_digest: str
    """Of what all credentials of that run had in common: the issuer's name, the template's fixed texts."""
    list: int
    position: int
    state: State
    created: datetime
    replaces: int | None = None
    """The number of the diploma that this one corrects."""
    replaced_by: int | None = None
    """The number of the diploma that corrects this one, from the moment it is reserved."""
    revoked: datetime | None = None
    reason: str | None = None
    """Why it was revoked. For the issuer only: nothing that is published is made from it."""


@dataclass(frozen=True, slots=True)
class RegisteredList:
    """A status list: its number, its id (a URL of the site, or a random ``urn:uuid:``), its length."""

    number: int
    id: str
    entries: int


@dataclass(frozen=True, slots=True)
class RowToReserve:
    """A row to reserve a place for."""

    row_digest: str
    content_digest: str
    edition: int = 0
    replaces: int | None = None
    """The number of the line that becomes revoked once this one is issued."""
    likenesses: tuple[int, ...] = ()
    """Keyed digests by which a corrected row is found to be like this one."""


class Register:
    """An open register. Close it, or use it as a context manager."""

    def __init__(
        self,
        engine: sa.Engine,
        *,
        list_id: Callable[[int], str],
        entries: int,
        randomness: Callable[[int], bytes],
    ) -> None:
        self._engine = engine
        self._list_id = list_id
        self._entries = entries
        self._randomness = randomness
        self._taken: dict[int, bytearray] = {}
        self._counts: dict[int, int] = {}

    @classmethod
    def open(
        cls,
        place: Path | str,
        *,
        list_id: Callable[[int], str],
        entries: int,
        randomness: Callable[[int], bytes] = os.urandom,
    ) -> Register:
        """Open a register, making it if there is none. `place` is a file, or an SQLAlchemy URL.

        `list_id` gives the id of a status list that is about to begin, by its number from 1; `entries` its
        length. Raises UsageError (``register.url``, ``register.format``) and MachineError
        (``register.database``).
        """
        try:
            if isinstance(place, Path):
                # Reasons of revocations are in it, and SQLite would let everybody read a file that it makes.
                # When a file cannot be made, SQLite tells why in a moment.
                with suppress(OSError):
                    os.close(create_file(place))
                url = sa.URL.create("sqlite", database=str(place))
            else:
                url = sa.make_url(place)
            # A run elsewhere may hold the lock while its shard is written down.
            waiting = {"timeout": 60} if url.get_backend_name() == "sqlite" else {}
            engine = sa.create_engine(url, connect_args=waiting)
        except (sa.exc.ArgumentError, sa.exc.NoSuchModuleError, ImportError) as error:
            raise UsageError(
                "register.url",
                N_("The address of the register is not one that can be opened: {reason}"),
                reason=str(error)[:200],
            ) from None
        register = cls(engine, list_id=list_id, entries=entries, randomness=randomness)
        with register._work() as connection:
            _metadata.create_all(connection)
            found = connection.execute(sa.select(_about.c.value).where(_about.c.name == "format")).scalar()
            if found is None:
                connection.execute(_about.insert().values(name="format", value=FORMAT))
            elif found != FORMAT:
                raise UsageError(
                    "register.format",
                    N_("The register is of the kind {found}; this vcwallet knows {known}."),
                    next_step=Action.UPDATE,
                    found=str(found)[:40],
                    known=FORMAT,
                )
        return register

    def close(self) -> None:
        self._engine.dispose()

    def __enter__(self) -> Register:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --- reading -------------------------------------------------------------------------------

    def find_rows(self, digests: Sequence[str]) -> dict[str, RegisterLine]:
        """The latest edition of each row that has one, by row digest."""
        found: dict[str, RegisterLine] = {}
        with self._work() as connection:
            if connection.execute(sa.select(_credentials.c.number).limit(1)).first() is None:
                return found
            for start in range(0, len(digests), _VARIABLES):
                some = digests[start : start + _VARIABLES]
                query = sa.select(*_line_columns).where(_credentials.c.row_digest.in_(some))
                for line in connection.execute(query):
                    entry = _entry(line)
                    latest = found.get(entry.row_digest)
                    if latest is None or latest.edition < entry.edition:
                        found[entry.row_digest] = entry
        return found

    def alike(self, digests: Sequence[int]) -> dict[int, tuple[RegisterLine, ...]]:
        """The lines that were reserved with each of some digests, the revoked ones left out."""
        found: dict[int, tuple[RegisterLine, ...]] = {}
        with self._work() as connection:
            for start in range(0, len(digests), _VARIABLES):
                some = digests[start : start + _VARIABLES]
                query = (
                    sa.select(*_line_columns, _likenesses.c.digest)
                    .join(_likenesses, _likenesses.c.number == _credentials.c.number)
                    .where(_likenesses.c.digest.in_(some), _credentials.c.state != State.REVOKED.value)
                    .order_by(_credentials.c.number)
                )
                for line in connection.execute(query):
                    found[line.digest] = (*found.get(line.digest, ()), _entry(line))
        return found

    def line(self, number: int) -> RegisterLine:
        """Raises UsageError ``register.unknown-number``."""
        with self._work() as connection:
            line = connection.execute(
                sa.select(*_line_columns).where(_credentials.c.number == number)
            ).first()
        if line is None:
            raise UsageError(
                "register.unknown-number",
                N_("The register has no diploma with the number {number}."),
                number=number,
            )
        return _entry(line)

    def latest(self, line: RegisterLine) -> RegisterLine:
        """The last correction of a line, or the line itself: what a further correction replaces."""
        while line.replaced_by is not None:
            line = self.line(line.replaced_by)
        return line

    def get(self, credential_id: str) -> RegisterLine:
        """Raises UsageError ``register.unknown-id``."""
        with self._work() as connection:
            line = connection.execute(
                sa.select(*_line_columns).where(_credentials.c.id == credential_id)
            ).first()
        if line is None:
            raise _unknown(credential_id)
        return _entry(line)

    def lines(self, *, last: int | None = None) -> Iterator[RegisterLine]:
        """Every line by number, or the `last` few."""
        query = sa.select(*_line_columns).order_by(_credentials.c.number)
        with self._work() as connection:
            if last is not None:
                newest = connection.execute(sa.select(sa.func.max(_credentials.c.number))).scalar() or 0
                query = query.where(_credentials.c.number > newest - last)
            for line in connection.execute(query):
                yield _entry(line)

    def counts(self) -> dict[State, int]:
        """How many lines there are in each state."""
        query = sa.select(_credentials.c.state, sa.func.count()).group_by(_credentials.c.state)
        with self._work() as connection:
            return {State(line.state): int(line[1]) for line in connection.execute(query)}

    def lists(self) -> tuple[RegisteredList, ...]:
        with self._work() as connection:
            lines = connection.execute(sa.select(_lists).order_by(_lists.c.number))
            return tuple(RegisteredList(line.number, line.id, line.entries) for line in lines)

    def revoked_positions(self, number: int) -> tuple[int, ...]:
        """The set places of one status list."""
        query = sa.select(_credentials.c.position).where(
            _credentials.c.list == number, _credentials.c.state == State.REVOKED.value
        )
        with self._work() as connection:
            return tuple(connection.execute(query).scalars())

    # --- writing -------------------------------------------------------------------------------

    def reserve(
        self, rows: Sequence[RowToReserve], *, template: str, version: str, frame_digest: str, now: datetime
    ) -> tuple[RegisterLine, ...]:
        """Give each row an id, a number and a random free place in a status list, in one transaction.

        Raises UsageError ``register.busy`` when another run reserved one of the rows meanwhile; nothing is
        reserved then.
        """
        for _ in range(_TRIES):
            try:
                with self._work() as connection:
                    return self._reserve(connection, rows, template, version, frame_digest, now)
            except sa.exc.IntegrityError:
                # Another run took a number or a place first. Look again at what is free.
                self._forget_places()
            except BaseException:
                self._forget_places()
                raise
        raise UsageError(
            "register.busy",
            N_("Another run is issuing from the same register."),
            next_step=N_("Wait until it has ended and run this again: nothing is issued twice."),
        )

    def _forget_places(self) -> None:
        self._taken, self._counts = {}, {}

    def _reserve(
        self,
        connection: sa.Connection,
        rows: Sequence[RowToReserve],
        template: str,
        version: str,
        frame_digest: str,
        now: datetime,
    ) -> tuple[RegisterLine, ...]:
        last = connection.execute(sa.select(sa.func.max(_credentials.c.number))).scalar() or 0
        created = timestamps.parse(timestamps.render(now))
        reserved = []
        for number, row in enumerate(rows, start=last + 1):
            list_number, position = self._place(connection)
            reserved.append(
                RegisterLine(
                    number=number,
                    id=self._uuid(),
                    subject=self._uuid(),
                    template=template,
                    version=version,
                    row_digest=row.row_digest,
                    edition=row.edition,
                    content_digest=row.content_digest,
                    frame_digest=frame_digest,
                    list=list_number,
                    position=position,
                    state=State.RESERVED,
                    created=created,
                    replaces=row.replaces,
                )
            )
        stamp = timestamps.render(created)
        connection.execute(_credentials.insert(), [_line(entry, stamp) for entry in reserved])
        likenesses = [
            {"digest": digest, "number": entry.number}
            for entry, row in zip(reserved, rows, strict=True)
            for digest in set(row.likenesses)
        ]
        if likenesses:
            connection.execute(_likenesses.insert(), likenesses)
        return tuple(reserved)

    def _place(self, connection: sa.Connection) -> tuple[int, int]:
        """A free place at random in the newest list; begins a list when there is none or it is full."""
        if not self._taken:
            newest = connection.execute(sa.select(_lists).order_by(_lists.c.number.desc()).limit(1)).first()
            if newest is None:
                self._begin(connection, 1)
            else:
                self._load(connection, newest.number, newest.entries)
        number = max(self._taken)
        taken = self._taken[number]
        if self._counts[number] >= len(taken) * _MOST_FULL:
            number += 1
            self._begin(connection, number)
            taken = self._taken[number]
        while True:
            position = self._below(len(taken))
            if not taken[position]:
                taken[position] = 1
                self._counts[number] += 1
                return number, position

    def _begin(self, connection: sa.Connection, number: int) -> None:
        connection.execute(
            _lists.insert().values(number=number, id=self._list_id(number), entries=self._entries)
        )
        self._taken = {number: bytearray(self._entries)}
        self._counts = {number: 0}

    def _load(self, connection: sa.Connection, number: int, entries: int) -> None:
        taken = bytearray(entries)
        query = sa.select(_credentials.c.position).where(_credentials.c.list == number)
        count = 0
        for position in connection.execute(query).scalars():
            taken[position] = 1
            count += 1
        self._taken, self._counts = {number: taken}, {number: count}

    def _below(self, limit: int) -> int:
        """A random number below `limit`, each as likely as another."""
        bits = (limit - 1).bit_length()
        while True:
            number = int.from_bytes(self._randomness(4), "big") >> (32 - bits)
            if number < limit:
                return number

    def _uuid(self) -> str:
        return f"urn:uuid:{uuid.UUID(bytes=self._randomness(16), version=4)}"

    def mark_issued(self, numbers: Iterable[int], *, now: datetime) -> None:
        """The files of these entries are written. What they replace becomes revoked."""
        wanted = list(numbers)
        with self._work() as connection:
            for start in range(0, len(wanted), _VARIABLES):
                some = wanted[start : start + _VARIABLES]
                connection.execute(
                    _credentials.update()
                    .where(_credentials.c.number.in_(some), _credentials.c.state == State.RESERVED.value)
                    .values(state=State.ISSUED.value)
                )
                replaced = sa.select(_credentials.c.replaces).where(
                    _credentials.c.number.in_(some), _credentials.c.replaces.is_not(None)
                )
                old = connection.execute(replaced).scalars().all()
                while old:
                    connection.execute(
                        _credentials.update()
                        .where(_credentials.c.number.in_(old), _credentials.c.state != State.REVOKED.value)
                        .values(state=State.REVOKED.value, revoked=timestamps.render(now), reason="replaced")
                    )
                    # A correction that was itself corrected before it was finished revoked nothing.
                    replaced = sa.select(_credentials.c.replaces).where(
                        _credentials.c.number.in_(old), _credentials.c.replaces.is_not(None)
                    )
                    old = connection.execute(replaced).scalars().all()

    def revoke(self, credential_id: str, *, now: datetime, reason: str | None = None) -> bool:
        """Revoke a credential; False when it was so before. Raises UsageError ``register.unknown-id``."""
        with self._work() as connection:
            state = connection.execute(
                sa.select(_credentials.c.state).where(_credentials.c.id == credential_id)
            ).scalar()
            if state is None:
                raise _unknown(credential_id)
            if state == State.REVOKED.value:
                return False
            connection.execute(
                _credentials.update()
                .where(_credentials.c.id == credential_id)
                .values(
                    state=State.REVOKED.value,
                    revoked=timestamps.render(now),
                    reason=(reason or "")[:500] or None,
                )
            )
        return True

    @contextmanager
    def _work(self) -> Iterator[sa.Connection]:
        """One transaction. IntegrityError passes: `reserve` answers it."""
        try:
            with self._engine.begin() as connection:
                yield connection
        except sa.exc.IntegrityError:
            raise
        except sa.exc.SQLAlchemyError as error:
            raise MachineError(
                "register.database",
                N_("The register cannot be used: {reason}"),
                next_step=N_("Check that the disk has room and that you may write there; then run it again."),
                reason=str(getattr(error, "orig", None) or error)[:200],
            ) from None


def _unknown(credential_id: str) -> UsageError:
    return UsageError(
        "register.unknown-id",
        N_("The register has no credential {id}."),
        next_step=N_("Give the id from the diploma's file (urn:uuid:…), or the file itself."),
        id=credential_id[:64],
    )


def _line(entry: RegisterLine, created: str) -> dict[str, Any]:
    return {
        "number": entry.number,
        "id": entry.id,
        "subject": entry.subject,
        "template": entry.template,
        "version": entry.version,
        "row_digest": entry.row_digest,
        "edition": entry.edition,
        "content_digest": entry.content_digest,
        "frame_digest": entry.frame_digest,
        "list": entry.list,
        "position": entry.position,
        "state": entry.state.value,
        "created": created,
        "replaces": entry.replaces,
    }


def _entry(line: Any) -> RegisterLine:
    return RegisterLine(
        number=line.number,
        id=line.id,
        subject=line.subject,
        template=line.template,
        version=line.version,
        row_digest=line.row_digest,
        edition=line.edition,
        content_digest=line.content_digest,
        frame_digest=line.frame_digest,
        list=line.list,
        position=line.position,
        state=State(line.state),
        created=timestamps.parse(line.created),
        replaces=line.replaces,
        replaced_by=line.replaced_by,
        revoked=timestamps.parse(line.revoked) if line.revoked else None,
        reason=line.reason,
    )
