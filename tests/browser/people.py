"""What the three people do in their browsers: open what is theirs, as a hand would."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urljoin

from tests.browser.chromium import Person
from tests.browser.town import PASSPHRASE
from tests.web.serving import Served
from vcwallet.web.pages.jobs import JobState


def let_in(person: Person, pages: Served) -> None:
    """The program opens the browser at the first page."""
    person.page.goto(pages.link())


def open_file(person: Person, pages: Served, kind: str, path: Path) -> None:
    """As `vcwallet open FILE` does: the browser begins at the page that opens the file."""
    person.page.goto(pages.link(f"{kind}/open/{pages.session.choose(path)}"))


def open_wallet(person: Person, pages: Served, path: Path, passphrase: str = PASSPHRASE) -> str:
    """Type the passphrase; the address of the wallet's pages."""
    open_file(person, pages, "family", path)
    return unlock(person, passphrase)


def open_folder(person: Person, pages: Served, path: Path, passphrase: str = PASSPHRASE) -> str:
    open_file(person, pages, "secretary", path)
    return unlock(person, passphrase)


def unlock(person: Person, passphrase: str) -> str:
    before = person.page.url
    person.page.locator("input[type=password]").first.fill(passphrase)
    press(person)
    person.page.wait_for_url(lambda url: url != before)
    return root(person)


def open_desk(person: Person, pages: Served, path: Path) -> str:
    open_file(person, pages, "officer", path)
    press(person)
    return root(person)


def press(person: Person, name: str = "") -> None:
    """Press a button, or the main one of the page; the page that follows is there when this returns."""
    page = person.page
    button = page.get_by_role("button", name=name) if name else page.locator("main button.main").first
    with page.expect_navigation():
        button.first.click()
    follow(person)


ENDED = ", ".join(f'[data-job="{state.value}"]' for state in (JobState.FAILED, JobState.STOPPED))
"""Work that leads nowhere: its page stays."""


def follow(person: Person) -> None:
    """Wait until long work is done. With no script the page asks for itself; here it is asked for."""
    page = person.page
    page.wait_for_load_state()
    # Between the last look at the work and the page it leads to there is neither the one nor the other.
    while page.url.endswith("/job") and not page.locator(ENDED).count():
        page.wait_for_timeout(100)
        if not person.script:
            page.goto(page.url)
    page.wait_for_load_state()


def root(person: Person) -> str:
    """The address below which everything lies that is open: http://…/<place>/<opened>/."""
    parts = person.page.url.split("/")
    return urljoin(person.page.url, "/" + "/".join(parts[3:5]) + "/")


def drop(person: Person, *files: tuple[str, bytes], field: str = "files") -> None:
    """Give files to a form. With the script that sends it; without, its button does."""
    page = person.page
    given = page.locator(f"input[type=file][name={field}]").first
    payload = [
        {"name": name, "mimeType": "application/octet-stream", "buffer": content} for name, content in files
    ]
    if person.script:
        with page.expect_navigation():
            given.set_input_files(payload)  # type: ignore[arg-type]
    else:
        given.set_input_files(payload)  # type: ignore[arg-type]
        with page.expect_navigation():
            given.locator("xpath=ancestor::form").locator("button").first.click()
    follow(person)


def press_it(person: Person, selector: str) -> None:
    """Press a button, or follow a link, that has no words of its own to find it by."""
    with person.page.expect_navigation():
        person.page.locator(selector).first.click()
    follow(person)
