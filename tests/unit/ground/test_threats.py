"""Every attack the page says is tried has its test; both languages name the same tests in one order."""

from __future__ import annotations

import ast
import re

import pytest

from tests.shared import ROOT

PAGES = {name: ROOT / "docs" / "explanation" / name for name in ("threats.md", "threats.ru.md")}
TRIED = re.compile(r"`(tests/[\w/]+\.py)::(?:\w+::)?(\w+)`")


def rows(name: str) -> list[str]:
    """Rows of the tables, without heads and rules."""
    lines = PAGES[name].read_text("utf-8").splitlines()
    return [
        line
        for line, after in zip(lines, [*lines[1:], ""], strict=True)
        if line.startswith("|") and not line.startswith("|--") and not after.startswith("|--")
    ]


def functions_in(path: str) -> set[str]:
    tree = ast.parse((ROOT / path).read_text("utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize("name", PAGES)
def test_the_tests_that_are_named_are_there(name: str) -> None:
    named = TRIED.findall(PAGES[name].read_text("utf-8"))
    assert len(named) > 40
    gone = [
        f"{path}::{test}"
        for path, test in named
        if not (ROOT / path).exists() or test not in functions_in(path)
    ]
    assert not gone, f"{name} names tests that are not there; were they moved?"


@pytest.mark.parametrize("name", PAGES)
def test_every_attempt_that_is_stopped_names_a_test(name: str) -> None:
    before, _, after = PAGES[name].read_text("utf-8").rpartition("\n## ")
    stopped = [row for row in rows(name) if row in before]
    assert len(stopped) > 20
    assert not [row for row in stopped if not TRIED.search(row)]
    assert not TRIED.search(after)
    assert len([row for row in rows(name) if row in after]) > 5


def test_both_languages_name_the_same_tests() -> None:
    english, russian = ([TRIED.findall(row) for row in rows(name)] for name in PAGES)
    assert english == russian
