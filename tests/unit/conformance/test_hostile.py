"""Whatever arrives is answered in JSON with the right status, soon, and never with a traceback."""

from __future__ import annotations

import http.client
import json
import socket
import threading
from contextlib import closing
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.shared import HANG_SECONDS, processor_seconds
from tests.unit.conformance.world import DERIVE, VERIFY, VERIFY_PRESENTATION, Interface, running, unsigned
from vcwallet import limits
from vcwallet.conformance import verifying

MEMBERS = ["credential", "verifiableCredential", "verifiablePresentation", "credentialStatus"]
JSON = {"Content-Type": "application/json"}
ISSUE = "/issuers/vc2/credentials/issue"
POSTS = [
    ISSUE,
    "/issuers/status/credentials/status",
    VERIFY,
    VERIFY_PRESENTATION,
    DERIVE,
    "/status-lists/status/publish",
]


def raw(interface: Interface, request: bytes, *, wait: float = HANG_SECONDS) -> bytes:
    """What the server answers to exactly these bytes."""
    host, _, port = interface.netloc.rpartition(":")
    with socket.create_connection((host, int(port)), timeout=wait) as connection:
        connection.sendall(request)
        received = b""
        while chunk := connection.recv(65536):
            received += chunk
    return received


# --- bodies -------------------------------------------------------------------------------------------

BODIES = {
    "empty": (b"", "json.malformed"),
    "not JSON": (b"credential=1", "json.malformed"),
    "cut off": (b'{"credential": {', "json.malformed"),
    "not UTF-8": (b'{"credential": "\xff"}', "json.not-utf-8"),
    "a list": (b"[]", "json.not-an-object"),
    "a text": (b'"credential"', "json.not-an-object"),
    "a name twice": (b'{"credential": {}, "credential": {}}', "json.duplicate-key"),
    "not a number": (b'{"credential": NaN}', "json.number"),
    "a number of a million digits": (b'{"credential": ' + b"9" * 1_000_000 + b"}", "json.number"),
    "half a character": (b'{"credential": "\\ud800"}', "json.forbidden-character"),
    "too deep": (b'{"credential": ' + b"[" * 40 + b"]" * 40 + b"}", "json.too-deep"),
    "as deep as Python is": (b'{"a": ' + b"[" * 15_000 + b"]" * 15_000 + b"}", "json.too-deep"),
    "too many lists": (b'{"a": [' + b"[]," * 30_000 + b"[]]}", "json.too-many-values"),
    "too many values": (b'{"a": [' + b"1," * 30_000 + b"1]}", "json.too-many-values"),
}


@pytest.mark.parametrize(("body", "code"), BODIES.values(), ids=BODIES)
@pytest.mark.parametrize("path", POSTS)
def test_a_body_that_is_no_request(interface: Interface, path: str, body: bytes, code: str) -> None:
    answer = interface.call("POST", path, body, JSON)
    assert (answer.status, answer.codes) == (400, [code])
    assert "json" in answer.headers["Content-Type"]


@pytest.mark.parametrize(
    "declared", ["text/plain", "application/x-www-form-urlencoded", "multipart/json", ""]
)
def test_a_body_must_be_declared_as_json(interface: Interface, declared: str) -> None:
    """What a page of another origin may send without asking first is not taken."""
    answer = interface.call("POST", VERIFY, b"{}", {"Content-Type": declared})
    assert (answer.status, answer.codes) == (400, ["web.not-json"])


@pytest.mark.parametrize(
    "declared", ["application/json; charset=utf-8", "Application/JSON", "application/ld+json"]
)
def test_every_way_to_declare_json_will_do(interface: Interface, declared: str) -> None:
    assert interface.call("POST", VERIFY, b"{}", {"Content-Type": declared}).codes == ["conformance.member"]


def test_a_body_that_says_it_is_too_large_is_not_read(interface: Interface) -> None:
    head = f"POST {VERIFY} HTTP/1.1\r\nHost: {interface.netloc}\r\nContent-Type: application/json\r\n"
    for length in (limits.WEB_DISCARDED_BYTES + 1, 10**18):
        answer = raw(interface, f"{head}Content-Length: {length}\r\n\r\n{{".encode())
        assert answer.startswith(b"HTTP/1.1 413")
        assert b"web.body-too-large" in answer


def test_a_body_that_does_not_say_how_large_it_is_is_read_to_the_ceiling(interface: Interface) -> None:
    head = (
        f"POST {VERIFY} HTTP/1.1\r\nHost: {interface.netloc}\r\nContent-Type: application/json\r\n"
        "Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    chunk = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
    chunks = chunk * (limits.WEB_BODY_BYTES // 0x10000 + 1)
    assert raw(interface, head.encode() + chunks + b"0\r\n\r\n").startswith(b"HTTP/1.1 413")
    endless = chunk * (limits.WEB_DISCARDED_BYTES // 0x10000 + 1)
    assert raw(interface, head.encode() + endless).startswith(b"HTTP/1.1 413")


def test_who_sends_somewhat_too_much_is_told(interface: Interface) -> None:
    answer = interface.call("POST", VERIFY, b"{}".ljust(limits.WEB_BODY_BYTES + 1), JSON)
    assert (answer.status, answer.codes) == (413, ["web.body-too-large"])
    assert "Connection" not in answer.headers


def test_a_body_at_the_ceiling_is_read(interface: Interface) -> None:
    body = b"{}".ljust(limits.WEB_BODY_BYTES)
    assert interface.call("POST", VERIFY, body, JSON).codes == ["conformance.member"]


def test_a_body_that_does_not_arrive(monkeypatch: pytest.MonkeyPatch, interface: Interface) -> None:
    """On a connection whose headers came under the ceiling as it is."""
    head = f"POST {VERIFY} HTTP/1.1\r\nHost: {interface.netloc}\r\nContent-Type: application/json\r\n"
    with closing(http.client.HTTPConnection(interface.netloc, timeout=HANG_SECONDS)) as connection:
        connection.request("GET", "/issuers")
        connection.getresponse().read()
        monkeypatch.setattr(limits, "WEB_READ_SECONDS", 0.3)
        assert connection.sock is not None
        connection.sock.sendall(f"{head}Content-Length: 100\r\n\r\n{{".encode())
        answer = b""
        while chunk := connection.sock.recv(65536):
            answer += chunk
    assert answer.startswith(b"HTTP/1.1 408")
    assert "web.too-slow" in answer.decode("utf-8")


def test_a_sender_that_leaves_takes_nothing_along(interface: Interface) -> None:
    head = f"POST {VERIFY} HTTP/1.1\r\nHost: {interface.netloc}\r\nContent-Type: application/json\r\n"
    host, _, port = interface.netloc.rpartition(":")
    for _ in range(5):
        with socket.create_connection((host, int(port))) as connection:
            connection.sendall(f"{head}Content-Length: 100\r\n\r\n{{".encode())
    assert interface.get("/issuers").status == 200


@pytest.mark.parametrize("earlier", [0, 2])
def test_headers_that_do_not_arrive(
    monkeypatch: pytest.MonkeyPatch, interface: Interface, earlier: int
) -> None:
    """Neither on a new connection nor on one that has been of use."""
    monkeypatch.setattr(limits, "WEB_READ_SECONDS", 1)
    with closing(http.client.HTTPConnection(interface.netloc, timeout=HANG_SECONDS)) as connection:
        connection.connect()
        for _ in range(earlier):
            connection.request("GET", "/issuers")
            connection.getresponse().read()
        assert connection.sock is not None
        connection.sock.sendall(b"GET /issuers HTTP/1.1\r\nHost: ")
        assert connection.sock.recv(100) == b""


def test_headers_that_arrive_in_two_parts_are_waited_for(interface: Interface) -> None:
    """Other requests are answered between the parts, so the server has seen that the first is not whole."""
    host, _, port = interface.netloc.rpartition(":")
    with socket.create_connection((host, int(port)), timeout=HANG_SECONDS) as connection:
        connection.sendall(b"GET /issuers HTTP/1.1\r\nHost: ")
        for _ in range(3):
            assert interface.get("/issuers").status == 200
        connection.sendall(f"{interface.netloc}\r\n\r\n".encode())
        assert connection.recv(100).startswith(b"HTTP/1.1 200")


def test_headers_have_a_ceiling(interface: Interface) -> None:
    head = (
        f"GET /issuers HTTP/1.1\r\nHost: {interface.netloc}\r\nX-Much: " + "a" * 2 * limits.WEB_HEADER_BYTES
    )
    assert raw(interface, head.encode()).startswith(b"HTTP/1.1 4")


# --- documents ----------------------------------------------------------------------------------------


def entangled(size: int) -> list[dict[str, Any]]:
    """Nodes without names, each of which knows all the others: the canonical form costs the most."""
    return [
        {"type": "Knot", "knows": [{"type": "Knot", "tied": {"type": "Knot"}} for _ in range(size)]}
        for _ in range(size)
    ]


def test_a_graph_that_would_take_for_ever_is_refused_soon(interface: Interface) -> None:
    with processor_seconds(10):
        answer = interface.issue("vc2", unsigned(evidence=entangled(40)))
    assert answer.status == 400


def test_many_contexts_inside_are_refused_soon(interface: Interface) -> None:
    contexts = [*unsigned()["@context"], *({f"t{n}": f"urn:t:{n}"} for n in range(500))]
    with processor_seconds(5):
        answer = interface.issue("vc2", unsigned(**{"@context": contexts}))
    assert answer.status == 400


CONTEXTS_INSIDE = {
    "that mean what the base context protects": {"VerifiableCredential": "https://example.org/#Bad"},
    "empty": {},
    "with a keyword": {"@import": "https://nobody.example/"},
    "with a term that is no object": {"grade": 5},
    "with a context that is a number": {"@context": 5},
    "with a base": {"@base": "https://school.example/"},
    "inside one another": {"@context": {"@context": {"grade": "urn:grade"}}},
}


@pytest.mark.parametrize("context", CONTEXTS_INSIDE.values(), ids=CONTEXTS_INSIDE)
def test_contexts_inside(interface: Interface, context: Any) -> None:
    contexts = [*unsigned()["@context"], context]
    answer = interface.issue("vc2", unsigned(**{"@context": contexts}))
    assert answer.status == 400
    assert answer.codes


def json_values() -> st.SearchStrategy[Any]:
    words = st.sampled_from(
        ["@context", "type", "id", "proof", "issuer", "credentialSubject", "options", "checks", "é", ""]
    )
    plain = st.none() | st.booleans() | st.integers(-5, 5) | st.floats(allow_nan=False, allow_infinity=False)
    return st.recursive(
        plain | words | st.text(max_size=8),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words, inner, max_size=4),
        max_leaves=12,
    )


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    path=st.sampled_from(POSTS),
    member=st.sampled_from(
        ["credential", "verifiableCredential", "verifiablePresentation", "credentialStatus"]
    ),
    value=json_values(),
    options=json_values(),
)
def test_any_json_is_answered_in_the_form_of_the_contract(
    interface: Interface, path: str, member: str, value: Any, options: Any
) -> None:
    answer = interface.post(path, {member: value, "options": options})
    assert answer.status in (200, 204, 400)
    if answer.status == 400:
        assert answer.codes


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_credential_changed_anywhere_is_refused_or_means_the_same(
    interface: Interface, data: st.DataObject
) -> None:
    issued = interface.issued("eddsa-jcs-2022")
    holders: list[Any] = [issued, issued["credentialSubject"], issued["proof"]]
    place = data.draw(st.sampled_from(holders))
    name = data.draw(st.sampled_from([*place, "added"]))
    before = json.dumps(issued)
    place[name] = data.draw(json_values())
    answer = interface.verify(issued)
    assert answer.status == (200 if json.dumps(issued) == before else 400), answer.text


# --- addresses ----------------------------------------------------------------------------------------

UNKNOWN = [
    ("GET", "/"),
    ("GET", "/issuers/"),
    ("GET", "/docs"),
    ("POST", "/issuers/nobody/credentials/issue"),
    ("POST", "/issuers/vc2/credentials/issue/"),
    ("POST", "/issuers//credentials/issue"),
    ("POST", "/verifiers/other/credentials/verify"),
    ("POST", "/verifiers/default/credentials"),
]


@pytest.mark.parametrize(("method", "path"), UNKNOWN)
def test_an_address_where_nothing_is(interface: Interface, method: str, path: str) -> None:
    body = json.dumps({"credential": {}}) if method == "POST" else None
    answer = interface.call(method, path, body, JSON if body else None)
    assert (answer.status, answer.codes) == (404, ["conformance.not-found"])


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_a_call_by_another_method(interface: Interface, method: str) -> None:
    answer = interface.call(method, VERIFY, b"{}" if method != "GET" else None, JSON)
    assert (answer.status, answer.codes) == (405, ["conformance.no-such-method"])
    assert answer.headers["Allow"] == "POST"
    assert not [name for name in answer.headers if name.lower().startswith("access-control")]


STRANGE_HOSTS = {
    "a name somebody points here": "attacker.example",
    "the same with our port": "attacker.example:{port}",
    "ours with another port": "127.0.0.1:1",
    "ours without a port": "127.0.0.1",
    "ours with something after it": "127.0.0.1:{port}.attacker.example",
    "ours with a name before it": "user@127.0.0.1:{port}",
    "empty": "",
}


@pytest.mark.parametrize("host", STRANGE_HOSTS.values(), ids=STRANGE_HOSTS)
@pytest.mark.parametrize(("method", "path"), [("GET", "/issuers"), ("POST", ISSUE), ("GET", "/nothing")])
def test_a_request_to_another_name_is_not_for_us(
    interface: Interface, method: str, path: str, host: str
) -> None:
    port = interface.netloc.rpartition(":")[2]
    answer = interface.call(method, path, b"{}", {"Host": host.format(port=port), **JSON})
    assert (answer.status, answer.codes) == (421, ["web.other-host"])


def test_a_request_to_two_names_or_none(interface: Interface) -> None:
    two = f"GET /issuers HTTP/1.1\r\nHost: {interface.netloc}\r\nHost: attacker.example\r\n\r\n"
    assert raw(interface, two.encode()).startswith(b"HTTP/1.1 4")
    assert raw(interface, b"GET /issuers HTTP/1.0\r\n\r\n").startswith(b"HTTP/1.1 421")


@pytest.mark.parametrize("name", ["localhost", "LOCALHOST", "127.0.0.1", "[::1]"])
def test_the_names_of_this_computer(interface: Interface, name: str) -> None:
    port = interface.netloc.rpartition(":")[2]
    assert interface.call("GET", "/issuers", None, {"Host": f"{name}:{port}"}).status == 200


def test_every_answer_says_that_it_is_not_to_be_kept(interface: Interface) -> None:
    for answer in (
        interface.get("/issuers"),
        interface.get("/nothing"),
        interface.issue("vc2"),
        interface.call("GET", "/issuers", None, {"Host": "attacker.example"}),
    ):
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "Server" not in answer.headers


# --- our own mistakes ---------------------------------------------------------------------------------


def test_work_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch, interface: Interface) -> None:
    """The answer is there while the work is not done: it is held until then."""
    go_on = threading.Event()
    monkeypatch.setattr(limits, "WEB_WORK_SECONDS", 0.2)
    monkeypatch.setattr(
        verifying.proof_only, "verify_credential", lambda *_, **__: go_on.wait(2 * HANG_SECONDS)
    )
    try:
        answer = interface.verify(unsigned())
    finally:
        go_on.set()
    assert (answer.status, answer.codes) == (503, ["conformance.too-busy"])


def test_a_mistake_of_ours_is_told_without_a_traceback(
    monkeypatch: pytest.MonkeyPatch, interface: Interface, capfd: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise KeyError("the secret of the house")

    monkeypatch.setattr(verifying.proof_only, "verify_credential", broken)
    answer = interface.verify(unsigned())
    assert (answer.status, answer.codes) == (500, ["conformance.internal"])
    assert "secret" not in answer.text
    assert capfd.readouterr() == ("", "")


def test_many_at_once_are_all_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "WEB_WORK_SECONDS", HANG_SECONDS)
    from concurrent.futures import ThreadPoolExecutor

    with running() as interface, ThreadPoolExecutor(16) as senders:
        answers = list(senders.map(lambda _: interface.issue("status").status, range(64)))
    assert answers == [201] * 64
