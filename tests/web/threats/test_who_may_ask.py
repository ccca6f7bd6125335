"""Who is answered: the browser that the program opened, and nobody else on this computer or beyond it."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.web.serving import SECRET, Answer, Served, serving
from vcwallet.web.pages.roles import ROLES

EVERYWHERE = ("", "family/", "static/pages.css", "closed", "choose/x", "end", "job")


@pytest.fixture
def pages(tmp_path: Path) -> Iterator[Served]:
    with serving(tmp_path) as served:
        served.let_in()
        yield served


# --- to which name a request is addressed ---


@pytest.mark.parametrize(
    "host",
    [
        *(
            "evil.example",
            "evil.example:{port}",
            "localhost:{port}",
            "localhost",
            "127.0.0.1",
            "[::1]:{port}",
        ),
        *("127.0.0.1:1", "0.0.0.0:{port}", "127.0.0.1:{port}.", "127.1:{port}", "2130706433:{port}", ""),
    ],
)
def test_a_request_to_another_name_is_refused(pages: Served, host: str) -> None:
    """A name that somebody points at 127.0.0.1 (DNS rebinding) reaches the socket, and no page."""
    headers = [("Host", host.format(port=pages.port)), ("Cookie", pages.cookie), ("Sec-Fetch-Site", "none")]
    for path in (pages.place, "/", "/open/x", "/instance", pages.place + "static/pages.css"):
        refused(pages.raw("GET", path, headers), 421)


def test_a_request_without_a_name_or_with_two_is_refused(pages: Served) -> None:
    ours = f"127.0.0.1:{pages.port}"
    assert pages.raw("GET", pages.place, [("Cookie", pages.cookie)]).status in (400, 421)
    twice = pages.raw(
        "GET", pages.place, [("Host", ours), ("Host", "evil.example"), ("Cookie", pages.cookie)]
    )
    assert twice.status in (400, 421)
    assert pages.get().status == 200


# --- which page sent it ---

SITES = (None, "none", "same-origin", "same-site", "cross-site", "SAME-ORIGIN", "same-origin, cross-site")
ORIGINS = (
    None,
    "{ours}",
    "null",
    "http://127.0.0.1:1",
    "https://evil.example",
    "{ours}.evil.example",
    "{ours}/",
)


def allowed(method: str, site: str | None, origin: str | None) -> bool:
    """GET changes nothing and may be typed; POST comes from a page of ours, whose browser says so."""
    if method == "GET":
        return site in (None, "none", "same-origin") and origin in (None, "{ours}")
    return (site == "same-origin" and origin in (None, "{ours}")) or (site is None and origin == "{ours}")


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_only_our_own_pages_are_answered(pages: Served, method: str) -> None:
    """``same-site`` is what a page on another port of this computer gets, so it is a stranger's."""
    for site, origin in itertools.product(SITES, ORIGINS):
        answer = pages.ask(
            method, pages.place, site=site, origin=None if origin is None else origin.format(ours=pages.url)
        )
        if allowed(method, site, origin):
            assert answer.status in (200, 303), (site, origin)
        else:
            refused(answer, 403)


def test_two_answers_to_which_page_sent_it_are_none(pages: Served) -> None:
    for name, first, second in (
        ("Sec-Fetch-Site", "same-origin", "cross-site"),
        ("Origin", pages.url, "https://evil.example"),
    ):
        doubled = [(name, first), (name, second)]
        rest = [("Host", f"127.0.0.1:{pages.port}"), ("Cookie", pages.cookie), ("Content-Length", "0")]
        refused(pages.raw("POST", pages.place, [*rest, *doubled]), 403)


@pytest.mark.parametrize("method", ["HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "get"])
def test_other_methods_change_and_show_nothing(pages: Served, method: str) -> None:
    answer = pages.ask(method, pages.place, origin=None)
    assert answer.status in (400, 404, 405)
    assert "access-control-allow-origin" not in answer.headers
    assert pages.session.place.encode() not in answer.body


# --- the address that the program opens ---


def test_the_opened_address_works_once(pages: Served) -> None:
    """`ps` and a terminal show it to everybody on the computer, after the browser had it."""
    path = urlsplit(pages.link()).path
    first = pages.ask("GET", path, site="none", cookie="")
    assert first.status == 303
    assert first.headers["location"].startswith(pages.place)
    refused(pages.ask("GET", path, site="none", cookie=""), 410)


def test_the_opened_address_works_for_a_minute(pages: Served) -> None:
    path = urlsplit(pages.link()).path
    pages.clock.pass_(61)
    refused(pages.ask("GET", path, site="none", cookie=""), 410)
    asleep = urlsplit(pages.link()).path
    pages.clock.pass_(61, asleep=True)
    refused(pages.ask("GET", asleep, site="none", cookie=""), 410)
    in_time = urlsplit(pages.link()).path
    pages.clock.pass_(59)
    assert pages.ask("GET", in_time, site="none", cookie="").status == 303


@pytest.mark.parametrize("header", ["Sec-Purpose", "Purpose"])
def test_an_address_fetched_ahead_of_time_is_not_used_up(pages: Served, header: str) -> None:
    path = urlsplit(pages.link()).path
    for purpose in ("prefetch", "prefetch;prerender", "prefetch;anonymous-client-ip"):
        refused(pages.ask("GET", path, b"", (header, purpose), site="none", cookie=""), 403)
    assert pages.ask("GET", path, site="none", cookie="").status == 303


@pytest.mark.parametrize("token", ["", "x", "A" * 43, "../", "%00", "A" * 5000])
def test_an_address_that_was_never_given_opens_nothing(pages: Served, token: str) -> None:
    answer = pages.ask("GET", f"/open/{token}", site="none", cookie="")
    assert answer.status in (401, 410)
    assert "set-cookie" not in answer.headers


def test_another_site_cannot_use_an_address_it_guessed(pages: Served) -> None:
    path = urlsplit(pages.link()).path
    for site in ("cross-site", "same-site"):
        refused(pages.ask("GET", path, site=site, cookie=""), 403)
    assert pages.ask("GET", path, site="none", cookie="").status == 303, "and does not use it up"


# --- the cookie ---


def every_address() -> list[tuple[str, str]]:
    """Every address of the pages with its method, a word in place of each part that changes."""
    own = [("GET", address) for address in EVERYWHERE] + [("POST", ""), ("POST", "end"), ("POST", "choose/x")]
    for role in ROLES:
        own += [(each.method, f"{role.kind}/{filled(each.address)}") for each in role.front]
        own += [(each.method, f"opened/{filled(each.address)}") for each in role.routes]
    return own


def filled(address: str) -> str:
    return address.replace("{", "").replace("}", "")


def test_without_the_cookie_no_page_answers(pages: Served) -> None:
    cookie = pages.cookie.partition("=")[2]
    wrong = (
        "",
        "vcwallet=",
        "vcwallet=x",
        f"other={cookie}",
        f"{pages.cookie}x",
    )
    addresses = every_address()
    assert len(addresses) >= 10
    for method, address in addresses:
        for each in wrong if len(addresses) < 40 or address in EVERYWHERE else wrong[:1]:
            refused(pages.ask(method, pages.place + address, cookie=each), 401)
    assert pages.get().status == 200


def test_the_place_cannot_be_guessed_and_the_cookie_stays_below_it(pages: Served) -> None:
    """Cookies of 127.0.0.1 are sent to every port, but only below their path (RFC 6265, section 8.5)."""
    kept = pages.let_in().headers["set-cookie"]
    parts = {each.strip().partition("=")[0].lower(): each.partition("=")[2] for each in kept.split(";")[1:]}
    assert len(pages.session.place) >= 22
    assert parts["path"] == pages.place
    assert "httponly" in parts
    assert parts["samesite"].lower() == "strict"
    assert not {"expires", "max-age", "domain"} & set(parts)
    for path in (
        "/",
        "/family/",
        "/" + "A" * 22 + "/",
        "/favicon.ico",
        "/static/pages.css",
        pages.place[:-2] + "/",
    ):
        refused(pages.ask("GET", path), 401)


def test_a_cookie_that_another_server_set_does_not_lock_the_person_out(pages: Served) -> None:
    """Any server on 127.0.0.1 may set a cookie of our name for every path; the browser then sends both."""
    for tossed in (f"{pages.cookie}; vcwallet=x", f"vcwallet=x; {pages.cookie}", f"a=[]{{}}; {pages.cookie}"):
        assert pages.ask("GET", pages.place, cookie=tossed).status == 200, tossed


def test_every_server_has_a_place_and_a_cookie_of_its_own(pages: Served, tmp_path: Path) -> None:
    with serving(tmp_path / "other") as other:
        other.let_in()
        assert other.session.place != pages.session.place
        refused(pages.ask("GET", pages.place, cookie=other.cookie), 401)


# --- a second program of the same person ---


def test_a_second_program_needs_the_secret(pages: Served) -> None:
    body = json.dumps({"path": ""}).encode()
    kind = ("Content-Type", "application/json")

    def asked(*headers: tuple[str, str], host: str | None = "") -> Answer:
        return pages.ask(
            "POST", "/instance", body, kind, *headers, site=None, origin=None, cookie="", host=host
        )

    refused(asked(), 401)
    refused(asked(("X-Vcwallet-Secret", "x")), 401)
    refused(asked(("X-Vcwallet-Secret", SECRET + "x")), 401)
    refused(asked(("X-Vcwallet-Secret", SECRET), host="evil.example"), 421)
    told = asked(("X-Vcwallet-Secret", SECRET))
    assert told.status == 200
    opening = pages.ask("GET", f"/open/{json.loads(told.body)['token']}", site="none", cookie="")
    assert opening.status == 303


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{", b"null", b"7", b'{"path": 7}', b'{"path": "\\u0000"}', b'{"x": ""}', b"\xff"]
)
def test_what_a_second_program_says_may_be_anything(pages: Served, body: bytes) -> None:
    """A note that another version wrote, or half of one, is no reason to fall over."""
    secret = ("X-Vcwallet-Secret", SECRET)
    kind = ("Content-Type", "application/json")
    answer = pages.ask("POST", "/instance", body, secret, kind, site=None, origin=None, cookie="")
    assert 400 <= answer.status < 500
    assert b"Traceback" not in answer.body


# --- what every answer carries ---


def test_every_answer_keeps_other_pages_and_scripts_out(pages: Served) -> None:
    answers = {
        "first page": pages.get(),
        "moved": pages.post("", {"find": "1"}),
        "asset": pages.get("static/pages.css"),
        "no page": pages.get("no/such/page"),
        "stranger": pages.ask("GET", pages.place, site="cross-site"),
        "no cookie": pages.ask("GET", pages.place, cookie=""),
        "used link": pages.ask("GET", "/open/x", site="none"),
        "other name": pages.ask("GET", "/", host="evil.example"),
        "method": pages.ask("PUT", pages.place),
    }
    for name, answer in answers.items():
        policy = answer.headers.get("content-security-policy", "")
        assert "default-src 'none'" in policy, name
        assert "require-trusted-types-for 'script'; trusted-types 'none'" in policy, name
        assert "frame-ancestors 'none'" in policy, name
        assert "form-action 'self'" in policy, name
        assert "unsafe" not in policy, name
        assert answer.headers["cache-control"] == "no-store", name
        assert answer.headers["x-content-type-options"] == "nosniff", name
        assert answer.headers["x-frame-options"] == "DENY", name
        assert answer.headers["referrer-policy"] in ("no-referrer", "same-origin"), name
        assert answer.headers["cross-origin-opener-policy"] == "same-origin", name
        assert answer.headers["cross-origin-resource-policy"] == "same-origin", name
        assert answer.headers["cross-origin-embedder-policy"] == "require-corp", name
        assert answer.headers["permissions-policy"].startswith("camera=(self)"), name
        assert "server" not in answer.headers, name
        assert not any(each.startswith("access-control") for each in answer.headers), name


def refused(answer: Answer, status: int) -> None:
    """Refused with words, in both languages, and with nothing else."""
    assert answer.status == status
    assert "set-cookie" not in answer.headers
    assert "location" not in answer.headers
    text = answer.text
    assert 'lang="ru"' in text
    assert 'lang="en"' in text
    assert "{" not in text
