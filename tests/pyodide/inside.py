"""What runs in the browser's Python: pytest, without what `exceptions` tells."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Generator
from fnmatch import fnmatchcase
from pathlib import Path

import js
import pytest

from tests.pyodide.exceptions import FILES, PACKAGES, TESTS, reason_of
from tests.shared import ROOT

_EXAMPLES = 25
"""Of a property: the same generators run at full size on a desk, where they take a tenth of the time."""


class _Missed:
    """Remembers which packages without a build were asked for, of which errors do not always tell."""

    def __init__(self) -> None:
        self.packages: set[str] = set()

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        if (package := name.partition(".")[0]) in PACKAGES:
            self.packages.add(package)


class _Exceptions:
    """Leaves out what has a reason, and fails when something named is not there to be left out."""

    def __init__(self) -> None:
        self._unused = set(TESTS)
        self._files: set[str] = set()
        self._reasons: Counter[str] = Counter()
        self._missed = _Missed()
        sys.meta_path.insert(0, self._missed)  # type: ignore[arg-type]

    def pytest_configure(self) -> None:
        # Not earlier: pytest rewrites the assertions of its plugins when it loads them.
        from hypothesis import HealthCheck, settings

        # How long an example takes says nothing here.
        untimed = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
        settings.register_profile("browser", database=None, max_examples=_EXAMPLES, **untimed)
        settings.load_profile("browser")

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        # A test may end the interpreter itself, which then cannot say which one it was.
        js.vcwalletTest = nodeid
        self._missed.packages.clear()

    def pytest_ignore_collect(self, collection_path: Path) -> bool | None:
        name = collection_path.relative_to(ROOT).as_posix()
        return True if name in FILES else None

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report(
        self, collector: pytest.Collector
    ) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
        report = yield
        call = getattr(report, "call", None)
        if report.failed and call is not None and (reason := reason_of(call.excinfo.value)):
            self._leave(report, reason, f"{collector.nodeid}, the whole file: {reason}")
        return report

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        report = yield
        if report.failed and call.excinfo is not None:
            missed = next((PACKAGES[name] for name in sorted(self._missed.packages)), None)
            if reason := reason_of(call.excinfo.value) or missed:
                self._leave(report, reason, reason)
        return report

    def _leave(self, report: pytest.CollectReport | pytest.TestReport, reason: str, counted: str) -> None:
        report.outcome = "skipped"
        report.longrepr = (report.nodeid, 0, f"Skipped: {reason}")
        self._reasons[counted] += 1

    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        kept, left = [], []
        for item in items:
            self._files.add(item.nodeid.partition("::")[0])
            hits = {pattern for pattern in TESTS if fnmatchcase(item.nodeid, pattern)}
            self._unused -= hits
            (left if hits else kept).append(item)
        items[:] = kept
        config.hook.pytest_deselected(items=left)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        for counted, number in sorted(self._reasons.items()):
            terminalreporter.write_line(f"left out {number}: {counted}")

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        for pattern in sorted(self._unused):
            if pattern.partition("::")[0] in self._files:
                print(f"\nno test is called {pattern} (tests/pyodide/exceptions.py)")
                session.exitstatus = pytest.ExitCode.USAGE_ERROR


def run(arguments: list[str]) -> int:
    common = ["-q", "--tb=short", "-p", "no:cacheprovider", "-m", "not slow", "-r", "fE"]
    # When rubbish is collected differs, and with it the test that what nobody closed is put down to.
    for warning in ("ResourceWarning", "pytest.PytestUnraisableExceptionWarning"):
        common += ["-W", f"ignore::{warning}"]
    return int(pytest.main([*common, *arguments], plugins=[_Exceptions()]))
