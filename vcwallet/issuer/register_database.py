"""The database an issuer's register lies in: a SQLite file, or PostgreSQL by its URL. SQLAlchemy Core.

    engine, name = opened(Path("register.sqlite"), make=True)
    with engine.connect().execution_options(**{CHANGES: True}) as connection, connection.begin():
        insert(connection, tables.credentials, lines)

A transaction that changes something begins as one, so that two writers wait for each other and never end in
a deadlock.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, TypeAlias

import sqlalchemy as sa

from vcwallet.errors import N_, Action, MachineError, UsageError
from vcwallet.files import create_file
from vcwallet.issuer import register_tables as tables

WAIT_SECONDS: Final = 60
"""For another run that is writing."""
LOCK: Final = 0x76637772
"""The key of PostgreSQL's advisory lock that makes writers wait for each other."""
LOCK_NOT_AVAILABLE: Final = "55P03"
CHANGES: Final = "vcwallet_changes"


def opened(place: Path | str, *, make: bool) -> tuple[sa.Engine, str]:
    """An engine, and what to call the register before a person: a URL may hold a password."""
    try:
        if isinstance(place, Path):
            url = sa.URL.create("sqlite", database=str(place))
        else:
            url = sa.make_url(place)
            if url.drivername in ("postgresql", "postgres"):
                url = url.set(drivername="postgresql+psycopg")
        name = place.name if isinstance(place, Path) else url.render_as_string(hide_password=True)[-100:]
        if url.get_backend_name() == "sqlite" and url.database:
            file = Path(url.database)
            if make:
                # Reasons of revocations are in it, and SQLite would let everybody read a file that it makes.
                # When a file cannot be made, SQLite tells why in a moment.
                with suppress(OSError):
                    os.close(create_file(file))
            elif not file.exists():
                raise missing(name)
        # A run elsewhere may hold the lock while its shard is written down.
        waiting = {"timeout": WAIT_SECONDS} if url.get_backend_name() == "sqlite" else {}
        engine = sa.create_engine(url, connect_args=waiting)
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("psycopg"):
            raise MachineError(
                "register.extra-missing",
                N_("A register in PostgreSQL needs a part of vcwallet that is not installed."),
                next_step=Action.INSTALL_PART,
                part="postgres",
            ) from None
        raise _bad_url(error) from None
    except (sa.exc.ArgumentError, sa.exc.NoSuchModuleError) as error:
        raise _bad_url(error) from None
    except ValueError:
        # The port is no number; of an address that was cut short it is the password.
        raise _bad_url("port") from None
    if url.get_backend_name() == "sqlite":
        sa.event.listen(engine, "connect", _begin_ourselves)
        sa.event.listen(engine, "begin", _begin)
    return engine, name


_COUNTED_FROM: Final = 3
"""Digits of a number of rows up to which a table is read as quickly as it is looked up."""


def tell_sizes(connection: sa.Connection, before: int, after: int) -> None:
    """Let PostgreSQL count the tables when they have grown tenfold.

    Its own counting comes a minute later, and until then each row is looked up by reading a whole table: at a
    hundred thousand rows 0.64 ms a row instead of 0.012.
    """
    if connection.dialect.name == "postgresql" and len(str(after)) > max(len(str(before)), _COUNTED_FROM):
        for table in (tables.credentials, tables.likenesses):
            connection.execute(sa.text(f"ANALYZE {table.name}"))


def _begin_ourselves(connection: Any, _: object) -> None:
    """Python's sqlite3 would begin a transaction only at the first change, and none for CREATE TABLE."""
    connection.isolation_level = None


def _begin(connection: sa.Connection) -> None:
    changes = connection.get_execution_options().get(CHANGES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if changes else "BEGIN")


def refused(engine: sa.Engine, error: sa.exc.SQLAlchemyError) -> MachineError:
    a_file = engine.dialect.name == "sqlite"
    return MachineError(
        "register.database",
        N_("The register cannot be used: {reason}"),
        next_step=N_("Check that the disk has room and that you may write there; then run it again.")
        if a_file
        else N_("Check that the database is running, and its address, name and password; then run it again."),
        reason=" ".join(str(getattr(error, "orig", None) or error).split())[:200],
    )


def _bad_url(reason: object) -> UsageError:
    return UsageError(
        "register.url",
        N_("The address of the register is not one that can be opened: {reason}"),
        next_step=N_("Write it as postgresql://user:password@computer/database."),
        reason=str(reason)[:200],
    )


def missing(name: str) -> UsageError:
    return UsageError(
        "register.missing",
        N_("The register of this issuer is missing: {register}. Without it no diploma can be revoked."),
        next_step=Action.NEWEST_COPY,
        register=name,
    )


_Query: TypeAlias = "sa.Select[Any] | sa.Update"


@lru_cache(maxsize=16)
def _text(query: _Query, dialect: sa.Dialect, values: int) -> str:
    text = str(query.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))
    return text.replace(":some", _marks(dialect, values))


def among(connection: sa.Connection, query: _Query, values: Sequence[Any]) -> sa.CursorResult[Any]:
    """What a query answers of `tables.some` values, texts or whole numbers.

    What SQLAlchemy does for each value takes longer than the database takes to look it up.
    """
    return connection.exec_driver_sql(_text(query, connection.dialect, len(values)), tuple(values))


def insert(connection: sa.Connection, table: sa.Table, rows: list[tuple[Any, ...]]) -> None:
    """Insert many rows, of texts and whole numbers alone, in the order of the table's columns.

    As `among`: it leaves out what SQLAlchemy does for each value.
    """
    preparer = connection.dialect.identifier_preparer
    names = ", ".join(preparer.quote(column.name) for column in table.columns)
    marks = _marks(connection.dialect, len(table.columns))
    text = f"INSERT INTO {preparer.format_table(table)} ({names}) VALUES ({marks})"  # noqa: S608 - our own
    connection.exec_driver_sql(text, rows)


def _marks(dialect: sa.Dialect, values: int) -> str:
    return ", ".join(["?" if dialect.paramstyle == "qmark" else "%s"] * values)
