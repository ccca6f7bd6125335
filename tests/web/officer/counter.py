"""A counter at which a family answers by OpenID4VP: a desk that other computers reach, and a wallet."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from tests.unit.wallet.shared import MASHA, NOW, Issuer, wallet
from tests.web.serving import Answer, Hands, Served, serving
from vcwallet import fetch
from vcwallet.bundle import scanning
from vcwallet.bundle.openid4vp import Invitation, OpenidRequest
from vcwallet.strict_json import JsonObject
from vcwallet.verifier import ANYTHING, NOT_COMPARED, TrustList
from vcwallet.wallet import Child, Wallet, openid_exchange
from vcwallet.web.pages import officer
from vcwallet.web.pages.pairing import Pairing
from vcwallet.web.pages.places import Places

FORM = ("Content-Type", "application/x-www-form-urlencoded")
ASKED = [
    ("domain", "priem.vuz.example"),
    ("purpose", "Поступление в 2026 году"),
    ("kind", "olympiad-diploma"),
    ("field", "person"),
    ("field", "born"),
    ("field", "result"),
    ("many", "one"),
    ("keep", "30"),
    ("days", "30"),
]


@dataclass
class Family:
    """A child whose diploma is issued to a key of the child."""

    folder: Path
    issuer: Issuer = field(default_factory=Issuer)
    made: Wallet = field(init=False)
    child: Child = field(init=False)

    def __post_init__(self) -> None:
        self.made = wallet(self.folder / "семья.vcw", self.issuer)
        self.child = self.made.add_child(MASHA, now=NOW)
        diploma = self.issuer.with_hideable_parts(self.issuer.diploma(holder=self.child.did))
        self.made.add(diploma, child=self.child, now=NOW)

    def vp_token(self, request: OpenidRequest) -> JsonObject:
        drafts = self.made.prepare_openid(
            self.child, request, purpose="Поступление", expires=timedelta(hours=1), now=NOW
        )
        return self.made.sign_openid(drafts, now=NOW)[0]


@dataclass
class Counter:
    pages: Served
    desk: str
    """The path of what is opened."""
    family: Family

    def ask(self, *more: tuple[str, str]) -> str:
        """The path of the page that waits."""
        told = self.pages.post(self.desk + "request", [*ASKED, ("by", "openid"), *more])
        assert told.status == 303, told.text
        return told.headers["location"]

    def url(self, page: str) -> str:
        """What the code on the page says, read as a wallet reads it."""
        picture = re.search(r'src="([^"]*/kept/[^"]*)"', self.pages.get(page).text)
        assert picture is not None
        (found,) = scanning.read_inputs([self.pages.get(unescape(picture[1])).body])
        assert found.document is not None
        return str(found.document["url"])

    def whole(self, page: str) -> str:
        """The question as a link."""
        return self.pages.get(page + "/link").text.strip()

    def fetched(self, url: str) -> OpenidRequest:
        """The request that a URL leads to, over the network of this computer."""
        return openid_exchange.request_of(
            Invitation.read(url), network=fetch, randomness=secrets.token_bytes, now=NOW
        )

    def answer(self, request: OpenidRequest) -> dict[str, str]:
        """The form that the family's wallet posts."""
        return request.answer_form(self.family.vp_token(request))

    def post(
        self,
        request: OpenidRequest,
        form: dict[str, str] | bytes,
        *headers: tuple[str, str],
        kind: tuple[str, str] = FORM,
        site: str | None = None,
        origin: str | None = None,
    ) -> Answer:
        """What a wallet posts: without a cookie, and with no word of where it comes from."""
        body = form if isinstance(form, bytes) else urlencode(form).encode("ascii")
        path = urlsplit(request.response_uri.url).path
        return self.pages.ask("POST", path, body, kind, *headers, site=site, origin=origin, cookie="")

    def today(self) -> str:
        return self.pages.get(self.desk + "today").text

    def words(self, page: str) -> str:
        body = self.pages.get(page).text.partition("<main")[2].partition(">")[2]
        return " ".join(unescape(re.sub(r"<[^>]*>", " ", body)).split())


def write_trust(family: Family, revoked: tuple[int, ...] = ()) -> Path:
    """The office's list, which believes the family's issuer."""
    issuer = family.issuer
    made = TrustList.start(now=NOW, recipient="priem.vuz.example").with_issuer(
        issuer.document, name={"ru": issuer.name}, scopes=[ANYTHING], fingerprints=NOT_COMPARED, now=NOW
    )
    made = made.with_status_list(issuer.status_list(revoked=revoked), now=NOW)
    file = family.folder / "приёмная.json"
    file.write_text(json.dumps(made.to_json()), "utf-8")
    return file


@contextmanager
def counter(folder: Path, *, reached: bool = True, revoked: tuple[int, ...] = ()) -> Iterator[Counter]:
    """A desk as `vcwallet serve --lan` makes it, or one of this computer alone, with a browser let in."""
    family, state = Family(folder), folder / "state"
    list_file = write_trust(family, revoked)
    state.mkdir()
    more: dict[str, Any] = {"places": Places(state, tuple, state, shown=not reached)}
    if reached:
        more["pairing"] = Pairing(Hands(NOW).clock(), secrets.token_bytes, lambda pin: None)
    with serving(folder, roles=(officer.ROLE,), now=NOW, **more) as pages:
        pages.let_in()
        opened = pages.post(f"officer/open/{pages.session.choose(list_file)}").headers["location"]
        yield Counter(pages, opened, family)


def code_of(answer: Answer) -> str:
    """The code of the error that a page tells."""
    found = re.search(r'data-code="([^"]*)"', answer.text)
    return found[1] if found else ""
