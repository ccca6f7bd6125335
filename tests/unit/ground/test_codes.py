"""Every code of the program stands in a test: those of errors, and the checks and reasons of reports.

A code is a text such as ``bundle.too-large``. The first part names a family; the families are read from the
calls that give a code and its sentence, and then every text of the source that begins with one counts. So a
code in a table, or one chosen in an expression, is found too.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from tests.shared import ROOT
from vcwallet.credentials import gate
from vcwallet.verifier import item_codes, showing

CODE = re.compile(r"[a-z][a-z0-9-]*(?:\.[a-z0-9][a-z0-9-]*)+")
FILE_NAME = re.compile(
    r".*\.(?:csv|css|html|js|json|mjs|mo|pdf|pem|png|po|sqlite|toml|txt|typ|vcw|xlsx|xml|zip)"
)
SENTENCES = ("N_", "plural")


@lru_cache
def trees(folder: str) -> dict[str, ast.Module]:
    return {
        path.relative_to(ROOT).as_posix(): ast.parse(path.read_text("utf-8"))
        for path in sorted((ROOT / folder).rglob("*.py"))
    }


def codes_in(tree: ast.Module) -> Iterator[ast.Constant]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and CODE.fullmatch(node.value):
            yield node


def families() -> set[str]:
    """First parts of codes that are given together with their sentence, in a call or in a table."""
    found = set()
    for tree in trees("vcwallet").values():
        for node in ast.walk(tree):
            given: list[ast.expr | None] = []
            if isinstance(node, ast.Call) and any(map(_is_sentence, node.args)):
                given = [*node.args]
            elif isinstance(node, ast.Dict):
                pairs = zip(node.keys, node.values, strict=True)
                given = [key for key, value in pairs if any(map(_is_sentence, ast.walk(value)))]
            for each in given:
                if isinstance(each, ast.Constant) and CODE.fullmatch(str(each.value)):
                    found.add(str(each.value).partition(".")[0])
    return found


def _is_sentence(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in SENTENCES


def codes() -> dict[str, str]:
    """Every code with a place where it is given."""
    known, found = families(), {}
    for path, tree in trees("vcwallet").items():
        for node in codes_in(tree):
            if node.value.partition(".")[0] in known and not FILE_NAME.fullmatch(node.value):
                found[node.value] = f"{path}:{node.lineno}"
    return found


def in_tests() -> set[str]:
    found = {node.value for tree in trees("tests").values() for node in codes_in(tree)}
    ours = [path for path in (ROOT / "tests" / "vectors").rglob("*.json") if "official" not in path.parts]
    for path in ours:
        found |= set(re.findall(rf'"({CODE.pattern})"', path.read_text("utf-8")))
    return found


def test_every_code_stands_in_a_test() -> None:
    tested = in_tests()
    missing = sorted(f"{where}: {code}" for code, where in codes().items() if code not in tested)
    assert not missing, "write a test that provokes:\n" + "\n".join(missing)


def test_tables_of_codes_name_only_codes_that_something_gives() -> None:
    """A code that was renamed and stands under its old name in a table would be judged as any other."""
    given = Counter(node.value for tree in trees("vcwallet").values() for node in codes_in(tree))
    tables = (gate._FORM, gate._NOT_OF_FORM, gate._CLOCK, gate._OVER)
    tables += (item_codes._CODES, item_codes._CHANGED, showing._CODES)
    assert [code for table in tables for code in table if given[code] < 2] == []
    assert {name.rstrip(".") for name in gate._OF_FORM} <= families()


def test_the_codes_are_found() -> None:
    """Plain, chosen in an expression, and in a table."""
    found = codes()
    assert len(found) > 550
    assert {"bundle.too-large", "roster.became-true", "schema.not-at-hand", "sealed-file.slots"} <= set(found)
    assert {"status.age", "item.revoked", "trust.expired", "cli.internal"} <= set(found)
    assert Path(found["bundle.too-large"].partition(":")[0]).parts[0] == "vcwallet"
