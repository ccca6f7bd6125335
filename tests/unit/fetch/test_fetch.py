"""What is asked of the network and what is taken from it. No test leaves this process's own sockets."""

from __future__ import annotations

import functools
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509 import Certificate
from cryptography.x509.oid import NameOID

from tests.openid import HOST, RESPONSE_URI, parameters, signed, url
from tests.shared import HANG_SECONDS
from vcwallet import fetch
from vcwallet.bundle.openid4vp import Invitation, OpenidRequest
from vcwallet.errors import DocumentError, MachineError, VcwalletError
from vcwallet.identifiers.did import key as did_key
from vcwallet.identifiers.keys import KeyType, SoftwareKey
from vcwallet.identifiers.multibase import base64url_encode
from vcwallet.identifiers.web_address import Reply, WebAddress
from vcwallet.strict_json import JsonObject
from vcwallet.wallet import openid_exchange

URL = "https://olymp.example/status/1.json"
PUBLIC = "93.184.215.14"
OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"


class Site:
    """A fake resolver and connector: what is answered, and what was asked of whom."""

    def __init__(self, answer: bytes | Callable[[socket.socket], None] = OK, *addresses: str) -> None:
        self.answer = answer
        self.addresses = addresses or (PUBLIC,)
        self.looked_up: list[str] = []
        self.connected: list[tuple[str, str]] = []
        self.asked = b""
        self.silent: set[str] = set()
        self._threads: list[threading.Thread] = []

    def look_up(self, host: str, seconds: float) -> list[str]:
        self.looked_up.append(host)
        return list(self.addresses)

    def connect(self, host: str, address: str, seconds: float) -> socket.socket:
        self.connected.append((host, address))
        if address in self.silent:
            raise TimeoutError
        near, far = socket.socketpair()
        thread = threading.Thread(target=self._serve, args=(far,), daemon=True)
        thread.start()
        self._threads.append(thread)
        return near

    def _serve(self, far: socket.socket) -> None:
        with far:
            while self._unfinished():
                data = far.recv(4096)
                if not data:
                    return
                self.asked += data
            try:
                if callable(self.answer):
                    self.answer(far)
                else:
                    far.sendall(self.answer)
            except OSError:
                return

    def _unfinished(self) -> bool:
        """Whether more of the request is to come; who answers before breaks the pipe of who still writes."""
        head, end, body = self.asked.partition(b"\r\n\r\n")
        length = re.search(rb"\r\nContent-Length: (\d+)", head)
        return not end or (length is not None and len(body) < int(length[1]))

    def ask(
        self, address: WebAddress, *, form: Mapping[str, str] | None = None, ceiling: int, token: bool = False
    ) -> bytes:
        through = {"resolver": self.look_up, "connector": self.connect}
        return fetch.ask(address, form=form, ceiling=ceiling, token=token, **through)  # type: ignore[arg-type]

    def call(
        self,
        address: WebAddress,
        *,
        form: Mapping[str, str] | None = None,
        document: JsonObject | None = None,
        bearer: str | None = None,
        ceiling: int,
    ) -> Reply:
        raise AssertionError(f"called {address.url}")

    def authorities(self) -> tuple[Certificate, ...]:
        return fetch.authorities()

    def get(self, url: str = URL, ceiling: int = 1000, seconds: float = HANG_SECONDS) -> bytes:
        try:
            return fetch.get(url, ceiling, seconds=seconds, resolver=self.look_up, connector=self.connect)
        finally:
            for thread in self._threads:
                thread.join(HANG_SECONDS)


def test_one_document_is_asked_for_and_nothing_is_told_about_the_asker() -> None:
    site = Site()
    assert site.get("https://Olymp.Example:443/a/b%20c.json") == b"{}"
    assert (site.looked_up, site.connected) == (["olymp.example"], [("olymp.example", PUBLIC)])
    first, *headers = site.asked.decode("ascii").split("\r\n")
    assert first == "GET /a/b%20c.json HTTP/1.1"
    names = {line.partition(":")[0] for line in headers if line}
    assert names == {"Host", "Accept", "Accept-Encoding", "Connection"}
    assert "Host: olymp.example" in headers


BAD_ADDRESSES = {
    "plain http": "http://olymp.example/x",
    "another scheme": "ftp://olymp.example/x",
    "a file": "file:///etc/passwd",
    "scheme in capitals": "HTTPS://olymp.example/x",
    "no scheme": "//olymp.example/x",
    "no host": "https:///x",
    "user name": "https://admin@olymp.example/x",
    "user name and password": "https://a:b@olymp.example/x",
    "user name that looks like a host": "https://olymp.example@127.0.0.1/x",
    "host after an escaped at": "https://olymp.example%40evil.example/x",
    "another port": "https://olymp.example:8443/x",
    "port of a database": "https://olymp.example:6379/x",
    "empty port": "https://olymp.example:/x",
    "escaped port": "https://olymp.example%3A6379/x",
    "IPv4": "https://93.184.215.14/x",
    "IPv4 loopback": "https://127.0.0.1/x",
    "IPv4 in one number": "https://2130706433/x",
    "IPv4 in hexadecimal": "https://0x7f000001/x",
    "IPv4 in hexadecimal parts": "https://0x7f.0.0.0x1/x",
    "IPv4 in octal": "https://0177.0.0.1/x",
    "IPv4 cut short": "https://127.1/x",
    "IPv4 with a dot after it": "https://127.0.0.1./x",
    "IPv6 loopback": "https://[::1]/x",
    "IPv6": "https://[2606:2800:220:1::1]/x",
    "IPv4 in IPv6": "https://[::ffff:169.254.169.254]/x",
    "localhost": "https://localhost/x",
    "under localhost": "https://x.localhost/x",
    "name of a router": "https://router.lan/x",
    "name in a cloud": "https://metadata.google.internal/x",
    "one label": "https://intranet/x",
    "dot after the name": "https://olymp.example./x",
    "empty label": "https://olymp..example/x",
    "Cyrillic host": "https://олимпиада.example/x",
    "full-width letters": "https://ｏlymp.example/x",
    "ideographic dot": "https://127。0。0。1/x",
    "zero byte": "https://olymp.example\x00.evil.example/x",
    "underscore": "https://a_b.example/x",
    "line break": "https://olymp.example/x\r\nHost: evil.example",
    "line break at the end": "https://olymp.example/x\n",
    "space": "https://olymp.example/x y",
    "tab": "https://olymp.example/\tx",
    "backslash": "https://olymp.example\\@evil.example/x",
    "query": "https://olymp.example/x?child=1",
    "fragment": "https://olymp.example/x#1",
    "up": "https://olymp.example/a/../b",
    "up, escaped": "https://olymp.example/a/%2E%2e/b",
    "up at the end": "https://olymp.example/..",
    "here": "https://olymp.example/./b",
    "bad escape": "https://olymp.example/%zz",
    "letters unescaped": "https://olymp.example/список",
    "too long": "https://olymp.example/" + "x" * 3000,
    "did": "did:web:olymp.example",
    "urn": "urn:uuid:6c1f2b64-7d0e-4a52-9a5c-000000000001",
    "nothing": "",
}


@pytest.mark.parametrize("name", BAD_ADDRESSES)
def test_a_bad_address_is_not_even_looked_up(name: str) -> None:
    site = Site()
    with pytest.raises(DocumentError) as refused:
        site.get(BAD_ADDRESSES[name])
    assert refused.value.code == ("fetch.address-too-long" if name == "too long" else "fetch.address")
    assert (site.looked_up, site.connected) == ([], [])
    assert all(len(str(value)) <= 64 for value in refused.value.evidence.values())


NOT_PUBLIC = (
    *("127.0.0.1", "127.255.255.254", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254"),
    *("100.64.0.1", "192.0.2.1", "198.18.0.1", "203.0.113.9", "224.0.0.1", "240.0.0.1", "255.255.255.255"),
    *("::1", "::", "fe80::1", "fe80::1%eth0", "2606:2800:220:1::1%1", "fc00::1", "fd12::1", "fec0::1"),
    *("ff02::1", "2001:db8::1", "::ffff:10.0.0.1", "::ffff:93.184.215.14", "::127.0.0.1", "2002:7f00:1::"),
    *("2001:0:4136:e378::1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "not an address", ""),
)


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_a_name_that_leads_inside_is_not_connected_to(address: str) -> None:
    site = Site(OK, PUBLIC, address)  # one public address does not buy the other
    with pytest.raises(DocumentError) as refused:
        site.get()
    assert refused.value.code == "fetch.private"
    assert site.connected == []


@pytest.mark.parametrize("address", [PUBLIC, "2606:2800:220:1::1", "64:ff9b::5db8:d70e"])
def test_public_addresses_are_connected_to_as_they_were_found(address: str) -> None:
    site = Site(OK, address)
    assert site.get() == b"{}"
    assert site.connected == [("olymp.example", address)]


def test_the_next_address_is_tried_and_the_name_is_looked_up_once() -> None:
    site = Site(OK, *(f"93.184.215.{number}" for number in range(9)))
    site.silent = {"93.184.215.0", "93.184.215.1"}
    assert site.get() == b"{}"
    assert [address for _, address in site.connected] == [f"93.184.215.{n}" for n in range(3)]
    assert len(site.looked_up) == 1
    site.silent = set(site.addresses)
    site.connected.clear()
    with pytest.raises(MachineError):
        site.get()
    assert len(site.connected) == 4


def answer(
    status: str = "200 OK", content_type: str = "application/json", body: bytes = b"{}", **more: str
) -> bytes:
    headers = {"Content_Type": content_type, "Content_Length": str(len(body)), **more}
    lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items() if value)
    return f"HTTP/1.1 {status}\r\n{lines}\r\n".encode() + body


BAD_ANSWERS = {
    "redirect": (answer("302 Found", Location="https://olymp.example/y"), "fetch.redirect"),
    "redirect inside": (answer("307 X", Location="https://127.0.0.1/"), "fetch.redirect"),
    "not modified": (answer("304 Not Modified", body=b""), "fetch.redirect"),
    "not found": (answer("404 Not Found"), "fetch.status"),
    "a part only": (answer("206 Partial Content"), "fetch.status"),
    "nothing": (answer("204 No Content", body=b""), "fetch.status"),
    "broken": (answer("500 Oops"), "fetch.status"),
    "a page": (answer(content_type="text/html; charset=utf-8"), "fetch.media-type"),
    "no type": (answer(content_type=""), "fetch.media-type"),
    "type with JSON in it": (answer(content_type="text/html+json2"), "fetch.media-type"),
    "packed": (answer(Content_Encoding="gzip"), "fetch.media-type"),
    "announced too large": (answer(body=b" " * 1001), "fetch.too-large"),
    "too large unannounced": (answer(body=b" " * 1001, Content_Length=""), "fetch.too-large"),
    "too large in chunks": (
        answer(
            body=b"400\r\n" + b" " * 1024 + b"\r\n0\r\n\r\n", Content_Length="", Transfer_Encoding="chunked"
        ),
        "fetch.too-large",
    ),
    "cut": (answer(Content_Length="100"), "fetch.answer"),
    "cut chunk": (
        answer(body=b"40\r\n{}", Content_Length="", Transfer_Encoding="chunked"),
        "fetch.answer",
    ),
    "bad chunk": (
        answer(body=b"zz\r\n{}", Content_Length="", Transfer_Encoding="chunked"),
        "fetch.answer",
    ),
    "not HTTP": (b"SSH-2.0-OpenSSH_9.6\r\n", "fetch.answer"),
    "silence": (b"", "fetch.answer"),
    "long header": (b"HTTP/1.1 200 OK\r\nX: " + b"x" * 70_000, "fetch.answer"),
    "many headers": (b"HTTP/1.1 200 OK\r\n" + b"X: x\r\n" * 200 + b"\r\n", "fetch.answer"),
    "bytes that are no text": (b"\xff\xfe\x00" * 100 + b"\r\n\r\n", "fetch.answer"),
}


@pytest.mark.parametrize("name", BAD_ANSWERS)
def test_a_bad_answer_is_refused(name: str) -> None:
    content, code = BAD_ANSWERS[name]
    site = Site(content)
    with pytest.raises(VcwalletError) as refused:
        site.get()
    assert refused.value.code == code
    assert len(site.connected) == 1


@pytest.mark.parametrize(
    "content_type",
    ["application/json", "application/did+json", "application/vc", "Application/LD+JSON;x=y", "text/json"],
)
def test_every_kind_of_json_is_taken(content_type: str) -> None:
    assert Site(answer(content_type=content_type)).get() == b"{}"


def test_the_ceiling_itself_is_taken() -> None:
    assert len(Site(answer(body=b" " * 1000)).get()) == 1000


@pytest.mark.parametrize("part", ["headers", "body"])
def test_a_byte_now_and_then_does_not_win_time(part: str) -> None:
    def drip(far: socket.socket) -> None:
        far.sendall(b"HTTP/1.1 200 OK\r\n" if part == "headers" else answer(Content_Length="1000", body=b""))
        for _ in range(200):
            far.sendall(b"x")
            time.sleep(0.02)

    with pytest.raises(MachineError) as refused:
        Site(drip).get(seconds=0.3)
    assert refused.value.code == "fetch.slow"


def test_a_network_that_is_not_there_is_the_computers_side() -> None:
    def no_name(host: str, seconds: float) -> list[str]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    with pytest.raises(MachineError) as refused:
        fetch.get(URL, 10, resolver=no_name)
    assert refused.value.code == "fetch.unreachable"
    with pytest.raises(MachineError) as refused:
        fetch.get(URL, 10, resolver=lambda host, seconds: [])
    assert refused.value.code == "fetch.unreachable"


def test_a_resolver_that_hangs_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    released = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: released.wait(HANG_SECONDS) and [])
    with pytest.raises(MachineError) as refused:
        fetch.get(URL, 10, seconds=0.1)
    released.set()
    assert refused.value.code == "fetch.slow"


def test_the_systems_resolver_is_asked_for_https(monkeypatch: pytest.MonkeyPatch) -> None:
    def known(host: str, port: int, **_: object) -> list[object]:
        assert (host, port) == ("olymp.example", 443)
        return [
            (socket.AF_INET6, 1, 6, "", ("2606:2800:220:1::1", 443, 0, 0)),
            (socket.AF_INET, 1, 6, "", (PUBLIC, 443)),
        ]

    monkeypatch.setattr(socket, "getaddrinfo", known)
    assert fetch.look_up("olymp.example", 5) == [PUBLIC, "2606:2800:220:1::1"]


# --- the real connector, against a server of our own ------------------------------------------------------


def certificate(name: str, folder: Path) -> tuple[Path, str]:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = made.public_bytes(serialization.Encoding.PEM)
    path = folder / "server.pem"
    path.write_bytes(
        pem
        + key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return path, pem.decode("ascii")


@contextmanager
def server(pem: Path) -> Iterator[int]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)

    def serve() -> None:
        try:
            near, _ = listening.accept()
        except OSError:
            return
        with near:
            near.settimeout(HANG_SECONDS)
            try:
                with context.wrap_socket(near, server_side=True) as secure:
                    secure.recv(4096)
                    secure.sendall(OK)
            except OSError:
                return

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listening.getsockname()[1]
    thread.join(HANG_SECONDS)


@pytest.mark.parametrize("name", ["olymp.example", "other.example", "unknown authority"])
def test_the_certificate_must_be_of_the_name_although_the_address_is_pinned(
    name: str, tmp_path: Path
) -> None:
    pem, authority = certificate("olymp.example" if name != "other.example" else name, tmp_path)
    with server(pem) as port:

        def connect(host: str, address: str, seconds: float) -> socket.socket:
            assert address == PUBLIC
            known = functools.partial(
                fetch.connect_tls, port=port, authorities=None if name == "unknown authority" else authority
            )
            return known(host, "127.0.0.1", seconds)

        if name == "olymp.example":
            assert fetch.get(URL, 10, resolver=lambda *_: [PUBLIC], connector=connect) == b"{}"
        else:
            with pytest.raises(MachineError) as refused:
                fetch.get(URL, 10, resolver=lambda *_: [PUBLIC], connector=connect)
            assert refused.value.code == "fetch.certificate"


@pytest.mark.parametrize(
    "inside", ["10.0.0.7", "127.0.0.1", "169.254.169.254", "192.168.1.5", "::1", "fd00::7"]
)
def test_what_a_request_names_is_held_to_public_sites(inside: str) -> None:
    """A name in a request of OpenID4VP that leads inside a network is not connected to, asked or answered."""
    site = Site(OK, inside)
    address = WebAddress.parse("https://priem.vuz.example/openid4vp?desk=2")
    for form in (None, {"vp_token": "{}"}):
        with pytest.raises(VcwalletError) as caught:
            fetch.ask(address, form=form, ceiling=100, resolver=site.look_up, connector=site.connect)
        assert caught.value.code == "fetch.private"
    assert site.connected == []


def test_a_call_is_held_to_public_sites() -> None:
    """So is an address in an offer of OpenID4VCI, with or without a token."""
    site = Site(OK, "10.0.0.7")
    address = WebAddress.parse("https://olymp.example/token")
    with pytest.raises(VcwalletError) as caught:
        fetch.call(address, form={}, ceiling=100, resolver=site.look_up, connector=site.connect)
    assert caught.value.code == "fetch.private"
    assert site.connected == []


def call(answer: bytes, **asked: Any) -> tuple[Reply, str]:
    site = Site(answer)
    address = WebAddress.parse("https://olymp.example/credential")
    reply = fetch.call(address, ceiling=100, resolver=site.look_up, connector=site.connect, **asked)
    return reply, site.asked.decode("ascii")


def test_a_document_is_posted_with_the_token_that_a_site_gave() -> None:
    reply, asked = call(OK, document={"a": 1}, bearer="t-1/+=")
    assert (reply.status, reply.content) == (200, b"{}")
    head, _, body = asked.partition("\r\n\r\n")
    assert head.startswith("POST /credential HTTP/1.1\r\n")
    assert "\r\nAuthorization: Bearer t-1/+=" in head
    assert "\r\nContent-Type: application/json" in head
    assert body == '{"a":1}'
    _, asked = call(OK)
    assert "\r\nContent-Length: 0" in asked
    assert "Authorization" not in asked
    with pytest.raises(VcwalletError) as caught:
        call(OK, bearer="t\r\nX: 1")
    assert caught.value.code == "fetch.token"


@pytest.mark.parametrize("status", ["400 Bad", "401 Unauthorized", "404 Not Found"])
def test_a_refusal_in_json_is_an_answer(status: str) -> None:
    body = b'{"error":"invalid_grant"}'
    head = f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    reply, _ = call(head.encode("ascii") + body)
    assert (str(reply.status), reply.content) == (status[:3], body)


@pytest.mark.parametrize(
    ("head", "code"),
    [
        ("400 Bad\r\nContent-Type: text/html", "fetch.status"),
        ("500 Mistake\r\nContent-Type: application/json", "fetch.status"),
        ("200 OK\r\nContent-Type: text/html", "fetch.media-type"),
        ("307 There\r\nLocation: https://vuz.example/", "fetch.redirect"),
    ],
)
def test_what_is_no_answer_of_an_interface(head: str, code: str) -> None:
    with pytest.raises(VcwalletError) as caught:
        call(f"HTTP/1.1 {head}\r\nContent-Length: 2\r\n\r\n{{}}".encode("ascii"))
    assert caught.value.code == code


def test_a_form_is_posted_and_no_redirect_is_followed() -> None:
    site = Site()
    address = WebAddress.parse("https://priem.vuz.example:8443/openid4vp?desk=2")
    asked = fetch.ask(
        address, form={"state": "a b"}, ceiling=100, resolver=site.look_up, connector=site.connect
    )
    assert asked == b"{}"
    head, _, body = site.asked.decode("ascii").partition("\r\n\r\n")
    assert head.startswith("POST /openid4vp?desk=2 HTTP/1.1\r\n")
    assert "\r\nHost: priem.vuz.example:8443\r\n" in head
    assert "Content-Type: application/x-www-form-urlencoded" in head
    assert body == "state=a+b"
    site = Site(b"HTTP/1.1 302 Found\r\nLocation: https://vuz.example/\r\nContent-Length: 0\r\n\r\n")
    with pytest.raises(VcwalletError) as caught:
        fetch.ask(address, form={}, ceiling=100, resolver=site.look_up, connector=site.connect)
    assert caught.value.code == "fetch.redirect"
    assert site.looked_up == ["priem.vuz.example"]


def test_a_request_is_fetched_by_post_with_a_nonce_that_it_must_answer() -> None:
    key = SoftwareKey(KeyType.ED25519, bytes(range(32)))
    did = did_key.did_of(key.public_key)
    client = f"decentralized_identifier:{did}"
    where = url({"client_id": client, "request_uri": f"https://{HOST}/r", "request_uri_method": "post"})
    nonce = base64url_encode(bytes(16))

    def fetched(wallet_nonce: str) -> OpenidRequest:
        claims = parameters(client_id=client, response_uri=RESPONSE_URI, wallet_nonce=wallet_nonce)
        body = signed(claims, key, kid=did_key.verification_method_of(did)).encode("ascii")
        head = f"Content-Type: application/oauth-authz-req+jwt\r\nContent-Length: {len(body)}\r\n\r\n"
        site = Site(b"HTTP/1.1 200 OK\r\n" + head.encode("ascii") + body)
        return openid_exchange.request_of(
            Invitation.read(where), network=site, randomness=bytes, now=datetime(2026, 6, 20, tzinfo=UTC)
        )

    assert fetched(nonce).response_uri.url == RESPONSE_URI
    with pytest.raises(VcwalletError) as caught:
        fetched("another")
    assert caught.value.code == "openid.wallet-nonce"
