"""After closing, neither the Back button nor another tab nor the disk still has anything of it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright

from tests.browser import chromium
from tests.web.serving import Served, serving
from tests.web.threats import probe
from tests.web.threats.probe import CANARY, Probe


@pytest.fixture
def pages(tmp_path: Path) -> Iterator[Served]:
    with serving(tmp_path, roles=(probe.ROLE,)) as served:
        yield served


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_back_reload_and_a_second_tab_show_nothing(browser: Browser, pages: Served, script: bool) -> None:
    path = pages.opened(Probe())
    with chromium.person(browser, pages.url, script=script) as person:
        page = person.page
        page.goto(pages.link())
        page.goto(pages.url + path)
        other = person.context.new_page()
        other.goto(pages.url + path)
        assert CANARY in page.content()
        page.locator("form.close button").click()
        page.wait_for_url("**/closed")
        assert CANARY not in page.content()
        page.go_back()
        assert CANARY not in page.content()
        page.go_back()
        assert CANARY not in page.content()
        page.goto(pages.url + path)
        assert CANARY not in page.content()
        other.reload()
        assert CANARY not in other.content()


def test_a_page_that_nobody_touches_leaves_the_screen(browser: Browser, pages: Served) -> None:
    """With a script and without one, five seconds after the server has closed it."""
    thing = Probe()
    thing.idle = timedelta(0)  # type: ignore[misc]
    path = pages.opened(thing)
    with (
        chromium.person(browser, pages.url) as first,
        chromium.person(browser, pages.url, script=False) as second,
    ):
        for person in (first, second):
            person.page.goto(pages.link())
            person.page.goto(pages.url + path)
            assert CANARY in person.page.content()
        for person in (first, second):
            person.page.wait_for_url("**/closed")
            assert CANARY not in person.page.content()


def holding(folder: Path, text: str) -> list[str]:
    """The files below a folder that hold a text, in the ways that programs write text."""
    forms = [text.encode("utf-8"), text.encode("utf-16-le"), text.encode("utf-16-be")]
    found = []
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            content = path.read_bytes()
            if any(form in content for form in forms):
                found.append(str(path.relative_to(folder)))
    return found


def test_the_browsers_own_folder_holds_nothing_of_what_was_seen(
    playwright: Playwright, pages: Served, tmp_path: Path
) -> None:
    """A disk cache, a history and a session to be restored are files in clear."""
    profile = tmp_path / "profile"
    path = pages.opened(Probe())
    context = chromium.launch_with_profile(playwright, profile)
    page = context.pages[0]
    page.goto(pages.link())
    page.goto(pages.url + path)
    assert CANARY in page.content()
    page.locator("form.close button").click()
    page.wait_for_url("**/closed")
    time.sleep(0.5)
    context.close()
    assert len([each for each in profile.rglob("*") if each.is_file()]) > 20
    assert holding(profile, pages.session.place), "the history is kept, so this test would find a title, too"
    assert holding(profile, CANARY) == []
    assert holding(pages.state, CANARY) == []
    assert holding(tmp_path / "home", CANARY) == []
