"""What runs in the browser's Python: pytest, without the tests of `exceptions`."""

from __future__ import annotations

from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from tests.pyodide.exceptions import FILES, TESTS
from tests.shared import ROOT

_EXAMPLES = 25
"""Of a property: the same generators run at full size on a desk, where they take a tenth of the time."""


class _Exceptions:
    """Leaves out what is listed, and fails when something listed is not there to be left out."""

    def __init__(self) -> None:
        self._unused = set(TESTS)
        self._files: set[str] = set()

    def pytest_configure(self) -> None:
        # Not earlier: pytest rewrites the assertions of its plugins when it loads them.
        from hypothesis import settings

        # How long an example takes says nothing here.
        settings.register_profile("browser", deadline=None, database=None, max_examples=_EXAMPLES)
        settings.load_profile("browser")

    def pytest_ignore_collect(self, collection_path: Path) -> bool | None:
        name = collection_path.relative_to(ROOT).as_posix()
        return True if name in FILES else None

    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        kept, left = [], []
        for item in items:
            self._files.add(item.nodeid.partition("::")[0])
            hits = {pattern for pattern in TESTS if fnmatchcase(item.nodeid, pattern)}
            self._unused -= hits
            (left if hits else kept).append(item)
        items[:] = kept
        config.hook.pytest_deselected(items=left)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        for pattern in sorted(self._unused):
            if pattern.partition("::")[0] in self._files:
                print(f"\nno test is called {pattern} (tests.pyodide/exceptions.py)")
                session.exitstatus = pytest.ExitCode.USAGE_ERROR


def run(arguments: list[str]) -> int:
    common = ["-q", "--tb=short", "-p", "no:cacheprovider", "-m", "not slow"]
    return int(pytest.main([*common, *arguments], plugins=[_Exceptions()]))
