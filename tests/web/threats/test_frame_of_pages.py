"""The frame around every handler: names of values and downloads, work of another window, old secrets."""

from __future__ import annotations

import threading
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from tests.shared import HANG_SECONDS
from tests.web.pages import NOW, Desk, Network
from tests.web.serving import Served
from tests.web.threats.probe import Probe
from vcwallet.locales import language
from vcwallet.web.pages.session import Kept
from vcwallet.web.pages.visit import Visit, file_response

FRAME = ("place", "path", "opened", "where", "idle", "notice", "to", "lang", "day", "number", "said", "_")


def looking(desk: Desk) -> Visit[None]:
    """What a handler of the first page is given."""
    return Visit(
        session=desk.session,
        opened=None,
        path="/",
        language=language("ru"),
        now=NOW,
        randomness=bytes,
        places=desk.places,
        network=Network(),
        roles=(),
    )


@pytest.mark.parametrize("name", FRAME)
def test_a_value_of_a_page_never_stands_for_one_of_the_frame(tmp_path: Path, name: str) -> None:
    """Else a person's text could become the address of every form on the page."""
    visit = looking(Desk(tmp_path))
    value: dict[str, Any] = {name: "https://evil.example"}
    with pytest.raises(TypeError, match=rf"closed.html: {name} would"):
        visit.page("closed.html", **value)


@pytest.mark.parametrize(
    ("name", "saved"),
    [
        ("диплом.pdf", "диплом.pdf"),
        ("a\r\nSet-Cookie: x=1.pdf", "a__Set-Cookie: x=1.pdf"),
        ("\u202efdp.exe", "_fdp.exe"),
        ("a\udcffb.pdf", "a_b.pdf"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ('x"; filename=y.html', 'x"; filename=y.html'),
    ],
)
def test_the_name_of_a_download_is_what_it_says(name: str, saved: str) -> None:
    header = file_response(Kept(name, b"", "text/html")).headers["Content-Disposition"]
    assert header.isascii()
    assert header.isprintable()
    assert unquote(header.removeprefix("attachment; filename*=UTF-8''")) == saved
    assert not set(header.partition("''")[2]) & set(';"\\/ ')


def test_a_window_that_shows_earlier_work_does_not_stop_the_present(probed: Served) -> None:
    thing = Probe()
    path = probed.opened(thing)
    probed.post(path + "work")
    first = _stop_form(probed.get(path + "job").text)
    thing.go_on.set()
    _until_done(thing)
    thing.go_on.clear()
    probed.post(path + "work")
    probed.post(path + "job/stop", {"job": first})
    assert thing.job is not None
    assert not thing.job.stopping
    probed.post(path + "job/stop", {"job": _stop_form(probed.get(path + "job").text)})
    _until_done(thing)


def _stop_form(html: str) -> str:
    return html.partition('name="job" value="')[2].partition('"')[0]


def _until_done(thing: Probe) -> None:
    done = threading.Event()
    thing.submit(done.set)
    assert done.wait(HANG_SECONDS)


def test_words_of_a_wallet_that_is_being_made_are_forgotten_when_nobody_is_there(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    chosen = desk.session.choose(tmp_path / "Документы" / "новый.vcw")
    page = desk.post(f"family/new/{chosen}")
    assert "шесть слов" in page.words
    desk.time.pass_by(timedelta(minutes=9))
    assert desk.get(page.path).status == 200, "whoever writes the words down is there"
    desk.time.pass_by(timedelta(minutes=11))
    assert desk.get(page.path).code == "page.forgotten"
    assert not desk.session._tasks
