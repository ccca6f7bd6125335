"""No circle of imports in the package, also none that only closes when a function is called.

import-linter holds packages to this (`acyclic_siblings`); here single modules are, so that a circle inside
one package's face is seen too. Imports for type checking alone count as well: a reader depends on them.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "vcwallet"


def imports(sources: dict[str, str]) -> dict[str, set[str]]:
    """For every module the modules of the same sources that it imports anywhere, functions included."""
    return {
        name: {found for found in _named(ast.parse(text), set(sources)) if found != name}
        for name, text in sources.items()
    }


def _named(tree: ast.AST, known: set[str]) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in known)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            module = node.module or ""
            whole = [f"{module}.{alias.name}" for alias in node.names]
            yield from (name for name in whole if name in known)
            if module in known and not all(name in known for name in whole):
                yield module


def circle(graph: dict[str, set[str]]) -> list[str] | None:
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return None


def test_no_module_needs_itself() -> None:
    sources = {}
    for path in PACKAGE.rglob("*.py"):
        steps = path.relative_to(ROOT).with_suffix("").parts
        sources[".".join(steps[:-1] if steps[-1] == "__init__" else steps)] = path.read_text("utf-8")
    graph = imports(sources)
    assert len(graph) > 100
    assert sum(map(len, graph.values())) > 500
    assert circle(graph) is None


@pytest.mark.parametrize(
    "again",
    [
        "from pack import one",
        "def f():\n    from pack.one import name",
        "def f():\n    import pack.one",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from pack.one import Name",
    ],
)
def test_a_circle_is_seen_wherever_it_closes(again: str) -> None:
    sources = {"pack": "", "pack.one": "from pack.two import thing", "pack.two": again}
    assert circle(imports(sources)) is not None
    assert circle(imports(sources | {"pack.two": ""})) is None
