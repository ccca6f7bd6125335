"""What other pages in the same browser, and other servers on the same computer, can do: nothing.

Two real servers in Chromium. The hostile one is told the place and everything below it, which it could not
guess; still nothing is changed, read, framed or sent to it.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser import chromium
from tests.shared import HANG_SECONDS
from tests.web.serving import Served, serving
from tests.web.threats import probe
from tests.web.threats.probe import CANARY, Probe


class Hostile(ThreadingHTTPServer):
    """Answers every address with the page a test gives it, and writes down what it was sent."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.page = ""
        self.cookies: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Answer(BaseHTTPRequestHandler):
    server: Hostile

    def do_GET(self) -> None:
        self.server.cookies += self.headers.get_all("Cookie") or []
        body = self.server.page.encode("utf-8")
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def hostile() -> Iterator[Hostile]:
    server = Hostile()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join(HANG_SECONDS)


@pytest.fixture
def pages(tmp_path: Path) -> Iterator[Served]:
    with serving(tmp_path, roles=(probe.ROLE,)) as served:
        yield served


@pytest.fixture
def let_in(browser: Browser, pages: Served) -> Iterator[BrowserContext]:
    """A browser that the program let in, with one of its pages open."""
    context = browser.new_context()
    context.set_default_timeout(HANG_SECONDS * 1000)
    context.new_page().goto(pages.link())
    yield context
    context.close()


def told(page: Page) -> str:
    """What the hostile page wrote down, once it is done."""
    page.wait_for_selector("#done", state="attached")
    return page.locator("#told").inner_text()


HARM = """<!doctype html><meta charset="utf-8"><title>evil</title><pre id="told"></pre><script>
const note = (text) => (document.getElementById("told").textContent += text + "\\n");
const put = (name, address) => new Promise((done) => {
  const part = document.createElement(name);
  part.onload = () => { note(name); done(part); };
  part.onerror = () => { note("no " + name); done(part); };
  part.src = address;
  document.body.append(part);
});
const attempt = async () => {
  for (const mode of ["cors", "no-cors"]) for (const method of ["GET", "POST"]) {
    try {
      const address = ADDRESS + (method === "POST" ? "change" : "");
      const answer = await fetch(address, { method, mode, credentials: "include" });
      note(`${method} ${mode} ${answer.type} ${answer.status} ${await answer.text()}`);
    } catch (error) { note(`${method} ${mode} ${error.name}`); }
  }
  await put("img", PLACE + "static/mark.svg");
  await put("script", PLACE + "static/pages.js");
  const frame = await put("iframe", ADDRESS);
  try { note(frame.contentDocument.body.innerText); } catch (error) { note(error.name); }
  const other = open(ADDRESS, "other");
  await new Promise((done) => setTimeout(done, 800));
  try { note(other.document.body.innerText); } catch (error) { note(error.name); }
  const done = document.createElement("p"); done.id = "done"; document.body.append(done);
};
attempt();
</script>"""


def test_a_hostile_page_on_another_port_changes_and_reads_nothing(
    pages: Served, hostile: Hostile, let_in: BrowserContext
) -> None:
    thing = Probe()
    path = pages.opened(thing)
    address, place = pages.url + path, pages.url + pages.place
    hostile.page = HARM.replace("ADDRESS", json.dumps(address)).replace("PLACE", json.dumps(place))
    page = let_in.new_page()
    page.goto(hostile.url)
    said = told(page)
    assert thing.changes == 0
    assert CANARY not in said
    assert "no img" in said
    assert "no script" in said
    assert "200" not in said
    for other in let_in.pages:
        if other.url.startswith(pages.url) and other is not let_in.pages[0]:
            assert CANARY not in other.content(), "a window that a stranger opened shows nothing"
    assert hostile.cookies == []


def test_a_form_of_a_hostile_page_changes_nothing(
    pages: Served, hostile: Hostile, let_in: BrowserContext
) -> None:
    """Browsers send a form anywhere, with the cookie when only ports differ: it is answered by a refusal."""
    thing = Probe()
    path = pages.opened(thing)
    for target in ("change", "close", "work"):
        hostile.page = (
            f'<form id="f" method="post" action="{pages.url}{path}{target}"></form>'
            '<script>document.getElementById("f").submit()</script>'
        )
        page = let_in.new_page()
        with page.expect_response(lambda answer: answer.url.startswith(pages.url)) as refused:
            page.goto(hostile.url, wait_until="commit")
        assert refused.value.status == 403, target
        page.wait_for_load_state()
        assert CANARY not in page.content()
        page.close()
    assert thing.changes == thing.shuts == 0
    assert thing.job is None


def test_a_link_of_a_hostile_page_shows_nothing(
    pages: Served, hostile: Hostile, let_in: BrowserContext
) -> None:
    path = pages.opened(Probe())
    hostile.page = f'<a href="{pages.url}{path}">press</a>'
    page = let_in.new_page()
    page.goto(hostile.url)
    page.click("a")
    page.wait_for_url(pages.url + path)
    assert CANARY not in page.content()


def test_the_cookie_reaches_no_other_server_of_this_computer(
    pages: Served, hostile: Hostile, let_in: BrowserContext
) -> None:
    """Browsers keep cookies by host name, not by port; only the path tells the servers apart."""
    assert [each["path"] for each in let_in.cookies()] == [pages.place]
    for path in ("/", "/favicon.ico", "/open/x", "/family/", pages.place[:-3] + "/"):
        let_in.new_page().goto(hostile.url + path)
    assert hostile.cookies == []
    let_in.new_page().goto(hostile.url + pages.place)
    assert len(hostile.cookies) == 1, "this test would notice one"


def test_a_person_is_let_in_and_a_second_browser_is_not(browser: Browser, pages: Served) -> None:
    path = pages.opened(Probe())
    link = pages.link()
    with chromium.person(browser, pages.url) as first:
        first.page.goto(link)
        assert first.page.url == pages.url + pages.place
        first.page.goto(pages.url + path)
        assert CANARY in first.page.content()
        with chromium.person(browser, pages.url, refusals={401, 410}) as second:
            second.page.goto(link)
            assert "Если открыли её не вы, закройте программу" in second.page.locator("main").inner_text()
            second.page.goto(pages.url + path)
            assert CANARY not in second.page.content()
        first.page.reload()
        assert CANARY in first.page.content()


def test_two_tabs_of_one_browser_work_beside_each_other(browser: Browser, pages: Served) -> None:
    first, second = Probe(), Probe()
    paths = [pages.opened(first), pages.opened(second)]
    with chromium.person(browser, pages.url) as person:
        person.page.goto(pages.link())
        other = person.context.new_page()
        person.page.goto(pages.url + paths[0])
        other.goto(pages.url + paths[1])
        person.page.locator("form.close button").click()
        person.page.wait_for_url("**/closed")
        other.reload()
        assert CANARY in other.content()
