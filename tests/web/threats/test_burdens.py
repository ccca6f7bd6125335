"""Too much, too many, too slow: every ceiling is refused with words, and the next page is answered."""

from __future__ import annotations

import socket
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from typing import Any

import pytest

from tests.shared import HANG_SECONDS
from tests.web.serving import Answer, Served, answer_of, multipart
from tests.web.threats import probe
from tests.web.threats.probe import Line, Probe
from vcwallet import limits

FORM = ("Content-Type", "application/x-www-form-urlencoded")
CLOSES = ("Connection", "close")


def refused(answer: Answer) -> None:
    assert 400 <= answer.status < 500
    assert b"Traceback" not in answer.body
    assert b"<h1" in answer.body, "a page with words"


def test_two_hundred_who_open_at_once_are_let_to_it_one_at_a_time(
    probed: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A passphrase costs a quarter of a gigabyte: two at a time would be half of it.

    Who has a connection is served in turn, and who comes when there is none is told so at once. The first of
    them stays inside until all two hundred have come, so the numbers are those of the limit.
    """
    monkeypatch.setattr(limits, "WEB_READ_SECONDS", HANG_SECONDS)
    line = Line(probed.session.front.submit)
    monkeypatch.setattr(probed.session.front, "submit", line.submit)
    served = limits.WEB_CONNECTIONS - 1
    body = b"passphrase=falsch"
    form = head(probed, probed.place + "probe/open", ("Content-Length", str(len(body))), CLOSES) + body
    with ExitStack() as connections, probe.OPENING.held():

        def ask() -> socket.socket:
            address = ("127.0.0.1", probed.port)
            connection = connections.enter_context(socket.create_connection(address, timeout=HANG_SECONDS))
            connection.sendall(form)
            return connection

        waiting = [ask() for _ in range(served)]
        line.wait_for(served)
        turned_away = [answer_of(each) for each in [ask() for _ in range(200 - served)]]
        assert {(each.status, each.text) for each in turned_away} == {(503, "Service Unavailable")}
        assert (probe.OPENING.inside, probe.OPENING.all) == (1, 1), "one is inside, the others wait"
        probe.OPENING.gate.set()
        assert [answer_of(each).status for each in waiting] == [422] * served
    assert (probe.OPENING.most, probe.OPENING.all) == (1, served), "whoever was let in had a turn"
    assert probed.get().status == 200


def test_what_is_open_is_used_by_one_at_a_time(probed: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither a wallet nor a register may be changed by two threads."""
    thing = Probe()
    path = probed.opened(thing)
    line = Line(thing.submit)
    monkeypatch.setattr(thing, "submit", line.submit)
    with ThreadPoolExecutor(20) as people, probe.WORKING.held():
        answers = [people.submit(probed.post, path + "change") for _ in range(20)]
        line.wait_for(20)
        probe.WORKING.gate.set()
        assert [each.result().status for each in answers] == [303] * 20
    assert thing.changes == 20
    assert (probe.WORKING.most, probe.WORKING.all) == (1, 20)


def test_a_sender_of_slow_headers_is_not_waited_for(probed: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "WEB_READ_SECONDS", 0.5)
    # On a slow machine the other end may have closed before this is sent: it is closed either way.
    with (
        socket.create_connection(("127.0.0.1", probed.port), timeout=HANG_SECONDS) as connection,
        suppress(ConnectionError),
    ):
        connection.sendall(b"GET / HTTP/1.1\r\nHost: ")
        assert connection.recv(1) == b""
    monkeypatch.undo()
    assert probed.get().status == 200


def test_a_sender_of_a_slow_form_is_not_waited_for(probed: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "PAGES_UPLOAD_SECONDS", 0.5)
    path = probed.opened(Probe())
    with socket.create_connection(("127.0.0.1", probed.port), timeout=HANG_SECONDS) as connection:
        connection.sendall(head(probed, path + "take", ("Content-Length", "1000")) + b"word=")
        answer = answer_of(connection)
    refused(answer)
    assert b'data-code="page.too-slow"' in answer.body
    assert probed.get().status == 200


def head(pages: Served, path: str, *more: tuple[str, str], kind: tuple[str, str] = FORM) -> bytes:
    own = [
        *(("Host", f"127.0.0.1:{pages.port}"), ("Cookie", pages.cookie), ("Origin", pages.url)),
        *(("Sec-Fetch-Site", "same-origin"), kind, *more),
    ]
    return f"POST {path} HTTP/1.1\r\n".encode() + b"".join(f"{n}: {v}\r\n".encode() for n, v in own) + b"\r\n"


@pytest.mark.parametrize("length", ["999999999999", "9" * 40, "-1", "1e9", "0x10"])
def test_a_length_that_cannot_be_is_refused_before_anything_is_read(probed: Served, length: str) -> None:
    path = probed.opened(Probe())
    with socket.create_connection(("127.0.0.1", probed.port), timeout=HANG_SECONDS) as connection:
        connection.sendall(head(probed, path + "take", ("Content-Length", length)))
        assert 400 <= answer_of(connection).status < 500
    assert probed.get().status == 200


def test_a_form_that_does_not_say_its_length_has_the_same_ceiling(
    probed: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "PAGES_FORM_BYTES", 1000)
    path = probed.opened(Probe())
    with socket.create_connection(("127.0.0.1", probed.port), timeout=HANG_SECONDS) as connection:
        connection.sendall(head(probed, path + "take", ("Transfer-Encoding", "chunked")))
        for _ in range(3):
            connection.sendall(b"1f4\r\n" + b"x" * 500 + b"\r\n")
        refused(answer_of(connection))


@pytest.mark.parametrize(
    ("ceiling", "value"), [("PAGES_UPLOAD_BYTES", 5000), ("PAGES_UPLOAD_FILES", 3), ("PAGES_FORM_FIELDS", 3)]
)
def test_files_and_fields_over_a_ceiling_are_refused_as_a_whole(
    probed: Served, monkeypatch: pytest.MonkeyPatch, ceiling: str, value: int
) -> None:
    thing = Probe()
    path = probed.opened(thing)
    files = [("files", f"{number}.json", b"x" * 2000) for number in range(4)]
    fields = {f"word{number}": "x" for number in range(4)}
    assert probed.upload(path + "take", *files, fields=fields).status == 200
    assert len(thing.given.pop()) == 4
    monkeypatch.setattr(limits, ceiling, value)
    refused(probed.upload(path + "take", *files, fields=fields))
    assert thing.given == [], "nothing of it reaches a handler"
    monkeypatch.undo()
    assert probed.upload(path + "take", *files).status == 200


def test_a_field_larger_than_a_field_is_refused(probed: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "PAGES_FIELD_BYTES", 1000)
    path = probed.opened(Probe())
    refused(probed.upload(path + "take", fields={"word": "x" * 2000}))


def test_a_picture_larger_than_its_ceiling_is_refused(probed: Served) -> None:
    path = probed.opened(Probe())
    kind = ("Content-Type", "image/jpeg")
    assert probed.ask("POST", path + "frame", b"x" * 4096, kind).text == "4096"
    refused(probed.ask("POST", path + "frame", b"x" * 4097, kind))


def test_an_upload_never_touches_the_disk(
    probed: Served, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    """Form libraries write what is larger than a megabyte into a file in clear."""
    written: list[str] = []
    monkeypatch.setattr(
        tempfile.SpooledTemporaryFile, "rollover", lambda self: written.append("a temporary file")
    )
    thing = Probe()
    path = probed.opened(thing)
    content = b"diploma" * 700_000
    assert probed.upload(path + "take", ("files", "диплом.pdf", content)).status == 200
    assert thing.given[0][0].content == content
    assert thing.given[0][0].name == "диплом.pdf"
    assert written == []


BROKEN = [
    ("multipart/form-data", b"x"),
    ("multipart/form-data; boundary=", b"--\r\n"),
    ("multipart/form-data; boundary=x", b""),
    ("multipart/form-data; boundary=x", b"--x\r\n\r\n--x--\r\n"),
    ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nhalf'),
    ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data\r\n\r\nno name\r\n--x--\r\n"),
    (
        "multipart/form-data; boundary=x",
        b'--x\r\nContent-Disposition: form-data; name="\xff"\r\n\r\n\xff\r\n--x--',
    ),
    (
        "multipart/form-data; boundary=x; charset=klingon",
        b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nx\r\n--x--',
    ),
    ("multipart/form-data; boundary=" + "y" * 5000, b"--y"),
    ("application/x-www-form-urlencoded", b"word=%FF%FE&%ZZ=%&&&=\x00"),
    ("application/x-www-form-urlencoded; charset=utf-16", b"word=x"),
    ("application/json", b"{}"),
    ("text/plain", b"word=x"),
    ("", b"word=x"),
]


@pytest.mark.parametrize(("kind", "body"), BROKEN, ids=[str(number) for number in range(len(BROKEN))])
def test_a_form_that_is_none_is_answered_with_words(probed: Served, kind: str, body: bytes) -> None:
    path = probed.opened(Probe())
    answer = probed.ask("POST", path + "take", body, ("Content-Type", kind))
    assert answer.status == 200 or 400 <= answer.status < 500
    assert b"Traceback" not in answer.body


def test_a_mistake_of_the_program_is_told_on_a_page_without_what_it_was_about(probed: Served) -> None:
    path = probed.opened(Probe())
    answer = probed.get(path + "fall")
    assert answer.status == 500
    assert b"Traceback" not in answer.body
    assert b"ZeroDivisionError(" not in answer.body
    assert "content-security-policy" in answer.headers
    assert probed.get(path).status == 200


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd",
        "C:\\boot.ini",
        "a\r\nSet-Cookie: x=1",
        'x".html',
        "CON",
        "‮gnp.exe",
        "я" * 300,
        "",
        ".",
    ],
)
def test_a_name_of_a_download_reaches_no_folder_and_no_header(probed: Served, name: str) -> None:
    path = probed.opened(Probe())
    kept = probed.post(path + "keep", {"name": name}).headers["location"]
    answer = probed.get(kept)
    disposition = answer.headers["content-disposition"]
    assert disposition.startswith("attachment; filename*=UTF-8''")
    told = disposition.partition("''")[2]
    assert told
    assert not set(told) & set('/\\"\r\n: ')
    assert not told.startswith(".")
    assert "set-cookie" not in answer.headers
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_multipart_of_these_tests_is_what_a_browser_sends() -> None:
    kind, body = multipart([("files", "a.txt", b"1")], {"word": "x"})
    assert kind.startswith("multipart/form-data; boundary=")
    assert body.endswith(b"--\r\n")
