"""The page that says how others read our diplomas says what the tests try, with the versions they try."""

from __future__ import annotations

import ast
import os

import pytest

from tools import how_others_read as tool

FIX = "change tests/interop/matrix.toml, then: python -m tools.how_others_read"


def named() -> list[str]:
    return [name for peer in tool.matrix()["peer"] for row in peer["tried"] for name in row["tests"]]


def there() -> set[str]:
    """Every test of tests/interop."""
    return {
        f"{path.name}::{node.name}"
        for path in tool.INTEROP.glob("test_*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }


@pytest.mark.parametrize("language", tool.PAGES)
def test_the_page_is_what_the_matrix_says(language: str) -> None:
    if os.environ.get("VCWALLET_WRITE") == "1":
        tool.main()
    assert tool.PAGES[language].read_text("utf-8") == tool.page(language), FIX


def test_nothing_is_claimed_that_no_test_tries() -> None:
    assert set(named()) <= there(), FIX
    for peer in tool.matrix()["peer"]:
        assert peer["package"] in tool.versions(), FIX
        assert all(row["tests"] and row["result"] in tool.RESULTS for row in peer["tried"]), FIX


def test_no_peer_is_tried_without_being_named() -> None:
    assert there() - set(named()) == set(), FIX
