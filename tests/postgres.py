"""A PostgreSQL of the test's own: on loopback, in a temporary folder, run by nobody's account."""

from __future__ import annotations

import getpass
import itertools
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tests.shared import HANG_SECONDS, need, wait_until

_ACCOUNT: Final = "postgres"
"""Whom root runs the server as: PostgreSQL refuses to be run by root. Debian's package makes the account."""


def programs() -> Path | None:
    """The folder of the server's programs; Debian keeps them off the path."""
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return folders[-1].parent if folders else None


class Server:
    def __init__(self, address: str) -> None:
        self._address = address
        self._numbers = itertools.count(1)

    def database(self) -> str:
        """The URL of a new empty database."""
        import psycopg

        name = f"register_{next(self._numbers)}"
        with psycopg.connect(f"{self._address}/postgres", autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")  # type: ignore[call-overload]
        return f"{self._address}/{name}"


@contextmanager
def running() -> Iterator[Server]:
    folder = programs()
    need(folder is not None, "PostgreSQL is not installed")
    assert folder is not None
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    as_account = ["runuser", "-u", _ACCOUNT, "--"] if root else []
    place = Path(tempfile.mkdtemp(prefix="vcwallet-postgres-"))
    if root:
        shutil.chown(place, _ACCOUNT, _ACCOUNT)
    user = _owner()
    data = place / "data"
    try:
        options = ("-A", "trust", "-U", user, "-E", "UTF8", "--no-locale", "--no-sync")
        subprocess.run(
            [*as_account, str(folder / "initdb"), "-D", str(data), *options],
            check=True,
            capture_output=True,
            cwd=place,
        )
        server, port = _start([*as_account, str(folder / "postgres")], place, data)
        try:
            yield Server(f"postgresql://{user}@127.0.0.1:{port}")
        finally:
            subprocess.run(
                [*as_account, str(folder / "pg_ctl"), "stop", "-D", str(data), "-m", "immediate"],
                check=False,
                capture_output=True,
                cwd=place,
            )
            server.wait(HANG_SECONDS)
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _start(command: Sequence[str], place: Path, data: Path) -> tuple[subprocess.Popen[bytes], int]:
    """The server, answering, and its port. One that another program takes first is not insisted on."""
    given = ("listen_addresses=127.0.0.1", f"unix_socket_directories={place}", "fsync=off")
    settings = [word for each in given for word in ("-c", each)]
    for _ in range(5):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        with (place / "log").open("ab") as log:
            server = subprocess.Popen(
                [*command, "-D", str(data), "-p", str(port), *settings], stdout=log, stderr=log, cwd=place
            )
        wait_until(lambda server=server, port=port: server.poll() is not None or _answers(port))
        if server.poll() is None:
            return server, port
    raise AssertionError((place / "log").read_text("utf-8", "replace"))


def _answers(port: int) -> bool:
    import psycopg

    try:
        psycopg.connect(f"postgresql://127.0.0.1:{port}/postgres", user=_owner()).close()
    except psycopg.OperationalError:
        return False
    return True


def _owner() -> str:
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    return _ACCOUNT if root else getpass.getuser()
