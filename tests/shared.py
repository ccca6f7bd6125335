"""Where the official test data is, and what a test does when this computer lacks a tool it needs."""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
VECTORS = ROOT / "tests" / "vectors" / "official"
CI = os.environ.get("CI") == "true"
SOAK = os.environ.get("VCWALLET_SOAK") == "1"

HANG_SECONDS = 120
"""How long a test waits for what must come: it ends a test that would hang, and measures nothing."""


def wait_until(true: Callable[[], object]) -> None:
    """Look again and again until it is true, however slow the machine is; fail where it never is."""
    end = time.monotonic() + HANG_SECONDS
    while not true():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.01)


def has_ended(process: int) -> bool:
    """Whether a process is no more. On Linux also one that nobody has asked how it ended: not every computer
    has a first process that asks for those left behind."""
    status = Path(f"/proc/{process}/status")
    try:
        os.kill(process, 0)
        return status.exists() and re.search(r"^State:\s+[ZX]", status.read_text("ascii"), re.M) is not None
    except (FileNotFoundError, ProcessLookupError):
        return True


@contextmanager
def processor_seconds(most: float) -> Iterator[None]:
    """What is done inside costs this process less, whatever else the machine does meanwhile.

    `most` is ten times what it costs here or more: it tells a wrong order of growth, not a slow machine.
    """
    began = time.process_time()
    yield
    assert time.process_time() - began < most


def need(condition: bool, reason: str) -> None:
    """Skip with a printed reason, or fail under CI, where nothing of this may be missing."""
    if condition:
        return
    if CI:
        pytest.fail(f"under CI this must run: {reason}")
    pytest.skip(reason)


def vector_json(relative: str) -> Any:
    return json.loads((VECTORS / relative).read_text("utf-8"))


def vector_text(relative: str) -> str:
    return (VECTORS / relative).read_text("utf-8")


def peak_mib() -> float:
    """Peak resident memory of this process in MiB; 0 where the system does not tell.

    Not ru_maxrss: on Linux a child begins with the peak of the process that started it.
    """
    status = Path("/proc/self/status")
    if not status.exists():
        return 0.0
    line = next(line for line in status.read_text("ascii").splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) / 1024
