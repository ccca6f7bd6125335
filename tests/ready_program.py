"""Commands of vcwallet, each in a process of its own that has everything imported when it begins.

    with ready_program() as run:
        done = run(["trust", "create", "trust-list.json"], folder)

Imports, and Argon2id at its full cost, are nearly all that a short command costs. One process imports, makes
the derivation as cheap as tests have it, and forks for each command. That a command imports what it needs,
and takes its time over a passphrase, is proved only by tests that start the installed program.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import json
import os
import pkgutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.shared import ROOT

Run = Callable[[Sequence[str], Path], "subprocess.CompletedProcess[str]"]
POSSIBLE = hasattr(os, "fork")
ROLES = ("cli", "issuer", "wallet", "verifier", "bundle", "tables", "printing")
"""What commands that documents name are made of."""


@contextmanager
def ready_program() -> Iterator[Run]:
    """A function that runs one command in a folder, as `subprocess.run` with captured text does."""
    with (
        TemporaryDirectory() as said,
        subprocess.Popen(
            [sys.executable, "-m", "tests.ready_program"],
            cwd=ROOT,
            env={**os.environ, "PYTHONUTF8": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        ) as host,
    ):
        assert host.stdin is not None
        assert host.stdout is not None
        orders, answers = host.stdin, host.stdout
        out, err = Path(said, "out"), Path(said, "err")

        def run(words: Sequence[str], folder: Path) -> subprocess.CompletedProcess[str]:
            order = {"words": list(words), "folder": str(folder), "out": str(out), "err": str(err)}
            orders.write(json.dumps({**order, "environment": {**os.environ, "PYTHONUTF8": "1"}}) + "\n")
            orders.flush()
            answer = answers.readline()
            assert answer, "the program that begins the others has ended"
            told = [path.read_text("utf-8") for path in (out, err)]
            return subprocess.CompletedProcess(list(words), int(answer), *told)

        yield run


def _import_all() -> None:
    import vcwallet

    for role in ROLES:
        name = f"{vcwallet.__name__}.{role}"
        module = importlib.import_module(name)
        for each in pkgutil.walk_packages(getattr(module, "__path__", ()), name + "."):
            importlib.import_module(each.name)


def _make_derivation_cheap() -> None:
    from vcwallet.sealed_file import slots

    for costly in (slots.DEFAULT, slots.LIGHT):
        for name in ("memory_kib", "passes", "lanes"):
            # The modules that have imported it hold this very object.
            object.__setattr__(costly, name, getattr(slots.UNSAFE_FOR_TESTS, name))


def _become(order: dict[str, object]) -> None:
    """A process that was started with these words in this folder."""
    os.environ.clear()
    os.environ.update(order["environment"])  # type: ignore[call-overload]
    os.chdir(str(order["folder"]))
    sys.argv = ["vcwallet", *order["words"]]  # type: ignore[misc]
    for number, name, flags in (
        (0, os.devnull, os.O_RDONLY),
        (1, order["out"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC),
        (2, order["err"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC),
    ):
        opened = os.open(str(name), flags, 0o600)
        os.dup2(opened, number)
        os.close(opened)


def _serve() -> None:
    """Begin a process for each line that asks for one. Returns in those processes only."""
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            _become(json.loads(line))
            return
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
    sys.exit(0)


def _command() -> None:
    """Run it and end as Python does, but for taking its thousand modules apart, which costs more than it."""
    from vcwallet.cli import main

    try:
        main()
    except SystemExit as end:
        atexit._run_exitfuncs()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(end.code if isinstance(end.code, int) else int(end.code is not None))


if __name__ == "__main__":
    _import_all()
    _make_derivation_cheap()
    # A command works by itself: each process that it began would import everything again.
    os.cpu_count = lambda: 1
    # What is there before a fork is looked at by no collection after it, so its pages stay shared.
    gc.freeze()
    _serve()
    _command()
