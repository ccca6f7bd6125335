"""What was opened is gone when the person closes it, or leaves: no page, no file, no key of it is left."""

from __future__ import annotations

import threading

import pytest

from tests.shared import HANG_SECONDS, wait_until
from tests.web.serving import Served
from tests.web.threats.probe import CANARY, Probe
from vcwallet.web.pages.jobs import JobState
from vcwallet.web.pages.session import Opened


def closed(pages: Served, path: str) -> bool:
    answer = pages.get(path)
    assert CANARY.encode() not in answer.body
    return answer.status == 303 and answer.headers["location"] == pages.place + "closed"


def take_cookie(pages: Served, answer_headers: dict[str, str]) -> None:
    if "set-cookie" in answer_headers:
        pages.cookie = answer_headers["set-cookie"].partition(";")[0]


def test_who_closes_it_sees_nothing_of_it_again(probed: Served) -> None:
    thing = Probe()
    path = probed.opened(thing)
    kept = probed.post(path + "keep", {"name": "лист.html"}).headers["location"]
    assert CANARY in probed.get(path).text
    assert probed.get(kept).body == CANARY.encode()
    before = probed.cookie
    answer = probed.post(path + "close")
    assert answer.status == 303
    take_cookie(probed, answer.headers)
    assert probed.cookie != before, "pages kept for the Back button are dropped when the cookie changes"
    assert closed(probed, path)
    probed.clock.pass_(11)
    assert probed.ask("GET", path, cookie=before).status == 401
    for address in (path, kept, path + "job", path + "fall"):
        assert closed(probed, address), address
    wait_until(lambda: thing.shuts == 1)
    assert thing.kept == {}


@pytest.mark.parametrize("asleep", [False, True], ids=["awake", "asleep"])
def test_after_ten_minutes_of_nobody_it_is_closed(probed: Served, asleep: bool) -> None:
    """A computer that slept stops one of its clocks: whoever wakes it must not find the pages open."""
    thing = Probe()
    path = probed.opened(thing)
    probed.clock.pass_(599, asleep=asleep)
    assert CANARY in probed.get(path).text
    probed.clock.pass_(601, asleep=asleep)
    answer = probed.get(path)
    take_cookie(probed, answer.headers)
    assert CANARY.encode() not in answer.body, "at once, whenever the server looks by itself"
    assert closed(probed, path)
    wait_until(lambda: thing.shuts == 1)


def test_nobody_has_to_ask_for_it_to_be_closed(probed: Served) -> None:
    thing = Probe()
    probed.opened(thing)
    probed.clock.pass_(601)
    wait_until(lambda: thing.shuts == 1)


def test_who_comes_back_after_it_was_closed_is_led_on(probed: Served) -> None:
    """The cookie changes with an answer: a browser that nobody used meanwhile is not locked out."""
    first, second = Probe(), Probe()
    paths = [probed.opened(first), probed.opened(second)]
    probed.clock.pass_(400)
    assert CANARY in probed.get(paths[1]).text
    probed.clock.pass_(300)
    wait_until(lambda: first.shuts == 1)
    before = probed.cookie
    answer = probed.get(paths[1])
    assert CANARY in answer.text
    take_cookie(probed, answer.headers)
    assert probed.cookie != before
    assert closed(probed, paths[0])


def test_a_clock_set_back_does_not_keep_it_open(probed: Served) -> None:
    thing = Probe()
    probed.opened(thing)
    probed.clock.pass_(-86400, asleep=True)
    probed.clock.seconds += 601
    wait_until(lambda: thing.shuts == 1)


def test_pages_that_ask_by_themselves_are_no_person(probed: Served) -> None:
    """A camera's pictures and the page of long work come without anybody there."""
    thing = Probe()
    path = probed.opened(thing)
    probed.clock.pass_(400)
    picture = ("Content-Type", "image/jpeg")
    assert probed.ask("POST", path + "frame", b"x" * 10, picture).text == "10"
    assert probed.get(path + "job").status == 303
    probed.clock.pass_(201)
    wait_until(lambda: thing.shuts == 1)


def test_work_that_is_under_way_is_finished_before_it_is_closed(
    probed: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = threading.Semaphore(0)
    look = probed.session.close_idle

    def counted() -> tuple[Opened, ...]:
        found = look()
        looks.release()
        return found

    def let_it_look() -> None:
        """The server looks by itself; the second look began after this was called."""
        while looks.acquire(blocking=False):
            pass
        for _ in range(2):
            assert looks.acquire(timeout=HANG_SECONDS)

    monkeypatch.setattr(probed.session, "close_idle", counted)
    thing = Probe()
    path = probed.opened(thing)
    probed.post(path + "work")
    wait_until(lambda: thing.working)
    probed.clock.pass_(3000)
    let_it_look()
    assert thing.shuts == 0
    thing.go_on.set()
    wait_until(lambda: not thing.working)
    let_it_look()
    assert thing.shuts == 0, "who waited may read what came of it"
    probed.clock.pass_(3000)
    wait_until(lambda: thing.shuts == 1)


def test_while_work_is_under_way_its_page_stands_for_every_other(probed: Served) -> None:
    thing = Probe()
    path = probed.opened(thing)
    probed.post(path + "work")
    wait_until(lambda: thing.working)
    for answer in (probed.get(path), probed.post(path + "change"), probed.post(path + "work")):
        assert answer.status == 303
        assert answer.headers["location"] == path + "job"
    assert thing.changes == 0
    thing.go_on.set()
    wait_until(lambda: probed.get(path + "job").headers.get("location") == path)


def test_closing_stops_what_is_under_way(probed: Served) -> None:
    thing = Probe()
    path = probed.opened(thing)
    probed.post(path + "work")
    wait_until(lambda: thing.working)
    take_cookie(probed, probed.post(path + "close").headers)
    wait_until(lambda: thing.shuts == 1)
    assert thing.job is not None
    assert thing.job.state is JobState.STOPPED


def test_ending_the_program_closes_everything(probed: Served) -> None:
    first, second = Probe(), Probe()
    paths = [probed.opened(first), probed.opened(second)]
    answer = probed.post("end")
    assert answer.status == 200
    wait_until(probed.ended.is_set)
    wait_until(lambda: first.shuts == second.shuts == 1)
    for path in paths:
        assert CANARY.encode() not in probed.get(path).body


def test_a_page_with_content_clears_the_screen_by_itself(probed: Served) -> None:
    """Closing on the server leaves the last page on the screen; also without a script the browser goes on."""
    path = probed.opened(Probe())
    text = probed.get(path).text
    assert f'<noscript><meta http-equiv="refresh" content="605; url={probed.place}closed"></noscript>' in text
    assert 'data-idle="605"' in text
    assert f'data-closed="{probed.place}closed"' in text


def test_the_answers_of_two_people_are_apart(probed: Served) -> None:
    """Who closes one of two keeps the other."""
    first, second = Probe(), Probe()
    paths = [probed.opened(first), probed.opened(second)]
    take_cookie(probed, probed.post(paths[0] + "close").headers)
    assert closed(probed, paths[0])
    assert CANARY in probed.get(paths[1]).text
    assert second.shuts == 0
