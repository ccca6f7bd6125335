"""What an issuer of many diplomas may have beside the program: a PostgreSQL and a cluster, on loopback."""

from __future__ import annotations

import getpass
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from bench.desk.sheets import NOBODY
from bench.peers.workers import Unavailable

_ACCOUNT: Final = "postgres"
"""PostgreSQL refuses to be run by root; Debian's package makes this account."""
_SECONDS: Final = 60


@contextmanager
def postgresql() -> Iterator[Callable[[str], str]]:
    """A server of its own in a temporary folder; gives what makes a database and tells its URL.

    Raises Unavailable.
    """
    try:
        import psycopg
    except ImportError:
        raise Unavailable("psycopg is not installed") from None
    found = shutil.which("initdb")
    folders = [Path(found).resolve()] if found else sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not folders:
        raise Unavailable("PostgreSQL is not installed")
    programs = folders[-1].parent
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    owner = _ACCOUNT if root else getpass.getuser()
    as_owner = ["runuser", "-u", _ACCOUNT, "--"] if root else []
    place = Path(tempfile.mkdtemp(prefix="vcwallet-postgres-"))
    if root:
        shutil.chown(place, _ACCOUNT, _ACCOUNT)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    data = place / "data"
    address = f"postgresql://{owner}@127.0.0.1:{port}"
    try:
        made = ["-A", "trust", "-U", owner, "-E", "UTF8", "--no-locale"]
        subprocess.run(
            [*as_owner, programs / "initdb", "-D", data, *made],
            check=True,
            capture_output=True,
            cwd=place,
        )
        options = ["-c", "listen_addresses=127.0.0.1", "-c", f"unix_socket_directories={place}"]
        with (place / "log").open("wb") as log:
            server = subprocess.Popen(
                [*as_owner, programs / "postgres", "-D", data, "-p", port, *options],
                stdout=log,
                stderr=log,
                cwd=place,
            )
        try:
            end = time.monotonic() + _SECONDS
            while True:
                try:
                    psycopg.connect(f"{address}/postgres").close()
                    break
                except psycopg.OperationalError:
                    if server.poll() is not None or time.monotonic() > end:
                        raise Unavailable("PostgreSQL does not start") from None
                    time.sleep(0.1)

            def database(name: str) -> str:
                with psycopg.connect(f"{address}/postgres", autocommit=True) as connection:
                    connection.execute(f"CREATE DATABASE {name}")
                return f"{address}/{name}"

            yield database
        finally:
            stop: list[str | Path] = [*as_owner, programs / "pg_ctl", "stop", "-D", data, "-m", "immediate"]
            subprocess.run(stop, check=False, capture_output=True, cwd=place)
            server.wait(_SECONDS)
    finally:
        shutil.rmtree(place, ignore_errors=True)


@contextmanager
def dask(workers: int) -> Iterator[str]:
    """A scheduler and its workers, which know the passphrase by themselves; gives its address."""
    try:
        import distributed
    except ImportError:
        raise Unavailable("the extra “cluster” is not installed") from None
    before = os.environ.get("VCWALLET_PASSPHRASE")
    os.environ["VCWALLET_PASSPHRASE"] = NOBODY
    try:
        with distributed.LocalCluster(  # type: ignore[no-untyped-call]
            n_workers=workers,
            threads_per_worker=1,
            processes=True,
            host="127.0.0.1",
            dashboard_address=None,
            silence_logs=50,
        ) as made:
            yield made.scheduler_address
    finally:
        if before is None:
            del os.environ["VCWALLET_PASSPHRASE"]
        else:
            os.environ["VCWALLET_PASSPHRASE"] = before
