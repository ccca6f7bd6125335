"""`make mutants` makes each change once and in no file, and its list of explained mutants stays true."""

from __future__ import annotations

import importlib
import importlib.util
import re
from pathlib import Path
from types import ModuleType
from typing import Any

from tools.mutants import EQUIVALENT, MODULES, ROOT, mutants

SOURCE = """
from enum import Enum

class Fate(Enum):
    GOOD = 1
    BAD = 2

def fate(age, limit, *, signed):
    if not signed:
        raise ValueError
    told = []
    told.append(age)
    return Fate.GOOD if age < limit and any(told) else Fate.BAD
"""

SAFE = "age < limit and any(told)"


def module(folder: Path) -> ModuleType:
    file = folder / "judging.py"
    file.write_text(SOURCE, "utf-8")
    spec = importlib.util.spec_from_file_location("judging", file)
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


def test_each_decision_of_a_function_is_changed_alone_and_the_file_stays(tmp_path: Path) -> None:
    judging = module(tmp_path)
    found = [each for each in mutants(judging) if each.function]
    assert {(each.line, each.what) for each in found} == {
        (9, "not signed  ->  signed"),
        (10, "raise ValueError  ->  pass"),
        (12, "told.append(age)  ->  pass"),
        (13, f"Fate.GOOD if {SAFE} else Fate.BAD  ->  Fate.BAD if {SAFE} else Fate.GOOD"),
        (13, "age < limit and any(told)  ->  age < limit or any(told)"),
        (13, "age < limit and any(told)  ->  age < limit"),
        (13, "age < limit and any(told)  ->  any(told)"),
        (13, "age < limit  ->  age >= limit"),
        (13, "age < limit  ->  age <= limit"),
        (13, "any  ->  all"),
        (13, "Fate.GOOD  ->  Fate.BAD"),
        (13, "Fate.BAD  ->  Fate.GOOD"),
    }
    (boundary,) = (each for each in found if each.what == "age < limit  ->  age <= limit")
    changed: dict[str, Any] = {}
    exec(boundary.code(), changed)
    assert changed["fate"](1, 1, signed=True) is changed["Fate"].GOOD
    assert judging.fate(1, 1, signed=True) is judging.Fate.BAD
    assert Path(str(judging.__file__)).read_text("utf-8") == SOURCE


def test_every_explained_mutant_exists_and_every_named_test_file_too() -> None:
    explained = set(re.findall(r"^    (\S+ \S+: .+)$", EQUIVALENT.read_text("utf-8"), re.MULTILINE))
    made = {each.name for name, _ in MODULES.values() for each in mutants(importlib.import_module(name))}
    assert explained - made == set()
    for _, tests in MODULES.values():
        assert all((ROOT / test).is_file() for test in tests), tests
