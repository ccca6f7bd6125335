"""Mutation testing: does some test fail when one decision of the program is changed?

    python -m tools.mutants gate statuses --number 100 --seed 1

Each change (a comparison, `and` for `or`, a removed `not`, a removed statement, another member of an enum,
another returned constant) is made in memory, never in a file, so an interrupted run leaves nothing behind:
a forked process gets the changed code and runs the tests that reach the changed statement, quickest first,
until one fails or `--seconds` are over. What no test notices is printed, but for the changes that
tools/equivalent_mutants.md explains. Changes outside functions (tables, defaults of fields) are not made:
they act while modules are imported, before a process can be forked.

mutmut 3 removes no statement, swaps no member of an enum and passes over properties; in a gate that must fail
closed these are the changes that matter. Needs `os.fork`, so Linux or macOS.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import gc
import importlib
import inspect
import os
import pickle
import random
import re
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from functools import partial
from pathlib import Path
from types import CodeType, FrameType, FunctionType, ModuleType
from typing import Any

import pytest
from _pytest.runner import runtestprotocol

ROOT = Path(__file__).parents[1]
EQUIVALENT = Path(__file__).with_name("equivalent_mutants.md")
_GATE = "tests/unit/credentials/test_gate_decisions.py"
_VERIFIER = "tests/unit/verifier"
_JUDGED = [
    f"{_VERIFIER}/test_{name}.py"
    for name in ("model", "nothing_implied", "verdicts", "reasons", "decisions", "left_out")
]
_TRUST = [f"{_VERIFIER}/test_trust_{name}.py" for name in ("list", "changes", "scopes", "decisions", "codes")]
_TRUST += [f"{_VERIFIER}/test_{name}_decisions.py" for name in ("change", "issuer")]
_TRUST += [f"{_VERIFIER}/test_trust_{name}.py" for name in ("refusals", "commands", "properties")]
_POLICY = [
    f"{_VERIFIER}/test_{name}.py"
    for name in ("clauses", "policy", "policy_groups", "policy_decisions", "decision_words")
]
MODULES = {
    **{name: (f"vcwallet.verifier.{name}", _POLICY) for name in ("clauses", "policy")},
    "levels": ("vcwallet.verifier.levels", [f"{_VERIFIER}/test_levels.py"]),
    "policy_pack": ("vcwallet.verifier.policy_pack", [f"{_VERIFIER}/test_policy_pack.py"]),
    "gate": ("vcwallet.credentials.gate", ["tests/unit/credentials/test_gate.py", _GATE, *_JUDGED]),
    **{name: (f"vcwallet.verifier.{name}", _JUDGED) for name in ("statuses", "showing", "verifier")},
    "scopes": (
        "vcwallet.verifier.scopes",
        [f"{_VERIFIER}/test_scope_decisions.py", *_TRUST[:3], *_JUDGED[1:3]],
    ),
    **{
        name: (f"vcwallet.verifier.{name}", _TRUST)
        for name in ("trust", "trust_changes", "trust_file", "trusted_issuer")
    },
}
PYTEST = ["-q", "-s", "-n", "0", "-p", "no:cacheprovider"]
SURVIVED, KILLED, ENDLESS = range(3)
_NEGATED = {ast.Eq: ast.NotEq, ast.Is: ast.IsNot, ast.In: ast.NotIn, ast.Lt: ast.GtE, ast.Gt: ast.LtE}
NEGATED = _NEGATED | {after: before for before, after in _NEGATED.items()}
BOUNDARY = {ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt}
NAMES = {"any": "all", "all": "any", "min": "max", "max": "min"}


@dataclass(frozen=True)
class Mutant:
    module: ModuleType
    function: str
    """Its qualified name."""
    line: int
    lines: range
    """Of the statement; a test that runs none of them cannot notice."""
    what: str
    code: Callable[[], CodeType]

    def reached(self, lines: set[tuple[str, int]]) -> bool:
        return any((str(self.module.__file__), line) in lines for line in self.lines)

    @property
    def name(self) -> str:
        """How tools/equivalent_mutants.md calls it: without the line, which moves."""
        return f"{self.module.__name__.rpartition('.')[2]} {self.function}: {self.what}"

    def __str__(self) -> str:
        path = Path(str(self.module.__file__)).relative_to(ROOT).as_posix()
        return f"{path}:{self.line} {self.name}"


def mutants(module: ModuleType) -> Iterator[Mutant]:
    """Every change of a module, in the order of its source."""
    path = str(module.__file__)
    tree = ast.parse(Path(path).read_text("utf-8"))

    def walk(node: ast.AST, lines: range, scope: str, function: str) -> Iterator[Mutant]:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            scope = f"{scope}.{node.name}".strip(".")
        for name, value in ast.iter_fields(node):
            if name in ("annotation", "returns", "decorator_list"):
                continue
            within = scope if isinstance(node, ast.FunctionDef) and name == "body" else function
            for index, child in enumerate(value if isinstance(value, list) else [value]):
                if not isinstance(child, ast.AST):
                    continue
                if isinstance(child, ast.stmt):
                    body = getattr(child, "body", None)
                    end = body[0].lineno if body else (child.end_lineno or child.lineno) + 1
                    lines = range(child.lineno, max(end, child.lineno + 1))
                for new in changes(child, module, node):
                    place = (node, name, index if isinstance(value, list) else None)
                    code = _compiler(tree, path, place, new)
                    line = getattr(child, "lineno", lines.start)
                    yield Mutant(module, within, line, lines, _told(child, new), code)
                yield from walk(child, lines, scope, within)

    yield from walk(tree, range(1, 2), "", "")


def _told(old: ast.AST, new: ast.AST) -> str:
    before, after = (" ".join(ast.unparse(each).split()) for each in (old, new))
    if isinstance(old, ast.If):  # its body is not told
        before, after = (f"if {ast.unparse(each.test)}" for each in (old, new) if isinstance(each, ast.If))
    return f"{before[:110]}  ->  {after[:110]}"


def _compiler(tree: ast.Module, path: str, place: Any, new: ast.AST) -> Callable[[], CodeType]:
    node, name, index = place

    def put(child: Any) -> Any:
        old = getattr(node, name)
        if index is None:
            setattr(node, name, child)
            return old
        old, old_list = old[index], old
        old_list[index] = child
        return old

    def code() -> CodeType:
        old = put(new)
        ast.fix_missing_locations(ast.copy_location(new, old))
        try:
            return compile(tree, path, "exec")
        finally:
            put(old)

    return code


def changes(node: ast.AST, module: ModuleType, parent: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.Compare(left, ops, rest):
            for index, op in enumerate(ops):
                for table in (NEGATED, BOUNDARY):
                    if type(op) in table:
                        yield ast.Compare(left, [*ops[:index], table[type(op)](), *ops[index + 1 :]], rest)
        case ast.BoolOp(op, values):
            yield ast.BoolOp(ast.Or() if isinstance(op, ast.And) else ast.And(), values)
            for index in range(len(values)):
                others = [*values[:index], *values[index + 1 :]]
                yield others[0] if len(others) == 1 else ast.BoolOp(op, others)
        case ast.UnaryOp(ast.Not(), operand):
            yield operand
        case ast.If(ast.Name() | ast.Attribute() | ast.Call() as test, body, orelse):
            yield ast.If(ast.UnaryOp(ast.Not(), test), body, orelse)
        case ast.IfExp(test, body, orelse):
            yield ast.IfExp(test, orelse, body)
        case ast.Constant(bool(value)):
            yield ast.Constant(not value)
        case ast.Attribute(ast.Name(name), member) if isinstance(kind := vars(module).get(name), type):
            if issubclass(kind, Enum) and member in (members := list(kind.__members__)):
                yield ast.Attribute(node.value, members[(members.index(member) + 1) % len(members)], node.ctx)
        case ast.Name(name) if name in NAMES and isinstance(parent, ast.Call):
            yield ast.Name(NAMES[name], node.ctx)
        case ast.Return(ast.Constant(str(text))):
            yield ast.Return(ast.Constant(f"not {text}"))
        case ast.Return(value) if value is not None and not isinstance(parent, ast.FunctionDef):
            yield ast.Pass()
        case ast.Expr(ast.Call()) if any(
            isinstance(each, ast.Name) and each.id == "super" for each in ast.walk(node)
        ):
            # A function that calls `super` keeps its class; code without that cannot take its place.
            yield ast.Expr(ast.Name("__class__", ast.Load()))
        case ast.Expr(ast.Call()) | ast.Raise() | ast.AugAssign():
            yield ast.Pass()
        case ast.Continue():
            yield ast.Break()
        case ast.Break():
            yield ast.Pass()


class Run:
    """A pytest plugin that runs the collected tests once for each mutant instead of once."""

    def __init__(
        self, chosen: list[Mutant], seconds: float, minutes: float, scratch: Path, known: set[str]
    ) -> None:
        self.chosen, self.seconds, self.minutes, self.scratch = chosen, seconds, minutes, scratch
        self.known = known

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        reached = self._reached(session.items)
        killed, silent, started = 0, 0, time.monotonic()
        for count, mutant in enumerate(self.chosen):
            if self.minutes and time.monotonic() - started > 60 * self.minutes:
                print(f"time is up: {len(self.chosen) - count} were not tried", flush=True)
                del self.chosen[count:]
                break
            tests = [session.items[number] for number, lines in reached if mutant.reached(lines)]
            answer = self._forked(partial(self._judge, mutant, tests))
            if answer not in (SURVIVED, KILLED, ENDLESS):
                raise RuntimeError(f"not tried: {mutant}")
            died = answer != SURVIVED
            killed += died
            if not died:
                explained = mutant.name in self.known
                silent += not explained
                print(f"{'explained' if explained else 'SURVIVED'}, {len(tests)} tests: {mutant}", flush=True)
        spent = time.monotonic() - started
        print(f"{len(self.chosen)} mutants in {spent:.0f} s: {killed} killed, {silent} silent", flush=True)
        session.testsfailed = silent
        return True

    def _reached(self, items: list[pytest.Item]) -> list[tuple[int, set[tuple[str, int]]]]:
        """What each test runs, the quickest test first; those that fail without any change are left out."""
        found = self.scratch / "reached"
        self._forked(lambda: found.write_bytes(pickle.dumps(self._traced(items))) * 0, limit=3600)
        return [(number, lines) for _, number, lines in sorted(pickle.loads(found.read_bytes()))]

    def _traced(self, items: list[pytest.Item]) -> list[tuple[float, int, set[tuple[str, int]]]]:
        files = {str(mutant.module.__file__) for mutant in self.chosen}
        told = []
        for number, item in enumerate(items):
            self._forget()
            lines: set[tuple[str, int]] = set()

            def trace(frame: FrameType, event: str, _: object, lines: Any = lines) -> Any:
                if frame.f_code.co_filename not in files:
                    return None
                lines.add((frame.f_code.co_filename, frame.f_lineno))
                return trace

            began = time.monotonic()
            sys.settrace(trace)
            passed = _passes(item)
            sys.settrace(None)
            if passed and lines:
                told.append((time.monotonic() - began, number, lines))
        return told

    def _judge(self, mutant: Mutant, tests: list[pytest.Item]) -> int:
        codes = {(code.co_qualname, code.co_firstlineno): code for code in _functions(mutant.code())}
        for each in gc.get_objects():
            if type(each) is FunctionType and each.__code__.co_filename == mutant.module.__file__:
                code = each.__code__
                each.__code__ = codes.get((code.co_qualname, code.co_firstlineno), code)
        self._forget()
        # Of the processor, so that a busy computer asks as much of a mutant as an idle one.
        ends = time.process_time() + self.seconds
        failed = any(time.process_time() < ends and not _passes(test) for test in tests)
        return KILLED if failed else SURVIVED

    def _forget(self) -> None:
        """What a function keeps from its first call hides from later tests that they depend on it."""
        for module in {id(mutant.module): mutant.module for mutant in self.chosen}.values():
            for value in vars(module).values():
                if callable(clear := getattr(value, "cache_clear", None)):
                    clear()

    def _forked(self, work: Callable[[], int], limit: float = 0) -> int:
        """What `work` returns in a process of its own; ENDLESS when it had to be stopped."""
        with tempfile.TemporaryDirectory(dir=self.scratch) as folder:
            child = os.fork()
            if child == 0:
                status = -1
                with contextlib.suppress(BaseException):
                    os.environ["PYTEST_DEBUG_TEMPROOT"] = tempfile.tempdir = folder
                    quiet = os.open(os.devnull, os.O_RDWR)
                    for stream in (0, 1, 2):
                        os.dup2(quiet, stream)
                    status = work()
                os._exit(status)
            ends = time.monotonic() + (limit or 10 * self.seconds)
            while time.monotonic() < ends:
                done, status = os.waitpid(child, os.WNOHANG)
                if done:
                    return os.waitstatus_to_exitcode(status)
                time.sleep(0.01)
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            return ENDLESS


def _passes(item: pytest.Item) -> bool:
    try:
        return not any(report.failed for report in runtestprotocol(item, log=False, nextitem=None))
    except Exception:
        return False  # pytest cannot tell an error whose own words a mutant took away


def _functions(code: CodeType) -> Iterator[CodeType]:
    """The outermost functions: what stands in them is among their constants."""
    for each in code.co_consts:
        if isinstance(each, CodeType):
            if each.co_flags & inspect.CO_OPTIMIZED:
                yield each
            else:
                yield from _functions(each)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("modules", nargs="*", default=list(MODULES), help=", ".join(MODULES))
    parser.add_argument("--number", type=int, default=0, help="mutants of each module; 0 for all")
    parser.add_argument("--seed", type=int, default=1, help="chooses which, when not all")
    parser.add_argument(
        "--seconds", type=float, default=20, help="of processor time for the tests of one mutant"
    )
    parser.add_argument("--minutes", type=float, default=0, help="for each module; 0 for no end")
    asked = parser.parse_args()
    os.chdir(ROOT)
    known = set(re.findall(r"^    (\S+ \S+: .+)$", EQUIVALENT.read_text("utf-8"), re.MULTILINE))
    # Read before anything runs: a file that is edited meanwhile has other lines than what was imported.
    modules = {name: importlib.import_module(MODULES[name][0]) for name in asked.modules}
    every = {name: [each for each in mutants(module) if each.function] for name, module in modules.items()}
    failed = 0
    for name, chosen in every.items():
        count = len(chosen)
        if 0 < asked.number < count:
            picked = sorted(random.Random(asked.seed).sample(range(count), asked.number))
            chosen = [chosen[number] for number in picked]
        print(f"{name}: {len(chosen)} of {count} mutants", flush=True)
        with tempfile.TemporaryDirectory() as scratch:
            plugin = Run(chosen, asked.seconds, asked.minutes, Path(scratch), known)
            failed |= int(pytest.main([*PYTEST, *MODULES[name][1]], plugins=[plugin]))
    return failed


if __name__ == "__main__":
    sys.exit(main())
