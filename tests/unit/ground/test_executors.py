"""Work in several processes: everything comes back in its order, and nobody waits for who is gone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.shared import HANG_SECONDS, ROOT, has_ended, wait_until
from vcwallet import executors
from vcwallet.errors import Mistake

_INTERRUPTED = """
import os, signal, sys, time
from pathlib import Path
from vcwallet import executors
from vcwallet.cli import main

def at_work(piece):
    Path(sys.argv[1], f"{os.getpid()}").write_text("")
    time.sleep(600)

def command(*_, **__):
    with executors.processes(2, int) as crew:
        list(executors.in_turn(at_work, range(8), crew))

if __name__ == "__main__":
    # A shell starts what runs in the background with Ctrl+C ignored, these tests among it.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    from vcwallet.cli import command_line
    from vcwallet.cli.speak import Speaker, run
    from vcwallet.locales import language
    command_line.main = command
    sys.exit(run(command_line, [], Speaker(language("en"))))
"""


def test_results_come_in_the_order_of_the_pieces_whatever_each_takes() -> None:
    with executors.processes(2, int) as crew:
        pieces = [0.2, 0.0, 0.1, 0.0, 0.0]
        done = list(executors.in_turn(time.sleep, pieces, crew))
    assert done == [(each, None) for each in pieces]


def test_what_a_piece_raises_is_its_own() -> None:
    with executors.processes(2, int) as crew:
        first, second, third = (result for _, result in executors.in_turn(int, ["1", "x", "3"], crew))
    assert (first, third) == (1, 3)
    assert isinstance(second, ValueError)
    told = executors.told(second)
    assert isinstance(told, Mistake)
    assert told.evidence == {"kind": "ValueError"}


@pytest.mark.parametrize(
    ("pieces", "wanted", "workers"),
    [(39, None, 1), (40, None, min(os.cpu_count() or 1, 8)), (1, 3, 3), (10_000, 1, 1)],
)
def test_few_pieces_are_done_by_this_process_unless_somebody_says(
    pieces: int, wanted: int | None, workers: int
) -> None:
    assert executors.worth(pieces, wanted, least=40) == workers


@pytest.mark.skipif(sys.platform == "win32", reason="a group of processes is interrupted by POSIX")
def test_an_interruption_from_the_keyboard_ends_all_without_a_word_of_python(tmp_path: Path) -> None:
    program = tmp_path / "interrupted.py"
    program.write_text(_INTERRUPTED, "utf-8")
    started = tmp_path / "started"
    started.mkdir()
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        [sys.executable, program, started],
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env=environment,
    )
    wait_until(lambda: len(list(started.iterdir())) == 2 or process.poll() is not None)
    workers = [int(each.name) for each in started.iterdir()]
    assert len(workers) == 2
    os.killpg(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=HANG_SECONDS)
    assert process.returncode == 130
    assert said.strip() == "Interrupted."
    wait_until(lambda: all(map(has_ended, workers)))
