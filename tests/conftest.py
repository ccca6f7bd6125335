"""Which tests `make soak` runs at full size is read from the tests themselves.

A test whose size depends on `tests.shared.SOAK`, by itself or through a name of its module, gets the marker
``soak``. So a size cannot be given to a test that `make soak` then forgets.
"""

from __future__ import annotations

import ast
import os
from functools import lru_cache
from pathlib import Path

import pytest

from vcwallet import limits

SIZE = "SOAK"


def pytest_configure() -> None:
    # Not earlier: pytest rewrites the assertions of its plugins when it loads them.
    from hypothesis import HealthCheck, settings

    # How long an example takes says how busy the computer is.
    untimed = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
    settings.register_profile("untimed", settings.default, **untimed)
    settings.load_profile("untimed")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Half as many again as there are cores: tests wait for browsers, disks and other programs."""
    cores = os.cpu_count() or 1
    return cores + cores // 2


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if isinstance(item, pytest.Function) and _names(item) & growing(item.path):
            item.add_marker("soak")


def _names(item: pytest.Function) -> set[str]:
    parent = item.getparent(pytest.Class)
    return {parent.name, f"{parent.name}.{item.originalname}"} if parent else {item.originalname}


@lru_cache
def growing(path: Path) -> frozenset[str]:
    """The names of a module that depend on SOAK: constants, helpers, tests, ``Class.method``."""
    text = path.read_text("utf-8")
    if SIZE not in text:
        return frozenset()
    known: list[tuple[set[str], set[str]]] = []
    for node in ast.parse(text).body:
        if isinstance(node, ast.ClassDef):
            known += [({f"{node.name}.{name}" for name in _bound(each)}, _used(each)) for each in node.body]
        else:
            known.append((_bound(node), _used(node)))
    found = {SIZE}
    while True:
        more = {name for bound, used in known if used & found for name in bound} - found
        if not more:
            return frozenset(found)
        found |= more


def _bound(node: ast.stmt) -> set[str]:
    if isinstance(node, ast.FunctionDef):
        return {node.name}
    if isinstance(node, ast.Assign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        return {name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name)}
    return set()


def _used(node: ast.stmt) -> set[str]:
    names = (each for each in ast.walk(node) if isinstance(each, ast.Name))
    return {name.id for name in names if isinstance(name.ctx, ast.Load)}


@pytest.fixture(autouse=True)
def waiting_for_a_busy_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files may cost what they may; that a busy machine gives the processor late is no fault of theirs."""
    monkeypatch.setattr(limits, "SCAN_WAITING", 100)


@pytest.fixture(autouse=True)
def no_width_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pipe is as wide as COLUMNS says; the terminal that runs the tests must not decide."""
    monkeypatch.delenv("COLUMNS", raising=False)
