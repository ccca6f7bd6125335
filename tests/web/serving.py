"""The pages on a socket of this computer, as `vcwallet open` serves them, with a clock that a test moves.

with serving(tmp_path) as pages:
    pages.let_in()
    assert pages.get("family/").status == 200
    pages.clock.pass_(700)
"""

from __future__ import annotations

import http.client
import io
import secrets
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from tests.shared import HANG_SECONDS
from tests.web.pages import Network, not_asked
from vcwallet.locales import language
from vcwallet.web import listening
from vcwallet.web.listening import Certificate
from vcwallet.web.pages.application import Pages, application
from vcwallet.web.pages.clock import Clock
from vcwallet.web.pages.places import Places
from vcwallet.web.pages.roles import ROLES
from vcwallet.web.pages.session import Opened, Session
from vcwallet.web.pages.visit import Role

NOW = datetime(2026, 6, 10, 12, tzinfo=UTC)
SECRET = "the secret of this program's note"


@dataclass
class Hands:
    """The two clocks of a computer. One that sleeps moves only the first."""

    wall: datetime = NOW
    seconds: float = 1000.0

    def pass_(self, seconds: float, *, asleep: bool = False) -> None:
        self.wall += timedelta(seconds=seconds)
        self.seconds += 0 if asleep else seconds

    def clock(self) -> Clock:
        return Clock(lambda: self.wall, lambda: self.seconds)


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    """By their names in lower case."""
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8")


@dataclass
class Served:
    port: int
    session: Session
    clock: Hands
    home: Path
    state: Path
    ended: threading.Event = field(default_factory=threading.Event)
    cookie: str = ""
    certificate: Certificate | None = None
    """Of a server that is asked by TLS; `ask` and `raw` speak without."""

    @property
    def url(self) -> str:
        return f"{'http' if self.certificate is None else 'https'}://127.0.0.1:{self.port}"

    @property
    def place(self) -> str:
        """The path that everything lies below."""
        return f"/{self.session.place}/"

    def link(self, target: str = "") -> str:
        """An address that lets a browser in, once."""
        return f"{self.url}/open/{self.session.token(target)}"

    def let_in(self) -> Answer:
        answer = self.ask("GET", urlsplit(self.link()).path, site="none", cookie="")
        assert answer.status == 303
        self.cookie = answer.headers["set-cookie"].partition(";")[0]
        return answer

    def opened(self, something: Opened) -> str:
        """Take in something opened; the path of its pages."""
        return f"{self.place}{self.session.enter(something)}/"

    def get(self, address: str = "") -> Answer:
        """A page below the place, as our own page asks for it."""
        return self.ask("GET", self._whole(address))

    def post(self, address: str, fields: Sequence[tuple[str, str]] | dict[str, str] = ()) -> Answer:
        return self.ask(
            "POST",
            self._whole(address),
            urlencode(fields).encode("ascii"),
            ("Content-Type", "application/x-www-form-urlencoded"),
        )

    def upload(
        self, address: str, *files: tuple[str, str, bytes], fields: dict[str, str] | None = None
    ) -> Answer:
        """A form with files: (field, name, content)."""
        kind, body = multipart(files, fields or {})
        return self.ask("POST", self._whole(address), body, ("Content-Type", kind))

    def ask(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        *headers: tuple[str, str],
        host: str | None = "",
        site: str | None = "same-origin",
        origin: str | None = "",
        cookie: str | None = None,
    ) -> Answer:
        """One request with exactly these headers. "" stands for what our own page sends, None for nothing."""
        sent = [("Host", f"127.0.0.1:{self.port}" if host == "" else host)]
        sent.append(("Sec-Fetch-Site", site))
        sent.append(("Origin", (self.url if method == "POST" else None) if origin == "" else origin))
        sent.append(("Cookie", (self.cookie or None) if cookie is None else cookie or None))
        given = [(name, value) for name, value in sent if value is not None]
        return self.raw(method, path, [*given, *headers, ("Content-Length", str(len(body)))], body)

    def raw(self, method: str, path: str, headers: Sequence[tuple[str, str]], body: bytes = b"") -> Answer:
        head = f"{method} {path} HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in headers)
        with socket.create_connection(("127.0.0.1", self.port), timeout=HANG_SECONDS) as connection:
            connection.sendall(head.encode("utf-8") + b"Connection: close\r\n\r\n" + body)
            return answer_of(connection, method)

    def _whole(self, address: str) -> str:
        return address if address.startswith("/") else self.place + address


def answer_of(connection: socket.socket, method: str = "GET") -> Answer:
    told = http.client.HTTPResponse(connection, method=method)
    told.begin()
    body = told.read()
    told.close()
    return Answer(told.status, {name.lower(): value for name, value in told.getheaders()}, body)


def multipart(files: Sequence[tuple[str, str, bytes]], fields: dict[str, str]) -> tuple[str, bytes]:
    """The media type and the body of a form with files."""
    boundary = "vcwallet-" + secrets.token_hex(8)
    out = io.BytesIO()
    for name, value in fields.items():
        out.write(
            f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        )
    for name, file, content in files:
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"; filename="{file}"\r\n\r\n'
        out.write(head.encode() + content + b"\r\n")
    out.write(f"--{boundary}--\r\n".encode())
    return f"multipart/form-data; boundary={boundary}", out.getvalue()


@contextmanager
def serving(
    folder: Path,
    *,
    roles: Sequence[Role] = ROLES,
    lang: str = "ru",
    now: datetime = NOW,
    network: Callable[[str, int], bytes] = not_asked,
    tls: bool = False,
    **more: Any,
) -> Iterator[Served]:
    """The pages, with a home folder and a state folder of their own below `folder`.

    With `tls` they have a certificate of their own, good at the true time, as a second desk has.
    """
    home, state = folder / "home", folder / "state"
    home.mkdir(parents=True, exist_ok=True)
    listener = listening.listen("127.0.0.1", 0, tls=tls)
    certificate = Certificate.make(("127.0.0.1",), now=datetime.now(UTC)) if tls else None
    hands = Hands(now)
    session = Session(hands.clock(), secrets.token_bytes, language(lang))
    served = Served(listener.socket.getsockname()[1], session, hands, home, state, certificate=certificate)
    pages = Pages(
        session=session,
        roles=roles,
        places=more.pop("places", Places(home, lambda: (), state)),
        network=Network(network),
        randomness=secrets.token_bytes,
        origin=listener.url,
        secret=SECRET,
        end=served.ended.set,
        **more,
    )
    server = listener.server(application(pages, (listener.authority,)), certificate=certificate)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener.socket]}, daemon=True)
    thread.start()
    try:
        yield served
    finally:
        session.end()
        server.should_exit = True
        thread.join(HANG_SECONDS)
        listener.socket.close()
        assert not thread.is_alive()
