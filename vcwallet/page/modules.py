"""Which modules a program needs: what it imports, what these import, and so on, functions included.

An import for type checking alone is none. What is not found among the sources is left out: it is built in, or
it is missing in the browser on purpose, and whoever needs it says so.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator

__all__ = ["needed", "strings"]


def needed(begin: Iterable[str], source_of: Callable[[str], str | None]) -> dict[str, str]:
    """The sources of the modules `begin` and of all they import, by name; `source_of` has those there are."""
    found: dict[str, str] = {}
    waiting = list(begin)
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        source = source_of(name)
        if source is None:
            continue
        found[name] = source
        if "." in name:
            waiting.append(name.rpartition(".")[0])
        waiting.extend(_imported(name, source, source_of))
    return dict(sorted(found.items()))


def strings(source: str) -> Iterator[str]:
    """Every text in a source, such as the sentences it says and the encodings it names."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def _imported(name: str, source: str, source_of: Callable[[str], str | None]) -> Iterator[str]:
    package = name if _is_package(name, source_of) else name.rpartition(".")[0]
    for node in _running(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            if node.level:
                steps = package.split(".")
                base = ".".join(steps[: len(steps) - node.level + 1])
                module = f"{base}.{module}" if module else base
            yield module
            yield from (f"{module}.{alias.name}" for alias in node.names)


def _is_package(name: str, source_of: Callable[[str], str | None]) -> bool:
    return source_of(f"{name}.__init__") is not None


def _running(tree: ast.AST) -> Iterator[ast.AST]:
    """Every node that an import, or a call, runs."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and (_is_for_types(node.test) or _is_for_programs(node.test)):
            for other in node.orelse:
                yield other
                yield from _running(other)
        else:
            yield node
            yield from _running(node)


def _is_for_types(test: ast.expr) -> bool:
    return (isinstance(test, ast.Name) and test.id == "TYPE_CHECKING") or (
        isinstance(test, ast.Attribute) and test.attr == "TYPE_CHECKING"
    )


def _is_for_programs(test: ast.expr) -> bool:
    return isinstance(test, ast.Compare) and isinstance(test.left, ast.Name) and test.left.id == "__name__"
