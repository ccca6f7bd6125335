"""Every address of every role, from the tables of routes: a stranger changes and reads nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.web.serving import Served, serving
from vcwallet.web.pages import front
from vcwallet.web.pages.roles import ROLES
from vcwallet.web.pages.visit import Route

INSIDE = "AAAAAAAAAAAAAAAAAAAAAA"
OF_THE_FRAME = [
    *(("POST", each) for each in ("end", f"{INSIDE}/close", f"{INSIDE}/job/stop", "?language=en")),
    *(("GET", each) for each in (f"{INSIDE}/job", f"{INSIDE}/kept/x")),
]


def addresses() -> list[tuple[str, str]]:
    """Each with something in the place of its parameters."""
    found = [(each.method, filled(each)) for each in front.ROUTES]
    for role in ROLES:
        found += [(each.method, f"{role.kind}/{filled(each)}") for each in role.front]
        found += [(each.method, f"{INSIDE}/{filled(each)}") for each in role.routes]
    return [*found, *OF_THE_FRAME]


def filled(route: Route) -> str:
    return re.sub(r"{\w+}", INSIDE, route.address)


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("pages")) as served:
        served.let_in()
        yield served


def test_a_stranger_is_refused_at_every_address(pages: Served) -> None:
    evil = "https://evil.example"
    taken, all_of_them = [], addresses()
    assert len(all_of_them) > 200
    for method, address in all_of_them:
        path = pages.place + address
        ours = {"origin": pages.url if method == "POST" else None}
        tried = {
            "another site": pages.ask(method, path, site="cross-site", origin=evil).status == 403,
            "another port": pages.ask(method, path, site="same-site", origin=evil).status == 403,
            "another origin": pages.ask(method, path, origin=evil).status == 403,
            "no cookie": pages.ask(method, path, cookie="", **ours).status == 401,
            "another name": pages.ask(method, path, host="evil.example", **ours).status == 421,
        }
        if method == "POST":
            tried["nobody says who"] = pages.ask(method, path, site=None, origin=None).status == 403
        taken += [f"{method} {address}: {who}" for who, refused in tried.items() if not refused]
    assert taken == []
    assert not pages.ended.is_set()


def test_nothing_is_changed_by_a_link(pages: Served) -> None:
    """A link to what only takes a form leads nowhere, and a form is no way to a page."""
    known = set(addresses())
    for method, address in known:
        other = "GET" if method == "POST" else "POST"
        if (other, address) not in known and "?" not in address and address.count(INSIDE) < 2:
            answer = pages.ask(other, pages.place + address)
            assert answer.status in (303, 404, 422), f"{other} {address}: {answer.status}"
            assert answer.headers.get("location", pages.place + "closed") == pages.place + "closed"
