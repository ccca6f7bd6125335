"""A test that asserts nothing proves nothing."""

from __future__ import annotations

import ast
from collections import defaultdict
from functools import lru_cache
from itertools import pairwise

from tests.shared import ROOT

ASSERTING = {"raises", "warns", "fail"}


@lru_cache
def functions() -> dict[str, list[ast.FunctionDef]]:
    found = defaultdict(list)
    for path in (ROOT / "tests").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
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
