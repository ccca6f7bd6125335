"""One Chromium for each worker of the tests, and one film of a camera for each that needs it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

from tests.browser import chromium
from tests.browser.town import NOW, Town
from tests.web.serving import Served, serving


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All of them on one worker: two browsers beside each other on two cores make each other's tests fail."""
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    """Ends with the last test of this folder: its event loop would be in the way of other tests' own."""
    chromium.executable()
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="package")
def browser(playwright: Playwright) -> Iterator[Browser]:
    launched = chromium.launch(playwright)
    yield launched
    launched.close()


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return Town(tmp_path / "home")


@pytest.fixture
def pages(tmp_path: Path) -> Iterator[Served]:
    with serving(tmp_path, now=NOW) as served:
        yield served
