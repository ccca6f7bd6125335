"""A test that asserts nothing proves nothing."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

import pytest

from tests.shared import ROOT

ASSERTING = {"raises", "warns", "fail"}


@lru_cache
def trees() -> dict[str, ast.Module]:
    """What each file of tests/ says, by its path."""
    return {
        path.relative_to(ROOT).as_posix(): ast.parse(path.read_text("utf-8"))
        for path in (ROOT / "tests").rglob("*.py")
    }


@lru_cache
def functions() -> dict[str, list[ast.FunctionDef]]:
    found = defaultdict(list)
    for tree in trees().values():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                found[node.name].append(node)
    return found


def calls(node: ast.AST) -> set[str]:
    names = {each.func for each in ast.walk(node) if isinstance(each, ast.Call)}
    return {name.id if isinstance(name, ast.Name) else getattr(name, "attr", "") for name in names}


def asserts(node: ast.AST) -> bool:
    """By itself: an assert, `pytest.raises` and the like, or a subprocess that must succeed."""
    for each in ast.walk(node):
        if isinstance(each, ast.Assert):
            return True
        if (
            isinstance(each, ast.keyword)
            and each.arg == "check"
            and getattr(each.value, "value", False) is True
        ):
            return True
    return bool(calls(node) & ASSERTING)


def proving() -> set[str]:
    """Names of functions in tests/ that assert, by themselves or through one they call."""
    found = {name for name, nodes in functions().items() if any(asserts(node) for node in nodes)}
    while True:
        more = {
            name
            for name, nodes in functions().items()
            if name not in found and any(calls(node) & found for node in nodes)
        }
        if not more:
            return found
        found |= more


def test_every_test_asserts() -> None:
    known = proving()
    assert len(known) > 1000
    assert not [name for name in functions() if name.startswith("test_") and name not in known]


def test_no_test_makes_what_it_throws_away() -> None:
    """``made = ...`` followed by ``del made`` looks like a step and is none."""
    for name, nodes in functions().items():
        for block in (getattr(each, "body", None) for node in nodes for each in ast.walk(node)):
            for first, second in pairwise(block if isinstance(block, list) else []):
                if isinstance(first, ast.Assign) and isinstance(second, ast.Delete):
                    made = {each.id for each in first.targets if isinstance(each, ast.Name)}
                    gone = {each.id for each in second.targets if isinstance(each, ast.Name)}
                    assert not made & gone, name


CLOCKS = {"time", "monotonic", "perf_counter"}
WAITING = {"wait", "join", "communicate", "settimeout", "acquire", "result", "set_default_timeout"}
PAUSE, GUARD = 0.1, 30
"""Seconds: what is waited at most between two looks, and at least for what must come."""


def reads_the_clock(tree: ast.AST) -> bool:
    """Of the wall; the time of the processor is another."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "time":
            names = {each.name for each in node.names}
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "time":
            names = {node.attr}
        else:
            continue
        if {name.removesuffix("_ns") for name in names} & CLOCKS:
            return True
    return False


def short_waits(tree: ast.AST) -> list[int]:
    """The lines that give something a number of seconds, or for a browser of milliseconds, to come in."""
    return [line for line, number in waits(tree) if PAUSE < number < GUARD]


def waits(tree: ast.AST) -> Iterator[tuple[int, float]]:
    """Lines, and how many seconds they wait."""
    for call in (each for each in ast.walk(tree) if isinstance(each, ast.Call)):
        given = [each.value for each in call.keywords if each.arg == "timeout"]
        if isinstance(call.func, ast.Attribute) and call.func.attr in WAITING:
            given += call.args[:1]
        for number in (each.value for each in given if isinstance(each, ast.Constant)):
            if isinstance(number, int | float):
                yield call.lineno, number / 1000 if number >= 1000 else number


def test_no_test_measures_the_clock_of_the_wall() -> None:
    """Another machine is slower, and busy. `wait_until` alone looks, and only for what hangs."""
    assert [name for name, tree in trees().items() if reads_the_clock(tree)] == ["tests/shared.py"]


def test_no_test_gives_up_on_what_is_slow() -> None:
    assert not {name: lines for name, tree in trees().items() if (lines := short_waits(tree))}


@pytest.mark.parametrize(
    "said",
    [
        "assert time.monotonic() - began < 5",
        "from time import perf_counter",
        "until = time.time() + 20",
        "assert time.perf_counter_ns() < 7",
    ],
)
def test_a_look_at_the_clock_would_be_found(said: str) -> None:
    assert reads_the_clock(ast.parse(said))
    assert not reads_the_clock(ast.parse("time.process_time() - time.thread_time(); desk.time.now"))


@pytest.mark.parametrize(
    "said",
    ["each.join(10)", "done.wait(5)", "run(command, timeout=20)", "page.wait_for_url('x', timeout=8_000)"],
)
def test_a_short_wait_would_be_found(said: str) -> None:
    assert short_waits(ast.parse(said)) == [1]
    patient = (
        "a.join(60); b.wait(HANG_SECONDS); run(c, timeout=300); d.wait(0.01); ''.join(e); f(timeout=45_000)"
    )
    assert short_waits(ast.parse(patient)) == []
