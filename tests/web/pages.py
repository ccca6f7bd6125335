"""The pages as a test opens them: the real application, a browser's headers, a clock of the test's own."""

from __future__ import annotations

import itertools
import re
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from types import ModuleType
from typing import Any

from cryptography.x509 import Certificate
from starlette.testclient import TestClient

from tests.shared import wait_until
from tests.web.histories import address_tells, title_of, title_tells
from vcwallet import locales
from vcwallet.identifiers.web_address import Reply, WebAddress
from vcwallet.strict_json import JsonObject
from vcwallet.web.pages.application import Pages, application
from vcwallet.web.pages.clock import Clock
from vcwallet.web.pages.places import Places
from vcwallet.web.pages.roles import ROLES
from vcwallet.web.pages.session import Session

HOST = "127.0.0.1:4321"
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
OWN = {"Sec-Fetch-Site": "same-origin", "Origin": f"http://{HOST}"}
TYPED = {"Sec-Fetch-Site": "none"}


@dataclass
class Time:
    """A clock that a test moves."""

    now: datetime = NOW
    seconds: float = 1000.0

    def pass_by(self, gone: timedelta) -> None:
        self.now += gone
        self.seconds += gone.total_seconds()


def not_asked(url: str, ceiling: int) -> bytes:
    raise AssertionError(f"asked for {url}")


@dataclass(frozen=True)
class Network:
    """What pages ask sites by, with the answers of a test; `vcwallet.fetch` in the program."""

    get: Callable[[str, int], bytes] = not_asked

    def ask(
        self, address: WebAddress, *, form: Mapping[str, str] | None = None, ceiling: int, token: bool = False
    ) -> bytes:
        return self.get(address.url, ceiling)

    def call(
        self,
        address: WebAddress,
        *,
        form: Mapping[str, str] | None = None,
        document: JsonObject | None = None,
        bearer: str | None = None,
        ceiling: int,
    ) -> Reply:
        return Reply(200, self.get(address.url, ceiling))

    def authorities(self) -> tuple[Certificate, ...]:
        return ()


@dataclass
class Desk:
    """The pages, and the one browser that they let in."""

    home: Path
    language: str = "ru"
    network: Callable[[str, int], bytes] | ModuleType = not_asked
    """What is answered, or `vcwallet.fetch` itself for what listens on this computer."""
    time: Time = field(default_factory=Time)
    ended: bool = False

    def __post_init__(self) -> None:
        (self.home / "Документы").mkdir(parents=True, exist_ok=True)
        self.session = Session(
            Clock(lambda: self.time.now, lambda: self.time.seconds),
            secrets.token_bytes,
            locales.language(self.language),
        )
        self.places = Places(self.home, lambda: (), self.home / ".state")
        pages = Pages(
            session=self.session,
            roles=ROLES,
            places=self.places,
            network=Network(self.network) if callable(self.network) else self.network,
            randomness=secrets.token_bytes,
            origin=f"http://{HOST}",
            secret="the secret of this program",
            end=self._end,
        )
        self.app = application(pages, (HOST,))
        self.browser = TestClient(self.app, base_url=f"http://{HOST}", follow_redirects=False)
        self.page: Page = self.get(f"/open/{self.session.token()}", headers=TYPED)

    def _end(self) -> None:
        self.ended = True

    def get(self, address: str = "", *, headers: dict[str, str] | None = None) -> Page:
        """Go to an address, as from a link, and on to where the answer leads."""
        return self._follow(
            self.browser.get(self._whole(address), headers=OWN if headers is None else headers)
        )

    def post(
        self,
        address: str,
        data: dict[str, Any] | None = None,
        *,
        files: Iterable[tuple[str, str, bytes]] = (),
        headers: dict[str, str] | None = None,
    ) -> Page:
        """Send a form; `files` are a field, a name and bytes each.

        What the page that is looked at was showing goes along, as a browser sends the hidden field.
        """
        is_page = "html" in self.page.headers.get("content-type", "")
        if is_page and (seen := re.search(r'name="seen" value="([^"]*)"', self.page.html)):
            data = {"seen": seen[1], **(data or {})}
        sent = [(field, (name, content)) for field, name, content in files]
        answer = self.browser.post(
            self._whole(address), data=data, files=sent or None, headers=OWN if headers is None else headers
        )
        return self._follow(answer)

    def _whole(self, address: str) -> str:
        return address if address.startswith("/") else f"/{self.session.place}/{address}"

    def _follow(self, answer: Any) -> Page:
        def arrived() -> bool:
            nonlocal answer
            for _ in range(20):
                if answer.status_code == 303:
                    answer = self.browser.get(answer.headers["location"], headers=OWN)
            is_page = answer.headers.get("content-type", "").startswith("text/html")
            if not is_page or 'data-job="running"' not in answer.text:
                return True
            answer = self.browser.get(str(answer.url), headers=OWN)
            return False

        wait_until(arrived)
        self.page = Page(answer.status_code, answer.url.path, dict(answer.headers), answer.content)
        ours = [each for each in self.page.links if not each.startswith(answer.url.path)]
        told = [each for each in ours if self.session.place in each and address_tells(each)]
        title = title_of(self.page.html) if self.page.links else ""
        told += [title] if title_tells(title) else []
        assert not told, f"the browser would write into its history: {told}"
        return self.page


@dataclass(frozen=True)
class Page:
    status: int
    path: str
    headers: dict[str, str]
    content: bytes

    @property
    def html(self) -> str:
        """The answer as text; of a picture or a file what of it is text."""
        return self.content.decode("utf-8", "replace")

    @property
    def words(self) -> str:
        """What a person reads, in one line."""
        body = self.html.partition("<main")[2].rpartition("</main>")[0] or self.html
        return " ".join(unescape(re.sub(r"<[^>]*>", " ", body)).split())

    @property
    def code(self) -> str:
        """The code of the error that the page tells; "" when it tells none."""
        found = re.search(r'data-code="([^"]*)"', self.html)
        return found[1] if found else ""

    @property
    def links(self) -> tuple[str, ...]:
        """The addresses on it; a picture or a file has none."""
        if not self.headers.get("content-type", "").startswith("text/html"):
            return ()
        return tuple(unescape(each) for each in re.findall(r'(?:href|src|action)="([^"]*)"', self.html))

    def address(self, part: str, *, number: int = 0) -> str:
        """The address on this page that has `part` in it."""
        found = [each for each in dict.fromkeys(self.links) if part in each]
        assert len(found) > number, f"no address with {part!r} among {self.links}"
        return found[number]

    def value(self, name: str, *, number: int = 0) -> str:
        """The value of a field or button of this name."""
        fields = re.findall(rf'<(?:button|input|option)[^>]*\bname="{re.escape(name)}"[^>]*>', self.html)
        values = [unescape(found[1]) for each in fields if (found := re.search(r'value="([^"]*)"', each))]
        return next(itertools.islice(values, number, None))
